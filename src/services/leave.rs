//! Leave: 请假, 销假.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::Rulebook;
use super::make_up::{first_open_day, read_days};
use super::records::{dated, day_of};
use super::requests::{self, Filed, leave_title, split_reason};
use crate::domain::calendar::DayRange;
use crate::domain::directory::{Chat, Person};
use crate::domain::duty::Absence;
use crate::domain::event::InboundEvent;
use crate::domain::id::{PersonId, RequestId};
use crate::domain::message::UserText;
use crate::domain::people::HalfDay;
use crate::domain::request::{Leave, Plea, Request};
use crate::domain::text::storable;
use crate::domain::when::{Lean, When};
use crate::error::{Fault, Halt};
use crate::store::{Db, KeptAbsence, StoreError, Tx};
use crate::templates::contexts::{
    CannotLeave, DayUnclear, EnteredForYou, LeaveEnded, NotOnLeave, OnLeave, ReasonMissing,
};

/// How many days ahead leave may reach.
const FURTHEST: u64 = 366;

/// What to type, in a refusal.
const EXAMPLE: &str = "请假 明天到周五 回老家";

/// The longest reason that is kept.
const LONGEST_REASON: usize = 500;

/// Reads `明天到周五 回老家`.
///
/// # Errors
/// Refuses days that cannot be read, are not there, or lie apart, days before `earliest`, and an overlong reason.
fn read_leave(
    rules: &Rulebook,
    event: &InboundEvent,
    typed: &str,
    (today, earliest): (NaiveDate, NaiveDate),
    example: &str,
) -> Result<Leave, Halt> {
    let templates = &rules.templates;
    let When { days, half, rest, .. } = match read_days(rules, event, typed, today, Lean::Ahead, example)? {
        Some(when) if when.is_run() => when,
        Some(_) => return Err(templates.refuse(&CannotLeave { earliest: String::new() }, &event.platform)?.into()),
        None => {
            let refusal = DayUnclear { why: "没看到是哪几天".to_owned(), example: example.to_owned() };
            return Err(templates.refuse(&refusal, &event.platform)?.into());
        }
    };
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else {
        return Err(Fault::Corrupt("days of leave").into());
    };
    if first < earliest {
        return Err(templates.refuse(&CannotLeave { earliest: dated(earliest) }, &event.platform)?.into());
    }
    if last > today + Days::new(FURTHEST) {
        let why = "请假最远到一年以后".to_owned();
        return Err(templates.refuse(&DayUnclear { why, example: example.to_owned() }, &event.platform)?.into());
    }
    rules.bounded(&rest, LONGEST_REASON, event)?;
    let reason = match split_reason(&rest) {
        (_, reason) if reason.is_empty() => storable(&rest),
        ("", reason) => reason,
        (before, reason) => storable(&format!("{before}，{reason}")),
    };
    Ok(Leave { first, last, half, reason })
}

/// Asks for leave. Returns the request and what the receipt says.
///
/// # Errors
/// Refuses days that cannot be read or are over, and where the policy is strict, leave without a reason.
pub async fn file(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<(RequestId, OnLeave), Halt> {
    let today = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let back = Days::new(u64::from(rules.policy.records.make_up_within_days));
    let leave = read_leave(rules, event, typed, (today, (today - back).max(first_open_day(today))), EXAMPLE)?;
    if rules.policy.strict && leave.reason.is_empty() {
        let refusal = ReasonMissing { example: EXAMPLE.to_owned() };
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    let days = leave_title(DayRange { first: leave.first, last: leave.last }, leave.half);
    let needs_approval = rules.policy.records.leave_needs_approval;
    let filed = requests::file(tx, rules, person, Plea::Leave(leave), needs_approval, today, event.sent_at).await?;
    let name = UserText::new("");
    Ok(match filed {
        Filed::Granted(request) => {
            (request.id, OnLeave { name, days, waiting: false, number: request.number, by: Vec::new() })
        }
        Filed::Waiting(request, by) => (request.id, OnLeave { name, days, waiting: true, number: request.number, by }),
    })
}

/// Leave that a secretary enters for somebody: at once, and they are told.
///
/// # Errors
/// Refuses days that cannot be read or lie in a closed month, and leave without a reason.
pub async fn enter(
    tx: &mut Tx,
    rules: &Rulebook,
    by: &Person,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<OnLeave, Halt> {
    let example = "代请假 钱样例 明天 住院";
    let today = day_of(&tx.directory(), rules, person, None, event.sent_at);
    let leave = read_leave(rules, event, typed, (today, first_open_day(today)), example)?;
    if leave.reason.is_empty() {
        let refusal = ReasonMissing { example: example.to_owned() };
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    let absence = Absence { days: DayRange { first: leave.first, last: leave.last }, half: leave.half };
    let days = leave_title(absence.days, leave.half);
    let kept = KeptAbsence {
        id: tx.new_id(),
        person: person.id,
        absence,
        reason: leave.reason.clone(),
        request: None,
        entered_by: Some(by.id),
    };
    tx.insert_absence(&kept, event.sent_at).await?;
    let notice = EnteredForYou {
        by: UserText::new(&by.name),
        what: "请假".to_owned(),
        days: days.clone(),
        detail: UserText::new(""),
        reason: UserText::short(&leave.reason, 200),
        undo: "销假".to_owned(),
    };
    requests::tell(tx, rules, person.id, &notice, event.sent_at).await?;
    Ok(OnLeave { name: UserText::new(&person.name), days, waiting: false, number: 0, by: Vec::new() })
}

/// Leave was granted.
///
/// # Errors
/// The database's.
pub(super) async fn carry_out(
    tx: &mut Tx,
    person: PersonId,
    request: &Request,
    leave: &Leave,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let kept = KeptAbsence {
        id: request.id.0,
        person,
        absence: Absence { days: DayRange { first: leave.first, last: leave.last }, half: leave.half },
        reason: leave.reason.clone(),
        request: Some(request.id),
        entered_by: None,
    };
    tx.insert_absence(&kept, at).await?;
    Ok(())
}

/// What is left of leave that ends now: up to yesterday, and this morning where it is past noon.
fn remainder(absence: Absence, today: NaiveDate, is_afternoon: bool) -> Vec<Absence> {
    let mut left = Vec::new();
    let Absence { days, half } = absence;
    if days.first < today {
        left.push(Absence { days: DayRange { first: days.first, last: days.last.min(today - Days::new(1)) }, half });
    }
    if is_afternoon && days.contains(today) && half != Some(HalfDay::Afternoon) {
        left.push(Absence { days: DayRange { first: today, last: today }, half: Some(HalfDay::Morning) });
    }
    left
}

/// Ends the leave that runs, or else cancels the next one.
///
/// # Errors
/// Refuses where there is none.
pub async fn end(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<LeaveEnded, Halt> {
    let directory = tx.directory();
    let at = event.sent_at;
    let today = day_of(&directory, rules, person, chat, at);
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let is_afternoon = at.with_timezone(&directory.zone_of(person.unit)).time() >= noon;
    let all = tx.db().await?.list_leave_of(person.id, today).await?;
    // a free morning is over in the afternoon
    let is_over = |one: &KeptAbsence| {
        is_afternoon && one.absence.days.last == today && one.absence.half == Some(HalfDay::Morning)
    };
    let open: Vec<&KeptAbsence> = all.iter().filter(|one| !is_over(one)).collect();
    let running: Vec<&KeptAbsence> = open.iter().copied().filter(|one| one.absence.days.contains(today)).collect();
    let ended = if running.is_empty() { open.first().copied().into_iter().collect() } else { running };
    let Some(first) = ended.first() else {
        return Err(rules.templates.refuse(&NotOnLeave {}, &event.platform)?.into());
    };
    let days = leave_title(first.absence.days, first.absence.half);
    let mut left = String::new();
    for one in ended {
        tx.withdraw_absence(one.id, at).await?;
        for absence in remainder(one.absence, today, is_afternoon) {
            // what was reported before was reported of the whole leave; from now on this is what counts
            let kept = KeptAbsence { id: tx.new_id(), absence, ..one.clone() };
            tx.insert_absence(&kept, at).await?;
            let last = DayRange { first: absence.days.last, last: absence.days.last };
            left = leave_title(last, absence.half);
        }
    }
    Ok(LeaveEnded { days, left })
}

/// Leave of today or later as one line: `11月23日—11月25日`; empty where there is none.
///
/// # Errors
/// The database's.
pub(super) async fn shown(db: Db<'_>, person: PersonId, today: NaiveDate) -> Result<String, StoreError> {
    let all = db.list_leave_of(person, today).await?;
    let titles: Vec<String> = all.iter().take(3).map(|one| leave_title(one.absence.days, one.absence.half)).collect();
    Ok(titles.join("、"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_leave_that_ends_is_what_is_over() {
        let left = |first: &str, last: &str, half, is_afternoon| {
            let days = DayRange { first: first.parse().unwrap(), last: last.parse().unwrap() };
            let left = remainder(Absence { days, half }, "2026-11-24".parse().unwrap(), is_afternoon);
            left.iter().map(|one| leave_title(one.days, one.half)).collect::<Vec<_>>().join("+")
        };
        assert_eq!(left("2026-11-23", "2026-11-25", None, false), "11月23日 周一");
        assert_eq!(left("2026-11-22", "2026-11-25", None, true), "11月22日—11月23日+11月24日 周二上午");
        assert_eq!(left("2026-11-24", "2026-11-25", None, false), "");
        assert_eq!(left("2026-11-24", "2026-11-24", Some(HalfDay::Afternoon), true), "");
        assert_eq!(left("2026-11-25", "2026-11-26", None, true), "", "a future one is off altogether");
    }
}
