//! The list of problems: what is done about it.

use chrono::{DateTime, Utc};
use sea_orm::Value;

use super::problems::{COLUMNS, UNSETTLED, write_stood};
use super::{StoreError, Tx, placeholders};
use crate::clock::to_ms;
use crate::domain::id::{PersonId, ProblemId, QuestionId, UnitId};
use crate::domain::problem::{Problem, ProblemState, ProblemStep, Source, Stood, words};

/// Who does something about a problem, and what they say.
#[derive(Clone, Copy, Debug)]
pub struct ProblemDeed<'a> {
    /// Who; nobody where it comes by itself.
    pub by: Option<PersonId>,
    /// What they say.
    pub text: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// A voice about to be put on the list; the store gives it its number.
#[derive(Clone, Copy, Debug)]
pub struct NewProblem<'a> {
    /// The unit it comes from.
    pub unit: UnitId,
    /// Whose it is.
    pub source: Source,
    /// What was said, as typed.
    pub text: &'a str,
    /// The same as the search reads it.
    pub tokens: &'a str,
    /// When it was said.
    pub said_at: DateTime<Utc>,
}

/// Where an entry is brought.
#[derive(Clone, Copy, Debug)]
pub struct MovedTo<'a> {
    /// How it stands then.
    pub state: ProblemState,
    /// Who holds it then.
    pub holder: UnitId,
    /// The authority outside that has it then.
    pub authority: Option<&'a str>,
    /// What is said of it then; `None` leaves what was said before.
    pub outcome: Option<&'a str>,
}

impl Tx {
    /// Puts a voice on the list, as an entry of its own, and gives it the next number.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_problem(
        &mut self,
        new: NewProblem<'_>,
        by: Option<PersonId>,
        at: DateTime<Utc>,
    ) -> Result<Problem, StoreError> {
        let number = self.next_number("problem").await?;
        let id = ProblemId(self.new_id());
        let NewProblem { unit, source, text, tokens, said_at } = new;
        let problem = Problem {
            id,
            number,
            entry: id,
            unit,
            holder: unit,
            source,
            text: text.to_owned(),
            words: words(text),
            tokens: tokens.to_owned(),
            state: ProblemState::Open,
            raised_at: at,
            said_at,
            settled_at: None,
            state_at: at,
            authority: None,
            outcome: None,
            came_with: None,
            stood: None,
            is_apart: false,
        };
        let (record, question) = match source {
            Source::Report { record, .. } => (record.map(|record| record.0), None),
            Source::Question(question) => (None, Some(question.0)),
        };
        let nobody: Option<i64> = None;
        let nothing: Option<String> = None;
        let sql = format!("INSERT INTO problem ({COLUMNS}) VALUES ({})", placeholders(0, 21));
        let values: [Value; 21] = [
            id.0.into(),
            number.into(),
            id.0.into(),
            unit.0.into(),
            unit.0.into(),
            // the column is older than questions on the list: for one that came by itself it is nobody's id
            problem.reporter().or(by).map_or(0, |person| person.0).into(),
            record.into(),
            question.into(),
            text.into(),
            problem.words.clone().into(),
            tokens.into(),
            problem.state.code().into(),
            to_ms(at).into(),
            to_ms(said_at).into(),
            nobody.into(),
            to_ms(at).into(),
            nothing.clone().into(),
            nothing.clone().into(),
            nobody.into(),
            0_i64.into(),
            nothing.into(),
        ];
        self.raw().run(&sql, values).await?;
        let step = if question.is_some() { ProblemStep::Listed } else { ProblemStep::Raised };
        self.note_problem_step(id, step, Some(unit), ProblemDeed { by, text, at }).await?;
        Ok(problem)
    }

    /// Replaces the words of a problem; the former ones stand in its steps.
    ///
    /// # Errors
    /// The database's.
    pub async fn reword_problem(
        &mut self,
        id: ProblemId,
        tokens: &str,
        deed: ProblemDeed<'_>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE problem SET text = $2, words = $3, tokens = $4 WHERE id = $1";
        let values = [id.0.into(), deed.text.into(), words(deed.text).into(), tokens.into()];
        self.raw().run(sql, values).await?;
        self.note_problem_step(id, ProblemStep::Reworded, None, deed).await
    }

    /// Remembers that questions were compared with the list.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_noticed(&mut self, questions: &[QuestionId]) -> Result<(), StoreError> {
        if questions.is_empty() {
            return Ok(());
        }
        let sql = format!("UPDATE question SET noticed = 1 WHERE id IN ({})", placeholders(0, questions.len()));
        self.raw().run(&sql, questions.iter().map(|id| id.0.into())).await?;
        Ok(())
    }

    /// Brings all voices of an entry to another state, another holder, or both. `false` where it was no longer open.
    ///
    /// # Errors
    /// The database's.
    pub async fn move_entry(
        &mut self,
        entry: ProblemId,
        step: ProblemStep,
        to: MovedTo<'_>,
        deed: ProblemDeed<'_>,
    ) -> Result<bool, StoreError> {
        let settled = (to.state == ProblemState::Settled).then_some(to_ms(deed.at));
        let sql = format!(
            "UPDATE problem SET state = $2, holder_id = $3, authority = COALESCE($4, authority),
             outcome = COALESCE($5, outcome), state_at_ms = $6, settled_at_ms = $7 WHERE entry_id = $1 AND {UNSETTLED}"
        );
        let values: [Value; 7] = [
            entry.0.into(),
            to.state.code().into(),
            to.holder.0.into(),
            to.authority.map(str::to_owned).into(),
            to.outcome.map(str::to_owned).into(),
            to_ms(deed.at).into(),
            settled.into(),
        ];
        let moved = self.raw().run(&sql, values).await? > 0;
        if moved {
            self.note_problem_step(entry, step, Some(to.holder), deed).await?;
        }
        Ok(moved)
    }

    /// Writes down what somebody above said about an entry.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_instruction(
        &mut self,
        entry: ProblemId,
        unit: UnitId,
        deed: ProblemDeed<'_>,
    ) -> Result<(), StoreError> {
        self.note_problem_step(entry, ProblemStep::Instructed, Some(unit), deed).await
    }

    /// Puts the voices of one entry to another one: they are held, and stand, as that one.
    ///
    /// # Errors
    /// The database's.
    pub async fn join_entry(&mut self, entry: ProblemId, to: &Problem) -> Result<(), StoreError> {
        self.join(entry, to, None).await
    }

    /// Puts the voices of one entry to another one, so that it can be undone: how it stood is kept.
    ///
    /// # Errors
    /// The database's.
    pub async fn merge_entry(
        &mut self,
        entry: ProblemId,
        stood: &Stood,
        to: &Problem,
        deed: ProblemDeed<'_>,
    ) -> Result<(), StoreError> {
        self.join(entry, to, Some((entry, stood))).await?;
        self.note_problem_step(entry, ProblemStep::Merged, Some(to.holder), deed).await
    }

    async fn join(
        &mut self,
        entry: ProblemId,
        to: &Problem,
        before: Option<(ProblemId, &Stood)>,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE problem SET entry_id = $2, holder_id = $3, state = $4, authority = $5, outcome = $6, state_at_ms = $7,
             came_with = COALESCE(came_with, $8), stood = COALESCE(stood, $9) WHERE entry_id = $1 AND {UNSETTLED}"
        );
        let values: [Value; 9] = [
            entry.0.into(),
            to.entry.0.into(),
            to.holder.0.into(),
            to.state.code().into(),
            to.authority.clone().into(),
            to.outcome.clone().into(),
            to_ms(to.state_at).into(),
            before.map(|(entry, _)| entry.0).into(),
            before.map(|(_, stood)| write_stood(stood)).into(),
        ];
        self.raw().run(&sql, values).await?;
        Ok(())
    }

    /// Takes a voice out of its entry, with all that came into it with that voice, and has it stand as it is told to; nothing
    /// puts them together again by itself.
    ///
    /// # Errors
    /// The database's.
    pub async fn split_entry(&mut self, voice: &Problem, to: &Stood, deed: ProblemDeed<'_>) -> Result<(), StoreError> {
        let sql =
            "UPDATE problem SET entry_id = $1, apart = 1, state = $3, holder_id = $4, authority = $5, outcome = $6,
             state_at_ms = $7, stood = CASE WHEN came_with = $1 OR id = $1 THEN NULL ELSE stood END,
             came_with = CASE WHEN came_with = $1 OR id = $1 THEN NULL ELSE came_with END
             WHERE entry_id = $2 AND (id = $1 OR came_with = $1)";
        let values: [Value; 7] = [
            voice.id.0.into(),
            voice.entry.0.into(),
            to.state.code().into(),
            to.holder.0.into(),
            to.authority.clone().into(),
            to.outcome.clone().into(),
            to_ms(to.since).into(),
        ];
        self.raw().run(sql, values).await?;
        self.note_problem_step(voice.id, ProblemStep::Split, Some(to.holder), deed).await
    }

    /// Makes a voice nobody has touched an entry of its own again, held by its unit; those it led are led by the next.
    ///
    /// # Errors
    /// The database's.
    pub async fn detach_problem(&mut self, voice: &Problem) -> Result<(), StoreError> {
        let sql =
            "UPDATE problem SET entry_id = id, holder_id = unit_id, state = 'open', authority = NULL, outcome = NULL,
             state_at_ms = raised_at_ms WHERE id = $1";
        self.raw().run(sql, [voice.id.0.into()]).await?;
        let next = "(SELECT next.id FROM problem next WHERE next.entry_id = $1 AND next.id <> $1
             AND next.state <> 'withdrawn' ORDER BY next.number LIMIT 1)";
        let Some(row) = self.raw().row(&format!("SELECT {next}"), [voice.id.0.into()]).await? else { return Ok(()) };
        if let Some(next) = row.try_get_by_index::<Option<i64>>(0)? {
            let sql = "UPDATE problem SET entry_id = $2 WHERE entry_id = $1 AND id <> $1";
            self.raw().run(sql, [voice.id.0.into(), next.into()]).await?;
        }
        Ok(())
    }

    /// Takes a problem back that nobody has touched.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw_problem(&mut self, voice: &Problem, deed: ProblemDeed<'_>) -> Result<(), StoreError> {
        self.detach_problem(voice).await?;
        self.raw().run("UPDATE problem SET state = 'withdrawn' WHERE id = $1", [voice.id.0.into()]).await?;
        self.note_problem_step(voice.id, ProblemStep::Withdrawn, None, deed).await
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
            deed.by.map(|person| person.0).into(),
            unit.map(|unit| unit.0).into(),
            deed.text.into(),
            to_ms(deed.at).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }
}
