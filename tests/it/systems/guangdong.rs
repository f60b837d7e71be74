//! 广东

use super::{
    DISTRICT_SECRETARY, PART_TIME, PART_TIME_ORGAN, PREFECTURE, PREFECTURE_SECRETARY, SECONDED, duty_in, duty_of,
    enrol, has, meet, open, reminded,
};

#[tokio::test]
async fn row_1加100_不反复联系少部分人() {
    let office = open("guangdong", "").await;
    enrol(&office, "机关兼职样例", 100).await;
    meet(&office, PART_TIME_ORGAN, 0..100, "线上").await;
    has(&duty_of(&office, PART_TIME_ORGAN, "1+100 联系青年（领导机关兼职）").await, &["100/100 名青年", "已完成"]);
    // the same ten again and again: what falls on them is told
    for _ in 0..9 {
        meet(&office, PART_TIME_ORGAN, 0..10, "线上").await;
    }
    let mine = office.whisper(PART_TIME_ORGAN, "我的青年").await;
    has(&mine, &["100", "53%"]);
    has(&duty_of(&office, PART_TIME, "1+10 联系青年").await, &["0/10 名青年"]);
    office.close().await;
}

#[tokio::test]
async fn row_8加4() {
    let office = open("guangdong", "市干样例,X1,驻点,2026-10-01,2026-12-31\n").await;
    has(&duty_of(&office, PREFECTURE, "8+4 分批下沉").await, &["1/1 个联系点", "已完成"]);
    assert!(duty_of(&office, SECONDED, "8+4 分批下沉").await.starts_with("no "), "province and prefecture only");
    has(&duty_of(&office, PREFECTURE, "8+4 驻点").await, &["0/1 天"]);
    office.close().await;
}

#[tokio::test]
async fn row_4加1() {
    let office = open("guangdong", "").await;
    has(&duty_of(&office, PREFECTURE, "4+1 向基层服务对象报到").await, &["0/1 天"]);
    office.until("2026-11-26T16:00:05").await;
    has(&reminded(&office, PREFECTURE), &["4+1 向基层服务对象报到：0/1 天"]);
    office.whisper(PREFECTURE, "到岗 样例园区 座谈青年20人").await;
    has(&duty_of(&office, PREFECTURE, "4+1 向基层服务对象报到").await, &["1/1 天", "已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_专题开放日() {
    let office = open("guangdong", "").await;
    office.whisper(DISTRICT_SECRETARY, "专题开放日 样例区团委 青年30人走进机关").await;
    let missing = office.whisper(DISTRICT_SECRETARY, "谁还没 专题开放日").await;
    has(&missing, &["样例区团委", "1/1 次、30/50 人"]);
    office.until("2026-12-17T16:00:05").await;
    has(&reminded(&office, DISTRICT_SECRETARY), &["专题开放日（样例区团委）：1/1 次、30/50 人，12月31日前"]);
    office.whisper(DISTRICT_SECRETARY, "专题开放日 样例区团委 青年25人走进机关").await;
    has(&duty_in(&office, DISTRICT_SECRETARY, "专题开放日").await, &["1/1 已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_专题开放日_of_an_activity_that_people_sign_up_for() {
    let office = open("guangdong", "").await;
    let chats = "chat,unit,role\n样例区青年群,X,youth\n".to_owned();
    let endpoints = "chat,account,external_id,direction\n样例区青年群,qq,900100,both\n".to_owned();
    office.import(&[("chats", chats), ("endpoints", endpoints)]).await;
    office.whisper(DISTRICT_SECRETARY, "专题开放日 样例区团委 青年30人走进机关").await;
    let published = "发布活动 走进机关 时间：今天14:00-16:00 地点：区团委 记为：专题开放日";
    has(&office.say(900_100, DISTRICT_SECRETARY, published).await, &["走进机关（专题开放日）"]);
    let told = office.whisper(DISTRICT_SECRETARY, "签到码 1").await;
    let code: String = told.split("签到码：").nth(1).unwrap_or_default().chars().take(4).collect();
    office.until("2026-11-20T14:30:00").await;
    for young in 7_001..=7_019 {
        has(&office.whisper(young, &format!("到场 1 {code}")).await, &["已签到"]);
    }
    let short = office.whisper(DISTRICT_SECRETARY, "活动小结 1").await;
    has(&short, &["到场 19 人", "已记一次“专题开放日”", "“专题开放日”要求 50 人：本季度已有 49 人，还差 1 人"]);
    office.say(900_100, DISTRICT_SECRETARY, "发布活动 再走一次 时间：今天15:00-16:00 记为：专题开放日").await;
    office.until("2026-11-20T15:30:00").await;
    let enough = office.say(900_100, DISTRICT_SECRETARY, "活动小结 2 到场1人").await;
    has(&enough, &["本季度已有 50 人，达到了"]);
    has(&duty_in(&office, DISTRICT_SECRETARY, "专题开放日").await, &["1/1 已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_日常有声音() {
    let office = open("guangdong", "").await;
    enrol(&office, "兼职样例", 3).await;
    meet(&office, PART_TIME, 0..1, "面对面").await;
    has(&duty_of(&office, PART_TIME, "日常有声音").await, &["0/1 次", "请抓紧"]);
    meet(&office, PART_TIME, 0..1, "微信").await;
    has(&duty_of(&office, PART_TIME, "日常有声音").await, &["1/1 次", "已完成"]);
    office.until("2026-11-26T16:00:05").await;
    has(&reminded(&office, PART_TIME), &["日常有声音：0/1 次"]);
    office.close().await;
}

#[tokio::test]
async fn row_每季有活动() {
    let office = open("guangdong", "").await;
    has(&duty_of(&office, PART_TIME, "每季有活动").await, &["0/1 次", "到 12月31日"]);
    for moment in ["2026-12-01T16:00:05", "2026-12-17T16:00:05", "2026-12-28T16:00:05"] {
        let before = office.written(PART_TIME).len();
        office.until(moment).await;
        assert_eq!(office.written(PART_TIME).len(), before + 1, "one message at {moment}, whatever it reminds of");
    }
    has(&reminded(&office, PART_TIME), &["每季有活动：0/1 次，12月31日前"]);
    office.whisper(PART_TIME, "活动 东风社区 青年夜校40人").await;
    has(&duty_of(&office, PART_TIME, "每季有活动").await, &["1/1 次", "已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_每年有面对面() {
    let office = open("guangdong", "").await;
    enrol(&office, "兼职样例", 12).await;
    meet(&office, PART_TIME, 0..12, "线上").await;
    has(&duty_of(&office, PART_TIME, "每年有面对面").await, &["0/12 名青年"]);
    meet(&office, PART_TIME, 0..11, "面对面").await;
    has(&duty_of(&office, PART_TIME, "每年有面对面").await, &["11/12 名青年"]);
    meet(&office, PART_TIME, 11..12, "见面").await;
    has(&duty_of(&office, PART_TIME, "每年有面对面").await, &["12/12 名青年", "已完成"]);
    // who has no roster has nobody to meet
    has(&duty_of(&office, SECONDED, "每年有面对面").await, &["不作要求"]);
    office.close().await;
}

#[tokio::test]
async fn row_问题清单() {
    let office = open("guangdong", "").await;
    let receipt = office.whisper(SECONDED, "反馈 东风社区青年反映夜校名额太少").await;
    has(&receipt, &["问题清单"]);
    has(&office.whisper(DISTRICT_SECRETARY, "问题清单").await, &["夜校名额太少"]);
    has(&duty_in(&office, DISTRICT_SECRETARY, "问题清单").await, &["0/1"]);
    office.whisper(DISTRICT_SECRETARY, "梳理清单 共性问题两条，已报区委").await;
    has(&duty_in(&office, DISTRICT_SECRETARY, "问题清单").await, &["1/1 已完成"]);
    // passed up, it is the city's to answer, and whoever raised it hears of the answer
    office.whisper(DISTRICT_SECRETARY, "上报 1 需要市里统筹").await;
    has(&office.whisper(PREFECTURE_SECRETARY, "问题清单").await, &["夜校名额太少"]);
    office.whisper(PREFECTURE_SECRETARY, "办结 1 新增两个班").await;
    office.deliver().await;
    has(&reminded(&office, SECONDED), &["新增两个班"]);
    office.close().await;
}

#[tokio::test]
async fn row_评估() {
    let office = open("guangdong", "").await;
    office.whisper(SECONDED, "活动 东风社区 青年夜校40人").await;
    let card = office.whisper(PREFECTURE_SECRETARY, "考核 样例区团委").await;
    has(&card, &["直接联系青年工作评估", "开展活动次数", "满意度"]);
    office.close().await;
}
