//! The weekly field day: the plan to cadre groups on Monday.

use chrono::{Datelike, TimeDelta, Weekday};

use super::{Notice, Owed, Slot};
use crate::domain::calendar::{DayRange, weekday};
use crate::domain::people::ChatRole;
use crate::domain::policy::FIELD_DAY;
use crate::error::Fault;
use crate::reports::week::week_at;
use crate::store::Target;
use crate::templates::contexts::WeekPlan;

/// To every cadre group: what the week asks for.
pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let Some(duty) = slot.rules.policy.weekly_duty() else { return Ok(Vec::new()) };
    let days = duty.days_of(FIELD_DAY).unwrap_or(0);
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
            owed: days,
            workdays: unusual_workdays(&slot, week),
        };
        let notice = Notice::new(Target::Chat(chat.id), &context, slot.at + TimeDelta::hours(48))?;
        owed.push(Owed { subject: chat.id.0, unit: chat.unit, messages: vec![notice], lists: Vec::new() });
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
