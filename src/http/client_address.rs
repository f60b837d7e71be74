//! Who is on the other end, and how many of them are here at once.
//!
//! `X-Forwarded-For` is written by anybody, so it counts only where the peer is a proxy of ours, and then only from
//! the right: what lies left of the first address that is not a proxy of ours was written by a stranger.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;

/// The address a request comes from, as an extension of every request. For limits only, never for logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

/// The client a trusted proxy speaks for; `None` where it does not say or says nothing readable.
pub(super) fn forwarded_for(headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|line| line.to_str()).collect::<Result<_, _>>().ok()?;
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let address = parse(entry.trim())?;
        if !trusted.contains(&address) {
            return Some(address);
        }
    }
    None
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok().or_else(|| Some(entry.parse::<std::net::SocketAddr>().ok()?.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// Counts who is here, by address, up to a limit each.
#[derive(Debug)]
pub(super) struct Crowd {
    most: usize,
    present: Mutex<HashMap<IpAddr, usize>>,
}

impl Crowd {
    /// At most `most` of each address.
    pub(super) fn of_at_most(most: usize) -> Arc<Self> {
        Arc::new(Self { most, present: Mutex::default() })
    }

    /// Takes a place, which is free again when it is dropped; `None` where this address has taken all of its own.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let key = neighbourhood(address);
        let mut present = self.present();
        let count = present.entry(key).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(present);
        Some(Place { crowd: self.clone(), key })
    }

    fn present(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A subscriber is handed a whole /64, so that is one address here.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}

/// One place of an address in a [`Crowd`].
#[derive(Debug)]
pub(super) struct Place {
    crowd: Arc<Crowd>,
    key: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut present = self.crowd.present();
        if let Some(count) = present.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                present.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarded(lines: &[&'static str]) -> Option<IpAddr> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        forwarded_for(&headers, &[ip("10.0.0.1"), ip("10.0.0.2")])
    }

    #[test]
    fn the_client_is_the_rightmost_address_that_is_no_proxy_of_ours() {
        assert_eq!(forwarded(&["192.0.2.7"]), Some(ip("192.0.2.7")));
        assert_eq!(forwarded(&["6.6.6.6, 192.0.2.7, 10.0.0.2"]), Some(ip("192.0.2.7")), "a stranger wrote the left");
        assert_eq!(forwarded(&["6.6.6.6", "192.0.2.7"]), Some(ip("192.0.2.7")), "a second header lies further right");
        assert_eq!(forwarded(&["192.0.2.7:4711"]), Some(ip("192.0.2.7")));
        assert_eq!(forwarded(&["[2001:db8::7]:4711"]), Some(ip("2001:db8::7")));
        assert_eq!(forwarded(&["[2001:db8::7]"]), Some(ip("2001:db8::7")));
        assert_eq!(forwarded(&["::ffff:192.0.2.7"]), Some(ip("192.0.2.7")));
    }

    #[test]
    fn nothing_readable_means_nobody_is_named() {
        assert_eq!(forwarded(&[]), None);
        assert_eq!(forwarded(&["192.0.2.7, unknown"]), None);
        assert_eq!(forwarded(&["10.0.0.1"]), None);
    }

    #[test]
    fn an_address_has_only_so_many_places_and_gets_them_back() {
        let crowd = Crowd::of_at_most(2);
        let first = crowd.enter(ip("192.0.2.7")).unwrap();
        let _second = crowd.enter(ip("192.0.2.7")).unwrap();
        assert!(crowd.enter(ip("192.0.2.7")).is_none());
        assert!(crowd.enter(ip("192.0.2.8")).is_some(), "others are not concerned");
        drop(first);
        assert!(crowd.enter(ip("192.0.2.7")).is_some());
        assert_eq!(crowd.present().len(), 1, "addresses without anybody are forgotten");
    }

    #[test]
    fn a_subscribers_network_counts_as_one_address() {
        let crowd = Crowd::of_at_most(1);
        let _one = crowd.enter(ip("2001:db8::1")).unwrap();
        assert!(crowd.enter(ip("2001:db8::2")).is_none());
        assert!(crowd.enter(ip("2001:db8:0:1::2")).is_some());
    }
}
