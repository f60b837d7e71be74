//! 投票 · 投 · 问卷 · 填 · 投票结果 · 结束投票

use super::clubs;
use super::{Answer, Ask};
use crate::domain::numbered::number_only;
use crate::domain::permission::Who;
use crate::domain::poll::PollKind;
use crate::domain::poll::answers::{is_ballot, number_of, pieces};
use crate::domain::poll::form::{looks_like_poll, looks_like_survey};
use crate::error::Halt;
use crate::services::polls::{self, Meant, Next, Opened, Shown};
use crate::templates::contexts::{NotAllowed, PollNeedsGroup, PollVoted};

/// Whether a text is a vote in so many words: a number, and the name of an option. `投 3 看电影`.
pub(super) fn is_named_ballot(text: &str) -> bool {
    let pieces = pieces(text);
    let numbered = pieces.first().is_some_and(|piece| number_of(piece).is_some());
    is_ballot(text) || (numbered && (2..=4).contains(&pieces.len()) && text.chars().count() <= 24)
}

/// 投票: a definition, a vote, or (a bare number) perhaps a club.
pub(super) async fn poll(ask: Ask<'_>) -> Result<Answer, Halt> {
    if looks_like_poll(ask.rest) || !is_named_ballot(ask.rest) {
        return start(ask, PollKind::Poll).await;
    }
    let Some(chat) = ask.chat else { return vote(ask).await };
    match polls::vote_or_club(ask.tx, ask.rules, ask.speaker, chat, ask.event, ask.rest).await? {
        Meant::Club => clubs::vote(ask).await,
        Meant::Poll(voted) => receipt(&ask, voted),
    }
}

/// 投.
pub(super) async fn vote(ask: Ask<'_>) -> Result<Answer, Halt> {
    if pieces(ask.rest).is_empty() {
        let may_start = Who::Secretary.includes(ask.speaker);
        return polls::usage(ask.tx, ask.rules, ask.chat, ask.event, may_start).await;
    }
    let voted = polls::vote(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event, ask.rest).await?;
    receipt(&ask, voted)
}

fn receipt(ask: &Ask<'_>, voted: Option<PollVoted>) -> Result<Answer, Halt> {
    voted.map_or_else(|| Ok(Answer::default()), |voted| ask.say(&voted))
}

/// 问卷: a definition, or the number of one to be filled in.
pub(super) async fn survey(ask: Ask<'_>) -> Result<Answer, Halt> {
    let numbered = number_only(ask.rest).is_some();
    if numbered && !looks_like_survey(ask.rest) { fill_in(ask).await } else { start(ask, PollKind::Survey).await }
}

async fn start(ask: Ask<'_>, kind: PollKind) -> Result<Answer, Halt> {
    let spoken_to = ask.event.addressed || ask.event.place.is_private();
    let may_start = Who::Secretary.includes(ask.speaker);
    if !ask.rest.chars().any(char::is_alphanumeric) {
        return polls::usage(ask.tx, ask.rules, ask.chat, ask.event, may_start).await;
    }
    let word = kind.title().to_owned();
    let Some(person) = ask.speaker.filter(|_| may_start) else {
        // who is not the bot's to correct has made a list for people
        let who = Who::Secretary.title().to_owned();
        return if spoken_to { ask.refuse(&NotAllowed { word, who }) } else { Ok(Answer::default()) };
    };
    let Some(chat) = ask.chat else { return ask.refuse(&PollNeedsGroup { word }) };
    let opened = polls::open(ask.tx, ask.rules, person, chat, ask.event, kind, ask.rest).await?;
    match opened {
        Opened::Poll(opened) => ask.say(&opened),
        Opened::Survey(opened) => ask.say(&opened),
    }
}

/// 填.
pub(super) async fn fill_in(ask: Ask<'_>) -> Result<Answer, Halt> {
    let next = polls::begin(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event, ask.rest).await?;
    say(&ask, next)
}

fn say(ask: &Ask<'_>, next: Next) -> Result<Answer, Halt> {
    match next {
        Next::Ask(asked) => ask.say(&*asked),
        Next::InPrivate(elsewhere) => ask.say(&elsewhere),
        Next::Done(done) => ask.say(&done),
        Next::Paused(paused) => ask.say(&paused),
    }
}

/// What somebody says in private who is filling a survey in; `None` where nothing was asked.
///
/// # Errors
/// The service's refusals.
pub async fn answer_survey(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    let next = polls::answer(ask.tx, ask.rules, ask.speaker, ask.event).await?;
    next.map(|next| say(ask, next)).transpose()
}

/// 投票结果, and 名单 behind the number for the secretary alone.
pub(super) async fn result(ask: Ask<'_>) -> Result<Answer, Halt> {
    let shown = polls::result(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event, ask.rest).await?;
    match shown {
        None => Ok(Answer::default()),
        Some(Shown::Result(result)) => ask.say(&result),
        Some(Shown::Names(names)) => ask.say_privately(&names).await,
    }
}

/// 结束投票.
pub(super) async fn end(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let closed = polls::close_by_hand(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&closed)
}
