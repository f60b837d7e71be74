//! Kinds of record: their words, what they ask for, and what their number counts.

use serde::{Deserialize, Serialize};

/// A kind of record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordKind {
    /// Its key in the database and in duties; never changed once records exist.
    pub key: String,
    /// The words that make one; the first one is shown.
    pub words: Vec<String>,
    /// What follows the word; also the order in which a guided entry asks.
    #[serde(default = "FieldName::usual")]
    pub fields: Vec<FieldName>,
    /// What its number counts: 人, 小时, 个.
    #[serde(default = "people")]
    pub counts: String,
    /// Headings of its parts, such as 走访 问题 建议.
    #[serde(default)]
    pub parts: Vec<String>,
    /// The parts that go into the list of problems.
    #[serde(default)]
    pub problems_from: Vec<String>,
    /// Whether the whole text goes into the list of problems.
    #[serde(default)]
    pub into: Option<Into>,
    /// What it is about.
    #[serde(default)]
    pub about: About,
    /// Whether everything on one line and the following lines is its text, as in a diary.
    #[serde(default)]
    pub is_text: bool,
}

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// Where.
    Place,
    /// What.
    Content,
    /// How many.
    Quantity,
}

/// A list that records of a kind also go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Into {
    /// The list of problems.
    Problems,
}

/// Whom or what a record is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A place and a deed.
    #[default]
    Deed,
    /// Young people of the cadre's roster.
    Youth,
}

impl FieldName {
    fn usual() -> Vec<Self> {
        vec![Self::Place, Self::Content, Self::Quantity]
    }
}

fn people() -> String {
    "人".to_owned()
}

impl RecordKind {
    /// Its name for people: the first word.
    pub fn title(&self) -> &str {
        self.words.first().map_or(&self.key, String::as_str)
    }
}
