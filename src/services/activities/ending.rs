//! The end of an activity: called off, or over, with a recap and one record; and the reminder of the day before.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Speaking, find_own, refuse, tell, when};
use crate::domain::activity::{Activity, ActivityState, Participant, Standing, Sums};
use crate::domain::calendar::business_day;
use crate::domain::directory::{Person, called};
use crate::domain::duty::range_around;
use crate::domain::id::{ChatId, RecordId};
use crate::domain::message::UserText;
use crate::domain::policy::{Measure, RecordKind, Want};
use crate::domain::record::{Said, people_in};
use crate::domain::somebody::Somebody;
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::services::questions::{civil, moment};
use crate::services::records::{self, Deed};
use crate::services::somebodies::in_private;
use crate::store::{ByUnit, Counted, Target, Tx};
use crate::templates::contexts::{
    ActivityCancelled, ActivityCancelledReceipt, ActivityNotBegun, ActivityOver, ActivityRecap, ActivityRule,
    ActivitySoon, NobodyCame,
};

/// A recap is worth reading for a few days: an activity on a Saturday evening is recapped on Monday.
const RECAP_VALID: TimeDelta = TimeDelta::days(4);

/// One that ended longer ago than this is late, and its recap keeps quiet hours.
const ON_TIME: TimeDelta = TimeDelta::minutes(10);

/// For how long after its end its organiser may still write the recap.
const RECAP_WITHIN: TimeDelta = TimeDelta::days(30);

/// The longest recap, and the longest reason.
const LONGEST: usize = 500;

/// Calls an activity off and tells everybody who signed up. `None`: said by somebody else, in passing.
///
/// # Errors
/// Refuses an activity that is over.
pub async fn cancel(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
    reason: &str,
) -> Result<Option<ActivityCancelledReceipt>, Halt> {
    let (event, at) = (speaking.event, speaking.event.sent_at);
    let Some(activity) = find_own(tx, rules, speaking, number).await? else { return Ok(None) };
    rules.bounded(reason, LONGEST, event)?;
    civil(rules, event, reason)?;
    let title = UserText::new(&activity.title);
    if !tx.settle_activity(activity.id, ActivityState::Cancelled, at).await? {
        return refuse(rules, event, &ActivityOver { number: activity.number, title });
    }
    let people = tx.db().await?.list_participants(activity.id).await?;
    let everybody: Vec<&Participant> = people.iter().collect();
    let zone = tx.directory().zone_of(activity.unit);
    let reason = UserText::new(&storable(reason.trim()));
    let told = tell(tx, rules, &activity, &everybody, at, |people| ActivityCancelled {
        people,
        number: activity.number,
        title: title.clone(),
        when: when(&activity, zone),
        reason: reason.clone(),
    })
    .await?;
    Ok(Some(ActivityCancelledReceipt { number: activity.number, title, told }))
}

/// Ends an activity (or looks back at one that has ended) and says what came of it, with words of its organiser. `None`: said
/// by somebody else, in passing.
///
/// # Errors
/// Refuses one that has not begun, was called off, or ended long ago.
pub async fn recap(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
    typed: &str,
) -> Result<Option<ActivityRecap>, Halt> {
    let (event, at) = (speaking.event, speaking.event.sent_at);
    let Some(activity) = find_own(tx, rules, speaking, number).await? else { return Ok(None) };
    rules.bounded(typed, LONGEST, event)?;
    civil(rules, event, typed)?;
    let zone = tx.directory().zone_of(activity.unit);
    if activity.state == ActivityState::Open && at < activity.starts_at {
        let starts = moment(activity.starts_at, zone);
        return refuse(rules, event, &ActivityNotBegun { number: activity.number, starts });
    }
    if activity.state == ActivityState::Cancelled || at - activity.ends_at > RECAP_WITHIN {
        let title = UserText::new(&activity.title);
        return refuse(rules, event, &ActivityOver { number: activity.number, title });
    }
    tx.settle_activity(activity.id, ActivityState::Over, at).await?;
    let recap = recap_of(tx, rules, &activity, typed.trim(), at).await?;
    // the group it is said in reads it as the answer
    post(tx, &activity, &recap, speaking.chat.map(|chat| chat.id), at, at).await?;
    Ok(Some(recap))
}

/// Ends one whose time is over, posts its recap, and asks its organiser where nobody used the code. Does nothing where
/// somebody was faster.
///
/// # Errors
/// The database's.
pub async fn end_by_itself(tx: &mut Tx, rules: &Rulebook, activity: &Activity, at: DateTime<Utc>) -> Result<(), Fault> {
    if !tx.settle_activity(activity.id, ActivityState::Over, at).await? {
        return Ok(());
    }
    let zone = tx.directory().zone_of(activity.unit);
    let open = rules.policy.open_hours().next_open(at, zone, &rules.calendar);
    let people = tx.db().await?.list_participants(activity.id).await?;
    let sums = Sums::of(&people);
    if sums.came > 0 {
        let recap = recap_of(tx, rules, activity, "", at).await?;
        let not_before = if at - activity.ends_at > ON_TIME { open } else { at };
        return post(tx, activity, &recap, None, at, not_before).await;
    }
    // how many came is not known: its organiser says so, or nothing is recorded; where nothing would be, nobody is asked
    if activity.kind.is_none() {
        return Ok(());
    }
    let ask = NobodyCame { number: activity.number, title: UserText::new(&activity.title), signed: sums.signed };
    if let Some(target) = in_private(&activity.organiser) {
        let terms = Terms { question: None, not_before: open, valid_until: open + RECAP_VALID };
        enqueue(tx, target, &ask, terms).await?;
    }
    Ok(())
}

async fn post(
    tx: &mut Tx,
    activity: &Activity,
    recap: &ActivityRecap,
    but: Option<ChatId>,
    at: DateTime<Utc>,
    not_before: DateTime<Utc>,
) -> Result<(), Fault> {
    let terms = Terms { question: None, not_before, valid_until: at.max(not_before) + RECAP_VALID };
    for chat in tx.db().await?.list_activity_chats(activity.id).await? {
        if Some(chat) != but {
            enqueue(tx, Target::Chat(chat), recap, terms).await?;
        }
    }
    Ok(())
}

async fn recap_of(
    tx: &mut Tx,
    rules: &Rulebook,
    activity: &Activity,
    content: &str,
    at: DateTime<Utc>,
) -> Result<ActivityRecap, Fault> {
    let people = tx.db().await?.list_participants(activity.id).await?;
    let sums = Sums::of(&people);
    let newcomers = tx.db().await?.count_newcomers(activity).await?;
    // without a code, how many came is what its organiser says
    let said = people_in(content).and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    let came = if sums.came > 0 { sums.came } else { said };
    let recorded = record(tx, rules, activity, came, content, at).await?;
    let directory = tx.directory();
    let zone = directory.zone_of(activity.unit);
    let (kind, rules_met) = match &recorded {
        Some((kind, person)) => (kind.title().to_owned(), rules_of(tx, rules, kind, person, activity, at).await?),
        None => (String::new(), Vec::new()),
    };
    Ok(ActivityRecap {
        number: activity.number,
        unit: UserText::new(directory.unit_name(activity.unit)),
        title: UserText::new(&activity.title),
        when: when(activity, zone),
        signed: sums.signed,
        came,
        walk_ins: sums.walk_ins,
        waiting: sums.waiting,
        newcomers,
        content: UserText::new(&storable(content)),
        recorded: kind,
        rules: rules_met,
    })
}

/// One record by its organiser, with as many people as came. Where nobody came, there is nothing to record; what was
/// recorded stands, until it is withdrawn.
async fn record<'r>(
    tx: &mut Tx,
    rules: &'r Rulebook,
    activity: &Activity,
    came: usize,
    content: &str,
    at: DateTime<Utc>,
) -> Result<Option<(&'r RecordKind, Person)>, Fault> {
    let directory = tx.directory();
    let organiser = Somebody::read(&activity.organiser).and_then(|one| one.person());
    let person = organiser.and_then(|person| directory.person(person)).filter(|person| person.kind.is_some());
    let kind = activity.kind.as_deref().and_then(|kind| rules.policy.kind(kind));
    let (Some(kind), Some(person)) = (kind, person) else { return Ok(None) };
    if let Some(before) = activity.record
        && tx.db().await?.find_record(before).await?.is_some()
    {
        return Ok(Some((kind, person.clone())));
    }
    if came == 0 {
        return Ok(None);
    }
    let place = match activity.place.as_str() {
        "" => called(directory.unit_name(activity.unit)),
        place => place.to_owned(),
    };
    let content = match content {
        "" => activity.title.clone(),
        content => format!("{}：{}", activity.title, storable(content)),
    };
    let said = Said { place, content, quantity: Some(i32::try_from(came).unwrap_or(i32::MAX)) };
    let day = business_day(activity.starts_at, directory.zone_of(activity.unit), rules.policy.day_starts_at);
    let chat = tx.db().await?.list_activity_chats(activity.id).await?.first().copied();
    let source = records::Source { chat, at, account: "", pictures: Vec::new() };
    let id = RecordId(tx.new_id());
    records::insert_from(tx, rules, &Deed::of_today(kind, person, day, said), id, &source).await?;
    tx.note_activity_record(activity.id, id).await?;
    Ok(Some((kind, person.clone())))
}

/// The duties of the organiser's unit that ask for so many people in activities of this kind, and how far it is with them.
async fn rules_of(
    tx: &mut Tx,
    rules: &Rulebook,
    kind: &RecordKind,
    person: &Person,
    activity: &Activity,
    at: DateTime<Utc>,
) -> Result<Vec<ActivityRule>, Fault> {
    let directory = tx.directory();
    let Some(unit) = directory.unit(person.unit) else { return Ok(Vec::new()) };
    let day = business_day(activity.starts_at, directory.zone_of(activity.unit), rules.policy.day_starts_at);
    let mut found = Vec::new();
    for duty in rules.policy.duties.iter().filter(|duty| duty.who.is_units() && duty.who.includes_unit(unit)) {
        for item in duty.parts().iter().filter(|item| item.of.contains(&kind.key)) {
            let needed = item.needs.iter().flat_map(|way| way.wants()).find_map(|want| match want {
                Want::AtLeast(Measure::Quantity, least) => Some(least),
                _ => None,
            });
            let Some(needed) = needed else { continue };
            let counted = Counted {
                kinds: &item.of,
                range: range_around(duty, day),
                as_of: at,
                at: None,
                mode: item.mode,
                measures: &[Measure::Quantity],
                off_days: &[],
            };
            let tallies = tx.db().await?.tally_units(&counted, ByUnit::Author).await?;
            let have = tallies.get(&unit.id).map_or(0, |tally| tally.quantity);
            found.push(ActivityRule {
                duty: duty.title.clone(),
                period: duty.period.this().to_owned(),
                needed,
                have,
                missing: needed.saturating_sub(have),
                counts: kind.counts.clone(),
            });
        }
    }
    Ok(found)
}

/// Reminds those who signed up, once. Does nothing where somebody was faster.
///
/// # Errors
/// The database's.
pub async fn remind(tx: &mut Tx, rules: &Rulebook, activity: &Activity, at: DateTime<Utc>) -> Result<(), Fault> {
    if !tx.note_activity_reminded(activity.id, at).await? {
        return Ok(());
    }
    let people = tx.db().await?.list_participants(activity.id).await?;
    let coming: Vec<&Participant> = people.iter().filter(|one| one.standing == Standing::In).collect();
    let zone = tx.directory().zone_of(activity.unit);
    tell(tx, rules, activity, &coming, at, |people| ActivitySoon {
        people,
        number: activity.number,
        title: UserText::new(&activity.title),
        when: when(activity, zone),
        place: UserText::new(&activity.place),
        about: UserText::new(&activity.about),
    })
    .await?;
    Ok(())
}
