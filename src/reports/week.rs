//! A week in figures: who did the weekly day, how many people were met, what was asked and answered.

use std::collections::{HashMap, HashSet};
use std::ops::AddAssign;

use chrono::{DateTime, Utc};

use super::rollup::{RollUp, roll_up};
use crate::domain::calendar::{Calendar, DayRange, business_day, instant};
use crate::domain::directory::{Directory, Person};
use crate::domain::duty::{self, DutyState};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::policy::{FIELD_DAY, Policy};
use crate::store::{Db, FieldDayTally, StoreError};

/// What a unit's people did in a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeekSums {
    /// Cadres that owe the weekly day.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// Days at the grassroots, also of those who owe none.
    pub days: u32,
    /// People met.
    pub people: i64,
    /// Questions asked.
    pub asked: u32,
    /// Questions answered.
    pub answered: u32,
}

impl AddAssign for WeekSums {
    fn add_assign(&mut self, other: Self) {
        self.owing += other.owing;
        self.met += other.met;
        self.days += other.days;
        self.people += other.people;
        self.asked += other.asked;
        self.answered += other.answered;
    }
}

/// A week of the whole directory, read once and asked for any unit.
#[derive(Clone, Debug)]
pub struct Week {
    /// The days.
    pub range: DayRange,
    /// Whether the week owes nothing.
    pub waived: bool,
    own: HashMap<UnitId, WeekSums>,
    missing: Vec<PersonId>,
    waited: Vec<(UnitId, i64)>,
}

/// The week in which an instant lies, by the clock of a unit's zone.
pub fn week_at(directory: &Directory, policy: &Policy, unit: UnitId, at: DateTime<Utc>) -> DayRange {
    DayRange::week_of(business_day(at, directory.zone_of(unit), policy.day_starts_at))
}

/// The people of a directory that owe the weekly day.
pub fn owing<'d>(directory: &'d Directory, policy: &'d Policy) -> impl Iterator<Item = &'d Person> {
    directory.people().filter(|person| policy.owes_weekly_field_day(person.kind))
}

impl Week {
    /// Reads a week up to `until` (the end of the week where that is earlier): one grouped query for days, two for
    /// questions.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(
        db: Db<'_>,
        directory: &Directory,
        policy: &Policy,
        calendar: &Calendar,
        range: DayRange,
        unit: UnitId,
        until: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let zone = directory.zone_of(unit);
        let begins = instant(range.first, policy.day_starts_at, zone);
        let ends = instant(range.last + chrono::Days::new(1), policy.day_starts_at, zone);
        let tallies = db.tally_field_days(FIELD_DAY, range, until).await?;
        let questions = db.question_figures(begins, ends.min(until)).await?;
        let waited = db.list_answered_in(begins, ends.min(until)).await?;
        let mut week = Self::of_days(directory, policy, calendar, range, &tallies);
        for (unit, figures) in questions {
            let sums = week.own.entry(unit).or_default();
            sums.asked += figures.asked;
            sums.answered += figures.answered;
        }
        week.waited = waited.into_iter().map(|answer| (answer.unit, answer.waited_ms)).collect();
        Ok(week)
    }

    fn of_days(
        directory: &Directory,
        policy: &Policy,
        calendar: &Calendar,
        range: DayRange,
        tallies: &[FieldDayTally],
    ) -> Self {
        let mut own: HashMap<UnitId, WeekSums> = HashMap::new();
        let mut days_of: HashMap<PersonId, u32> = HashMap::new();
        for tally in tallies {
            days_of.insert(tally.person, tally.days);
            if let Some(person) = directory.person(tally.person) {
                let sums = own.entry(person.unit).or_default();
                sums.days += tally.days;
                sums.people += tally.people;
            }
        }
        let duty = &policy.weekly_field_day;
        let mut missing = Vec::new();
        let mut waived = false;
        for person in owing(directory, policy) {
            let done = days_of.get(&person.id).copied().unwrap_or(0);
            let sums = own.entry(person.unit).or_default();
            match duty::evaluate(duty, done, range, range.last, calendar) {
                DutyState::Waived => waived = true,
                DutyState::Met => {
                    sums.owing += 1;
                    sums.met += 1;
                }
                DutyState::OnTrack | DutyState::AtRisk | DutyState::Missed => {
                    sums.owing += 1;
                    missing.push(person.id);
                }
            }
        }
        missing.sort_unstable();
        Self { range, waived, own, missing, waited: Vec::new() }
    }

    /// The sums of a unit, its children and everything below.
    pub fn of(&self, directory: &Directory, unit: UnitId) -> RollUp<WeekSums> {
        roll_up(directory, unit, &self.own)
    }

    /// Who of a unit and everything below it has not done the weekly day.
    pub fn missing_in<'d>(&self, directory: &'d Directory, unit: UnitId) -> Vec<&'d Person> {
        self.missing
            .iter()
            .filter_map(|person| directory.person(*person))
            .filter(|person| directory.is_within(person.unit, unit))
            .collect()
    }

    /// The median time to the first answer in a subtree, in milliseconds; `None` where nothing was answered.
    pub fn median_wait_ms(&self, directory: &Directory, unit: UnitId) -> Option<i64> {
        let within: HashSet<UnitId> = directory.subtree(unit).into_iter().collect();
        let mut waited: Vec<i64> =
            self.waited.iter().filter(|(at, _)| within.contains(at)).map(|(_, ms)| *ms).collect();
        waited.sort_unstable();
        let middle = waited.len() / 2;
        match waited.len() {
            0 => None,
            odd if odd % 2 == 1 => waited.get(middle).copied(),
            _ => Some((waited.get(middle - 1)? + waited.get(middle)?) / 2),
        }
    }
}
