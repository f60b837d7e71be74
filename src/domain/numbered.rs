//! A number, and what is said with it: `12 在系统里发起转接`.

use super::record::number;
use super::text::{normal, storable};

/// Reads a number that names something, perhaps as `#12` or `12号`, and the words behind it as typed. `None` where no number
/// stands in front.
pub fn read_numbered(typed: &str) -> Option<(i64, String)> {
    let typed = typed.trim().trim_start_matches(['#', '＃']).trim_start();
    let digits: String = normal(typed).chars().take_while(char::is_ascii_digit).collect();
    let words = typed.trim_start_matches(|c: char| c.is_numeric());
    let words = words.trim_start_matches(['号', ' ', '　', ':', '：', ',', '，', '\n']);
    Some((digits.parse().ok()?, storable(words.trim())))
}

/// Reads `1天 等人社局回复`, `半天：…`, `4小时 …`: working minutes, and what is said behind them. `None` where no time stands in
/// front.
pub fn read_more_time(words: &str, minutes_a_day: i64) -> Option<(i64, String)> {
    let words = words.trim();
    let at = words.find(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '：' | ':' | '；'));
    let (time, reason) = words.split_at(at.unwrap_or(words.len()));
    let time = normal(time);
    let unit = ["个工作日", "工作日", "天", "个小时", "小时"].into_iter().find(|unit| time.ends_with(unit))?;
    let amount = time.strip_suffix(unit)?.trim();
    let whole = if unit.ends_with("小时") { 60 } else { minutes_a_day };
    let minutes = match amount {
        "半" => whole / 2,
        _ => i64::from(number(amount)?).checked_mul(whole)?,
    };
    let reason = reason.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_start_matches("原因");
    let reason = reason.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end();
    (minutes > 0).then(|| (minutes, reason.to_owned()))
}

/// Reads `7天 原因`, `2周：…`: days, and what is said behind them. `None` where no number of days stands in front.
pub fn read_days(words: &str) -> Option<(i64, String)> {
    let at = words.find(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '：' | ':' | '；'));
    let (time, reason) = words.split_at(at.unwrap_or(words.len()));
    let time = normal(time);
    let unit = ["天", "日", "周", "个月"].into_iter().find(|unit| time.ends_with(unit))?;
    let days = match unit {
        "周" => 7,
        "个月" => 30,
        _ => 1,
    };
    let days = i64::from(number(time.strip_suffix(unit)?.trim())?).checked_mul(days)?;
    Some((days, storable(reason.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_stands_in_front_and_the_words_are_as_typed() {
        for (typed, number, words) in [
            ("12 在系统里发起转接", 12, "在系统里发起转接"),
            ("#１２号：已修好", 12, "已修好"),
            ("12", 12, ""),
            ("129 到 128", 129, "到 128"),
        ] {
            assert_eq!(read_numbered(typed), Some((number, words.to_owned())), "{typed}");
        }
        assert_eq!(read_numbered("十二 好"), None);
        assert_eq!(read_numbered("99999999999999999999 好"), None);
    }

    #[test]
    fn more_time_is_a_number_of_days_or_hours_of_work_and_a_reason() {
        for (words, minutes, reason) in [
            ("1天 等人社局回复", 390, "等人社局回复"),
            ("两个工作日，原因：等回复", 780, "等回复"),
            ("半天：材料没到", 195, "材料没到"),
            ("4小时", 240, ""),
        ] {
            assert_eq!(read_more_time(words, 390), Some((minutes, reason.to_owned())), "{words}");
        }
        for words in ["", "等回复", "99999999999天 等", "0天 等"] {
            assert_eq!(read_more_time(words, 390), None, "{words}");
        }
    }
}
