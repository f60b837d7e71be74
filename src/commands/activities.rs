//! 发布活动 · 社团活动 · 活动列表 · 报名 · 取消报名 · 签到码 · 到场 · 改活动 · 取消活动 · 活动小结 · 活动名单

use super::{Answer, Ask};
use crate::domain::numbered::{number_only, split_number};
use crate::error::Halt;
use crate::services::activities::{self, Published, Speaking};
use crate::templates::TemplateContext;

fn speaking<'a>(ask: &Ask<'a>) -> Speaking<'a> {
    Speaking { speaker: ask.speaker, chat: ask.chat, event: ask.event }
}

/// What was said in passing is not answered.
fn say_if<C: TemplateContext>(ask: &Ask<'_>, said: Option<C>) -> Result<Answer, Halt> {
    match said {
        Some(context) => ask.say(&context),
        None => Ok(Answer::default()),
    }
}

/// An answer for the organiser alone, who may be somebody on no roster.
async fn say_alone<C: TemplateContext>(ask: Ask<'_>, said: Option<C>) -> Result<Answer, Halt> {
    match said {
        Some(context) => ask.say_alone(&context).await,
        None => Ok(Answer::default()),
    }
}

fn say_published(ask: &Ask<'_>, published: &Published) -> Result<Answer, Halt> {
    match published {
        Published::Here(announced) => ask.say(announced),
        Published::Elsewhere(posted) => ask.say(posted),
    }
}

pub(super) async fn publish(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let said = speaking(&ask);
    let published = activities::publish(ask.tx, ask.rules, &person, said, ask.rest).await?;
    say_published(&ask, &published)
}

pub(super) async fn publish_for_club(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (chat, said) = (ask.group()?, speaking(&ask));
    let (number, text) = split_number(ask.rest);
    let published = activities::publish_for_club(ask.tx, ask.rules, said, chat, number, text).await?;
    say_published(&ask, &published)
}

pub(super) async fn list(ask: Ask<'_>) -> Result<Answer, Halt> {
    let said = speaking(&ask);
    let list = activities::list(ask.tx, said).await?;
    ask.say(&list)
}

pub(super) async fn sign_up(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (said, number) = (speaking(&ask), number_only(ask.rest));
    let signed = activities::sign_up(ask.tx, ask.rules, said, number).await?;
    say_if(&ask, signed)
}

pub(super) async fn sign_off(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (said, number) = (speaking(&ask), number_only(ask.rest));
    let signed = activities::sign_off(ask.tx, ask.rules, said, number).await?;
    say_if(&ask, signed)
}

pub(super) async fn attend(ask: Ask<'_>) -> Result<Answer, Halt> {
    let said = speaking(&ask);
    let attended = activities::attend(ask.tx, ask.rules, said, ask.rest).await?;
    say_if(&ask, attended)
}

pub(super) async fn code(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (said, number) = (speaking(&ask), number_only(ask.rest));
    let code = activities::hand_out_code(ask.tx, ask.rules, said, number).await?;
    say_alone(ask, code).await
}

pub(super) async fn people(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (said, number) = (speaking(&ask), number_only(ask.rest));
    let people = activities::people(ask.tx, ask.rules, said, number).await?;
    say_alone(ask, people).await
}

pub(super) async fn change(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (said, (number, text)) = (speaking(&ask), split_number(ask.rest));
    let changed = activities::change(ask.tx, ask.rules, said, number, text).await?;
    say_if(&ask, changed)
}

pub(super) async fn cancel(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (said, (number, reason)) = (speaking(&ask), split_number(ask.rest));
    let cancelled = activities::cancel(ask.tx, ask.rules, said, number, reason).await?;
    say_if(&ask, cancelled)
}

pub(super) async fn recap(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (said, (number, text)) = (speaking(&ask), split_number(ask.rest));
    let recap = activities::recap(ask.tx, ask.rules, said, number, text).await?;
    say_if(&ask, recap)
}
