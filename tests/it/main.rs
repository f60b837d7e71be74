//! One binary, one file a story. Everything goes through the real HTTP surface with signed requests; what concerns the
//! life and death of the process, through the real binary.
//!
//! The suite runs on SQLite, and on PostgreSQL where `TUANQING_TEST_DATABASE_URL` names a server.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests are tests too, and their figures are for whoever runs them"
)]

mod answering;
mod architecture;
mod bulletin;
mod checking_in;
mod command_line;
mod durability;
mod export;
mod joining;
mod onebot;
mod permissions;
mod photos;
mod replicas;
mod schedule;
mod scores;
mod signatures;
mod support;
