//! Contacts with young people (1+100): what was said becomes a record for each of the roster, and one for all the others.

use chrono::Days;

use super::Rulebook;
use super::records::{self, Deed, MOST_CHARACTERS, SHOWN, count, dated, day_of};
use crate::domain::calendar::DayRange;
use crate::domain::contact::{Told, read};
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::RecordId;
use crate::domain::message::UserText;
use crate::domain::people::{ContactMode, YouthField};
use crate::domain::policy::{About, CONTACT, Policy, RecordKind};
use crate::domain::record::{Contact, Record, Said};
use crate::domain::text::storable;
use crate::domain::youth::{Youth, without_numbers};
use crate::error::{Fault, Halt};
use crate::store::{Looking, Met, Tx};
use crate::templates::contexts::{ContactUsage, Contacted};

mod mine;
mod roster;

pub use mine::mine;
pub use roster::{add, end};

/// The receipt says how many were contacted in so many days.
const LATELY_DAYS: u64 = 30;

/// How many names a message lists.
const NAMES_SHOWN: usize = 12;

/// The kinds of record that are contacts: about young people, and counting them.
fn contact_kinds(policy: &Policy) -> Vec<String> {
    let kinds = policy.kinds.iter().filter(|kind| kind.about == About::Youth && kind.counts == "人");
    kinds.map(|kind| kind.key.clone()).collect()
}

/// What a contact is called in this policy.
fn contact_word(policy: &Policy) -> &str {
    let first = || policy.kinds.iter().find(|kind| kind.about == About::Youth);
    policy.kind(CONTACT).or_else(first).map_or("联系", RecordKind::title)
}

/// Records contacts, or other deeds with young people, as they were told under a kind's word. Returns the first record and
/// what the receipt says; nothing where it was rather said to somebody else.
///
/// # Errors
/// Refuses what is too long, and what names nobody and says nothing.
pub async fn report(
    tx: &mut Tx,
    rules: &Rulebook,
    kind: &RecordKind,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<Option<(RecordId, Contacted)>, Halt> {
    rules.bounded(typed, MOST_CHARACTERS, event)?;
    let (typed, number_dropped) = without_numbers(&storable(typed));
    let today = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let lately = DayRange { first: today - Days::new(LATELY_DAYS - 1), last: today };
    let kinds = contact_kinds(&rules.policy);
    let looking = Looking { kinds: &kinds, days: lately, quarter_from: today, year_from: today, as_of: event.sent_at };
    let roster = tx.db().await?.list_roster(person.id, &looking).await?;
    let names: Vec<&str> = roster.iter().map(|one| one.youth.name.as_str()).collect();
    let told = read(&typed, &kind.counts, &names);
    let is_nobody = told.known.is_empty() && told.quantity.is_none();
    // in a group 联系 is also just a word
    if is_nobody && !event.addressed && !event.place.is_private() {
        return Ok(None);
    }
    let says_nothing = told.place.is_empty() && !told.content.chars().any(char::is_alphanumeric);
    if is_nobody && told.unknown.is_empty() && says_nothing && event.attachments.is_empty() {
        return Err(rules.templates.refuse(&ContactUsage { word: kind.title().to_owned() }, &event.platform)?.into());
    }
    let deed = Deed::of_today(kind, person, today, Said::default());
    let young: Vec<&Youth> = roster.iter().map(|one| &one.youth).collect();
    let all = shares(&kind.counts, &told, &young);
    let records = insert_all(tx, rules, &deed, all, chat, event).await?;
    let Some(first) = records.first() else { return Err(Fault::Corrupt("contact").into()) };
    let reached = roster.iter().enumerate().filter(|(at, one)| one.last.is_some() || told.known.contains(at)).count();
    let receipt = receipt(kind, &told, &roster, &records, number_dropped, reached);
    Ok(Some((first.id, receipt)))
}

/// Stores what was told, as one message. `deed` says of which kind, who, on which day.
async fn insert_all(
    tx: &mut Tx,
    rules: &Rulebook,
    deed: &Deed<'_>,
    all: Vec<(Said, Contact)>,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<Vec<Record>, Fault> {
    let mut records: Vec<Record> = Vec::with_capacity(all.len());
    for (said, contact) in all {
        let told_with = records.first().map(|first| first.id);
        let one = Deed { said, contact, told_with, ..deed.clone() };
        records.push(records::insert(tx, rules, &one, chat, event).await?);
    }
    Ok(records)
}

/// What a deed of another day comes to: as it is, or, where it is about young people, one for each of them.
///
/// # Errors
/// The database's.
pub async fn shares_of(tx: &mut Tx, deed: &Deed<'_>) -> Result<Vec<(Said, Contact)>, Fault> {
    if deed.kind.about != About::Youth {
        return Ok(vec![(deed.said.clone(), deed.contact)]);
    }
    let roster = tx.db().await?.list_youth(deed.person.id).await?;
    let names: Vec<&str> = roster.iter().map(|youth| youth.name.as_str()).collect();
    let typed = format!("{} {}", deed.said.place, deed.said.content);
    let (typed, _) = without_numbers(typed.trim());
    let told = read(&typed, &deed.kind.counts, &names);
    Ok(shares(&deed.kind.counts, &told, &roster.iter().collect::<Vec<_>>()))
}

/// A record for each of the roster. All the others are one record where people are counted, and one each where it is hours.
fn shares(counts: &str, told: &Told, roster: &[&Youth]) -> Vec<(Said, Contact)> {
    let counts_people = counts == "人";
    let said = |content: String, quantity| Said { place: told.place.clone(), content, quantity };
    let contact = |youth, field| Contact { youth, field, mode: told.mode };
    let mut all: Vec<(Said, Contact)> = Vec::new();
    for known in told.known.iter().filter_map(|at| roster.get(*at)) {
        let quantity = if counts_people { Some(1) } else { told.quantity };
        // what was said now is newer than what stands on the roster
        let field = told.field.or(known.field);
        all.push((said(told.content.clone(), quantity), contact(Some(known.id), field)));
    }
    // a name that nobody knows is kept in the words
    let with_names = |names: &[String]| format!("{} {}", names.join("、"), told.content).trim().to_owned();
    if counts_people {
        let named = i32::try_from(told.known.len()).unwrap_or(i32::MAX);
        let unknown = i32::try_from(told.unknown.len()).unwrap_or(i32::MAX);
        let others = told.quantity.map_or(0, |all| all.saturating_sub(named)).max(unknown);
        if others > 0 || all.is_empty() {
            let quantity = Some(others).filter(|others| *others > 0);
            all.push((said(with_names(&told.unknown), quantity), contact(None, told.field)));
        }
    } else {
        for name in &told.unknown {
            all.push((said(with_names(std::slice::from_ref(name)), told.quantity), contact(None, told.field)));
        }
        if all.is_empty() {
            all.push((said(told.content.clone(), told.quantity), contact(None, told.field)));
        }
    }
    all
}

fn receipt(
    kind: &RecordKind,
    told: &Told,
    roster: &[Met],
    records: &[Record],
    number_dropped: bool,
    reached: usize,
) -> Contacted {
    let counts_people = kind.counts == "人";
    let known = told.known.iter().filter_map(|at| roster.get(*at)).map(|one| one.youth.name.as_str());
    let names: Vec<&str> = known.chain(told.unknown.iter().map(String::as_str)).collect();
    let mut fields: Vec<YouthField> = records.iter().filter_map(|record| record.contact.field).collect();
    fields.sort_unstable();
    fields.dedup();
    let quantities = records.iter().filter_map(|record| record.said.quantity);
    let quantity = if counts_people { quantities.sum() } else { quantities.max().unwrap_or(0) };
    Contacted {
        title: kind.title().to_owned(),
        date: records.first().map(|first| dated(first.day)).unwrap_or_default(),
        names: names.iter().take(NAMES_SHOWN).map(|name| UserText::new(name)).collect(),
        more: names.len().saturating_sub(NAMES_SHOWN),
        mode: told.mode.map(ContactMode::title).unwrap_or_default().to_owned(),
        fields: fields.into_iter().map(|field| field.title().to_owned()).collect(),
        place: UserText::short(&told.place, SHOWN),
        content: UserText::short(&told.content, SHOWN),
        quantity: Some(quantity).filter(|quantity| *quantity > 0),
        counts: kind.counts.clone(),
        each: !counts_people && records.len() > 1,
        counts_people,
        unknown: told.unknown.iter().take(NAMES_SHOWN).map(|name| UserText::new(name)).collect(),
        unknown_count: told.unknown.len(),
        number_dropped,
        roster: roster.len(),
        reached: count(reached),
    }
}
