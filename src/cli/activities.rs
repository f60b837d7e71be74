//! `tuanqing activities …`: who signed up for which activity and who came, as a table.

use std::io::Write;
use std::path::PathBuf;

use chrono::{Days, NaiveDate, NaiveTime};

use crate::app::App;
use crate::domain::calendar::instant;
use crate::services::activities;

/// `tuanqing activities …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum ActivitiesCommand {
    /// 导出活动名单：本单位和下级的活动，谁报了名、谁到了场
    Export {
        /// 单位编码
        #[arg(long, value_name = "CODE")]
        unit: String,
        /// 只要一个活动：它的编号
        #[arg(long, value_name = "NUMBER")]
        number: Option<i64>,
        /// 从哪一天的活动起，例如 2026-11-01
        #[arg(long, value_name = "DAY")]
        from: Option<NaiveDate>,
        /// 到哪一天的活动止
        #[arg(long, value_name = "DAY")]
        to: Option<NaiveDate>,
        /// 以 .xlsx 或 .csv 结尾的文件；已有的文件不会被覆盖
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub(super) async fn run(command: ActivitiesCommand, app: &App, say: &mut dyn Write) -> Result<(), anyhow::Error> {
    let ActivitiesCommand::Export { unit, number, from, to, out } = command;
    let is = |ending| out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
    if !is("xlsx") && !is("csv") {
        anyhow::bail!("文件名要以 .xlsx 或 .csv 结尾");
    }
    let directory = app.store.directory();
    let Some(unit) = directory.unit_by_code(unit.trim()) else {
        anyhow::bail!("没有编码为「{unit}」的单位；tuanqing roster export 可以看到全部编码");
    };
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        anyhow::bail!("起始日 {from} 在截止日 {to} 之后；请对调");
    }
    let zone = directory.zone_of(unit.id);
    let begins = instant(from.unwrap_or(NaiveDate::default()), NaiveTime::MIN, zone);
    let ends = match to.and_then(|day| day.checked_add_days(Days::new(1))) {
        Some(day) => instant(day, NaiveTime::MIN, zone),
        // an activity lies a year ahead at most
        None => app.clock.now() + chrono::TimeDelta::days(400),
    };
    let units = directory.subtree(unit.id);
    let most = activities::MOST_ROWS + 1;
    let rows = app.store.reader().list_attendance(&units, begins, ends, number, most).await?;
    if rows.len() > activities::MOST_ROWS {
        anyhow::bail!("超过 {} 行，没有导出；请用 --from、--to 或 --number 分几次导出", activities::MOST_ROWS);
    }
    activities::write(&rows, &directory, &out)?;
    writeln!(say, "活动名单已导出到 {}：{} 行\n里面有姓名，请妥善保管。", out.display(), rows.len())?;
    Ok(())
}
