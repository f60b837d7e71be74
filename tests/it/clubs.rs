//! Clubs: young people found them, sign up and vote, each once.

use crate::support::fakes::onebot::group_message;
use crate::support::office::{CADRES, OTHER_SECRETARY, Office, SELF, TOWN_SECRETARY, YOUNG, YOUTH};

const SECOND: i64 = 5_002;
const THIRD: i64 = 5_003;

async fn as_named(office: &Office, user: i64, name: &str, text: &str) -> String {
    let event = group_message(SELF, YOUTH, user, office.next_message_id(), office.time(), text).card(name);
    office.send(&event).await.text()
}

#[tokio::test]
async fn 微社团_are_published_signed_up_for_and_voted_on() {
    let office = Office::open().await;
    assert!(office.say(YOUTH, YOUNG, "社团").await.contains("还没有微社团"));
    let founded = as_named(&office, YOUNG, "小不点", "发起社团 瑜伽 每周三晚在青年之家").await;
    assert!(founded.contains("“瑜伽”") && founded.contains("编号 1"), "{founded}");
    assert!(as_named(&office, SECOND, "[CQ:face]", "发起社团 读书").await.contains("编号 2"));
    assert!(office.say(YOUTH, THIRD, "发起社团 桌游").await.contains("编号 3"));
    assert!(office.say(YOUTH, THIRD, "发起社团 瑜伽，周五").await.contains("已经有“瑜伽”了，编号 1"));

    assert!(as_named(&office, SECOND, "小样", "参加 1").await.contains("已参加 1 号“瑜伽”，现有 2 人"));
    assert!(as_named(&office, SECOND, "小样", "参加1").await.contains("您已经在 1 号“瑜伽”，现有 2 人"));
    assert!(office.say(YOUTH, THIRD, "投票 1").await.contains("现有 1 票"));
    assert!(office.say(YOUTH, YOUNG, "投票 2").await.contains("现有 1 票"));
    assert!(office.say(YOUTH, THIRD, "投票 2").await.contains("现有 2 票"), "a vote moves");
    assert!(office.say(YOUTH, THIRD, "投票 2").await.contains("现有 2 票"), "and counts once");

    let list = office.say(YOUTH, YOUNG, "社团").await;
    assert!(list.contains("1 号 瑜伽｜每周三晚在青年之家\n  2 人，0 票：小不点、小样"), "{list}");
    assert!(list.contains("2 号 读书\n  1 人，2 票：[CQ:face]"), "a name is text and nothing else: {list}");

    assert!(office.say(YOUTH, SECOND, "退出 1").await.contains("已退出 1 号“瑜伽”，现有 1 人"));
    assert!(office.say(YOUTH, SECOND, "退出 1").await.contains("您本来就不在"));
    assert!(office.say(YOUTH, SECOND, "参加 9").await.contains("没有 9 号微社团"));
    office.close().await;
}

#[tokio::test]
async fn 微社团_are_closed_by_a_secretary_and_ordinary_words_are_left_alone() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "发起社团 瑜伽").await;
    assert_eq!(office.say(YOUTH, YOUNG, "关闭社团 1").await, "", "not by anybody");
    assert!(office.say(YOUTH, OTHER_SECRETARY, "关闭社团 1").await.contains("不在您管的范围内"));
    assert!(office.say(YOUTH, TOWN_SECRETARY, "关闭社团 1").await.contains("“瑜伽”已关闭"));
    assert!(office.say(YOUTH, SECOND, "参加 1").await.contains("没有 1 号微社团"));
    assert!(office.say(YOUTH, SECOND, "发起社团 瑜伽").await.contains("编号 2"), "a number is never given twice");

    let rows = "SELECT COUNT(*) FROM inbox";
    let before = office.database.count(rows).await;
    for text in ["参加", "参加 3人", "参加活动", "退出", "投票 选谁都行", "发起社团活动吧", "青年之家 明天开门"]
    {
        assert_eq!(office.say(YOUTH, YOUNG, text).await, "", "{text}");
    }
    assert_eq!(office.database.count(rows).await, before, "talk leaves no row");
    assert!(office.say_to_bot(YOUTH, YOUNG, "参加").await.contains("例如“参加 3”"));
    assert_eq!(office.say(CADRES, TOWN_SECRETARY, "参加 3").await, "", "cadres say that to each other");
    assert!(office.say(YOUTH, YOUNG, "发起社团").await.contains("例如“发起社团 瑜伽"));
    office.close().await;
}

#[tokio::test]
async fn nobody_founds_clubs_without_end_nor_with_words_that_hurt() {
    let office = Office::open().await;
    assert!(office.say(YOUTH, YOUNG, "发起社团 傻逼俱乐部").await.contains("伤人的话"));
    for name in ["瑜伽", "读书", "桌游"] {
        assert!(office.say(YOUTH, YOUNG, &format!("发起社团 {name}")).await.contains("编号"));
    }
    assert!(office.say(YOUTH, YOUNG, "发起社团 爬山").await.contains("最多同时发起 3 个"));
    assert!(office.say(YOUTH, SECOND, "发起社团 爬山").await.contains("编号 4"), "others may");
    let private = office.whisper(TOWN_SECRETARY, "社团").await;
    assert!(private.contains("瑜伽"), "{private}");
    let none = office.whisper(OTHER_SECRETARY, "社团").await;
    assert!(none.contains("您管的群里还没有微社团") && !none.contains("这个群"), "{none}");
    office.deliver().await;
    office.close().await;
}
