//! A question of the Voice of Youth (青年之声): a ticket with a number that nothing makes disappear.

use chrono::{DateTime, Utc};

use super::id::{ChatId, PersonId, QuestionId, UnitId};
use super::somebody::somebody;
use super::vocabulary::vocabulary;

pub mod life;
#[cfg(test)]
mod life_tests;

pub use life::{Allowance, Life, NotNow, Outlook, State, Step, apply};

vocabulary! {
    /// Who may read a question and its answers.
    Visibility {
        /// Everybody in the groups of its tree.
        Public = "public", "公开";
        /// The asker, and those who answer.
        Private = "private", "不公开";
    }
}

/// A question as it is listed and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its identity.
    pub id: QuestionId,
    /// The number people say.
    pub number: i64,
    /// The unit it was put to.
    pub unit: UnitId,
    /// The group it was asked in.
    pub chat: Option<ChatId>,
    /// How the asker is reached.
    pub asker: Asker,
    /// What was asked, as typed, with what the asker added later where they had asked.
    pub text: String,
    /// What the asker added in private, a line each: for them and for those who answer, whatever becomes of the rest.
    pub aside: String,
    /// When it was asked; of an anonymous question, when it was made known.
    pub asked_at: DateTime<Utc>,
    /// Where it stands.
    pub life: Life,
}

impl Question {
    /// Everything that was said, for one reader who may know it.
    pub fn with_aside(&self) -> String {
        format!("{}{}", self.text, self.aside)
    }

    /// Whether everybody in the groups of its tree may read it.
    pub fn is_public(&self) -> bool {
        let life = &self.life;
        let is_alive = !matches!(life.state, State::Withdrawn | State::Held | State::Offered | State::Declined);
        is_alive && life.visibility == Visibility::Public
    }
}

/// Whether words that come after an answer only say thanks: they ask nothing, so nothing is owed for them.
pub fn is_thanks(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "非常", "十分", "真是", "太好", "感谢", "多谢", "谢谢", "谢", "辛苦", "明白", "懂", "知道", "收到", "好的",
        "好", "了", "啦", "您", "你", "们", "太", "嗯",
    ];
    let rest = WORDS.iter().fold(text.to_owned(), |rest, word| rest.replace(word, ""));
    !rest.contains(['?', '？']) && !rest.chars().any(char::is_alphanumeric)
}

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Somebody who shows themself: an address, and the person where the address is known.
    Known(Address),
    /// Somebody who does not. Nothing else about them is kept anywhere.
    Sealed {
        /// What they are called in this thread: `A7`.
        alias: String,
        /// A keyed mark: the same for the same person, and says nothing without the key.
        mark: String,
        /// Their address under the seal.
        sealed: String,
    },
}

/// The address of an asker who shows themself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The account the question came through.
    pub account: String,
    /// Their id there.
    pub external_id: String,
    /// The group's id on the platform; `None` for a question asked in private.
    pub group: Option<String>,
    /// The name shown in the group; a hint.
    pub name: String,
    /// The person, where known.
    pub person: Option<PersonId>,
}

impl Asker {
    /// The key that is the same for everything this one asks in this way.
    pub fn who(&self) -> String {
        match self {
            Self::Known(at) => somebody(at.person, &at.account, &at.external_id),
            Self::Sealed { mark, .. } => mark.clone(),
        }
    }

    /// The person, where they show themself and are known.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Known(at) => at.person,
            Self::Sealed { .. } => None,
        }
    }

    /// What an anonymous asker is called.
    pub fn alias(&self) -> Option<&str> {
        match self {
            Self::Known(_) => None,
            Self::Sealed { alias, .. } => Some(alias),
        }
    }
}

/// One step of a question's life, as its history shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The step's code.
    pub step: String,
    /// Who did it; `None` for the asker and for the bot.
    pub by: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said with it.
    pub detail: String,
}
