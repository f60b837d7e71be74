//! Closing: by its time or by hand. The group reads the result, with a picture; the secretary what was written.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::results::{answers_of, result_of, words_of};
use super::{find_any, name_of_kind, number_and_rest, over};
use crate::domain::calendar::instant;
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::poll::Poll;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::store::{Target, Tx};
use crate::templates::contexts::PollClosed;

/// A result is worth reading for so long.
const RESULT_VALID: TimeDelta = TimeDelta::days(2);

/// What ran out longer ago than this is late, and its result keeps quiet hours.
const ON_TIME: TimeDelta = TimeDelta::minutes(10);

/// The hours between which nobody is woken by a result.
const NIGHT: u32 = 22;
/// See [`NIGHT`].
const MORNING: u32 = 8;

/// Closes one because its secretary says so.
///
/// # Errors
/// Refuses a number that is none, what is beyond the secretary's authority, and what is over.
pub async fn close_by_hand(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<PollClosed, Halt> {
    let poll = find_any(tx, rules, Some(person), event, number_and_rest(typed).0).await?;
    if !close(tx, &poll, event.sent_at, event.sent_at).await? {
        return over(rules, event, &poll);
    }
    Ok(PollClosed { word: name_of_kind(&poll), number: poll.number, title: UserText::new(&poll.form.title) })
}

/// Closes one whose time has run out. Does nothing where somebody was faster.
///
/// # Errors
/// The database's.
pub async fn close_by_itself(tx: &mut Tx, rules: &Rulebook, poll: &Poll, at: DateTime<Utc>) -> Result<(), Fault> {
    let zone = tx.directory().zone_of(poll.unit);
    let not_before = match at - poll.closes_at > ON_TIME {
        true => rules.policy.open_hours().next_open(at, zone, &rules.calendar),
        false => after_the_night(at, zone),
    };
    close(tx, poll, at, not_before).await?;
    Ok(())
}

/// A result on time is posted at once, on days off too; but what closes with the last minute of a day wakes nobody.
fn after_the_night(at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let local = at.with_timezone(&zone);
    let morning = |day| instant(day, NaiveTime::from_hms_opt(MORNING, 0, 0).unwrap_or_default(), zone);
    match local.hour() {
        hour if hour >= NIGHT => morning(local.date_naive() + Days::new(1)),
        hour if hour < MORNING => morning(local.date_naive()),
        _ => at,
    }
}

async fn close(tx: &mut Tx, poll: &Poll, at: DateTime<Utc>, not_before: DateTime<Utc>) -> Result<bool, Fault> {
    // closed first: whoever answers at the same moment is in, or is told that it is over
    if !tx.close_poll(poll, at).await? {
        return Ok(false);
    }
    let answers = answers_of(tx, poll).await?;
    let result = result_of(&tx.directory(), poll, &answers, true, true, true);
    let terms = Terms { question: None, not_before, valid_until: not_before + RESULT_VALID };
    enqueue(tx, Target::Chat(poll.chat), &result, terms).await?;
    if let Some(words) = words_of(poll, &answers) {
        enqueue(tx, Target::Person(poll.person), &words, terms).await?;
    }
    Ok(true)
}
