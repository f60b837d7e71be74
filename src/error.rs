//! Two ways in which something does not happen.
//!
//! A [`Refusal`] is an answer: a person asked for something that cannot be, and is told what to type instead. A
//! [`Fault`] is ours: it has a source, is logged once where it is handled, and the event it stopped is tried again.

use std::borrow::Cow;

use crate::domain::message::Message;
use crate::store::StoreError;

/// A person asked for something that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The template's key: what metrics count by.
    pub key: &'static str,
    /// What the person is told.
    pub message: Message,
}

/// Something of ours failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// The database did not do what it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template could not be rendered.
    #[error("template {key} could not be rendered: {reason}")]
    Template {
        /// Which.
        key: Cow<'static, str>,
        /// Why, without any of its data.
        reason: String,
    },
    /// Something stored cannot be read back.
    #[error("stored {0} cannot be read")]
    Corrupt(&'static str),
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
    /// The service is stopping.
    #[error("the store is closed")]
    Closed,
}

/// Why a command stopped: one of the two.
#[derive(Clone, Debug)]
pub enum Halt {
    /// An answer to the person.
    Refusal(Refusal),
    /// A fault of ours.
    Fault(Fault),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
