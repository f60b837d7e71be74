//! Looking up similar questions among 100,000 and 1,000,000 published ones. Generated, the same every time: topics,
//! aspects, places and stories with the skew of real questions, and questions of which some were published in other
//! words. Prints times, CPU, how many are found again, and query plans.
//!
//! `cargo bench --bench similar` (or `just bench-similar`): SQLite, and PostgreSQL where `TUANQING_BENCH_POSTGRES` names
//! a server. `TUANQING_BENCH_DOCUMENTS=20000` makes it smaller.

use std::io::Write;
use std::time::{Duration, Instant};

use published::{Random, id_of, question};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tuanqing::domain::directory::DEFAULT_ZONE;
use tuanqing::domain::id::{QuestionId, UnitId};
use tuanqing::search::{self, Reading};
use tuanqing::services::similar;
use tuanqing::store::{DatabaseConfig, Store};

#[path = "common/published.rs"]
mod published;

const ROOT: UnitId = UnitId(1_234_567_890_123);
const LOOK_UPS: u64 = 4_000;
const PUBLISHED: u64 = 400;

/// Figures go to the terminal.
macro_rules! say {
    ($($part:tt)*) => {{
        let _ = writeln!(std::io::stdout(), $($part)*);
    }};
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let sizes = match std::env::var("TUANQING_BENCH_DOCUMENTS").ok().and_then(|text| text.parse().ok()) {
        Some(size) => vec![size],
        None => vec![100_000_u64, 1_000_000],
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (started, before) = (Instant::now(), resident_mb());
    search::warm_up();
    say!("dictionaries loaded in {:.0} ms, {} MB", started.elapsed().as_secs_f64() * 1e3, resident_mb() - before);
    let (started, mut random) = (Instant::now(), Random(7));
    let texts: Vec<String> = (0..10_000).map(|_| question(&mut random)).collect();
    let generated = started.elapsed();
    for text in &texts {
        std::hint::black_box(Reading::of_text(text).terms(ROOT));
    }
    say!("reading a question: {:.1} us", (started.elapsed() - generated).as_secs_f64() * 100.0);
    for size in sizes {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("similar.sqlite").display());
        runtime.block_on(measure("SQLite", &url, size))?;
        if let Ok(server) = std::env::var("TUANQING_BENCH_POSTGRES") {
            let name = format!("tuanqing_similar_{}", std::process::id());
            runtime.block_on(administer(&server, &format!("CREATE DATABASE {name}")))?;
            let host = server.rsplit_once('/').map_or(server.as_str(), |(host, _)| host);
            let measured = runtime.block_on(measure("PostgreSQL", &format!("{host}/{name}?sslmode=disable"), size));
            runtime.block_on(administer(&server, &format!("DROP DATABASE {name} WITH (FORCE)")))?;
            measured?;
        }
    }
    Ok(())
}

async fn administer(server: &str, sql: &str) -> Result<(), Failure> {
    let db = sea_orm::Database::connect(server).await?;
    db.execute_unprepared(sql).await?;
    db.close().await?;
    Ok(())
}

async fn measure(title: &str, url: &str, size: u64) -> Result<(), Failure> {
    let config = DatabaseConfig { url: url.to_owned().into(), max_readers: 2, max_batch: 64 };
    let store = Store::open_migrated(&config, DEFAULT_ZONE).await?;
    let started = Instant::now();
    // one connection, so that what is set on it is set
    let db = sea_orm::Database::connect(sea_orm::ConnectOptions::new(url).max_connections(1).to_owned()).await?;
    published::fill(&db, ROOT, size).await?;
    say!(
        "\n{title}: {size} published questions, {} MB on disk ({:.0} s to generate)",
        size_on_disk(&db).await? / 1_000_000,
        started.elapsed().as_secs_f64()
    );

    let mut random = Random(99);
    // in the order of ids, as they are published: one at a time
    let mut times = Vec::new();
    for n in 0..PUBLISHED {
        let text = question(&mut random);
        let started = Instant::now();
        store
            .write(move |tx| {
                let text = text.clone();
                Box::pin(async move { Ok(similar::publish(tx, QuestionId(id_of(size + n)), ROOT, &text).await?) })
            })
            .await?;
        times.push(started.elapsed());
    }
    say!("  publishing one: {}", spread(&mut times));

    let directory = store.directory();
    let pids = backends(&db).await?;
    let (mut times, mut offered, mut found, mut wanted) = (Vec::new(), 0_usize, 0_u32, 0_u32);
    let mut slowest = (Duration::ZERO, String::new());
    let cpu = cpu_ns(&pids);
    for n in 0..LOOK_UPS {
        // every fourth was published, and is asked again in other words
        let published = (n % 4 == 0).then(|| question(&mut Random(1 + random.below(size))));
        let asked = match &published {
            Some(text) => again(text),
            None => question(&mut random),
        };
        let started = Instant::now();
        let similar = similar::look_up(&store, &directory, ROOT, &asked).await?;
        let took = started.elapsed();
        times.push(took);
        if took > slowest.0 {
            slowest = (took, asked.clone());
        }
        offered += similar.len();
        if let Some(text) = published {
            let mut alike = similar.iter().map(|one| one.score);
            let best = search::score(&Reading::of_text(&asked), &Reading::of_text(&text));
            if best >= search::THRESHOLD {
                wanted += 1;
                found += u32::from(alike.any(|score| score >= best - 0.001));
            }
        }
    }
    let cpu = (cpu_ns(&pids) - cpu) / LOOK_UPS;
    say!("  look-up: {}; CPU {:.2} ms each (with the driver and the database)", spread(&mut times), ms(cpu));
    say!(
        "  offered {:.1} a look-up; of {wanted} that were published in other words, {found} (or one as like) were offered",
        average(offered)
    );

    say!("  plans:");
    for asked in ["怎么入团", &slowest.1] {
        let terms = Reading::of_text(asked).terms(ROOT);
        say!("    {asked} ({} terms)", terms.len());
        // each of the terms is looked for alike
        for line in store.reader().explain_similar(ROOT, &terms[..terms.len().min(2)]).await? {
            say!("      {line}");
        }
    }
    db.close().await?;
    store.close().await;
    Ok(())
}

/// What the tables and their indexes take on disk.
async fn size_on_disk(db: &DatabaseConnection) -> Result<i64, Failure> {
    let backend = db.get_database_backend();
    let sql = match backend {
        sea_orm::DbBackend::Sqlite => "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        _ => "SELECT CAST(pg_total_relation_size('published') + pg_total_relation_size('published_term') AS BIGINT)",
    };
    let row = db.query_one_raw(Statement::from_string(backend, sql)).await?.ok_or("no size")?;
    let bytes: i64 = row.try_get_by_index(0)?;
    Ok(bytes)
}

/// The question in other words.
fn again(text: &str) -> String {
    let mut text = text.to_owned();
    for (one, other) in [
        ("怎么", "咋"),
        ("什么时候", "啥时候"),
        ("需要什么", "要啥"),
        ("团组织关系", "团关系"),
        ("补贴", "补助"),
        ("丢了", "弄丢了"),
        ("在哪里", "去哪"),
        ("多少钱", "要交多少钱"),
        ("能不能", "可不可以"),
        ("请问", "麻烦老师"),
        ("志愿服务", "志愿活动"),
    ] {
        text = text.replace(one, other);
    }
    text + "呀"
}

fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |percent: usize| {
        times.get((times.len() * percent / 100).min(times.len() - 1)).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    format!("p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, most {:.1} ms", at(50), at(90), at(99), at(100))
}

fn average(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(u32::try_from(LOOK_UPS).unwrap_or(u32::MAX))
}

fn ms(ns: u64) -> f64 {
    Duration::from_nanos(ns).as_secs_f64() * 1e3
}

/// The server processes that work for us; none for SQLite.
async fn backends(db: &DatabaseConnection) -> Result<Vec<i32>, Failure> {
    let backend = db.get_database_backend();
    if backend == sea_orm::DbBackend::Sqlite {
        return Ok(Vec::new());
    }
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()";
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

/// What all our threads, and the server's processes, have used of the processor; 0 where the system does not tell.
fn cpu_ns(pids: &[i32]) -> u64 {
    let of = |folder: String| -> u64 {
        let tasks = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let used = |task: std::fs::DirEntry| {
            let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        };
        tasks.filter_map(used).sum()
    };
    of("/proc/self/task".to_owned()) + pids.iter().map(|pid| of(format!("/proc/{pid}/task"))).sum::<u64>()
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1_024
}
