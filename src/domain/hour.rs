//! Times of a day as people write them: 9点, 9:30, 下午3点半, 18时30分, 9点到11点.

use chrono::{NaiveTime, Timelike};

use super::record::number;
use super::text::normal;

/// A time and what follows it, in the normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hour {
    /// When.
    pub from: NaiveTime,
    /// Until when, where that is said.
    pub until: Option<NaiveTime>,
    /// What follows.
    pub rest: String,
}

/// Which half of the day a word in front of the time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Morning,
    Noon,
    Afternoon,
}

const HALVES: [(&str, Half); 10] = [
    ("上午", Half::Morning),
    ("早上", Half::Morning),
    ("早晨", Half::Morning),
    ("凌晨", Half::Morning),
    ("中午", Half::Noon),
    ("下午", Half::Afternoon),
    ("傍晚", Half::Afternoon),
    ("晚上", Half::Afternoon),
    ("夜里", Half::Afternoon),
    ("晚", Half::Afternoon),
];

const RANGE_SIGNS: [&str; 7] = ["到", "至", "~", "-", "—", "–", "−"];

/// Reads the time or the span of time at the beginning of a text; `None` where it begins with none, or where the end does
/// not lie behind the beginning.
pub fn read(typed: &str) -> Option<Hour> {
    let text = normal(typed);
    let (from, half, rest) = one(text.trim_start())?;
    let behind = rest.trim_start();
    let second = RANGE_SIGNS.iter().find_map(|sign| behind.strip_prefix(sign)).and_then(|after| {
        let after =
            after.trim_start_matches(|c: char| c.is_whitespace() || RANGE_SIGNS.contains(&c.to_string().as_str()));
        one(after)
    });
    let Some((mut until, second_half, rest)) = second else {
        return Some(Hour { from, until: None, rest: rest.to_owned() });
    };
    // 下午2点到4点
    if second_half.is_none() && half == Some(Half::Afternoon) && until <= from && until.hour() < 12 {
        until = NaiveTime::from_hms_opt(until.hour() + 12, until.minute(), 0)?;
    }
    (until > from).then(|| Hour { from, until: Some(until), rest: rest.to_owned() })
}

/// One time, the half of the day that was said, and what follows.
fn one(text: &str) -> Option<(NaiveTime, Option<Half>, &str)> {
    let named = HALVES.iter().find_map(|(word, half)| Some((*half, text.strip_prefix(word)?)));
    let (half, text) = named.map_or((None, text), |(half, rest)| (Some(half), rest.trim_start()));
    let (hour, rest) = numeral(text)?;
    let (minute, rest) = if let Some(rest) = rest.strip_prefix(':') {
        numeral(rest)?
    } else {
        let rest = rest.strip_prefix("点钟").or_else(|| rest.strip_prefix('点')).or_else(|| rest.strip_prefix('时'))?;
        minutes(rest)
    };
    let hour = match half {
        Some(Half::Afternoon) if hour < 12 => hour + 12,
        Some(Half::Noon) if hour < 4 => hour + 12,
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0).map(|time| (time, half, rest))
}

/// What may follow 点: 半, 一刻, 三刻, 30分, 30.
fn minutes(text: &str) -> (u32, &str) {
    for (word, minute) in [("半", 30), ("一刻", 15), ("三刻", 45), ("整", 0)] {
        if let Some(rest) = text.strip_prefix(word) {
            return (minute, rest);
        }
    }
    match numeral(text) {
        Some((minute, rest)) if minute < 60 => (minute, rest.strip_prefix('分').unwrap_or(rest)),
        _ => (0, text),
    }
}

fn numeral(text: &str) -> Option<(u32, &str)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let is_word = |c: char| "零一二两三四五六七八九十".contains(c);
    let end = match text.chars().next()? {
        c if is_digit(c) => text.find(|c: char| !is_digit(c)).unwrap_or(text.len()),
        c if is_word(c) => text.find(|c: char| !is_word(c)).unwrap_or(text.len()),
        _ => return None,
    };
    let (figures, rest) = text.split_at(end);
    let value = if figures == "两" { Some(2) } else { number(figures) };
    value.and_then(|value| u32::try_from(value).ok()).map(|value| (value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(typed: &str) -> String {
        match read(typed) {
            None => "nothing".to_owned(),
            Some(Hour { from, until, rest }) => {
                let until = until.map(|until| format!("-{}", until.format("%H:%M"))).unwrap_or_default();
                format!("{}{until}|{rest}", from.format("%H:%M"))
            }
        }
    }

    #[test]
    fn times_are_read_however_they_are_written() {
        for (typed, means) in [
            ("9点", "09:00|"),
            ("９：３０ 东山", "09:30| 东山"),
            ("18点", "18:00|"),
            ("下午3点半", "15:30|"),
            ("晚上七点集合", "19:00|集合"),
            ("中午12点", "12:00|"),
            ("中午1点", "13:00|"),
            ("两点一刻", "02:15|"),
            ("18时30分", "18:30|"),
            ("9点30", "09:30|"),
            ("9点-11点半", "09:00-11:30|"),
            ("14:00——16:00", "14:00-16:00|"),
            ("下午2点到4点", "14:00-16:00|"),
            ("上午9点到下午3点", "09:00-15:00|"),
        ] {
            assert_eq!(said(typed), means, "{typed}");
        }
        for typed in ["", "九", "25点", "11点到9点", "东山9点", "9", "9:77"] {
            assert_eq!(said(typed), "nothing", "{typed}");
        }
    }
}
