//! What is open, and who comes.

use super::{Speaking, find_own, is_known_to, when};
use crate::domain::activity::{Activity, Participant, Standing, Sums};
use crate::domain::message::UserText;
use crate::domain::permission::reaches;
use crate::error::{Fault, Halt};
use crate::services::Rulebook;
use crate::services::questions::moment;
use crate::store::Tx;
use crate::templates::contexts::{Activities, ActivityLine, ActivityPeople};

/// How many activities a list shows.
const LISTED: usize = 10;

/// How many names of each standing.
const NAMES: usize = 100;

/// The activities that are open in this group; in private, those one may sign up for or sees as a member of the unit.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx, speaking: Speaking<'_>) -> Result<Activities, Fault> {
    let at = speaking.event.sent_at;
    let open = match speaking.chat {
        Some(chat) => tx.db().await?.list_activities_of_chat(chat.id).await?,
        None => {
            let mut known = Vec::new();
            for activity in tx.db().await?.list_open_activities().await? {
                let directory = tx.directory();
                let is_theirs = speaking.speaker.is_none_or(|person| {
                    reaches(&directory, person, activity.unit) || directory.is_within(person.unit, activity.unit)
                });
                if is_theirs && is_known_to(tx, speaking, &activity).await? {
                    known.push(activity);
                }
            }
            known
        }
    };
    let shown: Vec<&Activity> = open.iter().take(LISTED).collect();
    let ids: Vec<_> = shown.iter().map(|activity| activity.id).collect();
    let sums = tx.db().await?.sum_participants(&ids).await?;
    let directory = tx.directory();
    let line = |activity: &&Activity| {
        let sums: Sums = sums.get(&activity.id).copied().unwrap_or_default();
        let zone = directory.zone_of(activity.unit);
        ActivityLine {
            number: activity.number,
            title: UserText::new(&activity.title),
            when: when(activity, zone),
            place: UserText::new(&activity.place),
            signed: sums.signed,
            places: activity.places,
            waiting: sums.waiting,
            closes: if activity.takes_names(at) { moment(activity.closes_at, zone) } else { String::new() },
        }
    };
    Ok(Activities { items: shown.iter().map(line).collect(), more: open.len().saturating_sub(LISTED) })
}

/// Who signed up, who came, who waits: for those who organise it. `None`: said by somebody else, in passing.
///
/// # Errors
/// Refuses somebody else's activity.
pub async fn people(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
) -> Result<Option<ActivityPeople>, Halt> {
    let Some(activity) = find_own(tx, rules, speaking, number).await? else { return Ok(None) };
    let people = tx.db().await?.list_participants(activity.id).await?;
    let names = |is: &dyn Fn(&Participant) -> bool| -> Vec<UserText> {
        people.iter().filter(|one| is(one)).take(NAMES).map(|one| UserText::short(&one.name, 12)).collect()
    };
    let sums = Sums::of(&people);
    Ok(Some(ActivityPeople {
        number: activity.number,
        title: UserText::new(&activity.title),
        when: when(&activity, tx.directory().zone_of(activity.unit)),
        signed: sums.signed,
        came: sums.came,
        waits: sums.waiting,
        present: names(&|one| one.came_at.is_some() && one.standing == Standing::In),
        walk_ins: names(&|one| one.came_at.is_some() && one.standing != Standing::In),
        absent: names(&|one| one.came_at.is_none() && one.standing == Standing::In),
        waiting: names(&|one| one.came_at.is_none() && one.standing == Standing::Waiting),
        most: NAMES,
    }))
}
