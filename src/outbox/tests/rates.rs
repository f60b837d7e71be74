//! Rates and pauses, with one worker and with two replicas.

use chrono::TimeDelta;

use super::stage::{Stage, group, group_destination};
use crate::clock::to_ms;
use crate::platforms::limits::Limits;
use crate::platforms::{Destination, Outcome};
use crate::store::scratch::Scratch;
use crate::store::{OutboxState, Target};

const TWENTY_A_MINUTE: Limits = Limits { per_window: 20, window_ms: 60_000, min_gap_ms: 0 };

/// The most that arrived at one place in any window of a minute.
fn most_in_a_minute(stage: &Stage, to: &Destination) -> usize {
    let arrived = stage.stub.arrived.lock().unwrap();
    let times: Vec<i64> = arrived.iter().filter(|one| one.to == *to).map(|one| one.at_ms).collect();
    times.iter().map(|start| times.iter().filter(|at| (*start..start + 60_000).contains(at)).count()).max().unwrap_or(0)
}

#[tokio::test]
async fn a_limited_destination_is_paused_without_an_attempt_and_others_are_not() {
    let stage = Stage::new().await;
    let first = stage.owe(group(1)).await;
    let second = stage.owe(group(1)).await;
    stage.script([Outcome::Limited { wait_ms: 90_000 }]);
    let worker = stage.worker("one");
    worker.step().await.unwrap();
    let elsewhere = stage.owe(group(2)).await;
    worker.step().await.unwrap();
    stage.clock.advance(TimeDelta::seconds(89));
    assert_eq!(worker.step().await.unwrap(), 0);
    assert_eq!(stage.rows(&[OutboxState::Waiting]).await[0].attempts, 0);
    assert_eq!(stage.arrived(), [elsewhere]);
    stage.clock.advance(TimeDelta::seconds(1));
    worker.step().await.unwrap();
    worker.step().await.unwrap();
    assert_eq!(stage.arrived(), [elsewhere, first, second]);
    stage.end().await;
}

#[tokio::test]
async fn an_account_without_a_connection_costs_no_attempt_and_no_rate() {
    let limits = Limits { per_window: 1, window_ms: 60_000, min_gap_ms: 0 };
    let stage = Stage::on(Scratch::sqlite(), limits).await;
    let id = stage.owe(group(1)).await;
    stage.script([Outcome::NotConnected]);
    let worker = stage.worker("one");
    worker.step().await.unwrap();
    assert_eq!(stage.rows(&[OutboxState::Waiting]).await[0].attempts, 0);
    stage.clock.advance(TimeDelta::seconds(5));
    worker.step().await.unwrap();
    assert_eq!(stage.arrived(), [id]);
    stage.end().await;
}

#[tokio::test]
async fn our_own_limit_holds_where_the_platform_allows_more() {
    let mut stage = Stage::new().await;
    stage.config.per_minute = 3;
    for _ in 0..4 {
        stage.owe(group(1)).await;
    }
    let worker = stage.worker("one");
    while worker.step().await.unwrap() > 0 {}
    assert_eq!(stage.arrived().len(), 3);
    let waiting = stage.rows(&[OutboxState::Waiting]).await;
    assert_eq!(waiting[0].next_try_at_ms, to_ms(stage.now() + TimeDelta::minutes(1)));
    stage.end().await;
}

/// Two replicas, two lanes to one destination, a hundred messages, and a second destination.
async fn replicas_share_a_rate(stage: Stage, other: crate::store::Store) {
    let chat = stage.make_chat().await;
    for number in 0..100 {
        stage.owe(if number % 2 == 0 { group(0) } else { Target::Chat(chat) }).await;
    }
    for _ in 0..10 {
        stage.owe(group(1)).await;
    }
    let (one, two) = (stage.worker("one"), stage.worker_on(&other, "two"));
    let began = stage.now();
    let mut rounds = 0;
    while !stage.is_settled().await {
        // a round that loses against the other replica more often than a write tries is taken again
        let (a, b) = tokio::join!(one.step(), two.step());
        if a.unwrap_or(1) + b.unwrap_or(1) == 0 {
            stage.clock.advance(TimeDelta::milliseconds(500));
        }
        rounds += 1;
        assert!(rounds < 5_000, "it comes to an end");
    }
    assert_eq!(stage.arrived().len(), 110);
    assert_eq!(most_in_a_minute(&stage, &group_destination(0)), 20);
    let took = stage.now() - began;
    // a hundred at twenty a minute take four minutes, since the first twenty go at once
    assert!(took <= TimeDelta::seconds(240 * 10 / 9), "nine tenths of the rate are used: {took}");
    let last_elsewhere = stage
        .stub
        .arrived
        .lock()
        .unwrap()
        .iter()
        .filter(|one| one.to == group_destination(1))
        .map(|one| one.at_ms)
        .max();
    assert_eq!(last_elsewhere, Some(to_ms(began)), "other destinations are not delayed");
    other.close().await;
    stage.end().await;
}

#[tokio::test]
async fn two_workers_never_exceed_the_rate_of_a_destination() {
    let stage = Stage::on(Scratch::sqlite(), TWENTY_A_MINUTE).await;
    let same = stage.store.clone();
    replicas_share_a_rate(stage, same).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_on_postgresql_never_exceed_the_rate_of_a_destination() {
    let Some(scratch) = Scratch::postgres().await else { return };
    let stage = Stage::on(scratch, TWENTY_A_MINUTE).await;
    let other = stage.scratch.open().await;
    replicas_share_a_rate(stage, other).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_on_postgresql_keep_the_order_and_send_nothing_twice() {
    let Some(scratch) = Scratch::postgres().await else { return };
    let stage = Stage::on(scratch, super::stage::NO_LIMIT).await;
    let other = stage.scratch.open().await;
    for number in 0..200 {
        stage.owe(group(number % 10)).await;
    }
    let (one, two) = (stage.worker("one"), stage.worker_on(&other, "two"));
    while !stage.is_settled().await {
        let (a, b) = tokio::join!(one.step(), two.step());
        // a conflict that outlasts the tries of a write is no loss: the next round takes what is left
        let _ = (a, b);
    }
    assert_eq!(stage.arrived().len(), 200);
    stage.assert_in_order();
    other.close().await;
    stage.end().await;
}
