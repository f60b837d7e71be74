//! Taizhou's year (seed 002: 11,495 questions, 10,044 answers, 1,000 young people, 7 groups), replayed through the real HTTP
//! surface with signed requests and a stepped clock: nothing is lost, and the driver's own tally, 青年之声, the exported table and
//! the database say the same.
//!
//! Small by default; `just replay-taizhou` is the whole year (`TUANQING_REPLAY=11495`).

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate, Utc};

use tuanqing::clock::Clock;

use crate::support::office::Office;
use crate::support::random::{Random, question};
use crate::voice_figures::{sum, table};

const GROUPS: usize = 7;
const FIRST_GROUP: i64 = 920_001;
const FIRST_YOUNG: i64 = 60_000;
const CITY_SECRETARY: i64 = 70_000;

/// What is to become of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered,
    Declined,
    Open,
    Withdrawn,
}

/// A question as the driver remembers it.
#[derive(Clone, Debug)]
struct Ticket {
    number: Option<i64>,
    asker: i64,
    fate: Fate,
    asked_at: DateTime<Utc>,
    /// From which day on somebody sees to it.
    seen_to_on: usize,
    answered_at: Option<DateTime<Utc>>,
    took_offer: bool,
    /// What became of it came about.
    done: bool,
    merged_into: Option<usize>,
    satisfied: Option<bool>,
    likers: HashSet<i64>,
    hidden: bool,
}

/// A county, its group and what happens there.
struct County {
    at: usize,
    random: Random,
    young: Vec<i64>,
    /// What is to be asked on which day.
    plan: Vec<Vec<Fate>>,
    tickets: Vec<Ticket>,
    said: usize,
    insisted: usize,
    handed: usize,
    asked_back: usize,
    reopened: usize,
}

impl County {
    fn group(&self) -> i64 {
        FIRST_GROUP + self.at as i64
    }

    /// One of the two secretaries.
    fn secretary(&mut self) -> i64 {
        CITY_SECRETARY + 1 + (self.at * 2) as i64 + self.random.below(2) as i64
    }

    async fn say(&mut self, office: &Office, user: i64, text: &str) -> String {
        self.said += 1;
        office.say(self.group(), user, text).await
    }

    async fn whisper(&mut self, office: &Office, user: i64, text: &str) -> String {
        self.said += 1;
        office.whisper(user, text).await
    }

    /// Who may still ask: five open questions are the most.
    fn asker(&mut self) -> i64 {
        loop {
            let young = self.random.below(self.young.len());
            let asker = self.young[young];
            let waits = |ticket: &&Ticket| ticket.asker == asker && ticket.number.is_some() && is_waiting(ticket);
            if self.tickets.iter().filter(waits).count() < 4 {
                return asker;
            }
        }
    }

    async fn ask(&mut self, office: &Office, day: usize) {
        for fate in std::mem::take(&mut self.plan[day]) {
            let (asker, text) = (self.asker(), question(&mut self.random));
            let asked_at = office.clock.now();
            let mut said = self.say(office, asker, &format!("提问 {text}")).await;
            let mut ticket = Ticket {
                number: None,
                asker,
                fate,
                asked_at,
                seen_to_on: day + [0, 0, 0, 0, 0, 1, 1, 2, 4, 6][self.random.below(10)],
                answered_at: None,
                took_offer: false,
                done: false,
                merged_into: None,
                satisfied: None,
                likers: HashSet::new(),
                hidden: false,
            };
            if said.contains("仍要提问") {
                if fate == Fate::Answered && self.random.percent(40) {
                    let first = between(&said, "“看 ", "”");
                    let seen = self.say(office, asker, &format!("看 {first}")).await;
                    assert!(seen.contains("答："), "{seen}");
                    (ticket.took_offer, ticket.done) = (true, true);
                    ticket.answered_at = Some(office.clock.now());
                } else if fate != Fate::Withdrawn {
                    self.insisted += 1;
                    said = self.say(office, asker, "仍要提问").await;
                }
            }
            if fate == Fate::Withdrawn {
                let withdrawn = self.say(office, asker, "撤回").await;
                assert!(withdrawn.contains("已撤回"), "{withdrawn}");
                ticket.done = true;
            } else if !ticket.took_offer {
                ticket.number = Some(number_in(&said));
            }
            self.tickets.push(ticket);
        }
    }

    /// Secretaries see to what is due by the day.
    async fn see_to(&mut self, office: &Office, day: usize) {
        let due = |ticket: &Ticket| !ticket.done && ticket.number.is_some() && ticket.seen_to_on <= day;
        let due: Vec<usize> = (0..self.tickets.len()).filter(|at| due(&self.tickets[*at])).collect();
        for at in due {
            let Some(number) = self.tickets[at].number else { continue };
            match self.tickets[at].fate {
                _ if self.tickets[at].done => {}
                Fate::Declined => {
                    let secretary = self.secretary();
                    let said = self.whisper(office, secretary, &format!("不受理 {number} 请拨打 12345")).await;
                    assert!(said.contains("不受理"), "{said}");
                    self.tickets[at].done = true;
                }
                Fate::Answered => self.answer(office, at, number).await,
                Fate::Open | Fate::Withdrawn => {}
            }
        }
    }

    async fn answer(&mut self, office: &Office, at: usize, number: i64) {
        // another one stands for it
        if self.tickets[at].merged_into.is_some() {
            return;
        }
        let secretary = self.secretary();
        if self.tickets[at].satisfied.is_none() && self.random.percent(5) {
            // the same as another one that is answered or will be
            let others: Vec<usize> = (0..self.tickets.len())
                .filter(|other| *other != at && self.tickets[*other].fate == Fate::Answered)
                .filter(|other| self.tickets[*other].number.is_some() && self.tickets[*other].merged_into.is_none())
                .rev()
                .take(20)
                .collect();
            if !others.is_empty() {
                let other = self.random.one_of(&others);
                let into = self.tickets[other].number.unwrap_or_default();
                let said = self.whisper(office, secretary, &format!("合并 {number} 到 {into}")).await;
                assert!(said.contains("已合并"), "{said}");
                let is_there = self.tickets[other].answered_at.is_some();
                self.tickets[at].merged_into = Some(other);
                for one in 0..self.tickets.len() {
                    let child = &mut self.tickets[one];
                    if one != at && child.merged_into == Some(at) {
                        child.merged_into = Some(other);
                    } else if one != at {
                        continue;
                    }
                    if is_there {
                        child.answered_at = child.answered_at.or(Some(office.clock.now()));
                        child.done = true;
                    }
                }
                // the other one now stands for somebody: it is answered like any other, and what is done is done
                return;
            }
        }
        if self.random.percent(5) {
            let asker = self.tickets[at].asker;
            let said = self.whisper(office, secretary, &format!("请补充 {number} 您在哪个区县？")).await;
            assert!(said.contains("不计时"), "{said}");
            let said = self.say(office, asker, &format!("补充 {number} 就在本区")).await;
            assert!(said.contains("已补充"), "{said}");
            self.asked_back += 1;
        }
        let mut by = secretary;
        if self.random.percent(3) {
            let said = self.whisper(office, secretary, &format!("转 {number} 上级")).await;
            assert!(said.contains("已转给"), "{said}");
            by = CITY_SECRETARY;
            self.handed += 1;
        }
        let said = self.whisper(office, by, &format!("回复 {number} 请带身份证到便民中心办理，电话里先问清楚。")).await;
        assert!(said.contains("已发给"), "{said}");
        let now = office.clock.now();
        for (one, ticket) in self.tickets.iter_mut().enumerate() {
            if one == at || ticket.merged_into == Some(at) {
                ticket.answered_at = ticket.answered_at.or(Some(now));
                ticket.done = true;
            }
        }
    }

    /// Young people rate, like and hide.
    async fn respond(&mut self, office: &Office, day: usize) {
        let now = office.clock.now();
        let today = |at: DateTime<Utc>| (now - at).num_hours() < 12;
        let fresh: Vec<usize> = (0..self.tickets.len())
            .filter(|at| self.tickets[*at].answered_at.is_some_and(today) && self.tickets[*at].done)
            .filter(|at| self.tickets[*at].number.is_some())
            .collect();
        for at in fresh {
            let (number, asker) = (self.tickets[at].number.unwrap_or_default(), self.tickets[at].asker);
            // what is answered on the last days is not given back: nobody would be there to answer anew
            if self.random.percent(60) && self.tickets[at].satisfied.is_none() {
                let content = self.random.percent(90) || day + 9 > self.plan.len() + 4;
                let word = if content { "满意" } else { "不满意" };
                let said = self.say(office, asker, &format!("{word} {number}")).await;
                assert!(said.contains(if content { "记为满意" } else { "会再为您办理" }), "{said}");
                self.tickets[at].satisfied = Some(content);
                if !content {
                    // it is owed anew, whatever stood for it
                    self.tickets[at].done = false;
                    self.tickets[at].merged_into = None;
                    self.tickets[at].seen_to_on = day + 1;
                    self.reopened += 1;
                }
            }
            // a reopened one is not published: nobody likes it till it is answered anew
            if !self.tickets[at].done || self.tickets[at].hidden {
                continue;
            }
            for _ in 0..self.random.below(2) {
                let young = self.random.below(self.young.len());
                let young = self.young[young];
                let said = self.say(office, young, &format!("赞 {number}")).await;
                self.tickets[at].likers.insert(young);
                assert!(said.contains(&format!("现有 {} 个赞", self.tickets[at].likers.len())), "{said}");
            }
            if self.random.percent(1) {
                let said = self.say(office, asker, &format!("不公开 {number}")).await;
                assert!(said.contains("不再公开"), "{said}");
                self.tickets[at].hidden = true;
            }
        }
    }
}

fn is_waiting(ticket: &Ticket) -> bool {
    !ticket.done
}

fn number_in(said: &str) -> i64 {
    between(said, "编号 ", "。").parse().unwrap_or_else(|_| panic!("{said}"))
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let Some((_, behind)) = text.split_once(from) else { panic!("{from}: {text}") };
    behind.split_once(to).map_or(behind, |(part, _)| part)
}

/// How large: all questions, answered ones, those withdrawn besides, people, days.
struct Scale {
    questions: usize,
    answered: usize,
    withdrawn: usize,
    people: usize,
    days: usize,
}

fn scale() -> Scale {
    let questions = std::env::var("TUANQING_REPLAY").ok().and_then(|text| text.parse().ok()).unwrap_or(300);
    Scale {
        questions,
        answered: questions * 10_044 / 11_495,
        withdrawn: questions / 50,
        people: (questions * 1_000 / 11_495).max(40),
        days: if questions > 1_000 { 358 } else { 14 },
    }
}

async fn import(office: &Office) {
    let mut units = "code,name,parent,level\nT,样例市团委,,prefecture\n".to_owned();
    let mut people = format!("name,unit,kind,roles,team,accounts\n市样例,T,full_time,书记,,qq:{CITY_SECRETARY}\n");
    let mut chats = "chat,unit,role\n".to_owned();
    let mut endpoints = "chat,account,external_id,direction\n".to_owned();
    for at in 0..GROUPS {
        units.push_str(&format!("T{at},样例{at}区团委,T,county\n"));
        for one in 0..2 {
            let account = CITY_SECRETARY + 1 + (at * 2 + one) as i64;
            people.push_str(&format!("区样例{at}{one},T{at},full_time,书记,,qq:{account}\n"));
        }
        chats.push_str(&format!("样例{at}区青年群,T{at},youth\n"));
        endpoints.push_str(&format!("样例{at}区青年群,qq,{},both\n", FIRST_GROUP + at as i64));
    }
    office.import(&[("units", units), ("people", people), ("chats", chats), ("endpoints", endpoints)]).await;
}

fn counties(scale: &Scale) -> Vec<County> {
    let mut random = Random(11_495);
    let declined = (scale.questions - scale.answered) / 3;
    let mut fates: Vec<Fate> = Vec::new();
    fates.extend(std::iter::repeat_n(Fate::Answered, scale.answered));
    fates.extend(std::iter::repeat_n(Fate::Declined, declined));
    fates.extend(std::iter::repeat_n(Fate::Open, scale.questions - scale.answered - declined));
    fates.extend(std::iter::repeat_n(Fate::Withdrawn, scale.withdrawn));
    random.shuffle(&mut fates);
    let mut counties: Vec<County> = (0..GROUPS)
        .map(|at| County {
            at,
            random: Random(at as u64 + 1),
            young: (0..scale.people).filter(|one| one % GROUPS == at).map(|one| FIRST_YOUNG + one as i64).collect(),
            plan: vec![Vec::new(); scale.days + 7],
            tickets: Vec::new(),
            said: 0,
            insisted: 0,
            handed: 0,
            asked_back: 0,
            reopened: 0,
        })
        .collect();
    for fate in fates {
        let (county, day) = (random.below(GROUPS), random.below(scale.days));
        counties[county].plan[day].push(fate);
    }
    counties
}

/// Delivers until nothing is due.
async fn deliver(office: &Office) {
    for _ in 0..50 {
        let before = office.qq.sent_count();
        office.deliver().await;
        if office.qq.sent_count() == before {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taizhous_year_is_replayed_and_every_tally_says_the_same() {
    let scale = scale();
    let began = Instant::now();
    let office = Office::open().await;
    import(&office).await;
    let mut counties = counties(&scale);
    let first: NaiveDate = "2027-01-01".parse().unwrap();
    // some days more, in which what is left is seen to and nothing is asked
    for day in 0..scale.days + 7 {
        let date = first + Days::new(day as u64);
        office.until(&format!("{date}T09:00:00")).await;
        futures_util::future::join_all(counties.iter_mut().map(|county| county.ask(&office, day))).await;
        office.clock.set(format!("{date}T11:20:00+08:00").parse().unwrap());
        futures_util::future::join_all(counties.iter_mut().map(|county| county.see_to(&office, day))).await;
        office.clock.set(format!("{date}T15:40:00+08:00").parse().unwrap());
        futures_util::future::join_all(counties.iter_mut().map(|county| county.respond(&office, day))).await;
        deliver(&office).await;
    }
    let left_over: Vec<&Ticket> = counties
        .iter()
        .flat_map(|county| &county.tickets)
        .filter(|ticket| ticket.fate == Fate::Answered && !ticket.done)
        .collect();
    assert_eq!(left_over.len(), 0, "what was to be answered is answered: {left_over:?}");
    let end = office.clock.now();
    office.until(&format!("{}T20:50:00", end.date_naive())).await;
    deliver(&office).await;
    let replayed = began.elapsed();

    let tickets: Vec<&Ticket> = counties.iter().flat_map(|county| &county.tickets).collect();
    let is = |fate: Fate| tickets.iter().filter(|ticket| ticket.fate == fate).count() as i64;
    let asked = tickets.len() as i64 - is(Fate::Withdrawn);
    assert_eq!(asked as usize, scale.questions);
    let likes: usize = tickets.iter().map(|ticket| ticket.likers.len()).sum();
    let rated = tickets.iter().filter(|ticket| ticket.satisfied.is_some()).count() as i64;
    let content = tickets.iter().filter(|ticket| ticket.satisfied == Some(true)).count() as i64;
    let mut waited: Vec<i64> = tickets
        .iter()
        .filter(|ticket| !ticket.took_offer)
        .filter_map(|ticket| Some((ticket.answered_at? - ticket.asked_at).num_minutes()))
        .collect();
    waited.sort_unstable();

    // the database
    let count = async |sql: &str| office.database.count(sql).await;
    let of_tree = "unit_id IN (SELECT id FROM unit WHERE code LIKE 'T%')";
    assert_eq!(
        count(&format!("SELECT COUNT(*) FROM question WHERE {of_tree}")).await,
        tickets.len() as i64,
        "none lost"
    );
    assert_eq!(count("SELECT COUNT(DISTINCT number) FROM question").await, tickets.len() as i64);
    let stands = async |states: &str| count(&format!("SELECT COUNT(*) FROM question WHERE state IN ({states})")).await;
    assert_eq!(stands("'withdrawn'").await, is(Fate::Withdrawn));
    assert_eq!(stands("'declined'").await, is(Fate::Declined));
    assert_eq!(stands("'asked', 'waiting', 'held'").await, is(Fate::Open));
    assert_eq!(stands("'answered', 'closed', 'merged'").await, is(Fate::Answered));
    assert_eq!(count("SELECT COUNT(*) FROM question WHERE state = 'merged' AND answered_at_ms IS NULL").await, 0);
    assert_eq!(
        count("SELECT COUNT(*) FROM question q WHERE NOT EXISTS (SELECT 1 FROM question_step s WHERE s.question_id = q.id)").await,
        0
    );
    assert_eq!(count("SELECT COUNT(*) FROM question_like").await, likes as i64);

    // 青年之声, by message
    let year = office.whisper(CITY_SECRETARY, "青年之声 今年").await;
    let counted =
        format!("提问 {asked} 个：已答 {}，待答 {}，不受理 {}", is(Fate::Answered), is(Fate::Open), is(Fate::Declined));
    assert!(year.contains(&counted), "{counted}\n{year}");
    assert!(year.contains(&format!("点赞 {likes} 个；满意 {content}/{rated}，")), "{likes} {content}/{rated}\n{year}");
    assert!(year.contains(&format!("这段时间答复 {} 个", is(Fate::Answered))), "{year}");
    let public = office.say(FIRST_GROUP, FIRST_YOUNG, "青年之声").await;
    let first_county = counties[0].tickets.iter().filter(|ticket| ticket.fate != Fate::Withdrawn).count();
    assert!(public.contains(&format!("提问 {first_county} 个")), "{public}");

    // the table
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let (well, said) = office.command(&[
        "questions",
        "export",
        "--unit",
        "T",
        "--from",
        "2027-01-01",
        "--to",
        "2027-12-31",
        "--at",
        "2027-12-31T23:00:00+08:00",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert!(well, "{said}");
    let rows = table(&out.join("青年之声.csv"));
    let sums = ["提问", "已答", "不受理", "给了同类答复", "本期答复", "点赞", "评价", "满意"]
        .map(|heading| sum(&rows, heading));
    let expected = [asked, is(Fate::Answered), is(Fate::Declined), 0, is(Fate::Answered), likes as i64, rated, content];
    assert_eq!(sums, expected);
    let mut exported: Vec<i64> = rows["用时（分钟）"].iter().filter_map(|cell| cell.parse().ok()).collect();
    exported.sort_unstable();
    assert_eq!(exported, waited, "every time to answer");
    let by_county: BTreeMap<&String, usize> = rows["单位编码"].iter().fold(BTreeMap::new(), |mut by, code| {
        *by.entry(code).or_default() += 1;
        by
    });
    for county in &counties {
        let own = county.tickets.iter().filter(|ticket| ticket.fate != Fate::Withdrawn).count();
        assert_eq!(by_county[&format!("T{}", county.at)], own, "county {}", county.at);
    }

    let total = |of: fn(&County) -> usize| counties.iter().map(of).sum::<usize>();
    eprintln!(
        "{}: {} young people, {GROUPS} groups, {} days, {} messages in {:.0} s; {} messages out",
        if office.database.url.starts_with("postgres") { "PostgreSQL" } else { "SQLite" },
        scale.people,
        scale.days,
        total(|county| county.said),
        replayed.as_secs_f64(),
        office.qq.sent_count(),
    );
    eprintln!(
        "  asked {asked} (and {} withdrawn), answered {}, open {}, declined {}; lost 0",
        is(Fate::Withdrawn),
        is(Fate::Answered),
        is(Fate::Open),
        is(Fate::Declined)
    );
    eprintln!(
        "  answers that existed did for {}, {} insisted; merged {}, handed up {}, asked back {}, reopened {}; likes {likes}, \
         content {content}/{rated}; median {} min, ninth decile {} min",
        tickets.iter().filter(|ticket| ticket.took_offer).count(),
        total(|county| county.insisted),
        tickets.iter().filter(|ticket| ticket.merged_into.is_some()).count(),
        total(|county| county.handed),
        total(|county| county.asked_back),
        total(|county| county.reopened),
        waited[waited.len() / 2],
        waited[(waited.len() * 9).div_ceil(10) - 1],
    );
    eprintln!("  {}", year.replace('\n', "\n  "));
    office.close().await;
}
