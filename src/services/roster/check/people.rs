//! The sheets `people` and `assignments`.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::units::Units;
use super::{Counts, Findings, Line, Stored, lines};
use crate::domain::directory::Person;
use crate::domain::people::{AssignmentKind, CadreKind, Role};
use crate::services::roster::columns::Column;
use crate::services::roster::problems::quoted;
use crate::services::roster::sheets::{Sheet, Table};
use crate::services::roster::values;
use crate::store::{PlannedAssignment, PlannedPerson};

/// Everybody there will be.
pub(super) struct People {
    /// The people in the file.
    pub(super) planned: Vec<PlannedPerson>,
    /// The codes of the units in which somebody has this name.
    units_by_name: HashMap<String, BTreeSet<String>>,
}

/// The account and the id on it.
type Address = (String, String);

pub(super) fn check(table: Option<&Table>, units: &Units, stored: &Stored<'_>, found: &mut Findings) -> People {
    let mut people = People { planned: Vec::new(), units_by_name: HashMap::new() };
    let mut known: HashMap<(String, String), &Person> = HashMap::new();
    for person in stored.directory.people() {
        let code = stored.directory.unit(person.unit).map(|unit| unit.code.clone()).unwrap_or_default();
        people.learn(&person.name, &code);
        known.insert((code, person.name.clone()), person);
    }
    let mut rows: HashMap<(String, String), usize> = HashMap::new();
    let mut owners: HashMap<Address, (usize, String)> = HashMap::new();
    let mut counts = Counts::default();
    for line in lines(table) {
        let name = line.required(Column::Name, found);
        let unit = units.named_in(&line, Column::Unit, found);
        let kind = line.optional_choice(Column::Kind, CadreKind::read, CadreKind::choices, found);
        let roles = roles(&line, found);
        let accounts = accounts(&line, found);
        // a name whose unit is wrong is known all the same, so that its assignments are not called wrong too
        let (Some(name), Some(unit)) = (name.as_deref(), unit) else {
            if let Some(name) = name {
                people.units_by_name.entry(name).or_default();
            }
            continue;
        };
        let key = (unit, name.to_owned());
        if let Some(first) = rows.get(&key) {
            line.wrong(
                Column::Name,
                found,
                format!(
                    "第 {first} 行已经有同一单位的「{}」；是同一个人就删去一行，是同名的两个人请在名字后面加以区别",
                    quoted(name)
                ),
            );
            continue;
        }
        rows.insert(key.clone(), line.row.number);
        let before = known.get(&key).copied();
        for address in &accounts {
            check_owner(&line, address, &key, &mut owners, stored, found);
        }
        people.learn(name, &key.0);
        let planned = PlannedPerson {
            name: key.1,
            unit: key.0,
            kind: if line.cell(Column::Kind).is_some() { kind } else { before.and_then(|person| person.kind) },
            roles: if line.cell(Column::Roles).is_some() {
                roles
            } else {
                before.map(|person| person.roles.clone()).unwrap_or_default()
            },
            team: match line.cell(Column::Team) {
                Some(_) => Some(line.text(Column::Team)).filter(|team| !team.is_empty()),
                None => before.and_then(|person| person.team.clone()),
            },
            accounts,
        };
        counts.count(before.map(|person| as_planned(person, &planned, stored)).as_ref(), &(facts(&planned)));
        people.planned.push(planned);
    }
    if table.is_some() {
        found.summary.sheets.push((Sheet::People, counts));
    }
    people
}

/// What can differ between a stored person and a planned one: kind, roles, team, and addresses of the plan that are
/// stored.
type Facts = (Option<CadreKind>, BTreeSet<Role>, Option<String>, usize);

fn facts(planned: &PlannedPerson) -> Facts {
    (planned.kind, planned.roles.iter().copied().collect(), planned.team.clone(), planned.accounts.len())
}

fn as_planned(person: &Person, planned: &PlannedPerson, stored: &Stored<'_>) -> Facts {
    let identities = stored.directory.identities_of(person.id);
    let is_stored = |(account, id): &&Address| {
        identities.iter().any(|identity| identity.account == *account && identity.external_id == *id)
    };
    let known = planned.accounts.iter().filter(is_stored).count();
    (person.kind, person.roles.iter().copied().collect(), person.team.clone(), known)
}

fn roles(line: &Line<'_>, found: &mut Findings) -> Vec<Role> {
    let text = line.text(Column::Roles);
    let mut roles = BTreeSet::new();
    for part in values::parts(&text) {
        match Role::read(part) {
            Some(role) => {
                roles.insert(role);
            }
            None => {
                let text = format!("看不懂「{}」；可以写：{}，几个用顿号隔开", quoted(part), Role::choices());
                line.wrong(Column::Roles, found, text);
            }
        }
    }
    roles.into_iter().collect()
}

fn accounts(line: &Line<'_>, found: &mut Findings) -> Vec<Address> {
    let mut addresses: Vec<Address> = Vec::new();
    for part in values::parts(line.cell(Column::Accounts).unwrap_or_default()) {
        match values::address(part) {
            Some(address) if addresses.contains(&address) => {}
            Some((_, id)) if values::is_ruined_number(&id) => line.wrong(Column::Accounts, found, values::RUINED),
            Some(address) => {
                *found.strange_accounts.entry(address.0.clone()).or_default() += 1;
                addresses.push(address);
            }
            None => {
                let text =
                    format!("看不懂「{}」；要写成「账号名:编号」，例如 qq:123456789，几个用分号隔开", quoted(part));
                line.wrong(Column::Accounts, found, text);
            }
        }
    }
    addresses
}

/// An address belongs to one person only, in the file and with what is stored.
fn check_owner(
    line: &Line<'_>,
    address: &Address,
    key: &(String, String),
    owners: &mut HashMap<Address, (usize, String)>,
    stored: &Stored<'_>,
    found: &mut Findings,
) {
    let (account, id) = address;
    let shown = quoted(&format!("{account}:{id}"));
    if let Some((row, name)) = owners.get(address) {
        let text = format!("「{shown}」在第 {row} 行已经写给「{}」；一个地址只能属于一个人", quoted(name));
        return line.wrong(Column::Accounts, found, text);
    }
    owners.insert(address.clone(), (line.row.number, key.1.clone()));
    let Some(owner) = stored.directory.speaker(account, id) else { return };
    let unit = stored.directory.unit(owner.unit);
    if owner.name != key.1 || unit.is_none_or(|unit| unit.code != key.0) {
        let text = format!(
            "「{shown}」已经登记在「{}」的「{}」名下；一个地址只能属于一个人。请改正编号，或从这一格删去它",
            unit.map(|unit| quoted(&unit.name)).unwrap_or_default(),
            quoted(&owner.name)
        );
        line.wrong(Column::Accounts, found, text);
    }
}

impl People {
    fn learn(&mut self, name: &str, unit: &str) {
        self.units_by_name.entry(name.to_owned()).or_default().insert(unit.to_owned());
    }

    /// The unit of the person whom a row of `assignments` means.
    fn unit_of(&self, line: &Line<'_>, name: &str, units: &Units, found: &mut Findings) -> Option<String> {
        let Some(homes) = self.units_by_name.get(name) else {
            let text = format!("没有叫「{}」的人；请先在「人员」表里加上，或检查名字", quoted(name));
            line.wrong(Column::Person, found, text);
            return None;
        };
        let said = line.text(Column::PersonUnit);
        if !said.is_empty() {
            let home = units.find(&said).map_err(|why| line.wrong(Column::PersonUnit, found, why)).ok()?;
            if !homes.is_empty() && !homes.contains(&home) {
                let text = format!("这个单位里没有叫「{}」的人；请检查名字和单位", quoted(name));
                line.wrong(Column::PersonUnit, found, text);
                return None;
            }
            return Some(home);
        }
        if homes.len() > 1 {
            let shown: Vec<&str> = homes.iter().take(5).map(String::as_str).collect();
            let text = format!(
                "有 {} 个人叫「{}」；请在「人员所在单位」列写明是哪个单位的：{}",
                homes.len(),
                quoted(name),
                shown.join("、")
            );
            line.wrong(Column::Person, found, text);
            return None;
        }
        homes.first().cloned()
    }
}

/// The first and the last day of an assignment.
type Days = (Option<NaiveDate>, Option<NaiveDate>);

pub(super) fn check_assignments(
    table: Option<&Table>,
    units: &Units,
    people: &People,
    stored: &Stored<'_>,
    found: &mut Findings,
) -> Vec<PlannedAssignment> {
    let known = stored_assignments(stored);
    let mut planned = Vec::new();
    let mut rows: HashMap<(String, String, String, &str), usize> = HashMap::new();
    let mut counts = Counts::default();
    for line in lines(table) {
        let person = line.required(Column::Person, found);
        let home = person.as_ref().and_then(|name| people.unit_of(&line, name, units, found));
        let unit = units.named_in(&line, Column::Unit, found);
        let kind = line.choice(Column::Kind, AssignmentKind::read, AssignmentKind::choices, found);
        let (from, to) = (day(&line, Column::From, found), day(&line, Column::To, found));
        let (Some(person), Some(home), Some(unit), Some(kind)) = (person, home, unit, kind) else {
            check_order(&line, (from, to), found);
            continue;
        };
        let key = (home.clone(), person.clone(), unit.clone(), kind.code());
        let before = known.get(&key).copied();
        let from = if line.cell(Column::From).is_some() { from } else { before.and_then(|days| days.0) };
        let to = if line.cell(Column::To).is_some() { to } else { before.and_then(|days| days.1) };
        check_order(&line, (from, to), found);
        if let Some(first) = rows.get(&key) {
            line.wrong(Column::Person, found, format!("和第 {first} 行重复；同一个人、单位和方式只写一行"));
            continue;
        }
        rows.insert(key, line.row.number);
        counts.count(before.as_ref(), &(from, to));
        planned.push(PlannedAssignment { person, person_unit: home, unit, kind, from, to });
    }
    if table.is_some() {
        found.summary.sheets.push((Sheet::Assignments, counts));
    }
    planned
}

fn stored_assignments<'a>(stored: &Stored<'a>) -> HashMap<(String, String, String, &'a str), Days> {
    use crate::domain::id::{PersonId, UnitId};
    let directory = stored.directory;
    let key = |row: &'a crate::store::AssignmentRow| {
        let person = directory.person(PersonId(row.person_id))?;
        let home = directory.unit(person.unit)?;
        let unit = directory.unit(UnitId(row.unit_id))?;
        let key = (home.code.clone(), person.name.clone(), unit.code.clone(), row.kind.as_str());
        Some((key, (row.from, row.to)))
    };
    stored.assignments.iter().filter_map(key).collect()
}

fn day(line: &Line<'_>, column: Column, found: &mut Findings) -> Option<NaiveDate> {
    let text = line.text(column);
    let day = values::day(&text);
    if day.is_none() && !text.is_empty() {
        line.wrong(column, found, format!("看不懂日期「{}」；请写成 2026-03-01 这样", quoted(&text)));
    }
    day
}

fn check_order(line: &Line<'_>, days: Days, found: &mut Findings) {
    if let (Some(from), Some(to)) = days
        && from > to
    {
        line.wrong(Column::To, found, format!("结束日期 {to} 早于开始日期 {from}；请改其中一个"));
    }
}
