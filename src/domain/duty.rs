//! What somebody owes in a period, and how far they are. Pure: counts in, state out.

use chrono::{Days, NaiveDate};

use super::calendar::{Calendar, DayRange};
use super::people::HalfDay;
use super::policy::{Duty, Item, Measure, PartPeriod, Period, Want, Way};

/// How far a subject is with a duty at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyState {
    /// Nothing is owed in this period.
    Waived,
    /// Done.
    Met,
    /// Not done; there is time.
    OnTrack,
    /// Not done, and time is short.
    AtRisk,
    /// Not done, and the period is over.
    Missed,
}

impl DutyState {
    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::OnTrack | Self::AtRisk)
    }

    /// The word for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Waived => "不作要求",
            Self::Met => "已完成",
            Self::OnTrack => "进行中",
            Self::AtRisk => "请抓紧",
            Self::Missed => "没有完成",
        }
    }
}

/// What has been counted for one item of a duty and one subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records.
    pub records: u32,
    /// Stays.
    pub stays: u32,
    /// Distinct days.
    pub days: u32,
    /// Distinct workdays.
    pub workdays: u32,
    /// The sum of the numbers.
    pub quantity: u32,
    /// Distinct young people of the roster.
    pub young_people: u32,
    /// Distinct fields.
    pub fields: u32,
    /// Distinct units among those the cadre is tied to.
    pub assigned_units: u32,
    /// Units the cadre is tied to.
    pub assigned: u32,
    /// Young people on the roster.
    pub roster: u32,
}

impl Tally {
    fn of(&self, measure: Measure, span: &Span, presence: Presence) -> u32 {
        match measure {
            Measure::Records => self.records,
            Measure::Stays => self.stays,
            Measure::Days => self.days,
            Measure::Workdays => self.workdays,
            Measure::Quantity => self.quantity,
            Measure::YoungPeople => self.young_people,
            Measure::Fields => self.fields,
            Measure::AssignedUnits => self.assigned_units,
            Measure::Assigned => self.assigned,
            Measure::Roster => self.roster,
            Measure::PeriodWorkdays => presence.half_days(span).div_ceil(2),
        }
    }
}

/// A period as it stands on a day; the same for everybody who owes the duty in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its days.
    pub range: DayRange,
    /// The day on which the question is asked.
    pub today: NaiveDate,
    /// Its workdays.
    pub workdays: u32,
    /// The workdays that are left, today's included.
    pub left: u32,
}

impl Span {
    /// The period of a duty around a day. A segment's days are the assignment's: see [`Span::of`].
    pub fn around(duty: &Duty, today: NaiveDate, calendar: &Calendar) -> Self {
        Self::of(range_around(duty, today), today, calendar)
    }

    /// A run of days.
    pub fn of(range: DayRange, today: NaiveDate, calendar: &Calendar) -> Self {
        let left = DayRange { first: today.max(range.first), last: range.last };
        let left = if left.first <= left.last { calendar.workdays_in(left) } else { 0 };
        Self { range, today, workdays: calendar.workdays_in(range), left }
    }
}

/// The days of a duty's period around a day.
pub fn range_around(duty: &Duty, day: NaiveDate) -> DayRange {
    match duty.period {
        Period::Standing => {
            let back = u64::from(duty.window_days.unwrap_or(365).max(1) - 1);
            DayRange { first: day - Days::new(back), last: day }
        }
        period => period_around(period, day),
    }
}

/// The days of a period around a day. A stay is taken for its year; of what is always owed, it is the day alone.
pub fn period_around(period: Period, day: NaiveDate) -> DayRange {
    match period {
        Period::Week => DayRange::week_of(day),
        Period::Month => DayRange::month_of(day),
        Period::Quarter => DayRange::quarter_of(day),
        Period::HalfYear => DayRange::half_year_of(day),
        Period::Year | Period::Segment => DayRange::year_of(day),
        Period::Standing => DayRange { first: day, last: day },
    }
}

/// Leave of one person: some days, the first of which may be half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    /// The days.
    pub days: DayRange,
    /// The half of a single day, where it is only that.
    pub half: Option<HalfDay>,
}

/// How much of a period's work somebody was there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// All of it.
    #[default]
    Whole,
    /// So many half workdays.
    Part(u32),
}

impl Presence {
    /// From the days of membership (`None`: nobody asks) and leave. Days are counted once however often they are excused.
    pub fn of(span: &Span, here: Option<DayRange>, absences: &[Absence], calendar: &Calendar) -> Self {
        let member = match here {
            None => Some(span.range),
            Some(here) => span.range.overlap(here),
        };
        let is_whole = member == Some(span.range) && absences.iter().all(|one| span.range.overlap(one.days).is_none());
        if is_whole {
            return Self::Whole;
        }
        let Some(member) = member else { return Self::Part(0) };
        let mut half_days = 0;
        for day in member.iter().filter(|day| calendar.is_workday(*day)) {
            let mut away = [false, false];
            for absence in absences.iter().filter(|absence| absence.days.contains(day)) {
                match absence.half {
                    Some(HalfDay::Morning) => away[0] = true,
                    Some(HalfDay::Afternoon) => away[1] = true,
                    None => away = [true, true],
                }
            }
            half_days += away.iter().filter(|away| !**away).map(|_| 1).sum::<u32>();
        }
        Self::Part(half_days)
    }

    fn half_days(self, span: &Span) -> u32 {
        match self {
            Self::Whole => span.workdays * 2,
            Self::Part(half_days) => half_days,
        }
    }
}

/// How a subject stands with a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: DutyState,
    /// Each item of its checklist; a plain duty has one.
    pub parts: Vec<PartStanding>,
}

/// How a subject stands with one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartStanding {
    /// Whether it is fulfilled.
    pub met: bool,
    /// The way that is nearest to fulfilment: what it needs and how far it is.
    pub progress: Vec<Progress>,
}

/// How far one need is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is counted.
    pub measure: Measure,
    /// So far.
    pub done: u32,
    /// What is needed.
    pub needed: u32,
}

impl Progress {
    fn lacks(&self) -> u32 {
        self.needed.saturating_sub(self.done)
    }

    fn share_done(&self) -> f64 {
        if self.needed == 0 { 1.0 } else { (f64::from(self.done) / f64::from(self.needed)).min(1.0) }
    }
}

impl PartStanding {
    /// How much of it is done, from 0 to 1.
    pub fn share_done(&self) -> f64 {
        if self.met {
            return 1.0;
        }
        let sum: f64 = self.progress.iter().map(Progress::share_done).sum();
        if self.progress.is_empty() { 1.0 } else { sum / as_f64(self.progress.len()) }
    }
}

impl Standing {
    /// How much of the duty is done, from 0 to 1.
    pub fn share_done(&self) -> f64 {
        let sum: f64 = self.parts.iter().map(PartStanding::share_done).sum();
        if self.parts.is_empty() { 1.0 } else { sum / as_f64(self.parts.len()) }
    }
}

fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// Evaluates a duty. `parts` are its items ([`Duty::parts`]) with what was counted for each.
///
/// Waivers (holidays, leave, membership) only ever lower what is needed, so they never make a state worse.
pub fn evaluate(duty: &Duty, parts: &[(&Item, Tally)], span: &Span, presence: Presence) -> Standing {
    let share = part_owed(duty, span, presence);
    let mut owes_anything = false;
    let standings: Vec<PartStanding> = parts
        .iter()
        .map(|(item, tally)| {
            let best = item
                .needs
                .iter()
                .filter_map(|way| progress_of(duty, way, tally, span, presence, share))
                // of two that are equally near, the one the policy names first
                .reduce(|a, b| if share_of(&b) > share_of(&a) { b } else { a });
            match best {
                // nothing to reach: a share of nothing
                None => PartStanding { met: true, progress: Vec::new() },
                Some(progress) => {
                    owes_anything = true;
                    PartStanding { met: progress.iter().all(|one| one.lacks() == 0), progress }
                }
            }
        })
        .collect();
    let state = state_of(duty, &standings, owes_anything, span, presence, share);
    Standing { state, parts: standings }
}

fn share_of(progress: &[Progress]) -> f64 {
    progress.iter().map(Progress::share_done).sum::<f64>() / as_f64(progress.len().max(1))
}

/// The part of the usual amount that is owed: 1 for all of it.
fn part_owed(duty: &Duty, span: &Span, presence: Presence) -> f64 {
    let Presence::Part(half_days) = presence else { return 1.0 };
    if duty.period == Period::Standing || span.workdays == 0 {
        return 1.0;
    }
    match duty.part_period {
        PartPeriod::Whole => 1.0,
        PartPeriod::Nothing => 0.0,
        PartPeriod::InProportion => (f64::from(half_days) / f64::from(span.workdays * 2)).min(1.0),
    }
}

fn progress_of(
    duty: &Duty,
    way: &Way,
    tally: &Tally,
    span: &Span,
    presence: Presence,
    share: f64,
) -> Option<Vec<Progress>> {
    let mut all = Vec::new();
    for want in way.wants() {
        let (measure, needed) = match want {
            Want::AtLeast(measure, least) if measure.counts_records() && duty.period != Period::Standing => {
                // a week is too short to be divided: it is owed or waived
                let share = if duty.period == Period::Week && share > 0.0 { 1.0 } else { share };
                (measure, rounded(f64::from(least) * share))
            }
            Want::AtLeast(measure, least) => (measure, least),
            Want::Share(ratio) => {
                let whole = tally.of(ratio.whole, span, presence);
                let needed = (u64::from(whole) * u64::from(ratio.percent)).div_ceil(100);
                if needed == 0 {
                    continue;
                }
                (ratio.part, u32::try_from(needed).unwrap_or(u32::MAX))
            }
        };
        all.push(Progress { measure, done: tally.of(measure, span, presence), needed });
    }
    (!all.is_empty()).then_some(all)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and what a policy may ask for")]
fn rounded(amount: f64) -> u32 {
    (amount + 0.5).floor() as u32
}

fn state_of(
    duty: &Duty,
    parts: &[PartStanding],
    owes_anything: bool,
    span: &Span,
    presence: Presence,
    share: f64,
) -> DutyState {
    let half_days = presence.half_days(span);
    let too_short = duty.period != Period::Standing
        && (half_days < duty.waive_when_workdays_below * 2 || (half_days == 0 && presence != Presence::Whole));
    let reduced_to_nothing = share <= 0.0
        || !owes_anything
        || parts.iter().flat_map(|part| &part.progress).all(|progress| progress.needed == 0);
    // who has done it all the same has done it
    let did_something = parts.iter().flat_map(|part| &part.progress).any(|progress| progress.done > 0);
    let met = parts.iter().all(|part| part.met);
    if met && (did_something || !reduced_to_nothing) {
        return DutyState::Met;
    }
    if too_short || reduced_to_nothing {
        return DutyState::Waived;
    }
    if duty.period == Period::Standing {
        // somebody new needs the time of the window to get there
        return if presence == Presence::Whole { DutyState::AtRisk } else { DutyState::OnTrack };
    }
    if span.today > span.range.last {
        return DutyState::Missed;
    }
    let days_lacking = parts
        .iter()
        .filter(|part| !part.met)
        .flat_map(|part| &part.progress)
        .filter(|progress| matches!(progress.measure, Measure::Days | Measure::Workdays))
        .map(Progress::lacks)
        .max()
        .unwrap_or(0);
    if span.left <= days_lacking.max(short_notice(duty.period)) { DutyState::AtRisk } else { DutyState::OnTrack }
}

/// From how many workdays before the end a duty of this period is urgent.
fn short_notice(period: Period) -> u32 {
    match period {
        Period::Week => 1,
        Period::Month | Period::Segment | Period::Standing => 3,
        Period::Quarter => 10,
        Period::HalfYear | Period::Year => 20,
    }
}

#[cfg(test)]
#[path = "duty_tests.rs"]
mod tests;
