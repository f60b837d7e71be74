//! 签到 · 我的 · 撤回 · 改

use super::{Answer, Ask};
use crate::domain::people::ChatRole;
use crate::domain::permission::Spot;
use crate::error::Halt;
use crate::services::{field_days, questions};

pub(super) async fn check_in(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let (record, receipt) = field_days::check_in(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
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
    let at = ask.event.sent_at;
    let question = questions::latest_open(ask.tx, ask.event).await?;
    let record = match ask.speaker {
        Some(person) => field_days::latest(ask.tx, ask.rules, person, ask.chat, at).await?,
        None => None,
    };
    // what was said last is meant
    let asked_last = match (&question, &record) {
        (Some(question), Some(record)) => question.asked_at > record.made_at,
        (question, _) => question.is_some(),
    };
    if let (Some(question), true) = (&question, asked_last) {
        let withdrawn = questions::withdraw(ask.tx, question, at).await?;
        return ask.say(&withdrawn);
    }
    if let Some(record) = &record {
        let withdrawn = field_days::withdraw(ask.tx, record, at).await?;
        return ask.say(&withdrawn);
    }
    // among young people the word is also just a word
    if ask.spot == Spot::Chat(ChatRole::Youth) && !ask.event.addressed {
        return Ok(Answer::default());
    }
    ask.refuse(&field_days::nothing_to_withdraw(ask.rules))
}

pub(super) async fn change(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let changed = field_days::change_latest(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    ask.say(&changed)
}
