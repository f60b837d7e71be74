//! What was acknowledged is on disk, whatever kills the process; what is poisonous fails alone.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::fakes::onebot::FakeOneBot;
use crate::support::process::{
    Answer, CADRE_GROUP, CADRES, Connection, FIRST_CADRE, Kind, Site, databases, group_message, now, until,
};

/// Nobody listens there: messages that are owed stay owed.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Connections of the driver.
const CONNECTIONS: usize = 16;

/// How long the process may take to come past a named point.
const REACHED: Duration = Duration::from_secs(30);

/// The named points on the way in.
const POINTS: [&str; 6] =
    ["after-verify", "before-begin", "after-insert", "before-commit", "after-commit", "before-response"];

/// What the driver has sent and heard.
struct Log {
    time: u64,
    next: u64,
    /// The first number of the service's present life.
    life_began: u64,
    /// The answer that acknowledged an event.
    acknowledged: BTreeMap<u64, Answer>,
    /// Sent and not acknowledged: to be delivered again.
    owed: VecDeque<u64>,
    /// Redeliveries that were answered otherwise than the first time.
    differing: Vec<u64>,
}

impl Log {
    fn new() -> Arc<Mutex<Self>> {
        let (acknowledged, owed, differing) = Default::default();
        Arc::new(Mutex::new(Self { time: now(), next: 0, life_began: 1, acknowledged, owed, differing }))
    }

    fn body(&self, number: u64) -> String {
        let text = format!("签到 东风社区 走访青年3人，事项a{number}z");
        group_message(CADRE_GROUP, FIRST_CADRE + number % CADRES, number, self.time, &text)
    }

    /// What is owed first, then something new; now and then something that was acknowledged already.
    fn pick(&mut self, only_owed: bool) -> Option<(u64, String)> {
        let number = match self.owed.pop_front() {
            Some(number) => number,
            None if only_owed => return None,
            None => {
                self.next += 1;
                // of this life only: delivering one again that a kill had lost would hide the loss
                let earlier = self.life_began.midpoint(self.next);
                let again = self.next.is_multiple_of(10) && self.acknowledged.contains_key(&earlier);
                if again { earlier } else { self.next }
            }
        };
        Some((number, self.body(number)))
    }

    fn note(&mut self, number: u64, answer: Option<Answer>) {
        match (answer.filter(Answer::acknowledges), self.acknowledged.get(&number)) {
            (Some(answer), Some(first)) if *first != answer => self.differing.push(number),
            (Some(answer), None) => drop(self.acknowledged.insert(number, answer)),
            (None, None) => self.owed.push_back(number),
            (_, Some(_)) => {}
        }
    }
}

/// Sends until the process is gone, or until nothing is owed any more.
async fn drive(address: &str, log: &Arc<Mutex<Log>>, only_owed: bool) {
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let (address, log) = (address.to_owned(), log.clone());
        tasks.push(tokio::spawn(async move {
            let Ok(mut connection) = Connection::open(&address).await else { return };
            loop {
                let Some((number, body)) = log.lock().unwrap().pick(only_owed) else { return };
                let answer = connection.post(&body).await;
                let broken = answer.is_err();
                log.lock().unwrap().note(number, answer.ok());
                if broken {
                    return;
                }
            }
        }));
    }
    for task in tasks {
        task.await.expect("the driver itself goes on");
    }
}

/// What ends a round.
#[derive(Clone, Debug)]
enum End {
    After(Duration),
    At(String),
}

/// The first eight are every point once and two at random; then they alternate.
fn ends(count: usize) -> Vec<End> {
    let mut points = POINTS.iter().cycle();
    (0..count)
        .map(|round| {
            if round % 4 == 3 || (round >= 8 && round % 2 == 0) {
                return End::After(Duration::from_millis(rand::random_range(5..=400)));
            }
            let point = points.next().unwrap();
            // some points are passed once a batch, the others once an event
            let passes = if point.contains("before-begin") || point.ends_with("commit") { 30 } else { 300 };
            End::At(format!("{point}:{}", rand::random_range(1..=passes)))
        })
        .collect()
}

/// One life under load, to its violent end.
async fn round(site: &Site, log: &Arc<Mutex<Log>>, end: &End, environment: &[(&str, &str)]) {
    let mut environment = environment.to_vec();
    {
        let mut log = log.lock().unwrap();
        log.life_began = log.next + 1;
    }
    if let End::At(point) = end {
        environment.push(("TUANQING_FAILPOINT", point));
    }
    // it may die while it starts, at a point that is not on the way of events alone
    let Some(mut service) = site.try_start(&environment).await else {
        assert!(matches!(end, End::At(_)), "the service did not start: {}", site.log());
        return;
    };
    let address = service.address.clone();
    let supervise = async {
        match end {
            End::After(wait) => {
                tokio::time::sleep(*wait).await;
                service.kill();
            }
            End::At(point) => {
                let status = service.until_dead(REACHED).await;
                assert!(status.is_some_and(|status| !status.success()), "{point} was not reached: {}", site.log());
            }
        }
    };
    tokio::join!(drive(&address, log, false), supervise);
}

/// Acknowledged events that do not have exactly one row in the inbox, done, and exactly one record, with their words.
async fn lost(site: &Site, log: &Mutex<Log>) -> Vec<u64> {
    let look = site.look().await;
    let sql = "SELECT i.dedupe_key, i.state, r.content FROM inbox i LEFT JOIN record r ON i.made = 'record:' || r.id";
    let mut found: HashMap<u64, Vec<bool>> = HashMap::new();
    for row in look.rows(sql).await {
        let key: String = row.try_get_by_index(0).unwrap();
        let number: u64 = key.rsplit_once(':').unwrap().1.parse().unwrap();
        let (state, content): (String, Option<String>) =
            (row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap());
        let whole = state == "done" && content.is_some_and(|content| content.contains(&format!("事项a{number}z")));
        found.entry(number).or_default().push(whole);
    }
    look.close().await;
    let log = log.lock().unwrap();
    log.acknowledged.keys().copied().filter(|number| found.get(number).is_none_or(|rows| *rows != [true])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let kills = std::env::var("TUANQING_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    for kind in databases("nothing_acknowledged_is_lost_when_the_process_is_killed") {
        let site = Site::with_roster(kind, NOWHERE, "", 0).await;
        let log = Log::new();
        for end in ends(kills) {
            round(&site, &log, &end, &[]).await;
        }

        let service = site.start(&[]).await;
        let unacknowledged = log.lock().unwrap().owed.len();
        drive(&service.address, &log, true).await;
        assert_eq!(log.lock().unwrap().owed.len(), 0, "what was owed is delivered again");
        service.stop().await;
        // before everything is delivered once more, which would mend what is lost
        assert_eq!(lost(&site, &log).await, [0; 0], "{kind:?}: acknowledged and not there");

        let first = log.lock().unwrap().acknowledged.clone();
        log.lock().unwrap().owed.extend(first.keys());
        let service = site.start(&[]).await;
        drive(&service.address, &log, true).await;
        service.stop().await;
        assert_eq!(lost(&site, &log).await, [0; 0], "{kind:?}: a redelivery has changed something");
        let differing = log.lock().unwrap().differing.clone();
        assert_eq!(differing, [0; 0], "{kind:?}: a redelivery has another reply");
        assert!(first.values().all(|answer| answer.text().contains("已记下")), "{kind:?}: every reply is a receipt");
        let events = i64::try_from(first.len()).unwrap();
        assert_eq!(site.count("SELECT COUNT(*) FROM inbox").await, events, "{kind:?}: one row an event");
        assert_eq!(site.count("SELECT COUNT(*) FROM record").await, events, "{kind:?}: one record an event");
        assert_eq!(site.count("SELECT COUNT(DISTINCT content) FROM record").await, events, "{kind:?}: nothing twice");
        let look = site.look().await;
        look.assert_whole().await;
        look.close().await;
        println!(
            "{kind:?}: {kills} kills, {events} events, {unacknowledged} unacknowledged at the end: 0 lost, 0 double"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_answers_before_it_commits_is_caught() {
    for kind in databases("a_service_that_answers_before_it_commits_is_caught") {
        let site = Site::with_roster(kind, NOWHERE, "", 0).await;
        let log = Log::new();
        let mut caught = None;
        for kill in 1..=10 {
            let end = End::After(Duration::from_millis(rand::random_range(100..=400)));
            round(&site, &log, &end, &[("TUANQING_CONTROL", "answer-before-commit")]).await;
            // a commit that PostgreSQL had been asked for may still end well
            tokio::time::sleep(Duration::from_millis(300)).await;
            let lost = lost(&site, &log).await;
            if !lost.is_empty() {
                caught = Some((kill, lost.len()));
                break;
            }
        }
        let (kill, lost) = caught.unwrap_or_else(|| panic!("{kind:?}: the check does not see what is lost"));
        println!("{kind:?}: the control was caught at kill {kill}: {lost} acknowledged events lost");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poisonous_event_fails_alone() {
    const EVENTS: usize = 64;
    const POISONOUS: [usize; 2] = [21, 42];
    for kind in databases("a_poisonous_event_fails_alone") {
        let site = Site::with_roster(kind, NOWHERE, "", 0).await;
        let service = site.start(&[("TUANQING_POISON", "on")]).await;
        let time = now();
        let bodies: Vec<String> = (0..EVENTS)
            .map(|number| {
                let word = match number {
                    21 => "样例毒药",
                    42 => "样例恐慌",
                    _ => "走访",
                };
                let user = FIRST_CADRE + number as u64;
                group_message(CADRE_GROUP, user, number as u64 + 1, time, &format!("签到 东风社区 {word}{number}号楼"))
            })
            .collect();

        // while nothing can be written all of them queue up, and make few batches
        let look = site.look().await;
        look.stop_writes().await;
        let mut connections = Vec::new();
        for body in &bodies {
            let mut connection = service.connect().await.unwrap();
            connection.send_post(body).await.unwrap();
            connections.push(connection);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        look.let_write().await;
        look.close().await;
        for (number, connection) in connections.iter_mut().enumerate() {
            let answer = connection.receive().await.unwrap();
            if POISONOUS.contains(&number) {
                assert_eq!(answer.status, 204, "{kind:?}: kept, so the platform may forget it");
            } else {
                assert_eq!(answer.status, 200, "{kind:?}: {}", answer.text());
                assert!(answer.text().contains("已记下"), "{kind:?}: {}", answer.text());
            }
        }
        // on a connection that is open already: the service allows one address only so many, and a busy one may not have
        // noticed yet that these are gone
        let open = connections.first_mut().unwrap();
        assert!(rolled_back(open).await >= 1, "{kind:?}: they were in a batch with others");
        assert_eq!(open.post(&bodies[21]).await.unwrap().status, 204, "{kind:?}: it is here already");
        drop(connections);

        assert_eq!(site.count("SELECT COUNT(*) FROM record").await, 62, "{kind:?}");
        assert_eq!(site.count("SELECT COUNT(*) FROM inbox WHERE state = 'done'").await, 62, "{kind:?}");
        assert_eq!(site.count("SELECT COUNT(*) FROM inbox WHERE state = 'failed'").await, 2, "{kind:?}");
        let list = site.run(&["inbox", "list"]);
        let failed: Vec<&str> = list
            .lines()
            .filter_map(|line| line.split_whitespace().next().filter(|id| id.parse::<i64>().is_ok()))
            .collect();
        assert_eq!(failed.len(), 2, "{list}");
        assert!(list.contains("a handler panicked") && !list.contains("号楼"), "why, and not a word of theirs: {list}");
        service.stop().await;

        // the code has been mended
        for id in failed {
            site.run(&["inbox", "retry", id]);
        }
        let service = site.start(&[]).await;
        until("both are done", || async { site.count("SELECT COUNT(*) FROM inbox WHERE state = 'done'").await == 64 })
            .await;
        assert_eq!(site.count("SELECT COUNT(*) FROM record").await, 64, "{kind:?}");
        // their senders have waited long enough for a response, so the receipt is a message of its own
        assert_eq!(site.count("SELECT COUNT(*) FROM outbox").await, 2, "{kind:?}");
        assert!(site.run(&["inbox", "list"]).contains("没有"), "{kind:?}");
        assert!(service.post(&bodies[42]).await.text().contains("已记下"), "{kind:?}: the reply that is stored now");
        assert_eq!(site.count("SELECT COUNT(*) FROM record").await, 64, "{kind:?}");
        service.stop().await;
    }
}

async fn rolled_back(connection: &mut Connection) -> u64 {
    let metrics = connection.get("/metrics").await.unwrap().text();
    let line = metrics.lines().find(|line| line.starts_with("tuanqing_store_batches_rolled_back_total"));
    line.and_then(|line| line.rsplit_once(' ')?.1.parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_that_is_killed_loses_no_message_and_repeats_at_most_one_a_kill() {
    const GROUPS: u64 = 6;
    const KILLS: [&str; 3] = ["after-claim:1", "after-send:2", "before-settle:2"];
    for kind in databases("a_sender_that_is_killed_loses_no_message_and_repeats_at_most_one_a_kill") {
        for workers in [1, 6] {
            let fake = FakeOneBot::start(None).await;
            let delivery = format!("[delivery]\nrequest_timeout_ms = 400\nlease_ms = 800\nworkers = {workers}");
            let site = Site::with_roster(kind, &fake.api_url(), &delivery, GROUPS).await;
            site.run(&["jobs", "run", "weekly_digest", "--at", "2026-11-20T17:30:00+08:00"]);
            assert_eq!(site.count("SELECT COUNT(*) FROM outbox").await, GROUPS as i64, "{kind:?}");

            for point in KILLS {
                let Some(mut service) = site.try_start(&[("TUANQING_FAILPOINT", point)]).await else { continue };
                let status = service.until_dead(REACHED).await;
                assert!(status.is_some_and(|status| !status.success()), "{point} was not reached: {}", site.log());
            }
            let service = site.start(&[]).await;
            until("everything is sent", || async {
                site.count("SELECT COUNT(*) FROM outbox WHERE state = 'sent'").await == GROUPS as i64
            })
            .await;
            service.stop().await;

            let look = site.look().await;
            let sql = "SELECT e.external_id, o.ambiguous, o.attempts FROM outbox o
                       JOIN endpoint e ON o.lane = 'chat:' || e.chat_id WHERE o.state = 'sent'";
            let rows = look.rows(sql).await;
            look.close().await;
            assert_eq!(rows.len(), GROUPS as usize);
            let mut extra = 0;
            for row in rows {
                let group: String = row.try_get_by_index(0).unwrap();
                let ambiguous: bool = row.try_get_by_index(1).unwrap();
                let attempts: i32 = row.try_get_by_index(2).unwrap();
                let copies = fake.group_messages(group.parse().unwrap()).len();
                assert!((1..=1 + KILLS.len()).contains(&copies), "{kind:?}: {group} heard it {copies} times");
                assert!(copies == 1 || ambiguous, "{kind:?}: a second copy was foreseen");
                assert_eq!(ambiguous, attempts > 1, "{kind:?}: only what was cut off is doubtful");
                extra += copies - 1;
            }
            // who has several under way may be cut off in each of them
            let most = KILLS.len() * workers;
            assert!(extra <= most, "{kind:?}: {extra} extra copies after {} kills", KILLS.len());
            println!(
                "{kind:?}, {workers} at a time: {} kills, 0 of {GROUPS} lost, {extra} extra copies, flagged",
                KILLS.len()
            );
        }
    }
}

/// A step of the service, as the kernel saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A delivery was read whole.
    Received,
    /// The write-ahead log was written.
    Written,
    /// The write-ahead log was asked to be on the disk …
    Syncing,
    /// … and was.
    Synced,
    /// An answer began to be written.
    Answered,
}

/// Reads `strace -f -y -o`: what was begun on one line may end on a later one, with others' calls between.
fn steps(trace: &str) -> Vec<Step> {
    const SYNC: [&str; 2] = ["fdatasync(", "fsync("];
    const WRITE: [&str; 3] = ["pwrite64(", "pwritev(", "write("];
    const SAY: [&str; 4] = ["write(", "writev(", "sendto(", "sendmsg("];
    let begins = |call: &str, names: &[&str]| names.iter().any(|name| call.starts_with(name));
    let mut begun: HashMap<&str, &str> = HashMap::new();
    let mut steps = Vec::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let resumed = rest.starts_with("<... ");
        let unfinished = rest.ends_with("<unfinished ...>");
        let call = if resumed { begun.remove(thread).unwrap_or("") } else { rest };
        let on_log = call.contains("-wal>");
        if !resumed {
            if begins(call, &SYNC) && on_log {
                steps.push(Step::Syncing);
            }
            if begins(call, &SAY) && call.contains("\"HTTP/1.1 200") {
                steps.push(Step::Answered);
            }
        }
        if unfinished {
            begun.insert(thread, rest);
            continue;
        }
        if begins(call, &SYNC) && on_log && rest.ends_with("= 0") {
            steps.push(Step::Synced);
        }
        if begins(call, &WRITE) && on_log {
            steps.push(Step::Written);
        }
        if (begins(call, &["recvfrom(", "read("])) && rest.contains("\"POST /webhooks/") {
            steps.push(Step::Received);
        }
    }
    steps
}

/// How many answers there were, and how many of them without a log that was written, asked for and safe before.
fn unsafe_answers(steps: &[Step]) -> (usize, usize) {
    let (mut answers, mut missing) = (0, 0);
    // how far the event in hand has come: received, written, asked for, safe
    let mut stage = 0;
    for step in steps {
        match (step, stage) {
            (Step::Received, _) => stage = 1,
            (Step::Written, 1..) => stage = 2,
            (Step::Syncing, 2) => stage = 3,
            (Step::Synced, 3) => stage = 4,
            (Step::Answered, 0) => {}
            (Step::Answered, reached) => {
                answers += 1;
                missing += usize::from(reached != 4);
                stage = 0;
            }
            _ => {}
        }
    }
    (answers, missing)
}

#[test]
fn a_trace_is_read_across_threads() {
    let whole = "\
7 recvfrom(12<socket:[1]>, \"POST /webhooks/qq HTTP/1.1\\r\\nhost\"..., 8192, 0, NULL, NULL) = 500
8 pwrite64(9</t/site.sqlite-wal>, \"a\"..., 4120, 32) = 4120
8 fdatasync(9</t/site.sqlite-wal> <unfinished ...>
7 read(3</x>, \"\", 8) = -1 EAGAIN (Resource temporarily unavailable)
8 <... fdatasync resumed>) = 0
7 writev(12<socket:[1]>, [{iov_base=\"HTTP/1.1 200 OK\\r\\n\"..., iov_len=100}], 1) = 100
";
    assert_eq!(unsafe_answers(&steps(whole)), (1, 0));
    let failed = whole.replace("resumed>) = 0", "resumed>) = -1 EIO (Input/output error)");
    assert_eq!(unsafe_answers(&steps(&failed)), (1, 1));
    let other_file = whole.replace("fdatasync(9</t/site.sqlite-wal>", "fdatasync(9</t/site.sqlite>");
    assert_eq!(unsafe_answers(&steps(&other_file)), (1, 1));
    let late: Vec<&str> = whole.lines().collect();
    let late = [late[0], late[1], late[5], late[2], late[4]].join("\n");
    assert_eq!(unsafe_answers(&steps(&late)), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_fdatasync_comes_before_every_acknowledgement() {
    let usable = std::process::Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !usable.is_ok_and(|output| output.status.success()) {
        eprintln!(
            "an_fdatasync_comes_before_every_acknowledgement: nothing was run; strace is not there, or may not trace"
        );
        return;
    }
    assert_eq!(traced(&[]).await, (100, 0), "every answer had its fdatasync");
    let (answers, missing) = traced(&[("TUANQING_CONTROL", "synchronous-normal")]).await;
    assert_eq!(answers, 100);
    assert!(missing > 50, "the control must be caught: {missing}");
    println!("100 answers, each after an fdatasync; in the control {missing} without");
}

/// A hundred events, one at a time, under a tracer.
async fn traced(environment: &[(&str, &str)]) -> (usize, usize) {
    let site = Site::with_roster(Kind::Sqlite, NOWHERE, "", 0).await;
    let trace = site.path().join("trace");
    let calls = "trace=fdatasync,fsync,pwrite64,pwritev,write,writev,sendto,sendmsg,recvfrom,read";
    let tracer = ["strace", "-f", "-y", "-s", "48", "-e", calls, "-o", trace.to_str().unwrap()];
    let service = site.start_under(&tracer, environment).await;
    let mut connection = service.connect().await.unwrap();
    let time = now();
    for number in 1..=100 {
        let body = group_message(CADRE_GROUP, FIRST_CADRE + number, number, time, "签到 东风社区 走访");
        let answer = connection.post(&body).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    drop(connection);
    service.stop().await;
    unsafe_answers(&steps(&std::fs::read_to_string(&trace).unwrap()))
}
