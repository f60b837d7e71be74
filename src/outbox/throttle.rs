//! A sliding window over the last send times of a destination. Pure: the times live in the database.
//!
//! A refilling bucket of twenty would let nearly forty through across a refill; this lets no window of the platform's
//! length ever hold more than the platform allows.

use crate::platforms::limits::Limits;
use crate::store::Throttle;

/// The platform's limits and ours, both of which are kept.
pub type Pace = [Limits; 2];

/// Combines what a platform allows with how many messages a minute we want to send at most.
pub fn pace(platform: Limits, per_minute: u32) -> Pace {
    [platform, Limits { per_window: per_minute, window_ms: 60_000, min_gap_ms: 0 }]
}

/// The earliest instant, not before `now_ms`, at which a message may go.
pub fn next_allowed(throttle: &Throttle, pace: &[Limits], now_ms: i64) -> i64 {
    let earliest = now_ms.max(throttle.paused_until_ms);
    pace.iter().map(|limits| allowed_by(throttle, limits, now_ms)).fold(earliest, i64::max)
}

fn allowed_by(throttle: &Throttle, limits: &Limits, now_ms: i64) -> i64 {
    // times that lie far ahead were noted before a clock was set back; obeying them would stop everything for as long
    let stamps = || throttle.sent_at_ms.iter().rev().copied().filter(|at| *at <= now_ms.saturating_add(reach(limits)));
    let nth = usize::try_from(limits.per_window.max(1)).unwrap_or(usize::MAX) - 1;
    let window = stamps().nth(nth).map_or(now_ms, |at| at.saturating_add(limits.window_ms));
    let gap = stamps().next().map_or(now_ms, |at| at.saturating_add(limits.min_gap_ms));
    window.max(gap)
}

/// For how long one send time matters.
fn reach(limits: &Limits) -> i64 {
    limits.window_ms.max(limits.min_gap_ms)
}

/// Notes a send and forgets what no window needs any more.
pub fn record(throttle: &mut Throttle, pace: &[Limits], now_ms: i64) {
    let reach = pace.iter().map(reach).max().unwrap_or(0);
    let most = pace.iter().map(|limits| limits.per_window.max(1)).max().unwrap_or(1);
    throttle.sent_at_ms.retain(|at| (now_ms.saturating_sub(reach)..=now_ms.saturating_add(reach)).contains(at));
    throttle.sent_at_ms.push(now_ms);
    throttle.sent_at_ms.sort_unstable();
    let excess = throttle.sent_at_ms.len().saturating_sub(usize::try_from(most).unwrap_or(usize::MAX));
    throttle.sent_at_ms.drain(..excess);
}

/// Replaces the time at which a send was claimed by the time at which it was over. The message reached the platform
/// somewhere in between, so the platform's own count is never ahead of ours, however slow the call was.
pub fn correct(throttle: &mut Throttle, claimed_at_ms: i64, over_at_ms: i64) {
    if let Some(stamp) = throttle.sent_at_ms.iter_mut().find(|at| **at == claimed_at_ms) {
        *stamp = over_at_ms.max(claimed_at_ms);
        throttle.sent_at_ms.sort_unstable();
    }
}

/// Takes back a send that never left us.
pub fn take_back(throttle: &mut Throttle, claimed_at_ms: i64) {
    if let Some(index) = throttle.sent_at_ms.iter().position(|at| *at == claimed_at_ms) {
        throttle.sent_at_ms.remove(index);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TWENTY_A_MINUTE: Limits = Limits { per_window: 20, window_ms: 60_000, min_gap_ms: 0 };

    /// Sends as early as it may, with idle times in between; returns the send times.
    fn send_all(pace: &[Limits], idle_ms: &[i64]) -> Vec<i64> {
        let mut throttle = Throttle::default();
        let mut now_ms = 1_000_000;
        idle_ms
            .iter()
            .map(|idle_ms| {
                now_ms = next_allowed(&throttle, pace, now_ms + idle_ms);
                record(&mut throttle, pace, now_ms);
                now_ms
            })
            .collect()
    }

    fn most_in_a_window(sent: &[i64], window_ms: i64) -> usize {
        sent.iter()
            .map(|start| sent.iter().filter(|at| (*start..start + window_ms).contains(at)).count())
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_is_allowed(
            per_window in 1_u32..30,
            window_ms in 1_i64..120_000,
            min_gap_ms in 0_i64..3_000,
            per_minute in 1_u32..60,
            idle_ms in prop::collection::vec(prop_oneof![Just(0_i64), 0_i64..50, 0_i64..70_000], 1..200),
        ) {
            let limits = Limits { per_window, window_ms, min_gap_ms };
            let sent = send_all(&pace(limits, per_minute), &idle_ms);
            prop_assert!(most_in_a_window(&sent, window_ms) <= per_window as usize);
            prop_assert!(most_in_a_window(&sent, 60_000) <= per_minute as usize);
            prop_assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= min_gap_ms));
        }

        #[test]
        fn at_least_nine_tenths_of_the_limit_are_used(per_window in 1_u32..40, window_ms in 1_000_i64..120_000) {
            let limits = Limits { per_window, window_ms, min_gap_ms: 0 };
            let sent = send_all(&[limits], &vec![0; per_window as usize * 10]);
            let windows = (sent[sent.len() - 1] - sent[0]) / window_ms + 1;
            prop_assert!(sent.len() * 10 >= usize::try_from(windows).unwrap() * per_window as usize * 9);
        }

        #[test]
        fn only_what_a_window_needs_is_kept(idle_ms in prop::collection::vec(0_i64..10_000, 1..300)) {
            let pace = pace(TWENTY_A_MINUTE, 10);
            let mut throttle = Throttle::default();
            let mut now_ms = 0;
            for idle_ms in idle_ms {
                now_ms = next_allowed(&throttle, &pace, now_ms + idle_ms);
                record(&mut throttle, &pace, now_ms);
                prop_assert!(throttle.sent_at_ms.len() <= 20);
                prop_assert!(throttle.sent_at_ms[0] >= now_ms - 60_000);
            }
        }
    }

    #[test]
    fn a_pause_is_obeyed_before_anything_else() {
        let throttle = Throttle { sent_at_ms: vec![], paused_until_ms: 99_000 };
        assert_eq!(next_allowed(&throttle, &[TWENTY_A_MINUTE], 5_000), 99_000);
        assert_eq!(next_allowed(&throttle, &[TWENTY_A_MINUTE], 100_000), 100_000);
    }

    #[test]
    fn a_slow_call_counts_from_its_end() {
        let one_a_second = [Limits { per_window: 1, window_ms: 1_000, min_gap_ms: 0 }];
        let mut throttle = Throttle::default();
        record(&mut throttle, &one_a_second, 10_000);
        correct(&mut throttle, 10_000, 10_800);
        assert_eq!(next_allowed(&throttle, &one_a_second, 10_900), 11_800);
        take_back(&mut throttle, 10_800);
        assert_eq!(next_allowed(&throttle, &one_a_second, 10_900), 10_900);
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nothing() {
        let mut throttle = Throttle::default();
        for second in 0..20 {
            record(&mut throttle, &[TWENTY_A_MINUTE], 86_400_000 + second);
        }
        assert_eq!(next_allowed(&throttle, &[TWENTY_A_MINUTE], 1_000), 1_000);
        record(&mut throttle, &[TWENTY_A_MINUTE], 1_000);
        assert_eq!(throttle.sent_at_ms, [1_000]);
    }
}
