//! Open days whose time has come: reminded of, begun, ended with a recap in their group.
//!
//! No slot of the schedule: an open day has times of its own. Its row is what is taken, so any number of replicas may tick.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Troubles;
use crate::domain::open_day::{Phase, REMINDED_BEFORE};
use crate::error::Fault;
use crate::services::{Rulebook, open_days};
use crate::store::{Session, Store};

/// What is to be done about an open day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    End,
    Begin,
    Remind,
}

fn due(session: &Session, now: DateTime<Utc>) -> Option<Due> {
    match session.phase {
        Phase::Running if session.until <= now => Some(Due::End),
        Phase::Announced if session.began_at <= now => Some(Due::Begin),
        Phase::Announced if session.began_at - REMINDED_BEFORE <= now => Some(Due::Remind),
        _ => None,
    }
}

/// Ends what is over, and then begins and reminds: one may begin where another has just ended.
///
/// # Errors
/// The database's; what was done stays done.
pub(super) async fn tick(store: &Store, rules: &Arc<Rulebook>, now: DateTime<Utc>) -> Result<(), Fault> {
    let alive = store.reader().list_sessions_alive().await?;
    let mut todo: Vec<(Due, Session)> =
        alive.into_iter().filter_map(|session| due(&session, now).map(|due| (due, session))).collect();
    todo.sort_by_key(|(due, _)| *due != Due::End);
    let mut troubles = Troubles::default();
    for (due, session) in todo {
        let rules = rules.clone();
        let done = store
            .write(move |tx| {
                let (rules, session) = (rules.clone(), session.clone());
                Box::pin(async move {
                    match due {
                        Due::End => open_days::end_by_itself(tx, &rules, &session, now).await,
                        Due::Begin => open_days::begin_announced(tx, &rules, &session, now).await,
                        Due::Remind => open_days::remind(tx, &session, now).await,
                    }
                })
            })
            .await;
        troubles.keep(done);
    }
    troubles.first()
}
