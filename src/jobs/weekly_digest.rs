//! The weekly digest (周调度) to every supervisor group: its unit and everything below, against last week.

use chrono::TimeDelta;

use super::{Notice, Owed, Slot};
use crate::domain::people::ChatRole;
use crate::error::Fault;
use crate::services::digest::Weeks;
use crate::store::Target;

pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let mut chats: Vec<_> =
        slot.directory.chats().filter(|chat| chat.role == ChatRole::Supervisor && slot.owes(chat)).collect();
    chats.sort_by_key(|chat| chat.id);
    let Some(first) = chats.first() else { return Ok(Vec::new()) };
    // read once for all groups: they share the zone, so they share the week
    let weeks = Weeks::read(slot.db, slot.directory, slot.rules, first.unit, slot.at).await?;
    chats
        .into_iter()
        .map(|chat| {
            let digest = weeks.digest(slot.directory, slot.rules, chat.unit, chat.list_missing);
            let notice = Notice::new(Target::Chat(chat.id), &digest, slot.at + TimeDelta::days(7))?;
            Ok(Owed { subject: chat.id.0, unit: chat.unit, messages: vec![notice], lists: Vec::new() })
        })
        .collect()
}
