//! What the tests of this folder share: a platform that believes one header, and a client that writes raw bytes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::DateTime;
use chrono_tz::Asia::Shanghai;
use futures_util::future::BoxFuture;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::server::{ServerLimits, serve};
use super::{DeliverFrom, Http};
use crate::clock::ManualClock;
use crate::domain::event::{EventKind, InboundEvent, Place, ReplyRoute};
use crate::domain::message::Message;
use crate::platforms::limits::Limits;
use crate::platforms::{
    Abilities, Adapter, Deliver, Delivery, HttpAnswer, Malformed, NowFn, Outcome, RawRequest, Received, Refused,
    Rejected, Socket,
};
use crate::store::{DatabaseConfig, Store};

/// Believes whoever sends `x-token: right`, reads the body as the text of a message, answers with the reply's words.
#[derive(Default)]
pub(super) struct Stub {
    /// What is done with its events; without anything, the text is the reply.
    pub(super) deliver: Option<DeliverFrom>,
}

fn verify(headers: &HeaderMap) -> Result<(), Refused> {
    match headers.get("x-token") {
        None => Err(Refused::SignatureMissing),
        Some(token) if token == "right" => Ok(()),
        Some(_) => Err(Refused::SignatureWrong),
    }
}

/// An event of somebody who says `text`.
fn event(text: &str) -> InboundEvent {
    InboundEvent {
        account: "stub".to_owned(),
        platform: "stub".to_owned(),
        dedupe_key: text.to_owned(),
        place: Place::Private,
        sender: "1001".to_owned(),
        sender_name: Some("赵样例".to_owned()),
        kind: EventKind::Message,
        message_id: None,
        text: text.to_owned(),
        addressed: true,
        mentions: Vec::new(),
        quote: None,
        attachments: Vec::new(),
        sent_at: DateTime::UNIX_EPOCH,
        reply: ReplyRoute::Response,
    }
}

impl Adapter for Stub {
    fn platform(&self) -> &'static str {
        "stub"
    }

    fn abilities(&self) -> Abilities {
        Abilities { mention: false, image: false, push: false, private: true }
    }

    fn limits(&self) -> Limits {
        Limits { per_window: 1, window_ms: 1, min_gap_ms: 0 }
    }

    fn receive(&self, request: &RawRequest<'_>) -> Result<Received, Rejected> {
        verify(request.headers)?;
        if request.query == "echo=1" {
            return Ok(Received::Handshake(HttpAnswer::json(&serde_json::json!(1))));
        }
        match std::str::from_utf8(request.body).map_err(|_| Malformed("no UTF-8"))? {
            "heartbeat" => Ok(Received::Ignored("heartbeat")),
            text => Ok(Received::Event(Box::new(event(text)))),
        }
    }

    fn answer(&self, _event: &InboundEvent, reply: Option<&Message>) -> HttpAnswer {
        reply.map_or_else(HttpAnswer::empty, |reply| HttpAnswer::json(&serde_json::json!(reply)))
    }

    fn send<'a>(&'a self, _delivery: &'a Delivery) -> BoxFuture<'a, Outcome> {
        Box::pin(async { Outcome::NotConnected })
    }

    fn admit_socket(&self, headers: &HeaderMap) -> Result<(), Refused> {
        verify(headers)
    }

    fn serve_socket(&self, mut socket: Socket, deliver: Deliver, _now: NowFn) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            while let Some(text) = socket.incoming.recv().await {
                let said = match deliver(event(&text)).await {
                    Ok(Some(reply)) => serde_json::json!(reply).to_string(),
                    Ok(None) => "nothing".to_owned(),
                    Err(()) => "busy".to_owned(),
                };
                let _ = socket.outgoing.send(said).await;
            }
        })
    }
}

/// Handlers with the account `stub` and a fresh database, which lives as long as the folder.
pub(super) async fn http(mut stub: Stub) -> (Http, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/test.sqlite", folder.path().display());
    let config = DatabaseConfig { url: url.into(), max_readers: 1, max_batch: 8 };
    let store = Store::open_migrated(&config, Shanghai).await.unwrap();
    let deliver = stub.deliver.take().unwrap_or_else(|| {
        Arc::new(|event: InboundEvent| Box::pin(async move { Ok(Some(Message::words(event.text))) }))
    });
    let stub: Arc<dyn Adapter> = Arc::new(stub);
    let http = Http {
        store,
        clock: Arc::new(ManualClock::at(DateTime::UNIX_EPOCH)),
        accounts: [("stub".to_owned(), stub)].into_iter().collect(),
        deliver,
        metrics: crate::telemetry::recorder().unwrap().handle(),
        stopping: CancellationToken::new(),
        handler_timeout: super::HANDLER_TIMEOUT,
        body_timeout: super::BODY_TIMEOUT,
    };
    (http, folder)
}

pub(super) fn get_request(path: &str) -> Request {
    Request::get(path).body(Body::empty()).unwrap()
}

/// A delivery to the stub's account.
pub(super) fn delivery(token: &str, body: impl Into<Body>) -> Request {
    Request::post("/webhooks/stub").header("x-token", token).body(body.into()).unwrap()
}

pub(super) async fn ask(router: &Router, request: Request) -> Response {
    router.clone().oneshot(request).await.unwrap()
}

pub(super) async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A server that runs.
pub(super) struct Running {
    pub(super) address: std::net::SocketAddr,
    pub(super) stopping: CancellationToken,
    pub(super) server: JoinHandle<Result<(), anyhow::Error>>,
}

impl Running {
    pub(super) async fn start(router: Router, limits: ServerLimits, proxies: Vec<std::net::IpAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stopping = CancellationToken::new();
        let server = tokio::spawn(serve(listener, router, limits, proxies, stopping.clone()));
        Self { address, stopping, server }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

/// Everything that comes until the other end closes; an abrupt end is an end too.
pub(super) async fn until_closed(stream: &mut TcpStream) -> String {
    use tokio::io::AsyncReadExt;
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    let reading = async {
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            all.extend_from_slice(&buffer[..count]);
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the server closes the connection");
    String::from_utf8(all).unwrap()
}
