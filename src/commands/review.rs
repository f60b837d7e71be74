//! 待核 · 已核

use super::requests::say_privately;
use super::{Answer, Ask};
use crate::error::Halt;
use crate::services::review;

/// Records to be looked at: in private, because a flag is no accusation.
pub(super) async fn unseen(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let flags = review::unseen(ask.tx, ask.rules, &person).await?;
    say_privately(ask, person.id, &flags).await
}

pub(super) async fn see(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let seen = review::see(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&seen)
}
