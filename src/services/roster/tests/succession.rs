//! Somebody comes in place of somebody else, and the same unit twice in a year.

use super::*;
use crate::domain::people::AssignmentKind;

const HEAD: &str = "name,unit,kind,since,until,successor_of\n";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn import(store: &Store, files: &[(&str, &str)]) -> Applied {
    store.refresh_directory(DEFAULT_ZONE).await.unwrap();
    apply(store, read_path(folder(files).path()).unwrap(), accounts(), now()).await.unwrap()
}

/// Somebody's assignments in words, in order.
async fn ties_of(store: &Store, name: &str) -> Vec<String> {
    store.refresh_directory(DEFAULT_ZONE).await.unwrap();
    let directory = store.directory();
    let person = directory.people().find(|person| person.name == name).unwrap();
    let mut ties: Vec<String> = directory
        .assignments_of(person.id)
        .iter()
        .map(|tie| {
            let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            let code = &directory.unit(tie.unit).unwrap().code;
            format!("{code} {} {}..{}", tie.kind.title(), day(tie.from), day(tie.to))
        })
        .collect();
    ties.sort();
    ties
}

async fn person(store: &Store, name: &str) -> crate::domain::directory::Person {
    store.refresh_directory(DEFAULT_ZONE).await.unwrap();
    store.directory().people().find(|person| person.name == name).unwrap().clone()
}

const ASSIGNMENTS: &str = "person,unit,kind,from,to\n\
    钱样例,YL-01,包联,2026-01-01,2026-12-31\n\
    钱样例,YL,引领,,\n\
    钱样例,YL-01,驻点,2026-03-01,2026-04-30\n\
    钱样例,YL-01,驻点,2026-09-01,2026-09-30\n";

#[tokio::test]
async fn a_successor_takes_over_what_still_holds_from_the_first_day_on() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    import(&store, &[("units", UNITS), ("people", "name,unit,kind\n钱样例,YL,挂职\n"), ("assignments", ASSIGNMENTS)])
        .await;
    let comes = format!("{HEAD}孙样例,YL,挂职,2026-07-01,,钱样例\n");
    let applied = import(&store, &[("people", &comes)]).await;
    assert_eq!(applied.summary.of(Sheet::People), Counts { added: 1, changed: 1, same: 0 });
    assert_eq!(applied.summary.of(Sheet::Assignments), Counts { added: 3, changed: 3, same: 0 });
    assert_eq!(applied.notices, Vec::<String>::new());
    let of_successor =
        ["YL 引领 2026-07-01..", "YL-01 包联 2026-07-01..2026-12-31", "YL-01 驻点 2026-09-01..2026-09-30"];
    let of_predecessor =
        ["YL 引领 ..2026-06-30", "YL-01 包联 2026-01-01..2026-06-30", "YL-01 驻点 2026-03-01..2026-04-30"];
    assert_eq!(ties_of(&store, "孙样例").await, of_successor);
    assert_eq!(ties_of(&store, "钱样例").await, of_predecessor, "what had not begun is the successor's alone");
    let (qian, sun) = (person(&store, "钱样例").await, person(&store, "孙样例").await);
    assert_eq!((qian.until, sun.since), (Some(day("2026-06-30")), Some(day("2026-07-01"))));
    assert_eq!(sun.successor_of, Some(qian.id));

    // the same again, alone, and with the sheet as it was before: nothing changes
    for files in [vec![("people", comes.as_str())], vec![("people", &comes), ("assignments", ASSIGNMENTS)]] {
        let again = import(&store, &files).await;
        assert!(again.summary.is_unchanged(), "{}", again.summary);
        assert_eq!(ties_of(&store, "孙样例").await, of_successor);
        assert_eq!(ties_of(&store, "钱样例").await, of_predecessor);
    }
    let (directory, kept) = stored(&store).await;
    write_xlsx(&export(&directory, &kept), &place.path().join("out.xlsx")).unwrap();
    let checked = plan(&read_path(&place.path().join("out.xlsx")).unwrap(), &directory, &kept, &accounts()).unwrap();
    assert!(checked.summary.is_unchanged(), "{}", checked.summary);
    assert_eq!(checked.notices, Vec::<String>::new());
}

#[tokio::test]
async fn what_goes_from_hand_to_hand_in_one_file_goes_the_whole_way() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    // the last of the three stands first, and the first has a last day of their own
    let people = format!(
        "{HEAD}李样例,YL-01,挂职,2026-09-01,,孙样例@YL\n孙样例,YL,挂职,2026-07-01,,钱样例\n钱样例,YL,挂职,,2026-07-15,\n"
    );
    let assignments = "person,unit,kind,from,to\n钱样例,YL-01,包联,2026-01-01,\n";
    import(&store, &[("units", UNITS), ("people", &people), ("assignments", assignments)]).await;
    assert_eq!(ties_of(&store, "钱样例").await, ["YL-01 包联 2026-01-01..2026-06-30"]);
    assert_eq!(ties_of(&store, "孙样例").await, ["YL-01 包联 2026-07-01..2026-08-31"]);
    assert_eq!(ties_of(&store, "李样例").await, ["YL-01 包联 2026-09-01.."]);
    assert_eq!(person(&store, "钱样例").await.until, Some(day("2026-07-15")), "what the file says stays");
    assert_eq!(person(&store, "孙样例").await.until, Some(day("2026-08-31")));
    let (directory, kept) = stored(&store).await;
    let table = export(&directory, &kept);
    let cells = &table.table(Sheet::People).unwrap().rows.iter().find(|row| row.cells[0] == "李样例").unwrap().cells;
    assert_eq!(cells.last().unwrap(), "孙样例@YL");
}

#[tokio::test]
async fn a_successor_who_has_the_unit_already_gets_it_no_second_time() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    let people = format!("{HEAD}钱样例,YL,挂职,,,\n孙样例,YL,挂职,2026-07-01,,钱样例\n");
    let assignments = "person,unit,kind,from,to\n\
        钱样例,YL-01,包联,2026-01-01,2026-12-31\n孙样例,YL-01,包联,2026-05-01,2026-12-31\n\
        钱样例,YL,驻点,,2026-12-31\n孙样例,YL,驻点,2026-07-01,2026-08-31\n";
    import(&store, &[("units", UNITS), ("people", &people), ("assignments", assignments)]).await;
    assert_eq!(
        ties_of(&store, "孙样例").await,
        ["YL 驻点 2026-07-01..2026-08-31", "YL-01 包联 2026-05-01..2026-12-31"],
        "what the file says about the successor counts"
    );
}

#[test]
fn a_wrong_succession_is_named_with_what_to_write() {
    let wrong = |rows: &str| problem_in("people", &format!("{HEAD}钱样例,YL,,2026-03-01,,\n吴样例,YL-01,,,,\n{rows}"));
    let cell = "工作表 people 第 4 行「successor_of」列：";
    let says = |rows: &str, text: &str| {
        let said = wrong(rows);
        assert!(said.starts_with(&format!("{cell}{text}")), "{said}");
    };
    says("孙样例,YL,,,,钱样例\n", "写了接替谁，就要在「到岗日期」列写");
    says("孙样例,YL,,2026-07-01,,郑样例\n", "没有叫「郑样例」的人");
    says("孙样例,YL,,2026-07-01,,吴样例\n", "本单位没有叫「吴样例」的人；别的单位的请写成「吴样例@YL-01」");
    says("孙样例,YL,,2026-07-01,,钱样例@YL-01\n", "单位 YL-01 里没有叫「钱样例」的人");
    says("孙样例,YL,,2026-07-01,,孙样例\n", "不能接替自己");
    says("孙样例,YL,,2026-03-01,,钱样例\n", "到岗日期 2026-03-01 不晚于「钱样例」自己的到岗日期 2026-03-01");
    let twice = wrong("孙样例,YL,,2026-07-01,,钱样例\n李样例,YL,,2026-08-01,,钱样例\n");
    assert!(twice.contains("第 5 行「successor_of」列：「钱样例」已经由「孙样例」接替"), "{twice}");
    let order = wrong("孙样例,YL,,2026-07-01,2026-06-01,\n");
    assert!(order.contains("第 4 行「until」列：离岗日期 2026-06-01 早于到岗日期 2026-07-01"), "{order}");
    assert!(wrong("孙样例,YL,,开春,,\n").contains("第 4 行「since」列：看不懂日期「开春」"));
    let circle = format!("{HEAD}甲样例,YL,,2026-07-01,,乙样例\n乙样例,YL,,2026-08-01,,甲样例\n");
    let circle = check(&[("units", UNITS), ("people", &circle)]).unwrap_err().to_string();
    assert!(circle.contains("到岗日期 2026-07-01 不晚于「乙样例」自己的到岗日期 2026-08-01"), "{circle}");
}

#[tokio::test]
async fn the_same_unit_may_come_twice_with_different_first_days_and_an_overlap_is_said() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    let people = "name,unit\n钱样例,YL\n";
    let twice = "person,unit,kind,from,to\n钱样例,YL-01,驻点,2026-03-01,2026-03-31\n钱样例,YL-01,驻点,2026-09-01,\n";
    let applied = import(&store, &[("units", UNITS), ("people", people), ("assignments", twice)]).await;
    assert_eq!((applied.summary.of(Sheet::Assignments).added, applied.notices.len()), (2, 0));
    let later = "person,unit,kind,from,to\n钱样例,YL-01,驻点,2026-10-01,\n";
    let applied = import(&store, &[("assignments", later)]).await;
    let said = applied.notices.join("\n");
    assert!(said.contains("「钱样例」到 YL-01 的驻点有两段时间重叠（开始：2026-09-01、2026-10-01）"), "{said}");
    assert_eq!(ties_of(&store, "钱样例").await.len(), 3);
    // without the column nobody knows which of them is meant
    let (directory, kept) = stored(&store).await;
    let files = folder(&[("assignments", "person,unit,kind,to\n钱样例,YL-01,驻点,2026-12-31\n")]);
    let wrong = plan(&read_path(files.path()).unwrap(), &directory, &kept, &accounts()).unwrap_err().to_string();
    assert!(wrong.contains("第 2 行「person」列：这个人和这个单位已有几段联系；请加上「开始日期」列"), "{wrong}");
    assert!(kept.assignments.iter().all(|row| row.kind == AssignmentKind::Station.code()));
}

#[tokio::test]
async fn the_kind_of_a_unit_and_the_receipts_of_a_chat_go_in_and_out() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path()).await;
    let units = format!("{}YL-0101,样例青年之家,YL-01,村级\n", UNITS).replace("level\n", "level,类别\n");
    let units =
        units.replace("村级\n", "村级,青年爱里\n").replace("县级\n", "县级,\n").replace("乡镇级\n", "乡镇级,\n");
    let chats = "群,单位,用途,回执\n甲群,YL,干部群,简短\n乙群,YL,干部群,\n";
    import(&store, &[("units", &units), ("chats", chats)]).await;
    let (directory, kept) = stored(&store).await;
    let kind = |code: &str| directory.unit_by_code(code).unwrap().kind;
    use crate::domain::people::{Receipts, UnitKind};
    assert_eq!((kind("YL"), kind("YL-0101")), (UnitKind::Committee, UnitKind::Site));
    let mut receipts: Vec<(&str, Receipts)> =
        directory.chats().map(|chat| (chat.name.as_str(), chat.receipts)).collect();
    receipts.sort_by_key(|(name, _)| *name);
    assert_eq!(receipts, [("乙群", Receipts::Full), ("甲群", Receipts::Short)]);
    let sheets = export(&directory, &kept);
    assert_eq!(sheets.table(Sheet::Units).unwrap().rows[2].cells[5], "青年之家");
    // a sheet without the columns leaves them as they are
    let less = import(&store, &[("chats", "群,单位,用途\n甲群,YL,干部群\n"), ("units", UNITS)]).await;
    assert!(less.summary.is_unchanged(), "{}", less.summary);
    assert!(problem_in("chats", "群,单位,用途,回执\n甲群,YL,干部群,不回\n").contains("可以写：完整、简短、私聊"));
    assert!(
        problem(&[("units", "code,name,level,kind\nYL,样例县,县级,公司\n")]).contains("「kind」列：看不懂「公司」")
    );
}
