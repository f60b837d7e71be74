//! OneBot v11: QQ groups through NapCat and its like, programs logged in with an ordinary QQ account.
//!
//! Events come by signed HTTP POST or over a WebSocket that the implementation opens to us; the answer to an event goes
//! back as a quick operation the same way. Everything else goes out through the implementation's HTTP API or, where no
//! `api_url` is configured, through that WebSocket.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, Method};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use tokio::time::Instant;

use super::limits::Limits;
use super::pictures::{self, NotFetched, Whose};
use super::settings::{AccountSettings, Secrets, SettingsError};
use super::{
    Abilities, Adapter, Deliver, Delivery, HttpAnswer, NowFn, Outcome, RawRequest, Received, Refused, Rejected, Socket,
    Tools,
};
use crate::domain::event::{EventKind, InboundEvent};
use crate::domain::message::Message;

mod client;
mod cq;
mod decode;
mod encode;
mod socket;
#[cfg(test)]
mod tests;
mod verify;

/// The platform's name.
const NAME: &str = "onebot";

/// No further part of a long message is begun after this long, so that a slow platform cannot outlast a lease.
const PATIENCE: Duration = Duration::from_secs(8);

/// So many half-sent messages are remembered.
const MOST_HALFWAY: usize = 256;

/// The keys of an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// Signs events that come by HTTP.
    #[serde(default)]
    secret: Secrets,
    /// Opens the implementation's HTTP API to us, and our WebSocket to the implementation.
    #[serde(default)]
    access_token: Secrets,
    /// Where the implementation's HTTP API is.
    api_url: Option<String>,
}

/// An account.
struct OneBot {
    account: String,
    secret: Secrets,
    access_token: Secrets,
    api: Option<client::Api>,
    /// Fetches pictures from elsewhere than the implementation.
    pictures: reqwest::Client,
    links: socket::Links,
    /// Long messages of which a part has gone out, by idempotency key: the next attempt goes on from there.
    halfway: Mutex<HashMap<String, Progress>>,
}

/// How far a long message has got.
#[derive(Default)]
struct Progress {
    sent: usize,
    first_id: Option<String>,
}

/// Builds an account.
pub(super) fn build(settings: &AccountSettings, tools: &Tools) -> Result<Arc<dyn Adapter>, SettingsError> {
    Ok(Arc::new(read_settings(settings, tools)?))
}

fn read_settings(settings: &AccountSettings, tools: &Tools) -> Result<OneBot, SettingsError> {
    let keys: Keys = settings.read()?;
    keys.secret.require("secret", settings)?;
    if !keys.access_token.is_empty() {
        keys.access_token.require("access_token", settings)?;
        if !keys.access_token.iter().all(|token| token.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(settings.wrong("access_token", "只能用英文字母、数字和符号，不能有空格"));
        }
    }
    let api = match keys.api_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
        Some(url) => Some(client::Api { http: tools.http.clone(), url: read_url(url, settings)? }),
        None => None,
    };
    Ok(OneBot {
        account: settings.name.clone(),
        secret: keys.secret,
        access_token: keys.access_token,
        api,
        pictures: tools.pictures.clone(),
        links: socket::Links::new(PATIENCE),
        halfway: Mutex::default(),
    })
}

fn read_url(url: &str, settings: &AccountSettings) -> Result<String, SettingsError> {
    let plain = reqwest::Url::parse(url).is_ok_and(|parsed| {
        matches!(parsed.scheme(), "http" | "https")
            && parsed.has_host()
            && parsed.username().is_empty()
            && parsed.password().is_none()
            && parsed.query().is_none()
            && parsed.fragment().is_none()
    });
    if !plain {
        // a token in the address would end up in places where addresses are shown
        return Err(settings.wrong(
            "api_url",
            "要写 http:// 或 https:// 开头的地址，例如 http://127.0.0.1:3000；口令写在 access_token 里，不要写在地址里",
        ));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

impl OneBot {
    /// Reads an event whose sender is beyond doubt, and checks when it was said.
    fn read(&self, body: &[u8], now: DateTime<Utc>) -> Result<Received, Rejected> {
        let event = decode::parse(body)?;
        verify::check_time(event.sent_at()?, now)?;
        Ok(event.received(&self.account, body)?)
    }

    /// Sends one message of the platform.
    async fn send_piece(&self, delivery: &Delivery, piece: &[encode::Segment]) -> Outcome {
        let (action, params) = match client::call_for(&delivery.to, piece) {
            Ok(call) => call,
            Err(outcome) => return outcome,
        };
        match &self.api {
            // of two tokens the first is the new one
            Some(api) => api.call(action, &params, self.access_token.iter().next()).await,
            None => self.links.call(action, &params).await,
        }
    }

    async fn send_all(&self, delivery: &Delivery) -> Outcome {
        let began = Instant::now();
        let pieces = encode::pieces(encode::segments(&delivery.message, &self.account), encode::LONGEST_TEXT);
        if pieces.is_empty() {
            return Outcome::Refused("消息是空的".to_owned());
        }
        let mut progress = self.halfway().remove(&delivery.idempotency_key).unwrap_or_default();
        let mut outcome = Outcome::Sent(None);
        for piece in pieces.iter().skip(progress.sent) {
            let fresh = progress.sent == 0 || began.elapsed() < PATIENCE;
            outcome =
                if fresh { self.send_piece(delivery, piece).await } else { Outcome::Failed("发得太慢".to_owned()) };
            let Outcome::Sent(id) = &mut outcome else { break };
            progress.sent += 1;
            progress.first_id = progress.first_id.or(id.take());
        }
        match outcome {
            Outcome::Sent(_) => Outcome::Sent(progress.first_id),
            outcome if progress.sent == 0 => outcome,
            outcome => {
                let sent = progress.sent;
                self.remember(delivery, progress);
                match outcome {
                    // this process goes on where it stopped, another one would begin again: say that it is doubtful
                    Outcome::Failed(reason) => Outcome::Unknown(format!("长消息已发出前 {sent} 段，{reason}")),
                    outcome => outcome,
                }
            }
        }
    }

    /// Fetches a picture from where QQ keeps it. A name without an address is asked about first.
    async fn fetch_picture(&self, reference: &str, limit: usize) -> Result<Vec<u8>, NotFetched> {
        let Some(api) = &self.api else { return self.fetch_from(reference, None, limit).await };
        if reference.contains("://") {
            return self.fetch_from(reference, Some(&api.url), limit).await;
        }
        match api.find_picture(reference, self.access_token.iter().next(), limit).await? {
            client::Picture::Bytes(bytes) => Ok(bytes),
            client::Picture::At(address) => self.fetch_from(&address, Some(&api.url), limit).await,
        }
    }

    async fn fetch_from(&self, address: &str, own: Option<&str>, limit: usize) -> Result<Vec<u8>, NotFetched> {
        let own = own.and_then(|url| reqwest::Url::parse(url).ok());
        let (url, whose) = pictures::judge(address, own.as_ref())?;
        let client = match (whose, &self.api) {
            // it does not follow redirects, wherever they lead
            (Whose::Own, Some(api)) => &api.http,
            _ => &self.pictures,
        };
        pictures::download(client, url, limit).await
    }

    fn halfway(&self) -> MutexGuard<'_, HashMap<String, Progress>> {
        self.halfway.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, delivery: &Delivery, progress: Progress) {
        let mut halfway = self.halfway();
        // those that were given up stay behind; forgetting costs at most a repeated part
        if halfway.len() >= MOST_HALFWAY {
            halfway.clear();
        }
        halfway.insert(delivery.idempotency_key.clone(), progress);
    }
}

impl Adapter for OneBot {
    fn platform(&self) -> &'static str {
        NAME
    }

    fn abilities(&self) -> Abilities {
        Abilities { mention: true, image: true, push: true, private: true }
    }

    fn limits(&self) -> Limits {
        // QQ publishes no numbers; these have kept accounts out of trouble
        Limits { per_window: 20, window_ms: 60_000, min_gap_ms: 1_000 }
    }

    fn receive(&self, request: &RawRequest<'_>) -> Result<Received, Rejected> {
        if *request.method != Method::POST {
            return Err(Refused::Foreign.into());
        }
        verify::check_signature(request.headers, request.body, &self.secret)?;
        self.read(request.body, request.now)
    }

    fn answer(&self, event: &InboundEvent, reply: Option<&Message>) -> HttpAnswer {
        // only messages have a quick operation that says something
        let reply = reply.filter(|_| event.kind == EventKind::Message);
        reply
            .and_then(|reply| encode::quick_operation(reply, &self.account))
            .map_or_else(HttpAnswer::empty, |operation| HttpAnswer::json(&operation))
    }

    fn send<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Outcome> {
        Box::pin(self.send_all(delivery))
    }

    fn fetch<'a>(&'a self, reference: &'a str, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, NotFetched>> {
        Box::pin(self.fetch_picture(reference, limit))
    }

    fn admit_socket(&self, headers: &HeaderMap) -> Result<(), Refused> {
        verify::check_bearer(headers, &self.access_token)?;
        verify::check_role(headers)
    }

    fn serve_socket(&self, socket: Socket, deliver: Deliver, now: NowFn) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let read = |frame: &str| self.read(frame.as_bytes(), now());
            let reply = |message: &Message| encode::quick_operation(message, &self.account);
            self.links.serve(&self.account, socket, deliver, read, reply).await;
        })
    }
}
