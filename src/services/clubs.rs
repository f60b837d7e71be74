//! Clubs (微社团): young people found them, sign up and vote; a secretary may close one.

use super::Rulebook;
use super::open_days::check_authority;
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::somebody::somebody;
use crate::domain::text::{normal, storable};
use crate::error::{Fault, Halt};
use crate::store::{Club, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{
    ClubClosed, ClubFounded, ClubLine, ClubPlace, ClubTaken, ClubUsage, ClubVoted, Clubs, NoSuchClub, TooManyClubs,
};

/// How many clubs a group may have at a time: what one can read through.
const MOST_CLUBS: usize = 30;

/// The longest name, and the longest text about a club.
const LONGEST_NAME: usize = 20;
const LONGEST_ABOUT: usize = 100;

/// How many clubs a list shows, and how many members of each.
const LISTED: usize = 15;
const NAMES: usize = 8;

/// The clubs of a group.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx, chat: &Chat) -> Result<Clubs, Fault> {
    let clubs = tx.db().await?.list_clubs(chat.id).await?;
    let line = |club: &Club| ClubLine {
        number: club.number,
        name: UserText::new(&club.name),
        about: UserText::new(&club.about),
        members: club.members.len(),
        names: club.members.iter().take(NAMES).map(|name| UserText::short(name, 12)).collect(),
        votes: club.votes,
    };
    Ok(Clubs { clubs: clubs.iter().take(LISTED).map(line).collect(), more: clubs.len().saturating_sub(LISTED) })
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
    let clubs = tx.db().await?.list_clubs(chat.id).await?;
    if let Some(same) = clubs.iter().find(|club| normal(&club.name) == normal(name)) {
        return refuse(rules, event, &ClubTaken { name: UserText::new(&same.name), number: same.number });
    }
    if clubs.len() >= MOST_CLUBS {
        return refuse(rules, event, &TooManyClubs { most: MOST_CLUBS });
    }
    let who = who(speaker, event);
    let (id, number) = tx.insert_club(chat.id, name, about, &who, event.sent_at).await?;
    tx.join_club(id, &who, &name_of(speaker, event), event.sent_at).await?;
    Ok(ClubFounded { name: UserText::new(name), number })
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
        true => tx.join_club(club.id, &who, &name_of(speaker, event), event.sent_at).await?,
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

fn who(speaker: Option<&Person>, event: &InboundEvent) -> String {
    somebody(speaker.map(|person| person.id), &event.account, &event.sender)
}

/// The name they bear in the group; that is what the others know them by.
fn name_of(speaker: Option<&Person>, event: &InboundEvent) -> String {
    let shown = event.sender_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    storable(shown.or(speaker.map(|person| person.name.as_str())).unwrap_or("一位朋友"))
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}
