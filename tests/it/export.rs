//! The ledger: records as a table, as an operator exports it.

use calamine::{Data, Reader};

use crate::support::office::{CADRE, CADRES, OTHER_SECRETARY, PART_TIMER};
use crate::support::town_card::open;

#[tokio::test]
async fn a_ledger_is_exported_with_real_dates_and_nothing_that_calculates() {
    let (office, folder) = open(false).await;
    office.say(CADRES, CADRE, "签到 样例一镇 走访青年12人").await;
    office.say(CADRES, PART_TIMER, "学习 样例一镇 =1+1主题团课20人").await;
    office.say(CADRES, OTHER_SECRETARY, "签到 城西社区 走访三户").await;
    office.say(CADRES, CADRE, "签到 城西社区").await;
    office.say(CADRES, CADRE, "撤回").await;
    office.say(CADRES, OTHER_SECRETARY, "改 人数 9").await;

    let csv = folder.path().join("台账.csv");
    let (well, said) = office.command(&["records", "export", "--unit", "0", "--out", csv.to_str().unwrap()]);
    assert!(well && said.contains("3 行"), "{said}");
    let text = std::fs::read_to_string(&csv).unwrap();
    assert!(text.starts_with("\u{FEFF}日期,单位,姓名,种类,地点,计入单位,内容,数量,计量,补,版本,录入人\n"), "{text}");
    assert!(text.contains("2026-11-20,样例县团委,钱样例,签到,样例一镇,样例一镇团委,"), "{text}");
    assert!(text.contains(",'=1+1主题团课20人,20,人,"), "guarded: {text}");
    assert!(text.contains("周样例") && text.contains(",9,人,,2,"), "the second version: {text}");

    // what people of the town did, and what happened there
    let book = folder.path().join("台账.xlsx");
    let (well, said) = office.command(&["records", "export", "--unit", "1", "--out", book.to_str().unwrap()]);
    assert!(well && said.contains("2 行"), "{said}");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&book).unwrap();
    let sheet = book.worksheet_range("台账").unwrap();
    assert!(matches!(sheet.get((1, 0)), Some(Data::DateTime(_))), "{:?}", sheet.get((1, 0)));
    assert_eq!(sheet.get((2, 6)), Some(&Data::String("=1+1主题团课20人".into())), "words, no formula");
    assert_eq!(sheet.get((1, 7)), Some(&Data::Float(12.0)));

    let more = folder.path().join("学习.csv");
    let study = ["records", "export", "--unit", "0", "--kind", "学习", "--from", "2026-11-20", "--out"];
    let (well, said) = office.command(&[study.as_slice(), &[more.to_str().unwrap()]].concat());
    assert!(well && said.contains("1 行"), "{said}");
    let (well, said) = office.command(&[study.as_slice(), &[more.to_str().unwrap()]].concat());
    assert!(!well && said.contains("已经存在"), "{said}");
    let later = folder.path().join("空.csv");
    let later = later.to_str().unwrap();
    let (well, said) = office.command(&["records", "export", "--unit", "0", "--to", "2026-11-19", "--out", later]);
    assert!(well && said.contains("0 行"), "{said}");
    for (wrong, part) in
        [(["--unit", "99", "--out", "x.csv"], "没有编码"), (["--unit", "0", "--out", "x.pdf"], ".xlsx 或 .csv")]
    {
        let (well, said) = office.command(&[["records", "export"].as_slice(), &wrong].concat());
        assert!(!well && said.contains(part), "{said}");
    }
    office.close().await;
}
