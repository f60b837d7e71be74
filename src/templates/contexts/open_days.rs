//! Open days (线上开放日·书记面对面): announced, begun, one question after the other, recapped.

use serde::Serialize;

use super::*;

/// A question in the recap of an open day, or in its queue.
#[derive(Clone, Debug, Serialize)]
pub struct OpenDayLine {
    /// Its number.
    pub number: i64,
    /// What was asked, shortened.
    pub question: UserText,
    /// The first answer, shortened; empty where there is none yet.
    pub answer: UserText,
    /// Until when an answer is promised; empty while the asker is to say more.
    pub due: String,
    /// How many like it.
    pub likes: u64,
    /// How many others asked the same.
    pub also: usize,
}

fn sample_lines() -> Vec<OpenDayLine> {
    let line = |number, answer: &str, likes| OpenDayLine {
        number,
        question: typed("返乡创业贷款找谁？"),
        answer: typed(answer),
        due: if likes > 0 { "11月24日 17:30".into() } else { String::new() },
        likes,
        also: usize::from(likes > 0),
    };
    vec![line(12, "找县团委青年发展部。", 3), line(13, "", 0)]
}

contexts! {
    /// An open day begins: said in its group.
    OpenDayStarted = "receipt/open_day_started" {
        /// Whose it is.
        unit: UserText,
        /// What it is about; may be empty.
        topic: UserText,
        /// Until when.
        until: String,
        /// Who answers.
        host: UserText,
        /// How many questions were put beforehand.
        collected: usize,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), until: "11月20日 20:00".into(), host: typed("孙样例"), collected: 3 },
        Self { unit: typed("样例一镇团委"), topic: typed(""), until: "11月20日 20:00".into(), host: typed("孙样例"), collected: 0 },
    ];
    /// An open day is announced in its group.
    OpenDayAnnounced = "notice/open_day_announced" {
        /// Whose it is.
        unit: UserText,
        /// What it is about; may be empty.
        topic: UserText,
        /// When it begins.
        begins: String,
        /// Until when.
        until: String,
        /// Who answers.
        host: UserText,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), begins: "11月25日 15:00".into(), until: "11月25日 17:00".into(), host: typed("孙样例") },
        Self { unit: typed("样例一镇团委"), topic: typed(""), begins: "11月25日 15:00".into(), until: "11月25日 17:00".into(), host: typed("孙样例") },
    ];
    /// An open day was announced in these groups.
    OpenDayPlanned = "receipt/open_day_planned" {
        /// The groups.
        groups: Vec<UserText>,
        /// When it begins.
        begins: String,
    } samples vec![Self { groups: vec![typed("样例一镇青年群"), typed("样例一镇返乡青年群")], begins: "11月25日 15:00".into() }];
    /// An open day begins in ten minutes: to its group, and to its host.
    OpenDaySoon = "notice/open_day_soon" {
        /// Whose it is.
        unit: UserText,
        /// What it is about; may be empty.
        topic: UserText,
        /// When it begins.
        begins: String,
        /// The group, for the host; empty in the group itself.
        group: UserText,
        /// How many questions were put beforehand.
        collected: usize,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), begins: "11月25日 15:00".into(), group: typed(""), collected: 3 },
        Self { unit: typed("样例一镇团委"), topic: typed(""), begins: "11月25日 15:00".into(), group: typed("样例一镇青年群"), collected: 0 },
    ];
    /// An announced open day will not be.
    OpenDayCancelled = "notice/open_day_cancelled" {
        /// Whose it was to be.
        unit: UserText,
        /// What it was to be about; may be empty.
        topic: UserText,
        /// When it was to begin.
        begins: String,
        /// How many questions were put beforehand.
        collected: usize,
        /// Whether nobody cancelled it and its time went by.
        missed: bool,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), begins: "11月25日 15:00".into(), collected: 3, missed: false },
        Self { unit: typed("样例一镇团委"), topic: typed(""), begins: "11月25日 15:00".into(), collected: 0, missed: true },
    ];
    /// A question was put beforehand.
    OpenDayCollected = "receipt/open_day_collected" {
        /// Its number.
        number: i64,
        /// When the open day begins; empty where it runs already.
        begins: String,
        /// Until when an answer is promised all the same.
        due: String,
    } samples vec![
        Self { number: 12, begins: "11月25日 15:00".into(), due: "11月27日 15:00".into() },
        Self { number: 12, begins: String::new(), due: "11月27日 15:00".into() },
    ];
    /// To the host: the next question.
    OpenDayTurn = "notice/open_day_turn" {
        /// The group.
        group: UserText,
        /// The question's number.
        number: i64,
        /// What was asked.
        text: UserText,
        /// How many like it.
        likes: u64,
        /// How many others asked the same.
        also: u64,
        /// How many wait behind it.
        left: usize,
    } samples vec![
        Self { group: typed("样例一镇青年群"), number: 12, text: typed("返乡创业贷款找谁？"), likes: 3, also: 2, left: 4 },
        Self { group: typed("样例一镇青年群"), number: 12, text: typed("返乡创业贷款找谁？"), likes: 0, also: 0, left: 0 },
    ];
    /// To the group: an answer given live.
    OpenDayAnswer = "notice/open_day_answer" {
        /// The askers.
        askers: Vec<Mention>,
        /// The question's number.
        number: i64,
        /// What was asked, shortened.
        question: UserText,
        /// The answer.
        answer: UserText,
        /// The unit that answers.
        by: UserText,
        /// Whether it was answered before.
        again: bool,
    } samples vec![
        Self { askers: vec![sample_mention()], number: 12, question: typed("返乡创业贷款找谁？"), answer: typed("找县团委青年发展部。"), by: typed("样例一镇团委"), again: false },
        Self { askers: vec![], number: 12, question: typed("返乡创业贷款找谁？"), answer: typed("也可以拨 12355。"), by: typed("样例一镇团委"), again: true },
    ];
    /// The question at hand was answered.
    OpenDayAnswered = "receipt/open_day_answered" {
        /// Its number.
        number: i64,
        /// What was asked, shortened.
        question: UserText,
        /// How many wait.
        left: usize,
    } samples vec![
        Self { number: 12, question: typed("返乡创业贷款找谁？"), left: 3 },
        Self { number: 12, question: typed("返乡创业贷款找谁？"), left: 0 },
    ];
    /// The question at hand was put off.
    OpenDayPutOff = "receipt/open_day_put_off" {
        /// Its number.
        number: i64,
        /// The next one's; the same where no other waits.
        next: i64,
        /// Whether no other waits.
        alone: bool,
    } samples vec![Self { number: 12, next: 13, alone: false }, Self { number: 12, next: 12, alone: true }];
    /// Somebody else is the host now.
    OpenDayHost = "receipt/open_day_host" {
        /// Who.
        host: UserText,
        /// The group.
        group: UserText,
        /// Whether they were before.
        again: bool,
    } samples vec![
        Self { host: typed("赵样例"), group: typed("样例一镇青年群"), again: false },
        Self { host: typed("赵样例"), group: typed("样例一镇青年群"), again: true },
    ];
    /// How an open day stands.
    OpenDayView = "list/open_day" {
        /// Whose it is.
        unit: UserText,
        /// The group.
        group: UserText,
        /// What it is about; may be empty.
        topic: UserText,
        /// When it begins, where it has not.
        begins: Option<String>,
        /// Until when.
        until: String,
        /// Who answers.
        host: UserText,
        /// The question at hand.
        at_hand: Option<OpenDayLine>,
        /// The first that wait behind it, where they are asked for.
        waiting: Vec<OpenDayLine>,
        /// How many wait that are not listed.
        more: usize,
        /// How many were asked.
        asked: usize,
        /// Of them, answered.
        answered: usize,
        /// Its number.
        number: i64,
    } samples vec![
        Self { unit: typed("样例一镇团委"), group: typed("样例一镇青年群"), topic: typed("返乡创业"), begins: None, until: "11月20日 20:00".into(), host: typed("孙样例"), at_hand: sample_lines().pop(), waiting: sample_lines(), more: 2, asked: 9, answered: 4, number: 3 },
        Self { unit: typed("样例一镇团委"), group: typed("样例一镇青年群"), topic: typed(""), begins: Some("11月25日 15:00".into()), until: "11月25日 17:00".into(), host: typed("孙样例"), at_hand: None, waiting: vec![], more: 0, asked: 0, answered: 0, number: 3 },
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
        /// Of them, those whose asker was content.
        satisfied: usize,
        /// How many likes they got.
        likes: u64,
        /// How many more are not for everybody to read.
        aside: usize,
        /// How many people took part: asked or liked.
        participants: usize,
        /// The first answered ones.
        items: Vec<OpenDayLine>,
        /// How many answered ones are not listed.
        more: usize,
        /// How many are open.
        still_open: usize,
        /// The first open ones.
        open: Vec<OpenDayLine>,
        /// How many open ones are not listed.
        more_open: usize,
        /// Whether it was recorded as an activity.
        recorded: bool,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), askers: 9, asked: 22, answered: 11, satisfied: 4, likes: 17, aside: 1, participants: 20, items: sample_lines(), more: 9, still_open: 11, open: sample_lines(), more_open: 9, recorded: true },
        Self { unit: typed("样例一镇团委"), topic: typed(""), askers: 0, asked: 0, answered: 0, satisfied: 0, likes: 0, aside: 0, participants: 0, items: vec![], more: 0, still_open: 0, open: vec![], more_open: 0, recorded: false },
    ];
    /// To the host and those who answer for the unit: what is left to do after an open day.
    OpenDayClosed = "notice/open_day_closed" {
        /// The group.
        group: UserText,
        /// How many questions.
        asked: usize,
        /// How many are still open.
        open: usize,
        /// Its number, by which the document is made.
        number: i64,
    } samples vec![
        Self { group: typed("样例一镇青年群"), asked: 22, open: 11, number: 3 },
        Self { group: typed("样例一镇青年群"), asked: 22, open: 0, number: 3 },
    ];
    /// An open day runs in the group already.
    OpenDayRunning = "refusal/open_day_running" {
        /// Until when.
        until: String,
    } samples vec![Self { until: "11月20日 20:00".into() }];
    /// No open day runs in the group.
    OpenDayNotRunning = "refusal/open_day_not_running" {} samples vec![Self {}];
    /// No open day is announced.
    OpenDayNotAnnounced = "refusal/open_day_not_announced" {} samples vec![Self {}];
    /// An open day is announced in the group already.
    OpenDayAnnouncedAlready = "refusal/open_day_announced" {
        /// The group.
        group: UserText,
        /// When it begins.
        begins: String,
    } samples vec![Self { group: typed("样例一镇青年群"), begins: "11月25日 15:00".into() }];
    /// An announcement that cannot be read, or not kept.
    OpenDayWhen = "refusal/open_day_when" {
        /// What is wrong.
        reason: String,
    } samples vec![Self { reason: "没有看懂是哪一天".into() }];
    /// The unit has no group to announce it in, or too many.
    OpenDayWhere = "refusal/open_day_where" {
        /// How many groups of young people it has.
        groups: usize,
    } samples vec![Self { groups: 0 }, Self { groups: 9 }];
    /// An open day that is too short or too long.
    OpenDayLength = "refusal/open_day_length" {
        /// The least minutes.
        least: i64,
        /// The most hours.
        most: i64,
    } samples vec![Self { least: 10, most: 24 }];
    /// No question is at hand, or no words came with it.
    OpenDayNothing = "refusal/open_day_nothing" {
        /// The number of the question at hand, where there is one.
        number: Option<i64>,
    } samples vec![Self { number: None }, Self { number: Some(12) }];
    /// Somebody else is the host.
    OpenDayNotHost = "refusal/open_day_not_host" {
        /// Who.
        host: UserText,
    } samples vec![Self { host: typed("孙样例") }];
}
