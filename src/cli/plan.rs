//! `tuanqing plan …`: a proposal to look at, or a workbook to edit and import. Nothing is written to the database.

use std::io::Write;
use std::path::PathBuf;

use crate::domain::directory::Directory;
use crate::domain::people::Level;
use crate::domain::planning::segments::Rhythm;
use crate::services::planning::{BatchesQuestion, Proposal, Stations, TownshipsQuestion, plan_batches, plan_townships};
use crate::services::roster;

use super::table;

/// What to plan.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum PlanCommand {
    /// 8+4：一年四批，每批一个季度、四分之一的人，3—4 人一组，每组驻一个单位
    Batches {
        #[command(flatten)]
        whom: Whom,
        #[command(flatten)]
        stations: StationArguments,
        #[command(flatten)]
        form: Form,
    },
    /// 三联四促：每县一个工作组，每人每年包联一个乡镇，两年覆盖全部乡镇；省市干部每年集中下沉两段
    Townships {
        #[command(flatten)]
        whom: Whom,
        /// 只排这些县（或它们的上级）的乡镇，几个用逗号隔开；不写就是 --unit 下面的全部
        #[arg(long, value_name = "CODES", value_delimiter = ',')]
        to: Vec<String>,
        /// 同组的人错开月份下沉；不写就是同组一起去
        #[arg(long)]
        staggered: bool,
        #[command(flatten)]
        form: Form,
    },
}

/// Whose cadres, and when.
#[derive(Clone, Debug, clap::Args)]
pub struct Whom {
    /// 哪一年；三联四促从这一年起排两年
    #[arg(long, value_parser = clap::value_parser!(i32).range(2000..=2198))]
    year: i32,
    /// 哪些单位的干部：编码或名称，几个用逗号隔开
    #[arg(long, value_name = "CODES", value_delimiter = ',', required = true)]
    unit: Vec<String>,
}

/// Where teams are stationed.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct StationArguments {
    /// 驻在这些单位：编码或名称，几个用逗号隔开
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    to: Vec<String>,
    /// 驻在 --unit 下面这一级的团组织：市级、县级、乡镇级、村级
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    station_level: Option<Level>,
}

/// In which form the answer comes.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Form {
    /// 只在这里显示方案
    #[arg(long)]
    dry_run: bool,
    /// 写成工作簿（.xlsx），改好以后用 roster import 导入；已有的文件不会被覆盖
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
}

fn level(said: &str) -> Result<Level, String> {
    Level::read(said).ok_or_else(|| format!("看不懂「{said}」；可以写：{}", Level::choices()))
}

/// Runs a command.
///
/// # Errors
/// A text for the person at the command line; what is short, where a plan is impossible.
pub fn run(command: PlanCommand, directory: &Directory, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    match command {
        PlanCommand::Batches { whom: Whom { year, unit: units }, stations, form } => {
            let stations = match stations.station_level {
                Some(level) => Stations::Level(level),
                None => Stations::Units(stations.to),
            };
            give(&plan_batches(directory, &BatchesQuestion { year, units, stations })?, form, out)
        }
        PlanCommand::Townships { whom: Whom { year, unit: units }, to, staggered, form } => {
            let rhythm = if staggered { Rhythm::Staggered } else { Rhythm::Together };
            give(&plan_townships(directory, &TownshipsQuestion { year, units, to, rhythm })?, form, out)
        }
    }
}

fn give(proposal: &Proposal, form: Form, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    let path = match &form.out {
        Some(path) if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx")) => path,
        Some(_) => anyhow::bail!("方案是工作簿，文件名要以 .xlsx 结尾"),
        None => {
            writeln!(out, "{}", proposal.title)?;
            let headings: Vec<&str> = proposal.headings.iter().map(String::as_str).collect();
            table::write(out, &headings, &proposal.rows)?;
            write_notices(proposal, out)?;
            writeln!(out, "这只是方案，什么都没有写入。要改和导入：把 --dry-run 换成 --out 方案.xlsx")?;
            return Ok(());
        }
    };
    roster::write_xlsx_about(&proposal.sheets, &proposal.about(), path)?;
    writeln!(out, "{}\n方案已写到 {}，数据库没有改动。", proposal.title, path.display())?;
    write_notices(proposal, out)?;
    writeln!(out, "在 Excel 里改好以后：tuanqing roster import {} --dry-run", path.display())?;
    Ok(())
}

fn write_notices(proposal: &Proposal, out: &mut dyn Write) -> std::io::Result<()> {
    proposal.notices.iter().try_for_each(|notice| writeln!(out, "注意：{notice}"))
}
