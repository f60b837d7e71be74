//! What a roster is made of: the sheets, the names under which people write them, and what was read from them.

use super::columns::{ASSIGNMENTS, CHATS, Column, ColumnSpec, ENDPOINTS, PEOPLE, UNITS, YOUTH};
use crate::domain::text;

/// A sheet of the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sheet {
    /// The organisation tree.
    Units,
    /// People.
    People,
    /// Our groups.
    Chats,
    /// Addresses of groups.
    Endpoints,
    /// Who is tied to which unit.
    Assignments,
    /// The young people each cadre keeps in touch with.
    Youth,
}

impl Sheet {
    /// Every sheet, in the order of the workbook.
    pub const ALL: &[Self] = &[Self::Units, Self::People, Self::Chats, Self::Endpoints, Self::Assignments, Self::Youth];

    /// Its name in English, also the CSV file's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::People => "people",
            Self::Chats => "chats",
            Self::Endpoints => "endpoints",
            Self::Assignments => "assignments",
            Self::Youth => "youth",
        }
    }

    /// Its name in Chinese.
    pub fn title(self) -> &'static str {
        match self {
            Self::Units => "单位",
            Self::People => "人员",
            Self::Chats => "群",
            Self::Endpoints => "群地址",
            Self::Assignments => "联系分工",
            Self::Youth => "青年名册",
        }
    }

    /// The most rows that are read of it. A province's youth rosters are imported in several files.
    pub fn most_rows(self) -> usize {
        match self {
            Self::Youth => 500_000,
            _ => 200_000,
        }
    }

    fn also(self) -> &'static [&'static str] {
        match self {
            Self::Units => &["unit", "团组织", "组织", "机构", "单位表", "组织架构"],
            Self::People => &["person", "团干部", "干部", "名单", "花名册", "人员表", "干部名单", "团干部名单"],
            Self::Chats => &["chat", "群聊", "群组", "群表", "群名单"],
            Self::Endpoints => &["endpoint", "群号", "群账号", "地址", "群地址表"],
            Self::Assignments => &["assignment", "分工", "包联", "联系点", "联系", "驻点", "联系分工表"],
            Self::Youth => &["青年", "青年名单", "青年花名册", "联系青年", "联系青年名册", "青年名册表"],
        }
    }

    /// Its columns, in the order in which they are written.
    pub fn columns(self) -> &'static [ColumnSpec] {
        match self {
            Self::Units => UNITS,
            Self::People => PEOPLE,
            Self::Chats => CHATS,
            Self::Endpoints => ENDPOINTS,
            Self::Assignments => ASSIGNMENTS,
            Self::Youth => YOUTH,
        }
    }

    /// The sheet of this name, in either language.
    pub fn read(name: &str) -> Option<Self> {
        let name = folded(name);
        Self::ALL
            .iter()
            .copied()
            .find(|sheet| name == sheet.name() || name == sheet.title() || sheet.also().contains(&name.as_str()))
    }

    /// The column under this heading, in either language.
    pub fn column(self, heading: &str) -> Option<Column> {
        let heading = folded(heading);
        let is = |spec: &&ColumnSpec| {
            heading == folded(spec.name) || heading == spec.title || spec.also.contains(&heading.as_str())
        };
        self.columns().iter().find(is).map(|spec| spec.column)
    }

    /// The description of one of its columns.
    pub fn spec(self, column: Column) -> Option<&'static ColumnSpec> {
        self.columns().iter().find(|spec| spec.column == column)
    }
}

/// The form in which names and headings are compared: `单位 *（编码或名称）` is `单位`, `External ID` is `externalid`.
pub(in crate::services) fn folded(heading: &str) -> String {
    let normal = text::normal(heading);
    let outside = normal.split(['(', '[', '【']).next().unwrap_or_default();
    outside.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '_' | '-' | ':' | '#' | '、' | '/')).collect()
}

/// A row with something in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number as a person sees it; the first row of the sheet is 1.
    pub number: usize,
    /// Its cells, one for each column of the table.
    pub cells: Vec<String>,
}

/// One sheet as it was read, with the columns we know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Which.
    pub sheet: Sheet,
    /// What it is called where it was read: messages name it so.
    pub title: String,
    /// The columns that are there, with their headings as they were read.
    pub columns: Vec<(Column, String)>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Table {
    /// An empty table with every column, under Chinese headings.
    pub fn new(sheet: Sheet) -> Self {
        let columns = sheet.columns().iter().map(|spec| (spec.column, spec.title.to_owned())).collect();
        Self { sheet, title: sheet.title().to_owned(), columns, rows: Vec::new() }
    }

    /// An empty table with some columns: what the others would say stays as it is.
    pub fn of(sheet: Sheet, columns: &[Column]) -> Self {
        let mut table = Self::new(sheet);
        table.columns.retain(|(column, _)| columns.contains(column));
        table
    }

    /// Adds a row below the others.
    pub fn push(&mut self, cells: Vec<String>) {
        let number = self.rows.len() + 2;
        self.rows.push(Row { number, cells });
    }

    /// Where a column stands in each row.
    pub fn position(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|(one, _)| *one == column)
    }

    /// A column's heading as it was read, or as we would write it.
    pub fn heading(&self, column: Column) -> &str {
        self.columns
            .iter()
            .find(|(one, _)| *one == column)
            .map(|(_, heading)| heading.as_str())
            .or_else(|| self.sheet.spec(column).map(|spec| spec.title))
            .unwrap_or_default()
    }
}

/// A roster as it was read or exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheets {
    /// The sheets that are there, each kind at most once.
    pub tables: Vec<Table>,
    /// What was left out while reading, in sentences for the person who imports.
    pub notices: Vec<String>,
}

impl Sheets {
    /// A sheet, if it is there.
    pub fn table(&self, sheet: Sheet) -> Option<&Table> {
        self.tables.iter().find(|table| table.sheet == sheet)
    }
}
