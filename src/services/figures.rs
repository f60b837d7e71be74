//! Figures from elsewhere (参学率 and the like), brought in by a workbook: one row for a unit or a cadre and a day or month,
//! one column for each figure of the policy's score-cards. All or nothing, every wrong cell named.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_xlsxwriter::{Format, Workbook};

use super::Rulebook;
use super::roster::{Grid, Problem, WriteError, day_in, folded, quoted, read_grids, write_new};
use crate::domain::calendar::{DayRange, business_day};
use crate::domain::directory::Directory;
use crate::domain::id::UnitId;
use crate::domain::policy::{Policy, Scoring};
use crate::domain::text::normal;
use crate::error::Fault;
use crate::store::{FigureRow, Graded, Store};

/// Headings are looked for in this many rows.
const HEADING_WITHIN: usize = 5;

/// How many problems are shown; the rest is counted.
const MOST_SHOWN: usize = 50;

/// From which limit on a bare 1 may be a whole (100%) as well as a one.
const AMBIGUOUS_FROM: f64 = 10.0;

/// A figure that the policy's cards ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Its key.
    pub key: String,
    /// The names of its indicators.
    pub titles: Vec<String>,
    /// The limit it is compared with; says whether it is written as 85 or as 0.85.
    pub limit: f64,
    /// Whether cards of units ask for it.
    pub of_units: bool,
    /// Whether cards of cadres ask for it.
    pub of_cadres: bool,
}

/// The figures that a policy asks for, in its order.
pub fn wanted(policy: &Policy) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    for card in &policy.cards {
        for indicator in &card.indicators {
            let (key, limit) = match indicator.scoring() {
                Some(Scoring::Below { figure, below, .. }) => (figure, below),
                Some(Scoring::Average { figure, full_at, .. }) => (figure, full_at),
                _ => continue,
            };
            let at = all.iter().position(|one| one.key == key).unwrap_or_else(|| {
                all.push(Wanted { key, titles: Vec::new(), limit, of_units: false, of_cadres: false });
                all.len() - 1
            });
            if let Some(one) = all.get_mut(at) {
                one.titles.push(indicator.title.clone());
                one.of_cadres |= card.subject.is_cadres();
                one.of_units |= !card.subject.is_cadres();
            }
        }
    }
    all
}

/// Everything that is wrong with a file of figures. Nothing of it has been written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FigureProblems {
    /// All of it, in the order of the file. Never empty.
    pub all: Vec<Problem>,
}

impl From<Problem> for FigureProblems {
    fn from(problem: Problem) -> Self {
        Self { all: vec![problem] }
    }
}

impl std::fmt::Display for FigureProblems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "考核数据有 {} 处要改，什么都没有写入：", self.all.len())?;
        for problem in self.all.iter().take(MOST_SHOWN) {
            writeln!(f, "  {problem}")?;
        }
        if self.all.len() > MOST_SHOWN {
            writeln!(f, "  ……还有 {} 处，改好上面这些再导入一次就会看到", self.all.len() - MOST_SHOWN)?;
        }
        f.write_str("改好以后再导入一次；加 --dry-run 可以只检查。")
    }
}

/// A file of figures as it was read.
#[derive(Clone, Debug)]
pub struct FigureSheets(Vec<Grid>);

/// Reads an `.xlsx` workbook or a CSV file.
///
/// # Errors
/// What cannot be read.
pub fn read_path(path: &Path) -> Result<FigureSheets, FigureProblems> {
    Ok(FigureSheets(read_grids(path)?))
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The figures.
    pub rows: Vec<FigureRow>,
    /// What was left out, in sentences.
    pub notices: Vec<String>,
}

/// A column that is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Unit,
    Person,
    Day,
    Month,
    /// A figure by its place in the list of those wanted.
    Figure(usize),
}

fn column(wanted: &[Wanted], heading: &str) -> Option<Column> {
    match folded(heading).as_str() {
        "" => None,
        "单位" | "unit" | "单位编码" | "编码" | "单位名称" => Some(Column::Unit),
        "姓名" | "name" | "干部" | "人员" => Some(Column::Person),
        "日期" | "day" | "date" => Some(Column::Day),
        "月份" | "月" | "month" => Some(Column::Month),
        heading => {
            let is =
                |one: &Wanted| folded(&one.key) == heading || one.titles.iter().any(|title| folded(title) == heading);
            wanted.iter().position(is).map(Column::Figure)
        }
    }
}

/// Checks a file against the policy and the directory. `now` says which days have been.
///
/// # Errors
/// Every wrong cell.
pub fn check(
    sheets: &FigureSheets,
    directory: &Directory,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<Checked, FigureProblems> {
    let wanted = wanted(policy);
    if wanted.is_empty() {
        return Err(Problem::file("制度的考核表里没有要导入的数据（figure）；请先在制度文件里写指标").into());
    }
    let mut reading = Reading {
        directory,
        wanted: &wanted,
        today: directory
            .zones()
            .into_iter()
            .map(|zone| business_day(now, zone, policy.day_starts_at))
            .max()
            .unwrap_or_default(),
        checked: Checked::default(),
        problems: Vec::new(),
        seen: HashSet::new(),
    };
    let mut understood = 0;
    for grid in &sheets.0 {
        understood += usize::from(reading.sheet(grid));
    }
    if understood == 0 && reading.problems.is_empty() {
        let titles: Vec<&str> = wanted.iter().filter_map(|one| one.titles.first().map(String::as_str)).collect();
        let text = format!(
            "没有找到列标题；第一行要写：单位（或姓名）、日期（或月份），以及 {}。用 tuanqing figures template 可以得到一份空表",
            titles.join("、")
        );
        return Err(Problem::file(text).into());
    }
    if reading.problems.is_empty() { Ok(reading.checked) } else { Err(FigureProblems { all: reading.problems }) }
}

struct Reading<'a> {
    directory: &'a Directory,
    wanted: &'a [Wanted],
    today: NaiveDate,
    checked: Checked,
    problems: Vec<Problem>,
    seen: HashSet<(usize, Graded, NaiveDate)>,
}

/// The row and heading of a cell, for problems.
struct At<'g> {
    grid: &'g Grid,
    headings: &'g [String],
    row: usize,
}

impl At<'_> {
    fn wrong(&self, column: usize, text: impl Into<String>) -> Problem {
        Problem {
            sheet: self.grid.title.clone(),
            row: Some(self.row),
            column: self.headings.get(column).cloned(),
            text: text.into(),
        }
    }
}

impl Reading<'_> {
    /// Reads a sheet; whether it is one of figures.
    fn sheet(&mut self, grid: &Grid) -> bool {
        let columns_of = |cells: &[String]| -> Vec<Option<Column>> {
            cells.iter().map(|heading| column(self.wanted, heading)).collect()
        };
        let is_heading = |columns: &[Option<Column>]| {
            let has = |one| columns.contains(&Some(one));
            (has(Column::Unit) || has(Column::Person))
                && (has(Column::Day) || has(Column::Month))
                && columns.iter().any(|one| matches!(one, Some(Column::Figure(_))))
        };
        let found = grid.rows.iter().take(HEADING_WITHIN).position(|(_, cells)| is_heading(&columns_of(cells)));
        let Some((at, (_, headings))) = found.and_then(|at| Some((at, grid.rows.get(at)?))) else {
            if !grid.rows.is_empty() && grid.title != "说明" {
                self.checked.notices.push(format!("没有读工作表「{}」：没有找到列标题", grid.title));
            }
            return false;
        };
        let columns = columns_of(headings);
        for (n, one) in columns.iter().enumerate() {
            let heading = headings.get(n).map(String::as_str).unwrap_or_default();
            match one {
                None if !heading.is_empty() => {
                    let text = format!("工作表 {}：没有读不认识的列「{}」", grid.title, quoted(heading));
                    self.checked.notices.push(text);
                }
                Some(column) if columns[..n].contains(&Some(*column)) => {
                    let text = format!("「{heading}」这一列写了两次；请只留一列");
                    self.problems.push(Problem::sheet(&grid.title, text));
                }
                _ => {}
            }
        }
        for (row, cells) in grid.rows.iter().skip(at + 1) {
            self.row(&At { grid, headings, row: *row }, &columns, cells);
        }
        true
    }

    fn row(&mut self, at: &At<'_>, columns: &[Option<Column>], cells: &[String]) {
        let place = |column: Column| columns.iter().position(|one| *one == Some(column));
        let cell = |n: usize| cells.get(n).map(|cell| cell.trim()).unwrap_or_default();
        let said = |column: Column| place(column).map(|n| (n, cell(n))).filter(|(_, cell)| !cell.is_empty());
        let mut problems = Vec::new();
        for n in 0..cells.len() {
            if columns.get(n).is_some_and(Option::is_some)
                && let Some(flaw) = at.grid.flaws.get(&(at.row, n))
            {
                problems.push(at.wrong(n, flaw.clone()));
            }
        }
        let figures: Vec<(usize, usize, &str)> = columns
            .iter()
            .enumerate()
            .filter_map(|(n, one)| match one {
                Some(Column::Figure(figure)) if !cell(n).is_empty() => Some((n, *figure, cell(n))),
                _ => None,
            })
            .collect();
        if figures.is_empty() || !problems.is_empty() {
            self.problems.extend(problems);
            return;
        }
        let of =
            self.subject(at, said(Column::Unit), said(Column::Person), place(Column::Unit).or(place(Column::Person)));
        let day = self.day(at, said(Column::Day), said(Column::Month), place(Column::Day).or(place(Column::Month)));
        let (of, day) = match (of, day) {
            (Ok(of), Ok(day)) => (of, day),
            (of, day) => {
                self.problems.extend(of.err().into_iter().chain(day.err()));
                return;
            }
        };
        for (n, figure, text) in figures {
            let Some(wanted) = self.wanted.get(figure) else { continue };
            let graded = match of {
                Graded::Unit(_) => wanted.of_units,
                Graded::Person(_) => wanted.of_cadres,
            };
            if !graded {
                let text = match of {
                    Graded::Unit(_) => "这一项考核的是干部；请在「姓名」列写姓名",
                    Graded::Person(_) => "这一项考核的是单位；请不要写姓名",
                };
                problems.push(at.wrong(n, text));
            } else if !self.seen.insert((figure, of, day)) {
                problems.push(at.wrong(n, "同一个对象、同一天的这个数写了两次；请只留一行"));
            } else {
                match value_in(text, wanted.limit) {
                    Ok(value) => self.checked.rows.push(FigureRow { figure: wanted.key.clone(), of, day, value }),
                    Err(flaw) => problems.push(at.wrong(n, flaw)),
                }
            }
        }
        self.problems.extend(problems);
    }

    fn subject(
        &self,
        at: &At<'_>,
        unit: Option<(usize, &str)>,
        person: Option<(usize, &str)>,
        first: Option<usize>,
    ) -> Result<Graded, Problem> {
        let unit = match unit {
            Some((n, text)) => Some(self.unit(text).map_err(|flaw| at.wrong(n, flaw))?),
            None => None,
        };
        let Some((n, name)) = person else {
            return match unit {
                Some(unit) => Ok(Graded::Unit(unit)),
                None => Err(at.wrong(first.unwrap_or(0), "请写单位或姓名")),
            };
        };
        let people = self.directory.people().filter(|person| person.name == name);
        let found: Vec<_> = people.filter(|person| unit.is_none_or(|unit| person.unit == unit)).collect();
        match found.as_slice() {
            [person] => Ok(Graded::Person(person.id)),
            [] => Err(at.wrong(n, format!("花名册里没有「{}」；请检查姓名和单位", quoted(name)))),
            many => Err(at.wrong(n, format!("有 {} 个人叫「{}」；请在「单位」列写上单位", many.len(), quoted(name)))),
        }
    }

    fn unit(&self, text: &str) -> Result<UnitId, String> {
        if let Some(unit) = self.directory.unit_by_code(text) {
            return Ok(unit.id);
        }
        match self.directory.units_called(text) {
            [unit] => Ok(*unit),
            [] => Err(format!("没有编码或名称为「{}」的单位", quoted(text))),
            many => Err(format!("有 {} 个单位叫「{}」；请写单位编码", many.len(), quoted(text))),
        }
    }

    fn day(
        &self,
        at: &At<'_>,
        day: Option<(usize, &str)>,
        month: Option<(usize, &str)>,
        first: Option<usize>,
    ) -> Result<NaiveDate, Problem> {
        let (n, found) = match (day, month) {
            (Some((n, text)), _) => {
                let wrong = || at.wrong(n, format!("「{}」不是日期；请写成 2026-11-03", quoted(text)));
                (n, day_in(text).ok_or_else(wrong)?)
            }
            (None, Some((n, text))) => {
                let wrong = || at.wrong(n, format!("「{}」不是月份；请写成 2026-11", quoted(text)));
                (n, month_in(text).ok_or_else(wrong)?)
            }
            (None, None) => return Err(at.wrong(first.unwrap_or(0), "请写日期或月份")),
        };
        if found > self.today {
            return Err(at.wrong(n, "这个日子还没有到；请检查年份和月份"));
        }
        Ok(found)
    }
}

/// A month as its first day: `2026-11`, `2026年11月`, `202611`, or any day of it.
fn month_in(cell: &str) -> Option<NaiveDate> {
    let text = normal(cell);
    let digits: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month) = match digits.as_slice() {
        [year, month] if year.len() == 4 => (year.parse().ok()?, month.parse().ok()?),
        [both] if both.len() == 6 => (both.get(..4)?.parse().ok()?, both.get(4..)?.parse().ok()?),
        _ => day_in(cell).map(|day| (day.year(), day.month()))?,
    };
    NaiveDate::from_ymd_opt(year, month, 1)
}

/// A figure in the scale of its limit: with a limit above 1, `85%`, `85` and `0.85` are all 85; else all are 0.85.
fn value_in(cell: &str, limit: f64) -> Result<f64, String> {
    let text = normal(cell).replace(' ', "");
    let (digits, percent) = match text.strip_suffix('%') {
        Some(digits) => (digits, true),
        None => (text.as_str(), false),
    };
    let number: Option<f64> = digits.parse().ok().filter(|number: &f64| number.is_finite());
    let plain = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let Some(number) = number.filter(|_| plain) else {
        return Err(format!("「{}」不是数；请写成 85 或 85%", quoted(cell)));
    };
    if number < 0.0 {
        return Err("不能是负数".to_owned());
    }
    if percent && number > 100.0 {
        return Err(format!("「{}」超过 100%；请检查", quoted(cell)));
    }
    let is_share = limit <= 1.0;
    #[expect(clippy::float_cmp, reason = "a typed 1 is exactly that")]
    let value = match (is_share, percent) {
        (false, true) => number,
        (true, true) => number / 100.0,
        (false, false) if number == 1.0 && limit >= AMBIGUOUS_FROM => {
            return Err("「1」看不出是 1% 还是 100%；请写上百分号".to_owned());
        }
        (false, false) if number < 1.0 => number * 100.0,
        (true, false) if number > 1.0 && number <= 100.0 => number / 100.0,
        (true, false) if number > 100.0 => return Err(format!("「{}」超过 100%；请检查", quoted(cell))),
        (_, false) => number,
    };
    // 0.57 is 57, not 56.99999999999999
    Ok((value * 1e6).round() / 1e6)
}

/// What an import has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Figures that were not there.
    pub new: usize,
    /// Figures of a day that had another one.
    pub changed: usize,
    /// Figures that were there.
    pub unchanged: usize,
    /// What was left out, in sentences.
    pub notices: Vec<String>,
}

/// Why an import has done nothing.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// The file is wrong.
    #[error(transparent)]
    Problems(#[from] FigureProblems),
    /// The database's.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Checks figures and writes them, in one transaction. With `dry_run` nothing is written.
///
/// # Errors
/// Every wrong cell, or the database's. Nothing is written then.
pub async fn apply(
    store: &Store,
    rules: Arc<Rulebook>,
    sheets: FigureSheets,
    now: DateTime<Utc>,
    dry_run: bool,
) -> Result<Applied, FigureError> {
    let file = Arc::new((sheets, rules));
    let outcome = store
        .write(move |tx| {
            let file = file.clone();
            Box::pin(async move {
                let (sheets, rules) = &*file;
                let Checked { mut rows, notices } = match check(sheets, &tx.directory(), &rules.policy, now) {
                    Ok(checked) => checked,
                    Err(problems) => return Ok(Err(problems)),
                };
                let mut applied = Applied { notices, ..Applied::default() };
                let days = rows.iter().map(|row| row.day);
                if let (Some(first), Some(last)) = (days.clone().min(), days.max()) {
                    let keys: Vec<String> = wanted(&rules.policy).into_iter().map(|one| one.key).collect();
                    let stored = tx.db().await?.list_figures(&keys, DayRange { first, last }, now).await?;
                    let stored: BTreeMap<(String, Graded, NaiveDate), f64> =
                        stored.into_iter().map(|row| ((row.figure, row.of, row.day), row.value)).collect();
                    rows.retain(|row| match stored.get(&(row.figure.clone(), row.of, row.day)) {
                        Some(value) if (value - row.value).abs() < 1e-9 => {
                            applied.unchanged += 1;
                            false
                        }
                        Some(_) => {
                            applied.changed += 1;
                            true
                        }
                        None => {
                            applied.new += 1;
                            true
                        }
                    });
                }
                if !dry_run {
                    tx.insert_figures(&rows, now).await?;
                }
                Ok(Ok(applied))
            })
        })
        .await??;
    Ok(outcome)
}

/// Writes an empty workbook with a column for each figure of the policy.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn template(policy: &Policy, path: &Path) -> Result<(), WriteError> {
    let wanted = wanted(policy);
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let mut headings = vec!["单位"];
    if wanted.iter().any(|one| one.of_cadres) {
        headings.push("姓名");
    }
    headings.push("日期");
    let titles: Vec<String> = wanted.iter().map(|one| one.titles.first().unwrap_or(&one.key).clone()).collect();
    headings.extend(titles.iter().map(String::as_str));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("考核数据")?.set_freeze_panes(1, 0)?;
    for (at, heading) in (0_u16..).zip(headings) {
        sheet.set_column_format(at, &text)?;
        sheet.write_string_with_format(0, at, heading, &bold)?;
        sheet.set_column_width(at, 16)?;
    }
    let notes = workbook.add_worksheet();
    notes.set_name("说明")?.set_column_width(0, 80)?;
    let lines = [
        "单位写编码或名称。考核干部的数，再写姓名；考核单位的数，姓名空着。",
        "日期写成 2026-11-03；一个月一个数的，可以把列标题改成「月份」，写成 2026-11。",
        "85%、85、0.85 是一个意思；只写 1 看不出是 1% 还是 100%，请写上百分号。没有的数空着。",
        "同一个对象、同一天的数再导入一次，以后一次为准。",
    ];
    for (row, line) in (0_u32..).zip(lines) {
        notes.write_string(row, 0, line)?;
    }
    write_new(path, &workbook.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_understood_however_it_is_written() {
        for cell in ["85%", "85", "0.85", "８５％", " 85 % ", "85.0"] {
            assert_eq!(value_in(cell, 60.0), Ok(85.0), "{cell}");
            assert_eq!(value_in(cell, 0.6), Ok(0.85), "{cell}");
        }
        assert_eq!(value_in("0.57", 60.0), Ok(57.0), "no dust in the last digit");
        assert_eq!((value_in("100%", 60.0), value_in("1%", 60.0), value_in("0", 60.0)), (Ok(100.0), Ok(1.0), Ok(0.0)));
        assert_eq!(value_in("1", 0.6), Ok(1.0));
        assert_eq!(value_in("1", 3.0), Ok(1.0), "a small limit is no percentage");
        for (cell, part) in [
            ("1", "百分号"),
            ("很好", "不是数"),
            ("-3", "负数"),
            ("185%", "超过"),
            ("1e3", "不是数"),
            ("inf", "不是数"),
        ] {
            assert!(value_in(cell, 60.0).unwrap_err().contains(part), "{cell}");
        }
    }

    #[test]
    fn a_month_is_its_first_day() {
        let november = NaiveDate::from_ymd_opt(2026, 11, 1);
        for cell in ["2026-11", "2026年11月", "202611", "2026.11", "2026-11-03", "２０２６年１１月"] {
            assert_eq!(month_in(cell), november, "{cell}");
        }
        for cell in ["11月", "2026-13", "上月", ""] {
            assert_eq!(month_in(cell), None, "{cell}");
        }
    }
}
