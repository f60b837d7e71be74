//! The only file that knows the two databases apart.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, RuntimeErr, SqliteTransactionMode, TransactionOptions};

use super::Db;
use crate::failpoint::synchronous_is_normal;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Embedded, one process.
    Sqlite,
    /// A server, any number of replicas.
    Postgres,
}

/// The oldest SQLite without the bug that corrupts a database when its log is reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

impl Backend {
    /// Reads the scheme of a database URL.
    pub fn of_url(url: &str) -> Option<Self> {
        if url.starts_with("sqlite:") {
            Some(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Some(Self::Postgres)
        } else {
            None
        }
    }

    /// How many rows one insert carries. A statement to PostgreSQL must fit into one TLS record: the driver leaves
    /// Nagle's algorithm on, and the second piece would wait 40 ms for an acknowledgement that is itself delayed.
    pub(super) fn rows_per_insert(self) -> usize {
        match self {
            Self::Sqlite => 64,
            Self::Postgres => 8,
        }
    }

    /// How the writer begins. A deferred transaction that reads and then writes would fail at once on SQLite when
    /// another process wrote in between; on PostgreSQL the isolation level is set on the connection.
    pub(super) fn transaction_options(self) -> TransactionOptions {
        TransactionOptions {
            sqlite_transaction_mode: (self == Self::Sqlite).then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        }
    }
}

/// What ends the statement by which a replica looks for work: on PostgreSQL it takes the rows it finds, and leaves alone
/// those that another replica is taking. SQLite has one writer, which has everything.
pub(super) fn claiming(db: &Db<'_>) -> &'static str {
    match db {
        Db::Tx(tx) if tx.get_database_backend() == DbBackend::Postgres => "FOR UPDATE OF o SKIP LOCKED",
        _ => "",
    }
}

/// The newest `{most}` questions of each of `terms` placeholders, as rows of `question_id`: one that several terms lead to
/// comes several times. PostgreSQL plans a subquery once for all; SQLite, which has no LATERAL, plans nothing anew.
pub(super) fn questions_of_terms(backend: DbBackend, terms: &[String], most: usize) -> String {
    let newest = |term: &str| {
        format!("SELECT question_id FROM published_term WHERE term = {term} ORDER BY question_id DESC LIMIT {most}")
    };
    match backend {
        DbBackend::Sqlite => {
            let each = terms.iter().map(|term| format!("SELECT question_id FROM ({})", newest(term)));
            each.collect::<Vec<_>>().join(" UNION ALL ")
        }
        _ => {
            let list = terms.iter().map(|term| format!("(CAST({term} AS BIGINT))")).collect::<Vec<_>>().join(", ");
            format!(
                "SELECT hit.question_id FROM (VALUES {list}) AS wanted (term) CROSS JOIN LATERAL ({}) AS hit",
                newest("wanted.term")
            )
        }
    }
}

/// What to put before a statement to see how it is run.
pub(super) fn explain(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "EXPLAIN QUERY PLAN",
        _ => "EXPLAIN (ANALYZE, BUFFERS)",
    }
}

/// From here on an open transaction refuses to write.
pub(super) fn read_only(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "PRAGMA query_only = ON",
        Backend::Postgres => "SET TRANSACTION READ ONLY",
    }
}

/// Takes that back where it is the connection that refuses, not the transaction.
pub(super) fn read_and_write(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Sqlite => Some("PRAGMA query_only = OFF"),
        Backend::Postgres => None,
    }
}

/// Whether running the same closure again may succeed: a conflict with another writer, or the connection went away.
///
/// A unique violation counts: another replica has inserted the same key since our snapshot was taken, and on a new
/// snapshot the closure sees its row.
pub(super) fn is_transient(error: &DbErr) -> bool {
    let source = match error {
        DbErr::Exec(RuntimeErr::SqlxError(source))
        | DbErr::Query(RuntimeErr::SqlxError(source))
        | DbErr::Conn(RuntimeErr::SqlxError(source)) => source,
        DbErr::ConnectionAcquire(_) => return true,
        _ => return false,
    };
    match source.as_ref() {
        sqlx::Error::Database(error) => match error.code().as_deref() {
            // serialization failure, deadlock, unique violation, lock not available, shutting down, cannot connect now
            Some("40001" | "40P01" | "23505" | "55P03" | "57P01" | "57P02" | "57P03") => true,
            // SQLite: primary codes of BUSY and LOCKED, and the unique and primary-key constraints
            Some(code) => {
                let code: i64 = code.parse().unwrap_or(0);
                matches!(code & 0xff, 5 | 6) || matches!(code, 1555 | 2067)
            }
            None => false,
        },
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Reads back what the promises stand on.
pub(super) async fn check_ready(backend: Backend, db: &Db<'_>) -> Result<(), String> {
    match backend {
        Backend::Sqlite => check_sqlite(db).await,
        Backend::Postgres => check_postgres(db).await,
    }
}

/// `PRAGMA synchronous`, as it is set and as it is read back. Anything but `FULL` loses commits when the power fails;
/// only the control of the test that proves this may say otherwise.
pub(super) fn synchronous() -> (&'static str, &'static str) {
    if synchronous_is_normal() { ("NORMAL", "1") } else { ("FULL", "2") }
}

async fn check_sqlite(db: &Db<'_>) -> Result<(), String> {
    let version = text(db, "SELECT sqlite_version()").await?;
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        return Err(format!("SQLite {version} is older than 3.51.3, which can corrupt a database"));
    }
    for (pragma, wanted) in
        [("journal_mode", "wal"), ("synchronous", synchronous().1), ("foreign_keys", "1"), ("secure_delete", "1")]
    {
        let found = text(db, &format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}")).await?;
        if found != wanted {
            return Err(format!("SQLite's {pragma} is {found}, not {wanted}"));
        }
    }
    Ok(())
}

async fn check_postgres(db: &Db<'_>) -> Result<(), String> {
    for setting in ["fsync", "synchronous_commit"] {
        let found = text(db, &format!("SELECT current_setting('{setting}')")).await?;
        if found == "off" {
            return Err(format!("PostgreSQL runs with {setting} off: an acknowledged message could be lost"));
        }
    }
    Ok(())
}

async fn text(db: &Db<'_>, sql: &str) -> Result<String, String> {
    let row = db.row(sql, []).await.map_err(|error| error.to_string())?;
    row.and_then(|row| row.try_get_by_index(0).ok()).ok_or_else(|| "the database gave no answer".to_owned())
}
