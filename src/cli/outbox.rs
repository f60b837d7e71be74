//! `tuanqing outbox`: messages that are owed, and those that nobody delivers any more.
//!
//! Shows where a message goes and why it does not, never what it says.

use std::io::Write;

use chrono::TimeDelta;

use super::table;
use crate::clock::{Clock, from_ms, to_ms};
use crate::domain::id::OutboxId;
use crate::error::Fault;
use crate::store::{OutboxRow, OutboxState, Store};

/// Rows in one listing, and messages decided on in one write.
const PAGE: u32 = 500;

/// A message that an operator sends again is worth reading for at least so long.
const RETRY_VALID: TimeDelta = TimeDelta::hours(24);

/// 待发消息
#[derive(Clone, Debug, clap::Subcommand)]
pub enum OutboxCommand {
    /// 列出待发、发送中和失败的消息（不显示内容）
    List {
        /// 只列失败的
        #[arg(long)]
        dead: bool,
        /// 只列过期没有发出的
        #[arg(long, conflicts_with = "dead")]
        expired: bool,
    },
    /// 马上再试一次，有效期至少再延 24 小时
    Retry {
        /// 消息编号
        #[arg(value_name = "ID", required_unless_present = "all_dead", conflicts_with = "all_dead")]
        id: Option<OutboxId>,
        /// 所有失败的消息
        #[arg(long)]
        all_dead: bool,
    },
    /// 放弃一条消息，不再发送
    Drop {
        /// 消息编号
        #[arg(value_name = "ID")]
        id: OutboxId,
    },
}

/// Runs the command.
///
/// # Errors
/// A sentence for the operator, or the database's.
pub async fn run(command: OutboxCommand, store: &Store, clock: &dyn Clock, out: &mut dyn Write) -> anyhow::Result<()> {
    let now = clock.now();
    let (now_ms, valid_until_ms) = (to_ms(now), to_ms(now + RETRY_VALID));
    match command {
        OutboxCommand::List { dead, expired } => {
            let states: &[OutboxState] = match (dead, expired) {
                (true, _) => &[OutboxState::Dead],
                (_, true) => &[OutboxState::Expired],
                _ => &[OutboxState::Waiting, OutboxState::Leased, OutboxState::Dead],
            };
            list(store, states, out).await
        }
        OutboxCommand::Retry { id: Some(id), .. } => {
            decide(store, id, now_ms, Some(valid_until_ms)).await?;
            writeln!(out, "消息 {id} 马上再发。")?;
            Ok(())
        }
        OutboxCommand::Retry { id: None, .. } => {
            let mut total = 0;
            loop {
                let page = retry_page(store, now_ms, valid_until_ms).await?;
                total += page;
                if page == 0 {
                    break;
                }
            }
            writeln!(out, "{total} 条失败的消息马上再发。")?;
            Ok(())
        }
        OutboxCommand::Drop { id } => {
            decide(store, id, now_ms, None).await?;
            writeln!(out, "消息 {id} 不再发送。")?;
            Ok(())
        }
    }
}

async fn decide(store: &Store, id: OutboxId, now_ms: i64, retry_until_ms: Option<i64>) -> anyhow::Result<()> {
    let decided =
        store.write(move |tx| Box::pin(async move { Ok(tx.decide_outbox(id, now_ms, retry_until_ms).await?) })).await?;
    anyhow::ensure!(decided, "没有编号为 {id} 的待发、失败或过期消息；用 `tuanqing outbox list` 查看");
    Ok(())
}

/// Sends dead messages again, at most a page of them; returns how many.
async fn retry_page(store: &Store, now_ms: i64, valid_until_ms: i64) -> Result<usize, Fault> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let dead = tx.db().await?.list_outbox(&[OutboxState::Dead], PAGE).await?;
                for row in &dead {
                    tx.decide_outbox(row.id, now_ms, Some(valid_until_ms)).await?;
                }
                Ok(dead.len())
            })
        })
        .await
}

async fn list(store: &Store, states: &[OutboxState], out: &mut dyn Write) -> anyhow::Result<()> {
    let rows = store.reader().list_outbox(states, PAGE).await?;
    if rows.is_empty() {
        writeln!(out, "没有这样的消息。")?;
        return Ok(());
    }
    let zone = store.directory().zones().first().copied().unwrap_or(crate::domain::directory::DEFAULT_ZONE);
    let line = |row: &OutboxRow| {
        let next = match row.state {
            OutboxState::Waiting => {
                from_ms(row.next_try_at_ms).with_timezone(&zone).format("%m-%d %H:%M:%S").to_string()
            }
            _ => "-".to_owned(),
        };
        let mut reason = row.error.clone().unwrap_or_default();
        if row.ambiguous {
            reason.push_str("（可能已送达过）");
        }
        vec![
            row.id.to_string(),
            row.shown_lane().to_owned(),
            row.template.clone(),
            row.attempts.to_string(),
            title(row.state).to_owned(),
            next,
            reason,
        ]
    };
    let lines: Vec<Vec<String>> = rows.iter().map(line).collect();
    table::write(out, &["编号", "去处", "模板", "次数", "状态", "下次", "原因"], &lines)?;
    if rows.len() >= PAGE as usize {
        writeln!(out, "只列出最早的 {PAGE} 条。")?;
    }
    Ok(())
}

fn title(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Waiting => "待发",
        OutboxState::Leased => "发送中",
        OutboxState::Sent => "已发",
        OutboxState::Dead => "失败",
        OutboxState::Expired => "过期",
        OutboxState::Dropped => "已放弃",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::store::scratch::Scratch;
    use crate::store::{Lease, NewOutbox, Settled, Target};

    const NOW_MS: i64 = 1_790_000_000_000;

    async fn told(store: &Store, command: OutboxCommand) -> anyhow::Result<String> {
        let mut out = Vec::new();
        run(command, store, &ManualClock::at(from_ms(NOW_MS)), &mut out).await?;
        Ok(String::from_utf8(out)?)
    }

    /// A message that was refused and has been stale for an hour.
    async fn dead_message(store: &Store) -> OutboxId {
        store
            .write(|tx| {
                Box::pin(async move {
                    let id = tx
                        .insert_outbox(NewOutbox {
                            target: Target::Address { account: "qq".into(), group: Some("9".into()), user: "u".into() },
                            template: "notice/answer",
                            context: r#"{"text":"秘密"}"#.into(),
                            question: None,
                            not_before_ms: NOW_MS - 7_200_000,
                            valid_until_ms: NOW_MS - 3_600_000,
                        })
                        .await?;
                    tx.lease_outbox(id, &Lease { owner: "one".into(), until_ms: NOW_MS }).await?;
                    tx.settle_outbox(id, "one", &Settled::Dead { error: "平台拒绝：群已解散".into() }, NOW_MS).await?;
                    Ok(id)
                })
            })
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn an_operator_sees_why_a_message_is_dead_but_not_what_it_says() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let id = dead_message(&store).await;
        let shown = told(&store, OutboxCommand::List { dead: true, expired: false }).await.unwrap();
        for part in [id.to_string().as_str(), "group:qq/9", "notice/answer", "失败", "群已解散"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("秘密"));
        let expired = told(&store, OutboxCommand::List { dead: false, expired: true }).await.unwrap();
        assert_eq!(expired, "没有这样的消息。\n");
        store.close().await;
        scratch.remove().await;
    }

    #[tokio::test]
    async fn an_operator_sends_a_dead_message_again_with_a_day_and_all_its_tries() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let one = dead_message(&store).await;
        let two = dead_message(&store).await;
        told(&store, OutboxCommand::Retry { id: Some(one), all_dead: false }).await.unwrap();
        let all = told(&store, OutboxCommand::Retry { id: None, all_dead: true }).await.unwrap();
        assert_eq!(all, "1 条失败的消息马上再发。\n");
        let waiting = store.reader().list_outbox(&[OutboxState::Waiting], 9).await.unwrap();
        assert_eq!(waiting.iter().map(|row| row.id).collect::<Vec<_>>(), [one, two]);
        for row in &waiting {
            assert_eq!((row.next_try_at_ms, row.valid_until_ms, row.attempts), (NOW_MS, NOW_MS + 86_400_000, 0));
        }
        store.close().await;
        scratch.remove().await;
    }

    #[tokio::test]
    async fn an_operator_gives_a_message_up_once() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let id = dead_message(&store).await;
        told(&store, OutboxCommand::Drop { id }).await.unwrap();
        let dropped = store.reader().list_outbox(&[OutboxState::Dropped], 9).await.unwrap();
        assert_eq!((dropped[0].id, dropped[0].context.as_str()), (id, ""), "and with it what it said");
        let again = told(&store, OutboxCommand::Drop { id }).await.unwrap_err();
        assert!(again.to_string().contains("没有编号为"), "{again}");
        store.close().await;
        scratch.remove().await;
    }
}
