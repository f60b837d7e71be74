//! `/webhooks/{account}`: from raw bytes to the platform's answer, the same for every platform.
//!
//! The adapter verifies before anything is read. What it refuses gets an empty answer and a count; what it accepts is
//! handed on in a task of its own, so that a client that hangs up, or an answer that comes too late for it, does not
//! stop work that has begun.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{Path, Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, EXPECT, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout};

use super::{DeliverError, Http, Shelf, not_found, socket};
use crate::domain::event::InboundEvent;
use crate::failpoint::{answers_before_commit, failpoint};
use crate::platforms::{Adapter, HttpAnswer, RawRequest, Received, Rejected};

/// The largest body, in bytes.
pub const LARGEST_BODY: usize = 256 * 1024;

/// How much of a body that is too large is read and thrown away, so that its sender, who may not listen before all is
/// sent, hears why it was refused. In bytes.
const MOST_DISCARDED: usize = 16 * 1024 * 1024;
/// How long that may take.
const LONGEST_DISCARD: Duration = Duration::from_secs(5);

/// Takes what a platform delivers, in either direction of a handshake.
pub(super) async fn receive(State(shared): Shelf, Path(account): Path<String>, request: Request) -> Response {
    let http = &shared.http;
    let (mut parts, body) = request.into_parts();
    let Some(adapter) = http.accounts.get(&account) else {
        // a short body is taken in, so that the connection can be used again
        let _ = read(body, &parts.headers, http.body_timeout).await;
        return not_found();
    };
    if parts.method == Method::GET && wants_websocket(&parts.headers) {
        return socket::open(&shared, account, adapter.clone(), &mut parts).await;
    }
    if parts.method != Method::GET && parts.method != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, POST")]).into_response();
    }
    let started = Instant::now();
    let body = match read(body, &parts.headers, http.body_timeout).await {
        Ok(body) => body,
        Err(unread) => return refuse_body(unread),
    };
    let raw = RawRequest {
        method: &parts.method,
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body: &body,
        now: http.clock.now(),
    };
    let received = adapter.receive(&raw);
    let response = decide(http, &account, adapter, received).await;
    metrics::histogram!("tuanqing_webhook_seconds", "account" => account).record(started.elapsed());
    response
}

/// What a verified, or refused, request is answered.
async fn decide(
    http: &Http,
    account: &str,
    adapter: &Arc<dyn Adapter>,
    received: Result<Received, Rejected>,
) -> Response {
    match received {
        Ok(Received::Event(event)) => take(http, account, adapter, *event).await,
        Ok(Received::Handshake(answer)) => {
            metrics::counter!("tuanqing_webhook_handshakes_total", "account" => account.to_owned()).increment(1);
            respond(answer)
        }
        Ok(Received::Ignored(kind)) => {
            metrics::counter!("tuanqing_webhook_ignored_total", "account" => account.to_owned(), "kind" => kind)
                .increment(1);
            respond(HttpAnswer::empty())
        }
        Err(Rejected::Refused(refused)) => {
            count_refused(account, refused);
            refused.status().into_response()
        }
        Err(Rejected::Malformed(malformed)) => {
            metrics::counter!(
                "tuanqing_webhook_malformed_total", "account" => account.to_owned(), "reason" => malformed.0
            )
            .increment(1);
            StatusCode::BAD_REQUEST.into_response()
        }
    }
}

pub(super) fn count_refused(account: &str, refused: crate::platforms::Refused) {
    let reason = refused.to_string();
    metrics::counter!("tuanqing_webhook_refused_total", "account" => account.to_owned(), "reason" => reason)
        .increment(1);
}

async fn take(http: &Http, account: &str, adapter: &Arc<dyn Adapter>, event: InboundEvent) -> Response {
    failpoint("after-verify");
    metrics::counter!("tuanqing_webhook_events_total", "account" => account.to_owned()).increment(1);
    let mut work = tokio::spawn((http.deliver)(event.clone()));
    if answers_before_commit() {
        return respond(adapter.answer(&event, None));
    }
    let reply = match timeout(http.handler_timeout, &mut work).await {
        Ok(Ok(Ok(reply))) => reply,
        Ok(Ok(Err(DeliverError::Busy))) => return unanswered(account, "busy"),
        Ok(Err(stopped)) => match stopped.try_into_panic() {
            // goes on in the guard, where panics are counted and answered
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => return unanswered(account, "stopping"),
        },
        // the work goes on: the redelivery that this answer asks for finds its outcome
        Err(_) => return unanswered(account, "slow"),
    };
    failpoint("before-response");
    respond(adapter.answer(&event, reply.as_ref()))
}

fn unanswered(account: &str, reason: &'static str) -> Response {
    metrics::counter!("tuanqing_webhook_unanswered_total", "account" => account.to_owned(), "reason" => reason)
        .increment(1);
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

fn respond(answer: HttpAnswer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    if !answer.content_type.is_empty()
        && let Ok(content_type) = HeaderValue::try_from(answer.content_type)
    {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}

fn wants_websocket(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unread {
    TooLarge,
    Slow,
    Broken,
}

fn refuse_body(unread: Unread) -> Response {
    let (reason, status) = match unread {
        Unread::TooLarge => ("too large", StatusCode::PAYLOAD_TOO_LARGE),
        Unread::Slow => ("slow", StatusCode::REQUEST_TIMEOUT),
        Unread::Broken => ("broken", StatusCode::BAD_REQUEST),
    };
    metrics::counter!("tuanqing_webhook_bodies_refused_total", "reason" => reason).increment(1);
    status.into_response()
}

/// Reads a body as it came: no decompression, and never more than [`LARGEST_BODY`] in memory.
async fn read(mut body: Body, headers: &HeaderMap, longest: Duration) -> Result<Bytes, Unread> {
    // what the sender says of the length; a body without one is counted as it comes
    let says_too_much = body.size_hint().lower() > LARGEST_BODY as u64;
    if says_too_much && headers.contains_key(EXPECT) {
        // this sender asks before it sends, and is told
        return Err(Unread::TooLarge);
    }
    let read = match says_too_much {
        true => Err(Unread::TooLarge),
        false => timeout(longest, collect(&mut body)).await.unwrap_or(Err(Unread::Slow)),
    };
    if read == Err(Unread::TooLarge) {
        let _ = timeout(longest.min(LONGEST_DISCARD), discard(&mut body)).await;
    }
    read
}

async fn collect(body: &mut Body) -> Result<Bytes, Unread> {
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        if first.len() + whole.len() + data.len() > LARGEST_BODY {
            return Err(Unread::TooLarge);
        }
        if first.is_empty() && whole.is_empty() {
            // most bodies are one piece, which then need not be copied
            first = data;
        } else {
            whole.extend_from_slice(&std::mem::take(&mut first));
            whole.extend_from_slice(&data);
        }
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}

async fn discard(body: &mut Body) {
    let mut left = MOST_DISCARDED;
    while let Some(Ok(frame)) = body.frame().await {
        match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Mutex;

    use axum::Router;
    use futures_util::{StreamExt, stream};
    use metrics_exporter_prometheus::PrometheusHandle;
    use tokio::sync::{Notify, oneshot};

    use super::super::testing::{Stub, ask, delivery, get_request, http, text};
    use super::*;
    use crate::http::{DeliverFrom, router};

    fn record() -> (PrometheusHandle, metrics::LocalRecorderGuard<'static>) {
        // a leaked recorder lives as long as any guard may ask for
        let recorder = Box::leak(Box::new(crate::telemetry::recorder().unwrap()));
        (recorder.handle(), metrics::set_default_local_recorder(recorder))
    }

    async fn app(deliver: Option<DeliverFrom>) -> (Router, tempfile::TempDir) {
        let (http, folder) = http(Stub { deliver }).await;
        (router(http, Router::new(), false), folder)
    }

    fn pieces(count: usize, size: usize) -> Body {
        Body::from_stream(stream::iter((0..count).map(move |_| Ok::<_, Infallible>(vec![b'x'; size]))))
    }

    #[tokio::test]
    async fn an_event_is_answered_with_its_reply() {
        let (handle, _recording) = record();
        let (router, _folder) = app(None).await;
        let response = ask(&router, delivery("right", "签到")).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        assert!(text(response).await.contains("签到"));
        let shown = handle.render();
        assert!(shown.contains("tuanqing_webhook_events_total{account=\"stub\"} 1"), "{shown}");
        assert!(shown.contains("tuanqing_webhook_seconds_count{account=\"stub\"} 1"), "{shown}");
    }

    #[tokio::test]
    async fn a_forged_event_leaves_nothing_but_a_401_and_a_count() {
        let (handle, _recording) = record();
        let deliver: DeliverFrom = Arc::new(|_| panic!("a forged event was acted on"));
        let (router, _folder) = app(Some(deliver)).await;
        let response = ask(&router, delivery("wrong", "签到")).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(text(response).await, "");
        let counted = "tuanqing_webhook_refused_total{account=\"stub\",reason=\"signature wrong\"} 1";
        assert!(handle.render().contains(counted), "{}", handle.render());
    }

    #[tokio::test]
    async fn what_is_unreadable_of_no_interest_or_a_handshake_is_answered_without_an_event() {
        let (handle, _recording) = record();
        let deliver: DeliverFrom = Arc::new(|_| panic!("nothing here is an event"));
        let (router, _folder) = app(Some(deliver)).await;
        let response = ask(&router, delivery("right", vec![0xff])).await;
        assert_eq!((response.status(), text(response).await), (StatusCode::BAD_REQUEST, String::new()));
        assert_eq!(ask(&router, delivery("right", "heartbeat")).await.status(), StatusCode::NO_CONTENT);
        let mut handshake = get_request("/webhooks/stub?echo=1");
        handshake.headers_mut().insert("x-token", HeaderValue::from_static("right"));
        assert_eq!(text(ask(&router, handshake).await).await, "1");
        let shown = handle.render();
        assert!(shown.contains("tuanqing_webhook_malformed_total{account=\"stub\",reason=\"no UTF-8\"} 1"), "{shown}");
        assert!(shown.contains("tuanqing_webhook_ignored_total{account=\"stub\",kind=\"heartbeat\"} 1"), "{shown}");
        assert!(shown.contains("tuanqing_webhook_handshakes_total{account=\"stub\"} 1"), "{shown}");
    }

    #[tokio::test]
    async fn an_unknown_account_and_an_unknown_method_are_told_so() {
        let (router, _folder) = app(None).await;
        let unknown = Request::post("/webhooks/nobody").body(pieces(3, 10)).unwrap();
        assert_eq!(ask(&router, unknown).await.status(), StatusCode::NOT_FOUND);
        let put = Request::put("/webhooks/stub").body(Body::empty()).unwrap();
        assert_eq!(ask(&router, put).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    #[tokio::test]
    async fn ten_megabytes_are_413_whether_they_say_so_or_not() {
        let (router, _folder) = app(None).await;
        for body in [Body::from(vec![b'x'; 10 << 20]), pieces(160, 64 << 10)] {
            assert_eq!(ask(&router, delivery("right", body)).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
        }
        assert_eq!(ask(&router, delivery("right", vec![b'x'; LARGEST_BODY])).await.status(), StatusCode::OK);
        assert_eq!(ask(&router, delivery("right", pieces(4, LARGEST_BODY / 4))).await.status(), StatusCode::OK);
        let over = ask(&router, delivery("right", vec![b'x'; LARGEST_BODY + 1])).await;
        assert_eq!(over.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_body_without_end_is_let_go() {
        let (router, _folder) = app(None).await;
        let endless = Body::from_stream(stream::repeat_with(|| Ok::<_, Infallible>(vec![b'x'; 64 << 10])));
        assert_eq!(ask(&router, delivery("right", endless)).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_stalled_body_is_408() {
        let (mut http, _folder) = http(Stub::default()).await;
        http.body_timeout = Duration::from_millis(20);
        let router = router(http, Router::new(), false);
        let stalled = stream::iter([Ok::<_, Infallible>("half")]).chain(stream::pending());
        let response = ask(&router, delivery("right", Body::from_stream(stalled))).await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
        let stalled = stream::iter([Ok::<_, Infallible>(vec![b'x'; LARGEST_BODY + 1])]).chain(stream::pending());
        let response = ask(&router, delivery("right", Body::from_stream(stalled))).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "too large comes first");
    }

    #[tokio::test]
    async fn what_could_not_be_stored_is_503() {
        let (handle, _recording) = record();
        let (router, _folder) = app(Some(Arc::new(|_| Box::pin(async { Err(DeliverError::Busy) })))).await;
        assert_eq!(ask(&router, delivery("right", "签到")).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        let counted = "tuanqing_webhook_unanswered_total{account=\"stub\",reason=\"busy\"} 1";
        assert!(handle.render().contains(counted), "{}", handle.render());
    }

    #[tokio::test]
    async fn work_that_takes_too_long_is_503_and_goes_on() {
        let (go, went) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (held, done) = (go.clone(), went.clone());
        let deliver: DeliverFrom = Arc::new(move |_| {
            let (held, done) = (held.clone(), done.clone());
            Box::pin(async move {
                held.notified().await;
                done.notify_one();
                Ok(None)
            })
        });
        let (mut http, _folder) = http(Stub { deliver: Some(deliver) }).await;
        http.handler_timeout = Duration::from_millis(20);
        let router = router(http, Router::new(), false);
        assert_eq!(ask(&router, delivery("right", "签到")).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        go.notify_one();
        went.notified().await;
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_does_not_stop_the_work() {
        let (begun, has_begun) = oneshot::channel();
        let (go, went) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (held, done, begun) = (go.clone(), went.clone(), Mutex::new(Some(begun)));
        let deliver: DeliverFrom = Arc::new(move |_| {
            let (held, done, begun) = (held.clone(), done.clone(), begun.lock().unwrap().take());
            Box::pin(async move {
                let _ = begun.unwrap().send(());
                held.notified().await;
                done.notify_one();
                Ok(None)
            })
        });
        let (router, _folder) = app(Some(deliver)).await;
        let request = tokio::spawn(async move { ask(&router, delivery("right", "签到")).await });
        has_begun.await.unwrap();
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
        go.notify_one();
        went.notified().await;
    }

    #[tokio::test]
    async fn a_panic_in_the_work_is_a_500() {
        let (handle, _recording) = record();
        let (router, _folder) = app(Some(Arc::new(|_| Box::pin(async { panic!("poison") })))).await;
        assert_eq!(ask(&router, delivery("right", "签到")).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(handle.render().contains("tuanqing_http_panics_total 1"));
        assert_eq!(ask(&router, delivery("right", "heartbeat")).await.status(), StatusCode::NO_CONTENT);
    }
}
