//! The ledger (访民情记录台账, 联络站运行表): records as a table, in a workbook or a CSV file.

use std::path::Path;

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::roster::{WriteError, guarded, write_new};
use crate::domain::directory::Directory;
use crate::domain::policy::Policy;
use crate::store::LedgerRow;

/// The most rows of one file.
pub const MOST_ROWS: usize = 200_000;

/// The headings, in their order, with the width of each column in characters.
const HEADINGS: [(&str, u16); 12] = [
    ("日期", 12),
    ("单位", 20),
    ("姓名", 10),
    ("种类", 10),
    ("地点", 20),
    ("计入单位", 20),
    ("内容", 48),
    ("数量", 8),
    ("计量", 6),
    ("补", 4),
    ("版本", 6),
    ("录入人", 16),
];

/// A cell.
enum Cell<'a> {
    Day(NaiveDate),
    Text(&'a str),
    Number(i32),
    Nothing,
}

fn cells<'a>(row: &'a LedgerRow, directory: &'a Directory, policy: &'a Policy) -> [Cell<'a>; 12] {
    let counts = policy.kind(&row.kind).map_or("人", |kind| kind.counts.as_str());
    let text = |text: &'a str| if text.is_empty() { Cell::Nothing } else { Cell::Text(text) };
    [
        Cell::Day(row.day),
        text(directory.unit_name(row.unit)),
        text(directory.person_name(row.person)),
        text(policy.kind_title(&row.kind)),
        text(&row.place),
        text(row.target.map(|unit| directory.unit_name(unit)).unwrap_or_default()),
        text(&row.content),
        row.quantity.map_or(Cell::Nothing, Cell::Number),
        text(if row.quantity.is_some() { counts } else { "" }),
        text(if row.made_up { "补" } else { "" }),
        Cell::Number(row.version),
        // who entered it, where that is not the one whose record it is
        text(row.entered_by.map(|by| directory.person_name(by)).unwrap_or_default()),
    ]
}

/// Writes records to a file that ends in `.xlsx` or `.csv`.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write(rows: &[LedgerRow], directory: &Directory, policy: &Policy, path: &Path) -> Result<(), WriteError> {
    let is_workbook = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    if is_workbook { workbook(rows, directory, policy, path) } else { csv_file(rows, directory, policy, path) }
}

fn workbook(rows: &[LedgerRow], directory: &Directory, policy: &Policy, path: &Path) -> Result<(), WriteError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("台账")?.set_freeze_panes(1, 0)?;
    for (at, (heading, width)) in (0_u16..).zip(HEADINGS) {
        sheet.write_string_with_format(0, at, heading, &bold)?;
        sheet.set_column_width(at, width)?;
    }
    for (below, row) in (1_u32..).zip(rows) {
        for (at, cell) in (0_u16..).zip(cells(row, directory, policy)) {
            match cell {
                Cell::Day(date) => {
                    let (year, month, number) = (date.year(), date.month(), date.day());
                    let small = |n: u32| u8::try_from(n).unwrap_or(1);
                    let date =
                        ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(1900), small(month), small(number))?;
                    sheet.write_datetime_with_format(below, at, &date, &day)?;
                }
                // a string cell is never calculated, whatever it begins with
                Cell::Text(words) => {
                    sheet.write_string_with_format(below, at, words, &text)?;
                }
                Cell::Number(number) => {
                    sheet.write_number(below, at, number)?;
                }
                Cell::Nothing => {}
            }
        }
    }
    if let (Ok(last_row), Ok(last)) = (u32::try_from(rows.len()), u16::try_from(HEADINGS.len() - 1)) {
        sheet.autofilter(0, 0, last_row, last)?;
    }
    write_new(path, &workbook.save_to_buffer()?)
}

/// In UTF-8 with a byte order mark, as Excel wants it.
fn csv_file(rows: &[LedgerRow], directory: &Directory, policy: &Policy, path: &Path) -> Result<(), WriteError> {
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record(HEADINGS.map(|(heading, _)| heading))?;
    for row in rows {
        writer.write_record(cells(row, directory, policy).map(|cell| match cell {
            Cell::Day(date) => date.format("%Y-%m-%d").to_string(),
            Cell::Text(words) => guarded(words),
            Cell::Number(number) => number.to_string(),
            Cell::Nothing => String::new(),
        }))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    write_new(path, &bytes)
}
