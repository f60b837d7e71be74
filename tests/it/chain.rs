//! A 接龙 list pasted among cadres: one's own line becomes a record.

use crate::support::office::{CADRE, CADRES, COUNTY_SECRETARY, Office, PART_TIMER, SUPERVISOR, YOUTH};

const LIST: &str = "#接龙\n今日签到\n例 姓名 地点 内容\n\n1. 赵样例 东风社区 走访3户\n2. 钱样例 城西社区 座谈8人";

#[tokio::test]
async fn each_line_is_recorded_for_its_own_author_and_the_growing_list_makes_nothing_twice() {
    let office = Office::open().await;
    assert_eq!(office.say(CADRES, CADRE, LIST).await.trim(), "已记下签到。");
    let all = "SELECT COUNT(*) FROM record";
    assert_eq!(office.database.count(all).await, 1, "others' lines are left to them");
    let own = "SELECT COUNT(*) FROM record r JOIN person p ON p.id = r.person_id
               WHERE p.name = '钱样例' AND r.place = '城西社区' AND r.content = '座谈8人' AND r.quantity = 8";
    assert_eq!(office.database.count(own).await, 1);

    let grown = format!("{LIST}\n3、样例一镇-李样例（机关） 北街社区");
    assert_eq!(office.say(CADRES, PART_TIMER, &grown).await.trim(), "已记下签到。");
    assert_eq!(office.say(CADRES, CADRE, &grown).await, "", "the same line again says nothing");
    assert_eq!(office.say(CADRES, COUNTY_SECRETARY, &grown).await.trim(), "已记下签到。");
    assert_eq!(office.database.count(all).await, 3);
    assert!(office.say(CADRES, CADRE, "撤回").await.contains("城西社区"), "and can be taken back");
    office.close().await;
}

#[tokio::test]
async fn a_list_that_is_not_about_us_is_ordinary_talk() {
    let office = Office::open().await;
    for text in [
        "#接龙\n周末聚餐\n1. 钱样例 我去",
        "#接龙\n周末活动报名\n1. 钱样例 带家属两人",
        "#接龙\n今日签到\n1. 赵样例 东风社区",
        "接龙开始了，大家记得签到",
        "接龙 签到",
    ] {
        assert_eq!(office.say(CADRES, CADRE, text).await, "", "{text}");
    }
    assert_eq!(office.say(CADRES, SUPERVISOR, "#接龙\n签到\n1. 吴样例 东风社区").await, "", "no cadre");
    assert_eq!(office.say(YOUTH, CADRE, LIST).await, "", "not among young people");
    let rows = "SELECT (SELECT COUNT(*) FROM record) + (SELECT COUNT(*) FROM inbox)";
    assert_eq!(office.database.count(rows).await, 0, "and leaves no row");
    office.close().await;
}
