//! Which entry a voice belongs to: placed when it comes in, and again when its words change.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::alike::{Key, Words, alike};
use crate::domain::id::{PersonId, ProblemId, QuestionId, UnitId};
use crate::domain::problem::cluster::{Candidate, Placement, place};
use crate::domain::problem::{Matter, Problem, ProblemState, Source, entries, matters};
use crate::domain::question::Question;
use crate::store::{NearEntry, NewProblem, ProblemDeed, StoreError, Tx};

/// Entries beyond this many, oldest first, are not compared with each other for a message: they stand by themselves.
pub(super) const MOST_COMPARED: usize = 600;

/// An entry near a voice, ready to be compared.
pub(super) type Near = (NearEntry, Words);

/// Entries as they are compared.
pub(super) fn readied(near: Vec<NearEntry>) -> Vec<Near> {
    near.into_iter()
        .map(|one| {
            let words = Words::kept(&one.words, &one.tokens);
            (one, words)
        })
        .collect()
}

/// The entry among these to which some words belong. `holders`: the units that may hold it, the nearest in front.
pub(super) fn placed(near: &[Near], holders: &[UnitId], wanted: &Words) -> Placement {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (near, _) in near.iter().filter(|(_, words)| alike(wanted, words)) {
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
    place(candidates)
}

/// The entry, held by one of these units, to which some words belong.
async fn find_place(tx: &mut Tx, holders: &[UnitId], own: ProblemId, wanted: &Words) -> Result<Placement, StoreError> {
    if wanted.literal().is_empty() || holders.is_empty() {
        return Ok(Placement::default());
    }
    let near = tx.db().await?.list_near_entries(holders, own, wanted.literal()).await?;
    Ok(placed(&readied(near), holders, wanted))
}

/// Puts a voice that is an entry of its own to the entry it belongs to, if there is one. Returns the leading voice of that.
async fn settle_in(tx: &mut Tx, voice: &Problem) -> Result<Option<Problem>, StoreError> {
    let holders: Vec<UnitId> = tx.directory().lineage(voice.unit).map(|unit| unit.id).collect();
    let wanted = Words::kept(&voice.words, &voice.tokens);
    let placed = find_place(tx, &holders, voice.entry, &wanted).await?;
    let Some(joined) = placed.joins else { return Ok(None) };
    let Some(lead) = tx.db().await?.find_problem(joined).await? else { return Ok(None) };
    for absorbed in placed.absorbs {
        tx.join_entry(absorbed, &lead).await?;
    }
    tx.join_entry(voice.entry, &lead).await?;
    Ok(Some(lead))
}

/// A voice that is about to come onto the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Voice<'a> {
    /// The unit it comes from.
    pub(super) unit: UnitId,
    /// Whose it is.
    pub(super) source: Source,
    /// What was said.
    pub(super) text: &'a str,
    /// When.
    pub(super) said_at: DateTime<Utc>,
}

impl Voice<'_> {
    /// A question.
    pub(super) fn question(unit: UnitId, id: QuestionId, text: &str, asked_at: DateTime<Utc>) -> Voice<'_> {
        Voice { unit, source: Source::Question(id), text, said_at: asked_at }
    }
}

/// Puts a voice on the list, as an entry of its own.
pub(super) async fn insert(
    tx: &mut Tx,
    voice: Voice<'_>,
    by: Option<PersonId>,
    at: DateTime<Utc>,
) -> Result<Problem, StoreError> {
    let Voice { unit, source, text, said_at } = voice;
    let tokens = Words::of(text).tokens();
    tx.insert_problem(NewProblem { unit, source, text, tokens: &tokens, said_at }, by, at).await
}

/// Puts a voice on the list. Returns it, and the leading voice of the entry it has joined.
pub(super) async fn add(
    tx: &mut Tx,
    voice: Voice<'_>,
    by: Option<PersonId>,
    at: DateTime<Utc>,
) -> Result<(Problem, Option<Problem>), StoreError> {
    let voice = insert(tx, voice, by, at).await?;
    let joined = settle_in(tx, &voice).await?;
    Ok((voice, joined))
}

/// Replaces what a voice says.
pub(super) async fn reword(
    tx: &mut Tx,
    before: &Problem,
    by: PersonId,
    text: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tokens = Words::of(text).tokens();
    tx.reword_problem(before.id, &tokens, ProblemDeed { by: Some(by), text, at }).await
}

/// After a voice nobody has touched says something else: it may belong elsewhere now. What a person put where it is stays.
pub(super) async fn place_anew(tx: &mut Tx, before: &Problem, text: &str) -> Result<(), StoreError> {
    if before.came_with.is_some() || before.is_apart {
        return Ok(());
    }
    tx.detach_problem(before).await?;
    let mut voice = before.clone();
    (voice.entry, voice.holder) = (voice.id, voice.unit);
    let words = Words::of(text);
    (voice.words, voice.tokens) = (words.literal().to_owned(), words.tokens());
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
        let wanted = Words::kept(&voice.words, &voice.tokens);
        let placed = find_place(tx, &[unit], first.entry, &wanted).await?;
        if let Some(found) = placed.joins {
            let lead = tx.db().await?.find_problem(found).await?;
            return Ok(lead.filter(|lead| !lead.is_apart));
        }
    }
    Ok(None)
}

/// How many of those that are found by one key, and how many in all, one text is compared with: the latest, and those that
/// have most keys in common. So a list is read in a time that grows with its length and no faster.
const NEAREST_BY_KEY: usize = 16;
const NEAREST: usize = 24;

/// Entries about one thing, whoever holds them.
pub(super) fn gathered<'p>(problems: impl IntoIterator<Item = &'p Problem>, most: usize) -> Vec<Matter<'p>> {
    let all = entries(problems);
    let older = all.len().saturating_sub(most);
    let mut texts: Vec<(ProblemId, Words)> = Vec::new();
    for entry in all.iter().skip(older) {
        let mut words: Vec<(&str, &str)> =
            entry.voices.iter().map(|voice| (voice.words.as_str(), voice.tokens.as_str())).collect();
        words.sort_unstable();
        words.dedup();
        texts.extend(words.into_iter().map(|(words, tokens)| (entry.lead.entry, Words::kept(words, tokens))));
    }
    let pairs = alike_pairs(&texts);
    matters(all, |a, b| pairs.contains(&pair(a.lead.entry, b.lead.entry)))
}

fn pair(one: ProblemId, other: ProblemId) -> (ProblemId, ProblemId) {
    (one.min(other), one.max(other))
}

/// Which entries have words that are alike.
fn alike_pairs(texts: &[(ProblemId, Words)]) -> HashSet<(ProblemId, ProblemId)> {
    let mut pairs = HashSet::new();
    let mut found_by: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
    for (at, (entry, words)) in texts.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for key in words.keys() {
            let known = found_by.entry(key).or_default();
            let of_others = |other: &&usize| texts.get(**other).is_some_and(|(of, _)| of != entry);
            let latest = known.iter().rev().filter(of_others).take(NEAREST_BY_KEY);
            latest.for_each(|other| *shared.entry(*other).or_default() += 1);
            known.push(at);
        }
        let mut near: Vec<(usize, usize)> = shared.into_iter().map(|(other, keys)| (keys, other)).collect();
        near.sort_unstable_by(|one, other| other.cmp(one));
        for (_, other) in near.into_iter().take(NEAREST) {
            let Some((of, others)) = texts.get(other) else { continue };
            let both = pair(*entry, *of);
            if !pairs.contains(&both) && alike(words, others) {
                pairs.insert(both);
            }
        }
    }
    pairs
}

/// Puts a question on the list because a secretary says so. Returns the voice and the leading one of the entry it joined.
pub(super) async fn list_question(
    tx: &mut Tx,
    question: &Question,
    by: PersonId,
    at: DateTime<Utc>,
) -> Result<(Problem, Option<Problem>), StoreError> {
    add(tx, Voice::question(question.unit, question.id, &question.text, question.asked_at), Some(by), at).await
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
