//! The list of problems: what is shown of it, what is answered to a deed, and the monthly brief.

use serde::Serialize;

use super::*;

/// A problem in the list.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemLine {
    /// Its number, or those of all that were said about the same thing, folded.
    pub numbers: String,
    /// What was said, shortened.
    pub text: UserText,
    /// The number under which it is read in private, where it is not read out here.
    pub in_private: Option<i64>,
    /// The unit most of it comes from.
    pub unit: UserText,
    /// How many units it comes from; 0 where it is that one alone.
    pub units: usize,
    /// The day it was first heard of.
    pub since: String,
    /// The day it was last heard of; empty where that is the same.
    pub until: String,
    /// How many say the same.
    pub count: usize,
    /// Whether several do.
    pub several: bool,
    /// Where it stands; empty where nobody has done anything yet.
    pub status: String,
    /// Whom that names.
    pub whom: Option<UserText>,
    /// What was said of it last.
    pub outcome: Option<UserText>,
}

/// A unit from which a problem came.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemUnit {
    /// The unit.
    pub unit: UserText,
    /// How often.
    pub count: usize,
}

/// One voice of an entry.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemMember {
    /// Its number.
    pub number: i64,
    /// The number of the question it is.
    pub question: Option<i64>,
    /// Who reported it; nobody where it is a question.
    pub who: Option<UserText>,
    /// The unit.
    pub unit: UserText,
    /// The day.
    pub day: String,
    /// What was said, shortened.
    pub text: UserText,
}

/// A step in the life of an entry.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemStepLine {
    /// When.
    pub at: String,
    /// What.
    pub what: String,
    /// Who, where that is for whoever reads it.
    pub who: Option<UserText>,
    /// Of which unit.
    pub unit: Option<UserText>,
    /// What was said.
    pub text: UserText,
}

/// Something in the monthly brief.
#[derive(Clone, Debug, Serialize)]
pub struct BriefLine {
    /// Its numbers, folded.
    pub numbers: String,
    /// What it is about.
    pub text: UserText,
    /// Why it stands there: counts, days, where it is.
    pub why: String,
    /// Whom that names.
    pub whom: Option<UserText>,
    /// What came of it.
    pub outcome: Option<UserText>,
}

pub(super) fn sample_problems() -> Vec<ProblemLine> {
    let line = |numbers: &str, text: &str, count, status: &str, whom: Option<&str>| ProblemLine {
        numbers: numbers.into(),
        text: typed(text),
        in_private: (count == 1 && status.is_empty()).then_some(14),
        unit: typed("样例一镇团委"),
        units: if count > 1 { 2 } else { 0 },
        since: "11月20日".into(),
        until: if count > 1 { "11月24日".into() } else { String::new() },
        count,
        several: count > 1,
        status: status.into(),
        whom: whom.map(typed),
        outcome: whom.map(|_| typed("已约现场看")),
    };
    vec![
        line("12、15", "路灯不亮", 2, "", None),
        line("13", "没有篮球场", 1, "已上报", Some("样例县团委")),
        line("14", "", 1, "", None),
        line("15", "井盖坏了", 1, "处理中", None),
    ]
}

fn sample_brief(why: &str) -> BriefLine {
    BriefLine { numbers: "12、15".into(), text: typed("路灯不亮"), why: why.into(), whom: None, outcome: None }
}

contexts! {
    /// The list of problems.
    Problems = "list/problems" {
        /// How many voices there are.
        open: usize,
        /// How many things they are about.
        matters: usize,
        /// The first of them.
        items: Vec<ProblemLine>,
        /// How many entries are not listed.
        more: usize,
        /// Whether whoever asks may settle them.
        may_settle: bool,
        /// Whether it is only what they reported themself.
        own: bool,
        /// Whether something in particular was asked for.
        filtered: bool,
    } samples vec![
        Self { open: 5, matters: 4, items: sample_problems(), more: 2, may_settle: true, own: false, filtered: false },
        Self { open: 3, matters: 3, items: sample_problems(), more: 0, may_settle: false, own: true, filtered: false },
        Self { open: 3, matters: 3, items: sample_problems(), more: 0, may_settle: false, own: true, filtered: true },
        Self { open: 3, matters: 3, items: sample_problems(), more: 0, may_settle: false, own: false, filtered: true },
        Self { open: 0, matters: 0, items: vec![], more: 0, may_settle: true, own: false, filtered: false },
        Self { open: 0, matters: 0, items: vec![], more: 0, may_settle: false, own: true, filtered: false },
        Self { open: 0, matters: 0, items: vec![], more: 0, may_settle: false, own: true, filtered: true },
    ];
    /// One entry with its history.
    ProblemEntry = "list/problem" {
        /// Its number.
        number: i64,
        /// The number that was asked for, where it is another one's.
        asked_for: Option<i64>,
        /// What it is about.
        text: UserText,
        /// Where it stands.
        status: String,
        /// Whom that names.
        whom: Option<UserText>,
        /// What was said of it last.
        outcome: Option<UserText>,
        /// How many voices.
        count: usize,
        /// From which units.
        units: Vec<ProblemUnit>,
        /// How many units are not listed.
        more_units: usize,
        /// The day it was first heard of.
        first: String,
        /// The day it was last heard of.
        last: String,
        /// The voices that are for whoever asks.
        members: Vec<ProblemMember>,
        /// How many are not listed.
        more_members: usize,
        /// What was done about it.
        steps: Vec<ProblemStepLine>,
        /// How many earlier steps are not listed.
        more_steps: usize,
    } samples {
        let full = Self {
            number: 12,
            asked_for: Some(15),
            text: typed("路灯不亮"),
            status: "已上报".into(),
            whom: Some(typed("样例县团委")),
            outcome: Some(typed("已约现场看")),
            count: 5,
            units: vec![
                ProblemUnit { unit: typed("样例一镇团委"), count: 3 },
                ProblemUnit { unit: typed("样例二镇团委"), count: 2 },
            ],
            more_units: 1,
            first: "11月20日".into(),
            last: "11月24日".into(),
            members: vec![
                ProblemMember { number: 12, question: None, who: Some(typed("李样例")), unit: typed("样例一镇团委"), day: "11月20日".into(), text: typed("路灯不亮") },
                ProblemMember { number: 15, question: Some(128), who: None, unit: typed("样例一镇团委"), day: "11月24日".into(), text: typed("路灯什么时候修") },
            ],
            more_members: 3,
            steps: vec![
                ProblemStepLine { at: "11月21日 09:00".into(), what: "上报".into(), who: Some(typed("孙样例")), unit: Some(typed("样例一镇团委")), text: typed("要县里出钱") },
                ProblemStepLine { at: "11月21日 09:00".into(), what: "归并".into(), who: None, unit: None, text: typed("8") },
                ProblemStepLine { at: "11月22日 09:00".into(), what: "在办".into(), who: None, unit: Some(typed("样例县团委")), text: typed("") },
            ],
            more_steps: 1,
        };
        let bare = Self {
            asked_for: None, status: "待处理".into(), whom: None, outcome: None, count: 1, units: vec![], more_units: 0,
            members: vec![], more_members: 0, steps: vec![], more_steps: 0, last: "11月20日".into(), ..full.clone()
        };
        vec![full, bare]
    };
    /// An entry was settled.
    ProblemSettled = "receipt/problem_settled" {
        /// The number that was named.
        number: i64,
        /// How many voices it had.
        count: usize,
        /// Whether they were several.
        several: bool,
        /// Whether cadres who reported it are told.
        told: bool,
        /// How many askers of questions are told.
        askers: usize,
        /// The numbers of other entries that are alike; empty where there are none.
        others: String,
    } samples vec![
        Self { number: 12, count: 1, several: false, told: true, askers: 0, others: String::new() },
        Self { number: 12, count: 1, several: false, told: false, askers: 0, others: String::new() },
        Self { number: 12, count: 5, several: true, told: true, askers: 3, others: "20、31".into() },
    ];
    /// An entry was passed up.
    ProblemPassedUp = "receipt/problem_passed_up" {
        /// Its number.
        number: i64,
        /// The unit that has it now.
        to: UserText,
        /// The number of what that unit had about the same thing.
        joined: Option<i64>,
    } samples vec![
        Self { number: 12, to: typed("样例县团委"), joined: None },
        Self { number: 12, to: typed("样例县团委"), joined: Some(8) },
    ];
    /// Somebody is at it, or an authority outside has it.
    ProblemMoved = "receipt/problem_moved" {
        /// Its number.
        number: i64,
        /// Where it stands now.
        state: String,
        /// The authority that has it.
        authority: Option<UserText>,
        /// How many are told.
        told: usize,
    } samples vec![
        Self { number: 12, state: "处理中".into(), authority: None, told: 0 },
        Self { number: 12, state: "已转有关部门".into(), authority: Some(typed("县供电公司")), told: 3 },
    ];
    /// Something was said about it from above.
    ProblemInstructed = "receipt/problem_instructed" {
        /// Its number.
        number: i64,
        /// How many are told.
        told: usize,
    } samples vec![Self { number: 12, told: 0 }, Self { number: 12, told: 3 }];
    /// Two entries are one now.
    ProblemMerged = "receipt/problem_merged" {
        /// The number that was put there.
        from: i64,
        /// The number it stands under now.
        into: i64,
        /// How many voices that has.
        count: usize,
        /// The unit that has it.
        holder: UserText,
    } samples vec![Self { from: 12, into: 8, count: 5, holder: typed("样例一镇团委") }];
    /// A voice is an entry of its own again.
    ProblemSplit = "receipt/problem_split" {
        /// Its number.
        number: i64,
        /// What it was taken out of.
        from: i64,
        /// How many voices that still has.
        count: usize,
    } samples vec![Self { number: 12, from: 8, count: 4 }];
    /// A question is on the list.
    QuestionListed = "receipt/question_listed" {
        /// The number of the question.
        question: i64,
        /// Its number on the list.
        number: i64,
        /// The number of what was there about the same thing.
        joined: Option<i64>,
        /// Whether it was on the list before.
        before: bool,
    } samples vec![
        Self { question: 128, number: 12, joined: None, before: false },
        Self { question: 128, number: 12, joined: Some(8), before: false },
        Self { question: 128, number: 12, joined: None, before: true },
    ];
    /// To those it came from: what was done about a problem.
    ProblemNews = "notice/problem_news" {
        /// What was done.
        what: String,
        /// Whether the reader reported it.
        own: bool,
        /// Its number.
        number: i64,
        /// The unit it came from.
        unit: UserText,
        /// What was reported, shortened.
        text: UserText,
        /// What stands in front of what was said.
        label: String,
        /// What was said.
        said: UserText,
        /// Who said it: the unit.
        by: UserText,
    } samples vec![
        Self { what: "办结".into(), own: true, number: 12, unit: typed("样例一镇团委"), text: typed("路灯不亮"), label: "结果".into(), said: typed("已修好"), by: typed("样例县团委") },
        Self { what: "批示".into(), own: false, number: 12, unit: typed("样例一镇团委"), text: typed("路灯不亮"), label: "批示".into(), said: typed("请本周内答复"), by: typed("样例县团委") },
    ];
    /// To the asker of a question on the list: what was done about it.
    QuestionProblemNews = "notice/question_problem" {
        /// The askers, in a group.
        askers: Vec<Mention>,
        /// The number of the question.
        number: i64,
        /// What was asked, shortened.
        question: UserText,
        /// What was done.
        what: String,
        /// What stands in front of what was said.
        label: String,
        /// What was said.
        said: UserText,
        /// Who said it: the unit.
        by: UserText,
    } samples vec![
        Self { askers: vec![sample_mention()], number: 128, question: typed("路灯什么时候修？"), what: "办结".into(), label: "结果".into(), said: typed("已修好"), by: typed("样例县团委") },
        Self { askers: vec![], number: 128, question: typed("路灯什么时候修？"), what: "转办".into(), label: "转给".into(), said: typed("县供电公司"), by: typed("样例县团委") },
    ];
    /// To those who answer: so many have asked about one thing that it is on the list now.
    ProblemSurfaced = "notice/problem_surfaced" {
        /// Its number.
        number: i64,
        /// What the first one asked.
        text: UserText,
        /// Whether that is not read out here, but in private.
        in_private: bool,
        /// How many questions.
        count: usize,
        /// Within how many days.
        days: i64,
    } samples vec![
        Self { number: 12, text: typed("路灯什么时候修？"), in_private: false, count: 3, days: 30 },
        Self { number: 12, text: typed(""), in_private: true, count: 3, days: 30 },
    ];
    /// To those who answer above: a problem was passed up.
    ProblemWasPassedUp = "notice/problem_passed_up" {
        /// Its number.
        number: i64,
        /// How many voices it has.
        count: usize,
        /// Whether they are several.
        several: bool,
        /// What was reported.
        text: UserText,
        /// Whether that is not read out here, but in private.
        in_private: bool,
        /// The unit that passes it.
        from: UserText,
        /// Why.
        note: UserText,
        /// The number of what was there about the same thing.
        joined: Option<i64>,
    } samples vec![
        Self { number: 12, count: 5, several: true, text: typed("路灯不亮"), in_private: false, from: typed("样例一镇团委"), note: typed("要县里出钱"), joined: Some(8) },
        Self { number: 12, count: 1, several: false, text: typed(""), in_private: true, from: typed("样例一镇团委"), note: typed(""), joined: None },
    ];
    /// To secretaries, once a month: what the list tells (团情分析会).
    HotTopicBrief = "digest/hot_topics" {
        /// The unit.
        unit: UserText,
        /// The month.
        month: String,
        /// Voices this month.
        raised: u32,
        /// Voices in the same days of the month before.
        before: u32,
        /// Voices settled this month.
        settled: u32,
        /// Voices not settled now.
        open: u32,
        /// What most speak of.
        hot: Vec<BriefLine>,
        /// How many more things were spoken of.
        more_hot: usize,
        /// What is open longest, or was passed up and is not answered.
        hard: Vec<BriefLine>,
        /// How many more of these.
        more_hard: usize,
        /// What cannot wait.
        urgent: Vec<BriefLine>,
        /// How many more of these.
        more_urgent: usize,
        /// What was settled.
        done: Vec<BriefLine>,
        /// How many more of these.
        more_done: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), month: "11月".into(), raised: 9, before: 4, settled: 2, open: 12,
            hot: vec![BriefLine { whom: Some(typed("样例一镇团委")), ..sample_brief("5 条（上月同期 2），2 个单位，增多") }],
            more_hot: 3, hard: vec![BriefLine { whom: Some(typed("样例市团委")), ..sample_brief("41 天没有办结，已上报") }], more_hard: 1,
            urgent: vec![sample_brief("")], more_urgent: 1,
            done: vec![BriefLine { outcome: Some(typed("已修好")), ..sample_brief("") }], more_done: 1,
        },
        Self {
            unit: typed("样例县团委"), month: "11月".into(), raised: 0, before: 1, settled: 0, open: 1, hot: vec![], more_hot: 0,
            hard: vec![], more_hard: 0, urgent: vec![], more_urgent: 0, done: vec![], more_done: 0,
        },
    ];
    /// No problem of that number that this person may see to.
    NoSuchProblem = "refusal/no_such_problem" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// No question of that number that this person may put on the list.
    NoSuchQuestionForList = "refusal/no_such_question_for_list" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 128 }];
    /// The problem is no longer open.
    ProblemGone = "refusal/problem_gone" {
        /// The number.
        number: i64,
        /// Whether it was taken back rather than settled.
        withdrawn: bool,
    } samples vec![Self { number: 12, withdrawn: false }, Self { number: 12, withdrawn: true }];
    /// The problem was passed up: a unit above sees to it.
    ProblemHeldAbove = "refusal/problem_held_above" {
        /// The number.
        number: i64,
        /// Which unit.
        holder: UserText,
    } samples vec![Self { number: 12, holder: typed("样例县团委") }];
    /// A deed on a problem that cannot be read.
    ProblemUsage = "refusal/problem_usage" {
        /// The command's word.
        word: String,
        /// What follows it, for example.
        example: String,
    } samples vec![Self { word: "办结".into(), example: "12 路灯已修好".into() }];
    /// There is no unit to which a problem could be passed.
    NoUnitAbove = "refusal/no_unit_above" {
        /// The unit that has it.
        unit: UserText,
    } samples vec![Self { unit: typed("样例县团委") }];
    /// The two are one entry already.
    AlreadyOneProblem = "refusal/already_one_problem" {
        /// The one number.
        from: i64,
        /// The other.
        into: i64,
    } samples vec![Self { from: 12, into: 8 }];
    /// A voice that is an entry of its own, or leads one, cannot be taken out.
    NotPartOfProblem = "refusal/not_part_of_problem" {
        /// The number.
        number: i64,
        /// The numbers of those it leads; empty where there are none.
        others: String,
    } samples vec![Self { number: 12, others: String::new() }, Self { number: 12, others: "13、15".into() }];
}
