//! Succession: who takes over from whom, and from which day. The successor takes over what is owed; what the
//! predecessor has done stays the predecessor's.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};

use super::people::{Draft, Key, People, key_of};
use super::units::Units;
use super::{Findings, Line, Stored};
use crate::domain::directory::Person;
use crate::services::roster::columns::Column;
use crate::services::roster::problems::quoted;
use crate::store::PlannedPerson;

/// From one person to another.
#[derive(Clone, Debug)]
pub(super) struct Handover {
    /// Who leaves.
    pub(super) predecessor: Key,
    /// Who comes.
    pub(super) successor: Key,
    /// The successor's first day.
    pub(super) since: NaiveDate,
}

impl Handover {
    /// The predecessor's last day.
    pub(super) fn last_day(&self) -> NaiveDate {
        self.since - Days::new(1)
    }
}

/// Looks up whom each row succeeds, and gives predecessors in the file their last day. The handovers come in the order
/// of their days, so that what goes from hand to hand goes the whole way.
pub(super) fn check(
    drafts: &mut [Draft<'_>],
    people: &People,
    units: &Units,
    stored: &Stored<'_>,
    found: &mut Findings,
) -> Vec<Handover> {
    let at: HashMap<Key, usize> = drafts.iter().enumerate().map(|(at, draft)| (key(&draft.planned), at)).collect();
    let mut handovers: Vec<(usize, Handover)> = Vec::new();
    for (row, draft) in drafts.iter_mut().enumerate() {
        if draft.line.cell(Column::SuccessorOf).is_none() {
            continue;
        }
        let said = draft.line.text(Column::SuccessorOf);
        let predecessor =
            if said.is_empty() { None } else { find(&draft.line, &said, &draft.planned, people, units, found) };
        draft.planned.successor_of.clone_from(&predecessor);
        let Some(predecessor) = predecessor else { continue };
        match draft.planned.since {
            Some(since) => handovers.push((row, Handover { predecessor, successor: key(&draft.planned), since })),
            None => {
                let text = "写了接替谁，就要在「到岗日期」列写接替人的第一天：联系分工从那天起接过来";
                draft.line.wrong(Column::SuccessorOf, found, text);
            }
        }
    }
    let mut taken = stored_successors(drafts, stored);
    for (row, handover) in &handovers {
        let line = &drafts[*row].line;
        let begins = match at.get(&handover.predecessor) {
            Some(at) => drafts[*at].planned.since,
            None => stored_person(stored, &handover.predecessor).and_then(|person| person.since),
        };
        // this also rules out that two people succeed each other
        if let Some(begins) = begins.filter(|begins| *begins >= handover.since) {
            let text = format!(
                "到岗日期 {} 不晚于「{}」自己的到岗日期 {begins}；接替的人要后到，请改其中一个日期",
                handover.since,
                quoted(&handover.predecessor.1)
            );
            line.wrong(Column::SuccessorOf, found, text);
        }
        if let Some(other) = taken.insert(handover.predecessor.clone(), handover.successor.clone()) {
            let text = format!(
                "「{}」已经由「{}」接替；一个人只能由一个人接替，写错的那一格请清空",
                quoted(&handover.predecessor.1),
                quoted(&other.1)
            );
            line.wrong(Column::SuccessorOf, found, text);
        }
    }
    let mut handovers: Vec<Handover> = handovers.into_iter().map(|(_, handover)| handover).collect();
    handovers.sort_by(|a, b| (a.since, &a.successor).cmp(&(b.since, &b.successor)));
    for handover in &handovers {
        if let Some(at) = at.get(&handover.predecessor) {
            drafts[*at].planned.until.get_or_insert(handover.last_day());
        }
    }
    handovers
}

fn key(planned: &PlannedPerson) -> Key {
    (planned.unit.clone(), planned.name.clone())
}

fn stored_person<'a>(stored: &Stored<'a>, (unit, name): &Key) -> Option<&'a Person> {
    let unit = stored.directory.unit_by_code(unit)?;
    stored.directory.people_of(unit.id).find(|person| person.name == *name)
}

/// Predecessors of people about whom the file says nothing, with these people.
fn stored_successors(drafts: &[Draft<'_>], stored: &Stored<'_>) -> HashMap<Key, Key> {
    let said = |draft: &&Draft<'_>| draft.line.cell(Column::SuccessorOf).is_some();
    let in_file: HashSet<Key> = drafts.iter().filter(said).map(|draft| key(&draft.planned)).collect();
    let successors = stored.directory.people().filter_map(|person| {
        let predecessor = key_of(stored, person.successor_of?)?;
        Some((predecessor, key_of(stored, person.id)?))
    });
    successors.filter(|(_, successor)| !in_file.contains(successor)).collect()
}

/// The person whom a cell means: a name in the same unit, or `姓名@单位编码`.
fn find(
    line: &Line<'_>,
    said: &str,
    successor: &PlannedPerson,
    people: &People,
    units: &Units,
    found: &mut Findings,
) -> Option<Key> {
    let (unit, name) = if people.has(&successor.unit, said) {
        (successor.unit.clone(), said)
    } else if let Some((name, unit)) = said.rsplit_once(['@', '＠']) {
        let unit = units.find(unit.trim()).map_err(|why| line.wrong(Column::SuccessorOf, found, why)).ok()?;
        (unit, name.trim())
    } else {
        let homes = people.homes_of(said);
        let text = match homes.as_slice() {
            [] => format!("没有叫「{}」的人；请检查名字，前任也要在「人员」表里", quoted(said)),
            [first, ..] => format!("本单位没有叫「{0}」的人；别的单位的请写成「{0}@{first}」", quoted(said)),
        };
        line.wrong(Column::SuccessorOf, found, text);
        return None;
    };
    if !people.has(&unit, name) {
        line.wrong(
            Column::SuccessorOf,
            found,
            format!("单位 {unit} 里没有叫「{}」的人；请检查名字和单位", quoted(name)),
        );
        return None;
    }
    if unit == successor.unit && name == successor.name {
        line.wrong(Column::SuccessorOf, found, "不能接替自己；请写前任的姓名，没有前任就留空");
        return None;
    }
    Some((unit, name.to_owned()))
}

/// Predecessors who are not in the file and have no last day yet, with that day.
pub(super) fn stored_who_leave<'a>(
    handovers: &[Handover],
    planned: &[PlannedPerson],
    stored: &Stored<'a>,
) -> Vec<(&'a Person, NaiveDate)> {
    let in_file: HashSet<Key> = planned.iter().map(key).collect();
    let leaving = handovers.iter().filter(|handover| !in_file.contains(&handover.predecessor)).filter_map(|handover| {
        let person = stored_person(stored, &handover.predecessor)?;
        person.until.is_none().then_some((person, handover.last_day()))
    });
    leaving.collect()
}
