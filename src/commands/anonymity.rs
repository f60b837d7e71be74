//! 匿名提问 · 屏蔽 · 申请实名

use super::{Answer, Ask};
use crate::domain::text::normal;
use crate::domain::veil::{DisclosureState, wish};
use crate::error::Halt;
use crate::services::anonymity::{self, PutAnonymously, Said};
use crate::services::questions::danger_in;
use crate::templates::contexts::NameOrVeil;

/// 匿名提问 …, or the same in other words.
///
/// # Errors
/// The service's refusals.
pub async fn ask(ask: Ask<'_>) -> Result<Answer, Halt> {
    let put = anonymity::ask(ask.tx, ask.rules, ask.speaker, ask.event, ask.rest, ask.similar).await?;
    let (reply, made) = match put {
        PutAnonymously::ByTheHour(asked) => (ask.render(&asked)?, format!("veiled:{}", asked.number)),
        PutAnonymously::AtOnce(question, heard) => (ask.render(&heard)?, format!("question:{question}")),
        PutAnonymously::Begun(how) => return ask.say(&how),
    };
    Ok(Answer { reply: Some(reply), made: Some(made) })
}

/// What somebody says in private who was just shown how to ask without a name is what they ask. `None` where they were not.
///
/// # Errors
/// The service's refusals.
pub async fn ask_begun(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    if !anonymity::take_begun(ask.tx, ask.rules, ask.speaker, ask.event).await? {
        return Ok(None);
    }
    let Ask { rules, event, speaker, chat, spot, kind, similar, .. } = *ask;
    self::ask(Ask { tx: &mut *ask.tx, rules, event, speaker, chat, spot, kind, rest: &event.text, similar })
        .await
        .map(Some)
}

/// 提问 in private from somebody who says that they want no name, or was just shown how to ask without one. `None` for
/// everybody else.
pub(super) async fn instead_of_name(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    if !ask.event.place.is_private() {
        return Ok(None);
    }
    let begun = anonymity::take_begun(ask.tx, ask.rules, ask.speaker, ask.event).await?;
    let says_so = wish(&normal(ask.rest)).is_some();
    let is_cry = danger_in(ask.rules, ask.rest).is_some();
    if !begun && !says_so {
        return Ok(None);
    }
    if says_so || is_cry {
        let Ask { rules, event, speaker, chat, spot, kind, similar, .. } = *ask;
        // the question is said again: which of the words were only about the name nobody knows
        let rest = if is_cry { ask.rest } else { "" };
        let ask = Ask { tx: &mut *ask.tx, rules, event, speaker, chat, spot, kind, rest, similar };
        return self::ask(ask).await.map(Some);
    }
    ask.refuse(&NameOrVeil {})
}

/// What was said to an anonymous question waits for the hour. `None` where it was said to another one.
pub(super) async fn later(ask: &mut Ask<'_>, said: Said) -> Result<Option<Answer>, Halt> {
    let put_off = anonymity::later(ask.tx, ask.rules, ask.speaker, ask.event, ask.rest, said).await?;
    put_off.map(|put_off| ask.say(&put_off)).transpose()
}

/// 屏蔽 304211 7天 原因
pub(super) async fn block(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let blocked = anonymity::block(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&blocked)
}

/// 解除屏蔽 304211
pub(super) async fn unblock(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let unblocked = anonymity::unblock(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&unblocked)
}

/// 申请实名 304211 原因
pub(super) async fn request(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = anonymity::request(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 同意实名 304211 · 不同意实名 304211
pub(super) async fn decide(ask: Ask<'_>, state: DisclosureState) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = anonymity::decide(ask.tx, ask.rules, &person, ask.event, ask.rest, state).await?;
    ask.say(&done)
}
