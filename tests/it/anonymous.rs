//! Asking without a name: what the asker is promised, and what everybody else can do and cannot.

use chrono::TimeDelta;

use crate::support::fakes::onebot::{friend_recall, private_message};
use crate::support::office::{
    CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SELF, SUPERVISOR, TOWN_SECRETARY, YOUNG, YOUTH,
};

/// Five people chat in the group of young people, so that there is somebody to hide among.
async fn crowd(office: &Office) {
    for user in 6_001..=6_005 {
        assert_eq!(office.say(YOUTH, user, "今天天气好").await, "");
    }
}

/// The number that a receipt tells.
fn number_in(receipt: &str) -> i64 {
    let digits: String = receipt.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("{receipt}"))
}

async fn asked(office: &Office, user: i64, text: &str) -> i64 {
    let receipt = office.whisper(user, &format!("匿名提问 {text}")).await;
    assert!(receipt.contains("匿名青年#"), "{receipt}");
    number_in(&receipt)
}

#[tokio::test]
async fn nobody_sees_anything_before_the_hour_and_then_an_alias_and_no_group() {
    let office = Office::open().await;
    crowd(&office).await;
    office.clock.advance(TimeDelta::minutes(7));
    let receipt = office.whisper(YOUNG, "匿名提问 和同学吵架怎么办？").await;
    for part in ["匿名青年#", "11:00 转给样例一镇团委", "两个人", "会留下记录", "11月24日", "12355"].iter().take(5)
    {
        assert!(receipt.contains(part), "{part}: {receipt}");
    }
    let number = number_in(&receipt);
    assert!((100_000..=999_999).contains(&number), "{number}");
    let mine = office.whisper(YOUNG, "我的提问").await;
    assert!(mine.contains(&number.to_string()) && mine.contains("整点转交"), "{mine}");

    office.until("2026-11-20T10:59:00").await;
    assert!(office.written(TOWN_SECRETARY).is_empty());
    assert!(!office.whisper(TOWN_SECRETARY, "待答").await.contains("欺负"));
    assert!(
        office.whisper(TOWN_SECRETARY, &format!("看 {number}")).await.contains("没有"),
        "its number is nothing yet"
    );
    assert!(office.whisper(TOWN_SECRETARY, &format!("回复 {number} 好")).await.contains("没有找到"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question").await, 0);

    office.until("2026-11-20T11:00:00").await;
    let told = &office.written(TOWN_SECRETARY)[0].text;
    assert!(told.contains("匿名青年#") && told.contains("和同学吵架怎么办？"), "{told}");
    assert!(!told.contains("群") && !told.contains("私聊"), "{told}");
    let view = office.whisper(TOWN_SECRETARY, &format!("看 {number}")).await;
    assert!(view.contains("匿名青年#") && view.contains("11月20日 11:00"), "{view}");

    office.whisper(TOWN_SECRETARY, &format!("回复 {number} 先告诉老师。")).await;
    office.deliver().await;
    let answer = office.written(YOUNG).pop().unwrap();
    assert!(answer.text.contains("先告诉老师。"), "{}", answer.text);
    office.clock.advance(TimeDelta::minutes(5));
    let rated = office.whisper(YOUNG, &format!("满意 {number}")).await;
    assert!(rated.contains("12:00 记为满意") && rated.contains("从时间上猜到"), "{rated}");
    assert!(!office.whisper(TOWN_SECRETARY, &format!("看 {number}")).await.contains("满意"));
    office.until("2026-11-20T12:00:00").await;
    assert!(office.whisper(TOWN_SECRETARY, &format!("看 {number}")).await.contains("11月20日 12:00 满意"));
    let off = "SELECT COUNT(*) FROM question_step WHERE step IN ('asked', 'rated') AND at_ms % 3600000 <> 0";
    assert_eq!(office.database.count(off).await, 0, "the instants of the asker are full hours");
    office.close().await;
}

#[tokio::test]
async fn what_is_said_in_a_group_is_not_anonymous_and_neither_is_one_among_few() {
    let office = Office::open().await;
    assert!(office.say(YOUTH, YOUNG, "匿名提问 失恋了怎么办？").await.contains("先撤回"));
    assert_eq!(office.say(YOUTH, YOUNG, "匿名 投票吧").await, "", "talk");
    let few = office.whisper(YOUNG, "匿名提问 失恋了怎么办？").await;
    assert!(few.contains("不到 5 个") && few.contains("12355"), "{few}");
    assert!(office.whisper(YOUNG, "匿名提问").await.contains("提问"), "it says how");
    // the town has too few, the county has enough
    for user in 6_001..=6_003 {
        office.say(YOUTH, user, "提问 怎么入团？").await;
    }
    let number = asked(&office, YOUNG, "失恋了怎么办？").await;
    office.until("2026-11-20T11:00:00").await;
    assert!(office.written(COUNTY_SECRETARY).iter().any(|told| told.text.contains(&number.to_string())));
    assert!(!office.written(TOWN_SECRETARY).iter().any(|told| told.text.contains(&number.to_string())));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn what_is_taken_back_before_the_hour_was_never_there_and_afterwards_it_goes_at_the_hour() {
    let office = Office::open().await;
    crowd(&office).await;
    asked(&office, YOUNG, "和同学吵架怎么办？").await;
    let gone = office.whisper(YOUNG, "撤回").await;
    assert!(gone.contains("谁也没有看到"), "{gone}");
    let event = private_message(SELF, YOUNG, 4_711, office.time(), "匿名提问 再问一次，失恋了怎么办？");
    let recalled = number_in(&office.send(&event).await.text());
    office.send(&friend_recall(SELF, YOUNG, 4_711, office.time())).await;
    assert!(!office.whisper(YOUNG, "我的提问").await.contains(&recalled.to_string()), "recalled on the platform");
    office.until("2026-11-20T11:00:00").await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question").await, 0);
    assert!(office.written(TOWN_SECRETARY).is_empty());

    let number = asked(&office, YOUNG, "奖学金什么时候发？").await;
    office.until("2026-11-20T12:00:00").await;
    let said = office.whisper(YOUNG, "撤回").await;
    assert!(said.contains("13:00 撤回"), "{said}");
    assert!(office.whisper(YOUNG, "补充 上学期的").await.contains("13:00 转给"));
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("奖学金"), "not yet");
    office.until("2026-11-20T13:00:00").await;
    assert!(!office.whisper(TOWN_SECRETARY, "待答").await.contains("奖学金"));
    let told = office.written(YOUNG).pop().unwrap();
    assert!(
        told.text.contains(&number.to_string()) || told.text.contains("撤回"),
        "what came too late is said: {told:?}"
    );
    office.close().await;
}

#[tokio::test]
async fn more_words_and_being_asked_back_work_behind_the_veil() {
    let office = Office::open().await;
    crowd(&office).await;
    let number = asked(&office, YOUNG, "奖学金什么时候发？").await;
    assert!(office.whisper(YOUNG, &format!("补充 {number} 上学期的")).await.contains("11:00 转给"));
    assert!(office.whisper(YOUNG, &format!("满意 {number}")).await.contains("还没有转出去"));
    office.until("2026-11-20T11:00:00").await;
    let told: Vec<String> = office.written(TOWN_SECRETARY).into_iter().map(|told| told.text).collect();
    assert!(told.iter().any(|text| text.contains("上学期的")), "{told:?}");
    office.whisper(TOWN_SECRETARY, &format!("请补充 {number} 您在哪个学校？")).await;
    office.deliver().await;
    assert!(office.written(YOUNG).pop().unwrap().text.contains("您在哪个学校？"));
    assert!(office.whisper(6_001, &format!("补充 {number} 样例中学")).await.contains("没有找到您提的"));
    assert!(
        office.say(YOUTH, YOUNG, &format!("补充 {number} 样例中学")).await.contains("没有找到您提的"),
        "in a group nobody is known"
    );
    assert!(office.whisper(YOUNG, "样例中学").await.contains("12:00 转给"), "what was asked back is answered plainly");
    assert!(office.whisper(TOWN_SECRETARY, "待答").await.contains("等提问人补充"));
    office.until("2026-11-20T12:00:00").await;
    assert!(office.written(TOWN_SECRETARY).pop().unwrap().text.contains("样例中学"));
    let bare = office.whisper(YOUNG, "那省外的奖学金什么时候发？").await;
    assert!(
        bare.contains("为免露出是您") && bare.contains(&format!("补充 {number}")),
        "it would bear their name: {bare}"
    );
    office.close().await;
}

#[tokio::test]
async fn answers_that_exist_are_shown_at_once_and_insisting_waits_for_the_hour() {
    let office = Office::open().await;
    crowd(&office).await;
    office.say(YOUTH, 6_001, "提问 团组织关系怎么转？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 在系统里发起转接。").await;
    office.deliver().await;
    let receipt = office.whisper(YOUNG, "匿名提问 团组织关系怎么转？").await;
    assert!(receipt.contains("在系统里发起转接") && receipt.contains("仍要提问"), "{receipt}");
    assert!(office.whisper(YOUNG, "仍要提问").await.contains("11:00 转给团委"));
    office.until("2026-11-20T11:00:00").await;
    assert!(office.written(TOWN_SECRETARY).pop().unwrap().text.contains("匿名青年#"));

    office.whisper(6_002, "匿名提问 请问团组织关系怎么转？").await;
    assert!(office.whisper(6_002, "看 1").await.contains("在系统里发起转接"));
    assert!(!office.whisper(TOWN_SECRETARY, "看 1").await.contains("人问过"), "not yet");
    office.until("2026-11-20T12:00:00").await;
    assert!(office.whisper(TOWN_SECRETARY, "看 1").await.contains("另有 1 人问过"));
    office.close().await;
}

#[tokio::test]
async fn an_asker_is_blocked_without_being_known_and_told_until_when() {
    let office = Office::open().await;
    crowd(&office).await;
    let number = asked(&office, YOUNG, "你们怎么这么没用？").await;
    let other = asked(&office, 6_001, "奖学金什么时候发？").await;
    office.until("2026-11-20T11:00:00").await;
    assert!(office.whisper(TOWN_SECRETARY, &format!("屏蔽 {number}")).await.contains("请写编号和原因"));
    assert!(office.whisper(OTHER_SECRETARY, &format!("屏蔽 {number} 骂人")).await.contains("没有找到归您管的"));
    let blocked = office.whisper(TOWN_SECRETARY, &format!("屏蔽 {number} 7天 骂人")).await;
    assert!(blocked.contains("11月27日 11:00") && blocked.contains("不会知道是谁"), "{blocked}");
    let refused = office.whisper(YOUNG, "匿名提问 还要问一次，行不行？").await;
    assert!(refused.contains("11月27日 11:00") && refused.contains("可以私聊发“提问 …”"), "{refused}");
    asked(&office, 6_001, "助学金什么时候发？").await;
    assert!(office.whisper(YOUNG, "提问 那我问怎么入团？").await.contains("编号"), "with their name they may");

    let same = office.whisper(TOWN_SECRETARY, &format!("解除屏蔽 {other}")).await;
    let lifted = office.whisper(TOWN_SECRETARY, &format!("解除屏蔽 {number}")).await;
    let plain = |text: &str| text.chars().filter(|c| !c.is_ascii_alphanumeric()).collect::<String>();
    assert_eq!(plain(&same), plain(&lifted), "whether there was a block is not told");
    office.deliver().await;
    for user in [YOUNG, 6_001] {
        let told = office.written(user).pop().unwrap().text;
        assert!(told.contains("匿名提问现在没有限制"), "nor by whom it is written to: {user}: {told}");
    }
    asked(&office, YOUNG, "奖状哪里领？").await;
    office.until("2026-11-20T12:00:00").await;
    office.close().await;
}

#[tokio::test]
async fn it_takes_two_of_different_units_and_a_reason_to_find_out_who_asked_and_the_asker_is_told() {
    let office = Office::open().await;
    crowd(&office).await;
    let number = asked(&office, PART_TIMER, "活着真没意思，怎么办？").await;
    let stranger = asked(&office, YOUNG, "奖学金什么时候发？").await;
    office.until("2026-11-20T11:00:00").await;
    let request = format!("申请实名 {number} 提到不想活，要找到人");
    assert!(office.whisper(TOWN_SECRETARY, &format!("申请实名 {number}")).await.contains("请写编号和原因"));
    assert!(office.whisper(OTHER_SECRETARY, &request).await.contains("没有找到归您管的"));
    assert!(office.say(CADRES, TOWN_SECRETARY, &request).await.contains("请私聊我"));
    assert!(office.whisper(TOWN_SECRETARY, &request).await.contains("已请上一级"));
    assert!(office.whisper(TOWN_SECRETARY, &request).await.contains("正在等第二个人同意"));
    office.deliver().await;
    let consent = office.written(COUNTY_SECRETARY).pop().unwrap().text;
    assert!(consent.contains("孙样例") && consent.contains("提到不想活") && !consent.contains("李样例"), "{consent}");
    assert!(office.whisper(TOWN_SECRETARY, &format!("同意实名 {number}")).await.contains("要由第二个人同意"));
    assert!(office.whisper(OTHER_SECRETARY, &format!("同意实名 {number}")).await.contains("没有找到归您管的"));
    let granted = office.whisper(SUPERVISOR, &format!("同意实名 {number}")).await;
    assert!(granted.contains("已同意") && !granted.contains("李样例"), "{granted}");
    office.deliver().await;
    let told = office.written(PART_TIMER).pop().unwrap().text;
    assert!(
        told.contains("样例一镇团委申请") && told.contains("样例县团委同意") && told.contains("提到不想活"),
        "{told}"
    );
    assert!(!office.written(TOWN_SECRETARY).pop().unwrap().text.contains("李样例"), "who it was is never sent");
    let shown = office.whisper(TOWN_SECRETARY, &request).await;
    assert!(shown.contains("李样例（样例一镇团委）") && shown.contains("1004"), "{shown}");
    assert!(!office.whisper(COUNTY_SECRETARY, &request).await.contains("李样例"), "only who asked for it");

    office.whisper(TOWN_SECRETARY, &format!("申请实名 {stranger} 想感谢一下他")).await;
    assert!(office.whisper(COUNTY_SECRETARY, &format!("不同意实名 {stranger}")).await.contains("没有同意"));
    assert!(!office.whisper(TOWN_SECRETARY, &format!("申请实名 {stranger} 想感谢一下他")).await.contains("5001"));
    office.deliver().await;
    let (done, audit) = office.command(&["audit"]);
    assert!(done, "{audit}");
    for part in ["孙样例（样例一镇团委）", "吴样例（样例县团委）", "已同意", "不同意", "提到不想活", "想感谢一下他"]
    {
        assert!(audit.contains(part), "{part}: {audit}");
    }
    assert!(!audit.contains("李样例") && !audit.contains("5001"), "{audit}");
    office.clock.advance(TimeDelta::days(8));
    assert!(!office.whisper(TOWN_SECRETARY, &request).await.contains("李样例"), "for a week");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn at_the_top_another_one_of_the_same_unit_has_to_consent_and_where_there_is_nobody_it_cannot_be_asked() {
    let office = Office::open().await;
    crowd(&office).await;
    let number = asked(&office, YOUNG, "奖学金什么时候发？").await;
    office.until("2026-11-20T11:00:00").await;
    let request = format!("申请实名 {number} 要马上找到人");
    office.whisper(COUNTY_SECRETARY, &request).await;
    assert!(office.whisper(COUNTY_SECRETARY, &format!("同意实名 {number}")).await.contains("要由第二个人同意"));
    assert!(office.whisper(TOWN_SECRETARY, &format!("同意实名 {number}")).await.contains("没有找到归您管的"));
    office.whisper(SUPERVISOR, &format!("不同意实名 {number}")).await;
    office.database.change_roster("UPDATE person SET until_day = '2026-11-01' WHERE name = '吴样例'").await;
    office.app.store.refresh_directory(office.app.rules.zone).await.unwrap();
    assert!(office.whisper(COUNTY_SECRETARY, &request).await.contains("所以查不了"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn where_it_is_switched_off_nobody_finds_out_and_the_asker_is_told_so() {
    let office = Office::open_with("reveal = false").await;
    crowd(&office).await;
    let receipt = office.whisper(YOUNG, "匿名提问 奖学金什么时候发？").await;
    assert!(receipt.contains("没有开通查实身份") && !receipt.contains("两个人"), "{receipt}");
    office.until("2026-11-20T11:00:00").await;
    let refused = office.whisper(TOWN_SECRETARY, &format!("申请实名 {} 要马上找到人", number_in(&receipt))).await;
    assert!(refused.contains("没有开通查实"), "{refused}");
    office.close().await;
}

#[tokio::test]
async fn who_may_be_in_danger_is_not_kept_waiting_for_the_hour() {
    let office = Office::open().await;
    crowd(&office).await;
    let heard = office.whisper(YOUNG, "匿名提问 我不想活了，怎么办？").await;
    assert!(heard.contains("12355") && heard.contains("110"), "{heard}");
    office.deliver().await;
    let told = &office.written(TOWN_SECRETARY)[0].text;
    assert!(told.contains("我不想活了") && told.contains("匿名"), "{told}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE asker_external_id <> ''").await, 0);
    let number = office.database.count("SELECT number FROM question").await;
    assert!(
        office
            .whisper(TOWN_SECRETARY, &format!("回复 {number} 我在，您现在方便说话吗？"))
            .await
            .contains("已发给提问人")
    );
    office.deliver().await;
    assert!(office.written(YOUNG).iter().any(|told| told.text.contains("您现在方便说话吗？")));
    office.close().await;
}

#[tokio::test]
async fn two_replicas_that_tick_at_once_ask_once() {
    let office = Office::open().await;
    crowd(&office).await;
    for user in 6_001..=6_004 {
        asked(&office, user, "奖学金什么时候发？").await;
    }
    office.clock.advance(TimeDelta::hours(1));
    let (one, two) = (office.app.scheduler(), office.app.scheduler());
    let (one, two) = tokio::join!(one.tick(), two.tick());
    one.unwrap();
    two.unwrap();
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE alias IS NOT NULL").await, 4);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM veiled_deed").await, 0);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn where_an_answer_does_not_arrive_the_group_hears_that_somebody_has_one_and_nothing_else() {
    let office = Office::open().await;
    crowd(&office).await;
    let number = asked(&office, YOUNG, "和同学吵架怎么办？").await;
    office.until("2026-11-20T11:00:00").await;
    office.whisper(TOWN_SECRETARY, &format!("回复 {number} 先告诉老师。")).await;
    // no friend of the bot any more
    office.qq.fail_next_with_retcode(1, 1404);
    office.deliver().await;
    let posted = office.posted(YOUTH);
    assert_eq!(posted.len(), 1, "{posted:?}");
    assert!(posted[0].text.contains("有一位朋友私下问的问题有答复了") && posted[0].at.is_empty(), "{posted:?}");
    assert!(!posted[0].text.contains(&number.to_string()) && !posted[0].text.contains('#'), "{posted:?}");
    let mine = office.whisper(YOUNG, "我的提问").await;
    assert!(mine.contains(&number.to_string()) && mine.contains("已答"), "{mine}");
    assert!(office.whisper(YOUNG, &format!("看 {number}")).await.contains("先告诉老师。"));
    office.close_with_leftovers().await;
}

#[tokio::test]
async fn among_few_the_group_hears_nothing_of_an_answer_that_does_not_arrive() {
    let office = Office::open().await;
    let receipt = office.whisper(YOUNG, "提问 和同学吵架怎么办？").await;
    office.deliver().await;
    office.whisper(TOWN_SECRETARY, &format!("回复 {} 先告诉老师。", number_in(&receipt))).await;
    office.qq.fail_next_with_retcode(1, 1404);
    office.deliver().await;
    assert!(office.posted(YOUTH).is_empty());
    office.close_with_leftovers().await;
}
