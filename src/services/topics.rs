//! Topics of questions: what was learned from people who put them right, who takes which, and how many there were.
//!
//! What was learned is kept in memory, for asking must stay cheap. It is a copy of what stands in the database and nothing
//! else: every replica reads it anew with the tick of its schedule once it has changed there, so one that is a few seconds
//! behind at worst finds a topic that somebody has to put right once more.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use super::Rulebook;
use super::deputies;
use super::questions::{Turn, find_in_charge, refuse, take, tell_answerers, turn_targets};
use crate::domain::calendar::{DayRange, business_day, instant};
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::message::UserText;
use crate::domain::permission::{Who, reaches};
use crate::domain::policy::{NORMAL, OTHER, Topic};
use crate::domain::question::{Question, State, Step};
use crate::domain::text::normal;
use crate::domain::topic::{Correction, Learned, Topics};
use crate::error::{Fault, Halt};
use crate::store::{Db, NewCorrection, Taken, TopicPerson, Tx};
use crate::templates::contexts::{
    NotAllowed, QuestionUsage, TopicChanged, TopicForgotten, TopicLine, TopicPeople, TopicPersonLine, TopicPersonSet,
    TopicRefused, TopicsShown,
};

/// How many of the latest decisions teach a tree.
const DECISIONS: u32 = 500;

/// What corrections have taught, by tree. A copy of the database; see the module.
#[derive(Debug, Default)]
pub struct LearnedTopics(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    version: Option<i64>,
    by_root: HashMap<UnitId, Arc<Learned>>,
}

impl LearnedTopics {
    /// What a tree has learned.
    pub fn of(&self, root: UnitId) -> Arc<Learned> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.by_root.get(&root).cloned().unwrap_or_default()
    }

    /// Reads it anew where it has changed.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh(&self, db: Db<'_>, directory: &Directory) -> Result<(), Fault> {
        let version = db.topics_version().await?;
        if self.0.read().unwrap_or_else(PoisonError::into_inner).version == Some(version) {
            return Ok(());
        }
        let mut by_root = HashMap::new();
        for root in directory.roots() {
            by_root.insert(*root, Arc::new(learned(&db, *root).await?));
        }
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Kept { version: Some(version), by_root };
        Ok(())
    }
}

async fn learned(db: &Db<'_>, root: UnitId) -> Result<Learned, Fault> {
    let forgotten = db.list_forgotten_words(root).await?;
    let mut decisions: Vec<Correction> = Vec::new();
    for (at, mut decision) in db.list_topic_decisions(root, DECISIONS).await? {
        decision.words.retain(|word| forgotten.get(word).is_none_or(|since| *since < at));
        decisions.push(decision);
    }
    Ok(Learned::from(&decisions))
}

/// The unit at the top.
pub fn root_of(directory: &Directory, unit: UnitId) -> UnitId {
    directory.lineage(unit).last().map_or(unit, |root| root.id)
}

/// Who takes a topic at a unit: the nearest that was named, themselves or whoever stands in for them.
///
/// # Errors
/// The database's.
pub async fn person_for(
    tx: &mut Tx,
    rules: &Rulebook,
    unit: UnitId,
    topic: &str,
    at: DateTime<Utc>,
) -> Result<Option<deputies::StandIn>, Fault> {
    let directory = tx.directory();
    let lineage: Vec<UnitId> = directory.lineage(unit).map(|one| one.id).collect();
    let named = tx.db().await?.list_topic_people(&lineage).await?;
    for unit in lineage {
        let person = named.iter().find(|one| one.unit == unit && one.topic == topic).map(|one| one.person);
        let person = person.and_then(|id| directory.person(id)).filter(|one| !directory.has_left(one, at));
        let Some(person) = person else { continue };
        let stand_in = deputies::stand_in(tx, rules, person, at).await?;
        // away with nobody in their place, or out of reach: those who answer for the unit have it
        let reached = !directory.identities_of(stand_in.who.id).is_empty() && !stand_in.nobody;
        return Ok(reached.then_some(stand_in));
    }
    Ok(None)
}

/// Notes what somebody decided about a question's topic: they put it right, or answered it as it was.
///
/// # Errors
/// The database's.
pub async fn note_decision(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    to: &str,
    by: PersonId,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let words = rules.topics.words_in(&question.text);
    if words.is_empty() {
        return Ok(());
    }
    let from = question.life.topic.clone().unwrap_or_else(|| OTHER.to_owned());
    let root = root_of(&tx.directory(), question.unit);
    let decision = Correction { words, from, to: to.to_owned() };
    tx.insert_topic_decision(NewCorrection { root, question: question.id, decision, by, at }).await?;
    Ok(())
}

/// 话题 12 就业: a question is about something else. Where nobody works on it yet, it goes to whoever takes that.
///
/// # Errors
/// Refuses what is not theirs, and a topic that there is not, with the list of those there are.
pub async fn change(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<TopicChanged, Halt> {
    let (question, name) = find_in_charge(tx, rules, person, event, typed, QuestionUsage::topic()).await?;
    let topic = find_topic(rules, event, &name)?.clone();
    let at = event.sent_at;
    note_decision(tx, rules, &question, &topic.key, person.id, at).await?;
    let step = Step::Retopic { topic: topic.key.clone(), by: person.id };
    let taken = Taken { by: Some(person.id), at, detail: &topic.title };
    let changed = take(tx, rules, &question, &step, taken, &event.platform).await?;
    let to = route_anew(tx, rules, &question, &changed, person, at).await?;
    Ok(TopicChanged { number: question.number, topic: topic.title, to })
}

/// Sends a question whose topic has changed to those who take it, where nobody works on it yet. Returns who was told.
async fn route_anew(
    tx: &mut Tx,
    rules: &Rulebook,
    before: &Question,
    question: &Question,
    by: &Person,
    at: DateTime<Utc>,
) -> Result<Option<UserText>, Fault> {
    let events = tx.db().await?.list_question_events(question.id).await?;
    let by_itself = events.iter().rfind(|event| event.step == "assigned").is_none_or(|event| event.by.is_none());
    let untouched = question.life.state == State::Asked && question.life.answered_at.is_none() && by_itself;
    if !untouched || question.life.holder != question.unit {
        return Ok(None);
    }
    let told = turn_targets(tx, rules, before, at).await?;
    let topic = question.life.topic.as_deref().unwrap_or(OTHER);
    let now = person_for(tx, rules, question.unit, topic, at).await?.map(|stand_in| stand_in.who);
    let had = question.life.assignee.map(|(id, _)| id);
    let step = match &now {
        Some(person) if had == Some(person.id) => return Ok(None),
        Some(person) => Some(Step::Assign(person.id)),
        None => had.map(|_| Step::Return),
    };
    let mut routed = question.clone();
    if let Some(step) = step {
        let detail = now.as_ref().map_or_else(String::new, |person| person.name.clone());
        if let Some(next) = super::questions::step_by_itself(tx, rules, question, &step, at, &detail).await? {
            routed = next;
        }
    }
    let fresh: Vec<_> =
        turn_targets(tx, rules, &routed, at).await?.into_iter().filter(|target| !told.contains(target)).collect();
    if fresh.is_empty() {
        return Ok(None);
    }
    let turn = Turn::Assigned { by: UserText::new(&by.name), note: UserText::default() };
    tell_answerers(tx, rules, &routed, &turn, at, Some(&fresh)).await?;
    Ok(now.map(|person| UserText::new(&person.name)))
}

/// A topic by what somebody calls it.
fn find_topic<'r>(rules: &'r Rulebook, event: &InboundEvent, name: &str) -> Result<&'r Topic, Halt> {
    match rules.topics.named(&normal(name.trim())) {
        Some(topic) => Ok(topic),
        None => refuse(
            rules,
            event,
            &TopicRefused {
                name: UserText::short(name, 20),
                topics: rules.topics.all().iter().map(|topic| topic.title.clone()).collect(),
                usage: false,
            },
        ),
    }
}

/// Only secretaries see and change how topics go.
fn check_secretary(rules: &Rulebook, person: &Person, event: &InboundEvent) -> Result<(), Halt> {
    if Who::Secretary.includes(Some(person)) {
        return Ok(());
    }
    refuse(rules, event, &NotAllowed { word: "话题".to_owned(), who: Who::Secretary.title().to_owned() })
}

/// 话题: every topic with its questions of this month, in the unit and everything below it, and what was learned.
///
/// # Errors
/// Refuses everybody but secretaries.
pub async fn show(tx: &mut Tx, rules: &Rulebook, person: &Person, event: &InboundEvent) -> Result<TopicsShown, Halt> {
    check_secretary(rules, person, event)?;
    let (directory, at) = (tx.directory(), event.sent_at);
    let zone = directory.zone_of(person.unit);
    let month = DayRange::month_of(business_day(at, zone, rules.policy.day_starts_at));
    let from = instant(month.first, rules.policy.day_starts_at, zone);
    let mut counts: HashMap<String, u64> = HashMap::new();
    for (unit, topic, count) in tx.db().await?.count_topics(from, at + chrono::TimeDelta::milliseconds(1)).await? {
        if directory.is_within(unit, person.unit) {
            *counts.entry(topic).or_default() += count;
        }
    }
    let known = learned(&tx.db().await?, root_of(&directory, person.unit)).await?;
    let items = rules.topics.all().iter().map(|topic| line(rules, topic, &counts)).collect();
    Ok(TopicsShown {
        unit: UserText::new(directory.unit_name(person.unit)),
        items,
        learned: known.words().iter().take(20).map(|word| sentence(word, &rules.topics)).collect(),
        forget: known.words().first().map(|word| UserText::new(&word.word)),
    })
}

fn sentence(word: &crate::domain::topic::LearnedWord, topics: &Topics) -> UserText {
    UserText::new(&word.sentence(topics))
}

fn line(rules: &Rulebook, topic: &Topic, counts: &HashMap<String, u64>) -> TopicLine {
    let class = rules.policy.questions.class(&topic.class);
    TopicLine {
        title: topic.title.clone(),
        count: counts.get(&topic.key).copied().unwrap_or(0),
        class: (class.key != NORMAL).then(|| class.title.clone()),
    }
}

/// 话题 忘记 医保: what was learned about a word is forgotten.
///
/// # Errors
/// Refuses everybody but secretaries, and a word about which nothing was learned.
pub async fn forget(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    word: &str,
) -> Result<TopicForgotten, Halt> {
    check_secretary(rules, person, event)?;
    let root = root_of(&tx.directory(), person.unit);
    let word = normal(word.trim().trim_matches(['“', '”', '"']));
    let known = learned(&tx.db().await?, root).await?.words().iter().any(|one| one.word == word);
    if known {
        tx.forget_topic_word(root, &word, person.id, event.sent_at).await?;
    }
    Ok(TopicForgotten { word: UserText::short(&word, 20), known })
}

/// 负责 就业 冯样例: from now on they are asked first, in the secretary's unit and everything below it.
///
/// # Errors
/// Refuses a topic that there is not, whom nobody knows, and whom no message reaches.
pub async fn put_in_charge(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<TopicPersonSet, Halt> {
    let mut words =
        typed.split(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '、')).filter(|w| !w.is_empty());
    let (topic, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if name.is_empty() {
        let topics = rules.topics.all().iter().map(|topic| topic.title.clone()).collect();
        return refuse(rules, event, &TopicRefused { name: UserText::default(), topics, usage: true });
    }
    let topic = find_topic(rules, event, topic)?;
    let directory = tx.directory();
    let root = root_of(&directory, person.unit);
    let wanted = normal(name);
    let mut found: Vec<&Person> = directory
        .people()
        .filter(|one| normal(&one.name) == wanted && !directory.has_left(one, event.sent_at))
        .filter(|one| root_of(&directory, one.unit) == root)
        .collect();
    if found.len() > 1 {
        found.retain(|one| reaches(&directory, person, one.unit));
    }
    let set = TopicPersonSet { topic: topic.title.clone(), name: UserText::short(name, 20), ..TopicPersonSet::none() };
    let one = match found.as_slice() {
        [] => return refuse(rules, event, &TopicPersonSet { unknown: true, ..set }),
        [one] if directory.identities_of(one.id).is_empty() => {
            return refuse(rules, event, &TopicPersonSet { unreachable: true, ..set });
        }
        [one] => *one,
        _ => return refuse(rules, event, &TopicPersonSet { several: true, ..set }),
    };
    let taken = TopicPerson { unit: person.unit, topic: topic.key.clone(), person: one.id };
    tx.set_topic_person(&taken, person.id, event.sent_at).await?;
    Ok(TopicPersonSet { unit: UserText::new(directory.unit_name(person.unit)), set: true, ..set })
}

/// 取消负责 就业.
///
/// # Errors
/// Refuses a topic that there is not.
pub async fn take_out_of_charge(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<TopicPersonSet, Halt> {
    let topic = find_topic(rules, event, typed)?;
    let ended = tx.end_topic_person(person.unit, &topic.key).await?;
    let said = TopicPersonSet { topic: topic.title.clone(), ..TopicPersonSet::none() };
    Ok(TopicPersonSet { ended, nobody: !ended, unit: UserText::new(tx.directory().unit_name(person.unit)), ..said })
}

/// 负责: who takes which topic, here and above.
///
/// # Errors
/// The database's.
pub async fn in_charge(tx: &mut Tx, rules: &Rulebook, person: &Person) -> Result<TopicPeople, Fault> {
    let directory = tx.directory();
    let units: Vec<UnitId> = directory.lineage(person.unit).map(|one| one.id).collect();
    let named = tx.db().await?.list_topic_people(&units).await?;
    let items = named
        .iter()
        .map(|one| TopicPersonLine {
            topic: rules.topics.find(&one.topic).map_or_else(|| one.topic.clone(), |topic| topic.title.clone()),
            name: UserText::new(directory.person_name(one.person)),
            unit: UserText::new(directory.unit_name(one.unit)),
        })
        .collect();
    Ok(TopicPeople { items })
}
