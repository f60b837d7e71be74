//! `tuanqing audit`: who found out who asked anonymously, or wanted to, and who consented; who was kept from asking so, and by
//! whom. Never who it was.

use std::io::Write;

use super::table;
use crate::app::App;
use crate::services::questions::moment;

/// Lists every request to find out who asked, and every block, the first one first.
///
/// # Errors
/// The database's.
pub(super) async fn run(app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    let found = app.store.reader().list_disclosures().await?;
    let blocks = app.store.reader().list_blocks().await?;
    if found.is_empty() {
        writeln!(out, "没有人申请过查实匿名提问人。")?;
    }
    if blocks.is_empty() {
        writeln!(out, "没有人屏蔽过匿名提问人。")?;
    }
    let directory = app.store.directory();
    let zone = directory.zones().first().copied().unwrap_or(crate::domain::directory::DEFAULT_ZONE);
    let named = |id| {
        let person = directory.person(id);
        person.map_or_else(String::new, |person| format!("{}（{}）", person.name, directory.unit_name(person.unit)))
    };
    let on_one_line = |text: &str| text.replace('\n', " ");
    let lines: Vec<Vec<String>> = found
        .iter()
        .map(|(number, one)| {
            vec![
                moment(one.asked_at, zone),
                number.to_string(),
                named(one.asked_by),
                one.state.title().to_owned(),
                one.decided.map_or_else(String::new, |(by, _)| named(by)),
                one.decided.map_or_else(String::new, |(_, at)| moment(at, zone)),
                on_one_line(&one.reason),
                on_one_line(&one.said),
            ]
        })
        .collect();
    if !lines.is_empty() {
        table::write(out, &["申请", "问题", "申请人", "结果", "决定人", "决定", "原因", "决定时说的"], &lines)?;
    }
    let lines: Vec<Vec<String>> = blocks
        .iter()
        .map(|(number, one)| {
            vec![
                moment(one.at, zone),
                number.to_string(),
                if one.until.is_some() { "屏蔽" } else { "解除屏蔽" }.to_owned(),
                one.until.map_or_else(String::new, |until| moment(until, zone)),
                named(one.by),
                on_one_line(&one.reason),
            ]
        })
        .collect();
    if !lines.is_empty() {
        table::write(out, &["时间", "问题", "做了什么", "到", "谁", "原因"], &lines)?;
    }
    Ok(())
}
