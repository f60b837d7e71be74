//! Words that hurt wait for a person; a cry for help waits for nobody.

use crate::support::fakes::onebot::group_message;
use crate::support::office::{CADRE, CADRES, COUNTY_SECRETARY, Office, SELF, STRANGE, TOWN_SECRETARY, YOUNG, YOUTH};

const SECOND: i64 = 5_002;

fn last(office: &Office, user: i64) -> String {
    office.written(user).pop().map(|one| one.text).unwrap_or_default()
}

#[tokio::test]
async fn words_that_hurt_are_held_for_a_person_and_nobody_else_reads_them() {
    let office = Office::open().await;
    let receipt = office.say(YOUTH, YOUNG, "提问 你们这帮废物什么时候发补贴？").await;
    assert!(receipt.contains("编号 1") && receipt.contains("11月24日 10:00 前"), "the usual receipt: {receipt}");
    office.deliver().await;
    let told = last(&office, TOWN_SECRETARY);
    assert!(told.contains("放行 1") && !told.contains("废物"), "{told}");
    assert!(office.say(YOUTH, SECOND, "看 1").await.contains("没有找到 1 号公开的问题"));
    assert!(office.say(YOUTH, SECOND, "赞 1").await.contains("没有找到"));
    let pending = office.say(CADRES, COUNTY_SECRETARY, "待答").await;
    assert!(pending.contains("1 号") && pending.contains("措辞待看") && !pending.contains("废物"), "{pending}");
    assert!(office.say(CADRES, COUNTY_SECRETARY, "看 1").await.contains("请私聊我"));
    assert!(office.whisper(TOWN_SECRETARY, "看 1").await.contains("你们这帮废物什么时候发补贴？"));
    let mine = office.whisper(YOUNG, "我的提问").await;
    assert!(mine.contains("1 号｜待答"), "its asker is not taught which words do it: {mine}");
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 下月。").await.contains("待审"));

    office.until("2026-11-20T16:00:00").await;
    assert!(office.whisper(TOWN_SECRETARY, "放行 1").await.contains("1 号问题已放行"));
    assert!(office.whisper(TOWN_SECRETARY, "放行 1").await.contains("1 号问题"), "once");
    let pending = office.whisper(TOWN_SECRETARY, "待答").await;
    assert!(pending.contains("11月24日 10:00 前"), "the clock has run all the while: {pending}");
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 下月发。").await.contains("已发给提问人"));
    office.deliver().await;
    assert!(office.posted(YOUTH).pop().unwrap().text.contains("下月发。"));
    office.close().await;
}

#[tokio::test]
async fn held_words_may_be_declined_with_a_reason_and_are_warned_of_like_any_other() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 你们都是傻*逼吗？").await;
    office.until("2026-11-23T15:54:00").await;
    let warned = last(&office, TOWN_SECRETARY);
    assert!(warned.contains("1 号") && warned.contains("措辞待看") && warned.contains("80%"), "{warned}");
    assert!(!warned.contains('傻'), "{warned}");
    assert!(office.whisper(TOWN_SECRETARY, "不受理 1 请文明提问").await.contains("已标为不受理"));
    office.deliver().await;
    assert!(office.posted(YOUTH).pop().unwrap().text.contains("请文明提问"));
    office.close().await;
}

#[tokio::test]
async fn what_only_looks_as_if_it_hurt_goes_its_way() {
    let office = Office::open().await;
    for (user, text) in [(6_001, "提问 路口交通信号灯坏了找谁？"), (6_002, "提问 他妈妈的户口怎么迁？")]
    {
        office.say(YOUTH, user, text).await;
    }
    let pending = office.whisper(TOWN_SECRETARY, "待答").await;
    assert!(pending.contains("路口交通") && pending.contains("他妈妈") && !pending.contains("措辞待看"), "{pending}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_answer_that_hurts_is_not_sent() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    for text in ["回复 1 你是不是脑残", "请补充 1 你白痴吗？", "不受理 1 废物才问这个", "转 1 李样例 这个傻逼问题"]
    {
        assert!(office.whisper(TOWN_SECRETARY, text).await.contains("请换个说法"), "{text}");
    }
    assert!(office.say(YOUTH, YOUNG, "补充 1 快点答，废物").await.contains("请换个说法"));
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 遇到家暴请打 110。").await.contains("已发给提问人"), "that helps");
    office.deliver().await;
    assert_eq!(office.posted(YOUTH).len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_cry_for_help_is_heard_at_any_hour_by_the_unit_and_the_one_above() {
    let office = Office::open().await;
    office.until("2026-11-21T23:30:00").await;
    let heard = office.whisper(YOUNG, "我不想活了").await;
    assert!(heard.contains("12355") && heard.contains("110") && heard.contains("您不是一个人"), "{heard}");
    office.deliver().await;
    for secretary in [TOWN_SECRETARY, COUNTY_SECRETARY] {
        let told = last(&office, secretary);
        assert!(told.contains("【紧急】1 号") && told.contains("我不想活了"), "a Saturday night: {told}");
    }
    // what follows belongs to it; nobody who cries for help is met by a menu
    let more = office.whisper(YOUNG, "没有人在乎我").await;
    assert!(more.contains("我们在") && more.contains("12355"), "{more}");
    office.deliver().await;
    assert!(last(&office, TOWN_SECRETARY).contains("没有人在乎我"));
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("【紧急】1 号"));
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 我在，现在就给您打电话好吗？").await.contains("已发给提问人"));
    office.deliver().await;
    assert!(last(&office, YOUNG).contains("现在就给您打电话"));
    let before = office.written(YOUNG).len();
    office.until("2026-11-25T10:00:00").await;
    assert_eq!(office.written(YOUNG).len(), before, "nobody in need is asked for marks");
    office.close().await;
}

#[tokio::test]
async fn a_cry_for_help_in_a_group_is_answered_in_private_and_never_shown_there_again() {
    let office = Office::open().await;
    let neutral = office.say_to_bot(YOUTH, YOUNG, "在学校被欺负，想死").await;
    assert_eq!(neutral.trim(), "收到，稍后私聊回复您。");
    office.deliver().await;
    assert!(last(&office, YOUNG).contains("12355"));
    assert_eq!(office.posted(YOUTH).len(), 0);
    assert!(last(&office, COUNTY_SECRETARY).contains("【紧急】1 号提问：可能想伤害自己（样例一镇青年群"));
    for said in ["看 1", "赞 1"] {
        assert!(office.say(YOUTH, SECOND, said).await.contains("没有找到"), "{said}");
    }
    assert!(!office.say(YOUTH, YOUNG, "我的提问").await.contains("1 号"), "not in the group");
    assert!(office.whisper(YOUNG, "我的提问").await.contains("1 号"));
    assert!(office.say(CADRES, COUNTY_SECRETARY, "看 1").await.contains("请私聊我"));
    assert!(!office.say(CADRES, COUNTY_SECRETARY, "待答").await.contains("想死"));
    office.whisper(TOWN_SECRETARY, "回复 1 我是团委的，可以随时找我。").await;
    office.deliver().await;
    assert!(last(&office, YOUNG).contains("可以随时找我"));
    assert_eq!(office.posted(YOUTH).len(), 0, "the answer neither");
    assert!(office.whisper(TOWN_SECRETARY, "公开 1").await.contains("1 号是求助"));
    office.close().await;
}

#[tokio::test]
async fn a_cry_for_help_is_heard_whatever_it_looks_like_and_wherever_it_is_said_to_the_bot() {
    let office = Office::open().await;
    for (user, text) in [(6_001, "提问 被打了怎么办？"), (6_002, "帮助 我爸打我"), (6_003, "签到 不想活了")]
    {
        let heard = office.whisper(user, text).await;
        assert!(heard.contains("12355"), "{text}: {heard}");
    }
    // quoting, in a cadre group, in a group that is tied to nothing
    let quoting = group_message(SELF, YOUTH, 6_004, office.next_message_id(), office.time(), "我想自杀");
    assert!(office.send(&quoting.reply_to(77).at_me()).await.text().contains("稍后私聊"));
    assert!(office.say_to_bot(CADRES, CADRE, "活不下去了").await.contains("稍后私聊"));
    assert!(office.say_to_bot(STRANGE, 6_005, "活不下去了").await.contains("稍后私聊"));
    // with five open questions as well
    for number in 0..5 {
        office.say(YOUTH, 6_006, &format!("提问 第{number}个问题是什么？")).await;
    }
    assert!(office.say(YOUTH, 6_006, "补充 1 我不想活了").await.contains("稍后私聊"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE class = 'urgent'").await, 7);
    assert_eq!(office.say(YOUTH, 6_007, "今天跑步累得想死").await, "", "talk that is not for the bot");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn in_an_open_day_a_cry_for_help_is_not_collected() {
    let office = Office::open_with("[policy]\npreset = \"inner-mongolia\"").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 返乡创业 1小时").await;
    assert!(office.say(YOUTH, YOUNG, "我被家暴了找谁？").await.contains("稍后私聊"));
    assert!(office.say(YOUTH, SECOND, "你们这帮废物干啥了？").await.contains("编号 2"));
    assert!(office.say(YOUTH, 6_001, "返乡贷款找谁？").await.contains("编号 3"));
    let recap = office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    assert!(recap.contains("返乡贷款") && !recap.contains("家暴") && !recap.contains("废物"), "{recap}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn who_tells_of_their_work_does_not_cry_for_help() {
    let office = Office::open().await;
    let journal = office.whisper(CADRE, "日志 走访一户家暴家庭，联系了妇联").await;
    assert!(!journal.contains("12355"), "{journal}");
    office.whisper(CADRE, "签到").await;
    let place = office.whisper(CADRE, "样例社区，看望被打的孩子").await;
    assert!(!place.contains("12355"), "an answer to the bot's own question: {place}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question").await, 0);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn whoever_cries_for_help_again_and_again_is_heard_and_nobody_is_rung_at_for_every_line() {
    let office = Office::open().await;
    for line in 0..15 {
        assert!(office.whisper(YOUNG, &format!("我想自杀 第{line}句")).await.contains("12355"), "{line}");
        office.clock.advance(chrono::TimeDelta::seconds(5));
    }
    office.deliver().await;
    let urgent = || {
        let told = office.written(TOWN_SECRETARY).into_iter();
        told.filter(|one| one.text.contains("【紧急】")).map(|one| one.text).collect::<Vec<_>>()
    };
    assert_eq!(urgent().len(), 2, "{:?}", urgent());
    office.until("2026-11-20T10:06:00").await;
    let told = urgent();
    assert_eq!(told.len(), 3, "{told:?}");
    for line in 0..15 {
        assert!(told.iter().any(|one| one.contains(&format!("第{line}句"))), "{line}: {told:?}");
    }
    office.close().await;
}
