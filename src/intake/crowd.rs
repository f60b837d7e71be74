//! How many different people are heard in a group of young people, counted no further than it matters for anonymity. Nobody
//! is remembered: this process keeps hashes until there are enough, and what is stored is that there are.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use crate::domain::directory::Directory;
use crate::domain::event::InboundEvent;
use crate::domain::id::ChatId;
use crate::domain::people::{ChatRole, Role};
use crate::domain::veil::FEWEST;

/// Who was heard, group by group; `None` once there were enough.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    heard: Mutex<HashMap<ChatId, Option<HashSet<u64>>>>,
    hasher: RandomState,
}

impl Crowds {
    /// The group of an event in which enough different people have been heard now, for the first time in this process.
    pub(super) fn news(&self, directory: &Directory, event: &InboundEvent) -> Option<(ChatId, usize)> {
        let chat = directory.heard_in(&event.account, event.place.group()?)?;
        let speaker = directory.speaker(&event.account, &event.sender);
        // those who are asked are not those who could have asked, nor is who has left
        let is_other = speaker
            .is_some_and(|person| person.roles.contains(&Role::Secretary) || directory.has_left(person, event.sent_at));
        if chat.role != ChatRole::Youth || is_other {
            return None;
        }
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let people = heard.entry(chat.id).or_insert_with(|| Some(HashSet::new()));
        let set = people.as_mut()?;
        set.insert(self.hasher.hash_one((&event.account, &event.sender)));
        if set.len() < FEWEST {
            return None;
        }
        *people = None;
        Some((chat.id, FEWEST))
    }
}
