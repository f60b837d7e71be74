//! The rules of the work, pure: no async, no I/O, no clock, nothing of ours from outside this folder.
//!
//! A rule that can be said without a database belongs here, so that it can be tested without one.

pub mod activity;
pub mod calendar;
pub mod card_name;
pub mod chain;
pub mod chart;
pub mod contact;
pub mod coverage;
pub mod dialogue;
pub mod directory;
pub mod duty;
pub mod event;
pub mod flag;
pub mod harm;
pub mod hour;
pub mod id;
pub mod message;
pub mod numbered;
pub mod open_day;
pub mod parts;
pub mod people;
pub mod permission;
pub mod place;
pub mod planning;
pub mod policy;
pub mod poll;
pub mod problem;
pub mod question;
pub mod record;
pub mod request;
pub mod schedule;
pub mod score;
pub mod snooze;
pub mod somebody;
pub mod stretch;
pub mod text;
pub mod topic;
pub mod veil;
mod vocabulary;
pub mod when;
pub mod wish;
pub mod working_time;
pub mod youth;
