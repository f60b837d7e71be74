//! The commands: one table, one file per family.
//!
//! To add a command: a function in a file here and a line in [`TABLE`]. Words, permission, place, help and the
//! documentation all come from that line.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;

use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::Message;
use crate::domain::permission::{Spot, Where, Who};
use crate::domain::policy::RecordKind;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::store::{Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::SentPrivately;

mod chain;
mod clubs;
mod contacts;
mod coverage;
mod group_cards;
mod guided;
mod help;
mod joining;
mod open_day;
pub mod parse;
mod problems;
mod questions;
mod records;
mod requests;
mod review;
mod scores;
mod standing;
mod voice;

pub use contacts::is_perhaps_talk;
mod switches;

pub use chain::{lines as chain_lines, record as record_chain};
pub use guided::answer as answer_guide;
pub use help::answer as help_menu;
pub use open_day::ask_aloud;
pub use questions::{answer_quote, ask_by_mention, withdraw_recalled};

/// What follows a command word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Args {
    /// Nothing; anything behind the word makes it ordinary talk.
    None,
    /// Words after a space or punctuation.
    Separated,
    /// A place and what was done; the space is optional.
    Report,
    /// A number first; the space is optional.
    Digits,
    /// A number and nothing else; without one, in a group, it is ordinary talk.
    Number,
    /// One or two words and a number; without them, in a group, it is ordinary talk.
    NameAndNumber,
    /// Any words after a space, or none.
    Words,
    /// One of these words; the space is optional.
    OneOf(&'static [&'static str]),
    /// A time for which to wait; in a group only when the bot is spoken to.
    Delay,
    /// A code; the space is optional.
    Code,
    /// The name of a field first; the space is optional.
    Field,
    /// A day first, or the word of a kind of record and then a day.
    Day,
    /// Somebody's name, and then a day.
    NamedDay,
    /// A number, and words if need be.
    NumberText,
    /// The number of an entry, and words; the space is optional, and a number that counts something is ordinary talk.
    Entry,
    /// Free words; the space is optional when said to the bot itself.
    Text,
    /// Names of people; the space is optional when said to the bot itself.
    Names,
}

/// A line of the table.
#[derive(Debug)]
pub struct Command {
    /// Its name in metrics and tests.
    pub key: &'static str,
    /// The words that call it, the first one shown. The check-in's come from the policy.
    pub words: &'static [&'static str],
    /// What follows the word.
    pub args: Args,
    /// Who may.
    pub who: Who,
    /// Where.
    pub place: Where,
    /// What follows the word, for the help.
    pub usage: &'static str,
    /// What it does, for the help.
    pub summary: &'static str,
    /// Whether the one-screen menu shows it; `帮助 <词>` tells of every one.
    pub in_menu: bool,
    /// What follows the word in examples.
    pub examples: &'static [&'static str],
    /// The work.
    pub run: Run,
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Command {}

/// A command's function.
pub type Run = for<'a> fn(Ask<'a>) -> BoxFuture<'a, Result<Answer, Halt>>;

/// The key of the check-in, whose words come from the policy.
pub const CHECK_IN: &str = "check_in";

/// The key of every other kind of record; the words come from the policy too.
pub const RECORD: &str = "record";

/// The key of the command that shows one's roster of young people.
pub const MY_YOUTH: &str = "my_youth";

/// THE TABLE.
pub const TABLE: &[Command] = &[
    Command {
        key: CHECK_IN,
        words: &["签到"],
        args: Args::Report,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: " [地点] [内容]",
        summary: "记下今天下基层",
        in_menu: true,
        examples: &[" 东风社区 走访青年12人", " 东风社区"],
        run: |ask| Box::pin(records::report(ask)),
    },
    Command {
        key: RECORD,
        words: &["日志", "反馈", "活动", "办实事"],
        args: Args::Report,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: " <内容>",
        summary: "记其他工作",
        in_menu: true,
        examples: &["\n走访：样例社区三户\n问题：路灯不亮", " 路灯坏了三个月没人修"],
        run: |ask| Box::pin(records::report(ask)),
    },
    Command {
        key: "me",
        words: &["我的", "我的进度", "我的任务"],
        args: Args::None,
        who: Who::Member,
        place: Where::AmongCadres,
        usage: "",
        summary: "看自己本周、本月做了多少",
        in_menu: true,
        examples: &[""],
        run: |ask| Box::pin(standing::mine(ask, false)),
    },
    Command {
        key: "all_mine",
        words: &["我的全部", "全部任务"],
        args: Args::None,
        who: Who::Member,
        place: Where::AmongCadres,
        usage: "",
        summary: "看自己的全部任务",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(standing::mine(ask, true)),
    },
    Command {
        key: "withdraw",
        words: &["撤回", "撤销", "撤消"],
        args: Args::None,
        who: Who::Anyone,
        place: Where::OurChats,
        usage: "",
        summary: "撤回自己刚才记的或刚才问的",
        in_menu: true,
        examples: &[""],
        run: |ask| Box::pin(records::withdraw(ask)),
    },
    Command {
        key: "change",
        words: &["改", "更正", "修改"],
        args: Args::Field,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: " 地点|内容|人数 新的写法",
        summary: "更正自己刚才记的",
        in_menu: true,
        examples: &[" 地点 城西社区", " 人数 12"],
        run: |ask| Box::pin(records::change(ask)),
    },
    Command {
        key: "add_youth",
        words: &["加青年", "添加青年", "新增青年"],
        args: Args::Names,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: " <名字> [领域] [年龄段]",
        summary: "把青年加进自己的名册；可以用化名",
        in_menu: false,
        examples: &[" 小王 学校 18-25", " 小王、小李 企业"],
        run: |ask| Box::pin(contacts::add(ask)),
    },
    Command {
        key: "end_youth",
        words: &["删青年", "删除青年", "移出青年"],
        args: Args::Names,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: " <名字>",
        summary: "把青年移出自己的名册；联系过的照样算",
        in_menu: false,
        examples: &[" 小王"],
        run: |ask| Box::pin(contacts::end(ask)),
    },
    Command {
        key: MY_YOUTH,
        words: &["我的青年", "青年名册"],
        args: Args::None,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: "",
        summary: "看自己的青年名册：联系过多少、谁久没联系（只私聊给您）",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(contacts::mine(ask)),
    },
    Command {
        key: "make_up",
        words: &["补签", "补记", "补报"],
        args: Args::Day,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: " <哪天> [地点] [内容] [原因：…]",
        summary: "补记前几天的；要人同意时，同意了才算",
        in_menu: false,
        examples: &[" 昨天 东风社区 走访5人 原因：手机没电", " 日志 11月18日 走访三户"],
        run: |ask| Box::pin(requests::make_up(ask)),
    },
    Command {
        key: "leave",
        words: &["请假"],
        args: Args::Day,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: " <哪天> <原因>",
        summary: "请假，那几天不作要求",
        in_menu: false,
        examples: &[" 明天到周五 回老家", " 11月23日上午 看病"],
        run: |ask| Box::pin(requests::leave(ask)),
    },
    Command {
        key: "end_leave",
        words: &["销假"],
        args: Args::None,
        who: Who::Cadre,
        place: Where::AmongCadres,
        usage: "",
        summary: "提前回来，或者不请了",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(requests::end_leave(ask)),
    },
    Command {
        key: "requests",
        words: &["待批"],
        args: Args::None,
        who: Who::Approver,
        place: Where::AmongCadres,
        usage: "",
        summary: "看等您同意的补签和请假",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(requests::waiting(ask)),
    },
    Command {
        key: "grant",
        words: &["同意"],
        args: Args::Number,
        who: Who::Approver,
        place: Where::AmongCadres,
        usage: " <编号>",
        summary: "同意一个补签或请假",
        in_menu: false,
        examples: &[" 12"],
        run: |ask| Box::pin(requests::decide(ask, true)),
    },
    Command {
        key: "decline",
        words: &["不同意", "驳回"],
        args: Args::NumberText,
        who: Who::Approver,
        place: Where::AmongCadres,
        usage: " <编号> [原因]",
        summary: "不同意一个补签或请假",
        in_menu: false,
        examples: &[" 12 这周人手不够"],
        run: |ask| Box::pin(requests::decide(ask, false)),
    },
    Command {
        key: "enter",
        words: &["代签"],
        args: Args::NamedDay,
        who: Who::Secretary,
        place: Where::AmongCadres,
        usage: " <姓名> <哪天> [地点] [内容] 原因：…",
        summary: "替别人记一条，本人会收到通知",
        in_menu: false,
        examples: &[" 钱样例 昨天 东风社区 走访 原因：手机坏了"],
        run: |ask| Box::pin(requests::enter(ask)),
    },
    Command {
        key: "enter_leave",
        words: &["代请假"],
        args: Args::NamedDay,
        who: Who::Secretary,
        place: Where::AmongCadres,
        usage: " <姓名> <哪天> <原因>",
        summary: "替别人请假，本人会收到通知",
        in_menu: false,
        examples: &[" 钱样例 明天 住院"],
        run: |ask| Box::pin(requests::enter_leave(ask)),
    },
    Command {
        key: "flags",
        words: &["待核"],
        args: Args::None,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: "",
        summary: "看需要人看一眼的记录（只私聊给您）",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(review::unseen(ask)),
    },
    Command {
        key: "see_flag",
        words: &["已核"],
        args: Args::NumberText,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: " <编号> [意见]",
        summary: "看过了一条待核的记录",
        in_menu: false,
        examples: &[" 7 是合影，没有问题"],
        run: |ask| Box::pin(review::see(ask)),
    },
    Command {
        key: "ask",
        words: &["提问", "我要提问", "我想问"],
        args: Args::Text,
        who: Who::Anyone,
        place: Where::OurChats,
        usage: " <问题>",
        summary: "向团组织提问，按时答复",
        in_menu: true,
        examples: &[" 团组织关系怎么转？", " 返乡创业贷款找谁？"],
        run: |ask| Box::pin(questions::ask(ask)),
    },
    Command {
        key: "pending",
        words: &["待答", "待答复"],
        args: Args::None,
        who: Who::Answerer,
        place: Where::AmongCadres,
        usage: "",
        summary: "看还没答复的问题",
        in_menu: true,
        examples: &[""],
        run: |ask| Box::pin(questions::pending(ask)),
    },
    Command {
        key: "answer",
        words: &["回复", "答复", "回答"],
        args: Args::Digits,
        who: Who::Answerer,
        place: Where::OurChats,
        usage: " <编号> <内容>",
        summary: "答复问题；也可以引用问题直接写",
        in_menu: true,
        examples: &[" 12 在系统里发起转接，两地团委审核即可。"],
        run: |ask| Box::pin(questions::answer(ask)),
    },
    Command {
        key: "invite",
        words: &["邀请", "邀请专家"],
        args: Args::NameAndNumber,
        who: Who::Secretary,
        place: Where::AmongCadres,
        usage: " <专家> [单位] <编号>",
        summary: "请一位专家答复一个问题",
        in_menu: false,
        examples: &[" 钱样例 12"],
        run: |ask| Box::pin(voice::invite(ask)),
    },
    Command {
        key: "like",
        words: &["点赞", "赞"],
        args: Args::Number,
        who: Who::Anyone,
        place: Where::OurChats,
        usage: " <编号>",
        summary: "给群里的一个问题点赞",
        in_menu: false,
        examples: &[" 12"],
        run: |ask| Box::pin(voice::like(ask)),
    },
    Command {
        key: "voice",
        words: &["青年之声"],
        args: Args::None,
        who: Who::Anyone,
        place: Where::OurChats,
        usage: "",
        summary: "看问了多少、答了多少、多少个赞",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(voice::figures(ask)),
    },
    Command {
        key: "begin_open_day",
        words: &["开放日 开始", "开放日开始", "开始开放日"],
        args: Args::Words,
        who: Who::Secretary,
        place: Where::YouthGroups,
        usage: " [主题] [多久]",
        summary: "在青年群里开一场线上开放日",
        in_menu: false,
        examples: &[" 返乡创业 2小时", ""],
        run: |ask| Box::pin(open_day::begin(ask)),
    },
    Command {
        key: "end_open_day",
        words: &["开放日 结束", "开放日结束", "结束开放日"],
        args: Args::None,
        who: Who::Secretary,
        place: Where::YouthGroups,
        usage: "",
        summary: "结束开放日，发回顾",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(open_day::end(ask)),
    },
    Command {
        key: "clubs",
        words: &["社团", "微社团"],
        args: Args::None,
        who: Who::Anyone,
        place: Where::YouthGroups,
        usage: "",
        summary: "看这个群的微社团",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(clubs::list(ask)),
    },
    Command {
        key: "found_club",
        words: &["发起社团", "发起微社团"],
        args: Args::Words,
        who: Who::Anyone,
        place: Where::YouthGroups,
        usage: " <名称> [时间地点]",
        summary: "发起一个微社团",
        in_menu: false,
        examples: &[" 瑜伽 每周三晚在青年之家"],
        run: |ask| Box::pin(clubs::found(ask)),
    },
    Command {
        key: "join_club",
        words: &["参加", "参加社团"],
        args: Args::Number,
        who: Who::Anyone,
        place: Where::YouthGroups,
        usage: " <编号>",
        summary: "参加一个微社团",
        in_menu: false,
        examples: &[" 3"],
        run: |ask| Box::pin(clubs::join(ask)),
    },
    Command {
        key: "leave_club",
        words: &["退出", "退出社团"],
        args: Args::Number,
        who: Who::Anyone,
        place: Where::YouthGroups,
        usage: " <编号>",
        summary: "退出一个微社团",
        in_menu: false,
        examples: &[" 3"],
        run: |ask| Box::pin(clubs::leave(ask)),
    },
    Command {
        key: "vote_club",
        words: &["投票"],
        args: Args::Number,
        who: Who::Anyone,
        place: Where::YouthGroups,
        usage: " <编号>",
        summary: "给一个微社团投票，一人一票，可以改投",
        in_menu: false,
        examples: &[" 3"],
        run: |ask| Box::pin(clubs::vote(ask)),
    },
    Command {
        key: "close_club",
        words: &["关闭社团"],
        args: Args::Number,
        who: Who::Secretary,
        place: Where::YouthGroups,
        usage: " <编号>",
        summary: "关闭一个微社团",
        in_menu: false,
        examples: &[" 3"],
        run: |ask| Box::pin(clubs::close(ask)),
    },
    Command {
        key: "problems",
        words: &["问题清单", "待办问题"],
        args: Args::None,
        who: Who::Member,
        place: Where::AmongCadres,
        usage: "",
        summary: "看还没办结的问题；书记和督导看本单位和下级的，别人看自己反映的",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(problems::list(ask)),
    },
    Command {
        key: "settle_problem",
        words: &["办结"],
        args: Args::Entry,
        who: Who::Answerer,
        place: Where::AmongCadres,
        usage: " <编号> <结果>",
        summary: "办结问题清单里的一条，结果会告诉反映的同志",
        in_menu: false,
        examples: &[" 12 路灯已修好"],
        run: |ask| Box::pin(problems::settle(ask)),
    },
    Command {
        key: "pass_problem",
        words: &["上报"],
        args: Args::Entry,
        who: Who::Answerer,
        place: Where::AmongCadres,
        usage: " <编号> [说明]",
        summary: "把问题清单里的一条交给上级",
        in_menu: false,
        examples: &[" 12 需要县里协调"],
        run: |ask| Box::pin(problems::pass_up(ask)),
    },
    Command {
        key: "weekly",
        words: &["周报", "周调度"],
        args: Args::None,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: "",
        summary: "看本单位和下级本周的情况",
        in_menu: true,
        examples: &[""],
        run: |ask| Box::pin(standing::digest(ask)),
    },
    Command {
        key: "progress",
        words: &["进度"],
        args: Args::Separated,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: " [单位]",
        summary: "看本单位或下级单位各项任务完成了多少",
        in_menu: true,
        examples: &["", " 样例一镇"],
        run: |ask| Box::pin(standing::progress(ask)),
    },
    Command {
        key: "missing",
        words: &["谁还没", "未报到", "未签到", "谁没签到", "谁没"],
        args: Args::Text,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: " [任务]",
        summary: "看谁还没完成（只私聊给您）",
        in_menu: true,
        examples: &["", " 签到"],
        run: |ask| Box::pin(standing::missing(ask)),
    },
    Command {
        key: "coverage",
        words: &["青情地图"],
        args: Args::Words,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: " [单位]",
        summary: "看哪些单位有人联系、哪些没有",
        in_menu: false,
        examples: &["", " 样例一镇"],
        run: |ask| Box::pin(coverage::map(ask)),
    },
    Command {
        key: "leads",
        words: &["引领点"],
        args: Args::None,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: "",
        summary: "看谁还没有引领点、哪些单位没人引领（只私聊给您）",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(coverage::without_lead(ask)),
    },
    Command {
        key: "group_cards",
        words: &["名片", "群名片"],
        args: Args::None,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: "",
        summary: "看谁的群名片不合规定（只私聊给您）",
        in_menu: false,
        examples: &[""],
        run: |ask| Box::pin(group_cards::list(ask)),
    },
    Command {
        key: "snooze",
        words: &["推迟", "稍后提醒"],
        args: Args::Delay,
        who: Who::Member,
        place: Where::AmongCadres,
        usage: " <2小时|30分钟|明天>",
        summary: "先不提醒我，到时候再提醒一次还没做的",
        in_menu: false,
        examples: &[" 2小时", " 明天"],
        run: |ask| Box::pin(switches::snooze(ask)),
    },
    Command {
        key: "switch_reminders",
        words: &["提醒"],
        args: Args::OneOf(switches::ON_OFF),
        who: Who::Overseer,
        place: Where::Groups,
        usage: " 开|关",
        summary: "本群要不要我主动发提醒（书记）",
        in_menu: false,
        examples: &[" 关", " 开"],
        run: |ask| Box::pin(switches::reminders(ask)),
    },
    Command {
        key: "switch_receipts",
        words: &["回执"],
        args: Args::OneOf(switches::RECEIPTS),
        who: Who::Overseer,
        place: Where::Groups,
        usage: " 完整|简短|私聊",
        summary: "记录以后我在群里说多少（书记）",
        in_menu: false,
        examples: &[" 简短", " 私聊"],
        run: |ask| Box::pin(switches::receipts(ask)),
    },
    Command {
        key: "switch_list",
        words: &["名单"],
        args: Args::OneOf(switches::OPEN_CLOSED),
        who: Who::Overseer,
        place: Where::Groups,
        usage: " 公开|不公开",
        summary: "本群的通报要不要点名（书记）",
        in_menu: false,
        examples: &[" 不公开", " 公开"],
        run: |ask| Box::pin(switches::list(ask)),
    },
    Command {
        key: "score",
        words: &["考核", "我的考核", "考核得分"],
        args: Args::Separated,
        who: Who::Member,
        place: Where::AmongCadres,
        usage: " [上期] [单位|姓名]",
        summary: "看考核得分；书记和督导可以看单位、下级和干部的",
        in_menu: false,
        examples: &["", " 上月"],
        run: |ask| Box::pin(scores::cards(ask)),
    },
    Command {
        key: "score_behind",
        words: &["考核明细", "得分明细"],
        args: Args::Separated,
        who: Who::Member,
        place: Where::AmongCadres,
        usage: " [上期] <指标> [单位|姓名]",
        summary: "看一项得分的依据（只私聊给您）",
        in_menu: false,
        examples: &[" 参学率", " 上月 参学率"],
        run: |ask| Box::pin(scores::behind(ask)),
    },
    Command {
        key: "appeal",
        words: &["申诉"],
        args: Args::Separated,
        who: Who::Member,
        place: Where::AmongCadres,
        usage: " [上期] <指标> <说明>",
        summary: "对一项得分有异议，请上级处理",
        in_menu: false,
        examples: &[" 参学率 11月3日的数据有误", " 上月 参学率 数据有误"],
        run: |ask| Box::pin(scores::appeal(ask)),
    },
    Command {
        key: "decide_appeal",
        words: &["申诉处理", "处理申诉"],
        args: Args::Digits,
        who: Who::Overseer,
        place: Where::AmongCadres,
        usage: " <编号> 维持|改为 N分 <理由>",
        summary: "处理下级的申诉",
        in_menu: false,
        examples: &[" 3 维持 数据已核对", " 3 改为 8分 已核实"],
        run: |ask| Box::pin(scores::decide(ask)),
    },
    Command {
        key: "bind_person",
        words: &["绑定"],
        args: Args::Code,
        who: Who::Anyone,
        place: Where::Anywhere,
        usage: " <绑定码>",
        summary: "让我认识您",
        in_menu: true,
        examples: &[" ABCDEFGH23"],
        run: |ask| Box::pin(joining::bind_person(ask)),
    },
    Command {
        key: "bind_chat",
        words: &["绑定本群"],
        args: Args::Code,
        who: Who::Anyone,
        place: Where::Groups,
        usage: " <绑定码>",
        summary: "把这个群绑定到团组织",
        in_menu: true,
        examples: &[" ABCDEFGH23"],
        run: |ask| Box::pin(joining::bind_chat(ask)),
    },
    Command {
        key: "help",
        words: &["帮助", "使用说明", "help"],
        args: Args::Separated,
        who: Who::Anyone,
        place: Where::Anywhere,
        usage: " [命令]",
        summary: "看能做什么、怎么做",
        in_menu: true,
        examples: &["", " 提问"],
        run: help::help,
    },
];

/// The words that a policy cannot use for its records: those of every command whose words are not the policy's own.
pub fn reserved_words() -> Vec<&'static str> {
    let of_table = TABLE.iter().filter(|command| !matches!(command.key, CHECK_IN | RECORD));
    of_table.flat_map(|command| command.words.iter().copied()).collect()
}

/// Everything a command works with.
pub struct Ask<'a> {
    /// The transaction; nothing else may be awaited.
    pub tx: &'a mut Tx,
    /// Policy, calendar, words.
    pub rules: &'a Rulebook,
    /// The event.
    pub event: &'a InboundEvent,
    /// Who speaks, where we know them.
    pub speaker: Option<&'a Person>,
    /// Which of our chats it was said in.
    pub chat: Option<&'a Chat>,
    /// Where it was said, as far as permission is concerned.
    pub spot: Spot,
    /// The kind of record whose word was typed, where it was one.
    pub kind: Option<&'a RecordKind>,
    /// What follows the command word, as typed.
    pub rest: &'a str,
}

impl<'a> Ask<'a> {
    /// Renders a message for the platform of the event.
    ///
    /// # Errors
    /// [`Fault::Template`].
    pub fn render<C: TemplateContext>(&self, context: &C) -> Result<Message, Fault> {
        self.rules.templates.render(context, &self.event.platform)
    }

    /// An answer with nothing to undo.
    ///
    /// # Errors
    /// [`Fault::Template`].
    pub fn say<C: TemplateContext>(&self, context: &C) -> Result<Answer, Halt> {
        Ok(Answer { reply: Some(self.render(context)?), made: None })
    }

    /// A refusal.
    ///
    /// # Errors
    /// Always: the refusal, or a fault in rendering it.
    pub fn refuse<C: TemplateContext, T>(&self, context: &C) -> Result<T, Halt> {
        Err(self.rules.templates.refuse(context, &self.event.platform)?.into())
    }

    /// An answer that only the speaker reads, wherever they asked.
    ///
    /// # Errors
    /// [`Fault::Template`]; the database's.
    pub async fn say_privately<C: TemplateContext>(self, context: &C) -> Result<Answer, Halt> {
        if self.event.place.is_private() {
            return self.say(context);
        }
        let (person, at) = (self.person()?.id, self.event.sent_at);
        let terms = Terms { question: None, not_before: at, valid_until: at + TimeDelta::days(1) };
        enqueue(self.tx, Target::Person(person), context, terms).await?;
        self.say(&SentPrivately {})
    }

    /// The group of ours that it was said in, where the table has made sure that it was.
    ///
    /// # Errors
    /// A fault where it was not.
    pub fn group(&self) -> Result<&'a Chat, Fault> {
        self.chat.ok_or(Fault::Corrupt("group"))
    }

    /// The speaker, where the table has made sure that there is one.
    ///
    /// # Errors
    /// A refusal that says how to be known.
    pub fn person(&self) -> Result<&Person, Halt> {
        match self.speaker {
            Some(person) => Ok(person),
            None => self.refuse(&crate::templates::contexts::NotKnown { word: "这件事".to_owned() }),
        }
    }
}

/// What a command says and what it made.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The reply, if any.
    pub reply: Option<Message>,
    /// What it made, such as `record:123`, so that recalling the message can undo it.
    pub made: Option<String>,
}

/// The commands for this person in this place, for the help.
pub fn available(speaker: Option<&Person>, spot: Spot) -> impl Iterator<Item = &'static Command> {
    let speaker = speaker.cloned().map(Arc::new);
    TABLE.iter().filter(move |command| {
        // somebody who is known, or a group that is tied, need not be told how to bind
        let needless = match command.key {
            "bind_person" => speaker.is_some(),
            "bind_chat" => spot != Spot::StrangeGroup,
            _ => false,
        };
        !needless && command.who.includes(speaker.as_deref()) && command.place.includes(spot)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_in_the_normal_form_they_are_compared_with() {
        for word in TABLE.iter().flat_map(|command| command.words) {
            assert_eq!(&crate::domain::text::normal(word), word);
        }
    }

    #[test]
    fn every_command_stands_in_the_documentation() {
        let documented = include_str!("../../docs/commands.md");
        for command in TABLE {
            let word = command.words.first().unwrap();
            let is_there = documented.contains(&format!("`{word}`")) || documented.contains(&format!("`{word} "));
            assert!(is_there, "docs/commands.md does not tell of {word}");
        }
    }

    #[test]
    fn no_two_commands_share_a_word_or_a_key() {
        let mut words: Vec<&str> = TABLE.iter().flat_map(|command| command.words.iter().copied()).collect();
        let mut keys: Vec<&str> = TABLE.iter().map(|command| command.key).collect();
        let (all_words, all_keys) = (words.len(), keys.len());
        words.sort_unstable();
        words.dedup();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!((words.len(), keys.len()), (all_words, all_keys));
    }

    /// The table's words win over the policy's, so such a word would never make a record.
    #[test]
    fn no_word_of_a_preset_is_a_command() {
        use crate::domain::policy::{PRESETS, Policy};
        let taken = reserved_words();
        for (name, _) in PRESETS {
            let policy = Policy::preset(name).unwrap();
            let words: Vec<&String> = policy.kinds.iter().flat_map(|kind| &kind.words).collect();
            let both: Vec<_> = words.iter().filter(|word| taken.contains(&word.as_str())).collect();
            assert!(both.is_empty(), "{name}: {both:?}");
        }
    }
}
