//! The program from outside: the real binary, over HTTP, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "helpers of tests are tests too, and their figures are for whoever runs them"
)]

mod durability;
mod replicas;
mod support;
