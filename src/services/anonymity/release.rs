//! At the hour: what anonymous askers did is done, as if they said it then.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::blocks::blocked_until;
use super::{Deed, Veiled, refuse, who};
use crate::domain::directory::Person;
use crate::domain::event::{EventKind, InboundEvent, Place, ReplyRoute};
use crate::domain::question::Asker;
use crate::domain::veil::hour_of;
use crate::error::{Fault, Halt};
use crate::seal::{Purpose, Seal};
use crate::services::Rulebook;
use crate::services::questions::{self, Asking, Veil};
use crate::store::{NewOutbox, Target, Tx, VeiledDeed};
use crate::templates::contexts::NotAnonymous;

/// Deeds in the order in which they are to be done: those of one asker as they said them, those of different askers as chance
/// has it, one by one, and anew each time. Were an asker's deeds together, or askers in the same order hour after hour, aliases
/// of one asker could be told from it.
pub fn in_chance_order(rules: &Rulebook, deeds: Vec<VeiledDeed>) -> Vec<VeiledDeed> {
    let mut by_asker: HashMap<String, Vec<(VeiledDeed, Option<Veiled>)>> = HashMap::new();
    for row in deeds {
        let veiled = rules.seal.as_ref().and_then(|seal| Veiled::opened(seal, &row.sealed));
        by_asker.entry(row.who.clone()).or_default().push((row, veiled));
    }
    let mut turns: Vec<(u64, String)> = Vec::new();
    for (who, own) in &mut by_asker {
        // the latest first: they are taken from the end
        own.sort_by_key(|(_, veiled)| std::cmp::Reverse(veiled.as_ref().map(Veiled::place)));
        turns.extend(own.iter().map(|_| (rand::random(), who.clone())));
    }
    turns.sort_unstable();
    turns.into_iter().filter_map(|(_, who)| by_asker.get_mut(&who)?.pop()).map(|(row, _)| row).collect()
}

/// Does one deed that an asker had under way.
///
/// # Errors
/// The database's; a refusal goes to the asker.
pub async fn release(tx: &mut Tx, rules: &Rulebook, row: &VeiledDeed, now: DateTime<Utc>) -> Result<(), Fault> {
    let Some(seal) = &rules.seal else { return Err(Fault::Corrupt("no key for veiled deeds")) };
    let veiled = Veiled::opened(seal, &row.sealed).ok_or(Fault::Corrupt("veiled deed cannot be opened"))?;
    // another replica may have been faster
    if !tx.take_veiled_deed(row.id).await? {
        return Ok(());
    }
    let zone = tx.directory().zones().first().copied().unwrap_or(rules.zone);
    // after a standstill what is due counts from the hour in which it is done
    let at = row.due.max(hour_of(now, zone));
    match perform(tx, rules, seal, &veiled, at).await {
        Ok(()) => Ok(()),
        Err(Halt::Refusal(refusal)) => {
            let reply = serde_json::to_string(&refusal.message).map_err(|_| Fault::Corrupt("reply"))?;
            let sealed = seal.seal_address(&veiled.account, &veiled.sender).map_err(|_| Fault::Corrupt("seal"))?;
            let target = Target::Sealed { sealed, mark: row.who.clone() };
            let context = seal.seal(Purpose::Reply, &reply).map_err(|_| Fault::Corrupt("seal"))?;
            let valid_until = now + TimeDelta::days(2);
            tx.insert_outbox(NewOutbox::rendered(target, context, now, valid_until)).await?;
            Ok(())
        }
        Err(Halt::Fault(fault)) => Err(fault),
    }
}

/// Does one deed as of an instant.
async fn perform(tx: &mut Tx, rules: &Rulebook, seal: &Seal, veiled: &Veiled, at: DateTime<Utc>) -> Result<(), Halt> {
    let event = InboundEvent {
        account: veiled.account.clone(),
        platform: veiled.platform.clone(),
        dedupe_key: String::new(),
        place: Place::Private,
        sender: veiled.sender.clone(),
        sender_name: None,
        kind: EventKind::Message,
        message_id: None,
        text: String::new(),
        addressed: true,
        mentions: Vec::new(),
        quote: None,
        attachments: Vec::new(),
        sent_at: at,
        reply: ReplyRoute::Nobody,
    };
    let directory = tx.directory();
    let speaker = directory.speaker(&veiled.account, &veiled.sender);
    match &veiled.deed {
        Deed::Begin => {}
        Deed::Ask { number, alias, unit, text, similar } => {
            let sealed = seal.seal_address(&veiled.account, &veiled.sender).map_err(|_| Fault::Corrupt("seal"))?;
            let mark = seal.mark(Purpose::Asker, &who(speaker, &event));
            let asker = Asker::Sealed { alias: alias.clone(), mark, sealed };
            let veil = Veil { asker, unit: *unit, number: *number, asked_at: at };
            let asking = Asking {
                speaker: None,
                chat: None,
                event: &event,
                typed: text,
                similar,
                veil: Some(&veil),
                open_day: None,
            };
            questions::ask(tx, rules, asking).await?;
        }
        Deed::Add(number, words) => {
            stands(tx, rules, speaker, &event, *number).await?;
            questions::add(tx, rules, speaker, &event, &format!("{number} {words}")).await?;
        }
        Deed::Rate(number, words, content) => {
            stands(tx, rules, speaker, &event, *number).await?;
            questions::rate(tx, rules, speaker, &event, &format!("{number} {words}"), *content).await?;
        }
        Deed::Insist(number) => {
            if let Some(own) = tx.db().await?.find_question_by_number(*number).await? {
                questions::insist_on(tx, rules, &own, &event).await?;
            }
        }
        Deed::TakeOffer(number, of) => {
            let own = tx.db().await?.find_question_by_number(*number).await?;
            if let (Some(own), Some(of)) = (own, tx.db().await?.find_question(*of).await?) {
                questions::take_offer_for(tx, rules, &own, &event, &of).await?;
            }
        }
        Deed::Withdraw(number) => {
            if let Some(question) = tx.db().await?.find_question_by_number(*number).await? {
                questions::withdraw(tx, rules, &question, &event).await?;
            }
        }
        Deed::Hide(number) => {
            questions::publish(tx, rules, speaker, &event, *number, false).await?;
        }
    }
    Ok(())
}

/// Whether more may still be said to a question: its asker may have been blocked since they said it.
///
/// # Errors
/// Refuses, and says until when.
async fn stands(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    number: i64,
) -> Result<(), Halt> {
    let Some(question) = tx.db().await?.find_question_by_number(number).await? else { return Ok(()) };
    match blocked_until(tx, &rules.marks(&who(speaker, event)), question.unit, event.sent_at).await? {
        Some(until) => refuse(rules, event, &NotAnonymous::in_thread(until)),
        None => Ok(()),
    }
}
