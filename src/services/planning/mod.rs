//! Planning for people: the question in codes of units, the answer as sheets of the roster that a person edits and
//! imports. Nothing is written here.

use chrono::NaiveDate;

use super::roster::{Column, Sheet, Sheets, Table};
use crate::domain::calendar::DayRange;
use crate::domain::directory::{Directory, Person, Unit};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::{AssignmentKind, CadreKind};
use crate::domain::planning::batches as batch_rules;

mod batches;
mod townships;

pub use batches::{BatchesQuestion, Stations, plan_batches};
pub use townships::{TownshipsQuestion, plan_townships};

/// The most names in one sentence; the rest is counted.
const MOST_NAMED: usize = 30;

/// A plan that waits for a person's eye.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What it is, in one line.
    pub title: String,
    /// The headings of the table.
    pub headings: Vec<String>,
    /// The table: a row for each person.
    pub rows: Vec<Vec<String>>,
    /// What whoever decides should know.
    pub notices: Vec<String>,
    /// The same as sheets of the roster.
    pub sheets: Sheets,
}

/// Why there is no plan, for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanningError {
    /// A unit that nobody knows.
    #[error("没有编码或名称为「{0}」的单位；tuanqing roster export 可以看到全部编码")]
    NoUnit(String),
    /// A name that several units have.
    #[error("有 {count} 个单位叫「{name}」；请改写编码：{codes}")]
    ManyUnits {
        /// The name.
        name: String,
        /// How many.
        count: usize,
        /// Their codes.
        codes: String,
    },
    /// No unit of this level.
    #[error("「{0}」下面没有{1}的团组织；请用 --to 写明驻哪些单位")]
    NoStations(String, &'static str),
    /// Batches cannot be made.
    #[error("排不出来：{0}")]
    Batches(#[from] batch_rules::Impossible),
    /// Townships cannot be covered.
    #[error("{0}")]
    Townships(String),
}

impl Proposal {
    /// The plan as it is read: headings, rows and notices, for a sheet beside those of the roster.
    pub fn about(&self) -> Vec<Vec<String>> {
        let mut about = vec![vec![self.title.clone()]];
        about.extend(self.notices.iter().map(|notice| vec![format!("注意：{notice}")]));
        about.push(vec![]);
        about.push(self.headings.clone());
        about.extend(self.rows.iter().cloned());
        about
    }
}

/// Units by code, or by a name that only one has, in the order in which they were named; each once.
fn find_units<'a>(directory: &'a Directory, said: &[String]) -> Result<Vec<&'a Unit>, PlanningError> {
    let mut found: Vec<&Unit> = Vec::new();
    for said in said.iter().map(|said| said.trim()).filter(|said| !said.is_empty()) {
        let unit = find_unit(directory, said)?;
        if found.iter().all(|one| one.id != unit.id) {
            found.push(unit);
        }
    }
    Ok(found)
}

fn find_unit<'a>(directory: &'a Directory, said: &str) -> Result<&'a Unit, PlanningError> {
    if let Some(unit) = directory.unit_by_code(said) {
        return Ok(unit);
    }
    let called: Vec<&Unit> = directory.units_called(said).iter().filter_map(|id| directory.unit(*id)).collect();
    match called.as_slice() {
        [] => Err(PlanningError::NoUnit(said.to_owned())),
        [unit] => Ok(unit),
        many => {
            let codes: Vec<&str> = many.iter().take(5).map(|unit| unit.code.as_str()).collect();
            Err(PlanningError::ManyUnits { name: said.to_owned(), count: many.len(), codes: codes.join("、") })
        }
    }
}

/// A calendar year; nothing in a year that no calendar has.
fn year_of(year: i32) -> Option<DayRange> {
    Some(DayRange { first: NaiveDate::from_ymd_opt(year, 1, 1)?, last: NaiveDate::from_ymd_opt(year, 12, 31)? })
}

/// The cadres of one unit who are there on any day of a run of days.
fn cadres_of(directory: &Directory, unit: UnitId, days: DayRange) -> impl Iterator<Item = (&Person, CadreKind)> {
    directory.people_of(unit).filter_map(move |person| {
        let there =
            person.since.is_none_or(|since| since <= days.last) && person.until.is_none_or(|until| until >= days.first);
        person.kind.filter(|_| there).map(|kind| (person, kind))
    })
}

/// `甲、乙、丙`, and how many more.
fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" 等 {} 个", names.len()) } else { String::new() };
    format!("{}{more}", names.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join("、"))
}

/// The sheets of a plan: the team of each person, and the assignments.
struct Draft<'a> {
    directory: &'a Directory,
    people: Table,
    assignments: Table,
    /// How many lose another team by it.
    other_team: usize,
}

impl<'a> Draft<'a> {
    fn new(directory: &'a Directory) -> Self {
        Self {
            directory,
            people: Table::of(Sheet::People, &[Column::Name, Column::Unit, Column::Team]),
            assignments: Table::new(Sheet::Assignments),
            other_team: 0,
        }
    }

    fn join(&mut self, person: &Person, team: &str) {
        self.other_team += usize::from(person.team.as_deref().is_some_and(|now| now != team));
        self.people.push(vec![person.name.clone(), self.code(person.unit), team.to_owned()]);
    }

    fn tie(&mut self, person: &Person, unit: UnitId, kind: AssignmentKind, days: DayRange) {
        let (from, to) = (days.first.to_string(), days.last.to_string());
        let kind = kind.title().to_owned();
        self.assignments.push(vec![person.name.clone(), self.code(unit), kind, from, to, self.code(person.unit)]);
    }

    fn code(&self, unit: UnitId) -> String {
        self.directory.unit(unit).map(|unit| unit.code.clone()).unwrap_or_default()
    }

    fn finish(self, notices: &mut Vec<String>) -> Sheets {
        if self.other_team > 0 {
            notices.push(format!(
                "{} 人现在有别的工作组，导入后会换成方案里的；不想换，就从「人员」表里删去他们",
                self.other_team
            ));
        }
        Sheets { tables: vec![self.people, self.assignments], notices: Vec::new() }
    }
}

/// People who are not there all the time: a person should look at where the plan puts them.
fn notice_part_time(directory: &Directory, people: impl Iterator<Item = PersonId>, days: DayRange) -> Option<String> {
    let partly = |person: &&Person| {
        person.since.is_some_and(|since| since > days.first) || person.until.is_some_and(|until| until < days.last)
    };
    let people: Vec<&Person> = people.filter_map(|id| directory.person(id)).filter(partly).collect();
    (!people.is_empty()).then(|| {
        let names = named(people.iter().map(|person| person.name.as_str()));
        format!("这些人到 {} 为止不是一直在岗，请看看给他们排的时间合不合适：{names}", days.last)
    })
}

#[cfg(test)]
mod tests;
