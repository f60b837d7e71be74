//! Polls (投票) and surveys (问卷): a secretary starts one in a group, people answer, the group reads what came of it.
//!
//! Secretaries start them, not everybody: a poll speaks for the committee, and its number and result are posted in its name.

use chrono::{DateTime, TimeDelta, Utc};

use super::Rulebook;
use super::open_days::check_authority;
use super::questions::{civil, moment};
use super::somebodies::concerns;
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::poll::answers::number_of;
use crate::domain::poll::deadline::{self, Unfit};
use crate::domain::poll::form::{Draft, Flaw, read_poll, read_survey};
use crate::domain::poll::{Item, Naming, Poll, PollKind, Sort, letter, mark};
use crate::domain::somebody::somebody;
use crate::domain::text::{normal, storable};
use crate::error::{Fault, Halt};
use crate::seal::{Purpose, is_sealed};
use crate::store::{NewPoll, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{
    FlawLine, NoSuchPoll, OptionLine, OtherKindOfPoll, PollFlaws, PollLine, PollOpened, PollOver, PollUsage,
    SurveyOpened, TooManyPolls,
};

mod ballot;
mod closing;
pub mod export;
mod results;
mod survey;

pub use ballot::{Meant, vote, vote_or_club};
pub use closing::{close_by_hand, close_by_itself};
pub use results::{Shown, result};
pub use survey::{Next, answer, begin};

/// How long a poll and a survey stay open that say nothing else.
const USUAL_POLL: TimeDelta = TimeDelta::days(3);
/// See [`USUAL_POLL`].
const USUAL_SURVEY: TimeDelta = TimeDelta::days(7);

/// How many may be open in a group at a time: what people can keep apart.
const MOST_OPEN: usize = 5;

/// How many flaws one refusal lists.
const FLAWS: usize = 8;

/// The longest definition, in characters.
const LONGEST_DEFINITION: usize = 6_000;

/// What was started, as the group reads it.
#[derive(Clone, Debug)]
pub enum Opened {
    /// A poll.
    Poll(PollOpened),
    /// A survey.
    Survey(SurveyOpened),
}

/// Starts one from what a secretary wrote.
///
/// # Errors
/// Refuses a group beyond the secretary's authority, what cannot be read (every flaw at once), and more than people keep
/// apart.
pub async fn open(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: &Chat,
    event: &InboundEvent,
    kind: PollKind,
    typed: &str,
) -> Result<Opened, Halt> {
    check_authority(tx, rules, person, chat, event)?;
    let typed = storable(typed);
    rules.bounded(&typed, LONGEST_DEFINITION, event)?;
    civil(rules, event, &typed)?;
    let zone = tx.directory().zone_of(chat.unit);
    let read = match kind {
        PollKind::Poll => read_poll(&typed),
        PollKind::Survey => read_survey(&typed),
    };
    let closing = |draft: &Draft| match draft.deadline.as_str() {
        "" if kind == PollKind::Poll => Ok(event.sent_at + USUAL_POLL),
        "" => Ok(event.sent_at + USUAL_SURVEY),
        said => deadline::read(said, event.sent_at, zone).map_err(|unfit| vec![flaw_of(unfit, said)]),
    };
    let (draft, closes_at) = match read.and_then(|draft| Ok((closing(&draft)?, draft))) {
        Ok((closes_at, draft)) => (draft, closes_at),
        Err(flaws) => return refuse(rules, event, &flaws_of(kind, &flaws, lines_above(event, &typed))),
    };
    let open = tx.db().await?.list_open_polls(chat.id, event.sent_at).await?;
    if open.len() >= MOST_OPEN {
        return refuse(rules, event, &TooManyPolls { most: MOST_OPEN, open: lines(tx, &open) });
    }
    let Draft { form, naming, .. } = draft;
    let anonymous = naming == Naming::Anonymous;
    let secret = if anonymous { Some(new_secret(rules)?) } else { None };
    let new = NewPoll { kind, chat: chat.id, unit: chat.unit, person: person.id, naming, form, secret, closes_at };
    let number = tx.insert_poll(&new, event.sent_at).await?;
    let (title, closes) = (UserText::new(&new.form.title), moment(closes_at, zone));
    let unsealed = anonymous && rules.seal.is_none();
    Ok(match (kind, new.form.items.first()) {
        (PollKind::Poll, Some(Item { sort: Sort::Choice { options, most }, .. })) => Opened::Poll(PollOpened {
            number,
            title,
            options: option_lines(options),
            most: *most,
            several: *most > 1,
            anonymous,
            unsealed,
            closes,
        }),
        _ => {
            Opened::Survey(SurveyOpened { number, title, questions: new.form.items.len(), anonymous, unsealed, closes })
        }
    })
}

/// What is open in a group, for who says no more than the word.
///
/// # Errors
/// Always: the refusal, or the database's.
pub async fn usage<T>(
    tx: &mut Tx,
    rules: &Rulebook,
    chat: Option<&Chat>,
    event: &InboundEvent,
    may_start: bool,
) -> Result<T, Halt> {
    let open = match chat {
        Some(chat) => tx.db().await?.list_open_polls(chat.id, event.sent_at).await?,
        None => Vec::new(),
    };
    refuse(rules, event, &PollUsage { open: lines(tx, &open), may_start })
}

/// How many lines of the message stand above what was read, so that flaws name the line people see.
fn lines_above(event: &InboundEvent, typed: &str) -> usize {
    let above = event.text.find(typed).and_then(|at| event.text.get(..at)).unwrap_or_default();
    above.trim_start().matches('\n').count()
}

fn flaw_of(unfit: Unfit, said: &str) -> Flaw {
    let problem = format!("{}；请写成“截止：周五18点”“截止：12月1日”或“截止：3天”", unfit.reason());
    Flaw { line: 0, found: said.to_owned(), problem: format!("“{}”{problem}", UserText::short(said, 20).as_str()) }
}

fn flaws_of(kind: PollKind, flaws: &[Flaw], above: usize) -> PollFlaws {
    let line = |flaw: &Flaw| FlawLine {
        line: if flaw.line == 0 { 0 } else { flaw.line + above },
        found: UserText::short(&flaw.found, 20),
        problem: flaw.problem.clone(),
    };
    PollFlaws {
        word: kind.title().to_owned(),
        flaws: flaws.iter().take(FLAWS).map(line).collect(),
        more: flaws.len().saturating_sub(FLAWS),
    }
}

fn lines(tx: &Tx, polls: &[Poll]) -> Vec<PollLine> {
    let directory = tx.directory();
    let line = |poll: &Poll| PollLine {
        word: poll.kind.title().to_owned(),
        number: poll.number,
        title: UserText::new(&poll.form.title),
        closes: moment(poll.closes_at, directory.zone_of(poll.unit)),
    };
    polls.iter().map(line).collect()
}

fn option_lines(options: &[String]) -> Vec<OptionLine> {
    let line =
        |(at, option): (usize, &String)| OptionLine { letter: letter(at).to_string(), option: UserText::new(option) };
    options.iter().enumerate().map(line).collect()
}

/// What the marks of an anonymous one are made with.
fn new_secret(rules: &Rulebook) -> Result<String, Fault> {
    let drawn = hex::encode(rand::random::<[u8; 32]>());
    match &rules.seal {
        Some(seal) => seal.seal(Purpose::Ballot, &drawn).map_err(|_| Fault::Corrupt("poll's secret")),
        None => Ok(drawn),
    }
}

/// The key under which somebody answers a poll at most once.
fn mark_of(rules: &Rulebook, poll: &Poll, speaker: Option<&Person>, event: &InboundEvent) -> Result<String, Fault> {
    let who = who(speaker, event);
    if !poll.is_anonymous() {
        return Ok(who);
    }
    // closed meanwhile: it takes no answer, and there is nothing to be hidden with
    let Some(stored) = &poll.secret else { return Ok(String::new()) };
    match (&rules.seal, is_sealed(stored)) {
        (_, false) => Ok(mark(stored, &who)),
        (Some(seal), true) => {
            let secret = seal.open(Purpose::Ballot, stored).map_err(|_| Fault::Corrupt("poll's secret"))?;
            Ok(mark(&secret, &who))
        }
        (None, true) => Err(Fault::Corrupt("poll's secret")),
    }
}

/// The keys by which somebody's conversation about a survey is found again, the one to be stored in front. Without a key to
/// seal with it is their id, as nothing else is left.
pub fn speaker_keys(rules: &Rulebook, event: &InboundEvent) -> Vec<String> {
    match &rules.seal {
        Some(seal) => seal.marks(Purpose::Ballot, &format!("{}/{}", event.account, event.sender)),
        None => vec![event.sender.clone()],
    }
}

/// Who answers, across accounts.
fn who(speaker: Option<&Person>, event: &InboundEvent) -> String {
    somebody(speaker.map(|person| person.id), &event.account, &event.sender)
}

/// The name they bear here; that is what a secretary knows them by.
fn name_of(speaker: Option<&Person>, event: &InboundEvent) -> String {
    let shown = event.sender_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    storable(speaker.map(|person| person.name.as_str()).or(shown).unwrap_or("一位朋友"))
}

/// The number at the beginning of a text, and the rest.
fn number_and_rest(typed: &str) -> (Option<i64>, String) {
    let text = normal(typed);
    let mut words = text.splitn(2, char::is_whitespace);
    let number = words.next().and_then(|word| number_of(word.trim_end_matches(|c: char| !c.is_alphanumeric())));
    (number, words.next().unwrap_or_default().trim().to_owned())
}

/// The one of this number and kind, where it concerns whoever speaks. What exists elsewhere is not told.
async fn find(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    kind: PollKind,
    number: Option<i64>,
) -> Result<Poll, Halt> {
    let found = match number {
        Some(number) => tx.db().await?.find_poll(number).await?,
        None => None,
    };
    let directory = tx.directory();
    match found.filter(|poll| concerns(&directory, speaker, chat, event, poll.unit, &[poll.chat])) {
        Some(poll) if poll.kind == kind => Ok(poll),
        Some(poll) => other_kind(rules, event, &poll),
        None => refuse(rules, event, &no_such(kind, number)),
    }
}

/// The one of this number, of whichever kind, for who may decide about it. What exists elsewhere is not told.
async fn find_any(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    number: Option<i64>,
) -> Result<Poll, Halt> {
    let found = match number {
        Some(number) => tx.db().await?.find_poll(number).await?,
        None => None,
    };
    match found {
        Some(poll) if results::is_secretary(&tx.directory(), speaker, &poll) => Ok(poll),
        _ => refuse(rules, event, &no_such(PollKind::Poll, number)),
    }
}

/// The one of this number for who wants to know what came of it: in its own group everybody, elsewhere its secretaries;
/// and whether this is one of them. `None` where nothing was said to us.
async fn find_for_result(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    number: Option<i64>,
) -> Result<Option<(Poll, bool)>, Halt> {
    let found = match number {
        Some(number) => tx.db().await?.find_poll(number).await?,
        None => None,
    };
    if let Some(poll) = found {
        let is_secretary = results::is_secretary(&tx.directory(), speaker, &poll);
        if is_secretary || chat.is_some_and(|chat| chat.id == poll.chat) {
            return Ok(Some((poll, is_secretary)));
        }
    }
    if event.addressed || event.place.is_private() {
        return refuse(rules, event, &no_such(PollKind::Poll, number));
    }
    Ok(None)
}

fn name_of_kind(poll: &Poll) -> String {
    poll.kind.title().to_owned()
}

fn no_such(kind: PollKind, number: Option<i64>) -> NoSuchPoll {
    NoSuchPoll { word: kind.title().to_owned(), number: number.unwrap_or_default() }
}

fn other_kind<T>(rules: &Rulebook, event: &InboundEvent, poll: &Poll) -> Result<T, Halt> {
    refuse(rules, event, &OtherKindOfPoll { number: poll.number, survey: poll.kind == PollKind::Survey })
}

fn over<T>(rules: &Rulebook, event: &InboundEvent, poll: &Poll) -> Result<T, Halt> {
    refuse(rules, event, &PollOver { word: poll.kind.title().to_owned(), number: poll.number })
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}

/// Closing times in words.
fn closes(tx: &Tx, poll: &Poll) -> String {
    moment(poll.closes_at, tx.directory().zone_of(poll.unit))
}

/// What takes votes in a group at an instant.
async fn open_polls(tx: &mut Tx, chat: &Chat, at: DateTime<Utc>) -> Result<Vec<Poll>, Fault> {
    let mut open = tx.db().await?.list_open_polls(chat.id, at).await?;
    open.retain(|poll| poll.kind == PollKind::Poll);
    Ok(open)
}
