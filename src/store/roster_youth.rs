//! Youth rosters: a hundred young people for each of thousands of cadres, so they are read and written by the bunch.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx};
use crate::domain::people::YouthField;

/// How many people's rosters one query asks for.
const PEOPLE_PER_QUERY: usize = 200;

/// A young person on a cadre's roster, as a plan wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedYouth {
    /// The cadre's name.
    pub person: String,
    /// The code of the cadre's own unit.
    pub person_unit: String,
    /// The young person's name or alias; with the cadre, the key.
    pub name: String,
    /// Where they belong.
    pub field: Option<YouthField>,
    /// About how old they are.
    pub age_band: Option<String>,
    /// From which day the cadre keeps in touch.
    pub from: Option<NaiveDate>,
    /// Until which day.
    pub to: Option<NaiveDate>,
}

/// A young person on a cadre's roster, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YouthRow {
    /// Whose roster.
    pub person_id: i64,
    /// The name or alias.
    pub name: String,
    /// The code of where they belong.
    pub field: Option<String>,
    /// About how old they are.
    pub age_band: Option<String>,
    /// From which day.
    pub from: Option<NaiveDate>,
    /// Until which day.
    pub to: Option<NaiveDate>,
}

const COLUMNS: &str = "person_id, name, field, age_band, since_day, until_day";

fn read(row: &QueryResult) -> Result<YouthRow, StoreError> {
    Ok(YouthRow {
        person_id: row.try_get_by_index(0)?,
        name: row.try_get_by_index(1)?,
        field: row.try_get_by_index(2)?,
        age_band: row.try_get_by_index(3)?,
        from: row.try_get_by_index(4)?,
        to: row.try_get_by_index(5)?,
    })
}

impl Db<'_> {
    /// Every youth roster, for the export.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_roster_rows(&self) -> Result<Vec<YouthRow>, StoreError> {
        let rows = self.rows(&format!("SELECT {COLUMNS} FROM youth"), []).await?;
        rows.iter().map(read).collect()
    }

    /// The youth rosters of some people.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_youth_of(&self, people: &[i64]) -> Result<Vec<YouthRow>, StoreError> {
        let mut found = Vec::new();
        for people in people.chunks(PEOPLE_PER_QUERY) {
            let marks = self.marks(0, people.len());
            let sql = format!("SELECT {COLUMNS} FROM youth WHERE person_id IN ({marks})");
            let rows = self.rows(&sql, people.iter().map(|id| Value::from(*id))).await?;
            found.extend(rows.iter().map(read).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(found)
    }
}

impl Tx {
    /// Writes young people on rosters: who is there is changed, who is not is added. A pair of cadre and name must not
    /// come twice.
    pub(super) async fn apply_youth(
        &mut self,
        youth: &[PlannedYouth],
        units: &HashMap<String, i64>,
        people: &HashMap<(i64, String), i64>,
    ) -> Result<(), StoreError> {
        for planned in youth.chunks(self.backend.rows_per_insert()) {
            let mut values = Vec::with_capacity(planned.len() * 7);
            for one in planned {
                let Some(home) = units.get(&one.person_unit) else { continue };
                let Some(person_id) = people.get(&(*home, one.person.clone())) else { continue };
                values.extend([
                    self.new_id().into(),
                    (*person_id).into(),
                    one.name.clone().into(),
                    one.field.map(|field| field.code().to_owned()).into(),
                    one.age_band.clone().into(),
                    one.from.into(),
                    Value::from(one.to),
                ]);
            }
            if values.is_empty() {
                continue;
            }
            let tuples: Vec<String> =
                (0..values.len() / 7).map(|n| format!("({})", self.raw().marks(n * 7, 7))).collect();
            let sql = format!(
                "INSERT INTO youth (id, {COLUMNS}) VALUES {}
                 ON CONFLICT (person_id, name) DO UPDATE SET field = excluded.field, age_band = excluded.age_band,
                    since_day = excluded.since_day, until_day = excluded.until_day",
                tuples.join(", ")
            );
            self.raw().run(&sql, values).await?;
        }
        Ok(())
    }
}
