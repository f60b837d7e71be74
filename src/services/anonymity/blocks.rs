//! Keeping somebody from asking without a name, and not learning who it is.

use chrono::TimeDelta;

use super::refuse;
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::numbered::{read_days, read_numbered};
use crate::domain::permission::reaches;
use crate::domain::question::{Asker, Question};
use crate::error::Halt;
use crate::services::Rulebook;
use crate::services::questions::{MOST_CHARACTERS, moment};
use crate::store::{Block, Tx};
use crate::templates::contexts::{AskerBlocked, NoSuchAnonymous, VeilUsage};

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
    let block = Block { who: mark, unit: question.unit, until, by: person.id, reason, at: event.sent_at };
    tx.block_asker(&block).await?;
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
    let Some((number, _)) = read_numbered(typed) else { return refuse(rules, event, &VeilUsage::block()) };
    let (question, mark, alias) = anonymous(tx, rules, person, event, number).await?;
    tx.unblock_asker(&mark, question.unit).await?;
    // whether there was one is not said: of two questions of one asker it would tell that it is one
    Ok(AskerBlocked { number, alias, until: None })
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
