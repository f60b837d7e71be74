//! A OneBot implementation without QQ behind it: it takes the calls of the HTTP API, remembers what was said where, and
//! can be told to fail, to hang or to be down. It also makes the signed events that an implementation would post.
//!
//! It is as strict as the strictest implementation we know, and answers as NapCat does where the standard leaves room.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hmac::{Hmac, KeyInit, Mac};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use sha1::Sha1;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// A message that somebody in QQ could read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SentMessage {
    /// The id it was given.
    pub(crate) message_id: i64,
    /// The group, or `None` for a private message.
    pub(crate) group_id: Option<i64>,
    /// The person, or `None` for a group message.
    pub(crate) user_id: Option<i64>,
    /// The segments, as they came.
    pub(crate) segments: Vec<Value>,
    /// Every text segment, one after another.
    pub(crate) text: String,
    /// Who was mentioned.
    pub(crate) at: Vec<String>,
    /// How many pictures.
    pub(crate) images: usize,
}

/// What becomes of calls to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hang {
    /// They are answered.
    No,
    /// Nothing is sent and nothing is answered.
    BeforeSending,
    /// The message is sent and nothing is answered: an outcome that nobody can know.
    AfterSending,
}

struct Memory {
    token: Option<String>,
    next_id: i64,
    sent: Vec<SentMessage>,
    calls: usize,
    refused_tokens: usize,
    failures: VecDeque<(u16, String)>,
    pictures: HashMap<String, Vec<u8>>,
    picture_requests: usize,
}

struct Shared {
    state: Mutex<Memory>,
    hang: watch::Sender<Hang>,
    sent: watch::Sender<usize>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fake. Dropping it ends it.
pub(crate) struct FakeOneBot {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: Option<JoinHandle<()>>,
}

impl Drop for FakeOneBot {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

impl FakeOneBot {
    /// Starts one on a free port of this machine; with a token, calls must carry it.
    pub(crate) async fn start(access_token: Option<&str>) -> Self {
        let state = Memory {
            token: access_token.map(str::to_owned),
            next_id: -1_000,
            sent: Vec::new(),
            calls: 0,
            refused_tokens: 0,
            failures: VecDeque::new(),
            pictures: HashMap::new(),
            picture_requests: 0,
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            hang: watch::Sender::new(Hang::No),
            sent: watch::Sender::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = Some(serve(listener, Arc::clone(&shared)));
        Self { shared, address, server }
    }

    /// What to write as `api_url`.
    pub(crate) fn api_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts up a picture; its address.
    pub(crate) fn show_picture(&self, name: &str, bytes: Vec<u8>) -> String {
        self.shared.lock().pictures.insert(name.to_owned(), bytes);
        self.picture_url(name)
    }

    /// Takes a picture down: its address answers 404 from now on.
    pub(crate) fn hide_picture(&self, name: &str) {
        self.shared.lock().pictures.remove(name);
    }

    /// The address of a picture, whether it is up or not.
    pub(crate) fn picture_url(&self, name: &str) -> String {
        format!("http://{}/pictures/{name}", self.address)
    }

    /// How often a picture was asked for.
    pub(crate) fn picture_requests(&self) -> usize {
        self.shared.lock().picture_requests
    }

    /// Everything that was sent, in order.
    pub(crate) fn messages(&self) -> Vec<SentMessage> {
        self.shared.lock().sent.clone()
    }

    /// How many messages were sent.
    pub(crate) fn sent_count(&self) -> usize {
        self.shared.lock().sent.len()
    }

    /// What was sent to a group, in order.
    pub(crate) fn group_messages(&self, group_id: i64) -> Vec<SentMessage> {
        self.messages().into_iter().filter(|message| message.group_id == Some(group_id)).collect()
    }

    /// What was sent to a person, in order.
    pub(crate) fn private_messages(&self, user_id: i64) -> Vec<SentMessage> {
        self.messages().into_iter().filter(|message| message.user_id == Some(user_id)).collect()
    }

    /// Answers the next calls with this status and body, and sends nothing.
    pub(crate) fn fail_next(&self, calls: usize, status: u16, body: &str) {
        let failures = std::iter::repeat_n((status, body.to_owned()), calls);
        self.shared.lock().failures.extend(failures);
    }

    /// Fails the next calls as NapCat does, with HTTP 200 and this retcode.
    pub(crate) fn fail_next_with_retcode(&self, calls: usize, retcode: i64) {
        let body = json!({"status": "failed", "retcode": retcode, "data": null, "message": "EventChecker Failed",
                          "wording": "EventChecker Failed", "echo": null});
        self.fail_next(calls, 200, &body.to_string());
    }

    /// Leaves calls without an answer until told otherwise; `Hang::No` lets the hanging ones go on.
    pub(crate) fn hang(&self, hang: Hang) {
        self.shared.hang.send_replace(hang);
    }

    /// Stops listening and breaks every connection. What was sent is remembered.
    pub(crate) async fn go_down(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
            // the port is free only when the task is gone
            let _ = server.await;
        }
    }

    /// Listens again, on the same port.
    pub(crate) async fn come_up(&mut self) {
        if self.server.is_none() {
            let listener = TcpListener::bind(self.address).await.expect("our own port again");
            self.server = Some(serve(listener, Arc::clone(&self.shared)));
        }
    }
}

/// An accept loop whose end is the end of its connections too; `axum::serve` would leave them open.
fn serve(listener: TcpListener, shared: Arc<Shared>) -> JoinHandle<()> {
    let router = Router::new()
        .route("/{action}", post(action).get(action))
        .route("/pictures/{name}", get(picture))
        .with_state(shared);
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let Ok((stream, _)) = accepted else { return };
                    let service = TowerToHyperService::new(router.clone());
                    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                    connections.spawn(async move { drop(connection.await) });
                }
                Some(_) = connections.join_next() => {}
            }
        }
    })
}

async fn action(
    State(shared): State<Arc<Shared>>,
    Path(action): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let failure = {
        let mut state = shared.lock();
        let given = headers.get("authorization").and_then(|value| value.to_str().ok());
        let expected = state.token.as_ref().map(|token| format!("Bearer {token}"));
        if expected.is_some() && given != expected.as_deref() {
            state.refused_tokens += 1;
            return answer(403, &json!({"message": "token verify failed!"}));
        }
        state.calls += 1;
        state.failures.pop_front()
    };
    if let Some((status, body)) = failure {
        return (code(status), [("content-type", "application/json")], body).into_response();
    }
    match action.as_str() {
        "send_group_msg" | "send_private_msg" | "send_msg" => send(&shared, &action, &headers, &body).await,
        "get_image" => find_picture(&shared, &headers, &body),
        "get_login_info" => ok(&json!({"user_id": 10_001_000, "nickname": "团情"})),
        "get_status" => ok(&json!({"online": true, "good": true})),
        "get_version_info" => ok(&json!({"app_name": "fake", "app_version": "1.0.0", "protocol_version": "v11"})),
        // where NapCat says 200 with retcode 200, the standard says this
        _ => answer(404, &json!({"status": "failed", "retcode": 1404, "data": null})),
    }
}

/// What QQ's own servers do for a picture: no token, only the address.
async fn picture(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    let mut state = shared.lock();
    state.picture_requests += 1;
    match state.pictures.get(&name) {
        Some(bytes) => ([("content-type", "application/octet-stream")], bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Tells the address of a picture, and a path that is good for nobody but the implementation.
fn find_picture(shared: &Shared, host: &HeaderMap, body: &[u8]) -> Response {
    let params: Value = serde_json::from_slice(body).unwrap_or_default();
    let name = params["file"].as_str().unwrap_or_default();
    if !shared.lock().pictures.contains_key(name) {
        return answer(200, &json!({"status": "failed", "retcode": 200, "data": null, "message": "file not found"}));
    }
    let host = host.get("host").and_then(|value| value.to_str().ok()).unwrap_or_default();
    ok(&json!({"file": format!("/app/cache/{name}"), "url": format!("http://{host}/pictures/{name}")}))
}

async fn send(shared: &Shared, action: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    let json = headers.get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if !json {
        return answer(406, &json!({"status": "failed", "retcode": 1406, "data": null}));
    }
    let Some(message) = serde_json::from_slice(body).ok().and_then(|params| read(action, &params)) else {
        return answer(400, &json!({"status": "failed", "retcode": 1400, "data": null}));
    };
    let mut hang = shared.hang.subscribe();
    let hanging = *hang.borrow_and_update();
    if hanging == Hang::BeforeSending {
        let _ = hang.wait_for(|hang| *hang == Hang::No).await;
    }
    let message_id = {
        let mut state = shared.lock();
        state.next_id += 1;
        let message_id = state.next_id;
        state.sent.push(SentMessage { message_id, ..message });
        shared.sent.send_replace(state.sent.len());
        message_id
    };
    if hanging == Hang::AfterSending {
        let _ = hang.wait_for(|hang| *hang == Hang::No).await;
    }
    ok(&json!({ "message_id": message_id }))
}

/// The parameters of a sending action, where nothing is wrong with them.
fn read(action: &str, params: &Value) -> Option<SentMessage> {
    let (group_id, user_id) = (params["group_id"].as_i64(), params["user_id"].as_i64());
    let (group_id, user_id) = match action {
        "send_group_msg" => (Some(group_id?), None),
        "send_private_msg" => (None, Some(user_id?)),
        _ if params["message_type"] == "group" => (Some(group_id?), None),
        _ => (None, Some(user_id?)),
    };
    // a string would be read for CQ codes: we must never send one
    let segments = params["message"].as_array().filter(|segments| !segments.is_empty())?.clone();
    let mut message =
        SentMessage { message_id: 0, group_id, user_id, segments, text: String::new(), at: Vec::new(), images: 0 };
    for segment in &message.segments {
        let data = segment["data"].as_object()?;
        if !data.values().all(Value::is_string) {
            return None;
        }
        let value = |key: &str| data.get(key).and_then(Value::as_str);
        match segment["type"].as_str()? {
            "text" => message.text.push_str(value("text")?),
            "at" => message.at.push(value("qq")?.to_owned()),
            "image" => {
                value("file").filter(|file| file.starts_with("base64://") || file.starts_with("http"))?;
                message.images += 1;
            }
            "reply" | "face" => {}
            _ => return None,
        }
    }
    Some(message)
}

fn ok(data: &Value) -> Response {
    answer(200, &json!({"status": "ok", "retcode": 0, "data": data, "message": "", "wording": "", "echo": null}))
}

fn answer(status: u16, body: &Value) -> Response {
    (code(status), [("content-type", "application/json")], body.to_string()).into_response()
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a status")
}

/// The value of `X-Signature` for a body.
pub(crate) fn sign(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(body.as_bytes());
    format!("sha1={}", hex::encode(mac.finalize().into_bytes()))
}

/// The answer to a posted event: what was said in the quick operation, or `None` for 204.
pub(crate) fn quick_reply_text(body: &[u8]) -> Option<String> {
    let operation: Value = serde_json::from_slice(body).ok()?;
    let texts = operation["reply"].as_array()?.iter().filter_map(|segment| segment["data"]["text"].as_str());
    Some(texts.collect())
}

/// An event on its way to us.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    value: Value,
    text: Option<String>,
    before: Vec<Value>,
    after: Vec<Value>,
}

/// Somebody says something in a group. `time` in seconds since 1970.
pub(crate) fn group_message(
    self_id: i64,
    group_id: i64,
    user_id: i64,
    message_id: i64,
    time: i64,
    text: &str,
) -> Event {
    let value = json!({"time": time, "self_id": self_id, "post_type": "message", "message_type": "group",
        "sub_type": "normal", "message_id": message_id, "group_id": group_id, "user_id": user_id, "anonymous": null,
        "font": 14, "sender": {"user_id": user_id, "nickname": "样例", "card": "", "role": "member"}});
    Event { value, text: Some(text.to_owned()), before: Vec::new(), after: Vec::new() }
}

/// Somebody says something to the bot alone.
pub(crate) fn private_message(self_id: i64, user_id: i64, message_id: i64, time: i64, text: &str) -> Event {
    let value = json!({"time": time, "self_id": self_id, "post_type": "message", "message_type": "private",
        "sub_type": "friend", "message_id": message_id, "user_id": user_id, "font": 14,
        "sender": {"user_id": user_id, "nickname": "样例"}});
    Event { value, text: Some(text.to_owned()), before: Vec::new(), after: Vec::new() }
}

/// Somebody takes back a message of their own in a group.
pub(crate) fn group_recall(self_id: i64, group_id: i64, user_id: i64, message_id: i64, time: i64) -> Event {
    notice(json!({"time": time, "self_id": self_id, "post_type": "notice", "notice_type": "group_recall",
        "group_id": group_id, "user_id": user_id, "operator_id": user_id, "message_id": message_id}))
}

/// Somebody takes back a message to the bot.
pub(crate) fn friend_recall(self_id: i64, user_id: i64, message_id: i64, time: i64) -> Event {
    notice(json!({"time": time, "self_id": self_id, "post_type": "notice", "notice_type": "friend_recall",
        "user_id": user_id, "message_id": message_id}))
}

/// The implementation says that it is there.
pub(crate) fn heartbeat(self_id: i64, time: i64) -> Event {
    notice(json!({"time": time, "self_id": self_id, "post_type": "meta_event", "meta_event_type": "heartbeat",
        "status": {"online": true, "good": true}, "interval": 30_000}))
}

fn notice(value: Value) -> Event {
    Event { value, text: None, before: Vec::new(), after: Vec::new() }
}

impl Event {
    /// Mentions the bot in front.
    pub(crate) fn at_me(mut self) -> Self {
        let me = self.value["self_id"].to_string();
        self.before.push(json!({"type": "at", "data": {"qq": me}}));
        // what QQ puts there
        self.text = self.text.map(|text| format!(" {text}"));
        self
    }

    /// Mentions somebody else behind.
    pub(crate) fn at(mut self, user_id: i64) -> Self {
        self.after.push(json!({"type": "at", "data": {"qq": user_id.to_string()}}));
        self
    }

    /// Quotes a message.
    pub(crate) fn reply_to(mut self, message_id: i64) -> Self {
        self.before.insert(0, json!({"type": "reply", "data": {"id": message_id.to_string()}}));
        self
    }

    /// Adds a picture.
    pub(crate) fn image(mut self, url: &str) -> Self {
        self.after.push(json!({"type": "image", "data": {"file": "0123ABCD.jpg", "url": url}}));
        self
    }

    /// The sender's name card in the group.
    pub(crate) fn card(mut self, card: &str) -> Self {
        self.value["sender"]["card"] = json!(card);
        self
    }

    /// Any field otherwise than it would be.
    pub(crate) fn with(mut self, key: &str, value: Value) -> Self {
        self.value[key] = value;
        self
    }

    /// The event as JSON.
    pub(crate) fn value(&self) -> Value {
        let mut value = self.value.clone();
        if let Some(text) = &self.text {
            let text = json!({"type": "text", "data": {"text": text}});
            let message: Vec<Value> = self.before.iter().chain([&text]).chain(&self.after).cloned().collect();
            // implementations send both forms
            value["raw_message"] = json!(cq(&message));
            value["message"] = json!(message);
        }
        value
    }

    /// The body to be posted.
    pub(crate) fn body(&self) -> String {
        self.value().to_string()
    }

    /// The body, and the headers that go with it.
    pub(crate) fn signed(&self, secret: &str) -> (HashMap<&'static str, String>, String) {
        let body = self.body();
        let headers = HashMap::from([
            ("content-type", "application/json".to_owned()),
            ("x-self-id", self.value["self_id"].to_string()),
            ("x-signature", sign(secret, &body)),
        ]);
        (headers, body)
    }

    /// The body as an implementation that is set to strings would post it.
    pub(crate) fn body_with_codes(&self) -> String {
        let mut value = self.value();
        value["message"] = value["raw_message"].clone();
        value.to_string()
    }
}

/// Segments as a string with CQ codes.
fn cq(segments: &[Value]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('[', "&#91;").replace(']', "&#93;");
    let mut string = String::new();
    for segment in segments {
        let data = segment["data"].as_object().into_iter().flatten();
        if segment["type"] == "text" {
            data.for_each(|(_, text)| string.push_str(&escape(text.as_str().unwrap_or_default())));
            continue;
        }
        string.push_str(&format!("[CQ:{}", segment["type"].as_str().unwrap_or_default()));
        for (key, value) in data {
            string.push_str(&format!(",{key}={}", escape(value.as_str().unwrap_or_default()).replace(',', "&#44;")));
        }
        string.push(']');
    }
    string
}
