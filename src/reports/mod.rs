//! Roll-ups: read once, fold over the tree, ask for any unit. No query here is about one person or one unit.

pub mod month;
pub mod rollup;
pub mod scores;
pub mod standings;
pub mod voice;
pub mod week;
