//! The name cards (群名片) that people were last seen with.

use chrono::{DateTime, Utc};

use super::{Db, StoreError, Tx};
use crate::clock::to_ms;

/// Somebody's card in a group, as the platform names both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenCard {
    /// The account.
    pub account: String,
    /// The group's id on the platform.
    pub group: String,
    /// Their id on the platform.
    pub sender: String,
    /// What the card reads.
    pub card: String,
}

impl Db<'_> {
    /// Every card that was seen. There are as many as cadres in groups.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_group_cards(&self) -> Result<Vec<SeenCard>, StoreError> {
        let rows = self.rows("SELECT account, group_id, sender, card FROM group_card", []).await?;
        rows.iter()
            .map(|row| {
                Ok(SeenCard {
                    account: row.try_get_by_index(0)?,
                    group: row.try_get_by_index(1)?,
                    sender: row.try_get_by_index(2)?,
                    card: row.try_get_by_index(3)?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Notes what a card reads; an older sight never replaces a newer one.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_group_card(&mut self, seen: &SeenCard, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO group_card (account, group_id, sender, card, seen_at_ms) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (account, group_id, sender) DO UPDATE SET card = excluded.card,
                   seen_at_ms = excluded.seen_at_ms WHERE group_card.seen_at_ms <= excluded.seen_at_ms";
        let SeenCard { account, group, sender, card } = seen.clone();
        self.raw().run(sql, [account.into(), group.into(), sender.into(), card.into(), to_ms(at).into()]).await?;
        Ok(())
    }
}
