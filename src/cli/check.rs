//! `tuanqing check`: configuration, policy, every sample of every template, database.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;

use crate::app::{NO_SEAL, load_rules, load_seal};
use crate::config::Settings;
use crate::platforms::simulator::Stage;
use crate::platforms::{Accounts, PLATFORMS};
use crate::store::Store;

pub(super) async fn run(settings: Settings, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    writeln!(out, "配置：好的")?;
    // said with the line of everything that is wrong or gives pause, before the rest is loaded
    if let Some(path) = Settings::policy_path(&settings.policy.file) {
        let text = std::fs::read_to_string(&path).with_context(|| format!("读不了制度文件 {}", path.display()))?;
        super::policy::checked(&path.display().to_string(), &text, out)?;
    }
    let rules = load_rules(&settings)?;
    writeln!(out, "制度：{}", rules.policy.title)?;
    if let Some(year) = rules.calendar.last_year() {
        writeln!(out, "节假日：到 {year} 年")?;
    }
    let platforms: Vec<&str> = PLATFORMS.iter().map(|platform| platform.name).collect();
    let rendered = rules.templates.check(&platforms)?;
    writeln!(out, "消息模板：{rendered} 个样例都写得出来")?;
    match crate::app::charts(&settings).font_file() {
        Ok(font) => writeln!(out, "图表：用字体 {} 画", font.display())?,
        Err(problem) => writeln!(out, "图表：{problem}")?,
    }
    let clock = crate::app::clock_for(&settings);
    let simulator = settings.simulator.enabled.then(|| Arc::new(Stage::new(clock.clone())));
    let accounts = Accounts::build(&settings.account, &crate::app::tools(&settings, simulator)?)?;
    for (name, adapter) in accounts.iter() {
        writeln!(out, "账号：{name}（{}）", adapter.platform())?;
    }
    writeln!(out, "匿名提问：{}", seal(&settings)?)?;
    if settings.database.is_new_file() {
        writeln!(out, "数据库：还没有，启动时会建立")?;
        return Ok(());
    }
    let store = Store::open(&settings.database, settings.schedule.zone).await?;
    let checked = database(&store, out).await;
    store.close().await;
    checked
}

/// Looks at the key without making it.
fn seal(settings: &Settings) -> Result<&'static str, anyhow::Error> {
    let to_be_made =
        settings.privacy.seal_key_file.is_empty() && settings.seal_key_path().is_some_and(|path| !path.exists());
    if to_be_made {
        return Ok("密钥还没有，启动时会建立在数据库旁边");
    }
    Ok(if load_seal(settings)?.is_some() { "密钥是好的" } else { NO_SEAL })
}

async fn database(store: &Store, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    store.check_ready().await.map_err(|problem| anyhow::anyhow!("数据库：{problem}"))?;
    let state = store.migration_state().await?;
    if state.pending.is_empty() {
        writeln!(out, "数据库：好的，{} 步升级都已完成", state.applied.len())?;
    } else {
        writeln!(out, "数据库：还有 {} 步升级没做；运行 `tuanqing migrate`，或直接启动", state.pending.len())?;
    }
    Ok(())
}
