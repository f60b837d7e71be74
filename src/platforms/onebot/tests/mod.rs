//! What the adapter must do with what implementations, and people who are up to no good, send it.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::IntoResponse;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use sha1::Sha1;
use tokio::sync::{mpsc, oneshot};

use super::encode::Segment;
use super::*;
use crate::domain::event::{AttachmentKind, Place, ReplyRoute};
use crate::domain::message::{MentionOf, Part, UserText};
use crate::platforms::{Destination, Malformed};

const SECRET: &str = "kSLuTF2GC2Q4q4ugm3";
const OLD_SECRET: &str = "the-secret-of-last-year";
const TOKEN: &str = "token-of-0123456789";

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/fixtures/onebot/", $name, ".json"))
    };
}

mod codes;
mod events;
mod hostile;
mod http;
mod messages;
mod settings;
mod signature;
mod websocket;

/// The instant at which every fixture was said.
fn then() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test is a composition root of its own")]
fn client(timeout: Duration) -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let plain = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    plain.timeout(timeout).build().unwrap()
}

fn account(lines: &str) -> Result<OneBot, SettingsError> {
    let settings = toml::from_str(&format!("name = \"qq\"\nplatform = \"onebot\"\n{lines}")).unwrap();
    let http = client(Duration::from_secs(30));
    read_settings(&settings, &Tools { http: http.clone(), pictures: http, simulator: None })
}

fn onebot() -> OneBot {
    account(&format!("secret = [\"{SECRET}\", \"{OLD_SECRET}\"]\naccess_token = \"{TOKEN}\"")).unwrap()
}

fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha1={}", hex::encode(mac.finalize().into_bytes()))
}

fn signed_with(signatures: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for signature in signatures {
        headers.append("X-Signature", HeaderValue::from_bytes(signature).unwrap());
    }
    headers
}

fn receive_raw(body: &[u8], headers: &HeaderMap, now: DateTime<Utc>) -> Result<Received, Rejected> {
    // made once: its HTTP client, which nothing here uses, takes longest
    static ONEBOT: LazyLock<OneBot> = LazyLock::new(onebot);
    let (body, method) = (Bytes::copy_from_slice(body), Method::POST);
    ONEBOT.receive(&RawRequest { method: &method, query: "", headers, body: &body, now })
}

fn receive(body: impl AsRef<[u8]>) -> Result<Received, Rejected> {
    let body = body.as_ref();
    receive_raw(body, &signed_with(&[sign(SECRET, body).as_bytes()]), then())
}

fn event(body: impl AsRef<[u8]>) -> InboundEvent {
    match receive(body) {
        Ok(Received::Event(event)) => *event,
        other => panic!("not an event: {other:?}"),
    }
}

/// A group message with this `message`.
fn saying(message: Value) -> String {
    let mut event: Value = serde_json::from_str(fixture!("group_at")).unwrap();
    event["message"] = message;
    event.to_string()
}

fn ignored(body: impl AsRef<[u8]>) -> &'static str {
    match receive(body) {
        Ok(Received::Ignored(kind)) => kind,
        other => panic!("not ignored: {other:?}"),
    }
}
