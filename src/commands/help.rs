//! 帮助, by role; made from the table

use std::future::ready;

use futures_util::future::BoxFuture;

use super::parse::words;
use super::{Answer, Ask, Command, RECORD, TABLE, available};
use crate::domain::message::UserText;
use crate::domain::policy::{About, FIELD_DAY, Policy, RecordKind};
use crate::domain::text::normal;
use crate::error::Halt;
use crate::templates::contexts::{HelpCommand, HelpLine, HelpMenu};

/// Awaits nothing; not an `async fn`, because the table it reads holds a pointer to it.
pub(super) fn help(ask: Ask<'_>) -> BoxFuture<'_, Result<Answer, Halt>> {
    Box::pin(ready(respond(&ask)))
}

fn respond(ask: &Ask<'_>) -> Result<Answer, Halt> {
    let wanted = normal(ask.rest);
    if wanted.is_empty() {
        return ask.say(&menu(ask));
    }
    if let Some(kind) = ask
        .rules
        .policy
        .kinds
        .iter()
        .find(|kind| kind.key != FIELD_DAY && kind.words.iter().any(|word| normal(word) == wanted))
    {
        return ask.say(&of_kind(kind));
    }
    let is_called = |fits: &dyn Fn(&str) -> bool| {
        TABLE.iter().find(|command| words(command, &ask.rules.policy).iter().any(|word| fits(&normal(word))))
    };
    // 帮助 开放日 means the commands that begin so
    let found = is_called(&|word| word == wanted).or_else(|| is_called(&|word| word.starts_with(&wanted)));
    match found.or_else(|| spoken_of(ask, &wanted)) {
        Some(command) => ask.say(&one(command, ask)),
        None => ask.say(&menu(ask)),
    }
}

/// The command that a sentence speaks of, for somebody who asks how to do it: 怎么补签.
fn spoken_of(ask: &Ask<'_>, text: &str) -> Option<&'static Command> {
    let asks = ["怎么", "如何", "怎样"].iter().any(|word| text.contains(word));
    let named = |command: &&'static Command| {
        let named = words(command, &ask.rules.policy).into_iter().filter(|word| text.contains(word));
        named.map(|word| word.chars().count()).filter(|length| *length >= 2).max().unwrap_or(0)
    };
    let mine = available(ask.speaker, ask.spot).filter(|command| command.key != RECORD && named(command) > 0);
    if asks { mine.max_by_key(named) } else { None }
}

fn one(command: &'static Command, ask: &Ask<'_>) -> HelpCommand {
    let words = words(command, &ask.rules.policy);
    let word = words.first().copied().unwrap_or_default();
    HelpCommand {
        usage: format!("{word}{}", command.usage),
        summary: command.summary.to_owned(),
        also: words.iter().skip(1).map(|word| (*word).to_owned()).collect(),
        examples: command.examples.iter().map(|rest| format!("{word}{rest}")).collect(),
    }
}

/// How a record of this kind is written: its own words, not those of every kind.
fn of_kind(kind: &RecordKind) -> HelpCommand {
    let word = kind.words.first().map_or("", String::as_str);
    let (usage, summary, examples): (_, _, &[&str]) = if kind.about == About::Youth && kind.counts == "人" {
        (" <名字|人数> [线上|见面] [内容]", "记下联系了哪些青年", &[" 小王、小李 线上 谈就业", " 12人 企业"])
    } else if kind.about == About::Youth {
        (" <名字> <数量> [内容]", "给名册里的青年各记一次", &[" 小王 2"])
    } else if kind.parts.len() > 1 {
        (" <内容>", "整篇留存，可以分几行", &[" 走访样例社区三户"])
    } else if kind.is_text {
        (" <内容>", "整段留存", &["：路灯坏了三个月没人修"])
    } else {
        (" [地点] [内容]", "记下一次，算在今天", &[" 东风社区 15人参加"])
    };
    let counted = if kind.about == About::Youth && kind.counts != "人" { kind.counts.as_str() } else { "" };
    let mut examples: Vec<String> = examples.iter().map(|rest| format!("{word}{rest}{counted}")).collect();
    if let [first, second, ..] = kind.parts.as_slice() {
        // indented like the first line, so that it reads as one example
        examples.push(format!("{word}\n  {first}：样例社区三户\n  {second}：路灯不亮"));
    }
    let into_list = kind.into.is_some() || !kind.problems_from.is_empty();
    HelpCommand {
        usage: format!("{word}{usage}"),
        summary: format!("{summary}{}", if into_list { "；问题进问题清单" } else { "" }),
        also: kind.words.iter().skip(1).cloned().collect(),
        examples,
    }
}

/// The most kinds of record that the menu names on its line.
const KINDS_SHOWN: usize = 6;

/// What this person can type here.
pub(super) fn menu(ask: &Ask<'_>) -> HelpMenu {
    let policy = &ask.rules.policy;
    let first_word = |command: &Command| words(command, policy).first().copied().unwrap_or_default().to_owned();
    let commands = available(ask.speaker, ask.spot)
        .filter(|command| command.in_menu)
        .map(|command| {
            let word = if command.key == RECORD { kinds_of_record(policy) } else { first_word(command) };
            HelpLine { usage: format!("{word}{}", command.usage), summary: command.summary.to_owned() }
        })
        .collect();
    let example = available(ask.speaker, ask.spot)
        .filter(|command| command.in_menu)
        .find(|command| command.examples.iter().any(|example| !example.is_empty()))
        .map(first_word)
        .unwrap_or_default();
    let others = available(ask.speaker, ask.spot).filter(|command| !command.in_menu).map(first_word).collect();
    HelpMenu { commands, known: ask.speaker.is_some(), unknown: UserText::short(ask.rest, 12), example, others }
}

/// `日志、反馈、活动`: what can be recorded besides the check-in.
fn kinds_of_record(policy: &Policy) -> String {
    let others = policy.kinds.iter().filter(|kind| kind.key != FIELD_DAY);
    let words: Vec<&str> = others.filter_map(|kind| kind.words.first()).map(String::as_str).collect();
    let shown = words.get(..KINDS_SHOWN).unwrap_or(&words).join("、");
    if words.len() > KINDS_SHOWN { format!("{shown}等") } else { shown }
}

/// An answer for somebody who spoke to the bot and was not understood: how to do what they speak of, or the menu.
///
/// # Errors
/// A fault in rendering.
pub fn answer(ask: &Ask<'_>) -> Result<Answer, Halt> {
    match spoken_of(ask, &normal(&ask.event.text)) {
        Some(command) => ask.say(&one(command, ask)),
        None => ask.say(&menu(ask)),
    }
}
