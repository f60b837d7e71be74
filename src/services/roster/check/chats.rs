//! The sheets `chats` and `endpoints`.

use std::collections::HashMap;

use super::units::Units;
use super::{Counts, Findings, Line, Stored, lines};
use crate::domain::directory::Chat;
use crate::domain::people::{ChatRole, Direction, Receipts};
use crate::services::roster::columns::Column;
use crate::services::roster::problems::quoted;
use crate::services::roster::sheets::{Sheet, Table};
use crate::services::roster::values;
use crate::store::{PlannedChat, PlannedEndpoint};

/// Every chat there will be.
pub(super) struct Chats {
    /// The chats in the file.
    pub(super) planned: Vec<PlannedChat>,
    /// Names of chats in the file, with their rows, also of those with a wrong cell.
    rows: HashMap<String, usize>,
}

pub(super) fn check(table: Option<&Table>, units: &Units, stored: &Stored<'_>, found: &mut Findings) -> Chats {
    let known: HashMap<&str, &Chat> = stored.directory.chats().map(|chat| (chat.name.as_str(), chat)).collect();
    let mut chats = Chats { planned: Vec::new(), rows: HashMap::new() };
    let mut counts = Counts::default();
    for line in lines(table) {
        let name = line.required(Column::Chat, found);
        let unit = units.named_in(&line, Column::Unit, found);
        let role = line.choice(Column::Role, ChatRole::read, ChatRole::choices, found);
        let before = name.as_deref().and_then(|name| known.get(name).copied());
        let list_missing = switch(&line, Column::ListMissing, before.map(|chat| chat.list_missing), false, found);
        let reminders = switch(&line, Column::Reminders, before.map(|chat| chat.reminders), true, found);
        let receipts = line.optional_choice(Column::Receipts, Receipts::read, Receipts::choices, found);
        let receipts = match line.cell(Column::Receipts) {
            Some(_) => receipts,
            None => before.map(|chat| chat.receipts),
        };
        let receipts = receipts.unwrap_or(Receipts::Full);
        let Some(name) = name else { continue };
        if let Some(first) = chats.rows.get(&name) {
            let text = format!("第 {first} 行已经有群「{}」；每个群一个名称", quoted(&name));
            line.wrong(Column::Chat, found, text);
            continue;
        }
        chats.rows.insert(name.clone(), line.row.number);
        let (Some(unit), Some(role)) = (unit, role) else { continue };
        let was = before.map(|chat| {
            let code = stored.directory.unit(chat.unit).map(|unit| unit.code.clone()).unwrap_or_default();
            (code, chat.role, chat.list_missing, chat.reminders, chat.receipts)
        });
        counts.count(was.as_ref(), &(unit.clone(), role, list_missing, reminders, receipts));
        chats.planned.push(PlannedChat { name, unit, role, list_missing, reminders, receipts });
    }
    if table.is_some() {
        found.summary.sheets.push((Sheet::Chats, counts));
    }
    chats
}

/// 是 or 否: what the cell says, or the default where it is empty, or what is stored where there is no such column.
fn switch(line: &Line<'_>, column: Column, stored: Option<bool>, default: bool, found: &mut Findings) -> bool {
    if line.cell(column).is_none() {
        return stored.unwrap_or(default);
    }
    line.optional_choice(column, values::yes_no, || "是、否".to_owned(), found).unwrap_or(default)
}

pub(super) fn check_endpoints(
    table: Option<&Table>,
    chats: &Chats,
    stored: &Stored<'_>,
    found: &mut Findings,
) -> Vec<PlannedEndpoint> {
    let names: HashMap<_, _> = stored.directory.chats().map(|chat| (chat.id, chat.name.as_str())).collect();
    let known: HashMap<(&str, &str), (&str, Direction)> = names
        .iter()
        .flat_map(|(id, name)| stored.directory.endpoints_of(*id).iter().map(move |endpoint| (endpoint, *name)))
        .map(|(endpoint, name)| {
            ((endpoint.account.as_str(), endpoint.external_id.as_str()), (name, endpoint.direction))
        })
        .collect();
    let is_chat = |name: &str| chats.rows.contains_key(name) || names.values().any(|one| *one == name);
    let mut planned = Vec::new();
    let mut rows: HashMap<(String, String), usize> = HashMap::new();
    let mut counts = Counts::default();
    for line in lines(table) {
        let chat = line.required(Column::Chat, found);
        let account = line.required(Column::Account, found);
        let external_id = line.required(Column::ExternalId, found);
        let said = line.optional_choice(Column::Direction, Direction::read, Direction::choices, found);
        if let Some(chat) = chat.as_deref().filter(|chat| !is_chat(chat)) {
            let text = format!("没有叫「{}」的群；请先在「群」表里加上它，或检查名称", quoted(chat));
            line.wrong(Column::Chat, found, text);
        }
        let (Some(chat), Some(account), Some(external_id)) = (chat, account, external_id) else { continue };
        let key = (account.clone(), external_id.clone());
        if let Some(first) = rows.get(&key) {
            let text = format!(
                "账号「{}」的「{}」在第 {first} 行已经有了；一个地址只能属于一个群，只写一行",
                quoted(&account),
                quoted(&external_id)
            );
            line.wrong(Column::ExternalId, found, text);
            continue;
        }
        rows.insert(key, line.row.number);
        *found.strange_accounts.entry(account.clone()).or_default() += 1;
        let before = known.get(&(account.as_str(), external_id.as_str())).copied();
        if let Some((old, _)) = before.filter(|(old, _)| *old != chat) {
            found.notices.push(format!(
                "群地址「{}」原来属于群「{}」，这次改到群「{}」",
                quoted(&format!("{account}:{external_id}")),
                quoted(old),
                quoted(&chat)
            ));
        }
        let kept = before.filter(|_| line.cell(Column::Direction).is_none()).map(|(_, direction)| direction);
        let direction = kept.or(said).unwrap_or(Direction::Both);
        counts.count(before.as_ref(), &(chat.as_str(), direction));
        planned.push(PlannedEndpoint { chat, account, external_id, direction });
    }
    if table.is_some() {
        found.summary.sheets.push((Sheet::Endpoints, counts));
    }
    planned
}
