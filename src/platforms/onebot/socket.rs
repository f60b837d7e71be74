//! The reverse WebSocket: the implementation connects to us, sends events and carries out our calls.
//!
//! Events and the answers to our calls share one connection, so the loop that reads it never waits for anything: events
//! are worked on beside it. One sender's events keep their order, because "撤回" after "签到" must not overtake it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use super::client::Answer;
use super::decode;
use crate::domain::event::{EventKind, InboundEvent};
use crate::domain::message::Message;
use crate::platforms::{Deliver, Malformed, Outcome, Received, Rejected, Socket};

/// Events of one connection that are worked on at the same time.
const MOST_RUNNING: usize = 32;

/// Events of one connection that may wait. Beyond that nothing more is read: the implementation has to wait too.
const MOST_WAITING: usize = 1_024;

/// The connections of an account. There can be several: one for events and one for calls, or an old one whose end has
/// not been noticed yet.
pub(super) struct Links {
    state: Mutex<State>,
    next: AtomicU64,
    patience: Duration,
}

#[derive(Default)]
struct State {
    links: Vec<Link>,
    /// Calls whose answer has not come, by echo.
    pending: HashMap<String, Pending>,
}

struct Link {
    id: u64,
    outgoing: mpsc::Sender<String>,
    /// It has sent an event. One that never does is there for calls.
    speaks: bool,
}

struct Pending {
    link: u64,
    answer: oneshot::Sender<Outcome>,
}

/// Takes a connection off the list however its loop ends.
struct Joined<'a> {
    links: &'a Links,
    id: u64,
}

impl Drop for Joined<'_> {
    fn drop(&mut self) {
        let mut state = self.links.lock();
        state.links.retain(|link| link.id != self.id);
        // those who wait learn that no answer will come
        state.pending.retain(|_, pending| pending.link != self.id);
    }
}

/// Takes a call off the list however its wait ends.
struct Waiting<'a> {
    links: &'a Links,
    echo: &'a str,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.links.lock().pending.remove(self.echo);
    }
}

impl Links {
    /// No connection yet. A call waits this long for its answer.
    pub(super) fn new(patience: Duration) -> Self {
        Self { state: Mutex::default(), next: AtomicU64::new(1), patience }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // nothing in here can be left half done
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Calls an action that sends a message, over the connection made for calls, or else the newest.
    pub(super) async fn call(&self, action: &str, params: &Value) -> Outcome {
        let echo = format!("call-{}", self.number());
        let frame = json!({ "action": action, "params": params, "echo": echo }).to_string();
        let (answer, answered) = oneshot::channel();
        let outgoing = {
            let mut state = self.lock();
            let Some(link) = state.links.iter().max_by_key(|link| (!link.speaks, link.id)) else {
                return Outcome::NotConnected;
            };
            let (id, outgoing) = (link.id, link.outgoing.clone());
            state.pending.insert(echo.clone(), Pending { link: id, answer });
            outgoing
        };
        let _waiting = Waiting { links: self, echo: &echo };
        let until = Instant::now() + self.patience;
        match timeout_at(until, outgoing.send(frame)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Outcome::NotConnected,
            Err(_) => return Outcome::Failed("连接堵住了".to_owned()),
        }
        match timeout_at(until, answered).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Outcome::Unknown("答复之前连接断了".to_owned()),
            Err(_) => Outcome::Unknown("等待超时".to_owned()),
        }
    }

    /// Serves one connection until it closes. `read` reads an event frame; `reply` makes a quick operation.
    pub(super) async fn serve(
        &self,
        account: &str,
        socket: Socket,
        deliver: Deliver,
        read: impl Fn(&str) -> Result<Received, Rejected>,
        reply: impl Fn(&Message) -> Option<Value>,
    ) {
        let Socket { mut incoming, outgoing } = socket;
        let link = self.number();
        self.lock().links.push(Link { id: link, outgoing: outgoing.clone(), speaks: false });
        let mut joined = Some(Joined { links: self, id: link });
        let mut waiting: VecDeque<Arrived> = VecDeque::new();
        let mut busy: HashSet<String> = HashSet::new();
        let mut running = FuturesUnordered::new();
        // what has arrived is still worked on when the connection has closed
        while joined.is_some() || !running.is_empty() {
            tokio::select! {
                frame = incoming.recv(), if joined.is_some() && waiting.len() < MOST_WAITING => match frame {
                    Some(frame) => waiting.extend(self.read_frame(account, link, &frame, &read)),
                    None => joined = None,
                },
                Some(sender) = running.next(), if !running.is_empty() => {
                    busy.remove::<String>(&sender);
                }
            }
            while running.len() < MOST_RUNNING {
                // the oldest event whose sender has no other one being worked on
                let Some(at) = waiting.iter().position(|one| !busy.contains(&one.event.sender)) else { break };
                let Some(next) = waiting.remove(at) else { break };
                busy.insert(next.event.sender.clone());
                running.push(self.work(next, &deliver, &outgoing, &reply));
            }
        }
    }

    /// Has an event acted on and sends the reply; gives back whose event it was.
    async fn work(
        &self,
        arrived: Arrived,
        deliver: &Deliver,
        outgoing: &mpsc::Sender<String>,
        reply: &impl Fn(&Message) -> Option<Value>,
    ) -> String {
        let Arrived { event, context } = arrived;
        let (sender, answerable) = (event.sender.clone(), event.kind == EventKind::Message);
        // a fault has been logged where it happened, and is tried again from what was stored
        let said = deliver(*event).await.ok().flatten().filter(|_| answerable);
        if let Some(operation) = said.as_ref().and_then(reply) {
            let params = json!({ "context": context, "operation": operation });
            let echo = format!("reply-{}", self.number());
            let frame = json!({ "action": ".handle_quick_operation", "params": params, "echo": echo });
            // nobody is left to be answered when the connection is gone
            let _ = timeout(self.patience, outgoing.send(frame.to_string())).await;
        }
        sender
    }

    /// Passes an answer on to the call it belongs to; gives back an event that has to be worked on.
    fn read_frame(
        &self,
        account: &str,
        link: u64,
        frame: &str,
        read: impl Fn(&str) -> Result<Received, Rejected>,
    ) -> Option<Arrived> {
        // checked before anything is built from the frame
        let too_deep = decode::depth(frame.as_bytes()) > decode::DEEPEST;
        let Some(context) = (!too_deep).then(|| serde_json::from_str::<Value>(frame).ok()).flatten() else {
            count_rejected(account, &Malformed("not a frame in JSON").into());
            return None;
        };
        if context.get("post_type").is_none() {
            self.take_answer(account, link, context);
            return None;
        }
        if let Some(link) = self.lock().links.iter_mut().find(|one| one.id == link) {
            link.speaks = true;
        }
        match read(frame) {
            Ok(Received::Event(event)) => Some(Arrived { event, context }),
            Ok(Received::Ignored(kind)) => {
                metrics::counter!("tuanqing_webhook_ignored_total", "account" => account.to_owned(), "kind" => kind)
                    .increment(1);
                None
            }
            Ok(Received::Handshake(_)) => None,
            Err(rejected) => {
                count_rejected(account, &rejected);
                None
            }
        }
    }

    fn take_answer(&self, account: &str, link: u64, frame: Value) {
        let echo = frame.get("echo").and_then(Value::as_str).map(str::to_owned);
        let outcome = serde_json::from_value::<Answer>(frame).unwrap_or_default().outcome();
        let waiting = echo.and_then(|echo| {
            let mut state = self.lock();
            // an answer that comes another way than its question went is not its answer
            let right = state.pending.get(&echo).is_some_and(|pending| pending.link == link);
            if right { state.pending.remove(&echo) } else { None }
        });
        match waiting {
            // whoever asked may have given up in the meantime
            Some(pending) => drop(pending.answer.send(outcome)),
            None => {
                if !matches!(outcome, Outcome::Sent(_)) {
                    tracing::warn!(account.name = account, ?outcome, "The implementation did not carry out a reply");
                }
            }
        }
    }
}

/// Counts what was turned away under the names that HTTP uses, and says so: nobody else can see it.
fn count_rejected(account: &str, rejected: &Rejected) {
    let (name, reason) = match rejected {
        Rejected::Refused(refused) => ("tuanqing_webhook_refused_total", refused.to_string()),
        Rejected::Malformed(malformed) => ("tuanqing_webhook_malformed_total", malformed.0.to_owned()),
    };
    tracing::warn!(account.name = account, reason, "A frame from a WebSocket was turned away");
    metrics::counter!(name, "account" => account.to_owned(), "reason" => reason).increment(1);
}

/// An event with the whole frame it came in: a quick operation sends it back.
struct Arrived {
    event: Box<InboundEvent>,
    context: Value,
}
