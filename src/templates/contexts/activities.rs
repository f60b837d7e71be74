//! Activities that people sign up for.

use serde::Serialize;

use super::*;

/// An activity in a list.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityLine {
    /// Its number.
    pub number: i64,
    /// What it is.
    pub title: UserText,
    /// `11月28日 周六 09:00—12:00`.
    pub when: String,
    /// Where.
    pub place: UserText,
    /// How many have a place.
    pub signed: usize,
    /// How many there are.
    pub places: Option<u32>,
    /// How many wait.
    pub waiting: usize,
    /// Until when people may sign up; empty where they may not any more.
    pub closes: String,
}

/// How far the organiser's unit is with a duty that asks for people.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityRule {
    /// The duty.
    pub duty: String,
    /// `本季度`.
    pub period: String,
    /// How many it asks for.
    pub needed: u32,
    /// How many there are.
    pub have: u32,
    /// How many are missing.
    pub missing: u32,
    /// What is counted: 人.
    pub counts: String,
}

fn sample_when() -> String {
    "11月28日 周六 09:00—12:00".into()
}

contexts! {
    /// An activity, as its group reads it.
    ActivityAnnounced = "notice/activity" {
        /// Its number.
        number: i64,
        /// What it is.
        title: UserText,
        /// Whose it is.
        unit: UserText,
        /// The club whose it is; empty: none.
        club: UserText,
        /// The kind of record it makes, where that is no plain activity.
        kind: String,
        /// When.
        when: String,
        /// Where; may be empty.
        place: UserText,
        /// How many may come.
        places: Option<u32>,
        /// Until when people may sign up; empty: until it begins.
        closes: String,
        /// What else is to be known; may be empty.
        about: UserText,
    } samples vec![
        Self { number: 7, title: typed("周六爬山"), unit: typed("样例一镇团委"), club: typed(""), kind: "专题开放日".into(), when: sample_when(), place: typed("东山"), places: Some(30), closes: "11月27日 18:00".into(), about: typed("穿运动鞋") },
        Self { number: 8, title: typed("瑜伽活动"), unit: typed("样例一镇团委"), club: typed("瑜伽"), kind: String::new(), when: sample_when(), place: typed(""), places: None, closes: String::new(), about: typed("") },
    ];
    /// An activity was published: what its organiser has to know.
    ActivityPosted = "receipt/activity_posted" {
        /// Its number.
        number: i64,
        /// What it is.
        title: UserText,
        /// When.
        when: String,
        /// The groups.
        groups: Vec<UserText>,
        /// The kind of record it makes; empty: none.
        filed: String,
    } samples vec![
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), groups: vec![typed("样例一镇青年群"), typed("样例二镇青年群")], filed: "活动".into() },
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), groups: vec![typed("样例一镇青年群")], filed: String::new() },
    ];
    /// An activity that cannot be read.
    ActivityUsage = "refusal/activity_usage" {
        /// What is wrong; empty: too little was said.
        reason: String,
    } samples vec![Self { reason: "时间“周八”看不懂：没有看到是哪一天".into() }, Self { reason: String::new() }];
    /// There is no group to publish in.
    NoYouthGroups = "refusal/no_youth_groups" {
    } samples vec![Self {}];
    /// A club of somebody else.
    NotYourClub = "refusal/not_your_club" {
        /// Its number.
        number: i64,
    } samples vec![Self { number: 3 }];
    /// Somebody has too many activities open.
    TooManyActivities = "refusal/too_many_activities" {
        /// The most.
        most: usize,
    } samples vec![Self { most: 10 }];
    /// Those who signed up were told of as many changes as they may be.
    ActivityChangedEnough = "refusal/activity_changed_enough" {
        /// Its number.
        number: i64,
        /// What it is.
        title: UserText,
        /// The most.
        most: u32,
    } samples vec![Self { number: 7, title: typed("周六爬山"), most: 3 }];
    /// No activity of that number here.
    NoSuchActivity = "refusal/no_such_activity" {
        /// The number; 0 where none was typed.
        number: i64,
    } samples vec![Self { number: 7 }, Self { number: 0 }];
    /// Somebody else's activity.
    NotYourActivity = "refusal/not_your_activity" {
        /// Its number.
        number: i64,
        /// Whose it is.
        by: UserText,
    } samples vec![Self { number: 7, by: typed("孙样例") }];
    /// The activity is over, or was called off.
    ActivityOver = "refusal/activity_over" {
        /// Its number.
        number: i64,
        /// What it is.
        title: UserText,
    } samples vec![Self { number: 7, title: typed("周六爬山") }];
    /// A recap before the activity.
    ActivityNotBegun = "refusal/activity_not_begun" {
        /// Its number.
        number: i64,
        /// When it begins.
        starts: String,
    } samples vec![Self { number: 7, starts: "11月28日 09:00".into() }];
    /// Somebody signed up.
    SignedUp = "receipt/signed_up" {
        /// The activity's number.
        number: i64,
        /// What it is.
        title: UserText,
        /// When.
        when: String,
        /// Where.
        place: UserText,
        /// Whether they had signed up before.
        again: bool,
        /// The how manieth of those who wait; 0: they have a place.
        waiting: usize,
        /// How many have a place.
        signed: usize,
        /// How many places are left.
        left: Option<usize>,
    } samples vec![
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("东山"), again: false, waiting: 0, signed: 12, left: Some(18) },
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), place: typed(""), again: true, waiting: 0, signed: 12, left: None },
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("东山"), again: false, waiting: 2, signed: 30, left: Some(0) },
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("东山"), again: true, waiting: 2, signed: 30, left: Some(0) },
    ];
    /// Signing up is over.
    SignUpClosed = "refusal/sign_up_closed" {
        /// The activity's number.
        number: i64,
        /// What it is.
        title: UserText,
        /// Since when.
        closed: String,
    } samples vec![Self { number: 7, title: typed("周六爬山"), closed: "11月27日 18:00".into() }];
    /// Somebody signed off.
    SignedOff = "receipt/signed_off" {
        /// The activity's number.
        number: i64,
        /// What it is.
        title: UserText,
        /// Whether they were on the list.
        changed: bool,
    } samples vec![
        Self { number: 7, title: typed("周六爬山"), changed: true },
        Self { number: 7, title: typed("周六爬山"), changed: false },
    ];
    /// There is a place for those who waited.
    MovedUp = "notice/moved_up" {
        /// Who, in a group.
        people: Vec<Mention>,
        /// The activity's number.
        number: i64,
        /// What it is.
        title: UserText,
        /// When.
        when: String,
        /// Where.
        place: UserText,
    } samples vec![
        Self { people: vec![sample_mention()], number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("东山") },
        Self { people: vec![], number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("") },
    ];
    /// An activity has changed: for those who signed up.
    ActivityChanged = "notice/activity_changed" {
        /// Who, in a group.
        people: Vec<Mention>,
        /// Its number.
        number: i64,
        /// What it is.
        title: UserText,
        /// When.
        when: String,
        /// Where.
        place: UserText,
        /// What else is to be known.
        about: UserText,
    } samples vec![
        Self { people: vec![sample_mention()], number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("西山"), about: typed("带水") },
        Self { people: vec![], number: 7, title: typed("周六爬山"), when: sample_when(), place: typed(""), about: typed("") },
    ];
    /// An activity was changed: for its organiser.
    ActivityChangedReceipt = "receipt/activity_changed" {
        /// Its number.
        number: i64,
        /// What it is.
        title: UserText,
        /// When.
        when: String,
        /// Where.
        place: UserText,
        /// How many may come.
        places: Option<u32>,
        /// Until when people may sign up.
        closes: String,
        /// The kind of record it makes; empty: none.
        filed: String,
        /// How many were told.
        told: usize,
    } samples vec![
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("西山"), places: Some(40), closes: "11月27日 18:00".into(), filed: "活动".into(), told: 12 },
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), place: typed(""), places: None, closes: "11月27日 18:00".into(), filed: String::new(), told: 0 },
    ];
    /// An activity does not take place: for those who signed up.
    ActivityCancelled = "notice/activity_cancelled" {
        /// Who, in a group.
        people: Vec<Mention>,
        /// Its number.
        number: i64,
        /// What it was.
        title: UserText,
        /// When it was to be.
        when: String,
        /// Why; may be empty.
        reason: UserText,
    } samples vec![
        Self { people: vec![sample_mention()], number: 7, title: typed("周六爬山"), when: sample_when(), reason: typed("下雨") },
        Self { people: vec![], number: 7, title: typed("周六爬山"), when: sample_when(), reason: typed("") },
    ];
    /// An activity was called off: for its organiser.
    ActivityCancelledReceipt = "receipt/activity_cancelled" {
        /// Its number.
        number: i64,
        /// What it was.
        title: UserText,
        /// How many are told.
        told: usize,
    } samples vec![
        Self { number: 7, title: typed("周六爬山"), told: 12 },
        Self { number: 7, title: typed("周六爬山"), told: 0 },
    ];
    /// The day before: for those who signed up.
    ActivitySoon = "remind/activity" {
        /// Who, in a group.
        people: Vec<Mention>,
        /// Its number.
        number: i64,
        /// What it is.
        title: UserText,
        /// When.
        when: String,
        /// Where.
        place: UserText,
        /// What else is to be known.
        about: UserText,
    } samples vec![
        Self { people: vec![sample_mention()], number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("东山"), about: typed("带水") },
        Self { people: vec![], number: 7, title: typed("周六爬山"), when: sample_when(), place: typed(""), about: typed("") },
    ];
    /// The code with which people say that they are there.
    ActivityCode = "receipt/activity_code" {
        /// The activity's number.
        number: i64,
        /// What it is.
        title: UserText,
        /// The code.
        code: String,
        /// From when it is good.
        from: String,
        /// Until when.
        until: String,
    } samples vec![Self { number: 7, title: typed("周六爬山"), code: "4821".into(), from: "11月28日 08:00".into(), until: "11月28日 12:00".into() }];
    /// Somebody is there.
    Attended = "receipt/attended" {
        /// The activity's number.
        number: i64,
        /// What it is.
        title: UserText,
        /// Whether that was known.
        again: bool,
        /// Whether they had no place.
        walk_in: bool,
    } samples vec![
        Self { number: 7, title: typed("周六爬山"), again: false, walk_in: false },
        Self { number: 7, title: typed("周六爬山"), again: true, walk_in: false },
        Self { number: 7, title: typed("周六爬山"), again: false, walk_in: true },
    ];
    /// A code that is none.
    WrongCode = "refusal/wrong_code" {
        /// How many more may be tried; 0 where it was no code at all, or the last one.
        left: u32,
    } samples vec![Self { left: 4 }, Self { left: 0 }];
    /// Too many wrong codes.
    CodeTriesSpent = "refusal/code_tries_spent" {
        /// The most.
        most: u32,
    } samples vec![Self { most: 5 }];
    /// Nothing takes attendance now.
    NoAttendanceNow = "refusal/no_attendance_now" {
        /// From when it does; empty where that is not to come.
        from: String,
    } samples vec![Self { from: "11月28日 08:00".into() }, Self { from: String::new() }];
    /// What came of an activity.
    ActivityRecap = "notice/activity_recap" {
        /// Its number.
        number: i64,
        /// Whose it was.
        unit: UserText,
        /// What it was.
        title: UserText,
        /// When it was.
        when: String,
        /// How many had a place.
        signed: usize,
        /// How many came.
        came: usize,
        /// Of them, without a place.
        walk_ins: usize,
        /// How many waited to the end.
        waiting: usize,
        /// Of those who came, how many for the first time.
        newcomers: usize,
        /// What its organiser says; may be empty.
        content: UserText,
        /// The kind of record it has made; empty: none.
        recorded: String,
        /// The duties that ask for people.
        rules: Vec<ActivityRule>,
    } samples vec![
        Self {
            number: 7,
            unit: typed("样例县团委"),
            title: typed("走进机关"),
            when: sample_when(),
            signed: 55,
            came: 52,
            walk_ins: 3,
            waiting: 2,
            newcomers: 20,
            content: typed("大家都很高兴"),
            recorded: "专题开放日".into(),
            rules: vec![
                ActivityRule { duty: "专题开放日".into(), period: "本季度".into(), needed: 50, have: 52, missing: 0, counts: "人".into() },
                ActivityRule { duty: "专题开放日".into(), period: "本季度".into(), needed: 50, have: 30, missing: 20, counts: "人".into() },
            ],
        },
        Self { number: 7, unit: typed("样例县团委"), title: typed("爬山"), when: sample_when(), signed: 3, came: 0, walk_ins: 0, waiting: 0, newcomers: 0, content: typed(""), recorded: String::new(), rules: vec![] },
    ];
    /// It is over, and nobody used the code: for its organiser.
    NobodyCame = "notice/nobody_came" {
        /// Its number.
        number: i64,
        /// What it was.
        title: UserText,
        /// How many had a place.
        signed: usize,
    } samples vec![Self { number: 7, title: typed("周六爬山"), signed: 12 }];
    /// What is open.
    Activities = "list/activities" {
        /// The first of them.
        items: Vec<ActivityLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![
        Self {
            items: vec![
                ActivityLine { number: 7, title: typed("周六爬山"), when: sample_when(), place: typed("东山"), signed: 30, places: Some(30), waiting: 2, closes: "11月27日 18:00".into() },
                ActivityLine { number: 8, title: typed("读书会"), when: sample_when(), place: typed(""), signed: 3, places: None, waiting: 0, closes: String::new() },
            ],
            more: 1,
        },
        Self { items: vec![], more: 0 },
    ];
    /// Who comes: for its organiser.
    ActivityPeople = "list/activity_people" {
        /// Its number.
        number: i64,
        /// What it is.
        title: UserText,
        /// When.
        when: String,
        /// How many have a place.
        signed: usize,
        /// How many came.
        came: usize,
        /// How many wait.
        waits: usize,
        /// Who had a place and came.
        present: Vec<UserText>,
        /// Who came without.
        walk_ins: Vec<UserText>,
        /// Who has a place and has not come.
        absent: Vec<UserText>,
        /// Who waits.
        waiting: Vec<UserText>,
        /// How many names of each there are at most.
        most: usize,
    } samples vec![
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), signed: 3, came: 2, waits: 1, present: vec![typed("小样")], walk_ins: vec![typed("小不点")], absent: vec![typed("钱样例"), typed("孙样例")], waiting: vec![typed("李样例")], most: 100 },
        Self { number: 7, title: typed("周六爬山"), when: sample_when(), signed: 0, came: 0, waits: 0, present: vec![], walk_ins: vec![], absent: vec![], waiting: vec![], most: 100 },
    ];
}
