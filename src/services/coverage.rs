//! The map (青情地图) and the lead points (引领点), as messages that fit a chat.

use chrono::NaiveDate;

use super::records::dated;
use crate::domain::coverage::{self, Cover, Field};
use crate::domain::directory::{Directory, called};
use crate::domain::id::UnitId;
use crate::domain::message::UserText;
use crate::templates::contexts::{CoverageMap, LeadLine, MapCell, WithoutLead};

/// How many units a map shows, and how many people for each.
const CELLS: usize = 20;
const NAMES: usize = 3;

/// How many cadres and how many units the list of lead points shows.
const LISTED: usize = 12;

/// The map of a unit: its children with everything below them, uncovered ones first.
pub fn map(directory: &Directory, unit: UnitId, day: NaiveDate) -> CoverageMap {
    let fields = coverage::map(directory, unit, day);
    let bare = fields.iter().filter(|field| field.cover() == Cover::None).count();
    CoverageMap {
        unit: UserText::new(directory.unit_name(unit)),
        date: dated(day),
        units: fields.iter().map(|field| field.units).sum(),
        covered: fields.iter().map(|field| field.covered).sum(),
        shown: fields.len(),
        bare,
        cells: fields.iter().take(CELLS).map(|field| cell(directory, field)).collect(),
        more: fields.len().saturating_sub(CELLS),
    }
}

fn cell(directory: &Directory, field: &Field) -> MapCell {
    let mark = match field.cover() {
        Cover::None => "□",
        Cover::Some => "◧",
        Cover::All => "■",
    };
    let by = field.by.iter().take(NAMES);
    MapCell {
        mark: mark.to_owned(),
        unit: UserText::short(directory.unit_name(field.unit), 20),
        units: field.units,
        covered: field.covered,
        by: by
            .map(|(person, kind)| UserText::new(&format!("{}{}", directory.person_name(*person), kind.title())))
            .collect(),
        more: field.by.len().saturating_sub(NAMES),
    }
}

/// Who has no lead point, and which units below nobody leads.
pub fn without_lead(directory: &Directory, unit: UnitId, day: NaiveDate) -> WithoutLead {
    let found = coverage::without_lead(directory, unit, day);
    let line = |person: &&crate::domain::directory::Person| LeadLine {
        name: UserText::new(&person.name),
        unit: UserText::new(directory.unit_name(person.unit)),
    };
    WithoutLead {
        unit: UserText::new(directory.unit_name(unit)),
        all_cadres: found.all_cadres,
        without: found.cadres.len(),
        cadres: found.cadres.iter().take(LISTED).map(line).collect(),
        more_cadres: found.cadres.len().saturating_sub(LISTED),
        all_units: found.all_units,
        unled: found.units.len(),
        units: found.units.iter().take(LISTED).map(|unit| UserText::new(&called(directory.unit_name(*unit)))).collect(),
        more_units: found.units.len().saturating_sub(LISTED),
    }
}
