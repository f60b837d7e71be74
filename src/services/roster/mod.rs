//! The roster: reading a workbook or a folder of CSV files, checking it, writing it.
//!
//! The way of a roster: [`read_path`] makes [`Sheets`] of a file; [`plan`] checks them against themselves and what is
//! stored; [`apply`] does that and the writing in one transaction, so that nobody can change anything in between.
//! [`export`] goes back. What the sheets are is said once, in `columns.rs`; the manual is `docs/roster.md`.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::directory::Directory;
use crate::error::Fault;
use crate::store::{AssignmentRow, Db, Store, StoreError, YouthRow};

mod check;
mod columns;
mod export;
mod problems;
mod read;
mod sheets;
#[cfg(test)]
mod tests;
mod values;
mod write;

pub use check::{Checked, Counts, Summary, plan};
pub use columns::{Column, ColumnSpec, Need};
pub use export::export;
pub(in crate::services) use problems::quoted;
pub use problems::{Problem, RosterProblems};
pub(in crate::services) use read::{Grid, read_grids};
pub use read::{read_path, read_sample};
pub(in crate::services) use sheets::folded;
pub use sheets::{Row, Sheet, Sheets, Table};
pub(in crate::services) use values::day as day_in;
pub use write::{WriteError, template, write_csv_folder, write_xlsx, write_xlsx_about};
pub(in crate::services) use write::{guarded, write_new};

/// What an import has done.
#[derive(Clone, Debug)]
pub struct Applied {
    /// What has changed.
    pub summary: Summary,
    /// What the person who imports should know.
    pub notices: Vec<String>,
}

/// What is stored beside the directory.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Every assignment.
    pub assignments: Vec<AssignmentRow>,
    /// Youth rosters.
    pub youth: Vec<YouthRow>,
}

impl Kept {
    /// All of it, for an export.
    ///
    /// # Errors
    /// The database's.
    pub async fn all(db: Db<'_>) -> Result<Self, StoreError> {
        Ok(Self { assignments: db.list_assignments().await?, youth: db.list_roster_rows().await? })
    }

    /// What a roster must be checked against: of youth rosters, those of the people whom it names. A province keeps a
    /// million rows, and a committee imports its own.
    ///
    /// # Errors
    /// The database's.
    pub async fn beside(sheets: &Sheets, db: Db<'_>, directory: &Directory) -> Result<Self, StoreError> {
        let assignments = db.list_assignments().await?;
        let names = sheets.table(Sheet::Youth).map(check::cadres_named).unwrap_or_default();
        let mut people: Vec<i64> = directory
            .people()
            .filter(|person| names.contains(person.name.as_str()))
            .map(|person| person.id.0)
            .collect();
        people.sort_unstable();
        Ok(Self { assignments, youth: db.list_youth_of(&people).await? })
    }
}

/// Why an import has done nothing.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// The roster is wrong.
    #[error(transparent)]
    Problems(#[from] RosterProblems),
    /// The database's.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Checks a roster and writes it, in one transaction. `accounts` are the names of the accounts that are configured.
///
/// # Errors
/// Every wrong cell, or the database's. Nothing is written then.
pub async fn apply(
    store: &Store,
    sheets: Sheets,
    accounts: Vec<String>,
    now: DateTime<Utc>,
) -> Result<Applied, RosterError> {
    let roster = Arc::new((sheets, accounts));
    let outcome = store
        .write(move |tx| {
            let roster = roster.clone();
            Box::pin(async move {
                let (sheets, accounts) = &*roster;
                let directory = tx.directory();
                let kept = Kept::beside(sheets, tx.db().await?, &directory).await?;
                let checked = match plan(sheets, &directory, &kept, accounts) {
                    Ok(checked) => checked,
                    Err(problems) => return Ok(Err(problems)),
                };
                // an import that changes nothing need not make every process load the directory anew
                if !checked.summary.is_unchanged() {
                    tx.apply_roster(&checked.plan, now).await?;
                }
                Ok(Ok(Applied { summary: checked.summary, notices: checked.notices }))
            })
        })
        .await??;
    Ok(outcome)
}
