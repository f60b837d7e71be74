//! Group cards (实名): whose card does not read as the policy wants it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::Rulebook;
use crate::domain::calendar::business_day;
use crate::domain::card_name::{matches, wanted};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::message::UserText;
use crate::domain::people::ChatRole;
use crate::error::Halt;
use crate::store::Tx;
use crate::templates::contexts::{GroupCardLine, GroupCards, NoCardFormat};

/// How many cards a list shows.
const LISTED: usize = 20;

/// The cards in the cadre groups of a unit and below it that do not match, and how many cadres were never seen there.
///
/// # Errors
/// Refuses where the policy says nothing about cards.
pub async fn list(tx: &mut Tx, rules: &Rulebook, unit: UnitId, event: &InboundEvent) -> Result<GroupCards, Halt> {
    let Some(format) = &rules.policy.card_format else {
        return Err(rules.templates.refuse(&NoCardFormat {}, &event.platform)?.into());
    };
    let directory = tx.directory();
    let is_cadre = |person: &&Person| {
        person.kind.is_some() && is_here(&directory.zone_of(person.unit), rules, person, event.sent_at)
    };
    let mut seen: HashSet<PersonId> = HashSet::new();
    let mut wrong: Vec<GroupCardLine> = Vec::new();
    for sight in tx.db().await?.list_group_cards().await? {
        let chat = directory
            .heard_in(&sight.account, &sight.group)
            .filter(|chat| chat.role == ChatRole::Cadre && directory.is_within(chat.unit, unit));
        let person = directory.speaker(&sight.account, &sight.sender).filter(is_cadre);
        let (Some(chat), Some(person)) = (chat, person) else { continue };
        seen.insert(person.id);
        if !matches(format, &sight.card, &directory, person) {
            wrong.push(GroupCardLine {
                chat: UserText::short(&chat.name, 20),
                name: UserText::new(&person.name),
                card: UserText::short(&sight.card, 30),
                wanted: UserText::new(&wanted(format, &directory, person)),
            });
        }
    }
    wrong.sort_by(|a, b| (a.chat.as_str(), a.name.as_str()).cmp(&(b.chat.as_str(), b.name.as_str())));
    let below = directory.subtree(unit);
    let cadres = below.iter().flat_map(|unit| directory.people_of(*unit)).filter(is_cadre);
    let never = cadres.filter(|person| !seen.contains(&person.id)).count();
    let (count, seen) = (wrong.len(), seen.len());
    wrong.truncate(LISTED);
    Ok(GroupCards {
        unit: UserText::new(directory.unit_name(unit)),
        format: format.clone(),
        more: count - wrong.len(),
        count,
        cards: wrong,
        seen,
        never,
    })
}

fn is_here(zone: &chrono_tz::Tz, rules: &Rulebook, person: &Person, at: DateTime<Utc>) -> bool {
    person.is_here(business_day(at, *zone, rules.policy.day_starts_at))
}
