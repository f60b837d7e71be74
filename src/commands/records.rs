//! 签到, 日志, 反馈 and every other word of the policy · 撤回 · 改

use super::{Answer, Ask};
use crate::domain::people::ChatRole;
use crate::domain::permission::Spot;
use crate::domain::policy::RecordKind;
use crate::error::{Fault, Halt};
use crate::services::{guided, questions, records};
use crate::templates::contexts::{GuideText, RecordEmpty};

/// A record of the kind whose word was typed.
pub(super) async fn report(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let kind = ask.kind.ok_or(Fault::Corrupt("record kind"))?;
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

/// The latest thing of one's own: a record, or else a question.
pub(super) async fn withdraw(ask: Ask<'_>) -> Result<Answer, Halt> {
    let at = ask.event.sent_at;
    let question = questions::latest_open(ask.tx, ask.event).await?;
    let record = match ask.speaker {
        Some(person) => records::latest(ask.tx, ask.rules, person, ask.chat, at).await?,
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
        let withdrawn = records::withdraw(ask.tx, ask.rules, record, at).await?;
        return ask.say(&withdrawn);
    }
    // among young people the word is also just a word
    if ask.spot == Spot::Chat(ChatRole::Youth) && !ask.event.addressed {
        return Ok(Answer::default());
    }
    ask.refuse(&records::nothing_to_withdraw(ask.rules))
}

pub(super) async fn change(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let changed = records::change_latest(ask.tx, ask.rules, &person, ask.chat, ask.event, ask.rest).await?;
    ask.say(&changed)
}
