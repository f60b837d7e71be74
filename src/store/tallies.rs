//! Counting: one grouped query per measure, for everybody or for one, on the index that holds all that is counted.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError};
use crate::clock::to_ms;
use crate::domain::calendar::DayRange;
use crate::domain::duty::{Absence, Tally};
use crate::domain::id::{PersonId, UnitId, YouthId};
use crate::domain::people::{AssignmentKind, ContactMode, HalfDay};
use crate::domain::policy::Measure;

/// What is counted.
#[derive(Clone, Debug)]
pub struct Counted<'a> {
    /// The kinds of record.
    pub kinds: &'a [String],
    /// The days they are about.
    pub range: DayRange,
    /// As it stood at this instant.
    pub as_of: DateTime<Utc>,
    /// Only at units the person was tied to so.
    pub at: Option<AssignmentKind>,
    /// Only people met in this way.
    pub mode: Option<ContactMode>,
    /// What is needed of them; nothing else is counted.
    pub measures: &'a [Measure],
    /// Days of the range that are no workdays, where workdays are counted.
    pub off_days: &'a [NaiveDate],
}

/// Whose records.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// Everybody's.
    Everybodys,
    /// Those of some people.
    Of(&'a [PersonId]),
    /// Everybody's, in the days of their own assignments of this kind that hold on a day: the range is left aside.
    DuringAssignments(AssignmentKind, NaiveDate),
}

/// Which unit a record belongs to, where units are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByUnit {
    /// The unit of its author.
    Author,
    /// The unit it happened at.
    Place,
}

/// The statement in the making: values are numbered as they come.
struct Text {
    values: Vec<Value>,
}

impl Text {
    fn mark(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn list(&mut self, values: impl IntoIterator<Item = Value>) -> String {
        values.into_iter().map(|value| self.mark(value)).collect::<Vec<_>>().join(", ")
    }
}

/// One column for each measure there is, in this order; what nobody asks for is a constant.
const COUNTABLE: [Measure; 8] = [
    Measure::Records,
    Measure::Stays,
    Measure::Days,
    Measure::Workdays,
    Measure::Quantity,
    Measure::YoungPeople,
    Measure::Fields,
    Measure::AssignedUnits,
];

impl Counted<'_> {
    fn columns(&self, text: &mut Text) -> String {
        let column = |measure: Measure, text: &mut Text| {
            if !self.measures.contains(&measure) {
                return "0".to_owned();
            }
            match measure {
                Measure::Records => "COUNT(r.kind)".to_owned(),
                Measure::Stays => "COUNT(DISTINCT COALESCE(r.stay_day, r.day))".to_owned(),
                Measure::Days => "COUNT(DISTINCT r.day)".to_owned(),
                Measure::Workdays if self.off_days.is_empty() => "COUNT(DISTINCT r.day)".to_owned(),
                Measure::Workdays => {
                    let off = text.list(self.off_days.iter().map(|day| Value::from(*day)));
                    format!("COUNT(DISTINCT CASE WHEN r.day NOT IN ({off}) THEN r.day END)")
                }
                Measure::Quantity => "COALESCE(SUM(r.quantity), 0)".to_owned(),
                Measure::YoungPeople => "COUNT(DISTINCT r.youth_id)".to_owned(),
                Measure::Fields => "COUNT(DISTINCT r.field)".to_owned(),
                Measure::AssignedUnits => "COUNT(DISTINCT r.target_unit_id)".to_owned(),
                // known without records
                Measure::Assigned | Measure::Roster | Measure::PeriodWorkdays => "0".to_owned(),
            }
        };
        COUNTABLE
            .iter()
            .map(|measure| format!("CAST({} AS BIGINT)", column(*measure, text)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Kind, day (unless the days are another's), instant, tie and mode.
    fn conditions(&self, text: &mut Text, days: bool) -> String {
        let kinds = text.list(self.kinds.iter().map(|kind| Value::from(kind.clone())));
        let mut all = format!("r.kind IN ({kinds})");
        if days {
            let (first, last) = (text.mark(self.range.first), text.mark(self.range.last));
            all += &format!(" AND r.day BETWEEN {first} AND {last}");
        }
        let as_of = text.mark(to_ms(self.as_of));
        all += &format!(" AND r.made_at_ms <= {as_of} AND (r.withdrawn_at_ms IS NULL OR r.withdrawn_at_ms > {as_of})");
        if let Some(at) = self.at {
            all += &format!(" AND (r.ties & {}) <> 0", at.bit());
        }
        if let Some(mode) = self.mode {
            all += &format!(" AND r.mode = {}", text.mark(mode.code()));
        }
        all
    }
}

fn read(row: &QueryResult) -> Result<(i64, Tally), StoreError> {
    let count = |at: usize| -> Result<u32, StoreError> {
        let value: i64 = row.try_get_by_index(at + 1)?;
        Ok(u32::try_from(value.max(0)).unwrap_or(u32::MAX))
    };
    let tally = Tally {
        records: count(0)?,
        stays: count(1)?,
        days: count(2)?,
        workdays: count(3)?,
        quantity: count(4)?,
        young_people: count(5)?,
        fields: count(6)?,
        assigned_units: count(7)?,
        ..Tally::default()
    };
    Ok((row.try_get_by_index(0)?, tally))
}

/// The statement that counts people's records, and its values.
fn of_people(counted: &Counted<'_>, whose: Whose<'_>) -> (String, Vec<Value>) {
    let mut text = Text { values: Vec::new() };
    let columns = counted.columns(&mut text);
    let sql = match whose {
        // person by person, each one seek: a left join keeps the planner from turning it round
        Whose::Everybodys => {
            let conditions = counted.conditions(&mut text, true);
            format!(
                "SELECT p.id, {columns} FROM person p LEFT JOIN record r ON r.person_id = p.id AND {conditions} GROUP BY p.id"
            )
        }
        Whose::Of(people) => {
            let conditions = counted.conditions(&mut text, true);
            let people = text.list(people.iter().map(|person| Value::from(person.0)));
            format!(
                "SELECT r.person_id, {columns} FROM record r WHERE {conditions} AND r.person_id IN ({people}) GROUP BY r.person_id"
            )
        }
        Whose::DuringAssignments(kind, day) => {
            let conditions = counted.conditions(&mut text, false);
            let (kind, day) = (text.mark(kind.code()), text.mark(day));
            format!(
                "SELECT a.person_id, {columns} FROM assignment a LEFT JOIN record r ON r.person_id = a.person_id
                 AND r.day BETWEEN a.from_day AND a.to_day AND {conditions}
                 WHERE a.kind = {kind} AND {day} BETWEEN a.from_day AND a.to_day GROUP BY a.person_id"
            )
        }
    };
    (sql, text.values)
}

impl Db<'_> {
    /// Counts people's records. People without any may be missing.
    ///
    /// # Errors
    /// The database's.
    pub async fn tally_people(
        &self,
        counted: &Counted<'_>,
        whose: Whose<'_>,
    ) -> Result<HashMap<PersonId, Tally>, StoreError> {
        let (sql, values) = of_people(counted, whose);
        let rows = self.rows(&sql, values).await?;
        rows.iter().map(|row| read(row).map(|(id, tally)| (PersonId(id), tally))).collect()
    }

    /// How SQLite would look for what [`Db::tally_people`] counts; for the benchmark, which prints it.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_tally_people(
        &self,
        counted: &Counted<'_>,
        whose: Whose<'_>,
    ) -> Result<Vec<String>, StoreError> {
        let (sql, values) = of_people(counted, whose);
        let rows = self.rows(&format!("EXPLAIN QUERY PLAN {sql}"), values).await?;
        rows.iter().map(|row| Ok(row.try_get("", "detail")?)).collect()
    }

    /// Counts the records of units.
    ///
    /// # Errors
    /// The database's.
    pub async fn tally_units(&self, counted: &Counted<'_>, by: ByUnit) -> Result<HashMap<UnitId, Tally>, StoreError> {
        let mut text = Text { values: Vec::new() };
        let columns = counted.columns(&mut text);
        let conditions = counted.conditions(&mut text, true);
        let unit = match by {
            ByUnit::Author => "r.unit_id",
            ByUnit::Place => "r.target_unit_id",
        };
        let sql =
            format!("SELECT {unit}, {columns} FROM record r WHERE {conditions} AND {unit} IS NOT NULL GROUP BY {unit}");
        let rows = self.rows(&sql, text.values).await?;
        rows.iter().map(|row| read(row).map(|(id, tally)| (UnitId(id), tally))).collect()
    }

    /// Counts the records about each young person.
    ///
    /// # Errors
    /// The database's.
    pub async fn tally_youth(&self, counted: &Counted<'_>) -> Result<HashMap<YouthId, Tally>, StoreError> {
        let mut text = Text { values: Vec::new() };
        let columns = counted.columns(&mut text);
        let conditions = counted.conditions(&mut text, true);
        let sql = format!(
            "SELECT r.youth_id, {columns} FROM record r WHERE {conditions} AND r.youth_id IS NOT NULL GROUP BY r.youth_id"
        );
        let rows = self.rows(&sql, text.values).await?;
        rows.iter().map(|row| read(row).map(|(id, tally)| (YouthId(id), tally))).collect()
    }

    /// How many young people are on each cadre's roster on a day: of these cadres, or of all.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_rosters(
        &self,
        day: NaiveDate,
        of: Option<&[PersonId]>,
    ) -> Result<HashMap<PersonId, u32>, StoreError> {
        let mut text = Text { values: vec![day.into()] };
        let only = match of {
            Some(people) => {
                format!("person_id IN ({}) AND", text.list(people.iter().map(|person| Value::from(person.0))))
            }
            None => String::new(),
        };
        let sql = format!(
            "SELECT person_id, CAST(COUNT(*) AS BIGINT) FROM youth
             WHERE {only} (since_day IS NULL OR since_day <= $1) AND (until_day IS NULL OR until_day >= $1) GROUP BY person_id"
        );
        let rows = self.rows(&sql, text.values).await?;
        rows.iter()
            .map(|row| {
                let count: i64 = row.try_get_by_index(1)?;
                Ok((PersonId(row.try_get_by_index(0)?), u32::try_from(count).unwrap_or(u32::MAX)))
            })
            .collect()
    }

    /// Approved leave that touches a run of days, as it stood at an instant.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_absences(
        &self,
        range: DayRange,
        as_of: DateTime<Utc>,
    ) -> Result<HashMap<PersonId, Vec<Absence>>, StoreError> {
        let sql = "SELECT person_id, first_day, last_day, first_half FROM absence
                   WHERE last_day >= $1 AND first_day <= $2 AND made_at_ms <= $3
                   AND (withdrawn_at_ms IS NULL OR withdrawn_at_ms > $3)";
        let values = [range.first.into(), range.last.into(), to_ms(as_of).into()];
        let mut found: HashMap<PersonId, Vec<Absence>> = HashMap::new();
        for row in self.rows(sql, values).await? {
            let half: Option<String> = row.try_get_by_index(3)?;
            found.entry(PersonId(row.try_get_by_index(0)?)).or_default().push(Absence {
                days: DayRange { first: row.try_get_by_index(1)?, last: row.try_get_by_index(2)? },
                half: half.as_deref().and_then(HalfDay::read),
            });
        }
        Ok(found)
    }
}
