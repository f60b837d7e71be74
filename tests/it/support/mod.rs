//! What the stories are driven with: the whole service on port 0 with a clock that stands still, a fake QQ behind it,
//! and people who say things.

pub(crate) mod database;
pub(crate) mod fakes {
    pub(crate) mod onebot;
}
pub(crate) mod office;
