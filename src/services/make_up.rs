//! Days gone by (补签): within limits, marked for ever, and counted once somebody has agreed.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};

use super::Rulebook;
use super::contacts::shares_of;
use super::records::{Deed, Source, day_of, insert_from, read_said};
use super::requests::{self, Filed, split_reason};
use crate::domain::calendar::{DayRange, instant};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::flag::Flag;
use crate::domain::id::{RecordId, RequestId};
use crate::domain::message::UserText;
use crate::domain::policy::{FIELD_DAY, FieldName, RecordKind};
use crate::domain::request::{MakeUp, Plea, Request};
use crate::domain::when::{Lean, When, read};
use crate::error::{Fault, Halt};
use crate::store::Tx;
use crate::templates::contexts::{CannotMakeUp, DayUnclear, MadeUp};

/// What to type, in a refusal.
const EXAMPLE: &str = "补签 昨天 东风社区 走访5人";

/// What somebody wants to make up.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// The kind of record.
    pub kind: &'a RecordKind,
    /// The days, and what follows them.
    pub when: When,
    /// Whether it was said as an ordinary report: `签到 昨天 东风社区`.
    pub is_bare: bool,
}

/// The days with which an ordinary report begins, where they are not just today. Of a kind that is all text the first word
/// belongs to the text.
///
/// # Errors
/// Refuses days that cannot be read.
pub fn day_said_first(
    tx: &Tx,
    rules: &Rulebook,
    kind: &RecordKind,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<Option<When>, Halt> {
    if kind.is_text || !kind.fields.contains(&FieldName::Place) {
        return Ok(None);
    }
    let today = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let found = read_days(rules, event, typed, today, Lean::Back, EXAMPLE)?;
    Ok(found.filter(|when| when.is_apart && when.days.iter().any(|day| *day != today)))
}

/// Reads days; `None` where the text begins with none.
///
/// # Errors
/// Refuses days that cannot be read.
pub fn read_days(
    rules: &Rulebook,
    event: &InboundEvent,
    typed: &str,
    today: NaiveDate,
    lean: Lean,
    example: &str,
) -> Result<Option<When>, Halt> {
    match read(typed, today, lean) {
        Ok(found) => Ok(found),
        Err(unclear) => {
            let refusal = DayUnclear { why: unclear.reason(), example: example.to_owned() };
            Err(rules.templates.refuse(&refusal, &event.platform)?.into())
        }
    }
}

/// Reads `[日志] 昨天 东风社区 …`: which kind, which days, and what follows.
///
/// # Errors
/// Refuses days that cannot be read, or are not there.
pub fn read_kind_and_days<'p>(
    rules: &'p Rulebook,
    event: &InboundEvent,
    typed: &str,
    today: NaiveDate,
    example: &str,
) -> Result<(&'p RecordKind, When), Halt> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | ',' | '，');
    let usual = rules.policy.kind(FIELD_DAY).or(rules.policy.kinds.first()).ok_or(Fault::Corrupt("record kind"))?;
    let typed = typed.trim_start_matches(is_separator);
    let mut named: Vec<(&RecordKind, &str)> = Vec::new();
    for kind in &rules.policy.kinds {
        named
            .extend(kind.words.iter().filter_map(|word| Some((kind, crate::domain::text::after_prefix(typed, word)?))));
    }
    // the longest word leaves the shortest rest
    let named = named.into_iter().min_by_key(|(_, rest)| rest.len());
    let (kind, rest) = named.unwrap_or((usual, typed));
    let rest = rest.trim_start_matches(is_separator);
    match read_days(rules, event, rest, today, Lean::Back, example)? {
        Some(when) => Ok((kind, when)),
        None => {
            let refusal = DayUnclear { why: "没看到是哪一天".to_owned(), example: example.to_owned() };
            Err(rules.templates.refuse(&refusal, &event.platform)?.into())
        }
    }
}

/// The first day that is still open: months before the last one are published, and closed.
pub fn first_open_day(today: NaiveDate) -> NaiveDate {
    DayRange::month_of(today).first - Months::new(1)
}

fn limits(rules: &Rulebook, days: &[NaiveDate], today: NaiveDate) -> Option<CannotMakeUp> {
    let no = CannotMakeUp { future: false, off: false, earliest: String::new(), used_up: 0 };
    let within = rules.policy.records.make_up_within_days;
    let (first, last) = (days.first()?, days.last()?);
    if *last > today {
        return Some(CannotMakeUp { future: true, ..no });
    }
    if within == 0 && *first < today {
        return Some(CannotMakeUp { off: true, ..no });
    }
    let earliest = (today - Days::new(u64::from(within))).max(first_open_day(today));
    (*first < earliest).then(|| CannotMakeUp { earliest: super::records::dated(earliest), ..no })
}

/// How many make-up entries somebody has left in the month of asking.
async fn left_this_month(
    tx: &mut Tx,
    rules: &Rulebook,
    directory: &Directory,
    person: &Person,
    today: NaiveDate,
) -> Result<u32, Fault> {
    let (month, zone) = (DayRange::month_of(today), directory.zone_of(person.unit));
    let begins = |day| instant(day, rules.policy.day_starts_at, zone);
    let (from, until) = (begins(month.first), begins(month.last + Days::new(1)));
    let used = tx.db().await?.count_make_ups(person.id, from, until).await?;
    Ok(rules.policy.records.make_up_per_month.saturating_sub(used))
}

/// Asks for records of days gone by. Returns the request and what the receipt says.
///
/// # Errors
/// Refuses days that are still to come or too old, and more than a month allows.
pub async fn file(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    wanted: Said<'_>,
) -> Result<(RequestId, MadeUp), Halt> {
    let Said { kind, when, is_bare } = wanted;
    let directory = tx.directory();
    let today = day_of(&directory, rules, person, chat, event.sent_at);
    if let Some(refusal) = limits(rules, &when.days, today) {
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    let left = left_this_month(tx, rules, &directory, person, today).await?;
    if left == 0 {
        let used_up = rules.policy.records.make_up_per_month;
        let refusal = CannotMakeUp { future: false, off: false, earliest: String::new(), used_up };
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    let (done, reason) = split_reason(&when.rest);
    let said = read_said(rules, event, kind, done)?;
    let source = Source::of(event, chat);
    let plea = Plea::MakeUp(MakeUp {
        record_kind: kind.key.clone(),
        days: when.days.clone(),
        said: said.clone(),
        reason,
        chat: source.chat,
        account: source.account.to_owned(),
        pictures: source.pictures.iter().map(|one| (*one).to_owned()).collect(),
    });
    let needs_approval = rules.policy.records.make_up_needs_approval;
    let filed = requests::file(tx, rules, person, plea, needs_approval, today, event.sent_at).await?;
    let (request, waiting, by) = match filed {
        Filed::Granted(request) => (request, false, Vec::new()),
        Filed::Waiting(request, by) => (request, true, by),
    };
    let receipt = MadeUp {
        title: kind.title().to_owned(),
        days: requests::days_title(&when.days),
        place: UserText::short(&said.place, super::records::SHOWN),
        content: UserText::short(&said.content, super::records::SHOWN),
        quantity: said.quantity,
        counts: kind.counts.clone(),
        waiting,
        number: request.number,
        by,
        bare: is_bare,
        left: left - 1,
    };
    Ok((request.id, receipt))
}

/// Makes the records that were asked for: one a day, all of one stay where the days follow one another.
///
/// # Errors
/// The database's.
pub(super) async fn carry_out(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    request: &Request,
    wanted: &MakeUp,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let Some(kind) = rules.policy.kind(&wanted.record_kind) else { return Err(Fault::Corrupt("record kind")) };
    let asked_on = super::records::day_of(&tx.directory(), rules, person, None, request.asked_at);
    let source = Source {
        chat: wanted.chat,
        at,
        account: &wanted.account,
        pictures: wanted.pictures.iter().map(String::as_str).collect(),
    };
    let deed = |day| Deed { made_up: day < asked_on, ..Deed::of_today(kind, person, day, wanted.said.clone()) };
    insert_days(tx, rules, &wanted.days, RecordId(request.id.0), &source, deed).await?;
    Ok(())
}

/// Inserts a record for each day; the first has the identity that is given, and the others are told with it.
///
/// # Errors
/// The database's.
pub(super) async fn insert_days<'a>(
    tx: &mut Tx,
    rules: &Rulebook,
    days: &[NaiveDate],
    first: RecordId,
    source: &Source<'_>,
    deed: impl Fn(NaiveDate) -> Deed<'a> + Send,
) -> Result<(), Fault> {
    let (mut id, mut told_with) = (first, None);
    let (mut before, mut stay) = (None::<NaiveDate>, None::<NaiveDate>);
    let mut made_up = 0;
    for day in days.iter().copied() {
        let goes_on = before.is_some_and(|before| before + Days::new(1) == day);
        if !goes_on {
            stay = Some(day);
        }
        before = Some(day);
        let deed = Deed { stay_day: stay.filter(|stay| *stay != day), told_with, ..deed(day) };
        made_up += u32::from(deed.made_up);
        for (said, contact) in shares_of(tx, &deed).await? {
            let one = Deed { said, contact, told_with, ..deed.clone() };
            insert_from(tx, rules, &one, id, source).await?;
            told_with = Some(first);
            id = RecordId(tx.new_id());
        }
    }
    if made_up >= rules.policy.records.many_days.max(1) {
        tx.flag_record(first, Flag::ManyDays, None, source.at).await?;
    }
    Ok(())
}
