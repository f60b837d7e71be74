//! Votes: 投 3 A, and 投 A where the group has one poll.

use super::{closes, find, mark_of, name_of, no_such, open_polls, option_lines, other_kind, over, refuse};
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::people::ChatRole;
use crate::domain::poll::answers::{Unread, choices, is_ballot, number_of, pieces};
use crate::domain::poll::{Poll, PollKind, Reply, Sort, letter};
use crate::error::{Fault, Halt};
use crate::services::Rulebook;
use crate::store::Tx;
use crate::templates::contexts::{BallotAmbiguous, BallotUnclear, PollLine, PollOrClub, PollVoted, WhichPoll};

/// What a vote names.
#[derive(Debug)]
enum Ballot<'p> {
    /// These options of this poll.
    Cast(&'p Poll, Vec<usize>),
    /// This poll, and nothing that can be chosen there.
    Unclear(&'p Poll, Unread),
    /// Two things.
    Ambiguous(&'p Poll, Vec<usize>, Vec<usize>),
    /// A number that is none of these polls.
    Unknown(i64),
    /// It does not say which poll.
    Which,
}

fn options(poll: &Poll) -> (&[String], usize) {
    match poll.item().map(|item| &item.sort) {
        Some(Sort::Choice { options, most }) => (options, *most),
        _ => (&[], 0),
    }
}

/// Reads a vote against the polls that are open.
fn read<'p>(pieces: &[String], open: &'p [Poll]) -> Ballot<'p> {
    let number = pieces.first().and_then(|piece| number_of(piece));
    let named = open.iter().find(|poll| Some(poll.number) == number);
    let cast = |poll: &'p Poll, pieces: &[String]| {
        let (options, most) = options(poll);
        choices(pieces, options, most).map(|chosen| (poll, chosen))
    };
    let behind = pieces.get(1..).filter(|rest| !rest.is_empty());
    let with_number = named.zip(behind).map(|(poll, rest)| cast(poll, rest));
    // a letter or a word behind a number: the number is the poll's, and no option of another one
    let is_said = number.is_some() && behind.is_some_and(|rest| rest.iter().any(|piece| number_of(piece).is_none()));
    let only = match open {
        [only] if !is_said => Some(cast(only, pieces)),
        _ => None,
    };
    match (with_number, only) {
        (Some(Ok((poll, one))), Some(Ok((_, other)))) if one != other => Ballot::Ambiguous(poll, one, other),
        (Some(Ok((poll, chosen))), _) | (_, Some(Ok((poll, chosen)))) => Ballot::Cast(poll, chosen),
        (Some(Err(why)), _) => named.map_or(Ballot::Which, |poll| Ballot::Unclear(poll, why)),
        (None, Some(Err(why))) => match (open, number, named, behind) {
            ([_], Some(number), None, Some(_)) => Ballot::Unknown(number),
            ([only], ..) => Ballot::Unclear(only, why),
            _ => Ballot::Which,
        },
        (None, None) => match (named, number, behind) {
            (Some(poll), ..) => Ballot::Unclear(poll, Unread::Nothing),
            (None, Some(number), Some(_)) => Ballot::Unknown(number),
            _ => Ballot::Which,
        },
    }
}

/// Votes. `None` where nothing was said to us: in a group where nothing can be voted for, or words that are no vote.
///
/// # Errors
/// Refuses what cannot be read, and what is over.
pub async fn vote(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<Option<PollVoted>, Halt> {
    let pieces = pieces(typed);
    let number = pieces.first().and_then(|piece| number_of(piece));
    let open = match chat {
        Some(chat) => open_polls(tx, chat, event.sent_at).await?,
        // alone with the bot one says which
        None => match number {
            Some(number) => vec![find(tx, rules, speaker, None, event, PollKind::Poll, Some(number)).await?],
            None => return refuse(rules, event, &WhichPoll { open: Vec::new() }),
        },
    };
    let spoken_to = event.addressed || event.place.is_private();
    let read = match (chat, open.as_slice()) {
        // here the first figure is always the number of the poll
        (None, [poll]) if !poll.is_open(event.sent_at) => return over(rules, event, poll),
        (None, [poll]) => {
            let (options, most) = options(poll);
            match choices(pieces.get(1..).unwrap_or_default(), options, most) {
                Ok(chosen) => Ballot::Cast(poll, chosen),
                Err(why) => Ballot::Unclear(poll, why),
            }
        }
        _ => read(&pieces, &open),
    };
    let read = match (read, number) {
        // 投 1 2 where 1 is over: it was that one that was meant
        (Ballot::Cast(poll, _), Some(number)) if poll.number != number && pieces.len() > 1 => {
            if let Some(refused) = elsewhere(tx, rules, chat, event, number).await? {
                return Err(refused);
            }
            self::read(&pieces, &open)
        }
        (read, _) => read,
    };
    match read {
        Ballot::Cast(poll, chosen) => Ok(Some(cast(tx, rules, speaker, event, poll, chosen).await?)),
        // 投 3 万元 is talk
        Ballot::Unclear(..) if !spoken_to && !is_ballot(typed) => Ok(None),
        Ballot::Unclear(poll, why) => refuse(rules, event, &unclear(poll, &why)),
        Ballot::Ambiguous(poll, one, other) => {
            let letters = |chosen: &[usize]| chosen.iter().map(|at| letter(*at)).collect();
            let refusal = BallotAmbiguous { number: poll.number, one: letters(&one), other: letters(&other) };
            refuse(rules, event, &refusal)
        }
        Ballot::Unknown(number) => unknown(tx, rules, chat, event, number, !open.is_empty() && is_ballot(typed)).await,
        Ballot::Which if open.is_empty() && !spoken_to => Ok(None),
        Ballot::Which if open.is_empty() => refuse(rules, event, &no_such(PollKind::Poll, number)),
        Ballot::Which => {
            let line = |poll: &Poll| PollLine {
                word: poll.kind.title().to_owned(),
                number: poll.number,
                title: UserText::new(&poll.form.title),
                closes: closes(tx, poll),
            };
            refuse(rules, event, &WhichPoll { open: open.iter().map(line).collect() })
        }
    }
}

/// A number that takes no votes here: one of this group that is over says so, anything else is talk where nothing is open.
async fn unknown(
    tx: &mut Tx,
    rules: &Rulebook,
    chat: Option<&Chat>,
    event: &InboundEvent,
    number: i64,
    meant: bool,
) -> Result<Option<PollVoted>, Halt> {
    match elsewhere(tx, rules, chat, event, number).await? {
        Some(refused) => Err(refused),
        None if meant || event.addressed => refuse(rules, event, &no_such(PollKind::Poll, Some(number))),
        None => Ok(None),
    }
}

/// Why nothing can be voted for in what has this number in this group: it is over, or it is a survey.
async fn elsewhere(
    tx: &mut Tx,
    rules: &Rulebook,
    chat: Option<&Chat>,
    event: &InboundEvent,
    number: i64,
) -> Result<Option<Halt>, Fault> {
    let found = tx.db().await?.find_poll(number).await?;
    let Some(poll) = found.filter(|poll| chat.is_some_and(|chat| chat.id == poll.chat)) else { return Ok(None) };
    let refused: Result<(), Halt> = match poll.kind {
        PollKind::Poll => over(rules, event, &poll),
        PollKind::Survey => other_kind(rules, event, &poll),
    };
    Ok(refused.err())
}

fn unclear(poll: &Poll, why: &Unread) -> BallotUnclear {
    let (options, _) = options(poll);
    BallotUnclear {
        number: poll.number,
        title: UserText::new(&poll.form.title),
        options: option_lines(options),
        instead: poll.item().map(|item| why.instead(&item.sort)).unwrap_or_default(),
    }
}

async fn cast(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    poll: &Poll,
    chosen: Vec<usize>,
) -> Result<PollVoted, Halt> {
    let mark = mark_of(rules, poll, speaker, event)?;
    let replies = [Reply::Chosen(chosen.clone())];
    if !tx.vote(poll, &mark, &name_of(speaker, event), &replies).await? {
        return over(rules, event, poll);
    }
    let mut lines = option_lines(options(poll).0);
    let mut at = 0..;
    lines.retain(|_| at.next().is_some_and(|at| chosen.contains(&at)));
    if poll.is_anonymous() {
        // what we say is kept with the message it answers: the choice must not stand there
        lines.clear();
    }
    Ok(PollVoted {
        number: poll.number,
        title: UserText::new(&poll.form.title),
        chosen: lines,
        anonymous: poll.is_anonymous(),
        seen: !event.place.is_private(),
        closes: closes(tx, poll),
        participants: tx.db().await?.count_participants(poll.id).await?,
    })
}

/// What 投票 and a bare number mean in a group.
#[derive(Clone, Debug)]
pub enum Meant {
    /// A club: nothing else can be voted for here.
    Club,
    /// A poll.
    Poll(Option<PollVoted>),
}

/// Votes by `投票 3`: for a club where no poll is open in the group; for the poll where there is no such club. Where both
/// could be meant, it asks.
///
/// # Errors
/// Refuses what could be both, and what [`vote`] refuses.
pub async fn vote_or_club(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: &Chat,
    event: &InboundEvent,
    typed: &str,
) -> Result<Meant, Halt> {
    let open = open_polls(tx, chat, event.sent_at).await?;
    let pieces = pieces(typed);
    let number = match pieces.as_slice() {
        [piece] => number_of(piece),
        _ => None,
    };
    let Some(number) = number else {
        return Ok(Meant::Poll(vote(tx, rules, speaker, Some(chat), event, typed).await?));
    };
    if open.is_empty() && chat.role == ChatRole::Youth {
        return Ok(Meant::Club);
    }
    let club = club(tx, chat, number).await?;
    let named = open.iter().find(|poll| poll.number == number);
    let read = match (named, open.as_slice()) {
        // the poll is named, and not what is chosen in it
        (Some(poll), _) => Some((poll, None)),
        (None, [only]) => match read(&pieces, &open) {
            Ballot::Cast(_, chosen) => Some((only, chosen.first().copied())),
            _ => None,
        },
        _ => None,
    };
    match (read, club) {
        (Some((poll, at)), Some(club)) => {
            let refusal = PollOrClub {
                typed: number,
                vote: format!("投 {} {}", poll.number, letter(at.unwrap_or(0))),
                title: UserText::new(&poll.form.title),
                club: UserText::new(&club),
            };
            refuse(rules, event, &refusal)
        }
        (None, Some(_)) => Ok(Meant::Club),
        (Some((poll, None)), None) => refuse(rules, event, &unclear(poll, &Unread::Nothing)),
        _ => Ok(Meant::Poll(vote(tx, rules, speaker, Some(chat), event, typed).await?)),
    }
}

async fn club(tx: &mut Tx, chat: &Chat, number: i64) -> Result<Option<String>, Fault> {
    if chat.role != ChatRole::Youth {
        return Ok(None);
    }
    let clubs = tx.db().await?.list_clubs(chat.id).await?;
    Ok(clubs.into_iter().find(|club| club.number == number).map(|club| club.name))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::id::{ChatId, PersonId, PollId, UnitId};
    use crate::domain::poll::{Form, Item, Naming};

    fn poll(number: i64, most: usize) -> Poll {
        let options = ["爬山", "看电影", "做志愿"].map(str::to_owned).to_vec();
        Poll {
            id: PollId(number),
            number,
            kind: PollKind::Poll,
            chat: ChatId(1),
            unit: UnitId(1),
            person: PersonId(1),
            naming: Naming::Named,
            form: Form {
                title: "去哪".into(),
                items: vec![Item { text: "去哪".into(), sort: Sort::Choice { options, most } }],
            },
            secret: None,
            closes_at: DateTime::UNIX_EPOCH,
            closed_at: None,
        }
    }

    fn said(typed: &str, open: &[Poll]) -> String {
        match read(&pieces(typed), open) {
            Ballot::Cast(poll, chosen) => format!("{}: {chosen:?}", poll.number),
            Ballot::Unclear(poll, why) => format!("{}? {why:?}", poll.number),
            Ballot::Ambiguous(poll, one, other) => format!("{}: {one:?} or {other:?}", poll.number),
            Ballot::Unknown(number) => format!("no {number}"),
            Ballot::Which => "which".to_owned(),
        }
    }

    #[test]
    fn a_vote_is_read_against_what_is_open_and_never_guessed() {
        let one = [poll(7, 1)];
        let several = [poll(1, 2)];
        let two = [poll(3, 1), poll(7, 2)];
        for (typed, open, means) in [
            ("A", &one[..], "7: [0]"),
            ("2", &one, "7: [1]"),
            ("7 2", &one, "7: [1]"),
            ("7B", &one, "7: [1]"),
            ("7 看电影", &one, "7: [1]"),
            ("A B", &one, "7? TooMany(1)"),
            ("4", &one, "7? NoOption"),
            ("7", &one, "7? NoOption"),
            ("3 A", &one, "no 3"),
            ("1 2", &one, "no 1"),
            ("1 2", &several, "1: [1] or [0, 1]"),
            ("1 B", &several, "1: [1]"),
            ("3 B", &several, "no 3"),
            ("1", &several, "1: [0]"),
            ("A B", &several, "1: [0, 1]"),
            ("A", &two, "which"),
            ("3 A", &two, "3: [0]"),
            ("7 AC", &two, "7: [0, 2]"),
            ("7", &two, "7? Nothing"),
            ("9 A", &two, "no 9"),
            ("A", &[], "which"),
            ("3 A", &[], "no 3"),
        ] {
            assert_eq!(said(typed, open), means, "{typed}");
        }
    }
}
