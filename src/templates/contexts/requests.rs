//! What waits for a decision: make-up entries and leave.

use serde::Serialize;

use super::*;

/// A request that waits for somebody's word.
#[derive(Clone, Debug, Serialize)]
pub struct RequestLine {
    /// Its number.
    pub number: i64,
    /// Who asks.
    pub name: UserText,
    /// Their unit.
    pub unit: UserText,
    /// What for: `补签签到`, `请假`.
    pub what: String,
    /// For which days.
    pub days: String,
    /// What was done, of a make-up entry.
    pub detail: UserText,
    /// Why.
    pub reason: UserText,
}

pub(super) fn sample_request(number: i64) -> RequestLine {
    RequestLine {
        number,
        name: typed("钱样例"),
        unit: typed("样例县团委"),
        what: "补签签到".into(),
        days: "11月19日 周四".into(),
        detail: typed("东风社区 走访5人"),
        reason: typed("手机没电"),
    }
}

contexts! {
    /// Leave was asked for, or granted.
    OnLeave = "receipt/leave" {
        /// Whose, where it is somebody else's.
        name: UserText,
        /// The days.
        days: String,
        /// Whether somebody has to agree first.
        waiting: bool,
        /// The request's number; 0 where there is none.
        number: i64,
        /// Who is asked.
        by: Vec<UserText>,
    } samples vec![
        Self { name: typed(""), days: "11月23日—11月25日".into(), waiting: true, number: 12, by: vec![typed("孙样例")] },
        Self { name: typed("钱样例"), days: "11月23日 周一上午".into(), waiting: false, number: 0, by: vec![] },
    ];
    /// Leave is over, or off.
    LeaveEnded = "receipt/leave_ended" {
        /// The days it was for.
        days: String,
        /// What is left of it; empty where nothing is.
        left: String,
    } samples vec![
        Self { days: "11月23日—11月25日".into(), left: "11月23日 周一".into() },
        Self { days: "11月23日—11月25日".into(), left: String::new() },
    ];
    /// A request was taken back.
    RequestWithdrawn = "receipt/request_withdrawn" {
        /// Its number.
        number: i64,
        /// What it was for.
        what: String,
        /// For which days.
        days: String,
    } samples vec![Self { number: 12, what: "补签签到".into(), days: "11月19日 周四".into() }];
    /// To the one who decided.
    Decided = "receipt/decided" {
        /// The request's number.
        number: i64,
        /// Who asked.
        name: UserText,
        /// What for.
        what: String,
        /// For which days.
        days: String,
        /// Whether it was granted.
        granted: bool,
    } samples vec![
        Self { number: 12, name: typed("钱样例"), what: "补签签到".into(), days: "11月19日 周四".into(), granted: true },
        Self { number: 13, name: typed("钱样例"), what: "请假".into(), days: "11月23日 周一".into(), granted: false },
    ];
    /// To those whose word is asked.
    RequestCame = "notice/request" {
        /// What is asked.
        request: RequestLine,
    } samples vec![Self { request: sample_request(12) }];
    /// To the one who asked: it is decided.
    RequestDecided = "notice/decided" {
        /// The request's number.
        number: i64,
        /// What it was for.
        what: String,
        /// For which days.
        days: String,
        /// Whether it was granted.
        granted: bool,
        /// By whom.
        by: UserText,
        /// What they said.
        note: UserText,
    } samples vec![
        Self { number: 12, what: "补签签到".into(), days: "11月19日 周四".into(), granted: true, by: typed("孙样例"), note: typed("") },
        Self { number: 13, what: "请假".into(), days: "11月23日 周一".into(), granted: false, by: typed("孙样例"), note: typed("人手不够") },
    ];
    /// What waits for one's word.
    Requests = "list/requests" {
        /// The first of them.
        items: Vec<RequestLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![Self { items: vec![sample_request(12), sample_request(13)], more: 1 }, Self { items: vec![], more: 0 }];
    /// Days for which there is no leave.
    CannotLeave = "refusal/leave_days" {
        /// The first day there is, where the days are too old; else empty.
        earliest: String,
    } samples vec![Self { earliest: "11月17日 周二".into() }, Self { earliest: String::new() }];
    /// A reason is needed.
    ReasonMissing = "refusal/reason_missing" {
        /// What to type.
        example: String,
    } samples vec![Self { example: "请假 明天 看病".into() }];
    /// Nobody knows whom is meant.
    NoSuchPerson = "refusal/no_such_person" {
        /// What was typed.
        name: UserText,
        /// Of several with that name: their units.
        units: Vec<UserText>,
        /// What to type.
        example: String,
    } samples vec![
        Self { name: typed("火样例"), units: vec![], example: "代签 钱样例 昨天 东风社区 原因：手机坏了".into() },
        Self { name: typed("钱样例"), units: vec![typed("样例一镇团委"), typed("样例二镇团委")], example: "代签 钱样例(样例一镇) 昨天 东风社区 原因：手机坏了".into() },
        Self { name: typed(""), units: vec![], example: "代请假 钱样例 明天 住院".into() },
    ];
    /// What is for others is used for oneself.
    NotForYourself = "refusal/not_for_yourself" {
        /// The word to use instead.
        word: String,
    } samples vec![Self { word: "补签".into() }];
    /// No request of that number that waits for this person's word.
    NoSuchRequest = "refusal/no_such_request" {
        /// The number.
        number: i64,
        /// Whether it is their own.
        own: bool,
    } samples vec![Self { number: 12, own: false }, Self { number: 12, own: true }];
    /// A decision that cannot be read.
    RequestUsage = "refusal/request_usage" {} samples vec![Self {}];
    /// The request is decided.
    RequestSettled = "refusal/request_settled" {
        /// The number.
        number: i64,
        /// What became of it.
        state: String,
        /// Who decided.
        by: UserText,
    } samples vec![Self { number: 12, state: "已同意".into(), by: typed("孙样例") }, Self { number: 12, state: "已撤回".into(), by: typed("") }];
    /// There is no leave to end.
    NotOnLeave = "refusal/not_on_leave" {} samples vec![Self {}];
}
