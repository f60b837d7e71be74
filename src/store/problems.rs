//! The list of problems.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{PersonId, ProblemId, RecordId, UnitId};
use crate::domain::problem::{Problem, ProblemState, ProblemStep};
use crate::domain::record::Record;

/// One unit's problems in a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProblemFigures {
    /// Reported in the span and not taken back.
    pub raised: u32,
    /// Settled in the span.
    pub settled: u32,
    /// Open at its end.
    pub open: u32,
}

/// Who does something about a problem, and what they say.
#[derive(Clone, Copy, Debug)]
pub struct ProblemDeed<'a> {
    /// Who.
    pub by: PersonId,
    /// What they say.
    pub text: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

const COLUMNS: &str = "id, number, unit_id, holder_id, person_id, record_id, text, state, raised_at_ms";

/// Nobody but its author has done anything about it.
const UNTOUCHED: &str = "state = 'open' AND NOT EXISTS (SELECT 1 FROM problem_step s
    WHERE s.problem_id = problem.id AND s.step NOT IN ('raised', 'reworded'))";

fn read(row: &QueryResult) -> Result<Problem, StoreError> {
    Ok(Problem {
        id: ProblemId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        unit: UnitId(row.try_get("", "unit_id")?),
        holder: UnitId(row.try_get("", "holder_id")?),
        person: PersonId(row.try_get("", "person_id")?),
        record: row.try_get::<Option<i64>>("", "record_id")?.map(RecordId),
        text: row.try_get("", "text")?,
        state: ProblemState::read(&row.try_get::<String>("", "state")?).unwrap_or(ProblemState::Open),
        raised_at: from_ms(row.try_get("", "raised_at_ms")?),
    })
}

impl Db<'_> {
    /// Every open problem, the oldest in front.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_problems(&self) -> Result<Vec<Problem>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM problem WHERE state = 'open' ORDER BY raised_at_ms, number");
        self.rows(&sql, []).await?.iter().map(read).collect()
    }

    /// A problem by the number people say.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_problem_by_number(&self, number: i64) -> Result<Option<Problem>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM problem WHERE number = $1");
        self.row(&sql, [number.into()]).await?.as_ref().map(read).transpose()
    }

    /// A record's problems about which nobody but its author has done anything.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_untouched_problems(&self, record: RecordId) -> Result<Vec<Problem>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM problem WHERE record_id = $1 AND {UNTOUCHED} ORDER BY number");
        self.rows(&sql, [record.0.into()]).await?.iter().map(read).collect()
    }

    /// Reported, settled and open by the unit that reported them, in `[from, until)`.
    ///
    /// # Errors
    /// The database's.
    pub async fn problem_figures(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<HashMap<UnitId, ProblemFigures>, StoreError> {
        let sum = |condition: &str| format!("CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT)");
        let sql = format!(
            "SELECT unit_id, {}, {}, {} FROM problem WHERE raised_at_ms < $2 AND state <> 'withdrawn'
             AND (settled_at_ms IS NULL OR settled_at_ms >= $1) GROUP BY unit_id",
            sum("raised_at_ms >= $1"),
            sum("settled_at_ms < $2"),
            sum("settled_at_ms IS NULL OR settled_at_ms >= $2"),
        );
        let rows = self.rows(&sql, [to_ms(from).into(), to_ms(until).into()]).await?;
        rows.iter()
            .map(|row| {
                let count = |at: usize| -> Result<u32, StoreError> {
                    let count: i64 = row.try_get_by_index(at)?;
                    Ok(u32::try_from(count).unwrap_or(u32::MAX))
                };
                let figures = ProblemFigures { raised: count(1)?, settled: count(2)?, open: count(3)? };
                Ok((UnitId(row.try_get_by_index(0)?), figures))
            })
            .collect()
    }
}

impl Tx {
    /// Puts a problem that came with a record on the list of the author's unit and gives it the next number.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_problem(
        &mut self,
        record: &Record,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Problem, StoreError> {
        let problem = Problem {
            number: self.next_number("problem").await?,
            id: ProblemId(self.new_id()),
            unit: record.unit,
            holder: record.unit,
            person: record.person,
            record: Some(record.id),
            text: text.to_owned(),
            state: ProblemState::Open,
            raised_at: at,
        };
        let sql = format!("INSERT INTO problem ({COLUMNS}) VALUES ({})", super::placeholders(0, 9));
        let values: [Value; 9] = [
            problem.id.0.into(),
            problem.number.into(),
            problem.unit.0.into(),
            problem.holder.0.into(),
            problem.person.0.into(),
            record.id.0.into(),
            text.into(),
            problem.state.code().into(),
            to_ms(at).into(),
        ];
        self.raw().run(&sql, values).await?;
        let deed = ProblemDeed { by: record.person, text, at };
        self.note_problem_step(problem.id, ProblemStep::Raised, Some(record.unit), deed).await?;
        Ok(problem)
    }

    /// Replaces the words of a problem; the former ones stand in its steps.
    ///
    /// # Errors
    /// The database's.
    pub async fn reword_problem(&mut self, id: ProblemId, deed: ProblemDeed<'_>) -> Result<(), StoreError> {
        self.raw().run("UPDATE problem SET text = $2 WHERE id = $1", [id.0.into(), deed.text.into()]).await?;
        self.note_problem_step(id, ProblemStep::Reworded, None, deed).await
    }

    /// Settles an open problem. `false` where it was no longer open.
    ///
    /// # Errors
    /// The database's.
    pub async fn settle_problem(&mut self, id: ProblemId, deed: ProblemDeed<'_>) -> Result<bool, StoreError> {
        let sql = "UPDATE problem SET state = 'settled', settled_at_ms = $2 WHERE id = $1 AND state = 'open'";
        let settled = self.raw().run(sql, [id.0.into(), to_ms(deed.at).into()]).await? == 1;
        if settled {
            self.note_problem_step(id, ProblemStep::Settled, None, deed).await?;
        }
        Ok(settled)
    }

    /// Hands an open problem to another unit. `false` where it was no longer open.
    ///
    /// # Errors
    /// The database's.
    pub async fn pass_problem(&mut self, id: ProblemId, to: UnitId, deed: ProblemDeed<'_>) -> Result<bool, StoreError> {
        let sql = "UPDATE problem SET holder_id = $2 WHERE id = $1 AND state = 'open'";
        let passed = self.raw().run(sql, [id.0.into(), to.0.into()]).await? == 1;
        if passed {
            self.note_problem_step(id, ProblemStep::PassedUp, Some(to), deed).await?;
        }
        Ok(passed)
    }

    /// Takes a problem back. `false` where it was no longer open.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw_problem(&mut self, id: ProblemId, deed: ProblemDeed<'_>) -> Result<bool, StoreError> {
        let sql = "UPDATE problem SET state = 'withdrawn' WHERE id = $1 AND state = 'open'";
        let withdrawn = self.raw().run(sql, [id.0.into()]).await? == 1;
        if withdrawn {
            self.note_problem_step(id, ProblemStep::Withdrawn, None, deed).await?;
        }
        Ok(withdrawn)
    }

    async fn note_problem_step(
        &mut self,
        problem: ProblemId,
        step: ProblemStep,
        unit: Option<UnitId>,
        deed: ProblemDeed<'_>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO problem_step (id, problem_id, step, person_id, unit_id, text, at_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values: [Value; 7] = [
            self.new_id().into(),
            problem.0.into(),
            step.code().into(),
            deed.by.0.into(),
            unit.map(|unit| unit.0).into(),
            deed.text.into(),
            to_ms(deed.at).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }
}
