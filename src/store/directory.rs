//! Loading the directory.

use chrono_tz::Tz;
use sea_orm::EntityTrait;

use super::entities::{assignment, chat, endpoint, identity, person, unit};
use super::{Db, StoreError};
use crate::clock::from_ms;
use crate::domain::directory::{Assignment, Chat, Directory, Endpoint, Entries, Identity, Person, Unit};
use crate::domain::id::{ChatId, EndpointId, PersonId, UnitId};
use crate::domain::people::{AssignmentKind, CadreKind, ChatRole, Direction, Level, Receipts, Role, UnitKind};

/// Between the roles in the database.
pub(super) const ROLE_SEPARATOR: char = ',';

impl Db<'_> {
    /// Grows with every change to units, people, chats or addresses, by whichever process.
    pub(super) async fn directory_version(&self) -> Result<i64, StoreError> {
        let row = self.row("SELECT value FROM meta WHERE key = 'directory'", []).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0))
    }

    /// Loads all of it. About 50 ms for a province of 11,000 units.
    pub(super) async fn load_directory(&self, zone: Tz) -> Result<Directory, StoreError> {
        // the version first: a change in between makes it stale at once, never fresh by mistake
        let version = self.directory_version().await?;
        let entries = Entries {
            units: unit::Entity::find().all(self).await?.into_iter().map(read_unit).collect(),
            people: person::Entity::find().all(self).await?.into_iter().map(read_person).collect(),
            chats: chat::Entity::find().all(self).await?.into_iter().filter_map(read_chat).collect(),
            endpoints: endpoint::Entity::find().all(self).await?.into_iter().filter_map(read_endpoint).collect(),
            identities: identity::Entity::find().all(self).await?.into_iter().map(read_identity).collect(),
            assignments: assignment::Entity::find().all(self).await?.into_iter().filter_map(read_assignment).collect(),
        };
        Ok(Directory::new(version, zone, entries))
    }
}

fn read_unit(row: unit::Model) -> Unit {
    Unit {
        id: UnitId(row.id),
        code: row.code,
        name: row.name,
        parent: row.parent_id.map(UnitId),
        level: Level::read(&row.level).unwrap_or(Level::Village),
        kind: row.kind.as_deref().and_then(UnitKind::read).unwrap_or(UnitKind::Committee),
        zone: row.zone.and_then(|zone| zone.parse().ok()),
    }
}

fn read_person(row: person::Model) -> Person {
    Person {
        id: PersonId(row.id),
        name: row.name,
        unit: UnitId(row.unit_id),
        kind: row.kind.as_deref().and_then(CadreKind::read),
        roles: row.roles.split(ROLE_SEPARATOR).filter_map(Role::read).collect(),
        team: row.team,
        since: row.since_day,
        until: row.until_day,
        successor_of: row.successor_of.map(PersonId),
    }
}

// A chat without a role we know would hear or say the wrong things; it is left out.
fn read_chat(row: chat::Model) -> Option<Chat> {
    Some(Chat {
        id: ChatId(row.id),
        name: row.name,
        unit: UnitId(row.unit_id),
        role: ChatRole::read(&row.role)?,
        list_missing: row.list_missing,
        reminders: row.reminders,
        receipts: row.receipts.as_deref().and_then(Receipts::read).unwrap_or(Receipts::Full),
        since: from_ms(row.since_ms),
    })
}

fn read_endpoint(row: endpoint::Model) -> Option<Endpoint> {
    Some(Endpoint {
        id: EndpointId(row.id),
        chat: ChatId(row.chat_id),
        account: row.account,
        external_id: row.external_id,
        direction: Direction::read(&row.direction)?,
    })
}

// an assignment of a kind we do not know ties nobody to anything
fn read_assignment(row: assignment::Model) -> Option<Assignment> {
    Some(Assignment {
        person: PersonId(row.person_id),
        unit: UnitId(row.unit_id),
        kind: AssignmentKind::read(&row.kind)?,
        from: row.from_day,
        to: row.to_day,
    })
}

fn read_identity(row: identity::Model) -> Identity {
    Identity { person: PersonId(row.person_id), account: row.account, external_id: row.external_id }
}
