//! 周报 · 未报到

use chrono::TimeDelta;

use super::{Answer, Ask};
use crate::domain::permission::reaches;
use crate::error::Halt;
use crate::outbox::{Terms, enqueue};
use crate::services::digest::Weeks;
use crate::store::Target;
use crate::templates::contexts::SentPrivately;

/// The digest of the speaker's unit. Names stand in it only where the group may know them, and in private.
pub(super) async fn digest(ask: Ask<'_>) -> Result<Answer, Halt> {
    let directory = ask.tx.directory();
    let person = ask.person()?;
    // in a group it is the group's unit that is spoken of, as far as the speaker's authority reaches
    let unit = ask.chat.map(|chat| chat.unit).filter(|unit| reaches(&directory, person, *unit)).unwrap_or(person.unit);
    let weeks = Weeks::read(ask.tx.db().await?, &directory, ask.rules, unit, ask.event.sent_at).await?;
    let names = ask.chat.map_or(ask.event.place.is_private(), |chat| chat.list_missing);
    ask.say(&weeks.digest(&directory, unit, names))
}

/// Who has no day yet: to the one who asks, in private, wherever they ask.
pub(super) async fn missing(ask: Ask<'_>) -> Result<Answer, Halt> {
    let (person, unit) = (ask.person()?.id, ask.person()?.unit);
    let directory = ask.tx.directory();
    let weeks = Weeks::read(ask.tx.db().await?, &directory, ask.rules, unit, ask.event.sent_at).await?;
    let missing = weeks.missing(&directory, unit);
    if ask.event.place.is_private() {
        return ask.say(&missing);
    }
    let at = ask.event.sent_at;
    let terms = Terms { question: None, not_before: at, valid_until: at + TimeDelta::days(1) };
    enqueue(ask.tx, Target::Person(person), &missing, terms).await?;
    ask.say(&SentPrivately {})
}
