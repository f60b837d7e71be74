//! Guided entry: what was left out of a record is asked for, one thing at a time.

use serde::{Deserialize, Serialize};

use super::id::RecordId;
use super::policy::{FieldName, RecordKind};
use super::record::Said;
use super::text::normal;

/// For how many minutes the bot waits for an answer.
pub const OPEN_MINUTES: i64 = 30;

/// A conversation that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialogue {
    /// The kind of record.
    pub kind: String,
    /// The record that is being completed; `None` where the whole text is still to come.
    pub record: Option<RecordId>,
    /// What is still to be asked; the first of them was asked last.
    pub asks: Vec<FieldName>,
}

/// What somebody means who answers without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Enough.
    Done,
    /// Not this one.
    Skip,
}

/// Reads 好了, 跳过 and the like.
pub fn signal(text: &str) -> Option<Signal> {
    let text = normal(text);
    match text.trim_matches(|c: char| !c.is_alphanumeric()) {
        "好了" | "完了" | "没了" | "完成" | "结束" | "不填了" | "就这些" | "ok" => Some(Signal::Done),
        "不填" | "跳过" | "无" | "没有" | "不用" | "略" | "下一个" => Some(Signal::Skip),
        _ => None,
    }
}

/// The fields of a kind that a record says nothing about, in the order of the policy.
pub fn left_out(kind: &RecordKind, said: &Said) -> Vec<FieldName> {
    kind.fields
        .iter()
        .copied()
        .filter(|field| match field {
            FieldName::Place => said.place.is_empty(),
            FieldName::Content => said.content.is_empty(),
            FieldName::Quantity => said.quantity.is_none(),
        })
        .collect()
}

/// How a field is asked for.
pub fn question(field: FieldName, kind: &RecordKind) -> String {
    match field {
        FieldName::Place => "在哪里？".to_owned(),
        FieldName::Content => "做了什么？".to_owned(),
        FieldName::Quantity => format!("多少{}？", kind.counts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;

    #[test]
    fn only_what_is_missing_is_asked_for_in_the_order_of_the_policy() {
        let policy = Policy::preset("basic").unwrap();
        let kind = policy.kind("field_day").unwrap();
        let said = |place: &str, quantity| Said { place: place.into(), content: String::new(), quantity };
        assert_eq!(left_out(kind, &said("", None)), [FieldName::Place, FieldName::Content, FieldName::Quantity]);
        assert_eq!(left_out(kind, &said("东风社区", Some(3))), [FieldName::Content]);
        assert_eq!(question(FieldName::Quantity, kind), "多少人？");
    }

    #[test]
    fn enough_and_not_this_one_are_told_apart() {
        for (text, means) in [
            ("好了", Some(Signal::Done)),
            ("好了。", Some(Signal::Done)),
            ("跳過", Some(Signal::Skip)),
            ("不填", Some(Signal::Skip)),
            ("好了很多户", None),
            ("东风社区", None),
        ] {
            assert_eq!(signal(text), means, "{text}");
        }
    }
}
