//! Requests: asked, decided by somebody else, withdrawn while open.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::records::{self, dated, day_of};
use super::{Rulebook, leave, make_up};
use crate::domain::calendar::{DayRange, month_day};
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::{PersonId, RecordId, RequestId};
use crate::domain::message::UserText;
use crate::domain::people::HalfDay;
use crate::domain::record::Said;
use crate::domain::request::{Plea, Request, RequestState, approvers, may_decide};
use crate::domain::text::{normal, storable};
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{
    Decided, NoSuchRequest, RequestCame, RequestDecided, RequestLine, RequestSettled, RequestUsage, RequestWithdrawn,
    Requests,
};

/// A decision is worth reading for a month.
const VALID: TimeDelta = TimeDelta::days(30);

/// For how long an open request is the latest thing that 撤回 may mean.
const WITHDRAWN_WITHIN: TimeDelta = TimeDelta::days(60);

/// How many requests a list shows.
const LISTED: usize = 10;

/// How much of a person's words a notice shows.
const SHOWN: usize = 200;

/// What became of a request that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// Nobody's word was needed, or nobody is there to give it: it is done.
    Granted(Request),
    /// These people are asked.
    Waiting(Request, Vec<UserText>),
}

/// `11月19日 周四`, `11月18日—11月20日（3 天）`, `11月16日、11月18日`.
pub fn days_title(days: &[NaiveDate]) -> String {
    match days {
        [] => String::new(),
        [one] => dated(*one),
        [first, .., last] => {
            let run = DayRange { first: *first, last: *last };
            if run.iter().eq(days.iter().copied()) {
                return format!("{}（{} 天）", run.title(), days.len());
            }
            days.iter().map(|day| month_day(*day)).collect::<Vec<_>>().join("、")
        }
    }
}

/// `11月23日 周一上午`, `11月23日—11月25日`.
pub fn leave_title(days: DayRange, half: Option<HalfDay>) -> String {
    if days.first == days.last {
        return format!("{}{}", dated(days.first), half.map_or("", HalfDay::title));
    }
    days.title()
}

/// `东风社区 走访5人`.
pub fn detail(said: &Said) -> UserText {
    UserText::short(format!("{} {}", said.place, said.content).trim(), SHOWN)
}

fn what(rules: &Rulebook, plea: &Plea) -> String {
    match plea {
        Plea::MakeUp(make_up) => format!("补签{}", rules.policy.kind_title(&make_up.record_kind)),
        Plea::Leave(_) => "请假".to_owned(),
    }
}

fn days(plea: &Plea) -> String {
    match plea {
        Plea::MakeUp(make_up) => days_title(&make_up.days),
        Plea::Leave(leave) => leave_title(DayRange { first: leave.first, last: leave.last }, leave.half),
    }
}

fn line(rules: &Rulebook, directory: &Directory, request: &Request) -> RequestLine {
    let (detail, reason) = match &request.plea {
        Plea::MakeUp(make_up) => (detail(&make_up.said), &make_up.reason),
        Plea::Leave(leave) => (UserText::new(""), &leave.reason),
    };
    RequestLine {
        number: request.number,
        name: UserText::new(directory.person_name(request.person)),
        unit: UserText::new(directory.unit_name(request.unit)),
        what: what(rules, &request.plea),
        days: days(&request.plea),
        detail,
        reason: UserText::short(reason, SHOWN),
    }
}

/// Splits `走访5人 原因：手机没电` into what was done and why.
pub fn split_reason(typed: &str) -> (&str, String) {
    for label in ["原因", "理由", "緣由", "缘由"] {
        for (at, _) in typed.rmatch_indices(label) {
            let behind = typed.get(at + label.len()..).unwrap_or_default();
            if let Some(reason) = behind.trim_start().strip_prefix([':', '：', '是']) {
                let before = typed.get(..at).unwrap_or_default();
                let before = before.trim_end_matches(|c: char| c.is_whitespace() || "，,；;。（(".contains(c));
                let reason = reason.trim().trim_end_matches(['）', ')']);
                return (before, storable(reason));
            }
        }
    }
    (typed, String::new())
}

/// Files a request: those whose word counts are asked in private; where none is needed or nobody is there, it is granted.
///
/// # Errors
/// The database's.
pub async fn file(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    plea: Plea,
    needs_approval: bool,
    today: NaiveDate,
    at: DateTime<Utc>,
) -> Result<Filed, Fault> {
    let request = tx.insert_request(person.id, person.unit, plea, at).await?;
    let directory = tx.directory();
    let asked = if needs_approval { approvers(&directory, person, today) } else { Vec::new() };
    if asked.is_empty() {
        tx.decide_request(request.id, RequestState::Granted, None, None, at).await?;
        carry_out(tx, rules, person, &request, at).await?;
        return Ok(Filed::Granted(request));
    }
    let notice = RequestCame { request: line(rules, &directory, &request) };
    for one in &asked {
        tell(tx, rules, one.id, &notice, at).await?;
    }
    let names = asked.into_iter().map(|one| UserText::new(&one.name)).collect();
    Ok(Filed::Waiting(request, names))
}

/// Says something to somebody in private, in open hours.
///
/// # Errors
/// The database's.
pub async fn tell<C: TemplateContext>(
    tx: &mut Tx,
    rules: &Rulebook,
    to: PersonId,
    notice: &C,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let directory = tx.directory();
    // who has no address yet finds it in the list
    let Some(person) = directory.person(to).filter(|_| !directory.identities_of(to).is_empty()) else { return Ok(()) };
    let not_before = rules.policy.open_hours().next_open(at, directory.zone_of(person.unit), &rules.calendar);
    let terms = Terms { question: None, not_before, valid_until: at + VALID };
    enqueue(tx, Target::Person(to), notice, terms).await?;
    Ok(())
}

/// Does what was asked for.
async fn carry_out(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    request: &Request,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    match &request.plea {
        Plea::MakeUp(make_up) => make_up::carry_out(tx, rules, person, request, make_up, at).await,
        Plea::Leave(leave) => leave::carry_out(tx, person.id, request, leave, at).await,
    }
}

/// `12`, `12 这周人手不够`.
fn read_decision(typed: &str) -> Option<(i64, String)> {
    let typed = typed.trim().trim_start_matches(['#', '＃']).trim_start();
    let digits: String = normal(typed).chars().take_while(char::is_ascii_digit).collect();
    let said = typed.trim_start_matches(|c: char| c.is_numeric());
    let said = said.trim_start_matches(['号', '號', ' ', '　', ':', '：', ',', '，', '。', '\n']);
    Some((digits.parse().ok()?, storable(said.trim())))
}

/// Agrees or does not, by number: `12`, `12 这周人手不够`. The asker is told.
///
/// # Errors
/// Refuses what cannot be read, what does not wait for this person's word, and what is decided already.
pub async fn decide(
    tx: &mut Tx,
    rules: &Rulebook,
    by: &Person,
    event: &InboundEvent,
    typed: &str,
    granted: bool,
) -> Result<Decided, Halt> {
    let platform = &event.platform;
    let Some((number, note)) = read_decision(typed) else {
        return Err(rules.templates.refuse(&RequestUsage {}, platform)?.into());
    };
    let directory = tx.directory();
    let today = day_of(&directory, rules, by, None, event.sent_at);
    let found = tx.db().await?.find_request_by_number(number).await?;
    let own = found.as_ref().is_some_and(|request| request.person == by.id);
    let reachable = found.and_then(|request| {
        let asker = directory.person(request.person).filter(|asker| may_decide(&directory, by, asker, today))?;
        Some((request, asker.clone()))
    });
    let Some((request, asker)) = reachable else {
        return Err(rules.templates.refuse(&NoSuchRequest { number, own }, platform)?.into());
    };
    let state = if granted { RequestState::Granted } else { RequestState::Refused };
    let words = (!note.is_empty()).then_some(note.as_str());
    if !tx.decide_request(request.id, state, Some(by.id), words, event.sent_at).await? {
        let name = request.decided_by.map_or("", |by| directory.person_name(by));
        let settled = RequestSettled { number, state: request.state.title().to_owned(), by: UserText::new(name) };
        return Err(rules.templates.refuse(&settled, platform)?.into());
    }
    if granted {
        carry_out(tx, rules, &asker, &request, event.sent_at).await?;
    }
    let (what, days) = (what(rules, &request.plea), days(&request.plea));
    let notice = RequestDecided {
        number,
        what: what.clone(),
        days: days.clone(),
        granted,
        by: UserText::new(&by.name),
        note: UserText::short(&note, SHOWN),
    };
    tell(tx, rules, asker.id, &notice, event.sent_at).await?;
    Ok(Decided { number, name: UserText::new(&asker.name), what, days, granted })
}

/// What waits for this person's word.
///
/// # Errors
/// The database's.
pub async fn waiting(tx: &mut Tx, rules: &Rulebook, by: &Person, event: &InboundEvent) -> Result<Requests, Fault> {
    let directory = tx.directory();
    let today = day_of(&directory, rules, by, None, event.sent_at);
    let mut open = tx.db().await?.list_open_requests().await?;
    open.retain(|request| {
        directory.person(request.person).is_some_and(|asker| may_decide(&directory, by, asker, today))
    });
    let items = open.iter().take(LISTED).map(|request| line(rules, &directory, request)).collect();
    Ok(Requests { items, more: open.len().saturating_sub(LISTED) })
}

/// A person's latest request that nobody has decided yet.
///
/// # Errors
/// The database's.
pub async fn latest_open(tx: &mut Tx, person: &Person, at: DateTime<Utc>) -> Result<Option<Request>, Fault> {
    let open = tx.db().await?.list_open_requests_of(person.id, at - WITHDRAWN_WITHIN).await?;
    Ok(open.into_iter().find(|request| request.asked_at <= at))
}

/// Takes an open request back.
///
/// # Errors
/// The database's.
pub async fn withdraw(
    tx: &mut Tx,
    rules: &Rulebook,
    request: &Request,
    at: DateTime<Utc>,
) -> Result<RequestWithdrawn, Fault> {
    tx.decide_request(request.id, RequestState::Withdrawn, None, None, at).await?;
    Ok(RequestWithdrawn { number: request.number, what: what(rules, &request.plea), days: days(&request.plea) })
}

/// The message of a request was recalled: the request is taken back, or the records that came of it, if it was its asker's
/// and is in time. Leave that was granted is ended by 销假 alone.
///
/// # Errors
/// The database's.
pub async fn withdraw_recalled(
    tx: &mut Tx,
    rules: &Rulebook,
    id: RequestId,
    by: Option<&Person>,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let Some(request) = tx.db().await?.find_request(id).await? else { return Ok(()) };
    if by.is_none_or(|person| person.id != request.person) {
        return Ok(());
    }
    if request.state == RequestState::Asked {
        withdraw(tx, rules, &request, at).await?;
    } else {
        records::withdraw_recalled(tx, rules, RecordId(id.0), by, at).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_found_behind_its_label_and_nowhere_else() {
        for (typed, done, why) in [
            ("东风社区 走访5人 原因：手机没电", "东风社区 走访5人", "手机没电"),
            ("东风社区（原因：手机没电）", "东风社区", "手机没电"),
            ("东风社区 了解失业原因", "东风社区 了解失业原因", ""),
            ("东风社区 了解失业原因，理由: 忘了", "东风社区 了解失业原因", "忘了"),
        ] {
            assert_eq!(split_reason(typed), (done, why.to_owned()), "{typed}");
        }
    }

    #[test]
    fn a_decision_is_a_number_and_perhaps_words() {
        assert_eq!(read_decision("12"), Some((12, String::new())));
        assert_eq!(read_decision("#１２号，人手不够"), Some((12, "人手不够".to_owned())));
        assert_eq!(read_decision("吧"), None);
    }

    #[test]
    fn days_are_named_as_a_run_or_one_by_one() {
        let days = |days: &[&str]| days_title(&days.iter().map(|day| day.parse().unwrap()).collect::<Vec<_>>());
        assert_eq!(days(&["2026-11-19"]), "11月19日 周四");
        assert_eq!(days(&["2026-11-18", "2026-11-19"]), "11月18日—11月19日（2 天）");
        assert_eq!(days(&["2026-11-16", "2026-11-18"]), "11月16日、11月18日");
    }
}
