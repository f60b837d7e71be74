//! Questions about which something is to be done by now: warnings, silent assignees, ratings, answers that were shown.
//!
//! No slot of the schedule: a question has times of its own. Its row says when it is to be looked at next and is read anew in
//! the write that looks after it, so any number of replicas may tick.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::id::QuestionId;
use crate::error::Fault;
use crate::services::{Rulebook, questions};
use crate::store::Store;

/// So many are looked after in one write: enough that who is owed several messages gets one, few enough that nobody waits for it.
const AT_ONCE: u32 = 50;

/// Looks after everything that is due.
///
/// # Errors
/// The database's; what was looked after stays so.
pub(super) async fn look_after(store: &Store, rules: &Arc<Rulebook>, now: DateTime<Utc>) -> Result<(), Fault> {
    let mut seen: HashSet<QuestionId> = HashSet::new();
    let mut failed = None;
    loop {
        let due = store.reader().list_questions_to_look_at(now, AT_ONCE).await?;
        let fresh: Vec<QuestionId> = due.iter().map(|question| question.id).filter(|id| seen.insert(*id)).collect();
        if fresh.is_empty() {
            return failed.map_or(Ok(()), Err);
        }
        if look_after_some(store, rules, fresh.clone(), now).await.is_ok() {
            continue;
        }
        // one that cannot be looked after must not keep the others waiting
        for id in fresh {
            if let Err(fault) = look_after_some(store, rules, vec![id], now).await {
                failed = Some(fault);
            }
        }
    }
}

async fn look_after_some(
    store: &Store,
    rules: &Arc<Rulebook>,
    ids: Vec<QuestionId>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let rules = rules.clone();
    let looked = store
        .write(move |tx| {
            let (rules, ids) = (rules.clone(), ids.clone());
            Box::pin(async move { questions::look_after(tx, &rules, &ids, now).await })
        })
        .await?;
    for percent in looked.warned {
        metrics::counter!("tuanqing_questions_warned_total", "percent" => percent.to_string()).increment(1);
    }
    metrics::counter!("tuanqing_questions_lapsed_total").increment(looked.lapsed);
    metrics::counter!("tuanqing_questions_rating_reminders_total").increment(looked.reminded);
    metrics::counter!("tuanqing_questions_asked_again_total").increment(looked.asked_again);
    metrics::counter!("tuanqing_questions_unheard_total").increment(looked.unheard);
    metrics::counter!("tuanqing_questions_unrated_total").increment(looked.closed);
    metrics::counter!("tuanqing_questions_offers_taken_total").increment(looked.content);
    Ok(())
}
