//! Telling the askers of questions what came of them on the list of problems: everybody whose question it is or stands for.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::domain::id::QuestionId;
use crate::domain::message::UserText;
use crate::domain::question::State;
use crate::error::Fault;
use crate::services::questions::{Hearers, hearers_of, root_of, tell_askers_from};
use crate::store::Tx;
use crate::templates::contexts::QuestionProblemNews;

/// What askers are told.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// What was done.
    pub what: &'static str,
    /// What stands in front of what was said.
    pub label: &'static str,
    /// What was said.
    pub said: UserText,
    /// Who said it: the unit.
    pub by: UserText,
}

/// Tells everybody who asked what a question asks, where they asked, but for those who were `told` already: others may be on
/// the list with a question that was merged with it. Returns how many people that are.
pub(super) async fn tell_askers_of(
    tx: &mut Tx,
    question: QuestionId,
    told: &Told,
    not_before: DateTime<Utc>,
    already: &mut HashSet<QuestionId>,
) -> Result<usize, Fault> {
    let Some(question) = tx.db().await?.find_question(question).await? else { return Ok(0) };
    let root = root_of(tx, question).await?;
    let mut hearers = hearers_of(tx, &root).await?;
    hearers.retain(|question| question.life.state != State::Withdrawn && already.insert(question.id));
    tell_askers_from(
        tx,
        &hearers,
        |_| not_before,
        |Hearers { mentions, questions }| QuestionProblemNews {
            askers: mentions,
            number: questions.first().map_or(0, |first| first.number),
            question: UserText::short(questions.first().map_or("", |first| first.text.as_str()), 60),
            what: told.what.to_owned(),
            label: told.label.to_owned(),
            said: told.said.clone(),
            by: told.by.clone(),
        },
    )
    .await?;
    Ok(hearers.iter().map(|hearer| hearer.asker.who()).collect::<HashSet<_>>().len())
}
