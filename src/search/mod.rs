//! Similar questions: how a question is read into words, how alike two readings are, and by which terms candidates are found.
//!
//! Pure: text in, words and numbers out. Where readings are kept and looked up is `store/similar.rs`; the two meet in
//! `services/similar.rs`. How well it works is measured on [`quality`]'s labelled pairs, which also choose
//! [`THRESHOLD`].

mod dictionary;
pub mod quality;
mod reading;
mod score;
mod sound;

pub use reading::Reading;
pub use score::score;

/// From which score on a published question is offered: chosen from the curve that `tuanqing similar quality` prints.
pub const THRESHOLD: f32 = 0.65;

/// Loads the dictionaries (some hundred milliseconds), so that the first question does not wait for them.
pub fn warm_up() {
    let _ = dictionary::get();
}

/// Whether the dictionaries are loaded.
pub fn is_warm() -> bool {
    dictionary::is_loaded()
}
