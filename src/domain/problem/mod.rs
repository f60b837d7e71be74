//! Problems that were reported or asked about (问题清单). Each of them is a *voice*: a cadre's report or a question of a
//! young person. Voices about one thing are one *entry* of the list, held by one unit until it is settled or passed up;
//! nothing is dropped. Entries of several units about one thing are one *matter* to whoever looks from above.

use chrono::{DateTime, Utc};

use super::id::{PersonId, ProblemId, QuestionId, RecordId, UnitId};
use super::text::normal;

pub mod cluster;
pub mod filter;

/// Where a problem stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemState {
    /// Somebody has to see to it.
    Open,
    /// The unit above has it and has not said anything yet.
    Passed,
    /// Somebody is at it.
    InHand,
    /// An authority outside has it.
    Transferred,
    /// It was seen to.
    Settled,
    /// The record or question it came with was taken back before anybody touched it.
    Withdrawn,
}

impl ProblemState {
    /// Every value.
    pub const ALL: &[Self] =
        &[Self::Open, Self::Passed, Self::InHand, Self::Transferred, Self::Settled, Self::Withdrawn];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Passed => "passed",
            Self::InHand => "in_hand",
            Self::Transferred => "transferred",
            Self::Settled => "settled",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "待处理",
            Self::Passed => "已上报",
            Self::InHand => "处理中",
            Self::Transferred => "已转有关部门",
            Self::Settled => "已办结",
            Self::Withdrawn => "已撤回",
        }
    }

    /// Reads the code.
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.code() == code)
    }

    /// Whether somebody still owes an answer.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Settled | Self::Withdrawn)
    }
}

/// What was done about a problem; every step is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemStep {
    /// It came in with a record.
    Raised,
    /// It came in as a question.
    Listed,
    /// Its author corrected the words.
    Reworded,
    /// It was put to another entry.
    Merged,
    /// It was taken out of an entry.
    Split,
    /// The unit above is asked.
    PassedUp,
    /// Somebody is at it.
    InHand,
    /// It was handed to an authority outside.
    Transferred,
    /// Somebody above said something about it.
    Instructed,
    /// It was seen to.
    Settled,
    /// It was taken back.
    Withdrawn,
}

impl ProblemStep {
    /// Every value.
    pub const ALL: &[Self] = &[
        Self::Raised,
        Self::Listed,
        Self::Reworded,
        Self::Merged,
        Self::Split,
        Self::PassedUp,
        Self::InHand,
        Self::Transferred,
        Self::Instructed,
        Self::Settled,
        Self::Withdrawn,
    ];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Listed => "listed",
            Self::Reworded => "reworded",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::PassedUp => "passed_up",
            Self::InHand => "in_hand",
            Self::Transferred => "transferred",
            Self::Instructed => "instructed",
            Self::Settled => "settled",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Raised => "反映",
            Self::Listed => "列入",
            Self::Reworded => "更正",
            Self::Merged => "归并",
            Self::Split => "分开",
            Self::PassedUp => "上报",
            Self::InHand => "在办",
            Self::Transferred => "转办",
            Self::Instructed => "批示",
            Self::Settled => "办结",
            Self::Withdrawn => "撤回",
        }
    }

    /// Reads the code.
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.code() == code)
    }
}

/// Whose voice it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A cadre's.
    Report {
        /// Who reported it.
        person: PersonId,
        /// The record it came with.
        record: Option<RecordId>,
    },
    /// A young person's; who it is stays with the question.
    Question(QuestionId),
}

/// One voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its identity.
    pub id: ProblemId,
    /// The number people say.
    pub number: i64,
    /// The entry it belongs to, by the voice that leads it.
    pub entry: ProblemId,
    /// The unit it was reported from.
    pub unit: UnitId,
    /// The unit that has to see to it: the same, or one above.
    pub holder: UnitId,
    /// Whose voice it is.
    pub source: Source,
    /// What was said, as typed.
    pub text: String,
    /// Its words, see [`words`].
    pub words: String,
    /// The same as the search reads it, where it has.
    pub tokens: String,
    /// Where it stands.
    pub state: ProblemState,
    /// When it came into the list.
    pub raised_at: DateTime<Utc>,
    /// When it was said; before that, where it is a question that was listed later.
    pub said_at: DateTime<Utc>,
    /// When it was settled.
    pub settled_at: Option<DateTime<Utc>>,
    /// Since when it stands where it stands.
    pub state_at: DateTime<Utc>,
    /// The authority outside that it was handed to.
    pub authority: Option<String>,
    /// The latest that was said of it by those who see to it.
    pub outcome: Option<String>,
    /// The entry with which it was put to this one by hand.
    pub came_with: Option<ProblemId>,
    /// How that stood before.
    pub stood: Option<Stood>,
    /// Whether somebody took it out of an entry.
    pub is_apart: bool,
}

/// How an entry stands: what comes back when it is taken out of the one it was put to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    /// Where it stands.
    pub state: ProblemState,
    /// The unit that has to see to it.
    pub holder: UnitId,
    /// The authority outside that it was handed to.
    pub authority: Option<String>,
    /// The latest that was said of it.
    pub outcome: Option<String>,
    /// Since when it stands there.
    pub since: DateTime<Utc>,
}

impl Problem {
    /// How it stands.
    pub fn standing(&self) -> Stood {
        Stood {
            state: self.state,
            holder: self.holder,
            authority: self.authority.clone(),
            outcome: self.outcome.clone(),
            since: self.state_at,
        }
    }

    /// Who reported it, where it is no question.
    pub fn reporter(&self) -> Option<PersonId> {
        match self.source {
            Source::Report { person, .. } => Some(person),
            Source::Question(_) => None,
        }
    }

    /// The question it is, where it is one.
    pub fn question(&self) -> Option<QuestionId> {
        match self.source {
            Source::Question(question) => Some(question),
            Source::Report { .. } => None,
        }
    }

    /// As it stood at an instant: what was settled later was not settled yet.
    pub fn as_of(mut self, at: DateTime<Utc>) -> Self {
        if self.settled_at.is_some_and(|settled| settled > at) {
            self.state = if self.holder == self.unit { ProblemState::Open } else { ProblemState::Passed };
            self.settled_at = None;
            self.outcome = None;
            self.state_at = self.raised_at;
        }
        self
    }
}

/// How much of a text is compared; an index holds it.
const MOST_COMPARED: usize = 200;

/// The words of a text without marks and spaces, in the normal form: two texts with the same are literally the same.
pub fn words(text: &str) -> String {
    normal(text).chars().filter(|c| c.is_alphanumeric()).take(MOST_COMPARED).collect()
}

/// Words with which people mark that something cannot wait.
const URGENT: &[&str] = &["【急】", "[急]", "(急)", "紧急", "加急", "急需", "十万火急", "危险", "危及", "安全隐患"];

/// Whether a text says that it cannot wait.
pub fn is_urgent(text: &str) -> bool {
    let text = normal(text);
    let leads = ["急:", "急!", "急,", "急 ", "急盼", "急求"].iter().any(|mark| text.starts_with(mark));
    leads || URGENT.iter().any(|mark| text.contains(mark))
}

/// One entry of the list: the voices about one thing that one unit has to see to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'p> {
    /// The voice that leads it.
    pub lead: &'p Problem,
    /// All of them, the one that came first in front.
    pub voices: Vec<&'p Problem>,
}

/// Puts voices together that belong to one entry, in the order in which the entries first came.
pub fn entries<'p>(problems: impl IntoIterator<Item = &'p Problem>) -> Vec<Entry<'p>> {
    let mut found: Vec<Entry<'p>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for problem in problems {
        let at = *places.entry(problem.entry).or_insert(found.len());
        match found.get_mut(at) {
            Some(entry) => {
                entry.voices.push(problem);
                if problem.id == problem.entry {
                    entry.lead = problem;
                }
            }
            None => found.push(Entry { lead: problem, voices: vec![problem] }),
        }
    }
    for entry in &mut found {
        entry.voices.sort_by_key(|voice| voice.number);
    }
    found
}

/// Entries about one thing, whoever holds them. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter<'p> {
    /// The one that came first.
    pub lead: &'p Problem,
    /// The voices that lead the entries, that one in front.
    pub leads: Vec<&'p Problem>,
    /// The voices of all of them, by number.
    pub voices: Vec<&'p Problem>,
}

impl<'p> Matter<'p> {
    /// How many voices came from each unit, most in front.
    pub fn units(&self) -> Vec<(UnitId, usize)> {
        let mut units: Vec<(UnitId, usize)> = Vec::new();
        for voice in &self.voices {
            match units.iter_mut().find(|(unit, _)| *unit == voice.unit) {
                Some((_, count)) => *count += 1,
                None => units.push((voice.unit, 1)),
            }
        }
        units.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        units
    }

    /// When it was first heard of.
    pub fn first_seen(&self) -> DateTime<Utc> {
        self.voices.iter().map(|voice| voice.said_at).min().unwrap_or(self.lead.said_at)
    }

    /// When it was last heard of.
    pub fn last_seen(&self) -> DateTime<Utc> {
        self.voices.iter().map(|voice| voice.said_at).max().unwrap_or(self.lead.said_at)
    }

    /// The part of it that fits, if there is any.
    pub fn narrowed(&self, fits: impl Fn(&Problem) -> bool) -> Option<Matter<'p>> {
        let voices: Vec<&'p Problem> = self.voices.iter().copied().filter(|voice| fits(voice)).collect();
        let is_there = |lead: &&&'p Problem| voices.iter().any(|voice| voice.entry == lead.entry);
        let leads: Vec<&'p Problem> = self.leads.iter().filter(is_there).copied().collect();
        Some(Matter { lead: leads.first().copied()?, leads, voices })
    }
}

/// Puts entries together that are about one thing. What somebody took apart stays apart.
pub fn matters<'p>(entries: Vec<Entry<'p>>, alike: impl Fn(&Entry<'p>, &Entry<'p>) -> bool) -> Vec<Matter<'p>> {
    let stays_alone = |entry: &Entry<'_>| entry.voices.iter().any(|voice| voice.is_apart);
    let groups = cluster::components(entries.len(), |a, b| match (entries.get(a), entries.get(b)) {
        (Some(a), Some(b)) => !stays_alone(a) && !stays_alone(b) && alike(a, b),
        _ => false,
    });
    let matter = |group: Vec<usize>| {
        let of: Vec<&Entry<'p>> = group.iter().filter_map(|at| entries.get(*at)).collect();
        let mut voices: Vec<&'p Problem> = of.iter().flat_map(|entry| entry.voices.iter().copied()).collect();
        voices.sort_by_key(|voice| voice.number);
        let leads: Vec<&'p Problem> = of.iter().map(|entry| entry.lead).collect();
        Some(Matter { lead: leads.first().copied()?, leads, voices })
    };
    groups.into_iter().filter_map(matter).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn problem(number: i64, entry: i64, text: &str) -> Problem {
        Problem {
            id: ProblemId(number),
            number,
            entry: ProblemId(entry),
            unit: UnitId(1),
            holder: UnitId(1),
            source: Source::Report { person: PersonId(1), record: None },
            text: text.into(),
            words: words(text),
            tokens: String::new(),
            state: ProblemState::Open,
            raised_at: DateTime::UNIX_EPOCH,
            said_at: DateTime::UNIX_EPOCH,
            settled_at: None,
            state_at: DateTime::UNIX_EPOCH,
            authority: None,
            outcome: None,
            came_with: None,
            stood: None,
            is_apart: false,
        }
    }

    #[test]
    fn the_same_words_are_the_same_however_they_are_typed() {
        assert_eq!(words("路燈 不亮。"), words("路灯，不亮！"));
        assert_ne!(words("路灯不亮"), words("路灯很亮"));
    }

    #[test]
    fn voices_of_one_entry_stand_together_and_the_leading_one_leads() {
        let all =
            [problem(1, 3, "路灯不亮"), problem(2, 2, "井盖坏了"), problem(3, 3, "路灯坏了"), problem(4, 4, "路灯")];
        let found: Vec<(i64, Vec<i64>)> = entries(&all)
            .into_iter()
            .map(|one| (one.lead.number, one.voices.iter().map(|voice| voice.number).collect()))
            .collect();
        assert_eq!(found, [(3, vec![1, 3]), (2, vec![2]), (4, vec![4])]);
    }

    #[test]
    fn entries_about_one_thing_are_one_matter_unless_somebody_took_them_apart() {
        let mut all = [problem(1, 1, "路灯不亮"), problem(2, 2, "井盖坏了"), problem(3, 3, "路灯不亮")];
        all[2].unit = UnitId(2);
        let same = |a: &Entry<'_>, b: &Entry<'_>| a.lead.words == b.lead.words;
        let found = matters(entries(&all), same);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].units(), [(UnitId(1), 1), (UnitId(2), 1)]);
        let part = found[0].narrowed(|voice| voice.unit == UnitId(2)).unwrap();
        assert_eq!((part.lead.number, part.voices.len()), (3, 1));
        assert_eq!(found[1].narrowed(|voice| voice.unit == UnitId(2)), None);
        all[2].is_apart = true;
        assert_eq!(matters(entries(&all), same).len(), 3);
    }

    #[test]
    fn every_state_and_step_reads_back() {
        for state in ProblemState::ALL {
            assert_eq!(ProblemState::read(state.code()), Some(*state));
        }
        for step in ProblemStep::ALL {
            assert_eq!(ProblemStep::read(step.code()), Some(*step));
        }
    }

    #[test]
    fn only_what_says_so_is_urgent() {
        for text in ["【急】独居老人停电", "急：水管爆了", "急需一台轮椅", "楼道有安全隐患"]
        {
            assert!(is_urgent(text), "{text}");
        }
        for text in ["路灯不亮", "等得着急", "应急培训太少"] {
            assert!(!is_urgent(text), "{text}");
        }
    }
}
