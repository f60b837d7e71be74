//! The questions behind the figures of the Voice of Youth, as tables: a row each, in a workbook and a CSV file. The sums of the
//! columns are the figures. Nothing of whoever asked stands in them.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::Rulebook;
use super::roster::{WriteError, guarded, write_new};
use super::voice_report::topic_title;
use crate::domain::directory::Directory;
use crate::reports::voice::{Counts, Row, counts_as};

/// The headings, in their order, with the width of each column in characters. The text comes last, where it is wanted.
const HEADINGS: [(&str, u16); 22] = [
    ("编号", 8),
    ("单位编码", 10),
    ("单位", 20),
    ("话题", 10),
    ("状态", 14),
    ("提问时间", 17),
    ("答复时间", 17),
    ("用时（分钟）", 12),
    ("期限", 17),
    ("合并到", 8),
    ("提问", 6),
    ("已答", 6),
    ("待答", 6),
    ("给了同类答复", 12),
    ("不受理", 8),
    ("本期答复", 8),
    ("超时没答", 8),
    ("答晚", 6),
    ("点赞", 6),
    ("评价", 6),
    ("满意", 6),
    ("问题", 60),
];

enum Cell<'a> {
    Number(i64),
    At(NaiveDateTime),
    Text(&'a str),
    Owned(String),
    Nothing,
}

fn cells<'a>(row: &'a Row, directory: &'a Directory, rules: &Rulebook, columns: usize) -> Vec<Cell<'a>> {
    let (fact, adds) = (&row.fact, row.adds);
    let zone = directory.zone_of(fact.unit);
    let at = |at: DateTime<Utc>| Cell::At(at.with_timezone(&zone).naive_local());
    let number = |number: u32| Cell::Number(i64::from(number));
    let counts = counts_as(fact.state, fact.answered_at.is_some(), fact.into.map(|into| into.state));
    let is = |wanted: Counts| Cell::Number(i64::from(adds.asked > 0 && counts == Some(wanted)));
    let mut cells = vec![
        Cell::Number(fact.number),
        Cell::Text(directory.unit(fact.unit).map_or("", |unit| unit.code.as_str())),
        Cell::Text(directory.unit_name(fact.unit)),
        Cell::Owned(topic_title(rules, fact.topic.as_deref())),
        Cell::Text(fact.state.title()),
        at(fact.asked_at),
        fact.answered_at.map_or(Cell::Nothing, at),
        row.waited_min.map_or(Cell::Nothing, Cell::Number),
        at(fact.due_at),
        fact.into.map_or(Cell::Nothing, |into| Cell::Number(into.number)),
        number(adds.asked),
        is(Counts::Answered),
        is(Counts::Open),
        is(Counts::Offered),
        is(Counts::Declined),
        number(adds.given),
        number(adds.overdue),
        number(adds.late),
        number(adds.likes),
        number(adds.rated),
        number(adds.content),
        fact.text.as_deref().map_or(Cell::Nothing, Cell::Text),
    ];
    cells.truncate(columns);
    cells
}

/// Writes `青年之声.xlsx` and `青年之声.csv` into a folder, which is made where there is none. Returns their paths.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write(
    rows: &[&Row],
    directory: &Directory,
    rules: &Rulebook,
    folder: &Path,
    with_text: bool,
) -> Result<[PathBuf; 2], WriteError> {
    let columns = HEADINGS.len() - usize::from(!with_text);
    let headings = HEADINGS.get(..columns).unwrap_or(&HEADINGS);
    let table: Vec<Vec<Cell<'_>>> = rows.iter().map(|row| cells(row, directory, rules, columns)).collect();
    let [book, csv] = ["青年之声.xlsx", "青年之声.csv"].map(|name| folder.join(name));
    workbook(headings, &table, &book)?;
    csv_file(headings, &table, &csv)?;
    Ok([book, csv])
}

fn workbook(headings: &[(&str, u16)], table: &[Vec<Cell<'_>>], path: &Path) -> Result<(), WriteError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("青年之声")?.set_freeze_panes(1, 0)?;
    for (at, (heading, width)) in (0_u16..).zip(headings) {
        sheet.write_string_with_format(0, at, *heading, &bold)?;
        sheet.set_column_width(at, *width)?;
    }
    for (below, row) in (1_u32..).zip(table) {
        for (at, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::At(moment_at) => {
                    sheet.write_datetime_with_format(below, at, excel(*moment_at)?, &moment)?;
                }
                // a string cell is never calculated, whatever it begins with
                Cell::Text(words) if !words.is_empty() => {
                    sheet.write_string_with_format(below, at, *words, &text)?;
                }
                Cell::Owned(words) => {
                    sheet.write_string_with_format(below, at, words, &text)?;
                }
                Cell::Number(number) => {
                    // numbers of questions and counts: far below where a float is not exact
                    sheet.write_number(below, at, i32::try_from(*number).unwrap_or(i32::MAX))?;
                }
                Cell::Text(_) | Cell::Nothing => {}
            }
        }
    }
    if let (Ok(last_row), Ok(last)) = (u32::try_from(table.len()), u16::try_from(headings.len() - 1)) {
        sheet.autofilter(0, 0, last_row, last)?;
    }
    write_new(path, &workbook.save_to_buffer()?)
}

fn excel(at: NaiveDateTime) -> Result<ExcelDateTime, WriteError> {
    let small = |n: u32| u8::try_from(n).unwrap_or(1);
    let date = ExcelDateTime::from_ymd(u16::try_from(at.year()).unwrap_or(1900), small(at.month()), small(at.day()))?;
    Ok(date.and_hms(u16::from(small(at.hour())), small(at.minute()), 0)?)
}

/// In UTF-8 with a byte order mark, as Excel wants it.
fn csv_file(headings: &[(&str, u16)], table: &[Vec<Cell<'_>>], path: &Path) -> Result<(), WriteError> {
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record(headings.iter().map(|(heading, _)| heading))?;
    for row in table {
        writer.write_record(row.iter().map(|cell| match cell {
            Cell::At(at) => at.format("%Y-%m-%d %H:%M").to_string(),
            Cell::Text(words) => guarded(words),
            Cell::Owned(words) => guarded(words),
            Cell::Number(number) => number.to_string(),
            Cell::Nothing => String::new(),
        }))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    write_new(path, &bytes)
}
