//! Days gone by: asked for, agreed to by somebody else, marked for ever. And what a secretary enters for others.

use chrono::TimeDelta;

use crate::support::fakes::onebot::{group_message, group_recall};
use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SELF, TOWN_SECRETARY,
};

const STANDING: &str = "SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL";
const MADE_UP: &str = "SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL AND made_up AND person_id =
    (SELECT id FROM person WHERE name = '李样例')";

/// The basic policy with some of its lines changed.
pub(crate) async fn office_with(changes: &[(&str, &str)]) -> Office {
    let mut policy = include_str!("../../policies/basic.toml").to_owned();
    for (line, instead) in changes {
        assert!(policy.contains(line), "the policy has no line {line}");
        policy = policy.replace(line, instead);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    std::fs::write(&file, policy).unwrap();
    Office::open_with(&format!("[policy]\nfile = '{}'\n", file.display())).await
}

/// What the bot wrote to somebody last.
pub(crate) async fn last_written(office: &Office, user: i64) -> String {
    office.deliver().await;
    office.written(user).last().map(|message| message.text.clone()).unwrap_or_default()
}

#[tokio::test]
async fn a_day_gone_by_counts_once_the_secretary_has_agreed() {
    let office = Office::open().await;
    let receipt = office.say(CADRES, PART_TIMER, "补签 昨天 样例一镇 走访5人 原因：手机没电").await;
    for part in ["1 号申请：补签签到", "11月19日 周四", "样例一镇", "等孙样例同意", "还可以补 2 次", "撤回"]
    {
        assert!(receipt.contains(part), "{part} is missing in {receipt}");
    }
    assert_eq!(office.database.count(STANDING).await, 0, "nothing counts yet");
    let asked = last_written(&office, TOWN_SECRETARY).await;
    for part in ["1 号", "李样例", "11月19日 周四", "走访5人", "原因：手机没电", "同意 1"] {
        assert!(asked.contains(part), "{part} is missing in {asked}");
    }
    assert!(office.written(COUNTY_SECRETARY).is_empty() && office.written(PART_TIMER).is_empty());
    let list = office.whisper(TOWN_SECRETARY, "待批").await;
    assert!(list.contains("1 号｜李样例") && list.contains("手机没电"), "{list}");
    assert!(office.whisper(OTHER_SECRETARY, "待批").await.contains("没有等您同意"), "the neighbour has no say");

    assert!(office.whisper(OTHER_SECRETARY, "同意 1").await.contains("没有等您同意的 1 号"));
    assert!(office.say(CADRES, TOWN_SECRETARY, "同意 1").await.contains("已同意 1 号：李样例补签签到"));
    assert_eq!(office.database.count(MADE_UP).await, 1);
    let told = last_written(&office, PART_TIMER).await;
    assert!(told.contains("您的 1 号申请") && told.contains("孙样例同意了"), "{told}");
    let me = office.whisper(PART_TIMER, "我的").await;
    assert!(me.contains("周四（补），共 1 天") && me.contains("联系 5 人"), "{me}");

    assert!(office.whisper(TOWN_SECRETARY, "同意 1").await.contains("1 号已同意（孙样例），不用再办"));
    assert!(office.whisper(COUNTY_SECRETARY, "不同意 1 不行").await.contains("不用再办"), "decided is decided");
    assert_eq!(office.database.count(STANDING).await, 1);
    office.close().await;
}

#[tokio::test]
async fn of_two_who_agree_at_once_one_is_told_that_it_is_done() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "补签 昨天 样例一镇").await;
    let (one, other) =
        tokio::join!(office.whisper(TOWN_SECRETARY, "同意 1"), office.whisper(COUNTY_SECRETARY, "同意 1"));
    let first = [&one, &other].iter().filter(|answer| answer.contains("已同意 1 号：")).count();
    let second = [&one, &other].iter().filter(|answer| answer.contains("不用再办")).count();
    assert_eq!((first, second), (1, 1), "{one} / {other}");
    assert_eq!(office.database.count(MADE_UP).await, 1);
    let told = "SELECT COUNT(*) FROM outbox WHERE template = 'notice/decided'";
    assert_eq!(office.database.count(told).await, 1);
    office.close().await;
}

#[tokio::test]
async fn what_is_not_agreed_to_leaves_no_record_and_the_asker_learns_why() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "补签 日志 昨天 走访三户").await;
    assert!(office.whisper(TOWN_SECRETARY, "不同意 1 请写具体").await.contains("没有同意 1 号"));
    let told = last_written(&office, PART_TIMER).await;
    assert!(told.contains("没有同意") && told.contains("意见：请写具体"), "{told}");
    assert_eq!(office.database.count(STANDING).await, 0);
    assert!(office.whisper(TOWN_SECRETARY, "同意 1").await.contains("1 号未同意"));
    assert!(
        office.say(CADRES, PART_TIMER, "补签 昨天").await.contains("还可以补 2 次"),
        "a refused one is not counted"
    );
    office.close().await;
}

#[tokio::test]
async fn the_leader_of_the_team_is_asked_before_the_secretary_and_never_for_themself() {
    let office = Office::open().await;
    office
        .database
        .change_roster("UPDATE person SET team = '一组', roles = CASE WHEN name = '钱样例' THEN 'leader' ELSE roles END WHERE name IN ('钱样例', '李样例')")
        .await;
    assert!(office.say(CADRES, PART_TIMER, "补签 昨天 样例一镇").await.contains("等钱样例同意"));
    assert!(last_written(&office, CADRE).await.contains("【待批】1 号"));
    assert!(office.written(TOWN_SECRETARY).is_empty());
    assert!(office.whisper(CADRE, "同意 1").await.contains("已同意"));
    assert_eq!(office.database.count(MADE_UP).await, 1);

    assert!(office.say(CADRES, CADRE, "补签 昨天 样例一镇").await.contains("等赵样例同意"), "a leader's goes up");
    assert!(office.whisper(CADRE, "同意 2").await.contains("2 号是您自己的申请"));
    assert!(office.whisper(COUNTY_SECRETARY, "同意 2").await.contains("已同意"));
    assert!(office.say(CADRES, TOWN_SECRETARY, "补签 昨天 样例一镇").await.contains("等赵样例同意"));
    assert!(office.whisper(TOWN_SECRETARY, "同意 3").await.contains("3 号是您自己的申请"));
    // above the county's secretary is nobody: it is granted at once, and marked like every other
    let receipt = office.say(CADRES, COUNTY_SECRETARY, "补签 昨天 样例一镇").await;
    assert!(receipt.contains("已记下签到（补）"), "{receipt}");
    office.close().await;
}

#[tokio::test]
async fn limits_are_days_back_and_times_a_month_of_asking() {
    let office = office_with(&[("make_up_needs_approval = true", "make_up_needs_approval = false")]).await;
    let say = async |text: &'static str| office.say(CADRES, PART_TIMER, text).await;
    assert!(say("补签 11月16日 样例一镇").await.contains("现在最早只能补 11月17日 周二"));
    assert!(say("补签 明天 样例一镇").await.contains("还没到的日子不能记"));
    assert!(say("补签 2月30日 样例一镇").await.contains("没有“2月30日”这一天"));
    assert!(say("补签 东风社区").await.contains("没看到是哪一天"), "a place is no talk");
    assert!(say("补签 的事").await.is_empty(), "talk");
    assert!(office.whisper(PART_TIMER, "补签 东风社区").await.contains("没看到是哪一天"));
    assert!(say("补签 今天 样例一镇 走访").await.contains("已记下签到：11月20日"), "today is no day gone by");
    assert_eq!(office.database.count(MADE_UP).await, 0);
    for (text, left) in [("补签 11月17日 样例一镇", "2 次"), ("补签 周三 样例一镇", "1 次"), ("补签 昨天", "0 次")]
    {
        let receipt = say(text).await;
        assert!(receipt.contains("（补）") && receipt.contains(left), "{receipt}");
    }
    assert!(say("补签 昨天 样例一镇").await.contains("已经补过 3 次"));
    assert_eq!(office.database.count(MADE_UP).await, 3);
    // what was withdrawn is not counted
    assert!(say("撤回").await.contains("已撤回签到"));
    assert!(say("补签 昨天 样例一镇").await.contains("还可以补 0 次"));
    // the month of asking is the business month
    office.clock.set("2026-11-30T23:30:00+08:00".parse().unwrap());
    assert!(say("补签 昨天").await.contains("已经补过 3 次"));
    office.clock.set("2026-12-01T00:10:00+08:00".parse().unwrap());
    assert!(say("补签 昨天 样例一镇").await.contains("11月30日 周一"));
    office.close().await;

    let office = office_with(&[("make_up_within_days = 3", "make_up_within_days = 0")]).await;
    assert!(office.say(CADRES, PART_TIMER, "补签 昨天 样例一镇").await.contains("本制度不补签"));
    office.close().await;
    let office = office_with(&[("make_up_within_days = 3", "make_up_within_days = 31")]).await;
    office.clock.set("2027-03-01T10:00:00+08:00".parse().unwrap());
    let closed = office.say(CADRES, PART_TIMER, "补签 1月31日 样例一镇").await;
    assert!(closed.contains("最早只能补 2月1日"), "the month before the last is closed: {closed}");
    office.close().await;
}

#[tokio::test]
async fn a_range_is_one_stay_with_a_record_a_day_and_is_withdrawn_together() {
    let office = office_with(&[("make_up_needs_approval = true", "make_up_needs_approval = false")]).await;
    let receipt = office.say(CADRES, PART_TIMER, "补签 11月17日到19日 样例一镇 走访5人").await;
    assert!(receipt.contains("11月17日—11月19日（3 天）"), "{receipt}");
    assert_eq!(office.database.count(MADE_UP).await, 3);
    let stays = "SELECT COUNT(DISTINCT COALESCE(stay_day, day)) FROM record WHERE withdrawn_at_ms IS NULL";
    let told_with = "SELECT COUNT(*) FROM record WHERE told_with = (SELECT MIN(id) FROM record)";
    assert_eq!((office.database.count(stays).await, office.database.count(told_with).await), (1, 2));
    assert!(office.say(CADRES, PART_TIMER, "撤回").await.contains("3 条都已撤回"));
    assert_eq!(office.database.count(MADE_UP).await, 0);
    assert!(office.whisper(PART_TIMER, "我的").await.contains("还没有记录"));
    office.close().await;
}

#[tokio::test]
async fn an_ordinary_report_that_begins_with_a_day_gone_by_is_a_make_up_entry() {
    let office = Office::open().await;
    let receipt = office.say(CADRES, PART_TIMER, "签到 昨天 样例一镇 走访5人").await;
    assert!(receipt.contains("按补签办") && receipt.contains("等孙样例同意"), "{receipt}");
    assert_eq!(office.database.count(STANDING).await, 0);
    let future = office.say(CADRES, PART_TIMER, "签到 明天 样例一镇").await;
    assert!(future.contains("还没到的日子不能记"), "{future}");
    let today = office.say(CADRES, PART_TIMER, "签到 今天 样例一镇").await;
    assert!(today.contains("已记下签到：11月20日"), "{today}");
    // a text may begin as it likes
    assert!(office.say(CADRES, PART_TIMER, "日志 昨天走访了三户，今天回访").await.contains("已记下日志：11月20日"));
    office.close().await;
}

#[tokio::test]
async fn an_open_request_can_be_taken_back_and_a_recall_does_it_too() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "签到 东风社区").await;
    office.clock.advance(TimeDelta::minutes(1));
    office.say(CADRES, PART_TIMER, "补签 昨天 样例一镇").await;
    let back = office.say(CADRES, PART_TIMER, "撤回").await;
    assert!(back.contains("已撤回 1 号申请（补签签到，11月19日 周四）"), "{back}");
    assert_eq!(office.database.count(STANDING).await, 1, "the latest thing, not the record");
    assert!(office.whisper(TOWN_SECRETARY, "同意 1").await.contains("1 号已撤回"));

    let text = "补签 昨天 样例一镇 走访2人";
    office.send(&group_message(SELF, CADRES, PART_TIMER, 801, office.time(), text)).await;
    office.send(&group_recall(SELF, CADRES, CADRE, 801, office.time())).await;
    assert!(office.whisper(TOWN_SECRETARY, "待批").await.contains("2 号"), "somebody else's recall is nothing");
    office.send(&group_recall(SELF, CADRES, PART_TIMER, 801, office.time())).await;
    assert!(office.whisper(TOWN_SECRETARY, "待批").await.contains("没有等您同意"));
    // recalled after it was granted, the record goes with it
    office.send(&group_message(SELF, CADRES, PART_TIMER, 802, office.time(), text)).await;
    office.whisper(TOWN_SECRETARY, "同意 3").await;
    assert_eq!(office.database.count(MADE_UP).await, 1);
    office.send(&group_recall(SELF, CADRES, PART_TIMER, 802, office.time())).await;
    assert_eq!(office.database.count(MADE_UP).await, 0);
    office.close().await;
}

#[tokio::test]
async fn pictures_of_a_make_up_entry_are_wanted_once_it_is_granted() {
    let office = Office::open().await;
    let event = group_message(SELF, CADRES, PART_TIMER, 803, office.time(), "补签 昨天 样例一镇");
    office.send(&event.image("http://127.0.0.1:9/a.jpg")).await;
    let photos = "SELECT COUNT(*) FROM photo";
    assert_eq!(office.database.count(photos).await, 0);
    office.whisper(TOWN_SECRETARY, "同意 1").await;
    assert_eq!(office.database.count(photos).await, 1);
    office.close().await;
}

#[tokio::test]
async fn a_request_of_somebody_who_has_left_can_still_be_decided_but_not_by_who_has_left() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "补签 昨天 样例一镇").await;
    office.deliver().await;
    office
        .database
        .change_roster("UPDATE person SET until_day = '2026-11-19' WHERE name IN ('李样例', '孙样例')")
        .await;
    let gone = office.whisper(TOWN_SECRETARY, "同意 1").await;
    assert!(gone.contains("同意") && !gone.contains("已同意"), "whoever has left decides nothing: {gone}");
    assert_eq!(office.database.count(MADE_UP).await, 0);
    assert!(office.whisper(COUNTY_SECRETARY, "同意 1").await.contains("已同意 1 号：李样例"));
    assert_eq!(office.database.count(MADE_UP).await, 1);
    office.close().await;
}

#[tokio::test]
async fn a_secretary_enters_for_others_who_are_told_and_may_object() {
    let office = Office::open().await;
    let enter = "代签 李样例 昨天 样例一镇 走访 原因：手机坏了";
    assert!(office.whisper(CADRE, enter).await.contains("由书记使用"));
    assert!(office.whisper(OTHER_SECRETARY, enter).await.contains("没有“李样例”"), "the neighbour's authority ends");
    assert!(office.whisper(TOWN_SECRETARY, "代签 李样例 昨天 样例一镇").await.contains("请写上原因"));
    assert!(office.whisper(TOWN_SECRETARY, "代签 孙样例 昨天 样例一镇 原因：忘了").await.contains("“补签”"));
    assert!(office.whisper(TOWN_SECRETARY, "代签 李样例 明天 原因：忘了").await.contains("还没到"));
    assert_eq!(office.database.count(STANDING).await, 0);

    let receipt = office.whisper(TOWN_SECRETARY, enter).await;
    assert!(receipt.contains("已替李样例记下签到（补）：11月19日 周四"), "{receipt}");
    let told = last_written(&office, PART_TIMER).await;
    assert!(told.contains("孙样例替您记了签到") && told.contains("手机坏了") && told.contains("撤回"), "{told}");
    let entered = "SELECT COUNT(*) FROM record WHERE made_up AND reason = '手机坏了' AND entered_by =
        (SELECT id FROM person WHERE name = '孙样例')";
    assert_eq!(office.database.count(entered).await, 1);
    assert!(office.whisper(PART_TIMER, "撤回").await.contains("已撤回签到：11月19日"));
    let told = last_written(&office, TOWN_SECRETARY).await;
    assert!(told.contains("本人撤回了"), "{told}");
    assert_eq!(office.database.count(STANDING).await, 0);

    // the secretary may take it back too, as long as it is in time
    office.whisper(TOWN_SECRETARY, "代签 李样例 11月18日 样例一镇 原因：手机坏了").await;
    assert!(office.whisper(TOWN_SECRETARY, "撤回").await.contains("11月18日"));
    assert_eq!(office.database.count(STANDING).await, 0);
    // of two with one name, the unit tells which
    office.database.change_roster("UPDATE person SET name = '李样例' WHERE name = '郑样例'").await;
    let which = office.whisper(COUNTY_SECRETARY, enter).await;
    assert!(which.contains("有几位“李样例”") && which.contains("样例二镇团委"), "{which}");
    let one = "代签 李样例（样例二镇） 昨天 样例二镇 原因：没有手机";
    assert!(office.whisper(COUNTY_SECRETARY, one).await.contains("已替李样例记下"));
    office.close().await;
}

#[tokio::test]
async fn when_it_is_too_late_to_take_back_the_answer_names_who_can_help() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "签到 样例一镇").await;
    office.clock.advance(TimeDelta::hours(25));
    let late = office.say(CADRES, PART_TIMER, "撤回").await;
    assert!(late.contains("24 小时") && late.contains("请联系孙样例（书记）"), "{late}");
    office.close().await;
}
