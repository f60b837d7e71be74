//! What is done about an entry of the list: settled, passed up, taken in hand, handed on, commented, put together, taken
//! apart; and a question put on it.

use chrono::{DateTime, TimeDelta, Utc};

use super::news::{is_read_out, is_spoken, tell};
use super::placing;
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::numbered::read_numbered;
use crate::domain::permission::reaches;
use crate::domain::problem::{Matter, Problem, ProblemState, ProblemStep, Stood};
use crate::domain::question::{Question, State};
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::services::questions::{MOST_CHARACTERS, answerer_targets, is_cry};
use crate::store::{MovedTo, ProblemDeed, Target, Tx};
use crate::templates::contexts::{
    AlreadyOneProblem, NoSuchProblem, NoSuchQuestionForList, NoUnitAbove, NotPartOfProblem, ProblemGone,
    ProblemHeldAbove, ProblemInstructed, ProblemMerged, ProblemMoved, ProblemPassedUp, ProblemSettled, ProblemSplit,
    ProblemUsage, ProblemWasPassedUp, QuestionListed,
};

/// What was done about a problem is worth reading for a month.
const NEWS_VALID: TimeDelta = TimeDelta::days(30);

/// The longest name of an authority.
const LONGEST_AUTHORITY: usize = 60;

/// How many numbers of others are named.
const OTHERS_NAMED: usize = 5;

/// News that nobody waits for: in open hours.
pub(super) fn terms(rules: &Rulebook, directory: &Directory, unit: UnitId, at: DateTime<Utc>) -> Terms {
    Terms {
        question: None,
        not_before: rules.policy.open_hours().next_open(at, directory.zone_of(unit), &rules.calendar),
        valid_until: at + NEWS_VALID,
    }
}

/// Reads `12 到 8`.
fn read_pair(typed: &str) -> Option<(i64, i64)> {
    let (from, rest) = read_numbered(typed)?;
    let rest = rest.trim().trim_start_matches(['并', '归', '入', '到', '至', '和', '、']);
    let (to, nothing) = read_numbered(rest)?;
    (!nothing.chars().any(char::is_alphanumeric)).then_some((from, to))
}

fn usage(word: &str, example: &str) -> ProblemUsage {
    ProblemUsage { word: word.to_owned(), example: example.to_owned() }
}

fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// An entry somebody named by the number of one of its voices.
struct Named {
    /// The voice whose number it was.
    voice: Problem,
    /// The one that leads the entry.
    lead: Problem,
    /// All of the entry.
    voices: Vec<Problem>,
}

/// The entry that a number belongs to, where somebody's authority reaches one of its voices.
async fn find_named(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    number: i64,
) -> Result<Named, Halt> {
    let directory = tx.directory();
    let (words, platform) = (&rules.templates, &event.platform);
    let found = tx.db().await?.find_problem_by_number(number).await?;
    // the words are the same whether or not there is such a problem elsewhere
    let Some(voice) = found.filter(|problem| reaches(&directory, person, problem.unit)) else {
        return Err(words.refuse(&NoSuchProblem { number }, platform)?.into());
    };
    if !voice.state.is_open() {
        let withdrawn = voice.state == ProblemState::Withdrawn;
        return Err(words.refuse(&ProblemGone { number, withdrawn }, platform)?.into());
    }
    let voices = tx.db().await?.list_voices(voice.entry).await?;
    let lead = voices.iter().find(|one| one.id == voice.entry).unwrap_or(&voice).clone();
    Ok(Named { voice, lead, voices })
}

/// The open entry somebody names, if it is theirs to see to; and what they say of it.
async fn find(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
    usage: ProblemUsage,
) -> Result<(Named, String), Halt> {
    let Some((number, text)) = read_numbered(typed) else {
        return Err(rules.templates.refuse(&usage, &event.platform)?.into());
    };
    rules.bounded(&text, MOST_CHARACTERS, event)?;
    let named = find_named(tx, rules, person, event, number).await?;
    held_by(tx, rules, person, event, &named)?;
    Ok((named, text))
}

/// Refuses where a unit above holds an entry.
fn held_by(tx: &Tx, rules: &Rulebook, person: &Person, event: &InboundEvent, named: &Named) -> Result<(), Halt> {
    let directory = tx.directory();
    if reaches(&directory, person, named.lead.holder) {
        return Ok(());
    }
    let holder = UserText::new(directory.unit_name(named.lead.holder));
    let refusal = ProblemHeldAbove { number: named.voice.number, holder };
    Err(rules.templates.refuse(&refusal, &event.platform)?.into())
}

/// Settles an entry: `12 已修好`. Everybody who reported it or asked is told.
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
    let usage = || usage("办结", "12 路灯已修好");
    let (named, result) = find(tx, rules, person, event, typed, usage()).await?;
    if !says_something(&result) {
        return Err(rules.templates.refuse(&usage(), &event.platform)?.into());
    }
    let (lead, at) = (&named.lead, event.sent_at);
    let others = others_alike(tx, person, lead).await?;
    let to = MovedTo { state: ProblemState::Settled, holder: lead.holder, authority: None, outcome: Some(&result) };
    let deed = ProblemDeed { by: Some(person.id), text: &result, at };
    tx.move_entry(lead.entry, ProblemStep::Settled, to, deed).await?;
    let reached = tell(tx, rules, person, &named.voices, ProblemStep::Settled, &result, at).await?;
    Ok(ProblemSettled {
        number: named.voice.number,
        count: named.voices.len(),
        several: named.voices.len() > 1,
        told: reached.reporters > 0,
        askers: reached.askers,
        others,
    })
}

/// The numbers of other entries about the same thing that this person may see to; empty where there are none.
async fn others_alike(tx: &mut Tx, person: &Person, lead: &Problem) -> Result<String, Fault> {
    let directory = tx.directory();
    let mut open = tx.db().await?.list_open_problems().await?;
    open.retain(|problem| reaches(&directory, person, problem.holder));
    let matters = placing::gathered(&open, placing::MOST_COMPARED);
    let is_it = |matter: &&Matter<'_>| matter.leads.iter().any(|one| one.entry == lead.entry);
    let others = matters.iter().find(is_it).map(|matter| matter.leads.as_slice()).unwrap_or_default();
    let numbers = others.iter().filter(|one| one.entry != lead.entry).take(OTHERS_NAMED);
    Ok(numbers.map(|one| one.number.to_string()).collect::<Vec<_>>().join("、"))
}

/// Passes an entry to the unit above: `12 要县里出钱`. Those who answer there are told. What that unit has already about the
/// same thing takes it in.
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
    let (named, note) = find(tx, rules, person, event, typed, usage("上报", "12 需要县里协调")).await?;
    let (directory, lead) = (tx.directory(), &named.lead);
    let Some(above) = directory.unit(lead.holder).and_then(|unit| unit.parent) else {
        let none = NoUnitAbove { unit: UserText::new(directory.unit_name(lead.holder)) };
        return Err(rules.templates.refuse(&none, &event.platform)?.into());
    };
    let at = event.sent_at;
    let to = MovedTo { state: ProblemState::Passed, holder: above, authority: None, outcome: None };
    let deed = ProblemDeed { by: Some(person.id), text: &note, at };
    tx.move_entry(lead.entry, ProblemStep::PassedUp, to, deed).await?;
    let same = placing::find_same_at(tx, above, &named.voices).await?;
    if let Some(same) = &same {
        let text = same.number.to_string();
        let deed = ProblemDeed { by: None, text: &text, at };
        let stands = Stood { state: ProblemState::Passed, holder: above, since: at, ..lead.standing() };
        tx.merge_entry(lead.entry, &stands, same, deed).await?;
    }
    let joined = same.as_ref().map(|same| same.number);
    let news = ProblemWasPassedUp {
        number: named.voice.number,
        count: named.voices.len(),
        several: named.voices.len() > 1,
        text: UserText::new(&lead.text),
        in_private: false,
        from: UserText::new(directory.unit_name(lead.holder)),
        note: UserText::new(&note),
        joined,
    };
    let others = answerer_targets(&directory, above, at).into_iter().filter(|one| *one != Target::Person(person.id));
    let spoken = is_spoken(tx, lead).await?;
    for target in others {
        let news = match is_read_out(&target) && !spoken {
            true => ProblemWasPassedUp { text: UserText::default(), in_private: true, ..news.clone() },
            false => news.clone(),
        };
        enqueue(tx, target, &news, terms(rules, &directory, above, at)).await?;
    }
    Ok(ProblemPassedUp { number: named.voice.number, to: UserText::new(directory.unit_name(above)), joined })
}

/// Says that somebody is at it: `12 已联系供电所`. Whoever reported it or asked is told, where there is something to say.
///
/// # Errors
/// Refuses what cannot be read and what is not this person's to see to.
pub async fn take_in_hand(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<ProblemMoved, Halt> {
    let (named, said) = find(tx, rules, person, event, typed, usage("在办", "12 已联系供电所")).await?;
    let outcome = Some(said.as_str()).filter(|said| says_something(said));
    let to = MovedTo { state: ProblemState::InHand, holder: named.lead.holder, authority: None, outcome };
    move_on(tx, rules, person, event, &named, ProblemStep::InHand, to, &said).await
}

/// Hands an entry to an authority outside: `12 县供电公司`. What comes of it is said later, with 办结.
///
/// # Errors
/// Refuses what cannot be read, what names no authority, and what is not this person's to see to.
pub async fn transfer(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<ProblemMoved, Halt> {
    let usage = || usage("转办", "12 县供电公司");
    let (named, authority) = find(tx, rules, person, event, typed, usage()).await?;
    if !says_something(&authority) {
        return Err(rules.templates.refuse(&usage(), &event.platform)?.into());
    }
    rules.bounded(&authority, LONGEST_AUTHORITY, event)?;
    let holder = named.lead.holder;
    let to = MovedTo { state: ProblemState::Transferred, holder, authority: Some(&authority), outcome: None };
    move_on(tx, rules, person, event, &named, ProblemStep::Transferred, to, &authority).await
}

#[expect(clippy::too_many_arguments, reason = "what two commands have in common, and nobody else calls it")]
async fn move_on(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    named: &Named,
    step: ProblemStep,
    to: MovedTo<'_>,
    said: &str,
) -> Result<ProblemMoved, Halt> {
    let at = event.sent_at;
    let deed = ProblemDeed { by: Some(person.id), text: said, at };
    tx.move_entry(named.lead.entry, step, to, deed).await?;
    let mut told = 0;
    if says_something(said) {
        let reached = tell(tx, rules, person, &named.voices, step, said, at).await?;
        told = reached.reporters + reached.askers;
    }
    Ok(ProblemMoved {
        number: named.voice.number,
        state: to.state.title().to_owned(),
        authority: to.authority.map(UserText::new),
        told,
    })
}

/// Says something about an entry from above: `12 请供电公司本周内答复`. It goes down to everybody it came from.
///
/// # Errors
/// Refuses what cannot be read, what says nothing, and what a unit above has.
pub async fn instruct(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<ProblemInstructed, Halt> {
    let usage = || usage("批示", "12 请供电公司本周内答复");
    let (named, said) = find(tx, rules, person, event, typed, usage()).await?;
    if !says_something(&said) {
        return Err(rules.templates.refuse(&usage(), &event.platform)?.into());
    }
    let at = event.sent_at;
    let deed = ProblemDeed { by: Some(person.id), text: &said, at };
    tx.note_instruction(named.lead.entry, person.unit, deed).await?;
    let reached = tell(tx, rules, person, &named.voices, ProblemStep::Instructed, &said, at).await?;
    Ok(ProblemInstructed { number: named.voice.number, told: reached.reporters + reached.askers })
}

/// Puts an entry to another one: `12 到 8`. Where two units hold them, the nearest unit above both does from now on.
///
/// # Errors
/// Refuses what cannot be read, what is not this person's to see to, and what is one entry already.
pub async fn merge(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<ProblemMerged, Halt> {
    let Some((from, into)) = read_pair(typed) else {
        return Err(rules.templates.refuse(&usage("归并", "12 到 8"), &event.platform)?.into());
    };
    let one = find_named(tx, rules, person, event, from).await?;
    let other = find_named(tx, rules, person, event, into).await?;
    for named in [&one, &other] {
        held_by(tx, rules, person, event, named)?;
    }
    if one.lead.entry == other.lead.entry {
        return Err(rules.templates.refuse(&AlreadyOneProblem { from, into }, &event.platform)?.into());
    }
    let (directory, at) = (tx.directory(), event.sent_at);
    let mut to = other.lead.clone();
    let common = directory.lineage(to.holder).find(|unit| directory.is_within(one.lead.holder, unit.id));
    if let Some(common) = common.filter(|unit| unit.id != to.holder) {
        let state = if to.state == ProblemState::Open { ProblemState::Passed } else { to.state };
        let moved = MovedTo { state, holder: common.id, authority: None, outcome: None };
        let deed = ProblemDeed { by: Some(person.id), text: "", at };
        tx.move_entry(to.entry, ProblemStep::PassedUp, moved, deed).await?;
        (to.holder, to.state, to.state_at) = (common.id, state, at);
    }
    let text = to.number.to_string();
    let deed = ProblemDeed { by: Some(person.id), text: &text, at };
    tx.merge_entry(one.lead.entry, &one.lead.standing(), &to, deed).await?;
    Ok(ProblemMerged {
        from,
        into: to.number,
        count: one.voices.len() + other.voices.len(),
        holder: UserText::new(directory.unit_name(to.holder)),
    })
}

/// Takes a voice out of the entry it is in: `12`.
///
/// # Errors
/// Refuses what cannot be read, what this person does not see to, and what is an entry of its own or leads one.
pub async fn split(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<ProblemSplit, Halt> {
    let Some((number, _)) = read_numbered(typed) else {
        return Err(rules.templates.refuse(&usage("分开", "12"), &event.platform)?.into());
    };
    let named = find_named(tx, rules, person, event, number).await?;
    let Named { voice, lead, voices } = &named;
    if voice.id == lead.id {
        let others: Vec<String> = voices
            .iter()
            .filter(|one| one.id != lead.id)
            .take(OTHERS_NAMED)
            .map(|one| one.number.to_string())
            .collect();
        let refusal = NotPartOfProblem { number, others: others.join("、") };
        return Err(rules.templates.refuse(&refusal, &event.platform)?.into());
    }
    let directory = tx.directory();
    // what was put there by hand stands as it stood. What came by itself never stood anywhere: whoever has the entry keeps
    // both, and whom it does not reach takes back what came from below
    let holder = if reaches(&directory, person, lead.holder) { lead.holder } else { voice.unit };
    let state = if holder == voice.unit { ProblemState::Open } else { ProblemState::Passed };
    let fresh = || Stood { state, holder, authority: None, outcome: None, since: event.sent_at };
    let to = voice.stood.clone().filter(|_| voice.came_with == Some(voice.id)).unwrap_or_else(fresh);
    let text = lead.number.to_string();
    tx.split_entry(voice, &to, ProblemDeed { by: Some(person.id), text: &text, at: event.sent_at }).await?;
    let kept = tx.db().await?.list_voices(lead.entry).await?;
    Ok(ProblemSplit { number, from: lead.number, count: kept.len() })
}

/// Puts a question on the list: `128`.
///
/// # Errors
/// Refuses what cannot be read, a question that is not this person's to see to, and one that is on the list.
pub async fn list_question(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionListed, Halt> {
    let (words, platform) = (&rules.templates, &event.platform);
    let Some((question, _)) = read_numbered(typed) else {
        return Err(words.refuse(&usage("列入", "128"), platform)?.into());
    };
    let directory = tx.directory();
    let found = tx.db().await?.find_question_by_number(question).await?;
    // nobody reads a cry for help but those who can help, nor what waits for somebody to look at its words
    let may_be_listed =
        |found: &Question| !matches!(found.life.state, State::Withdrawn | State::Held) && !is_cry(rules, found);
    let Some(found) = found.filter(|found| may_be_listed(found) && reaches(&directory, person, found.unit)) else {
        return Err(words.refuse(&NoSuchQuestionForList { number: question }, platform)?.into());
    };
    if let Some(voice) = tx.db().await?.find_problem_of_question(found.id).await? {
        // asked for twice, it is on the list once
        return Ok(QuestionListed { question, number: voice.number, joined: None, before: true });
    }
    let (voice, joined) = placing::list_question(tx, &found, person.id, event.sent_at).await?;
    Ok(QuestionListed { question, number: voice.number, joined: joined.map(|lead| lead.number), before: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        for typed in ["12 已修好", "#12 已修好", "１２号：已修好", "12，已修好"] {
            assert_eq!(read_numbered(typed), Some((12, "已修好".to_owned())), "{typed}");
        }
        assert_eq!(read_numbered("已修好"), None);
        assert_eq!(read_numbered("99999999999999999999 已修好"), None);
    }

    #[test]
    fn two_numbers_are_read_however_they_are_joined() {
        for typed in ["12 到 8", "12到8", "#12 到 #8", "12 8", "12号并入8号", "12 归到 8 号。"] {
            assert_eq!(read_pair(typed), Some((12, 8)), "{typed}");
        }
        assert_eq!(read_pair("12"), None);
        assert_eq!(read_pair("12 到 8 和 9"), None);
    }
}
