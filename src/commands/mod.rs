//! The commands: one table, one file per family.
//!
//! To add a command: a function in a file here and a line in [`TABLE`]. Words, permission, place, help and the
//! documentation all come from that line.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::Message;
use crate::domain::permission::{Spot, Where, Who};
use crate::domain::policy::RecordKind;
use crate::error::{Fault, Halt};
use crate::services::Rulebook;
use crate::store::Tx;
use crate::templates::TemplateContext;

mod help;
mod joining;
pub mod parse;
mod questions;
mod records;
mod scores;
mod standing;

pub use help::answer as help_menu;
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
    /// A code; the space is optional.
    Code,
    /// The name of a field first; the space is optional.
    Field,
    /// Free words; the space is optional when said to the bot itself.
    Text,
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
        summary: "记其他工作；能记哪些由制度定",
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
        words: &["撤回", "撤销"],
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

impl Ask<'_> {
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
}
