//! The monthly brief of hot topics (团情分析会) to the secretaries of every unit that has some.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Notice, Owed, Slot};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::Role;
use crate::error::Fault;
use crate::services::problems::brief::Voices;
use crate::store::Target;

pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let directory = slot.directory;
    let mut secretaries: BTreeMap<UnitId, Vec<PersonId>> = BTreeMap::new();
    let is_secretary = |person: &&crate::domain::directory::Person| {
        person.roles.contains(&Role::Secretary)
            && slot.covers(person.unit)
            && !directory.has_left(person, slot.at)
            && !directory.identities_of(person.id).is_empty()
    };
    for person in directory.people().filter(is_secretary) {
        secretaries.entry(person.unit).or_default().push(person.id);
    }
    if secretaries.is_empty() {
        return Ok(Vec::new());
    }
    // read once for all units of the zone
    let voices = Voices::read(slot.db, directory, slot.rules, slot.zone, slot.at).await?;
    let topics = voices.topics();
    let mut owed = Vec::new();
    for (unit, mut people) in secretaries {
        let Some(brief) = topics.brief(directory, unit) else { continue };
        people.sort_unstable();
        let valid_until = slot.at + TimeDelta::days(10);
        let messages = people
            .into_iter()
            .map(|person| Notice::new(Target::Person(person), &brief, valid_until))
            .collect::<Result<Vec<_>, _>>()?;
        owed.push(Owed { subject: unit.0, unit, messages, lists: Vec::new() });
    }
    Ok(owed)
}
