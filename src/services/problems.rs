//! The list of problems (问题清单): what comes into it with records, who sees it, settling and passing up.

use chrono::{DateTime, TimeDelta, Utc};

use super::Rulebook;
use super::questions::{MOST_CHARACTERS, answerer_targets};
use crate::domain::calendar::month_day;
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::message::UserText;
use crate::domain::parts::problems_in;
use crate::domain::permission::{Who, reaches};
use crate::domain::policy::RecordKind;
use crate::domain::problem::{Common, Problem, ProblemState, common};
use crate::domain::record::Record;
use crate::domain::text::{normal, storable};
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{ProblemDeed, StoreError, Target, Tx};
use crate::templates::contexts::{
    NoSuchProblem, NoUnitAbove, ProblemGone, ProblemHeldAbove, ProblemLine, ProblemPassedUp, ProblemSettled,
    ProblemUsage, ProblemWasPassedUp, ProblemWasSettled, Problems,
};

/// How many entries the list shows.
const LISTED: usize = 10;

/// What was done about a problem is worth reading for a month.
const NEWS_VALID: TimeDelta = TimeDelta::days(30);

/// Puts what a record tells of problems on the list of its author's unit.
///
/// # Errors
/// The database's.
pub(super) async fn raise(
    tx: &mut Tx,
    kind: &RecordKind,
    record: &Record,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    for text in problems_in(kind, &record.said.content) {
        tx.insert_problem(record, &text, at).await?;
    }
    Ok(())
}

/// The numbers that a record's problems have got.
///
/// # Errors
/// The database's.
pub async fn numbers_of(tx: &mut Tx, kind: &RecordKind, record: &Record) -> Result<Vec<i64>, StoreError> {
    if problems_in(kind, &record.said.content).is_empty() {
        return Ok(Vec::new());
    }
    let problems = tx.db().await?.list_untouched_problems(record.id).await?;
    Ok(problems.into_iter().map(|problem| problem.number).collect())
}

/// After a record says something else: what nobody has touched says so too. What somebody has worked on stays as it is.
///
/// # Errors
/// The database's.
pub(super) async fn follow_change(
    tx: &mut Tx,
    kind: &RecordKind,
    record: &Record,
    by: PersonId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    if kind.into.is_none() && kind.problems_from.is_empty() {
        return Ok(());
    }
    let mut now = problems_in(kind, &record.said.content).into_iter();
    for before in tx.db().await?.list_untouched_problems(record.id).await? {
        match now.next() {
            Some(text) if text == before.text => {}
            Some(text) => tx.reword_problem(before.id, ProblemDeed { by, text: &text, at }).await?,
            None => {
                tx.withdraw_problem(before.id, ProblemDeed { by, text: "", at }).await?;
            }
        }
    }
    for text in now {
        tx.insert_problem(record, &text, at).await?;
    }
    Ok(())
}

/// After a record is withdrawn: its problems go too, as far as nobody has touched them.
///
/// # Errors
/// The database's.
pub(super) async fn withdraw_with(tx: &mut Tx, record: &Record, at: DateTime<Utc>) -> Result<(), StoreError> {
    for problem in tx.db().await?.list_untouched_problems(record.id).await? {
        tx.withdraw_problem(problem.id, ProblemDeed { by: record.person, text: "", at }).await?;
    }
    Ok(())
}

/// The open problems somebody may see: those of their unit and below, or only their own.
///
/// # Errors
/// The database's.
pub async fn list(tx: &mut Tx, person: &Person) -> Result<Problems, Fault> {
    let directory = tx.directory();
    let sees_units = Who::Answerer.includes(Some(person)) || Who::Overseer.includes(Some(person));
    let mut open = tx.db().await?.list_open_problems().await?;
    open.retain(|problem| match sees_units {
        true => reaches(&directory, person, problem.unit),
        false => problem.person == person.id,
    });
    let entries = common(&open);
    Ok(Problems {
        open: open.len(),
        items: entries.iter().take(LISTED).map(|entry| line(&directory, entry)).collect(),
        more: entries.len().saturating_sub(LISTED),
        may_settle: Who::Answerer.includes(Some(person)),
        own: !sees_units,
    })
}

/// How many numbers of a common problem are listed.
const NUMBERS_LISTED: usize = 5;

fn line(directory: &Directory, entry: &Common<'_>) -> ProblemLine {
    let Problem { unit, holder, .. } = *entry.first;
    let numbers: Vec<String> = entry.numbers.iter().take(NUMBERS_LISTED).map(i64::to_string).collect();
    ProblemLine {
        numbers: numbers.join("、"),
        text: UserText::short(&entry.first.text, 60),
        unit: UserText::new(directory.unit_name(unit)),
        since: month_day(entry.first.raised_at.with_timezone(&directory.zone_of(unit)).date_naive()),
        count: entry.numbers.len(),
        several: entry.numbers.len() > 1,
        held_by: (holder != unit).then(|| UserText::new(directory.unit_name(holder))),
    }
}

/// Reads `12 已修好`: a number, and what follows it.
fn read_number(typed: &str) -> Option<(i64, String)> {
    let typed = typed.trim().trim_start_matches(['#', '＃']).trim_start();
    let digits: String = normal(typed).chars().take_while(char::is_ascii_digit).collect();
    let text = typed.trim_start_matches(|c: char| c.is_numeric());
    let text = text.trim_start_matches(['号', ' ', '　', ':', '：', ',', '，', '\n']);
    Some((digits.parse().ok()?, storable(text.trim())))
}

/// The open problem somebody names, if it is theirs to see to; and what they say of it.
async fn find(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
    usage: ProblemUsage,
) -> Result<(Problem, String), Halt> {
    let (words, platform) = (&rules.templates, &event.platform);
    let Some((number, text)) = read_number(typed) else { return Err(words.refuse(&usage, platform)?.into()) };
    rules.bounded(&text, MOST_CHARACTERS, event)?;
    let directory = tx.directory();
    let found = tx.db().await?.find_problem_by_number(number).await?;
    // the words are the same whether or not there is such a problem elsewhere
    let Some(problem) = found.filter(|problem| reaches(&directory, person, problem.unit)) else {
        return Err(words.refuse(&NoSuchProblem { number }, platform)?.into());
    };
    if problem.state != ProblemState::Open {
        let withdrawn = problem.state == ProblemState::Withdrawn;
        return Err(words.refuse(&ProblemGone { number, withdrawn }, platform)?.into());
    }
    if !reaches(&directory, person, problem.holder) {
        let holder = UserText::new(directory.unit_name(problem.holder));
        return Err(words.refuse(&ProblemHeldAbove { number, holder }, platform)?.into());
    }
    Ok((problem, text))
}

/// News that nobody waits for: in open hours.
fn terms(rules: &Rulebook, directory: &Directory, unit: UnitId, at: DateTime<Utc>) -> Terms {
    Terms {
        question: None,
        not_before: rules.policy.open_hours().next_open(at, directory.zone_of(unit), &rules.calendar),
        valid_until: at + NEWS_VALID,
    }
}

/// Settles a problem: `12 已修好`. Its reporter is told in private.
///
/// # Errors
/// Refuses what cannot be read, what has no result, and what is not this person's to settle.
pub async fn settle(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<ProblemSettled, Halt> {
    let usage = || ProblemUsage { word: "办结".to_owned(), example: "12 路灯已修好".to_owned() };
    let (problem, result) = find(tx, rules, person, event, typed, usage()).await?;
    if !result.chars().any(char::is_alphanumeric) {
        return Err(rules.templates.refuse(&usage(), &event.platform)?.into());
    }
    let at = event.sent_at;
    tx.settle_problem(problem.id, ProblemDeed { by: person.id, text: &result, at }).await?;
    let directory = tx.directory();
    let told = problem.person != person.id && !directory.identities_of(problem.person).is_empty();
    if told {
        let news = ProblemWasSettled {
            number: problem.number,
            text: UserText::short(&problem.text, 60),
            result: UserText::new(&result),
            by: UserText::new(directory.unit_name(person.unit)),
        };
        let terms = terms(rules, &directory, problem.unit, at);
        enqueue(tx, Target::Person(problem.person), &news, terms).await?;
    }
    Ok(ProblemSettled { number: problem.number, told })
}

/// Passes a problem to the unit above: `12 要县里出钱`. Those who answer there are told.
///
/// # Errors
/// Refuses what cannot be read, what is not this person's to pass, and where there is no unit above.
pub async fn pass_up(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<ProblemPassedUp, Halt> {
    let usage = ProblemUsage { word: "上报".to_owned(), example: "12 需要县里协调".to_owned() };
    let (problem, note) = find(tx, rules, person, event, typed, usage).await?;
    let directory = tx.directory();
    let Some(above) = directory.unit(problem.holder).and_then(|unit| unit.parent) else {
        let none = NoUnitAbove { unit: UserText::new(directory.unit_name(problem.holder)) };
        return Err(rules.templates.refuse(&none, &event.platform)?.into());
    };
    let at = event.sent_at;
    tx.pass_problem(problem.id, above, ProblemDeed { by: person.id, text: &note, at }).await?;
    let news = ProblemWasPassedUp {
        number: problem.number,
        text: UserText::new(&problem.text),
        from: UserText::new(directory.unit_name(problem.holder)),
        note: UserText::new(&note),
    };
    let others = answerer_targets(&directory, above, at).into_iter().filter(|one| *one != Target::Person(person.id));
    for target in others {
        enqueue(tx, target, &news, terms(rules, &directory, above, at)).await?;
    }
    Ok(ProblemPassedUp { number: problem.number, to: UserText::new(directory.unit_name(above)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        for typed in ["12 已修好", "#12 已修好", "１２号：已修好", "12，已修好"] {
            assert_eq!(read_number(typed), Some((12, "已修好".to_owned())), "{typed}");
        }
        assert_eq!(read_number("已修好"), None);
        assert_eq!(read_number("99999999999999999999 已修好"), None);
    }
}
