//! The Voice of Youth: a young person asks, a secretary answers, the asker hears.

use crate::support::fakes::onebot::group_message;
use crate::support::office::{CADRE, COUNTY_SECRETARY, OTHER_SECRETARY, Office, SELF, TOWN_SECRETARY, YOUNG, YOUTH};

#[tokio::test]
async fn a_question_put_by_mention_is_answered_where_it_was_asked() {
    let office = Office::open().await;
    let receipt = office.say_to_bot(YOUTH, YOUNG, "团组织关系怎么转？").await;
    assert!(receipt.contains("编号 1") && receipt.contains("11月24日 10:00"), "{receipt}");
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY);
    assert_eq!(told.len(), 1, "the town's secretary is told in private");
    assert!(told[0].text.contains("团组织关系怎么转？") && told[0].text.contains("样例一镇青年群"), "{}", told[0].text);

    let pending = office.whisper(TOWN_SECRETARY, "待答").await;
    assert!(pending.contains("1 号") && pending.contains("团组织关系怎么转？"), "{pending}");
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 在系统里发起转接。").await.contains("已发给提问人"));
    office.deliver().await;
    let posted = office.posted(YOUTH);
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].at, [YOUNG.to_string()], "the asker is mentioned");
    assert!(posted[0].text.contains("在系统里发起转接。"), "{}", posted[0].text);
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("没有待答"));
    office.close().await;
}

#[tokio::test]
async fn quoting_the_notice_answers_the_question() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.deliver().await;
    let notice = office.written(TOWN_SECRETARY)[0].message_id;
    let answer = crate::support::fakes::onebot::private_message(
        SELF,
        TOWN_SECRETARY,
        office.next_message_id(),
        office.time(),
        "找县团委青年发展部。",
    )
    .reply_to(notice);
    assert!(office.send(&answer).await.text().contains("已发给提问人"));
    office.deliver().await;
    assert!(office.posted(YOUTH)[0].text.contains("找县团委青年发展部。"));
    office.close().await;
}

#[tokio::test]
async fn quoting_the_question_itself_in_the_group_answers_it_but_only_for_a_secretary() {
    let office = Office::open().await;
    office.send(&group_message(SELF, YOUTH, YOUNG, 300, office.time(), "提问 创业贷款找谁？")).await;
    let by = |user, id| group_message(SELF, YOUTH, user, id, office.time(), "问书记吧").reply_to(300);
    assert_eq!(office.send(&by(CADRE, 301)).await.text(), "", "others may quote as they like");
    assert!(office.send(&by(TOWN_SECRETARY, 302)).await.text().contains("已发给提问人"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM answer").await, 1);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn authority_reaches_down_and_not_across_and_a_refusal_tells_nothing() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    let exists = office.whisper(OTHER_SECRETARY, "回复 1 试试").await;
    let does_not = office.whisper(OTHER_SECRETARY, "回复 9 试试").await;
    assert_eq!(exists.replace('1', "9"), does_not, "the same words whether or not there is such a question");
    assert!(office.whisper(OTHER_SECRETARY, "待答").await.contains("没有待答"));
    assert!(office.whisper(COUNTY_SECRETARY, "回复 1 找青年发展部").await.contains("已发给提问人"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_asker_can_take_an_open_question_back() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    assert!(office.say(YOUTH, YOUNG, "撤回").await.contains("已撤回 1 号"));
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部").await.contains("1 号问题已撤回"));
    office.deliver().await;
    assert!(office.posted(YOUTH).is_empty());
    office.close().await;
}

#[tokio::test]
async fn a_question_in_private_is_answered_in_private() {
    let office = Office::open().await;
    let receipt = office.whisper(YOUNG, "提问 怎么入团？").await;
    assert!(receipt.contains("答复会发到这里"), "{receipt}");
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 向学校团委提出申请。").await.contains("已发给提问人"));
    office.deliver().await;
    let written = office.written(YOUNG);
    assert!(written[0].text.contains("向学校团委提出申请。") && written[0].at.is_empty());
    assert!(office.posted(YOUTH).is_empty(), "nothing of it in the group");
    office.close().await;
}

#[tokio::test]
async fn empty_and_overlong_questions_are_refused_with_a_hint() {
    let office = Office::open().await;
    assert!(office.say(YOUTH, YOUNG, "提问").await.contains("例如：提问"));
    let long = format!("提问 {}", "长".repeat(2_100));
    assert!(office.say(YOUTH, YOUNG, &long).await.contains("最多 2000 个字"));
    assert!(office.whisper(TOWN_SECRETARY, "回复 一号 行").await.contains("回复 编号 内容"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question").await, 0);
    office.close().await;
}

#[tokio::test]
async fn what_a_young_person_types_mentions_nobody_and_links_nowhere() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 [CQ:at,qq=all] 大家 @全体成员 怎么看？").await;
    office.deliver().await;
    let told = &office.written(TOWN_SECRETARY)[0];
    assert!(told.at.is_empty() && told.segments.iter().all(|segment| segment["type"] == "text"), "{told:?}");
    office.close().await;
}

#[tokio::test]
async fn a_follow_up_that_quotes_the_bot_is_a_question_of_its_own() {
    let office = Office::open().await;
    // QQ adds quote and mention by itself when somebody replies to the bot
    let event = group_message(SELF, YOUTH, YOUNG, 310, office.time(), "那需要带什么材料？").at_me().reply_to(9_999);
    assert!(office.send(&event).await.text().contains("编号 1"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_acknowledgement_under_a_question_is_no_answer_to_it() {
    let office = Office::open().await;
    office.send(&group_message(SELF, YOUTH, YOUNG, 320, office.time(), "提问 创业贷款找谁？")).await;
    for (id, text) in [(321, "收到"), (322, "好的，谢谢"), (323, "？")] {
        let event = group_message(SELF, YOUTH, TOWN_SECRETARY, id, office.time(), text).reply_to(320);
        assert_eq!(office.send(&event).await.text(), "", "{text}");
    }
    assert_eq!(office.database.count("SELECT COUNT(*) FROM answer").await, 0);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn one_asker_cannot_flood_the_secretary() {
    let office = Office::open().await;
    for n in 1..=5 {
        assert!(office.say(YOUTH, YOUNG, &format!("提问 第{n}个问题怎么办？")).await.contains("编号"));
    }
    assert!(office.say(YOUTH, YOUNG, "提问 第6个问题怎么办？").await.contains("已有 5 个问题"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_answered_question_is_not_brought_to_anybody_any_more() {
    let office = Office::open().await;
    // asked at night: the notice waits for the morning
    office.clock.set("2026-11-23T23:00:00+08:00".parse().unwrap());
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).is_empty(), "quiet hours");
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部").await.contains("已发给提问人"));
    office.deliver().await;
    assert_eq!(office.posted(YOUTH).len(), 1, "an answer does not wait for the morning");
    office.until("2026-11-24T08:00:05").await;
    assert!(office.written(TOWN_SECRETARY).is_empty(), "nothing is left to tell");
    office.close().await;
}
