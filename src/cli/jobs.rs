//! `tuanqing jobs list|run`: the schedule, by hand.

use std::io::Write;

use chrono::{DateTime, Utc};
use clap::Subcommand;

use crate::app::App;
use crate::jobs::{self, JOBS};
use crate::services::questions::moment;

/// `tuanqing jobs …`
#[derive(Debug, Subcommand)]
pub(super) enum JobsCommand {
    /// 列出定时任务：下次什么时候、上次什么时候、漏过几次
    List,
    /// 现在运行一个任务；同一时刻的同一个任务，每个群只会收到一次
    Run {
        /// 任务名，见 `tuanqing jobs list`
        name: String,
        /// 当作哪个时刻来运行，例如 2026-11-20T17:30:00+08:00；不写就是现在
        #[arg(long, value_name = "INSTANT")]
        at: Option<DateTime<Utc>>,
        /// 只看会发什么，不发
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) async fn run(command: JobsCommand, app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    match command {
        JobsCommand::List => list(app, out).await,
        JobsCommand::Run { name, at, dry_run } => {
            let Some(job) = jobs::find(&name) else {
                let names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
                anyhow::bail!("没有名为「{name}」的任务，现有：{}", names.join("、"));
            };
            let at = at.unwrap_or_else(|| app.clock.now());
            if dry_run { preview(app, job, at, out).await } else { run_now(app, job, at, out).await }
        }
    }
}

async fn list(app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    let zone = app.settings.schedule.zone;
    for job in JOBS {
        let rule = (job.rule)(&app.rules.policy.schedule);
        let (last, missed) = app.store.reader().job_history(job.name).await?;
        let next = rule.next_after(app.clock.now(), zone, &app.rules.calendar);
        let or_none = |at: Option<DateTime<Utc>>| at.map_or_else(|| "没有".to_owned(), |at| moment(at, zone));
        writeln!(
            out,
            "{:<24} {}  下次 {}  上次 {}  漏过 {missed} 次  （{}）",
            job.name,
            job.title,
            or_none(next),
            or_none(last),
            rule.cron.as_str()
        )?;
    }
    Ok(())
}

async fn run_now(
    app: &App,
    job: &'static jobs::Job,
    at: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), anyhow::Error> {
    let ran = app.scheduler().run_at(job, at).await?;
    match (ran.subjects, ran.before) {
        (0, 0) => writeln!(out, "「{}」没有要发的。", job.title)?,
        (0, before) => writeln!(out, "「{}」在这个时刻已经运行过（{before} 处），没有重复发送。", job.title)?,
        _ => writeln!(
            out,
            "「{}」已运行：{} 条消息进入待发，由正在运行的服务发出（`tuanqing outbox list` 可查看）。",
            job.title, ran.messages
        )?,
    }
    Ok(())
}

async fn preview(
    app: &App,
    job: &'static jobs::Job,
    at: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), anyhow::Error> {
    let directory = app.store.directory();
    let mut count = 0;
    for owed in app.scheduler().preview(job, at).await? {
        for notice in owed.messages {
            count += 1;
            let message = app.rules.templates.render_value(notice.template, &notice.context, "")?;
            writeln!(out, "── 发给 {}", describe(&directory, &notice.target))?;
            writeln!(out, "{}\n", message.plain())?;
        }
    }
    writeln!(out, "共 {count} 条；这是预览，什么也没有发。")?;
    Ok(())
}

fn describe(directory: &crate::domain::directory::Directory, target: &crate::store::Target) -> String {
    use crate::store::Target;
    match target {
        Target::Chat(chat) => directory.chat(*chat).map_or_else(|| "已不存在的群".to_owned(), |chat| chat.name.clone()),
        Target::Person(person) => format!("{}（私聊）", directory.person_name(*person)),
        Target::Sealed { .. } => "匿名提问的人".to_owned(),
        Target::Address { account, .. } => format!("{account} 上的一个地址"),
    }
}
