//! Planning: who is stationed when and where, and who takes which township. A plan is a proposal that a person edits.
//!
//! Everything here is decided by the order of what is handed in and by nothing else: the same question has the same
//! answer. What cannot be is refused with exactly what is short.

mod balance;
pub mod batches;
pub mod segments;
pub mod townships;
