//! 山东“三联四促”

use super::{
    DISTRICT_SECRETARY, PREFECTURE, PREFECTURE_SECRETARY, PROVINCE, SECONDED, duty_of, enrol, has, meet, open, reminded,
};

#[tokio::test]
async fn row_三联() {
    let office = open("shandong", "挂职样例,X2,包联,2026-01-01,2026-12-31\n").await;
    enrol(&office, "挂职样例", 20).await;
    has(&duty_of(&office, SECONDED, "三联").await, &["联系乡镇（街道） 1/1", "联系两支队伍 0/2", "联系当地青年 0/20"]);
    has(&office.whisper(SECONDED, "队伍 样例青年社会组织 座谈").await, &["已记下队伍"]);
    office.whisper(SECONDED, "队伍 样例志愿者协会 座谈").await;
    meet(&office, SECONDED, 0..20, "面对面").await;
    has(&duty_of(&office, SECONDED, "三联").await, &["已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_四促_八项行动() {
    let office = open("shandong", "").await;
    enrol(&office, "挂职样例", 20).await;
    let eight = [
        ("村级团组织 选好东风社区团支部书记", "抓薄弱村级团组织 1/1"),
        ("团务培训 样例西镇 团干部30人", "团务培训 1/1"),
        ("服务项目 样例西镇 留守儿童关爱", "服务项目 1/1"),
        ("志愿服务队伍 样例西镇 建队20人", "志愿服务队伍 1/1"),
        ("明白账 重点工作一本账样例", "明白账 1/1"),
        ("青年典型 样例西镇 选树好青年2名", "青年典型 1/1"),
        ("结对帮扶 样例西镇 老人和儿童3名", "帮扶对子 3/3"),
    ];
    has(&office.whisper(SECONDED, "我的").await, &["四促：0/8 条，还差 抓薄弱村级团组织 0/1", "等 8 条"]);
    for (text, progress) in eight {
        has(&office.whisper(SECONDED, text).await, &["已记下"]);
        has(&duty_of(&office, SECONDED, "四促").await, &[progress]);
    }
    has(&duty_of(&office, SECONDED, "四促").await, &["交好朋友 0/20"]);
    office.until("2026-12-01T16:00:05").await;
    has(&reminded(&office, SECONDED), &["四促：7/8 条，还差 交好朋友 0/20"]);
    meet(&office, SECONDED, 0..20, "面对面").await;
    has(&duty_of(&office, SECONDED, "四促").await, &["已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_集中下沉_严格考勤() {
    // a segment of one month, its first four workdays behind us
    let office = open("shandong", "省干样例,X1,驻点,2026-11-16,2026-12-15\n").await;
    for day in ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"] {
        office.clock.set(format!("{day}T10:00:00+08:00").parse().unwrap());
        office.whisper(PROVINCE, "签到 样例东街道 驻点工作").await;
    }
    has(&duty_of(&office, PROVINCE, "集中下沉考勤").await, &["5/22 个工作日", "进行中", "到 12月15日"]);
    has(&duty_of(&office, PROVINCE, "集中下沉两个月").await, &["5/40 个工作日"]);
    // being shown round by superiors is no attendance
    office.clock.set("2026-11-23T10:00:00+08:00".parse().unwrap());
    office.whisper(PROVINCE, "督导陪同 样例领导来调研").await;
    has(&duty_of(&office, PROVINCE, "集中下沉考勤").await, &["5/22 个工作日"]);
    // leave needs a reason and a consent, and then lowers what is asked
    has(&office.whisper(PROVINCE, "请假 今天").await, &["原因"]);
    office.whisper(PROVINCE, "请假 今天 家中老人住院").await;
    has(&duty_of(&office, PROVINCE, "集中下沉考勤").await, &["5/22 个工作日"]);
    office.whisper(super::PROVINCE_SECRETARY, "同意 1").await;
    has(&duty_of(&office, PROVINCE, "集中下沉考勤").await, &["5/21 个工作日"]);
    // a day that is missed cannot be had back
    office.clock.set("2026-11-25T10:00:00+08:00".parse().unwrap());
    has(&duty_of(&office, PROVINCE, "集中下沉考勤").await, &["请抓紧"]);
    // three days before its end is a Saturday: told on Friday
    office.until("2026-12-11T16:00:05").await;
    has(&reminded(&office, PROVINCE), &["在样例东街道团工委的驻点到12月15日结束"]);
    office.close().await;
}

#[tokio::test]
async fn row_4加1_到联系乡镇() {
    let office = open("shandong", "挂职样例,X2,包联,2026-01-01,2026-12-31\n").await;
    office.whisper(SECONDED, "签到 样例东街道 走访").await;
    has(&duty_of(&office, SECONDED, "4+1 到联系乡镇报到").await, &["0/1 天"]);
    office.whisper(SECONDED, "签到 样例西镇 走访").await;
    has(&duty_of(&office, SECONDED, "4+1 到联系乡镇报到").await, &["1/1 天", "已完成"]);
    assert!(duty_of(&office, PREFECTURE, "4+1 到联系乡镇报到").await.starts_with("no "), "county cadres only");
    assert!(duty_of(&office, SECONDED, "集中下沉考勤").await.starts_with("no "), "and they need no stay");
    office.close().await;
}

#[tokio::test]
async fn row_覆盖_两年走遍所有乡镇() {
    let office = open("shandong", "").await;
    // two cadres of the district and two townships
    let (ok, said) = office.command(&["plan", "townships", "--year", "2027", "--unit", "X", "--dry-run"]);
    assert!(ok, "{said}");
    has(&said, &["样例东街道", "样例西镇"]);
    office.close().await;
}

#[tokio::test]
async fn row_考评() {
    let office = open("shandong", "挂职样例,X2,包联,2026-01-01,2026-12-31\n").await;
    office.whisper(SECONDED, "案例 青年夜校样例").await;
    let card = office.whisper(SECONDED, "考核").await;
    has(&card, &["三联四促考评", "工作案例", "5"]);
    // the same text by another is looked at by a person, never refused
    let text = "签到 样例西镇 走访青年了解就业创业需求并现场解答政策";
    has(&office.whisper(SECONDED, text).await, &["已记下"]);
    has(&office.whisper(DISTRICT_SECRETARY, text).await, &["已记下"]);
    has(&office.whisper(PREFECTURE_SECRETARY, "待核").await, &["文字相同"]);
    office.close().await;
}
