//! What waits for somebody's word: make-up entries and leave. And whose word that is.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::directory::{Directory, Person};
use super::id::{ChatId, PersonId, RequestId, UnitId};
use super::people::{HalfDay, Role};
use super::permission::reaches;
use super::record::Said;
use super::vocabulary::vocabulary;

vocabulary! {
    /// Where a request stands.
    RequestState {
        Asked = "asked", "待批";
        Granted = "granted", "已同意";
        Refused = "refused", "未同意";
        Withdrawn = "withdrawn", "已撤回";
    }
}

/// Somebody asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its identity; the first record, or the leave, that comes of it bears the same.
    pub id: RequestId,
    /// What people say it by.
    pub number: i64,
    /// For whom.
    pub person: PersonId,
    /// Their unit when it was asked.
    pub unit: UnitId,
    /// What for.
    pub plea: Plea,
    /// Where it stands.
    pub state: RequestState,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Who decided; nobody where nobody's word was needed.
    pub decided_by: Option<PersonId>,
}

/// What is asked for, with everything that is needed to do it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Plea {
    /// Records of days gone by (补签).
    MakeUp(MakeUp),
    /// Leave (请假).
    Leave(Leave),
}

/// Records of days gone by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeUp {
    /// The kind's key.
    pub record_kind: String,
    /// The days, in order.
    pub days: Vec<NaiveDate>,
    /// What was said.
    pub said: Said,
    /// Why it was not reported in time.
    pub reason: String,
    /// The group it was asked in.
    pub chat: Option<ChatId>,
    /// The account it came through.
    pub account: String,
    /// Pictures that came with it, by reference.
    pub pictures: Vec<String>,
}

/// Leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// The half of a single day.
    pub half: Option<HalfDay>,
    /// Why.
    pub reason: String,
}

impl Plea {
    /// The code in the database.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MakeUp(_) => "make_up",
            Self::Leave(_) => "leave",
        }
    }
}

/// Whose word is asked: the leaders of the person's own team; else the secretaries of their unit, or of the nearest unit
/// above that has others than the person. Nobody where nobody is above.
///
/// Who cannot be reached is passed over while there is somebody who can.
pub fn approvers<'d>(directory: &'d Directory, asker: &Person, day: NaiveDate) -> Vec<&'d Person> {
    let may = |person: &&Person| person.id != asker.id && person.is_here(day);
    let leaders: Vec<&Person> = match &asker.team {
        Some(_) => directory.people().filter(may).filter(|person| leads(directory, person, asker)).collect(),
        None => Vec::new(),
    };
    let secretaries = directory.lineage(asker.unit).map(|unit| {
        let of_unit = directory.people_of(unit.id).filter(may);
        of_unit.filter(|person| person.roles.contains(&Role::Secretary)).collect()
    });
    let is_reached = |person: &&Person| !directory.identities_of(person.id).is_empty();
    let mut unreached = Vec::new();
    for mut group in std::iter::once(leaders).chain(secretaries) {
        group.sort_by_key(|person| person.id);
        if group.iter().any(is_reached) {
            group.retain(is_reached);
            return group;
        }
        if unreached.is_empty() {
            unreached = group;
        }
    }
    unreached
}

/// Whether somebody's word counts for a person: their team's leader, or a secretary whose authority reaches them. Never
/// their own.
pub fn may_decide(directory: &Directory, by: &Person, asker: &Person, day: NaiveDate) -> bool {
    let is_secretary = by.roles.contains(&Role::Secretary) && reaches(directory, by, asker.unit);
    by.id != asker.id && by.is_here(day) && (is_secretary || leads(directory, by, asker))
}

/// Whether somebody leads a person's team: teams of one name are one team where their units lie above or below each other.
/// Leaders do not answer to each other.
fn leads(directory: &Directory, leader: &Person, member: &Person) -> bool {
    leader.roles.contains(&Role::Leader)
        && !member.roles.contains(&Role::Leader)
        && leader.team.is_some()
        && leader.team == member.team
        && (directory.is_within(leader.unit, member.unit) || directory.is_within(member.unit, leader.unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::directory::{DEFAULT_ZONE, Entries, Identity, Unit};
    use crate::domain::people::{CadreKind, Level, UnitKind};

    const DAY: &str = "2026-11-20";

    fn person(id: i64, unit: i64, roles: &[Role], team: Option<&str>) -> Person {
        Person {
            id: PersonId(id),
            name: format!("{id}"),
            unit: UnitId(unit),
            kind: Some(CadreKind::FullTime),
            roles: roles.to_vec(),
            team: team.map(str::to_owned),
            since: None,
            until: None,
            successor_of: None,
        }
    }

    /// County 1 with towns 2 and 3; everybody has an address but those below zero.
    fn directory(people: Vec<Person>) -> Directory {
        let unit = |id: i64, parent: Option<i64>| Unit {
            id: UnitId(id),
            code: format!("{id}"),
            name: format!("单位{id}"),
            parent: parent.map(UnitId),
            level: Level::Township,
            kind: UnitKind::Committee,
            zone: None,
        };
        let identities = people
            .iter()
            .filter(|person| person.id.0 > 0)
            .map(|person| Identity { person: person.id, account: "qq".into(), external_id: person.id.to_string() })
            .collect();
        let units = vec![unit(1, None), unit(2, Some(1)), unit(3, Some(1))];
        Directory::new(1, DEFAULT_ZONE, Entries { units, people, identities, ..Entries::default() })
    }

    fn asked(people: Vec<Person>, asker: i64) -> Vec<i64> {
        let directory = directory(people);
        let asker = directory.person(PersonId(asker)).unwrap().clone();
        let found = approvers(&directory, &asker, DAY.parse().unwrap());
        for one in &found {
            assert!(may_decide(&directory, one, &asker, DAY.parse().unwrap()), "{} is asked but may not", one.id);
        }
        assert!(!may_decide(&directory, &asker, &asker, DAY.parse().unwrap()), "never one's own");
        found.iter().map(|person| person.id.0).collect()
    }

    #[test]
    fn the_leader_of_the_team_is_asked_then_the_secretary_then_the_unit_above() {
        use Role::{Leader, Secretary};
        let team = Some("一组");
        let all = || {
            vec![
                person(1, 1, &[Secretary], None),
                person(2, 2, &[Secretary], None),
                person(3, 2, &[], team),
                person(4, 1, &[Leader], team),
                person(5, 3, &[Leader], team),
                person(6, 2, &[Leader], Some("二组")),
                person(7, 2, &[], None),
            ]
        };
        assert_eq!(asked(all(), 3), [4], "of the same team above, not of the neighbours'");
        assert_eq!(asked(all(), 7), [2]);
        assert_eq!(asked(all(), 4), [1], "the leader's own word does not count for the leader");
        assert_eq!(asked(all(), 2), [1], "the only secretary's request goes up");
        assert_eq!(asked(all(), 1), [] as [i64; 0], "nobody is above");
    }

    #[test]
    fn who_has_left_or_cannot_be_reached_is_passed_over() {
        use Role::{Leader, Secretary};
        let team = Some("一组");
        let gone = Person { until: Some("2026-11-19".parse().unwrap()), ..person(4, 2, &[Leader], team) };
        let people = vec![person(1, 1, &[Secretary], None), person(3, 2, &[], team), gone];
        assert_eq!(asked(people, 3), [1]);
        let people = vec![person(1, 1, &[Secretary], None), person(3, 2, &[], team), person(-4, 2, &[Leader], team)];
        assert_eq!(asked(people, 3), [1]);
        let people = vec![person(3, 2, &[], team), person(-4, 2, &[Leader], team)];
        assert_eq!(asked(people, 3), [-4], "better somebody who may come than nobody");
    }

    #[test]
    fn a_plea_is_read_back_as_it_was_stored() {
        let leave = Plea::Leave(Leave {
            first: DAY.parse().unwrap(),
            last: DAY.parse().unwrap(),
            half: Some(HalfDay::Morning),
            reason: "看病".into(),
        });
        let stored = serde_json::to_string(&leave).unwrap();
        assert_eq!(serde_json::from_str::<Plea>(&stored).unwrap(), leave);
        assert!(stored.contains(leave.code()), "{stored}");
    }
}
