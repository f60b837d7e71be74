//! What anonymous askers did and whose hour has come.
//!
//! No slot of the schedule: each deed has an hour of its own. Its row is what is taken, so any number of replicas may tick.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Fault;
use crate::services::{Rulebook, anonymity};
use crate::store::{Store, VeiledDeed};

/// What could not be done is tried again an hour later, so that the attempt tells nothing either.
const AGAIN_IN: TimeDelta = TimeDelta::hours(1);

/// Does what is due, asker by asker.
///
/// # Errors
/// The database's; what was done stays done.
pub(super) async fn release_due(store: &Store, rules: &Arc<Rulebook>, now: DateTime<Utc>) -> Result<(), Fault> {
    // by the mark, which is as good as chance
    let mut by_asker: BTreeMap<String, Vec<VeiledDeed>> = BTreeMap::new();
    for deed in store.reader().list_veiled_due(now).await? {
        by_asker.entry(deed.who.clone()).or_default().push(deed);
    }
    for deeds in by_asker.into_values() {
        let deeds = Arc::new(deeds);
        let (rules, shared) = (rules.clone(), deeds.clone());
        let released = store
            .write(move |tx| {
                let (rules, deeds) = (rules.clone(), shared.clone());
                Box::pin(async move { anonymity::release(tx, &rules, &deeds, now).await })
            })
            .await;
        match released {
            Ok(()) => metrics::counter!("tuanqing_anonymity_total", "step" => "released").increment(deeds.len() as u64),
            Err(fault) => {
                tracing::error!(error = %fault, "What an anonymous asker did could not be done; it is tried again");
                store
                    .write(move |tx| {
                        let deeds = deeds.clone();
                        Box::pin(async move {
                            for deed in deeds.iter() {
                                tx.put_off_veiled_deed(deed.id, deed.due.max(now) + AGAIN_IN).await?;
                            }
                            Ok(())
                        })
                    })
                    .await?;
            }
        }
    }
    Ok(())
}
