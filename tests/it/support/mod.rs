//! What the tests drive the program with.

pub(crate) mod fakes {
    #[expect(dead_code, reason = "other tests use the rest of it")]
    pub(crate) mod onebot;
}
pub(crate) mod process;
