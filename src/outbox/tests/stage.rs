//! A store, a clock that stands still, and an adapter with a script.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use crate::clock::{Clock, ManualClock, from_ms, to_ms};
use crate::config::DeliveryConfig;
use crate::domain::event::InboundEvent;
use crate::domain::id::{ChatId, OutboxId, QuestionId};
use crate::domain::message::Message;
use crate::domain::people::{ChatRole, Direction, Level, Receipts, UnitKind};
use crate::outbox::{Terms, Worker, enqueue};
use crate::platforms::limits::Limits;
use crate::platforms::{
    Abilities, Accounts, Adapter, Delivery, Destination, HttpAnswer, Outcome, RawRequest, Received, Rejected,
};
use crate::seal::Seal;
use crate::store::scratch::Scratch;
use crate::store::{OutboxRow, OutboxState, PlannedChat, PlannedEndpoint, PlannedUnit, RosterPlan, Store, Target, Tx};
use crate::templates::Templates;
use crate::templates::contexts::QuestionEmpty;

pub(super) const ACCOUNT: &str = "acc";

/// The key of the seal.
pub(super) const SEAL_KEY: &str = "stage-0123456789-0123456789-0123456789";

/// What reached the platform.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub(super) to: Destination,
    pub(super) id: OutboxId,
    pub(super) at_ms: i64,
}

/// The adapter: follows its script, then delivers everything.
pub(super) struct Stub {
    clock: Arc<ManualClock>,
    pub(super) limits: Limits,
    /// What the next attempts come to.
    pub(super) script: Mutex<VecDeque<Outcome>>,
    pub(super) arrived: Mutex<Vec<Arrival>>,
    pub(super) calls: AtomicU64,
    /// Every so many calls fail; 0 for none.
    pub(super) fail_every: AtomicU64,
    /// Nothing is delivered before this instant.
    pub(super) down_until_ms: AtomicI64,
    /// A destination whose calls wait until the gate is opened.
    pub(super) slow: Mutex<Option<Destination>>,
    pub(super) gate: Semaphore,
    /// Says that something has arrived.
    pub(super) delivered: Semaphore,
}

impl Stub {
    async fn attempt(&self, delivery: &Delivery) -> Outcome {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        // concurrent calls overtake each other
        for _ in 0..call % 5 {
            tokio::task::yield_now().await;
        }
        let is_slow = self.slow.lock().unwrap().as_ref() == Some(&delivery.to);
        if is_slow {
            self.gate.acquire().await.unwrap().forget();
        }
        let now_ms = to_ms(self.clock.now());
        let fail_every = self.fail_every.load(Ordering::SeqCst);
        if now_ms < self.down_until_ms.load(Ordering::SeqCst) || (fail_every > 0 && call.is_multiple_of(fail_every)) {
            return Outcome::Failed("down".into());
        }
        let scripted = self.script.lock().unwrap().pop_front();
        let outcome = scripted.unwrap_or_else(|| Outcome::Sent(Some(format!("m{call}"))));
        if matches!(outcome, Outcome::Sent(_) | Outcome::Unknown(_)) {
            let id = delivery.idempotency_key.parse().unwrap();
            self.arrived.lock().unwrap().push(Arrival { to: delivery.to.clone(), id, at_ms: now_ms });
            self.delivered.add_permits(1);
        }
        outcome
    }
}

impl Adapter for Stub {
    fn platform(&self) -> &'static str {
        "simulator"
    }

    fn abilities(&self) -> Abilities {
        Abilities { mention: true, image: true, push: true, private: true }
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    fn receive(&self, _request: &RawRequest<'_>) -> Result<Received, Rejected> {
        Ok(Received::Ignored("nothing comes in"))
    }

    fn answer(&self, _event: &InboundEvent, _reply: Option<&Message>) -> HttpAnswer {
        HttpAnswer { status: StatusCode::OK, content_type: "", body: Vec::new() }
    }

    fn send<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Outcome> {
        Box::pin(self.attempt(delivery))
    }
}

/// Everything a test needs.
pub(super) struct Stage {
    pub(super) scratch: Scratch,
    pub(super) store: Store,
    pub(super) clock: Arc<ManualClock>,
    pub(super) stub: Arc<Stub>,
    pub(super) config: DeliveryConfig,
}

pub(super) const NO_LIMIT: Limits = Limits { per_window: 1_000_000, window_ms: 1, min_gap_ms: 0 };

impl Stage {
    /// On SQLite, without limits.
    pub(super) async fn new() -> Self {
        Self::on(Scratch::sqlite(), NO_LIMIT).await
    }

    pub(super) async fn on(scratch: Scratch, limits: Limits) -> Self {
        let clock = Arc::new(ManualClock::at(from_ms(1_790_000_000_000)));
        let stub = Stub {
            clock: clock.clone(),
            limits,
            script: Mutex::default(),
            arrived: Mutex::default(),
            calls: AtomicU64::new(0),
            fail_every: AtomicU64::new(0),
            down_until_ms: AtomicI64::new(0),
            slow: Mutex::default(),
            gate: Semaphore::new(0),
            delivered: Semaphore::new(0),
        };
        let config = DeliveryConfig {
            request_timeout_ms: 10_000,
            lease_ms: 30_000,
            max_attempts: 12,
            workers: 6,
            per_minute: 1_000_000,
        };
        Self { store: scratch.open().await, scratch, clock, stub: Arc::new(stub), config }
    }

    pub(super) fn worker(&self, owner: &str) -> Worker {
        self.worker_on(&self.store, owner)
    }

    pub(super) fn worker_on(&self, store: &Store, owner: &str) -> Worker {
        let adapter: Arc<dyn Adapter> = self.stub.clone();
        Worker {
            store: store.clone(),
            clock: self.clock.clone(),
            accounts: Accounts::of([(ACCOUNT.to_owned(), adapter)]),
            charts: Arc::default(),
            templates: Arc::new(Templates::load(None, "签到").unwrap()),
            seal: Some(Arc::new(Seal::new(SEAL_KEY, []))),
            config: self.config.clone(),
            owner: owner.to_owned(),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Owes a message from now on, for a day.
    pub(super) async fn owe(&self, target: Target) -> OutboxId {
        self.owe_on(target, None, TimeDelta::zero(), TimeDelta::hours(24)).await
    }

    pub(super) async fn owe_on(
        &self,
        target: Target,
        question: Option<QuestionId>,
        after: TimeDelta,
        valid: TimeDelta,
    ) -> OutboxId {
        let terms = Terms { question, not_before: self.now() + after, valid_until: self.now() + valid };
        self.store
            .write(move |tx| {
                let target = target.clone();
                Box::pin(async move { enqueue(tx, target, &QuestionEmpty {}, terms).await })
            })
            .await
            .unwrap()
    }

    /// Makes a unit and a chat whose address is the group with number 0, so that two lanes lead to one destination.
    pub(super) async fn make_chat(&self) -> ChatId {
        let now = self.now();
        let unit = PlannedUnit {
            code: "1".into(),
            name: "样例县团委".into(),
            parent: None,
            level: Level::County,
            zone: None,
            kind: UnitKind::Committee,
        };
        let chat = PlannedChat {
            name: "样例群".into(),
            unit: "1".into(),
            role: ChatRole::Cadre,
            list_missing: false,
            reminders: true,
            receipts: Receipts::Full,
        };
        let endpoint = PlannedEndpoint {
            chat: "样例群".into(),
            account: ACCOUNT.into(),
            external_id: "g0".into(),
            direction: Direction::Both,
        };
        let plan =
            RosterPlan { units: vec![unit], chats: vec![chat], endpoints: vec![endpoint], ..RosterPlan::default() };
        self.store
            .write(move |tx| {
                let plan = plan.clone();
                Box::pin(async move { Ok(tx.apply_roster(&plan, now).await?) })
            })
            .await
            .unwrap();
        // the next write sees the new directory
        let chat = |tx: &mut Tx| tx.directory().heard_in(ACCOUNT, "g0").unwrap().id;
        self.store.write(move |tx| Box::pin(async move { Ok(chat(tx)) })).await.unwrap()
    }

    pub(super) fn script(&self, outcomes: impl IntoIterator<Item = Outcome>) {
        self.stub.script.lock().unwrap().extend(outcomes);
    }

    /// Ids in the order in which they arrived.
    pub(super) fn arrived(&self) -> Vec<OutboxId> {
        self.stub.arrived.lock().unwrap().iter().map(|arrival| arrival.id).collect()
    }

    pub(super) async fn rows(&self, states: &[OutboxState]) -> Vec<OutboxRow> {
        self.store.reader().list_outbox(states, 1_000).await.unwrap()
    }

    pub(super) async fn is_settled(&self) -> bool {
        self.store.reader().count_outbox().await.unwrap().0 == 0
    }

    /// Nothing came twice, and nothing before what was owed earlier to the same place.
    pub(super) fn assert_in_order(&self) {
        let arrived = self.stub.arrived.lock().unwrap();
        let mut seen = HashSet::new();
        let mut last: HashMap<&Destination, OutboxId> = HashMap::new();
        for arrival in arrived.iter() {
            assert!(seen.insert(arrival.id), "{} came twice", arrival.id);
            if let Some(before) = last.insert(&arrival.to, arrival.id) {
                assert!(before < arrival.id, "{} came after {before}", arrival.id);
            }
        }
    }

    pub(super) async fn end(self) {
        self.store.close().await;
        self.scratch.remove().await;
    }
}

/// A group on the platform.
pub(super) fn group(number: usize) -> Target {
    Target::Address { account: ACCOUNT.into(), group: Some(format!("g{number}")), user: "u".into() }
}

pub(super) fn group_destination(number: usize) -> Destination {
    Destination::Group(format!("g{number}"))
}
