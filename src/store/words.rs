//! The words of records, by their hash: who has said the same before.

use chrono::{DateTime, Utc};
use sea_orm::Value;

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::to_ms;
use crate::domain::flag::words_hash;
use crate::domain::id::RecordId;
use crate::domain::record::Record;

/// More records of the same words than this tell nobody anything new.
const LOOKED_AT: u32 = 8;

/// The newest first, which is the order of the index: what a whole county pastes is not read and sorted for each record.
fn same_words() -> String {
    format!(
        "SELECT r.id, r.content FROM record_words w JOIN record r ON r.id = w.record_id
         WHERE w.hash = $1 AND r.id <> $2 AND COALESCE(r.told_with, r.id) <> $3 AND r.withdrawn_at_ms IS NULL
         AND r.made_at_ms >= $4 ORDER BY w.record_id DESC LIMIT {LOOKED_AT}"
    )
}

impl Db<'_> {
    async fn list_same_words(
        &self,
        hash: i64,
        record: &Record,
        since: DateTime<Utc>,
    ) -> Result<Option<RecordId>, StoreError> {
        let message = record.told_with.unwrap_or(record.id);
        let mut found = None;
        for row in
            self.rows(&same_words(), [hash.into(), record.id.0.into(), message.0.into(), to_ms(since).into()]).await?
        {
            // it may have been corrected since, and then says something else
            if words_hash(&row.try_get::<String>("", "content")?) == Some(hash) {
                found = Some(RecordId(row.try_get("", "id")?));
            }
        }
        Ok(found)
    }
}

impl Tx {
    /// Remembers the words of a record and finds another one, not of the same message, that stands, was made since an
    /// instant and says the same: the oldest of the latest few. Words that are not worth comparing cost nothing; others one
    /// look into an index, and the insertion waits with the record's.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_words(&mut self, record: &Record, since: DateTime<Utc>) -> Result<Option<RecordId>, StoreError> {
        let Some(hash) = words_hash(&record.said.content) else { return Ok(None) };
        let stored = self.raw().list_same_words(hash, record, since).await?;
        let message = record.told_with.unwrap_or(record.id);
        let waiting = || {
            let same = self.pending_words.iter().filter(|(one, id)| *one == hash && *id != record.id);
            let of = |id: &RecordId| self.pending.iter().find(|one| one.id == *id);
            same.map(|(_, id)| *id).find(|id| of(id).is_some_and(|one| one.told_with.unwrap_or(one.id) != message))
        };
        let found = stored.or_else(waiting);
        self.pending_words.push((hash, record.id));
        // of a record that is stored already nothing waits that would take its words along
        if !self.pending.iter().any(|one| one.id == record.id) {
            self.flush_words().await?;
        }
        Ok(found)
    }

    /// Inserts the words that wait, behind their records.
    pub(super) async fn flush_words(&mut self) -> Result<(), StoreError> {
        if self.pending_words.is_empty() {
            return Ok(());
        }
        let still_waiting = |id: RecordId| self.pending.iter().any(|one| one.id == id);
        let (keep, ready): (Vec<_>, Vec<_>) = self.pending_words.iter().partition(|(_, id)| still_waiting(*id));
        self.pending_words = keep;
        for some in ready.chunks(400) {
            let tuples: Vec<String> = (0..some.len()).map(|n| format!("({})", placeholders(n * 2, 2))).collect();
            let sql = format!(
                "INSERT INTO record_words (hash, record_id) VALUES {} ON CONFLICT DO NOTHING",
                tuples.join(", ")
            );
            let values = some.iter().flat_map(|(hash, id)| [Value::from(*hash), id.0.into()]);
            self.raw().run(&sql, values.collect::<Vec<Value>>()).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    #[tokio::test]
    async fn words_that_everybody_pastes_are_not_sorted_for_each_record() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let sql = format!("EXPLAIN QUERY PLAN {}", same_words());
        let values: [Value; 4] = [1_i64.into(), 2_i64.into(), 3_i64.into(), 4_i64.into()];
        let rows = store.reader().rows(&sql, values).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("SEARCH w USING") && plan.contains("SEARCH r USING"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{plan}");
        store.close().await;
        scratch.remove().await;
    }
}
