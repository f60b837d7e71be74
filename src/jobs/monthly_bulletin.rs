//! The monthly bulletin (月通报) to every supervisor group: its unit and everything below in the month before.

use chrono::TimeDelta;

use super::{Notice, Owed, Slot};
use crate::domain::people::ChatRole;
use crate::error::Fault;
use crate::services::bulletin::Months;
use crate::store::Target;

pub(super) async fn plan(slot: Slot<'_>) -> Result<Vec<Owed>, Fault> {
    let mut chats: Vec<_> =
        slot.directory.chats().filter(|chat| chat.role == ChatRole::Supervisor && slot.owes(chat)).collect();
    chats.sort_by_key(|chat| chat.id);
    if chats.is_empty() {
        return Ok(Vec::new());
    }
    // read once for all groups: they share the zone, so they share the month
    let months = Months::read(slot.asked(), slot.rules, slot.zone).await?;
    chats
        .into_iter()
        .map(|chat| {
            let public = slot.rules.policy.strict || chat.list_missing;
            let bulletin = months.bulletin(slot.directory, slot.rules, chat.unit, public);
            let notice = Notice::new(Target::Chat(chat.id), &bulletin, slot.at + TimeDelta::days(10))?;
            Ok(Owed { subject: chat.id.0, unit: chat.unit, messages: vec![notice], lists: Vec::new() })
        })
        .collect()
}
