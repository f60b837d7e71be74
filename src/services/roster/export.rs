//! What is stored as [`Sheets`]: importing them again changes nothing.

use std::collections::HashMap;

use super::Kept;
use super::sheets::{Sheet, Sheets, Table};
use crate::domain::directory::{Directory, Person};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::{AssignmentKind, Role, YouthField};
use crate::store::{AssignmentRow, YouthRow};

/// Makes sheets of everything that is stored. Units stand above the units below them, and everything else follows
/// their order.
pub fn export(directory: &Directory, kept: &Kept) -> Sheets {
    let order: Vec<UnitId> = directory.roots().iter().flat_map(|root| directory.subtree(*root)).collect();
    let tables = vec![
        units(directory, &order),
        people(directory, &order),
        chats(directory, &order),
        endpoints(directory, &order),
        assignments(directory, &order, &kept.assignments),
        youth(directory, &order, &kept.youth),
    ];
    Sheets { tables, notices: Vec::new() }
}

fn code_of(directory: &Directory, unit: UnitId) -> String {
    directory.unit(unit).map(|unit| unit.code.clone()).unwrap_or_default()
}

fn day(day: Option<chrono::NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// A predecessor as the column names one.
fn predecessor_of(directory: &Directory, person: &Person, predecessor: PersonId) -> String {
    match directory.person(predecessor) {
        Some(other) if other.unit == person.unit => other.name.clone(),
        Some(other) => format!("{}@{}", other.name, code_of(directory, other.unit)),
        None => String::new(),
    }
}

fn yes_no(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

fn units(directory: &Directory, order: &[UnitId]) -> Table {
    let mut table = Table::new(Sheet::Units);
    for unit in order.iter().filter_map(|id| directory.unit(*id)) {
        table.push(vec![
            unit.code.clone(),
            unit.name.clone(),
            unit.parent.map(|parent| code_of(directory, parent)).unwrap_or_default(),
            unit.level.title().to_owned(),
            unit.zone.map(|zone| zone.name().to_owned()).unwrap_or_default(),
            unit.kind.title().to_owned(),
        ]);
    }
    table
}

fn people(directory: &Directory, order: &[UnitId]) -> Table {
    let mut table = Table::new(Sheet::People);
    for person in order.iter().flat_map(|unit| directory.people_of(*unit)) {
        let roles: Vec<&str> = person.roles.iter().map(|role: &Role| role.title()).collect();
        let mut accounts: Vec<String> = directory
            .identities_of(person.id)
            .iter()
            .map(|identity| format!("{}:{}", identity.account, identity.external_id))
            .collect();
        accounts.sort();
        table.push(vec![
            person.name.clone(),
            code_of(directory, person.unit),
            person.kind.map(|kind| kind.title().to_owned()).unwrap_or_default(),
            roles.join("、"),
            person.team.clone().unwrap_or_default(),
            accounts.join("; "),
            day(person.since),
            day(person.until),
            person.successor_of.map(|predecessor| predecessor_of(directory, person, predecessor)).unwrap_or_default(),
        ]);
    }
    table
}

fn chats(directory: &Directory, order: &[UnitId]) -> Table {
    let mut table = Table::new(Sheet::Chats);
    for chat in order.iter().flat_map(|unit| directory.chats_of(*unit)) {
        table.push(vec![
            chat.name.clone(),
            code_of(directory, chat.unit),
            chat.role.title().to_owned(),
            yes_no(chat.list_missing),
            yes_no(chat.reminders),
            chat.receipts.title().to_owned(),
        ]);
    }
    table
}

fn endpoints(directory: &Directory, order: &[UnitId]) -> Table {
    let mut table = Table::new(Sheet::Endpoints);
    for chat in order.iter().flat_map(|unit| directory.chats_of(*unit)) {
        for endpoint in directory.endpoints_of(chat.id) {
            table.push(vec![
                chat.name.clone(),
                endpoint.account.clone(),
                endpoint.external_id.clone(),
                endpoint.direction.title().to_owned(),
            ]);
        }
    }
    table
}

fn assignments(directory: &Directory, order: &[UnitId], assignments: &[AssignmentRow]) -> Table {
    let mut table = Table::new(Sheet::Assignments);
    let rank: HashMap<UnitId, usize> = order.iter().enumerate().map(|(rank, id)| (*id, rank)).collect();
    let mut sorted: Vec<&AssignmentRow> = assignments.iter().collect();
    sorted.sort_by_key(|row| (rank.get(&UnitId(row.unit_id)), row.person_id, &row.kind, row.from));
    for row in sorted {
        let Some(person) = directory.person(PersonId(row.person_id)) else { continue };
        table.push(vec![
            person.name.clone(),
            code_of(directory, UnitId(row.unit_id)),
            AssignmentKind::read(&row.kind).map(|kind| kind.title().to_owned()).unwrap_or_default(),
            day(row.from),
            day(row.to),
            code_of(directory, person.unit),
        ]);
    }
    table
}

fn youth(directory: &Directory, order: &[UnitId], youth: &[YouthRow]) -> Table {
    let mut table = Table::new(Sheet::Youth);
    let mut rows: HashMap<i64, Vec<&YouthRow>> = HashMap::new();
    for row in youth {
        rows.entry(row.person_id).or_default().push(row);
    }
    for person in order.iter().flat_map(|unit| directory.people_of(*unit)) {
        let mut of_person = rows.remove(&person.id.0).unwrap_or_default();
        of_person.sort_by(|a, b| a.name.cmp(&b.name));
        for row in of_person {
            let field = row.field.as_deref().and_then(YouthField::read);
            table.push(vec![
                person.name.clone(),
                row.name.clone(),
                field.map(|field| field.title().to_owned()).unwrap_or_default(),
                row.age_band.clone().unwrap_or_default(),
                day(row.from),
                day(row.to),
                code_of(directory, person.unit),
            ]);
        }
    }
    table
}
