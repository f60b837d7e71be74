//! `GET /metrics`: what happened so far, for Prometheus.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::Shelf;
use crate::store::{Store, StoreError};

/// How long the figures that lie in the database may take; without them the rest is shown.
const FIGURES_TIMEOUT: Duration = Duration::from_secs(1);

/// Renders all metrics. What waits in the database is counted now, so that it is right after a restart too.
pub(super) async fn show(State(shared): Shelf) -> Response {
    if let Ok(Ok((inbox, outbox))) = tokio::time::timeout(FIGURES_TIMEOUT, figures(&shared.http.store)).await {
        metrics::gauge!("tuanqing_inbox_events", "state" => "failed").set(inbox.0);
        metrics::gauge!("tuanqing_inbox_events", "state" => "dead").set(inbox.1);
        metrics::gauge!("tuanqing_outbox_messages", "state" => "waiting").set(outbox.0);
        metrics::gauge!("tuanqing_outbox_messages", "state" => "dead").set(outbox.1);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], shared.http.metrics.render()).into_response()
}

/// Events that failed or are dead, and messages that wait or are dead.
async fn figures(store: &Store) -> Result<((f64, f64), (f64, f64)), StoreError> {
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and these are small counts")]
    let gauges = |(first, second): (i64, i64)| (first as f64, second as f64);
    let reader = store.reader();
    Ok((gauges(reader.count_failed_events().await?), gauges(reader.count_outbox().await?)))
}

#[cfg(test)]
mod tests {
    use axum::Router;

    use super::super::testing::{Stub, ask, get_request, http, text};
    use crate::http::router;

    #[tokio::test]
    async fn events_that_wait_for_an_operator_are_shown() {
        let recorder = crate::telemetry::recorder().unwrap();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let (mut http, _folder) = http(Stub::default()).await;
        http.metrics = recorder.handle();
        let shown = text(ask(&router(http, Router::new(), false), get_request("/metrics")).await).await;
        assert!(shown.contains("tuanqing_inbox_events{state=\"dead\"} 0"), "{shown}");
        assert!(shown.contains("tuanqing_outbox_messages{state=\"waiting\"} 0"), "{shown}");
    }
}
