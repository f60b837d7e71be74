//! Behind the veil: when what an anonymous asker does is made known, under which alias and number, and among how many.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use chrono_tz::Tz;

use super::calendar::{Calendar, OpenHours};
use super::vocabulary::vocabulary;

/// Where fewer than so many could have asked, a unit is not named.
pub const FEWEST: usize = 5;

/// Anonymous questions draw their numbers from here …
pub const LOWEST_DRAWN: i64 = 100_000;
/// … to here, both included.
pub const HIGHEST_DRAWN: i64 = 999_999;

/// Who does something right before the hour is made known at the one after it: what was said a moment ago is told by who was
/// there a moment ago.
const AT_LEAST: TimeDelta = TimeDelta::minutes(10);

/// Letters of an alias: none that looks like a digit or another letter.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

vocabulary! {
    /// Where a request to find out who asked stands.
    DisclosureState {
        /// It waits for a second person.
        Asked = "asked", "待同意";
        /// A second person has consented.
        Granted = "granted", "已同意";
        /// A second person has not.
        Declined = "declined", "不同意";
    }
}

/// When what is done at an instant is made known: the next full hour of the wall clock that is at least ten minutes away and
/// lies within open hours.
pub fn made_known_at(at: DateTime<Utc>, zone: Tz, open: &OpenHours, calendar: &Calendar) -> DateTime<Utc> {
    let mut hour = next_hour(at + AT_LEAST, zone);
    // open hours may begin at half past; a week without an open full hour is a policy without any
    for _ in 0..400 {
        let opens = open.next_open(hour, zone, calendar);
        if opens == hour {
            break;
        }
        hour = next_hour(opens, zone);
    }
    hour
}

/// The full hour of the wall clock that an instant is or that comes next.
fn next_hour(at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let hour = hour_of(at, zone);
    if hour == at { hour } else { hour + TimeDelta::hours(1) }
}

/// The beginning of the wall clock's hour that an instant lies in.
pub fn hour_of(at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    // a wall clock that is half an hour off has its full hours at our half hours
    at.with_timezone(&zone).duration_trunc(TimeDelta::hours(1)).map_or(at, |hour| hour.with_timezone(&Utc))
}

/// An alias out of chance: `A7`, `K42`.
pub fn alias(chance: u64) -> String {
    let letter = LETTERS[usize::try_from(chance % LETTERS.len() as u64).unwrap_or(0)];
    let number = (chance >> 16) % 98 + 2;
    format!("{}{number}", char::from(letter))
}

/// A number out of chance.
pub fn number(chance: u64) -> i64 {
    let wide = u64::try_from(HIGHEST_DRAWN - LOWEST_DRAWN + 1).unwrap_or(1);
    LOWEST_DRAWN + i64::try_from(chance % wide).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_made_known_at_a_full_hour_in_open_hours_and_never_within_ten_minutes() {
        let calendar = Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap();
        let time = |text: &str| text.parse().unwrap();
        let open = OpenHours { from: time2("07:30"), until: time2("21:30"), workdays_only: true };
        for (at, zone, known) in [
            ("2026-11-20T10:00:00+08:00", chrono_tz::Asia::Shanghai, "2026-11-20T11:00:00+08:00"),
            ("2026-11-20T10:50:00+08:00", chrono_tz::Asia::Shanghai, "2026-11-20T11:00:00+08:00"),
            ("2026-11-20T10:50:01+08:00", chrono_tz::Asia::Shanghai, "2026-11-20T12:00:00+08:00"),
            ("2026-11-19T20:55:00+08:00", chrono_tz::Asia::Shanghai, "2026-11-20T08:00:00+08:00"),
            ("2026-11-20T23:00:00+08:00", chrono_tz::Asia::Shanghai, "2026-11-23T08:00:00+08:00"),
            ("2026-11-20T10:00:00+05:30", chrono_tz::Asia::Kolkata, "2026-11-20T11:00:00+05:30"),
        ] {
            let at: DateTime<Utc> = time(at);
            let known: DateTime<Utc> = time(known);
            assert_eq!(made_known_at(at, zone, &open, &calendar), known, "{at}");
        }
    }

    fn time2(text: &str) -> chrono::NaiveTime {
        text.parse().unwrap()
    }

    #[test]
    fn aliases_and_numbers_stay_within_their_bounds() {
        for chance in [0, 1, 23, 24, u64::MAX, 0x0061_0000_0017] {
            let alias = alias(chance);
            assert!(alias.len() <= 3 && alias.as_bytes()[0].is_ascii_uppercase(), "{alias}");
            assert!((LOWEST_DRAWN..=HIGHEST_DRAWN).contains(&number(chance)));
        }
    }
}
