//! What is counted depends on what stands, not on how it came to stand.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tuanqing::clock::Clock;
use tuanqing::domain::duty::Standing;
use tuanqing::domain::id::{PersonId, RecordId};
use tuanqing::domain::people::{AssignmentKind, ContactMode, YouthField};
use tuanqing::domain::policy::Policy;
use tuanqing::domain::record::{Contact, Record, Said};
use tuanqing::reports::rollup::roll_up;
use tuanqing::reports::standings::{self, Asked, Scope, Subject};

use crate::support::office::Office;

/// How many histories are tried.
const CASES: usize = 24;

/// One deed in a quarter.
#[derive(Clone, Debug)]
struct Deed {
    kind: usize,
    day: u64,
    stay: u64,
    quantity: Option<i32>,
    at_the_led_point: bool,
    online: bool,
    rural: bool,
    withdrawn: bool,
    place_in_line: u32,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = (
        0_usize..4,
        0_u64..90,
        0_u64..3,
        proptest::option::of(1_i32..30),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<u32>(),
    );
    let deed =
        deed.prop_map(|(kind, day, stay, quantity, at_the_led_point, online, rural, withdrawn, place_in_line)| Deed {
            kind,
            day,
            stay,
            quantity,
            at_the_led_point,
            online,
            rural,
            withdrawn,
            place_in_line,
        });
    proptest::collection::vec(deed, 0..25)
}

const KINDS: [&str; 4] = ["field_day", "contact", "activity", "good_deed"];

async fn insert(office: &Office, person: PersonId, first: NaiveDate, deed: &Deed) -> RecordId {
    let (deed, made_at) = (deed.clone(), office.clock.now());
    let unit = office.app.store.directory().person(person).unwrap().unit;
    let inserted = office.app.store.write(move |tx| {
        let deed = deed.clone();
        Box::pin(async move {
            let day = first + Days::new(deed.day);
            let id = RecordId(tx.new_id());
            tx.insert_record(Record {
                id,
                kind: KINDS[deed.kind].to_owned(),
                person,
                unit,
                chat: None,
                day,
                stay_day: (deed.stay > 0).then(|| day - Days::new(deed.stay.min(deed.day))),
                made_at,
                said: Said { quantity: deed.quantity, ..Said::default() },
                target: deed.at_the_led_point.then_some(unit),
                ties: if deed.at_the_led_point { AssignmentKind::Lead.bit() } else { 0 },
                contact: Contact {
                    youth: None,
                    field: Some(if deed.rural { YouthField::Rural } else { YouthField::School }),
                    mode: Some(if deed.online { ContactMode::Online } else { ContactMode::FaceToFace }),
                },
                made_up: false,
                entered_by: None,
                told_with: None,
                version: 1,
            });
            Ok(id)
        })
    });
    inserted.await.unwrap()
}

async fn withdraw(office: &Office, record: RecordId) {
    let at = office.clock.now();
    office.app.store.write(move |tx| Box::pin(async move { Ok(tx.withdraw_record(record, at).await?) })).await.unwrap();
}

fn policy() -> Policy {
    let basic = include_str!("../../policies/basic.toml");
    let (head, rest) = basic.split_once("[[duty]]").unwrap();
    let (_, tail) = rest.split_once("# 青年之声").unwrap();
    let who = "who = { cadres = [\"full_time\", \"seconded\"] }\nperiod = \"quarter\"";
    let duties = [
        ("lead", "of = [\"field_day\"]\nat = \"lead\"\nneeds = [{ stays = 4 }, { workdays = 6 }]"),
        ("days", "of = [\"field_day\", \"activity\"]\nneeds = [{ days = 9, quantity = 40 }]"),
        ("online", "of = [\"contact\"]\nmode = \"online\"\nneeds = [{ records = 5, fields = 2 }]"),
        ("deeds", "of = [\"good_deed\"]\nneeds = [{ records = 3 }]"),
    ];
    let duties: String = duties
        .iter()
        .map(|(key, lines)| format!("[[duty]]\nkey = \"{key}\"\ntitle = \"{key}\"\n{who}\n{lines}\n"))
        .collect();
    Policy::from_toml(&format!("{head}{duties}{tail}")).unwrap()
}

#[tokio::test]
async fn order_of_arrival_does_not_matter_and_a_withdrawn_record_leaves_no_trace() {
    let office = Office::open().await;
    let directory = office.app.store.directory();
    let of_name = |name: &str| directory.people().find(|person| person.name == name).unwrap().id;
    // two cadres of whom the same is asked
    let (one, other) = (of_name("钱样例"), of_name("赵样例"));
    let policy = policy();
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::HashSet::new();
    for case in 0..CASES {
        let history = deeds().new_tree(&mut runner).unwrap().current();
        // each history in a year of its own
        let first = NaiveDate::from_ymd_opt(1990 + i32::try_from(case).unwrap(), 1, 1).unwrap();
        let mut to_withdraw = Vec::new();
        for deed in &history {
            let record = insert(&office, one, first, deed).await;
            if deed.withdrawn {
                to_withdraw.push(record);
            }
        }
        for record in to_withdraw {
            withdraw(&office, record).await;
        }
        // the other's stands from the beginning, in another order, without what the first took back
        let mut standing: Vec<Deed> = history.iter().filter(|deed| !deed.withdrawn).cloned().collect();
        standing.sort_by_key(|deed| deed.place_in_line);
        for deed in &standing {
            insert(&office, other, first, deed).await;
        }
        let asked = Asked {
            db: office.app.store.reader(),
            directory: &directory,
            policy: &policy,
            calendar: &office.app.rules.calendar,
            at: office.clock.now(),
        };
        let unit = directory.person(one).unwrap().unit;
        let found = standings::read(asked, &policy.duties, Scope::Subtree(unit), Some(first)).await.unwrap();
        let of = |person| -> Vec<&Standing> { found.iter().map(|duty| &duty.of[&Subject::Person(person)]).collect() };
        assert_eq!(of(one), of(other), "{history:?}");
        seen.extend(of(one).into_iter().map(|standing| standing.state));

        // one cadre alone stands as among everybody, and the whole is the sum of its parts
        let alone = standings::read(asked, &policy.duties, Scope::People(&[one]), Some(first)).await.unwrap();
        for (alone, all) in alone.iter().zip(&found) {
            assert_eq!(alone.of[&Subject::Person(one)], all.of[&Subject::Person(one)]);
            let sums = all.by_unit(&directory);
            let rolled = roll_up(&directory, unit, &sums);
            let met: u32 = sums.values().map(|sums| sums.met).sum();
            assert_eq!((rolled.total.met, rolled.total.owing), (met, u32::try_from(all.of.len()).unwrap()));
        }
    }
    assert!(seen.len() >= 2, "histories that are all alike show nothing: {seen:?}");
    office.close().await;
}
