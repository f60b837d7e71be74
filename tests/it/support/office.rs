//! The office: one running service, one sample committee, one fake QQ, one clock.
//!
//! Three groups on the account `qq`: cadres (`CADRES`), young people of one town (`YOUTH`), supervisors
//! (`SUPERVISORS`). People are named by their QQ number. Everything goes through the real HTTP surface, signed.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio_util::sync::CancellationToken;
use tuanqing::app::App;
use tuanqing::clock::{Clock, ManualClock};
use tuanqing::config::Settings;
use tuanqing::http::server::{ServerLimits, serve};
use tuanqing::outbox::Worker;
use tuanqing::services::roster;

use super::database::TestDatabase;
use super::fakes::onebot::{Event, FakeOneBot, SentMessage, group_message, private_message, quick_reply_text};

pub(crate) const SECRET: &str = "it-secret-0123456789";
/// Under which anonymous askers are sealed.
pub(crate) const SEAL_KEY: &str = "it-seal-key-0123456789-0123456789-0123456789";
pub(crate) const SELF: i64 = 10_001;
pub(crate) const CADRES: i64 = 900_001;
pub(crate) const YOUTH: i64 = 900_002;
pub(crate) const SUPERVISORS: i64 = 900_003;
/// A group that is tied to nothing.
pub(crate) const STRANGE: i64 = 900_009;

/// County secretary 赵样例, full-time.
pub(crate) const COUNTY_SECRETARY: i64 = 1_001;
/// 钱样例, seconded cadre of the county.
pub(crate) const CADRE: i64 = 1_002;
/// 孙样例, secretary of the first town, full-time.
pub(crate) const TOWN_SECRETARY: i64 = 1_003;
/// 李样例, part-time cadre of the first town: owes no weekly day.
pub(crate) const PART_TIMER: i64 = 1_004;
/// 周样例, secretary of the second town.
pub(crate) const OTHER_SECRETARY: i64 = 1_005;
/// 吴样例, supervisor of the county, no cadre.
pub(crate) const SUPERVISOR: i64 = 1_006;
/// Somebody on no roster.
pub(crate) const YOUNG: i64 = 5_001;

const UNITS: &str =
    "code,name,parent,level\n0,样例县团委,,county\n1,样例一镇团委,0,township\n2,样例二镇团委,0,township\n";
const PEOPLE: &str = "name,unit,kind,roles,team,accounts\n\
    赵样例,0,full_time,书记,,qq:1001\n\
    钱样例,0,seconded,,,qq:1002\n\
    孙样例,1,full_time,书记,,qq:1003\n\
    李样例,1,part_time,,,qq:1004\n\
    周样例,2,full_time,书记,,qq:1005\n\
    吴样例,0,,督导,,qq:1006\n\
    郑样例,2,full_time,,,\n";
const CHATS: &str =
    "chat,unit,role\n样例县干部群,0,cadre\n样例一镇青年群,1,youth\n样例县督导群,0,supervisor\n待绑定的群,2,youth\n";
const ENDPOINTS: &str = "chat,account,external_id,direction\n\
    样例县干部群,qq,900001,both\n样例一镇青年群,qq,900002,both\n样例县督导群,qq,900003,both\n";

pub(crate) struct Office {
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) qq: FakeOneBot,
    pub(crate) database: TestDatabase,
    pub(crate) url: String,
    worker: Worker,
    http: reqwest::Client,
    message_ids: AtomicI64,
    stopping: CancellationToken,
    server: tokio::task::JoinHandle<Result<(), anyhow::Error>>,
    config: PathBuf,
    _folder: tempfile::TempDir,
}

/// What came back for an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The words of the reply, or nothing.
    pub(crate) fn text(&self) -> String {
        quick_reply_text(&self.body).unwrap_or_default()
    }
}

async fn serving(
    app: &App,
    stopping: &CancellationToken,
) -> (String, tokio::task::JoinHandle<Result<(), anyhow::Error>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let router = app.router(metrics, stopping.clone());
    (url, tokio::spawn(serve(listener, router, ServerLimits::default(), vec![], stopping.clone())))
}

impl Office {
    /// Opens on Friday 20 November 2026, 10:00 in Shanghai.
    pub(crate) async fn open() -> Self {
        Self::open_with("").await
    }

    /// Opens as on PostgreSQL where nobody has configured a key for anonymous askers.
    pub(crate) async fn open_without_key() -> Self {
        Self::open_sealed("", false).await
    }

    /// Opens with more lines of configuration.
    pub(crate) async fn open_with(more: &str) -> Self {
        Self::open_sealed(more, true).await
    }

    async fn open_sealed(more: &str, sealed: bool) -> Self {
        let database = TestDatabase::create().await;
        let qq = FakeOneBot::start(Some("it-token-0123456789")).await;
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("it.toml");
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{}\"\n[privacy]\nseal_key = \"{SEAL_KEY}\"\n{more}\n\
             [[account]]\nname = \"qq\"\nplatform = \"onebot\"\n\
             secret = \"{SECRET}\"\naccess_token = \"it-token-0123456789\"\napi_url = \"{}\"\n",
            database.url,
            qq.api_url()
        );
        std::fs::write(&config, text).unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-20T10:00:00+08:00".parse::<DateTime<Utc>>().unwrap()));
        let mut app = App::open(Settings::load(Some(&config)).unwrap(), clock.clone()).await.unwrap();
        if !sealed {
            Arc::get_mut(&mut app.rules).unwrap().seal = None;
        }
        let sheets = folder.path().join("roster");
        std::fs::create_dir(&sheets).unwrap();
        for (name, text) in [("units", UNITS), ("people", PEOPLE), ("chats", CHATS), ("endpoints", ENDPOINTS)] {
            std::fs::write(sheets.join(format!("{name}.csv")), text).unwrap();
        }
        // the roster was imported long ago
        clock.advance(TimeDelta::days(-60));
        roster::apply(&app.store, roster::read_path(&sheets).unwrap(), app.account_names(), clock.now()).await.unwrap();
        clock.advance(TimeDelta::days(60));
        app.scheduler().tick().await.unwrap();

        let stopping = CancellationToken::new();
        let (url, server) = serving(&app, &stopping).await;
        let worker = app.worker("it");
        #[expect(clippy::disallowed_methods, reason = "the test is a platform of its own")]
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let message_ids = AtomicI64::new(1);
        Self { app, clock, qq, database, url, worker, http, message_ids, stopping, server, config, _folder: folder }
    }

    /// Stops the service and starts it again, on the same database and at the same hour.
    pub(crate) async fn restarted(self) -> Self {
        self.restarted_after(async |_| {}).await
    }

    /// Stops the service, lets something be done to its database, and starts it again.
    pub(crate) async fn restarted_after(self, meanwhile: impl AsyncFnOnce(&TestDatabase)) -> Self {
        self.stopping.cancel();
        self.server.await.unwrap().unwrap();
        self.app.store.close().await;
        meanwhile(&self.database).await;
        let app = App::open(Settings::load(Some(&self.config)).unwrap(), self.clock.clone()).await.unwrap();
        let stopping = CancellationToken::new();
        let (url, server) = serving(&app, &stopping).await;
        let worker = app.worker("it again");
        Self { app, url, worker, stopping, server, ..self }
    }

    /// Runs the real command line beside the service, on the same database; whether it succeeded, and all it said.
    pub(crate) fn command(&self, arguments: &[&str]) -> (bool, String) {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tuanqing"))
            .args(arguments)
            .arg("--config")
            .arg(&self.config)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// Imports sheets of a roster, and sees them at once.
    pub(crate) async fn import(&self, sheets: &[(&str, String)]) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in sheets {
            std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
        }
        let read = roster::read_path(folder.path()).unwrap();
        roster::apply(&self.app.store, read, self.app.account_names(), self.clock.now()).await.unwrap();
    }

    /// The machine's time, by which the command line stamps what it does.
    pub(crate) fn app_real_now(&self) -> DateTime<Utc> {
        tuanqing::clock::SystemClock.now() + TimeDelta::seconds(1)
    }

    pub(crate) fn time(&self) -> i64 {
        self.clock.now().timestamp()
    }

    pub(crate) fn next_message_id(&self) -> i64 {
        self.message_ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Somebody says something in a group; the words of the reply.
    pub(crate) async fn say(&self, group: i64, user: i64, text: &str) -> String {
        self.send(&group_message(SELF, group, user, self.next_message_id(), self.time(), text)).await.text()
    }

    /// Somebody says something to the bot in a group.
    pub(crate) async fn say_to_bot(&self, group: i64, user: i64, text: &str) -> String {
        self.send(&group_message(SELF, group, user, self.next_message_id(), self.time(), text).at_me()).await.text()
    }

    /// Somebody says something to the bot alone.
    pub(crate) async fn whisper(&self, user: i64, text: &str) -> String {
        self.send(&private_message(SELF, user, self.next_message_id(), self.time(), text)).await.text()
    }

    /// Delivers a signed event.
    pub(crate) async fn send(&self, event: &Event) -> Answer {
        let (headers, body) = event.signed(SECRET);
        self.post(headers.into_iter().map(|(name, value)| (name.to_owned(), value)), body.into_bytes()).await
    }

    /// Posts to the account's webhook.
    pub(crate) async fn post(&self, headers: impl IntoIterator<Item = (String, String)>, body: Vec<u8>) -> Answer {
        let mut request = self.http.post(format!("{}/webhooks/qq", self.url)).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        Answer { status: response.status().as_u16(), body: response.bytes().await.unwrap().to_vec() }
    }

    /// Gets a page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let response = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        Answer { status: response.status().as_u16(), body: response.bytes().await.unwrap().to_vec() }
    }

    /// Moves the clock to a moment in Shanghai, runs what is due, and delivers it.
    pub(crate) async fn until(&self, moment: &str) {
        let to: DateTime<Utc> = format!("{moment}+08:00").parse().unwrap();
        self.clock.set(to);
        self.app.scheduler().tick().await.unwrap();
        self.deliver().await;
    }

    /// Runs what is due now.
    pub(crate) async fn tick(&self) {
        self.app.scheduler().tick().await.unwrap();
    }

    /// One round of the worker.
    pub(crate) async fn deliver_once(&self) {
        self.worker.step().await.unwrap();
    }

    /// Delivers everything that may go out now, stepping over the pauses between messages.
    pub(crate) async fn deliver(&self) {
        let resume_at = self.clock.now();
        for _ in 0..200 {
            if self.worker.step().await.unwrap() == 0 {
                let Some(due_ms) =
                    self.app.store.reader().next_outbox_due(self.clock.now().timestamp_millis()).await.unwrap()
                else {
                    break;
                };
                let wait = due_ms - self.clock.now().timestamp_millis();
                // a pause of the rate limit is stepped over, a message that waits for its hour is left alone
                if wait > 60_000 {
                    break;
                }
                self.clock.advance(TimeDelta::milliseconds(wait.max(1)));
            }
        }
        self.clock.set(resume_at);
    }

    /// The number of every question there is.
    pub(crate) async fn numbers(&self) -> Vec<i64> {
        let rows = self.database.rows().await.into_iter().filter(|(table, _)| table == "question");
        let number = |row: String| serde_json::from_str::<serde_json::Value>(&row).unwrap()["number"].as_i64().unwrap();
        rows.map(|(_, row)| number(row)).collect()
    }

    /// What the bot has posted in a group.
    pub(crate) fn posted(&self, group: i64) -> Vec<SentMessage> {
        self.qq.group_messages(group)
    }

    /// What the bot has written to somebody.
    pub(crate) fn written(&self, user: i64) -> Vec<SentMessage> {
        self.qq.private_messages(user)
    }

    /// Closes. Nothing may be left leased, and nothing failed unless the test says so.
    pub(crate) async fn close(self) {
        let leased = self.database.count("SELECT COUNT(*) FROM outbox WHERE state IN ('leased', 'dead')").await;
        let failed = self.database.count("SELECT COUNT(*) FROM inbox WHERE state <> 'done'").await;
        self.close_with_leftovers().await;
        assert_eq!((leased, failed), (0, 0), "leased or dead messages, failed events");
    }

    /// Closes where the test has left something behind on purpose.
    pub(crate) async fn close_with_leftovers(self) {
        self.stopping.cancel();
        self.server.await.unwrap().unwrap();
        self.app.store.close().await;
    }
}
