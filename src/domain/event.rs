//! An inbound event: what a platform's `decode.rs` makes and intake acts on.
//!
//! It is stored (as JSON) only when handling it failed, so that the same function can try again later.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One thing that happened in a chat, in our words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboundEvent {
    /// The `[[account]]` it arrived through.
    pub account: String,
    /// The platform's name, for templates.
    pub platform: String,
    /// Unique within the account; a redelivery carries the same key.
    pub dedupe_key: String,
    /// Where it was said.
    pub place: Place,
    /// The sender's id on the platform. From the signed part only, never from a nickname or a card.
    pub sender: String,
    /// What the sender calls themself. A hint for people, never a key.
    pub sender_name: Option<String>,
    /// What happened.
    pub kind: EventKind,
    /// The platform's id of the message, where it has one.
    pub message_id: Option<String>,
    /// What was typed, the mention of the bot taken out, everything else as it came.
    pub text: String,
    /// Whether the bot itself was mentioned.
    pub addressed: bool,
    /// Platform ids of other people mentioned.
    pub mentions: Vec<String>,
    /// The platform's id of the quoted message.
    pub quote: Option<String>,
    /// Pictures and files, by reference.
    pub attachments: Vec<Attachment>,
    /// When it was said, by the platform's signed clock.
    pub sent_at: DateTime<Utc>,
    /// How an answer gets back.
    pub reply: ReplyRoute,
}

/// Where something was said: in a group or to the bot alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the group with this id on the platform.
    Group(String),
    /// In private with the sender.
    Private,
}

impl Place {
    /// The group's id on the platform.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::Group(id) => Some(id),
            Self::Private => None,
        }
    }

    /// Whether nobody else hears the answer.
    pub fn is_private(&self) -> bool {
        matches!(self, Self::Private)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Somebody said something.
    Message,
    /// A message was recalled; the dedupe key of the event that brought it.
    Recall {
        /// Dedupe key of the recalled message's event.
        dedupe_key: String,
    },
}

/// A picture or a file, by reference; nothing is fetched on the way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// The platform's name or address of it.
    pub reference: String,
}

/// Kinds of attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// Sound, film or a document.
    Other,
}

/// How an answer gets back to where the event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyRoute {
    /// In the response to the delivery itself.
    Response,
    /// By a message of its own, through the outbox.
    Outbox,
    /// Nobody waits for one any more: it was said before and is done at the hour, behind the veil of an anonymous asker.
    Nobody,
}
