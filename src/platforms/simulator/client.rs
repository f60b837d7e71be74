//! The stage: everything that was said on the simulator since the program started, by people and by the bot.
//!
//! Other platforms' `client.rs` calls a server; here the server is this list in memory, which the page reads.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::watch;

use super::BOT_NAME;
use crate::clock::Clock;
use crate::domain::event::Place;
use crate::domain::message::Part;
use crate::platforms::{Destination, Malformed};

/// The most lines that are kept; the oldest go first.
const MOST_LINES: usize = 2_000;

/// The most characters and picture bytes that are kept.
const MOST_BYTES: usize = 16 << 20;

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// In the group with this id.
    Group(String),
    /// Between the bot and the person with this id.
    Private(String),
}

impl Spot {
    /// Where an event of this sender happened.
    pub(super) fn of(place: &Place, sender: &str) -> Self {
        place.group().map_or_else(|| Self::Private(sender.to_owned()), |group| Self::Group(group.to_owned()))
    }
}

impl From<&Destination> for Spot {
    fn from(to: &Destination) -> Self {
        match to {
            Destination::Group(id) => Self::Group(id.clone()),
            Destination::User(id) => Self::Private(id.clone()),
        }
    }
}

/// Who said a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The bot.
    Bot,
    /// The person with this id.
    Person(String),
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Grows with every line and every change to one: what the page asks "after".
    pub version: u64,
    /// The message's id; quoting and recalling name it.
    pub id: String,
    /// Where.
    pub spot: Spot,
    /// By whom.
    pub from: Speaker,
    /// What they call themself.
    pub name: String,
    /// What was said, typed, so that the page draws text as text.
    pub parts: Vec<Part>,
    /// Ids of people whom the speaker mentioned.
    pub mentions: Vec<String>,
    /// When, by the simulator's clock.
    pub at: DateTime<Utc>,
    /// The id of the quoted line.
    pub quote: Option<String>,
    /// Whether its author has taken it back; its parts are then gone.
    pub recalled: bool,
}

impl Line {
    fn weight(&self) -> usize {
        let part = |part: &Part| match part {
            Part::Words(text) | Part::UserText(text) => text.len(),
            Part::Mention(who) => who.name.len(),
            Part::Link { text, url } => text.len() + url.len(),
            Part::Image { base64, alt } => base64.len() + alt.len(),
            Part::Chart(_) => 0,
        };
        self.parts.iter().map(part).sum()
    }
}

/// A line that somebody typed, before it stands on the stage.
pub(super) struct Typed {
    pub(super) id: String,
    pub(super) spot: Spot,
    pub(super) user: String,
    pub(super) name: String,
    pub(super) parts: Vec<Part>,
    pub(super) mentions: Vec<String>,
    pub(super) at: DateTime<Utc>,
    pub(super) quote: Option<String>,
}

/// What a posted event changes on the stage.
pub(super) enum Shown {
    /// Somebody said something.
    Typed(Typed),
    /// Somebody took back a line.
    Recalled { id: String, by: String },
}

/// What the simulator's page shows.
pub struct Stage {
    token: String,
    boot: u32,
    clock: Arc<dyn Clock>,
    lines: Mutex<Lines>,
    cursor: watch::Sender<u64>,
}

#[derive(Default)]
struct Lines {
    in_order: VecDeque<Arc<Line>>,
    bytes: usize,
    version: u64,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // neither the token nor what people said
        f.debug_struct("Stage").field("cursor", &self.cursor()).finish_non_exhaustive()
    }
}

impl Stage {
    /// An empty stage with a token drawn at random. The bot's lines carry the time of `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            token: hex::encode(rand::random::<[u8; 32]>()),
            boot: rand::random(),
            clock,
            lines: Mutex::default(),
            cursor: watch::Sender::new(0),
        }
    }

    /// The token that the page must send with everything that changes something.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Differs from start to start, so that an old page knows that it is old. Not a secret.
    pub fn boot(&self) -> u32 {
        self.boot
    }

    /// The version of the latest change.
    pub fn cursor(&self) -> u64 {
        *self.cursor.borrow()
    }

    /// Every line that is new or changed after `version`, in the order in which they were said.
    pub fn lines_after(&self, version: u64) -> Vec<Arc<Line>> {
        self.lock().in_order.iter().filter(|line| line.version > version).cloned().collect()
    }

    /// The picture in the line with this id, in base64, as long as the line stands.
    pub(super) fn find_picture(&self, id: &str) -> Option<String> {
        let lines = self.lock();
        let line = lines.in_order.iter().rev().find(|line| line.id == id)?;
        line.parts.iter().find_map(|part| match part {
            Part::Image { base64, .. } => Some(base64.clone()),
            _ => None,
        })
    }

    /// Resolves when something is newer than `version`.
    pub async fn changed_after(&self, version: u64) {
        // the sender lives in `self`: the only error cannot happen
        let _ = self.cursor.subscribe().wait_for(|latest| *latest > version).await;
    }

    /// Puts what somebody posted on the stage; the same message twice is one line.
    pub(super) fn show(&self, shown: Shown) -> Result<(), Malformed> {
        match shown {
            Shown::Typed(typed) => {
                let Typed { id, spot, user, name, parts, mentions, at, quote } = typed;
                let from = Speaker::Person(user);
                self.put(Line { version: 0, id, spot, from, name, parts, mentions, at, quote, recalled: false });
                Ok(())
            }
            Shown::Recalled { id, by } => self.recall(&id, &by),
        }
    }

    /// Puts a line of the bot on the stage, or finds the one with this id that is already there.
    pub(super) fn say(&self, id: &str, spot: Spot, parts: Vec<Part>, quote: Option<String>) -> Arc<Line> {
        self.put(Line {
            version: 0,
            id: id.to_owned(),
            spot,
            from: Speaker::Bot,
            name: BOT_NAME.to_owned(),
            parts,
            mentions: Vec::new(),
            at: self.clock.now(),
            quote,
            recalled: false,
        })
    }

    fn put(&self, mut line: Line) -> Arc<Line> {
        let mut lines = self.lock();
        if let Some(known) = lines.in_order.iter().rev().find(|known| known.id == line.id) {
            return known.clone();
        }
        line.version = lines.next_version();
        let line = Arc::new(line);
        lines.bytes += line.weight();
        lines.in_order.push_back(line.clone());
        lines.forget_oldest();
        self.cursor.send_replace(lines.version);
        line
    }

    fn recall(&self, id: &str, by: &str) -> Result<(), Malformed> {
        let mut lines = self.lock();
        let version = lines.version + 1;
        // a line from before a restart is not on the stage any more; what it caused can still be taken back
        let Some(slot) = lines.in_order.iter_mut().find(|line| line.id == id) else { return Ok(()) };
        if !matches!(&slot.from, Speaker::Person(author) if author == by) {
            return Err(Malformed("only its author recalls a message"));
        }
        if slot.recalled {
            return Ok(());
        }
        let weight = slot.weight();
        let mut line = Line::clone(slot);
        line.parts.clear();
        line.mentions.clear();
        line.recalled = true;
        line.version = version;
        *slot = Arc::new(line);
        lines.bytes = lines.bytes.saturating_sub(weight);
        lines.version = version;
        self.cursor.send_replace(version);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        // every change is complete before anything that could panic
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    fn forget_oldest(&mut self) {
        while self.in_order.len() > MOST_LINES || (self.bytes > MOST_BYTES && self.in_order.len() > 1) {
            let Some(oldest) = self.in_order.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.weight());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    fn stage() -> Stage {
        Stage::new(Arc::new(SystemClock))
    }

    #[test]
    fn the_oldest_lines_go_first() {
        let stage = stage();
        for n in 0..MOST_LINES + 5 {
            stage.say(&format!("{n}"), Spot::Group("g".into()), vec![Part::Words("x".into())], None);
        }
        let lines = stage.lines_after(0);
        assert_eq!(lines.len(), MOST_LINES);
        assert_eq!(lines[0].id, "5");
        assert_eq!(stage.lock().bytes, MOST_LINES);
        let huge = "x".repeat(MOST_BYTES);
        stage.say("huge", Spot::Group("g".into()), vec![Part::Words(huge)], None);
        assert_eq!(stage.lines_after(0).len(), 1);
    }

    #[test]
    fn the_token_is_long_new_at_every_start_and_not_in_the_debug_form() {
        let (one, other) = (stage(), stage());
        assert_eq!(one.token().len(), 64);
        assert_ne!(one.token(), other.token());
        assert!(!format!("{one:?}").contains(one.token()));
    }

    #[tokio::test]
    async fn a_waiting_page_hears_of_the_next_line() {
        let stage = Arc::new(stage());
        let waiting = tokio::spawn({
            let stage = stage.clone();
            async move {
                stage.changed_after(0).await;
                stage.cursor()
            }
        });
        tokio::task::yield_now().await;
        stage.say("1", Spot::Private("u".into()), vec![], None);
        assert_eq!(waiting.await.unwrap(), 1);
        stage.changed_after(0).await;
    }
}
