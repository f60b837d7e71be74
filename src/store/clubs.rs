//! Clubs (微社团): interest groups of a youth group, their members and the votes for them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::Value;

use super::{Db, StoreError, Tx};
use crate::clock::to_ms;
use crate::domain::id::{ChatId, ClubId, PersonId};

/// A club that nobody has closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Club {
    /// Its identity.
    pub id: ClubId,
    /// The number people say, within the group.
    pub number: i64,
    /// Who founded it, as a key of [`crate::domain::somebody`].
    pub founder: String,
    /// Its name.
    pub name: String,
    /// When and where it meets, as its founder wrote it; may be empty.
    pub about: String,
    /// Members' names, in the order of joining.
    pub members: Vec<String>,
    /// Votes for it.
    pub votes: u32,
}

impl Db<'_> {
    /// The clubs of a group, by number.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_clubs(&self, chat: ChatId) -> Result<Vec<Club>, StoreError> {
        let sql = "SELECT m.club_id, m.name FROM club_member m JOIN club c ON c.id = m.club_id
                   WHERE c.chat_id = $1 AND c.closed_at_ms IS NULL ORDER BY m.joined_at_ms, m.who";
        let mut members: HashMap<ClubId, Vec<String>> = HashMap::new();
        for row in self.rows(sql, [chat.0.into()]).await? {
            members.entry(ClubId(row.try_get_by_index(0)?)).or_default().push(row.try_get_by_index(1)?);
        }
        let sql = "SELECT c.id, c.number, c.name, c.about, COUNT(v.who), c.founded_by FROM club c
                   LEFT JOIN club_vote v ON v.club_id = c.id WHERE c.chat_id = $1 AND c.closed_at_ms IS NULL
                   GROUP BY c.id, c.number, c.name, c.about, c.founded_by ORDER BY c.number";
        let rows = self.rows(sql, [chat.0.into()]).await?;
        rows.iter()
            .map(|row| {
                let id = ClubId(row.try_get_by_index(0)?);
                let votes: i64 = row.try_get_by_index(4)?;
                Ok(Club {
                    id,
                    number: row.try_get_by_index(1)?,
                    founder: row.try_get_by_index(5)?,
                    name: row.try_get_by_index(2)?,
                    about: row.try_get_by_index(3)?,
                    members: members.remove(&id).unwrap_or_default(),
                    votes: u32::try_from(votes).unwrap_or(u32::MAX),
                })
            })
            .collect()
    }
}

impl Tx {
    /// Founds a club and gives it the group's next number. Where another replica took the same, the unique constraint
    /// makes the closure run again.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_club(
        &mut self,
        chat: ChatId,
        name: &str,
        about: &str,
        founder: &str,
        at: DateTime<Utc>,
    ) -> Result<(ClubId, i64), StoreError> {
        let sql = "SELECT COALESCE(MAX(number), 0) + 1 FROM club WHERE chat_id = $1";
        let row = self.raw().row(sql, [chat.0.into()]).await?;
        let number: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(1);
        let id = ClubId(self.new_id());
        let sql = "INSERT INTO club (id, chat_id, number, name, about, founded_by, founded_at_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values: [Value; 7] =
            [id.0.into(), chat.0.into(), number.into(), name.into(), about.into(), founder.into(), to_ms(at).into()];
        self.raw().run(sql, values).await?;
        Ok((id, number))
    }

    /// Closes a club; its members and votes stay in the database.
    ///
    /// # Errors
    /// The database's.
    pub async fn close_club(&mut self, id: ClubId, by: PersonId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE club SET closed_by = $2, closed_at_ms = $3 WHERE id = $1";
        self.raw().run(sql, [id.0.into(), by.0.into(), to_ms(at).into()]).await?;
        Ok(())
    }

    /// Signs somebody up; `false` where they are in already.
    ///
    /// # Errors
    /// The database's.
    pub async fn join_club(
        &mut self,
        id: ClubId,
        who: &str,
        name: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO club_member (club_id, who, name, joined_at_ms) VALUES ($1, $2, $3, $4)
                   ON CONFLICT DO NOTHING";
        Ok(self.raw().run(sql, [id.0.into(), who.into(), name.into(), to_ms(at).into()]).await? == 1)
    }

    /// Takes somebody off the list; `false` where they were not on it.
    ///
    /// # Errors
    /// The database's.
    pub async fn leave_club(&mut self, id: ClubId, who: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM club_member WHERE club_id = $1 AND who = $2";
        Ok(self.raw().run(sql, [id.0.into(), who.into()]).await? == 1)
    }

    /// Votes: the one vote of this person among the clubs of the group now goes to this one.
    ///
    /// # Errors
    /// The database's.
    pub async fn vote_club(
        &mut self,
        chat: ChatId,
        id: ClubId,
        who: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO club_vote (chat_id, who, club_id, voted_at_ms) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (chat_id, who) DO UPDATE SET club_id = excluded.club_id, voted_at_ms = excluded.voted_at_ms";
        self.raw().run(sql, [chat.0.into(), who.into(), id.0.into(), to_ms(at).into()]).await?;
        Ok(())
    }
}
