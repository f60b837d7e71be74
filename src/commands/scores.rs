//! 考核 · 考核明细 · 申诉 · 申诉处理

use chrono::TimeDelta;

use super::standing::find_unit;
use super::{Answer, Ask};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::message::UserText;
use crate::domain::permission::Who;
use crate::error::Halt;
use crate::outbox::{Terms, enqueue};
use crate::services::scores::{self, Desk, When, cards_of, may_appeal_for, name_of};
use crate::store::{Graded, Target};
use crate::templates::TemplateContext;
use crate::templates::contexts::{NoCard, NoSuchSubject, SentPrivately};

/// One's own cards; those who oversee a unit see its card and the ranking below it, or whatever they name.
pub(super) async fn cards(ask: Ask<'_>) -> Result<Answer, Halt> {
    let directory = ask.tx.directory();
    let person = ask.person()?.clone();
    let (when, name) = When::take(ask.rest);
    let oversees = Who::Overseer.includes(Some(&person));
    let subjects: Vec<Graded> = match name {
        "" if oversees => vec![Graded::Person(person.id), Graded::Unit(person.unit)],
        "" => vec![Graded::Person(person.id)],
        name => vec![subject(&ask, &directory, &person, name)?],
    };
    let desk = Desk { db: ask.tx.db().await?, directory: &directory, rules: ask.rules, at: ask.event.sent_at };
    let mut cards = Vec::new();
    for of in &subjects {
        cards.extend(cards_of(desk, *of, when).await?);
    }
    if cards.is_empty() {
        let of = subjects.first().copied().unwrap_or(Graded::Person(person.id));
        return ask.refuse(&NoCard { name: UserText::new(name_of(&directory, of)) });
    }
    // a person's card is nobody else's business; a unit's only where the committee or the group has said so
    let is_public = |of: &Graded| match of {
        Graded::Person(_) => false,
        Graded::Unit(unit) => {
            let may_know = |chat: &Chat| chat.list_missing && directory.is_within(*unit, chat.unit);
            ask.rules.policy.strict || ask.chat.is_some_and(may_know)
        }
    };
    let public = subjects.iter().all(is_public);
    if public { ask.say(&scores::message(cards)) } else { privately(ask, &person, &scores::message(cards)).await }
}

/// What stands behind a line of a card: to the one who asks, in private.
pub(super) async fn behind(ask: Ask<'_>) -> Result<Answer, Halt> {
    let directory = ask.tx.directory();
    let person = ask.person()?.clone();
    let oversees = Who::Overseer.includes(Some(&person));
    let (when, typed) = When::take(ask.rest);
    let mut own = may_appeal_for(&person);
    if oversees && !own.contains(&Graded::Unit(person.unit)) {
        own.push(Graded::Unit(person.unit));
    }
    let platform = ask.event.platform.as_str();
    // 考核明细 参学率 样例一镇: whoever oversees a unit may name it behind the indicator
    let named = typed.rsplit_once(char::is_whitespace).filter(|_| oversees);
    let named = named.and_then(|(_, name)| find_subject(&directory, &person, name));
    let subjects = named.map_or(own, |of| vec![of]);
    let desk = Desk { db: ask.tx.db().await?, directory: &directory, rules: ask.rules, at: ask.event.sent_at };
    let meant = scores::meant(desk, &subjects, when, ("考核明细", typed), platform).await?;
    if !meant.rest.is_empty() && named.is_none() {
        return ask.refuse(&NoSuchSubject { name: UserText::short(&meant.rest, 30) });
    }
    let found = scores::behind(desk, &meant).await?;
    privately(ask, &person, &found).await
}

/// An appeal against a line of one's own card, or of the card of the unit one is secretary of.
pub(super) async fn appeal(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let taken = scores::appeal(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&taken)
}

/// A decision on an appeal.
pub(super) async fn decide(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let settled = scores::decide(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&settled)
}

fn subject(ask: &Ask<'_>, directory: &Directory, person: &Person, name: &str) -> Result<Graded, Halt> {
    let own = || (name == person.name).then_some(Graded::Person(person.id));
    let found = match Who::Overseer.includes(Some(person)) {
        true => find_subject(directory, person, name),
        false => own(),
    };
    match found {
        Some(of) => Ok(of),
        None => ask.refuse(&NoSuchSubject { name: UserText::short(name, 30) }),
    }
}

/// A unit or somebody that the overseer's authority reaches; of namesakes nobody.
fn find_subject(directory: &Directory, overseer: &Person, name: &str) -> Option<Graded> {
    if let Some(unit) = find_unit(directory, overseer, name) {
        return Some(Graded::Unit(unit));
    }
    let units = directory.subtree(overseer.unit).into_iter();
    let mut found = units.flat_map(|unit| directory.people_of(unit)).filter(|one| one.name == name);
    let first = found.next()?;
    found.next().is_none().then_some(Graded::Person(first.id))
}

/// Says it where nobody else listens.
async fn privately<C: TemplateContext>(ask: Ask<'_>, person: &Person, context: &C) -> Result<Answer, Halt> {
    if ask.event.place.is_private() {
        return ask.say(context);
    }
    let at = ask.event.sent_at;
    let terms = Terms { question: None, not_before: at, valid_until: at + TimeDelta::days(1) };
    enqueue(ask.tx, Target::Person(person.id), context, terms).await?;
    ask.say(&SentPrivately {})
}
