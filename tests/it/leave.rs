//! Leave: asked for, granted, ended early; those days are not owed.

use chrono::TimeDelta;

use crate::make_up::{last_written, office_with};
use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SUPERVISOR, TOWN_SECRETARY,
};

const ABSENT: &str = "SELECT COUNT(*) FROM absence WHERE withdrawn_at_ms IS NULL";

const AT_ONCE: [(&str, &str); 1] = [("leave_needs_approval = true", "leave_needs_approval = false")];

#[tokio::test]
async fn a_week_of_leave_is_waived_once_it_is_granted() {
    let office = Office::open().await;
    let before = office.whisper(COUNTY_SECRETARY, "周报").await;
    assert!(before.contains("应到 5 人"), "{before}");
    let receipt = office.whisper(CADRE, "请假 周一到周五 回老家").await;
    assert!(receipt.contains("1 号申请：请假") && receipt.contains("等赵样例同意"), "{receipt}");
    // Monday to Friday are those to come; the days of this week take the secretary
    assert!(receipt.contains("11月23日—11月27日"), "{receipt}");
    office.until("2026-11-23T09:00:00").await;
    let me = office.whisper(CADRE, "我的").await;
    assert!(!me.contains("不作要求") && !me.contains("请假："), "not granted yet: {me}");
    assert!(office.whisper(COUNTY_SECRETARY, "同意 1").await.contains("已同意 1 号：钱样例请假"));
    let told = last_written(&office, CADRE).await;
    assert!(told.contains("1 号申请（请假") && told.contains("同意了"), "{told}");
    let me = office.whisper(CADRE, "我的").await;
    assert!(me.contains("不作要求") && me.contains("请假：11月23日—11月27日"), "{me}");
    assert!(me.lines().count() <= 6, "six lines at most: {me}");
    let now = office.whisper(COUNTY_SECRETARY, "周报").await;
    assert!(now.contains("应到 4 人"), "{now}");
    assert!(!office.whisper(SUPERVISOR, "谁还没").await.contains("钱样例"));
    let written = office.written(CADRE).len();
    office.until("2026-11-26T16:00:00").await;
    assert_eq!(office.written(CADRE).len(), written, "nobody on leave is reminded");
    assert!(office.written(TOWN_SECRETARY).last().is_some_and(|nudge| nudge.text.contains("没有完成")));
    office.clock.set("2026-11-30T09:00:00+08:00".parse().unwrap());
    assert!(!office.whisper(CADRE, "我的").await.contains("请假："), "leave that is over is not shown");
    office.close().await;
}

#[tokio::test]
async fn the_order_in_which_leave_and_records_arrive_does_not_matter() {
    let mut seen = Vec::new();
    for steps in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let every_day = ("needs = [{ days = 1 }]", "needs = [{ days = 5 }]");
        let office = office_with(&[AT_ONCE[0], every_day]).await;
        office.clock.set("2026-11-20T18:00:00+08:00".parse().unwrap());
        for step in steps {
            let text =
                ["请假 11月17日到20日 生病", "代签 钱样例 11月17日 样例一镇 走访5人 原因：忘了", "签到 样例一镇"];
            let speaker = if step == 1 { COUNTY_SECRETARY } else { CADRE };
            let answer = office.whisper(speaker, text[step]).await;
            assert!(["请好假了", "已替钱样例记下", "已记下"].iter().any(|good| answer.contains(good)), "{answer}");
            office.clock.advance(TimeDelta::minutes(1));
        }
        let (me, digest) = (office.whisper(CADRE, "我的").await, office.whisper(COUNTY_SECRETARY, "周报").await);
        // five days are owed and two done; one workday is left of the week, so nothing is asked
        for part in ["周二（补）、周五，共 2 天", "不作要求", "请假：11月17日—11月20日"] {
            assert!(me.contains(part), "{part} is missing in {me}");
        }
        seen.push((me, digest));
        office.close().await;
    }
    assert!(seen.windows(2).all(|two| two[0] == two[1]), "{seen:#?}");
}

#[tokio::test]
async fn leave_ends_yesterday_in_the_morning_and_at_noon_after_it() {
    let office = office_with(&AT_ONCE).await;
    assert!(office.say(CADRES, CADRE, "销假").await.contains("没有请假"));
    assert!(office.say(CADRES, CADRE, "请假 下周一至周五 培训").await.contains("请好假了：11月23日—11月27日"));
    office.clock.set("2026-11-25T09:00:00+08:00".parse().unwrap());
    let ended = office.say(CADRES, CADRE, "销假").await;
    assert!(ended.contains("假期算到 11月24日 周二"), "{ended}");
    assert_eq!(
        office
            .database
            .count("SELECT COUNT(*) FROM absence WHERE withdrawn_at_ms IS NULL AND last_day = '2026-11-24'")
            .await,
        1
    );
    assert!(office.say(CADRES, CADRE, "销假").await.contains("没有请假"));

    office.say(CADRES, CADRE, "请假 今天到明天 看病").await;
    office.clock.set("2026-11-25T14:00:00+08:00".parse().unwrap());
    assert!(office.say(CADRES, CADRE, "销假").await.contains("假期算到 11月25日 周三上午"));
    // a future one is off altogether
    office.say(CADRES, CADRE, "请假 11月30日上午 看病").await;
    assert!(office.whisper(CADRE, "我的").await.contains("11月30日 周一上午"));
    let off = office.say(CADRES, CADRE, "销假").await;
    assert!(off.contains("已取消 11月30日 周一上午 的请假"), "{off}");
    assert!(!office.whisper(CADRE, "我的").await.contains("11月30日"));
    office.close().await;
}

#[tokio::test]
async fn where_it_is_strict_leave_needs_a_reason_and_days_must_be_clear() {
    let office =
        office_with(&[("leave_needs_approval = true", "leave_needs_approval = false"), ("[records]", "[records]")])
            .await;
    assert!(office.say(CADRES, CADRE, "请假 明天").await.contains("请好假了"), "not strict: no reason is asked for");
    assert!(office.whisper(CADRE, "请假 三天 看病").await.contains("没看到是哪几天"));
    assert!(office.whisper(CADRE, "请假 下周 看病").await.contains("“下周”说不准是哪一天"));
    assert!(office.say(CADRES, CADRE, "请假 周一和周三 看病").await.contains("分几次请"));
    assert!(office.say(CADRES, CADRE, "请假 11月10日 看病").await.contains("现在最早只能请 11月17日 周二"));
    assert_eq!(office.database.count(ABSENT).await, 1);
    office.close().await;
    let strict = office_with(&[("strict = false", "strict = true")]).await;
    assert!(strict.say(CADRES, CADRE, "请假 明天").await.contains("请写上原因"));
    assert!(strict.say(CADRES, CADRE, "请假 明天 看病").await.contains("等赵样例同意"));
    strict.close().await;
}

#[tokio::test]
async fn a_secretary_enters_leave_for_others_who_can_end_it() {
    let office = Office::open().await;
    assert!(office.whisper(OTHER_SECRETARY, "代请假 李样例 明天 住院").await.contains("没有“李样例”"));
    assert!(office.whisper(TOWN_SECRETARY, "代请假 李样例 明天").await.contains("请写上原因"));
    assert_eq!(office.database.count(ABSENT).await, 0);
    let receipt = office.whisper(TOWN_SECRETARY, "代请假 李样例 明天 住院").await;
    assert!(receipt.contains("已给李样例请假：11月21日 周六"), "{receipt}");
    let told = last_written(&office, PART_TIMER).await;
    assert!(told.contains("孙样例替您记了请假") && told.contains("住院") && told.contains("销假"), "{told}");
    assert_eq!(office.database.count(ABSENT).await, 1);
    assert!(office.whisper(PART_TIMER, "销假").await.contains("已取消"));
    assert_eq!(office.database.count(ABSENT).await, 0);
    office.close().await;
}

#[tokio::test]
async fn reasons_are_shown_in_private_only() {
    let office = Office::open().await;
    office.whisper(CADRE, "请假 明天 看病").await;
    office.deliver().await;
    let told = office.written(COUNTY_SECRETARY).len();
    assert!(office.say(CADRES, COUNTY_SECRETARY, "待批").await.contains("已私聊发给您"));
    let list = last_written(&office, COUNTY_SECRETARY).await;
    assert!(list.contains("看病") && office.written(COUNTY_SECRETARY).len() == told + 1, "{list}");
    assert!(office.whisper(CADRE, "撤回").await.contains("已撤回 1 号申请（请假"));
    assert!(office.whisper(COUNTY_SECRETARY, "同意 1").await.contains("1 号已撤回"));
    assert_eq!(office.database.count(ABSENT).await, 0);
    office.close().await;
}
