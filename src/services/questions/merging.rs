//! One question that stands for others: what is merged, who hears what becomes of it, and how it is taken apart again.
//!
//! What stands for others is stood for by none, so everybody is one step away from the answer they wait for.

use chrono::{DateTime, Utc};

use super::asking::{open, open_there};
use super::telling::{Hearers, tell_askers};
use super::{check, find_in_charge, is_cry, may_answer, moment, oversees, refuse, step_by_itself, take};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::numbered::read_numbered;
use crate::domain::question::{Life, Question, State, Step, Visibility};
use crate::error::{Fault, Halt};
use crate::services::{Rulebook, open_days};
use crate::store::{Taken, Tx};
use crate::templates::contexts::{
    AnswerCame, MergeOtherWay, MergedQuestions, NoSuchQuestion, QuestionNews, QuestionStep, QuestionUsage,
};

/// The question that stands for another, or itself.
pub(in crate::services) async fn root_of(tx: &mut Tx, question: Question) -> Result<Question, Fault> {
    let Some(into) = question.life.merged_into else { return Ok(question) };
    Ok(tx.db().await?.find_question(into).await?.unwrap_or(question))
}

/// Everybody who hears what becomes of a question: its asker, and those whose question it stands for, each where they asked.
/// What is said to a question that was asked in private is said to nobody in a group.
pub(in crate::services) async fn hearers_of(tx: &mut Tx, root: &Question) -> Result<Vec<Question>, Fault> {
    let mut hearers = vec![root.clone()];
    hearers.extend(tx.db().await?.list_merged_into(root.id).await?);
    if root.life.visibility == Visibility::Private {
        for hearer in &mut hearers {
            hearer.life.visibility = Visibility::Private;
        }
    }
    Ok(hearers)
}

/// Marks those who waited for the answer to the question that stands for theirs as answered.
pub(super) async fn answer_with(
    tx: &mut Tx,
    rules: &Rulebook,
    root: &Question,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let number = root.number.to_string();
    for merged in tx.db().await?.list_merged_into(root.id).await? {
        step_by_itself(tx, rules, &merged, &Step::AnswerWith, at.max(merged.asked_at), &number).await?;
    }
    Ok(())
}

/// Tells askers an answer; `rate`: they are asked whether it does.
pub(super) async fn tell_answer(
    tx: &mut Tx,
    hearers: &[Question],
    at: DateTime<Utc>,
    text: &str,
    by: &UserText,
    rate: bool,
) -> Result<(), Fault> {
    tell_askers(tx, hearers, at, |hearers| AnswerCame {
        each: hearers.each(),
        number: hearers.questions.first().map_or(0, |first| first.number),
        also: hearers.questions.iter().skip(1).map(|other| other.number).collect(),
        question: UserText::short(hearers.questions.first().map_or("", |first| first.text.as_str()), 60),
        askers: hearers.mentions,
        answer: UserText::new(text),
        by: by.clone(),
        rate,
    })
    .await
}

/// 合并: `129 到 128`. From now on the second stands for the first, and for everything that the first stood for. While it has its
/// answer, the askers hear that at once; where it is owed one, they wait with it.
///
/// # Errors
/// Refuses what cannot be read, a question that stands for itself, one that is over, and to merge what was asked in a group
/// with what was asked in private: its answer would be read there.
pub async fn merge(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<MergedQuestions, Halt> {
    let usage = QuestionUsage::merge();
    let (question, words) = find_in_charge(tx, rules, person, event, typed, usage.clone()).await?;
    let words = words.trim_start_matches(['到', '进', '入', '至', '和', '并', '与', '、', ' ']);
    let (into, _) = find_in_charge(tx, rules, person, event, words, usage.clone()).await?;
    // what was merged itself leads on to the one that stands for it
    let into = root_of(tx, into).await?;
    let alive = !matches!(into.life.state, State::Withdrawn | State::Declined | State::Offered | State::Held);
    if into.id == question.id || !alive {
        return refuse(rules, event, &usage);
    }
    check(tx, rules, &question, &Step::Merge(into.id), event).await?;
    let followers = tx.db().await?.list_merged_into(question.id).await?;
    let is_heard_in_group = |one: &Question| one.chat.is_some() && one.life.visibility == Visibility::Public;
    let goes_to_group = std::iter::once(&question).chain(&followers).any(is_heard_in_group);
    if goes_to_group && into.life.visibility == Visibility::Private {
        let open = into.life.is_open();
        let (number, is_cry) = (question.number, is_cry(rules, &into));
        let refusal =
            MergeOtherWay { number, into: into.number, other_way: open && !is_cry, publish: !open && !is_cry };
        return refuse(rules, event, &refusal);
    }
    let at = event.sent_at;
    let detail = into.number.to_string();
    let taken = Taken { by: Some(person.id), at, detail: &detail };
    take(tx, rules, &question, &Step::Merge(into.id), taken, &event.platform).await?;
    tx.drop_notices_of(question.id, at).await?;
    for other in &followers {
        tx.save_life(other.id, &Life { merged_into: Some(into.id), ..other.life.clone() }).await?;
    }
    let theirs = |hearer: &Question| hearer.id == question.id || followers.iter().any(|other| other.id == hearer.id);
    let mut hearers = hearers_of(tx, &into).await?;
    hearers.retain(|hearer| theirs(hearer) && hearer.life.waits_with_another());
    let is_answered = matches!(into.life.state, State::Answered | State::Closed);
    match tx.db().await?.list_answers(into.id).await?.pop().filter(|_| is_answered) {
        Some(answer) => {
            answer_with(tx, rules, &into, at).await?;
            let directory = tx.directory();
            let unit = directory.person(answer.by).map_or(into.life.holder, |one| one.unit);
            let by = UserText::new(directory.unit_name(unit));
            tell_answer(tx, &hearers, at, &answer.text, &by, true).await?;
        }
        None => {
            tell_askers(tx, &hearers, at, |Hearers { mentions, questions }| QuestionNews {
                into: Some(into.number),
                ..QuestionNews::of(questions.first().copied().unwrap_or(&question), mentions)
            })
            .await?;
        }
    }
    let asked = tx.db().await?.count_others_who_asked(into.id).await? + 1;
    Ok(MergedQuestions { number: question.number, into: into.number, asked })
}

/// 恢复 12: a question that was merged, or not taken up, by mistake waits for an answer of its own again, and stands again for
/// what it stood for.
///
/// # Errors
/// Refuses what has no number, what is not theirs, and what is neither merged nor declined.
pub async fn restore(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionStep, Halt> {
    let Some((number, _)) = read_numbered(typed) else { return refuse(rules, event, &QuestionUsage::restore()) };
    let unknown = NoSuchQuestion { number: number.to_string() };
    let found = tx.db().await?.find_question_by_number(number).await?;
    let Some(question) = found.filter(|question| question.asked_at <= event.sent_at) else {
        return refuse(rules, event, &unknown);
    };
    let root = root_of(tx, question.clone()).await?;
    let at = event.sent_at;
    // whoever could merge it can take it out again, also where it was theirs only for a while
    let is_theirs = match question.life.state {
        State::Merged => {
            may_answer(tx, rules, person, &question, at).await? || may_answer(tx, rules, person, &root, at).await?
        }
        _ => oversees(&tx.directory(), person, &question),
    };
    if !is_theirs {
        return refuse(rules, event, &unknown);
    }
    let taken = Taken { by: Some(person.id), at, detail: "" };
    let revived = take(tx, rules, &question, &Step::Revive, taken, &event.platform).await?;
    if question.life.state == State::Merged {
        follow_back(tx, &question, &root).await?;
    }
    tell_revived(tx, &revived, at).await?;
    if open_days::is_live(tx, revived.id, at).await?.is_none() {
        let chat = revived.chat.and_then(|id| tx.directory().chat(id).cloned());
        open(tx, rules, &revived, chat.as_ref(), at, Some(person.id)).await?;
    }
    Ok(QuestionStep { revived: true, ..QuestionStep::of(number) })
}

/// What came to the one that stood for it together with a question goes back with it.
async fn follow_back(tx: &mut Tx, question: &Question, root: &Question) -> Result<(), Fault> {
    let leads_to = |events: &[crate::domain::question::Event]| {
        events
            .iter()
            .rfind(|event| event.step == Step::Merge(root.id).code() || event.step == Step::TakeOffer(root.id).code())
            .map(|event| (event.detail.clone(), event.at))
    };
    let own = tx.db().await?.list_question_events(question.id).await?;
    let Some((_, merged_at)) = leads_to(&own) else { return Ok(()) };
    let number = question.number.to_string();
    for other in tx.db().await?.list_merged_into(root.id).await? {
        let events = tx.db().await?.list_question_events(other.id).await?;
        if leads_to(&events).is_some_and(|(detail, _)| detail == number) {
            tx.save_life(other.id, &other.life.followed_back(question.id, merged_at)).await?;
        }
    }
    Ok(())
}

/// Tells those who wait with a question that somebody owes it an answer again, and until when.
async fn tell_revived(tx: &mut Tx, revived: &Question, at: DateTime<Utc>) -> Result<(), Fault> {
    let mut hearers = hearers_of(tx, revived).await?;
    hearers.retain(|hearer| hearer.id == revived.id || hearer.life.waits_with_another());
    let due = moment(revived.life.due_at, tx.directory().zone_of(revived.unit));
    tell_askers(tx, &hearers, at, |Hearers { mentions, questions }| QuestionNews {
        again: Some(due.clone()),
        ..QuestionNews::of(questions.first().copied().unwrap_or(revived), mentions)
    })
    .await
}

/// A question was taken back. Others asked the same: the first of those who still wait takes its place; who has had their
/// answer keeps it.
pub(super) async fn revive_merged(
    tx: &mut Tx,
    rules: &Rulebook,
    gone: &Question,
    event: &InboundEvent,
) -> Result<(), Halt> {
    let at = event.sent_at;
    let merged = tx.db().await?.list_merged_into(gone.id).await?;
    let (waiting, settled): (Vec<_>, Vec<_>) = merged.into_iter().partition(|other| other.life.waits_with_another());
    // an answer that it has stays with it, and so do those whom it was given to
    let stays = gone.life.state != State::Withdrawn;
    let Some((first, waiting)) = waiting.split_first() else {
        for other in settled.iter().filter(|_| !stays) {
            step_by_itself(tx, rules, other, &Step::CloseUnrated, at.max(other.asked_at), "").await?;
        }
        return Ok(());
    };
    let detail = gone.number.to_string();
    let taken = Taken { by: None, at: at.max(first.asked_at), detail: &detail };
    let revived = take(tx, rules, first, &Step::Revive, taken, &event.platform).await?;
    for other in waiting.iter().chain(settled.iter().filter(|_| !stays)) {
        tx.save_life(other.id, &Life { merged_into: Some(revived.id), ..other.life.clone() }).await?;
    }
    tell_revived(tx, &revived, at).await?;
    open_there(tx, rules, &revived, at).await?;
    Ok(())
}

/// What those who answer are told of when the asker of a question says more: the one that stands for it, and nothing in a group
/// of what was said to either in private.
///
/// # Errors
/// Refuses where that one was not taken up: nobody would answer.
pub(super) async fn spoken_to(
    tx: &mut Tx,
    rules: &Rulebook,
    question: Question,
    event: &InboundEvent,
) -> Result<Question, Halt> {
    if question.life.state != State::Merged {
        return Ok(question);
    }
    let mut root = root_of(tx, question.clone()).await?;
    check(tx, rules, &root, &Step::Add, event).await?;
    if question.life.visibility == Visibility::Private {
        root.life.visibility = Visibility::Private;
    }
    Ok(root)
}
