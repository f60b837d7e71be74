//! 签到, 日志, 反馈 and every other word of the policy · 撤回 · 改

use super::{Answer, Ask};
use crate::domain::people::ChatRole;
use crate::domain::permission::Spot;
use crate::domain::policy::{About, RecordKind};
use crate::error::{Fault, Halt};
use crate::services::{anonymity, entering, guided, make_up, questions, records, requests, wishes};
use crate::templates::contexts::{GuideText, RecordEmpty};

/// A record of the kind whose word was typed.
pub(super) async fn report(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let kind = ask.kind.ok_or(Fault::Corrupt("record kind"))?;
    if kind.about == About::Youth {
        return super::contacts::report(ask, kind, &person).await;
    }
    if let Some(when) = make_up::day_said_first(ask.tx, ask.rules, kind, &person, ask.chat, ask.event, ask.rest)? {
        let said = make_up::Said { kind, when, is_bare: true };
        return super::requests::file_make_up(ask, &person, said).await;
    }
    let is_bare = guided::is_bare(ask.event, ask.rest);
    let private = ask.event.place.is_private();
    if is_bare && kind.is_text {
        return want_text(ask, kind, private).await;
    }
    let (record, receipt) = records::report(ask.tx, ask.rules, kind, &person, ask.chat, ask.event, ask.rest).await?;
    let question = match is_bare && private {
        true => guided::begin(ask.tx, kind, &record, &receipt, ask.event).await?,
        false => None,
    };
    let reply = match question {
        Some(question) => ask.render(&question)?,
        None => ask.render(&receipt)?,
    };
    Ok(Answer { reply: Some(reply), made: Some(format!("record:{}", record.id)) })
}

/// A text without a word is no record: in private it may follow.
async fn want_text(ask: Ask<'_>, kind: &RecordKind, private: bool) -> Result<Answer, Halt> {
    if !private {
        return ask.refuse(&RecordEmpty { word: kind.title().to_owned() });
    }
    guided::wait_for_text(ask.tx, kind, ask.event).await?;
    ask.say(&GuideText { title: kind.title().to_owned() })
}

/// The latest thing of one's own: a record, or else a question, a wish, a request.
pub(super) async fn withdraw(ask: Ask<'_>) -> Result<Answer, Halt> {
    let at = ask.event.sent_at;
    let question = questions::latest_open(ask.tx, ask.rules, ask.speaker, ask.event).await?;
    let veiled = anonymity::latest(ask.tx, ask.rules, ask.speaker, ask.event).await?;
    let wish = wishes::latest_open(ask.tx, ask.speaker, ask.event).await?;
    let (record, request) = match ask.speaker {
        Some(person) => {
            let own = records::latest(ask.tx, ask.rules, person, ask.chat, at).await?;
            let entered = entering::latest(ask.tx, ask.rules, person, at).await?;
            let record = own.into_iter().chain(entered).max_by_key(|record| (record.made_at, record.id));
            (record, requests::latest_open(ask.tx, person, at).await?)
        }
        None => (None, None),
    };
    // what was said last is meant
    let said_at = [
        question.as_ref().map(|question| question.asked_at),
        veiled.map(|(_, asked_at)| asked_at),
        wish.as_ref().map(|wish| wish.wished_at),
        request.as_ref().map(|request| request.asked_at),
        record.as_ref().map(|record| record.made_at),
    ];
    let last = said_at.iter().flatten().max().copied();
    if let Some((number, _)) = veiled.filter(|(_, asked_at)| Some(*asked_at) == last) {
        let (number, said) = (number.to_string(), anonymity::Said::Withdraw);
        if let Some(put_off) = anonymity::later(ask.tx, ask.rules, ask.speaker, ask.event, &number, said).await? {
            return ask.say(&put_off);
        }
    }
    if let Some(question) = question.filter(|question| Some(question.asked_at) == last) {
        let withdrawn = questions::withdraw(ask.tx, ask.rules, &question, ask.event).await?;
        return ask.say(&withdrawn);
    }
    if let Some(wish) = wish.filter(|wish| Some(wish.wished_at) == last) {
        let withdrawn = wishes::withdraw(ask.tx, &wish).await?;
        return ask.say(&withdrawn);
    }
    if let Some(request) = request.filter(|request| Some(request.asked_at) == last) {
        let withdrawn = requests::withdraw(ask.tx, ask.rules, &request, at).await?;
        return ask.say(&withdrawn);
    }
    if let Some(record) = &record {
        let withdrawn = records::withdraw(ask.tx, ask.rules, record, at).await?;
        entering::tell_withdrawn(ask.tx, ask.rules, record, ask.speaker, at).await?;
        return ask.say(&withdrawn);
    }
    // among young people the word is also just a word
    if ask.spot == Spot::Chat(ChatRole::Youth) && !ask.event.addressed {
        return Ok(Answer::default());
    }
    ask.refuse(&records::nothing_to_withdraw(ask.rules, &ask.tx.directory(), ask.speaker, at))
}

pub(super) async fn change(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let changed = records::change_latest(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    ask.say(&changed)
}
