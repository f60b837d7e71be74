//! The arrows of the house, read from the sources: who may use whom, as `ARCHITECTURE.md` draws it.
//!
//! The compiler accepts any arrow inside one package; this does not. It reads paths that begin with `crate::`,
//! `super::` or `tuanqing::` in every file below `src/`, without comments, texts and what is compiled for tests only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

/// THE TABLE: a room and what it may use beside itself. `room::name` opens that name alone.
const ALLOWED: &[(&str, &[&str])] = &[
    ("main", &["cli", "telemetry"]),
    (
        "cli",
        &["app", "clock", "config", "domain", "error", "jobs", "platforms", "search", "services", "store", "telemetry"],
    ),
    (
        "app",
        &[
            "charts",
            "clock",
            "config",
            "domain",
            "error",
            "http",
            "intake",
            "jobs",
            "lifecycle",
            "outbox",
            "photos",
            "platforms",
            "seal",
            "search",
            "services",
            "store",
            "telemetry",
            "templates",
        ],
    ),
    ("http", &["clock", "domain", "failpoint", "platforms", "store"]),
    ("intake", &["clock", "commands", "domain", "error", "failpoint", "seal", "services", "store", "templates"]),
    ("commands", &["domain", "error", "outbox::enqueue", "outbox::Terms", "seal", "services", "store", "templates"]),
    ("jobs", &["clock", "domain", "error", "reports", "services", "store", "templates"]),
    (
        "services",
        &["domain", "error", "outbox::enqueue", "outbox::Terms", "reports", "seal", "search", "store", "templates"],
    ),
    ("reports", &["domain", "store"]),
    ("search", &["domain"]),
    (
        "outbox",
        &[
            "charts",
            "clock",
            "config::DeliveryConfig",
            "domain",
            "error",
            "failpoint",
            "platforms",
            "seal",
            "store",
            "templates",
        ],
    ),
    ("charts", &["domain"]),
    ("photos", &["clock", "config::PhotosConfig", "domain", "error", "platforms", "store"]),
    ("templates", &["domain", "error"]),
    ("platforms", &["clock", "domain"]),
    ("store", &["clock", "domain", "error", "failpoint", "seal::is_sealed"]),
    ("config", &["platforms::settings", "store::DatabaseConfig"]),
    ("error", &["domain", "store::StoreError"]),
    ("telemetry", &[]),
    ("lifecycle", &[]),
    ("clock", &[]),
    ("seal", &[]),
    ("failpoint", &[]),
    ("domain", &[]),
];

/// Rooms that use each other all the same, and why that is sound.
const CYCLES: &[(&[&str], &str)] =
    &[(&["error", "store"], "a fault carries the store's error, and every write closure may end in a fault")];

/// Words that only one place may use: the words, the place, the reason.
const RESERVED: &[(&[&str], &[&str], &str)] = &[
    (&["sea_orm", "sqlx", "sea_query"], &["store"], "nobody outside the store knows the database's library"),
    (&["Utc::now", "Local::now", "SystemTime::now"], &["clock"], "only clock.rs asks the time"),
    (
        &["reqwest::Client::new", "reqwest::Client::builder", "Client::builder", "ClientBuilder::new", "reqwest::get"],
        &["app"],
        "only app.rs builds HTTP clients, with time-outs and without redirects",
    ),
];

/// One file: its module path and its text.
struct Source {
    module: Vec<String>,
    text: String,
}

/// The room of a module path: its first name.
fn room(module: &[String]) -> &str {
    module.first().map_or("lib", String::as_str)
}

/// Blanks comments, texts and characters, byte for byte, so that what is left is code at its old place.
fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let blank = |out: &mut Vec<u8>, from: usize, to: usize| {
        for byte in &mut out[from..to.min(bytes.len())] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    let is_word = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = if rest.starts_with(b"//") {
            at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            end_of_block(bytes, at)
        } else if let Some(hashes) = raw_text(rest).filter(|_| at == 0 || !is_word(at - 1)) {
            let closing = format!("\"{}", "#".repeat(hashes));
            let start = at + rest.iter().position(|byte| *byte == b'"').unwrap_or(0) + 1;
            text[start..].find(&closing).map_or(bytes.len(), |found| start + found + closing.len())
        } else if rest[0] == b'"' {
            end_of_quoted(bytes, at, b'"')
        } else if rest[0] == b'\'' && (rest.get(1) == Some(&b'\\') || closes_a_character(&text[at..])) {
            end_of_quoted(bytes, at, b'\'')
        } else {
            at += 1;
            continue;
        };
        blank(&mut out, at, end);
        at = end;
    }
    String::from_utf8(out).unwrap_or_default()
}

/// How many `#` a raw text at the start has; `None` where there is none.
fn raw_text(rest: &[u8]) -> Option<usize> {
    let after = rest.strip_prefix(b"br").or_else(|| rest.strip_prefix(b"r"))?;
    let hashes = after.iter().take_while(|byte| **byte == b'#').count();
    (after.get(hashes) == Some(&b'"')).then_some(hashes)
}

/// Whether a `'` begins a character rather than a lifetime.
fn closes_a_character(from: &str) -> bool {
    let mut chars = from.chars().skip(1);
    chars.next().is_some() && chars.next() == Some('\'')
}

fn end_of_block(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if bytes[at..].starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn end_of_quoted(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Takes out every item that is compiled for tests only; returns the rest and the names of modules in other files that
/// went with it.
fn without_tests(code: &str) -> (String, Vec<String>) {
    const MARK: &str = "#[cfg(test)]";
    let (mut rest, mut kept, mut modules) = (code, String::new(), Vec::new());
    while let Some(found) = rest.find(MARK) {
        kept.push_str(&rest[..found]);
        let mut item = rest[found + MARK.len()..].trim_start();
        while item.starts_with("#[") {
            let end = item.find(']').map_or(item.len(), |end| end + 1);
            item = item[end..].trim_start();
        }
        let (mut depth, mut end) = (0_usize, item.len());
        for (at, c) in item.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth <= 1 => {
                    end = at + 1;
                    break;
                }
                '}' => depth -= 1,
                ';' if depth == 0 => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        let words: Vec<&str> = item[..end].split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        if let (true, Some(at)) = (item[..end].ends_with(';'), words.iter().position(|word| *word == "mod")) {
            modules.extend(words.get(at + 1).map(|name| (*name).to_owned()));
        }
        rest = &item[end..];
    }
    kept.push_str(rest);
    (kept, modules)
}

/// Every path of ours that the code names, from the root of the package: `clock::Clock`, `store::Tx` …
fn paths(code: &str, module: &[String]) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    for start in ["crate", "tuanqing", "super"] {
        for (at, _) in code.match_indices(start) {
            let word_before = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            // `a::super` is no path of its own: the first `super` was read already
            if word_before || code[..at].ends_with("::") {
                continue;
            }
            let (mut base, mut rest) = (Vec::new(), &code[at + start.len()..]);
            if start == "super" {
                let mut up = 1;
                while let Some(more) = rest.strip_prefix("::super") {
                    (up, rest) = (up + 1, more);
                }
                base = module[..module.len().saturating_sub(up)].to_vec();
            }
            if let Some(rest) = rest.strip_prefix("::") {
                read_tree(rest, &base, &mut found);
            }
        }
    }
    found
}

/// Reads a path or a tree of paths behind `base`; returns what follows it.
fn read_tree<'c>(code: &'c str, base: &[String], found: &mut BTreeSet<Vec<String>>) -> &'c str {
    let code = code.trim_start();
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start().trim_start_matches(',').trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            let before = rest.len();
            rest = read_tree(rest, base, found);
            // ` as name` and whatever else stands before the next comma
            let skip = rest.find([',', '}']).unwrap_or(rest.len());
            rest = &rest[skip..];
            if rest.is_empty() || rest.len() == before {
                return rest;
            }
        }
    }
    let end = code.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(code.len());
    let mut path = base.to_vec();
    if end > 0 && &code[..end] != "self" {
        path.push(code[..end].to_owned());
    }
    let rest = &code[end..];
    match rest.strip_prefix("::") {
        Some(further) if further.trim_start().starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '{') => {
            read_tree(further, &path, found)
        }
        _ => {
            found.insert(path);
            rest
        }
    }
}

fn begins_with(path: &[String], prefix: &str) -> bool {
    let prefix: Vec<&str> = prefix.split("::").collect();
    path.len() >= prefix.len() && path.iter().zip(prefix).all(|(have, want)| have == want)
}

/// What is wrong with the arrows of these files.
fn wrong_arrows(sources: &[Source]) -> Vec<String> {
    let platforms: BTreeSet<&String> =
        sources.iter().filter(|source| room(&source.module) == "platforms").filter_map(|s| folder(&s.module)).collect();
    let mut wrong = Vec::new();
    for source in sources {
        let from = room(&source.module);
        if from == "lib" {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(room, _)| *room == from) else {
            wrong.push(format!("{from} is not in the table"));
            continue;
        };
        for path in paths(&source.text, &source.module) {
            let Some(to) = path.first() else { continue };
            let (here, there) = (source.module.join("::"), path.join("::"));
            let at_home = to == from || !ALLOWED.iter().any(|(room, _)| room == to);
            let open = at_home || allowed.iter().any(|prefix| begins_with(&path, prefix));
            if !open {
                wrong.push(format!("{here} uses {there}"));
            }
            let Some(other) = path.get(1).filter(|name| to == "platforms" && platforms.contains(name)) else {
                continue;
            };
            // a platform knows the trait and itself; everybody else knows the trait, but for the page of the simulator
            let own_page = here.starts_with("http::simulator") && other == "simulator";
            let composes = ["app", "cli"].contains(&from);
            if !own_page && !composes && folder(&source.module).is_none_or(|mine| from != "platforms" || mine != other)
            {
                wrong.push(format!("{here} knows a platform: {there}"));
            }
        }
    }
    wrong
}

/// The platform whose folder a module lies in.
fn folder(module: &[String]) -> Option<&String> {
    module.get(1).filter(|name| !["limits", "pictures", "settings"].contains(&name.as_str()))
}

/// Rooms that use each other, directly or around a corner, unless `CYCLES` gives a reason.
fn cycles(sources: &[Source]) -> Vec<String> {
    let mut arrows: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let from = room(&source.module);
        for path in paths(&source.text, &source.module) {
            if let Some(to) = path.first().filter(|to| *to != from) {
                arrows.entry(from).or_default().insert(to.clone());
            }
        }
    }
    let reach = |start: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start.to_owned()]);
        while let Some(next) = open.pop() {
            for to in arrows.get(next.as_str()).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    open.push(to.clone());
                }
            }
        }
        seen
    };
    let in_cycles: Vec<&str> = arrows.keys().copied().filter(|room| reach(room).contains(*room)).collect();
    let excused = |room: &str| {
        let mates: Vec<&str> = in_cycles
            .iter()
            .copied()
            .filter(|mate| reach(room).contains(*mate) && reach(mate).contains(room))
            .collect();
        CYCLES.iter().any(|(rooms, _)| mates.iter().all(|mate| rooms.contains(mate)))
    };
    in_cycles.iter().filter(|room| !excused(room)).map(|room| format!("{room} uses itself around a corner")).collect()
}

/// Words used outside the one place that may.
fn reserved_words(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        for (words, places, reason) in RESERVED {
            if places.contains(&room(&source.module)) {
                continue;
            }
            for word in *words {
                let used = source.text.match_indices(word).any(|(at, _)| {
                    let outside = |c: char| !(c.is_alphanumeric() || c == '_');
                    let after = &source.text[at + word.len()..];
                    (at == 0 || source.text[..at].ends_with(outside))
                        && (after.is_empty() || after.starts_with(outside))
                });
                if used {
                    wrong.push(format!("{} says {word}: {reason}", source.module.join("::")));
                }
            }
        }
    }
    wrong
}

/// All files below `src/`, without what is compiled for tests only.
fn house() -> io::Result<Vec<Source>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut sources, mut for_tests) = (Vec::new(), BTreeSet::new());
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap_or(&path).with_extension("");
                let mut module: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                if module.last().is_some_and(|last| last == "mod" || last == "lib") {
                    module.pop();
                }
                let (text, modules) = without_tests(&code_only(&fs::read_to_string(&path)?));
                for name in modules {
                    for_tests.insert([module.clone(), vec![name]].concat());
                }
                sources.push(Source { module, text });
            }
        }
    }
    sources.retain(|source| !for_tests.iter().any(|tests| source.module.starts_with(tests)));
    Ok(sources)
}

#[test]
fn the_arrows_of_the_house_point_where_they_may() {
    let house = house().unwrap();
    assert!(house.len() > 80, "only {} files were read", house.len());
    let wrong = wrong_arrows(&house);
    assert!(wrong.is_empty(), "ARCHITECTURE.md does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn no_room_uses_itself_around_a_corner() {
    let wrong = cycles(&house().unwrap());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_reserved_for_one_place_is_used_there_only() {
    let wrong = reserved_words(&house().unwrap());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where the page draws the house differently from `ALLOWED`.
fn drawn_differently(page: &str) -> Vec<String> {
    let rooms: BTreeSet<&str> = ALLOWED.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for (room, allowed) in ALLOWED {
        let on_the_map = page
            .lines()
            .map(str::trim_start)
            .any(|line| line.starts_with(&format!("{room}.rs ")) || line.starts_with(&format!("{room}/ ")));
        if !on_the_map {
            wrong.push(format!("the map has no line for {room}"));
        }
        let row = page.lines().find_map(|line| {
            let (names, may_use) = line.strip_prefix("| ")?.split_once(" | ")?;
            names.contains(&format!("`{room}`")).then_some(may_use)
        });
        let words = row.unwrap_or_default().split(|c: char| !c.is_alphanumeric());
        let drawn: BTreeSet<&str> = words.filter(|word| rooms.contains(word)).collect();
        let meant: BTreeSet<&str> = allowed.iter().filter_map(|path| path.split("::").next()).collect();
        if row.is_none() || drawn != meant {
            wrong.push(format!("{room}: the page says {drawn:?}, the table {meant:?}"));
        }
    }
    wrong
}

#[test]
fn the_page_draws_the_same_house() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let wrong = drawn_differently(&page);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let other = page.replace("| `reports` | domain, store |", "| `reports` | domain |");
    assert_eq!(drawn_differently(&other).len(), 1);
}

mod the_reader {
    //! A check that was never seen to fail proves nothing.

    use super::*;

    fn source(module: &str, text: &str) -> Source {
        let module = module.split("::").map(str::to_owned).collect();
        Source { module, text: without_tests(&code_only(text)).0 }
    }

    fn wrong(module: &str, text: &str) -> Vec<String> {
        let onebot = source("platforms::onebot::client", "");
        wrong_arrows(&[source(module, text), onebot])
    }

    #[test]
    fn sees_an_arrow_however_it_is_written() {
        for text in [
            "use crate::store::Store;",
            "use crate::{clock::Clock, store::{Db, Tx}};",
            "fn f() { crate::store::open(); }",
            "use super::super::store::Store;",
            "use crate::store::{self};",
            "/* a */ use crate::store as s; // b",
            "fn f<'a>(x: &'a str) -> crate::store::Tx<'a> { '\\'' }",
        ] {
            assert!(wrong("domain::duty", text).iter().any(|line| line.contains("store")), "{text}");
        }
        assert_eq!(wrong("services::digest", "use crate::outbox::Worker;"), ["services::digest uses outbox::Worker"]);
        assert_eq!(wrong("attic", ""), ["attic is not in the table"]);
    }

    #[test]
    fn lets_pass_what_is_allowed_or_is_no_code() {
        for text in [
            "use crate::domain::id::UnitId;",
            "use super::calendar::Calendar;",
            "// use crate::store::Store;",
            "/* /* nested */ use crate::store::Store; */",
            "/// See [`crate::store`].",
            "const A: &str = \"use crate::store::Store;\";",
            "const A: &str = r#\"\"use crate::store::Store;\"#;",
            "#[cfg(test)]\nmod tests {\n    use crate::store::{Store};\n    fn f() {}\n}\n",
            "#[cfg(test)]\nuse crate::store::Store;\n",
            "fn supercrate() { my_crate::store::f() }",
        ] {
            assert_eq!(wrong("domain::duty", text), Vec::<String>::new(), "{text}");
        }
        assert!(wrong("services::questions", "use crate::outbox::{Terms, enqueue};").is_empty());
        let (rest, modules) = without_tests("#[cfg(test)]\n#[path = \"x\"]\nmod tests;\nmod kept;");
        assert_eq!((rest.trim(), modules), ("mod kept;", vec!["tests".to_owned()]));
        assert!(!wrong("domain::duty", "#[cfg(test)]\nmod tests {}\nuse crate::store::Store;").is_empty());
    }

    #[test]
    fn sees_who_knows_a_platform() {
        let at = "platforms::simulator::decode";
        assert!(!wrong(at, "use crate::platforms::onebot::client::Client;").is_empty());
        assert!(!wrong(at, "use super::super::onebot::client::Client;").is_empty());
        assert!(!wrong("http::webhooks", "use crate::platforms::onebot;").is_empty());
        assert!(wrong("http::webhooks", "use crate::platforms::Adapter;").is_empty());
        assert!(wrong(at, "use super::client::Typed; use crate::platforms::settings::Secrets;").is_empty());
    }

    #[test]
    fn sees_a_circle() {
        let circle = [source("reports", "use crate::templates::A;"), source("templates", "use crate::reports::B;")];
        assert_eq!(cycles(&circle).len(), 2);
        let long = [
            source("store", "use crate::error::Fault;"),
            source("error", "use crate::store::StoreError;\nuse crate::domain::A;"),
            source("domain", "use crate::store::Db;"),
        ];
        assert_eq!(cycles(&long).len(), 3, "an excuse for two rooms is none for three");
        assert!(cycles(&long[..2]).is_empty());
    }

    #[test]
    fn sees_a_reserved_word() {
        assert_eq!(reserved_words(&[source("jobs::scheduler", "let now = chrono::Utc::now();")]).len(), 1);
        assert_eq!(reserved_words(&[source("reports::week", "use sea_orm::EntityTrait;")]).len(), 1);
        assert!(!reserved_words(&[source("platforms::onebot", "reqwest::Client::builder()")]).is_empty());
        let fine = [source("clock", "Utc::now()"), source("store::roster", "sea_orm::x"), source("jobs", "sea_ormolu")];
        assert!(reserved_words(&fine).is_empty());
    }
}
