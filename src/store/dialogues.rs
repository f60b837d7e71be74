//! Conversations in which the bot asks one thing after another.

use chrono::{DateTime, Utc};

use super::{Db, StoreError, Tx};
use crate::clock::to_ms;
use crate::domain::dialogue::Dialogue;

impl Db<'_> {
    /// The conversation that is open with somebody at an instant.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_dialogue(
        &self,
        account: &str,
        speaker: &str,
        at: DateTime<Utc>,
    ) -> Result<Option<Dialogue>, StoreError> {
        let sql = "SELECT state FROM dialogue WHERE account = $1 AND speaker = $2 AND until_ms >= $3";
        let Some(row) = self.row(sql, [account.into(), speaker.into(), to_ms(at).into()]).await? else {
            return Ok(None);
        };
        // one that an older version wrote is as good as over
        Ok(serde_json::from_str(&row.try_get_by_index::<String>(0)?).ok())
    }
}

impl Tx {
    /// Opens a conversation with somebody, or goes on with it.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_dialogue(
        &mut self,
        account: &str,
        speaker: &str,
        dialogue: &Dialogue,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let state = serde_json::to_string(dialogue).unwrap_or_default();
        let sql = "INSERT INTO dialogue (account, speaker, state, until_ms) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (account, speaker) DO UPDATE SET state = $3, until_ms = $4";
        self.raw().run(sql, [account.into(), speaker.into(), state.into(), to_ms(until).into()]).await?;
        Ok(())
    }

    /// Ends the conversation with somebody, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_dialogue(&mut self, account: &str, speaker: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM dialogue WHERE account = $1 AND speaker = $2";
        self.raw().run(sql, [account.into(), speaker.into()]).await?;
        Ok(())
    }
}
