//! 赛罕区

use super::{DISTRICT_SECRETARY, PART_TIME, SECONDED, TOWN_SECRETARY, duty_in, duty_of, enrol, has, open, reminded};
use crate::support::town_card;

const PAIRED: &str = "挂职样例,X1,包联,2026-01-01,\n挂职样例,X2,包联,2026-01-01,\n挂职样例,V,包联,2026-01-01,\n";

#[tokio::test]
async fn row_包联() {
    let office = open("saihan", PAIRED).await;
    has(&duty_of(&office, SECONDED, "包联基层团组织").await, &["3/2 个联系点", "已完成"]);
    has(&duty_of(&office, DISTRICT_SECRETARY, "包联基层团组织").await, &["0/2 个联系点"]);
    for place in ["样例东街道", "样例西镇"] {
        office.whisper(SECONDED, &format!("访民情 {place} 检查工作档案")).await;
    }
    office.whisper(SECONDED, "访民情 样例西镇 团务知识测试").await;
    has(&duty_of(&office, SECONDED, "走访包联组织").await, &["2/3 个联系点", "到 12月31日"]);
    office.until("2026-12-17T16:00:05").await;
    has(&reminded(&office, SECONDED), &["走访包联组织：2/3 个联系点，12月31日前"]);
    office.whisper(SECONDED, "访民情 东风社区 交流工作").await;
    has(&duty_of(&office, SECONDED, "走访包联组织").await, &["3/3 个联系点", "已完成"]);
    // the ledger (访民情记录台账)
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.csv");
    let (ok, said) =
        office.command(&["records", "export", "--unit", "X", "--kind", "visit", "--out", file.to_str().unwrap()]);
    assert!(ok, "{said}");
    assert_eq!(std::fs::read_to_string(file).unwrap().matches("挂职样例").count(), 4);
    office.close().await;
}

#[tokio::test]
async fn row_镇街考核表_参学率低于六成每次扣分() {
    let office = open("saihan", "").await;
    let figures = "单位,日期,参学率\n样例东街道团工委,2026-09-30,55%\n样例东街道团工委,2026-10-31,58%\n\
        样例东街道团工委,2026-11-15,75%\n样例西镇团委,2026-10-31,80%\n";
    town_card::import(&office, figures).await.unwrap();
    office.whisper(TOWN_SECRETARY, "主题学习 样例东街道 学习20人").await;
    has(&duty_in(&office, TOWN_SECRETARY, "专题学习").await, &["1/1 已完成"]);
    // 40 to begin with, twice two off for study, 40 for this month's theme
    let card = office.whisper(DISTRICT_SECRETARY, "考核 样例东街道团工委").await;
    has(&card, &["镇、街道共青团工作考核", "-4"]);
    // what stands behind a line is what the line counted: not what somebody of another unit did in the town
    office.whisper(SECONDED, "活动 样例东街道 区里办的一场30人").await;
    office.whisper(TOWN_SECRETARY, "活动 样例东街道 街道办的一场20人").await;
    let behind = office.whisper(DISTRICT_SECRETARY, "考核明细 活动 样例东街道团工委").await;
    assert!(behind.contains("街道办的一场") && !behind.contains("区里办的一场"), "{behind}");
    office.close().await;
}

#[tokio::test]
async fn row_专题学习() {
    let office = open("saihan", "").await;
    office.until("2026-11-23T16:00:05").await;
    has(&reminded(&office, TOWN_SECRETARY), &["专题学习（样例东街道团工委）：0/1 次，11月30日前"]);
    let missing = office.whisper(DISTRICT_SECRETARY, "谁还没 专题学习").await;
    has(&missing, &["样例东街道团工委", "样例西镇团委", "还没有完成的 2"]);
    office.close().await;
}

#[tokio::test]
async fn row_青年爱里_读书季() {
    let office = open("saihan", "").await;
    has(&duty_in(&office, TOWN_SECRETARY, "读书季活动").await, &["0/1"]);
    // done on the spot, entered online: what counts is where it was
    office.whisper(PART_TIME, "读书季 样例青年爱里 青年30人").await;
    has(&duty_in(&office, TOWN_SECRETARY, "读书季活动").await, &["1/1 已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_挂职兼职考评等次() {
    let office = open("saihan", "").await;
    for n in 0..4 {
        office.whisper(PART_TIME, &format!("活动 东风社区 第{n}场 30人")).await;
        office.whisper(PART_TIME, &format!("办实事 为样例户办成第{n}件事")).await;
    }
    let card = office.whisper(PART_TIME, "考核").await;
    // four activities and four deeds at five points each: 40
    has(&card, &["挂职、兼职团干部考评", "40", "不称职"]);
    office.close().await;
}

#[tokio::test]
async fn row_团代表联络站() {
    let office = open("saihan", "").await;
    office.whisper(SECONDED, "联络站活动 样例联络站 代表联系青年15人").await;
    has(&duty_in(&office, DISTRICT_SECRETARY, "团代表联络站活动").await, &["1/1 已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_入团必备条件_八学时二十小时() {
    let office = open("saihan", "").await;
    enrol(&office, "兼职样例", 2).await;
    has(&office.whisper(PART_TIME, "团课 青年甲0 8学时").await, &["已记下团课"]);
    has(&office.whisper(PART_TIME, "志愿服务 青年甲0 12小时").await, &["已记下志愿服务"]);
    let missing = office.whisper(TOWN_SECRETARY, "谁还没 入团必备条件").await;
    has(&missing, &["青年甲0（兼职样例）", "团课 8/8", "志愿服务 12/20"]);
    office.whisper(PART_TIME, "志愿服务 青年甲0 8小时").await;
    has(&office.whisper(TOWN_SECRETARY, "谁还没 入团必备条件").await, &["应完成 1，已完成 1", "都完成了"]);
    office.close().await;
}
