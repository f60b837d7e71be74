//! Days at the grassroots: recording, withdrawing, correcting, and how one person stands.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::Rulebook;
use crate::domain::calendar::{DayRange, business_day, month_day, weekday};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::duty::{self, DutyState};
use crate::domain::event::{Attachment, InboundEvent};
use crate::domain::id::RecordId;
use crate::domain::message::UserText;
use crate::domain::policy::FIELD_DAY;
use crate::domain::record::{MOST_PEOPLE, Record, Said, number};
use crate::domain::text::{after_prefix, normal, storable};
use crate::error::{Fault, Halt};
use crate::store::{Ahead, Tx};
use crate::templates::contexts::{
    ChangeUsage, Changed, CheckedIn, Me, NothingToChange, NothingToWithdraw, TooLong, Withdrawn,
};

/// The longest text that is taken for a record.
const MOST_CHARACTERS: usize = 2_000;

/// What a receipt shows of a text.
const SHOWN: usize = 60;

/// `11月20日 周五`.
fn dated(day: NaiveDate) -> String {
    format!("{} {}", month_day(day), weekday(day))
}

/// The business day of an event: by the zone of the group it was said in, or of the person's unit.
fn day_of(
    directory: &Directory,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    at: DateTime<Utc>,
) -> NaiveDate {
    let unit = chat.map_or(person.unit, |chat| chat.unit);
    business_day(at, directory.zone_of(unit), rules.policy.day_starts_at)
}

/// The question a check-in asks about its week.
fn week_of(person: &Person, day: NaiveDate) -> Ahead {
    Ahead { kind: FIELD_DAY, person: person.id, range: DayRange::week_of(day) }
}

/// What [`check_in`] will ask, known before the transaction begins.
pub fn ahead(
    directory: &Directory,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    at: DateTime<Utc>,
) -> Ahead {
    week_of(person, day_of(directory, rules, person, chat, at))
}

/// Records a day. Returns the record and what the receipt says.
///
/// # Errors
/// Refuses what is too long.
pub async fn check_in(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<(RecordId, CheckedIn), Halt> {
    let mut said = Said::read(&storable(typed));
    if typed.chars().count() > MOST_CHARACTERS {
        let too_long = TooLong { most: MOST_CHARACTERS };
        return Err(rules.templates.refuse(&too_long, &event.platform)?.into());
    }
    // a place of a hundred characters is no place
    if said.place.chars().count() > 40 {
        said = Said { place: String::new(), content: storable(typed).trim().to_owned(), ..said };
    }
    let day = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let before = tx.list_days(&week_of(person, day)).await?;
    let record = Record {
        id: RecordId(tx.new_id()),
        kind: FIELD_DAY.to_owned(),
        person: person.id,
        unit: person.unit,
        chat: chat.map(|chat| chat.id),
        day,
        made_at: event.sent_at,
        said,
        version: 1,
    };
    let (id, said) = (record.id, record.said.clone());
    tx.insert_record(record, attachments(&event.attachments)?);

    let again = before.contains(&day);
    let days = count(before.len()) + u32::from(!again);
    let owed = if rules.policy.owes_weekly_field_day(person.kind) { rules.policy.weekly_field_day.at_least } else { 0 };
    let receipt = CheckedIn {
        date: dated(day),
        place: UserText::short(&said.place, SHOWN),
        content: UserText::short(&said.content, SHOWN),
        people: said.people,
        days,
        again,
        met: owed > 0 && days >= owed,
        left: owed.saturating_sub(days),
    };
    Ok((id, receipt))
}

fn attachments(attachments: &[Attachment]) -> Result<Option<String>, Fault> {
    if attachments.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(attachments).map(Some).map_err(|_| Fault::Corrupt("attachments"))
}

fn count(days: usize) -> u32 {
    u32::try_from(days).unwrap_or(u32::MAX)
}

/// The author's latest record within the time in which it may be withdrawn or corrected.
///
/// # Errors
/// The database's.
pub async fn latest(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    at: DateTime<Utc>,
) -> Result<Option<Record>, Fault> {
    let hours = TimeDelta::hours(i64::from(rules.policy.field_day.correct_within_hours));
    let today = day_of(&tx.directory(), rules, person, chat, at);
    let earliest = day_of(&tx.directory(), rules, person, chat, at - hours);
    let days = DayRange { first: earliest - Days::new(1), last: today + Days::new(1) };
    Ok(tx.db().await?.find_latest_record(person.id, at - hours, at, days).await?)
}

/// Withdraws a record.
///
/// # Errors
/// The database's.
pub async fn withdraw(tx: &mut Tx, record: &Record, at: DateTime<Utc>) -> Result<Withdrawn, Fault> {
    tx.withdraw_record(record.id, at).await?;
    Ok(Withdrawn { date: dated(record.day), place: UserText::short(&record.said.place, SHOWN) })
}

/// What a person is told who has nothing to withdraw.
pub fn nothing_to_withdraw(rules: &Rulebook) -> NothingToWithdraw {
    NothingToWithdraw { hours: rules.policy.field_day.correct_within_hours }
}

/// Withdraws a record whose message was recalled, if the one who recalled it made it and it is still in time.
///
/// # Errors
/// The database's.
pub async fn withdraw_recalled(
    tx: &mut Tx,
    rules: &Rulebook,
    record: RecordId,
    by: Option<&Person>,
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let Some(found) = tx.db().await?.find_record(record).await? else { return Ok(false) };
    let in_time = at - found.made_at <= TimeDelta::hours(i64::from(rules.policy.field_day.correct_within_hours));
    if by.is_none_or(|person| person.id != found.person) || !in_time {
        return Ok(false);
    }
    Ok(tx.withdraw_record(record, at).await?)
}

/// Corrects one field of the author's latest record: `地点 城西社区`.
///
/// # Errors
/// Refuses what cannot be read, and where there is nothing to correct.
pub async fn change_latest(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<Changed, Halt> {
    let at = event.sent_at;
    let refuse = |rules: &Rulebook| rules.templates.refuse(&ChangeUsage {}, &event.platform);
    let Some((field, value)) = read_change(typed) else { return Err(refuse(rules)?.into()) };
    let people = number(normal(&value).trim_end_matches(['人', '名', '位']).trim());
    let people = people.filter(|people| (0..=MOST_PEOPLE).contains(people));
    if field == Field::People && people.is_none() {
        return Err(refuse(rules)?.into());
    }
    if value.chars().count() > MOST_CHARACTERS {
        return Err(rules.templates.refuse(&TooLong { most: MOST_CHARACTERS }, &event.platform)?.into());
    }
    let Some(record) = latest(tx, rules, person, chat, at).await? else {
        let nothing = NothingToChange { hours: rules.policy.field_day.correct_within_hours };
        return Err(rules.templates.refuse(&nothing, &event.platform)?.into());
    };
    let mut said = record.said.clone();
    match field {
        Field::Place => said.place = storable(&value),
        Field::Content => {
            said.people = crate::domain::record::people_in(&value).or(said.people);
            said.content = storable(&value);
        }
        Field::People => said.people = people,
    }
    tx.change_record(&record, &said, person.id, at).await?;
    let value = match said.people {
        Some(people) if field == Field::People => UserText::new(&format!("{people} 人")),
        _ => UserText::short(&value, SHOWN),
    };
    Ok(Changed { date: dated(record.day), field: field.title().to_owned(), value })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Place,
    Content,
    People,
}

impl Field {
    const ALL: [Self; 3] = [Self::Place, Self::Content, Self::People];

    fn title(self) -> &'static str {
        match self {
            Self::Place => "地点",
            Self::Content => "内容",
            Self::People => "人数",
        }
    }
}

fn read_change(typed: &str) -> Option<(Field, String)> {
    let typed = typed.trim();
    let field = Field::ALL.into_iter().find(|field| normal(typed).starts_with(field.title()))?;
    // the field's two characters are found again in what was typed, whichever way they were written
    let after = after_prefix(typed, field.title())?;
    let value = after.trim_start_matches([' ', '　', ':', '：', '是', '为', '成']).trim();
    (!value.is_empty()).then(|| (field, value.to_owned()))
}

/// How a person stands this week and this month.
///
/// # Errors
/// The database's.
pub async fn standing(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    at: DateTime<Utc>,
) -> Result<Me, Fault> {
    let today = day_of(&tx.directory(), rules, person, chat, at);
    let this_week = week_of(person, today);
    let (week, month) = (this_week.range, DayRange::month_of(today));
    let this_month = tx.db().await?.list_field_days(&Ahead { range: month, ..this_week.clone() }).await?;
    let this_week = tx.list_days(&this_week).await?;
    let done = count(this_week.len());
    let duty = &rules.policy.weekly_field_day;
    let owes = rules.policy.owes_weekly_field_day(person.kind);
    let state = duty::evaluate(duty, done, week, today, &rules.calendar);
    Ok(Me {
        name: UserText::new(&person.name),
        unit: UserText::new(tx.directory().unit_name(person.unit)),
        week: week.title(),
        days: this_week.into_iter().map(|day| weekday(day).to_owned()).collect(),
        done,
        owed: if owes { duty.at_least } else { 0 },
        state: if owes { state_title(state).to_owned() } else { String::new() },
        month_days: count(this_month.len()),
        month_people: this_month.iter().map(|field_day| field_day.people).sum(),
    })
}

fn state_title(state: DutyState) -> &'static str {
    match state {
        DutyState::Waived => "本周放假，不作要求",
        DutyState::Met => "已完成",
        DutyState::OnTrack => "进行中，时间还够",
        DutyState::AtRisk => "还没完成，请抓紧",
        DutyState::Missed => "没有完成",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_names_a_field_and_a_value() {
        assert_eq!(read_change("地点 城西社区"), Some((Field::Place, "城西社区".into())));
        assert_eq!(read_change("地點：城西社區"), Some((Field::Place, "城西社區".into())));
        assert_eq!(read_change("人数12"), Some((Field::People, "12".into())));
        assert_eq!(read_change("内容"), None);
        assert_eq!(read_change("时间 昨天"), None);
    }
}
