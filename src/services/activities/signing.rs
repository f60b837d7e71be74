//! Signing up for an activity, and off.

use chrono::{DateTime, Utc};

use super::{Speaking, find_said, refuse, tell, when};
use crate::domain::activity::{Activity, ActivityState, Participant, Standing, Sums, moving_up};
use crate::domain::message::UserText;
use crate::error::{Fault, Halt};
use crate::services::Rulebook;
use crate::services::questions::moment;
use crate::services::somebodies::name_of;
use crate::store::Tx;
use crate::templates::contexts::{ActivityOver, MovedUp, SignUpClosed, SignedOff, SignedUp};

/// Signs somebody up: for a place, or behind those who wait for one. `None`: said in passing, in a group without activities.
///
/// # Errors
/// Refuses an activity that is not of this group, and one that takes no names any more.
pub async fn sign_up(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
) -> Result<Option<SignedUp>, Halt> {
    let (event, at) = (speaking.event, speaking.event.sent_at);
    let Some(activity) = find_said(tx, rules, speaking, number).await? else { return Ok(None) };
    let zone = tx.directory().zone_of(activity.unit);
    if activity.state != ActivityState::Open || at >= activity.ends_at {
        return refuse(rules, event, &ActivityOver { number: activity.number, title: UserText::new(&activity.title) });
    }
    if !activity.takes_names(at) {
        let refusal = SignUpClosed {
            number: activity.number,
            title: UserText::new(&activity.title),
            closed: moment(activity.closes_at, zone),
        };
        return refuse(rules, event, &refusal);
    }
    tx.touch_activity(activity.id).await?;
    let before = tx.db().await?.list_participants(activity.id).await?;
    let full = Sums::of(&before).left(activity.places) == Some(0);
    let who = speaking.who();
    let one = Participant {
        who: who.clone(),
        name: name_of(speaking.speaker, event),
        chat: speaking.chat.map(|chat| chat.id),
        standing: if full { Standing::Waiting } else { Standing::In },
        came_at: None,
    };
    let again = !tx.insert_participant(activity.id, &one, at).await?;
    let people = tx.db().await?.list_participants(activity.id).await?;
    let waits = people.iter().filter(|one| one.standing == Standing::Waiting).position(|one| one.who == who);
    let sums = Sums::of(&people);
    Ok(Some(SignedUp {
        number: activity.number,
        title: UserText::new(&activity.title),
        when: when(&activity, zone),
        place: UserText::new(&activity.place),
        again,
        waiting: waits.map_or(0, |before| before + 1),
        signed: sums.signed,
        left: sums.left(activity.places),
    }))
}

/// Takes somebody off the list; the first of those who wait moves up. `None`: said in passing.
///
/// # Errors
/// Refuses an activity that is not of this group, and one that has begun.
pub async fn sign_off(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
) -> Result<Option<SignedOff>, Halt> {
    let at = speaking.event.sent_at;
    let Some(activity) = find_said(tx, rules, speaking, number).await? else { return Ok(None) };
    if activity.state != ActivityState::Open || at >= activity.starts_at {
        let title = UserText::new(&activity.title);
        return refuse(rules, speaking.event, &ActivityOver { number: activity.number, title });
    }
    tx.touch_activity(activity.id).await?;
    let changed = tx.delete_participant(activity.id, &speaking.who()).await?;
    if changed {
        fill_places(tx, rules, &activity, at).await?;
    }
    Ok(Some(SignedOff { number: activity.number, title: UserText::new(&activity.title), changed }))
}

/// Gives free places to those who wait, in their turn, and tells them. Once it has begun, nobody is called any more.
pub(super) async fn fill_places(
    tx: &mut Tx,
    rules: &Rulebook,
    activity: &Activity,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    if at >= activity.starts_at || activity.state != ActivityState::Open {
        return Ok(());
    }
    let people = tx.db().await?.list_participants(activity.id).await?;
    let zone = tx.directory().zone_of(activity.unit);
    let up = moving_up(&people, activity.places);
    for one in &up {
        tx.move_up(activity.id, &one.who).await?;
    }
    tell(tx, rules, activity, &up, at, |people| MovedUp {
        people,
        number: activity.number,
        title: UserText::new(&activity.title),
        when: when(activity, zone),
        place: UserText::new(&activity.place),
    })
    .await?;
    Ok(())
}
