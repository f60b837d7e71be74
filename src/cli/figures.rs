//! `tuanqing figures …`: figures from elsewhere that score-cards ask for.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::services::figures;

/// `tuanqing figures …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum FiguresCommand {
    /// 导入考核数据（参学率等）：.xlsx 工作簿或 .csv；有一格不对就什么都不写
    Import {
        /// 工作簿或 CSV 文件
        path: PathBuf,
        /// 只检查，不写入
        #[arg(long)]
        dry_run: bool,
    },
    /// 按制度的考核表写一份空的工作簿
    Template {
        /// 以 .xlsx 结尾的文件；已有的文件不会被覆盖
        path: PathBuf,
    },
}

pub(super) async fn run(command: FiguresCommand, app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    match command {
        FiguresCommand::Import { path, dry_run } => import(&path, dry_run, app, out).await,
        FiguresCommand::Template { path } => template(&path, app, out),
    }
}

async fn import(path: &Path, dry_run: bool, app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    let sheets = figures::read_path(path)?;
    let applied = figures::apply(&app.store, app.rules.clone(), sheets, app.clock.now(), dry_run).await?;
    for notice in &applied.notices {
        writeln!(out, "{notice}")?;
    }
    let what = if dry_run { "检查过了，没有写入" } else { "考核数据已导入" };
    writeln!(out, "{what}：新增 {}，修改 {}，不变 {}", applied.new, applied.changed, applied.unchanged)?;
    Ok(())
}

fn template(path: &Path, app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx")) {
        anyhow::bail!("模板是工作簿，文件名要以 .xlsx 结尾");
    }
    if figures::wanted(&app.rules.policy).is_empty() {
        anyhow::bail!("制度的考核表里没有要导入的数据（figure）；请先在制度文件里写指标");
    }
    figures::template(&app.rules.policy, path)?;
    writeln!(out, "空表已写好：{0}\n填好以后：tuanqing figures import {0} --dry-run", path.display())?;
    Ok(())
}
