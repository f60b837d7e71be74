//! A cry for help from somebody who has asked without a name, or wants to: heard at once, and still without one.

use super::asking::{draw_alias, draw_number};
use super::later::{Own, STILL_SPEAKS_OF_IT, older, own};
use super::{refuse, take_begun, who};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::UnitId;
use crate::domain::question::Asker;
use crate::domain::text::normal;
use crate::domain::veil::wish;
use crate::error::{Fault, Halt};
use crate::seal::{Purpose, Seal};
use crate::services::Rulebook;
use crate::services::anonymity::crowd::unit_of;
use crate::services::questions::{Veil, danger_in, is_cry, unit_for};
use crate::store::Tx;
use crate::templates::contexts::{NoUnitForQuestion, UrgentTaken};

/// Under what a cry for help is kept that somebody makes in private: the alias of the anonymous thread that they speak of (that
/// of a `number`, else their latest), a new one where they say that they want no name. `None` where their name is what they are
/// heard by.
///
/// # Errors
/// Where nobody can ask without a name, a refusal that says whom to call.
pub async fn veil_of_cry(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    typed: &str,
    number: Option<i64>,
) -> Result<Option<Veil>, Halt> {
    if !event.place.is_private() || danger_in(rules, typed).is_none() {
        return Ok(None);
    }
    let says_so = wish(&normal(&event.text)).is_some();
    let Some(seal) = &rules.seal else {
        return if says_so { refuse(rules, event, &unheard(rules)) } else { Ok(None) };
    };
    let wants_none = take_begun(tx, rules, speaker, event).await? || says_so;
    match thread(tx, rules, speaker, event, number).await? {
        Some((alias, unit)) => Ok(Some(veil(tx, seal, speaker, event, unit, alias).await?)),
        None if wants_none => new_veil(tx, rules, seal, speaker, event).await.map(Some),
        None => Ok(None),
    }
}

/// Whom to call, where a cry without a name reaches nobody: nobody could be answered.
pub(super) fn unheard(rules: &Rulebook) -> UrgentTaken {
    UrgentTaken { no_key: true, ..UrgentTaken::of(0, rules.policy.words().hotlines) }
}

/// Under a new alias. Nothing turns it away: no block, no limit, no crowd that is too small.
pub(super) async fn new_veil(
    tx: &mut Tx,
    rules: &Rulebook,
    seal: &Seal,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<Veil, Halt> {
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
    let alias = draw_alias(tx, event).await?;
    Ok(veil(tx, seal, speaker, event, unit, alias).await?)
}

async fn veil(
    tx: &mut Tx,
    seal: &Seal,
    speaker: Option<&Person>,
    event: &InboundEvent,
    unit: UnitId,
    alias: String,
) -> Result<Veil, Fault> {
    let sealed = seal.seal_address(&event.account, &event.sender).map_err(|_| Fault::Corrupt("seal"))?;
    let mark = seal.mark(Purpose::Asker, &who(speaker, event));
    let number = draw_number(tx).await?;
    Ok(Veil { asker: Asker::Sealed { alias, mark, sealed }, unit, number, asked_at: event.sent_at })
}

/// Alias and unit of the anonymous thread that somebody speaks of.
async fn thread(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    number: Option<i64>,
) -> Result<Option<(String, UnitId)>, Fault> {
    let mine = own(tx, rules, speaker, event).await?;
    let key = who(speaker, event);
    if let Some(number) = number {
        let of_number = match mine.iter().rfind(|one| one.number() == number) {
            Some(one) => one.thread(),
            None => older(tx, rules, speaker, event, number).await?.as_ref().and_then(Own::thread),
        };
        if of_number.is_some() {
            return Ok(of_number);
        }
        let named = tx.db().await?.find_question_by_number(number).await?;
        if named.is_some_and(|question| question.asker.who() == key) {
            return Ok(None);
        }
    }
    let latest = mine.last().filter(|one| one.at() + STILL_SPEAKS_OF_IT >= event.sent_at);
    let Some(latest) = latest else { return Ok(None) };
    // whoever has since cried for help with their name goes on with it
    let named = tx.db().await?.list_questions_of(&key, 5).await?;
    let has_cried = named.iter().any(|one| one.life.is_open() && one.asked_at >= latest.at() && is_cry(rules, one));
    Ok(if has_cried { None } else { latest.thread() })
}
