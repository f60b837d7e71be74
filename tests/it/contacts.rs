//! 1+100: a cadre keeps a roster of young people by message, tells whom they contacted, and sees what it adds up to.

use std::path::PathBuf;

use chrono::TimeDelta;

use crate::support::fakes::onebot::{group_message, group_recall};
use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, Office, PART_TIMER, SELF, SUPERVISOR, TOWN_SECRETARY, YOUTH,
};
use crate::support::process::{Connection, FIRST_CADRE, Kind, Site, has_postgres, now, private_message};

const STANDING: &str = "SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL";
const NAMED: &str = "SELECT COUNT(DISTINCT youth_id) FROM record WHERE withdrawn_at_ms IS NULL";
const PEOPLE: &str = "SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM record WHERE withdrawn_at_ms IS NULL";

/// What the regulation of the stories asks for beside the basic one.
const MORE: &str = r#"
[[record]]
key = "volunteering"
words = ["志愿服务"]
about = "youth"
counts = "小时"

[[duty]]
key = "hundred"
title = "1+100"
who = { cadres = ["full_time", "seconded"] }
period = "standing"
of = ["contact"]
needs = [{ young_people = 100 }]

[[duty]]
key = "widely"
title = "常联系"
who = { cadres = ["part_time"] }
period = "standing"
window_days = 30
of = ["contact"]
needs = [{ young_people = 2, fields = 2 }]

[[duty]]
key = "online"
title = "日常有声音"
who = { cadres = ["part_time"] }
period = "week"
of = ["contact"]
mode = "online"
needs = [{ young_people = 1 }]
"#;

/// An office with that regulation. The file is read before the folder goes away.
async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("policy.toml");
    let basic = tuanqing::domain::policy::PRESETS[0].1;
    std::fs::write(&file, format!("{basic}{MORE}")).unwrap();
    Office::open_with(&format!("[policy]\nfile = \"{}\"", file.display())).await
}

#[tokio::test]
async fn the_1加100_duty_counts_distinct_young_people_of_the_roster() {
    let office = office().await;
    let added = office.whisper(CADRE, "加青年 小赵、小钱 学校 18-25\n小孙 企业").await;
    assert!(added.contains("名册现有 3 人") && added.contains("小赵、小钱、小孙"), "{added}");

    let receipt = office.say(CADRES, CADRE, "联系 小赵、小钱和小孙 线上 谈就业").await;
    for part in [
        "已记下联系",
        "11月20日 周五",
        "小赵、小钱、小孙",
        "线上",
        "企业、学校",
        "谈就业",
        "人数：3 人",
        "名册 3 人，近 30 天联系过 3 人",
        "撤回",
    ] {
        assert!(receipt.contains(part), "{part} is missing in {receipt}");
    }
    // the same ones again, and twelve whom nobody names
    office.say(CADRES, CADRE, "联系 小赵 见面").await;
    let counted = office.say(CADRES, CADRE, "联系青年 12人 企业").await;
    assert!(counted.contains("人数：12 人") && counted.contains("企业"), "{counted}");
    assert_eq!(office.database.count(STANDING).await, 5);
    assert_eq!((office.database.count(NAMED).await, office.database.count(PEOPLE).await), (3, 16));
    assert_eq!(
        office.database.count("SELECT COUNT(*) FROM record WHERE mode = 'face_to_face' AND field = 'school'").await,
        1
    );

    let me = office.whisper(CADRE, "我的").await;
    assert!(me.contains("1+100：3/100 名青年，请抓紧") && me.contains("联系 16 人"), "{me}");
    office.close().await;
}

#[tokio::test]
async fn a_duty_is_met_by_fields_and_by_the_way_people_were_met() {
    let office = office().await;
    let duties = async || office.whisper(PART_TIMER, "我的").await;
    office.whisper(PART_TIMER, "加青年 小赵 学校\n小钱 企业").await;
    office.whisper(PART_TIMER, "联系 小赵 当面 谈就业").await;
    let me = duties().await;
    assert!(me.contains("常联系：1/2 名青年、1/2 个领域") && me.contains("日常有声音：0/1 名青年"), "{me}");
    office.whisper(PART_TIMER, "联系 小钱 微信问了近况").await;
    let me = duties().await;
    assert!(me.contains("常联系：2/2 名青年、2/2 个领域，已完成"), "{me}");
    assert!(me.contains("日常有声音：1/1 名青年，已完成"), "{me}");
    // a contact that was taken back leaves no trace
    office.whisper(PART_TIMER, "撤回").await;
    let me = duties().await;
    assert!(me.contains("常联系：1/2 名青年") && me.contains("日常有声音：0/1 名青年"), "{me}");
    office.close().await;
}

#[tokio::test]
async fn whoever_is_not_on_the_roster_counts_as_one_person_and_is_asked_to_be_added() {
    let office = office().await;
    office.whisper(CADRE, "加青年 小赵").await;
    let receipt = office.whisper(CADRE, "联系 小赵、小钱 谈就业").await;
    assert!(receipt.contains("人数：2 人") && receipt.contains("名册里没有小钱，这次先按 1 人计"), "{receipt}");
    assert!(receipt.contains("加青年 小钱 学校"), "{receipt}");
    assert_eq!((office.database.count(STANDING).await, office.database.count(NAMED).await), (2, 1));
    assert_eq!(
        office.database.count("SELECT COUNT(*) FROM record WHERE content = '小钱 谈就业' AND quantity = 1").await,
        1
    );
    let others = office.whisper(CADRE, "联系 小赵等5人 座谈").await;
    assert!(others.contains("人数：5 人"), "{others}");
    assert_eq!(office.database.count(PEOPLE).await, 7);
    // somebody else's roster is not one's own
    let other = office.whisper(TOWN_SECRETARY, "联系 小赵 谈就业").await;
    assert!(other.contains("名册里没有小赵"), "{other}");
    office.close().await;
}

#[tokio::test]
async fn in_a_group_ordinary_talk_about_contacting_somebody_gets_no_answer() {
    let office = office().await;
    office.whisper(CADRE, "加青年 小赵").await;
    for (user, text) in [
        (CADRE, "联系 一下小王"),
        (CADRE, "联系 小王"),
        (CADRE, "联系 小王 明天上午把会议室的钥匙拿来"),
        (CADRE, "联系 小赵了吗"),
        (CADRE, "联系"),
        (CADRE, "加青年委员进群"),
        (SUPERVISOR, "联系 小王"),
        (SUPERVISOR, "联系 小王 明天上午把会议室的钥匙拿来"),
    ] {
        assert_eq!(office.say(CADRES, user, text).await, "", "{text}");
    }
    assert_eq!(office.say(YOUTH, CADRE, "联系 小赵").await, "", "nothing of it among young people");
    assert_eq!(office.database.count(STANDING).await, 0);
    assert!(
        office.say_to_bot(CADRES, CADRE, "联系 小王").await.contains("名册里没有小王"),
        "said to the bot it counts"
    );
    assert!(office.say(CADRES, CADRE, "联系 小赵").await.contains("已记下联系"), "a name of the roster counts");
    assert!(office.say(CADRES, CADRE, "联系 小王 线上 3人").await.contains("人数：3 人"), "a number counts");
    office.close().await;
}

#[tokio::test]
async fn bad_input_gets_a_clear_answer_and_numbers_of_people_are_not_kept() {
    let office = office().await;
    for (text, answer) in [
        ("联系", "联系了谁？"),
        ("联系 ！", "联系了谁？"),
        ("加青年", "没看懂名字"),
        ("加青年 123", "没看懂名字"),
        ("加青年 13800138000", "我没有存"),
        ("删青年 小吴", "名册里没有这 1 人：小吴"),
    ] {
        let reply = office.whisper(CADRE, text).await;
        assert!(reply.contains(answer), "{text} → {reply}");
    }
    assert!(office.whisper(CADRE, &format!("联系 {}", "长".repeat(2_100))).await.contains("太长了"));
    assert!(office.whisper(CADRE, &format!("加青年 {}", "长、".repeat(1_100))).await.contains("太长了"));
    let odd = office.whisper(CADRE, "加青年 小赵13800138000 学校 会修车 150123199901011234").await;
    assert!(odd.contains("我没有存") && odd.contains("没看懂：会修车") && odd.contains("：小赵"), "{odd}");
    let told = office.whisper(CADRE, "联系 小赵 138 0013 8000 谈就业").await;
    assert!(told.contains("我没有存") && told.contains("内容：谈就业"), "{told}");
    for sql in [
        "SELECT COUNT(*) FROM youth WHERE name LIKE '%138%' OR age_band LIKE '%138%'",
        "SELECT COUNT(*) FROM record WHERE content LIKE '%138%' OR place LIKE '%138%'",
        "SELECT COUNT(*) FROM inbox WHERE reply LIKE '%0013%' OR reply LIKE '%13800%'",
    ] {
        assert_eq!(office.database.count(sql).await, 0, "{sql}");
    }
    office.close().await;
}

#[tokio::test]
async fn one_message_is_taken_back_and_corrected_as_one() {
    let office = office().await;
    office.whisper(CADRE, "加青年 小赵、小钱、小孙").await;
    let event = group_message(SELF, CADRES, CADRE, 901, office.time(), "联系 小赵、小钱 谈就业");
    let first = office.send(&event).await;
    assert_eq!(office.send(&event).await, first, "the same delivery has the same answer");
    assert_eq!(office.database.count(STANDING).await, 2, "and makes no second record");

    assert!(office.say(CADRES, CADRE, "改 内容 谈创业，问10人就业").await.contains("谈创业"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record WHERE content = '谈创业，问10人就业'").await, 2);
    assert_eq!(office.database.count(PEOPLE).await, 2, "the names say how many they are");
    let refused = office.say(CADRES, CADRE, "改 人数 5").await;
    assert!(refused.contains("写了 2 个人的名字"), "{refused}");
    assert_eq!(office.database.count(PEOPLE).await, 2);
    office.send(&group_recall(SELF, CADRES, CADRE, 901, office.time())).await;
    assert_eq!(office.database.count(STANDING).await, 0, "a recalled message takes all of it back");

    office.clock.advance(TimeDelta::minutes(1));
    office.say(CADRES, CADRE, "联系 小赵等5人 座谈").await;
    assert_eq!(office.database.count(PEOPLE).await, 5);
    assert!(office.say(CADRES, CADRE, "改 人数 9").await.contains("9 人"));
    assert_eq!(
        (office.database.count(PEOPLE).await, office.database.count(STANDING).await),
        (9, 2),
        "all of them are nine"
    );
    assert!(office.say(CADRES, CADRE, "改 人数 0").await.contains("写了 1 个人的名字"));
    let withdrawn = office.say(CADRES, CADRE, "撤回").await;
    assert!(withdrawn.contains("2 条都已撤回"), "{withdrawn}");
    office.say(CADRES, CADRE, "联系青年12人").await;
    assert!(office.say(CADRES, CADRE, "改 人数 十五").await.contains("15 人"));
    assert_eq!(office.database.count(PEOPLE).await, 15);
    office.close().await;
}

#[tokio::test]
async fn hours_of_service_are_each_ones() {
    let office = office().await;
    office.whisper(CADRE, "加青年 小赵、小钱").await;
    let receipt = office.say(CADRES, CADRE, "志愿服务 小赵、小钱 2小时 打扫社区").await;
    assert!(receipt.contains("小时数：每人 2 小时") && !receipt.contains("近 30 天"), "{receipt}");
    let hours = "SELECT CAST(SUM(quantity) AS BIGINT) FROM record WHERE kind = 'volunteering' AND youth_id IS NOT NULL";
    assert_eq!(office.database.count(hours).await, 4);
    office.say(CADRES, CADRE, "改 人数 3小时").await;
    assert_eq!(office.database.count(hours).await, 6);
    let lacking = office.whisper(CADRE, "志愿服务 小赵 打扫社区").await;
    assert!(lacking.contains("没看出多少小时"), "{lacking}");
    let mine = office.whisper(CADRE, "我的青年").await;
    assert!(mine.contains("今年 0 人"), "service is no contact: {mine}");
    office.close().await;
}

#[tokio::test]
async fn a_roster_is_kept_by_message_and_its_history_stays() {
    let office = office().await;
    office.whisper(CADRE, "加青年 小赵、小钱").await;
    let again = office.whisper(CADRE, "加青年 小趙、小李").await;
    assert!(again.contains("1 人已经在名册里：小赵") && again.contains("已加入 1 人：小李"), "{again}");
    let more = office.whisper(CADRE, "加青年 小赵 学校 00后").await;
    assert!(more.contains("已更新 1 人：小赵"), "{more}");
    assert_eq!(
        office.database.count("SELECT COUNT(*) FROM youth WHERE field = 'school' AND age_band = '00后'").await,
        1
    );
    office.whisper(CADRE, "联系 小赵 谈就业").await;

    let ended = office.whisper(CADRE, "删青年 小赵、小吴").await;
    assert!(
        ended.contains("已移出名册 1 人：小赵") && ended.contains("没有这 1 人：小吴") && ended.contains("现有 2 人"),
        "{ended}"
    );
    assert!(office.whisper(CADRE, "联系 小赵 谈就业").await.contains("名册里没有小赵"));
    assert_eq!(office.database.count(NAMED).await, 1, "what was recorded stays");
    assert!(office.whisper(CADRE, "我的").await.contains("1/100 名青年"));

    office.clock.advance(TimeDelta::days(3));
    let back = office.whisper(CADRE, "加青年 小赵").await;
    assert!(back.contains("重新加入 1 人（以前联系过的照样算）：小赵") && back.contains("现有 3 人"), "{back}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM youth").await, 3, "nobody is there twice");
    assert_eq!(
        office.database.count("SELECT COUNT(*) FROM youth WHERE field = 'school' AND until_day IS NULL").await,
        1
    );
    assert!(office.whisper(CADRE, "联系 小赵 谈就业").await.contains("近 30 天联系过 1 人"));
    office.close().await;
}

#[tokio::test]
async fn names_of_young_people_are_told_in_private_only() {
    let office = office().await;
    let added = office.say(CADRES, CADRE, "加青年 小赵 学校").await;
    assert!(added.contains("已加入 1 人") && added.contains("最好私聊") && !added.contains("小赵"), "{added}");
    let ended = office.say(CADRES, CADRE, "删青年 小钱").await;
    assert!(ended.contains("没有这 1 人") && !ended.contains("小钱"), "{ended}");
    let here = office.say(CADRES, CADRE, "我的青年").await;
    assert!(here.contains("私") && !here.contains("小赵"), "{here}");
    office.deliver().await;
    let written = office.written(CADRE);
    assert!(written.len() == 1 && written[0].text.contains("小赵（还没联系过）"), "{written:?}");
    assert_eq!(office.posted(CADRES).len(), 0);
    office.close().await;
}

#[tokio::test]
async fn my_young_people_show_who_was_forgotten_and_whether_it_is_always_the_same_few() {
    let office = office().await;
    assert!(office.whisper(CADRE, "我的青年").await.contains("还是空的"));
    office.clock.set("2026-03-02T10:00:00+08:00".parse().unwrap());
    office
        .whisper(CADRE, "加青年 甲一、甲二、甲三、甲四、甲五、甲六 学校\n乙一、乙二、乙三、乙四、乙五 企业\n丙一")
        .await;
    office.whisper(CADRE, "联系 甲二 见面").await;
    office.clock.set("2026-10-08T10:00:00+08:00".parse().unwrap());
    office.whisper(CADRE, "联系 甲一、乙一 线上").await;
    office.clock.set("2026-11-20T10:00:00+08:00".parse().unwrap());
    for _ in 0..3 {
        office.whisper(CADRE, "联系 甲一、乙一 见面 谈就业").await;
    }
    office.whisper(CADRE, "联系 12人 农村").await;
    let mine = office.whisper(CADRE, "我的青年").await;
    // nine contacts by name: four with 甲一, four with 乙一, one with 甲二; a tenth of twelve is two
    for part in [
        "青年名册 12 人",
        "本季度 2 人，今年 3 人",
        "今年见面 3 人、线上 2 人",
        "企业 1/5，学校 2/6，未写领域 0/1",
        "89% 在联系最多的 2 人身上，有些集中",
        "甲三（还没联系过）、甲四（还没联系过）、甲五（还没联系过）、甲六（还没联系过）、乙二（还没联系过）",
    ] {
        assert!(mine.contains(part), "{part} is missing in {mine}");
    }
    office.whisper(CADRE, "联系 甲三、甲四、甲五、甲六、乙二、乙三、乙四、乙五").await;
    let mine = office.whisper(CADRE, "我的青年").await;
    assert!(mine.contains("最久没联系：丙一（还没联系过）、甲二（3月2日）"), "{mine}");
    assert!(mine.contains("47% 在联系最多的 2 人身上，联系面比较宽"), "{mine}");
    // the year turns: what was last year is no contact of this year, but not forgotten
    office.clock.set("2027-01-05T10:00:00+08:00".parse().unwrap());
    let mine = office.whisper(CADRE, "我的青年").await;
    assert!(mine.contains("本季度 0 人，今年 0 人") && mine.contains("甲二（2026年3月2日）"), "{mine}");
    assert!(!mine.contains('%'), "{mine}");
    assert!(office.whisper(COUNTY_SECRETARY, "我的青年").await.contains("还是空的"), "a roster is its cadre's");
    office.close().await;
}

#[tokio::test]
async fn three_messages_at_once_put_somebody_on_the_roster_once() {
    let office = office().await;
    let add = || office.whisper(CADRE, "加青年 小赵");
    let (a, b, c) = tokio::join!(add(), add(), add());
    let all = [a, b, c];
    assert_eq!(all.iter().filter(|reply| reply.contains("已加入 1 人")).count(), 1, "{all:?}");
    assert_eq!(all.iter().filter(|reply| reply.contains("已经在名册里")).count(), 2, "{all:?}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM youth").await, 1);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_at_once_put_somebody_on_the_roster_once() {
    const NAMES: u64 = 40;
    if !has_postgres("two_replicas_at_once_put_somebody_on_the_roster_once") {
        return;
    }
    let site = Site::with_roster(Kind::Postgres, "http://127.0.0.1:9", "", 0).await;
    let replicas = [site.start(&[]).await, site.start(&[]).await];
    let [mut one, mut two] =
        [Connection::open(&replicas[0].address).await.unwrap(), Connection::open(&replicas[1].address).await.unwrap()];
    for number in 0..NAMES {
        let text = format!("加青年 小王{number}");
        let messages = [1, 2].map(|twice| private_message(FIRST_CADRE, number * 2 + twice, now(), &text));
        let (first, second) = tokio::join!(one.post(&messages[0]), two.post(&messages[1]));
        let both = [first.unwrap().text(), second.unwrap().text()];
        assert_eq!(both.iter().filter(|reply| reply.contains("已加入 1 人")).count(), 1, "{both:?}");
        assert_eq!(both.iter().filter(|reply| reply.contains("已经在名册里")).count(), 1, "{both:?}");
    }
    for replica in replicas {
        replica.stop().await;
    }
    assert_eq!(site.count("SELECT COUNT(*) FROM youth").await, NAMES as i64);
    assert_eq!(site.count("SELECT COUNT(*) FROM inbox WHERE state <> 'done'").await, 0);
}
