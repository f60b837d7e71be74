//! Topics: how a question finds those who know, and how people teach the bot better.

use crate::support::office::{CADRES, COUNTY_SECRETARY, Office, PART_TIMER, TOWN_SECRETARY, YOUNG, YOUTH};

const EXPERT: i64 = 2_001;

async fn office_with_expert() -> Office {
    let office = Office::open().await;
    let people = "name,unit,kind,roles,team,accounts\n冯样例,0,,专家,,qq:2001\n";
    office.import(&[("people", people.to_owned())]).await;
    office
}

fn last(office: &Office, user: i64) -> String {
    office.written(user).pop().map(|one| one.text).unwrap_or_default()
}

#[tokio::test]
async fn a_question_has_a_topic_that_says_how_long_it_may_take_and_who_is_asked_first() {
    let office = office_with_expert().await;
    // 权益: sooner, and experts first; the county's is the nearest
    let receipt = office.say(YOUTH, YOUNG, "提问 公司拖欠工资怎么办？").await;
    assert!(receipt.contains("编号 1") && receipt.contains("11月23日 09:30 前"), "six working hours: {receipt}");
    let usual = office.say(YOUTH, YOUNG, "提问 团费怎么交？").await;
    assert!(usual.contains("11月24日 10:00 前"), "{usual}");
    office.deliver().await;
    let expert = last(&office, EXPERT);
    assert!(expert.contains("｜权益｜加急") && expert.contains("拖欠工资"), "{expert}");
    let secretary = office.written(TOWN_SECRETARY);
    assert_eq!(secretary.len(), 1, "the one about fees");
    assert!(secretary[0].text.contains("｜团务）"), "{}", secretary[0].text);
    assert!(office.whisper(TOWN_SECRETARY, "看 1").await.contains("权益"));
    assert!(!office.say(YOUTH, YOUNG, "看 1").await.contains("权益"), "those who answer sort; nobody else is sorted");
    assert!(office.whisper(EXPERT, "回复 1 可以投诉，也可以仲裁。").await.contains("已发给提问人"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn somebody_takes_a_topic_for_a_unit_and_everything_below_it() {
    let office = office_with_expert().await;
    for (typed, said) in [
        ("负责", "还没有专门负责话题的人"),
        ("负责 就业", "请写话题和姓名"),
        ("负责 做饭 冯样例", "没有“做饭”这个话题。话题有：求学、就业、创业"),
        ("负责 就业 没这人", "没有找到“没这人”"),
        ("负责 就业 郑样例", "还没有绑定账号"),
        ("负责 就业 冯样例", "“就业”的问题今后先请 冯样例 答复（样例县团委和下级）"),
        ("负责", "就业：冯样例（样例县团委和下级）"),
    ] {
        let answer = office.whisper(COUNTY_SECRETARY, typed).await;
        assert!(answer.contains(said), "{typed}: {answer}");
    }
    assert!(office.whisper(PART_TIMER, "负责 就业 冯样例").await.contains("书记"));
    assert_eq!(office.say(CADRES, COUNTY_SECRETARY, "负责 就业 的同志明天来一下").await, "", "talk");
    office.say(YOUTH, YOUNG, "提问 哪里有招聘会？").await;
    office.deliver().await;
    assert!(last(&office, EXPERT).contains("哪里有招聘会？"));
    assert_eq!(office.written(TOWN_SECRETARY).len(), 0);
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("转给 冯样例"), "they see who has it");
    // the nearest that was named wins
    office.whisper(TOWN_SECRETARY, "负责 就业 李样例").await;
    office.say(YOUTH, YOUNG, "提问 简历怎么写？").await;
    office.deliver().await;
    assert!(last(&office, PART_TIMER).contains("简历怎么写？"));
    assert!(office.whisper(TOWN_SECRETARY, "取消负责 就业").await.contains("不再专门请人答复"));
    assert!(office.whisper(TOWN_SECRETARY, "取消负责 就业").await.contains("本来就没有"));
    office.say(YOUTH, YOUNG, "提问 面试要注意什么？").await;
    office.deliver().await;
    assert!(last(&office, EXPERT).contains("面试要注意什么？"));
    office.close().await;
}

#[tokio::test]
async fn a_wrong_topic_is_put_right_and_the_question_finds_who_takes_it() {
    let office = office_with_expert().await;
    office.whisper(COUNTY_SECRETARY, "负责 就业 冯样例").await;
    office.say(YOUTH, YOUNG, "提问 医保断了还能去上班吗？").await;
    office.deliver().await;
    assert!(last(&office, TOWN_SECRETARY).contains("｜生活）"), "{}", last(&office, TOWN_SECRETARY));
    let unknown = office.whisper(TOWN_SECRETARY, "话题 1 做饭").await;
    assert!(unknown.contains("没有“做饭”这个话题。话题有：求学、就业"), "{unknown}");
    assert!(office.whisper(PART_TIMER, "话题 1 就业").await.contains("没有找到您可以答复的 1 号问题"));
    let changed = office.whisper(TOWN_SECRETARY, "话题 1 就业").await;
    assert!(changed.contains("改为“就业”，已转给 冯样例"), "{changed}");
    office.deliver().await;
    assert!(last(&office, EXPERT).contains("医保断了还能去上班吗？"));
    assert!(office.whisper(TOWN_SECRETARY, "话题 1 就业").await.contains("已经是这样了"));
    // whom a person was given by a person keeps it
    office.say(YOUTH, YOUNG, "提问 医保去哪里交？").await;
    office.whisper(TOWN_SECRETARY, "转 2 李样例").await;
    let changed = office.whisper(TOWN_SECRETARY, "话题 2 就业").await;
    assert!(!changed.contains("已转给"), "{changed}");
    assert!(office.whisper(PART_TIMER, "回复 2 去社保局。").await.contains("已发给提问人"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn three_corrections_teach_a_word_one_answer_to_the_contrary_or_a_secretary_unteaches_it() {
    let office = Office::open().await;
    for number in 1..=3_i64 {
        office.say(YOUTH, 6_000 + number, "提问 医保怎么办？").await;
        office.whisper(TOWN_SECRETARY, &format!("话题 {number} 就业")).await;
        office.clock.advance(chrono::TimeDelta::minutes(1));
    }
    office.app.scheduler().tick().await.unwrap();
    office.say(YOUTH, 6_010, "提问 医保断缴了怎么补？").await;
    assert!(office.whisper(TOWN_SECRETARY, "看 4").await.contains("就业"), "learned");
    let shown = office.whisper(TOWN_SECRETARY, "话题").await;
    assert!(shown.contains("因为有“医保”字样，最近 3 次都改成了“就业”") && shown.contains("就业 4"), "{shown}");
    assert!(office.whisper(PART_TIMER, "话题").await.contains("书记"));
    assert_eq!(office.say(CADRES, TOWN_SECRETARY, "话题").await, "", "talk");

    assert!(office.whisper(TOWN_SECRETARY, "话题 忘记 社保").await.contains("没有从“社保”学到什么"));
    assert!(office.whisper(TOWN_SECRETARY, "话题 忘记 医保").await.contains("不再按“医保”改话题"));
    assert!(!office.whisper(TOWN_SECRETARY, "话题").await.contains("因为有"));
    office.app.scheduler().tick().await.unwrap();
    office.say(YOUTH, 6_011, "提问 医保卡丢了找谁？").await;
    assert!(office.whisper(TOWN_SECRETARY, "看 5").await.contains("生活"), "unlearned");
    office.deliver().await;
    office.close().await;
}
