//! The Voice of Youth: asking, answering, listing, withdrawing.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Rulebook, open_days};
use crate::domain::calendar::month_day;
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::{QuestionId, UnitId};
use crate::domain::message::{Mention, MentionOf, UserText};
use crate::domain::people::ChatRole;
use crate::domain::permission::reaches;
use crate::domain::question::{Asker, Question, QuestionState, due_at};
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{NewQuestion, Target, Tx};
use crate::templates::contexts::{
    AnswerCame, AnswerUsage, Answered, Asked, NewQuestion as NewQuestionNotice, NoSuchQuestion, NoUnitForQuestion,
    Pending, QuestionEmpty, QuestionGone, QuestionLine, QuestionWithdrawn, TooManyOpen,
};

/// The longest question or answer that is taken.
pub const MOST_CHARACTERS: usize = 2_000;

/// How many open questions one asker may have: more is a flood, not a question.
const MOST_OPEN: usize = 5;

/// How many questions a list shows.
pub const LISTED: usize = 10;

/// An answer is worth reading for a month.
const ANSWER_VALID: TimeDelta = TimeDelta::days(30);

/// `11月24日 17:30` on the wall clock of a zone.
pub fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    format!("{} {}", month_day(local.date_naive()), local.format("%H:%M"))
}

/// Takes a question in and tells those who answer. Returns the question and what the receipt says.
///
/// # Errors
/// Refuses an empty or overlong question, and one whose unit cannot be told.
pub async fn ask(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<(QuestionId, Asked), Halt> {
    let platform = &event.platform;
    let text = storable(typed.trim());
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return Err(rules.templates.refuse(&QuestionEmpty {}, platform)?.into());
    }
    rules.bounded(&text, MOST_CHARACTERS, event)?;
    let open = tx.db().await?.list_open_questions().await?;
    if open.iter().filter(|question| is_asker(question, event)).count() >= MOST_OPEN {
        return Err(rules.templates.refuse(&TooManyOpen { most: MOST_OPEN }, platform)?.into());
    }
    let directory = tx.directory();
    let Some(unit) = unit_for(&directory, speaker, chat, &event.account) else {
        return Err(rules.templates.refuse(&NoUnitForQuestion {}, platform)?.into());
    };
    let zone = directory.zone_of(unit);
    let due = due_at(
        event.sent_at,
        rules.policy.questions.answer_within_workdays,
        rules.policy.questions.day_ends_at,
        zone,
        &rules.calendar,
    );
    let question = tx
        .insert_question(NewQuestion {
            unit,
            chat: chat.map(|chat| chat.id),
            asker: Asker {
                account: event.account.clone(),
                external_id: event.sender.clone(),
                group: event.place.group().map(str::to_owned),
                name: storable(event.sender_name.as_deref().unwrap_or_default()),
                person: speaker.map(|person| person.id),
            },
            text,
            asked_at: event.sent_at,
            due_at: due,
        })
        .await?;
    if let Some(message_id) = &event.message_id {
        // an answer may quote the question itself
        tx.note_quotable(&event.account, message_id, question.id).await?;
    }
    let session = open_days::running(tx, chat, event.sent_at).await?;
    if let Some(session) = &session {
        tx.collect_question(session.id, question.id).await?;
    }
    // who holds an open day sits there and waits for questions, whatever the hour
    let not_before = match session {
        Some(_) => event.sent_at,
        None => rules.policy.open_hours().next_open(event.sent_at, zone, &rules.calendar),
    };
    tell_answerers(tx, &question, chat, event.sent_at, not_before).await?;
    let receipt = Asked { number: question.number, due: moment(due, zone), private: event.place.is_private() };
    Ok((question.id, receipt))
}

/// Which unit a question belongs to: the group's; else the person's; else, for a stranger in private, the lowest unit
/// that has all the youth groups of this account below it.
pub(super) fn unit_for(
    directory: &Directory,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    account: &str,
) -> Option<UnitId> {
    if let Some(unit) = chat.map(|chat| chat.unit).or(speaker.map(|person| person.unit)) {
        return Some(unit);
    }
    let youth_units: Vec<UnitId> = directory
        .chats()
        .filter(|chat| chat.role == ChatRole::Youth)
        .filter(|chat| directory.endpoints_of(chat.id).iter().any(|endpoint| endpoint.account == account))
        .map(|chat| chat.unit)
        .collect();
    let first = *youth_units.first()?;
    directory
        .lineage(first)
        .map(|unit| unit.id)
        .find(|above| youth_units.iter().all(|unit| directory.is_within(*unit, *above)))
}

/// Whom a question goes to: each who answers for the unit, in private; the unit's cadre group where nobody of them has
/// an address.
pub fn answerer_targets(directory: &Directory, unit: UnitId, at: DateTime<Utc>) -> Vec<Target> {
    let reachable: Vec<Target> = directory
        .answerers(unit, at)
        .into_iter()
        .filter(|person| !directory.identities_of(person.id).is_empty())
        .map(|person| Target::Person(person.id))
        .collect();
    if !reachable.is_empty() {
        return reachable;
    }
    directory
        .lineage(unit)
        .flat_map(|one| directory.chats_of(one.id))
        .find(|chat| chat.role == ChatRole::Cadre)
        .map(|chat| Target::Chat(chat.id))
        .into_iter()
        .collect()
}

async fn tell_answerers(
    tx: &mut Tx,
    question: &Question,
    chat: Option<&Chat>,
    at: DateTime<Utc>,
    not_before: DateTime<Utc>,
) -> Result<(), Fault> {
    let directory = tx.directory();
    let zone = directory.zone_of(question.unit);
    let notice = NewQuestionNotice {
        number: question.number,
        text: UserText::new(&question.text),
        from: UserText::short(chat.map_or("私聊", |chat| chat.name.as_str()), 30),
        due: moment(question.due_at, zone),
    };
    for target in answerer_targets(&directory, question.unit, at) {
        let terms = Terms { question: Some(question.id), not_before, valid_until: at + ANSWER_VALID };
        enqueue(tx, target, &notice, terms).await?;
    }
    Ok(())
}

/// Answers by number: `12 在系统里发起转接`.
///
/// # Errors
/// Refuses what cannot be read and what this person may not answer; the refusal tells nothing about what exists.
pub async fn answer_by_number(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<Answered, Halt> {
    let typed = typed.trim().trim_start_matches(['#', '＃']).trim_start();
    let digits: String = crate::domain::text::normal(typed).chars().take_while(char::is_ascii_digit).collect();
    let text = typed
        .trim_start_matches(|c: char| c.is_numeric())
        .trim_start_matches(['号', ' ', '　', ':', '：', ',', '，', '\n']);
    let (Ok(number), false) = (digits.parse::<i64>(), text.trim().is_empty()) else {
        return Err(rules.templates.refuse(&AnswerUsage {}, &event.platform)?.into());
    };
    let found = tx.db().await?.find_question_by_number(number).await?;
    let question = match found {
        Some(question) if may_answer(tx, person, &question).await? => question,
        _ => return Err(rules.templates.refuse(&NoSuchQuestion { number: digits }, &event.platform)?.into()),
    };
    answer(tx, rules, person, event, &question, text).await
}

/// Whether somebody may answer a question: their authority reaches its unit, or they were invited to.
///
/// # Errors
/// The database's.
pub async fn may_answer(tx: &mut Tx, person: &Person, question: &Question) -> Result<bool, Fault> {
    Ok(reaches(&tx.directory(), person, question.unit) || tx.db().await?.is_invited(person.id, question.id).await?)
}

/// Answers a question that was found.
///
/// # Errors
/// Refuses a withdrawn question and an overlong answer.
pub async fn answer(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    question: &Question,
    typed: &str,
) -> Result<Answered, Halt> {
    let text = storable(typed.trim());
    rules.bounded(&text, MOST_CHARACTERS, event)?;
    if question.state.answered().is_none() {
        return Err(rules.templates.refuse(&QuestionGone { number: question.number }, &event.platform)?.into());
    }
    tx.insert_answer(question.id, person.id, &text, event.sent_at).await?;
    // nobody else need be asked who has not been told yet
    tx.drop_notices_of(question.id, event.sent_at).await?;
    let asker = &question.asker;
    let directory = tx.directory();
    let mention = asker.group.is_some().then(|| {
        Mention(MentionOf {
            account: asker.account.clone(),
            external_id: asker.external_id.clone(),
            name: if asker.name.is_empty() { "提问的朋友".to_owned() } else { asker.name.clone() },
        })
    });
    let notice = AnswerCame {
        asker: mention,
        number: question.number,
        question: UserText::short(&question.text, 60),
        answer: UserText::new(&text),
        by: UserText::new(directory.unit_name(person.unit)),
    };
    // where it was asked: our own chat can choose another endpoint, a private or strange place is an address
    let target = match question.chat.filter(|chat| directory.chat(*chat).is_some()) {
        Some(chat) => Target::Chat(chat),
        None => Target::Address {
            account: asker.account.clone(),
            group: asker.group.clone(),
            user: asker.external_id.clone(),
        },
    };
    // an answer is what the asker waits for: quiet hours do not hold it back
    let terms = Terms { question: None, not_before: event.sent_at, valid_until: event.sent_at + ANSWER_VALID };
    enqueue(tx, target, &notice, terms).await?;
    Ok(Answered { number: question.number, again: question.state == QuestionState::Answered })
}

/// A line of a list.
pub fn line(directory: &Directory, question: &Question, now: DateTime<Utc>) -> QuestionLine {
    QuestionLine {
        number: question.number,
        text: UserText::short(&question.text, 60),
        unit: UserText::new(directory.unit_name(question.unit)),
        due: moment(question.due_at, directory.zone_of(question.unit)),
        overdue: question.due_at < now,
    }
}

/// The open questions this person may answer.
///
/// # Errors
/// The database's.
pub async fn pending(tx: &mut Tx, person: &Person, now: DateTime<Utc>) -> Result<Pending, Fault> {
    let directory = tx.directory();
    let mut open = tx.db().await?.list_open_questions().await?;
    let invited = tx.db().await?.list_invitations(person.id).await?;
    open.retain(|question| reaches(&directory, person, question.unit) || invited.contains(&question.id));
    let items = open.iter().take(LISTED).map(|question| line(&directory, question, now)).collect();
    Ok(Pending { items, more: open.len().saturating_sub(LISTED) })
}

/// The asker's own latest open question of the last 24 hours.
///
/// # Errors
/// The database's.
pub async fn latest_open(tx: &mut Tx, event: &InboundEvent) -> Result<Option<Question>, Fault> {
    let since = event.sent_at - TimeDelta::hours(24);
    let open = tx.db().await?.list_open_questions().await?;
    let in_time = since..=event.sent_at;
    let own = open.into_iter().filter(|question| in_time.contains(&question.asked_at) && is_asker(question, event));
    Ok(own.max_by_key(|question| question.number))
}

/// Withdraws an open question; nobody is asked to answer it any more.
///
/// # Errors
/// The database's.
pub async fn withdraw(tx: &mut Tx, question: &Question, at: DateTime<Utc>) -> Result<QuestionWithdrawn, Fault> {
    tx.withdraw_question(question.id, at).await?;
    tx.drop_notices_of(question.id, at).await?;
    Ok(QuestionWithdrawn { number: question.number })
}

/// Withdraws a question whose message was recalled, if the asker recalled it and nobody has answered.
///
/// # Errors
/// The database's.
pub async fn withdraw_recalled(tx: &mut Tx, id: QuestionId, event: &InboundEvent) -> Result<bool, Fault> {
    let Some(question) = tx.db().await?.find_question(id).await? else { return Ok(false) };
    if !is_asker(&question, event) || question.state.withdrawn().is_none() {
        return Ok(false);
    }
    withdraw(tx, &question, event.sent_at).await?;
    Ok(true)
}

fn is_asker(question: &Question, event: &InboundEvent) -> bool {
    question.asker.account == event.account && question.asker.external_id == event.sender
}
