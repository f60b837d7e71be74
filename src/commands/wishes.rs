//! 心愿 · 心愿单 · 我的心愿 · 认领 · 放弃 · 完成

use super::{Answer, Ask};
use crate::domain::numbered::split_number;
use crate::domain::wish::{Said, read};
use crate::error::Halt;
use crate::services::wishes;
use crate::templates::TemplateContext;

pub(super) async fn wish(ask: Ask<'_>) -> Result<Answer, Halt> {
    match read(ask.rest) {
        Said::New(text) => {
            let (wish, taken) = wishes::wish(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event, text).await?;
            Ok(Answer { reply: Some(ask.render(&taken)?), made: Some(format!("wish:{wish}")) })
        }
        Said::Received(number) => {
            let confirmed = wishes::confirm(ask.tx, ask.rules, ask.speaker, ask.event, number).await?;
            ask.say(&confirmed)
        }
        Said::TakenBack(number) => {
            let withdrawn = wishes::take_back(ask.tx, ask.rules, ask.speaker, ask.event, number).await?;
            ask.say(&withdrawn)
        }
    }
}

/// 我的心愿: for whoever asks, alone.
pub(super) async fn mine(ask: Ask<'_>) -> Result<Answer, Halt> {
    let mine = wishes::mine(ask.tx, ask.speaker, ask.event).await?;
    ask.say_alone(&mine).await
}

pub(super) async fn list(ask: Ask<'_>) -> Result<Answer, Halt> {
    let list = wishes::list(ask.tx, ask.speaker, ask.chat, ask.event).await?;
    ask.say(&list)
}

/// What was said in passing is not answered.
fn say_if<C: TemplateContext>(ask: &Ask<'_>, said: Option<C>) -> Result<Answer, Halt> {
    match said {
        Some(context) => ask.say(&context),
        None => Ok(Answer::default()),
    }
}

pub(super) async fn claim(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (person, (number, _)) = (ask.person()?.clone(), split_number(ask.rest));
    let claimed = wishes::claim(ask.tx, ask.rules, &person, ask.event, number.unwrap_or_default()).await?;
    say_if(&ask, claimed)
}

pub(super) async fn release(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (person, (number, _)) = (ask.person()?.clone(), split_number(ask.rest));
    let released = wishes::release(ask.tx, ask.rules, &person, ask.event, number.unwrap_or_default()).await?;
    say_if(&ask, released)
}

pub(super) async fn fulfil(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (person, (number, text)) = (ask.person()?.clone(), split_number(ask.rest));
    let done = wishes::fulfil(ask.tx, ask.rules, &person, ask.event, number.unwrap_or_default(), text).await?;
    say_if(&ask, done)
}
