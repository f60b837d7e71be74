//! The open day: a timed session in a youth group, its questions collected, answered live and recapped.

use crate::support::fakes::onebot::{group_message, private_message};
use crate::support::office::{
    CADRE, COUNTY_SECRETARY, OTHER_SECRETARY, Office, SELF, SUPERVISOR, TOWN_SECRETARY, YOUNG, YOUTH,
};

const OTHER_YOUNG: i64 = 5_002;
const THIRD_YOUNG: i64 = 5_003;
/// A group of young people of the second town.
const OTHER_YOUTH: i64 = 900_004;

/// With the policy of the region that holds open days, and without.
async fn office_of(preset: &str) -> Office {
    Office::open_with(&format!("[policy]\npreset = \"{preset}\"")).await
}

#[tokio::test]
async fn a_timed_session_线上开放日_书记面对面_collects_answers_live_and_recaps() {
    let office = office_of("inner-mongolia").await;
    let quiet = office.say(YOUTH, YOUNG, "返乡创业贷款找谁？").await;
    assert_eq!(quiet, "", "before it begins, a question asked into the group is talk");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM inbox").await, 0, "and leaves no row");

    // on Friday evening, when notices otherwise wait for Monday
    office.until("2026-11-20T21:30:00").await;
    let before = office.written(TOWN_SECRETARY).len();
    let begun = office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 返乡创业 1小时").await;
    for part in ["书记面对面", "样例一镇团委", "主题：返乡创业", "11月20日 22:30"] {
        assert!(begun.contains(part), "{part}: {begun}");
    }
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await.contains("正在进行，到 11月20日 22:30"));

    // aloud, by mention and by command; two people
    assert!(office.say(YOUTH, YOUNG, "返乡创业贷款找谁？").await.contains("编号 1"));
    assert!(office.say_to_bot(YOUTH, YOUNG, "场地有补贴吗").await.contains("编号 2"));
    assert!(office.say(YOUTH, OTHER_YOUNG, "提问 怎么入团").await.contains("编号 3"));
    assert!(office.say(YOUTH, OTHER_YOUNG, "问错了，我想问几点结束？").await.contains("编号 4"));
    assert!(office.say(YOUTH, OTHER_YOUNG, "撤回").await.contains("已撤回 4 号"));
    assert_eq!(office.say(YOUTH, YOUNG, "谢谢书记，明白了").await, "", "talk stays talk");
    assert_eq!(office.say(YOUTH, TOWN_SECRETARY, "大家还有什么想问的吗？").await, "", "who answers does not ask");
    office.deliver().await;
    let turns = office.written(TOWN_SECRETARY);
    assert_eq!(turns.len() - before, 1, "the secretary hears at once, whatever the hour, of one question at a time");
    assert!(turns[before].text.contains("1 号"), "{}", turns[before].text);

    let quoted = turns[before].message_id;
    let answer =
        group_message(SELF, YOUTH, TOWN_SECRETARY, office.next_message_id(), office.time(), "找县团委青年发展部。");
    assert!(office.send(&answer.reply_to(quoted)).await.text().contains("已发给提问人"));
    office.deliver().await;
    let live = office.posted(YOUTH).pop().unwrap();
    assert!(live.text.contains("问：返乡创业贷款找谁？\n答：找县团委青年发展部。"), "answered live: {}", live.text);
    assert_eq!(live.at, [YOUNG.to_string()]);
    assert!(office.written(TOWN_SECRETARY).pop().unwrap().text.contains("场地有补贴吗"), "and the next one comes");

    // who likes a question takes part as well; twice is once
    office.say(YOUTH, THIRD_YOUNG, "赞 1").await;
    office.say(YOUTH, THIRD_YOUNG, "赞 2").await;
    let recap = office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    for part in [
        "【开放日回顾】样例一镇团委｜返乡创业",
        "2 人提问，共 3 个问题，已答复 1 个，2 个赞。",
        "1 号 问：返乡创业贷款找谁？",
        "答：找县团委青年发展部。",
        "2 号 场地有补贴吗（11月24日 17:30 前答复）",
        "参与 3 人",
    ] {
        assert!(recap.contains(part), "{part}: {recap}");
    }
    assert!(!recap.contains("几点结束"), "what was withdrawn is not recapped: {recap}");
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await.contains("现在没有开放日"));
    let recorded = "SELECT COUNT(*) FROM record r JOIN unit u ON u.id = r.target_unit_id
                    WHERE r.kind = 'online_open_day' AND r.quantity = 3 AND r.mode = 'online' AND u.code = '1'
                      AND r.content = '线上开放日：返乡创业'";
    assert_eq!(office.database.count(recorded).await, 1);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1);
    assert_eq!(office.say(YOUTH, YOUNG, "还能再问一个吗？").await, "", "it is over");
    office.close().await;
}

#[tokio::test]
async fn 线上开放日_ends_by_itself_and_its_recap_is_posted_once() {
    let office = office_of("basic").await;
    office.say(YOUTH, COUNTY_SECRETARY, "开放日 开始 30分钟").await;
    office.say(YOUTH, YOUNG, "怎么入团呢？").await;
    office.until("2026-11-20T10:29:00").await;
    assert!(office.posted(YOUTH).is_empty());

    // its time is over, the schedule has not ticked yet
    office.clock.set("2026-11-20T10:30:00+08:00".parse().unwrap());
    assert_eq!(office.say(YOUTH, YOUNG, "现在还能问吗？").await, "");
    office.until("2026-11-20T10:31:00").await;
    office.until("2026-11-20T10:32:00").await;
    let posted = office.posted(YOUTH);
    assert_eq!(posted.len(), 1);
    assert!(posted[0].text.contains("1 人提问，共 1 个问题，已答复 0 个"), "{}", posted[0].text);
    let kind = "SELECT COUNT(*) FROM record WHERE kind = 'activity' AND quantity = 1";
    assert_eq!(office.database.count(kind).await, 1, "a policy without a kind of its own has activities");

    // another begins when the former ran out unnoticed: the former is recapped all the same
    office.say(YOUTH, COUNTY_SECRETARY, "开放日 开始 10分钟").await;
    office.clock.set("2026-11-20T11:00:00+08:00".parse().unwrap());
    assert!(office.say(YOUTH, COUNTY_SECRETARY, "开放日开始 心理健康").await.contains("心理健康"));
    office.deliver().await;
    assert!(office.posted(YOUTH)[1].text.contains("没有人提问"), "{:?}", office.posted(YOUTH)[1]);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 1, "nobody came, nothing to record");
    office.close().await;
}

#[tokio::test]
async fn 线上开放日_is_opened_only_by_a_secretary_of_the_groups_unit() {
    let office = office_of("basic").await;
    for user in [YOUNG, CADRE, SUPERVISOR] {
        assert_eq!(office.say(YOUTH, user, "开放日 开始").await, "");
    }
    assert!(office.say_to_bot(YOUTH, CADRE, "开放日 开始").await.contains("书记"));
    assert!(office.say(YOUTH, OTHER_SECRETARY, "开放日 开始").await.contains("不在您管的范围内"));
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 5分钟").await.contains("最短 10 分钟"));
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 99小时").await.contains("最长 24 小时"));
    assert_eq!(office.say(YOUTH, TOWN_SECRETARY, "开放日 开始时间另行通知").await, "");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM session").await, 0);
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await;
    assert!(office.say(YOUTH, OTHER_SECRETARY, "开放日 结束").await.contains("不在您管的范围内"));
    office.close().await;
}

/// The turns that somebody was given, without what else the bot wrote to them.
fn turns(office: &Office, user: i64) -> Vec<String> {
    office.written(user).into_iter().map(|one| one.text).filter(|text| text.contains("【书记面对面】")).collect()
}

async fn with_other_group(office: &Office) {
    let chats = "chat,unit,role\n样例二镇青年群,2,youth\n";
    let endpoints = "chat,account,external_id,direction\n样例二镇青年群,qq,900004,both\n";
    office.import(&[("chats", chats.to_owned()), ("endpoints", endpoints.to_owned())]).await;
    // another process's change is seen with the next tick
    office.app.scheduler().tick().await.unwrap();
}

#[tokio::test]
async fn questions_of_an_open_day_come_one_by_one_and_can_be_put_off_merged_and_handed_on() {
    let office = office_of("basic").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 返乡创业").await;
    assert!(office.whisper(TOWN_SECRETARY, "答 谢谢大家").await.contains("没有轮到您答的"));
    office.say(YOUTH, YOUNG, "贷款找谁办？").await;
    office.say(YOUTH, OTHER_YOUNG, "场地有补贴吗？").await;
    office.say(YOUTH, THIRD_YOUNG, "怎么申请入团？").await;
    office.say(YOUTH, THIRD_YOUNG, "场地补贴是多少？").await;
    office.say(YOUTH, YOUNG, "赞 3").await;
    office.deliver().await;
    assert_eq!(turns(&office, TOWN_SECRETARY).len(), 1);

    let list = office.whisper(TOWN_SECRETARY, "开放日 列表").await;
    let places: Vec<usize> = ["现在：1 号 贷款找谁办", "· 2 号", "· 3 号（1 个赞）", "· 4 号"]
        .iter()
        .map(|line| list.find(line).expect(line))
        .collect();
    assert!(places.is_sorted(), "in the order of asking: {list}");
    assert!(office.whisper(TOWN_SECRETARY, "开放日 下一个").await.contains("1 号放到最后了，先答 2 号"));
    office.deliver().await;
    assert!(turns(&office, TOWN_SECRETARY)[1].contains("场地有补贴吗？"));
    // what is one matter is answered once, and both hear it
    office.whisper(TOWN_SECRETARY, "合并 4 到 2").await;
    assert!(office.whisper(TOWN_SECRETARY, "答").await.contains("答的是 2 号"));
    let done = office.whisper(TOWN_SECRETARY, "答：有，最多三千元。").await;
    assert!(done.contains("2 号“场地有补贴吗？”") && done.contains("后面还有 2 个"), "{done}");
    office.deliver().await;
    let live = office.posted(YOUTH).pop().unwrap();
    assert_eq!(live.at, [OTHER_YOUNG.to_string(), THIRD_YOUNG.to_string()]);
    assert!(turns(&office, TOWN_SECRETARY)[2].contains("3 号（1 个赞）"), "{:?}", turns(&office, TOWN_SECRETARY));

    // what is taken back or given to somebody else gives its turn away
    office.say(YOUTH, THIRD_YOUNG, "撤回").await;
    office.deliver().await;
    let given = turns(&office, TOWN_SECRETARY);
    assert_eq!(given.len(), 4);
    assert!(given[3].contains("1 号") && !given[3].contains("后面还有"), "{}", given[3]);
    assert!(office.whisper(TOWN_SECRETARY, "开放日 下一个").await.contains("没有别的问题"));
    office.whisper(TOWN_SECRETARY, "转 1 上级").await;
    assert!(office.whisper(TOWN_SECRETARY, "答 试试").await.contains("没有轮到您答的"));
    // a hidden one is not part of what everybody reads
    office.say(YOUTH, YOUNG, "我妈生病了能帮忙吗？").await;
    office.whisper(YOUNG, "不公开 5").await;
    let recap = office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    assert!(recap.contains("3 人提问，共 3 个问题，已答复 2 个"), "{recap}");
    assert!(recap.contains("另有 1 个不在群里公开") && !recap.contains("生病"), "{recap}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_asker_who_quotes_the_answer_asks_on_and_thanks_are_talk() {
    let office = office_of("basic").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await;
    office.say(YOUTH, YOUNG, "贷款找谁办？").await;
    office.say(YOUTH, OTHER_YOUNG, "场地有补贴吗？").await;
    // the host may answer in the group as well; nobody else's 答 is an answer
    assert_eq!(office.say(YOUTH, YOUNG, "答 我知道").await, "");
    assert!(office.say(YOUTH, TOWN_SECRETARY, "答 找县团委。").await.contains("1 号"));
    office.deliver().await;
    let quoted = office.posted(YOUTH).pop().unwrap().message_id;
    let reply = |user, text| {
        group_message(SELF, YOUTH, user, office.next_message_id(), office.time(), text).at_me().reply_to(quoted)
    };
    assert_eq!(office.send(&reply(YOUNG, "太感谢了，都明白了")).await.text(), "");
    assert!(office.send(&reply(YOUNG, "那要带什么材料？")).await.text().contains("1 号"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question").await, 2, "no question of its own");
    office.whisper(TOWN_SECRETARY, "答 有。").await;
    office.deliver().await;
    let turn = turns(&office, TOWN_SECRETARY).pop().unwrap();
    assert!(turn.contains("1 号") && turn.contains("补充：那要带什么材料？"), "{turn}");
    office.whisper(TOWN_SECRETARY, "答 身份证和计划书。").await;
    office.deliver().await;
    assert!(office.posted(YOUTH).pop().unwrap().text.contains("1 号（补充）"));
    // a stranger to the question who quotes it asks anew
    assert!(office.send(&reply(OTHER_YOUNG, "我在外地也能办吗？")).await.text().contains("编号 3"));
    assert!(office.say(YOUTH, YOUNG, "满意 1").await.contains("谢谢"));
    let recap = office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    assert!(recap.contains("共 3 个问题，已答复 2 个，满意 1 个"), "{recap}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn another_secretary_takes_over_and_a_restart_changes_nothing() {
    let office = office_of("basic").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await;
    office.say(YOUTH, YOUNG, "贷款找谁办？").await;
    office.say(YOUTH, OTHER_YOUNG, "场地有补贴吗？").await;
    office.deliver().await;
    assert!(office.say(YOUTH, COUNTY_SECRETARY, "答 我来答").await.contains("由 孙样例 主持"));
    assert!(office.whisper(OTHER_SECRETARY, "开放日 主持").await.contains("现在没有开放日"));
    assert!(office.whisper(COUNTY_SECRETARY, "开放日 主持").await.contains("现在由 赵样例 主持"));

    let office = office.restarted().await;
    office.deliver().await;
    assert_eq!(turns(&office, COUNTY_SECRETARY).len(), 1, "the question at hand is put to the new host");
    assert!(office.written(TOWN_SECRETARY).pop().unwrap().text.contains("现在由 赵样例 主持"));
    assert!(office.whisper(COUNTY_SECRETARY, "答 找县团委。").await.contains("1 号"));
    office.deliver().await;
    assert!(turns(&office, COUNTY_SECRETARY)[1].contains("2 号"));
    assert!(office.whisper(TOWN_SECRETARY, "开放日 下一个").await.contains("由 赵样例 主持"));
    // quoting answers, too, whoever of those who may
    let notice = office.written(COUNTY_SECRETARY).pop().unwrap().message_id;
    let answer = private_message(SELF, COUNTY_SECRETARY, office.next_message_id(), office.time(), "有补贴。");
    assert!(office.send(&answer.reply_to(notice)).await.text().contains("已发给提问人"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn an_announced_open_day_reminds_begins_by_itself_and_answers_first_what_was_asked_beforehand() {
    let office = office_of("basic").await;
    for (typed, reason) in [
        ("开放日 预告 返乡创业", "没有看到是哪一天"),
        ("开放日 预告 明天 返乡创业", "没有看到几点开始"),
        ("开放日 预告 今天9:00 返乡创业", "已经过了"),
        ("开放日 预告 12月31日9:00 返乡创业", "太远了"),
        ("开放日 预告 11月31日9:00 返乡创业", "没有“11月31日”这一天"),
        ("开放日 预告 明天9:00 返乡创业 5分钟", "最短 10 分钟"),
    ] {
        let said = office.whisper(TOWN_SECRETARY, typed).await;
        assert!(said.contains(reason), "{typed}: {said}");
    }
    assert!(office.whisper(COUNTY_SECRETARY, "开放日 预告 明天9:00").await.contains("还没有青年群"));
    let planned = office.whisper(TOWN_SECRETARY, "开放日 预告 11月25日19:30 返乡创业 1小时").await;
    assert!(planned.contains("11月25日 19:30") && planned.contains("样例一镇青年群"), "{planned}");
    office.deliver().await;
    let announced = office.posted(YOUTH).pop().unwrap().text;
    assert!(announced.contains("返乡创业") && announced.contains("开放日 提问 您的问题"), "{announced}");
    assert!(office.whisper(TOWN_SECRETARY, "开放日 预告 明天9:00").await.contains("已经预告了一场"));

    let before = office.written(TOWN_SECRETARY).len();
    let taken = office.say(YOUTH, YOUNG, "开放日 提问 贷款找谁办？").await;
    // two working days from when it begins, not from now
    assert!(taken.contains("编号 1") && taken.contains("11月25日 19:30") && taken.contains("最晚 11月2"), "{taken}");
    assert!(!taken.contains("最晚 11月24日"), "{taken}");
    assert_eq!(office.say(YOUTH, YOUNG, "场地有补贴吗？").await, "", "it has not begun");
    office.until("2026-11-25T19:19:00").await;
    let turned = |office: &Office| turns(office, TOWN_SECRETARY).len();
    assert_eq!(turned(&office), 0, "and nobody is asked beforehand");
    let posted = office.posted(YOUTH).len();
    office.until("2026-11-25T19:20:00").await;
    office.until("2026-11-25T19:21:00").await;
    assert_eq!(office.posted(YOUTH).len(), posted + 1, "the group is reminded once");
    assert!(office.written(TOWN_SECRETARY)[before..].iter().any(|one| one.text.contains("一个一个私聊发给您")));
    office.until("2026-11-25T19:30:00").await;
    office.until("2026-11-25T19:31:00").await;
    let begun = office.posted(YOUTH).pop().unwrap().text;
    assert!(begun.contains("现在开始") && begun.contains("事先收到 1 个问题"), "{begun}");
    assert_eq!(turned(&office), 1);
    assert!(office.whisper(TOWN_SECRETARY, "答 找县团委。").await.contains("1 号"));
    office.until("2026-11-25T20:30:00").await;
    assert!(office.posted(YOUTH).pop().unwrap().text.contains("1 人提问，共 1 个问题，已答复 1 个"));
    let kind = "SELECT COUNT(*) FROM record WHERE kind = 'activity' AND quantity = 1";
    assert_eq!(office.database.count(kind).await, 1);
    office.close().await;
}

#[tokio::test]
async fn a_cancelled_open_day_loses_no_question_and_one_that_was_slept_through_is_given_up() {
    let office = office_of("basic").await;
    assert!(office.whisper(TOWN_SECRETARY, "开放日 取消").await.contains("没有预告"));
    office.say(YOUTH, TOWN_SECRETARY, "开放日 预告 11月23日15:00 返乡创业").await;
    office.say(YOUTH, YOUNG, "开放日 提问 贷款找谁办？").await;
    assert_eq!(office.say(YOUTH, YOUNG, "开放日 取消").await, "");
    assert!(office.say(YOUTH, TOWN_SECRETARY, "开放日 取消").await.contains("1 个问题照样答复"));
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).pop().unwrap().text.contains("贷款找谁办？"), "as any question");
    office.until("2026-11-23T15:01:00").await;
    assert!(office.posted(YOUTH).iter().all(|one| !one.text.contains("现在开始")));

    office.say(YOUTH, TOWN_SECRETARY, "开放日 预告 11月24日15:00 1小时").await;
    office.say(YOUTH, OTHER_YOUNG, "开放日 提问 场地有补贴吗？").await;
    office.until("2026-11-24T17:00:00").await;
    let posted: Vec<String> = office.posted(YOUTH).into_iter().rev().take(3).map(|one| one.text).collect();
    let said = |words: &str| posted.iter().rposition(|text| text.contains(words));
    let (cancelled, anew) = (said("没能按时开始，已取消"), said("2 号问题（场地有补贴吗？）恢复单独办理"));
    assert!(cancelled.is_some() && anew.is_some() && cancelled > anew, "first that, then until when: {posted:?}");
    assert!(office.written(TOWN_SECRETARY).iter().any(|one| one.text.contains("场地有补贴吗？")));

    // one that is announced for soon is the one that is meant by opening one
    office.say(YOUTH, TOWN_SECRETARY, "开放日 预告 今天19:00 心理健康 1小时").await;
    office.say(YOUTH, THIRD_YOUNG, "开放日 提问 睡不着怎么办？").await;
    let begun = office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await;
    assert!(
        begun.contains("心理健康") && begun.contains("11月24日 18:00") && begun.contains("事先收到 1 个"),
        "{begun}"
    );
    office.until("2026-11-24T19:00:00").await;
    office.close().await;
}

#[tokio::test]
async fn an_open_day_of_another_group_is_independent() {
    let office = office_of("basic").await;
    with_other_group(&office).await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 返乡创业").await;
    assert_eq!(office.say(OTHER_YOUTH, OTHER_YOUNG, "场地有补贴吗？").await, "", "none runs there");
    office.say(OTHER_YOUTH, OTHER_SECRETARY, "开放日 开始 心理健康").await;
    office.say(YOUTH, YOUNG, "贷款找谁办？").await;
    office.say(OTHER_YOUTH, OTHER_YOUNG, "压力大找谁聊？").await;
    office.deliver().await;
    assert!(turns(&office, TOWN_SECRETARY)[0].contains("贷款") && turns(&office, TOWN_SECRETARY).len() == 1);
    assert!(turns(&office, OTHER_SECRETARY)[0].contains("压力") && turns(&office, OTHER_SECRETARY).len() == 1);
    office.whisper(OTHER_SECRETARY, "答 打 12355。").await;
    office.deliver().await;
    assert!(office.posted(YOUTH).is_empty() && office.posted(OTHER_YOUTH)[0].text.contains("12355"));
    let recap = office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    assert!(recap.contains("共 1 个问题，已答复 0 个") && !recap.contains("压力"), "{recap}");
    assert!(office.whisper(OTHER_SECRETARY, "开放日").await.contains("1 个问题，答了 1 个"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn the_document_says_what_the_recap_says_and_names_no_asker() {
    let office = office_of("basic").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始 返乡创业").await;
    let asked = group_message(SELF, YOUTH, YOUNG, office.next_message_id(), office.time(), "贷款<找谁>&办？");
    office.send(&asked.card("王某某的名片")).await;
    office.say(YOUTH, OTHER_YOUNG, "场地有补贴吗？").await;
    office.say(YOUTH, OTHER_YOUNG, "我家的私事不想公开行吗？").await;
    office.whisper(OTHER_YOUNG, "不公开 3").await;
    office.whisper(TOWN_SECRETARY, "答 找县团委。\n带身份证。").await;
    let recap = office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    assert!(recap.contains("2 人提问，共 2 个问题，已答复 1 个。"), "{recap}");
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY).pop().unwrap().text;
    assert!(told.contains("tuanqing open-days export 1 --out"), "{told}");
    // answered after the end: the figures of the day stay as they were
    office.clock.advance(chrono::TimeDelta::minutes(5));
    office.whisper(TOWN_SECRETARY, "回复 2 有，最多三千元。").await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert!(office.command(&["open-days", "export", "9", "--out", path]).1.contains("没有 9 号开放日"));
    let (done, said) = office.command(&["open-days", "export", "1", "--out", path]);
    assert!(done && said.contains("2 人提问，2 个问题，当场答复 1 个"), "{said}");
    assert!(!office.command(&["open-days", "export", "1", "--out", path]).0, "nothing is overwritten");
    assert!(office.command(&["open-days", "list"]).1.contains("样例一镇团委  返乡创业"));
    // the parts of the archive are stored as they are
    let bytes = std::fs::read(folder.path().join("open-day-1.docx")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    for part in [
        "返乡创业",
        "样例一镇团委",
        "2 人提问，共 2 个问题，当场答复 1 个，会后答复 1 个",
        "贷款&lt;找谁&gt;&amp;办？",
        "带身份证。",
        "有，最多三千元。",
        "1 个，另行答复",
    ] {
        assert!(text.contains(part), "{part}");
    }
    for hidden in ["王某某", "5001", "5002", "私事"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn during_an_open_day_a_question_is_taken_though_a_similar_one_was_answered_before() {
    let office = office_of("basic").await;
    office.say(YOUTH, YOUNG, "提问 返乡创业贷款找谁办理？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找县团委青年发展部。").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await;
    let taken = office.say(YOUTH, OTHER_YOUNG, "返乡创业贷款找谁办理？").await;
    assert!(taken.contains("编号 2"), "{taken}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE state = 'asked'").await, 1);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn the_figures_of_recap_closing_note_and_document_are_one() {
    let office = office_of("basic").await;
    office.say(YOUTH, TOWN_SECRETARY, "开放日 开始").await;
    office.say(YOUTH, YOUNG, "返乡创业贷款找谁？").await;
    office.say(YOUTH, OTHER_YOUNG, "场地有补贴吗？").await;
    office.say(YOUTH, THIRD_YOUNG, "返乡办厂贷款哪里办？").await;
    office.say(YOUTH, THIRD_YOUNG, "怎么入团？").await;
    office.say(YOUTH, YOUNG, "什么时候有招聘会？").await;
    office.whisper(TOWN_SECRETARY, "合并 3 到 1").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找县团委。").await;
    // answered, asked on, asked back: it waits for its asker
    office.say(YOUTH, YOUNG, "补充 1 要带什么？").await;
    office.whisper(TOWN_SECRETARY, "请补充 1 是个人还是公司？").await;
    office.whisper(TOWN_SECRETARY, "回复 4 找团支部。").await;
    let recap = office.say(YOUTH, TOWN_SECRETARY, "开放日 结束").await;
    assert!(recap.contains("共 5 个问题，已答复 1 个。") && recap.contains("还没有答复的 4 个："), "{recap}");
    assert!(recap.contains("1 号 返乡创业贷款找谁？") && recap.contains("等提问人补充"), "{recap}");
    assert!(!recap.contains("1 号 问："), "once, where it stands: {recap}");
    office.deliver().await;
    let closing = office.written(TOWN_SECRETARY).pop().unwrap().text;
    assert!(closing.contains("共 5 个问题，还有 4 个没有答复"), "{closing}");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("新的");
    let (done, said) = office.command(&["open-days", "export", "1", "--out", out.to_str().unwrap()]);
    assert!(done, "the folder is made: {said}");
    let bytes = std::fs::read(out.join("open-day-1.docx")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("共 5 个问题，当场答复 1 个，会后答复 0 个，还没有答复 4 个"), "the same in the document");
    office.close().await;
}

#[tokio::test]
async fn 开放日_提问_without_an_open_day_is_a_question_like_any_other() {
    let office = office_of("basic").await;
    assert!(office.say(YOUTH, YOUNG, "开放日 提问 贷款找谁办？").await.contains("编号 1"));
    assert!(office.say_to_bot(YOUTH, OTHER_YOUNG, "开放日 提问 场地有补贴吗？").await.contains("编号 2"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question WHERE state = 'asked'").await, 2);
    office.deliver().await;
    office.close().await;
}
