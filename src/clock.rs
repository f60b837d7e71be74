//! The only file that asks the time, and the source of ids, which grow with it.
//!
//! Everything else is handed an instant. Tests step a [`ManualClock`]; the simulator moves a [`ShiftedClock`].

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the business time. Durations of our own work (time-outs, latencies) are measured by tokio instead.
pub trait Clock: Send + Sync + 'static {
    /// The instant it is now.
    fn now(&self) -> DateTime<Utc>;

    /// Moves the clock forward to `to`; `false` where this clock cannot be moved or `to` lies in the past.
    fn move_to(&self, _to: DateTime<Utc>) -> bool {
        false
    }

    /// Brings a moved clock back to the real time; `false` where it cannot be moved.
    fn reset(&self) -> bool {
        false
    }
}

/// Milliseconds since 1970, the form in which instants are stored.
pub fn to_ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// The instant of stored milliseconds. Values outside chrono's range, which we never store, become 1970.
pub fn from_ms(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "this is the file that may ask")]
        Utc::now()
    }
}

/// The machine's clock plus an offset: the simulator's "到周五17:30".
#[derive(Debug, Default)]
pub struct ShiftedClock {
    offset_ms: AtomicI64,
}

impl Clock for ShiftedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::milliseconds(self.offset_ms.load(Ordering::Acquire))
    }

    fn move_to(&self, to: DateTime<Utc>) -> bool {
        let now = self.now();
        if to < now {
            return false;
        }
        // rounded up: the moved clock must not stand a moment before `to`
        self.offset_ms.fetch_add((to - now).num_milliseconds() + 1, Ordering::AcqRel);
        true
    }

    fn reset(&self) -> bool {
        self.offset_ms.store(0, Ordering::Release);
        true
    }
}

/// A clock that stands still until it is moved. For tests.
#[derive(Debug)]
pub struct ManualClock {
    now_ms: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `at`.
    pub fn at(at: DateTime<Utc>) -> Self {
        Self { now_ms: AtomicI64::new(to_ms(at)) }
    }

    /// Moves forward, or backward with a negative `by`.
    pub fn advance(&self, by: TimeDelta) {
        self.now_ms.fetch_add(by.num_milliseconds(), Ordering::AcqRel);
    }

    /// Sets the clock, also into the past.
    pub fn set(&self, to: DateTime<Utc>) {
        self.now_ms.store(to_ms(to), Ordering::Release);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        from_ms(self.now_ms.load(Ordering::Acquire))
    }

    fn move_to(&self, to: DateTime<Utc>) -> bool {
        self.set(to);
        true
    }
}

/// Makes ids: 41 bits of milliseconds since 2024, 10 bits of a node drawn at start, 12 bits of a counter.
///
/// They grow with time, so rows are appended at the right edge of their index. Two processes that draw the same node
/// can meet only within one millisecond; the database then refuses the second row and the write is run again.
#[derive(Debug)]
pub struct IdSource {
    node: u64,
    last: AtomicU64,
}

impl IdSource {
    const EPOCH_MS: i64 = 1_704_067_200_000;

    /// A source with a node drawn at random.
    pub fn new() -> Self {
        Self { node: u64::from(rand::random::<u16>() & 0x3ff), last: AtomicU64::new(0) }
    }

    /// The next id; larger than every one before it from this source.
    pub fn next(&self) -> i64 {
        let since_epoch = (to_ms(SystemClock.now()) - Self::EPOCH_MS).max(0).unsigned_abs();
        // time and counter share one integer, so that a burst of more than 4,096 a millisecond borrows from the next
        let fresh = since_epoch << 12;
        let mut seen = self.last.load(Ordering::Acquire);
        loop {
            let next = fresh.max(seen + 1);
            match self.last.compare_exchange_weak(seen, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    let (time, counter) = (next >> 12, next & 0xfff);
                    return ((time << 22) | (self.node << 12) | counter).cast_signed();
                }
                Err(now) => seen = now,
            }
        }
    }
}

/// The width of a coarse id: it tells the hour and nothing finer.
pub const COARSE_MS: i64 = 3_600_000;

/// An id that tells only in which hour something was, of the clock of `at`: for rows whose instant would tell who caused
/// them. Drawn at random from the whole hour, so neither time nor order can be read from it.
pub fn coarse_id(at: DateTime<Utc>) -> i64 {
    let since_epoch = (coarse_ms(to_ms(at)) - IdSource::EPOCH_MS).max(0).unsigned_abs();
    let within = rand::random::<u64>() % (COARSE_MS.unsigned_abs() << 22);
    ((since_epoch << 22) + within).cast_signed()
}

/// The beginning of the hour that an instant lies in, both in milliseconds since 1970.
pub fn coarse_ms(at_ms: i64) -> i64 {
    at_ms - at_ms.rem_euclid(COARSE_MS)
}

impl Default for IdSource {
    fn default() -> Self {
        Self::new()
    }
}

/// A duration in whole milliseconds, for log fields.
pub fn as_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_never_repeat() {
        let source = IdSource::new();
        let ids: Vec<i64> = (0..20_000).map(|_| source.next()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids[0] > 0);
    }

    #[test]
    fn a_shifted_clock_moves_only_forward() {
        let clock = ShiftedClock::default();
        let friday = clock.now() + TimeDelta::days(3);
        assert!(clock.move_to(friday));
        assert!(clock.now() >= friday);
        assert!(!clock.move_to(friday - TimeDelta::days(1)));
        assert!(clock.reset());
        assert!(clock.now() < friday);
    }
}
