//! The monthly bulletin (月通报): what came of the month first, then duties, then score-cards.

use std::collections::BTreeMap;

use chrono::Datelike;
use chrono_tz::Tz;

use super::Rulebook;
use super::scores::{period_title, ranking};
use super::voice_report::{top_topics, waited};
use crate::domain::directory::Directory;
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::policy::{Card, Period};
use crate::error::Fault;
use crate::reports::month::{Month, MonthSums, month_before};
use crate::reports::scores::{self, CardScores};
use crate::reports::standings::{Asked, DutySums, Scope};
use crate::reports::voice::VoiceSums;
use crate::store::Graded;
use crate::templates::contexts::{BulletinCard, BulletinDuty, BulletinSums, BulletinUnit, MonthlyBulletin};

/// How many units a message lists.
const LISTED: usize = 20;

/// Two months and the score-cards, read once for any number of units of one zone.
pub struct Months<'p> {
    now: Month<'p>,
    before: Month<'p>,
    cards: Vec<CardScores<'p>>,
    /// The cards of the month before, where a card is of a month.
    cards_before: Vec<CardScores<'p>>,
}

impl<'p> Months<'p> {
    /// Reads what bulletins at this instant need: the month before it and the one before that, as they stand at the instant.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(asked: Asked<'p>, rules: &'p Rulebook, zone: Tz) -> Result<Self, Fault> {
        let range = month_before(&asked, zone);
        let now = Month::read(asked, range, zone).await?;
        let range_before = crate::domain::calendar::DayRange::month_of(range.first - chrono::Days::new(1));
        let before = Month::read(asked, range_before, zone).await?;
        let policy_cards = &rules.policy.cards;
        let cards = scores::read(asked, policy_cards, Scope::Zone(zone), Some(range.last)).await?;
        let is_compared = |card: &&Card| card.period == Period::Month && !card.subject.is_cadres();
        let monthly: Vec<&Card> = policy_cards.iter().filter(is_compared).collect();
        let cards_before = scores::read(asked, monthly, Scope::Zone(zone), Some(range_before.last)).await?;
        Ok(Self { now, before, cards, cards_before })
    }

    /// The bulletin of one unit and everything below it. `public`: whether units may be ranked before everybody.
    pub fn bulletin(&self, directory: &Directory, rules: &Rulebook, unit: UnitId, public: bool) -> MonthlyBulletin {
        let (duties, mut units) = self.duties(directory, unit);
        let voice = self.now.voice.of(directory, unit);
        if public {
            // a stable sort: equals stay in the order of the directory, and share a place
            units.sort_by_key(|line| std::cmp::Reverse(share(line.met, line.owing)));
            let shares: Vec<u32> = units.iter().map(|line| share(line.met, line.owing)).collect();
            for (line, own) in units.iter_mut().zip(&shares) {
                line.place = 1 + shares.iter().filter(|other| *other > own).count();
            }
        }
        let more_units = units.len().saturating_sub(LISTED);
        units.truncate(LISTED);
        MonthlyBulletin {
            unit: UserText::new(directory.unit_name(unit)),
            month: format!("{}月", self.now.range.first.month()),
            now: sums(self.now.of(directory, unit), voice.sums),
            before: sums(self.before.of(directory, unit), self.before.voice.of(directory, unit).sums),
            median: voice.median_min.map(waited).unwrap_or_default(),
            topics: top_topics(&self.now.voice, directory, rules, unit),
            duties,
            units,
            ranked: public,
            more_units,
            cards: self.cards.iter().filter_map(|scores| self.card(directory, scores, unit, public)).collect(),
        }
    }

    fn duties(&self, directory: &Directory, unit: UnitId) -> (Vec<BulletinDuty>, Vec<BulletinUnit>) {
        let (now, before) = (self.now.duties(directory, unit), self.before.duties(directory, unit));
        let mut children: BTreeMap<UnitId, (DutySums, DutySums)> = BTreeMap::new();
        let mut lines = Vec::new();
        for ((duty, rolled), (_, rolled_before)) in now.iter().zip(&before) {
            if rolled.total.owing > 0 {
                lines.push(BulletinDuty {
                    title: duty.title.clone(),
                    owing: rolled.total.owing,
                    met: rolled.total.met,
                    percent: percent(rolled.total),
                    before: percent_or_nothing(rolled_before.total),
                });
            }
            for ((child, sums), (_, sums_before)) in rolled.children.iter().zip(&rolled_before.children) {
                let (all, all_before) = children.entry(*child).or_default();
                *all += *sums;
                *all_before += *sums_before;
            }
        }
        let of_child = |child: &UnitId| {
            let (sums, sums_before) = children.get(child).copied().filter(|(sums, _)| sums.owing > 0)?;
            Some(BulletinUnit {
                place: 0,
                unit: UserText::new(directory.unit_name(*child)),
                owing: sums.owing,
                met: sums.met,
                percent: percent(sums),
                before: percent_or_nothing(sums_before),
            })
        };
        (lines, directory.children(unit).iter().filter_map(of_child).collect())
    }

    fn card(&self, directory: &Directory, scores: &CardScores<'_>, unit: UnitId, public: bool) -> Option<BulletinCard> {
        let own = scores.of.get(&Graded::Unit(unit));
        // nobody is graded before the card's period is over
        let is_over = scores.range.last <= self.now.range.last;
        let spread = if is_over { spread(directory, scores, unit) } else { String::new() };
        if own.is_none() && spread.is_empty() {
            return None;
        }
        let earlier = self.cards_before.iter().find(|before| before.card.key == scores.card.key);
        let earlier = earlier.and_then(|before| before.of.get(&Graded::Unit(unit)));
        let mut ranking = if public { ranking(directory, scores, unit) } else { Vec::new() };
        let more = ranking.len().saturating_sub(LISTED);
        ranking.truncate(LISTED);
        Some(BulletinCard {
            title: scores.card.title.clone(),
            period: period_title(scores.card.period, scores.range),
            total: own.map(|own| own.total.to_string()).unwrap_or_default(),
            band: own.filter(|_| is_over).and_then(|own| own.band.clone()).unwrap_or_default(),
            before: earlier.map(|before| before.total.to_string()).unwrap_or_default(),
            spread,
            ranking,
            more,
        })
    }
}

/// How many of those below are in which band, without their names; nothing of a card without bands.
fn spread(directory: &Directory, scores: &CardScores<'_>, unit: UnitId) -> String {
    let below = scores.of.iter().filter(|(subject, _)| match subject {
        Graded::Unit(graded) => *graded != unit && directory.is_within(*graded, unit),
        Graded::Person(person) => directory.person(*person).is_some_and(|one| directory.is_within(one.unit, unit)),
    });
    let bands: Vec<Option<&str>> = below.map(|(_, scored)| scored.band.as_deref()).collect();
    if bands.is_empty() {
        return String::new();
    }
    if scores.card.bands.is_empty() {
        return String::new();
    }
    let count = |band: Option<&str>| bands.iter().filter(|one| **one == band).count();
    let named = scores.card.bands.iter().map(|band| (band.title.as_str(), count(Some(&band.title))));
    let parts: Vec<String> = named
        .chain([("未达等次", count(None))])
        .filter(|(_, count)| *count > 0)
        .map(|(title, count)| format!("{title} {count}"))
        .collect();
    parts.join("、")
}

fn sums(sums: MonthSums, voice: VoiceSums) -> BulletinSums {
    let MonthSums { people, days, raised, settled, open, asked, answered } = sums;
    let VoiceSums { overdue, late, content, rated, .. } = voice;
    BulletinSums { people, days, raised, settled, open, asked, answered, overdue: overdue + late, content, rated }
}

/// In hundredths of a percent, so that places differ where percents do not.
fn share(met: u32, owing: u32) -> u32 {
    u32::try_from(u64::from(met) * 10_000 / u64::from(owing.max(1))).unwrap_or(u32::MAX)
}

fn percent(sums: DutySums) -> u32 {
    (sums.met * 100 + sums.owing / 2).checked_div(sums.owing).unwrap_or(0)
}

fn percent_or_nothing(sums: DutySums) -> String {
    if sums.owing == 0 { String::new() } else { percent(sums).to_string() }
}
