//! `tuanqing records …`: the ledger as a table.

use std::io::Write;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::id::UnitId;
use crate::services::ledger;
use crate::store::LedgerFilter;

/// `tuanqing records …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum RecordsCommand {
    /// 导出台账：本单位和下级的人记的，以及在那里发生的
    Export {
        /// 单位编码
        #[arg(long, value_name = "CODE")]
        unit: String,
        /// 只要一种记录：它的 key 或者用词，例如 签到
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// 从哪一天起，例如 2026-11-01
        #[arg(long, value_name = "DAY")]
        from: Option<NaiveDate>,
        /// 到哪一天止
        #[arg(long, value_name = "DAY")]
        to: Option<NaiveDate>,
        /// 以 .xlsx 或 .csv 结尾的文件；已有的文件不会被覆盖
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub(super) async fn run(command: RecordsCommand, app: &App, say: &mut dyn Write) -> Result<(), anyhow::Error> {
    let RecordsCommand::Export { unit, kind, from, to, out } = command;
    let is = |ending| out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
    if !is("xlsx") && !is("csv") {
        anyhow::bail!("文件名要以 .xlsx 或 .csv 结尾");
    }
    let (directory, policy) = (app.store.directory(), &app.rules.policy);
    let Some(unit) = directory.unit_by_code(unit.trim()) else {
        anyhow::bail!("没有编码为「{unit}」的单位；tuanqing roster export 可以看到全部编码");
    };
    let kind = match &kind {
        None => None,
        Some(typed) => {
            let is = |word: &String| word == typed;
            let found = policy.kinds.iter().find(|one| one.key == *typed || one.words.iter().any(is));
            let Some(found) = found else {
                let known: Vec<String> =
                    policy.kinds.iter().map(|one| format!("{}（{}）", one.key, one.title())).collect();
                anyhow::bail!("没有「{typed}」这种记录；现有：{}", known.join("、"));
            };
            Some(found.key.as_str())
        }
    };
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        anyhow::bail!("起始日 {from} 在截止日 {to} 之后；请对调");
    }
    let subtree: Vec<UnitId> = directory.subtree(unit.id);
    // naming every unit there is would only make the question longer
    let units = (subtree.len() < directory.units().count()).then_some(subtree.as_slice());
    let filter = LedgerFilter { units, kind, from, to, limit: ledger::MOST_ROWS + 1 };
    let rows = app.store.reader().list_ledger(&filter).await?;
    if rows.len() > ledger::MOST_ROWS {
        anyhow::bail!("超过 {} 行，没有导出；请用 --from、--to 或 --kind 分几次导出", ledger::MOST_ROWS);
    }
    ledger::write(&rows, &directory, policy, &out)?;
    writeln!(say, "台账已导出到 {}：{} 行\n里面有姓名，请妥善保管。", out.display(), rows.len())?;
    Ok(())
}
