//! The life of a question, step by step: what each command does, and what the asker hears.

use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, TOWN_SECRETARY, YOUNG, YOUTH,
};

const SECOND: i64 = 5_002;
const THIRD: i64 = 5_003;

#[tokio::test]
async fn a_question_is_handed_on_given_back_and_answered_and_the_asker_hears_each_step() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.deliver().await;
    let refused = office.whisper(PART_TIMER, "回复 1 找我").await;
    assert!(refused.contains("没有找到您可以答复的 1 号问题"), "{refused}");

    let handed = office.whisper(TOWN_SECRETARY, "转 1 李样例 您熟悉").await;
    assert!(handed.contains("1 号问题已转给 李样例"), "{handed}");
    office.deliver().await;
    let told = office.written(PART_TIMER);
    assert!(told[0].text.contains("孙样例 把 1 号问题转给您：您熟悉"), "{}", told[0].text);
    assert!(office.posted(YOUTH)[0].text.contains("已转给 样例一镇团委 办理"));

    assert!(office.whisper(PART_TIMER, "退回 1").await.contains("请写原因"));
    assert!(office.whisper(PART_TIMER, "退回 1 我不管贷款").await.contains("已退回"));
    office.deliver().await;
    let back = office.written(TOWN_SECRETARY);
    assert!(back.last().unwrap().text.contains("被 李样例 退回：我不管贷款"), "{:?}", back.last());
    assert!(
        office.whisper(PART_TIMER, "回复 1 找我").await.contains("没有找到您可以答复的"),
        "it is not theirs any more"
    );

    assert!(office.whisper(TOWN_SECRETARY, "转 1 上级").await.contains("已转给 样例县团委"));
    office.deliver().await;
    assert!(office.written(COUNTY_SECRETARY).last().unwrap().text.contains("创业贷款找谁？"));
    assert!(office.whisper(COUNTY_SECRETARY, "回复 1 找县团委青年发展部。").await.contains("已发给提问人"));
    office.deliver().await;
    let answer = office.posted(YOUTH).pop().unwrap();
    assert!(answer.text.contains("找县团委青年发展部。") && answer.at == [YOUNG.to_string()], "{answer:?}");
    let history = office.whisper(TOWN_SECRETARY, "看 1").await;
    for step in ["转给 李样例", "退回 我不管贷款", "转到 样例县团委", "答复", "公开"] {
        assert!(history.contains(step), "{step}: {history}");
    }
    office.close().await;
}

#[tokio::test]
async fn only_the_own_people_are_handed_a_question_and_whom_nobody_knows_is_said() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    assert!(office.whisper(TOWN_SECRETARY, "转 1").await.contains("请写转给谁"));
    assert!(office.whisper(TOWN_SECRETARY, "转 1 没这人").await.contains("没有找到“没这人”"));
    assert!(office.whisper(OTHER_SECRETARY, "转 1 钱样例").await.contains("没有找到您可以答复的 1 号问题"));
    assert!(office.whisper(COUNTY_SECRETARY, "转 1 样例二镇").await.contains("已转给 样例二镇团委"));
    assert!(office.whisper(OTHER_SECRETARY, "待答").await.contains("1 号"), "now it is theirs");
    assert_eq!(office.say(CADRES, CADRE, "转 发 一下").await, "", "talk");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn the_clock_stands_while_the_asker_is_asked_back() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 奖学金什么时候发？").await;
    assert!(office.whisper(TOWN_SECRETARY, "请补充 1 您在哪个学校？").await.contains("不计时"));
    office.deliver().await;
    assert!(office.posted(YOUTH)[0].text.contains("您在哪个学校？") && office.posted(YOUTH)[0].text.contains("补充 1"));
    let waiting = office.whisper(TOWN_SECRETARY, "待答").await;
    assert!(waiting.contains("等提问人补充"), "{waiting}");
    office.until("2026-11-26T10:00:00").await;
    assert!(office.say(YOUTH, SECOND, "补充 1 我也想知道").await.contains("没有找到您提的 1 号问题"));
    assert!(office.say(YOUTH, YOUNG, "补充 1 样例中学").await.contains("已补充到 1 号问题"));
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY).pop().unwrap();
    assert!(told.text.contains("提问人补充：样例中学") && told.text.contains("奖学金什么时候发？"), "{}", told.text);
    assert!(told.text.contains("11月30日 10:00"), "two workdays from now on, nothing was used: {}", told.text);
    office.whisper(TOWN_SECRETARY, "回复 1 下月。").await;
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_deadline_is_put_off_before_it_is_over_and_with_a_reason() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    assert!(office.whisper(TOWN_SECRETARY, "延期 1 1天").await.contains("请写延多久和原因"));
    assert!(office.whisper(TOWN_SECRETARY, "延期 1 9天 太忙").await.contains("最多 13 个工作小时"));
    let extended = office.whisper(TOWN_SECRETARY, "延期 1 1天 等人社局回复").await;
    assert!(extended.contains("延到 11月25日 10:00"), "{extended}");
    assert!(office.whisper(TOWN_SECRETARY, "延期 1 1天 还要等").await.contains("已经延过期"));
    office.deliver().await;
    let told = &office.posted(YOUTH)[0].text;
    assert!(told.contains("改为 11月25日 10:00 前答复") && told.contains("等人社局回复"), "{told}");
    office.say(YOUTH, SECOND, "提问 怎么入团？").await;
    office.until("2026-11-27T10:00:00").await;
    assert!(office.whisper(TOWN_SECRETARY, "延期 2 1天 太忙").await.contains("已经超时，不能再延期"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn who_asks_the_same_is_merged_and_everybody_is_answered_at_once() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.say(YOUTH, SECOND, "提问 想创业，贷款去哪里办？").await;
    office.whisper(THIRD, "提问 我想贷款创业，怎么办理？").await;
    assert!(office.whisper(TOWN_SECRETARY, "合并 2 到 1").await.contains("现有 2 人问它"));
    // the third was asked in private: by nobody on the roster, so it belongs to the county
    assert!(office.whisper(TOWN_SECRETARY, "合并 1 到 1").await.contains("请写两个编号"));
    office.deliver().await;
    assert!(office.posted(YOUTH)[0].text.contains("和 1 号问的是同一件事"));
    assert!(
        office.whisper(COUNTY_SECRETARY, "合并 3 到 2").await.contains("3 号已合并到 1 号，现有 3 人问它"),
        "the chain ends at 1"
    );
    assert!(office.whisper(TOWN_SECRETARY, "回复 2 找我").await.contains("请对 1 号操作"));
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部。").await.contains("已发给 3 位提问人"));
    office.deliver().await;
    let answer = office.posted(YOUTH).pop().unwrap();
    assert_eq!(answer.at, [YOUNG.to_string(), SECOND.to_string()], "one message for both: {}", answer.text);
    let private = office.written(THIRD).pop().unwrap();
    assert!(
        private.text.contains("您的 3 号问题有答复了") && private.text.contains("找青年发展部。"),
        "{}",
        private.text
    );
    // asked once more after the answer: heard at once
    office.say(YOUTH, THIRD, "提问 创业贷款到底找谁？").await;
    office.say(YOUTH, THIRD, "仍要提问").await;
    office.whisper(TOWN_SECRETARY, "合并 4 到 1").await;
    office.deliver().await;
    assert!(office.posted(YOUTH).pop().unwrap().text.contains("您的 4 号问题有答复了"));
    office.close().await;
}

#[tokio::test]
async fn a_number_is_read_without_a_space_and_behind_a_name() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.say(YOUTH, SECOND, "提问 想创业，贷款去哪里办？").await;
    office.say(YOUTH, THIRD, "提问 奖学金什么时候发？").await;
    assert!(office.whisper(TOWN_SECRETARY, "合并2到1").await.contains("2 号已合并到 1 号"));
    assert!(office.whisper(TOWN_SECRETARY, "转给李样例 1").await.contains("1 号问题已转给 李样例"));
    assert!(office.whisper(TOWN_SECRETARY, "转3李样例").await.contains("3 号问题已转给 李样例"));
    assert_eq!(office.say(CADRES, TOWN_SECRETARY, "转3李样例").await, "", "in a group that is talk");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_asker_says_whether_the_answer_does_and_is_helped_once_more_if_not() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 团组织关系怎么转？").await;
    assert!(office.say(YOUTH, YOUNG, "满意 1").await.contains("还没有答复"));
    office.whisper(TOWN_SECRETARY, "回复 1 在系统里发起转接。").await;
    office.deliver().await;
    assert!(office.posted(YOUTH)[0].text.contains("满意 1"), "the asker is asked");
    assert!(office.say(YOUTH, SECOND, "不满意 1").await.contains("没有找到您提的 1 号问题"));
    assert!(office.say(YOUTH, YOUNG, "不满意 1 没有说到省外").await.contains("会再为您办理"));
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).pop().unwrap().text.contains("不满意：没有说到省外"));
    office.whisper(TOWN_SECRETARY, "回复 1 省外的找省团委。").await;
    assert!(office.say(YOUTH, YOUNG, "满意 1").await.contains("记为满意"));
    assert!(office.say(YOUTH, YOUNG, "满意 1").await.contains("已经是这样了"));
    assert_eq!(office.say(YOUTH, YOUNG, "满意").await, "", "talk");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn what_is_not_taken_up_has_a_reason_that_the_asker_reads() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 我家水管漏了找谁？").await;
    assert!(office.whisper(TOWN_SECRETARY, "不受理 1").await.contains("请写原因"));
    assert!(office.whisper(TOWN_SECRETARY, "不受理 1 请拨打 12345").await.contains("原因已告诉提问人"));
    office.deliver().await;
    assert!(office.posted(YOUTH)[0].text.contains("没有受理。原因：请拨打 12345"));
    assert!(office.whisper(TOWN_SECRETARY, "回复 1 试试").await.contains("1 号问题不受理"));
    assert!(office.say(YOUTH, YOUNG, "我的提问").await.contains("1 号｜不受理"));
    office.close().await;
}

#[tokio::test]
async fn what_was_asked_in_private_is_public_only_when_somebody_says_so_and_the_asker_may_say_no() {
    let office = Office::open().await;
    office.whisper(YOUNG, "提问 怎么入团？").await;
    office.whisper(COUNTY_SECRETARY, "回复 1 向学校团委申请。").await;
    office.deliver().await;
    assert!(office.say(YOUTH, SECOND, "看 1").await.contains("没有找到 1 号公开的问题"));
    assert!(!office.say(YOUTH, YOUNG, "我的提问").await.contains("怎么入团"), "asked in private, listed in private");
    assert!(office.whisper(YOUNG, "我的提问").await.contains("怎么入团"));
    assert!(office.whisper(COUNTY_SECRETARY, "公开 1").await.contains("不显示提问人"));
    office.deliver().await;
    assert!(office.written(YOUNG).pop().unwrap().text.contains("不公开 1"));
    let seen = office.say(YOUTH, SECOND, "看 1").await;
    assert!(seen.contains("向学校团委申请。") && !seen.contains("经过"), "{seen}");
    assert!(office.whisper(YOUNG, "不公开 1").await.contains("不再公开"));
    assert!(office.say(YOUTH, SECOND, "看 1").await.contains("没有找到"));
    assert!(office.whisper(COUNTY_SECRETARY, "公开 1").await.contains("提问人不愿公开 1 号问题"));
    office.close().await;
}

#[tokio::test]
async fn who_asks_what_was_answered_already_reads_the_answer_at_once_and_may_insist() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 团组织关系怎么转到外省？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 在智慧团建里发起转接。").await;
    office.whisper(COUNTY_SECRETARY, "提问 县里的秘密怎么保管？").await;
    office.deliver().await;

    let offered = office.say(YOUTH, SECOND, "提问 请问团组织关系咋转到外省").await;
    assert!(
        offered.contains("【1 号】团组织关系怎么转到外省？") && offered.contains("在智慧团建里发起转接。"),
        "{offered}"
    );
    assert!(offered.contains("看 1") && offered.contains("仍要提问"), "{offered}");
    office.deliver().await;
    assert!(!office.written(TOWN_SECRETARY).iter().any(|told| told.text.contains("咋转")), "nobody is asked");
    let seen = office.say(YOUTH, SECOND, "看 1").await;
    assert!(seen.contains("在智慧团建里发起转接。"), "{seen}");
    assert!(office.say(YOUTH, THIRD, "看 1").await.contains("另有 1 人问过"), "counted");
    assert!(office.say(YOUTH, SECOND, "我的提问").await.contains("已合并"));

    office.say(YOUTH, THIRD, "提问 团组织关系要怎么转到外省呢？").await;
    let insisted = office.say(YOUTH, THIRD, "仍要提问").await;
    assert!(insisted.contains("编号 4"), "{insisted}");
    assert!(office.say(YOUTH, THIRD, "仍要提问").await.contains("最近没有给您看过同类答复"));
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).iter().any(|told| told.text.contains("要怎么转到外省")));

    // what is not public is offered to nobody
    office.say(YOUTH, YOUNG, "不公开 1").await;
    let asked = office.say(YOUTH, YOUNG, "提问 团组织关系怎么转到外省？").await;
    assert!(asked.contains("编号 5"), "{asked}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_invited_expert_answers_and_decides_nothing_else() {
    let office = Office::open().await;
    office.import(&[("people", EXPERT.to_owned())]).await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.say(YOUTH, SECOND, "提问 奖学金什么时候发？").await;
    office.whisper(TOWN_SECRETARY, "转 1 李样例").await;
    assert!(office.whisper(TOWN_SECRETARY, "邀请 冯样例 1").await.contains("已邀请 冯样例"));
    for text in ["退回 1 我不想答", "转 1 上级", "转 1 周样例", "延期 1 1天 随便", "请补充 1 在哪个学校？"]
    {
        let refused = office.whisper(EXPERT_NUMBER, text).await;
        assert!(refused.contains("1 号问题请您答复：“回复 1 内容”"), "{text}: {refused}");
    }
    let view = office.whisper(TOWN_SECRETARY, "看 1").await;
    assert!(!view.contains("退回") && !view.contains("延期"), "{view}");
    // whoever oversees it may give it back, and is named
    office.whisper(TOWN_SECRETARY, "退回 1 我来办").await;
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY).pop().unwrap();
    assert!(told.text.contains("1 号问题被 孙样例 退回：我来办"), "{}", told.text);
    assert!(office.whisper(EXPERT_NUMBER, "回复 1 找青年发展部。").await.contains("已发给提问人"));
    office.deliver().await;
    office.close().await;
}

const EXPERT_NUMBER: i64 = 2_001;
const EXPERT: &str = "name,unit,kind,roles,team,accounts\n冯样例,2,full_time,专家,,qq:2001\n";
