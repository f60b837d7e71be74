//! The open day (线上开放日·书记面对面): how `主题 2小时` is read.

use chrono::TimeDelta;

use super::text::normal;

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
}
