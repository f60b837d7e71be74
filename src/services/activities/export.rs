//! Who signed up for which activity and who came, in a workbook or a CSV file.

use std::path::Path;

use chrono::Datelike;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::domain::activity::{ActivityState, Standing};
use crate::domain::directory::Directory;
use crate::services::roster::{WriteError, guarded, write_new};
use crate::store::AttendanceRow;

/// The most rows of one file.
pub const MOST_ROWS: usize = 200_000;

/// The headings, in their order, with the width of each column in characters.
const HEADINGS: [(&str, u16); 9] = [
    ("日期", 12),
    ("编号", 8),
    ("活动", 28),
    ("单位", 20),
    ("地点", 20),
    ("姓名", 14),
    ("报名", 10),
    ("到场", 10),
    ("状态", 10),
];

/// A row's texts; the first is the day, the second the number.
fn texts(row: &AttendanceRow, directory: &Directory) -> [String; 9] {
    let zone = directory.zone_of(row.activity.unit);
    let standing = match row.participant.standing {
        Standing::In => "已报名",
        Standing::Waiting => "候补",
        Standing::WalkIn => "未报名",
    };
    let came = row.participant.came_at.map(|at| at.with_timezone(&zone).format("%H:%M").to_string());
    let state = match row.activity.state {
        ActivityState::Open => "未结束",
        ActivityState::Over => "已结束",
        ActivityState::Cancelled => "已取消",
    };
    [
        row.activity.starts_at.with_timezone(&zone).format("%Y-%m-%d").to_string(),
        row.activity.number.to_string(),
        row.activity.title.clone(),
        directory.unit_name(row.activity.unit).to_owned(),
        row.activity.place.clone(),
        row.participant.name.clone(),
        standing.to_owned(),
        came.unwrap_or_default(),
        state.to_owned(),
    ]
}

/// Writes them to a file that ends in `.xlsx` or `.csv`.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write(rows: &[AttendanceRow], directory: &Directory, path: &Path) -> Result<(), WriteError> {
    let is_workbook = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    if is_workbook { workbook(rows, directory, path) } else { csv_file(rows, directory, path) }
}

fn workbook(rows: &[AttendanceRow], directory: &Directory, path: &Path) -> Result<(), WriteError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("活动名单")?.set_freeze_panes(1, 0)?;
    for (at, (heading, width)) in (0_u16..).zip(HEADINGS) {
        sheet.write_string_with_format(0, at, heading, &bold)?;
        sheet.set_column_width(at, width)?;
    }
    for (below, row) in (1_u32..).zip(rows) {
        let zone = directory.zone_of(row.activity.unit);
        let date = row.activity.starts_at.with_timezone(&zone).date_naive();
        let small = |n: u32| u8::try_from(n).unwrap_or(1);
        let date = ExcelDateTime::from_ymd(
            u16::try_from(date.year()).unwrap_or(1900),
            small(date.month()),
            small(date.day()),
        )?;
        sheet.write_datetime_with_format(below, 0, &date, &day)?;
        // a string cell is never calculated, whatever it begins with
        for (at, words) in (0_u16..).zip(texts(row, directory)).skip(1).filter(|(_, words)| !words.is_empty()) {
            sheet.write_string_with_format(below, at, &words, &text)?;
        }
    }
    if let (Ok(last_row), Ok(last)) = (u32::try_from(rows.len()), u16::try_from(HEADINGS.len() - 1)) {
        sheet.autofilter(0, 0, last_row, last)?;
    }
    write_new(path, &workbook.save_to_buffer()?)
}

/// In UTF-8 with a byte order mark, as Excel wants it.
fn csv_file(rows: &[AttendanceRow], directory: &Directory, path: &Path) -> Result<(), WriteError> {
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record(HEADINGS.map(|(heading, _)| heading))?;
    for row in rows {
        writer.write_record(texts(row, directory).map(|words| guarded(&words)))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    write_new(path, &bytes)
}
