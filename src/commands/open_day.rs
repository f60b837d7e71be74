//! 开放日 and everything that is said to one: 预告 · 开始 · 下一个 · 主持 · 答 · 结束, and questions asked aloud while one runs

use super::{Answer, Ask, ask_by_mention};
use crate::domain::permission::Who;
use crate::domain::question::State;
use crate::error::Halt;
use crate::services::open_days::{self, AskedAhead, Planned};
use crate::services::questions;

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

/// 开放日 预告 11月25日15:00 返乡创业 2小时
pub(super) async fn announce(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    match open_days::announce(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await? {
        Planned::Here(announced) => ask.say(&announced),
        Planned::There(planned) => ask.say(&planned),
    }
}

/// 开放日 取消
pub(super) async fn cancel(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let cancelled = open_days::cancel(ask.tx, ask.rules, &person, ask.chat, ask.event).await?;
    ask.say(&cancelled)
}

/// 开放日 提问 …
pub(super) async fn ask_ahead(ask: Ask<'_>) -> Result<Answer, Halt> {
    let chat = ask.group()?;
    let taken = open_days::ask_ahead(ask.tx, ask.rules, ask.speaker, chat, ask.event, ask.rest).await?;
    let (question, reply) = match taken {
        Some(AskedAhead::Collected(question, receipt)) => (question, ask.render(&receipt)?),
        Some(AskedAhead::Urgent(question, heard)) => (question, ask.render(&heard)?),
        None => return ask_by_mention(ask).await,
    };
    Ok(Answer { reply: Some(reply), made: Some(format!("question:{}", question.id)) })
}

/// 开放日, 开放日 列表
pub(super) async fn view(ask: Ask<'_>, full: bool) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let view = open_days::view(ask.tx, ask.rules, &person, ask.chat, ask.event, full).await?;
    ask.say(&view)
}

/// 开放日 下一个
pub(super) async fn next(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let put_off = open_days::next(ask.tx, ask.rules, &person, ask.chat, ask.event).await?;
    ask.say(&put_off)
}

/// 开放日 主持
pub(super) async fn take_over(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let host = open_days::take_over(ask.tx, ask.rules, &person, ask.chat, ask.event).await?;
    ask.say(&host)
}

/// 答 …
pub(super) async fn answer(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let answered = open_days::answer_at_hand(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    match answered {
        Some(answered) => ask.say(&answered),
        None => Ok(Answer::default()),
    }
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

/// Whoever quotes the answer to their question during the open day asks on. `None` where it is anything else.
///
/// # Errors
/// The service's refusals.
pub async fn ask_on(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    let Some(quoted) = &ask.event.quote else { return Ok(None) };
    let question = ask.tx.db().await?.find_quoted_question(&ask.event.account, quoted).await?;
    let Some(question) = question else { return Ok(None) };
    let is_theirs = question.life.state == State::Answered
        && ask.chat.is_some_and(|chat| question.chat == Some(chat.id))
        && questions::is_asker(ask.rules, ask.speaker, ask.event, &question);
    if !is_theirs || open_days::is_live(ask.tx, question.id, ask.event.sent_at).await?.is_none() {
        return Ok(None);
    }
    if is_thanks(ask.rest) {
        return Ok(Some(Answer::default()));
    }
    let more = format!("{} {}", question.number, ask.rest);
    let done = questions::add(ask.tx, ask.rules, ask.speaker, ask.event, &more).await?;
    ask.say(&done).map(Some)
}

/// 太感谢了，明白了 under an answer asks nothing.
fn is_thanks(text: &str) -> bool {
    let asks = text.contains(['?', '？', '吗', '呢']);
    !asks && ["谢", "明白", "懂了", "知道了", "收到"].iter().any(|word| text.contains(word))
}
