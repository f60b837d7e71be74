//! Activities: those who signed up are reminded of the next day, what is over is ended with a recap; and the wishes that
//! nobody has claimed for a week.
//!
//! No slots of the schedule: each has a time of its own, and its row is what is taken, so any number of replicas may tick.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Troubles;
use crate::domain::wish::UNCLAIMED;
use crate::error::Fault;
use crate::services::{Rulebook, activities, wishes};
use crate::store::Store;

/// Does what is due.
///
/// # Errors
/// The database's; what was done stays done.
pub(super) async fn run_due(store: &Store, rules: &Arc<Rulebook>, now: DateTime<Utc>) -> Result<(), Fault> {
    let mut troubles = Troubles::default();
    for activity in store.reader().list_activities_to_remind(now).await? {
        let rules = rules.clone();
        let done = store
            .write(move |tx| {
                let (rules, activity) = (rules.clone(), activity.clone());
                Box::pin(async move { activities::remind(tx, &rules, &activity, now).await })
            })
            .await;
        troubles.keep(done);
    }
    for activity in store.reader().list_activities_over(now).await? {
        let rules = rules.clone();
        let done = store
            .write(move |tx| {
                let (rules, activity) = (rules.clone(), activity.clone());
                Box::pin(async move { activities::end_by_itself(tx, &rules, &activity, now).await })
            })
            .await;
        troubles.keep(done);
    }
    if store.reader().list_unclaimed_wishes(now - UNCLAIMED).await?.is_empty() {
        return troubles.first();
    }
    let rules = rules.clone();
    let shown = store
        .write(move |tx| {
            let rules = rules.clone();
            Box::pin(async move { wishes::show_unclaimed(tx, &rules, now).await })
        })
        .await;
    troubles.keep(shown);
    troubles.first()
}
