//! The list of problems (问题清单): what comes into it with records and questions, who sees it, what is done about it, and
//! the monthly brief.

use chrono::{DateTime, Utc};

use crate::domain::id::PersonId;
use crate::domain::parts::problems_in;
use crate::domain::policy::RecordKind;
use crate::domain::problem::{Source, words};
use crate::domain::record::Record;
use crate::store::{ProblemDeed, StoreError, Tx};

mod alike;
mod askers;
pub mod brief;
mod deeds;
pub mod export;
mod listing;
mod news;
mod noticing;
mod placing;

pub use deeds::{instruct, list_question, merge, pass_up, settle, split, take_in_hand, transfer};
pub use listing::{Shown, list};
pub use noticing::{Noticed, SURFACES_FROM, SURFACES_WITHIN_DAYS, look, take_note};
pub use placing::forget_question;

/// Puts what a record tells of problems on the list of its author's unit.
///
/// # Errors
/// The database's.
pub(super) async fn raise(
    tx: &mut Tx,
    kind: &RecordKind,
    record: &Record,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    for text in problems_in(kind, &record.said.content) {
        add(tx, record, &text, at).await?;
    }
    Ok(())
}

async fn add(tx: &mut Tx, record: &Record, text: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let source = Source::Report { person: record.person, record: Some(record.id) };
    let voice = placing::Voice { unit: record.unit, source, text, said_at: at };
    placing::add(tx, voice, Some(record.person), at).await?;
    Ok(())
}

/// The numbers that a record's problems have got.
///
/// # Errors
/// The database's.
pub async fn numbers_of(tx: &mut Tx, kind: &RecordKind, record: &Record) -> Result<Vec<i64>, StoreError> {
    if problems_in(kind, &record.said.content).is_empty() {
        return Ok(Vec::new());
    }
    let problems = tx.db().await?.list_untouched_problems(record.id).await?;
    Ok(problems.into_iter().map(|problem| problem.number).collect())
}

/// After a record says something else: what nobody has touched says so too. What somebody has worked on stays as it is.
///
/// # Errors
/// The database's.
pub(super) async fn follow_change(
    tx: &mut Tx,
    kind: &RecordKind,
    record: &Record,
    by: PersonId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    if kind.into.is_none() && kind.problems_from.is_empty() {
        return Ok(());
    }
    let mut now = problems_in(kind, &record.said.content).into_iter();
    for before in tx.db().await?.list_untouched_problems(record.id).await? {
        match now.next() {
            Some(text) if text == before.text => {}
            Some(text) => {
                placing::reword(tx, &before, by, &text, at).await?;
                if words(&text) != before.words {
                    placing::place_anew(tx, &before, &text).await?;
                }
            }
            None => tx.withdraw_problem(&before, ProblemDeed { by: Some(by), text: "", at }).await?,
        }
    }
    for text in now {
        add(tx, record, &text, at).await?;
    }
    Ok(())
}

/// After a record is withdrawn: its problems go too, as far as nobody has touched them.
///
/// # Errors
/// The database's.
pub(super) async fn withdraw_with(tx: &mut Tx, record: &Record, at: DateTime<Utc>) -> Result<(), StoreError> {
    for problem in tx.db().await?.list_untouched_problems(record.id).await? {
        tx.withdraw_problem(&problem, ProblemDeed { by: Some(record.person), text: "", at }).await?;
    }
    Ok(())
}
