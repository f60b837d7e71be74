//! Polls and surveys whose time has run out: closed, with the result in their group.
//!
//! No slot of the schedule: each has an end of its own. Its row is what is taken, so any number of replicas may tick.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Troubles;
use crate::error::Fault;
use crate::services::{Rulebook, polls};
use crate::store::Store;

/// Closes what is over.
///
/// # Errors
/// The database's; what was closed stays closed.
pub(super) async fn end_over(store: &Store, rules: &Arc<Rulebook>, now: DateTime<Utc>) -> Result<(), Fault> {
    let mut troubles = Troubles::default();
    for poll in store.reader().list_polls_over(now).await? {
        let rules = rules.clone();
        let done = store
            .write(move |tx| {
                let (rules, poll) = (rules.clone(), poll.clone());
                Box::pin(async move { polls::close_by_itself(tx, &rules, &poll, now).await })
            })
            .await;
        troubles.keep(done);
    }
    troubles.first()
}
