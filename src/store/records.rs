//! Records: what cadres reported.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::{from_ms, to_ms};
use crate::domain::calendar::DayRange;
use crate::domain::id::{ChatId, PersonId, RecordId, UnitId};
use crate::domain::record::{Record, Said};

/// A day somebody has reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDay {
    /// The day.
    pub day: NaiveDate,
    /// The people met, as far as said.
    pub people: i64,
}

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

/// A record that waits to be inserted with the others of its batch.
pub(super) struct PendingRecord {
    record: Record,
    attachments: Option<String>,
}

/// What one person did in a run of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldDayTally {
    /// Who.
    pub person: PersonId,
    /// On how many distinct days.
    pub days: u32,
    /// How many people were met.
    pub people: i64,
}

const COLUMNS: &str = "id, kind, person_id, unit_id, chat_id, day, made_at_ms, place, content, quantity, version";

fn read(row: &QueryResult) -> Result<Record, StoreError> {
    Ok(Record {
        id: RecordId(row.try_get("", "id")?),
        kind: row.try_get("", "kind")?,
        person: PersonId(row.try_get("", "person_id")?),
        unit: UnitId(row.try_get("", "unit_id")?),
        chat: row.try_get::<Option<i64>>("", "chat_id")?.map(ChatId),
        day: row.try_get("", "day")?,
        made_at: from_ms(row.try_get("", "made_at_ms")?),
        said: Said {
            place: row.try_get("", "place")?,
            content: row.try_get("", "content")?,
            people: row.try_get("", "quantity")?,
        },
        version: row.try_get("", "version")?,
    })
}

impl Db<'_> {
    /// The days of a range on which a person reported this kind, in order, each once, with the people met.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_field_days(&self, asked: &Ahead) -> Result<Vec<FieldDay>, StoreError> {
        let days: Vec<Value> = asked.range.iter().map(Value::from).collect();
        let sql = format!(
            "SELECT day, CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM record
             WHERE day IN ({}) AND person_id = $1 AND kind = $2 AND withdrawn_at_ms IS NULL GROUP BY day ORDER BY day",
            placeholders(2, days.len())
        );
        let values = [Value::from(asked.person.0), Value::from(asked.kind)].into_iter().chain(days);
        let rows = self.rows(&sql, values).await?;
        rows.iter()
            .map(|row| Ok(FieldDay { day: row.try_get_by_index(0)?, people: row.try_get_by_index(1)? }))
            .collect()
    }

    /// On which days of a range these people reported this kind. Day by day and person by person, so that each is one
    /// seek in the index. (Asking with EXISTS is flat however often a day is reported, but PostgreSQL plans it badly
    /// while it has no statistics.)
    async fn list_days_of(
        &self,
        kind: &str,
        people: &[PersonId],
        range: DayRange,
    ) -> Result<HashMap<PersonId, Vec<NaiveDate>>, StoreError> {
        let days: Vec<Value> = range.iter().map(Value::from).collect();
        let sql = format!(
            "SELECT DISTINCT person_id, day FROM record
             WHERE kind = {} AND day IN ({}) AND person_id IN ({}) AND withdrawn_at_ms IS NULL",
            self.marks(0, 1),
            self.marks(1, days.len()),
            self.marks(1 + days.len(), people.len())
        );
        let values = std::iter::once(Value::from(kind)).chain(days).chain(people.iter().map(|person| person.0.into()));
        let mut found: HashMap<PersonId, Vec<NaiveDate>> = HashMap::new();
        for row in self.rows(&sql, values).await? {
            found.entry(PersonId(row.try_get_by_index(0)?)).or_default().push(row.try_get_by_index(1)?);
        }
        Ok(found)
    }

    /// What everybody did in a range of days, as it stood at an instant: one grouped query, whoever they are.
    ///
    /// # Errors
    /// The database's.
    pub async fn tally_field_days(
        &self,
        kind: &str,
        range: DayRange,
        as_of: DateTime<Utc>,
    ) -> Result<Vec<FieldDayTally>, StoreError> {
        let sql = "SELECT person_id, COUNT(DISTINCT day) AS days, CAST(COALESCE(SUM(quantity), 0) AS BIGINT) AS quantity FROM record
                   WHERE day BETWEEN $1 AND $2 AND kind = $3 AND made_at_ms <= $4
                   AND (withdrawn_at_ms IS NULL OR withdrawn_at_ms > $4) GROUP BY person_id";
        let values = [range.first.into(), range.last.into(), kind.into(), to_ms(as_of).into()];
        let rows = self.rows(sql, values).await?;
        rows.iter()
            .map(|row| {
                let days: i64 = row.try_get_by_index(1)?;
                Ok(FieldDayTally {
                    person: PersonId(row.try_get_by_index(0)?),
                    days: u32::try_from(days).unwrap_or(u32::MAX),
                    people: row.try_get_by_index(2)?,
                })
            })
            .collect()
    }

    /// A person's latest record that still stands, made between two instants, within the days given.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_latest_record(
        &self,
        person: PersonId,
        made_since: DateTime<Utc>,
        made_until: DateTime<Utc>,
        days: DayRange,
    ) -> Result<Option<Record>, StoreError> {
        let list: Vec<Value> = days.iter().map(Value::from).collect();
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE day IN ({}) AND person_id = $1 AND made_at_ms BETWEEN $2 AND $3 AND withdrawn_at_ms IS NULL
             ORDER BY made_at_ms DESC, id DESC LIMIT 1",
            placeholders(3, list.len())
        );
        let fixed = [Value::from(person.0), to_ms(made_since).into(), to_ms(made_until).into()];
        let values = fixed.into_iter().chain(list);
        self.row(&sql, values).await?.as_ref().map(read).transpose()
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
    pub fn insert_record(&mut self, record: Record, attachments: Option<String>) {
        self.pending.push(PendingRecord { record, attachments });
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
                (0..pending.len()).map(|n| format!("({})", self.raw().marks(n * 12, 12))).collect();
            let sql = format!(
                "INSERT INTO record (id, kind, person_id, unit_id, chat_id, day, made_at_ms, place, content, quantity, version, attachments)
                 VALUES {}",
                tuples.join(", ")
            );
            let values = pending.iter().flat_map(|PendingRecord { record, attachments }| {
                [
                    record.id.0.into(),
                    record.kind.clone().into(),
                    record.person.0.into(),
                    record.unit.0.into(),
                    record.chat.map(|chat| chat.0).into(),
                    record.day.into(),
                    to_ms(record.made_at).into(),
                    record.said.place.clone().into(),
                    record.said.content.clone().into(),
                    record.said.people.into(),
                    record.version.into(),
                    attachments.clone().into(),
                ]
            });
            self.raw().run(&sql, values.collect::<Vec<Value>>()).await?;
        }
        Ok(())
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
        let own = self.pending.iter().map(|pending| &pending.record).filter(|record| {
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

    /// Replaces what a record says; the former words are kept as a version.
    ///
    /// # Errors
    /// The database's.
    pub async fn change_record(
        &mut self,
        before: &Record,
        now_says: &Said,
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
            before.said.people.into(),
            to_ms(at).into(),
            by.0.into(),
        ];
        self.raw().run(keep, values).await?;
        let change = "UPDATE record SET place = $2, content = $3, quantity = $4, version = version + 1 WHERE id = $1";
        let values: [Value; 4] = [
            before.id.0.into(),
            now_says.place.clone().into(),
            now_says.content.clone().into(),
            now_says.people.into(),
        ];
        self.raw().run(change, values).await?;
        Ok(())
    }
}
