//! Checking a roster against itself and against what is stored, and making a plan of it. All or nothing: every wrong
//! cell is found before anything is written.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::directory::Directory;
use crate::store::RosterPlan;

use super::Kept;
use super::columns::Column;
use super::problems::{Problem, RosterProblems, quoted};
use super::sheets::{Row, Sheet, Sheets, Table};
use super::values::{self, line};

mod assignments;
mod chats;
mod people;
mod succession;
mod units;
mod youth;

pub(super) use youth::cadres_named;

/// A roster in which nothing is wrong.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What to write.
    pub plan: RosterPlan,
    /// What that changes.
    pub summary: Summary,
    /// What the person who imports should know.
    pub notices: Vec<String>,
}

/// What an import changes, by sheet; only sheets that were there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// In the order of the workbook.
    pub sheets: Vec<(Sheet, Counts)>,
}

/// What becomes of the rows of a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that are new.
    pub added: usize,
    /// Rows that are stored and differ.
    pub changed: usize,
    /// Rows that are stored as they are.
    pub same: usize,
}

impl Counts {
    fn count<T: PartialEq>(&mut self, stored: Option<&T>, fresh: &T) {
        match stored {
            None => self.added += 1,
            Some(stored) if stored == fresh => self.same += 1,
            Some(_) => self.changed += 1,
        }
    }
}

impl Summary {
    /// Whether everything is stored already as it stands in the roster.
    pub fn is_unchanged(&self) -> bool {
        self.sheets.iter().all(|(_, counts)| counts.added + counts.changed == 0)
    }

    /// The counts of a sheet; zeros where it was not there.
    pub fn of(&self, sheet: Sheet) -> Counts {
        self.sheets.iter().find(|(one, _)| *one == sheet).map(|(_, counts)| *counts).unwrap_or_default()
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (sheet, counts)) in self.sheets.iter().enumerate() {
            let break_line = if at > 0 { "\n" } else { "" };
            let Counts { added, changed, same } = counts;
            write!(f, "{break_line}  {}：新增 {added}，修改 {changed}，不变 {same}", sheet.title())?;
        }
        Ok(())
    }
}

/// What is stored, to check a roster against.
struct Stored<'a> {
    directory: &'a Directory,
    kept: &'a Kept,
}

/// What was found while checking.
#[derive(Default)]
struct Findings {
    problems: Vec<Problem>,
    notices: Vec<String>,
    /// Addresses on accounts that are not configured, by account.
    strange_accounts: BTreeMap<String, usize>,
    summary: Summary,
}

/// Checks a roster and makes a plan of it. `accounts` are the names of the accounts that are configured.
///
/// # Errors
/// Every wrong cell.
pub fn plan(
    sheets: &Sheets,
    directory: &Directory,
    kept: &Kept,
    accounts: &[String],
) -> Result<Checked, RosterProblems> {
    let stored = Stored { directory, kept };
    let mut found = Findings { notices: sheets.notices.clone(), ..Findings::default() };
    let units = units::check(sheets.table(Sheet::Units), &stored, &mut found);
    let people = people::check(sheets.table(Sheet::People), &units, &stored, &mut found);
    let chats = chats::check(sheets.table(Sheet::Chats), &units, &stored, &mut found);
    let endpoints = chats::check_endpoints(sheets.table(Sheet::Endpoints), &chats, &stored, &mut found);
    let assignments = assignments::check(sheets.table(Sheet::Assignments), &units, &people, &stored, &mut found);
    let youth = youth::check(sheets.table(Sheet::Youth), &units, &people, &stored, &mut found);
    if !found.problems.is_empty() {
        return Err(RosterProblems { all: found.problems });
    }
    for account in accounts {
        found.strange_accounts.remove(account);
    }
    for (account, count) in found.strange_accounts {
        found
            .notices
            .push(format!("账号「{account}」不在配置文件里（{count} 处用到）；配置好以前，这些地址收不到也发不出消息"));
    }
    Ok(Checked {
        plan: RosterPlan {
            units: units.into_plan(),
            people: people.planned,
            chats: chats.planned,
            endpoints,
            assignments: assignments.planned,
            handed_over: assignments.handed_over,
            youth,
        },
        summary: found.summary,
        notices: found.notices,
    })
}

/// One row while it is checked.
struct Line<'a> {
    table: &'a Table,
    row: &'a Row,
}

/// The rows of a sheet that may be missing.
fn lines(table: Option<&Table>) -> impl Iterator<Item = Line<'_>> {
    table.into_iter().flat_map(|table| table.rows.iter().map(move |row| Line { table, row }))
}

impl<'a> Line<'a> {
    /// A cell; nothing where the sheet has no such column, which leaves what is stored as it is.
    fn cell(&self, column: Column) -> Option<&'a str> {
        let at = self.table.position(column)?;
        self.row.cells.get(at).map(String::as_str)
    }

    /// A cell on one line; empty where the sheet has no such column.
    fn text(&self, column: Column) -> String {
        line(self.cell(column).unwrap_or_default())
    }

    /// Notes that a cell is wrong.
    fn wrong(&self, column: Column, found: &mut Findings, text: impl Into<String>) {
        found.problems.push(Problem::cell(self.table, self.row.number, column, text));
    }

    /// A cell that must hold something.
    fn required(&self, column: Column, found: &mut Findings) -> Option<String> {
        let text = self.text(column);
        if text.is_empty() {
            let help = self.table.sheet.spec(column).map(|spec| spec.help).unwrap_or_default();
            self.wrong(column, found, format!("不能空着：{help}（合并的单元格请取消合并，每行都填）"));
            return None;
        }
        Some(text)
    }

    /// A cell that may be empty or hold a day.
    fn day(&self, column: Column, found: &mut Findings) -> Option<NaiveDate> {
        let text = self.text(column);
        let day = values::day(&text);
        if day.is_none() && !text.is_empty() {
            self.wrong(column, found, format!("看不懂日期「{}」；请写成 2026-03-01 这样", quoted(&text)));
        }
        day
    }

    /// Notes where the second of two days comes before the first.
    fn check_order(&self, first: (Option<NaiveDate>, Column), last: (Option<NaiveDate>, Column), found: &mut Findings) {
        if let (Some(from), Some(to)) = (first.0, last.0)
            && from > to
        {
            let (from_title, to_title) = (self.title(first.1), self.title(last.1));
            self.wrong(last.1, found, format!("{to_title} {to} 早于{from_title} {from}；请改其中一个"));
        }
    }

    /// What we call a column.
    fn title(&self, column: Column) -> &'static str {
        self.table.sheet.spec(column).map(|spec| spec.title).unwrap_or_default()
    }

    /// A cell that must hold one of a few words.
    fn choice<T>(
        &self,
        column: Column,
        read: impl Fn(&str) -> Option<T>,
        choices: impl Fn() -> String,
        found: &mut Findings,
    ) -> Option<T> {
        let text = self.required(column, found)?;
        self.read(column, &text, read, choices, found)
    }

    /// A cell that may be empty or hold one of a few words.
    fn optional_choice<T>(
        &self,
        column: Column,
        read: impl Fn(&str) -> Option<T>,
        choices: impl Fn() -> String,
        found: &mut Findings,
    ) -> Option<T> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        self.read(column, &text, read, choices, found)
    }

    fn read<T>(
        &self,
        column: Column,
        text: &str,
        read: impl Fn(&str) -> Option<T>,
        choices: impl Fn() -> String,
        found: &mut Findings,
    ) -> Option<T> {
        let value = read(text).or_else(|| read(&crate::domain::text::normal(text)));
        if value.is_none() {
            self.wrong(column, found, format!("看不懂「{}」；可以写：{}", quoted(text), choices()));
        }
        value
    }
}
