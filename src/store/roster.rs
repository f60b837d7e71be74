//! Writing a roster: an upsert of everything a plan names. The plan has been checked before; this only writes.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, Set};

use super::directory::ROLE_SEPARATOR;
use super::entities::{assignment, chat, endpoint, identity, person, unit};
use super::roster_youth::PlannedYouth;
use super::{Db, StoreError, Tx};
use crate::clock::to_ms;
use crate::domain::people::{AssignmentKind, CadreKind, ChatRole, Direction, Level, Receipts, Role, UnitKind};
use chrono_tz::Tz;

/// A roster as it shall be. Things are named as people name them: units by code, people by unit and name, chats by name.
#[derive(Clone, Debug, Default)]
pub struct RosterPlan {
    /// Units, parents before children.
    pub units: Vec<PlannedUnit>,
    /// People.
    pub people: Vec<PlannedPerson>,
    /// Chats.
    pub chats: Vec<PlannedChat>,
    /// Addresses of chats.
    pub endpoints: Vec<PlannedEndpoint>,
    /// Who is tied to which unit.
    pub assignments: Vec<PlannedAssignment>,
    /// Assignments that go: they would have begun when their holder was gone, and the successor has them now.
    pub handed_over: Vec<PlannedAssignment>,
    /// Young people on rosters; only what is new or differs.
    pub youth: Vec<PlannedYouth>,
}

/// A unit.
#[derive(Clone, Debug)]
pub struct PlannedUnit {
    /// Its code: the key.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The code of the unit above.
    pub parent: Option<String>,
    /// Its level.
    pub level: Level,
    /// Its zone, where it differs.
    pub zone: Option<Tz>,
    /// What it is.
    pub kind: UnitKind,
}

/// A person.
#[derive(Clone, Debug)]
pub struct PlannedPerson {
    /// Their name; with the unit, the key.
    pub name: String,
    /// The code of their unit.
    pub unit: String,
    /// Their kind, if a cadre.
    pub kind: Option<CadreKind>,
    /// What they may do beyond that.
    pub roles: Vec<Role>,
    /// Their working group.
    pub team: Option<String>,
    /// Their addresses: account and id.
    pub accounts: Vec<(String, String)>,
    /// Their first day.
    pub since: Option<NaiveDate>,
    /// Their last day.
    pub until: Option<NaiveDate>,
    /// Whose obligations they take over: the code of that person's unit, and the name.
    pub successor_of: Option<(String, String)>,
}

/// A chat.
#[derive(Clone, Debug)]
pub struct PlannedChat {
    /// Its name: the key.
    pub name: String,
    /// The code of its unit.
    pub unit: String,
    /// What it is for.
    pub role: ChatRole,
    /// Whether names of those who are missing may be posted in it.
    pub list_missing: bool,
    /// Whether reminders are posted in it.
    pub reminders: bool,
    /// How much receipts say in it.
    pub receipts: Receipts,
}

/// An address of a chat.
#[derive(Clone, Debug)]
pub struct PlannedEndpoint {
    /// The chat's name.
    pub chat: String,
    /// The account.
    pub account: String,
    /// The group's id there.
    pub external_id: String,
    /// Which way.
    pub direction: Direction,
}

/// A cadre tied to a unit.
#[derive(Clone, Debug)]
pub struct PlannedAssignment {
    /// The person's name.
    pub person: String,
    /// The code of the person's own unit.
    pub person_unit: String,
    /// The code of the unit they are tied to.
    pub unit: String,
    /// How.
    pub kind: AssignmentKind,
    /// From which day.
    pub from: Option<NaiveDate>,
    /// Until which day.
    pub to: Option<NaiveDate>,
}

/// An assignment as it stands.
#[derive(Clone, Debug)]
pub struct AssignmentRow {
    /// Who.
    pub person_id: i64,
    /// Where.
    pub unit_id: i64,
    /// How.
    pub kind: String,
    /// From which day.
    pub from: Option<NaiveDate>,
    /// Until which day.
    pub to: Option<NaiveDate>,
}

/// What an assignment is recognised by: person, unit, kind and first day.
type Tie = (i64, i64, String, Option<NaiveDate>);

impl Db<'_> {
    /// Every assignment, for the export.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_assignments(&self) -> Result<Vec<AssignmentRow>, StoreError> {
        let rows = assignment::Entity::find().all(self).await?;
        Ok(rows
            .into_iter()
            .map(|row| AssignmentRow {
                person_id: row.person_id,
                unit_id: row.unit_id,
                kind: row.kind,
                from: row.from_day,
                to: row.to_day,
            })
            .collect())
    }
}

impl Tx {
    /// Writes a checked plan: what is there is changed, what is not is added, nothing is removed. The caller has made
    /// sure that every name in it can be found, in the plan or in the directory.
    ///
    /// # Errors
    /// The database's.
    pub async fn apply_roster(&mut self, plan: &RosterPlan, now: DateTime<Utc>) -> Result<(), StoreError> {
        let units = self.apply_units(plan).await?;
        let people = self.apply_people(plan, &units).await?;
        self.apply_identities(plan, &units, &people).await?;
        self.apply_chats(plan, &units, now).await?;
        self.apply_assignments(plan, &units, &people).await?;
        self.apply_youth(&plan.youth, &units, &people).await?;
        self.bump_directory().await
    }

    async fn apply_units(&mut self, plan: &RosterPlan) -> Result<HashMap<String, i64>, StoreError> {
        let stored = unit::Entity::find().all(&self.raw()).await?;
        let mut ids: HashMap<String, i64> = stored.into_iter().map(|row| (row.code, row.id)).collect();
        for planned in &plan.units {
            let known = ids.get(&planned.code).copied();
            let id = known.unwrap_or_else(|| self.new_id());
            let row = unit::ActiveModel {
                id: if known.is_some() { sea_orm::ActiveValue::Unchanged(id) } else { Set(id) },
                code: Set(planned.code.clone()),
                name: Set(planned.name.clone()),
                parent_id: Set(planned.parent.as_ref().and_then(|code| ids.get(code).copied())),
                level: Set(planned.level.code().to_owned()),
                zone: Set(planned.zone.map(|zone| zone.name().to_owned())),
                // what a unit is by itself need not be said
                kind: Set(Some(planned.kind)
                    .filter(|kind| *kind != UnitKind::Committee)
                    .map(|kind| kind.code().to_owned())),
            };
            if known.is_some() {
                row.update(&self.raw()).await?
            } else {
                row.insert(&self.raw()).await?
            };
            ids.insert(planned.code.clone(), id);
        }
        Ok(ids)
    }

    async fn apply_people(
        &mut self,
        plan: &RosterPlan,
        units: &HashMap<String, i64>,
    ) -> Result<HashMap<(i64, String), i64>, StoreError> {
        let stored = person::Entity::find().all(&self.raw()).await?;
        let known: HashMap<(i64, String), i64> =
            stored.into_iter().map(|row| ((row.unit_id, row.name), row.id)).collect();
        let mut ids = known.clone();
        // everybody's id first: a successor may stand above the predecessor
        for planned in &plan.people {
            let Some(unit_id) = units.get(&planned.unit).copied() else { continue };
            ids.entry((unit_id, planned.name.clone())).or_insert_with(|| self.new_id());
        }
        for planned in &plan.people {
            let Some(unit_id) = units.get(&planned.unit).copied() else { continue };
            let key = (unit_id, planned.name.clone());
            let Some(id) = ids.get(&key).copied() else { continue };
            let known = known.get(&key);
            let predecessor = planned.successor_of.as_ref();
            let predecessor = predecessor.and_then(|(unit, name)| ids.get(&(*units.get(unit)?, name.clone())).copied());
            let roles: Vec<&str> = planned.roles.iter().map(|role| role.code()).collect();
            let row = person::ActiveModel {
                id: if known.is_some() { sea_orm::ActiveValue::Unchanged(id) } else { Set(id) },
                name: Set(planned.name.clone()),
                unit_id: Set(unit_id),
                kind: Set(planned.kind.map(|kind| kind.code().to_owned())),
                roles: Set(roles.join(&ROLE_SEPARATOR.to_string())),
                team: Set(planned.team.clone()),
                since_day: Set(planned.since),
                until_day: Set(planned.until),
                successor_of: Set(predecessor),
            };
            if known.is_some() {
                row.update(&self.raw()).await?
            } else {
                row.insert(&self.raw()).await?
            };
        }
        Ok(ids)
    }

    async fn apply_identities(
        &mut self,
        plan: &RosterPlan,
        units: &HashMap<String, i64>,
        people: &HashMap<(i64, String), i64>,
    ) -> Result<(), StoreError> {
        let stored = identity::Entity::find().all(&self.raw()).await?;
        let known: HashMap<(String, String), (i64, i64)> =
            stored.into_iter().map(|row| ((row.account, row.external_id), (row.id, row.person_id))).collect();
        for planned in &plan.people {
            let Some(unit_id) = units.get(&planned.unit) else { continue };
            let Some(person_id) = people.get(&(*unit_id, planned.name.clone())).copied() else { continue };
            for (account, external_id) in &planned.accounts {
                let row = |id| identity::ActiveModel {
                    id,
                    person_id: Set(person_id),
                    account: Set(account.clone()),
                    external_id: Set(external_id.clone()),
                };
                match known.get(&(account.clone(), external_id.clone())) {
                    Some((_, owner)) if *owner == person_id => {}
                    Some((id, _)) => {
                        row(sea_orm::ActiveValue::Unchanged(*id)).update(&self.raw()).await?;
                    }
                    None => {
                        row(Set(self.new_id())).insert(&self.raw()).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn apply_chats(
        &mut self,
        plan: &RosterPlan,
        units: &HashMap<String, i64>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let stored = chat::Entity::find().all(&self.raw()).await?;
        let mut ids: HashMap<String, (i64, i64)> =
            stored.into_iter().map(|row| (row.name, (row.id, row.since_ms))).collect();
        for planned in &plan.chats {
            let Some(unit_id) = units.get(&planned.unit).copied() else { continue };
            let known = ids.get(&planned.name).copied();
            let (id, since_ms) = known.unwrap_or_else(|| (self.new_id(), to_ms(now)));
            let row = chat::ActiveModel {
                id: if known.is_some() { sea_orm::ActiveValue::Unchanged(id) } else { Set(id) },
                name: Set(planned.name.clone()),
                unit_id: Set(unit_id),
                role: Set(planned.role.code().to_owned()),
                list_missing: Set(planned.list_missing),
                reminders: Set(planned.reminders),
                since_ms: Set(since_ms),
                receipts: Set(Some(planned.receipts.code().to_owned())),
            };
            if known.is_some() {
                row.update(&self.raw()).await?
            } else {
                row.insert(&self.raw()).await?
            };
            ids.insert(planned.name.clone(), (id, since_ms));
        }
        let stored = endpoint::Entity::find().all(&self.raw()).await?;
        let known: HashMap<(String, String), i64> =
            stored.into_iter().map(|row| ((row.account, row.external_id), row.id)).collect();
        for planned in &plan.endpoints {
            let Some((chat_id, _)) = ids.get(&planned.chat).copied() else { continue };
            let known = known.get(&(planned.account.clone(), planned.external_id.clone())).copied();
            let id = known.unwrap_or_else(|| self.new_id());
            let row = endpoint::ActiveModel {
                id: if known.is_some() { sea_orm::ActiveValue::Unchanged(id) } else { Set(id) },
                chat_id: Set(chat_id),
                account: Set(planned.account.clone()),
                external_id: Set(planned.external_id.clone()),
                direction: Set(planned.direction.code().to_owned()),
            };
            if known.is_some() {
                row.update(&self.raw()).await?
            } else {
                row.insert(&self.raw()).await?
            };
        }
        Ok(())
    }

    async fn apply_assignments(
        &mut self,
        plan: &RosterPlan,
        units: &HashMap<String, i64>,
        people: &HashMap<(i64, String), i64>,
    ) -> Result<(), StoreError> {
        let stored = assignment::Entity::find().all(&self.raw()).await?;
        // the first day is part of the key: somebody may be sent to the same unit twice
        let known: HashMap<Tie, (i64, Option<NaiveDate>)> = stored
            .into_iter()
            .map(|row| ((row.person_id, row.unit_id, row.kind, row.from_day), (row.id, row.to_day)))
            .collect();
        let key = |planned: &PlannedAssignment| {
            let home = units.get(&planned.person_unit)?;
            let person_id = people.get(&(*home, planned.person.clone()))?;
            Some((*person_id, *units.get(&planned.unit)?, planned.kind.code().to_owned(), planned.from))
        };
        for gone in plan.handed_over.iter().filter_map(|planned| known.get(&key(planned)?)) {
            assignment::Entity::delete_by_id(gone.0).exec(&self.raw()).await?;
        }
        for planned in &plan.assignments {
            let Some(key) = key(planned) else { continue };
            let known = known.get(&key).copied();
            if known.is_some_and(|(_, to)| to == planned.to) {
                continue;
            }
            let (person_id, unit_id, kind, from_day) = key;
            let row = assignment::ActiveModel {
                id: match known {
                    Some((id, _)) => sea_orm::ActiveValue::Unchanged(id),
                    None => Set(self.new_id()),
                },
                person_id: Set(person_id),
                unit_id: Set(unit_id),
                kind: Set(kind),
                from_day: Set(from_day),
                to_day: Set(planned.to),
            };
            if known.is_some() {
                row.update(&self.raw()).await?
            } else {
                row.insert(&self.raw()).await?
            };
        }
        Ok(())
    }
}
