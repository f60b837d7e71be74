//! Reading a workbook or a folder of CSV files into [`Sheets`]. Nothing is dropped without a word: what is not
//! understood becomes a notice, what cannot be read a problem.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx};

use super::columns::Need;
use super::problems::{Problem, RosterProblems, quoted};
use super::sheets::{Row, Sheet, Sheets, Table, folded};
use super::values::{LONGEST_CELL, RUINED, clean, is_ruined_number};
use super::write::{ABOUT, unguarded};

/// The most rows of a sheet of figures.
const MOST_FIGURES: usize = 200_000;

/// The most columns that are looked at.
const MOST_COLUMNS: usize = 50;

/// The largest file that is opened.
const LARGEST_FILE_BYTES: u64 = 50 * 1024 * 1024;

/// Headings are looked for in this many rows: a title may stand above them.
const HEADING_WITHIN: usize = 5;

/// From here on Excel itself keeps only the first fifteen digits.
const LARGEST_EXACT_NUMBER: f64 = 1e15;

const UNKNOWN_ENCODING: &str = "认不出文件的编码；请在 Excel 里另存为「CSV UTF-8（逗号分隔）」";

/// A sheet before its headings are understood.
#[derive(Clone, Debug, Default)]
pub(in crate::services) struct Grid {
    /// What it is called.
    pub(in crate::services) title: String,
    /// The rows that are not blank, by their number as a person sees it.
    pub(in crate::services) rows: Vec<(usize, Vec<String>)>,
    /// Cells that have no readable text, by row and column.
    pub(in crate::services) flaws: HashMap<(usize, usize), String>,
    /// Whether there was something right of the last column that is looked at.
    wider: bool,
}

#[derive(Default)]
struct Reading {
    sheets: Sheets,
    problems: Vec<Problem>,
}

/// Reads an `.xlsx` workbook, a folder of CSV files, or a single CSV file named like its sheet.
///
/// # Errors
/// Everything that cannot be read, by file, sheet, row and column.
pub fn read_path(path: &Path) -> Result<Sheets, RosterProblems> {
    let mut reading = Reading::default();
    let extension = extension_of(path);
    if path.is_dir() {
        reading.folder(path)?;
    } else if !path.exists() {
        return Err(Problem::file(format!("找不到 {}；请检查路径", path.display())).into());
    } else if extension == "csv" {
        reading.csv_file(path)?;
    } else if matches!(extension.as_str(), "xlsx" | "xlsm") {
        reading.workbook(path)?;
    } else {
        let text =
            format!("{} 不是 .xlsx 工作簿，也不是 CSV 文件夹；旧的 .xls 请在 Excel 里另存为 .xlsx", path.display());
        return Err(Problem::file(text).into());
    }
    if reading.problems.is_empty() && reading.sheets.tables.is_empty() {
        let names: Vec<String> =
            Sheet::ALL.iter().map(|sheet| format!("{}（{}）", sheet.title(), sheet.name())).collect();
        let text = format!(
            "里面没有花名册的工作表；认得的工作表有：{}。用 tuanqing roster template 可以得到一份空表",
            names.join("、")
        );
        return Err(Problem::file(text).into());
    }
    reading.finish()
}

/// The sample committee that the first run starts with.
pub fn read_sample() -> Sheets {
    let files = [
        ("units", include_str!("../../../deploy/sample/units.csv")),
        ("people", include_str!("../../../deploy/sample/people.csv")),
        ("chats", include_str!("../../../deploy/sample/chats.csv")),
        ("endpoints", include_str!("../../../deploy/sample/endpoints.csv")),
        ("assignments", include_str!("../../../deploy/sample/assignments.csv")),
        ("youth", include_str!("../../../deploy/sample/youth.csv")),
    ];
    let mut reading = Reading::default();
    for (name, text) in files {
        reading.csv_text(name, text);
    }
    // a test reads them and finds nothing wrong
    reading.sheets
}

fn extension_of(path: &Path) -> String {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase()
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Problem> {
    let cannot = |error: std::io::Error| Problem::file(format!("读不了 {}：{error}", path.display()));
    if std::fs::metadata(path).map_err(cannot)?.len() > LARGEST_FILE_BYTES {
        return Err(Problem::file(format!("{} 超过 50 MB；请删去图片等无关内容", path.display())));
    }
    std::fs::read(path).map_err(cannot)
}

/// UTF-8 with or without a byte order mark, UTF-16 with one, otherwise GB18030.
fn decoded(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]).map(Into::into);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
}

fn broken(path: &Path, error: calamine::XlsxError) -> Problem {
    let why = match error {
        calamine::XlsxError::Password => "它有密码；请在 Excel 里去掉密码".to_owned(),
        other => format!("{other}；请在 Excel 里打开它，另存为 .xlsx"),
    };
    Problem::file(format!("读不了工作簿 {}：{why}", path.display()))
}

fn open_workbook(path: &Path) -> Result<Xlsx<std::io::Cursor<Vec<u8>>>, Problem> {
    Xlsx::new(std::io::Cursor::new(bytes_of(path)?)).map_err(|error| broken(path, error))
}

/// Every sheet of an `.xlsx` workbook, or a CSV file as one, before anybody asks what they mean.
///
/// # Errors
/// What cannot be read.
pub(in crate::services) fn read_grids(path: &Path) -> Result<Vec<Grid>, Problem> {
    if !path.exists() {
        return Err(Problem::file(format!("找不到 {}；请检查路径", path.display())));
    }
    match extension_of(path).as_str() {
        "csv" => {
            let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let unreadable = || Problem::sheet(name, UNKNOWN_ENCODING);
            Ok(vec![csv_grid(name, &decoded(&bytes_of(path)?).ok_or_else(unreadable)?)?])
        }
        "xlsx" | "xlsm" => {
            let mut workbook = open_workbook(path)?;
            let titles = workbook.sheet_names();
            let grids = titles.iter().map(|title| sheet_grid(&mut workbook, title, MOST_FIGURES));
            grids.collect::<Result<_, _>>().map_err(|error| broken(path, error))
        }
        _ => Err(Problem::file(format!(
            "{} 不是 .xlsx 工作簿，也不是 .csv 文件；旧的 .xls 请在 Excel 里另存为 .xlsx",
            path.display()
        ))),
    }
}

impl Reading {
    fn finish(self) -> Result<Sheets, RosterProblems> {
        if self.problems.is_empty() { Ok(self.sheets) } else { Err(RosterProblems { all: self.problems }) }
    }

    fn folder(&mut self, path: &Path) -> Result<(), Problem> {
        let cannot = |error: std::io::Error| Problem::file(format!("读不了文件夹 {}：{error}", path.display()));
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path).map_err(cannot)? {
            files.push(entry.map_err(cannot)?.path());
        }
        files.sort();
        for file in files {
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            if name.starts_with('.') || name.starts_with('~') {
                continue;
            }
            if extension_of(&file) == "csv" {
                self.csv_file(&file)?;
            } else {
                self.notice(format!("没有读「{name}」：文件夹里只读 .csv 文件"));
            }
        }
        Ok(())
    }

    fn csv_file(&mut self, path: &Path) -> Result<(), Problem> {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if self.wants(name) {
            let bytes = bytes_of(path)?;
            match decoded(&bytes) {
                Some(text) => self.csv_text(name, &text),
                None => self.problems.push(Problem::sheet(name, UNKNOWN_ENCODING)),
            }
        }
        Ok(())
    }

    fn csv_text(&mut self, name: &str, text: &str) {
        match csv_grid(name, text) {
            Ok(grid) => self.take(grid),
            Err(problem) => self.problems.push(problem),
        }
    }

    fn workbook(&mut self, path: &Path) -> Result<(), Problem> {
        let mut workbook = open_workbook(path)?;
        for title in workbook.sheet_names() {
            let most_rows = Sheet::read(&title).map_or(0, Sheet::most_rows);
            if self.wants(&title) {
                let grid = sheet_grid(&mut workbook, &title, most_rows).map_err(|error| broken(path, error))?;
                self.take(grid);
            }
        }
        Ok(())
    }

    /// Whether a sheet of this name is ours; a notice where it is not.
    fn wants(&mut self, title: &str) -> bool {
        match folded(title).as_str() {
            _ if Sheet::read(title).is_some() => return true,
            ABOUT | "readme" => {}
            _ => self.notice(format!("没有读工作表「{title}」：不是花名册的工作表")),
        }
        false
    }

    fn notice(&mut self, text: String) {
        self.sheets.notices.push(text);
    }

    /// Finds the headings of a grid and keeps the columns we know.
    fn take(&mut self, mut grid: Grid) {
        let Some(sheet) = Sheet::read(&grid.title) else { return };
        let title = grid.title.clone();
        if grid.rows.is_empty() {
            return;
        }
        if let Some(twin) = self.sheets.table(sheet) {
            let text = format!("和工作表「{}」是同一种；请合成一张", twin.title);
            self.problems.push(Problem::sheet(&title, text));
            return;
        }
        let Some(at) = heading_row(sheet, &grid.rows) else {
            let headings: Vec<&str> = sheet.columns().iter().map(|spec| spec.title).collect();
            let text = format!("没有找到列标题；第一行要写：{}", headings.join("、"));
            self.problems.push(Problem::sheet(&title, text));
            return;
        };
        if at > 0 {
            self.notice(format!("工作表 {title}：标题行以上的 {at} 行当作表头说明，没有读"));
        }
        let body = grid.rows.split_off(at + 1);
        let Some((_, headings)) = grid.rows.pop() else { return };
        let mut table = Table { sheet, title, columns: Vec::new(), rows: Vec::new() };
        let positions = self.columns(&mut table, &headings);
        self.name_leftovers(&table, &headings, &body, grid.wider);
        let most = sheet.most_rows();
        if body.len() > most {
            let text = format!("有 {} 行，最多 {most} 行；请分几次导入", body.len());
            self.problems.push(Problem::sheet(&table.title, text));
            return;
        }
        for (number, cells) in body {
            for (at, (column, _)) in positions.iter().zip(&table.columns) {
                let text = cells.get(*at).map(String::as_str).unwrap_or_default();
                let flaw = grid.flaws.remove(&(number, *at)).or_else(|| flaw_of(text));
                self.problems.extend(flaw.map(|flaw| Problem::cell(&table, number, *column, flaw)));
            }
            let cells: Vec<String> = positions.iter().map(|at| cells.get(*at).cloned().unwrap_or_default()).collect();
            // a row may hold something only in columns that are not ours
            if cells.iter().any(|cell| !cell.is_empty()) {
                table.rows.push(Row { number, cells });
            }
        }
        self.sheets.tables.push(table);
    }

    /// Fills the table's columns and returns where each stands in the grid.
    fn columns(&mut self, table: &mut Table, headings: &[String]) -> Vec<usize> {
        let mut positions = Vec::new();
        let (mut unknown, mut private) = (Vec::new(), Vec::new());
        for (at, heading) in headings.iter().enumerate().filter(|(_, heading)| !heading.is_empty()) {
            match table.sheet.column(heading) {
                Some(column) if table.position(column).is_some() => {
                    let text = format!("「{}」列和「{heading}」列说的是同一件事；请只留一列", table.heading(column));
                    self.problems.push(Problem::sheet(&table.title, text));
                }
                Some(column) => {
                    table.columns.push((column, heading.clone()));
                    positions.push(at);
                }
                None if table.sheet == Sheet::Youth && is_private(heading) => {
                    private.push(format!("「{}」", quoted(heading)));
                }
                None => unknown.push(format!("「{}」", quoted(heading))),
            }
        }
        if !private.is_empty() {
            self.notice(format!(
                "工作表 {}：有意没有读{}列：青年名册不需要、也不保存青年的电话和证件号码",
                table.title,
                private.join("")
            ));
        }
        if !unknown.is_empty() {
            self.notice(format!("工作表 {}：没有读不认识的列{}", table.title, unknown.join("")));
        }
        for spec in table.sheet.columns().iter().filter(|spec| spec.need == Need::Required) {
            if table.position(spec.column).is_none() {
                let text = format!("缺少「{}」列（{}）：{}", spec.title, spec.name, spec.help);
                self.problems.push(Problem::sheet(&table.title, text));
            }
        }
        positions
    }

    fn name_leftovers(&mut self, table: &Table, headings: &[String], body: &[(usize, Vec<String>)], wider: bool) {
        let headless = |at: &usize| headings.get(*at).is_none_or(String::is_empty);
        let filled = |at: &usize| body.iter().any(|(_, cells)| cells.get(*at).is_some_and(|cell| !cell.is_empty()));
        let columns: Vec<String> =
            (0..MOST_COLUMNS).filter(headless).filter(filled).map(|at| (at + 1).to_string()).collect();
        if !columns.is_empty() {
            self.notice(format!("工作表 {}：没有读第 {} 列，它没有列标题", table.title, columns.join("、")));
        }
        if wider {
            self.notice(format!("工作表 {}：没有读第 {MOST_COLUMNS} 列右边的内容", table.title));
        }
    }
}

fn csv_grid(name: &str, text: &str) -> Result<Grid, Problem> {
    let first_line = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .rev()
        .max_by_key(|mark| first_line.bytes().filter(|byte| byte == mark).count())
        .unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut grid = Grid { title: name.to_owned(), ..Grid::default() };
    // a cell with line breaks takes several lines of the file but is one row in Excel; blank lines are rows, and the
    // library says where it began to look for a record, not where it found one
    let (mut counted, mut lines, mut breaks) = (0, 0, 0);
    for record in reader.records() {
        let Ok(record) = record else {
            return Err(Problem::sheet(name, "不是完整的 CSV 文件；请在 Excel 里重新另存一次"));
        };
        let looked = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(counted);
        let rest = text.get(looked..).unwrap_or_default();
        let start = looked + (rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        lines += text.get(counted..start).unwrap_or_default().matches('\n').count();
        counted = start;
        let number = 1 + lines - breaks;
        breaks += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        grid.wider |= record.len() > MOST_COLUMNS;
        grid.push(
            number,
            record.iter().take(MOST_COLUMNS).map(|cell| clean(unguarded(cell.trim_start_matches(' ')))).collect(),
        );
    }
    Ok(grid)
}

impl Grid {
    /// Adds a row, unless it is blank.
    fn push(&mut self, number: usize, cells: Vec<String>) {
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.rows.push((number, cells));
        }
    }
}

/// Whether a heading stands over numbers by which a young person can be reached or looked up: we do not want them.
fn is_private(heading: &str) -> bool {
    const WORDS: &[&str] = &[
        "手机",
        "电话",
        "身份证",
        "证件",
        "联系方式",
        "号码",
        "微信",
        "住址",
        "phone",
        "mobile",
        "tel",
        "idcard",
        "qq",
    ];
    let heading = folded(heading);
    WORDS.iter().any(|word| heading.contains(word))
}

fn flaw_of(text: &str) -> Option<String> {
    if text.len() > LONGEST_CELL && text.chars().count() > LONGEST_CELL {
        return Some(format!("太长；一格最多 {LONGEST_CELL} 个字"));
    }
    is_ruined_number(text).then(|| RUINED.to_owned())
}

/// The first row that has every column the sheet needs, or else the one with most that are known.
fn heading_row(sheet: Sheet, rows: &[(usize, Vec<String>)]) -> Option<usize> {
    let known = |cells: &[String]| cells.iter().filter_map(|cell| sheet.column(cell)).collect::<Vec<_>>();
    let mut best = (0, None);
    for (at, (_, cells)) in rows.iter().take(HEADING_WITHIN).enumerate() {
        let columns = known(cells);
        if sheet.columns().iter().all(|spec| spec.need == Need::Optional || columns.contains(&spec.column)) {
            return Some(at);
        }
        if columns.len() > best.0 {
            best = (columns.len(), Some(at));
        }
    }
    best.1
}

/// Reads cell by cell: a single cell far below would make a dense range of the whole sheet very large.
fn sheet_grid<RS: std::io::Read + std::io::Seek>(
    workbook: &mut Xlsx<RS>,
    title: &str,
    most_rows: usize,
) -> Result<Grid, calamine::XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(title)?;
    let mut grid = Grid { title: title.to_owned(), ..Grid::default() };
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    while let Some((cell, style)) = cells.next_cell_with_style_id()? {
        let (row, column) = cell.get_position();
        let (number, column) = (row as usize + 1, column as usize);
        let shown = shown(cell.get_value(), || {
            cells.styles().get(style)?.number_format.as_ref().map(|format| format.format_code.clone())
        });
        let text = match shown {
            Ok(text) => text,
            Err(flaw) => {
                grid.flaws.insert((number, column), flaw);
                // so that the row is not taken for a blank one
                "#".to_owned()
            }
        };
        if text.is_empty() {
            continue;
        }
        if column >= MOST_COLUMNS {
            grid.wider = true;
            continue;
        }
        let row = rows.entry(number).or_default();
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
        if rows.len() > most_rows + HEADING_WITHIN {
            break;
        }
    }
    for (number, cells) in rows {
        grid.push(number, cells);
    }
    Ok(grid)
}

/// The text that people see in a cell, or why there is none.
fn shown(value: &DataRef<'_>, format: impl Fn() -> Option<String>) -> Result<String, String> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => clean(text),
        DataRef::SharedString(text) => clean(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() >= LARGEST_EXACT_NUMBER => return Err(RUINED.to_owned()),
        // 0.85 that is shown as 85%
        DataRef::Float(number) if format().is_some_and(|code| code.contains('%')) => {
            format!("{}%", (number * 1e8).round() / 1e6)
        }
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 1e15")]
        DataRef::Float(number) if number.fract() == 0.0 => {
            // a format of zeros shows leading ones: 007
            let zeros = format().filter(|code| code.chars().all(|c| c == '0')).map_or(0, |code| code.len());
            format!("{:0zeros$}", *number as i64)
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(instant) => match instant.as_datetime() {
            Some(at) if instant.is_datetime() && at.time() == chrono::NaiveTime::MIN => {
                at.format("%Y-%m-%d").to_string()
            }
            Some(at) if instant.is_datetime() => at.format("%Y-%m-%d %H:%M").to_string(),
            _ => instant.as_f64().to_string(),
        },
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => clean(text),
        DataRef::Error(error) => return Err(format!("公式出错（{error}）；请改成文字")),
    })
}
