//! A cadre checks in by message, looks, corrects, takes back.

use crate::support::fakes::onebot::{group_message, group_recall};
use crate::support::office::{CADRE, CADRES, Office, PART_TIMER, SELF, YOUNG, YOUTH};

#[tokio::test]
async fn a_cadre_checks_in_and_the_receipt_says_how_to_undo_it() {
    let office = Office::open().await;
    let receipt = office.say(CADRES, CADRE, "签到 东风社区 走访青年12人").await;
    for part in ["已记下签到", "11月20日 周五", "东风社区", "人数：12 人", "本周共 1 天", "本周任务已完成", "撤回"]
    {
        assert!(receipt.contains(part), "{part} is missing in {receipt}");
    }
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record WHERE quantity = 12").await, 1);
    office.close().await;
}

#[tokio::test]
async fn the_same_delivery_again_gets_the_same_reply_and_makes_no_second_record() {
    let office = Office::open().await;
    let event = group_message(SELF, CADRES, CADRE, 77, office.time(), "签到 东风社区");
    let first = office.send(&event).await;
    let again = office.send(&event).await;
    assert_eq!(first.status, 200);
    assert_eq!(first, again);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM inbox").await, 1);
    office.close().await;
}

#[tokio::test]
async fn three_deliveries_at_once_have_one_effect_and_one_reply() {
    let office = Office::open().await;
    let event = group_message(SELF, CADRES, CADRE, 78, office.time(), "签到 东风社区");
    let (a, b, c) = tokio::join!(office.send(&event), office.send(&event), office.send(&event));
    assert!(a.text().contains("已记下"));
    assert_eq!((&a, &a), (&b, &c));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1);
    office.close().await;
}

#[tokio::test]
async fn a_second_report_of_a_day_is_kept_but_counts_as_the_same_day() {
    let office = Office::open().await;
    office.say(CADRES, CADRE, "签到 东风社区").await;
    let second = office.say(CADRES, CADRE, "报到 城西社区 慰问三户").await;
    assert!(second.contains("今天已经记过") && second.contains("本周共 1 天"), "{second}");
    office.close().await;
}

#[tokio::test]
async fn one_can_look_correct_and_take_back() {
    let office = Office::open().await;
    office.say(CADRES, CADRE, "签到 东风社区 联系青年十二人").await;
    assert!(office.say(CADRES, CADRE, "改 地点 城西社区").await.contains("城西社区"));
    assert!(office.say(CADRES, CADRE, "改 人数 15").await.contains("15"));
    let me = office.whisper(CADRE, "我的").await;
    assert!(me.contains("周五，共 1 天") && me.contains("已完成") && me.contains("联系 15 人"), "{me}");
    assert!(me.lines().count() <= 6, "six lines at most: {me}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record_version").await, 2, "versions are kept");

    assert!(office.say(CADRES, CADRE, "撤回").await.contains("已撤回"));
    let me = office.whisper(CADRE, "我的").await;
    assert!(me.contains("还没有记录") && me.contains("联系 0 人"), "a withdrawn record leaves no trace: {me}");
    assert!(office.say(CADRES, CADRE, "撤回").await.contains("没有可以撤回"));
    office.close().await;
}

#[tokio::test]
async fn after_a_day_it_is_too_late_to_take_back_or_correct() {
    let office = Office::open().await;
    office.say(CADRES, CADRE, "签到 东风社区").await;
    office.clock.advance(chrono::TimeDelta::hours(25));
    assert!(office.say(CADRES, CADRE, "撤回").await.contains("24 小时"));
    assert!(office.say(CADRES, CADRE, "改 地点 城西社区").await.contains("24 小时"));
    assert_eq!(
        office.database.count("SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL AND version = 1").await,
        1
    );
    office.close().await;
}

#[tokio::test]
async fn recalling_the_message_takes_the_record_back_but_only_for_its_author() {
    let office = Office::open().await;
    let standing = "SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL";
    office.send(&group_message(SELF, CADRES, CADRE, 501, office.time(), "签到 东风社区")).await;
    let by_another = group_recall(SELF, CADRES, PART_TIMER, 501, office.time());
    assert_eq!(office.send(&by_another).await.text(), "");
    assert_eq!(office.database.count(standing).await, 1);
    office.send(&group_recall(SELF, CADRES, CADRE, 501, office.time())).await;
    assert_eq!(office.database.count(standing).await, 0);
    office.close().await;
}

#[tokio::test]
async fn the_day_is_the_one_on_the_wall_in_shanghai() {
    let office = Office::open().await;
    office.clock.set("2026-11-23T00:30:00+08:00".parse().unwrap());
    let receipt = office.say(CADRES, CADRE, "签到 东风社区").await;
    assert!(receipt.contains("11月23日 周一") && receipt.contains("本周共 1 天"), "{receipt}");
    office.close().await;
}

#[tokio::test]
async fn ordinary_talk_gets_no_answer_and_leaves_no_row() {
    let office = Office::open().await;
    for text in ["签到处在哪里", "大家记得签到", "我的电脑坏了", "今天去东风社区"] {
        assert_eq!(office.say(CADRES, CADRE, text).await, "", "{text}");
    }
    assert_eq!(office.say(YOUTH, YOUNG, "签到").await, "", "young people are not lectured");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM inbox WHERE reply IS NOT NULL").await, 0);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 0);
    office.close().await;
}

#[tokio::test]
async fn bad_input_gets_a_clear_answer_and_loses_nothing() {
    let office = Office::open().await;
    for (text, answer) in [
        ("千到 东风社区", "您是不是要：签到"),
        ("改 地点", "没看懂要改什么"),
        ("改 人数 很多", "没看懂要改什么"),
        ("回复", "请这样写：回复 编号 内容"),
        ("谁还没", "由书记和督导使用"),
    ] {
        let reply = office.say(CADRES, CADRE, text).await;
        assert!(reply.contains(answer), "{text} → {reply}");
    }
    let long = format!("签到 东风社区 {}", "长".repeat(2_500));
    assert!(office.say(CADRES, CADRE, &long).await.contains("太长了"));
    let odd = office.say(CADRES, CADRE, "签到 \u{0}东风\u{202E}社区 [CQ:at,qq=all] {{7*7}}").await;
    assert!(odd.contains("[CQ:at,qq=all] {{7*7}}") && !odd.contains('\u{202E}'), "{odd}");
    office.close().await;
}
