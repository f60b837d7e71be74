//! Problems that were reported (问题清单): each is held by a unit until it is settled or passed up; nothing is dropped.

use chrono::{DateTime, Utc};

use super::id::{PersonId, ProblemId, RecordId, UnitId};
use super::text::normal;

/// Where a problem stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemState {
    /// Somebody has to see to it.
    Open,
    /// It was seen to.
    Settled,
    /// The record it came with was taken back before anybody touched it.
    Withdrawn,
}

impl ProblemState {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the code.
    pub fn read(code: &str) -> Option<Self> {
        [Self::Open, Self::Settled, Self::Withdrawn].into_iter().find(|state| state.code() == code)
    }
}

/// What was done about a problem; every step is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemStep {
    /// It came in with a record.
    Raised,
    /// Its author corrected the words.
    Reworded,
    /// The unit above is asked.
    PassedUp,
    /// It was seen to.
    Settled,
    /// It was taken back.
    Withdrawn,
}

impl ProblemStep {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Reworded => "reworded",
            Self::PassedUp => "passed_up",
            Self::Settled => "settled",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its identity.
    pub id: ProblemId,
    /// The number people say.
    pub number: i64,
    /// The unit it was reported from.
    pub unit: UnitId,
    /// The unit that has to see to it: the same, or one above.
    pub holder: UnitId,
    /// Who reported it.
    pub person: PersonId,
    /// The record it came with.
    pub record: Option<RecordId>,
    /// What was reported, as typed.
    pub text: String,
    /// Where it stands.
    pub state: ProblemState,
    /// When it was reported.
    pub raised_at: DateTime<Utc>,
}

/// Problems that were reported in the same words, held by the same unit: the oldest, with the numbers of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common<'p> {
    /// The oldest.
    pub first: &'p Problem,
    /// The numbers of all, oldest first.
    pub numbers: Vec<i64>,
}

/// Puts together what was reported in the same words, in the order in which it first came.
pub fn common(problems: &[Problem]) -> Vec<Common<'_>> {
    let mut found: Vec<Common<'_>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for problem in problems {
        let words: String = normal(&problem.text).chars().filter(|c| c.is_alphanumeric()).collect();
        let at = *places.entry((problem.holder, words)).or_insert(found.len());
        match found.get_mut(at) {
            Some(common) => common.numbers.push(problem.number),
            None => found.push(Common { first: problem, numbers: vec![problem.number] }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(number: i64, holder: i64, text: &str) -> Problem {
        Problem {
            id: ProblemId(number),
            number,
            unit: UnitId(1),
            holder: UnitId(holder),
            person: PersonId(1),
            record: None,
            text: text.into(),
            state: ProblemState::Open,
            raised_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_same_words_are_one_entry_with_a_count() {
        let all = [
            problem(1, 1, "路灯不亮"),
            problem(2, 1, "井盖坏了"),
            problem(3, 1, "路燈 不亮。"),
            problem(4, 2, "路灯不亮"),
        ];
        let found: Vec<(i64, Vec<i64>)> = common(&all).into_iter().map(|one| (one.first.number, one.numbers)).collect();
        assert_eq!(found, [(1, vec![1, 3]), (2, vec![2]), (4, vec![4])]);
    }

    #[test]
    fn every_state_reads_back() {
        for state in [ProblemState::Open, ProblemState::Settled, ProblemState::Withdrawn] {
            assert_eq!(ProblemState::read(state.code()), Some(state));
        }
    }
}
