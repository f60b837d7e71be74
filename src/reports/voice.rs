//! The figures of the Voice of Youth (青年之声): what counts as what is decided here and nowhere else. The public figures of all
//! time, those of a period, the weekly digest, the monthly bulletin and the export are views of it.
//!
//! * **Asked** (提问) in a period: put in it and not withdrawn. What was only shown an answer that exists, and what another
//!   question stands for, was asked, too. Each is exactly one of:
//!   **answered** (已答; also with the one that stands for it) · **open** (待答: somebody owes an answer, a look or more words;
//!   also anew, because the asker was not content) · **offered** (同类答复: answers that exist were shown, and the asker has said
//!   nothing yet) · **declined** (不受理). So asked = answered + open + offered + declined, always.
//! * **Given** (本期答复): first answers in the period, whenever asked.
//! * **Time to answer** (用时): calendar minutes from asking to the first answer, nights and holidays and all, because that is
//!   what a person waits; of those that are *given*, without those for whom an answer that existed did.
//! * **Overdue** (超时): open past the deadline at the instant, or ever answered late: after more working time than was allowed
//!   (an asker who is asked back stops the clock).
//! * **Likes**, and **satisfaction** (满意: content / rated), of those *asked* in the period.
//! * **Backlog**: everything open at the instant, whenever asked, and how much of it is overdue.

use std::collections::{BTreeMap, HashMap};
use std::ops::AddAssign;

use chrono::{DateTime, Utc};

use super::rollup::{roll_up, sums_below};
use crate::domain::directory::Directory;
use crate::domain::id::UnitId;
use crate::domain::question::State;
use crate::store::{Db, QuestionFact, QuestionGroup, StoreError};

/// What a question that was asked counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counts {
    /// It has its answer.
    Answered,
    /// Somebody owes something.
    Open,
    /// Answers that exist were shown.
    Offered,
    /// It was not taken up.
    Declined,
}

/// What a question counts as; `None` for what was withdrawn, which was not asked. `into`: where the question stands that
/// stands for it.
pub fn counts_as(state: State, is_answered: bool, into: Option<State>) -> Option<Counts> {
    Some(match state {
        State::Withdrawn => return None,
        State::Held | State::Asked | State::Waiting => Counts::Open,
        State::Offered => Counts::Offered,
        State::Declined => Counts::Declined,
        State::Answered | State::Closed => Counts::Answered,
        State::Merged if is_answered => Counts::Answered,
        State::Merged if into == Some(State::Declined) => Counts::Declined,
        // its asker still waits
        State::Merged => Counts::Open,
    })
}

/// Figures that can be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VoiceSums {
    /// Asked.
    pub asked: u32,
    /// Of them, answered.
    pub answered: u32,
    /// Of them, open.
    pub open: u32,
    /// Of them, shown an answer that exists.
    pub offered: u32,
    /// Of them, not taken up.
    pub declined: u32,
    /// First answers in the period.
    pub given: u32,
    /// Asked, and open past the deadline.
    pub overdue: u32,
    /// Asked, and answered late.
    pub late: u32,
    /// Likes.
    pub likes: u32,
    /// Asked and rated.
    pub rated: u32,
    /// Of them, content.
    pub content: u32,
    /// Open at the instant, whenever asked.
    pub backlog: u32,
    /// Of them, past the deadline.
    pub backlog_overdue: u32,
}

impl AddAssign for VoiceSums {
    fn add_assign(&mut self, other: Self) {
        let Self {
            asked,
            answered,
            open,
            offered,
            declined,
            given,
            overdue,
            late,
            likes,
            rated,
            content,
            backlog,
            backlog_overdue,
        } = other;
        self.asked += asked;
        self.answered += answered;
        self.open += open;
        self.offered += offered;
        self.declined += declined;
        self.given += given;
        self.overdue += overdue;
        self.late += late;
        self.likes += likes;
        self.rated += rated;
        self.content += content;
        self.backlog += backlog;
        self.backlog_overdue += backlog_overdue;
    }
}

impl VoiceSums {
    fn add_as(&mut self, counts: Counts, count: u32) {
        self.asked += count;
        match counts {
            Counts::Answered => self.answered += count,
            Counts::Open => self.open += count,
            Counts::Offered => self.offered += count,
            Counts::Declined => self.declined += count,
        }
    }

    fn add_rating(&mut self, satisfied: Option<bool>, count: u32) {
        if let Some(content) = satisfied {
            self.rated += count;
            self.content += if content { count } else { 0 };
        }
    }
}

/// A span of time, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub until: DateTime<Utc>,
}

impl Span {
    fn contains(self, at: DateTime<Utc>) -> bool {
        (self.from..self.until).contains(&at)
    }
}

/// One question as it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is known of it.
    pub fact: QuestionFact,
    /// What it adds to the figures of its unit.
    pub adds: VoiceSums,
    /// Calendar minutes from asking to the first answer, where that counts in this span.
    pub waited_min: Option<i64>,
}

/// What one question adds to the figures of a span, as of an instant.
pub fn row(fact: QuestionFact, span: Span, at: DateTime<Utc>) -> Row {
    let mut adds = VoiceSums::default();
    let counts = counts_as(fact.state, fact.answered_at.is_some(), fact.into.map(|into| into.state));
    let Some(counts) = counts.filter(|_| fact.asked_at <= at) else { return Row { fact, adds, waited_min: None } };
    let is_overdue = counts == Counts::Open && is_past_due(&fact, at);
    adds.backlog = u32::from(counts == Counts::Open);
    adds.backlog_overdue = u32::from(is_overdue);
    if span.contains(fact.asked_at) {
        adds.add_as(counts, 1);
        adds.add_rating(fact.satisfied, 1);
        adds.likes = fact.likes;
        adds.overdue = u32::from(is_overdue);
        adds.late = u32::from(counts == Counts::Answered && fact.answered_late);
    }
    let mut waited_min = None;
    if let Some(answered_at) = fact.answered_at.filter(|answered| span.contains(*answered)) {
        adds.given = 1;
        waited_min = (!fact.took_offer).then(|| (answered_at - fact.asked_at).num_minutes().max(0));
    }
    Row { fact, adds, waited_min }
}

/// Whether what is open should have been answered. While the asker is asked back, the clock stands.
fn is_past_due(fact: &QuestionFact, at: DateTime<Utc>) -> bool {
    match (&fact.into, fact.state) {
        (Some(into), State::Merged) => into.state != State::Waiting && into.due_at < at,
        (_, State::Waiting) => false,
        _ => fact.due_at < at,
    }
}

/// Figures of a unit with everything below it, or of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The sums.
    pub sums: VoiceSums,
    /// Median time to answer, in minutes; `None` where nothing was answered.
    pub median_min: Option<i64>,
    /// In how many minutes nine of ten answers came.
    pub ninth_min: Option<i64>,
}

/// The Voice of Youth in a span, read once and asked for any unit.
#[derive(Clone, Debug)]
pub struct VoiceReport {
    /// The span.
    pub span: Span,
    rows: Vec<Row>,
    own: HashMap<UnitId, VoiceSums>,
}

impl VoiceReport {
    /// Reads a span as it stands at an instant: one statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(db: Db<'_>, span: Span, at: DateTime<Utc>, with_text: bool) -> Result<Self, StoreError> {
        let facts = db.list_question_facts(span.from, span.until, with_text).await?;
        Ok(Self::of_facts(facts, span, at))
    }

    /// The same of facts that were read.
    pub fn of_facts(facts: Vec<QuestionFact>, span: Span, at: DateTime<Utc>) -> Self {
        let rows: Vec<Row> = facts.into_iter().map(|fact| row(fact, span, at)).collect();
        let mut own: HashMap<UnitId, VoiceSums> = HashMap::new();
        for row in &rows {
            *own.entry(row.fact.unit).or_default() += row.adds;
        }
        Self { span, rows, own }
    }

    /// What every unit did itself.
    pub fn own(&self) -> impl Iterator<Item = (UnitId, VoiceSums)> {
        self.own.iter().map(|(unit, sums)| (*unit, *sums))
    }

    /// The rows of a unit and everything below it, in the order of their numbers: those that were asked or first answered in
    /// the span, or are open.
    pub fn rows_in(&self, directory: &Directory, unit: UnitId) -> impl Iterator<Item = &Row> {
        let below = sums_below(directory, unit, &HashMap::<UnitId, u32>::new());
        self.rows.iter().filter(move |row| below.contains_key(&row.fact.unit))
    }

    /// A unit with everything below it.
    pub fn of(&self, directory: &Directory, unit: UnitId) -> Figures {
        figures(self.rows_in(directory, unit))
    }

    /// What a unit consists of, so that the parts add up to it: itself (`None`), then the units right below it, each with
    /// everything below it, in the order of the directory.
    pub fn parts(&self, directory: &Directory, unit: UnitId) -> Vec<(Option<UnitId>, Figures)> {
        let rolled = roll_up(directory, unit, &self.own);
        let itself = self.rows.iter().filter(|row| row.fact.unit == unit);
        let below = rolled.children.iter().map(|(child, sums)| {
            let waited = times(self.rows_in(directory, *child));
            (Some(*child), Figures { sums: *sums, ..spread(waited) })
        });
        std::iter::once((None, figures(itself))).chain(below).collect()
    }

    /// By topic, in a unit and everything below it, the one asked about most in front; `None` is what nobody has looked at.
    pub fn topics(&self, directory: &Directory, unit: UnitId) -> Vec<(Option<&str>, Figures)> {
        let mut by: BTreeMap<Option<&str>, Vec<&Row>> = BTreeMap::new();
        for row in self.rows_in(directory, unit) {
            by.entry(row.fact.topic.as_deref()).or_default().push(row);
        }
        let mut topics: Vec<_> = by.into_iter().map(|(topic, rows)| (topic, figures(rows.into_iter()))).collect();
        topics.sort_by_key(|(topic, of)| (std::cmp::Reverse(of.sums.asked), topic.is_none()));
        topics
    }
}

fn figures<'r>(rows: impl Iterator<Item = &'r Row>) -> Figures {
    let mut sums = VoiceSums::default();
    let mut waited = Vec::new();
    for row in rows {
        sums += row.adds;
        waited.extend(row.waited_min);
    }
    Figures { sums, ..spread(waited) }
}

fn times<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<i64> {
    rows.filter_map(|row| row.waited_min).collect()
}

/// Median (of an even number the middle between two) and ninetieth percentile (nearest rank).
fn spread(mut waited: Vec<i64>) -> Figures {
    waited.sort_unstable();
    let count = waited.len();
    let at = |place: usize| waited.get(place).copied();
    let median_min = match count {
        0 => None,
        odd if odd % 2 == 1 => at(count / 2),
        _ => at(count / 2 - 1).zip(at(count / 2)).map(|(low, high)| (low + high) / 2),
    };
    let ninth_min = (count * 9).div_ceil(10).checked_sub(1).and_then(at);
    Figures { sums: VoiceSums::default(), median_min, ninth_min }
}

/// What every unit itself was asked over all time, as it stands at an instant.
///
/// # Errors
/// The database's.
pub async fn all_time(db: Db<'_>, at: DateTime<Utc>) -> Result<HashMap<UnitId, VoiceSums>, StoreError> {
    Ok(of_groups(&db.list_question_groups(at).await?))
}

fn of_groups(groups: &[QuestionGroup]) -> HashMap<UnitId, VoiceSums> {
    let mut own: HashMap<UnitId, VoiceSums> = HashMap::new();
    for group in groups {
        let Some(counts) = counts_as(group.state, group.is_answered, group.into) else { continue };
        let sums = own.entry(group.unit).or_default();
        sums.add_as(counts, group.count);
        sums.add_rating(group.satisfied, group.count);
        sums.likes += group.likes;
    }
    own
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::from_ms;
    use crate::store::Standin;

    const HOUR: i64 = 3_600_000;

    fn fact(number: i64) -> QuestionFact {
        QuestionFact {
            number,
            unit: UnitId(1),
            topic: None,
            state: State::Asked,
            asked_at: from_ms(HOUR),
            answered_at: None,
            due_at: from_ms(100 * HOUR),
            answered_late: false,
            satisfied: None,
            likes: 0,
            into: None,
            took_offer: false,
            text: None,
        }
    }

    fn span(from: i64, until: i64) -> Span {
        Span { from: from_ms(from * HOUR), until: from_ms(until * HOUR) }
    }

    #[test]
    fn who_was_shown_an_answer_that_existed_is_answered_and_waited_for_nobody() {
        let taken =
            QuestionFact { state: State::Merged, answered_at: Some(from_ms(25 * HOUR)), took_offer: true, ..fact(1) };
        let counted = row(taken, span(0, 48), from_ms(48 * HOUR));
        assert_eq!((counted.adds.answered, counted.adds.given, counted.waited_min), (1, 1, None));
    }

    #[test]
    fn what_another_question_stands_for_waits_as_long_as_that_one_does() {
        let into = |state, due_hour: i64| Some(Standin { number: 9, state, due_at: from_ms(due_hour * HOUR) });
        let merged = |into| QuestionFact { state: State::Merged, into, ..fact(1) };
        let at = from_ms(20 * HOUR);
        let counted = |into| row(merged(into), span(0, 48), at).adds;
        assert_eq!((counted(into(State::Asked, 30)).open, counted(into(State::Asked, 30)).overdue), (1, 0));
        assert_eq!(counted(into(State::Asked, 10)).overdue, 1);
        assert_eq!(counted(into(State::Waiting, 10)).overdue, 0, "the clock stands");
        assert_eq!(counted(into(State::Declined, 10)).declined, 1);
    }

    #[test]
    fn an_answer_counts_in_the_span_it_was_given_in_and_a_question_in_the_one_it_was_asked_in() {
        let answered = || QuestionFact { state: State::Answered, answered_at: Some(from_ms(30 * HOUR)), ..fact(1) };
        let first = row(answered(), span(0, 24), from_ms(48 * HOUR));
        assert_eq!((first.adds.asked, first.adds.answered, first.adds.given, first.waited_min), (1, 1, 0, None));
        let second = row(answered(), span(24, 48), from_ms(48 * HOUR));
        assert_eq!((second.adds.asked, second.adds.given, second.waited_min), (0, 1, Some(29 * 60)));
    }

    #[test]
    fn what_is_not_yet_known_is_not_counted() {
        let hidden = row(fact(1), span(0, 24), from_ms(HOUR / 2));
        assert_eq!(hidden.adds, VoiceSums::default());
    }

    #[test]
    fn percentiles_are_of_whole_minutes() {
        let of = |waited: Vec<i64>| (spread(waited.clone()).median_min, spread(waited).ninth_min);
        assert_eq!(of(vec![]), (None, None));
        assert_eq!(of(vec![7]), (Some(7), Some(7)));
        assert_eq!(of((1..=10).rev().collect()), (Some(5), Some(9)));
        assert_eq!(of(vec![1, 2, 100]), (Some(2), Some(100)));
    }

    fn any_state() -> impl Strategy<Value = State> {
        prop::sample::select(State::ALL.to_vec())
    }

    prop_compose! {
        fn any_fact()(
            number in 1_i64..10_000,
            unit in 0_i64..4,
            topic in prop::option::of(prop::sample::select(vec!["job", "study"])),
            state in any_state(),
            asked in 0_i64..100,
            waited in prop::option::of(0_i64..100),
            due in 0_i64..200,
            answered_late in any::<bool>(),
            satisfied in prop::option::of(any::<bool>()),
            likes in 0_u32..5,
            into in prop::option::of((any_state(), 0_i64..200)),
            took_offer in any::<bool>(),
        ) -> QuestionFact {
            QuestionFact {
                number, unit: UnitId(unit), topic: topic.map(str::to_owned), state, asked_at: from_ms(asked * HOUR),
                answered_at: waited.map(|waited| from_ms((asked + waited) * HOUR)), due_at: from_ms(due * HOUR), answered_late,
                satisfied, likes, into: into.map(|(state, due)| Standin { number: 1, state, due_at: from_ms(due * HOUR) }),
                took_offer, text: None,
            }
        }
    }

    proptest! {
        #[test]
        fn what_was_asked_is_answered_or_open_or_offered_or_declined(
            facts in prop::collection::vec(any_fact(), 0..60), cut in 0_i64..120, at in 0_i64..300,
        ) {
            let at = from_ms(at * HOUR);
            let whole = VoiceReport::of_facts(facts.clone(), span(0, 1_000), at);
            for (_, sums) in whole.own() {
                prop_assert_eq!(sums.asked, sums.answered + sums.open + sums.offered + sums.declined);
                prop_assert!(sums.overdue <= sums.open && sums.late <= sums.answered && sums.content <= sums.rated);
                prop_assert_eq!((sums.backlog, sums.backlog_overdue), (sums.open, sums.overdue));
            }
            // two spans that follow each other add up, but for the backlog, which belongs to the instant
            let (before, after) = (span(0, cut), span(cut, 1_000));
            for fact in facts.clone() {
                let mut both = row(fact.clone(), before, at).adds;
                both += row(fact.clone(), after, at).adds;
                let one = row(fact, span(0, 1_000), at).adds;
                prop_assert_eq!(VoiceSums { backlog: 0, backlog_overdue: 0, ..both }, VoiceSums { backlog: 0, backlog_overdue: 0, ..one });
            }
            // one by one and in groups is the same
            let known: Vec<QuestionFact> = facts.into_iter().filter(|fact| fact.asked_at <= at).collect();
            let groups: Vec<QuestionGroup> = known.iter().map(|fact| QuestionGroup {
                unit: fact.unit, state: fact.state, is_answered: fact.answered_at.is_some(),
                into: fact.into.map(|into| into.state), satisfied: fact.satisfied, count: 1, likes: fact.likes,
            }).collect();
            let grouped = of_groups(&groups);
            for (unit, sums) in whole.own().filter(|(_, sums)| sums.asked > 0) {
                let one = grouped.get(&unit).copied().unwrap_or_default();
                prop_assert_eq!(
                    (one.asked, one.answered, one.open, one.offered, one.declined, one.likes, one.rated, one.content),
                    (sums.asked, sums.answered, sums.open, sums.offered, sums.declined, sums.likes, sums.rated, sums.content)
                );
            }
        }
    }
}
