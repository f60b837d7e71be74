//! What is wrong with a roster: every wrong cell by sheet, row and column, with what to write instead.

use super::columns::Column;
use super::sheets::Table;

/// How many problems are shown; the rest is counted.
const MOST_SHOWN: usize = 50;

/// How much of a wrong cell is quoted.
const MOST_QUOTED: usize = 40;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The sheet, as it is called where it was read. Empty: the file as a whole.
    pub sheet: String,
    /// The row as a person sees it.
    pub row: Option<usize>,
    /// The heading of the column.
    pub column: Option<String>,
    /// What is wrong, and what to do.
    pub text: String,
}

impl Problem {
    /// The file as a whole is wrong.
    pub fn file(text: impl Into<String>) -> Self {
        Self { sheet: String::new(), row: None, column: None, text: text.into() }
    }

    /// A sheet is wrong.
    pub fn sheet(sheet: &str, text: impl Into<String>) -> Self {
        Self { sheet: sheet.to_owned(), row: None, column: None, text: text.into() }
    }

    /// A cell is wrong.
    pub fn cell(table: &Table, row: usize, column: Column, text: impl Into<String>) -> Self {
        let column = Some(table.heading(column).to_owned());
        Self { sheet: table.title.clone(), row: Some(row), column, text: text.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.sheet.is_empty() {
            write!(f, "工作表 {}", self.sheet)?;
            if let Some(row) = self.row {
                write!(f, " 第 {row} 行")?;
            }
            if let Some(column) = &self.column {
                write!(f, "「{column}」列")?;
            }
            f.write_str("：")?;
        }
        f.write_str(&self.text)
    }
}

/// Everything that is wrong with a roster. Nothing of it has been written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct RosterProblems {
    /// All of it, in the order of the file. Never empty.
    pub all: Vec<Problem>,
}

impl From<Problem> for RosterProblems {
    fn from(problem: Problem) -> Self {
        Self { all: vec![problem] }
    }
}

impl std::fmt::Display for RosterProblems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "花名册有 {} 处要改，什么都没有写入：", self.all.len())?;
        for problem in self.all.iter().take(MOST_SHOWN) {
            writeln!(f, "  {problem}")?;
        }
        if self.all.len() > MOST_SHOWN {
            writeln!(f, "  ……还有 {} 处，改好上面这些再导入一次就会看到", self.all.len() - MOST_SHOWN)?;
        }
        f.write_str("改好以后再导入一次；加 --dry-run 可以只检查。")
    }
}

/// A cell's text in a message: short, on one line.
pub(in crate::services) fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST_QUOTED {
        return line;
    }
    line.chars().take(MOST_QUOTED).chain("……".chars()).collect()
}
