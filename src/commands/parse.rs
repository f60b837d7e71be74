//! From what was typed to a command: read in the normal form, kept as typed.
//!
//! In a group the bot acts only when it is mentioned or when a message *starts* with a command word at a real
//! boundary: 签到处在哪里 is not a check-in. Ordinary talk is never answered and leaves no row.

use chrono::NaiveDate;

use super::polls::is_named_ballot;
use super::{Args, Command, TABLE};
use crate::domain::contact::{is_number_of_people, may_name};
use crate::domain::event::{EventKind, InboundEvent};
use crate::domain::numbered::number_only;
use crate::domain::people::ChatRole;
use crate::domain::permission::Spot;
use crate::domain::place::ends_like_a_place;
use crate::domain::policy::{About, FIELD_DAY, Policy};
use crate::domain::poll::answers::is_ballot;
use crate::domain::poll::form::{looks_like_poll, looks_like_survey};
use crate::domain::problem::filter;
use crate::domain::record::{people_in, says_what_was_done};
use crate::domain::snooze::Delay;
use crate::domain::text::{after_prefix, normal, sound};
use crate::domain::veil::{Wish, wish};
use crate::domain::when::begins_with_day;

/// What a message is to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// A command.
    Command(Call),
    /// Nearly a command.
    Hint(String),
    /// A question put to the bot without a command word.
    Question(String),
    /// A question asked in a youth group without turning to the bot: one for us while an open day runs there.
    Aloud(String),
    /// The wish to ask without a name, and what is asked; nothing where that cannot be told.
    Unnamed(String),
    /// Perhaps an answer: a message that quotes another one.
    Quote,
    /// A list (接龙) that was pasted among cadres.
    Chain,
    /// The bot was spoken to and did not understand.
    Lost,
    /// A message was recalled.
    Recall,
    /// Not for us.
    Nothing,
}

/// A command as it was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which.
    pub command: &'static Command,
    /// The key of the kind of record whose word it was, where it was one.
    pub kind: Option<String>,
    /// What follows the word, as typed.
    pub rest: String,
}

/// Marks that people type before a command.
const LEADING: [char; 6] = ['/', '#', '!', '.', '。', '、'];

/// What may stand between a command word and what follows.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | ',' | '，' | '。' | '-' | '—' | '|' | ';' | '：')
}

/// Words of a question: a message with one of them is not a check-in.
const ASKING: &[&str] = &["哪里", "哪儿", "怎么", "什么", "为什么", "吗", "呢", "几点", "谁", "是否", "多少", "?"];

/// Greetings: the bot answers them with its help, they are not questions for the committee.
const GREETINGS: &[&str] = &[
    "你好",
    "您好",
    "在吗",
    "在么",
    "hi",
    "hello",
    "谢谢",
    "多谢",
    "早上好",
    "晚上好",
    "大家好",
    "收到",
    "好的",
    "嗯",
    "哈",
];

/// What somebody says in private to a receipt or a reminder of ours: it wants no answer, least of all the whole help.
const ACKNOWLEDGEMENTS: &[&str] = &[
    "收到",
    "好的",
    "嗯",
    "嗯嗯",
    "谢谢",
    "谢谢你",
    "谢谢您",
    "多谢",
    "收到,谢谢",
    "收到谢谢",
    "知道了",
    "明白了",
    "辛苦了",
    "ok",
];

/// Recognises a message.
pub fn recognise(event: &InboundEvent, spot: Spot, policy: &Policy) -> Recognised {
    if matches!(event.kind, EventKind::Recall { .. }) {
        return Recognised::Recall;
    }
    let spoken_to = event.addressed || event.place.is_private();
    let typed = event.text.trim_start();
    let text = normal(typed);
    let stripped = text.trim_start_matches(LEADING).trim_start();
    let is_question = ASKING.iter().any(|word| stripped.contains(word));
    let bare = bare(stripped);
    let is_greeting = greets(stripped, is_question);
    if let Some((command, word, rest)) = find_command(stripped, policy, spoken_to) {
        let word_length = stripped.len() - rest.len();
        let prefix = &text[..text.len() - stripped.len() + word_length];
        let after = after_prefix(typed, prefix).unwrap_or_default();
        return Recognised::Command(Call {
            command,
            kind: kind_of(command, word, policy),
            rest: after.trim_start_matches(is_separator).trim_end().to_owned(),
        });
    }
    if spot == Spot::Chat(ChatRole::Cadre) && crate::domain::chain::read(typed).is_some() {
        return Recognised::Chain;
    }
    if event.quote.is_some() && spot != Spot::StrangeGroup {
        // 收到 under a question is no answer to it
        let says_something = !is_greeting && stripped.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
        return if says_something { Recognised::Quote } else { Recognised::Nothing };
    }
    if event.place.is_private() && ACKNOWLEDGEMENTS.contains(&bare) {
        return Recognised::Nothing;
    }
    match wish(stripped).filter(|_| spoken_to) {
        Some(Wish::Asks(asks)) => {
            let before = text.strip_suffix(asks).unwrap_or(&text);
            let asks = after_prefix(typed, before).unwrap_or(asks);
            return Recognised::Unnamed(asks.trim_start_matches(is_separator).trim_end().to_owned());
        }
        // in a group everybody knows who spoke, so only who plainly wants none is told that this is no way
        Some(Wish::Voiced) if event.place.is_private() => return Recognised::Unnamed(String::new()),
        _ => {}
    }
    if let Some(word) = hint(stripped, policy, spoken_to).filter(|_| !is_greeting) {
        return Recognised::Hint(word);
    }
    if !spoken_to {
        let ends_asking = text.ends_with('?') && text.chars().filter(|c| c.is_alphanumeric()).count() >= 4;
        let is_aloud = spot == Spot::Chat(ChatRole::Youth) && ends_asking && !is_greeting;
        return if is_aloud { Recognised::Aloud(typed.trim().to_owned()) } else { Recognised::Nothing };
    }
    let asks = !is_greeting && (is_question || stripped.chars().count() >= 6);
    let asks_here = match spot {
        Spot::Chat(ChatRole::Youth) => asks,
        // in private only what is plainly a question, so that a slip does not become a ticket
        Spot::Private => asks && is_question && stripped.chars().count() >= 4,
        _ => false,
    };
    if asks_here { Recognised::Question(typed.trim().to_owned()) } else { Recognised::Lost }
}

fn bare(text: &str) -> &str {
    text.trim_end_matches(|c: char| !c.is_alphanumeric())
}

/// 在吗 holds a word of a question and is none.
fn greets(text: &str, is_question: bool) -> bool {
    GREETINGS.contains(&bare(text))
        || !is_question && text.chars().count() < 12 && GREETINGS.iter().any(|word| text.starts_with(word))
}

/// Whether a message says anything to whoever asked something: a greeting or a word of thanks does not.
pub fn says_something(typed: &str) -> bool {
    let text = normal(typed.trim());
    let is_question = ASKING.iter().any(|word| text.contains(word));
    !greets(&text, is_question) && text.chars().any(char::is_alphanumeric)
}

/// The words of a command: those of the table, or the policy's for records.
pub fn words<'w>(command: &'w Command, policy: &'w Policy) -> Vec<&'w str> {
    let of = |is_check_in: bool| {
        let kinds = policy.kinds.iter().filter(move |kind| (kind.key == FIELD_DAY) == is_check_in);
        kinds.flat_map(|kind| kind.words.iter().map(String::as_str)).collect()
    };
    match command.key {
        super::CHECK_IN => of(true),
        super::RECORD => of(false),
        _ => command.words.to_vec(),
    }
}

/// The kind of record a word makes.
fn kind_of(command: &Command, word: &str, policy: &Policy) -> Option<String> {
    if !matches!(command.key, super::CHECK_IN | super::RECORD) {
        return None;
    }
    policy.kinds.iter().find(|kind| kind.words.iter().any(|one| one == word)).map(|kind| kind.key.clone())
}

/// The command whose longest word the text begins with at a boundary, that word, and what follows. Where a word of the
/// table is a word of the policy too, the table's wins: a policy cannot take 撤回 away.
fn find_command<'t>(text: &'t str, policy: &Policy, spoken_to: bool) -> Option<(&'static Command, &'t str, &'t str)> {
    let mut best: Option<(&'static Command, &'t str, &'t str)> = None;
    for command in TABLE.iter().filter(|command| command.key != super::RECORD).chain(record_command()) {
        for word in words(command, policy) {
            let Some(rest) = text.strip_prefix(word) else { continue };
            let longer = best.is_none_or(|(_, best, _)| word.len() > best.len());
            if longer && at_boundary(command, word, rest, spoken_to, policy) {
                best = Some((command, text.get(..word.len()).unwrap_or_default(), rest));
            }
        }
    }
    best
}

fn record_command() -> Option<&'static Command> {
    TABLE.iter().find(|command| command.key == super::RECORD)
}

fn at_boundary(command: &Command, word: &str, rest: &str, spoken_to: bool, policy: &Policy) -> bool {
    if rest.chars().all(|c| !c.is_alphanumeric()) {
        return stands_alone(command, word, spoken_to);
    }
    let Some(next) = rest.chars().next() else { return stands_alone(command, word, spoken_to) };
    let separated = is_separator(next);
    let after = rest.trim_start_matches(is_separator);
    match command.args {
        Args::None => false,
        // in a group 帮助 is also just a word
        Args::Separated => separated && (spoken_to || is_word(after, policy)),
        Args::Report if command.key == super::RECORD && is_about_youth(word, policy) => {
            is_contact(after, next, spoken_to)
        }
        Args::Report if command.key == super::RECORD => is_filed(after, next, spoken_to),
        Args::Report => is_report(after, separated),
        Args::Digits => after.starts_with(|c: char| c.is_ascii_digit() || c == '#') || (separated && spoken_to),
        Args::Entry => is_entry_number(after) || (separated && spoken_to),
        Args::OneOf(values) => {
            values.contains(&after.trim_end_matches(|c: char| !c.is_alphanumeric())) || (separated && spoken_to)
        }
        Args::Addressed => spoken_to && separated,
        Args::Delay => spoken_to && (separated || Delay::read(after).is_some()),
        Args::Code => separated || next.is_ascii_alphanumeric(),
        Args::Field => FIELDS.iter().any(|field| after.starts_with(field)) || (separated && spoken_to),
        Args::Words => separated || spoken_to,
        Args::Apart => separated,
        Args::NameAndNumber => separated && (spoken_to || ends_in_number(after)),
        Args::Day => {
            // 补签 东风社区 is meant, and is asked for the day
            let is_place = command.key == "make_up" && ends_like_a_place(first_word(after));
            is_dated(after, policy, spoken_to) || (separated && (spoken_to || is_place))
        }
        Args::NamedDay => {
            let named =
                after.split_once(char::is_whitespace).is_some_and(|(_, rest)| is_dated(rest, policy, spoken_to));
            named || (separated && spoken_to)
        }
        // above all talk: 投票 选谁都行, 投 简历, 问卷 在哪里填
        Args::Poll => {
            is_named_ballot(after) || looks_like_poll(rest) || looks_like_poll(after) || (separated && spoken_to)
        }
        Args::Ballot => is_ballot(after) || (separated && is_named_ballot(after)),
        Args::Survey => is_numbered(after, false) || looks_like_survey(rest) || (separated && spoken_to),
        Args::Number => is_numbered(after, spoken_to) || (separated && spoken_to),
        // 合并2到1, 转给吴样例 3: said to the bot alone, not talk
        Args::NumberText => {
            let is_meant = || separated || is_entry_number(after) || ends_in_number(after);
            is_numbered(after, true) || (spoken_to && is_meant())
        }
        Args::Filter => {
            let mut all = after.split(|c: char| !c.is_alphanumeric()).filter(|one| !one.is_empty());
            number_only(after).is_some()
                || all.all(|one| filter::WORDS.contains(&one))
                || (separated && spoken_to && !ASKING.iter().any(|word| after.contains(word)))
        }
        Args::Task => is_numbered(after, true) && is_entry_number(after),
        Args::Attendance => is_code(after) || (separated && spoken_to),
        Args::Told => separated && (spoken_to || !asks_about_it(after)),
        // 匿名的朋友 and 匿名 投票吧 are talk
        Args::Text if is_everyday_word(command, word) => separated && spoken_to,
        // said to the bot itself, the space may be missing
        Args::Text => separated || spoken_to,
        Args::Names => spoken_to || (separated && may_name(first_word(after))),
    }
}

/// Whether a text is one or two words and then a number.
fn ends_in_number(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    matches!(words.as_slice(), [_, number] | [_, _, number] if number_only(number).is_some())
}

/// Whether a text begins with a day, or with the word of a kind of record and then one. In a group a question about it is
/// no command: 补签 昨天的可以吗.
fn is_dated(after: &str, policy: &Policy, spoken_to: bool) -> bool {
    let first = after.split(|c: char| is_separator(c) || c == '；').next().unwrap_or_default();
    if !spoken_to && (ASKING.iter().chain(ANNOUNCING).any(|word| first.contains(word)) || after.ends_with('?')) {
        return false;
    }
    let words = policy.kinds.iter().flat_map(|kind| kind.words.iter());
    let behind_kind = words.filter_map(|word| after.strip_prefix(word.as_str())).min_by_key(|rest| rest.len());
    let behind_kind = behind_kind.map(|rest| rest.trim_start_matches(is_separator));
    // whether it is a day at all does not depend on today
    [Some(after), behind_kind].into_iter().flatten().any(|text| begins_with_day(text, NaiveDate::default()))
}

/// Whether a text is a number, and then nothing, or (where that may be) something apart: 同意12点开会 is talk.
fn is_numbered(after: &str, may_say_more: bool) -> bool {
    let behind = after.trim_start_matches('#').trim_start_matches(|c: char| c.is_ascii_digit());
    let has_number = behind.len() < after.trim_start_matches('#').len();
    let behind = behind.strip_prefix('号').unwrap_or(behind);
    has_number && (behind.chars().all(|c| !c.is_alphanumeric()) || (may_say_more && behind.starts_with(is_separator)))
}

/// Whether a text is a code of four digits, behind the number of an activity if need be.
fn is_code(after: &str) -> bool {
    let words: Vec<&str> =
        after.split_whitespace().map(|word| word.trim_matches(['#', '。', '!', '.', '号'])).collect();
    let all_digits = words.iter().all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()));
    all_digits && matches!(words.as_slice(), [code] | [_, code] if code.len() == 4)
}

/// Whether what follows a word asks about it rather than says something.
fn asks_about_it(after: &str) -> bool {
    let is_short = after.chars().count() < 2 * FILED_FROM;
    after.trim_end().ends_with(['?', '吗', '呢']) || is_short && ASKING.iter().any(|word| after.contains(word))
}

/// Whether this word of a command is so everyday that it is meant only where the bot is spoken to.
fn is_everyday_word(command: &Command, word: &str) -> bool {
    command.key == super::ASK_ANONYMOUSLY && word.chars().count() == 2
}

/// Whether a command's word by itself is the command: not where it is an everyday word that needs something behind it.
fn stands_alone(command: &Command, word: &str, spoken_to: bool) -> bool {
    if command.args == Args::Filter {
        // 清单 is said of any list, 问题清单 of ours
        return spoken_to || word.chars().count() > 2;
    }
    if command.args == Args::Task {
        // 完成 ends a conversation
        return false;
    }
    if is_everyday_word(command, word) {
        return spoken_to;
    }
    spoken_to
        || !matches!(
            command.args,
            Args::Number
                | Args::Poll
                | Args::Ballot
                | Args::Survey
                | Args::NameAndNumber
                | Args::NumberText
                | Args::Entry
                | Args::OneOf(_)
                | Args::Delay
                | Args::Attendance
                | Args::Told
                | Args::Addressed
                | Args::Apart
        )
}

/// What a number counts: 上报 12 份材料 is ordinary talk.
const COUNTED: &[char] =
    &['份', '个', '人', '项', '件', '次', '户', '名', '位', '万', '元', '月', '日', '点', '年', '天', '%'];

/// Whether a text begins with a number that names an entry rather than counts something.
fn is_entry_number(text: &str) -> bool {
    let opened = text.strip_prefix('#').unwrap_or(text);
    let after = opened.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = after.trim_start();
    after.len() < opened.len() && !rest.starts_with(COUNTED)
}

/// What can be corrected.
const FIELDS: [&str; 3] = ["地点", "内容", "人数"];

/// Words of an announcement about checking in, which is no check-in.
const ANNOUNCING: &[&str] = &["通知", "请", "截止", "负责", "大家", "各位", "须知", "记得", "提醒", "统计", "全体"];

/// Whether what follows a check-in word reports a day: with a space it mostly does; without one only what is plainly a
/// place or a deed.
fn is_report(after: &str, separated: bool) -> bool {
    if ASKING.iter().any(|word| after.contains(word)) {
        return false;
    }
    let first = after.split(|c: char| is_separator(c) || c == '；').next().unwrap_or_default();
    if ANNOUNCING.iter().any(|word| first.contains(word)) {
        return false;
    }
    let is_place = ends_like_a_place(first);
    separated || is_place || says_what_was_done(first)
}

/// How long a text must be in a group to be filed under an everyday word such as 活动 or 联系.
const FILED_FROM: usize = 6;

/// Whether what follows the word of another kind of record is filed under it. Those words are everyday words, so in a group
/// the text has to look like a report: behind a colon, about a place, a deed or a number of people, or long.
fn is_filed(after: &str, next: char, spoken_to: bool) -> bool {
    if !is_separator(next) {
        return false;
    }
    // 反馈 怎么用? asks about the word; a report of some length may ask what it likes
    if after.chars().count() < FILED_FROM && ASKING.iter().any(|word| after.contains(word)) {
        return false;
    }
    if spoken_to {
        return true;
    }
    let first = after.split(|c: char| is_separator(c) || c == '；').next().unwrap_or_default();
    if ASKING.iter().chain(ANNOUNCING).any(|word| first.contains(word)) {
        return false;
    }
    matches!(next, ':' | '：')
        || ends_like_a_place(first)
        || says_what_was_done(first)
        || people_in(after).is_some()
        || after.chars().count() >= FILED_FROM
}

fn is_about_youth(word: &str, policy: &Policy) -> bool {
    policy.kinds.iter().any(|kind| kind.about == About::Youth && kind.words.iter().any(|one| one == word))
}

/// Whether what follows a word such as 联系 tells of a contact: what is filed under any other word, and in a group also what
/// may be a name. Whether that name is on the speaker's roster is for the command to find out; it stays silent otherwise.
fn is_contact(after: &str, next: char, spoken_to: bool) -> bool {
    let first = first_word(after);
    let asks = !spoken_to && after.trim_end().ends_with(['?', '吗', '呢', '吧']);
    !asks && (is_number_of_people(first) || is_filed(after, next, spoken_to) || (is_separator(next) && may_name(first)))
}

fn first_word(after: &str) -> &str {
    after.split(|c: char| is_separator(c) || c == '；').next().unwrap_or_default()
}

fn is_word(text: &str, policy: &Policy) -> bool {
    TABLE.iter().any(|command| words(command, policy).contains(&text.trim()))
}

/// Everyday words of ours that are one slip away from a command.
const NEAR_MISSES: &[&str] = &["青年之家", "发起社区", "引领者"];

/// A command word that was probably meant: the same sound, or one slip of the finger.
fn hint(text: &str, policy: &Policy, spoken_to: bool) -> Option<String> {
    let first = text.split(is_separator).next().unwrap_or_default();
    let length = first.chars().count();
    if !(2..=4).contains(&length) {
        return None;
    }
    if NEAR_MISSES.contains(&first) {
        return None;
    }
    let first_sound = sound(first);
    // 都同意 is one slip away from 不同意, and 我请假 from 代请假: who talks so means what they say; 好青年 and 我的青春 are one
    // slip away from the roster's commands, and 开放性 from the open day, and nobody means them
    let is_meant = |command: &&Command| {
        let about_roster = matches!(command.args, Args::Names) || matches!(command.key, super::MY_YOUTH | "open_day");
        let is_everyday = matches!(
            command.args,
            Args::Number
                | Args::NumberText
                | Args::NamedDay
                | Args::Task
                | Args::Attendance
                | Args::Told
                | Args::Addressed
        );
        // 活动时间列表, 心愿墙 and 组织活动 are talk too
        let about_group = matches!(command.key, "activities" | "wishes" | "publish_activity");
        !is_everyday && (spoken_to || !(about_roster || about_group))
    };
    for command in TABLE.iter().filter(is_meant) {
        for word in words(command, policy) {
            let same_length = word.chars().count() == length;
            if !same_length || word == first {
                continue;
            }
            // in a group only what is no everyday word itself (体温 sounds like 提问)
            let sounds_alike =
                sound(word) == first_sound && (spoken_to || length >= 3 || command.key == super::CHECK_IN);
            // in a group only what is sure: everyday words are one slip away from commands (我们, 我的)
            // 在吗 and 在家 are one slip away from 在办: of two characters, a slip is sure only in a word that stands alone
            let is_sure = length >= 3 || (spoken_to && command.args != Args::Entry);
            let one_slip = strsim::osa_distance(word, first) == 1 && is_sure;
            if sounds_alike || one_slip {
                return Some(word.to_owned());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Place, ReplyRoute};

    fn event(text: &str, place: Place, addressed: bool) -> InboundEvent {
        InboundEvent {
            account: "qq".into(),
            platform: "onebot".into(),
            dedupe_key: "1".into(),
            place,
            sender: "1".into(),
            sender_name: None,
            kind: EventKind::Message,
            message_id: None,
            text: text.into(),
            addressed,
            mentions: vec![],
            quote: None,
            attachments: vec![],
            sent_at: chrono::DateTime::UNIX_EPOCH,
            reply: ReplyRoute::Response,
        }
    }

    fn read(text: &str, spot: Spot, addressed: bool) -> String {
        let policy = Policy::preset("basic").unwrap();
        let place = if spot == Spot::Private { Place::Private } else { Place::Group("9".into()) };
        match recognise(&event(text, place, addressed), spot, &policy) {
            Recognised::Command(Call { command, kind, rest }) => match kind.filter(|kind| kind != FIELD_DAY) {
                Some(kind) => format!("{kind}|{rest}"),
                None => format!("{}|{rest}", command.key),
            },
            Recognised::Hint(word) => format!("?{word}"),
            Recognised::Question(text) => format!("question|{text}"),
            Recognised::Aloud(text) => format!("aloud|{text}"),
            other => format!("{other:?}"),
        }
    }

    const CADRES: Spot = Spot::Chat(ChatRole::Cadre);
    const YOUTH: Spot = Spot::Chat(ChatRole::Youth);

    #[test]
    fn a_command_is_read_however_it_is_typed_and_kept_as_typed() {
        for text in [
            "签到 东风社区",
            "簽到　东风社区",
            "/签到 东风社区",
            "签到：东风社区",
            "报到 东风社区",
            "签\u{200B}到东风社区",
            "。签到,东风社区",
        ] {
            assert_eq!(read(text, CADRES, false), "check_in|东风社区", "{text}");
        }
        assert_eq!(read("签到 东風社區 聯系１２人", CADRES, false), "check_in|东風社區 聯系１２人", "stored as typed");
        assert_eq!(read("签到东风社区", CADRES, false), "check_in|东风社区");
        assert_eq!(read("签到走访青年12人", CADRES, false), "check_in|走访青年12人");
        assert_eq!(read("签到 东风社区 参加会议", CADRES, false), "check_in|东风社区 参加会议");
        assert_eq!(read("改地点 城西社区", CADRES, false), "change|地点 城西社区");
        assert_eq!(read("回复12 在系统里发起", CADRES, false), "answer|12 在系统里发起");
        assert_eq!(read("提醒 关", CADRES, false), "switch_reminders|关");
        assert_eq!(read("名单不公开。", CADRES, false), "switch_list|不公开。");
        assert_eq!(read("推迟2小时", Spot::Private, false), "snooze|2小时");
        assert_eq!(read("推迟 到明天", CADRES, true), "snooze|到明天");
        assert_eq!(read("办结12 已修好", CADRES, false), "settle_problem|12 已修好");
        assert_eq!(read("上报 12", CADRES, false), "pass_problem|12");
        assert_eq!(read("归并12到8", CADRES, false), "merge_problems|12到8");
        assert_eq!(read("清单12", CADRES, false), "problems|12");
        assert_eq!(read("清单 路灯", Spot::Private, false), "problems|路灯");
        assert_eq!(read("清单 已办结、本月", CADRES, false), "problems|已办结、本月");
        assert_eq!(read("问题清单", CADRES, false), "problems|");
        assert_eq!(read("绑定本群 ABCD", CADRES, false), "bind_chat|ABCD");
        assert_eq!(read("绑定 ABCD", Spot::Private, false), "bind_person|ABCD");
    }

    #[test]
    fn every_word_of_the_policy_makes_its_kind_of_record() {
        assert_eq!(read("日志\n走访：三户\n问题：路灯不亮", CADRES, false), "journal|走访：三户\n问题：路灯不亮");
        assert_eq!(read("反馈：路灯坏了", CADRES, false), "problem|路灯坏了");
        assert_eq!(read("反馈 路灯坏了", Spot::Private, false), "problem|路灯坏了");
        assert_eq!(read("反馈 二村没有活动室", CADRES, false), "problem|二村没有活动室");
        assert_eq!(read("办实事 修好样例社区路灯", CADRES, false), "good_deed|修好样例社区路灯");
        assert_eq!(read("联系青年 12人", CADRES, false), "contact|12人");
        assert_eq!(read("联系青年12人", CADRES, false), "contact|12人");
        assert_eq!(read("联系 张三 谈就业", CADRES, false), "contact|张三 谈就业");
        assert_eq!(read("联系 张三、李四", CADRES, false), "contact|张三、李四");
        assert_eq!(read("加青年 小王 学校", CADRES, false), "add_youth|小王 学校");
        assert_eq!(read("加青年小王", Spot::Private, false), "add_youth|小王");
        assert_eq!(read("我的青年", CADRES, false), "my_youth|");
        assert_eq!(read("日志 今天入户，青年问怎么申请贷款", CADRES, false), "journal|今天入户，青年问怎么申请贷款");
    }

    #[test]
    fn ordinary_talk_is_not_for_us() {
        for text in [
            "活动 改天",
            "联系 一下",
            "联系 张三了吗",
            "联系 张三 来不来?",
            "联系 我",
            "联系青年才俊",
            "加青年 怎么加",
            "加青年委员进群",
            "好青年 就是他",
            "我的青春 都在这了",
            "我的青年时代",
            "反馈很好",
            "日志怎么写",
            "联系方式发我",
            "活动 通知一下大家明天八点集合",
            "签到处在哪里",
            "签到了吗",
            "大家记得签到",
            "我的电脑坏了",
            "撤回这条消息吧",
            "周报发一下",
            "提问环节开始了",
            "今天天气好",
            "报到证在哪领",
            "改天再说",
            "回复一下",
            "签到 在哪里签?",
            "上报 12 份材料",
            "上报",
            "名单",
            "名单 公开了吗",
            "提醒 大家开会",
            "推迟 2小时",
            "推迟 2小时开会",
            "回执",
            "上报3个人的名单",
            "办结了吗",
            "办结12件",
            "",
        ] {
            assert_eq!(read(text, CADRES, false), "Nothing", "{text}");
        }
    }

    #[test]
    fn words_that_young_people_use_need_what_makes_them_commands() {
        assert_eq!(read("参加 3", YOUTH, false), "join_club|3");
        assert_eq!(read("參加３号。", YOUTH, false), "join_club|３号。");
        assert_eq!(read("赞12", YOUTH, false), "like|12");
        assert_eq!(read("社团", YOUTH, false), "clubs|");
        assert_eq!(read("发起社团 瑜伽 每周三晚", YOUTH, false), "found_club|瑜伽 每周三晚");
        assert_eq!(read("开放日 开始 返乡创业 2小时", YOUTH, false), "begin_open_day|返乡创业 2小时");
        assert_eq!(read("开放日结束", YOUTH, false), "end_open_day|");
        assert_eq!(read("开放日", YOUTH, false), "open_day|");
        assert_eq!(read("开放日 预告 11月25日15:00 返乡", YOUTH, false), "announce_open_day|11月25日15:00 返乡");
        assert_eq!(read("开放日 提问 场地有补贴吗", YOUTH, false), "ask_open_day|场地有补贴吗");
        assert_eq!(read("答：找县团委。", Spot::Private, false), "answer_open_day|找县团委。");
        assert_eq!(read("答 找县团委。", YOUTH, false), "answer_open_day|找县团委。");
        assert_eq!(read("邀请 钱样例 12", CADRES, false), "invite|钱样例 12");
        for text in [
            "参加",
            "参加 3人",
            "参加活动",
            "退出",
            "投票 选谁都行",
            "赞",
            "点赞！",
            "社团 明天有活动",
            "邀请 大家 参加",
            "邀请 12",
            "发起社团活动",
            "青年之家 明天开门",
            "开放日 开始了没",
            "开放日 开始时间另行通知",
            "开放日 几点",
            "开放日预告片",
            "开放日提问环节",
            "开放性 问题",
            "答",
            "答应你了",
            "答案是B",
        ] {
            assert_eq!(read(text, YOUTH, false), "Nothing", "{text}");
        }
        assert_eq!(read("参加", YOUTH, true), "join_club|", "said to the bot itself, it is told how");
    }

    #[test]
    fn activities_and_wishes_are_called_by_a_number_a_code_or_a_colon() {
        for (text, spot, means) in [
            ("报名 7", YOUTH, "sign_up|7"),
            ("取消报名7", YOUTH, "sign_off|7"),
            ("到场 4821", YOUTH, "attend|4821"),
            ("到场 7 ４８２１。", YOUTH, "attend|7 ４８２１。"),
            ("签到码 7", YOUTH, "activity_code|7"),
            ("改活动 7 时间 11月29日9点", YOUTH, "change_activity|7 时间 11月29日9点"),
            ("发布活动 爬山 时间：明天9点", YOUTH, "publish_activity|爬山 时间：明天9点"),
            ("心愿：一套书", YOUTH, "wish|一套书"),
            ("心愿 8 收到", YOUTH, "wish|8 收到"),
            ("认领 8", CADRES, "claim_wish|8"),
            ("完成 8 书已送到", CADRES, "fulfil_wish|8 书已送到"),
            ("活动 东风社区 读书会30人", CADRES, "activity|东风社区 读书会30人"),
        ] {
            assert_eq!(read(text, spot, false), means, "{text}");
        }
        for text in [
            "报名吧",
            "报名",
            "报名 7人",
            "到场了吗",
            "到场 30",
            "到场 30人",
            "签到码是多少",
            "心愿是世界和平",
            "心愿",
            "心愿 怎么许",
            "完成",
            "完成 100%",
            "完成 8份材料",
            "放弃 8 点的车",
            "认领一下",
            "活动总结 谁写",
            "活动名称",
        ] {
            for spot in [YOUTH, CADRES] {
                assert_eq!(read(text, spot, false), "Nothing", "{text}");
            }
        }
        assert_eq!(read("完成", Spot::Private, false), "Lost", "it ends a conversation, where there is one");
    }

    #[test]
    fn days_and_numbers_behind_a_word_make_it_a_command() {
        for (text, means) in [
            ("补签 昨天 东风社区", "make_up|昨天 东风社区"),
            ("补签昨天 东风社区", "make_up|昨天 东风社区"),
            ("補簽：11月18日 東風社區", "make_up|11月18日 東風社區"),
            ("补签 日志 昨天 走访三户", "make_up|日志 昨天 走访三户"),
            ("补签 2月30日 东风社区", "make_up|2月30日 东风社区"),
            ("补签 东风社区", "make_up|东风社区"),
            ("请假 明天到周五 回老家", "leave|明天到周五 回老家"),
            ("请假", "leave|"),
            ("销假", "end_leave|"),
            ("代签 钱样例 昨天 东风社区", "enter|钱样例 昨天 东风社区"),
            ("代请假 钱样例 明天 看病", "enter_leave|钱样例 明天 看病"),
            ("同意 12", "grant|12"),
            ("同意12号", "grant|12号"),
            ("不同意 12 人手不够", "decline|12 人手不够"),
            ("待批", "requests|"),
            ("待核", "flags|"),
            ("已核 7 是合影", "see_flag|7 是合影"),
        ] {
            assert_eq!(read(text, CADRES, false), means, "{text}");
        }
        for text in [
            "补签怎么弄",
            "补签 昨天的可以吗",
            "补签的事情我问一下",
            "请假流程发一下",
            "请假 通知一下大家",
            "同意",
            "同意 12 点开会",
            "同意12点开会",
            "不同意这个方案",
            "代签 是不允许的",
            "已核实",
            "都同意",
            "我请假",
            "待批的材料",
        ] {
            let read = read(text, CADRES, false);
            assert!(read == "Nothing" || read == "grant|", "{text}: {read}");
        }
    }

    #[test]
    fn a_slip_is_answered_with_a_hint_only_where_it_is_sure() {
        assert_eq!(read("千到 东风社区", CADRES, false), "?签到");
        assert_eq!(read("未报道", CADRES, false), "?未报到");
        assert_eq!(read("我们 明天去", CADRES, false), "Nothing");
        assert_eq!(read("撒回", Spot::Private, false), "?撤回");
    }

    #[test]
    fn thanks_in_private_are_not_answered_with_the_help() {
        for text in ["收到", "好的。", "谢谢！", "收到，谢谢", "嗯", "OK"] {
            assert_eq!(read(text, Spot::Private, false), "Nothing", "{text}");
        }
        for text in ["你好", "在吗", "收到签到了没有"] {
            assert_ne!(read(text, Spot::Private, false), "Nothing", "{text}");
        }
    }

    #[test]
    fn a_mention_in_a_youth_group_is_a_question_but_a_greeting_is_not() {
        assert_eq!(read("团组织关系怎么转？", YOUTH, true), "question|团组织关系怎么转？");
        assert_eq!(read("团组织关系怎么转？", YOUTH, false), "aloud|团组织关系怎么转？", "for an open day");
        for text in ["在吗？", "？？？？", "真的？", "团组织关系怎么转"] {
            assert_eq!(read(text, YOUTH, false), "Nothing", "{text}");
        }
        assert_eq!(read("团组织关系怎么转？", CADRES, false), "Nothing");
        for text in ["你好！", "在吗", "在吗？", "谢谢你！", "哈哈哈哈哈", "收到，谢谢"] {
            assert_eq!(read(text, YOUTH, true), "Lost", "{text}");
        }
        assert_eq!(read("在吗，团组织关系怎么转？", YOUTH, true), "question|在吗，团组织关系怎么转？");
        assert_eq!(read("团组织关系怎么转？", CADRES, true), "Lost");
        assert_eq!(read("提问 团组织关系怎么转？", YOUTH, false), "ask|团组织关系怎么转？");
        assert_eq!(read("提问团组织关系怎么转", Spot::Private, false), "ask|团组织关系怎么转");
        assert_eq!(read("匿名提问：被欺负怎么办", Spot::Private, false), "ask_anonymously|被欺负怎么办");
        assert_eq!(read("匿名 被欺负怎么办", Spot::Private, false), "ask_anonymously|被欺负怎么办");
        assert_eq!(read("匿名提问 被欺负怎么办", YOUTH, false), "ask_anonymously|被欺负怎么办", "is refused there");
        for text in ["匿名 投票吧", "匿名", "匿名的朋友说得对", "屏蔽 3 个人", "屏蔽", "同意实名认证", "申请实名认证"]
        {
            assert_eq!(read(text, CADRES, false), "Nothing", "{text}");
        }
        assert_eq!(read("屏蔽 304211 7天 反复辱骂", CADRES, false), "block_asker|304211 7天 反复辱骂");
        assert_eq!(read("不同意实名 304211", Spot::Private, false), "decline_disclosure|304211");
    }
}
