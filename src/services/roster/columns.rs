//! The columns of each sheet: what they hold, every heading under which people write them, and what to write in them.
//!
//! Reading, checking, writing and the template all go by this one description.

use crate::domain::people::{
    AssignmentKind, CadreKind, ChatRole, Direction, Level, Receipts, Role, UnitKind, YouthField,
};

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
    /// A kind of unit, of cadre or of assignment.
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
    /// Somebody's first day.
    Since,
    /// Somebody's last day.
    Until,
    /// Whose obligations somebody takes over.
    SuccessorOf,
    /// How much receipts say in a chat.
    Receipts,
    /// Where a young person belongs.
    Field,
    /// About how old a young person is.
    AgeBand,
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
    /// Other headings, in the form of [`super::sheets::folded`].
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

pub(super) static UNITS: &[ColumnSpec] = &[
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
    column(
        Column::Kind,
        "kind",
        "类别",
        &["单位类别", "单位类型", "类型", "组织类别", "组织类型", "团组织类别"],
        Optional,
        "不是团组织的才要写；留空是「团组织」",
    )
    .of(|| UnitKind::ALL.iter().map(|one| one.title()).collect()),
];

pub(super) static PEOPLE: &[ColumnSpec] = &[
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
            "所在团组织",
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
    column(
        Column::Since,
        "since",
        "到岗日期",
        &["到岗", "到任日期", "到职日期", "任职日期", "到岗时间", "任职时间"],
        Optional,
        "在本单位的第一天，例如 2026-03-01；一直都在的留空",
    ),
    column(
        Column::Until,
        "until",
        "离岗日期",
        &["离岗", "离任日期", "离职日期", "卸任日期", "离岗时间", "离任时间"],
        Optional,
        "在本单位的最后一天；还在的留空",
    ),
    column(
        Column::SuccessorOf,
        "successor_of",
        "接替",
        &["接替谁", "接任", "接任谁", "前任", "predecessor"],
        Optional,
        "接替谁：同一单位的写姓名，别的单位的写「姓名@单位编码」；从到岗日期起接过前任的联系分工，前任的记录不变",
    ),
];

pub(super) static CHATS: &[ColumnSpec] = &[
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
    column(
        Column::Receipts,
        "receipts",
        "回执",
        &["回执方式", "回复", "receipt"],
        Optional,
        "记下以后在群里怎么回：完整、简短，或者只私聊本人；留空是「完整」",
    )
    .of(|| Receipts::ALL.iter().map(|one| one.title()).collect()),
];

pub(super) static ENDPOINTS: &[ColumnSpec] = &[
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

pub(super) static ASSIGNMENTS: &[ColumnSpec] = &[
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

pub(super) static YOUTH: &[ColumnSpec] = &[
    column(
        Column::Person,
        "person",
        "团干部",
        &["团干部姓名", "干部", "干部姓名", "联系人", "联系干部", "联系团干部", "cadre"],
        Required,
        "谁联系：「人员」表里的姓名",
    ),
    column(
        Column::Name,
        "name",
        "姓名或化名",
        &["姓名", "化名", "青年", "青年姓名", "名字", "称呼"],
        Required,
        "青年的姓名，也可以用化名；同一个团干部名下不能重复。不要写电话",
    ),
    column(Column::Field, "field", "领域", &["所属领域", "青年领域", "类别", "行业", "来自"], Optional, "青年来自哪里")
        .of(|| YouthField::ALL.iter().map(|one| one.title()).collect()),
    column(
        Column::AgeBand,
        "age_band",
        "年龄段",
        &["年龄", "年龄区间", "年龄范围", "age"],
        Optional,
        "大概年龄就够了，例如 18-25",
    ),
    column(
        Column::From,
        "from",
        "开始日期",
        &["开始", "起", "起始日期", "开始时间", "自", "start"],
        Optional,
        "从哪天起联系，例如 2026-03-01；没有就留空",
    ),
    column(
        Column::To,
        "to",
        "结束日期",
        &["结束", "止", "终止日期", "截止日期", "结束时间", "至", "end"],
        Optional,
        "联系到哪天；还在联系的留空",
    ),
    column(
        Column::PersonUnit,
        "person_unit",
        "团干部所在单位",
        &["所在单位", "人员所在单位", "干部所在单位", "单位", "单位编码", "unit"],
        Optional,
        "有同名的团干部时才要写：这个团干部自己的单位",
    ),
];
