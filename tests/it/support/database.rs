//! A database for one test: a SQLite file, or a database of its own on the server that `TUANQING_TEST_DATABASE_URL`
//! names. The suite runs once on each.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

/// The variable that names a PostgreSQL server on which tests may create databases.
pub(crate) const SERVER: &str = "TUANQING_TEST_DATABASE_URL";

pub(crate) struct TestDatabase {
    pub(crate) url: String,
    server: Option<(String, String)>,
    _folder: tempfile::TempDir,
}

impl TestDatabase {
    /// SQLite, or PostgreSQL where the environment names a server.
    pub(crate) async fn create() -> Self {
        let folder = tempfile::tempdir().unwrap();
        match std::env::var(SERVER) {
            Ok(server) => {
                let name = format!("tuanqing_it_{:016x}", rand::random::<u64>());
                let admin = Database::connect(&server).await.unwrap();
                admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
                admin.close().await.unwrap();
                let (host, _) = server.rsplit_once('/').unwrap();
                Self { url: format!("{host}/{name}"), server: Some((server.clone(), name)), _folder: folder }
            }
            Err(_) => {
                let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
                Self { url, server: None, _folder: folder }
            }
        }
    }

    /// A connection of the test's own, to look at what is stored.
    pub(crate) async fn look(&self) -> DatabaseConnection {
        Database::connect(&self.url).await.unwrap()
    }

    /// One number from the database.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let connection = self.look().await;
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(statement).await.unwrap().unwrap();
        let count = row.try_get_by_index(0).unwrap();
        connection.close().await.unwrap();
        count
    }

    /// Removes it. Everything connected to it must be closed.
    pub(crate) async fn remove(self) {
        if let Some((server, name)) = self.server {
            let admin = Database::connect(&server).await.unwrap();
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            admin.close().await.unwrap();
        }
    }
}
