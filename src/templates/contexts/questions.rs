//! The Voice of Youth: questions, answers, likes, invitations.

use serde::Serialize;

use super::*;

/// A question in a list.
#[derive(Clone, Debug, Serialize)]
pub struct QuestionLine {
    /// Its number.
    pub number: i64,
    /// What was asked, shortened.
    pub text: UserText,
    /// The unit that owes the answer.
    pub unit: UserText,
    /// Until when.
    pub due: String,
    /// Whether that is over.
    pub overdue: bool,
    /// Whether somebody has to look at its words first.
    pub held: bool,
    /// Whether somebody needs help now.
    pub urgent: bool,
    /// Whether its words are to be looked up in private.
    pub private: bool,
    /// Whether its asker was asked back.
    pub waiting: bool,
    /// Who is to answer it, where somebody in particular is.
    pub assignee: Option<UserText>,
}

pub(super) fn sample_lines() -> Vec<QuestionLine> {
    let line = |number, text: &str, overdue| QuestionLine {
        number,
        text: typed(text),
        unit: typed("样例一镇团委"),
        due: "11月24日 17:30".into(),
        overdue,
        held: false,
        urgent: false,
        private: false,
        waiting: false,
        assignee: None,
    };
    let mine = QuestionLine { assignee: Some(typed("张样例")), ..line(14, "医保怎么转？", false) };
    let held = QuestionLine { held: true, ..line(15, "", false) };
    let waiting = QuestionLine { waiting: true, ..line(16, "能报销吗？", false) };
    let urgent = QuestionLine { urgent: true, ..line(17, "", false) };
    let private = QuestionLine { private: true, ..line(18, "", false) };
    vec![line(12, "团组织关系怎么转？", true), line(13, "创业贷款找谁？", false), mine, held, waiting, urgent, private]
}

contexts! {
    /// A question was liked.
    Liked = "receipt/liked" {
        /// Its number.
        number: i64,
        /// Its likes now.
        likes: u64,
        /// Whether this one had liked it before.
        again: bool,
    } samples vec![Self { number: 12, likes: 45, again: false }, Self { number: 12, likes: 45, again: true }];
    /// No public question of that number.
    NoSuchPublicQuestion = "refusal/no_such_public_question" {
        /// The number; 0 where none was typed.
        number: i64,
        /// Whether somebody wanted to look at it, rather than to like it.
        look: bool,
    } samples vec![Self { number: 12, look: false }, Self { number: 0, look: false }, Self { number: 12, look: true }];
    /// An expert was invited.
    Invited = "receipt/invited" {
        /// Their name.
        name: UserText,
        /// The question's number.
        number: i64,
        /// Whether they had been invited before.
        again: bool,
        /// Whether the one who was meant is on leave.
        on_leave: bool,
        /// Who was meant, where somebody stands in for them.
        instead_of: Option<UserText>,
        /// Whether they are on leave, and nobody stands in for them.
        away: bool,
        /// Who could be asked instead.
        suggest: Option<UserText>,
    } samples vec![
        Self { name: typed("钱样例"), number: 12, again: false, on_leave: false, instead_of: None, away: false, suggest: None },
        Self { name: typed("钱样例"), number: 12, again: true, on_leave: false, instead_of: None, away: false, suggest: None },
        Self { name: typed("李样例"), number: 12, again: false, on_leave: true, instead_of: Some(typed("钱样例")), away: false, suggest: None },
        Self { name: typed("钱样例"), number: 12, again: false, on_leave: true, instead_of: None, away: true, suggest: Some(typed("孙样例")) },
    ];
    /// To an expert: please answer.
    Invitation = "notice/invitation" {
        /// The question's number.
        number: i64,
        /// What was asked.
        text: UserText,
        /// Who invites.
        by: UserText,
        /// The unit that owes the answer.
        unit: UserText,
        /// Until when an answer is promised.
        due: String,
    } samples vec![Self { number: 12, text: typed("团组织关系怎么转？"), by: typed("赵样例"), unit: typed("样例一镇团委"), due: "11月24日 17:30".into() }];
    /// No expert of that name.
    NoSuchExpert = "refusal/no_such_expert" {
        /// What was typed.
        name: UserText,
    } samples vec![Self { name: typed("钱样例") }];
    /// Several experts of that name.
    SeveralExperts = "refusal/several_experts" {
        /// What was typed.
        name: UserText,
        /// The question's number.
        number: i64,
        /// Their units.
        units: Vec<UserText>,
    } samples vec![Self { name: typed("钱样例"), number: 12, units: vec![typed("样例一镇"), typed("样例二镇")] }];
    /// An expert without an address.
    ExpertUnreachable = "refusal/expert_unreachable" {
        /// Their name.
        name: UserText,
    } samples vec![Self { name: typed("钱样例") }];
    /// An invitation that cannot be read.
    InviteUsage = "refusal/invite_usage" {} samples vec![Self {}];
    /// To those who answer, every workday: what is open.
    UnansweredQuestions = "remind/questions" {
        /// The first of them.
        items: Vec<QuestionLine>,
        /// How many are not listed.
        more: usize,
        /// How many are open.
        open: usize,
        /// Of them, those whose deadline is over.
        overdue: usize,
    } samples vec![Self { items: sample_lines(), more: 3, open: 5, overdue: 1 }, Self { items: sample_lines(), more: 0, open: 2, overdue: 0 }];
    /// A question without words.
    QuestionEmpty = "refusal/question_empty" {} samples vec![Self {}];
    /// A question asked where no unit can be told.
    NoUnitForQuestion = "refusal/no_unit_for_question" {} samples vec![Self {}];
    /// Too many questions at once.
    TooManyOpen = "refusal/too_many_open" {
        /// How many may be open.
        most: usize,
    } samples vec![Self { most: 5 }];
}
