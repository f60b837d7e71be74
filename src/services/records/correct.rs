//! Taking back and correcting: freely in time, with every version kept.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::suspicion;
use super::{MOST_CHARACTERS, SHOWN, dated, day_of};
use crate::domain::calendar::DayRange;
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::RecordId;
use crate::domain::message::UserText;
use crate::domain::place::locate;
use crate::domain::policy::About;
use crate::domain::record::{MOST_PEOPLE, Record, counted_in, number};
use crate::domain::text::{after_prefix, normal, storable};
use crate::error::{Fault, Halt};
use crate::services::{Rulebook, problems, wishes};
use crate::store::Tx;
use crate::templates::contexts::{
    AgreedUpon, ChangeUsage, Changed, NamedPeople, NothingToChange, NothingToWithdraw, Withdrawn,
};

/// How many days a make-up entry may have waited for a decision and its record still be found: only a bound for the index.
const LONGEST_WAIT: u64 = 100;

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
    let limits = &rules.policy.records;
    let hours = TimeDelta::hours(i64::from(limits.correct_within_hours));
    let today = day_of(&tx.directory(), rules, person, chat, at);
    let earliest = day_of(&tx.directory(), rules, person, chat, at - hours);
    // what was made up may have waited for somebody's word, and is about a day before that
    let back = Days::new(LONGEST_WAIT + u64::from(limits.make_up_within_days));
    let days = DayRange { first: earliest - back, last: today + Days::new(1) };
    let kinds: Vec<String> = rules.policy.kinds.iter().map(|kind| kind.key.clone()).collect();
    Ok(tx.db().await?.find_latest_record(person.id, &kinds, at - hours, at, days).await?)
}

/// Withdraws a record, with all that was told in the same message.
///
/// # Errors
/// The database's.
pub async fn withdraw(tx: &mut Tx, rules: &Rulebook, record: &Record, at: DateTime<Utc>) -> Result<Withdrawn, Fault> {
    let together = tx.db().await?.list_told_together(record).await?;
    for one in &together {
        tx.withdraw_record(one.id, at).await?;
        tx.drop_photos(one.id).await?;
        if one.made_up {
            tx.withdraw_request_of(one.id).await?;
        }
        problems::withdraw_with(tx, one, at).await?;
        wishes::withdraw_with(tx, rules, one, at).await?;
    }
    Ok(Withdrawn {
        title: rules.policy.kind_title(&record.kind).to_owned(),
        date: dated(record.day),
        place: UserText::short(&record.said.place, SHOWN),
        records: super::count(together.len()),
        several: together.len() > 1,
    })
}

/// What a person is told who has nothing to withdraw: also who can help.
pub fn nothing_to_withdraw(
    rules: &Rulebook,
    directory: &Directory,
    person: Option<&Person>,
    at: DateTime<Utc>,
) -> NothingToWithdraw {
    let secretaries = person.map(|person| directory.answerers(person.unit, at)).unwrap_or_default();
    let others = secretaries.into_iter().filter(|one| Some(one.id) != person.map(|person| person.id));
    let who = others.map(|one| UserText::new(&one.name)).collect();
    NothingToWithdraw { hours: rules.policy.records.correct_within_hours, who }
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
    let in_time = at - found.made_at <= TimeDelta::hours(i64::from(rules.policy.records.correct_within_hours));
    let maker = found.entered_by.as_ref().map_or(found.person, |(by, _)| *by);
    if by.is_none_or(|person| person.id != maker) || !in_time {
        return Ok(false);
    }
    withdraw(tx, rules, &found, at).await?;
    Ok(true)
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
    let Some(change) = Change::read(typed) else {
        return Err(rules.templates.refuse(&ChangeUsage {}, &event.platform)?.into());
    };
    rules.bounded(typed, MOST_CHARACTERS, event)?;
    let Some(record) = latest(tx, rules, person, chat, event.sent_at).await? else {
        let nothing = NothingToChange { hours: rules.policy.records.correct_within_hours };
        return Err(rules.templates.refuse(&nothing, &event.platform)?.into());
    };
    // what somebody has agreed to says what they agreed to
    if record.made_up && record.entered_by.is_none() && rules.policy.records.make_up_needs_approval {
        return Err(rules.templates.refuse(&AgreedUpon {}, &event.platform)?.into());
    }
    if let Change::Quantity(quantity) = &change
        && counts_young_people(rules, &record)
    {
        let together = tx.db().await?.list_told_together(&record).await?;
        let named = named_in(&together);
        let fits = usize::try_from(*quantity).is_ok_and(|all| all >= named) && named < together.len();
        if named > 0 && !fits {
            let word = rules.policy.kind_title(&record.kind).to_owned();
            return Err(rules.templates.refuse(&NamedPeople { named, word }, &event.platform)?.into());
        }
    }
    Ok(change_record(tx, rules, person, &record, &change, event.sent_at).await?)
}

/// Whether a record's number is the number of young people, of whom those on the roster have a record each.
fn counts_young_people(rules: &Rulebook, record: &Record) -> bool {
    rules.policy.kind(&record.kind).is_some_and(|kind| kind.about == About::Youth && kind.counts == "人")
}

fn named_in(together: &[Record]) -> usize {
    together.iter().filter(|one| one.contact.youth.is_some()).count()
}

/// Corrects a field of a record and of those told with it, and looks anew where it happened. A number of young people is the
/// number of all of them: those on the roster count one each, whoever is left is in the record of the others.
///
/// # Errors
/// The database's.
pub async fn change_record(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    record: &Record,
    change: &Change,
    at: DateTime<Utc>,
) -> Result<Changed, Fault> {
    let together = tx.db().await?.list_told_together(record).await?;
    let about_youth = rules.policy.kind(&record.kind).is_some_and(|kind| kind.about == About::Youth);
    let named = if counts_young_people(rules, record) { named_in(&together) } else { 0 };
    for one in together {
        let mut said = one.said.clone();
        match change {
            Change::Place(place) => said.place = storable(place),
            // whom it was told of, it still is
            Change::Content(content) if about_youth => said.content = storable(content),
            Change::Content(content) => {
                let counts = rules.policy.kind(&one.kind).map_or("人", |kind| &kind.counts);
                said.quantity = counted_in(content, counts).or(said.quantity);
                said.content = storable(content);
            }
            Change::Quantity(_) if named > 0 && one.contact.youth.is_some() => continue,
            Change::Quantity(quantity) => {
                said.quantity = Some((quantity - i32::try_from(named).unwrap_or(i32::MAX)).max(0));
            }
        }
        let place = locate(&tx.directory(), person, &said.place, one.day);
        tx.change_record(&one, &said, place, person.id, at).await?;
        let (target, ties) = (place.map(|(unit, _)| unit), place.map_or(0, |(_, ties)| ties));
        let now = Record { said, target, ties, ..one };
        suspicion::raise(tx, rules, person, &now, at).await?;
        if let Some(kind) = rules.policy.kind(&now.kind) {
            problems::follow_change(tx, kind, &now, person.id, at).await?;
        }
    }
    let counts = rules.policy.kind(&record.kind).map_or("人", |kind| &kind.counts);
    let value = match change {
        Change::Place(text) | Change::Content(text) => UserText::short(text, SHOWN),
        Change::Quantity(quantity) => UserText::new(&format!("{quantity} {counts}")),
    };
    Ok(Changed { date: dated(record.day), field: change.title().to_owned(), value })
}

/// One field and what it shall say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// 地点
    Place(String),
    /// 内容
    Content(String),
    /// 人数
    Quantity(i32),
}

impl Change {
    const TITLES: [&str; 3] = ["地点", "内容", "人数"];

    fn title(&self) -> &'static str {
        let [place, content, quantity] = Self::TITLES;
        match self {
            Self::Place(_) => place,
            Self::Content(_) => content,
            Self::Quantity(_) => quantity,
        }
    }

    /// Reads `地点 城西社区`.
    pub fn read(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let title = Self::TITLES.into_iter().find(|title| normal(typed).starts_with(title))?;
        // the field's two characters are found again in what was typed, whichever way they were written
        let after = after_prefix(typed, title)?;
        let value = after.trim_start_matches([' ', '　', ':', '：', '是', '为', '成']).trim();
        if value.is_empty() {
            return None;
        }
        match title {
            "地点" => Some(Self::Place(value.to_owned())),
            "内容" => Some(Self::Content(value.to_owned())),
            _ => read_quantity(value).map(Self::Quantity),
        }
    }
}

/// `12`, `12人`, `十二名`, `3小时`.
pub fn read_quantity(text: &str) -> Option<i32> {
    let normal = normal(text);
    let digits = normal.trim_end_matches(|c: char| "人名位个小时学时次项件份".contains(c)).trim();
    number(digits).filter(|quantity| (0..=MOST_PEOPLE).contains(quantity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_names_a_field_and_a_value() {
        assert_eq!(Change::read("地点 城西社区"), Some(Change::Place("城西社区".into())));
        assert_eq!(Change::read("地點：城西社區"), Some(Change::Place("城西社區".into())));
        assert_eq!(Change::read("人数12"), Some(Change::Quantity(12)));
        assert_eq!(Change::read("人数 十二名"), Some(Change::Quantity(12)));
        assert_eq!(Change::read("人数 很多"), None);
        assert_eq!(Change::read("内容"), None);
        assert_eq!(Change::read("时间 昨天"), None);
    }
}
