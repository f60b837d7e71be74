//! `tuanqing migrate`: brings the database up to date.

use std::io::Write;

use crate::config::Settings;
use crate::store::Store;

pub(super) async fn run(settings: Settings, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    let store = Store::open(&settings.database, settings.schedule.zone).await?;
    let before = store.migration_state().await?;
    store.migrate().await?;
    let after = store.migration_state().await?;
    store.close().await;
    let new = after.applied.len().saturating_sub(before.applied.len());
    match new {
        0 => writeln!(out, "数据库已经是最新的。")?,
        new => writeln!(out, "数据库升级好了，共 {new} 步。")?,
    }
    Ok(())
}
