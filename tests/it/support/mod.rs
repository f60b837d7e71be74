//! What the stories are driven with: the whole service on port 0 with a clock that stands still, a fake QQ behind it,
//! and people who say things; or the real binary, to be started and killed.

pub(crate) mod database;
pub(crate) mod fakes {
    pub(crate) mod onebot;
}
pub(crate) mod office;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod town_card;
pub(crate) mod views;
