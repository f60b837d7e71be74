//! Taking an anonymous question in.

use super::crowd::unit_of;
use super::{Deed, Veiled, keep, refuse, under_way, who};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::QuestionId;
use crate::domain::message::UserText;
use crate::domain::policy::NORMAL;
use crate::domain::question::Asker;
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
    AnonymousAsked, NoUnitForQuestion, NotAnonymous, QuestionEmpty, TooManyOpen, UrgentTaken,
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
        return refuse(rules, event, &NotAnonymous { no_key: true, ..NotAnonymous::because() });
    };
    if questions::danger_in(rules, typed).is_some() {
        return cry(tx, rules, seal, speaker, event, typed).await;
    }
    let text = storable(typed.trim());
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return refuse(rules, event, &QuestionEmpty {});
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
    let lineage: Vec<_> = directory.lineage(unit).map(|one| one.id).collect();
    if let Some(until) = tx.db().await?.find_block(&marks, &lineage, event.sent_at).await? {
        let until = Some(moment(until, zone));
        return refuse(rules, event, &NotAnonymous { blocked_until: until, ..NotAnonymous::because() });
    }
    let items: Vec<_> =
        similar_answers(tx, &directory, unit, similar).await?.into_iter().map(|(_, shown)| shown).collect();
    let (number, alias) = draw(tx, event).await?;
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
        picture: !event.attachments.is_empty(),
    }))
}

/// Somebody without a name cries for help. Nothing turns them away: no block, no limit, no crowd that is too small.
async fn cry(
    tx: &mut Tx,
    rules: &Rulebook,
    seal: &Seal,
    speaker: Option<&Person>,
    event: &InboundEvent,
    typed: &str,
) -> Result<PutAnonymously, Halt> {
    let directory = tx.directory();
    let unit = match unit_of(tx, speaker, event).await? {
        Some(unit) => Some(unit),
        // with too few around, it goes to the very top
        None => unit_for(&directory, speaker, None, &event.account)
            .and_then(|unit| directory.lineage(unit).last().map(|root| root.id)),
    };
    let Some(unit) = unit.or(directory.roots().first().copied()) else {
        return refuse(rules, event, &NoUnitForQuestion {});
    };
    let (number, alias) = draw(tx, event).await?;
    let sealed = seal.seal_address(&event.account, &event.sender).map_err(|_| Fault::Corrupt("seal"))?;
    let mark = seal.mark(Purpose::Asker, &who(speaker, event));
    let veil = Veil { asker: Asker::Sealed { alias, mark, sealed }, unit, number, asked_at: event.sent_at };
    let asking = Asking { speaker: None, chat: None, event, typed, similar: &[], veil: Some(&veil), open_day: None };
    match questions::ask(tx, rules, asking).await? {
        TakenIn::Urgent(question, heard) => Ok(PutAnonymously::AtOnce(question.id, heard)),
        TakenIn::Asked(..) | TakenIn::Offered(..) => Err(Fault::Corrupt("cry for help").into()),
    }
}

/// Draws a number that no question has, and an alias that nobody has borne lately.
async fn draw(tx: &mut Tx, event: &InboundEvent) -> Result<(i64, String), Fault> {
    let since = event.sent_at - ALIAS_RESTS;
    let mut number = veil::number(rand::random());
    // nine hundred thousand numbers: the loop ends long before, unless the database is full of them
    for _ in 0..1_000 {
        if !tx.db().await?.is_question_number_taken(number).await? {
            break;
        }
        number = veil::number(rand::random());
    }
    let mut alias = veil::alias(rand::random());
    // where all are borne, one is borne twice; the number tells them apart
    for _ in 0..50 {
        if !tx.db().await?.is_alias_taken(&alias, since).await? {
            break;
        }
        alias = veil::alias(rand::random());
    }
    Ok((number, alias))
}
