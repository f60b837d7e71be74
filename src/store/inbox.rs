//! The inbox: one row for every event that was acted on, and the failed ones that are tried again.

use std::collections::HashMap;

use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx};
use crate::clock::{coarse_ms, from_ms};
use crate::domain::event::InboundEvent;
use crate::domain::id::EventId;
use crate::domain::message::Message;
use crate::error::Fault;
use crate::seal::is_sealed;

/// What makes an event the same event when it is delivered again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InboxKey {
    /// The account it came through.
    pub account: String,
    /// The platform's key, unique within the account.
    pub dedupe_key: String,
}

impl InboxKey {
    /// The key of an event.
    pub fn of(event: &InboundEvent) -> Self {
        Self { account: event.account.clone(), dedupe_key: event.dedupe_key.clone() }
    }
}

/// What handling an event came to.
#[derive(Clone, Debug, Default)]
pub struct Handled {
    /// What is answered at once.
    pub reply: Option<Message>,
    /// What it made, such as `record:123`, so that recalling the message can undo it.
    pub made: Option<String>,
    /// What is stored in place of the two, where the row must not tell them; its instant is then stored by the hour.
    pub sealed: Option<SealedHandled>,
}

/// What handling an event came to, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedHandled {
    /// The reply as JSON.
    pub reply: Option<String>,
    /// What it made.
    pub made: Option<String>,
}

impl Handled {
    /// What the columns `reply` and `made` hold.
    fn stored(&self) -> Result<(Option<String>, Option<String>), Fault> {
        if let Some(sealed) = &self.sealed {
            return Ok((sealed.reply.clone(), sealed.made.clone()));
        }
        let reply = self.reply.as_ref().map(serde_json::to_string).transpose();
        Ok((reply.map_err(|_| Fault::Corrupt("reply"))?, self.made.clone()))
    }
}

/// What [`super::Store::accept`] came to.
#[derive(Clone, Debug)]
pub enum Accepted {
    /// The event was new; it has been acted on now.
    First(Option<Message>),
    /// The event was here before; the reply of that time.
    Again(Option<Message>),
    /// The event was here before; the reply of that time, sealed. Who has the key reads it.
    Sealed(String),
}

impl Accepted {
    /// The reply, new or stored; nothing where it is sealed.
    pub fn reply(&self) -> Option<&Message> {
        match self {
            Self::First(reply) | Self::Again(reply) => reply.as_ref(),
            Self::Sealed(_) => None,
        }
    }
}

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InboxState {
    /// Acted on.
    Done,
    /// A fault stopped it; it will be tried again.
    Failed,
    /// Tried too often; waits for an operator.
    Dead,
    /// An operator has given it up.
    Dropped,
}

impl InboxState {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Dropped => "dropped",
        }
    }

    fn read(code: &str) -> Option<Self> {
        [Self::Done, Self::Failed, Self::Dead, Self::Dropped].into_iter().find(|state| state.code() == code)
    }
}

/// An event that could not be handled.
#[derive(Clone, Debug)]
pub struct FailedEvent {
    /// The inbox row.
    pub id: EventId,
    /// Its key.
    pub key: InboxKey,
    /// Failed or dead.
    pub state: InboxState,
    /// The event; `None` where it is sealed, or its stored form cannot be read any more.
    pub event: Option<InboundEvent>,
    /// The event, sealed.
    pub sealed: Option<String>,
    /// The last fault, without anybody's words.
    pub error: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it came, in milliseconds since 1970.
    pub received_at_ms: i64,
}

/// A row about to be inserted.
pub(super) struct InboxRow {
    id: i64,
    key: InboxKey,
    reply: Option<String>,
    made: Option<String>,
    received_at_ms: i64,
}

impl InboxRow {
    pub(super) fn done(tx: &Tx, key: &InboxKey, handled: &Handled, received_at_ms: i64) -> Result<Self, Fault> {
        let (reply, made) = handled.stored()?;
        let (id, received_at_ms) = match handled.sealed {
            Some(_) => (tx.new_coarse_id(from_ms(received_at_ms)), coarse_ms(received_at_ms)),
            None => (tx.new_id(), received_at_ms),
        };
        Ok(Self { id, key: key.clone(), reply, made, received_at_ms })
    }

    pub(super) fn is_for(&self, key: &InboxKey) -> bool {
        self.key == *key
    }

    pub(super) fn as_known(&self) -> Result<Accepted, Fault> {
        read_reply(self.reply.as_deref())
    }
}

fn read_reply(stored: Option<&str>) -> Result<Accepted, Fault> {
    match stored {
        Some(sealed) if is_sealed(sealed) => Ok(Accepted::Sealed(sealed.to_owned())),
        plain => plain.map(serde_json::from_str).transpose().map(Accepted::Again).map_err(|_| Fault::Corrupt("reply")),
    }
}

impl Db<'_> {
    /// The version of the directory, and the stored replies of those events that were handled before: what every batch
    /// begins with, in one statement for each account.
    pub(super) async fn find_replies(&self, keys: &[&InboxKey]) -> Result<(i64, HashMap<InboxKey, Accepted>), Fault> {
        let mut by_account: HashMap<&str, Vec<&str>> = HashMap::new();
        for key in keys {
            by_account.entry(&key.account).or_default().push(&key.dedupe_key);
        }
        if by_account.is_empty() {
            return Ok((self.directory_version().await?, HashMap::new()));
        }
        let (mut version, mut found) = (0, HashMap::new());
        for (account, keys) in by_account {
            let sql = format!(
                "SELECT value, NULL, NULL FROM meta WHERE key = 'directory'
                 UNION ALL SELECT NULL, dedupe_key, reply FROM inbox WHERE account = {} AND dedupe_key IN ({})",
                self.marks(0, 1),
                self.marks(1, keys.len())
            );
            let values = std::iter::once(account).chain(keys).map(Value::from);
            for row in self.rows(&sql, values).await? {
                if let Some(value) = row.try_get_by_index::<Option<i64>>(0).map_err(StoreError::from)? {
                    version = value;
                    continue;
                }
                let dedupe_key: String = row.try_get_by_index(1).map_err(StoreError::from)?;
                let reply: Option<String> = row.try_get_by_index(2).map_err(StoreError::from)?;
                let key = InboxKey { account: account.to_owned(), dedupe_key };
                found.insert(key, read_reply(reply.as_deref())?);
            }
        }
        Ok((version, found))
    }

    /// Inserts the rows of a batch. The text differs only by how many there are, so each length is prepared once.
    pub(super) async fn insert_inbox(&self, rows: &[InboxRow], at_once: usize) -> Result<(), StoreError> {
        for rows in rows.chunks(at_once) {
            let tuples: Vec<String> =
                (0..rows.len()).map(|n| format!("({}, 'done', 1)", self.marks(n * 6, 6))).collect();
            let sql = format!(
                "INSERT INTO inbox (id, account, dedupe_key, reply, made, received_at_ms, state, attempts) VALUES {}",
                tuples.join(", ")
            );
            let values = rows.iter().flat_map(|row| {
                [
                    row.id.into(),
                    row.key.account.clone().into(),
                    row.key.dedupe_key.clone().into(),
                    row.reply.clone().into(),
                    row.made.clone().into(),
                    row.received_at_ms.into(),
                ]
            });
            self.run(&sql, values.collect::<Vec<Value>>()).await?;
        }
        Ok(())
    }

    /// What an event made (`record:123`), if it was handled and made something.
    async fn find_made(&self, key: &InboxKey) -> Result<Option<String>, StoreError> {
        let sql = "SELECT made FROM inbox WHERE account = $1 AND dedupe_key = $2";
        let row = self.row(sql, [key.account.clone().into(), key.dedupe_key.clone().into()]).await?;
        Ok(row.map(|row| row.try_get_by_index::<Option<String>>(0)).transpose()?.flatten())
    }

    /// Failed events whose next try is due, the earliest first.
    pub async fn list_due_events(&self, now_ms: i64, limit: u32) -> Result<Vec<FailedEvent>, StoreError> {
        // the first condition is the index's own, word for word: SQLite takes a partial index for nothing less
        let sql = format!(
            "{FAILED} WHERE state IN ('failed', 'dead') AND state = 'failed' AND next_try_at_ms <= $1
             ORDER BY next_try_at_ms LIMIT {limit}"
        );
        self.rows(&sql, [now_ms.into()]).await?.iter().map(failed_event).collect()
    }

    /// Failed and dead events, the earliest first.
    pub async fn list_failed_events(&self, limit: u32) -> Result<Vec<FailedEvent>, StoreError> {
        // not in the primary key's order, or all that ever came would be read in it
        let sql = format!("{FAILED} WHERE state IN ('failed', 'dead') ORDER BY id + 0 LIMIT {limit}");
        self.rows(&sql, []).await?.iter().map(failed_event).collect()
    }

    /// How many events are failed, and how many dead.
    pub async fn count_failed_events(&self) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT COUNT(CASE WHEN state = 'failed' THEN 1 END), COUNT(CASE WHEN state = 'dead' THEN 1 END)
                   FROM inbox WHERE state IN ('failed', 'dead')";
        let Some(row) = self.row(sql, []).await? else { return Ok((0, 0)) };
        Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
    }
}

const FAILED: &str = "SELECT id, account, dedupe_key, state, payload, error, attempts, received_at_ms FROM inbox";

fn failed_event(row: &QueryResult) -> Result<FailedEvent, StoreError> {
    let payload: Option<String> = row.try_get("", "payload")?;
    let event = payload.as_deref().and_then(|payload| serde_json::from_str(payload).ok());
    Ok(FailedEvent {
        id: EventId(row.try_get("", "id")?),
        key: InboxKey { account: row.try_get("", "account")?, dedupe_key: row.try_get("", "dedupe_key")? },
        state: InboxState::read(&row.try_get::<String>("", "state")?).unwrap_or(InboxState::Dead),
        sealed: payload.filter(|_| event.is_none()),
        event,
        error: row.try_get::<Option<String>>("", "error")?.unwrap_or_default(),
        attempts: row.try_get("", "attempts")?,
        received_at_ms: row.try_get("", "received_at_ms")?,
    })
}

impl Tx {
    /// What the event of a message made (`record:123`), also when it is in this very batch. One that failed and waits
    /// for another try is given up: its message was recalled.
    ///
    /// # Errors
    /// The database's.
    pub async fn recall(&mut self, key: &InboxKey) -> Result<Option<String>, StoreError> {
        if let Some(row) = self.accepted.iter().find(|row| row.is_for(key)) {
            return Ok(row.made.clone());
        }
        let sql = "UPDATE inbox SET state = 'dropped', payload = NULL, next_try_at_ms = NULL
                   WHERE account = $1 AND dedupe_key = $2 AND state IN ('failed', 'dead')";
        self.raw().run(sql, [key.account.clone().into(), key.dedupe_key.clone().into()]).await?;
        self.raw().find_made(key).await
    }

    /// Keeps an event whose handling failed, with its payload, for another try. Where the payload is handed in sealed, its
    /// instant is stored by the hour. Does nothing where a row is there.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_failed_event(
        &mut self,
        event: &InboundEvent,
        sealed: Option<&str>,
        error: &str,
        received_at_ms: i64,
        next_try_at_ms: i64,
    ) -> Result<(), Fault> {
        let (id, payload, received_at_ms) = match sealed {
            Some(sealed) => (self.new_coarse_id(from_ms(received_at_ms)), sealed.to_owned(), coarse_ms(received_at_ms)),
            None => {
                let payload = serde_json::to_string(event).map_err(|_| Fault::Corrupt("event"))?;
                (self.new_id(), payload, received_at_ms)
            }
        };
        let sql = "INSERT INTO inbox (id, account, dedupe_key, state, payload, error, attempts, received_at_ms, next_try_at_ms)
                   VALUES ($1, $2, $3, 'failed', $4, $5, 1, $6, $7) ON CONFLICT DO NOTHING";
        let values: [Value; 7] = [
            id.into(),
            event.account.clone().into(),
            event.dedupe_key.clone().into(),
            payload.into(),
            error.into(),
            received_at_ms.into(),
            next_try_at_ms.into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Settles a failed event that has been handled at last. `false` where somebody else was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn settle_failed_event(&mut self, id: EventId, handled: &Handled) -> Result<bool, Fault> {
        let (reply, made) = handled.stored()?;
        let sql = "UPDATE inbox SET state = 'done', payload = NULL, error = NULL, next_try_at_ms = NULL,
                   attempts = attempts + 1, reply = $2, made = $3 WHERE id = $1 AND state = 'failed'";
        Ok(self.raw().run(sql, [id.0.into(), reply.into(), made.into()]).await? == 1)
    }

    /// Notes another failed try after `attempts` others: at `next_try_at_ms` again, or never (dead) where that is
    /// `None`. Two replicas that tried at once count as one try.
    ///
    /// # Errors
    /// The database's.
    pub async fn postpone_failed_event(
        &mut self,
        id: EventId,
        attempts: i32,
        error: &str,
        next_try_at_ms: Option<i64>,
    ) -> Result<(), StoreError> {
        let state = if next_try_at_ms.is_some() { InboxState::Failed } else { InboxState::Dead };
        let sql = "UPDATE inbox SET state = $2, error = $3, next_try_at_ms = $4, attempts = attempts + 1
                   WHERE id = $1 AND state = 'failed' AND attempts = $5";
        self.raw()
            .run(sql, [id.0.into(), state.code().into(), error.into(), next_try_at_ms.into(), attempts.into()])
            .await?;
        Ok(())
    }

    /// An operator's word: try again at once, or give up. `false` where no such failed or dead event is there.
    ///
    /// # Errors
    /// The database's.
    pub async fn decide_failed_event(&mut self, id: EventId, retry_at_ms: Option<i64>) -> Result<bool, StoreError> {
        let touched = match retry_at_ms {
            Some(at) => {
                let sql = "UPDATE inbox SET state = 'failed', next_try_at_ms = $2 WHERE id = $1 AND state IN ('failed', 'dead')";
                self.raw().run(sql, [id.0.into(), at.into()]).await?
            }
            None => {
                let sql = "UPDATE inbox SET state = 'dropped', payload = NULL, next_try_at_ms = NULL
                           WHERE id = $1 AND state IN ('failed', 'dead')";
                self.raw().run(sql, [id.0.into()]).await?
            }
        };
        Ok(touched == 1)
    }
}
