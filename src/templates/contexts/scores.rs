//! Score-cards, appeals, the monthly bulletin.

use serde::Serialize;

use super::voice_figures::sample_topics;
use super::*;

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
    /// First answers given.
    pub answered: u32,
    /// Of those asked, not answered in time.
    pub overdue: u32,
    /// Of those asked, how many were content.
    pub content: u32,
    /// How many said whether they were.
    pub rated: u32,
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

pub(super) fn sample_ranking() -> Vec<RankLine> {
    let line = |place, name: &str, total: &str, band: &str| RankLine {
        place,
        name: typed(name),
        total: total.into(),
        band: band.into(),
    };
    vec![line(1, "样例一镇团委", "92.5", "优秀"), line(2, "样例二镇团委", "58", "")]
}

pub(super) fn sample_score_card(graded: bool, ranked: bool) -> ScoreCard {
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

contexts! {
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
        /// Median time to answer; empty where nothing was answered.
        median: String,
        /// The topics asked about most.
        topics: Vec<TopicCount>,
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
            now: BulletinSums { people: 310, days: 36, raised: 4, settled: 3, open: 2, asked: 12, answered: 11, overdue: 1, content: 7, rated: 8 },
            before: BulletinSums { people: 280, days: 30, raised: 2, settled: 2, open: 1, asked: 9, answered: 9, ..BulletinSums::default() },
            median: "5 小时".into(), topics: sample_topics(),
            duties: vec![BulletinDuty { title: "每周下基层".into(), owing: 36, met: 30, percent: 83, before: "80".into() }, BulletinDuty { title: "主题学习".into(), owing: 2, met: 2, percent: 100, before: String::new() }],
            units: vec![BulletinUnit { place: 1, unit: typed("样例一镇团委"), owing: 12, met: 11, percent: 92, before: "85".into() }],
            ranked: true, more_units: 2,
            cards: vec![
                BulletinCard { title: "乡镇考核".into(), period: "11月".into(), total: "92.5".into(), band: "优秀".into(), before: "88".into(), spread: "优秀 1".into(), ranking: sample_ranking(), more: 2 },
                BulletinCard { title: "挂职干部考核".into(), period: "今年".into(), total: String::new(), band: String::new(), before: String::new(), spread: "优秀 3、称职 5、未达等次 1".into(), ranking: vec![], more: 0 },
            ],
        },
        Self {
            unit: typed("样例县团委"), month: "10月".into(), now: BulletinSums::default(), before: BulletinSums::default(), median: String::new(), topics: vec![], duties: vec![],
            units: vec![BulletinUnit { place: 0, unit: typed("样例一镇团委"), owing: 12, met: 11, percent: 92, before: String::new() }],
            ranked: false, more_units: 0, cards: vec![],
        },
    ];
}
