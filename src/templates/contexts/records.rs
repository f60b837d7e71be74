//! Records: receipts, guided entry, flags, what cannot be made up.

use serde::Serialize;

use super::*;

/// A record that somebody should look at.
#[derive(Clone, Debug, Serialize)]
pub struct FlagLine {
    /// Its number.
    pub number: i64,
    /// Whose record.
    pub name: UserText,
    /// Their unit.
    pub unit: UserText,
    /// What the kind is called.
    pub title: String,
    /// The day it is about.
    pub date: String,
    /// What it says.
    pub text: UserText,
    /// Why.
    pub flag: String,
    /// The other record it is like: whose and of which day; empty where there is none.
    pub other: UserText,
}

contexts! {
    /// Something was recorded.
    Recorded = "receipt/recorded" {
        /// What the kind is called.
        title: String,
        /// `11月20日 周五`.
        date: String,
        /// Where.
        place: UserText,
        /// What.
        content: UserText,
        /// How many.
        quantity: Option<i32>,
        /// Of what: 人, 小时.
        counts: String,
        /// Whether it was made up later.
        made_up: bool,
        /// Of a check-in: distinct days this week, with this one.
        days: Option<u32>,
        /// Of a check-in: whether this day had been reported before.
        again: bool,
        /// Whether the week's duty is done with it; `false` also for those who owe none.
        met: bool,
        /// Days still owed this week.
        left: u32,
        /// The unit the person is tied to, where the place was not recognised as it.
        tied_to: Option<UserText>,
        /// The numbers of the problems in it that are on the list now.
        problems: Vec<i64>,
    } samples vec![
        Self { title: "签到".into(), date: "11月20日 周五".into(), place: typed("东风社区"), content: typed("联系青年12人"), quantity: Some(12), counts: "人".into(), made_up: false, days: Some(1), again: false, met: true, left: 0, tied_to: None, problems: vec![] },
        Self { title: "签到".into(), date: "11月20日 周五".into(), place: typed(""), content: typed(""), quantity: None, counts: "人".into(), made_up: true, days: Some(1), again: true, met: false, left: 1, tied_to: Some(typed("样例一镇")), problems: vec![] },
        Self { title: "日志".into(), date: "11月20日 周五".into(), place: typed(""), content: typed("走访：三户"), quantity: None, counts: "人".into(), made_up: false, days: None, again: false, met: false, left: 0, tied_to: None, problems: vec![12, 13] },
    ];
    /// A record was withdrawn.
    Withdrawn = "receipt/withdrawn" {
        /// What the kind is called.
        title: String,
        /// The day it was about.
        date: String,
        /// Where.
        place: UserText,
        /// How many records the message had made.
        records: u32,
        /// Whether there were several.
        several: bool,
    } samples vec![
        Self { title: "签到".into(), date: "11月20日 周五".into(), place: typed("东风社区"), records: 1, several: false },
        Self { title: "签到".into(), date: "11月20日 周五".into(), place: typed(""), records: 3, several: true },
    ];
    /// Guided entry: the next question.
    GuideAsk = "guide/ask" {
        /// What the kind is called.
        title: String,
        /// `11月20日 周五`.
        date: String,
        /// Of a check-in: distinct days this week.
        days: Option<u32>,
        /// The question.
        question: String,
        /// Whether it is the first one, asked together with the receipt.
        first: bool,
        /// Whether the answer before it could not be read as a number.
        unread: bool,
    } samples vec![
        Self { title: "签到".into(), date: "11月20日 周五".into(), days: Some(1), question: "在哪里？".into(), first: true, unread: false },
        Self { title: "签到".into(), date: "11月20日 周五".into(), days: None, question: "多少人？".into(), first: false, unread: true },
    ];
    /// Guided entry: the whole text is asked for.
    GuideText = "guide/text" {
        /// What the kind is called.
        title: String,
    } samples vec![Self { title: "日志".into() }];
    /// Guided entry that ended without a word.
    GuideNothing = "guide/nothing" {} samples vec![Self {}];
    /// Something was recorded, in one line.
    ShortReceipt = "receipt/short" {
        /// What the kind is called.
        title: String,
        /// How many.
        count: usize,
        /// Whether there are several.
        several: bool,
    } samples vec![Self { title: "签到".into(), count: 1, several: false }, Self { title: "签到".into(), count: 2, several: true }];
    /// A record whose text is missing.
    RecordEmpty = "refusal/record_empty" {
        /// The kind's word.
        word: String,
    } samples vec![Self { word: "日志".into() }];
    /// A record was corrected.
    Changed = "receipt/changed" {
        /// The day it is about.
        date: String,
        /// Which field.
        field: String,
        /// What it says now.
        value: UserText,
    } samples vec![Self { date: "11月20日 周五".into(), field: "地点".into(), value: typed("城西社区") }];
    /// Days gone by were recorded, or will be once somebody agrees.
    MadeUp = "receipt/made_up" {
        /// What the kind is called.
        title: String,
        /// The days.
        days: String,
        /// Where.
        place: UserText,
        /// What.
        content: UserText,
        /// How many.
        quantity: Option<i32>,
        /// Of what.
        counts: String,
        /// Whether somebody has to agree first.
        waiting: bool,
        /// The request's number.
        number: i64,
        /// Who is asked.
        by: Vec<UserText>,
        /// Whether it was said as an ordinary report.
        bare: bool,
        /// How many times are left this month.
        left: u32,
    } samples vec![
        Self { title: "签到".into(), days: "11月19日 周四".into(), place: typed("东风社区"), content: typed("走访5人"), quantity: Some(5), counts: "人".into(), waiting: true, number: 12, by: vec![typed("孙样例")], bare: false, left: 2 },
        Self { title: "签到".into(), days: "11月18日—11月19日（2 天）".into(), place: typed(""), content: typed(""), quantity: None, counts: "人".into(), waiting: false, number: 12, by: vec![], bare: true, left: 0 },
    ];
    /// Something was recorded for somebody else.
    Entered = "receipt/entered" {
        /// For whom.
        name: UserText,
        /// What the kind is called.
        title: String,
        /// The days.
        days: String,
        /// Where.
        place: UserText,
        /// What.
        content: UserText,
        /// Whether it is made up later.
        made_up: bool,
    } samples vec![Self { name: typed("钱样例"), title: "签到".into(), days: "11月19日 周四".into(), place: typed("东风社区"), content: typed("走访5人"), made_up: true }];
    /// A record was looked at.
    FlagSeen = "receipt/flag_seen" {
        /// The flag's number.
        number: i64,
        /// Whose record.
        name: UserText,
    } samples vec![Self { number: 7, name: typed("钱样例") }];
    /// To somebody for whom another has entered something.
    EnteredForYou = "notice/entered" {
        /// Who entered it.
        by: UserText,
        /// What: a kind of record, or leave.
        what: String,
        /// For which days.
        days: String,
        /// What was done.
        detail: UserText,
        /// Why.
        reason: UserText,
        /// What to say against it.
        undo: String,
    } samples vec![
        Self { by: typed("孙样例"), what: "签到".into(), days: "11月19日 周四".into(), detail: typed("东风社区 走访"), reason: typed("手机坏了"), undo: "撤回".into() },
        Self { by: typed("孙样例"), what: "请假".into(), days: "11月23日 周一".into(), detail: typed(""), reason: typed("住院"), undo: "销假".into() },
    ];
    /// To the one who entered something for another: they took it back.
    EntryWithdrawn = "notice/entry_withdrawn" {
        /// Who took it back.
        name: UserText,
        /// What the kind is called.
        title: String,
        /// The day it was about.
        date: String,
    } samples vec![Self { name: typed("钱样例"), title: "签到".into(), date: "11月19日 周四".into() }];
    /// Records to be looked at.
    Flags = "list/flags" {
        /// The first of them.
        items: Vec<FlagLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![
        Self {
            items: vec![
                FlagLine { number: 7, name: typed("钱样例"), unit: typed("样例县团委"), title: "签到".into(), date: "11月19日 周四".into(), text: typed("东风社区 走访"), flag: "文字相同".into(), other: typed("孙样例 11月12日") },
                FlagLine { number: 8, name: typed("李样例"), unit: typed("样例一镇团委"), title: "签到".into(), date: "11月19日 周四".into(), text: typed("样例二镇"), flag: "地点不在联系点".into(), other: typed("") },
            ],
            more: 2,
        },
        Self { items: vec![], more: 0 },
    ];
    /// Days that cannot be read.
    DayUnclear = "refusal/day_unclear" {
        /// Why.
        why: String,
        /// What to type instead.
        example: String,
    } samples vec![Self { why: "没有“2月30日”这一天".into(), example: "补签 昨天 东风社区 走访5人".into() }];
    /// Days that cannot be made up.
    CannotMakeUp = "refusal/make_up" {
        /// Whether they are still to come.
        future: bool,
        /// Whether nothing can be made up at all.
        off: bool,
        /// The first day that can be, where the days are too old; else empty.
        earliest: String,
        /// How often one may a month, where that is used up; else 0.
        used_up: u32,
    } samples vec![
        Self { future: true, off: false, earliest: String::new(), used_up: 0 },
        Self { future: false, off: true, earliest: String::new(), used_up: 0 },
        Self { future: false, off: false, earliest: "11月17日 周二".into(), used_up: 0 },
        Self { future: false, off: false, earliest: String::new(), used_up: 3 },
    ];
    /// No flag of that number that this person may look at.
    NoSuchFlag = "refusal/no_such_flag" {
        /// The number, as typed.
        number: String,
    } samples vec![Self { number: "7".into() }];
    /// There is nothing to withdraw.
    NothingToWithdraw = "refusal/nothing_to_withdraw" {
        /// For how many hours one may.
        hours: u32,
        /// Who can help later: the secretaries.
        who: Vec<UserText>,
    } samples vec![Self { hours: 24, who: vec![typed("孙样例"), typed("赵样例")] }, Self { hours: 24, who: vec![] }];
    /// There is nothing to correct.
    NothingToChange = "refusal/nothing_to_change" {
        /// For how many hours one may.
        hours: u32,
    } samples vec![Self { hours: 24 }];
    /// A correction that cannot be read.
    ChangeUsage = "refusal/change_usage" {} samples vec![Self {}];
    /// A text that is too long.
    TooLong = "refusal/too_long" {
        /// The most characters.
        most: usize,
    } samples vec![Self { most: 2000 }];
}
