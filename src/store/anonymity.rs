//! What protects those who ask without a name: deeds that wait for their hour, blocks, disclosures, and how many could have
//! asked.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{ChatId, OutboxId, PersonId, QuestionId, UnitId};
use crate::domain::veil::DisclosureState;

/// What an anonymous asker did, until its hour has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VeiledDeed {
    /// Tells nothing finer than the hour.
    pub id: i64,
    /// The asker's mark.
    pub who: String,
    /// The number drawn for a new question.
    pub number: Option<i64>,
    /// The alias drawn for it.
    pub alias: Option<String>,
    /// When it is done.
    pub due: DateTime<Utc>,
    /// Everything else, sealed.
    pub sealed: String,
}

/// That an asker may not ask without a name for a while, or may again. The latest for an asker and a unit holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The asker's mark.
    pub who: String,
    /// For this unit and those below it.
    pub unit: UnitId,
    /// The question by which they are known.
    pub question: QuestionId,
    /// Until when; `None` lifts what was decided before.
    pub until: Option<DateTime<Utc>>,
    /// Who decided so.
    pub by: PersonId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A request to find out who asked anonymously.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// Its identity.
    pub id: i64,
    /// The question.
    pub question: QuestionId,
    /// Who wants to know.
    pub asked_by: PersonId,
    /// Why.
    pub reason: String,
    /// Since when.
    pub asked_at: DateTime<Utc>,
    /// Who decided, and when.
    pub decided: Option<(PersonId, DateTime<Utc>)>,
    /// What was said with the decision.
    pub said: String,
    /// Where it stands.
    pub state: DisclosureState,
}

const DEED: &str = "id, who, number, alias, due_ms, sealed";
const DISCLOSURE: &str = "id, question_id, asked_by, reason, asked_at_ms, granted_by, decided_at_ms, state, said";

fn read_deed(row: &QueryResult) -> Result<VeiledDeed, StoreError> {
    Ok(VeiledDeed {
        id: row.try_get_by_index(0)?,
        who: row.try_get_by_index(1)?,
        number: row.try_get_by_index(2)?,
        alias: row.try_get_by_index(3)?,
        due: from_ms(row.try_get_by_index(4)?),
        sealed: row.try_get_by_index(5)?,
    })
}

fn read_disclosure(row: &QueryResult) -> Result<Disclosure, StoreError> {
    let by: Option<i64> = row.try_get_by_index(5)?;
    let at: Option<i64> = row.try_get_by_index(6)?;
    Ok(Disclosure {
        id: row.try_get_by_index(0)?,
        question: QuestionId(row.try_get_by_index(1)?),
        asked_by: PersonId(row.try_get_by_index(2)?),
        reason: row.try_get_by_index(3)?,
        asked_at: from_ms(row.try_get_by_index(4)?),
        decided: by.map(PersonId).zip(at.map(from_ms)),
        // a state that a newer version wrote grants nothing
        state: DisclosureState::read(&row.try_get_by_index::<String>(7)?).unwrap_or(DisclosureState::Declined),
        said: row.try_get_by_index(8)?,
    })
}

/// How many units one statement asks about.
const UNITS_AT_ONCE: usize = 200;

impl Db<'_> {
    /// What is to be done by an instant, in no order that tells anything.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_veiled_due(&self, at: DateTime<Utc>) -> Result<Vec<VeiledDeed>, StoreError> {
        let sql = format!("SELECT {DEED} FROM veiled_deed WHERE due_ms <= $1 ORDER BY id");
        self.rows(&sql, [to_ms(at).into()]).await?.iter().map(read_deed).collect()
    }

    /// What these marks have under way.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_veiled_of(&self, marks: &[String]) -> Result<Vec<VeiledDeed>, StoreError> {
        let sql = format!("SELECT {DEED} FROM veiled_deed WHERE who IN ({})", placeholders(0, marks.len()));
        let values: Vec<Value> = marks.iter().map(|mark| mark.clone().into()).collect();
        self.rows(&sql, values).await?.iter().map(read_deed).collect()
    }

    /// Whether a question has this number, or will have it at its hour.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_question_number_taken(&self, number: i64) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM question WHERE number = $1 UNION ALL SELECT 1 FROM veiled_deed WHERE number = $1";
        Ok(self.row(sql, [number.into()]).await?.is_some())
    }

    /// Whether somebody bears this alias in a question asked since an instant, or will at the hour of theirs.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_alias_taken(&self, alias: &str, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM question WHERE alias = $1 AND asked_at_ms >= $2
                   UNION ALL SELECT 1 FROM veiled_deed WHERE alias = $1";
        Ok(self.row(sql, [alias.into(), to_ms(since).into()]).await?.is_some())
    }

    /// Until when these marks are blocked in one of these units, where they are at an instant.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_block(
        &self,
        marks: &[String],
        units: &[UnitId],
        at: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = format!(
            "SELECT unit_id, until_ms FROM question_block WHERE who IN ({}) AND unit_id IN ({}) ORDER BY at_ms, id",
            placeholders(0, marks.len()),
            placeholders(marks.len(), units.len())
        );
        let marks = marks.iter().map(|mark| Value::from(mark.clone()));
        let values = marks.chain(units.iter().map(|unit| unit.0.into()));
        let mut latest: HashMap<i64, Option<i64>> = HashMap::new();
        for row in self.rows(&sql, values.collect::<Vec<Value>>()).await? {
            latest.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
        Ok(latest.into_values().flatten().map(from_ms).filter(|until| *until > at).max())
    }

    /// Every block and every end of one, the first one first, each with the number of its question.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_blocks(&self) -> Result<Vec<(i64, Block)>, StoreError> {
        let sql = "SELECT b.who, b.unit_id, b.question_id, b.until_ms, b.decided_by, b.reason, b.at_ms, q.number
                   FROM question_block b JOIN question q ON q.id = b.question_id ORDER BY b.at_ms, b.id";
        let read = |row: &QueryResult| {
            let block = Block {
                who: row.try_get_by_index(0)?,
                unit: UnitId(row.try_get_by_index(1)?),
                question: QuestionId(row.try_get_by_index(2)?),
                until: row.try_get_by_index::<Option<i64>>(3)?.map(from_ms),
                by: PersonId(row.try_get_by_index(4)?),
                reason: row.try_get_by_index(5)?,
                at: from_ms(row.try_get_by_index(6)?),
            };
            Ok((row.try_get_by_index(7)?, block))
        };
        self.rows(sql, []).await?.iter().map(read).collect()
    }

    /// The requests to find out who asked a question, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_disclosures_of(&self, question: QuestionId) -> Result<Vec<Disclosure>, StoreError> {
        let sql =
            format!("SELECT {DISCLOSURE} FROM disclosure WHERE question_id = $1 ORDER BY asked_at_ms DESC, id DESC");
        self.rows(&sql, [question.0.into()]).await?.iter().map(read_disclosure).collect()
    }

    /// Every request to find out who asked, the first one first, each with the number of its question.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_disclosures(&self) -> Result<Vec<(i64, Disclosure)>, StoreError> {
        let sql =
            "SELECT d.id, d.question_id, d.asked_by, d.reason, d.asked_at_ms, d.granted_by, d.decided_at_ms, d.state,
                   d.said, q.number FROM disclosure d JOIN question q ON q.id = d.question_id ORDER BY d.asked_at_ms, d.id";
        let rows = self.rows(sql, []).await?;
        rows.iter().map(|row| Ok((row.try_get_by_index(9)?, read_disclosure(row)?))).collect()
    }

    /// How many different people were heard in each group, as far as it was counted.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_crowds(&self) -> Result<Vec<(ChatId, usize)>, StoreError> {
        let rows = self.rows("SELECT chat_id, people FROM crowd", []).await?;
        rows.iter()
            .map(|row| {
                let people: i64 = row.try_get_by_index(1)?;
                Ok((ChatId(row.try_get_by_index(0)?), usize::try_from(people).unwrap_or(0)))
            })
            .collect()
    }

    /// The keys of those who asked or liked something with their name in these units, until there are enough of them.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_heard(&self, units: &[UnitId], enough: usize) -> Result<HashSet<String>, StoreError> {
        let mut heard = HashSet::new();
        for units in units.chunks(UNITS_AT_ONCE) {
            let these = placeholders(0, units.len());
            let sql = format!(
                "SELECT who FROM question WHERE alias IS NULL AND who <> '' AND unit_id IN ({these})
                 UNION SELECT l.who FROM question_like l JOIN question q ON q.id = l.question_id
                   WHERE q.unit_id IN ({these}) LIMIT {enough}"
            );
            let values: Vec<Value> = units.iter().map(|unit| unit.0.into()).collect();
            for row in self.rows(&sql, values).await? {
                heard.insert(row.try_get_by_index(0)?);
            }
            if heard.len() >= enough {
                break;
            }
        }
        Ok(heard)
    }

    /// The unit whose groups are to be told where a message does not arrive.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_fallback(&self, id: OutboxId) -> Result<Option<UnitId>, StoreError> {
        let sql = "SELECT fallback_unit_id FROM outbox WHERE id = $1";
        let Some(row) = self.row(sql, [id.0.into()]).await? else { return Ok(None) };
        Ok(row.try_get_by_index::<Option<i64>>(0)?.map(UnitId))
    }

    /// Whether a group is owed a message of this template already.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_owed(&self, chat: ChatId, template: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM outbox WHERE lane = $1 AND template = $2 AND state IN ('waiting', 'leased')";
        Ok(self.row(sql, [format!("chat:{chat}").into(), template.into()]).await?.is_some())
    }
}

impl Tx {
    /// Keeps what an anonymous asker did until its hour.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_veiled_deed(&mut self, deed: &VeiledDeed) -> Result<(), StoreError> {
        let sql = "INSERT INTO veiled_deed (id, who, number, alias, due_ms, sealed) VALUES ($1, $2, $3, $4, $5, $6)";
        let values: [Value; 6] = [
            deed.id.into(),
            deed.who.clone().into(),
            deed.number.into(),
            deed.alias.clone().into(),
            to_ms(deed.due).into(),
            deed.sealed.clone().into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Takes a deed away: it is done, or taken back. `false` where somebody else has.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_veiled_deed(&mut self, id: i64) -> Result<bool, StoreError> {
        Ok(self.raw().run("DELETE FROM veiled_deed WHERE id = $1", [id.into()]).await? == 1)
    }

    /// Puts a deed off that could not be done.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_off_veiled_deed(&mut self, id: i64, due: DateTime<Utc>) -> Result<(), StoreError> {
        self.raw().run("UPDATE veiled_deed SET due_ms = $2 WHERE id = $1", [id.into(), to_ms(due).into()]).await?;
        Ok(())
    }

    /// Keeps that an asker was blocked, or may ask again.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_block(&mut self, block: &Block) -> Result<(), StoreError> {
        let sql = "INSERT INTO question_block (id, who, unit_id, question_id, until_ms, decided_by, reason, at_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values: [Value; 8] = [
            self.new_id().into(),
            block.who.clone().into(),
            block.unit.0.into(),
            block.question.0.into(),
            block.until.map(to_ms).into(),
            block.by.0.into(),
            block.reason.clone().into(),
            to_ms(block.at).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Stores that somebody wants to know who asked.
    ///
    /// # Errors
    /// The database's.
    pub async fn ask_disclosure(
        &mut self,
        question: QuestionId,
        by: PersonId,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO disclosure (id, question_id, asked_by, reason, asked_at_ms, state)
                   VALUES ($1, $2, $3, $4, $5, 'asked')";
        let values: [Value; 5] =
            [self.new_id().into(), question.0.into(), by.0.into(), reason.into(), to_ms(at).into()];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Stores what a second person decided; `false` where somebody has decided before.
    ///
    /// # Errors
    /// The database's.
    pub async fn decide_disclosure(
        &mut self,
        id: i64,
        by: PersonId,
        state: DisclosureState,
        said: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE disclosure SET granted_by = $2, decided_at_ms = $3, state = $4, said = $5
                   WHERE id = $1 AND state = 'asked'";
        let values: [Value; 5] = [id.into(), by.0.into(), to_ms(at).into(), state.code().into(), said.into()];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// Remembers that so many different people were heard in a group.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_crowd(&mut self, chat: ChatId, people: usize) -> Result<(), StoreError> {
        let people = i64::try_from(people).unwrap_or(i64::MAX);
        let sql = "INSERT INTO crowd (chat_id, people) VALUES ($1, $2) ON CONFLICT (chat_id) DO UPDATE
                   SET people = CASE WHEN crowd.people > $2 THEN crowd.people ELSE $2 END";
        self.raw().run(sql, [chat.0.into(), people.into()]).await?;
        Ok(())
    }

    /// Remembers, or forgets, whose groups are to be told where a message does not arrive.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_fallback(&mut self, id: OutboxId, unit: Option<UnitId>) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET fallback_unit_id = $2 WHERE id = $1";
        self.raw().run(sql, [id.0.into(), unit.map(|unit| unit.0).into()]).await?;
        Ok(())
    }
}
