//! The HTTP API, against an implementation that follows a script.

use super::*;

type Script = Arc<dyn Fn(&str, &HeaderMap, &str) -> Option<(u16, String)> + Send + Sync>;

/// Serves one script on a free port; `None` never answers.
async fn implementation(script: Script) -> String {
    async fn serve(
        State(script): State<Script>,
        uri: axum::http::Uri,
        headers: HeaderMap,
        body: String,
    ) -> impl IntoResponse {
        match script(uri.path(), &headers, &body) {
            Some((status, body)) => (StatusCode::from_u16(status).unwrap(), body),
            None => std::future::pending().await,
        }
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(serve).with_state(script);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn at(url: &str) -> OneBot {
    account(&format!("secret = \"{SECRET}\"\naccess_token = \"{TOKEN}\"\napi_url = \"{url}\"")).unwrap()
}

fn to_group(text: &str) -> Delivery {
    let to = Destination::Group("987654321".into());
    Delivery { to, message: Message::words(text), idempotency_key: "1".into() }
}

async fn outcome_of(status: u16, body: &str) -> Outcome {
    let body = body.to_owned();
    let url = implementation(Arc::new(move |_, _, _| Some((status, body.clone())))).await;
    at(&url).send(&to_group("周报")).await
}

#[tokio::test]
async fn a_message_goes_out_as_an_array_with_the_token() {
    let script: Script = Arc::new(|path, headers, body| {
        let body: Value = serde_json::from_str(body).unwrap();
        let message = json!([{"type": "text", "data": {"text": "周报"}}]);
        let right = match path {
            "/send_group_msg" => body == json!({"group_id": 987_654_321, "message": message}),
            "/send_private_msg" => body == json!({"user_id": 12_345_678, "message": message}),
            _ => false,
        };
        let right = right && headers["authorization"] == format!("Bearer {TOKEN}");
        let code = if right { 0 } else { 1 + 1_399 };
        Some((200, json!({"status": "ok", "retcode": code, "data": {"message_id": -9}}).to_string()))
    });
    let onebot = at(&implementation(script).await);
    let mut delivery = to_group("周报");
    assert_eq!(onebot.send(&delivery).await, Outcome::Sent(Some("-9".into())));
    delivery.to = Destination::User("12345678".into());
    assert_eq!(onebot.send(&delivery).await, Outcome::Sent(Some("-9".into())));
    delivery.to = Destination::User("甲".into());
    assert!(matches!(onebot.send(&delivery).await, Outcome::Refused(_)));
    delivery.message = Message::default();
    assert!(matches!(onebot.send(&delivery).await, Outcome::Refused(_)));
}

#[tokio::test]
async fn every_answer_has_its_meaning() {
    let said = |status: &str, retcode: i64| {
        json!({"status": status, "retcode": retcode, "data": null, "message": "秘密", "wording": "秘密"}).to_string()
    };
    assert_eq!(outcome_of(200, &said("ok", 0)).await, Outcome::Sent(None));
    for body in [said("async", 1), said("ok", 1), "{}".to_owned(), "<html>".to_owned(), "x".repeat(70_000)] {
        assert!(matches!(outcome_of(200, &body).await, Outcome::Unknown(_)), "{body:.80}");
    }
    for retcode in [1401, 1403] {
        assert!(matches!(outcome_of(200, &said("failed", retcode)).await, Outcome::Configuration(_)));
    }
    for retcode in [1400, 1404, 400, 100, 102, 103] {
        assert!(matches!(outcome_of(200, &said("failed", retcode)).await, Outcome::Refused(_)));
    }
    for retcode in [200, 1200, -1, 0] {
        let expected = Outcome::Failed(format!("retcode {retcode}"));
        assert_eq!(outcome_of(200, &said("failed", retcode)).await, expected, "no word of the implementation");
    }
    assert_eq!(outcome_of(401, "").await, Outcome::Configuration("HTTP 401".into()));
    assert_eq!(
        outcome_of(403, "{\"message\":\"token verify failed!\"}").await,
        Outcome::Configuration("HTTP 403".into())
    );
    for status in [400, 404, 406] {
        assert_eq!(outcome_of(status, "").await, Outcome::Refused(format!("HTTP {status}")));
    }
    assert!(matches!(outcome_of(302, "").await, Outcome::Configuration(_)));
    assert_eq!(outcome_of(429, "").await, Outcome::Limited { wait_ms: 60_000 });
    assert!(matches!(outcome_of(503, "").await, Outcome::Failed(_)));
    assert!(matches!(outcome_of(500, "").await, Outcome::Unknown(_)));
}

#[tokio::test]
async fn nobody_there_has_failed_and_no_answer_is_unknown() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let outcome = at(&closed).send(&to_group("周报")).await;
    assert_eq!(outcome, Outcome::Failed("连不上 OneBot 实现".into()));
    let hanging = implementation(Arc::new(|_, _, _| None)).await;
    let mut impatient = at(&hanging);
    impatient.api = Some(client::Api { http: super::client(Duration::from_millis(50)), url: hanging });
    assert_eq!(impatient.send(&to_group("周报")).await, Outcome::Unknown("等待超时".into()));
}

#[tokio::test]
async fn a_part_that_went_out_is_not_called_a_failure() {
    let long = format!("{}\n{}", "甲".repeat(3_000), "乙".repeat(3_000));
    let works: Script = Arc::new(|_, _, body| {
        let id = if body.contains('甲') { 1 } else { 2 };
        Some((200, json!({"status": "ok", "retcode": 0, "data": {"message_id": id}}).to_string()))
    });
    let sent = at(&implementation(works).await).send(&to_group(&long)).await;
    assert_eq!(sent, Outcome::Sent(Some("1".into())));
    // the second part fails once: what comes next is that part alone
    let seen = Arc::new(Mutex::new(String::new()));
    let half: Script = Arc::new({
        let seen = Arc::clone(&seen);
        move |_, _, body| {
            let which = if body.contains('甲') { "甲" } else { "乙" };
            let mut seen = seen.lock().unwrap();
            seen.push_str(which);
            let retcode = if *seen == "甲乙" { 1200 } else { 0 };
            Some((200, json!({"status": "ok", "retcode": retcode, "data": {"message_id": seen.len()}}).to_string()))
        }
    });
    let onebot = at(&implementation(half).await);
    let outcome = onebot.send(&to_group(&long)).await;
    assert_eq!(outcome, Outcome::Unknown("长消息已发出前 1 段，retcode 1200".into()));
    assert_eq!(onebot.send(&to_group(&long)).await, Outcome::Sent(Some("3".into())), "the id of the first part");
    assert_eq!(*seen.lock().unwrap(), "甲乙乙");
    assert_eq!(onebot.send(&to_group(&long)).await, Outcome::Sent(Some("12".into())), "nothing is left over");
}

#[tokio::test]
async fn a_picture_comes_from_its_address_or_from_the_implementation_by_its_name() {
    let script: Script = Arc::new(|path, headers, body| {
        if path == "/pictures/1" {
            assert!(!headers.contains_key("authorization"), "the token is for the API alone");
            return Some((200, "picture".to_owned()));
        }
        assert_eq!(
            (path, &headers["authorization"]),
            ("/get_image", &HeaderValue::from_static("Bearer token-of-0123456789"))
        );
        let body: Value = serde_json::from_str(body).unwrap();
        let data = match body["file"].as_str().unwrap() {
            "in-base64.jpg" => json!({"file": "/app/1.jpg", "base64": "cGljdHVyZQ=="}),
            "at-home.jpg" => json!({"file": format!("http://{}/pictures/1", headers["host"].to_str().unwrap())}),
            "elsewhere.jpg" => json!({"url": "http://192.168.0.1/1.jpg"}),
            "on-disk.jpg" => json!({"file": "/etc/passwd"}),
            _ => return Some((200, json!({"status": "failed", "retcode": 200, "data": null}).to_string())),
        };
        Some((200, json!({"status": "ok", "retcode": 0, "data": data}).to_string()))
    });
    let url = implementation(script).await;
    let onebot = at(&url);
    for reference in [&format!("{url}/pictures/1"), "in-base64.jpg", "at-home.jpg"] {
        assert_eq!(onebot.fetch(reference, 7).await, Ok(b"picture".to_vec()), "{reference}");
        assert_eq!(onebot.fetch(reference, 6).await, Err(NotFetched::too_large(6)), "{reference}");
    }
    for reference in ["elsewhere.jpg", "on-disk.jpg", "unknown.jpg", "http://[::1]/1.jpg", "file:///etc/passwd"] {
        assert!(matches!(onebot.fetch(reference, 7).await, Err(NotFetched::Never(_))), "{reference}");
    }
    // without an API of its own nothing at home is asked, and no name is known
    for reference in [&format!("{url}/pictures/1"), "in-base64.jpg"] {
        assert!(matches!(super::onebot().fetch(reference, 7).await, Err(NotFetched::Never(_))), "{reference}");
    }
    let down = at("http://127.0.0.1:9");
    assert!(matches!(down.fetch("in-base64.jpg", 7).await, Err(NotFetched::Later(_))));
}
