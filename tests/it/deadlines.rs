//! What time does to a question: warnings, silent assignees, deputies, ratings.
//!
//! A question of Friday 14:00 has thirteen working hours: half of them are over on Monday at noon, four fifths on Tuesday at
//! 9:24, all on Tuesday at noon.

use crate::support::office::{
    CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, TOWN_SECRETARY, YOUNG, YOUTH,
};

const SECOND: i64 = 5_002;
const EXPERT: i64 = 2_001;

async fn office_at(moment: &str) -> Office {
    let office = Office::open().await;
    office.until(moment).await;
    office
}

fn last(office: &Office, user: i64) -> String {
    office.written(user).pop().map(|one| one.text).unwrap_or_default()
}

#[tokio::test]
async fn who_answers_is_warned_when_half_and_four_fifths_are_over_and_the_unit_above_when_all_is() {
    let office = office_at("2026-11-20T14:00:00").await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.until("2026-11-23T12:00:00").await;
    let half = last(&office, TOWN_SECRETARY);
    assert!(half.contains("时间已用 50%，还有 6 小时 30 分钟") && half.contains("怎么入团？"), "{half}");
    office.until("2026-11-24T09:24:00").await;
    let most = last(&office, TOWN_SECRETARY);
    assert!(most.contains("时间已用 80%，还有 2 小时 36 分钟"), "{most}");
    let before = office.written(TOWN_SECRETARY).len();
    office.until("2026-11-24T09:30:00").await;
    assert_eq!(office.written(TOWN_SECRETARY).len(), before, "warned six minutes ago, the list of the day is silent");
    assert!(!office.written(COUNTY_SECRETARY).iter().any(|one| one.text.contains("1 号")), "not theirs yet");
    office.until("2026-11-24T12:00:00").await;
    assert!(last(&office, TOWN_SECRETARY).contains("已超时（11月24日 12:00 到期），已告诉上一级"));
    let raised = last(&office, COUNTY_SECRETARY);
    assert!(
        raised.contains("下级超时未答（11月24日 12:00 到期），请督促") && raised.contains("样例一镇团委"),
        "{raised}"
    );
    let told = office.qq.messages().len();
    office.until("2026-11-24T12:05:00").await;
    assert_eq!(office.qq.messages().len(), told, "each once");
    let history = office.whisper(TOWN_SECRETARY, "看 1").await;
    assert!(history.contains("催办 50%") && history.contains("催办 100%，已告诉上一级"), "{history}");
    office.close().await;
}

#[tokio::test]
async fn who_reads_the_list_of_the_day_is_not_told_the_same_within_the_hour() {
    let office = Office::open().await;
    // half of the time is over on Monday at ten
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.until("2026-11-23T09:30:00").await;
    assert!(last(&office, TOWN_SECRETARY).contains("还有 1 个问题等着答复"));
    let before = office.written(TOWN_SECRETARY).len();
    office.until("2026-11-23T10:00:00").await;
    assert_eq!(office.written(TOWN_SECRETARY).len(), before);
    assert!(office.whisper(TOWN_SECRETARY, "看 1").await.contains("催办 50%"), "but it is in the history");
    office.until("2026-11-23T15:54:00").await;
    assert!(last(&office, TOWN_SECRETARY).contains("时间已用 80%"));
    office.close().await;
}

#[tokio::test]
async fn several_warnings_are_one_message_and_several_replicas_warn_once() {
    let office = office_at("2026-11-20T14:00:00").await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.say(YOUTH, SECOND, "提问 团费怎么交？").await;
    office.deliver().await;
    let before = office.written(TOWN_SECRETARY).len();
    office.clock.set("2026-11-23T12:00:00+08:00".parse().unwrap());
    let (one, other) = (office.app.scheduler(), office.app.scheduler());
    let (first, second) = tokio::join!(one.tick(), other.tick());
    first.unwrap();
    second.unwrap();
    office.deliver().await;
    let warnings: Vec<_> = office.written(TOWN_SECRETARY).into_iter().skip(before).collect();
    let watch: Vec<_> = warnings.iter().filter(|one| one.text.contains("时间已用")).collect();
    assert_eq!(watch.len(), 1, "{watch:?}");
    assert!(watch[0].text.contains("1 号｜") && watch[0].text.contains("2 号｜"), "{}", watch[0].text);
    office.close().await;
}

#[tokio::test]
async fn a_silent_assignee_is_warned_and_then_loses_the_question_to_the_queue() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.until("2026-11-20T16:00:00").await;
    office.whisper(TOWN_SECRETARY, "转 1 李样例").await;
    office.until("2026-11-23T10:00:00").await;
    assert!(last(&office, PART_TIMER).contains("时间已用 50%"), "{}", last(&office, PART_TIMER));
    // four fifths, and half of the time since Friday at four
    office.until("2026-11-23T16:00:00").await;
    let lost = last(&office, PART_TIMER);
    assert!(lost.contains("转给您后一直没有动静，已收回"), "{lost}");
    let back = last(&office, TOWN_SECRETARY);
    assert!(back.contains("转给 李样例 后一直没有动静，已收回") && back.contains("80%"), "one line tells both: {back}");
    assert!(office.whisper(PART_TIMER, "回复 1 找我").await.contains("没有找到您可以答复的"));
    assert!(office.whisper(TOWN_SECRETARY, "看 1").await.contains("超时未答，收回 李样例"));
    office.close().await;
}

#[tokio::test]
async fn an_asker_is_reminded_to_rate_once_in_open_hours_and_then_left_in_peace() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.say(YOUTH, SECOND, "提问 团费怎么交？").await;
    office.until("2026-11-20T15:00:00").await;
    office.whisper(TOWN_SECRETARY, "回复 1 向学校团委申请。").await;
    office.whisper(TOWN_SECRETARY, "回复 2 每月交。").await;
    office.say(YOUTH, SECOND, "满意 2").await;
    office.deliver().await;
    let before = office.posted(YOUTH).len();
    office.until("2026-11-21T15:00:00").await;
    assert_eq!(office.posted(YOUTH).len(), before, "a Saturday: it waits");
    office.until("2026-11-23T08:00:00").await;
    let posted = office.posted(YOUTH);
    assert_eq!(posted.len(), before + 1);
    let reminder = posted.last().unwrap();
    assert!(reminder.text.contains("1 号问题") && reminder.text.contains("“满意 1”"), "{}", reminder.text);
    assert!(reminder.at == [YOUNG.to_string()], "who has rated is not asked: {reminder:?}");
    office.until("2026-11-27T15:00:00").await;
    assert!(office.say(YOUTH, YOUNG, "我的提问").await.contains("1 号｜已结"));
    assert_eq!(office.posted(YOUTH).len(), before + 1, "once");
    office.close().await;
}

#[tokio::test]
async fn who_was_shown_answers_and_says_nothing_for_a_day_has_asked_the_first_again() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 向学校团委申请。").await;
    for young in [SECOND, SECOND + 1] {
        office.say(YOUTH, young, "提问 入团怎么办理？").await;
    }
    // the second one is to be looked at later
    office.database.execute("UPDATE question SET look_at_ms = look_at_ms + 864000000 WHERE number = 3").await;
    office.until("2026-11-21T10:00:30").await;
    let seen = office.say(YOUTH, YOUNG, "看 1").await;
    assert!(seen.contains("另有 1 人问过"), "{seen}");
    // the answer is not there any more: then the question is asked after all
    office.whisper(TOWN_SECRETARY, "不公开 1").await;
    office.database.execute("UPDATE question SET look_at_ms = asked_at_ms + 86400000 WHERE number = 3").await;
    office.until("2026-11-23T09:00:00").await;
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("3 号"));
    office.close().await;
}

const EXPERT_OF_THE_TOWN: &str = "name,unit,kind,roles,team,accounts\n冯样例,1,full_time,专家,,qq:2001\n";

#[tokio::test]
async fn an_expert_on_leave_has_a_deputy_who_answers_for_them() {
    let office = Office::open().await;
    office.import(&[("people", EXPERT_OF_THE_TOWN.to_owned())]).await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.whisper(EXPERT, "请假 11月20日到23日 看病").await;
    assert!(office.whisper(TOWN_SECRETARY, "同意 1").await.contains("已同意"));
    let away = office.whisper(TOWN_SECRETARY, "邀请 冯样例 1").await;
    assert!(away.contains("冯样例 今天请假，没有代理"), "{away}");

    let set = office.whisper(EXPERT, "代理 李样例 到12月1日").await;
    assert!(set.contains("改由 李样例 办理，到 12月1日"), "{set}");
    office.deliver().await;
    assert!(last(&office, PART_TIMER).contains("冯样例 请您代理答复青年之声的问题，到 12月1日"));
    office.say(YOUTH, SECOND, "提问 团费怎么交？").await;
    let handed = office.whisper(TOWN_SECRETARY, "转 2 冯样例").await;
    assert!(handed.contains("冯样例 请假，2 号问题已转给代理 李样例"), "{handed}");
    office.deliver().await;
    assert!(last(&office, PART_TIMER).contains("团费怎么交？"));
    assert!(office.whisper(PART_TIMER, "回复 2 每月交。").await.contains("已发给提问人"));
    // what the expert was invited to before, the deputy may answer as well
    assert!(office.whisper(PART_TIMER, "待答").await.contains("1 号"));
    assert!(office.whisper(PART_TIMER, "回复 1 向学校申请。").await.contains("已发给提问人"));

    assert!(office.whisper(EXPERT, "结束代理").await.contains("李样例 不再替您答复"));
    office.say(YOUTH, SECOND, "提问 团徽哪里买？").await;
    let alone = office.whisper(TOWN_SECRETARY, "转 3 冯样例").await;
    assert!(alone.contains("已转给 冯样例") && alone.contains("没有代理"), "{alone}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_secretary_s_deputy_hears_of_new_questions_until_their_last_day() {
    let office = Office::open().await;
    assert!(office.whisper(TOWN_SECRETARY, "代理 李样例 到11月20日").await.contains("到 11月20日"));
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.deliver().await;
    assert!(last(&office, PART_TIMER).contains("怎么入团？"));
    assert_eq!(office.written(TOWN_SECRETARY).len(), 0, "they have asked somebody else to");
    office.until("2026-11-23T08:30:00").await;
    assert!(office.whisper(PART_TIMER, "回复 1 好").await.contains("没有找到您可以答复的"), "their last day is over");
    office.say(YOUTH, SECOND, "提问 团费怎么交？").await;
    office.deliver().await;
    assert!(last(&office, TOWN_SECRETARY).contains("团费怎么交？"));
    office.close().await;
}

#[tokio::test]
async fn whom_nobody_can_ask_to_stand_in_is_said() {
    let office = Office::open().await;
    for (typed, said) in [
        ("代理 没这人", "没有找到“没这人”"),
        ("代理 孙样例", "不能请自己代理"),
        ("代理 郑样例", "还没有绑定账号"),
        ("代理", "请这样写：代理 李样例"),
        ("代理 李样例 看情况", "请这样写：代理 李样例"),
        ("结束代理", "现在没有人替您代理"),
    ] {
        let answer = office.whisper(TOWN_SECRETARY, typed).await;
        assert!(answer.contains(said), "{typed}: {answer}");
    }
    assert!(office.whisper(PART_TIMER, "代理 钱样例").await.contains("没有要答复的问题"));
    assert_eq!(office.say(CADRES, TOWN_SECRETARY, "代理 商的事明天再说").await, "", "talk");
    assert_eq!(office.say(CADRES, OTHER_SECRETARY, "代理").await, "", "talk");
    office.close().await;
}
