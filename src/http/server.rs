//! The accept loop, with the limits that a plain one lacks.
//!
//! Every wait for a client has an end: for its first byte and its headers (hyper's header timer runs from the moment a
//! connection waits for a request, so it covers silence and idle keep-alive too), for its body (in the handler), and
//! for it to take what we write ([`super::line`]). Places are limited, in all and by address. Stopping has two stages: whoever is
//! being served is served to the end, and after a while the rest is cut.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::client_address::{ClientAddress, Crowd, forwarded_for};
use super::line::{Line, Stay};

/// How much a client may have of us.
#[derive(Clone, Debug)]
pub struct ServerLimits {
    /// Longest wait for the whole header of a request, from the moment the connection is ready for one.
    pub header_timeout: Duration,
    /// Longest wait for a client to take anything of what we write.
    pub write_timeout: Duration,
    /// Longest wait, when stopping, for requests that are under way.
    pub drain_timeout: Duration,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address; behind a trusted proxy, requests under way for one forwarded address.
    pub per_address: usize,
    /// Size of a request's line and headers, in bytes.
    pub header_bytes: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(10),
            drain_timeout: Duration::from_secs(15),
            connections: 2_048,
            per_address: 64,
            header_bytes: 16 * 1024,
        }
    }
}

/// Serves until `stopping`, then lets requests under way finish.
///
/// # Errors
/// None so far: an accept that fails is tried again. The result is there for the caller to propagate.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ServerLimits,
    trusted_proxies: Vec<IpAddr>,
    stopping: CancellationToken,
) -> Result<(), anyhow::Error> {
    let trusted = trusted_proxies.into_iter().map(|address| address.to_canonical()).collect();
    let hall = Arc::new(Hall {
        places: Arc::new(Semaphore::new(limits.connections)),
        connected: Crowd::of_at_most(limits.per_address),
        forwarded: Crowd::of_at_most(limits.per_address),
        router,
        limits,
        trusted,
        open: TaskTracker::new(),
        stopping,
        cut: CancellationToken::new(),
    });
    let mut pause = SHORTEST_PAUSE;
    loop {
        let accepted = tokio::select! {
            biased;
            () = hall.stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((tcp, peer)) => {
                pause = SHORTEST_PAUSE;
                hall.admit(tcp, peer);
            }
            // the client's own fault, and it is gone
            Err(error) if is_about_one_connection(&error) => {}
            Err(error) => {
                metrics::counter!("tuanqing_http_accept_errors_total").increment(1);
                if pause == SHORTEST_PAUSE {
                    tracing::warn!(error = %error, "Accepting connections fails; trying again with pauses");
                }
                // out of file descriptors or memory: without a pause this would spin until somebody closes
                let _ = tokio::time::timeout(pause, hall.stopping.cancelled()).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
    drop(listener);
    hall.open.close();
    if tokio::time::timeout(hall.limits.drain_timeout, hall.open.wait()).await.is_err() {
        tracing::warn!(connections = hall.open.len(), "Connections that did not finish in time are cut");
        hall.cut.cancel();
    }
    Ok(())
}

const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// What all connections share.
struct Hall {
    router: Router,
    limits: ServerLimits,
    trusted: Vec<IpAddr>,
    places: Arc<Semaphore>,
    connected: Arc<Crowd>,
    forwarded: Arc<Crowd>,
    open: TaskTracker,
    stopping: CancellationToken,
    /// The second stage of stopping.
    cut: CancellationToken,
}

impl Hall {
    /// Serves a connection in a task of its own, or closes it at once where there is no place for it.
    fn admit(self: &Arc<Self>, tcp: TcpStream, peer: SocketAddr) {
        let peer = peer.ip().to_canonical();
        let is_proxy = self.trusted.contains(&peer);
        let Ok(permit) = self.places.clone().try_acquire_owned() else {
            metrics::counter!("tuanqing_http_connections_refused_total", "reason" => "full").increment(1);
            return;
        };
        let place = if is_proxy { None } else { self.connected.enter(peer) };
        if place.is_none() && !is_proxy {
            metrics::counter!("tuanqing_http_connections_refused_total", "reason" => "address").increment(1);
            return;
        }
        // an answer is one small packet: waiting to fill it up would only delay it
        let _ = tcp.set_nodelay(true);
        metrics::gauge!("tuanqing_http_connections").increment(1.0);
        let stay = Stay { _permit: permit, _place: place, _open: self.open.token() };
        let line = Line::new(tcp, self.limits.write_timeout, stay);
        let hall = self.clone();
        self.open.spawn(async move { hall.attend(line, peer, is_proxy).await });
    }

    async fn attend(self: Arc<Self>, line: Line, peer: IpAddr, is_proxy: bool) {
        let hall = self.clone();
        let service = service_fn(move |request| {
            let hall = hall.clone();
            async move { Ok::<_, Infallible>(hall.answer(request, peer, is_proxy).await) }
        });
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_timeout)
            .max_header_size(self.limits.header_bytes)
            .max_buf_size(LARGEST_BUFFER);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(line), service).with_upgrades());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = self.cut.cancelled() => return,
                }
            }
        };
        if let Err(error) = ended
            && error.is_timeout()
        {
            metrics::counter!("tuanqing_http_header_timeouts_total").increment(1);
        }
    }

    async fn answer(&self, request: Request<Incoming>, peer: IpAddr, is_proxy: bool) -> Response {
        let mut request = request.map(Body::new);
        let client = if is_proxy { forwarded_for(request.headers(), &self.trusted) } else { None };
        let _place = match client.map(|client| self.forwarded.enter(client)) {
            Some(None) => {
                metrics::counter!("tuanqing_http_requests_refused_total", "reason" => "address").increment(1);
                return StatusCode::TOO_MANY_REQUESTS.into_response();
            }
            Some(place) => place,
            None => None,
        };
        request.extensions_mut().insert(ClientAddress(client.unwrap_or(peer)));
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// What hyper may buffer of one connection, in bytes.
const LARGEST_BUFFER: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use axum::extract::Extension;
    use axum::routing::get;
    use tokio::io::AsyncWriteExt;
    use tokio::sync::Notify;

    use super::super::testing::{Running, Stub, http, until_closed};
    use super::*;

    const SOON: Duration = Duration::from_millis(50);

    fn small() -> ServerLimits {
        ServerLimits { header_timeout: Duration::from_millis(400), ..ServerLimits::default() }
    }

    fn hello() -> Router {
        Router::new().route("/", get(async |Extension(ClientAddress(who)): Extension<ClientAddress>| who.to_string()))
    }

    /// A page that says on `entered` that it is asked for and waits for `go`.
    fn held(entered: &Arc<Notify>, go: &Arc<Notify>) -> Router {
        let (entered, go) = (entered.clone(), go.clone());
        Router::new().route(
            "/",
            get(move || {
                let (entered, go) = (entered.clone(), go.clone());
                async move {
                    entered.notify_one();
                    go.notified().await;
                    "finished"
                }
            }),
        )
    }

    async fn send(stream: &mut TcpStream, text: &str) {
        stream.write_all(text.as_bytes()).await.unwrap();
    }

    #[tokio::test]
    async fn a_slow_header_a_silent_connection_and_an_idle_one_are_closed() {
        let recorder = crate::telemetry::recorder().unwrap();
        let handle = recorder.handle();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let running = Running::start(hello(), small(), vec![]).await;
        let mut slow = running.connect().await;
        send(&mut slow, "GET / HTTP/1.1\r\nHost: x\r\nX-Half").await;
        let mut silent = running.connect().await;
        let mut idle = running.connect().await;
        send(&mut idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;

        assert!(!until_closed(&mut slow).await.contains("200 OK"));
        assert_eq!(until_closed(&mut silent).await, "");
        let answered = until_closed(&mut idle).await;
        assert!(answered.starts_with("HTTP/1.1 200 OK") && answered.ends_with("127.0.0.1"), "{answered}");
        assert!(handle.render().contains("tuanqing_http_header_timeouts_total 3"), "{}", handle.render());
    }

    #[tokio::test]
    async fn a_header_without_end_is_431() {
        let running = Running::start(hello(), ServerLimits::default(), vec![]).await;
        let mut stream = running.connect().await;
        send(&mut stream, &format!("GET / HTTP/1.1\r\nX-Long: {}\r\n\r\n", "x".repeat(17 * 1024))).await;
        assert!(until_closed(&mut stream).await.starts_with("HTTP/1.1 431"));
    }

    #[tokio::test]
    async fn the_sixty_fifth_connection_of_an_address_is_closed_at_once() {
        let recorder = crate::telemetry::recorder().unwrap();
        let handle = recorder.handle();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let running = Running::start(hello(), ServerLimits::default(), vec![]).await;
        let mut streams = Vec::new();
        for _ in 0..64 {
            streams.push(running.connect().await);
        }
        assert_eq!(until_closed(&mut running.connect().await).await, "");
        assert!(handle.render().contains("tuanqing_http_connections_refused_total{reason=\"address\"} 1"));
        for stream in &mut streams {
            send(stream, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        }
        for mut stream in streams {
            assert!(until_closed(&mut stream).await.starts_with("HTTP/1.1 200"), "all 64 are served");
        }
        let mut later = running.connect().await;
        send(&mut later, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(until_closed(&mut later).await.starts_with("HTTP/1.1 200"), "places are free again");
    }

    #[tokio::test]
    async fn beyond_all_places_connections_are_closed() {
        let limits = ServerLimits { connections: 1, ..ServerLimits::default() };
        let running = Running::start(hello(), limits, vec![]).await;
        let _first = running.connect().await;
        assert_eq!(until_closed(&mut running.connect().await).await, "");
    }

    #[tokio::test]
    async fn behind_a_proxy_the_forwarded_address_is_limited() {
        let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let limits = ServerLimits { per_address: 1, ..ServerLimits::default() };
        let proxy = "127.0.0.1".parse().unwrap();
        let running = Running::start(held(&entered, &go).merge(hello_at("/who")), limits, vec![proxy]).await;
        let ask = |path: &str, who: &str| {
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: {who}\r\n\r\n")
        };
        let mut first = running.connect().await;
        send(&mut first, &ask("/", "192.0.2.7")).await;
        entered.notified().await;
        let mut second = running.connect().await;
        send(&mut second, &ask("/", "192.0.2.7")).await;
        assert!(until_closed(&mut second).await.starts_with("HTTP/1.1 429"));
        let mut other = running.connect().await;
        send(&mut other, &ask("/who", "192.0.2.8")).await;
        assert!(until_closed(&mut other).await.ends_with("192.0.2.8"));
        go.notify_one();
        assert!(until_closed(&mut first).await.ends_with("finished"));
    }

    fn hello_at(path: &str) -> Router {
        Router::new().route(path, get(async |Extension(ClientAddress(who)): Extension<ClientAddress>| who.to_string()))
    }

    #[tokio::test]
    async fn nobody_else_may_say_who_they_are() {
        let running = Running::start(hello(), ServerLimits::default(), vec![]).await;
        let mut stream = running.connect().await;
        send(&mut stream, "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.7\r\nConnection: close\r\n\r\n").await;
        assert!(until_closed(&mut stream).await.ends_with("127.0.0.1"));
    }

    #[tokio::test]
    async fn stopping_finishes_what_is_under_way_and_takes_nothing_new() {
        let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let running = Running::start(held(&entered, &go), ServerLimits::default(), vec![]).await;
        let mut silent = running.connect().await;
        let mut stream = running.connect().await;
        send(&mut stream, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        entered.notified().await;
        running.stopping.cancel();
        assert_eq!(until_closed(&mut silent).await, "", "connections without a request are closed");
        go.notify_one();
        let answered = until_closed(&mut stream).await;
        assert!(answered.starts_with("HTTP/1.1 200") && answered.ends_with("finished"), "{answered}");
        running.server.await.unwrap().unwrap();
        assert!(TcpStream::connect(running.address).await.is_err());
    }

    #[tokio::test]
    async fn what_does_not_finish_in_time_is_cut() {
        let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let limits = ServerLimits { drain_timeout: SOON, ..ServerLimits::default() };
        let running = Running::start(held(&entered, &go), limits, vec![]).await;
        let mut stream = running.connect().await;
        send(&mut stream, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        entered.notified().await;
        running.stopping.cancel();
        running.server.await.unwrap().unwrap();
        assert_eq!(until_closed(&mut stream).await, "");
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_let_go() {
        let limits = ServerLimits { write_timeout: SOON, ..ServerLimits::default() };
        let asked = Arc::new(Notify::new());
        let entered = asked.clone();
        let page = move || async move {
            entered.notify_one();
            vec![b'x'; 64 << 20]
        };
        let running = Running::start(Router::new().route("/", get(page)), limits, vec![]).await;
        let mut stream = running.connect().await;
        send(&mut stream, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        asked.notified().await;
        running.stopping.cancel();
        // reads nothing: without the limit, draining would take its full 15 s
        tokio::time::timeout(Duration::from_secs(5), running.server).await.unwrap().unwrap().unwrap();
    }

    #[tokio::test]
    async fn ten_megabytes_over_the_wire_are_413_and_a_stalled_body_is_408() {
        let (mut http, _folder) = http(Stub::default()).await;
        http.body_timeout = Duration::from_millis(500);
        let router = crate::http::router(http, Router::new(), false);
        let running = Running::start(router, ServerLimits::default(), vec![]).await;
        let head = "POST /webhooks/stub HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10485760\r\n";
        let mut large = running.connect().await;
        send(&mut large, &format!("{head}\r\n")).await;
        send(&mut large, &"x".repeat(10 << 20)).await;
        assert!(until_closed(&mut large).await.starts_with("HTTP/1.1 413"));
        let mut polite = running.connect().await;
        send(&mut polite, &format!("{head}Expect: 100-continue\r\n\r\n")).await;
        assert!(until_closed(&mut polite).await.starts_with("HTTP/1.1 413"), "without a byte of it");
        let mut stalled = running.connect().await;
        send(&mut stalled, "POST /webhooks/stub HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf").await;
        assert!(until_closed(&mut stalled).await.starts_with("HTTP/1.1 408"));
    }

    #[test]
    fn a_shortage_of_files_is_not_one_connections_fault() {
        assert!(is_about_one_connection(&io::ErrorKind::ConnectionAborted.into()));
        assert!(!is_about_one_connection(&io::Error::from_raw_os_error(24)));
    }
}
