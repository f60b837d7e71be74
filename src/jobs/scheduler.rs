//! Ticking: which slots are due, and running each once, by however many replicas.
//!
//! A slot is computed from its rule, never from "now". For every job and zone a cursor tells up to which slot the work
//! is done; the slots after it are due. The newest one that is not too late is run, older ones are recorded as missed.
//! The row (job, subject, slot) is inserted in the transaction that enqueues its messages, so a tick that dies halfway,
//! or another replica's tick, does nothing twice.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio_util::sync::CancellationToken;

use super::{
    JOBS, Job, Owed, Slot, Troubles, activities, covers_what_came_before, noticing, open_days, polls, questions_due,
    veiled,
};
use crate::clock::{Clock, to_ms};
use crate::domain::directory::Directory;
use crate::error::Fault;
use crate::services::{Rulebook, similar};
use crate::store::{NewOutbox, SlotState, Store};

/// Runs jobs.
#[derive(Clone)]
pub struct Scheduler {
    store: Store,
    clock: Arc<dyn Clock>,
    rules: Arc<Rulebook>,
}

/// What a run of one slot came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Chats or units whose slot was run now.
    pub subjects: usize,
    /// Chats or units whose slot had been run before.
    pub before: usize,
    /// Messages enqueued.
    pub messages: usize,
}

/// A slot run within this time is on time.
const ON_TIME: TimeDelta = TimeDelta::minutes(10);

/// What is run by hand is worth reading for at least so long.
const BY_HAND_VALID: TimeDelta = TimeDelta::hours(24);

/// A cursor that is further ahead of the clock than this was put there by a clock that was wrong, or moved by hand.
const AHEAD: TimeDelta = TimeDelta::hours(26);

/// The subject under which a slot that came too late is recorded: nobody in particular.
const NOBODY: i64 = 0;

impl Scheduler {
    /// A scheduler over a store.
    pub fn new(store: Store, clock: Arc<dyn Clock>, rules: Arc<Rulebook>) -> Self {
        Self { store, clock, rules }
    }

    /// Ticks until it is told to stop.
    pub async fn run(self, every: Duration, stopping: CancellationToken) {
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                _ = ticks.tick() => {}
            }
            // what failed has been said, and the next tick does what is left
            let _ = self.tick().await;
        }
    }

    /// Runs what is due, for every job and zone. What fails keeps nothing else waiting.
    ///
    /// # Errors
    /// The database's, the first of them; what was run stays run.
    pub async fn tick(&self) -> Result<(), Fault> {
        let (store, rules, now) = (&self.store, &self.rules, self.clock.now());
        let mut troubles = Troubles::default();
        troubles.say("directory", store.refresh_directory(rules.zone).await.map(drop).map_err(Fault::from));
        let directory = store.directory();
        troubles.say("veiled", veiled::release_due(store, rules, now).await);
        for job in JOBS {
            for zone in directory.zones() {
                troubles.say(job.name, self.tick_one(job, zone, &directory, now).await);
            }
        }
        troubles.say("open_days", open_days::tick(store, rules, now).await);
        troubles.say("activities", activities::run_due(store, rules, now).await);
        troubles.say("polls", polls::end_over(store, rules, now).await);
        let learned = rules.learned.refresh(store.reader(), &directory).await;
        troubles.say("learned_topics", learned.map(drop));
        troubles.say("questions_due", questions_due::look_after(store, rules, now).await);
        troubles.say("similar", similar::read_unread(store).await);
        troubles.say("noticing", noticing::notice(store, rules, now).await);
        troubles.first()
    }

    async fn tick_one(
        &self,
        job: &'static Job,
        zone: Tz,
        directory: &Directory,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let Some(cursor) = self.store.reader().find_job_cursor(job.name, zone.name()).await? else {
            // the first tick ever: nothing from before is owed
            return self.advance(job, zone, now, &[], now).await;
        };
        if cursor - now > AHEAD {
            // the clock was far ahead and has come back: what was run for times that have not been yet is owed again
            tracing::warn!(job.name, "The schedule had run ahead of the clock and is brought back to it");
            return self.come_back(job, zone, now).await;
        }
        if now <= cursor {
            return Ok(());
        }
        let due = (job.rule)(&self.rules.policy.schedule).slots(cursor, now, zone, &self.rules.calendar, 400);
        let Some((newest, older)) = due.split_last() else { return Ok(()) };
        let mut missed = if covers_what_came_before(job) { Vec::new() } else { older.to_vec() };
        if now - *newest <= job.catch_up {
            let ran = self.run_slot(job, zone, *newest, directory, now, false).await?;
            tracing::info!(
                job.name,
                job.slot = %newest.to_rfc3339(),
                job.subjects = ran.subjects,
                job.messages = ran.messages,
                "A job has run"
            );
        } else {
            missed.push(*newest);
        }
        if !missed.is_empty() {
            tracing::warn!(
                job.name,
                job.missed = missed.len(),
                "Slots of a job came too late and are recorded as missed"
            );
            metrics::counter!("tuanqing_job_slots_total", "job" => job.name, "outcome" => "missed")
                .increment(missed.len() as u64);
        }
        self.advance(job, zone, *newest, &missed, now).await
    }

    async fn come_back(&self, job: &'static Job, zone: Tz, now: DateTime<Utc>) -> Result<(), Fault> {
        self.store
            .write(move |tx| Box::pin(async move { Ok(tx.bring_back_job_cursor(job.name, zone.name(), now).await?) }))
            .await
    }

    async fn advance(
        &self,
        job: &'static Job,
        zone: Tz,
        to: DateTime<Utc>,
        missed: &[DateTime<Utc>],
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let missed = missed.to_vec();
        self.store
            .write(move |tx| {
                let missed = missed.clone();
                Box::pin(async move {
                    for slot in missed {
                        tx.take_slot(job.name, NOBODY, slot, SlotState::Missed, now).await?;
                    }
                    Ok(tx.advance_job_cursor(job.name, zone.name(), to).await?)
                })
            })
            .await
    }

    /// Runs a job for a slot as if it were due, in every zone, because somebody says so: for groups that were not known
    /// at that instant too, and at once. Subjects whose slot was run before are left alone.
    ///
    /// # Errors
    /// The database's; what was run stays run.
    pub async fn run_at(&self, job: &'static Job, at: DateTime<Utc>) -> Result<Ran, Fault> {
        self.store.refresh_directory(self.rules.zone).await?;
        let (now, directory) = (self.clock.now(), self.store.directory());
        let mut all = Ran::default();
        for zone in directory.zones() {
            let ran = self.run_slot(job, zone, at, &directory, now, true).await?;
            all.subjects += ran.subjects;
            all.before += ran.before;
            all.messages += ran.messages;
        }
        Ok(all)
    }

    /// What a job would send for a slot. Writes nothing.
    ///
    /// # Errors
    /// The database's.
    pub async fn preview(&self, job: &'static Job, at: DateTime<Utc>) -> Result<Vec<Owed>, Fault> {
        self.store.refresh_directory(self.rules.zone).await?;
        let directory = self.store.directory();
        let mut all = Vec::new();
        for zone in directory.zones() {
            all.extend(self.plan(job, zone, at, &directory, true).await?);
        }
        Ok(all)
    }

    async fn plan(
        &self,
        job: &'static Job,
        zone: Tz,
        at: DateTime<Utc>,
        directory: &Directory,
        by_hand: bool,
    ) -> Result<Vec<Owed>, Fault> {
        (job.plan)(Slot { db: self.store.reader(), directory, rules: &self.rules, zone, at, by_hand }).await
    }

    /// When the messages of a slot may go out.
    fn not_before(
        &self,
        owed: &Owed,
        at: DateTime<Utc>,
        directory: &Directory,
        now: DateTime<Utc>,
        by_hand: bool,
    ) -> DateTime<Utc> {
        if by_hand {
            // somebody sits there and waits for it
            now
        } else if now - at > ON_TIME {
            self.rules.policy.open_hours().next_open(now, directory.zone_of(owed.unit), &self.rules.calendar)
        } else {
            // one on time stands where the policy put it; only a late one keeps quiet hours
            at
        }
    }

    async fn run_slot(
        &self,
        job: &'static Job,
        zone: Tz,
        at: DateTime<Utc>,
        directory: &Directory,
        now: DateTime<Utc>,
        by_hand: bool,
    ) -> Result<Ran, Fault> {
        let started = tokio::time::Instant::now();
        let mut ran = Ran::default();
        for owed in self.plan(job, zone, at, directory, by_hand).await? {
            let not_before = self.not_before(&owed, at, directory, now, by_hand);
            let messages = owed.messages.len();
            let taken = self
                .store
                .write(move |tx| {
                    let owed = owed.clone();
                    Box::pin(async move {
                        if !tx.take_slot(job.name, owed.subject, at, SlotState::Done, now).await? {
                            return Ok(false);
                        }
                        for notice in owed.messages {
                            let valid_until = match by_hand {
                                // whoever asks for a week long past wants to read it all the same
                                true => notice.valid_until.max(now + BY_HAND_VALID),
                                false => notice.valid_until,
                            };
                            tx.insert_outbox(NewOutbox {
                                target: notice.target,
                                template: notice.template,
                                context: notice.context.to_string(),
                                question: notice.question,
                                not_before_ms: to_ms(not_before.min(valid_until)),
                                valid_until_ms: to_ms(valid_until),
                            })
                            .await?;
                        }
                        tx.note_listed(&owed.lists, at).await?;
                        tx.note_slot_messages(job.name, owed.subject, at, messages).await?;
                        Ok(true)
                    })
                })
                .await?;
            if taken {
                ran.subjects += 1;
                ran.messages += messages;
            } else {
                ran.before += 1;
            }
        }
        metrics::counter!("tuanqing_job_slots_total", "job" => job.name, "outcome" => "done")
            .increment(ran.subjects as u64);
        metrics::histogram!("tuanqing_job_seconds", "job" => job.name).record(started.elapsed().as_secs_f64());
        Ok(ran)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::domain::calendar::Calendar;
    use crate::domain::directory::DEFAULT_ZONE;
    use crate::domain::policy::Policy;
    use crate::jobs;
    use crate::services::roster;
    use crate::store::{DatabaseConfig, OutboxState};
    use crate::templates::Templates;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn only_a_run_by_hand_reaches_back_before_a_group_was_known() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("t.sqlite").display());
        let config = DatabaseConfig { url: url.into(), max_readers: 1, max_batch: 8 };
        let store = Store::open_migrated(&config, DEFAULT_ZONE).await.unwrap();
        // a Sunday, before anybody is up: the roster has come in just now
        let now = instant("2026-11-22T05:00:00+08:00");
        roster::apply(&store, roster::read_sample(), vec!["simulator".to_owned()], now).await.unwrap();
        store.refresh_directory(DEFAULT_ZONE).await.unwrap();
        let policy = Policy::preset("basic").unwrap();
        let templates = Arc::new(Templates::load(None, policy.field_day_word()).unwrap());
        let calendar = Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap();
        let rules = Arc::new(Rulebook::new(policy, calendar, templates, DEFAULT_ZONE).unwrap());
        let scheduler = Scheduler::new(store.clone(), Arc::new(ManualClock::at(now)), rules);
        let job = jobs::find("weekly_digest").unwrap();
        let friday = instant("2026-11-20T17:30:00+08:00");

        let directory = store.directory();
        let ran = scheduler.run_slot(job, DEFAULT_ZONE, friday, &directory, now, false).await.unwrap();
        assert_eq!(ran, Ran::default(), "by itself the schedule owes nothing from before");

        assert!(!scheduler.preview(job, friday).await.unwrap().is_empty());
        let ran = scheduler.run_at(job, friday).await.unwrap();
        assert!(ran.messages > 0 && ran.before == 0, "{ran:?}");
        let again = scheduler.run_at(job, friday).await.unwrap();
        assert_eq!((again.messages, again.before), (0, ran.subjects), "each group once");

        // a week long past can still be asked for, and nobody waits for the morning
        let past = scheduler.run_at(job, instant("2026-10-30T17:30:00+08:00")).await.unwrap();
        assert_eq!(past.messages, ran.messages);
        let owed = store.reader().list_outbox(&[OutboxState::Waiting], 100).await.unwrap();
        assert_eq!(owed.len(), ran.messages + past.messages);
        assert!(owed.iter().all(|row| row.next_try_at_ms == to_ms(now) && row.valid_until_ms > to_ms(now)));
        store.close().await;
    }
}
