//! 帮助, by role; made from the table

use std::future::ready;

use futures_util::future::BoxFuture;

use super::parse::words;
use super::{Answer, Ask, Command, TABLE, available};
use crate::domain::message::UserText;
use crate::domain::text::normal;
use crate::error::Halt;
use crate::templates::contexts::{HelpCommand, HelpLine, HelpMenu};

/// Awaits nothing; not an `async fn`, because the table it reads holds a pointer to it.
pub(super) fn help(ask: Ask<'_>) -> BoxFuture<'_, Result<Answer, Halt>> {
    Box::pin(ready(respond(&ask)))
}

fn respond(ask: &Ask<'_>) -> Result<Answer, Halt> {
    let wanted = normal(ask.rest);
    let found = TABLE.iter().find(|command| {
        words(command, &ask.rules.policy).iter().any(|word| !wanted.is_empty() && normal(word) == wanted)
    });
    match found {
        Some(command) => ask.say(&one(command, ask)),
        None => ask.say(&menu(ask)),
    }
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

/// What this person can type here.
pub(super) fn menu(ask: &Ask<'_>) -> HelpMenu {
    let commands = available(ask.speaker, ask.spot)
        .filter(|command| command.in_menu)
        .map(|command| {
            let words = words(command, &ask.rules.policy);
            let word = words.first().copied().unwrap_or_default();
            HelpLine { usage: format!("{word}{}", command.usage), summary: command.summary.to_owned() }
        })
        .collect();
    let example = available(ask.speaker, ask.spot)
        .find(|command| command.examples.iter().any(|example| !example.is_empty()))
        .and_then(|command| words(command, &ask.rules.policy).first().copied())
        .unwrap_or_default()
        .to_owned();
    HelpMenu { commands, known: ask.speaker.is_some(), unknown: UserText::short(ask.rest, 12), example }
}

/// The menu as an answer: for somebody who spoke to the bot and was not understood.
///
/// # Errors
/// A fault in rendering.
pub fn answer(ask: &Ask<'_>) -> Result<Answer, Halt> {
    ask.say(&menu(ask))
}
