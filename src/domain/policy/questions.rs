//! Rules of the Voice of Youth: working hours, classes of questions and how long each may take, what happens on the way.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};

use super::topics::BUILT_IN;
use crate::domain::working_time::WorkingHours;

/// The class of a question of which nothing else is said.
pub const NORMAL: &str = "normal";
/// The class of a question that cannot wait.
pub const URGENT: &str = "urgent";

/// Rules of the Voice of Youth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionRules {
    /// The hours in which people answer.
    #[serde(deserialize_with = "working_hours")]
    pub hours: WorkingHours,
    /// Classes of the policy file itself; [`QuestionRules::classes`] has those that are built in as well.
    #[serde(rename = "class", default)]
    pub(super) own_classes: Vec<QuestionClass>,
    /// At how many percent of the time those who answer are warned: ascending.
    #[serde(default = "warn_at")]
    pub warn_at: Vec<u32>,
    /// How many times the time of one question may be extended.
    #[serde(default = "once")]
    pub extend_at_most_times: u32,
    /// By how many working hours at most each time.
    #[serde(default = "two_workdays")]
    pub extend_at_most_hours: u32,
    /// At how many percent of the time a question goes back to the queue where its assignee has done nothing; 0 is never.
    #[serde(default = "half")]
    pub silent_after_percent: u32,
    /// Hours after an answer when an asker who has not rated it is asked once more; 0 is never.
    #[serde(default = "a_day")]
    pub rate_remind_after_hours: u32,
    /// Days after an answer when a question that was not rated is closed.
    #[serde(default = "a_week")]
    pub close_unrated_after_days: u32,
}

/// A class of questions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionClass {
    /// Its key.
    pub key: String,
    /// Its name, for people.
    pub title: String,
    /// Working hours until an answer is due.
    pub within_hours: u32,
}

impl QuestionClass {
    /// Working minutes until an answer is due.
    pub fn minutes(&self) -> i64 {
        i64::from(self.within_hours) * 60
    }
}

impl QuestionRules {
    /// Every class: those that are built in, as the policy has changed them, then those of its own.
    pub fn classes(&self) -> Vec<&QuestionClass> {
        let own = |key: &str| self.own_classes.iter().find(|class| class.key == key);
        let built_in = BUILT_IN.classes.iter().map(|class| own(&class.key).unwrap_or(class));
        let is_new = |class: &&QuestionClass| BUILT_IN.classes.iter().all(|known| known.key != class.key);
        built_in.chain(self.own_classes.iter().filter(is_new)).collect()
    }

    /// A class by its key; the normal one where there is none of that name (any more).
    pub fn class(&self, key: &str) -> &QuestionClass {
        // a test reads the built-in list, so the last resort is never taken
        let find = |key: &str| self.classes().into_iter().find(|class| class.key == key);
        find(key).or_else(|| find(NORMAL)).unwrap_or(&LAST_RESORT)
    }
}

static LAST_RESORT: LazyLock<QuestionClass> =
    LazyLock::new(|| QuestionClass { key: NORMAL.to_owned(), title: "一般".to_owned(), within_hours: 13 });

fn working_hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<WorkingHours, D::Error> {
    WorkingHours::read(&Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

fn warn_at() -> Vec<u32> {
    vec![50, 80, 100]
}

fn once() -> u32 {
    1
}

fn two_workdays() -> u32 {
    13
}

fn half() -> u32 {
    50
}

fn a_day() -> u32 {
    24
}

fn a_week() -> u32 {
    7
}
