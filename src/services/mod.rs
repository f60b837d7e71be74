//! Use cases over a transaction: load → decide (domain) → write → enqueue.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::Calendar;
use crate::domain::directory::Directory;
use crate::domain::event::InboundEvent;
use crate::domain::policy::Policy;
use crate::error::Halt;
use crate::reports::standings::Asked;
use crate::store::Db;
use crate::templates::Templates;
use crate::templates::contexts::TooLong;

pub mod bulletin;
pub mod clubs;
pub mod contacts;
pub mod coverage;
pub mod digest;
pub mod entering;
pub mod figures;
pub mod group_cards;
pub mod guided;
pub mod joining;
pub mod leave;
pub mod ledger;
pub mod make_up;
pub mod open_days;
pub mod planning;
pub mod problems;
pub mod questions;
pub mod records;
pub mod requests;
pub mod review;
pub mod roster;
pub mod scores;
pub mod snoozing;
pub mod standing;
pub mod voice;

/// What the committee has laid down: the policy, the calendar, the words. The same for the whole life of the process.
pub struct Rulebook {
    /// The regulation.
    pub policy: Policy,
    /// Holidays and make-up workdays.
    pub calendar: Calendar,
    /// The words of messages.
    pub templates: Arc<Templates>,
    /// The zone of units that say nothing else.
    pub zone: Tz,
}

impl Rulebook {
    /// What standings are read with.
    pub fn asked<'a>(&'a self, db: Db<'a>, directory: &'a Directory, at: DateTime<Utc>) -> Asked<'a> {
        Asked { db, directory, policy: &self.policy, calendar: &self.calendar, at }
    }

    /// Refuses a text of more than `most` characters, in the words of the event's platform.
    ///
    /// # Errors
    /// The refusal, or a fault in rendering it.
    pub fn bounded(&self, text: &str, most: usize, event: &InboundEvent) -> Result<(), Halt> {
        if text.chars().count() <= most {
            return Ok(());
        }
        Err(self.templates.refuse(&TooLong { most }, &event.platform)?.into())
    }
}
