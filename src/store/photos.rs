//! Pictures of records: wanted first, then kept, looked up by their look, and let go.
//!
//! A replica takes a picture by raising its number of attempts from what it has read (compare and set); whatever it then
//! writes holds only while that number stands. So no picture is settled twice, and none is lost with the replica that
//! held it: the lease runs out and the next one raises the number again.

use std::collections::{BTreeSet, HashSet};

use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::domain::id::{PhotoId, RecordId};

/// So many pictures are kept of one record.
pub const MOST_PHOTOS: usize = 9;

/// Pictures whose looks differ in more bits than this are different pictures. With a fourth bit, each of the four parts
/// by which a look is found could be another one.
pub const MOST_BITS_APART: u32 = 3;

/// A look with fewer bits of either kind is that of an empty page: such pictures are alike and say nothing.
const FEWEST_BITS: u32 = 6;

/// Where a picture stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoState {
    /// To be fetched.
    Wanted,
    /// Fetched, prepared and stored.
    Kept,
    /// It could not be had.
    Failed,
    /// It was kept long enough; what is left is how it looked.
    Expired,
}

impl PhotoState {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Kept => "kept",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    fn read(code: &str) -> Option<Self> {
        [Self::Wanted, Self::Kept, Self::Failed, Self::Expired].into_iter().find(|state| state.code() == code)
    }
}

/// A picture that is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedPhoto {
    /// Which.
    pub id: PhotoId,
    /// The record it came with.
    pub record: RecordId,
    /// The account through which it came.
    pub account: String,
    /// The platform's name or address of it.
    pub source: String,
    /// How often it was taken before.
    pub attempts: i32,
}

/// The right to settle a picture, as long as nobody else has taken it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoLease {
    /// Which.
    pub id: PhotoId,
    /// How often it was taken, this time included.
    pub attempts: i32,
}

/// A picture as it is stored: made smaller, and without anything the camera wrote into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPhoto {
    /// JPEG.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// How it looks, in 64 bits: copies of a picture differ in few of them.
    pub look: u64,
}

/// What is known of a picture without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Which.
    pub id: PhotoId,
    /// The record it came with.
    pub record: RecordId,
    /// Where it stands.
    pub state: PhotoState,
    /// Width and height in pixels, once it was kept.
    pub size: Option<(u32, u32)>,
    /// Why it is not there, in words for an operator.
    pub error: Option<String>,
    /// When it was kept, in milliseconds since 1970.
    pub kept_at_ms: Option<i64>,
}

impl Photo {
    /// The name of the file where it is handed out: ours, never the one it came with.
    pub fn file_name(&self) -> String {
        format!("{}.jpg", self.id)
    }
}

/// Two records with a picture that looks the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    /// The record that was made first.
    pub older: RecordId,
    /// The one that was made later.
    pub newer: RecordId,
    /// The picture of the other record.
    pub photo: PhotoId,
}

/// The four parts of a look, by number.
fn parts(look: u64) -> impl Iterator<Item = (i32, i32)> {
    (0..4).map(move |part| (part, i32::from((look >> (16 * part)) as u16)))
}

/// Whether there is enough in a look to compare it with others.
fn says_something(look: u64) -> bool {
    (FEWEST_BITS..=64 - FEWEST_BITS).contains(&look.count_ones())
}

fn size(row: &QueryResult) -> Result<Option<(u32, u32)>, StoreError> {
    let side = |name| Ok::<_, StoreError>(row.try_get::<Option<i32>>("", name)?.and_then(|px| u32::try_from(px).ok()));
    Ok(side("width")?.zip(side("height")?))
}

impl Db<'_> {
    /// Pictures that are to be fetched now, those that have waited longest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_due_photos(&self, now_ms: i64, limit: u32) -> Result<Vec<WantedPhoto>, StoreError> {
        let sql = format!(
            "SELECT id, record_id, account, source, attempts FROM photo WHERE state = 'wanted' AND next_try_at_ms <= $1
             ORDER BY next_try_at_ms, id LIMIT {limit}"
        );
        let rows = self.rows(&sql, [now_ms.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(WantedPhoto {
                    id: PhotoId(row.try_get("", "id")?),
                    record: RecordId(row.try_get("", "record_id")?),
                    account: row.try_get("", "account")?,
                    source: row.try_get("", "source")?,
                    attempts: row.try_get("", "attempts")?,
                })
            })
            .collect()
    }

    /// Other records that still stand and have, or had, a picture that looks like one of this record: at most `within`
    /// bits apart, and never more than [`MOST_BITS_APART`]. What was said in the same message is not another record.
    /// The pair with the oldest record comes first.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_alike(&self, record: RecordId, look: u64, within: u32) -> Result<Vec<Alike>, StoreError> {
        if !says_something(look) {
            return Ok(Vec::new());
        }
        // of four parts three can differ, so one is the same
        let one_is_the_same: Vec<String> =
            parts(look).map(|(part, bits)| format!("(l.part = {part} AND l.bits = {bits})")).collect();
        let sql = format!(
            "SELECT p.id, p.look, r.id AS theirs, r.made_at_ms AS theirs_at_ms, o.made_at_ms AS ours_at_ms
             FROM photo_look l JOIN photo p ON p.id = l.photo_id JOIN record r ON r.id = p.record_id
             JOIN record o ON o.id = $1
             WHERE ({}) AND r.withdrawn_at_ms IS NULL AND o.withdrawn_at_ms IS NULL
             AND COALESCE(r.told_with, r.id) <> COALESCE(o.told_with, o.id)",
            one_is_the_same.join(" OR ")
        );
        let mut found = BTreeSet::new();
        for row in self.rows(&sql, [record.0.into()]).await? {
            let theirs: i64 = row.try_get("", "look")?;
            if (theirs.cast_unsigned() ^ look).count_ones() > within.min(MOST_BITS_APART) {
                continue;
            }
            let other = RecordId(row.try_get("", "theirs")?);
            let made_at: (i64, i64) = (row.try_get("", "theirs_at_ms")?, row.try_get("", "ours_at_ms")?);
            let (older, newer) =
                if (made_at.0, other) < (made_at.1, record) { (other, record) } else { (record, other) };
            let earliest = made_at.0.min(made_at.1);
            found.insert((earliest, Alike { older, newer, photo: PhotoId(row.try_get("", "id")?) }));
        }
        Ok(found.into_iter().map(|(_, alike)| alike).collect())
    }

    /// The pictures of a record, in the order in which they came.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_photos(&self, record: RecordId) -> Result<Vec<Photo>, StoreError> {
        let sql = "SELECT id, state, width, height, error, kept_at_ms FROM photo WHERE record_id = $1 ORDER BY id";
        let rows = self.rows(sql, [record.0.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Photo {
                    id: PhotoId(row.try_get("", "id")?),
                    record,
                    state: PhotoState::read(&row.try_get::<String>("", "state")?).unwrap_or(PhotoState::Failed),
                    size: size(row)?,
                    error: row.try_get("", "error")?,
                    kept_at_ms: row.try_get("", "kept_at_ms")?,
                })
            })
            .collect()
    }

    /// The JPEG of a kept picture of a record that still stands.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_photo_bytes(&self, id: PhotoId) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT p.bytes FROM photo p JOIN record r ON r.id = p.record_id
                   WHERE p.id = $1 AND p.state = 'kept' AND r.withdrawn_at_ms IS NULL";
        let row = self.row(sql, [id.0.into()]).await?;
        Ok(row.map(|row| row.try_get_by_index::<Option<Vec<u8>>>(0)).transpose()?.flatten())
    }
}

impl Tx {
    /// Wants the pictures that came with a record, at most [`MOST_PHOTOS`] of them, each once; they are fetched after
    /// the commit. Returns how many are new.
    ///
    /// # Errors
    /// The database's.
    pub async fn want_photos(
        &mut self,
        record: RecordId,
        account: &str,
        sources: &[&str],
    ) -> Result<usize, StoreError> {
        if sources.iter().all(|source| source.is_empty()) {
            return Ok(0);
        }
        // the record itself may still wait to be inserted
        let rows = self.db().await?.rows("SELECT source FROM photo WHERE record_id = $1", [record.0.into()]).await?;
        let mut there: HashSet<String> =
            rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>().map_err(StoreError::from)?;
        let fresh: Vec<&str> = sources
            .iter()
            .copied()
            .filter(|source| !source.is_empty() && there.len() < MOST_PHOTOS && there.insert((*source).to_owned()))
            .collect();
        for source in &fresh {
            let sql = "INSERT INTO photo (id, record_id, account, source, state, attempts, next_try_at_ms)
                       VALUES ($1, $2, $3, $4, 'wanted', 0, 0)";
            let values: [Value; 4] = [self.new_id().into(), record.0.into(), account.into(), (*source).into()];
            self.raw().run(sql, values).await?;
        }
        Ok(fresh.len())
    }

    /// Takes a picture to fetch it, until `until_ms`. `None` where another replica has taken it.
    ///
    /// # Errors
    /// The database's.
    pub async fn lease_photo(&mut self, photo: &WantedPhoto, until_ms: i64) -> Result<Option<PhotoLease>, StoreError> {
        let sql = "UPDATE photo SET attempts = attempts + 1, next_try_at_ms = $3
                   WHERE id = $1 AND state = 'wanted' AND attempts = $2";
        let taken = self.raw().run(sql, [photo.id.0.into(), photo.attempts.into(), until_ms.into()]).await? == 1;
        Ok(taken.then_some(PhotoLease { id: photo.id, attempts: photo.attempts + 1 }))
    }

    /// Stores what was fetched and prepared. `false` where the lease was lost or the picture is not wanted any more.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_photo(&mut self, lease: PhotoLease, photo: &KeptPhoto, at_ms: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE photo SET state = 'kept', next_try_at_ms = NULL, error = NULL, width = $3, height = $4,
                   look = $5, bytes = $6, kept_at_ms = $7 WHERE id = $1 AND state = 'wanted' AND attempts = $2";
        let px = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
        let values: [Value; 7] = [
            lease.id.0.into(),
            lease.attempts.into(),
            px(photo.width).into(),
            px(photo.height).into(),
            photo.look.cast_signed().into(),
            photo.bytes.clone().into(),
            at_ms.into(),
        ];
        if self.raw().run(sql, values).await? != 1 {
            return Ok(false);
        }
        if says_something(photo.look) {
            for (part, bits) in parts(photo.look) {
                let sql = "INSERT INTO photo_look (part, bits, photo_id) VALUES ($1, $2, $3)";
                self.raw().run(sql, [part.into(), bits.into(), lease.id.0.into()]).await?;
            }
        }
        Ok(true)
    }

    /// Gives a picture up. `false` where the lease was lost.
    ///
    /// # Errors
    /// The database's.
    pub async fn give_up_photo(&mut self, lease: PhotoLease, error: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE photo SET state = 'failed', next_try_at_ms = NULL, error = $3
                   WHERE id = $1 AND state = 'wanted' AND attempts = $2";
        Ok(self.raw().run(sql, [lease.id.0.into(), lease.attempts.into(), error.into()]).await? == 1)
    }

    /// Puts a picture off. `false` where the lease was lost.
    ///
    /// # Errors
    /// The database's.
    pub async fn postpone_photo(
        &mut self,
        lease: PhotoLease,
        next_try_at_ms: i64,
        error: &str,
    ) -> Result<bool, StoreError> {
        let sql =
            "UPDATE photo SET next_try_at_ms = $3, error = $4 WHERE id = $1 AND state = 'wanted' AND attempts = $2";
        let values = [lease.id.0.into(), lease.attempts.into(), next_try_at_ms.into(), error.into()];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// Forgets the pictures of a record: it was withdrawn. Returns how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn drop_photos(&mut self, record: RecordId) -> Result<u64, StoreError> {
        let looks = "DELETE FROM photo_look WHERE photo_id IN (SELECT id FROM photo WHERE record_id = $1)";
        self.raw().run(looks, [record.0.into()]).await?;
        self.raw().run("DELETE FROM photo WHERE record_id = $1", [record.0.into()]).await
    }

    /// Deletes the bytes of up to `limit` pictures that were kept before an instant, the oldest first. How they looked
    /// stays: last year's picture is recognised. Returns how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn expire_photos(&mut self, kept_before_ms: i64, limit: u32) -> Result<usize, StoreError> {
        let sql =
            format!("SELECT id FROM photo WHERE state = 'kept' AND kept_at_ms < $1 ORDER BY kept_at_ms LIMIT {limit}");
        let rows = self.raw().rows(&sql, [kept_before_ms.into()]).await?;
        let ids: Vec<Value> =
            rows.iter().map(|row| Ok(row.try_get_by_index::<i64>(0)?.into())).collect::<Result<_, StoreError>>()?;
        if ids.is_empty() {
            return Ok(0);
        }
        let count = ids.len();
        let sql = format!(
            "UPDATE photo SET state = 'expired', bytes = NULL WHERE state = 'kept' AND id IN ({})",
            placeholders(0, count)
        );
        self.raw().run(&sql, ids).await?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::flag::Flag;
    use crate::domain::id::PersonId;
    use crate::error::Fault;
    use crate::store::Store;
    use crate::store::scratch::Scratch;

    const LOOK: u64 = 0x0f1e_2d3c_4b5a_6978;

    async fn make(store: &Store, id: i64, made_at_ms: i64, told_with: Option<i64>) -> RecordId {
        let made = store
            .write(move |tx| {
                Box::pin(async move {
                    let sql = "INSERT INTO record (id, kind, person_id, unit_id, day, made_at_ms, place, content, version, told_with)
                               VALUES ($1, 'field_day', 1, 1, '2026-11-20', $2, '', '', 1, $3)";
                    tx.raw().run(sql, [id.into(), made_at_ms.into(), told_with.into()]).await?;
                    Ok(())
                })
            })
            .await;
        made.unwrap();
        RecordId(id)
    }

    async fn want(store: &Store, record: RecordId, sources: &'static [&'static str]) -> usize {
        store.write(move |tx| Box::pin(async move { Ok(tx.want_photos(record, "qq", sources).await?) })).await.unwrap()
    }

    async fn lease(store: &Store, photo: &WantedPhoto, until_ms: i64) -> Option<PhotoLease> {
        let photo = photo.clone();
        store
            .write(move |tx| {
                let photo = photo.clone();
                Box::pin(async move { Ok(tx.lease_photo(&photo, until_ms).await?) })
            })
            .await
            .unwrap()
    }

    async fn keep(store: &Store, record: RecordId, look: u64, at_ms: i64) -> PhotoId {
        want(store, record, &["a.jpg"]).await;
        let due = store.reader().list_due_photos(0, 50).await.unwrap();
        let wanted = due.into_iter().find(|photo| photo.record == record).unwrap();
        let lease = lease(store, &wanted, 1_000).await.unwrap();
        let kept = store
            .write(move |tx| {
                Box::pin(async move {
                    let photo = KeptPhoto { bytes: vec![1, 2, 3], width: 640, height: 480, look };
                    Ok(tx.keep_photo(lease, &photo, at_ms).await?)
                })
            })
            .await;
        assert!(kept.unwrap());
        lease.id
    }

    async fn write<T: Send + 'static>(
        store: &Store,
        what: impl for<'c> Fn(&'c mut Tx) -> crate::store::Fut<'c, T> + Send + 'static,
    ) -> Result<T, Fault> {
        store.write(what).await
    }

    /// Every story runs on SQLite, and on PostgreSQL where there is one.
    async fn databases() -> Vec<Scratch> {
        [Some(Scratch::sqlite()), Scratch::postgres().await].into_iter().flatten().collect()
    }

    #[tokio::test]
    async fn of_two_that_take_a_picture_one_has_it_until_the_lease_is_over() {
        for scratch in databases().await {
            let store = scratch.open().await;
            let record = make(&store, 1, 10, None).await;
            assert_eq!(want(&store, record, &["a.jpg", "", "b.jpg", "a.jpg"]).await, 2);
            assert_eq!(want(&store, record, &["b.jpg"]).await, 0, "wanted before");
            let due = store.reader().list_due_photos(0, 50).await.unwrap();
            assert_eq!(due.iter().map(|photo| photo.source.as_str()).collect::<Vec<_>>(), ["a.jpg", "b.jpg"]);
            let (first, second) = (lease(&store, &due[0], 500).await, lease(&store, &due[0], 900).await);
            assert_eq!((first.map(|lease| lease.attempts), second), (Some(1), None));
            assert_eq!(store.reader().list_due_photos(499, 50).await.unwrap().len(), 1);

            let again = store.reader().list_due_photos(500, 50).await.unwrap();
            let later = lease(&store, again.iter().find(|photo| photo.attempts == 1).unwrap(), 2_000).await.unwrap();
            let lost = first.unwrap();
            let late = write(&store, move |tx| {
                Box::pin(async move {
                    let photo = KeptPhoto { bytes: vec![1], width: 1, height: 1, look: LOOK };
                    Ok([
                        tx.keep_photo(lost, &photo, 1).await?,
                        tx.give_up_photo(lost, "x").await?,
                        tx.postpone_photo(lost, 0, "x").await?,
                        tx.postpone_photo(later, 3_000, "连不上").await?,
                    ])
                })
            });
            assert_eq!(late.await.unwrap(), [false, false, false, true]);
            let photos = store.reader().list_photos(record).await.unwrap();
            assert_eq!((photos[0].state, photos[0].error.as_deref()), (PhotoState::Wanted, Some("连不上")));
            store.close().await;
            scratch.remove().await;
        }
    }

    #[tokio::test]
    async fn of_a_flood_of_pictures_nine_are_wanted() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let record = make(&store, 1, 10, None).await;
        assert_eq!(want(&store, record, &["1", "2", "3", "4", "5", "6"]).await, 6);
        assert_eq!(want(&store, record, &["6", "7", "8", "9", "10", "11"]).await, 3);
        store.close().await;
    }

    #[tokio::test]
    async fn pictures_are_alike_up_to_three_bits_wherever_they_lie() {
        for scratch in databases().await {
            let store = scratch.open().await;
            let first = make(&store, 1, 10, None).await;
            let photo = keep(&store, first, LOOK, 100).await;
            let later = make(&store, 2, 20, None).await;
            let alike = |look: u64| {
                let store = store.clone();
                async move { store.reader().find_alike(later, look, MOST_BITS_APART).await.unwrap() }
            };
            let found = vec![Alike { older: first, newer: later, photo }];
            // one bit in each of three parts, whichever is left the same
            for three in [[0, 16, 32], [15, 31, 63], [0, 47, 48], [16, 47, 63], [5, 6, 7]] {
                let other = three.iter().fold(LOOK, |look, bit| look ^ (1 << bit));
                assert_eq!(alike(other).await, found, "{three:?}");
                assert_eq!(alike(other ^ (1 << 60)).await, [], "a fourth bit is another picture: {three:?}");
            }
            assert_eq!(alike(LOOK).await, found);
            assert_eq!(store.reader().find_alike(first, LOOK, 3).await.unwrap(), [], "not like itself");
            assert_eq!(store.reader().find_alike(later, LOOK ^ 1, 0).await.unwrap(), []);

            // fetched late, told early: the other one is the newer
            let earliest = make(&store, 3, 5, None).await;
            let pair = store.reader().find_alike(earliest, LOOK, 3).await.unwrap();
            assert_eq!(pair, [Alike { older: earliest, newer: first, photo }]);

            // one message that makes two records has its pictures once
            let sibling = make(&store, 4, 10, Some(1)).await;
            assert_eq!(store.reader().find_alike(sibling, LOOK, 3).await.unwrap(), []);

            let withdraw = write(&store, |tx| {
                Box::pin(async move {
                    tx.raw().run("UPDATE record SET withdrawn_at_ms = 50 WHERE id = 1", []).await?;
                    Ok(())
                })
            });
            withdraw.await.unwrap();
            assert_eq!(alike(LOOK).await, [], "a withdrawn record has no pictures");
            assert_eq!(store.reader().find_photo_bytes(photo).await.unwrap(), None);
            store.close().await;
            scratch.remove().await;
        }
    }

    #[tokio::test]
    async fn empty_pages_are_never_alike() {
        let scratch = Scratch::sqlite();
        let store = scratch.open().await;
        let (first, later) = (make(&store, 1, 10, None).await, make(&store, 2, 20, None).await);
        for blank in [0, 0b1_1111, !0, !0b1_1111] {
            keep(&store, first, blank, 100).await;
            assert_eq!(store.reader().find_alike(later, blank, 3).await.unwrap(), []);
            write(&store, move |tx| Box::pin(async move { Ok(tx.drop_photos(first).await?) })).await.unwrap();
        }
        keep(&store, first, 0b11_1111, 100).await;
        assert_eq!(store.reader().find_alike(later, 0b11_1111, 3).await.unwrap().len(), 1);
        store.close().await;
    }

    #[tokio::test]
    async fn old_pictures_lose_their_bytes_and_dropped_ones_everything() {
        for scratch in databases().await {
            let store = scratch.open().await;
            let (old, new) = (make(&store, 1, 10, None).await, make(&store, 2, 20, None).await);
            let (old_photo, new_photo) = (keep(&store, old, LOOK, 100).await, keep(&store, new, !LOOK, 200).await);
            let expire = || write(&store, |tx| Box::pin(async move { Ok(tx.expire_photos(200, 10).await?) }));
            assert_eq!((expire().await.unwrap(), expire().await.unwrap()), (1, 0));
            assert_eq!(store.reader().find_photo_bytes(old_photo).await.unwrap(), None);
            assert_eq!(store.reader().find_photo_bytes(new_photo).await.unwrap(), Some(vec![1, 2, 3]));
            let photo = &store.reader().list_photos(old).await.unwrap()[0];
            assert_eq!((photo.state, photo.size), (PhotoState::Expired, Some((640, 480))));
            assert_eq!(photo.file_name(), format!("{old_photo}.jpg"));
            let reused = store.reader().find_alike(new, LOOK, 3).await.unwrap();
            assert_eq!(reused.len(), 1, "last year's picture is still known");

            let drop = || write(&store, move |tx| Box::pin(async move { Ok(tx.drop_photos(old).await?) }));
            assert_eq!((drop().await.unwrap(), drop().await.unwrap()), (1, 0));
            assert_eq!(store.reader().list_photos(old).await.unwrap(), []);
            assert_eq!(store.reader().find_alike(new, LOOK, 3).await.unwrap(), []);
            store.close().await;
            scratch.remove().await;
        }
    }

    #[tokio::test]
    async fn a_flag_is_raised_once_and_seen_once() {
        for scratch in databases().await {
            let store = scratch.open().await;
            let (old, new) = (make(&store, 1, 10, None).await, make(&store, 2, 20, None).await);
            let at = DateTime::from_timestamp_millis(700).unwrap();
            let raise = |flag| {
                let store = store.clone();
                async move {
                    let raise = store
                        .write(move |tx| Box::pin(async move { Ok(tx.flag_record(new, flag, Some(old), at).await?) }));
                    raise.await.unwrap()
                }
            };
            assert_eq!((raise(Flag::PhotoUsed).await, raise(Flag::PhotoUsed).await), (true, false));
            assert!(raise(Flag::FarPlace).await);
            let unseen = store.reader().list_unseen_flags(10).await.unwrap();
            assert_eq!(unseen.iter().map(|one| one.flag).collect::<Vec<_>>(), [Flag::FarPlace, Flag::PhotoUsed]);
            assert_eq!((unseen[1].record, unseen[1].other, unseen[1].raised_at_ms), (new, Some(old), 700));
            let see = || {
                store.write(move |tx| {
                    Box::pin(
                        async move { Ok(tx.see_flag(new, Flag::PhotoUsed, PersonId(9), Some("是合影"), at).await?) },
                    )
                })
            };
            assert_eq!((see().await.unwrap(), see().await.unwrap()), (true, false));
            assert_eq!(store.reader().list_unseen_flags(10).await.unwrap().len(), 1);
            assert!(!raise(Flag::PhotoUsed).await, "what was seen is not raised again");
            store.close().await;
            scratch.remove().await;
        }
    }
}
