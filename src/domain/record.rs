//! Records: what a cadre reports, and how the words after `签到` are read.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::id::{ChatId, PersonId, RecordId, UnitId, YouthId};
use super::people::{ContactMode, YouthField};

/// One thing a cadre reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its identity.
    pub id: RecordId,
    /// Which kind, by the policy's key.
    pub kind: String,
    /// Who.
    pub person: PersonId,
    /// Their unit when they reported.
    pub unit: UnitId,
    /// The group it was said in, if in one of ours.
    pub chat: Option<ChatId>,
    /// The day it happened.
    pub day: NaiveDate,
    /// The first day of the stay it belongs to, where that is another one.
    pub stay_day: Option<NaiveDate>,
    /// When it was reported.
    pub made_at: DateTime<Utc>,
    /// What was said.
    pub said: Said,
    /// The unit it happened at, as far as the place names one.
    pub target: Option<UnitId>,
    /// How the person was tied to that unit, as the sum of [`super::people::AssignmentKind::bit`].
    pub ties: i32,
    /// Of a contact: with whom, from which field, and how.
    pub contact: Contact,
    /// Whether it was made up later (补).
    pub made_up: bool,
    /// Who entered it, where that was somebody else, and why.
    pub entered_by: Option<(PersonId, String)>,
    /// The first record of the same message, where there are several.
    pub told_with: Option<RecordId>,
    /// How often it was corrected.
    pub version: i32,
}

/// What a contact says beyond place, content and number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Who of the roster.
    pub youth: Option<YouthId>,
    /// The field they belong to.
    pub field: Option<YouthField>,
    /// Face to face or online.
    pub mode: Option<ContactMode>,
}

/// The three things that can be said about a deed. Each is optional: a place is never a gate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Where.
    pub place: String,
    /// What.
    pub content: String,
    /// How many, in what the kind counts: people, hours.
    pub quantity: Option<i32>,
}

/// More than anybody meets in a day; a larger number is a slip or an attack.
pub const MOST_PEOPLE: i32 = 100_000;

impl Said {
    /// Reads what follows the command word: `[地点] [内容]`, with numbers such as 联系青年12人 understood.
    ///
    /// The first word is the place, unless it already says what was done.
    pub fn read(typed: &str) -> Self {
        let typed = typed.trim();
        if !typed.chars().any(char::is_alphanumeric) {
            return Self::default();
        }
        if let Some(labelled) = Self::read_labelled(typed) {
            return labelled;
        }
        let people = people_in(typed);
        // a bare number is the number of people
        if let Some(people) = number(typed).filter(|people| (1..=MOST_PEOPLE).contains(people)) {
            return Self { quantity: Some(people), ..Self::default() };
        }
        let (first, rest) = match typed
            .split_once(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '；' | ';' | '：' | ':'))
        {
            Some((first, rest)) => (first.trim(), rest.trim()),
            None => (typed, ""),
        };
        if says_what_was_done(first) {
            return Self { place: String::new(), content: typed.to_owned(), quantity: people };
        }
        Self { place: first.to_owned(), content: rest.to_owned(), quantity: people }
    }
}

impl Said {
    /// Reads the form with labels: `地点：东风社区 内容：走访三户`.
    fn read_labelled(typed: &str) -> Option<Self> {
        let after = |label: &str| {
            let (_, rest) = typed.split_once(label)?;
            rest.strip_prefix([':', '：'])
        };
        let (place, content) = (after("地点"), after("内容"));
        if place.is_none() && content.is_none() {
            return None;
        }
        let until = |text: &str, label: &str| text.split(label).next().unwrap_or_default().trim().to_owned();
        Some(Self {
            place: place.map(|rest| until(rest, "内容")).unwrap_or_default(),
            content: content.map(|rest| until(rest, "地点")).unwrap_or_default(),
            quantity: people_in(typed),
        })
    }
}

/// Whether a word tells a deed rather than a place.
pub fn says_what_was_done(word: &str) -> bool {
    const VERBS: &[&str] =
        &["联系", "走访", "开展", "参加", "组织", "慰问", "看望", "调研", "宣讲", "座谈", "服务", "帮助"];
    people_in(word).is_some() || VERBS.iter().any(|verb| word.starts_with(verb))
}

/// The number of people named in a text: `12人`, `１２名青年`, `十二位`. The first one counts.
pub fn people_in(text: &str) -> Option<i32> {
    let text: Vec<char> = super::text::normal(text).chars().collect();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        while at < text.len() && is_numeral(text[at]) {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        let numeral: String = text[start..at].iter().collect();
        let mut unit_at = at;
        while text.get(unit_at) == Some(&' ') || matches!(text.get(unit_at), Some('余' | '多' | '来')) {
            unit_at += 1;
        }
        let counts_people = match text.get(unit_at) {
            Some('人') => !matches!(text.get(unit_at + 1), Some('次' | '大' | '民')),
            Some('个') => matches!(text.get(unit_at + 1), Some('人' | '青' | '团')),
            Some('名' | '位') => !matches!(text.get(unit_at + 1), Some('一' | '列' | '次')),
            _ => false,
        };
        // 一人一档 counts nobody
        let is_idiom = numeral == "一" && text.get(unit_at + 1) == Some(&'一');
        if counts_people && !is_idiom {
            return number(&numeral).filter(|n| (1..=MOST_PEOPLE).contains(n));
        }
    }
    None
}

/// How many of what a kind counts a text speaks of: 人, or `5个`, `两个小时`, `50 份`. The first number counts; 第5个 counts
/// nothing.
pub fn counted_in(text: &str, counts: &str) -> Option<i32> {
    if counts == "人" {
        return people_in(text);
    }
    let text = super::text::normal(text);
    let starts = text.char_indices().filter(|(at, c)| {
        let before = text[..*at].chars().next_back();
        is_numeral(*c) && !before.is_some_and(|before| is_numeral(before) || matches!(before, '.' | '第'))
    });
    let mut amounts = starts.filter_map(|(at, _)| amount_at(&text[at..], counts));
    amounts.find_map(|(amount, _)| (1..=MOST_PEOPLE).contains(&amount).then_some(amount))
}

/// A number of what a kind counts at the beginning of a text in its normal form, such as `2小时`, and what follows.
pub(super) fn amount_at<'t>(text: &'t str, counts: &str) -> Option<(i32, &'t str)> {
    let end = text.find(|c| !is_numeral(c)).filter(|end| *end > 0)?;
    let (numeral, unit) = text.split_at(end);
    let unit = unit.trim_start();
    let synonyms: &[&str] =
        if counts == "小时" || counts == "学时" { &["小时", "学时", "课时", "钟头"] } else { &[] };
    let after =
        |unit: &'t str| unit.strip_prefix(counts).or_else(|| synonyms.iter().find_map(|also| unit.strip_prefix(also)));
    let rest = after(unit).or_else(|| after(unit.strip_prefix('个')?))?;
    Some((number(numeral)?, rest))
}

pub(super) fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "零〇一二两三四五六七八九十百千万".contains(c)
}

/// Reads `12` or `十二`. Below 100,000.
pub fn number(text: &str) -> Option<i32> {
    if text.is_empty() {
        return None;
    }
    if let Ok(plain) = text.parse::<i32>() {
        return Some(plain);
    }
    let (mut total, mut section, mut digit) = (0_i32, 0_i32, 0_i32);
    for c in text.chars() {
        match c {
            '零' | '〇' => digit = 0,
            '十' | '百' | '千' => {
                let scale = match c {
                    '十' => 10,
                    '百' => 100,
                    _ => 1_000,
                };
                section = section.checked_add(digit.max(1).checked_mul(scale)?)?;
                digit = 0;
            }
            '万' => {
                total = total.checked_add((section + digit).checked_mul(10_000)?)?;
                (section, digit) = (0, 0);
            }
            c => {
                let value = "一二三四五六七八九".chars().position(|one| one == c);
                let value = if c == '两' { Some(1) } else { value };
                digit = i32::try_from(value?).ok()? + 1;
            }
        }
    }
    total.checked_add(section)?.checked_add(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(place: &str, content: &str, people: Option<i32>) -> Said {
        Said { place: place.into(), content: content.into(), quantity: people }
    }

    #[test]
    fn place_content_and_people_are_read_as_people_write_them() {
        assert_eq!(Said::read("东风社区 走访青年12人"), said("东风社区", "走访青年12人", Some(12)));
        assert_eq!(Said::read("东风社区"), said("东风社区", "", None));
        assert_eq!(Said::read("联系青年１２人"), said("", "联系青年１２人", Some(12)));
        assert_eq!(
            Said::read("东风社区，慰问三户，见了二十五位青年"),
            said("东风社区", "慰问三户，见了二十五位青年", Some(25))
        );
        assert_eq!(Said::read(""), said("", "", None));
        assert_eq!(Said::read("走访 东风社区"), said("", "走访 东风社区", None));
        assert_eq!(Said::read("地点：东风社区\n内容：走访青年8人"), said("东风社区", "走访青年8人", Some(8)));
        assert_eq!(Said::read("东风社区：宣讲"), said("东风社区", "宣讲", None));
        assert_eq!(Said::read("！"), said("", "", None));
        assert_eq!(Said::read("12"), said("", "", Some(12)));
    }

    #[test]
    fn only_people_are_counted_as_people() {
        assert_eq!(people_in("第3次走访，12人次"), None);
        assert_eq!(people_in("发放资料50份"), None);
        assert_eq!(people_in("一千二百余名青年"), Some(1200));
        assert_eq!(people_in("99999999999人"), None);
        assert_eq!(people_in("0人"), None);
        assert_eq!((people_in("走访12个人"), people_in("见了5个青年")), (Some(12), Some(5)));
        assert_eq!((people_in("三位一体项目"), people_in("一人一档")), (None, None));
        assert_eq!(number(""), None);
    }

    #[test]
    fn what_a_kind_counts_is_read_with_its_word() {
        assert_eq!(counted_in("样例小学 书包5个", "个"), Some(5));
        assert_eq!(counted_in("点亮第3个书包", "个"), None);
        assert_eq!(counted_in("第3场，发放问卷五十份", "份"), Some(50));
        assert_eq!(counted_in("团课两个小时", "学时"), Some(2));
        assert_eq!(counted_in("老人和儿童3名", "名"), Some(3));
        assert_eq!(counted_in("12人参加", "份"), None);
        assert_eq!(counted_in("12人参加", "人"), Some(12));
    }

    #[test]
    fn chinese_numbers_are_read() {
        for (text, value) in
            [("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("两千三百", 2300), ("三万二", 30_002)]
        {
            assert_eq!(number(text), Some(value), "{text}");
        }
    }
}
