//! What a person should look at, raised while a record is stored. Nothing is refused for it, and the author is told nothing:
//! a flag is no accusation.

use chrono::{DateTime, TimeDelta, Utc};

use super::wanted_at;
use crate::domain::directory::{Directory, Person};
use crate::domain::flag::{Flag, WORDS_KEPT_DAYS};
use crate::domain::record::Record;
use crate::error::Fault;
use crate::services::Rulebook;
use crate::store::Tx;

/// Looks at a record as it stands now and raises what there is to raise; what is raised already stays.
///
/// # Errors
/// The database's.
pub(super) async fn raise(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    record: &Record,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    if let Some(other) = tx.note_words(record, at - TimeDelta::days(WORDS_KEPT_DAYS)).await? {
        tx.flag_record(record.id, Flag::SameWords, Some(other), at).await?;
    }
    if is_far(rules, &tx.directory(), person, record) {
        tx.flag_record(record.id, Flag::FarPlace, None, at).await?;
    }
    Ok(())
}

/// Whether the place names a unit we know that is none of the person's, though a duty wants records of this kind at theirs.
fn is_far(rules: &Rulebook, directory: &Directory, person: &Person, record: &Record) -> bool {
    // where the place says nothing we know, nobody knows how far it is
    if record.target.is_none() || record.ties != 0 || record.said.place.trim().is_empty() {
        return false;
    }
    let held: Vec<_> = directory.assignments_of(person.id).iter().filter(|one| one.holds(record.day)).collect();
    !held.is_empty()
        && wanted_at(rules, directory, person, &record.kind).iter().any(|kind| held.iter().any(|one| one.kind == *kind))
}
