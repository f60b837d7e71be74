//! 匿名提问 · 屏蔽 · 申请实名

use super::{Answer, Ask};
use crate::domain::veil::DisclosureState;
use crate::error::Halt;
use crate::services::anonymity::{self, PutAnonymously, Said};

/// 匿名提问 …
pub(super) async fn ask(ask: Ask<'_>) -> Result<Answer, Halt> {
    let put = anonymity::ask(ask.tx, ask.rules, ask.speaker, ask.event, ask.rest, ask.similar).await?;
    let (reply, made) = match put {
        PutAnonymously::ByTheHour(asked) => (ask.render(&asked)?, format!("veiled:{}", asked.number)),
        PutAnonymously::AtOnce(question, heard) => (ask.render(&heard)?, format!("question:{question}")),
    };
    Ok(Answer { reply: Some(reply), made: Some(made) })
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
