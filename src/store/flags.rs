//! Flags: what a person should look at, once.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QueryResult;

use super::{Db, StoreError, Tx};
use crate::clock::to_ms;
use crate::domain::flag::Flag;
use crate::domain::id::{PersonId, RecordId, UnitId};

/// A flag that nobody has looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaisedFlag {
    /// The record it is raised on.
    pub record: RecordId,
    /// Why.
    pub flag: Flag,
    /// The record it is like, where there is one.
    pub other: Option<RecordId>,
    /// When it was raised, in milliseconds since 1970.
    pub raised_at_ms: i64,
}

fn read(row: &QueryResult) -> Result<Option<RaisedFlag>, StoreError> {
    // a later version may raise what this one does not know
    let Some(flag) = Flag::read(&row.try_get::<String>("", "flag")?) else { return Ok(None) };
    Ok(Some(RaisedFlag {
        record: RecordId(row.try_get("", "record_id")?),
        flag,
        other: row.try_get::<Option<i64>>("", "other_record_id")?.map(RecordId),
        raised_at_ms: row.try_get("", "raised_at_ms")?,
    }))
}

/// A flag to be looked at, with the record it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnseenFlag {
    /// What people say it by.
    pub number: i64,
    /// Why.
    pub flag: Flag,
    /// The record it is raised on.
    pub record: RecordId,
    /// Who made that.
    pub person: PersonId,
    /// Their unit then.
    pub unit: UnitId,
    /// The record's kind.
    pub kind: String,
    /// The day it is about.
    pub day: NaiveDate,
    /// Where.
    pub place: String,
    /// What.
    pub content: String,
    /// The other record it is like: who made it and about which day.
    pub other: Option<(PersonId, NaiveDate)>,
}

const UNSEEN: &str = "SELECT f.number, f.flag, r.id, r.person_id, r.unit_id, r.kind, r.day, r.place, r.content,
    o.person_id AS other_person, o.day AS other_day FROM record_flag f JOIN record r ON r.id = f.record_id
    LEFT JOIN record o ON o.id = f.other_record_id WHERE f.seen_at_ms IS NULL AND r.withdrawn_at_ms IS NULL";

fn read_unseen(row: &QueryResult) -> Result<Option<UnseenFlag>, StoreError> {
    let Some(flag) = Flag::read(&row.try_get::<String>("", "flag")?) else { return Ok(None) };
    let other_person: Option<i64> = row.try_get("", "other_person")?;
    let other_day: Option<NaiveDate> = row.try_get("", "other_day")?;
    Ok(Some(UnseenFlag {
        number: row.try_get("", "number")?,
        flag,
        record: RecordId(row.try_get("", "id")?),
        person: PersonId(row.try_get("", "person_id")?),
        unit: UnitId(row.try_get("", "unit_id")?),
        kind: row.try_get("", "kind")?,
        day: row.try_get("", "day")?,
        place: row.try_get("", "place")?,
        content: row.try_get("", "content")?,
        other: other_person.map(PersonId).zip(other_day),
    }))
}

impl Db<'_> {
    /// Flags of some units that nobody has looked at, on records that still stand, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_unseen_flags_of(&self, units: &[UnitId], limit: u32) -> Result<Vec<UnseenFlag>, StoreError> {
        if units.is_empty() {
            return Ok(Vec::new());
        }
        // named in the text, not as values: they are whole numbers, and a province has more than a statement takes values
        let list = units.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let sql = format!("{UNSEEN} AND r.unit_id IN ({list}) ORDER BY f.raised_at_ms, f.number LIMIT {limit}");
        self.rows(&sql, []).await?.iter().filter_map(|row| read_unseen(row).transpose()).collect()
    }

    /// A flag that nobody has looked at, by the number people say.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_unseen_flag(&self, number: i64) -> Result<Option<UnseenFlag>, StoreError> {
        let sql = format!("{UNSEEN} AND f.number = $1");
        Ok(self.row(&sql, [number.into()]).await?.as_ref().map(read_unseen).transpose()?.flatten())
    }

    /// Flags that nobody has looked at, on records that still stand, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_unseen_flags(&self, limit: u32) -> Result<Vec<RaisedFlag>, StoreError> {
        let sql = format!(
            "SELECT f.record_id, f.flag, f.other_record_id, f.raised_at_ms FROM record_flag f
             JOIN record r ON r.id = f.record_id WHERE f.seen_at_ms IS NULL AND r.withdrawn_at_ms IS NULL
             ORDER BY f.raised_at_ms, f.record_id, f.flag LIMIT {limit}"
        );
        let rows = self.rows(&sql, []).await?;
        rows.iter().filter_map(|row| read(row).transpose()).collect()
    }
}

impl Tx {
    /// Raises a flag on a record; `false` where it is raised already, seen or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn flag_record(
        &mut self,
        record: RecordId,
        flag: Flag,
        other: Option<RecordId>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        // the record itself may still wait to be inserted; a number is taken only where there is something to number
        let raised = "SELECT 1 FROM record_flag WHERE record_id = $1 AND flag = $2";
        if self.db().await?.row(raised, [record.0.into(), flag.code().into()]).await?.is_some() {
            return Ok(false);
        }
        let number = self.next_number("flag").await?;
        let sql = "INSERT INTO record_flag (record_id, flag, other_record_id, raised_at_ms, number)
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let other = other.map(|other| other.0);
        let values = [record.0.into(), flag.code().into(), other.into(), to_ms(at).into(), number.into()];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// Notes who has looked at a flag, and what they say to it. `false` where it is not raised or was seen before.
    ///
    /// # Errors
    /// The database's.
    pub async fn see_flag(
        &mut self,
        record: RecordId,
        flag: Flag,
        by: PersonId,
        note: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE record_flag SET seen_by = $3, seen_at_ms = $4, note = $5
                   WHERE record_id = $1 AND flag = $2 AND seen_at_ms IS NULL";
        let values =
            [record.0.into(), flag.code().into(), by.0.into(), to_ms(at).into(), note.map(str::to_owned).into()];
        Ok(self.db().await?.run(sql, values).await? == 1)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Value;

    use super::*;
    use crate::store::scratch::Scratch;

    #[tokio::test]
    async fn flags_of_many_units_are_not_hidden_behind_older_ones_of_others() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        // twenty flags of unit 7777, and a later one of unit 1
        store
            .write(|tx| {
                Box::pin(async move {
                    for id in 1..=21_i64 {
                        let unit = if id == 21 { 1 } else { 7_777 };
                        let sql = "INSERT INTO record (id, kind, person_id, unit_id, day, made_at_ms, place, content, version)
                                   VALUES ($1, 'field_day', 1, $2, '2026-11-20', 0, '', '', 1)";
                        tx.raw().run(sql, [id.into(), Value::from(unit)]).await?;
                        let at = DateTime::from_timestamp(id, 0).unwrap();
                        tx.flag_record(RecordId(id), Flag::SameWords, None, at).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
        let many: Vec<UnitId> = (1..=1_200).map(UnitId).collect();
        for units in [&many[..3], &many[..]] {
            let found = store.reader().list_unseen_flags_of(units, 10).await.unwrap();
            let found: Vec<RecordId> = found.iter().map(|flag| flag.record).collect();
            assert_eq!(found, [RecordId(21)], "{} units", units.len());
        }
        store.close().await;
        scratch.remove().await;
    }
}
