//! Questions that came in lately, compared with the list: one that is about the same thing as an entry goes there, and what
//! keeps coming up becomes an entry.
//!
//! No part of asking, which must not pay for it: a tick reads what is new and compares it outside any write; the write
//! only makes sure that what was found still holds.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::alike::{Words, alike};
use super::deeds::terms;
use super::news::{is_read_out, is_spoken};
use super::placing::{Near, Voice, insert, placed, readied};
use crate::domain::directory::Directory;
use crate::domain::id::{ProblemId, QuestionId, UnitId};
use crate::domain::message::UserText;
use crate::domain::problem::cluster::Placement;
use crate::domain::problem::{Problem, ProblemState};
use crate::error::Fault;
use crate::outbox::enqueue;
use crate::services::questions::{acting, answerer_targets};
use crate::services::{Rulebook, similar};
use crate::store::{Db, RecentQuestion, StoreError, Tx};
use crate::templates::contexts::ProblemSurfaced;

/// How many people's questions of one unit about one thing become an entry by themselves …
pub const SURFACES_FROM: usize = 3;

/// … within how many days.
pub const SURFACES_WITHIN_DAYS: i64 = 30;

/// How many questions are looked at together.
const AT_ONCE: u32 = 100;

/// How many of a unit's newest questions they are compared with.
const MOST_QUESTIONS: u32 = 100;

/// A question that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// Which.
    pub question: QuestionId,
    finding: Finding,
}

impl Noticed {
    /// Whether anything is to be done about it.
    pub fn is_something(&self) -> bool {
        self.finding != Finding::Nothing
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    /// It is like nothing, or comes onto no list.
    Nothing,
    /// It belongs to an entry.
    Joins(Placement),
    /// These questions, itself among them, are an entry now.
    Surfaces(Vec<QuestionId>),
}

/// What came to one unit, and what it is compared with.
#[derive(Default)]
struct Desk {
    holders: Vec<UnitId>,
    new: Vec<RecentQuestion>,
    entries: Vec<crate::store::NearEntry>,
    recent: Vec<RecentQuestion>,
}

/// Looks at the oldest questions that nobody has looked at yet.
///
/// # Errors
/// The database's.
pub async fn look(db: &Db<'_>, directory: &Directory, now: DateTime<Utc>) -> Result<Vec<Noticed>, StoreError> {
    let mut desks: BTreeMap<UnitId, Desk> = BTreeMap::new();
    let mut noticed = Vec::new();
    for question in db.list_unnoticed_questions(AT_ONCE).await? {
        if question.is_listable {
            desks.entry(question.unit).or_default().new.push(question);
        } else {
            noticed.push(Noticed { question: question.id, finding: Finding::Nothing });
        }
    }
    for (unit, desk) in &mut desks {
        desk.holders = directory.lineage(*unit).map(|unit| unit.id).collect();
        desk.entries = db.list_held_entries(&desk.holders).await?;
        let since = now - TimeDelta::days(SURFACES_WITHIN_DAYS);
        desk.recent = db.list_unlisted_questions(*unit, since, MOST_QUESTIONS).await?;
    }
    if desks.is_empty() {
        return Ok(noticed);
    }
    similar::warm().await;
    // thousands of comparisons: not where others wait for their turn. If the thread is gone, the next tick looks again
    let compared = tokio::task::spawn_blocking(move || desks.into_values().flat_map(compare).collect::<Vec<_>>()).await;
    noticed.extend(compared.unwrap_or_default());
    Ok(noticed)
}

/// What is to be done about each of a unit's new questions.
fn compare(desk: Desk) -> Vec<Noticed> {
    let near: Vec<Near> = readied(desk.entries);
    let mut recent = desk.recent;
    recent.extend(desk.new.iter().cloned());
    recent.sort_by_key(|one| one.number);
    recent.dedup_by_key(|one| one.id);
    let recent: Vec<(RecentQuestion, Words)> = recent
        .into_iter()
        .map(|one| {
            let words = Words::of(&one.text);
            (one, words)
        })
        .collect();
    let find = |new: &RecentQuestion| {
        let Some((_, wanted)) = recent.iter().find(|(one, _)| one.id == new.id) else { return Finding::Nothing };
        let place = placed(&near, &desk.holders, wanted);
        if place.joins.is_some() {
            return Finding::Joins(place);
        }
        let same: Vec<&RecentQuestion> =
            recent.iter().filter(|(one, words)| one.id == new.id || alike(wanted, words)).map(|(one, _)| one).collect();
        match keeps_coming(&same) {
            true => Finding::Surfaces(same.into_iter().map(|one| one.id).collect()),
            false => Finding::Nothing,
        }
    };
    desk.new.iter().map(|new| Noticed { question: new.id, finding: find(new) }).collect()
}

/// Whether enough people asked. One who asks again and again is one.
fn keeps_coming(same: &[&RecentQuestion]) -> bool {
    same.iter().map(|one| one.who.as_str()).collect::<HashSet<_>>().len() >= SURFACES_FROM
}

/// Does what was found, and remembers that the questions were looked at. What no longer holds is looked at again later;
/// returns how many were not.
///
/// # Errors
/// The database's.
pub async fn take_note(tx: &mut Tx, rules: &Rulebook, noticed: &[Noticed], now: DateTime<Utc>) -> Result<usize, Fault> {
    let mut done = Vec::new();
    for one in noticed {
        let holds = match &one.finding {
            Finding::Nothing => true,
            Finding::Joins(place) => join(tx, one.question, place, now).await?,
            Finding::Surfaces(questions) => surface(tx, rules, one.question, questions, now).await?,
        };
        if holds {
            done.push(one.question);
        }
    }
    tx.mark_noticed(&done).await?;
    Ok(done.len())
}

/// Puts a question to its entry. `false` where that is not what it was any more.
async fn join(tx: &mut Tx, question: QuestionId, place: &Placement, at: DateTime<Utc>) -> Result<bool, Fault> {
    let Some(new) = tx.db().await?.list_still_unlisted(&[question]).await?.pop() else { return Ok(true) };
    let Some(entry) = place.joins else { return Ok(true) };
    let Some(lead) = find_standing(tx, entry).await? else { return Ok(false) };
    for absorbed in &place.absorbs {
        let other = find_standing(tx, *absorbed).await?;
        if other.is_some_and(|other| other.state == ProblemState::Open && other.holder == lead.holder) {
            tx.join_entry(*absorbed, &lead).await?;
        }
    }
    let voice =
        insert(tx, Voice::question(new.unit, new.id, &new.text, new.asked_at), None, at.max(new.asked_at)).await?;
    tx.join_entry(voice.entry, &lead).await?;
    Ok(true)
}

/// The leading voice of an entry that stands for itself and is not settled.
async fn find_standing(tx: &mut Tx, entry: ProblemId) -> Result<Option<Problem>, StoreError> {
    let lead = tx.db().await?.find_problem(entry).await?;
    Ok(lead.filter(|lead| lead.entry == lead.id && lead.state.is_open()))
}

/// Makes questions about one thing an entry, and tells those who answer. `false` where some of them have become one since.
async fn surface(
    tx: &mut Tx,
    rules: &Rulebook,
    newest: QuestionId,
    questions: &[QuestionId],
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let still = tx.db().await?.list_still_unlisted(questions).await?;
    if !still.iter().any(|one| one.id == newest) {
        return Ok(true);
    }
    if !keeps_coming(&still.iter().collect::<Vec<_>>()) {
        return Ok(false);
    }
    let mut lead: Option<Problem> = None;
    for one in &still {
        let at = at.max(one.asked_at);
        let voice = insert(tx, Voice::question(one.unit, one.id, &one.text, one.asked_at), None, at).await?;
        match &lead {
            None => lead = Some(voice),
            Some(lead) => tx.join_entry(voice.entry, lead).await?,
        }
    }
    if let Some(lead) = lead {
        tell_surfaced(tx, rules, &lead, still.len(), at).await?;
    }
    Ok(true)
}

async fn tell_surfaced(
    tx: &mut Tx,
    rules: &Rulebook,
    lead: &Problem,
    count: usize,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let news = ProblemSurfaced {
        number: lead.number,
        text: UserText::short(&lead.text, 60),
        in_private: false,
        count,
        days: SURFACES_WITHIN_DAYS,
    };
    let (directory, spoken) = (tx.directory(), is_spoken(tx, lead).await?);
    let meant = answerer_targets(&directory, lead.unit, at);
    for target in acting(tx.db().await?, &directory, rules, meant, at).await? {
        let news = match is_read_out(&target) && !spoken {
            true => ProblemSurfaced { text: UserText::default(), in_private: true, ..news.clone() },
            false => news.clone(),
        };
        enqueue(tx, target, &news, terms(rules, &directory, lead.unit, at)).await?;
    }
    Ok(())
}
