//! 补签 · 请假 · 销假 · 待批 · 同意 · 不同意 · 代签 · 代请假

use chrono::TimeDelta;

use super::{Answer, Ask};
use crate::domain::directory::Person;
use crate::domain::id::PersonId;
use crate::error::Halt;
use crate::outbox::{Terms, enqueue};
use crate::services::records::day_of;
use crate::services::{entering, leave as leaves, make_up as make_ups, records, requests};
use crate::store::Target;
use crate::templates::TemplateContext;
use crate::templates::contexts::SentPrivately;

/// Days gone by; what is of today only is an ordinary record.
pub(super) async fn make_up(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let today = day_of(&ask.tx.directory(), ask.rules, &person, ask.chat, ask.event.sent_at);
    let example = "补签 昨天 东风社区 走访5人";
    let (kind, when) = make_ups::read_kind_and_days(ask.rules, ask.event, ask.rest, today, example)?;
    if when.days == [today] {
        let (record, receipt) =
            records::report(ask.tx, ask.rules, kind, &person, ask.chat, ask.event, &when.rest).await?;
        return Ok(Answer { reply: Some(ask.render(&receipt)?), made: Some(format!("record:{}", record.id)) });
    }
    file_make_up(ask, &person, make_ups::Said { kind, when, is_bare: false }).await
}

/// Files what was said about days gone by.
pub(super) async fn file_make_up(ask: Ask<'_>, person: &Person, said: make_ups::Said<'_>) -> Result<Answer, Halt> {
    let (request, receipt) = make_ups::file(ask.tx, ask.rules, person, ask.chat, ask.event, said).await?;
    Ok(Answer { reply: Some(ask.render(&receipt)?), made: Some(format!("request:{request}")) })
}

pub(super) async fn leave(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let (request, receipt) = leaves::file(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    Ok(Answer { reply: Some(ask.render(&receipt)?), made: Some(format!("request:{request}")) })
}

pub(super) async fn end_leave(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let ended = leaves::end(ask.tx, ask.rules, &person, ask.chat, ask.event).await?;
    ask.say(&ended)
}

/// What waits for the speaker's word: in private, because reasons are nobody else's business.
pub(super) async fn waiting(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let waiting = requests::waiting(ask.tx, ask.rules, &person, ask.event).await?;
    say_privately(ask, person.id, &waiting).await
}

/// Answers in private, wherever it was asked.
pub(super) async fn say_privately<C: TemplateContext>(ask: Ask<'_>, to: PersonId, list: &C) -> Result<Answer, Halt> {
    if ask.event.place.is_private() {
        return ask.say(list);
    }
    let at = ask.event.sent_at;
    let terms = Terms { question: None, not_before: at, valid_until: at + TimeDelta::days(1) };
    enqueue(ask.tx, Target::Person(to), list, terms).await?;
    ask.say(&SentPrivately {})
}

pub(super) async fn decide(ask: Ask<'_>, granted: bool) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let decided = requests::decide(ask.tx, ask.rules, &person, ask.event, ask.rest, granted).await?;
    ask.say(&decided)
}

pub(super) async fn enter(ask: Ask<'_>) -> Result<Answer, Halt> {
    let by = ask.person()?.clone();
    let directory = ask.tx.directory();
    let (person, rest) = entering::read_person(&directory, ask.rules, &by, ask.event, ask.rest, entering::EXAMPLE)?;
    entering::not_for_oneself(ask.rules, &by, &person, ask.event, "补签")?;
    let (record, receipt) = entering::enter(ask.tx, ask.rules, &by, &person, ask.chat, ask.event, rest).await?;
    Ok(Answer { reply: Some(ask.render(&receipt)?), made: Some(format!("record:{record}")) })
}

pub(super) async fn enter_leave(ask: Ask<'_>) -> Result<Answer, Halt> {
    let by = ask.person()?.clone();
    let directory = ask.tx.directory();
    let example = "代请假 钱样例 明天 住院";
    let (person, rest) = entering::read_person(&directory, ask.rules, &by, ask.event, ask.rest, example)?;
    entering::not_for_oneself(ask.rules, &by, &person, ask.event, "请假")?;
    let receipt = leaves::enter(ask.tx, ask.rules, &by, &person, ask.event, rest).await?;
    ask.say(&receipt)
}
