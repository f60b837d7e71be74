//! What somebody owes in a period, and how far they are.

use chrono::NaiveDate;

use super::calendar::{Calendar, DayRange};
use super::policy::Duty;

/// How far a subject is with a duty at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyState {
    /// Nothing is owed in this period.
    Waived,
    /// Done.
    Met,
    /// Not done; enough workdays are left.
    OnTrack,
    /// Not done; as few workdays are left as are needed, or fewer.
    AtRisk,
    /// Not done, and the period is over.
    Missed,
}

/// Evaluates a duty that counts distinct days in a week.
///
/// `done` is the number of distinct days so far, `today` the business day on which the question is asked.
pub fn evaluate(duty: &Duty, done: u32, week: DayRange, today: NaiveDate, calendar: &Calendar) -> DutyState {
    if done >= duty.at_least {
        return DutyState::Met;
    }
    if calendar.workdays_in(week) < duty.waive_when_workdays_below {
        return DutyState::Waived;
    }
    if today > week.last {
        return DutyState::Missed;
    }
    let left = DayRange { first: today.max(week.first), last: week.last };
    if calendar.workdays_in(left) <= duty.at_least - done { DutyState::AtRisk } else { DutyState::OnTrack }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_runs_from_on_track_to_missed() {
        let calendar = Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap();
        let policy = Policy::preset("basic").unwrap();
        let duty = &policy.weekly_field_day;
        let week = DayRange::week_of(day("2026-11-20"));
        let state = |done, today: &str| evaluate(duty, done, week, day(today), &calendar);
        assert_eq!(state(0, "2026-11-16"), DutyState::OnTrack);
        assert_eq!(state(0, "2026-11-20"), DutyState::AtRisk, "Friday is the last workday");
        assert_eq!(state(1, "2026-11-20"), DutyState::Met);
        assert_eq!(state(0, "2026-11-23"), DutyState::Missed);
    }

    #[test]
    fn a_holiday_week_owes_nothing() {
        let calendar = Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap();
        let policy = Policy::preset("basic").unwrap();
        let spring_festival = DayRange::week_of(day("2026-02-18"));
        assert!(calendar.workdays_in(spring_festival) < 2);
        assert_eq!(
            evaluate(&policy.weekly_field_day, 0, spring_festival, day("2026-02-23"), &calendar),
            DutyState::Waived
        );
    }
}
