//! Use cases over a transaction: load → decide (domain) → write → enqueue.

use std::sync::Arc;

use aho_corasick::BuildError;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::Calendar;
use crate::domain::directory::Directory;
use crate::domain::event::InboundEvent;
use crate::domain::harm::HarmWatch;
use crate::domain::policy::Policy;
use crate::domain::topic::Topics;
use crate::error::Halt;
use crate::reports::standings::Asked;
use crate::seal::Seal;
use crate::store::Db;
use crate::templates::Templates;
use crate::templates::contexts::TooLong;

pub mod activities;
pub mod anonymity;
pub mod bulletin;
pub mod clubs;
pub mod contacts;
pub mod coverage;
pub mod deputies;
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
pub mod polls;
pub mod problems;
pub mod questions;
pub mod questions_export;
pub mod records;
pub mod requests;
pub mod review;
pub mod roster;
pub mod scores;
pub mod similar;
pub mod snoozing;
mod somebodies;
pub mod standing;
pub mod topics;
pub mod voice;
pub mod voice_report;
pub mod wishes;

pub use topics::LearnedTopics;

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
    /// Seals who asked anonymously; without it nobody can.
    pub seal: Option<Arc<Seal>>,
    /// The topics of questions.
    pub topics: Topics,
    /// Words that hurt, and signs of danger.
    pub harm: HarmWatch,
    /// What corrections of topics have taught.
    pub learned: LearnedTopics,
    /// Whether it can be found out who asked anonymously.
    pub reveal: Reveal,
}

/// Whether it can be found out who asked anonymously.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reveal {
    /// By two people of different units together, with a reason.
    ByTwo,
    /// By nobody.
    Never,
}

impl Rulebook {
    /// Makes what the policy says ready for use.
    ///
    /// # Errors
    /// Where there are more words than any policy could have.
    pub fn new(policy: Policy, calendar: Calendar, templates: Arc<Templates>, zone: Tz) -> Result<Self, BuildError> {
        let (topics, harm) = (Topics::of(&policy)?, HarmWatch::new(&policy.words())?);
        let learned = LearnedTopics::default();
        Ok(Self { policy, calendar, templates, zone, seal: None, topics, harm, learned, reveal: Reveal::Never })
    }

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
