//! The outbox: messages that are owed, in order per lane, and the send times of each destination.

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};
use serde::{Deserialize, Serialize};

use super::{Db, StoreError, Tx, dialect};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{ChatId, OutboxId, PersonId, QuestionId};
use crate::error::Fault;

/// For whom a message is meant. Which address that is, is decided when it is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// One of our groups.
    Chat(ChatId),
    /// A person, in private.
    Person(PersonId),
    /// An address that need not belong to anybody we know: an answer goes back where the question came from.
    Address {
        /// The account.
        account: String,
        /// The group's id on the platform; `None` for private.
        group: Option<String>,
        /// The person's id on the platform.
        user: String,
    },
    /// Somebody who asked anonymously, in private. Only the worker that delivers opens where that is.
    Sealed {
        /// Account and id, sealed.
        sealed: String,
        /// The same for one person, and nobody's without the key.
        mark: String,
    },
}

/// How the lane of somebody begins who asked anonymously.
const SEALED_LANE: &str = "sealed:";

impl OutboxRow {
    /// Where it goes, for an operator. Of somebody who asked anonymously not even the mark: two messages to one would
    /// show that one asked twice.
    pub fn shown_lane(&self) -> &str {
        if self.lane.starts_with(SEALED_LANE) { "sealed" } else { &self.lane }
    }
}

impl Target {
    /// Messages of one lane are delivered in the order in which they were enqueued.
    fn lane(&self) -> String {
        match self {
            Self::Chat(chat) => format!("chat:{chat}"),
            Self::Person(person) => format!("person:{person}"),
            Self::Address { account, group: Some(group), .. } => format!("group:{account}/{group}"),
            Self::Address { account, group: None, user } => format!("user:{account}/{user}"),
            Self::Sealed { mark, .. } => format!("{SEALED_LANE}{mark}"),
        }
    }
}

/// Instead of a template's key: the context is the message itself, rendered before.
pub const RENDERED: &str = "rendered";

/// A message to be enqueued.
#[derive(Clone, Debug)]
pub struct NewOutbox {
    /// For whom.
    pub target: Target,
    /// The template's key.
    pub template: &'static str,
    /// The template's context, as JSON.
    pub context: String,
    /// The question it is about: quoting the message answers it.
    pub question: Option<QuestionId>,
    /// Not before this instant (quiet hours), in milliseconds since 1970.
    pub not_before_ms: i64,
    /// Not after this instant.
    pub valid_until_ms: i64,
}

impl NewOutbox {
    /// A message that was rendered before. One to somebody whose address is sealed is to tell no instant finer than the hour:
    /// it would be that of what they said.
    pub fn rendered(target: Target, context: String, now: DateTime<Utc>, valid_until: DateTime<Utc>) -> Self {
        let is_sealed = matches!(target, Target::Sealed { .. });
        let told = |at: DateTime<Utc>| if is_sealed { hour_ms(to_ms(at)) } else { to_ms(at) };
        let (not_before_ms, valid_until_ms) = (told(now), told(valid_until));
        Self { target, template: RENDERED, context, question: None, not_before_ms, valid_until_ms }
    }

    fn is_reply_to_sealed(&self) -> bool {
        self.template == RENDERED && matches!(self.target, Target::Sealed { .. })
    }
}

/// The full hour before an instant.
fn hour_ms(at_ms: i64) -> i64 {
    at_ms - at_ms.rem_euclid(3_600_000)
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// Owed.
    Waiting,
    /// A worker is sending it.
    Leased,
    /// Delivered, as far as the platform says.
    Sent,
    /// Refused for good, or tried too often; waits for an operator.
    Dead,
    /// Not delivered while it was still worth reading.
    Expired,
    /// An operator has given it up.
    Dropped,
}

impl OutboxState {
    const ALL: [Self; 6] = [Self::Waiting, Self::Leased, Self::Sent, Self::Dead, Self::Expired, Self::Dropped];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Leased => "leased",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Expired => "expired",
            Self::Dropped => "dropped",
        }
    }
}

/// A stored message.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    /// Its identity.
    pub id: OutboxId,
    /// Its lane.
    pub lane: String,
    /// For whom.
    pub target: Target,
    /// The template's key.
    pub template: String,
    /// The template's context, as JSON.
    pub context: String,
    /// The question it is about.
    pub question: Option<QuestionId>,
    /// Where it stands.
    pub state: OutboxState,
    /// When it is tried next, in milliseconds since 1970.
    pub next_try_at_ms: i64,
    /// Not after this instant.
    pub valid_until_ms: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether an attempt may have arrived though nobody heard so.
    pub ambiguous: bool,
    /// The last error.
    pub error: Option<String>,
}

/// The right to send one message, for a while.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Who holds it.
    pub owner: String,
    /// Until when, in milliseconds since 1970.
    pub until_ms: i64,
}

/// What becomes of a message after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Delivered.
    Sent,
    /// To be tried again.
    Retry {
        /// When, in milliseconds since 1970.
        at_ms: i64,
        /// Why, without anybody's words.
        error: String,
        /// Whether the attempt may have arrived.
        ambiguous: bool,
        /// Whether it counts as an attempt; obeying a limit does not.
        counts: bool,
    },
    /// Never to be tried again unless an operator says so.
    Dead {
        /// Why.
        error: String,
    },
}

/// The last send times of a destination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    /// Milliseconds since 1970, the oldest first.
    pub sent_at_ms: Vec<i64>,
    /// Nothing is sent before this instant.
    pub paused_until_ms: i64,
}

/// The message that carries an answer and can be quoted like a notice: an answer that is owed is never given up.
const ANSWER_ITSELF: &str = "notice/open_day_answer";

const COLUMNS: &str = "o.id, o.lane, o.target, o.template, o.context, o.question_id, o.state, o.next_try_at_ms,
    o.valid_until_ms, o.attempts, o.ambiguous, o.error";

fn read(row: &QueryResult) -> Result<OutboxRow, Fault> {
    read_columns(row).map_err(Fault::from)?.ok_or(Fault::Corrupt("outbox target"))
}

fn read_columns(row: &QueryResult) -> Result<Option<OutboxRow>, StoreError> {
    let state: String = row.try_get("", "state")?;
    let Ok(target) = serde_json::from_str(&row.try_get::<String>("", "target")?) else { return Ok(None) };
    Ok(Some(OutboxRow {
        id: OutboxId(row.try_get("", "id")?),
        lane: row.try_get("", "lane")?,
        target,
        template: row.try_get("", "template")?,
        context: row.try_get("", "context")?,
        question: row.try_get::<Option<i64>>("", "question_id")?.map(QuestionId),
        state: OutboxState::ALL.into_iter().find(|one| one.code() == state).unwrap_or(OutboxState::Dead),
        next_try_at_ms: row.try_get("", "next_try_at_ms")?,
        valid_until_ms: row.try_get("", "valid_until_ms")?,
        attempts: u32::try_from(row.try_get::<i32>("", "attempts")?).unwrap_or(0),
        ambiguous: row.try_get("", "ambiguous")?,
        error: row.try_get("", "error")?,
    }))
}

impl Db<'_> {
    /// The first message of every lane that may be sent now. A message that waits for its hour holds nobody up; one
    /// that is being sent or tried again does. Inside a write, rows that another replica is taking are left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_due_outbox(&self, now_ms: i64, limit: u32) -> Result<Vec<OutboxRow>, Fault> {
        let sql = format!(
            "SELECT {COLUMNS} FROM outbox o WHERE o.state = 'waiting' AND o.next_try_at_ms <= $1 AND NOT EXISTS (
               SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.id < o.id AND p.state IN ('waiting', 'leased')
               AND p.not_before_ms <= $1
             ) ORDER BY o.next_try_at_ms, o.id LIMIT {limit} {}",
            dialect::claiming(self)
        );
        self.rows(&sql, [now_ms.into()]).await?.iter().map(read).collect()
    }

    /// When the next message that is not due yet becomes due.
    ///
    /// # Errors
    /// The database's.
    pub async fn next_outbox_due(&self, now_ms: i64) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT MIN(next_try_at_ms) FROM outbox WHERE state = 'waiting' AND next_try_at_ms > $1";
        let Some(row) = self.row(sql, [now_ms.into()]).await? else { return Ok(None) };
        Ok(row.try_get_by_index(0)?)
    }

    /// Messages in one of these states, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_outbox(&self, states: &[OutboxState], limit: u32) -> Result<Vec<OutboxRow>, Fault> {
        // one state at a time and not in the primary key's order, so that each finds its partial index instead of
        // reading all that was ever sent
        let mut found: Vec<OutboxRow> = Vec::new();
        for state in states {
            let code = state.code();
            let sql =
                format!("SELECT {COLUMNS} FROM outbox o WHERE o.state = '{code}' ORDER BY o.id + 0 LIMIT {limit}");
            for row in self.rows(&sql, []).await? {
                found.push(read(&row)?);
            }
        }
        found.sort_by_key(|row| row.id);
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// How many messages are waiting or leased, and how many dead.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_outbox(&self) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT (SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'leased')),
                          (SELECT COUNT(*) FROM outbox WHERE state = 'dead')";
        let Some(row) = self.row(sql, []).await? else { return Ok((0, 0)) };
        Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
    }

    /// The last send times of a destination.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_throttle(&self, destination: &str) -> Result<Option<Throttle>, StoreError> {
        let sql = "SELECT sent_at_ms, paused_until_ms FROM throttle WHERE destination = $1";
        let Some(row) = self.row(sql, [destination.into()]).await? else { return Ok(None) };
        let stamps: String = row.try_get_by_index(0)?;
        let sent_at_ms = stamps.split_whitespace().filter_map(|stamp| stamp.parse().ok()).collect();
        Ok(Some(Throttle { sent_at_ms, paused_until_ms: row.try_get_by_index(1)? }))
    }
}

impl Tx {
    /// Stores a message that is owed.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_outbox(&mut self, new: NewOutbox) -> Result<OutboxId, Fault> {
        let coarse = new.is_reply_to_sealed();
        let id = OutboxId(if coarse { self.new_coarse_id(from_ms(new.not_before_ms)) } else { self.new_id() });
        if let Some(rehearsed) = &mut self.rehearsed {
            rehearsed.push(new);
            return Ok(id);
        }
        let target = serde_json::to_string(&new.target).map_err(|_| Fault::Corrupt("outbox target"))?;
        let sql = "INSERT INTO outbox (id, lane, target, template, context, question_id, state, not_before_ms, next_try_at_ms,
                   valid_until_ms, attempts, ambiguous) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7, $8, 0, $9)";
        let values: [Value; 9] = [
            id.0.into(),
            new.target.lane().into(),
            target.into(),
            new.template.into(),
            new.context.into(),
            new.question.map(|question| question.0).into(),
            new.not_before_ms.into(),
            new.valid_until_ms.into(),
            false.into(),
        ];
        self.raw().run(sql, values).await?;
        self.note_outbox();
        Ok(id)
    }

    /// Gives up the notices about a question that have not gone out yet: it is answered or withdrawn. Not what is the answer
    /// itself.
    ///
    /// # Errors
    /// The database's.
    pub async fn drop_notices_of(&mut self, question: QuestionId, at: DateTime<Utc>) -> Result<u64, StoreError> {
        let sql = "UPDATE outbox SET state = 'dropped', context = '', settled_at_ms = $2
                   WHERE state = 'waiting' AND question_id = $1 AND template <> $3";
        self.raw().run(sql, [question.0.into(), to_ms(at).into(), ANSWER_ITSELF.into()]).await
    }

    /// Gives up the notices of one kind about a question that are to go out later than an instant: what follows says all of
    /// it.
    ///
    /// # Errors
    /// The database's.
    pub async fn drop_later_notices(
        &mut self,
        question: QuestionId,
        template: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET state = 'dropped', context = '', settled_at_ms = $2
                   WHERE state = 'waiting' AND question_id = $1 AND template = $3 AND not_before_ms > $2";
        self.raw().run(sql, [question.0.into(), to_ms(at).into(), template.into()]).await?;
        Ok(())
    }

    /// Leases whose holder did not come back: to be tried again at once, and flagged, because the message may have
    /// arrived. Returns how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn reclaim_outbox(&mut self, now_ms: i64) -> Result<u64, StoreError> {
        let sql = "UPDATE outbox SET state = 'waiting', lease_owner = NULL, lease_until_ms = NULL, next_try_at_ms = $1,
                   attempts = attempts + 1, ambiguous = $2, error = '发送到一半中断，可能已送达'
                   WHERE state = 'leased' AND lease_until_ms <= $1";
        self.raw().run(sql, [now_ms.into(), true.into()]).await
    }

    /// Messages that nobody would want any more, also those that wait for another try: a stale one must not hold up its
    /// lane. Returns how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn expire_outbox(&mut self, now_ms: i64) -> Result<u64, StoreError> {
        let sql = "UPDATE outbox SET state = 'expired', settled_at_ms = $1
                   WHERE state = 'waiting' AND valid_until_ms <= $1";
        self.raw().run(sql, [now_ms.into()]).await
    }

    /// Takes the right to send a message. `false` where somebody else has it.
    ///
    /// # Errors
    /// The database's.
    pub async fn lease_outbox(&mut self, id: OutboxId, lease: &Lease) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET state = 'leased', lease_owner = $2, lease_until_ms = $3 WHERE id = $1 AND state = 'waiting'";
        Ok(self.raw().run(sql, [id.0.into(), lease.owner.clone().into(), lease.until_ms.into()]).await? == 1)
    }

    /// Puts a waiting message off; not an attempt.
    ///
    /// # Errors
    /// The database's.
    pub async fn postpone_outbox(&mut self, id: OutboxId, at_ms: i64, why: Option<&str>) -> Result<(), StoreError> {
        let sql =
            "UPDATE outbox SET next_try_at_ms = $2, error = COALESCE($3, error) WHERE id = $1 AND state = 'waiting'";
        self.raw().run(sql, [id.0.into(), at_ms.into(), why.into()]).await?;
        Ok(())
    }

    /// Settles an attempt. `false` where the lease had been lost in between.
    ///
    /// # Errors
    /// The database's.
    pub async fn settle_outbox(
        &mut self,
        id: OutboxId,
        owner: &str,
        settled: &Settled,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let touched = match settled {
            // what was said is not kept longer than it is owed
            Settled::Sent => {
                // a private reply is there within moments: the instant would be that of what was said
                let sql = "UPDATE outbox SET state = 'sent', context = '', lease_owner = NULL, settled_at_ms =
                           CASE WHEN template = $4 AND lane LIKE $5 THEN $6 ELSE $3 END,
                           lease_until_ms = NULL, error = NULL, attempts = attempts + 1
                           WHERE id = $1 AND state = 'leased' AND lease_owner = $2";
                let values: [Value; 6] = [
                    id.0.into(),
                    owner.into(),
                    now_ms.into(),
                    RENDERED.into(),
                    format!("{SEALED_LANE}%").into(),
                    hour_ms(now_ms).into(),
                ];
                self.raw().run(sql, values).await?
            }
            Settled::Retry { at_ms, error, ambiguous, counts } => {
                let sql = "UPDATE outbox SET state = 'waiting', next_try_at_ms = $3, error = $4, ambiguous = (ambiguous OR $5),
                           attempts = attempts + $6, lease_owner = NULL, lease_until_ms = NULL
                           WHERE id = $1 AND state = 'leased' AND lease_owner = $2";
                let values: [Value; 6] = [
                    id.0.into(),
                    owner.into(),
                    (*at_ms).into(),
                    error.clone().into(),
                    (*ambiguous).into(),
                    i32::from(*counts).into(),
                ];
                self.raw().run(sql, values).await?
            }
            Settled::Dead { error } => {
                let sql = "UPDATE outbox SET state = 'dead', settled_at_ms = $3, error = $4, lease_owner = NULL,
                           lease_until_ms = NULL, attempts = attempts + 1
                           WHERE id = $1 AND state = 'leased' AND lease_owner = $2";
                self.raw().run(sql, [id.0.into(), owner.into(), now_ms.into(), error.clone().into()]).await?
            }
        };
        Ok(touched == 1)
    }

    /// An operator's word on a message that is waiting, dead or expired: try again now, with all tries before it and
    /// valid at least until the second instant; or give it up. `false` where there is no such message.
    ///
    /// # Errors
    /// The database's.
    pub async fn decide_outbox(
        &mut self,
        id: OutboxId,
        now_ms: i64,
        retry_until_ms: Option<i64>,
    ) -> Result<bool, StoreError> {
        let touched = match retry_until_ms {
            Some(valid_until_ms) => {
                let sql = "UPDATE outbox SET state = 'waiting', next_try_at_ms = $2, not_before_ms = $2, settled_at_ms = NULL,
                           attempts = 0, valid_until_ms = CASE WHEN valid_until_ms > $3 THEN valid_until_ms ELSE $3 END
                           WHERE id = $1 AND state IN ('waiting', 'dead', 'expired')";
                self.raw().run(sql, [id.0.into(), now_ms.into(), valid_until_ms.into()]).await?
            }
            None => {
                let sql = "UPDATE outbox SET state = 'dropped', context = '', settled_at_ms = $2
                           WHERE id = $1 AND state IN ('waiting', 'dead', 'expired')";
                self.raw().run(sql, [id.0.into(), now_ms.into()]).await?
            }
        };
        if touched == 1 {
            self.note_outbox();
        }
        Ok(touched == 1)
    }

    /// Stores the send times of a destination.
    ///
    /// # Errors
    /// The database's.
    pub async fn save_throttle(&mut self, destination: &str, throttle: &Throttle) -> Result<(), StoreError> {
        let stamps = throttle.sent_at_ms.iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
        let sql = "INSERT INTO throttle (destination, sent_at_ms, paused_until_ms) VALUES ($1, $2, $3)
                   ON CONFLICT (destination) DO UPDATE SET sent_at_ms = $2, paused_until_ms = $3";
        self.raw().run(sql, [destination.into(), stamps.into(), throttle.paused_until_ms.into()]).await?;
        Ok(())
    }
}
