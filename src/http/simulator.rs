//! The simulator's page and what it asks for: who there is, what was said, another time, a job at once.
//!
//! Whoever can use this can be anybody. So it is served on loopback only (the configuration sees to that), answers only
//! to loopback names (another name that leads here is DNS rebinding), and changes nothing without the page's token.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Utc, Weekday};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::domain::calendar::{instant, weekday};
use crate::domain::directory::{DEFAULT_ZONE, Directory, Person};
use crate::domain::people::ChatRole;
use crate::platforms::simulator::Stage;
use crate::store::Store;

/// Runs a job by its name and says in one sentence what came of it, or why it could not be run.
pub type RunJob = Arc<dyn Fn(String) -> BoxFuture<'static, Result<String, String>> + Send + Sync>;

/// What the simulator needs of the house.
pub struct SimulatorState {
    /// Everything that was said.
    pub stage: Arc<Stage>,
    /// For the directory.
    pub store: Store,
    /// The clock that the page may move.
    pub clock: Arc<dyn Clock>,
    /// The simulator's account: the page posts to `/webhooks/{account}`.
    pub account: String,
    /// Jobs that can be run at once: name and title.
    pub jobs: Vec<(String, String)>,
    /// Runs one.
    pub run_job: RunJob,
}

const PAGE: &str = include_str!("simulator/page.html");
const CSS: &str = include_str!("simulator/page.css");
const JS: &str = include_str!("simulator/page.js");

/// How long a page waits for news before it asks again. Shorter than the house's limit for a handler, and short enough
/// that no open page holds up a shutdown.
const WAIT: Duration = Duration::from_millis(2_000);

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// People who are on no roster, for playing a young person who writes to the bot for the first time.
const STRANGERS: &[(&str, &str)] =
    &[("guest-1", "路过的青年甲"), ("guest-2", "路过的青年乙"), ("guest-3", "路过的青年丙")];

type Shared = Arc<SimulatorState>;

/// The simulator's routes, each with the headers and the guard that they need.
pub fn routes(state: SimulatorState) -> Router {
    let state: Shared = Arc::new(state);
    let changing = Router::new()
        .route("/simulator/api/clock", post(move_clock))
        .route("/simulator/api/jobs/{name}", post(run_job))
        .route_layer(middleware::from_fn_with_state(state.clone(), require_token));
    Router::new()
        .route("/simulator", get(page))
        .route("/simulator/page.css", get(async || typed("text/css; charset=utf-8", CSS.to_owned())))
        .route("/simulator/page.js", get(async || typed("text/javascript; charset=utf-8", JS.to_owned())))
        .route("/simulator/api/state", get(whole_state))
        .route("/simulator/api/wait", get(wait))
        .merge(changing)
        // on these routes alone: the rest of the house has its own ways
        .route_layer(middleware::from_fn(guard))
        .with_state(state)
}

/// Refuses foreign names and puts the headers on every response, also on refusals.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = if is_addressed_to_loopback(request.headers()) {
        next.run(request).await
    } else {
        failure(StatusCode::FORBIDDEN, "模拟器只能用本机地址打开，例如 http://127.0.0.1:8080/simulator")
    };
    let fixed: [(HeaderName, &'static str); 4] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn require_token(State(state): State<Shared>, request: Request, next: Next) -> Response {
    match state.stage.admit(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refused) => failure(refused.status(), "页面已过期，请刷新"),
    }
}

fn is_addressed_to_loopback(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    host.to_str().is_ok_and(is_loopback)
}

/// Whether this `Host` is a loopback name or address, with any port or none.
fn is_loopback(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, rest)) => (name, rest.strip_prefix(':').or(rest.is_empty().then_some(""))),
            None => return false,
        },
        None => host.split_once(':').map_or((host, Some("")), |(name, port)| (name, Some(port))),
    };
    let is_name = name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    is_name && port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn typed(content_type: &'static str, body: String) -> Response {
    ([(CONTENT_TYPE, content_type)], body).into_response()
}

fn failure(status: StatusCode, sentence: &str) -> Response {
    (status, Json(json!({ "error": sentence }))).into_response()
}

async fn page(State(state): State<Shared>) -> Response {
    let filled =
        PAGE.replace("{{token}}", &escaped(state.stage.token())).replace("{{account}}", &escaped(&state.account));
    typed("text/html; charset=utf-8", filled)
}

/// Text fit for an attribute's value.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

/// The latest directory: an import or a 绑定 a moment ago belongs on the page.
async fn fresh_directory(state: &SimulatorState) -> Arc<Directory> {
    let zone = state.store.directory().zones().first().copied().unwrap_or(DEFAULT_ZONE);
    if let Err(error) = state.store.refresh_directory(zone).await {
        tracing::warn!(error = %error, "The simulator shows an old directory because the new one could not be loaded");
    }
    state.store.directory()
}

/// What changes while the page is open.
fn news(state: &SimulatorState, directory: &Directory, after: u64) -> Value {
    let now = state.clock.now();
    // the cursor first: a line that comes in between is sent again rather than never
    let cursor = state.stage.cursor();
    json!({
        "boot": state.stage.boot(),
        "now": now,
        "shown_now": shown(now),
        "cursor": cursor,
        "directory": directory.version().to_string(),
        "lines": state.stage.lines_after(after),
    })
}

/// `2026年11月20日 周五 17:30`.
fn shown(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&DEFAULT_ZONE);
    let day = local.date_naive();
    format!("{}年{}月{}日 {} {}", day.year(), day.month(), day.day(), weekday(day), local.format("%H:%M"))
}

async fn whole_state(State(state): State<Shared>, Query(After { after }): Query<After>) -> Json<Value> {
    let directory = fresh_directory(&state).await;
    let mut whole = news(&state, &directory, after);
    whole["groups"] = json!(groups(&directory, &state.account, state.clock.now()));
    whole["people"] = json!(people(&directory, &state.account));
    whole["jobs"] = state.jobs.iter().map(|(name, title)| json!({ "name": name, "title": title })).collect();
    Json(whole)
}

async fn wait(State(state): State<Shared>, Query(After { after }): Query<After>) -> Json<Value> {
    // silence is an answer too: the time moves on
    let _ = tokio::time::timeout(WAIT, state.stage.changed_after(after)).await;
    let directory = fresh_directory(&state).await;
    Json(news(&state, &directory, after))
}

#[derive(Serialize)]
struct ShownGroup {
    id: String,
    name: String,
    role: &'static str,
    role_title: &'static str,
    unit: String,
    /// Who on this account answers the questions of this group.
    answerers: Vec<String>,
}

fn groups(directory: &Directory, account: &str, now: DateTime<Utc>) -> Vec<ShownGroup> {
    let mut chats: Vec<_> = directory.chats().collect();
    chats.sort_by_key(|chat| (ChatRole::ALL.iter().position(|role| *role == chat.role), chat.id));
    let mut groups: Vec<ShownGroup> = Vec::new();
    for chat in chats {
        for endpoint in directory.endpoints_of(chat.id).iter().filter(|endpoint| endpoint.account == account) {
            // an address to hear by and one to speak by are one column
            if groups.iter().any(|group| group.id == endpoint.external_id) {
                continue;
            }
            groups.push(ShownGroup {
                id: endpoint.external_id.clone(),
                name: chat.name.clone(),
                role: chat.role.code(),
                role_title: chat.role.title(),
                unit: directory.unit_name(chat.unit).to_owned(),
                answerers: directory
                    .answerers(chat.unit, now)
                    .into_iter()
                    .filter_map(|person| address_of(directory, person, account))
                    .collect(),
            });
        }
    }
    groups
}

#[derive(Serialize)]
struct ShownPerson {
    id: String,
    name: String,
    unit: String,
    title: String,
    cadre: bool,
    roles: Vec<&'static str>,
}

fn address_of(directory: &Directory, person: &Person, account: &str) -> Option<String> {
    let mine = directory.identities_of(person.id).iter().find(|identity| identity.account == account)?;
    Some(mine.external_id.clone())
}

/// Everybody with an address on this account, from the top of the tree downwards, and then the strangers.
fn people(directory: &Directory, account: &str) -> Vec<ShownPerson> {
    let units = directory.roots().iter().flat_map(|root| directory.subtree(*root));
    let on_roster = units.flat_map(|unit| directory.people_of(unit)).filter_map(|person| {
        let titles = person.roles.iter().map(|role| role.title());
        let titles: Vec<&str> = titles.chain(person.kind.map(|kind| kind.title())).collect();
        Some(ShownPerson {
            id: address_of(directory, person, account)?,
            name: person.name.clone(),
            unit: directory.unit_name(person.unit).to_owned(),
            title: if titles.is_empty() { "团员青年".to_owned() } else { titles.join("、") },
            cadre: person.kind.is_some(),
            roles: person.roles.iter().map(|role| role.code()).collect(),
        })
    });
    // one of them may have bound themself meanwhile and stands on the roster then
    let strangers = STRANGERS.iter().filter(|(id, _)| directory.speaker(account, id).is_none());
    let strangers = strangers.map(|(id, name)| ShownPerson {
        id: (*id).to_owned(),
        name: (*name).to_owned(),
        unit: "不在名册上的人".to_owned(),
        title: "青年".to_owned(),
        cadre: false,
        roles: Vec::new(),
    });
    on_roster.chain(strangers).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoveTo {
    to: String,
}

async fn move_clock(State(state): State<Shared>, Json(MoveTo { to }): Json<MoveTo>) -> Response {
    let moved = if to == "reset" {
        state.clock.reset()
    } else {
        match target(&to, state.clock.now()) {
            Some(at) => state.clock.move_to(at),
            None => return failure(StatusCode::BAD_REQUEST, "没看懂要把时间调到哪里"),
        }
    };
    if !moved {
        return failure(StatusCode::CONFLICT, "这个时间已经过了，时钟只能往前拨；点「回到现在」可以复位");
    }
    tracing::info!("The simulator moved the clock");
    Json(json!({ "now": state.clock.now(), "shown_now": shown(state.clock.now()) })).into_response()
}

/// The instant that a button or an RFC 3339 text means.
fn target(to: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let closing = NaiveTime::from_hms_opt(17, 30, 0)?;
    let today = now.with_timezone(&DEFAULT_ZONE).date_naive();
    let at_closing = |days: u64| Some(instant(today.checked_add_days(Days::new(days))?, closing, DEFAULT_ZONE));
    match to {
        "today-17:30" => at_closing(0),
        "friday-17:30" => {
            let until_friday = (7 + Weekday::Fri.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
            let friday = at_closing(until_friday.into())?;
            if friday > now { Some(friday) } else { at_closing(u64::from(until_friday) + 7) }
        }
        "+1h" => Some(now + TimeDelta::hours(1)),
        "+1d" => Some(now + TimeDelta::days(1)),
        _ => Some(DateTime::parse_from_rfc3339(to).ok()?.with_timezone(&Utc)),
    }
}

async fn run_job(State(state): State<Shared>, Path(name): Path<String>) -> Response {
    if !state.jobs.iter().any(|(known, _)| *known == name) {
        return failure(StatusCode::NOT_FOUND, "没有这个任务");
    }
    match (state.run_job)(name).await {
        Ok(sentence) => Json(json!({ "message": sentence })).into_response(),
        Err(sentence) => failure(StatusCode::UNPROCESSABLE_ENTITY, &sentence),
    }
}

#[cfg(test)]
#[path = "simulator/tests.rs"]
mod tests;
