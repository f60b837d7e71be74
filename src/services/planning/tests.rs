//! Plans by units and people: who counts, where they go, and what is said.

use super::*;
use crate::domain::directory::{Assignment, DEFAULT_ZONE, Entries};
use crate::domain::people::{Level, UnitKind};
use crate::domain::planning::segments::Rhythm;

fn unit(id: i64, name: &str, parent: i64, level: Level) -> Unit {
    Unit {
        id: UnitId(id),
        code: format!("U{id:03}"),
        name: name.to_owned(),
        parent: Some(UnitId(parent)).filter(|parent| parent.0 > 0),
        level,
        kind: UnitKind::Committee,
        zone: None,
    }
}

fn person(id: i64, unit: i64) -> Person {
    Person {
        id: PersonId(id),
        name: format!("样例{id}"),
        unit: UnitId(unit),
        kind: Some(CadreKind::FullTime),
        roles: Vec::new(),
        team: None,
        since: None,
        until: None,
        successor_of: None,
    }
}

/// 样例市 with 样例县 of six townships and a school, and 样例区 of two.
fn units() -> Vec<Unit> {
    let mut units = vec![
        unit(1, "样例市", 0, Level::Prefecture),
        unit(10, "样例县", 1, Level::County),
        unit(20, "样例区", 1, Level::County),
        unit(201, "样例东街道", 20, Level::Township),
        unit(202, "样例西街道", 20, Level::Township),
    ];
    units.extend((101..=106).map(|id| unit(id, &format!("样例{id}镇"), 10, Level::Township)));
    units.push(Unit { kind: UnitKind::School, ..unit(109, "样例中学", 10, Level::Township) });
    units
}

fn directory(people: Vec<Person>, assignments: Vec<Assignment>) -> Directory {
    let entries = Entries { units: units(), people, assignments, ..Entries::default() };
    Directory::new(1, DEFAULT_ZONE, entries)
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

fn batches(directory: &Directory, stations: Stations) -> Result<Proposal, PlanningError> {
    plan_batches(directory, &BatchesQuestion { year: 2026, units: vec!["U001".to_owned()], stations })
}

fn townships(directory: &Directory, unit: &str, to: &[&str]) -> Result<Proposal, PlanningError> {
    let to = to.iter().map(|to| (*to).to_owned()).collect();
    let question = TownshipsQuestion { year: 2026, units: vec![unit.to_owned()], to, rhythm: Rhythm::Together };
    plan_townships(directory, &question)
}

#[test]
fn who_has_left_or_is_no_cadre_is_not_stationed_and_nobody_at_home() {
    let mut people: Vec<Person> = (0..12).map(|id| person(id, 1)).collect();
    people.push(Person { until: day("2025-12-31"), ..person(50, 1) });
    people.push(Person { since: day("2027-01-01"), ..person(51, 1) });
    people.push(Person { kind: None, ..person(52, 1) });
    people.push(person(53, 10));
    people[3].until = day("2026-06-30");
    people[4].team = Some("宣传组".to_owned());
    let directory = directory(people, Vec::new());
    let proposal = batches(&directory, Stations::Units(vec!["样例县".into(), "U001".into(), "U010".into()])).unwrap();
    assert_eq!(proposal.rows.len(), 12);
    assert!(proposal.rows.iter().all(|row| row[5] == "样例县"));
    let said = proposal.notices.join("\n");
    assert!(said.contains("没有用作驻点：样例市"), "{said}");
    assert!(said.contains("不是一直在岗，请看看给他们排的时间合不合适：样例3"), "{said}");
    assert!(said.contains("1 人现在有别的工作组"), "{said}");
    let by_level = batches(&directory, Stations::Level(Level::Township)).unwrap();
    let stations: std::collections::HashSet<&str> = by_level.rows.iter().map(|row| row[5].as_str()).collect();
    assert_eq!(stations.len(), 4, "four teams at four of the townships");
    assert!(!stations.contains("样例中学"));
    let none = batches(&directory, Stations::Level(Level::Village)).unwrap_err().to_string();
    assert!(none.contains("「样例市」下面没有村级的团组织；请用 --to"), "{none}");
    let unknown = batches(&directory, Stations::Units(vec!["没有".into()])).unwrap_err().to_string();
    assert!(unknown.contains("没有编码或名称为「没有」的单位"), "{unknown}");
}

#[test]
fn townships_that_somebody_had_last_year_come_last_and_the_county_stays_at_home() {
    let pair = |person: i64, unit: i64, from: &str, to: &str| Assignment {
        person: PersonId(person),
        unit: UnitId(unit),
        kind: AssignmentKind::Pair,
        from: day(from),
        to: day(to),
    };
    // two of the county's six townships were covered last year, so that two people are enough
    let people = vec![person(1, 10), person(2, 1)];
    let last_year = vec![
        pair(1, 101, "2025-01-01", "2025-12-31"),
        pair(1, 102, "2024-06-01", "2025-01-01"),
        pair(2, 103, "2024-01-01", "2024-12-31"),
    ];
    let directory = directory(people.clone(), last_year);
    let proposal = townships(&directory, "样例市", &["样例县"]).unwrap();
    let row = |name: &str| proposal.rows.iter().find(|row| row[1] == name).unwrap().clone();
    assert_eq!(row("样例1")[2..], ["", "样例县", "样例104镇", "", "样例106镇", ""]);
    assert_eq!(row("样例2")[2..], ["组长", "样例市", "样例103镇", "3月、8月", "样例105镇", "3月、8月"]);
    let ties = proposal.sheets.table(Sheet::Assignments).unwrap();
    assert_eq!(ties.rows.len(), 2 + 2 + 4, "a township a year each, and four segments");
    // without them there are three people missing in the county
    let bare = super::tests::directory(people, Vec::new());
    let said = townships(&bare, "U001", &[]).unwrap_err().to_string();
    assert!(said.starts_with("排不出来，2 个县缺人，一共至少还要 2 人："), "{said}");
    assert!(
        said.contains(
            "样例县 6 个乡镇，两年最多覆盖 2×2=4 个，还差 2 人次，至少还要 1 人；缺的乡镇：样例105镇、样例106镇"
        ),
        "{said}"
    );
    assert!(
        said.contains(
            "样例区 2 个乡镇，没有人可以编入工作组，还差 2 人次，至少还要 1 人；缺的乡镇：样例东街道、样例西街道"
        ),
        "{said}"
    );
    let none = townships(&bare, "U101", &[]).unwrap_err().to_string();
    assert!(none.contains("「样例101镇」下面没有带乡镇的县"), "{none}");
}

#[test]
fn who_has_no_county_here_and_who_has_a_township_already_is_named() {
    let already = Assignment {
        person: PersonId(4),
        unit: UnitId(201),
        kind: AssignmentKind::Pair,
        from: day("2026-05-01"),
        to: None,
    };
    let directory = directory(vec![person(3, 10), person(4, 20)], vec![already]);
    let proposal = townships(&directory, "U001", &["U020"]).unwrap();
    let said = proposal.notices.join("\n");
    assert!(said.contains("没有编进工作组，要排的县里没有他们能去的：样例3"), "{said}");
    assert!(said.contains("在这两年里已有包联，导入后新旧会并存；旧的请把结束日期改早：样例4"), "{said}");
    assert_eq!(proposal.rows.len(), 1);
}
