//! The open day (线上开放日·书记面对面): its phases, and how `主题 2小时` and `11月25日15:00 主题 2小时` are read.

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::people::HalfDay;
use super::text::normal;
use super::vocabulary::vocabulary;
use super::when::{self, Lean, Unclear};

vocabulary! {
    /// How far an open day has come.
    Phase {
        /// It is announced, and has not begun.
        Announced = "announced", "预告";
        /// It runs.
        Running = "running", "进行中";
        /// It is over.
        Ended = "ended", "已结束";
        /// It was announced and will not be.
        Cancelled = "cancelled", "已取消";
    }
}

/// How far ahead one may be announced: nobody keeps a date in mind for longer.
pub const FURTHEST: TimeDelta = TimeDelta::days(30);

/// How long before it begins host and group are reminded.
pub const REMINDED_BEFORE: TimeDelta = TimeDelta::minutes(10);

/// How long an open day lasts that says nothing else.
pub const USUAL: TimeDelta = TimeDelta::hours(2);

/// The shortest and the longest: a question needs time to be typed, and nobody answers live for longer than a day.
pub const SHORTEST: TimeDelta = TimeDelta::minutes(10);
/// See [`SHORTEST`].
pub const LONGEST: TimeDelta = TimeDelta::hours(24);

/// The topic as typed and how long it is to last: the last word, where it is a duration.
pub fn read_start(typed: &str) -> (&str, TimeDelta) {
    let typed = typed.trim();
    let (before, last) = match typed.rfind(char::is_whitespace) {
        Some(at) => (&typed[..at], typed[at..].trim_start()),
        None => ("", typed),
    };
    match read_duration(last) {
        Some(length) => (before.trim(), length),
        None => (typed, USUAL),
    }
}

/// What an announcement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement<'t> {
    /// On which day it is to begin.
    pub day: NaiveDate,
    /// At which time on the wall clock.
    pub time: NaiveTime,
    /// The topic as typed; may be empty.
    pub topic: &'t str,
    /// How long it is to last.
    pub length: TimeDelta,
}

/// Why an announcement cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAnnounced {
    /// The day is none.
    Day(Unclear),
    /// No day, or several, stand in front.
    NoDay,
    /// No time stands behind the day.
    NoTime,
}

/// Reads `11月25日15:00 返乡创业 2小时`, `明天下午3点半 返乡创业`.
///
/// # Errors
/// Says what cannot be read.
pub fn read_announcement<'t>(typed: &'t str, today: NaiveDate) -> Result<Announcement<'t>, NotAnnounced> {
    let read = when::read(typed, today, Lean::Ahead).map_err(NotAnnounced::Day)?;
    let Some(read) = read.filter(|read| read.days.len() == 1) else { return Err(NotAnnounced::NoDay) };
    let day = read.first().ok_or(NotAnnounced::NoDay)?;
    // what stands behind the day, as it was typed
    let behind = typed.trim_end().strip_suffix(read.rest.as_str()).map_or(0, str::len);
    let rest = typed.trim_end().get(behind..).unwrap_or_default();
    let (time, rest) = read_time(rest, read.half).ok_or(NotAnnounced::NoTime)?;
    let (topic, length) = read_start(rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '《' && c != '“'));
    Ok(Announcement { day, time, topic, length })
}

/// `15:00`, `15点`, `15点半`, `下午3点20分`, `晚上7:30` at the beginning of a text, and what follows.
fn read_time(typed: &str, half: Option<HalfDay>) -> Option<(NaiveTime, &str)> {
    const PARTS: [(&str, bool); 8] = [
        ("上午", false),
        ("早上", false),
        ("早晨", false),
        ("中午", true),
        ("下午", true),
        ("傍晚", true),
        ("晚上", true),
        ("晚", true),
    ];
    let mut rest = typed.trim_start();
    let mut late = half == Some(HalfDay::Afternoon);
    if let Some((part, is_late)) = PARTS.iter().find(|(part, _)| rest.starts_with(part)) {
        rest = rest.strip_prefix(part)?.trim_start();
        late = *is_late;
    }
    let (hour, behind) = leading_number(rest)?;
    let (minute, behind) = match behind.strip_prefix([':', '：']) {
        Some(behind) => leading_number(behind)?,
        None => {
            let behind = behind.strip_prefix(['点', '时', '點', '時'])?;
            // 15点20 needs its 分, so that 15点 2小时 does not lose its length
            let minutes = leading_number(behind).and_then(|(minute, more)| Some((minute, more.strip_prefix('分')?)));
            match (minutes, behind.strip_prefix('半')) {
                (Some(found), _) => found,
                (None, Some(more)) => (30, more),
                (None, None) => (0, behind.strip_prefix(['整', '钟']).unwrap_or(behind)),
            }
        }
    };
    let hour = if late && hour < 12 && hour > 0 { hour + 12 } else { hour };
    Some((NaiveTime::from_hms_opt(hour, minute, 0)?, behind))
}

/// A number at the very beginning of a text, in figures or as a word, and what follows.
fn leading_number(text: &str) -> Option<(u32, &str)> {
    let is_part = |c: char| c.is_numeric() || "一二三四五六七八九十两".contains(c);
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (typed, behind) = text.split_at(end);
    let figures = normal(typed);
    let value = match figures.as_str() {
        "两" => 2,
        figures => figures.parse().ok().or_else(|| u32::try_from(super::record::number(figures)?).ok())?,
    };
    Some((value, behind))
}

/// `90分钟`, `2小时`, `两个小时`, `半小时`, `一个半小时`.
fn read_duration(text: &str) -> Option<TimeDelta> {
    let text = normal(text);
    if let Some(count) = text.strip_suffix("分钟") {
        return Some(TimeDelta::minutes(number(count)?));
    }
    let count = text.strip_suffix("小时").or_else(|| text.strip_suffix("钟头"))?;
    if matches!(count, "半" | "半个") {
        return Some(TimeDelta::minutes(30));
    }
    if let Some(whole) = count.strip_suffix('半') {
        return Some(TimeDelta::hours(number(whole.trim_end_matches('个'))?) + TimeDelta::minutes(30));
    }
    Some(TimeDelta::hours(number(count.trim_end_matches('个'))?))
}

fn number(text: &str) -> Option<i64> {
    const WORDS: [&str; 11] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let text = if text == "两" { "二" } else { text };
    let word = WORDS.iter().position(|word| *word == text).and_then(|at| i64::try_from(at).ok());
    // four digits are enough for minutes, and nothing can overflow
    word.or_else(|| text.parse::<u16>().ok().map(i64::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_the_duration_where_it_is_one() {
        for (typed, topic, minutes) in [
            ("", "", 120),
            ("2小时", "", 120),
            ("返乡创业 3小时", "返乡创业", 180),
            ("返乡创业 政策　９０分钟", "返乡创业 政策", 90),
            ("返乡创业 两个小时", "返乡创业", 120),
            ("返乡创业 一个半小时", "返乡创业", 90),
            ("半小时", "", 30),
            ("返乡创业", "返乡创业", 120),
            ("创业 很多小时", "创业 很多小时", 120),
        ] {
            assert_eq!(read_start(typed), (topic, TimeDelta::minutes(minutes)), "{typed}");
        }
    }

    fn announced(typed: &str) -> String {
        // a Friday
        match read_announcement(typed, "2026-11-20".parse().unwrap()) {
            Ok(Announcement { day, time, topic, length }) => {
                format!("{} {}|{topic}|{}", day.format("%m-%d"), time.format("%H:%M"), length.num_minutes())
            }
            Err(NotAnnounced::Day(unclear)) => unclear.reason(),
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn an_announcement_is_a_day_a_time_a_topic_and_a_length() {
        for (typed, means) in [
            ("11月25日15:00 返乡创业 2小时", "11-25 15:00|返乡创业|120"),
            ("11月25日 15：30 返乡创业", "11-25 15:30|返乡创业|120"),
            ("１１月２５日１５点 返乡创业 90分钟", "11-25 15:00|返乡创业|90"),
            ("明天下午3点半，返乡创业 政策 一个半小时", "11-21 15:30|返乡创业 政策|90"),
            ("下周三晚上7点20分 《返乡》怎么做 2小时", "11-25 19:20|《返乡》怎么做|120"),
            ("今天 上午十点", "11-20 10:00||120"),
            ("25号15点 2小时", "11-25 15:00||120"),
            ("11月31日15:00 返乡", "没有“11月31日”这一天"),
            ("返乡创业 2小时", "NoDay"),
            ("明天到周五 15:00 返乡", "NoDay"),
            ("明天 返乡创业", "NoTime"),
            ("明天 25:00 返乡创业", "NoTime"),
            ("明天 15:99", "NoTime"),
            ("", "NoDay"),
        ] {
            assert_eq!(announced(typed), means, "{typed}");
        }
    }
}
