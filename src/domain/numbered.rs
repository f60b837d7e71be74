//! A number, and what is said with it: `12 在系统里发起转接`.

use super::record::number;
use super::text::{normal, storable};

/// What may stand between a number and the words behind it.
const BETWEEN: [char; 10] = [':', '：', ',', '，', '。', '、', ';', '；', '|', '—'];

/// A number that names something, perhaps as `#12` or `12号`, and the words behind it as typed; no number, and all words,
/// where none stands in front; no number, and the words behind it, where it is one that nothing can have.
pub fn split_number(typed: &str) -> (Option<i64>, &str) {
    let typed = typed.trim();
    let opened = typed.trim_start_matches(['#', '＃']).trim_start();
    let end = opened.find(|c: char| !c.is_numeric()).unwrap_or(opened.len());
    let (digits, rest) = opened.split_at(end);
    if digits.is_empty() {
        return (None, typed);
    }
    // 12 号：… is the number's, 12 号码 … is not
    let named = rest.trim_start().strip_prefix(['号', '號']);
    let rest = named.filter(|behind| rest.starts_with(['号', '號']) || !behind.starts_with(char::is_alphanumeric));
    let words = rest.unwrap_or(&opened[end..]);
    (normal(digits).parse().ok(), words.trim_start_matches(|c: char| c.is_whitespace() || BETWEEN.contains(&c)))
}

/// The same with words to be kept. `None` where no number stands in front.
pub fn read_numbered(typed: &str) -> Option<(i64, String)> {
    let (number, words) = split_number(typed);
    Some((number?, storable(words)))
}

/// A number, perhaps as `#3` or `3号`, with nothing behind it but punctuation.
pub fn number_only(text: &str) -> Option<i64> {
    let (number, rest) = split_number(text);
    number.filter(|_| !rest.contains(char::is_alphanumeric))
}

/// `吴样例 3` as `3 吴样例`: a number that stands behind the words it is about.
pub fn number_in_front(typed: &str) -> String {
    match typed.trim().rsplit_once(char::is_whitespace) {
        Some((words, last)) if split_number(typed).0.is_none() && number_only(last).is_some() => {
            format!("{last} {words}")
        }
        _ => typed.to_owned(),
    }
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
            ("2到1", 2, "到1"),
            ("12 号：已修好", 12, "已修好"),
            ("12 号码是 12355", 12, "号码是 12355"),
            ("7；时间 11月29日9点", 7, "时间 11月29日9点"),
            ("#７号：时间 明天", 7, "时间 明天"),
            ("12 -5 度以下停课", 12, "-5 度以下停课"),
        ] {
            assert_eq!(read_numbered(typed), Some((number, words.to_owned())), "{typed}");
        }
        assert_eq!(read_numbered("十二 好"), None);
        assert_eq!(read_numbered("99999999999999999999 好"), None);
        assert_eq!(split_number("面试 时间"), (None, "面试 时间"));
        for (typed, number) in
            [("#３号。", Some(3)), ("12 !", Some(12)), ("12 好", None), ("", None), ("½", None), ("-3", None)]
        {
            assert_eq!(number_only(typed), number, "{typed}");
        }
        assert_eq!(number_in_front("吴样例 3"), "3 吴样例");
        assert_eq!(number_in_front("3 吴样例"), "3 吴样例");
        assert_eq!(number_in_front("3 样例 4"), "3 样例 4");
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
