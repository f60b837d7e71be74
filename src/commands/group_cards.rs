//! 名片

use super::standing::unit_here;
use super::{Answer, Ask};
use crate::error::Halt;
use crate::services::group_cards;

/// Whose card does not read as it should: to the one who asks, in private, wherever they ask.
pub(super) async fn list(ask: Ask<'_>) -> Result<Answer, Halt> {
    let unit = unit_here(&ask, &ask.tx.directory(), ask.person()?);
    let cards = group_cards::list(ask.tx, ask.rules, unit, ask.event).await?;
    ask.say_privately(&cards).await
}
