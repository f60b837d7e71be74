//! The list of problems: reading.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, placeholders};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{PersonId, ProblemId, QuestionId, RecordId, UnitId};
use crate::domain::problem::{Problem, ProblemState, ProblemStep, Source, Stood};

/// One unit's problems in a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProblemSums {
    /// Came into the list in the span and not taken back.
    pub raised: u32,
    /// Settled in the span.
    pub settled: u32,
    /// On the list at an instant and not settled then.
    pub open: u32,
}

/// A step in the life of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStep {
    /// Of which voice.
    pub problem: ProblemId,
    /// What.
    pub step: ProblemStep,
    /// Who; nobody where it came by itself.
    pub by: Option<PersonId>,
    /// The unit it concerns.
    pub unit: Option<UnitId>,
    /// What was said.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The words of an entry that a new voice may belong to. An entry comes as often as it has different words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearEntry {
    /// The entry.
    pub entry: ProblemId,
    /// The unit that holds it.
    pub holder: UnitId,
    /// The smallest number with these words.
    pub number: i64,
    /// The words.
    pub words: String,
    /// The same as the search reads them, where it has.
    pub tokens: String,
    /// Where it stands.
    pub state: ProblemState,
    /// Whether somebody took it out of another entry.
    pub is_apart: bool,
}

/// A question that is on no list yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentQuestion {
    /// Its identity.
    pub id: QuestionId,
    /// The number people say.
    pub number: i64,
    /// The unit that owes the answer.
    pub unit: UnitId,
    /// Who asked, as one who asks twice is known again.
    pub who: String,
    /// What was asked.
    pub text: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Whether it may come onto the list by itself: somebody owes or owed an answer, and it is no cry for help.
    pub is_listable: bool,
}

fn read_recent(row: &QueryResult) -> Result<RecentQuestion, StoreError> {
    Ok(RecentQuestion {
        id: QuestionId(row.try_get_by_index(0)?),
        number: row.try_get_by_index(1)?,
        unit: UnitId(row.try_get_by_index(2)?),
        who: row.try_get_by_index(3)?,
        text: row.try_get_by_index(4)?,
        asked_at: from_ms(row.try_get_by_index(5)?),
        is_listable: row.try_get_by_index::<i64>(6)? != 0,
    })
}

/// The columns that [`read`] reads.
pub(super) const COLUMNS: &str =
    "id, number, entry_id, unit_id, holder_id, person_id, record_id, question_id, text, words,
    tokens, state, raised_at_ms, said_at_ms, settled_at_ms, state_at_ms, authority, outcome, came_with, apart, stood";

/// The columns that [`read_recent`] reads.
const RECENT: &str = "id, number, unit_id, who, text, asked_at_ms, CAST(CASE
    WHEN state IN ('asked', 'waiting', 'answered', 'closed') AND NOT (class = 'urgent' AND visibility = 'private')
    THEN 1 ELSE 0 END AS BIGINT)";

/// A question that counts among those about one thing: not one that waits for a look, was declined or taken back, and not
/// a cry for help, which nobody reads but those who can help. On no list yet.
const UNLISTED: &str = "state NOT IN ('withdrawn', 'declined', 'held', 'offered')
    AND NOT (class = 'urgent' AND visibility = 'private')
    AND NOT EXISTS (SELECT 1 FROM problem WHERE problem.question_id = question.id)";

/// What an index is made for; it has to be written in the same way.
pub(super) const UNSETTLED: &str = "state IN ('open', 'passed', 'in_hand', 'transferred')";

/// The statement of [`Db::list_unlisted_questions`].
pub(super) fn unlisted(most: u32) -> String {
    format!(
        "SELECT {RECENT} FROM question WHERE unit_id = $1 AND asked_at_ms >= $2 AND {UNLISTED}
         ORDER BY asked_at_ms DESC, id DESC LIMIT {most}"
    )
}

/// The statement of [`Db::list_unnoticed_questions`].
pub(super) fn unnoticed(most: u32) -> String {
    format!(
        "SELECT {RECENT} FROM question WHERE noticed = 0 AND state NOT IN ('held', 'offered') ORDER BY id LIMIT {most}"
    )
}

/// What is looked at of one table, so that an answer does not take longer and longer.
const MOST_NEAR: i64 = 500;

/// Since it came into the list, nobody but its author has done anything about its entry.
const UNTOUCHED: &str = "NOT EXISTS (SELECT 1 FROM problem_step s WHERE s.id > problem.id
    AND s.step IN ('passed_up', 'in_hand', 'transferred', 'instructed', 'settled')
    AND s.problem_id IN (SELECT other.id FROM problem other WHERE other.entry_id = problem.entry_id))";

fn read(row: &QueryResult) -> Result<Problem, StoreError> {
    let raised_at = from_ms(row.try_get("", "raised_at_ms")?);
    let moment = |column: &str| -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(row.try_get::<Option<i64>>("", column)?.map(from_ms))
    };
    let id = ProblemId(row.try_get("", "id")?);
    let source = match row.try_get::<Option<i64>>("", "question_id")? {
        Some(question) => Source::Question(QuestionId(question)),
        None => Source::Report {
            person: PersonId(row.try_get("", "person_id")?),
            record: row.try_get::<Option<i64>>("", "record_id")?.map(RecordId),
        },
    };
    let text: String = row.try_get("", "text")?;
    let mut words: String = row.try_get("", "words")?;
    if words.is_empty() {
        // it came before words were kept
        words = crate::domain::problem::words(&text);
    }
    Ok(Problem {
        id,
        number: row.try_get("", "number")?,
        entry: row.try_get::<Option<i64>>("", "entry_id")?.map_or(id, ProblemId),
        unit: UnitId(row.try_get("", "unit_id")?),
        holder: UnitId(row.try_get("", "holder_id")?),
        source,
        text,
        words,
        tokens: row.try_get("", "tokens")?,
        state: ProblemState::read(&row.try_get::<String>("", "state")?).unwrap_or(ProblemState::Open),
        raised_at,
        said_at: moment("said_at_ms")?.unwrap_or(raised_at),
        settled_at: moment("settled_at_ms")?,
        state_at: moment("state_at_ms")?.unwrap_or(raised_at),
        authority: row.try_get("", "authority")?,
        outcome: row.try_get("", "outcome")?,
        came_with: row.try_get::<Option<i64>>("", "came_with")?.map(ProblemId),
        stood: row.try_get::<Option<String>>("", "stood")?.as_deref().and_then(read_stood),
        is_apart: row.try_get::<i64>("", "apart")? != 0,
    })
}

/// How an entry stood, as it is stored.
type StoredStood = (String, i64, Option<String>, Option<String>, i64);

pub(super) fn write_stood(stood: &Stood) -> String {
    let Stood { state, holder, authority, outcome, since } = stood;
    let stored: StoredStood = (state.code().to_owned(), holder.0, authority.clone(), outcome.clone(), to_ms(*since));
    serde_json::to_string(&stored).unwrap_or_default()
}

fn read_stood(stored: &str) -> Option<Stood> {
    let (state, holder, authority, outcome, since): StoredStood = serde_json::from_str(stored).ok()?;
    Some(Stood {
        state: ProblemState::read(&state)?,
        holder: UnitId(holder),
        authority,
        outcome,
        since: from_ms(since),
    })
}

impl Db<'_> {
    async fn problems(
        &self,
        condition: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Problem>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM problem WHERE {condition}");
        self.rows(&sql, values).await?.iter().map(read).collect()
    }

    /// Every voice that is not settled, the oldest in front.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_problems(&self) -> Result<Vec<Problem>, StoreError> {
        self.problems(&format!("{UNSETTLED} ORDER BY raised_at_ms, number"), []).await
    }

    /// Every voice that was settled since an instant, the oldest in front.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_problems_settled_since(&self, from: DateTime<Utc>) -> Result<Vec<Problem>, StoreError> {
        let condition = "settled_at_ms >= $1 AND state = 'settled' ORDER BY raised_at_ms, number";
        self.problems(condition, [to_ms(from).into()]).await
    }

    /// The voices of an entry, by number.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_voices(&self, entry: ProblemId) -> Result<Vec<Problem>, StoreError> {
        self.problems("entry_id = $1 AND state <> 'withdrawn' ORDER BY number", [entry.0.into()]).await
    }

    /// A problem by the number people say.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_problem_by_number(&self, number: i64) -> Result<Option<Problem>, StoreError> {
        Ok(self.problems("number = $1", [number.into()]).await?.pop())
    }

    /// A problem by its identity.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_problem(&self, id: ProblemId) -> Result<Option<Problem>, StoreError> {
        Ok(self.problems("id = $1", [id.0.into()]).await?.pop())
    }

    /// The voice that a question is on the list.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_problem_of_question(&self, question: QuestionId) -> Result<Option<Problem>, StoreError> {
        Ok(self.problems("question_id = $1", [question.0.into()]).await?.pop())
    }

    /// A record's problems about which nobody but its author has done anything.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_untouched_problems(&self, record: RecordId) -> Result<Vec<Problem>, StoreError> {
        let condition = format!("record_id = $1 AND {UNSETTLED} AND {UNTOUCHED} ORDER BY number");
        self.problems(&condition, [record.0.into()]).await
    }

    /// Whether somebody beside its author has done something about a problem.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_untouched(&self, problem: ProblemId) -> Result<bool, StoreError> {
        let condition = format!("id = $1 AND {UNSETTLED} AND {UNTOUCHED}");
        Ok(!self.problems(&condition, [problem.0.into()]).await?.is_empty())
    }

    /// The entries that some units hold, beside its own, to which a voice may belong: those with literally the same words,
    /// or else the newest few hundred.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_near_entries(
        &self,
        holders: &[UnitId],
        own: ProblemId,
        words: &str,
    ) -> Result<Vec<NearEntry>, StoreError> {
        let same = self.near_entries(holders, own, Some(words)).await?;
        if same.is_empty() { self.near_entries(holders, own, None).await } else { Ok(same) }
    }

    /// The newest few hundred entries that some units hold.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_held_entries(&self, holders: &[UnitId]) -> Result<Vec<NearEntry>, StoreError> {
        self.near_entries(holders, ProblemId(0), None).await
    }

    async fn near_entries(
        &self,
        holders: &[UnitId],
        own: ProblemId,
        words: Option<&str>,
    ) -> Result<Vec<NearEntry>, StoreError> {
        let with = if words.is_some() { "AND words = $1" } else { "AND words <> $1" };
        let sql = format!(
            "SELECT entry_id, holder_id, words, MAX(tokens) AS tokens, state, MIN(number) AS first_number, MAX(apart) AS is_apart
             FROM problem WHERE {UNSETTLED} {with} AND entry_id <> $2 AND holder_id IN ({})
             GROUP BY entry_id, holder_id, words, state ORDER BY MIN(number) DESC LIMIT {MOST_NEAR}",
            placeholders(2, holders.len())
        );
        let values = [Value::from(words.unwrap_or_default()), own.0.into()];
        let values = values.into_iter().chain(holders.iter().map(|unit| unit.0.into()));
        self.rows(&sql, values)
            .await?
            .iter()
            .map(|row| {
                Ok(NearEntry {
                    entry: ProblemId(row.try_get("", "entry_id")?),
                    holder: UnitId(row.try_get("", "holder_id")?),
                    number: row.try_get("", "first_number")?,
                    words: row.try_get("", "words")?,
                    tokens: row.try_get("", "tokens")?,
                    state: ProblemState::read(&row.try_get::<String>("", "state")?).unwrap_or(ProblemState::Open),
                    is_apart: row.try_get::<i64>("", "is_apart")? != 0,
                })
            })
            .collect()
    }

    /// The newest questions that a unit was asked since an instant and that may be listed, as far as they are on no list.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_unlisted_questions(
        &self,
        unit: UnitId,
        since: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<RecentQuestion>, StoreError> {
        self.rows(&unlisted(most), [unit.0.into(), to_ms(since).into()]).await?.iter().map(read_recent).collect()
    }

    /// Those of some questions that may be listed and are on no list, by their numbers.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_still_unlisted(&self, questions: &[QuestionId]) -> Result<Vec<RecentQuestion>, StoreError> {
        let marks = placeholders(0, questions.len());
        let sql = format!("SELECT {RECENT} FROM question WHERE id IN ({marks}) AND {UNLISTED} ORDER BY number");
        self.rows(&sql, questions.iter().map(|id| id.0.into())).await?.iter().map(read_recent).collect()
    }

    /// The oldest questions that nobody has compared with the list yet. What waits for a look, or for its asker to say
    /// whether an answer that exists will do, is none yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_unnoticed_questions(&self, most: u32) -> Result<Vec<RecentQuestion>, StoreError> {
        self.rows(&unnoticed(most), []).await?.iter().map(read_recent).collect()
    }

    /// The numbers of questions, by their identity.
    ///
    /// # Errors
    /// The database's.
    pub async fn question_numbers(&self, questions: &[QuestionId]) -> Result<HashMap<QuestionId, i64>, StoreError> {
        let mut numbers = HashMap::new();
        for chunk in questions.chunks(500) {
            let sql = format!("SELECT id, number FROM question WHERE id IN ({})", placeholders(0, chunk.len()));
            for row in self.rows(&sql, chunk.iter().map(|one| one.0.into())).await? {
                numbers.insert(QuestionId(row.try_get_by_index(0)?), row.try_get_by_index(1)?);
            }
        }
        Ok(numbers)
    }

    /// Those of some questions that are not read out: asked in private, or without a name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_unspoken(&self, questions: &[QuestionId]) -> Result<HashSet<QuestionId>, StoreError> {
        let mut found = HashSet::new();
        for chunk in questions.chunks(500) {
            let sql = format!(
                "SELECT id FROM question WHERE (visibility <> 'public' OR alias IS NOT NULL) AND id IN ({})",
                placeholders(0, chunk.len())
            );
            for row in self.rows(&sql, chunk.iter().map(|one| one.0.into())).await? {
                found.insert(QuestionId(row.try_get_by_index(0)?));
            }
        }
        Ok(found)
    }

    /// Every step of some voices, the oldest in front.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_problem_steps(&self, problems: &[ProblemId]) -> Result<Vec<KeptStep>, StoreError> {
        let mut steps = Vec::new();
        for chunk in problems.chunks(500) {
            let sql = format!(
                "SELECT id, problem_id, step, person_id, unit_id, text, at_ms FROM problem_step WHERE problem_id IN ({})",
                placeholders(0, chunk.len())
            );
            for row in self.rows(&sql, chunk.iter().map(|one| one.0.into())).await? {
                let Some(step) = ProblemStep::read(&row.try_get::<String>("", "step")?) else { continue };
                let kept = KeptStep {
                    problem: ProblemId(row.try_get("", "problem_id")?),
                    step,
                    by: row.try_get::<Option<i64>>("", "person_id")?.map(PersonId),
                    unit: row.try_get::<Option<i64>>("", "unit_id")?.map(UnitId),
                    text: row.try_get::<Option<String>>("", "text")?.unwrap_or_default(),
                    at: from_ms(row.try_get("", "at_ms")?),
                };
                steps.push((row.try_get::<i64>("", "id")?, kept));
            }
        }
        steps.sort_by_key(|(id, step)| (step.at, *id));
        Ok(steps.into_iter().map(|(_, step)| step).collect())
    }

    /// Voices per unit: those that came into the list and those that were settled in `[from, until)`, and those that were
    /// open just before an instant. What was withdrawn is none. Every sum of problems that goes out comes from here.
    ///
    /// # Errors
    /// The database's.
    pub async fn problem_sums(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<HashMap<UnitId, ProblemSums>, StoreError> {
        let sum = |condition: &str| format!("CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT)");
        let sql = format!(
            "SELECT unit_id, {}, {}, {} FROM problem WHERE raised_at_ms < $3 AND state <> 'withdrawn'
             AND (settled_at_ms IS NULL OR settled_at_ms >= $1) GROUP BY unit_id",
            sum("raised_at_ms >= $1 AND raised_at_ms < $2"),
            sum("settled_at_ms >= $1 AND settled_at_ms < $2"),
            sum("settled_at_ms IS NULL OR settled_at_ms >= $3"),
        );
        let rows = self.rows(&sql, [to_ms(from).into(), to_ms(until).into(), to_ms(at).into()]).await?;
        rows.iter()
            .map(|row| {
                let count = |at: usize| -> Result<u32, StoreError> {
                    let count: i64 = row.try_get_by_index(at)?;
                    Ok(u32::try_from(count).unwrap_or(u32::MAX))
                };
                let sums = ProblemSums { raised: count(1)?, settled: count(2)?, open: count(3)? };
                Ok((UnitId(row.try_get_by_index(0)?), sums))
            })
            .collect()
    }
}
