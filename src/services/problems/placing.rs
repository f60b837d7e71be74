//! Which entry a voice belongs to: placed when it comes in, and again when its words change.

use chrono::{DateTime, TimeDelta, Utc};

use super::alike::{Words, alike};
use super::deeds::terms;
use crate::domain::directory::Directory;
use crate::domain::id::{ProblemId, QuestionId, UnitId};
use crate::domain::message::UserText;
use crate::domain::problem::cluster::{Candidate, Placement, place};
use crate::domain::problem::{Entry, Matter, Problem, ProblemState, Source, entries, matters};
use crate::domain::question::Question;
use crate::error::Fault;
use crate::outbox::enqueue;
use crate::services::Rulebook;
use crate::services::questions::answerer_targets;
use crate::store::{NewProblem, ProblemDeed, StoreError, Tx};
use crate::templates::contexts::ProblemSurfaced;

/// How many questions of one unit about one thing become an entry by themselves …
pub const SURFACES_FROM: usize = 3;

/// … within how many days.
pub const SURFACES_WITHIN_DAYS: i64 = 30;

/// How many of a unit's newest questions are looked at for that.
const MOST_QUESTIONS: u32 = 100;

/// Entries beyond this many, oldest first, are not compared with each other for a message: they stand by themselves.
pub(super) const MOST_COMPARED: usize = 600;

/// The entry, held by one of these units, to which some words belong. `holders`: the nearest in front.
async fn find_place(tx: &mut Tx, holders: &[UnitId], own: ProblemId, words: &str) -> Result<Placement, StoreError> {
    if words.is_empty() || holders.is_empty() {
        return Ok(Placement::default());
    }
    let wanted = Words::of(words);
    let mut candidates: Vec<Candidate> = Vec::new();
    for near in tx.db().await?.list_near_entries(holders, own, words).await? {
        if !alike(&wanted, &Words::of(&near.words)) {
            continue;
        }
        let candidate = Candidate {
            entry: near.entry,
            holder: near.holder,
            levels_above: holders.iter().position(|unit| *unit == near.holder).unwrap_or(holders.len()),
            number: near.number,
            is_untouched: near.state == ProblemState::Open,
            is_apart: near.is_apart,
        };
        match candidates.iter_mut().find(|one| one.entry == near.entry) {
            Some(known) => {
                known.number = known.number.min(near.number);
                known.is_apart |= near.is_apart;
            }
            None => candidates.push(candidate),
        }
    }
    Ok(place(candidates))
}

/// Puts a voice that is an entry of its own to the entry it belongs to, if there is one. Returns the leading voice of that.
async fn settle_in(tx: &mut Tx, voice: &Problem) -> Result<Option<Problem>, StoreError> {
    let holders: Vec<UnitId> = tx.directory().lineage(voice.unit).map(|unit| unit.id).collect();
    let placed = find_place(tx, &holders, voice.entry, &voice.words).await?;
    let Some(joined) = placed.joins else { return Ok(None) };
    let Some(lead) = tx.db().await?.find_problem(joined).await? else { return Ok(None) };
    for absorbed in placed.absorbs {
        tx.join_entry(absorbed, &lead).await?;
    }
    tx.join_entry(voice.entry, &lead).await?;
    Ok(Some(lead))
}

/// Puts a voice on the list. Returns it, and the leading voice of the entry it has joined.
pub(super) async fn add(
    tx: &mut Tx,
    new: NewProblem<'_>,
    by: Option<crate::domain::id::PersonId>,
    at: DateTime<Utc>,
) -> Result<(Problem, Option<Problem>), StoreError> {
    let voice = tx.insert_problem(new, by, at).await?;
    let joined = settle_in(tx, &voice).await?;
    Ok((voice, joined))
}

/// After a voice nobody has touched says something else: it may belong elsewhere now. What a person put where it is stays.
pub(super) async fn place_anew(tx: &mut Tx, before: &Problem, text: &str) -> Result<(), StoreError> {
    if before.came_with.is_some() || before.is_apart {
        return Ok(());
    }
    tx.detach_problem(before).await?;
    let mut voice = before.clone();
    (voice.entry, voice.holder) = (voice.id, voice.unit);
    voice.words = crate::domain::problem::words(text);
    settle_in(tx, &voice).await?;
    Ok(())
}

/// The entry at a unit that is about the same thing as an entry which comes there.
pub(super) async fn find_same_at(tx: &mut Tx, unit: UnitId, voices: &[Problem]) -> Result<Option<Problem>, StoreError> {
    if voices.iter().any(|voice| voice.is_apart) {
        return Ok(None);
    }
    let Some(first) = voices.first() else { return Ok(None) };
    let mut compared: Vec<&str> = Vec::new();
    for voice in voices {
        if compared.contains(&voice.words.as_str()) {
            continue;
        }
        compared.push(&voice.words);
        let placed = find_place(tx, &[unit], first.entry, &voice.words).await?;
        if let Some(found) = placed.joins {
            let lead = tx.db().await?.find_problem(found).await?;
            return Ok(lead.filter(|lead| !lead.is_apart));
        }
    }
    Ok(None)
}

/// Entries about one thing, whoever holds them.
pub(super) fn gathered<'p>(problems: impl IntoIterator<Item = &'p Problem>, most: usize) -> Vec<Matter<'p>> {
    let all = entries(problems);
    let older = all.len().saturating_sub(most);
    let words: std::collections::HashMap<ProblemId, Vec<Words>> = all
        .iter()
        .skip(older)
        .map(|entry| {
            let mut words: Vec<&str> = entry.voices.iter().map(|voice| voice.words.as_str()).collect();
            words.sort_unstable();
            words.dedup();
            (entry.lead.entry, words.into_iter().map(Words::of).collect())
        })
        .collect();
    let of = |entry: &Entry<'_>| words.get(&entry.lead.entry).map(Vec::as_slice).unwrap_or_default();
    matters(all, |a, b| of(a).iter().any(|one| of(b).iter().any(|other| alike(one, other))))
}

/// After a question was asked: it goes to the entry that is about the same thing, or the questions about one thing have
/// become so many that they are an entry now. To be called when the question is open, once.
///
/// # Errors
/// The database's.
pub async fn notice_question(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let words = crate::domain::problem::words(&question.text);
    let holders: Vec<UnitId> = tx.directory().lineage(question.unit).map(|unit| unit.id).collect();
    if find_place(tx, &holders, ProblemId(0), &words).await?.joins.is_some() {
        let new = new_question(question.unit, question.id, &question.text, question.asked_at);
        add(tx, new, None, at).await?;
        return Ok(());
    }
    let wanted = Words::of(&words);
    let since = at - TimeDelta::days(SURFACES_WITHIN_DAYS);
    let mut same = tx.db().await?.list_unlisted_questions(question.unit, since, MOST_QUESTIONS).await?;
    same.retain(|one| one.id == question.id || alike(&wanted, &Words::of(&crate::domain::problem::words(&one.text))));
    if same.len() < SURFACES_FROM {
        return Ok(());
    }
    same.sort_by_key(|one| one.number);
    let mut first: Option<Problem> = None;
    for one in &same {
        let new = new_question(one.unit, one.id, &one.text, one.asked_at);
        let (voice, joined) = add(tx, new, None, at).await?;
        match (&first, joined) {
            (None, joined) => first = Some(joined.unwrap_or(voice)),
            // what is alike to the newest one need not be alike to the oldest
            (Some(lead), None) => tx.join_entry(voice.id, lead).await?,
            (Some(_), Some(_)) => {}
        }
    }
    if let Some(lead) = first {
        tell_surfaced(tx, rules, &tx.directory(), &lead, same.len(), at).await?;
    }
    Ok(())
}

fn new_question(unit: UnitId, question: QuestionId, text: &str, asked_at: DateTime<Utc>) -> NewProblem<'_> {
    NewProblem { unit, source: Source::Question(question), text, said_at: asked_at }
}

/// Puts a question on the list because a secretary says so. Returns the voice and the leading one of the entry it joined.
pub(super) async fn list_question(
    tx: &mut Tx,
    question: &Question,
    by: crate::domain::id::PersonId,
    at: DateTime<Utc>,
) -> Result<(Problem, Option<Problem>), StoreError> {
    add(tx, new_question(question.unit, question.id, &question.text, question.asked_at), Some(by), at).await
}

/// After a question was taken back: it leaves the list, as long as nobody has done anything about it.
///
/// # Errors
/// The database's.
pub async fn forget_question(tx: &mut Tx, question: QuestionId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let Some(voice) = tx.db().await?.find_problem_of_question(question).await? else { return Ok(()) };
    if tx.db().await?.is_untouched(voice.id).await? {
        tx.withdraw_problem(&voice, ProblemDeed { by: None, text: "", at }).await?;
    }
    Ok(())
}

async fn tell_surfaced(
    tx: &mut Tx,
    rules: &Rulebook,
    directory: &Directory,
    lead: &Problem,
    count: usize,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let news = ProblemSurfaced {
        number: lead.number,
        text: UserText::short(&lead.text, 60),
        count,
        days: SURFACES_WITHIN_DAYS,
    };
    for target in answerer_targets(directory, lead.unit, at) {
        enqueue(tx, target, &news, terms(rules, directory, lead.unit, at)).await?;
    }
    Ok(())
}
