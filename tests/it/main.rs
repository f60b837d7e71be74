//! One binary, one file a story. Everything goes through the real HTTP surface with signed requests.
//!
//! The suite runs on SQLite, and on PostgreSQL where `TUANQING_TEST_DATABASE_URL` names a server.

mod answering;
mod checking_in;
mod joining;
mod permissions;
mod schedule;
mod signatures;
mod support;
