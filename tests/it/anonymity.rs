//! Nobody can tell who asked anonymously: what is stored, and attacks on it with everything that a secretary can see.
//!
//! **The attack.** Fifty young people are in a group. All of them are there in every hour (what a secretary sees of the
//! group itself the bot cannot hide; who alone was there in an hour is known without us). One of them asks anonymously while
//! they are there, says more an hour later, is answered, and rates. Attackers see every message to the secretaries and in
//! the groups with its instant, every list and export, the logs, and the whole database without its key; each names one of
//! the fifty. Over many such days none may be right more often than chance allows. The control is the same day with the same
//! question asked in private with a name, whose notice goes out at once and whose number is the next one: there attackers win.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tuanqing::app::load_seal;
use tuanqing::clock::Clock;
use tuanqing::config::Settings;
use tuanqing::seal::{Purpose, Seal};

use crate::support::fakes::onebot::{friend_recall, private_message};
use crate::support::office::{CADRE, CADRES, COUNTY_SECRETARY, Office, SEAL_KEY, SELF, TOWN_SECRETARY, YOUNG, YOUTH};
use crate::support::views::{Channel, Views};

#[tokio::test]
async fn what_is_kept_of_a_private_message_tells_neither_what_was_said_nor_when_nor_by_whom() {
    let office = Office::open().await;
    office.clock.advance(chrono::TimeDelta::minutes(17));
    let mut views = Views::open(&[COUNTY_SECRETARY, TOWN_SECRETARY]);
    let event = private_message(SELF, YOUNG, 4_711, office.time(), "帮助");
    let reply = office.send(&event).await.text();
    assert!(reply.contains("提问"), "{reply}");
    office.say(YOUTH, 5_002, "提问 创业贷款找谁？").await;
    views.read_the_database(&office).await;
    let rows = |views: &Views| -> Vec<serde_json::Value> {
        let rows = views.sights().iter().filter(|sight| sight.channel == Channel::Row("inbox".into()));
        rows.map(|sight| serde_json::from_str(&sight.text).unwrap()).collect()
    };
    let (private, open): (Vec<_>, Vec<_>) =
        rows(&views).into_iter().partition(|row| row["dedupe_key"].as_str().unwrap().ends_with(":4711"));
    let now_ms = office.clock.now().timestamp_millis();
    assert_eq!(private[0]["received_at_ms"].as_i64().unwrap(), now_ms - 17 * 60_000, "the hour alone");
    let made_at_ms = (private[0]["id"].as_i64().unwrap() >> 22) + 1_704_067_200_000;
    assert_ne!(made_at_ms, now_ms, "nor does the id tell");
    assert!(private[0]["reply"].as_str().unwrap().starts_with("s1."), "{private:?}");
    assert_eq!(open[0]["received_at_ms"].as_i64().unwrap(), now_ms);
    assert!(open[0]["made"].as_str().unwrap().starts_with("question:"), "the control: it would be seen");
    let seen = sights_of(&views, YOUNG);
    assert!(seen.is_empty(), "{seen:?}");

    assert_eq!(office.send(&event).await.text(), reply, "a redelivery gets the same answer");
    office.close().await;
}

#[tokio::test]
async fn a_private_question_can_be_recalled_though_the_row_does_not_say_that_it_made_one() {
    let office = Office::open().await;
    office.send(&private_message(SELF, YOUNG, 4_711, office.time(), "提问 创业贷款找谁？")).await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM inbox WHERE made LIKE 'question%'").await, 0);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE state = 'asked'").await, 1);
    office.send(&friend_recall(SELF, YOUNG, 4_711, office.time())).await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE state = 'withdrawn'").await, 1);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn the_key_of_the_seal_is_in_nothing_that_anybody_sees() {
    let office = Office::open().await;
    let mut views = Views::open(&[COUNTY_SECRETARY]);
    office.whisper(YOUNG, "提问 创业贷款找谁？").await;
    office.deliver().await;
    views.look(&office);
    views.ask_for_everything(&office, &["待答".to_owned()]).await;
    views.run_command_lines(&office);
    views.read_the_database(&office).await;
    let seen = views.holding("创业贷款");
    assert!(seen.iter().any(|sight| sight.at == office.clock.now()), "the control: what may be seen is seen");
    let logged = views.sights().iter().any(|sight| sight.channel == Channel::Log);
    assert!(logged, "the control: logs are heard");
    assert!(views.holding(SEAL_KEY).is_empty());
    office.close().await;
}

fn settings(text: &str) -> (tempfile::TempDir, Settings) {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("t.toml"), folder.path().join("data/t.sqlite"));
    let text = text.replace("SQLITE", &format!("[database]\nurl = \"sqlite://{}\"\n", data.display()));
    std::fs::write(&path, text).unwrap();
    let settings = Settings::load(Some(&path)).unwrap();
    (folder, settings)
}

#[test]
fn on_sqlite_the_key_is_made_beside_the_database_and_found_again() {
    let (folder, settings) = settings("SQLITE");
    let mark = |seal: Option<Seal>| seal.unwrap().mark(Purpose::Asker, "#7");
    let first = mark(load_seal(&settings).unwrap());
    assert!(folder.path().join("data/seal.key").exists());
    assert_eq!(mark(load_seal(&settings).unwrap()), first);
}

#[test]
fn replicas_on_postgresql_make_no_key_each_of_their_own() {
    let none = settings("[database]\nurl = \"postgres://nobody@127.0.0.1/none\"").1;
    assert!(load_seal(&none).unwrap().is_none());
}

#[test]
fn a_short_key_a_file_that_is_not_there_and_two_sources_are_refused_without_showing_a_key() {
    let short = settings("SQLITE[privacy]\nseal_key = \"canary-0123456789\"").1;
    let said = format!("{:#} {short:?}", load_seal(&short).unwrap_err());
    assert!(said.contains("至少 32 个字节") && !said.contains("canary"), "{said}");
    let gone = settings("SQLITE[privacy]\nseal_key_file = \"gone.key\"").1;
    assert!(format!("{:#}", load_seal(&gone).unwrap_err()).contains("gone.key"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.toml");
    std::fs::write(&path, format!("[privacy]\nseal_key_file = \"a\"\nseal_key = [\"{SEAL_KEY}\"]")).unwrap();
    assert!(Settings::load(Some(&path)).unwrap_err().to_string().contains("只写一个"));
}

#[tokio::test]
async fn who_only_ever_asks_anonymously_is_in_nothing_that_anybody_can_see() {
    let office = Office::open().await;
    for user in 7_001..=7_005 {
        office.say(YOUTH, user, "今天天气好").await;
    }
    let mut views = Views::open(&[COUNTY_SECRETARY, TOWN_SECRETARY]);
    let receipt = office.whisper(YOUNG, "匿名提问 我在夜总会做兼职，怎么退出？").await;
    let number = number_in(&receipt);
    views.look(&office);
    views.read_the_database(&office).await;
    assert!(views.holding("夜总会").is_empty(), "before the hour not even the words");
    office.whisper(YOUNG, &format!("补充 {number} 老板不给工资")).await;
    office.until("2026-11-20T11:00:00").await;
    office.whisper(TOWN_SECRETARY, &format!("回复 {number} 请到镇团委来。")).await;
    office.deliver().await;
    office.whisper(YOUNG, &format!("满意 {number}")).await;
    office.whisper(TOWN_SECRETARY, &format!("屏蔽 {number} 试试看")).await;
    office.whisper(YOUNG, "匿名提问 还能问吗？").await;
    office.whisper(TOWN_SECRETARY, &format!("申请实名 {number} 要找到人")).await;
    office.until("2026-11-20T12:00:00").await;
    views.look(&office);
    let number = number.to_string();
    let also = [format!("看 {number}"), "我的提问".to_owned(), format!("列入 {number}"), format!("清单 {number}")];
    views.ask_for_everything(&office, &also).await;
    views.run_command_lines(&office);
    views.read_the_database(&office).await;
    assert!(!views.holding("夜总会").is_empty() && !views.holding("试试看").is_empty(), "the control: this is seen");
    let seen = sights_of(&views, YOUNG);
    assert!(seen.is_empty(), "{seen:?}");
    office.close().await;
}

#[tokio::test]
async fn nothing_that_anybody_can_see_joins_what_somebody_asks_without_a_name_to_what_they_do_with_one() {
    let office = Office::open_with("[policy]\npreset = \"inner-mongolia\"").await;
    for user in 7_001..=7_005 {
        office.say(YOUTH, user, "今天天气好").await;
    }
    let mut views = Views::open(&[COUNTY_SECRETARY, TOWN_SECRETARY]);
    office.say(YOUTH, TOWN_SECRETARY, "投票 周末去哪 选项：爬山、看电影 截止：周日18点 匿名").await;
    office.whisper(YOUNG, "投 1 A").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 返乡创业 1小时").await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    office.whisper(YOUNG, "提问 社保断了怎么续？").await;
    // what is hidden, with cries for help in what follows
    let receipt = office.whisper(YOUNG, "匿名提问 我在夜总会做兼职，怎么退出？").await;
    let first = number_in(&receipt);
    let mut hidden = vec![first.to_string(), alias_in(&receipt)];
    office.whisper(YOUNG, &format!("补充 {first} 老板打我，我不想活了")).await;
    views.look(&office);
    views.read_the_database(&office).await;
    office.until("2026-11-20T11:00:00").await;
    views.look(&office);
    office.whisper(TOWN_SECRETARY, &format!("回复 {first} 请到镇团委来。")).await;
    office.deliver().await;
    office.whisper(YOUNG, &format!("不满意 {first} 夜总会的人还在找我")).await;
    office.whisper(YOUNG, "还是想自杀").await;
    let second = office.whisper(YOUNG, "我想匿名问一下，网贷还不上怎么办？").await;
    hidden.extend([number_in(&second).to_string(), alias_in(&second)]);
    assert_ne!(hidden[1], hidden[3], "an alias is for one thread");
    office.say(YOUTH, YOUNG, "赞 1").await;
    office.until("2026-11-20T12:00:00").await;
    office.say(YOUTH, YOUNG, "提问 图书馆几点开门？").await;
    office.qq.fail_next_with_retcode(1, 1404);
    office.whisper(TOWN_SECRETARY, &format!("回复 {} 先别再借。", hidden[2])).await;
    office.whisper(TOWN_SECRETARY, &format!("屏蔽 {first} 试试看")).await;
    office.whisper(TOWN_SECRETARY, &format!("列入 {first}")).await;
    office.deliver().await;
    views.look(&office);
    let also: Vec<String> = office
        .numbers()
        .await
        .into_iter()
        .flat_map(|number| ["看", "列入", "清单"].map(|word| format!("{word} {number}")))
        .chain(["投票结果 1".to_owned(), "活动名单 1".to_owned(), "青年之声 本月".to_owned()])
        .collect();
    views.ask_for_everything(&office, &also).await;
    views.run_command_lines(&office);
    views.read_the_database(&office).await;

    for words in ["夜总会", "不想活", "想自杀", "网贷"] {
        hidden.push(words.to_owned());
        let told =
            |sight: &&crate::support::views::Sight| matches!(sight.channel, Channel::Private(_) | Channel::Answer(_));
        assert!(views.holding(words).iter().any(told), "the control: {words} is read by those who answer");
    }
    let young = YOUNG.to_string();
    let own = |line: &str| is_a_word(line, &young) || line.contains("图书馆") || line.contains("社保断了");
    let lines = || views.sights().iter().flat_map(|sight| sight.text.lines().map(move |line| (&sight.channel, line)));
    assert!(lines().any(|(_, line)| own(line)), "the control: what is done with a name is seen");
    let marks: Vec<String> = lines()
        .filter(|(channel, _)| matches!(channel, Channel::Row(table) if table == "question"))
        .filter_map(|(_, row)| serde_json::from_str::<Value>(row).ok())
        .filter(|row| row["alias"].is_string())
        .map(|row| row["who"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert!(!marks.is_empty() && marks.iter().all(|mark| !mark.is_empty()));
    hidden.extend(marks);
    for (channel, line) in lines().filter(|(_, line)| own(line)) {
        // of one list, each question is its own line; only where both are in one are they joined
        let joined = hidden.iter().find(|part| match part.parse::<i64>() {
            Ok(_) => is_a_word(line, part),
            Err(_) => line.contains(part.as_str()),
        });
        let lists = match channel {
            // the stored answer to a secretary is a list as well
            Channel::Row(table) => matches!(table.as_str(), "inbox" | "outbox"),
            _ => matches!(channel, Channel::Private(_) | Channel::Group(_) | Channel::Log),
        };
        assert!(joined.is_none() || lists && !is_a_word(line, &young), "{channel:?}: {joined:?} in {line}");
    }
    office.close_with_leftovers().await;
}

fn alias_in(receipt: &str) -> String {
    let alias: String =
        receipt.split('#').nth(1).unwrap_or_default().chars().take_while(char::is_ascii_alphanumeric).collect();
    assert!(!alias.is_empty(), "{receipt}");
    format!("#{alias}")
}

/// Where somebody's number is seen. Chance makes digits too: what lies within a longer word is nobody's.
fn sights_of(views: &Views, user: i64) -> Vec<&crate::support::views::Sight> {
    let user = user.to_string();
    views.holding(&user).into_iter().filter(|sight| is_a_word(&sight.text, &user)).collect()
}

/// Whether a number stands by itself in a text, not within a longer one or in something sealed.
fn is_a_word(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(at, _)| {
        let around = (text[..at].chars().next_back(), text[at + number.len()..].chars().next());
        let within = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        !within(around.0) && !within(around.1)
    })
}

fn number_in(receipt: &str) -> i64 {
    let digits: String = receipt.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("{receipt}"))
}

/// The young people in the group.
const PEOPLE: std::ops::Range<i64> = 7_001..7_051;

/// How often each of them is there in every hour.
const SESSIONS: usize = 2;

/// How likely chance may make one attacker as good as they may be: one in a million.
const UNLIKELY: f64 = 1e-6;

/// A sequence of numbers that looks like chance and is the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: i64) -> i64 {
        i64::try_from(self.next() % bound.unsigned_abs()).unwrap()
    }

    fn somebody(&mut self) -> i64 {
        PEOPLE.start + self.below(PEOPLE.end - PEOPLE.start)
    }

    fn within_an_hour(&mut self, from: DateTime<Utc>) -> DateTime<Utc> {
        from + TimeDelta::seconds(self.below(3_570))
    }
}

/// What somebody does.
#[derive(Clone, Debug)]
enum Do {
    Ask(i64),
    Like(i64),
    Whisper(i64),
    CheckIn,
    /// The one who is looked for asks, says more, rates.
    Secretly(Secret),
    Answer,
    Block,
    Tick,
    Poll,
}

#[derive(Clone, Copy, Debug)]
enum Secret {
    Ask,
    Add,
    Rate,
}

/// How the one who is looked for asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Anonymously,
    /// In private, with their name: the control.
    WithTheirName,
}

/// What an attacker has to go by.
struct Evidence {
    /// Who said something in the group, and when.
    talk: Vec<(DateTime<Utc>, i64)>,
    /// Who asked with their name in the group, when, and which number they got.
    asked: Vec<(DateTime<Utc>, i64, i64)>,
    /// When the secretary was told of the question, of more words, of anything about it.
    notices: Vec<DateTime<Utc>>,
    number: i64,
    alias: String,
    blocked_at: DateTime<Utc>,
    answered_at: DateTime<Utc>,
    /// When something was logged.
    logged: Vec<DateTime<Utc>>,
    /// The rows of the database, by table.
    rows: BTreeMap<String, Vec<Value>>,
}

/// When a row was made, as its id tells.
fn made_at(row: &Value) -> DateTime<Utc> {
    let id = row["id"].as_i64().unwrap_or_default();
    DateTime::from_timestamp_millis((id >> 22) + 1_704_067_200_000).unwrap()
}

impl Evidence {
    fn last_before(&self, at: DateTime<Utc>) -> i64 {
        self.talk.iter().filter(|(then, _)| *then <= at).max_by_key(|(then, _)| *then).map_or(PEOPLE.start, |one| one.1)
    }

    fn first_after(&self, at: DateTime<Utc>) -> i64 {
        self.talk.iter().filter(|(then, _)| *then > at).min_by_key(|(then, _)| *then).map_or(PEOPLE.start, |one| one.1)
    }

    /// Who said most between two instants.
    fn most_active(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> i64 {
        let said =
            |person: &i64| self.talk.iter().filter(|(at, one)| one == person && *at >= from && *at < until).count();
        PEOPLE.max_by_key(said).unwrap_or(PEOPLE.start)
    }

    /// Who was nearest, over all these instants together.
    fn nearest(&self, instants: &[DateTime<Utc>]) -> i64 {
        let distance = |person: &i64| -> i64 {
            let own = self.talk.iter().filter(|(_, one)| one == person).map(|(at, _)| *at);
            let own: Vec<_> = own.collect();
            let to = |at: &DateTime<Utc>| own.iter().map(|one| (*one - *at).num_seconds().abs()).min().unwrap_or(9_999);
            instants.iter().map(to).sum()
        };
        PEOPLE.min_by_key(distance).unwrap_or(PEOPLE.start)
    }

    fn table(&self, name: &str) -> &[Value] {
        self.rows.get(name).map_or(&[], Vec::as_slice)
    }

    fn question(&self) -> &Value {
        self.table("question").iter().find(|row| row["number"] == self.number).unwrap_or(&Value::Null)
    }

    /// The steps that the asker took.
    fn steps(&self) -> Vec<&Value> {
        let own = ["asked", "added", "rated"];
        let id = &self.question()["id"];
        let steps = self.table("question_step").iter().filter(|row| row["question_id"] == *id);
        steps.filter(|row| own.contains(&row["step"].as_str().unwrap_or_default())).collect()
    }

    /// Private messages as the inbox has them, the longest reply first: a receipt of an anonymous question is long.
    fn private(&self) -> Vec<&Value> {
        let mut rows: Vec<&Value> = self
            .table("inbox")
            .iter()
            .filter(|row| row["reply"].as_str().is_some_and(|text| text.starts_with("s1.")))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row["reply"].as_str().map_or(0, str::len)));
        rows
    }
}

/// Whom an attacker names.
type Guess = fn(&Evidence) -> i64;

const ATTACKERS: &[(&str, Guess)] = &[
    ("the last to speak before the secretary was told", |seen| seen.last_before(seen.notices[0])),
    ("the first to speak after", |seen| seen.first_after(seen.notices[0])),
    ("who spoke most in the hour before", |seen| {
        seen.most_active(seen.notices[0] - TimeDelta::minutes(70), seen.notices[0])
    }),
    ("the last to speak before it was too late for that hour", |seen| {
        seen.last_before(seen.notices[0] - TimeDelta::minutes(10))
    }),
    ("who was nearest to everything that was heard of the question", |seen| seen.nearest(&seen.notices)),
    ("who asked next to it by number", |seen| {
        let nearest = seen.asked.iter().min_by_key(|(.., number)| (number - seen.number).abs());
        nearest.map_or(PEOPLE.start, |one| one.1)
    }),
    ("who spoke last before the next number was given away", |seen| {
        let next = seen.asked.iter().filter(|(.., number)| *number > seen.number).min_by_key(|(.., number)| *number);
        seen.last_before(next.map_or(seen.notices[0], |one| one.0))
    }),
    ("who spoke last before the row of the question was made", |seen| seen.last_before(made_at(seen.question()))),
    ("who was nearest to the rows of its steps", |seen| {
        seen.nearest(&seen.steps().into_iter().map(made_at).collect::<Vec<_>>())
    }),
    ("who was nearest to the instants of its steps", |seen| {
        let instants = seen.steps().into_iter().map(|row| row["at_ms"].as_i64().unwrap_or_default());
        seen.nearest(&instants.map(|ms| DateTime::from_timestamp_millis(ms).unwrap()).collect::<Vec<_>>())
    }),
    ("who spoke last before the private message with the longest reply", |seen| {
        seen.private().first().map_or(PEOPLE.start, |row| seen.last_before(made_at(row)))
    }),
    ("who was nearest to the three longest private replies", |seen| {
        seen.nearest(&seen.private().into_iter().take(3).map(made_at).collect::<Vec<_>>())
    }),
    ("who came first when the answer was there", |seen| seen.first_after(seen.answered_at)),
    ("who was nearest to what was logged", |seen| seen.nearest(&seen.logged)),
    ("the alias, read as a place in the list", |seen| {
        let digits: i64 = seen.alias.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
        PEOPLE.start + digits % 50
    }),
    ("the number, read as a place in the list", |seen| PEOPLE.start + seen.number % 50),
    ("the mark, read as a place in the list", |seen| {
        let mark = seen.question()["who"].as_str().unwrap_or_default();
        PEOPLE.start + i64::try_from(u64::from_str_radix(mark.get(..8).unwrap_or("0"), 16).unwrap_or(0) % 50).unwrap()
    }),
    ("what is sealed, read as a place in the list", |seen| {
        let sealed = seen.question()["sealed"].as_str().unwrap_or_default();
        PEOPLE.start + i64::try_from(sealed.bytes().map(usize::from).sum::<usize>() % 50).unwrap()
    }),
    ("who asks with their name after the block", |seen| {
        let after = seen.asked.iter().find(|(at, ..)| *at > seen.blocked_at);
        after.map_or(PEOPLE.start, |one| one.1)
    }),
    ("who is quietest after the block", |seen| {
        let said = |person: &i64| seen.talk.iter().filter(|(at, one)| one == person && *at > seen.blocked_at).count();
        PEOPLE.min_by_key(said).unwrap_or(PEOPLE.start)
    }),
];

/// One day: fifty people, one of whom asks. Whom each attacker names, and whom they should.
async fn day(office: &Office, begins: DateTime<Utc>, way: Way, chance: &mut Chance, whole: bool) -> (Vec<i64>, i64) {
    let asker = chance.somebody();
    let hour = |n: i32| begins + TimeDelta::hours(1) * n;
    let mut plan: Vec<(DateTime<Utc>, Do)> = Vec::new();
    let mut talk = Vec::new();
    for window in 0..4 {
        for person in PEOPLE {
            for session in 0..SESSIONS {
                let mut at = chance.within_an_hour(hour(window));
                let secret = match window {
                    _ if person != asker || session > 0 => None,
                    0 => Some(Secret::Ask),
                    1 => Some(Secret::Add),
                    2 => {
                        // after the answer
                        at = hour(2) + TimeDelta::seconds(1_500 + chance.below(2_070));
                        Some(Secret::Rate)
                    }
                    _ => None,
                };
                talk.push((at, person));
                plan.extend(secret.map(|secret| (at + TimeDelta::seconds(5), Do::Secretly(secret))));
                talk.push((at + TimeDelta::seconds(20), person));
            }
        }
        for _ in 0..2 {
            let at = chance.within_an_hour(hour(window));
            let person = chance.somebody();
            talk.push((at, person));
            plan.push((at, Do::Ask(person)));
        }
        plan.push((chance.within_an_hour(hour(window)), Do::Like(chance.somebody())));
        plan.push((chance.within_an_hour(hour(window)), Do::Whisper(chance.somebody())));
        plan.push((chance.within_an_hour(hour(window)), Do::Poll));
        // the clock's full hour, ten minutes after the window
        plan.push((hour(window + 1) + TimeDelta::minutes(10), Do::Tick));
    }
    plan.push((chance.within_an_hour(begins), Do::CheckIn));
    plan.push((hour(2) + TimeDelta::seconds(650 + chance.below(700)), Do::Answer));
    plan.push((hour(3) + TimeDelta::minutes(15), Do::Block));
    plan.sort_by_key(|(at, _)| *at);

    // as it is logged in service
    let mut views = Views::open_to(&[TOWN_SECRETARY], tracing::Level::INFO);
    views.look(office);
    let text = format!("第{}号楼的事情找谁办？", chance.next());
    let (mut number, mut receipt, mut asked) = (0, String::new(), Vec::new());
    let (mut answered_at, mut blocked_at) = (begins, begins);
    for (at, deed) in plan {
        office.clock.set(at);
        let does = deed.clone();
        match deed {
            Do::Ask(person) => {
                let reply = office.say(YOUTH, person, &format!("提问 {}路公交车几点？", chance.next())).await;
                if reply.contains("编号") {
                    asked.push((at, person, number_in(&reply)));
                }
            }
            Do::Like(person) => {
                if let Some((.., liked)) = asked.last() {
                    office.say(YOUTH, person, &format!("赞 {liked}")).await;
                }
            }
            Do::Whisper(person) => {
                office.whisper(person, if chance.below(2) == 0 { "帮助" } else { "我的提问" }).await;
            }
            Do::CheckIn => {
                office.say(CADRES, CADRE, "签到 东风社区 走访5人").await;
            }
            Do::Secretly(Secret::Ask) => {
                let word = if way == Way::Anonymously { "匿名提问" } else { "提问" };
                receipt = office.whisper(asker, &format!("{word} {text}")).await;
                number = number_in(&receipt);
            }
            Do::Secretly(Secret::Add) => {
                office.whisper(asker, &format!("补充 {number} 急")).await;
            }
            Do::Secretly(Secret::Rate) => {
                let said = office.whisper(asker, &format!("满意 {number}")).await;
                assert!(said.contains("满意"), "{said}");
            }
            Do::Answer => {
                let said = office.whisper(TOWN_SECRETARY, &format!("回复 {number} 找居委会。")).await;
                assert!(said.contains("已发给提问人"), "{said}");
                answered_at = at;
            }
            Do::Block => {
                if way == Way::Anonymously {
                    assert!(
                        office.whisper(TOWN_SECRETARY, &format!("屏蔽 {number} 试试看")).await.contains("不能匿名提问")
                    );
                }
                blocked_at = at;
            }
            Do::Tick => office.app.scheduler().tick().await.unwrap(),
            Do::Poll => {
                office.whisper(TOWN_SECRETARY, "待答").await;
                office.whisper(TOWN_SECRETARY, "青年之声").await;
            }
        }
        let may_owe = !matches!(does, Do::Like(_) | Do::Whisper(_) | Do::CheckIn | Do::Poll);
        if may_owe {
            office.deliver().await;
        }
        views.look(office);
    }
    if whole {
        views.ask_for_everything(office, &[format!("看 {number}")]).await;
        views.run_command_lines(office);
    }
    views.read_the_database(office).await;
    office.whisper(TOWN_SECRETARY, &format!("解除屏蔽 {number}")).await;

    let of_it = |text: &str| text.contains(&number.to_string());
    let told = views.sights().iter().filter(|sight| sight.channel == Channel::Private(TOWN_SECRETARY));
    let notices: Vec<DateTime<Utc>> =
        told.filter(|sight| sight.at >= begins && of_it(&sight.text)).map(|sight| sight.at).collect();
    let mut rows: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for sight in views.sights() {
        if let Channel::Row(table) = &sight.channel
            && ["question", "question_step", "inbox"].contains(&table.as_str())
        {
            let row: Value = serde_json::from_str(&sight.text).unwrap();
            if table != "inbox" || made_at(&row) >= begins - TimeDelta::hours(1) {
                rows.entry(table.clone()).or_default().push(row);
            }
        }
    }
    let logged = views.sights().iter().filter(|sight| sight.channel == Channel::Log).map(|sight| sight.at).collect();
    let alias = receipt.split('#').nth(1).unwrap_or_default().chars().take_while(char::is_ascii_alphanumeric).collect();
    let seen = Evidence { talk, asked, notices, number, alias, blocked_at, answered_at, logged, rows };
    assert!(!seen.notices.is_empty() && !seen.question().is_null(), "the secretary was told");
    (ATTACKERS.iter().map(|(_, guess)| guess(&seen)).collect(), asker)
}

/// How often each attacker was right.
async fn attack(way: Way, days: usize, seed: u64) -> Vec<usize> {
    let office = Office::open().await;
    for person in PEOPLE {
        office.say(YOUTH, person, "大家好").await;
    }
    let mut chance = Chance(seed);
    let mut right = vec![0; ATTACKERS.len()];
    for day_number in 0..days {
        // mornings and afternoons of workdays, eight weeks long and then on
        let (day_of, half) = (i64::try_from(day_number / 2).unwrap(), i64::try_from(day_number % 2).unwrap());
        let monday: DateTime<Utc> = "2026-11-23T08:50:00+08:00".parse().unwrap();
        let begins =
            monday + TimeDelta::days(day_of / 5 * 7 + day_of % 5) + TimeDelta::hours(5) * i32::try_from(half).unwrap();
        let (named, asker) = day(&office, begins, way, &mut chance, day_number == 0).await;
        for (count, named) in right.iter_mut().zip(named) {
            *count += usize::from(named == asker);
        }
    }
    office.close_with_leftovers().await;
    right
}

/// So often an attacker who only guesses is right, but for one in a million of them.
fn chance_allows(days: usize) -> usize {
    let p = 1.0 / f64::from(i32::try_from(PEOPLE.end - PEOPLE.start).unwrap());
    let n = f64::from(u32::try_from(days).unwrap());
    let (mut exactly, mut at_most, mut k) = ((1.0 - p).powf(n), 0.0, 0.0);
    loop {
        at_most += exactly;
        if 1.0 - at_most <= UNLIKELY {
            return format!("{k:.0}").parse().unwrap();
        }
        exactly *= (n - k) / (k + 1.0) * p / (1.0 - p);
        k += 1.0;
    }
}

/// A number from the environment: `TUANQING_ATTACK_DAYS` (40 for all of it) and `TUANQING_ATTACK_SEED` make the attack longer, or
/// another one.
fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn what_chance_allows_is_what_the_binomial_distribution_says() {
    // for 40 days and one in fifty: P(X > 7) is 1.2e-6, P(X > 8) 8e-8
    assert_eq!(chance_allows(40), 8);
    assert!(chance_allows(1_000) < 50);
}

#[tokio::test]
async fn no_attacker_names_the_asker_more_often_than_chance() {
    let days = usize::try_from(from_environment("TUANQING_ATTACK_DAYS", 14)).unwrap();
    let right = attack(Way::Anonymously, days, from_environment("TUANQING_ATTACK_SEED", 20_261_121)).await;
    for ((name, _), right) in ATTACKERS.iter().zip(&right) {
        eprintln!("{right:>3} of {days}: {name}");
    }
    let most = chance_allows(days);
    for ((name, _), right) in ATTACKERS.iter().zip(right) {
        assert!(right <= most, "{name}: right on {right} of {days} days, chance allows {most}");
    }
}

#[tokio::test]
async fn the_same_attackers_win_where_a_question_is_made_known_at_once() {
    let days = 10;
    let right = attack(Way::WithTheirName, days, 7).await;
    let best = ATTACKERS.iter().zip(&right).max_by_key(|(_, right)| **right).unwrap();
    eprintln!("{} of {days}: {}", best.1, best.0.0);
    assert!(*best.1 > days / 2, "{right:?}");
    assert!(chance_allows(days) < days / 2);
}
