//! The list of problems.

use serde::Serialize;

use super::*;

/// A problem in the list.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemLine {
    /// Its number, or those of all that were reported in the same words.
    pub numbers: String,
    /// What was reported, shortened.
    pub text: UserText,
    /// The unit it was reported from.
    pub unit: UserText,
    /// The day it was reported.
    pub since: String,
    /// How many say the same.
    pub count: usize,
    /// Whether several do.
    pub several: bool,
    /// The unit above that has it now, where it was passed up.
    pub held_by: Option<UserText>,
}

pub(super) fn sample_problems() -> Vec<ProblemLine> {
    let line = |numbers: &str, text: &str, count, held_by: Option<&str>| ProblemLine {
        numbers: numbers.into(),
        text: typed(text),
        unit: typed("样例一镇团委"),
        since: "11月20日".into(),
        count,
        several: count > 1,
        held_by: held_by.map(typed),
    };
    vec![line("12、15", "路灯不亮", 2, None), line("13", "没有篮球场", 1, Some("样例县团委"))]
}

contexts! {
    /// The list of problems.
    Problems = "list/problems" {
        /// How many are open.
        open: usize,
        /// The first of them.
        items: Vec<ProblemLine>,
        /// How many entries are not listed.
        more: usize,
        /// Whether whoever asks may settle them.
        may_settle: bool,
        /// Whether it is only what they reported themself.
        own: bool,
    } samples vec![
        Self { open: 5, items: sample_problems(), more: 2, may_settle: true, own: false },
        Self { open: 3, items: sample_problems(), more: 0, may_settle: false, own: true },
        Self { open: 0, items: vec![], more: 0, may_settle: true, own: false },
        Self { open: 0, items: vec![], more: 0, may_settle: false, own: true },
    ];
    /// A problem was settled.
    ProblemSettled = "receipt/problem_settled" {
        /// Its number.
        number: i64,
        /// Whether its reporter is told.
        told: bool,
    } samples vec![Self { number: 12, told: true }, Self { number: 12, told: false }];
    /// A problem was passed up.
    ProblemPassedUp = "receipt/problem_passed_up" {
        /// Its number.
        number: i64,
        /// The unit that has it now.
        to: UserText,
    } samples vec![Self { number: 12, to: typed("样例县团委") }];
    /// To the reporter: the problem was settled.
    ProblemWasSettled = "notice/problem_settled" {
        /// Its number.
        number: i64,
        /// What was reported, shortened.
        text: UserText,
        /// What came of it.
        result: UserText,
        /// Who settled it: the unit.
        by: UserText,
    } samples vec![Self { number: 12, text: typed("路灯不亮"), result: typed("已修好"), by: typed("样例县团委") }];
    /// To those who answer above: a problem was passed up.
    ProblemWasPassedUp = "notice/problem_passed_up" {
        /// Its number.
        number: i64,
        /// What was reported.
        text: UserText,
        /// The unit that passes it.
        from: UserText,
        /// Why.
        note: UserText,
    } samples vec![
        Self { number: 12, text: typed("路灯不亮"), from: typed("样例一镇团委"), note: typed("要县里出钱") },
        Self { number: 12, text: typed("路灯不亮"), from: typed("样例一镇团委"), note: typed("") },
    ];
    /// No problem of that number that this person may see to.
    NoSuchProblem = "refusal/no_such_problem" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 12 }];
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
}
