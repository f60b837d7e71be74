//! What makes a request authentic: a signature over the body (HTTP), a bearer token (WebSocket), a signed time.
//!
//! Everything here fails closed. `X-Self-ID` is not signed and therefore not looked at.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::platforms::Refused;
use crate::platforms::settings::Secrets;

/// How far the signed `time` may lie from ours, both ways. The header has no time, so this alone stops late replays.
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// Checks `X-Signature`, `sha1=` and the hex of HMAC-SHA1 over the raw body, against every secret that is valid now.
pub(super) fn check_signature(headers: &HeaderMap, body: &[u8], secrets: &Secrets) -> Result<(), Refused> {
    let given = only_one(headers, "x-signature")?;
    let mut right = Choice::from(0);
    for secret in secrets.iter() {
        // a key of any length will do; were that ever to change, nobody gets in
        let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).map_err(|_| Refused::SignatureWrong)?;
        mac.update(body);
        // compared as text: upper-case digits would be a second spelling of the same signature
        let expected = format!("sha1={}", hex::encode(mac.finalize().into_bytes()));
        right |= expected.as_bytes().ct_eq(given);
    }
    if right.into() { Ok(()) } else { Err(Refused::SignatureWrong) }
}

/// Checks that something was said within ten minutes of now.
pub(super) fn check_time(sent_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refused> {
    if (now - sent_at).abs() <= WINDOW { Ok(()) } else { Err(Refused::Stale) }
}

/// Checks `Authorization: Bearer …`. Without a configured token nobody gets in: a WebSocket has no other signature.
pub(super) fn check_bearer(headers: &HeaderMap, tokens: &Secrets) -> Result<(), Refused> {
    let given = only_one(headers, AUTHORIZATION.as_str())?;
    let given = given.strip_prefix(b"Bearer ").ok_or(Refused::SignatureWrong)?;
    let mut right = Choice::from(0);
    for token in tokens.iter() {
        // hashed first, so that not even the length shows in the time it takes
        right |= Sha256::digest(token).ct_eq(&Sha256::digest(given));
    }
    if right.into() { Ok(()) } else { Err(Refused::SignatureWrong) }
}

/// Checks that the other side says which part of OneBot it plays.
pub(super) fn check_role(headers: &HeaderMap) -> Result<(), Refused> {
    let role = only_one(headers, "x-client-role").map_err(|_| Refused::Foreign)?;
    let known = ["api", "event", "universal"].iter().any(|name| name.as_bytes().eq_ignore_ascii_case(role));
    if known { Ok(()) } else { Err(Refused::Foreign) }
}

/// The value of a header that must be there exactly once: of two, a proxy in front might have checked the other one.
fn only_one<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a [u8], Refused> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.as_bytes()),
        _ => Err(Refused::SignatureMissing),
    }
}
