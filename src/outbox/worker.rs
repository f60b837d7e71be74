//! The worker: claims what is due, calls the platforms outside any transaction, and settles.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::claim::{Claim, Claimed, Job};
use super::fallback;
use super::policy::{self, Attempt, Decision, RetryKind};
use super::render;
use super::throttle;
use crate::charts::Charts;
use crate::clock::{Clock, to_ms};
use crate::config::DeliveryConfig;
use crate::error::Fault;
use crate::failpoint::failpoint;
use crate::platforms::{Accounts, Delivery, Outcome};
use crate::seal::Seal;
use crate::store::{Settled, Store};
use crate::templates::Templates;

/// How long an idle worker waits before it looks again: another process may have put something into the outbox.
const IDLE: Duration = Duration::from_secs(1);

/// What a burst of writes puts into the outbox is looked for so often at most, not once for each of them: a claim looks through
/// whatever waits.
const GATHER: Duration = Duration::from_millis(200);

/// The longest wait after the database has failed.
const LONGEST_BACKOFF: Duration = Duration::from_secs(10);

/// Delivers what the outbox holds. Any number of workers, in any number of processes, share the work.
pub struct Worker {
    /// The store.
    pub store: Store,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// The accounts that messages can go through.
    pub accounts: Accounts,
    /// The words.
    pub templates: Arc<Templates>,
    /// Opens the addresses of those who asked anonymously.
    pub seal: Option<Arc<Seal>>,
    /// What draws charts.
    pub charts: Arc<Charts>,
    /// `[delivery]`.
    pub config: DeliveryConfig,
    /// The holder of the leases; different for every worker and every start of a process.
    pub owner: String,
}

impl Worker {
    /// One round: takes up to `workers` messages, sends them at the same time, settles them. Returns how many.
    ///
    /// # Errors
    /// The database's; nothing was taken then.
    pub async fn step(&self) -> Result<usize, Fault> {
        let claimed = self.claim(self.config.workers).await?;
        let taken = claimed.jobs.len();
        join_all(claimed.jobs.into_iter().map(|job| self.deliver(job))).await;
        Ok(taken)
    }

    /// Works until `stopping`; then finishes what it has taken and returns. A slow destination holds up no other.
    pub async fn run(self, stopping: CancellationToken) {
        let worker = Arc::new(self);
        let mut under_way = JoinSet::new();
        let mut failures = 0;
        while !stopping.is_cancelled() {
            let free = worker.config.workers.saturating_sub(under_way.len());
            let looked = Instant::now();
            let wait = if free == 0 { IDLE } else { worker.refill(&mut under_way, free, &mut failures).await };
            let has_room = worker.config.workers > under_way.len();
            tokio::select! {
                Some(done) = under_way.join_next() => note_end(done),
                // while the database fails, news of more work is no reason to ask it sooner
                () = worker.store.outbox_grew(), if has_room && failures == 0 => tokio::time::sleep_until(looked + GATHER).await,
                () = tokio::time::sleep(wait), if has_room => {}
                () = stopping.cancelled() => {}
            }
        }
        while let Some(done) = under_way.join_next().await {
            note_end(done);
        }
    }

    /// Starts as many deliveries as there is room for; returns how long to wait before looking again.
    async fn refill(self: &Arc<Self>, under_way: &mut JoinSet<()>, free: usize, failures: &mut u32) -> Duration {
        match self.claim(free).await {
            Ok(claimed) => {
                *failures = 0;
                for job in claimed.jobs {
                    let worker = self.clone();
                    under_way.spawn(async move { worker.deliver(job).await });
                }
                let now_ms = to_ms(self.clock.now());
                let until_next = claimed.next_due_ms.map(|at| u64::try_from(at - now_ms).unwrap_or(0));
                until_next.map_or(IDLE, |ms| IDLE.min(Duration::from_millis(ms.max(1))))
            }
            Err(fault) => {
                let wait = Duration::from_millis(100 << (*failures).min(10)).min(LONGEST_BACKOFF);
                *failures = failures.saturating_add(1);
                tracing::warn!(
                    error = %fault,
                    failures = *failures,
                    retry_in_ms = crate::clock::as_ms(wait),
                    "The outbox could not be read; nothing is being sent until it can"
                );
                wait
            }
        }
    }

    /// Takes up to `free` messages, and says and counts what happened on the way.
    pub(super) async fn claim(&self, free: usize) -> Result<Claimed, Fault> {
        let claim = Arc::new(Claim {
            clock: self.clock.clone(),
            accounts: self.accounts.clone(),
            templates: self.templates.clone(),
            seal: self.seal.clone(),
            config: self.config.clone(),
            owner: self.owner.clone(),
            free,
        });
        let claimed = self
            .store
            .write(move |tx| {
                let claim = claim.clone();
                Box::pin(async move { claim.run(tx).await })
            })
            .await?;
        if !claimed.jobs.is_empty() {
            failpoint("after-claim");
        }
        metrics::counter!("tuanqing_outbox_ambiguous_total").increment(claimed.reclaimed);
        metrics::counter!("tuanqing_outbox_expired_total").increment(claimed.expired);
        if claimed.reclaimed > 0 {
            tracing::warn!(
                outbox.messages = claimed.reclaimed,
                "A sender did not come back; its messages are sent again and may arrive twice"
            );
        }
        if claimed.expired > 0 {
            tracing::warn!(
                outbox.messages = claimed.expired,
                "Messages were not delivered while they were worth reading"
            );
        }
        if claimed.exhausted > 0 {
            metrics::counter!("tuanqing_outbox_dead_total", "account" => "").increment(claimed.exhausted);
            tracing::error!(
                outbox.messages = claimed.exhausted,
                "Messages are dead: their sender went missing each time; see `tuanqing outbox list --dead`"
            );
        }
        if let Some((id, why)) = claimed.unroutable.first() {
            metrics::counter!("tuanqing_outbox_unroutable_total").increment(claimed.unroutable.len() as u64);
            tracing::warn!(
                outbox.messages = claimed.unroutable.len(),
                outbox.id = %id,
                reason = ?why,
                "Messages have no way to go and wait for the roster or the configuration to change"
            );
        }
        Ok(claimed)
    }

    /// Sends one leased message and settles it.
    async fn deliver(&self, job: Job) {
        let (outcome, now_ms) = match self.render(&job).await {
            Ok(delivery) => (Ok(self.send(&job, &delivery).await), to_ms(self.clock.now())),
            Err(error) => (Err(error), job.claimed_at_ms),
        };
        failpoint("after-send");
        let left_us = !matches!(outcome, Err(_) | Ok(Outcome::NotConnected));
        let decision = match outcome {
            Ok(outcome) => {
                let attempt = Attempt {
                    attempts_before: job.row.attempts,
                    now_ms,
                    valid_until_ms: job.row.valid_until_ms,
                    max_attempts: self.config.max_attempts,
                    chance: rand::random(),
                };
                policy::decide(&outcome, &attempt)
            }
            Err(error) => Decision::Dead { error, ambiguous: false },
        };
        let decision = decision.with_error(|error| job.shown_error(error));
        report(&job, &decision, now_ms);
        failpoint("before-settle");
        let settlement = Arc::new(Settlement { job, owner: self.owner.clone(), decision, over_at_ms: now_ms, left_us });
        self.settle(settlement).await;
    }

    async fn render(&self, job: &Job) -> Result<Delivery, String> {
        let message = render::message(&self.templates, self.seal.as_deref(), &job.row, job.adapter.platform())?;
        let message = self.charts.illustrate(message).await;
        Ok(Delivery { to: job.route.to.clone(), message, idempotency_key: job.row.id.to_string() })
    }

    async fn send(&self, job: &Job, delivery: &Delivery) -> Outcome {
        let sending = AssertUnwindSafe(job.adapter.send(delivery)).catch_unwind();
        match tokio::time::timeout(Duration::from_millis(self.config.request_timeout_ms), sending).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Outcome::Unknown("the adapter panicked".to_owned()),
            Err(_) => Outcome::Unknown("timed out".to_owned()),
        }
    }

    /// Settles, and keeps trying while the lease lasts: a message that was sent and is not settled is sent again.
    async fn settle(&self, settlement: Arc<Settlement>) {
        let give_up_at =
            Instant::now() + Duration::from_millis(self.config.lease_ms.saturating_sub(self.config.request_timeout_ms));
        let mut wait = Duration::from_millis(50);
        loop {
            let shared = settlement.clone();
            let settled = self
                .store
                .write(move |tx| {
                    let shared = shared.clone();
                    Box::pin(async move { shared.run(tx).await })
                })
                .await;
            match settled {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!(outbox.id = %settlement.job.row.id, "A lease was over before its message was settled");
                    return;
                }
                Err(fault) if matches!(fault, Fault::Closed) || Instant::now() + wait >= give_up_at => {
                    tracing::error!(
                        outbox.id = %settlement.job.row.id,
                        error = %fault,
                        "What came of a message could not be stored; it will be sent again and may arrive twice"
                    );
                    return;
                }
                Err(_) => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(2));
                }
            }
        }
    }
}

fn note_end(done: Result<(), tokio::task::JoinError>) {
    if let Err(error) = done {
        tracing::error!(error = %error, "A delivery ended badly; its lease brings the message back");
    }
}

/// What is stored after an attempt. Shared, because a write may run more than once.
struct Settlement {
    job: Job,
    owner: String,
    decision: Decision,
    over_at_ms: i64,
    /// Whether a request went out, so that it counts towards the rate.
    left_us: bool,
}

impl Settlement {
    /// Runs inside a write; `false` where the lease was lost.
    async fn run(&self, tx: &mut crate::store::Tx) -> Result<bool, Fault> {
        let row = &self.job.row;
        let key = &self.job.key;
        let mut sends = tx.db().await?.find_throttle(key).await?.unwrap_or_default();
        let before = sends.clone();
        if self.left_us {
            throttle::correct(&mut sends, self.job.claimed_at_ms, self.over_at_ms);
        } else {
            throttle::take_back(&mut sends, self.job.claimed_at_ms);
        }
        let settled = match &self.decision {
            Decision::Sent { message_id } => {
                if let (Some(message_id), Some(question)) = (message_id, row.question) {
                    tx.note_quotable(&self.job.route.account, message_id, question).await?;
                }
                Settled::Sent
            }
            Decision::Retry { at_ms, error, kind } => Settled::Retry {
                at_ms: *at_ms,
                error: error.clone(),
                ambiguous: *kind == RetryKind::Ambiguous,
                counts: true,
            },
            Decision::Wait { at_ms, error, pauses_destination } => {
                if *pauses_destination {
                    sends.paused_until_ms = sends.paused_until_ms.max(*at_ms);
                }
                Settled::Retry { at_ms: *at_ms, error: error.clone(), ambiguous: false, counts: false }
            }
            Decision::Dead { error, .. } => Settled::Dead { error: error.clone() },
        };
        if sends != before {
            tx.save_throttle(key, &sends).await?;
        }
        let is_settled = tx.settle_outbox(row.id, &self.owner, &settled, self.over_at_ms).await?;
        if is_settled && matches!(settled, Settled::Dead { .. }) {
            fallback::tell(tx, row.id, self.over_at_ms).await?;
        }
        Ok(is_settled)
    }
}

/// Counts and logs what came of an attempt.
fn report(job: &Job, decision: &Decision, now_ms: i64) {
    let account = job.shown_account().to_owned();
    let id = job.row.id;
    let template = job.row.template.as_str();
    match decision {
        Decision::Sent { .. } => {
            metrics::counter!("tuanqing_outbox_sent_total", "account" => account).increment(1);
            let delay_ms = u64::try_from(now_ms - job.row.next_try_at_ms).unwrap_or(0);
            metrics::histogram!("tuanqing_outbox_delay_seconds").record(Duration::from_millis(delay_ms));
            tracing::debug!(outbox.id = %id, template, "A message was delivered");
        }
        Decision::Retry { error, kind, .. } => {
            if *kind == RetryKind::Ambiguous {
                metrics::counter!("tuanqing_outbox_ambiguous_total").increment(1);
            }
            let attempts = job.row.attempts + 1;
            if *kind == RetryKind::Configuration {
                tracing::error!(
                    outbox.id = %id, account, attempts, error,
                    "A platform does not accept our credentials; nothing can be sent through this account until they are changed"
                );
            } else {
                tracing::warn!(outbox.id = %id, account, attempts, error, "A message was not delivered and is tried again");
            }
            metrics::counter!("tuanqing_outbox_failed_total", "account" => account).increment(1);
        }
        Decision::Wait { pauses_destination: true, .. } => {
            tracing::info!(outbox.id = %id, account, "A platform limits us; the destination is paused");
            metrics::counter!("tuanqing_outbox_limited_total", "account" => account).increment(1);
        }
        Decision::Wait { .. } => {
            tracing::debug!(outbox.id = %id, account, "The account is not connected here; the message waits");
        }
        Decision::Dead { error, ambiguous } => {
            if *ambiguous {
                metrics::counter!("tuanqing_outbox_ambiguous_total").increment(1);
            }
            tracing::error!(
                outbox.id = %id, account, template, error,
                "A message is dead; see `tuanqing outbox list --dead`"
            );
            metrics::counter!("tuanqing_outbox_dead_total", "account" => account).increment(1);
        }
    }
}
