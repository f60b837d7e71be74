//! 我的 · 进度 · 谁还没… · 周报

use super::{Answer, Ask};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::permission::reaches;
use crate::error::Halt;
use crate::services::digest::Weeks;
use crate::services::standing::{self, duty_meant};
use crate::templates::contexts::{NoSuchDuty, NoSuchUnit};

/// What I owe and have done.
pub(super) async fn mine(ask: Ask<'_>, whole: bool) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let me = standing::of_person(ask.tx, ask.rules, &person, ask.chat, ask.event, whole).await?;
    ask.say(&me)
}

/// The digest of the speaker's unit. Names stand in it only where the group may know them, and in private.
pub(super) async fn digest(ask: Ask<'_>) -> Result<Answer, Halt> {
    let directory = ask.tx.directory();
    let person = ask.person()?;
    let unit = unit_here(&ask, &directory, person);
    let weeks = Weeks::read(ask.tx.db().await?, &directory, ask.rules, unit, ask.event.sent_at).await?;
    // what a group may know is what is below its own unit
    let may_know = |chat: &Chat| chat.list_missing && directory.is_within(unit, chat.unit);
    let names = ask.chat.map_or(ask.event.place.is_private(), may_know);
    ask.say(&weeks.digest(&directory, ask.rules, unit, names))
}

/// In a group it is the group's unit that is spoken of, as far as the speaker's authority reaches.
pub(super) fn unit_here(ask: &Ask<'_>, directory: &Directory, person: &Person) -> UnitId {
    ask.chat.map(|chat| chat.unit).filter(|unit| reaches(directory, person, *unit)).unwrap_or(person.unit)
}

/// How a unit stands: the one named, or one's own.
pub(super) async fn progress(ask: Ask<'_>) -> Result<Answer, Halt> {
    let directory = ask.tx.directory();
    let person = ask.person()?.clone();
    let unit = match ask.rest.trim() {
        "" => unit_here(&ask, &directory, &person),
        name => match find_unit(&directory, &person, name) {
            Some(unit) => unit,
            None => {
                let children = directory.children(person.unit).iter().take(6);
                let known = children.map(|unit| UserText::new(directory.unit_name(*unit))).collect();
                return ask.refuse(&NoSuchUnit { name: UserText::short(name, 30), known });
            }
        },
    };
    let progress = standing::of_unit(ask.tx, ask.rules, unit, ask.event).await?;
    ask.say(&progress)
}

/// The unit somebody means, among those their authority reaches: by code, by name, or by the beginning of its name.
pub(super) fn find_unit(directory: &Directory, person: &Person, name: &str) -> Option<UnitId> {
    let by_code = directory.unit_by_code(name).map(|unit| unit.id);
    let called = directory.units_called(name).iter().copied();
    let exact = by_code.into_iter().chain(called).find(|unit| reaches(directory, person, *unit));
    let beginning = || {
        let mut matching =
            directory.subtree(person.unit).into_iter().filter(|unit| directory.unit_name(*unit).starts_with(name));
        matching.next().filter(|_| matching.next().is_none())
    };
    exact.or_else(beginning)
}

/// Who has not done a duty yet: to the one who asks, in private, wherever they ask.
pub(super) async fn missing(ask: Ask<'_>) -> Result<Answer, Halt> {
    let unit = ask.person()?.unit;
    let rules = ask.rules;
    let Some(duty) = duty_meant(&rules.policy, ask.rest) else {
        let known = rules.policy.duties.iter().take(8).map(|duty| duty.title.clone()).collect();
        return ask.refuse(&NoSuchDuty { known });
    };
    let missing = standing::missing(ask.tx, rules, duty, unit, ask.event, None).await?;
    ask.say_privately(&missing).await
}
