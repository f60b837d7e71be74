//! 三联四促: a team for each county, a township for each member and year, every township within two years.

use std::collections::HashSet;

use super::segments::{self, Rhythm};
use crate::domain::calendar::DayRange;
use crate::domain::id::{PersonId, UnitId};

/// Years in which every township is covered.
pub const YEARS: usize = 2;

/// A county and what is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// The county.
    pub unit: UnitId,
    /// Its townships.
    pub townships: Vec<UnitId>,
}

/// How somebody works at the township.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Stays there for some months: cadres of province and prefecture.
    Dispatched,
    /// Goes there one day a week: cadres of the county.
    DayAWeek,
}

/// Somebody who can be in a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// The counties whose team they can be in, by their place in the list. A cadre of a county has that one, a cadre of
    /// a prefecture all of it: of any two such sets one holds the other, or they have nothing in common.
    pub counties: Vec<usize>,
    /// How they work there.
    pub work: Work,
    /// Who leads: the lowest in a team, and of equals the first.
    pub rank: u32,
}

/// What one member does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Who.
    pub person: PersonId,
    /// The township of each year.
    pub townships: [UnitId; YEARS],
    /// The segments of each year.
    pub segments: [Vec<DayRange>; YEARS],
}

/// The team of a county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// The county.
    pub county: UnitId,
    /// Who leads it: one of the members.
    pub leader: PersonId,
    /// Its members.
    pub members: Vec<Posting>,
}

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// A team for each county that has townships, in the order of the counties.
    pub teams: Vec<Team>,
    /// Who is in none: no county of theirs has townships.
    pub unplaced: Vec<PersonId>,
}

/// What a county is short of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// The county.
    pub county: UnitId,
    /// How many townships it has.
    pub townships: usize,
    /// How many of them were covered last year.
    pub covered: usize,
    /// How many members its team would have.
    pub members: usize,
    /// The townships that nobody would come to. Empty where only the team is missing.
    pub lacking: Vec<UnitId>,
}

impl Short {
    /// How many more members it needs at least.
    pub fn missing(&self) -> usize {
        self.lacking.len().div_ceil(YEARS).max(usize::from(self.members == 0))
    }
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// No county has a township.
    NoTownships,
    /// Some counties are short of people.
    Short(Vec<Short>),
}

/// Plans two years. `covered` are the townships that somebody had last year: they come last.
///
/// # Errors
/// Every county that is short, with what it is short of, after everybody has been placed where they help most.
pub fn plan(
    year: i32,
    counties: &[County],
    members: &[Member],
    covered: &HashSet<UnitId>,
    rhythm: Rhythm,
) -> Result<Plan, Impossible> {
    if counties.iter().all(|county| county.townships.is_empty()) {
        return Err(Impossible::NoTownships);
    }
    let open = |county: &County| county.townships.iter().filter(|unit| !covered.contains(unit)).count();
    let needs: Vec<usize> = counties.iter().map(|county| needed(open(county), county.townships.len())).collect();
    let (teams, unplaced) = form_teams(counties, members, &needs);
    let short: Vec<Short> = counties
        .iter()
        .zip(&teams)
        .zip(&needs)
        .filter(|((_, team), need)| team.len() < **need)
        .map(|((county, team), _)| short(county, team.len(), covered))
        .collect();
    if !short.is_empty() {
        return Err(Impossible::Short(short));
    }
    let formed = counties.iter().zip(teams).filter(|(county, _)| !county.townships.is_empty());
    let teams = formed.enumerate().filter_map(|(place, (county, team))| {
        let team: Vec<&Member> = team.into_iter().map(|at| &members[at]).collect();
        post(year, place, county, &team, covered, rhythm)
    });
    Ok(Plan { teams: teams.collect(), unplaced: unplaced.into_iter().map(|at| members[at].person).collect() })
}

/// How many members a county needs: each comes to one township a year, and no county is without a team.
fn needed(open: usize, townships: usize) -> usize {
    open.div_ceil(YEARS).max(usize::from(townships > 0))
}

/// Puts everybody into a team. Whoever has the least choice comes first: since their counties are nested, nobody is put
/// where a later one could not make up for it.
fn form_teams(counties: &[County], members: &[Member], needs: &[usize]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|at| members[*at].counties.len());
    let mut teams: Vec<Vec<usize>> = vec![Vec::new(); counties.len()];
    let mut unplaced = Vec::new();
    for at in order {
        let choices = members[at].counties.iter().copied().filter(|county| !counties[*county].townships.is_empty());
        // first where people are missing; then where most townships have nobody in a year; of equals the first
        let urgency = |county: &usize| {
            let size = teams[*county].len();
            let room = counties[*county].townships.len().saturating_sub(size);
            (needs[*county].saturating_sub(size), room, std::cmp::Reverse(size), std::cmp::Reverse(*county))
        };
        match choices.max_by_key(urgency) {
            Some(county) => teams[county].push(at),
            None => unplaced.push(at),
        }
    }
    // in the order in which they were handed in, not in that of their choice
    teams.iter_mut().for_each(|team| team.sort_unstable());
    unplaced.sort_unstable();
    (teams, unplaced)
}

fn short(county: &County, members: usize, covered: &HashSet<UnitId>) -> Short {
    let open = county.townships.iter().filter(|unit| !covered.contains(unit)).copied();
    Short {
        county: county.unit,
        townships: county.townships.len(),
        covered: county.townships.iter().filter(|unit| covered.contains(unit)).count(),
        members,
        lacking: open.skip(members * YEARS).collect(),
    }
}

/// Gives the townships out, those that were not covered first, one after another over both years.
fn post(
    year: i32,
    place: usize,
    county: &County,
    team: &[&Member],
    covered: &HashSet<UnitId>,
    rhythm: Rhythm,
) -> Option<Team> {
    let (done, open): (Vec<UnitId>, Vec<UnitId>) = county.townships.iter().partition(|unit| covered.contains(unit));
    let townships = [open, done].concat();
    let township = |number: usize| townships[number % townships.len()];
    let leader = team.iter().min_by_key(|member| member.rank)?.person;
    let mut dispatched = 0;
    let mut members = Vec::with_capacity(team.len());
    for (at, member) in team.iter().enumerate() {
        let segments = match member.work {
            Work::DayAWeek => [Vec::new(), Vec::new()],
            Work::Dispatched => {
                let turn = if rhythm == Rhythm::Together { place } else { dispatched };
                dispatched += 1;
                [segments::of_year(year, turn), segments::of_year(year + 1, turn)]
            }
        };
        members.push(Posting { person: member.person, townships: [township(at), township(team.len() + at)], segments });
    }
    Some(Team { county: county.unit, leader, members })
}

#[cfg(test)]
mod tests;
