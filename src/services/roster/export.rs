//! What is stored as [`Sheets`]: importing them again changes nothing.

use std::collections::HashMap;

use super::sheets::{Sheet, Sheets, Table};
use crate::domain::directory::Directory;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::{AssignmentKind, Role};
use crate::store::AssignmentRow;

/// Makes sheets of everything that is stored. Units stand above the units below them, and everything else follows
/// their order.
pub fn export(directory: &Directory, assignments: &[AssignmentRow]) -> Sheets {
    let order: Vec<UnitId> = directory.roots().iter().flat_map(|root| directory.subtree(*root)).collect();
    let tables = vec![
        units(directory, &order),
        people(directory, &order),
        chats(directory, &order),
        endpoints(directory, &order),
        self::assignments(directory, &order, assignments),
    ];
    Sheets { tables, notices: Vec::new() }
}

fn code_of(directory: &Directory, unit: UnitId) -> String {
    directory.unit(unit).map(|unit| unit.code.clone()).unwrap_or_default()
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
    sorted.sort_by_key(|row| (rank.get(&UnitId(row.unit_id)), row.person_id, &row.kind));
    for row in sorted {
        let Some(person) = directory.person(PersonId(row.person_id)) else { continue };
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
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
