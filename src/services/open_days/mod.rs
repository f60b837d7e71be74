//! Open days (线上开放日·书记面对面): a timed session in a youth group. What is asked there while it runs is collected, put to
//! the host one by one and answered live; when it ends, the group reads a recap and the unit has one activity more.
//!
//! `announcing` is what comes before, `hosting` the queue and the answers, `report` what came of it, `document` that as a
//! file. Where the turn is, is a step behind nothing: it is settled in the same write as the step that changed it.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::Rulebook;
use super::questions::{answerer_targets, moment};
use super::records::{self, Deed};
use crate::domain::calendar::business_day;
use crate::domain::directory::{Chat, Directory, Person, called};
use crate::domain::event::InboundEvent;
use crate::domain::id::{RecordId, SessionId};
use crate::domain::message::UserText;
use crate::domain::open_day::{LONGEST, Phase, SHORTEST, read_start};
use crate::domain::people::ContactMode;
use crate::domain::permission::reaches;
use crate::domain::question::{Question, State};
use crate::domain::record::{Contact, Said};
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{Session, Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{
    NotYourGroup, OpenDayClosed, OpenDayLength, OpenDayLine, OpenDayNotRunning, OpenDayRecap, OpenDayRunning,
    OpenDayStarted,
};

mod announcing;
mod document;
mod hosting;
mod report;

pub use announcing::{AskedAhead, Planned, announce, ask_ahead, begin_announced, cancel, remind};
pub use document::write as write_document;
pub use hosting::{Live, after_step, answer_at_hand, is_live, next, said_more, take_over, tell_live, view, went_on_to};
pub use report::{Entry, Report, report};

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

/// One that is announced for within this time is what a secretary means who opens one now.
const MEANT: TimeDelta = TimeDelta::hours(12);

/// The open day that runs in a group at an instant.
///
/// # Errors
/// The database's.
pub async fn running(tx: &mut Tx, chat: Option<&Chat>, at: DateTime<Utc>) -> Result<Option<Session>, Fault> {
    let Some(chat) = chat else { return Ok(None) };
    let found = tx.db().await?.find_session(chat.id).await?;
    Ok(found.filter(|session| (session.began_at..session.until).contains(&at)))
}

/// Opens one: `返乡创业 2小时`. One that is announced for soon begins now, with what was asked beforehand.
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
    check_length(rules, event, length)?;
    rules.bounded(topic, LONGEST_TOPIC, event)?;
    if let Some(before) = tx.db().await?.find_session(chat.id).await? {
        if before.until > at {
            let refusal = OpenDayRunning { until: moment(before.until, directory.zone_of(chat.unit)) };
            return refuse(rules, event, &refusal);
        }
        // its time is over, and no tick of the schedule has come by yet
        end_by_itself(tx, rules, &before, at).await?;
    }
    let announced = tx.db().await?.find_announced_session(chat.id).await?;
    let session = match announced.filter(|session| session.began_at - at <= MEANT) {
        Some(announced) => {
            let length = if typed.trim().is_empty() { announced.until - announced.began_at } else { length };
            let topic = if topic.is_empty() { announced.topic.clone() } else { storable(topic) };
            let session = Session { topic, phase: Phase::Running, began_at: at, until: at + length, ..announced };
            tx.begin_session(&session).await?;
            tx.change_session_host(session.id, person.id).await?;
            Session { host: person.id, ..session }
        }
        None => {
            let session = Session {
                topic: storable(topic),
                began_at: at,
                until: at + length,
                ..blank(SessionId(tx.new_id()), person, chat, Phase::Running, at)
            };
            tx.insert_session(session).await?
        }
    };
    Ok(started(tx, &session, at).await?)
}

fn blank(id: SessionId, person: &Person, chat: &Chat, phase: Phase, at: DateTime<Utc>) -> Session {
    Session {
        id,
        number: 0,
        chat: chat.id,
        unit: chat.unit,
        person: person.id,
        host: person.id,
        topic: String::new(),
        phase,
        began_at: at,
        until: at,
        ended_at: None,
        at_hand: None,
        put_at: None,
    }
}

/// What is said when one has begun; puts the first of the questions that were asked beforehand.
async fn started(tx: &mut Tx, session: &Session, at: DateTime<Utc>) -> Result<OpenDayStarted, Fault> {
    let directory = tx.directory();
    let collected = tx.db().await?.list_session_queue(session).await?.len();
    hosting::go_on(tx, session, at).await?;
    Ok(OpenDayStarted {
        unit: UserText::new(directory.unit_name(session.unit)),
        topic: UserText::new(&session.topic),
        until: moment(session.until, directory.zone_of(session.unit)),
        host: host_name(&directory, session),
        collected,
    })
}

/// Until when an answer is promised; empty while the asker is to say more.
fn due(question: &Question, zone: Tz) -> String {
    if question.life.state == State::Waiting { String::new() } else { moment(question.life.due_at, zone) }
}

fn host_name(directory: &Directory, session: &Session) -> UserText {
    UserText::new(directory.person_name(session.host))
}

fn group_name(directory: &Directory, session: &Session) -> UserText {
    UserText::new(directory.chat(session.chat).map_or("", |chat| chat.name.as_str()))
}

fn check_length(rules: &Rulebook, event: &InboundEvent, length: TimeDelta) -> Result<(), Halt> {
    if (SHORTEST..=LONGEST).contains(&length) {
        return Ok(());
    }
    refuse(rules, event, &OpenDayLength { least: SHORTEST.num_minutes(), most: LONGEST.num_hours() })
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
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
        None => refuse(rules, event, &OpenDayNotRunning {}),
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
    refuse(rules, event, &NotYourGroup { unit: UserText::new(directory.unit_name(chat.unit)) })
}

/// Ends one whose time has run out and posts its recap. Does nothing where somebody was faster.
///
/// # Errors
/// The database's.
pub async fn end_by_itself(tx: &mut Tx, rules: &Rulebook, session: &Session, at: DateTime<Utc>) -> Result<(), Fault> {
    let Some(recap) = finish(tx, rules, session, at).await? else { return Ok(()) };
    let not_before = on_time_or_open(tx, rules, session, session.until, at);
    let terms = Terms { question: None, not_before, valid_until: not_before + RECAP_VALID };
    enqueue(tx, Target::Chat(session.chat), &recap, terms).await?;
    Ok(())
}

/// What comes when it was to come goes out at once; what is late keeps quiet hours.
fn on_time_or_open(
    tx: &Tx,
    rules: &Rulebook,
    session: &Session,
    planned: DateTime<Utc>,
    at: DateTime<Utc>,
) -> DateTime<Utc> {
    let zone = tx.directory().zone_of(session.unit);
    if at - planned > ON_TIME { rules.policy.open_hours().next_open(at, zone, &rules.calendar) } else { at }
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
    if let Some(question) = session.at_hand {
        // a turn that has not been handed over is nobody's any more
        tx.drop_notices_of(question, at).await?;
    }
    let ended = Session { phase: Phase::Ended, ended_at: Some(at), at_hand: None, ..session.clone() };
    let came = report(&tx.db().await?, &ended, at).await?;
    let recorded = record(tx, rules, session, came.participants, at).await?;
    let directory = tx.directory();
    let zone = directory.zone_of(session.unit);
    let line = |entry: &&Entry| OpenDayLine {
        number: entry.question.number,
        question: UserText::short(&entry.question.text, 40),
        answer: UserText::short(entry.answers.first().map_or("", |answer| answer.text.as_str()), 60),
        due: due(&entry.question, zone),
        likes: entry.likes,
        also: entry.also,
    };
    let is_answered = |entry: &&Entry| !entry.is_open && !entry.answers.is_empty();
    let answered: Vec<&Entry> = came.entries.iter().filter(is_answered).collect();
    let open: Vec<&Entry> = came.entries.iter().filter(|entry| entry.is_open).collect();
    tell_closed(tx, rules, session, &came, at).await?;
    Ok(Some(OpenDayRecap {
        unit: UserText::new(directory.unit_name(session.unit)),
        topic: UserText::new(&session.topic),
        askers: came.askers,
        asked: came.asked,
        answered: came.answered,
        satisfied: came.satisfied,
        likes: came.likes,
        aside: came.aside,
        participants: came.participants,
        items: answered.iter().take(LISTED).map(line).collect(),
        more: answered.len().saturating_sub(LISTED),
        still_open: came.open,
        open: open.iter().take(LISTED).map(line).collect(),
        more_open: open.len().saturating_sub(LISTED),
        recorded,
    }))
}

/// Tells the host at once, and those who answer for the unit in open hours, what is left. No platform here carries a file,
/// so they are told how the document is made.
async fn tell_closed(
    tx: &mut Tx,
    rules: &Rulebook,
    session: &Session,
    came: &Report,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    if came.asked + came.aside == 0 {
        return Ok(());
    }
    let directory = tx.directory();
    let zone = directory.zone_of(session.unit);
    let closed = OpenDayClosed {
        group: group_name(&directory, session),
        asked: came.asked,
        open: came.open,
        number: session.number,
    };
    let host = Target::Person(session.host);
    let opens = rules.policy.open_hours().next_open(at, zone, &rules.calendar);
    let mut targets = vec![(host.clone(), on_time_or_open(tx, rules, session, session.until, at))];
    if came.open > 0 {
        let others = answerer_targets(&directory, session.unit, at).into_iter().filter(|target| *target != host);
        targets.extend(others.map(|target| (target, opens)));
    }
    for (target, not_before) in targets {
        let terms = Terms { question: None, not_before, valid_until: not_before + RECAP_VALID };
        enqueue(tx, target, &closed, terms).await?;
    }
    Ok(())
}

/// One record of the unit, by the secretary who opened it, with as many people as asked or liked. Where nobody came, there is
/// nothing to record.
async fn record(
    tx: &mut Tx,
    rules: &Rulebook,
    session: &Session,
    participants: usize,
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let directory = tx.directory();
    let kind = RECORDED_AS.iter().find_map(|key| rules.policy.kind(key));
    let (Some(kind), Some(person)) = (kind, directory.person(session.person)) else {
        return Ok(false);
    };
    if participants == 0 {
        return Ok(false);
    }
    let content = match session.topic.as_str() {
        "" => "线上开放日".to_owned(),
        topic => format!("线上开放日：{topic}"),
    };
    let said = Said {
        place: called(directory.unit_name(session.unit)),
        content,
        quantity: Some(i32::try_from(participants).unwrap_or(i32::MAX)),
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
