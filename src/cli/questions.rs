//! `tuanqing questions …`: the questions behind the figures of the Voice of Youth, as tables.

use std::io::Write;
use std::path::PathBuf;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::app::App;
use crate::domain::calendar::{DayRange, business_day};
use crate::services::{questions_export, voice_report};

/// `tuanqing questions …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum QuestionsCommand {
    /// 导出青年之声的问题：一行一个，各列的合计就是“青年之声”的数字；不含提问人
    Export {
        /// 单位编码；含下级
        #[arg(long, value_name = "CODE")]
        unit: String,
        /// 从哪一天起，例如 2026-11-01；不写就从头算起
        #[arg(long, value_name = "DAY")]
        from: Option<NaiveDate>,
        /// 到哪一天止；不写就到今天
        #[arg(long, value_name = "DAY")]
        to: Option<NaiveDate>,
        /// 放到哪个文件夹；已有的文件不会被覆盖
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// 截至哪一刻，例如 2026-11-20T18:00:00+08:00；不写就是现在。模拟器拨过钟的，写拨到的时间
        #[arg(long, value_name = "INSTANT")]
        at: Option<DateTime<Utc>>,
        /// 连问题的原文一起导出
        #[arg(long)]
        with_text: bool,
    },
}

pub(super) async fn run(command: QuestionsCommand, app: &App, say: &mut dyn Write) -> Result<(), anyhow::Error> {
    let QuestionsCommand::Export { unit, from, to, out, at, with_text } = command;
    let directory = app.store.directory();
    let Some(unit) = directory.unit_by_code(unit.trim()).map(|unit| unit.id) else {
        anyhow::bail!("没有编码为「{unit}」的单位；tuanqing roster export 可以看到全部编码");
    };
    let now = at.unwrap_or_else(|| app.clock.now());
    let today = business_day(now, directory.zone_of(unit), app.rules.policy.day_starts_at);
    // a day more than the first that can be: what was asked on the night before it
    let first = from.unwrap_or_else(|| DateTime::UNIX_EPOCH.date_naive() + Days::new(1));
    let last = to.unwrap_or(today);
    if first > last {
        anyhow::bail!("起始日 {first} 在截止日 {last} 之后；请对调");
    }
    let span = voice_report::span_of(&directory, &app.rules, unit, DayRange { first, last });
    let report = voice_report::read_export(app.store.reader(), span, now, with_text).await?;
    let rows: Vec<_> =
        report.rows_in(&directory, unit).filter(|row| row.adds.asked > 0 || row.adds.given > 0).collect();
    let [book, csv] = questions_export::write(&rows, &directory, &app.rules, &out, with_text)?;
    let sums = report.of(&directory, unit).sums;
    let until = super::table::moment(now, directory.zone_of(unit));
    writeln!(say, "已导出到 {} 和 {}：{} 行，截至 {until}", book.display(), csv.display(), rows.len())?;
    writeln!(
        say,
        "提问 {}：已答 {}，待答 {}，给了同类答复 {}，不受理 {}；本期答复 {}",
        sums.asked, sums.answered, sums.open, sums.offered, sums.declined, sums.given
    )?;
    if with_text {
        writeln!(say, "里面有问题的原文，可能提到人，请妥善保管。")?;
    }
    Ok(())
}
