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
pub async fn run(
    command: OutboxCommand,
    store: &Store,
    clock: &dyn Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
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
    let decided = store
        .write(move |tx| Box::pin(async move { Ok(tx.decide_outbox(id, now_ms, retry_until_ms).await?) }))
        .await?;
    anyhow::ensure!(decided, "没有编号为 {id} 的待发、失败或过期消息；用 `tuanqing outbox list` 查看");
    Ok(())
}

/// Sends dead messages again, at most a page of them; returns how many.
async fn retry_page(store: &Store, now_ms: i64, valid_until_ms: i64) -> Result<usize, Fault> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let dead = tx.db().list_outbox(&[OutboxState::Dead], PAGE).await?;
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
            OutboxState::Waiting => from_ms(row.next_try_at_ms).with_timezone(&zone).format("%m-%d %H:%M:%S").to_string(),
            _ => "-".to_owned(),
        };
        let mut reason = row.error.clone().unwrap_or_default();
        if row.ambiguous {
            reason.push_str("（可能已送达过）");
        }
        vec![
            row.id.to_string(),
            row.lane.clone(),
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
