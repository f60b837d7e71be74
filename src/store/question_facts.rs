//! What the figures of the Voice of Youth are made of: a row for each question, or a row for each kind of question. Which of
//! them counts as what is decided in one place, `reports::voice`.

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;

use super::{Db, StoreError};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::UnitId;
use crate::domain::question::State;

/// What is counted of a question. Nothing of whoever asked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionFact {
    /// Its number.
    pub number: i64,
    /// The unit it was put to.
    pub unit: UnitId,
    /// What it is about; `None` before anybody has looked.
    pub topic: Option<String>,
    /// Where it stands.
    pub state: State,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When it was first answered, itself or with the one that stands for it.
    pub answered_at: Option<DateTime<Utc>>,
    /// Until when an answer was promised.
    pub due_at: DateTime<Utc>,
    /// Whether it was ever answered later than was allowed.
    pub answered_late: bool,
    /// Whether the asker was content, where they said so.
    pub satisfied: Option<bool>,
    /// How many like it.
    pub likes: u32,
    /// The question that stands for it.
    pub into: Option<Standin>,
    /// Whether an answer that existed did for the asker.
    pub took_offer: bool,
    /// What was asked; only where it was wanted.
    pub text: Option<String>,
}

/// A question that stands for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standin {
    /// Its number.
    pub number: i64,
    /// Where it stands.
    pub state: State,
    /// Until when its answer is promised.
    pub due_at: DateTime<Utc>,
}

/// How many questions of a unit are alike in everything that is counted over all time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionGroup {
    /// The unit.
    pub unit: UnitId,
    /// Where they stand.
    pub state: State,
    /// Whether they have an answer.
    pub is_answered: bool,
    /// Where those stand that stand for them.
    pub into: Option<State>,
    /// Whether their askers were content.
    pub satisfied: Option<bool>,
    /// How many.
    pub count: u32,
    /// Likes they got.
    pub likes: u32,
}

/// Which questions [`Db::list_question_facts`] reads: asked in the span, first answered in it, or open now. Each part is a
/// seek of its own; an `OR` of them would be a scan.
const IN_SPAN: &str = "SELECT id FROM question WHERE asked_at_ms >= $1 AND asked_at_ms < $2
     UNION SELECT id FROM question WHERE answered_at_ms >= $1 AND answered_at_ms < $2
     UNION SELECT id FROM question WHERE state = 'asked' AND due_at_ms > 0
     UNION SELECT id FROM question WHERE state IN ('held', 'waiting') AND due_at_ms > 0
     UNION SELECT m.id FROM question o JOIN question m ON m.merged_into = o.id WHERE o.state = 'asked' AND o.due_at_ms > 0
     UNION SELECT m.id FROM question o JOIN question m ON m.merged_into = o.id
       WHERE o.state IN ('held', 'waiting') AND o.due_at_ms > 0";

fn facts(text: &str) -> String {
    format!(
        "SELECT q.number, q.unit_id, q.topic, q.state, q.asked_at_ms, q.answered_at_ms, q.due_at_ms,
           q.answered_late, q.satisfied,
           (SELECT COUNT(*) FROM question_like l WHERE l.question_id = q.id), r.number, r.state, r.due_at_ms,
           CAST(CASE WHEN q.state = 'merged' AND EXISTS
             (SELECT 1 FROM question_step s WHERE s.question_id = q.id AND s.step = 'offer_taken')
             THEN 1 ELSE 0 END AS BIGINT), {text}
         FROM question q LEFT JOIN question r ON r.id = q.merged_into
         WHERE q.id IN ({IN_SPAN}) AND q.state <> 'withdrawn' ORDER BY q.number"
    )
}

fn read_fact(row: &QueryResult) -> Result<QuestionFact, StoreError> {
    let into: Option<i64> = row.try_get_by_index(10)?;
    Ok(QuestionFact {
        number: row.try_get_by_index(0)?,
        unit: UnitId(row.try_get_by_index(1)?),
        topic: row.try_get_by_index(2)?,
        state: state(&row.try_get_by_index::<String>(3)?),
        asked_at: from_ms(row.try_get_by_index(4)?),
        answered_at: row.try_get_by_index::<Option<i64>>(5)?.map(from_ms),
        due_at: from_ms(row.try_get_by_index(6)?),
        answered_late: row.try_get_by_index::<i64>(7)? != 0,
        satisfied: row.try_get_by_index::<Option<i64>>(8)?.map(|one| one != 0),
        likes: count(row, 9)?,
        into: match into {
            Some(number) => Some(Standin {
                number,
                state: state(&row.try_get_by_index::<String>(11)?),
                due_at: from_ms(row.try_get_by_index(12)?),
            }),
            None => None,
        },
        took_offer: row.try_get_by_index::<i64>(13)? != 0,
        text: row.try_get_by_index(14)?,
    })
}

/// A state that a newer version wrote still wants somebody to look.
fn state(code: &str) -> State {
    State::read(code).unwrap_or(State::Asked)
}

fn count(row: &QueryResult, at: usize) -> Result<u32, StoreError> {
    let count: i64 = row.try_get_by_index(at)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

impl Db<'_> {
    /// Every question that was asked or first answered in `[from, until)` or is open now, and was not withdrawn; with its
    /// text where that is wanted.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_question_facts(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        with_text: bool,
    ) -> Result<Vec<QuestionFact>, StoreError> {
        let sql = facts(if with_text { "q.text" } else { "NULL" });
        self.rows(&sql, [to_ms(from).into(), to_ms(until).into()]).await?.iter().map(read_fact).collect()
    }

    /// Every question that is known at an instant and was not withdrawn, counted by what it counts as: one pass, the same for
    /// a village and for the province.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_question_groups(&self, at: DateTime<Utc>) -> Result<Vec<QuestionGroup>, StoreError> {
        let sql = "SELECT q.unit_id, q.state, CAST(CASE WHEN q.answered_at_ms IS NULL THEN 0 ELSE 1 END AS BIGINT) AS answered,
                     r.state AS into_state, q.satisfied, COUNT(*), CAST(COALESCE(SUM(l.likes), 0) AS BIGINT)
                   FROM question q
                   LEFT JOIN question r ON r.id = q.merged_into
                   LEFT JOIN (SELECT question_id, COUNT(*) AS likes FROM question_like GROUP BY question_id) AS l
                     ON l.question_id = q.id
                   WHERE q.state <> 'withdrawn' AND q.asked_at_ms <= $1
                   GROUP BY q.unit_id, q.state, answered, into_state, q.satisfied";
        let rows = self.rows(sql, [to_ms(at).into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(QuestionGroup {
                    unit: UnitId(row.try_get_by_index(0)?),
                    state: state(&row.try_get_by_index::<String>(1)?),
                    is_answered: row.try_get_by_index::<i64>(2)? != 0,
                    into: row.try_get_by_index::<Option<String>>(3)?.as_deref().map(state),
                    satisfied: row.try_get_by_index::<Option<i64>>(4)?.map(|one| one != 0),
                    count: count(row, 5)?,
                    likes: count(row, 6)?,
                })
            })
            .collect()
    }

    /// How the database looks at an instant for the questions that are asked for most often, each with its plan; for tests and
    /// whoever measures.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_questions(&self, at: DateTime<Utc>) -> Result<Vec<(&'static str, String)>, StoreError> {
        let explain = match sea_orm::ConnectionTrait::get_database_backend(self) {
            sea_orm::DbBackend::Sqlite => "EXPLAIN QUERY PLAN",
            _ => "EXPLAIN",
        };
        let column = if explain == "EXPLAIN" { 0 } else { 3 };
        let facts = facts("NULL");
        let now = to_ms(at);
        let week = vec![(now - 7 * 24 * 3_600_000).into(), now.into()];
        let (unnoticed, unlisted) = (super::problems::unnoticed(100), super::problems::unlisted(100));
        let hot: [(&'static str, &str, Vec<sea_orm::Value>); 10] = [
            ("count_open_questions_of", super::question_lists::COUNT_OPEN_OF, vec!["x/1".into()]),
            ("list_questions_of", super::question_lists::LIST_OF, vec!["x/1".into(), 5_i64.into()]),
            ("list_questions_to_look_at", super::question_lists::TO_LOOK_AT, vec![now.into(), 100_i64.into()]),
            ("list_open_questions", super::question_lists::OPEN, vec![now.into()]),
            ("list_resting_questions", super::question_lists::RESTING, vec![now.into()]),
            ("list_merged_into", super::question_lists::MERGED_INTO, vec![1_i64.into()]),
            ("list_questions_assigned_to", super::question_lists::ASSIGNED_TO, vec![1_i64.into()]),
            ("list_question_facts", &facts, week),
            ("list_unnoticed_questions", &unnoticed, Vec::new()),
            ("list_unlisted_questions", &unlisted, vec![1_i64.into(), (now - 30 * 24 * 3_600_000).into()]),
        ];
        let mut plans = Vec::new();
        for (name, sql, values) in hot {
            let rows = self.rows(&format!("{explain} {}", sql.replace("{columns}", "*")), values).await?;
            let lines: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get_by_index(column)).collect();
            plans.push((name, lines?.join("\n")));
        }
        Ok(plans)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use crate::clock::from_ms;
    use crate::store::scratch::Scratch;

    /// Plans are only worth looking at where there is something to look for.
    async fn look_at_plans(scratch: Scratch, fill: &str, is_sqlite: bool) {
        let store = scratch.open().await;
        let reader = store.reader();
        for unit in 1..=40 {
            let sql =
                format!("INSERT INTO unit (id, code, name, level) VALUES ({unit}, '{unit}', '样例镇', 'township')");
            reader.execute_unprepared(&sql).await.unwrap();
        }
        reader.execute_unprepared(fill).await.unwrap();
        reader.execute_unprepared("ANALYZE").await.unwrap();
        let plans = reader.explain_questions(from_ms(20_000 * 3_600_000)).await.unwrap();
        let wanted = [
            ("count_open_questions_of", "question_who"),
            ("list_questions_of", "question_who"),
            ("list_questions_to_look_at", "question_look"),
            ("list_open_questions", "question_open"),
            ("list_resting_questions", "question_resting"),
            ("list_merged_into", "question_merged"),
            ("list_questions_assigned_to", "question_assignee"),
            ("list_question_facts", "question_answered"),
            ("list_unnoticed_questions", "question_unnoticed"),
            ("list_unlisted_questions", "question_unit_asked"),
        ];
        for ((name, plan), (expected, index)) in plans.iter().zip(wanted) {
            assert_eq!(*name, expected);
            let scans = match is_sqlite {
                // an index over the few that are open is read whole, in its order
                true => plan.lines().any(|line| {
                    line.contains("SCAN")
                        && !line.contains("question_open")
                        && !line.contains("question_resting")
                        && !line.contains("question_unnoticed")
                        && !line.contains("SUBQUERY")
                        && !line.contains("CONSTANT")
                        && !line.contains("COMPOUND")
                }),
                false => plan.contains("Seq Scan on question "),
            };
            assert!(plan.contains(index) && !scans, "{name}:\n{plan}");
        }
        store.close().await;
        scratch.remove().await;
    }

    const COLUMNS: &str = "INSERT INTO question (id, number, unit_id, chat_id, asker_account, asker_external_id, asker_group,
        asker_name, asker_person_id, text, asked_at_ms, due_at_ms, who, state, answered_at_ms, look_at_ms, merged_into, assignee_id,
        noticed)
        SELECT i, i, 1 + i % 40, NULL, 'qq', 'x', NULL, '', NULL, '怎么入团', i * 3600000, i * 3600000 + 1, 'qq/' || (i % 1000),
          CASE WHEN i % 100 = 0 THEN 'asked' WHEN i % 500 = 1 THEN 'held' WHEN i % 50 = 2 THEN 'merged' ELSE 'closed' END,
          CASE WHEN i % 100 = 0 THEN NULL ELSE i * 3600000 + 1000 END, CASE WHEN i % 100 = 0 THEN i * 3600000 END,
          CASE WHEN i % 50 = 2 THEN i - 1 END, CASE WHEN i % 100 = 0 THEN i % 30 END,
          CASE WHEN i % 100 = 0 THEN 0 ELSE 1 END FROM ";

    #[tokio::test]
    async fn what_is_asked_for_often_is_found_by_an_index() {
        let numbers =
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n)";
        look_at_plans(Scratch::sqlite(), &format!("{COLUMNS}{numbers}"), true).await;
        if let Some(scratch) = Scratch::postgres().await {
            // more of them: among few, reading all is a plan as good as any
            look_at_plans(scratch, &format!("{COLUMNS}generate_series(CAST(1 AS BIGINT), 60000) AS n(i)"), false).await;
        }
    }
}
