//! The list of problems: who sees it, settling, passing up, and the digest's line.

use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SUPERVISOR, SUPERVISORS, TOWN_SECRETARY,
};

#[tokio::test]
async fn a_problem_is_settled_and_its_reporter_is_told_in_private() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 路灯坏了三个月没人修").await;
    let list = office.whisper(TOWN_SECRETARY, "问题清单").await;
    assert!(
        list.contains("待办 1 条") && list.contains("1 号｜样例一镇团委｜11月20日") && list.contains("路灯坏了"),
        "{list}"
    );
    assert!(office.whisper(PART_TIMER, "问题清单").await.contains("您反映的问题，还有 1 条"));
    assert!(office.whisper(CADRE, "问题清单").await.contains("您反映的问题都已办结"), "only one's own");
    assert!(office.whisper(SUPERVISOR, "问题清单").await.contains("路灯坏了"), "supervisors look");

    assert!(office.whisper(TOWN_SECRETARY, "办结 1").await.contains("办结 12 路灯已修好"), "a result is needed");
    assert!(office.whisper(TOWN_SECRETARY, "办结 1 路灯已修好。").await.contains("清单 1 号已办结"));
    office.deliver().await;
    let told = office.written(PART_TIMER);
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("您反映的清单 1 号") && told[0].text.contains("路灯已修好。"), "{}", told[0].text);
    assert!(office.whisper(TOWN_SECRETARY, "问题清单").await.contains("没有待办的问题"));
    assert!(office.whisper(TOWN_SECRETARY, "办结 1 再修").await.contains("已经办结"));
    office.close().await;
}

#[tokio::test]
async fn authority_reaches_down_and_not_across_and_a_refusal_tells_nothing() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 路灯坏了三个月没人修").await;
    let exists = office.whisper(OTHER_SECRETARY, "办结 1 试试").await;
    let does_not = office.whisper(OTHER_SECRETARY, "办结 9 试试").await;
    assert_eq!(exists.replace('1', "9"), does_not);
    assert!(!office.whisper(OTHER_SECRETARY, "问题清单").await.contains("路灯"));
    assert!(office.whisper(COUNTY_SECRETARY, "问题清单").await.contains("样例一镇团委"));
    assert!(office.whisper(COUNTY_SECRETARY, "办结 1 已修").await.contains("已办结"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn what_a_unit_cannot_settle_goes_to_the_unit_above_and_those_there_are_told() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 路灯坏了三个月没人修").await;
    assert!(office.whisper(TOWN_SECRETARY, "上报 1 要县里出钱").await.contains("已上报样例县团委"));
    office.deliver().await;
    let told = office.written(COUNTY_SECRETARY);
    assert_eq!(told.len(), 1);
    for part in ["1 号（样例一镇团委）", "路灯坏了三个月没人修", "要县里出钱", "办结 1"] {
        assert!(told[0].text.contains(part), "{part} is missing in {}", told[0].text);
    }
    // the town still sees it, and where it is; it is no longer theirs to settle
    assert!(office.whisper(TOWN_SECRETARY, "问题清单").await.contains("已上报样例县团委"));
    assert!(office.whisper(TOWN_SECRETARY, "办结 1 好了").await.contains("由样例县团委处理"));
    // what somebody has worked on stays when the record goes
    office.say(CADRES, PART_TIMER, "撤回").await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM problem WHERE state = 'passed'").await, 1);
    assert!(office.whisper(COUNTY_SECRETARY, "上报 1").await.contains("上面没有单位"));
    assert!(office.whisper(COUNTY_SECRETARY, "办结 1 已列入计划").await.contains("已办结"));
    office.deliver().await;
    assert!(office.written(PART_TIMER)[0].text.contains("已列入计划"));
    let steps = "SELECT COUNT(*) FROM problem_step WHERE step IN ('raised', 'passed_up', 'settled')";
    assert_eq!(office.database.count(steps).await, 3, "every step is kept");
    office.close().await;
}

#[tokio::test]
async fn the_same_problem_of_several_people_is_one_entry_with_a_count() {
    let office = Office::open().await;
    for person in [PART_TIMER, TOWN_SECRETARY] {
        office.say(CADRES, person, "反馈：样例路路灯不亮").await;
    }
    office.say(CADRES, PART_TIMER, "反馈：樣例路，路燈不亮！").await;
    office.say(CADRES, PART_TIMER, "反馈：没有篮球场可以用").await;
    let list = office.whisper(TOWN_SECRETARY, "问题清单").await;
    assert!(list.contains("待办 4 条，归为 2 件") && list.contains("1、2、3 等 3 条"), "{list}");
    assert_eq!(list.matches("不亮").count(), 1, "{list}");
    office.close().await;
}

#[tokio::test]
async fn the_digest_counts_problems_of_a_unit_and_all_below_it() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 路灯坏了三个月没人修").await;
    office.until("2026-11-24T10:00:00").await;
    office.say(CADRES, OTHER_SECRETARY, "反馈：没有篮球场可以用").await;
    office.say(CADRES, CADRE, "反馈：会议室的灯坏了").await;
    office.say(CADRES, CADRE, "反馈：会议室的门坏了").await;
    office.say(CADRES, CADRE, "撤回").await;
    office.whisper(TOWN_SECRETARY, "办结 1 已修好").await;
    office.until("2026-11-27T17:30:05").await;
    let posted = office.posted(SUPERVISORS);
    assert!(posted[0].text.contains("问题清单：新增 2，办结 1，待办 2"), "{}", posted[0].text);
    assert!(office.whisper(OTHER_SECRETARY, "周报").await.contains("问题清单：新增 1，办结 0，待办 1"));
    office.close().await;
}
