//! 开放日 开始 · 开放日 结束, and questions asked aloud while one runs

use super::{Answer, Ask, ask_by_mention};
use crate::domain::permission::Who;
use crate::error::Halt;
use crate::services::open_days;

pub(super) async fn begin(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (person, chat) = (ask.person()?.clone(), ask.group()?);
    let started = open_days::begin(ask.tx, ask.rules, &person, chat, ask.event, ask.rest).await?;
    ask.say(&started)
}

pub(super) async fn end(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (person, chat) = (ask.person()?.clone(), ask.group()?);
    let recap = open_days::end(ask.tx, ask.rules, &person, chat, ask.event).await?;
    ask.say(&recap)
}

/// Takes a question that was asked in the group without turning to the bot, while an open day runs there. What those who
/// answer ask back is talk.
///
/// # Errors
/// The service's refusals.
pub async fn ask_aloud(ask: Ask<'_>) -> Result<Answer, Halt> {
    let answers = ask.speaker.is_some() && Who::Answerer.includes(ask.speaker);
    if answers || open_days::running(ask.tx, ask.chat, ask.event.sent_at).await?.is_none() {
        return Ok(Answer::default());
    }
    ask_by_mention(ask).await
}
