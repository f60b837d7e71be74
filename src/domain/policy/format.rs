//! The format of a policy file as data: every key, what it says and what may stand there.
//!
//! What is wrong in a file ([`super::reading`]) and the schema for editors ([`super::schema`]) both come from here. A test
//! holds it against what is really read.

use super::topics::Answerers;
use crate::domain::people::{AssignmentKind, CadreKind, ContactMode, Level, Role, UnitKind};

/// What may stand behind a key.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// Words.
    Text,
    /// The key of a thing: small letters, digits, `_`.
    Code,
    /// `08:30`.
    Time,
    /// Working hours: a list of stretches such as `09:00-12:00`.
    Hours,
    /// A time expression of five fields.
    Cron,
    /// `true` or `false`.
    Switch,
    /// A whole number from so much.
    Whole(u32),
    /// A number.
    Number,
    /// One of these codes.
    OneOf(fn() -> Vec<Choice>),
    /// A list in square brackets.
    List(&'static Self),
    /// One table.
    Table(&'static Form),
    /// Tables with a heading in double brackets, or a list of tables in braces.
    Tables(&'static Form),
}

/// A code and what it says.
pub(super) type Choice = (&'static str, &'static str);

/// The form of a table.
pub(super) struct Form {
    /// Its keys.
    pub(super) keys: &'static [Entry],
}

/// A key of a table.
pub(super) struct Entry {
    /// As it is written.
    pub(super) key: &'static str,
    /// What may stand behind it.
    pub(super) shape: Shape,
    /// Whether it must be there.
    pub(super) need: Need,
    /// What it says, for people.
    pub(super) about: &'static str,
}

/// Whether a key must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Must,
    May,
}

use Need::{May, Must};
use Shape::{Code, Cron, Hours, List, Number, OneOf, Switch, Table, Tables, Text, Time, Whole};

const fn entry(key: &'static str, shape: Shape, need: Need, about: &'static str) -> Entry {
    Entry { key, shape, need, about }
}

impl Form {
    /// A key of it.
    pub(super) fn find(&self, key: &str) -> Option<&'static Entry> {
        self.keys.iter().find(|entry| entry.key == key)
    }
}

macro_rules! choices_of {
    ($name:ident, $kind:ident) => {
        fn $name() -> Vec<Choice> {
            $kind::ALL.iter().map(|one| (one.code(), one.title())).collect()
        }
    };
}

choices_of!(cadres, CadreKind);
choices_of!(units, UnitKind);
choices_of!(levels, Level);
choices_of!(ties, AssignmentKind);
choices_of!(roles, Role);
choices_of!(modes, ContactMode);
choices_of!(answerers, Answerers);

fn periods() -> Vec<Choice> {
    vec![
        ("week", "每周"),
        ("month", "每月"),
        ("quarter", "每季度"),
        ("half_year", "每半年"),
        ("year", "每年"),
        ("segment", "驻点一期"),
        ("standing", "经常"),
    ]
}

fn card_periods() -> Vec<Choice> {
    periods().into_iter().filter(|(code, _)| !matches!(*code, "segment" | "standing")).collect()
}

fn parts_of_period() -> Vec<Choice> {
    vec![("in_proportion", "按比例"), ("whole", "照样"), ("nothing", "不作要求")]
}

fn measures() -> Vec<Choice> {
    vec![
        ("records", "几条记录"),
        ("stays", "几趟"),
        ("days", "几天"),
        ("workdays", "几个工作日"),
        ("quantity", "数量之和"),
        ("young_people", "名单上的几个人"),
        ("fields", "几个领域"),
        ("assigned_units", "到过几个联系点"),
        ("assigned", "有几个联系点"),
        ("roster", "名单上有几个人"),
        ("period_workdays", "期内在岗的工作日"),
    ]
}

fn days_off() -> Vec<Choice> {
    vec![
        ("keep", "照常"),
        ("skip", "不办"),
        ("next", "顺延"),
        ("next_workday", "顺延到下一个工作日"),
        ("previous", "提前"),
    ]
}

fn field_names() -> Vec<Choice> {
    vec![("place", "地点"), ("content", "内容"), ("quantity", "数量")]
}

fn lists() -> Vec<Choice> {
    vec![("problems", "问题清单")]
}

fn abouts() -> Vec<Choice> {
    vec![("deed", "一件事"), ("youth", "名单上的青年")]
}

/// The whole file.
pub(super) static POLICY: Form = Form {
    keys: &[
        entry("title", Text, Must, "名称"),
        entry("source", Text, May, "依据哪份文件"),
        entry("left_open", List(&Text), May, "文件没有写明、留给委员会定的，一条一句"),
        entry("strict", Switch, May, "名单和排名是否公开、请假是否从严；不写是 false"),
        entry("day_starts_at", Time, Must, "一天从几点算起"),
        entry("card_format", Text, May, "群名片的写法，要有 {姓名}"),
        entry("open_hours", Table(&OPEN_HOURS), Must, "主动消息在什么时间发"),
        entry("records", Table(&RECORDS), Must, "记录的限度"),
        entry("questions", Table(&QUESTIONS), Must, "青年之声"),
        entry("topic", Tables(&TOPIC), May, "青年之声的话题：改内置的，或者新添"),
        entry("words", Table(&WORDS), May, "伤人的话、要马上有人的话：加在内置的词表上"),
        entry("schedule", Table(&SCHEDULE), Must, "什么时候提醒、通报"),
        entry("record", Tables(&RECORD), Must, "记录的种类"),
        entry("duty", Tables(&DUTY), May, "任务"),
        entry("card", Tables(&CARD), May, "考核表"),
    ],
};

static OPEN_HOURS: Form = Form {
    keys: &[
        entry("from", Time, Must, "从几点"),
        entry("until", Time, Must, "到几点"),
        entry("workdays_only", Switch, Must, "放假的日子是否不发"),
    ],
};

static RECORDS: Form = Form {
    keys: &[
        entry("correct_within_hours", Whole(0), Must, "多少小时内可以自己撤回、更正"),
        entry("make_up_within_days", Whole(0), Must, "几天以内可以补记；0 是不许补记"),
        entry("make_up_per_month", Whole(0), Must, "一个月最多补记几次"),
        entry("make_up_needs_approval", Switch, Must, "补记是否要人同意"),
        entry("leave_needs_approval", Switch, Must, "请假是否要人同意"),
        entry("many_days", Whole(0), Must, "一次补记几天以上，请人看一看"),
    ],
};

static QUESTIONS: Form = Form {
    keys: &[
        entry("hours", Hours, Must, "答复的人几点到几点上班"),
        entry("class", Tables(&CLASS), May, "期限类别：改内置的，或者新添"),
        entry("warn_at", List(&Whole(1)), May, "用掉百分之几的时间就提醒；不写是 [50, 80, 100]"),
        entry("extend_at_most_times", Whole(0), May, "一个问题最多延期几次；不写是 1"),
        entry("extend_at_most_hours", Whole(1), May, "一次最多延几个工作小时；不写是 13"),
        entry("silent_after_percent", Whole(0), May, "用掉百分之几的时间还没有动静就收回重派；0 是不收回，不写是 50"),
        entry("rate_remind_after_hours", Whole(0), May, "答复多少小时后没有评价就再请一次；0 是不请，不写是 24"),
        entry("close_unrated_after_days", Whole(1), May, "答复几天后没有评价就关闭；不写是 7"),
    ],
};

static CLASS: Form = Form {
    keys: &[
        entry("key", Code, Must, "英文代号；内置的有 normal、urgent、soon、complex"),
        entry("title", Text, Must, "名称"),
        entry("within_hours", Whole(1), Must, "几个工作小时内答复"),
    ],
};

static TOPIC: Form = Form {
    keys: &[
        entry("key", Code, Must, "英文代号，有了问题以后不要再改"),
        entry("title", Text, May, "名称；新添的要写"),
        entry("words", List(&Text), May, "加哪些词"),
        entry("without", List(&Text), May, "不要哪些内置的词"),
        entry("class", Code, May, "期限类别；不写是 normal"),
        entry("answerers", OneOf(answerers), May, "先请谁答；不写是 everybody"),
    ],
};

static WORDS: Form = Form {
    keys: &[
        entry("hurtful", List(&Text), May, "伤人的话：先留着，由人看"),
        entry("allowed", List(&Text), May, "像而不是的：里面的词不算"),
        entry("self_harm", List(&Text), May, "想伤害自己的话：马上有人"),
        entry("abuse", List(&Text), May, "有人伤害他的话：马上有人"),
        entry("hotlines", List(&Text), May, "急时马上告诉提问人的电话；不写是 12355 和 110"),
    ],
};

static SCHEDULE: Form = Form {
    keys: &[
        entry("weekly_field_day_plan", Table(&RULE), Must, "每周安排"),
        entry("duty_reminders", Table(&RULE), Must, "任务提醒"),
        entry("snoozed_reminders", Table(&RULE), May, "推迟以后再提醒"),
        entry("unanswered_questions", Table(&RULE), Must, "待答提醒"),
        entry("weekly_digest", Table(&RULE), Must, "周调度"),
        entry("monthly_bulletin", Table(&RULE), May, "月通报"),
        entry("hot_topic_brief", Table(&RULE), May, "团情分析"),
    ],
};

static RULE: Form = Form {
    keys: &[
        entry("cron", Cron, Must, "分 时 日 月 星期，例如 \"30 17 * * Fri\""),
        entry("on_day_off", OneOf(days_off), May, "遇到放假怎么办；不写是 keep"),
    ],
};

static RECORD: Form = Form {
    keys: &[
        entry("key", Code, Must, "英文代号，有了记录以后不要再改"),
        entry("words", List(&Text), Must, "用哪些词，第一个用在机器人的话里"),
        entry("fields", List(&OneOf(field_names)), May, "词后面写什么；不写是地点、内容、数量"),
        entry("counts", Text, May, "数量数的是什么；不写是人"),
        entry("parts", List(&Text), May, "正文里的小标题"),
        entry("problems_from", List(&Text), May, "哪几段进问题清单"),
        entry("into", OneOf(lists), May, "整条进哪个清单"),
        entry("about", OneOf(abouts), May, "记的是谁；不写是 deed"),
        entry("is_text", Switch, May, "词后面是否全是正文；不写是 false"),
    ],
};

static DUTY: Form = Form {
    keys: &[
        entry("key", Code, Must, "英文代号"),
        entry("title", Text, Must, "名称"),
        entry("clause", Text, May, "出自文件的哪一条"),
        entry("who", Table(&WHO), Must, "谁来做"),
        entry("period", OneOf(periods), Must, "多久算一次"),
        entry("window_days", Whole(1), May, "经常性的任务看最近多少天；不写是 365"),
        entry("of", List(&Code), May, "数哪几种记录"),
        entry("at", OneOf(ties), May, "只数在这种联系点记的"),
        entry("mode", OneOf(modes), May, "只数这样联系的"),
        entry("needs", Tables(&WAY), May, "做多少；写几种做法，够一种就行"),
        entry("item", Tables(&ITEM), May, "清单的条目，条条都要做到"),
        entry("waive_when_workdays_below", Whole(0), May, "期内的工作日少于几天时不作要求；不写是 0"),
        entry("part_period", OneOf(parts_of_period), May, "只有一部分时间在的人怎么算；不写是 in_proportion"),
        entry("remind_days_before", List(&Whole(0)), May, "到期前几天提醒"),
    ],
};

static ITEM: Form = Form {
    keys: &[
        entry("title", Text, Must, "名称"),
        entry("of", List(&Code), May, "数哪几种记录；不写就随任务"),
        entry("at", OneOf(ties), May, "只数在这种联系点记的；不写就随任务"),
        entry("mode", OneOf(modes), May, "只数这样联系的；不写就随任务"),
        entry("needs", Tables(&WAY), Must, "做多少；写几种做法，够一种就行"),
    ],
};

static WHO: Form = Form {
    keys: &[
        entry("cadres", List(&OneOf(cadres)), May, "哪几类干部"),
        entry("units", List(&OneOf(units)), May, "哪几类单位"),
        entry("young_people", Switch, May, "记录里写到的青年"),
        entry("levels", List(&OneOf(levels)), May, "哪几级；不写是各级"),
        entry("tied", OneOf(ties), May, "只算有这种联系点的干部"),
        entry("roles", List(&OneOf(roles)), May, "只算担任这些职责的干部"),
    ],
};

static WAY: Form = Form {
    keys: &[
        entry("records", Whole(1), May, "几条记录"),
        entry("stays", Whole(1), May, "几趟，连着几天算一趟"),
        entry("days", Whole(1), May, "几天"),
        entry("workdays", Whole(1), May, "几个工作日"),
        entry("quantity", Whole(1), May, "数量之和"),
        entry("young_people", Whole(1), May, "名单上的几个人"),
        entry("fields", Whole(1), May, "几个领域"),
        entry("assigned_units", Whole(1), May, "到过几个联系点"),
        entry("assigned", Whole(1), May, "有几个联系点"),
        entry("roster", Whole(1), May, "名单上有几个人"),
        entry("ratio", Table(&RATIO), May, "一样占另一样的百分之几"),
    ],
};

static RATIO: Form = Form {
    keys: &[
        entry("part", OneOf(measures), Must, "哪一样"),
        entry("whole", OneOf(measures), Must, "占哪一样的"),
        entry("percent", Whole(1), Must, "百分之几"),
    ],
};

static CARD: Form = Form {
    keys: &[
        entry("key", Code, Must, "英文代号"),
        entry("title", Text, Must, "名称"),
        entry("for", Table(&CARD_FOR), Must, "考核谁"),
        entry("period", OneOf(card_periods), Must, "多久一次"),
        entry("begins_with", Number, May, "起始分；不写是 0"),
        entry("band", Tables(&BAND), May, "等次，从高到低"),
        entry("indicator", Tables(&INDICATOR), Must, "指标"),
    ],
};

static CARD_FOR: Form = Form {
    keys: &[
        entry("cadres", List(&OneOf(cadres)), May, "哪几类干部"),
        entry("units", List(&OneOf(units)), May, "哪几类单位"),
        entry("levels", List(&OneOf(levels)), May, "哪几级；不写是各级"),
    ],
};

static BAND: Form =
    Form { keys: &[entry("title", Text, Must, "名称"), entry("from", Number, Must, "从多少分起")] };

static INDICATOR: Form = Form {
    keys: &[
        entry("key", Code, May, "英文代号"),
        entry("title", Text, May, "名称"),
        entry("duty", Code, May, "哪项任务"),
        entry("points", Number, May, "最多得几分"),
        entry("in_part", Switch, May, "完成一部分是否得一部分；不写是 false"),
        entry("of", List(&Code), May, "数哪几种记录"),
        entry("count", OneOf(measures), May, "数什么"),
        entry("each", Number, May, "每一个得几分"),
        entry("at_most", Number, May, "最多得（扣）几分"),
        entry("figure", Text, May, "导入的数，写它的列名"),
        entry("below", Number, May, "低于多少就扣分"),
        entry("deduct", Number, May, "一次扣几分"),
        entry("full_at", Number, May, "到多少得满分"),
    ],
};

/// Every form, with a path at which it is read: for the test that holds them against the reader.
#[cfg(test)]
pub(super) fn forms() -> Vec<(&'static str, &'static Form)> {
    fn walk(path: &str, form: &'static Form, all: &mut Vec<(String, &'static Form)>) {
        all.push((path.to_owned(), form));
        for entry in form.keys {
            if let Table(inner) | Tables(inner) = entry.shape {
                let inner_path = if path.is_empty() { entry.key.to_owned() } else { format!("{path}.{}", entry.key) };
                walk(&inner_path, inner, all);
            }
        }
    }
    let mut all = Vec::new();
    walk("", &POLICY, &mut all);
    all.into_iter().map(|(path, form)| (&*path.leak(), form)).collect()
}
