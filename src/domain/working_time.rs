//! Working time: how much of it lies between two instants, and when so much of it will have passed.
//!
//! Everything is counted in whole minutes of the clock: a minute belongs to a stretch when it *begins* in it. So stretches that
//! follow each other add up to the minute, however often a clock was stopped in between.

use chrono::{DateTime, DurationRound, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::calendar::{Calendar, instant};

/// No deadline is looked for further away than so many days; the bound keeps a bad table of holidays from looping.
const LONGEST_WALK_DAYS: usize = 36_525;

/// The working hours of a day, such as 09:00–12:00 and 14:00–17:30.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingHours {
    /// At least one, in order, none overlapping.
    spans: Vec<(NaiveTime, NaiveTime)>,
}

impl WorkingHours {
    /// Working hours from their stretches, each from its first moment to the moment after its last.
    ///
    /// # Errors
    /// Says what is wrong and what to write instead.
    pub fn new(spans: Vec<(NaiveTime, NaiveTime)>) -> Result<Self, String> {
        if spans.is_empty() {
            return Err("至少要有一段，例如 [\"09:00-12:00\", \"14:00-17:30\"]".to_owned());
        }
        if let Some(span) = spans.iter().find(|(from, until)| from >= until) {
            return Err(format!("{} 的开始要早于结束；跨过半夜的分两段写", written(*span)));
        }
        if let Some(two) = spans.windows(2).find(|two| two[0].1 > two[1].0) {
            return Err(format!("{} 和 {} 要从早到晚写，不能重叠", written(two[0]), written(two[1])));
        }
        Ok(Self { spans })
    }

    /// Reads stretches as they are written: `09:00-12:00`.
    ///
    /// # Errors
    /// Says what is wrong and what to write instead.
    pub fn read(texts: &[String]) -> Result<Self, String> {
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let span = |text: &String| {
            let read = text.split_once('-').and_then(|(from, until)| time(from).zip(time(until)));
            read.ok_or_else(|| format!("「{text}」不是一段时间，请写成 \"09:00-12:00\""))
        };
        Self::new(texts.iter().map(span).collect::<Result<_, _>>()?)
    }

    /// How many minutes of work a workday has.
    pub fn minutes_a_day(&self) -> i64 {
        self.spans.iter().map(|(from, until)| (*until - *from).num_minutes()).sum()
    }

    /// `09:00-12:00、14:00-17:30`.
    pub fn title(&self) -> String {
        self.spans.iter().map(|span| written(*span)).collect::<Vec<_>>().join("、")
    }
}

fn written((from, until): (NaiveTime, NaiveTime)) -> String {
    format!("{}-{}", from.format("%H:%M"), until.format("%H:%M"))
}

/// What working time is counted with.
#[derive(Clone, Copy, Debug)]
pub struct WorkingClock<'a> {
    /// The hours of a workday; `None`: every minute of every day counts.
    pub hours: Option<&'a WorkingHours>,
    /// Where the hours are.
    pub zone: Tz,
    /// Which days are workdays.
    pub calendar: &'a Calendar,
}

impl WorkingClock<'_> {
    /// The working minutes that begin in `[from, until)`; none where `until` is not after `from`.
    pub fn minutes(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> i64 {
        let (from, until) = (next_minute(from), next_minute(until));
        let Some(hours) = self.hours else { return (until - from).num_minutes().max(0) };
        let last = until.with_timezone(&self.zone).date_naive();
        self.stretches(hours, from)
            .take_while(|(day, ..)| *day <= last)
            .map(|(_, begins, ends)| (ends.min(until) - begins.max(from)).num_minutes().max(0))
            .sum()
    }

    /// The instant when `minutes` working minutes have passed since `from`: the end of the last of them, not the beginning
    /// of the next day's work. `from` itself for none or fewer.
    pub fn after(&self, from: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        if minutes <= 0 {
            return from;
        }
        let from = next_minute(from);
        let Some(hours) = self.hours else { return from + TimeDelta::minutes(minutes) };
        let mut left = minutes;
        let mut reached = from;
        for (_, begins, ends) in self.stretches(hours, from) {
            let begins = begins.max(from);
            let has = (ends - begins).num_minutes().max(0);
            if left <= has {
                return begins + TimeDelta::minutes(left);
            }
            left -= has;
            reached = reached.max(ends);
        }
        reached
    }

    /// The stretches of work of the day of `from` and of those after it, with their days.
    fn stretches(
        &self,
        hours: &WorkingHours,
        from: DateTime<Utc>,
    ) -> impl Iterator<Item = (NaiveDate, DateTime<Utc>, DateTime<Utc>)> {
        let first = from.with_timezone(&self.zone).date_naive();
        first.iter_days().take(LONGEST_WALK_DAYS).filter(|day| self.calendar.is_workday(*day)).flat_map(move |day| {
            let at = move |time| instant(day, time, self.zone);
            hours.spans.iter().map(move |(begins, ends)| (day, at(*begins), at(*ends)))
        })
    }
}

/// The first whole minute at or after an instant.
fn next_minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_round_up(TimeDelta::minutes(1)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    const SHANGHAI: Tz = chrono_tz::Asia::Shanghai;

    fn cn() -> Calendar {
        Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap()
    }

    fn hours(texts: &[&str]) -> Result<WorkingHours, String> {
        WorkingHours::read(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    fn office() -> WorkingHours {
        hours(&["09:00-12:00", "14:00-17:30"]).unwrap()
    }

    fn shanghai(text: &str) -> DateTime<Utc> {
        let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
        SHANGHAI.from_local_datetime(&local).unwrap().with_timezone(&Utc)
    }

    #[test]
    fn hours_are_refused_with_what_to_write_instead() {
        assert_eq!(office().title(), "09:00-12:00、14:00-17:30");
        assert_eq!(office().minutes_a_day(), 390);
        assert!(hours(&[]).unwrap_err().contains("至少"));
        assert!(hours(&["九点到十二点"]).unwrap_err().contains("09:00-12:00"));
        assert!(hours(&["22:00-06:00"]).unwrap_err().contains("分两段"));
        assert!(hours(&["09:00-12:00", "11:00-17:30"]).unwrap_err().contains("重叠"));
        assert!(hours(&["14:00-17:30", "09:00-12:00"]).unwrap_err().contains("从早到晚"));
        assert!(hours(&["09:00-12:00", "12:00-17:30"]).is_ok());
    }

    #[test]
    fn a_deadline_is_reached_in_hours_that_people_work() {
        let (hours, calendar) = (office(), cn());
        let clock = WorkingClock { hours: Some(&hours), zone: SHANGHAI, calendar: &calendar };
        let due = |asked: &str, minutes| clock.after(shanghai(asked), minutes);
        assert_eq!(due("2026-11-18 10:00:00", 120), shanghai("2026-11-18 12:00:00"), "not after lunch");
        assert_eq!(due("2026-11-18 10:00:00", 121), shanghai("2026-11-18 14:01:00"));
        assert_eq!(due("2026-11-18 12:30:00", 60), shanghai("2026-11-18 15:00:00"), "asked at lunch");
        assert_eq!(due("2026-11-18 23:00:00", 780), shanghai("2026-11-20 17:30:00"), "two workdays");
        assert_eq!(due("2026-11-20 17:00:00", 60), shanghai("2026-11-23 09:30:00"), "over the weekend");
        assert_eq!(due("2026-09-30 17:00:00", 60), shanghai("2026-10-08 09:30:00"), "over National Day");
        assert_eq!(due("2026-10-09 17:00:00", 60), shanghai("2026-10-10 09:30:00"), "a make-up Saturday is worked");
        assert_eq!(due("2026-11-18 10:00:30", 1), shanghai("2026-11-18 10:02:00"), "a begun minute is given");
        assert_eq!(due("2026-11-18 10:00:30", 0), shanghai("2026-11-18 10:00:30"));
    }

    #[test]
    fn nights_weekends_and_holidays_cost_nobody_a_minute() {
        let (hours, calendar) = (office(), cn());
        let clock = WorkingClock { hours: Some(&hours), zone: SHANGHAI, calendar: &calendar };
        let spent = |from: &str, until: &str| clock.minutes(shanghai(from), shanghai(until));
        assert_eq!(spent("2026-10-01 00:00:00", "2026-10-08 00:00:00"), 0, "National Day");
        assert_eq!(spent("2026-10-10 00:00:00", "2026-10-11 00:00:00"), 390, "a make-up Saturday");
        assert_eq!(spent("2026-11-16 00:00:00", "2026-11-23 00:00:00"), 5 * 390);
        assert_eq!(spent("2026-11-18 11:50:00", "2026-11-18 14:05:00"), 15);
        assert_eq!(spent("2026-11-18 14:05:00", "2026-11-18 11:50:00"), 0, "backwards is nothing");
    }

    #[test]
    fn a_deadline_ten_years_away_is_found_by_walking_days() {
        let (hours, calendar) = (office(), cn());
        let clock = WorkingClock { hours: Some(&hours), zone: SHANGHAI, calendar: &calendar };
        let from = shanghai("2026-11-18 10:00:00");
        let began = std::time::Instant::now();
        let until = clock.after(from, 2_600 * 390);
        assert_eq!(clock.minutes(from, until), 2_600 * 390);
        assert!(until > shanghai("2036-10-01 00:00:00"));
        assert!(began.elapsed().as_millis() < 2_000, "{:?}", began.elapsed());
    }

    #[test]
    fn a_calendar_without_workdays_ends_the_search() {
        let never = hours(&["09:00-09:01"]).unwrap();
        let calendar = Calendar::default();
        let clock = WorkingClock { hours: Some(&never), zone: SHANGHAI, calendar: &calendar };
        let from = shanghai("2026-11-18 10:00:00");
        assert!(clock.after(from, i64::MAX) > from);
    }

    /// Zones with and without summer time, among them one that changes by half an hour and one that changes at midnight.
    const ZONES: [Tz; 6] = [
        SHANGHAI,
        chrono_tz::Asia::Urumqi,
        chrono_tz::Europe::Berlin,
        chrono_tz::America::New_York,
        chrono_tz::Australia::Lord_Howe,
        chrono_tz::Africa::Cairo,
    ];

    fn some_hours() -> impl Strategy<Value = WorkingHours> {
        proptest::collection::btree_set(0_u32..1_440, 2..=6).prop_map(|minutes| {
            let times: Vec<NaiveTime> = minutes
                .into_iter()
                .map(|minute| NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap())
                .collect();
            WorkingHours::new(times.chunks_exact(2).map(|two| (two[0], two[1])).collect()).unwrap()
        })
    }

    fn some_instant() -> impl Strategy<Value = DateTime<Utc>> {
        // 2025 to 2027, by the millisecond
        (1_735_689_600_000_i64..1_830_000_000_000).prop_map(|ms| Utc.timestamp_millis_opt(ms).unwrap())
    }

    proptest! {
        #[test]
        fn what_has_passed_after_so_many_minutes_are_so_many_minutes(
            hours in some_hours(), zone in 0..ZONES.len(), from in some_instant(), minutes in 0_i64..5_000,
        ) {
            let calendar = cn();
            let clock = WorkingClock { hours: Some(&hours), zone: ZONES[zone], calendar: &calendar };
            // hours that fall into the gap of summer time have less than they say, never more
            prop_assert_eq!(clock.minutes(from, clock.after(from, minutes)), minutes);
        }

        #[test]
        fn stretches_that_follow_each_other_add_up(
            hours in some_hours(), zone in 0..ZONES.len(), mut at in proptest::array::uniform3(some_instant()),
        ) {
            at.sort();
            let calendar = cn();
            let clock = WorkingClock { hours: Some(&hours), zone: ZONES[zone], calendar: &calendar };
            prop_assert_eq!(clock.minutes(at[0], at[1]) + clock.minutes(at[1], at[2]), clock.minutes(at[0], at[2]));
        }

        #[test]
        fn a_deadline_with_a_stop_in_between_is_the_same_deadline(
            zone in 0..ZONES.len(), from in some_instant(), first in 1_i64..2_000, then in 1_i64..2_000,
        ) {
            let (hours, calendar) = (office(), cn());
            let clock = WorkingClock { hours: Some(&hours), zone: ZONES[zone], calendar: &calendar };
            prop_assert_eq!(clock.after(clock.after(from, first), then), clock.after(from, first + then));
        }

        #[test]
        fn minutes_are_those_that_are_found_by_looking_at_each(
            hours in some_hours(), zone in 0..ZONES.len(), from in some_instant(), long in 0_i64..4_000,
        ) {
            let calendar = cn();
            let zone = ZONES[zone];
            let clock = WorkingClock { hours: Some(&hours), zone, calendar: &calendar };
            let until = from + TimeDelta::minutes(long);
            let counted = clock.minutes(from, until);
            let is_worked = |at: DateTime<Utc>| {
                let local = at.with_timezone(&zone).naive_local();
                calendar.is_workday(local.date())
                    && hours.spans.iter().any(|(a, b)| *a <= local.time() && local.time() < *b)
            };
            let mut at = next_minute(from);
            let (mut slow, mut twice) = (0, 0);
            while at < until {
                slow += i64::from(is_worked(at));
                // an hour that comes twice is counted where the wall clock shows it the first time
                let local = at.with_timezone(&zone).naive_local();
                twice += i64::from(zone.from_local_datetime(&local).single().is_none());
                at += TimeDelta::minutes(1);
            }
            prop_assert!((counted - slow).abs() <= twice, "{counted} {slow} {twice}");
        }
    }
}
