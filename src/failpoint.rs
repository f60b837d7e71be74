//! Named points at which a test may have the process killed, as a power cut would.
//!
//! `TUANQING_FAILPOINT=after-insert:120` aborts the process when that point is passed for the 120th time. The points
//! exist in debug builds only; a release build has nothing here to find.

/// Passes a named point.
#[cfg(debug_assertions)]
pub fn failpoint(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static ARMED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let armed = ARMED.get_or_init(|| {
        let setting = std::env::var("TUANQING_FAILPOINT").ok()?;
        let (name, count) = setting.split_once(':')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    if let Some((armed, count)) = armed
        && armed == name
        && PASSED.fetch_add(1, Ordering::Relaxed) + 1 >= *count
    {
        std::process::abort();
    }
}

/// Passes a named point: nothing, in a release build.
#[cfg(not(debug_assertions))]
pub fn failpoint(_name: &str) {}

/// Whether the negative control is on: a debug build told to answer before it has committed. The kill test must catch
/// it; otherwise the test proves nothing.
pub fn answers_before_commit() -> bool {
    cfg!(debug_assertions)
        && std::env::var_os("TUANQING_CONTROL").is_some_and(|control| control == "answer-before-commit")
}
