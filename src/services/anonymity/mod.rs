//! Asking without a name (匿名提问).
//!
//! What an anonymous asker does is not done when they say it. It is kept sealed and done at the next full hour
//! ([`release`]), by the same functions that everybody else's deeds go through: until then there is no question, no step
//! and no notice that any list, figure or export could show, and afterwards every instant is that of the hour.
//! [`asking`] takes a question in, [`later`] everything else, [`blocks`] keeps somebody from asking without learning who it
//! is, [`crying`] hears who is in need at
//! once and no less hidden, [`disclosures`] finds out who asked, by two people together, [`crowd`] counts those who could have asked.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Rulebook;
use crate::domain::dialogue::OPEN_MINUTES;
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::{QuestionId, UnitId};
use crate::domain::somebody::somebody;
use crate::domain::veil::made_known_at;
use crate::error::{Fault, Halt};
use crate::seal::{Purpose, Seal};
use crate::store::{Tx, VeiledDeed};
use crate::templates::TemplateContext;

mod asking;
mod blocks;
mod crowd;
mod crying;
mod disclosures;
mod later;
mod release;

pub use asking::{PutAnonymously, ask, take_begun};
pub use blocks::{block, unblock};
pub use crying::veil_of_cry;
pub use disclosures::{decide, request};
pub use later::{Said, add_pending, asked_since, beware, later, latest, withdraw_recalled};
pub use release::{in_chance_order, release};

/// For how long what somebody says next is taken for the question that they want to ask without a name.
const BEGUN_FOR: TimeDelta = TimeDelta::minutes(OPEN_MINUTES);

/// What was done behind the veil, as it is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Veiled {
    account: String,
    platform: String,
    sender: String,
    /// When it was really said: for the order of one asker's own deeds alone.
    said_at: DateTime<Utc>,
    /// Which of those under way it was, where two were said at one instant.
    order: usize,
    deed: Deed,
}

/// What an anonymous asker does.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Deed {
    /// Wants to ask, and has not said what. Nothing is done of it at the hour.
    Begin,
    /// Asks.
    Ask { number: i64, alias: String, unit: UnitId, text: String, similar: Vec<QuestionId> },
    /// Says more: number and words.
    Add(i64, String),
    /// Says whether the answer does: number, words, and whether.
    Rate(i64, String, bool),
    /// Wants an answer of their own though similar ones were shown.
    Insist(i64),
    /// Is content with this one that was shown.
    TakeOffer(i64, QuestionId),
    /// Takes the question back.
    Withdraw(i64),
    /// Has it for themself alone.
    Hide(i64),
}

impl Deed {
    /// The number of the question; 0 where there is none yet.
    fn number(&self) -> i64 {
        match self {
            Self::Begin => 0,
            Self::Ask { number, .. }
            | Self::Add(number, _)
            | Self::Rate(number, ..)
            | Self::Insist(number)
            | Self::TakeOffer(number, _)
            | Self::Withdraw(number)
            | Self::Hide(number) => *number,
        }
    }
}

impl Veiled {
    fn of(event: &InboundEvent, order: usize, deed: Deed) -> Self {
        Self {
            account: event.account.clone(),
            platform: event.platform.clone(),
            sender: event.sender.clone(),
            said_at: event.sent_at,
            order,
            deed,
        }
    }

    /// Its place among the deeds of one asker.
    fn place(&self) -> (DateTime<Utc>, usize) {
        (self.said_at, self.order)
    }

    fn shut(&self, seal: &Seal) -> Result<String, Fault> {
        let plain = serde_json::to_string(self).map_err(|_| Fault::Corrupt("veiled deed"))?;
        seal.seal(Purpose::Deed, &plain).map_err(|_| Fault::Corrupt("veiled deed"))
    }

    fn opened(seal: &Seal, sealed: &str) -> Option<Self> {
        serde_json::from_str(&seal.open(Purpose::Deed, sealed).ok()?).ok()
    }
}

impl Rulebook {
    /// Every mark under which anonymous questions of somebody may be kept: one for each key of the seal.
    pub fn marks(&self, who: &str) -> Vec<String> {
        self.seal.as_ref().map_or_else(Vec::new, |seal| seal.marks(Purpose::Asker, who))
    }
}

/// The key of whoever speaks.
fn who(speaker: Option<&Person>, event: &InboundEvent) -> String {
    somebody(speaker.map(|person| person.id), &event.account, &event.sender)
}

/// What somebody has under way, in the order in which they said it.
async fn under_way(tx: &mut Tx, seal: &Seal, marks: &[String]) -> Result<Vec<(VeiledDeed, Veiled)>, Fault> {
    let kept = tx.db().await?.list_veiled_of(marks).await?;
    let mut opened: Vec<(VeiledDeed, Veiled)> =
        kept.into_iter().filter_map(|row| Veiled::opened(seal, &row.sealed).map(|veiled| (row, veiled))).collect();
    opened.sort_by_key(|(_, veiled)| veiled.place());
    Ok(opened)
}

/// Keeps a deed until its hour; returns when that is.
async fn keep(
    tx: &mut Tx,
    rules: &Rulebook,
    seal: &Seal,
    mark: &str,
    unit: UnitId,
    veiled: &Veiled,
    alias: Option<String>,
) -> Result<DateTime<Utc>, Fault> {
    let zone = tx.directory().zone_of(unit);
    let from = if matches!(veiled.deed, Deed::Begin) { veiled.said_at + BEGUN_FOR } else { veiled.said_at };
    let due = made_known_at(from, zone, &rules.policy.open_hours(), &rules.calendar);
    let number = match &veiled.deed {
        Deed::Ask { number, .. } => Some(*number),
        _ => None,
    };
    let sealed = veiled.shut(seal)?;
    // the hour of the deed is known from that of its release
    let row = VeiledDeed { id: tx.new_coarse_id(due), who: mark.to_owned(), number, alias, due, sealed };
    tx.insert_veiled_deed(&row).await?;
    Ok(due)
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}
