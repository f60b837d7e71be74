//! A survey's answers as tables: a workbook and a CSV file.
//!
//! Of an anonymous one the answers to each question are counted by themselves: a row that held one person's answers to all
//! of them could be known by three of the answers whose the others are.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, Workbook};

use crate::domain::poll::tally::{SMALLEST, Tally, shown, tally};
use crate::domain::poll::{Poll, Reply, Sort};
use crate::services::roster::{WriteError, guarded, write_new};
use crate::store::FilledIn;

/// A table: its headings and its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Text(String),
    Number(f64),
}

impl Table {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
}

/// The answers as a table; `None` where they may not be told: see [`SMALLEST`].
pub fn table(poll: &Poll, answers: &[FilledIn]) -> Option<Table> {
    if !poll.is_anonymous() {
        return Some(by_person(poll, answers));
    }
    (poll.closed_at.is_some() && answers.len() >= SMALLEST).then(|| by_question(poll, answers))
}

fn by_person(poll: &Poll, answers: &[FilledIn]) -> Table {
    let headings = std::iter::once("姓名".to_owned())
        .chain(poll.form.items.iter().enumerate().map(|(at, item)| format!("{}. {}", at + 1, item.text)))
        .collect();
    let cell = |sort: &Sort, reply: Option<&Reply>| match reply {
        Some(Reply::Chosen(chosen)) => {
            let words = chosen.iter().filter_map(|at| sort.options().get(*at).map(String::as_str));
            Cell::Text(words.collect::<Vec<_>>().join("、"))
        }
        Some(Reply::Number(value)) => Cell::Number(*value),
        Some(Reply::Text(text)) => Cell::Text(text.clone()),
        Some(Reply::Skipped) | None => Cell::Text(String::new()),
    };
    let row = |one: &FilledIn| {
        let replies = poll.form.items.iter().enumerate().map(|(at, item)| cell(&item.sort, one.replies.get(at)));
        std::iter::once(Cell::Text(one.name.clone())).chain(replies).collect()
    };
    Table { headings, rows: answers.iter().map(row).collect() }
}

fn by_question(poll: &Poll, answers: &[FilledIn]) -> Table {
    let replies: Vec<Vec<Reply>> = answers.iter().map(|one| one.replies.clone()).collect();
    let mut rows = Vec::new();
    for (at, (tally, item)) in tally(&poll.form, &replies).into_iter().zip(&poll.form.items).enumerate() {
        let counted: Vec<(String, usize)> = match tally {
            Tally::Choice { counts, .. } => item.sort.options().iter().cloned().zip(counts).collect(),
            Tally::Number { values } => runs(values.into_iter().map(shown)),
            // sorted, so that the place of a text says nothing of the other answers
            Tally::Text { mut texts } => {
                texts.sort_unstable();
                runs(texts)
            }
        };
        rows.extend(counted.into_iter().map(|(answer, people)| {
            let people = u32::try_from(people).unwrap_or(u32::MAX);
            vec![
                Cell::Number(u32::try_from(at + 1).map_or(0.0, f64::from)),
                Cell::Text(item.text.clone()),
                Cell::Text(answer),
                Cell::Number(f64::from(people)),
            ]
        }));
    }
    Table { headings: ["题号", "题目", "答案", "人数"].map(str::to_owned).to_vec(), rows }
}

/// Equal neighbours counted.
fn runs(values: impl IntoIterator<Item = String>) -> Vec<(String, usize)> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for value in values {
        match counted.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => counted.push((value, 1)),
        }
    }
    counted
}

/// Writes a workbook and a CSV file into a folder; returns where they lie.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write(poll: &Poll, table: &Table, folder: &Path) -> Result<[PathBuf; 2], WriteError> {
    let name = format!("{}-{}", poll.kind.title(), poll.number);
    let paths = [folder.join(format!("{name}.xlsx")), folder.join(format!("{name}.csv"))];
    if let Some(taken) = paths.iter().find(|path| path.exists()) {
        return Err(WriteError::Exists(taken.display().to_string()));
    }
    let [book, sheet] = &paths;
    write_new(book, &workbook(poll, table)?)?;
    write_new(sheet, &csv_file(table)?)?;
    Ok(paths)
}

fn workbook(poll: &Poll, table: &Table) -> Result<Vec<u8>, WriteError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(poll.kind.title())?.set_freeze_panes(1, 0)?;
    for (at, heading) in (0_u16..).zip(&table.headings) {
        sheet.write_string_with_format(0, at, heading, &bold)?;
        sheet.set_column_width(at, 24)?;
    }
    for (below, row) in (1_u32..).zip(&table.rows) {
        for (at, cell) in (0_u16..).zip(row) {
            match cell {
                // a string cell is never calculated, whatever it begins with
                Cell::Text(words) => sheet.write_string_with_format(below, at, words, &text)?,
                Cell::Number(number) => sheet.write_number(below, at, *number)?,
            };
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// In UTF-8 with a byte order mark, as Excel wants it.
fn csv_file(table: &Table) -> Result<Vec<u8>, WriteError> {
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record(table.headings.iter().map(|heading| guarded(heading)))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| match cell {
            Cell::Text(words) => guarded(words),
            Cell::Number(number) => number.to_string(),
        }))?;
    }
    Ok(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?)
}
