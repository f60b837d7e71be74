//! 社团 · 发起社团 · 参加 · 退出 · 投社团 · 关闭社团

use super::{Answer, Ask};
use crate::domain::numbered::number_only;
use crate::error::Halt;
use crate::services::clubs;

pub(super) async fn list(ask: Ask<'_>) -> Result<Answer, Halt> {
    let clubs = match ask.chat {
        Some(chat) => clubs::list(ask.tx, chat).await?,
        None => {
            let person = ask.person()?.clone();
            clubs::list_of(ask.tx, &person).await?
        }
    };
    ask.say(&clubs)
}

pub(super) async fn found(ask: Ask<'_>) -> Result<Answer, Halt> {
    let chat = ask.group()?;
    let founded = clubs::found(ask.tx, ask.rules, ask.speaker, chat, ask.event, ask.rest).await?;
    ask.say(&founded)
}

pub(super) async fn join(ask: Ask<'_>) -> Result<Answer, Halt> {
    join_or_leave(ask, true).await
}

pub(super) async fn leave(ask: Ask<'_>) -> Result<Answer, Halt> {
    join_or_leave(ask, false).await
}

async fn join_or_leave(ask: Ask<'_>, joins: bool) -> Result<Answer, Halt> {
    let (chat, number) = (ask.group()?, number_only(ask.rest));
    let place = clubs::join_or_leave(ask.tx, ask.rules, ask.speaker, chat, ask.event, number, joins).await?;
    ask.say(&place)
}

pub(super) async fn vote(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (chat, number) = (ask.group()?, number_only(ask.rest));
    let voted = clubs::vote(ask.tx, ask.rules, ask.speaker, chat, ask.event, number).await?;
    ask.say(&voted)
}

pub(super) async fn close(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (person, chat, number) = (ask.person()?.clone(), ask.group()?, number_only(ask.rest));
    let closed = clubs::close(ask.tx, ask.rules, &person, chat, ask.event, number).await?;
    ask.say(&closed)
}
