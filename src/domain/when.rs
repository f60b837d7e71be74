//! Days as people write them: 昨天, 周三, 上周五, 11月18日-20日, 明天上午.
//!
//! What is said is read against the business day on which it is said. What cannot be a day, or could be two, is refused with
//! a reason rather than guessed: a record on the wrong day is worse than a question.

use chrono::{Datelike, Days, Months, NaiveDate};
use unicode_normalization::UnicodeNormalization;

use super::people::HalfDay;
use super::record::number;

/// Which way a day without a date leans: what was done lies back, what is planned lies ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lean {
    /// 周三 is the latest one not after today.
    Back,
    /// 周三 is the first one not before today.
    Ahead,
}

/// Days and what follows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The days in order, each once; at least one.
    pub days: Vec<NaiveDate>,
    /// The half of a single day.
    pub half: Option<HalfDay>,
    /// What follows, as typed.
    pub rest: String,
    /// Whether a space, a punctuation mark or the end stands behind the days: 周三 is a day, 周三丰 a name.
    pub is_apart: bool,
}

impl When {
    /// The first day.
    pub fn first(&self) -> Option<NaiveDate> {
        self.days.first().copied()
    }

    /// The last day.
    pub fn last(&self) -> Option<NaiveDate> {
        self.days.last().copied()
    }

    /// Whether the days follow one another without a gap.
    pub fn is_run(&self) -> bool {
        self.days.windows(2).all(|two| matches!(two, [one, next] if *one + Days::new(1) == *next))
    }
}

/// Why days cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// There is no such day: 2月30日.
    NoSuchDay(String),
    /// It could be more than one day: 上周.
    Ambiguous(String),
    /// The end lies before the beginning.
    Backwards,
    /// Half days of several days.
    HalfOfSeveral,
    /// More days than anybody means.
    TooMany,
}

impl Unclear {
    /// The reason, for people.
    pub fn reason(&self) -> String {
        match self {
            Self::NoSuchDay(text) => format!("没有“{text}”这一天"),
            Self::Ambiguous(text) => format!("“{text}”说不准是哪一天"),
            Self::Backwards => "结束的日子在开始之前".to_owned(),
            Self::HalfOfSeveral => "上午、下午只能跟一天".to_owned(),
            Self::TooMany => format!("一次最多 {MOST_DAYS} 天"),
        }
    }
}

/// A year is the longest that is taken for one statement.
const MOST_DAYS: usize = 366;

/// How far a bare day of the month may lie in the other direction than it leans, in days.
const SLACK: u64 = 7;

/// Reads the days at the beginning of a text; `None` where it begins with none.
///
/// # Errors
/// Says why what looks like a day is none.
pub fn read(typed: &str, today: NaiveDate, lean: Lean) -> Result<Option<When>, Unclear> {
    let mut text = Text::of(typed);
    text.skip_spaces();
    let mut days: Vec<NaiveDate> = Vec::new();
    let mut half = None;
    let says_half_only = ["上午", "下午"].iter().any(|word| text.sees(word));
    if says_half_only {
        days.push(today);
        half = text.eat_half();
    } else {
        loop {
            let before = text.at;
            let Some(first) = text.day(today, None, lean)? else {
                text.at = before;
                break;
            };
            let first_half = text.eat_half();
            let last = text.end_of_range(today, first, lean)?;
            let last_half = last.and_then(|_| text.eat_half());
            let last = last.unwrap_or(first);
            if last < first {
                return Err(Unclear::Backwards);
            }
            if (last - first).num_days() >= i64::try_from(MOST_DAYS).unwrap_or(i64::MAX) {
                return Err(Unclear::TooMany);
            }
            days.extend(first.iter_days().take_while(|day| *day <= last));
            if first_half.is_some() && last_half.is_some() {
                return Err(Unclear::HalfOfSeveral);
            }
            half = half.or(first_half).or(last_half);
            let behind = text.at;
            text.skip_spaces();
            let goes_on = text.eat_any(&["和", "、", "与", "及", ",", "，"]);
            text.skip_spaces();
            if !goes_on || !text.sees_day(today, lean) {
                text.at = behind;
                break;
            }
        }
    }
    if days.is_empty() {
        return Ok(None);
    }
    days.sort_unstable();
    days.dedup();
    if half.is_some() && days.len() > 1 {
        return Err(Unclear::HalfOfSeveral);
    }
    if days.len() > MOST_DAYS {
        return Err(Unclear::TooMany);
    }
    Ok(Some(When { days, half, is_apart: text.is_apart(), rest: text.rest().to_owned() }))
}

/// Whether a text begins like a day, clear or not: what tells a command from talk.
pub fn begins_with_day(text: &str, today: NaiveDate) -> bool {
    !matches!(read(text, today, Lean::Back), Ok(None))
}

/// What was typed, folded character by character, so that what follows is found again as it was typed.
struct Text<'t> {
    typed: &'t str,
    /// The folded character and where the typed one ends.
    chars: Vec<(char, usize)>,
    at: usize,
}

/// How a day behind a sign of a range may be joined to the first.
const RANGE_SIGNS: [&str; 9] = ["到", "至", "~", "-", "—", "–", "−", "〜", "一直到"];

/// What may follow `5号` where it is a house and no day.
const HOUSES: &str = "楼院店路桥线站机馆房门厂井矿库棚洞亭车";

impl<'t> Text<'t> {
    fn of(typed: &'t str) -> Self {
        let chars = typed
            .char_indices()
            .filter(|(_, c)| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}'))
            .map(|(start, c)| (fold(c), start + c.len_utf8()))
            .collect();
        Self { typed, chars, at: 0 }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).map(|(c, _)| *c)
    }

    fn sees(&self, word: &str) -> bool {
        word.chars().enumerate().all(|(n, c)| self.chars.get(self.at + n).is_some_and(|(one, _)| *one == c))
    }

    fn eat(&mut self, word: &str) -> bool {
        let sees = self.sees(word);
        if sees {
            self.at += word.chars().count();
        }
        sees
    }

    fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn since(&self, from: usize) -> String {
        self.chars.get(from..self.at).unwrap_or_default().iter().map(|(c, _)| *c).collect()
    }

    fn is_apart(&self) -> bool {
        self.peek().is_none_or(|c| !c.is_alphanumeric())
    }

    fn rest(&self) -> &'t str {
        let from = self.at.checked_sub(1).and_then(|last| self.chars.get(last)).map_or(0, |(_, end)| *end);
        let rest = self.typed.get(from..).unwrap_or_default();
        rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | ':' | '：' | '。' | ';' | '；'))
            .trim_end()
    }

    fn eat_half(&mut self) -> Option<HalfDay> {
        let before = self.at;
        self.skip_spaces();
        for (word, half) in [("上午", Some(HalfDay::Morning)), ("下午", Some(HalfDay::Afternoon)), ("全天", None)]
        {
            if self.eat(word) {
                return half;
            }
        }
        self.at = before;
        None
    }

    fn sees_day(&mut self, today: NaiveDate, lean: Lean) -> bool {
        let before = self.at;
        let found = !matches!(self.day(today, None, lean), Ok(None));
        self.at = before;
        found
    }

    /// The second day of a range; nothing is taken where what follows is no day (昨天到东风社区).
    fn end_of_range(&mut self, today: NaiveDate, first: NaiveDate, lean: Lean) -> Result<Option<NaiveDate>, Unclear> {
        let before = self.at;
        self.skip_spaces();
        if self.eat_any(&RANGE_SIGNS) {
            // 11月18日——20日
            while self.eat_any(&["-", "—"]) {}
            self.skip_spaces();
            if let Some(last) = self.day(today, Some(first), lean)? {
                return Ok(Some(last));
            }
        }
        self.at = before;
        Ok(None)
    }

    /// One day. `first` is the day a range began with.
    fn day(&mut self, today: NaiveDate, first: Option<NaiveDate>, lean: Lean) -> Result<Option<NaiveDate>, Unclear> {
        const WORDS: [(&str, i64); 16] = [
            ("大前天", -3),
            ("大后天", 3),
            ("前天", -2),
            ("前日", -2),
            ("昨天", -1),
            ("昨日", -1),
            ("今天", 0),
            ("今日", 0),
            ("当天", 0),
            ("本日", 0),
            ("明天", 1),
            ("明日", 1),
            ("后天", 2),
            ("后日", 2),
            ("今儿", 0),
            ("昨儿", -1),
        ];
        for (word, days) in WORDS {
            if self.eat(word) {
                return Ok(Some(today + chrono::TimeDelta::days(days)));
            }
        }
        if let Some(day) = self.weekday(today, first, lean)? {
            return Ok(Some(day));
        }
        self.date(today, first, lean)
    }

    /// 周三, 上周五, 下星期一.
    fn weekday(
        &mut self,
        today: NaiveDate,
        first: Option<NaiveDate>,
        lean: Lean,
    ) -> Result<Option<NaiveDate>, Unclear> {
        let before = self.at;
        let week = [
            ("上个", Some(-1)),
            ("上", Some(-1)),
            ("下个", Some(1)),
            ("下", Some(1)),
            ("本", Some(0)),
            ("这", Some(0)),
        ]
        .into_iter()
        .find(|(word, _)| ["周", "星期", "礼拜"].iter().any(|name| self.sees(&format!("{word}{name}"))))
        .and_then(|(word, week)| {
            self.eat(word);
            week
        });
        if !self.eat_any(&["周", "星期", "礼拜"]) {
            self.at = before;
            return Ok(None);
        }
        let Some(nth) = self.peek().and_then(|c| "一二三四五六日天".chars().position(|one| one == c)) else {
            let said = self.since(before);
            self.at = before;
            // 上周 asks for a day; 上周村 is a place
            let is_place = self.chars.get(before + said.chars().count()).is_some_and(|(c, _)| c.is_alphanumeric());
            return if week.is_some() && !is_place { Err(Unclear::Ambiguous(said)) } else { Ok(None) };
        };
        self.at += 1;
        let nth = u64::try_from(nth.min(6)).unwrap_or(0);
        let monday = |day: NaiveDate| day - Days::new(u64::from(day.weekday().num_days_from_monday()));
        let in_this_week = monday(today) + Days::new(nth);
        let week_long = Days::new(7);
        Ok(Some(match (week, first, lean) {
            (Some(-1), ..) => in_this_week - week_long,
            (Some(1), ..) => in_this_week + week_long,
            (Some(_), ..) => in_this_week,
            (None, Some(first), _) => {
                let same_week = monday(first) + Days::new(nth);
                if same_week < first { same_week + week_long } else { same_week }
            }
            (None, None, Lean::Back) if in_this_week > today => in_this_week - week_long,
            (None, None, Lean::Ahead) if in_this_week < today => in_this_week + week_long,
            (None, None, _) => in_this_week,
        }))
    }

    /// 2026-11-18, 11月18日, 11.18, 18号.
    fn date(&mut self, today: NaiveDate, first: Option<NaiveDate>, lean: Lean) -> Result<Option<NaiveDate>, Unclear> {
        let before = self.at;
        let found = self.read_date(today, first, lean);
        if matches!(found, Ok(None)) {
            self.at = before;
        }
        found
    }

    fn read_date(
        &mut self,
        today: NaiveDate,
        first: Option<NaiveDate>,
        lean: Lean,
    ) -> Result<Option<NaiveDate>, Unclear> {
        let before = self.at;
        let Some((one, is_chinese)) = self.numeral() else { return Ok(None) };
        let behind_one = self.at;
        if one >= 1_000 {
            if !self.eat_any(&["年", "-", "/", "."]) {
                return Ok(None);
            }
            let Some((month, _)) = self.numeral() else { return Ok(None) };
            if !self.eat_any(&["月", "-", "/", "."]) {
                return Ok(None);
            }
            let Some((day, _)) = self.numeral() else { return Ok(None) };
            let _ = self.eat_any(&["日", "号"]);
            let said = self.since(before);
            return day_of(one, month, day).map(Some).ok_or(Unclear::NoSuchDay(said));
        }
        if self.eat("月") {
            let Some((day, _)) = self.numeral() else { return Ok(None) };
            let _ = self.eat_any(&["日", "号"]);
            let said = self.since(before);
            return in_some_year(one, day, today, first).map(Some).ok_or(Unclear::NoSuchDay(said));
        }
        if self.sees("日") || self.sees("号") {
            let is_day_sign = self.eat("日");
            if !is_day_sign {
                self.eat("号");
            }
            // 三日 are three days, 5号楼 is a house
            if (is_chinese && is_day_sign) || self.peek().is_some_and(|c| HOUSES.contains(c)) {
                return Ok(None);
            }
            let said = self.since(before);
            return in_some_month(one, today, first, lean).map(Some).ok_or(Unclear::NoSuchDay(said));
        }
        if is_chinese {
            return Ok(None);
        }
        let sign = self.peek().filter(|c| matches!(c, '-' | '.' | '/'));
        if let Some(sign) = sign {
            self.at += 1;
            let Some((two, false)) = self.numeral() else {
                // 18-明天 is nothing
                return Ok(None);
            };
            if self.sees("日") || self.sees("号") {
                let houses = self.chars.get(self.at + 1).is_some_and(|(c, _)| HOUSES.contains(*c));
                match (sign, houses) {
                    (_, true) => return Ok(None),
                    // 18-20日 is a range; 11-18日 could be one
                    ('-', _) if one > 12 => {
                        self.at = behind_one;
                        let said = self.since(before);
                        return in_some_month(one, today, first, lean).map(Some).ok_or(Unclear::NoSuchDay(said));
                    }
                    ('-', _) => {
                        self.at += 1;
                        return Err(Unclear::Ambiguous(self.since(before)));
                    }
                    _ => self.at += 1,
                }
            }
            if !self.ends_a_date() {
                return Ok(None);
            }
            let said = self.since(before);
            return in_some_year(one, two, today, first).map(Some).ok_or(Unclear::NoSuchDay(said));
        }
        // 11月18日-20
        if first.is_some() && self.ends_a_date() {
            let said = self.since(before);
            return in_some_month(one, today, first, lean).map(Some).ok_or(Unclear::NoSuchDay(said));
        }
        Ok(None)
    }

    /// Whether a date of bare figures ends here: 1.5小时 is none.
    fn ends_a_date(&self) -> bool {
        let is_range = RANGE_SIGNS.iter().chain(&["和", "、", "与", "及"]).any(|sign| self.sees(sign));
        self.is_apart() && !self.sees(".") && !self.sees("%") || is_range || self.sees("上午") || self.sees("下午")
    }

    /// Figures, or a Chinese numeral below 32; whether it is Chinese.
    fn numeral(&mut self) -> Option<(i32, bool)> {
        let from = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > from {
            let figures = self.since(from);
            return figures.parse().ok().filter(|_| figures.len() <= 4).map(|value| (value, false));
        }
        while self.peek().is_some_and(|c| "一二三四五六七八九十".contains(c)) && self.at - from < 3 {
            self.at += 1;
        }
        number(&self.since(from)).filter(|value| (1..=31).contains(value)).map(|value| (value, true))
    }
}

/// The one character that a character stands for here.
fn fold(c: char) -> char {
    let mut folded = std::iter::once(c).nfkc();
    let plain = match (folded.next(), folded.next()) {
        (Some(one), None) => one,
        _ => c,
    };
    match plain {
        '週' => '周',
        '號' => '号',
        '後' => '后',
        '禮' => '礼',
        '個' => '个',
        '這' => '这',
        other => other,
    }
}

fn day_of(year: i32, month: i32, day: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// A day and month without a year: behind the beginning of a range, the next one; else the nearest.
fn in_some_year(month: i32, day: i32, today: NaiveDate, first: Option<NaiveDate>) -> Option<NaiveDate> {
    // the year is chosen by a day that every year has, so that 29 February is not pushed into a leap year
    let near = |year: i32| day_of(year, month, day.clamp(1, 28));
    let year = match first {
        Some(first) => {
            let this = near(first.year())?;
            let ends_before = (this.month(), day) < (first.month(), i32::try_from(first.day()).ok()?);
            // a range that ends in an earlier month of the same year goes into the next one, if that is near
            let next = ends_before && (near(first.year() + 1)? - first).num_days() < 183;
            first.year() + i32::from(next)
        }
        None => {
            let years = [today.year() - 1, today.year(), today.year() + 1];
            let apart = |year: &i32| near(*year).map_or(i64::MAX, |day| (day - today).num_days().abs());
            years.into_iter().min_by_key(apart)?
        }
    };
    day_of(year, month, day)
}

/// A day of the month alone.
fn in_some_month(day: i32, today: NaiveDate, first: Option<NaiveDate>, lean: Lean) -> Option<NaiveDate> {
    let from = first.unwrap_or(today);
    let in_month = |shift: i32| {
        let month = from.with_day(1)?;
        let month = if shift < 0 { month - Months::new(1) } else { month + Months::new(shift.unsigned_abs()) };
        month.with_day(u32::try_from(day).ok()?)
    };
    let this = in_month(0);
    match (first, lean) {
        (Some(first), _) => match this {
            Some(this) if this < first && first.day() > 20 => in_month(1),
            this => this,
        },
        (None, Lean::Back) => this.filter(|day| *day <= today + Days::new(SLACK)).or_else(|| in_month(-1)).or(this),
        (None, Lean::Ahead) => this.filter(|day| *day + Days::new(SLACK) >= today).or_else(|| in_month(1)).or(this),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Friday.
    const TODAY: &str = "2026-11-20";

    fn says_on(today: &str, typed: &str, lean: Lean) -> String {
        match read(typed, today.parse().unwrap(), lean) {
            Ok(None) => "none".to_owned(),
            Ok(Some(when)) => {
                let days: Vec<String> = when.days.iter().map(|day| day.format("%y%m%d").to_string()).collect();
                let days = match days.as_slice() {
                    [one] => one.clone(),
                    [first, .., last] if when.is_run() => format!("{first}~{last}"),
                    days => days.join(","),
                };
                let half = when.half.map_or("", HalfDay::title);
                format!("{days}{half}|{}", when.rest)
            }
            Err(unclear) => unclear.reason(),
        }
    }

    fn back(typed: &str) -> String {
        says_on(TODAY, typed, Lean::Back)
    }

    fn ahead(typed: &str) -> String {
        says_on(TODAY, typed, Lean::Ahead)
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for (typed, means) in [
            ("昨天 东风社区 走访5人", "261119|东风社区 走访5人"),
            ("昨天东风社区", "261119|东风社区"),
            ("前天，东风社区", "261118|东风社区"),
            ("大前天", "261117|"),
            ("今天 东风社区", "261120|东风社区"),
            ("明天", "261121|"),
            ("周三 东风社区", "261118|东风社区"),
            ("週三 東風社區", "261118|東風社區"),
            ("周五", "261120|"),
            ("周六", "261114|"),
            ("星期日", "261115|"),
            ("礼拜天", "261115|"),
            ("上周五 东风社区", "261113|东风社区"),
            ("上星期五", "261113|"),
            ("本周一", "261116|"),
            ("下周一", "261123|"),
            ("11月18日 东风社区", "261118|东风社区"),
            ("11月18号东风社区", "261118|东风社区"),
            ("１１月１８日", "261118|"),
            ("11月18", "261118|"),
            ("十一月十八日", "261118|"),
            ("11-18 东风社区", "261118|东风社区"),
            ("11.18 东风社区", "261118|东风社区"),
            ("11/18", "261118|"),
            ("18日 东风社区", "261118|东风社区"),
            ("18号", "261118|"),
            ("十八号", "261118|"),
            ("2026-11-18 东风社区", "261118|东风社区"),
            ("2026年11月18日", "261118|"),
            ("2026/11/18", "261118|"),
        ] {
            assert_eq!(back(typed), means, "{typed}");
        }
    }

    #[test]
    fn several_days_are_a_range_or_a_list() {
        for (typed, means) in [
            ("11月18日-20日 东风社区", "261118~261120|东风社区"),
            ("11月18日——20日", "261118~261120|"),
            ("11月18日-20", "261118~261120|"),
            ("18日到20日 东风社区", "261118~261120|东风社区"),
            ("18-20日", "261118~261120|"),
            ("11.18-11.20 东风", "261118~261120|东风"),
            ("昨天和今天", "261119~261120|"),
            ("昨天、前天 东风社区", "261118~261119|东风社区"),
            ("周一和周三", "261116,261118|"),
            ("周一到周三 东风社区", "261116~261118|东风社区"),
            ("2026-11-17 至 2026-11-19", "261117~261119|"),
            ("昨天到东风社区走访", "261119|到东风社区走访"),
            ("昨天和书记走访", "261119|和书记走访"),
        ] {
            assert_eq!(back(typed), means, "{typed}");
        }
        for (typed, means) in [
            ("明天到后天", "261121~261122|"),
            ("明天到周五 回老家", "261121~261127|回老家"),
            ("下周一至周三", "261123~261125|"),
            ("周一到周三", "261123~261125|"),
            ("周五", "261120|"),
            ("11月30日到12月2日 培训", "261130~261202|培训"),
            ("30日到2日", "261130~261202|"),
            ("8号 看病", "261208|看病"),
            ("15号", "261115|"),
        ] {
            assert_eq!(ahead(typed), means, "{typed}");
        }
    }

    #[test]
    fn half_a_day_belongs_to_one_day() {
        assert_eq!(ahead("11月23日上午 看病"), "261123上午|看病");
        assert_eq!(ahead("明天 下午看病"), "261121下午|看病");
        assert_eq!(ahead("下午 看病"), "261120下午|看病");
        assert_eq!(ahead("明天全天 看病"), "261121|看病");
        assert_eq!(ahead("明天下午到后天"), Unclear::HalfOfSeveral.reason());
        assert_eq!(ahead("明天到后天上午"), Unclear::HalfOfSeveral.reason());
    }

    #[test]
    fn the_year_is_the_nearest_one_also_at_its_border() {
        assert_eq!(says_on("2027-01-02", "12月31日", Lean::Back), "261231|");
        assert_eq!(says_on("2027-01-02", "31号", Lean::Back), "261231|");
        assert_eq!(says_on("2027-01-01", "昨天", Lean::Back), "261231|");
        assert_eq!(says_on("2027-01-01", "周三", Lean::Back), "261230|");
        assert_eq!(says_on("2026-12-30", "1月2日", Lean::Ahead), "270102|");
        assert_eq!(says_on("2026-12-30", "明天到1月2日", Lean::Ahead), "261231~270102|");
        assert_eq!(says_on("2026-12-30", "12月31日-2日", Lean::Ahead), "261231~270102|");
        assert_eq!(says_on("2026-12-30", "31日到2日", Lean::Ahead), "261231~270102|");
    }

    #[test]
    fn the_29th_of_february_is_there_in_leap_years_only() {
        assert_eq!(says_on("2028-03-01", "2月29日", Lean::Back), "280229|");
        assert_eq!(says_on("2028-03-01", "昨天", Lean::Back), "280229|");
        assert_eq!(says_on("2027-12-20", "2月29日", Lean::Ahead), "280229|");
        assert_eq!(says_on("2027-03-01", "2月29日", Lean::Back), "没有“2月29日”这一天");
        assert_eq!(says_on("2028-02-28", "28日到29日", Lean::Ahead), "280228~280229|");
        assert_eq!(says_on("2027-02-27", "27日到29日", Lean::Ahead), "没有“29日”这一天");
    }

    #[test]
    fn what_is_no_day_or_could_be_two_is_refused_with_a_reason() {
        for (typed, reason) in [
            ("2月30日 东风社区", "没有“2月30日”这一天"),
            ("2026-02-30", "没有“2026-02-30”这一天"),
            ("13月1日", "没有“13月1日”这一天"),
            ("13.40", "没有“13.40”这一天"),
            ("0号", "没有“0号”这一天"),
            ("上周 东风社区", "“上周”说不准是哪一天"),
            ("下周", "“下周”说不准是哪一天"),
            ("11-18日", "“11-18日”说不准是哪一天"),
            ("20日到18日", "结束的日子在开始之前"),
            ("昨天到前天", "结束的日子在开始之前"),
            ("2026-01-01到2029-01-01", "一次最多 366 天"),
        ] {
            assert_eq!(back(typed), reason, "{typed}");
        }
    }

    #[test]
    fn what_begins_with_no_day_is_left_alone() {
        for typed in [
            "东风社区 昨天的事",
            "1.5小时",
            "3天",
            "三日",
            "12人",
            "周庄镇",
            "下周村",
            "5号楼",
            "13-5号楼",
            "11-18号楼",
            "明白账",
            "前进社区",
            "",
            "上级检查",
        ] {
            assert_eq!(back(typed), "none", "{typed}");
        }
        let when = read("周三丰家", TODAY.parse().unwrap(), Lean::Back).unwrap().unwrap();
        assert!(!when.is_apart);
    }
}
