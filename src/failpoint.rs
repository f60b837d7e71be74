//! Named points at which a test may have the process killed, as a power cut would.
//!
//! `TUANQING_FAILPOINT=after-insert:120` aborts the process when that point is passed for the 120th time. The points
//! exist in debug builds only; a release build has nothing here to find.

use crate::error::Fault;

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

/// Fails, or panics, over certain words, where a test has set `TUANQING_POISON`: a message that the code cannot stand.
///
/// # Errors
/// Over the words for an error.
#[cfg(debug_assertions)]
pub fn poison(text: &str) -> Result<(), Fault> {
    if std::env::var_os("TUANQING_POISON").is_none() {
        return Ok(());
    }
    assert!(!text.contains("样例恐慌"), "a test wants a panic");
    if text.contains("样例毒药") { Err(Fault::Corrupt("poison of a test")) } else { Ok(()) }
}

/// Nothing, in a release build.
///
/// # Errors
/// Never.
#[cfg(not(debug_assertions))]
pub fn poison(_text: &str) -> Result<(), Fault> {
    Ok(())
}
