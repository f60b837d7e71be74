//! A policy read back in plain Chinese, as a page that a committee can hold against its document.

use std::fmt::Write;

use super::Policy;
use super::card::{Card, Indicator, Scoring};
use super::duty::{Duty, Item, Measure, PartPeriod, Period, Ratio, Want, Way, WhoOwes};
use super::questions::NORMAL;
use super::record_kind::{About, FieldName, RecordKind};
use super::topics::Answerers;
use crate::domain::people::{CadreKind, ContactMode, Level, UnitKind};
use crate::domain::schedule::{OnDayOff, Rule};

/// The whole policy as a page in Markdown.
pub fn explain(policy: &Policy) -> String {
    let mut page = Page(String::new());
    page.line(format!("# {}", policy.title));
    if let Some(source) = &policy.source {
        page.gap();
        page.line(format!("依据：{source}"));
    }
    page.records(policy);
    page.duties(policy);
    page.cards(policy);
    page.frame(policy);
    page.left_open(policy);
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, text: impl AsRef<str>) {
        self.0.push_str(text.as_ref());
        self.0.push('\n');
    }

    fn gap(&mut self) {
        self.0.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.gap();
        self.line(format!("## {text}"));
        self.gap();
    }

    fn point(&mut self, what: &str, text: impl AsRef<str>) {
        self.line(format!("- {what}：{}", text.as_ref()));
    }

    fn records(&mut self, policy: &Policy) {
        self.heading("记什么");
        for kind in &policy.kinds {
            self.line(format!("- {}", kind_in_words(kind)));
        }
        self.gap();
        let rules = &policy.records;
        let make_up = match rules.make_up_within_days {
            0 => "不许补记".to_owned(),
            days => format!(
                "{days} 天以内可以补记，一个月最多 {} 次，{}；一次补记 {} 天以上，请人看一看",
                rules.make_up_per_month,
                approval(rules.make_up_needs_approval),
                rules.many_days
            ),
        };
        self.line(format!(
            "记错了，{} 小时内可以自己撤回、更正；{make_up}。请假{}。",
            rules.correct_within_hours,
            approval(rules.leave_needs_approval)
        ));
        if policy.day_starts_at.format("%H:%M").to_string() != "00:00" {
            self.line(format!("一天从 {} 算起。", policy.day_starts_at.format("%H:%M")));
        }
    }

    fn duties(&mut self, policy: &Policy) {
        self.heading("要做什么");
        if policy.duties.is_empty() {
            self.line("没有任务。");
        }
        for (at, duty) in policy.duties.iter().enumerate() {
            if at > 0 {
                self.gap();
            }
            self.line(format!("### {}. {}", at + 1, duty.title));
            self.gap();
            if let Some(clause) = &duty.clause {
                self.point("出处", clause);
            }
            self.point("谁", who_in_words(&duty.who));
            self.point("多久", period_in_words(duty));
            if duty.items.is_empty() {
                for item in duty.parts() {
                    if !item.of.is_empty() {
                        self.point("做什么", deed_in_words(policy, &item));
                    }
                    self.point("做多少", needs_in_words(policy, &item));
                }
            } else {
                self.line(format!("- 做什么、做多少（{} 条都要做到）：", duty.items.len()));
                for (at, item) in duty.parts().iter().enumerate() {
                    let deed =
                        if item.of.is_empty() { String::new() } else { format!("{}，", deed_in_words(policy, item)) };
                    self.line(format!("    {}. {}：{deed}{}", at + 1, item.title, needs_in_words(policy, item)));
                }
            }
            self.point("什么时候提醒", reminders_in_words(policy, duty));
            self.point("什么情况不作要求", waivers_in_words(duty));
        }
    }

    fn cards(&mut self, policy: &Policy) {
        if policy.cards.is_empty() {
            return;
        }
        self.heading("怎么打分");
        for (at, card) in policy.cards.iter().enumerate() {
            if at > 0 {
                self.gap();
            }
            self.card(policy, card);
        }
    }

    fn card(&mut self, policy: &Policy, card: &Card) {
        let who = WhoOwes {
            cadres: card.subject.cadres.clone(),
            units: card.subject.units.clone(),
            levels: card.subject.levels.clone(),
            ..WhoOwes::default()
        };
        self.line(format!("### {}", card.title));
        self.gap();
        self.point("考核谁", who_in_words(&who));
        self.point("多久一次", every(card.period));
        if card.begins_with > 0.0 {
            self.point("起始分", format!("{} 分", card.begins_with));
        }
        self.line("- 指标：");
        for (at, indicator) in card.indicators.iter().enumerate() {
            self.line(format!("    {}. {}：{}", at + 1, indicator.title, scoring_in_words(policy, card, indicator)));
        }
        if !card.bands.is_empty() {
            let bands: Vec<String> =
                card.bands.iter().map(|band| format!("{}（{} 分起）", band.title, band.from)).collect();
            self.point("等次", bands.join("、"));
        }
    }

    fn voice(&mut self, policy: &Policy) {
        let rules = &policy.questions;
        let hours = |minutes: i64| {
            let days = minutes / rules.hours.minutes_a_day();
            let is_even = days > 0 && minutes % rules.hours.minutes_a_day() == 0;
            let days = if is_even { format!("（{days} 个工作日）") } else { String::new() };
            format!("{} 个工作小时{days}", minutes / 60)
        };
        let classes = rules.classes().into_iter();
        let classes: Vec<String> = classes.map(|class| format!("{} {}", class.title, hours(class.minutes()))).collect();
        self.point(
            "青年提问",
            format!(
                "只算上班时间（{}，放假不算，等提问的人补充时不算）；{}内答复",
                rules.hours.title(),
                classes.join("、")
            ),
        );
        let warnings: Vec<String> = rules.warn_at.iter().map(|percent| format!("{percent}%")).collect();
        let silent = match rules.silent_after_percent {
            0 => String::new(),
            percent => format!("；派给谁，谁到 {percent}% 还没有动静，收回重派"),
        };
        let extension = match rules.extend_at_most_times {
            0 => "不许延期".to_owned(),
            times => format!(
                "到期前说明原因可以延期，最多 {times} 次，一次最多 {}",
                hours(i64::from(rules.extend_at_most_hours) * 60)
            ),
        };
        self.point("快到期", format!("时间用掉 {} 时提醒{silent}；{extension}", warnings.join("、")));
        let once_more = match rules.rate_remind_after_hours {
            0 => String::new(),
            after => format!("过 {after} 小时没有评价再请一次，"),
        };
        self.point("评价", format!("答复后请一次；{once_more}{} 天没有评价就关闭", rules.close_unrated_after_days));
        let topics = policy.topics();
        let titles: Vec<&str> = topics.iter().map(|topic| topic.title.as_str()).collect();
        self.point("话题", format!("{}；按词认，认错了可以改", titles.join("、")));
        for topic in &topics {
            let class = rules.class(&topic.class);
            let mut said = Vec::new();
            if class.key != NORMAL {
                said.push(format!("{}，{}内答复", class.title, hours(class.minutes())));
            }
            if topic.answerers != Answerers::Everybody {
                said.push(format!("先请{}答", topic.answerers.title()));
            }
            if !said.is_empty() {
                self.line(format!("    - {}：{}", topic.title, said.join("，")));
            }
        }
        let own = &policy.own_words;
        let added: usize = own.lists().iter().map(|(_, words)| words.len()).sum();
        let added = if added == 0 { String::new() } else { format!("，这份制度另加了 {added} 个") };
        self.point(
            "伤人的话",
            format!(
                "先留着由人看，不丢；想伤害自己、正受伤害的话，不论几点马上有人（词表是内置的{added}），并告诉他：{}",
                policy.words().hotlines.join("、")
            ),
        );
    }

    fn frame(&mut self, policy: &Policy) {
        self.heading("提问、通报和打扰");
        self.voice(policy);
        let schedule = &policy.schedule;
        self.point("每周安排", rule_in_words(&schedule.weekly_field_day_plan));
        self.point("任务提醒", format!("{}，一人一天最多一条", rule_in_words(&schedule.duty_reminders)));
        self.point("待答提醒", rule_in_words(&schedule.unanswered_questions));
        self.point("周调度", rule_in_words(&schedule.weekly_digest));
        self.point("月通报", rule_in_words(schedule.monthly_bulletin()));
        self.point("团情分析", rule_in_words(schedule.hot_topic_brief()));
        let open = policy.open_hours();
        let days = if open.workdays_only { "工作日" } else { "每天" };
        self.point(
            "主动消息",
            format!(
                "只在{days} {}—{} 发出，答复别人的话不受限制",
                open.from.format("%H:%M"),
                open.until.format("%H:%M")
            ),
        );
        let lists = if policy.strict { "公开；请假从严" } else { "只给书记和督导看，不公开" };
        self.point("名单和排名", lists);
        if let Some(format) = &policy.card_format {
            self.point("群名片", format!("写成“{format}”，可以查谁的不合格式"));
        }
    }

    fn left_open(&mut self, policy: &Policy) {
        if policy.left_open.is_empty() {
            return;
        }
        self.heading("留待委员会定的");
        for (at, open) in policy.left_open.iter().enumerate() {
            self.line(format!("{}. {open}", at + 1));
        }
    }
}

fn approval(needed: bool) -> &'static str {
    if needed { "要人同意" } else { "不用人同意" }
}

fn kind_in_words(kind: &RecordKind) -> String {
    let (first, more) = kind.words.split_first().map_or(("", &[][..]), |(first, more)| (first.as_str(), more));
    let mut said = format!("**{first}**");
    if !more.is_empty() {
        let _ = write!(said, "（也可以写：{}）", more.join("、"));
    }
    let mut notes = Vec::new();
    if kind.about == About::Youth {
        notes.push("记到青年名单上的人".to_owned());
    }
    if kind.is_text {
        notes.push("词后面全是正文".to_owned());
    } else {
        let fields: Vec<String> = kind
            .fields
            .iter()
            .map(|field| match field {
                FieldName::Place => "地点".to_owned(),
                FieldName::Content => "内容".to_owned(),
                FieldName::Quantity => format!("几{}", measure_word(&kind.counts)),
            })
            .collect();
        notes.push(format!("写{}，都可以不写", fields.join("、")));
    }
    if !kind.parts.is_empty() {
        notes.push(format!("正文可以分{}", kind.parts.join("、")));
    }
    if !kind.problems_from.is_empty() {
        notes.push(format!("其中{}进问题清单", kind.problems_from.join("、")));
    }
    if kind.into.is_some() {
        notes.push("整条进问题清单".to_owned());
    }
    format!("{said}：{}", notes.join("；"))
}

/// 个人 reads better than 人 behind 几, a unit of time needs 个.
fn measure_word(counts: &str) -> String {
    match counts {
        "人" => "个人".to_owned(),
        "小时" => "个小时".to_owned(),
        other => other.to_owned(),
    }
}

fn titles<T: Copy>(of: &[T], title: fn(T) -> &'static str) -> String {
    of.iter().map(|one| title(*one)).collect::<Vec<_>>().join("、")
}

fn who_in_words(who: &WhoOwes) -> String {
    let levels = if who.levels.is_empty() {
        String::new()
    } else if who.levels.len() == Level::ALL.len() {
        "各级".to_owned()
    } else {
        titles(&who.levels, Level::title)
    };
    if who.young_people {
        return "有这些记录的每一位青年".to_owned();
    }
    if who.is_units() {
        let kinds = titles(&who.units, UnitKind::title);
        return if levels.is_empty() { format!("每一个{kinds}") } else { format!("{levels}的每一个{kinds}") };
    }
    let kinds = if who.cadres.len() == CadreKind::ALL.len() {
        "团干部（专职、挂职、兼职都在内）".to_owned()
    } else {
        format!("{}团干部", titles(&who.cadres, CadreKind::title))
    };
    let mut said = if levels.is_empty() { kinds } else { format!("{levels}的{kinds}") };
    if !who.roles.is_empty() {
        let _ = write!(said, "，限{}", titles(&who.roles, crate::domain::people::Role::title));
    }
    if let Some(tied) = who.tied {
        let _ = write!(said, "，限有{}点的", tied.title().trim_end_matches('点'));
    }
    said
}

fn every(period: Period) -> &'static str {
    match period {
        Period::Week => "每周",
        Period::Month => "每月",
        Period::Quarter => "每季度",
        Period::HalfYear => "每半年",
        Period::Year => "每年",
        Period::Segment => "驻点一期",
        Period::Standing => "经常",
    }
}

fn period_in_words(duty: &Duty) -> String {
    match (duty.period, duty.window_days) {
        (Period::Standing, Some(1)) => "经常（只看当天）".to_owned(),
        (Period::Standing, days) => format!("经常（看最近 {} 天）", days.unwrap_or(365)),
        (Period::Segment, _) => "驻点一期（名册里驻点的第一天到最后一天）".to_owned(),
        (period, _) => every(period).to_owned(),
    }
}

fn deed_in_words(policy: &Policy, item: &Item) -> String {
    let kinds: Vec<String> = item.of.iter().map(|kind| format!("“{}”", policy.kind_title(kind))).collect();
    let mut said = format!("记{}", kinds.join("或"));
    match item.mode {
        Some(ContactMode::FaceToFace) => said += "（只算见面）",
        Some(ContactMode::Online) => said += "（只算线上）",
        None => {}
    }
    if let Some(at) = item.at {
        let _ = write!(said, "（只算在自己的{}点）", at.title().trim_end_matches('点'));
    }
    said
}

fn needs_in_words(policy: &Policy, item: &Item) -> String {
    let ways: Vec<String> = item
        .needs
        .iter()
        .map(|way: &Way| {
            let wants: Vec<String> = way.wants().iter().map(|want| want_in_words(policy, item, *want)).collect();
            wants.join("，并且")
        })
        .collect();
    ways.join("；或者")
}

fn want_in_words(policy: &Policy, item: &Item, want: Want) -> String {
    let point = item.at.map_or("联系", |at| at.title().trim_end_matches('点'));
    match want {
        Want::AtLeast(measure, least) => match measure {
            Measure::Records => format!("至少 {least} 次"),
            Measure::Stays => format!("至少去 {least} 次（连着几天不回来算一次）"),
            Measure::Days => format!("至少 {least} 天"),
            Measure::Workdays | Measure::PeriodWorkdays => format!("至少 {least} 个工作日"),
            Measure::Quantity => format!("加起来至少 {least} {}", counts(policy, item)),
            Measure::YoungPeople => format!("至少 {least} 名不同的青年"),
            Measure::Fields => format!("来自至少 {least} 个领域"),
            Measure::AssignedUnits => format!("至少到过 {least} 个{point}点"),
            Measure::Assigned => format!("至少有 {least} 个{point}点"),
            Measure::Roster => format!("名单上至少有 {least} 名青年"),
        },
        Want::Share(Ratio { part, whole, percent }) => format!("{}达到{}的 {percent}%", noun(part), noun(whole)),
    }
}

fn counts<'p>(policy: &'p Policy, item: &Item) -> &'p str {
    item.of.first().and_then(|kind| policy.kind(kind)).map_or("人", |kind| kind.counts.as_str())
}

fn noun(measure: Measure) -> &'static str {
    match measure {
        Measure::Records => "记录数",
        Measure::Stays => "去的次数",
        Measure::Days => "天数",
        Measure::Workdays => "到岗的工作日",
        Measure::Quantity => "数量之和",
        Measure::YoungPeople => "联系过的青年",
        Measure::Fields => "领域数",
        Measure::AssignedUnits => "到过的联系点",
        Measure::Assigned => "自己的联系点",
        Measure::Roster => "名单上的青年",
        Measure::PeriodWorkdays => "期内的工作日（请假的除外）",
    }
}

fn reminders_in_words(policy: &Policy, duty: &Duty) -> String {
    if duty.who.young_people {
        return "不提醒".to_owned();
    }
    let days = duty.reminders();
    let first = match (duty.period, &duty.remind_days_before) {
        (Period::Quarter, None) => Some("季度的第一个工作日"),
        (Period::Standing, None) => Some("每月第一个工作日，没达到的"),
        _ => None,
    };
    // what never ends has no day before its end
    let days = if duty.period == Period::Standing { &[] } else { days };
    if days.is_empty() && first.is_none() {
        return "不单独提醒，发“我的”随时能看".to_owned();
    }
    let mut said: Vec<String> = first.into_iter().map(str::to_owned).collect();
    if !days.is_empty() {
        let all: Vec<String> = days.iter().map(ToString::to_string).collect();
        let weekday = match (duty.period, days) {
            (Period::Week, [before @ 0..7]) => {
                const NAMES: [&str; 7] = ["周日", "周六", "周五", "周四", "周三", "周二", "周一"];
                NAMES.get(usize::try_from(*before).unwrap_or(0)).map(|name| format!("（{name}）")).unwrap_or_default()
            }
            _ => String::new(),
        };
        said.push(format!("到期前 {} 天{weekday}还没完成的", all.join("、")));
    }
    let time = clock_time(&policy.schedule.duty_reminders).map(|time| format!("，{time}")).unwrap_or_default();
    let to = if duty.who.is_units() { "，私聊单位的书记" } else { "，私聊本人" };
    format!("{}{time}{to}；碰上放假提前到前一个工作日", said.join("，"))
}

fn waivers_in_words(duty: &Duty) -> String {
    let mut all = Vec::new();
    if duty.waive_when_workdays_below > 0 {
        all.push(format!("期内的工作日少于 {} 天", duty.waive_when_workdays_below));
    }
    for ratio in duty.parts().iter().flat_map(|item| &item.needs).filter_map(|way| way.ratio) {
        match ratio.whole {
            Measure::Roster => all.push("名单上还没有人".to_owned()),
            Measure::Assigned => all.push("还没有联系点".to_owned()),
            _ => {}
        }
    }
    if duty.who.is_cadres() && duty.period != Period::Standing {
        all.push("整期都请了假或不在岗".to_owned());
        // only what counts records is made smaller; a share already leaves leave out
        let is_counted = |want: Want| matches!(want, Want::AtLeast(measure, _) if measure.counts_records());
        let shrinks = duty.parts().iter().flat_map(|item| &item.needs).flat_map(Way::wants).any(is_counted);
        let part = match (duty.part_period, duty.period) {
            (PartPeriod::Nothing, _) => "只有一部分时间在的也不作要求",
            (PartPeriod::InProportion, period) if period != Period::Week && shrinks => {
                "只有一部分时间在的按比例减少（四舍五入）"
            }
            _ => "只有一部分时间在的照样要做",
        };
        all.push(part.to_owned());
    }
    if all.is_empty() { "没有".to_owned() } else { all.join("；") }
}

fn scoring_in_words(policy: &Policy, card: &Card, indicator: &Indicator) -> String {
    match indicator.scoring() {
        None => "没有写清怎么计分".to_owned(),
        Some(Scoring::Duty { duty, points, in_part }) => {
            let title = policy.duty(&duty).map_or(duty.as_str(), |duty| duty.title.as_str());
            let of_units = !card.subject.is_cadres() && policy.duty(&duty).is_some_and(|duty| duty.who.is_cadres());
            match (of_units, in_part) {
                (true, _) => format!("按完成“{title}”的干部占多少得分，全部完成得 {points} 分"),
                (false, true) => format!("完成“{title}”得 {points} 分，完成一部分得一部分"),
                (false, false) => format!("完成“{title}”得 {points} 分"),
            }
        }
        Some(Scoring::Count { of, count, each, at_most }) => {
            let kinds: Vec<String> = of.iter().map(|kind| format!("“{}”", policy.kind_title(kind))).collect();
            format!("记{}，每 1 {}得 {each} 分，最多 {at_most} 分", kinds.join("或"), count.unit())
        }
        Some(Scoring::Below { figure, below, deduct, at_most }) if at_most.is_finite() => {
            format!("导入的“{figure}”低于 {below}，一次扣 {deduct} 分，最多扣 {at_most} 分")
        }
        Some(Scoring::Below { figure, below, deduct, .. }) => {
            format!("导入的“{figure}”低于 {below}，一次扣 {deduct} 分")
        }
        Some(Scoring::Average { figure, full_at, points }) => {
            format!("导入的“{figure}”的平均值，到 {full_at} 得 {points} 分，不到的按比例")
        }
    }
}

/// `16:00`, where the rule has one time of day.
fn clock_time(rule: &Rule) -> Option<String> {
    let mut fields = rule.cron.as_str().split_whitespace();
    let minute: u32 = fields.next()?.parse().ok()?;
    let hour: u32 = fields.next()?.parse().ok()?;
    Some(format!("{hour:02}:{minute:02}"))
}

fn rule_in_words(rule: &Rule) -> String {
    let cron = rule.cron.as_str();
    let when = days_in_words(cron).zip(clock_time(rule)).map(|(days, time)| format!("{days} {time}"));
    let day_off = match rule.on_day_off {
        OnDayOff::Keep => "放假照常",
        OnDayOff::Skip => "放假不发",
        OnDayOff::Next => "碰上放假顺延到本周下一个工作日",
        OnDayOff::NextWorkday => "碰上放假顺延到下一个工作日",
        OnDayOff::Previous => "碰上放假提前到本周上一个工作日",
    };
    format!("{}，{day_off}", when.unwrap_or_else(|| format!("按时间表 {cron}")))
}

fn days_in_words(cron: &str) -> Option<String> {
    const NAMES: [(&str, &str); 7] = [
        ("mon", "周一"),
        ("tue", "周二"),
        ("wed", "周三"),
        ("thu", "周四"),
        ("fri", "周五"),
        ("sat", "周六"),
        ("sun", "周日"),
    ];
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let [_, _, day, month, weekday] = fields[..] else { return None };
    let name = |code: &str| {
        let code = code.to_lowercase();
        NAMES.iter().find(|(english, _)| *english == code).map(|(_, chinese)| *chinese)
    };
    match (day, month, weekday) {
        ("*", "*", "*") => Some("每天".to_owned()),
        ("*", "*", weekday) => match weekday.split_once('-') {
            Some((from, to)) => Some(format!("{}到{}", name(from)?, name(to)?)),
            None => Some(format!("每{}", name(weekday)?)),
        },
        (day, "*", "*") => day.parse::<u32>().ok().map(|day| format!("每月 {day} 日")),
        _ => None,
    }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
