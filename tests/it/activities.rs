//! Activities: published, signed up for, waited for, attended by a code, changed, called off, recapped, counted.

use crate::support::fakes::onebot::group_message;
use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SELF, TOWN_SECRETARY, YOUNG, YOUTH,
};

const SECOND: i64 = 5_002;
const THIRD: i64 = 5_003;
const FOURTH: i64 = 5_004;

const HIKE: &str = "发布活动 周六爬山 时间：11月28日9点 地点：东山 名额：2 报名截止：周五18点";

async fn as_named(office: &Office, user: i64, name: &str, text: &str) -> String {
    let event = group_message(SELF, YOUTH, user, office.next_message_id(), office.time(), text).card(name);
    office.send(&event).await.text()
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

fn last(messages: &[crate::support::fakes::onebot::SentMessage]) -> String {
    messages.last().map(|message| message.text.clone()).unwrap_or_default()
}

/// The code that its organiser is told.
async fn code_of(office: &Office, user: i64, number: i64) -> String {
    let told = office.whisper(user, &format!("签到码 {number}")).await;
    told.split("签到码：").nth(1).unwrap_or_else(|| panic!("{told}")).chars().take(4).collect()
}

/// A code that is not this one.
fn other_than(code: &str, nth: u32) -> String {
    format!("{:04}", (code.parse::<u32>().unwrap() + 1 + nth) % 10_000)
}

#[tokio::test]
async fn 活动_is_signed_up_for_and_whoever_waits_moves_up_when_somebody_cancels() {
    let office = Office::open().await;
    let announced = office.say(YOUTH, TOWN_SECRETARY, HIKE).await;
    has(
        &announced,
        &[
            "【活动】1 号 周六爬山",
            "样例一镇团委",
            "时间：11月28日 周六 09:00—12:00",
            "地点：东山",
            "名额：2 人",
            "报名截止：11月27日 18:00",
            "报名 1",
        ],
    );
    office.deliver().await;
    has(&last(&office.written(TOWN_SECRETARY)), &["签到码 1", "活动名单 1", "改活动 1", "记一次“活动”"]);

    has(&as_named(&office, YOUNG, "小样", "报名 1").await, &["已报名", "现有 1 人", "还有 1 个名额"]);
    has(&as_named(&office, YOUNG, "小样", "报名1").await, &["您已经报过名了", "现有 1 人"]);
    has(&office.whisper(SECOND, "报名 1").await, &["已报名", "现有 2 人"]);
    has(&as_named(&office, THIRD, "小不点", "报名 1").await, &["名额满了", "候补第 1 位"]);
    has(&office.whisper(FOURTH, "报名 1").await, &["候补第 2 位"]);
    has(&as_named(&office, THIRD, "小不点", "报名 1").await, &["您已经在候补第 1 位"]);
    has(&office.say(YOUTH, YOUNG, "活动列表").await, &["1 号 周六爬山", "2/2 人，候补 2 人", "报名到 11月27日 18:00"]);

    // the first of those who wait moves up, and is told where they signed up
    has(&office.whisper(SECOND, "取消报名 1").await, &["已取消报名"]);
    office.deliver().await;
    let up = office.posted(YOUTH).pop().unwrap();
    has(&up.text, &["候补轮到您了", "1 号“周六爬山”"]);
    assert!(up.at.contains(&THIRD.to_string()), "{up:?}");
    has(&as_named(&office, YOUNG, "小样", "取消报名 1").await, &["已取消报名"]);
    office.deliver().await;
    has(&last(&office.written(FOURTH)), &["候补轮到您了"]);
    has(&office.say(YOUTH, YOUNG, "取消报名 1").await, &["您没有报"]);

    // a place more is one more of those who wait
    has(&office.whisper(SECOND, "报名 1").await, &["候补第 1 位"]);
    has(&office.whisper(TOWN_SECRETARY, "改活动 1 名额 3").await, &["名额 3 人"]);
    office.deliver().await;
    has(&last(&office.written(SECOND)), &["候补轮到您了"]);

    // its time over, nobody signs up any more
    office.until("2026-11-27T18:00:00").await;
    has(&office.say(YOUTH, YOUNG, "报名 1").await, &["11月27日 18:00 已经截止"]);
    let stored = "SELECT COUNT(*) FROM activity_person WHERE who LIKE 'qq/%' AND name <> ''";
    assert_eq!(office.database.count(stored).await, 3, "a key and a name, and nothing else");
    office.close().await;
}

#[tokio::test]
async fn 到场_is_said_with_a_code_and_becomes_one_record_with_as_many_people() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, HIKE).await;
    as_named(&office, YOUNG, "小样", "报名 1").await;
    office.whisper(SECOND, "报名 1").await;
    as_named(&office, THIRD, "小不点", "报名 1").await;
    // the day before, once, in open hours: those who have a place
    office.until("2026-11-27T15:59:00").await;
    let before = office.posted(YOUTH).len();
    office.until("2026-11-27T16:00:10").await;
    office.until("2026-11-27T16:01:00").await;
    let posted = office.posted(YOUTH);
    assert_eq!(posted.len(), before + 1);
    has(&last(&posted), &["快到了：11月28日 周六 09:00—12:00，东山"]);
    let second = office.written(SECOND);
    assert_eq!(second.len(), 1, "and in private, who signed up there");

    let code = code_of(&office, TOWN_SECRETARY, 1).await;
    assert_eq!(code_of(&office, COUNTY_SECRETARY, 1).await, code, "the secretary above gets the same");
    assert_eq!(office.say(YOUTH, YOUNG, "签到码 1").await, "");
    has(&office.whisper(YOUNG, "签到码 1").await, &["由孙样例组织"]);
    assert!(!office.say(YOUTH, TOWN_SECRETARY, "签到码 1").await.contains(&code), "never in the group");
    has(&office.whisper(YOUNG, &format!("到场 1 {code}")).await, &["11月28日 08:00 起可以签到"]);
    assert_eq!(office.say(YOUTH, YOUNG, &format!("到场 {code}")).await, "", "nothing goes on: it is talk");

    office.until("2026-11-28T08:30:00").await;
    has(&office.whisper(YOUNG, &format!("到场 1 {code}")).await, &["已签到：1 号“周六爬山”"]);
    has(&office.whisper(YOUNG, &format!("到场 {code}")).await, &["您已经签过到了"]);
    has(&office.whisper(FOURTH, &format!("到场 {code}")).await, &["没有报名，现场来的，也算"]);
    has(&as_named(&office, THIRD, "小不点", &format!("到场 {code}")).await, &["现场来的"]);
    // five guesses, and the right code does not help any more
    for nth in 0..4 {
        let wrong = office.whisper(SECOND, &format!("到场 {}", other_than(&code, nth))).await;
        has(&wrong, &["签到码不对", &format!("还可以试 {} 次", 4 - nth)]);
    }
    has(&office.whisper(SECOND, &format!("到场 1 {}", other_than(&code, 9))).await, &["签到码不对"]);
    has(&office.whisper(SECOND, &format!("到场 1 {code}")).await, &["已经试错 5 次"]);

    let people = office.whisper(TOWN_SECRETARY, "活动名单 1").await;
    has(&people, &["报名 2 人，到场 3 人", "到场：小样", "现场来的：", "小不点"]);
    has(&office.whisper(THIRD, "活动名单 1").await, &["由孙样例组织"]);

    has(&office.say(YOUTH, TOWN_SECRETARY, "活动小结 1").await, &["11月28日 09:00 才开始"]);
    office.until("2026-11-28T11:00:00").await;
    let recap = office.say(YOUTH, TOWN_SECRETARY, "活动小结 1 大家都爬到了山顶").await;
    has(
        &recap,
        &[
            "【活动小结】1 号 周六爬山",
            "报名 2 人，到场 3 人（现场来的 2 人），其中第一次来的 3 人",
            "大家都爬到了山顶",
            "已记一次“活动”，3 人",
        ],
    );
    let recorded = "SELECT COUNT(*) FROM record r JOIN person p ON p.id = r.person_id
                    WHERE r.kind = 'activity' AND r.quantity = 3 AND p.name = '孙样例' AND r.place = '东山'
                      AND r.withdrawn_at_ms IS NULL";
    assert_eq!(office.database.count(recorded).await, 1);
    // said again, and when its time is over: still one
    office.say(YOUTH, TOWN_SECRETARY, "活动小结 1 补充一句").await;
    let posted = office.posted(YOUTH).len();
    office.until("2026-11-28T12:00:10").await;
    assert_eq!(office.posted(YOUTH).len(), posted);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1);
    has(&office.whisper(FOURTH, &format!("到场 1 {code}")).await, &["现在没有可以签到的活动"]);
    office.close().await;
}

#[tokio::test]
async fn 活动_ends_by_itself_and_asks_its_organiser_where_nobody_used_the_code() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, "发布活动 读书会 时间：今天14:00-16:00").await;
    office.say(YOUTH, TOWN_SECRETARY, "发布活动 观影 时间：今天14:00-16:00").await;
    let code = code_of(&office, TOWN_SECRETARY, 1).await;
    office.until("2026-11-20T14:30:00").await;
    office.whisper(YOUNG, &format!("到场 1 {code}")).await;
    office.until("2026-11-20T16:00:10").await;
    office.until("2026-11-20T16:01:00").await;
    let recaps = office.posted(YOUTH).into_iter().filter(|message| message.text.contains("【活动小结】"));
    let recaps: Vec<String> = recaps.map(|message| message.text).collect();
    assert_eq!(recaps.len(), 1, "{recaps:?}");
    has(&recaps[0], &["1 号 读书会", "到场 1 人"]);
    has(&last(&office.written(TOWN_SECRETARY)), &["2 号活动“观影”", "没有人用签到码", "活动小结 2 到场32人"]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1);
    // who came is then what its organiser says
    has(
        &office.whisper(TOWN_SECRETARY, "活动小结 2 到场32人，反响不错").await,
        &["到场 32 人", "已记一次“活动”，32 人"],
    );
    office.deliver().await;
    has(&last(&office.posted(YOUTH)), &["2 号 观影", "反响不错"]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record WHERE quantity = 32").await, 1);
    // what was withdrawn may be recorded anew
    office.whisper(TOWN_SECRETARY, "撤回").await;
    has(&office.whisper(TOWN_SECRETARY, "活动小结 2 到场30人").await, &["已记一次“活动”，30 人"]);
    let stands = "SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL AND quantity = 30";
    assert_eq!(office.database.count(stands).await, 1);
    office.close().await;
}

#[tokio::test]
async fn 改活动_and_取消活动_are_told_to_everybody_who_signed_up() {
    let office = Office::open().await;
    // in private: to the youth groups of the unit, or of those below it
    has(&office.whisper(CADRE, HIKE).await, &["已发布 1 号活动", "样例一镇青年群"]);
    office.deliver().await;
    has(&last(&office.posted(YOUTH)), &["【活动】1 号 周六爬山", "样例县团委"]);
    as_named(&office, YOUNG, "小样", "报名 1").await;
    office.whisper(SECOND, "报名 1").await;
    for user in [PART_TIMER, OTHER_SECRETARY] {
        has(&office.whisper(user, "改活动 1 时间 11月29日9点").await, &["由钱样例组织"]);
        assert_eq!(office.say(YOUTH, user, "取消活动 1").await, "", "in passing, the bot stays silent");
    }
    for (wrong, part) in [
        ("改活动 1 时间 昨天9点", "已经过了"),
        ("改活动 1 时间 11月29日", "没有看到几点"),
        ("改活动 1 时间 11月29日（周一）9点", "11月29日是周日"),
        ("改活动 1 名额 很多", "不是人数"),
        ("改活动 1 记为 联系", "不能记为"),
        ("改活动 1", "要改哪一样"),
    ] {
        has(&office.whisper(CADRE, wrong).await, &[part]);
    }
    let changed = office.whisper(CADRE, "改活动 1 时间 11月29日14:00-16:00 地点：西山").await;
    has(&changed, &["11月29日 周日 14:00—16:00，西山", "已告诉报名的 2 人"]);
    office.deliver().await;
    has(&last(&office.posted(YOUTH)), &["有变动", "11月29日 周日 14:00—16:00，西山"]);
    has(&last(&office.written(SECOND)), &["有变动", "西山"]);
    // the county's secretary may call it off
    has(&office.whisper(COUNTY_SECRETARY, "取消活动 1 下雨").await, &["已取消 1 号活动", "2 人"]);
    office.deliver().await;
    let called_off = office.posted(YOUTH).pop().unwrap();
    has(&called_off.text, &["取消了：下雨"]);
    assert!(called_off.at.contains(&YOUNG.to_string()), "{called_off:?}");
    has(&last(&office.written(SECOND)), &["取消了：下雨"]);
    has(&office.whisper(CADRE, "取消活动 1").await, &["不能再这样改了"]);
    has(&office.say_to_bot(YOUTH, YOUNG, "报名 1").await, &["已经开始、结束或取消"]);
    office.close().await;
}

#[tokio::test]
async fn 活动_is_published_only_by_cadres_whose_authority_reaches_the_group_and_talk_is_left_alone() {
    let office = Office::open().await;
    assert_eq!(office.say(YOUTH, YOUNG, HIKE).await, "");
    has(&office.say(YOUTH, OTHER_SECRETARY, HIKE).await, &["不在您管的范围内"]);
    for (wrong, part) in [
        ("发布活动 爬山", "要写名称和时间"),
        ("发布活动 时间：明天9点", "要写名称和时间"),
        ("发布活动 爬山 时间：明天", "没有看到几点"),
        ("发布活动 爬山 时间：下周", "说不准是哪一天"),
        ("发布活动 爬山 时间：明天9点 报名截止：昨天", "已经过了"),
    ] {
        has(&office.say(YOUTH, TOWN_SECRETARY, wrong).await, &[part]);
    }
    assert_eq!(office.database.count("SELECT COUNT(*) FROM activity").await, 0);
    assert_eq!(office.say(YOUTH, YOUNG, "报名 3").await, "", "where no activity is open it is talk");
    office.say(YOUTH, TOWN_SECRETARY, HIKE).await;
    has(&office.say(YOUTH, YOUNG, "报名 3").await, &["没有 3 号活动"]);
    assert_eq!(office.say(CADRES, CADRE, "报名 1").await, "", "cadres say that to each other");

    let rows = "SELECT COUNT(*) FROM inbox";
    let before = office.database.count(rows).await;
    for text in [
        "报名吧",
        "报名",
        "报名 3人",
        "报名的举手",
        "到场了吗",
        "到场 30人",
        "到场",
        "签到码多少",
        "取消报名吧",
        "活动总结 谁来写",
        "活动名称：读书会",
        "近期活动有哪些",
        "改活动时间了",
    ] {
        assert_eq!(office.say(YOUTH, YOUNG, text).await, "", "{text}");
    }
    for text in ["活动总结 谁来写", "活动名字", "签到表 发一下", "发起活动 大家想一想"] {
        assert_eq!(office.say(CADRES, CADRE, text).await, "", "{text}");
    }
    assert_eq!(office.database.count(rows).await, before, "talk leaves no row");
    // what took place is still recorded under its word
    has(&office.say(CADRES, CADRE, "活动 东风社区 读书会30人").await, &["已记下活动"]);
    office.close().await;
}

#[tokio::test]
async fn 社团活动_is_published_by_the_founder_of_the_club_and_makes_no_record() {
    let office = Office::open().await;
    as_named(&office, YOUNG, "小不点", "发起社团 瑜伽 每周三晚").await;
    office.deliver().await;
    has(&last(&office.written(TOWN_SECRETARY)), &["“样例一镇青年群”里发起了微社团“瑜伽”"]);
    has(&office.whisper(COUNTY_SECRETARY, "社团").await, &["样例一镇青年群 1 号 瑜伽", "1 人，0 票"]);
    has(&office.whisper(YOUNG, "社团").await, &["不认识您"]);

    has(&as_named(&office, SECOND, "小样", "社团活动 1 时间：明天19点").await, &["由发起人或书记发布"]);
    has(&office.say(YOUTH, YOUNG, "社团活动 9 时间：明天19点").await, &["没有 9 号微社团"]);
    let announced = as_named(&office, YOUNG, "小不点", "社团活动 1 时间：今天19点-20点 地点：青年之家").await;
    has(&announced, &["【活动】1 号 瑜伽活动", "微社团“瑜伽”"]);
    office.whisper(SECOND, "报名 1").await;
    has(&office.say(YOUTH, YOUNG, "改活动 1 记为 活动").await, &["不记到谁的任务里"]);
    let code = code_of(&office, YOUNG, 1).await;
    office.until("2026-11-20T19:10:00").await;
    office.whisper(SECOND, &format!("到场 {code}")).await;
    has(&office.whisper(SECOND, "取消报名 1").await, &["已经开始、结束或取消"]);
    has(&office.say(YOUTH, YOUNG, "活动小结 1").await, &["报名 1 人，到场 1 人"]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 0, "nobody's duty");
    office.close().await;
}

#[tokio::test]
async fn the_last_place_goes_to_one_of_two_who_sign_up_at_once() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, "发布活动 爬山 时间：明天9点 名额：1").await;
    let (one, other) = tokio::join!(office.whisper(SECOND, "报名 1"), office.whisper(THIRD, "报名 1"));
    let both = [one, other];
    assert_eq!(both.iter().filter(|said| said.contains("已报名")).count(), 1, "{both:?}");
    assert_eq!(both.iter().filter(|said| said.contains("候补第 1 位")).count(), 1, "{both:?}");
    office.close().await;
}

#[tokio::test]
async fn 活动名单_is_exported_and_nothing_in_it_calculates() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, "发布活动 爬山 时间：明天9点 名额：1").await;
    as_named(&office, YOUNG, "=1+1", "报名 1").await;
    office.whisper(SECOND, "报名 1").await;
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("名单.csv");
    let csv = csv.to_str().unwrap();
    let (well, said) = office.command(&["activities", "export", "--unit", "0", "--out", csv]);
    assert!(well && said.contains("2 行"), "{said}");
    let text = std::fs::read_to_string(csv).unwrap();
    has(
        &text,
        &[
            "日期,编号,活动,单位,地点,姓名,报名,到场,状态",
            "2026-11-21,1,爬山,样例一镇团委,,'=1+1,已报名,,未结束",
            "候补",
        ],
    );
    let book = folder.path().join("名单.xlsx");
    let export = ["activities", "export", "--unit", "1", "--number", "1", "--out", book.to_str().unwrap()];
    let (well, said) = office.command(&export);
    assert!(well && said.contains("2 行"), "{said}");
    let (well, said) = office.command(&export);
    assert!(!well && said.contains("已经存在"), "{said}");
    let other = folder.path().join("别处.csv");
    let (_, said) = office.command(&["activities", "export", "--unit", "2", "--out", other.to_str().unwrap()]);
    assert!(said.contains("0 行"), "another unit's: {said}");
    office.close().await;
}

#[tokio::test]
async fn 报名_for_what_is_over_says_that_it_is_over() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, HIKE).await;
    office.until("2026-11-28T12:30:00").await;
    let late = office.say_to_bot(YOUTH, YOUNG, "报名 1").await;
    assert!(late.contains("已经开始、结束或取消") && !late.contains("直接来"), "{late}");
    office.close().await;
}

#[tokio::test]
async fn 签到码_asked_for_in_a_group_is_what_comes_in_private() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, HIKE).await;
    let said = office.say(YOUTH, TOWN_SECRETARY, "签到码 1").await;
    assert!(said.contains("已私聊发给您") && !said.contains("名单"), "{said}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_organiser_changes_an_activity_only_so_often_and_in_decent_words() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "发起社团 瑜伽").await;
    has(&office.say(YOUTH, YOUNG, "社团活动 1 周六练习 时间：11月28日9点 地点：东山").await, &["【活动】1 号"]);
    as_named(&office, SECOND, "小样", "报名 1").await;
    has(&office.say(YOUTH, YOUNG, "改活动 1 说明 傻逼才来").await, &["伤人的话"]);
    for time in 1..=3 {
        let changed = office.say(YOUTH, YOUNG, &format!("改活动 1 说明 带第{time}样东西")).await;
        assert!(!changed.contains("改得太多"), "{time}: {changed}");
    }
    has(&office.say(YOUTH, YOUNG, "改活动 1 说明 又改").await, &["改得太多"]);
    office.deliver().await;
    let told = office.posted(YOUTH).into_iter().filter(|one| one.text.contains("样东西")).count();
    assert!(told <= 3, "{told}");
    has(&office.say(YOUTH, YOUNG, "社团活动 1 傻逼聚会 时间：11月29日9点").await, &["伤人的话"]);
    office.close().await;
}
