//! 联系 · 加青年 · 删青年 · 我的青年

use chrono::TimeDelta;

use super::{Answer, Ask};
use crate::domain::directory::Person;
use crate::domain::policy::{About, RecordKind};
use crate::domain::record::people_in;
use crate::error::Halt;
use crate::outbox::{Terms, enqueue};
use crate::services::contacts;
use crate::store::Target;
use crate::templates::contexts::SentPrivately;

/// Whether a message may as well be ordinary talk: 联系 小王 in a group, with nothing in it that counts anybody. Who may not
/// report contacts is not lectured for it.
pub fn is_perhaps_talk(ask: &Ask<'_>) -> bool {
    ask.kind.is_some_and(|kind| kind.about == About::Youth) && people_in(ask.rest).is_none()
}

/// A contact with young people, named or counted.
pub(super) async fn report(ask: Ask<'_>, kind: &RecordKind, person: &Person) -> Result<Answer, Halt> {
    let told = contacts::report(ask.tx, ask.rules, kind, person, ask.chat, ask.event, ask.rest).await?;
    let Some((first, receipt)) = told else { return Ok(Answer::default()) };
    let reply = ask.render(&receipt)?;
    Ok(Answer { reply: Some(reply), made: Some(format!("record:{first}")) })
}

pub(super) async fn add(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let added = contacts::add(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    ask.say(&added)
}

pub(super) async fn end(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let ended = contacts::end(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    ask.say(&ended)
}

/// One's roster. Names of young people are nobody else's business: asked for in a group, it comes in private.
pub(super) async fn mine(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let mine = contacts::mine(ask.tx, ask.rules, &person, ask.chat, ask.event).await?;
    if ask.event.place.is_private() {
        return ask.say(&mine);
    }
    let at = ask.event.sent_at;
    let terms = Terms { question: None, not_before: at, valid_until: at + TimeDelta::days(1) };
    enqueue(ask.tx, Target::Person(person.id), &mine, terms).await?;
    ask.say(&SentPrivately {})
}
