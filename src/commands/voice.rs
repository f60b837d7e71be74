//! 点赞 · 青年之声 · 邀请

use super::parse::number_only;
use super::{Answer, Ask};
use crate::error::Halt;
use crate::services::voice;
use crate::templates::contexts::InviteUsage;

pub(super) async fn like(ask: Ask<'_>) -> Result<Answer, Halt> {
    let number = number_only(ask.rest);
    let liked = voice::like(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event, number).await?;
    ask.say(&liked)
}

pub(super) async fn figures(ask: Ask<'_>) -> Result<Answer, Halt> {
    let figures = voice::figures(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event).await?;
    ask.say(&figures)
}

/// `钱样例 12`, or `钱样例 样例一镇 12` where there are several of the name.
pub(super) async fn invite(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let words: Vec<&str> = ask.rest.split_whitespace().collect();
    let (name, unit, number) = match words.as_slice() {
        [name, number] => (name, None, number),
        [name, unit, number] => (name, Some(*unit), number),
        _ => return ask.refuse(&InviteUsage {}),
    };
    let Some(number) = number_only(number) else { return ask.refuse(&InviteUsage {}) };
    let invited = voice::invite(ask.tx, ask.rules, &person, ask.event, name, unit, number).await?;
    ask.say(&invited)
}
