//! A plan is proposed, edited, and imported; what cannot be planned is named with what is short. Somebody takes over.

use chrono::{Datelike, NaiveDate};
use tuanqing::domain::directory::{DEFAULT_ZONE, Directory, Person};
use tuanqing::domain::people::AssignmentKind;

use crate::support::office::{CADRE, CADRES, Office};

/// Imports more sheets beside those of the office, by the command line.
fn import(office: &Office, sheets: &[(&str, String)]) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in sheets {
        std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
    }
    let (well, said) = office.command(&["roster", "import", folder.path().to_str().unwrap()]);
    assert!(well, "{said}");
}

async fn directory(office: &Office) -> std::sync::Arc<Directory> {
    office.app.store.refresh_directory(DEFAULT_ZONE).await.unwrap();
    office.app.store.directory()
}

fn person<'a>(directory: &'a Directory, name: &str) -> &'a Person {
    directory.people().find(|person| person.name == name).unwrap()
}

/// Somebody's assignments of a kind: the code of the unit, and the two days.
fn ties(directory: &Directory, name: &str, kind: AssignmentKind) -> Vec<(String, NaiveDate, NaiveDate)> {
    let of_person = directory.assignments_of(person(directory, name).id);
    let mut ties: Vec<_> = of_person
        .iter()
        .filter(|tie| tie.kind == kind)
        .map(|tie| (directory.unit(tie.unit).unwrap().code.clone(), tie.from.unwrap(), tie.to.unwrap()))
        .collect();
    ties.sort_by_key(|tie| tie.1);
    ties
}

#[tokio::test]
async fn batches_are_proposed_written_and_imported() {
    let office = Office::open().await;
    let plan = ["plan", "batches", "--year", "2027", "--unit", "0", "--station-level", "乡镇级"];
    let (well, said) = office.command(&[plan.as_slice(), &["--dry-run"]].concat());
    assert!(!well && said.contains("排不出来：2 人分 4 批"), "{said}");
    assert!(said.contains("至少还要 10 人（共 12 人）"), "{said}");

    let more: String = (1..=11).map(|n| format!("样例{n},0,seconded,\n")).collect();
    import(&office, &[("people", format!("name,unit,kind,until\n{more}早走样例,0,seconded,2026-12-31\n"))]);
    let (well, said) = office.command(&[plan.as_slice(), &["--dry-run"]].concat());
    assert!(well && said.contains("2027 年 8+4 分批驻点：13 人") && said.contains("2027-10-01"), "{said}");
    assert!(!said.contains("早走样例") && said.contains("什么都没有写入"), "{said}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM assignment").await, 0, "a proposal writes nothing");

    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("方案.xlsx");
    let book = book.to_str().unwrap();
    let (well, said) = office.command(&[plan.as_slice(), &["--out", book]].concat());
    assert!(well && said.contains(&format!("tuanqing roster import {book} --dry-run")), "{said}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM assignment").await, 0, "a workbook writes nothing either");
    let (well, said) = office.command(&[plan.as_slice(), &["--out", book]].concat());
    assert!(!well && said.contains("已经存在"), "{said}");
    let (well, said) = office.command(&["roster", "import", book]);
    assert!(well && said.contains("联系分工：新增 13，修改 0，不变 0") && !said.contains("注意"), "{said}");

    let directory = directory(&office).await;
    let mut quarters = std::collections::BTreeMap::new();
    for n in 1..=11 {
        let name = format!("样例{n}");
        let ties = ties(&directory, &name, AssignmentKind::Station);
        let [(unit, from, to)] = ties.as_slice() else { panic!("{name}: {ties:?}") };
        assert!(["1", "2"].contains(&unit.as_str()));
        assert_eq!((from.day(), (to.month0() + 1) % 3), (1, 0), "a quarter: {from} {to}");
        *quarters.entry(*from).or_insert(0) += 1;
        let team = person(&directory, &name).team.clone().unwrap();
        assert!(team.starts_with("2027年第") && team.ends_with("第1组"), "{team}");
    }
    assert_eq!(quarters.len(), 4);
    assert_eq!(person(&directory, "赵样例").roles.len(), 1, "what the plan does not say stays as it is");
    office.close().await;
}

#[tokio::test]
async fn townships_are_proposed_for_two_years_with_segments_and_imported() {
    let office = Office::open().await;
    let units =
        "code,name,parent,level\nP,样例市团委,,prefecture\n0,样例县团委,P,county\nQ,样例区团委,P,county\n".to_owned();
    let units =
        units + "Q1,样例东街道团工委,Q,township\nQ2,样例西街道团工委,Q,township\nQ3,样例南街道团工委,Q,township\n";
    import(&office, &[("units", units), ("people", "name,unit,kind\n市一样例,P,full_time\n".to_owned())]);
    let plan = ["plan", "townships", "--year", "2027", "--unit", "P"];
    let (well, said) = office.command(&[plan.as_slice(), &["--dry-run"]].concat());
    assert!(!well, "{said}");
    assert!(
        said.contains(
            "样例区团委 3 个乡镇，两年最多覆盖 2×1=2 个，还差 1 人次，至少还要 1 人；缺的乡镇：样例南街道团工委"
        ),
        "{said}"
    );
    import(&office, &[("people", "name,unit,kind\n市二样例,P,seconded\n".to_owned())]);
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("方案.xlsx");
    let book = book.to_str().unwrap();
    let (well, said) = office.command(&[plan.as_slice(), &["--staggered", "--out", book]].concat());
    assert!(well && said.contains("2 个工作组，4 人，两年覆盖 5 个乡镇"), "{said}");
    let (well, said) = office.command(&["roster", "import", book]);
    assert!(well && !said.contains("注意"), "{said}");

    let directory = directory(&office).await;
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let zhao = ties(&directory, "赵样例", AssignmentKind::Pair);
    assert_eq!(zhao[0], ("1".to_owned(), day("2027-01-01"), day("2027-12-31")));
    assert_eq!(zhao[1].1, day("2028-01-01"));
    assert!(ties(&directory, "赵样例", AssignmentKind::Station).is_empty(), "the county stays at home");
    let (one, two) = ("市一样例", "市二样例");
    let pairs: Vec<String> = [one, two]
        .iter()
        .flat_map(|name| ties(&directory, name, AssignmentKind::Pair))
        .map(|(unit, ..)| unit)
        .collect();
    assert!(["Q1", "Q2", "Q3"].iter().all(|unit| pairs.contains(&(*unit).to_owned())), "{pairs:?}");
    let stays = ties(&directory, one, AssignmentKind::Station);
    let home = &ties(&directory, one, AssignmentKind::Pair)[0].0;
    assert_eq!(
        stays[..2],
        [(home.clone(), day("2027-03-01"), day("2027-03-31")), (home.clone(), day("2027-08-01"), day("2027-08-31"))]
    );
    assert_eq!((stays.len(), stays[2].1), (4, day("2028-03-01")));
    assert_eq!(ties(&directory, two, AssignmentKind::Station)[0].1, day("2027-04-01"), "one after another");
    assert_eq!(person(&directory, one).team.as_deref(), Some("样例区团委工作组"));
    office.close().await;
}

#[tokio::test]
async fn a_successor_takes_over_what_is_owed_and_leaves_the_records_where_they_are() {
    let office = Office::open().await;
    let said = office.say(CADRES, CADRE, "签到 东风社区").await;
    assert!(said.contains("已记下"), "{said}");
    import(&office, &[("assignments", "person,unit,kind,from,to\n钱样例,1,pair,2026-01-01,2026-12-31\n".to_owned())]);
    let youth: String = (0..100).map(|n| format!("钱样例,青年{n},农村,18-25\n")).collect();
    let youth = format!("person,name,field,age_band\n{youth}");
    let comes = "name,unit,kind,since,successor_of,accounts\n新样例,0,seconded,2026-11-20,钱样例,qq:1050\n".to_owned();
    for _ in 0..2 {
        import(&office, &[("people", comes.clone()), ("youth", youth.clone())]);
        let directory = directory(&office).await;
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let of = |name| ties(&directory, name, AssignmentKind::Pair);
        assert_eq!(of("钱样例"), [("1".to_owned(), day("2026-01-01"), day("2026-11-19"))]);
        assert_eq!(of("新样例"), [("1".to_owned(), day("2026-11-20"), day("2026-12-31"))]);
        assert_eq!(person(&directory, "钱样例").until, Some(day("2026-11-19")));
        let (old, new) = (person(&directory, "钱样例").id, person(&directory, "新样例").id);
        let records = |person| format!("SELECT COUNT(*) FROM record WHERE person_id = {person}");
        assert_eq!(office.database.count(&records(old)).await, 1);
        assert_eq!(office.database.count(&records(new)).await, 0);
        assert_eq!(office.database.count("SELECT COUNT(*) FROM youth WHERE field = 'rural'").await, 100);
    }
    // one of the hundred changes, with no word about the others
    import(&office, &[("youth", "person,name,field\n钱样例,青年7,企业\n".to_owned())]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM youth WHERE field = 'enterprise'").await, 1);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM youth WHERE age_band = '18-25'").await, 100);
    office.close().await;
}
