//! How people and units stand: lists, reminders, the weekly digest, the map.

use serde::Serialize;

use super::voice_figures::sample_topics;
use super::*;
use crate::domain::chart::Chart;
use crate::domain::message::Figures;

/// A group card that does not read as it should.
#[derive(Clone, Debug, Serialize)]
pub struct GroupCardLine {
    /// In which group.
    pub chat: UserText,
    /// Whose.
    pub name: UserText,
    /// What it reads.
    pub card: UserText,
    /// What it should read.
    pub wanted: UserText,
}

/// A unit on the map, with everything below it.
#[derive(Clone, Debug, Serialize)]
pub struct MapCell {
    /// How far it is covered, as a mark.
    pub mark: String,
    /// The unit.
    pub unit: UserText,
    /// How many units it and what lies below are.
    pub units: usize,
    /// Of those, the ones somebody is tied to.
    pub covered: usize,
    /// Who is tied to the unit itself, and how.
    pub by: Vec<UserText>,
    /// How many of those are not listed.
    pub more: usize,
}

/// A cadre without a lead point.
#[derive(Clone, Debug, Serialize)]
pub struct LeadLine {
    /// Their name.
    pub name: UserText,
    /// Their unit.
    pub unit: UserText,
}

/// A unit's line in the digest.
#[derive(Clone, Debug, Serialize)]
pub struct DigestLine {
    /// The unit.
    pub unit: UserText,
    /// Cadres that owe the weekly day.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// The same in the week before.
    pub met_before: u32,
    /// Questions asked this week.
    pub asked: u32,
    /// Questions answered this week.
    pub answered: u32,
}

/// The sums of a digest.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DigestSums {
    /// Cadres that owe the weekly day.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// Share of them, in whole percent.
    pub percent: u32,
    /// People met.
    pub people: i64,
    /// Days at the grassroots.
    pub days: u32,
    /// Questions asked.
    pub asked: u32,
    /// Questions answered.
    pub answered: u32,
    /// Problems reported.
    pub problems_raised: u32,
    /// Problems settled.
    pub problems_settled: u32,
    /// Problems open.
    pub problems_open: u32,
}

/// Somebody without a day yet.
#[derive(Clone, Debug, Serialize)]
pub struct MissingLine {
    /// Their name.
    pub name: UserText,
    /// Their unit.
    pub unit: UserText,
    /// How far they are: `0/1 天`; empty where that goes without saying.
    pub progress: String,
}

/// A duty of one person.
#[derive(Clone, Debug, Serialize)]
pub struct DutyLine {
    /// Its name.
    pub title: String,
    /// `0/1 天`.
    pub progress: String,
    /// `进行中`.
    pub state: String,
    /// The last day; empty for a standing duty and one that is done.
    pub until: String,
}

pub(super) fn sample_duties() -> Vec<DutyLine> {
    let line = |title: &str, progress: &str, state: &str, until: &str| DutyLine {
        title: title.into(),
        progress: progress.into(),
        state: state.into(),
        until: until.into(),
    };
    vec![line("每周下基层", "0/1 天", "请抓紧", "11月22日"), line("1+100", "12/100 名青年", "进行中", "")]
}

/// A duty of a unit and everything below it.
#[derive(Clone, Debug, Serialize)]
pub struct DutySumsLine {
    /// Its name.
    pub title: String,
    /// Its period.
    pub period: String,
    /// Those who owe it.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// Those for whom time is short.
    pub at_risk: u32,
    /// Those who did not, and it is over.
    pub missed: u32,
    /// Those of whom nothing is asked this time.
    pub waived: u32,
}

/// A unit with everything below it.
#[derive(Clone, Debug, Serialize)]
pub struct UnitSumsLine {
    /// The unit.
    pub unit: UserText,
    /// Those who owe it.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
}

pub(super) fn sample_missing() -> Vec<MissingLine> {
    vec![
        MissingLine { name: typed("钱样例"), unit: typed("样例一镇团委"), progress: "0/1 天".into() },
        MissingLine { name: typed("孙样例"), unit: typed("样例二镇团委"), progress: String::new() },
    ]
}

contexts! {
    /// Somebody's reminders were put off.
    Snoozed = "receipt/snoozed" {
        /// Until when.
        until: String,
    } samples vec![Self { until: "11月26日 18:00".into() }];
    /// A delay that cannot be read.
    SnoozeUsage = "refusal/snooze_usage" {} samples vec![Self {}];
    /// Group cards that do not read as they should.
    GroupCards = "list/group_cards" {
        /// The unit, with everything below it.
        unit: UserText,
        /// How they should read.
        format: String,
        /// How many cadres were seen.
        seen: usize,
        /// How many were never seen.
        never: usize,
        /// How many cards do not match.
        count: usize,
        /// The first of them.
        cards: Vec<GroupCardLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), format: "共青团+{地区}+{姓名}".into(), seen: 5, never: 2, count: 2, more: 1,
            cards: vec![GroupCardLine { chat: typed("样例县干部群"), name: typed("赵样例"), card: typed("老赵"), wanted: typed("共青团+样例县+赵样例") }],
        },
        Self { unit: typed("样例县团委"), format: "共青团+{地区}+{姓名}".into(), seen: 5, never: 0, count: 0, more: 0, cards: vec![] },
    ];
    /// The policy says nothing about group cards.
    NoCardFormat = "refusal/no_card_format" {} samples vec![Self {}];
    /// The map: which units somebody is tied to.
    CoverageMap = "list/map" {
        /// The unit whose children are shown.
        unit: UserText,
        /// The day.
        date: String,
        /// How many units there are, all levels together.
        units: usize,
        /// Of them, the ones somebody is tied to.
        covered: usize,
        /// How many children there are.
        shown: usize,
        /// Of them, the ones where nobody is tied to anything.
        bare: usize,
        /// The first children, uncovered ones first.
        cells: Vec<MapCell>,
        /// How many are not listed.
        more: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), date: "11月20日 周五".into(), units: 12, covered: 3, shown: 4, bare: 1, more: 1,
            cells: vec![
                MapCell { mark: "□".into(), unit: typed("样例二镇"), units: 5, covered: 0, by: vec![], more: 0 },
                MapCell { mark: "◧".into(), unit: typed("样例一镇"), units: 5, covered: 2, by: vec![typed("赵样例驻点"), typed("钱样例包联")], more: 2 },
            ],
        },
        Self { unit: typed("东风社区"), date: "11月20日 周五".into(), units: 1, covered: 1, shown: 1, bare: 0, cells: vec![], more: 0 },
    ];
    /// Cadres without a lead point, and units nobody leads.
    WithoutLead = "list/leads" {
        /// The unit, with everything below it.
        unit: UserText,
        /// How many cadres there are.
        all_cadres: usize,
        /// Of them, without a lead point.
        without: usize,
        /// The first of them.
        cadres: Vec<LeadLine>,
        /// How many are not listed.
        more_cadres: usize,
        /// How many units there are below.
        all_units: usize,
        /// Of them, led by nobody.
        unled: usize,
        /// The first of them.
        units: Vec<UserText>,
        /// How many are not listed.
        more_units: usize,
    } samples vec![
        Self { unit: typed("样例县团委"), all_cadres: 7, without: 2, cadres: vec![LeadLine { name: typed("李样例"), unit: typed("样例一镇团委") }], more_cadres: 1, all_units: 3, unled: 2, units: vec![typed("样例一镇"), typed("样例二镇")], more_units: 1 },
        Self { unit: typed("样例县团委"), all_cadres: 7, without: 0, cadres: vec![], more_cadres: 0, all_units: 3, unled: 0, units: vec![], more_units: 0 },
    ];
    /// What I have done and owe.
    Me = "list/me" {
        /// My name.
        name: UserText,
        /// My unit.
        unit: UserText,
        /// This week.
        week: String,
        /// The days reported this week.
        days: Vec<String>,
        /// Distinct days this week.
        done: u32,
        /// What is owed, what is not done first.
        duties: Vec<DutyLine>,
        /// How many duties are not listed.
        more: usize,
        /// Distinct days this month.
        month_days: u32,
        /// People met this month.
        month_people: u32,
        /// Leave of today or later: `11月23日—11月25日`; mostly empty.
        leave: String,
    } samples vec![
        Self { name: typed("赵样例"), unit: typed("样例一镇团委"), week: "11月16日—11月22日".into(), days: vec!["周五".into()], done: 1, duties: sample_duties(), more: 2, month_days: 3, month_people: 36, leave: "11月23日—11月25日".into() },
        Self { name: typed("赵样例"), unit: typed("样例一镇团委"), week: "11月16日—11月22日".into(), days: vec![], done: 0, duties: vec![], more: 0, month_days: 0, month_people: 0, leave: String::new() },
    ];
    /// How a unit and everything below it stands.
    UnitProgress = "list/progress" {
        /// The unit.
        unit: UserText,
        /// Its duties.
        duties: Vec<DutySumsLine>,
        /// The duty by which the units below are listed.
        by: String,
        /// The units below.
        units: Vec<UnitSumsLine>,
        /// How many of those are not listed.
        more_units: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), by: "每周下基层".into(), more_units: 2,
            duties: vec![DutySumsLine { title: "每周下基层".into(), period: "11月16日—11月22日".into(), owing: 9, met: 7, at_risk: 1, missed: 1, waived: 1 }],
            units: vec![UnitSumsLine { unit: typed("样例一镇团委"), owing: 3, met: 2 }],
        },
        Self { unit: typed("样例县团委"), by: "签到".into(), more_units: 0, duties: vec![], units: vec![] },
    ];
    /// Who has not done a duty yet.
    Missing = "list/missing" {
        /// The duty.
        duty: String,
        /// The unit asked about.
        unit: UserText,
        /// The period.
        period: String,
        /// Those who owe it.
        owing: u32,
        /// Of them, those who did it.
        met: u32,
        /// Those who did not.
        left: usize,
        /// The first of them.
        people: Vec<MissingLine>,
        /// How many of those are not listed.
        more: usize,
    } samples vec![
        Self { duty: "每周下基层".into(), unit: typed("样例县团委"), period: "11月16日—11月22日".into(), owing: 9, met: 7, left: 3, people: sample_missing(), more: 1 },
        Self { duty: "每周下基层".into(), unit: typed("样例县团委"), period: "11月16日—11月22日".into(), owing: 9, met: 9, left: 0, people: vec![], more: 0 },
        Self { duty: "每周下基层".into(), unit: typed("样例一村团支部"), period: "11月16日—11月22日".into(), owing: 0, met: 0, left: 0, people: vec![], more: 0 },
    ];
    /// Nobody knows which unit is meant.
    NoSuchUnit = "refusal/no_such_unit" {
        /// What was typed.
        name: UserText,
        /// Some that could have been meant.
        known: Vec<UserText>,
    } samples vec![Self { name: typed("火星"), known: vec![typed("样例一镇"), typed("样例二镇")] }, Self { name: typed("火星"), known: vec![] }];
    /// Nobody knows which duty is meant.
    NoSuchDuty = "refusal/no_such_duty" {
        /// Those there are.
        known: Vec<String>,
    } samples vec![Self { known: vec!["每周下基层".into(), "1+100".into()] }, Self { known: vec![] }];
    /// What was asked for in a group comes in private.
    SentPrivately = "receipt/sent_privately" {} samples vec![Self {}];
    /// The weekly digest.
    WeeklyDigest = "digest/weekly" {
        /// The unit.
        unit: UserText,
        /// The week.
        week: String,
        /// Its sums.
        now: DigestSums,
        /// The sums of the week before.
        before: DigestSums,
        /// Whether the week owes nothing (a holiday).
        waived: bool,
        /// Questions still open.
        open: u32,
        /// Of them, those whose deadline is over.
        overdue: u32,
        /// Median time to answer; empty where nothing was answered.
        median: String,
        /// In how much time nine of ten answers came; empty where nothing was answered.
        ninth: String,
        /// Of those asked, how many were content.
        content: u32,
        /// How many said whether they were.
        rated: u32,
        /// The topics asked about most.
        topics: Vec<TopicCount>,
        /// The other duties.
        duties: Vec<DutySumsLine>,
        /// Whether there is anything to say of problems.
        problems: bool,
        /// By child unit.
        units: Vec<DigestLine>,
        /// How many units are not listed.
        more_units: usize,
        /// How many have no day yet.
        missing: u32,
        /// Who, where the group may know.
        names: Vec<MissingLine>,
        /// How many of those are not listed.
        more_names: usize,
        /// The units' figures as a picture; there is none where one unit says it all.
        chart: Option<Figures>,
    } samples vec![
        Self {
            unit: typed("样例县团委"), week: "11月16日—11月22日".into(),
            now: DigestSums { owing: 9, met: 7, percent: 78, people: 96, days: 8, asked: 5, answered: 4, problems_raised: 3, problems_settled: 2, problems_open: 5 },
            before: DigestSums { owing: 9, met: 6, percent: 67, people: 80, days: 6, asked: 3, answered: 3, ..DigestSums::default() },
            waived: false, open: 2, overdue: 1, median: "5 小时".into(), ninth: "2 天".into(), content: 2, rated: 3, topics: sample_topics(), problems: true,
            duties: vec![DutySumsLine { title: "示范引领".into(), period: String::new(), owing: 9, met: 4, at_risk: 2, missed: 0, waived: 0 }],
            units: vec![DigestLine { unit: typed("样例一镇团委"), owing: 3, met: 2, met_before: 3, asked: 2, answered: 2 }],
            more_units: 2, missing: 2, names: sample_missing(), more_names: 1,
            chart: Some(Figures(Chart::default())),
        },
        Self {
            unit: typed("样例县团委"), week: "10月5日—10月11日".into(), now: DigestSums::default(), before: DigestSums::default(),
            waived: true, open: 0, overdue: 0, median: String::new(), ninth: String::new(), content: 0, rated: 0, topics: vec![], problems: false, duties: vec![], units: vec![], more_units: 0, missing: 0, names: vec![], more_names: 0, chart: None,
        },
    ];
    /// To cadre groups on Monday: the week's plan.
    WeekPlan = "remind/plan" {
        /// The week.
        week: String,
        /// The duty's name.
        duty: String,
        /// Days owed.
        owed: u32,
        /// The days of this week that are worked, where they are not the usual five.
        workdays: Vec<String>,
    } samples vec![
        Self { week: "11月16日—11月22日".into(), duty: "每周下基层".into(), owed: 1, workdays: vec![] },
        Self { week: "10月5日—10月11日".into(), duty: "每周下基层".into(), owed: 1, workdays: vec!["周四".into(), "周五".into(), "周六".into()] },
    ];
    /// To somebody who still owes something: everything in one message.
    Nudge = "remind/nudge" {
        /// Their name.
        name: UserText,
        /// How many duties.
        count: usize,
        /// The first of them.
        duties: Vec<DutyLine>,
        /// How many are not listed.
        more: usize,
        /// What else is near: a stay that begins or ends.
        notes: Vec<String>,
    } samples vec![Self { name: typed("赵样例"), count: 3, duties: sample_duties(), more: 1, notes: vec!["11月23日到样例一镇驻点，12月22日结束".into()] }, Self { name: typed("赵样例"), count: 0, duties: vec![], more: 0, notes: vec!["在样例一镇的驻点到12月22日结束，没记的请补上".into()] }];
}
