//! What a person should look at: raised in silence, listed for those above, ticked off once.

use chrono::TimeDelta;

use crate::make_up::{last_written, office_with};
use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SUPERVISOR, TOWN_SECRETARY,
};

const FLAGS: &str = "SELECT COUNT(*) FROM record_flag";

#[tokio::test]
async fn the_same_words_are_noticed_for_ninety_days_and_short_ones_never() {
    let office = Office::open().await;
    let words = "样例一镇 走访三户困难青年，了解他们的就业意向";
    let first = office.say(CADRES, CADRE, &format!("签到 {words}")).await;
    office.say(CADRES, PART_TIMER, "签到 样例一镇 走访青年5人").await;
    office.say(CADRES, CADRE, "签到 样例一镇 走访青年5人").await;
    assert_eq!(office.database.count(FLAGS).await, 0, "what everybody says is nothing");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record_words").await, 1);
    office.clock.advance(TimeDelta::days(1));
    let second = office.say(CADRES, PART_TIMER, "签到 样例一镇 走訪三戶困難青年,了解他們的就業意向。").await;
    assert!(second.contains("已记下") && !second.contains('核'), "the author is not accused: {second}");
    assert!(first.contains("已记下"));
    assert_eq!(office.database.count(FLAGS).await, 1);

    let list = office.whisper(TOWN_SECRETARY, "待核").await;
    for part in ["1 号｜文字相同｜李样例", "11月21日 周六", "对照：钱样例 11月20日", "已核"] {
        assert!(list.contains(part), "{part} is missing in {list}");
    }
    assert!(office.whisper(OTHER_SECRETARY, "待核").await.contains("没有要看的"), "the neighbour's authority ends");
    assert!(office.whisper(OTHER_SECRETARY, "已核 1").await.contains("没有您可以核的 1 号"));
    assert!(office.whisper(CADRE, "待核").await.contains("由书记和督导使用"));
    assert!(office.say(CADRES, SUPERVISOR, "待核").await.contains("私聊发给您"), "in private, wherever it is asked");
    assert!(last_written(&office, SUPERVISOR).await.contains("1 号｜文字相同"));
    assert!(office.whisper(TOWN_SECRETARY, "已核 1 一起去的").await.contains("1 号看过了（李样例）"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record_flag WHERE note = '一起去的'").await, 1);
    assert!(office.whisper(TOWN_SECRETARY, "已核 1").await.contains("没有您可以核的 1 号"));
    assert!(office.whisper(TOWN_SECRETARY, "待核").await.contains("没有要看的"));

    office.clock.advance(TimeDelta::days(91));
    office.say(CADRES, CADRE, &format!("签到 {words}")).await;
    assert_eq!(office.database.count(FLAGS).await, 1, "after ninety days it is forgotten");
    office.close().await;
}

#[tokio::test]
async fn what_was_withdrawn_or_says_something_else_now_is_like_nothing() {
    let office = Office::open().await;
    let words = "签到 样例一镇 走访三户困难青年，了解他们的就业意向";
    office.say(CADRES, CADRE, words).await;
    office.say(CADRES, CADRE, "改 内容 在镇里参加了一天青年工作座谈会议").await;
    office.say(CADRES, PART_TIMER, words).await;
    assert_eq!(office.database.count(FLAGS).await, 0);
    office.say(CADRES, PART_TIMER, "撤回").await;
    office.say(CADRES, TOWN_SECRETARY, words).await;
    assert_eq!(office.database.count(FLAGS).await, 0);
    // a correction is looked at like a record
    office.clock.advance(TimeDelta::minutes(1));
    office.say(CADRES, CADRE, "改 内容 走访三户困难青年，了解他们的就业意向").await;
    assert_eq!(office.database.count(FLAGS).await, 1);
    assert!(office.whisper(COUNTY_SECRETARY, "待核").await.contains("钱样例"));
    // a flag on a record that is withdrawn is nobody's business any more
    office.say(CADRES, CADRE, "撤回").await;
    assert!(office.whisper(COUNTY_SECRETARY, "待核").await.contains("没有要看的"));
    office.close().await;
}

#[tokio::test]
async fn a_place_that_is_another_units_is_noticed_where_a_duty_wants_ones_own() {
    let lead = "[[duty]]\nkey = \"lead\"\ntitle = \"示范引领\"\nwho = { cadres = [\"seconded\", \"full_time\"] }\nperiod = \"month\"\n\
        of = [\"field_day\"]\nat = \"lead\"\nneeds = [{ records = 2 }]\n\n# 青年之声";
    let office = office_with(&[("# 青年之声", lead)]).await;
    office.say(CADRES, CADRE, "签到 样例二镇 走访").await;
    assert_eq!(office.database.count(FLAGS).await, 0, "who leads nothing is near everywhere");
    office
        .database
        .change_roster(
            "INSERT INTO assignment (id, person_id, unit_id, kind) SELECT 1, p.id, u.id, 'lead' FROM person p, unit u
             WHERE p.name IN ('钱样例') AND u.code = '1'",
        )
        .await;
    for near in ["签到 样例一镇 走访", "签到 火星社区 走访", "签到 走访青年5人", "日志 样例二镇 走访"]
    {
        office.say(CADRES, CADRE, near).await;
        assert_eq!(office.database.count(FLAGS).await, 0, "{near}");
    }
    let receipt = office.say(CADRES, CADRE, "签到 样例二镇 走访").await;
    assert!(receipt.contains("已记下"), "{receipt}");
    assert_eq!(office.database.count(FLAGS).await, 1);
    let list = office.whisper(COUNTY_SECRETARY, "待核").await;
    assert!(list.contains("地点不在联系点｜钱样例") && list.contains("样例二镇 走访"), "{list}");
    office.close().await;
}

#[tokio::test]
async fn many_days_at_once_are_noticed_but_not_by_their_author() {
    let office = office_with(&[("make_up_needs_approval = true", "make_up_needs_approval = false")]).await;
    office.say(CADRES, TOWN_SECRETARY, "补签 11月18日到19日 样例一镇").await;
    assert_eq!(office.database.count(FLAGS).await, 0);
    let receipt =
        office.say(CADRES, TOWN_SECRETARY, "补签 11月17日到19日 样例一镇 走访三户困难青年，了解就业意向").await;
    assert!(receipt.contains("（3 天）"), "{receipt}");
    assert_eq!(office.database.count(FLAGS).await, 1, "the days of one message are not compared with each other");
    assert!(office.whisper(TOWN_SECRETARY, "待核").await.contains("没有要看的"), "nobody looks after their own");
    assert!(office.whisper(TOWN_SECRETARY, "已核 1").await.contains("没有您可以核的"));
    let list = office.whisper(COUNTY_SECRETARY, "待核").await;
    assert!(list.contains("一次补记多天｜孙样例"), "{list}");
    assert!(office.whisper(COUNTY_SECRETARY, "已核 1").await.contains("看过了"));
    office.close().await;
}
