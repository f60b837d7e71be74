//! Several processes on one PostgreSQL do together what one would do alone.

use std::process::Stdio;

use crate::support::fakes::onebot::FakeOneBot;
use crate::support::process::{
    CADRE_GROUP, CADRES, Connection, FIRST_CADRE, FIRST_SUPERVISOR_GROUP, Kind, Site, group_message, has_postgres, now,
    private_message, until,
};

const NOWHERE: &str = "http://127.0.0.1:9";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_that_two_processes_run_reaches_each_group_once() {
    const GROUPS: u64 = 8;
    if !has_postgres("a_digest_that_two_processes_run_reaches_each_group_once") {
        return;
    }
    let fake = FakeOneBot::start(None).await;
    let site = Site::with_roster(Kind::Postgres, &fake.api_url(), "", GROUPS).await;
    let replicas = [site.start(&[]).await, site.start(&[]).await];

    let at = "2026-11-20T17:30:00+08:00";
    let run = || {
        let mut command = site.command(&["jobs", "run", "weekly_digest", "--at", at]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let outputs: Vec<_> = [run(), run()].map(|child| child.wait_with_output().unwrap()).into();
    for output in &outputs {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let enqueued: u64 = outputs
        .iter()
        .filter_map(|output| said(output).split_once("已运行：")?.1.split_whitespace().next()?.parse::<u64>().ok())
        .sum();
    assert_eq!(enqueued, GROUPS, "{} / {}", said(&outputs[0]), said(&outputs[1]));

    until("every group has heard it", || async { fake.messages().len() >= GROUPS as usize }).await;
    // and a third time, by hand, after all is said
    assert!(site.run(&["jobs", "run", "weekly_digest", "--at", at]).contains("没有重复发送"));
    until("nothing is owed", || async {
        site.count("SELECT COUNT(*) FROM outbox WHERE state = 'sent'").await == GROUPS as i64
    })
    .await;
    for replica in replicas {
        replica.stop().await;
    }
    for group in FIRST_SUPERVISOR_GROUP..FIRST_SUPERVISOR_GROUP + GROUPS {
        let heard = fake.group_messages(i64::try_from(group).unwrap());
        assert_eq!(heard.len(), 1, "group {group}");
        assert!(heard[0].text.contains("周"), "{}", heard[0].text);
    }
    assert_eq!(fake.messages().len(), GROUPS as usize);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_reaches_three_replicas_at_once_has_one_effect() {
    const EVENTS: u64 = 300;
    const LANES: u64 = 10;
    if !has_postgres("an_event_that_reaches_three_replicas_at_once_has_one_effect") {
        return;
    }
    let site = Site::with_roster(Kind::Postgres, NOWHERE, "", 0).await;
    let replicas = [site.start(&[]).await, site.start(&[]).await, site.start(&[]).await];
    let time = now();
    let mut lanes = Vec::new();
    for lane in 0..LANES {
        let addresses = replicas.each_ref().map(|replica| replica.address.clone());
        lanes.push(tokio::spawn(async move {
            let [one, two, three] = addresses;
            let mut one = Connection::open(&one).await.unwrap();
            let mut two = Connection::open(&two).await.unwrap();
            let mut three = Connection::open(&three).await.unwrap();
            for number in (1..=EVENTS).filter(|number| number % LANES == lane) {
                let text = format!("签到 东风社区 走访青年3人，事项a{number}z");
                let body = group_message(CADRE_GROUP, FIRST_CADRE + number % CADRES, number, time, &text);
                let (first, second, third) = tokio::join!(one.post(&body), two.post(&body), three.post(&body));
                let first = first.unwrap();
                assert_eq!(first.status, 200, "event {number}");
                assert!(first.text().contains("已记下"), "{}", first.text());
                assert_eq!(second.unwrap(), first, "event {number}");
                assert_eq!(third.unwrap(), first, "event {number}");
            }
        }));
    }
    for lane in lanes {
        lane.await.unwrap();
    }
    for replica in replicas {
        replica.stop().await;
    }
    let events = EVENTS as i64;
    assert_eq!(site.count("SELECT COUNT(*) FROM inbox WHERE state = 'done'").await, events);
    assert_eq!(site.count("SELECT COUNT(*) FROM inbox").await, events);
    assert_eq!(site.count("SELECT COUNT(*) FROM record").await, events);
    assert_eq!(site.count("SELECT COUNT(DISTINCT content) FROM record").await, events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_replicas_that_start_at_once_on_nothing_migrate_once() {
    if !has_postgres("three_replicas_that_start_at_once_on_nothing_migrate_once") {
        return;
    }
    let site = Site::empty(Kind::Postgres, NOWHERE, "").await;
    let (one, two, three) = tokio::join!(site.start(&[]), site.start(&[]), site.start(&[]));
    for replica in [&one, &two, &three] {
        let ready = replica.get("/health/ready").await;
        assert_eq!(ready.status, 200, "{}", ready.text());
    }
    for replica in [one, two, three] {
        replica.stop().await;
    }
    let steps = site.count("SELECT COUNT(*) FROM seaql_migrations").await;
    assert!(steps > 0);
    assert_eq!(site.count("SELECT COUNT(DISTINCT version) FROM seaql_migrations").await, steps);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_replica_takes_the_other_knows() {
    if !has_postgres("what_one_replica_takes_the_other_knows") {
        return;
    }
    let site = Site::with_roster(Kind::Postgres, NOWHERE, "", 0).await;
    let (one, two) = (site.start(&[]).await, site.start(&[]).await);
    let time = now();

    // somebody whom nobody knows yet binds on one and is known on both
    let stranger = 555_001;
    let refused = two.post(&private_message(stranger, 1, time, "签到 东风社区 走访")).await;
    assert!(!refused.text().contains("已记下"), "{}", refused.text());
    let code = site.run(&["roster", "code", "--person", "赵样例"]);
    let code = code.split_whitespace().find(|word| word.len() == 10 && word.is_ascii()).expect("a code");
    let bound = one.post(&private_message(stranger, 2, time, &format!("绑定 {code}"))).await;
    assert!(bound.text().contains("赵样例"), "{}", bound.text());
    let receipt = two.post(&private_message(stranger, 3, time, "签到 东风社区 走访青年12人")).await;
    assert!(receipt.text().contains("已记下"), "{}", receipt.text());
    // the code was good once, wherever it is tried
    let again = two.post(&private_message(stranger + 1, 4, time, &format!("绑定 {code}"))).await;
    assert!(!again.text().contains("赵样例"), "{}", again.text());

    // and what was recorded on two is there on one
    let mine = one.post(&private_message(stranger, 5, time, "我的")).await;
    assert!(mine.text().contains("联系 12 人"), "{}", mine.text());
    let withdrawn = one.post(&private_message(stranger, 6, time, "撤回")).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.text());
    let mine = two.post(&private_message(stranger, 7, time, "我的")).await;
    assert!(mine.text().contains("联系 0 人"), "{}", mine.text());
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_one_replica_ties_is_heard_by_the_other_at_once() {
    if !has_postgres("a_group_that_one_replica_ties_is_heard_by_the_other_at_once") {
        return;
    }
    let site = Site::with_roster(Kind::Postgres, NOWHERE, "", 0).await;
    let (one, two) = (site.start(&[]).await, site.start(&[]).await);
    let (time, group) = (now(), 920_001);
    let code = site.run(&["roster", "code", "--chat", "样例新群"]);
    let code = code.split_whitespace().find(|word| word.len() == 10 && word.is_ascii()).expect("a code");
    let stranger = two.post(&group_message(group, FIRST_CADRE, 1, time, "签到 东风社区 走访")).await;
    assert_eq!(stranger.status, 204, "nobody is lectured in a group that is not ours");
    let bound = one.post(&group_message(group, FIRST_CADRE, 2, time, &format!("绑定本群 {code}"))).await;
    assert!(bound.text().contains("样例新群"), "{}", bound.text());
    let receipt = two.post(&group_message(group, FIRST_CADRE, 3, time, "签到 东风社区 走访")).await;
    assert!(receipt.text().contains("已记下"), "{} {}", receipt.status, receipt.text());
    one.stop().await;
    two.stop().await;
}
