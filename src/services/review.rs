//! 待核, 已核: records that a person should look at, once.

use super::Rulebook;
use super::records::{SHOWN, dated};
use crate::domain::calendar::month_day;
use crate::domain::directory::{Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::domain::permission::reaches;
use crate::domain::text::{normal, storable};
use crate::error::{Fault, Halt};
use crate::store::{Tx, UnseenFlag};
use crate::templates::contexts::{FlagLine, FlagSeen, Flags, NoSuchFlag};

/// How many flags a list shows.
const LISTED: usize = 10;

/// How many are read; more are not counted.
const READ: u32 = 1_000;

/// Nobody looks after their own records.
fn is_for(directory: &Directory, person: &Person, flag: &UnseenFlag) -> bool {
    flag.person != person.id && reaches(directory, person, flag.unit)
}

/// What this person should look at: of their unit and everything below it.
///
/// # Errors
/// The database's.
pub async fn unseen(tx: &mut Tx, rules: &Rulebook, person: &Person) -> Result<Flags, Fault> {
    let directory = tx.directory();
    let units: Vec<UnitId> = directory.subtree(person.unit);
    let mut found = tx.db().await?.list_unseen_flags_of(&units, READ).await?;
    found.retain(|flag| is_for(&directory, person, flag));
    let items = found.iter().take(LISTED).map(|flag| line(rules, &directory, flag)).collect();
    Ok(Flags { items, more: found.len().saturating_sub(LISTED) })
}

fn line(rules: &Rulebook, directory: &Directory, flag: &UnseenFlag) -> FlagLine {
    let other = flag.other.map(|(person, day)| format!("{} {}", directory.person_name(person), month_day(day)));
    FlagLine {
        number: flag.number,
        name: UserText::new(directory.person_name(flag.person)),
        unit: UserText::new(directory.unit_name(flag.unit)),
        title: rules.policy.kind_title(&flag.kind).to_owned(),
        date: dated(flag.day),
        text: UserText::short(format!("{} {}", flag.place, flag.content).trim(), SHOWN),
        flag: flag.flag.title().to_owned(),
        other: UserText::new(&other.unwrap_or_default()),
    }
}

/// Notes that somebody has looked: `7 是合影`.
///
/// # Errors
/// Refuses a number under which this person has nothing to look at.
pub async fn see(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<FlagSeen, Halt> {
    let typed = typed.trim().trim_start_matches(['#', '＃']);
    let digits: String = normal(typed).chars().take_while(char::is_ascii_digit).collect();
    let note = typed.trim_start_matches(|c: char| c.is_numeric());
    let note = storable(note.trim_start_matches(['号', '號', ' ', '　', ':', '：', ',', '，', '\n']).trim());
    let directory = tx.directory();
    let found = match digits.parse::<i64>() {
        Ok(number) => tx.db().await?.find_unseen_flag(number).await?,
        Err(_) => None,
    };
    let Some(flag) = found.filter(|flag| is_for(&directory, person, flag)) else {
        return Err(rules.templates.refuse(&NoSuchFlag { number: digits }, &event.platform)?.into());
    };
    let note = (!note.is_empty()).then_some(note.as_str());
    tx.see_flag(flag.record, flag.flag, person.id, note, event.sent_at).await?;
    Ok(FlagSeen { number: flag.number, name: UserText::new(directory.person_name(flag.person)) })
}
