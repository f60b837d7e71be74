//! Open days: timed sessions in youth groups, the questions asked in them, and whose turn it is.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::questions::{Given, QUESTION_COLUMNS};
use super::{Db, StoreError, Tx};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{ChatId, PersonId, QuestionId, SessionId, UnitId};
use crate::domain::open_day::Phase;
use crate::domain::question::Question;

/// An open day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its identity.
    pub id: SessionId,
    /// The number people say; counts over all groups.
    pub number: i64,
    /// The group.
    pub chat: ChatId,
    /// The unit whose open day it is.
    pub unit: UnitId,
    /// The secretary who opened or announced it.
    pub person: PersonId,
    /// Who is asked the questions now.
    pub host: PersonId,
    /// What it is about; may be empty.
    pub topic: String,
    /// How far it has come.
    pub phase: Phase,
    /// When it began; of an announced one, when it is to begin.
    pub began_at: DateTime<Utc>,
    /// When its time runs out.
    pub until: DateTime<Utc>,
    /// When it was ended, or cancelled.
    pub ended_at: Option<DateTime<Utc>>,
    /// The question that is put to the host.
    pub at_hand: Option<QuestionId>,
    /// Since when.
    pub put_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str =
    "id, number, chat_id, unit_id, person_id, host_id, topic, state, began_at_ms, until_ms, ended_at_ms,
    at_hand_id, put_at_ms";

fn read(row: &QueryResult) -> Result<Session, StoreError> {
    let instant = |column: &str| -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(row.try_get::<Option<i64>>("", column)?.map(from_ms))
    };
    Ok(Session {
        id: SessionId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        chat: ChatId(row.try_get("", "chat_id")?),
        unit: UnitId(row.try_get("", "unit_id")?),
        person: PersonId(row.try_get("", "person_id")?),
        host: PersonId(row.try_get("", "host_id")?),
        topic: row.try_get("", "topic")?,
        // a phase that a newer version wrote is none in which anything is taken in
        phase: Phase::read(&row.try_get::<String>("", "state")?).unwrap_or(Phase::Ended),
        began_at: from_ms(row.try_get("", "began_at_ms")?),
        until: from_ms(row.try_get("", "until_ms")?),
        ended_at: instant("ended_at_ms")?,
        at_hand: row.try_get::<Option<i64>>("", "at_hand_id")?.map(QuestionId),
        put_at: instant("put_at_ms")?,
    })
}

impl Db<'_> {
    /// The open day of a group that nobody has ended; its time may have run out.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_session(&self, chat: ChatId) -> Result<Option<Session>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM session WHERE chat_id = $1 AND state = 'running'");
        self.row(&sql, [chat.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// The open day that is announced in a group.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_announced_session(&self, chat: ChatId) -> Result<Option<Session>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM session WHERE chat_id = $1 AND state = 'announced'");
        self.row(&sql, [chat.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// An open day by its number.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_session_by_number(&self, number: i64) -> Result<Option<Session>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM session WHERE number = $1");
        self.row(&sql, [number.into()]).await?.as_ref().map(read).transpose()
    }

    /// The running open day that a question was asked in.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_session_of(&self, question: QuestionId) -> Result<Option<Session>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM session WHERE state = 'running'
             AND id = (SELECT session_id FROM session_question WHERE question_id = $1)"
        );
        self.row(&sql, [question.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// Every open day that is announced or runs, the one that began first in front.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_sessions_alive(&self) -> Result<Vec<Session>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM session WHERE state IN ('announced', 'running') ORDER BY began_at_ms, id");
        self.rows(&sql, []).await?.iter().map(read).collect()
    }

    /// The latest open days, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_sessions(&self, most: u32) -> Result<Vec<Session>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM session ORDER BY number DESC LIMIT $1");
        self.rows(&sql, [i64::from(most).into()]).await?.iter().map(read).collect()
    }

    /// What was asked in an open day and not withdrawn, in the order of asking.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_session_questions(&self, session: SessionId) -> Result<Vec<Question>, StoreError> {
        let sql = format!(
            "SELECT {QUESTION_COLUMNS} FROM question WHERE state <> 'withdrawn'
             AND id IN (SELECT question_id FROM session_question WHERE session_id = $1) ORDER BY asked_at_ms, id"
        );
        self.rows(&sql, [session.0.into()]).await?.iter().map(super::questions::read).collect()
    }

    /// What is still to be put to the host of an open day, in the order of their turns: open, for everybody to read, and
    /// given to nobody else.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_session_queue(&self, session: &Session) -> Result<Vec<Question>, StoreError> {
        let columns = QUESTION_COLUMNS.split(',').map(|column| format!("q.{}", column.trim()));
        let columns = columns.collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns} FROM session_question s JOIN question q ON q.id = s.question_id
             WHERE s.session_id = $1 AND q.state = 'asked' AND q.visibility = 'public' AND q.chat_id = $2
             AND q.holder_unit_id = $3 AND (q.assignee_id IS NULL OR q.assignee_id = $4)
             ORDER BY s.place, q.id"
        );
        let values: [Value; 4] =
            [session.id.0.into(), session.chat.0.into(), session.unit.0.into(), session.host.0.into()];
        self.rows(&sql, values).await?.iter().map(super::questions::read).collect()
    }

    /// The answers to each question of an open day that has any, the first one first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_session_answers(
        &self,
        session: SessionId,
    ) -> Result<HashMap<QuestionId, Vec<Given>>, StoreError> {
        let sql = "SELECT a.question_id, a.person_id, a.text, a.given_at_ms FROM answer a
                   JOIN session_question s ON s.question_id = a.question_id
                   WHERE s.session_id = $1 ORDER BY a.given_at_ms, a.id";
        let mut answers: HashMap<QuestionId, Vec<Given>> = HashMap::new();
        for row in self.rows(sql, [session.0.into()]).await? {
            let given = Given {
                by: PersonId(row.try_get_by_index(1)?),
                text: row.try_get_by_index(2)?,
                at: from_ms(row.try_get_by_index(3)?),
            };
            answers.entry(QuestionId(row.try_get_by_index(0)?)).or_default().push(given);
        }
        Ok(answers)
    }

    /// How many like each question of an open day that anybody likes.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_session_likes(&self, session: SessionId) -> Result<HashMap<QuestionId, u64>, StoreError> {
        let sql = "SELECT l.question_id, COUNT(*) FROM question_like l
                   JOIN session_question s ON s.question_id = l.question_id
                   WHERE s.session_id = $1 GROUP BY l.question_id";
        let rows = self.rows(sql, [session.0.into()]).await?;
        rows.iter()
            .map(|row| {
                let count: i64 = row.try_get_by_index(1)?;
                Ok((QuestionId(row.try_get_by_index(0)?), u64::try_from(count).unwrap_or(0)))
            })
            .collect()
    }

    /// Everybody who liked a question of an open day, as the keys of `domain::somebody`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_session_likers(&self, session: SessionId) -> Result<HashSet<String>, StoreError> {
        let sql = "SELECT DISTINCT l.who FROM question_like l JOIN session_question s ON s.question_id = l.question_id
                   WHERE s.session_id = $1";
        let rows = self.rows(sql, [session.0.into()]).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }
}

impl Tx {
    /// Opens or announces a session, and gives it its number. Where one runs or is announced in the group already, the
    /// unique index makes the closure run again and see it.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_session(&mut self, session: Session) -> Result<Session, StoreError> {
        let number = self.next_number("open_day").await?;
        let sql = "INSERT INTO session (id, number, chat_id, unit_id, person_id, host_id, topic, state, began_at_ms, until_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let values: [Value; 10] = [
            session.id.0.into(),
            number.into(),
            session.chat.0.into(),
            session.unit.0.into(),
            session.person.0.into(),
            session.host.0.into(),
            session.topic.clone().into(),
            session.phase.code().into(),
            to_ms(session.began_at).into(),
            to_ms(session.until).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(Session { number, ..session })
    }

    /// An announced session begins; `false` where somebody was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_session(&mut self, session: &Session) -> Result<bool, StoreError> {
        let sql = "UPDATE session SET state = 'running', topic = $2, began_at_ms = $3, until_ms = $4
                   WHERE id = $1 AND state = 'announced'";
        let values: [Value; 4] = [
            session.id.0.into(),
            session.topic.clone().into(),
            to_ms(session.began_at).into(),
            to_ms(session.until).into(),
        ];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// Ends a running session; `false` where somebody was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_session(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE session SET state = 'ended', ended_at_ms = $2, at_hand_id = NULL
                   WHERE id = $1 AND state = 'running'";
        Ok(self.raw().run(sql, [id.0.into(), to_ms(at).into()]).await? == 1)
    }

    /// Cancels an announced session; `false` where somebody was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn cancel_session(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE session SET state = 'cancelled', ended_at_ms = $2 WHERE id = $1 AND state = 'announced'";
        Ok(self.raw().run(sql, [id.0.into(), to_ms(at).into()]).await? == 1)
    }

    /// Notes that host and group were reminded of an announced session; `false` where they had been.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_session_reminded(&mut self, id: SessionId) -> Result<bool, StoreError> {
        let sql = "UPDATE session SET reminded = 1 WHERE id = $1 AND state = 'announced' AND reminded = 0";
        Ok(self.raw().run(sql, [id.0.into()]).await? == 1)
    }

    /// Somebody else is asked the questions from now on.
    ///
    /// # Errors
    /// The database's.
    pub async fn change_session_host(&mut self, id: SessionId, host: PersonId) -> Result<(), StoreError> {
        let sql = "UPDATE session SET host_id = $2 WHERE id = $1";
        self.raw().run(sql, [id.0.into(), host.0.into()]).await?;
        Ok(())
    }

    /// Puts a question to the host, or none.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_in_session(
        &mut self,
        id: SessionId,
        question: Option<QuestionId>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE session SET at_hand_id = $2, put_at_ms = $3 WHERE id = $1";
        let put_at = question.map(|_| to_ms(at));
        self.raw().run(sql, [id.0.into(), question.map(|one| one.0).into(), put_at.into()]).await?;
        Ok(())
    }

    /// Puts a question under an open day, at the end of its queue.
    ///
    /// # Errors
    /// The database's.
    pub async fn collect_question(&mut self, session: SessionId, question: QuestionId) -> Result<(), StoreError> {
        let sql = "INSERT INTO session_question (question_id, session_id, place) VALUES ($1, $2, $3)";
        let place = self.new_id();
        self.raw().run(sql, [question.0.into(), session.0.into(), place.into()]).await?;
        Ok(())
    }

    /// Moves a question to the end of its queue.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_off_in_session(&mut self, question: QuestionId) -> Result<(), StoreError> {
        let sql = "UPDATE session_question SET place = $2 WHERE question_id = $1";
        let place = self.new_id();
        self.raw().run(sql, [question.0.into(), place.into()]).await?;
        Ok(())
    }
}
