//! The store: one door to writing ([`write`]), a pool for reading, and the directory in memory.
//!
//! Nobody outside this folder knows which database it is or imports its library. Reads are methods of [`Db`], which
//! is either the pool or an open transaction; writes are methods of [`Tx`], which only the writer hands out.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use chrono_tz::Tz;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    Value,
};
use tokio::sync::Notify;

use crate::clock::IdSource;
use crate::domain::directory::Directory;

mod activities;
mod anonymity;
mod chats;
mod clubs;
mod codes;
mod connect;
mod deputies;
mod dialect;
mod dialogues;
mod directory;
mod entities;
mod figures;
mod flags;
mod group_cards;
mod inbox;
mod jobs;
mod ledger;
mod lock;
mod outbox;
mod photos;
mod polls;
mod problem_deeds;
mod problems;
mod question_facts;
mod question_lists;
mod questions;
mod records;
mod requests;
mod roster;
mod roster_youth;
#[cfg(test)]
pub(crate) mod scratch;
mod sessions;
mod similar;
mod snoozes;
mod tallies;
mod topics;
mod voice;
mod wishes;
mod words;
mod write;
mod youth;

pub use activities::{AttendanceRow, NewActivity};
pub use anonymity::{Block, Disclosure, VeiledDeed};
pub use chats::ChatSwitch;
pub use clubs::Club;
pub use codes::{CodeFor, CodeUse};
pub use connect::{DatabaseConfig, MigrationState};
pub use deputies::Deputy;
pub use dialect::Backend;
pub use figures::{Appeal, AppealDecision, AppealState, FigureRow, Graded, NewAppeal};
pub use flags::{RaisedFlag, UnseenFlag};
pub use group_cards::SeenCard;
pub use inbox::{Accepted, FailedEvent, Handled, InboxKey, InboxState, SealedHandled};
pub use jobs::SlotState;
pub use ledger::{Behind, BehindOf, LedgerFilter, LedgerRow};
pub use lock::ProcessLock;
pub use outbox::{Lease, NewOutbox, OutboxRow, OutboxState, RENDERED, Settled, Target, Throttle};
pub use photos::{Alike, KeptPhoto, MOST_BITS_APART, MOST_PHOTOS, Photo, PhotoLease, PhotoState, WantedPhoto};
pub use polls::{FilledIn, NewPoll, Survey};
pub use problem_deeds::{MovedTo, NewProblem, ProblemDeed};
pub use problems::{KeptStep, NearEntry, ProblemSums, RecentQuestion};
pub use question_facts::{QuestionFact, QuestionGroup, Standin};
pub use questions::{Given, NewQuestion, Taken};
pub use records::Ahead;
pub use requests::KeptAbsence;
pub use roster::{
    AssignmentRow, PlannedAssignment, PlannedChat, PlannedEndpoint, PlannedPerson, PlannedUnit, RosterPlan,
};
pub use roster_youth::{PlannedYouth, YouthRow};
pub use sessions::Session;
pub use similar::{Indexed, Similar};
pub use tallies::{ByUnit, Counted, Whose};
pub use topics::{NewCorrection, TopicPerson};
pub use write::{Fut, Tx};
pub use youth::{Looking, Met};

/// The database did not do what it should. The text holds no data of ours but may name tables and hosts: for logs.
#[derive(Clone, Debug, thiserror::Error)]
#[error("database: {0}")]
pub struct StoreError(#[from] DbErr);

impl StoreError {
    /// Whether the same closure may well succeed when it is run again on a new snapshot.
    pub fn is_transient(&self) -> bool {
        dialect::is_transient(&self.0)
    }

    /// Whether something wanted to write in a rehearsal.
    pub fn is_refused_write(&self) -> bool {
        let text = self.0.to_string();
        // SQLite's words, and PostgreSQL's
        text.contains("readonly database") || text.contains("read-only transaction")
    }
}

/// The handle that everybody holds. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    backend: Backend,
    reader: DatabaseConnection,
    writer: write::Writer,
    /// The snapshot that readers outside a write see; the writer replaces it.
    directory: Arc<RwLock<Arc<Directory>>>,
    ids: Arc<IdSource>,
    outbox_grew: Arc<Notify>,
    sqlite_file: Option<PathBuf>,
}

impl Store {
    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.0.backend
    }

    /// The pool for reading.
    pub fn reader(&self) -> Db<'_> {
        Db::Pool(&self.0.reader)
    }

    /// The latest picture of units, people and chats.
    pub fn directory(&self) -> Arc<Directory> {
        match self.0.directory.read() {
            Ok(directory) => directory.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// Loads the directory where another process has changed it.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh_directory(&self, zone: Tz) -> Result<(), StoreError> {
        let version = self.reader().directory_version().await?;
        if version != self.directory().version() {
            let fresh = Arc::new(self.reader().load_directory(zone).await?);
            if let Ok(mut slot) = self.0.directory.write()
                && fresh.version() > slot.version()
            {
                *slot = fresh;
            }
        }
        Ok(())
    }

    /// Resolves when a committed write has put something into the outbox.
    pub async fn outbox_grew(&self) {
        self.0.outbox_grew.notified().await;
    }

    /// Where the SQLite file lies.
    pub fn sqlite_file(&self) -> Option<&PathBuf> {
        self.0.sqlite_file.as_ref()
    }

    /// Whether the database answers and its settings are the ones that keep the promises.
    ///
    /// # Errors
    /// One sentence that says what is wrong.
    pub async fn check_ready(&self) -> Result<(), String> {
        dialect::check_ready(self.0.backend, &self.reader()).await
    }
}

/// The pool or an open transaction: what reads are methods of.
#[derive(Clone, Copy)]
pub enum Db<'a> {
    /// Any connection of the reading pool.
    Pool(&'a DatabaseConnection),
    /// The open transaction of a write.
    Tx(&'a DatabaseTransaction),
}

impl Db<'_> {
    /// All rows of a raw statement. Placeholders are `$1`, `$2` … on both databases.
    async fn rows(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        Ok(self.query_all_raw(statement).await?)
    }

    /// The first row of a raw statement.
    async fn row(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<Option<QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        Ok(self.query_one_raw(statement).await?)
    }

    /// Runs a raw statement and returns how many rows it touched.
    async fn run(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64, StoreError> {
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        Ok(self.execute_raw(statement).await?.rows_affected())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Db<'_> {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Pool(pool) => pool.get_database_backend(),
            Self::Tx(tx) => tx.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Pool(pool) => pool.execute_raw(statement).await,
            Self::Tx(tx) => tx.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Pool(pool) => pool.execute_unprepared(sql).await,
            Self::Tx(tx) => tx.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Pool(pool) => pool.query_one_raw(statement).await,
            Self::Tx(tx) => tx.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Pool(pool) => pool.query_all_raw(statement).await,
            Self::Tx(tx) => tx.query_all_raw(statement).await,
        }
    }
}

/// `$3, $4, $5` for a list of `count` values after `taken` others.
fn placeholders(taken: usize, count: usize) -> String {
    (taken + 1..=taken + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

impl Db<'_> {
    /// Placeholders for a long statement, in which *every* placeholder must come from here and stand in order. SQLite
    /// looks a numbered one up among all the others, which with hundreds of them costs more than the statement.
    fn marks(&self, taken: usize, count: usize) -> String {
        match self.get_database_backend() {
            DbBackend::Sqlite => vec!["?"; count].join(", "),
            _ => placeholders(taken, count),
        }
    }
}

/// The ids that new rows get.
fn new_ids() -> Arc<IdSource> {
    Arc::new(IdSource::new())
}
