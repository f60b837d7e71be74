//! The Voice of Youth beyond asking and answering: likes, experts who are invited to answer.

use chrono::TimeDelta;

use super::questions::{is_readable, moment, take};
use super::topics::root_of;
use super::{Rulebook, deputies};
use crate::domain::calendar::business_day;
use crate::domain::directory::{Chat, Directory, Person, called};
use crate::domain::event::InboundEvent;
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::people::Role;
use crate::domain::permission::reaches;
use crate::domain::policy::URGENT;
use crate::domain::question::{Question, Step};
use crate::domain::somebody::somebody;
use crate::domain::text::normal;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{Taken, Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{
    ExpertUnreachable, Invitation, Invited, Liked, NoSuchExpert, NoSuchPublicQuestion, NoSuchQuestion, SeveralExperts,
};

/// An invitation is worth reading for a month.
const INVITATION_VALID: TimeDelta = TimeDelta::days(30);

/// Likes a question that was asked in a group. Returns what the receipt says.
///
/// # Errors
/// Refuses what was asked in private, was withdrawn or is another tree's, in the same words as what does not exist.
pub async fn like(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    number: Option<i64>,
) -> Result<Liked, Halt> {
    let found = match number {
        Some(number) => tx.db().await?.find_question_by_number(number).await?,
        None => None,
    };
    let directory = tx.directory();
    let Some(question) = found.filter(|question| is_readable(&directory, speaker, chat, event, question)) else {
        return refuse(rules, event, &NoSuchPublicQuestion { number: number.unwrap_or_default(), look: false });
    };
    let who = somebody(speaker.map(|person| person.id), &event.account, &event.sender);
    let first = tx.like_question(question.id, &who, event.sent_at).await?;
    let likes = tx.db().await?.count_likes(question.id).await?;
    Ok(Liked { number: question.number, likes, again: !first })
}

/// Invites an expert to answer a question; they may, even though the unit is not theirs.
///
/// # Errors
/// Refuses a question beyond the secretary's authority, a withdrawn one, and an expert that is not on the roster, is not
/// the only one of the name, or cannot be reached.
pub async fn invite(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    name: &str,
    unit: Option<&str>,
    number: i64,
) -> Result<Invited, Halt> {
    let directory = tx.directory();
    let found = tx.db().await?.find_question_by_number(number).await?;
    let Some(question) = found.filter(|question| reaches(&directory, person, question.unit)) else {
        return refuse(rules, event, &NoSuchQuestion { number: number.to_string() });
    };
    let experts = experts_called(&directory, rules, event, name, unit, question.unit);
    let expert = match experts.as_slice() {
        [] => return refuse(rules, event, &NoSuchExpert { name: UserText::short(name, 20) }),
        [expert] => *expert,
        several => {
            let units = several.iter().take(5).map(|one| UserText::new(&called(directory.unit_name(one.unit))));
            return refuse(
                rules,
                event,
                &SeveralExperts { name: UserText::short(name, 20), number, units: units.collect() },
            );
        }
    };
    let found = deputies::stand_in(tx, rules, expert, event.sent_at).await?;
    let expert = &found.who;
    let shown = UserText::new(&expert.name);
    if directory.identities_of(expert.id).is_empty() {
        return refuse(rules, event, &ExpertUnreachable { name: shown });
    }
    let first = tx.invite_expert(question.id, expert.id, person.id, event.sent_at).await?;
    if first {
        let taken = Taken { by: Some(person.id), at: event.sent_at, detail: &expert.name };
        take(tx, rules, &question, &Step::Invite(expert.id), taken, &event.platform).await?;
        tell(tx, rules, person, expert, &question, event).await?;
    }
    let suggest = match found.nobody {
        true => deputies::suggestion(tx, rules, expert, &question, person, event.sent_at).await?,
        false => None,
    };
    Ok(Invited {
        name: shown,
        number,
        again: !first,
        on_leave: found.on_leave,
        instead_of: found.instead_of.as_ref().map(|meant| UserText::new(&meant.name)),
        away: found.nobody,
        suggest,
    })
}

fn experts_called<'d>(
    directory: &'d Directory,
    rules: &Rulebook,
    event: &InboundEvent,
    name: &str,
    unit: Option<&str>,
    asked: UnitId,
) -> Vec<&'d Person> {
    let (name, root) = (normal(name), root_of(directory, asked));
    let mut found: Vec<&Person> = directory
        .people()
        .filter(|one| root_of(directory, one.unit) == root)
        .filter(|one| one.roles.contains(&Role::Expert) && normal(&one.name) == name)
        .filter(|one| unit.is_none_or(|unit| called(directory.unit_name(one.unit)) == called(unit)))
        .filter(|one| one.is_here(business_day(event.sent_at, directory.zone_of(one.unit), rules.policy.day_starts_at)))
        .collect();
    found.sort_by_key(|one| one.id);
    found
}

async fn tell(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    expert: &Person,
    question: &Question,
    event: &InboundEvent,
) -> Result<(), Fault> {
    let directory = tx.directory();
    let notice = Invitation {
        number: question.number,
        text: UserText::new(&question.text),
        by: UserText::new(&person.name),
        unit: UserText::new(directory.unit_name(question.unit)),
        due: moment(question.life.due_at, directory.zone_of(question.unit)),
    };
    let zone = directory.zone_of(expert.unit);
    let terms = Terms {
        question: Some(question.id),
        not_before: match question.life.class == URGENT {
            true => event.sent_at,
            false => rules.policy.open_hours().next_open(event.sent_at, zone, &rules.calendar),
        },
        valid_until: event.sent_at + INVITATION_VALID,
    };
    enqueue(tx, Target::Person(expert.id), &notice, terms).await?;
    Ok(())
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}
