//! Putting reminders off: `2小时`, `30分钟`, `明天`.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::calendar::instant;
use super::record::number;
use super::text::normal;

/// The longest time for which reminders can be put off, in days.
pub const MOST_DAYS: i64 = 7;

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// So many minutes.
    Minutes(i64),
    /// Until the morning after so many nights.
    Mornings(u64),
}

impl Delay {
    /// Reads what was typed, all of it; `None` where it is something else or longer than may be.
    pub fn read(typed: &str) -> Option<Self> {
        let text = normal(typed);
        let text = text.trim_matches(|c: char| !c.is_alphanumeric()).trim_start_matches('到').trim();
        match text {
            "明天" | "明早" | "明天早上" | "明天上午" => return Some(Self::Mornings(1)),
            "后天" => return Some(Self::Mornings(2)),
            "半小时" | "半个小时" => return Some(Self::Minutes(30)),
            _ => {}
        }
        let at = text.find(|c: char| !(c.is_ascii_digit() || "一二两三四五六七八九十半".contains(c)))?;
        let (amount, unit) = text.split_at(at);
        let amount = i64::from(number(amount)?);
        let minutes = match unit.trim() {
            "分" | "分钟" => amount,
            "小时" | "个小时" | "钟头" | "个钟头" => amount * 60,
            "天" => {
                return (1..=MOST_DAYS).contains(&amount).then(|| Self::Mornings(u64::try_from(amount).unwrap_or(1)));
            }
            _ => return None,
        };
        (1..=MOST_DAYS * 24 * 60).contains(&minutes).then_some(Self::Minutes(minutes))
    }

    /// When it ends; mornings begin at `opens` on the wall clock.
    pub fn ends(self, at: DateTime<Utc>, zone: Tz, opens: NaiveTime) -> DateTime<Utc> {
        match self {
            Self::Minutes(minutes) => at + TimeDelta::minutes(minutes),
            Self::Mornings(days) => instant(at.with_timezone(&zone).date_naive() + Days::new(days), opens, zone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_read_as_people_say_it_and_nothing_else_is_one() {
        for (text, delay) in [
            ("2小时", Delay::Minutes(120)),
            ("两个小时", Delay::Minutes(120)),
            (" ３０分钟", Delay::Minutes(30)),
            ("半小时", Delay::Minutes(30)),
            ("到明天", Delay::Mornings(1)),
            ("3天", Delay::Mornings(3)),
        ] {
            assert_eq!(Delay::read(text), Some(delay), "{text}");
        }
        for text in ["", "开会", "2小时开会", "0分钟", "8天", "9999小时", "99999999999小时"] {
            assert_eq!(Delay::read(text), None, "{text}");
        }
    }

    #[test]
    fn tomorrow_is_the_morning_of_the_next_day_on_the_wall() {
        let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        let at: DateTime<Utc> = "2026-11-26T23:30:00+08:00".parse().unwrap();
        let ends = Delay::Mornings(1).ends(at, chrono_tz::Asia::Shanghai, eight);
        assert_eq!(ends.to_rfc3339(), "2026-11-27T00:00:00+00:00");
    }
}
