//! The roster from file to database and back, and every kind of wrong cell.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use rust_xlsxwriter::{Format, Workbook};

use super::*;
use crate::clock::from_ms;
use crate::domain::directory::{DEFAULT_ZONE, Directory};
use crate::domain::people::{CadreKind, ChatRole, Direction, Level, Role};
use crate::store::DatabaseConfig;

mod succession;
mod youth;

const UNITS: &str = "code,name,parent,level\nYL,样例县,,县级\nYL-01,样例一镇,YL,乡镇级\n";

fn now() -> DateTime<Utc> {
    from_ms(1_772_323_200_000)
}

fn accounts() -> Vec<String> {
    vec!["simulator".to_owned(), "qq".to_owned()]
}

/// A folder with these CSV files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
    }
    folder
}

/// The roster of these CSV files, checked against an empty directory.
fn check(files: &[(&str, &str)]) -> Result<Checked, RosterProblems> {
    check_against(files, &Directory::default())
}

fn check_against(files: &[(&str, &str)], directory: &Directory) -> Result<Checked, RosterProblems> {
    plan(&read_path(folder(files).path())?, directory, &Kept::default(), &accounts())
}

/// The only problem of these CSV files.
fn problem(files: &[(&str, &str)]) -> String {
    let problems = check(files).unwrap_err().all;
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].to_string()
}

/// The only problem of a sheet beside the two units.
fn problem_in(sheet: &str, text: &str) -> String {
    problem(&[("units", UNITS), (sheet, text)])
}

async fn store(folder: &Path) -> Store {
    let url = format!("sqlite://{}", folder.join("test.sqlite").display()).into();
    Store::open_migrated(&DatabaseConfig { url, max_readers: 2, max_batch: 8 }, DEFAULT_ZONE).await.unwrap()
}

async fn stored(store: &Store) -> (std::sync::Arc<Directory>, Kept) {
    store.refresh_directory(DEFAULT_ZONE).await.unwrap();
    (store.directory(), Kept::all(store.reader()).await.unwrap())
}

#[test]
fn a_wrong_unit_is_named_by_sheet_row_and_column() {
    let wrong = |rows: &str| problem(&[("units", &format!("{UNITS}{rows}"))]);
    assert_eq!(
        wrong("YL-02,样例二镇,样例省,乡镇级\n"),
        "工作表 units 第 4 行「parent」列：没有编码或名称为「样例省」的单位；请先在「单位」表里加上它，或改成已有单位的编码"
    );
    assert!(wrong("YL-01,样例二镇,YL,乡镇级\n").starts_with("工作表 units 第 4 行「code」列：编码「YL-01」在第 3 行"));
    assert!(wrong(",样例二镇,YL,乡镇级\n").starts_with("工作表 units 第 4 行「code」列：不能空着"));
    assert!(wrong("YL-02,,YL,乡镇级\n").starts_with("工作表 units 第 4 行「name」列：不能空着"));
    assert!(
        wrong("YL-02,样例二镇,YL,大镇\n")
            .contains("第 4 行「level」列：看不懂「大镇」；可以写：省级、市级、县级、乡镇级、村级")
    );
    assert!(
        wrong("YL-02,样例二镇,YL-01,县级\n").contains("第 4 行「level」列：级别「县级」比上级单位的「乡镇级」还高")
    );
    assert!(wrong("YL-02,样例二镇,YL-02,乡镇级\n").contains("第 4 行「parent」列：上级是它自己"));
    let zone = problem(&[("units", "code,name,level,zone\nYL,样例县,县级,Asia/样例\n")]);
    assert!(zone.contains("第 2 行「zone」列：没有时区「Asia/样例」"), "{zone}");
}

#[test]
fn a_loop_of_units_is_named_once_for_each_of_its_rows() {
    let units = "code,name,parent,level\nA,甲,B,县级\nB,乙,A,县级\nC,丙,A,乡镇级\n";
    let problems = check(&[("units", units)]).unwrap_err().all;
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].contains("第 2 行「parent」列：上下级绕成了一圈：A → B → A"), "{shown:?}");
    assert!(shown[1].contains("第 3 行「parent」列"), "{shown:?}");
}

#[test]
fn a_wrong_person_is_named_by_sheet_row_and_column() {
    let wrong = |rows: &str| problem_in("people", &format!("姓名,单位,类别,角色,账号\n{rows}"));
    assert!(wrong(",YL,,,\n").starts_with("工作表 people 第 2 行「姓名」列：不能空着"));
    assert!(
        wrong("赵样例,样例二镇,,,\n")
            .starts_with("工作表 people 第 2 行「单位」列：没有编码或名称为「样例二镇」的单位")
    );
    assert!(
        wrong("赵样例,YL,专业,,\n")
            .contains("第 2 行「类别」列：看不懂「专业」；可以写：专职、挂职、领导机关兼职、兼职")
    );
    assert!(wrong("赵样例,YL,,书记、主席,\n").contains("第 2 行「角色」列：看不懂「主席」；可以写：书记、督导、专家"));
    assert!(wrong("赵样例,YL,,,123456\n").contains("第 2 行「账号」列：看不懂「123456」；要写成「账号名:编号」"));
    assert!(
        wrong("赵样例,YL,,,\n钱样例,YL,,,\n赵样例,样例县,,,\n")
            .contains("第 4 行「姓名」列：第 2 行已经有同一单位的「赵样例」")
    );
    let shared = wrong("赵样例,YL,,,qq:1001\n钱样例,YL-01,,,qq:1002 qq:1001\n");
    assert!(shared.contains("第 3 行「账号」列：「qq:1001」在第 2 行已经写给「赵样例」"), "{shared}");
    assert!(wrong("赵样例,YL,,,qq:1.23457E+11\n").contains("第 2 行「账号」列：Excel 已经把这个长数字改成近似值"));
}

#[test]
fn an_ambiguous_unit_name_asks_for_the_code() {
    let units = format!("{UNITS}YL-02,样例村,YL,村级\nYL-03,样例村,YL,村级\n");
    let said = problem(&[("units", &units), ("people", "name,unit\n赵样例,样例村\n")]);
    assert_eq!(said, "工作表 people 第 2 行「unit」列：有 2 个单位叫「样例村」；请改写编码：YL-02、YL-03");
}

#[test]
fn a_wrong_chat_or_endpoint_is_named_by_sheet_row_and_column() {
    let chat = |rows: &str| problem_in("chats", &format!("chat,unit,role,list_missing,reminders\n{rows}"));
    assert!(
        chat("样例群,YL,闲聊群,,\n")
            .contains("工作表 chats 第 2 行「role」列：看不懂「闲聊群」；可以写：干部群、青年群、督导群")
    );
    assert!(chat("样例群,YL,青年群,也许,\n").contains("第 2 行「list_missing」列：看不懂「也许」；可以写：是、否"));
    assert!(chat("样例群,XX,青年群,,\n").contains("第 2 行「unit」列"));
    assert!(chat("样例群,YL,青年群,,\n样例群,YL,干部群,,\n").contains("第 3 行「chat」列：第 2 行已经有群「样例群」"));
    let endpoint = |rows: &str| {
        let chats = "chat,unit,role\n甲群,YL,青年群\n乙群,YL,干部群\n";
        let endpoints = format!("chat,account,external_id,direction\n{rows}");
        problem(&[("units", UNITS), ("chats", chats), ("endpoints", &endpoints)])
    };
    assert!(endpoint("丙群,qq,1,both\n").contains("工作表 endpoints 第 2 行「chat」列：没有叫「丙群」的群"));
    assert!(endpoint("甲群,,1,both\n").contains("第 2 行「account」列：不能空着"));
    assert!(endpoint("甲群,qq,,both\n").contains("第 2 行「external_id」列：不能空着"));
    assert!(endpoint("甲群,qq,1,来回\n").contains("第 2 行「direction」列：看不懂「来回」；可以写：收、发、收发"));
    assert!(
        endpoint("甲群,qq,1,both\n乙群,qq,1,both\n")
            .contains("第 3 行「external_id」列：账号「qq」的「1」在第 2 行已经有了")
    );
    assert!(
        endpoint("甲群,qq,1.23457E+11,both\n").contains("第 2 行「external_id」列：Excel 已经把这个长数字改成近似值")
    );
}

#[test]
fn a_wrong_assignment_is_named_by_sheet_row_and_column() {
    let wrong = |rows: &str| {
        let people = "name,unit\n赵样例,YL\n赵样例,YL-01\n钱样例,YL\n";
        let assignments = format!("person,unit,kind,from,to,person_unit\n{rows}");
        problem(&[("units", UNITS), ("people", people), ("assignments", &assignments)])
    };
    assert!(wrong("孙样例,YL-01,包联,,,\n").contains("工作表 assignments 第 2 行「person」列：没有叫「孙样例」的人"));
    assert!(
        wrong("赵样例,YL-01,包联,,,\n")
            .contains("第 2 行「person」列：有 2 个人叫「赵样例」；请在「人员所在单位」列写明是哪个单位的：YL、YL-01")
    );
    assert!(wrong("钱样例,YL-01,包联,,,YL-01\n").contains("第 2 行「person_unit」列：这个单位里没有叫「钱样例」的人"));
    assert!(wrong("钱样例,YL-01,常驻,,,\n").contains("第 2 行「kind」列：看不懂「常驻」；可以写：引领、驻点、包联"));
    assert!(wrong("钱样例,YL-01,包联,开春,,\n").contains("第 2 行「from」列：看不懂日期「开春」"));
    assert!(
        wrong("钱样例,YL-01,包联,2026/3/2,2026-03-01,\n")
            .contains("第 2 行「to」列：结束日期 2026-03-01 早于开始日期 2026-03-02")
    );
    assert!(wrong("钱样例,YL-01,包联,,,\n钱样例,样例一镇,pair,,,\n").contains("第 3 行「person」列：和第 2 行重复"));
}

#[test]
fn a_wrong_row_does_not_make_the_rows_that_name_it_wrong_too() {
    let units = "code,name,level\nYL,样例县,大县\n";
    let people = "name,unit\n赵样例,YL\n钱样例,没有\n";
    let assignments = "person,unit,kind\n钱样例,YL,包联\n";
    let problems = check(&[("units", units), ("people", people), ("assignments", assignments)]).unwrap_err().all;
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn all_problems_are_collected_and_the_first_fifty_shown() {
    let rows: String = (0..60).map(|n| format!("样例{n},没有\n")).collect();
    let problems = check(&[("people", &format!("name,unit\n{rows}"))]).unwrap_err();
    let text = problems.to_string();
    assert_eq!(problems.all.len(), 60);
    assert!(text.contains("有 60 处要改") && text.contains("还有 10 处"));
    assert!(text.contains("第 51 行") && !text.contains("第 52 行"), "{text}");
}

#[test]
fn unknown_columns_sheets_and_accounts_are_noticed_and_never_dropped_silently() {
    let checked = check(&[
        ("units", UNITS),
        ("people", "name,unit,手机,accounts\n赵样例,YL,1,wecom:a\n钱样例,YL,2,wecom:b\n"),
        ("工资", "甲\n"),
    ])
    .unwrap();
    let notices = checked.notices.join("\n");
    assert!(notices.contains("工作表 people：没有读不认识的列「手机」"), "{notices}");
    assert!(notices.contains("「工资」：不是花名册的工作表"), "{notices}");
    assert!(notices.contains("账号「wecom」不在配置文件里（2 处用到）"), "{notices}");
    assert_eq!(checked.plan.people[0].accounts, [("wecom".to_owned(), "a".to_owned())]);
}

#[test]
fn a_missing_or_doubled_column_and_a_cell_that_is_too_long_are_problems() {
    assert!(problem_in("people", "name,kind\n赵样例,专职\n").starts_with("工作表 people：缺少「单位」列（unit）"));
    assert!(
        problem_in("people", "name,unit,所在单位\n赵样例,YL,YL\n").contains("「unit」列和「所在单位」列说的是同一件事")
    );
    assert!(problem_in("people", "甲,乙\n一,二\n").contains("没有找到列标题"));
    let long = format!("name,unit,team\n赵样例,YL,{}\n", "长".repeat(501));
    assert_eq!(problem_in("people", &long), "工作表 people 第 2 行「team」列：太长；一格最多 500 个字");
    assert!(problem(&[("工资", "甲\n")]).contains("没有花名册的工作表"));
    assert!(read_path(Path::new("没有这个文件.xlsx")).unwrap_err().to_string().contains("找不到"));
}

#[test]
fn columns_come_in_any_order_under_any_of_their_names_and_blank_rows_are_skipped() {
    let units = "样例县团组织一览,,\n级别,*团组织 编码（必填）,团组织名称,上级团组织\n旗县,YL,样例县,\n,,,\n苏木,YL-01,样例一镇,样例县\n";
    let people = "所在团组织;姓名;帐号;职务\n样例一镇;赵样例;qq:1001、simulator：x;书记 督导\n";
    let checked = check(&[("团组织", units), ("花名册", people)]).unwrap();
    assert_eq!(checked.plan.units[1].parent.as_deref(), Some("YL"));
    assert_eq!(checked.plan.units[1].level, Level::Township);
    assert_eq!(checked.plan.people[0].unit, "YL-01");
    assert_eq!(checked.plan.people[0].roles, [Role::Secretary, Role::Supervisor]);
    assert_eq!(checked.plan.people[0].accounts.len(), 2);
    assert!(checked.notices.iter().any(|notice| notice.contains("标题行以上的 1 行")));
}

#[test]
fn csv_is_read_in_gb18030_and_in_utf_8_with_a_mark() {
    let text = "编码,名称,级别\nYL,样例县,县级\n";
    let marked = format!("\u{FEFF}{text}").into_bytes();
    let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
    for bytes in [gb18030.into_owned(), marked] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("units.csv"), bytes).unwrap();
        let sheets = read_path(folder.path()).unwrap();
        assert_eq!(sheets.tables[0].rows[0].cells, ["YL", "样例县", "县级"]);
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("units.csv"), [b'a', 0xFF, 0xFF, b'\n']).unwrap();
    assert!(read_path(folder.path()).unwrap_err().to_string().contains("认不出文件的编码"));
}

#[test]
fn a_cell_with_line_breaks_is_one_row() {
    let people = "name,unit,accounts\n赵样例,YL,\"qq:1\nqq:2\"\n\n钱样例,没有,\n";
    assert!(problem_in("people", people).starts_with("工作表 people 第 4 行「unit」列"));
    let windows = people.replace('\n', "\r\n");
    assert!(problem_in("people", &windows).starts_with("工作表 people 第 4 行「unit」列"));
}

/// A workbook with one sheet, written by `fill`.
fn workbook(
    sheet: &str,
    fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet),
) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("样例.xlsx");
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(sheet).unwrap();
    fill(worksheet);
    workbook.save(&path).unwrap();
    (folder, path)
}

#[test]
fn numbers_and_days_in_a_workbook_are_the_text_that_people_see() {
    let (_folder, path) = workbook("assignments", |sheet| {
        for (at, heading) in (0_u16..).zip(["person", "unit", "kind", "from", "to"]) {
            sheet.write(0, at, heading).unwrap();
        }
        let date = Format::new().set_num_format("yyyy/m/d");
        sheet.write(1, 0, 123_456_789.0).unwrap();
        sheet.write_with_format(1, 1, 7, &Format::new().set_num_format("000")).unwrap();
        sheet.write(1, 2, 1.5).unwrap();
        sheet.write_with_format(1, 3, 46_082, &date).unwrap();
        sheet.write(1, 4, true).unwrap();
    });
    let sheets = read_path(&path).unwrap();
    assert_eq!(sheets.tables[0].rows[0].cells, ["123456789", "007", "1.5", "2026-03-01", "是"]);
}

#[test]
fn a_number_too_long_for_excel_and_a_formula_error_are_named() {
    let (_folder, path) = workbook("群地址", |sheet| {
        for (at, heading) in (0_u16..).zip(["群", "账号", "群号"]) {
            sheet.write(0, at, heading).unwrap();
        }
        sheet.write(1, 0, "甲群").unwrap();
        sheet.write(1, 1, rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.write(1, 2, 123_456_789_012_345_678.0).unwrap();
        // far below: must not make the sheet large
        sheet.write(900_000, 0, "乙群").unwrap();
    });
    let text = read_path(&path).unwrap_err().to_string();
    assert!(text.contains("工作表 群地址 第 2 行「账号」列：公式出错"), "{text}");
    assert!(text.contains("第 2 行「群号」列：Excel 已经把这个长数字改成近似值"), "{text}");
}

#[tokio::test]
async fn nothing_is_written_when_one_cell_is_wrong() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    let files = folder(&[("units", UNITS), ("people", "name,unit\n赵样例,YL\n钱样例,没有\n")]);
    let sheets = read_path(files.path()).unwrap();
    let error = apply(&store, sheets, accounts(), now()).await.unwrap_err();
    assert!(matches!(error, RosterError::Problems(problems) if problems.all.len() == 1));
    let (directory, _) = stored(&store).await;
    assert!(directory.is_empty() && directory.people().next().is_none());
}

#[tokio::test]
async fn the_sample_committee_is_imported_without_a_word_and_exported_and_imported_again_without_a_change() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    let applied = apply(&store, read_sample(), accounts(), now()).await.unwrap();
    assert_eq!(applied.notices, Vec::<String>::new());
    assert_eq!(applied.summary.of(Sheet::Units).added, 8);
    assert_eq!(applied.summary.of(Sheet::People).added, 12);
    assert_eq!(applied.summary.of(Sheet::Endpoints).added, 4);
    let (directory, kept) = stored(&store).await;
    let zhao = directory.speaker("simulator", "sim-1001").unwrap();
    assert_eq!((zhao.kind, zhao.roles.as_slice()), (Some(CadreKind::FullTime), [Role::Secretary].as_slice()));
    assert_eq!(directory.heard_in("simulator", "sim-youth-1").unwrap().role, ChatRole::Youth);
    assert!(directory.units().all(|unit| unit.name.starts_with("样例")));
    assert!(directory.people().all(|person| person.name.ends_with("样例")));
    assert_eq!((kept.assignments.len(), kept.youth.len()), (5, 6));
    assert!(kept.youth.iter().all(|row| row.name.starts_with("样例")));

    let sheets = export(&directory, &kept);
    write_xlsx(&sheets, &place.path().join("花名册.xlsx")).unwrap();
    write_csv_folder(&sheets, &place.path().join("花名册")).unwrap();
    for path in ["花名册.xlsx", "花名册"] {
        let again = read_path(&place.path().join(path)).unwrap();
        let applied = apply(&store, again, accounts(), now()).await.unwrap();
        assert!(applied.summary.is_unchanged(), "{path}: {}", applied.summary);
        assert_eq!(applied.summary.of(Sheet::Assignments).same, 5);
        assert_eq!(applied.summary.of(Sheet::Youth).same, 6);
        assert_eq!(applied.notices, Vec::<String>::new());
    }
    assert_eq!(stored(&store).await.0.version(), directory.version(), "nothing was written");
}

#[tokio::test]
async fn importing_again_changes_rows_and_keeps_their_ids_and_what_the_file_does_not_say() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    apply(&store, read_sample(), accounts(), now()).await.unwrap();
    let (before, _) = stored(&store).await;
    let zhao = before.speaker("simulator", "sim-1001").unwrap().clone();

    let files = folder(&[
        ("people", "name,unit,team,accounts\n赵样例,样例县,新组,qq:1001\n新样例,YL-01,,\n"),
        ("chats", "chat,unit,role\n样例县团干部群,YL,干部群\n"),
        ("endpoints", "chat,account,external_id,direction\n样例县团干部群,simulator,sim-youth-2,收\n"),
        ("assignments", "person,unit,kind,to\n钱样例,YL-01,包联,2027/1/31\n"),
    ]);
    let sheets = read_path(files.path()).unwrap();
    let applied = apply(&store, sheets, accounts(), now()).await.unwrap();
    assert_eq!(applied.summary.of(Sheet::People), Counts { added: 1, changed: 1, same: 0 });
    assert_eq!(applied.summary.of(Sheet::Chats), Counts { added: 0, changed: 0, same: 1 });
    assert_eq!(applied.summary.of(Sheet::Assignments), Counts { added: 0, changed: 1, same: 0 });
    assert!(applied.notices.join("").contains("原来属于群「样例二镇青年群」，这次改到群「样例县团干部群」"));

    let (after, kept) = stored(&store).await;
    let again = after.speaker("qq", "1001").unwrap();
    assert_eq!((again.id, again.kind, &again.roles), (zhao.id, zhao.kind, &zhao.roles));
    assert_eq!(again.team.as_deref(), Some("新组"));
    assert_eq!(after.identities_of(zhao.id).len(), 2);
    assert_eq!(after.people().count(), 13);
    let chat = after.heard_in("simulator", "sim-youth-2").unwrap();
    assert_eq!(chat.name, "样例县团干部群");
    assert!(after.endpoints_of(chat.id).iter().any(|endpoint| endpoint.direction == Direction::In));
    let qian = after.speaker("simulator", "sim-1002").unwrap();
    let row = kept.assignments.iter().find(|row| row.person_id == qian.id.0).unwrap();
    assert_eq!((row.from, row.to), (NaiveDate::from_ymd_opt(2026, 1, 1), NaiveDate::from_ymd_opt(2027, 1, 31)));
}

#[tokio::test]
async fn an_address_or_a_level_that_contradicts_what_is_stored_is_a_problem() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    apply(&store, read_sample(), accounts(), now()).await.unwrap();
    let (directory, _) = stored(&store).await;
    let wrong = |sheet: &str, text: &str| {
        let problems = check_against(&[(sheet, text)], &directory).unwrap_err().all;
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].to_string()
    };
    let taken = wrong("people", "name,unit,accounts\n新样例,YL,simulator:sim-1001\n");
    assert!(
        taken.contains("第 2 行「accounts」列：「simulator:sim-1001」已经登记在「样例县」的「赵样例」名下"),
        "{taken}"
    );
    let low = wrong("units", "code,name,parent,level\nYL-01,样例一镇,YL,村级\nYL-02,样例二镇,YL-0201,村级\n");
    assert!(low.contains("绕成了一圈：YL-02 → YL-0201 → YL-02"), "{low}");
    let low = wrong("units", "code,name,level\nYL,样例县,村级\n");
    assert!(low.contains("第 2 行「level」列：级别「村级」比已有的下级单位"), "{low}");
}

#[test]
fn units_are_planned_parents_first_whatever_their_order() {
    let units = "code,name,parent,level\nC,丙,B,村级\nB,乙,A,乡镇级\nA,甲,,县级\n";
    let checked = check(&[("units", units)]).unwrap();
    let codes: Vec<&str> = checked.plan.units.iter().map(|unit| unit.code.as_str()).collect();
    assert_eq!(codes, ["A", "B", "C"]);
}

#[tokio::test]
async fn names_that_look_like_formulas_stay_text_and_are_guarded_in_csv() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    let files = folder(&[("units", UNITS), ("people", "name,unit,team\n=1+1,YL,＝样例\n@样例,YL,'=x\n")]);
    apply(&store, read_path(files.path()).unwrap(), accounts(), now()).await.unwrap();
    let (directory, kept) = stored(&store).await;
    let sheets = export(&directory, &kept);
    let target = place.path().join("out");
    write_csv_folder(&sheets, &target).unwrap();
    let text = std::fs::read_to_string(target.join("people.csv")).unwrap();
    assert!(text.starts_with("\u{FEFF}姓名,单位") && text.contains("'=1+1,YL") && text.contains("'＝样例"), "{text}");
    assert!(text.contains("'@样例"), "{text}");
    write_xlsx(&sheets, &place.path().join("out.xlsx")).unwrap();
    for path in [target.clone(), place.path().join("out.xlsx")] {
        let checked = plan(&read_path(&path).unwrap(), &directory, &kept, &accounts()).unwrap();
        assert!(checked.summary.is_unchanged(), "{}", checked.summary);
    }
    assert!(matches!(write_csv_folder(&sheets, &target), Err(WriteError::Exists(_))));
}

#[test]
fn the_template_can_be_read_and_holds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("空表.xlsx");
    template(&path).unwrap();
    let sheets = read_path(&path).unwrap();
    assert_eq!(sheets.tables.len(), Sheet::ALL.len());
    assert!(sheets.tables.iter().all(|table| table.rows.is_empty()));
    assert_eq!(sheets.notices, Vec::<String>::new());
    assert!(matches!(template(&path), Err(WriteError::Exists(_))));
}
