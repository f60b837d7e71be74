//! Pictures that came with records: fetched through their platform after the record is on disk, made smaller, rid of
//! what the camera wrote into them, kept for a while under our names, and compared with those that were there before.
//!
//! A record never waits for its pictures and never fails with them.

mod look;
mod prepare;
#[cfg(test)]
mod tests;
mod worker;

pub use worker::Worker;
