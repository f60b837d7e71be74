//! What a policy file may not say although it can be read.

use std::collections::HashSet;
use std::fmt;

use super::duty::{Duty, Item, Measure, Period, Want};
use super::{FIELD_DAY, Policy};
use crate::domain::text::normal;

/// The longest time that anything looks back, in days.
const LONGEST_WINDOW: u32 = 3_660;

/// No period is longer, in days.
const A_YEAR: u32 = 366;

/// Something wrong in a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where: the keys that lead to it, a number for the n-th table of an array, such as `["duty", "2", "period"]`.
    pub path: Vec<String>,
    /// What is wrong and what to write instead.
    pub text: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.path.join("."), self.text)
    }
}

pub(super) struct Flaws(Vec<Flaw>);

impl Flaws {
    pub(super) fn add(&mut self, path: &[&str], text: impl Into<String>) {
        self.0.push(Flaw { path: path.iter().map(|part| (*part).to_owned()).collect(), text: text.into() });
    }
}

impl Policy {
    /// Everything that is wrong with it.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Flaws(Vec::new());
        self.check_frame(&mut flaws);
        self.check_kinds(&mut flaws);
        self.check_duties(&mut flaws);
        self.check_cards(&mut flaws);
        self.check_voice(&mut flaws);
        flaws.0
    }

    fn check_frame(&self, flaws: &mut Flaws) {
        if self.open_hours.from >= self.open_hours.until {
            flaws.add(&["open_hours", "from"], "from 要早于 until");
        }
        if !(1..=168).contains(&self.records.correct_within_hours) {
            flaws.add(&["records", "correct_within_hours"], "要在 1 到 168 之间");
        }
        if self.records.make_up_within_days > 31 {
            flaws.add(&["records", "make_up_within_days"], "最多 31 天；不许补记就写 0");
        }
        if let Some(format) = &self.card_format
            && !format.contains("{姓名}")
        {
            flaws.add(&["card_format"], "要有 {姓名}，例如 \"共青团+{地区}+{姓名}\"");
        }
    }

    fn check_kinds(&self, flaws: &mut Flaws) {
        let (mut keys, mut words) = (HashSet::new(), HashSet::new());
        for (at, kind) in self.kinds.iter().enumerate() {
            let at = at.to_string();
            if !is_key(&kind.key) {
                flaws.add(&["record", &at, "key"], "用小写英文字母、数字和下划线，例如 \"good_deed\"");
            }
            if !keys.insert(kind.key.as_str()) {
                flaws.add(&["record", &at, "key"], format!("「{}」写了两次；每种记录一个 key", kind.key));
            }
            if kind.words.is_empty() {
                flaws.add(&["record", &at, "words"], "至少要有一个词，例如 words = [\"办实事\"]");
            }
            for word in &kind.words {
                if word.trim().is_empty() {
                    flaws.add(&["record", &at, "words"], "不能有空的词");
                } else if normal(word) != *word {
                    flaws.add(
                        &["record", &at, "words"],
                        format!("「{word}」请写成「{}」：简体、半角、不带空格", normal(word)),
                    );
                } else if !words.insert(word.as_str()) {
                    flaws.add(&["record", &at, "words"], format!("「{word}」已经是另一种记录的词；一个词只能属于一种"));
                }
            }
            for part in &kind.problems_from {
                if !kind.parts.contains(part) {
                    flaws.add(&["record", &at, "problems_from"], format!("「{part}」不在 parts 里"));
                }
            }
        }
        if !keys.contains(FIELD_DAY) {
            flaws.add(&["record"], format!("缺少签到这一种记录：加一段 [[record]]，key = \"{FIELD_DAY}\""));
        }
    }

    fn check_duties(&self, flaws: &mut Flaws) {
        let mut keys = HashSet::new();
        for (n, duty) in self.duties.iter().enumerate() {
            let at = n.to_string();
            if !is_key(&duty.key) {
                flaws.add(&["duty", &at, "key"], "用小写英文字母、数字和下划线");
            }
            if !keys.insert(duty.key.as_str()) {
                flaws.add(&["duty", &at, "key"], format!("「{}」写了两次；每项任务一个 key", duty.key));
            }
            let who = [duty.who.is_cadres(), duty.who.is_units(), duty.who.young_people];
            if who.into_iter().filter(|one| *one).count() != 1 {
                flaws.add(
                    &["duty", &at, "who"],
                    "写清谁来做：cadres（哪几类干部）、units（哪几类单位）、young_people = true，三样选一样",
                );
            }
            if duty.needs.is_empty() == duty.items.is_empty() {
                flaws.add(&["duty", &at, "needs"], "写 needs（做多少），或者写几段 [[duty.item]]（清单），两样选一样");
            }
            if duty.who.tied.is_some() && !duty.who.is_cadres() {
                flaws.add(&["duty", &at, "who"], "tied 只能和 cadres 一起用");
            }
            if !duty.who.roles.is_empty() && !duty.who.is_cadres() {
                flaws.add(&["duty", &at, "who"], "roles 只能和 cadres 一起用");
            }
            if duty.period == Period::Segment && duty.who.tied.is_none() {
                flaws.add(&["duty", &at, "period"], "按驻点期算的任务，who 里要写 tied，例如 tied = \"station\"");
            }
            if duty.period == Period::Standing && duty.window_days == Some(0) {
                flaws.add(&["duty", &at, "window_days"], "至少 1 天");
            }
            // beyond what a calendar holds, counting days back would end the process
            if duty.window_days.is_some_and(|days| days > LONGEST_WINDOW) {
                flaws.add(&["duty", &at, "window_days"], format!("最多 {LONGEST_WINDOW} 天（十年）"));
            }
            if duty.remind_days_before.iter().flatten().any(|days| *days > A_YEAR) {
                flaws.add(&["duty", &at, "remind_days_before"], format!("最多 {A_YEAR} 天"));
            }
            if duty.waive_when_workdays_below > A_YEAR {
                flaws.add(&["duty", &at, "waive_when_workdays_below"], format!("最多 {A_YEAR} 天"));
            }
            if duty.waive_when_workdays_below > 0 && duty.period == Period::Standing {
                flaws.add(&["duty", &at, "waive_when_workdays_below"], "经常性的任务没有期限，不用写这一条");
            }
            for (m, item) in duty.parts().iter().enumerate() {
                self.check_item(flaws, (&at, m), duty, item);
            }
        }
    }

    fn check_item(&self, flaws: &mut Flaws, (at, m): (&str, usize), duty: &Duty, item: &Item) {
        let m = m.to_string();
        let inside = |key: &'static str| -> Vec<String> {
            let mut path = vec!["duty".to_owned(), at.to_owned()];
            if !duty.items.is_empty() {
                path.extend(["item".to_owned(), m.clone()]);
            }
            path.push(key.to_owned());
            path
        };
        let mut add = |key, text: String| flaws.0.push(Flaw { path: inside(key), text });
        for kind in &item.of {
            if self.kind(kind).is_none() {
                let known: Vec<&str> = self.kinds.iter().map(|kind| kind.key.as_str()).collect();
                add("of", format!("没有「{kind}」这种记录；现有：{}", known.join("、")));
            }
        }
        let wants: Vec<Want> = item.needs.iter().flat_map(super::Way::wants).collect();
        if item.needs.iter().any(|way| way.wants().is_empty()) {
            add("needs", "有一种做法没有写要做多少，例如 { days = 1 }".to_owned());
        }
        let counts_records = wants.iter().any(|want| match want {
            Want::AtLeast(measure, _) => measure.counts_records(),
            Want::Share(ratio) => ratio.part.counts_records() || ratio.whole.counts_records(),
        });
        if counts_records && item.of.is_empty() {
            add("of", "写清数哪几种记录，例如 of = [\"field_day\"]".to_owned());
        }
        for want in wants {
            match want {
                Want::AtLeast(_, 0) => add("needs", "要做的数至少是 1".to_owned()),
                Want::AtLeast(Measure::Days | Measure::Workdays, days) if duty.period == Period::Week && days > 7 => {
                    add("needs", "一周最多 7 天".to_owned());
                }
                Want::AtLeast(Measure::AssignedUnits | Measure::Assigned, _) if item.at.is_none() => {
                    add("at", "数联系点时要写是哪一种：lead 引领、station 驻点、pair 包联".to_owned());
                }
                Want::Share(ratio) if !(1..=100).contains(&ratio.percent) => {
                    add("needs", "percent 要在 1 到 100 之间".to_owned());
                }
                _ => {}
            }
        }
    }

    fn check_cards(&self, flaws: &mut Flaws) {
        let mut keys = HashSet::new();
        for (n, card) in self.cards.iter().enumerate() {
            let at = n.to_string();
            if !is_key(&card.key) || !keys.insert(card.key.as_str()) {
                flaws.add(&["card", &at, "key"], "每张考核表一个 key，用小写英文字母、数字和下划线，不能重复");
            }
            if card.subject.cadres.is_empty() == card.subject.units.is_empty() {
                flaws.add(&["card", &at, "for"], "写清考核谁：cadres（哪几类干部）或 units（哪几类单位），选一样");
            }
            if matches!(card.period, Period::Segment | Period::Standing) {
                flaws.add(&["card", &at, "period"], "考核表按 week、month、quarter、half_year 或 year");
            }
            if !card.bands.is_sorted_by(|a, b| a.from > b.from) {
                flaws.add(&["card", &at, "band"], "等次从高到低写，分数线不能相同");
            }
            let mut indicators = HashSet::new();
            for (m, indicator) in card.indicators.iter().enumerate() {
                let m = m.to_string();
                if !indicators.insert(indicator.key.as_str()) {
                    flaws.add(&["card", &at, "indicator", &m, "key"], format!("「{}」写了两次", indicator.key));
                }
                match indicator.scoring() {
                    None => flaws.add(
                        &["card", &at, "indicator", &m],
                        "写清怎么计分：duty + points；of + count + each + at_most；figure + below + deduct；figure + full_at + points，四样选一样",
                    ),
                    Some(super::Scoring::Duty { duty, .. }) if self.duty(&duty).is_none() => {
                        flaws.add(&["card", &at, "indicator", &m, "duty"], format!("没有「{duty}」这项任务"));
                    }
                    Some(super::Scoring::Duty { duty, .. })
                        if card.subject.is_cadres() && self.duty(&duty).is_some_and(|duty| !duty.who.is_cadres()) =>
                    {
                        flaws.add(
                            &["card", &at, "indicator", &m, "duty"],
                            format!("「{duty}」不是干部的任务，不能用来考核干部"),
                        );
                    }
                    Some(super::Scoring::Count { count, .. }) if !count.counts_records() => {
                        flaws.add(
                            &["card", &at, "indicator", &m, "count"],
                            "只能数记录，例如 records（次）、days（天）、quantity（人）",
                        );
                    }
                    Some(super::Scoring::Count { of, .. }) => {
                        for kind in of.iter().filter(|kind| self.kind(kind).is_none()) {
                            flaws.add(&["card", &at, "indicator", &m, "of"], format!("没有「{kind}」这种记录"));
                        }
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

pub(super) fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
