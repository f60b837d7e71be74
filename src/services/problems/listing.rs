//! The list as somebody may see it, and one entry of it with all that happened.

use std::collections::HashSet;

use chrono::{DateTime, Days, TimeDelta, Utc};
use chrono_tz::Tz;

use super::placing::{MOST_COMPARED, gathered};
use crate::domain::calendar::{DayRange, business_day, instant, month_day};
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::QuestionId;
use crate::domain::message::UserText;
use crate::domain::numbered::number_only;
use crate::domain::permission::{Who, reaches};
use crate::domain::problem::filter::{Filter, Span, Which};
use crate::domain::problem::{Matter, Problem, ProblemState, Source};
use crate::error::Halt;
use crate::services::Rulebook;
use crate::services::questions::moment;
use crate::store::Tx;
use crate::templates::contexts::{
    NoSuchProblem, ProblemEntry, ProblemLine, ProblemMember, ProblemStepLine, ProblemUnit, Problems,
};

/// How many entries the list shows.
const LISTED: usize = 10;

/// How many numbers of one entry are listed.
pub(super) const NUMBERS_LISTED: usize = 5;

/// How far back what was settled is looked for, where no month is asked for.
const SETTLED_WITHIN: TimeDelta = TimeDelta::days(180);

/// How many voices, steps and units of one entry are shown.
const MEMBERS_SHOWN: usize = 8;

/// What somebody asked to see.
#[derive(Debug)]
pub enum Shown {
    /// The list.
    List(Problems),
    /// One entry; it names people.
    Entry(Box<ProblemEntry>),
}

/// Whether somebody sees the problems of a unit, or only their own.
fn sees_units(person: &Person) -> bool {
    Who::Answerer.includes(Some(person)) || Who::Overseer.includes(Some(person))
}

/// Shows the list, a part of it, or one entry.
///
/// # Errors
/// Refuses the number of an entry that this person may not see; the database's.
pub async fn list(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<Shown, Halt> {
    if let Some(number) = number_only(typed) {
        return Ok(Shown::Entry(Box::new(entry(tx, rules, person, event, number).await?)));
    }
    let filter = Filter::read(typed);
    let directory = tx.directory();
    let span = span(rules, directory.zone_of(person.unit), filter.span, event.sent_at);
    let mut voices = tx.db().await?.list_open_problems().await?;
    if filter.wants(ProblemState::Settled) {
        let from = span.map_or(event.sent_at - SETTLED_WITHIN, |(from, _)| from);
        voices.extend(tx.db().await?.list_problems_settled_since(from).await?);
        voices.sort_by_key(|voice| (voice.raised_at, voice.number));
    }
    let sees_units = sees_units(person);
    let is_seen = |voice: &Problem| match sees_units {
        true => reaches(&directory, person, voice.unit),
        false => voice.reporter() == Some(person.id),
    };
    let is_in_span = |voice: &&Problem| {
        span.is_none_or(|(from, until)| {
            let is_in = |at: DateTime<Utc>| at >= from && at < until;
            match filter.which {
                Which::In(ProblemState::Settled) => voice.settled_at.is_some_and(is_in),
                _ => is_in(voice.said_at) || is_in(voice.raised_at) || voice.settled_at.is_some_and(is_in),
            }
        })
    };
    voices.retain(|voice| is_seen(voice) && filter.wants(voice.state));
    let all = gathered(&voices, MOST_COMPARED);
    // what was asked in private or without a name is not read out in a group, be it one of cadres
    let unspoken = match event.place.is_private() {
        true => HashSet::new(),
        false => {
            let questions: Vec<QuestionId> = voices.iter().filter_map(Problem::question).collect();
            tx.db().await?.list_unspoken(&questions).await?
        }
    };
    let is_spoken = |voice: &Problem| voice.question().is_none_or(|question| !unspoken.contains(&question));
    let wanted: Vec<&Matter<'_>> = all
        .iter()
        .filter(|matter| matter.voices.iter().any(&is_in_span))
        .filter(|matter| matter.voices.iter().any(|voice| filter.fits(if is_spoken(voice) { &voice.text } else { "" })))
        .collect();
    Ok(Shown::List(Problems {
        open: wanted.iter().map(|matter| matter.voices.len()).sum(),
        matters: wanted.len(),
        items: wanted.iter().take(LISTED).map(|matter| line(&directory, matter, is_spoken)).collect(),
        more: wanted.len().saturating_sub(LISTED),
        may_settle: Who::Answerer.includes(Some(person)) && filter.wants(ProblemState::Open),
        own: !sees_units,
        filtered: !filter.is_plain(),
    }))
}

/// The instants between which a month lies.
fn span(rules: &Rulebook, zone: Tz, span: Span, at: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let this = DayRange::month_of(business_day(at, zone, rules.policy.day_starts_at));
    let month = match span {
        Span::Any => return None,
        Span::ThisMonth => this,
        Span::LastMonth => DayRange::month_of(this.first - Days::new(1)),
    };
    let begins = |day| instant(day, rules.policy.day_starts_at, zone);
    Some((begins(month.first), begins(month.last + Days::new(1))))
}

/// Where a matter stands: a word, and whom it names.
pub(super) fn standing(directory: &Directory, lead: &Problem) -> (String, Option<UserText>) {
    let above = (lead.holder != lead.unit).then(|| UserText::new(directory.unit_name(lead.holder)));
    match lead.state {
        ProblemState::Open => (String::new(), None),
        ProblemState::Passed => ("已上报".to_owned(), above),
        ProblemState::InHand if above.is_some() => ("处理中，在".to_owned(), above),
        ProblemState::Transferred => ("已转".to_owned(), lead.authority.as_deref().map(UserText::new)),
        state => (state.title().to_owned(), None),
    }
}

/// The units a matter comes from, as one name.
pub(super) fn units_title(directory: &Directory, matter: &Matter<'_>) -> (UserText, usize) {
    let units = matter.units();
    let first = units.first().map_or("", |(unit, _)| directory.unit_name(*unit));
    (UserText::new(first), units.len())
}

/// The numbers of a matter, folded.
pub(super) fn numbers(matter: &Matter<'_>) -> String {
    let numbers: Vec<String> =
        matter.voices.iter().take(NUMBERS_LISTED).map(|voice| voice.number.to_string()).collect();
    numbers.join("、")
}

fn line(directory: &Directory, matter: &Matter<'_>, is_spoken: impl Fn(&Problem) -> bool) -> ProblemLine {
    let lead = matter.lead;
    let zone = directory.zone_of(lead.unit);
    let day = |at: DateTime<Utc>| month_day(at.with_timezone(&zone).date_naive());
    let (unit, units) = units_title(directory, matter);
    let (status, whom) = standing(directory, lead);
    let (since, until) = (day(matter.first_seen()), day(matter.last_seen()));
    let spoken = std::iter::once(&lead).chain(&matter.voices).find(|voice| is_spoken(voice));
    ProblemLine {
        numbers: numbers(matter),
        text: UserText::short(spoken.map_or("", |voice| voice.text.as_str()), 60),
        in_private: spoken.is_none().then_some(lead.number),
        unit,
        units: if units > 1 { units } else { 0 },
        until: if until == since { String::new() } else { until },
        since,
        count: matter.voices.len(),
        several: matter.voices.len() > 1,
        status,
        whom,
        outcome: lead.outcome.as_deref().filter(|_| spoken.is_some()).map(|said| UserText::short(said, 40)),
    }
}

/// One entry with its history.
async fn entry(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    number: i64,
) -> Result<ProblemEntry, Halt> {
    let directory = tx.directory();
    let all_units = sees_units(person);
    let is_seen = |voice: &Problem| match all_units {
        true => reaches(&directory, person, voice.unit),
        false => voice.reporter() == Some(person.id),
    };
    let found = tx.db().await?.find_problem_by_number(number).await?;
    let Some(voice) = found.filter(|voice| voice.state != ProblemState::Withdrawn && is_seen(voice)) else {
        return Err(rules.templates.refuse(&NoSuchProblem { number }, &event.platform)?.into());
    };
    let voices = tx.db().await?.list_voices(voice.entry).await?;
    let ids: Vec<_> = voices.iter().map(|voice| voice.id).collect();
    let steps = tx.db().await?.list_problem_steps(&ids).await?;
    let questions: Vec<QuestionId> = voices.iter().filter_map(Problem::question).collect();
    let question_numbers = tx.db().await?.question_numbers(&questions).await?;
    let matters = gathered(&voices, usize::MAX);
    let Some(matter) = matters.first() else {
        return Err(rules.templates.refuse(&NoSuchProblem { number }, &event.platform)?.into());
    };
    let lead = voices.iter().find(|one| one.id == voice.entry).unwrap_or(&voice);
    let zone = directory.zone_of(lead.unit);
    let day = |at: DateTime<Utc>| month_day(at.with_timezone(&zone).date_naive());
    // who said what is for those whose authority reaches them
    let seen: Vec<&Problem> = voices.iter().filter(|voice| is_seen(voice)).collect();
    let member = |voice: &&Problem| ProblemMember {
        number: voice.number,
        question: voice.question().and_then(|question| question_numbers.get(&question).copied()),
        who: match voice.source {
            Source::Report { person, .. } => Some(UserText::new(directory.person_name(person))),
            Source::Question(_) => None,
        },
        unit: UserText::new(directory.unit_name(voice.unit)),
        day: day(voice.said_at),
        text: UserText::short(&voice.text, 40),
    };
    let told = |step: &&crate::store::KeptStep| {
        use crate::domain::problem::ProblemStep::{Listed, Raised};
        !matches!(step.step, Raised | Listed)
    };
    let steps: Vec<_> = steps.iter().filter(told).collect();
    let step_line = |step: &&crate::store::KeptStep| {
        let by = step.by.and_then(|by| directory.person(by));
        ProblemStepLine {
            at: moment(step.at, zone),
            what: step.step.title().to_owned(),
            who: by.filter(|_| all_units).map(|by| UserText::new(&by.name)),
            unit: by.map(|by| UserText::new(directory.unit_name(by.unit))),
            text: UserText::short(&step.text, 60),
        }
    };
    let units = matter.units();
    let (status, whom) = standing(&directory, lead);
    let status = if status.is_empty() { ProblemState::Open.title().to_owned() } else { status };
    Ok(ProblemEntry {
        number: lead.number,
        asked_for: (lead.number != number).then_some(number),
        text: UserText::short(&lead.text, 200),
        status,
        whom,
        outcome: lead.outcome.as_deref().map(|said| UserText::short(said, 100)),
        count: voices.len(),
        units: units
            .iter()
            .take(MEMBERS_SHOWN)
            .map(|(unit, count)| ProblemUnit { unit: UserText::new(directory.unit_name(*unit)), count: *count })
            .collect(),
        more_units: units.len().saturating_sub(MEMBERS_SHOWN),
        first: day(matter.first_seen()),
        last: day(matter.last_seen()),
        members: seen.iter().take(MEMBERS_SHOWN).map(member).collect(),
        more_members: voices.len().saturating_sub(seen.len().min(MEMBERS_SHOWN)),
        steps: steps.iter().skip(steps.len().saturating_sub(MEMBERS_SHOWN)).map(step_line).collect(),
        more_steps: steps.len().saturating_sub(MEMBERS_SHOWN),
    })
}
