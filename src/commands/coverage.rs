//! 青情地图 · 引领点

use chrono::NaiveDate;

use super::standing::{find_unit, unit_here};
use super::{Answer, Ask};
use crate::domain::calendar::business_day;
use crate::domain::directory::Directory;
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::error::Halt;
use crate::services::coverage;
use crate::templates::contexts::NoSuchUnit;

/// Which units below somebody is tied to and which nobody.
pub(super) async fn map(ask: Ask<'_>) -> Result<Answer, Halt> {
    let directory = ask.tx.directory();
    let person = ask.person()?;
    let unit = match ask.rest.trim() {
        "" => unit_here(&ask, &directory, person),
        name => match find_unit(&directory, person, name) {
            Some(unit) => unit,
            None => {
                let children = directory.children(person.unit).iter().take(6);
                let known = children.map(|unit| UserText::new(directory.unit_name(*unit))).collect();
                return ask.refuse(&NoSuchUnit { name: UserText::short(name, 30), known });
            }
        },
    };
    ask.say(&coverage::map(&directory, unit, today(&ask, &directory, unit)))
}

/// Who has no lead point, and which units nobody leads: to the one who asks, in private.
pub(super) async fn without_lead(ask: Ask<'_>) -> Result<Answer, Halt> {
    let directory = ask.tx.directory();
    let unit = unit_here(&ask, &directory, ask.person()?);
    let found = coverage::without_lead(&directory, unit, today(&ask, &directory, unit));
    ask.say_privately(&found).await
}

fn today(ask: &Ask<'_>, directory: &Directory, unit: UnitId) -> NaiveDate {
    business_day(ask.event.sent_at, directory.zone_of(unit), ask.rules.policy.day_starts_at)
}
