//! `tuanqing open-days …`: open days as documents.

use std::io::Write;
use std::path::PathBuf;

use crate::app::App;
use crate::services::open_days;

/// How many are listed.
const LISTED: u32 = 50;

/// `tuanqing open-days …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum OpenDaysCommand {
    /// 最近的开放日：编号、单位、主题、时间
    List,
    /// 把一场开放日的全部问答写成 Word 文档；不写提问人的名字
    Export {
        /// 开放日的编号，list 可以看到
        #[arg(value_name = "NUMBER")]
        number: i64,
        /// 写到哪个文件夹；已有的文件不会被覆盖
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

pub(super) async fn run(command: OpenDaysCommand, app: &App, say: &mut dyn Write) -> Result<(), anyhow::Error> {
    let (directory, reader) = (app.store.directory(), app.store.reader());
    match command {
        OpenDaysCommand::List => {
            let sessions = reader.list_sessions(LISTED).await?;
            if sessions.is_empty() {
                writeln!(say, "还没有开放日。")?;
            }
            for session in sessions {
                let began = session.began_at.with_timezone(&directory.zone_of(session.unit));
                writeln!(
                    say,
                    "{}  {}  {}  {}  {}",
                    session.number,
                    began.format("%Y-%m-%d %H:%M"),
                    session.phase.title(),
                    directory.unit_name(session.unit),
                    session.topic
                )?;
            }
        }
        OpenDaysCommand::Export { number, out } => {
            let Some(session) = reader.find_session_by_number(number).await? else {
                anyhow::bail!("没有 {number} 号开放日；tuanqing open-days list 可以看到编号");
            };
            let now = app.clock.now();
            let came = open_days::report(&reader, &session, now).await?;
            let path = out.join(format!("open-day-{number}.docx"));
            open_days::write_document(&session, &came, &directory, now, &path)?;
            writeln!(
                say,
                "已导出到 {}：{} 人提问，{} 个问题，当场答复 {} 个，会后答复 {} 个，还没有答复 {} 个；截至 {}\n里面没有提问人的名字，但问题和答复是原话，请看过再转发。",
                path.display(),
                came.askers,
                came.asked,
                came.answered,
                came.answered_later,
                came.open,
                super::table::moment(now, directory.zone_of(session.unit)),
            )?;
        }
    }
    Ok(())
}
