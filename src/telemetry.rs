//! Logs, metrics, and what is left out of them.
//!
//! Logs go to stderr as text, or as JSON with `TUANQING_LOG_FORMAT=json`; `TUANQING_LOG` is a tracing filter. Other
//! people's code is never heard below `info`, whatever the filter says: at that level HTTP and WebSocket libraries
//! print addresses and frames, and robot keys live in addresses.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use tokio_util::sync::CancellationToken;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// What is logged where `TUANQING_LOG` says nothing.
const DEFAULT_FILTER: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,hyper=warn,hyper_util=warn,\
                              reqwest=warn,rustls=warn,tungstenite=warn";

/// Kinds of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

use Kind::{Counter, Gauge, Histogram};

/// Every metric: its kind, its name and what it says. A test finds the ones that are used and not listed.
const METRICS: &[(Kind, &str, &str)] = &[
    (Counter, "tuanqing_panics_total", "Panics anywhere in the process"),
    (Gauge, "tuanqing_http_connections", "Open connections, WebSockets included"),
    (Counter, "tuanqing_http_connections_refused_total", "Connections closed at once because no place was left"),
    (Counter, "tuanqing_http_requests_refused_total", "Requests behind a proxy turned away because of their number"),
    (Counter, "tuanqing_http_accept_errors_total", "Failures to accept connections, such as too many open files"),
    (Counter, "tuanqing_http_header_timeouts_total", "Connections closed because no whole header came in time"),
    (Counter, "tuanqing_http_panics_total", "Panics in HTTP handlers, each answered with 500"),
    (Histogram, "tuanqing_webhook_seconds", "Time from a webhook request's header to its answer"),
    (Counter, "tuanqing_webhook_events_total", "Verified events, redeliveries included"),
    (Counter, "tuanqing_webhook_handshakes_total", "Handshakes answered"),
    (Counter, "tuanqing_webhook_ignored_total", "Authentic deliveries of no interest, by kind"),
    (Counter, "tuanqing_webhook_refused_total", "Deliveries refused because they are not authentic, by reason"),
    (Counter, "tuanqing_webhook_malformed_total", "Authentic deliveries that cannot be read, by reason"),
    (Counter, "tuanqing_webhook_bodies_refused_total", "Bodies that were too large, too slow or broken off"),
    (Counter, "tuanqing_webhook_unanswered_total", "Events answered with 503, by reason; platforms deliver them again"),
    (Counter, "tuanqing_events_total", "Events by what became of them: done, redelivered, not for us, failed, dead"),
    (Counter, "tuanqing_commands_total", "Commands run, by command"),
    (Counter, "tuanqing_refusals_total", "Answers that say why something cannot be, by reason"),
    (Counter, "tuanqing_questions_held_total", "Questions whose words wait for a person to look at them"),
    (Counter, "tuanqing_questions_urgent_total", "Cries for help, by kind: self_harm, abuse"),
    (Counter, "tuanqing_questions_warned_total", "Warnings that time runs out, by percent of it"),
    (Counter, "tuanqing_questions_lapsed_total", "Questions that silent assignees lost"),
    (Counter, "tuanqing_questions_asked_again_total", "Askers asked once more for what they were asked back"),
    (Counter, "tuanqing_questions_unheard_total", "Questions that ended because their asker never said more"),
    (Counter, "tuanqing_questions_rating_reminders_total", "Askers reminded to say whether an answer does"),
    (Counter, "tuanqing_questions_unrated_total", "Questions closed without a rating"),
    (Counter, "tuanqing_questions_offers_taken_total", "Askers who said nothing to the answers they were shown"),
    (Counter, "tuanqing_job_slots_total", "Slots of the schedule, by job and outcome: done, missed"),
    (Histogram, "tuanqing_job_seconds", "Time to run one slot of a job"),
    (
        Counter,
        "tuanqing_photos_total",
        "Pictures of records by what became of them: kept, alike, postponed, failed, refused, expired",
    ),
    (Gauge, "tuanqing_sockets_open", "WebSockets opened to us by platforms"),
    (Gauge, "tuanqing_inbox_events", "Events that failed and wait for another try, or are dead"),
    (Gauge, "tuanqing_outbox_messages", "Messages that wait to be sent, or are dead"),
    (Counter, "tuanqing_outbox_sent_total", "Messages delivered, by account"),
    (Counter, "tuanqing_outbox_failed_total", "Attempts that failed and will be repeated, by account"),
    (Counter, "tuanqing_outbox_limited_total", "Attempts that a platform's limit put off, by account"),
    (Counter, "tuanqing_outbox_dead_total", "Messages given up, by account"),
    (Counter, "tuanqing_outbox_expired_total", "Messages that nobody would want any more"),
    (Counter, "tuanqing_outbox_ambiguous_total", "Messages sent again though they may have arrived"),
    (Counter, "tuanqing_outbox_unroutable_total", "Messages for which there is no address now"),
    (Histogram, "tuanqing_outbox_delay_seconds", "Time from a message being due to its delivery"),
    (Histogram, "tuanqing_store_batch_size", "Writes per transaction"),
    (Counter, "tuanqing_store_batches_rolled_back_total", "Batches rolled back and run again one by one"),
    (Counter, "tuanqing_store_conflicts_total", "Writes run again because of a conflict with another one"),
    (
        Counter,
        "tuanqing_reports_read_in_write_total",
        "Reports that could not be read beside the writer and held it up",
    ),
    (Counter, "tuanqing_anonymity_total", "Deeds behind the veil made known, blocks and disclosures, by step"),
];

/// Upper bounds of `…_seconds`, fine where the promises lie: 10 ms, 20 ms, 300 ms, 2.5 s.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.05, 0.1, 0.3, 0.5, 1.0, 2.5, 10.0];
/// Upper bounds of `…_size`.
const SIZES: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// Installs logs, the panic hook and the metrics recorder. Once per process.
///
/// # Errors
/// Says which setting cannot be read, or that it was done before.
pub fn install() -> Result<PrometheusHandle, anyhow::Error> {
    install_logs()?;
    install_panic_hook();
    install_metrics()
}

/// Installs the logs.
///
/// # Errors
/// Where `TUANQING_LOG` or `TUANQING_LOG_FORMAT` cannot be read.
pub fn install_logs() -> Result<(), anyhow::Error> {
    let filter = filter(std::env::var("TUANQING_LOG").ok().as_deref())?;
    let json = match std::env::var("TUANQING_LOG_FORMAT").ok().as_deref() {
        None | Some("" | "text") => false,
        Some("json") => true,
        Some(_) => anyhow::bail!("环境变量 TUANQING_LOG_FORMAT 只能写 text 或 json"),
    };
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = if json {
        lines.json().flatten_event(true).boxed()
    } else {
        lines.with_ansi(std::io::stderr().is_terminal()).boxed()
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(filter.and(filter_fn(is_ours_or_quiet))))
        .try_init()
        .context("日志已经设置过了")
}

fn filter(setting: Option<&str>) -> Result<EnvFilter, anyhow::Error> {
    let setting = setting.map(str::trim).filter(|setting| !setting.is_empty()).unwrap_or(DEFAULT_FILTER);
    EnvFilter::builder()
        .parse(setting)
        .context("环境变量 TUANQING_LOG 看不懂，例子：info 或 info,tuanqing::outbox=debug")
}

fn is_ours_or_quiet(metadata: &Metadata<'_>) -> bool {
    let room = metadata.target().split("::").next();
    // what draws charts names every character that its font lacks: pieces of what people typed
    room == Some("tuanqing") || (*metadata.level() <= Level::INFO && room != Some("usvg"))
}

/// Makes panics a line in the log that says where, never what: the text of a panic may quote what people typed.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        metrics::counter!("tuanqing_panics_total").increment(1);
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        tracing::error!(panic.place = place, thread.name = thread.name(), "A panic: this is a bug");
    }));
}

/// Installs the recorder that `/metrics` shows. [`keep_up`] must run too.
///
/// # Errors
/// Where one is installed already.
pub fn install_metrics() -> Result<PrometheusHandle, anyhow::Error> {
    let recorder = recorder()?;
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| anyhow::anyhow!("指标已经设置过了"))?;
    describe();
    Ok(handle)
}

/// A recorder with our buckets that is not installed.
pub(crate) fn recorder() -> Result<PrometheusRecorder, anyhow::Error> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_size".to_owned()), &SIZES)?;
    Ok(builder.build_recorder())
}

fn describe() {
    for &(kind, name, help) in METRICS {
        match kind {
            Counter => metrics::describe_counter!(name, help),
            Gauge => metrics::describe_gauge!(name, help),
            Histogram => metrics::describe_histogram!(name, help),
        }
    }
}

/// How often recorded durations are folded into their buckets.
const KEEP_UP_EVERY: Duration = Duration::from_secs(5);

/// Folds recorded values into their buckets until `stopping`. Without it they pile up where nobody asks for `/metrics`.
pub async fn keep_up(handle: PrometheusHandle, stopping: CancellationToken) {
    while tokio::time::timeout(KEEP_UP_EVERY, stopping.cancelled()).await.is_err() {
        handle.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::io::{self, Write};
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Names in `counter!("…"`, `gauge!("…"`, `histogram!("…"` and `tx.count("…"` of all files below, whatever space lies between.
    fn names_used_below(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                names_used_below(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path).unwrap();
                for start in ["counter!(", "gauge!(", "histogram!(", "tx.count("] {
                    for after in source.split(start).skip(1) {
                        let Some(quoted) = after.trim_start().strip_prefix('"') else { continue };
                        let name = quoted.split('"').next().unwrap_or_default();
                        if name.starts_with("tuanqing_") {
                            found.insert(name.to_owned());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_metric_that_is_used_is_listed_once_and_the_other_way_round() {
        let mut used = BTreeSet::new();
        names_used_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
        let listed: BTreeSet<String> = METRICS.iter().map(|(_, name, _)| (*name).to_owned()).collect();
        assert_eq!(listed.len(), METRICS.len(), "a name stands in the list twice");
        assert_eq!(used, listed, "METRICS in telemetry.rs is not what the code uses");
    }

    #[test]
    fn durations_land_in_buckets_and_descriptions_are_shown() {
        let recorder = recorder().unwrap();
        metrics::with_local_recorder(&recorder, || {
            describe();
            metrics::histogram!("tuanqing_webhook_seconds", "account" => "qq").record(Duration::from_millis(12));
        });
        let shown = recorder.handle().render();
        assert!(shown.contains("# HELP tuanqing_webhook_seconds Time from"), "{shown}");
        assert!(shown.contains("tuanqing_webhook_seconds_bucket{account=\"qq\",le=\"0.01\"} 0"), "{shown}");
        assert!(shown.contains("tuanqing_webhook_seconds_bucket{account=\"qq\",le=\"0.015\"} 1"), "{shown}");
    }

    /// Keeps what is logged.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(setting: &str, work: impl FnOnce()) -> String {
        let page = Page::default();
        let writer = page.clone();
        let lines = fmt::layer().with_writer(move || writer.clone()).with_ansi(false);
        let filter = filter(Some(setting)).unwrap().and(filter_fn(is_ours_or_quiet));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines.with_filter(filter)), work);
        let bytes = page.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn other_peoples_code_is_not_heard_below_info_even_at_trace() {
        let said = logged("trace", || {
            tracing::trace!(target: "tuanqing::outbox", "our detail");
            tracing::debug!(target: "reqwest::connect", "https://robot.example/send?key=canary");
            tracing::trace!(target: "tungstenite::protocol", "canary frame");
            tracing::warn!(target: "sqlx::pool", "a slow pool");
            tracing::warn!(target: "usvg::text::layout", "No fonts with a canary character were found.");
        });
        assert!(said.contains("our detail") && said.contains("a slow pool"), "{said}");
        assert!(!said.contains("canary"), "{said}");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_refused() {
        assert!(filter(Some("tuanqing=loud")).unwrap_err().to_string().contains("TUANQING_LOG"));
        assert!(filter(None).is_ok());
        assert!(filter(Some(" ")).is_ok());
    }
}
