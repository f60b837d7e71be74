//! Activities (活动) that are published in youth groups: signing up, attendance by a code, changes, the recap.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::Rulebook;
use super::questions::moment;
use super::somebodies::{concerns, in_private, mention, who};
use crate::domain::activity::{Activity, Participant, tell_at};
use crate::domain::calendar::weekday;
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::{Mention, UserText};
use crate::domain::people::Role;
use crate::domain::permission::reaches;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{NoSuchActivity, NotYourActivity};

mod attendance;
mod ending;
mod export;
mod lists;
mod publishing;
mod signing;

pub use attendance::{attend, hand_out_code};
pub use ending::{cancel, end_by_itself, recap, remind};
pub use export::{MOST_ROWS, write};
pub use lists::{list, people};
pub use publishing::{Published, change, publish, publish_for_club};
pub use signing::{sign_off, sign_up};

/// How many are mentioned in one message.
const MENTIONED_AT_ONCE: usize = 20;

/// What is told to those who signed up is told at least so long before the beginning.
const IN_TIME: TimeDelta = TimeDelta::hours(2);

/// `11月28日 周六 09:00—12:00`.
fn when(activity: &Activity, zone: Tz) -> String {
    let (from, to) = (activity.starts_at.with_timezone(&zone), activity.ends_at.with_timezone(&zone));
    let day = weekday(from.date_naive());
    let begins = moment(activity.starts_at, zone).replacen(' ', &format!(" {day} "), 1);
    format!("{begins}—{}", to.format("%H:%M"))
}

/// Who speaks of an activity, and where.
#[derive(Clone, Copy)]
pub struct Speaking<'a> {
    /// The person, where they are on the roster.
    pub speaker: Option<&'a Person>,
    /// The group, unless it is in private.
    pub chat: Option<&'a Chat>,
    /// The event.
    pub event: &'a InboundEvent,
}

impl Speaking<'_> {
    fn who(&self) -> String {
        who(self.speaker, self.event)
    }
}

/// The activity of a number that people here may know of: published in this group, or, in private, one of theirs.
async fn find(tx: &mut Tx, rules: &Rulebook, speaking: Speaking<'_>, number: Option<i64>) -> Result<Activity, Halt> {
    let found = match number {
        Some(number) => tx.db().await?.find_activity(number).await?,
        None => None,
    };
    if let Some(activity) = found
        && is_known_to(tx, speaking, &activity).await?
    {
        return Ok(activity);
    }
    refuse(rules, speaking.event, &NoSuchActivity { number: number.unwrap_or_default() })
}

/// The same for what somebody said in a group without turning to the bot: `None` where no activity is open there, for then
/// 报名 3 is talk.
async fn find_said(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
) -> Result<Option<Activity>, Halt> {
    if let Some(chat) = speaking.chat.filter(|_| !speaking.event.addressed)
        && tx.db().await?.list_activities_of_chat(chat.id).await?.is_empty()
    {
        return Ok(None);
    }
    find(tx, rules, speaking, number).await.map(Some)
}

async fn is_known_to(tx: &mut Tx, speaking: Speaking<'_>, activity: &Activity) -> Result<bool, Fault> {
    let chats = tx.db().await?.list_activity_chats(activity.id).await?;
    let Speaking { speaker, chat, event } = speaking;
    let directory = tx.directory();
    // in another group only who organises it speaks of it
    let is_elsewhere = chat.is_some_and(|chat| !chats.contains(&chat.id));
    let is_theirs = !is_elsewhere && concerns(&directory, speaker, chat, event, activity.unit, &chats);
    Ok(is_theirs || may_manage(&directory, speaking, activity))
}

/// Whether somebody organises an activity, or is a secretary of those above it.
fn may_manage(directory: &Directory, speaking: Speaking<'_>, activity: &Activity) -> bool {
    let is_above =
        |person: &Person| person.roles.contains(&Role::Secretary) && reaches(directory, person, activity.unit);
    activity.organiser == speaking.who() || speaking.speaker.is_some_and(is_above)
}

/// The activity of a number, for those who organise it. `None` where somebody else says it among young people without
/// turning to the bot: there it stays silent.
async fn find_own(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
) -> Result<Option<Activity>, Halt> {
    let spoken_to = speaking.event.addressed || speaking.event.place.is_private();
    let found = match find(tx, rules, speaking, number).await {
        Err(Halt::Refusal(_)) if !spoken_to && speaking.speaker.is_none() => return Ok(None),
        other => other?,
    };
    if may_manage(&tx.directory(), speaking, &found) {
        return Ok(Some(found));
    }
    if !spoken_to {
        return Ok(None);
    }
    let by = UserText::short(&found.organiser_name, 20);
    refuse(rules, speaking.event, &NotYourActivity { number: found.number, by })
}

/// Tells people of an activity where they signed up: in a group, mentioned, many in one message; in private, each alone.
/// Returns how many were told.
async fn tell<C: TemplateContext>(
    tx: &mut Tx,
    rules: &Rulebook,
    activity: &Activity,
    people: &[&Participant],
    at: DateTime<Utc>,
    context: impl Fn(Vec<Mention>) -> C,
) -> Result<usize, Fault> {
    let directory = tx.directory();
    let zone = directory.zone_of(activity.unit);
    let before = activity.starts_at - IN_TIME;
    let not_before = tell_at(at, before, zone, rules.policy.open_hours(), &rules.calendar);
    let valid_until = activity.ends_at.max(not_before + TimeDelta::hours(1));
    let terms = Terms { question: None, not_before, valid_until };
    let mut chats: Vec<_> = people.iter().filter_map(|one| one.chat).collect();
    chats.sort_unstable();
    chats.dedup();
    for chat in chats {
        let there: Vec<&&Participant> = people.iter().filter(|one| one.chat == Some(chat)).collect();
        for some in there.chunks(MENTIONED_AT_ONCE) {
            let mentions = some.iter().map(|one| mention(&directory, &one.who, &one.name, chat)).collect();
            enqueue(tx, Target::Chat(chat), &context(mentions), terms).await?;
        }
    }
    for one in people.iter().filter(|one| one.chat.is_none()) {
        if let Some(target) = in_private(&one.who) {
            enqueue(tx, target, &context(Vec::new()), terms).await?;
        }
    }
    Ok(people.len())
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}
