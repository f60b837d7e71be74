//! Polls and surveys: what is asked, who has answered, and what, which of an anonymous one nothing joins.

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{ChatId, PersonId, PollId, UnitId};
use crate::domain::poll::{Form, Naming, Poll, PollKind, Reply};

/// A poll or survey about to be stored; the store gives it its number.
#[derive(Clone, Debug)]
pub struct NewPoll {
    /// Which of the two.
    pub kind: PollKind,
    /// The group.
    pub chat: ChatId,
    /// The unit.
    pub unit: UnitId,
    /// Who starts it.
    pub person: PersonId,
    /// Whether it is kept who answered what.
    pub naming: Naming,
    /// What is asked.
    pub form: Form,
    /// Of an anonymous one, what marks are made with: sealed where there is a key.
    pub secret: Option<String>,
    /// When it closes.
    pub closes_at: DateTime<Utc>,
}

/// What one participant answered.
#[derive(Clone, Debug, PartialEq)]
pub struct FilledIn {
    /// The name they bore when they answered; empty where it is not kept.
    pub name: String,
    /// The answers, in the order of the questions.
    pub replies: Vec<Reply>,
}

/// A survey that somebody has begun to fill in.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// Which.
    pub poll: PollId,
    /// The key of whoever fills it in.
    pub mark: String,
    /// The answers so far.
    pub replies: Vec<Reply>,
}

const COLUMNS: &str = "id, number, kind, chat_id, unit_id, person_id, naming, form, secret, closes_at_ms, closed_at_ms";

fn read(row: &QueryResult) -> Result<Poll, StoreError> {
    let unreadable = || sea_orm::DbErr::Custom("a poll cannot be read".to_owned());
    let text = |column: &str| row.try_get::<String>("", column);
    Ok(Poll {
        id: PollId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        kind: PollKind::read(&text("kind")?).ok_or_else(unreadable)?,
        chat: ChatId(row.try_get("", "chat_id")?),
        unit: UnitId(row.try_get("", "unit_id")?),
        person: PersonId(row.try_get("", "person_id")?),
        naming: Naming::read(&text("naming")?).ok_or_else(unreadable)?,
        form: serde_json::from_str(&text("form")?).map_err(|_| unreadable())?,
        secret: row.try_get("", "secret")?,
        closes_at: from_ms(row.try_get("", "closes_at_ms")?),
        closed_at: row.try_get::<Option<i64>>("", "closed_at_ms")?.map(from_ms),
    })
}

fn read_replies(text: &str) -> Vec<Reply> {
    serde_json::from_str(text).unwrap_or_default()
}

impl Db<'_> {
    /// A poll or survey by the number people say.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_poll(&self, number: i64) -> Result<Option<Poll>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM poll WHERE number = $1");
        self.row(&sql, [number.into()]).await?.as_ref().map(read).transpose()
    }

    /// A poll or survey by its identity.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_poll_by_id(&self, id: PollId) -> Result<Option<Poll>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM poll WHERE id = $1");
        self.row(&sql, [id.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// What takes answers in a group at an instant, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_polls(&self, chat: ChatId, at: DateTime<Utc>) -> Result<Vec<Poll>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM poll WHERE closed_at_ms IS NULL AND closes_at_ms > $2 AND chat_id = $1 ORDER BY number"
        );
        self.rows(&sql, [chat.0.into(), to_ms(at).into()]).await?.iter().map(read).collect()
    }

    /// What has run out and nobody has closed.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_polls_over(&self, at: DateTime<Utc>) -> Result<Vec<Poll>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM poll WHERE closed_at_ms IS NULL AND closes_at_ms <= $1 ORDER BY number");
        self.rows(&sql, [to_ms(at).into()]).await?.iter().map(read).collect()
    }

    /// The newest polls and surveys.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_polls(&self, most: u32) -> Result<Vec<Poll>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM poll ORDER BY number DESC LIMIT $1");
        self.rows(&sql, [i64::from(most).into()]).await?.iter().map(read).collect()
    }

    /// How many have answered.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_participants(&self, id: PollId) -> Result<usize, StoreError> {
        let row = self.row("SELECT COUNT(*) FROM poll_answer WHERE poll_id = $1", [id.0.into()]).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Every participant's answers, in an order drawn by lot.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_poll_answers(&self, id: PollId) -> Result<Vec<FilledIn>, StoreError> {
        let sql = "SELECT a.replies, COALESCE(p.name, '') FROM poll_answer a
                   LEFT JOIN poll_participant p ON p.poll_id = a.poll_id AND p.mark = a.mark
                   WHERE a.poll_id = $1 ORDER BY a.id";
        let rows = self.rows(sql, [id.0.into()]).await?;
        rows.iter()
            .map(|row| {
                let replies = read_replies(&row.try_get_by_index::<String>(0)?);
                Ok(FilledIn { name: row.try_get_by_index(1)?, replies })
            })
            .collect()
    }

    /// Whether somebody has filled a survey in.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_answered(&self, id: PollId, mark: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM poll_participant WHERE poll_id = $1 AND mark = $2";
        Ok(self.row(sql, [id.0.into(), mark.into()]).await?.is_some())
    }

    /// What somebody has answered so far.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_draft(&self, id: PollId, mark: &str) -> Result<Option<Vec<Reply>>, StoreError> {
        let sql = "SELECT replies FROM poll_draft WHERE poll_id = $1 AND mark = $2";
        let Some(row) = self.row(sql, [id.0.into(), mark.into()]).await? else { return Ok(None) };
        Ok(Some(read_replies(&row.try_get_by_index::<String>(0)?)))
    }

    /// The survey that somebody is being asked at an instant. `speakers`: the keys they may be stored under.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_survey_dialogue(
        &self,
        account: &str,
        speakers: &[String],
        at: DateTime<Utc>,
    ) -> Result<Option<Survey>, StoreError> {
        let sql = format!(
            "SELECT poll_id, mark, replies FROM poll_draft
             WHERE account = $1 AND until_ms >= $2 AND speaker IN ({}) ORDER BY until_ms DESC LIMIT 1",
            placeholders(2, speakers.len())
        );
        let mut values: Vec<Value> = vec![account.into(), to_ms(at).into()];
        values.extend(speakers.iter().map(|speaker| speaker.as_str().into()));
        let Some(row) = self.row(&sql, values).await? else {
            return Ok(None);
        };
        Ok(Some(Survey {
            poll: PollId(row.try_get_by_index(0)?),
            mark: row.try_get_by_index(1)?,
            replies: read_replies(&row.try_get_by_index::<String>(2)?),
        }))
    }
}

impl Tx {
    /// Stores a poll or survey and returns its number. Where another replica took the same, the unique constraint makes
    /// the closure run again.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_poll(&mut self, new: &NewPoll, at: DateTime<Utc>) -> Result<i64, StoreError> {
        let row = self.raw().row("SELECT COALESCE(MAX(number), 0) + 1 FROM poll", []).await?;
        let number: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(1);
        let form = serde_json::to_string(&new.form).unwrap_or_default();
        let sql = "INSERT INTO poll (id, number, kind, chat_id, unit_id, person_id, naming, form, secret, opened_at_ms,
                                     closes_at_ms, answers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)";
        let values: [Value; 11] = [
            self.new_id().into(),
            number.into(),
            new.kind.code().into(),
            new.chat.0.into(),
            new.unit.0.into(),
            new.person.0.into(),
            new.naming.code().into(),
            form.into(),
            new.secret.clone().into(),
            to_ms(at).into(),
            to_ms(new.closes_at).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(number)
    }

    /// Takes note that an answer is on its way; `false` where the poll is closed. It writes the poll's row, so that an
    /// answer and a closing at the same time are a conflict, and no answer comes after the result.
    ///
    /// # Errors
    /// The database's.
    async fn expect_answer(&mut self, id: PollId) -> Result<bool, StoreError> {
        let sql = "UPDATE poll SET answers = answers + 1 WHERE id = $1 AND closed_at_ms IS NULL";
        Ok(self.raw().run(sql, [id.0.into()]).await? == 1)
    }

    /// Votes, or changes a vote; `false` where the poll is closed.
    ///
    /// # Errors
    /// The database's.
    pub async fn vote(&mut self, poll: &Poll, mark: &str, name: &str, replies: &[Reply]) -> Result<bool, StoreError> {
        if !self.expect_answer(poll.id).await? {
            return Ok(false);
        }
        if !poll.is_anonymous() {
            self.note_participant(poll.id, mark, name).await?;
        }
        self.put_answer(poll.id, Some(mark), replies).await?;
        Ok(true)
    }

    /// Hands a survey in; `false` where it is closed. Of an anonymous one the answers are stored beside no mark.
    ///
    /// # Errors
    /// The database's.
    pub async fn hand_in(
        &mut self,
        poll: &Poll,
        mark: &str,
        name: &str,
        replies: &[Reply],
    ) -> Result<bool, StoreError> {
        if !self.expect_answer(poll.id).await? {
            return Ok(false);
        }
        self.end_draft(poll.id, mark).await?;
        let (name, joined) = if poll.is_anonymous() { ("", None) } else { (name, Some(mark)) };
        self.note_participant(poll.id, mark, name).await?;
        self.put_answer(poll.id, joined, replies).await?;
        Ok(true)
    }

    async fn note_participant(&mut self, id: PollId, mark: &str, name: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO poll_participant (poll_id, mark, name) VALUES ($1, $2, $3)
                   ON CONFLICT (poll_id, mark) DO UPDATE SET name = excluded.name";
        self.raw().run(sql, [id.0.into(), mark.into(), name.into()]).await?;
        Ok(())
    }

    async fn put_answer(&mut self, id: PollId, mark: Option<&str>, replies: &[Reply]) -> Result<(), StoreError> {
        let replies = serde_json::to_string(replies).unwrap_or_default();
        let sql = "INSERT INTO poll_answer (id, poll_id, mark, replies) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (poll_id, mark) DO UPDATE SET replies = excluded.replies";
        // drawn by lot: an id that grows with time would tell who came when
        let lot = i64::try_from(rand::random::<u64>() >> 1).unwrap_or(0);
        self.raw().run(sql, [lot.into(), id.0.into(), mark.into(), replies.into()]).await?;
        Ok(())
    }

    /// Keeps what somebody has answered so far, and waits for the next answer.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_draft(
        &mut self,
        survey: &Survey,
        account: &str,
        speaker: &str,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let replies = serde_json::to_string(&survey.replies).unwrap_or_default();
        let sql = "INSERT INTO poll_draft (poll_id, mark, account, speaker, replies, until_ms)
                   VALUES ($1, $2, $3, $4, $5, $6)
                   ON CONFLICT (poll_id, mark) DO UPDATE SET account = $3, speaker = $4, replies = $5, until_ms = $6";
        let values: [Value; 6] = [
            survey.poll.0.into(),
            survey.mark.as_str().into(),
            account.into(),
            speaker.into(),
            replies.into(),
            to_ms(until).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Stops asking somebody; what they have answered stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn pause_drafts(&mut self, account: &str, speakers: &[String]) -> Result<(), StoreError> {
        let of = placeholders(1, speakers.len());
        let sql =
            format!("UPDATE poll_draft SET until_ms = 0 WHERE account = $1 AND until_ms > 0 AND speaker IN ({of})");
        let mut values: Vec<Value> = vec![account.into()];
        values.extend(speakers.iter().map(|speaker| speaker.as_str().into()));
        self.raw().run(&sql, values).await?;
        Ok(())
    }

    async fn end_draft(&mut self, id: PollId, mark: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM poll_draft WHERE poll_id = $1 AND mark = $2";
        self.raw().run(sql, [id.0.into(), mark.into()]).await?;
        Ok(())
    }

    /// Closes; `false` where somebody was faster. Drafts go. Of an anonymous one everything goes that could lead from an
    /// answer to anybody: the secret, the marks, and the order in which the rows were written.
    ///
    /// # Errors
    /// The database's.
    pub async fn close_poll(&mut self, poll: &Poll, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE poll SET closed_at_ms = $2, secret = NULL WHERE id = $1 AND closed_at_ms IS NULL";
        if self.raw().run(sql, [poll.id.0.into(), to_ms(at).into()]).await? != 1 {
            return Ok(false);
        }
        self.raw().run("DELETE FROM poll_draft WHERE poll_id = $1", [poll.id.0.into()]).await?;
        if poll.is_anonymous() {
            let answers = self.raw().list_poll_answers(poll.id).await?;
            self.raw().run("DELETE FROM poll_participant WHERE poll_id = $1", [poll.id.0.into()]).await?;
            self.raw().run("DELETE FROM poll_answer WHERE poll_id = $1", [poll.id.0.into()]).await?;
            for answer in answers {
                self.put_answer(poll.id, None, &answer.replies).await?;
            }
        }
        Ok(true)
    }
}
