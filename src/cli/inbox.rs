//! `tuanqing inbox`: events that could not be handled.
//!
//! Shows when an event came and why it failed, never what somebody wrote.

use std::io::Write;

use super::table;
use crate::clock::{Clock, from_ms, to_ms};
use crate::domain::id::EventId;
use crate::store::{FailedEvent, InboxState, Store};

/// Rows in one listing.
const PAGE: u32 = 500;

/// 处理失败的消息
#[derive(Clone, Debug, clap::Subcommand)]
pub enum InboxCommand {
    /// 列出处理失败的消息（不显示内容）
    List,
    /// 马上再处理一次
    Retry {
        /// 消息编号
        #[arg(value_name = "ID", required_unless_present = "all_dead", conflicts_with = "all_dead")]
        id: Option<EventId>,
        /// 所有不再自动重试的消息
        #[arg(long)]
        all_dead: bool,
    },
    /// 放弃一条消息，不再处理
    Drop {
        /// 消息编号
        #[arg(value_name = "ID")]
        id: EventId,
    },
}

/// Runs the command.
///
/// # Errors
/// A sentence for the operator, or the database's.
pub async fn run(command: InboxCommand, store: &Store, clock: &dyn Clock, out: &mut dyn Write) -> anyhow::Result<()> {
    let now_ms = to_ms(clock.now());
    match command {
        InboxCommand::List => list(store, out).await,
        InboxCommand::Retry { id: Some(id), .. } => {
            decide(store, id, Some(now_ms)).await?;
            writeln!(out, "消息 {id} 马上再处理。")?;
            Ok(())
        }
        InboxCommand::Retry { id: None, .. } => {
            let retried = store
                .write(move |tx| {
                    Box::pin(async move {
                        let failed = tx.db().list_failed_events(u32::MAX).await?;
                        let dead: Vec<EventId> =
                            failed.iter().filter(|event| event.state == InboxState::Dead).map(|event| event.id).collect();
                        for id in &dead {
                            tx.decide_failed_event(*id, Some(now_ms)).await?;
                        }
                        Ok(dead.len())
                    })
                })
                .await?;
            writeln!(out, "{retried} 条消息马上再处理。")?;
            Ok(())
        }
        InboxCommand::Drop { id } => {
            decide(store, id, None).await?;
            writeln!(out, "消息 {id} 不再处理。")?;
            Ok(())
        }
    }
}

async fn decide(store: &Store, id: EventId, retry_at_ms: Option<i64>) -> anyhow::Result<()> {
    let decided = store
        .write(move |tx| Box::pin(async move { Ok(tx.decide_failed_event(id, retry_at_ms).await?) }))
        .await?;
    anyhow::ensure!(decided, "没有编号为 {id} 的处理失败的消息；用 `tuanqing inbox list` 查看");
    Ok(())
}

async fn list(store: &Store, out: &mut dyn Write) -> anyhow::Result<()> {
    let events = store.reader().list_failed_events(PAGE).await?;
    if events.is_empty() {
        writeln!(out, "没有处理失败的消息。")?;
        return Ok(());
    }
    let zone = store.directory().zones().first().copied().unwrap_or(crate::domain::directory::DEFAULT_ZONE);
    let line = |event: &FailedEvent| {
        vec![
            event.id.to_string(),
            event.key.account.clone(),
            from_ms(event.received_at_ms).with_timezone(&zone).format("%m-%d %H:%M:%S").to_string(),
            event.attempts.to_string(),
            if event.state == InboxState::Dead { "等人处理" } else { "会重试" }.to_owned(),
            event.error.clone(),
        ]
    };
    let lines: Vec<Vec<String>> = events.iter().map(line).collect();
    table::write(out, &["编号", "账号", "收到", "次数", "状态", "原因"], &lines)?;
    if events.len() >= PAGE as usize {
        writeln!(out, "只列出最早的 {PAGE} 条。")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::domain::directory::DEFAULT_ZONE;
    use crate::store::DatabaseConfig;

    async fn told(store: &Store, clock: &ManualClock, command: InboxCommand) -> anyhow::Result<String> {
        let mut out = Vec::new();
        run(command, store, clock, &mut out).await?;
        Ok(String::from_utf8(out)?)
    }

    #[tokio::test]
    async fn an_operator_without_failed_events_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("t.sqlite").display());
        let config = DatabaseConfig { url: url.into(), max_readers: 1, max_batch: 8 };
        let store = Store::open_migrated(&config, DEFAULT_ZONE).await.unwrap();
        let clock = ManualClock::at(from_ms(1_790_000_000_000));
        assert_eq!(told(&store, &clock, InboxCommand::List).await.unwrap(), "没有处理失败的消息。\n");
        let all = InboxCommand::Retry { id: None, all_dead: true };
        assert!(told(&store, &clock, all).await.unwrap().starts_with("0 条"));
        let gone = told(&store, &clock, InboxCommand::Drop { id: EventId(7) }).await.unwrap_err();
        assert!(gone.to_string().contains("没有编号为 7"), "{gone}");
        store.close().await;
    }
}
