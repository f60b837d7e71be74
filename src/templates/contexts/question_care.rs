//! What keeps questions from being forgotten, sent the wrong way or hurting anybody: warnings, deputies, topics, words.

use serde::Serialize;

use super::*;
use crate::domain::id::QuestionId;

/// A question whose time somebody should look at.
#[derive(Clone, Debug, Serialize)]
pub struct WatchLine {
    /// Which; not shown.
    #[serde(skip)]
    pub id: Option<QuestionId>,
    /// Its number.
    pub number: i64,
    /// What was asked, shortened; empty where it is not for everybody who reads this.
    pub text: UserText,
    /// The unit that owes the answer.
    pub unit: UserText,
    /// Until when.
    pub due: String,
    /// Whether somebody has to look at its words first.
    pub held: bool,
    /// Whether it is a cry for help.
    pub urgent: bool,
    /// How much of its time is used.
    pub percent: Option<u32>,
    /// How much working time is left.
    pub left: Option<String>,
    /// Whether its time is over.
    pub over: bool,
    /// Whether it is told to the unit above.
    pub raised: bool,
    /// Who was silent for too long, where it is back in the queue.
    pub back_from: Option<UserText>,
    /// Whether it is told to the one who was silent.
    pub lost: bool,
    /// Whether it has ended because its asker, who was asked back, said nothing.
    pub unheard: bool,
    /// Whether it goes on though its asker, who was asked back, said nothing.
    pub goes_on: bool,
}

/// A topic with its questions of this month.
#[derive(Clone, Debug, Serialize)]
pub struct TopicLine {
    /// Its name.
    pub title: String,
    /// How many.
    pub count: u64,
    /// Its class, where that is not the usual one.
    pub class: Option<String>,
}

/// Who takes a topic.
#[derive(Clone, Debug, Serialize)]
pub struct TopicPersonLine {
    /// The topic's name.
    pub topic: String,
    /// Who.
    pub name: UserText,
    /// In which unit and below.
    pub unit: UserText,
}

contexts! {
    /// To those who answer: questions whose time runs out, or that are back in the queue.
    QuestionWatch = "remind/question_watch" {
        /// The questions.
        items: Vec<WatchLine>,
        /// Whether there are several.
        several: bool,
    } samples vec![
        Self { several: true, items: vec![
            WatchLine { percent: Some(50), left: Some("6 小时 30 分钟".into()), ..WatchLine::sample() },
            WatchLine { percent: Some(100), over: true, ..WatchLine::sample() },
            WatchLine { percent: Some(100), over: true, raised: true, ..WatchLine::sample() },
            WatchLine { back_from: Some(typed("张样例")), percent: Some(50), left: Some("6 小时".into()), ..WatchLine::sample() },
            WatchLine { lost: true, ..WatchLine::sample() },
            WatchLine { unheard: true, ..WatchLine::sample() },
            WatchLine { goes_on: true, ..WatchLine::sample() },
        ] },
        Self { several: false, items: vec![WatchLine { held: true, text: typed(""), percent: Some(80), left: Some("2 小时".into()), ..WatchLine::sample() }] },
        Self { several: false, items: vec![WatchLine { urgent: true, text: typed(""), percent: Some(80), left: Some("24 分钟".into()), ..WatchLine::sample() }] },
    ];
    /// Somebody stands in.
    DeputySet = "receipt/deputy_set" {
        /// Who.
        name: UserText,
        /// Their last day; none until it is ended.
        until: Option<String>,
    } samples vec![
        Self { name: typed("李样例"), until: Some("12月1日".into()) },
        Self { name: typed("李样例"), until: None },
    ];
    /// To whoever stands in.
    DeputyFor = "notice/deputy" {
        /// For whom.
        name: UserText,
        /// Their last day; none until it is ended.
        until: Option<String>,
        /// Whether it has ended.
        ended: bool,
    } samples vec![
        Self { name: typed("张样例"), until: Some("12月1日".into()), ended: false },
        Self { name: typed("张样例"), until: None, ended: false },
        Self { name: typed("张样例"), until: None, ended: true },
    ];
    /// Nobody stands in any more.
    DeputyEnded = "receipt/deputy_ended" {
        /// Who did.
        name: UserText,
    } samples vec![Self { name: typed("李样例") }];
    /// Nobody can stand in so.
    DeputyRefused = "refusal/deputy" {
        /// What was typed.
        name: UserText,
        /// It cannot be read.
        usage: bool,
        /// Who says so answers nothing.
        nothing: bool,
        /// Nobody is called so.
        unknown: bool,
        /// Several are.
        several: bool,
        /// That is who says so.
        oneself: bool,
        /// They have no address.
        unreachable: bool,
        /// The day is over.
        over: bool,
        /// Nobody stands in.
        none: bool,
    } samples vec![
        Self { usage: true, ..Self::of("") }, Self { nothing: true, ..Self::of("") },
        Self { unknown: true, ..Self::of("李样例") }, Self { several: true, ..Self::of("李样例") },
        Self { oneself: true, ..Self::of("李样例") }, Self { unreachable: true, ..Self::of("李样例") },
        Self { over: true, ..Self::of("李样例") }, Self { none: true, ..Self::of("") },
    ];
    /// A question's topic was put right.
    TopicChanged = "receipt/topic_changed" {
        /// Its number.
        number: i64,
        /// The topic's name.
        topic: String,
        /// Who has it now, where that changed with it.
        to: Option<UserText>,
    } samples vec![
        Self { number: 12, topic: "就业".into(), to: None },
        Self { number: 12, topic: "就业".into(), to: Some(typed("冯样例")) },
    ];
    /// The topics, with what was learned.
    TopicsShown = "list/topics" {
        /// The unit, with everything below it.
        unit: UserText,
        /// The topics.
        items: Vec<TopicLine>,
        /// What was learned, each in a sentence.
        learned: Vec<UserText>,
        /// A learned word, for the example.
        forget: Option<UserText>,
    } samples vec![
        Self { unit: typed("样例县团委"), items: vec![TopicLine { title: "就业".into(), count: 12, class: None }, TopicLine { title: "心理".into(), count: 3, class: Some("加急".into()) }], learned: vec![typed("因为有“医保”字样，最近 3 次都改成了“生活”")], forget: Some(typed("医保")) },
        Self { unit: typed("样例县团委"), items: vec![TopicLine { title: "就业".into(), count: 0, class: None }], learned: vec![], forget: None },
    ];
    /// A learned word was forgotten.
    TopicForgotten = "receipt/topic_forgotten" {
        /// The word.
        word: UserText,
        /// Whether anything had been learned about it.
        known: bool,
    } samples vec![Self { word: typed("医保"), known: true }, Self { word: typed("医保"), known: false }];
    /// No topic of that name.
    TopicRefused = "refusal/topic" {
        /// What was typed.
        name: UserText,
        /// The topics there are.
        topics: Vec<String>,
        /// Nobody was named.
        usage: bool,
    } samples vec![
        Self { name: typed("做饭"), topics: vec!["就业".into(), "生活".into()], usage: false },
        Self { name: typed(""), topics: vec!["就业".into(), "生活".into()], usage: true },
    ];
    /// Who takes a topic was said.
    TopicPersonSet = "receipt/topic_person" {
        /// The topic's name.
        topic: String,
        /// Who.
        name: UserText,
        /// In which unit and below.
        unit: UserText,
        /// They take it now.
        set: bool,
        /// They take it no more.
        ended: bool,
        /// Nobody took it.
        nobody: bool,
        /// Nobody is called so.
        unknown: bool,
        /// Several are.
        several: bool,
        /// They have no address.
        unreachable: bool,
    } samples vec![
        Self { set: true, ..Self::sample() }, Self { ended: true, ..Self::sample() }, Self { nobody: true, ..Self::sample() },
        Self { unknown: true, ..Self::sample() }, Self { several: true, ..Self::sample() },
        Self { unreachable: true, ..Self::sample() },
    ];
    /// Who takes which topic.
    TopicPeople = "list/topic_people" {
        /// The topics that somebody takes.
        items: Vec<TopicPersonLine>,
    } samples vec![
        Self { items: vec![TopicPersonLine { topic: "就业".into(), name: typed("冯样例"), unit: typed("样例县团委") }] },
        Self { items: vec![] },
    ];
    /// To those who answer: somebody has to look at words.
    HeldQuestion = "notice/held" {
        /// The question's number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// A held question goes its way.
    QuestionReleased = "receipt/question_released" {
        /// Its number.
        number: i64,
        /// Who has it now, where that is somebody in particular.
        to: Option<UserText>,
    } samples vec![Self { number: 12, to: None }, Self { number: 12, to: Some(typed("冯样例")) }];
    /// Words of ours that hurt.
    RephraseAnswer = "refusal/rephrase" {} samples vec![Self {}];
    /// What is not read in a group.
    LookInPrivate = "refusal/look_in_private" {
        /// The question's number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// Somebody who was invited to answer a question wants to do something else with it.
    OnlyInvited = "refusal/only_invited" {
        /// The question's number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// To those who can help: somebody needs it now.
    UrgentQuestion = "notice/urgent" {
        /// The question's number.
        number: i64,
        /// What it is a sign of.
        kind: Option<&'static str>,
        /// What was said; empty in a group.
        text: UserText,
        /// Whether it has to be looked up in private.
        look: bool,
        /// Where it was said.
        from: UserText,
        /// What the asker is called there; empty where that is not known or not for everybody here.
        name: UserText,
        /// What the asker is called who does not show themself.
        alias: Option<String>,
        /// Whether they said more.
        more: bool,
    } samples vec![
        Self { number: 12, kind: Some("可能想伤害自己"), text: typed("我不想活了"), look: false, from: typed("样例一镇青年群"), name: typed("小样"), alias: None, more: false },
        Self { number: 12, kind: None, text: typed("没人管我"), look: false, from: typed("私聊"), name: typed(""), alias: Some("A7".into()), more: true },
        Self { number: 12, kind: Some("可能正受到伤害"), text: typed(""), look: true, from: typed("私聊"), name: typed(""), alias: None, more: false },
    ];
    /// To somebody who needs help now.
    UrgentTaken = "receipt/urgent" {
        /// The question's number; 0 where there is none.
        number: i64,
        /// Whom to call.
        hotlines: Vec<String>,
        /// Said in a group: only that something comes in private.
        elsewhere: bool,
        /// Whether they said more.
        more: bool,
        /// What they are called to others, where they have not shown who they are.
        alias: Option<String>,
        /// They wanted no name, which is not possible here: nobody was told.
        no_key: bool,
    } samples vec![
        Self::of(12, vec!["12355 青少年服务台".into(), "110 报警".into()]),
        Self { more: true, ..Self::of(12, vec!["12355 青少年服务台".into(), "110 报警".into()]) },
        Self { elsewhere: true, ..Self::of(12, vec![]) },
        Self::of(0, vec!["12355 青少年服务台".into()]),
        Self { alias: Some("A7".into()), ..Self::of(304_211, vec!["12355 青少年服务台".into()]) },
        Self { no_key: true, ..Self::of(0, vec!["12355 青少年服务台".into()]) },
    ];
}

impl UrgentTaken {
    /// In private, said for the first time, by somebody who shows who they are.
    pub fn of(number: i64, hotlines: Vec<String>) -> Self {
        Self { number, hotlines, elsewhere: false, more: false, alias: None, no_key: false }
    }
}

impl WatchLine {
    fn sample() -> Self {
        Self {
            id: None,
            number: 12,
            text: typed("创业贷款找谁？"),
            unit: typed("样例一镇团委"),
            due: "11月24日 10:00".into(),
            held: false,
            urgent: false,
            percent: None,
            left: None,
            over: false,
            raised: false,
            back_from: None,
            lost: false,
            unheard: false,
            goes_on: false,
        }
    }
}

impl DeputyRefused {
    /// Why is set by whoever refuses.
    pub fn of(name: &str) -> Self {
        Self {
            name: UserText::short(name, 20),
            usage: false,
            nothing: false,
            unknown: false,
            several: false,
            oneself: false,
            unreachable: false,
            over: false,
            none: false,
        }
    }
}

impl TopicPersonSet {
    /// What was done is set by whoever did it.
    pub fn none() -> Self {
        Self {
            topic: String::new(),
            name: UserText::default(),
            unit: UserText::default(),
            set: false,
            ended: false,
            nobody: false,
            unknown: false,
            several: false,
            unreachable: false,
        }
    }

    fn sample() -> Self {
        Self { topic: "就业".into(), name: typed("冯样例"), unit: typed("样例县团委"), ..Self::none() }
    }
}
