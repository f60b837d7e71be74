//! Who is to answer, and until when: 转, 退回, 延期.

use super::{
    Turn, civil, find_in_charge, moment, oversees, refuse, take,
    telling::{tell_answerers, tell_asker, tell_if_elsewhere},
};
use crate::domain::directory::{Directory, Person, called};
use crate::domain::event::InboundEvent;
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::numbered::{number_in_front, read_more_time};
use crate::domain::permission::reaches;
use crate::domain::question::{Question, Step};
use crate::domain::text::normal;
use crate::error::{Fault, Halt};
use crate::services::{Rulebook, deputies};
use crate::store::{Taken, Tx};
use crate::templates::contexts::{
    NotToHand, QuestionExtended, QuestionGivenBack, QuestionHanded, QuestionNews, QuestionUsage,
};

/// To whom a question is handed.
#[derive(Clone, Debug)]
enum Handed {
    /// Somebody.
    To(Person),
    /// A unit.
    Unit(UnitId),
}

/// 转: `12 张样例`, `12 上级`, `12 样例二镇 说明`, `张样例 12`.
///
/// # Errors
/// Refuses whom or what nobody knows, whom no message reaches, and a question that is not theirs to hand on.
pub async fn hand(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionHanded, Halt> {
    let usage = QuestionUsage::hand();
    let typed = number_in_front(typed);
    let (question, words) = find_in_charge(tx, rules, person, event, &typed, usage.clone()).await?;
    let mut split = words.splitn(2, |c: char| c.is_whitespace() || matches!(c, '，' | ','));
    let (name, note) = (split.next().unwrap_or_default().trim(), split.next().unwrap_or_default().trim());
    let name = name.trim_start_matches(['给', '到', '@']);
    if name.is_empty() {
        return refuse(rules, event, &usage);
    }
    let directory = tx.directory();
    civil(rules, event, note)?;
    let mut to = match find_receiver(&directory, person, &question, name, event) {
        Ok(to) => to,
        Err(refusal) => return refuse(rules, event, &refusal),
    };
    let mut stands_in = None;
    if let Handed::To(meant) = &to {
        let found = deputies::stand_in(tx, rules, meant, event.sent_at).await?;
        to = Handed::To(found.who.clone());
        stands_in = Some(found);
    }
    let (step, shown) = match &to {
        Handed::To(other) => (Step::Assign(other.id), UserText::new(&other.name)),
        Handed::Unit(unit) => (Step::Hand(*unit), UserText::new(directory.unit_name(*unit))),
    };
    let at = event.sent_at;
    let detail = if note.is_empty() { shown.as_str().to_owned() } else { format!("{}：{note}", shown.as_str()) };
    let taken = Taken { by: Some(person.id), at, detail: &detail };
    let handed = take(tx, rules, &question, &step, taken, &event.platform).await?;
    // whoever had it before need not be asked any more
    tx.drop_notices_of(question.id, at).await?;
    let turn = Turn::Assigned { by: UserText::new(&person.name), note: UserText::short(note, 200) };
    tell_answerers(tx, rules, &handed, &turn, at, None).await?;
    let office = match &to {
        Handed::To(other) => UserText::new(directory.unit_name(other.unit)),
        Handed::Unit(_) => shown.clone(),
    };
    tell_asker(tx, &handed, at, |askers| QuestionNews {
        to: Some(office.clone()),
        ..QuestionNews::of(&handed, askers)
    })
    .await?;
    let away = stands_in.as_ref().filter(|found| found.nobody);
    let suggest = match away {
        Some(found) => deputies::suggestion(tx, rules, &found.who, &handed, person, at).await?,
        None => None,
    };
    let instead_of = stands_in.as_ref().and_then(|found| found.instead_of.as_ref());
    Ok(QuestionHanded {
        number: question.number,
        to: shown,
        due: moment(handed.life.due_at, directory.zone_of(question.unit)),
        on_leave: stands_in.as_ref().is_some_and(|found| found.on_leave),
        instead_of: instead_of.map(|meant| UserText::new(&meant.name)),
        away: away.is_some(),
        suggest,
    })
}

/// Finds a person or a unit by what people call them: within the authority of whoever hands it on, or straight above.
fn find_receiver(
    directory: &Directory,
    person: &Person,
    question: &Question,
    name: &str,
    event: &InboundEvent,
) -> Result<Handed, NotToHand> {
    let refusal = |flags: fn(&mut NotToHand)| {
        let mut refusal = NotToHand::named(question.number, name);
        flags(&mut refusal);
        refusal
    };
    if matches!(name, "上级" | "上一级") {
        let above = directory.unit(question.life.holder).and_then(|unit| unit.parent);
        return above.map(Handed::Unit).ok_or_else(|| refusal(|no| no.top = true));
    }
    let wanted = normal(name);
    let people: Vec<&Person> = directory
        .people()
        .filter(|one| normal(&one.name) == wanted && !directory.has_left(one, event.sent_at))
        .filter(|one| {
            oversees(directory, person, question) && reaches(directory, person, one.unit) || one.unit == person.unit
        })
        .collect();
    match people.as_slice() {
        [one] if directory.identities_of(one.id).is_empty() => return Err(refusal(|no| no.unreachable = true)),
        [one] => return Ok(Handed::To((*one).clone())),
        [] => {}
        _ => return Err(refusal(|no| no.several = true)),
    }
    let units = directory.units_called(&called(name));
    let mut within = units.iter().copied().filter(|unit| reaches(directory, person, *unit));
    match (within.next(), within.next()) {
        (Some(unit), None) => Ok(Handed::Unit(unit)),
        (Some(_), Some(_)) => Err(refusal(|no| no.several = true)),
        _ => Err(refusal(|no| no.unknown = true)),
    }
}

/// 退回: whoever was to answer gives it back, with a reason; or whoever stands in for them, or oversees it.
///
/// # Errors
/// Refuses what is nobody's in particular, and what is given back without a reason.
pub async fn give_back(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionGivenBack, Halt> {
    let usage = QuestionUsage::give_back();
    let (question, reason) = find_in_charge(tx, rules, person, event, typed, usage.clone()).await?;
    if reason.is_empty() {
        return refuse(rules, event, &usage);
    }
    civil(rules, event, &reason)?;
    let at = event.sent_at;
    // a unit that was handed the question gives it back to the one it was put to
    let step = match question.life.assignee {
        None if question.life.holder != question.unit => Step::Hand(question.unit),
        _ => Step::Return,
    };
    let taken = Taken { by: Some(person.id), at, detail: &reason };
    let back = take(tx, rules, &question, &step, taken, &event.platform).await?;
    tx.drop_notices_of(question.id, at).await?;
    let directory = tx.directory();
    let turn = Turn::Back { from: UserText::new(&person.name), note: UserText::short(&reason, 200), silent: false };
    tell_answerers(tx, rules, &back, &turn, at, None).await?;
    tell_if_elsewhere(tx, &question, &back, at).await?;
    Ok(QuestionGivenBack { number: question.number, to: UserText::new(directory.unit_name(back.life.holder)) })
}

/// 延期: `12 1天 等人社局回复`. Only before the deadline, with a reason; the asker hears it.
///
/// # Errors
/// Refuses what has no time or no reason, what is over, and what was extended as often as may be.
pub async fn extend(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionExtended, Halt> {
    let usage = QuestionUsage::extend();
    let (question, words) = find_in_charge(tx, rules, person, event, typed, usage.clone()).await?;
    let most = rules.policy.questions.extend_at_most_hours;
    let read = read_more_time(&words, rules.policy.questions.hours.minutes_a_day());
    let read = read.filter(|(minutes, reason)| !reason.is_empty() && *minutes <= i64::from(most) * 60);
    let Some((minutes, reason)) = read else { return refuse(rules, event, &QuestionUsage { most, ..usage }) };
    civil(rules, event, &reason)?;
    let at = event.sent_at;
    let taken = Taken { by: Some(person.id), at, detail: &reason };
    let extended = take(tx, rules, &question, &Step::Extend(minutes), taken, &event.platform).await?;
    let due = due(tx, &extended)?;
    tell_asker(tx, &extended, at, |askers| QuestionNews {
        due: Some(due.clone()),
        reason: UserText::short(&reason, 200),
        ..QuestionNews::of(&extended, askers)
    })
    .await?;
    Ok(QuestionExtended { number: question.number, due })
}

fn due(tx: &Tx, question: &Question) -> Result<String, Fault> {
    Ok(moment(question.life.due_at, tx.directory().zone_of(question.unit)))
}
