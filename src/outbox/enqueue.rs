//! Putting a message into the outbox, inside the write that causes it.

use chrono::{DateTime, Utc};

use crate::clock::to_ms;
use crate::domain::id::{OutboxId, QuestionId};
use crate::error::Fault;
use crate::store::{NewOutbox, Target, Tx};
use crate::templates::TemplateContext;

/// When a message is worth sending, and what it is about.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The question it is about: quoting the message answers it.
    pub question: Option<QuestionId>,
    /// Not before this instant (quiet hours). Meanwhile it holds nobody up.
    pub not_before: DateTime<Utc>,
    /// Not after this instant.
    pub valid_until: DateTime<Utc>,
}

/// Stores a message that is owed once this write is committed. The words are rendered when it is delivered, for the
/// platform it then goes to.
///
/// # Errors
/// [`Fault::Template`] where the context cannot be stored; the database's.
pub async fn enqueue<C: TemplateContext>(
    tx: &mut Tx,
    target: Target,
    context: &C,
    terms: Terms,
) -> Result<OutboxId, Fault> {
    let context = serde_json::to_string(context)
        .map_err(|error| Fault::Template { key: C::KEY.into(), reason: error.to_string() })?;
    tx.insert_outbox(NewOutbox {
        target,
        template: C::KEY,
        context,
        question: terms.question,
        not_before_ms: to_ms(terms.not_before),
        valid_until_ms: to_ms(terms.valid_until),
    })
    .await
}
