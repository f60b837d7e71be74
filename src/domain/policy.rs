//! A policy file (制度文件): what a committee asks of its people, in one TOML file.
//!
//! A new regional system is a new file in `policies/`, not code.

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer};

use super::calendar::OpenHours;
use super::people::CadreKind;
use super::schedule::Rule;
use super::text::normal;

/// The preset policies that are built in, by name.
pub const PRESETS: &[(&str, &str)] = &[("basic", include_str!("../../policies/basic.toml"))];

/// The kind of record a field day is stored as.
pub const FIELD_DAY: &str = "field_day";

/// One committee's regulation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its name, for people.
    pub title: String,
    /// Wall-clock time at which a business day begins.
    #[serde(deserialize_with = "time_of_day")]
    pub day_starts_at: NaiveTime,
    /// When unprompted messages may go out.
    open_hours: OpenHoursText,
    /// The check-in.
    pub field_day: RecordKind,
    /// The weekly duty.
    pub weekly_field_day: Duty,
    /// The Voice of Youth.
    pub questions: QuestionRules,
    /// When jobs are due.
    pub schedule: Schedule,
}

/// A kind of record and its words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordKind {
    /// The words that trigger it; the first one is shown.
    pub words: Vec<String>,
    /// For how many hours the author may withdraw or correct it.
    pub correct_within_hours: u32,
}

/// A duty: who owes how many distinct days in a week.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Its name, for people.
    pub title: String,
    /// The kinds of cadre that owe it.
    pub who: Vec<CadreKind>,
    /// Distinct days a week.
    pub at_least: u32,
    /// A week with fewer workdays than this owes nothing.
    pub waive_when_workdays_below: u32,
}

/// Rules of the Voice of Youth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionRules {
    /// Workdays until an answer is due.
    pub answer_within_workdays: u32,
    /// Wall-clock time at which the last of them ends.
    #[serde(deserialize_with = "time_of_day")]
    pub day_ends_at: NaiveTime,
}

/// When the jobs are due. The fields bear the names of the jobs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The week's plan to the cadre groups.
    pub weekly_field_day_plan: Rule,
    /// The nudge to those without a day.
    pub weekly_field_day_nudge: Rule,
    /// Open questions to those who answer.
    pub unanswered_questions: Rule,
    /// The digest to supervisor groups.
    pub weekly_digest: Rule,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenHoursText {
    #[serde(deserialize_with = "time_of_day")]
    from: NaiveTime,
    #[serde(deserialize_with = "time_of_day")]
    until: NaiveTime,
    workdays_only: bool,
}

fn time_of_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveTime::parse_from_str(&text, "%H:%M")
        .map_err(|_| serde::de::Error::custom(format!("「{text}」不是时间，请写成 \"08:30\"")))
}

impl Policy {
    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// One sentence with line, column and what to write instead.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let policy: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        policy.check()?;
        Ok(policy)
    }

    /// A built-in policy.
    ///
    /// # Errors
    /// Names the presets there are.
    pub fn preset(name: &str) -> Result<Self, String> {
        let found = PRESETS.iter().find(|(preset, _)| *preset == name);
        let (_, text) = found.ok_or_else(|| {
            let names: Vec<&str> = PRESETS.iter().map(|(preset, _)| *preset).collect();
            format!("没有名为「{name}」的制度，现有：{}", names.join("、"))
        })?;
        Self::from_toml(text)
    }

    fn check(&self) -> Result<(), String> {
        let words = &self.field_day.words;
        if words.is_empty() || words.iter().any(|word| word.trim().is_empty()) {
            return Err("[field_day] words 至少要有一个词，且不能是空的".to_owned());
        }
        if let Some(word) = words.iter().find(|word| normal(word) != **word) {
            return Err(format!("[field_day] words 里的「{word}」请写成「{}」：简体、半角、不带空格", normal(word)));
        }
        if self.open_hours.from >= self.open_hours.until {
            return Err("[open_hours] from 要早于 until".to_owned());
        }
        if !(1..=7).contains(&self.weekly_field_day.at_least) {
            return Err("[weekly_field_day] at_least 要在 1 到 7 之间".to_owned());
        }
        if self.weekly_field_day.who.is_empty() {
            return Err(format!("[weekly_field_day] who 至少要写一类干部：{}", CadreKind::choices()));
        }
        if !(1..=60).contains(&self.questions.answer_within_workdays) {
            return Err("[questions] answer_within_workdays 要在 1 到 60 之间".to_owned());
        }
        Ok(())
    }

    /// When unprompted messages may go out.
    pub fn open_hours(&self) -> OpenHours {
        let OpenHoursText { from, until, workdays_only } = self.open_hours;
        OpenHours { from, until, workdays_only }
    }

    /// The word shown for a check-in.
    pub fn field_day_word(&self) -> &str {
        self.field_day.words.first().map_or("签到", String::as_str)
    }

    /// Whether a cadre of this kind owes the weekly day.
    pub fn owes_weekly_field_day(&self, kind: Option<CadreKind>) -> bool {
        kind.is_some_and(|kind| self.weekly_field_day.who.contains(&kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_reads() {
        for (name, _) in PRESETS {
            let policy = Policy::preset(name).unwrap();
            assert!(!policy.title.is_empty());
        }
        assert!(Policy::preset("火星").unwrap_err().contains("basic"));
    }

    #[test]
    fn a_wrong_line_is_named() {
        let text = PRESETS[0].1.replace("from = \"08:00\"", "from = \"八点\"");
        let error = Policy::from_toml(&text).unwrap_err();
        assert!(error.contains("八点") && error.contains("line"), "{error}");
        let text = PRESETS[0].1.replace("at_least = 1", "at_least = 9");
        assert!(Policy::from_toml(&text).unwrap_err().contains("1 到 7"));
    }
}
