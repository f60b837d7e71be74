//! Score-cards: from figures and records to lines, bands and rankings, and appeals against them.

use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SUPERVISOR, SUPERVISORS, TOWN_SECRETARY,
};
use crate::support::town_card::{import, open};

const ATTENDANCE: &str = "单位,日期,参学率\n样例一镇,2026-11-03,55%\n1,2026-11-10,0.58\n样例一镇团委,2026/11/17,82\n样例二镇,2026-11-03,90%\n";

async fn close(office: Office) {
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn 参学率低于百分之六十_每次扣分_每月主题学习至少一次() {
    let (office, _policy) = open(false).await;
    let applied = import(&office, ATTENDANCE).await.unwrap();
    assert_eq!((applied.new, applied.changed, applied.unchanged), (4, 0, 0));
    let card = office.whisper(TOWN_SECRETARY, "考核").await;
    for part in [
        "乡镇考核】样例一镇团委  11月",
        "参学率：-6 分",
        "11月3日 55、11月10日 58",
        "每次扣 3 分",
        "主题学习：0 分",
        "共 74 分，合格",
    ] {
        assert!(card.contains(part), "{part} is missing in {card}");
    }
    // the study of the month brings its points
    office.say(CADRES, PART_TIMER, "学习 样例一镇 主题团课20人").await;
    let card = office.whisper(TOWN_SECRETARY, "考核").await;
    assert!(card.contains("主题学习：20 分（完成 1/1）") && card.contains("共 94 分，优秀"), "{card}");
    let behind = office.whisper(TOWN_SECRETARY, "考核明细 主题学习").await;
    assert!(behind.contains("11月20日 李样例 学习") && behind.contains("主题团课"), "{behind}");
    let behind = office.whisper(TOWN_SECRETARY, "考核明细 参学率").await;
    assert!(behind.contains("11月17日 82") && behind.contains("11月3日 55"), "{behind}");
    // a figure imported anew replaces the former
    let again = import(&office, "单位,日期,参学率\n1,2026-11-10,71\n1,2026-11-03,55\n").await.unwrap();
    assert_eq!((again.new, again.changed, again.unchanged), (0, 1, 1));
    let card = office.whisper(TOWN_SECRETARY, "考核").await;
    assert!(card.contains("参学率：-3 分（1 次低于 60（11月3日 55）"), "{card}");
    close(office).await;
}

#[tokio::test]
async fn a_withdrawn_record_gives_no_points_and_the_cadre_falls_a_band() {
    let (office, _policy) = open(false).await;
    assert!(office.whisper(CADRE, "考核").await.contains("共 0 分，不称职"));
    office.clock.set("2026-11-18T10:00:00+08:00".parse().unwrap());
    office.say(CADRES, CADRE, "签到 东风社区").await;
    office.clock.set("2026-11-19T10:00:00+08:00".parse().unwrap());
    office.say(CADRES, CADRE, "签到 东风社区").await;
    office.clock.set("2026-11-20T10:00:00+08:00".parse().unwrap());
    office.say(CADRES, CADRE, "签到 东风社区").await;
    let card = office.whisper(CADRE, "考核").await;
    assert!(card.contains("下基层：15 分（3 天，每天 5 分）") && card.contains("共 15 分，优秀"), "{card}");
    office.say(CADRES, CADRE, "撤回").await;
    let card = office.whisper(CADRE, "考核").await;
    assert!(card.contains("共 10 分，称职"), "{card}");
    close(office).await;
}

#[tokio::test]
async fn every_wrong_cell_is_named_and_nothing_is_written() {
    let (office, _policy) = open(false).await;
    let wrong = "单位,日期,参学率,备注\n火星镇,2026-11-03,55%\n1,11月,很好\n1,2027-01-03,80\n2,2026-11-03,1\n2,2026-11-04,88\n2,2026-11-04,89\n";
    let said = import(&office, wrong).await.unwrap_err().to_string();
    for part in [
        "第 2 行「单位」列：没有编码或名称为「火星镇」",
        "第 3 行「日期」列",
        "第 4 行「日期」列：这个日子还没有到",
        "第 5 行「参学率」列：「1」看不出",
        "第 7 行「参学率」列：同一个对象",
    ] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    assert_eq!(office.database.count("SELECT COUNT(*) FROM figure").await, 0);
    let said = import(&office, "单位,参学率\n1,80\n").await.unwrap_err().to_string();
    assert!(said.contains("没有找到列标题") && said.contains("figures template"), "{said}");
    close(office).await;
}

#[tokio::test]
async fn the_command_line_writes_a_template_and_takes_a_workbook() {
    let (office, folder) = open(false).await;
    let book = folder.path().join("空表.xlsx");
    let (well, said) = office.command(&["figures", "template", book.to_str().unwrap()]);
    assert!(well, "{said}");
    let mut filled = rust_xlsxwriter::Workbook::new();
    let sheet = filled.add_worksheet();
    let percent = rust_xlsxwriter::Format::new().set_num_format("0%");
    for (at, heading) in (0_u16..).zip(["单位", "日期", "参学率"]) {
        sheet.write(0, at, heading).unwrap();
    }
    // long ago, so that it has been by whatever clock
    for (row, (day, value)) in (1_u32..).zip([("2025-03-03", 1.0), ("2025-03-10", 0.57)]) {
        sheet.write(row, 0, "样例一镇").unwrap();
        sheet.write(row, 1, day).unwrap();
        sheet.write_number_with_format(row, 2, value, &percent).unwrap();
    }
    let book = folder.path().join("参学率.xlsx");
    filled.save(&book).unwrap();
    let book = book.to_str().unwrap();
    let (well, said) = office.command(&["figures", "import", book, "--dry-run"]);
    assert!(well && said.contains("没有写入：新增 2"), "{said}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM figure").await, 0);
    let (well, said) = office.command(&["figures", "import", book]);
    assert!(well && said.contains("已导入：新增 2"), "{said}");
    let whole = "SELECT COUNT(*) FROM figure WHERE value = 100 OR value = 57";
    assert_eq!(office.database.count(whole).await, 2, "100% and 57% as they are shown");
    close(office).await;
}

#[tokio::test]
async fn an_appeal_goes_to_the_unit_above_which_alone_decides() {
    let (office, _policy) = open(false).await;
    import(&office, ATTENDANCE).await.unwrap();
    assert!(office.whisper(TOWN_SECRETARY, "申诉 参学率").await.contains("请写明理由"));
    assert!(office.whisper(TOWN_SECRETARY, "申诉 火星 有误").await.contains("参学率"), "those there are, are named");
    let taken = office.whisper(TOWN_SECRETARY, "申诉 参学率 11月3日的数据有误").await;
    assert!(taken.contains("申诉 1 号") && taken.contains("样例县团委"), "{taken}");
    assert!(office.whisper(TOWN_SECRETARY, "申诉 参学率 再说一次").await.contains("1 号"), "one at a time");
    office.deliver().await;
    let told = office.written(COUNTY_SECRETARY);
    assert!(told[0].text.contains("申诉 1 号") && told[0].text.contains("11月3日的数据有误"), "{told:?}");

    let own = office.whisper(TOWN_SECRETARY, "申诉处理 1 改为 0分 已核实").await;
    assert!(own.contains("由样例县团委处理"), "{own}");
    assert!(
        office.whisper(OTHER_SECRETARY, "申诉处理 1 维持 无误").await.contains("没有您能处理的"),
        "not a neighbour"
    );
    assert!(office.whisper(COUNTY_SECRETARY, "申诉处理 1 改为 8分 已核实").await.contains("最低 -10 分、最高 0 分"));
    assert!(office.whisper(COUNTY_SECRETARY, "申诉处理 1 改为 -3分").await.contains("理由"));
    let done = office.whisper(COUNTY_SECRETARY, "申诉处理 1 改为 -3分 已核实").await;
    assert!(done.contains("改为 -3 分"), "{done}");
    assert!(office.whisper(SUPERVISOR, "申诉处理 1 维持 无误").await.contains("已经处理过"));
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY);
    assert!(told.last().unwrap().text.contains("改为 -3 分") && told.last().unwrap().text.contains("已核实"));
    let card = office.whisper(TOWN_SECRETARY, "考核").await;
    assert!(card.contains("参学率：-3 分（申诉后改定，原为 -6 分"), "{card}");
    assert!(
        office.whisper(TOWN_SECRETARY, "考核明细 参学率").await.contains("申诉 1 号：11月3日的数据有误。改为 -3 分")
    );
    close(office).await;
}

#[tokio::test]
async fn a_cadre_is_graded_by_others_and_scores_of_others_are_not_theirs_to_see() {
    let (office, _policy) = open(false).await;
    assert!(office.whisper(PART_TIMER, "考核 样例一镇").await.contains("没有找到"));
    assert!(office.whisper(PART_TIMER, "考核 孙样例").await.contains("没有找到"));
    assert!(office.whisper(TOWN_SECRETARY, "考核 李样例").await.contains("干部考核】李样例"));
    assert!(office.whisper(TOWN_SECRETARY, "考核 样例二镇").await.contains("没有找到"), "no neighbour's");
    // the county secretary's own line is decided by the supervisor beside, not by the secretary
    office.whisper(COUNTY_SECRETARY, "申诉 下基层 少记一天").await;
    assert!(office.whisper(COUNTY_SECRETARY, "申诉处理 1 改为 20分 应当").await.contains("自己的考核不能自己改"));
    office.deliver().await;
    assert_eq!(office.written(SUPERVISOR).len(), 1);
    assert!(office.whisper(SUPERVISOR, "申诉处理 1 维持 无误").await.contains("维持"));
    close(office).await;
}

#[tokio::test]
async fn a_ranking_is_private_unless_the_policy_is_strict() {
    for strict in [false, true] {
        let (office, _policy) = open(strict).await;
        import(&office, ATTENDANCE).await.unwrap();
        let alone = office.whisper(COUNTY_SECRETARY, "考核 样例县").await;
        assert!(alone.contains("1. 样例二镇团委 80 分，合格") && alone.contains("2. 样例一镇团委 74 分"), "{alone}");
        let said = office.say_to_bot(SUPERVISORS, COUNTY_SECRETARY, "考核 样例县").await;
        assert_eq!(said.contains("样例二镇团委"), strict, "{said}");
        office.deliver().await;
        assert_eq!(office.written(COUNTY_SECRETARY).len(), usize::from(!strict));
        // a person's card is private all the same
        let said = office.say_to_bot(CADRES, CADRE, "考核").await;
        assert!(!said.contains("下基层"), "{said}");
        close(office).await;
    }
}
