//! Days and weeks as people count them: business days in a zone, workdays, quiet hours.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::Deserialize;

/// The table of statutory holidays and make-up workdays that the State Council publishes each year.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// `true` is a day off, `false` a make-up workday; a day that is not listed follows its weekday.
    listed: BTreeMap<NaiveDate, bool>,
    /// Years for which a notice is in the table.
    years: Vec<i32>,
}

#[derive(Deserialize)]
struct Table {
    years: Vec<Year>,
}

#[derive(Deserialize)]
struct Year {
    year: i32,
    days: Vec<Day>,
}

#[derive(Deserialize)]
struct Day {
    date: NaiveDate,
    off: bool,
}

impl Calendar {
    /// Reads a table in the form of `policies/holidays-cn.json`.
    ///
    /// # Errors
    /// Says where the JSON is not of that form.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        let table: Table = serde_json::from_str(json)?;
        let mut calendar = Self::default();
        for year in table.years {
            calendar.years.push(year.year);
            calendar.listed.extend(year.days.into_iter().map(|day| (day.date, day.off)));
        }
        calendar.years.sort_unstable();
        calendar.years.dedup();
        Ok(calendar)
    }

    /// Lays another table over this one: its days win.
    pub fn overlaid_with(mut self, other: Self) -> Self {
        self.listed.extend(other.listed);
        self.years.extend(other.years);
        self.years.sort_unstable();
        self.years.dedup();
        self
    }

    /// Whether the notice for this date's year is in the table. Past it, Monday to Friday is a guess.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.years.contains(&date.year())
    }

    /// The last year in the table.
    pub fn last_year(&self) -> Option<i32> {
        self.years.last().copied()
    }

    /// Whether people work on this day.
    pub fn is_workday(&self, date: NaiveDate) -> bool {
        match self.listed.get(&date) {
            Some(off) => !off,
            None => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// How many workdays `days` has.
    pub fn workdays_in(&self, days: DayRange) -> u32 {
        u32::try_from(days.iter().filter(|day| self.is_workday(*day)).count()).unwrap_or(u32::MAX)
    }

    /// The `n`th workday after `date` (`n` = 0: `date` itself, or the next workday where it is none).
    pub fn workday_after(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let mut day = date;
        let mut left = n;
        // a year without five hundred workdays in a row of days cannot exist; the bound keeps a bad table from looping
        for _ in 0..1_000 {
            if self.is_workday(day) {
                if left == 0 {
                    return day;
                }
                left -= 1;
            }
            day = day + Days::new(1);
        }
        day
    }
}

/// A run of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DayRange {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl DayRange {
    /// The ISO week (Monday to Sunday) of a day.
    pub fn week_of(day: NaiveDate) -> Self {
        let first = day - Days::new(u64::from(day.weekday().num_days_from_monday()));
        Self { first, last: first + Days::new(6) }
    }

    /// The calendar month of a day.
    pub fn month_of(day: NaiveDate) -> Self {
        let first = day - Days::new(u64::from(day.day0()));
        let next = first + chrono::Months::new(1);
        Self { first, last: next - Days::new(1) }
    }

    /// The quarter of a calendar year in which a day lies.
    pub fn quarter_of(day: NaiveDate) -> Self {
        Self::months_of(day, 3)
    }

    /// The half of a calendar year in which a day lies.
    pub fn half_year_of(day: NaiveDate) -> Self {
        Self::months_of(day, 6)
    }

    /// The calendar year of a day.
    pub fn year_of(day: NaiveDate) -> Self {
        Self::months_of(day, 12)
    }

    /// The run of `months` months of the calendar year in which a day lies; `months` divides twelve.
    fn months_of(day: NaiveDate, months: u32) -> Self {
        let this_month = Self::month_of(day).first;
        let first = this_month - chrono::Months::new(day.month0() % months);
        Self { first, last: first + chrono::Months::new(months) - Days::new(1) }
    }

    /// The days that both have.
    pub fn overlap(self, other: Self) -> Option<Self> {
        let both = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (both.first <= both.last).then_some(both)
    }

    /// The run of the same length that ends the day before.
    pub fn before(self) -> Self {
        let length = self.len();
        Self { first: self.first - Days::new(length), last: self.first - Days::new(1) }
    }

    /// How many days it has.
    pub fn len(self) -> u64 {
        (self.last - self.first).num_days().unsigned_abs() + 1
    }

    /// Never: a run has at least one day. Here because `len` is.
    pub fn is_empty(self) -> bool {
        false
    }

    /// Every day of it.
    pub fn iter(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take_while(move |day| *day <= self.last)
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// `11月16日—11月22日`.
    pub fn title(self) -> String {
        format!("{}—{}", month_day(self.first), month_day(self.last))
    }
}

/// `11月20日`.
pub fn month_day(day: NaiveDate) -> String {
    format!("{}月{}日", day.month(), day.day())
}

/// `周五`.
pub fn weekday(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    }
}

/// The day on which something belongs: by the clock on the wall of `zone`, where a day begins at `day_starts_at`.
pub fn business_day(at: DateTime<Utc>, zone: Tz, day_starts_at: NaiveTime) -> NaiveDate {
    let local = at.with_timezone(&zone).naive_local();
    let since_midnight = day_starts_at - NaiveTime::MIN;
    (local - since_midnight).date()
}

/// The instant of a wall-clock time. In a gap (clocks put forward) it is the first instant after it; of a time that
/// comes twice, the first.
pub fn instant(day: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let mut local = day.and_time(time);
    // the longest gap there was is a day, where a country went over to the other side of the date line
    for _ in 0..=24 * 60 {
        if let Some(found) = zone.from_local_datetime(&local).earliest() {
            return found.with_timezone(&Utc);
        }
        local += TimeDelta::minutes(1);
    }
    local.and_utc()
}

/// When unprompted messages may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenHours {
    /// First moment of the day.
    pub from: NaiveTime,
    /// Last moment of the day.
    pub until: NaiveTime,
    /// Whether days off are quiet as a whole.
    pub workdays_only: bool,
}

impl OpenHours {
    /// The first instant at or after `at` when an unprompted message may go out.
    pub fn next_open(&self, at: DateTime<Utc>, zone: Tz, calendar: &Calendar) -> DateTime<Utc> {
        let local = at.with_timezone(&zone).naive_local();
        let mut day = local.date();
        let quiet_today = self.workdays_only && !calendar.is_workday(day);
        if !quiet_today && local.time() >= self.from && local.time() <= self.until {
            return at;
        }
        if quiet_today || local.time() > self.until {
            day = day + Days::new(1);
        }
        if self.workdays_only {
            day = calendar.workday_after(day, 0);
        }
        instant(day, self.from, zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn cn() -> Calendar {
        Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap()
    }

    const SHANGHAI: Tz = chrono_tz::Asia::Shanghai;

    #[test]
    fn national_day_is_off_and_a_make_up_saturday_is_worked() {
        let calendar = cn();
        assert!(!calendar.is_workday(day("2026-10-01")));
        assert!(calendar.is_workday(day("2026-10-10")), "2026-10-10 is a make-up Saturday");
        assert!(calendar.covers(day("2026-12-31")) && !calendar.covers(day("2027-01-01")));
        assert!(calendar.is_workday(day("2027-01-01")), "past the table the weekday decides");
    }

    #[test]
    fn weeks_are_iso_weeks_also_at_the_turn_of_the_year() {
        let week = DayRange::week_of(day("2027-01-01"));
        assert_eq!((week.first, week.last), (day("2026-12-28"), day("2027-01-03")));
        assert_eq!(week.first.iso_week().week(), 53);
        assert_eq!(week.before().first, day("2026-12-21"));
        assert_eq!(DayRange::month_of(day("2028-02-10")).last, day("2028-02-29"));
        let range = |first: &str, last: &str| DayRange { first: day(first), last: day(last) };
        assert_eq!(DayRange::quarter_of(day("2028-02-29")), range("2028-01-01", "2028-03-31"));
        assert_eq!(DayRange::quarter_of(day("2026-12-31")), range("2026-10-01", "2026-12-31"));
        assert_eq!(DayRange::half_year_of(day("2026-07-01")), range("2026-07-01", "2026-12-31"));
        assert_eq!(DayRange::year_of(day("2026-07-01")), range("2026-01-01", "2026-12-31"));
    }

    #[test]
    fn a_day_begins_where_the_zone_and_the_reset_hour_say() {
        let at: DateTime<Utc> = "2026-11-19T16:30:00Z".parse().unwrap(); // 00:30 in Shanghai
        assert_eq!(business_day(at, SHANGHAI, NaiveTime::MIN), day("2026-11-20"));
        let four = NaiveTime::from_hms_opt(4, 0, 0).unwrap();
        assert_eq!(business_day(at, SHANGHAI, four), day("2026-11-19"));
        assert_eq!(business_day(at, chrono_tz::Asia::Urumqi, NaiveTime::MIN), day("2026-11-19"));
    }

    #[test]
    fn deadlines_count_workdays_over_a_holiday() {
        let calendar = cn();
        // asked on the Wednesday before National Day: the two workdays come after the holiday
        assert_eq!(calendar.workday_after(day("2026-09-30"), 2), day("2026-10-09"));
    }

    #[test]
    fn quiet_hours_wait_for_the_next_workday_morning() {
        let hours = OpenHours {
            from: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
            until: NaiveTime::from_hms_opt(21, 0, 0).unwrap(),
            workdays_only: true,
        };
        let friday_night: DateTime<Utc> = "2026-11-20T14:00:00Z".parse().unwrap(); // 22:00
        let monday: DateTime<Utc> = "2026-11-23T00:00:00Z".parse().unwrap(); // 08:00
        assert_eq!(hours.next_open(friday_night, SHANGHAI, &cn()), monday);
        assert_eq!(hours.next_open(monday, SHANGHAI, &cn()), monday);
        let early: DateTime<Utc> = "2026-11-22T22:00:00Z".parse().unwrap(); // Monday 06:00
        assert_eq!(hours.next_open(early, SHANGHAI, &cn()), monday);
    }

    #[test]
    fn a_wall_clock_time_in_a_gap_is_the_first_after_it() {
        let at = instant(day("2026-03-29"), NaiveTime::from_hms_opt(2, 30, 0).unwrap(), chrono_tz::Europe::Berlin);
        assert_eq!(at, "2026-03-29T01:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let at = instant(day("2026-03-29"), NaiveTime::from_hms_opt(2, 50, 0).unwrap(), chrono_tz::Europe::Berlin);
        assert_eq!(at, "2026-03-29T01:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }
}
