//! Real names: group cards in the form the policy wants.

use crate::support::fakes::onebot::group_message;
use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, Office, PART_TIMER, SELF, SUPERVISOR, TOWN_SECRETARY, YOUNG, YOUTH,
};

async fn says(office: &Office, group: i64, user: i64, card: &str, text: &str) -> String {
    let event = group_message(SELF, group, user, office.next_message_id(), office.time(), text).card(card);
    office.send(&event).await.text()
}

#[tokio::test]
async fn 实名_群名片_that_do_not_match_are_listed_with_what_they_should_read() {
    let office = Office::open_with("[policy]\npreset = \"guangdong\"").await;
    says(&office, CADRES, COUNTY_SECRETARY, "共青团－样例县－赵样例", "今天开会").await;
    says(&office, CADRES, CADRE, "老钱", "好的").await;
    says(&office, CADRES, TOWN_SECRETARY, "孙", "签到 东风社区").await;
    // a supervisor who is no cadre, a stranger, and a cadre elsewhere owe no card
    says(&office, CADRES, SUPERVISOR, "老吴", "好的").await;
    says(&office, CADRES, YOUNG, "路人", "好的").await;
    says(&office, YOUTH, PART_TIMER, "小李", "好的").await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM group_card").await, 3);

    let list = office.whisper(COUNTY_SECRETARY, "名片").await;
    assert!(list.contains("格式：共青团+{地区}+{姓名}"), "{list}");
    assert!(list.contains("见过 3 人，另有 3 位干部还没有在群里见过"), "{list}");
    assert!(list.contains("不合格式的 2 张"), "{list}");
    assert!(list.contains("钱样例（样例县干部群）：“老钱”，应为“共青团+样例县+钱样例”"), "{list}");
    assert!(list.contains("“孙”，应为“共青团+样例一镇+孙样例”") && !list.contains("赵样例（"), "{list}");

    // what was seen last counts, and what has not changed is not written again
    office.clock.advance(chrono::TimeDelta::minutes(1));
    says(&office, CADRES, CADRE, "共青团+样例县+钱样例", "改好了").await;
    says(&office, CADRES, TOWN_SECRETARY, "孙", "收到").await;
    let first_sights = format!("SELECT COUNT(*) FROM group_card WHERE seen_at_ms < {}", office.time() * 1_000);
    assert_eq!(office.database.count(&first_sights).await, 2);
    assert!(says(&office, CADRES, COUNTY_SECRETARY, "共青团－样例县－赵样例", "群名片").await.contains("私聊发给您"));
    office.deliver().await;
    let told = office.written(COUNTY_SECRETARY).pop().unwrap().text;
    assert!(told.contains("不合格式的 1 张") && !told.contains("老钱"), "{told}");
    office.close().await;
}

#[tokio::test]
async fn 实名_without_a_form_in_the_policy_no_card_is_kept() {
    let office = Office::open().await;
    says(&office, CADRES, CADRE, "老钱", "签到 东风社区").await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM group_card").await, 0);
    assert!(office.whisper(COUNTY_SECRETARY, "名片").await.contains("card_format"));
    assert!(office.whisper(CADRE, "名片").await.contains("书记和督导"));
    office.close().await;
}
