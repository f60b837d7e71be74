//! Topics of questions and the words by which they are known: those that are built in, and what a policy file changes.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Policy;
use super::questions::{NORMAL, QuestionClass};

/// The topic of what fits no other.
pub const OTHER: &str = "other";

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its key in the database.
    pub key: String,
    /// Its name, for people.
    pub title: String,
    /// Words by which it is known, in normal form. A word belongs to one topic.
    pub words: Vec<String>,
    /// The class of its questions.
    pub class: String,
    /// Who is asked first.
    pub answerers: Answerers,
}

/// Who is asked first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answerers {
    /// Everybody who may answer.
    #[default]
    Everybody,
    /// Experts, where the unit or one above it has any.
    Experts,
    /// Secretaries.
    Secretaries,
}

impl Answerers {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Everybody, Self::Experts, Self::Secretaries];

    /// The code in policy files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Experts => "experts",
            Self::Secretaries => "secretaries",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Everybody => "书记和专家",
            Self::Experts => "专家",
            Self::Secretaries => "书记",
        }
    }
}

/// A topic as it stands in a file: a new one, or changes to one that is built in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TopicText {
    pub(super) key: String,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) words: Vec<String>,
    #[serde(default)]
    pub(super) without: Vec<String>,
    #[serde(default)]
    pub(super) class: Option<String>,
    #[serde(default)]
    pub(super) answerers: Option<Answerers>,
}

/// What every policy begins with: `policies/topics.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BuiltIn {
    #[serde(rename = "class")]
    pub(super) classes: Vec<QuestionClass>,
    #[serde(rename = "topic")]
    pub(super) topics: Vec<TopicText>,
}

// a test reads the file
pub(super) static BUILT_IN: LazyLock<BuiltIn> =
    LazyLock::new(|| toml::from_str(include_str!("../../../policies/topics.toml")).unwrap_or_default());

impl Policy {
    /// Every topic: those that are built in, as the policy has changed them, then those of its own; 其他 last.
    pub fn topics(&self) -> Vec<Topic> {
        let mut topics: Vec<Topic> = Vec::new();
        for text in BUILT_IN.topics.iter().chain(&self.own_topics) {
            // who claims a word has it, whatever was built in
            for topic in topics.iter_mut().filter(|topic| topic.key != text.key) {
                topic.words.retain(|word| !text.words.contains(word));
            }
            match topics.iter_mut().find(|topic| topic.key == text.key) {
                Some(topic) => text.change(topic),
                None => topics.push(text.made()),
            }
        }
        topics.sort_by_key(|topic| topic.key == OTHER);
        topics
    }
}

impl TopicText {
    fn made(&self) -> Topic {
        let mut topic = Topic {
            key: self.key.clone(),
            title: self.key.clone(),
            words: Vec::new(),
            class: NORMAL.to_owned(),
            answerers: Answerers::Everybody,
        };
        self.change(&mut topic);
        topic
    }

    fn change(&self, topic: &mut Topic) {
        topic.title = self.title.clone().unwrap_or_else(|| topic.title.clone());
        topic.class = self.class.clone().unwrap_or_else(|| topic.class.clone());
        topic.answerers = self.answerers.unwrap_or(topic.answerers);
        topic.words.retain(|word| !self.without.contains(word));
        for word in &self.words {
            if !topic.words.contains(word) {
                topic.words.push(word.clone());
            }
        }
    }
}
