//! What was put off: when somebody's delay has ended, what they still owe is told once more, in one message.
//!
//! A delay that ends in quiet hours counts as ended when they are over. The slots follow each other closely, and each one
//! looks at what has ended since the one before it, so nobody is told twice and nobody is left out.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::duty_reminders::{Told, add_duty, nudge, reminds_on};
use super::{Notice, Owed, Slot};
use crate::domain::calendar::{DayRange, business_day, instant};
use crate::domain::duty::range_around;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::policy::Duty;
use crate::error::Fault;
use crate::reports::standings::{self, Scope};
use crate::store::Target;

pub(super) const NAME: &str = "snoozed_reminders";

/// How far back a delay may have ended that comes up only now: over the longest holiday, and after a stop of a day.
const LOOKED_BACK: TimeDelta = TimeDelta::days(15);

/// Of a run by hand: what has ended in the slot before.
const SLOT: TimeDelta = TimeDelta::minutes(10);

pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let (policy, calendar) = (&slot.rules.policy, &slot.rules.calendar);
    let people = ended(&slot).await?;
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let today = business_day(slot.at, slot.zone, policy.day_starts_at);
    // what a reminder has been due for: of the rest nobody has been told, so nothing was put off
    let due: Vec<&Duty> = policy
        .duties
        .iter()
        .filter(|duty| {
            let last = range_around(duty, today).last;
            let began = duty.reminders().iter().any(|days| last - Days::new(u64::from(*days)) <= today);
            began || reminds_on(duty, today, calendar)
        })
        .collect();
    let found = standings::read(slot.asked(), due, Scope::People(&people), None).await?;
    let mut told: BTreeMap<PersonId, Told> = BTreeMap::new();
    for duty in &found {
        add_duty(&slot, duty, &mut told, |days, last| last - Days::new(u64::from(days)) <= today);
    }
    let away = slot.db.list_absences(DayRange { first: today, last: today }, slot.at).await?;
    let valid_until = instant(today + Days::new(1), policy.day_starts_at, slot.zone);
    let mut by_unit: BTreeMap<UnitId, Vec<Notice>> = BTreeMap::new();
    for (person, told) in told {
        // what a unit owes is told to whoever answers for it, also to those who have put nothing off
        let Some(person) = slot.directory.person(person).filter(|person| people.contains(&person.id)) else { continue };
        if slot.directory.identities_of(person.id).is_empty() || away.contains_key(&person.id) {
            continue;
        }
        let notice = Notice::new(Target::Person(person.id), &nudge(person, told), valid_until)?;
        by_unit.entry(person.unit).or_default().push(notice);
    }
    Ok(by_unit
        .into_iter()
        .map(|(unit, messages)| Owed { subject: unit.0, unit, messages, lists: Vec::new() })
        .collect())
}

/// Whose delay has ended since the slot before, quiet hours left out.
async fn ended(slot: &Slot<'_>) -> Result<Vec<PersonId>, Fault> {
    let before = match slot.db.find_job_cursor(NAME, slot.zone.name()).await? {
        Some(cursor) if !slot.by_hand => cursor,
        _ => slot.at - SLOT,
    };
    let open = slot.rules.policy.open_hours();
    let counts = |until: DateTime<Utc>| {
        let ends = open.next_open(until, slot.zone, &slot.rules.calendar);
        before < ends && ends <= slot.at
    };
    let ended = slot.db.list_snoozes_ended(slot.at - LOOKED_BACK, slot.at).await?;
    let here = |person: &PersonId| slot.directory.person(*person).is_some_and(|person| slot.covers(person.unit));
    Ok(ended.into_iter().filter(|(person, until)| counts(*until) && here(person)).map(|(person, _)| person).collect())
}
