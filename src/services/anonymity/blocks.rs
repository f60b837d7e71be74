//! Keeping somebody from asking without a name, and not learning who it is.

use chrono::{DateTime, TimeDelta, Utc};

use super::refuse;
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::UnitId;
use crate::domain::numbered::{read_days, read_numbered};
use crate::domain::permission::reaches;
use crate::domain::question::{Asker, Question};
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::services::questions::{MOST_CHARACTERS, NEWS_VALID, moment, target_of};
use crate::store::{Block, Tx};
use crate::templates::contexts::{AskerBlocked, MayAskAnonymously, NoSuchAnonymous, VeilUsage};

/// How long a block holds where nothing is said.
const DAYS: i64 = 30;

/// The longest one.
const MOST_DAYS: i64 = 365;

/// 屏蔽 304211 7天 原因: its asker cannot ask anonymously here for a while. What the secretary is told is the same whoever it
/// is.
///
/// # Errors
/// Refuses what has no number or reason, and a question that is not theirs or not anonymous.
pub async fn block(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<AskerBlocked, Halt> {
    let Some((number, words)) = read_numbered(typed) else { return refuse(rules, event, &VeilUsage::block()) };
    let (days, reason) = read_days(&words).unwrap_or((DAYS, words));
    if reason.is_empty() || !(1..=MOST_DAYS).contains(&days) {
        return refuse(rules, event, &VeilUsage::block());
    }
    rules.bounded(&reason, MOST_CHARACTERS, event)?;
    let (question, mark, alias) = anonymous(tx, rules, person, event, number).await?;
    let until = event.sent_at + TimeDelta::days(days);
    note(tx, person, event, &question, mark, Some(until), reason).await?;
    tx.count("tuanqing_anonymity_total", Some(("step", "blocked")));
    let until = moment(until, tx.directory().zone_of(question.unit));
    Ok(AskerBlocked { number, alias, until: Some(until) })
}

/// 解除屏蔽 304211.
///
/// # Errors
/// As [`block`].
pub async fn unblock(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<AskerBlocked, Halt> {
    let Some((number, reason)) = read_numbered(typed) else { return refuse(rules, event, &VeilUsage::block()) };
    rules.bounded(&reason, MOST_CHARACTERS, event)?;
    let (question, mark, alias) = anonymous(tx, rules, person, event, number).await?;
    note(tx, person, event, &question, mark, None, reason).await?;
    // whether there was one is not said: of two questions of one asker it would tell that it is one. So the asker hears it
    // either way, or what is owed would tell
    let zone = tx.directory().zone_of(question.unit);
    let not_before = rules.policy.open_hours().next_open(event.sent_at, zone, &rules.calendar);
    let terms = Terms { question: None, not_before, valid_until: not_before + NEWS_VALID };
    enqueue(tx, target_of(&tx.directory(), &question), &MayAskAnonymously {}, terms).await?;
    Ok(AskerBlocked { number, alias, until: None })
}

async fn note(
    tx: &mut Tx,
    person: &Person,
    event: &InboundEvent,
    question: &Question,
    who: String,
    until: Option<DateTime<Utc>>,
    reason: String,
) -> Result<(), Fault> {
    let (unit, question) = (question.unit, question.id);
    tx.note_block(&Block { who, unit, question, until, by: person.id, reason, at: event.sent_at }).await?;
    Ok(())
}

/// Until when an asker may not ask in a unit without their name, on its wall clock.
pub(super) async fn blocked_until(
    tx: &mut Tx,
    marks: &[String],
    unit: UnitId,
    at: DateTime<Utc>,
) -> Result<Option<String>, Fault> {
    let directory = tx.directory();
    let lineage: Vec<UnitId> = directory.lineage(unit).map(|one| one.id).collect();
    let until = tx.db().await?.find_block(marks, &lineage, at).await?;
    Ok(until.map(|until| moment(until, directory.zone_of(unit))))
}

/// The anonymous question of a number that was put to a unit within somebody's authority, its asker's mark and alias.
pub(super) async fn anonymous(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    number: i64,
) -> Result<(Question, String, String), Halt> {
    let found = tx.db().await?.find_question_by_number(number).await?;
    let directory = tx.directory();
    match found {
        Some(question) if reaches(&directory, person, question.unit) => match &question.asker {
            Asker::Sealed { alias, mark, .. } => {
                let (mark, alias) = (mark.clone(), alias.clone());
                Ok((question, mark, alias))
            }
            Asker::Known(_) => refuse(rules, event, &NoSuchAnonymous { number }),
        },
        _ => refuse(rules, event, &NoSuchAnonymous { number }),
    }
}
