//! Topics: what people have put right, which learned words are to be forgotten, and who takes which topic.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::Value;

use super::{Db, StoreError, Tx};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{PersonId, QuestionId, UnitId};
use crate::domain::topic::Correction;

/// A decision about a topic, about to be stored.
#[derive(Clone, Debug)]
pub struct NewCorrection {
    /// The tree it teaches.
    pub root: UnitId,
    /// The question.
    pub question: QuestionId,
    /// What was decided.
    pub decision: Correction,
    /// Who decided.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who takes the questions of a topic, in a unit and everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicPerson {
    /// The unit.
    pub unit: UnitId,
    /// The topic's key.
    pub topic: String,
    /// Who.
    pub person: PersonId,
}

impl Db<'_> {
    /// Something that is another number once anything about learned topics has changed.
    ///
    /// # Errors
    /// The database's.
    pub async fn topics_version(&self) -> Result<i64, StoreError> {
        // both are ends of a primary key: two seeks. Ids grow with time, so a sum that stays is a list that stays
        let sql = "SELECT COALESCE((SELECT MAX(id) FROM topic_correction), 0),
                          COALESCE((SELECT MAX(id) FROM topic_forgotten), 0)";
        let Some(row) = self.row(sql, []).await? else { return Ok(0) };
        let (decided, forgotten): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok(decided.wrapping_mul(31).wrapping_add(forgotten))
    }

    /// The latest decisions about topics of a tree with their times, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_topic_decisions(
        &self,
        root: UnitId,
        most: u32,
    ) -> Result<Vec<(DateTime<Utc>, Correction)>, StoreError> {
        let sql = "SELECT corrected_at_ms, words, topic_before, topic_after FROM topic_correction
                   WHERE root_unit_id = $1 ORDER BY corrected_at_ms DESC, id DESC LIMIT $2";
        let rows = self.rows(sql, [root.0.into(), i64::from(most).into()]).await?;
        let mut all = rows
            .iter()
            .map(|row| {
                let words: String = row.try_get_by_index(1)?;
                let decision = Correction {
                    words: words.split_whitespace().map(str::to_owned).collect(),
                    from: row.try_get_by_index(2)?,
                    to: row.try_get_by_index(3)?,
                };
                Ok((from_ms(row.try_get_by_index(0)?), decision))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        all.reverse();
        Ok(all)
    }

    /// Learned words that a tree does not want, and since when.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_forgotten_words(&self, root: UnitId) -> Result<HashMap<String, DateTime<Utc>>, StoreError> {
        let sql = "SELECT word, MAX(forgotten_at_ms) FROM topic_forgotten WHERE root_unit_id = $1 GROUP BY word";
        let rows = self.rows(sql, [root.0.into()]).await?;
        rows.iter().map(|row| Ok((row.try_get_by_index(0)?, from_ms(row.try_get_by_index(1)?)))).collect()
    }

    /// Who takes which topic, in these units.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_topic_people(&self, units: &[UnitId]) -> Result<Vec<TopicPerson>, StoreError> {
        if units.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (1..=units.len()).map(|at| format!("${at}")).collect();
        let sql = format!(
            "SELECT unit_id, topic, person_id FROM topic_person WHERE unit_id IN ({}) ORDER BY unit_id, topic",
            places.join(", ")
        );
        let rows = self.rows(&sql, units.iter().map(|unit| unit.0.into())).await?;
        rows.iter()
            .map(|row| {
                Ok(TopicPerson {
                    unit: UnitId(row.try_get_by_index(0)?),
                    topic: row.try_get_by_index(1)?,
                    person: PersonId(row.try_get_by_index(2)?),
                })
            })
            .collect()
    }

    /// How many questions of each topic were asked in `[from, until)`, by unit.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_topics(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(UnitId, String, u64)>, StoreError> {
        let sql = "SELECT unit_id, topic, COUNT(*) FROM question WHERE asked_at_ms >= $1 AND asked_at_ms < $2
                   AND topic IS NOT NULL AND state NOT IN ('withdrawn', 'offered') GROUP BY unit_id, topic";
        let rows = self.rows(sql, [to_ms(from).into(), to_ms(until).into()]).await?;
        rows.iter()
            .map(|row| {
                let count: i64 = row.try_get_by_index(2)?;
                Ok((UnitId(row.try_get_by_index(0)?), row.try_get_by_index(1)?, u64::try_from(count).unwrap_or(0)))
            })
            .collect()
    }
}

impl Tx {
    /// Stores a decision about a topic.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_topic_decision(&mut self, new: NewCorrection) -> Result<(), StoreError> {
        let sql = "INSERT INTO topic_correction (id, root_unit_id, question_id, words, topic_before, topic_after,
                   person_id, corrected_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values: [Value; 8] = [
            self.new_id().into(),
            new.root.0.into(),
            new.question.0.into(),
            new.decision.words.join(" ").into(),
            new.decision.from.into(),
            new.decision.to.into(),
            new.by.0.into(),
            to_ms(new.at).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// What was learned about a word is forgotten.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_topic_word(
        &mut self,
        root: UnitId,
        word: &str,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO topic_forgotten (id, root_unit_id, word, person_id, forgotten_at_ms)
                   VALUES ($1, $2, $3, $4, $5)";
        let values: [Value; 5] = [self.new_id().into(), root.0.into(), word.into(), by.0.into(), to_ms(at).into()];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Somebody takes the questions of a topic; who did before does no more.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_topic_person(
        &mut self,
        taken: &TopicPerson,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO topic_person (unit_id, topic, person_id, set_by, set_at_ms) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (unit_id, topic) DO UPDATE SET person_id = $3, set_by = $4, set_at_ms = $5";
        let values: [Value; 5] =
            [taken.unit.0.into(), taken.topic.clone().into(), taken.person.0.into(), by.0.into(), to_ms(at).into()];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Nobody in particular takes a topic any more. Whether somebody did.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_topic_person(&mut self, unit: UnitId, topic: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM topic_person WHERE unit_id = $1 AND topic = $2";
        Ok(self.raw().run(sql, [unit.0.into(), topic.into()]).await? > 0)
    }
}
