//! Everything that is served over HTTP: webhooks, health, metrics, and the accept loop with its limits.
//!
//! Handlers know the adapters by their trait and the intake by one function ([`DeliverFrom`]), so that the arrows of
//! the house point one way. No handler writes a body, a text, an address or a secret into a log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::domain::event::InboundEvent;
use crate::domain::message::Message;
use crate::platforms::Accounts;
use crate::store::Store;

pub mod client_address;
pub mod health;
mod line;
pub mod metrics;
pub mod server;
pub mod simulator;
pub mod socket;
#[cfg(test)]
mod testing;
pub mod webhooks;

/// Why an event was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// It could not be stored; the platform has to deliver it again.
    #[error("the event could not be stored")]
    Busy,
}

/// Acts on an event and resolves with the reply once everything is committed.
pub type DeliverFrom =
    Arc<dyn Fn(InboundEvent) -> BoxFuture<'static, Result<Option<Message>, DeliverError>> + Send + Sync>;

/// What the handlers work with.
pub struct Http {
    /// For the readiness check and the figures; no event touches it from here.
    pub store: Store,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// Who may deliver.
    pub accounts: Accounts,
    /// Where events go.
    pub deliver: DeliverFrom,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
    /// Cancelled when the service stops.
    pub stopping: CancellationToken,
    /// Longest time from an event being read to its answer. Platforms give up after 3 to 5 s.
    pub handler_timeout: Duration,
    /// Longest wait for a body.
    pub body_timeout: Duration,
}

/// The default of [`Http::handler_timeout`].
pub const HANDLER_TIMEOUT: Duration = Duration::from_millis(2_500);
/// The default of [`Http::body_timeout`].
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// What handlers share.
struct Shared {
    http: Http,
    /// What the last readiness check said, so that only a change is logged.
    was_ready: AtomicBool,
}

/// All routes: ours and `extra`. `simulator_on` makes the front page point to `/simulator`.
pub fn router(http: Http, extra: Router, simulator_on: bool) -> Router {
    let shared = Arc::new(Shared { http, was_ready: AtomicBool::new(true) });
    Router::new()
        .route("/", get(async move || Html(front_page(simulator_on))))
        // every method comes in, so that an unknown account is a 404 whatever was tried on it
        .route("/webhooks/{account}", any(webhooks::receive))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::show))
        .with_state(shared)
        .merge(extra)
        .fallback(async || not_found())
        .layer(from_fn(guard))
}

/// The answer to everything that is not there.
fn not_found() -> Response {
    (StatusCode::NOT_FOUND, axum::Json(serde_json::json!({ "error": "not found" }))).into_response()
}

fn front_page(simulator_on: bool) -> String {
    let link = if simulator_on { "<p><a href=\"/simulator\">打开模拟器试一试</a></p>" } else { "" };
    format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>团情</title>\
         <p>这里是「团情」：在团组织的群里收签到、接青年提问、按时提醒和汇总的机器人。</p>{link}</html>"
    )
}

/// What a page gets unless it says otherwise.
const DEFAULT_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Turns a panic into a 500 and adds the headers that every answer has.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            // the hook has logged where; what was said in it stays out of every log
            ::metrics::counter!("tuanqing_http_panics_total").increment(1);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    for (name, value) in DEFAULT_HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// What handlers take from the router.
type Shelf = State<Arc<Shared>>;

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::testing::{Stub, ask, get_request, http, text};
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_500_and_the_next_request_works() {
        let recorder = crate::telemetry::recorder().unwrap();
        let handle = recorder.handle();
        let _recording = ::metrics::set_default_local_recorder(&recorder);
        let (http, _folder) = http(Stub::default()).await;
        async fn broken() -> &'static str {
            panic!("赵样例 said something")
        }
        let router = router(http, Router::new().route("/broken", get(broken)), false);

        let response = ask(&router, get_request("/broken")).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(text(response).await, "");
        assert_eq!(ask(&router, get_request("/health/live")).await.status(), StatusCode::OK);
        assert!(handle.render().contains("tuanqing_http_panics_total 1"));
    }

    #[tokio::test]
    async fn the_front_page_points_to_the_simulator_only_where_it_is_on() {
        let (with, _folder) = http(Stub::default()).await;
        let page = text(ask(&router(with, Router::new(), true), get_request("/")).await).await;
        assert!(page.contains("团情") && page.contains("href=\"/simulator\""));
        let (without, _folder) = http(Stub::default()).await;
        let page = text(ask(&router(without, Router::new(), false), get_request("/")).await).await;
        assert!(page.contains("团情") && !page.contains("simulator"));
    }

    #[tokio::test]
    async fn a_page_keeps_the_headers_it_sets_itself() {
        let (http, _folder) = http(Stub::default()).await;
        let own =
            Router::new().route("/own", get(async || ([(CONTENT_SECURITY_POLICY, "default-src 'self'")], "here")));
        let response = ask(&router(http, own, false), get_request("/own")).await;
        assert_eq!(response.headers()[CONTENT_SECURITY_POLICY], "default-src 'self'");
        assert_eq!(response.headers()[X_FRAME_OPTIONS], "DENY");
    }

    #[tokio::test]
    async fn what_is_not_there_is_a_short_404() {
        let (http, _folder) = http(Stub::default()).await;
        let response = ask(&router(http, Router::new(), false), get_request("/nowhere")).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(text(response).await, r#"{"error":"not found"}"#);
    }
}
