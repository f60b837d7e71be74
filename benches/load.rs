//! Drives the running service over HTTP with signed OneBot check-ins and prints what it did.
//!
//! `cargo bench --bench load` (or `just bench`): SQLite, and PostgreSQL where `TUANQING_BENCH_POSTGRES` names a server
//! (`postgres://postgres@127.0.0.1/postgres`). The service runs on one core, the driver on another, where the machine
//! has two and `taskset`. The job is the whole one: verify, dedupe, person, permission, record, reply, commit. Figures,
//! not verdicts: nothing here fails for being slow; everything fails for being wrong.
//!
//! Then young people ask in between: every twentieth message is a question, looked up among 100,000 published ones. Rounds
//! without and with questions take turns; what counts is how many check-ins a second are left.
//! `TUANQING_BENCH_DOCUMENTS=20000` makes it smaller, `TUANQING_BENCH_ONLY=mix` leaves the rest out.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sea_orm::ConnectionTrait;
use sha1::Sha1;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tuanqing::domain::directory::DEFAULT_ZONE;
use tuanqing::store::{DatabaseConfig, Store};

#[path = "common/published.rs"]
mod published;

const SECRET: &str = "bench-secret-0123456789";
const PEOPLE: u64 = 2_000;
const CONNECTIONS: usize = 64;
/// Every fiftieth delivery repeats an earlier one.
const REDELIVER: u64 = 50;
/// In the mix every twentieth message is a question; none of them is one of those that are repeated.
const ASK_EVERY: u64 = 20;
const ASK_AT: u64 = 7;
/// How often rounds without and with questions take turns.
const PAIRS: usize = 5;

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Load {
    /// Check-ins.
    CheckIns,
    /// Check-ins, and questions in between.
    Mixed,
}

impl Load {
    fn asks(self, number: u64) -> bool {
        self == Self::Mixed && number % ASK_EVERY == ASK_AT
    }
}

/// Figures go to the terminal.
macro_rules! say {
    ($($part:tt)*) => {{
        let _ = writeln!(std::io::stdout(), $($part)*);
    }};
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let seconds = std::env::var("TUANQING_BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let pinned = pin_self();
    say!("driver and service {}", if pinned { "on a core each" } else { "share all cores (no taskset, or one core)" });
    runtime.block_on(measure("SQLite", None, pinned, seconds))?;
    if let Ok(server) = std::env::var("TUANQING_BENCH_POSTGRES") {
        let name = format!("tuanqing_bench_{}", std::process::id());
        psql(&server, &format!("CREATE DATABASE {name}"))?;
        // the server stands beside us: encrypting the loopback would measure the cipher
        let url =
            format!("{}/{name}?sslmode=disable", server.rsplit_once('/').map_or(server.as_str(), |(host, _)| host));
        let measured = runtime.block_on(measure("PostgreSQL", Some((&url, &server)), pinned, seconds));
        psql(&server, &format!("DROP DATABASE {name} WITH (FORCE)"))?;
        measured?;
    } else {
        say!("\nPostgreSQL: not measured; set TUANQING_BENCH_POSTGRES=postgres://user@host/postgres");
    }
    Ok(())
}

async fn measure(title: &str, postgres: Option<(&str, &str)>, pinned: bool, seconds: u64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let config = write_config(folder.path(), postgres.map(|(url, _)| url))?;
    import_roster(folder.path(), &config)?;
    say!("\n{title}");
    let file = format!("sqlite://{}", folder.path().join("bench.sqlite").display());
    publish(postgres.map_or(file.as_str(), |(url, _)| url)).await?;
    let mut starts: Vec<f64> = Vec::new();
    for _ in 0..3 {
        let service = Service::start(&config, pinned).await?;
        starts.push(service.cold_start.as_secs_f64() * 1_000.0);
        service.stop()?;
    }
    starts.sort_by(f64::total_cmp);
    say!("  cold start to first ready answer: {:.0} ms (median of 3)", starts[1]);

    let service = Service::start(&config, pinned).await?;
    if let (Some((_, server)), true) = (postgres, pinned) {
        // the database's work for us belongs on the service's core
        let pids = psql(server, "SELECT pid FROM pg_stat_activity")?;
        for pid in pids.lines().map(str::trim).filter(|pid| pid.parse::<u32>().is_ok()) {
            let _ =
                Command::new("taskset").args(["-cp", "0", pid]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
    }
    let next = Arc::new(AtomicU64::new(1));
    closed_loop(&service, next.clone(), Duration::from_secs(2), Load::CheckIns).await?; // warm-up, not counted
    if std::env::var("TUANQING_BENCH_ONLY").is_ok_and(|only| only == "mix") {
        mix(&service, next, seconds).await?;
        return service.stop();
    }
    say!("  {:<28} {:>9} {:>8} {:>8} {:>8} {:>12}", "", "events/s", "p50 ms", "p99 ms", "p99.9 ms", "CPU s/1000");
    for round in 1..=3 {
        let before = service.cpu_seconds();
        let run = closed_loop(&service, next.clone(), Duration::from_secs(seconds), Load::CheckIns).await?.0;
        run.print(&format!("{CONNECTIONS} connections, closed ({round})"), service.cpu_seconds() - before);
    }
    for rate in [500, 2_000] {
        let before = service.cpu_seconds();
        let run = open_loop(&service, next.clone(), rate, Duration::from_secs(seconds)).await?.0;
        run.print(&format!("{rate}/s, open"), service.cpu_seconds() - before);
    }
    mix(&service, next, seconds).await?;
    say!("  peak memory of the service: {:.1} MB", service.peak_memory_mb());
    service.stop()?;
    Ok(())
}

/// What asking costs those who check in.
async fn mix(service: &Service, next: Arc<AtomicU64>, seconds: u64) -> Result<(), Failure> {
    closed_loop(service, next.clone(), Duration::from_secs(2), Load::Mixed).await?; // warm-up
    let mut ratios = Vec::new();
    for round in 1..=PAIRS {
        let (alone, _) = closed_loop(service, next.clone(), Duration::from_secs(seconds), Load::CheckIns).await?;
        let (mixed, asked) = closed_loop(service, next.clone(), Duration::from_secs(seconds), Load::Mixed).await?;
        let ratio = mixed.rate() / alone.rate();
        say!(
            "  check-ins/s ({round}): {:.0} alone, {:.0} with {} questions in between: {ratio:.3}; questions p50 {:.1} ms, p99 {:.1} ms",
            alone.rate(),
            mixed.rate(),
            asked.latencies.len(),
            asked.at(0.5),
            asked.at(0.99),
        );
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    say!("  check-ins left at 5 % questions: {:.3} (median of {PAIRS})", ratios[PAIRS / 2]);
    Ok(())
}

/// Published questions with their answers, to be found by those who ask.
async fn publish(url: &str) -> Result<(), Failure> {
    let size = std::env::var("TUANQING_BENCH_DOCUMENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let config = DatabaseConfig { url: url.to_owned().into(), max_readers: 2, max_batch: 64 };
    let store = Store::open_migrated(&config, DEFAULT_ZONE).await?;
    let directory = store.directory();
    let root = *directory.roots().first().ok_or("no unit")?;
    let person = directory.people().next().ok_or("nobody")?.id;
    store.close().await;
    let db = sea_orm::Database::connect(url).await?;
    let started = Instant::now();
    published::fill(&db, root, size).await?;
    // the rows behind the words: what is shown is read from them
    let rank = "(SELECT COUNT(*) FROM published) ";
    for statement in [
        format!(
            "INSERT INTO question (id, number, unit_id, asker_account, asker_external_id, asker_name, text, state, asked_at_ms, due_at_ms,
             answered_at_ms, who, holder_unit_id, published_at_ms)
             SELECT question_id, ROW_NUMBER() OVER (ORDER BY question_id), {root}, 'qq', '1', '', text, 'closed', 1700000000000,
             1700000000000, 1700000000000, 'qq/' || question_id, {root}, 1700000000000 FROM published"
        ),
        format!(
            "INSERT INTO answer (id, question_id, person_id, text, given_at_ms)
             SELECT question_id, question_id, {}, '请带身份证到便民中心办理。', 1700000000000 FROM published",
            person.0
        ),
        format!("INSERT INTO counter (name, value) VALUES ('question', {rank})"),
        "ANALYZE".to_owned(),
    ] {
        db.execute_unprepared(&statement).await?;
    }
    db.close().await?;
    say!("  {size} published questions in {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn write_config(folder: &Path, postgres: Option<&str>) -> Result<PathBuf, Failure> {
    let database = match postgres {
        Some(url) => url.to_owned(),
        None => format!("sqlite://{}", folder.join("bench.sqlite").display()),
    };
    let path = folder.join("bench.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{database}\"\n[schedule]\nenabled = false\n\
         [[account]]\nname = \"qq\"\nplatform = \"onebot\"\nsecret = \"{SECRET}\"\napi_url = \"http://127.0.0.1:9\"\n"
    );
    std::fs::write(&path, text)?;
    Ok(path)
}

fn import_roster(folder: &Path, config: &Path) -> Result<(), Failure> {
    let roster = folder.join("roster");
    std::fs::create_dir(&roster)?;
    let mut units = String::from("code,name,parent,level\n0,样例县,,county\n");
    let mut people = String::from("name,unit,kind,roles,team,accounts\n");
    for unit in 1..=20 {
        units.push_str(&format!("{unit},样例{unit}镇,0,township\n"));
    }
    for person in 0..PEOPLE {
        people.push_str(&format!("样例{person},{},full_time,,,qq:{}\n", person % 20 + 1, 100_000 + person));
    }
    std::fs::write(roster.join("units.csv"), units)?;
    std::fs::write(roster.join("people.csv"), people)?;
    std::fs::write(roster.join("chats.csv"), "chat,unit,role\n样例干部群,0,cadre\n样例青年群,1,youth\n")?;
    std::fs::write(
        roster.join("endpoints.csv"),
        "chat,account,external_id,direction\n样例干部群,qq,900001,both\n样例青年群,qq,900002,both\n",
    )?;
    let status = Command::new(env!("CARGO_BIN_EXE_tuanqing"))
        .args(["roster", "import"])
        .arg(&roster)
        .arg("--config")
        .arg(config)
        .stdout(Stdio::null())
        .status()?;
    if status.success() { Ok(()) } else { Err("the roster could not be imported".into()) }
}

struct Service {
    child: Child,
    address: String,
    cold_start: Duration,
}

impl Service {
    async fn start(config: &Path, pinned: bool) -> Result<Self, Failure> {
        let mut command = if pinned {
            let mut command = Command::new("taskset");
            command.args(["-c", "0", env!("CARGO_BIN_EXE_tuanqing")]);
            command
        } else {
            Command::new(env!("CARGO_BIN_EXE_tuanqing"))
        };
        let started = Instant::now();
        let mut child =
            command.arg("serve").arg("--config").arg(config).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let address = line.trim().rsplit_once("http://").ok_or("the service did not start")?.1.to_owned();
        let mut stream = TcpStream::connect(&address).await?;
        let request = format!("GET /health/ready HTTP/1.1\r\nhost: {address}\r\n\r\n");
        let (status, _) = exchange(&mut stream, request.as_bytes(), &mut Vec::new()).await?;
        if status != 200 {
            return Err(format!("not ready: {status}").into());
        }
        Ok(Self { child, address, cold_start: started.elapsed() })
    }

    fn stop(mut self) -> Result<(), Failure> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err("the service did not stop cleanly".into()) }
    }

    /// User and system time so far; of the service alone.
    fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        (ticks(11) + ticks(12)) / 100.0
    }

    fn peak_memory_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("");
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
    }
}

/// One signed delivery. The same number gives the same bytes: a redelivery.
#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn request(number: u64, address: &str, time: i64, load: Load) -> Vec<u8> {
    let (group, user, text) = if load.asks(number) {
        // somebody else each time: few have five open questions
        let asked = published::question(&mut published::Random(number.wrapping_mul(7_919)));
        (900_002, 5_000_000 + number, format!("提问 {asked}"))
    } else {
        (900_001, 100_000 + number % PEOPLE, "签到 东风社区 走访青年12人".to_owned())
    };
    let body = format!(
        "{{\"time\":{time},\"self_id\":10001,\"post_type\":\"message\",\"message_type\":\"group\",\"sub_type\":\"normal\",\
         \"message_id\":{number},\"group_id\":{group},\"user_id\":{user},\"anonymous\":null,\
         \"message\":[{{\"type\":\"text\",\"data\":{{\"text\":\"{text}\"}}}}],\
         \"raw_message\":\"{text}\",\"font\":14,\
         \"sender\":{{\"user_id\":{user},\"nickname\":\"样例\",\"card\":\"样例县-样例\",\"role\":\"member\"}}}}"
    );
    let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).expect("any length is a key");
    mac.update(body.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let mut request = Vec::with_capacity(body.len() + 256);
    let _ = write!(
        request,
        "POST /webhooks/qq HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nx-self-id: 10001\r\n\
         x-signature: sha1={signature}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    request
}

/// Sends a request and reads the response; returns status and where the body begins in `buffer`.
async fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<(u16, usize), Failure> {
    stream.write_all(request).await?;
    buffer.clear();
    loop {
        let mut chunk = [0_u8; 4_096];
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Err("the service closed the connection".into());
        }
        buffer.extend_from_slice(&chunk[..read]);
        let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|value| value.trim().parse().ok())
            .unwrap_or(0);
        if buffer.len() >= head + 4 + length {
            let status = text.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
            return Ok((status, head + 4));
        }
    }
}

fn check(status: u16, body: &[u8], asked: bool) -> Result<(), Failure> {
    let body = String::from_utf8_lossy(body);
    let is_right =
        if asked { body.contains("编号") || body.contains("仍要提问") } else { body.contains("已记下") };
    if status == 200 && is_right { Ok(()) } else { Err(format!("unexpected answer {status}: {body}").into()) }
}

fn now() -> i64 {
    tuanqing::clock::Clock::now(&tuanqing::clock::SystemClock).timestamp()
}

/// The next delivery's number: mostly a new one, sometimes one from a while ago.
fn pick(next: &AtomicU64) -> u64 {
    let number = next.fetch_add(1, Ordering::Relaxed);
    if number.is_multiple_of(REDELIVER) && number > 1_000 { number - 500 } else { number }
}

/// Of each request whether it asked, and its milliseconds.
type Latencies = Vec<(bool, f64)>;

struct Run {
    latencies: Vec<f64>,
    elapsed: f64,
}

impl Run {
    fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed
    }

    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_by(f64::total_cmp);
        let place = (sorted.len() as f64 * share) as usize;
        sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
    }

    fn print(mut self, title: &str, cpu: f64) {
        self.latencies.sort_by(f64::total_cmp);
        let count = self.latencies.len();
        let at = |share: f64| {
            self.latencies.get(((count as f64 * share) as usize).min(count.saturating_sub(1))).copied().unwrap_or(0.0)
        };
        say!(
            "  {title:<28} {:>9.0} {:>8.2} {:>8.2} {:>8.2} {:>12.3}",
            count as f64 / self.elapsed,
            at(0.5),
            at(0.99),
            at(0.999),
            cpu / count as f64 * 1_000.0
        );
    }
}

/// The check-ins, and the questions between them.
async fn closed_loop(
    service: &Service,
    next: Arc<AtomicU64>,
    length: Duration,
    load: Load,
) -> Result<(Run, Run), Failure> {
    // the connections before must be seen to be gone: the service gives one address 64 places
    tokio::time::sleep(Duration::from_millis(300)).await;
    let started = Instant::now();
    let time = now();
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let (address, next) = (service.address.clone(), next.clone());
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(&address).await?;
            stream.set_nodelay(true)?;
            let (mut latencies, mut buffer) = (Vec::new(), Vec::new());
            while started.elapsed() < length {
                let number = pick(&next);
                let request = request(number, &address, time, load);
                let sent = Instant::now();
                let (status, body) = exchange(&mut stream, &request, &mut buffer).await?;
                latencies.push((load.asks(number), sent.elapsed().as_secs_f64() * 1_000.0));
                check(status, &buffer[body..], load.asks(number))?;
            }
            Ok::<_, Failure>(latencies)
        }));
    }
    gather(tasks, started).await
}

/// Requests fall due at a fixed rate, whether or not earlier ones were answered; latency counts from the due instant.
async fn open_loop(
    service: &Service,
    next: Arc<AtomicU64>,
    rate: u64,
    length: Duration,
) -> Result<(Run, Run), Failure> {
    tokio::time::sleep(Duration::from_millis(300)).await;
    let started = Instant::now();
    let time = now();
    let total = rate * length.as_secs();
    let due = Arc::new(Mutex::new(
        (0..total).map(|n| started + Duration::from_nanos(n * 1_000_000_000 / rate)).collect::<VecDeque<_>>(),
    ));
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let (address, next, due) = (service.address.clone(), next.clone(), due.clone());
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(&address).await?;
            stream.set_nodelay(true)?;
            let (mut latencies, mut buffer) = (Vec::new(), Vec::new());
            loop {
                let Some(instant) = due.lock().map_err(|_| "poisoned")?.pop_front() else { break };
                let request = request(pick(&next), &address, time, Load::CheckIns);
                // the timer is a millisecond coarse; the last stretch is waited for by yielding
                if let Some(early) = instant.checked_duration_since(Instant::now() + Duration::from_millis(2)) {
                    tokio::time::sleep(early).await;
                }
                while Instant::now() < instant {
                    tokio::task::yield_now().await;
                }
                let (status, body) = exchange(&mut stream, &request, &mut buffer).await?;
                latencies.push((false, instant.elapsed().as_secs_f64() * 1_000.0));
                check(status, &buffer[body..], false)?;
            }
            Ok::<_, Failure>(latencies)
        }));
    }
    gather(tasks, started).await
}

async fn gather(
    tasks: Vec<tokio::task::JoinHandle<Result<Latencies, Failure>>>,
    started: Instant,
) -> Result<(Run, Run), Failure> {
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    let elapsed = started.elapsed().as_secs_f64();
    let of = |asked: bool| Run {
        latencies: all.iter().filter(|(one, _)| *one == asked).map(|(_, latency)| *latency).collect(),
        elapsed,
    };
    Ok((of(false), of(true)))
}

fn pin_self() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores > 1
        && Command::new("taskset")
            .args(["-acp", "1", &std::process::id().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
}

fn psql(server: &str, sql: &str) -> Result<String, Failure> {
    let output = Command::new("psql").args([server, "-qAtc", sql]).output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}
