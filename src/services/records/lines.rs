//! Several records of one message, one for each line.

use super::{Deed, day_of, insert, read_said};
use crate::domain::calendar::DayRange;
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::policy::RecordKind;
use crate::domain::record::Record;
use crate::error::Halt;
use crate::services::Rulebook;
use crate::store::Tx;
use crate::templates::contexts::TooManyLines;

/// More than anybody records of one kind in a day.
const MOST_A_DAY: u64 = 100;

/// More lines than one person has in a list of one day.
const MOST_LINES: usize = 20;

/// Records each line that says something that was not recorded today in the same words. Returns what is new; it is withdrawn
/// and corrected together.
///
/// # Errors
/// Refuses what is too long.
pub async fn report_lines(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    lines: &[(&RecordKind, String)],
) -> Result<Vec<Record>, Halt> {
    if lines.len() > MOST_LINES {
        return Err(rules.templates.refuse(&TooManyLines { most: MOST_LINES }, &event.platform)?.into());
    }
    let day = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let today = DayRange { first: day, last: day };
    let mut made: Vec<Record> = Vec::new();
    for (kind, text) in lines {
        let said = read_said(rules, event, kind, text)?;
        let kinds = [kind.key.clone()];
        let before = tx.db().await?.list_records_of(person.id, &kinds, today, MOST_A_DAY).await?;
        if before.iter().any(|record| record.said == said) {
            continue;
        }
        let mut deed = Deed::of_today(kind, person, day, said);
        deed.told_with = made.first().map(|first| first.id);
        made.push(insert(tx, rules, &deed, chat, event).await?);
    }
    Ok(made)
}
