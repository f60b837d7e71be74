//! `tuanqing audit`: who found out who asked anonymously, or wanted to, and who consented. Never who it was.

use std::io::Write;

use super::table;
use crate::app::App;
use crate::services::questions::moment;

/// Lists every request to find out who asked, the first one first.
///
/// # Errors
/// The database's.
pub(super) async fn run(app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    let found = app.store.reader().list_disclosures().await?;
    if found.is_empty() {
        writeln!(out, "没有人申请过查实匿名提问人。")?;
        return Ok(());
    }
    let directory = app.store.directory();
    let zone = directory.zones().first().copied().unwrap_or(crate::domain::directory::DEFAULT_ZONE);
    let named = |id| {
        let person = directory.person(id);
        person.map_or_else(String::new, |person| format!("{}（{}）", person.name, directory.unit_name(person.unit)))
    };
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
                one.reason.replace('\n', " "),
            ]
        })
        .collect();
    table::write(out, &["申请", "问题", "申请人", "结果", "决定人", "决定", "原因"], &lines)?;
    Ok(())
}
