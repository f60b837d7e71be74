//! A pasted 接龙 list: each cadre's own line becomes a record, others' lines are left to their authors

use super::{Answer, Ask};
use crate::domain::chain::{kind_of, own, read};
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::permission::Who;
use crate::domain::policy::{Policy, RecordKind};
use crate::error::Halt;
use crate::services::records;
use crate::templates::contexts::ShortReceipt;

/// What the sender reports of themself in a list: of which kind, in which words.
pub fn lines<'p>(directory: &Directory, policy: &'p Policy, event: &InboundEvent) -> Vec<(&'p RecordKind, String)> {
    let speaker = directory.speaker(&event.account, &event.sender);
    let Some(person) = speaker.filter(|person| Who::Cadre.includes(Some(person))) else { return Vec::new() };
    let Some(chain) = read(event.text.trim_start()) else { return Vec::new() };
    let longer: Vec<&str> =
        directory.people().filter(|other| is_longer(other, person)).map(|o| o.name.as_str()).collect();
    own(&chain, &person.name, &longer)
        .into_iter()
        .filter_map(|said| kind_of(&chain, said, &policy.kinds))
        .map(|(kind, said)| (kind, said.to_owned()))
        .collect()
}

fn is_longer(other: &Person, person: &Person) -> bool {
    other.name.len() > person.name.len() && other.name.contains(&person.name)
}

/// Records what is new in the sender's own lines. A list that only grew makes nothing, and nothing is said.
///
/// # Errors
/// Refuses what is too long.
pub async fn record(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let lines = lines(&ask.tx.directory(), &ask.rules.policy, ask.event);
    let made = records::report_lines(ask.tx, ask.rules, &person, ask.chat, ask.event, &lines).await?;
    let Some(first) = made.first() else { return Ok(Answer::default()) };
    let title = ask.rules.policy.kind_title(&first.kind).to_owned();
    let receipt = ShortReceipt { title, count: made.len(), several: made.len() > 1 };
    Ok(Answer { reply: Some(ask.render(&receipt)?), made: Some(format!("record:{}", first.id)) })
}
