//! Questions and answers of the Voice of Youth.

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{AnswerId, ChatId, PersonId, QuestionId, UnitId};
use crate::domain::question::{Asker, Question, QuestionState};

/// A question about to be stored; the store gives it its number.
#[derive(Clone, Debug)]
pub struct NewQuestion {
    /// The unit that owes the answer.
    pub unit: UnitId,
    /// The group it was asked in.
    pub chat: Option<ChatId>,
    /// How the asker is reached.
    pub asker: Asker,
    /// What was asked, as typed.
    pub text: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Until when an answer is promised.
    pub due_at: DateTime<Utc>,
}

/// One unit's questions in a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuestionFigures {
    /// Asked in the span and not withdrawn.
    pub asked: u32,
    /// Answered (for the first time) in the span.
    pub answered: u32,
}

/// How long one question waited for its first answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnsweredIn {
    /// The unit that owed it.
    pub unit: UnitId,
    /// Milliseconds from asking to answering.
    pub waited_ms: i64,
}

const COLUMNS: &str = "id, number, unit_id, chat_id, asker_account, asker_external_id, asker_group, asker_name,
    asker_person_id, text, state, asked_at_ms, due_at_ms";

fn read(row: &QueryResult) -> Result<Question, StoreError> {
    Ok(Question {
        id: QuestionId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        unit: UnitId(row.try_get("", "unit_id")?),
        chat: row.try_get::<Option<i64>>("", "chat_id")?.map(ChatId),
        asker: Asker {
            account: row.try_get("", "asker_account")?,
            external_id: row.try_get("", "asker_external_id")?,
            group: row.try_get("", "asker_group")?,
            name: row.try_get("", "asker_name")?,
            person: row.try_get::<Option<i64>>("", "asker_person_id")?.map(PersonId),
        },
        text: row.try_get("", "text")?,
        state: QuestionState::read(&row.try_get::<String>("", "state")?).unwrap_or(QuestionState::Asked),
        asked_at: from_ms(row.try_get("", "asked_at_ms")?),
        due_at: from_ms(row.try_get("", "due_at_ms")?),
    })
}

impl Db<'_> {
    /// A question by the number people say.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_question_by_number(&self, number: i64) -> Result<Option<Question>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM question WHERE number = $1");
        self.row(&sql, [number.into()]).await?.as_ref().map(read).transpose()
    }

    /// A question by its identity.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_question(&self, id: QuestionId) -> Result<Option<Question>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM question WHERE id = $1");
        self.row(&sql, [id.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// The question that a message on a platform is about.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_quoted_question(&self, account: &str, message_id: &str) -> Result<Option<Question>, StoreError> {
        let sql = "SELECT question_id FROM quoted WHERE account = $1 AND message_id = $2";
        let Some(row) = self.row(sql, [account.into(), message_id.into()]).await? else { return Ok(None) };
        self.find_question(QuestionId(row.try_get_by_index(0)?)).await
    }

    /// Every open question, the one due first in front. There are few: an open one is an answer that is owed.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_questions(&self) -> Result<Vec<Question>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM question WHERE state = 'asked' ORDER BY due_at_ms, id");
        self.rows(&sql, []).await?.iter().map(read).collect()
    }

    /// Asked and answered per unit in `[from, until)`.
    ///
    /// # Errors
    /// The database's.
    pub async fn question_figures(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(UnitId, QuestionFigures)>, StoreError> {
        let sql =
            "SELECT unit_id, CAST(SUM(asked) AS BIGINT) AS asked, CAST(SUM(answered) AS BIGINT) AS answered FROM (
                     SELECT unit_id, 1 AS asked, 0 AS answered FROM question
                       WHERE asked_at_ms >= $1 AND asked_at_ms < $2 AND state <> 'withdrawn'
                     UNION ALL
                     SELECT unit_id, 0, 1 FROM question WHERE answered_at_ms >= $1 AND answered_at_ms < $2
                   ) AS figures GROUP BY unit_id";
        let rows = self.rows(sql, [to_ms(from).into(), to_ms(until).into()]).await?;
        rows.iter()
            .map(|row| {
                let count = |at: usize| -> Result<u32, StoreError> {
                    let count: i64 = row.try_get_by_index(at)?;
                    Ok(u32::try_from(count).unwrap_or(u32::MAX))
                };
                let figures = QuestionFigures { asked: count(1)?, answered: count(2)? };
                Ok((UnitId(row.try_get_by_index(0)?), figures))
            })
            .collect()
    }

    /// How long each question that was first answered in `[from, until)` had waited.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_answered_in(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<AnsweredIn>, StoreError> {
        let sql = "SELECT unit_id, answered_at_ms - asked_at_ms FROM question WHERE answered_at_ms >= $1 AND answered_at_ms < $2";
        let rows = self.rows(sql, [to_ms(from).into(), to_ms(until).into()]).await?;
        rows.iter()
            .map(|row| Ok(AnsweredIn { unit: UnitId(row.try_get_by_index(0)?), waited_ms: row.try_get_by_index(1)? }))
            .collect()
    }
}

impl Tx {
    /// Stores a question and gives it the next number.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_question(&mut self, new: NewQuestion) -> Result<Question, StoreError> {
        let number = self.next_number("question").await?;
        let id = QuestionId(self.new_id());
        let sql = format!(
            "INSERT INTO question (id, number, unit_id, chat_id, asker_account, asker_external_id, asker_group, asker_name,
             asker_person_id, text, state, asked_at_ms, due_at_ms) VALUES ({})",
            placeholders(0, 13)
        );
        let asker = &new.asker;
        let values: [Value; 13] = [
            id.0.into(),
            number.into(),
            new.unit.0.into(),
            new.chat.map(|chat| chat.0).into(),
            asker.account.clone().into(),
            asker.external_id.clone().into(),
            asker.group.clone().into(),
            asker.name.clone().into(),
            asker.person.map(|person| person.0).into(),
            new.text.clone().into(),
            QuestionState::Asked.code().into(),
            to_ms(new.asked_at).into(),
            to_ms(new.due_at).into(),
        ];
        self.raw().run(&sql, values).await?;
        self.note_step(id, "asked", new.asker.person, new.asked_at).await?;
        let NewQuestion { unit, chat, asker, text, asked_at, due_at } = new;
        Ok(Question { id, number, unit, chat, asker, text, state: QuestionState::Asked, asked_at, due_at })
    }

    /// Stores an answer; the first one settles the question.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_answer(
        &mut self,
        question: QuestionId,
        by: PersonId,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<AnswerId, StoreError> {
        let id = AnswerId(self.new_id());
        let sql = "INSERT INTO answer (id, question_id, person_id, text, given_at_ms) VALUES ($1, $2, $3, $4, $5)";
        self.raw().run(sql, [id.0.into(), question.0.into(), by.0.into(), text.into(), to_ms(at).into()]).await?;
        let sql = "UPDATE question SET state = 'answered', answered_at_ms = COALESCE(answered_at_ms, $2) WHERE id = $1";
        self.raw().run(sql, [question.0.into(), to_ms(at).into()]).await?;
        self.note_step(question, "answered", Some(by), at).await?;
        Ok(id)
    }

    /// Withdraws an open question.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw_question(&mut self, id: QuestionId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE question SET state = 'withdrawn' WHERE id = $1 AND state = 'asked'";
        let withdrawn = self.raw().run(sql, [id.0.into()]).await? == 1;
        if withdrawn {
            self.note_step(id, "withdrawn", None, at).await?;
        }
        Ok(withdrawn)
    }

    /// Remembers which question a message on a platform is about.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_quotable(
        &mut self,
        account: &str,
        message_id: &str,
        question: QuestionId,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO quoted (account, message_id, question_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        self.raw().run(sql, [account.into(), message_id.into(), question.0.into()]).await?;
        Ok(())
    }

    async fn note_step(
        &mut self,
        question: QuestionId,
        step: &str,
        by: Option<PersonId>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO question_step (id, question_id, step, person_id, at_ms) VALUES ($1, $2, $3, $4, $5)";
        let values =
            [self.new_id().into(), question.0.into(), step.into(), by.map(|person| person.0).into(), to_ms(at).into()];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// The next of a running number. Concurrent replicas wait for each other's row.
    pub(super) async fn next_number(&mut self, name: &str) -> Result<i64, StoreError> {
        let sql = "INSERT INTO counter (name, value) VALUES ($1, 1)
                   ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value";
        let row = self.raw().row(sql, [name.into()]).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(1))
    }
}
