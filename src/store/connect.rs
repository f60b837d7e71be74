//! Opening the database: pools, pragmas, migrations.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono_tz::Tz;
use migrations::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait};
use sea_orm_migration::MigratorTrait;
use serde::Deserialize;
use tokio::sync::Notify;

use super::dialect::{self, Backend};
use super::write::Writer;
use super::{Db, Inner, Store, StoreError};

/// `[database]` of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite://path` or `postgres://user:password@host/name`.
    pub url: secrecy::SecretString,
    /// Connections for reading.
    pub max_readers: u32,
    /// How many writes one commit may carry.
    pub max_batch: usize,
}

impl DatabaseConfig {
    /// Whether this is a SQLite file that is not there yet.
    pub fn is_new_file(&self) -> bool {
        use secrecy::ExposeSecret;
        let url = self.url.expose_secret();
        Backend::of_url(url) == Some(Backend::Sqlite) && sqlite_path(url).is_some_and(|path| !path.exists())
    }
}

impl DatabaseConfig {
    /// The file of a SQLite database; `None` for PostgreSQL.
    pub fn file(&self) -> Option<PathBuf> {
        use secrecy::ExposeSecret;
        sqlite_path(self.url.expose_secret())
    }
}

/// The file a SQLite URL names.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    let path = path.split('?').next().unwrap_or(path);
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// Which migrations have run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// Names of steps that have run.
    pub applied: Vec<String>,
    /// Names of steps that have not.
    pub pending: Vec<String>,
}

/// The key of the advisory lock around migrating: any number, the same in every version.
const MIGRATION_LOCK: i64 = 0x7475_616e_7169_6e67;

impl Store {
    /// Connects, without migrating and without a writer running on anything but this store's own task.
    ///
    /// # Errors
    /// The database's, or a sentence about the URL.
    pub async fn open(config: &DatabaseConfig, zone: Tz) -> Result<Self, anyhow::Error> {
        use secrecy::ExposeSecret;
        let url = config.url.expose_secret();
        let Some(backend) = Backend::of_url(url) else {
            anyhow::bail!("[database] url 要以 sqlite:// 或 postgres:// 开头");
        };
        let sqlite_file = match backend {
            Backend::Sqlite => Some(prepare_sqlite_file(url)?),
            Backend::Postgres => None,
        };
        let reader = connect(url, backend, config.max_readers, sqlite_file.as_deref()).await?;
        let writing = connect(url, backend, 1, sqlite_file.as_deref()).await?;
        let directory = Arc::new(RwLock::new(Arc::default()));
        let outbox_grew = Arc::new(Notify::new());
        let ids = super::new_ids();
        let writer = Writer::start(
            writing,
            backend,
            zone,
            config.max_batch,
            directory.clone(),
            outbox_grew.clone(),
            ids.clone(),
        );
        Ok(Self(Arc::new(Inner { backend, reader, writer, directory, ids, outbox_grew, sqlite_file })))
    }

    /// Connects, brings the schema up to date and loads the directory: what a service and its tests start with.
    ///
    /// # Errors
    /// The database's, or a sentence about the URL.
    pub async fn open_migrated(config: &DatabaseConfig, zone: Tz) -> Result<Self, anyhow::Error> {
        let store = Self::open(config, zone).await?;
        store.migrate().await?;
        store.refresh_directory(zone).await?;
        Ok(store)
    }

    /// Runs the migrations that are missing. Any number of processes may do so at once: they wait for each other.
    ///
    /// # Errors
    /// The database's.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match self.0.backend {
            // the migrator's own transactions suffice: a second process waits for the file
            Backend::Sqlite => Migrator::up(&self.0.reader, None).await?,
            Backend::Postgres => {
                // held by a transaction, so that it is gone with the connection however this ends
                let guard = self.0.reader.begin().await?;
                guard.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
                Migrator::up(&self.0.reader, None).await?;
                guard.commit().await?;
            }
        }
        Ok(())
    }

    /// Which migrations have run and which have not. Changes nothing.
    ///
    /// # Errors
    /// The database's.
    pub async fn migration_state(&self) -> Result<MigrationState, StoreError> {
        let all: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
        let has_table = match self.0.backend {
            Backend::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'",
            Backend::Postgres => {
                "SELECT 1 FROM pg_tables WHERE tablename = 'seaql_migrations' AND schemaname = ANY (current_schemas(false))"
            }
        };
        let mut applied = Vec::new();
        if self.reader().row(has_table, []).await?.is_some() {
            for row in self.reader().rows("SELECT version FROM seaql_migrations ORDER BY version", []).await? {
                applied.push(row.try_get::<String>("", "version")?);
            }
        }
        let pending = all.into_iter().filter(|name| !applied.contains(name)).collect();
        Ok(MigrationState { applied, pending })
    }

    /// Closes both pools after the writes that were already asked for.
    pub async fn close(&self) {
        self.0.writer.stop().await;
        if let Db::Pool(pool) = self.reader()
            && let Err(error) = pool.clone().close().await
        {
            tracing::warn!(error = %error, "The reading pool did not close cleanly");
        }
    }
}

fn prepare_sqlite_file(url: &str) -> Result<PathBuf, anyhow::Error> {
    let Some(path) = sqlite_path(url) else {
        anyhow::bail!("[database] url 要写明文件，例如 sqlite://data/tuanqing.sqlite；内存库关机就没有了");
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| anyhow::anyhow!("不能建立数据目录 {}：{error}", folder.display()))?;
    }
    Ok(path)
}

async fn connect(
    url: &str,
    backend: Backend,
    connections: u32,
    sqlite_file: Option<&Path>,
) -> Result<DatabaseConnection, StoreError> {
    let url = match sqlite_file {
        Some(file) => format!("sqlite://{}?mode=rwc", file.display()),
        None => url.to_owned(),
    };
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections.max(1))
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        // asking a connection before every use whether it lives costs a look-up a third of its time
        .test_before_acquire_if_idle_for(Duration::from_secs(1))
        .acquire_timeout(Duration::from_secs(2))
        .connect_timeout(Duration::from_secs(5));
    match backend {
        // set on every connection as it opens: executed once through a pool they would reach only one
        Backend::Sqlite => {
            options.map_sqlx_sqlite_opts(|options| {
                options
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", dialect::synchronous().0)
                    .busy_timeout(Duration::from_secs(5))
                    .foreign_keys(true)
                    .pragma("trusted_schema", "OFF")
                    .pragma("secure_delete", "ON")
                    .statement_cache_capacity(500)
            });
        }
        Backend::Postgres => {
            options.map_sqlx_postgres_opts(|options| {
                options.application_name("tuanqing").statement_cache_capacity(500).options([
                    // a plan made while a table was empty would be kept for the life of the connection
                    ("plan_cache_mode", "force_custom_plan"),
                    // compiling a plan takes 40 ms; nothing here runs long enough to earn that back
                    ("jit", "off"),
                    // the default is that of turning disks, and reads whole tables where a few hundred seeks would do
                    ("random_page_cost", "1.1"),
                    ("default_transaction_isolation", "repeatable read"),
                    ("statement_timeout", "10000"),
                    ("lock_timeout", "5000"),
                    ("idle_in_transaction_session_timeout", "15000"),
                    ("tcp_user_timeout", "10000"),
                ])
            });
        }
    }
    Ok(Database::connect(options).await?)
}
