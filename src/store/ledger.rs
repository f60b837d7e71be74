//! Records as a ledger: many of them, in the order of their days, for export and for whoever asks what stands behind a score.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, placeholders};
use crate::clock::to_ms;
use crate::domain::calendar::DayRange;
use crate::domain::id::{PersonId, UnitId};

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// The day it is about.
    pub day: NaiveDate,
    /// The unit of its author.
    pub unit: UnitId,
    /// Its author.
    pub person: PersonId,
    /// Its kind.
    pub kind: String,
    /// Where.
    pub place: String,
    /// The unit it happened at and counts for, as far as the place names one.
    pub target: Option<UnitId>,
    /// What.
    pub content: String,
    /// How many.
    pub quantity: Option<i32>,
    /// Whether it was made up later.
    pub made_up: bool,
    /// How often it was written, corrections included.
    pub version: i32,
    /// Who entered it for its author.
    pub entered_by: Option<PersonId>,
    /// Why.
    pub reason: Option<String>,
}

/// What is exported.
#[derive(Clone, Copy, Debug, Default)]
pub struct LedgerFilter<'a> {
    /// Only what people of these units did and what happened at them; everything where nothing is said.
    pub units: Option<&'a [UnitId]>,
    /// Only this kind.
    pub kind: Option<&'a str>,
    /// From this day.
    pub from: Option<NaiveDate>,
    /// To this day.
    pub to: Option<NaiveDate>,
    /// At most so many.
    pub limit: usize,
}

/// Whose records stand behind a line of a card.
#[derive(Clone, Debug)]
pub enum BehindOf {
    /// By this person.
    Person(PersonId),
    /// By these people: those of a committee.
    People(Vec<PersonId>),
    /// At this unit: a site is where things happen.
    Place(UnitId),
}

/// What stands behind a line of a card.
#[derive(Clone, Debug)]
pub struct Behind<'a> {
    /// The kinds of record.
    pub kinds: &'a [String],
    /// Whose.
    pub whose: BehindOf,
    /// About these days.
    pub range: DayRange,
    /// As it stood at this instant.
    pub as_of: DateTime<Utc>,
    /// At most so many.
    pub limit: usize,
}

const COLUMNS: &str =
    "day, unit_id, person_id, kind, place, target_unit_id, content, quantity, made_up, version, entered_by, reason";

fn read(row: &QueryResult) -> Result<LedgerRow, StoreError> {
    Ok(LedgerRow {
        day: row.try_get("", "day")?,
        unit: UnitId(row.try_get("", "unit_id")?),
        person: PersonId(row.try_get("", "person_id")?),
        kind: row.try_get("", "kind")?,
        place: row.try_get("", "place")?,
        target: row.try_get::<Option<i64>>("", "target_unit_id")?.map(UnitId),
        content: row.try_get("", "content")?,
        quantity: row.try_get("", "quantity")?,
        made_up: row.try_get("", "made_up")?,
        version: row.try_get("", "version")?,
        entered_by: row.try_get::<Option<i64>>("", "entered_by")?.map(PersonId),
        reason: row.try_get("", "reason")?,
    })
}

/// Units are named in the text, not as values: they are whole numbers, and a province has more than a statement takes values.
fn of_units(units: &[UnitId]) -> String {
    let list = units.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("(unit_id IN ({list}) OR target_unit_id IN ({list}))")
}

impl Db<'_> {
    /// Records that stand, by day.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_ledger(&self, filter: &LedgerFilter<'_>) -> Result<Vec<LedgerRow>, StoreError> {
        let mut values: Vec<Value> = Vec::new();
        let mut conditions = "withdrawn_at_ms IS NULL".to_owned();
        let mut also = |text: &str, value: Value| {
            values.push(value);
            conditions += &format!(" AND {text} ${}", values.len());
        };
        if let Some(kind) = filter.kind {
            also("kind =", kind.into());
        }
        if let Some(from) = filter.from {
            also("day >=", from.into());
        }
        if let Some(to) = filter.to {
            also("day <=", to.into());
        }
        if let Some(units) = filter.units {
            if units.is_empty() {
                return Ok(Vec::new());
            }
            conditions += &format!(" AND {}", of_units(units));
        }
        let sql = format!("SELECT {COLUMNS} FROM record WHERE {conditions} ORDER BY day, id LIMIT {}", filter.limit);
        self.rows(&sql, values).await?.iter().map(read).collect()
    }

    /// The records behind a line of a card, by day.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_behind(&self, behind: &Behind<'_>) -> Result<Vec<LedgerRow>, StoreError> {
        if behind.kinds.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = vec![Value::from(behind.range.first), behind.range.last.into(), to_ms(behind.as_of).into()];
        let kinds = placeholders(values.len(), behind.kinds.len());
        values.extend(behind.kinds.iter().map(|kind| Value::from(kind.clone())));
        let whose = match &behind.whose {
            BehindOf::Person(person) => {
                values.push(person.0.into());
                format!("person_id = ${}", values.len())
            }
            BehindOf::People(people) if people.is_empty() => return Ok(Vec::new()),
            // named in the text, as units are: a seek for each of them
            BehindOf::People(people) => {
                let list = people.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                format!("person_id IN ({list})")
            }
            BehindOf::Place(unit) => {
                values.push(unit.0.into());
                format!("target_unit_id = ${}", values.len())
            }
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE kind IN ({kinds}) AND day BETWEEN $1 AND $2 AND made_at_ms <= $3
             AND (withdrawn_at_ms IS NULL OR withdrawn_at_ms > $3) AND {whose} ORDER BY day, id LIMIT {}",
            behind.limit
        );
        self.rows(&sql, values).await?.iter().map(read).collect()
    }
}
