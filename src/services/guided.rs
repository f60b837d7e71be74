//! Guided entry: who sends a word alone in private is asked for the rest, one thing at a time.
//!
//! The record is there before the first question, so whoever stops in the middle has lost nothing.

use chrono::TimeDelta;

use super::{Rulebook, records};
use crate::domain::dialogue::{Dialogue, OPEN_MINUTES, Signal, left_out, question, signal};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::RecordId;
use crate::domain::policy::{FieldName, RecordKind};
use crate::domain::record::{Record, Said, people_in};
use crate::error::{Fault, Halt};
use crate::services::records::{Change, LONGEST_PLACE, MOST_CHARACTERS, dated};
use crate::store::Tx;
use crate::templates::contexts::{GuideAsk, Recorded};

/// What the bot says next.
#[derive(Clone, Debug)]
pub enum Next {
    /// It asks.
    Ask(GuideAsk),
    /// It asks for the whole text again, of this kind.
    AskText(String),
    /// All is said: the receipt.
    Done(Recorded),
    /// The whole text was taken: the new record and its receipt.
    Taken(RecordId, Recorded),
    /// Nothing was said, so nothing is recorded.
    Nothing,
}

/// Whether a word was sent without anything behind it.
pub fn is_bare(event: &InboundEvent, rest: &str) -> bool {
    event.attachments.is_empty() && !rest.chars().any(char::is_alphanumeric)
}

async fn keep(tx: &mut Tx, event: &InboundEvent, dialogue: &Dialogue) -> Result<(), Fault> {
    let until = event.sent_at + TimeDelta::minutes(OPEN_MINUTES);
    Ok(tx.keep_dialogue(&event.account, &event.sender, dialogue, until).await?)
}

/// Waits for the text of a kind of record that is nothing without it.
///
/// # Errors
/// The database's.
pub async fn wait_for_text(tx: &mut Tx, kind: &RecordKind, event: &InboundEvent) -> Result<(), Fault> {
    keep(tx, event, &Dialogue { kind: kind.key.clone(), record: None, asks: Vec::new() }).await
}

/// Begins to ask for what a new record leaves out; `None` where it says everything.
///
/// # Errors
/// The database's.
pub async fn begin(
    tx: &mut Tx,
    kind: &RecordKind,
    record: &Record,
    receipt: &Recorded,
    event: &InboundEvent,
) -> Result<Option<GuideAsk>, Fault> {
    let asks = left_out(kind, &record.said);
    let Some(first) = asks.first().copied() else { return Ok(None) };
    keep(tx, event, &Dialogue { kind: kind.key.clone(), record: Some(record.id), asks }).await?;
    Ok(Some(GuideAsk {
        title: kind.title().to_owned(),
        date: dated(record.day),
        days: receipt.days,
        question: question(first, kind),
        first: true,
        unread: false,
    }))
}

/// Takes what somebody says in private as the answer to what they were asked; `None` where nothing was asked.
///
/// # Errors
/// Refuses what is too long.
pub async fn answer(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
) -> Result<Option<Next>, Halt> {
    let found = tx.db().await?.find_dialogue(&event.account, &event.sender, event.sent_at).await?;
    let Some(dialogue) = found else { return Ok(None) };
    let text = event.text.trim();
    rules.bounded(text, MOST_CHARACTERS, event)?;
    let Some(kind) = rules.policy.kind(&dialogue.kind) else { return Ok(None) };
    match dialogue.record {
        None => Ok(Some(take_text(tx, rules, kind, person, event).await?)),
        Some(id) => {
            let Some(record) = tx.db().await?.find_record(id).await? else {
                // it was withdrawn meanwhile: there is nothing left to ask
                tx.end_dialogue(&event.account, &event.sender).await?;
                return Ok(None);
            };
            Ok(Some(take_field(tx, rules, kind, person, event, record, dialogue).await?))
        }
    }
}

async fn take_text(
    tx: &mut Tx,
    rules: &Rulebook,
    kind: &RecordKind,
    person: &Person,
    event: &InboundEvent,
) -> Result<Next, Halt> {
    if signal(&event.text).is_some() {
        tx.end_dialogue(&event.account, &event.sender).await?;
        return Ok(Next::Nothing);
    }
    if is_bare(event, &event.text) {
        return Ok(Next::AskText(kind.title().to_owned()));
    }
    tx.end_dialogue(&event.account, &event.sender).await?;
    let (record, receipt) = records::report(tx, rules, kind, person, None, event, &event.text).await?;
    Ok(Next::Taken(record.id, receipt))
}

async fn take_field(
    tx: &mut Tx,
    rules: &Rulebook,
    kind: &RecordKind,
    person: &Person,
    event: &InboundEvent,
    mut record: Record,
    mut dialogue: Dialogue,
) -> Result<Next, Halt> {
    let asked = dialogue.asks.first().copied();
    let mut unread = false;
    match signal(&event.text) {
        Some(Signal::Done) => dialogue.asks.clear(),
        Some(Signal::Skip) => drop(dialogue.asks.drain(..1.min(dialogue.asks.len()))),
        None => {
            let changes = asked.map(|field| read(field, event.text.trim())).unwrap_or_default();
            unread = changes.is_empty();
            for change in &changes {
                records::change_record(tx, rules, person, &record, change, event.sent_at).await?;
            }
            if !unread {
                record = tx.db().await?.find_record(record.id).await?.unwrap_or(record);
                let open = left_out(kind, &record.said);
                dialogue.asks.retain(|field| Some(*field) != asked && open.contains(field));
            }
        }
    }
    let Some(next) = dialogue.asks.first().copied() else {
        tx.end_dialogue(&event.account, &event.sender).await?;
        let directory = tx.directory();
        return Ok(Next::Done(records::receipt(rules, &directory, kind, person, &record)));
    };
    keep(tx, event, &dialogue).await?;
    Ok(Next::Ask(GuideAsk {
        title: kind.title().to_owned(),
        date: dated(record.day),
        days: None,
        question: question(next, kind),
        first: false,
        unread: unread && next == FieldName::Quantity,
    }))
}

/// What an answer changes; nothing where it cannot be read.
fn read(asked: FieldName, text: &str) -> Vec<Change> {
    if !text.chars().any(char::is_alphanumeric) {
        return Vec::new();
    }
    match asked {
        // who answers 东风社区 走访3户 has said two things at once
        FieldName::Place => {
            let said = Said::read(text);
            if said.place.chars().count() > LONGEST_PLACE {
                return vec![Change::Content(text.to_owned())];
            }
            let place = (!said.place.is_empty()).then_some(Change::Place(said.place));
            let content = (!said.content.is_empty()).then_some(Change::Content(said.content));
            place.into_iter().chain(content).chain(said.quantity.map(Change::Quantity)).collect()
        }
        FieldName::Content => vec![Change::Content(text.to_owned())],
        FieldName::Quantity => {
            let quantity = records::read_quantity(text).or_else(|| people_in(text));
            quantity.map(Change::Quantity).into_iter().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_say_more_than_was_asked() {
        let place = |text: &str| Change::Place(text.to_owned());
        let content = |text: &str| Change::Content(text.to_owned());
        assert_eq!(read(FieldName::Place, "东风社区"), [place("东风社区")]);
        assert_eq!(
            read(FieldName::Place, "东风社区 见了12人"),
            [place("东风社区"), content("见了12人"), Change::Quantity(12)]
        );
        assert_eq!(read(FieldName::Place, "走访三户"), [content("走访三户")]);
        assert_eq!(read(FieldName::Content, "走访三户"), [content("走访三户")]);
        assert_eq!(read(FieldName::Quantity, "十二个"), [Change::Quantity(12)]);
        assert_eq!(read(FieldName::Quantity, "大概12名青年吧"), [Change::Quantity(12)]);
        assert_eq!(read(FieldName::Quantity, "很多"), []);
        assert_eq!(read(FieldName::Place, "……"), []);
    }
}
