//! No question is lost: whatever people do, in whatever order, each one stands somewhere, its history says how it came there,
//! and whoever's question another one stands for reads that one's latest answer, or why it was not taken up, or is owed one.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, Database, Statement};
use tuanqing::clock::Clock;
use tuanqing::domain::question::State;

use crate::support::office::{COUNTY_SECRETARY, OTHER_SECRETARY, Office, TOWN_SECRETARY, YOUTH};
use crate::support::random::{Random, question};

const YOUNG_PEOPLE: [i64; 8] = [5_001, 5_002, 5_003, 5_004, 5_005, 5_006, 5_007, 5_008];

/// A question as it is stored.
#[derive(Debug)]
struct Row {
    number: i64,
    state: State,
    into: Option<i64>,
    /// Whether it was answered with the one that stands for it.
    is_settled: bool,
    /// `None`: without a name.
    asker: Option<i64>,
    answers: Vec<String>,
    steps: Vec<(String, String)>,
}

impl Row {
    /// What was said when a step was last taken.
    fn last(&self, step: &str) -> Option<&str> {
        self.steps.iter().rfind(|(code, _)| code == step).map(|(_, detail)| detail.as_str())
    }

    /// What its asker is told of why it is over: the reason of whoever did not take it up, or that nobody said more.
    fn why_ended(&self) -> &str {
        self.last("declined").unwrap_or("没有等到")
    }

    /// Every question that it was merged with at some time.
    fn ever_with(&self) -> Vec<i64> {
        let merged = self.steps.iter().filter(|(code, _)| code == "merged" || code == "offer_taken");
        merged.filter_map(|(_, detail)| detail.parse().ok()).collect()
    }
}

async fn rows(office: &Office) -> Vec<Row> {
    let db = Database::connect(&office.database.url).await.unwrap();
    let all = async |sql: &str| db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let mut texts: HashMap<i64, Vec<String>> = HashMap::new();
    for row in all("SELECT question_id, text FROM answer ORDER BY given_at_ms, id").await {
        texts.entry(row.try_get_by_index(0).unwrap()).or_default().push(row.try_get_by_index(1).unwrap());
    }
    let mut steps: HashMap<i64, Vec<(String, String)>> = HashMap::new();
    for row in all("SELECT question_id, step, detail FROM question_step ORDER BY at_ms, id").await {
        let step = (row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap());
        steps.entry(row.try_get_by_index(0).unwrap()).or_default().push(step);
    }
    let questions =
        all("SELECT q.id, q.number, q.state, r.number, q.asker_external_id, q.settled_at_ms FROM question q
                         LEFT JOIN question r ON r.id = q.merged_into ORDER BY q.number")
        .await;
    let rows = questions
        .iter()
        .map(|row| {
            let id: i64 = row.try_get_by_index(0).unwrap();
            let state: String = row.try_get_by_index(2).unwrap();
            Row {
                number: row.try_get_by_index(1).unwrap(),
                state: State::read(&state).unwrap_or_else(|| panic!("no state: {state}")),
                into: row.try_get_by_index(3).unwrap(),
                is_settled: row.try_get_by_index::<Option<i64>>(5).unwrap().is_some(),
                asker: row.try_get_by_index::<String>(4).unwrap().parse().ok(),
                answers: texts.remove(&id).unwrap_or_default(),
                steps: steps.remove(&id).unwrap_or_default(),
            }
        })
        .collect();
    db.close().await.unwrap();
    rows
}

/// Where a history leads, told from its steps alone.
fn state_after(steps: &[(String, String)]) -> Option<State> {
    let mut state = None;
    let mut reopened = 0;
    // an answer of its own; one that came with the question that stands for it
    let (mut own, mut with_another) = (false, false);
    for (step, _) in steps {
        state = match step.as_str() {
            "held" => Some(State::Held),
            "offered" => Some(State::Offered),
            "asked" | "released" | "went_on" => Some(State::Asked),
            "insisted" | "revived" => {
                with_another = false;
                Some(State::Asked)
            }
            "added" if state == Some(State::Held) => state,
            "added" if state == Some(State::Merged) && !with_another => state,
            "added" => {
                own |= with_another;
                Some(State::Asked)
            }
            "asked_back" => Some(State::Waiting),
            "offer_taken" => {
                with_another = true;
                Some(State::Merged)
            }
            "merged" => {
                with_another = false;
                Some(State::Merged)
            }
            "answered_with" => {
                with_another = true;
                state
            }
            "answered" => {
                own = true;
                if state == Some(State::Closed) { state } else { Some(State::Answered) }
            }
            "reopened" => {
                reopened += 1;
                own |= with_another;
                match state {
                    _ if reopened == 1 => Some(State::Asked),
                    Some(State::Merged) => state,
                    _ => Some(State::Closed),
                }
            }
            "rated" if state != Some(State::Merged) => Some(State::Closed),
            "closed" => Some(State::Closed),
            "declined" | "unheard" => Some(State::Declined),
            "withdrawn" => Some(if own { State::Closed } else { State::Withdrawn }),
            _ => state,
        };
    }
    state
}

fn operations() -> (Vec<u64>, usize) {
    let read = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = read("TUANQING_SEED").map_or_else(|| vec![2_016, 7, 99], |seed| vec![seed]);
    (seeds, read("TUANQING_OPERATIONS").unwrap_or(300) as usize)
}

/// The first number in a text.
fn number_in(text: &str) -> Option<i64> {
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[tokio::test]
async fn whatever_people_do_no_question_is_lost() {
    let (seeds, operations) = operations();
    let mut seen = Seen::default();
    for seed in seeds {
        play(seed, operations, &mut seen).await;
    }
    assert!(operations < 300 || seen.is_worth_it(), "the test sees everything that it is about: {seen:?}");
}

/// What came to pass in all the plays.
#[derive(Debug, Default)]
struct Seen {
    answered_with_another: u32,
    waiting_with_another: u32,
    declined: u32,
    released: u32,
    without_a_name: u32,
    insisted_after_all: u32,
    revived: u32,
}

impl Seen {
    fn is_worth_it(&self) -> bool {
        let Self {
            answered_with_another,
            waiting_with_another,
            declined,
            released,
            without_a_name,
            insisted_after_all,
            revived,
        } = *self;
        [answered_with_another, waiting_with_another, declined, released, without_a_name, insisted_after_all, revived]
            .iter()
            .all(|times| *times > 0)
    }
}

async fn play(seed: u64, operations: usize, seen: &mut Seen) {
    let mut random = Random(seed);
    let office = Office::open().await;
    let mut asked = 0_i64;
    let mut said_so_far = 0;
    // those without a name: their numbers, and who asked
    let mut nameless: Vec<(i64, i64)> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    // who was shown which answer
    let mut offered: Vec<(i64, i64)> = Vec::new();
    // what the bot said at once, to whom
    let mut said: Vec<(i64, String)> = Vec::new();
    for young in YOUNG_PEOPLE {
        // enough have spoken for one of them to stay unknown
        office.say(YOUTH, young, "今天天气好").await;
    }
    for _ in 0..operations {
        let young = random.one_of(&YOUNG_PEOPLE);
        let secretary = random.one_of(&[TOWN_SECRETARY, TOWN_SECRETARY, COUNTY_SECRETARY, OTHER_SECRETARY]);
        // mostly a late one: there is more left to do
        let mut number = (asked - random.below(asked.clamp(1, 12) as usize) as i64).max(1);
        let other = 1 + random.below(asked.max(1) as usize) as i64;
        if !nameless.is_empty() && random.percent(12) {
            number = nameless[random.below(nameless.len())].0;
        }
        said_so_far += 1;
        let (who, reply) = match random.below(110) {
            0..24 => {
                // many ask what somebody has asked before
                let text = match random.percent(40) && !texts.is_empty() {
                    true => texts[random.below(texts.len())].clone(),
                    false => question(&mut random),
                };
                texts.push(text.clone());
                let reply = match random.percent(20) {
                    true => office.whisper(young, &format!("提问 {text}")).await,
                    false => office.say(YOUTH, young, &format!("提问 {text}")).await,
                };
                (young, reply)
            }
            24..31 => match offered.last().copied() {
                // whoever was shown an answer looks at it, and may insist all the same
                Some((young, shown)) if random.percent(60) => {
                    let seen = office.say(YOUTH, young, &format!("看 {shown}")).await;
                    said.push((young, seen));
                    match random.percent(50) {
                        true => (young, office.say(YOUTH, young, "仍要提问").await),
                        false => continue,
                    }
                }
                _ => (young, office.say(YOUTH, young, &format!("看 {other}")).await),
            },
            31..50 => (
                secretary,
                office.whisper(secretary, &format!("回复 {number} 答复第{said_so_far}号：请到团委办理")).await,
            ),
            50..55 => (secretary, office.whisper(secretary, &format!("转 {number} 李样例 您熟悉")).await),
            55..58 => (secretary, office.whisper(secretary, &format!("转 {number} 上级")).await),
            58..61 => (secretary, office.whisper(secretary, &format!("退回 {number} 不归我管")).await),
            61..65 => (secretary, office.whisper(secretary, &format!("请补充 {number} 哪个学校？")).await),
            65..70 => (young, office.say(YOUTH, young, &format!("补充 {number} 样例中学")).await),
            70..79 => {
                let open =
                    "SELECT COALESCE(MIN(number), 1) FROM question WHERE state = 'asked' AND visibility = 'public'";
                let into = if random.percent(50) { office.database.count(open).await } else { other };
                (secretary, office.whisper(secretary, &format!("合并 {number} 到 {into}")).await)
            }
            79..83 => (young, office.say(YOUTH, young, &format!("满意 {number}")).await),
            83..88 => (young, office.say(YOUTH, young, &format!("不满意 {number} 没说清")).await),
            88..91 => {
                let waited_for =
                    "SELECT COALESCE(MAX(r.number), 1) FROM question m JOIN question r ON r.id = m.merged_into
                                  WHERE m.settled_at_ms IS NULL";
                let number = if random.percent(40) { office.database.count(waited_for).await } else { number };
                let reason = format!("不受理 {number} 原因第{said_so_far}号：拨打 12345");
                (secretary, office.whisper(secretary, &reason).await)
            }
            91..95 => (young, office.say(YOUTH, young, "撤回").await),
            95..97 => (young, office.say(YOUTH, young, &format!("不公开 {number}")).await),
            97..99 => (secretary, office.whisper(secretary, &format!("公开 {number}")).await),
            99..102 => {
                let sql = "SELECT COALESCE(MAX(number), 1) FROM question WHERE state IN ('merged', 'declined')";
                let number = office.database.count(sql).await;
                (secretary, office.whisper(secretary, &format!("恢复 {number}")).await)
            }
            102..104 => {
                (young, office.say(YOUTH, young, &format!("提问 你们这些废物，{}", question(&mut random))).await)
            }
            104..106 => (secretary, office.whisper(secretary, &format!("放行 {number}")).await),
            106..109 => {
                let reply = office.whisper(young, &format!("匿名提问 {}", question(&mut random))).await;
                if reply.contains("匿名青年#")
                    && let Some(number) = number_in(&reply)
                {
                    nameless.push((number, young));
                }
                (young, reply)
            }
            _ => (secretary, office.whisper(secretary, &format!("延期 {number} 1天 等回复")).await),
        };
        if let Some(shown) = reply.split("发“看").nth(1).and_then(number_in) {
            offered.push((who, shown));
        }
        said.push((who, reply));
        asked = office.database.count("SELECT COUNT(*) FROM question WHERE alias IS NULL").await;
        office.clock.advance(chrono::TimeDelta::minutes([1, 3, 10, 40, 120][random.below(5)]));
        if random.percent(10) {
            office.tick().await;
            office.deliver().await;
        }
    }
    // whoever was shown an answer and asks for it by its number is in the replies; all else is in messages
    office.clock.advance(chrono::TimeDelta::days(3));
    for round in 0..40 {
        if round % 10 == 0 {
            office.tick().await;
        }
        office.deliver().await;
        office.clock.advance(chrono::TimeDelta::minutes(10));
    }
    // what the last tick owes in the daytime
    for _ in 0..3 {
        office.clock.advance(chrono::TimeDelta::hours(8));
        office.deliver().await;
    }
    let rows = rows(&office).await;
    let heard: Vec<(i64, String)> = office
        .qq
        .messages()
        .into_iter()
        .flat_map(|message| {
            let to: Vec<i64> = match message.user_id {
                Some(user) => vec![user],
                None => message.at.iter().filter_map(|user| user.parse().ok()).collect(),
            };
            to.into_iter().map(move |user| (user, message.text.clone()))
        })
        .chain(said.iter().cloned())
        .collect();
    let by_number = |number: i64| rows.iter().find(|row| row.number == number);
    for (who, reply) in &said {
        // every number that somebody was given is there
        if let Some(number) = reply.split("您的问题编号").nth(1).and_then(number_in) {
            assert!(by_number(number).is_some(), "seed {seed}: {number} of {who} is gone");
        }
    }
    for (number, who) in &nameless {
        // at its hour it may be one too many: then its asker is told so
        let is_refused = heard.iter().any(|(young, text)| young == who && text.contains("个问题在等答复"));
        assert!(by_number(*number).is_some() || is_refused, "seed {seed}: {number} of {who} is gone");
    }
    for row in &rows {
        assert_eq!(state_after(&row.steps), Some(row.state), "seed {seed}: {row:?}");
        let asker =
            row.asker.or_else(|| nameless.iter().find(|(number, _)| *number == row.number).map(|(_, who)| *who));
        let reads = |words: &str| heard.iter().any(|(who, text)| Some(*who) == asker && text.contains(words));
        let times = |step: &str| u32::from(row.steps.iter().any(|(code, _)| code == step));
        seen.released += times("released");
        seen.revived += times("revived");
        seen.without_a_name += u32::from(row.asker.is_none());
        seen.insisted_after_all +=
            u32::from(row.steps.windows(2).any(|two| two[0].0 == "offer_taken" && two[1].0 == "insisted"));
        if row.state != State::Merged {
            assert_eq!(row.into, None, "seed {seed}: {row:?}");
            if row.state == State::Declined {
                assert!(reads(row.why_ended()), "seed {seed}: the asker reads why: {row:?}");
            }
            if let Some(answer) = row.answers.last() {
                assert!(reads(answer), "seed {seed}: the asker reads the answer: {row:?}");
            }
            continue;
        }
        let root = row.into.and_then(by_number);
        let Some(root) = root else { panic!("seed {seed}: nothing stands for {row:?}") };
        assert!(root.into.is_none(), "seed {seed}: what stands for others is stood for by none: {row:?} {root:?}");
        let is_gone = matches!(root.state, State::Withdrawn | State::Offered);
        assert!(!is_gone, "seed {seed}: what stands for others is not gone: {row:?} {root:?}");
        if !row.is_settled {
            seen.waiting_with_another += 1;
            let is_owed = matches!(root.state, State::Asked | State::Waiting);
            assert!(is_owed || root.state == State::Declined, "seed {seed}: nobody owes anything: {row:?} {root:?}");
            if root.state == State::Declined {
                seen.declined += 1;
                assert!(reads(root.why_ended()), "seed {seed}: the asker reads why: {row:?} {root:?}");
            }
            continue;
        }
        seen.answered_with_another += 1;
        let came_with = row.ever_with();
        let took_offer =
            row.steps.iter().rfind(|(code, _)| code == "merged" || code == "offer_taken").unwrap().0 == "offer_taken";
        if came_with.last() == Some(&root.number) && !took_offer {
            let answer = root.answers.last().unwrap();
            assert!(reads(answer), "seed {seed}: the asker reads the latest answer: {row:?} {root:?}");
        } else {
            let theirs = came_with.iter().chain([&root.number]).filter_map(|number| by_number(*number));
            let is_told = theirs.flat_map(|other| &other.answers).any(|answer| reads(answer));
            assert!(is_told, "seed {seed}: the asker reads an answer: {row:?} {root:?}");
        }
    }
    let due = format!(
        "SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'leased') AND not_before_ms <= {}",
        office.clock.now().timestamp_millis()
    );
    assert_eq!(office.database.count(&due).await, 0, "nothing that is due is left");
    office.close().await;
}
