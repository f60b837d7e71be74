//! 团情: a bot for the chat groups of Youth League committees. The map of the house, one line a room:

pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod failpoint;
pub mod platforms;
pub mod services;
pub mod store;
pub mod templates;
