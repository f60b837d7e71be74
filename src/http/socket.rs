//! A WebSocket that a platform opens to `/webhooks/{account}`: admitted by the adapter, then carried here as text
//! frames in and out.
//!
//! Stopping closes it in order: nothing more is read, what has been read is acted on and answered, then it is closed.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade, close_code};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::webhooks::count_refused;
use super::{DeliverFrom, Shared};
use crate::failpoint::failpoint;
use crate::platforms::{Adapter, Deliver, NowFn, Socket};

/// The largest message, in bytes: pictures travel in them as base64.
const LARGEST_MESSAGE: usize = 4 * 1024 * 1024;
/// How often we ask whether the other end is still there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// After how long without any frame, not even the answer to a ping, the other end is taken for gone.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);
/// How long events that were read may take to be acted on once nothing more is read.
const GRACE: Duration = Duration::from_secs(10);
/// How long a frame may take to be written.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// Frames that may wait in each direction; beyond that the other end has to.
const WAITING: usize = 64;

/// Admits and upgrades, or answers why not.
pub(super) async fn open(
    shared: &Arc<Shared>,
    account: String,
    adapter: Arc<dyn Adapter>,
    parts: &mut Parts,
) -> Response {
    if let Err(refused) = adapter.admit_socket(&parts.headers) {
        count_refused(&account, refused);
        return refused.status().into_response();
    }
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.status().into_response(),
    };
    let shared = shared.clone();
    upgrade
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        .on_upgrade(move |socket| async move { carry(&shared, account, adapter.as_ref(), socket).await })
}

async fn carry(shared: &Shared, account: String, adapter: &dyn Adapter, socket: WebSocket) {
    let http = &shared.http;
    let clock = http.clock.clone();
    let now: NowFn = Arc::new(move || clock.now());
    let (to_adapter, incoming) = mpsc::channel(WAITING);
    let (outgoing, from_adapter) = mpsc::channel(WAITING);
    let deliver = deliver_for(http.deliver.clone(), account.clone());
    let served = AssertUnwindSafe(adapter.serve_socket(Socket { incoming, outgoing }, deliver, now)).catch_unwind();
    let mut served = pin!(served);
    let (sink, stream) = socket.split();
    let over = CancellationToken::new();

    let open = metrics::gauge!("tuanqing_sockets_open", "account" => account.clone());
    open.increment(1.0);
    tracing::info!(account.name = account, "A platform has opened its WebSocket");
    let serving = async {
        let reading = read(stream, to_adapter);
        let ended = tokio::select! {
            ended = served.as_mut() => Some(ended),
            () = reading => None,
            () = http.stopping.cancelled() => None,
            () = over.cancelled() => None,
        };
        // reading has let go of its end of the channel: the adapter finishes what it has and returns
        let ended = match ended {
            Some(ended) => Some(ended),
            None => timeout(GRACE, served).await.ok(),
        };
        if let Some(Err(_)) = ended {
            metrics::counter!("tuanqing_http_panics_total").increment(1);
        }
        over.cancel();
    };
    tokio::join!(serving, write(sink, from_adapter, &over, &http.stopping));
    open.decrement(1.0);
    tracing::info!(account.name = account, "A platform's WebSocket is closed");
}

/// The delivery that the adapter's loop calls: in a task of its own, so that a lost connection stops nothing. There is
/// no time limit, because nobody would deliver the event again; the store has its own.
fn deliver_for(deliver: DeliverFrom, account: String) -> Deliver {
    Arc::new(move |event| {
        failpoint("after-verify");
        metrics::counter!("tuanqing_webhook_events_total", "account" => account.clone()).increment(1);
        let work = tokio::spawn(deliver(event));
        let account = account.clone();
        Box::pin(async move {
            if let Ok(Ok(reply)) = work.await {
                failpoint("before-response");
                return Ok(reply);
            }
            metrics::counter!("tuanqing_webhook_unanswered_total", "account" => account, "reason" => "busy")
                .increment(1);
            Err(())
        })
    })
}

/// Carries text frames to the adapter until either end is gone. Pings are answered by the library.
async fn read(mut stream: SplitStream<WebSocket>, to_adapter: mpsc::Sender<String>) {
    while let Ok(Some(Ok(frame))) = timeout(LONGEST_SILENCE, stream.next()).await {
        match frame {
            Frame::Text(text) => {
                if to_adapter.send(text.as_str().to_owned()).await.is_err() {
                    return;
                }
            }
            Frame::Close(_) => return,
            Frame::Binary(_) | Frame::Ping(_) | Frame::Pong(_) => {}
        }
    }
}

/// Carries text frames from the adapter until it is `over`, or the other end takes nothing any more.
async fn write(
    mut sink: SplitSink<WebSocket, Frame>,
    mut from_adapter: mpsc::Receiver<String>,
    over: &CancellationToken,
    stopping: &CancellationToken,
) {
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // the first tick is at once
    pings.tick().await;
    let mut adapter_speaks = true;
    loop {
        let frame = tokio::select! {
            frame = from_adapter.recv(), if adapter_speaks => match frame {
                Some(text) => Frame::Text(text.into()),
                None => {
                    // reading goes on: the loop, not the channel, says when it is over
                    adapter_speaks = false;
                    continue;
                }
            },
            _ = pings.tick() => Frame::Ping(Bytes::new()),
            () = over.cancelled() => break,
        };
        if !matches!(timeout(WRITE_TIMEOUT, sink.send(frame)).await, Ok(Ok(()))) {
            over.cancel();
            return;
        }
    }
    let code = if stopping.is_cancelled() { close_code::AWAY } else { close_code::NORMAL };
    let farewell = async {
        while let Ok(text) = from_adapter.try_recv() {
            sink.feed(Frame::Text(text.into())).await?;
        }
        sink.send(Frame::Close(Some(CloseFrame { code, reason: "".into() }))).await
    };
    // the other end may be gone already: then there is nobody to say farewell to
    let _ = timeout(WRITE_TIMEOUT, farewell).await;
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::HeaderValue;
    use tokio::net::TcpStream;
    use tokio::sync::Notify;
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
    use tokio_tungstenite::tungstenite::{self, Message as ClientFrame};
    use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

    use super::super::server::ServerLimits;
    use super::super::testing::{Running, Stub, http};
    use super::*;
    use crate::domain::message::Message;
    use crate::http::router;

    type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

    async fn start(deliver: Option<DeliverFrom>) -> (Running, CancellationToken, tempfile::TempDir) {
        let (http, folder) = http(Stub { deliver }).await;
        let stopping = http.stopping.clone();
        let router = router(http, Router::new(), false);
        (Running::start(router, ServerLimits::default(), vec![]).await, stopping, folder)
    }

    async fn connect(running: &Running, token: &'static str) -> Result<Client, tungstenite::Error> {
        let mut request = format!("ws://{}/webhooks/stub", running.address).into_client_request().unwrap();
        request.headers_mut().insert("x-token", HeaderValue::from_static(token));
        connect_async(request).await.map(|(client, _)| client)
    }

    #[tokio::test]
    async fn events_come_in_and_replies_go_out() {
        let (running, _stopping, _folder) = start(None).await;
        let mut client = connect(&running, "right").await.unwrap();
        for said in ["签到", "我的"] {
            client.send(ClientFrame::text(said)).await.unwrap();
            assert!(client.next().await.unwrap().unwrap().to_text().unwrap().contains(said));
        }
    }

    #[tokio::test]
    async fn a_stranger_is_turned_away_before_the_upgrade() {
        let (running, _stopping, _folder) = start(None).await;
        let Err(tungstenite::Error::Http(response)) = connect(&running, "wrong").await else {
            panic!("the stranger was let in");
        };
        assert_eq!(response.status(), 401);
    }

    #[tokio::test]
    async fn a_message_beyond_four_megabytes_ends_the_connection() {
        let (running, _stopping, _folder) = start(None).await;
        let mut client = connect(&running, "right").await.unwrap();
        let _ = client.send(ClientFrame::text("x".repeat(LARGEST_MESSAGE + 1))).await;
        let mut answered = false;
        while let Some(Ok(frame)) = client.next().await {
            answered |= frame.is_text();
        }
        assert!(!answered);
    }

    #[tokio::test]
    async fn stopping_answers_what_was_read_and_says_goodbye() {
        let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (at, held) = (entered.clone(), go.clone());
        let deliver: DeliverFrom = Arc::new(move |event| {
            let (at, held) = (at.clone(), held.clone());
            Box::pin(async move {
                at.notify_one();
                held.notified().await;
                Ok(Some(Message::words(event.text)))
            })
        });
        let (running, stopping, _folder) = start(Some(deliver)).await;
        let mut client = connect(&running, "right").await.unwrap();
        client.send(ClientFrame::text("签到")).await.unwrap();
        entered.notified().await;
        stopping.cancel();
        running.stopping.cancel();
        go.notify_one();
        assert!(client.next().await.unwrap().unwrap().to_text().unwrap().contains("签到"));
        let Some(Ok(ClientFrame::Close(Some(farewell)))) = client.next().await else {
            panic!("no farewell");
        };
        assert_eq!(farewell.code, CloseCode::Away);
        while client.next().await.is_some() {}
        running.server.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn an_open_socket_keeps_its_place_until_it_is_closed() {
        let (http, _folder) = http(Stub::default()).await;
        let limits = ServerLimits { per_address: 1, ..ServerLimits::default() };
        let running = Running::start(router(http, Router::new(), false), limits, vec![]).await;
        let mut client = connect(&running, "right").await.unwrap();
        assert!(connect(&running, "right").await.is_err());
        client.close(None).await.unwrap();
        while client.next().await.is_some() {}
        // the place is free a moment after the client sees the end
        while connect(&running, "right").await.is_err() {
            tokio::task::yield_now().await;
        }
    }
}
