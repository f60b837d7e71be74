//! The Voice of Youth: likes, figures of all time, invited experts.

use crate::support::office::{
    CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, SUPERVISORS, TOWN_SECRETARY, YOUNG, YOUTH,
};

const SECOND: i64 = 5_002;
const EXPERT: i64 = 2_001;

#[tokio::test]
async fn 青年之声_counts_what_was_asked_answered_and_liked() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.say(YOUTH, SECOND, "提问 团组织关系怎么转？").await;
    office.say(YOUTH, SECOND, "提问 问错了怎么办？").await;
    office.say(YOUTH, SECOND, "撤回").await;
    office.whisper(OTHER_SECRETARY, "提问 二镇的经费怎么报？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部").await;
    office.whisper(COUNTY_SECRETARY, "回复 1 也可以找我").await;

    assert!(office.say(YOUTH, SECOND, "点赞 1").await.contains("已赞 1 号问题，现有 1 个赞"));
    assert!(office.say(YOUTH, SECOND, "赞1").await.contains("已经赞过 1 号问题，现有 1 个赞"));
    assert!(office.say(YOUTH, YOUNG, "赞 1").await.contains("现有 2 个赞"));
    assert!(office.whisper(YOUNG, "赞 2").await.contains("现有 1 个赞"));
    // withdrawn, asked in private, never asked: the same words
    for number in [3, 4, 9] {
        let refusal = office.say(YOUTH, YOUNG, &format!("赞 {number}")).await;
        assert!(refusal.contains(&format!("没有找到 {number} 号公开的问题")), "{refusal}");
    }

    let town = office.say(YOUTH, YOUNG, "青年之声").await;
    assert!(town.contains("样例一镇团委") && town.contains("提问 2 个，答复 1 个，点赞 3 个"), "{town}");
    let county = office.say(SUPERVISORS, COUNTY_SECRETARY, "青年之声").await;
    assert!(county.contains("样例县团委") && county.contains("提问 3 个，答复 1 个，点赞 3 个"), "{county}");
    assert!(county.contains("样例一镇团委 2/1/3") && county.contains("样例二镇团委 1/0/0"), "{county}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn 青年之声_invites_an_expert_who_may_then_answer_though_the_unit_is_not_theirs() {
    let office = Office::open().await;
    office
        .import(&[(
            "people",
            "name,unit,kind,roles,team,accounts\n冯样例,2,,专家,,qq:2001\n陈样例,2,,专家,,\n".to_owned(),
        )])
        .await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    let refused = office.whisper(EXPERT, "回复 1 试试").await;
    assert!(refused.contains("没有找到您可以答复的 1 号问题"), "{refused}");

    assert!(office.whisper(OTHER_SECRETARY, "邀请 冯样例 1").await.contains("没有找到您可以答复的 1 号问题"));
    assert!(office.whisper(TOWN_SECRETARY, "邀请 钱样例 1").await.contains("没有叫“钱样例”的专家"), "a cadre is none");
    assert!(office.whisper(TOWN_SECRETARY, "邀请 陈样例 1").await.contains("还没有绑定账号"));
    assert!(office.whisper(TOWN_SECRETARY, "邀请 冯样例").await.contains("邀请 专家姓名 问题编号"));
    assert_eq!(office.say(CADRES, TOWN_SECRETARY, "邀请 大家 参加").await, "");
    assert!(office.say(CADRES, TOWN_SECRETARY, "邀请 冯样例 1").await.contains("已邀请 冯样例 答复 1 号问题"));
    assert!(office.whisper(COUNTY_SECRETARY, "邀请 冯样例 1").await.contains("之前已经邀请过"));
    office.deliver().await;
    let told = office.written(EXPERT);
    assert_eq!(told.len(), 1, "invited once");
    assert!(told[0].text.contains("创业贷款找谁？") && told[0].text.contains("孙样例 邀请您"), "{}", told[0].text);

    assert!(office.whisper(EXPERT, "待答").await.contains("1 号"));
    let answer = crate::support::fakes::onebot::private_message(
        10_001,
        EXPERT,
        office.next_message_id(),
        office.time(),
        "看人社局的担保贷款。",
    );
    assert!(office.send(&answer.reply_to(told[0].message_id)).await.text().contains("已发给提问人"));
    office.deliver().await;
    assert!(office.posted(YOUTH)[0].text.contains("看人社局的担保贷款。"));
    office.close().await;
}

#[tokio::test]
async fn 青年之声_asks_which_expert_is_meant_where_there_are_two() {
    let office = Office::open().await;
    let people = "name,unit,kind,roles,team,accounts\n冯样例,2,,专家,,qq:2001\n冯样例,1,,专家,,qq:2002\n";
    office.import(&[("people", people.to_owned())]).await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    let which = office.whisper(TOWN_SECRETARY, "邀请 冯样例 1").await;
    assert!(which.contains("“邀请 冯样例 样例一镇 1”") && which.contains("“邀请 冯样例 样例二镇 1”"), "{which}");
    assert!(office.whisper(TOWN_SECRETARY, "邀请 冯样例 样例二镇 1").await.contains("已邀请"));
    office.deliver().await;
    assert_eq!((office.written(2_001).len(), office.written(2_002).len()), (1, 0));
    office.close().await;
}
