//! Where something happened: from the place people write to a unit we know, and how the cadre is tied to it.

use chrono::NaiveDate;

use super::directory::{Assignment, Directory, Person, called};
use super::id::UnitId;
use super::people::UnitKind;

/// How places end.
const ENDINGS: &[&str] = &[
    "村", "社区", "街道", "镇", "乡", "县", "区", "市", "学校", "小学", "中学", "大学", "学院", "公司", "厂", "园",
    "嘎查", "苏木", "站", "所", "院", "馆", "中心", "基地", "广场", "家", "支部", "社", "场", "组", "队", "户", "店",
];

/// Whether a word ends as places do.
pub fn ends_like_a_place(word: &str) -> bool {
    ENDINGS.iter().any(|end| word.ends_with(end))
}

/// The unit a place names, and the person's ties to it on that day as a sum of [`super::people::AssignmentKind::bit`].
///
/// No place at all is the one unit the person is tied to, if there is just one. A place below a unit they are tied to
/// counts for that unit; only a site is a place of its own, because sites have duties of their own.
pub fn locate(directory: &Directory, person: &Person, place: &str, day: NaiveDate) -> Option<(UnitId, i32)> {
    let held: Vec<&Assignment> =
        directory.assignments_of(person.id).iter().filter(|assignment| assignment.holds(day)).collect();
    if place.trim().is_empty() {
        let only = held.first()?.unit;
        return held.iter().all(|one| one.unit == only).then(|| (only, ties(&held, only)));
    }
    let named = directory.units_called(place);
    // the nearest of the units above it, or itself
    let tied = |unit: UnitId| {
        directory.lineage(unit).map(|above| above.id).find(|above| held.iter().any(|one| one.unit == *above))
    };
    if let Some((unit, above)) = named.iter().find_map(|unit| Some((*unit, tied(*unit)?))) {
        let is_site = directory.unit(unit).is_some_and(|unit| unit.kind != UnitKind::Committee);
        let sum =
            held.iter().filter(|one| directory.is_within(unit, one.unit)).fold(0, |sum, one| sum | one.kind.bit());
        return Some((if is_site { unit } else { above }, sum));
    }
    // 到样例一镇走访: the name stands inside
    let said = called(place);
    let mentioned = held.iter().find(|one| {
        let name = called(directory.unit_name(one.unit));
        name.chars().count() >= 2 && said.contains(&name)
    });
    if let Some(one) = mentioned {
        return Some((one.unit, ties(&held, one.unit)));
    }
    // some other unit of ours: the only one of that name, here or at all
    let near: Vec<UnitId> = named.iter().copied().filter(|unit| directory.is_within(*unit, person.unit)).collect();
    match (near.as_slice(), named) {
        ([unit], _) | ([], [unit]) => Some((*unit, 0)),
        _ => None,
    }
}

fn ties(held: &[&Assignment], unit: UnitId) -> i32 {
    held.iter().filter(|one| one.unit == unit).fold(0, |sum, one| sum | one.kind.bit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::directory::{DEFAULT_ZONE, Entries, Unit};
    use crate::domain::id::PersonId;
    use crate::domain::people::{AssignmentKind, Level};

    fn directory(assignments: &[(i64, AssignmentKind)]) -> Directory {
        let unit = |id, name: &str, parent: Option<i64>, kind| Unit {
            id: UnitId(id),
            code: format!("{id}"),
            name: name.into(),
            parent: parent.map(UnitId),
            level: Level::Township,
            kind,
            zone: None,
        };
        let units = vec![
            unit(1, "样例县团委", None, UnitKind::Committee),
            unit(2, "样例一镇团委", Some(1), UnitKind::Committee),
            unit(3, "东风社区团支部", Some(2), UnitKind::Committee),
            unit(4, "样例二镇团委", Some(1), UnitKind::Committee),
            unit(5, "东风社区团支部", Some(4), UnitKind::Committee),
            unit(6, "青年爱里样例站", Some(2), UnitKind::Site),
        ];
        let assignments = assignments
            .iter()
            .map(|(unit, kind)| Assignment {
                person: PersonId(9),
                unit: UnitId(*unit),
                kind: *kind,
                from: None,
                to: None,
            })
            .collect();
        Directory::new(1, DEFAULT_ZONE, Entries { units, assignments, ..Entries::default() })
    }

    fn person() -> Person {
        Person {
            id: PersonId(9),
            name: "赵样例".into(),
            unit: UnitId(1),
            kind: None,
            roles: vec![],
            team: None,
            since: None,
            until: None,
            successor_of: None,
        }
    }

    fn found(assignments: &[(i64, AssignmentKind)], place: &str) -> Option<(i64, i32)> {
        let day = "2026-11-20".parse().unwrap();
        locate(&directory(assignments), &person(), place, day).map(|(unit, ties)| (unit.0, ties))
    }

    #[test]
    fn a_place_is_found_by_what_people_call_it() {
        use AssignmentKind::{Lead, Pair, Station};
        let tied = [(2, Lead), (4, Pair)];
        assert_eq!(found(&tied, "样例一镇"), Some((2, 1)));
        assert_eq!(found(&tied, "到样例二镇调研"), Some((4, 4)));
        assert_eq!(found(&tied, "东风社区"), Some((2, 1)), "below the led town, by the first tie that fits");
        assert_eq!(found(&tied, "青年爱里样例站"), Some((6, 1)), "a site is a place of its own");
        assert_eq!(found(&tied, "火星"), None);
        assert_eq!(found(&tied, ""), None, "two ties: nobody knows which");
        assert_eq!(found(&[(2, Lead), (2, Station)], ""), Some((2, 3)));
        assert_eq!(found(&[], "样例一镇"), Some((2, 0)));
        assert_eq!(found(&[], "东风社区"), None, "there are two of them");
        assert_eq!(found(&[(2, Pair), (3, Pair)], "东风社区"), Some((3, 4)), "the nearest tie");
    }
}
