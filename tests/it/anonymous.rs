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
    // those who are asked are not those who could have asked, and who has left cannot
    for secretary in [TOWN_SECRETARY, COUNTY_SECRETARY, OTHER_SECRETARY] {
        office.say(YOUTH, secretary, "提问 怎么入团？").await;
    }
    office.say(YOUTH, PART_TIMER, "提问 怎么退团？").await;
    office.database.change_roster("UPDATE person SET until_day = '2026-11-01' WHERE name = '李样例'").await;
    office.app.store.refresh_directory(office.app.rules.zone).await.unwrap();
    let few = office.whisper(YOUNG, "匿名提问 失恋了怎么办？").await;
    assert!(few.contains("不到 5 个"), "{few}");
    office.database.change_roster("UPDATE person SET until_day = NULL WHERE name = '李样例'").await;
    office.app.store.refresh_directory(office.app.rules.zone).await.unwrap();
    assert!(office.whisper(YOUNG, "匿名提问").await.contains("提问"), "it says how");
    // the town has too few, the county has enough
    for user in 6_001..=6_002 {
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
    let refused = office.whisper(OTHER_SECRETARY, &format!("同意实名 {number}")).await;
    for other in [stranger, 777_777] {
        let same = office.whisper(OTHER_SECRETARY, &format!("同意实名 {other}")).await;
        assert_eq!(same.replace(&other.to_string(), ""), refused.replace(&number.to_string(), ""), "it tells nothing");
    }
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
    let declined = office.whisper(COUNTY_SECRETARY, &format!("不同意实名 {stranger} 谢意可以写在答复里")).await;
    assert!(declined.contains("没有同意"), "{declined}");
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).pop().unwrap().text.contains("原因：谢意可以写在答复里"));
    assert!(!office.whisper(TOWN_SECRETARY, &format!("申请实名 {stranger} 想感谢一下他")).await.contains("5001"));
    office.deliver().await;
    let (done, audit) = office.command(&["audit"]);
    assert!(done, "{audit}");
    for part in [
        "孙样例（样例一镇团委）",
        "吴样例（样例县团委）",
        "已同意",
        "不同意",
        "提到不想活",
        "想感谢一下他",
        "谢意可以写在答复里",
    ] {
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
    let asked_for = office.whisper(COUNTY_SECRETARY, &request).await;
    assert!(asked_for.contains("同级的另一位") && !asked_for.contains("上一级"), "{asked_for}");
    assert!(office.whisper(COUNTY_SECRETARY, &format!("同意实名 {number}")).await.contains("要由第二个人同意"));
    assert!(office.whisper(TOWN_SECRETARY, &format!("同意实名 {number}")).await.contains("没有等您同意的"));
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

#[tokio::test]
async fn the_receipt_promises_of_two_people_what_holds_for_the_unit_it_goes_to() {
    let office = Office::open().await;
    crowd(&office).await;
    let town = office.whisper(YOUNG, "匿名提问 失恋了怎么办？").await;
    assert!(town.contains("转给样例一镇团委") && town.contains("第二个在上一级，没有上一级的是同级的另一位"), "{town}");
    office.close().await;
    let office = Office::open().await;
    // the town has too few, the county has enough
    for user in 6_001..=6_004 {
        office.say(YOUTH, user, "提问 怎么入团？").await;
    }
    office
        .database
        .change_roster("UPDATE chat SET unit_id = (SELECT id FROM unit WHERE code = '0') WHERE name = '样例一镇青年群'")
        .await;
    office.app.store.refresh_directory(office.app.rules.zone).await.unwrap();
    let county = office.whisper(YOUNG, "匿名提问 失恋了怎么办？").await;
    assert!(county.contains("转给样例县团委") && county.contains("样例县团委的两个人都同意"), "{county}");
    assert!(!county.contains("上一级"), "there is none: {county}");
    office.close().await;
}

#[tokio::test]
async fn insisting_and_being_content_go_to_ones_own_number_whatever_was_asked_since() {
    let office = Office::open().await;
    crowd(&office).await;
    for (user, text) in [(6_001, "提问 团组织关系怎么转？"), (6_001, "提问 返乡创业贷款找谁？")] {
        let number = number_in(&office.say(YOUTH, user, text).await);
        office.whisper(TOWN_SECRETARY, &format!("回复 {number} 在系统里发起申请。")).await;
    }
    let insisted = number_in(&office.whisper(YOUNG, "匿名提问 团组织关系怎么转？").await);
    let content = number_in(&office.whisper(6_002, "匿名提问 请问团组织关系怎么转？").await);
    office.until("2026-11-20T11:00:00").await;
    // what keeps coming up is told as well, and is nothing to answer
    let asked_of = || office.written(TOWN_SECRETARY).into_iter().filter(|told| told.text.contains("【青年之声】"));
    let before = asked_of().count();
    assert!(office.whisper(YOUNG, "仍要提问").await.contains(&format!("{insisted} 号问题 11月20日 12:00 转给团委")));
    assert!(office.whisper(6_002, "看 1").await.contains("在系统里发起申请"));
    // and then something with their name, which is offered an answer as well
    for user in [YOUNG, 6_002] {
        assert!(office.whisper(user, "提问 返乡创业贷款找谁？").await.contains("仍要提问"));
    }
    office.until("2026-11-20T12:00:00").await;
    let told: Vec<_> = asked_of().collect();
    assert_eq!(told.len(), before + 1, "{told:?}");
    assert!(told.last().unwrap().text.contains(&insisted.to_string()), "{told:?}");
    let state = |number: i64, state: &str| {
        format!("SELECT COUNT(*) FROM question WHERE number = {number} AND state = '{state}'")
    };
    assert_eq!(office.database.count(&state(insisted, "asked")).await, 1);
    assert_eq!(office.database.count(&state(content, "merged")).await, 1);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE state = 'offered'").await, 2);
    office.close().await;
}

#[tokio::test]
async fn what_could_not_be_added_at_the_hour_is_refused_when_it_is_said() {
    let office = Office::open().await;
    crowd(&office).await;
    let number = asked(&office, YOUNG, &format!("{}怎么办？", "和室友吵架".repeat(300))).await;
    for hour in ["11", "12"] {
        let hurts = office.whisper(YOUNG, &format!("补充 {number} 你们这些废物快点")).await;
        assert!(hurts.contains("请换个说法"), "{hurts}");
        // some 1,500 characters and two times 1,100 are fewer than 4,000, three times are not
        let more = format!("补充 {number} {}", "又吵了一次，".repeat(if hour == "11" { 180 } else { 1 }));
        let added = office.whisper(YOUNG, &more).await;
        assert!(added.contains("已收下"), "{added}");
        let long = format!("补充 {number} {}", "又吵了一次，".repeat(300));
        assert!(office.whisper(YOUNG, &long).await.contains("太长"), "with what is under way");
        office.until(&format!("2026-11-20T{hour}:00:00")).await;
    }
    assert!(office.written(YOUNG).is_empty(), "{:?}", office.written(YOUNG));
    office.whisper(TOWN_SECRETARY, &format!("回复 {number} 好好谈谈。")).await;
    office.deliver().await;
    let hurts = office.whisper(YOUNG, &format!("不满意 {number} 你是不是脑残废物")).await;
    assert!(hurts.contains("请换个说法"), "{hurts}");
    office.close().await;
}

#[tokio::test]
async fn a_blocked_asker_cannot_go_on_in_the_thread_and_is_told() {
    let office = Office::open().await;
    crowd(&office).await;
    let number = asked(&office, YOUNG, "你们怎么这么没用？").await;
    office.until("2026-11-20T11:00:00").await;
    assert!(office.whisper(YOUNG, &format!("补充 {number} 一群饭桶")).await.contains("12:00 转给"));
    office.whisper(TOWN_SECRETARY, &format!("屏蔽 {number} 7天 反复辱骂")).await;
    for said in [format!("补充 {number} 饭桶"), "补充 饭桶".to_owned(), format!("不满意 {number} 饭桶")] {
        if said.starts_with("不满意") {
            office.whisper(TOWN_SECRETARY, &format!("回复 {number} 请说具体些。")).await;
        }
        let refused = office.whisper(YOUNG, &said).await;
        assert!(refused.contains("11月27日 11:00") && refused.contains("没有转"), "{said}: {refused}");
    }
    assert!(office.whisper(YOUNG, "我想自杀").await.contains("12355"), "a cry for help is heard");
    let before = office.written(TOWN_SECRETARY).iter().filter(|told| told.text.contains("饭桶")).count();
    office.until("2026-11-20T12:00:00").await;
    let after = office.written(TOWN_SECRETARY).iter().filter(|told| told.text.contains("饭桶")).count();
    assert_eq!(before, after, "nor what was said just before the block");
    assert!(office.written(YOUNG).iter().any(|told| told.text.contains("11月27日 11:00")), "and they are told");
    let (_, audit) = office.command(&["audit"]);
    for part in ["屏蔽", "孙样例（样例一镇团委）", "反复辱骂", "11月27日 11:00", &number.to_string()]
    {
        assert!(audit.contains(part), "{part}: {audit}");
    }
    office.whisper(TOWN_SECRETARY, &format!("解除屏蔽 {number}")).await;
    assert!(office.command(&["audit"]).1.contains("解除屏蔽"));
    asked(&office, YOUNG, "奖状哪里领？").await;
    office.until("2026-11-20T13:00:00").await;
    office.close().await;
}

#[tokio::test]
async fn a_private_reply_that_waits_to_be_sent_is_not_kept_in_the_clear() {
    let office = Office::open().await;
    crowd(&office).await;
    office.clock.advance(TimeDelta::minutes(17));
    office.database.change_roster("ALTER TABLE veiled_deed RENAME TO gone").await;
    assert_eq!(office.whisper(YOUNG, "匿名提问 奖学金什么时候发？").await, "", "it fails, and is kept");
    office.database.change_roster("ALTER TABLE gone RENAME TO veiled_deed").await;
    office.clock.advance(TimeDelta::minutes(1));
    office.app.intake().retry_due().await.unwrap();
    let clear = "SELECT COUNT(*) FROM outbox WHERE context LIKE '%匿名%' OR context LIKE '%编号%'";
    assert_eq!(office.database.count("SELECT COUNT(*) FROM outbox WHERE template = 'rendered'").await, 1);
    assert_eq!(office.database.count(clear).await, 0);
    let exact =
        "SELECT COUNT(*) FROM outbox WHERE template = 'rendered' AND (not_before_ms + valid_until_ms) % 3600000 <> 0";
    assert_eq!(office.database.count(exact).await, 0, "the hour alone");
    office.deliver().await;
    let receipt = office.written(YOUNG).pop().unwrap().text;
    assert!(receipt.contains("匿名青年#"), "{receipt}");
    let exact = "SELECT COUNT(*) FROM outbox WHERE template = 'rendered' AND settled_at_ms % 3600000 <> 0";
    assert_eq!(office.database.count(exact).await, 0, "the hour alone");
    office.close().await;
}

#[tokio::test]
async fn the_order_of_an_hours_releases_says_nothing_about_who_is_who() {
    let office = Office::open().await;
    crowd(&office).await;
    let (mut first, mut apart) = (0, 0);
    for day in [20, 23, 24] {
        for hour in 11..=18 {
            let mut askers = Vec::new();
            for user in [YOUNG, 6_001, YOUNG, 6_001] {
                askers.push((asked(&office, user, &format!("{day}日{hour}点那班车几点到？")).await, user));
            }
            office.until(&format!("2026-11-{day}T{hour}:00:00")).await;
            let mut order = Vec::new();
            for (number, user) in &askers {
                let made = office.database.count(&format!("SELECT id FROM question_step WHERE question_id = (SELECT id FROM question WHERE number = {number})")).await;
                let told = office.database.count(&format!("SELECT MIN(id) FROM outbox WHERE question_id = (SELECT id FROM question WHERE number = {number})")).await;
                assert!(made > 0);
                order.push((told, *user));
            }
            order.sort_unstable();
            first += usize::from(order[0].1 == YOUNG);
            apart += usize::from(order[0].1 != order[1].1);
            for (number, _) in askers {
                office.whisper(TOWN_SECRETARY, &format!("回复 {number} 看站牌。")).await;
            }
            office.deliver().await;
        }
    }
    // of 24 hours: all alike by chance but for one in ten million
    assert!((1..24).contains(&first) && (1..24).contains(&apart), "{first} {apart}");
    office.close().await;
}
