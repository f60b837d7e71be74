//! A policy file (制度文件): what a committee asks of its people, in one TOML file.
//!
//! A new regional system is a new file in `policies/`, not code: kinds of record, duties, score-cards, limits, times and
//! words all come from it.

use std::sync::LazyLock;

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer};

use super::calendar::OpenHours;
use super::schedule::{OnDayOff, Rule};

mod card;
mod check;
mod doubts;
mod duty;
mod explain;
mod format;
mod questions;
mod reading;
mod record_kind;
mod schema;
mod topics;
mod voice_check;
mod words;

pub use card::{Band, Card, CardFor, Indicator, Scoring};
pub use check::Flaw;
pub use duty::{Duty, Item, Measure, PartPeriod, Period, Ratio, Want, Way, WhoOwes};
pub use explain::explain;
pub use questions::{NORMAL, QuestionClass, QuestionRules, URGENT};
pub use reading::{Finding, Reading, Severity};
pub use record_kind::{About, FieldName, Into, RecordKind};
pub use schema::schema;
pub use topics::{Answerers, OTHER, Topic};
pub use words::Words;

/// The preset policies that are built in, by name.
pub const PRESETS: &[(&str, &str)] = &[
    ("basic", include_str!("../../../policies/basic.toml")),
    ("inner-mongolia", include_str!("../../../policies/inner-mongolia.toml")),
    ("guangdong", include_str!("../../../policies/guangdong.toml")),
    ("taizhou", include_str!("../../../policies/taizhou.toml")),
    ("nanchang", include_str!("../../../policies/nanchang.toml")),
    ("shandong", include_str!("../../../policies/shandong.toml")),
    ("saihan", include_str!("../../../policies/saihan.toml")),
];

/// The kind of record that the word for checking in makes.
pub const FIELD_DAY: &str = "field_day";
/// The kind of record that keeps in touch with young people.
pub const CONTACT: &str = "contact";

/// One committee's regulation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its name, for people.
    pub title: String,
    /// The document it stands on.
    #[serde(default)]
    pub source: Option<String>,
    /// What the document leaves open, for the committee to fill: sentences.
    #[serde(default)]
    pub left_open: Vec<String>,
    /// Whether lists and rankings are public and leave is hard to get; otherwise the burden is kept light.
    #[serde(default)]
    pub strict: bool,
    /// Wall-clock time at which a business day begins.
    #[serde(deserialize_with = "time_of_day")]
    pub day_starts_at: NaiveTime,
    /// How group cards are to be written, with `{地区}` and `{姓名}`.
    #[serde(default)]
    pub card_format: Option<String>,
    /// When unprompted messages may go out.
    pub(super) open_hours: OpenHoursText,
    /// Limits of records.
    pub records: RecordRules,
    /// The Voice of Youth.
    pub questions: QuestionRules,
    /// Topics of the policy file itself; see [`Policy::topics`].
    #[serde(rename = "topic", default)]
    own_topics: Vec<topics::TopicText>,
    /// Words of the policy file itself; see [`Policy::words`].
    #[serde(rename = "words", default)]
    own_words: Words,
    /// When jobs are due.
    pub schedule: Schedule,
    /// Kinds of record.
    #[serde(rename = "record")]
    pub kinds: Vec<RecordKind>,
    /// What is owed.
    #[serde(rename = "duty", default)]
    pub duties: Vec<Duty>,
    /// How units and cadres are graded.
    #[serde(rename = "card", default)]
    pub cards: Vec<Card>,
}

/// Limits of records.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordRules {
    /// For how many hours the author may withdraw or correct one.
    pub correct_within_hours: u32,
    /// How many days back one may be made up (补签).
    pub make_up_within_days: u32,
    /// How many make-up entries a month.
    pub make_up_per_month: u32,
    /// Whether somebody has to agree to a make-up entry.
    pub make_up_needs_approval: bool,
    /// Whether somebody has to agree to leave.
    pub leave_needs_approval: bool,
    /// From how many days filed at once a person has a look.
    pub many_days: u32,
}

/// When the jobs are due. The fields bear the names of the jobs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The week's plan to the cadre groups.
    pub weekly_field_day_plan: Rule,
    /// What is still owed, to each cadre that owes it: one message a day at most, whatever the duties.
    pub duty_reminders: Rule,
    /// What was put off with 推迟, once more; see [`Schedule::snoozed_reminders`] for what holds where nothing is said.
    #[serde(default)]
    snoozed_reminders: Option<Rule>,
    /// Open questions to those who answer.
    pub unanswered_questions: Rule,
    /// The digest to supervisor groups.
    pub weekly_digest: Rule,
    /// The bulletin to supervisor groups; see [`Schedule::monthly_bulletin`] for what holds where nothing is said.
    #[serde(default)]
    monthly_bulletin: Option<Rule>,
    /// The brief of hot topics to secretaries; see [`Schedule::hot_topic_brief`] for what holds where nothing is said.
    #[serde(default)]
    hot_topic_brief: Option<Rule>,
}

/// The first workday of the month.
static FIRST_WORKDAY: LazyLock<Option<Rule>> = LazyLock::new(|| Rule::new("0 9 1 * *", OnDayOff::NextWorkday).ok());

impl Schedule {
    /// The bulletin about the month before; on the first workday where the policy says nothing.
    pub fn monthly_bulletin(&self) -> &Rule {
        // a test reads the rule above, so the last resort is never taken
        self.monthly_bulletin.as_ref().or(FIRST_WORKDAY.as_ref()).unwrap_or(&self.weekly_digest)
    }
}

/// The 25th of the month, or the next workday.
static BEFORE_THE_MONTH_ENDS: LazyLock<Option<Rule>> =
    LazyLock::new(|| Rule::new("0 9 25 * *", OnDayOff::NextWorkday).ok());

impl Schedule {
    /// The brief before the month ends; on the 25th where the policy says nothing.
    pub fn hot_topic_brief(&self) -> &Rule {
        // a test reads the rule above, so the last resort is never taken
        self.hot_topic_brief.as_ref().or(BEFORE_THE_MONTH_ENDS.as_ref()).unwrap_or(&self.weekly_digest)
    }
}

static EVERY_TEN_MINUTES: LazyLock<Option<Rule>> = LazyLock::new(|| Rule::new("*/10 * * * *", OnDayOff::Keep).ok());

impl Schedule {
    /// When what was put off is looked at; every ten minutes where the policy says nothing.
    pub fn snoozed_reminders(&self) -> &Rule {
        // a test reads the rule above, so the last resort is never taken
        self.snoozed_reminders.as_ref().or(EVERY_TEN_MINUTES.as_ref()).unwrap_or(&self.duty_reminders)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenHoursText {
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
    /// What is wrong, where, and what to write instead.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let reading = Self::read(text, &[]);
        let said: Vec<String> = reading.of(Severity::Error).map(ToString::to_string).collect();
        reading.policy.ok_or_else(|| said.join("\n"))
    }

    /// Reads a policy from TOML and says everything that is wrong with it. `taken` are words that are commands.
    pub fn read(text: &str, taken: &[&str]) -> Reading {
        reading::read(text, taken)
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

    /// When unprompted messages may go out.
    pub fn open_hours(&self) -> OpenHours {
        let OpenHoursText { from, until, workdays_only } = self.open_hours;
        OpenHours { from, until, workdays_only }
    }

    /// A kind of record by its key.
    pub fn kind(&self, key: &str) -> Option<&RecordKind> {
        self.kinds.iter().find(|kind| kind.key == key)
    }

    /// A kind's name for people; its key where the policy has forgotten it.
    pub fn kind_title<'a>(&'a self, key: &'a str) -> &'a str {
        self.kind(key).map_or(key, RecordKind::title)
    }

    /// A duty by its key.
    pub fn duty(&self, key: &str) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.key == key)
    }

    /// The word shown for a check-in.
    pub fn field_day_word(&self) -> &str {
        self.kind(FIELD_DAY).map_or("签到", RecordKind::title)
    }

    /// The duty that the week turns on: the first weekly one of cadres.
    pub fn weekly_duty(&self) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.period == Period::Week && duty.who.is_cadres())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::directory::Person;

    #[test]
    fn every_preset_reads() {
        for (name, _) in PRESETS {
            let policy = Policy::preset(name).unwrap();
            assert!(!policy.title.is_empty());
        }
        assert!(Policy::preset("火星").unwrap_err().contains("basic"));
    }

    #[test]
    fn every_duty_of_a_region_names_its_clause_and_every_region_its_source_and_what_is_open() {
        for (name, _) in PRESETS.iter().filter(|(name, _)| *name != "basic") {
            let policy = Policy::preset(name).unwrap();
            assert!(policy.source.is_some() && !policy.left_open.is_empty(), "{name}");
            let without: Vec<&str> =
                policy.duties.iter().filter(|duty| duty.clause.is_none()).map(|duty| duty.key.as_str()).collect();
            assert!(without.is_empty(), "{name}: {without:?}");
        }
    }

    #[test]
    fn a_policy_without_a_bulletin_has_one_on_the_first_workday() {
        let text: Vec<&str> = PRESETS[0].1.lines().filter(|line| !line.starts_with("monthly_bulletin")).collect();
        assert!(text.len() < PRESETS[0].1.lines().count());
        let schedule = Policy::from_toml(&text.join("\n")).unwrap().schedule;
        let rule = schedule.monthly_bulletin();
        assert_eq!((rule.cron.as_str(), rule.on_day_off), ("0 9 1 * *", OnDayOff::NextWorkday));
    }

    #[test]
    fn a_card_that_grades_by_what_cannot_be_known_is_refused() {
        let card = |indicator: &str| {
            let card =
                "[[card]]\nkey = \"c\"\ntitle = \"考核\"\nfor = { cadres = [\"full_time\"] }\nperiod = \"month\"";
            let duty = "[[duty]]\nkey = \"u\"\ntitle = \"单位的\"\nwho = { units = [\"committee\"] }\nperiod = \"month\"\nof = [\"activity\"]\nneeds = [{ records = 1 }]";
            let text = format!(
                "{}\n{duty}\n{card}\n[[card.indicator]]\nkey = \"i\"\ntitle = \"甲\"\n{indicator}",
                PRESETS[0].1
            );
            Policy::from_toml(&text).map(|_| ()).unwrap_err()
        };
        assert!(card("duty = \"u\"\npoints = 5").contains("不是干部的任务"));
        assert!(card("of = [\"activity\"]\ncount = \"roster\"\neach = 1\nat_most = 5").contains("只能数记录"));
    }

    #[test]
    fn every_kind_of_record_that_the_documents_name_has_its_word_in_a_preset() {
        // leave is a request, not a record
        let named = [
            "field_day",
            "journal",
            "reflection",
            "problem",
            "contact",
            "activity",
            "good_deed",
            "survey_report",
            "pairing",
            "wish",
            "training",
            "visit",
            "study",
            "role_model",
            "service_project",
            "volunteer_team",
            "village_branch",
            "work_menu",
        ];
        let policies: Vec<Policy> = PRESETS.iter().map(|(name, _)| Policy::preset(name).unwrap()).collect();
        for key in named {
            let found = policies.iter().filter_map(|policy| policy.kind(key));
            assert!(found.into_iter().any(|kind| !kind.words.is_empty()), "{key}");
        }
    }

    #[test]
    fn a_wrong_line_is_named() {
        let text = PRESETS[0].1.replace("from = \"08:00\"", "from = \"八点\"");
        let error = Policy::from_toml(&text).unwrap_err();
        let line = text.lines().position(|line| line.contains("八点")).unwrap() + 1;
        assert!(error.contains("八点") && error.contains(&format!("第 {line} 行")), "{error}");
    }

    #[test]
    fn only_the_secretaries_of_the_province_lead_three_prefectures() {
        use crate::domain::id::{PersonId, UnitId};
        use crate::domain::people::{CadreKind, Role};
        let policy = Policy::preset("inner-mongolia").unwrap();
        let duty = policy.duty("lead_prefectures").unwrap();
        let mut person = Person {
            id: PersonId(1),
            name: "赵样例".into(),
            unit: UnitId(1),
            kind: Some(CadreKind::FullTime),
            roles: vec![],
            team: None,
            since: None,
            until: None,
            successor_of: None,
        };
        let without_levels = WhoOwes { levels: vec![], ..duty.who.clone() };
        assert!(!without_levels.includes_person(&person, None));
        person.roles.push(Role::Secretary);
        assert!(without_levels.includes_person(&person, None));
        assert!(!duty.who.includes_person(&person, None), "the level is asked for too");
    }
}
