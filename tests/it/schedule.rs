//! What the bot does by itself: the plan on Monday, the nudge on Thursday, open questions, the digest on Friday.

use tuanqing::jobs;

use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SUPERVISORS, TOWN_SECRETARY, YOUNG, YOUTH,
};

#[tokio::test]
async fn a_week_brings_plan_nudge_and_digest_each_once() {
    let office = Office::open().await;
    office.until("2026-11-23T09:00:05").await;
    let plan = office.posted(CADRES);
    assert_eq!(plan.len(), 1);
    assert!(plan[0].text.contains("11月23日—11月29日") && plan[0].text.contains("签到 东风社区"), "{}", plan[0].text);

    office.clock.set("2026-11-25T10:00:00+08:00".parse().unwrap());
    office.say(CADRES, CADRE, "签到 东风社区 联系青年12人").await;
    office.until("2026-11-26T16:00:05").await;
    assert!(office.written(CADRE).is_empty(), "who has a day is left in peace");
    assert!(office.written(PART_TIMER).is_empty(), "who owes nothing too");
    for person in [COUNTY_SECRETARY, TOWN_SECRETARY, OTHER_SECRETARY] {
        let nudge = office.written(person);
        assert_eq!(nudge.len(), 1);
        assert!(nudge[0].text.contains("周日11月29日"), "{}", nudge[0].text);
    }
    assert_eq!(office.posted(CADRES).len(), 1, "in private, not in the group");

    office.until("2026-11-27T17:30:05").await;
    office.until("2026-11-27T17:31:00").await;
    let digest = office.posted(SUPERVISORS);
    assert_eq!(digest.len(), 1, "once, however often it ticks");
    for part in ["样例县团委", "11月23日—11月29日", "联系青年 12 人", "应到 5 人，已到 1 人，20%", "还有 4 位没有记录"]
    {
        assert!(digest[0].text.contains(part), "{part} is missing in {}", digest[0].text);
    }
    assert!(!digest[0].text.contains("样例一镇团委（"), "no names where the group's switch is off");
    office.close().await;
}

#[tokio::test]
async fn the_digest_compares_with_last_week_and_counts_questions_by_unit() {
    let office = Office::open().await;
    office.say(CADRES, CADRE, "签到 东风社区 联系青年12人").await;
    office.until("2026-11-25T10:00:00").await;
    office.say(CADRES, TOWN_SECRETARY, "签到 城西社区 联系青年5人").await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.clock.advance(chrono::TimeDelta::hours(3));
    office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部").await;
    office.until("2026-11-27T17:30:05").await;
    let posted = office.posted(SUPERVISORS);
    let digest = &posted[0].text;
    for part in [
        "联系青年 5 人（上周 12）",
        "新问 2，答复 1",
        "待答 1",
        "中位数 3 小时",
        "样例一镇团委 1/1（0）；2/1",
        "本级 0/2（1）；0/0",
    ] {
        assert!(digest.contains(part), "{part} is missing in {digest}");
    }
    office.close().await;
}

#[tokio::test]
async fn open_questions_are_brought_up_every_workday_and_overdue_ones_to_the_unit_above() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.deliver().await;
    office.until("2026-11-21T09:30:05").await;
    assert_eq!(office.written(TOWN_SECRETARY).len(), 1, "Saturday is quiet: only the first notice");
    office.until("2026-11-23T09:30:05").await;
    let told = office.written(TOWN_SECRETARY);
    assert_eq!(told.len(), 2);
    assert!(told[1].text.contains("还有 1 个问题等着答复"), "{}", told[1].text);
    assert!(office.written(COUNTY_SECRETARY).is_empty(), "in time: nobody above is troubled");

    office.until("2026-11-25T09:30:05").await;
    let above = office.written(COUNTY_SECRETARY);
    assert!(above.iter().any(|message| message.text.contains("1 个已超时")), "{above:?}");
    office.close().await;
}

#[tokio::test]
async fn a_late_start_catches_up_once_and_records_what_came_too_late() {
    let office = Office::open().await;
    // down from Friday 20 November to Sunday 6 December
    office.until("2026-12-06T10:00:00").await;
    assert_eq!(office.posted(SUPERVISORS).len(), 0, "two days and more are too late for a digest's slot of Friday");
    assert_eq!(
        office.database.count("SELECT COUNT(*) FROM job_slot WHERE job = 'weekly_digest' AND state = 'missed'").await,
        2
    );
    // down from then to Saturday 12 December: Friday's digest is a day late
    office.until("2026-12-12T10:00:00").await;
    assert_eq!(office.posted(SUPERVISORS).len(), 0, "a late digest keeps quiet hours: the weekend waits");
    office.until("2026-12-14T08:00:05").await;
    let posted = office.posted(SUPERVISORS);
    assert_eq!(posted.len(), 1);
    assert!(posted[0].text.contains("12月7日—12月13日"), "figures as of its slot: {}", posted[0].text);
    office.close().await;
}

#[tokio::test]
async fn a_clock_that_goes_back_runs_nothing_twice() {
    let office = Office::open().await;
    office.until("2026-11-27T17:30:05").await;
    office.until("2026-11-27T15:30:00").await;
    office.until("2026-11-27T17:30:05").await;
    assert_eq!(office.posted(SUPERVISORS).len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_holiday_week_owes_nothing_and_says_so() {
    let office = Office::open().await;
    // the week of 16 February 2026 is the Spring Festival; the clock is set back before the first tick of that time
    let job = jobs::find("weekly_field_day_plan").unwrap();
    let owed = office.app.scheduler().preview(job, "2026-02-16T09:00:00+08:00".parse().unwrap()).await.unwrap();
    assert!(owed.is_empty(), "no plan for a week without work");
    office.clock.set("2026-02-20T10:00:00+08:00".parse().unwrap());
    let digest = office.whisper(COUNTY_SECRETARY, "周报").await;
    assert!(digest.contains("本周放假，下基层不作要求") && !digest.contains("没有记录"), "{digest}");
    office.close().await;
}

#[tokio::test]
async fn a_preview_sends_nothing_and_a_run_by_hand_runs_a_moment_once() {
    let office = Office::open().await;
    let job = jobs::find("weekly_digest").unwrap();
    let at = "2026-11-20T17:30:00+08:00".parse().unwrap();
    assert_eq!(office.app.scheduler().preview(job, at).await.unwrap().len(), 1);
    office.deliver().await;
    assert!(office.posted(SUPERVISORS).is_empty());
    let first = office.app.scheduler().run_at(job, at).await.unwrap();
    let second = office.app.scheduler().run_at(job, at).await.unwrap();
    assert_eq!((first.messages, second.messages, second.before), (1, 0, 1));
    office.clock.set(at);
    office.deliver().await;
    assert_eq!(office.posted(SUPERVISORS).len(), 1);
    office.close().await;
}

#[tokio::test]
async fn the_list_of_who_is_missing_goes_to_the_secretary_in_private() {
    let office = Office::open().await;
    office.say(CADRES, CADRE, "签到 东风社区").await;
    let in_group = office.say(CADRES, COUNTY_SECRETARY, "未报到").await;
    assert!(in_group.contains("私聊") && !in_group.contains("样例二镇"), "{in_group}");
    office.deliver().await;
    let list = &office.written(COUNTY_SECRETARY)[0].text;
    assert!(
        list.contains("应完成 5，已完成 1") && list.contains("郑样例（样例二镇团委）") && !list.contains("钱样例"),
        "{list}"
    );
    let own = office.whisper(OTHER_SECRETARY, "未报到").await;
    assert!(own.contains("应完成 2") && !own.contains("赵样例"), "authority ends at the own unit: {own}");
    office.close().await;
}

#[tokio::test]
async fn a_clock_that_was_months_ahead_and_has_come_back_owes_its_slots_again() {
    let office = Office::open().await;
    office.until("2027-03-01T10:00:00").await;
    let before = office.posted(SUPERVISORS).len();
    office.until("2026-11-27T17:00:00").await;
    office.until("2026-11-27T17:30:05").await;
    assert_eq!(office.posted(SUPERVISORS).len(), before + 1);
    office.close().await;
}

#[tokio::test]
async fn a_digest_that_is_run_late_shows_the_figures_of_its_slot() {
    let office = Office::open().await;
    office.say(CADRES, CADRE, "签到 东风社区 联系青年12人").await;
    office.clock.set("2026-11-21T11:00:00+08:00".parse().unwrap());
    office.say(CADRES, TOWN_SECRETARY, "签到 城西社区 联系青年5人").await;
    let job = jobs::find("weekly_digest").unwrap();
    let owed = office.app.scheduler().preview(job, "2026-11-20T17:30:00+08:00".parse().unwrap()).await.unwrap();
    let digest =
        office.app.rules.templates.render_value("digest/weekly", &owed[0].messages[0].context, "").unwrap().plain();
    assert!(digest.contains("联系青年 12 人") && digest.contains("已到 1 人"), "{digest}");
    office.close().await;
}
