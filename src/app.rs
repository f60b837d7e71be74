//! The composition root: the only file that names concrete types of every layer and builds HTTP clients.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::Router;
use chrono::{Datelike, Days, NaiveTime};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::charts::Charts;
use crate::clock::{Clock, ShiftedClock, SystemClock};
use crate::config::Settings;
use crate::domain::calendar::{Calendar, DayRange, instant};
use crate::domain::policy::{Policy, Severity};
use crate::http::server::{ServerLimits, serve};
use crate::http::simulator::SimulatorState;
use crate::http::{self, Http};
use crate::intake::Intake;
pub use crate::intake::reserved_words;
use crate::jobs::scheduler::Scheduler;
use crate::lifecycle::Lifecycle;
use crate::outbox::Worker;
use crate::photos;
use crate::platforms::simulator::Stage;
use crate::platforms::{Accounts, Tools, pictures};
use crate::seal::{Seal, key};
use crate::services::{Reveal, Rulebook, roster};
use crate::store::{ProcessLock, Store};
use crate::templates::Templates;

/// The embedded table of holidays.
const HOLIDAYS: &str = include_str!("../policies/holidays-cn.json");

/// What an operator hears where nobody can ask anonymously.
pub const NO_SEAL: &str = "没有配置匿名提问的密钥，所以不收匿名提问：用 openssl rand -base64 32 生成一把，存成文件写进 [privacy] seal_key_file，\
                           每个副本用同一把";

/// A service that is put together but not running yet: what `serve` runs, commands use and tests drive.
pub struct App {
    /// The settings.
    pub settings: Settings,
    /// The store, migrated.
    pub store: Store,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// Policy, calendar, words.
    pub rules: Arc<Rulebook>,
    /// The accounts.
    pub accounts: Accounts,
    charts: Arc<Charts>,
    stage: Option<Arc<Stage>>,
}

/// The clock for these settings: one that can be moved where the simulator is on.
pub fn clock_for(settings: &Settings) -> Arc<dyn Clock> {
    if settings.simulator.enabled { Arc::new(ShiftedClock::default()) } else { Arc::new(SystemClock) }
}

/// Reads policy, holidays and templates.
///
/// # Errors
/// Names the file and what is wrong in it.
pub fn load_rules(settings: &Settings) -> Result<Rulebook, anyhow::Error> {
    let policy = match Settings::policy_path(&settings.policy.file) {
        Some(path) => {
            let text = std::fs::read_to_string(&path).with_context(|| format!("读不了制度文件 {}", path.display()))?;
            // a word that a newer version has made a command is no reason not to start: `tuanqing check` names it
            let taken = Policy::read(&text, &reserved_words()).findings.len();
            let reading = Policy::read(&text, &[]);
            let said: Vec<String> = reading.of(Severity::Error).map(ToString::to_string).collect();
            if said.is_empty() && taken > 0 {
                tracing::warn!(policy.findings = taken, "the policy file gives pause: run `tuanqing check`");
            }
            reading.policy.ok_or_else(|| anyhow!("制度文件 {} 有误：\n{}", path.display(), said.join("\n")))?
        }
        None => Policy::preset(&settings.policy.preset).map_err(|error| anyhow!("[policy] preset：{error}"))?,
    };
    let mut calendar = Calendar::from_json(HOLIDAYS).context("内置节假日表")?;
    if let Some(path) = Settings::policy_path(&settings.policy.holidays) {
        let text = std::fs::read_to_string(&path).with_context(|| format!("读不了节假日文件 {}", path.display()))?;
        let own = Calendar::from_json(&text).with_context(|| format!("节假日文件 {}", path.display()))?;
        calendar = calendar.overlaid_with(own);
    }
    let folder = Settings::policy_path(&settings.policy.templates);
    let templates = Templates::load(folder.as_deref(), policy.field_day_word())?;
    let mut rules = Rulebook::new(policy, calendar, Arc::new(templates), settings.schedule.zone).context("词表")?;
    rules.reveal = if settings.privacy.reveal { Reveal::ByTwo } else { Reveal::Never };
    Ok(rules)
}

/// The seal of these settings: `None` where no key is configured and none may be made. On SQLite the key is made where it
/// is not there, once the database has been opened.
///
/// # Errors
/// Names the setting or the file, and says what is wrong with the key.
pub fn load_seal(settings: &Settings) -> Result<Option<Seal>, anyhow::Error> {
    let privacy = &settings.privacy;
    if !privacy.seal_key.is_empty() {
        return Ok(Some(key::check(privacy.seal_key.iter()).context("[privacy] seal_key")?));
    }
    let Some(path) = settings.seal_key_path() else { return Ok(None) };
    // a file that was named must be there: a new key in its place would open nothing
    let read = if privacy.seal_key_file.is_empty() { key::read_or_make(&path) } else { key::read(&path) };
    read.map(Some).with_context(|| format!("匿名提问的密钥（[privacy] seal_key_file）{}", path.display()))
}

impl App {
    /// Opens the database, brings it up to date and puts everything together.
    ///
    /// # Errors
    /// The first thing that is wrong, with what to do about it.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, anyhow::Error> {
        let mut rules = load_rules(&settings)?;
        let stage = settings.simulator.enabled.then(|| Arc::new(Stage::new(clock.clone())));
        let accounts = Accounts::build(&settings.account, &tools(&settings, stage.clone())?)?;
        let store = Store::open_migrated(&settings.database, settings.schedule.zone).await?;
        rules.seal = load_seal(&settings)?.map(Arc::new);
        let rules = Arc::new(rules);
        // loads tables that the first message would otherwise wait for
        tokio::task::spawn_blocking(|| {
            crate::domain::text::warm_up();
            crate::search::warm_up();
        });
        let charts = Arc::new(charts(&settings));
        Ok(Self { settings, store, clock, rules, accounts, charts, stage })
    }

    /// Where events go.
    pub fn intake(&self) -> Intake {
        let max_attempts = self.settings.privacy.max_event_attempts;
        Intake::new(self.store.clone(), self.clock.clone(), self.rules.clone(), max_attempts)
    }

    /// What runs jobs.
    pub fn scheduler(&self) -> Scheduler {
        Scheduler::new(self.store.clone(), self.clock.clone(), self.rules.clone())
    }

    /// What delivers messages; `owner` tells replicas apart.
    pub fn worker(&self, owner: &str) -> Worker {
        Worker {
            store: self.store.clone(),
            clock: self.clock.clone(),
            accounts: self.accounts.clone(),
            templates: self.rules.templates.clone(),
            seal: self.rules.seal.clone(),
            charts: self.charts.clone(),
            config: self.settings.delivery.clone(),
            owner: owner.to_owned(),
        }
    }

    /// What fetches and keeps the pictures of records.
    pub fn photos(&self) -> photos::Worker {
        photos::Worker {
            store: self.store.clone(),
            clock: self.clock.clone(),
            accounts: self.accounts.clone(),
            config: self.settings.photos.clone(),
        }
    }

    /// All routes.
    pub fn router(&self, metrics: PrometheusHandle, stopping: CancellationToken) -> Router {
        let intake = self.intake();
        let http = Http {
            store: self.store.clone(),
            clock: self.clock.clone(),
            accounts: self.accounts.clone(),
            deliver: Arc::new(move |event| {
                let intake = intake.clone();
                Box::pin(async move { intake.deliver(event).await.map_err(|_| http::DeliverError::Busy) })
            }),
            metrics,
            stopping,
            handler_timeout: http::HANDLER_TIMEOUT,
            body_timeout: http::BODY_TIMEOUT,
        };
        http::router(http, self.simulator_routes(), self.stage.is_some())
    }

    fn simulator_routes(&self) -> Router {
        let account = self.accounts.iter().find(|(_, adapter)| adapter.platform() == "simulator");
        let (Some(stage), Some((account, _))) = (self.stage.clone(), account) else { return Router::new() };
        let (scheduler, clock) = (self.scheduler(), self.clock.clone());
        http::simulator::routes(SimulatorState {
            stage,
            store: self.store.clone(),
            clock: self.clock.clone(),
            account: account.clone(),
            jobs: crate::jobs::JOBS.iter().map(|job| (job.name.to_owned(), job.title.to_owned())).collect(),
            run_job: Arc::new(move |name| {
                let (scheduler, now) = (scheduler.clone(), clock.now());
                Box::pin(async move {
                    let job = crate::jobs::find(&name).ok_or_else(|| "没有这个任务".to_owned())?;
                    let ran = scheduler.run_at(job, now).await.map_err(|fault| {
                        tracing::error!(job.name, error = %fault, "A job asked for in the simulator failed");
                        "没有办成，请看日志".to_owned()
                    })?;
                    Ok(format!("「{}」已运行：{} 条消息", job.title, ran.messages))
                })
            }),
        })
    }

    /// Puts the sample committee into an empty database.
    ///
    /// # Errors
    /// The database's.
    pub async fn import_sample_if_empty(&self) -> Result<bool, anyhow::Error> {
        if !self.settings.simulator.sample || !self.store.directory().is_empty() {
            return Ok(false);
        }
        let accounts = self.account_names();
        roster::apply(&self.store, roster::read_sample(), accounts, self.clock.now()).await?;
        self.store.refresh_directory(self.settings.schedule.zone).await?;
        Ok(true)
    }

    /// The names of all accounts.
    pub fn account_names(&self) -> Vec<String> {
        self.accounts.iter().map(|(name, _)| name.clone()).collect()
    }

    /// What an operator should hear at start: a calendar that ends soon, charts that cannot be drawn.
    pub fn warnings(&self) -> Vec<String> {
        let today = self.clock.now().with_timezone(&self.settings.schedule.zone).date_naive();
        let mut warnings = Vec::new();
        let next_year_unknown = today.month() >= 11
            && chrono::NaiveDate::from_ymd_opt(today.year() + 1, 1, 1)
                .is_some_and(|day| !self.rules.calendar.covers(day));
        if !self.rules.calendar.covers(today) {
            warnings.push(format!(
                "没有 {} 年的节假日安排，暂按周一至周五上班计算；请在 [policy] holidays 里补上",
                today.year()
            ));
        } else if next_year_unknown {
            warnings.push(format!(
                "还没有 {} 年的节假日安排（国务院一般在 11 月公布）；公布后请在 [policy] holidays 里补上",
                today.year() + 1
            ));
        }
        if self.rules.seal.is_none() {
            warnings.push(NO_SEAL.to_owned());
        }
        if let Some(path) = self.settings.seal_key_path().filter(|path| key::is_open_to_others(path)) {
            warnings.push(format!("别人也能读匿名提问的密钥 {}；请运行 chmod 600", path.display()));
        }
        warnings.extend(self.charts.font_file().err().map(|error| error.to_string()));
        warnings
    }
}

/// What draws charts; nothing is read before it is needed.
pub fn charts(settings: &Settings) -> Charts {
    Charts::with_font(&settings.charts.font)
}

/// What adapters work with.
///
/// # Errors
/// Where the system gives no HTTP client.
pub fn tools(settings: &Settings, simulator: Option<Arc<Stage>>) -> Result<Tools, anyhow::Error> {
    Ok(Tools { http: http_client(settings)?, pictures: picture_client()?, simulator })
}

/// The client for pictures at addresses that people sent: names are resolved to public addresses only, and a redirect is
/// held to the same rules.
fn picture_client() -> Result<reqwest::Client, anyhow::Error> {
    #[expect(clippy::disallowed_methods, reason = "this is the file that may build clients")]
    let builder = reqwest::Client::builder();
    builder
        .dns_resolver(pictures::PublicOnly)
        .redirect(pictures::redirects())
        .no_proxy()
        .timeout(pictures::LONGEST_FETCH)
        .connect_timeout(Duration::from_secs(5))
        .user_agent(concat!("tuanqing/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("HTTP 客户端")
}

/// The client for calls to platforms: no redirects, no proxy, time-outs set.
fn http_client(settings: &Settings) -> Result<reqwest::Client, anyhow::Error> {
    // one cryptography for everything; a second call finds it installed, which is as good
    let _ = rustls::crypto::ring::default_provider().install_default();
    #[expect(clippy::disallowed_methods, reason = "this is the file that may build clients")]
    let builder = reqwest::Client::builder();
    builder
        // an address in an answer is never followed: we talk to configured hosts only
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_millis(settings.delivery.request_timeout_ms))
        .connect_timeout(Duration::from_secs(3))
        .user_agent(concat!("tuanqing/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("HTTP 客户端")
}

/// Whoever tries the program on a weekend, or late in the week, starts on the Monday after: otherwise what they report
/// now would stand under "last week" in the digest that comes next.
fn begin_on_a_monday(app: &App) {
    let zone = app.settings.schedule.zone;
    let now = app.clock.now().with_timezone(&zone);
    let week = DayRange::week_of(now.date_naive());
    let digest = instant(week.first + Days::new(4), NaiveTime::from_hms_opt(17, 0, 0).unwrap_or_default(), zone);
    if now >= digest {
        let monday = week.last + Days::new(1);
        app.clock.move_to(instant(monday, NaiveTime::from_hms_opt(9, 30, 0).unwrap_or_default(), zone));
    }
}

/// Runs the service until a signal, or until one of its tasks dies.
///
/// # Errors
/// What kept it from starting, or the task that died.
pub async fn run(
    settings: Settings,
    metrics: PrometheusHandle,
    out: &mut dyn std::io::Write,
) -> Result<(), anyhow::Error> {
    let clock = clock_for(&settings);
    let app = App::open(settings, clock).await?;
    let _lock = app.store.sqlite_file().map(|file| ProcessLock::take(Path::new(file))).transpose()?;
    app.store.check_ready().await.map_err(|problem| anyhow!("数据库不可靠，不能启动：{problem}"))?;
    let sample = app.import_sample_if_empty().await?;
    // a real account's messages carry the real time, and would be refused as stale
    if sample && app.accounts.iter().all(|(_, adapter)| adapter.platform() == "simulator") {
        begin_on_a_monday(&app);
    }
    for warning in app.warnings() {
        tracing::warn!("{warning}");
    }

    let lifecycle = Lifecycle::new();
    let listener = TcpListener::bind(app.settings.server.listen)
        .await
        .with_context(|| format!("不能监听 {}；可能已被占用", app.settings.server.listen))?;
    let address = listener.local_addr()?;
    let stopping = lifecycle.stopping();
    let router = app.router(metrics.clone(), stopping.clone());
    let proxies = app.settings.server.trusted_proxies.clone();
    lifecycle.spawn("http", serve(listener, router, ServerLimits::default(), proxies, stopping.clone()));
    lifecycle.spawn("retries", app.intake().run_retries(stopping.clone()));
    let owner = format!("{}-{:08x}", std::process::id(), rand::random::<u32>());
    lifecycle.spawn("outbox", app.worker(&owner).run(stopping.clone()));
    lifecycle.spawn("photos", app.photos().run(stopping.clone()));
    lifecycle.spawn("figures", crate::telemetry::keep_up(metrics, stopping.clone()));
    if app.settings.schedule.enabled {
        let every = Duration::from_millis(app.settings.schedule.tick_ms);
        lifecycle.spawn("schedule", app.scheduler().run(every, stopping.clone()));
    }

    writeln!(out, "团情已启动：http://{address}")?;
    if app.settings.simulator.enabled {
        if sample {
            writeln!(out, "已放入样例县（样例数据，可随意试）。")?;
        }
        writeln!(out, "打开模拟器：http://{address}/simulator")?;
    }
    out.flush()?;
    let reason = lifecycle.run_until_signal().await?;
    if let Err(still) = lifecycle.drain(Duration::from_secs(17)).await {
        tracing::warn!(tasks = ?still.0, "Some tasks did not end in time");
    }
    app.store.close().await;
    reason.into_result()
}
