//! 我的青年: one's roster and how evenly one keeps in touch with it.

use chrono::{Datelike, Days, NaiveDate};

use super::{contact_kinds, contact_word};
use crate::domain::calendar::{DayRange, month_day};
use crate::domain::contact::{tenth_of, top_tenth_share};
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::people::YouthField;
use crate::error::Fault;
use crate::services::Rulebook;
use crate::services::records::{count, day_of};
use crate::store::{Looking, Met, Tx};
use crate::templates::contexts::{LongAgo, MyYouth, YouthFieldLine};

/// How many are named whom one has not contacted longest.
const LONGEST_SHOWN: usize = 5;

/// A contact longer ago than this is as good as none.
const LOOKED_BACK_DAYS: u64 = 3 * 365;

/// From how many young people on a tenth of them says something.
const ENOUGH_FOR_A_SHARE: usize = 10;

/// From which share on the same few are said to be met over and over, in percent; ours, the documents name none.
const FEW_FROM_PERCENT: u32 = 50;

/// How a cadre keeps in touch with their roster.
///
/// # Errors
/// The database's.
pub async fn mine(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<MyYouth, Fault> {
    let today = day_of(&tx.directory(), rules, person, chat, event.sent_at);
    let kinds = contact_kinds(&rules.policy);
    let looking = Looking {
        kinds: &kinds,
        days: DayRange { first: today - Days::new(LOOKED_BACK_DAYS), last: today },
        quarter_from: DayRange::quarter_of(today).first,
        year_from: DayRange::year_of(today).first,
        as_of: event.sent_at,
    };
    let roster = tx.db().await?.list_roster(person.id, &looking).await?;
    let year: Vec<u32> = roster.iter().map(|one| one.year).collect();
    let with = |reached: fn(&Met) -> bool| count(roster.iter().filter(|one| reached(one)).count());
    let share = top_tenth_share(&year);
    let tells = roster.len() >= ENOUGH_FOR_A_SHARE && share > 0;
    Ok(MyYouth {
        roster: roster.len(),
        quarter: with(|one| one.quarter > 0),
        year: with(|one| one.year > 0),
        face_to_face: with(|one| one.face_to_face > 0),
        online: with(|one| one.online > 0),
        fields: by_field(&roster),
        share: Some(share).filter(|_| tells),
        tenth: tenth_of(roster.len()),
        few: share >= FEW_FROM_PERCENT,
        longest: longest_ago(&roster, today),
        word: contact_word(&rules.policy).to_owned(),
    })
}

fn by_field(roster: &[Met]) -> Vec<YouthFieldLine> {
    let fields = YouthField::ALL.iter().map(|field| Some(*field)).chain([None]);
    fields
        .filter_map(|field| {
            let of = roster.iter().filter(|one| one.youth.field == field);
            let line = YouthFieldLine {
                field: field.map_or("未写领域", YouthField::title).to_owned(),
                roster: of.clone().count(),
                year: of.filter(|one| one.year > 0).count(),
            };
            (line.roster > 0).then_some(line)
        })
        .collect()
}

/// Those whom one has not contacted longest, and not today: never comes first.
fn longest_ago(roster: &[Met], today: NaiveDate) -> Vec<LongAgo> {
    let mut waiting: Vec<&Met> = roster.iter().filter(|one| one.last != Some(today)).collect();
    waiting.sort_by_key(|one| one.last);
    waiting
        .into_iter()
        .take(LONGEST_SHOWN)
        .map(|one| LongAgo {
            name: UserText::new(&one.youth.name),
            last: match one.last {
                None => "还没联系过".to_owned(),
                Some(last) if last.year() == today.year() => month_day(last),
                Some(last) => format!("{}年{}", last.year(), month_day(last)),
            },
        })
        .collect()
}
