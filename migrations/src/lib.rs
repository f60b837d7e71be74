//! The database schema, step by step. Steps are only ever added; a landed one is never changed.
//!
//! Conventions: ids and instants are 64-bit integers (instants in milliseconds since 1970, named `…_at_ms`), days are
//! dates, codes of enums are text. Every index names the query that earns it.

#![expect(elided_lifetimes_in_paths, reason = "the trait elides it, and async_trait tells the two spellings apart")]

use sea_orm_migration::prelude::*;

mod m0001_roster;
mod m0002_work;
mod m0003_delivery;
mod m0004_duties;
mod m0005_youth;
mod m0006_voice;
mod m0007_similar;
mod m0008_polls;
mod m0009_activities;
mod m0010_problems;
mod m0011_open_days;
mod m0012_fallback;

/// Runs the steps in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_roster::Step),
            Box::new(m0002_work::Step),
            Box::new(m0003_delivery::Step),
            Box::new(m0004_duties::Step),
            Box::new(m0005_youth::Step),
            Box::new(m0006_voice::Step),
            Box::new(m0007_similar::Step),
            Box::new(m0010_problems::Step),
            Box::new(m0009_activities::Step),
            Box::new(m0008_polls::Step),
            Box::new(m0011_open_days::Step),
            Box::new(m0012_fallback::Step),
        ]
    }
}

/// The three differences between the databases: on SQLite a key is the row's own address only if its type is spelt so, and
/// otherwise a second tree beside the table, unless the table says that it is nothing but its key; bytes have another name
/// on PostgreSQL.
fn for_backend(manager: &SchemaManager, sql: &str) -> String {
    match manager.get_database_backend() {
        sea_orm::DatabaseBackend::Sqlite => sql.replace("id BIGINT PRIMARY KEY", "id INTEGER PRIMARY KEY"),
        _ => sql.replace("bytes BLOB", "bytes BYTEA").replace(" WITHOUT ROWID", ""),
    }
}

/// Declares a step: its name, and the SQL of the way up and down, the same on both databases.
macro_rules! step {
    ($name:literal, up: [$($up:expr),+ $(,)?], down: [$($down:expr),+ $(,)?]) => {
        use sea_orm_migration::sea_orm::ConnectionTrait as _;

        pub(crate) struct Step;

        impl sea_orm_migration::MigrationName for Step {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Step {
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm_migration::DbErr> {
                $(manager.get_connection().execute_unprepared(&crate::for_backend(manager, $up)).await?;)+
                Ok(())
            }

            async fn down(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm_migration::DbErr> {
                $(manager.get_connection().execute_unprepared($down).await?;)+
                Ok(())
            }
        }
    };
}
pub(crate) use step;
