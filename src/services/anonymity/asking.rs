//! Taking an anonymous question in.

use super::blocks::blocked_until;
use super::crowd::unit_of;
use super::crying::{new_veil, unheard};
use super::{BEGUN_FOR, Deed, Veiled, keep, refuse, under_way, who};
use crate::domain::dialogue::OPEN_MINUTES;
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::QuestionId;
use crate::domain::message::UserText;
use crate::domain::policy::NORMAL;
use crate::domain::text::storable;
use crate::domain::veil;
use crate::error::{Fault, Halt};
use crate::seal::{Purpose, Seal};
use crate::services::questions::{
    self, Asking, MOST_CHARACTERS, MOST_OPEN, TakenIn, Veil, moment, similar_answers, unit_for,
};
use crate::services::{Reveal, Rulebook};
use crate::store::Tx;
use crate::templates::contexts::{
    AnonymousAsked, AskUnnamed, NoUnitForQuestion, NotAnonymous, TooManyOpen, UrgentTaken,
};

/// For how long an alias is not borne by somebody else.
const ALIAS_RESTS: chrono::TimeDelta = chrono::TimeDelta::days(180);

/// What became of a question that was put anonymously.
#[derive(Debug)]
pub enum PutAnonymously {
    /// It is made known at the next full hour, so that the instant tells nothing.
    ByTheHour(AnonymousAsked),
    /// At once: somebody may be in danger, which is worse than being found out.
    AtOnce(QuestionId, UrgentTaken),
    /// Nothing was asked yet: what they say next is.
    Begun(AskUnnamed),
}

/// 匿名提问. Returns the number and what the asker is told.
///
/// # Errors
/// Refuses what was said in a group, where no key is configured, where fewer than five could have asked, whom somebody has
/// blocked, and what no question may be.
pub async fn ask(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    typed: &str,
    similar: &[QuestionId],
) -> Result<PutAnonymously, Halt> {
    if !event.place.is_private() {
        return refuse(rules, event, &NotAnonymous { in_group: true, ..NotAnonymous::because() });
    }
    let Some(seal) = &rules.seal else {
        if questions::danger_in(rules, typed).is_some() {
            return refuse(rules, event, &unheard(rules));
        }
        return refuse(rules, event, &NotAnonymous { no_key: true, ..NotAnonymous::because() });
    };
    if questions::danger_in(rules, typed).is_some() {
        let veil = new_veil(tx, rules, seal, speaker, event).await?;
        return cry(tx, rules, &veil, event, typed).await;
    }
    let text = storable(typed.trim());
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return begin(tx, rules, seal, speaker, event).await.map(PutAnonymously::Begun);
    }
    rules.bounded(&text, MOST_CHARACTERS, event)?;
    let who = who(speaker, event);
    let (marks, mark) = (rules.marks(&who), seal.mark(Purpose::Asker, &who));
    let under_way = under_way(tx, seal, &marks).await?;
    let mut open = under_way.iter().filter(|(row, _)| row.number.is_some()).count();
    for mark in &marks {
        open += tx.db().await?.count_open_questions_of(mark).await?;
    }
    if open >= MOST_OPEN {
        return refuse(rules, event, &TooManyOpen { most: MOST_OPEN });
    }
    let directory = tx.directory();
    let Some(unit) = unit_of(tx, speaker, event).await? else {
        if unit_for(&directory, speaker, None, &event.account).is_none() {
            return refuse(rules, event, &NoUnitForQuestion {});
        }
        return refuse(rules, event, &NotAnonymous { too_few: true, ..NotAnonymous::because() });
    };
    let zone = directory.zone_of(unit);
    if let Some(until) = blocked_until(tx, &marks, unit, event.sent_at).await? {
        return refuse(rules, event, &NotAnonymous { blocked_until: Some(until), ..NotAnonymous::because() });
    }
    let items: Vec<_> =
        similar_answers(tx, &directory, unit, similar).await?.into_iter().map(|(_, shown)| shown).collect();
    let (number, alias) = (draw_number(tx).await?, draw_alias(tx, event).await?);
    let deed = Deed::Ask {
        number,
        alias: alias.clone(),
        unit,
        text,
        similar: if items.is_empty() { vec![] } else { similar.to_vec() },
    };
    let veiled = Veiled::of(event, under_way.len(), deed);
    let known_at = keep(tx, rules, seal, &mark, unit, &veiled, Some(alias.clone())).await?;
    let outlook = rules.outlook(zone);
    let due = outlook.clock.after(known_at, rules.policy.questions.class(NORMAL).minutes());
    Ok(PutAnonymously::ByTheHour(AnonymousAsked {
        number,
        alias,
        unit: UserText::new(directory.unit_name(unit)),
        known_at: moment(known_at, zone),
        due: moment(due, zone),
        first: items.first().map_or(0, |item| item.number),
        items,
        reveal: rules.reveal == Reveal::ByTwo,
        at_top: directory.unit(unit).is_some_and(|unit| unit.parent.is_none()),
        picture: !event.attachments.is_empty(),
    }))
}

/// Somebody without a name cries for help.
async fn cry(
    tx: &mut Tx,
    rules: &Rulebook,
    veil: &Veil,
    event: &InboundEvent,
    typed: &str,
) -> Result<PutAnonymously, Halt> {
    let asking = Asking { speaker: None, chat: None, event, typed, similar: &[], veil: Some(veil), open_day: None };
    match questions::ask(tx, rules, asking).await? {
        TakenIn::Urgent(question, heard) => Ok(PutAnonymously::AtOnce(question.id, heard)),
        TakenIn::Asked(..) | TakenIn::Offered(..) => Err(Fault::Corrupt("cry for help").into()),
    }
}

/// Somebody wants to ask without a name and has not said what: what they say next is it.
async fn begin(
    tx: &mut Tx,
    rules: &Rulebook,
    seal: &Seal,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<AskUnnamed, Halt> {
    let directory = tx.directory();
    let unit = unit_for(&directory, speaker, None, &event.account).or(directory.roots().first().copied());
    let Some(unit) = unit else { return refuse(rules, event, &NoUnitForQuestion {}) };
    take_begun(tx, rules, speaker, event).await?;
    let mark = seal.mark(Purpose::Asker, &who(speaker, event));
    keep(tx, rules, seal, &mark, unit, &Veiled::of(event, 0, Deed::Begin), None).await?;
    Ok(AskUnnamed { minutes: OPEN_MINUTES })
}

/// Whether somebody was just shown how to ask without a name. Whoever asks this takes it for answered.
///
/// # Errors
/// The database's.
pub async fn take_begun(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<bool, Fault> {
    let Some(seal) = rules.seal.as_ref().filter(|_| event.place.is_private()) else { return Ok(false) };
    let mut has_begun = false;
    for (row, veiled) in under_way(tx, seal, &rules.marks(&who(speaker, event))).await? {
        if matches!(veiled.deed, Deed::Begin) {
            tx.take_veiled_deed(row.id).await?;
            has_begun |= veiled.said_at + BEGUN_FOR >= event.sent_at;
        }
    }
    Ok(has_begun)
}

/// Draws a number that no question has.
pub(super) async fn draw_number(tx: &mut Tx) -> Result<i64, Fault> {
    let mut number = veil::number(rand::random());
    // nine hundred thousand numbers: the loop ends long before, unless the database is full of them
    for _ in 0..1_000 {
        if !tx.db().await?.is_question_number_taken(number).await? {
            break;
        }
        number = veil::number(rand::random());
    }
    Ok(number)
}

/// Draws an alias that nobody has borne lately.
pub(super) async fn draw_alias(tx: &mut Tx, event: &InboundEvent) -> Result<String, Fault> {
    let since = event.sent_at - ALIAS_RESTS;
    let mut alias = veil::alias(rand::random());
    // where all are borne, one is borne twice; the number tells them apart
    for _ in 0..50 {
        if !tx.db().await?.is_alias_taken(&alias, since).await? {
            break;
        }
        alias = veil::alias(rand::random());
    }
    Ok(alias)
}
