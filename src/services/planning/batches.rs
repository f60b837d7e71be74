//! 8+4 batches, for people.

use super::{Draft, PlanningError, Proposal, cadres_of, find_units, named, notice_part_time, year_of};
use crate::domain::directory::{Directory, Unit};
use crate::domain::id::UnitId;
use crate::domain::people::{AssignmentKind, Level, UnitKind};
use crate::domain::planning::batches::{Cadre, Impossible, plan};

/// Where teams may be stationed.
#[derive(Clone, Debug)]
pub enum Stations {
    /// At these units, by code or name.
    Units(Vec<String>),
    /// At the League's units of this level below those whose cadres go.
    Level(Level),
}

/// Whose cadres shall be stationed where.
#[derive(Clone, Debug)]
pub struct BatchesQuestion {
    /// The year.
    pub year: i32,
    /// The units whose own cadres go, by code or name; not those of units below.
    pub units: Vec<String>,
    /// Where they go.
    pub stations: Stations,
}

/// Proposes batches for a year.
///
/// # Errors
/// Says what is short, or which unit nobody knows.
pub fn plan_batches(directory: &Directory, question: &BatchesQuestion) -> Result<Proposal, PlanningError> {
    let year = question.year;
    let days = year_of(year).ok_or(Impossible::Year(year))?;
    let homes = find_units(directory, &question.units)?;
    let cadres: Vec<Cadre> = homes
        .iter()
        .flat_map(|home| cadres_of(directory, home.id, days))
        .map(|(person, kind)| Cadre { person: person.id, unit: person.unit, kind })
        .collect();
    let mut notices = Vec::new();
    let stations = stations(directory, &homes, &question.stations, &mut notices)?;
    let posts = plan(year, &cadres, &stations)?;
    let mut draft = Draft::new(directory);
    let mut rows = Vec::with_capacity(posts.len());
    for post in &posts {
        let Some(person) = directory.person(post.person) else { continue };
        draft.join(person, &format!("{year}年第{}批第{}组", post.batch, post.team));
        draft.tie(person, post.station, AssignmentKind::Station, post.days);
        rows.push(vec![
            format!("第{}批", post.batch),
            format!("第{}组", post.team),
            person.name.clone(),
            directory.unit_name(person.unit).to_owned(),
            person.kind.map(|kind| kind.title().to_owned()).unwrap_or_default(),
            directory.unit_name(post.station).to_owned(),
            post.days.first.to_string(),
            post.days.last.to_string(),
        ]);
    }
    notices.extend(notice_part_time(directory, posts.iter().map(|post| post.person), days));
    let headings = ["批次", "小组", "姓名", "单位", "类别", "驻点", "开始", "结束"];
    Ok(Proposal {
        title: format!("{year} 年 8+4 分批驻点：{} 人，4 批，每批一个季度", rows.len()),
        headings: headings.map(str::to_owned).to_vec(),
        rows,
        sheets: draft.finish(&mut notices),
        notices,
    })
}

/// The units where teams may be. Nobody is stationed at home.
fn stations(
    directory: &Directory,
    homes: &[&Unit],
    said: &Stations,
    notices: &mut Vec<String>,
) -> Result<Vec<UnitId>, PlanningError> {
    let is_home = |unit: &UnitId| homes.iter().any(|home| home.id == *unit);
    let found: Vec<UnitId> = match said {
        Stations::Units(said) => find_units(directory, said)?.into_iter().map(|unit| unit.id).collect(),
        Stations::Level(level) => {
            let mut below: Vec<UnitId> = homes.iter().flat_map(|home| directory.subtree(home.id)).collect();
            let mut seen = std::collections::HashSet::new();
            below.retain(|id| {
                let unit = directory.unit(*id);
                let fits = unit.is_some_and(|unit| unit.level == *level && unit.kind == UnitKind::Committee);
                fits && !is_home(id) && seen.insert(*id)
            });
            if below.is_empty() && !homes.is_empty() {
                let names = named(homes.iter().map(|home| home.name.as_str()));
                return Err(PlanningError::NoStations(names, level.title()));
            }
            below
        }
    };
    let (own, away): (Vec<UnitId>, Vec<UnitId>) = found.into_iter().partition(is_home);
    if !own.is_empty() {
        let names = named(own.iter().map(|unit| directory.unit_name(*unit)));
        notices.push(format!("不把人派回自己的单位，没有用作驻点：{names}"));
    }
    Ok(away)
}
