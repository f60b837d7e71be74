//! Answers as people type them: 3 A, AC, 1、2, 爬山, 三次.

use super::form::MOST_OPTIONS;
use super::{Item, Reply, Sort, letter};
use crate::domain::record::number;
use crate::domain::text::normal;

/// Why an answer cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It names no option.
    NoOption,
    /// It names more options than may be chosen.
    TooMany(usize),
    /// It is no number, or more than one.
    NoNumber,
    /// It says nothing.
    Nothing,
    /// It is longer than anybody reads.
    TooLong(usize),
}

impl Unread {
    /// What to type instead, for people.
    pub fn instead(&self, sort: &Sort) -> String {
        let last = letter(sort.options().len().saturating_sub(1));
        match self {
            Self::NoOption | Self::Nothing if !sort.options().is_empty() => {
                format!("请写选项前面的字母（A 到 {last}）")
            }
            Self::TooMany(1) => "只能选一个，请写一个字母".to_owned(),
            Self::TooMany(most) => format!("最多选 {most} 个，请少写几个字母"),
            Self::NoNumber => "请只写一个数字，例如 3".to_owned(),
            Self::TooLong(most) => format!("最多 {most} 个字，请写短一点"),
            Self::NoOption | Self::Nothing => "请写几个字，不想答就发“跳过”".to_owned(),
        }
    }
}

/// The longest answer in words.
pub const LONGEST_TEXT: usize = 1_000;

/// The greatest number anybody means.
const GREATEST: f64 = 1e9;

/// What stands between the choices of one answer.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '、' | ',' | '，' | ';' | '；' | '/' | '+' | '和' | '.' | '。')
}

/// The pieces of an answer in the normal form. `3A` is two of them.
pub fn pieces(typed: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for piece in normal(typed).split(is_gap).filter(|piece| !piece.is_empty()) {
        let letters = piece.trim_start_matches(|c: char| c == '#' || c.is_ascii_digit());
        let digits = &piece[..piece.len() - letters.len()];
        if !digits.is_empty() && !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_lowercase()) {
            pieces.extend([digits.to_owned(), letters.to_owned()]);
        } else {
            pieces.push(piece.to_owned());
        }
    }
    pieces
}

/// Whether a text is a ballot: numbers and letters of options, nothing else. For telling `投 3 A` from talk.
pub fn is_ballot(text: &str) -> bool {
    let pieces = pieces(text);
    let last = u8::try_from(MOST_OPTIONS).unwrap_or(u8::MAX).saturating_add(b'a');
    let letters = |piece: &str| piece.len() <= 6 && piece.bytes().all(|byte| (b'a'..last).contains(&byte));
    (1..=12).contains(&pieces.len()) && pieces.iter().all(|piece| number_of(piece).is_some() || letters(piece))
}

/// A piece that is a number: `3`, `#3`, `3号`.
pub fn number_of(piece: &str) -> Option<i64> {
    let digits = piece.trim_start_matches('#');
    let digits = digits.strip_suffix('号').unwrap_or(digits);
    // no number of ours is longer, and nothing can overflow
    (!digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

/// The options that these pieces name.
///
/// # Errors
/// Why they name none, or too many.
pub fn choices(pieces: &[String], options: &[String], most: usize) -> Result<Vec<usize>, Unread> {
    let mut chosen = Vec::new();
    for piece in pieces {
        chosen.extend(named(piece, options).ok_or(Unread::NoOption)?);
    }
    chosen.sort_unstable();
    chosen.dedup();
    match chosen.len() {
        0 => Err(Unread::Nothing),
        count if count > most => Err(Unread::TooMany(most)),
        _ => Ok(chosen),
    }
}

/// The options that one piece names: by its own words, its number, or letters.
fn named(piece: &str, options: &[String]) -> Option<Vec<usize>> {
    if let Some(at) = options.iter().position(|option| normal(option) == *piece) {
        return Some(vec![at]);
    }
    if let Some(number) = number_of(piece) {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        return (at < options.len()).then(|| vec![at]);
    }
    let at = |byte: u8| byte.is_ascii_lowercase().then(|| usize::from(byte - b'a')).filter(|at| *at < options.len());
    piece.bytes().map(at).collect()
}

/// Reads an answer to one question of a survey.
///
/// # Errors
/// Why it is none.
pub fn read(item: &Item, typed: &str) -> Result<Reply, Unread> {
    let typed = typed.trim();
    match &item.sort {
        Sort::Choice { options, most } => {
            // an option may hold what otherwise parts them
            if let Some(at) = options.iter().position(|option| normal(option) == normal(typed)) {
                return Ok(Reply::Chosen(vec![at]));
            }
            choices(&pieces(typed), options, *most).map(Reply::Chosen)
        }
        Sort::Number => read_number(typed).map(Reply::Number).ok_or(Unread::NoNumber),
        Sort::Text if !typed.chars().any(char::is_alphanumeric) => Err(Unread::Nothing),
        Sort::Text if typed.chars().count() > LONGEST_TEXT => Err(Unread::TooLong(LONGEST_TEXT)),
        Sort::Text => Ok(Reply::Text(typed.to_owned())),
    }
}

/// The one number in a text: 3, 3次, 大概三次, 2.5. Two numbers are none: 3到5次 could be either.
fn read_number(typed: &str) -> Option<f64> {
    const DIGITS: &str = "零〇一二三四五六七八九十百千万两";
    let text = normal(typed);
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || DIGITS.contains(c);
    let mut runs = text.split(|c: char| !is_part(c)).filter(|run| run.chars().any(|c| c != '.'));
    let (run, None) = (runs.next()?, runs.next()) else { return None };
    let run = run.trim_matches('.');
    let value = match run.parse::<f64>() {
        Ok(value) => value,
        Err(_) => f64::from(number(if run == "两" { "二" } else { run })?),
    };
    let is_negative = text.contains(&format!("-{run}"));
    (value.is_finite() && value <= GREATEST).then_some(if is_negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(most: usize) -> Item {
        let options = ["爬山", "看电影", "做志愿"].map(str::to_owned).to_vec();
        Item { text: String::new(), sort: Sort::Choice { options, most } }
    }

    #[test]
    fn options_are_named_by_letter_number_or_their_own_words() {
        for typed in ["B", "b。", "2", "２", "看电影", "2号", "看電影"] {
            assert_eq!(read(&item(1), typed), Ok(Reply::Chosen(vec![1])), "{typed}");
        }
        for typed in ["AC", "A、C", "1 3", "做志愿，爬山", "c a a", "1和3"] {
            assert_eq!(read(&item(2), typed), Ok(Reply::Chosen(vec![0, 2])), "{typed}");
        }
        assert_eq!(read(&item(1), "AC"), Err(Unread::TooMany(1)));
        assert_eq!(read(&item(2), "ABC"), Err(Unread::TooMany(2)));
        for typed in ["D", "0", "4", "都行", "A看"] {
            assert_eq!(read(&item(3), typed), Err(Unread::NoOption), "{typed}");
        }
        assert_eq!(read(&item(3), "……"), Err(Unread::Nothing));
        assert_eq!(read(&item(3), ""), Err(Unread::Nothing));
    }

    #[test]
    fn one_number_is_read_and_two_are_asked_about() {
        let number = Item { text: String::new(), sort: Sort::Number };
        for (typed, value) in
            [("3", 3.0), ("3次", 3.0), ("大概三次吧", 3.0), ("2.5", 2.5), ("两次", 2.0), ("-4", -4.0), ("十二", 12.0)]
        {
            assert_eq!(read(&number, typed), Ok(Reply::Number(value)), "{typed}");
        }
        for typed in ["3到5次", "很多", "", "99999999999", "1.2.3"] {
            assert_eq!(read(&number, typed), Err(Unread::NoNumber), "{typed}");
        }
    }

    #[test]
    fn a_ballot_is_told_from_talk() {
        for text in ["3 A", "3A", "A", "1", "1 2", "#3 AC", "#3AC", "3号 B", "3，A、B"] {
            assert!(is_ballot(text), "{text}");
        }
        for text in ["", "票", "1票", "3 分钟", "谁都行", "简历", "票吧", "a great idea", "iPhone", "3D电影"]
        {
            assert!(!is_ballot(text), "{text}");
        }
    }
}
