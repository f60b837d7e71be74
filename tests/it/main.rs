//! The program from outside: the real binary, over HTTP, on both databases.

mod durability;
mod replicas;
mod support;
