//! Dispatch segments: two months a year at the linked township, each a calendar month between March and December.

use chrono::NaiveDate;

use crate::domain::calendar::DayRange;

/// Segments of one person in one year.
pub const SEGMENTS: u32 = 2;

/// The months in which people are dispatched. Some go in the first half of them and again in the second.
const MONTHS: std::ops::RangeInclusive<u32> = 3..=12;

/// Whether a team is dispatched together or one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// Everybody of a team in the same months.
    Together,
    /// The members of a team in different months, as far as there are months.
    Staggered,
}

/// The segments of whoever stands at this place in the order: two months, with as long between them as can be.
pub(super) fn of_year(year: i32, place: usize) -> Vec<DayRange> {
    let half = (MONTHS.end() - MONTHS.start() + 1) / SEGMENTS;
    let shift = u32::try_from(place % half as usize).unwrap_or_default();
    (0..SEGMENTS)
        .filter_map(|segment| NaiveDate::from_ymd_opt(year, MONTHS.start() + segment * half + shift, 1))
        .map(DayRange::month_of)
        .collect()
}
