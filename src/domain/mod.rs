//! The rules of the work, pure: no async, no I/O, no clock, nothing of ours from outside this folder.
//!
//! A rule that can be said without a database belongs here, so that it can be tested without one.

pub mod calendar;
pub mod directory;
pub mod duty;
pub mod event;
pub mod flag;
pub mod id;
pub mod message;
pub mod people;
pub mod permission;
pub mod place;
pub mod policy;
pub mod question;
pub mod record;
pub mod schedule;
pub mod score;
pub mod text;
mod vocabulary;
