//! What is covered and what is not: units that nobody is tied to, and cadres who are tied to nothing.

use std::collections::HashSet;

use crate::domain::calendar::DayRange;
use crate::domain::directory::{Directory, Person, Unit};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::AssignmentKind;

/// The gaps in a unit and everything below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Units that nobody is tied to in one of the ways asked about, with these ways. Parents stand before children.
    pub bare_units: Vec<(UnitId, Vec<AssignmentKind>)>,
    /// Cadres who are tied to no unit in any of these ways, in the order of their units.
    pub idle_cadres: Vec<PersonId>,
}

/// Finds the gaps in `root` and everything below it, as they are during `days`: of a single day, or of a whole year in
/// which an assignment of some weeks counts as well.
///
/// Which units must be covered is the regulation's: `expects` says in which ways somebody must be tied to a unit, and
/// nothing where nobody need be. An assignment of somebody who is not there at that time covers nothing, wherever their
/// own unit is; a cadre of the subtree who is tied to a unit outside of it is not idle.
pub fn gaps(
    directory: &Directory,
    root: UnitId,
    days: DayRange,
    expects: impl Fn(&Unit) -> Vec<AssignmentKind>,
) -> Gaps {
    let mut gaps = Gaps::default();
    let mut asked = HashSet::new();
    let units: Vec<_> = directory.subtree(root).into_iter().filter_map(|id| directory.unit(id)).collect();
    for unit in &units {
        let mut kinds = expects(unit);
        asked.extend(kinds.iter().copied());
        let is_missing = |kind: &AssignmentKind| {
            let mut tied = directory.assigned_to(unit.id).iter();
            !tied.any(|person| is_tied(directory, *person, Some(unit.id), *kind, days))
        };
        kinds.retain(is_missing);
        if !kinds.is_empty() {
            gaps.bare_units.push((unit.id, kinds));
        }
    }
    for person in units.iter().flat_map(|unit| directory.people_of(unit.id)) {
        let is_tied = || asked.iter().any(|kind| is_tied(directory, person.id, None, *kind, days));
        if person.kind.is_some() && here(person, days).is_some() && !is_tied() {
            gaps.idle_cadres.push(person.id);
        }
    }
    gaps
}

/// The days of these on which somebody is there.
fn here(person: &Person, days: DayRange) -> Option<DayRange> {
    let first = person.since.map_or(days.first, |since| since.max(days.first));
    let last = person.until.map_or(days.last, |until| until.min(days.last));
    (first <= last).then_some(DayRange { first, last })
}

/// Whether somebody, while there, is tied to a unit, or to any, in this way.
fn is_tied(
    directory: &Directory,
    person: PersonId,
    unit: Option<UnitId>,
    kind: AssignmentKind,
    days: DayRange,
) -> bool {
    let days = directory.person(person).and_then(|person| here(person, days));
    days.is_some_and(|days| {
        directory
            .assignments_of(person)
            .iter()
            .any(|tie| tie.kind == kind && unit.is_none_or(|unit| unit == tie.unit) && tie.holds_within(days))
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::domain::directory::{Assignment, DEFAULT_ZONE, Entries};
    use crate::domain::people::{CadreKind, Level, UnitKind};

    use AssignmentKind::{Lead, Pair, Station};

    fn unit(id: i64, parent: i64, level: Level, kind: UnitKind) -> Unit {
        let parent = Some(UnitId(parent)).filter(|parent| parent.0 > 0);
        Unit { id: UnitId(id), code: format!("{id:03}"), name: format!("单位{id}"), parent, level, kind, zone: None }
    }

    fn person(id: i64, unit: i64) -> Person {
        Person {
            id: PersonId(id),
            name: format!("样例{id}"),
            unit: UnitId(unit),
            kind: Some(CadreKind::Seconded),
            roles: Vec::new(),
            team: None,
            since: None,
            until: None,
            successor_of: None,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn tie(person: i64, unit: i64, kind: AssignmentKind, from: &str, to: &str) -> Assignment {
        let day = |text: &str| text.parse().ok();
        Assignment { person: PersonId(person), unit: UnitId(unit), kind, from: day(from), to: day(to) }
    }

    /// A county (1) with two townships (2, 3), a village (4) and a site (5) below the first, and a county beside (9).
    fn directory(people: Vec<Person>, assignments: Vec<Assignment>) -> Directory {
        let committee = UnitKind::Committee;
        let units = vec![
            unit(1, 0, Level::County, committee),
            unit(2, 1, Level::Township, committee),
            unit(3, 1, Level::Township, committee),
            unit(4, 2, Level::Village, committee),
            unit(5, 2, Level::Village, UnitKind::Site),
            unit(9, 0, Level::County, committee),
        ];
        Directory::new(1, DEFAULT_ZONE, Entries { units, people, assignments, ..Entries::default() })
    }

    /// Townships are led and paired, sites have somebody stationed, and nothing else is asked.
    fn expects(unit: &Unit) -> Vec<AssignmentKind> {
        match (unit.level, unit.kind) {
            (Level::Township, _) => vec![Lead, Pair],
            (_, UnitKind::Site) => vec![Station],
            _ => Vec::new(),
        }
    }

    fn gaps_on(directory: &Directory, first: &str, last: &str) -> Gaps {
        gaps(directory, UnitId(1), DayRange { first: day(first), last: day(last) }, expects)
    }

    #[test]
    fn a_unit_is_bare_only_in_the_ways_that_are_missing_and_only_while_they_are() {
        let ties = vec![
            tie(1, 2, Lead, "", ""),
            tie(1, 2, Pair, "2026-01-01", "2026-06-30"),
            // somebody from elsewhere covers as well
            tie(8, 3, Lead, "2026-03-01", ""),
            tie(1, 3, Station, "", ""),
        ];
        let directory = directory(vec![person(1, 1), person(8, 9)], ties);
        let unit = |id, kinds: &[AssignmentKind]| (UnitId(id), kinds.to_vec());
        let may = gaps_on(&directory, "2026-05-01", "2026-05-01");
        assert_eq!(may.bare_units, [unit(3, &[Pair]), unit(5, &[Station])]);
        let july = gaps_on(&directory, "2026-07-01", "2026-07-01");
        assert_eq!(july.bare_units, [unit(2, &[Pair]), unit(3, &[Pair]), unit(5, &[Station])]);
        let year = gaps_on(&directory, "2026-01-01", "2026-12-31");
        assert_eq!(year.bare_units, may.bare_units, "half a year is part of the year");
        let winter = gaps_on(&directory, "2026-02-01", "2026-02-01");
        assert_eq!(winter.bare_units[0], unit(3, &[Lead, Pair]));
    }

    #[test]
    fn whoever_has_left_covers_nothing_and_is_not_idle() {
        let mut people = vec![person(1, 1), person(2, 2), person(3, 4), person(4, 3), person(5, 9)];
        people[0].until = Some(day("2026-06-30"));
        people[3].kind = None;
        let ties = vec![
            tie(1, 2, Lead, "", ""),
            // tied to a unit outside, and in a way that nobody asks about
            tie(2, 9, Pair, "", ""),
            tie(3, 4, Station, "2025-01-01", "2025-12-31"),
        ];
        let directory = directory(people, ties);
        let may = gaps_on(&directory, "2026-05-01", "2026-05-01");
        assert_eq!(may.bare_units[0], (UnitId(2), vec![Pair]));
        assert_eq!(may.idle_cadres, [PersonId(3)], "not the one outside, nor the one who is no cadre");
        let july = gaps_on(&directory, "2026-07-01", "2026-07-01");
        assert_eq!(july.bare_units[0], (UnitId(2), vec![Lead, Pair]));
        assert_eq!(july.idle_cadres, [PersonId(3)]);
        let early = gaps_on(&directory, "2025-05-01", "2025-05-01");
        assert_eq!(early.idle_cadres, Vec::<PersonId>::new());
        assert_eq!(gaps(&directory, UnitId(404), DayRange::week_of(day("2026-05-01")), expects), Gaps::default());
    }

    #[test]
    fn after_a_succession_nothing_is_bare_for_a_day() {
        let mut people = vec![person(1, 1), person(2, 1)];
        people[0].until = Some(day("2026-06-30"));
        people[1].since = Some(day("2026-07-01"));
        let ties = vec![tie(1, 3, Lead, "2026-01-01", "2026-06-30"), tie(2, 3, Lead, "2026-07-01", "2026-12-31")];
        let directory = directory(people, ties);
        for at in ["2026-06-30", "2026-07-01"] {
            let found = gaps_on(&directory, at, at);
            assert!(found.bare_units.contains(&(UnitId(3), vec![Pair])), "{at}");
            assert_eq!(found.idle_cadres, Vec::<PersonId>::new(), "{at}");
        }
        // what somebody was given for a time when they are gone covers nothing, however long one looks
        let year = gaps_on(&directory, "2026-01-01", "2026-12-31");
        assert!(year.bare_units.contains(&(UnitId(2), vec![Lead, Pair])), "{year:?}");
    }
}
