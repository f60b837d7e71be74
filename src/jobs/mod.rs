//! What the bot does by itself, on schedule: the list, and one file per job.
//!
//! To add a job: a file here, a line in [`JOBS`], a rule of the same name in the policy's `[schedule]`.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;

use crate::domain::directory::{Chat, Directory};
use crate::domain::id::{QuestionId, UnitId};
use crate::domain::policy::Schedule;
use crate::domain::schedule::Rule;
use crate::error::Fault;
use crate::reports::standings::Asked;
use crate::services::Rulebook;
use crate::store::{Db, Target};
use crate::templates::TemplateContext;

mod activities;
mod duty_reminders;
mod hot_topic_brief;
mod monthly_bulletin;
mod noticing;
mod open_days;
mod polls;
mod questions_due;
pub mod scheduler;
mod snoozed_reminders;
mod unanswered_questions;
mod veiled;
mod weekly_digest;
mod weekly_field_day;

/// A line in the list.
pub struct Job {
    /// Its name in the policy file, on the command line and in metrics.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// When it is due.
    pub rule: fn(&Schedule) -> &Rule,
    /// How late a slot may still be run; older ones are recorded as missed.
    pub catch_up: TimeDelta,
    /// What it owes whom in a slot. Reads only.
    pub plan: Plan,
}

/// A job's function.
pub type Plan = for<'a> fn(Slot<'a>) -> BoxFuture<'a, Result<Vec<Owed>, Fault>>;

/// THE LIST.
pub const JOBS: &[Job] = &[
    Job {
        name: "weekly_field_day_plan",
        title: "每周下基层安排",
        rule: |schedule| &schedule.weekly_field_day_plan,
        catch_up: TimeDelta::hours(24),
        plan: |slot| Box::pin(weekly_field_day::plan(slot)),
    },
    Job {
        name: "duty_reminders",
        title: "任务提醒",
        rule: |schedule| &schedule.duty_reminders,
        catch_up: TimeDelta::hours(24),
        plan: |slot| Box::pin(duty_reminders::plan(slot)),
    },
    Job {
        name: snoozed_reminders::NAME,
        title: "推迟后的提醒",
        // a policy of before has none; reading it has filled in the usual one
        rule: Schedule::snoozed_reminders,
        catch_up: TimeDelta::hours(24),
        plan: |slot| Box::pin(snoozed_reminders::plan(slot)),
    },
    Job {
        name: "unanswered_questions",
        title: "待答问题提醒",
        rule: |schedule| &schedule.unanswered_questions,
        catch_up: TimeDelta::hours(6),
        plan: |slot| Box::pin(unanswered_questions::plan(slot)),
    },
    Job {
        name: "weekly_digest",
        title: "周调度",
        rule: |schedule| &schedule.weekly_digest,
        catch_up: TimeDelta::hours(48),
        plan: |slot| Box::pin(weekly_digest::plan(slot)),
    },
    Job {
        name: "monthly_bulletin",
        title: "月通报",
        rule: |schedule| schedule.monthly_bulletin(),
        catch_up: TimeDelta::hours(72),
        plan: |slot| Box::pin(monthly_bulletin::plan(slot)),
    },
    Job {
        name: "hot_topic_brief",
        title: "团情分析",
        rule: Schedule::hot_topic_brief,
        catch_up: TimeDelta::hours(72),
        plan: |slot| Box::pin(hot_topic_brief::plan(slot)),
    },
];

/// Whether a slot of a job looks after everything since the slot before it, so that an older one that was not run is not
/// missed.
pub fn covers_what_came_before(job: &Job) -> bool {
    job.name == snoozed_reminders::NAME
}

/// A job by its name.
pub fn find(name: &str) -> Option<&'static Job> {
    JOBS.iter().find(|job| job.name == name)
}

/// What a job is asked for: one slot, for the units of one zone.
#[derive(Clone, Copy)]
pub struct Slot<'a> {
    /// For reading.
    pub db: Db<'a>,
    /// Units, people and chats.
    pub directory: &'a Directory,
    /// Policy, calendar, words.
    pub rules: &'a Rulebook,
    /// The zone whose wall clock the slot stands on.
    pub zone: chrono_tz::Tz,
    /// The slot: figures are as of this instant, whenever it is run.
    pub at: DateTime<Utc>,
    /// Whether somebody asked for it, rather than the schedule.
    pub by_hand: bool,
}

impl Slot<'_> {
    /// Whether a group is owed this slot. By itself the schedule owes a group nothing from before it knew the group; who
    /// runs a job by hand for an earlier instant wants it for the groups there are.
    pub fn owes(&self, chat: &Chat) -> bool {
        chat.reminders && (self.by_hand || chat.since <= self.at) && self.covers(chat.unit)
    }

    /// What standings are read with.
    pub fn asked(&self) -> Asked<'_> {
        self.rules.asked(self.db, self.directory, self.at)
    }

    /// Whether a unit's clock is the one of this slot.
    pub fn covers(&self, unit: UnitId) -> bool {
        self.directory.zone_of(unit) == self.zone
    }
}

/// What went wrong with some of several things that must not keep each other waiting.
#[derive(Debug, Default)]
struct Troubles(Option<Fault>);

impl Troubles {
    /// Takes what one of them came to.
    fn keep(&mut self, outcome: Result<(), Fault>) {
        if let Err(fault) = outcome {
            self.0.get_or_insert(fault);
        }
    }

    /// The same of a part of the tick, said at once.
    fn say(&mut self, part: &'static str, outcome: Result<(), Fault>) {
        if let Err(fault) = &outcome {
            tracing::error!(job.name = part, error = %fault, "A part of the schedule failed; the next tick does what is left");
        }
        self.keep(outcome);
    }

    /// The first of them.
    fn first(self) -> Result<(), Fault> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Messages that one slot owes one subject.
#[derive(Clone, Debug)]
pub struct Owed {
    /// The chat or unit whose slot it is: with job and slot, the unique key.
    pub subject: i64,
    /// The unit whose quiet hours count.
    pub unit: UnitId,
    /// The messages.
    pub messages: Vec<Notice>,
    /// The questions that they show to those who answer.
    pub lists: Vec<QuestionId>,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Notice {
    /// For whom.
    pub target: Target,
    /// The template's key.
    pub template: &'static str,
    /// Its context.
    pub context: serde_json::Value,
    /// The question it is about.
    pub question: Option<QuestionId>,
    /// Until when it is worth reading.
    pub valid_until: DateTime<Utc>,
}

impl Notice {
    /// A message from its context.
    ///
    /// # Errors
    /// Where the context cannot be stored.
    pub fn new<C: TemplateContext>(target: Target, context: &C, valid_until: DateTime<Utc>) -> Result<Self, Fault> {
        let context = serde_json::to_value(context).map_err(|_| Fault::Corrupt("context"))?;
        Ok(Self { target, template: C::KEY, context, question: None, valid_until })
    }
}
