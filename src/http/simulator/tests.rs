//! The simulator's routes, over their real HTTP surface.

use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;
use crate::clock::ManualClock;
use crate::domain::people::{CadreKind, Direction, Level, Receipts, Role, UnitKind};
use crate::platforms::settings::AccountSettings;
use crate::platforms::simulator::TOKEN_HEADER;
use crate::platforms::{Accounts, RawRequest, Tools};
use crate::store::{DatabaseConfig, PlannedChat, PlannedEndpoint, PlannedPerson, PlannedUnit, RosterPlan};

struct Served {
    routes: Router,
    stage: Arc<Stage>,
    clock: Arc<ManualClock>,
    store: Store,
    _folder: tempfile::TempDir,
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn unit(code: &str, name: &str, parent: Option<&str>, level: Level) -> PlannedUnit {
    PlannedUnit {
        code: code.into(),
        name: name.into(),
        parent: parent.map(Into::into),
        level,
        zone: None,
        kind: UnitKind::Committee,
    }
}

fn person(name: &str, unit: &str, kind: Option<CadreKind>, roles: &[Role], id: &str) -> PlannedPerson {
    let accounts = if id.is_empty() { vec![] } else { vec![("simulator".to_owned(), id.to_owned())] };
    PlannedPerson {
        name: name.into(),
        unit: unit.into(),
        kind,
        roles: roles.to_vec(),
        team: None,
        accounts,
        since: None,
        until: None,
        successor_of: None,
    }
}

fn sample() -> RosterPlan {
    let chat = |name: &str, role| PlannedChat {
        name: name.into(),
        unit: "01".into(),
        role,
        list_missing: false,
        reminders: false,
        receipts: Receipts::Full,
    };
    let endpoint = |chat: &str, account: &str, id: &str| PlannedEndpoint {
        chat: chat.into(),
        account: account.into(),
        external_id: id.into(),
        direction: Direction::Both,
    };
    RosterPlan {
        units: vec![
            unit("01", "样例县团委", None, Level::County),
            unit("0101", "东风街道团工委", Some("01"), Level::Township),
        ],
        people: vec![
            person("赵样例", "0101", Some(CadreKind::FullTime), &[], "u-1"),
            person("钱样例", "01", None, &[Role::Secretary], "u-2"),
            person("孙样例", "01", None, &[], ""),
        ],
        chats: vec![
            chat("督导群", ChatRole::Supervisor),
            chat("干部群", ChatRole::Cadre),
            chat("别处的群", ChatRole::Youth),
        ],
        endpoints: vec![
            endpoint("督导群", "simulator", "g-2"),
            endpoint("干部群", "simulator", "g-1"),
            endpoint("别处的群", "qq", "9"),
        ],
        assignments: vec![],
        ..RosterPlan::default()
    }
}

/// At noon of Friday 20 November 2026 in Shanghai.
async fn served() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("t.sqlite").display());
    let config = DatabaseConfig { url: url.into(), max_readers: 1, max_batch: 8 };
    let store = Store::open_migrated(&config, DEFAULT_ZONE).await.unwrap();
    let plan = Arc::new(sample());
    let now = at("2026-11-20T04:00:00Z");
    store
        .write(move |tx| {
            let plan = plan.clone();
            Box::pin(async move { Ok(tx.apply_roster(&plan, now).await?) })
        })
        .await
        .unwrap();
    let clock = Arc::new(ManualClock::at(now));
    let stage = Arc::new(Stage::new(clock.clone()));
    let run_job: RunJob = Arc::new(|name| Box::pin(async move { Ok(format!("{name} 办完")) }));
    let state = SimulatorState {
        stage: stage.clone(),
        store: store.clone(),
        clock: clock.clone(),
        account: "simulator".into(),
        jobs: vec![("weekly_digest".into(), "周报".into())],
        run_job,
    };
    Served { routes: routes(state), stage, clock, store, _folder: folder }
}

impl Served {
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let mut request = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.routes.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        read(self.ask(Method::GET, path, &[("host", "127.0.0.1:8080")], "").await).await
    }

    async fn post(&self, path: &str, token: &str, body: &str) -> (StatusCode, String) {
        let headers = [("host", "localhost"), ("content-type", "application/json"), (TOKEN_HEADER, token)];
        read(self.ask(Method::POST, path, &headers, body).await).await
    }
}

async fn read(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn only_loopback_names_are_ours() {
    for ours in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "127.8.8.8", "[::1]", "[::1]:8080"] {
        assert!(is_loopback(ours), "{ours}");
    }
    for foreign in [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "10.0.0.1:8080",
        "[::2]",
        "::1",
        "[::1",
        "[::1]x",
        "localhost:80a",
        "localhost:80:90",
        "0.0.0.0",
        "user@localhost",
    ] {
        assert!(!is_loopback(foreign), "{foreign}");
    }
}

#[tokio::test]
async fn every_response_carries_the_headers_and_a_foreign_host_sees_nothing() {
    let served = served().await;
    let paths = ["/simulator", "/simulator/page.css", "/simulator/page.js", "/simulator/api/state", "/simulator/none"];
    for host in ["127.0.0.1:8080", "evil.example"] {
        for path in paths {
            let response = served.ask(Method::GET, path, &[("host", host)], "").await;
            let expected = match (host, path) {
                (_, "/simulator/none") => StatusCode::NOT_FOUND,
                ("evil.example", _) => StatusCode::FORBIDDEN,
                _ => StatusCode::OK,
            };
            assert_eq!(response.status(), expected, "{host} {path}");
            if path == "/simulator/none" {
                continue;
            }
            let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
            assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'self'; "));
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("cache-control"), "no-store");
            let (_, body) = read(response).await;
            assert_eq!(body.contains(served.stage.token()), host != "evil.example" && path == "/simulator");
        }
    }
    let two = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(served.ask(Method::GET, "/simulator", &two, "").await.status(), StatusCode::FORBIDDEN);
    assert_eq!(served.ask(Method::GET, "/simulator", &[], "").await.status(), StatusCode::FORBIDDEN);
}

#[test]
fn the_page_holds_no_inline_script_or_style() {
    assert!(!PAGE.contains("<style") && !PAGE.contains(" style=") && !PAGE.contains(" on"), "the policy forbids them");
    assert_eq!(PAGE.matches("<script").count(), 1);
    assert!(PAGE.contains("<script src=\"/simulator/page.js\""));
    for dangerous in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!JS.contains(dangerous), "{dangerous}");
    }
    assert_eq!(escaped("\"><script>'&"), "&quot;&gt;&lt;script&gt;&#39;&amp;");
}

#[tokio::test]
async fn the_state_lists_groups_people_and_time() {
    let served = served().await;
    let (status, body) = served.get("/simulator/api/state?after=0").await;
    assert_eq!(status, StatusCode::OK);
    assert!(!body.contains(served.stage.token()));
    let state: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(state["shown_now"], "2026年11月20日 周五 12:00");
    let groups = state["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2, "the group on another account is not here");
    assert_eq!(groups[0]["id"], "g-1");
    assert_eq!(groups[0]["role"], "cadre");
    assert_eq!(groups[0]["unit"], "样例县团委");
    assert_eq!(groups[0]["answerers"], json!(["u-2"]));
    assert_eq!(groups[1]["role_title"], "督导群");
    let people: Vec<&str> = state["people"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(people, ["u-2", "u-1", "guest-1", "guest-2", "guest-3"]);
    assert_eq!(state["people"][1]["title"], "专职");
    assert_eq!(state["jobs"], json!([{ "name": "weekly_digest", "title": "周报" }]));
    assert_eq!(state["lines"], json!([]));
    served.store.close().await;
}

#[tokio::test]
async fn nothing_changes_without_the_token() {
    let served = served().await;
    let before = served.clock.now();
    for path in ["/simulator/api/clock", "/simulator/api/jobs/weekly_digest"] {
        for token in ["", "wrong", &served.stage.token()[1..]] {
            assert_eq!(served.post(path, token, r#"{"to":"+1d"}"#).await.0, StatusCode::UNAUTHORIZED);
        }
    }
    assert_eq!(served.clock.now(), before);
}

#[tokio::test]
async fn the_clock_is_moved_and_jobs_are_run() {
    let served = served().await;
    let token = served.stage.token().to_owned();
    let (status, body) = served.post("/simulator/api/clock", &token, r#"{"to":"friday-17:30"}"#).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("2026年11月20日 周五 17:30"), "{body}");
    assert_eq!(served.post("/simulator/api/clock", &token, r#"{"to":"soon"}"#).await.0, StatusCode::BAD_REQUEST);
    let reset = served.post("/simulator/api/clock", &token, r#"{"to":"reset"}"#).await;
    assert_eq!(reset.0, StatusCode::CONFLICT, "a manual clock cannot be reset, and the page is told");
    let (status, body) = served.post("/simulator/api/jobs/weekly_digest", &token, "").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"message":"weekly_digest 办完"}"#));
    assert_eq!(served.post("/simulator/api/jobs/other", &token, "").await.0, StatusCode::NOT_FOUND);
}

#[test]
fn buttons_mean_the_next_such_time() {
    let thursday = at("2026-11-19T10:00:00Z"); // 18:00
    assert_eq!(target("today-17:30", thursday), Some(at("2026-11-19T09:30:00Z")), "past: the clock will refuse");
    assert_eq!(target("friday-17:30", thursday), Some(at("2026-11-20T09:30:00Z")));
    assert_eq!(target("friday-17:30", at("2026-11-20T09:30:00Z")), Some(at("2026-11-27T09:30:00Z")));
    assert_eq!(target("friday-17:30", at("2026-11-21T02:00:00Z")), Some(at("2026-11-27T09:30:00Z")));
    assert_eq!(target("2026-11-20T17:30:00+08:00", thursday), Some(at("2026-11-20T09:30:00Z")));
    assert_eq!(target("", thursday), None);
}

#[tokio::test]
async fn a_waiting_page_gets_what_was_posted_and_only_what_is_new() {
    let served = served().await;
    // the first of the tests to come here installs it
    let _ = rustls::crypto::ring::default_provider().install_default();
    #[expect(clippy::disallowed_methods, reason = "a client that calls nobody")]
    let http = reqwest::Client::builder().build().unwrap();
    let settings: AccountSettings = toml::from_str("name = \"simulator\"\nplatform = \"simulator\"").unwrap();
    let tools = Tools { http: http.clone(), pictures: http, simulator: Some(served.stage.clone()) };
    let accounts = Accounts::build(&[settings], &tools).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(TOKEN_HEADER, served.stage.token().parse().unwrap());
    for n in 1..=2 {
        let text = "</script><img src=x onerror=alert(1)>";
        let body =
            json!({ "message_id": format!("m-{n}"), "group": "g-1", "user": "u-1", "name": "赵样例", "text": text });
        let body = body.to_string().into();
        let request =
            RawRequest { method: &Method::POST, query: "", headers: &headers, body: &body, now: served.clock.now() };
        accounts.get("simulator").unwrap().receive(&request).unwrap();
    }
    let (status, body) = served.get("/simulator/api/wait?after=1").await;
    assert_eq!(status, StatusCode::OK);
    let news: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(news["cursor"], 2);
    assert_eq!(news["lines"].as_array().unwrap().len(), 1);
    assert_eq!(news["lines"][0]["id"], "m-2");
    assert_eq!(news["lines"][0]["spot"], json!({ "group": "g-1" }));
    assert_eq!(news["lines"][0]["from"], json!({ "person": "u-1" }));
    assert_eq!(news["lines"][0]["parts"], json!([{ "user_text": "</script><img src=x onerror=alert(1)>" }]));
    assert_eq!(served.get("/simulator/api/wait?after=-1").await.0, StatusCode::BAD_REQUEST);
}
