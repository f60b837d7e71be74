//! 内蒙古“3+1”

use super::{
    DISTRICT_SECRETARY, PART_TIME, PROVINCE_SECRETARY, SECONDED, TOWN_SECRETARY, duty_in, duty_of, enrol, has, meet,
    open, reminded,
};
use crate::support::office::Office;

#[tokio::test]
async fn row_1加100() {
    let office = open("inner-mongolia", "").await;
    enrol(&office, "挂职样例", 100).await;
    meet(&office, SECONDED, 0..60, "面对面 座谈").await;
    meet(&office, SECONDED, 60..99, "线上 聊就业").await;
    has(&duty_of(&office, SECONDED, "1+100 联系青年").await, &["99/100 名青年", "2/2 个领域"]);
    // the same few over and over add nobody
    meet(&office, SECONDED, 0..20, "线上").await;
    has(&duty_of(&office, SECONDED, "1+100 联系青年").await, &["99/100 名青年"]);
    meet(&office, SECONDED, 99..100, "线上").await;
    has(&duty_of(&office, SECONDED, "1+100 联系青年").await, &["100/100 名青年", "已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_1加10() {
    let office = open("inner-mongolia", "").await;
    enrol(&office, "兼职样例", 12).await;
    meet(&office, PART_TIME, 0..9, "面对面").await;
    let line = duty_of(&office, PART_TIME, "1+10 联系青年").await;
    has(&line, &["9/10 名青年", "线上 0/1"]);
    // what never ends is brought up once a month
    office.until("2026-12-01T16:00:05").await;
    has(&reminded(&office, PART_TIME), &["1+10 联系青年：经常联系 9/10 名青年"]);
    has(&reminded(&office, SECONDED), &["1+100 联系青年：", "引领点：0/1 个联系点"]);
    let told = office.written(PART_TIME).len();
    office.until("2026-12-02T16:00:05").await;
    assert_eq!(office.written(PART_TIME).len(), told, "and not every day");
    meet(&office, PART_TIME, 9..11, "线上").await;
    has(&duty_of(&office, PART_TIME, "1+10 联系青年").await, &["11/10 名青年", "已完成"]);
    assert!(duty_of(&office, PART_TIME, "1+100 联系青年").await.starts_with("no "), "a hundred is for others");
    office.close().await;
}

#[tokio::test]
async fn row_4加1() {
    let office = open("inner-mongolia", "").await;
    has(&duty_of(&office, SECONDED, "4+1 向基层服务对象报到").await, &["0/1 天", "请抓紧", "周日11月22日"]);
    assert!(duty_of(&office, PART_TIME, "4+1 向基层服务对象报到").await.starts_with("no "), "organs only");
    office.until("2026-11-26T16:00:05").await;
    has(&reminded(&office, SECONDED), &["4+1 向基层服务对象报到", "0/1 天", "周日11月29日前", "签到 地点 内容"]);
    office.whisper(SECONDED, "签到 东风社区 走访青年12人").await;
    has(&duty_of(&office, SECONDED, "4+1 向基层服务对象报到").await, &["1/1 天", "已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_8加4() {
    let office = open("inner-mongolia", "挂职样例,X2,驻点,2026-10-01,2026-12-31\n").await;
    has(&duty_of(&office, SECONDED, "8+4 分批下沉").await, &["1/1 个联系点", "已完成"]);
    has(&duty_of(&office, DISTRICT_SECRETARY, "8+4 分批下沉").await, &["0/1 个联系点"]);
    has(&duty_of(&office, SECONDED, "8+4 驻点").await, &["0/1 天", "到 12月31日"]);
    office.whisper(SECONDED, "签到 样例西镇 建阵地").await;
    has(&duty_of(&office, SECONDED, "8+4 驻点").await, &["1/1 天", "已完成"]);
    // three days before the stay ends its people are told
    office.until("2026-12-28T16:00:05").await;
    has(&reminded(&office, SECONDED), &["在样例西镇团委的驻点到12月31日结束"]);
    office.close().await;
}

const LEADS: &str = "挂职样例,X2,引领,2026-01-01,\n兼职样例,V,引领,2026-01-01,\n";

#[tokio::test]
async fn row_示范引领() {
    let office = open("inner-mongolia", LEADS).await;
    let receipt = office.whisper(SECONDED, "签到 样例东街道 走访").await;
    has(&receipt, &["没有对上您的联系点（样例西镇团委）", "改 地点"]);
    has(&duty_of(&office, SECONDED, "示范引领").await, &["0/2 次"]);
    // corrected, it counts
    office.whisper(SECONDED, "改 地点 样例西镇").await;
    has(&duty_of(&office, SECONDED, "示范引领").await, &["1/2 次", "进行中", "到 11月30日"]);
    // twice on one day is once
    office.whisper(SECONDED, "签到 样例西镇 座谈").await;
    has(&duty_of(&office, SECONDED, "示范引领").await, &["1/2 次"]);
    office.until("2026-11-23T16:00:05").await;
    has(&reminded(&office, SECONDED), &["示范引领：1/2 次，11月30日前"]);
    office.whisper(SECONDED, "签到 到样例西镇团委 宣讲").await;
    has(&duty_of(&office, SECONDED, "示范引领").await, &["2/2 次", "已完成"]);
    // with one tie, a check-in without a place is at the led point
    office.whisper(PART_TIME, "签到").await;
    has(&duty_of(&office, PART_TIME, "示范引领").await, &["1/2 次"]);
    office.close().await;
}

#[tokio::test]
async fn row_示范引领_三个工作日() {
    let office = open("inner-mongolia", LEADS).await;
    // one stay of three workdays is the other way: made up afterwards, with the secretary's consent
    office.whisper(SECONDED, "补签 11月17日-11月19日 样例西镇 驻点走访 原因：山里没有信号").await;
    has(&duty_of(&office, SECONDED, "示范引领").await, &["0/2 次"]);
    office.whisper(DISTRICT_SECRETARY, "同意 1").await;
    has(&duty_of(&office, SECONDED, "示范引领").await, &["3/3 个工作日", "已完成"]);
    // a stay over the weekend has one workday
    office.clock.set("2026-11-23T10:00:00+08:00".parse().unwrap());
    office.whisper(PART_TIME, "补签 11月20日-11月22日 东风社区 驻点 原因：忘了").await;
    office.whisper(TOWN_SECRETARY, "同意 2").await;
    has(&duty_of(&office, PART_TIME, "示范引领").await, &["1/2 次"]);
    office.close().await;
}

#[tokio::test]
async fn row_引领点() {
    let office = open("inner-mongolia", &format!("{LEADS}省书记样例,C,引领,,\n省书记样例,C2,引领,,\n")).await;
    has(&duty_of(&office, SECONDED, "引领点").await, &["1/1 个联系点", "已完成"]);
    has(&duty_of(&office, DISTRICT_SECRETARY, "引领点").await, &["0/1 个联系点"]);
    has(&duty_of(&office, PROVINCE_SECRETARY, "书记班子引领三个盟市").await, &["2/3 个联系点"]);
    office.import(&[("assignments", "person,unit,kind,from,to\n省书记样例,C3,引领,,\n".to_owned())]).await;
    has(&duty_of(&office, PROVINCE_SECRETARY, "书记班子引领三个盟市").await, &["3/3 个联系点", "已完成"]);
    let missing = office.whisper(DISTRICT_SECRETARY, "谁还没 引领点").await;
    has(&missing, &["区书记样例", "机关兼职样例", "街道书记样例"]);
    assert!(!missing.contains("挂职样例"), "{missing}");
    // who has been replaced hands the point over
    office
        .import(&[(
            "people",
            "name,unit,kind,since,successor_of,accounts\n接任样例,X,seconded,2026-11-20,挂职样例,qq:2010\n".to_owned(),
        )])
        .await;
    has(&duty_of(&office, 2_010, "引领点").await, &["1/1 个联系点"]);
    has(&duty_of(&office, 2_010, "示范引领").await, &["0/2 次"]);
    office.close().await;
}

#[tokio::test]
async fn row_信息平台_五样都用消息() {
    let office = open("inner-mongolia", "").await;
    for (text, kind) in [
        ("签到 东风社区 走访", "field_day"),
        ("日志\n走访：样例户三户\n建议：多办活动", "journal"),
        ("心得 走下去才知道青年想什么", "reflection"),
        ("反馈 东风社区路灯坏了三个月", "problem"),
        ("调研问卷 发放样例问卷50份", "survey_report"),
    ] {
        let receipt = office.whisper(SECONDED, text).await;
        has(&receipt, &["已记下", "撤回"]);
        let of_kind = format!("SELECT COUNT(*) FROM record WHERE kind = '{kind}'");
        assert_eq!(office.database.count(&of_kind).await, 1, "{text}");
    }
    office.close().await;
}

#[tokio::test]
async fn row_周调度() {
    let office = open("inner-mongolia", "").await;
    office.whisper(SECONDED, "签到 东风社区 联系青年8人").await;
    let digest = office.whisper(DISTRICT_SECRETARY, "周报").await;
    has(&digest, &["【周调度】样例区团委", "联系青年 8 人", "应到 2 人，已到 1 人"]);
    let progress = duty_in(&office, DISTRICT_SECRETARY, "4+1 向基层服务对象报到").await;
    has(&progress, &["1/2 已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_三留下七带回_由委员会列清单() {
    // the document names the lists only; the committee fills them in its own file
    let text = include_str!("../../../policies/inner-mongolia.toml").replace(
        "[questions]",
        "[[record]]\nkey = \"left\"\nwords = [\"留下\"]\n[[duty]]\nkey = \"three_left\"\ntitle = \"三留下\"\n\
         who = { cadres = [\"seconded\"], tied = \"station\" }\nperiod = \"segment\"\n\
         [[duty.item]]\ntitle = \"样例一\"\nof = [\"left\"]\nneeds = [{ records = 1 }]\n\
         [[duty.item]]\ntitle = \"样例二\"\nof = [\"good_deed\"]\nneeds = [{ records = 1 }]\n[questions]",
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let office = Office::open_with(&format!("[policy]\nfile = \"{}\"", file.path().display())).await;
    let sheets = [
        ("units", super::UNITS.to_owned()),
        ("people", super::PEOPLE.to_owned()),
        ("assignments", "person,unit,kind,from,to\n挂职样例,X2,驻点,2026-11-01,2026-11-30\n".to_owned()),
    ];
    office.import(&sheets).await;
    office.whisper(SECONDED, "留下 联系方式，贴在样例西镇").await;
    has(&duty_of(&office, SECONDED, "三留下").await, &["样例一 1/1 次", "样例二 0/1 次", "到 11月30日"]);
    office.whisper(SECONDED, "办实事 修好样例西镇路灯").await;
    has(&duty_of(&office, SECONDED, "三留下").await, &["已完成"]);
    office.close().await;
}
