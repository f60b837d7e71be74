//! The command line: one file per command.

pub mod inbox;
pub mod outbox;
mod table;
