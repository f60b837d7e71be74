//! Closing times as people write them: 周五18点, 今晚8点半, 12月1日, 3天, 2小时后.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::instant;
use crate::domain::people::HalfDay;
use crate::domain::record::number;
use crate::domain::text::normal;
use crate::domain::when::{self, Lean};

/// The shortest and the longest time that anything stays open.
pub const SHORTEST: TimeDelta = TimeDelta::minutes(5);
/// See [`SHORTEST`].
pub const LONGEST: TimeDelta = TimeDelta::days(90);

/// Why a closing time cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is no time.
    Unread,
    /// It is over, or nearly.
    TooSoon,
    /// Nobody remembers for so long.
    TooLate,
}

impl Unfit {
    /// The reason, for people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Unread => "看不懂这个截止时间",
            Self::TooSoon => "截止时间已经过了，或者太近（至少 5 分钟以后）",
            Self::TooLate => "截止时间太远（最多 90 天）",
        }
    }
}

/// Reads a closing time said at an instant.
///
/// # Errors
/// Why it is none.
pub fn read(typed: &str, at: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>, Unfit> {
    let closes = read_any(typed, at, zone).ok_or(Unfit::Unread)?;
    match closes - at {
        left if left < SHORTEST => Err(Unfit::TooSoon),
        left if left > LONGEST => Err(Unfit::TooLate),
        _ => Ok(closes),
    }
}

fn read_any(typed: &str, at: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let text = normal(typed).replace("今晚", "今天晚上").replace("明晚", "明天晚上").replace("今早", "今天早上");
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | '.' | '。' | ';' | '前' | '止'));
    let text = text.strip_suffix("之").unwrap_or(text).trim_end();
    if let Some(span) = read_span(text) {
        return at.checked_add_signed(span);
    }
    let local = at.with_timezone(&zone);
    let today = local.date_naive();
    let found = when::read(text, today, Lean::Ahead).ok()?;
    let (day, half, rest) = match &found {
        Some(when) => (when.last()?, when.half, when.rest.as_str()),
        None => (today, None, text),
    };
    let rest = rest.trim();
    if rest.is_empty() {
        // 上午 ends at noon; a day with its last minute
        let time = if half == Some(HalfDay::Morning) { (12, 0) } else { (23, 59) };
        return found.map(|_| on(day, time, zone));
    }
    Some(on(day, read_time(rest, half)?, zone))
}

fn on(day: NaiveDate, (hour, minute): (u32, u32), zone: Tz) -> DateTime<Utc> {
    instant(day, NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default(), zone)
}

/// `2小时`, `30分钟后`, `3天内`, `一周`.
fn read_span(text: &str) -> Option<TimeDelta> {
    let text =
        ["以后", "之后", "以内", "之内", "后", "内"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let count = |unit: &str| text.strip_suffix(unit).map(|count| count.trim().trim_end_matches('个'));
    let whole = |count: &str| {
        let count = if count == "两" { "二" } else { count };
        number(count).filter(|count| (1..=100_000).contains(count)).map(i64::from)
    };
    if let Some(typed) = count("分钟") {
        return Some(TimeDelta::minutes(whole(typed)?));
    }
    if let Some(typed) = count("小时").or_else(|| count("钟头")) {
        return if typed == "半" { Some(TimeDelta::minutes(30)) } else { Some(TimeDelta::hours(whole(typed)?)) };
    }
    if let Some(typed) = count("天") {
        return Some(TimeDelta::days(whole(typed)?));
    }
    // 周 alone begins a weekday
    count("周").or_else(|| count("星期")).and_then(whole).map(TimeDelta::weeks)
}

/// `18点`, `18:30`, `晚上8点半`, `下午6点` behind a day.
fn read_time(text: &str, half: Option<HalfDay>) -> Option<(u32, u32)> {
    let periods = [
        ("早上", false),
        ("上午", false),
        ("凌晨", false),
        ("中午", true),
        ("下午", true),
        ("傍晚", true),
        ("晚上", true),
        ("晚", true),
    ];
    let period = periods.iter().find_map(|(word, late)| Some((text.strip_prefix(word)?.trim(), *word, *late)));
    let (clock, word, late) = period.unwrap_or((text, "", half == Some(HalfDay::Afternoon)));
    let (hours, minutes) = if let Some((hours, minutes)) = clock.split_once(':') {
        (hours, minutes.trim_end_matches('分').to_owned())
    } else {
        let (hours, minutes) = clock.split_once('点').or_else(|| clock.split_once('时'))?;
        let minutes = match minutes.trim_end_matches(['钟', '整', '分']) {
            "" => "0".to_owned(),
            "半" => "30".to_owned(),
            "一刻" => "15".to_owned(),
            "三刻" => "45".to_owned(),
            other => other.to_owned(),
        };
        (hours, minutes)
    };
    let hours = if hours == "两" { "二" } else { hours };
    let hour = u32::try_from(number(hours)?).ok()?;
    let minute = u32::try_from(number(&minutes)?).ok().filter(|minute| *minute < 60)?;
    match hour {
        24 if minute == 0 => Some((23, 59)),
        12 if word.starts_with('晚') => Some((23, 59)),
        // 中午11点 is before noon
        hour if late && hour < 12 && !(word == "中午" && hour >= 10) => Some((hour + 12, minute)),
        0..=23 => Some((hour, minute)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_times_are_read_as_people_write_them() {
        // Friday, 10:00
        let at: DateTime<Utc> = "2026-11-20T10:00:00+08:00".parse().unwrap();
        for (typed, closes) in [
            ("周五18点", "11-20 18:00"),
            ("周日晚上8点半", "11-22 20:30"),
            ("今晚8点", "11-20 20:00"),
            ("今晚12点", "11-20 23:59"),
            ("明天", "11-21 23:59"),
            ("明天上午", "11-21 12:00"),
            ("明天下午6点", "11-21 18:00"),
            ("12月1日", "12-01 23:59"),
            ("12月1日 18：00前", "12-01 18:00"),
            ("11-25 9:05", "11-25 09:05"),
            ("18点", "11-20 18:00"),
            ("下午三点", "11-20 15:00"),
            ("两小时", "11-20 12:00"),
            ("30分钟后", "11-20 10:30"),
            ("3天内", "11-23 10:00"),
            ("一周", "11-27 10:00"),
            ("１２月１日２４点", "12-01 23:59"),
        ] {
            let read = read(typed, at, chrono_tz::Asia::Shanghai);
            let said = read.map(|at| at.with_timezone(&chrono_tz::Asia::Shanghai).format("%m-%d %H:%M").to_string());
            assert_eq!(said.as_deref(), Ok(closes), "{typed}");
        }
        for (typed, why) in [
            ("9点", Unfit::TooSoon),
            ("昨天", Unfit::TooSoon),
            ("1分钟", Unfit::TooSoon),
            ("100天", Unfit::TooLate),
            ("大家投完为止", Unfit::Unread),
            ("周五25点", Unfit::Unread),
            ("", Unfit::Unread),
            ("2月30日", Unfit::Unread),
        ] {
            assert_eq!(read(typed, at, chrono_tz::Asia::Shanghai), Err(why), "{typed}");
        }
    }
}
