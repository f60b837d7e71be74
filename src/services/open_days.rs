//! Open days (线上开放日·书记面对面): a timed session in a youth group. What is asked there while it runs is collected under
//! it; when it ends, the group reads a recap and the unit has one activity more.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::Rulebook;
use super::questions::moment;
use super::records::{self, Deed};
use crate::domain::calendar::business_day;
use crate::domain::directory::{Chat, Person, called};
use crate::domain::event::InboundEvent;
use crate::domain::id::{RecordId, SessionId};
use crate::domain::message::UserText;
use crate::domain::open_day::{LONGEST, SHORTEST, read_start};
use crate::domain::people::ContactMode;
use crate::domain::permission::reaches;
use crate::domain::question::{Question, QuestionState};
use crate::domain::record::{Contact, Said};
use crate::domain::somebody::somebody;
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{Session, Target, Tx};
use crate::templates::contexts::{
    NotYourGroup, OpenDayLength, OpenDayLine, OpenDayNotRunning, OpenDayRecap, OpenDayRunning, OpenDayStarted,
};

/// The kinds of record that an open day may make: the first that the policy has.
const RECORDED_AS: [&str; 2] = ["online_open_day", "activity"];

/// The longest topic.
const LONGEST_TOPIC: usize = 60;

/// How many answered and how many open questions a recap lists.
const LISTED: usize = 8;

/// A recap is worth reading for a day.
const RECAP_VALID: TimeDelta = TimeDelta::days(1);

/// An open day that ran out longer ago than this is late, and its recap keeps quiet hours.
const ON_TIME: TimeDelta = TimeDelta::minutes(10);

/// The open day that runs in a group at an instant.
///
/// # Errors
/// The database's.
pub async fn running(tx: &mut Tx, chat: Option<&Chat>, at: DateTime<Utc>) -> Result<Option<Session>, Fault> {
    let Some(chat) = chat else { return Ok(None) };
    let found = tx.db().await?.find_session(chat.id).await?;
    Ok(found.filter(|session| (session.began_at..session.until).contains(&at)))
}

/// Opens one: `返乡创业 2小时`.
///
/// # Errors
/// Refuses a group beyond the secretary's authority, a length that makes no sense, and a second one at a time.
pub async fn begin(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: &Chat,
    event: &InboundEvent,
    typed: &str,
) -> Result<OpenDayStarted, Halt> {
    let (directory, at) = (tx.directory(), event.sent_at);
    check_authority(tx, rules, person, chat, event)?;
    let (topic, length) = read_start(typed);
    if !(SHORTEST..=LONGEST).contains(&length) {
        let refusal = OpenDayLength { least: SHORTEST.num_minutes(), most: LONGEST.num_hours() };
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    rules.bounded(topic, LONGEST_TOPIC, event)?;
    let zone = directory.zone_of(chat.unit);
    if let Some(before) = tx.db().await?.find_session(chat.id).await? {
        if before.until > at {
            let refusal = OpenDayRunning { until: moment(before.until, zone) };
            return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
        }
        // its time is over, and no tick of the schedule has come by yet
        end_by_itself(tx, rules, &before, at).await?;
    }
    let session = Session {
        id: SessionId(tx.new_id()),
        chat: chat.id,
        unit: chat.unit,
        person: person.id,
        topic: storable(topic),
        began_at: at,
        until: at + length,
    };
    tx.insert_session(&session).await?;
    Ok(OpenDayStarted {
        unit: UserText::new(directory.unit_name(session.unit)),
        topic: UserText::new(&session.topic),
        until: moment(session.until, zone),
    })
}

/// Ends the one in this group. Returns the recap.
///
/// # Errors
/// Refuses where none runs, and a group beyond the secretary's authority.
pub async fn end(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: &Chat,
    event: &InboundEvent,
) -> Result<OpenDayRecap, Halt> {
    check_authority(tx, rules, person, chat, event)?;
    let found = tx.db().await?.find_session(chat.id).await?;
    let recap = match found {
        Some(session) => finish(tx, rules, &session, event.sent_at).await?,
        None => None,
    };
    match recap {
        Some(recap) => Ok(recap),
        None => Err(rules.templates.refuse(&OpenDayNotRunning {}, &event.platform)?.into()),
    }
}

/// A unit's group is opened and closed by those whose authority reaches the unit.
pub(super) fn check_authority(
    tx: &Tx,
    rules: &Rulebook,
    person: &Person,
    chat: &Chat,
    event: &InboundEvent,
) -> Result<(), Halt> {
    let directory = tx.directory();
    if reaches(&directory, person, chat.unit) {
        return Ok(());
    }
    let refusal = NotYourGroup { unit: UserText::new(directory.unit_name(chat.unit)) };
    Err(rules.templates.refuse(&refusal, &event.platform)?.into())
}

/// Ends one whose time has run out and posts its recap. Does nothing where somebody was faster.
///
/// # Errors
/// The database's.
pub async fn end_by_itself(tx: &mut Tx, rules: &Rulebook, session: &Session, at: DateTime<Utc>) -> Result<(), Fault> {
    let Some(recap) = finish(tx, rules, session, at).await? else { return Ok(()) };
    let zone = tx.directory().zone_of(session.unit);
    let not_before = match at - session.until > ON_TIME {
        true => rules.policy.open_hours().next_open(at, zone, &rules.calendar),
        false => at,
    };
    let terms = Terms { question: None, not_before, valid_until: not_before + RECAP_VALID };
    enqueue(tx, Target::Chat(session.chat), &recap, terms).await?;
    Ok(())
}

async fn finish(
    tx: &mut Tx,
    rules: &Rulebook,
    session: &Session,
    at: DateTime<Utc>,
) -> Result<Option<OpenDayRecap>, Fault> {
    if !tx.end_session(session.id, at).await? {
        return Ok(None);
    }
    let asked = tx.db().await?.list_session_questions(session.id).await?;
    let answers = tx.db().await?.list_session_answers(session.id).await?;
    let askers: BTreeSet<String> = asked
        .iter()
        .map(|question| &question.asker)
        .map(|asker| somebody(asker.person, &asker.account, &asker.external_id))
        .collect();
    let recorded = record(tx, rules, session, askers.len(), at).await?;
    let directory = tx.directory();
    let zone = directory.zone_of(session.unit);
    let (answered, open): (Vec<&Question>, Vec<&Question>) =
        asked.iter().partition(|question| question.state == QuestionState::Answered);
    let line = |question: &&Question| OpenDayLine {
        number: question.number,
        question: UserText::short(&question.text, 40),
        answer: UserText::short(answers.get(&question.id).map_or("", String::as_str), 60),
        due: moment(question.due_at, zone),
    };
    Ok(Some(OpenDayRecap {
        unit: UserText::new(directory.unit_name(session.unit)),
        topic: UserText::new(&session.topic),
        askers: askers.len(),
        asked: asked.len(),
        answered: answered.len(),
        items: answered.iter().take(LISTED).map(line).collect(),
        more: answered.len().saturating_sub(LISTED),
        open: open.iter().take(LISTED).map(line).collect(),
        more_open: open.len().saturating_sub(LISTED),
        recorded,
    }))
}

/// One record of the unit, by the secretary who opened it, with as many people as asked. Where nobody came, there is
/// nothing to record.
async fn record(
    tx: &mut Tx,
    rules: &Rulebook,
    session: &Session,
    askers: usize,
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let directory = tx.directory();
    let kind = RECORDED_AS.iter().find_map(|key| rules.policy.kind(key));
    let (Some(kind), Some(person)) = (kind, directory.person(session.person)) else {
        return Ok(false);
    };
    if askers == 0 {
        return Ok(false);
    }
    let content = match session.topic.as_str() {
        "" => "线上开放日".to_owned(),
        topic => format!("线上开放日：{topic}"),
    };
    let said = Said {
        place: called(directory.unit_name(session.unit)),
        content,
        quantity: Some(i32::try_from(askers).unwrap_or(i32::MAX)),
    };
    let day = business_day(session.began_at, directory.zone_of(session.unit), rules.policy.day_starts_at);
    // a duty that asks for people met face to face does not count it
    let contact = Contact { mode: Some(ContactMode::Online), ..Contact::default() };
    let deed = Deed { contact, ..Deed::of_today(kind, person, day, said) };
    let source = records::Source { chat: Some(session.chat), at, account: "", pictures: Vec::new() };
    let id = RecordId(tx.new_id());
    records::insert_from(tx, rules, &deed, id, &source).await?;
    Ok(true)
}
