//! Lists of questions.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::questions::{QUESTION_COLUMNS, read};
use super::{Db, StoreError};
use crate::clock::to_ms;
use crate::domain::id::{PersonId, QuestionId};
use crate::domain::question::Question;

/// Statements that run often; `{columns}` stands for what is read. Their plans are looked at in a test.
pub(super) const OPEN: &str =
    "SELECT {columns} FROM question WHERE state = 'asked' AND asked_at_ms <= $1 ORDER BY due_at_ms, id";
pub(super) const RESTING: &str =
    "SELECT {columns} FROM question WHERE state IN ('held', 'waiting') AND asked_at_ms <= $1
             ORDER BY due_at_ms, id";
pub(super) const TO_LOOK_AT: &str = "SELECT {columns} FROM question WHERE look_at_ms IS NOT NULL AND look_at_ms <= $1
             ORDER BY look_at_ms, id LIMIT $2";
pub(super) const LIST_OF: &str =
    "SELECT {columns} FROM question WHERE who = $1 ORDER BY asked_at_ms DESC, id DESC LIMIT $2";
pub(super) const COUNT_OPEN_OF: &str =
    "SELECT COUNT(*) FROM question WHERE who = $1 AND state IN ('held', 'asked', 'waiting')";
pub(super) const MERGED_INTO: &str = "SELECT {columns} FROM question WHERE merged_into = $1 ORDER BY asked_at_ms, id";
pub(super) const ASSIGNED_TO: &str = "SELECT id FROM question WHERE assignee_id = $1";

fn whole(sql: &str) -> String {
    sql.replace("{columns}", QUESTION_COLUMNS)
}

impl Db<'_> {
    /// Every question that somebody owes an answer to and that is known by an instant, the one due first in front. There
    /// are few: an open one is an answer that is owed.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_questions(&self, at: DateTime<Utc>) -> Result<Vec<Question>, StoreError> {
        let sql = whole(OPEN);
        self.rows(&sql, [to_ms(at).into()]).await?.iter().map(read).collect()
    }

    /// Every question that waits for a person to look at its words, or for more words of its asker.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_resting_questions(&self, at: DateTime<Utc>) -> Result<Vec<Question>, StoreError> {
        let sql = whole(RESTING);
        self.rows(&sql, [to_ms(at).into()]).await?.iter().map(read).collect()
    }

    /// Questions about which something is to be done by an instant, the earliest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_questions_to_look_at(&self, at: DateTime<Utc>, most: u32) -> Result<Vec<Question>, StoreError> {
        let sql = whole(TO_LOOK_AT);
        self.rows(&sql, [to_ms(at).into(), i64::from(most).into()]).await?.iter().map(read).collect()
    }

    /// Open questions of whose time somebody was warned in `(after, until]`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_warned_questions(
        &self,
        after: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<HashSet<QuestionId>, StoreError> {
        // each part a seek of its own, over the few that are open
        let sql = "SELECT s.question_id FROM question q JOIN question_step s ON s.question_id = q.id
                   WHERE q.state = 'asked' AND s.step = 'warned' AND s.at_ms > $1 AND s.at_ms <= $2
                   UNION SELECT s.question_id FROM question q JOIN question_step s ON s.question_id = q.id
                   WHERE q.state IN ('held', 'waiting') AND s.step = 'warned' AND s.at_ms > $1 AND s.at_ms <= $2";
        let rows = self.rows(sql, [to_ms(after).into(), to_ms(until).into()]).await?;
        rows.iter().map(|row| Ok(QuestionId(row.try_get_by_index(0)?))).collect()
    }

    /// Whether the list of the day has shown a question to those who answer since an instant.
    ///
    /// # Errors
    /// The database's.
    pub async fn was_listed(&self, question: QuestionId, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM question WHERE id = $1 AND listed_at_ms > $2";
        Ok(self.row(sql, [question.0.into(), to_ms(since).into()]).await?.is_some())
    }

    /// The latest questions of one asker, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_questions_of(&self, who: &str, most: u32) -> Result<Vec<Question>, StoreError> {
        let sql = whole(LIST_OF);
        self.rows(&sql, [who.into(), i64::from(most).into()]).await?.iter().map(read).collect()
    }

    /// How many questions of one asker are open.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_open_questions_of(&self, who: &str) -> Result<usize, StoreError> {
        let row = self.row(COUNT_OPEN_OF, [who.into()]).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// The questions that a question stands for.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_merged_into(&self, question: QuestionId) -> Result<Vec<Question>, StoreError> {
        let sql = whole(MERGED_INTO);
        self.rows(&sql, [question.0.into()]).await?.iter().map(read).collect()
    }

    /// How many others asked the same, each once however often they did.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_others_who_asked(&self, question: QuestionId) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(DISTINCT m.who) FROM question r JOIN question m ON m.merged_into = r.id
                   WHERE r.id = $1 AND m.who <> r.who";
        let row = self.row(sql, [question.0.into()]).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The answers that were shown to an asker, the likest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_offers(&self, question: QuestionId) -> Result<Vec<QuestionId>, StoreError> {
        let sql = "SELECT offered_id FROM question_offer WHERE question_id = $1 ORDER BY place";
        let rows = self.rows(sql, [question.0.into()]).await?;
        rows.iter().map(|row| Ok(QuestionId(row.try_get_by_index(0)?))).collect()
    }

    /// The questions somebody in particular is to answer.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_questions_assigned_to(&self, person: PersonId) -> Result<Vec<QuestionId>, StoreError> {
        let rows = self.rows(ASSIGNED_TO, [person.0.into()]).await?;
        rows.iter().map(|row| Ok(QuestionId(row.try_get_by_index(0)?))).collect()
    }
}
