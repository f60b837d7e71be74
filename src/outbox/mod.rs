//! The outbox: what is owed is stored with what caused it, and delivered afterwards, in order per lane.
//!
//! [`enqueue`] stores a message inside the write that causes it. A [`Worker`] takes what is due, asks [`route`]
//! where it goes and [`throttle`] when it may, calls the platform outside any transaction, and settles as [`policy`]
//! decides.
//! Every message is sent at least once; twice only where the answer to a first attempt was lost, and then it is
//! flagged.

mod before;
mod claim;
mod enqueue;
mod fallback;
pub mod policy;
mod render;
pub mod route;
pub mod throttle;
mod worker;

#[cfg(test)]
mod tests;

pub use enqueue::{Terms, enqueue};
pub use worker::Worker;
