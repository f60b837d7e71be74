//! Questions and answers of the Voice of Youth: reading one, storing one, saving what a step made of it.

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{AnswerId, ChatId, PersonId, QuestionId, UnitId};
use crate::domain::question::{Address, Allowance, Asker, Event, Life, Question, State, Step, Visibility};
use crate::domain::veil::LOWEST_DRAWN;

/// A question about to be stored.
#[derive(Clone, Debug)]
pub struct NewQuestion {
    /// Its number, where it must not be the next one.
    pub number: Option<i64>,
    /// The unit it is put to.
    pub unit: UnitId,
    /// The group it was asked in.
    pub chat: Option<ChatId>,
    /// How the asker is reached.
    pub asker: Asker,
    /// What was asked, as typed.
    pub text: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// How its life begins.
    pub life: Life,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Who gave it.
    pub by: PersonId,
    /// What it says.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who took a step, when, and what was said with it.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'a> {
    /// Who; `None` for the asker and for the bot.
    pub by: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said.
    pub detail: &'a str,
}

/// The columns that [`read`] reads.
pub(super) const QUESTION_COLUMNS: &str =
    "id, number, unit_id, chat_id, asker_account, asker_external_id, asker_group, asker_name, asker_person_id, text, aside, asked_at_ms,
    who, alias, sealed, state, holder_unit_id, assignee_id, assigned_at_ms, visibility, class, topic, topic_by, budget_min,
    spent_min, ticking_since_ms, due_at_ms, warned, extended, merged_into, reopened, satisfied, rate_reminded, answered_at_ms,
    answered_late, settled_at_ms, published_at_ms, look_at_ms";

/// How many columns of them [`life_values`] writes, after the fourteen that never change.
const LIFE_COLUMNS: [&str; 23] = [
    "state",
    "holder_unit_id",
    "assignee_id",
    "assigned_at_ms",
    "visibility",
    "class",
    "topic",
    "topic_by",
    "budget_min",
    "spent_min",
    "ticking_since_ms",
    "due_at_ms",
    "warned",
    "extended",
    "merged_into",
    "reopened",
    "satisfied",
    "rate_reminded",
    "answered_at_ms",
    "answered_late",
    "settled_at_ms",
    "published_at_ms",
    "look_at_ms",
];

pub(super) fn read(row: &QueryResult) -> Result<Question, StoreError> {
    Ok(Question {
        id: QuestionId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        unit: UnitId(row.try_get("", "unit_id")?),
        chat: row.try_get::<Option<i64>>("", "chat_id")?.map(ChatId),
        asker: read_asker(row)?,
        text: row.try_get("", "text")?,
        aside: row.try_get("", "aside")?,
        asked_at: from_ms(row.try_get("", "asked_at_ms")?),
        life: read_life(row)?,
    })
}

fn read_asker(row: &QueryResult) -> Result<Asker, StoreError> {
    let alias: Option<String> = row.try_get("", "alias")?;
    Ok(match alias {
        Some(alias) => Asker::Sealed {
            alias,
            mark: row.try_get("", "who")?,
            sealed: row.try_get::<Option<String>>("", "sealed")?.unwrap_or_default(),
        },
        None => Asker::Known(Address {
            account: row.try_get("", "asker_account")?,
            external_id: row.try_get("", "asker_external_id")?,
            group: row.try_get("", "asker_group")?,
            name: row.try_get("", "asker_name")?,
            person: row.try_get::<Option<i64>>("", "asker_person_id")?.map(PersonId),
        }),
    })
}

fn read_life(row: &QueryResult) -> Result<Life, StoreError> {
    let instant = |column: &str| -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(row.try_get::<Option<i64>>("", column)?.map(from_ms))
    };
    let count = |column: &str| -> Result<u32, StoreError> {
        Ok(u32::try_from(row.try_get::<i64>("", column)?).unwrap_or(u32::MAX))
    };
    let assignee = row.try_get::<Option<i64>>("", "assignee_id")?.map(PersonId);
    Ok(Life {
        // a state that a newer version wrote still wants somebody to look
        state: State::read(&row.try_get::<String>("", "state")?).unwrap_or(State::Asked),
        holder: UnitId(row.try_get("", "holder_unit_id")?),
        assignee: assignee.zip(instant("assigned_at_ms")?),
        visibility: Visibility::read(&row.try_get::<String>("", "visibility")?).unwrap_or(Visibility::Private),
        class: row.try_get("", "class")?,
        topic: row.try_get("", "topic")?,
        topic_by: row.try_get::<Option<i64>>("", "topic_by")?.map(PersonId),
        allowance: Allowance {
            budget_min: row.try_get("", "budget_min")?,
            spent_min: row.try_get("", "spent_min")?,
            since: instant("ticking_since_ms")?,
        },
        due_at: from_ms(row.try_get("", "due_at_ms")?),
        warned: count("warned")?,
        extended: count("extended")?,
        merged_into: row.try_get::<Option<i64>>("", "merged_into")?.map(QuestionId),
        reopened: count("reopened")?,
        satisfied: row.try_get::<Option<i64>>("", "satisfied")?.map(|one| one != 0),
        rate_reminded: count("rate_reminded")? != 0,
        answered_at: instant("answered_at_ms")?,
        answered_late: count("answered_late")? != 0,
        settled_at: instant("settled_at_ms")?,
        published_at: instant("published_at_ms")?,
        look_at: instant("look_at_ms")?,
    })
}

/// In the order of [`LIFE_COLUMNS`].
fn life_values(life: &Life) -> [Value; 23] {
    let ms = |instant: Option<DateTime<Utc>>| -> Value { instant.map(to_ms).into() };
    [
        life.state.code().into(),
        life.holder.0.into(),
        life.assignee.map(|(person, _)| person.0).into(),
        ms(life.assignee.map(|(_, at)| at)),
        life.visibility.code().into(),
        life.class.clone().into(),
        life.topic.clone().into(),
        life.topic_by.map(|person| person.0).into(),
        life.allowance.budget_min.into(),
        life.allowance.spent_min.into(),
        ms(life.allowance.since),
        to_ms(life.due_at).into(),
        i64::from(life.warned).into(),
        i64::from(life.extended).into(),
        life.merged_into.map(|question| question.0).into(),
        i64::from(life.reopened).into(),
        life.satisfied.map(i64::from).into(),
        i64::from(life.rate_reminded).into(),
        ms(life.answered_at),
        i64::from(life.answered_late).into(),
        ms(life.settled_at),
        ms(life.published_at),
        ms(life.look_at),
    ]
}

impl Db<'_> {
    /// A question by the number people say.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_question_by_number(&self, number: i64) -> Result<Option<Question>, StoreError> {
        let sql = format!("SELECT {QUESTION_COLUMNS} FROM question WHERE number = $1");
        self.row(&sql, [number.into()]).await?.as_ref().map(read).transpose()
    }

    /// A question by its identity.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_question(&self, id: QuestionId) -> Result<Option<Question>, StoreError> {
        let sql = format!("SELECT {QUESTION_COLUMNS} FROM question WHERE id = $1");
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

    /// The answers to a question, the first one first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_answers(&self, question: QuestionId) -> Result<Vec<Given>, StoreError> {
        let sql = "SELECT person_id, text, given_at_ms FROM answer WHERE question_id = $1 ORDER BY given_at_ms, id";
        let rows = self.rows(sql, [question.0.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Given {
                    by: PersonId(row.try_get_by_index(0)?),
                    text: row.try_get_by_index(1)?,
                    at: from_ms(row.try_get_by_index(2)?),
                })
            })
            .collect()
    }

    /// What happened to a question, in order.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_question_events(&self, question: QuestionId) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT step, person_id, at_ms, detail FROM question_step WHERE question_id = $1 ORDER BY at_ms, id";
        let rows = self.rows(sql, [question.0.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Event {
                    step: row.try_get_by_index(0)?,
                    by: row.try_get_by_index::<Option<i64>>(1)?.map(PersonId),
                    at: from_ms(row.try_get_by_index(2)?),
                    detail: row.try_get_by_index(3)?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Stores a question, and gives it the next number where it has none.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_question(&mut self, new: NewQuestion) -> Result<Question, StoreError> {
        let number = match new.number {
            Some(number) => number,
            None => self.next_question_number().await?,
        };
        let id = QuestionId(self.new_id());
        let sql = format!(
            "INSERT INTO question (id, number, unit_id, chat_id, asker_account, asker_external_id, asker_group, asker_name,
             asker_person_id, text, asked_at_ms, who, alias, sealed, {}) VALUES ({})",
            LIFE_COLUMNS.join(", "),
            placeholders(0, 14 + LIFE_COLUMNS.len())
        );
        let nobody = Address::default();
        let (address, alias, sealed) = match &new.asker {
            Asker::Known(address) => (address, None, None),
            Asker::Sealed { alias, sealed, .. } => (&nobody, Some(alias.clone()), Some(sealed.clone())),
        };
        let fixed: [Value; 14] = [
            id.0.into(),
            number.into(),
            new.unit.0.into(),
            new.chat.map(|chat| chat.0).into(),
            address.account.clone().into(),
            address.external_id.clone().into(),
            address.group.clone().into(),
            address.name.clone().into(),
            address.person.map(|person| person.0).into(),
            new.text.clone().into(),
            to_ms(new.asked_at).into(),
            new.asker.who().into(),
            alias.into(),
            sealed.into(),
        ];
        self.raw().run(&sql, fixed.into_iter().chain(life_values(&new.life))).await?;
        let taken = Taken { by: new.asker.person(), at: new.asked_at, detail: "" };
        self.note_step(id, new.life.state.code(), taken).await?;
        let NewQuestion { unit, chat, asker, text, asked_at, life, .. } = new;
        Ok(Question { id, number, unit, chat, asker, text, aside: String::new(), asked_at, life })
    }

    /// Saves what a step made of a question, and the step in its history.
    ///
    /// # Errors
    /// The database's.
    pub async fn save_step(
        &mut self,
        question: QuestionId,
        life: &Life,
        step: &Step,
        taken: Taken<'_>,
    ) -> Result<(), StoreError> {
        self.save_life(question, life).await?;
        self.note_step(question, step.code(), taken).await
    }

    /// Saves a question's life without a line in its history.
    ///
    /// # Errors
    /// The database's.
    pub async fn save_life(&mut self, question: QuestionId, life: &Life) -> Result<(), StoreError> {
        let columns: Vec<String> =
            LIFE_COLUMNS.iter().enumerate().map(|(at, column)| format!("{column} = ${}", at + 2)).collect();
        let sql = format!("UPDATE question SET {} WHERE id = $1", columns.join(", "));
        let values = std::iter::once(question.0.into()).chain(life_values(life));
        self.raw().run(&sql, values).await?;
        Ok(())
    }

    /// Remembers that the list of the day shows questions to those who answer.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_listed(&mut self, questions: &[QuestionId], at: DateTime<Utc>) -> Result<(), StoreError> {
        for question in questions {
            let sql = "UPDATE question SET listed_at_ms = $2 WHERE id = $1";
            self.raw().run(sql, [question.0.into(), to_ms(at).into()]).await?;
        }
        Ok(())
    }

    /// Changes what a question says: the asker has added something.
    ///
    /// # Errors
    /// The database's.
    pub async fn reword_question(&mut self, question: &Question) -> Result<(), StoreError> {
        let sql = "UPDATE question SET text = $2, aside = $3 WHERE id = $1";
        let values = [question.id.0.into(), question.text.as_str().into(), question.aside.as_str().into()];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Stores the words of an answer.
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
        Ok(id)
    }

    /// Remembers which answers were shown instead of taking a question in at once, the likest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_offers(&mut self, question: QuestionId, offered: &[QuestionId]) -> Result<(), StoreError> {
        for (place, other) in (0_i64..).zip(offered) {
            let sql = "INSERT INTO question_offer (question_id, offered_id, place) VALUES ($1, $2, $3)";
            self.raw().run(sql, [question.0.into(), other.0.into(), place.into()]).await?;
        }
        Ok(())
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

    /// The next number, past those that anonymous questions have drawn.
    async fn next_question_number(&mut self) -> Result<i64, StoreError> {
        loop {
            let number = self.next_number("question").await?;
            if number < LOWEST_DRAWN || !self.db().await?.is_question_number_taken(number).await? {
                return Ok(number);
            }
        }
    }

    async fn note_step(&mut self, question: QuestionId, step: &str, taken: Taken<'_>) -> Result<(), StoreError> {
        let sql = "INSERT INTO question_step (id, question_id, step, person_id, at_ms, detail) VALUES ($1, $2, $3, $4, $5, $6)";
        let values = [
            self.new_id().into(),
            question.0.into(),
            step.into(),
            taken.by.map(|person| person.0).into(),
            to_ms(taken.at).into(),
            taken.detail.into(),
        ];
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
