//! The typed context of every message, with samples.
//!
//! A field that a person typed is [`UserText`]; everything else is ours.

use serde::Serialize;

use super::TemplateContext;
use crate::domain::message::{Mention, MentionOf, UserText};

/// Declares the contexts: name, template, fields, samples; and the list of all of them.
macro_rules! contexts {
    ($($(#[$doc:meta])* $name:ident = $key:literal { $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? } samples $samples:expr;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Serialize)]
            pub struct $name { $($(#[$fdoc])* pub $field: $type,)* }

            impl TemplateContext for $name {
                const KEY: &'static str = $key;

                fn samples() -> Vec<Self> {
                    $samples
                }
            }
        )+

        /// Every key with its samples as JSON.
        pub fn samples() -> Vec<(&'static str, Vec<serde_json::Value>)> {
            vec![$((
                $key,
                <$name as TemplateContext>::samples().into_iter().filter_map(|sample| serde_json::to_value(sample).ok()).collect(),
            )),+]
        }
    };
}

fn typed(text: &str) -> UserText {
    UserText::new(text)
}

fn sample_mention() -> Mention {
    Mention(MentionOf { account: "simulator".into(), external_id: "1001".into(), name: "赵样例".into() })
}

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

fn sample_lines() -> Vec<QuestionLine> {
    let line = |number, text: &str, overdue| QuestionLine {
        number,
        text: typed(text),
        unit: typed("样例一镇团委"),
        due: "11月24日 17:30".into(),
        overdue,
    };
    vec![line(12, "团组织关系怎么转？", true), line(13, "创业贷款找谁？", false)]
}

/// A unit's line in the digest.
#[derive(Clone, Debug, Serialize)]
pub struct DigestLine {
    /// The unit.
    pub unit: UserText,
    /// Cadres that owe the weekly day.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// The same in the week before.
    pub met_before: u32,
    /// Questions asked this week.
    pub asked: u32,
    /// Questions answered this week.
    pub answered: u32,
}

/// The sums of a digest.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DigestSums {
    /// Cadres that owe the weekly day.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// Share of them, in whole percent.
    pub percent: u32,
    /// People met.
    pub people: i64,
    /// Days at the grassroots.
    pub days: u32,
    /// Questions asked.
    pub asked: u32,
    /// Questions answered.
    pub answered: u32,
}

/// Somebody without a day yet.
#[derive(Clone, Debug, Serialize)]
pub struct MissingLine {
    /// Their name.
    pub name: UserText,
    /// Their unit.
    pub unit: UserText,
    /// How far they are: `0/1 天`; empty where that goes without saying.
    pub progress: String,
}

/// A duty of one person.
#[derive(Clone, Debug, Serialize)]
pub struct DutyLine {
    /// Its name.
    pub title: String,
    /// `0/1 天`.
    pub progress: String,
    /// `进行中`.
    pub state: String,
    /// The last day; empty for a standing duty and one that is done.
    pub until: String,
}

fn sample_duties() -> Vec<DutyLine> {
    let line = |title: &str, progress: &str, state: &str, until: &str| DutyLine {
        title: title.into(),
        progress: progress.into(),
        state: state.into(),
        until: until.into(),
    };
    vec![line("每周下基层", "0/1 天", "请抓紧", "11月22日"), line("1+100", "12/100 名青年", "进行中", "")]
}

/// A duty of a unit and everything below it.
#[derive(Clone, Debug, Serialize)]
pub struct DutySumsLine {
    /// Its name.
    pub title: String,
    /// Its period.
    pub period: String,
    /// Those who owe it.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// Those for whom time is short.
    pub at_risk: u32,
    /// Those who did not, and it is over.
    pub missed: u32,
    /// Those of whom nothing is asked this time.
    pub waived: u32,
}

/// A unit with everything below it.
#[derive(Clone, Debug, Serialize)]
pub struct UnitSumsLine {
    /// The unit.
    pub unit: UserText,
    /// Those who owe it.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
}

fn sample_missing() -> Vec<MissingLine> {
    vec![
        MissingLine { name: typed("钱样例"), unit: typed("样例一镇团委"), progress: "0/1 天".into() },
        MissingLine { name: typed("孙样例"), unit: typed("样例二镇团委"), progress: String::new() },
    ]
}

/// A line of a score-card.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreLine {
    /// Its name.
    pub title: String,
    /// Its points.
    pub points: String,
    /// Where they come from.
    pub why: String,
}

/// A unit in a ranking.
#[derive(Clone, Debug, Serialize)]
pub struct RankLine {
    /// Its place; those with the same points share one.
    pub place: usize,
    /// Who.
    pub name: UserText,
    /// The points.
    pub total: String,
    /// The band, if any.
    pub band: String,
}

/// A score-card of one subject, or the ranking of those below it, or both.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreCard {
    /// The card's name.
    pub title: String,
    /// Its period.
    pub period: String,
    /// Whose it is.
    pub name: UserText,
    /// Whether the subject itself is graded.
    pub graded: bool,
    /// What everybody begins with; empty where that is nothing.
    pub begins_with: String,
    /// The lines.
    pub lines: Vec<ScoreLine>,
    /// All points.
    pub total: String,
    /// The band, if any.
    pub band: String,
    /// The units right below, best first.
    pub ranking: Vec<RankLine>,
    /// How many of those are not listed.
    pub more: usize,
}

/// Something behind a line of a score-card.
#[derive(Clone, Debug, Serialize)]
pub struct BehindLine {
    /// The day.
    pub day: String,
    /// Who, where it is not the one the card is of.
    pub who: UserText,
    /// What.
    pub text: UserText,
}

/// A duty in the bulletin.
#[derive(Clone, Debug, Serialize)]
pub struct BulletinDuty {
    /// Its name.
    pub title: String,
    /// Those who owed it, each period counted.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// Share of them, in whole percent.
    pub percent: u32,
    /// The same in the month before; empty where nobody owed it.
    pub before: String,
}

/// A unit in the bulletin.
#[derive(Clone, Debug, Serialize)]
pub struct BulletinUnit {
    /// Its place; 0 where nothing is ranked.
    pub place: usize,
    /// The unit.
    pub unit: UserText,
    /// What was owed, all duties together.
    pub owing: u32,
    /// What was done.
    pub met: u32,
    /// Share, in whole percent.
    pub percent: u32,
    /// The same in the month before; empty where nothing was owed.
    pub before: String,
}

/// What came of a month.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BulletinSums {
    /// People met.
    pub people: i64,
    /// Days at the grassroots.
    pub days: u32,
    /// Problems entered.
    pub raised: u32,
    /// Problems settled.
    pub settled: u32,
    /// Problems open.
    pub open: u32,
    /// Questions asked.
    pub asked: u32,
    /// Questions answered.
    pub answered: u32,
}

/// A score-card in the bulletin.
#[derive(Clone, Debug, Serialize)]
pub struct BulletinCard {
    /// Its name.
    pub title: String,
    /// Its period.
    pub period: String,
    /// The unit's own points; empty where it is not graded.
    pub total: String,
    /// Its own band.
    pub band: String,
    /// Its own points in the month before.
    pub before: String,
    /// How many below are in which band: `优秀 3、称职 5`.
    pub spread: String,
    /// The units right below, best first, where rankings are public.
    pub ranking: Vec<RankLine>,
    /// How many of those are not listed.
    pub more: usize,
}

fn sample_ranking() -> Vec<RankLine> {
    let line = |place, name: &str, total: &str, band: &str| RankLine {
        place,
        name: typed(name),
        total: total.into(),
        band: band.into(),
    };
    vec![line(1, "样例一镇团委", "92.5", "优秀"), line(2, "样例二镇团委", "58", "")]
}

fn sample_score_card(graded: bool, ranked: bool) -> ScoreCard {
    let lines = vec![
        ScoreLine { title: "主题学习".into(), points: "10".into(), why: "完成 1/1".into() },
        ScoreLine {
            title: "参学率".into(),
            points: "-4".into(),
            why: "2 次低于 60（11月3日 55、11月10日 58），每次扣 2 分".into(),
        },
    ];
    ScoreCard {
        title: "乡镇考核".into(),
        period: "11月".into(),
        name: typed("样例一镇团委"),
        graded,
        begins_with: if ranked { String::new() } else { "50".into() },
        lines: if graded { lines } else { vec![] },
        total: "56".into(),
        band: if ranked { String::new() } else { "称职".into() },
        ranking: if ranked { sample_ranking() } else { vec![] },
        more: if ranked { 3 } else { 0 },
    }
}

/// A command in the help.
#[derive(Clone, Debug, Serialize)]
pub struct HelpLine {
    /// How it is typed.
    pub usage: String,
    /// What it does.
    pub summary: String,
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
    } samples vec![
        Self { title: "签到".into(), date: "11月20日 周五".into(), place: typed("东风社区"), content: typed("联系青年12人"), quantity: Some(12), counts: "人".into(), made_up: false, days: Some(1), again: false, met: true, left: 0, tied_to: None },
        Self { title: "签到".into(), date: "11月20日 周五".into(), place: typed(""), content: typed(""), quantity: None, counts: "人".into(), made_up: true, days: Some(1), again: true, met: false, left: 1, tied_to: Some(typed("样例一镇")) },
        Self { title: "日志".into(), date: "11月20日 周五".into(), place: typed(""), content: typed("走访：三户"), quantity: None, counts: "人".into(), made_up: false, days: None, again: false, met: false, left: 0, tied_to: None },
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
    /// A question was withdrawn.
    QuestionWithdrawn = "receipt/question_withdrawn" {
        /// Its number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// A record was corrected.
    Changed = "receipt/changed" {
        /// The day it is about.
        date: String,
        /// Which field.
        field: String,
        /// What it says now.
        value: UserText,
    } samples vec![Self { date: "11月20日 周五".into(), field: "地点".into(), value: typed("城西社区") }];
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
    /// What I have done and owe.
    Me = "list/me" {
        /// My name.
        name: UserText,
        /// My unit.
        unit: UserText,
        /// This week.
        week: String,
        /// The days reported this week.
        days: Vec<String>,
        /// Distinct days this week.
        done: u32,
        /// What is owed, what is not done first.
        duties: Vec<DutyLine>,
        /// How many duties are not listed.
        more: usize,
        /// Distinct days this month.
        month_days: u32,
        /// People met this month.
        month_people: u32,
    } samples vec![
        Self { name: typed("赵样例"), unit: typed("样例一镇团委"), week: "11月16日—11月22日".into(), days: vec!["周五".into()], done: 1, duties: sample_duties(), more: 2, month_days: 3, month_people: 36 },
        Self { name: typed("赵样例"), unit: typed("样例一镇团委"), week: "11月16日—11月22日".into(), days: vec![], done: 0, duties: vec![], more: 0, month_days: 0, month_people: 0 },
    ];
    /// How a unit and everything below it stands.
    UnitProgress = "list/progress" {
        /// The unit.
        unit: UserText,
        /// Its duties.
        duties: Vec<DutySumsLine>,
        /// The duty by which the units below are listed.
        by: String,
        /// The units below.
        units: Vec<UnitSumsLine>,
        /// How many of those are not listed.
        more_units: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), by: "每周下基层".into(), more_units: 2,
            duties: vec![DutySumsLine { title: "每周下基层".into(), period: "11月16日—11月22日".into(), owing: 9, met: 7, at_risk: 1, missed: 1, waived: 1 }],
            units: vec![UnitSumsLine { unit: typed("样例一镇团委"), owing: 3, met: 2 }],
        },
        Self { unit: typed("样例县团委"), by: "签到".into(), more_units: 0, duties: vec![], units: vec![] },
    ];
    /// Who has not done a duty yet.
    Missing = "list/missing" {
        /// The duty.
        duty: String,
        /// The unit asked about.
        unit: UserText,
        /// The period.
        period: String,
        /// Those who owe it.
        owing: u32,
        /// Of them, those who did it.
        met: u32,
        /// Those who did not.
        left: usize,
        /// The first of them.
        people: Vec<MissingLine>,
        /// How many of those are not listed.
        more: usize,
    } samples vec![
        Self { duty: "每周下基层".into(), unit: typed("样例县团委"), period: "11月16日—11月22日".into(), owing: 9, met: 7, left: 3, people: sample_missing(), more: 1 },
        Self { duty: "每周下基层".into(), unit: typed("样例县团委"), period: "11月16日—11月22日".into(), owing: 9, met: 9, left: 0, people: vec![], more: 0 },
    ];
    /// Nobody knows which unit is meant.
    NoSuchUnit = "refusal/no_such_unit" {
        /// What was typed.
        name: UserText,
        /// Some that could have been meant.
        known: Vec<UserText>,
    } samples vec![Self { name: typed("火星"), known: vec![typed("样例一镇"), typed("样例二镇")] }, Self { name: typed("火星"), known: vec![] }];
    /// Nobody knows which duty is meant.
    NoSuchDuty = "refusal/no_such_duty" {
        /// Those there are.
        known: Vec<String>,
    } samples vec![Self { known: vec!["每周下基层".into(), "1+100".into()] }, Self { known: vec![] }];
    /// What was asked for in a group comes in private.
    SentPrivately = "receipt/sent_privately" {} samples vec![Self {}];
    /// The weekly digest.
    WeeklyDigest = "digest/weekly" {
        /// The unit.
        unit: UserText,
        /// The week.
        week: String,
        /// Its sums.
        now: DigestSums,
        /// The sums of the week before.
        before: DigestSums,
        /// Whether the week owes nothing (a holiday).
        waived: bool,
        /// Questions still open.
        open: u32,
        /// Of them, those whose deadline is over.
        overdue: u32,
        /// Median time to answer; empty where nothing was answered.
        median: String,
        /// By child unit.
        units: Vec<DigestLine>,
        /// How many units are not listed.
        more_units: usize,
        /// How many have no day yet.
        missing: u32,
        /// Who, where the group may know.
        names: Vec<MissingLine>,
        /// How many of those are not listed.
        more_names: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), week: "11月16日—11月22日".into(),
            now: DigestSums { owing: 9, met: 7, percent: 78, people: 96, days: 8, asked: 5, answered: 4 },
            before: DigestSums { owing: 9, met: 6, percent: 67, people: 80, days: 6, asked: 3, answered: 3 },
            waived: false, open: 2, overdue: 1, median: "5 小时".into(),
            units: vec![DigestLine { unit: typed("样例一镇团委"), owing: 3, met: 2, met_before: 3, asked: 2, answered: 2 }],
            more_units: 2, missing: 2, names: sample_missing(), more_names: 1,
        },
        Self {
            unit: typed("样例县团委"), week: "10月5日—10月11日".into(), now: DigestSums::default(), before: DigestSums::default(),
            waived: true, open: 0, overdue: 0, median: String::new(), units: vec![], more_units: 0, missing: 0, names: vec![], more_names: 0,
        },
    ];
    /// Score-cards, asked for.
    Scores = "list/scores" {
        /// Those there are.
        cards: Vec<ScoreCard>,
    } samples vec![
        Self { cards: vec![sample_score_card(true, false)] },
        Self { cards: vec![sample_score_card(true, true), sample_score_card(false, true)] },
    ];
    /// What stands behind a line of a score-card.
    ScoreBehind = "list/score_behind" {
        /// The card's name.
        card: String,
        /// Its period.
        period: String,
        /// Whose it is.
        name: UserText,
        /// The line.
        line: ScoreLine,
        /// The records or figures.
        entries: Vec<BehindLine>,
        /// How many of those are not listed.
        more: usize,
        /// Appeals against it, in sentences.
        appeals: Vec<UserText>,
    } samples vec![
        Self {
            card: "乡镇考核".into(), period: "11月".into(), name: typed("样例一镇团委"), line: sample_score_card(true, false).lines.remove(1),
            entries: vec![BehindLine { day: "11月3日".into(), who: typed("赵样例"), text: typed("样例社区 走访三户") }, BehindLine { day: "11月10日".into(), who: typed(""), text: typed("58") }],
            more: 2, appeals: vec![typed("申诉 3 号：数据有误。改为 -2 分，已核实")],
        },
        Self { card: "乡镇考核".into(), period: "11月".into(), name: typed("样例一镇团委"), line: sample_score_card(true, false).lines.remove(0), entries: vec![], more: 0, appeals: vec![] },
    ];
    /// An appeal was taken in.
    AppealTaken = "receipt/appeal_taken" {
        /// Its number.
        number: i64,
        /// The card.
        card: String,
        /// The indicator.
        indicator: String,
        /// Who decides: a unit.
        by: UserText,
    } samples vec![Self { number: 3, card: "乡镇考核".into(), indicator: "参学率".into(), by: typed("样例县团委") }];
    /// An appeal was decided.
    AppealSettled = "receipt/appeal_settled" {
        /// Its number.
        number: i64,
        /// What was decided: `维持`, `改为 8 分`.
        result: String,
        /// Whether a unit has decided about itself, since there is nobody above.
        own: bool,
    } samples vec![Self { number: 3, result: "改为 8 分".into(), own: false }, Self { number: 3, result: "维持".into(), own: true }];
    /// To those who decide: an appeal.
    AppealCame = "notice/appeal" {
        /// Its number.
        number: i64,
        /// Whose card.
        name: UserText,
        /// The card.
        card: String,
        /// Its period.
        period: String,
        /// The line.
        line: ScoreLine,
        /// What they say.
        note: UserText,
    } samples vec![Self { number: 3, name: typed("样例一镇团委"), card: "乡镇考核".into(), period: "11月".into(), line: sample_score_card(true, false).lines.remove(1), note: typed("数据有误") }];
    /// To the one who appealed: what was decided.
    AppealDecided = "notice/appeal_decided" {
        /// Its number.
        number: i64,
        /// The card.
        card: String,
        /// The indicator.
        indicator: String,
        /// What was decided.
        result: String,
        /// Why so.
        decision: UserText,
        /// Who has decided: a unit.
        by: UserText,
    } samples vec![Self { number: 3, card: "乡镇考核".into(), indicator: "参学率".into(), result: "改为 -2 分".into(), decision: typed("已核实"), by: typed("样例县团委") }];
    /// There is no card of this subject.
    NoCard = "refusal/no_card" {
        /// Whose.
        name: UserText,
    } samples vec![Self { name: typed("样例一镇团委") }];
    /// Nobody knows whose card is meant.
    NoSuchSubject = "refusal/no_such_subject" {
        /// What was typed.
        name: UserText,
    } samples vec![Self { name: typed("火星") }];
    /// Nobody knows which indicator is meant.
    NoSuchIndicator = "refusal/no_such_indicator" {
        /// What was typed before it.
        word: String,
        /// Those there are.
        known: Vec<String>,
    } samples vec![Self { word: "申诉".into(), known: vec!["参学率".into(), "主题学习".into()] }];
    /// An appeal without a reason.
    AppealUsage = "refusal/appeal_usage" {
        /// The indicator that was typed.
        indicator: String,
    } samples vec![Self { indicator: "参学率".into() }];
    /// The line is under appeal already.
    AppealOpen = "refusal/appeal_open" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 3 }];
    /// A decision that cannot be read.
    DecisionUsage = "refusal/decision_usage" {} samples vec![Self {}];
    /// No appeal of that number that this person may decide.
    NoSuchAppeal = "refusal/no_such_appeal" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 3 }];
    /// The appeal was decided before.
    AppealOver = "refusal/appeal_over" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 3 }];
    /// Nobody decides about the card of one's own unit.
    AppealOwn = "refusal/appeal_own" {
        /// Who decides: a unit.
        by: UserText,
    } samples vec![Self { by: typed("样例县团委") }];
    /// Points that the line cannot have.
    AppealPoints = "refusal/appeal_points" {
        /// The indicator.
        indicator: String,
        /// The least.
        least: String,
        /// The most.
        most: String,
    } samples vec![Self { indicator: "主题学习".into(), least: "0".into(), most: "10".into() }];
    /// The monthly bulletin.
    MonthlyBulletin = "digest/monthly" {
        /// The unit.
        unit: UserText,
        /// The month: `11月`.
        month: String,
        /// What came of it.
        now: BulletinSums,
        /// What came of the month before.
        before: BulletinSums,
        /// The duties of the unit and everything below.
        duties: Vec<BulletinDuty>,
        /// The units right below.
        units: Vec<BulletinUnit>,
        /// Whether those stand in the order of what they did.
        ranked: bool,
        /// How many of those are not listed.
        more_units: usize,
        /// Score-cards.
        cards: Vec<BulletinCard>,
    } samples vec![
        Self {
            unit: typed("样例县团委"), month: "11月".into(),
            now: BulletinSums { people: 310, days: 36, raised: 4, settled: 3, open: 2, asked: 12, answered: 11 },
            before: BulletinSums { people: 280, days: 30, raised: 2, settled: 2, open: 1, asked: 9, answered: 9 },
            duties: vec![BulletinDuty { title: "每周下基层".into(), owing: 36, met: 30, percent: 83, before: "80".into() }, BulletinDuty { title: "主题学习".into(), owing: 2, met: 2, percent: 100, before: String::new() }],
            units: vec![BulletinUnit { place: 1, unit: typed("样例一镇团委"), owing: 12, met: 11, percent: 92, before: "85".into() }],
            ranked: true, more_units: 2,
            cards: vec![
                BulletinCard { title: "乡镇考核".into(), period: "11月".into(), total: "92.5".into(), band: "优秀".into(), before: "88".into(), spread: "优秀 1".into(), ranking: sample_ranking(), more: 2 },
                BulletinCard { title: "挂职干部考核".into(), period: "今年".into(), total: String::new(), band: String::new(), before: String::new(), spread: "优秀 3、称职 5、未达等次 1".into(), ranking: vec![], more: 0 },
            ],
        },
        Self {
            unit: typed("样例县团委"), month: "10月".into(), now: BulletinSums::default(), before: BulletinSums::default(), duties: vec![],
            units: vec![BulletinUnit { place: 0, unit: typed("样例一镇团委"), owing: 12, met: 11, percent: 92, before: String::new() }],
            ranked: false, more_units: 0, cards: vec![],
        },
    ];
    /// To cadre groups on Monday: the week's plan.
    WeekPlan = "remind/plan" {
        /// The week.
        week: String,
        /// The duty's name.
        duty: String,
        /// Days owed.
        owed: u32,
        /// The days of this week that are worked, where they are not the usual five.
        workdays: Vec<String>,
    } samples vec![
        Self { week: "11月16日—11月22日".into(), duty: "每周下基层".into(), owed: 1, workdays: vec![] },
        Self { week: "10月5日—10月11日".into(), duty: "每周下基层".into(), owed: 1, workdays: vec!["周四".into(), "周五".into(), "周六".into()] },
    ];
    /// To somebody who still owes something: everything in one message.
    Nudge = "remind/nudge" {
        /// Their name.
        name: UserText,
        /// How many duties.
        count: usize,
        /// The first of them.
        duties: Vec<DutyLine>,
        /// How many are not listed.
        more: usize,
        /// What else is near: a stay that begins or ends.
        notes: Vec<String>,
    } samples vec![Self { name: typed("赵样例"), count: 3, duties: sample_duties(), more: 1, notes: vec!["11月23日到样例一镇驻点，12月22日结束".into()] }];
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
    /// What one can type.
    HelpMenu = "help/menu" {
        /// The commands for this person in this place.
        commands: Vec<HelpLine>,
        /// Whether we know who asks.
        known: bool,
        /// A command that was asked for and is none.
        unknown: UserText,
        /// A command to ask for next.
        example: String,
    } samples vec![
        Self { commands: vec![HelpLine { usage: "提问 <问题>".into(), summary: "向团组织提问".into() }], known: false, unknown: typed(""), example: "提问".into() },
        Self { commands: vec![HelpLine { usage: "签到 [地点] [内容]".into(), summary: "记下今天下基层".into() }], known: true, unknown: typed("补签"), example: "签到".into() },
    ];
    /// How one command is used.
    HelpCommand = "help/command" {
        /// How it is typed.
        usage: String,
        /// What it does.
        summary: String,
        /// Other words for it.
        also: Vec<String>,
        /// Examples.
        examples: Vec<String>,
    } samples vec![
        Self { usage: "签到 [地点] [内容]".into(), summary: "记下今天下基层".into(), also: vec!["报到".into()], examples: vec!["签到 东风社区 走访青年12人".into()] },
        Self { usage: "撤回".into(), summary: "撤回刚才记的".into(), also: vec![], examples: vec!["撤回".into()] },
    ];
    /// A word that is nearly a command.
    DidYouMean = "help/did_you_mean" {
        /// The command.
        word: String,
    } samples vec![Self { word: "签到".into() }];
    /// An address is tied to a person now.
    BoundPerson = "receipt/bound_person" {
        /// Their name.
        name: UserText,
        /// Their unit.
        unit: UserText,
    } samples vec![Self { name: typed("赵样例"), unit: typed("样例一镇团委") }];
    /// A group is tied to a chat now.
    BoundChat = "receipt/bound_chat" {
        /// The chat's name.
        chat: UserText,
        /// Its unit.
        unit: UserText,
        /// What it is for.
        role: String,
    } samples vec![Self { chat: typed("样例一镇干部群"), unit: typed("样例一镇团委"), role: "干部群".into() }];
    /// The speaker is on no roster.
    NotKnown = "refusal/not_known" {
        /// The command's word.
        word: String,
    } samples vec![Self { word: "签到".into() }];
    /// The group is tied to no unit.
    StrangeGroup = "refusal/strange_group" {} samples vec![Self {}];
    /// The command is not for this person.
    NotAllowed = "refusal/not_allowed" {
        /// The command's word.
        word: String,
        /// For whom it is.
        who: String,
    } samples vec![Self { word: "周报".into(), who: "书记和督导".into() }];
    /// The command is not for this place.
    WrongPlace = "refusal/wrong_place" {
        /// The command's word.
        word: String,
        /// Where it belongs.
        place: String,
    } samples vec![Self { word: "待答".into(), place: "干部群或私聊".into() }];
    /// There is nothing to withdraw.
    NothingToWithdraw = "refusal/nothing_to_withdraw" {
        /// For how many hours one may.
        hours: u32,
    } samples vec![Self { hours: 24 }];
    /// There is nothing to correct.
    NothingToChange = "refusal/nothing_to_change" {
        /// For how many hours one may.
        hours: u32,
    } samples vec![Self { hours: 24 }];
    /// A correction that cannot be read.
    ChangeUsage = "refusal/change_usage" {} samples vec![Self {}];
    /// A question without words.
    QuestionEmpty = "refusal/question_empty" {} samples vec![Self {}];
    /// A question asked where no unit can be told.
    NoUnitForQuestion = "refusal/no_unit_for_question" {} samples vec![Self {}];
    /// Too many questions at once.
    TooManyOpen = "refusal/too_many_open" {
        /// How many may be open.
        most: usize,
    } samples vec![Self { most: 5 }];
    /// A text that is too long.
    TooLong = "refusal/too_long" {
        /// The most characters.
        most: usize,
    } samples vec![Self { most: 2000 }];
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
    /// A code that does not work.
    CodeUnknown = "refusal/code_unknown" {} samples vec![Self {}];
    /// A binding without a code.
    CodeMissing = "refusal/code_missing" {
        /// The command's word.
        word: String,
    } samples vec![Self { word: "绑定".into() }];
    /// A code of the other kind.
    CodeOtherKind = "refusal/code_other_kind" {
        /// What to type instead.
        instead: String,
        /// Whether the code was seen by others and is worth nothing now.
        spoilt: bool,
    } samples vec![Self { instead: "绑定本群".into(), spoilt: false }, Self { instead: "绑定".into(), spoilt: true }];
    /// The address belongs to somebody already.
    AlreadyBound = "refusal/already_bound" {
        /// To whom or what.
        name: UserText,
    } samples vec![Self { name: typed("赵样例") }];
}
