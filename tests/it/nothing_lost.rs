//! No question is lost: whatever people do, in whatever order, each one stands somewhere, its history says how it came there,
//! and whoever's question another one stands for reads that one's answer.

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
    asker: i64,
    answers: Vec<String>,
    steps: Vec<String>,
}

async fn rows(office: &Office) -> Vec<Row> {
    let db = Database::connect(&office.database.url).await.unwrap();
    let all = async |sql: &str| db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let mut texts: HashMap<i64, Vec<String>> = HashMap::new();
    for row in all("SELECT question_id, text FROM answer ORDER BY given_at_ms, id").await {
        texts.entry(row.try_get_by_index(0).unwrap()).or_default().push(row.try_get_by_index(1).unwrap());
    }
    let mut steps: HashMap<i64, Vec<String>> = HashMap::new();
    for row in all("SELECT question_id, step FROM question_step ORDER BY at_ms, id").await {
        steps.entry(row.try_get_by_index(0).unwrap()).or_default().push(row.try_get_by_index(1).unwrap());
    }
    let questions = all("SELECT q.id, q.number, q.state, r.number, q.asker_external_id FROM question q
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
                asker: row.try_get_by_index::<String>(4).unwrap().parse().unwrap(),
                answers: texts.remove(&id).unwrap_or_default(),
                steps: steps.remove(&id).unwrap_or_default(),
            }
        })
        .collect();
    db.close().await.unwrap();
    rows
}

/// Where a history leads, told from its steps alone.
fn state_after(steps: &[String]) -> Option<State> {
    let mut state = None;
    let mut reopened = 0;
    for step in steps {
        state = match step.as_str() {
            "held" => Some(State::Held),
            "offered" => Some(State::Offered),
            "asked" | "released" | "insisted" | "revived" | "went_on" => Some(State::Asked),
            "added" if state != Some(State::Held) => Some(State::Asked),
            "asked_back" => Some(State::Waiting),
            "offer_taken" | "merged" => Some(State::Merged),
            "answered" if state != Some(State::Closed) => Some(State::Answered),
            "reopened" => {
                reopened += 1;
                match state {
                    _ if reopened == 1 => Some(State::Asked),
                    Some(State::Merged) => state,
                    _ => Some(State::Closed),
                }
            }
            "rated" if state != Some(State::Merged) => Some(State::Closed),
            "closed" => Some(State::Closed),
            "declined" | "unheard" => Some(State::Declined),
            "withdrawn" => Some(State::Withdrawn),
            _ => state,
        };
    }
    state
}

fn operations() -> (u64, usize) {
    let read = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    (read("TUANQING_SEED").unwrap_or(2_016), read("TUANQING_OPERATIONS").unwrap_or(300) as usize)
}

#[tokio::test]
async fn whatever_people_do_no_question_is_lost() {
    let (seed, operations) = operations();
    let mut random = Random(seed);
    let office = Office::open().await;
    let mut asked = 0_i64;
    let mut answered = 0;
    // what the bot said at once, to whom
    let mut said: Vec<(i64, String)> = Vec::new();
    for _ in 0..operations {
        let young = random.one_of(&YOUNG_PEOPLE);
        let secretary = random.one_of(&[TOWN_SECRETARY, TOWN_SECRETARY, COUNTY_SECRETARY, OTHER_SECRETARY]);
        // mostly a late one: there is more left to do
        let number = 1 + asked - 1 - random.below(asked.clamp(1, 12) as usize) as i64;
        let number = number.max(1);
        let other = 1 + random.below(asked.max(1) as usize) as i64;
        let (who, reply) = match random.below(100) {
            0..24 => {
                let text = question(&mut random);
                let reply = match random.percent(20) {
                    true => office.whisper(young, &format!("提问 {text}")).await,
                    false => office.say(YOUTH, young, &format!("提问 {text}")).await,
                };
                asked += i64::from(reply.contains("编号") || reply.contains("仍要提问"));
                (young, reply)
            }
            24..27 => (young, office.say(YOUTH, young, "仍要提问").await),
            27..31 => (young, office.say(YOUTH, young, &format!("看 {other}")).await),
            31..50 => {
                answered += 1;
                (secretary, office.whisper(secretary, &format!("回复 {number} 答复第{answered}号：请到团委办理")).await)
            }
            50..55 => (secretary, office.whisper(secretary, &format!("转 {number} 李样例 您熟悉")).await),
            55..58 => (secretary, office.whisper(secretary, &format!("转 {number} 上级")).await),
            58..61 => (secretary, office.whisper(secretary, &format!("退回 {number} 不归我管")).await),
            61..65 => (secretary, office.whisper(secretary, &format!("请补充 {number} 哪个学校？")).await),
            65..70 => (young, office.say(YOUTH, young, &format!("补充 {number} 样例中学")).await),
            70..79 => (secretary, office.whisper(secretary, &format!("合并 {number} 到 {other}")).await),
            79..83 => (young, office.say(YOUTH, young, &format!("满意 {number}")).await),
            83..88 => (young, office.say(YOUTH, young, &format!("不满意 {number} 没说清")).await),
            88..91 => (secretary, office.whisper(secretary, &format!("不受理 {number} 请拨打 12345")).await),
            91..95 => (young, office.say(YOUTH, young, "撤回").await),
            95..97 => (young, office.say(YOUTH, young, &format!("不公开 {number}")).await),
            97..99 => (secretary, office.whisper(secretary, &format!("公开 {number}")).await),
            _ => (secretary, office.whisper(secretary, &format!("延期 {number} 1天 等回复")).await),
        };
        said.push((who, reply));
        office.clock.advance(chrono::TimeDelta::minutes([1, 3, 10, 40, 120][random.below(5)]));
        if random.percent(10) {
            office.deliver().await;
        }
    }
    // the young who was shown an answer and asks for it by its number is in the replies; all else is in messages
    office.clock.advance(chrono::TimeDelta::days(3));
    for _ in 0..40 {
        office.deliver().await;
        office.clock.advance(chrono::TimeDelta::minutes(10));
    }
    let rows = rows(&office).await;
    assert_eq!(rows.len() as i64, asked, "every one is there");
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
        .chain(said)
        .collect();
    let mut answered_with_another = 0;
    for row in &rows {
        assert_eq!(state_after(&row.steps), Some(row.state), "seed {seed}: {row:?}");
        if row.state != State::Merged {
            assert_eq!(row.into, None, "seed {seed}: {row:?}");
            continue;
        }
        let root = rows.iter().find(|other| Some(other.number) == row.into);
        let Some(root) = root else { panic!("seed {seed}: nothing stands for {row:?}") };
        assert!(root.into.is_none(), "seed {seed}: what stands for others is stood for by none: {row:?} {root:?}");
        let is_gone = root.state == State::Withdrawn && root.answers.is_empty();
        assert!(!is_gone, "seed {seed}: what stands for others is not gone: {row:?} {root:?}");
        if !root.answers.is_empty() {
            answered_with_another += 1;
            let is_told = heard.iter().any(|(who, text)| {
                *who == row.asker && root.answers.iter().any(|answer| text.contains(answer.as_str()))
            });
            assert!(is_told, "seed {seed}: the asker reads the answer: {row:?} {root:?}");
        }
    }
    assert!(answered_with_another > 0 || operations < 300, "the test sees merged ones");
    let due = format!(
        "SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'leased') AND not_before_ms <= {}",
        office.clock.now().timestamp_millis()
    );
    assert_eq!(office.database.count(&due).await, 0, "nothing that is due is left");
    office.close().await;
}
