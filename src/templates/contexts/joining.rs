//! Help, permission, binding people and groups, switches.

use serde::Serialize;

use super::*;

/// A command in the help.
#[derive(Clone, Debug, Serialize)]
pub struct HelpLine {
    /// How it is typed.
    pub usage: String,
    /// What it does.
    pub summary: String,
}

contexts! {
    /// A switch of the group was turned.
    Switched = "receipt/switched" {
        /// The command's word.
        word: String,
        /// What holds now.
        now: String,
        /// What to type for something else.
        back: String,
    } samples vec![Self { word: "提醒".into(), now: "关".into(), back: "开".into() }];
    /// A switch with something else behind it.
    SwitchUsage = "refusal/switch_usage" {
        /// The command's word.
        word: String,
        /// What can follow it.
        choices: String,
    } samples vec![Self { word: "回执".into(), choices: "“完整”“简短”或“私聊”".into() }];
    /// The secretary's authority does not reach the group's unit.
    NotYourGroup = "refusal/not_your_group" {
        /// The group's unit.
        unit: UserText,
    } samples vec![Self { unit: typed("样例一镇团委") }];
    /// A pasted list has too many lines of one's own.
    TooManyLines = "refusal/too_many_lines" {
        /// The most.
        most: usize,
    } samples vec![Self { most: 20 }];
    /// A record that somebody has agreed to is not changed alone.
    AgreedUpon = "refusal/agreed_upon" {} samples vec![Self {}];
    /// What one can type.
    HelpMenu = "help/menu" {
        /// The commands for this person in this place.
        commands: Vec<HelpLine>,
        /// Whether we know who asks.
        known: bool,
        /// A command that was asked for and is none.
        unknown: UserText,
        /// A command to ask for next.
        example: String,
        /// The words of the commands that are used less often.
        others: Vec<String>,
    } samples vec![
        Self { commands: vec![HelpLine { usage: "提问 <问题>".into(), summary: "向团组织提问".into() }], known: false, unknown: typed(""), example: "提问".into(), others: vec![] },
        Self { commands: vec![HelpLine { usage: "签到 [地点] [内容]".into(), summary: "记下今天下基层".into() }], known: true, unknown: typed("吃饭"), example: "签到".into(), others: vec!["补签".into(), "请假".into()] },
    ];
    /// How one command is used.
    HelpCommand = "help/command" {
        /// How it is typed.
        usage: String,
        /// What it does.
        summary: String,
        /// Other words for it.
        also: Vec<String>,
        /// Examples.
        examples: Vec<String>,
    } samples vec![
        Self { usage: "签到 [地点] [内容]".into(), summary: "记下今天下基层".into(), also: vec!["报到".into()], examples: vec!["签到 东风社区 走访青年12人".into()] },
        Self { usage: "撤回".into(), summary: "撤回刚才记的".into(), also: vec![], examples: vec!["撤回".into()] },
    ];
    /// A word that is nearly a command.
    DidYouMean = "help/did_you_mean" {
        /// The command.
        word: String,
    } samples vec![Self { word: "签到".into() }];
    /// An address is tied to a person now.
    BoundPerson = "receipt/bound_person" {
        /// Their name.
        name: UserText,
        /// Their unit.
        unit: UserText,
    } samples vec![Self { name: typed("赵样例"), unit: typed("样例一镇团委") }];
    /// A group is tied to a chat now.
    BoundChat = "receipt/bound_chat" {
        /// The chat's name.
        chat: UserText,
        /// Its unit.
        unit: UserText,
        /// What it is for.
        role: String,
    } samples vec![Self { chat: typed("样例一镇干部群"), unit: typed("样例一镇团委"), role: "干部群".into() }];
    /// The speaker is on no roster.
    NotKnown = "refusal/not_known" {
        /// The command's word.
        word: String,
    } samples vec![Self { word: "签到".into() }];
    /// The group is tied to no unit.
    StrangeGroup = "refusal/strange_group" {} samples vec![Self {}];
    /// The command is not for this person.
    NotAllowed = "refusal/not_allowed" {
        /// The command's word.
        word: String,
        /// For whom it is.
        who: String,
    } samples vec![Self { word: "周报".into(), who: "书记和督导".into() }];
    /// The command is not for this place.
    WrongPlace = "refusal/wrong_place" {
        /// The command's word.
        word: String,
        /// Where it belongs.
        place: String,
    } samples vec![Self { word: "待答".into(), place: "干部群或私聊".into() }];
    /// A code that does not work.
    CodeUnknown = "refusal/code_unknown" {} samples vec![Self {}];
    /// A binding without a code.
    CodeMissing = "refusal/code_missing" {
        /// The command's word.
        word: String,
    } samples vec![Self { word: "绑定".into() }];
    /// A code of the other kind.
    CodeOtherKind = "refusal/code_other_kind" {
        /// What to type instead.
        instead: String,
        /// Whether the code was seen by others and is worth nothing now.
        spoilt: bool,
    } samples vec![Self { instead: "绑定本群".into(), spoilt: false }, Self { instead: "绑定".into(), spoilt: true }];
    /// The address belongs to somebody already.
    AlreadyBound = "refusal/already_bound" {
        /// To whom or what.
        name: UserText,
    } samples vec![Self { name: typed("赵样例") }];
}
