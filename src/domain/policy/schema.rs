//! The JSON schema of policy files, for editors.

use serde_json::{Map, Value, json};

use super::format::{Form, Need, POLICY, Shape};

/// The schema, as it stands in `policies/schema.json`.
pub fn schema() -> Value {
    let mut schema = of_form(&POLICY);
    if let Some(top) = schema.as_object_mut() {
        top.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
        top.insert("title".to_owned(), "团情制度文件".into());
        top.insert("description".to_owned(), "写法见 policies/basic.toml 和 docs/policy.md".into());
    }
    schema
}

fn of_form(form: &Form) -> Value {
    let mut properties = Map::new();
    for entry in form.keys {
        let mut of_entry = of_shape(entry.shape);
        if let Some(object) = of_entry.as_object_mut() {
            let choices = object.remove("x-choices");
            let choices = choices.and_then(|text| text.as_str().map(|text| format!("：{text}"))).unwrap_or_default();
            object.insert("description".to_owned(), format!("{}{choices}", entry.about).into());
        }
        properties.insert(entry.key.to_owned(), of_entry);
    }
    let required: Vec<&str> =
        form.keys.iter().filter(|entry| entry.need == Need::Must).map(|entry| entry.key).collect();
    let mut made = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !required.is_empty()
        && let Some(made) = made.as_object_mut()
    {
        made.insert("required".to_owned(), required.into());
    }
    made
}

fn of_shape(shape: Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Code => json!({ "type": "string", "pattern": "^[a-z0-9_]+$" }),
        Shape::Time => json!({ "type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5]?[0-9]$" }),
        Shape::Hours => {
            let span = json!({ "type": "string", "pattern": "^[0-9]{1,2}:[0-9]{1,2}-[0-9]{1,2}:[0-9]{1,2}$" });
            json!({ "type": "array", "items": span })
        }
        Shape::Cron => json!({ "type": "string", "pattern": "^\\s*\\S+(\\s+\\S+){4}\\s*$" }),
        Shape::Switch => json!({ "type": "boolean" }),
        Shape::Whole(least) => json!({ "type": "integer", "minimum": least, "maximum": u32::MAX }),
        Shape::Number => json!({ "type": "number" }),
        Shape::OneOf(choices) => {
            let choices = choices();
            let codes: Vec<&str> = choices.iter().map(|(code, _)| *code).collect();
            let said: Vec<String> = choices.iter().map(|(code, title)| format!("{code} {title}")).collect();
            json!({ "type": "string", "enum": codes, "x-choices": said.join("、") })
        }
        Shape::List(inner) => {
            let mut items = of_shape(*inner);
            let choices = items.as_object_mut().and_then(|items| items.remove("x-choices"));
            let mut list = json!({ "type": "array", "items": items });
            if let (Some(choices), Some(list)) = (choices, list.as_object_mut()) {
                list.insert("x-choices".to_owned(), choices);
            }
            list
        }
        Shape::Table(form) => of_form(form),
        Shape::Tables(form) => json!({ "type": "array", "items": of_form(form) }),
    }
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
