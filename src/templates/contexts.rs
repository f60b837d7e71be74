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

/// A question in the recap of an open day.
#[derive(Clone, Debug, Serialize)]
pub struct OpenDayLine {
    /// Its number.
    pub number: i64,
    /// What was asked, shortened.
    pub question: UserText,
    /// The first answer, shortened; empty where there is none yet.
    pub answer: UserText,
    /// Until when an answer is promised.
    pub due: String,
}

fn sample_open_day_lines() -> Vec<OpenDayLine> {
    let line = |number, answer: &str| OpenDayLine {
        number,
        question: typed("返乡创业贷款找谁？"),
        answer: typed(answer),
        due: "11月24日 17:30".into(),
    };
    vec![line(12, "找县团委青年发展部。"), line(13, "")]
}

/// A club in a list.
#[derive(Clone, Debug, Serialize)]
pub struct ClubLine {
    /// Its number in the group.
    pub number: i64,
    /// Its name.
    pub name: UserText,
    /// When and where it meets.
    pub about: UserText,
    /// How many members.
    pub members: usize,
    /// The first of them.
    pub names: Vec<UserText>,
    /// Votes for it.
    pub votes: u32,
}

/// A unit with everything below it in the figures of the Voice of Youth.
#[derive(Clone, Debug, Serialize)]
pub struct VoiceLine {
    /// The unit.
    pub unit: UserText,
    /// Asked.
    pub asked: u64,
    /// Answered.
    pub answered: u64,
    /// Likes.
    pub likes: u64,
}

/// A group card that does not read as it should.
#[derive(Clone, Debug, Serialize)]
pub struct GroupCardLine {
    /// In which group.
    pub chat: UserText,
    /// Whose.
    pub name: UserText,
    /// What it reads.
    pub card: UserText,
    /// What it should read.
    pub wanted: UserText,
}

/// A unit on the map, with everything below it.
#[derive(Clone, Debug, Serialize)]
pub struct MapCell {
    /// How far it is covered, as a mark.
    pub mark: String,
    /// The unit.
    pub unit: UserText,
    /// How many units it and what lies below are.
    pub units: usize,
    /// Of those, the ones somebody is tied to.
    pub covered: usize,
    /// Who is tied to the unit itself, and how.
    pub by: Vec<UserText>,
    /// How many of those are not listed.
    pub more: usize,
}

/// A cadre without a lead point.
#[derive(Clone, Debug, Serialize)]
pub struct LeadLine {
    /// Their name.
    pub name: UserText,
    /// Their unit.
    pub unit: UserText,
}

/// A problem in the list.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemLine {
    /// Its number, or those of all that were reported in the same words.
    pub numbers: String,
    /// What was reported, shortened.
    pub text: UserText,
    /// The unit it was reported from.
    pub unit: UserText,
    /// The day it was reported.
    pub since: String,
    /// How many say the same.
    pub count: usize,
    /// Whether several do.
    pub several: bool,
    /// The unit above that has it now, where it was passed up.
    pub held_by: Option<UserText>,
}

fn sample_problems() -> Vec<ProblemLine> {
    let line = |numbers: &str, text: &str, count, held_by: Option<&str>| ProblemLine {
        numbers: numbers.into(),
        text: typed(text),
        unit: typed("样例一镇团委"),
        since: "11月20日".into(),
        count,
        several: count > 1,
        held_by: held_by.map(typed),
    };
    vec![line("12、15", "路灯不亮", 2, None), line("13", "没有篮球场", 1, Some("样例县团委"))]
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
    /// Problems reported.
    pub problems_raised: u32,
    /// Problems settled.
    pub problems_settled: u32,
    /// Problems open.
    pub problems_open: u32,
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

fn sample_names(names: &[&str], more: usize) -> NameList {
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

fn sample_request(number: i64) -> RequestLine {
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
    /// A switch of the group was turned.
    Switched = "receipt/switched" {
        /// The command's word.
        word: String,
        /// What holds now.
        now: String,
        /// What to type for something else.
        back: String,
    } samples vec![Self { word: "提醒".into(), now: "关".into(), back: "开".into() }];
    /// Somebody's reminders were put off.
    Snoozed = "receipt/snoozed" {
        /// Until when.
        until: String,
    } samples vec![Self { until: "11月26日 18:00".into() }];
    /// A record whose text is missing.
    RecordEmpty = "refusal/record_empty" {
        /// The kind's word.
        word: String,
    } samples vec![Self { word: "日志".into() }];
    /// A switch with something else behind it.
    SwitchUsage = "refusal/switch_usage" {
        /// The command's word.
        word: String,
        /// What can follow it.
        choices: String,
    } samples vec![Self { word: "回执".into(), choices: "“完整”“简短”或“私聊”".into() }];
    /// A delay that cannot be read.
    SnoozeUsage = "refusal/snooze_usage" {} samples vec![Self {}];
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
    /// An open day begins: announced in its group.
    OpenDayStarted = "receipt/open_day_started" {
        /// Whose it is.
        unit: UserText,
        /// What it is about; may be empty.
        topic: UserText,
        /// Until when.
        until: String,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), until: "11月20日 20:00".into() },
        Self { unit: typed("样例一镇团委"), topic: typed(""), until: "11月20日 20:00".into() },
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
        /// The first answered ones.
        items: Vec<OpenDayLine>,
        /// How many answered ones are not listed.
        more: usize,
        /// The first open ones.
        open: Vec<OpenDayLine>,
        /// How many open ones are not listed.
        more_open: usize,
        /// Whether it was recorded as an activity.
        recorded: bool,
    } samples vec![
        Self { unit: typed("样例一镇团委"), topic: typed("返乡创业"), askers: 9, asked: 22, answered: 11, items: sample_open_day_lines(), more: 9, open: sample_open_day_lines(), more_open: 9, recorded: true },
        Self { unit: typed("样例一镇团委"), topic: typed(""), askers: 0, asked: 0, answered: 0, items: vec![], more: 0, open: vec![], more_open: 0, recorded: false },
    ];
    /// An open day runs in the group already.
    OpenDayRunning = "refusal/open_day_running" {
        /// Until when.
        until: String,
    } samples vec![Self { until: "11月20日 20:00".into() }];
    /// No open day runs in the group.
    OpenDayNotRunning = "refusal/open_day_not_running" {} samples vec![Self {}];
    /// An open day that is too short or too long.
    OpenDayLength = "refusal/open_day_length" {
        /// The least minutes.
        least: i64,
        /// The most hours.
        most: i64,
    } samples vec![Self { least: 10, most: 24 }];
    /// The secretary's authority does not reach the group's unit.
    NotYourGroup = "refusal/not_your_group" {
        /// The group's unit.
        unit: UserText,
    } samples vec![Self { unit: typed("样例一镇团委") }];
    /// The clubs of a group.
    Clubs = "list/clubs" {
        /// The first of them.
        clubs: Vec<ClubLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![
        Self {
            clubs: vec![
                ClubLine { number: 1, name: typed("瑜伽"), about: typed("每周三晚在青年之家"), members: 2, names: vec![typed("小不点"), typed("小样")], votes: 5 },
                ClubLine { number: 2, name: typed("读书"), about: typed(""), members: 0, names: vec![], votes: 0 },
            ],
            more: 1,
        },
        Self { clubs: vec![], more: 0 },
    ];
    /// A club was founded.
    ClubFounded = "receipt/club_founded" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
    } samples vec![Self { name: typed("瑜伽"), number: 3 }];
    /// Somebody signed up for a club, or off.
    ClubPlace = "receipt/club_place" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
        /// Whether up.
        joins: bool,
        /// Whether that changed anything.
        changed: bool,
        /// How many members there are now.
        members: usize,
    } samples vec![
        Self { name: typed("瑜伽"), number: 3, joins: true, changed: true, members: 2 },
        Self { name: typed("瑜伽"), number: 3, joins: true, changed: false, members: 2 },
        Self { name: typed("瑜伽"), number: 3, joins: false, changed: true, members: 1 },
        Self { name: typed("瑜伽"), number: 3, joins: false, changed: false, members: 1 },
    ];
    /// Somebody voted for a club.
    ClubVoted = "receipt/club_voted" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
        /// Its votes now.
        votes: u32,
    } samples vec![Self { name: typed("瑜伽"), number: 3, votes: 5 }];
    /// A club was closed.
    ClubClosed = "receipt/club_closed" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
    } samples vec![Self { name: typed("瑜伽"), number: 3 }];
    /// A club that cannot be read.
    ClubUsage = "refusal/club_usage" {
        /// The most characters of a name.
        name: usize,
        /// The most characters of what follows.
        about: usize,
    } samples vec![Self { name: 20, about: 100 }];
    /// A club of that name exists.
    ClubTaken = "refusal/club_taken" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
    } samples vec![Self { name: typed("瑜伽"), number: 3 }];
    /// The group has as many clubs as it may.
    TooManyClubs = "refusal/too_many_clubs" {
        /// The most.
        most: usize,
    } samples vec![Self { most: 30 }];
    /// No club of that number in this group.
    NoSuchClub = "refusal/no_such_club" {
        /// The number; 0 where none was typed.
        number: i64,
    } samples vec![Self { number: 3 }, Self { number: 0 }];
    /// A question was liked.
    Liked = "receipt/liked" {
        /// Its number.
        number: i64,
        /// Its likes now.
        likes: u64,
        /// Whether this one had liked it before.
        again: bool,
    } samples vec![Self { number: 12, likes: 45, again: false }, Self { number: 12, likes: 45, again: true }];
    /// The Voice of Youth over all time.
    Voice = "list/voice" {
        /// The unit, with everything below it.
        unit: UserText,
        /// Asked.
        asked: u64,
        /// Answered.
        answered: u64,
        /// Likes.
        likes: u64,
        /// The first units below that were asked anything.
        units: Vec<VoiceLine>,
        /// How many of those are not listed.
        more: usize,
    } samples vec![
        Self { unit: typed("样例市团委"), asked: 11_495, answered: 10_044, likes: 4_945, units: vec![VoiceLine { unit: typed("样例县团委"), asked: 495, answered: 44, likes: 45 }], more: 3 },
        Self { unit: typed("样例一镇团委"), asked: 0, answered: 0, likes: 0, units: vec![], more: 0 },
    ];
    /// No public question of that number.
    NoSuchPublicQuestion = "refusal/no_such_public_question" {
        /// The number; 0 where none was typed.
        number: i64,
    } samples vec![Self { number: 12 }, Self { number: 0 }];
    /// An expert was invited.
    Invited = "receipt/invited" {
        /// Their name.
        name: UserText,
        /// The question's number.
        number: i64,
        /// Whether they had been invited before.
        again: bool,
    } samples vec![Self { name: typed("钱样例"), number: 12, again: false }, Self { name: typed("钱样例"), number: 12, again: true }];
    /// To an expert: please answer.
    Invitation = "notice/invitation" {
        /// The question's number.
        number: i64,
        /// What was asked.
        text: UserText,
        /// Who invites.
        by: UserText,
        /// The unit that owes the answer.
        unit: UserText,
        /// Until when an answer is promised.
        due: String,
    } samples vec![Self { number: 12, text: typed("团组织关系怎么转？"), by: typed("赵样例"), unit: typed("样例一镇团委"), due: "11月24日 17:30".into() }];
    /// No expert of that name.
    NoSuchExpert = "refusal/no_such_expert" {
        /// What was typed.
        name: UserText,
    } samples vec![Self { name: typed("钱样例") }];
    /// Several experts of that name.
    SeveralExperts = "refusal/several_experts" {
        /// What was typed.
        name: UserText,
        /// The question's number.
        number: i64,
        /// Their units.
        units: Vec<UserText>,
    } samples vec![Self { name: typed("钱样例"), number: 12, units: vec![typed("样例一镇"), typed("样例二镇")] }];
    /// An expert without an address.
    ExpertUnreachable = "refusal/expert_unreachable" {
        /// Their name.
        name: UserText,
    } samples vec![Self { name: typed("钱样例") }];
    /// An invitation that cannot be read.
    InviteUsage = "refusal/invite_usage" {} samples vec![Self {}];
    /// Group cards that do not read as they should.
    GroupCards = "list/group_cards" {
        /// The unit, with everything below it.
        unit: UserText,
        /// How they should read.
        format: String,
        /// How many cadres were seen.
        seen: usize,
        /// How many were never seen.
        never: usize,
        /// How many cards do not match.
        count: usize,
        /// The first of them.
        cards: Vec<GroupCardLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), format: "共青团+{地区}+{姓名}".into(), seen: 5, never: 2, count: 2, more: 1,
            cards: vec![GroupCardLine { chat: typed("样例县干部群"), name: typed("赵样例"), card: typed("老赵"), wanted: typed("共青团+样例县+赵样例") }],
        },
        Self { unit: typed("样例县团委"), format: "共青团+{地区}+{姓名}".into(), seen: 5, never: 0, count: 0, more: 0, cards: vec![] },
    ];
    /// The policy says nothing about group cards.
    NoCardFormat = "refusal/no_card_format" {} samples vec![Self {}];
    /// The map: which units somebody is tied to.
    CoverageMap = "list/map" {
        /// The unit whose children are shown.
        unit: UserText,
        /// The day.
        date: String,
        /// How many units there are, all levels together.
        units: usize,
        /// Of them, the ones somebody is tied to.
        covered: usize,
        /// How many children there are.
        shown: usize,
        /// Of them, the ones where nobody is tied to anything.
        bare: usize,
        /// The first children, uncovered ones first.
        cells: Vec<MapCell>,
        /// How many are not listed.
        more: usize,
    } samples vec![
        Self {
            unit: typed("样例县团委"), date: "11月20日 周五".into(), units: 12, covered: 3, shown: 4, bare: 1, more: 1,
            cells: vec![
                MapCell { mark: "□".into(), unit: typed("样例二镇"), units: 5, covered: 0, by: vec![], more: 0 },
                MapCell { mark: "◧".into(), unit: typed("样例一镇"), units: 5, covered: 2, by: vec![typed("赵样例驻点"), typed("钱样例包联")], more: 2 },
            ],
        },
        Self { unit: typed("东风社区"), date: "11月20日 周五".into(), units: 1, covered: 1, shown: 1, bare: 0, cells: vec![], more: 0 },
    ];
    /// Cadres without a lead point, and units nobody leads.
    WithoutLead = "list/leads" {
        /// The unit, with everything below it.
        unit: UserText,
        /// How many cadres there are.
        all_cadres: usize,
        /// Of them, without a lead point.
        without: usize,
        /// The first of them.
        cadres: Vec<LeadLine>,
        /// How many are not listed.
        more_cadres: usize,
        /// How many units there are below.
        all_units: usize,
        /// Of them, led by nobody.
        unled: usize,
        /// The first of them.
        units: Vec<UserText>,
        /// How many are not listed.
        more_units: usize,
    } samples vec![
        Self { unit: typed("样例县团委"), all_cadres: 7, without: 2, cadres: vec![LeadLine { name: typed("李样例"), unit: typed("样例一镇团委") }], more_cadres: 1, all_units: 3, unled: 2, units: vec![typed("样例一镇"), typed("样例二镇")], more_units: 1 },
        Self { unit: typed("样例县团委"), all_cadres: 7, without: 0, cadres: vec![], more_cadres: 0, all_units: 3, unled: 0, units: vec![], more_units: 0 },
    ];
    /// The list of problems.
    Problems = "list/problems" {
        /// How many are open.
        open: usize,
        /// The first of them.
        items: Vec<ProblemLine>,
        /// How many entries are not listed.
        more: usize,
        /// Whether whoever asks may settle them.
        may_settle: bool,
        /// Whether it is only what they reported themself.
        own: bool,
    } samples vec![
        Self { open: 5, items: sample_problems(), more: 2, may_settle: true, own: false },
        Self { open: 3, items: sample_problems(), more: 0, may_settle: false, own: true },
        Self { open: 0, items: vec![], more: 0, may_settle: true, own: false },
        Self { open: 0, items: vec![], more: 0, may_settle: false, own: true },
    ];
    /// A problem was settled.
    ProblemSettled = "receipt/problem_settled" {
        /// Its number.
        number: i64,
        /// Whether its reporter is told.
        told: bool,
    } samples vec![Self { number: 12, told: true }, Self { number: 12, told: false }];
    /// A problem was passed up.
    ProblemPassedUp = "receipt/problem_passed_up" {
        /// Its number.
        number: i64,
        /// The unit that has it now.
        to: UserText,
    } samples vec![Self { number: 12, to: typed("样例县团委") }];
    /// To the reporter: the problem was settled.
    ProblemWasSettled = "notice/problem_settled" {
        /// Its number.
        number: i64,
        /// What was reported, shortened.
        text: UserText,
        /// What came of it.
        result: UserText,
        /// Who settled it: the unit.
        by: UserText,
    } samples vec![Self { number: 12, text: typed("路灯不亮"), result: typed("已修好"), by: typed("样例县团委") }];
    /// To those who answer above: a problem was passed up.
    ProblemWasPassedUp = "notice/problem_passed_up" {
        /// Its number.
        number: i64,
        /// What was reported.
        text: UserText,
        /// The unit that passes it.
        from: UserText,
        /// Why.
        note: UserText,
    } samples vec![
        Self { number: 12, text: typed("路灯不亮"), from: typed("样例一镇团委"), note: typed("要县里出钱") },
        Self { number: 12, text: typed("路灯不亮"), from: typed("样例一镇团委"), note: typed("") },
    ];
    /// No problem of that number that this person may see to.
    NoSuchProblem = "refusal/no_such_problem" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// The problem is no longer open.
    ProblemGone = "refusal/problem_gone" {
        /// The number.
        number: i64,
        /// Whether it was taken back rather than settled.
        withdrawn: bool,
    } samples vec![Self { number: 12, withdrawn: false }, Self { number: 12, withdrawn: true }];
    /// The problem was passed up: a unit above sees to it.
    ProblemHeldAbove = "refusal/problem_held_above" {
        /// The number.
        number: i64,
        /// Which unit.
        holder: UserText,
    } samples vec![Self { number: 12, holder: typed("样例县团委") }];
    /// A deed on a problem that cannot be read.
    ProblemUsage = "refusal/problem_usage" {
        /// The command's word.
        word: String,
        /// What follows it, for example.
        example: String,
    } samples vec![Self { word: "办结".into(), example: "12 路灯已修好".into() }];
    /// There is no unit to which a problem could be passed.
    NoUnitAbove = "refusal/no_unit_above" {
        /// The unit that has it.
        unit: UserText,
    } samples vec![Self { unit: typed("样例县团委") }];
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
        /// Leave of today or later: `11月23日—11月25日`; mostly empty.
        leave: String,
    } samples vec![
        Self { name: typed("赵样例"), unit: typed("样例一镇团委"), week: "11月16日—11月22日".into(), days: vec!["周五".into()], done: 1, duties: sample_duties(), more: 2, month_days: 3, month_people: 36, leave: "11月23日—11月25日".into() },
        Self { name: typed("赵样例"), unit: typed("样例一镇团委"), week: "11月16日—11月22日".into(), days: vec![], done: 0, duties: vec![], more: 0, month_days: 0, month_people: 0, leave: String::new() },
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
        Self { duty: "每周下基层".into(), unit: typed("样例一村团支部"), period: "11月16日—11月22日".into(), owing: 0, met: 0, left: 0, people: vec![], more: 0 },
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
    /// What waits for one's word.
    Requests = "list/requests" {
        /// The first of them.
        items: Vec<RequestLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![Self { items: vec![sample_request(12), sample_request(13)], more: 1 }, Self { items: vec![], more: 0 }];
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
    /// No flag of that number that this person may look at.
    NoSuchFlag = "refusal/no_such_flag" {
        /// The number, as typed.
        number: String,
    } samples vec![Self { number: "7".into() }];
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
        /// The other duties.
        duties: Vec<DutySumsLine>,
        /// Whether there is anything to say of problems.
        problems: bool,
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
            now: DigestSums { owing: 9, met: 7, percent: 78, people: 96, days: 8, asked: 5, answered: 4, problems_raised: 3, problems_settled: 2, problems_open: 5 },
            before: DigestSums { owing: 9, met: 6, percent: 67, people: 80, days: 6, asked: 3, answered: 3, ..DigestSums::default() },
            waived: false, open: 2, overdue: 1, median: "5 小时".into(), problems: true,
            duties: vec![DutySumsLine { title: "示范引领".into(), period: String::new(), owing: 9, met: 4, at_risk: 2, missed: 0, waived: 0 }],
            units: vec![DigestLine { unit: typed("样例一镇团委"), owing: 3, met: 2, met_before: 3, asked: 2, answered: 2 }],
            more_units: 2, missing: 2, names: sample_missing(), more_names: 1,
        },
        Self {
            unit: typed("样例县团委"), week: "10月5日—10月11日".into(), now: DigestSums::default(), before: DigestSums::default(),
            waived: true, open: 0, overdue: 0, median: String::new(), problems: false, duties: vec![], units: vec![], more_units: 0, missing: 0, names: vec![], more_names: 0,
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
    } samples vec![Self { name: typed("赵样例"), count: 3, duties: sample_duties(), more: 1, notes: vec!["11月23日到样例一镇驻点，12月22日结束".into()] }, Self { name: typed("赵样例"), count: 0, duties: vec![], more: 0, notes: vec!["在样例一镇的驻点到12月22日结束，没记的请补上".into()] }];
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
        /// The words of the commands that are used less often.
        others: Vec<String>,
    } samples vec![
        Self { commands: vec![HelpLine { usage: "提问 <问题>".into(), summary: "向团组织提问".into() }], known: false, unknown: typed(""), example: "提问".into(), others: vec![] },
        Self { commands: vec![HelpLine { usage: "签到 [地点] [内容]".into(), summary: "记下今天下基层".into() }], known: true, unknown: typed("吃饭"), example: "签到".into(), others: vec!["补签".into(), "请假".into()] },
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
