//! What somebody says in private who was asked something

use super::{Answer, Ask};
use crate::error::Halt;
use crate::services::guided::{self, Next};
use crate::templates::contexts::{GuideNothing, GuideText};

/// The answer to an answer; `None` where nothing was asked.
///
/// # Errors
/// The service's refusals.
pub async fn answer(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    let Some(person) = ask.speaker else { return Ok(None) };
    let Some(next) = guided::answer(ask.tx, ask.rules, person, ask.event).await? else { return Ok(None) };
    let answer = match next {
        Next::Ask(question) => ask.say(&question)?,
        Next::AskText(title) => ask.say(&GuideText { title })?,
        Next::Done(receipt) => ask.say(&receipt)?,
        Next::Taken(record, receipt) => {
            Answer { reply: Some(ask.render(&receipt)?), made: Some(format!("record:{record}")) }
        }
        Next::Nothing => ask.say(&GuideNothing {})?,
    };
    Ok(Some(answer))
}
