//! Wishes: made, claimed by one cadre, fulfilled, told to whose they are.

use crate::support::fakes::onebot::{group_message, group_recall};
use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SELF, TOWN_SECRETARY, YOUNG, YOUTH,
};

const SECOND: i64 = 5_002;

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

fn last(messages: &[crate::support::fakes::onebot::SentMessage]) -> String {
    messages.last().map(|message| message.text.clone()).unwrap_or_default()
}

async fn as_named(office: &Office, user: i64, name: &str, text: &str) -> String {
    let event = group_message(SELF, YOUTH, user, office.next_message_id(), office.time(), text).card(name);
    office.send(&event).await.text()
}

#[tokio::test]
async fn 心愿_is_claimed_and_fulfilled_and_told_where_it_was_made() {
    let office = Office::open().await;
    has(&as_named(&office, YOUNG, "小样", "心愿 想要一套初中数学辅导书").await, &["您的心愿是 1 号"]);
    has(&office.whisper(SECOND, "心愿：想学吉他").await, &["您的心愿是 2 号", "不写您的名字"]);
    let list = office.say(YOUTH, YOUNG, "心愿单").await;
    has(&list, &["1 号 想要一套初中数学辅导书（样例一镇，小样）", "2 号 想学吉他（样例一镇，一位青年）"]);
    let among_cadres = office.say(CADRES, CADRE, "心愿单").await;
    has(&among_cadres, &["1 号 想要一套初中数学辅导书（样例一镇，一位青年）"]);
    let named = "SELECT COUNT(*) FROM wish WHERE number = 2 AND name = ''";
    assert_eq!(office.database.count(named).await, 1, "in private no name is kept");

    has(&office.say(CADRES, CADRE, "认领 1").await, &["已认领 1 号心愿", "小样，在“样例一镇青年群”里许的"]);
    office.deliver().await;
    let told = office.posted(YOUTH).pop().unwrap();
    has(&told.text, &["您的 1 号心愿“想要一套初中数学辅导书”由样例县团委的钱样例认领了"]);
    assert!(told.at.contains(&YOUNG.to_string()), "{told:?}");
    has(&office.whisper(TOWN_SECRETARY, "认领 1").await, &["1 号心愿已经有人认领了"]);
    has(&office.whisper(CADRE, "认领 1").await, &["您已经认领了"]);
    has(&office.whisper(OTHER_SECRETARY, "认领 2").await, &["没有您能办的 2 号心愿"]);
    has(&office.whisper(CADRE, "心愿单").await, &["您认领的：\n1 号"]);
    has(&office.whisper(TOWN_SECRETARY, "完成 1 好了").await, &["您没有认领 1 号心愿"]);

    has(&office.say(CADRES, CADRE, "完成 1 书已送到").await, &["1 号心愿完成了"]);
    office.deliver().await;
    has(&last(&office.posted(YOUTH)), &["1 号心愿", "说办好了：书已送到", "心愿 1 收到"]);
    has(&office.whisper(SECOND, "心愿 1 收到").await, &["没有您能办的"]);
    has(&as_named(&office, YOUNG, "小样", "心愿 1 收到").await, &["1 号心愿已收到"]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM wish WHERE confirmed_at_ms IS NOT NULL").await, 1);
    has(&office.whisper(CADRE, "放弃 1").await, &["1 号心愿已经完成了"]);

    // what was wished in private is told in private
    office.whisper(COUNTY_SECRETARY, "认领 2").await;
    has(&office.whisper(COUNTY_SECRETARY, "放弃 2").await, &["2 号心愿已放回心愿单"]);
    has(&office.whisper(TOWN_SECRETARY, "认领 2").await, &["一位青年私聊许的"]);
    office.whisper(TOWN_SECRETARY, "完成 2").await;
    office.deliver().await;
    let written: Vec<String> = office.written(SECOND).into_iter().map(|message| message.text).collect();
    assert_eq!(written.len(), 4, "{written:?}");
    has(&written[1], &["办不了，已经放回心愿单"]);
    has(&written[3], &["孙样例说办好了"]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 0, "this policy has no such kind");
    office.close().await;
}

#[tokio::test]
async fn 认领_by_two_at_once_gives_it_to_one() {
    let office = Office::open().await;
    office.whisper(SECOND, "心愿 想学吉他").await;
    let (one, other) = tokio::join!(office.whisper(CADRE, "认领 1"), office.whisper(TOWN_SECRETARY, "认领 1"));
    let both = [one, other];
    assert_eq!(both.iter().filter(|said| said.contains("已认领")).count(), 1, "{both:?}");
    assert_eq!(both.iter().filter(|said| said.contains("已经有人认领了")).count(), 1, "{both:?}");
    office.close().await;
}

#[tokio::test]
async fn 心愿_may_be_taken_back_until_it_is_claimed_and_there_are_no_endless_ones() {
    let office = Office::open().await;
    for text in ["心愿 一个篮球", "心愿 一本字典", "心愿 一盏台灯"] {
        office.whisper(SECOND, text).await;
    }
    has(&office.whisper(SECOND, "心愿 一架钢琴").await, &["最多同时许 3 个心愿", "1、2、3 号"]);
    has(&office.whisper(SECOND, "撤回").await, &["3 号心愿已撤回"]);
    has(&office.whisper(SECOND, "心愿 1 撤回").await, &["1 号心愿已撤回"]);
    has(&office.whisper(YOUNG, "心愿 2 撤回").await, &["没有您能办的 2 号心愿"]);
    office.whisper(CADRE, "认领 2").await;
    has(&office.whisper(SECOND, "心愿 2 撤回").await, &["已经有人认领了"]);
    has(&office.whisper(SECOND, "撤回").await, &["没有"]);
    // a recalled message takes its wish back
    let event = group_message(SELF, YOUTH, YOUNG, 777, office.time(), "心愿 一双球鞋");
    office.send(&event).await;
    office.send(&group_recall(SELF, YOUTH, YOUNG, 777, office.time())).await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM wish WHERE state = 'withdrawn'").await, 3);
    // nobody claims their own
    office.whisper(CADRE, "心愿 一副手套").await;
    has(&office.whisper(CADRE, "认领 5").await, &["您自己许的心愿"]);
    office.close().await;
}

#[tokio::test]
async fn ordinary_words_about_wishes_and_tasks_are_left_alone() {
    let office = Office::open().await;
    office.whisper(SECOND, "心愿 想学吉他").await;
    let rows = "SELECT COUNT(*) FROM inbox";
    let before = office.database.count(rows).await;
    for text in ["心愿是世界和平", "心愿", "心愿 怎么许？", "心愿墙 在哪", "许个心愿", "心愿单在哪里"]
    {
        assert_eq!(office.say(YOUTH, YOUNG, text).await, "", "{text}");
    }
    for text in
        ["完成", "完成 100%", "完成 3 份材料", "完成了", "放弃吧", "认领 3 个任务", "认领一下", "心愿 世界和平吗"]
    {
        assert_eq!(office.say(CADRES, CADRE, text).await, "", "{text}");
    }
    assert_eq!(office.database.count(rows).await, before, "talk leaves no row");
    // numbers that are nobody's wish, or not the speaker's
    for text in ["完成 12 都交了", "放弃 3", "认领 99", "完成 1"] {
        assert_eq!(office.say(CADRES, PART_TIMER, text).await, "", "{text}");
    }
    assert_eq!(office.say(YOUTH, YOUNG, "认领 1").await, "", "only cadres");
    // 完成 still ends a conversation
    has(&office.whisper(CADRE, "签到").await, &["在哪里"]);
    let done = office.whisper(CADRE, "完成").await;
    assert!(done.contains("已记下签到") && !done.contains("心愿"), "{done}");
    assert!(office.whisper(SECOND, "心愿").await.contains("想要什么"));
    office.close().await;
}

#[tokio::test]
async fn 心愿_that_nobody_claims_for_a_week_is_shown_to_the_secretary_and_again_after_another() {
    let office = Office::open().await;
    as_named(&office, YOUNG, "小样", "心愿 想要一套初中数学辅导书").await;
    let shown = || {
        let all = office.written(TOWN_SECRETARY).into_iter();
        all.filter(|message| message.text.contains("一周还没有人认领")).map(|message| message.text).collect::<Vec<_>>()
    };
    office.until("2026-11-27T09:59:00").await;
    assert_eq!(shown().len(), 0);
    office.until("2026-11-27T10:00:10").await;
    office.until("2026-11-27T10:01:00").await;
    let first = shown();
    assert_eq!(first.len(), 1);
    has(&first[0], &["1 号 想要一套初中数学辅导书（样例一镇）", "11月20日 10:00"]);
    assert!(!first[0].contains("小样"), "{first:?}");
    office.until("2026-12-04T10:00:30").await;
    assert_eq!(shown().len(), 2);
    office.whisper(CADRE, "认领 1").await;
    office.until("2026-12-11T10:01:00").await;
    assert_eq!(shown().len(), 2, "claimed, it is shown no more");
    office.close().await;
}

#[tokio::test]
async fn 我的心愿_says_what_became_of_ones_own_wishes() {
    let office = Office::open().await;
    has(&office.whisper(SECOND, "我的心愿").await, &["还没有许过心愿"]);
    has(&office.whisper(SECOND, "心愿 我希望那个傻逼滚蛋").await, &["伤人的话"]);
    for text in ["心愿 一个篮球", "心愿 一本字典", "心愿 一盏台灯"] {
        office.whisper(SECOND, text).await;
    }
    office.whisper(CADRE, "认领 1").await;
    office.whisper(CADRE, "完成 1 已送到").await;
    office.whisper(CADRE, "认领 2").await;
    let own = office.whisper(SECOND, "我的心愿").await;
    has(&own, &["1 号 一个篮球", "办好了", "2 号 一本字典", "有人认领", "3 号 一盏台灯", "等人认领"]);
    assert!(!office.whisper(YOUNG, "我的心愿").await.contains("篮球"), "one's own alone");
    // in a group: only to who asks
    let aloud = office.say_to_bot(YOUTH, SECOND, "我的心愿").await;
    assert!(!aloud.contains("篮球"), "{aloud}");
    // made and taken back again and again is an end as well
    for _ in 0..7 {
        office.whisper(SECOND, "心愿 一副手套").await;
        office.whisper(SECOND, "撤回").await;
    }
    has(&office.whisper(SECOND, "心愿 一副手套").await, &["今天许得够多了"]);
    office.deliver().await;
    office.close().await;
}
