//! Fetching a picture by the address that came with a message.
//!
//! Such an address is somebody else's word. Wherever it leads, it must not lead into our own network: an address given in
//! figures is checked here, a name when it is resolved ([`PublicOnly`]), so that it cannot mean one thing to the check and
//! another to the connection. The one exception is the host that the account itself names.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::http::StatusCode;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect;
use reqwest::{Response, Url};

/// The longest time that fetching a picture may take.
pub const LONGEST_FETCH: Duration = Duration::from_secs(20);

/// So often the owner of an address may send us on to another.
const MOST_REDIRECTS: usize = 3;

/// Why a picture did not come. The words are for an operator and name no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFetched {
    /// It never will: gone, too large, forbidden, unknown.
    Never(String),
    /// Trying again may help.
    Later(String),
}

impl NotFetched {
    /// It never will.
    pub fn never(why: &str) -> Self {
        Self::Never(why.to_owned())
    }

    /// Trying again may help.
    pub fn later(why: &str) -> Self {
        Self::Later(why.to_owned())
    }

    /// It is larger than we take.
    pub(super) fn too_large(limit: usize) -> Self {
        Self::Never(format!("图片太大，最多 {} MB", limit.div_ceil(1 << 20)))
    }
}

/// Whose host an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The account's own server, wherever it stands.
    Own,
    /// Anybody's: it must be on the public Internet.
    Foreign,
}

/// Whether an address may be asked for a picture, and whose it is. `own` is the account's configured server.
///
/// # Errors
/// [`NotFetched::Never`] for anything but HTTP, for addresses with a password, and for figures that do not belong to the
/// public Internet.
pub fn judge(address: &str, own: Option<&Url>) -> Result<(Url, Whose), NotFetched> {
    let url = Url::parse(address).map_err(|_| NotFetched::never("图片地址读不懂"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NotFetched::never("图片地址不是 http 或 https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(NotFetched::never("图片地址里带有口令"));
    }
    let Some(host) = url.host_str() else { return Err(NotFetched::never("图片地址读不懂")) };
    if own.and_then(Url::host_str) == Some(host) {
        return Ok((url, Whose::Own));
    }
    let figures = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if figures.is_ok_and(|address| !is_public(address)) {
        return Err(not_public());
    }
    Ok((url, Whose::Foreign))
}

fn not_public() -> NotFetched {
    NotFetched::never("图片地址在内部网络里，不去取")
}

/// Whether an address belongs to the public Internet. What is not surely public is not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // this network; between providers and their customers (and the metadata of some clouds); protocols; measuring;
        // reserved, with broadcast at its end
        || a == 0
        || (a == 100 && b & 0xc0 == 64)
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && b & 0xfe == 18)
        || a >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b, c, d, e, f) {
        // addresses of the old kind in new clothes: mapped, translated, 6to4
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => v4(g, h),
        (0x2002, ..) => v4(b, c),
        // protocols, Teredo among them, and documentation
        (0x2001, 0..0x200, ..) | (0x2001, 0xdb8, ..) => false,
        // all that has been given out
        _ => a & 0xe000 == 0x2000,
    }
}

/// Resolves names, and finds only what is on the public Internet.
#[derive(Clone, Copy, Debug, Default)]
pub struct PublicOnly;

/// A name that leads into an internal network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to no public address")]
struct NotPublic;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // a name that leads to both is up to something
            if found.is_empty() || found.iter().any(|address| !is_public(address.ip())) {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Where a client that fetches foreign pictures may be sent on to: by the same scheme, under the same rules.
pub fn redirects() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let before = attempt.previous();
        if before.len() <= MOST_REDIRECTS && before.last().is_some_and(|from| may_follow(from, attempt.url())) {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}

fn may_follow(from: &Url, to: &Url) -> bool {
    from.scheme() == to.scheme() && judge(to.as_str(), None).is_ok()
}

/// Fetches what an address holds, up to `limit` bytes.
///
/// # Errors
/// [`NotFetched`], without the address.
pub async fn download(client: &reqwest::Client, url: Url, limit: usize) -> Result<Vec<u8>, NotFetched> {
    let response = client.get(url).timeout(LONGEST_FETCH).send().await.map_err(|error| trouble(&error))?;
    let status = response.status();
    if status != StatusCode::OK {
        let why = format!("取图片时对方答复 HTTP {}", status.as_u16());
        let may_change = status.is_server_error()
            || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS);
        return Err(if may_change { NotFetched::Later(why) } else { NotFetched::Never(why) });
    }
    read_up_to(response, limit).await
}

/// Reads a body that ends before `limit`; one that does not is not read to its end.
pub(super) async fn read_up_to(mut response: Response, limit: usize) -> Result<Vec<u8>, NotFetched> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(NotFetched::too_large(limit));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| trouble(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(NotFetched::too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What an error of the client means, without its words: they hold the address.
pub(super) fn trouble(error: &reqwest::Error) -> NotFetched {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if cause.is::<NotPublic>() {
            return not_public();
        }
        source = cause.source();
    }
    if error.is_timeout() {
        NotFetched::later("取图片超时")
    } else if error.is_connect() {
        NotFetched::later("连不上存图片的地方")
    } else {
        NotFetched::later("取图片时连接断了")
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;

    use super::*;

    fn judged(address: &str) -> Result<Whose, NotFetched> {
        let own = Url::parse("http://127.0.0.1:3000").unwrap();
        judge(address, Some(&own)).map(|(_, whose)| whose)
    }

    #[test]
    fn an_address_leads_to_the_internet_or_to_our_own_server() {
        for foreign in ["https://multimedia.example.com/a?b=c", "http://8.8.8.8/", "http://[2400:3200::1]/x"] {
            assert_eq!(judged(foreign), Ok(Whose::Foreign), "{foreign}");
        }
        assert_eq!(judged("http://127.0.0.1:3001/a.jpg"), Ok(Whose::Own));
        for refused in [
            "ftp://example.com/a.jpg",
            "file:///etc/passwd",
            "data:image/png;base64,AAAA",
            "http://",
            "a.jpg",
            "http://user:secret@example.com/",
            "http://127.0.0.2/",
            // the spellings of 127.0.0.1 and of the metadata of clouds
            "http://2130706434/",
            "http://0x7f.2/",
            "http://0177.0.0.2/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://169.254.169.254/latest/meta-data",
            "http://100.100.100.200/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://0.0.0.0/",
            "http://255.255.255.255/",
            "http://224.0.0.1/",
            "http://198.18.0.1/",
            "http://[fc00::1]/",
            "http://[fe80::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001::1]/",
            "http://[2001:db8::1]/",
            "http://[ff02::1]/",
            "http://[::]/",
        ] {
            assert!(matches!(judged(refused), Err(NotFetched::Never(_))), "{refused}");
        }
        assert!(judge("http://127.0.0.1:3000/", None).is_err(), "without a server of its own nothing is excepted");
    }

    #[test]
    fn nobody_sends_us_on_to_another_scheme_or_into_our_network() {
        let follows = |from: &str, to: &str| may_follow(&Url::parse(from).unwrap(), &Url::parse(to).unwrap());
        assert!(follows("https://a.example/1", "https://b.example/2"));
        assert!(!follows("https://a.example/1", "http://a.example/2"));
        assert!(!follows("http://a.example/1", "https://a.example/2"));
        assert!(!follows("http://a.example/1", "http://10.0.0.1/2"));
    }

    #[expect(clippy::disallowed_methods, reason = "a test is a composition root of its own")]
    fn client(guarded: bool) -> reqwest::Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let plain = reqwest::Client::builder().no_proxy().redirect(redirects());
        let plain = if guarded { plain.dns_resolver(PublicOnly) } else { plain };
        plain.build().unwrap()
    }

    async fn serve() -> Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let router = Router::new()
            .route("/ten", get(|| async { "0123456789" }))
            .route("/on", get(|| async { Redirect::temporary("/ten") }))
            .route("/in", get(|| async { Redirect::temporary("http://127.0.0.1:9/ten") }))
            .route("/busy", get(|| async { StatusCode::SERVICE_UNAVAILABLE }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Url::parse(&url).unwrap()
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_found_out_when_it_is_resolved() {
        let url = serve().await.join("ten").unwrap();
        assert_eq!(judge(url.as_str(), None).map(|(_, whose)| whose), Ok(Whose::Foreign), "the name says nothing");
        assert_eq!(download(&client(false), url.clone(), 100).await, Ok(b"0123456789".to_vec()));
        assert_eq!(download(&client(true), url, 100).await, Err(not_public()));
    }

    #[tokio::test]
    async fn what_is_too_large_is_not_read_and_what_may_change_is_tried_again() {
        let base = serve().await;
        let fetch = async |path: &str, limit| download(&client(false), base.join(path).unwrap(), limit).await;
        assert_eq!(fetch("ten", 10).await, Ok(b"0123456789".to_vec()));
        assert_eq!(fetch("ten", 9).await, Err(NotFetched::too_large(9)));
        assert_eq!(fetch("on", 10).await, Ok(b"0123456789".to_vec()));
        assert!(matches!(fetch("in", 10).await, Err(NotFetched::Never(why)) if why.contains("307")));
        assert!(matches!(fetch("none", 10).await, Err(NotFetched::Never(why)) if why.contains("404")));
        assert!(matches!(fetch("busy", 10).await, Err(NotFetched::Later(why)) if why.contains("503")));
        let nobody = Url::parse("http://127.0.0.1:9/").unwrap();
        assert!(matches!(download(&client(false), nobody, 10).await, Err(NotFetched::Later(_))));
    }
}
