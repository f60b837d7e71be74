//! One question that stands for others: everybody hears, nobody is shown to others, and every mistake can be undone.

use crate::support::fakes::onebot::{group_message, group_recall};
use crate::support::office::{COUNTY_SECRETARY, Office, SELF, TOWN_SECRETARY, YOUNG, YOUTH};

const SECOND: i64 = 5_002;
const THIRD: i64 = 5_003;
const ASKED: &str = "提问 团组织关系怎么转到外省？";
const ASKED_AGAIN: &str = "提问 请问团组织关系咋转到外省";

/// What the fake QQ was told to send to somebody, wherever.
fn heard(office: &Office, user: i64) -> Vec<String> {
    let mut heard: Vec<String> = office.written(user).into_iter().map(|message| message.text).collect();
    let group = office.posted(YOUTH).into_iter().filter(|message| message.at.contains(&user.to_string()));
    heard.extend(group.map(|message| message.text));
    heard
}

/// A group is not written to as often as one likes.
async fn everything(office: &Office) {
    for _ in 0..30 {
        office.deliver().await;
        office.clock.advance(chrono::TimeDelta::minutes(5));
    }
}

async fn late(office: &Office) {
    office.clock.advance(chrono::TimeDelta::minutes(1));
}

#[tokio::test]
async fn who_is_merged_into_a_reopened_question_waits_for_the_new_answer_and_is_never_lost() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 我不知道").await;
    office.say(YOUTH, YOUNG, "不满意 1 等于没说").await;
    late(&office).await;
    office.say(YOUTH, SECOND, "提问 想创业，贷款去哪里办？").await;
    office.say(YOUTH, THIRD, "提问 贷款创业要什么材料？").await;
    late(&office).await;
    office.whisper(TOWN_SECRETARY, "合并 2 到 1").await;
    office.whisper(TOWN_SECRETARY, "合并 3 到 1").await;
    office.deliver().await;
    let second = heard(&office, SECOND);
    assert!(!second.iter().any(|text| text.contains("我不知道")), "the answer that did not do: {second:?}");
    assert!(second.iter().any(|text| text.contains("和 1 号问的是同一件事")), "{second:?}");
    // not to be declined either: what is said now is an answer
    assert!(office.whisper(TOWN_SECRETARY, "不受理 1 没办法").await.contains("已经答复过"));

    // whoever reopened it does not want it any more: the answer stays, the others are owed theirs
    late(&office).await;
    let gone = office.say(YOUTH, YOUNG, "撤回").await;
    assert!(gone.contains("不用再办了，已有的答复保留"), "{gone}");
    office.deliver().await;
    let told = heard(&office, SECOND);
    assert!(
        told.last().unwrap().contains("您的 2 号问题") && told.last().unwrap().contains("恢复单独办理"),
        "{told:?}"
    );
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("2 号"));
    office.whisper(TOWN_SECRETARY, "回复 2 找青年发展部。").await;
    office.deliver().await;
    for (user, number) in [(SECOND, 2), (THIRD, 3)] {
        let told = heard(&office, user);
        let answer = told.last().unwrap();
        assert!(answer.contains("找青年发展部。") && answer.contains(&number.to_string()), "{told:?}");
    }
    office.close().await;
}

#[tokio::test]
async fn an_answer_that_did_not_do_is_not_taken_for_the_question_of_somebody_else() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, ASKED).await;
    office.whisper(TOWN_SECRETARY, "回复 1 不清楚。").await;
    assert!(office.say(YOUTH, SECOND, ASKED_AGAIN).await.contains("看 1"));
    office.say(YOUTH, THIRD, "提问 毕业以后关系放哪里？").await;
    late(&office).await;
    office.say(YOUTH, YOUNG, "不满意 1").await;
    office.whisper(TOWN_SECRETARY, "合并 1 到 3").await;
    late(&office).await;
    office.say(YOUTH, SECOND, "看 1").await;
    office.until("2026-11-24T10:30:00").await;
    office.tick().await;
    let own = office.say(YOUTH, SECOND, "我的提问").await;
    assert!(own.contains("2 号｜待答"), "nobody has answered theirs: {own}");
    office.whisper(TOWN_SECRETARY, "回复 2 在系统里发起。").await;
    office.whisper(TOWN_SECRETARY, "回复 3 放到单位。").await;
    office.deliver().await;
    assert!(heard(&office, SECOND).iter().any(|text| text.contains("在系统里发起。")));
    assert!(heard(&office, YOUNG).iter().any(|text| text.contains("放到单位。")));
    office.close().await;
}

#[tokio::test]
async fn what_was_asked_in_private_is_answered_in_private_whatever_is_merged() {
    let office = Office::open().await;
    office.whisper(YOUNG, "提问 我被单位辞退了，怎么办？").await;
    office.say(YOUTH, SECOND, "提问 被辞退了找谁？").await;
    let refused = office.whisper(COUNTY_SECRETARY, "合并 2 到 1").await;
    assert!(refused.contains("答复就会发到群里") && refused.contains("合并 1 到 2"), "{refused}");
    office.whisper(COUNTY_SECRETARY, "回复 1 您5月的事先申请仲裁。").await;
    let refused = office.whisper(COUNTY_SECRETARY, "合并 2 到 1").await;
    assert!(refused.contains("回复 2 内容") && refused.contains("公开 1"), "{refused}");
    // the other way round both hear it where they asked
    office.whisper(THIRD, "提问 公司要我走人，怎么办呢？").await;
    assert!(office.whisper(COUNTY_SECRETARY, "合并 3 到 2").await.contains("3 号已合并到 2 号"));
    // and once the main one is for its asker alone, nothing of it is read in the group
    office.say(YOUTH, YOUNG, "提问 辞退要赔多少？").await;
    office.whisper(COUNTY_SECRETARY, "合并 4 到 2").await;
    office.say(YOUTH, SECOND, "不公开 2").await;
    office.deliver().await;
    let before = office.posted(YOUTH).len();
    office.whisper(COUNTY_SECRETARY, "回复 2 先找劳动监察。").await;
    office.deliver().await;
    assert_eq!(office.posted(YOUTH).len(), before, "{:?}", office.posted(YOUTH));
    for user in [YOUNG, SECOND, THIRD] {
        assert!(office.written(user).iter().any(|told| told.text.contains("先找劳动监察。")), "{user}");
    }
    office.close().await;
}

#[tokio::test]
async fn thanks_reopen_nothing_and_what_was_answered_stays() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部。").await;
    late(&office).await;
    assert!(office.say(YOUTH, YOUNG, "补充 1 谢谢！").await.contains("不客气"));
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("没有"), "nothing is owed");
    // whoever asks on is owed an answer; whoever takes that back keeps the one they have
    assert!(office.say(YOUTH, YOUNG, "补充 1 谢谢，那学生能贷吗").await.contains("已补充"));
    late(&office).await;
    assert!(office.say(YOUTH, YOUNG, "撤回").await.contains("已有的答复保留"));
    let figures = office.whisper(COUNTY_SECRETARY, "青年之声 本月").await;
    assert!(figures.contains("提问 1 个：已答 1"), "{figures}");
    assert!(office.say(YOUTH, SECOND, "看 1").await.contains("找青年发展部。"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn what_came_of_a_listed_question_is_told_to_everybody_who_asked_it_once() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 东门路口的红绿灯谁来修？").await;
    office.say(YOUTH, SECOND, "提问 红绿灯坏了没人管").await;
    office.say(YOUTH, THIRD, "提问 东门那边过马路太危险了").await;
    office.whisper(TOWN_SECRETARY, "列入 2").await;
    office.whisper(TOWN_SECRETARY, "列入 3").await;
    office.whisper(TOWN_SECRETARY, "合并 2 到 1").await;
    office.whisper(TOWN_SECRETARY, "合并 3 到 1").await;
    let entry = office.whisper(TOWN_SECRETARY, "归并 2 到 1").await;
    let settled = office.whisper(TOWN_SECRETARY, "办结 1 已修好").await;
    assert!(settled.contains("3 位青年"), "{entry} {settled}");
    office.deliver().await;
    for user in [YOUNG, SECOND, THIRD] {
        let told = heard(&office, user).iter().filter(|text| text.contains("已修好")).count();
        assert_eq!(told, 1, "{user}: {:?}", heard(&office, user));
    }
    office.close().await;
}

#[tokio::test]
async fn a_merged_asker_may_say_more_and_take_back_what_is_theirs() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    late(&office).await;
    office.send(&group_message(SELF, YOUTH, SECOND, 501, office.time(), "提问 想创业，贷款去哪里办？")).await;
    office.say(YOUTH, THIRD, "提问 贷款创业要什么材料？").await;
    office.whisper(TOWN_SECRETARY, "合并 2 到 1").await;
    office.whisper(TOWN_SECRETARY, "合并 3 到 1").await;
    late(&office).await;
    assert!(office.say(YOUTH, THIRD, "补充 3 我还在读书").await.contains("已补充到 3 号问题"));
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY).pop().unwrap().text;
    assert!(told.contains("我还在读书") && told.contains("回复 1"), "the one that is to be answered: {told}");
    assert!(office.say(YOUTH, THIRD, "撤回").await.contains("已撤回 3 号问题"));
    office.send(&group_recall(SELF, YOUTH, SECOND, 501, office.time())).await;
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部。").await.contains("已发给提问人"), "one is left");
    office.deliver().await;
    let answer = office.posted(YOUTH).pop().unwrap();
    assert_eq!(answer.at, [YOUNG.to_string()], "{}", answer.text);
    office.close().await;
}

#[tokio::test]
async fn one_person_counts_once_however_often_they_ask() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, ASKED).await;
    office.whisper(TOWN_SECRETARY, "回复 1 在智慧团建里发起转接。").await;
    for _ in 0..5 {
        assert!(office.say(YOUTH, SECOND, ASKED_AGAIN).await.contains("看 1"));
        late(&office).await;
    }
    assert!(office.say(YOUTH, SECOND, "看 1").await.contains("在智慧团建里发起转接。"));
    assert!(office.say(YOUTH, SECOND, ASKED_AGAIN).await.contains("看 1"), "shown as often as they like");
    let seen = office.say(YOUTH, THIRD, "看 1").await;
    assert!(seen.contains("另有 1 人问过"), "{seen}");
    let figures = office.whisper(COUNTY_SECRETARY, "青年之声 本月").await;
    assert!(figures.contains("提问 2 个：已答 2"), "{figures}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn one_message_answers_so_many_and_there_are_more_of_them() {
    let office = Office::open().await;
    for young in 0..25 {
        office.say(YOUTH, 6_000 + young, &format!("提问 团费怎么交？第{young}次问")).await;
        if young > 0 {
            office.whisper(TOWN_SECRETARY, &format!("合并 {} 到 1", young + 1)).await;
        }
    }
    everything(&office).await;
    let before = office.posted(YOUTH).len();
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 交给支部。").await.contains("25 位提问人"));
    everything(&office).await;
    let answers = office.posted(YOUTH).split_off(before);
    assert_eq!(answers.iter().map(|answer| answer.at.len()).collect::<Vec<_>>(), [20, 5]);
    office.close().await;
}

#[tokio::test]
async fn what_was_merged_or_not_taken_up_by_mistake_is_put_right() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.say(YOUTH, SECOND, "提问 奖学金什么时候发？").await;
    office.say(YOUTH, THIRD, "提问 奖学金几月到账？").await;
    assert!(office.whisper(TOWN_SECRETARY, "合并 3 到 2").await.contains("合错了，发“恢复 3”"));
    late(&office).await;
    office.whisper(TOWN_SECRETARY, "合并 2 到 1").await;
    late(&office).await;
    office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部。").await;
    late(&office).await;
    // the second was not about loans, and the third goes with it
    assert!(office.whisper(TOWN_SECRETARY, "恢复 2").await.contains("2 号问题已恢复待答"));
    office.deliver().await;
    assert!(heard(&office, THIRD).iter().any(|text| text.contains("恢复单独办理")), "{:?}", heard(&office, THIRD));
    assert!(office.whisper(TOWN_SECRETARY, "回复 2 下月。").await.contains("2 位提问人"));
    office.deliver().await;
    assert!(heard(&office, THIRD).last().unwrap().contains("下月。"));
    assert!(!heard(&office, YOUNG).iter().any(|text| text.contains("下月。")));

    office.say(YOUTH, YOUNG, "提问 我家水管漏了找谁？").await;
    assert!(office.whisper(TOWN_SECRETARY, "不受理 4 请拨打 12345").await.contains("弄错了，发“恢复 4”"));
    let refused = office.whisper(TOWN_SECRETARY, "回复 4 试试").await;
    assert!(refused.contains("恢复 4"), "{refused}");
    assert!(office.say(YOUTH, SECOND, "补充 4 …").await.contains("没有找到"));
    office.whisper(TOWN_SECRETARY, "恢复 4").await;
    assert!(office.whisper(TOWN_SECRETARY, "回复 4 物业会来。").await.contains("已发给提问人"));
    assert!(office.whisper(TOWN_SECRETARY, "恢复 4").await.contains("现在不能这样做"));
    office.deliver().await;
    assert!(heard(&office, YOUNG).last().unwrap().contains("物业会来。"));
    office.close().await;
}

#[tokio::test]
async fn who_looked_at_an_answer_may_still_insist_for_a_day() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, ASKED).await;
    office.whisper(TOWN_SECRETARY, "回复 1 在智慧团建里发起转接。").await;
    office.say(YOUTH, SECOND, ASKED_AGAIN).await;
    office.say(YOUTH, SECOND, "看 1").await;
    late(&office).await;
    let insisted = office.say(YOUTH, SECOND, "仍要提问").await;
    assert!(insisted.contains("编号 2"), "{insisted}");
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).iter().any(|told| told.text.contains("咋转到外省")));
    office.whisper(TOWN_SECRETARY, "回复 2 外省的找省团委。").await;
    office.say(YOUTH, THIRD, ASKED_AGAIN).await;
    let number = 1;
    office.say(YOUTH, THIRD, &format!("看 {number}")).await;
    office.until("2026-11-24T12:00:00").await;
    assert!(office.say(YOUTH, THIRD, "仍要提问").await.contains("最近没有给您看过"));
    office.deliver().await;
    office.close().await;
}
