//! 台州、南昌

use super::{
    DISTRICT_SECRETARY, PART_TIME, PREFECTURE, PREFECTURE_SECRETARY, SECONDED, duty_in, duty_of, enrol, has, meet,
    open, reminded,
};

const STATIONED: &str = "市干样例,X1,驻点,2026-04-01,2026-12-31\n兼职样例,V,驻点,2026-11-01,2026-11-30\n";

#[tokio::test]
async fn row_台州_基层工作日() {
    let office = open("taizhou", STATIONED).await;
    assert!(duty_of(&office, SECONDED, "基层工作日").await.starts_with("no "), "who is not stationed owes none");
    office.whisper(PREFECTURE, "基层工作日 样例西镇 走访").await;
    has(&duty_of(&office, PREFECTURE, "基层工作日").await, &["0/1 天", "到 11月30日"]);
    office.until("2026-11-23T16:00:05").await;
    has(&reminded(&office, PREFECTURE), &["基层工作日：0/1 天，11月30日前"]);
    office.whisper(PREFECTURE, "基层工作日 样例东街道 走访").await;
    has(&duty_of(&office, PREFECTURE, "基层工作日").await, &["1/1 天", "已完成"]);
    // a place below the stationed unit is the stationed unit
    office.clock.set("2026-12-02T10:00:00+08:00".parse().unwrap());
    has(&duty_of(&office, PREFECTURE, "基层工作日").await, &["0/1 天"]);
    office.whisper(PREFECTURE, "基层工作日 东风社区 走访").await;
    has(&duty_of(&office, PREFECTURE, "基层工作日").await, &["已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_台州_四个一() {
    let office = open("taizhou", STATIONED).await;
    enrol(&office, "兼职样例", 10).await;
    let line = duty_of(&office, PART_TIME, "四个一").await;
    has(&line, &["办实事 0/1 次", "调研报告 0/1 次", "结对团支部书记 0/1 次", "结交青年", "到 11月30日"]);
    office.whisper(PART_TIME, "办实事 修好东风社区路灯").await;
    office.whisper(PART_TIME, "调研报告 东风社区青年就业样例报告").await;
    office.whisper(PART_TIME, "结对 东风社区 与样例支部书记结对").await;
    meet(&office, PART_TIME, 0..9, "面对面").await;
    has(&duty_of(&office, PART_TIME, "四个一").await, &["办实事 1/1 次", "9/10", "进行中"]);
    office.until("2026-11-27T16:00:05").await;
    has(&reminded(&office, PART_TIME), &["四个一：", "9/10"]);
    meet(&office, PART_TIME, 9..10, "面对面").await;
    has(&duty_of(&office, PART_TIME, "四个一").await, &["已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_台州_青情地图() {
    let office = open("taizhou", STATIONED).await;
    let map = office.whisper(DISTRICT_SECRETARY, "青情地图").await;
    has(&map, &["样例东街道团工委", "市干样例", "样例西镇团委"]);
    office.close().await;
}

#[tokio::test]
async fn row_台州_团情分析会() {
    let office = open("taizhou", "").await;
    has(&duty_in(&office, PREFECTURE_SECRETARY, "团情分析会").await, &["0/1"]);
    office.until("2026-11-23T16:00:05").await;
    has(&reminded(&office, PREFECTURE_SECRETARY), &["团情分析会（样例市团委）：0/1 次，11月30日前"]);
    office.whisper(PREFECTURE_SECRETARY, "团情分析会 热点：就业；难点：场地").await;
    has(&duty_in(&office, PREFECTURE_SECRETARY, "团情分析会").await, &["1/1 已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_南昌_1加5() {
    let office = open("nanchang", "").await;
    for text in ["对接微心愿 样例小学 书包5个", "点亮微心愿 样例小学 一个书包"] {
        has(&office.whisper(SECONDED, text).await, &["已记下"]);
    }
    has(&duty_of(&office, SECONDED, "1+5 微心愿").await, &["对接 6/5 个", "点亮 1/5"]);
    for n in 2..=5 {
        office.whisper(SECONDED, &format!("点亮微心愿 样例小学 第{n}个书包")).await;
    }
    has(&duty_of(&office, SECONDED, "1+5 微心愿").await, &["已完成"]);
    // a withdrawn record leaves no trace
    office.whisper(SECONDED, "撤回").await;
    has(&duty_of(&office, SECONDED, "1+5 微心愿").await, &["点亮 4/5"]);
    office.close().await;
}

#[tokio::test]
async fn row_南昌_1加5_by_claiming_and_fulfilling_counts_each_wish_once() {
    let office = open("nanchang", "").await;
    let chats = "chat,unit,role\n样例区青年群,X,youth\n".to_owned();
    let endpoints = "chat,account,external_id,direction\n样例区青年群,qq,900100,both\n".to_owned();
    office.import(&[("chats", chats), ("endpoints", endpoints)]).await;
    for young in 7_001..=7_005 {
        office.say(900_100, young, "心愿 想要一个书包").await;
    }
    has(&office.whisper(SECONDED, "认领 1").await, &["已记一次“对接微心愿”"]);
    has(&office.whisper(SECONDED, "认领 2").await, &["已认领"]);
    has(&duty_of(&office, SECONDED, "1+5 微心愿").await, &["对接 2/5", "点亮 0/5"]);
    has(&office.whisper(SECONDED, "放弃 2").await, &["放回心愿单"]);
    has(&duty_of(&office, SECONDED, "1+5 微心愿").await, &["对接 1/5"]);
    has(&office.whisper(SECONDED, "完成 1 书包已送到").await, &["已记一次“点亮微心愿”"]);
    has(&duty_of(&office, SECONDED, "1+5 微心愿").await, &["对接 1/5", "点亮 1/5"]);
    // taken back: claimed as before; and a claim that is taken back is given back
    office.whisper(SECONDED, "撤回").await;
    has(&duty_of(&office, SECONDED, "1+5 微心愿").await, &["对接 1/5", "点亮 0/5"]);
    office.whisper(SECONDED, "认领 3").await;
    office.whisper(SECONDED, "撤回").await;
    has(&office.whisper(SECONDED, "心愿单").await, &["3 号 想要一个书包", "您认领的：\n1 号"]);
    for number in 1..=5 {
        office.whisper(SECONDED, &format!("认领 {number}")).await;
        has(&office.whisper(SECONDED, &format!("完成 {number}")).await, &["完成了"]);
    }
    has(&duty_of(&office, SECONDED, "1+5 微心愿").await, &["已完成"]);
    let standing = "SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL AND kind IN ('wish', 'wish_claim')";
    assert_eq!(office.database.count(standing).await, 5, "one record a wish");
    office.close().await;
}

#[tokio::test]
async fn row_南昌_4加1() {
    let office = open("nanchang", "").await;
    office.until("2026-11-26T16:00:05").await;
    has(&reminded(&office, SECONDED), &["4+1 下沉街道社区：0/1 天，周日11月29日前"]);
    office.whisper(SECONDED, "下沉 东风社区 走访").await;
    has(&duty_of(&office, SECONDED, "4+1 下沉街道社区").await, &["1/1 天", "已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_南昌_青情日志_街道到区到市() {
    let office = open("nanchang", "").await;
    let receipt = office.whisper(PART_TIME, "青情日志\n困难：样例户没有网\n感想：要常来").await;
    has(&receipt, &["已记下青情日志", "问题清单"]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM problem WHERE text = '样例户没有网'").await, 1);
    for user in [super::TOWN_SECRETARY, DISTRICT_SECRETARY] {
        has(&office.whisper(user, "问题清单").await, &["样例户没有网"]);
        office.whisper(user, "上报 1").await;
    }
    office.whisper(PREFECTURE_SECRETARY, "办结 1 已联系运营商").await;
    office.deliver().await;
    has(&reminded(&office, PART_TIME), &["已联系运营商"]);
    office.close().await;
}
