//! How many could have asked.

use std::collections::{HashMap, HashSet};

use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::UnitId;
use crate::domain::people::Role;
use crate::domain::somebody::somebody;
use crate::domain::veil::FEWEST;
use crate::error::Fault;
use crate::services::questions::unit_for;
use crate::store::Tx;

/// The unit that an anonymous question is put to.
///
/// Everybody who speaks through an account is treated alike, whether they stand on a roster or not: the lowest unit that has
/// all youth groups of the account below it; where fewer than five could have asked in it, the one above, and so on. So the
/// unit tells nothing about which of them it was. `None` where not even the root has five.
pub(super) async fn unit_of(
    tx: &mut Tx,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<Option<UnitId>, Fault> {
    let directory = tx.directory();
    // where one account serves several trees, only those on a roster have one
    let own_root = || speaker.and_then(|person| directory.lineage(person.unit).last().map(|root| root.id));
    let Some(lowest) = unit_for(&directory, None, None, &event.account).or_else(own_root) else { return Ok(None) };
    let lineage: Vec<UnitId> = directory.lineage(lowest).map(|unit| unit.id).collect();
    for unit in lineage {
        if are_enough(tx, &directory, unit, event).await? {
            return Ok(Some(unit));
        }
    }
    Ok(None)
}

/// Whether at least five people could have asked in a unit and below it, without those who are asked: people of the roster
/// with an address on this account, people who were heard to ask or like, and the largest crowd that was heard in one group.
async fn are_enough(tx: &mut Tx, directory: &Directory, unit: UnitId, event: &InboundEvent) -> Result<bool, Fault> {
    let units = directory.subtree(unit);
    let mut known: HashSet<String> = HashSet::new();
    for person in units.iter().flat_map(|unit| directory.people_of(*unit)) {
        let speaks_here = directory.identities_of(person.id).iter().any(|one| one.account == event.account);
        if speaks_here && could_ask(directory, person, event) {
            known.insert(somebody(Some(person.id), "", ""));
        }
    }
    if known.len() >= FEWEST {
        return Ok(true);
    }
    let within: HashSet<UnitId> = units.iter().copied().collect();
    let crowds = tx.db().await?.list_crowds().await?;
    let is_here = |chat| directory.chat(chat).is_some_and(|chat| within.contains(&chat.unit));
    // the same people may be in several groups, so crowds are not added up
    if crowds.into_iter().any(|(chat, people)| people >= FEWEST && is_here(chat)) {
        return Ok(true);
    }
    // somebody may have been heard before they stood on the roster
    let on_roster: HashMap<String, &Person> = directory
        .people()
        .flat_map(|person| {
            let addresses = directory.identities_of(person.id).iter();
            let own = addresses.map(|one| somebody(None, &one.account, &one.external_id));
            own.chain([somebody(Some(person.id), "", "")]).map(move |key| (key, person))
        })
        .collect();
    let heard = tx.db().await?.list_heard(&units, FEWEST + on_roster.len()).await?;
    known.extend(heard.into_iter().filter_map(|key| match on_roster.get(&key) {
        Some(person) => could_ask(directory, person, event).then(|| somebody(Some(person.id), "", "")),
        None => Some(key),
    }));
    Ok(known.len() >= FEWEST)
}

/// Whether somebody of the roster is one of those among whom an asker hides: none of those who are asked, nobody who has left.
fn could_ask(directory: &Directory, person: &Person, event: &InboundEvent) -> bool {
    !directory.has_left(person, event.sent_at) && !person.roles.contains(&Role::Secretary)
}
