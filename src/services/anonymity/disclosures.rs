//! Finding out who asked anonymously: with a reason, by two people of different units, on record, and the asker is told.

use chrono::TimeDelta;

use super::blocks::anonymous;
use super::refuse;
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::numbered::read_numbered;
use crate::domain::people::Role;
use crate::domain::question::{Asker, Question};
use crate::domain::veil::DisclosureState;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::questions::{MOST_CHARACTERS, tell_asker};
use crate::services::{Reveal, Rulebook};
use crate::store::{Disclosure, Target, Tx};
use crate::templates::contexts::{DisclosureDone, DisclosureNews, NotDisclosed, VeilUsage};

/// For how long who was granted it may look.
const OPEN_FOR: TimeDelta = TimeDelta::days(7);

/// 申请实名 304211 原因. Once it is granted, the same words show who it was, in private.
///
/// # Errors
/// Refuses where it is switched off, what was said in a group, what has no reason, what is not theirs, and where there is
/// nobody who could consent.
pub async fn request(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<DisclosureDone, Halt> {
    let Some((number, reason)) = read_numbered(typed) else { return refuse(rules, event, &VeilUsage::disclose()) };
    possible(rules, event)?;
    rules.bounded(&reason, MOST_CHARACTERS, event)?;
    let (question, ..) = anonymous(tx, rules, person, event, number).await?;
    let before = tx.db().await?.list_disclosures_of(question.id).await?;
    let own = before.iter().filter(|one| one.asked_by == person.id);
    let is_fresh = |one: &&Disclosure| {
        one.state == DisclosureState::Granted && one.decided.is_some_and(|(_, at)| at + OPEN_FOR >= event.sent_at)
    };
    if own.clone().any(|one| is_fresh(&one)) {
        tx.count("tuanqing_anonymity_total", Some(("step", "disclosed")));
        return who_asked(tx, rules, &question).map_err(Halt::from);
    }
    if before.iter().any(|one| one.state == DisclosureState::Asked) {
        return refuse(rules, event, &NotDisclosed { waiting: true, ..NotDisclosed::of(number) });
    }
    if reason.chars().filter(|c| c.is_alphanumeric()).count() < 4 {
        return refuse(rules, event, &VeilUsage::disclose());
    }
    let directory = tx.directory();
    let consenting: Vec<&Person> = directory
        .people()
        .filter(|other| may_consent(&directory, person, other))
        .filter(|other| !directory.has_left(other, event.sent_at) && !directory.identities_of(other.id).is_empty())
        .collect();
    if consenting.is_empty() {
        return refuse(rules, event, &NotDisclosed { nobody: true, ..NotDisclosed::of(number) });
    }
    tx.ask_disclosure(question.id, person.id, &reason, event.sent_at).await?;
    tx.count("tuanqing_anonymity_total", Some(("step", "disclosure_asked")));
    for other in consenting {
        let news = DisclosureNews {
            asked_by: Some(UserText::new(&person.name)),
            unit: UserText::new(directory.unit_name(person.unit)),
            text: UserText::short(&question.text, 200),
            reason: UserText::new(&reason),
            ..DisclosureNews::of(number)
        };
        tell(tx, other, &news, event).await?;
    }
    let at_top = directory.unit(person.unit).is_some_and(|unit| unit.parent.is_none());
    Ok(DisclosureDone { asked: true, at_top, ..DisclosureDone::of(number) })
}

/// 同意实名 304211 · 不同意实名 304211 原因.
///
/// # Errors
/// Refuses where nothing waits for this person's consent, whatever the reason: which numbers exist, and whether somebody wants to
/// know who asked, is for nobody else.
pub async fn decide(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
    state: DisclosureState,
) -> Result<DisclosureDone, Halt> {
    let Some((number, said)) = read_numbered(typed) else { return refuse(rules, event, &VeilUsage::disclose()) };
    possible(rules, event)?;
    rules.bounded(&said, MOST_CHARACTERS, event)?;
    let directory = tx.directory();
    let none = NotDisclosed { none: true, ..NotDisclosed::of(number) };
    let Some(question) = tx.db().await?.find_question_by_number(number).await? else {
        return refuse(rules, event, &none);
    };
    let waiting = tx.db().await?.list_disclosures_of(question.id).await?;
    let waiting = waiting.into_iter().find(|one| one.state == DisclosureState::Asked);
    let Some(asked) = waiting else { return refuse(rules, event, &none) };
    let Some(requester) = directory.person(asked.asked_by) else { return refuse(rules, event, &none) };
    if requester.id == person.id {
        return refuse(rules, event, &NotDisclosed { own: true, ..NotDisclosed::of(number) });
    }
    if !may_consent(&directory, requester, person) {
        return refuse(rules, event, &none);
    }
    if !tx.decide_disclosure(asked.id, person.id, state, &said, event.sent_at).await? {
        return refuse(rules, event, &none);
    }
    let granted = state == DisclosureState::Granted;
    let news =
        DisclosureNews { granted, declined: !granted, reason: UserText::new(&said), ..DisclosureNews::of(number) };
    tell(tx, requester, &news, event).await?;
    if granted {
        tx.count("tuanqing_anonymity_total", Some(("step", "disclosure_granted")));
        // the asker hears of it at once: they have a right to, and it is nothing that they did
        tell_asker(tx, &question, event.sent_at, |_| DisclosureNews {
            to_asker: true,
            unit: UserText::new(directory.unit_name(requester.unit)),
            consented: UserText::new(directory.unit_name(person.unit)),
            reason: UserText::new(&asked.reason),
            ..DisclosureNews::of(number)
        })
        .await?;
    }
    Ok(DisclosureDone { granted, declined: !granted, ..DisclosureDone::of(number) })
}

/// Whether one may consent to what another asks for: a secretary or supervisor of a unit above theirs; for those of the
/// root, another one of the root. Never the same person.
fn may_consent(directory: &Directory, requester: &Person, other: &Person) -> bool {
    let has_authority = other.roles.iter().any(|role| matches!(role, Role::Secretary | Role::Supervisor));
    let is_root = directory.unit(requester.unit).is_some_and(|unit| unit.parent.is_none());
    let is_above = directory.is_within(requester.unit, other.unit) && (is_root || requester.unit != other.unit);
    has_authority && is_above && requester.id != other.id
}

fn possible(rules: &Rulebook, event: &InboundEvent) -> Result<(), Halt> {
    if rules.reveal == Reveal::Never {
        return refuse(rules, event, &NotDisclosed { off: true, ..NotDisclosed::of(0) });
    }
    if !event.place.is_private() {
        return refuse(rules, event, &NotDisclosed { in_group: true, ..NotDisclosed::of(0) });
    }
    Ok(())
}

/// What is known of the asker.
fn who_asked(tx: &Tx, rules: &Rulebook, question: &Question) -> Result<DisclosureDone, Fault> {
    let Asker::Sealed { sealed, .. } = &question.asker else { return Err(Fault::Corrupt("asker")) };
    let opened = rules.seal.as_ref().and_then(|seal| seal.open_address(sealed).ok());
    let Some(address) = opened else {
        return Ok(DisclosureDone { shut: true, ..DisclosureDone::of(question.number) });
    };
    let directory = tx.directory();
    let person = directory.speaker(&address.account, &address.user);
    Ok(DisclosureDone {
        name: person.map(|person| UserText::new(&person.name)),
        unit: person.map_or_else(UserText::default, |person| UserText::new(directory.unit_name(person.unit))),
        account: Some(UserText::new(&address.account)),
        address: UserText::new(&address.user),
        ..DisclosureDone::of(question.number)
    })
}

async fn tell(tx: &mut Tx, person: &Person, news: &DisclosureNews, event: &InboundEvent) -> Result<(), Fault> {
    let terms = Terms { question: None, not_before: event.sent_at, valid_until: event.sent_at + TimeDelta::days(30) };
    enqueue(tx, Target::Person(person.id), news, terms).await?;
    Ok(())
}
