//! The open day: a timed session in a youth group, its questions collected, answered live and recapped.

use crate::support::fakes::onebot::group_message;
use crate::support::office::{
    CADRE, COUNTY_SECRETARY, OTHER_SECRETARY, Office, SELF, SUPERVISOR, TOWN_SECRETARY, YOUNG, YOUTH,
};

const OTHER_YOUNG: i64 = 5_002;

/// With the policy of the region that holds open days, and without.
async fn office_of(preset: &str) -> Office {
    Office::open_with(&format!("[policy]\npreset = \"{preset}\"")).await
}

#[tokio::test]
async fn a_timed_session_线上开放日_书记面对面_collects_answers_live_and_recaps() {
    let office = office_of("inner-mongolia").await;
    let quiet = office.say(YOUTH, YOUNG, "返乡创业贷款找谁？").await;
    assert_eq!(quiet, "", "before it begins, a question asked into the group is talk");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM inbox").await, 0, "and leaves no row");

    // on Friday evening, when notices otherwise wait for Monday
    office.until("2026-11-20T21:30:00").await;
    let before = office.written(TOWN_SECRETARY).len();
    let begun = office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 返乡创业 1小时").await;
    for part in ["书记面对面", "样例一镇团委", "主题：返乡创业", "11月20日 22:30"] {
        assert!(begun.contains(part), "{part}: {begun}");
    }
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await.contains("正在进行，到 11月20日 22:30"));

    // aloud, by mention and by command; two people
    assert!(office.say(YOUTH, YOUNG, "返乡创业贷款找谁？").await.contains("编号 1"));
    assert!(office.say_to_bot(YOUTH, YOUNG, "场地有补贴吗").await.contains("编号 2"));
    assert!(office.say(YOUTH, OTHER_YOUNG, "提问 怎么入团").await.contains("编号 3"));
    assert!(office.say(YOUTH, OTHER_YOUNG, "问错了，我想问几点结束？").await.contains("编号 4"));
    assert!(office.say(YOUTH, OTHER_YOUNG, "撤回").await.contains("已撤回 4 号"));
    assert_eq!(office.say(YOUTH, YOUNG, "谢谢书记，明白了").await, "", "talk stays talk");
    assert_eq!(office.say(YOUTH, TOWN_SECRETARY, "大家还有什么想问的吗？").await, "", "who answers does not ask");
    office.deliver().await;
    assert_eq!(office.written(TOWN_SECRETARY).len() - before, 3, "the secretary hears at once, whatever the hour");

    let quoted = office.written(TOWN_SECRETARY).iter().find(|one| one.text.contains("贷款")).unwrap().message_id;
    let answer =
        group_message(SELF, YOUTH, TOWN_SECRETARY, office.next_message_id(), office.time(), "找县团委青年发展部。");
    assert!(office.send(&answer.reply_to(quoted)).await.text().contains("已发给提问人"));
    office.deliver().await;
    assert!(office.posted(YOUTH).last().unwrap().text.contains("找县团委青年发展部。"), "answered live");

    let recap = office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    for part in [
        "【开放日回顾】样例一镇团委｜返乡创业",
        "2 人提问，共 3 个问题，已答复 1 个",
        "1 号 问：返乡创业贷款找谁？",
        "答：找县团委青年发展部。",
        "2 号 场地有补贴吗（11月24日 17:30 前答复）",
        "参与 2 人",
    ] {
        assert!(recap.contains(part), "{part}: {recap}");
    }
    assert!(!recap.contains("几点结束"), "what was withdrawn is not recapped: {recap}");
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await.contains("现在没有开放日"));
    let recorded = "SELECT COUNT(*) FROM record r JOIN unit u ON u.id = r.target_unit_id
                    WHERE r.kind = 'online_open_day' AND r.quantity = 2 AND r.mode = 'online' AND u.code = '1'
                      AND r.content = '线上开放日：返乡创业'";
    assert_eq!(office.database.count(recorded).await, 1);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1);
    assert_eq!(office.say(YOUTH, YOUNG, "还能再问一个吗？").await, "", "it is over");
    office.close().await;
}

#[tokio::test]
async fn 线上开放日_ends_by_itself_and_its_recap_is_posted_once() {
    let office = office_of("basic").await;
    office.say(YOUTH, COUNTY_SECRETARY, "开放日 开始 30分钟").await;
    office.say(YOUTH, YOUNG, "怎么入团呢？").await;
    office.until("2026-11-20T10:29:00").await;
    assert!(office.posted(YOUTH).is_empty());

    // its time is over, the schedule has not ticked yet
    office.clock.set("2026-11-20T10:30:00+08:00".parse().unwrap());
    assert_eq!(office.say(YOUTH, YOUNG, "现在还能问吗？").await, "");
    office.until("2026-11-20T10:31:00").await;
    office.until("2026-11-20T10:32:00").await;
    let posted = office.posted(YOUTH);
    assert_eq!(posted.len(), 1);
    assert!(posted[0].text.contains("1 人提问，共 1 个问题，已答复 0 个"), "{}", posted[0].text);
    let kind = "SELECT COUNT(*) FROM record WHERE kind = 'activity' AND quantity = 1";
    assert_eq!(office.database.count(kind).await, 1, "a policy without a kind of its own has activities");

    // another begins when the former ran out unnoticed: the former is recapped all the same
    office.say(YOUTH, COUNTY_SECRETARY, "开放日 开始 10分钟").await;
    office.clock.set("2026-11-20T11:00:00+08:00".parse().unwrap());
    assert!(office.say(YOUTH, COUNTY_SECRETARY, "开放日开始 心理健康").await.contains("心理健康"));
    office.deliver().await;
    assert!(office.posted(YOUTH)[1].text.contains("没有人提问"), "{:?}", office.posted(YOUTH)[1]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1, "nobody came, nothing to record");
    office.close().await;
}

#[tokio::test]
async fn 线上开放日_is_opened_only_by_a_secretary_of_the_groups_unit() {
    let office = office_of("basic").await;
    for user in [YOUNG, CADRE, SUPERVISOR] {
        assert_eq!(office.say(YOUTH, user, "开放日 开始").await, "");
    }
    assert!(office.say_to_bot(YOUTH, CADRE, "开放日 开始").await.contains("书记"));
    assert!(office.say(YOUTH, OTHER_SECRETARY, "开放日 开始").await.contains("不在您管的范围内"));
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 5分钟").await.contains("最短 10 分钟"));
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 99小时").await.contains("最长 24 小时"));
    assert_eq!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始时间另行通知").await, "");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM session").await, 0);
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await;
    assert!(office.say(YOUTH, OTHER_SECRETARY, "开放日 结束").await.contains("不在您管的范围内"));
    office.close().await;
}
