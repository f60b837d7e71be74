//! How everybody stands with eight duties, at the size of a province: 11,800 cadres in 11,100 units, a year's three
//! million records. Generated, the same every time; SQLite. Prints figures and query plans.
//!
//! `cargo bench --bench duties` (or `just bench-duties`); `TUANQING_BENCH_RECORDS` makes it smaller.

use std::io::Write;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tuanqing::domain::calendar::{Calendar, DayRange};
use tuanqing::domain::directory::DEFAULT_ZONE;
use tuanqing::domain::duty::DutyState;
use tuanqing::domain::id::PersonId;
use tuanqing::domain::policy::{Measure, Policy};
use tuanqing::reports::rollup::roll_up;
use tuanqing::reports::standings::{self, Asked, Scope, Subject};
use tuanqing::store::{Counted, DatabaseConfig, Store, Whose};

const CADRES: i64 = 11_800;
const COUNTIES: i64 = 103;
const TOWNSHIPS: i64 = 1_000;
const VILLAGES: i64 = 9_984;

/// Figures go to the terminal.
macro_rules! say {
    ($($part:tt)*) => {{
        let _ = writeln!(std::io::stdout(), $($part)*);
    }};
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Eight duties of every period, as the regional systems have them.
const DUTIES: &str = r#"
[[duty]]
key = "weekly"
title = "4+1"
who = { cadres = ["full_time", "seconded", "part_time_organ"] }
period = "week"
of = ["field_day"]
needs = [{ days = 1 }]
waive_when_workdays_below = 2
[[duty]]
key = "lead"
title = "示范引领"
who = { cadres = ["full_time", "seconded", "part_time_organ", "part_time"] }
period = "month"
of = ["field_day"]
at = "lead"
needs = [{ stays = 2 }, { workdays = 3 }]
[[duty]]
key = "hundred"
title = "1+100"
who = { cadres = ["full_time", "seconded"] }
period = "standing"
window_days = 365
of = ["contact"]
needs = [{ young_people = 100, fields = 2 }]
[[duty]]
key = "ten"
title = "1+10"
who = { cadres = ["part_time"] }
period = "standing"
window_days = 92
of = ["contact"]
needs = [{ young_people = 10 }]
[[duty]]
key = "heard"
title = "日常有声音"
who = { cadres = ["full_time", "seconded", "part_time_organ", "part_time"] }
period = "week"
of = ["contact"]
mode = "online"
needs = [{ records = 1 }]
[[duty]]
key = "quarterly"
title = "每季有活动"
who = { cadres = ["full_time", "seconded", "part_time_organ", "part_time"] }
period = "quarter"
of = ["activity"]
needs = [{ records = 1 }]
[[duty]]
key = "yearly"
title = "每年有面对面"
who = { cadres = ["full_time", "seconded", "part_time_organ", "part_time"] }
period = "year"
of = ["contact"]
mode = "face_to_face"
needs = [{ ratio = { part = "young_people", whole = "roster", percent = 100 } }]
[[duty]]
key = "list"
title = "四个一"
who = { cadres = ["full_time", "seconded"] }
period = "year"
[[duty.item]]
title = "办实事"
of = ["good_deed"]
needs = [{ records = 1 }]
[[duty.item]]
title = "日志"
of = ["journal"]
needs = [{ records = 12 }]
"#;

fn main() -> Result<(), Failure> {
    let records = std::env::var("TUANQING_BENCH_RECORDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3_000_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(records))
}

async fn measure(records: i64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("duties.sqlite");
    let url = format!("sqlite://{}", file.display());
    let config = DatabaseConfig { url: url.clone().into(), max_readers: 2, max_batch: 64 };
    let store = Store::open_migrated(&config, DEFAULT_ZONE).await?;
    let started = Instant::now();
    generate(&url, records).await?;
    say!("{records} records generated in {:.1} s, {} MB on disk", started.elapsed().as_secs_f64(), size_mb(&file));
    store.refresh_directory(DEFAULT_ZONE).await?;
    let directory = store.directory();
    say!("{} cadres, {} units", directory.people().count(), directory.units().count());

    let policy = policy()?;
    let calendar = Calendar::from_json(include_str!("../policies/holidays-cn.json"))?;
    let at: DateTime<Utc> = "2026-11-20T10:00:00+08:00".parse()?;
    let asked = Asked { db: store.reader(), directory: &directory, policy: &policy, calendar: &calendar, at };

    forget_peak();
    let before_mb = resident_mb();
    let mut best = Duration::MAX;
    for round in 1..=3 {
        let started = Instant::now();
        let found = standings::read(asked, &policy.duties, Scope::Zone(DEFAULT_ZONE), None).await?;
        let read = started.elapsed();
        let root = directory.roots()[0];
        let rolled: Vec<_> = found.iter().map(|duty| roll_up(&directory, root, &duty.by_unit(&directory))).collect();
        best = best.min(started.elapsed());
        say!(
            "round {round}: all states {:.3} s, folded over the tree {:.3} s",
            read.as_secs_f64(),
            started.elapsed().as_secs_f64()
        );
        if round == 3 {
            for (duty, rolled) in found.iter().zip(&rolled) {
                say!(
                    "  {}: {}/{} met, {} at risk",
                    duty.duty.title,
                    rolled.total.met,
                    rolled.total.owing,
                    rolled.total.at_risk
                );
            }
        }
    }
    say!(
        "states of {} duties for everybody: {:.3} s at best; resident {before_mb} MB before, {} MB at the peak",
        policy.duties.len(),
        best.as_secs_f64(),
        peak_mb()
    );
    for duty in &policy.duties {
        let started = Instant::now();
        standings::read(asked, [duty], Scope::Zone(DEFAULT_ZONE), None).await?;
        say!("  {}: {:.0} ms", duty.title, started.elapsed().as_secs_f64() * 1e3);
    }

    // one cadre, the same questions
    let mut times = Vec::new();
    for person in (0..500).map(|n| PersonId(n * 23 % CADRES + 1)) {
        let started = Instant::now();
        let found = standings::read(asked, &policy.duties, Scope::People(&[person]), None).await?;
        times.push(started.elapsed());
        // and the same answer
        if person.0 % 100 == 0 {
            let everybody = standings::read(asked, &policy.duties, Scope::Zone(DEFAULT_ZONE), None).await?;
            for (one, all) in found.iter().zip(&everybody) {
                let subject = Subject::Person(person);
                if one.of.get(&subject) != all.of.get(&subject) {
                    return Err(format!("{} differs for one cadre and for everybody", one.duty.title).into());
                }
            }
        }
        let is_lost = found.iter().any(|duty| duty.of.values().any(|standing| standing.state == DutyState::Missed));
        if is_lost {
            return Err("a period that is not over was missed".into());
        }
    }
    times.sort_unstable();
    let ms = |at: usize| times[at.min(times.len() - 1)].as_secs_f64() * 1e3;
    say!("one cadre's standings: p50 {:.2} ms, p99 {:.2} ms", ms(times.len() / 2), ms(times.len() * 99 / 100));

    say!("plans:");
    let year = DayRange::year_of("2026-11-20".parse()?);
    let kinds = ["contact".to_owned()];
    let counted = Counted {
        kinds: &kinds,
        range: year,
        as_of: at,
        at: None,
        mode: None,
        measures: &[Measure::YoungPeople],
        off_days: &[],
    };
    for (title, whose) in [("everybody's year", Whose::Everybodys), ("one cadre's year", Whose::Of(&[PersonId(7)]))] {
        for line in asked.db.explain_tally_people(&counted, whose).await? {
            say!("  {title}: {line}");
        }
    }
    store.close().await;
    Ok(())
}

fn policy() -> Result<Policy, Failure> {
    let basic = include_str!("../policies/basic.toml");
    let (head, rest) = basic.split_once("[[duty]]").ok_or("no duty")?;
    let (_, tail) = rest.split_once("# 青年之声").ok_or("no questions")?;
    Ok(Policy::from_toml(&format!("{head}{DUTIES}\n{tail}"))?)
}

/// Fills the tables by statements that count: the same rows every time.
async fn generate(url: &str, records: i64) -> Result<(), Failure> {
    use sea_orm::ConnectionTrait;
    let db = sea_orm::Database::connect(format!("{url}?mode=rwc")).await?;
    let villages_from = 2 + COUNTIES + TOWNSHIPS;
    let last = villages_from + VILLAGES - 1;
    let numbers =
        |count: i64| format!("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})", count - 1);
    // a hash of the row's number, mixed with another salt for each column
    let hash = |salt: i64| format!("(((i + {salt}) * 2654435761) >> 7)");
    let statements = [
        "PRAGMA synchronous = OFF".to_owned(),
        "INSERT INTO unit (id, code, name, parent_id, level) VALUES (1, 'P', '样例省团委', NULL, 'province')".to_owned(),
        format!("{} INSERT INTO unit (id, code, name, parent_id, level) SELECT i + 2, 'C' || i, '样例县' || i, 1, 'county' FROM n", numbers(COUNTIES)),
        format!("{} INSERT INTO unit (id, code, name, parent_id, level) SELECT i + 2 + {COUNTIES}, 'T' || i, '样例镇' || i, 2 + i % {COUNTIES}, 'township' FROM n", numbers(TOWNSHIPS)),
        format!("{} INSERT INTO unit (id, code, name, parent_id, level) SELECT i + {villages_from}, 'V' || i, '样例村' || i, 2 + {COUNTIES} + i % {TOWNSHIPS}, 'village' FROM n", numbers(VILLAGES)),
        format!(
            "{} INSERT INTO person (id, name, unit_id, kind, roles) SELECT i + 1, '样例' || i, 1 + i % {last},
             CASE i % 4 WHEN 0 THEN 'full_time' WHEN 1 THEN 'seconded' WHEN 2 THEN 'part_time_organ' ELSE 'part_time' END, '' FROM n",
            numbers(CADRES)
        ),
        format!("{} INSERT INTO assignment (id, person_id, unit_id, kind) SELECT i + 1, i + 1, 1 + i % {last}, 'lead' FROM n", numbers(CADRES)),
        // a hundred young people for every tenth cadre, ten for the others
        format!(
            "{} INSERT INTO youth (id, person_id, name) SELECT i + 1, i % {CADRES} + 1, '样例' || i FROM n WHERE i < {CADRES} * 10 OR i % 10 = 0",
            numbers(CADRES * 100)
        ),
        format!(
            "{} INSERT INTO record (id, kind, person_id, unit_id, day, made_at_ms, place, content, quantity, version, target_unit_id, ties, youth_id, field, mode, made_up)
             SELECT i + 1,
               CASE WHEN {k} % 100 < 45 THEN 'field_day' WHEN {k} % 100 < 90 THEN 'contact' WHEN {k} % 100 < 94 THEN 'journal'
                    WHEN {k} % 100 < 96 THEN 'activity' WHEN {k} % 100 < 98 THEN 'good_deed' ELSE 'problem' END,
               {p} % {CADRES} + 1, 1 + {p} % {CADRES} % {last}, date('2025-11-26', '+' || (i * 360 / {records}) || ' days'), 1764000000000 + i * 10,
               '样例村', '走访青年，了解就业和生活情况', {q} % 20, 1,
               1 + {p} % {CADRES} % {last}, CASE WHEN {q} % 3 = 0 THEN 1 ELSE 0 END,
               CASE WHEN {k} % 100 BETWEEN 45 AND 89 THEN ({y} % 100) * {CADRES} + {p} % {CADRES} + 1 END,
               CASE {y} % 3 WHEN 0 THEN 'school' WHEN 1 THEN 'rural' ELSE 'enterprise' END,
               CASE WHEN {y} % 2 = 0 THEN 'online' ELSE 'face_to_face' END, FALSE FROM n",
            numbers(records),
            k = hash(1),
            p = hash(2),
            q = hash(3),
            y = hash(5),
        ),
        "UPDATE meta SET value = value + 1 WHERE key = 'directory'".to_owned(),
        "PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
    ];
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    db.close().await?;
    Ok(())
}

fn size_mb(file: &std::path::Path) -> u64 {
    std::fs::metadata(file).map(|meta| meta.len() / 1_000_000).unwrap_or(0)
}

/// A line of `/proc/self/status` in MB; 0 where there is none.
fn status_mb(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

fn resident_mb() -> u64 {
    status_mb("VmRSS")
}

fn peak_mb() -> u64 {
    status_mb("VmHWM")
}

/// Lets the peak begin anew, where the system can.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
