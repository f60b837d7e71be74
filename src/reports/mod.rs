//! Figures for whole subtrees: one grouped query per measure, one fold over the tree.

pub mod rollup;
pub mod week;
