//! stub until merged
use chrono::{DateTime, Utc};
use crate::domain::id::{OutboxId, QuestionId};
use crate::error::Fault;
use crate::store::{NewOutbox, Target, Tx};
use crate::templates::TemplateContext;
pub struct Terms { pub question: Option<QuestionId>, pub not_before: DateTime<Utc>, pub valid_until: DateTime<Utc> }
pub async fn enqueue<C: TemplateContext>(tx: &mut Tx, target: Target, context: &C, terms: Terms) -> Result<OutboxId, Fault> {
    tx.insert_outbox(NewOutbox { target, template: C::KEY, context: serde_json::to_string(context).map_err(|_| Fault::Corrupt("context"))?, question: terms.question, not_before_ms: crate::clock::to_ms(terms.not_before), valid_until_ms: crate::clock::to_ms(terms.valid_until) }).await
}
