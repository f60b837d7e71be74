//! Young people: contacts and the roster.

use serde::Serialize;

use super::*;

/// Names of young people: in a group only how many.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NameList {
    /// How many.
    pub count: usize,
    /// The first of them, in private.
    pub names: Vec<UserText>,
    /// How many are not listed, in private.
    pub more: usize,
}

pub(super) fn sample_names(names: &[&str], more: usize) -> NameList {
    NameList { count: names.len() + more, names: names.iter().map(|name| typed(name)).collect(), more }
}

/// A field of the roster of young people.
#[derive(Clone, Debug, Serialize)]
pub struct YouthFieldLine {
    /// Its name.
    pub field: String,
    /// How many of it are on the roster.
    pub roster: usize,
    /// Of them, those contacted this year.
    pub year: usize,
}

/// Somebody of the roster and when they were contacted.
#[derive(Clone, Debug, Serialize)]
pub struct LongAgo {
    /// Their name.
    pub name: UserText,
    /// `9月1日`, `还没联系过`.
    pub last: String,
}

contexts! {
    /// Contacts were recorded, or other deeds with young people.
    Contacted = "receipt/contacted" {
        /// What the kind is called.
        title: String,
        /// `11月20日 周五`.
        date: String,
        /// The first of those named.
        names: Vec<UserText>,
        /// How many of those are not listed.
        more: usize,
        /// `见面`, `线上`; empty where nothing was said.
        mode: String,
        /// Their fields.
        fields: Vec<String>,
        /// Where.
        place: UserText,
        /// What.
        content: UserText,
        /// How many in all; of hours how many for each.
        quantity: Option<i32>,
        /// Of what: 人, 小时.
        counts: String,
        /// Whether the number is each one's.
        each: bool,
        /// Whether people are counted.
        counts_people: bool,
        /// The first of those who are not on the roster.
        unknown: Vec<UserText>,
        /// How many are not on the roster.
        unknown_count: usize,
        /// Whether a telephone or identity number was typed.
        number_dropped: bool,
        /// How many are on the roster.
        roster: usize,
        /// Of them, those contacted in the last thirty days.
        reached: u32,
    } samples vec![
        Self { title: "联系".into(), date: "11月20日 周五".into(), names: vec![typed("小赵"), typed("小钱")], more: 2, mode: "线上".into(), fields: vec!["学校".into(), "企业".into()], place: typed("东风社区"), content: typed("谈就业"), quantity: Some(4), counts: "人".into(), each: false, counts_people: true, unknown: vec![typed("小钱")], unknown_count: 1, number_dropped: true, roster: 100, reached: 42 },
        Self { title: "联系".into(), date: "11月20日 周五".into(), names: vec![], more: 0, mode: String::new(), fields: vec![], place: typed(""), content: typed(""), quantity: Some(12), counts: "人".into(), each: false, counts_people: true, unknown: vec![], unknown_count: 0, number_dropped: false, roster: 0, reached: 0 },
        Self { title: "志愿服务".into(), date: "11月20日 周五".into(), names: vec![typed("小赵"), typed("小钱")], more: 0, mode: String::new(), fields: vec![], place: typed(""), content: typed(""), quantity: Some(2), counts: "小时".into(), each: true, counts_people: false, unknown: vec![typed("小钱")], unknown_count: 1, number_dropped: false, roster: 100, reached: 42 },
        Self { title: "志愿服务".into(), date: "11月20日 周五".into(), names: vec![typed("小赵")], more: 0, mode: String::new(), fields: vec![], place: typed(""), content: typed(""), quantity: None, counts: "小时".into(), each: false, counts_people: false, unknown: vec![], unknown_count: 0, number_dropped: false, roster: 100, reached: 42 },
    ];
    /// Young people were put on the roster.
    YouthAdded = "receipt/youth_added" {
        /// Those who are new.
        added: NameList,
        /// Those who were on it before.
        restored: NameList,
        /// Those who were on it already.
        known: NameList,
        /// Those of whom more is known now.
        changed: NameList,
        /// What was not understood.
        unread: Vec<UserText>,
        /// Whether a telephone or identity number was typed.
        number_dropped: bool,
        /// How many are on the roster now.
        roster: usize,
        /// Whether it was said in private.
        private: bool,
    } samples vec![
        Self { added: sample_names(&["小赵", "小钱"], 3), restored: sample_names(&["小孙"], 0), known: sample_names(&["小李"], 0), changed: sample_names(&["小周"], 0), unread: vec![typed("修车的"), typed("123")], number_dropped: true, roster: 12, private: true },
        Self { added: NameList { count: 2, ..NameList::default() }, restored: NameList::default(), known: NameList::default(), changed: NameList::default(), unread: vec![], number_dropped: false, roster: 2, private: false },
    ];
    /// Young people were taken off the roster.
    YouthEnded = "receipt/youth_ended" {
        /// Those who were on it.
        ended: NameList,
        /// Those who were not.
        missing: NameList,
        /// How many are on the roster now.
        roster: usize,
        /// Whether it was said in private.
        private: bool,
    } samples vec![
        Self { ended: sample_names(&["小赵"], 0), missing: sample_names(&["小钱"], 0), roster: 11, private: true },
        Self { ended: NameList::default(), missing: NameList { count: 1, ..NameList::default() }, roster: 12, private: false },
    ];
    /// My roster of young people and how I keep in touch with it.
    MyYouth = "list/my_youth" {
        /// How many are on it.
        roster: usize,
        /// Of them, those contacted this quarter.
        quarter: u32,
        /// Those contacted this year.
        year: u32,
        /// Those met face to face this year.
        face_to_face: u32,
        /// Those contacted online this year.
        online: u32,
        /// By field.
        fields: Vec<YouthFieldLine>,
        /// The share of this year's contacts that falls on the most-contacted tenth, in percent; nothing for a short roster.
        share: Option<u32>,
        /// How many a tenth is.
        tenth: usize,
        /// Whether that share is large.
        few: bool,
        /// Those not contacted longest.
        longest: Vec<LongAgo>,
        /// What a contact is called.
        word: String,
    } samples vec![
        Self { roster: 100, quarter: 42, year: 80, face_to_face: 30, online: 60, fields: vec![YouthFieldLine { field: "学校".into(), roster: 60, year: 50 }, YouthFieldLine { field: "未写领域".into(), roster: 40, year: 30 }], share: Some(35), tenth: 10, few: false, longest: vec![LongAgo { name: typed("小赵"), last: "还没联系过".into() }, LongAgo { name: typed("小钱"), last: "9月1日".into() }], word: "联系".into() },
        Self { roster: 12, quarter: 2, year: 2, face_to_face: 2, online: 0, fields: vec![YouthFieldLine { field: "学校".into(), roster: 12, year: 2 }], share: Some(90), tenth: 2, few: true, longest: vec![], word: "联系".into() },
        Self { roster: 0, quarter: 0, year: 0, face_to_face: 0, online: 0, fields: vec![], share: None, tenth: 0, few: false, longest: vec![], word: "联系".into() },
    ];
    /// A correction of a number that would not fit the names.
    NamedPeople = "refusal/named_people" {
        /// How many were named.
        named: usize,
        /// What a contact is called.
        word: String,
    } samples vec![Self { named: 3, word: "联系".into() }];
    /// A contact with nobody.
    ContactUsage = "refusal/contact_usage" {
        /// The kind's word.
        word: String,
    } samples vec![Self { word: "联系".into() }];
    /// Names that cannot be read.
    YouthUsage = "refusal/youth_usage" {
        /// The command's word.
        word: String,
        /// Whether somebody was to be added.
        is_adding: bool,
        /// Whether a telephone or identity number was typed.
        number_dropped: bool,
    } samples vec![Self { word: "加青年".into(), is_adding: true, number_dropped: true }, Self { word: "删青年".into(), is_adding: false, number_dropped: false }];
}
