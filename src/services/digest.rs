//! The weekly digest (周调度) and the list of those without a day, as messages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::Rulebook;
use super::voice_report::{top_topics, waited};
use crate::domain::chart::{Bar, BarGroup, Chart};
use crate::domain::directory::Directory;
use crate::domain::id::UnitId;
use crate::domain::message::{Figures, UserText};
use crate::domain::policy::Duty;
use crate::error::Fault;
use crate::reports::rollup::roll_up;
use crate::reports::standings::{self, DutySums, Scope};
use crate::reports::week::{Week, WeekSums, week_at};
use crate::store::Db;
use crate::templates::contexts::{DigestLine, DigestSums, DutySumsLine, MissingLine, WeeklyDigest};

/// How many units and names a message lists.
const LISTED: usize = 20;

/// Two weeks, read once for any number of units of one zone.
pub struct Weeks {
    now: Week,
    before: Week,
    /// Every duty but the one the week turns on: its title and each unit's own sums.
    others: Vec<(String, HashMap<UnitId, DutySums>)>,
}

impl Weeks {
    /// Reads what digests at this instant need.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(
        db: Db<'_>,
        directory: &Directory,
        rules: &Rulebook,
        unit: UnitId,
        at: DateTime<Utc>,
    ) -> Result<Self, Fault> {
        let asked = rules.asked(db, directory, at);
        let range = week_at(directory, &rules.policy, unit, at);
        let now = Week::read(asked, range, unit).await?;
        let before = Week::read(asked, range.before(), unit).await?;
        let weekly = rules.policy.weekly_duty().map(|duty| duty.key.as_str());
        let others: Vec<&Duty> = rules
            .policy
            .duties
            .iter()
            .filter(|duty| !duty.who.young_people && Some(duty.key.as_str()) != weekly)
            .collect();
        let others = standings::read(asked, others, Scope::Zone(directory.zone_of(unit)), None).await?;
        let others = others.iter().map(|duty| (duty.duty.title.clone(), duty.by_unit(directory))).collect();
        Ok(Self { now, before, others })
    }

    /// The digest of one unit and everything below it.
    pub fn digest(&self, directory: &Directory, rules: &Rulebook, unit: UnitId, names: bool) -> WeeklyDigest {
        let (now, before) = (self.now.of(directory, unit), self.before.of(directory, unit));
        let missing = self.now.missing_in(directory, unit);
        let voice = self.now.voice.of(directory, unit);
        let line = |unit: UserText, now: &WeekSums, before: &WeekSums| DigestLine {
            unit,
            owing: now.owing,
            met: now.met,
            met_before: before.met,
            asked: now.asked,
            answered: now.answered,
        };
        let matters = |sums: &WeekSums| sums.owing > 0 || sums.asked > 0 || sums.answered > 0;
        let mut units = Vec::new();
        if matters(&now.own) && !now.children.is_empty() {
            units.push(line(UserText::new("本级"), &now.own, &before.own));
        }
        for ((child, sums), (_, sums_before)) in now.children.iter().zip(&before.children) {
            if matters(sums) {
                units.push(line(UserText::new(directory.unit_name(*child)), sums, sums_before));
            }
        }
        let more_units = units.len().saturating_sub(LISTED);
        units.truncate(LISTED);
        let others = self.others.iter().map(|(title, own)| (title, roll_up(directory, unit, own).total));
        let duties = others
            .filter(|(_, sums)| sums.owing > 0)
            .map(|(title, sums)| DutySumsLine {
                title: title.clone(),
                period: String::new(),
                owing: sums.owing,
                met: sums.met,
                at_risk: sums.at_risk,
                missed: sums.missed,
                waived: sums.waived,
            })
            .collect();
        let chart = (!self.now.waived).then(|| chart(directory.unit_name(unit), &self.now.range.title(), &units));
        let shown = if names { missing.len().min(LISTED) } else { 0 };
        WeeklyDigest {
            unit: UserText::new(directory.unit_name(unit)),
            week: self.now.range.title(),
            now: sums(&now.total),
            before: sums(&before.total),
            waived: self.now.waived,
            open: voice.sums.backlog,
            overdue: voice.sums.backlog_overdue,
            median: voice.median_min.map(waited).unwrap_or_default(),
            ninth: voice.ninth_min.map(waited).unwrap_or_default(),
            content: voice.sums.content,
            rated: voice.sums.rated,
            topics: top_topics(&self.now.voice, directory, rules, unit),
            duties,
            problems: now.total.problems_raised + now.total.problems_settled + now.total.problems_open > 0,
            units,
            more_units,
            missing: count(missing.len()),
            names: missing.iter().take(shown).map(|person| missing_line(directory, person)).collect(),
            more_names: missing.len() - shown,
            chart: chart.flatten(),
        }
    }
}

/// The units' weekly day, this week against last: the figures of the lines, and no others.
fn chart(unit: &str, week: &str, lines: &[DigestLine]) -> Option<Figures> {
    let bars: Vec<Bar> = lines
        .iter()
        .filter(|line| line.owing > 0)
        .map(|line| Bar {
            label: format!("{} {}/{}", line.unit.as_str(), line.met, line.owing),
            value: line.met,
            before: Some(line.met_before),
        })
        .collect();
    let groups = vec![BarGroup { bars, ..BarGroup::default() }];
    let chart = Chart {
        title: format!("{unit} 下基层 {week}"),
        unit: " 人".to_owned(),
        series: Some(("本周已到".to_owned(), "上周已到".to_owned())),
        groups,
    };
    (chart.bars() > 1 && chart.is_worth_drawing()).then_some(Figures(chart))
}

fn missing_line(directory: &Directory, person: &crate::domain::directory::Person) -> MissingLine {
    MissingLine {
        name: UserText::new(&person.name),
        unit: UserText::new(directory.unit_name(person.unit)),
        progress: String::new(),
    }
}

fn sums(sums: &WeekSums) -> DigestSums {
    DigestSums {
        owing: sums.owing,
        met: sums.met,
        percent: (sums.met * 100 + sums.owing / 2).checked_div(sums.owing).unwrap_or(0),
        people: sums.people,
        days: sums.days,
        asked: sums.asked,
        answered: sums.answered,
        problems_raised: sums.problems_raised,
        problems_settled: sums.problems_settled,
        problems_open: sums.problems_open,
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
