//! The Voice of Youth (青年之声): a question's life from asking to rating.
//!
//! `asking` takes questions in, `answering` answers them, `handing` decides who is to answer and until when, `after` is what
//! the asker and those who answer may still do, `merging` lets one question stand for others, `looking` shows and lists, `telling` brings news to the asker and to those
//! who answer; `harming` is about words that hurt and cries for help, `looking_after` about what time does. Every change is a step of `domain::question::life`, taken by [`take`].

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Rulebook, deputies, open_days, similar};
use crate::domain::calendar::month_day;
use crate::domain::directory::{Directory, Person};
use crate::domain::event::{InboundEvent, ReplyRoute};
use crate::domain::numbered::read_numbered;
use crate::domain::permission::{Who, reaches};
use crate::domain::question::{NotNow, Outlook, Question, State, Step, apply};
use crate::domain::somebody::somebody;
use crate::domain::working_time::WorkingClock;
use crate::error::{Fault, Halt};
use crate::store::{Taken, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{NoSuchQuestion, OnlyInvited, QuestionStands, QuestionUsage};

mod after;
mod answering;
mod asking;
mod handing;
mod harming;
mod looking;
mod looking_after;
mod merging;
mod telling;

pub use after::{
    Seen, add, ask_back, asked_back, decline, publish, rate, take_offer, take_offer_for, withdraw, withdraw_recalled,
};
pub use answering::{answer, answer_by_number};
pub use asking::{Asking, MOST_OPEN, TakenIn, Veil, ask, insist, insist_on, similar_answers, tell_unheard, unit_for};
pub use handing::{extend, give_back, hand};
pub use harming::{danger_in, more_of_cry, release, take_cry};
pub use looking::{is_readable, latest_open, line, mine, pending, show};
pub use looking_after::{Looked, look_after};
pub use merging::{merge, restore};
pub use telling::{
    Hearers, Turn, acting, answerer_targets, mention_in_group, tell_answerers, tell_asker, tell_askers,
    tell_askers_from, turn_targets,
};

pub(super) use after::bounded_with_added;
pub(super) use harming::{civil, is_cry};
pub(super) use merging::{hearers_of, root_of};
pub(super) use telling::target_of;

/// The longest question or answer that is taken.
pub const MOST_CHARACTERS: usize = 2_000;

/// How many questions a list shows.
pub const LISTED: usize = 10;

/// News about a question is worth reading for a month.
pub(super) const NEWS_VALID: TimeDelta = TimeDelta::days(30);

/// `11月24日 17:30` on the wall clock of a zone.
pub fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    format!("{} {}", month_day(local.date_naive()), local.format("%H:%M"))
}

impl Rulebook {
    /// What the regulation says about time to a question of a unit.
    pub fn outlook(&self, zone: Tz) -> Outlook<'_> {
        let rules = &self.policy.questions;
        let remind = i64::from(rules.rate_remind_after_hours);
        Outlook {
            clock: WorkingClock { hours: Some(&rules.hours), zone, calendar: &self.calendar },
            warn_at: &rules.warn_at,
            silent_after: rules.silent_after_percent,
            extend_at_most: rules.extend_at_most_times,
            rate_remind_after: (remind > 0).then(|| TimeDelta::hours(remind)),
            close_after: TimeDelta::days(i64::from(rules.close_unrated_after_days)),
            offer_stands_for: OFFER_STANDS_FOR,
        }
    }

    /// What a topic is called.
    pub fn topic_title(&self, key: Option<&str>) -> Option<String> {
        let title = |key: &str| self.topics.find(key).map_or(key, |topic| topic.title.as_str()).to_owned();
        key.map(title)
    }
}

/// Who was shown answers and says nothing for a day is taken to be content with them.
const OFFER_STANDS_FOR: TimeDelta = TimeDelta::hours(24);

/// Takes a step and saves it.
///
/// # Errors
/// Refuses what cannot be done now, and says why.
pub async fn take(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    step: &Step,
    taken: Taken<'_>,
    platform: &str,
) -> Result<Question, Halt> {
    let zone = tx.directory().zone_of(question.unit);
    match apply(&question.life, step, taken.at, &rules.outlook(zone)) {
        Ok(life) => {
            tx.save_step(question.id, &life, step, taken).await?;
            // what everybody may read is found by the next one who asks
            match (question.life.published_at, life.published_at) {
                (None, Some(_)) => similar::publish(tx, question.id, question.unit, &question.text).await?,
                (Some(_), None) => {
                    similar::unpublish(tx, question.id).await?;
                }
                _ => {}
            }
            open_days::after_step(tx, question.id, taken.at).await?;
            Ok(Question { life, ..question.clone() })
        }
        Err(not_now) => {
            let stands = stands(tx, question, not_now).await?;
            Err(rules.templates.refuse(&stands, platform)?.into())
        }
    }
}

/// Takes a step that nobody in particular takes. `None` where it cannot be taken (any more).
///
/// # Errors
/// The database's.
pub(super) async fn step_by_itself(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    step: &Step,
    at: DateTime<Utc>,
    detail: &str,
) -> Result<Option<Question>, Fault> {
    let zone = tx.directory().zone_of(question.unit);
    let Ok(life) = apply(&question.life, step, at, &rules.outlook(zone)) else { return Ok(None) };
    tx.save_step(question.id, &life, step, Taken { by: None, at, detail }).await?;
    Ok(Some(Question { life, ..question.clone() }))
}

async fn stands(tx: &mut Tx, question: &Question, not_now: NotNow) -> Result<QuestionStands, Fault> {
    let into = match question.life.merged_into {
        Some(other) => tx.db().await?.find_question(other).await?.map(|other| other.number),
        None => None,
    };
    let state = question.life.state;
    Ok(QuestionStands {
        number: question.number,
        state: state.title(),
        into,
        wrong_state: matches!(not_now, NotNow::State(_)),
        open: state == State::Asked,
        overdue: not_now == NotNow::Overdue,
        often: not_now == NotNow::Often,
        not_assigned: not_now == NotNow::NotAssigned,
        no_answer: not_now == NotNow::NoAnswer,
        already: not_now == NotNow::Already,
        answered: not_now == NotNow::Answered,
        declined: state == State::Declined,
    })
}

/// Whether somebody may answer a question: they are in charge of it, or they or somebody they stand in for were invited to.
///
/// # Errors
/// The database's.
pub async fn may_answer(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    if is_in_charge(tx, rules, person, question, at).await? || tx.db().await?.is_invited(person.id, question.id).await?
    {
        return Ok(true);
    }
    for principal in deputies::principals(tx, rules, person, at).await? {
        if tx.db().await?.is_invited(principal.id, question.id).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody decides what becomes of a question: their authority reaches the unit it was put to or handed to, they
/// were asked to answer it, or they stand in for somebody of whom that is true. Who was invited only answers.
///
/// # Errors
/// The database's.
async fn is_in_charge(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let directory = tx.directory();
    let is = |person: &Person| {
        question.life.assignee.is_some_and(|(assignee, _)| assignee == person.id)
            || oversees(&directory, person, question)
    };
    Ok(is(person) || deputies::principals(tx, rules, person, at).await?.iter().any(is))
}

/// Whether somebody answers for the unit that a question was put or handed to.
pub fn oversees(directory: &Directory, person: &Person, question: &Question) -> bool {
    Who::Answerer.includes(Some(person))
        && (reaches(directory, person, question.unit) || reaches(directory, person, question.life.holder))
}

/// The question of a number that somebody may answer, and what was said behind the number.
///
/// # Errors
/// Refuses what has no number, in the usage of the command, and what they may not answer; the refusal tells nothing about
/// what exists.
pub async fn find_for_answerer(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
    usage: QuestionUsage,
) -> Result<(Question, String), Halt> {
    let Some((number, words)) = read_numbered(typed) else { return refuse(rules, event, &usage) };
    rules.bounded(&words, MOST_CHARACTERS, event)?;
    let found = tx.db().await?.find_question_by_number(number).await?;
    let found = found.filter(|question| question.asked_at <= event.sent_at || question.asker.alias().is_none());
    match found {
        Some(question) if may_answer(tx, rules, person, &question, event.sent_at).await? => Ok((question, words)),
        _ => refuse(rules, event, &NoSuchQuestion { number: number.to_string() }),
    }
}

/// As [`find_for_answerer`], for what only those do who are in charge of the question.
///
/// # Errors
/// As there; and refuses those who may only answer, and says so.
pub async fn find_in_charge(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
    usage: QuestionUsage,
) -> Result<(Question, String), Halt> {
    let (question, words) = find_for_answerer(tx, rules, person, event, typed, usage).await?;
    if !is_in_charge(tx, rules, person, &question, event.sent_at).await? {
        return refuse(rules, event, &OnlyInvited { number: question.number });
    }
    Ok((question, words))
}

/// Whether a step could be taken now.
///
/// # Errors
/// Refuses what cannot be done now, and says why.
pub async fn check(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    step: &Step,
    event: &InboundEvent,
) -> Result<(), Halt> {
    let zone = tx.directory().zone_of(question.unit);
    match apply(&question.life, step, event.sent_at, &rules.outlook(zone)) {
        Ok(_) => Ok(()),
        Err(not_now) => {
            let stands = stands(tx, question, not_now).await?;
            refuse(rules, event, &stands)
        }
    }
}

/// Whether an event comes from the asker of a question. An anonymous asker is recognised in private only.
pub fn is_asker(rules: &Rulebook, speaker: Option<&Person>, event: &InboundEvent, question: &Question) -> bool {
    asker_keys(rules, speaker, event).contains(&question.asker.who())
}

/// The keys under which questions of whoever speaks are kept: as themself, and in private also the anonymous ones.
pub fn asker_keys(rules: &Rulebook, speaker: Option<&Person>, event: &InboundEvent) -> Vec<String> {
    let who = somebody(speaker.map(|person| person.id), &event.account, &event.sender);
    let marks = if event.place.is_private() { rules.marks(&who) } else { Vec::new() };
    std::iter::once(who).chain(marks).collect()
}

/// Whether whoever speaks may do something to a question now as its asker.
pub fn is_doer(rules: &Rulebook, speaker: Option<&Person>, event: &InboundEvent, question: &Question) -> bool {
    doer_keys(rules, speaker, event).contains(&question.asker.who())
}

/// As [`asker_keys`], of the questions to which something may be done now: to anonymous ones only at the hour
/// (`services::anonymity`), or the instant would tell who it was.
pub fn doer_keys(rules: &Rulebook, speaker: Option<&Person>, event: &InboundEvent) -> Vec<String> {
    let mut keys = asker_keys(rules, speaker, event);
    if event.reply != ReplyRoute::Nobody {
        keys.truncate(1);
    }
    keys
}

pub(super) fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}
