//! Records: what cadres reported.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::{from_ms, to_ms};
use crate::domain::calendar::DayRange;
use crate::domain::id::{ChatId, PersonId, RecordId, UnitId, YouthId};
use crate::domain::people::{ContactMode, YouthField};
use crate::domain::record::{Contact, Record, Said};

/// A question about one person's days: what a check-in asks, so that it can be read ahead for a whole batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ahead {
    /// Which kind of record.
    pub kind: &'static str,
    /// Who.
    pub person: PersonId,
    /// Which days.
    pub range: DayRange,
}

/// How many values a record is inserted with.
const INSERTED: usize = 21;

const COLUMNS: &str = "id, kind, person_id, unit_id, chat_id, day, stay_day, made_at_ms, place, content, quantity, \
    target_unit_id, ties, youth_id, field, mode, made_up, entered_by, reason, told_with, version";

fn read(row: &QueryResult) -> Result<Record, StoreError> {
    let id = |name: &str| row.try_get::<Option<i64>>("", name);
    let code = |name: &str| row.try_get::<Option<String>>("", name);
    let reason: Option<String> = code("reason")?;
    Ok(Record {
        id: RecordId(row.try_get("", "id")?),
        kind: row.try_get("", "kind")?,
        person: PersonId(row.try_get("", "person_id")?),
        unit: UnitId(row.try_get("", "unit_id")?),
        chat: id("chat_id")?.map(ChatId),
        day: row.try_get("", "day")?,
        stay_day: row.try_get("", "stay_day")?,
        made_at: from_ms(row.try_get("", "made_at_ms")?),
        said: Said {
            place: row.try_get("", "place")?,
            content: row.try_get("", "content")?,
            quantity: row.try_get("", "quantity")?,
        },
        target: id("target_unit_id")?.map(UnitId),
        ties: row.try_get("", "ties")?,
        contact: Contact {
            youth: id("youth_id")?.map(YouthId),
            field: code("field")?.as_deref().and_then(YouthField::read),
            mode: code("mode")?.as_deref().and_then(ContactMode::read),
        },
        made_up: row.try_get("", "made_up")?,
        entered_by: id("entered_by")?.map(|by| (PersonId(by), reason.unwrap_or_default())),
        told_with: id("told_with")?.map(RecordId),
        version: row.try_get("", "version")?,
    })
}

impl Db<'_> {
    /// On which days of a range these people reported this kind: one seek in the index for each of them.
    async fn list_days_of(
        &self,
        kind: &str,
        people: &[PersonId],
        range: DayRange,
    ) -> Result<HashMap<PersonId, Vec<NaiveDate>>, StoreError> {
        let sql = format!(
            "SELECT DISTINCT person_id, day FROM record
             WHERE kind = {} AND day BETWEEN {} AND {} AND person_id IN ({}) AND withdrawn_at_ms IS NULL",
            self.marks(0, 1),
            self.marks(1, 1),
            self.marks(2, 1),
            self.marks(3, people.len())
        );
        let fixed = [Value::from(kind), range.first.into(), range.last.into()];
        let values = fixed.into_iter().chain(people.iter().map(|person| person.0.into()));
        let mut found: HashMap<PersonId, Vec<NaiveDate>> = HashMap::new();
        for row in self.rows(&sql, values).await? {
            found.entry(PersonId(row.try_get_by_index(0)?)).or_default().push(row.try_get_by_index(1)?);
        }
        Ok(found)
    }

    /// A person's latest record that still stands, of these kinds, made between two instants, about a day of the range.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_latest_record(
        &self,
        person: PersonId,
        kinds: &[String],
        made_since: DateTime<Utc>,
        made_until: DateTime<Utc>,
        days: DayRange,
    ) -> Result<Option<Record>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE kind IN ({}) AND person_id = $1 AND day BETWEEN $2 AND $3
             AND made_at_ms BETWEEN $4 AND $5 AND withdrawn_at_ms IS NULL ORDER BY made_at_ms DESC, id DESC LIMIT 1",
            placeholders(5, kinds.len())
        );
        let fixed = [
            Value::from(person.0),
            days.first.into(),
            days.last.into(),
            to_ms(made_since).into(),
            to_ms(made_until).into(),
        ];
        let values = fixed.into_iter().chain(kinds.iter().map(|kind| kind.clone().into()));
        self.row(&sql, values).await?.as_ref().map(read).transpose()
    }

    /// A person's records that stand, of these kinds, about days of a range, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_records_of(
        &self,
        person: PersonId,
        kinds: &[String],
        days: DayRange,
        limit: u64,
    ) -> Result<Vec<Record>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE kind IN ({}) AND person_id = $1 AND day BETWEEN $2 AND $3
             AND withdrawn_at_ms IS NULL ORDER BY day, id LIMIT {limit}",
            placeholders(3, kinds.len())
        );
        let fixed = [Value::from(person.0), days.first.into(), days.last.into()];
        let values = fixed.into_iter().chain(kinds.iter().map(|kind| kind.clone().into()));
        self.rows(&sql, values).await?.iter().map(read).collect()
    }

    /// The latest record that somebody entered for another between two instants, and that still stands.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_latest_entered(
        &self,
        by: PersonId,
        made_since: DateTime<Utc>,
        made_until: DateTime<Utc>,
    ) -> Result<Option<Record>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE entered_by = $1 AND made_at_ms BETWEEN $2 AND $3
             AND withdrawn_at_ms IS NULL ORDER BY made_at_ms DESC, id DESC LIMIT 1"
        );
        let values = [by.0.into(), to_ms(made_since).into(), to_ms(made_until).into()];
        self.row(&sql, values).await?.as_ref().map(read).transpose()
    }

    /// The records of one message that still stand: the one given and those told with it.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_told_together(&self, record: &Record) -> Result<Vec<Record>, StoreError> {
        let first = record.told_with.unwrap_or(record.id);
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE (id = $1 OR told_with = $1) AND withdrawn_at_ms IS NULL ORDER BY day, id"
        );
        self.rows(&sql, [first.0.into()]).await?.iter().map(read).collect()
    }

    /// A record that still stands.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_record(&self, id: RecordId) -> Result<Option<Record>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE id = $1 AND withdrawn_at_ms IS NULL");
        self.row(&sql, [id.0.into()]).await?.as_ref().map(read).transpose()
    }
}

impl Tx {
    /// Stores a record: together with the others of its batch, before anything else is read and before the commit.
    pub fn insert_record(&mut self, record: Record) {
        self.pending.push(record);
    }

    /// Inserts what waits. The text differs only by how many there are, so each length is prepared once.
    pub(super) async fn flush_records(&mut self) -> Result<(), StoreError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        // what was read ahead does not know of these
        self.ahead.clear();
        for pending in pending.chunks(self.backend.rows_per_insert()) {
            let tuples: Vec<String> =
                (0..pending.len()).map(|n| format!("({})", self.raw().marks(n * INSERTED, INSERTED))).collect();
            let sql = format!("INSERT INTO record ({COLUMNS}) VALUES {}", tuples.join(", "));
            let values = pending.iter().flat_map(|record| {
                let (entered_by, reason) = match &record.entered_by {
                    Some((by, reason)) => (Some(by.0), Some(reason.clone())),
                    None => (None, None),
                };
                let values: [Value; INSERTED] = [
                    record.id.0.into(),
                    record.kind.clone().into(),
                    record.person.0.into(),
                    record.unit.0.into(),
                    record.chat.map(|chat| chat.0).into(),
                    record.day.into(),
                    record.stay_day.into(),
                    to_ms(record.made_at).into(),
                    record.said.place.clone().into(),
                    record.said.content.clone().into(),
                    record.said.quantity.into(),
                    record.target.map(|unit| unit.0).into(),
                    record.ties.into(),
                    record.contact.youth.map(|youth| youth.0).into(),
                    record.contact.field.map(YouthField::code).into(),
                    record.contact.mode.map(ContactMode::code).into(),
                    record.made_up.into(),
                    entered_by.into(),
                    reason.into(),
                    record.told_with.map(|first| first.0).into(),
                    record.version.into(),
                ];
                values
            });
            self.raw().run(&sql, values.collect::<Vec<Value>>()).await?;
        }
        self.flush_words().await
    }

    /// Reads what the check-ins of a batch will ask, one statement for each kind and range (a batch mostly has one).
    pub(super) async fn read_ahead(&mut self, asked: &[Ahead]) -> Result<(), StoreError> {
        let mut groups: HashMap<(&'static str, DayRange), BTreeSet<PersonId>> = HashMap::new();
        for ahead in asked {
            groups.entry((ahead.kind, ahead.range)).or_default().insert(ahead.person);
        }
        for ((kind, range), people) in groups {
            let people: Vec<PersonId> = people.into_iter().collect();
            let mut found = self.raw().list_days_of(kind, &people, range).await?;
            for person in people {
                let days = found.remove(&person).unwrap_or_default();
                self.ahead.insert(Ahead { kind, person, range }, days);
            }
        }
        Ok(())
    }

    /// The days of a range on which a person reported this kind, in order, each once.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_days(&mut self, asked: &Ahead) -> Result<Vec<NaiveDate>, StoreError> {
        let mut days = match self.ahead.get(asked) {
            Some(days) => days.clone(),
            None => {
                let mut found = self.raw().list_days_of(asked.kind, &[asked.person], asked.range).await?;
                found.remove(&asked.person).unwrap_or_default()
            }
        };
        let own = self.pending.iter().filter(|record| {
            record.person == asked.person && record.kind == asked.kind && asked.range.contains(record.day)
        });
        days.extend(own.map(|record| record.day));
        days.sort_unstable();
        days.dedup();
        Ok(days)
    }

    /// Before a record is changed: what waits is inserted, and what was read ahead is forgotten.
    async fn settle_records(&mut self) -> Result<(), StoreError> {
        self.flush_records().await?;
        self.ahead.clear();
        Ok(())
    }

    /// Withdraws a record; it stays in the database and counts for nothing. `false` where it was withdrawn before.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw_record(&mut self, id: RecordId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        self.settle_records().await?;
        let sql = "UPDATE record SET withdrawn_at_ms = $2 WHERE id = $1 AND withdrawn_at_ms IS NULL";
        Ok(self.raw().run(sql, [id.0.into(), to_ms(at).into()]).await? == 1)
    }

    /// Replaces what a record says, and with it the unit it happened at (with the ties to it); the former words are kept as
    /// a version.
    ///
    /// # Errors
    /// The database's.
    pub async fn change_record(
        &mut self,
        before: &Record,
        now_says: &Said,
        now_at: Option<(UnitId, i32)>,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let keep =
            "INSERT INTO record_version (record_id, version, place, content, quantity, replaced_at_ms, replaced_by)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values: [Value; 7] = [
            before.id.0.into(),
            before.version.into(),
            before.said.place.clone().into(),
            before.said.content.clone().into(),
            before.said.quantity.into(),
            to_ms(at).into(),
            by.0.into(),
        ];
        self.raw().run(keep, values).await?;
        let change = "UPDATE record SET place = $2, content = $3, quantity = $4, target_unit_id = $5, ties = $6, version = version + 1
                      WHERE id = $1";
        let values: [Value; 6] = [
            before.id.0.into(),
            now_says.place.clone().into(),
            now_says.content.clone().into(),
            now_says.quantity.into(),
            now_at.map(|(unit, _)| unit.0).into(),
            now_at.map_or(0, |(_, ties)| ties).into(),
        ];
        self.raw().run(change, values).await?;
        Ok(())
    }
}
