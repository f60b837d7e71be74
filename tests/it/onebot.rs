//! OneBot as implementations really speak it: both message forms, the reverse WebSocket, outages.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::fakes::onebot::{Hang, friend_recall, group_message, heartbeat, private_message, sign};
use crate::support::office::{CADRE, CADRES, Office, SECRET, SELF, TOWN_SECRETARY, YOUNG, YOUTH};

#[tokio::test]
async fn a_message_as_a_string_of_codes_means_the_same() {
    let office = Office::open().await;
    let event = group_message(SELF, YOUTH, YOUNG, 1, office.time(), "怎么入团 [急] &?").at_me().at(CADRE);
    let body = event.body_with_codes();
    let answer = office.post([("x-signature".to_owned(), sign(SECRET, &body))], body.into_bytes()).await;
    assert!(answer.text().contains("编号 1"), "{answer:?}");
    let stored = office.database.count("SELECT COUNT(*) FROM question WHERE text = '怎么入团 [急] &?'").await;
    assert_eq!(stored, 1, "unescaped in the right order");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn heartbeats_and_unknown_kinds_are_acknowledged_and_leave_no_row() {
    let office = Office::open().await;
    let beat = heartbeat(SELF, office.time());
    assert_eq!(office.send(&beat).await.status, 204);
    let unknown = beat.clone().with("post_type", json!("something_new"));
    assert_eq!(office.send(&unknown).await.status, 204);
    let own = group_message(SELF, CADRES, SELF, 9, office.time(), "签到 东风社区");
    assert_eq!(office.send(&own).await.status, 204, "the bot does not answer itself");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM inbox").await, 0);
    office.close().await;
}

#[tokio::test]
async fn a_picture_is_wanted_with_its_record_and_never_asked_for() {
    let office = Office::open().await;
    let event =
        group_message(SELF, CADRES, CADRE, 3, office.time(), "签到 东风社区").image("http://pictures.invalid/1.jpg");
    assert!(office.send(&event).await.text().contains("已记下"));
    let kept = "SELECT COUNT(*) FROM photo WHERE state = 'wanted' AND source LIKE '%pictures.invalid%'";
    assert_eq!(office.database.count(kept).await, 1);
    office.close().await;
}

#[tokio::test]
async fn recalling_a_private_question_withdraws_it() {
    let office = Office::open().await;
    office.send(&private_message(SELF, YOUNG, 41, office.time(), "提问 怎么入团？")).await;
    office.send(&friend_recall(SELF, YOUNG, 41, office.time())).await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE state = 'withdrawn'").await, 1);
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).is_empty(), "nobody is asked to answer it any more");
    office.close().await;
}

#[tokio::test]
async fn an_outage_of_six_hours_loses_nothing_and_keeps_the_order() {
    let mut office = Office::open().await;
    for (id, text) in [(1, "提问 创业贷款找谁？"), (2, "提问 怎么入团？"), (3, "提问 团费交多少？")]
    {
        office.send(&group_message(SELF, YOUTH, YOUNG, id, office.time(), text)).await;
    }
    office.qq.go_down().await;
    for _ in 0..24 {
        office.deliver().await;
        office.clock.advance(chrono::TimeDelta::minutes(15));
    }
    assert!(office.written(TOWN_SECRETARY).is_empty());
    office.qq.come_up().await;
    for _ in 0..24 {
        office.deliver().await;
        office.clock.advance(chrono::TimeDelta::minutes(15));
    }
    let told: Vec<bool> = office
        .written(TOWN_SECRETARY)
        .iter()
        .zip(["创业贷款", "入团", "团费"])
        .map(|(message, part)| message.text.contains(part))
        .collect();
    assert_eq!(told, [true, true, true]);
    office.close().await;
}

#[tokio::test]
async fn a_wrong_token_is_a_matter_of_configuration_and_nothing_is_lost() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.qq.fail_next(1, 403, "{\"message\":\"token verify failed!\"}");
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).is_empty());
    office.clock.advance(chrono::TimeDelta::hours(1));
    office.deliver().await;
    assert_eq!(office.written(TOWN_SECRETARY).len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_message_that_may_have_arrived_is_sent_again_and_flagged() {
    let office = Office::open_with("[delivery]\nrequest_timeout_ms = 200\n").await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.qq.hang(Hang::AfterSending);
    office.deliver_once().await;
    assert_eq!(office.written(TOWN_SECRETARY).len(), 1, "it arrived, but nobody heard so");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM outbox WHERE state = 'waiting' AND ambiguous").await, 1);
    office.qq.hang(Hang::No);
    office.clock.advance(chrono::TimeDelta::minutes(1));
    office.deliver().await;
    assert_eq!(office.written(TOWN_SECRETARY).len(), 2);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND ambiguous").await, 1);
    office.close().await;
}

type Link = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn connect(office: &Office, token: &str) -> Result<Link, tokio_tungstenite::tungstenite::Error> {
    let mut request = format!("{}/webhooks/qq", office.url.replace("http://", "ws://")).into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    headers.insert("x-self-id", SELF.to_string().parse().unwrap());
    headers.insert("x-client-role", "Universal".parse().unwrap());
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

async fn next_frame(link: &mut Link) -> Value {
    loop {
        match link.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("unexpected frame {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_reverse_websocket_is_answered_by_quick_operations_once_for_each_message() {
    let office = Office::open().await;
    assert!(connect(&office, "wrong-token-0123456789").await.is_err(), "only with the token");
    let mut link = connect(&office, "it-token-0123456789").await.unwrap();
    let event = group_message(SELF, CADRES, CADRE, 700, office.time(), "签到 东风社区");
    let mut replies = Vec::new();
    for _ in 0..2 {
        link.send(Message::text(event.body())).await.unwrap();
        let frame = next_frame(&mut link).await;
        assert_eq!(frame["action"], ".handle_quick_operation");
        assert_eq!(frame["params"]["context"]["message_id"], 700);
        replies.push(frame["params"]["operation"]["reply"].clone());
        link.send(Message::text(
            json!({"status": "ok", "retcode": 0, "data": null, "echo": frame["echo"]}).to_string(),
        ))
        .await
        .unwrap();
    }
    assert_eq!(replies[0], replies[1], "the same event gets the same reply");
    assert!(replies[0].to_string().contains("已记下"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1);
    link.close(None).await.unwrap();
    office.close().await;
}
