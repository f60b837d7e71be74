//! Who does not want to be named never is: whatever they say, in whatever words, and in need as well.

use crate::support::office::{CADRE, COUNTY_SECRETARY, Office, TOWN_SECRETARY, YOUNG, YOUTH};

/// Five people chat in the group of young people, so that there is somebody to hide among.
async fn crowd(office: &Office) {
    for user in 6_001..=6_005 {
        assert_eq!(office.say(YOUTH, user, "今天天气好").await, "");
    }
}

fn number_in(receipt: &str) -> i64 {
    let digits: String = receipt.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("{receipt}"))
}

fn alias_in(receipt: &str) -> String {
    let alias: String =
        receipt.split('#').nth(1).unwrap_or_default().chars().take_while(char::is_ascii_alphanumeric).collect();
    assert!(!alias.is_empty(), "{receipt}");
    format!("匿名青年#{alias}")
}

async fn named(office: &Office) -> i64 {
    office.database.count("SELECT COUNT(*) FROM question WHERE asker_external_id <> '' OR alias IS NULL").await
}

fn last(office: &Office, user: i64) -> String {
    office.written(user).pop().map(|one| one.text).unwrap_or_default()
}

#[tokio::test]
async fn a_cry_for_help_in_an_anonymous_thread_is_heard_at_once_under_its_alias() {
    let office = Office::open().await;
    crowd(&office).await;
    for (user, cry) in [
        (YOUNG, "补充 N 我不想活了，想自杀"),
        (7_001, "室友今天打我了，我不想活了"),
        (7_002, "补充 我不想活了"),
        (7_003, "帮助 我想自杀"),
        (7_004, "满意 N 我想自杀"),
        // 李样例 stands on the roster
        (1_004, "补充 N 我想自杀"),
    ] {
        let receipt = office.whisper(user, "匿名提问 和室友吵架怎么办？").await;
        let (number, alias) = (number_in(&receipt), alias_in(&receipt));
        let heard = office.whisper(user, &cry.replace('N', &number.to_string())).await;
        assert!(heard.contains("12355") && heard.contains(&alias), "{cry}: {heard}");
        office.deliver().await;
        for secretary in [TOWN_SECRETARY, COUNTY_SECRETARY] {
            let told = last(&office, secretary);
            assert!(told.contains("【紧急】") && told.contains(&alias), "at once: {told}");
            assert!(!told.contains("青年群") && !told.contains(&user.to_string()), "{told}");
            assert!(!told.contains("李样例"), "{told}");
        }
        assert_eq!(named(&office).await, 0, "{cry}");
        // what they say next belongs to it, and hides them too
        let more = office.whisper(user, "没有人在乎我").await;
        assert!(more.contains("我们在"), "{more}");
        office.deliver().await;
        assert!(last(&office, TOWN_SECRETARY).contains("没有人在乎我"));
        assert_eq!(named(&office).await, 0, "{cry}");
    }
    office.until("2026-11-20T11:00:00").await;
    assert_eq!(named(&office).await, 0);
    office.close().await;
}

#[tokio::test]
async fn a_cry_for_help_after_the_answer_is_under_the_alias_too_and_help_reaches_the_asker() {
    let office = Office::open().await;
    crowd(&office).await;
    let receipt = office.whisper(YOUNG, "匿名提问 和室友吵架怎么办？").await;
    let (number, alias) = (number_in(&receipt), alias_in(&receipt));
    office.until("2026-11-20T11:00:00").await;
    office.whisper(TOWN_SECRETARY, &format!("回复 {number} 好好谈谈。")).await;
    office.deliver().await;
    let heard = office.whisper(YOUNG, &format!("不满意 {number} 没用，我想自杀")).await;
    assert!(heard.contains("12355") && heard.contains(&alias), "{heard}");
    office.deliver().await;
    let told = last(&office, TOWN_SECRETARY);
    assert!(told.contains("【紧急】") && told.contains(&alias) && told.contains("我想自杀"), "{told}");
    assert_eq!(named(&office).await, 0);
    let cry = number_in(&told);
    assert!(office.whisper(TOWN_SECRETARY, &format!("回复 {cry} 我在。")).await.contains("已发给提问人"));
    office.deliver().await;
    assert!(last(&office, YOUNG).contains("我在。"));
    office.close().await;
}

#[tokio::test]
async fn who_cries_with_their_name_after_asking_without_one_is_heard_with_their_name() {
    let office = Office::open().await;
    crowd(&office).await;
    office.whisper(YOUNG, "匿名提问 和室友吵架怎么办？").await;
    assert!(office.whisper(YOUNG, "提问 我想自杀").await.contains("12355"));
    assert_eq!(named(&office).await, 1, "they said 提问, which shows them");
    office.clock.advance(chrono::TimeDelta::minutes(1));
    assert!(office.whisper(YOUNG, "没有人在乎我").await.contains("我们在"));
    office.deliver().await;
    assert!(last(&office, TOWN_SECRETARY).contains("没有人在乎我"));
    office.close().await;
}

#[tokio::test]
async fn whoever_says_that_they_want_no_name_is_never_filed_with_one() {
    let office = Office::open().await;
    crowd(&office).await;
    for (n, text) in [
        "我想匿名问一下，家里老催婚怎么办？",
        "匿名咨询：家里老催婚怎么办？",
        "匿名问 家里老催婚怎么办？",
        "匿名问一下家里老催婚怎么办？",
        "我想匿名提问 家里老催婚怎么办？",
        "匿名：家里老催婚怎么办？",
        "匿名，家里老催婚怎么办？",
        "你好，可以匿名问个问题吗？家里老催婚怎么办？",
        "我想问，匿名的，家里老催婚怎么办？",
        "请问能不能匿名反映一下：家里老催婚怎么办？",
        "提问 匿名 家里老催婚怎么办？",
        "提问（匿名）家里老催婚怎么办？",
    ]
    .into_iter()
    .enumerate()
    {
        let user = 7_100 + i64::try_from(n).unwrap();
        let said = office.whisper(user, text).await;
        let taken = said.contains("匿名青年#") && said.contains("11:00 转给");
        let asked_how = said.contains("匿名提问 ");
        assert!(taken || asked_how, "{text}: {said}");
        if n < 6 {
            assert!(taken, "that is plain: {text}: {said}");
        }
    }
    for (n, text) in [
        "家里老催婚怎么办？匿名",
        "不想让人知道是我，家里老催婚怎么办？",
        "怎么才能匿名问问题？",
        "能匿名吗？",
        "我要匿名提问",
        "我想匿名问一下",
    ]
    .into_iter()
    .enumerate()
    {
        let said = office.whisper(7_200 + i64::try_from(n).unwrap(), text).await;
        assert!(said.contains("匿名提问 ") && !said.contains("编号"), "{text}: {said}");
    }
    // who stands on the roster may be one of them
    assert!(office.whisper(1_004, "我想匿名问一下，家里老催婚怎么办？").await.contains("匿名青年#"));
    assert!(office.whisper(7_300, "我想匿名说，我不想活了").await.contains("匿名青年#"));
    assert_eq!(named(&office).await, 0);
    assert!(office.whisper(7_301, "提问 匿名投票怎么发起？").await.contains("编号"), "a question about something else");
    office.until("2026-11-20T11:00:00").await;
    let text = "SELECT COUNT(*) FROM question WHERE text LIKE '%匿名问%' OR text LIKE '%匿名咨询%'";
    assert_eq!(office.database.count(text).await, 0, "the question alone");
    office.close().await;
}

#[tokio::test]
async fn the_bare_word_shows_its_own_example_and_what_comes_next_is_taken_without_a_name() {
    let office = Office::open().await;
    crowd(&office).await;
    for user in [YOUNG, 1_004] {
        let how = office.whisper(user, "匿名提问").await;
        assert!(how.contains("匿名提问 ") && !how.contains("团组织关系"), "its own example: {how}");
        let taken = office.whisper(user, "我被老师骚扰了怎么办？").await;
        assert!(taken.contains("匿名青年#"), "{taken}");
    }
    office.whisper(7_001, "匿名提问").await;
    let asked_back = office.whisper(7_001, "提问 我被老师骂了怎么办？").await;
    assert!(asked_back.contains("匿名提问 ") && !asked_back.contains("编号"), "which is meant? {asked_back}");
    assert!(office.whisper(7_001, "提问 我被老师骂了怎么办？").await.contains("编号"), "they have said it twice");
    assert_eq!(named(&office).await, 1);
    office.whisper(7_002, "匿名提问").await;
    assert!(office.whisper(7_002, "我想自杀").await.contains("匿名青年#"));
    assert_eq!(named(&office).await, 1);
    // later it is a message like any other
    office.whisper(7_003, "匿名提问").await;
    office.clock.advance(chrono::TimeDelta::minutes(31));
    assert!(office.whisper(7_003, "怎么入团？").await.contains("编号 2"));
    office.until("2026-11-20T12:00:00").await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM veiled_deed").await, 0);
    assert!(office.whisper(CADRE, "你好").await.contains("帮助"));
    office.close().await;
}

#[tokio::test]
async fn without_a_key_asking_anonymously_is_refused_in_words_that_say_so_and_a_cry_is_told_whom_to_call() {
    let office = Office::open_without_key().await;
    crowd(&office).await;
    for text in ["匿名提问 和室友吵架怎么办？", "匿名提问", "我想匿名问一下，家里老催婚怎么办？"]
    {
        let refused = office.whisper(YOUNG, text).await;
        assert!(refused.contains("没有开通匿名提问") && refused.contains("12355"), "{refused}");
    }
    for cry in ["匿名提问 我想自杀", "我想匿名说，我不想活了"] {
        let heard = office.whisper(YOUNG, cry).await;
        assert!(heard.contains("12355") && heard.contains("110"), "{heard}");
        assert!(heard.contains("没有转给任何人") && heard.contains("不写“匿名”"), "how to be heard here: {heard}");
    }
    assert_eq!(office.database.count("SELECT COUNT(*) FROM question").await, 0);
    assert!(office.whisper(YOUNG, "我想自杀").await.contains("已经马上请人来看"));
    office.deliver().await;
    assert!(last(&office, TOWN_SECRETARY).contains("我想自杀"));
    office.close().await;
}
