//! Chat platforms: one folder each, behind one trait, in one list.
//!
//! A platform knows its wire form and nothing of what we do with a message. It verifies, decodes, encodes and sends;
//! it never sees the database. To add one: a folder here with `mod.rs` (configuration, `impl Adapter`), `verify.rs`,
//! `decode.rs`, `encode.rs`, `client.rs`; a line in [`PLATFORMS`]; fixtures. The contract tests run on every line.

use std::sync::Arc;

use axum::http::{HeaderMap, Method, StatusCode};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

use crate::domain::event::InboundEvent;
use crate::domain::message::Message;

pub mod limits;
pub mod onebot;
pub mod pictures;
pub mod settings;
pub mod simulator;

use limits::Limits;
use pictures::NotFetched;
use settings::{AccountSettings, SettingsError};

/// A line in the list: a platform's name and how an account on it is built.
pub struct Platform {
    /// The name in `platform = "…"`.
    pub name: &'static str,
    /// Builds an account's adapter from its settings.
    pub build: Build,
}

/// Builds an account's adapter; the error names the account and the key that is wrong.
pub type Build = fn(&AccountSettings, &Tools) -> Result<Arc<dyn Adapter>, SettingsError>;

/// THE LIST.
pub const PLATFORMS: &[Platform] =
    &[Platform { name: "onebot", build: onebot::build }, Platform { name: "simulator", build: simulator::build }];

/// What an adapter is given to work with; only the composition root makes these.
#[derive(Clone)]
pub struct Tools {
    /// The client for calls to platforms: no redirects, time-outs set.
    pub http: reqwest::Client,
    /// The client for pictures at addresses that people sent: it finds nothing but the public Internet.
    pub pictures: reqwest::Client,
    /// What the simulator's page shows, where the simulator is on.
    pub simulator: Option<Arc<simulator::Stage>>,
}

/// A raw request to `/webhooks/{account}`.
pub struct RawRequest<'a> {
    /// `GET` or `POST`.
    pub method: &'a Method,
    /// The query, undecoded.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, byte for byte.
    pub body: &'a Bytes,
    /// Business time.
    pub now: DateTime<Utc>,
}

/// Why a request was turned away. Counted by reason; the answer does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A signature is asked for and none came, or several.
    #[error("signature missing")]
    SignatureMissing,
    /// The signature is wrong.
    #[error("signature wrong")]
    SignatureWrong,
    /// The signed time is outside the window.
    #[error("stale")]
    Stale,
    /// It does not come from where it must.
    #[error("foreign")]
    Foreign,
}

impl Refused {
    /// The HTTP status. One for all, so that nothing is learned from it.
    pub fn status(self) -> StatusCode {
        StatusCode::UNAUTHORIZED
    }
}

/// A body that is not what the platform sends. Says what is wrong with its form and nothing of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed: {0}")]
pub struct Malformed(pub &'static str);

/// Why [`Adapter::receive`] gave no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not authentic.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Authentic, but unreadable.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// What a verified request is.
#[derive(Debug)]
pub enum Received {
    /// Something that happened.
    Event(Box<InboundEvent>),
    /// The platform asks whether we are there: the answer it expects.
    Handshake(HttpAnswer),
    /// Authentic and of no interest (heartbeats, kinds we do not know): counted under this name, acknowledged.
    Ignored(&'static str),
}

/// A response in the platform's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status.
    pub status: StatusCode,
    /// The content type; empty for no body.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// `204 No Content`.
    pub fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, content_type: "", body: Vec::new() }
    }

    /// `200` with JSON.
    pub fn json(value: &serde_json::Value) -> Self {
        Self { status: StatusCode::OK, content_type: "application/json", body: value.to_string().into_bytes() }
    }
}

/// Where on the platform a message goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// A group.
    Group(String),
    /// A person.
    User(String),
}

impl Destination {
    /// A name for limits and logs that is unique within the account.
    pub fn key(&self) -> String {
        match self {
            Self::Group(id) => format!("g/{id}"),
            Self::User(id) => format!("u/{id}"),
        }
    }
}

/// One message to one place.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where.
    pub to: Destination,
    /// What.
    pub message: Message,
    /// The same for every attempt at this message: platforms that know idempotency keys get it.
    pub idempotency_key: String,
}

/// What came of an attempt to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered; the platform's id of the message where it gives one.
    Sent(Option<String>),
    /// Nothing was sent; trying again may help. The reason holds nobody's words.
    Failed(String),
    /// The platform limits us: nothing before this many milliseconds have passed. Not an attempt.
    Limited {
        /// How long to keep quiet.
        wait_ms: u64,
    },
    /// This account is not connected to this process: another replica may have the connection. Not an attempt.
    NotConnected,
    /// It will never work: the group is gone, the content refused, the call malformed.
    Refused(String),
    /// Our credentials are wrong; somebody has to change the configuration.
    Configuration(String),
    /// The request went out and no answer came back: it may have been delivered.
    Unknown(String),
}

/// What an account can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// It can mention people.
    pub mention: bool,
    /// It can send pictures.
    pub image: bool,
    /// It can speak without being spoken to.
    pub push: bool,
    /// It can write to one person.
    pub private: bool,
}

/// A reverse WebSocket that a platform has opened to us, seen from the adapter: frames in, frames out.
pub struct Socket {
    /// Text frames from the platform.
    pub incoming: tokio::sync::mpsc::Receiver<String>,
    /// Text frames to the platform.
    pub outgoing: tokio::sync::mpsc::Sender<String>,
}

/// What the adapter's socket loop calls for every event; resolves with the reply when it is committed.
pub type Deliver = Arc<dyn Fn(InboundEvent) -> BoxFuture<'static, Result<Option<Message>, ()>> + Send + Sync>;

/// One account on one platform.
pub trait Adapter: Send + Sync + 'static {
    /// The platform's name, as in the list.
    fn platform(&self) -> &'static str;

    /// What this account can do.
    fn abilities(&self) -> Abilities;

    /// How fast it may speak to one destination.
    fn limits(&self) -> Limits;

    /// Verifies a request and then reads it; nothing of an unverified body is looked at beyond what verifying needs.
    ///
    /// # Errors
    /// [`Rejected::Refused`] where it is not authentic, [`Rejected::Malformed`] where it cannot be read.
    fn receive(&self, request: &RawRequest<'_>) -> Result<Received, Rejected>;

    /// The response to an event that was acted on, with the reply in it where the platform can carry one.
    fn answer(&self, event: &InboundEvent, reply: Option<&Message>) -> HttpAnswer;

    /// Sends one message. Never retries by itself, never takes longer than its request time-out.
    fn send<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Outcome>;

    /// Fetches a picture that came with a message, up to `limit` bytes, by the reference that came with it.
    ///
    /// # Errors
    /// Why it did not come, and whether trying again may help.
    fn fetch<'a>(&'a self, _reference: &'a str, _limit: usize) -> BoxFuture<'a, Result<Vec<u8>, NotFetched>> {
        Box::pin(async { Err(NotFetched::never("这个平台的图片取不了")) })
    }

    /// Whether an upgrade to a WebSocket with these headers is authentic; `Foreign` where the platform has none.
    ///
    /// # Errors
    /// Why it is turned away.
    fn admit_socket(&self, _headers: &HeaderMap) -> Result<(), Refused> {
        Err(Refused::Foreign)
    }

    /// Serves an admitted WebSocket until it closes. `now` tells business time.
    fn serve_socket(&self, _socket: Socket, _deliver: Deliver, _now: NowFn) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Tells business time to a loop that outlives one request.
pub type NowFn = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The accounts of this service, by name.
#[derive(Clone, Default)]
pub struct Accounts(Arc<std::collections::BTreeMap<String, Arc<dyn Adapter>>>);

impl Accounts {
    /// Builds every account of the configuration.
    ///
    /// # Errors
    /// Names the account and the key that is wrong.
    pub fn build(settings: &[AccountSettings], tools: &Tools) -> Result<Self, SettingsError> {
        let mut accounts = std::collections::BTreeMap::new();
        for one in settings {
            let Some(platform) = PLATFORMS.iter().find(|platform| platform.name == one.platform) else {
                let names: Vec<&str> = PLATFORMS.iter().map(|platform| platform.name).collect();
                return Err(
                    one.wrong("platform", &format!("没有「{}」这个平台，现有：{}", one.platform, names.join("、")))
                );
            };
            if accounts.insert(one.name.clone(), (platform.build)(one, tools)?).is_some() {
                return Err(one.wrong("name", "有两个账号同名"));
            }
        }
        Ok(Self(Arc::new(accounts)))
    }

    /// Accounts that are built already, each with its name.
    pub fn of(adapters: impl IntoIterator<Item = (String, Arc<dyn Adapter>)>) -> Self {
        Self(Arc::new(adapters.into_iter().collect()))
    }

    /// An account by its name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Adapter>> {
        self.0.get(name)
    }

    /// Every account, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Arc<dyn Adapter>)> {
        self.0.iter()
    }
}

impl FromIterator<(String, Arc<dyn Adapter>)> for Accounts {
    fn from_iter<T: IntoIterator<Item = (String, Arc<dyn Adapter>)>>(accounts: T) -> Self {
        Self(Arc::new(accounts.into_iter().collect()))
    }
}
