//! Living and stopping: signals, tasks that must not die, and a stop in two stages.
//!
//! First everybody is asked to stop ([`Lifecycle::stopping`]) and gets time to finish; then what still runs is
//! dropped. A task that ends before it was asked to takes the process with it: a bot that answers but no longer sends
//! is worse than one that is restarted.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long tasks may take to be dropped.
const DROP_TIMEOUT: Duration = Duration::from_secs(1);

/// Why the process stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// Somebody asked for it; the signal's name.
    Signal(&'static str),
    /// Something inside asked for it, by cancelling [`Lifecycle::stopping`].
    Asked,
    /// A task ended that must not.
    TaskDied {
        /// Which.
        name: &'static str,
        /// How.
        problem: String,
    },
}

impl ExitReason {
    /// The reason as a result: a task's death is a failure.
    ///
    /// # Errors
    /// Names the task.
    pub fn into_result(self) -> Result<(), anyhow::Error> {
        match self {
            Self::Signal(_) | Self::Asked => Ok(()),
            Self::TaskDied { .. } => Err(anyhow::anyhow!("{self}")),
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(name) => write!(f, "收到 {name}"),
            Self::Asked => f.write_str("按要求停止"),
            Self::TaskDied { name, problem } => write!(f, "后台任务「{name}」中断了：{problem}"),
        }
    }
}

/// Tasks that did not finish in time and were dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("这些后台任务没有按时停下：{}", .0.join("、"))]
pub struct StillRunning(pub Vec<&'static str>);

/// How a task ended, if it may be asked.
pub trait Ending {
    /// What went wrong; `None` for a plain end.
    fn problem(self) -> Option<String>;
}

impl Ending for () {
    fn problem(self) -> Option<String> {
        None
    }
}

impl Ending for Result<(), anyhow::Error> {
    fn problem(self) -> Option<String> {
        self.err().map(|error| format!("{error:#}"))
    }
}

/// The tasks of the process and the two tokens that end them.
pub struct Lifecycle {
    stopping: CancellationToken,
    /// The second stage: whatever still runs is dropped.
    dropping: CancellationToken,
    tasks: TaskTracker,
    running: Arc<Running>,
    died: mpsc::UnboundedSender<ExitReason>,
    deaths: tokio::sync::Mutex<mpsc::UnboundedReceiver<ExitReason>>,
}

/// Names of the tasks that run, by their number.
#[derive(Default)]
struct Running(Mutex<(u64, BTreeMap<u64, &'static str>)>);

impl Running {
    fn lock(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, &'static str>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, name: &'static str) -> u64 {
        let mut running = self.lock();
        running.0 += 1;
        let number = running.0;
        running.1.insert(number, name);
        number
    }

    fn remove(&self, number: u64) {
        self.lock().1.remove(&number);
    }

    fn names(&self) -> Vec<&'static str> {
        self.lock().1.values().copied().collect()
    }
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl Lifecycle {
    /// A life with no tasks yet.
    pub fn new() -> Self {
        let (died, deaths) = mpsc::unbounded_channel();
        Self {
            stopping: CancellationToken::new(),
            dropping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            running: Arc::default(),
            died,
            deaths: tokio::sync::Mutex::new(deaths),
        }
    }

    /// Cancelled when everybody is to finish and end.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Runs a task that must not end before it is asked to.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future + Send + 'static,
        F::Output: Ending + Send,
    {
        let (stopping, dropping) = (self.stopping.clone(), self.dropping.clone());
        let (running, died) = (self.running.clone(), self.died.clone());
        let number = running.add(name);
        self.tasks.spawn(async move {
            let ended = tokio::select! {
                ended = AssertUnwindSafe(task).catch_unwind() => Some(ended),
                () = dropping.cancelled() => None,
            };
            running.remove(number);
            let problem = match ended {
                None => return,
                // where it panicked is in the log already, what was said in it stays out
                Some(Err(_)) => Some("程序错误（panic），位置见日志".to_owned()),
                Some(Ok(ending)) => ending.problem(),
            };
            if !stopping.is_cancelled() {
                let problem = problem.unwrap_or_else(|| "没有要求它停，它自己结束了".to_owned());
                let _ = died.send(ExitReason::TaskDied { name, problem });
            } else if let Some(problem) = problem {
                tracing::error!(task.name = name, problem, "A task ended badly while the service was stopping");
            }
        });
    }

    /// Waits for a signal (or a death, or a cancelled token), and then asks everybody to stop. A second signal ends the
    /// process at once.
    ///
    /// # Errors
    /// Where the system gives us no signals.
    pub async fn run_until_signal(&self) -> Result<ExitReason, anyhow::Error> {
        let mut signals = Signals::listen()?;
        let reason = self.run_until(signals.next()).await;
        tokio::spawn(async move {
            let name = signals.next().await;
            tracing::warn!(signal.name = name, "A second signal: the process ends without waiting");
            std::process::exit(130);
        });
        Ok(reason)
    }

    async fn run_until(&self, signal: impl Future<Output = &'static str>) -> ExitReason {
        let mut deaths = self.deaths.lock().await;
        let reason = tokio::select! {
            // a death comes first: it must not be taken for a wish because its task cancelled something on the way
            biased;
            Some(death) = deaths.recv() => death,
            name = signal => ExitReason::Signal(name),
            () = self.stopping.cancelled() => ExitReason::Asked,
        };
        match &reason {
            ExitReason::Signal(name) => tracing::info!(signal.name = name, "A signal asks the service to stop"),
            ExitReason::Asked => tracing::info!("The service is asked to stop"),
            ExitReason::TaskDied { name, problem } => {
                tracing::error!(task.name = name, problem, "A task died that must not; the service stops");
            }
        }
        self.stopping.cancel();
        reason
    }

    /// Asks everybody to stop and waits; what still runs after `timeout` is dropped.
    ///
    /// # Errors
    /// Names the tasks that were dropped.
    pub async fn drain(&self, timeout: Duration) -> Result<(), StillRunning> {
        self.stopping.cancel();
        self.tasks.close();
        if tokio::time::timeout(timeout, self.tasks.wait()).await.is_ok() {
            return Ok(());
        }
        let late = StillRunning(self.running.names());
        self.dropping.cancel();
        // at once, unless a task blocks its thread: nothing can drop that one
        let _ = tokio::time::timeout(DROP_TIMEOUT, self.tasks.wait()).await;
        tracing::warn!(task.names = late.0.join(", "), "Tasks that did not finish in time were dropped");
        Err(late)
    }
}

/// The signals that ask us to stop.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> Result<Self, anyhow::Error> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// The signals that ask us to stop: Ctrl-C is all there is here.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Result<Self, anyhow::Error> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const LATE: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn a_signal_asks_everybody_to_stop_and_waits_for_them() {
        let life = Lifecycle::new();
        let stopping = life.stopping();
        let (finished, seen) = tokio::sync::oneshot::channel();
        life.spawn("worker", async move {
            stopping.cancelled().await;
            let _ = finished.send(());
        });
        assert_eq!(life.run_until(ready("SIGTERM")).await, ExitReason::Signal("SIGTERM"));
        assert_eq!(life.drain(LATE).await, Ok(()));
        assert_eq!(seen.await, Ok(()));
    }

    #[tokio::test]
    async fn a_dead_task_ends_the_run_with_its_name() {
        let life = Lifecycle::new();
        life.spawn("outbox", async { Err(anyhow::anyhow!("the queue is gone")) });
        let reason = life.run_until(pending()).await;
        assert_eq!(reason, ExitReason::TaskDied { name: "outbox", problem: "the queue is gone".to_owned() });
        assert!(life.stopping().is_cancelled());
        let failure = reason.into_result().unwrap_err().to_string();
        assert!(failure.contains("outbox") && failure.contains("the queue is gone"), "{failure}");
    }

    #[tokio::test]
    async fn a_task_that_panics_or_just_ends_is_dead_too() {
        for (name, panics) in [("scheduler", true), ("server", false)] {
            let life = Lifecycle::new();
            life.spawn(name, async move { assert!(!panics, "赵样例 said something") });
            let failure = life.run_until(pending()).await.into_result().unwrap_err().to_string();
            assert!(failure.contains(name) && !failure.contains("赵样例"), "{failure}");
        }
    }

    #[tokio::test]
    async fn whoever_does_not_stop_is_dropped_and_named() {
        let life = Lifecycle::new();
        life.spawn("stubborn", pending::<()>());
        let stopping = life.stopping();
        life.spawn("obedient", async move { stopping.cancelled().await });
        assert_eq!(life.drain(SOON).await, Err(StillRunning(vec!["stubborn"])));
        assert_eq!(life.drain(LATE).await, Ok(()), "nothing is left");
    }

    #[tokio::test]
    async fn a_cancelled_token_is_a_wish_and_no_failure() {
        let life = Lifecycle::new();
        life.stopping().cancel();
        assert_eq!(life.run_until(pending()).await, ExitReason::Asked);
        assert!(ExitReason::Asked.into_result().is_ok());
    }
}
