//! The figures of the Voice of Youth as messages: 青年之声 for everybody, 青年之声 本月, 话题, 明细 for those who oversee.

use chrono::{DateTime, Days, Utc};

use super::Rulebook;
use super::questions::unit_for;
use crate::domain::calendar::{DayRange, business_day, instant};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::stretch::Stretch;
use crate::error::{Fault, Halt};
use crate::reports::rollup::roll_up;
use crate::reports::voice::{Counts, Figures, Row, Span, VoiceReport, VoiceSums, all_time, counts_as};
use crate::store::{Db, StoreError, Tx};
use crate::templates::contexts::{
    NoUnitForQuestion, TopicCount, Voice, VoiceBehind, VoiceFigures, VoiceLine, VoiceNumbers, VoicePart,
};

/// How many units the public figures list, and how many a period's.
const LISTED: usize = 8;
const PARTS_LISTED: usize = 20;

/// What a unit itself is called among the units below it.
const ITSELF: &str = "本级";

/// How many numbers of questions stand behind a figure.
const NUMBERS_LISTED: usize = 40;

/// How many topics a digest names.
const TOP_TOPICS: usize = 3;

/// Asked, answered and liked over all time, by the unit of the place and everything below it.
///
/// # Errors
/// Refuses where no unit can be told.
pub async fn of_all_time(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<Voice, Halt> {
    let directory = tx.directory();
    let unit = unit_for(&directory, speaker, chat, &event.account).or(directory.roots().first().copied());
    let Some(unit) = unit else {
        return Err(rules.templates.refuse(&NoUnitForQuestion {}, &event.platform)?.into());
    };
    let own = all_time(tx.db().await?, event.sent_at).await?;
    let rolled = roll_up(&directory, unit, &own);
    let busy: Vec<&(UnitId, VoiceSums)> = rolled.children.iter().filter(|(_, sum)| sum.asked > 0).collect();
    let line = |name: &str, sum: &VoiceSums| VoiceLine {
        unit: UserText::new(name),
        asked: sum.asked,
        answered: sum.answered,
        likes: sum.likes,
    };
    Ok(Voice {
        unit: UserText::new(directory.unit_name(unit)),
        asked: rolled.total.asked,
        answered: rolled.total.answered,
        likes: rolled.total.likes,
        content: rolled.total.content,
        rated: rolled.total.rated,
        units: (rolled.own.asked > 0 && !busy.is_empty())
            .then(|| line(ITSELF, &rolled.own))
            .into_iter()
            .chain(busy.iter().take(LISTED).map(|(unit, sum)| line(directory.unit_name(*unit), sum)))
            .collect(),
        more: busy.len().saturating_sub(LISTED),
    })
}

/// What of the figures is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// By the units right below.
    #[default]
    Units,
    /// By topic.
    Topics,
    /// The questions behind them.
    Behind,
}

/// What was asked for: `本月`, `话题 上月 样例一镇`.
#[derive(Clone, Debug)]
pub struct Wanted<'t> {
    /// What of it.
    pub view: View,
    /// When.
    pub stretch: Stretch,
    /// What was said besides, which can only be a unit; empty where nothing was.
    pub unit: &'t str,
}

impl<'t> Wanted<'t> {
    /// Reads what stands behind 青年之声: what and when in any order, then the unit.
    pub fn read(typed: &'t str) -> Self {
        let mut wanted = Self { view: View::Units, stretch: Stretch::THIS_MONTH, unit: typed.trim() };
        loop {
            let (word, rest) = wanted.unit.split_once(char::is_whitespace).unwrap_or((wanted.unit, ""));
            match (word, Stretch::read(word)) {
                (_, Some(stretch)) => wanted.stretch = stretch,
                ("单位" | "分单位", _) => wanted.view = View::Units,
                ("话题", _) => wanted.view = View::Topics,
                ("明细", _) => wanted.view = View::Behind,
                _ => return wanted,
            }
            wanted.unit = rest.trim_start();
        }
    }
}

/// The days of a stretch, and the span of time they are, as seen from a unit at the instant of an event.
pub fn span_of(directory: &Directory, rules: &Rulebook, unit: UnitId, days: DayRange) -> Span {
    let (zone, starts) = (directory.zone_of(unit), rules.policy.day_starts_at);
    Span { from: instant(days.first, starts, zone), until: instant(days.last + Days::new(1), starts, zone) }
}

/// The figures of a unit in a stretch.
pub struct Desk {
    unit: UnitId,
    days: DayRange,
    report: VoiceReport,
}

impl Desk {
    /// Reads them.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(
        tx: &mut Tx,
        rules: &Rulebook,
        event: &InboundEvent,
        unit: UnitId,
        stretch: Stretch,
    ) -> Result<Self, Fault> {
        let directory = tx.directory();
        let at = event.sent_at;
        let days = stretch.days(business_day(at, directory.zone_of(unit), rules.policy.day_starts_at));
        let span = span_of(&directory, rules, unit, days);
        let report = VoiceReport::read(tx.db().await?, span, at, false).await?;
        Ok(Self { unit, days, report })
    }

    /// The figures, with those of the units right below or of the topics.
    pub fn figures(&self, directory: &Directory, rules: &Rulebook, by_topic: bool) -> VoiceFigures {
        let Figures { sums, median_min, ninth_min } = self.report.of(directory, self.unit);
        let mut parts: Vec<VoicePart> = if by_topic {
            let topics = self.report.topics(directory, self.unit).into_iter();
            let asked = topics.filter(|(_, of)| of.sums.asked > 0);
            asked.map(|(topic, of)| part(UserText::default(), topic_title(rules, topic), of)).collect()
        } else {
            let busy = |(_, of): &(Option<UnitId>, Figures)| of.sums.asked + of.sums.given > 0;
            let mut parts: Vec<_> = self.report.parts(directory, self.unit).into_iter().filter(busy).collect();
            // alone it says nothing that does not stand above
            if let [(None, _)] = parts.as_slice() {
                parts.clear();
            }
            let name = |unit: Option<UnitId>| UserText::new(unit.map_or(ITSELF, |unit| directory.unit_name(unit)));
            parts.into_iter().map(|(unit, of)| part(name(unit), String::new(), of)).collect()
        };
        let more = parts.len().saturating_sub(PARTS_LISTED);
        parts.truncate(PARTS_LISTED);
        VoiceFigures {
            unit: UserText::new(directory.unit_name(self.unit)),
            days: self.days.title(),
            asked: sums.asked,
            answered: sums.answered,
            open: sums.open,
            offered: sums.offered,
            declined: sums.declined,
            given: sums.given,
            median: median_min.map(waited).unwrap_or_default(),
            ninth: ninth_min.map(waited).unwrap_or_default(),
            overdue: sums.overdue,
            late: sums.late,
            likes: sums.likes,
            content: sums.content,
            rated: sums.rated,
            // one who rated and was not content is owed an answer anew, so there may be more of them than answered ones
            rated_percent: percent(sums.rated, sums.answered.max(sums.rated)),
            parts,
            topics: by_topic,
            more,
        }
    }

    /// The numbers of the questions behind them: those about which there is something to do or to learn, and all others.
    pub fn behind(&self, directory: &Directory) -> VoiceBehind {
        let rows: Vec<&Row> = self.report.rows_in(directory, self.unit).collect();
        let group = |title: &str, is_one: &dyn Fn(&Row) -> bool| {
            let numbers: Vec<i64> = rows.iter().filter(|row| is_one(row)).map(|row| row.fact.number).collect();
            VoiceNumbers {
                title: title.to_owned(),
                count: numbers.len(),
                more: numbers.len().saturating_sub(NUMBERS_LISTED),
                numbers: numbers.into_iter().take(NUMBERS_LISTED).collect(),
            }
        };
        let is = |row: &Row, wanted: Counts| {
            let into = row.fact.into.map(|into| into.state);
            row.adds.asked > 0 && counts_as(row.fact.state, row.fact.answered_at.is_some(), into) == Some(wanted)
        };
        let groups = [
            group("超时没答", &|row| row.adds.overdue > 0),
            group("待答", &|row| is(row, Counts::Open) && row.adds.overdue == 0),
            group("答晚", &|row| row.adds.late > 0),
            group("不满意", &|row| row.adds.rated > row.adds.content),
            group("不受理", &|row| is(row, Counts::Declined)),
            group("给了同类答复", &|row| is(row, Counts::Offered)),
            group("已答", &|row| is(row, Counts::Answered)),
            group("以前提、这段时间答", &|row| row.adds.asked == 0 && row.adds.given > 0),
        ];
        let code = directory.unit(self.unit).map(|unit| unit.code.clone()).unwrap_or_default();
        VoiceBehind {
            unit: UserText::new(directory.unit_name(self.unit)),
            days: self.days.title(),
            groups: groups.into_iter().filter(|group| group.count > 0).collect(),
            code: UserText::new(&code),
            from: self.days.first.to_string(),
            to: self.days.last.to_string(),
        }
    }
}

fn percent(part: u32, whole: u32) -> u32 {
    (part * 100 + whole / 2).checked_div(whole).unwrap_or(0)
}

fn part(unit: UserText, topic: String, of: Figures) -> VoicePart {
    let Figures { sums, median_min, .. } = of;
    VoicePart {
        unit,
        topic,
        asked: sums.asked,
        answered: sums.answered,
        open: sums.open,
        overdue: sums.overdue + sums.late,
        median: median_min.map(waited).unwrap_or_default(),
        content: sums.content,
        rated: sums.rated,
    }
}

/// Reads a span for an export, with what was asked where that is wanted.
///
/// # Errors
/// The database's.
pub async fn read_export(
    db: Db<'_>,
    span: Span,
    at: DateTime<Utc>,
    with_text: bool,
) -> Result<VoiceReport, StoreError> {
    VoiceReport::read(db, span, at, with_text).await
}

/// What a topic is called in figures.
pub fn topic_title(rules: &Rulebook, topic: Option<&str>) -> String {
    rules.topic_title(topic).unwrap_or_else(|| "未分话题".to_owned())
}

/// The topics that were asked about most; nothing where nobody has told topics apart.
pub(super) fn top_topics(
    report: &VoiceReport,
    directory: &Directory,
    rules: &Rulebook,
    unit: UnitId,
) -> Vec<TopicCount> {
    let topics = report.topics(directory, unit).into_iter().filter(|(topic, of)| topic.is_some() && of.sums.asked > 0);
    topics
        .take(TOP_TOPICS)
        .map(|(topic, of)| TopicCount { title: topic_title(rules, topic), asked: of.sums.asked })
        .collect()
}

/// `3 天`, `5 小时`, `20 分钟`.
pub(super) fn waited(minutes: i64) -> String {
    match minutes {
        ..=0 => "不到 1 分钟".to_owned(),
        1..=89 => format!("{minutes} 分钟"),
        90..=2_159 => format!("{} 小时", (minutes + 30) / 60),
        _ => format!("{} 天", (minutes + 720) / 1_440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_and_when_stand_in_any_order_before_the_unit() {
        let wanted = Wanted::read("上月 话题 样例一镇");
        assert_eq!((wanted.view, wanted.unit), (View::Topics, "样例一镇"));
        assert_eq!(Some(wanted.stretch), Stretch::read("上月"));
        assert_eq!(Wanted::read("明细").stretch, Stretch::THIS_MONTH);
        assert_eq!(Wanted::read("样例一镇").unit, "样例一镇");
        assert_eq!((Wanted::read("单位").view, Wanted::read("单位").unit), (View::Units, ""));
    }
}
