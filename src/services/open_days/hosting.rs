//! The queue of an open day: one question at a time is put to the host; the next one comes as soon as that one is settled.

use chrono::{DateTime, TimeDelta, Utc};

use super::{check_authority, group_name, host_name, refuse};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::QuestionId;
use crate::domain::message::UserText;
use crate::domain::open_day::Phase;
use crate::domain::people::ChatRole;
use crate::domain::permission::reaches;
use crate::domain::question::{Question, Visibility};
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::services::questions::{self, answerer_targets, mention_in_group, moment};
use crate::store::{Session, Target, Tx};
use crate::templates::contexts::{
    NotYourGroup, OpenDayAnswer, OpenDayAnswered, OpenDayHost, OpenDayLine, OpenDayNotHost, OpenDayNotRunning,
    OpenDayNothing, OpenDayPutOff, OpenDayTurn, OpenDayView,
};

/// How many of those that wait are listed.
const WAITING_LISTED: usize = 10;

/// How long after the end a turn is still worth reading: it can be answered like any question.
const TURN_VALID: TimeDelta = TimeDelta::hours(1);

/// An answer is worth reading for a day, also where the group cannot be reached for a while.
const ANSWER_VALID: TimeDelta = TimeDelta::days(1);

/// Puts the next question to the host, unless the one at hand still waits for them.
///
/// # Errors
/// The database's.
pub(super) async fn go_on(tx: &mut Tx, session: &Session, at: DateTime<Utc>) -> Result<(), Fault> {
    if session.phase != Phase::Running || at >= session.until {
        return Ok(());
    }
    let queue = tx.db().await?.list_session_queue(session).await?;
    if session.at_hand.is_some_and(|id| queue.iter().any(|one| one.id == id)) {
        return Ok(());
    }
    put(tx, session, &queue, at).await
}

/// Puts the first of a queue to the host.
async fn put(tx: &mut Tx, session: &Session, queue: &[Question], at: DateTime<Utc>) -> Result<(), Fault> {
    tx.put_in_session(session.id, queue.first().map(|first| first.id), at).await?;
    let Some(first) = queue.first() else { return Ok(()) };
    let directory = tx.directory();
    let turn = OpenDayTurn {
        group: group_name(&directory, session),
        number: first.number,
        text: UserText::new(&first.text),
        likes: tx.db().await?.count_likes(first.id).await?,
        also: tx.db().await?.count_others_who_asked(first.id).await?,
        left: queue.len() - 1,
    };
    // a host without an address is rare: they were unbound meanwhile
    let targets = match directory.identities_of(session.host).is_empty() {
        true => answerer_targets(&directory, session.unit, at),
        false => vec![Target::Person(session.host)],
    };
    for target in targets {
        let terms = Terms { question: Some(first.id), not_before: at, valid_until: session.until + TURN_VALID };
        enqueue(tx, target, &turn, terms).await?;
    }
    Ok(())
}

/// What a step of a question means for the open day it was asked in: its turn may be over, or come.
///
/// # Errors
/// The database's.
pub async fn after_step(tx: &mut Tx, question: QuestionId, at: DateTime<Utc>) -> Result<(), Fault> {
    match tx.db().await?.find_session_of(question).await? {
        Some(session) => go_on(tx, &session, at).await,
        None => Ok(()),
    }
}

/// A question was collected: it is put at once where none is at hand.
///
/// # Errors
/// The database's.
pub async fn went_on_to(tx: &mut Tx, session: &Session, at: DateTime<Utc>) -> Result<(), Fault> {
    go_on(tx, session, at).await
}

/// The open day in which a question is answered live.
#[derive(Clone, Debug)]
pub struct Live(Session);

/// The open day that a question was asked in, while it runs.
///
/// # Errors
/// The database's.
pub async fn is_live(tx: &mut Tx, question: QuestionId, at: DateTime<Utc>) -> Result<Option<Live>, Fault> {
    let found = tx.db().await?.find_session_of(question).await?;
    Ok(found.filter(|session| at < session.until).map(Live))
}

/// The asker has said more during the open day. Where it is that question's turn, the host reads it anew, in place of the
/// turn that has not gone out yet.
///
/// # Errors
/// The database's.
pub async fn said_more(tx: &mut Tx, question: QuestionId, live: &Live, at: DateTime<Utc>) -> Result<(), Fault> {
    let Some(session) = tx.db().await?.find_session_of(question).await? else { return Ok(()) };
    if live.0.id != session.id || session.at_hand != Some(question) {
        return Ok(());
    }
    tx.drop_notices_of(question, at).await?;
    let mut queue = tx.db().await?.list_session_queue(&session).await?;
    // it keeps its turn
    queue.sort_by_key(|one| one.id != question);
    put(tx, &session, &queue, at).await
}

/// Says an answer in the group at once, with the question and whoever asked it. Returns the questions whose askers are
/// elsewhere and have to hear of it there.
///
/// # Errors
/// The database's.
pub async fn tell_live(
    tx: &mut Tx,
    live: &Live,
    questions: Vec<Question>,
    answer: &str,
    by: UserText,
    at: DateTime<Utc>,
    again: bool,
) -> Result<Vec<Question>, Fault> {
    let group = live.0.chat;
    let is_here = |one: &Question| one.chat == Some(group) && one.life.visibility == Visibility::Public;
    let (here, elsewhere): (Vec<Question>, Vec<Question>) = questions.into_iter().partition(is_here);
    if let Some(first) = here.first() {
        let mut askers = Vec::new();
        for asker in here.iter().filter_map(mention_in_group) {
            if !askers.contains(&asker) {
                askers.push(asker);
            }
        }
        let said = OpenDayAnswer {
            askers,
            number: first.number,
            question: UserText::short(&first.text, 200),
            answer: UserText::new(answer),
            by,
            again,
        };
        // whoever asked may quote it and ask on
        let terms = Terms { question: Some(first.id), not_before: at, valid_until: at + ANSWER_VALID };
        enqueue(tx, Target::Chat(group), &said, terms).await?;
    }
    Ok(elsewhere)
}

/// 答: answers the question at hand. `None` where nothing was meant for us: no open day, or no turn of the speaker's, and
/// the bot was not spoken to.
///
/// # Errors
/// Refuses where no question is at hand, and somebody who is not the host.
pub async fn answer_at_hand(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<Option<OpenDayAnswered>, Halt> {
    let spoken_to = event.addressed || event.place.is_private();
    let mut sessions = tx.db().await?.list_sessions_alive().await?;
    sessions.retain(|session| session.at_hand.is_some() && event.sent_at < session.until);
    if let Some(chat) = chat.filter(|chat| chat.role == ChatRole::Youth) {
        sessions.retain(|session| session.chat == chat.id);
        // who may not answer here talks
        let other = sessions.first().filter(|session| session.host != person.id);
        let may_host = reaches(&tx.directory(), person, chat.unit);
        if let Some(other) = other.filter(|_| may_host || spoken_to) {
            let host = host_name(&tx.directory(), other);
            return refuse(rules, event, &OpenDayNotHost { host });
        }
    }
    sessions.retain(|session| session.host == person.id);
    let Some(session) = sessions.into_iter().max_by_key(|session| session.put_at) else {
        return if spoken_to { refuse(rules, event, &OpenDayNothing { number: None }) } else { Ok(None) };
    };
    let Some(id) = session.at_hand else { return Ok(None) };
    let Some(question) = tx.db().await?.find_question(id).await? else { return Ok(None) };
    if !typed.chars().any(char::is_alphanumeric) {
        return refuse(rules, event, &OpenDayNothing { number: Some(question.number) });
    }
    questions::answer(tx, rules, person, event, &question, typed).await?;
    let left = tx.db().await?.list_session_queue(&session).await?.len();
    Ok(Some(OpenDayAnswered { number: question.number, question: UserText::short(&question.text, 20), left }))
}

/// 开放日 下一个: puts the question at hand to the end of the queue.
///
/// # Errors
/// Refuses where none is at hand, and somebody who is not the host.
pub async fn next(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<OpenDayPutOff, Halt> {
    let session = chosen(tx, rules, person, chat, event).await?;
    if session.host != person.id {
        let host = host_name(&tx.directory(), &session);
        return refuse(rules, event, &OpenDayNotHost { host });
    }
    let Some(id) = session.at_hand else { return refuse(rules, event, &OpenDayNothing { number: None }) };
    let number = tx.db().await?.find_question(id).await?.map_or(0, |question| question.number);
    tx.put_off_in_session(id).await?;
    let queue = tx.db().await?.list_session_queue(&session).await?;
    match queue.first() {
        Some(first) if first.id != id => {
            tx.drop_notices_of(id, event.sent_at).await?;
            put(tx, &session, &queue, event.sent_at).await?;
            Ok(OpenDayPutOff { number, next: first.number, alone: false })
        }
        _ => Ok(OpenDayPutOff { number, next: number, alone: true }),
    }
}

/// 开放日 主持: the questions are put to somebody else from now on, who answers for the unit too.
///
/// # Errors
/// Refuses where no open day is announced or runs, and a group beyond their authority.
pub async fn take_over(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<OpenDayHost, Halt> {
    let session = chosen(tx, rules, person, chat, event).await?;
    let directory = tx.directory();
    let host = UserText::new(&person.name);
    let group = group_name(&directory, &session);
    if session.host == person.id {
        return Ok(OpenDayHost { host, group, again: true });
    }
    tx.change_session_host(session.id, person.id).await?;
    if let Some(id) = session.at_hand {
        tx.drop_notices_of(id, event.sent_at).await?;
    }
    let changed = OpenDayHost { host, group, again: false };
    let terms = Terms { question: None, not_before: event.sent_at, valid_until: session.until };
    enqueue(tx, Target::Person(session.host), &changed, terms).await?;
    go_on(tx, &Session { host: person.id, at_hand: None, ..session }, event.sent_at).await?;
    Ok(changed)
}

/// 开放日, 开放日 列表: how the open day stands; with everything that waits where that is asked for.
///
/// # Errors
/// Refuses where none is announced or runs, and a group beyond their authority.
pub async fn view(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    full: bool,
) -> Result<OpenDayView, Halt> {
    let session = chosen(tx, rules, person, chat, event).await?;
    let queue = tx.db().await?.list_session_queue(&session).await?;
    let came = super::report(&tx.db().await?, &session, event.sent_at).await?;
    let likes = tx.db().await?.list_session_likes(session.id).await?;
    let directory = tx.directory();
    let zone = directory.zone_of(session.unit);
    let line = |question: &Question, most: usize| OpenDayLine {
        number: question.number,
        question: UserText::short(&question.text, most),
        answer: UserText::default(),
        due: moment(question.life.due_at, zone),
        likes: likes.get(&question.id).copied().unwrap_or(0),
        also: 0,
    };
    let at_hand = queue.iter().find(|question| session.at_hand == Some(question.id));
    let behind: Vec<&Question> = queue.iter().filter(|question| session.at_hand != Some(question.id)).collect();
    let listed = if full { WAITING_LISTED } else { 0 };
    Ok(OpenDayView {
        unit: UserText::new(directory.unit_name(session.unit)),
        group: group_name(&directory, &session),
        topic: UserText::new(&session.topic),
        begins: (session.phase == Phase::Announced).then(|| moment(session.began_at, zone)),
        until: moment(session.until, zone),
        host: host_name(&directory, &session),
        at_hand: at_hand.map(|question| line(question, questions::MOST_CHARACTERS)),
        waiting: behind.iter().take(listed).map(|question| line(question, 40)).collect(),
        more: behind.len().saturating_sub(listed),
        asked: came.asked,
        answered: came.answered + came.answered_later,
        number: session.number,
    })
}

/// The open day that is meant: the group's; elsewhere the one that runs, rather one's own, rather the latest.
///
/// # Errors
/// Refuses where there is none, and a group beyond their authority.
pub(super) async fn chosen(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<Session, Halt> {
    let directory = tx.directory();
    let mut sessions = tx.db().await?.list_sessions_alive().await?;
    if let Some(chat) = chat.filter(|chat| chat.role == ChatRole::Youth) {
        check_authority(tx, rules, person, chat, event)?;
        sessions.retain(|session| session.chat == chat.id);
    } else {
        sessions.retain(|session| session.host == person.id || reaches(&directory, person, session.unit));
    }
    match best(sessions, person, event.sent_at) {
        Some(session) if is_within(&directory, person, &session) => Ok(session),
        Some(session) => refuse(rules, event, &NotYourGroup { unit: UserText::new(directory.unit_name(session.unit)) }),
        None => refuse(rules, event, &OpenDayNotRunning {}),
    }
}

fn is_within(directory: &Directory, person: &Person, session: &Session) -> bool {
    session.host == person.id || reaches(directory, person, session.unit)
}

fn best(sessions: Vec<Session>, person: &Person, at: DateTime<Utc>) -> Option<Session> {
    let alive = sessions.into_iter().filter(|session| at < session.until);
    alive.max_by_key(|session| {
        let runs = session.phase == Phase::Running;
        // of those that run the latest, of those that are announced the next
        let time = if runs { session.began_at.timestamp() } else { -session.began_at.timestamp() };
        (runs, session.host == person.id, session.put_at, time)
    })
}
