//! A database for one test: a SQLite file, or a database of its own on the server that `TUANQING_TEST_DATABASE_URL`
//! names. The suite runs once on each.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, Database, Statement};

/// The PostgreSQL server that the environment names, if any.
pub(crate) fn postgres_server() -> Option<String> {
    std::env::var("TUANQING_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// A PostgreSQL database that lives as long as this.
pub(crate) struct OwnDatabase {
    server: String,
    name: String,
}

impl OwnDatabase {
    pub(crate) async fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = postgres_server().expect("a PostgreSQL server");
        let name = format!("tuanqing_it_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let conn = Database::connect(&server).await.expect("the server answers");
        conn.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.expect("a free name");
        conn.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a fresh database");
        conn.close().await.expect("a clean end");
        Self { server, name }
    }

    pub(crate) fn url(&self) -> String {
        let (address, options) = self.server.split_once('?').map_or((&*self.server, None), |(a, o)| (a, Some(o)));
        let host = address.rsplit_once('/').filter(|(host, _)| !host.ends_with('/')).map_or(address, |(host, _)| host);
        options.map_or_else(|| format!("{host}/{}", self.name), |options| format!("{host}/{}?{options}", self.name))
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // a runtime of its own: this one may be at its end
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async { Database::connect(server).await.ok()?.execute_unprepared(&sql).await.ok() })
        });
        let _ = dropped.join();
    }
}

/// The database of an office.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    // removed with this value
    _own: Option<OwnDatabase>,
    _folder: tempfile::TempDir,
}

impl TestDatabase {
    /// SQLite, or PostgreSQL where the environment names a server.
    pub(crate) async fn create() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = match postgres_server() {
            Some(_) => Some(OwnDatabase::create().await),
            None => None,
        };
        let file = format!("sqlite://{}", folder.path().join("test.sqlite").display());
        Self { url: own.as_ref().map_or(file, OwnDatabase::url), _own: own, _folder: folder }
    }

    /// Changes something behind the program's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let connection = Database::connect(&self.url).await.unwrap();
        connection.execute_unprepared(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Changes people or units, as another process would: everybody notices.
    pub(crate) async fn change_roster(&self, sql: &str) {
        self.execute(sql).await;
        self.execute("UPDATE meta SET value = value + 1 WHERE key = 'directory'").await;
    }

    /// Every row of every table, as its table's name and JSON.
    pub(crate) async fn rows(&self) -> Vec<(String, String)> {
        let connection = Database::connect(&self.url).await.unwrap();
        let backend = connection.get_database_backend();
        let texts = async |sql: String| -> Vec<String> {
            let found = connection.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
            found.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
        };
        let is_sqlite = backend == sea_orm::DbBackend::Sqlite;
        let tables = if is_sqlite {
            texts(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
                    .into(),
            )
            .await
        } else {
            texts("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'".into()).await
        };
        let mut rows = Vec::new();
        for table in tables {
            let sql = if is_sqlite {
                let columns = texts(format!("SELECT name FROM pragma_table_info('{table}')")).await;
                let pairs = columns.iter().map(|name| {
                    format!("'{name}', CASE typeof(\"{name}\") WHEN 'blob' THEN hex(\"{name}\") ELSE \"{name}\" END")
                });
                format!("SELECT json_object({}) FROM \"{table}\"", pairs.collect::<Vec<_>>().join(", "))
            } else {
                format!("SELECT row_to_json(t)::text FROM \"{table}\" t")
            };
            rows.extend(texts(sql).await.into_iter().map(|row| (table.clone(), row)));
        }
        connection.close().await.unwrap();
        rows
    }

    /// One number from the database.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let connection = Database::connect(&self.url).await.unwrap();
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(statement).await.unwrap().unwrap();
        let count = row.try_get_by_index(0).unwrap();
        connection.close().await.unwrap();
        count
    }
}
