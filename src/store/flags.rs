//! Flags: what a person should look at, once.

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;

use super::{Db, StoreError, Tx};
use crate::clock::to_ms;
use crate::domain::flag::Flag;
use crate::domain::id::{PersonId, RecordId};

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

impl Db<'_> {
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
        let sql = "INSERT INTO record_flag (record_id, flag, other_record_id, raised_at_ms) VALUES ($1, $2, $3, $4)
                   ON CONFLICT DO NOTHING";
        let values = [record.0.into(), flag.code().into(), other.map(|other| other.0).into(), to_ms(at).into()];
        // the record itself may still wait to be inserted
        Ok(self.db().await?.run(sql, values).await? == 1)
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
