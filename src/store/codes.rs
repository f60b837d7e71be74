//! One-time codes that tie an address to a person, or a group to a chat.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::entities::{endpoint, identity};
use super::{StoreError, Tx};
use crate::clock::to_ms;
use crate::domain::id::{ChatId, PersonId};
use crate::domain::people::Direction;
use sea_orm::{ActiveModelTrait, Set};

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFor {
    /// Ties the sender's address to this person.
    Person(PersonId),
    /// Ties the group it is sent in to this chat.
    Chat(ChatId),
}

/// What became of a code somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeUse {
    /// It was good, and is used up now.
    Used,
    /// No such code, or used, or expired, or for something else. The answer is the same for all.
    Unknown,
}

/// Letters and digits that nobody mistakes for each other.
const ALPHABET: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/// A fresh code: ten characters, 49 bits.
pub(super) fn fresh_code() -> String {
    (0..10).map(|_| char::from(ALPHABET[usize::from(rand::random::<u16>()) % ALPHABET.len()])).collect()
}

fn hash(code: &str) -> String {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    hex::encode(Sha256::digest(code.to_ascii_uppercase()))
}

impl Tx {
    /// Makes a code. Only its hash is stored: this is the only time it can be read.
    ///
    /// # Errors
    /// The database's.
    pub async fn create_code(&mut self, what: CodeFor, expires_at: DateTime<Utc>) -> Result<String, StoreError> {
        let code = fresh_code();
        let (person, chat) = match what {
            CodeFor::Person(person) => (Some(person.0), None),
            CodeFor::Chat(chat) => (None, Some(chat.0)),
        };
        let sql =
            "INSERT INTO join_code (id, code_hash, person_id, chat_id, expires_at_ms) VALUES ($1, $2, $3, $4, $5)";
        let values = [self.new_id().into(), hash(&code).into(), person.into(), chat.into(), to_ms(expires_at).into()];
        self.raw().run(sql, values).await?;
        Ok(code)
    }

    /// Whom or what an unused code is for.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_code(&mut self, code: &str, now: DateTime<Utc>) -> Result<Option<CodeFor>, StoreError> {
        let sql = "SELECT person_id, chat_id FROM join_code WHERE code_hash = $1 AND used_at_ms IS NULL AND expires_at_ms > $2";
        let Some(row) = self.raw().row(sql, [hash(code).into(), to_ms(now).into()]).await? else { return Ok(None) };
        let person: Option<i64> = row.try_get_by_index(0)?;
        let chat: Option<i64> = row.try_get_by_index(1)?;
        Ok(person.map(|id| CodeFor::Person(PersonId(id))).or(chat.map(|id| CodeFor::Chat(ChatId(id)))))
    }

    /// Uses a code up.
    ///
    /// # Errors
    /// The database's.
    pub async fn use_code(&mut self, code: &str, now: DateTime<Utc>) -> Result<CodeUse, StoreError> {
        let sql = "UPDATE join_code SET used_at_ms = $2 WHERE code_hash = $1 AND used_at_ms IS NULL";
        let touched = self.raw().run(sql, [hash(code).into(), to_ms(now).into()]).await?;
        Ok(if touched == 1 { CodeUse::Used } else { CodeUse::Unknown })
    }

    /// Ties an address to a person; an address belongs to one person only.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_identity(&mut self, person: PersonId, account: &str, external_id: &str) -> Result<(), StoreError> {
        let row = identity::ActiveModel {
            id: Set(self.new_id()),
            person_id: Set(person.0),
            account: Set(account.to_owned()),
            external_id: Set(external_id.to_owned()),
        };
        row.insert(&self.raw()).await?;
        self.bump_directory().await
    }

    /// Ties a group to a chat, both ways; a group belongs to one chat only.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_endpoint(&mut self, chat: ChatId, account: &str, external_id: &str) -> Result<(), StoreError> {
        let row = endpoint::ActiveModel {
            id: Set(self.new_id()),
            chat_id: Set(chat.0),
            account: Set(account.to_owned()),
            external_id: Set(external_id.to_owned()),
            direction: Set(Direction::Both.code().to_owned()),
        };
        row.insert(&self.raw()).await?;
        self.bump_directory().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        assert_eq!(hash("abcd-efgh 23"), hash("ABCDEFGH23"));
        assert_ne!(fresh_code(), fresh_code());
        assert_eq!(fresh_code().len(), 10);
    }
}
