//! The switches of a group.

use super::{StoreError, Tx};
use crate::domain::id::ChatId;
use crate::domain::people::Receipts;

/// What can be switched in a group, by its secretary, in the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatSwitch {
    /// Whether the bot reminds by itself.
    Reminders(bool),
    /// How much receipts say.
    Receipts(Receipts),
    /// Whether names of those who are missing may be posted.
    ListMissing(bool),
}

impl Tx {
    /// Turns a switch of a group.
    ///
    /// # Errors
    /// The database's.
    pub async fn turn_switch(&mut self, chat: ChatId, switch: ChatSwitch) -> Result<(), StoreError> {
        let (sql, value) = match switch {
            ChatSwitch::Reminders(on) => ("UPDATE chat SET reminders = $2 WHERE id = $1", on.into()),
            ChatSwitch::Receipts(how) => ("UPDATE chat SET receipts = $2 WHERE id = $1", how.code().into()),
            ChatSwitch::ListMissing(on) => ("UPDATE chat SET list_missing = $2 WHERE id = $1", on.into()),
        };
        self.raw().run(sql, [chat.0.into(), value]).await?;
        self.bump_directory().await
    }
}
