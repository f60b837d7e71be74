//! The sheet `units`, and finding a unit by what a cell says.

use std::collections::{BTreeSet, HashMap};

use chrono_tz::Tz;

use super::{Findings, Line, Stored, lines};
use crate::domain::directory::Unit;
use crate::domain::people::{Level, UnitKind};
use crate::services::roster::columns::Column;
use crate::services::roster::problems::quoted;
use crate::services::roster::sheets::{Sheet, Table};
use crate::services::roster::values;
use crate::store::PlannedUnit;

/// The deepest tree. Five levels, and units beside them that hang at the level of their neighbours.
const DEEPEST: usize = 24;

/// A unit's level and what it hangs under, from the file or, where that does not name it, from what is stored.
struct Node {
    parent: Option<String>,
    level: Option<Level>,
}

/// Every unit there will be.
pub(super) struct Units {
    nodes: HashMap<String, Node>,
    codes_by_name: HashMap<String, BTreeSet<String>>,
    planned: Vec<PlannedUnit>,
}

/// A row whose own cells are read; its parent is not looked up yet.
struct Draft<'a> {
    line: Line<'a>,
    code: String,
    name: String,
    level: Option<Level>,
    zone: Option<Tz>,
    kind: UnitKind,
}

pub(super) fn check(table: Option<&Table>, stored: &Stored<'_>, found: &mut Findings) -> Units {
    let drafts = drafts(table, stored, found);
    let mut units = Units { nodes: HashMap::new(), codes_by_name: HashMap::new(), planned: Vec::new() };
    for unit in stored.directory.units() {
        let node = Node { parent: stored.code_of_parent(unit), level: Some(unit.level) };
        units.nodes.insert(unit.code.clone(), node);
    }
    for draft in &drafts {
        units.nodes.insert(draft.code.clone(), Node { parent: None, level: draft.level });
    }
    units.learn_names(&drafts, stored);
    for draft in &drafts {
        let parent = units.parent_of(draft, stored, found);
        if let Some(node) = units.nodes.get_mut(&draft.code) {
            node.parent = parent;
        }
    }
    units.check_tree(&drafts, found);
    units.check_stored_children(&drafts, stored, found);
    if table.is_some() {
        let mut counts = super::Counts::default();
        for draft in &drafts {
            let parent = units.nodes.get(&draft.code).and_then(|node| node.parent.clone());
            // a row without a readable level is a problem already, and nothing will be planned
            let Some(level) = draft.level else { continue };
            let Draft { code, name, zone, kind, .. } = draft;
            let was = stored.directory.unit_by_code(code);
            let was =
                was.map(|unit| (unit.name.clone(), stored.code_of_parent(unit), unit.level, unit.zone, unit.kind));
            counts.count(was.as_ref(), &(name.clone(), parent.clone(), level, *zone, *kind));
            let (code, name) = (code.clone(), name.clone());
            units.planned.push(PlannedUnit { code, name, parent, level, zone: *zone, kind: *kind });
        }
        found.summary.sheets.push((Sheet::Units, counts));
    }
    units
}

fn drafts<'a>(table: Option<&'a Table>, stored: &Stored<'_>, found: &mut Findings) -> Vec<Draft<'a>> {
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    let mut rows: HashMap<String, usize> = HashMap::new();
    for line in lines(table) {
        let code = line.required(Column::Code, found);
        let name = line.required(Column::Name, found);
        let level = line.choice(Column::Level, Level::read, Level::choices, found);
        let zone_text = line.text(Column::Zone);
        let mut zone = values::zone(&zone_text);
        if zone.is_none() && !zone_text.is_empty() {
            let text =
                format!("没有时区「{}」；写 Asia/Shanghai、Asia/Urumqi 这样的名字，或者留空", quoted(&zone_text));
            line.wrong(Column::Zone, found, text);
        }
        let mut kind = line.optional_choice(Column::Kind, UnitKind::read, UnitKind::choices, found);
        let Some(code) = code else { continue };
        let before = stored.directory.unit_by_code(&code);
        if line.cell(Column::Zone).is_none() {
            zone = before.and_then(|unit| unit.zone);
        }
        if line.cell(Column::Kind).is_none() {
            kind = before.map(|unit| unit.kind);
        }
        let kind = kind.unwrap_or(UnitKind::Committee);
        if let Some(first) = rows.insert(code.clone(), line.row.number) {
            line.wrong(
                Column::Code,
                found,
                format!("编码「{}」在第 {first} 行已经有了；每个单位一个编码", quoted(&code)),
            );
            rows.insert(code, first);
            continue;
        }
        drafts.push(Draft { line, code, name: name.unwrap_or_default(), level, zone, kind });
    }
    drafts
}

impl Stored<'_> {
    fn code_of_parent(&self, unit: &Unit) -> Option<String> {
        self.directory.unit(unit.parent?).map(|parent| parent.code.clone())
    }
}

impl Units {
    fn learn_names(&mut self, drafts: &[Draft<'_>], stored: &Stored<'_>) {
        let renamed: BTreeSet<&str> = drafts.iter().map(|draft| draft.code.as_str()).collect();
        let kept = stored.directory.units().filter(|unit| !renamed.contains(unit.code.as_str()));
        let kept = kept.map(|unit| (unit.name.as_str(), unit.code.as_str()));
        let fresh = drafts.iter().map(|draft| (draft.name.as_str(), draft.code.as_str()));
        for (name, code) in kept.chain(fresh) {
            self.codes_by_name.entry(name.to_owned()).or_default().insert(code.to_owned());
        }
    }

    /// The code of the unit that a cell means: its code, or its name where only one unit has it.
    pub(super) fn find(&self, text: &str) -> Result<String, String> {
        if self.nodes.contains_key(text) {
            return Ok(text.to_owned());
        }
        match self.codes_by_name.get(text).map(|codes| codes.iter().collect::<Vec<_>>()).as_deref() {
            Some([code]) => Ok((*code).clone()),
            Some(codes @ [_, _, ..]) => {
                let shown: Vec<&str> = codes.iter().take(5).map(|code| code.as_str()).collect();
                Err(format!("有 {} 个单位叫「{}」；请改写编码：{}", codes.len(), quoted(text), shown.join("、")))
            }
            _ => Err(format!(
                "没有编码或名称为「{}」的单位；请先在「单位」表里加上它，或改成已有单位的编码",
                quoted(text)
            )),
        }
    }

    /// The code of the unit that a cell must name.
    pub(super) fn named_in(&self, line: &Line<'_>, column: Column, found: &mut Findings) -> Option<String> {
        let text = line.required(column, found)?;
        self.find(&text).map_err(|why| line.wrong(column, found, why)).ok()
    }

    fn parent_of(&self, draft: &Draft<'_>, stored: &Stored<'_>, found: &mut Findings) -> Option<String> {
        if draft.line.cell(Column::Parent).is_none() {
            return stored.directory.unit_by_code(&draft.code).and_then(|unit| stored.code_of_parent(unit));
        }
        let text = draft.line.text(Column::Parent);
        if text.is_empty() {
            return None;
        }
        match self.find(&text) {
            Ok(code) if code == draft.code => {
                draft.line.wrong(Column::Parent, found, "上级是它自己；最上面的单位请把这一格留空");
                None
            }
            Ok(code) => Some(code),
            Err(why) => {
                draft.line.wrong(Column::Parent, found, why);
                None
            }
        }
    }

    /// No loops, not too deep, and no unit above its parent.
    fn check_tree(&self, drafts: &[Draft<'_>], found: &mut Findings) {
        for draft in drafts {
            let mut path = vec![draft.code.as_str()];
            while let Some(parent) = path.last().and_then(|code| self.nodes.get(*code)?.parent.as_deref()) {
                if parent == draft.code {
                    let text = format!("上下级绕成了一圈：{} → {parent}；请改其中一个的上级", path.join(" → "));
                    draft.line.wrong(Column::Parent, found, text);
                    break;
                }
                // a loop further up is named where it is
                if path.contains(&parent) {
                    break;
                }
                if path.len() > DEEPEST {
                    draft.line.wrong(Column::Parent, found, format!("上级超过 {DEEPEST} 层；请检查上级单位"));
                    break;
                }
                path.push(parent);
            }
            let parent = self.nodes.get(&draft.code).and_then(|node| node.parent.as_deref());
            let above = parent.and_then(|code| self.nodes.get(code)?.level);
            if let (Some(level), Some(above)) = (draft.level, above)
                && level < above
            {
                let text = format!("级别「{}」比上级单位的「{}」还高；请改级别或上级", level.title(), above.title());
                draft.line.wrong(Column::Level, found, text);
            }
        }
    }

    /// A unit that is given a lower level must not sink below children that the file does not name.
    fn check_stored_children(&self, drafts: &[Draft<'_>], stored: &Stored<'_>, found: &mut Findings) {
        let named: BTreeSet<&str> = drafts.iter().map(|draft| draft.code.as_str()).collect();
        for draft in drafts {
            let (Some(level), Some(unit)) = (draft.level, stored.directory.unit_by_code(&draft.code)) else { continue };
            let mut children = stored.directory.children(unit.id).iter().filter_map(|id| stored.directory.unit(*id));
            if let Some(child) = children.find(|child| !named.contains(child.code.as_str()) && child.level < level) {
                let text = format!(
                    "级别「{}」比已有的下级单位「{}」（{}）还低；请改级别，或在表里一并改下级",
                    level.title(),
                    quoted(&child.name),
                    child.level.title()
                );
                draft.line.wrong(Column::Level, found, text);
            }
        }
    }

    /// The planned units, parents before children.
    pub(super) fn into_plan(self) -> Vec<PlannedUnit> {
        let depth = |unit: &PlannedUnit| {
            let above = |code: &String| self.nodes.get(code)?.parent.clone();
            std::iter::successors(unit.parent.clone(), above).take(DEEPEST + 1).count()
        };
        let mut sorted: Vec<(usize, PlannedUnit)> =
            self.planned.iter().map(|unit| (depth(unit), unit.clone())).collect();
        sorted.sort_by_key(|(depth, _)| *depth);
        sorted.into_iter().map(|(_, unit)| unit).collect()
    }
}
