//! What stands in a cell: how its text is cleaned, and how days, choices and addresses are read from it.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use crate::domain::text;

/// The most characters a cell may have.
pub(super) const LONGEST_CELL: usize = 500;

/// A cell without what nobody sees: control characters, zero-width characters, spaces around it.
pub(super) fn clean(cell: &str) -> String {
    let hidden = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}');
    let spaced = cell.replace(['\r', '\t'], " ");
    text::printable(&spaced).chars().filter(|c| !hidden(*c)).collect::<String>().trim().to_owned()
}

/// A cell on one line: names and codes have no line breaks.
pub(super) fn line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What to do about a number of which Excel has kept only the first digits.
pub(super) const RUINED: &str =
    "Excel 已经把这个长数字改成近似值，末尾的数字丢了；请把这一列的格式设为「文本」，再填一次";

/// Whether Excel has turned a long number into `1.23457E+11`: its last digits are lost.
pub(super) fn is_ruined_number(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole) && digits(fraction) && exponent.strip_prefix('+').is_some_and(digits)
}

/// The parts of a cell that holds several.
pub(super) fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(|c: char| c.is_whitespace() || matches!(c, ';' | '；' | '、' | ',' | '，'))
        .filter(|part| !part.is_empty())
}

/// 是 or 否 in the ways people write them.
pub(super) fn yes_no(cell: &str) -> Option<bool> {
    match text::normal(cell).as_str() {
        "是" | "y" | "yes" | "true" | "1" | "开" | "要" | "√" | "✓" => Some(true),
        "否" | "n" | "no" | "false" | "0" | "关" | "不" | "不要" | "×" => Some(false),
        _ => None,
    }
}

/// A zone by its name in the tz database, or the two that people call by a word.
pub(super) fn zone(cell: &str) -> Option<Tz> {
    match cell {
        "北京时间" => Some(chrono_tz::Asia::Shanghai),
        "新疆时间" | "乌鲁木齐时间" => Some(chrono_tz::Asia::Urumqi),
        name => name.parse().ok(),
    }
}

/// A day: `2026-03-01`, `2026/3/1`, `2026.3.1`, `2026年3月1日`, `20260301`, with or without a time behind it, or the
/// number under which Excel keeps it.
pub(in crate::services) fn day(cell: &str) -> Option<NaiveDate> {
    let text = text::normal(cell);
    let text = text.split([' ', 't']).next().unwrap_or_default();
    let forms = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"];
    let found = forms.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok()).or_else(|| {
        if !text.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        match text.len() {
            8 => NaiveDate::parse_from_str(text, "%Y%m%d").ok(),
            5 => NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(text.parse().ok()?)),
            _ => None,
        }
    })?;
    let sensible = NaiveDate::from_ymd_opt(1950, 1, 1)?..NaiveDate::from_ymd_opt(2200, 1, 1)?;
    sensible.contains(&found).then_some(found)
}

/// `account:external_id`.
pub(super) fn address(part: &str) -> Option<(String, String)> {
    let (account, id) = part.split_once([':', '：'])?;
    let (account, id) = (account.trim(), id.trim());
    (!account.is_empty() && !id.is_empty()).then(|| (account.to_owned(), id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_every_way_people_write_it() {
        let first = NaiveDate::from_ymd_opt(2026, 3, 1);
        for cell in [
            "2026-03-01",
            "2026/3/1",
            "2026.3.1",
            "2026年3月1日",
            "20260301",
            "２０２６-３-１",
            "2026/3/1 0:00",
            "46082",
        ] {
            assert_eq!(day(cell), first, "{cell}");
        }
        for cell in ["3月1日", "2026-02-30", "明天", "26/3/1", "123456789", ""] {
            assert_eq!(day(cell), None, "{cell}");
        }
    }

    #[test]
    fn a_number_that_excel_has_ruined_is_seen() {
        assert!(is_ruined_number("1.23457E+11") && is_ruined_number("1E+11"));
        assert!(!is_ruined_number("E+1") && !is_ruined_number("123456789") && !is_ruined_number("12E3"));
    }

    #[test]
    fn hidden_characters_do_not_make_a_different_name() {
        assert_eq!(clean("\u{FEFF} 赵\u{200B}样例\t"), "赵样例");
        assert_eq!(address("dingtalk：$:LW:x"), Some(("dingtalk".into(), "$:LW:x".into())));
        assert_eq!(address("qq:"), None);
    }
}
