//! Publishing an activity, and changing what it says.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::signing::fill_places;
use super::{Speaking, find_own, refuse, tell, when};
use crate::domain::activity::{
    Activity, ActivityState, Fields, USUAL_LENGTH, read_deadline, read_fields, read_places, read_start, remind_at,
};
use crate::domain::calendar::instant;
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::id::{ActivityId, UnitId};
use crate::domain::message::UserText;
use crate::domain::people::{ChatRole, Role};
use crate::domain::permission::{Who, reaches};
use crate::domain::policy::{About, Policy, RecordKind};
use crate::domain::somebody::Somebody;
use crate::domain::text::{normal, storable};
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::services::open_days::check_authority;
use crate::services::questions::{civil, moment};
use crate::services::somebodies::{in_private, name_of};
use crate::store::{Club, NewActivity, Target, Tx};
use crate::templates::contexts::{
    ActivityAnnounced, ActivityChanged, ActivityChangedEnough, ActivityChangedReceipt, ActivityOver, ActivityPosted,
    ActivityUsage, NoSuchClub, NoYouthGroups, NotYourClub, TooManyActivities,
};

/// The kind of record that an activity makes whose organiser names no other.
const USUAL_KIND: &str = "activity";

/// The longest title, place and text about it.
const LONGEST_TITLE: usize = 30;
const LONGEST_PLACE: usize = 40;
const LONGEST_ABOUT: usize = 300;

/// How many of one organiser may be open; and of one who is on no roster.
const MOST_OPEN: usize = 10;
const MOST_OPEN_OF_A_STRANGER: usize = 3;

/// How often those who signed up are told of a change by an organiser who answers for no unit.
const MOST_CHANGES: u32 = 3;

/// How far ahead an activity may lie.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// Publishes an activity in this group, or, said in private, in the youth groups of one's unit. Returns what the group reads,
/// or what its organiser does.
///
/// # Errors
/// Refuses what cannot be read, a group beyond the authority of the organiser, and more activities than anybody holds.
pub async fn publish(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    speaking: Speaking<'_>,
    typed: &str,
) -> Result<Published, Halt> {
    let chats = match speaking.chat {
        Some(chat) => {
            check_authority(tx, rules, person, chat, speaking.event)?;
            vec![chat.clone()]
        }
        None => youth_groups_of(&tx.directory(), person.unit),
    };
    let Some(unit) = speaking.chat.map(|chat| chat.unit).or(chats.first().map(|_| person.unit)) else {
        return refuse(rules, speaking.event, &NoYouthGroups {});
    };
    publish_in(tx, rules, speaking, typed, unit, &chats, None).await
}

/// Publishes an activity of a club in its group: `3 周六练习 时间：…`. By who founded it, or by a secretary of the group.
///
/// # Errors
/// Refuses a club that does not exist or is another's, and what [`publish`] refuses.
pub async fn publish_for_club(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    chat: &Chat,
    number: Option<i64>,
    typed: &str,
) -> Result<Published, Halt> {
    let clubs = tx.db().await?.list_clubs(chat.id).await?;
    let Some(club) = clubs.into_iter().find(|club| Some(club.number) == number) else {
        return refuse(rules, speaking.event, &NoSuchClub { number: number.unwrap_or_default() });
    };
    let directory = tx.directory();
    let is_secretary =
        |person: &Person| person.roles.contains(&Role::Secretary) && reaches(&directory, person, chat.unit);
    if club.founder != speaking.who() && !speaking.speaker.is_some_and(is_secretary) {
        return refuse(rules, speaking.event, &NotYourClub { number: club.number });
    }
    publish_in(tx, rules, speaking, typed, chat.unit, std::slice::from_ref(chat), Some(&club)).await
}

/// What publishing says.
#[derive(Clone, Debug)]
pub enum Published {
    /// To the group it was published in.
    Here(ActivityAnnounced),
    /// To the organiser, in private.
    Elsewhere(ActivityPosted),
}

async fn publish_in(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    typed: &str,
    unit: UnitId,
    chats: &[Chat],
    club: Option<&Club>,
) -> Result<Published, Halt> {
    let (event, at) = (speaking.event, speaking.event.sent_at);
    let directory = tx.directory();
    let zone = directory.zone_of(unit);
    civil(rules, event, typed)?;
    let mut fields = read_fields(typed);
    if let Some(club) = club.filter(|_| fields.title.is_empty()) {
        fields.title = format!("{}活动", club.name);
    }
    let says_enough = !fields.title.is_empty() && fields.time.is_some();
    let is_short = fields.title.chars().count() <= LONGEST_TITLE;
    if !says_enough || !is_short {
        let reason = if is_short { String::new() } else { format!("名称最多 {LONGEST_TITLE} 个字") };
        return refuse(rules, event, &ActivityUsage { reason });
    }
    let is_a_cadre = is_of_a_cadre(&directory, &speaking.who());
    if fields.filed.is_some() && !is_a_cadre {
        return refuse(rules, event, &ActivityUsage { reason: NOBODYS_DUTY.to_owned() });
    }
    let kind = rules.policy.kind(USUAL_KIND).map(|kind| kind.key.clone());
    let empty = Activity {
        id: ActivityId(tx.new_id()),
        number: 0,
        unit,
        organiser: speaking.who(),
        organiser_name: name_of(speaking.speaker, event),
        club: club.map(|club| club.id),
        title: storable(&fields.title),
        place: String::new(),
        about: String::new(),
        // what a young person organises is nobody's duty
        kind: kind.filter(|_| is_a_cadre),
        places: None,
        starts_at: at,
        ends_at: at,
        closes_at: at,
        remind_at: at,
        state: ActivityState::Open,
        code: None,
        record: None,
    };
    let activity = match apply(rules, &empty, &fields, at, zone) {
        Ok(activity) => activity,
        Err(reason) => return refuse(rules, event, &ActivityUsage { reason }),
    };
    let open = tx.db().await?.list_open_activities().await?;
    let most = if speaking.speaker.is_some() { MOST_OPEN } else { MOST_OPEN_OF_A_STRANGER };
    if open.iter().filter(|one| one.organiser == activity.organiser).count() >= most {
        return refuse(rules, event, &TooManyActivities { most });
    }
    let new = NewActivity { activity, chats: chats.iter().map(|chat| chat.id).collect() };
    let activity = tx.insert_activity(new, at).await?;
    let announced = announcement(rules, &directory, &activity, club);
    let posted = ActivityPosted {
        number: activity.number,
        title: UserText::new(&activity.title),
        when: when(&activity, zone),
        groups: chats.iter().map(|chat| UserText::short(&chat.name, 30)).collect(),
        filed: activity.kind.as_deref().map(|kind| rules.policy.kind_title(kind).to_owned()).unwrap_or_default(),
    };
    if speaking.chat.is_some() {
        if let Some(target) = in_private(&activity.organiser) {
            let terms = Terms { question: None, not_before: at, valid_until: activity.ends_at };
            enqueue(tx, target, &posted, terms).await?;
        }
        return Ok(Published::Here(announced));
    }
    for chat in chats {
        // who publishes it wants it to be read now
        let terms = Terms { question: None, not_before: at, valid_until: activity.closes_at };
        enqueue(tx, Target::Chat(chat.id), &announced, terms).await?;
    }
    Ok(Published::Elsewhere(posted))
}

/// Why an activity makes no record.
const NOBODYS_DUTY: &str = "这个活动不是团干部组织的，不记到谁的任务里";

/// Whether a key is that of a cadre.
fn is_of_a_cadre(directory: &Directory, organiser: &str) -> bool {
    let person = Somebody::read(organiser).and_then(|one| one.person()).and_then(|person| directory.person(person));
    person.is_some_and(|person| person.kind.is_some())
}

/// The youth groups of a unit; where it has none, those of the units below it.
fn youth_groups_of(directory: &Directory, unit: UnitId) -> Vec<Chat> {
    let of = |unit: UnitId| directory.chats_of(unit).filter(|chat| chat.role == ChatRole::Youth);
    let own: Vec<Chat> = of(unit).cloned().collect();
    let speaks = |chat: &Chat| directory.endpoints_of(chat.id).iter().any(|endpoint| endpoint.direction.speaks());
    let mut all = match own.is_empty() {
        true => directory.subtree(unit).into_iter().flat_map(of).cloned().collect(),
        false => own,
    };
    all.retain(speaks);
    all
}

fn announcement(
    rules: &Rulebook,
    directory: &Directory,
    activity: &Activity,
    club: Option<&Club>,
) -> ActivityAnnounced {
    let zone = directory.zone_of(activity.unit);
    let kind = activity.kind.as_deref().filter(|kind| *kind != USUAL_KIND);
    ActivityAnnounced {
        number: activity.number,
        title: UserText::new(&activity.title),
        unit: UserText::new(directory.unit_name(activity.unit)),
        club: UserText::new(club.map_or("", |club| club.name.as_str())),
        kind: kind.map(|kind| rules.policy.kind_title(kind).to_owned()).unwrap_or_default(),
        when: when(activity, zone),
        place: UserText::new(&activity.place),
        places: activity.places,
        closes: if activity.closes_at == activity.starts_at { String::new() } else { moment(activity.closes_at, zone) },
        about: UserText::new(&activity.about),
    }
}

/// What an activity says once these fields are written into it, or the reason why they cannot be.
fn apply(
    rules: &Rulebook,
    before: &Activity,
    fields: &Fields,
    at: DateTime<Utc>,
    zone: Tz,
) -> Result<Activity, String> {
    let mut now = before.clone();
    let today = at.with_timezone(&zone).date_naive();
    if let Some(time) = &fields.time {
        let (day, from, until) =
            read_start(time, today).map_err(|why| format!("时间“{}”看不懂：{}", short(time), why.reason()))?;
        now.starts_at = instant(day, from, zone);
        now.ends_at = until.map_or(now.starts_at + USUAL_LENGTH, |until| instant(day, until, zone));
        if now.starts_at <= at {
            return Err(format!("{} 已经过了", moment(now.starts_at, zone)));
        }
        if now.starts_at - at > FARTHEST {
            return Err("时间最远写到一年以后".to_owned());
        }
        // where nothing else was said, people may sign up until it begins
        if fields.deadline.is_none() && (before.closes_at == before.starts_at || before.closes_at > now.starts_at) {
            now.closes_at = now.starts_at;
        }
        now.remind_at = remind_at(now.starts_at, zone, rules.policy.open_hours(), &rules.calendar);
    }
    if let Some(place) = &fields.place {
        now.place = bounded("地点", place, LONGEST_PLACE)?;
    }
    if let Some(about) = &fields.about {
        now.about = bounded("说明", about, LONGEST_ABOUT)?;
    }
    if let Some(places) = &fields.places {
        now.places = read_places(places).ok_or_else(|| format!("名额“{}”不是人数，例如“名额：30”", short(places)))?;
    }
    if let Some(deadline) = &fields.deadline {
        let first = now.starts_at.with_timezone(&zone).date_naive();
        let (day, time) = read_deadline(deadline, today, first)
            .map_err(|why| format!("报名截止“{}”看不懂：{}", short(deadline), why.reason()))?;
        let end_of_day = NaiveTime::MIN - TimeDelta::minutes(1);
        now.closes_at = instant(day, time.unwrap_or(end_of_day), zone).min(now.starts_at);
        if now.closes_at <= at {
            return Err(format!("报名截止的时间 {} 已经过了", moment(now.closes_at, zone)));
        }
    }
    if let Some(filed) = &fields.filed {
        now.kind = Some(filed_as(&rules.policy, filed)?.key.clone());
    }
    Ok(now)
}

/// The kind of record that a word of the policy names, where it is one that an activity can make.
fn filed_as<'p>(policy: &'p Policy, word: &str) -> Result<&'p RecordKind, String> {
    let fits = |kind: &&RecordKind| kind.about != About::Youth && !kind.is_text;
    let named = |kind: &&RecordKind| kind.words.iter().any(|one| *one == normal(word)) || kind.key == word;
    let kinds = policy.kinds.iter().filter(fits);
    if let Some(found) = kinds.clone().find(named) {
        return Ok(found);
    }
    let known: Vec<&str> = kinds.map(RecordKind::title).collect();
    Err(format!("不能记为“{}”；可以写：{}", short(word), known.join("、")))
}

fn bounded(label: &str, text: &str, most: usize) -> Result<String, String> {
    match text.chars().count() <= most {
        true => Ok(storable(text)),
        false => Err(format!("{label}最多 {most} 个字")),
    }
}

fn short(text: &str) -> String {
    crate::domain::text::printable(text).chars().take(20).collect()
}

/// Changes what an activity says: `时间 11月29日9点`, and tells those who signed up. `None`: said by somebody else, in passing.
///
/// # Errors
/// Refuses what cannot be read, and an activity that is over.
pub async fn change(
    tx: &mut Tx,
    rules: &Rulebook,
    speaking: Speaking<'_>,
    number: Option<i64>,
    typed: &str,
) -> Result<Option<ActivityChangedReceipt>, Halt> {
    let (event, at) = (speaking.event, speaking.event.sent_at);
    let Some(before) = find_own(tx, rules, speaking, number).await? else { return Ok(None) };
    if before.state != ActivityState::Open || before.starts_at <= at {
        return refuse(rules, event, &ActivityOver { number: before.number, title: UserText::new(&before.title) });
    }
    civil(rules, event, typed)?;
    let fields = read_fields(typed);
    let zone = tx.directory().zone_of(before.unit);
    if fields.is_empty() || !fields.title.is_empty() {
        return refuse(rules, event, &ActivityUsage { reason: "要改哪一样，写在编号后面".to_owned() });
    }
    if fields.filed.is_some() && !is_of_a_cadre(&tx.directory(), &before.organiser) {
        return refuse(rules, event, &ActivityUsage { reason: NOBODYS_DUTY.to_owned() });
    }
    let now = match apply(rules, &before, &fields, at, zone) {
        Ok(now) => now,
        Err(reason) => return refuse(rules, event, &ActivityUsage { reason }),
    };
    // what only its organiser sees is told to nobody
    let concerns_them = (before.starts_at, before.ends_at, &before.place, &before.about)
        != (now.starts_at, now.ends_at, &now.place, &now.about);
    let answers = speaking.speaker.is_some_and(|person| Who::Secretary.includes(Some(person)) || person.kind.is_some());
    if concerns_them && !tx.note_activity_changed(now.id, if answers { u32::MAX } else { MOST_CHANGES }).await? {
        let title = UserText::new(&now.title);
        return refuse(rules, event, &ActivityChangedEnough { number: now.number, title, most: MOST_CHANGES });
    }
    tx.change_activity(&now).await?;
    fill_places(tx, rules, &now, at).await?;
    let people = tx.db().await?.list_participants(now.id).await?;
    let told = match concerns_them {
        true => tell_changed(tx, rules, &now, &people, at, zone).await?,
        false => 0,
    };
    Ok(Some(ActivityChangedReceipt {
        number: now.number,
        title: UserText::new(&now.title),
        when: when(&now, zone),
        place: UserText::new(&now.place),
        places: now.places,
        closes: moment(now.closes_at, zone),
        filed: now.kind.as_deref().map(|kind| rules.policy.kind_title(kind).to_owned()).unwrap_or_default(),
        told,
    }))
}

async fn tell_changed(
    tx: &mut Tx,
    rules: &Rulebook,
    now: &Activity,
    people: &[crate::domain::activity::Participant],
    at: DateTime<Utc>,
    zone: Tz,
) -> Result<usize, Fault> {
    let everybody: Vec<_> = people.iter().collect();
    tell(tx, rules, now, &everybody, at, |people| ActivityChanged {
        people,
        number: now.number,
        title: UserText::new(&now.title),
        when: when(now, zone),
        place: UserText::new(&now.place),
        about: UserText::new(&now.about),
    })
    .await
}
