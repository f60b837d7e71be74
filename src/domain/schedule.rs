//! When a job is due: a cron expression with weekday names in a zone, and what a day off does to it.
//!
//! A slot is computed from the rule alone, never from "now": whoever asks, whenever, gets the same slots.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};

use super::calendar::{Calendar, DayRange, instant};

/// What happens to a slot on a day off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDayOff {
    /// It stays where it is.
    #[default]
    Keep,
    /// It falls out.
    Skip,
    /// It moves to the next workday of the same week, or falls out when there is none.
    Next,
    /// It moves to the next workday, whichever week or month that is in.
    NextWorkday,
    /// It moves to the last workday before it in the same week, or falls out when there is none.
    Previous,
}

/// A rule such as `Fri 17:30`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Minute, hour, day of month, month, weekday by name.
    pub cron: CronText,
    /// What a day off does.
    #[serde(default)]
    pub on_day_off: OnDayOff,
}

/// A cron expression of five fields; weekdays by name only, because in this library's numbers 1 is Sunday.
#[derive(Clone, Debug)]
pub struct CronText {
    text: String,
    schedule: cron::Schedule,
}

impl CronText {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for CronText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(format!("「{text}」要写五段：分 时 日 月 星期，例如 \"30 17 * * Fri\""));
        };
        if weekday.contains(|c: char| c.is_ascii_digit()) {
            return Err(format!("「{text}」的星期请写英文名（Mon Tue Wed Thu Fri Sat Sun），不要写数字"));
        }
        if day != "*" && weekday != "*" {
            return Err(format!("「{text}」的日和星期只能限定一个，另一个写 *"));
        }
        let schedule = cron::Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}"))
            .map_err(|error| format!("「{text}」不是有效的时间表达式：{error}"))?;
        Ok(Self { text: text.to_owned(), schedule })
    }
}

impl<'de> Deserialize<'de> for CronText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// No slot is moved further forward than this; the longest holiday has nine days.
const LONGEST_SHIFT_DAYS: i64 = 15;

impl Rule {
    /// A rule from its text, for those that are not in a file.
    ///
    /// # Errors
    /// Says in Chinese what is wrong with the expression.
    pub fn new(cron: &str, on_day_off: OnDayOff) -> Result<Self, String> {
        Ok(Self { cron: cron.parse()?, on_day_off })
    }

    /// The slots in `(after, until]`, oldest first, at most `limit` of them (the newest ones).
    pub fn slots(
        &self,
        after: DateTime<Utc>,
        until: DateTime<Utc>,
        zone: Tz,
        calendar: &Calendar,
        limit: usize,
    ) -> Vec<DateTime<Utc>> {
        // The rule is read on a calendar without zones and each wall-clock time placed in the zone afterwards, so that
        // a time that comes twice is one slot and a time that does not come is still one. A shifted slot may come from
        // as far away as the longest holiday.
        let from = after.with_timezone(&zone).naive_local() - TimeDelta::days(LONGEST_SHIFT_DAYS);
        let to = until.with_timezone(&zone).naive_local() + TimeDelta::days(7);
        let mut found: Vec<DateTime<Utc>> = Vec::new();
        for wall in self.cron.schedule.after(&from.and_utc()).take_while(|wall| wall.naive_utc() <= to) {
            let wall = wall.naive_utc();
            let Some(day) = self.placed(wall.date(), calendar) else { continue };
            let slot = instant(day, wall.time(), zone);
            if slot > after && slot <= until && !found.contains(&slot) {
                found.push(slot);
            }
        }
        found.sort_unstable();
        let surplus = found.len().saturating_sub(limit);
        found.split_off(surplus)
    }

    /// The first slot after an instant, within a year.
    pub fn next_after(&self, after: DateTime<Utc>, zone: Tz, calendar: &Calendar) -> Option<DateTime<Utc>> {
        [2, 9, 40, 100, 370].into_iter().find_map(|days| {
            self.slots(after, after + TimeDelta::days(days), zone, calendar, usize::MAX).first().copied()
        })
    }

    fn placed(&self, day: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
        if calendar.is_workday(day) {
            return Some(day);
        }
        let week = DayRange::week_of(day);
        match self.on_day_off {
            OnDayOff::Keep => Some(day),
            OnDayOff::Skip => None,
            OnDayOff::Next => week.iter().find(|other| *other > day && calendar.is_workday(*other)),
            OnDayOff::NextWorkday => Some(calendar.workday_after(day, 0)),
            OnDayOff::Previous => week.iter().filter(|other| *other < day && calendar.is_workday(*other)).last(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHANGHAI: Tz = chrono_tz::Asia::Shanghai;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn cn() -> Calendar {
        Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap()
    }

    #[test]
    fn weekly_slots_stand_on_the_wall_clock_of_the_zone() {
        let rule = Rule::new("30 17 * * Fri", OnDayOff::Keep).unwrap();
        let slots = rule.slots(at("2026-11-01T00:00:00Z"), at("2026-11-21T00:00:00Z"), SHANGHAI, &cn(), 10);
        assert_eq!(slots, [at("2026-11-06T09:30:00Z"), at("2026-11-13T09:30:00Z"), at("2026-11-20T09:30:00Z")]);
        let last = rule.slots(at("2026-11-01T00:00:00Z"), at("2026-11-21T00:00:00Z"), SHANGHAI, &cn(), 1);
        assert_eq!(last, [at("2026-11-20T09:30:00Z")]);
        assert_eq!(rule.next_after(at("2026-11-20T09:30:00Z"), SHANGHAI, &cn()), Some(at("2026-11-27T09:30:00Z")));
    }

    #[test]
    fn a_slot_on_a_day_off_moves_within_its_week_or_falls_out() {
        let october = (at("2026-09-28T00:00:00Z"), at("2026-10-12T00:00:00Z"));
        let monday = Rule::new("0 9 * * Mon", OnDayOff::Next).unwrap();
        // Monday 5 October is a holiday that lasts to the 7th: the plan comes on Thursday the 8th
        assert_eq!(
            monday.slots(october.0, october.1, SHANGHAI, &cn(), 10),
            [at("2026-09-28T01:00:00Z"), at("2026-10-08T01:00:00Z"), at("2026-10-12T01:00:00Z")][..2]
        );
        let friday = Rule::new("30 17 * * Fri", OnDayOff::Previous).unwrap();
        let slots = friday.slots(october.0, october.1, SHANGHAI, &cn(), 10);
        assert_eq!(slots[0], at("2026-09-30T09:30:00Z"), "Friday 2 October is off: the digest comes on Wednesday");
    }

    #[test]
    fn the_first_workday_of_a_month_may_lie_in_another_week() {
        let rule = Rule::new("0 9 1 * *", OnDayOff::NextWorkday).unwrap();
        let slots = rule.slots(at("2026-01-02T00:00:00Z"), at("2026-12-31T00:00:00Z"), SHANGHAI, &cn(), 20);
        let days: Vec<String> = slots.iter().map(|slot| slot.format("%m-%d %H").to_string()).collect();
        // 1 January is off to Saturday the 3rd and Sunday the 4th is worked; 1 February is a Sunday; National Day lasts
        // to the 7th; 1 November is a Sunday
        let wanted = [
            "01-04", "02-02", "03-02", "04-01", "05-06", "06-01", "07-01", "08-03", "09-01", "10-08", "11-02", "12-01",
        ];
        assert_eq!(days, wanted.map(|day| format!("{day} 01")));
        // asked again from within the holiday, it is the same slot
        assert_eq!(rule.next_after(at("2026-10-07T20:00:00Z"), SHANGHAI, &cn()), Some(at("2026-10-08T01:00:00Z")));
        assert_eq!(rule.next_after(at("2026-10-08T01:00:00Z"), SHANGHAI, &cn()), Some(at("2026-11-02T01:00:00Z")));
    }

    #[test]
    fn every_workday_includes_make_up_saturdays() {
        let rule = Rule::new("30 9 * * *", OnDayOff::Skip).unwrap();
        let slots = rule.slots(at("2026-10-08T16:00:00Z"), at("2026-10-11T16:00:00Z"), SHANGHAI, &cn(), 10);
        assert_eq!(slots, [at("2026-10-09T01:30:00Z"), at("2026-10-10T01:30:00Z")]);
    }

    #[test]
    fn a_time_that_comes_twice_is_one_slot_and_one_in_a_gap_too() {
        let rule = Rule::new("30 2 * * *", OnDayOff::Keep).unwrap();
        let berlin = chrono_tz::Europe::Berlin;
        let autumn = rule.slots(at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z"), berlin, &cn(), 10);
        assert_eq!(autumn, [at("2026-10-25T00:30:00Z")]);
        let spring = rule.slots(at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z"), berlin, &cn(), 10);
        assert_eq!(spring, [at("2026-03-29T01:00:00Z")]);
    }

    #[test]
    fn numbers_for_weekdays_and_two_kinds_of_day_are_refused_with_a_hint() {
        assert!("30 17 * * 5".parse::<CronText>().unwrap_err().contains("英文名"));
        assert!("30 17 1 * Fri".parse::<CronText>().unwrap_err().contains("只能限定一个"));
        assert!("30 17 * *".parse::<CronText>().unwrap_err().contains("五段"));
    }
}
