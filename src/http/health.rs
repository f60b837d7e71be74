//! Whether we live, and whether we can take events.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Shelf;

/// How long the database may take to show that it is there.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// `GET /health/live`: the process runs.
pub(super) async fn live() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// `GET /health/ready`: events can be taken. The reasons name no host and no file; the log says more.
pub(super) async fn ready(State(shared): Shelf) -> Response {
    let mut reasons = Vec::new();
    if shared.http.stopping.is_cancelled() {
        reasons.push("the service is stopping");
    }
    let problem = match tokio::time::timeout(CHECK_TIMEOUT, shared.http.store.check_ready()).await {
        Ok(Ok(())) => None,
        Ok(Err(problem)) => {
            reasons.push("the database is not ready, the log says why");
            Some(problem)
        }
        Err(_) => {
            reasons.push("the database does not answer");
            Some("no answer in time".to_owned())
        }
    };
    let was_ready = shared.was_ready.swap(problem.is_none(), Ordering::Relaxed);
    match problem {
        Some(problem) if was_ready => tracing::error!(problem, "The database is not ready; events are turned away"),
        None if !was_ready => tracing::info!("The database is ready again"),
        _ => {}
    }
    if reasons.is_empty() {
        Json(json!({ "status": "ok" })).into_response()
    } else {
        let body = json!({ "status": "unavailable", "reasons": reasons });
        (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;

    use super::super::testing::{Stub, ask, get_request, http, text};
    use super::*;
    use crate::http::router;

    #[tokio::test]
    async fn ready_while_the_database_answers_and_nobody_stops_us() {
        let (http, _folder) = http(Stub::default()).await;
        let (stopping, store) = (http.stopping.clone(), http.store.clone());
        let router = router(http, Router::new(), false);

        let response = ask(&router, get_request("/health/ready")).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(text(response).await, r#"{"status":"ok"}"#);

        store.close().await;
        let response = ask(&router, get_request("/health/ready")).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let said = text(response).await;
        assert!(said.contains("the database is not ready") && !said.contains("sqlite"), "{said}");
        assert_eq!(ask(&router, get_request("/health/live")).await.status(), StatusCode::OK);

        stopping.cancel();
        assert!(text(ask(&router, get_request("/health/ready")).await).await.contains("stopping"));
    }
}
