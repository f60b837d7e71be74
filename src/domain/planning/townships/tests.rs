//! Plans of townships, by example and by chance.

use std::collections::HashMap;

use chrono::Datelike;
use proptest::prelude::*;

use super::*;

fn county(unit: i64, townships: i64) -> County {
    County { unit: UnitId(unit), townships: (1..=townships).map(|n| UnitId(unit * 100 + n)).collect() }
}

fn member(person: i64, counties: &[usize], work: Work) -> Member {
    Member { person: PersonId(person), counties: counties.to_vec(), work, rank: 0 }
}

#[test]
fn a_county_short_of_people_is_named_with_the_townships_nobody_comes_to() {
    let counties = [county(1, 23), county(2, 4)];
    let members: Vec<Member> = (0..9).map(|n| member(n, &[0], Work::DayAWeek)).collect();
    let Err(Impossible::Short(short)) = plan(2026, &counties, &members, &HashSet::new(), Rhythm::Together) else {
        panic!("nine people cannot come to 23 townships in two years")
    };
    assert_eq!((short[0].townships, short[0].members, short[0].lacking.len(), short[0].missing()), (23, 9, 5, 3));
    assert_eq!(short[0].lacking, [119, 120, 121, 122, 123].map(UnitId));
    assert_eq!((short[1].county, short[1].members, short[1].missing()), (UnitId(2), 0, 2));
    // what was covered last year need not be covered again, and then the nine are enough
    let covered: HashSet<UnitId> = (101..=105).map(UnitId).collect();
    let plan_with = |covered| plan(2026, &counties[..1], &members, covered, Rhythm::Together);
    assert_eq!(plan_with(&covered).unwrap().teams.len(), 1);
    assert!(plan(2026, &[county(1, 0)], &members, &covered, Rhythm::Together) == Err(Impossible::NoTownships));
    // a county whose townships are all covered still has a team
    let all: HashSet<UnitId> = counties[1].townships.iter().copied().collect();
    let Err(Impossible::Short(short)) = plan(2026, &counties[1..], &[], &all, Rhythm::Together) else {
        panic!("no team without members")
    };
    assert_eq!((short[0].covered, short[0].lacking.len(), short[0].missing()), (4, 0, 1));
}

#[test]
fn those_with_less_choice_are_placed_first_and_the_highest_leads() {
    let counties = [county(1, 2), county(2, 2)];
    // the one who can go anywhere comes first in the list, and must leave the first county to the one who has no other
    let mut members = vec![member(1, &[0, 1], Work::Dispatched), member(2, &[0], Work::DayAWeek)];
    let plan = plan(2026, &counties, &members, &HashSet::new(), Rhythm::Together).unwrap();
    let people = |team: &Team| team.members.iter().map(|one| one.person.0).collect::<Vec<_>>();
    assert_eq!(plan.teams.iter().map(people).collect::<Vec<_>>(), [vec![2], vec![1]]);
    members.push(member(3, &[1], Work::DayAWeek));
    let alone = super::plan(2026, &counties[..1], &members[1..2], &HashSet::new(), Rhythm::Together).unwrap();
    assert_eq!(alone.teams[0].members[0].townships, [101, 102].map(UnitId));
    members[2].counties = vec![0, 1];
    members[2].rank = 0;
    members[0].rank = 7;
    let plan = super::plan(2026, &counties, &members, &HashSet::new(), Rhythm::Together).unwrap();
    assert!(plan.teams.iter().all(|team| team.members.iter().any(|one| one.person == team.leader)));
    let led = plan.teams.iter().find(|team| team.members.len() == 2).unwrap();
    assert_ne!(led.leader, PersonId(1), "whoever has the lowest rank leads");
}

/// A province by chance: prefectures with counties with townships, and cadres at each of the three levels.
#[derive(Clone, Debug)]
struct Province {
    counties: Vec<County>,
    members: Vec<Member>,
    covered: HashSet<UnitId>,
}

fn province() -> impl Strategy<Value = Province> {
    let county = (0_i64..7, 0_usize..4);
    let prefecture = (prop::collection::vec(county, 1..4), 0_usize..4);
    let covered = prop::collection::hash_set(0_usize..40, 0..20);
    (prop::collection::vec(prefecture, 1..4), 0_usize..5, covered).prop_map(|(prefectures, of_province, picked)| {
        let (mut counties, mut members) = (Vec::new(), Vec::new());
        let mut add = |counties: Vec<usize>, work, count| {
            for _ in 0..count {
                let person = i64::try_from(members.len()).unwrap();
                members
                    .push(Member { rank: u32::try_from(person * 7 % 5).unwrap(), ..member(person, &counties, work) });
            }
        };
        let all = (0..prefectures.iter().map(|(counties, _)| counties.len()).sum()).collect();
        add(all, Work::Dispatched, of_province);
        for (own, of_prefecture) in prefectures {
            let first = counties.len();
            add((first..first + own.len()).collect(), Work::Dispatched, of_prefecture);
            for (townships, of_county) in own {
                add(vec![counties.len()], Work::DayAWeek, of_county);
                counties.push(super::tests::county(i64::try_from(counties.len()).unwrap() + 1, townships));
            }
        }
        let townships: Vec<UnitId> = counties.iter().flat_map(|county: &County| county.townships.clone()).collect();
        let covered = picked.into_iter().filter_map(|at| townships.get(at).copied()).collect();
        Province { counties, members, covered }
    })
}

/// By another way: each place that must be filled is matched with a person by augmenting paths. Returns how many places
/// there are and how many can be filled.
fn places_and_filled(province: &Province) -> (usize, usize) {
    fn fill(place: usize, wants: &[Vec<usize>], seen: &mut HashSet<usize>, holds: &mut HashMap<usize, usize>) -> bool {
        for person in &wants[place] {
            if seen.insert(*person) && holds.get(person).copied().is_none_or(|other| fill(other, wants, seen, holds)) {
                holds.insert(*person, place);
                return true;
            }
        }
        false
    }
    let mut wants: Vec<Vec<usize>> = Vec::new();
    for (at, county) in province.counties.iter().enumerate() {
        let open = county.townships.iter().filter(|unit| !province.covered.contains(unit)).count();
        // two townships a place, one in each year
        let places = if county.townships.is_empty() { 0 } else { (open + open % 2).max(2) / 2 };
        let who = province.members.iter().enumerate().filter(|(_, member)| member.counties.contains(&at));
        let who: Vec<usize> = who.map(|(person, _)| person).collect();
        wants.extend(std::iter::repeat_n(who, places));
    }
    let mut holds = HashMap::new();
    let filled = (0..wants.len()).filter(|place| fill(*place, &wants, &mut HashSet::new(), &mut holds)).count();
    (wants.len(), filled)
}

fn check_segments(posting: &Posting, work: Work) -> Result<(), TestCaseError> {
    for (year, segments) in (2026..).zip(&posting.segments) {
        prop_assert_eq!(segments.is_empty(), work == Work::DayAWeek);
        prop_assert!(segments.len() <= 2);
        for segment in segments {
            prop_assert!((28..=31).contains(&segment.len()));
            let days = [segment.first, segment.last];
            prop_assert!(days.iter().all(|day| day.year() == year && (3..=12).contains(&day.month())));
        }
        if let [first, second] = segments.as_slice() {
            prop_assert!(first.last < second.first);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_plan_is_made_exactly_where_one_can_be_and_covers_every_township(province in province(), staggered: bool) {
        let rhythm = if staggered { Rhythm::Staggered } else { Rhythm::Together };
        let Province { counties, members, covered } = &province;
        let (places, filled) = places_and_filled(&province);
        let plan = match plan(2026, counties, members, covered, rhythm) {
            Ok(plan) => plan,
            Err(Impossible::NoTownships) => {
                prop_assert_eq!(places, 0);
                return Ok(());
            }
            Err(Impossible::Short(short)) => {
                let missing: usize = short.iter().map(Short::missing).sum();
                prop_assert_eq!(missing, places - filled, "no fewer people would do");
                prop_assert!(missing > 0);
                return Ok(());
            }
        };
        prop_assert_eq!(places, filled);
        let mut seen: HashSet<PersonId> = plan.unplaced.iter().copied().collect();
        let mut reached: HashSet<UnitId> = covered.clone();
        for team in &plan.teams {
            let at = counties.iter().position(|county| county.unit == team.county).unwrap();
            let townships = &counties[at].townships;
            prop_assert!(team.members.iter().any(|posting| posting.person == team.leader));
            for posting in &team.members {
                let member = members.iter().find(|member| member.person == posting.person).unwrap();
                let leader = members.iter().find(|member| member.person == team.leader).unwrap();
                prop_assert!(leader.rank <= member.rank);
                prop_assert!(seen.insert(posting.person), "nobody is in two teams");
                prop_assert!(member.counties.contains(&at));
                prop_assert!(posting.townships.iter().all(|unit| townships.contains(unit)));
                reached.extend(posting.townships);
                check_segments(posting, member.work)?;
            }
            for year in 0..YEARS {
                let visited: HashSet<UnitId> = team.members.iter().map(|posting| posting.townships[year]).collect();
                prop_assert_eq!(visited.len(), team.members.len().min(townships.len()), "no township twice in a year");
                let away: Vec<_> = team.members.iter().map(|posting| &posting.segments[year]).collect();
                let away: Vec<_> = away.into_iter().filter(|segments| !segments.is_empty()).collect();
                let different = away.iter().collect::<HashSet<_>>().len();
                match rhythm {
                    Rhythm::Together => prop_assert!(different <= 1),
                    Rhythm::Staggered => prop_assert_eq!(different, away.len().min(5)),
                }
            }
        }
        prop_assert_eq!(seen.len(), members.len());
        let with_townships = counties.iter().filter(|county| !county.townships.is_empty());
        prop_assert_eq!(plan.teams.len(), with_townships.count());
        let everything: HashSet<UnitId> = counties.iter().flat_map(|county| county.townships.clone()).collect();
        prop_assert_eq!(reached, everything);
    }
}
