//! Asking without a name: receipts, refusals, blocks, disclosures.

use serde::Serialize;

use super::question_life::SimilarAnswer;
use super::*;

contexts! {
    /// An anonymous question was taken in: what holds.
    AnonymousAsked = "receipt/anonymous" {
        /// Its number.
        number: i64,
        /// What the asker is called.
        alias: String,
        /// The unit it is put to.
        unit: UserText,
        /// When it is made known.
        known_at: String,
        /// Until when an answer is promised.
        due: String,
        /// The number of the first similar answer; 0 where there is none.
        first: i64,
        /// Answers that exist.
        items: Vec<SimilarAnswer>,
        /// Whether two people together may find out who asked.
        reveal: bool,
        /// Whether there is no unit above, so that both are of this one.
        at_top: bool,
        /// Whether a picture came with it, which was not taken.
        picture: bool,
    } samples vec![
        Self { number: 304_211, alias: "A7".into(), unit: typed("样例县团委"), known_at: "11月20日 11:00".into(), due: "11月24日 11:00".into(), first: 0, items: vec![], reveal: true, at_top: true, picture: true },
        Self { number: 304_211, alias: "A7".into(), unit: typed("样例县团委"), known_at: "11月20日 11:00".into(), due: "11月24日 11:00".into(), first: 0, items: vec![], reveal: false, at_top: false, picture: false },
        Self { number: 304_211, alias: "A7".into(), unit: typed("样例县团委"), known_at: "11月20日 11:00".into(), due: "11月24日 11:00".into(), first: 56, items: vec![
            SimilarAnswer { number: 56, question: typed("被同学欺负怎么办？"), answer: typed("先告诉老师，也可以打 12355。") },
        ], reveal: true, at_top: false, picture: false },
    ];
    /// How to ask anonymously, to somebody who wants to.
    AskUnnamed = "receipt/ask_unnamed" {
        /// For how many minutes what they say next is taken for it.
        minutes: i64,
    } samples vec![Self { minutes: 30 }];
    /// Whether a question is to bear a name, after its asker wanted none.
    NameOrVeil = "refusal/name_or_veil" {} samples vec![Self {}];
    /// It cannot be asked anonymously.
    NotAnonymous = "refusal/not_anonymous" {
        /// It was said in a group.
        in_group: bool,
        /// No key is configured.
        no_key: bool,
        /// Fewer than five could have asked.
        too_few: bool,
        /// Somebody has blocked this asker until then.
        blocked_until: Option<String>,
        /// More was said to what they had asked.
        in_thread: bool,
    } samples vec![
        Self { in_group: true, ..Self::because() },
        Self { no_key: true, ..Self::because() },
        Self { too_few: true, ..Self::because() },
        Self { blocked_until: Some("12月20日 10:00".into()), ..Self::because() },
        Self::in_thread("12月20日 10:00".into()),
    ];
    /// What was said to an anonymous question is done at the hour.
    PutOff = "receipt/put_off" {
        /// The question's number.
        number: i64,
        /// When; `None` where it is done.
        when: Option<String>,
        /// More was said.
        added: bool,
        /// The asker is content.
        content: bool,
        /// They are not.
        unhappy: bool,
        /// They want an answer of their own.
        insisted: bool,
        /// They take it back.
        withdrawn: bool,
        /// They want it for themself alone.
        hidden: bool,
        /// It was taken back before anybody had seen it.
        gone: bool,
    } samples vec![
        Self { when: Some("11月20日 11:00".into()), added: true, ..Self::of(304_211) },
        Self { when: Some("11月20日 11:00".into()), content: true, ..Self::of(304_211) },
        Self { when: Some("11月20日 11:00".into()), unhappy: true, ..Self::of(304_211) },
        Self { when: Some("11月20日 11:00".into()), insisted: true, ..Self::of(304_211) },
        Self { when: Some("11月20日 11:00".into()), withdrawn: true, ..Self::of(304_211) },
        Self { when: Some("11月20日 11:00".into()), hidden: true, ..Self::of(304_211) },
        Self { gone: true, ..Self::of(304_211) },
    ];
    /// It is not known yet, so this cannot be said to it.
    QuestionTooEarly = "refusal/question_too_early" {
        /// The question's number.
        number: i64,
    } samples vec![Self { number: 304_211 }];
    /// Whether a question is meant anonymously is not clear.
    VeilOrName = "refusal/veil_or_name" {
        /// The number of the anonymous question.
        number: i64,
    } samples vec![Self { number: 304_211 }];
    /// To an anonymous asker: they may ask so again.
    MayAskAnonymously = "notice/may_ask_anonymously" {} samples vec![Self {}];
    /// The asker of a question cannot ask anonymously for a while, or can again.
    AskerBlocked = "receipt/asker_blocked" {
        /// The question's number.
        number: i64,
        /// What its asker is called.
        alias: String,
        /// Until when; `None` where they can again.
        until: Option<String>,
    } samples vec![
        Self { number: 304_211, alias: "A7".into(), until: Some("12月20日 10:00".into()) },
        Self { number: 304_211, alias: "A7".into(), until: None },
    ];
    /// There is no anonymous question of this number that this one answers for.
    NoSuchAnonymous = "refusal/no_such_anonymous" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 304_211 }];
    /// How to block an asker, or to find out who it is.
    VeilUsage = "refusal/veil_usage" {
        /// Whether it is about blocking.
        block: bool,
    } samples vec![Self::block(), Self::disclose()];
    /// What came of asking who asked.
    DisclosureDone = "receipt/disclosure" {
        /// The question's number.
        number: i64,
        /// A second person is asked.
        asked: bool,
        /// One of the same unit, because there is none above.
        at_top: bool,
        /// This one has consented.
        granted: bool,
        /// This one has not.
        declined: bool,
        /// The key that sealed it is gone.
        shut: bool,
        /// The account they asked through, where it is shown who it was.
        account: Option<UserText>,
        /// Their id there.
        address: UserText,
        /// Their name, where they stand on the roster.
        name: Option<UserText>,
        /// Their unit.
        unit: UserText,
    } samples vec![
        Self { asked: true, ..Self::of(304_211) },
        Self { asked: true, at_top: true, ..Self::of(304_211) },
        Self { granted: true, ..Self::of(304_211) },
        Self { declined: true, ..Self::of(304_211) },
        Self { shut: true, ..Self::of(304_211) },
        Self { account: Some(typed("qq")), address: typed("5001"), name: Some(typed("李样例")), unit: typed("样例一镇团委"), ..Self::of(304_211) },
        Self { account: Some(typed("qq")), address: typed("5001"), ..Self::of(304_211) },
    ];
    /// Why it is not found out who asked.
    NotDisclosed = "refusal/not_disclosed" {
        /// The question's number.
        number: i64,
        /// It is switched off.
        off: bool,
        /// It was said in a group.
        in_group: bool,
        /// There is nobody who could consent.
        nobody: bool,
        /// Somebody has asked already, and nobody has decided.
        waiting: bool,
        /// Nothing waits for a decision.
        none: bool,
        /// This one asked for it themself.
        own: bool,
    } samples vec![
        Self { off: true, ..Self::of(0) },
        Self { in_group: true, ..Self::of(0) },
        Self { nobody: true, ..Self::of(304_211) },
        Self { waiting: true, ..Self::of(304_211) },
        Self { none: true, ..Self::of(304_211) },
        Self { own: true, ..Self::of(304_211) },
    ];
    /// To the second person, to whoever asked, or to the asker: somebody wants to know, or now knows, who asked.
    DisclosureNews = "notice/disclosure" {
        /// The question's number.
        number: i64,
        /// Who wants to know, where consent is asked for.
        asked_by: Option<UserText>,
        /// Whose unit wants to know or now knows.
        unit: UserText,
        /// The unit that has consented.
        consented: UserText,
        /// What was asked, shortened.
        text: UserText,
        /// Why.
        reason: UserText,
        /// It is granted.
        granted: bool,
        /// It is not.
        declined: bool,
        /// It is for the asker.
        to_asker: bool,
    } samples vec![
        Self { asked_by: Some(typed("孙样例")), unit: typed("样例一镇团委"), text: typed("我要跳河"), reason: typed("要马上找到人"), ..Self::of(304_211) },
        Self { granted: true, ..Self::of(304_211) },
        Self { declined: true, ..Self::of(304_211) },
        Self { declined: true, reason: typed("已经联系上本人"), ..Self::of(304_211) },
        Self { to_asker: true, unit: typed("样例一镇团委"), consented: typed("样例县团委"), reason: typed("要马上找到人"), ..Self::of(304_211) },
    ];
    /// To a group: somebody's question was answered in private, and the answer does not arrive there.
    AnswerWaits = "notice/answer_waits" {} samples vec![Self {}];
}

impl NotAnonymous {
    /// Why not is set by whoever refuses.
    pub fn because() -> Self {
        Self { in_group: false, no_key: false, too_few: false, blocked_until: None, in_thread: false }
    }

    /// Somebody who is blocked goes on in a thread.
    pub fn in_thread(until: String) -> Self {
        Self { blocked_until: Some(until), in_thread: true, ..Self::because() }
    }
}

impl PutOff {
    /// What was said is set by whoever puts it off.
    pub fn of(number: i64) -> Self {
        Self {
            number,
            when: None,
            added: false,
            content: false,
            unhappy: false,
            insisted: false,
            withdrawn: false,
            hidden: false,
            gone: false,
        }
    }
}

impl VeilUsage {
    /// How to block.
    pub fn block() -> Self {
        Self { block: true }
    }

    /// How to find out who it is.
    pub fn disclose() -> Self {
        Self { block: false }
    }
}

impl DisclosureDone {
    /// What came of it is set by whoever says so.
    pub fn of(number: i64) -> Self {
        Self {
            number,
            asked: false,
            at_top: false,
            granted: false,
            declined: false,
            shut: false,
            account: None,
            address: UserText::default(),
            name: None,
            unit: UserText::default(),
        }
    }
}

impl NotDisclosed {
    /// Why not is set by whoever refuses.
    pub fn of(number: i64) -> Self {
        Self { number, off: false, in_group: false, nobody: false, waiting: false, none: false, own: false }
    }
}

impl DisclosureNews {
    /// What it is about is set by whoever tells.
    pub fn of(number: i64) -> Self {
        Self {
            number,
            asked_by: None,
            unit: UserText::default(),
            consented: UserText::default(),
            text: UserText::default(),
            reason: UserText::default(),
            granted: false,
            declined: false,
            to_asker: false,
        }
    }
}
