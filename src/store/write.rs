//! The one door to writing: optimistic group commit.
//!
//! One task owns one connection. It takes what is queued, runs it inside one transaction, commits once, and only then
//! answers everybody. There are no savepoints: when a closure fails or panics, the whole batch is rolled back and each
//! closure runs again alone, so a poisonous one fails alone. That is why closures are `Fn` and may await nothing but
//! the transaction. The same door serves both databases; on PostgreSQL a conflict with another replica is one more
//! reason to run again.
//!
//! Messages from outside come through [`Store::accept`], which adds the dedupe key: the keys of a whole batch are
//! looked up at once, and their inbox rows inserted together just before the commit. Check-ins, which are most of what
//! comes in, share two statements more: what they ask about a person's week is read ahead for the batch, and their
//! records wait to be inserted together; whatever else is read in a write is read after they have been.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use futures_util::FutureExt;
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::dialect::Backend;
use super::inbox::{Accepted, Handled, InboxKey, InboxRow};
use super::outbox::NewOutbox;
use super::records::Ahead;
use super::{Db, Store, StoreError, dialect};
use crate::clock::IdSource;
use crate::clock::coarse_id;
use crate::domain::directory::Directory;
use crate::domain::id::RecordId;
use crate::domain::record::Record;
use crate::error::Fault;
use crate::failpoint::failpoint;

/// What a write closure returns.
pub type Fut<'c, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'c>>;

/// An open write transaction, shared by the closures of one batch.
pub struct Tx {
    conn: DatabaseTransaction,
    directory: Arc<Directory>,
    ids: Arc<IdSource>,
    pub(super) backend: Backend,
    directory_changed: bool,
    outbox_grew: bool,
    /// What is counted once this is committed: the name of a metric, and a label with its value.
    counted: Vec<(&'static str, Option<(&'static str, &'static str)>)>,
    /// Inbox rows of this batch, inserted together before the commit.
    pub(super) accepted: Vec<InboxRow>,
    /// Records of this batch, inserted together before the commit, or before anything is read.
    pub(super) pending: Vec<Record>,
    /// Texts of those records that are worth comparing, by their hash.
    pub(super) pending_words: Vec<(i64, RecordId)>,
    /// What the batch's check-ins will ask, read for all of them at once.
    pub(super) ahead: HashMap<Ahead, Vec<NaiveDate>>,
    /// What a rehearsal would have sent; `None` in a write.
    pub(super) rehearsed: Option<Vec<NewOutbox>>,
}

impl Tx {
    fn over(conn: DatabaseTransaction, directory: Arc<Directory>, ids: Arc<IdSource>, backend: Backend) -> Self {
        Self {
            conn,
            directory,
            ids,
            backend,
            directory_changed: false,
            outbox_grew: false,
            counted: Vec::new(),
            accepted: Vec::new(),
            pending: Vec::new(),
            pending_words: Vec::new(),
            ahead: HashMap::new(),
            rehearsed: None,
        }
    }

    /// Everything that can be read can be read inside a write too, and sees what was written before.
    ///
    /// # Errors
    /// The database's, from bringing it up to what was written before.
    pub async fn db(&mut self) -> Result<Db<'_>, StoreError> {
        self.flush_records().await?;
        Ok(self.raw())
    }

    /// The transaction as it stands, without the records that are still to be inserted.
    pub(super) fn raw(&self) -> Db<'_> {
        Db::Tx(&self.conn)
    }

    /// Units, people and chats as they were when the batch began.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.clone()
    }

    /// A fresh id for a row.
    pub fn new_id(&self) -> i64 {
        self.ids.next()
    }

    /// A fresh id that tells nothing finer than the hour of an instant: for rows whose own instant would tell who caused
    /// them. Whatever hangs on an anonymous question gets its id here.
    pub fn new_coarse_id(&self, at: DateTime<Utc>) -> i64 {
        coarse_id(at)
    }

    /// Makes every process load the directory anew once this is committed.
    pub(super) async fn bump_directory(&mut self) -> Result<(), StoreError> {
        self.raw().run("UPDATE meta SET value = value + 1 WHERE key = 'directory'", []).await?;
        self.directory_changed = true;
        Ok(())
    }

    /// Counts something that happens in this write, once it is committed: a write may be rolled back, and run several times.
    pub fn count(&mut self, metric: &'static str, label: Option<(&'static str, &'static str)>) {
        self.counted.push((metric, label));
    }

    pub(super) fn note_outbox(&mut self) {
        self.outbox_grew = true;
    }
}

/// How often a closure is run again after a conflict before the fault is reported.
const MOST_TRIES: u32 = 6;

/// Work in the queue. The answer is sent only by `settle`, after the commit.
trait Job: Send {
    /// The key under which the event was delivered, for messages from outside.
    fn key(&self) -> Option<&InboxKey> {
        None
    }

    /// What it will ask about a person's days, so that it can be read for the whole batch at once.
    fn ahead(&self) -> Option<&Ahead> {
        None
    }

    /// Runs inside the transaction; may run several times.
    fn run<'c>(&'c mut self, tx: &'c mut Tx) -> Fut<'c, ()>;

    /// The event was handled before: the reply that was stored then.
    fn known(&mut self, _stored: Accepted) {}

    /// The answer to whoever asked.
    fn settle(self: Box<Self>, result: Result<(), Fault>);
}

struct Plain<T, F> {
    closure: F,
    output: Option<T>,
    answer: oneshot::Sender<Result<T, Fault>>,
}

impl<T, F> Job for Plain<T, F>
where
    T: Send + 'static,
    F: for<'c> Fn(&'c mut Tx) -> Fut<'c, T> + Send + 'static,
{
    fn run<'c>(&'c mut self, tx: &'c mut Tx) -> Fut<'c, ()> {
        Box::pin(async move {
            self.output = Some((self.closure)(tx).await?);
            Ok(())
        })
    }

    fn settle(self: Box<Self>, result: Result<(), Fault>) {
        // whoever asked may have given up waiting; the write stands all the same
        let Self { output, answer, .. } = *self;
        let _ = answer.send(result.and_then(|()| output.ok_or(Fault::Closed)));
    }
}

struct Once<F> {
    key: InboxKey,
    ahead: Option<Ahead>,
    received_at_ms: i64,
    closure: F,
    output: Option<Accepted>,
    answer: oneshot::Sender<Result<Accepted, Fault>>,
}

impl<F> Job for Once<F>
where
    F: for<'c> Fn(&'c mut Tx) -> Fut<'c, Handled> + Send + 'static,
{
    fn key(&self) -> Option<&InboxKey> {
        Some(&self.key)
    }

    fn ahead(&self) -> Option<&Ahead> {
        self.ahead.as_ref()
    }

    fn run<'c>(&'c mut self, tx: &'c mut Tx) -> Fut<'c, ()> {
        Box::pin(async move {
            let handled = (self.closure)(tx).await?;
            let row = InboxRow::done(tx, &self.key, &handled, self.received_at_ms)?;
            tx.accepted.push(row);
            failpoint("after-insert");
            self.output = Some(Accepted::First(handled.reply));
            Ok(())
        })
    }

    fn known(&mut self, stored: Accepted) {
        self.output = Some(stored);
    }

    fn settle(self: Box<Self>, result: Result<(), Fault>) {
        let Self { output, answer, .. } = *self;
        let _ = answer.send(result.and_then(|()| output.ok_or(Fault::Closed)));
    }
}

impl Store {
    /// Runs a closure inside a transaction and resolves after the commit.
    ///
    /// The closure may run more than once and must await nothing but the transaction.
    ///
    /// # Errors
    /// The closure's own fault, or the database's. Nothing of a failed closure is kept.
    pub async fn write<T, F>(&self, closure: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Tx) -> Fut<'c, T> + Send + 'static,
    {
        let (answer, waiting) = oneshot::channel();
        self.0.writer.send(Box::new(Plain { closure, output: None, answer })).await?;
        waiting.await.map_err(|_| Fault::Closed)?
    }

    /// Runs a closure that only reads, beside the writer: on a snapshot and a connection of its own, so that nobody waits for
    /// it. What it would have sent is handed back, for the write that answers.
    ///
    /// # Errors
    /// The closure's own fault, or the database's; that of a closure that writes after all.
    pub async fn rehearse<T, F>(&self, closure: F) -> Result<(T, Vec<NewOutbox>), Fault>
    where
        F: for<'c> FnOnce(&'c mut Tx) -> Fut<'c, T>,
    {
        let conn = self.0.reader.begin().await.map_err(StoreError::from)?;
        let backend = self.0.backend;
        let mut tx = Tx::over(conn, self.directory(), self.0.ids.clone(), backend);
        tx.rehearsed = Some(Vec::new());
        tx.raw().run(dialect::read_only(backend), []).await?;
        let outcome = closure(&mut tx).await;
        let Tx { conn, rehearsed, .. } = tx;
        if let Some(again) = dialect::read_and_write(backend) {
            Db::Tx(&conn).run(again, []).await?;
        }
        conn.rollback().await.map_err(StoreError::from)?;
        Ok((outcome?, rehearsed.unwrap_or_default()))
    }

    /// Handles an event exactly once: the closure runs only if no event with this key was handled before, and its
    /// reply is stored for redeliveries in the same transaction.
    ///
    /// `ahead` only saves a query: what the closure will probably ask is then read for the whole batch at once.
    ///
    /// # Errors
    /// The closure's own fault, or the database's. Nothing of a failed closure is kept.
    pub async fn accept<F>(
        &self,
        key: InboxKey,
        ahead: Option<Ahead>,
        received_at_ms: i64,
        closure: F,
    ) -> Result<Accepted, Fault>
    where
        F: for<'c> Fn(&'c mut Tx) -> Fut<'c, Handled> + Send + 'static,
    {
        let (answer, waiting) = oneshot::channel();
        self.0.writer.send(Box::new(Once { key, ahead, received_at_ms, closure, output: None, answer })).await?;
        waiting.await.map_err(|_| Fault::Closed)?
    }
}

/// The queue to the writing task.
pub(super) struct Writer {
    queue: RwLock<Option<mpsc::Sender<Box<dyn Job>>>>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(
        conn: DatabaseConnection,
        backend: Backend,
        zone: Tz,
        max_batch: usize,
        published: Arc<RwLock<Arc<Directory>>>,
        outbox_grew: Arc<Notify>,
        ids: Arc<IdSource>,
    ) -> Self {
        let (queue, jobs) = mpsc::channel(1_024);
        let lane = Lane { conn, backend, zone, max_batch: max_batch.max(1), published, outbox_grew, ids };
        let task = tokio::spawn(lane.work(jobs));
        Self { queue: RwLock::new(Some(queue)), task: tokio::sync::Mutex::new(Some(task)) }
    }

    async fn send(&self, job: Box<dyn Job>) -> Result<(), Fault> {
        let queue = self.queue.read().ok().and_then(|queue| queue.clone()).ok_or(Fault::Closed)?;
        queue.send(job).await.map_err(|_| Fault::Closed)
    }

    /// Takes no more work and waits until what was queued is committed.
    pub(super) async fn stop(&self) {
        if let Ok(mut queue) = self.queue.write() {
            queue.take();
        }
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(error = %error, "The writer ended badly");
        }
    }
}

/// The writing task and what it owns.
struct Lane {
    conn: DatabaseConnection,
    backend: Backend,
    zone: Tz,
    max_batch: usize,
    published: Arc<RwLock<Arc<Directory>>>,
    outbox_grew: Arc<Notify>,
    ids: Arc<IdSource>,
}

/// What became of a batch.
enum Outcome {
    /// Committed: the first `done` jobs. The rest needs a new directory and goes into the next batch.
    Committed { done: usize },
    /// Nothing was kept.
    RolledBack(Fault),
}

impl Lane {
    async fn work(self, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
        let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(self.max_batch);
        loop {
            if batch.is_empty() {
                match jobs.recv().await {
                    Some(job) => batch.push(job),
                    None => break,
                }
            }
            // no waiting window: what has queued up while the last commit ran is the batch
            while batch.len() < self.max_batch
                && let Ok(job) = jobs.try_recv()
            {
                batch.push(job);
            }
            metrics::histogram!("tuanqing_store_batch_size").record(u32::try_from(batch.len()).unwrap_or(u32::MAX));
            batch = self.process(batch).await;
        }
        if let Err(error) = self.conn.close().await {
            tracing::warn!(error = %error, "The writing connection did not close cleanly");
        }
    }

    /// Brings a batch to its end and returns the jobs that are still to be done.
    async fn process(&self, mut batch: Vec<Box<dyn Job>>) -> Vec<Box<dyn Job>> {
        match self.attempt(&mut batch).await {
            Outcome::Committed { done } => {
                let rest = batch.split_off(done);
                settle_all(batch);
                rest
            }
            Outcome::RolledBack(fault) => {
                if batch.len() > 1 {
                    metrics::counter!("tuanqing_store_batches_rolled_back_total").increment(1);
                }
                for job in batch {
                    self.process_alone(job, fault.clone()).await;
                }
                Vec::new()
            }
        }
    }

    /// A batch failed: each job runs again in a transaction of its own, so that only the culprit fails.
    async fn process_alone(&self, job: Box<dyn Job>, first: Fault) {
        let mut alone = vec![job];
        let mut last = first;
        for tries in 0..MOST_TRIES {
            match self.attempt(&mut alone).await {
                Outcome::Committed { .. } => return settle_all(alone),
                Outcome::RolledBack(fault) => {
                    let transient = matches!(&fault, Fault::Store(error) if error.is_transient());
                    last = fault;
                    if !transient {
                        break;
                    }
                    metrics::counter!("tuanqing_store_conflicts_total").increment(1);
                    tokio::time::sleep(Duration::from_millis(5 << tries)).await;
                }
            }
        }
        for job in alone {
            job.settle(Err(last.clone()));
        }
    }

    async fn attempt(&self, batch: &mut [Box<dyn Job>]) -> Outcome {
        failpoint("before-begin");
        let keys: Vec<&InboxKey> = batch.iter().filter_map(|job| job.key()).collect();
        let (mut tx, known) = match self.begin(&keys).await {
            Ok(begun) => begun,
            Err(fault) => return Outcome::RolledBack(fault),
        };
        match self.run_all(&mut tx, known, batch).await {
            Ok(done) => self.commit(tx, done).await,
            Err(fault) => {
                if let Err(error) = tx.conn.rollback().await {
                    tracing::warn!(error = %error, "A write could not be rolled back; the connection is dropped");
                }
                Outcome::RolledBack(fault)
            }
        }
    }

    async fn begin(&self, keys: &[&InboxKey]) -> Result<(Tx, HashMap<InboxKey, Accepted>), Fault> {
        let conn = self.conn.begin_with_options(self.backend.transaction_options()).await.map_err(StoreError::from)?;
        let (version, known) = Db::Tx(&conn).find_replies(keys).await?;
        let mut directory = match self.published.read() {
            Ok(directory) => directory.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        };
        if directory.version() != version {
            directory = Arc::new(Db::Tx(&conn).load_directory(self.zone).await?);
            self.publish(directory.clone());
        }
        let tx = Tx::over(conn, directory, self.ids.clone(), self.backend);
        Ok((tx, known))
    }

    /// Shows readers what this batch has changed, before whoever changed it is answered.
    async fn publish_directory(&self) {
        match Db::Pool(&self.conn).load_directory(self.zone).await {
            Ok(directory) => self.publish(Arc::new(directory)),
            // it is committed all the same; the next write finds the new version
            Err(error) => tracing::warn!(error = %error, "The directory could not be loaded anew at once"),
        }
    }

    fn publish(&self, directory: Arc<Directory>) {
        match self.published.write() {
            Ok(mut slot) => *slot = directory,
            Err(poisoned) => *poisoned.into_inner() = directory,
        }
    }

    /// Runs the jobs in order; stops early, with success, after one that changed the directory.
    async fn run_all(
        &self,
        tx: &mut Tx,
        known: HashMap<InboxKey, Accepted>,
        batch: &mut [Box<dyn Job>],
    ) -> Result<usize, Fault> {
        let asked: Vec<Ahead> = batch.iter().filter_map(|job| job.ahead().cloned()).collect();
        tx.read_ahead(&asked).await?;
        let mut done = 0;
        for job in batch.iter_mut() {
            done += 1;
            if let Some(key) = job.key() {
                // handled before, or earlier in this batch
                let earlier = tx.accepted.iter().find(|row| row.is_for(key)).map(InboxRow::as_known).transpose()?;
                if let Some(stored) = earlier.or_else(|| known.get(key).cloned()) {
                    job.known(stored);
                    continue;
                }
            }
            // a panic is a fault of this one closure; the transaction it may have left half done is rolled back
            AssertUnwindSafe(job.run(tx)).catch_unwind().await.unwrap_or(Err(Fault::Panicked))?;
            if tx.directory_changed {
                break;
            }
        }
        tx.flush_records().await?;
        tx.insert_accepted().await?;
        Ok(done)
    }

    async fn commit(&self, tx: Tx, done: usize) -> Outcome {
        let Tx { conn, outbox_grew, directory_changed, counted, .. } = tx;
        failpoint("before-commit");
        if let Err(error) = conn.commit().await {
            return Outcome::RolledBack(StoreError::from(error).into());
        }
        failpoint("after-commit");
        if directory_changed {
            self.publish_directory().await;
        }
        if outbox_grew {
            self.outbox_grew.notify_one();
        }
        for (metric, label) in counted {
            match label {
                Some((name, value)) => metrics::counter!(metric, name => value).increment(1),
                None => metrics::counter!(metric).increment(1),
            }
        }
        Outcome::Committed { done }
    }
}

fn settle_all(batch: Vec<Box<dyn Job>>) {
    for job in batch {
        job.settle(Ok(()));
    }
}

impl Tx {
    async fn insert_accepted(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.accepted);
        self.raw().insert_inbox(&rows, self.backend.rows_per_insert()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ChatId;
    use crate::store::Target;
    use crate::store::scratch::Scratch;

    fn key(name: &str) -> InboxKey {
        InboxKey { account: "qq".into(), dedupe_key: name.into() }
    }

    /// Holds the writer back until the returned notice, so that what is asked meanwhile makes one batch.
    fn hold(store: &Store) -> (Arc<Notify>, JoinHandle<Result<(), Fault>>) {
        let gate = Arc::new(Notify::new());
        let (store, inner) = (store.clone(), gate.clone());
        let held = tokio::spawn(async move {
            store
                .write(move |_| {
                    let gate = inner.clone();
                    Box::pin(async move {
                        gate.notified().await;
                        Ok(())
                    })
                })
                .await
        });
        (gate, held)
    }

    async fn queued() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    async fn rehearsing(scratch: Scratch) {
        let store = scratch.open().await;
        let (gate, held) = hold(&store);
        queued().await;
        // a write is under way and waits; who only reads does not
        let (count, owed) = store
            .rehearse(|tx| {
                Box::pin(async move {
                    tx.insert_outbox(NewOutbox {
                        target: Target::Chat(ChatId(7)),
                        template: "receipt/sent_privately",
                        context: "{}".into(),
                        question: None,
                        not_before_ms: 0,
                        valid_until_ms: 1,
                    })
                    .await?;
                    Ok(tx.db().await?.rows("SELECT 1 FROM outbox", []).await?.len())
                })
            })
            .await
            .unwrap();
        assert_eq!((count, owed.len()), (0, 1), "what it would have sent is handed back, and nothing is written");
        assert!(!held.is_finished());
        // what writes after all is refused, and the connection serves the next one
        for _ in 0..2 * crate::store::scratch::READERS {
            let writes = store.rehearse(|tx| Box::pin(async move { Ok(tx.bump_directory().await?) })).await;
            assert!(matches!(writes, Err(Fault::Store(error)) if error.is_refused_write()));
        }
        gate.notify_one();
        held.await.unwrap().unwrap();
        store.write(|tx| Box::pin(async move { Ok(tx.bump_directory().await?) })).await.unwrap();
        store.close().await;
        scratch.remove().await;
    }

    #[tokio::test]
    async fn what_only_reads_waits_for_no_write_and_cannot_write() {
        rehearsing(Scratch::sqlite()).await;
        if let Some(scratch) = Scratch::postgres().await {
            rehearsing(scratch).await;
        }
    }

    #[tokio::test]
    async fn a_recall_finds_what_its_own_batch_made() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let (gate, held) = hold(&store);
        queued().await;
        let first = store.clone();
        let made = tokio::spawn(async move {
            let made = || Handled { made: Some("record:7".into()), ..Handled::default() };
            first.accept(key("1"), None, 0, move |_| Box::pin(async move { Ok(made()) })).await
        });
        queued().await;
        let second = store.clone();
        let recalled = tokio::spawn(async move {
            second
                .accept(key("recall:1"), None, 1, move |tx| {
                    Box::pin(async move { Ok(Handled { made: tx.recall(&key("1")).await?, ..Handled::default() }) })
                })
                .await
        });
        queued().await;
        gate.notify_one();
        held.await.unwrap().unwrap();
        made.await.unwrap().unwrap();
        recalled.await.unwrap().unwrap();
        let seen = store.write(|tx| Box::pin(async move { Ok(tx.recall(&key("recall:1")).await?) })).await.unwrap();
        assert_eq!(seen.as_deref(), Some("record:7"));
        store.close().await;
        scratch.remove().await;
    }

    #[tokio::test]
    async fn a_panic_in_a_batch_fails_alone_and_its_neighbours_are_kept() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let (gate, held) = hold(&store);
        queued().await;
        let mut asked = Vec::new();
        for n in 0..10 {
            let store = store.clone();
            asked.push(tokio::spawn(async move {
                store
                    .write(move |tx| {
                        Box::pin(async move {
                            tx.raw()
                                .run("INSERT INTO counter (name, value) VALUES ($1, 1)", [format!("{n}").into()])
                                .await?;
                            assert_ne!(n, 4, "a test wants a panic");
                            Ok(())
                        })
                    })
                    .await
            }));
        }
        queued().await;
        gate.notify_one();
        held.await.unwrap().unwrap();
        let mut failed = 0;
        for one in asked {
            failed += usize::from(matches!(one.await.unwrap(), Err(Fault::Panicked)));
        }
        let kept = store.reader().rows("SELECT name FROM counter", []).await.unwrap().len();
        assert_eq!((failed, kept), (1, 9));
        store.close().await;
        scratch.remove().await;
    }
}
