//! 提问 · 待答 · 回复, and answering by quoting

use super::{Answer, Ask};
use crate::domain::event::EventKind;
use crate::domain::id::{QuestionId, RecordId, RequestId};
use crate::domain::permission::Who;
use crate::error::Halt;
use crate::services::{questions, records, requests};
use crate::store::InboxKey;

pub(super) async fn ask(ask: Ask<'_>) -> Result<Answer, Halt> {
    ask_by_mention(ask).await
}

/// Takes what follows as a question.
///
/// # Errors
/// The service's refusals.
pub async fn ask_by_mention(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (question, receipt) = questions::ask(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event, ask.rest).await?;
    Ok(Answer { reply: Some(ask.render(&receipt)?), made: Some(format!("question:{question}")) })
}

pub(super) async fn pending(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let pending = questions::pending(ask.tx, &person, ask.event.sent_at).await?;
    ask.say(&pending)
}

pub(super) async fn answer(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let answered = questions::answer_by_number(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&answered)
}

/// A message that quotes another one: an answer, where the quoted one is about a question and the speaker may answer
/// it; ordinary talk otherwise.
///
/// # Errors
/// The service's refusals.
pub async fn answer_quote(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    let Some(quoted) = &ask.event.quote else { return Ok(None) };
    let Some(person) = ask.speaker.filter(|person| Who::Answerer.includes(Some(person))) else { return Ok(None) };
    let question = ask.tx.db().await?.find_quoted_question(&ask.event.account, quoted).await?;
    let Some(question) = question else { return Ok(None) };
    if !questions::may_answer(ask.tx, person, &question).await? {
        return Ok(None);
    }
    let answered = questions::answer(ask.tx, ask.rules, person, ask.event, &question, &ask.event.text).await?;
    ask.say(&answered).map(Some)
}

/// A recalled message takes back what it made: its record, or its question while nobody has answered.
///
/// # Errors
/// The database's.
pub async fn withdraw_recalled(ask: Ask<'_>) -> Result<Answer, Halt> {
    let EventKind::Recall { dedupe_key } = &ask.event.kind else { return Ok(Answer::default()) };
    let key = InboxKey { account: ask.event.account.clone(), dedupe_key: dedupe_key.clone() };
    let Some(made) = ask.tx.recall(&key).await? else { return Ok(Answer::default()) };
    if let Some(record) = made.strip_prefix("record:").and_then(|id| id.parse().ok()) {
        records::withdraw_recalled(ask.tx, ask.rules, RecordId(record), ask.speaker, ask.event.sent_at).await?;
    } else if let Some(request) = made.strip_prefix("request:").and_then(|id| id.parse().ok()) {
        requests::withdraw_recalled(ask.tx, ask.rules, RequestId(request), ask.speaker, ask.event.sent_at).await?;
    } else if let Some(question) = made.strip_prefix("question:").and_then(|id| id.parse().ok()) {
        questions::withdraw_recalled(ask.tx, QuestionId(question), ask.event).await?;
    }
    // a recall is silent, and so is what it undoes
    Ok(Answer::default())
}
