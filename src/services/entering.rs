//! A secretary enters something for somebody else: with a reason, and the person is told and may object.

use chrono::{DateTime, TimeDelta, Utc};

use super::Rulebook;
use super::make_up::{first_open_day, insert_days, read_kind_and_days};
use super::records::{Deed, Source, dated, day_of, read_said};
use super::requests::{days_title, detail, split_reason, tell};
use crate::domain::directory::{Chat, Directory, Person, called};
use crate::domain::event::InboundEvent;
use crate::domain::id::RecordId;
use crate::domain::message::UserText;
use crate::domain::permission::reaches;
use crate::domain::record::Record;
use crate::domain::text::normal;
use crate::error::{Fault, Halt};
use crate::store::Tx;
use crate::templates::contexts::{
    CannotMakeUp, Entered, EnteredForYou, EntryWithdrawn, NoSuchPerson, NotForYourself, ReasonMissing,
};

/// What to type, in a refusal.
pub const EXAMPLE: &str = "代签 钱样例 昨天 东风社区 走访 原因：手机坏了";

/// The person at the beginning of a text, and what follows: `钱样例 昨天 …`, or with a unit where there are several of that
/// name, `钱样例(样例一镇) 昨天 …`.
///
/// # Errors
/// Refuses a name that nobody the speaker's authority reaches has, and one that several have.
pub fn read_person<'t>(
    directory: &Directory,
    rules: &Rulebook,
    by: &Person,
    event: &InboundEvent,
    typed: &'t str,
    example: &str,
) -> Result<(Person, &'t str), Halt> {
    let typed = typed.trim_start().trim_start_matches(['@', '＠']);
    let (said, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let (name, unit) = match said.split_once(['(', '（']) {
        Some((name, unit)) => (name, called(unit.trim_end_matches([')', '）']))),
        None => (said, String::new()),
    };
    let name = normal(name);
    let is_meant = |person: &&Person| {
        person.kind.is_some()
            && normal(&person.name) == name
            && (unit.is_empty() || called(directory.unit_name(person.unit)) == unit)
            && reaches(directory, by, person.unit)
    };
    let mut found: Vec<&Person> = directory.people().filter(is_meant).collect();
    found.sort_by_key(|person| person.id);
    match found.as_slice() {
        [one] => Ok(((*one).clone(), rest.trim_start())),
        several => {
            let units = several.iter().take(6).map(|one| UserText::new(directory.unit_name(one.unit))).collect();
            let refusal = NoSuchPerson { name: UserText::short(&name, 20), units, example: example.to_owned() };
            Err(rules.templates.refuse(&refusal, &event.platform)?.into())
        }
    }
}

/// Refuses to do for oneself what is for others.
///
/// # Errors
/// The refusal.
pub fn not_for_oneself(
    rules: &Rulebook,
    by: &Person,
    person: &Person,
    event: &InboundEvent,
    word: &str,
) -> Result<(), Halt> {
    if by.id == person.id {
        let refusal = NotForYourself { word: word.to_owned() };
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    Ok(())
}

/// Records `昨天 东风社区 走访 原因：手机坏了` for somebody. Returns the first record and what the receipt says.
///
/// # Errors
/// Refuses days that cannot be read, are still to come, or lie in a closed month; and an entry without a reason.
pub async fn enter(
    tx: &mut Tx,
    rules: &Rulebook,
    by: &Person,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<(RecordId, Entered), Halt> {
    let directory = tx.directory();
    let today = day_of(&directory, rules, person, None, event.sent_at);
    let (kind, when) = read_kind_and_days(rules, event, typed, today, EXAMPLE)?;
    let (first, last) = (when.first().unwrap_or(today), when.last().unwrap_or(today));
    let earliest = first_open_day(today);
    if last > today || first < earliest {
        let future = last > today;
        let earliest = if future { String::new() } else { dated(earliest) };
        let refusal = CannotMakeUp { future, off: false, earliest, used_up: 0 };
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    let (done, reason) = split_reason(&when.rest);
    if reason.is_empty() {
        let refusal = ReasonMissing { example: EXAMPLE.to_owned() };
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    let said = read_said(rules, event, kind, done)?;
    let id = RecordId(tx.new_id());
    let deed = |day| Deed {
        made_up: day < today,
        entered_by: Some((by.id, reason.clone())),
        ..Deed::of_today(kind, person, day, said.clone())
    };
    insert_days(tx, rules, &when.days, id, &Source::of(event, chat), deed).await?;
    let days = days_title(&when.days);
    let notice = EnteredForYou {
        by: UserText::new(&by.name),
        what: kind.title().to_owned(),
        days: days.clone(),
        detail: detail(&said),
        reason: UserText::short(&reason, 200),
        undo: "撤回".to_owned(),
    };
    tell(tx, rules, person.id, &notice, event.sent_at).await?;
    let receipt = Entered {
        name: UserText::new(&person.name),
        title: kind.title().to_owned(),
        days,
        place: UserText::short(&said.place, super::records::SHOWN),
        content: UserText::short(&said.content, super::records::SHOWN),
        made_up: first < today,
    };
    Ok((id, receipt))
}

/// The latest record that somebody entered for another, in time to take it back.
///
/// # Errors
/// The database's.
pub async fn latest(tx: &mut Tx, rules: &Rulebook, by: &Person, at: DateTime<Utc>) -> Result<Option<Record>, Fault> {
    let hours = TimeDelta::hours(i64::from(rules.policy.records.correct_within_hours));
    Ok(tx.db().await?.find_latest_entered(by.id, at - hours, at).await?)
}

/// Tells the one who entered a record that the person has taken it back.
///
/// # Errors
/// The database's.
pub async fn tell_withdrawn(
    tx: &mut Tx,
    rules: &Rulebook,
    record: &Record,
    by: Option<&Person>,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let (Some((enterer, _)), Some(by)) = (&record.entered_by, by) else { return Ok(()) };
    if *enterer == by.id {
        return Ok(());
    }
    let notice = EntryWithdrawn {
        name: UserText::new(&by.name),
        title: rules.policy.kind_title(&record.kind).to_owned(),
        date: dated(record.day),
    };
    tell(tx, rules, *enterer, &notice, at).await
}
