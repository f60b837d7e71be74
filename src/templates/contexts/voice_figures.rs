//! The figures of the Voice of Youth: of all time for everybody, of a period for those who oversee.

use serde::Serialize;

use super::*;

/// How much was asked about a topic.
#[derive(Clone, Debug, Serialize)]
pub struct TopicCount {
    /// What it is called.
    pub title: String,
    /// Asked.
    pub asked: u32,
}

pub(super) fn sample_topics() -> Vec<TopicCount> {
    vec![TopicCount { title: "就业".into(), asked: 5 }, TopicCount { title: "求学".into(), asked: 3 }]
}

/// A unit with everything below it in the figures of all time.
#[derive(Clone, Debug, Serialize)]
pub struct VoiceLine {
    /// The unit.
    pub unit: UserText,
    /// Asked.
    pub asked: u32,
    /// Answered.
    pub answered: u32,
    /// Likes.
    pub likes: u32,
}

/// A unit with everything below it, or a topic, in the figures of a period.
#[derive(Clone, Debug, Serialize)]
pub struct VoicePart {
    /// The unit; empty for a topic.
    pub unit: UserText,
    /// What the topic is called; empty for a unit.
    pub topic: String,
    /// Asked.
    pub asked: u32,
    /// Of them, answered.
    pub answered: u32,
    /// Of them, open.
    pub open: u32,
    /// Of them, not answered in time.
    pub overdue: u32,
    /// Median time to answer; empty where nothing was answered.
    pub median: String,
    /// Content.
    pub content: u32,
    /// Rated.
    pub rated: u32,
}

/// Numbers of questions that have something in common.
#[derive(Clone, Debug, Serialize)]
pub struct VoiceNumbers {
    /// What.
    pub title: String,
    /// How many there are.
    pub count: usize,
    /// The first of their numbers.
    pub numbers: Vec<i64>,
    /// How many are not listed.
    pub more: usize,
}

fn sample_part(unit: &str, topic: &str) -> VoicePart {
    VoicePart {
        unit: typed(unit),
        topic: topic.to_owned(),
        asked: 8,
        answered: 6,
        open: 2,
        overdue: 1,
        median: "5 小时".into(),
        content: 4,
        rated: 5,
    }
}

contexts! {
    /// The Voice of Youth over all time.
    Voice = "list/voice" {
        /// The unit, with everything below it.
        unit: UserText,
        /// Asked.
        asked: u32,
        /// Answered.
        answered: u32,
        /// Likes.
        likes: u32,
        /// How many were content.
        content: u32,
        /// How many said whether they were.
        rated: u32,
        /// The first units below that were asked anything.
        units: Vec<VoiceLine>,
        /// How many of those are not listed.
        more: usize,
    } samples vec![
        Self { unit: typed("样例市团委"), asked: 11_495, answered: 10_044, likes: 4_945, content: 5_210, rated: 5_800, units: vec![VoiceLine { unit: typed("样例县团委"), asked: 495, answered: 44, likes: 45 }], more: 3 },
        Self { unit: typed("样例一镇团委"), asked: 0, answered: 0, likes: 0, content: 0, rated: 0, units: vec![], more: 0 },
    ];
    /// The Voice of Youth in a period.
    VoiceFigures = "list/voice_figures" {
        /// The unit, with everything below it.
        unit: UserText,
        /// The days: `11月1日—11月30日`.
        days: String,
        /// Asked.
        asked: u32,
        /// Of them, answered.
        answered: u32,
        /// Of them, open.
        open: u32,
        /// Of them, shown an answer that exists, and not heard of since.
        offered: u32,
        /// Of them, not taken up.
        declined: u32,
        /// First answers in the period, whenever asked.
        given: u32,
        /// Median time to answer; empty where nothing was answered.
        median: String,
        /// In how much time nine of ten answers came; empty where nothing was answered.
        ninth: String,
        /// Asked, and open past the deadline.
        overdue: u32,
        /// Asked, and answered late.
        late: u32,
        /// Likes.
        likes: u32,
        /// How many were content.
        content: u32,
        /// How many said whether they were.
        rated: u32,
        /// How many of those answered said so, in whole percent.
        rated_percent: u32,
        /// Units right below, or topics.
        parts: Vec<VoicePart>,
        /// Whether those are topics.
        topics: bool,
        /// How many of those are not listed.
        more: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), days: "11月1日—11月30日".into(), asked: 12, answered: 8, open: 2, offered: 1, declined: 1, given: 9,
            median: "5 小时".into(), ninth: "2 天".into(), overdue: 1, late: 2, likes: 30, content: 5, rated: 6, rated_percent: 75,
            parts: vec![sample_part("样例一镇团委", "")], topics: false, more: 3,
        },
        Self {
            unit: typed("样例县团委"), days: "11月1日—11月30日".into(), asked: 12, answered: 8, open: 2, offered: 0, declined: 0, given: 0,
            median: String::new(), ninth: String::new(), overdue: 0, late: 0, likes: 0, content: 0, rated: 0, rated_percent: 0,
            parts: vec![sample_part("", "就业")], topics: true, more: 0,
        },
        Self {
            unit: typed("样例县团委"), days: "11月1日—11月30日".into(), asked: 0, answered: 0, open: 0, offered: 0, declined: 0, given: 0,
            median: String::new(), ninth: String::new(), overdue: 0, late: 0, likes: 0, content: 0, rated: 0, rated_percent: 0,
            parts: vec![], topics: false, more: 0,
        },
    ];
    /// The questions behind the figures of a period.
    VoiceBehind = "list/voice_behind" {
        /// The unit, with everything below it.
        unit: UserText,
        /// The days: `11月1日—11月30日`.
        days: String,
        /// Their numbers, by what they count as.
        groups: Vec<VoiceNumbers>,
        /// The unit's code, for whoever exports the table.
        code: UserText,
        /// The first day.
        from: String,
        /// The last day.
        to: String,
    } samples vec![
        Self {
            unit: typed("样例县团委"), days: "11月1日—11月30日".into(), code: typed("0"), from: "2026-11-01".into(), to: "2026-11-30".into(),
            groups: vec![VoiceNumbers { title: "待答".into(), count: 32, numbers: vec![12, 15], more: 30 }, VoiceNumbers { title: "不满意".into(), count: 1, numbers: vec![3], more: 0 }],
        },
        Self { unit: typed("样例县团委"), days: "11月1日—11月30日".into(), groups: vec![], code: typed("0"), from: "2026-11-01".into(), to: "2026-11-30".into() },
    ];
    /// What 青年之声 can be asked about.
    VoiceUsage = "refusal/voice_usage" {
        /// What was typed and is not understood.
        typed: UserText,
        /// Some units that could be meant.
        known: Vec<UserText>,
    } samples vec![Self { typed: typed("某镇"), known: vec![typed("样例一镇团委")] }, Self { typed: typed("某镇"), known: vec![] }];
}
