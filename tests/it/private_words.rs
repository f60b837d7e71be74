//! What is said to the bot alone stays with those who answer: nobody else reads it, in no group and in no later answer.

use crate::support::office::{CADRES, COUNTY_SECRETARY, Office, SUPERVISOR, TOWN_SECRETARY, YOUNG, YOUTH};

const SECOND: i64 = 5_002;

#[tokio::test]
async fn what_an_asker_adds_in_private_stays_with_those_who_answer() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 助学贷款怎么申请？").await;
    office.deliver().await;
    let added = office.whisper(YOUNG, "补充 1 我爸爸坐牢了").await;
    assert!(added.contains("已补充到 1 号问题") && added.contains("不会公开"), "{added}");
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY).pop().unwrap();
    assert!(
        told.text.contains("提问人补充：我爸爸坐牢了") && told.text.contains("助学贷款怎么申请？"),
        "{}",
        told.text
    );
    for reader in [YOUNG, TOWN_SECRETARY] {
        let view = office.whisper(reader, "看 1").await;
        assert!(view.contains("（以下不公开）补充：我爸爸坐牢了"), "{reader}: {view}");
    }
    // said in the group it is there for the group
    office.say(YOUTH, YOUNG, "补充 1 读大学的").await;
    office.deliver().await;

    let mut read = vec![office.say(YOUTH, SECOND, "看 1").await, office.whisper(SECOND, "看 1").await];
    for reader in [COUNTY_SECRETARY, SUPERVISOR] {
        read.push(office.say(CADRES, reader, "看 1").await);
        read.push(office.say(CADRES, reader, "待答").await);
    }
    office.whisper(TOWN_SECRETARY, "回复 1 找学校资助中心。").await;
    office.whisper(YOUNG, "不满意 1 没说坐牢的情况").await;
    office.say(CADRES, COUNTY_SECRETARY, "看 1").await;
    read.push(office.say(CADRES, COUNTY_SECRETARY, "看 1").await);
    office.whisper(TOWN_SECRETARY, "回复 1 也可以找民政办。").await;
    office.deliver().await;
    let offered = office.say(YOUTH, SECOND, "提问 助学贷款如何申请？").await;
    assert!(offered.contains("【1 号】"), "{offered}");
    read.push(offered);
    read.push(office.say(YOUTH, SECOND, "看 1").await);
    read.extend(office.posted(YOUTH).into_iter().chain(office.posted(CADRES)).map(|message| message.text));
    assert!(read.iter().any(|text| text.contains("读大学的")), "{read:#?}");
    for text in read {
        assert!(!text.contains("坐牢"), "{text}");
    }
    let index = office.database.rows().await.into_iter().filter(|(table, _)| table == "published");
    for (_, row) in index {
        assert!(!row.contains("坐牢"), "{row}");
    }
    office.close().await;
}

#[tokio::test]
async fn a_question_asked_in_private_is_read_in_private_by_cadres_too() {
    let office = Office::open().await;
    office.whisper(SUPERVISOR, "提问 我单位领导扣我补贴不发该向谁反映？").await;
    office.deliver().await;
    for text in ["看 1", "待答"] {
        let shown = office.say(CADRES, COUNTY_SECRETARY, text).await;
        assert!(shown.contains("私聊"), "{text}: {shown}");
        assert!(!shown.contains("补贴") && !shown.contains("吴样例"), "{text}: {shown}");
    }
    let shown = office.whisper(COUNTY_SECRETARY, "待答").await;
    assert!(shown.contains("补贴"), "{shown}");
    let view = office.whisper(COUNTY_SECRETARY, "看 1").await;
    assert!(view.contains("补贴"), "{view}");
    // made public, it still names nobody in a group
    office.whisper(COUNTY_SECRETARY, "回复 1 向县劳动监察反映。").await;
    assert!(office.whisper(COUNTY_SECRETARY, "公开 1").await.contains("已公开"));
    office.deliver().await;
    let view = office.say(CADRES, COUNTY_SECRETARY, "看 1").await;
    assert!(view.contains("补贴") && view.contains("经过") && !view.contains("吴样例"), "{view}");
    office.close().await;
}
