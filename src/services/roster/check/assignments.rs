//! The sheet `assignments`, and what becomes of assignments when somebody takes over.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::people::{Key, People, key_of};
use super::succession::Handover;
use super::units::Units;
use super::{Counts, Findings, Line, Stored, lines};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::AssignmentKind;
use crate::services::roster::columns::Column;
use crate::services::roster::problems::quoted;
use crate::services::roster::sheets::{Sheet, Table};
use crate::store::PlannedAssignment;

/// How many overlaps are named; the rest is counted.
const MOST_NAMED: usize = 5;

/// What an assignment is recognised by. The first day belongs to it: somebody may go to the same unit twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Tie {
    person: Key,
    unit: String,
    kind: AssignmentKind,
    from: Option<NaiveDate>,
}

/// Every assignment there will be, with its last day.
type Ties = BTreeMap<Tie, Option<NaiveDate>>;

/// What the sheet and the successions change.
pub(super) struct Assignments {
    /// What to write.
    pub(super) planned: Vec<PlannedAssignment>,
    /// What goes.
    pub(super) handed_over: Vec<PlannedAssignment>,
}

pub(super) fn check(
    table: Option<&Table>,
    units: &Units,
    people: &People,
    stored: &Stored<'_>,
    found: &mut Findings,
) -> Assignments {
    let known = stored_ties(stored);
    let mut ties = known.clone();
    let mut changed: Vec<Tie> = Vec::new();
    let mut rows: HashMap<Tie, usize> = HashMap::new();
    for line in lines(table) {
        let Some((tie, to)) = read(&line, units, people, &known, found) else { continue };
        if let Some(first) = rows.get(&tie) {
            let text = format!("和第 {first} 行重复；同一个人、单位、方式和开始日期只写一行");
            line.wrong(Column::Person, found, text);
            continue;
        }
        rows.insert(tie.clone(), line.row.number);
        ties.insert(tie.clone(), to);
        changed.push(tie);
    }
    for handover in &people.handovers {
        hand_over(handover, &mut ties, &mut changed);
    }
    let mut seen = BTreeSet::new();
    changed.retain(|tie| seen.insert(tie.clone()));
    name_overlaps(&changed, &known, &ties, found);
    let mut counts = Counts::default();
    let mut assignments = Assignments { planned: Vec::new(), handed_over: Vec::new() };
    for tie in changed {
        match (known.get(&tie), ties.get(&tie)) {
            (before, Some(to)) => {
                counts.count(before, to);
                assignments.planned.push(planned(tie, *to));
            }
            (Some(before), None) => {
                counts.changed += 1;
                assignments.handed_over.push(planned(tie, *before));
            }
            // the file still says it, and the successor has it already
            (None, None) => counts.same += 1,
        }
    }
    if table.is_some() || counts != Counts::default() {
        found.summary.sheets.push((Sheet::Assignments, counts));
    }
    assignments
}

fn planned(tie: Tie, to: Option<NaiveDate>) -> PlannedAssignment {
    let Tie { person: (person_unit, person), unit, kind, from } = tie;
    PlannedAssignment { person, person_unit, unit, kind, from, to }
}

/// One row, with what it leaves out taken from what is stored.
fn read(
    line: &Line<'_>,
    units: &Units,
    people: &People,
    known: &Ties,
    found: &mut Findings,
) -> Option<(Tie, Option<NaiveDate>)> {
    let name = line.required(Column::Person, found);
    let home = name.as_ref().and_then(|name| people.unit_of(line, name, units, found));
    let unit = units.named_in(line, Column::Unit, found);
    let kind = line.choice(Column::Kind, AssignmentKind::read, AssignmentKind::choices, found);
    let (mut from, mut to) = (line.day(Column::From, found), line.day(Column::To, found));
    let (Some(name), Some(home), Some(unit), Some(kind)) = (name, home, unit, kind) else {
        line.check_order((from, Column::From), (to, Column::To), found);
        return None;
    };
    let person = (home, name);
    if line.cell(Column::From).is_none() {
        let earliest = Tie { person: person.clone(), unit: unit.clone(), kind, from: None };
        let mut same = known.range(earliest..).map(|(tie, _)| tie);
        let mut next = || same.next().filter(|tie| tie.person == person && tie.unit == unit && tie.kind == kind);
        from = next().and_then(|tie| tie.from);
        if next().is_some() {
            let text = "这个人和这个单位已有几段联系；请加上「开始日期」列，写明是哪一段";
            line.wrong(Column::Person, found, text);
            return None;
        }
    }
    let tie = Tie { person, unit, kind, from };
    if line.cell(Column::To).is_none() {
        to = known.get(&tie).copied().flatten();
    }
    line.check_order((from, Column::From), (to, Column::To), found);
    Some((tie, to))
}

fn stored_ties(stored: &Stored<'_>) -> Ties {
    let rows = stored.kept.assignments.iter().filter_map(|row| {
        let tie = Tie {
            person: key_of(stored, PersonId(row.person_id))?,
            unit: stored.directory.unit(UnitId(row.unit_id))?.code.clone(),
            kind: AssignmentKind::read(&row.kind)?,
            from: row.from,
        };
        Some((tie, row.to))
    });
    rows.collect()
}

/// What holds on the successor's first day or later goes over from that day on. What would only begin then goes over
/// whole: it was never the predecessor's. Doing it again changes nothing, since nothing holds then any more.
fn hand_over(handover: &Handover, ties: &mut Ties, changed: &mut Vec<Tie>) {
    let since = handover.since;
    let earliest = Tie {
        person: handover.predecessor.clone(),
        unit: String::new(),
        kind: AssignmentKind::ALL.first().copied().unwrap_or(AssignmentKind::Lead),
        from: None,
    };
    let of_predecessor = ties.range(earliest..).take_while(|(tie, _)| tie.person == handover.predecessor);
    let going: Vec<(Tie, Option<NaiveDate>)> =
        of_predecessor.filter(|(_, to)| to.is_none_or(|to| to >= since)).map(|(tie, to)| (tie.clone(), *to)).collect();
    for (tie, to) in going {
        let from = tie.from.filter(|from| *from > since).unwrap_or(since);
        let fresh = Tie { person: handover.successor.clone(), from: Some(from), ..tie.clone() };
        // what the successor has from that day is as the roster says it
        if !ties.contains_key(&fresh) && !has_all(ties, &fresh, to) {
            ties.insert(fresh.clone(), to);
            changed.push(fresh);
        }
        if tie.from.is_some_and(|from| from >= since) {
            ties.remove(&tie);
        } else {
            ties.insert(tie.clone(), Some(handover.last_day()));
        }
        changed.push(tie);
    }
}

/// Whether a tie of the same person, unit and kind holds all the time.
fn has_all(ties: &Ties, wanted: &Tie, to: Option<NaiveDate>) -> bool {
    alike(ties, wanted)
        .any(|(tie, last)| tie.from <= wanted.from && last.is_none_or(|last| to.is_some_and(|to| to <= last)))
}

/// Ties of the same person, unit and kind.
fn alike<'a>(ties: &'a Ties, tie: &Tie) -> impl Iterator<Item = (&'a Tie, &'a Option<NaiveDate>)> {
    let earliest = Tie { from: None, ..tie.clone() };
    let (person, unit, kind) = (tie.person.clone(), tie.unit.clone(), tie.kind);
    let same = move |tie: &Tie| tie.person == person && tie.unit == unit && tie.kind == kind;
    ties.range(earliest..).take_while(move |(tie, _)| same(tie))
}

/// Whoever changes a first day in the file has made a second assignment beside the first: said, so that it is seen.
fn name_overlaps(changed: &[Tie], known: &Ties, ties: &Ties, found: &mut Findings) {
    let mut named = BTreeSet::new();
    let mut more = 0;
    for tie in changed.iter().filter(|tie| ties.contains_key(*tie) && known.get(*tie) != ties.get(*tie)) {
        let to = ties.get(tie).copied().flatten();
        let overlaps = |other: &(&Tie, &Option<NaiveDate>)| {
            other.0 != tie
                && other.0.from.is_none_or(|from| to.is_none_or(|to| from <= to))
                && other.1.is_none_or(|last| tie.from.is_none_or(|from| from <= last))
        };
        let Some((other, _)) = alike(ties, tie).find(overlaps) else { continue };
        let mut pair = [tie.clone(), other.clone()];
        pair.sort();
        if named.contains(&pair) {
            continue;
        }
        if named.len() == MOST_NAMED {
            more += 1;
            continue;
        }
        let begins = |tie: &Tie| tie.from.map_or("没写日期".to_owned(), |from| from.to_string());
        found.notices.push(format!(
            "「{}」到 {} 的{}有两段时间重叠（开始：{}、{}）；要改开始日期，请把原来那一段的结束日期写到新的一段之前",
            quoted(&tie.person.1),
            tie.unit,
            tie.kind.title(),
            begins(&pair[0]),
            begins(&pair[1])
        ));
        named.insert(pair);
    }
    if more > 0 {
        found.notices.push(format!("联系分工还有 {more} 处时间重叠"));
    }
}
