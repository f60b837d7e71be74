//! How much the bot says: the switches of a group, and reminders put off by one person.

use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, SUPERVISOR, SUPERVISORS, TOWN_SECRETARY,
};

#[tokio::test]
async fn a_group_that_wants_no_reminders_gets_none_until_it_wants_them_again() {
    let office = Office::open().await;
    assert!(office.say(CADRES, COUNTY_SECRETARY, "提醒 关").await.contains("已设为“关”"));
    office.until("2026-11-23T09:00:05").await;
    assert!(office.posted(CADRES).is_empty());
    assert!(office.say(CADRES, COUNTY_SECRETARY, "提醒 开").await.contains("已设为“开”"));
    office.until("2026-11-30T09:00:05").await;
    assert_eq!(office.posted(CADRES).len(), 1);
    office.close().await;
}

#[tokio::test]
async fn receipts_are_whole_short_or_private() {
    let office = Office::open().await;
    assert!(office.say(CADRES, CADRE, "签到 东风社区").await.contains("本周共 1 天"));
    office.say(CADRES, COUNTY_SECRETARY, "回执 简短").await;
    assert_eq!(office.say(CADRES, CADRE, "签到 城西社区").await.trim(), "已记下签到。");
    assert!(office.say(CADRES, CADRE, "改 人数 很多").await.contains("没看懂"), "what went wrong is still said");

    office.say(CADRES, COUNTY_SECRETARY, "回执 私聊").await;
    assert_eq!(office.say(CADRES, CADRE, "签到 北街社区").await, "");
    assert_eq!(office.say(CADRES, CADRE, "撤回").await, "");
    office.deliver().await;
    let written = office.written(CADRE);
    assert_eq!(written.len(), 2);
    assert!(written[0].text.contains("北街社区") && written[1].text.contains("已撤回"), "{written:?}");
    assert!(office.whisper(CADRE, "签到 南街社区").await.contains("南街社区"), "in private as ever");
    assert!(office.say(CADRES, CADRE, "提问 创业贷款找谁？").await.contains("编号 1"), "only records are meant");

    office.say(CADRES, COUNTY_SECRETARY, "回执完整").await;
    assert!(office.say(CADRES, CADRE, "签到 东街社区").await.contains("东街社区"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn names_in_the_digest_are_the_secretarys_to_switch() {
    let office = Office::open().await;
    assert!(office.say(SUPERVISORS, COUNTY_SECRETARY, "名单 公开").await.contains("公开"));
    office.until("2026-11-27T17:30:05").await;
    assert!(
        office.posted(SUPERVISORS)[0].text.contains("还没有记录：赵样例"),
        "{}",
        office.posted(SUPERVISORS)[0].text
    );
    office.say(SUPERVISORS, COUNTY_SECRETARY, "名单 不公开").await;
    office.until("2026-12-04T17:30:05").await;
    assert!(!office.posted(SUPERVISORS)[1].text.contains("赵样例"));
    office.close().await;
}

#[tokio::test]
async fn only_a_secretary_whose_unit_the_group_belongs_to_may_switch() {
    let office = Office::open().await;
    let settings = "SELECT COUNT(*) FROM chat WHERE reminders = TRUE AND receipts IS NULL AND list_missing = FALSE";
    let before = office.database.count(settings).await;
    for person in [CADRE, SUPERVISOR, OTHER_SECRETARY] {
        for text in ["提醒 关", "回执 私聊", "名单 公开"] {
            assert!(office.say(CADRES, person, text).await.contains("使用"), "{person} {text}");
        }
    }
    assert!(office.whisper(COUNTY_SECRETARY, "提醒 关").await.contains("群里发"));
    assert!(office.say_to_bot(CADRES, COUNTY_SECRETARY, "回执 大声").await.contains("“完整”“简短”或“私聊”"));
    for text in ["提醒 大家开会", "名单", "回执", "名单 公开了吗"] {
        assert_eq!(office.say(CADRES, COUNTY_SECRETARY, text).await, "", "{text}");
    }
    assert_eq!(office.database.count(settings).await, before);
    office.close().await;
}

#[tokio::test]
async fn what_was_put_off_is_told_once_more_if_it_is_still_open() {
    let office = Office::open().await;
    office.until("2026-11-26T15:00:00").await;
    let receipt = office.whisper(CADRE, "推迟 2小时").await;
    assert!(receipt.contains("11月26日 17:00"), "{receipt}");
    office.whisper(TOWN_SECRETARY, "推迟2小时").await;
    office.until("2026-11-26T16:00:05").await;
    assert!(office.written(CADRE).is_empty() && office.written(TOWN_SECRETARY).is_empty());
    assert_eq!(office.written(OTHER_SECRETARY).len(), 1, "who has put nothing off is told");
    office.whisper(TOWN_SECRETARY, "签到 东风社区").await;

    office.until("2026-11-26T17:00:05").await;
    let told = office.written(CADRE);
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("每周下基层"), "{}", told[0].text);
    assert!(office.written(TOWN_SECRETARY).is_empty(), "done meanwhile");
    assert_eq!(office.written(OTHER_SECRETARY).len(), 1);
    for later in ["2026-11-26T17:10:05", "2026-11-26T18:00:05", "2026-11-27T10:00:05"] {
        office.until(later).await;
    }
    assert_eq!(office.written(CADRE).len(), 1, "once");
    office.close().await;
}

#[tokio::test]
async fn a_delay_that_ends_at_night_waits_for_the_morning() {
    let office = Office::open().await;
    office.until("2026-11-26T20:30:00").await;
    let before = office.written(CADRE).len();
    office.whisper(CADRE, "推迟 1小时").await;
    assert!(office.whisper(TOWN_SECRETARY, "推迟 明天").await.contains("11月27日 08:00"));
    office.until("2026-11-26T21:30:05").await;
    office.until("2026-11-27T07:50:05").await;
    assert_eq!(office.written(CADRE).len(), before, "quiet hours");
    office.until("2026-11-27T08:00:05").await;
    assert_eq!((office.written(CADRE).len(), office.written(TOWN_SECRETARY).len()), (before + 1, before + 1));
    assert!(office.whisper(CADRE, "推迟 一会儿").await.contains("推迟 2小时"), "what cannot be read is explained");
    office.close().await;
}
