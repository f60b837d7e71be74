//! The outbox as a whole, on a database, against a platform that does what it is told.

mod delivery;
mod rates;
mod stage;
