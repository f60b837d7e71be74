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

/// Whether a negative control is on. The test that it belongs to must catch it; otherwise that test proves nothing.
fn control(name: &str) -> bool {
    cfg!(debug_assertions) && std::env::var_os("TUANQING_CONTROL").is_some_and(|control| control == name)
}

/// A debug build told to answer before it has committed: the kill test must see what is lost.
pub fn answers_before_commit() -> bool {
    control("answer-before-commit")
}

/// A debug build told not to wait for the disk: the test that watches the system calls must miss them.
pub fn synchronous_is_normal() -> bool {
    control("synchronous-normal")
}

/// Whether a test wants this text to be one that the code cannot stand; panics over the words for a panic. Only where
/// `TUANQING_POISON` is set, and only in a debug build.
pub fn is_poison(text: &str) -> bool {
    if !cfg!(debug_assertions) || std::env::var_os("TUANQING_POISON").is_none() {
        return false;
    }
    assert!(!text.contains("样例恐慌"), "a test wants a panic");
    text.contains("样例毒药")
}
