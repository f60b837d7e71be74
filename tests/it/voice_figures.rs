//! The figures of the Voice of Youth: of a period, by unit and topic, the questions behind them, and the table.

use std::collections::HashMap;

use crate::support::office::{
    CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SUPERVISOR, TOWN_SECRETARY, YOUNG, YOUTH,
};

const SECOND: i64 = 5_002;
const THIRD: i64 = 5_003;

/// The columns of the exported table, each with its values in order.
pub(crate) fn table(csv: &std::path::Path) -> HashMap<String, Vec<String>> {
    let text = std::fs::read_to_string(csv).unwrap();
    let text = text.strip_prefix('\u{FEFF}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |at: usize| rows.iter().map(|row| row[at].to_owned()).collect();
    headings.into_iter().enumerate().map(|(at, heading)| (heading, column(at))).collect()
}

/// The sum of a column.
pub(crate) fn sum(table: &HashMap<String, Vec<String>>, heading: &str) -> i64 {
    table[heading].iter().map(|cell| cell.parse::<i64>().unwrap()).sum()
}

/// Five questions of the first town, one of the second: answered in an hour, answered late, merged, withdrawn, declined, open.
async fn a_month() -> Office {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.say(YOUTH, SECOND, "提问 团组织关系怎么转？").await;
    office.say(YOUTH, THIRD, "提问 我家水管漏了找谁修？").await;
    office.say(YOUTH, SECOND, "提问 问错了怎么办？").await;
    office.say(YOUTH, SECOND, "撤回").await;
    office.whisper(OTHER_SECRETARY, "提问 二镇的经费怎么报？").await;
    office.until("2026-11-20T11:00:00").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部").await;
    office.whisper(TOWN_SECRETARY, "不受理 3 请拨打 12345").await;
    office.say(YOUTH, YOUNG, "满意 1").await;
    office.say(YOUTH, SECOND, "赞 1").await;
    office.say(YOUTH, THIRD, "提问 怎么把团员关系迁走？").await;
    office.whisper(TOWN_SECRETARY, "合并 6 到 2").await;
    // a week later, two workdays were allowed
    office.until("2026-11-27T11:00:00").await;
    office.whisper(TOWN_SECRETARY, "回复 2 在系统里转接").await;
    office.say(YOUTH, SECOND, "不满意 2 没说省外").await;
    office.whisper(TOWN_SECRETARY, "回复 2 省外也一样").await;
    office
}

#[tokio::test]
async fn a_period_is_told_to_those_who_oversee_and_what_was_asked_is_answered_or_open_or_declined() {
    let office = a_month().await;
    let month = office.whisper(COUNTY_SECRETARY, "青年之声 本月").await;
    assert!(month.contains("样例县团委") && month.contains("11月1日—11月30日"), "{month}");
    assert!(month.contains("提问 5 个：已答 3，待答 1，不受理 1"), "{month}");
    assert!(
        month.contains("超时：没答的 1，答晚的 2"),
        "the second town's; the first answer to 2, and the merged one: {month}"
    );
    assert!(month.contains("点赞 1 个；满意 1/2，67% 的人评价了"), "{month}");
    assert!(month.contains("这段时间答复 3 个") && month.contains("中位数 7 天，九成在 7 天以内"), "{month}");
    assert!(month.contains("样例一镇团委 4/3/0/2，用时 7 天，满意 1/2"), "{month}");
    assert!(month.contains("样例二镇团委 1/0/1/1"), "{month}");

    let week = office.whisper(TOWN_SECRETARY, "青年之声 本周").await;
    assert!(week.contains("样例一镇团委") && week.contains("提问 0 个") && week.contains("答复 2 个"), "{week}");
    let town = office.whisper(COUNTY_SECRETARY, "青年之声 上周 样例一镇").await;
    assert!(town.contains("提问 4 个：已答 3，待答 0，不受理 1") && town.contains("答复 1 个"), "{town}");
    assert!(office.whisper(TOWN_SECRETARY, "青年之声 本月 样例二镇").await.contains("没有看懂“样例二镇”"));
    let topics = office.whisper(COUNTY_SECRETARY, "青年之声 话题 本月").await;
    assert!(topics.contains("分话题") && topics.contains("创业 1/1/0/0"), "{topics}");
    let behind = office.whisper(COUNTY_SECRETARY, "青年之声 明细 本月").await;
    for line in ["超时没答 1：5", "不满意 1：2", "不受理 1：3", "已答 3：1、2、6", "--unit 0 --from 2026-11-01"]
    {
        assert!(behind.contains(line), "{line}: {behind}");
    }
    // the public figures, in the same words for everybody
    let public = office.say(YOUTH, YOUNG, "青年之声").await;
    assert!(public.contains("提问 4 个，答复 3 个，点赞 1 个，2 人评价、1 人满意"), "{public}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn the_lines_add_up_and_a_unit_without_a_period_is_understood() {
    let office = a_month().await;
    // of somebody of the county: its own
    office.whisper(SUPERVISOR, "提问 县里有没有夜校？").await;
    for text in ["青年之声 本月", "青年之声 单位", "青年之声 分单位 本月"] {
        let month = office.whisper(COUNTY_SECRETARY, text).await;
        assert!(month.contains("提问 6 个：已答 3，待答 2，不受理 1"), "{month}");
        assert!(month.contains("· 本级 1/0/1/0") && month.contains("样例一镇团委 4/3/0/2"), "{month}");
        assert!(month.contains("样例二镇团委 1/0/1/1"), "{month}");
    }
    let public = office.say(CADRES, COUNTY_SECRETARY, "青年之声").await;
    assert!(public.contains("提问 6 个") && public.contains("· 本级 1/0/0"), "{public}");
    let town = office.whisper(COUNTY_SECRETARY, "青年之声 样例一镇").await;
    assert!(town.contains("样例一镇团委") && town.contains("提问 4 个") && !town.contains("本级"), "{town}");
    assert!(office.whisper(COUNTY_SECRETARY, "青年之声 没这个镇").await.contains("没有看懂“没这个镇”"));
    let help = office.whisper(COUNTY_SECRETARY, "帮助 青年之声").await;
    assert!(help.contains("青年之声 本月") && help.contains("青年之声 话题"), "{help}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_period_is_nobody_elses_business_and_comes_in_private() {
    let office = Office::open().await;
    assert_eq!(office.say(YOUTH, YOUNG, "青年之声 本月").await, "");
    assert_eq!(office.say(YOUTH, COUNTY_SECRETARY, "青年之声 本月").await, "");
    assert!(office.whisper(PART_TIMER, "青年之声 本月").await.contains("书记"), "refused");
    assert!(office.say(CADRES, COUNTY_SECRETARY, "青年之声 本月").await.contains("私聊"));
    assert_eq!(office.say(CADRES, COUNTY_SECRETARY, "青年之声 本月办得不错").await, "", "talk");
    assert_eq!(office.say(CADRES, COUNTY_SECRETARY, "青年之声 本月 办得不错").await, "", "talk");
    office.deliver().await;
    assert!(office.written(COUNTY_SECRETARY)[0].text.contains("提问 0 个"));
    assert!(office.whisper(SUPERVISOR, "青年之声 今年").await.contains("1月1日—12月31日"));
    office.close().await;
}

#[tokio::test]
async fn the_sums_of_the_exported_rows_are_the_figures_and_nobody_stands_in_them() {
    let office = a_month().await;
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("导出");
    let export = [
        "questions",
        "export",
        "--unit",
        "0",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
        "--at",
        "2026-11-27T11:00:00+08:00",
        "--out",
    ];
    let (well, said) = office.command(&[export.as_slice(), &[folder.to_str().unwrap()]].concat());
    assert!(well && said.contains("5 行"), "{said}");
    assert!(said.contains("提问 5：已答 3，待答 1，给了同类答复 0，不受理 1；本期答复 3"), "{said}");
    let rows = table(&folder.join("青年之声.csv"));
    let sums = ["提问", "已答", "待答", "给了同类答复", "不受理", "本期答复", "答晚", "点赞", "评价", "满意"];
    assert_eq!(sums.map(|heading| sum(&rows, heading)), [5, 3, 1, 0, 1, 3, 2, 1, 2, 1]);
    assert_eq!(rows["用时（分钟）"], ["60", "10140", "", "", "10080"].map(str::to_owned));
    assert_eq!(rows["合并到"][4], "2");
    assert!(!rows.contains_key("问题"), "only where it is asked for");
    let text = std::fs::read_to_string(folder.join("青年之声.csv")).unwrap();
    for somebody in ["5001", "5002", "样例一镇青年群", "周样例", "贷款"] {
        assert!(!text.contains(somebody), "{somebody}: {text}");
    }
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.join("青年之声.xlsx")).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "青年之声").unwrap();
    assert!(matches!(sheet.get((1, 5)), Some(calamine::Data::DateTime(_))), "{:?}", sheet.get((1, 5)));
    // once more into the same folder overwrites nothing; with the text, on demand
    let (well, said) = office.command(&[export.as_slice(), &[folder.to_str().unwrap()]].concat());
    assert!(!well && said.contains("已经存在"), "{said}");
    let other = out.path().join("原文");
    let (well, said) = office.command(&[export.as_slice(), &[other.to_str().unwrap(), "--with-text"]].concat());
    assert!(well && said.contains("妥善保管"), "{said}");
    assert!(table(&other.join("青年之声.csv"))["问题"][0].contains("创业贷款找谁"));
    office.deliver().await;
    office.close().await;
}
