//! Records: what cadres reported.

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

const COLUMNS: &str = "id, kind, person_id, unit_id, chat_id, day, made_at_ms, place, content, people, version";

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
            people: row.try_get("", "people")?,
        },
        version: row.try_get("", "version")?,
    })
}

impl Db<'_> {
    /// The days of a range on which a person reported this kind, in order, each once. The range is asked for day by day,
    /// so that each is one seek in the index.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_field_days(
        &self,
        kind: &str,
        person: PersonId,
        range: DayRange,
    ) -> Result<Vec<FieldDay>, StoreError> {
        let days: Vec<Value> = range.iter().map(Value::from).collect();
        let sql = format!(
            "SELECT day, CAST(COALESCE(SUM(people), 0) AS BIGINT) FROM record
             WHERE day IN ({}) AND person_id = $1 AND kind = $2 AND withdrawn_at_ms IS NULL GROUP BY day ORDER BY day",
            placeholders(2, days.len())
        );
        let values = [Value::from(person.0), Value::from(kind)].into_iter().chain(days);
        let rows = self.rows(&sql, values).await?;
        rows.iter()
            .map(|row| {
                Ok(FieldDay { day: row.try_get_by_index(0)?, people: row.try_get_by_index(1)? })
            })
            .collect()
    }

    /// What everybody did in a range of days: one grouped query, whoever they are.
    ///
    /// # Errors
    /// The database's.
    pub async fn tally_field_days(&self, kind: &str, range: DayRange) -> Result<Vec<FieldDayTally>, StoreError> {
        let sql = "SELECT person_id, COUNT(DISTINCT day) AS days, CAST(COALESCE(SUM(people), 0) AS BIGINT) AS people FROM record
                   WHERE day BETWEEN $1 AND $2 AND kind = $3 AND withdrawn_at_ms IS NULL GROUP BY person_id";
        let rows = self.rows(sql, [range.first.into(), range.last.into(), kind.into()]).await?;
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

    /// A person's latest record that still stands, made at or after an instant, within the days given.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_latest_record(
        &self,
        person: PersonId,
        made_since: DateTime<Utc>,
        days: DayRange,
    ) -> Result<Option<Record>, StoreError> {
        let list: Vec<Value> = days.iter().map(Value::from).collect();
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE day IN ({}) AND person_id = $1 AND made_at_ms >= $2 AND withdrawn_at_ms IS NULL
             ORDER BY made_at_ms DESC, id DESC LIMIT 1",
            placeholders(2, list.len())
        );
        let values = [Value::from(person.0), Value::from(to_ms(made_since))].into_iter().chain(list);
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
    /// Stores a record.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_record(&mut self, record: &Record, attachments: Option<String>) -> Result<(), StoreError> {
        let sql = "INSERT INTO record (id, kind, person_id, unit_id, chat_id, day, made_at_ms, place, content, people, version, attachments)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let values: [Value; 12] = [
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
            attachments.into(),
        ];
        self.db().run(sql, values).await?;
        Ok(())
    }

    /// Withdraws a record; it stays in the database and counts for nothing. `false` where it was withdrawn before.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw_record(&mut self, id: RecordId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE record SET withdrawn_at_ms = $2 WHERE id = $1 AND withdrawn_at_ms IS NULL";
        Ok(self.db().run(sql, [id.0.into(), to_ms(at).into()]).await? == 1)
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
            "INSERT INTO record_version (record_id, version, place, content, people, replaced_at_ms, replaced_by)
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
        self.db().run(keep, values).await?;
        let change = "UPDATE record SET place = $2, content = $3, people = $4, version = version + 1 WHERE id = $1";
        let values: [Value; 4] = [
            before.id.0.into(),
            now_says.place.clone().into(),
            now_says.content.clone().into(),
            now_says.people.into(),
        ];
        self.db().run(change, values).await?;
        Ok(())
    }
}
