//! Guided entry: a word alone in private, and the bot asks for the rest.

use chrono::TimeDelta;

use crate::support::office::{CADRE, CADRES, Office, TOWN_SECRETARY};

const OPEN: &str = "SELECT COUNT(*) FROM dialogue";
const STANDING: &str = "SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL";

#[tokio::test]
async fn place_deed_and_number_are_asked_one_after_another_and_the_record_is_there_from_the_start() {
    let office = Office::open().await;
    let first = office.whisper(CADRE, "签到").await;
    assert!(first.contains("已记下签到：11月20日 周五，本周共 1 天") && first.contains("在哪里？"), "{first}");
    assert_eq!(office.database.count(STANDING).await, 1, "nothing can be lost");
    assert_eq!(office.whisper(CADRE, "东风社区").await.trim(), "做了什么？");
    assert_eq!(office.whisper(CADRE, "入户走访").await.trim(), "多少人？");
    let unread = office.whisper(CADRE, "挺多").await;
    assert!(unread.contains("请写数字") && unread.contains("多少人？"), "{unread}");
    let done = office.whisper(CADRE, "十二个").await;
    for part in ["东风社区", "入户走访", "12 人", "撤回"] {
        assert!(done.contains(part), "{part} is missing in {done}");
    }
    let whole = "SELECT COUNT(*) FROM record WHERE place = '东风社区' AND content = '入户走访' AND quantity = 12 AND version = 4";
    assert_eq!(office.database.count(whole).await, 1);
    assert_eq!((office.database.count(STANDING).await, office.database.count(OPEN).await), (1, 0));
    office.close().await;
}

#[tokio::test]
async fn what_was_said_at_once_is_not_asked_for_and_anything_may_be_left_out() {
    let office = Office::open().await;
    office.whisper(CADRE, "签到").await;
    let done = office.whisper(CADRE, "东风社区 走访青年12人").await;
    assert!(done.contains("东风社区") && done.contains("12 人"), "{done}");
    assert_eq!(office.database.count(OPEN).await, 0);

    office.whisper(TOWN_SECRETARY, "签到").await;
    assert_eq!(office.whisper(TOWN_SECRETARY, "跳过").await.trim(), "做了什么？");
    assert_eq!(office.whisper(TOWN_SECRETARY, "不填").await.trim(), "多少人？");
    assert!(office.whisper(TOWN_SECRETARY, "好了").await.contains("已记下签到"));
    assert_eq!(office.database.count(STANDING).await, 2);
    let left_out = "SELECT COUNT(*) FROM record WHERE place = '' AND content = '' AND quantity IS NULL";
    assert_eq!(office.database.count(left_out).await, 1, "a word that skips is no answer");
    assert!(office.whisper(TOWN_SECRETARY, "东风社区").await.contains("帮助"), "nothing is asked any more");
    office.close().await;
}

#[tokio::test]
async fn withdrawing_any_command_and_half_an_hour_end_it() {
    let office = Office::open().await;
    office.whisper(CADRE, "签到").await;
    assert!(office.whisper(CADRE, "撤回").await.contains("已撤回"));
    assert_eq!((office.database.count(STANDING).await, office.database.count(OPEN).await), (0, 0));

    office.whisper(CADRE, "签到").await;
    office.whisper(CADRE, "我的").await;
    office.whisper(CADRE, "东风社区").await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record WHERE place <> ''").await, 0, "a command ends it");

    office.whisper(TOWN_SECRETARY, "签到").await;
    office.clock.advance(TimeDelta::minutes(31));
    assert!(!office.whisper(TOWN_SECRETARY, "东风社区").await.contains("做了什么"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record WHERE place <> ''").await, 0);
    office.close().await;
}

#[tokio::test]
async fn an_answer_that_looks_like_a_question_is_an_answer_unless_it_says_otherwise() {
    let office = Office::open().await;
    office.whisper(CADRE, "签到").await;
    office.whisper(CADRE, "东风社区").await;
    assert_eq!(office.whisper(CADRE, "宣讲怎么申请创业贷款").await.trim(), "多少人？");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question").await, 0);
    assert!(office.whisper(CADRE, "提问 创业贷款找谁？").await.contains("编号 1"));
    assert_eq!(
        (office.database.count("SELECT COUNT(*) FROM question").await, office.database.count(OPEN).await),
        (1, 0)
    );
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_journal_word_alone_asks_for_the_text_of_several_lines() {
    let office = Office::open().await;
    let asked = office.whisper(CADRE, "日志").await;
    assert!(asked.contains("请把日志发给我，可以分几行"), "{asked}");
    assert_eq!(office.database.count(STANDING).await, 0, "a journal without a word is none");
    let receipt = office.whisper(CADRE, "走访：三户\n问题：路灯不亮").await;
    assert!(receipt.contains("已记下日志") && receipt.contains("1 号"), "{receipt}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record WHERE kind = 'journal'").await, 1);
    office.whisper(CADRE, "日志").await;
    assert!(office.whisper(CADRE, "好了").await.contains("没有记"));
    let in_group = office.say(CADRES, CADRE, "日志").await;
    assert!(in_group.contains("后面请写内容"), "{in_group}");
    assert_eq!((office.database.count(STANDING).await, office.database.count(OPEN).await), (1, 0));
    office.close().await;
}

#[tokio::test]
async fn in_a_group_nobody_is_asked_anything() {
    let office = Office::open().await;
    let receipt = office.say(CADRES, CADRE, "签到").await;
    assert!(receipt.contains("已记下签到") && !receipt.contains("在哪里？"), "{receipt}");
    assert_eq!(office.database.count(OPEN).await, 0);
    office.close().await;
}
