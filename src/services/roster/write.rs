//! Writing [`Sheets`] as a workbook, as a folder of CSV files, or as an empty template.

use std::io::Write;
use std::path::Path;

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::columns::Need;
use super::sheets::{Sheet, Sheets, Table};

/// Rows below the headings that offer a list of choices.
const ROWS_WITH_CHOICES: u32 = 5_000;

/// The sheet that is for people only.
pub(super) const ABOUT: &str = "说明";

/// Columns are made no wider than this.
const WIDEST_COLUMN_PIXELS: u32 = 360;

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Something is there already; it may hold a person's work.
    #[error("{0} 已经存在，没有改动它；请换一个名字，或先把它移走")]
    Exists(String),
    /// The disk's.
    #[error("写不了 {0}：{1}")]
    Io(String, std::io::Error),
    /// The workbook's.
    #[error("写不了工作簿：{0}")]
    Workbook(#[from] XlsxError),
    /// The CSV library's.
    #[error("写不了 CSV：{0}")]
    Csv(#[from] csv::Error),
}

/// Writes a workbook: headings bold and frozen, every cell a text.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write_xlsx(sheets: &Sheets, path: &Path) -> Result<(), WriteError> {
    let mut workbook = Workbook::new();
    for table in &sheets.tables {
        fill(workbook.add_worksheet(), table)?;
    }
    write_new(path, &workbook.save_to_buffer()?)
}

/// Writes a workbook like [`write_xlsx`], with a last sheet for people that an import passes over.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write_xlsx_about(sheets: &Sheets, about: &[Vec<String>], path: &Path) -> Result<(), WriteError> {
    let mut workbook = Workbook::new();
    for table in &sheets.tables {
        fill(workbook.add_worksheet(), table)?;
    }
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(ABOUT)?;
    for (row, cells) in (0_u32..).zip(about) {
        for (column, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            worksheet.write_string(row, column, cell)?;
        }
    }
    write_new(path, &workbook.save_to_buffer()?)
}

/// Writes a workbook with empty sheets and one that says what to fill in.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn template(path: &Path) -> Result<(), WriteError> {
    let mut workbook = Workbook::new();
    for sheet in Sheet::ALL {
        fill(workbook.add_worksheet(), &Table::new(*sheet))?;
    }
    explain(workbook.add_worksheet())?;
    write_new(path, &workbook.save_to_buffer()?)
}

fn fill(worksheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    // so that what is typed later stays as it is typed: Excel would round long ids and make dates of codes
    let text = Format::new().set_num_format("@");
    worksheet.set_name(&table.title)?.set_freeze_panes(1, 0)?;
    for (at, (column, heading)) in (0_u16..).zip(&table.columns) {
        worksheet.set_column_format(at, &text)?;
        worksheet.write_string_with_format(0, at, heading, &bold)?;
        let spec = table.sheet.spec(*column);
        if let Some(choices) = spec.filter(|spec| !spec.many).and_then(|spec| spec.choices) {
            let list = DataValidation::new().allow_list_strings(&choices())?;
            worksheet.add_data_validation(1, at, ROWS_WITH_CHOICES, at, &list)?;
        }
    }
    for (below, row) in (1_u32..).zip(&table.rows) {
        for (at, cell) in (0_u16..).zip(&row.cells).filter(|(_, cell)| !cell.is_empty()) {
            worksheet.write_string_with_format(below, at, cell, &text)?;
        }
    }
    worksheet.set_autofit_max_width(WIDEST_COLUMN_PIXELS).autofit();
    Ok(())
}

fn explain(worksheet: &mut Worksheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    worksheet.set_name(ABOUT)?.set_freeze_panes(1, 0)?;
    for (at, heading) in (0_u16..).zip(["工作表", "列", "必填", "怎么填", "可以填的词"]) {
        worksheet.write_string_with_format(0, at, heading, &bold)?;
    }
    let mut row = 1;
    for sheet in Sheet::ALL {
        for spec in sheet.columns() {
            let need = if spec.need == Need::Required { "是" } else { "" };
            let choices = spec.choices.map(|choices| choices().join("、")).unwrap_or_default();
            for (at, cell) in (0_u16..).zip([sheet.title(), spec.title, need, spec.help, &choices]) {
                worksheet.write_string_with_format(row, at, cell, &wrapped)?;
            }
            row += 1;
        }
    }
    for (at, width) in (0_u16..).zip([10, 16, 6, 60, 30]) {
        worksheet.set_column_width(at, width)?;
    }
    Ok(())
}

/// Writes one CSV file for each sheet, in UTF-8 with a byte order mark, as Excel wants it.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write_csv_folder(sheets: &Sheets, folder: &Path) -> Result<(), WriteError> {
    std::fs::create_dir_all(folder).map_err(|error| WriteError::Io(folder.display().to_string(), error))?;
    let paths: Vec<_> = sheets.tables.iter().map(|table| folder.join(format!("{}.csv", table.sheet.name()))).collect();
    // before the first is written, so that a folder is never half old and half new
    if let Some(taken) = paths.iter().find(|path| path.exists()) {
        return Err(WriteError::Exists(taken.display().to_string()));
    }
    for (table, path) in sheets.tables.iter().zip(paths) {
        let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
        writer.write_record(table.columns.iter().map(|(_, heading)| heading))?;
        for row in &table.rows {
            writer.write_record(row.cells.iter().map(|cell| guarded(cell)))?;
        }
        let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        write_new(&path, &bytes)?;
    }
    Ok(())
}

/// Whether Excel would take the cell for a formula, or it looks like one that we have guarded.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// A cell that Excel does not calculate.
pub(in crate::services) fn guarded(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell without its guard.
pub(super) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| is_formula(cell)).unwrap_or(cell)
}

/// Creates a file that only its owner can read: it holds names and addresses.
pub(in crate::services) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| WriteError::Io(folder.display().to_string(), error))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let name = path.display().to_string();
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => WriteError::Exists(name.clone()),
        _ => WriteError::Io(name.clone(), error),
    })?;
    file.write_all(bytes).map_err(|error| WriteError::Io(name, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_is_put_on_formulas_and_taken_off_again() {
        for cell in ["=1+1", "+86", "-", "@样例", "＝A1", "'=1", "赵样例", "'引号'", ""] {
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
        assert_eq!(guarded("=cmd()"), "'=cmd()");
        assert_eq!(guarded("赵样例"), "赵样例");
    }
}
