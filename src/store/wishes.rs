//! Wishes: what is wished for, who has claimed it, what came of it.

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx};
use crate::clock::{from_ms, to_ms};
use crate::domain::id::{ChatId, PersonId, RecordId, UnitId, WishId};
use crate::domain::wish::{Wish, WishState};

const COLUMNS: &str = "id, number, unit_id, chat_id, who, name, text, state, wished_at_ms, claimed_by, claimed_at_ms, \
    claim_record_id, done_record_id";

fn read(row: &QueryResult) -> Result<Wish, StoreError> {
    let id = |at: usize| row.try_get_by_index::<Option<i64>>(at);
    let state: String = row.try_get_by_index(7)?;
    Ok(Wish {
        id: WishId(row.try_get_by_index(0)?),
        number: row.try_get_by_index(1)?,
        unit: UnitId(row.try_get_by_index(2)?),
        chat: id(3)?.map(ChatId),
        who: row.try_get_by_index(4)?,
        name: row.try_get_by_index(5)?,
        text: row.try_get_by_index(6)?,
        state: WishState::read(&state),
        wished_at: row.try_get_by_index(8).map(from_ms)?,
        claimed: id(9)?.map(PersonId).zip(id(10)?.map(from_ms)),
        claim_record: id(11)?.map(RecordId),
        done_record: id(12)?.map(RecordId),
    })
}

impl Db<'_> {
    /// A wish by its number.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_wish_by_number(&self, number: i64) -> Result<Option<Wish>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM wish WHERE number = $1");
        self.row(&sql, [number.into()]).await?.as_ref().map(read).transpose()
    }

    /// A wish.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_wish(&self, id: WishId) -> Result<Option<Wish>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM wish WHERE id = $1");
        self.row(&sql, [id.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// The wishes that nobody has claimed, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_wishes(&self) -> Result<Vec<Wish>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM wish WHERE state = 'open' ORDER BY wished_at_ms, number");
        self.rows(&sql, []).await?.iter().map(read).collect()
    }

    /// The wishes that a cadre has claimed and not fulfilled, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_claimed_wishes(&self, person: PersonId) -> Result<Vec<Wish>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM wish WHERE claimed_by = $1 AND state = 'claimed' ORDER BY number");
        self.rows(&sql, [person.0.into()]).await?.iter().map(read).collect()
    }

    /// Somebody's wishes that are neither fulfilled nor taken back.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_wishes_of(&self, who: &str) -> Result<Vec<Wish>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM wish WHERE who = $1 AND state IN ('open', 'claimed') ORDER BY number");
        self.rows(&sql, [who.into()]).await?.iter().map(read).collect()
    }

    /// All that somebody has wished for and not taken back, the latest first, with what was said when it was fulfilled.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_all_wishes_of(&self, who: &str) -> Result<Vec<(Wish, String)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, COALESCE(done_text, '') AS said FROM wish WHERE who = $1 AND state <> 'withdrawn'
             ORDER BY number DESC"
        );
        let rows = self.rows(&sql, [who.into()]).await?;
        rows.iter().map(|row| Ok((read(row)?, row.try_get("", "said")?))).collect()
    }

    /// How many wishes somebody has made since an instant, whatever became of them.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_wishes_since(&self, who: &str, since: DateTime<Utc>) -> Result<usize, StoreError> {
        let sql = "SELECT COUNT(*) FROM wish WHERE who = $1 AND wished_at_ms > $2";
        let row = self.row(sql, [who.into(), to_ms(since).into()]).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// The wish behind a record of its being claimed or fulfilled.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_wish_of_record(&self, record: RecordId) -> Result<Option<Wish>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM wish WHERE claim_record_id = $1 OR done_record_id = $1");
        self.row(&sql, [record.0.into()]).await?.as_ref().map(read).transpose()
    }

    /// The wishes that nobody has claimed since an instant and that were not shown to anybody since then.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_unclaimed_wishes(&self, since: DateTime<Utc>) -> Result<Vec<Wish>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM wish WHERE state = 'open' AND COALESCE(shown_at_ms, wished_at_ms) <= $1
             ORDER BY wished_at_ms, number"
        );
        self.rows(&sql, [to_ms(since).into()]).await?.iter().map(read).collect()
    }
}

impl Tx {
    /// Stores a wish and gives it the next number; the number that it bears is not looked at.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_wish(&mut self, wish: Wish) -> Result<Wish, StoreError> {
        let number = self.next_number("wish").await?;
        let sql = "INSERT INTO wish (id, number, unit_id, chat_id, who, name, text, state, wished_at_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values: [Value; 9] = [
            wish.id.0.into(),
            number.into(),
            wish.unit.0.into(),
            wish.chat.map(|chat| chat.0).into(),
            wish.who.clone().into(),
            wish.name.clone().into(),
            wish.text.clone().into(),
            wish.state.code().into(),
            to_ms(wish.wished_at).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(Wish { number, ..wish })
    }

    /// Takes an unclaimed wish back; `false` where it was claimed meanwhile.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw_wish(&mut self, id: WishId) -> Result<bool, StoreError> {
        let sql = "UPDATE wish SET state = 'withdrawn' WHERE id = $1 AND state = 'open'";
        Ok(self.raw().run(sql, [id.0.into()]).await? == 1)
    }

    /// Claims a wish; `false` where somebody was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn claim_wish(
        &mut self,
        id: WishId,
        by: PersonId,
        record: Option<RecordId>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE wish SET state = 'claimed', claimed_by = $2, claimed_at_ms = $3, claim_record_id = $4
                   WHERE id = $1 AND state = 'open'";
        let values = [id.0.into(), by.0.into(), to_ms(at).into(), record.map(|record| record.0).into()];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// Puts a claimed wish back on the list; `false` where it is not claimed any more.
    ///
    /// # Errors
    /// The database's.
    pub async fn release_wish(&mut self, id: WishId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE wish SET state = 'open', claimed_by = NULL, claimed_at_ms = NULL, claim_record_id = NULL,
                   shown_at_ms = $2 WHERE id = $1 AND state = 'claimed'";
        Ok(self.raw().run(sql, [id.0.into(), to_ms(at).into()]).await? == 1)
    }

    /// Settles a claimed wish as fulfilled; `false` where it is not claimed any more.
    ///
    /// # Errors
    /// The database's.
    pub async fn fulfil_wish(
        &mut self,
        id: WishId,
        text: &str,
        record: Option<RecordId>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE wish SET state = 'done', done_text = $2, done_record_id = $3, done_at_ms = $4
                   WHERE id = $1 AND state = 'claimed'";
        let values = [id.0.into(), text.into(), record.map(|record| record.0).into(), to_ms(at).into()];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// Takes back that a wish is fulfilled: it is claimed again, with the record of that.
    ///
    /// # Errors
    /// The database's.
    pub async fn reopen_wish(&mut self, id: WishId, claim: Option<RecordId>) -> Result<bool, StoreError> {
        let sql = "UPDATE wish SET state = 'claimed', done_text = NULL, done_record_id = NULL, done_at_ms = NULL,
                   confirmed_at_ms = NULL, claim_record_id = $2 WHERE id = $1 AND state = 'done'";
        Ok(self.raw().run(sql, [id.0.into(), claim.map(|claim| claim.0).into()]).await? == 1)
    }

    /// Notes that what was wished for has come.
    ///
    /// # Errors
    /// The database's.
    pub async fn confirm_wish(&mut self, id: WishId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE wish SET confirmed_at_ms = $2 WHERE id = $1 AND state = 'done' AND confirmed_at_ms IS NULL";
        Ok(self.raw().run(sql, [id.0.into(), to_ms(at).into()]).await? == 1)
    }

    /// Notes that an unclaimed wish was shown to the secretary; `false` where another replica has just shown it.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_wish_shown(
        &mut self,
        id: WishId,
        since: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE wish SET shown_at_ms = $3
                   WHERE id = $1 AND state = 'open' AND COALESCE(shown_at_ms, wished_at_ms) <= $2";
        Ok(self.raw().run(sql, [id.0.into(), to_ms(since).into(), to_ms(at).into()]).await? == 1)
    }
}
