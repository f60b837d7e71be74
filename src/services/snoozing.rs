//! Putting one's own reminders off (推迟).

use super::Rulebook;
use super::questions::moment;
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::snooze::Delay;
use crate::error::Halt;
use crate::store::Tx;
use crate::templates::contexts::{SnoozeUsage, Snoozed};

/// Puts a person's reminders off for what was typed: `2小时`. What is still open then is told once more.
///
/// # Errors
/// Refuses what is no such time, and what is longer than a week.
pub async fn put_off(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<Snoozed, Halt> {
    let Some(delay) = Delay::read(typed) else {
        return Err(rules.templates.refuse(&SnoozeUsage {}, &event.platform)?.into());
    };
    let zone = tx.directory().zone_of(person.unit);
    let until = delay.ends(event.sent_at, zone, rules.policy.open_hours().from);
    tx.snooze(person.id, until).await?;
    Ok(Snoozed { until: moment(until, zone) })
}
