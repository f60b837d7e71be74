//! A month in figures: what came of it first, then what was owed and done. Read once, asked for any unit.

use std::collections::HashMap;
use std::ops::AddAssign;

use chrono::Days;
use chrono_tz::Tz;

use super::rollup::{RollUp, roll_up};
use super::scores::ends_in;
use super::standings::{self, Asked, DutySums, Scope};
use super::voice::{Span, VoiceReport};
use crate::domain::calendar::{DayRange, business_day, instant};
use crate::domain::directory::Directory;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::policy::{CONTACT, Duty, FIELD_DAY, Measure, Period};
use crate::store::{Counted, StoreError, Whose};

/// What came of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthSums {
    /// People met.
    pub people: i64,
    /// Days at the grassroots.
    pub days: u32,
    /// Problems entered.
    pub raised: u32,
    /// Problems settled.
    pub settled: u32,
    /// Problems open at the instant of the question.
    pub open: u32,
    /// Questions asked.
    pub asked: u32,
    /// First answers given.
    pub answered: u32,
}

impl AddAssign for MonthSums {
    fn add_assign(&mut self, other: Self) {
        self.people += other.people;
        self.days += other.days;
        self.raised += other.raised;
        self.settled += other.settled;
        self.open += other.open;
        self.asked += other.asked;
        self.answered += other.answered;
    }
}

/// A month of a zone.
#[derive(Clone, Debug)]
pub struct Month<'p> {
    /// Its days.
    pub range: DayRange,
    /// Its questions.
    pub voice: VoiceReport,
    own: HashMap<UnitId, MonthSums>,
    duties: Vec<(&'p Duty, HashMap<UnitId, DutySums>)>,
}

/// The month before the one in which an instant lies.
pub fn month_before(asked: &Asked<'_>, zone: Tz) -> DayRange {
    let this = DayRange::month_of(business_day(asked.at, zone, asked.policy.day_starts_at));
    DayRange::month_of(this.first - Days::new(1))
}

impl<'p> Month<'p> {
    /// Reads a month of everybody in a zone: the duties whose periods end in it, people met and days, problems, questions.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(asked: Asked<'p>, range: DayRange, zone: Tz) -> Result<Self, StoreError> {
        let Asked { db, directory, policy, at, .. } = asked;
        let begins = instant(range.first, policy.day_starts_at, zone);
        let ends = instant(range.last + Days::new(1), policy.day_starts_at, zone).min(at);
        let voice = VoiceReport::read(db, Span { from: begins, until: ends }, at, false).await?;
        let mut month = Self { range, voice, own: HashMap::new(), duties: Vec::new() };
        month.add_meetings(asked).await?;
        for (unit, figures) in month.voice.own() {
            let sums = month.own.entry(unit).or_default();
            sums.asked += figures.asked;
            sums.answered += figures.given;
        }
        for (unit, figures) in db.problem_sums(begins, ends, at).await? {
            let sums = month.own.entry(unit).or_default();
            sums.raised += figures.raised;
            sums.settled += figures.settled;
            sums.open += figures.open;
        }
        for duty in policy.duties.iter().filter(|duty| !duty.who.young_people) {
            let days = match duty.period {
                Period::Standing => vec![range.last],
                Period::Segment => Vec::new(),
                _ => ends_in(duty, range),
            };
            let mut own: HashMap<UnitId, DutySums> = HashMap::new();
            for day in days {
                for standings in standings::read(asked, [duty], Scope::Zone(zone), Some(day)).await? {
                    for (unit, sums) in standings.by_unit(directory) {
                        *own.entry(unit).or_default() += sums;
                    }
                }
            }
            month.duties.push((duty, own));
        }
        Ok(month)
    }

    async fn add_meetings(&mut self, asked: Asked<'_>) -> Result<(), StoreError> {
        let count = async |kinds: &[String], measures: &[Measure]| {
            let counted =
                Counted { kinds, range: self.range, as_of: asked.at, at: None, mode: None, measures, off_days: &[] };
            asked.db.tally_people(&counted, Whose::Everybodys).await
        };
        let unit_of = |person: PersonId| asked.directory.person(person).map(|person| person.unit);
        let days = count(&[FIELD_DAY.to_owned()], &[Measure::Days]).await?;
        let people = count(&[FIELD_DAY.to_owned(), CONTACT.to_owned()], &[Measure::Quantity]).await?;
        for (person, tally) in days {
            if let Some(unit) = unit_of(person) {
                self.own.entry(unit).or_default().days += tally.days;
            }
        }
        for (person, tally) in people {
            if let Some(unit) = unit_of(person) {
                self.own.entry(unit).or_default().people += i64::from(tally.quantity);
            }
        }
        Ok(())
    }

    /// What came of it in a unit and everything below.
    pub fn of(&self, directory: &Directory, unit: UnitId) -> MonthSums {
        roll_up(directory, unit, &self.own).total
    }

    /// How a unit, its children and everything below stand with each duty, in the order of the policy.
    pub fn duties(&self, directory: &Directory, unit: UnitId) -> Vec<(&'p Duty, RollUp<DutySums>)> {
        self.duties.iter().map(|(duty, own)| (*duty, roll_up(directory, unit, own))).collect()
    }
}
