//! The sheet `people`, and finding a person by what a cell says.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::succession::{self, Handover};
use super::units::Units;
use super::{Counts, Findings, Line, Stored, lines};
use crate::domain::directory::Person;
use crate::domain::id::PersonId;
use crate::domain::people::{CadreKind, Role};
use crate::services::roster::columns::Column;
use crate::services::roster::problems::quoted;
use crate::services::roster::sheets::{Sheet, Table};
use crate::services::roster::values;
use crate::store::PlannedPerson;

/// Everybody there will be.
pub(super) struct People {
    /// The people in the file.
    pub(super) planned: Vec<PlannedPerson>,
    /// The codes of the units in which somebody has this name.
    units_by_name: HashMap<String, BTreeSet<String>>,
    /// Who takes over from whom.
    pub(super) handovers: Vec<Handover>,
}

/// A person by the code of their unit and their name.
pub(super) type Key = (String, String);

/// A row whose own cells are read; whom it succeeds is not looked up yet.
pub(super) struct Draft<'a> {
    pub(super) line: Line<'a>,
    pub(super) planned: PlannedPerson,
    pub(super) before: Option<&'a Person>,
}

/// The account and the id on it.
type Address = (String, String);

pub(super) fn check<'a>(table: Option<&'a Table>, units: &Units, stored: &Stored<'a>, found: &mut Findings) -> People {
    let mut people = People { planned: Vec::new(), units_by_name: HashMap::new(), handovers: Vec::new() };
    let mut known: HashMap<Key, &'a Person> = HashMap::new();
    for person in stored.directory.people() {
        let code = stored.directory.unit(person.unit).map(|unit| unit.code.clone()).unwrap_or_default();
        people.learn(&person.name, &code);
        known.insert((code, person.name.clone()), person);
    }
    let mut rows: HashMap<Key, usize> = HashMap::new();
    let mut owners: HashMap<Address, (usize, String)> = HashMap::new();
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for line in lines(table) {
        let name = line.required(Column::Name, found);
        let unit = units.named_in(&line, Column::Unit, found);
        let kind = line.optional_choice(Column::Kind, CadreKind::read, CadreKind::choices, found);
        let roles = roles(&line, found);
        let accounts = accounts(&line, found);
        let (since, until) = (line.day(Column::Since, found), line.day(Column::Until, found));
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
        let kept = |column, said, stored: fn(&Person) -> Option<NaiveDate>| match line.cell(column) {
            Some(_) => said,
            None => before.and_then(stored),
        };
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
            since: kept(Column::Since, since, |person| person.since),
            until: kept(Column::Until, until, |person| person.until),
            successor_of: before.and_then(|person| key_of(stored, person.successor_of?)),
        };
        line.check_order((planned.since, Column::Since), (planned.until, Column::Until), found);
        drafts.push(Draft { line, planned, before });
    }
    people.handovers = succession::check(&mut drafts, &people, units, stored, found);
    let mut counts = Counts::default();
    for Draft { planned, before, .. } in drafts {
        counts.count(before.map(|person| as_planned(person, &planned, stored)).as_ref(), &(facts(&planned)));
        people.planned.push(planned);
    }
    for (person, until) in succession::stored_who_leave(&people.handovers, &people.planned, stored) {
        let planned = leaving(person, until, stored);
        counts.count(Some(&as_planned(person, &planned, stored)), &facts(&planned));
        people.planned.push(planned);
    }
    if table.is_some() {
        found.summary.sheets.push((Sheet::People, counts));
    }
    people
}

/// A stored person's unit and name.
pub(super) fn key_of(stored: &Stored<'_>, person: PersonId) -> Option<Key> {
    let person = stored.directory.person(person)?;
    Some((stored.directory.unit(person.unit)?.code.clone(), person.name.clone()))
}

/// Somebody who is not in the file, as stored, with a last day.
fn leaving(person: &Person, until: NaiveDate, stored: &Stored<'_>) -> PlannedPerson {
    PlannedPerson {
        name: person.name.clone(),
        unit: stored.directory.unit(person.unit).map(|unit| unit.code.clone()).unwrap_or_default(),
        kind: person.kind,
        roles: person.roles.clone(),
        team: person.team.clone(),
        accounts: Vec::new(),
        since: person.since,
        until: Some(until),
        successor_of: person.successor_of.and_then(|predecessor| key_of(stored, predecessor)),
    }
}

/// What can differ between a stored person and a planned one; the number is that of the plan's addresses that are
/// stored.
#[derive(PartialEq)]
struct Facts {
    kind: Option<CadreKind>,
    roles: BTreeSet<Role>,
    team: Option<String>,
    addresses: usize,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
    successor_of: Option<Key>,
}

fn facts(planned: &PlannedPerson) -> Facts {
    Facts {
        kind: planned.kind,
        roles: planned.roles.iter().copied().collect(),
        team: planned.team.clone(),
        addresses: planned.accounts.len(),
        since: planned.since,
        until: planned.until,
        successor_of: planned.successor_of.clone(),
    }
}

fn as_planned(person: &Person, planned: &PlannedPerson, stored: &Stored<'_>) -> Facts {
    let identities = stored.directory.identities_of(person.id);
    let is_stored = |(account, id): &&Address| {
        identities.iter().any(|identity| identity.account == *account && identity.external_id == *id)
    };
    Facts {
        kind: person.kind,
        roles: person.roles.iter().copied().collect(),
        team: person.team.clone(),
        addresses: planned.accounts.iter().filter(is_stored).count(),
        since: person.since,
        until: person.until,
        successor_of: person.successor_of.and_then(|predecessor| key_of(stored, predecessor)),
    }
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

    /// Whether somebody of this name is in this unit, in the file or with what is stored.
    pub(super) fn has(&self, unit: &str, name: &str) -> bool {
        self.units_by_name.get(name).is_some_and(|homes| homes.contains(unit))
    }

    /// The units in which somebody has this name.
    pub(super) fn homes_of(&self, name: &str) -> Vec<&str> {
        self.units_by_name.get(name).into_iter().flatten().map(String::as_str).collect()
    }

    /// The unit of the person whom a row of `assignments` or `youth` means.
    pub(super) fn unit_of(&self, line: &Line<'_>, name: &str, units: &Units, found: &mut Findings) -> Option<String> {
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
                "有 {} 个人叫「{}」；请在「{}」列写明是哪个单位的：{}",
                homes.len(),
                quoted(name),
                line.title(Column::PersonUnit),
                shown.join("、")
            );
            line.wrong(Column::Person, found, text);
            return None;
        }
        homes.first().cloned()
    }
}
