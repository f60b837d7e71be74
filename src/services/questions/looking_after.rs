//! What time does to questions: warnings, silent assignees, silent askers, ratings, answers that were shown and not refused.
//!
//! Several questions are looked after in one write, so that what they owe the same person is one message, and is owed exactly
//! when their steps are taken. Each is read anew in that write: what another replica did a moment ago is not done again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::asking::tell_unheard;
use super::harming::{above, who_can_help, who_can_help_above};
use super::telling::{
    Hearers, acting, answerer_targets, ask_asker, day_time, opens, tell_askers_from, tell_if_elsewhere, turn_targets,
};
use super::{is_cry, moment, step_by_itself};
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
    /// How many askers were asked once more for what they were asked back.
    pub asked_again: u64,
    /// How many ended because their asker never said more.
    pub unheard: u64,
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
    late: Vec<Question>,
    unheard: Vec<Question>,
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
    let day_time = |question: &Question| day_time(&directory, rules, question, now);
    let news = |hearers: Hearers<'_>| {
        let each = hearers.each();
        let first = hearers.questions.first().map(|first| QuestionNews::of(first, hearers.mentions));
        QuestionNews { each, ..first.unwrap_or_else(QuestionNews::nothing) }
    };
    let rate = |hearers: Hearers<'_>| QuestionNews { rate: true, ..news(hearers) };
    tell_askers_from(tx, &round.to_rate, day_time, rate).await?;
    let late = |hearers: Hearers<'_>| QuestionNews { late: true, ..news(hearers) };
    tell_askers_from(tx, &round.late, day_time, late).await?;
    let unheard = |hearers: Hearers<'_>| QuestionNews { unheard: true, ..news(hearers) };
    tell_askers_from(tx, &round.unheard, day_time, unheard).await?;
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
            State::Waiting => words_owed(tx, rules, &question, now, round).await?,
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
    let left = question.life.left(now, &outlook);
    let line =
        WatchLine { percent: Some(percent), left: (!over).then(|| time_left(left)), over, ..watch_line(tx, question) };
    let (targets, raised) = watchers(tx, rules, question, percent, now).await?;
    for (target, raised) in targets.into_iter().map(|one| (one, false)).chain(raised.into_iter().map(|one| (one, true)))
    {
        let mut line = WatchLine { raised, ..line.clone() };
        line.hide_from(&target, question);
        round.owe(target, not_before, line);
    }
    if over && question.life.warned < 100 && !is_cry(rules, question) {
        round.late.extend(waiting_with(tx, question).await?);
    }
    Ok(Some(warned))
}

/// Who is to hear that so much of a question's time is used up: those who answer, but whom the list of the day has shown it
/// within the hour; and when all of it is, those above.
async fn watchers(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    percent: u32,
    now: DateTime<Utc>,
) -> Result<(Vec<Target>, Vec<Target>), Fault> {
    let directory = tx.directory();
    if is_cry(rules, question) {
        let below = who_can_help(tx, rules, question, now).await?;
        let mut raised = who_can_help_above(tx, rules, question, percent / 100, now).await?;
        raised.retain(|target| !below.contains(target));
        return Ok((below, raised));
    }
    let of_unit = answerer_targets(&directory, question.life.holder, now);
    let of_unit = acting(tx.db().await?, &directory, rules, of_unit, now).await?;
    let mut targets = match question.life.state {
        State::Held => of_unit.clone(),
        _ => turn_targets(tx, rules, question, now).await?,
    };
    if percent < 100 {
        if tx.db().await?.was_listed(question.id, now - LATELY).await? {
            targets.retain(|target| !of_unit.contains(target));
        }
        return Ok((targets, Vec::new()));
    }
    targets.extend(of_unit);
    let raised = above(&directory, question, percent / 100, now);
    let mut raised = acting(tx.db().await?, &directory, rules, raised, now).await?;
    raised.retain(|target| !targets.contains(target));
    Ok((targets, raised))
}

/// A question with those it stands for whose askers still wait for an answer.
async fn waiting_with(tx: &mut Tx, question: &Question) -> Result<Vec<Question>, Fault> {
    let mut all = vec![question.clone()];
    let merged = tx.db().await?.list_merged_into(question.id).await?;
    all.extend(merged.into_iter().filter(|other| other.life.answered_at.is_none()));
    Ok(all)
}

/// Who was asked back and says nothing is asked once more, and then it ends. Where others wait with them, it goes on without
/// their words; and somebody who cried for help is not given up.
async fn words_owed(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    now: DateTime<Utc>,
    round: &mut Round,
) -> Result<Option<Question>, Fault> {
    let directory = tx.directory();
    let outlook = rules.outlook(directory.zone_of(question.unit));
    let Some(mut step) = question.life.silence_due(now, &outlook) else { return Ok(None) };
    if step == Step::Unheard && waiting_with(tx, question).await?.len() > 1 {
        step = Step::GoOn;
    }
    let Some(next) = step_by_itself(tx, rules, question, &step, now, "").await? else { return Ok(None) };
    if step == Step::AskAgain {
        let events = tx.db().await?.list_question_events(question.id).await?;
        let asked = events.iter().rfind(|event| event.step == Step::AskBack.code());
        let words = asked.map_or("", |event| event.detail.as_str());
        ask_asker(tx, question, words, true, day_time(&directory, rules, question, now)).await?;
        round.looked.asked_again += 1;
        return Ok(Some(next));
    }
    tx.drop_notices_of(question.id, now).await?;
    let unheard = step == Step::Unheard;
    if unheard {
        round.looked.unheard += 1;
        round.unheard.push(next.clone());
    }
    let targets = match is_cry(rules, question) {
        true => who_can_help(tx, rules, &next, now).await?,
        // with the question nobody in particular has it any more
        false => turn_targets(tx, rules, question, now).await?,
    };
    let not_before = opens(&directory, rules, question, now);
    for target in targets {
        let mut line = WatchLine { unheard, goes_on: !unheard, ..watch_line(tx, &next) };
        line.hide_from(&target, question);
        round.owe(target, not_before, line);
    }
    Ok(Some(next))
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
    tell_if_elsewhere(tx, question, &back, day_time(&directory, rules, question, now)).await?;
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
    tell_unheard(tx, rules, &asked, now).await?;
    // whoever takes its topic may have it now
    Ok(tx.db().await?.find_question(asked.id).await?)
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
        unheard: false,
        goes_on: false,
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
