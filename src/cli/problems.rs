//! `tuanqing problems …`: the list of problems as tables.

use std::io::Write;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::domain::calendar::DayRange;
use crate::services::problems::export::{self, MonthOfProblems};

/// `tuanqing problems …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum ProblemsCommand {
    /// 导出一个月的问题清单：本单位和下级的，一个工作簿和三个 CSV
    Export {
        /// 单位编码
        #[arg(long, value_name = "CODE")]
        unit: String,
        /// 哪个月，例如 2026-11
        #[arg(long, value_name = "MONTH")]
        month: String,
        /// 放在哪个文件夹；已有的文件不会被覆盖
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// 截至哪一刻，例如 2026-11-20T18:00:00+08:00；不写就是现在。模拟器拨过钟的，写拨到的时间
        #[arg(long, value_name = "INSTANT")]
        at: Option<DateTime<Utc>>,
    },
}

pub(super) async fn run(command: ProblemsCommand, app: &App, say: &mut dyn Write) -> Result<(), anyhow::Error> {
    let ProblemsCommand::Export { unit, month, out, at } = command;
    let at = at.unwrap_or_else(|| app.clock.now());
    let directory = app.store.directory();
    let Some(unit) = directory.unit_by_code(unit.trim()) else {
        anyhow::bail!("没有编码为「{unit}」的单位；tuanqing roster export 可以看到全部编码");
    };
    let Ok(first) = NaiveDate::parse_from_str(&format!("{}-01", month.trim()), "%Y-%m-%d") else {
        anyhow::bail!("「{month}」不是月份，请写成 2026-11");
    };
    let range = DayRange::month_of(first);
    let read = MonthOfProblems::read(app.store.reader(), &directory, &app.rules, unit.id, range, at).await?;
    let tables = read.tables(&directory);
    let name = format!("问题清单-{}-{}", unit.code, first.format("%Y-%m"));
    let files = export::write(&tables, &name, &out)?;
    let counts: Vec<String> = tables.iter().map(|table| format!("{} {} 行", table.title, table.rows.len())).collect();
    let until = super::table::moment(at, directory.zone_of(unit.id));
    writeln!(say, "问题清单已导出到 {}：{}，截至 {until}", out.display(), counts.join("，"))?;
    for file in files {
        writeln!(say, "  {}", file.display())?;
    }
    writeln!(say, "里面有姓名，请妥善保管。")?;
    Ok(())
}
