//! What is kept of a private message does not tell who wrote it, nor what it made, nor when to the minute.
//!
//! All private messages are kept alike: were only the anonymous questions sealed, the seal itself would point at them.

use crate::domain::event::InboundEvent;
use crate::domain::message::Message;
use crate::error::Fault;
use crate::seal::Purpose;
use crate::services::Rulebook;
use crate::store::{Handled, SealedHandled, Target};

/// What the row of a private event holds; `None` where it is stored in the clear.
pub(super) fn sealed_handled(
    rules: &Rulebook,
    event: &InboundEvent,
    handled: &Handled,
) -> Result<Option<SealedHandled>, Fault> {
    let Some(seal) = rules.seal.as_ref().filter(|_| event.place.is_private()) else { return Ok(None) };
    let shut = |plain: String| seal.seal(Purpose::Reply, &plain).map_err(|_| Fault::Corrupt("reply"));
    let reply = handled.reply.as_ref().map(serde_json::to_string).transpose().map_err(|_| Fault::Corrupt("reply"))?;
    let reply = reply.map(shut).transpose()?;
    Ok(Some(SealedHandled { reply, made: handled.made.clone().map(shut).transpose()? }))
}

/// The reply to an event that was here before.
pub(super) fn reopened(rules: &Rulebook, sealed: &str) -> Option<Message> {
    let plain = rules.seal.as_ref().and_then(|seal| seal.open(Purpose::Reply, sealed).ok());
    let reply = plain.and_then(|plain| serde_json::from_str(&plain).ok());
    if reply.is_none() {
        tracing::warn!("A stored reply cannot be opened: was the key of the seal changed?");
    }
    reply
}

/// A private event, as it is kept for another try.
pub(super) fn sealed_event(rules: &Rulebook, event: &InboundEvent) -> Option<String> {
    let seal = rules.seal.as_ref().filter(|_| event.place.is_private())?;
    seal.seal(Purpose::Event, &serde_json::to_string(event).ok()?).ok()
}

/// An event that was kept for another try.
pub(super) fn opened_event(rules: &Rulebook, sealed: &str) -> Option<InboundEvent> {
    serde_json::from_str(&rules.seal.as_ref()?.open(Purpose::Event, sealed).ok()?).ok()
}

/// Back to the sender of a private event, and what they are to read there. The mark is not the one that questions bear: the two
/// must not meet.
pub(super) fn sealed_reply(rules: &Rulebook, event: &InboundEvent, reply: &str) -> Option<(Target, String)> {
    let seal = rules.seal.as_ref()?;
    let sealed = seal.seal_address(&event.account, &event.sender).ok()?;
    let mark = seal.mark(Purpose::Reply, &format!("{}/{}", event.account, event.sender));
    Some((Target::Sealed { sealed, mark }, seal.seal(Purpose::Reply, reply).ok()?))
}
