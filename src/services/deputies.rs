//! Who stands in for somebody who is away: 代理, 结束代理, and to whom a question goes that was meant for somebody else.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::Rulebook;
use super::make_up::read_days;
use super::questions::oversees;
use crate::domain::calendar::{business_day, month_day};
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::PersonId;
use crate::domain::message::UserText;
use crate::domain::people::HalfDay;
use crate::domain::permission::Who;
use crate::domain::text::normal;
use crate::domain::when::Lean;
use crate::error::{Fault, Halt};
use crate::services::requests;
use crate::store::{Db, Deputy, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{DeputyEnded, DeputyFor, DeputyRefused, DeputySet};

/// A deputy of a deputy of a deputy is as far as anybody is looked for.
const FURTHEST: usize = 3;

/// Who does what somebody was asked to do.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// Who does it.
    pub who: Person,
    /// For whom, where somebody else was meant.
    pub instead_of: Option<Person>,
    /// Whether the one who was meant is on leave.
    pub on_leave: bool,
    /// Whether whoever does it is on leave, with nobody to stand in.
    pub nobody: bool,
}

fn today_of(directory: &Directory, rules: &Rulebook, person: &Person, at: DateTime<Utc>) -> NaiveDate {
    business_day(at, directory.zone_of(person.unit), rules.policy.day_starts_at)
}

/// Whoever acts for somebody now: their deputy, or the deputy's, or they themselves.
///
/// # Errors
/// The database's.
pub async fn acting_for(
    db: Db<'_>,
    directory: &Directory,
    rules: &Rulebook,
    person: PersonId,
    at: DateTime<Utc>,
) -> Result<PersonId, Fault> {
    let mut acting = person;
    let mut before = vec![person];
    for _ in 0..FURTHEST {
        let Some(one) = directory.person(acting) else { break };
        let today = today_of(directory, rules, one, at);
        let Some(found) = db.find_deputy(acting).await?.filter(|found| found.holds(today)) else { break };
        let can = directory.person(found.deputy).is_some_and(|deputy| !directory.has_left(deputy, at))
            && !directory.identities_of(found.deputy).is_empty();
        // two who stand in for each other: the first who was asked
        if !can || before.contains(&found.deputy) {
            break;
        }
        acting = found.deputy;
        before.push(acting);
    }
    Ok(acting)
}

/// For whom somebody may act now, themselves left out.
///
/// # Errors
/// The database's.
pub async fn principals(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    at: DateTime<Utc>,
) -> Result<Vec<Person>, Fault> {
    let directory = tx.directory();
    let mut found: Vec<Person> = Vec::new();
    let mut next = vec![person.id];
    for _ in 0..FURTHEST {
        let mut more = Vec::new();
        for id in next {
            for deputy in tx.db().await?.list_principals(id).await? {
                let Some(principal) = directory.person(deputy.of) else { continue };
                let known = principal.id == person.id || found.iter().any(|one| one.id == principal.id);
                let left = directory.has_left(principal, at);
                if !known && !left && deputy.holds(today_of(&directory, rules, principal, at)) {
                    more.push(principal.id);
                    found.push(principal.clone());
                }
            }
        }
        next = more;
    }
    Ok(found)
}

/// Whether somebody is on leave that was granted, at an instant.
///
/// # Errors
/// The database's.
pub async fn is_on_leave(tx: &mut Tx, rules: &Rulebook, person: &Person, at: DateTime<Utc>) -> Result<bool, Fault> {
    let directory = tx.directory();
    let today = today_of(&directory, rules, person, at);
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let is_afternoon = at.with_timezone(&directory.zone_of(person.unit)).time() >= noon;
    let leave = tx.db().await?.list_leave_of(person.id, today).await?;
    Ok(leave.iter().any(|one| {
        let now = match one.absence.half {
            None => true,
            Some(HalfDay::Morning) => !is_afternoon,
            Some(HalfDay::Afternoon) => is_afternoon,
        };
        one.absence.days.contains(today) && now
    }))
}

/// To whom something goes that is meant for somebody.
///
/// # Errors
/// The database's.
pub async fn stand_in(tx: &mut Tx, rules: &Rulebook, meant: &Person, at: DateTime<Utc>) -> Result<StandIn, Fault> {
    let on_leave = is_on_leave(tx, rules, meant, at).await?;
    let directory = tx.directory();
    let acting = acting_for(tx.db().await?, &directory, rules, meant.id, at).await?;
    let who = directory.person(acting).unwrap_or(meant).clone();
    let is_other = who.id != meant.id;
    let nobody = if is_other { is_on_leave(tx, rules, &who, at).await? } else { on_leave };
    Ok(StandIn { who, instead_of: is_other.then(|| meant.clone()), on_leave, nobody })
}

/// 代理 李样例 到12月1日: somebody else answers what one would be asked to answer, until that day or until it is ended.
///
/// # Errors
/// Refuses who answers nothing, whom nobody knows, oneself, whom no message reaches, and a day that is over or unclear.
pub async fn set(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<DeputySet, Halt> {
    let at = event.sent_at;
    check_answers(tx, rules, person, event).await?;
    let mut words = typed.splitn(2, |c: char| c.is_whitespace() || matches!(c, '，' | ','));
    let (name, rest) = (words.next().unwrap_or_default().trim(), words.next().unwrap_or_default().trim());
    if name.is_empty() {
        return refuse(rules, event, &DeputyRefused { usage: true, ..DeputyRefused::of("") });
    }
    let directory = tx.directory();
    let today = today_of(&directory, rules, person, at);
    let said = rest.trim_start_matches(['到', '至']).trim();
    let until = match said {
        "" => None,
        said => match read_days(rules, event, said, today, Lean::Ahead, "代理 李样例 到12月1日")? {
            Some(when) => when.last(),
            None => return refuse(rules, event, &DeputyRefused { usage: true, ..DeputyRefused::of("") }),
        },
    };
    if until.is_some_and(|last| last < today) {
        return refuse(rules, event, &DeputyRefused { over: true, ..DeputyRefused::of(name) });
    }
    let deputy = match find_deputy(&directory, person, name, at) {
        Ok(deputy) => deputy.clone(),
        Err(refusal) => return refuse(rules, event, &refusal),
    };
    tx.set_deputy(Deputy { of: person.id, deputy: deputy.id, until }).await?;
    let until = until.map(month_day);
    let notice = DeputyFor { name: UserText::new(&person.name), until: until.clone(), ended: false };
    requests::tell(tx, rules, deputy.id, &notice, at).await?;
    Ok(DeputySet { name: UserText::new(&deputy.name), until })
}

/// Only who answers has something to be stood in for.
async fn check_answers(tx: &mut Tx, rules: &Rulebook, person: &Person, event: &InboundEvent) -> Result<(), Halt> {
    let answers = Who::Answerer.includes(Some(person))
        || !tx.db().await?.list_questions_assigned_to(person.id).await?.is_empty()
        || !tx.db().await?.list_invitations(person.id).await?.is_empty();
    if answers {
        return Ok(());
    }
    refuse(rules, event, &DeputyRefused { nothing: true, ..DeputyRefused::of("") })
}

fn find_deputy<'d>(
    directory: &'d Directory,
    person: &Person,
    name: &str,
    at: DateTime<Utc>,
) -> Result<&'d Person, DeputyRefused> {
    let refusal = DeputyRefused::of(name);
    let wanted = normal(name);
    let root = |unit| directory.lineage(unit).last().map(|one| one.id);
    let named: Vec<&Person> = directory
        .people()
        .filter(|one| normal(&one.name) == wanted && !directory.has_left(one, at))
        .filter(|one| root(one.unit) == root(person.unit))
        .collect();
    // of several the one who sits next door is meant
    let near: Vec<&Person> = named.iter().copied().filter(|one| one.unit == person.unit).collect();
    let found = match (named.as_slice(), near.as_slice()) {
        ([one], _) | (_, [one]) => *one,
        ([], _) => return Err(DeputyRefused { unknown: true, ..refusal }),
        _ => return Err(DeputyRefused { several: true, ..refusal }),
    };
    if found.id == person.id {
        return Err(DeputyRefused { oneself: true, ..refusal });
    }
    if directory.identities_of(found.id).is_empty() {
        return Err(DeputyRefused { unreachable: true, ..refusal });
    }
    Ok(found)
}

/// 结束代理.
///
/// # Errors
/// Refuses where nobody stands in.
pub async fn end(tx: &mut Tx, rules: &Rulebook, person: &Person, event: &InboundEvent) -> Result<DeputyEnded, Halt> {
    let today = today_of(&tx.directory(), rules, person, event.sent_at);
    let Some(found) = tx.db().await?.find_deputy(person.id).await?.filter(|found| found.holds(today)) else {
        return refuse(rules, event, &DeputyRefused { none: true, ..DeputyRefused::of("") });
    };
    tx.end_deputy(person.id).await?;
    let notice = DeputyFor { name: UserText::new(&person.name), until: None, ended: true };
    requests::tell(tx, rules, found.deputy, &notice, event.sent_at).await?;
    Ok(DeputyEnded { name: UserText::new(tx.directory().person_name(found.deputy)) })
}

/// Somebody to turn to instead of one who is away: who answers for the same unit, or for the one that holds the question.
///
/// # Errors
/// The database's.
pub async fn suggestion(
    tx: &mut Tx,
    rules: &Rulebook,
    away: &Person,
    question: &crate::domain::question::Question,
    asking: &Person,
    at: DateTime<Utc>,
) -> Result<Option<UserText>, Fault> {
    let directory = tx.directory();
    let mut others: Vec<&Person> = directory
        .people_of(away.unit)
        .chain(directory.lineage(question.life.holder).flat_map(|unit| directory.people_of(unit.id)))
        .filter(|one| oversees(&directory, one, question) && one.id != away.id && one.id != asking.id)
        .filter(|one| !directory.has_left(one, at) && !directory.identities_of(one.id).is_empty())
        .collect();
    others.truncate(5);
    for other in others {
        if !is_on_leave(tx, rules, other, at).await? {
            return Ok(Some(UserText::new(&other.name)));
        }
    }
    Ok(None)
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}
