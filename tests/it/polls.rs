//! Polls and surveys: started by a secretary, answered by everybody, told as words and as a picture.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::fakes::onebot::{SentMessage, group_message};
use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SELF, TOWN_SECRETARY, YOUNG, YOUTH,
};

const ALSO_YOUNG: i64 = 5_002;

/// So many young people vote alike, from this number on.
async fn vote(office: &Office, from: i64, count: i64, text: &str) {
    for user in from..from + count {
        assert_ne!(office.say(YOUTH, user, text).await, "", "{user} says {text}");
    }
}

/// The picture of a message, decoded, and how many of its pixels are dark; `None` where it has none.
fn picture(message: &SentMessage) -> Option<(u32, u32, usize)> {
    let file = message.segments.iter().find(|segment| segment["type"] == "image")?["data"]["file"].as_str()?.to_owned();
    let bytes = STANDARD.decode(file.strip_prefix("base64://").unwrap()).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"), "a PNG");
    let luma = image::load_from_memory(&bytes).unwrap().to_luma8();
    Some((luma.width(), luma.height(), luma.pixels().filter(|pixel| pixel.0[0] < 120).count()))
}

/// Whether this machine has a font to draw with.
fn draws(office: &Office) -> bool {
    tuanqing::app::charts(&office.app.settings).font_file().is_ok()
}

#[tokio::test]
async fn a_poll_is_started_voted_in_changed_and_closed_by_its_time() {
    let office = Office::open().await;
    let opened = office.say(YOUTH, TOWN_SECRETARY, "投票 周末去哪 选项：爬山、看电影、做志愿 截止：周五18点").await;
    for part in ["1 号：周末去哪", "A 爬山", "C 做志愿", "11月20日 18:00 截止", "投 1 A"] {
        assert!(opened.contains(part), "{part}: {opened}");
    }
    let voted = office.say(YOUTH, YOUNG, "投 1 A").await;
    assert!(voted.contains("您投了 1 号“周末去哪”：A 爬山") && voted.contains("已有 1 人"), "{voted}");
    let changed = office.say(YOUTH, YOUNG, "投 B").await;
    assert!(changed.contains("B 看电影") && changed.contains("已有 1 人"), "one vote a person: {changed}");
    assert!(office.say(YOUTH, ALSO_YOUNG, "投 2").await.contains("B 看电影"), "a figure where one poll is open");
    // the same person is one across the group and in private
    assert!(office.whisper(CADRE, "投 1 C").await.contains("已有 3 人"));
    assert!(office.say(YOUTH, CADRE, "投1A").await.contains("已有 3 人"));
    for (text, part) in [("投 A B", "只能选一个"), ("投 1 D", "A 到 C"), ("投 9 A", "没有 9 号投票")] {
        let refusal = office.say(YOUTH, ALSO_YOUNG, text).await;
        assert!(refusal.contains(part), "{text}: {refusal}");
    }
    assert!(office.whisper(ALSO_YOUNG, "投 A").await.contains("请写上投票的编号"));
    let standing = office.say(YOUTH, ALSO_YOUNG, "投票结果 1").await;
    for part in ["进行中", "3 人参加", "A 爬山：1 票（33%）", "B 看电影：2 票（67%）", "C 做志愿：0 票"]
    {
        assert!(standing.contains(part), "{part}: {standing}");
    }
    assert_eq!(office.say(CADRES, CADRE, "投票结果 1").await, "", "what another group votes on is not told");

    office.until("2026-11-20T18:00:30").await;
    let posted = office.posted(YOUTH).pop().unwrap();
    for part in ["【投票结果】1 号：周末去哪", "已结束，3 人参加", "A 爬山：1 票（33%）", "B 看电影：2 票（67%）"]
    {
        assert!(posted.text.contains(part), "{part}: {}", posted.text);
    }
    assert_eq!(posted.images, usize::from(draws(&office)), "as words always, as a picture where there is a font");
    if let Some((width, height, dark)) = picture(&posted) {
        assert_eq!(width, 600);
        assert!((150..600).contains(&height), "{height}");
        assert!((2_000..60_000).contains(&dark), "{dark} dark pixels: neither blank nor black");
    }
    office.until("2026-11-20T18:10:00").await;
    assert_eq!(office.posted(YOUTH).len(), 1, "once");
    assert!(office.say(YOUTH, YOUNG, "投 1 A").await.contains("1 号投票已经结束"));
    assert_eq!(office.say(YOUTH, YOUNG, "投 A").await, "", "nothing is open: talk");
    office.close().await;
}

#[tokio::test]
async fn a_pasted_poll_with_several_choices_is_ended_by_its_secretary_who_alone_sees_the_names() {
    let office = Office::open().await;
    let opened = office.say(CADRES, COUNTY_SECRETARY, "投票 学什么\n1. 团史\n2. 党史\n3. 急救\n多选，最多2个").await;
    assert!(opened.contains("最多选 2 个"), "{opened}");
    // 1 is the number of the poll and an option of it
    let unclear = office.say(CADRES, CADRE, "投 1 2").await;
    assert!(unclear.contains("“投 1 B”") && unclear.contains("“投 1 AB”"), "{unclear}");
    assert!(office.say(CADRES, CADRE, "投 AC").await.contains("A 团史、C 急救"));
    assert!(office.say(CADRES, PART_TIMER, "投 1 团史").await.contains("A 团史"), "by its own words");
    assert!(office.say(CADRES, OTHER_SECRETARY, "投 ABC").await.contains("最多选 2 个"));

    assert_eq!(office.say(CADRES, CADRE, "投票结果 1 名单").await, "", "not for everybody, and not aloud");
    let aloud = office.say(CADRES, COUNTY_SECRETARY, "投票结果 1 名单").await;
    assert!(!aloud.contains("钱样例"), "{aloud}");
    office.deliver().await;
    let names = office.written(COUNTY_SECRETARY).pop().unwrap().text;
    for part in ["A 团史（2）：李样例、钱样例", "C 急救（1）：钱样例", "B 党史（0）：没有人"]
    {
        assert!(names.contains(part), "{part}: {names}");
    }
    assert!(office.whisper(OTHER_SECRETARY, "投票结果 1 名单").await.contains("没有 1 号投票"), "another unit's");

    assert!(office.whisper(OTHER_SECRETARY, "结束投票 1").await.contains("没有 1 号投票"));
    assert!(office.whisper(COUNTY_SECRETARY, "结束投票 1").await.contains("结果发在那个群里"));
    office.deliver().await;
    let posted = office.posted(CADRES).pop().unwrap();
    assert!(
        posted.text.contains("A 团史：2 票（100%）") && posted.text.contains("C 急救：1 票（50%）"),
        "{}",
        posted.text
    );
    assert!(posted.text.contains("合起来会超过 100%") && !posted.text.contains("钱样例"), "{}", posted.text);
    assert!(office.whisper(COUNTY_SECRETARY, "结束投票 1").await.contains("已经结束"));
    office.close().await;
}

#[tokio::test]
async fn of_an_anonymous_poll_nothing_leads_from_a_vote_to_anybody() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, "投票 团日活动时间 匿名 选项：周六、周日 截止：2小时").await;
    let voted = office.whisper(YOUNG, "投 1 A").await;
    assert!(voted.contains("匿名") && !voted.contains("周六"), "the choice is not repeated: {voted}");
    assert!(!voted.contains("群里看得见"), "{voted}");
    let seen = office.say(YOUTH, ALSO_YOUNG, "投 B").await;
    assert!(seen.contains("群里看得见") && !seen.contains("周日"), "{seen}");
    assert!(office.whisper(YOUNG, "投 1 B").await.contains("已有 2 人"), "changed");
    let standing = office.whisper(TOWN_SECRETARY, "投票结果 1").await;
    assert!(
        standing.contains("2 人参加") && standing.contains("结束以后才公布") && !standing.contains("周六"),
        "{standing}"
    );
    assert!(office.whisper(TOWN_SECRETARY, "投票结果 1 名单").await.contains("谁也看不到"));
    let known = "SELECT (SELECT COUNT(*) FROM poll_participant) + (SELECT COUNT(*) FROM poll_answer
                 WHERE mark LIKE '%5001%' OR mark LIKE '%5002%')";
    assert_eq!(office.database.count(known).await, 0);

    vote(&office, 5_010, 2, "投 A").await;
    office.say(YOUTH, TOWN_SECRETARY, "结束投票 1").await;
    office.deliver().await;
    let posted = office.posted(YOUTH).pop().unwrap();
    assert!(posted.text.contains("4 人参加。匿名，不到 5 人，不显示分布"), "{}", posted.text);
    assert!(!posted.text.contains("周六") && posted.images == 0, "{}", posted.text);
    let left = "SELECT (SELECT COUNT(*) FROM poll WHERE secret IS NOT NULL) + (SELECT COUNT(*) FROM poll_answer WHERE mark IS NOT NULL)";
    assert_eq!(office.database.count(left).await, 0, "with the secret gone nobody is found again");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM poll_answer").await, 4);

    office.say(YOUTH, TOWN_SECRETARY, "投票 再投一次 匿名 选项：周六、周日").await;
    vote(&office, 5_010, 3, "投 A").await;
    vote(&office, 5_020, 2, "投 2 B").await;
    office.say(YOUTH, TOWN_SECRETARY, "结束投票 2").await;
    office.deliver().await;
    let posted = office.posted(YOUTH).pop().unwrap();
    assert!(
        posted.text.contains("A 周六：3 票（60%）") && posted.text.contains("B 周日：2 票（40%）"),
        "{}",
        posted.text
    );
    office.close().await;
}

const SURVEY: &str = "问卷 青年需求调查 匿名 截止：12月1日\n1. 您的年龄段（单选）：18以下、18-25、26-35\n\
    2. 需要哪些帮助（多选）：就业、创业、交友\n3. 每月可以参加几次活动（数字）\n4. 想对团委说的话（填空）";

/// Somebody fills the whole survey in.
async fn fill_in(office: &Office, user: i64, answers: [&str; 4]) {
    assert!(office.whisper(user, "填 1").await.contains("第 1 题"), "{user}");
    let mut last = String::new();
    for answer in answers {
        last = office.whisper(user, answer).await;
    }
    assert!(last.contains("交好了"), "{user}: {last}");
}

#[tokio::test]
async fn an_anonymous_survey_is_filled_in_question_by_question_by_strangers_too() {
    let office = Office::open().await;
    let opened = office.say(YOUTH, TOWN_SECRETARY, SURVEY).await;
    assert!(opened.contains("1 号：青年需求调查（4 题，匿名）") && opened.contains("12月1日 23:59 截止"), "{opened}");

    let first = office.whisper(YOUNG, "填 1").await;
    for part in ["匿名", "第 1 题（共 4 题）：您的年龄段", "B 18-25", "选一个"] {
        assert!(first.contains(part), "{part}: {first}");
    }
    let unread = office.whisper(YOUNG, "二十岁").await;
    assert!(unread.contains("请写选项前面的字母（A 到 C）") && unread.contains("第 1 题"), "{unread}");
    assert!(office.whisper(YOUNG, "B").await.contains("第 2 题"));
    assert!(office.whisper(YOUNG, "就业、交友").await.contains("第 3 题"));
    assert!(office.whisper(YOUNG, "上一题").await.contains("第 2 题"));
    assert!(office.whisper(YOUNG, "AB").await.contains("第 3 题"));
    let paused = office.whisper(YOUNG, "先停").await;
    assert!(paused.contains("发“填 1”接着填"), "{paused}");
    assert!(!office.whisper(YOUNG, "5").await.contains("第 4 题"), "nothing is asked meanwhile");
    let resumed = office.whisper(YOUNG, "问卷 1").await;
    assert!(resumed.contains("接着上次的填") && resumed.contains("第 3 题"), "{resumed}");
    assert!(office.whisper(YOUNG, "3到5次").await.contains("只写一个数字"));
    assert!(office.whisper(YOUNG, "两次").await.contains("第 4 题"));
    // words that otherwise mean nothing to us, and a question
    assert!(office.whisper(YOUNG, "什么时候有招聘会？").await.contains("交好了"));
    assert_eq!(
        office.database.count("SELECT COUNT(*) FROM question").await,
        0,
        "an answer is no question to the committee"
    );
    assert!(office.whisper(YOUNG, "填 1").await.contains("已经交过了"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM poll_draft").await, 0);
    let joined =
        "SELECT COUNT(*) FROM poll_answer a JOIN poll_participant p ON p.mark = a.mark OR p.mark LIKE '%5001%'";
    assert_eq!(office.database.count(joined).await, 0, "no answer leads to anybody");

    // called for in the group, asked in private
    assert!(office.say(YOUTH, ALSO_YOUNG, "填 1").await.contains("私下问您"));
    office.deliver().await;
    assert!(office.written(ALSO_YOUNG).pop().unwrap().text.contains("第 1 题"));
    for answer in ["A", "跳过", "4"] {
        office.whisper(ALSO_YOUNG, answer).await;
    }
    assert!(office.whisper(ALSO_YOUNG, "谢谢").await.contains("交好了"), "thanks are an answer here");
    fill_in(&office, CADRE, ["C", "A", "1", "=1+1 多办活动"]).await;
    let standing = office.say(YOUTH, YOUNG, "问卷结果 1").await;
    assert!(standing.contains("3 人参加") && standing.contains("结束以后才公布"), "{standing}");
    let (well, said) = office.command(&["polls", "export", "1", "--out", "/nowhere"]);
    assert!(!well && said.contains("结束以后、满 5 人"), "{said}");
    fill_in(&office, 5_003, ["B", "BC", "2.5", "没有"]).await;
    fill_in(&office, 5_004, ["B", "C", "0", "多办活动"]).await;
    // somebody stops in the middle and never comes back
    office.whisper(5_005, "填 1").await;
    office.whisper(5_005, "A").await;

    office.until("2026-12-02T00:00:10").await;
    assert!(office.posted(YOUTH).is_empty(), "at midnight it is closed, and nobody is woken");
    office.until("2026-12-02T08:00:10").await;
    let posted = office.posted(YOUTH).pop().unwrap();
    for part in [
        "【问卷结果】1 号：青年需求调查（匿名）",
        "已结束，5 人参加",
        "1. 您的年龄段（5 人答）",
        "B 18-25：3 票（60%）",
        "2. 需要哪些帮助（4 人答）",
        "A 就业：2 票（50%）",
        "平均 1.9，中间 2，最少 0，最多 4",
        "文字回答私下交给书记",
    ] {
        assert!(posted.text.contains(part), "{part}: {}", posted.text);
    }
    assert!(!posted.text.contains("招聘会"), "{}", posted.text);
    assert_eq!(picture(&posted).is_some(), draws(&office));
    let words = office.written(TOWN_SECRETARY).pop().unwrap().text;
    for part in ["4. 想对团委说的话（4 人写）", "· 多办活动", "· 什么时候有招聘会？", "次序是打乱的"]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    let kept = "SELECT (SELECT COUNT(*) FROM poll_draft) + (SELECT COUNT(*) FROM poll_participant)";
    assert_eq!(office.database.count(kept).await, 0);

    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("问卷");
    let (well, said) = office.command(&["polls", "export", "1", "--out", out.to_str().unwrap()]);
    assert!(well && said.contains("问卷-1.xlsx") && said.contains("问卷-1.csv"), "{said}");
    let csv = std::fs::read_to_string(out.join("问卷-1.csv")).unwrap();
    assert!(csv.starts_with("\u{FEFF}题号,题目,答案,人数\n"), "{csv}");
    assert!(csv.contains("1,您的年龄段,18-25,3\n") && csv.contains("4,想对团委说的话,'=1+1 多办活动,1\n"), "{csv}");
    assert!(!csv.contains("钱样例"), "{csv}");
    let (well, said) = office.command(&["polls", "export", "1", "--out", out.to_str().unwrap()]);
    assert!(!well && said.contains("已经存在"), "{said}");
    office.close().await;
}

#[tokio::test]
async fn a_named_survey_is_exported_person_by_person_and_nothing_in_it_calculates() {
    use calamine::{Data, Reader};

    let office = Office::open().await;
    office
        .say(
            CADRES,
            COUNTY_SECRETARY,
            "问卷 培训需求\n1. 想学什么（多选，最多2项）：团史、急救、写作\n2. 几天（数字）\n3. 建议（填空）",
        )
        .await;
    office.whisper(CADRE, "填 1").await;
    for answer in ["ABC", "AB", "三天", "+多实操"] {
        office.whisper(CADRE, answer).await;
    }
    // a command in the middle: it is carried out, and the survey is taken up again where it was left
    office.whisper(PART_TIMER, "填 1").await;
    office.whisper(PART_TIMER, "C").await;
    assert!(office.whisper(PART_TIMER, "帮助").await.contains("签到"));
    assert!(office.whisper(PART_TIMER, "填 1").await.contains("第 2 题"));
    office.whisper(PART_TIMER, "2").await;
    assert!(office.whisper(PART_TIMER, "跳过").await.contains("交好了"));

    assert!(office.say(CADRES, CADRE, "问卷结果 1").await.contains("结束以后公布"));
    let told = office.whisper(COUNTY_SECRETARY, "问卷结果 1").await;
    assert!(told.contains("A 团史：1 票（50%）") && told.contains("平均 2.5"), "{told}");
    let names = office.whisper(COUNTY_SECRETARY, "问卷结果 1 名单").await;
    assert!(names.contains("C 写作（1）：李样例"), "{names}");

    let folder = tempfile::tempdir().unwrap();
    let (well, said) = office.command(&["polls", "export", "1", "--out", folder.path().to_str().unwrap()]);
    assert!(well && said.contains("妥善保管"), "{said}");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.path().join("问卷-1.xlsx")).unwrap();
    let sheet = book.worksheet_range("问卷").unwrap();
    let row = sheet.rows().find(|row| row[0] == Data::String("钱样例".into())).unwrap();
    assert_eq!(row[1..], [Data::String("团史、急救".into()), Data::Float(3.0), Data::String("+多实操".into())]);
    let csv = std::fs::read_to_string(folder.path().join("问卷-1.csv")).unwrap();
    assert!(csv.contains("钱样例,团史、急救,3,'+多实操"), "guarded: {csv}");
    let (well, said) = office.command(&["polls", "list"]);
    assert!(well && said.contains("培训需求") && said.contains("实名"), "{said}");
    office.close().await;
}

#[tokio::test]
async fn every_flaw_is_named_with_its_line_and_what_to_write_instead() {
    let office = Office::open().await;
    let refusal = office
        .say(
            YOUTH,
            TOWN_SECRETARY,
            "问卷 调查 截止：昨天\n1. 年龄：18以下、18-25\n2. 帮助（多选）：就业\n3. 次数（数字）：一次、两次",
        )
        .await;
    for part in
        ["还没有发起", "第 2 行“年龄”", "（单选）或（多选）", "第 3 行", "至少要有两个选项", "第 4 行", "不写选项"]
    {
        assert!(refusal.contains(part), "{part}: {refusal}");
    }
    let bare = office.say(YOUTH, TOWN_SECRETARY, "问卷 需求\n1. 想学什么\n2. 有空的时候").await;
    assert!(bare.contains("第 2 行“想学什么”"), "no brackets, but plainly a survey: {bare}");
    let names = office.say(YOUTH, TOWN_SECRETARY, "问卷 填好的接下去写\n1. 李样例\n2. 钱样例").await;
    assert_eq!(names, "", "a list of names is no survey");
    let late = office.say(YOUTH, TOWN_SECRETARY, "投票 去哪 选项：甲、乙 截止：昨天").await;
    assert!(late.contains("“昨天”截止时间已经过了") && late.contains("截止：周五18点"), "{late}");
    // the title stands in the second line here: lines are counted as people see them
    let one = office.say_to_bot(YOUTH, TOWN_SECRETARY, "投票\n去哪\n1. 甲\n2. 甲").await;
    assert!(one.contains("第 4 行“甲”：这个选项写了两次"), "{one}");
    assert!(office.whisper(TOWN_SECRETARY, "投票 去哪 选项：甲、乙").await.contains("请到要发起投票的群里发"));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM poll").await, 0);
    office.close().await;
}

#[tokio::test]
async fn only_a_secretary_of_the_unit_starts_and_ends_and_talk_stays_talk() {
    let office = Office::open().await;
    let definition = "投票 去哪 选项：甲、乙";
    assert_eq!(office.say(YOUTH, YOUNG, definition).await, "", "a list that people make among themselves");
    assert!(office.say_to_bot(YOUTH, YOUNG, definition).await.contains("书记"));
    assert_eq!(office.say(CADRES, CADRE, definition).await, "");
    assert!(office.say(YOUTH, OTHER_SECRETARY, definition).await.contains("样例一镇团委"), "another unit's group");
    assert!(office.say(YOUTH, COUNTY_SECRETARY, definition).await.contains("1 号"), "authority reaches down");
    for text in [
        "投票吧",
        "投个票",
        "投票",
        "投票 选谁都行",
        "大家投票了吗",
        "投",
        "投 3 万元",
        "投简历",
        "投票结果什么时候出",
        "投票结果 1 天后公布",
        "问卷",
        "问卷 在哪里填",
        "问卷发了吗",
        "填",
        "填表",
        "填 3 张表",
        "结束投票",
        "结束投票吧",
        "选 A",
        "A",
    ] {
        assert_eq!(office.say(YOUTH, YOUNG, text).await, "", "{text}");
    }
    assert_eq!(office.say(CADRES, CADRE, "投 A").await, "", "nothing is open in this group");
    assert_eq!(office.say(YOUTH, YOUNG, "结束投票 1").await, "", "not theirs to say");
    assert!(office.say(YOUTH, CADRE, "填 1").await.contains("1 号是投票，请发“投 1 A”"));
    let open = office.say_to_bot(YOUTH, YOUNG, "投票").await;
    assert!(open.contains("1 号投票：去哪") && !open.contains("发起投票："), "{open}");
    assert!(office.say_to_bot(CADRES, COUNTY_SECRETARY, "问卷").await.contains("发起问卷："));
    office.close().await;
}

#[tokio::test]
async fn clubs_and_polls_are_voted_for_side_by_side() {
    let office = Office::open().await;
    for club in ["瑜伽", "读书"] {
        office.say(YOUTH, YOUNG, &format!("发起社团 {club}")).await;
    }
    assert!(
        office.say(YOUTH, YOUNG, "投票 1").await.contains("1 号微社团“瑜伽”"),
        "as ever, while nothing else is open"
    );
    office.say(YOUTH, TOWN_SECRETARY, "投票 去哪 选项：甲、乙、丙、丁").await;
    let both = office.say(YOUTH, YOUNG, "投票 2").await;
    assert!(both.contains("请发“投 1 B”") && both.contains("请发“投社团 2”"), "both could be meant: {both}");
    assert!(office.say(YOUTH, YOUNG, "投社团 2").await.contains("2 号微社团“读书”，现有 1 票"));
    assert!(office.say(YOUTH, YOUNG, "投票 3").await.contains("C 丙"), "there is no club of that number");
    assert!(office.say(YOUTH, YOUNG, "投票 1 D").await.contains("D 丁"));
    assert!(office.say(YOUTH, YOUNG, "投票 7").await.contains("A 到 D"));
    // two polls: the number alone is asked about
    office.say(YOUTH, TOWN_SECRETARY, "投票 吃什么 选项：甲、乙").await;
    let which = office.say(YOUTH, YOUNG, "投 A").await;
    assert!(which.contains("1 号：去哪") && which.contains("2 号：吃什么"), "{which}");
    assert!(office.say(YOUTH, YOUNG, "投 2 A").await.contains("A 甲"));
    for n in 3..=5 {
        office.say(YOUTH, TOWN_SECRETARY, &format!("投票 再投{n} 选项：甲、乙")).await;
    }
    assert!(office.say(YOUTH, TOWN_SECRETARY, "投票 太多 选项：甲、乙").await.contains("已经有 5 个"));
    office.close().await;
}

#[tokio::test]
async fn without_a_font_the_words_go_out_alone() {
    let office = Office::open_with("[charts]\nfont = \"/nowhere/font.ttc\"").await;
    office.say(YOUTH, TOWN_SECRETARY, "投票 去哪 选项：甲、乙 截止：1小时").await;
    office.say(YOUTH, YOUNG, "投 A").await;
    office.until("2026-11-20T11:00:30").await;
    let posted = office.posted(YOUTH).pop().unwrap();
    assert!(posted.text.contains("A 甲：1 票（100%）") && posted.images == 0, "{posted:?}");
    let (_, said) = office.command(&["check"]);
    assert!(said.contains("读不了 [charts] font 里的字体"), "{said}");
    assert!(office.app.warnings().iter().any(|warning| warning.contains("图表只发文字")));
    // what an event brings twice is one vote
    office.say(YOUTH, TOWN_SECRETARY, "投票 再来 选项：甲、乙").await;
    let event = group_message(SELF, YOUTH, YOUNG, office.next_message_id(), office.time(), "投 B");
    let (first, second) = (office.send(&event).await, office.send(&event).await);
    assert_eq!(first, second);
    office.close().await;
}

#[tokio::test]
async fn a_number_and_a_letter_vote_in_that_poll_or_in_none() {
    let office = Office::open().await;
    office.say(YOUTH, TOWN_SECRETARY, "投票 第一个 选项：面、饭、粉\n多选，最多2个").await;
    // with one open, its number is an option's too: a letter settles it
    assert!(office.say(YOUTH, YOUNG, "投 1 B").await.contains("B 饭"), "not A and B");
    office.say(YOUTH, TOWN_SECRETARY, "投票 第二个 选项：面、饭、粉\n多选，最多2个").await;
    office.say(YOUTH, YOUNG, "投 2 C").await;
    office.say(YOUTH, TOWN_SECRETARY, "结束投票 1").await;
    for text in ["投 1 B", "投 1B", "投1B", "投 1 饭", "投 1 AB"] {
        let refused = office.say(YOUTH, YOUNG, text).await;
        assert!(refused.contains("1 号投票已经结束"), "{text}: {refused}");
    }
    assert!(office.say(YOUTH, YOUNG, "投 3 A").await.contains("没有 3 号投票"));
    let standing = office.say(YOUTH, YOUNG, "投票结果 2").await;
    assert!(standing.contains("C 粉：1 票") && standing.contains("A 面：0 票"), "{standing}");
    assert!(office.say(YOUTH, YOUNG, "投 1").await.contains("A 面"), "a figure alone is an option");
    // a survey's number says so, as it does the other way round
    office.say(YOUTH, TOWN_SECRETARY, "问卷 调查\n1. 次数（数字）").await;
    assert!(office.say(YOUTH, YOUNG, "投 3 A").await.contains("3 号是问卷，请发“填 3”"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_copy_of_the_database_without_the_key_names_nobody_who_voted_or_is_filling_in() {
    let office = Office::open().await;
    let opened = office.say(YOUTH, TOWN_SECRETARY, "投票 时间 匿名 选项：周六、周日").await;
    assert!(!opened.contains("密钥"), "{opened}");
    office.whisper(YOUNG, "投 1 A").await;
    office.say(YOUTH, TOWN_SECRETARY, SURVEY).await;
    office.whisper(YOUNG, "填 2").await;
    office.whisper(YOUNG, "A").await;
    let open = "SELECT COUNT(*) FROM poll WHERE naming = 'anonymous' AND secret NOT LIKE 's1.%'";
    assert_eq!(office.database.count(open).await, 0, "what marks are made with is sealed");
    let named = "SELECT COUNT(*) FROM poll_draft WHERE speaker LIKE '%5001%' OR mark LIKE '%5001%'";
    assert_eq!(office.database.count(named).await, 0);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM poll_draft").await, 1);
    // and the bot knows them again all the same
    assert!(office.whisper(YOUNG, "投 1 B").await.contains("已有 1 人"));
    assert!(office.whisper(YOUNG, "填 2").await.contains("接着上次的填"));
    assert!(office.whisper(YOUNG, "AB").await.contains("第 3 题"));
    let office = office.restarted().await;
    assert!(office.whisper(YOUNG, "3").await.contains("第 4 题"));
    assert!(office.whisper(YOUNG, "没有").await.contains("交好了"));
    office.close().await;
}
