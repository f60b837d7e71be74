//! Group cards as they are seen. Only what differs from what was last seen is written, in a write of its own: most messages
//! change nothing, and none waits for it longer than the one that brings a new card.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::directory::Directory;
use crate::domain::event::InboundEvent;
use crate::domain::people::ChatRole;
use crate::domain::text::storable;
use crate::store::SeenCard;

/// The cards of cadres in cadre groups, as this process has last seen and stored them.
#[derive(Debug, Default)]
pub(super) struct Cards(Mutex<HashMap<(String, String, String), String>>);

impl Cards {
    /// The card an event brings, where it is a cadre's in a cadre group and differs from what was last seen.
    pub(super) fn news(&self, directory: &Directory, event: &InboundEvent) -> Option<SeenCard> {
        let (card, group) = (event.sender_name.as_deref()?, event.place.group()?);
        directory.heard_in(&event.account, group).filter(|chat| chat.role == ChatRole::Cadre)?;
        directory.speaker(&event.account, &event.sender).filter(|person| person.kind.is_some())?;
        let seen = SeenCard {
            account: event.account.clone(),
            group: group.to_owned(),
            sender: event.sender.clone(),
            card: storable(card),
        };
        (self.lock().get(&key(&seen)) != Some(&seen.card)).then_some(seen)
    }

    /// Remembers what is stored now.
    pub(super) fn remember(&self, seen: SeenCard) {
        self.lock().insert(key(&seen), seen.card);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, String, String), String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(seen: &SeenCard) -> (String, String, String) {
    (seen.account.clone(), seen.group.clone(), seen.sender.clone())
}
