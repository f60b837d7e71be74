//! The basic policy with a town's score-card and a cadre's, and figures brought in beside the clock of the office.

use tuanqing::services::figures::{self, Applied, FigureError};

use super::office::Office;

/// An office under that policy; with `strict`, rankings are public.
pub(crate) async fn open(strict: bool) -> (Office, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("制度.toml");
    let basic = include_str!("../../../policies/basic.toml");
    let basic = basic.replace("strict = false", &format!("strict = {strict}"));
    let text = format!("{basic}\n{}", include_str!("town_card.toml"));
    std::fs::write(&file, text).unwrap();
    let office = Office::open_with(&format!("[policy]\nfile = \"{}\"", file.display())).await;
    (office, folder)
}

/// Brings in figures from a CSV file, at the office's time.
pub(crate) async fn import(office: &Office, csv: &str) -> Result<Applied, FigureError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("参学率.csv");
    std::fs::write(&file, csv).unwrap();
    let sheets = figures::read_path(&file)?;
    let now = tuanqing::clock::Clock::now(office.clock.as_ref());
    figures::apply(&office.app.store, office.app.rules.clone(), sheets, now, false).await
}
