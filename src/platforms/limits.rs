//! How fast a platform lets us speak, as data; keeping to it is the outbox's work.

/// At most so many messages to one destination in any window of this length, and never closer together than the gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages in any window.
    pub per_window: u32,
    /// The window's length.
    pub window_ms: i64,
    /// The least time between two messages.
    pub min_gap_ms: i64,
}
