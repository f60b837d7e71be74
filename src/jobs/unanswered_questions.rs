//! Open questions, every workday while there are any: to those who answer, or who stand in for them; overdue ones to the unit
//! above as well.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Notice, Owed, Slot};
use crate::domain::id::UnitId;
use crate::domain::policy::Answerers;
use crate::domain::question::{Question, State};
use crate::error::Fault;
use crate::services::questions::{LISTED, acting, answerer_targets, line};
use crate::store::Target;
use crate::templates::contexts::UnansweredQuestions;

/// Who was told something within this time is not told it again.
const LATELY: TimeDelta = TimeDelta::hours(1);

/// A question in the list of a unit.
struct Listed<'q> {
    question: &'q Question,
    /// Whether it is theirs to answer, rather than of a unit below.
    own: bool,
}

pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let directory = slot.directory;
    let mut open = slot.db.list_open_questions(slot.at).await?;
    // what somebody has to look at, and what waits for its asker, is not forgotten either
    open.extend(slot.db.list_resting_questions(slot.at).await?);
    open.retain(|question| question.life.is_owed(slot.at));
    open.sort_by_key(|question| (question.life.state == State::Waiting, question.life.due_at));
    // who was warned within the hour knows
    let warned = slot.db.list_warned_questions(slot.at - LATELY, slot.at).await?;
    let knows = |question: &Question| {
        let topic = question.life.topic.as_deref().and_then(|key| slot.rules.topics.find(key));
        let experts_first = topic.is_some_and(|topic| topic.answerers == Answerers::Experts);
        let told = question.life.warned >= 100 || question.life.assignee.is_none() && !experts_first;
        !slot.by_hand && told && warned.contains(&question.id)
    };
    let mut by_unit: BTreeMap<UnitId, Vec<Listed<'_>>> = BTreeMap::new();
    for question in open.iter().filter(|question| slot.covers(question.unit) && !knows(question)) {
        // the unit whose people answer: the question's own, or the nearest above that has somebody
        let answering = directory
            .answerers(question.life.holder, slot.at)
            .first()
            .map_or(question.life.holder, |person| person.unit);
        by_unit.entry(answering).or_default().push(Listed { question, own: true });
        if question.life.is_overdue(slot.at)
            && let Some(above) = directory.unit(answering).and_then(|unit| unit.parent)
            && let Some(person) = directory.answerers(above, slot.at).first()
        {
            by_unit.entry(person.unit).or_default().push(Listed { question, own: false });
        }
    }
    let mut owed = Vec::new();
    for (unit, listed) in by_unit {
        let shown = || listed.iter().take(LISTED);
        let context = |target: &Target| UnansweredQuestions {
            items: shown()
                .map(|one| {
                    let mut line = line(directory, one.question, slot.at);
                    line.hide_from_group(one.question, matches!(target, Target::Chat(_)));
                    line
                })
                .collect(),
            more: listed.len().saturating_sub(LISTED),
            open: listed.len(),
            overdue: listed.iter().filter(|one| one.question.life.is_overdue(slot.at)).count(),
        };
        let meant = answerer_targets(directory, unit, slot.at);
        let messages = acting(slot.db, directory, slot.rules, meant, slot.at)
            .await?
            .into_iter()
            .map(|target| {
                let context = context(&target);
                Notice::new(target, &context, slot.at + TimeDelta::hours(20))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if !messages.is_empty() {
            let lists = shown().filter(|one| one.own).map(|one| one.question.id).collect();
            owed.push(Owed { subject: unit.0, unit, messages, lists });
        }
    }
    Ok(owed)
}
