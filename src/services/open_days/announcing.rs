//! Before an open day: announcing it, asking beforehand, the reminder, beginning by itself, cancelling.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    LONGEST_TOPIC, RECAP_VALID, blank, check_authority, check_length, group_name, host_name, on_time_or_open, refuse,
    started,
};
use crate::domain::calendar::instant;
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::SessionId;
use crate::domain::message::UserText;
use crate::domain::open_day::{FURTHEST, NotAnnounced, Phase, REMINDED_BEFORE, read_announcement};
use crate::domain::people::ChatRole;
use crate::domain::permission::reaches;
use crate::domain::question::Question;
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::services::questions::{self, Asking, TakenIn, moment, tell_unheard};
use crate::store::{Session, Target, Tx};
use crate::templates::contexts::{
    OpenDayAnnounced, OpenDayAnnouncedAlready, OpenDayCancelled, OpenDayCollected, OpenDayNotAnnounced, OpenDayPlanned,
    OpenDaySoon, OpenDayWhen, OpenDayWhere, UrgentTaken,
};

/// In how many groups one may be announced at once: somebody has to answer in all of them.
const MOST_GROUPS: usize = 3;

/// Who wants to begin sooner than this opens it at once.
const SOONEST: TimeDelta = TimeDelta::minutes(1);

/// What announcing came to.
#[derive(Debug)]
pub enum Planned {
    /// It was said in the group itself, where the announcement is the answer.
    Here(OpenDayAnnounced),
    /// It was said elsewhere: the groups have it posted.
    There(OpenDayPlanned),
}

/// 开放日 预告: announces one in the group it is said in; elsewhere in the groups of young people of the speaker's unit.
///
/// # Errors
/// Refuses what cannot be read, a time that is over or too far off, a group beyond their authority, a group that has one
/// announced already, and a unit that has no such group.
pub async fn announce(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<Planned, Halt> {
    let (directory, at) = (tx.directory(), event.sent_at);
    let here = chat.filter(|chat| chat.role == ChatRole::Youth);
    let groups: Vec<Chat> = match here {
        Some(chat) => vec![chat.clone()],
        None => directory.chats_of(person.unit).filter(|chat| is_young(&directory, chat)).cloned().collect(),
    };
    if groups.is_empty() || groups.len() > MOST_GROUPS {
        return refuse(rules, event, &OpenDayWhere { groups: groups.len() });
    }
    let zone = directory.zone_of(groups.first().map_or(person.unit, |group| group.unit));
    let read = read_announcement(typed, at.with_timezone(&zone).date_naive());
    let announcement = match read {
        Ok(announcement) => announcement,
        Err(not) => {
            let reason = match not {
                NotAnnounced::Day(unclear) => unclear.reason(),
                NotAnnounced::NoDay => "没有看到是哪一天".to_owned(),
                NotAnnounced::NoTime => "没有看到几点开始".to_owned(),
            };
            return refuse(rules, event, &OpenDayWhen { reason });
        }
    };
    check_length(rules, event, announcement.length)?;
    rules.bounded(announcement.topic, LONGEST_TOPIC, event)?;
    let begins = instant(announcement.day, announcement.time, zone);
    if begins - at < SOONEST || begins - at > FURTHEST {
        let says = moment(begins, zone);
        let reason = match begins <= at + SOONEST {
            true => format!("{says} 已经过了"),
            false => format!("{says} 太远了，最早提前 {} 天预告", FURTHEST.num_days()),
        };
        return refuse(rules, event, &OpenDayWhen { reason });
    }
    for group in &groups {
        check_authority(tx, rules, person, group, event)?;
        if let Some(other) = tx.db().await?.find_announced_session(group.id).await? {
            let begins = moment(other.began_at, zone);
            return refuse(rules, event, &OpenDayAnnouncedAlready { group: UserText::new(&group.name), begins });
        }
    }
    let mut said = None;
    for group in &groups {
        let session = Session {
            topic: storable(announcement.topic),
            began_at: begins,
            until: begins + announcement.length,
            ..blank(SessionId(tx.new_id()), person, group, Phase::Announced, at)
        };
        let session = tx.insert_session(session).await?;
        if begins - at <= REMINDED_BEFORE {
            // the announcement is the reminder
            tx.note_session_reminded(session.id).await?;
        }
        let announced = OpenDayAnnounced {
            unit: UserText::new(directory.unit_name(session.unit)),
            topic: UserText::new(&session.topic),
            begins: moment(begins, zone),
            until: moment(session.until, zone),
            host: host_name(&directory, &session),
        };
        if here.is_none() {
            let terms = Terms { question: None, not_before: at, valid_until: begins };
            enqueue(tx, Target::Chat(group.id), &announced, terms).await?;
        }
        said = Some(announced);
    }
    match said.filter(|_| here.is_some()) {
        Some(announced) => Ok(Planned::Here(announced)),
        None => Ok(Planned::There(OpenDayPlanned {
            groups: groups.iter().map(|group| UserText::new(&group.name)).collect(),
            begins: moment(begins, zone),
        })),
    }
}

fn is_young(directory: &Directory, chat: &Chat) -> bool {
    chat.role == ChatRole::Youth && !directory.endpoints_of(chat.id).is_empty()
}

/// What became of a question for an open day.
#[derive(Debug)]
pub enum AskedAhead {
    /// It has its turn there.
    Collected(Question, OpenDayCollected),
    /// It cannot wait.
    Urgent(Question, UrgentTaken),
}

/// 开放日 提问: a question for the open day that is announced in the group, or runs there. Nobody is told of it before that
/// begins, and its time starts to run then. `None` where there is none: it is a question like any other.
///
/// # Errors
/// What asking refuses.
pub async fn ask_ahead(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: &Chat,
    event: &InboundEvent,
    typed: &str,
) -> Result<Option<AskedAhead>, Halt> {
    let session = match super::running(tx, Some(chat), event.sent_at).await? {
        Some(session) => Some(session),
        None => tx.db().await?.find_announced_session(chat.id).await?,
    };
    let Some(session) = session else { return Ok(None) };
    let asking = Asking { speaker, chat: Some(chat), event, typed, similar: &[], veil: None, open_day: Some(&session) };
    let question = match questions::ask(tx, rules, asking).await? {
        TakenIn::Asked(question, _) | TakenIn::Offered(question, _) => question,
        TakenIn::Urgent(question, heard) => return Ok(Some(AskedAhead::Urgent(question, heard))),
    };
    let zone = tx.directory().zone_of(session.unit);
    let begins = match session.phase {
        Phase::Announced => moment(session.began_at, zone),
        _ => String::new(),
    };
    let receipt = OpenDayCollected { number: question.number, begins, due: moment(question.life.due_at, zone) };
    Ok(Some(AskedAhead::Collected(question, receipt)))
}

/// 开放日 取消: the one announced in the group; elsewhere those that the speaker is the host of or that they announced.
///
/// # Errors
/// Refuses where none is announced, and a group beyond their authority.
pub async fn cancel(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<OpenDayCancelled, Halt> {
    let directory = tx.directory();
    let mut sessions = tx.db().await?.list_sessions_alive().await?;
    sessions.retain(|session| session.phase == Phase::Announced);
    let here = chat.filter(|chat| chat.role == ChatRole::Youth);
    match here {
        Some(chat) => {
            check_authority(tx, rules, person, chat, event)?;
            sessions.retain(|session| session.chat == chat.id);
        }
        None => sessions.retain(|session| {
            let own = session.host == person.id || session.person == person.id;
            own && reaches(&directory, person, session.unit)
        }),
    }
    // those that were announced in one breath are cancelled in one
    let first = sessions.first().map(|session| (session.person, session.began_at));
    sessions.retain(|session| first == Some((session.person, session.began_at)));
    let mut said: Option<OpenDayCancelled> = None;
    for session in &sessions {
        // said in the group it is the answer
        let posted = here.is_none().then_some(event.sent_at);
        let Some(cancelled) = give_up(tx, rules, session, event.sent_at, posted, false).await? else { continue };
        let before = said.map_or(0, |before| before.collected);
        said = Some(OpenDayCancelled { collected: before + cancelled.collected, ..cancelled });
    }
    match said {
        Some(said) => Ok(said),
        None => refuse(rules, event, &OpenDayNotAnnounced {}),
    }
}

/// An announced one will not be, and the group is told not before an instant, where it is. What was asked beforehand is answered
/// like any question, within the time from now: those who answer and those who asked hear of that.
async fn give_up(
    tx: &mut Tx,
    rules: &Rulebook,
    session: &Session,
    at: DateTime<Utc>,
    posted: Option<DateTime<Utc>>,
    missed: bool,
) -> Result<Option<OpenDayCancelled>, Fault> {
    if !tx.cancel_session(session.id, at).await? {
        return Ok(None);
    }
    let collected = tx.db().await?.list_session_queue(session).await?;
    let directory = tx.directory();
    let cancelled = OpenDayCancelled {
        unit: UserText::new(directory.unit_name(session.unit)),
        topic: UserText::new(&session.topic),
        begins: moment(session.began_at, directory.zone_of(session.unit)),
        collected: collected.len(),
        missed,
    };
    if let Some(not_before) = posted {
        let terms = Terms { question: None, not_before, valid_until: not_before + RECAP_VALID };
        enqueue(tx, Target::Chat(session.chat), &cancelled, terms).await?;
    }
    for question in &collected {
        tell_unheard(tx, rules, question, at).await?;
    }
    Ok(Some(cancelled))
}

/// Reminds host and group of one that begins soon, once.
///
/// # Errors
/// The database's.
pub async fn remind(tx: &mut Tx, session: &Session, at: DateTime<Utc>) -> Result<(), Fault> {
    let is_soon = (session.began_at - REMINDED_BEFORE..session.began_at).contains(&at);
    if !is_soon || !tx.note_session_reminded(session.id).await? {
        return Ok(());
    }
    let directory = tx.directory();
    let collected = tx.db().await?.list_session_queue(session).await?.len();
    let soon = OpenDaySoon {
        unit: UserText::new(directory.unit_name(session.unit)),
        topic: UserText::new(&session.topic),
        begins: moment(session.began_at, directory.zone_of(session.unit)),
        group: UserText::default(),
        collected,
    };
    // an appointment: it does not wait for open hours
    let terms = Terms { question: None, not_before: at, valid_until: session.began_at };
    enqueue(tx, Target::Chat(session.chat), &soon, terms).await?;
    let to_host = OpenDaySoon { group: group_name(&directory, session), ..soon };
    enqueue(tx, Target::Person(session.host), &to_host, terms).await?;
    Ok(())
}

/// Begins an announced one whose time has come. Does nothing where somebody was faster, or while another one runs in the
/// group. One whose time has gone by altogether is given up, and the group is told.
///
/// # Errors
/// The database's.
pub async fn begin_announced(tx: &mut Tx, rules: &Rulebook, session: &Session, at: DateTime<Utc>) -> Result<(), Fault> {
    if at >= session.until {
        let posted = on_time_or_open(tx, rules, session, session.began_at, at);
        give_up(tx, rules, session, at, Some(posted), true).await?;
        return Ok(());
    }
    if tx.db().await?.find_session(session.chat).await?.is_some() || !tx.begin_session(session).await? {
        return Ok(());
    }
    let running = Session { phase: Phase::Running, ..session.clone() };
    let said = started(tx, &running, at).await?;
    let terms = Terms { question: None, not_before: at, valid_until: session.until };
    enqueue(tx, Target::Chat(session.chat), &said, terms).await?;
    Ok(())
}
