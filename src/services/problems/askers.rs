//! Telling the askers of questions what came of them on the list of problems: everybody whose question it is or stands for.

use chrono::{DateTime, Utc};

use crate::domain::id::QuestionId;
use crate::domain::message::UserText;
use crate::domain::question::{Question, State};
use crate::error::Fault;
use crate::services::questions::{Hearers, tell_askers_from};
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

/// Tells the askers of a question, where they asked. Returns how many questions that are.
pub(super) async fn tell_askers_of(
    tx: &mut Tx,
    question: QuestionId,
    told: &Told,
    not_before: DateTime<Utc>,
) -> Result<usize, Fault> {
    let Some(question) = tx.db().await?.find_question(question).await? else { return Ok(0) };
    let mut hearers: Vec<Question> = vec![question];
    if let Some(main) = hearers.first() {
        let merged = tx.db().await?.list_merged_into(main.id).await?;
        hearers.extend(merged);
    }
    hearers.retain(|question| question.life.state != State::Withdrawn);
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
    Ok(hearers.len())
}
