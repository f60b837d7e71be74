//! What is not authentic leaves no row; what cannot be read loses nothing and breaks nothing.

use crate::support::fakes::onebot::{group_message, sign};
use crate::support::office::{CADRE, CADRES, Office, SECRET, SELF};

async fn rows(office: &Office) -> i64 {
    office.database.count("SELECT (SELECT COUNT(*) FROM inbox) + (SELECT COUNT(*) FROM record)").await
}

#[tokio::test]
async fn every_flipped_bit_of_the_signature_is_refused_and_leaves_no_row() {
    let office = Office::open().await;
    let body = group_message(SELF, CADRES, CADRE, 1, office.time(), "签到 东风社区").body();
    let good = sign(SECRET, &body);
    for at in 0..40 {
        let mut digits: Vec<char> = good.chars().collect();
        let position = digits.len() - 40 + at;
        digits[position] = if digits[position] == '0' { '1' } else { '0' };
        let forged: String = digits.into_iter().collect();
        let answer = office.post([("x-signature".to_owned(), forged)], body.clone().into_bytes()).await;
        assert_eq!((answer.status, answer.body.len()), (401, 0));
    }
    for headers in [
        vec![],
        vec![("x-signature".to_owned(), String::new())],
        vec![("x-signature".to_owned(), good.clone()), ("x-signature".to_owned(), good.clone())],
    ] {
        assert_eq!(office.post(headers, body.clone().into_bytes()).await.status, 401);
    }
    assert_eq!(rows(&office).await, 0);
    assert_eq!(office.post([("x-signature".to_owned(), good)], body.into_bytes()).await.status, 200);
    office.close().await;
}

#[tokio::test]
async fn an_event_from_too_long_ago_or_from_the_future_is_refused() {
    let office = Office::open().await;
    for shift in [-601, 601] {
        let event = group_message(SELF, CADRES, CADRE, 5, office.time() + shift, "签到 东风社区");
        assert_eq!(office.send(&event).await.status, 401);
    }
    assert_eq!(rows(&office).await, 0);
    office.close().await;
}

#[tokio::test]
async fn signed_nonsense_is_a_400_and_the_next_message_works() {
    let office = Office::open().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in ["", "{", "[]", "{\"time\":\"x\"}", "\u{feff}{}", deep.as_str(), "{\"post_type\":1e999}"] {
        let answer = office.post([("x-signature".to_owned(), sign(SECRET, body))], body.as_bytes().to_vec()).await;
        assert!((400..500).contains(&answer.status), "{} for {} bytes", answer.status, body.len());
    }
    let big = vec![b' '; 300 * 1024];
    assert_eq!(office.post([("x-signature".to_owned(), "sha1=00".to_owned())], big).await.status, 413);
    assert_eq!(rows(&office).await, 0);
    assert!(office.say(CADRES, CADRE, "签到 东风社区").await.contains("已记下"));
    office.close().await;
}

#[tokio::test]
async fn health_and_metrics_answer() {
    let office = Office::open().await;
    assert_eq!(office.get("/health/live").await.status, 200);
    assert_eq!(office.get("/health/ready").await.status, 200);
    assert_eq!(office.get("/metrics").await.status, 200);
    assert_eq!(office.get("/simulator").await.status, 404, "a configured service has no simulator");
    assert_eq!(office.get("/webhooks/nobody").await.status, 404);
    office.close().await;
}
