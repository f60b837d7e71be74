//! Two committees on one account: nothing that one has published is seen, taken part in or told by the other.

use crate::support::office::{CADRE, Office, TOWN_SECRETARY, YOUNG, YOUTH};

/// 别样例, secretary of another committee, and 专样例, its expert.
const FOREIGN_SECRETARY: i64 = 2_001;
/// Somebody on no roster, who was never heard in a group of ours.
const STRANGER: i64 = 5_900;
/// The other committee's group of young people.
const FOREIGN_YOUTH: i64 = 900_021;

async fn two_trees() -> Office {
    let office = Office::open().await;
    let sheets = [
        ("units", "code,name,parent,level\nZ,别处县团委,,county\n"),
        ("people", "name,unit,kind,roles,team,accounts\n别样例,Z,full_time,书记,,qq:2001\n专样例,Z,,专家,,qq:2002\n"),
        ("chats", "chat,unit,role\n别处青年群,Z,youth\n"),
        ("endpoints", "chat,account,external_id,direction\n别处青年群,qq,900021,both\n"),
    ];
    office.import(&sheets.map(|(name, text)| (name, text.to_owned()))).await;
    office
}

/// What somebody is told of a number is what they are told of one that nothing has.
async fn same_as_missing(office: &Office, user: i64, text: &str, missing: &str) {
    let (here, nowhere) = (office.whisper(user, text).await, office.whisper(user, missing).await);
    assert_eq!(here.replace(['1', '2'], "9"), nowhere.replace(['1', '2'], "9"), "{user}: {text}");
    for word in ["春游", "需求", "爬山", "甲", "孙样例"] {
        assert!(!here.contains(word), "{user}: {text}: {here}");
    }
}

#[tokio::test]
async fn polls_and_surveys_are_taken_part_in_within_ones_own_tree_alone() {
    let office = two_trees().await;
    office.say(YOUTH, TOWN_SECRETARY, "投票 春游 选项：甲、乙").await;
    office.say(YOUTH, TOWN_SECRETARY, "问卷 需求\n1. 年龄（数字）\n2. 想说的（填空）").await;
    for user in [FOREIGN_SECRETARY, STRANGER] {
        same_as_missing(&office, user, "投 1 A", "投 9 A").await;
        same_as_missing(&office, user, "投 1", "投 9").await;
        same_as_missing(&office, user, "填 2", "填 9").await;
        // nor are they told which of the two a number is
        same_as_missing(&office, user, "填 1", "填 9").await;
    }
    assert!(!office.say_to_bot(FOREIGN_YOUTH, FOREIGN_SECRETARY, "投 1 A").await.contains("春游"));
    assert!(!office.say_to_bot(FOREIGN_YOUTH, FOREIGN_SECRETARY, "填 2").await.contains("私下问您"));
    assert!(!office.say_to_bot(FOREIGN_YOUTH, STRANGER, "填 2").await.contains("私下问您"));
    let taken = "SELECT (SELECT COUNT(*) FROM poll_answer) + (SELECT COUNT(*) FROM poll_draft)";
    assert_eq!(office.database.count(taken).await, 0);
    // where it was published anybody may, and people of the tree anywhere
    assert!(office.say(YOUTH, YOUNG, "投 1 A").await.contains("您投了 1 号"));
    assert!(office.whisper(CADRE, "投 1 B").await.contains("您投了 1 号"));
    assert!(office.say(YOUTH, YOUNG, "填 2").await.contains("私下问您"));
    assert!(office.whisper(YOUNG, "20").await.contains("第 2 题"));
    assert!(office.whisper(YOUNG, "都好").await.contains("交好了"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn activities_are_signed_up_for_within_ones_own_tree_alone() {
    let office = two_trees().await;
    office.say(YOUTH, TOWN_SECRETARY, "发布活动 春游 时间：11月28日9点 地点：东山").await;
    for user in [FOREIGN_SECRETARY, STRANGER] {
        for command in ["报名", "取消报名", "签到码", "活动名单", "取消活动", "活动小结"] {
            same_as_missing(&office, user, &format!("{command} 1"), &format!("{command} 9")).await;
        }
        assert!(!office.whisper(user, "活动列表").await.contains("春游"));
    }
    assert_eq!(office.database.count("SELECT COUNT(*) FROM activity_person").await, 0);
    assert!(office.whisper(CADRE, "报名 1").await.contains("已报名"));
    assert!(office.say(YOUTH, STRANGER, "报名 1").await.contains("已报名"), "where it was published");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_expert_of_another_tree_is_nobody_who_could_be_invited() {
    let office = two_trees().await;
    office.say(YOUTH, YOUNG, "提问 场地有补贴吗？").await;
    let refused = office.whisper(TOWN_SECRETARY, "邀请 专样例 1").await;
    assert!(refused.contains("没有叫“专样例”的专家"), "{refused}");
    office.deliver().await;
    office.close().await;
}
