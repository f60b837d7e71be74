//! Make-up entries and leave that wait for a decision, and the leave that was granted.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx};
use crate::clock::{from_ms, to_ms};
use crate::domain::calendar::DayRange;
use crate::domain::duty::Absence;
use crate::domain::id::{PersonId, RecordId, RequestId, UnitId};
use crate::domain::people::HalfDay;
use crate::domain::request::{Plea, Request, RequestState};

/// Leave as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAbsence {
    /// Its identity: that of the request it came of, or one of its own.
    pub id: i64,
    /// Whose.
    pub person: PersonId,
    /// The days.
    pub absence: Absence,
    /// Why.
    pub reason: String,
    /// The request it came of.
    pub request: Option<RequestId>,
    /// Who entered it, where that was somebody else.
    pub entered_by: Option<PersonId>,
}

const COLUMNS: &str = "id, number, person_id, unit_id, payload, state, asked_at_ms, decided_by";

fn read(row: &QueryResult) -> Result<Option<Request>, StoreError> {
    // a later version may ask for what this one does not know
    let plea = serde_json::from_str::<Plea>(&row.try_get::<String>("", "payload")?).ok();
    let state = RequestState::read(&row.try_get::<String>("", "state")?);
    let (Some(plea), Some(state)) = (plea, state) else { return Ok(None) };
    Ok(Some(Request {
        id: RequestId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        person: PersonId(row.try_get("", "person_id")?),
        unit: UnitId(row.try_get("", "unit_id")?),
        plea,
        state,
        asked_at: from_ms(row.try_get("", "asked_at_ms")?),
        decided_by: row.try_get::<Option<i64>>("", "decided_by")?.map(PersonId),
    }))
}

impl Db<'_> {
    /// A request by the number people say.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_request_by_number(&self, number: i64) -> Result<Option<Request>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM request WHERE number = $1");
        Ok(self.row(&sql, [number.into()]).await?.as_ref().map(read).transpose()?.flatten())
    }

    /// A request by its identity.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_request(&self, id: RequestId) -> Result<Option<Request>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM request WHERE id = $1");
        Ok(self.row(&sql, [id.0.into()]).await?.as_ref().map(read).transpose()?.flatten())
    }

    /// Every open request, the oldest first. There are few: an open one is a decision that is owed.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_requests(&self) -> Result<Vec<Request>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM request WHERE state = 'asked' ORDER BY asked_at_ms, id");
        self.rows(&sql, []).await?.iter().filter_map(|row| read(row).transpose()).collect()
    }

    /// A person's open requests asked since an instant, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_requests_of(
        &self,
        person: PersonId,
        since: DateTime<Utc>,
    ) -> Result<Vec<Request>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM request WHERE person_id = $1 AND asked_at_ms >= $2 AND state = 'asked'
             ORDER BY asked_at_ms DESC, id DESC"
        );
        let rows = self.rows(&sql, [person.0.into(), to_ms(since).into()]).await?;
        rows.iter().filter_map(|row| read(row).transpose()).collect()
    }

    /// How many make-up entries a person has asked for in `[from, until)` that stand or may still stand.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_make_ups(
        &self,
        person: PersonId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM request WHERE person_id = $1 AND asked_at_ms >= $2
                   AND asked_at_ms < $3 AND kind = 'make_up' AND state IN ('asked', 'granted')";
        let row = self.row(sql, [person.0.into(), to_ms(from).into(), to_ms(until).into()]).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// A person's leave that stands and does not end before a day, the earliest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_leave_of(&self, person: PersonId, from: NaiveDate) -> Result<Vec<KeptAbsence>, StoreError> {
        let sql = "SELECT id, first_day, last_day, first_half, reason, request_id, entered_by FROM absence
                   WHERE last_day >= $1 AND person_id = $2 AND withdrawn_at_ms IS NULL ORDER BY first_day, id";
        let rows = self.rows(sql, [from.into(), person.0.into()]).await?;
        rows.iter()
            .map(|row| {
                let half: Option<String> = row.try_get_by_index(3)?;
                Ok(KeptAbsence {
                    id: row.try_get_by_index(0)?,
                    person,
                    absence: Absence {
                        days: DayRange { first: row.try_get_by_index(1)?, last: row.try_get_by_index(2)? },
                        half: half.as_deref().and_then(HalfDay::read),
                    },
                    reason: row.try_get_by_index(4)?,
                    request: row.try_get_by_index::<Option<i64>>(5)?.map(RequestId),
                    entered_by: row.try_get_by_index::<Option<i64>>(6)?.map(PersonId),
                })
            })
            .collect()
    }
}

impl Tx {
    /// Stores a request and gives it the next number.
    ///
    /// # Errors
    /// The database's, and [`StoreError`] where what is asked for cannot be written down.
    pub async fn insert_request(
        &mut self,
        person: PersonId,
        unit: UnitId,
        plea: Plea,
        at: DateTime<Utc>,
    ) -> Result<Request, StoreError> {
        let number = self.next_number("request").await?;
        let id = RequestId(self.new_id());
        let payload = serde_json::to_string(&plea).map_err(|error| sea_orm::DbErr::Json(error.to_string()))?;
        let sql = "INSERT INTO request (id, number, kind, person_id, unit_id, payload, state, asked_at_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values: [Value; 8] = [
            id.0.into(),
            number.into(),
            plea.code().into(),
            person.0.into(),
            unit.0.into(),
            payload.into(),
            RequestState::Asked.code().into(),
            to_ms(at).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(Request { id, number, person, unit, plea, state: RequestState::Asked, asked_at: at, decided_by: None })
    }

    /// Decides an open request. `false` where it is open no more: somebody else was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn decide_request(
        &mut self,
        id: RequestId,
        state: RequestState,
        by: Option<PersonId>,
        note: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE request SET state = $2, decided_by = $3, decided_at_ms = $4, note = $5
                   WHERE id = $1 AND state = 'asked'";
        let values: [Value; 5] = [
            id.0.into(),
            state.code().into(),
            by.map(|by| by.0).into(),
            to_ms(at).into(),
            note.map(str::to_owned).into(),
        ];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// The record that came of a granted request was withdrawn: so is the request, and it counts for nothing.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw_request_of(&mut self, record: RecordId) -> Result<(), StoreError> {
        let sql = "UPDATE request SET state = 'withdrawn' WHERE id = $1 AND state = 'granted'";
        self.raw().run(sql, [record.0.into()]).await?;
        Ok(())
    }

    /// Stores leave.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_absence(&mut self, kept: &KeptAbsence, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO absence (id, person_id, first_day, last_day, first_half, reason, request_id, entered_by, made_at_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values: [Value; 9] = [
            kept.id.into(),
            kept.person.0.into(),
            kept.absence.days.first.into(),
            kept.absence.days.last.into(),
            kept.absence.half.map(HalfDay::code).into(),
            kept.reason.clone().into(),
            kept.request.map(|request| request.0).into(),
            kept.entered_by.map(|by| by.0).into(),
            to_ms(at).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Withdraws leave; what was reported before stays as it was.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw_absence(&mut self, id: i64, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE absence SET withdrawn_at_ms = $2 WHERE id = $1 AND withdrawn_at_ms IS NULL";
        Ok(self.raw().run(sql, [id.into(), to_ms(at).into()]).await? == 1)
    }
}
