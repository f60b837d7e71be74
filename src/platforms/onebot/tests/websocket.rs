//! The reverse WebSocket.

use super::*;

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

#[test]
fn only_the_bearer_of_the_token_is_admitted() {
    let bearer = format!("Bearer {TOKEN}");
    let role = ("x-client-role", "Universal");
    let admit = |lines: &[(&'static str, &str)]| onebot().admit_socket(&headers(lines));
    assert_eq!(admit(&[("authorization", &bearer), role]), Ok(()));
    assert_eq!(admit(&[("authorization", &bearer)]), Err(Refused::Foreign));
    assert_eq!(admit(&[role]), Err(Refused::SignatureMissing));
    assert_eq!(admit(&[("authorization", &bearer), ("authorization", &bearer), role]), Err(Refused::SignatureMissing));
    for wrong in ["Bearer ", TOKEN, "Bearer x", &format!("{bearer}x"), &format!("bearer {TOKEN}")] {
        assert_eq!(admit(&[("authorization", wrong), role]), Err(Refused::SignatureWrong), "{wrong}");
    }
    let without = account(&format!("secret = \"{SECRET}\"")).unwrap();
    let empty = headers(&[("authorization", "Bearer "), role]);
    assert_eq!(without.admit_socket(&empty), Err(Refused::SignatureWrong), "no token configured: nobody");
}

struct Peer {
    to_us: mpsc::Sender<String>,
    from_us: mpsc::Receiver<String>,
}

impl Peer {
    async fn says(&self, frame: impl ToString) {
        self.to_us.send(frame.to_string()).await.unwrap();
    }

    async fn hears(&mut self) -> Value {
        serde_json::from_str(&self.from_us.recv().await.unwrap()).unwrap()
    }
}

fn connect(onebot: &Arc<OneBot>, deliver: Deliver) -> (Peer, tokio::task::JoinHandle<()>) {
    let (to_us, incoming) = mpsc::channel(8);
    let (outgoing, from_us) = mpsc::channel(8);
    let onebot = Arc::clone(onebot);
    let served = tokio::spawn(async move {
        onebot.serve_socket(Socket { incoming, outgoing }, deliver, Arc::new(then)).await;
    });
    (Peer { to_us, from_us }, served)
}

fn echoing() -> Deliver {
    Arc::new(|event| Box::pin(async move { Ok(Some(Message::words(format!("收到{}", event.text)))) }))
}

fn call(onebot: &Arc<OneBot>) -> tokio::task::JoinHandle<Outcome> {
    let onebot = Arc::clone(onebot);
    let to = Destination::Group("987654321".into());
    let delivery = Delivery { to, message: Message::words("提醒"), idempotency_key: "1".into() };
    tokio::spawn(async move { onebot.send(&delivery).await })
}

#[tokio::test]
async fn an_event_is_answered_by_a_quick_operation_with_the_whole_event() {
    let onebot = Arc::new(onebot());
    let (mut peer, served) = connect(&onebot, echoing());
    peer.says(fixture!("lifecycle")).await;
    peer.says("not json").await;
    peer.says("[".repeat(100_000)).await;
    peer.says(fixture!("group_at").replace("1767225600", "1767000000")).await;
    peer.says(fixture!("group_at")).await;
    let frame = peer.hears().await;
    assert_eq!(frame["action"], ".handle_quick_operation");
    assert_eq!(frame["params"]["context"], serde_json::from_str::<Value>(fixture!("group_at")).unwrap());
    let reply = json!([{"type": "text", "data": {"text": "收到签到 东风社区"}}]);
    assert_eq!(frame["params"]["operation"], json!({"reply": reply, "at_sender": false}));
    drop(peer);
    served.await.unwrap();
}

#[tokio::test]
async fn a_call_goes_through_the_socket_while_an_event_is_still_worked_on() {
    let onebot = Arc::new(onebot());
    let (go, wait) = oneshot::channel::<()>();
    let wait = Arc::new(tokio::sync::Mutex::new(Some(wait)));
    let (started, mut starts) = mpsc::channel(1);
    let slow: Deliver = Arc::new(move |_| {
        let (wait, started) = (Arc::clone(&wait), started.clone());
        Box::pin(async move {
            let wait = wait.lock().await.take().unwrap();
            started.send(()).await.unwrap();
            wait.await.unwrap();
            Ok(Some(Message::words("好")))
        })
    });
    let (mut peer, served) = connect(&onebot, slow);
    peer.says(fixture!("group_at")).await;
    starts.recv().await.unwrap();
    let calling = call(&onebot);
    let frame = peer.hears().await;
    assert_eq!((&frame["action"], &frame["params"]["group_id"]), (&json!("send_group_msg"), &json!(987_654_321)));
    peer.says(json!({"status": "ok", "retcode": 0, "data": {"message_id": 5}, "echo": "another"})).await;
    peer.says(json!({"status": "ok", "retcode": 0, "data": {"message_id": 5}, "echo": frame["echo"]})).await;
    assert_eq!(calling.await.unwrap(), Outcome::Sent(Some("5".into())));
    go.send(()).unwrap();
    assert_eq!(peer.hears().await["action"], ".handle_quick_operation");
    drop(peer);
    served.await.unwrap();
}

#[tokio::test]
async fn one_senders_events_keep_their_order_and_nobody_waits_for_another() {
    let onebot = Arc::new(onebot());
    let (started, mut starts) = mpsc::unbounded_channel();
    let deliver: Deliver = Arc::new(move |event| {
        let (go, wait) = oneshot::channel::<()>();
        started.send((event.dedupe_key, go)).unwrap();
        Box::pin(async move {
            wait.await.unwrap();
            Ok(None)
        })
    });
    let (peer, served) = connect(&onebot, deliver);
    peer.says(fixture!("group_at")).await;
    peer.says(fixture!("group_recall")).await;
    peer.says(fixture!("group_at").replace("12345678", "20002000").replace("12345,", "777,")).await;
    let (first, go_first) = starts.recv().await.unwrap();
    let (second, go_second) = starts.recv().await.unwrap();
    assert_eq!((first.as_str(), second.as_str()), ("10001000:12345", "10001000:777"));
    assert!(starts.try_recv().is_err(), "the recall waits for the message");
    go_first.send(()).unwrap();
    let (third, go_third) = starts.recv().await.unwrap();
    assert!(third.starts_with("notice:"));
    // the connection closes, what has arrived is still worked on
    drop(peer);
    go_second.send(()).unwrap();
    go_third.send(()).unwrap();
    served.await.unwrap();
}

#[tokio::test]
async fn without_a_connection_nothing_is_sent_and_a_broken_one_leaves_it_open() {
    let onebot = Arc::new(onebot());
    assert_eq!(call(&onebot).await.unwrap(), Outcome::NotConnected);
    let (mut peer, served) = connect(&onebot, echoing());
    peer.says(fixture!("heartbeat")).await;
    tokio::task::yield_now().await;
    let calling = call(&onebot);
    peer.hears().await;
    drop(peer);
    assert_eq!(calling.await.unwrap(), Outcome::Unknown("答复之前连接断了".into()));
    served.await.unwrap();
    assert_eq!(call(&onebot).await.unwrap(), Outcome::NotConnected);
}

#[tokio::test]
async fn a_call_without_an_answer_is_unknown() {
    let mut impatient = onebot();
    impatient.links = socket::Links::new(Duration::ZERO);
    let onebot = Arc::new(impatient);
    let (mut peer, served) = connect(&onebot, echoing());
    tokio::task::yield_now().await;
    let calling = call(&onebot);
    assert_eq!(peer.hears().await["action"], "send_group_msg");
    assert_eq!(calling.await.unwrap(), Outcome::Unknown("等待超时".into()));
    drop(peer);
    served.await.unwrap();
}

#[tokio::test]
async fn calls_go_to_the_connection_that_is_made_for_them() {
    let onebot = Arc::new(onebot());
    let (mut api, _api) = connect(&onebot, echoing());
    let (mut events, _events) = connect(&onebot, echoing());
    events.says(fixture!("group_at")).await;
    assert_eq!(events.hears().await["action"], ".handle_quick_operation");
    let calling = call(&onebot);
    let frame = api.hears().await;
    // the right echo on the wrong connection is not the answer
    events.says(json!({"retcode": 1403, "status": "failed", "echo": frame["echo"]})).await;
    events.says(fixture!("group_at")).await;
    events.hears().await;
    api.says(json!({"retcode": 1403, "status": "failed", "echo": frame["echo"]})).await;
    assert!(matches!(calling.await.unwrap(), Outcome::Configuration(_)));
}
