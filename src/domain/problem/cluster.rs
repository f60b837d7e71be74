//! Which voices are about one thing: pure rules over a relation "alike" that somebody else defines.

use crate::domain::id::{ProblemId, UnitId};

/// Puts together what is alike, directly or over others: the groups by their first member, each in ascending order. It
/// does not matter in which order the things stand.
pub fn components(count: usize, alike: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    // which group each belongs to so far, by its smallest member
    let mut group: Vec<usize> = (0..count).collect();
    for b in 0..count {
        for a in 0..b {
            let (of_a, of_b) = (group.get(a).copied().unwrap_or(a), group.get(b).copied().unwrap_or(b));
            if of_a != of_b && alike(a, b) {
                let (kept, given_up) = (of_a.min(of_b), of_a.max(of_b));
                for one in group.iter_mut().filter(|one| **one == given_up) {
                    *one = kept;
                }
            }
        }
    }
    let mut found: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (member, of) in group.into_iter().enumerate() {
        if let Some(members) = found.get_mut(of) {
            members.push(member);
        }
    }
    found.retain(|members| !members.is_empty());
    found
}

/// An entry that a new voice is alike to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The entry.
    pub entry: ProblemId,
    /// The unit that holds it.
    pub holder: UnitId,
    /// How many levels above the voice's unit that is.
    pub levels_above: usize,
    /// The smallest number in it.
    pub number: i64,
    /// Whether nobody has done anything about it.
    pub is_untouched: bool,
    /// Whether somebody took it out of another entry.
    pub is_apart: bool,
}

/// What becomes of a new voice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// The entry it belongs to; none where it is a new one.
    pub joins: Option<ProblemId>,
    /// Entries that the voice shows to be about the same thing as that one.
    pub absorbs: Vec<ProblemId>,
}

/// Places a voice among the entries it is alike to: the nearest one takes it, of equals the oldest. Where it shows two
/// entries of one unit to be one, they become one, unless somebody has worked on the younger or has taken either apart.
pub fn place(mut candidates: Vec<Candidate>) -> Placement {
    candidates.sort_by_key(|one| (one.levels_above, one.number));
    let Some((joined, others)) = candidates.split_first() else { return Placement::default() };
    let is_one_with =
        |one: &&Candidate| one.holder == joined.holder && one.is_untouched && !one.is_apart && !joined.is_apart;
    Placement { joins: Some(joined.entry), absorbs: others.iter().filter(is_one_with).map(|one| one.entry).collect() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn candidate(entry: i64, levels_above: usize) -> Candidate {
        Candidate {
            entry: ProblemId(entry),
            holder: UnitId(i64::try_from(levels_above).unwrap()),
            levels_above,
            number: entry,
            is_untouched: true,
            is_apart: false,
        }
    }

    #[test]
    fn the_nearest_entry_takes_a_voice_and_of_equals_the_oldest() {
        assert_eq!(place(vec![]), Placement::default());
        let placed = place(vec![candidate(1, 1), candidate(3, 0), candidate(2, 0)]);
        assert_eq!(placed, Placement { joins: Some(ProblemId(2)), absorbs: vec![ProblemId(3)] });
    }

    #[test]
    fn what_somebody_worked_on_or_took_apart_is_not_absorbed() {
        let worked_on = Candidate { is_untouched: false, ..candidate(2, 0) };
        let apart = Candidate { is_apart: true, ..candidate(3, 0) };
        assert_eq!(place(vec![candidate(1, 0), worked_on, apart]).absorbs, []);
        assert_eq!(place(vec![apart, candidate(4, 0)]).absorbs, [], "nor does what was taken apart absorb");
    }

    /// The list as it grows: each voice is placed when it comes. Returns for each voice its entry.
    fn grown(voices: &[u8], order: &[usize]) -> BTreeMap<usize, i64> {
        let mut entry_of: BTreeMap<usize, i64> = BTreeMap::new();
        for (number, at) in (1_i64..).zip(order) {
            let mut entries: Vec<i64> = entry_of
                .iter()
                .filter(|(other, _)| alike(voices[**other], voices[*at]))
                .map(|(_, entry)| *entry)
                .collect();
            entries.sort_unstable();
            entries.dedup();
            let placed = place(entries.into_iter().map(|entry| candidate(entry, 0)).collect());
            let joins = placed.joins.map_or(number, |entry| entry.0);
            for entry in entry_of.values_mut().filter(|entry| placed.absorbs.contains(&ProblemId(**entry))) {
                *entry = joins;
            }
            entry_of.insert(*at, joins);
        }
        entry_of
    }

    /// Near numbers are alike: not transitive, as likeness is not.
    fn alike(a: u8, b: u8) -> bool {
        a.abs_diff(b) <= 2
    }

    fn partition(entry_of: &BTreeMap<usize, i64>) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (voice, entry) in entry_of {
            groups.entry(*entry).or_default().push(*voice);
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
        groups.sort();
        groups
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_changes_no_count_and_nothing_is_lost(
            (voices, order) in proptest::collection::vec(0_u8..60, 0..30).prop_flat_map(|voices| {
                let order: Vec<usize> = (0..voices.len()).collect();
                (Just(voices), Just(order).prop_shuffle())
            })
        ) {
            let grown = partition(&grown(&voices, &order));
            let at_once = components(voices.len(), |a, b| alike(voices[a], voices[b]));
            prop_assert_eq!(&grown, &at_once);
            let mut all: Vec<usize> = grown.into_iter().flatten().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..voices.len()).collect::<Vec<_>>(), "each voice is in exactly one entry");
        }
    }
}
