//! The sheet `youth`: whom each cadre keeps in touch with. A name or an alias is enough; no number is wanted.

use std::collections::{HashMap, HashSet};

use super::people::People;
use super::units::Units;
use super::{Counts, Findings, Stored, lines};
use crate::domain::id::PersonId;
use crate::domain::people::YouthField;
use crate::services::roster::columns::Column;
use crate::services::roster::problems::quoted;
use crate::services::roster::sheets::{Sheet, Table};
use crate::store::{PlannedYouth, YouthRow};

/// The longest name or alias, in characters.
const LONGEST_NAME: usize = 30;

/// The longest age band, in characters.
const LONGEST_AGE_BAND: usize = 20;

/// This many digits in a row are a telephone or identity number, not a name.
const DIGITS_OF_A_NUMBER: usize = 7;

/// Whether a text holds a number by which somebody can be reached or looked up.
fn holds_a_number(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        // people write 138-0000-0000 as well
        run = if c.is_numeric() {
            run + 1
        } else if matches!(c, '-' | ' ') {
            run
        } else {
            0
        };
        run >= DIGITS_OF_A_NUMBER
    })
}

/// The names in the column of cadres: whose rosters must be known to check the sheet.
pub(crate) fn cadres_named(table: &Table) -> HashSet<String> {
    lines(Some(table)).map(|line| line.text(Column::Person)).collect()
}

/// What can change about a young person on a roster.
type Facts<'a> = (Option<YouthField>, Option<&'a str>, Option<chrono::NaiveDate>, Option<chrono::NaiveDate>);

fn facts(row: &YouthRow) -> Facts<'_> {
    (row.field.as_deref().and_then(YouthField::read), row.age_band.as_deref(), row.from, row.to)
}

/// Returns those who are new or differ: of a hundred on a roster, few change.
pub(super) fn check(
    table: Option<&Table>,
    units: &Units,
    people: &People,
    stored: &Stored<'_>,
    found: &mut Findings,
) -> Vec<PlannedYouth> {
    let Some(table) = table else { return Vec::new() };
    let known: HashMap<(i64, &str), &YouthRow> =
        stored.kept.youth.iter().map(|row| ((row.person_id, row.name.as_str()), row)).collect();
    let ids: HashMap<(&str, &str), PersonId> = stored
        .directory
        .people()
        .filter_map(|person| {
            let home = stored.directory.unit(person.unit)?;
            Some(((home.code.as_str(), person.name.as_str()), person.id))
        })
        .collect();
    let mut rows: HashMap<(String, String, String), usize> = HashMap::new();
    let mut planned = Vec::new();
    let mut counts = Counts::default();
    for line in lines(Some(table)) {
        let person = line.required(Column::Person, found);
        let home = person.as_ref().and_then(|name| people.unit_of(&line, name, units, found));
        let name = line.required(Column::Name, found);
        let mut field = line.optional_choice(Column::Field, YouthField::read, YouthField::choices, found);
        let mut age_band = Some(line.text(Column::AgeBand)).filter(|text| !text.is_empty());
        let (mut from, mut to) = (line.day(Column::From, found), line.day(Column::To, found));
        if let Some(name) = &name {
            if holds_a_number(name) {
                line.wrong(Column::Name, found, "像是电话或证件号码；请只写姓名或化名，号码不要写进来");
            } else if name.chars().count() > LONGEST_NAME {
                line.wrong(Column::Name, found, format!("太长；姓名或化名最多 {LONGEST_NAME} 个字"));
            }
        }
        if let Some(text) = &age_band
            && (text.chars().count() > LONGEST_AGE_BAND || holds_a_number(&text.replace(['-', ' '], "/")))
        {
            let text = format!("写大概年龄就够了，例如 18-25，最多 {LONGEST_AGE_BAND} 个字");
            line.wrong(Column::AgeBand, found, text);
        }
        let (Some(person), Some(home), Some(name)) = (person, home, name) else {
            line.check_order((from, Column::From), (to, Column::To), found);
            continue;
        };
        let id = ids.get(&(home.as_str(), person.as_str()));
        let before = id.and_then(|id| known.get(&(id.0, name.as_str())).copied());
        if let Some(before) = before {
            let keeps = |column| line.cell(column).is_none();
            field = if keeps(Column::Field) { facts(before).0 } else { field };
            age_band = if keeps(Column::AgeBand) { before.age_band.clone() } else { age_band };
            from = if keeps(Column::From) { before.from } else { from };
            to = if keeps(Column::To) { before.to } else { to };
        }
        line.check_order((from, Column::From), (to, Column::To), found);
        let key = (home.clone(), person.clone(), name.clone());
        if let Some(first) = rows.get(&key) {
            let text = format!(
                "第 {first} 行已经有「{}」名下的「{}」；是同一个人就删去一行，同名的请在后面加以区别",
                quoted(&person),
                quoted(&name)
            );
            line.wrong(Column::Name, found, text);
            continue;
        }
        rows.insert(key, line.row.number);
        let fresh: Facts<'_> = (field, age_band.as_deref(), from, to);
        counts.count(before.map(facts).as_ref(), &fresh);
        if before.map(facts) != Some(fresh) {
            planned.push(PlannedYouth { person, person_unit: home, name, field, age_band, from, to });
        }
    }
    found.summary.sheets.push((Sheet::Youth, counts));
    planned
}
