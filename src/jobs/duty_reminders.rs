//! What is still owed: every workday, to whom a reminder is due that day, everything in one private message.
//!
//! A duty says how many days before the end of its period it reminds; a reminder that falls on a day off comes on the
//! workday before. A quarter's first workday reminds as well, and a stay is announced before it begins and before it ends.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{Notice, Owed, Slot};
use crate::domain::calendar::{Calendar, DayRange, business_day, instant, month_day};
use crate::domain::directory::{Assignment, Person};
use crate::domain::duty::range_around;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::message::UserText;
use crate::domain::people::AssignmentKind;
use crate::domain::policy::{Duty, Period};
use crate::error::Fault;
use crate::reports::standings::{self, DutyStandings, Scope, Subject};
use crate::services::standing::{brief, line};
use crate::store::Target;
use crate::templates::contexts::{DutyLine, Nudge};

/// How many duties one message lists.
const LISTED: usize = 6;

/// How many days before a stay begins and ends its people are told.
const STAY_NOTICE: u64 = 3;

/// No holiday is longer.
const LONGEST_HOLIDAY: usize = 12;

/// What one person is told.
#[derive(Default)]
pub(super) struct Told {
    duties: Vec<DutyLine>,
    notes: Vec<String>,
}

pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let (policy, calendar) = (&slot.rules.policy, &slot.rules.calendar);
    let today = business_day(slot.at, slot.zone, policy.day_starts_at);
    let due: Vec<&Duty> = policy.duties.iter().filter(|duty| reminds_on(duty, today, calendar)).collect();
    let found = standings::read(slot.asked(), due, Scope::Zone(slot.zone), None).await?;
    let mut told: BTreeMap<PersonId, Told> = BTreeMap::new();
    for duty in &found {
        add_duty(&slot, duty, &mut told, |days, last| last - Days::new(u64::from(days)) == today);
    }
    add_stays(&slot, today, &mut told);
    let away = slot.db.list_absences(DayRange { first: today, last: today }, slot.at).await?;
    let snoozed = slot.db.list_snoozed(slot.at).await?;
    let valid_until = instant(today + Days::new(1), policy.day_starts_at, slot.zone);
    let mut by_unit: BTreeMap<UnitId, Vec<Notice>> = BTreeMap::new();
    for (person, told) in told {
        let Some(person) = slot.directory.person(person) else { continue };
        // somebody without an address cannot be told; the secretary sees them in 未报到
        let reachable = !slot.directory.identities_of(person.id).is_empty();
        if !reachable || away.contains_key(&person.id) || snoozed.contains(&person.id) {
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

/// The message that says it.
pub(super) fn nudge(person: &Person, told: Told) -> Nudge {
    let (mut duties, count) = (told.duties, 0);
    let count = count + duties.len();
    duties.truncate(LISTED);
    Nudge { name: UserText::new(&person.name), count, more: count - duties.len(), duties, notes: told.notes }
}

/// Whether a duty reminds on a day.
pub(super) fn reminds_on(duty: &Duty, today: NaiveDate, calendar: &Calendar) -> bool {
    let range = range_around(duty, today);
    let before_end = duty
        .reminders()
        .iter()
        .map(|days| range.last - Days::new(u64::from(*days)))
        .filter(|day| range.contains(*day))
        .filter_map(|day| told_on(day, calendar).filter(|day| range.contains(*day)));
    // a quarter's beginning reminds as well; what never ends reminds once a month, on its first workday
    let begins = match (duty.period, &duty.remind_days_before) {
        (Period::Quarter, None) => Some(range),
        (Period::Standing, None) => Some(DayRange::month_of(today)),
        _ => None,
    };
    let first_workday = begins.and_then(|range| range.iter().find(|day| calendar.is_workday(*day)));
    // a stay's days differ from one to the next: its own reminders are told in `add_duty`
    duty.period == Period::Segment || before_end.chain(first_workday).any(|day| day == today)
}

/// The day on which something is told that is due on a day: that day, or the workday before it.
fn told_on(due: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
    due.iter_days().rev().take(LONGEST_HOLIDAY).find(|day| calendar.is_workday(*day))
}

/// Adds what is open to those who owe it; what a unit owes, to those who answer for the unit. `is_near` says of a stay
/// whether a reminder so many days before its last day concerns us.
pub(super) fn add_duty(
    slot: &Slot<'_>,
    duty: &DutyStandings<'_>,
    told: &mut BTreeMap<PersonId, Told>,
    is_near: impl Fn(u32, NaiveDate) -> bool,
) {
    for (subject, standing) in duty.of.iter().filter(|(_, standing)| standing.state.is_open()) {
        let range = duty.span_of(*subject).range;
        let near = duty.duty.reminders().iter().any(|days| is_near(*days, range.last));
        if duty.duty.period == Period::Segment && !near {
            continue;
        }
        let mut line = line(&slot.rules.policy, duty, *subject, standing, brief);
        let people: Vec<PersonId> = match subject {
            Subject::Person(person) => vec![*person],
            Subject::Unit(unit) => {
                line.title = format!("{}（{}）", line.title, slot.directory.unit_name(*unit));
                slot.directory.answerers(*unit, slot.at).iter().map(|person| person.id).collect()
            }
            Subject::Youth(_) => Vec::new(),
        };
        for person in people {
            told.entry(person).or_default().duties.push(line.clone());
        }
    }
}

/// Adds stays that begin or end in three days.
fn add_stays(slot: &Slot<'_>, today: NaiveDate, told: &mut BTreeMap<PersonId, Told>) {
    let is_told_today = |day: NaiveDate| told_on(day - Days::new(STAY_NOTICE), &slot.rules.calendar) == Some(today);
    let is_stay = |one: &&Assignment| one.kind == AssignmentKind::Station && one.from.is_some() && one.to.is_some();
    for stay in slot.directory.assignments().filter(is_stay) {
        let Some(person) = slot.directory.person(stay.person).filter(|person| slot.covers(person.unit)) else {
            continue;
        };
        let (Some(from), Some(to)) = (stay.from, stay.to) else { continue };
        let unit = slot.directory.unit_name(stay.unit);
        let note = if is_told_today(from) {
            format!("{}到{unit}驻点，{}结束", month_day(from), month_day(to))
        } else if is_told_today(to) {
            format!("在{unit}的驻点到{}结束，没记的请补上", month_day(to))
        } else {
            continue;
        };
        told.entry(person.id).or_default().notes.push(note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;

    #[test]
    fn a_weekly_duty_reminds_on_thursday_or_on_the_last_workday_before_it() {
        let calendar = Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap();
        let policy = Policy::preset("basic").unwrap();
        let duty = policy.weekly_duty().unwrap();
        let reminds = |day: &str| reminds_on(duty, day.parse().unwrap(), &calendar);
        assert!(reminds("2026-11-19") && !reminds("2026-11-18") && !reminds("2026-11-20"));
        // Thursday 1 October 2026 is off
        assert!(reminds("2026-09-30") && !reminds("2026-10-01"));
    }

    #[test]
    fn a_quarterly_duty_reminds_on_its_first_workday_and_30_14_and_3_days_before_its_end() {
        let calendar = Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap();
        let mut duty = Policy::preset("basic").unwrap().duties.remove(0);
        duty.period = Period::Quarter;
        let quarter = DayRange::quarter_of("2026-11-20".parse().unwrap());
        let days: Vec<String> =
            quarter.iter().filter(|day| reminds_on(&duty, *day, &calendar)).map(|day| day.to_string()).collect();
        // 1 December is a Tuesday, 17 December a Thursday, 28 December a Monday; the first seven days are off
        assert_eq!(days, ["2026-10-08", "2026-12-01", "2026-12-17", "2026-12-28"]);
    }
}
