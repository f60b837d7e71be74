//! Being there: the code that its organiser reads out, and those who say it.

use chrono::{DateTime, Utc};

use super::{Speaking, find, find_own, refuse};
use crate::domain::activity::{Activity, ActivityState, EARLY, MOST_TRIES, Participant, Standing};
use crate::domain::message::UserText;
use crate::domain::text::normal;
use crate::error::Halt;
use crate::services::Rulebook;
use crate::services::questions::moment;
use crate::services::somebodies::name_of;
use crate::store::Tx;
use crate::templates::contexts::{ActivityCode, ActivityOver, Attended, CodeTriesSpent, NoAttendanceNow, WrongCode};

/// The code of an activity, for its organiser alone. `None`: said by somebody else, in passing.
///
/// # Errors
/// Refuses an activity that is over.
pub async fn hand_out_code(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
) -> Result<Option<ActivityCode>, Halt> {
    let Some(activity) = find_own(tx, rules, speaking, number).await? else { return Ok(None) };
    if activity.state != ActivityState::Open {
        let title = UserText::new(&activity.title);
        return refuse(rules, speaking.event, &ActivityOver { number: activity.number, title });
    }
    let zone = tx.directory().zone_of(activity.unit);
    let code = tx.load_activity_code(&activity).await?;
    Ok(Some(ActivityCode {
        number: activity.number,
        title: UserText::new(&activity.title),
        code,
        from: moment(activity.starts_at - EARLY, zone),
        until: moment(activity.ends_at, zone),
    }))
}

/// The number of an activity, where there is one, and a code: `7 4821`, `4821`.
fn read(typed: &str) -> Option<(Option<i64>, String)> {
    let text = normal(typed);
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_digit())).collect();
    match words.as_slice() {
        [code] => Some((None, (*code).to_owned())),
        [number, code] => Some((Some(number.parse().ok()?), (*code).to_owned())),
        _ => None,
    }
}

/// Notes that somebody is there. `None`: said in passing, in a group where nothing goes on.
///
/// # Errors
/// Refuses where nothing takes attendance now, and a wrong code; a few wrong ones, and a right one does not help any more.
pub async fn attend(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    typed: &str,
) -> Result<Option<Attended>, Halt> {
    let (event, at, who) = (speaking.event, speaking.event.sent_at, speaking.who());
    let Some((number, code)) = read(typed) else { return refuse(rules, event, &WrongCode { left: 0 }) };
    let going_on = going_on(tx, rules, speaking, number, at).await?;
    if going_on.is_empty() && speaking.chat.is_some() && !event.addressed {
        return Ok(None);
    }
    if going_on.is_empty() {
        return refuse(rules, event, &NoAttendanceNow { from: String::new() });
    }
    let mut left = 0;
    let mut spent = true;
    for activity in &going_on {
        let tries = tx.db().await?.count_tries(activity.id, &who).await?;
        if tries >= MOST_TRIES {
            continue;
        }
        spent = false;
        if activity.code.as_deref() == Some(code.as_str()) {
            return Ok(Some(note(tx, speaking, activity, at).await?));
        }
        left = left.max(MOST_TRIES - tries - 1);
    }
    if spent {
        return refuse(rules, event, &CodeTriesSpent { most: MOST_TRIES });
    }
    for activity in &going_on {
        tx.count_try(activity.id, &who).await?;
    }
    refuse(rules, event, &WrongCode { left })
}

/// The activities whose code may be meant.
async fn going_on(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
    at: DateTime<Utc>,
) -> Result<Vec<Activity>, Halt> {
    if let Some(wanted) = number {
        let activity = match find(tx, rules, speaking, number).await {
            // whose a stranger is cannot always be told; who is there has heard the code
            Err(Halt::Refusal(unknown)) if speaking.speaker.is_none() && speaking.chat.is_none() => {
                let found = tx.db().await?.find_activity(wanted).await?;
                found.filter(|activity| activity.takes_attendance(at)).ok_or(Halt::Refusal(unknown))?
            }
            found => found?,
        };
        if activity.takes_attendance(at) {
            return Ok(vec![activity]);
        }
        let from = match activity.state == ActivityState::Open && at < activity.starts_at {
            true => moment(activity.starts_at - EARLY, tx.directory().zone_of(activity.unit)),
            false => String::new(),
        };
        return refuse(rules, speaking.event, &NoAttendanceNow { from });
    }
    let open = match speaking.chat {
        Some(chat) => tx.db().await?.list_activities_of_chat(chat.id).await?,
        None => tx.db().await?.list_open_activities().await?,
    };
    let mut found = Vec::new();
    for activity in open.into_iter().filter(|one| one.takes_attendance(at)) {
        if super::is_known_to(tx, speaking, &activity).await? {
            found.push(activity);
        }
    }
    Ok(found)
}

async fn note(
    tx: &mut Tx,
    speaking: Speaking<'_>,
    activity: &Activity,
    at: DateTime<Utc>,
) -> Result<Attended, crate::error::Fault> {
    let who = speaking.who();
    let one = Participant {
        who: who.clone(),
        name: name_of(speaking.speaker, speaking.event),
        chat: speaking.chat.map(|chat| chat.id),
        standing: Standing::WalkIn,
        came_at: Some(at),
    };
    let first = tx.insert_participant(activity.id, &one, at).await? || tx.note_came(activity.id, &who, at).await?;
    let people = tx.db().await?.list_participants(activity.id).await?;
    let own = people.iter().find(|one| one.who == who);
    Ok(Attended {
        number: activity.number,
        title: UserText::new(&activity.title),
        again: !first,
        walk_in: own.is_some_and(|one| one.standing != Standing::In),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_have_the_number_of_the_activity_before_it() {
        assert_eq!(read("4821"), Some((None, "4821".into())));
        assert_eq!(read("＃7 ４８２１。"), Some((Some(7), "4821".into())));
        assert_eq!(read("7号 4821"), Some((Some(7), "4821".into())));
        assert_eq!(read("7 48 21"), None);
    }
}
