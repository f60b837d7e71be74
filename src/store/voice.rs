//! Likes, and experts who were invited to answer.

use chrono::{DateTime, Utc};

use super::{Db, StoreError, Tx};
use crate::clock::to_ms;
use crate::domain::id::{PersonId, QuestionId};

impl Db<'_> {
    /// How many like a question.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_likes(&self, question: QuestionId) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM question_like WHERE question_id = $1";
        let row = self.row(sql, [question.0.into()]).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The questions somebody was invited to answer.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_invitations(&self, person: PersonId) -> Result<Vec<QuestionId>, StoreError> {
        let sql = "SELECT question_id FROM question_expert WHERE person_id = $1";
        let rows = self.rows(sql, [person.0.into()]).await?;
        rows.iter().map(|row| Ok(QuestionId(row.try_get_by_index(0)?))).collect()
    }

    /// Whether somebody was invited to answer a question.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_invited(&self, person: PersonId, question: QuestionId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM question_expert WHERE question_id = $1 AND person_id = $2";
        Ok(self.row(sql, [question.0.into(), person.0.into()]).await?.is_some())
    }
}

impl Tx {
    /// Likes a question; `false` where this one liked it before.
    ///
    /// # Errors
    /// The database's.
    pub async fn like_question(
        &mut self,
        question: QuestionId,
        who: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql =
            "INSERT INTO question_like (question_id, who, liked_at_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        Ok(self.raw().run(sql, [question.0.into(), who.into(), to_ms(at).into()]).await? == 1)
    }

    /// Invites an expert to answer a question; `false` where they were invited before.
    ///
    /// # Errors
    /// The database's.
    pub async fn invite_expert(
        &mut self,
        question: QuestionId,
        expert: PersonId,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO question_expert (question_id, person_id, invited_by, invited_at_ms)
                   VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        Ok(self.raw().run(sql, [question.0.into(), expert.0.into(), by.0.into(), to_ms(at).into()]).await? == 1)
    }
}
