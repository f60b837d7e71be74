//! 8+4: four batches a year, a quarter each, a quarter of the cadres in each, in teams of three or four, each team
//! stationed at one unit.

use std::collections::HashMap;

use chrono::{Days, Months, NaiveDate};

use super::balance;
use crate::domain::calendar::DayRange;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::CadreKind;

/// Batches in a year.
pub const BATCHES: usize = 4;

/// The smallest team and the largest.
pub const TEAM: std::ops::RangeInclusive<usize> = 3..=4;

/// Somebody who is to be stationed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cadre {
    /// Who.
    pub person: PersonId,
    /// Their own unit.
    pub unit: UnitId,
    /// Their kind.
    pub kind: CadreKind,
}

/// Where and when somebody is stationed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    /// Who.
    pub person: PersonId,
    /// The batch, from 1.
    pub batch: usize,
    /// The team within the batch, from 1.
    pub team: usize,
    /// At which unit.
    pub station: UnitId,
    /// The quarter.
    pub days: DayRange,
}

/// Why there is no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// Nobody is there to be stationed.
    #[error("没有可排的团干部；「干部类别」空着的人不算")]
    NoCadres,
    /// There is nowhere to go.
    #[error("没有可驻的单位")]
    NoStations,
    /// Such a year is in no calendar.
    #[error("没有 {0} 年")]
    Year(i32),
    /// A batch does not make teams.
    #[error("{}", .0.told())]
    Teams(TooFew),
}

/// How many are there, and how many more make a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFew {
    /// How many there are.
    pub cadres: usize,
    /// The size of a batch of which no teams can be made.
    pub batch: usize,
    /// How many more are needed at least.
    pub missing: usize,
    /// How many fewer would do as well, if any do.
    pub spare: Option<usize>,
}

impl TooFew {
    fn told(&self) -> String {
        let Self { cadres, batch, missing, spare } = self;
        let (low, high) = (cadres / BATCHES, cadres.div_ceil(BATCHES));
        let sizes = if low == high { format!("{low}") } else { format!("{low}—{high}") };
        // where the other size would do, it is said which one does not
        let one_fits = [low, high].into_iter().any(|size| teams_of(size).is_some());
        let batch = if one_fits { format!("{batch} 人") } else { String::new() };
        let spare = spare.map(|spare| format!("，或者少排 {spare} 人（共 {} 人）", cadres - spare));
        format!(
            "{cadres} 人分 {BATCHES} 批，每批 {sizes} 人，{batch}凑不成 {}—{} 人一组；至少还要 {missing} 人（共 {} 人）{}",
            TEAM.start(),
            TEAM.end(),
            cadres + missing,
            spare.unwrap_or_default()
        )
    }
}

/// How many teams so many people make: as few as can be, none too small.
fn teams_of(people: usize) -> Option<usize> {
    let teams = people.div_ceil(*TEAM.end());
    (teams > 0 && teams * TEAM.start() <= people).then_some(teams)
}

/// A size of batch of which no teams can be made, when so many people make four batches.
fn unfit_batch(people: usize) -> Option<usize> {
    [people / BATCHES, people.div_ceil(BATCHES)].into_iter().find(|size| teams_of(*size).is_none())
}

/// The calendar quarter with this number, from 0.
fn quarter(year: i32, number: usize) -> Option<DayRange> {
    let month = u32::try_from(number * 3 + 1).ok()?;
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let last = first.checked_add_months(Months::new(3))?.checked_sub_days(Days::new(1))?;
    Some(DayRange { first, last })
}

/// Plans a year. Batches, and each unit's and each kind's share of them, differ by one at most. Teams are stationed at
/// the units in turn, so that two teams share one only where there are more teams in a quarter than units.
///
/// # Errors
/// What is short.
pub fn plan(year: i32, cadres: &[Cadre], stations: &[UnitId]) -> Result<Vec<Post>, Impossible> {
    if cadres.is_empty() {
        return Err(Impossible::NoCadres);
    }
    if let Some(batch) = unfit_batch(cadres.len()) {
        let fits = |people: &usize| unfit_batch(*people).is_none();
        let more = (cadres.len()..).find(fits).unwrap_or(cadres.len());
        let fewer = (1..cadres.len()).rev().find(fits);
        return Err(Impossible::Teams(TooFew {
            cadres: cadres.len(),
            batch,
            missing: more - cadres.len(),
            spare: fewer.map(|fewer| cadres.len() - fewer),
        }));
    }
    if stations.is_empty() {
        return Err(Impossible::NoStations);
    }
    let batch_of = balance::in_four(&sides(cadres));
    let mut posts = Vec::with_capacity(cadres.len());
    let mut teams_before = 0;
    for batch in 0..BATCHES {
        let days = quarter(year, batch).ok_or(Impossible::Year(year))?;
        let mut members: Vec<&Cadre> =
            cadres.iter().zip(&batch_of).filter(|(_, of)| **of == batch).map(|(cadre, _)| cadre).collect();
        // dealt out in this order, the people of a unit meet others in their teams
        members.sort_by_key(|cadre| (cadre.unit, cadre.kind));
        let teams = teams_of(members.len()).unwrap_or(1);
        for (at, cadre) in members.into_iter().enumerate() {
            let team = at % teams;
            let station = stations[(teams_before + team) % stations.len()];
            posts.push(Post { person: cadre.person, batch: batch + 1, team: team + 1, station, days });
        }
        teams_before += teams;
    }
    posts.sort_by_key(|post| (post.batch, post.team));
    Ok(posts)
}

/// Units and kinds as small numbers.
fn sides(cadres: &[Cadre]) -> Vec<(usize, usize)> {
    let mut units: HashMap<UnitId, usize> = HashMap::new();
    let kind = |kind| CadreKind::ALL.iter().position(|one| *one == kind).unwrap_or_default();
    let mut number = |unit| {
        let next = units.len();
        *units.entry(unit).or_insert(next)
    };
    cadres.iter().map(|cadre| (number(cadre.unit), kind(cadre.kind))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use proptest::prelude::*;

    use super::*;

    fn cadres(parts: &[(i64, usize)]) -> Vec<Cadre> {
        (0..)
            .zip(parts)
            .map(|(at, (unit, kind))| Cadre { person: PersonId(at), unit: UnitId(*unit), kind: CadreKind::ALL[*kind] })
            .collect()
    }

    fn alike(people: usize) -> Vec<Cadre> {
        cadres(&vec![(1, 0); people])
    }

    fn told(people: usize) -> String {
        plan(2026, &alike(people), &[UnitId(9)]).unwrap_err().to_string()
    }

    #[test]
    fn twelve_people_are_four_teams_of_three_a_quarter_each() {
        let posts = plan(2026, &alike(12), &[UnitId(8), UnitId(9)]).unwrap();
        let days = |from: &str, to: &str| DayRange { first: from.parse().unwrap(), last: to.parse().unwrap() };
        assert_eq!(posts[0].days, days("2026-01-01", "2026-03-31"));
        assert_eq!(posts[11].days, days("2026-10-01", "2026-12-31"));
        assert_eq!(plan(2028, &alike(12), &[UnitId(8)]).unwrap()[0].days, days("2028-01-01", "2028-03-31"));
        let stations: Vec<i64> = posts.iter().step_by(3).map(|post| post.station.0).collect();
        assert_eq!(stations, [8, 9, 8, 9]);
        assert!(posts.iter().all(|post| post.team == 1));
    }

    #[test]
    fn what_is_short_is_said_in_numbers() {
        assert_eq!(told(9), "9 人分 4 批，每批 2—3 人，2 人凑不成 3—4 人一组；至少还要 3 人（共 12 人）");
        assert_eq!(
            told(17),
            "17 人分 4 批，每批 4—5 人，5 人凑不成 3—4 人一组；至少还要 7 人（共 24 人），或者少排 1 人（共 16 人）"
        );
        assert_eq!(told(8), "8 人分 4 批，每批 2 人，凑不成 3—4 人一组；至少还要 4 人（共 12 人）");
        assert_eq!(told(3), "3 人分 4 批，每批 0—1 人，凑不成 3—4 人一组；至少还要 9 人（共 12 人）");
        assert_eq!(plan(2026, &[], &[UnitId(9)]), Err(Impossible::NoCadres));
        assert_eq!(plan(2026, &alike(12), &[]), Err(Impossible::NoStations));
        assert_eq!(plan(i32::MAX, &alike(12), &[UnitId(9)]), Err(Impossible::Year(i32::MAX)));
    }

    /// By trying everything: whether so many people make four batches that all make teams.
    fn can_be(people: usize) -> bool {
        let makes_teams = |size: usize| (0..=size).any(|threes| (0..=size).any(|fours| 3 * threes + 4 * fours == size));
        let sizes = |large: usize| (0..4).map(move |batch| people / 4 + usize::from(batch < large));
        (0..=4).any(|large| {
            sizes(large).sum::<usize>() == people && sizes(large).all(|size| size > 0 && makes_teams(size))
        })
    }

    /// The largest and the smallest of four counts differ by one at most.
    fn is_even(counts: &[usize; 4]) -> bool {
        counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1
    }

    proptest! {
        #[test]
        fn a_plan_is_made_exactly_where_one_can_be(people in 1_usize..120) {
            match plan(2026, &alike(people), &[UnitId(9)]) {
                Ok(_) => prop_assert!(can_be(people)),
                Err(Impossible::Teams(short)) => {
                    prop_assert!(!can_be(people) && can_be(people + short.missing));
                    prop_assert!((0..short.missing).all(|more| !can_be(people + more)));
                    let fewer = (1..people).rev().find(|fewer| can_be(*fewer));
                    prop_assert_eq!(short.spare, fewer.map(|fewer| people - fewer));
                }
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            }
        }

        #[test]
        fn batches_units_and_kinds_are_even_and_nobody_goes_twice(
            parts in prop::collection::vec((0_i64..7, 0_usize..4), 24..140),
            stations in 1_i64..30,
        ) {
            let cadres = cadres(&parts);
            let stations: Vec<UnitId> = (100..100 + stations).map(UnitId).collect();
            let posts = plan(2027, &cadres, &stations).unwrap();
            let people: HashSet<PersonId> = posts.iter().map(|post| post.person).collect();
            prop_assert_eq!((people.len(), posts.len()), (cadres.len(), cadres.len()));
            let mut sizes = [0; 4];
            let mut shares: BTreeMap<String, [usize; 4]> = BTreeMap::new();
            let mut teams: BTreeMap<(usize, usize), Vec<&Post>> = BTreeMap::new();
            for post in &posts {
                let cadre = cadres.iter().find(|cadre| cadre.person == post.person).unwrap();
                let batch = post.batch - 1;
                sizes[batch] += 1;
                let (unit, kind) = (cadre.unit, cadre.kind.code());
                for share in [format!("{unit}"), kind.to_owned(), format!("{unit} {kind}")] {
                    shares.entry(share).or_default()[batch] += 1;
                }
                teams.entry((post.batch, post.team)).or_default().push(post);
            }
            prop_assert!(is_even(&sizes), "{:?}", sizes);
            for (share, counts) in &shares {
                prop_assert!(is_even(counts), "{}: {:?}", share, counts);
            }
            let mut visits: BTreeMap<UnitId, usize> = stations.iter().map(|station| (*station, 0)).collect();
            let mut in_quarter: BTreeMap<usize, Vec<UnitId>> = BTreeMap::new();
            for ((batch, _), team) in &teams {
                prop_assert!(TEAM.contains(&team.len()));
                prop_assert!(team.iter().all(|post| post.station == team[0].station && post.days == team[0].days));
                *visits.get_mut(&team[0].station).unwrap() += 1;
                in_quarter.entry(*batch).or_default().push(team[0].station);
            }
            prop_assert!(visits.values().max().unwrap() - visits.values().min().unwrap() <= 1);
            for used in in_quarter.values().filter(|used| used.len() <= stations.len()) {
                prop_assert_eq!(used.iter().collect::<HashSet<_>>().len(), used.len());
            }
            prop_assert_eq!(plan(2027, &cadres, &stations).unwrap(), posts);
        }
    }
}
