//! Where news of a question does not reach its asker in private: the groups of young people of the unit hear that somebody
//! has an answer to fetch, without number, words or name, and only where at least five could be meant.

use chrono::TimeDelta;

use super::{Terms, enqueue};
use crate::clock::from_ms;
use crate::domain::id::OutboxId;
use crate::domain::people::ChatRole;
use crate::domain::veil::FEWEST;
use crate::error::Fault;
use crate::store::{Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::AnswerWaits;

/// Where a unit has more groups than this, nobody is told: it would be noise to nearly all of them.
const MOST_GROUPS: usize = 10;

/// Whoever has not read it by then has other ways.
const VALID: TimeDelta = TimeDelta::days(2);

/// Tells the groups that a message is about, once.
pub(super) async fn tell(tx: &mut Tx, id: OutboxId, now_ms: i64) -> Result<(), Fault> {
    let Some(unit) = tx.db().await?.find_fallback(id).await? else { return Ok(()) };
    tx.set_fallback(id, None).await?;
    let directory = tx.directory();
    let groups: Vec<_> = directory
        .subtree(unit)
        .into_iter()
        .flat_map(|one| directory.chats_of(one))
        .filter(|chat| chat.role == ChatRole::Youth)
        .filter(|chat| directory.endpoints_of(chat.id).iter().any(|endpoint| endpoint.direction.speaks()))
        .map(|chat| chat.id)
        .collect();
    if groups.len() > MOST_GROUPS {
        return Ok(());
    }
    let crowds = tx.db().await?.list_crowds().await?;
    for chat in groups {
        let is_crowd = crowds.iter().any(|(one, people)| *one == chat && *people >= FEWEST);
        // one that waits already says it for all
        if !is_crowd || tx.db().await?.is_owed(chat, AnswerWaits::KEY).await? {
            continue;
        }
        let now = from_ms(now_ms);
        let terms = Terms { question: None, not_before: now, valid_until: now + VALID };
        enqueue(tx, Target::Chat(chat), &AnswerWaits {}, terms).await?;
    }
    Ok(())
}
