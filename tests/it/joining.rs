//! Joining by message with one-time codes.

use tuanqing::store::CodeFor;

use crate::support::office::{CADRES, Office, STRANGE, TOWN_SECRETARY, YOUNG};

async fn code(office: &Office, what: CodeFor) -> String {
    let expires_at = office.app.clock.now() + chrono::TimeDelta::days(7);
    office
        .app
        .store
        .write(move |tx| Box::pin(async move { Ok(tx.create_code(what, expires_at).await?) }))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_code_makes_a_stranger_known_once() {
    let office = Office::open().await;
    assert!(office.say(CADRES, 7_001, "签到 东风社区").await.contains("我还不认识您"));
    let person = office.app.store.directory().people().find(|person| person.name == "郑样例").unwrap().id;
    let code = code(&office, CodeFor::Person(person)).await;
    let spoken = format!("绑定 {}", code.to_lowercase());
    assert!(office.whisper(7_001, &spoken).await.contains("郑样例"));
    assert!(office.say(CADRES, 7_001, "签到 东风社区").await.contains("已记下"));
    assert!(office.whisper(7_002, &spoken).await.contains("不能用"), "a code works once");
    assert!(office.whisper(7_001, &spoken).await.contains("已经绑定为「郑样例」"));
    office.close().await;
}

#[tokio::test]
async fn a_code_ties_a_group_and_then_its_people_can_ask() {
    let office = Office::open().await;
    assert_eq!(
        office.say(STRANGE, YOUNG, "提问 怎么入团？").await,
        "",
        "a group that is tied to nothing is left alone"
    );
    assert!(office.say_to_bot(STRANGE, YOUNG, "你好").await.contains("还没有绑定"));
    let chat = office.app.store.directory().chats().find(|chat| chat.name == "待绑定的群").unwrap().id;
    let code = code(&office, CodeFor::Chat(chat)).await;
    assert!(office.whisper(TOWN_SECRETARY, &format!("绑定本群 {code}")).await.contains("群"), "not in private");
    assert!(office.say(STRANGE, YOUNG, &format!("绑定 {code}")).await.contains("绑定本群"), "the other kind is named");
    assert!(office.say(STRANGE, YOUNG, &format!("绑定本群 {code}")).await.contains("待绑定的群"));
    assert!(office.say(STRANGE, YOUNG, "提问 怎么入团？").await.contains("编号 1"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_code_that_has_run_out_is_worth_nothing() {
    let office = Office::open().await;
    let person = office.app.store.directory().people().find(|person| person.name == "郑样例").unwrap().id;
    let code = code(&office, CodeFor::Person(person)).await;
    office.clock.advance(chrono::TimeDelta::days(8));
    assert!(office.whisper(7_001, &format!("绑定 {code}")).await.contains("不能用"));
    office.close().await;
}

#[tokio::test]
async fn a_persons_code_shown_in_a_group_to_no_avail_is_worth_nothing_afterwards() {
    let office = Office::open().await;
    let person = office.app.store.directory().people().find(|person| person.name == "郑样例").unwrap().id;
    let code = code(&office, CodeFor::Person(person)).await;
    assert!(office.say(STRANGE, YOUNG, &format!("绑定本群 {code}")).await.contains("作废"));
    assert!(office.whisper(7_009, &format!("绑定 {code}")).await.contains("不能用"), "who read it in the group");
    office.close().await;
}
