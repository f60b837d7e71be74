//! Polls (投票) and surveys (问卷): what is asked, what an answer is, and what may be told of the answers.
//!
//! A poll is a form with one question that is answered by a word in a group; a survey has several and is filled in
//! privately. Of an anonymous one nobody can tell who answered what: see [`mark`] and [`tally::SMALLEST`].

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::id::{ChatId, PersonId, PollId, UnitId};
use super::vocabulary::vocabulary;

pub mod answers;
pub mod deadline;
pub mod form;
pub mod tally;

vocabulary! {
    /// Which of the two.
    PollKind {
        /// One question, answered in the group.
        Poll = "poll", "投票";
        /// Several questions, answered in private.
        Survey = "survey", "问卷";
    }
}

vocabulary! {
    /// Whether it is kept who answered what.
    Naming {
        /// It is.
        Named = "named", "实名" | "记名";
        /// It is not.
        Anonymous = "anonymous", "匿名" | "不记名";
    }
}

/// What is asked, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What it is about.
    pub title: String,
    /// The questions, at least one.
    pub items: Vec<Item>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its words.
    pub text: String,
    /// What an answer to it is.
    pub sort: Sort,
}

/// What an answer to a question is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// One of these, or up to so many of them.
    Choice {
        /// What can be chosen.
        options: Vec<String>,
        /// How many at most.
        most: usize,
    },
    /// A number.
    Number,
    /// Any words.
    Text,
}

impl Sort {
    /// What can be chosen; nothing where nothing is.
    pub fn options(&self) -> &[String] {
        match self {
            Self::Choice { options, .. } => options,
            Self::Number | Self::Text => &[],
        }
    }
}

/// An answer to one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The options chosen, from 0, each once.
    Chosen(Vec<usize>),
    /// A number.
    Number(f64),
    /// Words.
    Text(String),
    /// The question was passed over.
    Skipped,
}

/// A poll or a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Its identity.
    pub id: PollId,
    /// The number people say.
    pub number: i64,
    /// Which of the two.
    pub kind: PollKind,
    /// The group it belongs to.
    pub chat: ChatId,
    /// The unit whose it is.
    pub unit: UnitId,
    /// The secretary who started it.
    pub person: PersonId,
    /// Whether it is kept who answered what.
    pub naming: Naming,
    /// What is asked.
    pub form: Form,
    /// Of an anonymous one that is open: what marks are made with, as it is stored: sealed where there is a key. Gone once
    /// it is closed.
    pub secret: Option<String>,
    /// When it closes.
    pub closes_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Poll {
    /// Whether answers are taken at an instant.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.closed_at.is_none() && at < self.closes_at
    }

    /// Whether it is kept who answered what.
    pub fn is_anonymous(&self) -> bool {
        self.naming == Naming::Anonymous
    }

    /// The only question of a poll.
    pub fn item(&self) -> Option<&Item> {
        self.form.items.first()
    }
}

/// The key under which somebody answers an anonymous poll at most once: made with its secret, so that it can be found again
/// while it is open, and with the secret gone tells nothing.
pub fn mark(secret: &str, who: &str) -> String {
    // a key of any length will do
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(who.as_bytes());
    let mut hidden = String::with_capacity(33);
    hidden.push('?');
    hidden.extend(mac.finalize().into_bytes().iter().take(16).map(|byte| format!("{byte:02x}")));
    hidden
}

/// The letter of an option: A, B, C …
pub fn letter(at: usize) -> char {
    u8::try_from(at).ok().filter(|at| *at < 26).map_or('?', |at| char::from(b'A' + at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_the_same_for_the_same_person_and_says_nothing_without_the_secret() {
        let (one, other) = ("7".repeat(64), "8".repeat(64));
        assert_eq!(mark(&one, "#7"), mark(&one, "#7"));
        assert_ne!(mark(&one, "#7"), mark(&one, "#8"));
        assert_ne!(mark(&one, "#7"), mark(&other, "#7"), "two polls cannot be joined");
        assert!(!mark(&one, "#7").contains("#7"));
    }
}
