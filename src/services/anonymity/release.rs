//! At the hour: what anonymous askers did is done, as if they said it then.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Deed, Veiled, who};
use crate::domain::event::{EventKind, InboundEvent, Place, ReplyRoute};
use crate::domain::question::Asker;
use crate::domain::veil::hour_of;
use crate::error::{Fault, Halt};
use crate::seal::{Purpose, Seal};
use crate::services::Rulebook;
use crate::services::questions::{self, Asking, Veil};
use crate::store::{NewOutbox, RENDERED, Target, Tx, VeiledDeed};

/// Does what one asker had under way, in the order in which they said it.
///
/// # Errors
/// The database's; a refusal goes to the asker.
pub async fn release(tx: &mut Tx, rules: &Rulebook, deeds: &[VeiledDeed], now: DateTime<Utc>) -> Result<(), Fault> {
    let Some(seal) = &rules.seal else { return Err(Fault::Corrupt("no key for veiled deeds")) };
    let mut opened = Vec::new();
    for row in deeds {
        let veiled = Veiled::opened(seal, &row.sealed).ok_or(Fault::Corrupt("veiled deed cannot be opened"))?;
        opened.push((row, veiled));
    }
    opened.sort_by_key(|(_, veiled)| veiled.place());
    for (row, veiled) in opened {
        // another replica may have been faster
        if !tx.take_veiled_deed(row.id).await? {
            continue;
        }
        let zone = tx.directory().zones().first().copied().unwrap_or(rules.zone);
        // after a standstill what is due counts from the hour in which it is done
        let at = row.due.max(hour_of(now, zone));
        match perform(tx, rules, seal, &veiled, at).await {
            Ok(()) => {}
            Err(Halt::Refusal(refusal)) => {
                let reply = serde_json::to_string(&refusal.message).map_err(|_| Fault::Corrupt("reply"))?;
                let sealed = seal.seal_address(&veiled.account, &veiled.sender).map_err(|_| Fault::Corrupt("seal"))?;
                tx.insert_outbox(NewOutbox {
                    target: Target::Sealed { sealed, mark: row.who.clone() },
                    template: RENDERED,
                    context: reply,
                    question: None,
                    not_before_ms: now.timestamp_millis(),
                    valid_until_ms: (now + TimeDelta::days(2)).timestamp_millis(),
                })
                .await?;
            }
            Err(Halt::Fault(fault)) => return Err(fault),
        }
    }
    Ok(())
}

/// Does one deed as of an instant.
pub(super) async fn perform(
    tx: &mut Tx,
    rules: &Rulebook,
    seal: &Seal,
    veiled: &Veiled,
    at: DateTime<Utc>,
) -> Result<(), Halt> {
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
            questions::add(tx, rules, speaker, &event, &format!("{number} {words}")).await?;
        }
        Deed::Rate(number, words, content) => {
            questions::rate(tx, rules, speaker, &event, &format!("{number} {words}"), *content).await?;
        }
        Deed::Insist(_) => {
            questions::insist(tx, rules, speaker, &event).await?;
        }
        Deed::TakeOffer(_, of) => {
            if let Some(of) = tx.db().await?.find_question(*of).await? {
                questions::take_offer(tx, rules, speaker, &event, &of).await?;
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
