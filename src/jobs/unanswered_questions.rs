//! Open questions, every workday while there are any: to those who answer; overdue ones to the unit above as well.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Notice, Owed, Slot};
use crate::domain::id::UnitId;
use crate::domain::policy::Answerers;
use crate::domain::question::Question;
use crate::error::Fault;
use crate::services::questions::{LISTED, answerer_targets, line};
use crate::templates::contexts::UnansweredQuestions;

/// Who was told something within this time is not told it again.
const LATELY: TimeDelta = TimeDelta::hours(1);

pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let directory = slot.directory;
    let open = slot.db.list_open_questions(slot.at).await?;
    // who was warned within the hour knows
    let warned = slot.db.list_warned_questions(slot.at - LATELY, slot.at).await?;
    let knows = |question: &Question| {
        let topic = question.life.topic.as_deref().and_then(|key| slot.rules.topics.find(key));
        let experts_first = topic.is_some_and(|topic| topic.answerers == Answerers::Experts);
        let told = question.life.warned >= 100 || question.life.assignee.is_none() && !experts_first;
        !slot.by_hand && told && warned.contains(&question.id)
    };
    let mut by_unit: BTreeMap<UnitId, Vec<&Question>> = BTreeMap::new();
    for question in open.iter().filter(|question| slot.covers(question.unit) && !knows(question)) {
        // the unit whose people answer: the question's own, or the nearest above that has somebody
        let answering = directory
            .answerers(question.life.holder, slot.at)
            .first()
            .map_or(question.life.holder, |person| person.unit);
        by_unit.entry(answering).or_default().push(question);
        if question.life.due_at < slot.at
            && let Some(above) = directory.unit(answering).and_then(|unit| unit.parent)
            && let Some(person) = directory.answerers(above, slot.at).first()
        {
            by_unit.entry(person.unit).or_default().push(question);
        }
    }
    let mut owed = Vec::new();
    for (unit, questions) in by_unit {
        let context = UnansweredQuestions {
            items: questions.iter().take(LISTED).map(|question| line(directory, question, slot.at)).collect(),
            more: questions.len().saturating_sub(LISTED),
            open: questions.len(),
            overdue: questions.iter().filter(|question| question.life.due_at < slot.at).count(),
        };
        let messages = answerer_targets(directory, unit, slot.at)
            .into_iter()
            .map(|target| Notice::new(target, &context, slot.at + TimeDelta::hours(20)))
            .collect::<Result<Vec<_>, _>>()?;
        if !messages.is_empty() {
            owed.push(Owed { subject: unit.0, unit, messages });
        }
    }
    Ok(owed)
}
