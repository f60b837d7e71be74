//! Our message in the page's form: the typed parts themselves, which the page draws one by one.

use crate::domain::message::{Message, Part};

/// The parts of a message that goes through `account`; who is known only on another account is named, not mentioned.
pub(super) fn parts(account: &str, message: &Message) -> Vec<Part> {
    let shown = |part: &Part| match part {
        Part::Mention(who) if who.account != account => Part::Words(who.name.clone()),
        other => other.clone(),
    };
    // a chart was drawn before it came here, or is not drawn at all: the words say the same
    message.parts.iter().filter(|part| !matches!(part, Part::Chart(_))).map(shown).collect()
}
