//! What is owed to somebody is not forgotten: held and waiting questions, cries for help, deputies, what the asker was promised.

use crate::support::fakes::onebot::group_message;
use crate::support::office::{CADRE, COUNTY_SECRETARY, Office, PART_TIMER, SELF, TOWN_SECRETARY, YOUNG, YOUTH};

const SECOND: i64 = 5_002;
const THIRD: i64 = 5_003;

fn last(office: &Office, user: i64) -> String {
    office.written(user).pop().map(|one| one.text).unwrap_or_default()
}

fn last_posted(office: &Office) -> String {
    office.posted(YOUTH).pop().map(|one| one.text).unwrap_or_default()
}

async fn quoting(office: &Office, user: i64, quoted: i64, text: &str) -> String {
    let event = group_message(SELF, YOUTH, user, office.next_message_id(), office.time(), text);
    office.send(&event.reply_to(quoted)).await.text()
}

#[tokio::test]
async fn what_is_held_is_brought_up_every_workday_until_somebody_has_looked() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 你们这帮废物什么时候发补贴？").await;
    for day in ["23", "26", "27"] {
        if day == "26" {
            office.until("2026-11-24T10:00:00").await;
        }
        office.until(&format!("2026-11-{day}T09:30:00")).await;
        let list = last(&office, TOWN_SECRETARY);
        assert!(list.contains("还有 1 个问题") && list.contains("1 号") && list.contains("措辞待看"), "{day}: {list}");
        assert!(!list.contains("废物"), "{list}");
    }
    office.close().await;
}

#[tokio::test]
async fn who_is_asked_back_is_reminded_once_and_the_question_ends_with_a_notice() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 团组织关系怎么转？").await;
    office.whisper(TOWN_SECRETARY, "请补充 1 您在哪个学校？").await;
    office.deliver().await;
    let before = office.posted(YOUTH).len();
    office.until("2026-11-21T10:00:00").await;
    office.until("2026-11-23T08:00:00").await;
    let posted = office.posted(YOUTH);
    assert_eq!(posted.len(), before + 1, "{posted:?}");
    let reminder = posted.last().unwrap();
    assert!(reminder.text.contains("您在哪个学校？") && reminder.text.contains("补充 1"), "{}", reminder.text);
    assert_eq!(reminder.at, [YOUNG.to_string()]);
    office.until("2026-11-23T09:30:00").await;
    assert!(last(&office, TOWN_SECRETARY).contains("等提问人补充"), "{}", last(&office, TOWN_SECRETARY));
    office.until("2026-11-26T09:30:00").await;
    assert_eq!(office.posted(YOUTH).len(), before + 1, "once");
    office.until("2026-11-27T10:00:00").await;
    assert!(last_posted(&office).contains("没有等到您的补充"), "{}", last_posted(&office));
    let told = last(&office, TOWN_SECRETARY);
    assert!(told.contains("1 号") && told.contains("没有等到"), "{told}");
    let mine = office.say(YOUTH, YOUNG, "我的提问").await;
    assert!(mine.contains("1 号｜不受理"), "{mine}");
    office.until("2026-11-30T09:30:00").await;
    assert!(!last(&office, TOWN_SECRETARY).contains("还有 1 个问题"), "it is over");
    office.close().await;
}

#[tokio::test]
async fn what_others_wait_for_does_not_end_because_the_first_asker_is_silent() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 团组织关系怎么转？").await;
    office.say(YOUTH, SECOND, "提问 毕业了档案放哪里？").await;
    office.whisper(TOWN_SECRETARY, "合并 2 到 1").await;
    office.whisper(TOWN_SECRETARY, "请补充 1 您在哪个学校？").await;
    office.until("2026-11-21T10:00:00").await;
    office.until("2026-11-27T10:00:00").await;
    let told = last(&office, TOWN_SECRETARY);
    assert!(told.contains("1 号") && told.contains("没有等到"), "{told}");
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 找学校团委。").await.contains("2 位提问人"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn the_natural_answer_to_what_is_asked_back_is_no_new_question() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 团组织关系怎么转？").await;
    office.whisper(TOWN_SECRETARY, "请补充 1 断了多久？").await;
    office.deliver().await;
    let asked = office.posted(YOUTH).pop().unwrap().message_id;
    assert_eq!(quoting(&office, SECOND, asked, "我也想知道").await, "", "others may quote as they like");
    let said = quoting(&office, YOUNG, asked, "断了三个月").await;
    assert!(said.contains("已补充到 1 号问题"), "{said}");
    office.deliver().await;
    assert!(last(&office, TOWN_SECRETARY).contains("断了三个月"), "{}", last(&office, TOWN_SECRETARY));

    office.whisper(TOWN_SECRETARY, "请补充 1 您在哪个学校？").await;
    assert!(!office.say_to_bot(YOUTH, YOUNG, "你好").await.contains("已补充"));
    let said = office.say_to_bot(YOUTH, YOUNG, "我在样例大学").await;
    assert!(said.contains("已补充到 1 号问题"), "{said}");
    office.deliver().await;
    // somebody else who turns to the bot asks anew
    assert!(office.say_to_bot(YOUTH, SECOND, "入团要交什么材料？").await.contains("编号 2"));

    // in private, quoting nothing
    office.whisper(THIRD, "提问 我的团费交给谁？").await;
    office.whisper(TOWN_SECRETARY, "请补充 3 您是哪个镇的？").await;
    office.deliver().await;
    assert_eq!(office.whisper(THIRD, "好的").await, "", "a word of thanks is none");
    let said = office.whisper(THIRD, "样例一镇的").await;
    assert!(said.contains("已补充到 3 号问题"), "{said}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question").await, 3);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn more_words_without_a_number_go_to_the_question_that_waits_for_them() {
    let office = Office::open().await;
    office.whisper(YOUNG, "提问 我的团费交给谁？").await;
    office.whisper(YOUNG, "提问 创业贷款找谁？").await;
    office.whisper(TOWN_SECRETARY, "请补充 1 您是哪个镇的？").await;
    let said = office.whisper(YOUNG, "补充 样例一镇的").await;
    assert!(said.contains("已补充到 1 号问题"), "{said}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_warning_of_what_the_list_did_not_show_is_not_swallowed() {
    let office = Office::open().await;
    for one in 0..11 {
        office.say(YOUTH, 7_000 + one, &format!("提问 第{one}件事：样例路{one}号的路灯什么时候修？")).await;
    }
    office.until("2026-11-24T14:20:00").await;
    office.say(YOUTH, 7_100, "提问 入团要交什么材料？").await;
    office.until("2026-11-25T17:00:00").await;
    office.until("2026-11-26T09:30:00").await;
    assert!(last(&office, TOWN_SECRETARY).contains("还有 12 个问题"), "{}", last(&office, TOWN_SECRETARY));
    office.until("2026-11-26T09:44:00").await;
    let warned = last(&office, TOWN_SECRETARY);
    assert!(warned.contains("12 号") && warned.contains("80%"), "{warned}");
    office.close().await;
}

#[tokio::test]
async fn deputies_read_the_list_of_the_day_and_hear_what_is_overdue() {
    let office = Office::open().await;
    office.whisper(COUNTY_SECRETARY, "代理 钱样例 到12月20日").await;
    office.whisper(TOWN_SECRETARY, "代理 李样例 到12月20日").await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.until("2026-11-23T09:30:00").await;
    assert!(last(&office, PART_TIMER).contains("还有 1 个问题等着答复"), "{}", last(&office, PART_TIMER));
    office.until("2026-11-24T10:00:00").await;
    assert!(last(&office, CADRE).contains("下级超时未答"), "{}", last(&office, CADRE));
    assert!(last(&office, PART_TIMER).contains("已超时"), "{}", last(&office, PART_TIMER));
    office.until("2026-11-25T09:30:00").await;
    assert!(last(&office, CADRE).contains("其中 1 个已超时"), "{}", last(&office, CADRE));
    assert_eq!(office.written(TOWN_SECRETARY).len() + office.written(COUNTY_SECRETARY).len(), 0);
    office.close().await;
}

#[tokio::test]
async fn a_cry_for_help_is_brought_up_at_night_until_somebody_has_answered() {
    let office = Office::open().await;
    office.until("2026-11-20T22:30:00").await;
    office.whisper(YOUNG, "我不想活了").await;
    office.whisper(TOWN_SECRETARY, "代理 李样例 到12月20日").await;
    office.until("2026-11-20T23:30:00").await;
    for one in [TOWN_SECRETARY, PART_TIMER] {
        let told = last(&office, one);
        assert!(told.contains("【紧急】1 号") && told.contains("50%"), "{one}: {told}");
        assert!(!told.contains("不想活"), "{told}");
    }
    let county = office.written(COUNTY_SECRETARY).len();
    office.until("2026-11-21T00:30:00").await;
    assert_eq!(office.written(COUNTY_SECRETARY).len(), county + 1, "a Saturday, half past midnight");
    assert!(last(&office, COUNTY_SECRETARY).contains("下级超时未答"), "{}", last(&office, COUNTY_SECRETARY));
    office.until("2026-11-21T02:30:00").await;
    assert_eq!(office.written(COUNTY_SECRETARY).len(), county + 2, "and again");
    // who is asked back and says nothing is not left alone
    office.whisper(COUNTY_SECRETARY, "请补充 1 您现在在哪里？").await;
    office.until("2026-11-21T04:30:00").await;
    office.until("2026-11-21T06:30:00").await;
    assert!(office.written(COUNTY_SECRETARY).len() > county + 2, "{:?}", office.written(COUNTY_SECRETARY));
    office.whisper(COUNTY_SECRETARY, "回复 1 我们在，马上给您打电话。").await;
    office.deliver().await;
    let (county, young) = (office.written(COUNTY_SECRETARY).len(), office.written(YOUNG).len());
    office.until("2026-11-21T12:30:00").await;
    office.until("2026-12-02T12:30:00").await;
    assert_eq!((office.written(COUNTY_SECRETARY).len(), office.written(YOUNG).len()), (county, young), "answered");
    office.close().await;
}

#[tokio::test]
async fn a_cry_for_help_is_neither_published_nor_marked() {
    let office = Office::open().await;
    office.whisper(YOUNG, "我不想活了").await;
    let receipt = office.whisper(TOWN_SECRETARY, "回复 1 我们在。").await;
    assert!(receipt.contains("已发给提问人") && !receipt.contains("公开"), "{receipt}");
    office.deliver().await;
    assert!(
        last(&office, YOUNG).contains("我们在") && !last(&office, YOUNG).contains("满意"),
        "{}",
        last(&office, YOUNG)
    );
    let refused = office.whisper(TOWN_SECRETARY, "公开 1").await;
    assert!(refused.contains("求助") && !refused.contains("不愿公开"), "{refused}");
    office.close().await;
}

#[tokio::test]
async fn several_askers_in_one_message_read_each_their_own_number() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 团组织关系怎么转？").await;
    office.say(YOUTH, SECOND, "提问 毕业了档案放哪里？").await;
    office.say(YOUTH, THIRD, "提问 团费怎么交？").await;
    office.whisper(TOWN_SECRETARY, "合并 2 到 1").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找学校团委。").await;
    office.whisper(TOWN_SECRETARY, "回复 3 每月交。").await;
    office.deliver().await;
    let posted = office.posted(YOUTH);
    let both = posted.iter().find(|one| one.text.contains("找学校团委")).unwrap();
    assert!(both.text.contains("“满意 1”") && both.text.contains("“满意 2”"), "{}", both.text);
    office.until("2026-11-21T10:00:00").await;
    office.until("2026-11-23T08:00:00").await;
    let reminder = last_posted(&office);
    assert!(reminder.contains("1 号（团组织关系怎么转？）") && reminder.contains("3 号（团费怎么交？）"), "{reminder}");
    assert!(!reminder.contains("“满意 1”") && reminder.contains("“满意 编号”"), "{reminder}");
    office.close().await;
}

#[tokio::test]
async fn an_asker_hears_what_changes_who_answers_and_until_when() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 团组织关系怎么转？").await;
    office.say(YOUTH, SECOND, "提问 毕业了档案放哪里？").await;
    office.whisper(TOWN_SECRETARY, "转 1 上级").await;
    office.whisper(COUNTY_SECRETARY, "退回 1 归镇里管").await;
    office.deliver().await;
    let back = last_posted(&office);
    assert!(back.contains("1 号问题") && back.contains("样例一镇团委"), "{back}");
    // a colleague of the same unit gives it back: nothing changes for the asker
    office.whisper(TOWN_SECRETARY, "转 1 李样例").await;
    office.deliver().await;
    let before = office.posted(YOUTH).len();
    office.whisper(PART_TIMER, "退回 1 不归我管").await;
    office.deliver().await;
    assert_eq!(office.posted(YOUTH).len(), before);

    office.whisper(TOWN_SECRETARY, "合并 2 到 1").await;
    office.say(YOUTH, YOUNG, "撤回").await;
    office.deliver().await;
    let revived = office.posted(YOUTH).pop().unwrap();
    assert!(revived.text.contains("2 号问题") && revived.text.contains("单独"), "{}", revived.text);
    assert!(revived.text.contains("前答复") && revived.at == [SECOND.to_string()], "{revived:?}");

    office.whisper(TOWN_SECRETARY, "回复 2 放人才中心。").await;
    let anew = office.say(YOUTH, SECOND, "不满意 2 没说清").await;
    assert!(anew.contains("11月24日 10:00 前"), "{anew}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn nobody_is_told_it_was_not_taken_up_who_has_an_answer() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 团组织关系怎么转？").await;
    office.say(YOUTH, SECOND, "提问 毕业了档案放哪里？").await;
    office.whisper(TOWN_SECRETARY, "合并 2 到 1").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找学校团委。").await;
    office.say(YOUTH, SECOND, "满意 2").await;
    office.say(YOUTH, YOUNG, "不满意 1 没说清").await;
    // both have an answer: what is still to be said is said in another one
    let refused = office.whisper(TOWN_SECRETARY, "不受理 1 请拨打 12345").await;
    assert!(refused.contains("回复 1"), "{refused}");
    office.deliver().await;
    assert!(office.posted(YOUTH).iter().all(|told| !told.text.contains("没有受理")));
    office.close().await;
}

#[tokio::test]
async fn why_it_was_not_taken_up_can_be_read_again() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 我家水管漏了找谁修？").await;
    office.whisper(SECOND, "提问 邻居太吵怎么办？").await;
    office.whisper(TOWN_SECRETARY, "不受理 1 请拨打 12345").await;
    office.whisper(TOWN_SECRETARY, "不受理 2 请找物业").await;
    office.deliver().await;
    assert!(office.say(YOUTH, YOUNG, "看 1").await.contains("请拨打 12345"));
    assert!(office.whisper(YOUNG, "看 1").await.contains("请拨打 12345"));
    assert!(office.whisper(SECOND, "看 2").await.contains("请找物业"));
    let other = office.say(YOUTH, SECOND, "看 2").await;
    assert!(!other.contains("请找物业") && !other.contains("点赞") && other.contains("私聊"), "{other}");
    assert!(office.say(YOUTH, THIRD, "赞 9").await.contains("点赞"));
    office.close().await;
}

#[tokio::test]
async fn what_is_asked_for_an_open_day_is_owed_from_when_it_begins_or_is_cancelled() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 预告 11月25日15:00 返乡创业").await;
    assert!(office.say(YOUTH, YOUNG, "开放日 提问 贷款找谁办？").await.contains("1"));
    office.until("2026-11-23T09:30:00").await;
    assert!(office.written(TOWN_SECRETARY).iter().all(|one| !one.text.contains("等着答复")), "not owed yet");
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("现在没有待答的问题"));
    office.say(YOUTH, TOWN_SECRETARY, "开放日 取消").await;
    office.deliver().await;
    let told = last_posted(&office);
    assert!(told.contains("1 号问题") && told.contains("11月25日 09:30 前答复"), "{told}");
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("11月25日 09:30 前"));
    office.close().await;
}

#[tokio::test]
async fn an_offer_taken_by_silence_is_not_late_and_a_late_first_answer_stays_late() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 公司拖欠工资怎么维权？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找劳动监察。").await;
    assert!(office.say(YOUTH, SECOND, "提问 公司拖欠工资怎么维权？").await.contains("仍要提问"));
    office.say(YOUTH, THIRD, "提问 团费怎么交？").await;
    office.until("2026-11-23T17:00:00").await;
    let month = office.whisper(COUNTY_SECRETARY, "青年之声 本月").await;
    assert!(month.contains("答晚的 0"), "{month}");
    office.until("2026-11-27T10:00:00").await;
    office.whisper(TOWN_SECRETARY, "回复 3 每月交。").await;
    office.say(YOUTH, THIRD, "不满意 3 交给谁").await;
    office.whisper(TOWN_SECRETARY, "回复 3 交给团支书。").await;
    let month = office.whisper(COUNTY_SECRETARY, "青年之声 本月").await;
    assert!(month.contains("答晚的 1"), "{month}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn one_broken_part_of_a_tick_leaves_the_others_alone() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.database.execute("ALTER TABLE poll RENAME TO poll_gone").await;
    office.clock.set("2026-11-24T10:00:00+08:00".parse().unwrap());
    assert!(office.app.scheduler().tick().await.is_err(), "it is said in the end");
    office.deliver().await;
    assert!(office.written(COUNTY_SECRETARY).iter().any(|one| one.text.contains("下级超时未答")));
    office.close().await;
}

#[tokio::test]
async fn who_was_told_of_a_question_hears_that_it_was_taken_back() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.deliver().await;
    office.say(YOUTH, YOUNG, "撤回").await;
    office.deliver().await;
    let told = last(&office, TOWN_SECRETARY);
    assert!(told.contains("1 号") && told.contains("撤回"), "{told}");
    // who has not heard of it need not hear that
    let before = office.written(TOWN_SECRETARY).len();
    office.say(YOUTH, YOUNG, "提问 团费怎么交？").await;
    office.say(YOUTH, YOUNG, "撤回").await;
    office.deliver().await;
    assert_eq!(office.written(TOWN_SECRETARY).len(), before);
    office.close().await;
}

#[tokio::test]
async fn an_asker_hears_once_that_the_answer_is_late() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 怎么入团？").await;
    office.until("2026-11-24T10:00:00").await;
    let late = office.posted(YOUTH).pop().unwrap();
    assert!(late.text.contains("1 号问题") && late.text.contains("催办") && late.at == [YOUNG.to_string()], "{late:?}");
    office.until("2026-11-24T10:05:00").await;
    let mine = office.say(YOUTH, YOUNG, "我的提问").await;
    assert!(mine.contains("已超过答应的时间"), "{mine}");
    let posted = office.posted(YOUTH).len();
    office.until("2026-11-26T10:00:00").await;
    assert_eq!(office.posted(YOUTH).len(), posted, "once");
    office.close().await;
}
