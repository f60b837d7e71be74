//! The monthly brief of hot topics (团情分析会): what most speak of, what is hard, what cannot wait, what was settled. Read
//! once for a zone, asked for any unit.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Days, TimeDelta, Utc};
use chrono_tz::Tz;

use super::listing::{numbers, standing};
use super::placing::gathered;
use crate::domain::calendar::{DayRange, business_day, instant};
use crate::domain::directory::Directory;
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::problem::{Matter, Problem, ProblemState, is_urgent};
use crate::error::Fault;
use crate::services::Rulebook;
use crate::store::{Db, StoreError};
use crate::templates::contexts::{BriefLine, HotTopicBrief};

/// How many things of each sort a brief lists.
const LISTED: usize = 5;

/// From how many voices of the month on something is hot: what one alone says is in the list.
const HOT_FROM: usize = 2;

/// From how many days on something that is open is hard.
const HARD_AFTER: TimeDelta = TimeDelta::days(30);

/// From how many days on something that was passed up and is not answered is hard.
const UNANSWERED_AFTER: TimeDelta = TimeDelta::days(10);

/// Entries beyond this many are not compared with each other.
const MOST_COMPARED: usize = 3_000;

/// The voices of a zone that a brief may speak of, as of an instant.
pub struct Voices {
    all: Vec<Problem>,
    month: DayRange,
    begins: DateTime<Utc>,
    /// The same days of the month before.
    before: (DateTime<Utc>, DateTime<Utc>),
    at: DateTime<Utc>,
}

impl Voices {
    /// Reads them: what is open, and what was settled this month or the month before.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(
        db: Db<'_>,
        directory: &Directory,
        rules: &Rulebook,
        zone: Tz,
        at: DateTime<Utc>,
    ) -> Result<Self, Fault> {
        let starts = rules.policy.day_starts_at;
        let month = DayRange::month_of(business_day(at, zone, starts));
        let earlier = DayRange::month_of(month.first - Days::new(1));
        let begins = instant(month.first, starts, zone);
        let began = instant(earlier.first, starts, zone);
        let before = (began, (began + (at - begins)).min(begins));
        let mut all = since(db, began, at).await?;
        all.retain(|voice| directory.zone_of(voice.unit) == zone);
        Ok(Self { all, month, begins, before, at })
    }

    /// The matters of the zone.
    pub fn topics(&self) -> Topics<'_> {
        Topics { voices: self, matters: gathered(&self.all, MOST_COMPARED) }
    }
}

/// Every voice that was on the list at an instant or settled between another one and it, as it stood at the instant.
pub(super) async fn since(db: Db<'_>, from: DateTime<Utc>, at: DateTime<Utc>) -> Result<Vec<Problem>, StoreError> {
    let mut all = db.list_open_problems().await?;
    all.extend(db.list_problems_settled_since(from).await?);
    all.retain(|voice| voice.raised_at <= at);
    all.sort_by_key(|voice| (voice.raised_at, voice.number));
    Ok(all.into_iter().map(|voice| voice.as_of(at)).collect())
}

/// The matters of a zone.
pub struct Topics<'v> {
    voices: &'v Voices,
    matters: Vec<Matter<'v>>,
}

impl Topics<'_> {
    /// The brief of one unit and everything below it; `None` where there is nothing to say.
    pub fn brief(&self, directory: &Directory, unit: UnitId) -> Option<HotTopicBrief> {
        let Voices { begins, before, at, .. } = *self.voices;
        let below: HashSet<UnitId> = directory.subtree(unit).into_iter().collect();
        let own: Vec<Matter<'_>> =
            self.matters.iter().filter_map(|matter| matter.narrowed(|voice| below.contains(&voice.unit))).collect();
        let is_new = |voice: &&&Problem| voice.raised_at >= begins;
        let was_before = |voice: &&&Problem| voice.raised_at >= before.0 && voice.raised_at < before.1;
        let now = |matter: &Matter<'_>| matter.voices.iter().filter(is_new).count();
        let earlier = |matter: &Matter<'_>| matter.voices.iter().filter(was_before).count();
        let is_open = |matter: &&Matter<'_>| matter.voices.iter().any(|voice| voice.state.is_open());
        let settled_now = |voice: &&&Problem| voice.settled_at.is_some_and(|settled| settled >= begins);

        let mut hot: Vec<&Matter<'_>> = own.iter().filter(|matter| now(matter) >= HOT_FROM).collect();
        hot.sort_by_key(|matter| (std::cmp::Reverse(now(matter)), matter.lead.number));
        let mut hard: Vec<&Matter<'_>> = own.iter().filter(is_open).filter(|matter| is_hard(matter, at)).collect();
        hard.sort_by_key(|matter| (matter.first_seen(), matter.lead.number));
        let has_urgent =
            |matter: &&Matter<'_>| matter.voices.iter().any(|voice| voice.state.is_open() && is_urgent(&voice.text));
        let urgent: Vec<&Matter<'_>> = own.iter().filter(has_urgent).collect();
        let done: Vec<Matter<'_>> = own
            .iter()
            .filter_map(|matter| matter.narrowed(|voice| voice.settled_at.is_some_and(|settled| settled >= begins)))
            .collect();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let voices = || own.iter().flat_map(|matter| matter.voices.iter());
        let brief = HotTopicBrief {
            unit: UserText::new(directory.unit_name(unit)),
            month: format!("{}月", self.voices.month.first.month()),
            raised: count(voices().filter(is_new).count()),
            before: count(voices().filter(was_before).count()),
            settled: count(voices().filter(settled_now).count()),
            open: count(voices().filter(|voice| voice.state.is_open()).count()),
            more_hot: hot.len().saturating_sub(LISTED),
            more_hard: hard.len().saturating_sub(LISTED),
            more_urgent: urgent.len().saturating_sub(LISTED),
            more_done: done.len().saturating_sub(LISTED),
            hot: hot
                .iter()
                .take(LISTED)
                .map(|matter| hot_line(directory, matter, now(matter), earlier(matter), begins))
                .collect(),
            hard: hard.iter().take(LISTED).map(|matter| hard_line(directory, matter, at)).collect(),
            urgent: urgent.iter().take(LISTED).map(|matter| urgent_line(matter)).collect(),
            done: done.iter().take(LISTED).map(done_line).collect(),
        };
        (brief.raised + brief.settled + brief.open > 0).then_some(brief)
    }
}

/// Whether something is open for long, or waits above for an answer.
fn is_hard(matter: &Matter<'_>, at: DateTime<Utc>) -> bool {
    at - matter.first_seen() >= HARD_AFTER || matter.leads.iter().any(|lead| is_unanswered(lead, at))
}

fn is_unanswered(lead: &Problem, at: DateTime<Utc>) -> bool {
    lead.state == ProblemState::Passed && at - lead.state_at >= UNANSWERED_AFTER
}

fn bare(matter: &Matter<'_>) -> BriefLine {
    BriefLine {
        numbers: numbers(matter),
        text: UserText::short(&matter.lead.text, 40),
        why: String::new(),
        whom: None,
        outcome: None,
    }
}

fn hot_line(
    directory: &Directory,
    matter: &Matter<'_>,
    now: usize,
    earlier: usize,
    begins: DateTime<Utc>,
) -> BriefLine {
    let units = matter.units();
    let mut why = format!("{now} 条（上月同期 {earlier}）");
    if units.len() > 1 {
        why.push_str(&format!("，{} 个单位", units.len()));
    }
    if matter.voices.iter().all(|voice| voice.raised_at >= begins) {
        why.push_str("，新出现");
    } else if now > earlier {
        why.push_str("，增多");
    }
    let most = units.first().filter(|_| units.len() > 1);
    BriefLine { why, whom: most.map(|(unit, _)| UserText::new(directory.unit_name(*unit))), ..bare(matter) }
}

fn hard_line(directory: &Directory, matter: &Matter<'_>, at: DateTime<Utc>) -> BriefLine {
    let mut why = format!("{} 天没有办结", (at - matter.first_seen()).num_days());
    let unanswered = matter.leads.iter().find(|lead| is_unanswered(lead, at));
    let (status, whom) = match unanswered {
        Some(lead) => {
            let days = (at - lead.state_at).num_days();
            (format!("上报 {days} 天没有回音，在"), Some(UserText::new(directory.unit_name(lead.holder))))
        }
        None => standing(directory, matter.lead),
    };
    if !status.is_empty() {
        why.push('，');
        why.push_str(&status);
    }
    BriefLine { why, whom, ..bare(matter) }
}

fn urgent_line(matter: &Matter<'_>) -> BriefLine {
    // what says that it cannot wait is what is shown
    let urgent = matter.voices.iter().find(|voice| is_urgent(&voice.text)).unwrap_or(&matter.lead);
    let why = match urgent.state {
        ProblemState::Open => String::new(),
        state => state.title().to_owned(),
    };
    BriefLine { text: UserText::short(&urgent.text, 40), why, ..bare(matter) }
}

fn done_line(matter: &Matter<'_>) -> BriefLine {
    BriefLine { outcome: matter.lead.outcome.as_deref().map(|said| UserText::short(said, 40)), ..bare(matter) }
}
