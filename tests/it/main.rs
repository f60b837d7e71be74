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

mod activities;
mod anonymity;
mod anonymous;
mod answering;
mod architecture;
mod bulletin;
mod cards;
mod chain;
mod checking_in;
mod clubs;
mod command_line;
mod contacts;
mod counting;
mod deadlines;
mod durability;
mod export;
mod flags;
mod guided;
mod harm;
mod hostile;
mod joining;
mod journal;
mod leave;
mod make_up;
mod map;
mod merging;
mod nothing_lost;
mod onebot;
mod open_day;
mod owed;
mod own_tree;
mod permissions;
mod photos;
mod planning;
mod polls;
mod private_words;
mod problem_list;
mod problems;
mod questions;
mod reading;
mod replicas;
mod schedule;
mod scores;
mod signatures;
mod support;
mod switches;
mod systems;
mod taizhou;
mod topics;
mod unnamed;
mod upgrading;
mod voice;
mod voice_figures;
mod wishes;
