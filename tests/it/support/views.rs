//! Everything that a secretary can see, with the instant of each: what an attack on anonymity has to work with.
//!
//! A superset on purpose: also what only an operator sees (the command line, the logs, the database itself without its
//! key). What not even that tells, a secretary cannot know.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tuanqing::clock::Clock;
use tuanqing::commands::TABLE;

use super::office::{CADRES, Office};

/// Where something was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Channel {
    /// Posted in this group.
    Group(i64),
    /// Written to this secretary.
    Private(i64),
    /// The answer to this command, given in private.
    Answer(String),
    /// The answer to this command, given in a group of cadres.
    AnswerAmongCadres(String),
    /// Printed by this command line, files that it wrote included.
    CommandLine(String),
    /// Logged.
    Log,
    /// A row of this table.
    Row(String),
}

/// Something that was seen.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// When it could first be seen.
    pub(crate) at: DateTime<Utc>,
    /// Where.
    pub(crate) channel: Channel,
    /// What it said.
    pub(crate) text: String,
}

/// Commands that only show something, by their key in the table: what a secretary may ask as often as they like.
const SHOWING: &[&str] = &[
    "me",
    "all_mine",
    "requests",
    "flags",
    "pending",
    "voice",
    "voice_figures",
    "open_day",
    "open_day_queue",
    "clubs",
    "poll",
    "survey",
    "poll_result",
    "activities",
    "activity_people",
    "activity_recap",
    "wishes",
    "problems",
    "weekly",
    "progress",
    "missing",
    "coverage",
    "leads",
    "group_cards",
    "score",
    "score_behind",
    "help",
];

/// Command lines that only show something; `{}` is a new file.
const LINES: &[&[&str]] = &[
    &["doctor"],
    &["check"],
    &["inbox", "list"],
    &["outbox", "list"],
    &["outbox", "list", "--dead"],
    &["outbox", "list", "--expired"],
    &["jobs", "list"],
    &["audit"],
    &["roster", "export", "{}.xlsx"],
    &["records", "export", "--unit", "0", "--out", "{}.xlsx"],
    &["questions", "export", "--unit", "0", "--at", "2027-01-01T00:00:00+08:00", "--with-text", "--out", "{}"],
    &["problems", "export", "--unit", "0", "--month", "2026-11", "--out", "{}"],
    &["polls", "list"],
    &["polls", "export", "1", "--out", "{}"],
    &["activities", "export", "--unit", "0", "--out", "{}.xlsx"],
    &["open-days", "list"],
    &["open-days", "export", "1", "--out", "{}"],
];

/// The eyes of a secretary. Logs are heard from the moment these are opened until they are dropped, on this thread.
pub(crate) struct Views {
    secretaries: Vec<i64>,
    messages_seen: usize,
    log: Log,
    log_seen: usize,
    sights: Vec<Sight>,
    _listening: DefaultGuard,
}

impl Views {
    /// Opens the eyes of these secretaries. Everything that can be logged is heard.
    pub(crate) fn open(secretaries: &[i64]) -> Self {
        Self::open_to(secretaries, tracing::Level::TRACE)
    }

    /// Opens the eyes of these secretaries; of the logs, what is logged at this level.
    pub(crate) fn open_to(secretaries: &[i64], level: tracing::Level) -> Self {
        let log = Log::default();
        let lines = tracing_subscriber::fmt()
            .with_writer(log.clone())
            .with_max_level(level)
            .with_ansi(false)
            .without_time()
            .finish();
        Self {
            secretaries: secretaries.to_vec(),
            messages_seen: 0,
            log,
            log_seen: 0,
            sights: Vec::new(),
            _listening: tracing::subscriber::set_default(lines),
        }
    }

    /// Everything seen so far, in the order in which it could be seen.
    pub(crate) fn sights(&self) -> &[Sight] {
        &self.sights
    }

    fn see(&mut self, at: DateTime<Utc>, channel: Channel, text: String) {
        self.sights.push(Sight { at, channel, text });
    }

    /// Notes what was posted, written and logged since the last look, as of now. Look after every step: a sight has the
    /// instant of the look.
    pub(crate) fn look(&mut self, office: &Office) {
        let at = office.clock.now();
        let messages = office.qq.messages();
        for message in &messages[self.messages_seen..] {
            let channel = match (message.group_id, message.user_id) {
                (Some(group), _) => Channel::Group(group),
                (None, Some(user)) if self.secretaries.contains(&user) => Channel::Private(user),
                _ => continue,
            };
            // an attacker reads segments too: pictures, mentions
            self.see(at, channel, serde_json::to_string(&message.segments).unwrap_or_default());
        }
        self.messages_seen = messages.len();
        let (logged, seen) = self.log.text_from(self.log_seen);
        if seen > self.log_seen {
            self.see(at, Channel::Log, logged);
            self.log_seen = seen;
        }
    }

    /// Every list and figure that the secretaries can ask the bot for, and the answer to each of these commands.
    pub(crate) async fn ask_for_everything(&mut self, office: &Office, also: &[String]) {
        let words = TABLE.iter().filter(|one| SHOWING.contains(&one.key)).map(|one| one.words[0].to_owned());
        let asked: Vec<String> = words.chain(also.iter().cloned()).collect();
        for secretary in self.secretaries.clone() {
            for command in &asked {
                let answer = office.whisper(secretary, command).await;
                self.see(office.clock.now(), Channel::Answer(command.clone()), answer);
                let answer = office.say(CADRES, secretary, command).await;
                self.see(office.clock.now(), Channel::AnswerAmongCadres(command.clone()), answer);
            }
        }
        self.look(office);
    }

    /// Everything that an operator can print or export.
    pub(crate) fn run_command_lines(&mut self, office: &Office) {
        let at = office.clock.now();
        for line in LINES {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("seen").to_string_lossy().into_owned();
            let arguments: Vec<String> = line.iter().map(|argument| argument.replace("{}", &file)).collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let (_, mut said) = office.command(&arguments);
            read_all(folder.path(), &mut said);
            self.see(at, Channel::CommandLine(line.join(" ")), said);
        }
    }

    /// Every row of every table, as JSON: what the database alone tells.
    pub(crate) async fn read_the_database(&mut self, office: &Office) {
        let at = office.clock.now();
        for (table, row) in office.database.rows().await {
            self.see(at, Channel::Row(table), row);
        }
    }

    /// The sights that hold a text. What an asker typed or is called must be in none but where it belongs.
    pub(crate) fn holding(&self, text: &str) -> Vec<&Sight> {
        self.sights.iter().filter(|sight| sight.text.contains(text)).collect()
    }
}

/// Everything that was written into a folder.
fn read_all(folder: &std::path::Path, said: &mut String) {
    for written in std::fs::read_dir(folder).unwrap() {
        let path = written.unwrap().path();
        match path.is_dir() {
            true => read_all(&path, said),
            false => said.push_str(&sheet_text(&path)),
        }
    }
}

/// All cells of a workbook, or a file's text.
fn sheet_text(path: &std::path::Path) -> String {
    use calamine::Reader;
    match calamine::open_workbook_auto(path) {
        Ok(mut book) => {
            let sheets = book.worksheets();
            let cells = sheets.iter().flat_map(|(_, range)| {
                range.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("\t"))
            });
            cells.collect::<Vec<_>>().join("\n")
        }
        Err(_) => String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned(),
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What was logged after so many bytes, and how many there are now.
    fn text_from(&self, seen: usize) -> (String, usize) {
        let logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (String::from_utf8_lossy(&logged[seen..]).into_owned(), logged.len())
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
