//! The slots of the schedule: each is run once, whoever ticks.

use chrono::{DateTime, Utc};

use super::{Db, StoreError, Tx};
use crate::clock::{from_ms, to_ms};

/// What became of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotState {
    /// It was run.
    Done,
    /// It came too late to be run.
    Missed,
}

impl SlotState {
    fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Missed => "missed",
        }
    }
}

impl Db<'_> {
    /// Up to which slot a job has been run in a zone.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_job_cursor(&self, job: &str, zone: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let row = self
            .row("SELECT slot_at_ms FROM job_cursor WHERE job = $1 AND zone = $2", [job.into(), zone.into()])
            .await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.map(from_ms))
    }

    /// The last slot of a job that was run for anybody, and how many slots were missed in all.
    ///
    /// # Errors
    /// The database's.
    pub async fn job_history(&self, job: &str) -> Result<(Option<DateTime<Utc>>, i64), StoreError> {
        let sql =
            "SELECT MAX(CASE WHEN state = 'done' THEN slot_at_ms END), COUNT(CASE WHEN state = 'missed' THEN 1 END)
                   FROM job_slot WHERE job = $1";
        let Some(row) = self.row(sql, [job.into()]).await? else { return Ok((None, 0)) };
        let last: Option<i64> = row.try_get_by_index(0)?;
        Ok((last.map(from_ms), row.try_get_by_index(1)?))
    }
}

impl Tx {
    /// Takes a slot for one subject (a unit or a chat). `false` where it was taken before.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_slot(
        &mut self,
        job: &str,
        subject: i64,
        slot: DateTime<Utc>,
        state: SlotState,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql =
            "INSERT INTO job_slot (job, subject, slot_at_ms, state, messages, ran_at_ms) VALUES ($1, $2, $3, $4, 0, $5)
                   ON CONFLICT DO NOTHING";
        let values = [job.into(), subject.into(), to_ms(slot).into(), state.code().into(), to_ms(now).into()];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// Notes how many messages a slot caused.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_slot_messages(
        &mut self,
        job: &str,
        subject: i64,
        slot: DateTime<Utc>,
        messages: usize,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE job_slot SET messages = $4 WHERE job = $1 AND subject = $2 AND slot_at_ms = $3";
        let messages = i32::try_from(messages).unwrap_or(i32::MAX);
        self.raw().run(sql, [job.into(), subject.into(), to_ms(slot).into(), messages.into()]).await?;
        Ok(())
    }

    /// Brings a job's cursor back to an instant and forgets the slots after it.
    ///
    /// # Errors
    /// The database's.
    pub async fn bring_back_job_cursor(&mut self, job: &str, zone: &str, to: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "DELETE FROM job_slot WHERE job = $1 AND slot_at_ms > $2";
        self.raw().run(sql, [job.into(), to_ms(to).into()]).await?;
        let sql = "UPDATE job_cursor SET slot_at_ms = $3 WHERE job = $1 AND zone = $2 AND slot_at_ms > $3";
        self.raw().run(sql, [job.into(), zone.into(), to_ms(to).into()]).await?;
        Ok(())
    }

    /// Moves a job's cursor forward, never backward.
    ///
    /// # Errors
    /// The database's.
    pub async fn advance_job_cursor(&mut self, job: &str, zone: &str, to: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO job_cursor (job, zone, slot_at_ms) VALUES ($1, $2, $3)
                   ON CONFLICT (job, zone) DO UPDATE SET slot_at_ms = $3 WHERE job_cursor.slot_at_ms < $3";
        self.raw().run(sql, [job.into(), zone.into(), to_ms(to).into()]).await?;
        Ok(())
    }
}
