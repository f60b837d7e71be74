//! The directory: units, people, chats and addresses as one immutable picture in memory.
//!
//! Every inbound message asks it who speaks and where; no query is needed for that. The store loads it anew when its
//! version has changed.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::calendar::DayRange;
use super::id::{ChatId, EndpointId, PersonId, UnitId};
use super::people::{AssignmentKind, CadreKind, ChatRole, Direction, Level, Receipts, Role, UnitKind};
use super::text;

/// A node of the organisation tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its identity.
    pub id: UnitId,
    /// The code in the roster.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit above.
    pub parent: Option<UnitId>,
    /// Its level.
    pub level: Level,
    /// What it is.
    pub kind: UnitKind,
    /// Its zone, where it differs from the unit above.
    pub zone: Option<Tz>,
}

/// Somebody on the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their identity.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their unit.
    pub unit: UnitId,
    /// Their kind, if a cadre.
    pub kind: Option<CadreKind>,
    /// What they may do beyond that.
    pub roles: Vec<Role>,
    /// The working group they belong to.
    pub team: Option<String>,
    /// Their first day, where they have not always been there.
    pub since: Option<NaiveDate>,
    /// Their last day, where they have left.
    pub until: Option<NaiveDate>,
    /// Whose obligations they took over: a successor owes the whole of a period, with nothing of the predecessor's credit.
    pub successor_of: Option<PersonId>,
}

impl Person {
    /// Whether they belong here on a day.
    pub fn is_here(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A cadre tied to a unit for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Who.
    pub person: PersonId,
    /// To which unit.
    pub unit: UnitId,
    /// How.
    pub kind: AssignmentKind,
    /// From which day.
    pub from: Option<NaiveDate>,
    /// Until which day.
    pub to: Option<NaiveDate>,
}

impl Assignment {
    /// Whether it holds on a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether it holds on any day of a run.
    pub fn holds_within(&self, range: DayRange) -> bool {
        self.from.is_none_or(|from| from <= range.last) && self.to.is_none_or(|to| range.first <= to)
    }
}

/// One of our groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Its identity.
    pub id: ChatId,
    /// Its name.
    pub name: String,
    /// The unit it belongs to.
    pub unit: UnitId,
    /// What it is for.
    pub role: ChatRole,
    /// Whether names of those who are missing may be posted in it.
    pub list_missing: bool,
    /// Whether reminders are posted in it.
    pub reminders: bool,
    /// How much receipts say in it.
    pub receipts: Receipts,
    /// Since when we know it; no schedule owes it anything from before.
    pub since: DateTime<Utc>,
}

/// An address of a chat on a platform account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its identity.
    pub id: EndpointId,
    /// The chat it belongs to.
    pub chat: ChatId,
    /// The account it is reached through.
    pub account: String,
    /// The chat's id on the platform.
    pub external_id: String,
    /// Which way it carries messages.
    pub direction: Direction,
}

/// A person's address on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose.
    pub person: PersonId,
    /// The account.
    pub account: String,
    /// Their id there.
    pub external_id: String,
}

/// What a directory is built from.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// All units.
    pub units: Vec<Unit>,
    /// All people.
    pub people: Vec<Person>,
    /// All chats.
    pub chats: Vec<Chat>,
    /// All endpoints.
    pub endpoints: Vec<Endpoint>,
    /// All identities.
    pub identities: Vec<Identity>,
    /// All assignments.
    pub assignments: Vec<Assignment>,
}

/// The picture. See the module.
#[derive(Debug, Default)]
pub struct Directory {
    version: i64,
    zone: Option<Tz>,
    units: HashMap<UnitId, Unit>,
    unit_codes: HashMap<String, UnitId>,
    children: HashMap<UnitId, Vec<UnitId>>,
    roots: Vec<UnitId>,
    people: HashMap<PersonId, Person>,
    people_of: HashMap<UnitId, Vec<PersonId>>,
    chats: HashMap<ChatId, Chat>,
    chats_of: HashMap<UnitId, Vec<ChatId>>,
    endpoints: HashMap<ChatId, Vec<Endpoint>>,
    heard_at: HashMap<String, HashMap<String, ChatId>>,
    // by account, then by the id there: looked up for every message, without making a key for it
    speakers: HashMap<String, HashMap<String, PersonId>>,
    identities: HashMap<PersonId, Vec<Identity>>,
    assignments: HashMap<PersonId, Vec<Assignment>>,
    assigned_to: HashMap<UnitId, Vec<PersonId>>,
    // by the name without 团委 and the like, so that a place can be found by what people call it
    units_called: HashMap<String, Vec<UnitId>>,
}

/// The zone of a unit that says nothing else.
pub const DEFAULT_ZONE: Tz = chrono_tz::Asia::Shanghai;

impl Directory {
    /// Builds the picture. `zone` is that of units which say nothing else.
    pub fn new(version: i64, zone: Tz, entries: Entries) -> Self {
        let mut directory = Self { version, zone: Some(zone), ..Self::default() };
        let Entries { mut units, mut people, mut chats, endpoints, identities, assignments } = entries;
        units.sort_by(|a, b| a.code.cmp(&b.code));
        people.sort_by_key(|person| person.id);
        chats.sort_by_key(|chat| chat.id);
        let known: std::collections::HashSet<UnitId> = units.iter().map(|unit| unit.id).collect();
        for unit in units {
            match unit.parent.filter(|parent| known.contains(parent)) {
                Some(parent) => directory.children.entry(parent).or_default().push(unit.id),
                None => directory.roots.push(unit.id),
            }
            directory.unit_codes.insert(unit.code.clone(), unit.id);
            directory.units_called.entry(called(&unit.name)).or_default().push(unit.id);
            directory.units.insert(unit.id, unit);
        }
        for person in people {
            directory.people_of.entry(person.unit).or_default().push(person.id);
            directory.people.insert(person.id, person);
        }
        for chat in chats {
            directory.chats_of.entry(chat.unit).or_default().push(chat.id);
            directory.chats.insert(chat.id, chat);
        }
        for endpoint in endpoints {
            if endpoint.direction.hears() {
                let on_account = directory.heard_at.entry(endpoint.account.clone()).or_default();
                on_account.insert(endpoint.external_id.clone(), endpoint.chat);
            }
            directory.endpoints.entry(endpoint.chat).or_default().push(endpoint);
        }
        for identity in identities {
            let on_account = directory.speakers.entry(identity.account.clone()).or_default();
            on_account.insert(identity.external_id.clone(), identity.person);
            directory.identities.entry(identity.person).or_default().push(identity);
        }
        for assignment in assignments {
            directory.assigned_to.entry(assignment.unit).or_default().push(assignment.person);
            directory.assignments.entry(assignment.person).or_default().push(assignment);
        }
        directory
    }

    /// The version it was loaded at.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Whether nobody has imported a roster yet.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Who speaks under this id on this account.
    pub fn speaker(&self, account: &str, external_id: &str) -> Option<&Person> {
        let person = self.speakers.get(account)?.get(external_id)?;
        self.people.get(person)
    }

    /// Which of our chats this group is.
    pub fn heard_in(&self, account: &str, group: &str) -> Option<&Chat> {
        let chat = self.heard_at.get(account)?.get(group)?;
        self.chats.get(chat)
    }

    /// A unit.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(&id)
    }

    /// A unit by its code.
    pub fn unit_by_code(&self, code: &str) -> Option<&Unit> {
        self.units.get(self.unit_codes.get(code)?)
    }

    /// A unit's name; empty for one that is gone.
    pub fn unit_name(&self, id: UnitId) -> &str {
        self.units.get(&id).map_or("", |unit| unit.name.as_str())
    }

    /// All units, in no order.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// Units without a unit above.
    pub fn roots(&self) -> &[UnitId] {
        &self.roots
    }

    /// The units right below, by code.
    pub fn children(&self, id: UnitId) -> &[UnitId] {
        self.children.get(&id).map_or(&[], Vec::as_slice)
    }

    /// A unit and everything below it, parents before children.
    pub fn subtree(&self, id: UnitId) -> Vec<UnitId> {
        let mut found = vec![id];
        let mut at = 0;
        while let Some(unit) = found.get(at).copied() {
            // a loop in the tree cannot be imported; this keeps one that got in by hand from running forever
            found.extend(self.children(unit).iter().filter(|_| at <= self.units.len()));
            at += 1;
        }
        found
    }

    /// The unit itself and those above it, nearest first.
    pub fn lineage(&self, id: UnitId) -> impl Iterator<Item = &Unit> {
        std::iter::successors(self.units.get(&id), |unit| self.units.get(&unit.parent?)).take(32)
    }

    /// Whether `unit` is `above` or lies below it.
    pub fn is_within(&self, unit: UnitId, above: UnitId) -> bool {
        self.lineage(unit).any(|one| one.id == above)
    }

    /// The zone of a unit: its own, or that of the nearest unit above that has one.
    pub fn zone_of(&self, unit: UnitId) -> Tz {
        self.lineage(unit).find_map(|one| one.zone).or(self.zone).unwrap_or(DEFAULT_ZONE)
    }

    /// Every zone in use.
    pub fn zones(&self) -> Vec<Tz> {
        let mut zones = vec![self.zone.unwrap_or(DEFAULT_ZONE)];
        for zone in self.units.values().filter_map(|unit| unit.zone) {
            if !zones.contains(&zone) {
                zones.push(zone);
            }
        }
        zones
    }

    /// A person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// A person's name; empty for one that is gone.
    pub fn person_name(&self, id: PersonId) -> &str {
        self.people.get(&id).map_or("", |person| person.name.as_str())
    }

    /// Everybody, in no order.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// The people of one unit, not of those below.
    pub fn people_of(&self, unit: UnitId) -> impl Iterator<Item = &Person> {
        self.people_of.get(&unit).into_iter().flatten().filter_map(|id| self.people.get(id))
    }

    /// Whether somebody's last day is over at an instant, by the calendar of their unit.
    pub fn has_left(&self, person: &Person, at: DateTime<Utc>) -> bool {
        person.until.is_some_and(|last| last < at.with_timezone(&self.zone_of(person.unit)).date_naive())
    }

    /// Those who answer for a unit at an instant: its secretaries, or those of the nearest unit above that has any.
    pub fn answerers(&self, unit: UnitId, at: DateTime<Utc>) -> Vec<&Person> {
        let answers = |person: &&Person| person.roles.contains(&Role::Secretary) && !self.has_left(person, at);
        self.lineage(unit)
            .map(|one| self.people_of(one.id).filter(answers).collect::<Vec<_>>())
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// A person's addresses.
    pub fn identities_of(&self, person: PersonId) -> &[Identity] {
        self.identities.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The units a person is or was tied to.
    pub fn assignments_of(&self, person: PersonId) -> &[Assignment] {
        self.assignments.get(&person).map_or(&[], Vec::as_slice)
    }

    /// Every assignment, in no order.
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments.values().flatten()
    }

    /// Who is or was tied to a unit.
    pub fn assigned_to(&self, unit: UnitId) -> &[PersonId] {
        self.assigned_to.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The units that people call by this name, with or without 团委 and the like.
    pub fn units_called(&self, name: &str) -> &[UnitId] {
        self.units_called.get(&called(name)).map_or(&[], Vec::as_slice)
    }

    /// A chat.
    pub fn chat(&self, id: ChatId) -> Option<&Chat> {
        self.chats.get(&id)
    }

    /// Every chat, in no order.
    pub fn chats(&self) -> impl Iterator<Item = &Chat> {
        self.chats.values()
    }

    /// The chats of one unit, not of those below.
    pub fn chats_of(&self, unit: UnitId) -> impl Iterator<Item = &Chat> {
        self.chats_of.get(&unit).into_iter().flatten().filter_map(|id| self.chats.get(id))
    }

    /// A chat's addresses.
    pub fn endpoints_of(&self, chat: ChatId) -> &[Endpoint] {
        self.endpoints.get(&chat).map_or(&[], Vec::as_slice)
    }
}

/// What people call a unit: `共青团样例一镇委员会`, `样例一镇团委` and `样例一镇` are the same place.
pub fn called(name: &str) -> String {
    let normal = text::normal(name).replace(' ', "");
    let mut core = normal.strip_prefix("共青团").unwrap_or(&normal);
    for end in ["团工委", "团总支", "团支部", "团委", "委员会", "支部委员会", "团组织"] {
        core = core.strip_suffix(end).unwrap_or(core);
    }
    if core.is_empty() { normal } else { core.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_found_by_what_people_call_it() {
        for name in ["共青团样例一镇委员会", "样例一镇团委", "样例一镇", "樣例一鎮 團委"] {
            assert_eq!(called(name), "样例一镇", "{name}");
        }
        assert_eq!(called("团委"), "团委");
    }

    fn unit(id: i64, parent: Option<i64>, zone: Option<Tz>) -> Unit {
        let code = format!("{id:03}");
        Unit {
            id: UnitId(id),
            name: format!("单位{id}"),
            code,
            parent: parent.map(UnitId),
            level: Level::County,
            kind: UnitKind::Committee,
            zone,
        }
    }

    #[test]
    fn the_tree_is_walked_both_ways() {
        let units = vec![
            unit(1, None, None),
            unit(2, Some(1), Some(chrono_tz::Asia::Urumqi)),
            unit(3, Some(2), None),
            unit(4, Some(1), None),
        ];
        let secretary = Person {
            id: PersonId(9),
            name: "样例".into(),
            unit: UnitId(1),
            kind: None,
            roles: vec![Role::Secretary],
            team: None,
            since: None,
            until: None,
            successor_of: None,
        };
        let entries = Entries { units, people: vec![secretary], ..Entries::default() };
        let directory = Directory::new(1, DEFAULT_ZONE, entries);
        assert_eq!(directory.subtree(UnitId(1)), [1, 2, 4, 3].map(UnitId));
        assert!(directory.is_within(UnitId(3), UnitId(1)) && !directory.is_within(UnitId(3), UnitId(4)));
        assert_eq!(directory.zone_of(UnitId(3)), chrono_tz::Asia::Urumqi);
        assert_eq!(directory.zone_of(UnitId(4)), DEFAULT_ZONE);
        assert_eq!(directory.answerers(UnitId(3), DateTime::UNIX_EPOCH)[0].id, PersonId(9));
        assert_eq!(directory.roots(), [UnitId(1)]);
    }
}
