//! Questions that came in since the last look, compared with the list of problems.
//!
//! No slot of the schedule: each question says whether it has been looked at, and the write that has done something about it
//! says so. Two replicas that find the same do it once.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::error::Fault;
use crate::services::Rulebook;
use crate::services::problems::{self, Noticed};
use crate::store::Store;

/// So many that something is to be done about are done in one write: nobody waits for it.
const IN_ONE_WRITE: usize = 20;

/// How often a tick looks; what is left then is the next one's.
const MOST_LOOKS: usize = 20;

/// Looks at what is new.
///
/// # Errors
/// The database's; what was done stays done.
pub(super) async fn notice(store: &Store, rules: &Arc<Rulebook>, now: DateTime<Utc>) -> Result<(), Fault> {
    for _ in 0..MOST_LOOKS {
        let noticed = problems::look(&store.reader(), &store.directory(), now).await?;
        let (something, nothing): (Vec<Noticed>, Vec<Noticed>) = noticed.into_iter().partition(Noticed::is_something);
        let mut done = 0;
        // what is like nothing first: that is only remembered
        for some in std::iter::once(nothing.as_slice()).chain(something.chunks(IN_ONE_WRITE)) {
            if !some.is_empty() {
                done += take_note(store, rules, some.to_vec(), now).await?;
            }
        }
        if done == 0 {
            break;
        }
    }
    Ok(())
}

async fn take_note(
    store: &Store,
    rules: &Arc<Rulebook>,
    noticed: Vec<Noticed>,
    now: DateTime<Utc>,
) -> Result<usize, Fault> {
    let (rules, noticed) = (rules.clone(), Arc::new(noticed));
    store
        .write(move |tx| {
            let (rules, noticed) = (rules.clone(), noticed.clone());
            Box::pin(async move { problems::take_note(tx, &rules, &noticed, now).await })
        })
        .await
}
