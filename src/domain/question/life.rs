//! The life of a question as a pure state machine. Every change goes through [`apply`]; the store saves what comes out, and
//! a line of history with it.

use chrono::{DateTime, TimeDelta, Utc};

use super::Visibility;
use crate::domain::id::{PersonId, QuestionId, UnitId};
use crate::domain::policy::URGENT;
use crate::domain::vocabulary::vocabulary;
use crate::domain::working_time::WorkingClock;

vocabulary! {
    /// Where a question stands.
    State {
        /// Its words may hurt: a person looks before anybody else reads it.
        Held = "held", "待审";
        /// Published answers were shown instead; the asker may insist.
        Offered = "offered", "已给同类答复";
        /// Somebody owes an answer.
        Asked = "asked", "待答";
        /// The asker was asked back; the clock stands.
        Waiting = "waiting", "等提问人补充";
        /// Answered, not rated yet.
        Answered = "answered", "已答";
        /// Answered, and rated or left unrated.
        Closed = "closed", "已结";
        /// Another question stands for it.
        Merged = "merged", "已合并";
        /// Not taken up, with a reason.
        Declined = "declined", "不受理";
        /// The asker took it back.
        Withdrawn = "withdrawn", "已撤回";
    }
}

/// How often an asker may say that an answer does not do.
pub const MOST_REOPENED: u32 = 1;

/// After how long whoever was asked back and says nothing is asked once more.
const ASKED_BACK_AGAIN_AFTER: TimeDelta = TimeDelta::hours(24);

/// The working minutes a question may take, and what is used of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Allowed.
    pub budget_min: i64,
    /// Used before the clock last started.
    pub spent_min: i64,
    /// Since when the clock runs; `None` while it stands.
    pub since: Option<DateTime<Utc>>,
}

impl Allowance {
    /// A clock that starts at an instant.
    pub fn started(budget_min: i64, at: DateTime<Utc>) -> Self {
        Self { budget_min, spent_min: 0, since: Some(at) }
    }

    /// Working minutes used by an instant.
    pub fn used(&self, at: DateTime<Utc>, clock: &WorkingClock<'_>) -> i64 {
        self.spent_min + self.since.map_or(0, |since| clock.minutes(since, at.max(since)))
    }

    /// When so many percent are used up, if the clock goes on running.
    pub fn reaches(&self, percent: u32, clock: &WorkingClock<'_>) -> Option<DateTime<Utc>> {
        let minutes = self.budget_min * i64::from(percent) / 100;
        self.since.map(|since| clock.after(since, (minutes - self.spent_min).max(0)))
    }

    fn stop(&mut self, at: DateTime<Utc>, clock: &WorkingClock<'_>) {
        self.spent_min = self.used(at, clock);
        self.since = None;
    }

    fn go_on(&mut self, at: DateTime<Utc>) {
        self.since = self.since.or(Some(at));
    }
}

/// Everything about a question that its steps change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// Where it stands.
    pub state: State,
    /// The unit whose people owe the answer.
    pub holder: UnitId,
    /// Who was asked to answer it, and when.
    pub assignee: Option<(PersonId, DateTime<Utc>)>,
    /// Who may read it.
    pub visibility: Visibility,
    /// The class that its time comes from.
    pub class: String,
    /// What it is about; `None` before anybody has looked.
    pub topic: Option<String>,
    /// Who corrected the topic.
    pub topic_by: Option<PersonId>,
    /// The clock.
    pub allowance: Allowance,
    /// Until when an answer is promised; stands still with the clock.
    pub due_at: DateTime<Utc>,
    /// The last warning, in percent.
    pub warned: u32,
    /// How often its time was extended.
    pub extended: u32,
    /// The question that stands for it.
    pub merged_into: Option<QuestionId>,
    /// How often the asker was not content.
    pub reopened: u32,
    /// Whether the asker was content, where they said so.
    pub satisfied: Option<bool>,
    /// Whether they were reminded to say so.
    pub rate_reminded: bool,
    /// The first answer.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether it was ever answered later than was allowed.
    pub answered_late: bool,
    /// Since when it is the asker's turn, if it is: when it was last answered or closed, or they were asked back. Where another
    /// question stands for it: when it was last answered with that one, and `None` while its asker still waits for that.
    pub settled_at: Option<DateTime<Utc>>,
    /// Since when the answer is there for everybody.
    pub published_at: Option<DateTime<Utc>>,
    /// When something is to be done about it next.
    pub look_at: Option<DateTime<Utc>>,
}

/// What happens to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A person looked at its words, and it goes its way.
    Release,
    /// The asker wants an answer of their own though similar ones were shown.
    Insist,
    /// The asker, or time, is content with one that was shown.
    TakeOffer(QuestionId),
    /// Somebody is to answer it.
    Assign(PersonId),
    /// Another unit is to answer it.
    Hand(UnitId),
    /// Whoever was to answer gives it back.
    Return,
    /// Whoever was to answer was silent for too long.
    Lapse,
    /// An expert is invited to answer, too.
    Invite(PersonId),
    /// The asker is asked back.
    AskBack,
    /// The asker was reminded of what they were asked back.
    AskAgain,
    /// The asker never said more, and it ends with that.
    Unheard,
    /// The asker said no more, and it cannot wait for that.
    GoOn,
    /// The open day it was asked for will not be: its time runs from now.
    Restart,
    /// The asker says more.
    Add,
    /// Somebody answers.
    Answer,
    /// The answer is there for everybody.
    Publish,
    /// It is for the asker alone.
    Hide,
    /// The asker is content, or not.
    Rate(bool),
    /// The asker was reminded to say whether they are.
    RemindToRate,
    /// The asker never said whether they are.
    CloseUnrated,
    /// Another question stands for it.
    Merge(QuestionId),
    /// What stood for it is gone, or was not the same, or it was not taken up by mistake: it waits for an answer of its own.
    Revive,
    /// The question that stands for it was answered.
    AnswerWith,
    /// It is not taken up.
    Decline,
    /// The asker takes it back.
    Withdraw,
    /// So many working minutes more.
    Extend(i64),
    /// So many percent of the time are used up, and somebody was told.
    Warn(u32),
    /// It is about something else.
    Retopic {
        /// The topic's key.
        topic: String,
        /// Who says so.
        by: PersonId,
    },
}

impl Step {
    /// The code in the history.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Release => "released",
            Self::Insist => "insisted",
            Self::TakeOffer(_) => "offer_taken",
            Self::Assign(_) => "assigned",
            Self::Hand(_) => "handed",
            Self::Return => "returned",
            Self::Lapse => "lapsed",
            Self::Invite(_) => "invited",
            Self::AskBack => "asked_back",
            Self::AskAgain => "asked_again",
            Self::Unheard => "unheard",
            Self::GoOn => "went_on",
            Self::Restart => "restarted",
            Self::Add => "added",
            Self::Answer => "answered",
            Self::Publish => "published",
            Self::Hide => "hidden",
            Self::Rate(true) => "rated",
            Self::Rate(false) => "reopened",
            Self::RemindToRate => "rate_reminded",
            Self::CloseUnrated => "closed",
            Self::Merge(_) => "merged",
            Self::Revive => "revived",
            Self::AnswerWith => "answered_with",
            Self::Decline => "declined",
            Self::Withdraw => "withdrawn",
            Self::Extend(_) => "extended",
            Self::Warn(_) => "warned",
            Self::Retopic { .. } => "retopiced",
        }
    }
}

/// Why a step cannot be taken now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// Its state does not allow it.
    State(State),
    /// The deadline is over, and time is only given before.
    Overdue,
    /// It has been given time, or been reopened, as often as may be.
    Often,
    /// It has been answered: what is said to its asker now is an answer.
    Answered,
    /// Nobody in particular is to answer it.
    NotAssigned,
    /// There is no answer yet.
    NoAnswer,
    /// It already is so.
    Already,
}

/// What the regulation says about time, as far as a question's life needs it.
#[derive(Clone, Debug)]
pub struct Outlook<'a> {
    /// Working hours.
    pub clock: WorkingClock<'a>,
    /// At which percentages somebody is warned, ascending.
    pub warn_at: &'a [u32],
    /// After how many percent a silent assignee loses the question; 0: never.
    pub silent_after: u32,
    /// How often time may be given.
    pub extend_at_most: u32,
    /// After how long the asker is reminded to rate; `None`: never.
    pub rate_remind_after: Option<chrono::TimeDelta>,
    /// After how long an answered question is closed without a rating, and one ends whose asker was asked back and is silent.
    pub close_after: chrono::TimeDelta,
    /// After how long who was shown answers and says nothing is taken to be content.
    pub offer_stands_for: chrono::TimeDelta,
}

impl Outlook<'_> {
    /// What it says to one question: to a cry for help time runs day and night.
    fn of(&self, life: &Life) -> Self {
        let hours = self.clock.hours.filter(|_| !life.cannot_wait());
        Self { clock: WorkingClock { hours, ..self.clock }, ..self.clone() }
    }

    /// How long a question waits for its asker who was asked back.
    fn waits_at_most(&self) -> TimeDelta {
        self.close_after.max(ASKED_BACK_AGAIN_AFTER * 2)
    }
}

impl Life {
    /// The life of a question that is just asked.
    pub fn new(
        state: State,
        holder: UnitId,
        visibility: Visibility,
        class: &str,
        budget_min: i64,
        at: DateTime<Utc>,
        outlook: &Outlook<'_>,
    ) -> Self {
        let allowance = Allowance::started(budget_min, at);
        let mut life = Self {
            state,
            holder,
            assignee: None,
            visibility,
            class: class.to_owned(),
            topic: None,
            topic_by: None,
            allowance,
            due_at: at,
            warned: 0,
            extended: 0,
            merged_into: None,
            reopened: 0,
            satisfied: None,
            rate_reminded: false,
            answered_at: None,
            answered_late: false,
            settled_at: None,
            published_at: None,
            look_at: None,
        };
        let outlook = &outlook.of(&life);
        life.due_at = outlook.clock.after(at, budget_min);
        if state == State::Offered {
            life.allowance.since = None;
            life.look_at = Some(at + outlook.offer_stands_for);
        } else {
            life.plan(at, outlook);
        }
        life
    }

    /// Whether somebody owes something: an answer, a look, or the asker their words.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Held | State::Asked | State::Waiting)
    }

    /// Whether it is somebody's alone who may need help now: their time runs day and night, and so do the warnings.
    fn cannot_wait(&self) -> bool {
        self.class == URGENT && self.visibility == Visibility::Private
    }

    /// Whether an answer is owed at an instant: not before the open day that it is asked for.
    pub fn is_owed(&self, at: DateTime<Utc>) -> bool {
        self.is_open() && self.allowance.since.is_none_or(|since| since <= at)
    }

    /// Whether an answer is owed that should have been given by an instant. While the asker is asked back, the clock stands.
    pub fn is_overdue(&self, at: DateTime<Utc>) -> bool {
        self.is_open() && self.state != State::Waiting && self.due_at < at
    }

    /// How much of its time is left at an instant, in minutes.
    pub fn left(&self, at: DateTime<Utc>, outlook: &Outlook<'_>) -> i64 {
        (self.allowance.budget_min - self.allowance.used(at, &outlook.of(self).clock)).max(0)
    }

    /// Whether another question stands for it, and its asker waits for that one's answer.
    pub fn waits_with_another(&self) -> bool {
        self.state == State::Merged && self.settled_at.is_none()
    }

    /// Whether its asker may take it back: nobody has given them anything yet, or somebody owes them something.
    pub fn can_be_taken_back(&self) -> bool {
        self.is_open() || self.state == State::Offered || self.waits_with_another()
    }

    /// Whether an answer that was given to another question did for it, at an instant not longer ago than one may say that it
    /// did not.
    pub fn was_shown_lately(&self, at: DateTime<Utc>, outlook: &Outlook<'_>) -> bool {
        self.state == State::Merged && self.settled_at.is_some_and(|settled| at <= settled + outlook.offer_stands_for)
    }

    /// The warning that is due at an instant, in percent. What cannot wait is warned of again each time as much time is used up
    /// as was allowed.
    pub fn warning_due(&self, at: DateTime<Utc>, outlook: &Outlook<'_>) -> Option<u32> {
        let clock = &outlook.of(self).clock;
        let passed = |percent: &u32| {
            *percent > self.warned && self.allowance.reaches(*percent, clock).is_some_and(|reached| reached <= at)
        };
        let times = self.allowance.used(at, clock) / self.allowance.budget_min.max(1);
        let again = u32::try_from(times * 100).ok().filter(|_| self.cannot_wait());
        outlook.warn_at.iter().copied().chain(again).filter(passed).max()
    }

    /// Whether the assignee has been silent for too long.
    pub fn is_lapsed(&self, at: DateTime<Utc>, outlook: &Outlook<'_>) -> bool {
        let outlook = &outlook.of(self);
        self.state == State::Asked && self.lapses_at(outlook).is_some_and(|lapses| lapses <= at)
    }

    /// When a silent assignee loses the question: after their share of the time allowed, counted from being asked.
    fn lapses_at(&self, outlook: &Outlook<'_>) -> Option<DateTime<Utc>> {
        let (_, assigned_at) = self.assignee.filter(|_| outlook.silent_after > 0)?;
        let running = self.allowance.since?;
        let share = self.allowance.budget_min * i64::from(outlook.silent_after) / 100;
        Some(outlook.clock.after(assigned_at.max(running), share))
    }

    /// What is due because whoever was asked back has said nothing: they are asked once more, and then it ends. Somebody who may
    /// need help now is looked after without their words.
    pub fn silence_due(&self, at: DateTime<Utc>, outlook: &Outlook<'_>) -> Option<Step> {
        let asked = self.settled_at.filter(|_| self.state == State::Waiting)?;
        if self.cannot_wait() {
            return (asked + TimeDelta::minutes(self.allowance.budget_min) <= at).then_some(Step::GoOn);
        }
        if asked + outlook.waits_at_most() <= at {
            return Some(Step::Unheard);
        }
        (asked + ASKED_BACK_AGAIN_AFTER <= at).then_some(Step::AskAgain)
    }

    /// The same life with what is to be done next looked for anew: what the regulation says may have changed since.
    pub fn replanned(&self, at: DateTime<Utc>, outlook: &Outlook<'_>) -> Self {
        let mut next = self.clone();
        next.plan(at, outlook);
        next
    }

    /// It waits for an answer of its own. An answer that was another's was not its answer.
    fn stand_alone(&mut self) {
        self.state = State::Asked;
        self.merged_into = None;
        self.forget_anothers_answer();
    }

    /// It was answered with another question, and that was not its answer.
    fn forget_anothers_answer(&mut self) {
        // the first answer of its own came before any of the other's
        self.answered_at =
            self.answered_at.filter(|answered| self.settled_at.is_none_or(|settled| *answered < settled));
        self.settled_at = None;
    }

    /// What it was merged with stands alone again since an instant, and stands for it: what came of the other question
    /// meanwhile was not its answer.
    pub fn followed_back(&self, to: QuestionId, merged_at: DateTime<Utc>) -> Self {
        let mut next = Self { merged_into: Some(to), ..self.clone() };
        if next.settled_at.is_some_and(|settled| settled >= merged_at) {
            next.forget_anothers_answer();
        }
        next
    }

    /// Sets when something is to be done about it next.
    fn plan(&mut self, at: DateTime<Utc>, outlook: &Outlook<'_>) {
        let outlook = &outlook.of(self);
        self.look_at = match self.state {
            State::Asked | State::Held => {
                let warned = self.warned;
                let next = outlook.warn_at.iter().copied().filter(|percent| *percent > warned).min();
                let next = next.or_else(|| self.cannot_wait().then_some((warned / 100 + 1) * 100));
                let warning = next.and_then(|percent| self.allowance.reaches(percent, &outlook.clock));
                let lapse = self.lapses_at(outlook).filter(|_| self.state == State::Asked);
                warning.into_iter().chain(lapse).min()
            }
            State::Answered => self.settled_at.map(|answered| {
                let remind = outlook.rate_remind_after.filter(|_| !self.rate_reminded);
                answered + remind.unwrap_or(outlook.close_after)
            }),
            // whoever cried for help and falls silent is looked after, not waited for
            State::Waiting if self.cannot_wait() => {
                self.settled_at.map(|asked| asked + TimeDelta::minutes(self.allowance.budget_min))
            }
            State::Waiting => self.settled_at.map(|asked| match asked + ASKED_BACK_AGAIN_AFTER {
                again if at < again => again,
                _ => asked + outlook.waits_at_most(),
            }),
            State::Offered => self.look_at,
            _ => None,
        };
        // what is over is looked at now, not never
        self.look_at = self.look_at.map(|look| look.max(at));
    }
}

/// Takes a step. Pure: the same life, step and instant make the same life.
///
/// # Errors
/// Why it cannot be taken now; the life is as before.
pub fn apply(life: &Life, step: &Step, at: DateTime<Utc>, outlook: &Outlook<'_>) -> Result<Life, NotNow> {
    use State::{Answered, Asked, Closed, Declined, Held, Merged, Offered, Waiting, Withdrawn};
    let outlook = &outlook.of(life);
    let mut next = life.clone();
    let state = life.state;
    let only = |allowed: &[State]| if allowed.contains(&state) { Ok(()) } else { Err(NotNow::State(state)) };
    match step {
        Step::Release => {
            only(&[Held])?;
            next.state = Asked;
        }
        Step::Insist => {
            only(if life.was_shown_lately(at, outlook) { &[Offered, Merged] } else { &[Offered] })?;
            next.stand_alone();
            next.allowance = Allowance::started(life.allowance.budget_min, at);
            next.look_at = None;
        }
        Step::TakeOffer(other) => {
            only(&[Offered])?;
            next.state = Merged;
            next.merged_into = Some(*other);
            next.answered_at = Some(at);
            next.settled_at = Some(at);
        }
        Step::Assign(person) => {
            only(&[Asked, Waiting])?;
            if life.assignee.is_some_and(|(before, _)| before == *person) {
                return Err(NotNow::Already);
            }
            next.assignee = Some((*person, at));
        }
        Step::Hand(unit) => {
            only(&[Asked, Waiting])?;
            if life.holder == *unit {
                return Err(NotNow::Already);
            }
            next.holder = *unit;
            next.assignee = None;
        }
        Step::Return | Step::Lapse => {
            only(&[Asked, Waiting])?;
            next.assignee.take().ok_or(NotNow::NotAssigned)?;
        }
        Step::Invite(_) => only(&[Asked, Waiting, Answered, Closed])?,
        Step::AskBack => {
            only(&[Asked])?;
            next.state = Waiting;
            next.settled_at = Some(at);
            next.allowance.stop(at, &outlook.clock);
        }
        Step::AskAgain => only(&[Waiting])?,
        Step::Unheard => {
            only(&[Waiting])?;
            // an answer that was given stays given
            next.state = if life.answered_at.is_some() { Closed } else { Declined };
            next.assignee = None;
        }
        Step::GoOn => {
            only(&[Waiting])?;
            next.state = Asked;
            next.allowance.go_on(at);
        }
        Step::Restart => {
            only(&[Held, Asked])?;
            if life.is_owed(at) {
                return Err(NotNow::Already);
            }
            next.allowance = Allowance::started(life.allowance.budget_min, at);
        }
        Step::Add => {
            only(&[Held, Asked, Waiting, Answered, Merged])?;
            match state {
                Waiting => next.allowance.go_on(at),
                // more is asked after an answer: it is owed anew, also out of another question
                Answered | Merged if !life.waits_with_another() => {
                    next.merged_into = None;
                    next.allowance = Allowance::started(life.allowance.budget_min, at);
                    next.warned = 0;
                }
                _ => {}
            }
            next.state = if state == Held || life.waits_with_another() { state } else { Asked };
        }
        Step::Answer => {
            only(&[Asked, Waiting, Answered, Closed])?;
            next.allowance.stop(at, &outlook.clock);
            next.answered_at = life.answered_at.or(Some(at));
            next.answered_late |= next.allowance.spent_min > next.allowance.budget_min;
            if state != Closed {
                next.state = Answered;
                next.settled_at = Some(at);
            }
        }
        Step::Publish => {
            only(&[Answered, Closed])?;
            if life.published_at.is_some() {
                return Err(NotNow::Already);
            }
            next.visibility = Visibility::Public;
            next.published_at = Some(at);
        }
        Step::Hide => {
            only(&[Held, Offered, Asked, Waiting, Answered, Closed, Merged])?;
            if life.visibility == Visibility::Private && life.published_at.is_none() {
                return Err(NotNow::Already);
            }
            next.visibility = Visibility::Private;
            next.published_at = None;
        }
        Step::Rate(satisfied) => {
            only(&[Answered, Closed, Merged])?;
            if life.answered_at.is_none() || life.waits_with_another() {
                return Err(NotNow::NoAnswer);
            }
            if state == Closed && life.satisfied == Some(*satisfied) {
                return Err(NotNow::Already);
            }
            let may_reopen = !*satisfied && life.reopened < MOST_REOPENED;
            next.satisfied = Some(*satisfied);
            if may_reopen {
                // also out of another question: that one's answer was not theirs
                next.state = Asked;
                next.merged_into = None;
                next.reopened += 1;
                next.warned = 0;
                next.rate_reminded = false;
                next.published_at = None;
                next.allowance = Allowance::started(life.allowance.budget_min, at);
            } else if state != Merged {
                next.state = Closed;
                next.settled_at = Some(at);
            }
        }
        Step::RemindToRate => {
            only(&[Answered])?;
            next.rate_reminded = true;
        }
        Step::CloseUnrated => {
            only(if life.waits_with_another() { &[Answered] } else { &[Answered, Merged] })?;
            next.state = Closed;
            next.merged_into = None;
            next.settled_at = Some(at);
        }
        Step::Merge(other) => {
            only(&[Asked, Waiting])?;
            next.state = Merged;
            next.merged_into = Some(*other);
            next.settled_at = None;
            // from now on the other one is what is shown
            next.published_at = None;
            next.allowance.stop(at, &outlook.clock);
            next.assignee = None;
        }
        Step::Revive => {
            only(&[Merged, Declined])?;
            match life.settled_at {
                // its asker was content with another's answer until now: the time begins anew
                Some(_) if state == Merged => {
                    next.allowance = Allowance::started(life.allowance.budget_min, at);
                    next.warned = 0;
                }
                _ => next.allowance.go_on(at),
            }
            next.stand_alone();
        }
        Step::AnswerWith => {
            only(&[Merged])?;
            if !life.waits_with_another() {
                return Err(NotNow::Already);
            }
            // its own clock has stood still since, so it is the promised day that tells whether that is late
            next.answered_late |= life.answered_at.is_none() && at > life.due_at;
            next.answered_at = life.answered_at.or(Some(at));
            next.settled_at = Some(at);
        }
        Step::Decline => {
            only(&[Held, Asked, Waiting])?;
            if life.answered_at.is_some() {
                return Err(NotNow::Answered);
            }
            next.state = Declined;
            next.allowance.stop(at, &outlook.clock);
            next.assignee = None;
        }
        Step::Withdraw => {
            only(if life.can_be_taken_back() { &[Held, Offered, Asked, Waiting, Merged] } else { &[] })?;
            // what was answered stays: others may have read it. What was asked after it is taken back
            next.state = if life.answered_at.is_some() { Closed } else { Withdrawn };
            next.merged_into = None;
            next.settled_at = life.answered_at.map(|_| at);
            next.allowance.stop(at, &outlook.clock);
            next.assignee = None;
        }
        Step::Extend(minutes) => {
            only(&[Held, Asked])?;
            if life.due_at <= at {
                return Err(NotNow::Overdue);
            }
            if life.extended >= outlook.extend_at_most {
                return Err(NotNow::Often);
            }
            next.extended += 1;
            next.allowance.budget_min += minutes;
            // a warning that was given is not given again
            let used = next.allowance.used(at, &outlook.clock) * 100 / next.allowance.budget_min.max(1);
            next.warned = outlook.warn_at.iter().copied().filter(|one| i64::from(*one) <= used).max().unwrap_or(0);
        }
        Step::Warn(percent) => {
            only(&[Held, Asked])?;
            if life.warned >= *percent {
                return Err(NotNow::Already);
            }
            next.warned = *percent;
        }
        Step::Retopic { topic, by } => {
            only(&[Held, Asked, Waiting, Answered, Closed, Merged])?;
            if life.topic.as_ref() == Some(topic) {
                return Err(NotNow::Already);
            }
            next.topic = Some(topic.clone());
            next.topic_by = Some(*by);
        }
    }
    debug_assert!(!matches!(next.state, Declined | Withdrawn) || next.allowance.since.is_none());
    let outlook = &outlook.of(&next);
    if let Some(due) = next.allowance.reaches(100, &outlook.clock) {
        next.due_at = due;
    }
    next.plan(at, outlook);
    Ok(next)
}
