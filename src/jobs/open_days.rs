//! Open days whose time has run out: ended, with a recap in their group.
//!
//! No slot of the schedule: an open day has an end of its own. Its row is what is taken, so any number of replicas may tick.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::error::Fault;
use crate::services::{Rulebook, open_days};
use crate::store::Store;

/// Ends what is over.
///
/// # Errors
/// The database's; what was ended stays ended.
pub(super) async fn end_over(store: &Store, rules: &Arc<Rulebook>, now: DateTime<Utc>) -> Result<(), Fault> {
    for session in store.reader().list_sessions_over(now).await? {
        let rules = rules.clone();
        store
            .write(move |tx| {
                let (rules, session) = (rules.clone(), session.clone());
                Box::pin(async move { open_days::end_by_itself(tx, &rules, &session, now).await })
            })
            .await?;
    }
    Ok(())
}
