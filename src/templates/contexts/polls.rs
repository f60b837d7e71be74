//! Polls and surveys.

use serde::Serialize;

use super::*;
use crate::domain::chart::{Bar, BarGroup, Chart};
use crate::domain::message::Figures;

/// An option with its letter.
#[derive(Clone, Debug, Serialize)]
pub struct OptionLine {
    /// What people type.
    pub letter: String,
    /// The option.
    pub option: UserText,
}

/// An option with what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct CountLine {
    /// What people typed.
    pub letter: String,
    /// The option.
    pub option: UserText,
    /// How many chose it.
    pub votes: usize,
    /// Of those who answered the question, in whole percent.
    pub percent: usize,
}

/// A question with what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct ResultItem {
    /// Its number in a survey; 0 in a poll, where it is the title.
    pub number: usize,
    /// The question.
    pub text: UserText,
    /// How many answered it.
    pub people: usize,
    /// Whether several could be chosen, so that the shares add up to more than all.
    pub several: bool,
    /// The options; none of a number or words.
    pub options: Vec<CountLine>,
    /// What numbers come to: `平均 2.3，中间 2，最少 0，最多 8`; empty where it asks for none.
    pub numbers: String,
    /// Whether it asks for words, which are not told in a group.
    pub words: bool,
}

/// An option with those who chose it.
#[derive(Clone, Debug, Serialize)]
pub struct NamesLine {
    /// What people typed.
    pub letter: String,
    /// The option.
    pub option: UserText,
    /// Who chose it, the first of them.
    pub names: Vec<UserText>,
    /// How many in all.
    pub count: usize,
    /// How many are not listed.
    pub more: usize,
}

/// A question with those who chose each option.
#[derive(Clone, Debug, Serialize)]
pub struct NamesItem {
    /// Its number in a survey; 0 in a poll.
    pub number: usize,
    /// The question.
    pub text: UserText,
    /// The options.
    pub options: Vec<NamesLine>,
}

/// A question with what was written.
#[derive(Clone, Debug, Serialize)]
pub struct WordsItem {
    /// Its number.
    pub number: usize,
    /// The question.
    pub text: UserText,
    /// How many wrote something.
    pub count: usize,
    /// The first of it, shortened.
    pub said: Vec<UserText>,
    /// How many are not listed.
    pub more: usize,
}

/// Something wrong with a poll or survey as it was written.
#[derive(Clone, Debug, Serialize)]
pub struct FlawLine {
    /// Which line; 0 where it is about the whole.
    pub line: usize,
    /// What stands there.
    pub found: UserText,
    /// What is wrong and what to write instead.
    pub problem: String,
}

/// A poll or survey in a list.
#[derive(Clone, Debug, Serialize)]
pub struct PollLine {
    /// 投票 or 问卷.
    pub word: String,
    /// Its number.
    pub number: i64,
    /// What it is about.
    pub title: UserText,
    /// When it closes.
    pub closes: String,
}

fn sample_options() -> Vec<OptionLine> {
    let line = |letter: &str, option: &str| OptionLine { letter: letter.into(), option: typed(option) };
    vec![line("A", "爬山"), line("B", "看电影")]
}

fn sample_counts() -> Vec<CountLine> {
    let line = |letter: &str, option: &str, votes, percent| CountLine {
        letter: letter.into(),
        option: typed(option),
        votes,
        percent,
    };
    vec![line("A", "爬山", 3, 60), line("B", "看电影", 2, 40)]
}

fn sample_item(number: usize, options: Vec<CountLine>, numbers: &str, words: bool) -> ResultItem {
    ResultItem {
        number, text: typed("周末去哪"), people: 5, several: false, options, numbers: numbers.into(), words
    }
}

fn sample_chart() -> Figures {
    let bar = |label: &str, value| Bar { label: label.into(), value, before: None };
    let group = BarGroup { bars: vec![bar("A 爬山", 3), bar("B 看电影", 2)], ..BarGroup::default() };
    Figures(Chart { title: "周末去哪".into(), unit: " 票".into(), series: None, groups: vec![group] })
}

fn sample_lines() -> Vec<PollLine> {
    let line = |word: &str, number, title: &str| PollLine {
        word: word.into(),
        number,
        title: typed(title),
        closes: "11月20日 18:00".into(),
    };
    vec![line("投票", 3, "周末去哪"), line("问卷", 5, "青年需求调查")]
}

contexts! {
    /// A poll was started: what the group reads.
    PollOpened = "poll/opened" {
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// The options.
        options: Vec<OptionLine>,
        /// How many may be chosen.
        most: usize,
        /// Whether more than one.
        several: bool,
        /// Whether it is anonymous.
        anonymous: bool,
        /// Whether there is no key, so that who keeps the database could tell who answered what until it closes.
        unsealed: bool,
        /// When it closes.
        closes: String,
    } samples vec![
        Self { number: 3, title: typed("周末去哪"), options: sample_options(), most: 1, several: false, anonymous: false, unsealed: false, closes: "11月20日 18:00".into() },
        Self { number: 3, title: typed("周末去哪"), options: sample_options(), most: 2, several: true, anonymous: true, unsealed: true, closes: "11月20日 18:00".into() },
    ];
    /// A survey was started: what the group reads.
    SurveyOpened = "poll/survey_opened" {
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// How many questions.
        questions: usize,
        /// Whether it is anonymous.
        anonymous: bool,
        /// Whether there is no key, so that who keeps the database could tell who answered what until it closes.
        unsealed: bool,
        /// When it closes.
        closes: String,
    } samples vec![
        Self { number: 5, title: typed("青年需求调查"), questions: 4, anonymous: true, unsealed: true, closes: "12月1日 23:59".into() },
        Self { number: 5, title: typed("青年需求调查"), questions: 4, anonymous: false, unsealed: false, closes: "12月1日 23:59".into() },
    ];
    /// Somebody voted. Of an anonymous poll the receipt does not say what.
    PollVoted = "poll/voted" {
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// What was chosen; nothing of an anonymous one.
        chosen: Vec<OptionLine>,
        /// Whether it is anonymous.
        anonymous: bool,
        /// Whether the group could read the vote.
        seen: bool,
        /// Until when it can be changed.
        closes: String,
        /// How many have voted.
        participants: usize,
    } samples vec![
        Self { number: 3, title: typed("周末去哪"), chosen: sample_options(), anonymous: false, seen: true, closes: "11月20日 18:00".into(), participants: 4 },
        Self { number: 3, title: typed("周末去哪"), chosen: vec![], anonymous: true, seen: true, closes: "11月20日 18:00".into(), participants: 4 },
        Self { number: 3, title: typed("周末去哪"), chosen: vec![], anonymous: true, seen: false, closes: "11月20日 18:00".into(), participants: 4 },
    ];
    /// What came of a poll or survey: its words, and the same as a picture where it is posted.
    PollResult = "poll/result" {
        /// 投票 or 问卷.
        word: String,
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// Whether it is anonymous.
        anonymous: bool,
        /// Whether it is over.
        closed: bool,
        /// When it closes.
        closes: String,
        /// How many took part.
        participants: usize,
        /// Why nothing more is told; empty where all is.
        withheld: String,
        /// The questions.
        items: Vec<ResultItem>,
        /// The same as a picture.
        chart: Option<Figures>,
    } samples vec![
        Self { word: "投票".into(), number: 3, title: typed("周末去哪"), anonymous: false, closed: true, closes: "11月20日 18:00".into(), participants: 5, withheld: String::new(), items: vec![sample_item(0, sample_counts(), "", false)], chart: Some(sample_chart()) },
        Self { word: "投票".into(), number: 3, title: typed("周末去哪"), anonymous: false, closed: false, closes: "11月20日 18:00".into(), participants: 5, withheld: String::new(), items: vec![ResultItem { several: true, ..sample_item(0, sample_counts(), "", false) }], chart: None },
        Self { word: "问卷".into(), number: 5, title: typed("青年需求调查"), anonymous: true, closed: true, closes: "11月20日 18:00".into(), participants: 5, withheld: String::new(), items: vec![sample_item(1, sample_counts(), "", false), sample_item(2, vec![], "平均 2.3，中间 2，最少 0，最多 8", false), sample_item(3, vec![], "", true)], chart: Some(sample_chart()) },
        Self { word: "投票".into(), number: 3, title: typed("周末去哪"), anonymous: true, closed: true, closes: "11月20日 18:00".into(), participants: 4, withheld: "匿名，不到 5 人，不显示分布。".into(), items: vec![], chart: None },
    ];
    /// Who chose what, for the secretary alone.
    PollNames = "poll/names" {
        /// 投票 or 问卷.
        word: String,
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// The questions with options.
        items: Vec<NamesItem>,
        /// Everybody who took part.
        participants: usize,
    } samples vec![
        Self {
            word: "投票".into(), number: 3, title: typed("周末去哪"), participants: 3,
            items: vec![NamesItem { number: 0, text: typed("周末去哪"), options: vec![
                NamesLine { letter: "A".into(), option: typed("爬山"), names: vec![typed("钱样例"), typed("孙样例")], count: 3, more: 1 },
                NamesLine { letter: "B".into(), option: typed("看电影"), names: vec![], count: 0, more: 0 },
            ] }],
        },
        Self { word: "问卷".into(), number: 5, title: typed("青年需求调查"), participants: 1, items: vec![NamesItem { number: 1, text: typed("年龄段"), options: vec![] }] },
    ];
    /// What was written, for the secretary alone.
    PollWords = "poll/words" {
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// Whether it is anonymous.
        anonymous: bool,
        /// The questions that ask for words.
        items: Vec<WordsItem>,
    } samples vec![
        Self { number: 5, title: typed("青年需求调查"), anonymous: true, items: vec![WordsItem { number: 4, text: typed("想说的话"), count: 3, said: vec![typed("多办活动"), typed("谢谢")], more: 1 }] },
        Self { number: 5, title: typed("青年需求调查"), anonymous: false, items: vec![WordsItem { number: 4, text: typed("想说的话"), count: 0, said: vec![], more: 0 }] },
    ];
    /// A poll or survey was closed by hand.
    PollClosed = "poll/closed" {
        /// 投票 or 问卷.
        word: String,
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
    } samples vec![Self { word: "投票".into(), number: 3, title: typed("周末去哪") }];
    /// The next question of a survey.
    SurveyAsk = "poll/ask" {
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// What was not understood, and what to write; empty where nothing was.
        instead: String,
        /// Whether it is the first that is asked now.
        first: bool,
        /// Whether some were answered before.
        resumed: bool,
        /// Whether it is anonymous.
        anonymous: bool,
        /// Which question.
        at: usize,
        /// Of how many.
        of: usize,
        /// The question.
        question: UserText,
        /// The options; none of a number or words.
        options: Vec<OptionLine>,
        /// How to answer.
        how: String,
    } samples vec![
        Self { number: 5, title: typed("青年需求调查"), instead: String::new(), first: true, resumed: false, anonymous: true, at: 1, of: 4, question: typed("您的年龄段"), options: sample_options(), how: "选一个，写字母".into() },
        Self { number: 5, title: typed("青年需求调查"), instead: String::new(), first: true, resumed: true, anonymous: false, at: 2, of: 4, question: typed("您的年龄段"), options: sample_options(), how: "选一个，写字母".into() },
        Self { number: 5, title: typed("青年需求调查"), instead: "请只写一个数字，例如 3".into(), first: false, resumed: false, anonymous: true, at: 3, of: 4, question: typed("几次"), options: vec![], how: "写一个数字".into() },
    ];
    /// A survey is filled in elsewhere than where it was called for.
    SurveyInPrivate = "poll/in_private" {
        /// Its number.
        number: i64,
    } samples vec![Self { number: 5 }];
    /// A survey was handed in.
    SurveyDone = "poll/done" {
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// Whether it is anonymous.
        anonymous: bool,
    } samples vec![
        Self { number: 5, title: typed("青年需求调查"), anonymous: true },
        Self { number: 5, title: typed("青年需求调查"), anonymous: false },
    ];
    /// Somebody stops in the middle of a survey.
    SurveyPaused = "poll/paused" {
        /// Its number.
        number: i64,
        /// When it closes.
        closes: String,
    } samples vec![Self { number: 5, closes: "12月1日 23:59".into() }];
    /// What is open in a group, and how to start something.
    PollUsage = "refusal/poll_usage" {
        /// What is open.
        open: Vec<PollLine>,
        /// Whether the speaker may start one.
        may_start: bool,
    } samples vec![
        Self { open: sample_lines(), may_start: false },
        Self { open: vec![], may_start: true },
        Self { open: vec![], may_start: false },
    ];
    /// A poll or survey cannot be read as it was written.
    PollFlaws = "refusal/poll_flaws" {
        /// 投票 or 问卷.
        word: String,
        /// What is wrong.
        flaws: Vec<FlawLine>,
        /// How much more.
        more: usize,
    } samples vec![
        Self { word: "问卷".into(), flaws: vec![FlawLine { line: 3, found: typed("年龄"), problem: "没有写题型，请在题目后面加（单选）".into() }, FlawLine { line: 0, found: typed(""), problem: "还没有标题".into() }], more: 2 },
        Self { word: "投票".into(), flaws: vec![FlawLine { line: 0, found: typed(""), problem: "至少要有两个选项".into() }], more: 0 },
    ];
    /// A vote that names no option, or too many.
    BallotUnclear = "refusal/ballot_unclear" {
        /// Its number.
        number: i64,
        /// What it is about.
        title: UserText,
        /// The options.
        options: Vec<OptionLine>,
        /// What to write.
        instead: String,
    } samples vec![Self { number: 3, title: typed("周末去哪"), options: sample_options(), instead: "请写选项前面的字母（A 到 B）".into() }];
    /// A vote that may mean two things.
    BallotAmbiguous = "refusal/ballot_ambiguous" {
        /// Its number.
        number: i64,
        /// The letters it means where its first figure is the number of the poll.
        one: String,
        /// The letters it means where it is not.
        other: String,
    } samples vec![Self { number: 1, one: "B".into(), other: "AB".into() }];
    /// A vote that does not say in which of several polls.
    WhichPoll = "refusal/which_poll" {
        /// What is open; nothing in private.
        open: Vec<PollLine>,
    } samples vec![Self { open: sample_lines() }, Self { open: vec![] }];
    /// A number that is an option of a poll and a club.
    PollOrClub = "refusal/poll_or_club" {
        /// The number that was typed.
        typed: i64,
        /// What to type for the poll.
        vote: String,
        /// What the poll is about.
        title: UserText,
        /// The club.
        club: UserText,
    } samples vec![Self { typed: 1, vote: "投 3 A".into(), title: typed("周末去哪"), club: typed("瑜伽") }];
    /// No poll or survey of that number that concerns the speaker.
    NoSuchPoll = "refusal/no_such_poll" {
        /// 投票 or 问卷.
        word: String,
        /// The number; 0 where none was typed.
        number: i64,
    } samples vec![Self { word: "投票".into(), number: 3 }, Self { word: "问卷".into(), number: 0 }];
    /// The other kind has that number.
    OtherKindOfPoll = "refusal/other_kind_of_poll" {
        /// The number.
        number: i64,
        /// Whether it is a survey.
        survey: bool,
    } samples vec![Self { number: 5, survey: true }, Self { number: 3, survey: false }];
    /// It is over.
    PollOver = "refusal/poll_over" {
        /// 投票 or 问卷.
        word: String,
        /// Its number.
        number: i64,
    } samples vec![Self { word: "投票".into(), number: 3 }];
    /// Somebody has filled a survey in already.
    SurveyDoneBefore = "refusal/survey_done_before" {
        /// Its number.
        number: i64,
    } samples vec![Self { number: 5 }];
    /// Who chose what is not kept.
    NamesNotKept = "refusal/names_not_kept" {
        /// 投票 or 问卷.
        word: String,
        /// Its number.
        number: i64,
    } samples vec![Self { word: "投票".into(), number: 3 }];
    /// A poll or survey is started in the group it is for.
    PollNeedsGroup = "refusal/poll_needs_group" {
        /// 投票 or 问卷.
        word: String,
    } samples vec![Self { word: "投票".into() }];
    /// The group has as many as anybody keeps apart.
    TooManyPolls = "refusal/too_many_polls" {
        /// The most.
        most: usize,
        /// What is open.
        open: Vec<PollLine>,
    } samples vec![Self { most: 5, open: sample_lines() }];
}
