//! The command line: one file a command.

use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::app::{App, clock_for};
use crate::config::Settings;

mod activities;
mod audit;
mod check;
mod doctor;
mod figures;
pub mod inbox;
mod jobs;
mod migrate;
mod open_days;
pub mod outbox;
pub mod plan;
mod policy;
mod polls;
mod problems;
mod questions;
mod records;
pub mod roster;
mod similar;
mod table;

/// 团情：在团组织的群里收签到、接青年提问、按时提醒和汇总的机器人。不带命令就是启动服务。
#[derive(Debug, Parser)]
#[command(name = "tuanqing", version)]
pub struct Arguments {
    /// 配置文件；不写就用默认值（试用：SQLite、模拟器、样例县）
    #[arg(long, short, global = true, value_name = "FILE", env = "TUANQING_CONFIG")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务
    Serve,
    /// 检查配置、制度、消息模板和数据库，不改动任何东西
    Check,
    /// 把数据库升级到这个版本
    Migrate,
    /// 看看哪里不对：数据库、账号、群能不能收发
    Doctor,
    /// 制度文件：念一遍、给编辑器的格式、有哪些内置的
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// 名册：导入、导出、空表、绑定码
    #[command(subcommand)]
    Roster(roster::RosterCommand),
    /// 排方案：8+4 分批驻点、三联四促包联乡镇；只看不写，改好用 roster import 导入
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    /// 考核数据（参学率等）：导入、空表
    #[command(subcommand)]
    Figures(figures::FiguresCommand),
    /// 记录：导出台账
    #[command(subcommand)]
    Records(records::RecordsCommand),
    /// 问题清单：导出一个月的
    #[command(subcommand)]
    Problems(problems::ProblemsCommand),
    /// 活动：导出名单
    #[command(subcommand)]
    Activities(activities::ActivitiesCommand),
    /// 投票和问卷：有哪些、导出答案
    #[command(subcommand)]
    Polls(polls::PollsCommand),
    /// 线上开放日：有哪些、导出全部问答
    #[command(subcommand)]
    OpenDays(open_days::OpenDaysCommand),
    /// 青年之声：把数字背后的问题导出成表
    #[command(subcommand)]
    Questions(questions::QuestionsCommand),
    /// 定时任务：有哪些、现在运行、预览
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// 待发消息：查看、重发、放弃
    #[command(subcommand)]
    Outbox(outbox::OutboxCommand),
    /// 没处理成的来信：查看、重试、放弃
    #[command(subcommand)]
    Inbox(inbox::InboxCommand),
    /// 相似问题：判得准不准、找一找、重新编索引
    #[command(subcommand)]
    Similar(similar::SimilarCommand),
    /// 留痕：谁申请过查实匿名提问人、谁同意的、为什么（不显示提问的是谁）
    Audit,
}

impl Arguments {
    /// Whether this is the long-running service, which logs at length.
    pub fn is_service(&self) -> bool {
        matches!(self.command, None | Some(Command::Serve))
    }

    /// Runs the command.
    ///
    /// # Errors
    /// One or two sentences for the person at the terminal.
    pub async fn run(self, out: &mut dyn Write) -> Result<(), anyhow::Error> {
        if let Some(Command::Roster(roster::RosterCommand::Template { path })) = &self.command {
            // an empty workbook needs neither settings nor a database
            return roster::template(path, out);
        }
        if let Some(Command::Policy(command)) = &self.command {
            return policy::run(command, out);
        }
        if let Some(Command::Similar(command)) = &self.command
            && similar::run_alone(command, out)?
        {
            return Ok(());
        }
        let settings = Settings::load(self.config.as_deref())?;
        let command = match self.command {
            None | Some(Command::Serve) => {
                let metrics = crate::telemetry::install_metrics()?;
                return crate::app::run(settings, metrics, out).await;
            }
            Some(Command::Check) => return check::run(settings, out).await,
            Some(Command::Migrate) => return migrate::run(settings, out).await,
            Some(command) => command,
        };
        let clock = clock_for(&settings);
        let app = App::open(settings, clock).await?;
        let done = match command {
            Command::Roster(command) => {
                roster::run(command, &app.store, &app.account_names(), app.clock.as_ref(), out).await
            }
            Command::Plan(command) => plan::run(command, &app.store.directory(), out),
            Command::Figures(command) => figures::run(command, &app, out).await,
            Command::Records(command) => records::run(command, &app, out).await,
            Command::Problems(command) => problems::run(command, &app, out).await,
            Command::Activities(command) => activities::run(command, &app, out).await,
            Command::Polls(command) => polls::run(command, &app, out).await,
            Command::OpenDays(command) => open_days::run(command, &app, out).await,
            Command::Questions(command) => questions::run(command, &app, out).await,
            Command::Jobs(command) => jobs::run(command, &app, out).await,
            Command::Outbox(command) => outbox::run(command, &app.store, app.clock.as_ref(), out).await,
            Command::Inbox(command) => inbox::run(command, &app.store, app.clock.as_ref(), out).await,
            Command::Similar(command) => similar::run(command, &app, out).await,
            Command::Doctor => doctor::run(&app, out).await,
            Command::Audit => audit::run(&app, out).await,
            Command::Serve | Command::Check | Command::Migrate | Command::Policy(_) => Ok(()),
        };
        app.store.close().await;
        done
    }
}
