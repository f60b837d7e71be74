//! The commands: one table, one file per family.
//!
//! To add a command: a function in a file here and a line in [`TABLE`]. Words, permission, place, help and the
//! documentation all come from that line.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;

use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::QuestionId;
use crate::domain::message::Message;
use crate::domain::permission::{Spot, Where, Who};
use crate::domain::policy::RecordKind;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::store::{Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::SentPrivately;

mod activities;
mod anonymity;
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
mod polls;
mod problems;
mod questions;
mod records;
mod requests;
mod review;
mod scores;
mod standing;
mod switches;
mod table;
mod topics;
mod voice;
mod wishes;

pub use anonymity::{ask as ask_unnamed, ask_begun};
pub use chain::{lines as chain_lines, record as record_chain};
pub use contacts::is_perhaps_talk;
pub use guided::answer as answer_guide;
pub use help::answer as help_menu;
pub use open_day::{ask_aloud, ask_on};
pub use polls::answer_survey;
pub use questions::{answer_asked_back, answer_quote, ask_by_mention, take_cry, withdraw_recalled};
pub use table::TABLE;

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
    /// Words apart from the command's; without them, in a group, it is ordinary talk.
    Apart,
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
    /// A number and options, a bare number, or the definition of a poll.
    Poll,
    /// Options, or a number and options.
    Ballot,
    /// A number alone, or the definition of a survey.
    Survey,
    /// A number, and words if need be.
    NumberText,
    /// The number of an entry, and words; the space is optional, and a number that counts something is ordinary talk.
    Entry,
    /// What to show of a list: a number, a state, a month; words only when said to the bot itself.
    Filter,
    /// The number of something to be done, and words if need be; never the word alone, nor a number that counts something.
    Task,
    /// A code of four digits, behind the number of what it is for if need be; without one, in a group, it is ordinary talk.
    Attendance,
    /// Words behind a space or a colon that say something: in a group a question about the word is ordinary talk.
    Told,
    /// Free words; the space is optional when said to the bot itself.
    Text,
    /// Words behind an everyday word: only when said to the bot itself.
    Addressed,
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

/// The key of the command that asks a question.
pub const ASK: &str = "ask";

/// The key of the command that asks one without a name.
pub const ASK_ANONYMOUSLY: &str = "ask_anonymously";

/// The key of the command that shows one's roster of young people.
pub const MY_YOUTH: &str = "my_youth";

/// The keys of commands that only read, much, and so need not be run where everybody waits for them: they are rehearsed beside
/// the writer ([`crate::store::Store::rehearse`]), and the write only keeps what they said.
const ONLY_READ: &[&str] = &[
    "me",
    "all_mine",
    MY_YOUTH,
    "requests",
    "flags",
    "pending",
    "my_questions",
    "voice",
    "voice_figures",
    "problems",
    "weekly",
    "progress",
    "missing",
    "coverage",
    "leads",
    "score",
    "score_behind",
];

/// Whether a command only reads.
pub fn only_reads(command: &Command) -> bool {
    ONLY_READ.contains(&command.key)
}

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
    /// Of a question: published ones that are much like it, the likest first.
    pub similar: &'a [QuestionId],
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

    /// The same for everybody, who may be on no roster.
    ///
    /// # Errors
    /// [`Fault::Template`]; the database's.
    pub async fn say_alone<C: TemplateContext>(self, context: &C) -> Result<Answer, Halt> {
        if self.event.place.is_private() || self.speaker.is_some() {
            return self.say_privately(context).await;
        }
        let (event, at) = (self.event, self.event.sent_at);
        let target = Target::Address { account: event.account.clone(), group: None, user: event.sender.clone() };
        let terms = Terms { question: None, not_before: at, valid_until: at + TimeDelta::days(1) };
        enqueue(self.tx, target, context, terms).await?;
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
    fn every_command_that_only_reads_stands_in_the_table() {
        for key in ONLY_READ {
            assert!(TABLE.iter().any(|command| command.key == *key), "{key}");
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
