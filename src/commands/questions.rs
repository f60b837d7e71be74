//! 提问 · 待答 · 回复 and every other step of a question, and answering by quoting

use super::anonymity::{instead_of_name, later};
use super::parse::says_something;
use super::{Answer, Ask, Command};
use crate::domain::event::EventKind;
use crate::domain::id::{QuestionId, RecordId, RequestId, WishId};
use crate::domain::numbered::{number_only, read_numbered};
use crate::domain::permission::Who;
use crate::domain::text::normal;
use crate::domain::veil::{Wish, wish};
use crate::error::Halt;
use crate::seal::Purpose;
use crate::services::anonymity::{self, Said};
use crate::services::questions::{self, Asking, TakenIn};
use crate::services::{records, requests, wishes};
use crate::store::InboxKey;

pub(super) async fn ask(mut ask: Ask<'_>) -> Result<Answer, Halt> {
    match instead_of_name(&mut ask).await? {
        Some(answer) => Ok(answer),
        None => ask_by_mention(ask).await,
    }
}

/// Takes what follows as a question.
///
/// # Errors
/// The service's refusals.
pub async fn ask_by_mention(ask: Ask<'_>) -> Result<Answer, Halt> {
    let taken = questions::ask(ask.tx, ask.rules, asking(&ask, ask.rest)).await?;
    said(&ask, taken)
}

fn asking<'a>(ask: &Ask<'a>, typed: &'a str) -> Asking<'a> {
    let Ask { speaker, chat, event, similar, .. } = *ask;
    Asking { speaker, chat, event, typed, similar, veil: None, open_day: None }
}

/// What the asker hears, and what recalling their message takes back.
fn said(ask: &Ask<'_>, taken: TakenIn) -> Result<Answer, Halt> {
    let (question, reply) = match taken {
        TakenIn::Asked(question, receipt) => (question, ask.render(&receipt)?),
        TakenIn::Offered(question, offered) => (question, ask.render(&offered)?),
        TakenIn::Urgent(question, heard) => (question, ask.render(&heard)?),
    };
    Ok(Answer { reply: Some(reply), made: Some(format!("question:{}", question.id)) })
}

/// Commands that look for a cry for help themselves, for they may hide who asks.
const ASKS: &[&str] = &["ask", "ask_anonymously"];

/// Commands with which an asker says more.
const SAYS_MORE: &[&str] = &["add_to_question", "not_content", "content"];

/// Takes what was said to the bot as a cry for help where it is one: whatever it looks like, unless somebody at work told of
/// their work with a command of theirs. `None` where it is none.
///
/// # Errors
/// The service's refusals.
pub async fn take_cry(ask: &mut Ask<'_>, command: Option<&Command>) -> Result<Option<Answer>, Halt> {
    let spoken_to = ask.event.addressed || ask.event.place.is_private();
    let may_be = match command {
        None => spoken_to,
        Some(command) if ASKS.contains(&command.key) => spoken_to && !command.place.includes(ask.spot),
        Some(command) if SAYS_MORE.contains(&command.key) => true,
        Some(command) => spoken_to && (command.who == Who::Anyone || !command.who.includes(ask.speaker)),
    };
    if !may_be {
        return Ok(None);
    }
    let says_more = command.is_some_and(|command| SAYS_MORE.contains(&command.key));
    let more = if says_more { read_numbered(ask.rest) } else { None };
    let (number, typed) = match &more {
        Some((number, words)) => (Some(*number), words.as_str()),
        None => (None, ask.event.text.as_str()),
    };
    // in or after an anonymous thread it is said under the alias of that thread, and by nobody else's hand under a name
    let veil = anonymity::veil_of_cry(ask.tx, ask.rules, ask.speaker, ask.event, typed, number).await?;
    let asking = Asking { veil: veil.as_ref(), ..asking(ask, typed) };
    let mut taken = questions::take_cry(ask.tx, ask.rules, asking).await?;
    let asks_unnamed = || matches!(wish(&normal(&ask.event.text)), Some(Wish::Asks(_)));
    if taken.is_none() && command.is_none() && !asks_unnamed() {
        taken = questions::more_of_cry(ask.tx, ask.rules, asking).await?;
    }
    taken.map(|taken| said(ask, taken)).transpose()
}

/// 仍要提问
pub(super) async fn insist(mut ask: Ask<'_>) -> Result<Answer, Halt> {
    if let Some(put_off) = later(&mut ask, Said::Insist).await? {
        return Ok(put_off);
    }
    let (question, receipt) = questions::insist(ask.tx, ask.rules, ask.speaker, ask.event).await?;
    Ok(Answer { reply: Some(ask.render(&receipt)?), made: Some(format!("question:{}", question.id)) })
}

pub(super) async fn pending(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let pending = questions::pending(ask.tx, ask.rules, &person, ask.event).await?;
    ask.say(&pending)
}

/// 我的提问
pub(super) async fn mine(ask: Ask<'_>) -> Result<Answer, Halt> {
    let mine = questions::mine(ask.tx, ask.rules, ask.speaker, ask.event).await?;
    ask.say(&mine)
}

/// 看 12
pub(super) async fn show(ask: Ask<'_>) -> Result<Answer, Halt> {
    let number = number_only(ask.rest).unwrap_or_default();
    let (question, view) = questions::show(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event, number).await?;
    let said = Said::TakeOffer(question.id);
    if anonymity::later(ask.tx, ask.rules, ask.speaker, ask.event, "", said).await?.is_none() {
        questions::take_offer(ask.tx, ask.rules, ask.speaker, ask.event, &question).await?;
    }
    ask.say(&view)
}

pub(super) async fn answer(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let answered = questions::answer_by_number(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&answered)
}

/// 请补充 12 …
pub(super) async fn ask_back(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = questions::ask_back(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 补充 12 …
pub(super) async fn add(mut ask: Ask<'_>) -> Result<Answer, Halt> {
    if let Some(put_off) = later(&mut ask, Said::Add).await? {
        return Ok(put_off);
    }
    let done = questions::add(ask.tx, ask.rules, ask.speaker, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 转 12 张样例
pub(super) async fn hand(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = questions::hand(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 退回 12 原因
pub(super) async fn give_back(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = questions::give_back(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 延期 12 1天 原因
pub(super) async fn extend(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = questions::extend(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 不受理 12 原因
pub(super) async fn decline(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = questions::decline(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 放行 12
pub(super) async fn release(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = questions::release(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 合并 129 到 128
pub(super) async fn merge(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = questions::merge(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 恢复 12
pub(super) async fn restore(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = questions::restore(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 满意 12 · 不满意 12 原因
pub(super) async fn rate(mut ask: Ask<'_>, content: bool) -> Result<Answer, Halt> {
    if let Some(put_off) = later(&mut ask, Said::Rate(content)).await? {
        return Ok(put_off);
    }
    let done = questions::rate(ask.tx, ask.rules, ask.speaker, ask.event, ask.rest, content).await?;
    ask.say(&done)
}

/// 公开 12 · 不公开 12
pub(super) async fn publish(mut ask: Ask<'_>, public: bool) -> Result<Answer, Halt> {
    if !public && let Some(put_off) = later(&mut ask, Said::Hide).await? {
        return Ok(put_off);
    }
    let number = number_only(ask.rest).unwrap_or_default();
    let (_, done) = questions::publish(ask.tx, ask.rules, ask.speaker, ask.event, number, public).await?;
    ask.say(&done)
}

/// A message that quotes another one: an answer, where the quoted one is about a question and the speaker may answer
/// it; ordinary talk otherwise.
///
/// # Errors
/// The service's refusals.
pub async fn answer_quote(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    let Some(quoted) = &ask.event.quote else { return Ok(None) };
    let question = ask.tx.db().await?.find_quoted_question(&ask.event.account, quoted).await?;
    let Some(question) = question else { return Ok(None) };
    if let Some(answer) = answer_asked_back(ask).await? {
        return Ok(Some(answer));
    }
    let Some(person) = ask.speaker else { return Ok(None) };
    if !questions::may_answer(ask.tx, ask.rules, person, &question, ask.event.sent_at).await? {
        return Ok(None);
    }
    let answered = questions::answer(ask.tx, ask.rules, person, ask.event, &question, &ask.event.text).await?;
    ask.say(&answered).map(Some)
}

/// What somebody says who was asked back belongs to their question. `None` where they were not, or mean something else.
///
/// # Errors
/// The service's refusals.
pub async fn answer_asked_back(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    let asked = questions::asked_back(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event).await?;
    let Some(number) = asked.filter(|_| says_something(&ask.event.text)) else { return Ok(None) };
    if let Some(cry) = take_cry(ask, None).await? {
        return Ok(Some(cry));
    }
    let rest = format!("{number} {}", ask.event.text.trim());
    let Ask { rules, event, speaker, chat, spot, similar, .. } = *ask;
    add(Ask { tx: &mut *ask.tx, rules, event, speaker, chat, spot, kind: None, rest: &rest, similar }).await.map(Some)
}

/// A recalled message takes back what it made: its record, or its question while nobody has answered.
///
/// # Errors
/// The database's.
pub async fn withdraw_recalled(ask: Ask<'_>) -> Result<Answer, Halt> {
    let EventKind::Recall { dedupe_key } = &ask.event.kind else { return Ok(Answer::default()) };
    let key = InboxKey { account: ask.event.account.clone(), dedupe_key: dedupe_key.clone() };
    let Some(made) = ask.tx.recall(&key).await? else { return Ok(Answer::default()) };
    // what a private message made is stored sealed
    let opened = ask.rules.seal.as_ref().and_then(|seal| seal.open(Purpose::Reply, &made).ok());
    let made = opened.unwrap_or(made);
    if let Some(record) = made.strip_prefix("record:").and_then(|id| id.parse().ok()) {
        records::withdraw_recalled(ask.tx, ask.rules, RecordId(record), ask.speaker, ask.event.sent_at).await?;
    } else if let Some(request) = made.strip_prefix("request:").and_then(|id| id.parse().ok()) {
        requests::withdraw_recalled(ask.tx, ask.rules, RequestId(request), ask.speaker, ask.event.sent_at).await?;
    } else if let Some(question) = made.strip_prefix("question:").and_then(|id| id.parse().ok()) {
        questions::withdraw_recalled(ask.tx, ask.rules, ask.speaker, QuestionId(question), ask.event).await?;
    } else if let Some(number) = made.strip_prefix("veiled:") {
        anonymity::withdraw_recalled(ask.tx, ask.rules, ask.speaker, ask.event, number).await?;
    } else if let Some(wish) = made.strip_prefix("wish:").and_then(|id| id.parse().ok()) {
        wishes::withdraw_recalled(ask.tx, WishId(wish), ask.speaker, ask.event).await?;
    }
    // a recall is silent, and so is what it undoes
    Ok(Answer::default())
}
