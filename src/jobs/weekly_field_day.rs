//! The weekly field day: the plan to cadre groups on Monday, and on Thursday a word in private to those without a day.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, TimeDelta, Weekday};

use super::{Notice, Owed, Slot};
use crate::domain::calendar::{DayRange, instant, month_day, weekday};
use crate::domain::directory::Person;
use crate::domain::duty::{self, DutyState};
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::people::ChatRole;
use crate::domain::policy::FIELD_DAY;
use crate::error::Fault;
use crate::reports::week::{owing, week_at};
use crate::store::Target;
use crate::templates::contexts::{Nudge, WeekPlan};

/// To every cadre group: what the week asks for.
pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let duty = &slot.rules.policy.weekly_field_day;
    let mut owed = Vec::new();
    for chat in slot.directory.chats() {
        if chat.role != ChatRole::Cadre || !slot.owes(chat) {
            continue;
        }
        let week = week_at(slot.directory, &slot.rules.policy, chat.unit, slot.at);
        if slot.rules.calendar.workdays_in(week) < duty.waive_when_workdays_below {
            continue;
        }
        let context = WeekPlan {
            week: week.title(),
            duty: duty.title.clone(),
            owed: duty.at_least,
            workdays: unusual_workdays(&slot, week),
        };
        let notice = Notice::new(Target::Chat(chat.id), &context, slot.at + TimeDelta::hours(48))?;
        owed.push(Owed { subject: chat.id.0, unit: chat.unit, messages: vec![notice] });
    }
    Ok(owed)
}

/// The week's workdays, where they are not Monday to Friday.
fn unusual_workdays(slot: &Slot<'_>, week: DayRange) -> Vec<String> {
    let calendar = &slot.rules.calendar;
    let usual = week.iter().all(|day| calendar.is_workday(day) != matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    if usual {
        return Vec::new();
    }
    week.iter().filter(|day| calendar.is_workday(*day)).map(|day| weekday(day).to_owned()).collect()
}

/// To each cadre without enough days, in private. One slot a unit; one grouped query for everybody.
pub(super) async fn nudge(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let (policy, calendar) = (&slot.rules.policy, &slot.rules.calendar);
    let duty = &policy.weekly_field_day;
    let mut by_unit: BTreeMap<UnitId, Vec<&Person>> = BTreeMap::new();
    for person in owing(slot.directory, policy).filter(|person| slot.covers(person.unit)) {
        by_unit.entry(person.unit).or_default().push(person);
    }
    let Some(first) = by_unit.keys().next().copied() else { return Ok(Vec::new()) };
    // all units of a slot share a zone, so they share a week
    let week = week_at(slot.directory, policy, first, slot.at);
    let tallies = slot.db.tally_field_days(FIELD_DAY, week, slot.at).await?;
    let done_by: std::collections::HashMap<_, _> = tallies.iter().map(|tally| (tally.person, tally.days)).collect();
    let today = crate::domain::calendar::business_day(slot.at, slot.zone, policy.day_starts_at);
    let valid_until = instant(week.last + Days::new(1), policy.day_starts_at, slot.zone);
    let mut owed = Vec::new();
    for (unit, mut people) in by_unit {
        people.sort_by_key(|person| person.id);
        let mut messages = Vec::new();
        for person in people {
            let done = done_by.get(&person.id).copied().unwrap_or(0);
            let state = duty::evaluate(duty, done, week, today, calendar);
            // somebody without an address cannot be told; the secretary sees them in 未报到
            let reachable = !slot.directory.identities_of(person.id).is_empty();
            if !reachable || !matches!(state, DutyState::OnTrack | DutyState::AtRisk) {
                continue;
            }
            let context = Nudge {
                name: UserText::new(&person.name),
                duty: duty.title.clone(),
                done,
                owed: duty.at_least,
                until: format!("{}（{}）", weekday(week.last), month_day(week.last)),
            };
            messages.push(Notice::new(Target::Person(person.id), &context, valid_until)?);
        }
        if !messages.is_empty() {
            owed.push(Owed { subject: unit.0, unit, messages });
        }
    }
    Ok(owed)
}
