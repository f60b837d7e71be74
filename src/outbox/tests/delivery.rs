//! Order, outages, lost workers, dead messages.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::stage::{ACCOUNT, SEAL_KEY, Stage, group, group_destination};
use crate::clock::to_ms;
use crate::domain::calendar::Calendar;
use crate::domain::id::ChatId;
use crate::domain::question::{Address, Asker, Life, Outlook, State, Visibility};
use crate::domain::working_time::{WorkingClock, WorkingHours};
use crate::platforms::{Destination, Outcome};
use crate::seal::{Purpose, Seal};
use crate::store::{NewOutbox, NewQuestion, OutboxState, Target};

#[tokio::test]
async fn two_workers_keep_the_order_of_each_destination_and_send_nothing_twice() {
    let stage = Stage::new().await;
    for number in 0..400 {
        stage.owe(group(number % 10)).await;
    }
    stage.stub.fail_every.store(17, Ordering::SeqCst);
    let (one, two) = (stage.worker("one"), stage.worker("two"));
    while !stage.is_settled().await {
        let (a, b) = tokio::join!(one.step(), two.step());
        if a.unwrap() + b.unwrap() == 0 {
            stage.clock.advance(TimeDelta::seconds(1));
        }
    }
    assert_eq!(stage.arrived().len(), 400);
    assert!(stage.stub.calls.load(Ordering::SeqCst) > 400, "some failed on the way");
    stage.assert_in_order();
    assert!(stage.rows(&[OutboxState::Dead, OutboxState::Expired]).await.is_empty());
    stage.end().await;
}

#[tokio::test]
async fn after_six_hours_without_the_platform_everything_still_valid_arrives_in_order() {
    let stage = Stage::new().await;
    let mut valid = Vec::new();
    let mut stale = Vec::new();
    for number in 0..60 {
        valid.push(stage.owe(group(number % 3)).await);
        if number % 10 == 0 {
            let short = TimeDelta::hours(3);
            stale.push(stage.owe_on(group(number % 3), None, TimeDelta::zero(), short).await);
        }
    }
    stage.stub.down_until_ms.store(to_ms(stage.now() + TimeDelta::hours(6)), Ordering::SeqCst);
    let worker = stage.worker("one");
    let began = stage.now();
    while !stage.is_settled().await {
        if worker.step().await.unwrap() == 0 {
            stage.clock.advance(TimeDelta::minutes(1));
        }
        assert!(stage.now() - began < TimeDelta::hours(12), "what is valid is not left waiting");
    }
    let mut arrived = stage.arrived();
    stage.assert_in_order();
    arrived.sort_unstable();
    assert_eq!(arrived, valid);
    let expired: Vec<_> = stage.rows(&[OutboxState::Expired]).await.into_iter().map(|row| row.id).collect();
    assert_eq!(expired, stale);
    assert!(stage.rows(&[OutboxState::Dead]).await.is_empty());
    stage.end().await;
}

#[tokio::test]
async fn a_message_that_waits_for_its_hour_does_not_hold_up_a_reply() {
    let stage = Stage::new().await;
    let morning = TimeDelta::hours(8);
    let reminder = stage.owe_on(group(1), None, morning, TimeDelta::hours(24)).await;
    let reply = stage.owe(group(1)).await;
    let worker = stage.worker("one");
    assert_eq!(worker.step().await.unwrap(), 1);
    assert_eq!(worker.step().await.unwrap(), 0);
    assert_eq!(stage.arrived(), [reply]);
    stage.clock.advance(morning);
    worker.step().await.unwrap();
    assert_eq!(stage.arrived(), [reply, reminder]);
    stage.end().await;
}

#[tokio::test]
async fn a_message_that_is_tried_again_holds_up_its_own_lane_only() {
    let stage = Stage::new().await;
    let first = stage.owe(group(1)).await;
    let second = stage.owe(group(1)).await;
    let worker = stage.worker("one");
    stage.script([Outcome::Failed("x".into())]);
    worker.step().await.unwrap();
    let elsewhere = stage.owe(group(2)).await;
    worker.step().await.unwrap();
    assert_eq!(worker.step().await.unwrap(), 0);
    assert_eq!(stage.arrived(), [elsewhere]);
    stage.clock.advance(TimeDelta::seconds(6));
    worker.step().await.unwrap();
    worker.step().await.unwrap();
    assert_eq!(stage.arrived(), [elsewhere, first, second]);
    stage.end().await;
}

#[tokio::test]
async fn a_worker_lost_between_sending_and_settling_costs_one_more_copy_and_is_known() {
    let stage = Stage::new().await;
    let first = stage.owe(group(1)).await;
    let second = stage.owe(group(1)).await;
    let lost = stage.worker("lost").claim(6).await.unwrap();
    assert_eq!(lost.jobs.len(), 1, "the second waits for the first");
    let worker = stage.worker("one");
    assert_eq!(worker.step().await.unwrap(), 0, "the lease is respected while it lasts");
    stage.clock.advance(TimeDelta::seconds(31));
    stage.script([Outcome::Failed("x".into())]);
    assert_eq!(worker.step().await.unwrap(), 1);
    let waiting = stage.rows(&[OutboxState::Waiting]).await;
    assert!(waiting[0].ambiguous && waiting[0].id == first && waiting[0].attempts == 2, "{waiting:?}");
    stage.clock.advance(TimeDelta::minutes(1));
    worker.step().await.unwrap();
    worker.step().await.unwrap();
    assert_eq!(stage.arrived(), [first, second], "one copy by us, beside the one that may have arrived before");
    assert!(stage.rows(&[OutboxState::Sent]).await[0].ambiguous);
    stage.end().await;
}

#[tokio::test]
async fn a_message_that_loses_its_worker_each_time_is_dead_at_last() {
    let mut stage = Stage::new().await;
    stage.config.max_attempts = 3;
    stage.owe(group(1)).await;
    for _ in 0..3 {
        assert_eq!(stage.worker("lost").claim(1).await.unwrap().jobs.len(), 1);
        stage.clock.advance(TimeDelta::seconds(31));
    }
    assert_eq!(stage.worker("one").claim(1).await.unwrap().exhausted, 1);
    assert_eq!(stage.rows(&[OutboxState::Dead]).await.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn a_late_answer_does_not_settle_what_another_worker_has() {
    let stage = Stage::new().await;
    let id = stage.owe(group(1)).await;
    stage.worker("lost").claim(1).await.unwrap();
    stage.clock.advance(TimeDelta::seconds(31));
    stage.worker("one").claim(1).await.unwrap();
    let now_ms = to_ms(stage.now());
    let settled = stage
        .store
        .write(move |tx| {
            Box::pin(async move { Ok(tx.settle_outbox(id, "lost", &crate::store::Settled::Sent, now_ms).await?) })
        })
        .await
        .unwrap();
    assert!(!settled);
    assert_eq!(stage.rows(&[OutboxState::Leased]).await.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn a_refused_message_is_dead_and_the_next_one_goes() {
    let stage = Stage::new().await;
    let refused = stage.owe(group(1)).await;
    let next = stage.owe(group(1)).await;
    stage.script([Outcome::Refused("群已解散".into())]);
    let worker = stage.worker("one");
    worker.step().await.unwrap();
    worker.step().await.unwrap();
    assert_eq!(stage.arrived(), [next]);
    let dead = stage.rows(&[OutboxState::Dead]).await;
    assert_eq!((dead[0].id, dead[0].error.as_deref()), (refused, Some("平台拒绝：群已解散")));
    stage.end().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_written_is_dead_with_the_reason() {
    let stage = Stage::new().await;
    let now_ms = to_ms(stage.now());
    let target = group(1);
    stage
        .store
        .write(move |tx| {
            let new = NewOutbox {
                target: target.clone(),
                template: "receipt/asked",
                context: "{}".into(),
                question: None,
                not_before_ms: now_ms,
                valid_until_ms: now_ms + 60_000,
            };
            Box::pin(async move { tx.insert_outbox(new).await })
        })
        .await
        .unwrap();
    stage.worker("one").step().await.unwrap();
    let dead = stage.rows(&[OutboxState::Dead]).await;
    assert!(dead[0].error.as_deref().unwrap().starts_with("消息写不出来"), "{dead:?}");
    assert_eq!(stage.stub.calls.load(Ordering::SeqCst), 0);
    stage.end().await;
}

#[tokio::test]
async fn a_message_without_a_way_to_go_waits_and_says_why() {
    let stage = Stage::new().await;
    stage.owe(Target::Chat(ChatId(5))).await;
    let other = stage.owe(group(1)).await;
    let worker = stage.worker("one");
    assert_eq!(worker.step().await.unwrap(), 1);
    assert_eq!(stage.arrived(), [other]);
    let waiting = stage.rows(&[OutboxState::Waiting]).await;
    assert_eq!(waiting[0].error.as_deref(), Some("这个群没有登记可以发言的地址"));
    assert_eq!(waiting[0].next_try_at_ms, to_ms(stage.now() + TimeDelta::minutes(10)));
    stage.end().await;
}

#[tokio::test]
async fn an_answer_that_never_comes_is_an_unknown_outcome() {
    let mut stage = Stage::new().await;
    stage.config.request_timeout_ms = 1;
    *stage.stub.slow.lock().unwrap() = Some(group_destination(1));
    stage.owe(group(1)).await;
    stage.worker("one").step().await.unwrap();
    let waiting = stage.rows(&[OutboxState::Waiting]).await;
    assert!(waiting[0].ambiguous && waiting[0].attempts == 1, "{waiting:?}");
    stage.end().await;
}

#[tokio::test]
async fn quoting_a_delivered_message_finds_its_question() {
    let stage = Stage::new().await;
    stage.make_chat().await;
    let now = stage.now();
    let question = stage
        .store
        .write(move |tx| {
            let calendar = Calendar::default();
            let hours = WorkingHours::read(&["09:00-17:00".to_owned()]).unwrap();
            let outlook = Outlook {
                clock: WorkingClock { hours: Some(&hours), zone: chrono_tz::Asia::Shanghai, calendar: &calendar },
                warn_at: &[100],
                silent_after: 50,
                extend_at_most: 1,
                rate_remind_after: None,
                close_after: TimeDelta::days(7),
                offer_stands_for: TimeDelta::days(1),
            };
            let unit = tx.directory().unit_by_code("1").unwrap().id;
            let new = NewQuestion {
                number: None,
                unit,
                chat: None,
                asker: Asker::Known(Address { account: ACCOUNT.into(), external_id: "u".into(), ..Address::default() }),
                text: "团组织关系怎么转？".into(),
                asked_at: now,
                life: Life::new(State::Asked, unit, Visibility::Private, "normal", 60, now, &outlook),
            };
            Box::pin(async move { Ok(tx.insert_question(new).await?) })
        })
        .await
        .unwrap();
    stage.owe_on(group(1), Some(question.id), TimeDelta::zero(), TimeDelta::hours(1)).await;
    stage.script([Outcome::Sent(Some("quoted-id".into()))]);
    stage.worker("one").step().await.unwrap();
    let found = stage.store.reader().find_quoted_question(ACCOUNT, "quoted-id").await.unwrap();
    assert_eq!(found.map(|found| found.id), Some(question.id));
    stage.end().await;
}

#[tokio::test]
async fn a_running_worker_is_not_held_up_by_a_slow_destination_and_finishes_what_it_has() {
    let stage = Stage::new().await;
    *stage.stub.slow.lock().unwrap() = Some(group_destination(0));
    let slow = stage.owe(group(0)).await;
    for number in 0..20 {
        stage.owe(group(1 + number % 2)).await;
    }
    let stopping = CancellationToken::new();
    let running = tokio::spawn(stage.worker("one").run(stopping.clone()));
    stage.stub.delivered.acquire_many(20).await.unwrap().forget();
    assert!(!stage.arrived().contains(&slow));
    stopping.cancel();
    stage.stub.gate.add_permits(1);
    running.await.unwrap();
    assert_eq!(stage.arrived().last(), Some(&slow));
    assert!(stage.is_settled().await, "nothing is left leased");
    stage.assert_in_order();
    stage.end().await;
}

/// Somebody who asked anonymously.
fn sealed_target(user: &str) -> (Target, String) {
    let seal = Seal::new(SEAL_KEY, []);
    let mark = seal.mark(Purpose::Asker, user);
    (Target::Sealed { sealed: seal.seal_address(ACCOUNT, user).unwrap(), mark: mark.clone() }, mark)
}

#[tokio::test]
async fn who_asked_anonymously_is_reached_and_no_row_says_who_that_was() {
    let stage = Stage::new().await;
    let (target, mark) = sealed_target("57005");
    let first = stage.owe(target.clone()).await;
    let second = stage.owe(target).await;
    stage.script([Outcome::Failed("57005 is not a friend".into())]);
    let worker = stage.worker("one");
    while !stage.is_settled().await {
        if worker.step().await.unwrap() == 0 {
            let failed = stage.rows(&[OutboxState::Waiting]).await.remove(0);
            assert_eq!(failed.error.as_deref(), Some("平台没有收下（原话含有去处，不记录）"));
            assert_eq!(failed.shown_lane(), "sealed");
            stage.clock.advance(TimeDelta::seconds(1));
        }
    }
    assert_eq!(stage.arrived(), [first, second], "in order, also after a failure");
    let to = stage.stub.arrived.lock().unwrap()[0].to.clone();
    assert_eq!(to, Destination::User("57005".into()));
    let sent = stage.rows(&[OutboxState::Sent]).await;
    assert!(!format!("{sent:?}").contains("57005"), "{sent:?}");
    let throttle = |key: String| {
        let store = stage.store.clone();
        async move { store.reader().find_throttle(&key).await.unwrap() }
    };
    assert_eq!(throttle(format!("sealed|{mark}")).await.unwrap().sent_at_ms.len(), 3, "send times under the mark");
    assert_eq!(throttle(format!("{ACCOUNT}|{}", to.key())).await, None, "and not under the address");
    stage.end().await;
}

#[tokio::test]
async fn without_the_key_what_is_sealed_waits_and_nothing_is_lost() {
    let stage = Stage::new().await;
    let id = stage.owe(sealed_target("57005").0).await;
    let mut blind = stage.worker("blind");
    blind.seal = Some(Arc::new(Seal::new("another-0123456789-0123456789-0123456789", [])));
    assert_eq!(blind.step().await.unwrap(), 0);
    blind.seal = None;
    stage.clock.advance(TimeDelta::minutes(10));
    assert_eq!(blind.step().await.unwrap(), 0);
    assert!(stage.rows(&[OutboxState::Waiting]).await[0].error.as_deref().unwrap().contains("密钥"));
    stage.clock.advance(TimeDelta::minutes(10));
    assert_eq!(stage.worker("one").step().await.unwrap(), 1);
    assert_eq!(stage.arrived(), [id]);
    stage.end().await;
}
