//! 三联四促 teams, for people.

use std::collections::{HashMap, HashSet};

use super::{Draft, PlanningError, Proposal, cadres_of, find_units, named, notice_part_time, year_of};
use crate::domain::calendar::DayRange;
use crate::domain::directory::{Directory, Person, Unit};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::{AssignmentKind, CadreKind, Level, Role, UnitKind};
use crate::domain::planning::segments::Rhythm;
use crate::domain::planning::townships::{County, Impossible, Member, Short, Work, YEARS, plan};

/// Which townships shall be covered by whom.
#[derive(Clone, Debug)]
pub struct TownshipsQuestion {
    /// The first of the two years.
    pub year: i32,
    /// The units whose cadres go, with those of everything below down to the county, by code or name.
    pub units: Vec<String>,
    /// The counties, or units above them, whose townships are covered. Empty: all below the units.
    pub to: Vec<String>,
    /// Whether a team is dispatched together.
    pub rhythm: Rhythm,
}

/// Proposes teams, townships and segments for two years.
///
/// # Errors
/// Names every county that is short, with its townships, or says which unit nobody knows.
pub fn plan_townships(directory: &Directory, question: &TownshipsQuestion) -> Result<Proposal, PlanningError> {
    let unknown_year = || PlanningError::Townships(format!("没有 {} 年", question.year));
    let year = |offset: i32| question.year.checked_add(offset).and_then(year_of).ok_or_else(unknown_year);
    let (before, years) = (year(-1)?, [year(0)?, year(1)?]);
    let units = find_units(directory, &question.units)?;
    let to = find_units(directory, &question.to)?;
    let counties = counties_below(directory, if to.is_empty() { &units } else { &to });
    let (members, elsewhere) = members_of(directory, &units, &counties, years[0]);
    let covered = covered_in(directory, before);
    let plan = plan(question.year, &counties, &members, &covered, question.rhythm)
        .map_err(|why| PlanningError::Townships(told(directory, &units, &why)))?;

    let mut draft = Draft::new(directory);
    let mut rows = Vec::new();
    for team in &plan.teams {
        let county = directory.unit_name(team.county);
        for posting in &team.members {
            let Some(person) = directory.person(posting.person) else { continue };
            draft.join(person, &format!("{county}工作组"));
            let mut row = vec![county.to_owned(), person.name.clone()];
            row.push(if posting.person == team.leader { "组长" } else { "" }.to_owned());
            row.push(directory.unit_name(person.unit).to_owned());
            for ((days, township), segments) in years.iter().zip(posting.townships).zip(&posting.segments) {
                draft.tie(person, township, AssignmentKind::Pair, *days);
                for segment in segments {
                    draft.tie(person, township, AssignmentKind::Station, *segment);
                }
                row.push(directory.unit_name(township).to_owned());
                row.push(segments.iter().map(month).collect::<Vec<_>>().join("、"));
            }
            rows.push(row);
        }
    }
    let mut notices = Vec::new();
    let placed = || plan.teams.iter().flat_map(|team| &team.members).map(|posting| posting.person);
    notices.extend(notice_lost(directory, plan.unplaced.iter().copied().chain(elsewhere)));
    notices.extend(notice_part_time(directory, placed(), DayRange { first: years[0].first, last: years[1].last }));
    notices.extend(notice_paired(directory, placed(), years));
    let [one, two] = [question.year, question.year + 1];
    let headings = ["县", "姓名", "带队", "单位"].map(str::to_owned).into_iter();
    let of_years = [one, two].into_iter().flat_map(|year| [format!("{year} 年乡镇"), format!("{year} 年集中下沉")]);
    let townships: usize = counties.iter().map(|county| county.townships.len()).sum();
    Ok(Proposal {
        title: format!(
            "{one}—{two} 年三联四促：{} 个工作组，{} 人，两年覆盖 {townships} 个乡镇",
            plan.teams.len(),
            rows.len()
        ),
        headings: headings.chain(of_years).collect(),
        rows,
        sheets: draft.finish(&mut notices),
        notices,
    })
}

/// `3月`: a segment is a whole month.
fn month(days: &DayRange) -> String {
    days.first.format("%-m月").to_string()
}

/// The League's units of a level in the subtrees of some units, each once.
fn committees_below(directory: &Directory, units: &[UnitId], level: Level) -> Vec<UnitId> {
    let mut seen = HashSet::new();
    let fits =
        |id: &UnitId| directory.unit(*id).is_some_and(|unit| unit.level == level && unit.kind == UnitKind::Committee);
    let all = units.iter().flat_map(|unit| directory.subtree(*unit));
    all.filter(fits).filter(|id| seen.insert(*id)).collect()
}

fn counties_below(directory: &Directory, units: &[&Unit]) -> Vec<County> {
    let units: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
    let counties = committees_below(directory, &units, Level::County);
    // a county's organ may hang below the county at the same level: it has no townships of its own
    let county = |unit: UnitId| County { unit, townships: committees_below(directory, &[unit], Level::Township) };
    let counties: Vec<County> = counties.into_iter().map(county).collect();
    counties.into_iter().filter(|county| !county.townships.is_empty()).collect()
}

/// Who can be in a team, and who has no county among these.
fn members_of(
    directory: &Directory,
    units: &[&Unit],
    counties: &[County],
    year: DayRange,
) -> (Vec<Member>, Vec<PersonId>) {
    let mut seen = HashSet::new();
    let subtree = units.iter().flat_map(|unit| directory.subtree(unit.id)).filter(|unit| seen.insert(*unit));
    let homes = subtree.filter_map(|id| directory.unit(id)).filter(|unit| unit.level <= Level::County);
    let mut eligible: HashMap<UnitId, Vec<usize>> = HashMap::new();
    let (mut members, mut elsewhere) = (Vec::new(), Vec::new());
    for home in homes {
        // of the county that they are in, or of any county below them
        let near =
            |county: &County| directory.is_within(home.id, county.unit) || directory.is_within(county.unit, home.id);
        let choices = eligible.entry(home.id).or_insert_with(|| {
            counties.iter().enumerate().filter(|(_, county)| near(county)).map(|(at, _)| at).collect()
        });
        for (person, kind) in cadres_of(directory, home.id, year) {
            if choices.is_empty() {
                elsewhere.push(person.id);
                continue;
            }
            members.push(Member {
                person: person.id,
                counties: choices.clone(),
                work: if home.level < Level::County { Work::Dispatched } else { Work::DayAWeek },
                rank: rank(home.level, person, kind),
            });
        }
    }
    (members, elsewhere)
}

/// Who leads: the higher level first, secretaries before others, full-time before seconded and part-time.
fn rank(level: Level, person: &Person, kind: CadreKind) -> u32 {
    let place = |found: Option<usize>| found.and_then(|at| u32::try_from(at).ok()).unwrap_or_default();
    let level = place(Level::ALL.iter().position(|one| *one == level));
    let kind = place(CadreKind::ALL.iter().position(|one| *one == kind));
    level * 16 + u32::from(!person.roles.contains(&Role::Secretary)) * 8 + kind
}

/// The units that somebody had as their township in a year.
fn covered_in(directory: &Directory, year: DayRange) -> HashSet<UnitId> {
    let paired = directory.assignments().filter(|tie| tie.kind == AssignmentKind::Pair && tie.holds_within(year));
    paired.map(|tie| tie.unit).collect()
}

fn told(directory: &Directory, units: &[&Unit], why: &Impossible) -> String {
    match why {
        Impossible::NoTownships => {
            let names = named(units.iter().map(|unit| unit.name.as_str()));
            format!("「{names}」下面没有带乡镇的县；请检查 --unit、--to 和「单位」表里的级别")
        }
        Impossible::Short(short) => {
            let missing: usize = short.iter().map(Short::missing).sum();
            let mut lines = vec![format!("排不出来，{} 个县缺人，一共至少还要 {missing} 人：", short.len())];
            lines.extend(short.iter().map(|short| format!("  {}", told_of(directory, short))));
            lines.push("可以把上级单位写进 --unit，让上级的干部一起编组；或者先用 --to 只排人够的县。".to_owned());
            lines.join("\n")
        }
    }
}

fn told_of(directory: &Directory, short: &Short) -> String {
    let Short { townships, covered, members, lacking, .. } = short;
    let mut text = format!("{} {townships} 个乡镇", directory.unit_name(short.county));
    if *covered > 0 {
        text.push_str(&format!("（上年已包联 {covered} 个）"));
    }
    if *members == 0 {
        text.push_str("，没有人可以编入工作组");
    } else {
        text.push_str(&format!("，两年最多覆盖 {YEARS}×{members}={} 个", YEARS * members));
    }
    if lacking.is_empty() {
        text.push_str(&format!("，至少还要 {} 人", short.missing()));
    } else {
        let names = named(lacking.iter().map(|unit| directory.unit_name(*unit)));
        let (count, missing) = (lacking.len(), short.missing());
        text.push_str(&format!("，还差 {count} 人次，至少还要 {missing} 人；缺的乡镇：{names}"));
    }
    text
}

fn notice_lost(directory: &Directory, people: impl Iterator<Item = PersonId>) -> Option<String> {
    let people: Vec<PersonId> = people.collect();
    (!people.is_empty()).then(|| {
        let names = named(people.iter().map(|id| directory.person_name(*id)));
        format!("这些人没有编进工作组，要排的县里没有他们能去的：{names}")
    })
}

/// A second plan beside a first would leave both.
fn notice_paired(
    directory: &Directory,
    people: impl Iterator<Item = PersonId>,
    years: [DayRange; YEARS],
) -> Option<String> {
    let paired = |person: &PersonId| {
        directory
            .assignments_of(*person)
            .iter()
            .any(|tie| tie.kind == AssignmentKind::Pair && years.iter().any(|year| tie.holds_within(*year)))
    };
    let people: Vec<PersonId> = people.filter(paired).collect();
    (!people.is_empty()).then(|| {
        let names = named(people.iter().map(|id| directory.person_name(*id)));
        format!("这些人在这两年里已有包联，导入后新旧会并存；旧的请把结束日期改早：{names}")
    })
}
