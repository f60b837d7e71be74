//! Records: what cadres report, of every kind the policy names.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Rulebook, problems};
use crate::domain::calendar::{DayRange, business_day, month_day, weekday};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::{AttachmentKind, InboundEvent};
use crate::domain::id::{ChatId, PersonId, RecordId, UnitId};
use crate::domain::message::UserText;
use crate::domain::people::AssignmentKind;
use crate::domain::place::locate;
use crate::domain::policy::{FIELD_DAY, FieldName, RecordKind};
use crate::domain::record::{Contact, Record, Said, counted_in};
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::store::{Ahead, Tx};
use crate::templates::contexts::Recorded;

mod correct;
mod lines;
mod suspicion;

pub use correct::{
    Change, change_latest, change_record, latest, nothing_to_withdraw, read_quantity, withdraw, withdraw_recalled,
};
pub use lines::report_lines;

/// The longest text that is taken for a record.
pub const MOST_CHARACTERS: usize = 2_000;

/// The longest text that is a place, in characters.
pub const LONGEST_PLACE: usize = 40;

/// What a receipt shows of a text.
pub(super) const SHOWN: usize = 60;

/// `11月20日 周五`.
pub fn dated(day: NaiveDate) -> String {
    format!("{} {}", month_day(day), weekday(day))
}

/// The business day of an event: by the zone of the group it was said in, or of the person's unit.
pub fn day_of(
    directory: &Directory,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    at: DateTime<Utc>,
) -> NaiveDate {
    let unit = chat.map_or(person.unit, |chat| chat.unit);
    business_day(at, directory.zone_of(unit), rules.policy.day_starts_at)
}

/// The question a check-in asks about its week.
fn week_of(person: PersonId, day: NaiveDate) -> Ahead {
    Ahead { kind: FIELD_DAY, person, range: DayRange::week_of(day) }
}

/// What a check-in will ask, known before the transaction begins.
pub fn ahead(
    directory: &Directory,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    at: DateTime<Utc>,
) -> Ahead {
    week_of(person.id, day_of(directory, rules, person, chat, at))
}

/// Something to be recorded, before it is known where it happened.
#[derive(Clone, Debug)]
pub struct Deed<'a> {
    /// Of which kind.
    pub kind: &'a RecordKind,
    /// Who did it.
    pub person: &'a Person,
    /// On which day.
    pub day: NaiveDate,
    /// The first day of the stay, where that is another one.
    pub stay_day: Option<NaiveDate>,
    /// What was said.
    pub said: Said,
    /// Of a contact: with whom and how.
    pub contact: Contact,
    /// Whether it is made up later.
    pub made_up: bool,
    /// Who enters it, where that is somebody else, and why.
    pub entered_by: Option<(PersonId, String)>,
    /// The first record of the same message, where there are several.
    pub told_with: Option<RecordId>,
}

impl<'a> Deed<'a> {
    /// A deed of today, by its author.
    pub fn of_today(kind: &'a RecordKind, person: &'a Person, day: NaiveDate, said: Said) -> Self {
        Self {
            kind,
            person,
            day,
            stay_day: None,
            said,
            contact: Contact::default(),
            made_up: false,
            entered_by: None,
            told_with: None,
        }
    }
}

/// What follows a word, read as the kind wants it.
///
/// # Errors
/// Refuses what is too long.
pub fn read_said(rules: &Rulebook, event: &InboundEvent, kind: &RecordKind, typed: &str) -> Result<Said, Halt> {
    rules.bounded(typed, MOST_CHARACTERS, event)?;
    let typed = storable(typed);
    let mut said = Said::read(&typed);
    // a bare number counts whatever the kind counts
    let is_bare = said.place.is_empty() && said.content.is_empty();
    if !is_bare {
        said.quantity = counted_in(&typed, &kind.counts);
    }
    if kind.is_text || !kind.fields.contains(&FieldName::Place) {
        return Ok(Said { place: String::new(), content: typed.trim().to_owned(), quantity: said.quantity });
    }
    // a place of a hundred characters is no place
    if said.place.chars().count() > LONGEST_PLACE {
        return Ok(Said { place: String::new(), content: typed.trim().to_owned(), ..said });
    }
    Ok(said)
}

/// The message a record comes from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The group it was said in, if in one of ours.
    pub chat: Option<ChatId>,
    /// When it becomes a record.
    pub at: DateTime<Utc>,
    /// The account through which its pictures are fetched.
    pub account: &'a str,
    /// Its pictures, by reference.
    pub pictures: Vec<&'a str>,
}

impl<'a> Source<'a> {
    /// An event that is a record at once.
    pub fn of(event: &'a InboundEvent, chat: Option<&Chat>) -> Self {
        let pictures = event.attachments.iter().filter(|one| one.kind == AttachmentKind::Image);
        Self {
            chat: chat.map(|chat| chat.id),
            at: event.sent_at,
            account: &event.account,
            pictures: pictures.map(|one| one.reference.as_str()).collect(),
        }
    }
}

/// Stores a deed that was just told.
///
/// # Errors
/// The database's.
pub async fn insert(
    tx: &mut Tx,
    rules: &Rulebook,
    deed: &Deed<'_>,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<Record, Fault> {
    let id = RecordId(tx.new_id());
    insert_from(tx, rules, deed, id, &Source::of(event, chat)).await
}

/// Stores a deed. Everything that is recorded passes through here: it finds the unit, asks for the pictures, puts problems
/// on their list and raises the flags.
///
/// # Errors
/// The database's.
pub async fn insert_from(
    tx: &mut Tx,
    rules: &Rulebook,
    deed: &Deed<'_>,
    id: RecordId,
    source: &Source<'_>,
) -> Result<Record, Fault> {
    let directory = tx.directory();
    let place = locate(&directory, deed.person, &deed.said.place, deed.day);
    let record = Record {
        id,
        kind: deed.kind.key.clone(),
        person: deed.person.id,
        unit: deed.person.unit,
        chat: source.chat,
        day: deed.day,
        stay_day: deed.stay_day,
        made_at: source.at,
        said: deed.said.clone(),
        target: place.map(|(unit, _)| unit),
        ties: place.map_or(0, |(_, ties)| ties),
        contact: deed.contact,
        made_up: deed.made_up,
        entered_by: deed.entered_by.clone(),
        told_with: deed.told_with,
        version: 1,
    };
    tx.insert_record(record.clone());
    // a message that makes several records has its pictures once, with the first of them
    if !source.pictures.is_empty() && deed.told_with.is_none() {
        tx.want_photos(record.id, source.account, &source.pictures).await?;
    }
    suspicion::raise(tx, rules, deed.person, &record, source.at).await?;
    problems::raise(tx, deed.kind, &record, source.at).await?;
    Ok(record)
}

/// Records what was said under a kind's word, today. Returns the record and what the receipt says.
///
/// # Errors
/// Refuses what is too long.
pub async fn report(
    tx: &mut Tx,
    rules: &Rulebook,
    kind: &RecordKind,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<(Record, Recorded), Halt> {
    let said = read_said(rules, event, kind, typed)?;
    let day = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let before = if kind.key == FIELD_DAY { tx.list_days(&week_of(person.id, day)).await? } else { Vec::new() };
    let record = insert(tx, rules, &Deed::of_today(kind, person, day, said), chat, event).await?;
    let mut receipt = receipt(rules, &tx.directory(), kind, person, &record);
    receipt.problems = problems::numbers_of(tx, kind, &record).await?;
    if kind.key == FIELD_DAY {
        let again = before.contains(&day);
        let days = count(before.len()) + u32::from(!again);
        let directory = tx.directory();
        let owed = rules
            .policy
            .weekly_duty()
            .filter(|duty| duty.who.includes_person(person, directory.unit(person.unit)))
            .and_then(|duty| duty.days_of(FIELD_DAY))
            .unwrap_or(0);
        receipt.days = Some(days);
        receipt.again = again;
        receipt.met = owed > 0 && days >= owed;
        receipt.left = owed.saturating_sub(days);
    }
    Ok((record, receipt))
}

/// What a receipt says of any record.
pub fn receipt(
    rules: &Rulebook,
    directory: &Directory,
    kind: &RecordKind,
    person: &Person,
    record: &Record,
) -> Recorded {
    Recorded {
        title: kind.title().to_owned(),
        date: dated(record.day),
        place: UserText::short(&record.said.place, SHOWN),
        content: UserText::short(&record.said.content, SHOWN),
        quantity: record.said.quantity,
        counts: kind.counts.clone(),
        made_up: record.made_up,
        days: None,
        again: false,
        met: false,
        left: 0,
        problems: Vec::new(),
        tied_to: elsewhere(rules, directory, person, record).map(|unit| UserText::new(directory.unit_name(unit))),
    }
}

/// The unit at which a record of this kind would have counted for a duty, where it was not made there: so that a place that
/// was not recognised is noticed at once.
fn elsewhere(rules: &Rulebook, directory: &Directory, person: &Person, record: &Record) -> Option<UnitId> {
    let mut wanted = wanted_at(rules, directory, person, &record.kind);
    wanted.retain(|kind| record.ties & kind.bit() == 0);
    let held = directory.assignments_of(person.id).iter().filter(|one| one.holds(record.day));
    held.into_iter().find(|one| wanted.contains(&one.kind)).map(|one| one.unit)
}

/// The ties at which records of a kind count for a person's duties.
fn wanted_at(rules: &Rulebook, directory: &Directory, person: &Person, kind: &String) -> Vec<AssignmentKind> {
    let duties = rules.policy.duties.iter();
    duties
        .filter(|duty| duty.who.includes_person(person, directory.unit(person.unit)))
        .flat_map(|duty| duty.parts())
        .filter(|item| item.of.contains(kind))
        .filter_map(|item| item.at)
        .collect()
}

/// A count as the templates show it.
pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
