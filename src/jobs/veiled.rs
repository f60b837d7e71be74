//! What anonymous askers did and whose hour has come.
//!
//! No slot of the schedule: each deed has an hour of its own. Its row is what is taken, so any number of replicas may tick.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Fault;
use crate::services::{Rulebook, anonymity};
use crate::store::Store;

/// What could not be done is tried again an hour later, so that the attempt tells nothing either.
const AGAIN_IN: TimeDelta = TimeDelta::hours(1);

/// Does what is due, deed by deed, in an order that tells nothing about the askers.
///
/// # Errors
/// The database's; what was done stays done.
pub(super) async fn release_due(store: &Store, rules: &Arc<Rulebook>, now: DateTime<Utc>) -> Result<(), Fault> {
    let due = store.reader().list_veiled_due(now).await?;
    // whose deed could not be done: what they said after it waits for it
    let mut waiting: HashSet<String> = HashSet::new();
    for deed in anonymity::in_chance_order(rules, due) {
        let deed = Arc::new(deed);
        if !waiting.contains(&deed.who) {
            let (rules, shared) = (rules.clone(), deed.clone());
            let released = store
                .write(move |tx| {
                    let (rules, deed) = (rules.clone(), shared.clone());
                    Box::pin(async move { anonymity::release(tx, &rules, &deed, now).await })
                })
                .await;
            let Err(fault) = released else {
                metrics::counter!("tuanqing_anonymity_total", "step" => "released").increment(1);
                continue;
            };
            tracing::error!(error = %fault, "What an anonymous asker did could not be done; it is tried again");
            waiting.insert(deed.who.clone());
        }
        store
            .write(move |tx| {
                let deed = deed.clone();
                Box::pin(async move { Ok(tx.put_off_veiled_deed(deed.id, deed.due.max(now) + AGAIN_IN).await?) })
            })
            .await?;
    }
    Ok(())
}
