//! The map of what is covered, and the lead points.

use crate::support::office::{CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, TOWN_SECRETARY};

const UNITS: &str = "code,name,parent,level\n\
    11,东风社区团支部,1,village\n12,城西社区团支部,1,village\n3,样例三镇团委,0,township\n";
const ASSIGNMENTS: &str = "person,unit,kind,from,to\n\
    钱样例,1,驻点,2026-11-01,2026-12-31\n\
    赵样例,3,引领,,\n\
    李样例,11,包联,,\n\
    郑样例,12,包联,,2026-11-19\n\
    周样例,2,引领,2027-01-01,\n";

#[tokio::test]
async fn 青情地图_shows_what_is_covered_by_whom_and_what_is_not() {
    let office = Office::open().await;
    office.import(&[("units", UNITS.to_owned()), ("assignments", ASSIGNMENTS.to_owned())]).await;
    let map = office.whisper(COUNTY_SECRETARY, "青情地图").await;
    assert!(map.contains("样例县团委  11月20日 周五"), "{map}");
    assert!(map.contains("5 个单位中 3 个有人联系；3 格里 1 格空着"), "{map}");
    let cells = "□ 样例二镇团委 0/1\n◧ 样例一镇团委 2/3：钱样例驻点\n■ 样例三镇团委 1/1：赵样例引领";
    assert!(map.contains(cells), "uncovered first: {map}");

    let town = office.say(CADRES, COUNTY_SECRETARY, "青情地图 样例一镇").await;
    assert!(
        town.contains("□ 城西社区团支部 0/1\n■ 东风社区团支部 1/1：李样例包联"),
        "an assignment that is over covers nothing: {town}"
    );
    assert!(office.whisper(OTHER_SECRETARY, "青情地图 样例一镇").await.contains("您管的单位里没有“样例一镇”"));
    assert!(office.whisper(CADRE, "青情地图").await.contains("书记和督导"));

    // what begins later shows later
    office.until("2027-01-04T10:00:00").await;
    let map = office.whisper(COUNTY_SECRETARY, "青情地图").await;
    assert!(map.contains("■ 样例二镇团委 1/1：周样例引领") && map.contains("◧ 样例一镇团委 1/3"), "{map}");
    office.close().await;
}

#[tokio::test]
async fn 青情地图_of_thousands_fits_a_message() {
    let office = Office::open().await;
    let rows: String = (0..3_000).map(|n| format!("2{n:04},样例{n}村团支部,2,village\n")).collect();
    office.import(&[("units", format!("code,name,parent,level\n{rows}"))]).await;
    let map = office.whisper(OTHER_SECRETARY, "青情地图").await;
    assert!(map.contains("3000 个单位中 0 个有人联系") && map.contains("另有 2980 格"), "{map}");
    let leads = office.whisper(OTHER_SECRETARY, "引领点").await;
    assert!(leads.contains("下级 3000 个单位中 3000 个没有人引领") && leads.contains("另有 2988 个"), "{leads}");
    assert!(map.chars().count() < 1_000 && leads.chars().count() < 1_000);
    office.close().await;
}

#[tokio::test]
async fn 引领点_shows_cadres_without_one_and_units_nobody_leads() {
    let office = Office::open().await;
    office.import(&[("units", UNITS.to_owned()), ("assignments", ASSIGNMENTS.to_owned())]).await;
    assert!(office.say(CADRES, COUNTY_SECRETARY, "引领点").await.contains("私聊发给您"));
    office.deliver().await;
    let told = office.written(COUNTY_SECRETARY).pop().unwrap().text;
    // six cadres; 赵样例 leads, 周样例 only from next year on
    assert!(told.contains("6 位干部中 5 位还没有引领点") && told.contains("· 周样例（样例二镇团委）"), "{told}");
    assert!(!told.contains("赵样例"), "{told}");
    assert!(told.contains("下级 5 个单位中 4 个没有人引领：样例一镇、样例二镇、东风社区、城西社区"), "{told}");
    let town = office.whisper(TOWN_SECRETARY, "引领点").await;
    assert!(town.contains("2 位干部中 2 位") && town.contains("下级 2 个单位中 2 个"), "{town}");
    office.close().await;
}
