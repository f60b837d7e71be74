//! What a roster is made of: the sheets, their columns, and every name under which people write them.
//!
//! Reading, checking, writing, the template and the manual all go by this one description.

use crate::domain::people::{AssignmentKind, CadreKind, ChatRole, Direction, Level, Role};
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
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// A unit's code.
    Code,
    /// The name of what the row is about.
    Name,
    /// The unit above.
    Parent,
    /// A unit's level.
    Level,
    /// A unit's zone.
    Zone,
    /// The unit something belongs to.
    Unit,
    /// A kind of cadre or of assignment.
    Kind,
    /// What somebody may do.
    Roles,
    /// Their working group.
    Team,
    /// Their addresses.
    Accounts,
    /// A chat's name.
    Chat,
    /// What a chat is for.
    Role,
    /// Whether names of those who are missing may be posted.
    ListMissing,
    /// Whether reminders are posted.
    Reminders,
    /// An account.
    Account,
    /// A group's id on the account.
    ExternalId,
    /// Which way an endpoint carries messages.
    Direction,
    /// A person's name.
    Person,
    /// The first day.
    From,
    /// The last day.
    To,
    /// The unit of a person whose name is not unique.
    PersonUnit,
}

/// Whether a sheet can be read without a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It cannot.
    Required,
    /// What the column would say stays as it is.
    Optional,
}

/// A column of a sheet.
pub struct ColumnSpec {
    /// What it holds.
    pub column: Column,
    /// Its heading in English.
    pub name: &'static str,
    /// Its heading in Chinese.
    pub title: &'static str,
    /// Other headings, in the form of [`folded`].
    pub also: &'static [&'static str],
    /// Whether it must be there.
    pub need: Need,
    /// What to write, for the template.
    pub help: &'static str,
    /// The words to choose from, where there are only some.
    pub choices: Option<fn() -> Vec<&'static str>>,
    /// Whether a cell may hold several of the words.
    pub many: bool,
}

const fn column(
    column: Column,
    name: &'static str,
    title: &'static str,
    also: &'static [&'static str],
    need: Need,
    help: &'static str,
) -> ColumnSpec {
    ColumnSpec { column, name, title, also, need, help, choices: None, many: false }
}

impl ColumnSpec {
    const fn of(mut self, choices: fn() -> Vec<&'static str>) -> Self {
        self.choices = Some(choices);
        self
    }

    const fn many(mut self) -> Self {
        self.many = true;
        self
    }
}

fn yes_no() -> Vec<&'static str> {
    vec!["是", "否"]
}

use Need::{Optional, Required};

static UNITS: &[ColumnSpec] = &[
    column(
        Column::Code,
        "code",
        "单位编码",
        &["编码", "代码", "单位代码", "团组织编码", "组织编码", "团组织代码", "unitcode"],
        Required,
        "每个单位一个，不重复，定了就不要再改：再次导入时凭它认出是同一个单位",
    ),
    column(
        Column::Name,
        "name",
        "单位名称",
        &["名称", "单位", "团组织", "团组织名称", "组织名称", "单位全称", "unit", "unitname"],
        Required,
        "单位的名称",
    ),
    column(
        Column::Parent,
        "parent",
        "上级单位",
        &["上级", "上级编码", "上级单位编码", "上级团组织", "上级组织", "所属上级", "隶属", "parentcode"],
        Optional,
        "上级单位的编码或名称；最上面的单位留空",
    ),
    column(
        Column::Level,
        "level",
        "级别",
        &["层级", "单位级别", "组织级别", "团组织级别"],
        Required,
        "单位的级别，不能高于上级单位",
    )
    .of(|| Level::ALL.iter().map(|one| one.title()).collect()),
    column(Column::Zone, "zone", "时区", &["timezone", "tz"], Optional, "与上级不同时才写，例如 Asia/Urumqi"),
];

static PEOPLE: &[ColumnSpec] = &[
    column(
        Column::Name,
        "name",
        "姓名",
        &["名字", "干部姓名", "团干部姓名", "人员", "人员姓名", "person"],
        Required,
        "同一单位里不能重名",
    ),
    column(
        Column::Unit,
        "unit",
        "单位",
        &[
            "所在单位",
            "单位编码",
            "单位名称",
            "团组织",
            "团组织编码",
            "团组织名称",
            "所属单位",
            "所属团组织",
            "组织",
            "工作单位",
            "unitcode",
        ],
        Required,
        "所在单位的编码；名称不重复时也可以写名称",
    ),
    column(
        Column::Kind,
        "kind",
        "干部类别",
        &["类别", "类型", "专挂兼", "专兼挂", "干部类型", "团干部类别", "身份"],
        Optional,
        "团干部才填；不是团干部的留空",
    )
    .of(|| CadreKind::ALL.iter().map(|one| one.title()).collect()),
    column(
        Column::Roles,
        "roles",
        "职责",
        &["角色", "权限", "职务", "role"],
        Optional,
        "管本单位和下级单位的人才填；几个用顿号隔开",
    )
    .of(|| Role::ALL.iter().map(|one| one.title()).collect())
    .many(),
    column(Column::Team, "team", "工作组", &["小组", "组别", "分组", "group"], Optional, "所在的工作组，没有就留空"),
    column(
        Column::Accounts,
        "accounts",
        "账号",
        &["帐号", "平台账号", "平台帐号", "聊天账号", "地址", "account"],
        Optional,
        "写成「账号名:这个人的编号」，例如 qq:123456789；几个用分号隔开。也可以留空，让本人用一次性码绑定",
    ),
];

static CHATS: &[ColumnSpec] = &[
    column(
        Column::Chat,
        "chat",
        "群名称",
        &["群", "群名", "名称", "群聊", "群聊名称", "name"],
        Required,
        "不重复；再次导入时凭它认出是同一个群",
    ),
    column(
        Column::Unit,
        "unit",
        "单位",
        &["所属单位", "单位编码", "单位名称", "团组织", "团组织编码", "所属团组织", "unitcode"],
        Required,
        "群属于哪个单位：编码，或不重复的名称",
    ),
    column(
        Column::Role,
        "role",
        "用途",
        &["群用途", "类型", "群类型", "类别", "群类别", "kind"],
        Required,
        "群是做什么用的",
    )
    .of(|| ChatRole::ALL.iter().map(|one| one.title()).collect()),
    column(
        Column::ListMissing,
        "list_missing",
        "公布未报到名单",
        &["公布名单", "公布未报到", "列出未报到", "未报到名单", "是否公布名单"],
        Optional,
        "能不能在群里点名；留空是「否」",
    )
    .of(yes_no),
    column(
        Column::Reminders,
        "reminders",
        "群内提醒",
        &["提醒", "群提醒", "是否提醒", "reminder"],
        Optional,
        "提醒发不发在群里；留空是「是」",
    )
    .of(yes_no),
];

static ENDPOINTS: &[ColumnSpec] = &[
    column(
        Column::Chat,
        "chat",
        "群名称",
        &["群", "群名", "名称", "群聊", "群聊名称", "name"],
        Required,
        "「群」表里的群名称",
    ),
    column(
        Column::Account,
        "account",
        "账号",
        &["帐号", "账号名", "帐号名", "平台账号", "平台"],
        Required,
        "配置文件里 [[account]] 的 name",
    ),
    column(
        Column::ExternalId,
        "external_id",
        "群号",
        &["群id", "群编号", "编号", "id", "群地址", "地址", "外部编号"],
        Required,
        "群在平台上的编号，例如 QQ 群号",
    ),
    column(
        Column::Direction,
        "direction",
        "收发方向",
        &["方向", "收发"],
        Optional,
        "这个地址是收、是发，还是都行；留空是「收发」",
    )
    .of(|| Direction::ALL.iter().map(|one| one.title()).collect()),
];

static ASSIGNMENTS: &[ColumnSpec] = &[
    column(
        Column::Person,
        "person",
        "姓名",
        &["人员", "干部", "干部姓名", "团干部", "团干部姓名", "name"],
        Required,
        "「人员」表里的姓名",
    ),
    column(
        Column::Unit,
        "unit",
        "联系单位",
        &["单位", "联系点", "包联单位", "驻点单位", "单位编码", "单位名称", "团组织", "unitcode"],
        Required,
        "联系哪个单位：编码，或不重复的名称",
    ),
    column(Column::Kind, "kind", "联系方式", &["方式", "类型", "类别", "联系类型", "分工"], Required, "以什么方式联系")
        .of(|| AssignmentKind::ALL.iter().map(|one| one.title()).collect()),
    column(
        Column::From,
        "from",
        "开始日期",
        &["开始", "起", "起始日期", "开始时间", "自", "start"],
        Optional,
        "例如 2026-03-01；没有就留空",
    ),
    column(
        Column::To,
        "to",
        "结束日期",
        &["结束", "止", "终止日期", "截止日期", "结束时间", "至", "end"],
        Optional,
        "例如 2026-12-31；没有就留空",
    ),
    column(
        Column::PersonUnit,
        "person_unit",
        "人员所在单位",
        &["所在单位", "本人单位", "人员单位", "干部所在单位", "personunit"],
        Optional,
        "有同名的人时才要写：这个人自己的单位",
    ),
];

impl Sheet {
    /// Every sheet, in the order of the workbook.
    pub const ALL: &[Self] = &[Self::Units, Self::People, Self::Chats, Self::Endpoints, Self::Assignments];

    /// Its name in English, also the CSV file's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::People => "people",
            Self::Chats => "chats",
            Self::Endpoints => "endpoints",
            Self::Assignments => "assignments",
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
        }
    }

    fn also(self) -> &'static [&'static str] {
        match self {
            Self::Units => &["unit", "团组织", "组织", "机构", "单位表", "组织架构"],
            Self::People => &["person", "团干部", "干部", "名单", "花名册", "人员表", "干部名单", "团干部名单"],
            Self::Chats => &["chat", "群聊", "群组", "群表", "群名单"],
            Self::Endpoints => &["endpoint", "群号", "群账号", "地址", "群地址表"],
            Self::Assignments => &["assignment", "分工", "包联", "联系点", "联系", "驻点", "联系分工表"],
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
pub(super) fn folded(heading: &str) -> String {
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
