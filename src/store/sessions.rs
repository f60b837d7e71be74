//! Open days: timed sessions in youth groups, and the questions asked in them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::questions::QUESTION_COLUMNS;
use super::{Db, StoreError, Tx};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{ChatId, PersonId, QuestionId, SessionId, UnitId};
use crate::domain::question::Question;

/// An open day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its identity.
    pub id: SessionId,
    /// The group.
    pub chat: ChatId,
    /// The unit whose open day it is.
    pub unit: UnitId,
    /// The secretary who opened it.
    pub person: PersonId,
    /// What it is about; may be empty.
    pub topic: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When its time runs out.
    pub until: DateTime<Utc>,
}

const COLUMNS: &str = "id, chat_id, unit_id, person_id, topic, began_at_ms, until_ms";

fn read(row: &QueryResult) -> Result<Session, StoreError> {
    Ok(Session {
        id: SessionId(row.try_get("", "id")?),
        chat: ChatId(row.try_get("", "chat_id")?),
        unit: UnitId(row.try_get("", "unit_id")?),
        person: PersonId(row.try_get("", "person_id")?),
        topic: row.try_get("", "topic")?,
        began_at: from_ms(row.try_get("", "began_at_ms")?),
        until: from_ms(row.try_get("", "until_ms")?),
    })
}

impl Db<'_> {
    /// The open day of a group that nobody has ended; its time may have run out.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_session(&self, chat: ChatId) -> Result<Option<Session>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM session WHERE chat_id = $1 AND ended_at_ms IS NULL");
        self.row(&sql, [chat.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// Open days whose time has run out and that nobody has ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_sessions_over(&self, at: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM session WHERE ended_at_ms IS NULL AND until_ms <= $1 ORDER BY until_ms, id");
        self.rows(&sql, [to_ms(at).into()]).await?.iter().map(read).collect()
    }

    /// What was asked in an open day and not withdrawn, in the order of asking.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_session_questions(&self, session: SessionId) -> Result<Vec<Question>, StoreError> {
        let sql = format!(
            "SELECT {QUESTION_COLUMNS} FROM question WHERE state <> 'withdrawn'
             AND id IN (SELECT question_id FROM session_question WHERE session_id = $1) ORDER BY number"
        );
        self.rows(&sql, [session.0.into()]).await?.iter().map(super::questions::read).collect()
    }

    /// The first answer to each question of an open day that has one.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_session_answers(&self, session: SessionId) -> Result<HashMap<QuestionId, String>, StoreError> {
        let sql = "SELECT a.question_id, a.text FROM answer a JOIN session_question s ON s.question_id = a.question_id
                   WHERE s.session_id = $1 ORDER BY a.given_at_ms DESC, a.id DESC";
        let rows = self.rows(sql, [session.0.into()]).await?;
        // the earliest comes last and stays
        rows.iter().map(|row| Ok((QuestionId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
    }
}

impl Tx {
    /// Opens a session. Where one runs in the group already, the unique index makes the closure run again and see it.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let sql = "INSERT INTO session (id, chat_id, unit_id, person_id, topic, began_at_ms, until_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values: [Value; 7] = [
            session.id.0.into(),
            session.chat.0.into(),
            session.unit.0.into(),
            session.person.0.into(),
            session.topic.clone().into(),
            to_ms(session.began_at).into(),
            to_ms(session.until).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Ends a session; `false` where somebody was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_session(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE session SET ended_at_ms = $2 WHERE id = $1 AND ended_at_ms IS NULL";
        Ok(self.raw().run(sql, [id.0.into(), to_ms(at).into()]).await? == 1)
    }

    /// Puts a question under an open day.
    ///
    /// # Errors
    /// The database's.
    pub async fn collect_question(&mut self, session: SessionId, question: QuestionId) -> Result<(), StoreError> {
        let sql = "INSERT INTO session_question (question_id, session_id) VALUES ($1, $2)";
        self.raw().run(sql, [question.0.into(), session.0.into()]).await?;
        Ok(())
    }
}
