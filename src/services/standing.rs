//! How people and units stand with their duties, as messages: 我的, 进度, 谁还没….

use std::collections::HashMap;

use chrono::NaiveDate;

use super::records::{count, day_of};
use super::{Rulebook, leave};
use crate::domain::calendar::{DayRange, month_day, weekday};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::duty::{DutyState, Standing};
use crate::domain::event::InboundEvent;
use crate::domain::id::{PersonId, UnitId, YouthId};
use crate::domain::message::UserText;
use crate::domain::policy::{CONTACT, Duty, FIELD_DAY, Measure, Period, Policy, RecordKind};
use crate::error::Fault;
use crate::reports::rollup::roll_up;
use crate::reports::standings::{self, DutyStandings, Scope, Subject};
use crate::store::{Ahead, Counted, Tx, Whose};
use crate::templates::contexts::{DutyLine, DutySumsLine, Me, Missing, MissingLine, UnitProgress, UnitSumsLine};

/// How many duties `我的` shows: with name, week and month that makes six lines.
const DUTIES_SHOWN: usize = 3;

/// How many records of a week are looked through for days that were made up.
const LOOKED_THROUGH: u64 = 100;

/// How many units and names a message lists.
const LISTED: usize = 40;

/// How a person stands: everything they owe, what is not done first.
///
/// # Errors
/// The database's.
pub async fn of_person(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    chat: Option<&Chat>,
    event: &InboundEvent,
    whole: bool,
) -> Result<Me, Fault> {
    let directory = tx.directory();
    let today = day_of(&directory, rules, person, chat, event.sent_at);
    let week = DayRange::week_of(today);
    let days = tx.list_days(&Ahead { kind: FIELD_DAY, person: person.id, range: week }).await?;
    let asked = rules.asked(tx.db().await?, &directory, event.sent_at);
    let owed: Vec<&Duty> = owed_by(&rules.policy, &directory, person).collect();
    let found = standings::read(asked, owed, Scope::People(&[person.id]), None).await?;
    let month = |kinds, measures| Counted {
        kinds,
        range: DayRange::month_of(today),
        as_of: event.sent_at,
        at: None,
        mode: None,
        measures,
        off_days: &[],
    };
    let (check_ins, met) = ([FIELD_DAY.to_owned()], [FIELD_DAY.to_owned(), CONTACT.to_owned()]);
    let me = [person.id];
    let month_days = asked.db.tally_people(&month(&check_ins, &[Measure::Days]), Whose::Of(&me)).await?;
    let month_people = asked.db.tally_people(&month(&met, &[Measure::Quantity]), Whose::Of(&me)).await?;
    let leave = leave::shown(asked.db, person.id, today).await?;
    let told = asked.db.list_records_of(person.id, &check_ins, week, LOOKED_THROUGH).await?;
    // a day counts as made up where nothing was told on the day itself
    let made_up =
        |day: NaiveDate| told.iter().any(|one| one.day == day) && told.iter().all(|one| one.day != day || one.made_up);
    let mut duties = lines(&rules.policy, person, &found, if whole { progress } else { brief });
    // the line about leave takes the place of a duty's
    let shown = DUTIES_SHOWN - usize::from(!leave.is_empty());
    let more = if whole || duties.len() <= shown { 0 } else { duties.len() - (shown - 1) };
    duties.truncate(duties.len() - more);
    Ok(Me {
        name: UserText::new(&person.name),
        unit: UserText::new(directory.unit_name(person.unit)),
        week: week.title(),
        done: count(days.len()),
        days: days
            .into_iter()
            .map(|day| format!("{}{}", weekday(day), if made_up(day) { "（补）" } else { "" }))
            .collect(),
        duties,
        more,
        month_days: month_days.get(&person.id).map_or(0, |tally| tally.days),
        month_people: month_people.get(&person.id).map_or(0, |tally| tally.quantity),
        leave,
    })
}

/// The duties a person may owe.
fn owed_by<'p>(policy: &'p Policy, directory: &Directory, person: &Person) -> impl Iterator<Item = &'p Duty> {
    let unit = directory.unit(person.unit);
    policy.duties.iter().filter(move |duty| duty.who.includes_person(person, unit))
}

/// A person's duties as lines, what is not done first.
pub fn lines(policy: &Policy, person: &Person, found: &[DutyStandings<'_>], written: Written) -> Vec<DutyLine> {
    let subject = Subject::Person(person.id);
    let mut all: Vec<(DutyState, &DutyStandings<'_>, &Standing)> = found
        .iter()
        .filter_map(|duty| duty.of.get(&subject).map(|standing| (standing.state, duty, standing)))
        .collect();
    // what has a deadline first and the urgent of it before the rest, then what never ends, what was missed, what is done
    all.sort_by_key(|(state, duty, _)| match state {
        DutyState::AtRisk | DutyState::OnTrack if duty.duty.period == Period::Standing => 2,
        DutyState::AtRisk => 0,
        DutyState::OnTrack => 1,
        DutyState::Missed => 3,
        DutyState::Met => 4,
        DutyState::Waived => 5,
    });
    all.into_iter().map(|(_, duty, standing)| line(policy, duty, subject, standing, written)).collect()
}

/// One duty of one subject.
pub fn line(
    policy: &Policy,
    duty: &DutyStandings<'_>,
    subject: Subject,
    standing: &Standing,
    written: Written,
) -> DutyLine {
    let until = if standing.state.is_open() && duty.duty.period != Period::Standing {
        let last = duty.span_of(subject).range.last;
        match duty.duty.period {
            Period::Week => format!("{}{}", weekday(last), month_day(last)),
            _ => month_day(last),
        }
    } else {
        String::new()
    };
    DutyLine {
        title: duty.duty.title.clone(),
        progress: written(policy, duty.duty, standing),
        state: standing.state.title().to_owned(),
        until,
    }
}

/// `1/2 次`; of a checklist `办实事 1/1 次、调研报告 0/1 次`.
pub fn progress(policy: &Policy, duty: &Duty, standing: &Standing) -> String {
    parts(policy, duty, standing).into_iter().map(|(_, part)| part).collect::<Vec<_>>().join("；")
}

/// The same, of a long checklist only how much is done and the first of what is not, as `6/8 条，还差 明白账 0/1 次`: eight items
/// fill a chat.
pub fn brief(policy: &Policy, duty: &Duty, standing: &Standing) -> String {
    let parts = parts(policy, duty, standing);
    if parts.len() <= WRITTEN_OUT {
        return parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>().join("；");
    }
    let (all, met) = (parts.len(), parts.iter().filter(|(met, _)| *met).count());
    let left: Vec<String> = parts.into_iter().filter(|(met, _)| !met).map(|(_, part)| part).collect();
    let shown = left.get(..LEFT_SHOWN).unwrap_or(&left).join("、");
    match left.len() {
        0 => format!("{met}/{all} 条"),
        count if count > LEFT_SHOWN => format!("{met}/{all} 条，还差 {shown} 等 {count} 条"),
        _ => format!("{met}/{all} 条，还差 {shown}"),
    }
}

/// How many items of a checklist are written out everywhere.
const WRITTEN_OUT: usize = 4;

/// How many of those that are not done are named of a longer one.
const LEFT_SHOWN: usize = 2;

/// How the progress of a duty is written: [`progress`] or [`brief`].
pub type Written = fn(&Policy, &Duty, &Standing) -> String;

/// Of every item whether it is met, and how far it is.
fn parts(policy: &Policy, duty: &Duty, standing: &Standing) -> Vec<(bool, String)> {
    if standing.state == DutyState::Waived {
        return Vec::new();
    }
    let items = duty.parts();
    items
        .iter()
        .zip(&standing.parts)
        .filter(|(_, part)| !part.progress.is_empty())
        .map(|(item, part)| {
            let wants: Vec<String> = part
                .progress
                .iter()
                .map(|one| {
                    let counts = item.of.first().and_then(|kind| policy.kind(kind)).map(|kind| kind.counts.as_str());
                    let unit = match one.measure {
                        Measure::Quantity => counts.unwrap_or("人"),
                        other => other.unit(),
                    };
                    format!("{}/{} {unit}", one.done, one.needed)
                })
                .collect();
            let wants = wants.join("、");
            (part.met, if duty.items.is_empty() { wants } else { format!("{} {wants}", item.title) })
        })
        .collect()
}

/// How a unit and everything below it stands with every duty.
///
/// # Errors
/// The database's.
pub async fn of_unit(tx: &mut Tx, rules: &Rulebook, unit: UnitId, event: &InboundEvent) -> Result<UnitProgress, Fault> {
    let directory = tx.directory();
    let asked = rules.asked(tx.db().await?, &directory, event.sent_at);
    let duties: Vec<&Duty> = rules.policy.duties.iter().filter(|duty| !duty.who.young_people).collect();
    let found = standings::read(asked, duties, Scope::Subtree(unit), None).await?;
    let rolled: Vec<_> =
        found.iter().map(|duty| (duty, roll_up(&directory, unit, &duty.by_unit(&directory)))).collect();
    let lines = rolled.iter().filter(|(_, rolled)| rolled.total.owing + rolled.total.waived > 0);
    let duties = lines
        .map(|(duty, rolled)| DutySumsLine {
            title: duty.duty.title.clone(),
            period: period_title(duty.duty, duty.span.range),
            owing: rolled.total.owing,
            met: rolled.total.met,
            at_risk: rolled.total.at_risk,
            missed: rolled.total.missed,
            waived: rolled.total.waived,
        })
        .collect();
    // the units below are told apart by what the week turns on, or else the first duty that anybody owes
    let is_weekly = |duty: &Duty| duty.period == Period::Week;
    let owed = || rolled.iter().filter(|(_, rolled)| rolled.total.owing > 0);
    let by = owed().find(|(duty, _)| is_weekly(duty.duty)).or_else(|| owed().next());
    let mut units: Vec<UnitSumsLine> = by
        .map(|(_, rolled)| {
            let below = rolled.children.iter().filter(|(_, sums)| sums.owing > 0);
            below
                .map(|(unit, sums)| UnitSumsLine {
                    unit: UserText::new(directory.unit_name(*unit)),
                    owing: sums.owing,
                    met: sums.met,
                })
                .collect()
        })
        .unwrap_or_default();
    let more_units = units.len().saturating_sub(LISTED);
    units.truncate(LISTED);
    Ok(UnitProgress {
        unit: UserText::new(directory.unit_name(unit)),
        duties,
        by: by.map_or_else(|| rules.policy.field_day_word().to_owned(), |(duty, _)| duty.duty.title.clone()),
        units,
        more_units,
    })
}

/// `11月16日—11月22日`, `今年`, `经常`.
pub fn period_title(duty: &Duty, range: DayRange) -> String {
    match duty.period {
        Period::Week | Period::Month => range.title(),
        other => other.this().to_owned(),
    }
}

/// The duty that somebody means who asks 谁还没…: by its title, its key, or a word of a kind of record that counts for it;
/// with nothing said, the one the week turns on.
pub fn duty_meant<'p>(policy: &'p Policy, typed: &str) -> Option<&'p Duty> {
    let typed = crate::domain::text::normal(typed);
    let typed = typed.trim().trim_start_matches("完成").trim();
    if typed.is_empty() {
        return policy.weekly_duty().or(policy.duties.first());
    }
    let titled = policy.duties.iter().find(|duty| {
        let title = crate::domain::text::normal(&duty.title);
        title.contains(typed) || typed.contains(&title) || duty.key == typed
    });
    let worded = || {
        let says = |kind: &&RecordKind| kind.words.iter().any(|word| typed.contains(word.as_str()));
        let kind = policy.kinds.iter().find(says)?;
        policy.duties.iter().find(|duty| duty.parts().iter().any(|item| item.of.contains(&kind.key)))
    };
    titled.or_else(worded)
}

/// Who of a unit and everything below it has not done a duty yet.
///
/// # Errors
/// The database's.
pub async fn missing(
    tx: &mut Tx,
    rules: &Rulebook,
    duty: &Duty,
    unit: UnitId,
    event: &InboundEvent,
    day: Option<NaiveDate>,
) -> Result<Missing, Fault> {
    let directory = tx.directory();
    let asked = rules.asked(tx.db().await?, &directory, event.sent_at);
    let found = standings::read(asked, [duty], Scope::Subtree(unit), day).await?;
    // records about young people are the cadre's whose roster they are on; whoever is elsewhere is nobody's here
    let young: Vec<YouthId> =
        found.iter().flat_map(|duty| duty.of.keys()).filter_map(|subject| subject.youth()).collect();
    let named = asked.db.name_youth(&young).await?;
    let here =
        |person: &PersonId| directory.person(*person).is_some_and(|person| directory.is_within(person.unit, unit));
    let young: HashMap<YouthId, (PersonId, String)> = named
        .into_iter()
        .filter(|(_, person, _)| here(person))
        .map(|(id, person, name)| (id, (person, name)))
        .collect();
    let mut people = Vec::new();
    let (mut owing, mut met) = (0, 0);
    let mut period = String::new();
    for of_duty in &found {
        period = period_title(duty, of_duty.span.range);
        for (subject, standing) in &of_duty.of {
            if subject.youth().is_some_and(|youth| !young.contains_key(&youth)) {
                continue;
            }
            match standing.state {
                DutyState::Waived => continue,
                DutyState::Met => met += 1,
                DutyState::OnTrack | DutyState::AtRisk | DutyState::Missed => {
                    people.extend(missing_line(rules, &directory, &young, duty, *subject, standing));
                }
            }
            owing += 1;
        }
    }
    let left = people.len();
    people.truncate(LISTED);
    Ok(Missing {
        duty: duty.title.clone(),
        unit: UserText::new(directory.unit_name(unit)),
        period,
        owing,
        met,
        left,
        more: left - people.len(),
        people,
    })
}

fn missing_line(
    rules: &Rulebook,
    directory: &Directory,
    young: &HashMap<YouthId, (PersonId, String)>,
    duty: &Duty,
    subject: Subject,
    standing: &Standing,
) -> Option<MissingLine> {
    let (name, unit) = match subject {
        Subject::Person(person) => {
            let person = directory.person(person)?;
            (person.name.as_str(), person.unit)
        }
        Subject::Unit(unit) => {
            let unit = directory.unit(unit)?;
            (unit.name.as_str(), unit.parent.unwrap_or(unit.id))
        }
        // a young person belongs to the cadre on whose roster they are
        Subject::Youth(youth) => {
            let (person, name) = young.get(&youth)?;
            return Some(MissingLine {
                name: UserText::new(name),
                unit: UserText::new(directory.person_name(*person)),
                progress: brief(&rules.policy, duty, standing),
            });
        }
    };
    Some(MissingLine {
        name: UserText::new(name),
        unit: UserText::new(directory.unit_name(unit)),
        progress: brief(&rules.policy, duty, standing),
    })
}
