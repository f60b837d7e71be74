//! 团情: a bot for the chat groups of Youth League committees. The map of the house, one line a room:

pub mod app;
pub mod charts;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod domain;
pub mod error;
pub mod failpoint;
pub mod http;
pub mod intake;
pub mod jobs;
pub mod lifecycle;
pub mod outbox;
pub mod photos;
pub mod platforms;
pub mod reports;
pub mod seal;
pub mod search;
pub mod services;
pub mod store;
pub mod telemetry;
pub mod templates;
