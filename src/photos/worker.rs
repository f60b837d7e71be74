//! The worker: takes what is wanted, fetches and prepares it outside any transaction, keeps it, compares it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::prepare::prepare;
use crate::clock::{Clock, to_ms};
use crate::config::PhotosConfig;
use crate::domain::flag::Flag;
use crate::domain::id::RecordId;
use crate::error::Fault;
use crate::platforms::Accounts;
use crate::platforms::pictures::NotFetched;
use crate::store::{KeptPhoto, MOST_BITS_APART, PhotoLease, Store, WantedPhoto};

/// How often it looks for more.
const PAUSE: Duration = Duration::from_secs(2);

/// How often it looks for pictures that were kept long enough.
const BETWEEN_EXPIRIES: Duration = Duration::from_secs(3_600);

/// So many pictures are fetched at the same time.
const AT_ONCE: u32 = 8;

/// The longest an adapter may take for one.
const LONGEST: Duration = Duration::from_secs(45);

/// How long a picture is held. Longer than all of a round takes, because a picture that is prepared waits for the others.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// After so many tries a picture is given up.
const MOST_TRIES: i32 = 6;

/// So many old pictures are deleted in one write.
const EXPIRED_AT_ONCE: u32 = 50;

/// Fetches, prepares and keeps pictures. Any number of workers, in any number of processes, share the work.
pub struct Worker {
    /// The store.
    pub store: Store,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// The accounts through which pictures came.
    pub accounts: Accounts,
    /// `[photos]`.
    pub config: PhotosConfig,
}

impl Worker {
    /// One round: takes what is due, a few at a time, and settles it. Returns how many were taken.
    ///
    /// # Errors
    /// The database's.
    pub async fn step(&self) -> Result<usize, Fault> {
        let due = self.store.reader().list_due_photos(to_ms(self.clock.now()), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let taken = self.take(due).await?;
        let count = taken.len();
        // one at a time is unpacked, so that a round of large ones does not need the memory of all of them
        let unpacking = Semaphore::new(1);
        let settled = join_all(taken.iter().map(|(photo, lease)| self.settle(photo, *lease, &unpacking))).await;
        settled.into_iter().collect::<Result<(), Fault>>()?;
        Ok(count)
    }

    async fn take(&self, due: Vec<WantedPhoto>) -> Result<Vec<(WantedPhoto, PhotoLease)>, Fault> {
        let (due, until_ms) = (Arc::new(due), to_ms(self.clock.now() + LEASE));
        self.store
            .write(move |tx| {
                let due = due.clone();
                Box::pin(async move {
                    let mut taken = Vec::new();
                    for photo in due.iter() {
                        if let Some(lease) = tx.lease_photo(photo, until_ms).await? {
                            taken.push((photo.clone(), lease));
                        }
                    }
                    Ok(taken)
                })
            })
            .await
    }

    async fn settle(&self, photo: &WantedPhoto, lease: PhotoLease, unpacking: &Semaphore) -> Result<(), Fault> {
        if !self.config.keep {
            return self.give_up(lease, "没有打开照片保存（[photos] keep）", "refused").await;
        }
        if lease.attempts > MOST_TRIES {
            // nobody has lived to say what is wrong with it
            return self.give_up(lease, "每次处理都中断了", "failed").await;
        }
        match self.fetch(photo).await {
            Ok(bytes) => match self.prepare(bytes, unpacking).await {
                Ok(kept) => self.keep(photo.record, lease, kept).await,
                Err(why) => self.give_up(lease, &why, "failed").await,
            },
            Err(NotFetched::Later(why)) if lease.attempts < MOST_TRIES => self.postpone(lease, &why).await,
            Err(NotFetched::Later(why) | NotFetched::Never(why)) => self.give_up(lease, &why, "failed").await,
        }
    }

    async fn fetch(&self, photo: &WantedPhoto) -> Result<Vec<u8>, NotFetched> {
        let Some(adapter) = self.accounts.get(&photo.account) else {
            return Err(NotFetched::later("收到图片的账号不在配置里"));
        };
        let fetching = AssertUnwindSafe(adapter.fetch(&photo.source, self.config.max_bytes)).catch_unwind();
        match tokio::time::timeout(LONGEST, fetching).await {
            Ok(Ok(fetched)) => fetched,
            Ok(Err(_)) => Err(NotFetched::later("取图片的程序出错")),
            Err(_) => Err(NotFetched::later("取图片超时")),
        }
    }

    async fn prepare(&self, bytes: Vec<u8>, unpacking: &Semaphore) -> Result<KeptPhoto, String> {
        let longest_side_px = self.config.longest_side_px;
        // it is never closed
        let _turn = unpacking.acquire().await;
        let prepared = tokio::task::spawn_blocking(move || prepare(&bytes, longest_side_px)).await;
        // what a stranger's file can make a decoder do is not the end of the worker
        prepared.map_err(|_| "读图片的程序出错".to_owned())?.map_err(|unusable| unusable.to_string())
    }

    async fn keep(&self, record: RecordId, lease: PhotoLease, kept: KeptPhoto) -> Result<(), Fault> {
        let (now, look, kept) = (self.clock.now(), kept.look, Arc::new(kept));
        let is_kept = self
            .store
            .write(move |tx| {
                let kept = kept.clone();
                Box::pin(async move { Ok(tx.keep_photo(lease, &kept, to_ms(now)).await?) })
            })
            .await?;
        if !is_kept {
            return Ok(());
        }
        count("kept");
        // after the commit: of two copies that are kept at the same moment, the later one sees the other
        self.compare(record, look, now).await
    }

    /// Flags the newer of two records that have a picture in common. A person decides what it means.
    async fn compare(&self, record: RecordId, look: u64, now: DateTime<Utc>) -> Result<(), Fault> {
        let alike = self.store.reader().find_alike(record, look, MOST_BITS_APART).await?;
        if alike.is_empty() {
            return Ok(());
        }
        count("alike");
        let alike = Arc::new(alike);
        self.store
            .write(move |tx| {
                let alike = alike.clone();
                Box::pin(async move {
                    // the oldest pair comes first, and the first flag stays
                    for pair in alike.iter() {
                        tx.flag_record(pair.newer, Flag::PhotoUsed, Some(pair.older), now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn postpone(&self, lease: PhotoLease, why: &str) -> Result<(), Fault> {
        count("postponed");
        let (next_ms, why) = (to_ms(self.clock.now() + back_off(lease.attempts)), why.to_owned());
        self.store
            .write(move |tx| {
                let why = why.clone();
                Box::pin(async move { Ok(tx.postpone_photo(lease, next_ms, &why).await?) })
            })
            .await?;
        Ok(())
    }

    async fn give_up(&self, lease: PhotoLease, why: &str, outcome: &'static str) -> Result<(), Fault> {
        count(outcome);
        if outcome == "failed" {
            tracing::warn!(photo.id = %lease.id, reason = why, "A picture of a record could not be had; the record stands without it");
        }
        let why = why.to_owned();
        self.store
            .write(move |tx| {
                let why = why.clone();
                Box::pin(async move { Ok(tx.give_up_photo(lease, &why).await?) })
            })
            .await?;
        Ok(())
    }

    /// Deletes the bytes of pictures that were kept long enough. Returns how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn expire(&self) -> Result<usize, Fault> {
        let before_ms = to_ms(self.clock.now() - TimeDelta::days(i64::from(self.config.keep_days)));
        let mut total = 0;
        loop {
            let expired = self
                .store
                .write(move |tx| Box::pin(async move { Ok(tx.expire_photos(before_ms, EXPIRED_AT_ONCE).await?) }))
                .await?;
            if expired == 0 {
                return Ok(total);
            }
            metrics::counter!("tuanqing_photos_total", "outcome" => "expired").increment(expired as u64);
            total += expired;
        }
    }

    /// Works until `stopping`. What is being fetched then is dropped: its lease brings it back.
    pub async fn run(self, stopping: CancellationToken) {
        let mut pause = tokio::time::interval(PAUSE);
        pause.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut expiry = tokio::time::interval(BETWEEN_EXPIRIES);
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                _ = expiry.tick() => {
                    if let Err(fault) = self.expire().await {
                        tracing::warn!(error = %fault, "Old pictures could not be deleted; the next hour tries again");
                    }
                }
                _ = pause.tick() => {
                    let step = async {
                        // until nothing is due: a pause is for an empty list
                        while self.step().await? > 0 {}
                        Ok::<(), Fault>(())
                    };
                    let stepped = tokio::select! {
                        () = stopping.cancelled() => return,
                        stepped = step => stepped,
                    };
                    if let Err(fault) = stepped {
                        tracing::warn!(error = %fault, "Pictures of records could not be fetched or stored; they are tried again");
                    }
                }
            }
        }
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("tuanqing_photos_total", "outcome" => outcome).increment(1);
}

/// 30 s, 2 min, 8 min, 32 min, about two hours.
fn back_off(attempts: i32) -> TimeDelta {
    let steps = u32::try_from(attempts.clamp(1, MOST_TRIES) - 1).unwrap_or(0);
    TimeDelta::seconds(30 << (2 * steps))
}
