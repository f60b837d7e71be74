//! Who has put reminders off.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{Db, StoreError};
use crate::clock::to_ms;
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
}
