//! Who stands in for whom.

use chrono::NaiveDate;
use sea_orm::QueryResult;

use super::{Db, StoreError, Tx};
use crate::domain::id::PersonId;

/// Somebody who stands in for somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deputy {
    /// For whom.
    pub of: PersonId,
    /// Who.
    pub deputy: PersonId,
    /// Their last day; `None` until it is ended.
    pub until: Option<NaiveDate>,
}

impl Deputy {
    /// Whether they stand in on a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.until.is_none_or(|last| day <= last)
    }
}

fn read(row: &QueryResult) -> Result<Deputy, StoreError> {
    Ok(Deputy {
        of: PersonId(row.try_get_by_index(0)?),
        deputy: PersonId(row.try_get_by_index(1)?),
        until: row.try_get_by_index(2)?,
    })
}

impl Db<'_> {
    /// Who stands in for somebody, or has until a day that is over.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_deputy(&self, of: PersonId) -> Result<Option<Deputy>, StoreError> {
        let sql = "SELECT person_id, deputy_id, until_day FROM deputy WHERE person_id = $1";
        self.row(sql, [of.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// For whom somebody stands in, or has until a day that is over.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_principals(&self, deputy: PersonId) -> Result<Vec<Deputy>, StoreError> {
        let sql = "SELECT person_id, deputy_id, until_day FROM deputy WHERE deputy_id = $1 ORDER BY person_id";
        self.rows(sql, [deputy.0.into()]).await?.iter().map(read).collect()
    }
}

impl Tx {
    /// Somebody stands in for somebody else from now on; who did before does no more.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_deputy(&mut self, deputy: Deputy) -> Result<(), StoreError> {
        let sql = "INSERT INTO deputy (person_id, deputy_id, until_day) VALUES ($1, $2, $3)
                   ON CONFLICT (person_id) DO UPDATE SET deputy_id = $2, until_day = $3";
        self.raw().run(sql, [deputy.of.0.into(), deputy.deputy.0.into(), deputy.until.into()]).await?;
        Ok(())
    }

    /// Nobody stands in for somebody any more.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_deputy(&mut self, of: PersonId) -> Result<(), StoreError> {
        self.raw().run("DELETE FROM deputy WHERE person_id = $1", [of.0.into()]).await?;
        Ok(())
    }
}
