//! Databases of their own for tests: a file in a folder that goes away, or a database on a server.

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

use super::{DatabaseConfig, Store};
use crate::domain::directory::DEFAULT_ZONE;

/// The variable that names a PostgreSQL server on which tests may create databases.
/// How many connections a scratch database is read with.
pub(crate) const READERS: u32 = 3;

const SERVER: &str = "TUANQING_TEST_DATABASE_URL";

/// A database that holds nothing but what the test puts into it.
pub(crate) struct Scratch {
    url: String,
    kept: Kept,
}

enum Kept {
    Folder(#[expect(dead_code, reason = "removed with this value")] TempDir),
    Server { url: String, name: String },
}

impl Scratch {
    /// A SQLite file.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("scratch.sqlite").display());
        Self { url, kept: Kept::Folder(folder) }
    }

    /// A database on the PostgreSQL server of the environment; `None` where there is none.
    pub(crate) async fn postgres() -> Option<Self> {
        let server = std::env::var(SERVER).ok()?;
        let name = format!("tuanqing_test_{:016x}", rand::random::<u64>());
        let admin = Database::connect(&server).await.unwrap();
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        let (base, query) = server.split_once('?').unwrap_or((&server, ""));
        let host_end = base.find("://").map_or(0, |at| at + 3);
        let host = base[host_end..].find('/').map_or(base, |at| &base[..host_end + at]);
        let url = format!("{host}/{name}{}{query}", if query.is_empty() { "" } else { "?" });
        Some(Self { url, kept: Kept::Server { url: server, name } })
    }

    /// Opens it, migrated. Several stores on one PostgreSQL database are several replicas.
    pub(crate) async fn open(&self) -> Store {
        let config = DatabaseConfig { url: self.url.clone().into(), max_readers: READERS, max_batch: 64 };
        Store::open_migrated(&config, DEFAULT_ZONE).await.unwrap()
    }

    /// Removes it once every store is closed.
    pub(crate) async fn remove(self) {
        if let Kept::Server { url, name } = self.kept {
            let admin = Database::connect(&url).await.unwrap();
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            admin.close().await.unwrap();
        }
    }
}
