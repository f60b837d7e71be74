//! Wishes of young people.

use serde::Serialize;

use super::*;

/// A wish in a list.
#[derive(Clone, Debug, Serialize)]
pub struct WishLine {
    /// Its number.
    pub number: i64,
    /// What is wished for.
    pub text: UserText,
    /// Who wishes it; empty where that is not shown.
    pub name: UserText,
    /// The unit it was made to.
    pub unit: UserText,
}

/// One's own wish.
#[derive(Clone, Debug, Serialize)]
pub struct OwnWishLine {
    /// Its number.
    pub number: i64,
    /// What is wished for.
    pub text: UserText,
    /// What became of it.
    pub became: String,
    /// What was said of that.
    pub said: UserText,
}

fn sample_own(became: &str, said: &str) -> OwnWishLine {
    OwnWishLine { number: 8, text: typed("一套初中数学辅导书"), became: became.into(), said: typed(said) }
}

fn sample_line(number: i64, name: &str) -> WishLine {
    WishLine { number, text: typed("一套初中数学辅导书"), name: typed(name), unit: typed("样例一镇") }
}

contexts! {
    /// A wish was taken in.
    WishTaken = "receipt/wish_taken" {
        /// Its number.
        number: i64,
        /// Whether it was made in private, and is shown without a name.
        private: bool,
    } samples vec![Self { number: 8, private: true }, Self { number: 8, private: false }];
    /// A wish that says nothing.
    WishEmpty = "refusal/wish_empty" {
    } samples vec![Self {}];
    /// Somebody has as many wishes open as they may.
    TooManyWishes = "refusal/too_many_wishes" {
        /// The most.
        most: usize,
        /// Theirs.
        numbers: Vec<i64>,
    } samples vec![Self { most: 3, numbers: vec![5, 6, 8] }];
    /// Somebody has made as many wishes in a day as they may.
    WishesToday = "refusal/wishes_today" {
        /// The most.
        most: usize,
    } samples vec![Self { most: 10 }];
    /// Somebody's own wishes, and what became of them.
    MyWishes = "list/my_wishes" {
        /// The latest of them.
        items: Vec<OwnWishLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![
        Self { items: vec![sample_own("等人认领", ""), sample_own("办好了", "书已送到")], more: 1 },
        Self { items: vec![], more: 0 },
    ];
    /// The wishes that nobody has claimed.
    Wishes = "list/wishes" {
        /// The first of them.
        items: Vec<WishLine>,
        /// How many are not listed.
        more: usize,
        /// What the speaker has claimed.
        own: Vec<WishLine>,
    } samples vec![
        Self { items: vec![sample_line(8, "小样"), sample_line(9, "")], more: 1, own: vec![sample_line(5, "")] },
        Self { items: vec![], more: 0, own: vec![] },
    ];
    /// No wish of that number here.
    NoSuchWish = "refusal/no_such_wish" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 8 }];
    /// A wish was claimed: for the cadre.
    WishClaimed = "receipt/wish_claimed" {
        /// Its number.
        number: i64,
        /// What is wished for.
        text: UserText,
        /// Who wishes it; empty where it was made in private.
        name: UserText,
        /// The group it was made in; empty: in private.
        group: UserText,
        /// The kind of record that was made; empty: none.
        recorded: String,
    } samples vec![
        Self { number: 8, text: typed("一套初中数学辅导书"), name: typed("小样"), group: typed("样例一镇青年群"), recorded: "对接微心愿".into() },
        Self { number: 8, text: typed("一套初中数学辅导书"), name: typed(""), group: typed(""), recorded: String::new() },
    ];
    /// A wish was claimed: for whose it is.
    WishClaimedNotice = "notice/wish_claimed" {
        /// Who, in a group.
        wisher: Option<Mention>,
        /// Its number.
        number: i64,
        /// What is wished for.
        text: UserText,
        /// Who has claimed it.
        by: UserText,
        /// Their unit.
        unit: UserText,
    } samples vec![
        Self { wisher: Some(sample_mention()), number: 8, text: typed("一套书"), by: typed("钱样例"), unit: typed("样例县团委") },
        Self { wisher: None, number: 8, text: typed("一套书"), by: typed("钱样例"), unit: typed("样例县团委") },
    ];
    /// Somebody else has claimed it, or it is fulfilled.
    WishGone = "refusal/wish_gone" {
        /// Its number.
        number: i64,
        /// Whether the speaker has.
        by_me: bool,
        /// Whether it is fulfilled.
        done: bool,
    } samples vec![
        Self { number: 8, by_me: false, done: false },
        Self { number: 8, by_me: true, done: false },
        Self { number: 8, by_me: false, done: true },
    ];
    /// A wish that the speaker has not claimed, or made themself.
    WishNotYours = "refusal/wish_not_yours" {
        /// Its number.
        number: i64,
        /// Whether they made it.
        own: bool,
    } samples vec![Self { number: 8, own: false }, Self { number: 8, own: true }];
    /// A wish was given back: for the cadre.
    WishReleased = "receipt/wish_released" {
        /// Its number.
        number: i64,
    } samples vec![Self { number: 8 }];
    /// A wish was given back: for whose it is.
    WishReleasedNotice = "notice/wish_released" {
        /// Who, in a group.
        wisher: Option<Mention>,
        /// Its number.
        number: i64,
        /// What is wished for.
        text: UserText,
    } samples vec![
        Self { wisher: Some(sample_mention()), number: 8, text: typed("一套书") },
        Self { wisher: None, number: 8, text: typed("一套书") },
    ];
    /// A wish is fulfilled: for the cadre.
    WishDone = "receipt/wish_done" {
        /// Its number.
        number: i64,
        /// The kind of record that was made; empty: none.
        recorded: String,
    } samples vec![Self { number: 8, recorded: "点亮微心愿".into() }, Self { number: 8, recorded: String::new() }];
    /// A wish is fulfilled: for whose it is.
    WishDoneNotice = "notice/wish_done" {
        /// Who, in a group.
        wisher: Option<Mention>,
        /// Its number.
        number: i64,
        /// What is wished for.
        text: UserText,
        /// What the cadre says; may be empty.
        said: UserText,
        /// Who has fulfilled it.
        by: UserText,
        /// Their unit.
        unit: UserText,
    } samples vec![
        Self { wisher: Some(sample_mention()), number: 8, text: typed("一套书"), said: typed("书已送到"), by: typed("钱样例"), unit: typed("样例县团委") },
        Self { wisher: None, number: 8, text: typed("一套书"), said: typed(""), by: typed("钱样例"), unit: typed("样例县团委") },
    ];
    /// What was wished for has come.
    WishConfirmed = "receipt/wish_confirmed" {
        /// Its number.
        number: i64,
    } samples vec![Self { number: 8 }];
    /// A wish was taken back.
    WishWithdrawn = "receipt/wish_withdrawn" {
        /// Its number.
        number: i64,
    } samples vec![Self { number: 8 }];
    /// Wishes that nobody has claimed for a week: for the secretary.
    WishesWaiting = "remind/wishes" {
        /// The first of them.
        items: Vec<WishLine>,
        /// How many are not listed.
        more: usize,
        /// Since when the oldest waits.
        since: String,
    } samples vec![Self { items: vec![sample_line(8, "")], more: 2, since: "11月13日 10:00".into() }];
}
