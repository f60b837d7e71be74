//! `tuanqing polls …`: polls and surveys, and their answers as tables.

use std::io::Write;
use std::path::PathBuf;

use crate::app::App;
use crate::services::polls::export;

/// How many a list shows.
const LISTED: u32 = 50;

/// `tuanqing polls …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum PollsCommand {
    /// 最近的投票和问卷
    List,
    /// 导出答案：实名的一人一行；匿名的只有每题各个答案的人数，结束以后、满 5 人才能导出
    Export {
        /// 编号
        #[arg(value_name = "NUMBER")]
        number: i64,
        /// 放到这个目录：一个 .xlsx 和一个 .csv；已有的文件不会被覆盖
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

pub(super) async fn run(command: PollsCommand, app: &App, say: &mut dyn Write) -> Result<(), anyhow::Error> {
    let db = app.store.reader();
    match command {
        PollsCommand::List => {
            let directory = app.store.directory();
            let mut rows = Vec::new();
            for poll in db.list_polls(LISTED).await? {
                rows.push(vec![
                    poll.number.to_string(),
                    poll.kind.title().to_owned(),
                    poll.naming.title().to_owned(),
                    if poll.closed_at.is_some() { "已结束" } else { "进行中" }.to_owned(),
                    db.count_participants(poll.id).await?.to_string(),
                    directory.unit_name(poll.unit).to_owned(),
                    poll.form.title.clone(),
                ]);
            }
            super::table::write(say, &["编号", "种类", "记名", "状态", "人数", "单位", "标题"], &rows)?;
        }
        PollsCommand::Export { number, out } => {
            let Some(poll) = db.find_poll(number).await? else {
                anyhow::bail!("没有 {number} 号投票或问卷；tuanqing polls list 可以看到全部编号");
            };
            let answers = db.list_poll_answers(poll.id).await?;
            let Some(table) = export::table(&poll, &answers) else {
                anyhow::bail!("{number} 号是匿名的：结束以后、满 5 人参加才能导出（现在 {} 人）", answers.len());
            };
            let [book, sheet] = export::write(&poll, &table, &out)?;
            writeln!(say, "已导出 {} 行：\n{}\n{}", table.rows(), book.display(), sheet.display())?;
            if !poll.is_anonymous() {
                writeln!(say, "里面有姓名，请妥善保管。")?;
            }
        }
    }
    Ok(())
}
