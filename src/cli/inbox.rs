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
                        let failed = tx.db().await?.list_failed_events(u32::MAX).await?;
                        let dead: Vec<EventId> = failed
                            .iter()
                            .filter(|event| event.state == InboxState::Dead)
                            .map(|event| event.id)
                            .collect();
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
    let decided =
        store.write(move |tx| Box::pin(async move { Ok(tx.decide_failed_event(id, retry_at_ms).await?) })).await?;
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
    use crate::domain::event::{EventKind, InboundEvent, Place, ReplyRoute};
    use crate::store::scratch::Scratch;

    const NOW_MS: i64 = 1_790_000_000_000;

    async fn told(store: &Store, clock: &ManualClock, command: InboxCommand) -> anyhow::Result<String> {
        let mut out = Vec::new();
        run(command, store, clock, &mut out).await?;
        Ok(String::from_utf8(out)?)
    }

    async fn dead_event(store: &Store) -> EventId {
        let event = InboundEvent {
            account: "qq".into(),
            platform: "onebot".into(),
            dedupe_key: "k".into(),
            place: Place::Private,
            sender: "10001".into(),
            sender_name: None,
            kind: EventKind::Message,
            message_id: None,
            text: "秘密".into(),
            addressed: true,
            mentions: vec![],
            quote: None,
            attachments: vec![],
            sent_at: from_ms(NOW_MS),
            reply: ReplyRoute::Outbox,
        };
        store
            .write(move |tx| {
                let event = event.clone();
                Box::pin(async move {
                    tx.keep_failed_event(&event, None, "a handler panicked", NOW_MS, NOW_MS).await?;
                    let id = tx.db().await?.list_failed_events(1).await?[0].id;
                    tx.postpone_failed_event(id, 1, "a handler panicked", None).await?;
                    Ok(id)
                })
            })
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn an_operator_sees_retries_and_drops_an_event_without_reading_it() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let clock = ManualClock::at(from_ms(NOW_MS));
        let id = dead_event(&store).await;
        let shown = told(&store, &clock, InboxCommand::List).await.unwrap();
        assert!(shown.contains(&id.to_string()) && shown.contains("等人处理") && !shown.contains("秘密"), "{shown}");
        let all = InboxCommand::Retry { id: None, all_dead: true };
        assert!(told(&store, &clock, all).await.unwrap().starts_with("1 条"));
        assert_eq!(store.reader().list_due_events(NOW_MS, 9).await.unwrap().len(), 1);
        told(&store, &clock, InboxCommand::Retry { id: Some(id), all_dead: false }).await.unwrap();
        told(&store, &clock, InboxCommand::Drop { id }).await.unwrap();
        assert_eq!(told(&store, &clock, InboxCommand::List).await.unwrap(), "没有处理失败的消息。\n");
        let gone = told(&store, &clock, InboxCommand::Drop { id }).await.unwrap_err();
        assert!(gone.to_string().contains("没有编号为"), "{gone}");
        store.close().await;
        scratch.remove().await;
    }
}
