//! What in a policy file can be read and used, but was perhaps meant otherwise.

use super::check::Flaw;
use super::duty::{Duty, Item, Measure, Period, Want, Way};
use super::{About, Policy};
use crate::domain::people::{CadreKind, Level};

impl Policy {
    /// Everything that is perhaps meant otherwise.
    pub(super) fn doubts(&self) -> Vec<Flaw> {
        let mut doubts = Vec::new();
        self.doubt_words(&mut doubts);
        for (at, duty) in self.duties.iter().enumerate() {
            let mut add = |key: &str, text: String| {
                doubts.push(Flaw { path: vec!["duty".to_owned(), at.to_string(), key.to_owned()], text });
            };
            doubt_who(duty, &mut add);
            doubt_period(duty, &mut add);
            for item in duty.parts() {
                self.doubt_item(duty, &item, &mut add);
            }
        }
        doubts
    }

    /// Words that are commands, and so would never make a record.
    pub(super) fn taken_words(&self, taken: &[&str]) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for (at, kind) in self.kinds.iter().enumerate() {
            for word in kind.words.iter().filter(|word| taken.contains(&word.as_str())) {
                flaws.push(Flaw {
                    path: vec!["record".to_owned(), at.to_string(), "words".to_owned()],
                    text: format!("「{word}」是机器人的命令，不能再当记录的词；请换一个"),
                });
            }
        }
        flaws
    }

    fn doubt_words(&self, doubts: &mut Vec<Flaw>) {
        for (at, kind) in self.kinds.iter().enumerate() {
            for word in &kind.words {
                let others = self.kinds.iter().filter(|other| other.key != kind.key).flat_map(|other| &other.words);
                for shorter in others.filter(|other| word != *other && word.starts_with(other.as_str())) {
                    doubts.push(Flaw {
                        path: vec!["record".to_owned(), at.to_string(), "words".to_owned()],
                        text: format!(
                            "「{word}」以另一种记录的词「{shorter}」开头：连着写算「{word}」，中间有空格算「{shorter}」；最好换一个词"
                        ),
                    });
                }
            }
        }
    }

    fn doubt_item(&self, duty: &Duty, item: &Item, add: &mut impl FnMut(&str, String)) {
        let is_about_youth = |key: &String| self.kind(key).is_some_and(|kind| kind.about == About::Youth);
        let known: Vec<&String> = item.of.iter().filter(|key| self.kind(key).is_some()).collect();
        if known.is_empty() || known.into_iter().any(is_about_youth) {
            return;
        }
        let key = if duty.items.is_empty() { "of" } else { "item" };
        if duty.who.young_people {
            add(key, "这几种记录都不是记到青年名下的（about = \"youth\"），所以没有青年要做这一项".to_owned());
        } else if item.mode.is_some() {
            add(key, "写了 mode，但这几种记录都不是联系青年的（about = \"youth\"），永远数不到".to_owned());
        } else if measures(&item.needs).any(|one| matches!(one, Measure::YoungPeople | Measure::Fields)) {
            add(key, "要数青年或领域，但这几种记录都不是联系青年的（about = \"youth\"），永远数不到".to_owned());
        }
    }
}

fn measures(needs: &[Way]) -> impl Iterator<Item = Measure> {
    needs.iter().flat_map(Way::wants).map(|want| match want {
        Want::AtLeast(measure, _) => measure,
        Want::Share(ratio) => ratio.part,
    })
}

fn doubt_who(duty: &Duty, add: &mut impl FnMut(&str, String)) {
    let who = &duty.who;
    let is_low = |level: &Level| matches!(level, Level::Township | Level::Village);
    if who.cadres == [CadreKind::PartTimeOrgan] && !who.levels.is_empty() && who.levels.iter().all(is_low) {
        add("who", "领导机关兼职都在县级以上，这几级没有人要做这一项；乡镇、村的兼职写 part_time".to_owned());
    }
    if who.young_people && !who.levels.is_empty() {
        add("who", "levels 只限定干部和单位，对青年不起作用".to_owned());
    }
}

fn doubt_period(duty: &Duty, add: &mut impl FnMut(&str, String)) {
    let longest = longest(duty.period);
    for days in duty.remind_days_before.iter().flatten() {
        match longest {
            None => add("remind_days_before", "经常性的任务没有期限，不会按这个提醒".to_owned()),
            Some(longest) if *days >= longest => {
                let text = format!("到期前 {days} 天还没有到{}，不会提醒；最多写 {}", duty.period.this(), longest - 1);
                add("remind_days_before", text);
            }
            Some(_) => {}
        }
    }
    if duty.window_days.is_some() && duty.period != Period::Standing {
        add("window_days", "只有 period = \"standing\" 才看最近多少天，这里不起作用".to_owned());
    }
    let days =
        duty.parts().into_iter().flat_map(|item| item.needs).flat_map(|way| way.wants()).filter_map(
            |want| match want {
                Want::AtLeast(Measure::Days | Measure::Workdays, days) => Some(days),
                _ => None,
            },
        );
    // a week of more than seven days is an error already
    if let (Some(longest), Some(days)) = (longest, days.max())
        && days > longest
        && duty.period != Period::Week
    {
        let key = if duty.items.is_empty() { "needs" } else { "item" };
        add(key, format!("{}最多 {longest} 天，{days} 天做不到", duty.period.this()));
    }
}

/// The most days that a period has; nothing where it has no end.
fn longest(period: Period) -> Option<u32> {
    match period {
        Period::Week => Some(7),
        Period::Month => Some(31),
        Period::Quarter => Some(92),
        Period::HalfYear => Some(184),
        Period::Year | Period::Segment => Some(366),
        Period::Standing => None,
    }
}
