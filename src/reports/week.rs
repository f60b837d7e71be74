//! A week in figures: who did the weekly day, how many people were met, what was asked and answered.

use std::collections::HashMap;
use std::ops::AddAssign;

use chrono::{DateTime, Utc};

use super::rollup::{RollUp, roll_up};
use super::standings::{self, Asked, DutyStandings, Scope, Subject};
use super::voice::{Span, VoiceReport};
use crate::domain::calendar::{DayRange, business_day, instant};
use crate::domain::directory::{Directory, Person};
use crate::domain::duty::DutyState;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::policy::{CONTACT, FIELD_DAY, Measure, Policy};
use crate::store::{Counted, StoreError, Whose};

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
    /// First answers given.
    pub answered: u32,
    /// Problems reported.
    pub problems_raised: u32,
    /// Problems settled.
    pub problems_settled: u32,
    /// Problems open at the end.
    pub problems_open: u32,
}

impl AddAssign for WeekSums {
    fn add_assign(&mut self, other: Self) {
        self.owing += other.owing;
        self.met += other.met;
        self.days += other.days;
        self.people += other.people;
        self.asked += other.asked;
        self.answered += other.answered;
        self.problems_raised += other.problems_raised;
        self.problems_settled += other.problems_settled;
        self.problems_open += other.problems_open;
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
    /// Its questions.
    pub voice: VoiceReport,
}

/// The week in which an instant lies, by the clock of a unit's zone.
pub fn week_at(directory: &Directory, policy: &Policy, unit: UnitId, at: DateTime<Utc>) -> DayRange {
    DayRange::week_of(business_day(at, directory.zone_of(unit), policy.day_starts_at))
}

impl Week {
    /// Reads a week up to `until` (the end of the week where that is earlier): the weekly duty's standings, one grouped query
    /// for days and people met, one statement for questions, one for problems.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(asked: Asked<'_>, range: DayRange, unit: UnitId) -> Result<Self, StoreError> {
        let Asked { db, directory, policy, at, .. } = asked;
        let zone = directory.zone_of(unit);
        let begins = instant(range.first, policy.day_starts_at, zone);
        let ends = instant(range.last + chrono::Days::new(1), policy.day_starts_at, zone).min(at);
        let voice = VoiceReport::read(db, Span { from: begins, until: ends }, at, false).await?;
        let mut week = Self { range, waived: false, own: HashMap::new(), missing: Vec::new(), voice };
        if let Some(duty) = policy.weekly_duty() {
            let standings = standings::read(asked, [duty], Scope::Zone(zone), Some(range.last)).await?;
            week.add_standings(directory, &standings);
        }
        week.add_meetings(asked).await?;
        for (unit, figures) in week.voice.own() {
            let sums = week.own.entry(unit).or_default();
            sums.asked += figures.asked;
            sums.answered += figures.given;
        }
        for (unit, figures) in db.problem_sums(begins, ends, ends).await? {
            let sums = week.own.entry(unit).or_default();
            sums.problems_raised += figures.raised;
            sums.problems_settled += figures.settled;
            sums.problems_open += figures.open;
        }
        Ok(week)
    }

    fn add_standings(&mut self, directory: &Directory, standings: &[DutyStandings<'_>]) {
        for (subject, standing) in standings.iter().flat_map(|duty| &duty.of) {
            let Subject::Person(person) = subject else { continue };
            let Some(person) = directory.person(*person) else { continue };
            let sums = self.own.entry(person.unit).or_default();
            match standing.state {
                DutyState::Waived => self.waived = true,
                DutyState::Met => {
                    sums.owing += 1;
                    sums.met += 1;
                }
                DutyState::OnTrack | DutyState::AtRisk | DutyState::Missed => {
                    sums.owing += 1;
                    self.missing.push(person.id);
                }
            }
        }
        // a week is waived as a whole only where nobody owes it
        self.waived &= self.own.values().all(|sums| sums.owing == 0);
        self.missing.sort_unstable();
    }

    async fn add_meetings(&mut self, asked: Asked<'_>) -> Result<(), StoreError> {
        let count = async |kinds: &[String], measures: &[Measure]| {
            let counted =
                Counted { kinds, range: self.range, as_of: asked.at, at: None, mode: None, measures, off_days: &[] };
            asked.db.tally_people(&counted, Whose::Everybodys).await
        };
        let days = count(&[FIELD_DAY.to_owned()], &[Measure::Days]).await?;
        let people = count(&[FIELD_DAY.to_owned(), CONTACT.to_owned()], &[Measure::Quantity]).await?;
        for (person, tally) in days {
            if let Some(person) = asked.directory.person(person) {
                self.own.entry(person.unit).or_default().days += tally.days;
            }
        }
        for (person, tally) in people {
            if let Some(person) = asked.directory.person(person) {
                self.own.entry(person.unit).or_default().people += i64::from(tally.quantity);
            }
        }
        Ok(())
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
}
