//! Joining by message: a one-time code ties an address to a person, or a group to a chat.

use super::Rulebook;
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::error::Halt;
use crate::store::{CodeFor, CodeUse, Tx};
use crate::templates::contexts::{AlreadyBound, BoundChat, BoundPerson, CodeOtherKind, CodeUnknown};

/// A person's code that everybody in a group has read, and that did not do its work, must not do it for somebody else.
async fn spoil_shown_code(tx: &mut Tx, event: &InboundEvent, code: &str) -> Result<(), Halt> {
    if !event.place.is_private() && matches!(tx.find_code(code, event.sent_at).await?, Some(CodeFor::Person(_))) {
        tx.use_code(code, event.sent_at).await?;
    }
    Ok(())
}

/// Ties the sender's address to the person the code is for.
///
/// # Errors
/// Refuses an address that is tied already and a code that does not work.
pub async fn bind_person(tx: &mut Tx, rules: &Rulebook, event: &InboundEvent, code: &str) -> Result<BoundPerson, Halt> {
    let platform = &event.platform;
    let directory = tx.directory();
    if let Some(person) = directory.speaker(&event.account, &event.sender) {
        spoil_shown_code(tx, event, code).await?;
        let bound = AlreadyBound { name: UserText::new(&person.name) };
        return Err(rules.templates.refuse(&bound, platform)?.into());
    }
    match tx.find_code(code, event.sent_at).await? {
        Some(CodeFor::Person(id)) => {
            let unknown = rules.templates.refuse(&CodeUnknown {}, platform)?;
            let Some(person) = directory.person(id) else { return Err(unknown.into()) };
            if tx.use_code(code, event.sent_at).await? == CodeUse::Unknown {
                return Err(unknown.into());
            }
            tx.add_identity(id, &event.account, &event.sender).await?;
            Ok(BoundPerson { name: UserText::new(&person.name), unit: UserText::new(directory.unit_name(person.unit)) })
        }
        Some(CodeFor::Chat(_)) => {
            let other = CodeOtherKind { instead: "绑定本群".to_owned(), spoilt: false };
            Err(rules.templates.refuse(&other, platform)?.into())
        }
        None => Err(rules.templates.refuse(&CodeUnknown {}, platform)?.into()),
    }
}

/// Ties the group to the chat the code is for.
///
/// # Errors
/// Refuses a group that is tied already and a code that does not work.
pub async fn bind_chat(
    tx: &mut Tx,
    rules: &Rulebook,
    event: &InboundEvent,
    group: &str,
    code: &str,
) -> Result<BoundChat, Halt> {
    let platform = &event.platform;
    let directory = tx.directory();
    if let Some(chat) = directory.heard_in(&event.account, group) {
        spoil_shown_code(tx, event, code).await?;
        let bound = AlreadyBound { name: UserText::new(&chat.name) };
        return Err(rules.templates.refuse(&bound, platform)?.into());
    }
    match tx.find_code(code, event.sent_at).await? {
        Some(CodeFor::Chat(id)) => {
            let unknown = rules.templates.refuse(&CodeUnknown {}, platform)?;
            let Some(chat) = directory.chat(id) else { return Err(unknown.into()) };
            if tx.use_code(code, event.sent_at).await? == CodeUse::Unknown {
                return Err(unknown.into());
            }
            tx.add_endpoint(id, &event.account, group).await?;
            Ok(BoundChat {
                chat: UserText::new(&chat.name),
                unit: UserText::new(directory.unit_name(chat.unit)),
                role: chat.role.title().to_owned(),
            })
        }
        Some(CodeFor::Person(_)) => {
            spoil_shown_code(tx, event, code).await?;
            let other = CodeOtherKind { instead: "绑定".to_owned(), spoilt: true };
            Err(rules.templates.refuse(&other, platform)?.into())
        }
        None => Err(rules.templates.refuse(&CodeUnknown {}, platform)?.into()),
    }
}
