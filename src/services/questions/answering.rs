//! Answering a question.

use std::collections::HashSet;

use super::{MOST_CHARACTERS, civil, find_for_answerer, is_cry, merging, refuse, take};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::question::{Question, State, Step, Visibility};
use crate::domain::text::storable;
use crate::error::Halt;
use crate::services::{Rulebook, open_days, topics};
use crate::store::{Taken, Tx};
use crate::templates::contexts::{Answered, QuestionUsage};

/// Answers by number: `12 在系统里发起转接`.
///
/// # Errors
/// Refuses what cannot be read and what this person may not answer; the refusal tells nothing about what exists.
pub async fn answer_by_number(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<Answered, Halt> {
    let usage = QuestionUsage::answer();
    let (question, text) = find_for_answerer(tx, rules, person, event, typed, usage.clone()).await?;
    if text.is_empty() {
        return refuse(rules, event, &usage);
    }
    answer(tx, rules, person, event, &question, &text).await
}

/// Answers a question that was found. Everybody whose question it stands for is answered with it.
///
/// # Errors
/// Refuses what is withdrawn, merged or declined, and an overlong answer.
pub async fn answer(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    question: &Question,
    typed: &str,
) -> Result<Answered, Halt> {
    let text = storable(typed.trim());
    rules.bounded(&text, MOST_CHARACTERS, event)?;
    civil(rules, event, &text)?;
    let again = question.life.answered_at.is_some();
    let at = event.sent_at;
    let taken = Taken { by: Some(person.id), at, detail: "" };
    let mut answered = take(tx, rules, question, &Step::Answer, taken, &event.platform).await?;
    tx.insert_answer(question.id, person.id, &text, at).await?;
    if !again
        && question.life.topic_by.is_none()
        && let Some(topic) = &question.life.topic
    {
        // answered and left there: that says as much about the topic as a correction
        topics::note_decision(tx, rules, question, topic, person.id, at).await?;
    }
    if answered.life.visibility == Visibility::Public && answered.life.published_at.is_none() {
        answered =
            take(tx, rules, &answered, &Step::Publish, Taken { by: None, at, detail: "" }, &event.platform).await?;
    }
    // nobody else need be asked who has not been told yet
    tx.drop_notices_of(question.id, at).await?;
    merging::answer_with(tx, rules, &answered, at).await?;
    let mut hearers = merging::hearers_of(tx, &answered).await?;
    let directory = tx.directory();
    let by = UserText::new(directory.unit_name(person.unit));
    let askers = hearers.iter().map(|hearer| hearer.asker.who()).collect::<HashSet<_>>().len();
    // face to face: the group hears it at once, with the question
    if let Some(live) = open_days::is_live(tx, question.id, at).await? {
        hearers = open_days::tell_live(tx, &live, hearers, &text, by.clone(), at, again).await?;
    }
    // whoever cried for help is not asked for marks, nor is what they said for others to read
    let cry = is_cry(rules, question);
    let rate = !cry && (!again || question.life.state == State::Asked);
    merging::tell_answer(tx, &hearers, at, &text, &by, rate).await?;
    Ok(Answered {
        number: question.number,
        again,
        askers,
        several: askers > 1,
        public: answered.life.published_at.is_some(),
        private: !cry && answered.life.visibility == Visibility::Private,
    })
}
