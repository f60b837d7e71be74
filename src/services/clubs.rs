//! Clubs (微社团): young people found them, sign up and vote; a secretary may close one.

use chrono::{DateTime, TimeDelta, Utc};

use super::Rulebook;
use super::open_days::check_authority;
use super::questions::{answerer_targets, civil};
use super::somebodies::{name_shown, who};
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::people::ChatRole;
use crate::domain::text::{normal, storable};
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{Club, Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{
    ClubClosed, ClubFounded, ClubLine, ClubPlace, ClubTaken, ClubUsage, ClubVoted, Clubs, NewClub, NoSuchClub,
    OwnClubs, TooManyClubs,
};

/// How many clubs a group may have at a time: what one can read through.
const MOST_CLUBS: usize = 30;

/// How many of them one person may have founded.
const MOST_OWN: usize = 3;

/// The longest name, and the longest text about a club.
const LONGEST_NAME: usize = 20;
const LONGEST_ABOUT: usize = 100;

/// That a club was founded is worth reading for a week.
const NOTICE_VALID: TimeDelta = TimeDelta::days(7);

/// How many clubs a list shows, and how many members of each.
const LISTED: usize = 15;
const NAMES: usize = 8;

/// The clubs of a group.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx, chat: &Chat) -> Result<Clubs, Fault> {
    let clubs = tx.db().await?.list_clubs(chat.id).await?;
    let listed = clubs.iter().take(LISTED).map(|club| line(club, "")).collect();
    Ok(Clubs { clubs: listed, more: clubs.len().saturating_sub(LISTED), of_groups: false })
}

/// The clubs of the youth groups of somebody's unit and of those below it, group by group: what the secretary sees.
///
/// # Errors
/// The database's.
pub async fn list_of(tx: &mut Tx, person: &Person) -> Result<Clubs, Fault> {
    let directory = tx.directory();
    let mut lines = Vec::new();
    for unit in directory.subtree(person.unit) {
        for chat in directory.chats_of(unit).filter(|chat| chat.role == ChatRole::Youth) {
            let clubs = tx.db().await?.list_clubs(chat.id).await?;
            lines.extend(clubs.iter().map(|club| line(club, &chat.name)));
        }
    }
    let more = lines.len().saturating_sub(LISTED);
    lines.truncate(LISTED);
    Ok(Clubs { clubs: lines, more, of_groups: true })
}

/// A club in a list; `group` where the list is of several.
fn line(club: &Club, group: &str) -> ClubLine {
    // who is in it is for its own group
    let shown = if group.is_empty() { NAMES } else { 0 };
    ClubLine {
        number: club.number,
        name: UserText::new(&club.name),
        about: UserText::new(&club.about),
        members: club.members.len(),
        names: club.members.iter().take(shown).map(|name| UserText::short(name, 12)).collect(),
        votes: club.votes,
        group: UserText::short(group, 30),
    }
}

/// Founds one: `瑜伽 每周三晚在青年之家`. Who founds it is its first member.
///
/// # Errors
/// Refuses what has no name or too long a one, a name that is taken, and more clubs than anybody reads.
pub async fn found(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: &Chat,
    event: &InboundEvent,
    typed: &str,
) -> Result<ClubFounded, Halt> {
    let typed = storable(typed.trim());
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '，' | ',' | '：' | ':');
    let (name, about) = typed.split_once(is_gap).unwrap_or((&typed, ""));
    let about = about.trim_start_matches(is_gap).trim_end();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME && about.chars().count() <= LONGEST_ABOUT;
    if !fits {
        return refuse(rules, event, &ClubUsage { name: LONGEST_NAME, about: LONGEST_ABOUT });
    }
    civil(rules, event, &typed)?;
    let clubs = tx.db().await?.list_clubs(chat.id).await?;
    if let Some(same) = clubs.iter().find(|club| normal(&club.name) == normal(name)) {
        return refuse(rules, event, &ClubTaken { name: UserText::new(&same.name), number: same.number });
    }
    if clubs.len() >= MOST_CLUBS {
        return refuse(rules, event, &TooManyClubs { most: MOST_CLUBS });
    }
    let who = who(speaker, event);
    if clubs.iter().filter(|club| club.founder == who).count() >= MOST_OWN {
        return refuse(rules, event, &OwnClubs { most: MOST_OWN });
    }
    let (id, number) = tx.insert_club(chat.id, name, about, &who, event.sent_at).await?;
    tx.join_club(id, &who, &name_shown(speaker, event), event.sent_at).await?;
    tell_secretary(tx, rules, chat, name, about, event.sent_at).await?;
    Ok(ClubFounded { name: UserText::new(name), number })
}

/// The group reads of a new club in the receipt; those who answer for the unit are told in private, in open hours.
async fn tell_secretary(
    tx: &mut Tx,
    rules: &Rulebook,
    chat: &Chat,
    name: &str,
    about: &str,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let directory = tx.directory();
    let zone = directory.zone_of(chat.unit);
    let not_before = rules.policy.open_hours().next_open(at, zone, &rules.calendar);
    let terms = Terms { question: None, not_before, valid_until: not_before + NOTICE_VALID };
    let notice =
        NewClub { name: UserText::new(name), about: UserText::new(about), group: UserText::short(&chat.name, 30) };
    for target in answerer_targets(&directory, chat.unit, at).into_iter().filter(|one| matches!(one, Target::Person(_)))
    {
        enqueue(tx, target, &notice, terms).await?;
    }
    Ok(())
}

/// Signs up, or off.
///
/// # Errors
/// Refuses a number that is no club of this group.
pub async fn join_or_leave(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: &Chat,
    event: &InboundEvent,
    number: Option<i64>,
    joins: bool,
) -> Result<ClubPlace, Halt> {
    let club = find(tx, rules, chat, event, number).await?;
    let who = who(speaker, event);
    let changed = match joins {
        true => tx.join_club(club.id, &who, &name_shown(speaker, event), event.sent_at).await?,
        false => tx.leave_club(club.id, &who).await?,
    };
    let members = match (changed, joins) {
        (false, _) => club.members.len(),
        (true, true) => club.members.len() + 1,
        (true, false) => club.members.len().saturating_sub(1),
    };
    Ok(ClubPlace { name: UserText::new(&club.name), number: club.number, joins, changed, members })
}

/// Votes, or moves one's vote.
///
/// # Errors
/// Refuses a number that is no club of this group.
pub async fn vote(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: &Chat,
    event: &InboundEvent,
    number: Option<i64>,
) -> Result<ClubVoted, Halt> {
    let club = find(tx, rules, chat, event, number).await?;
    tx.vote_club(chat.id, club.id, &who(speaker, event), event.sent_at).await?;
    let after = tx.db().await?.list_clubs(chat.id).await?;
    let votes = after.iter().find(|one| one.id == club.id).map_or(0, |one| one.votes);
    Ok(ClubVoted { name: UserText::new(&club.name), number: club.number, votes })
}

/// Closes one.
///
/// # Errors
/// Refuses a number that is no club of this group, and a group beyond the secretary's authority.
pub async fn close(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: &Chat,
    event: &InboundEvent,
    number: Option<i64>,
) -> Result<ClubClosed, Halt> {
    check_authority(tx, rules, person, chat, event)?;
    let club = find(tx, rules, chat, event, number).await?;
    tx.close_club(club.id, person.id, event.sent_at).await?;
    Ok(ClubClosed { name: UserText::new(&club.name), number: club.number })
}

async fn find(
    tx: &mut Tx,
    rules: &Rulebook,
    chat: &Chat,
    event: &InboundEvent,
    number: Option<i64>,
) -> Result<Club, Halt> {
    let clubs = tx.db().await?.list_clubs(chat.id).await?;
    match clubs.into_iter().find(|club| Some(club.number) == number) {
        Some(club) => Ok(club),
        None => refuse(rules, event, &NoSuchClub { number: number.unwrap_or_default() }),
    }
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}
