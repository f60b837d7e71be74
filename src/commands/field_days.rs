//! 签到 · 我的 · 撤回 · 改

use super::{Answer, Ask};
use crate::error::Halt;
use crate::failpoint::poison;
use crate::services::{field_days, questions};

pub(super) async fn check_in(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let (record, receipt) = field_days::check_in(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    poison(ask.rest)?;
    let reply = ask.render(&receipt)?;
    Ok(Answer { reply: Some(reply), made: Some(format!("record:{record}")) })
}

pub(super) async fn standing(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let me = field_days::standing(ask.tx, ask.rules, &person, ask.chat, ask.event.sent_at).await?;
    ask.say(&me)
}

/// The latest thing of one's own: a record, or else a question.
pub(super) async fn withdraw(ask: Ask<'_>) -> Result<Answer, Halt> {
    if let Some(person) = ask.speaker.cloned()
        && let Some(withdrawn) =
            field_days::withdraw_latest(ask.tx, ask.rules, &person, ask.chat, ask.event.sent_at).await?
    {
        return ask.say(&withdrawn);
    }
    if let Some(withdrawn) = questions::withdraw_latest(ask.tx, ask.event).await? {
        return ask.say(&withdrawn);
    }
    ask.refuse(&field_days::nothing_to_withdraw(ask.rules))
}

pub(super) async fn change(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let changed = field_days::change_latest(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    ask.say(&changed)
}
