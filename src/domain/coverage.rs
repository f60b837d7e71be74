//! The map (青情地图): which units somebody is tied to, and which nobody; and which cadre has no lead point.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::directory::{Assignment, Directory, Person};
use super::id::{PersonId, UnitId};
use super::people::AssignmentKind;

/// A unit of the map with everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The unit.
    pub unit: UnitId,
    /// How many units it and what lies below it are.
    pub units: usize,
    /// Of those, the ones somebody is tied to.
    pub covered: usize,
    /// Who is tied to the unit itself, and how; each tie once.
    pub by: Vec<(PersonId, AssignmentKind)>,
}

impl Field {
    /// Whether nothing is covered, something, or everything.
    pub fn cover(&self) -> Cover {
        match self.covered {
            0 => Cover::None,
            covered if covered < self.units => Cover::Some,
            _ => Cover::All,
        }
    }
}

/// How far a unit with everything below it is covered. In the order in which a map lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Nobody is tied to any of it.
    None,
    /// Somebody is tied to some of it.
    Some,
    /// Somebody is tied to each of it.
    All,
}

/// The map of a unit on a day: each child with everything below it, uncovered ones first, then by code; the unit itself
/// where it has no child. One walk over the subtree, whatever its size.
pub fn map(directory: &Directory, unit: UnitId, day: NaiveDate) -> Vec<Field> {
    let held = held(directory, day);
    let mut sums: HashMap<UnitId, (usize, usize)> = HashMap::new();
    // parents come before children in a subtree, so from its end every child is complete before its parent
    for one in directory.subtree(unit).into_iter().rev() {
        let is_covered = held.contains_key(&one);
        let below = directory.children(one).iter().filter_map(|child| sums.get(child));
        let sum = below.fold((1, usize::from(is_covered)), |sum, child| (sum.0 + child.0, sum.1 + child.1));
        sums.insert(one, sum);
    }
    let alone = [unit];
    let shown = match directory.children(unit) {
        [] => &alone[..],
        children => children,
    };
    let mut fields: Vec<Field> = shown
        .iter()
        .map(|unit| {
            let (units, covered) = sums.get(unit).copied().unwrap_or_default();
            let mut by = held.get(unit).cloned().unwrap_or_default();
            by.sort_unstable_by_key(|(person, kind)| (*person, kind.bit()));
            by.dedup();
            Field { unit: *unit, units, covered, by }
        })
        .collect();
    // stable: within the same cover the order of the directory stays
    fields.sort_by_key(Field::cover);
    fields
}

/// By unit, what holds on a day of people who are still here.
fn held(directory: &Directory, day: NaiveDate) -> HashMap<UnitId, Vec<(PersonId, AssignmentKind)>> {
    let mut held: HashMap<UnitId, Vec<(PersonId, AssignmentKind)>> = HashMap::new();
    let is_here = |person: PersonId| directory.person(person).is_some_and(|person| person.is_here(day));
    for one in directory.assignments().filter(|one| one.holds(day) && is_here(one.person)) {
        held.entry(one.unit).or_default().push((one.person, one.kind));
    }
    held
}

/// Who and what has no lead point (引领点) on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutLead<'d> {
    /// Cadres of the unit and below it that lead nothing, unit by unit from above.
    pub cadres: Vec<&'d Person>,
    /// How many cadres there are.
    pub all_cadres: usize,
    /// Units below that nobody leads, from above.
    pub units: Vec<UnitId>,
    /// How many units there are below.
    pub all_units: usize,
}

/// Every cadre is to have a lead point, and every unit below somebody who leads it.
pub fn without_lead(directory: &Directory, unit: UnitId, day: NaiveDate) -> WithoutLead<'_> {
    let is_lead = |one: &&Assignment| one.kind == AssignmentKind::Lead && one.holds(day);
    let subtree = directory.subtree(unit);
    let cadres = subtree.iter().flat_map(|unit| directory.people_of(*unit));
    let cadres: Vec<&Person> = cadres.filter(|person| person.kind.is_some() && person.is_here(day)).collect();
    let all_cadres = cadres.len();
    let led: HashSet<UnitId> = directory
        .assignments()
        .filter(is_lead)
        .filter(|one| directory.person(one.person).is_some_and(|person| person.is_here(day)))
        .map(|one| one.unit)
        .collect();
    let leads = |person: &Person| directory.assignments_of(person.id).iter().any(|one| is_lead(&one));
    WithoutLead {
        cadres: cadres.into_iter().filter(|person| !leads(person)).collect(),
        all_cadres,
        all_units: subtree.len().saturating_sub(1),
        units: subtree.into_iter().skip(1).filter(|unit| !led.contains(unit)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::directory::{DEFAULT_ZONE, Entries, Unit};
    use crate::domain::people::{CadreKind, Level, UnitKind};

    fn unit(id: i64, parent: Option<i64>) -> Unit {
        Unit {
            id: UnitId(id),
            name: format!("样例{id}团委"),
            code: format!("{id:06}"),
            parent: parent.map(UnitId),
            level: Level::Township,
            kind: UnitKind::Committee,
            zone: None,
        }
    }

    fn cadre(id: i64, until: Option<&str>) -> Person {
        Person {
            id: PersonId(id),
            name: format!("样例{id}"),
            unit: UnitId(1),
            kind: Some(CadreKind::FullTime),
            roles: vec![],
            team: None,
            since: None,
            until: until.map(|day| day.parse().unwrap()),
            successor_of: None,
        }
    }

    fn tie(person: i64, unit: i64, kind: AssignmentKind, to: Option<&str>) -> Assignment {
        Assignment {
            person: PersonId(person),
            unit: UnitId(unit),
            kind,
            from: None,
            to: to.map(|day| day.parse().unwrap()),
        }
    }

    fn day() -> NaiveDate {
        "2026-11-20".parse().unwrap()
    }

    #[test]
    fn what_is_not_covered_comes_first_and_villages_are_folded_into_their_town() {
        // 1 county; 2, 3, 4 towns; 21 and 22 villages of 2
        let units = vec![
            unit(1, None),
            unit(2, Some(1)),
            unit(3, Some(1)),
            unit(4, Some(1)),
            unit(21, Some(2)),
            unit(22, Some(2)),
        ];
        let people = vec![cadre(7, None), cadre(8, Some("2026-10-31"))];
        let assignments = vec![
            tie(7, 3, AssignmentKind::Station, None),
            tie(7, 3, AssignmentKind::Station, Some("2026-12-31")),
            tie(7, 21, AssignmentKind::Pair, None),
            // over, or by somebody who has left
            tie(7, 4, AssignmentKind::Lead, Some("2026-11-19")),
            tie(8, 4, AssignmentKind::Lead, None),
        ];
        let directory = Directory::new(1, DEFAULT_ZONE, Entries { units, people, assignments, ..Entries::default() });
        let seen: Vec<(i64, usize, usize, usize)> = map(&directory, UnitId(1), day())
            .iter()
            .map(|field| (field.unit.0, field.covered, field.units, field.by.len()))
            .collect();
        assert_eq!(seen, [(4, 0, 1, 0), (2, 1, 3, 0), (3, 1, 1, 1)]);
        assert_eq!(map(&directory, UnitId(22), day())[0].unit, UnitId(22), "a unit without children shows itself");

        let without = without_lead(&directory, UnitId(1), day());
        assert_eq!((without.cadres.len(), without.all_cadres), (1, 1), "who has left owes no lead point");
        assert_eq!((without.units.len(), without.all_units), (5, 5));
        let before = without_lead(&directory, UnitId(1), "2026-11-19".parse().unwrap());
        assert_eq!((before.cadres.len(), before.units.len()), (0, 4));
    }

    #[test]
    fn a_province_is_one_walk() {
        let mut units = vec![unit(1, None)];
        units.extend((2..=103).map(|id| unit(id, Some(1))));
        units.extend((104..=11_100).map(|id| unit(id, Some(2 + id % 102))));
        let assignments = (104..=11_100).step_by(2).map(|id| tie(7, id, AssignmentKind::Pair, None)).collect();
        let entries = Entries { units, people: vec![cadre(7, None)], assignments, ..Entries::default() };
        let directory = Directory::new(1, DEFAULT_ZONE, entries);
        let fields = map(&directory, UnitId(1), day());
        assert_eq!(fields.iter().map(|field| field.units).sum::<usize>(), 11_099);
        assert_eq!(fields.iter().map(|field| field.covered).sum::<usize>(), 5_499);
        assert_eq!(without_lead(&directory, UnitId(1), day()).units.len(), 11_099);
    }
}
