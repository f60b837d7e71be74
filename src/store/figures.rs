//! What a score-card knows beside records: imported figures, and appeals against its lines.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::to_ms;
use crate::domain::calendar::DayRange;
use crate::domain::id::{AppealId, PersonId, UnitId};

/// Whom a figure or an appeal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Graded {
    /// A unit.
    Unit(UnitId),
    /// A cadre.
    Person(PersonId),
}

impl Graded {
    fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Unit(unit) => (Some(unit.0), None),
            Self::Person(person) => (None, Some(person.0)),
        }
    }

    fn read(row: &QueryResult) -> Result<Option<Self>, StoreError> {
        let unit: Option<i64> = row.try_get("", "unit_id")?;
        let person: Option<i64> = row.try_get("", "person_id")?;
        Ok(unit.map(|unit| Self::Unit(UnitId(unit))).or(person.map(|person| Self::Person(PersonId(person)))))
    }
}

/// An imported figure.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureRow {
    /// Its key in the policy.
    pub figure: String,
    /// Whom it is about.
    pub of: Graded,
    /// The day it is about.
    pub day: NaiveDate,
    /// The figure, in the scale of the policy's limit.
    pub value: f64,
}

/// Where an appeal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppealState {
    /// Nobody has decided yet.
    Asked,
    /// The points stay.
    Upheld,
    /// There are other points now.
    Changed,
}

impl AppealState {
    fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Upheld => "upheld",
            Self::Changed => "changed",
        }
    }

    fn read(code: &str) -> Self {
        match code {
            "upheld" => Self::Upheld,
            "changed" => Self::Changed,
            _ => Self::Asked,
        }
    }
}

/// An appeal against one line of one card in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Appeal {
    /// Its identity.
    pub id: AppealId,
    /// The number people say.
    pub number: i64,
    /// The card's key.
    pub card: String,
    /// The indicator's key.
    pub indicator: String,
    /// Whose card.
    pub of: Graded,
    /// The first day of the card's period.
    pub first_day: NaiveDate,
    /// What they say.
    pub note: String,
    /// Who says it.
    pub raised_by: PersonId,
    /// Where it stands.
    pub state: AppealState,
    /// The points decided upon.
    pub points: Option<f64>,
    /// Who has decided.
    pub decided_by: Option<PersonId>,
    /// When, in milliseconds since 1970.
    pub decided_at_ms: Option<i64>,
    /// Why so.
    pub decision: Option<String>,
}

/// An appeal about to be stored; the store gives it its number.
#[derive(Clone, Debug)]
pub struct NewAppeal {
    /// The card's key.
    pub card: String,
    /// The indicator's key.
    pub indicator: String,
    /// Whose card.
    pub of: Graded,
    /// The first day of the card's period.
    pub first_day: NaiveDate,
    /// What they say.
    pub note: String,
    /// Who says it.
    pub raised_by: PersonId,
}

/// A decision on an appeal.
#[derive(Clone, Debug)]
pub struct AppealDecision {
    /// The points there are now; nothing where they stay.
    pub points: Option<f64>,
    /// Who decides.
    pub by: PersonId,
    /// Why so.
    pub text: String,
}

const APPEAL: &str =
    "id, number, card, indicator, unit_id, person_id, first_day, note, raised_by, state, points, decided_by,
    decided_at_ms, decision";

fn read_appeal(row: &QueryResult) -> Result<Option<Appeal>, StoreError> {
    let Some(of) = Graded::read(row)? else { return Ok(None) };
    Ok(Some(Appeal {
        id: AppealId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        card: row.try_get("", "card")?,
        indicator: row.try_get("", "indicator")?,
        of,
        first_day: row.try_get("", "first_day")?,
        note: row.try_get("", "note")?,
        raised_by: PersonId(row.try_get("", "raised_by")?),
        state: AppealState::read(&row.try_get::<String>("", "state")?),
        points: row.try_get("", "points")?,
        decided_by: row.try_get::<Option<i64>>("", "decided_by")?.map(PersonId),
        decided_at_ms: row.try_get("", "decided_at_ms")?,
        decision: row.try_get("", "decision")?,
    }))
}

/// How many values a figure is inserted with.
const INSERTED: usize = 7;

impl Db<'_> {
    /// The figures under these keys about days of a range, of everybody, as they stood at an instant: of a figure that was
    /// imported several times for one day the one imported last.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_figures(
        &self,
        figures: &[String],
        days: DayRange,
        as_of: DateTime<Utc>,
    ) -> Result<Vec<FigureRow>, StoreError> {
        if figures.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT indicator, unit_id, person_id, day, value FROM figure WHERE indicator IN ({})
             AND day BETWEEN $1 AND $2 AND made_at_ms <= $3 ORDER BY made_at_ms, id",
            placeholders(3, figures.len())
        );
        let fixed = [Value::from(days.first), days.last.into(), to_ms(as_of).into()];
        let values = fixed.into_iter().chain(figures.iter().map(|figure| figure.clone().into()));
        let mut latest = std::collections::BTreeMap::new();
        for row in self.rows(&sql, values).await? {
            let Some(of) = Graded::read(&row)? else { continue };
            let (figure, day): (String, NaiveDate) = (row.try_get("", "indicator")?, row.try_get("", "day")?);
            latest.insert((figure, of, day), row.try_get::<f64>("", "value")?);
        }
        Ok(latest.into_iter().map(|((figure, of, day), value)| FigureRow { figure, of, day, value }).collect())
    }

    /// The appeals against cards of periods that begin in a range of days, oldest first, as they stood at an instant: what
    /// was decided later counts as not decided.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_appeals(&self, begun: DayRange, as_of: DateTime<Utc>) -> Result<Vec<Appeal>, StoreError> {
        let sql = format!(
            "SELECT {APPEAL} FROM appeal WHERE first_day BETWEEN $1 AND $2 AND raised_at_ms <= $3 ORDER BY number"
        );
        let rows = self.rows(&sql, [begun.first.into(), begun.last.into(), to_ms(as_of).into()]).await?;
        let mut appeals: Vec<Appeal> =
            rows.iter().filter_map(|row| read_appeal(row).transpose()).collect::<Result<_, _>>()?;
        for appeal in &mut appeals {
            if appeal.decided_at_ms.is_some_and(|at| at > to_ms(as_of)) {
                appeal.state = AppealState::Asked;
                appeal.points = None;
            }
        }
        Ok(appeals)
    }

    /// An appeal by its number.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_appeal(&self, number: i64) -> Result<Option<Appeal>, StoreError> {
        let sql = format!("SELECT {APPEAL} FROM appeal WHERE number = $1");
        match self.row(&sql, [number.into()]).await? {
            Some(row) => read_appeal(&row),
            None => Ok(None),
        }
    }
}

impl Tx {
    /// Stores figures. Nothing is overwritten: the figure of a day that is imported anew counts from now on, and what a
    /// bulletin said before can still be read.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_figures(&mut self, figures: &[FigureRow], at: DateTime<Utc>) -> Result<(), StoreError> {
        for chunk in figures.chunks(500) {
            let tuples: Vec<String> =
                (0..chunk.len()).map(|n| format!("({})", self.raw().marks(n * INSERTED, INSERTED))).collect();
            let sql = format!(
                "INSERT INTO figure (id, indicator, unit_id, person_id, day, value, made_at_ms) VALUES {}",
                tuples.join(", ")
            );
            let mut values: Vec<Value> = Vec::with_capacity(chunk.len() * INSERTED);
            for row in chunk {
                let (unit, person) = row.of.columns();
                let row: [Value; INSERTED] = [
                    self.new_id().into(),
                    row.figure.clone().into(),
                    unit.into(),
                    person.into(),
                    row.day.into(),
                    row.value.into(),
                    to_ms(at).into(),
                ];
                values.extend(row);
            }
            self.raw().run(&sql, values).await?;
        }
        Ok(())
    }

    /// Stores an appeal and returns its number.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_appeal(&mut self, new: &NewAppeal, at: DateTime<Utc>) -> Result<i64, StoreError> {
        let number = self.next_number("appeal").await?;
        let (unit, person) = new.of.columns();
        let sql = "INSERT INTO appeal (id, number, card, indicator, unit_id, person_id, first_day, note, raised_by,
                   raised_at_ms, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let values: [Value; 11] = [
            self.new_id().into(),
            number.into(),
            new.card.clone().into(),
            new.indicator.clone().into(),
            unit.into(),
            person.into(),
            new.first_day.into(),
            new.note.clone().into(),
            new.raised_by.0.into(),
            to_ms(at).into(),
            AppealState::Asked.code().into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(number)
    }

    /// Decides an appeal. `false` where it was decided before.
    ///
    /// # Errors
    /// The database's.
    pub async fn decide_appeal(
        &mut self,
        id: AppealId,
        decision: &AppealDecision,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let state = if decision.points.is_some() { AppealState::Changed } else { AppealState::Upheld };
        let sql = "UPDATE appeal SET state = $2, points = $3, decided_by = $4, decided_at_ms = $5, decision = $6
                   WHERE id = $1 AND state = 'asked'";
        let values: [Value; 6] = [
            id.0.into(),
            state.code().into(),
            decision.points.into(),
            decision.by.0.into(),
            to_ms(at).into(),
            decision.text.clone().into(),
        ];
        Ok(self.raw().run(sql, values).await? == 1)
    }
}
