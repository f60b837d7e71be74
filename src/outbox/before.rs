//! What an older version owes still, in the words of today: its messages were stored with fields that have other names now.

use serde_json::{Map, Value};

/// Brings the template and the context of a stored message up to date; those of this version stay as they are.
pub(super) fn up_to_date(template: &str, context: Value) -> (&str, Value) {
    let Value::Object(mut fields) = context else { return (template, context) };
    let template = match template {
        "notice/problem_settled" => {
            rename(&mut fields, "result", "said");
            for (name, words) in [("what", "办结"), ("label", "结果"), ("unit", "")] {
                fields.insert(name.to_owned(), words.into());
            }
            fields.insert("own".to_owned(), true.into());
            "notice/problem_news"
        }
        "notice/answer" if !fields.contains_key("askers") => {
            let asker = fields.remove("asker").filter(Value::is_string);
            fields.insert("askers".to_owned(), Vec::from_iter(asker).into());
            fields.insert("also".to_owned(), Value::Array(Vec::new()));
            template
        }
        "notice/open_day_recap" if !fields.contains_key("participants") => {
            let askers = fields.get("askers").cloned().unwrap_or_default();
            fields.insert("participants".to_owned(), askers);
            template
        }
        _ => template,
    };
    (template, Value::Object(fields))
}

fn rename(fields: &mut Map<String, Value>, before: &str, now: &str) {
    if let Some(value) = fields.remove(before) {
        fields.insert(now.to_owned(), value);
    }
}
