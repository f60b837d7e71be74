//! From the outcome of an attempt to what becomes of the message. Pure: time and chance are handed in.

use crate::platforms::Outcome;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// How long to wait after the first, second … attempt; the last goes on for ever.
const SPACING_MS: [i64; 8] =
    [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS];

/// A configuration does not mend itself within seconds.
const CONFIGURATION_SPACING_MS: i64 = 10 * MINUTE_MS;

/// Another replica may have the connection, or it comes back by itself.
const NOT_CONNECTED_SPACING_MS: i64 = 5 * SECOND_MS;

/// A message whose next try would come too late gets one last try this long before it expires.
const LAST_CHANCE_MS: i64 = MINUTE_MS;

/// The circumstances of an attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt {
    /// How many attempts were made before this one.
    pub attempts_before: u32,
    /// When it ended, in milliseconds since 1970.
    pub now_ms: i64,
    /// Until when the message is worth sending.
    pub valid_until_ms: i64,
    /// With so many attempts a message is dead.
    pub max_attempts: u32,
    /// A random number from 0 to 1: keeps messages that failed together from coming back together.
    pub chance: f64,
}

/// What becomes of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is delivered.
    Sent {
        /// The platform's id of the message.
        message_id: Option<String>,
    },
    /// It is tried again; this attempt counts.
    Retry {
        /// When, in milliseconds since 1970.
        at_ms: i64,
        /// Why, for an operator.
        error: String,
        /// What is special about it.
        kind: RetryKind,
    },
    /// It is tried again and nothing counts: we are told to wait, or have no connection.
    Wait {
        /// When, in milliseconds since 1970.
        at_ms: i64,
        /// Why, for an operator.
        error: String,
        /// Whether nothing else may go to this destination meanwhile.
        pauses_destination: bool,
    },
    /// It is not tried again unless an operator says so.
    Dead {
        /// Why, for an operator.
        error: String,
        /// Whether it may have arrived all the same.
        ambiguous: bool,
    },
}

impl Decision {
    /// The same, its error said otherwise.
    #[must_use]
    pub fn with_error(mut self, say: impl FnOnce(String) -> String) -> Self {
        if let Self::Retry { error, .. } | Self::Wait { error, .. } | Self::Dead { error, .. } = &mut self {
            *error = say(std::mem::take(error));
        }
        self
    }
}

/// What is special about a message that is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryKind {
    /// Nothing was sent.
    Plain,
    /// It may have arrived: one more copy is possible.
    Ambiguous,
    /// Somebody has to change the configuration.
    Configuration,
}

/// Decides.
pub fn decide(outcome: &Outcome, attempt: &Attempt) -> Decision {
    let wait = |wait_ms: i64, error: String, pauses_destination| Decision::Wait {
        at_ms: attempt.now_ms.saturating_add(wait_ms),
        error,
        pauses_destination,
    };
    match outcome {
        Outcome::Sent(message_id) => Decision::Sent { message_id: message_id.clone() },
        Outcome::Failed(reason) => retry(attempt, RetryKind::Plain, reason.clone()),
        Outcome::Unknown(reason) => retry(attempt, RetryKind::Ambiguous, format!("没有收到平台的答复：{reason}")),
        Outcome::Configuration(reason) => retry(attempt, RetryKind::Configuration, format!("配置有误：{reason}")),
        Outcome::Limited { wait_ms } => {
            let wait_ms = i64::try_from(*wait_ms).unwrap_or(i64::MAX).max(1);
            wait(wait_ms, "平台限制了发送频率".to_owned(), true)
        }
        Outcome::NotConnected => wait(NOT_CONNECTED_SPACING_MS, "账号没有连接".to_owned(), false),
        Outcome::Refused(reason) => Decision::Dead { error: format!("平台拒绝：{reason}"), ambiguous: false },
    }
}

fn retry(attempt: &Attempt, kind: RetryKind, error: String) -> Decision {
    if attempt.attempts_before.saturating_add(1) >= attempt.max_attempts {
        return Decision::Dead { error, ambiguous: kind == RetryKind::Ambiguous };
    }
    let step = usize::try_from(attempt.attempts_before).unwrap_or(usize::MAX);
    let spacing_ms = spread(SPACING_MS.get(step).copied().unwrap_or(4 * HOUR_MS), attempt.chance);
    let spacing_ms = match kind {
        RetryKind::Configuration => spacing_ms.max(CONFIGURATION_SPACING_MS),
        RetryKind::Plain | RetryKind::Ambiguous => spacing_ms,
    };
    let planned_ms = attempt.now_ms.saturating_add(spacing_ms);
    let last_chance_ms = attempt.valid_until_ms - LAST_CHANCE_MS;
    // an outage that ends between two tries must not cost a message that was still worth reading
    let at_ms = if planned_ms >= attempt.valid_until_ms && last_chance_ms > attempt.now_ms {
        last_chance_ms
    } else {
        planned_ms
    };
    Decision::Retry { at_ms, error, kind }
}

/// The spacing, a fifth shorter to a fifth longer.
fn spread(spacing_ms: i64, chance: f64) -> i64 {
    // whole thousandths, so that the sum stays in integers
    #[expect(clippy::cast_possible_truncation, reason = "a number from 0 to 400")]
    let thousandths = 800 + (chance.clamp(0.0, 1.0) * 400.0) as i64;
    spacing_ms.saturating_mul(thousandths) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_790_000_000_000;

    fn attempt(attempts_before: u32) -> Attempt {
        Attempt {
            attempts_before,
            now_ms: NOW_MS,
            valid_until_ms: NOW_MS + 100 * HOUR_MS,
            max_attempts: 12,
            chance: 0.5,
        }
    }

    fn failed() -> Outcome {
        Outcome::Failed("x".into())
    }

    fn retry_after_ms(decision: &Decision) -> Option<i64> {
        match decision {
            Decision::Retry { at_ms, .. } => Some(at_ms - NOW_MS),
            _ => None,
        }
    }

    #[test]
    fn the_spacing_grows_to_four_hours_and_stays_there() {
        let table = [
            (0, 5 * SECOND_MS),
            (1, 30 * SECOND_MS),
            (2, 2 * MINUTE_MS),
            (3, 10 * MINUTE_MS),
            (4, 30 * MINUTE_MS),
            (5, HOUR_MS),
            (6, 2 * HOUR_MS),
            (7, 4 * HOUR_MS),
            (8, 4 * HOUR_MS),
            (10, 4 * HOUR_MS),
        ];
        for (before, after_ms) in table {
            assert_eq!(retry_after_ms(&decide(&failed(), &attempt(before))), Some(after_ms), "after {before}");
        }
        assert!(matches!(decide(&failed(), &attempt(11)), Decision::Dead { .. }), "the twelfth attempt is the last");
    }

    #[test]
    fn chance_moves_a_try_by_a_fifth_at_most() {
        for (chance, after_ms) in [(0.0, 24 * SECOND_MS), (0.25, 27 * SECOND_MS), (1.0, 36 * SECOND_MS)] {
            let attempt = Attempt { chance, ..attempt(1) };
            assert_eq!(retry_after_ms(&decide(&failed(), &attempt)), Some(after_ms));
        }
    }

    #[test]
    fn each_outcome_has_its_decision() {
        let reason = || "r".to_owned();
        let retry =
            |after_ms, error: &str, kind| Decision::Retry { at_ms: NOW_MS + after_ms, error: error.into(), kind };
        let wait = |after_ms, error: &str, pauses_destination| Decision::Wait {
            at_ms: NOW_MS + after_ms,
            error: error.into(),
            pauses_destination,
        };
        let table = [
            (Outcome::Sent(Some("7".into())), Decision::Sent { message_id: Some("7".into()) }),
            (Outcome::Sent(None), Decision::Sent { message_id: None }),
            (Outcome::Failed(reason()), retry(5_000, "r", RetryKind::Plain)),
            (Outcome::Unknown(reason()), retry(5_000, "没有收到平台的答复：r", RetryKind::Ambiguous)),
            (Outcome::Configuration(reason()), retry(10 * MINUTE_MS, "配置有误：r", RetryKind::Configuration)),
            (Outcome::Limited { wait_ms: 42_000 }, wait(42_000, "平台限制了发送频率", true)),
            (Outcome::NotConnected, wait(5_000, "账号没有连接", false)),
            (Outcome::Refused(reason()), Decision::Dead { error: "平台拒绝：r".into(), ambiguous: false }),
        ];
        for (outcome, decision) in table {
            assert_eq!(decide(&outcome, &attempt(0)), decision, "{outcome:?}");
        }
    }

    #[test]
    fn only_what_counts_can_make_a_message_dead() {
        let last = attempt(11);
        assert!(matches!(decide(&Outcome::Limited { wait_ms: 1 }, &last), Decision::Wait { .. }));
        assert!(matches!(decide(&Outcome::NotConnected, &last), Decision::Wait { .. }));
        assert!(matches!(decide(&Outcome::Unknown("x".into()), &last), Decision::Dead { ambiguous: true, .. }));
        assert!(matches!(decide(&Outcome::Configuration("x".into()), &last), Decision::Dead { .. }));
    }

    #[test]
    fn a_message_that_would_expire_before_its_next_try_gets_one_last_try() {
        let soon = |valid_ms| Attempt { valid_until_ms: NOW_MS + valid_ms, ..attempt(7) };
        assert_eq!(retry_after_ms(&decide(&failed(), &soon(2 * HOUR_MS))), Some(2 * HOUR_MS - MINUTE_MS));
        assert_eq!(retry_after_ms(&decide(&failed(), &soon(MINUTE_MS))), Some(4 * HOUR_MS), "that was the last try");
    }

    #[test]
    fn an_absurd_wait_does_not_overflow() {
        let decision = decide(&Outcome::Limited { wait_ms: u64::MAX }, &attempt(0));
        assert!(matches!(decision, Decision::Wait { at_ms: i64::MAX, .. }));
    }
}
