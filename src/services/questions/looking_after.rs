//! What time does to questions: warnings, silent assignees, ratings, answers that were shown and not refused.
//!
//! Several questions are looked after in one write, so that what they owe the same person is one message, and is owed exactly
//! when their steps are taken. Each is read anew in that write: what another replica did a moment ago is not done again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::asking::open;
use super::harming::above;
use super::telling::{Hearers, answerer_targets, opens, tell_askers_from, turn_targets};
use super::{moment, step_by_itself};
use crate::domain::id::{PersonId, QuestionId};
use crate::domain::message::UserText;
use crate::domain::policy::URGENT;
use crate::domain::question::{Question, State, Step, Visibility};
use crate::error::Fault;
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::store::{Target, Tx};
use crate::templates::contexts::{QuestionNews, QuestionWatch, WatchLine};

/// A warning is worth reading until the next day's list comes.
const WARNING_VALID: TimeDelta = TimeDelta::days(1);

/// Who was told something within this time is not told it again.
const LATELY: TimeDelta = TimeDelta::hours(1);

/// A question has at most so many things to be done about it at once: a lapse, a warning, and what they lead to.
const MOST_STEPS: usize = 4;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// The percentages of the warnings.
    pub warned: Vec<u32>,
    /// How many questions silent assignees lost.
    pub lapsed: u64,
    /// How many askers were reminded to rate.
    pub reminded: u64,
    /// How many were closed without a rating.
    pub closed: u64,
    /// How many askers were content with what was shown.
    pub content: u64,
}

/// A message to one target, not before an instant: a line for each question.
type Owed = Vec<(Target, DateTime<Utc>, BTreeMap<i64, WatchLine>)>;

/// What the looking owes.
#[derive(Default)]
struct Round {
    looked: Looked,
    owed: Owed,
    to_rate: Vec<Question>,
}

impl Round {
    fn owe(&mut self, target: Target, not_before: DateTime<Utc>, line: WatchLine) {
        let at = self.owed.iter().position(|(known, when, _)| *known == target && *when == not_before);
        let lines = match at.and_then(|at| self.owed.get_mut(at)) {
            Some((_, _, lines)) => lines,
            None => {
                self.owed.push((target, not_before, BTreeMap::from([(line.number, line)])));
                return;
            }
        };
        match lines.get_mut(&line.number) {
            // one line tells both: it is theirs again, and there is so much time left
            Some(known) => {
                let back_from = line.back_from.or_else(|| known.back_from.take());
                let lost = line.lost && known.lost;
                *known = WatchLine { back_from, lost, ..line };
            }
            None => {
                lines.insert(line.number, line);
            }
        }
    }
}

/// Does what is due about some questions.
///
/// # Errors
/// The database's; then nothing was done.
pub async fn look_after(
    tx: &mut Tx,
    rules: &Rulebook,
    questions: &[QuestionId],
    now: DateTime<Utc>,
) -> Result<Looked, Fault> {
    let mut round = Round::default();
    for id in questions {
        look_after_one(tx, rules, *id, now, &mut round).await?;
    }
    for (target, not_before, lines) in round.owed {
        let only = lines.len() == 1;
        let question = lines.values().next().and_then(|line| line.id).filter(|_| only);
        let items: Vec<WatchLine> = lines.into_values().collect();
        let terms = Terms { question, not_before, valid_until: not_before + WARNING_VALID };
        enqueue(tx, target, &QuestionWatch { several: !only, items }, terms).await?;
    }
    let directory = tx.directory();
    let day_time = |question: &Question| {
        rules.policy.open_hours().next_open(now, directory.zone_of(question.unit), &rules.calendar)
    };
    tell_askers_from(tx, &round.to_rate, day_time, |Hearers { mentions, questions }| {
        let also = questions.iter().skip(1).map(|other| other.number).collect();
        match questions.first() {
            Some(first) => QuestionNews { rate: true, also, ..QuestionNews::of(first, mentions) },
            None => QuestionNews::nothing(),
        }
    })
    .await?;
    Ok(round.looked)
}

async fn look_after_one(
    tx: &mut Tx,
    rules: &Rulebook,
    id: QuestionId,
    now: DateTime<Utc>,
    round: &mut Round,
) -> Result<(), Fault> {
    let Some(mut question) = tx.db().await?.find_question(id).await? else { return Ok(()) };
    for _ in 0..MOST_STEPS {
        if question.life.look_at.is_none_or(|look| look > now) {
            return Ok(());
        }
        let next = match question.life.state {
            State::Asked | State::Held => answer_owed(tx, rules, &question, now, round).await?,
            State::Answered => rating_owed(tx, rules, &question, now, round).await?,
            State::Offered => offer_over(tx, rules, &question, now, round).await?,
            _ => None,
        };
        let Some(next) = next else {
            // the regulation has changed since it was planned
            let zone = tx.directory().zone_of(question.unit);
            let life = question.life.replanned(now, &rules.outlook(zone));
            tx.save_life(question.id, &life).await?;
            return Ok(());
        };
        question = next;
    }
    Ok(())
}

async fn answer_owed(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    now: DateTime<Utc>,
    round: &mut Round,
) -> Result<Option<Question>, Fault> {
    let directory = tx.directory();
    let zone = directory.zone_of(question.unit);
    let outlook = rules.outlook(zone);
    if question.life.is_lapsed(now, &outlook) {
        let Some((silent, _)) = question.life.assignee else { return Ok(None) };
        return lapse(tx, rules, question, silent, now, round).await;
    }
    let Some(percent) = question.life.warning_due(now, &outlook) else { return Ok(None) };
    let over = percent >= 100;
    let detail = if over { format!("{percent}%，已告诉上一级") } else { format!("{percent}%") };
    let Some(warned) = step_by_itself(tx, rules, question, &Step::Warn(percent), now, &detail).await? else {
        return Ok(None);
    };
    round.looked.warned.push(percent);
    let not_before = opens(&directory, rules, question, now);
    let left = (question.life.allowance.budget_min - question.life.allowance.used(now, &outlook.clock)).max(0);
    let line =
        WatchLine { percent: Some(percent), left: (!over).then(|| time_left(left)), over, ..watch_line(tx, question) };
    let mut targets = match question.life.state {
        State::Held => answerer_targets(&directory, question.life.holder, now),
        _ => turn_targets(tx, rules, question, now).await?,
    };
    let mut raised = Vec::new();
    if over {
        targets.extend(answerer_targets(&directory, question.life.holder, now));
        raised = above(&directory, question, now);
        raised.retain(|target| !targets.contains(target));
    }
    let listed = listed_lately(tx, rules, question, percent, now);
    for (target, raised) in targets.into_iter().map(|one| (one, false)).chain(raised.into_iter().map(|one| (one, true)))
    {
        if !listed.contains(&target) {
            let mut line = WatchLine { raised, ..line.clone() };
            line.hide_from(&target, question);
            round.owe(target, not_before, line);
        }
    }
    Ok(Some(warned))
}

/// Whom the list of every workday has told of a question within the hour.
fn listed_lately(tx: &Tx, rules: &Rulebook, question: &Question, percent: u32, now: DateTime<Utc>) -> Vec<Target> {
    let directory = tx.directory();
    let zone = directory.zone_of(question.unit);
    let rule = &rules.policy.schedule.unanswered_questions;
    let slots = rule.slots(now - LATELY, now, zone, &rules.calendar, 1);
    let told = slots.last().is_some_and(|slot| {
        let as_it_is = percent < 100 || question.life.due_at < *slot;
        question.life.state == State::Asked && question.asked_at <= *slot && as_it_is
    });
    if !told {
        return Vec::new();
    }
    let mut targets = answerer_targets(&directory, question.life.holder, now);
    if percent >= 100 {
        targets.extend(above(&directory, question, now));
    }
    targets
}

async fn lapse(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    silent: PersonId,
    now: DateTime<Utc>,
    round: &mut Round,
) -> Result<Option<Question>, Fault> {
    let directory = tx.directory();
    let name = directory.person_name(silent).to_owned();
    let Some(back) = step_by_itself(tx, rules, question, &Step::Lapse, now, &name).await? else { return Ok(None) };
    tx.drop_notices_of(question.id, now).await?;
    round.looked.lapsed += 1;
    let not_before = opens(&directory, rules, question, now);
    for target in turn_targets(tx, rules, &back, now).await? {
        let mut line = WatchLine { back_from: Some(UserText::new(&name)), ..watch_line(tx, &back) };
        line.hide_from(&target, question);
        round.owe(target, not_before, line);
    }
    if !directory.identities_of(silent).is_empty() {
        let queue = Target::Person(silent);
        let is_theirs = round.owed.iter().any(|(target, when, lines)| {
            *target == queue && *when == not_before && lines.contains_key(&question.number)
        });
        if !is_theirs {
            round.owe(queue, not_before, WatchLine { lost: true, ..watch_line(tx, &back) });
        }
    }
    Ok(Some(back))
}

async fn rating_owed(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    now: DateTime<Utc>,
    round: &mut Round,
) -> Result<Option<Question>, Fault> {
    let outlook = rules.outlook(tx.directory().zone_of(question.unit));
    let Some(answered) = question.life.settled_at else { return Ok(None) };
    if answered + outlook.close_after <= now {
        let closed = step_by_itself(tx, rules, question, &Step::CloseUnrated, now, "").await?;
        round.looked.closed += u64::from(closed.is_some());
        return Ok(closed);
    }
    let due = outlook.rate_remind_after.is_some_and(|after| answered + after <= now);
    if !due || question.life.rate_reminded {
        return Ok(None);
    }
    let reminded = step_by_itself(tx, rules, question, &Step::RemindToRate, now, "").await?;
    if let Some(reminded) = &reminded {
        // whoever cried for help is not asked for marks
        if reminded.life.class != URGENT {
            round.looked.reminded += 1;
            round.to_rate.push(reminded.clone());
        }
    }
    Ok(reminded)
}

/// Who was shown answers and said nothing has asked the first of them again. Where none of them is to be read any more, their
/// question is asked after all.
async fn offer_over(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    now: DateTime<Utc>,
    round: &mut Round,
) -> Result<Option<Question>, Fault> {
    for offered in tx.db().await?.list_offers(question.id).await? {
        let Some(other) = tx.db().await?.find_question(offered).await? else { continue };
        if other.life.published_at.is_none() || !other.is_public() {
            continue;
        }
        let number = other.number.to_string();
        let taken = step_by_itself(tx, rules, question, &Step::TakeOffer(other.id), now, &number).await?;
        round.looked.content += u64::from(taken.is_some());
        return Ok(taken);
    }
    let Some(asked) = step_by_itself(tx, rules, question, &Step::Insist, now, "").await? else { return Ok(None) };
    let chat = asked.chat.and_then(|id| tx.directory().chat(id).cloned());
    open(tx, rules, &asked, chat.as_ref(), now, None).await.map(Some)
}

fn watch_line(tx: &Tx, question: &Question) -> WatchLine {
    let directory = tx.directory();
    let held = question.life.state == State::Held;
    let urgent = question.life.class == URGENT && question.life.visibility == Visibility::Private;
    WatchLine {
        id: Some(question.id),
        number: question.number,
        text: if held || urgent { UserText::default() } else { UserText::short(&question.text, 60) },
        unit: UserText::new(directory.unit_name(question.unit)),
        due: moment(question.life.due_at, directory.zone_of(question.unit)),
        held,
        urgent,
        percent: None,
        left: None,
        over: false,
        raised: false,
        back_from: None,
        lost: false,
    }
}

impl WatchLine {
    /// In a group nobody reads what was asked in private.
    fn hide_from(&mut self, target: &Target, question: &Question) {
        if matches!(target, Target::Chat(_)) && question.life.visibility == Visibility::Private {
            self.text = UserText::default();
        }
    }
}

/// `6 小时 30 分钟`, of working time.
fn time_left(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} 分钟"),
        (hours, 0) => format!("{hours} 小时"),
        (hours, minutes) => format!("{hours} 小时 {minutes} 分钟"),
    }
}
