//! The rosters of young people, and when each of them was last contacted.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::to_ms;
use crate::domain::calendar::DayRange;
use crate::domain::id::{PersonId, YouthId};
use crate::domain::people::{ContactMode, YouthField};
use crate::domain::youth::{NewYouth, Youth};

/// How often somebody of a roster was contacted by the cadre whose roster it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// Who.
    pub youth: Youth,
    /// The last day; `None`: never in the days that were looked at.
    pub last: Option<NaiveDate>,
    /// Contacts this quarter.
    pub quarter: u32,
    /// Contacts this year.
    pub year: u32,
    /// Of those of this year, the ones face to face.
    pub face_to_face: u32,
    /// Of those of this year, the ones online.
    pub online: u32,
}

/// Which contacts are looked at.
#[derive(Clone, Debug)]
pub struct Looking<'a> {
    /// The kinds of record that are contacts.
    pub kinds: &'a [String],
    /// The days.
    pub days: DayRange,
    /// The first day of the quarter.
    pub quarter_from: NaiveDate,
    /// The first day of the year.
    pub year_from: NaiveDate,
    /// As it stood then.
    pub as_of: DateTime<Utc>,
}

const COLUMNS: &str = "y.id, y.name, y.field, y.age_band, y.since_day, y.until_day";

fn read(row: &QueryResult) -> Result<Youth, StoreError> {
    let field: Option<String> = row.try_get_by_index(2)?;
    Ok(Youth {
        id: YouthId(row.try_get_by_index(0)?),
        name: row.try_get_by_index(1)?,
        field: field.as_deref().and_then(YouthField::read),
        age_band: row.try_get_by_index(3)?,
        since: row.try_get_by_index(4)?,
        until: row.try_get_by_index(5)?,
    })
}

/// How many ids one statement asks for.
const AT_ONCE: usize = 500;

impl Db<'_> {
    /// Whose roster these young people are on, and what they are called there.
    ///
    /// # Errors
    /// The database's.
    pub async fn name_youth(&self, youth: &[YouthId]) -> Result<Vec<(YouthId, PersonId, String)>, StoreError> {
        let mut found = Vec::new();
        for some in youth.chunks(AT_ONCE) {
            let sql = format!("SELECT id, person_id, name FROM youth WHERE id IN ({})", placeholders(0, some.len()));
            for row in self.rows(&sql, some.iter().map(|youth| Value::from(youth.0))).await? {
                let (id, person) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
                found.push((YouthId(id), PersonId(person), row.try_get_by_index(2)?));
            }
        }
        Ok(found)
    }

    /// Everybody who is or was on a person's roster, in the order in which they came. Names are looked up among them in
    /// their normal form, which the database does not know.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_youth(&self, person: PersonId) -> Result<Vec<Youth>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM youth y WHERE y.person_id = $1 ORDER BY y.id");
        self.rows(&sql, [person.0.into()]).await?.iter().map(read).collect()
    }

    /// Those on a person's roster on the last of the days looked at, with their contacts: one run over the person's part of
    /// the index.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_roster(&self, person: PersonId, looking: &Looking<'_>) -> Result<Vec<Met>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, r.last_day, COALESCE(r.quarter, 0), COALESCE(r.year, 0), COALESCE(r.face, 0), COALESCE(r.online, 0)
             FROM youth y LEFT JOIN (
                SELECT youth_id, MAX(day) AS last_day,
                    CAST(SUM(CASE WHEN day >= $4 THEN 1 ELSE 0 END) AS BIGINT) AS quarter,
                    CAST(SUM(CASE WHEN day >= $5 THEN 1 ELSE 0 END) AS BIGINT) AS year,
                    CAST(SUM(CASE WHEN day >= $5 AND mode = $7 THEN 1 ELSE 0 END) AS BIGINT) AS face,
                    CAST(SUM(CASE WHEN day >= $5 AND mode = $8 THEN 1 ELSE 0 END) AS BIGINT) AS online
                FROM record WHERE kind IN ({}) AND person_id = $1 AND day BETWEEN $2 AND $3 AND youth_id IS NOT NULL
                    AND made_at_ms <= $6 AND (withdrawn_at_ms IS NULL OR withdrawn_at_ms > $6)
                GROUP BY youth_id
             ) r ON r.youth_id = y.id
             WHERE y.person_id = $1 AND (y.since_day IS NULL OR y.since_day <= $3) AND (y.until_day IS NULL OR y.until_day >= $3)
             ORDER BY y.id",
            if looking.kinds.is_empty() { "NULL".to_owned() } else { placeholders(8, looking.kinds.len()) }
        );
        let fixed: [Value; 8] = [
            person.0.into(),
            looking.days.first.into(),
            looking.days.last.into(),
            looking.quarter_from.into(),
            looking.year_from.into(),
            to_ms(looking.as_of).into(),
            ContactMode::FaceToFace.code().into(),
            ContactMode::Online.code().into(),
        ];
        let values = fixed.into_iter().chain(looking.kinds.iter().map(|kind| kind.clone().into()));
        let count = |row: &QueryResult, at: usize| -> Result<u32, StoreError> {
            let value: i64 = row.try_get_by_index(at)?;
            Ok(u32::try_from(value).unwrap_or(u32::MAX))
        };
        let rows = self.rows(&sql, values).await?;
        rows.iter()
            .map(|row| {
                Ok(Met {
                    youth: read(row)?,
                    last: row.try_get_by_index(6)?,
                    quarter: count(row, 7)?,
                    year: count(row, 8)?,
                    face_to_face: count(row, 9)?,
                    online: count(row, 10)?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Puts somebody on a roster. Where another replica has just done so, the whole write runs again and sees them.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_youth(
        &mut self,
        person: PersonId,
        new: &NewYouth,
        since: NaiveDate,
    ) -> Result<YouthId, StoreError> {
        let id = YouthId(self.new_id());
        let sql = "INSERT INTO youth (id, person_id, name, field, age_band, since_day) VALUES ($1, $2, $3, $4, $5, $6)";
        let values: [Value; 6] = [
            id.0.into(),
            person.0.into(),
            new.name.clone().into(),
            new.field.map(YouthField::code).into(),
            new.age_band.clone().into(),
            since.into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(id)
    }

    /// Ends somebody's time on a roster; what was recorded about them stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_youth(&mut self, youth: YouthId, last: NaiveDate) -> Result<(), StoreError> {
        self.raw().run("UPDATE youth SET until_day = $2 WHERE id = $1", [youth.0.into(), last.into()]).await?;
        Ok(())
    }

    /// Puts somebody back on a roster from today on, or says more of them: what is `None` stays as it was.
    ///
    /// # Errors
    /// The database's.
    pub async fn restore_youth(
        &mut self,
        youth: YouthId,
        today: NaiveDate,
        field: Option<YouthField>,
        age_band: Option<String>,
    ) -> Result<(), StoreError> {
        // who was to come later comes now
        let sql = "UPDATE youth SET until_day = NULL, since_day = CASE WHEN since_day > $2 THEN $2 ELSE since_day END,
                   field = COALESCE($3, field), age_band = COALESCE($4, age_band) WHERE id = $1";
        self.raw()
            .run(sql, [youth.0.into(), today.into(), field.map(YouthField::code).into(), age_band.into()])
            .await?;
        Ok(())
    }
}
