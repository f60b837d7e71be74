//! Who has put reminders off.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{Db, StoreError, Tx};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::PersonId;

impl Db<'_> {
    /// Who does not want to be reminded at an instant.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_snoozed(&self, at: DateTime<Utc>) -> Result<HashSet<PersonId>, StoreError> {
        let rows = self.rows("SELECT person_id FROM snooze WHERE until_ms > $1", [to_ms(at).into()]).await?;
        rows.iter().map(|row| Ok(PersonId(row.try_get_by_index(0)?))).collect()
    }

    /// Whose delay ended in `(after, until]`, and when.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_snoozes_ended(
        &self,
        after: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(PersonId, DateTime<Utc>)>, StoreError> {
        let sql = "SELECT person_id, until_ms FROM snooze WHERE until_ms > $1 AND until_ms <= $2 ORDER BY person_id";
        let rows = self.rows(sql, [to_ms(after).into(), to_ms(until).into()]).await?;
        rows.iter().map(|row| Ok((PersonId(row.try_get_by_index(0)?), from_ms(row.try_get_by_index(1)?)))).collect()
    }
}

impl Tx {
    /// Puts a person's reminders off until an instant; a later wish replaces an earlier one.
    ///
    /// # Errors
    /// The database's.
    pub async fn snooze(&mut self, person: PersonId, until: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO snooze (person_id, until_ms) VALUES ($1, $2)
                   ON CONFLICT (person_id) DO UPDATE SET until_ms = $2";
        self.raw().run(sql, [person.0.into(), to_ms(until).into()]).await?;
        Ok(())
    }
}
