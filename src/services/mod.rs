//! Use cases over a transaction: load → decide (domain) → write → enqueue.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::domain::calendar::Calendar;
use crate::domain::policy::Policy;
use crate::templates::Templates;

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
