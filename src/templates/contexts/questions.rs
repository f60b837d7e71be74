//! The Voice of Youth: questions, answers, likes, invitations, open days.

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
}

pub(super) fn sample_lines() -> Vec<QuestionLine> {
    let line = |number, text: &str, overdue| QuestionLine {
        number,
        text: typed(text),
        unit: typed("样例一镇团委"),
        due: "11月24日 17:30".into(),
        overdue,
    };
    vec![line(12, "团组织关系怎么转？", true), line(13, "创业贷款找谁？", false)]
}

/// A question in the recap of an open day.
#[derive(Clone, Debug, Serialize)]
pub struct OpenDayLine {
    /// Its number.
    pub number: i64,
    /// What was asked, shortened.
    pub question: UserText,
    /// The first answer, shortened; empty where there is none yet.
    pub answer: UserText,
    /// Until when an answer is promised.
    pub due: String,
}

pub(super) fn sample_open_day_lines() -> Vec<OpenDayLine> {
    let line = |number, answer: &str| OpenDayLine {
        number,
        question: typed("返乡创业贷款找谁？"),
        answer: typed(answer),
        due: "11月24日 17:30".into(),
    };
    vec![line(12, "找县团委青年发展部。"), line(13, "")]
}

/// A unit with everything below it in the figures of the Voice of Youth.
#[derive(Clone, Debug, Serialize)]
pub struct VoiceLine {
    /// The unit.
    pub unit: UserText,
    /// Asked.
    pub asked: u64,
    /// Answered.
    pub answered: u64,
    /// Likes.
    pub likes: u64,
}

contexts! {
    /// A question was withdrawn.
    QuestionWithdrawn = "receipt/question_withdrawn" {
        /// Its number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// A question was taken in.
    Asked = "receipt/asked" {
        /// Its number.
        number: i64,
        /// Until when an answer is promised.
        due: String,
        /// Whether it was asked in private.
        private: bool,
    } samples vec![Self { number: 12, due: "11月24日 17:30".into(), private: false }, Self { number: 12, due: "11月24日 17:30".into(), private: true }];
    /// An answer was taken in.
    Answered = "receipt/answered" {
        /// The question's number.
        number: i64,
        /// Whether somebody had answered before.
        again: bool,
    } samples vec![Self { number: 12, again: false }, Self { number: 12, again: true }];
    /// To those who answer: there is a new question.
    NewQuestion = "notice/question" {
        /// Its number.
        number: i64,
        /// What was asked.
        text: UserText,
        /// Where or by whom.
        from: UserText,
        /// Until when an answer is promised.
        due: String,
    } samples vec![Self { number: 12, text: typed("团组织关系怎么转？"), from: typed("样例一镇青年群"), due: "11月24日 17:30".into() }];
    /// To the asker: the answer.
    AnswerCame = "notice/answer" {
        /// The asker, in a group.
        asker: Option<Mention>,
        /// The question's number.
        number: i64,
        /// What was asked, shortened.
        question: UserText,
        /// The answer.
        answer: UserText,
        /// Who answers: the unit.
        by: UserText,
    } samples vec![
        Self { asker: Some(sample_mention()), number: 12, question: typed("团组织关系怎么转？"), answer: typed("在系统里发起转接，两地团委审核。"), by: typed("样例县团委") },
        Self { asker: None, number: 12, question: typed("团组织关系怎么转？"), answer: typed("在系统里发起转接，两地团委审核。"), by: typed("样例县团委") },
    ];
    /// Open questions, asked for.
    Pending = "list/pending" {
        /// The first of them.
        items: Vec<QuestionLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![Self { items: sample_lines(), more: 3 }, Self { items: sample_lines(), more: 0 }, Self { items: vec![], more: 0 }];
    /// An open day begins: announced in its group.
    OpenDayStarted = "receipt/open_day_started" {
        /// Whose it is.
        unit: UserText,
        /// What it is about; may be empty.
        topic: UserText,
        /// Until when.
        until: String,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), until: "11月20日 20:00".into() },
        Self { unit: typed("样例一镇团委"), topic: typed(""), until: "11月20日 20:00".into() },
    ];
    /// An open day is over: what was asked and answered.
    OpenDayRecap = "notice/open_day_recap" {
        /// Whose it was.
        unit: UserText,
        /// What it was about; may be empty.
        topic: UserText,
        /// How many people asked.
        askers: usize,
        /// How many questions.
        asked: usize,
        /// Of them, answered.
        answered: usize,
        /// The first answered ones.
        items: Vec<OpenDayLine>,
        /// How many answered ones are not listed.
        more: usize,
        /// The first open ones.
        open: Vec<OpenDayLine>,
        /// How many open ones are not listed.
        more_open: usize,
        /// Whether it was recorded as an activity.
        recorded: bool,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), askers: 9, asked: 22, answered: 11, items: sample_open_day_lines(), more: 9, open: sample_open_day_lines(), more_open: 9, recorded: true },
        Self { unit: typed("样例一镇团委"), topic: typed(""), askers: 0, asked: 0, answered: 0, items: vec![], more: 0, open: vec![], more_open: 0, recorded: false },
    ];
    /// An open day runs in the group already.
    OpenDayRunning = "refusal/open_day_running" {
        /// Until when.
        until: String,
    } samples vec![Self { until: "11月20日 20:00".into() }];
    /// No open day runs in the group.
    OpenDayNotRunning = "refusal/open_day_not_running" {} samples vec![Self {}];
    /// An open day that is too short or too long.
    OpenDayLength = "refusal/open_day_length" {
        /// The least minutes.
        least: i64,
        /// The most hours.
        most: i64,
    } samples vec![Self { least: 10, most: 24 }];
    /// A question was liked.
    Liked = "receipt/liked" {
        /// Its number.
        number: i64,
        /// Its likes now.
        likes: u64,
        /// Whether this one had liked it before.
        again: bool,
    } samples vec![Self { number: 12, likes: 45, again: false }, Self { number: 12, likes: 45, again: true }];
    /// The Voice of Youth over all time.
    Voice = "list/voice" {
        /// The unit, with everything below it.
        unit: UserText,
        /// Asked.
        asked: u64,
        /// Answered.
        answered: u64,
        /// Likes.
        likes: u64,
        /// The first units below that were asked anything.
        units: Vec<VoiceLine>,
        /// How many of those are not listed.
        more: usize,
    } samples vec![
        Self { unit: typed("样例市团委"), asked: 11_495, answered: 10_044, likes: 4_945, units: vec![VoiceLine { unit: typed("样例县团委"), asked: 495, answered: 44, likes: 45 }], more: 3 },
        Self { unit: typed("样例一镇团委"), asked: 0, answered: 0, likes: 0, units: vec![], more: 0 },
    ];
    /// No public question of that number.
    NoSuchPublicQuestion = "refusal/no_such_public_question" {
        /// The number; 0 where none was typed.
        number: i64,
    } samples vec![Self { number: 12 }, Self { number: 0 }];
    /// An expert was invited.
    Invited = "receipt/invited" {
        /// Their name.
        name: UserText,
        /// The question's number.
        number: i64,
        /// Whether they had been invited before.
        again: bool,
    } samples vec![Self { name: typed("钱样例"), number: 12, again: false }, Self { name: typed("钱样例"), number: 12, again: true }];
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
    /// No question of that number that this person may answer.
    NoSuchQuestion = "refusal/no_such_question" {
        /// The number.
        number: String,
    } samples vec![Self { number: "12".into() }];
    /// The question was withdrawn.
    QuestionGone = "refusal/question_gone" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// An answer that cannot be read.
    AnswerUsage = "refusal/answer_usage" {} samples vec![Self {}];
}
