//! A database that the version before this one has worked with: brought up to date at the start, and played on.

use migrations::Migrator;
use sea_orm::Database;
use sea_orm_migration::MigratorTrait;

use crate::support::database::TestDatabase;
use crate::support::office::{CADRE, CADRES, COUNTY_SECRETARY, Office, PART_TIMER, TOWN_SECRETARY, YOUNG, YOUTH};

/// The steps that version knew.
const KNOWN: u32 = 5;

/// Instants as it stored them, on a day of November 2026 in Shanghai.
fn at(day: u32, hour: u32) -> i64 {
    let instant = format!("2026-11-{day:02}T{hour:02}:00:00+08:00");
    chrono::DateTime::parse_from_rfc3339(&instant).unwrap().timestamp_millis()
}

struct Old {
    number: i64,
    text: &'static str,
    state: &'static str,
    asked: i64,
    due: i64,
    answered: Option<i64>,
    private: bool,
}

/// Question 1 was answered two weeks ago and in time, 2 late, 3 yesterday and in private, 4 and 5 wait, 6 was withdrawn.
const QUESTIONS: [Old; 6] = [
    Old {
        number: 1,
        text: "怎么办理入团手续？",
        state: "answered",
        asked: 0,
        due: 2,
        answered: Some(1),
        private: false,
    },
    Old {
        number: 2,
        text: "居住证怎么办理？",
        state: "answered",
        asked: 0,
        due: 2,
        answered: Some(16),
        private: false,
    },
    Old {
        number: 3,
        text: "家里困难能申请补助吗？",
        state: "answered",
        asked: 16,
        due: 18,
        answered: Some(17),
        private: true,
    },
    Old {
        number: 4, text: "路灯坏了找谁修？", state: "asked", asked: 8, due: 10, answered: None, private: false
    },
    Old {
        number: 5, text: "自习室几点开门？", state: "asked", asked: 17, due: 21, answered: None, private: false
    },
    Old { number: 6, text: "不问了", state: "withdrawn", asked: 0, due: 2, answered: None, private: false },
];

fn sql_of(old: &Old) -> Vec<String> {
    // days after the second of the month
    let day = |days: i64| at(u32::try_from(days).unwrap() + 2, 10);
    let (unit, chat, group) = match old.private {
        true => ("'0'", "NULL".to_owned(), "NULL".to_owned()),
        false => {
            ("'1'", "(SELECT chat_id FROM endpoint WHERE external_id = '900002')".to_owned(), format!("'{YOUTH}'"))
        }
    };
    let secretary = format!("(SELECT person_id FROM identity WHERE external_id = '{TOWN_SECRETARY}')");
    let (id, number, text, state) = (1_000 + old.number, old.number, old.text, old.state);
    let (asked, due) = (day(old.asked), day(old.due));
    let answered = old.answered.map_or("NULL".to_owned(), |days| day(days).to_string());
    let mut sql = vec![
        format!(
            "INSERT INTO question (id, number, unit_id, chat_id, asker_account, asker_external_id, asker_group, asker_name,
             asker_person_id, text, state, asked_at_ms, due_at_ms, answered_at_ms) VALUES ({id}, {number},
             (SELECT id FROM unit WHERE code = {unit}), {chat}, 'qq', '{YOUNG}', {group}, '小样', NULL, '{text}', '{state}',
             {asked}, {due}, {answered})"
        ),
        format!("INSERT INTO question_step (id, question_id, step, person_id, at_ms) VALUES ({id}, {id}, 'asked', NULL, {asked})"),
    ];
    if let Some(days) = old.answered {
        let given = day(days);
        sql.push(format!(
            "INSERT INTO answer (id, question_id, person_id, text, given_at_ms) VALUES ({id}, {id}, {secretary}, '见公告{number}。', {given})"
        ));
        sql.push(format!(
            "INSERT INTO question_step (id, question_id, step, person_id, at_ms) VALUES (2{id}, {id}, 'answered', {secretary}, {given})"
        ));
    }
    sql
}

/// Everything else that version could have left behind: a like, an invitation, an open day that is over and one that runs, a
/// club, a problem that waits, one that is settled, and messages that are still owed.
fn everything_else() -> Vec<String> {
    let chat = "(SELECT chat_id FROM endpoint WHERE external_id = '900002')";
    let town = "(SELECT id FROM unit WHERE code = '1')";
    let person = |number: i64| format!("(SELECT person_id FROM identity WHERE external_id = '{number}')");
    let (secretary, cadre) = (person(TOWN_SECRETARY), person(PART_TIMER));
    let mut sql = vec![
        "INSERT INTO counter (name, value) VALUES ('question', 6), ('problem', 2)".to_owned(),
        format!("INSERT INTO question_like (question_id, who, liked_at_ms) VALUES (1001, 'qq/5009', {})", at(4, 9)),
        format!("INSERT INTO question_expert (question_id, person_id, invited_by, invited_at_ms) VALUES (1004, {cadre}, {secretary}, {})", at(11, 9)),
        format!(
            "INSERT INTO session (id, chat_id, unit_id, person_id, topic, began_at_ms, until_ms, ended_at_ms) VALUES
             (1, {chat}, {town}, {secretary}, '就业', {}, {}, {})", at(2, 9), at(2, 12), at(2, 12)
        ),
        "INSERT INTO session_question (question_id, session_id) VALUES (1001, 1)".to_owned(),
        format!(
            "INSERT INTO club (id, chat_id, number, name, about, founded_by, founded_at_ms) VALUES
             (1, {chat}, 1, '夜跑团', '', 'qq/{YOUNG}', {})", at(3, 9)
        ),
        format!(
            "INSERT INTO problem (id, number, unit_id, holder_id, person_id, text, state, raised_at_ms) VALUES
             (1, 1, {town}, {town}, {cadre}, '东街路灯不亮', 'open', {})", at(9, 9)
        ),
        format!(
            "INSERT INTO problem (id, number, unit_id, holder_id, person_id, text, state, raised_at_ms, settled_at_ms) VALUES
             (2, 2, {town}, {town}, {cadre}, '活动室漏雨', 'settled', {}, {})", at(9, 9), at(12, 9)
        ),
        format!(
            "INSERT INTO problem_step (id, problem_id, step, person_id, text, at_ms) VALUES
             (1, 2, 'settled', {secretary}, '已修好', {})", at(12, 9)
        ),
    ];
    let owed = [
        ("notice/problem_settled", r#"{"number":2,"text":"活动室漏雨","result":"已修好","by":"样例一镇团委"}"#),
        (
            "notice/answer",
            r#"{"asker":null,"number":3,"question":"家里困难能申请补助吗？","answer":"见公告3。","by":"样例一镇团委"}"#,
        ),
        ("notice/question", r#"{"number":5,"text":"自习室几点开门？","from":"样例一镇青年群","due":"11月23日 10:00"}"#),
        ("notice/problem_passed_up", r#"{"number":1,"text":"东街路灯不亮","from":"样例一镇团委","note":""}"#),
        (
            "notice/open_day_recap",
            r#"{"unit":"样例一镇团委","topic":"","askers":1,"asked":1,"answered":1,"items":[],"more":0,"open":[],"more_open":0,"recorded":true}"#,
        ),
        (
            "remind/questions",
            r#"{"items":[{"number":4,"text":"路灯坏了找谁修？","unit":"样例一镇团委","due":"11月12日 10:00","overdue":true}],"more":0,"open":1,"overdue":1}"#,
        ),
    ];
    for (place, (template, context)) in owed.into_iter().enumerate() {
        sql.push(format!(
            "INSERT INTO outbox (id, lane, target, template, context, question_id, state, not_before_ms, next_try_at_ms,
             valid_until_ms, attempts, lease_owner, lease_until_ms, settled_at_ms, ambiguous, error)
             SELECT {place}, 'qq//{PART_TIMER}', '{{\"person\":' || person_id || '}}', '{template}', '{context}', NULL, 'waiting', 0, 0,
             {}, 0, NULL, NULL, NULL, FALSE, NULL FROM identity WHERE external_id = '{PART_TIMER}'",
            at(30, 9)
        ));
    }
    sql
}

async fn as_it_was_before(database: &TestDatabase) {
    let connection = Database::connect(&database.url).await.unwrap();
    let steps = u32::try_from(Migrator::migrations().len()).unwrap();
    Migrator::down(&connection, Some(steps - KNOWN)).await.unwrap();
    connection.close().await.unwrap();
    for sql in QUESTIONS.iter().flat_map(sql_of).chain(everything_else()) {
        database.execute(&sql).await;
    }
}

#[tokio::test]
async fn a_database_of_the_version_before_is_brought_up_to_date_and_played_on() {
    let office = Office::open().await.restarted_after(as_it_was_before).await;
    office.until("2026-11-20T10:01:00").await;

    // what it owed arrives
    let owed: String = office.written(PART_TIMER).iter().map(|one| one.text.clone() + "\n").collect();
    for words in [
        "【问题办结】您反映的清单 2 号：活动室漏雨\n结果：已修好（样例一镇团委）",
        "您的 3 号问题有答复了",
        "【青年之声】5 号问题（样例一镇青年群）",
        "【问题上报】清单 1 号",
        "参与 1 人",
        "4 号｜样例一镇团委｜已超时",
    ] {
        assert!(owed.contains(words), "{words}: {owed}");
    }
    assert_eq!(office.database.count("SELECT COUNT(*) FROM outbox WHERE state = 'dead'").await, 0);

    // old answers are found; the private one is not
    let offered = office.say(YOUTH, 5_002, "提问 入团手续怎么办理？").await;
    assert!(offered.contains("【1 号】怎么办理入团手续？"), "{offered}");
    let asked = office.say(YOUTH, 5_003, "提问 家里困难可以申请补助吗？").await;
    assert!(!offered.contains("3 号") && asked.contains("您的问题编号"), "{asked}");
    let view = office.say(YOUTH, 5_004, "看 1").await;
    assert!(view.contains("见公告1。") && view.contains("1 个赞"), "{view}");

    // they count right
    let figures = office.whisper(COUNTY_SECRETARY, "青年之声 本月").await;
    assert!(figures.contains("已答 3") && figures.contains("答晚的 1"), "{figures}");

    // those of weeks ago are closed, the one of yesterday is closed when its time comes, and may be rated until then
    let closed = "SELECT COUNT(*) FROM question WHERE state = 'closed'";
    assert_eq!(office.database.count(closed).await, 1, "question 1");
    assert!(office.whisper(YOUNG, "满意 3").await.contains("记为满意"));

    // what waited still does, and may be answered by those who might before
    let pending = office.whisper(TOWN_SECRETARY, "待答").await;
    assert!(pending.contains("4 号") && pending.contains("5 号"), "{pending}");
    assert!(office.whisper(PART_TIMER, "回复 4 找供电所。").await.contains("已发给提问人"));
    office.deliver().await;
    assert!(office.posted(YOUTH).pop().unwrap().text.contains("您的 4 号问题有答复了"));
    assert!(office.say(YOUTH, YOUNG, "不满意 1 还是不会办").await.contains("会再为您办理"));

    // the list of problems goes on, and so do open days and clubs
    let list = office.whisper(TOWN_SECRETARY, "清单").await;
    assert!(list.contains("1 号") && list.contains("东街路灯不亮"), "{list}");
    assert!(office.whisper(TOWN_SECRETARY, "办结 1 已修好").await.contains("1 号"));
    assert!(office.say(CADRES, CADRE, "反馈：东桥栏杆松了").await.contains("3 号"));
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 1小时").await.contains("开始"));
    assert!(office.say(YOUTH, YOUNG, "社团").await.contains("夜跑团"));
    office.tick().await;
    office.deliver().await;
    office.close().await;
}
