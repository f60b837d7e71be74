//! How an activity is written: `周六爬山 时间：11月28日9点 地点：东山 名额：30 报名截止：周五18点`.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use crate::domain::calendar::weekday;
use crate::domain::hour;
use crate::domain::people::HalfDay;
use crate::domain::record::number;
use crate::domain::text::normal;
use crate::domain::when::{self, Lean, Unclear};

/// What was written, field by field, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// What stands in front of the first field.
    pub title: String,
    /// 时间
    pub time: Option<String>,
    /// 地点
    pub place: Option<String>,
    /// 名额
    pub places: Option<String>,
    /// 报名截止
    pub deadline: Option<String>,
    /// 说明
    pub about: Option<String>,
    /// 记为
    pub filed: Option<String>,
}

impl Fields {
    /// Whether no field was written.
    pub fn is_empty(&self) -> bool {
        let fields = [&self.time, &self.place, &self.places, &self.deadline, &self.about, &self.filed];
        fields.iter().all(|field| field.is_none())
    }

    fn slot(&mut self, label: &str) -> &mut Option<String> {
        match label {
            "时间" => &mut self.time,
            "地点" => &mut self.place,
            "名额" | "人数" => &mut self.places,
            "说明" | "内容" | "备注" => &mut self.about,
            "记为" => &mut self.filed,
            _ => &mut self.deadline,
        }
    }
}

/// The names of fields; a longer one before one it ends with.
const LABELS: [&str; 10] = ["时间", "地点", "名额", "人数", "报名截止时间", "报名截止", "截止", "说明", "内容", "记为"];

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '。')
}

/// The label that a text begins with, and how long it is in what was typed. Behind it a colon or a space must stand.
fn label_at(text: &str) -> Option<(&'static str, usize)> {
    LABELS.iter().find_map(|label| {
        let after = text.strip_prefix(label)?;
        let mark = after.chars().next().filter(|c| matches!(c, ':' | '：') || c.is_whitespace())?;
        Some((*label, label.len() + mark.len_utf8()))
    })
}

/// Takes a text apart at its labels.
pub fn read_fields(typed: &str) -> Fields {
    let mut fields = Fields::default();
    let mut label: Option<&'static str> = None;
    let (mut from, mut at) = (0, 0);
    let mut gap_before = true;
    let put = |fields: &mut Fields, label: Option<&'static str>, text: &str| {
        let text = text.trim_matches(is_gap).trim_start_matches([':', '：']).trim();
        match label {
            None => fields.title = text.to_owned(),
            // said twice, the first one holds
            Some(label) => {
                fields.slot(label).get_or_insert_with(|| text.to_owned());
            }
        }
    };
    while let Some(c) = typed.get(at..).and_then(|rest| rest.chars().next()) {
        let found = if gap_before { typed.get(at..).and_then(label_at) } else { None };
        if let Some((name, length)) = found {
            put(&mut fields, label, typed.get(from..at).unwrap_or_default());
            label = Some(name);
            at += length;
            from = at;
            gap_before = true;
            continue;
        }
        gap_before = is_gap(c);
        at += c.len_utf8();
    }
    put(&mut fields, label, typed.get(from..).unwrap_or_default());
    fields
}

/// Why a time cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It begins with no day.
    NoDay,
    /// No time of the day follows.
    NoHour,
    /// More than one day.
    SeveralDays,
    /// The day is another day of the week than the one that stands beside it.
    OtherWeekday(NaiveDate),
    /// It could be more than one day, or is none.
    Unclear(Unclear),
}

impl Unreadable {
    /// The reason, for people.
    pub fn reason(&self) -> String {
        match self {
            Self::NoDay => "没有看到是哪一天".to_owned(),
            Self::NoHour => "没有看到几点（例如“9点”“14:00-16:00”）".to_owned(),
            Self::SeveralDays => "请只写一天".to_owned(),
            Self::OtherWeekday(day) => format!("{}月{}日是{}", day.month(), day.day(), weekday(*day)),
            Self::Unclear(unclear) => unclear.reason(),
        }
    }
}

/// One day at the beginning of a text, and what follows, with the half of the day put in front of it.
fn read_day(typed: &str, today: NaiveDate, lean: Lean) -> Result<(NaiveDate, String), Unreadable> {
    let found = when::read(typed, today, lean).map_err(Unreadable::Unclear)?.ok_or(Unreadable::NoDay)?;
    let [day] = found.days.as_slice() else { return Err(Unreadable::SeveralDays) };
    let half = match found.half {
        Some(HalfDay::Morning) => "上午",
        Some(HalfDay::Afternoon) => "下午",
        None => "",
    };
    let rest = normal(&found.rest);
    let open = rest.trim_start_matches(['(', ' ', '日']);
    // 11月28日(周六)9点
    let named = ["周", "星期", "礼拜"].iter().find_map(|name| {
        let after = open.strip_prefix(name)?;
        let nth = after.chars().next().filter(|c| "一二三四五六日天".contains(*c))?;
        Some((nth, after.strip_prefix(nth)?.trim_start_matches([')', ' '])))
    });
    let Some((nth, behind)) = named else { return Ok((*day, format!("{half}{rest}"))) };
    let nth = if nth == '天' { '日' } else { nth };
    if !weekday(*day).ends_with(nth) {
        return Err(Unreadable::OtherWeekday(*day));
    }
    Ok((*day, format!("{half}{behind}")))
}

/// The day, when it begins and until when: `11月28日9点`, `周六14:00-16:00`.
///
/// # Errors
/// Says why it cannot be read.
pub fn read_start(typed: &str, today: NaiveDate) -> Result<(NaiveDate, NaiveTime, Option<NaiveTime>), Unreadable> {
    let (day, rest) = read_day(typed, today, Lean::Ahead)?;
    let hour = hour::read(&rest).ok_or(Unreadable::NoHour)?;
    Ok((day, hour.from, hour.until))
}

/// Until when people may sign up: `周五18点`, `前一天`, `11月27日`. A bare weekday is the last one before the activity, not
/// the next one from now on; without a time of the day it is the whole day.
///
/// # Errors
/// Says why it cannot be read.
pub fn read_deadline(
    typed: &str,
    today: NaiveDate,
    first: NaiveDate,
) -> Result<(NaiveDate, Option<NaiveTime>), Unreadable> {
    let text = normal(typed);
    let (day, rest) = if let Some(rest) = text.strip_prefix("前一天") {
        (first - Days::new(1), rest.to_owned())
    } else if ["周", "星期", "礼拜"].iter().any(|name| text.starts_with(name)) {
        read_day(&text, first, Lean::Back)?
    } else {
        read_day(&text, today, Lean::Ahead)?
    };
    if rest.chars().all(|c| !c.is_alphanumeric()) || rest.starts_with("前") {
        return Ok((day, None));
    }
    hour::read(&rest).map(|hour| (day, Some(hour.from))).ok_or(Unreadable::NoHour)
}

/// `30`, `30人`, `三十人`; `不限` is `Some(None)`.
pub fn read_places(typed: &str) -> Option<Option<u32>> {
    let text = normal(typed);
    let text = text.trim();
    if matches!(text, "不限" | "无限" | "没有限制" | "不限人数") {
        return Some(None);
    }
    let figures = text.trim_end_matches(['人', '名', '个', '位', ' ']);
    let places = number(figures).and_then(|value| u32::try_from(value).ok())?;
    (places >= 1).then_some(Some(places))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_activity_is_taken_apart_at_its_labels() {
        let fields = read_fields("周六爬山 时间：11月28日9点 地点：东山 名额：30 报名截止：周五18点");
        assert_eq!(fields.title, "周六爬山");
        assert_eq!(fields.time.as_deref(), Some("11月28日9点"));
        assert_eq!(fields.place.as_deref(), Some("东山"));
        assert_eq!(fields.places.as_deref(), Some("30"));
        assert_eq!(fields.deadline.as_deref(), Some("周五18点"));
        let lines = read_fields(
            "读书会\n时间 明天 晚上7点\n地点：青年之家 二楼\n说明：带一本书，记为作业也行\n记为：专题开放日",
        );
        assert_eq!(lines.time.as_deref(), Some("明天 晚上7点"));
        assert_eq!(lines.place.as_deref(), Some("青年之家 二楼"));
        assert_eq!(lines.about.as_deref(), Some("带一本书，记为作业也行"), "a label has a colon or a space behind it");
        assert_eq!(lines.filed.as_deref(), Some("专题开放日"));
        assert!(read_fields("周六爬山").is_empty());
        assert_eq!(read_fields("时间 明天9点").title, "");
    }

    #[test]
    fn times_and_deadlines_are_read_against_today_and_the_day_itself() {
        let today = day("2026-11-20");
        let start = |typed| read_start(typed, today).map(|(day, from, until)| format!("{day} {from} {until:?}"));
        assert_eq!(start("11月28日9点"), Ok("2026-11-28 09:00:00 None".into()));
        assert_eq!(start("周六下午2点-4点"), Ok("2026-11-21 14:00:00 Some(16:00:00)".into()));
        assert_eq!(start("11月28日（周六）9:30"), Ok("2026-11-28 09:30:00 None".into()));
        assert_eq!(start("11月28日（周五）9:30"), Err(Unreadable::OtherWeekday(day("2026-11-28"))));
        assert_eq!(start("9点"), Err(Unreadable::NoDay));
        assert_eq!(start("11月28日"), Err(Unreadable::NoHour));
        assert_eq!(start("11月28日-29日 9点"), Err(Unreadable::SeveralDays));
        let by = |typed| read_deadline(typed, today, day("2026-11-28")).map(|(day, time)| format!("{day} {time:?}"));
        assert_eq!(by("周五18点"), Ok("2026-11-27 Some(18:00:00)".into()), "not today, though today is a Friday");
        assert_eq!(by("明天"), Ok("2026-11-21 None".into()));
        assert_eq!(by("前一天20点"), Ok("2026-11-27 Some(20:00:00)".into()));
        assert_eq!(by("11月27日前"), Ok("2026-11-27 None".into()));
        assert_eq!(read_places("三十人"), Some(Some(30)));
        assert_eq!(read_places("不限"), Some(None));
        assert_eq!(read_places("很多"), None);
        assert_eq!(read_places("0"), None);
    }
}
