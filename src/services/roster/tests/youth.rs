//! Youth rosters from file to database and back.

use super::*;
use crate::store::YouthRow;

const PEOPLE: &str = "name,unit\n赵样例,YL\n钱样例,YL\n钱样例,YL-01\n";
const HEAD: &str = "团干部,姓名或化名,领域,年龄段,开始日期,结束日期,团干部所在单位\n";

fn wrong(rows: &str) -> String {
    problem(&[("units", UNITS), ("people", PEOPLE), ("青年名册", &format!("{HEAD}{rows}"))])
}

async fn import(store: &Store, youth: &str) -> Applied {
    let files = [("units", UNITS), ("people", PEOPLE), ("youth", youth)];
    apply(store, read_path(folder(&files).path()).unwrap(), accounts(), now()).await.unwrap()
}

async fn row_of(store: &Store, name: &str) -> YouthRow {
    stored(store).await.1.youth.into_iter().find(|row| row.name == name).unwrap()
}

#[test]
fn a_wrong_young_person_is_named_by_row_and_column() {
    let sheet = "工作表 青年名册 第 2 行";
    assert!(wrong("孙样例,小甲,,,,,\n").starts_with(&format!("{sheet}「团干部」列：没有叫「孙样例」的人")));
    assert!(wrong("钱样例,小甲,,,,,\n").contains("有 2 个人叫「钱样例」；请在「团干部所在单位」列写明"));
    assert!(wrong("赵样例,,,,,,\n").starts_with(&format!("{sheet}「姓名或化名」列：不能空着")));
    assert!(wrong("赵样例,小甲,军队,,,,\n").contains("看不懂「军队」；可以写：企业、农村、机关、学校、街道"));
    assert!(wrong("赵样例,小甲,,,2026-03-02,2026-03-01,\n").contains("结束日期 2026-03-01 早于开始日期 2026-03-02"));
    for number in ["13800000000", "小甲 138-0000-0000", "１３８００００００００"] {
        assert!(wrong(&format!("赵样例,{number},,,,,\n")).contains("「姓名或化名」列：像是电话或证件号码"), "{number}");
    }
    assert!(wrong("赵样例,小甲,,19990101,,,\n").contains("「年龄段」列：写大概年龄就够了"));
    let twice = wrong("赵样例,小甲,,,,,\n赵样例,小甲,企业,,,,\n");
    assert!(twice.contains("第 3 行「姓名或化名」列：第 2 行已经有「赵样例」名下的「小甲」"), "{twice}");
    // the same name on two rosters is two people
    let both = format!("{HEAD}赵样例,小甲,,18-25,,,\n钱样例,小甲,,,,,YL\n钱样例,小甲,,,,,YL-01\n");
    assert_eq!(check(&[("units", UNITS), ("people", PEOPLE), ("youth", &both)]).unwrap().plan.youth.len(), 3);
}

#[test]
fn numbers_of_young_people_are_not_read_and_that_is_said() {
    let youth = "干部,姓名,手机号码,身份证号,备注\n赵样例,小甲,13800000000,150000199901010000,无\n";
    let checked = check(&[("units", UNITS), ("people", PEOPLE), ("youth", youth)]).unwrap();
    let said = checked.notices.join("\n");
    assert!(said.contains("工作表 youth：有意没有读「手机号码」「身份证号」列：青年名册不需要、也不保存"), "{said}");
    assert!(said.contains("没有读不认识的列「备注」"), "{said}");
    assert!(!format!("{:?}", checked.plan).contains("13800000000"));
}

#[tokio::test]
async fn a_roster_is_changed_by_importing_it_again_and_goes_out_as_it_came_in() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    let applied = import(&store, &format!("{HEAD}赵样例,小甲,企业,18-25,2026-01-01,,\n钱样例,小乙,,,,,YL-01\n")).await;
    assert_eq!(applied.summary.of(Sheet::Youth), Counts { added: 2, changed: 0, same: 0 });
    let (directory, kept) = stored(&store).await;
    let sheets = export(&directory, &kept);
    let rows: Vec<&[String]> =
        sheets.table(Sheet::Youth).unwrap().rows.iter().map(|row| row.cells.as_slice()).collect();
    assert_eq!(rows[0], ["赵样例", "小甲", "企业", "18-25", "2026-01-01", "", "YL"]);
    assert_eq!(rows[1], ["钱样例", "小乙", "", "", "", "", "YL-01"]);

    // a sheet without a column leaves it as it is, an empty cell clears it
    let applied = import(&store, "团干部,姓名,年龄段\n赵样例,小甲,\n赵样例,小丙,26-30\n").await;
    assert_eq!(applied.summary.of(Sheet::Youth), Counts { added: 1, changed: 1, same: 0 });
    let row = row_of(&store, "小甲").await;
    assert_eq!((row.field.as_deref(), row.age_band, row.from), (Some("enterprise"), None, "2026-01-01".parse().ok()));
    let version = stored(&store).await.0.version();
    let again = import(&store, "团干部,姓名,年龄段\n赵样例,小甲,\n赵样例,小丙,26-30\n").await;
    assert!(again.summary.is_unchanged());
    assert_eq!(stored(&store).await.0.version(), version, "nothing was written");
}

#[tokio::test]
async fn a_hundred_young_people_for_each_of_many_cadres_are_written_by_the_bunch() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    let people: String = (0..200).map(|n| format!("样例{n},YL\n")).collect();
    let youth = |age: &str| {
        let row = |n: usize| (0..100).map(move |m| format!("样例{n},青年{m},农村,{age}\n"));
        format!("person,name,field,age_band\n{}", (0..200).flat_map(row).collect::<String>())
    };
    let people = format!("name,unit\n{people}");
    for (age, counts) in [
        ("18-25", Counts { added: 20_000, changed: 0, same: 0 }),
        ("18-25", Counts { added: 0, changed: 0, same: 20_000 }),
        ("26-30", Counts { added: 0, changed: 20_000, same: 0 }),
    ] {
        let files = [("units", UNITS), ("people", people.as_str()), ("youth", &youth(age))];
        let sheets = read_path(folder(&files).path()).unwrap();
        let applied = apply(&store, sheets, accounts(), now()).await.unwrap();
        assert_eq!(applied.summary.of(Sheet::Youth), counts);
    }
    let (_, kept) = stored(&store).await;
    assert_eq!(kept.youth.len(), 20_000);
    assert!(kept.youth.iter().all(|row| row.age_band.as_deref() == Some("26-30")));
}
