//! The real binary, in a folder and with a database of its own: configure, import, start, ask, stop, kill.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement};
use sha1::Sha1;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::database::{OwnDatabase, postgres_server};

/// The secret of the account `qq`.
pub(crate) const SECRET: &str = "sample-secret-0123456789";
/// How many cadres the roster has; their accounts begin at [`FIRST_CADRE`].
pub(crate) const CADRES: u64 = 200;
/// The first cadre's account.
pub(crate) const FIRST_CADRE: u64 = 100_000;
/// The cadre group.
pub(crate) const CADRE_GROUP: u64 = 900_001;
/// The first supervisor group; the others follow.
pub(crate) const FIRST_SUPERVISOR_GROUP: u64 = 910_001;

/// How long a start, a stop or a named point may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// SQLite, and PostgreSQL where the environment names a server.
pub(crate) fn databases(test: &str) -> Vec<Kind> {
    if postgres_server().is_some() {
        return vec![Kind::Sqlite, Kind::Postgres];
    }
    eprintln!("{test}: on SQLite only; TUANQING_TEST_DATABASE_URL names no PostgreSQL");
    vec![Kind::Sqlite]
}

/// Whether there is a PostgreSQL; says so where there is none.
pub(crate) fn has_postgres(test: &str) -> bool {
    let has = postgres_server().is_some();
    if !has {
        eprintln!("{test}: nothing was run; TUANQING_TEST_DATABASE_URL names no PostgreSQL");
    }
    has
}

/// A folder with a configuration, and its database.
pub(crate) struct Site {
    // dropped last
    folder: TempDir,
    database: Option<OwnDatabase>,
    url: String,
}

impl Site {
    /// A configuration with one OneBot account `qq`; the database is empty. `api_url` is where messages go; `more` is
    /// appended.
    pub(crate) async fn empty(kind: Kind, api_url: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(OwnDatabase::create().await),
        };
        let url = match &database {
            Some(database) => database.url(),
            None => format!("sqlite://{}", folder.path().join("site.sqlite").display()),
        };
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{url}\"\n[schedule]\nenabled = false\n{more}\n\
             [[account]]\nname = \"qq\"\nplatform = \"onebot\"\nsecret = \"{SECRET}\"\napi_url = \"{api_url}\"\n"
        );
        std::fs::write(folder.path().join("site.toml"), text).expect("the configuration");
        Self { folder, database, url }
    }

    /// The same, with a roster: a county, its townships, [`CADRES`] cadres, a cadre group and `supervisors` supervisor
    /// groups.
    pub(crate) async fn with_roster(kind: Kind, api_url: &str, more: &str, supervisors: u64) -> Self {
        let site = Self::empty(kind, api_url, more).await;
        let roster = site.folder.path().join("roster");
        std::fs::create_dir(&roster).expect("a folder");
        let mut units = String::from("code,name,parent,level\n0,样例县,,county\n");
        let mut people = String::from("name,unit,kind,roles,team,accounts\n");
        let mut chats = String::from("chat,unit,role\n样例干部群,0,cadre\n");
        let mut endpoints = format!("chat,account,external_id,direction\n样例干部群,qq,{CADRE_GROUP},both\n");
        for unit in 1..=10 {
            units.push_str(&format!("{unit},样例{unit}镇,0,township\n"));
        }
        for person in 0..CADRES {
            let account = FIRST_CADRE + person;
            people.push_str(&format!("样例{person},{},full_time,,,qq:{account}\n", person % 10 + 1));
        }
        people.push_str("赵样例,1,full_time,,,\n");
        // tied to no group yet
        chats.push_str("样例新群,0,cadre\n");
        for group in 0..supervisors {
            chats.push_str(&format!("样例督导{group}群,{},supervisor\n", group % 11));
            endpoints.push_str(&format!("样例督导{group}群,qq,{},both\n", FIRST_SUPERVISOR_GROUP + group));
        }
        for (name, text) in [("units", units), ("people", people), ("chats", chats), ("endpoints", endpoints)] {
            std::fs::write(roster.join(format!("{name}.csv")), text).expect("a sheet");
        }
        site.run(&["roster", "import", roster.to_str().expect("a path")]);
        site
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A command of the program, with this configuration.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tuanqing"));
        self.complete(&mut command);
        command.args(arguments);
        command
    }

    fn complete(&self, command: &mut Command) {
        command.current_dir(self.path()).env("TUANQING_CONFIG", self.path().join("site.toml"));
        for name in ["TUANQING_FAILPOINT", "TUANQING_CONTROL", "TUANQING_POISON", "TUANQING_LOG", "TUANQING_LOG_FORMAT"]
        {
            command.env_remove(name);
        }
    }

    /// Runs a command to its good end and returns what it says.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        said(self.command(arguments).output().expect("the program runs"))
    }

    /// Starts the service.
    pub(crate) async fn start(&self, environment: &[(&str, &str)]) -> Service {
        self.try_start(environment).await.unwrap_or_else(|| panic!("the service did not start: {}", self.log()))
    }

    /// Starts the service; `None` where it ends before it is ready, as one may that has a named point to die at.
    pub(crate) async fn try_start(&self, environment: &[(&str, &str)]) -> Option<Service> {
        self.launch(self.command(&["serve"]), environment).await
    }

    /// Starts the service under another program, such as a tracer.
    pub(crate) async fn start_under(&self, tracer: &[&str], environment: &[(&str, &str)]) -> Service {
        let mut command = Command::new(tracer[0]);
        command.args(&tracer[1..]).arg(env!("CARGO_BIN_EXE_tuanqing")).arg("serve");
        self.complete(&mut command);
        self.launch(command, environment).await.unwrap_or_else(|| panic!("the service did not start: {}", self.log()))
    }

    async fn launch(&self, mut command: Command, environment: &[(&str, &str)]) -> Option<Service> {
        let log: File = OpenOptions::new().create(true).append(true).open(self.log_file()).expect("a log");
        let child = command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(log).spawn();
        let mut child = child.expect("the program runs");
        let stdout = child.stdout.take().expect("its output");
        let (said, hears) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            let _ = said.send(lines.find_map(|line| Some(line.strip_prefix("团情已启动：http://")?.to_owned())));
            // whatever else it says is heard to the end
            lines.for_each(drop);
        });
        let heard = tokio::time::timeout(PATIENCE, hears).await;
        let mut service = Service { child, address: String::new() };
        match heard {
            Ok(Ok(Some(address))) => service.address = address,
            Ok(_) => return None,
            Err(_) => panic!("the service neither starts nor ends: {}", self.log()),
        }
        Some(service)
    }

    fn log_file(&self) -> PathBuf {
        self.path().join("service.log")
    }

    /// The end of what services here have logged.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read_to_string(self.log_file()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// Looks into the database past the program.
    pub(crate) async fn look(&self) -> Look {
        let mut options = ConnectOptions::new(&self.url);
        options.max_connections(1).sqlx_logging(false);
        Look(Database::connect(options).await.expect("the database answers"))
    }

    /// How many rows a query counts.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let look = self.look().await;
        let rows = look.rows(sql).await;
        look.close().await;
        rows[0].try_get_by_index(0).expect("a number")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // before the folder goes
        drop(self.database.take());
    }
}

fn said(output: Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
    out.into_owned()
}

/// One connection to the database.
pub(crate) struct Look(DatabaseConnection);

impl Look {
    /// All rows of a query.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        self.0.query_all_raw(Statement::from_string(self.0.get_database_backend(), sql)).await.expect("rows")
    }

    /// Keeps everybody else from writing until [`Look::let_write`].
    pub(crate) async fn stop_writes(&self) {
        let statements: &[&str] = match self.0.get_database_backend() {
            DbBackend::Sqlite => &["BEGIN IMMEDIATE"],
            _ => &["BEGIN", "LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"],
        };
        for statement in statements {
            self.0.execute_unprepared(statement).await.expect("the lock");
        }
    }

    /// Ends [`Look::stop_writes`].
    pub(crate) async fn let_write(&self) {
        self.0.execute_unprepared("ROLLBACK").await.expect("an end");
    }

    /// SQLite's own check of the file.
    pub(crate) async fn assert_whole(&self) {
        if self.0.get_database_backend() == DbBackend::Sqlite {
            let rows = self.rows("PRAGMA integrity_check").await;
            let found: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect();
            assert_eq!(found, ["ok"]);
        }
    }

    pub(crate) async fn close(self) {
        self.0.close().await.expect("a clean end");
    }
}

/// A running service. Dropping it kills it.
pub(crate) struct Service {
    child: Child,
    /// `host:port`.
    pub(crate) address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it was still there");
        self.child.wait().expect("it is gone");
    }

    /// Waits for an end that it meets by itself; `None` where it lives on.
    pub(crate) async fn until_dead(&mut self, longest: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return Some(status);
            }
            if began.elapsed() > longest {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Asks it to stop, and waits until it has, in good order.
    pub(crate) async fn stop(mut self) {
        let id = self.child.id();
        // a tracer does not hand signals on: its child is asked
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let asked = children.split_whitespace().next().map_or_else(|| id.to_string(), str::to_owned);
        assert!(Command::new("kill").args(["-TERM", &asked]).status().expect("kill runs").success());
        let status = self.until_dead(PATIENCE).await.expect("it stops");
        assert!(status.success(), "it stops in good order: {status}");
    }

    /// A connection to it.
    pub(crate) async fn connect(&self) -> std::io::Result<Connection> {
        Connection::open(&self.address).await
    }

    /// Posts one body to the account, on a connection of its own.
    pub(crate) async fn post(&self, body: &str) -> Answer {
        self.connect().await.expect("a connection").post(body).await.expect("an answer")
    }

    /// The body of a `GET`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.connect().await.expect("a connection").get(path).await.expect("an answer")
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Whether the platform may forget the event.
    pub(crate) fn acknowledges(&self) -> bool {
        matches!(self.status, 200 | 204)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection that is kept open between requests.
pub(crate) struct Connection {
    stream: TcpStream,
    address: String,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address: address.to_owned() })
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Sends a signed body and does not wait.
    pub(crate) async fn send_post(&mut self, body: &str) -> std::io::Result<()> {
        let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).expect("any length is a key");
        mac.update(body.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let mut request = Vec::with_capacity(body.len() + 256);
        write!(
            request,
            "POST /webhooks/qq HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\nx-self-id: 10001\r\n\
             x-signature: sha1={signature}\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )?;
        self.send(&request).await
    }

    /// Sends a signed body and waits for the answer.
    pub(crate) async fn post(&mut self, body: &str) -> std::io::Result<Answer> {
        self.send_post(body).await?;
        self.receive().await
    }

    /// Gets a page.
    pub(crate) async fn get(&mut self, path: &str) -> std::io::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address);
        self.send(request.as_bytes()).await?;
        self.receive().await
    }

    /// The whole next answer. An answer that breaks off is an error.
    pub(crate) async fn receive(&mut self) -> std::io::Result<Answer> {
        let mut buffer = Vec::new();
        loop {
            if self.stream.read_buf(&mut buffer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|value| value.trim().parse().ok()).unwrap_or(0);
            if buffer.len() >= head + 4 + length {
                let status = text.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
                return Ok(Answer { status, body: buffer.split_off(head + 4) });
            }
        }
    }
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> u64 {
    let now = tuanqing::clock::Clock::now(&tuanqing::clock::SystemClock);
    u64::try_from(now.timestamp()).unwrap_or(0)
}

/// Somebody says something in a group. The same arguments give the same bytes: a redelivery.
pub(crate) fn group_message(group: u64, user: u64, message: u64, time: u64, text: &str) -> String {
    serde_json::json!({"time": time, "self_id": 10_001, "post_type": "message", "message_type": "group",
        "sub_type": "normal", "message_id": message, "group_id": group, "user_id": user, "anonymous": null,
        "message": [{"type": "text", "data": {"text": text}}], "raw_message": text, "font": 14,
        "sender": {"user_id": user, "nickname": "样例", "card": "", "role": "member"}})
    .to_string()
}

/// Somebody says something to the bot alone.
pub(crate) fn private_message(user: u64, message: u64, time: u64, text: &str) -> String {
    serde_json::json!({"time": time, "self_id": 10_001, "post_type": "message", "message_type": "private",
        "sub_type": "friend", "message_id": message, "user_id": user,
        "message": [{"type": "text", "data": {"text": text}}], "raw_message": text, "font": 14,
        "sender": {"user_id": user, "nickname": "样例"}})
    .to_string()
}

/// Tries until something holds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
