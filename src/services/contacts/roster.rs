//! 加青年 and 删青年: one's own roster, kept by message.

use chrono::Days;

use super::NAMES_SHOWN;
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::text::storable;
use crate::domain::youth::{NewYouth, is_same_name, read_new, without_numbers};
use crate::error::Halt;
use crate::services::Rulebook;
use crate::services::records::{MOST_CHARACTERS, day_of};
use crate::store::Tx;
use crate::templates::contexts::{NameList, YouthAdded, YouthEnded, YouthUsage};

/// The words, as the answers show them.
const ADD: &str = "加青年";
const END: &str = "删青年";

/// Puts young people on the speaker's roster. Who was on it before comes back; who is on it gets what is new about them.
///
/// # Errors
/// Refuses what is too long and what names nobody.
pub async fn add(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<YouthAdded, Halt> {
    let (young, unread, number_dropped) = read_typed(rules, event, typed, ADD)?;
    let today = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let all = tx.db().await?.list_youth(person.id).await?;
    let mut size = all.iter().filter(|youth| youth.is_on(today)).count();
    let (mut added, mut restored, mut known, mut changed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for new in young {
        let found = all.iter().find(|youth| is_same_name(&youth.name, &new.name));
        match found {
            None => {
                tx.insert_youth(person.id, &new, today).await?;
                size += 1;
                added.push(new.name);
            }
            Some(youth) => {
                let is_on = youth.is_on(today);
                let says_more = new.field.is_some_and(|field| youth.field != Some(field))
                    || new.age_band.as_ref().is_some_and(|age| youth.age_band.as_ref() != Some(age));
                if !is_on || says_more {
                    tx.restore_youth(youth.id, today, new.field, new.age_band).await?;
                }
                size += usize::from(!is_on);
                let list = match (is_on, says_more) {
                    (false, _) => &mut restored,
                    (true, true) => &mut changed,
                    (true, false) => &mut known,
                };
                list.push(youth.name.clone());
            }
        }
    }
    let private = event.place.is_private();
    Ok(YouthAdded {
        added: listed(&added, private),
        restored: listed(&restored, private),
        known: listed(&known, private),
        changed: listed(&changed, private),
        unread: unread.iter().take(NAMES_SHOWN).map(|word| UserText::short(word, 20)).collect(),
        number_dropped,
        roster: size,
        private,
    })
}

/// Takes young people off the speaker's roster from today on. What was recorded about them stays and counts.
///
/// # Errors
/// Refuses what is too long and what names nobody.
pub async fn end(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<YouthEnded, Halt> {
    let (young, _, _) = read_typed(rules, event, typed, END)?;
    let today = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let all = tx.db().await?.list_youth(person.id).await?;
    let on: Vec<_> = all.iter().filter(|youth| youth.is_on(today)).collect();
    let (mut ended, mut missing) = (Vec::new(), Vec::new());
    for gone in young {
        match on.iter().find(|youth| is_same_name(&youth.name, &gone.name)) {
            Some(youth) => {
                tx.end_youth(youth.id, today - Days::new(1)).await?;
                ended.push(youth.name.clone());
            }
            None => missing.push(gone.name),
        }
    }
    let private = event.place.is_private();
    Ok(YouthEnded {
        ended: listed(&ended, private),
        missing: listed(&missing, private),
        roster: on.len() - ended.len(),
        private,
    })
}

fn read_typed(
    rules: &Rulebook,
    event: &InboundEvent,
    typed: &str,
    word: &str,
) -> Result<(Vec<NewYouth>, Vec<String>, bool), Halt> {
    rules.bounded(typed, MOST_CHARACTERS, event)?;
    let (typed, number_dropped) = without_numbers(&storable(typed));
    let read = read_new(&typed);
    if read.young.is_empty() {
        let usage = YouthUsage { word: word.to_owned(), is_adding: word == ADD, number_dropped };
        return Err(rules.templates.refuse(&usage, &event.platform)?.into());
    }
    Ok((read.young, read.unread, number_dropped))
}

/// Names are for the speaker alone; in a group only their number is said.
fn listed(names: &[String], private: bool) -> NameList {
    let shown = if private { NAMES_SHOWN } else { 0 };
    NameList {
        count: names.len(),
        names: names.iter().take(shown).map(|name| UserText::new(name)).collect(),
        more: if private { names.len().saturating_sub(NAMES_SHOWN) } else { 0 },
    }
}
