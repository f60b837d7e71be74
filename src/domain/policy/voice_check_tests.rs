use super::*;
use crate::domain::policy::words;
use crate::domain::policy::{Answerers, NORMAL, PRESETS, URGENT};

fn basic(more: &str) -> Result<Policy, String> {
    Policy::from_toml(&format!("{}\n{more}\n", PRESETS[0].1))
}

/// The basic policy with a line more in `[questions]`.
fn questions(line: &str) -> Result<Policy, String> {
    let head = "[questions]\n";
    assert!(PRESETS[0].1.contains(head));
    Policy::from_toml(&PRESETS[0].1.replacen(head, &format!("{head}{line}\n"), 1))
}

fn said(read: Result<Policy, String>) -> String {
    read.map(|_| ()).unwrap_err()
}

#[test]
fn the_built_in_topics_are_the_ten_and_their_words_can_be_looked_for() {
    let policy = basic("").unwrap();
    let titles: Vec<String> = policy.topics().into_iter().map(|topic| topic.title).collect();
    assert_eq!(titles, ["求学", "就业", "创业", "婚恋交友", "权益", "生活", "心理", "志愿", "团务", "其他"]);
    let mut seen = HashMap::new();
    for topic in policy.topics() {
        assert_eq!(policy.questions.class(&topic.class).key, topic.class, "{}", topic.key);
        assert!(topic.key == OTHER || topic.words.len() >= 15, "{}", topic.key);
        for word in topic.words {
            assert_eq!(not_a_word(&word), None);
            let other = seen.insert(word.clone(), topic.key.clone());
            assert_eq!(other, None, "{word}");
        }
    }
    let hours: Vec<u32> =
        [NORMAL, URGENT, "no such"].map(|key| policy.questions.class(key).within_hours).into_iter().collect();
    assert_eq!(hours, [13, 2, 13]);
}

#[test]
fn the_built_in_words_are_in_normal_form_and_each_in_one_list() {
    let mut seen = HashMap::new();
    for (list, words) in words::BUILT_IN.lists() {
        assert!(words.len() >= 30, "{list}");
        for word in words {
            assert_eq!(not_a_word(word), None);
            assert_eq!(seen.insert(word.as_str(), list), None, "{word}");
        }
    }
}

#[test]
fn a_policy_changes_built_in_topics_and_adds_its_own() {
    let policy = basic(
        r#"
        [[topic]]
        key = "life"
        words = ["样例夜市", "仲裁"]
        without = ["公交"]
        answerers = "secretaries"
        [[topic]]
        key = "village"
        title = "农技"
        words = ["农技", "大棚"]
        class = "complex"
        "#,
    )
    .unwrap();
    let topics = policy.topics();
    let find = |key: &str| topics.iter().find(|topic| topic.key == key).unwrap();
    let has = |key: &str, word: &str| find(key).words.iter().any(|known| known == word);
    assert!(has("life", "样例夜市") && has("life", "租房") && !has("life", "公交"));
    assert!(has("life", "仲裁") && !has("rights", "仲裁"), "the policy's claim wins");
    assert_eq!((find("life").title.as_str(), find("life").answerers), ("生活", Answerers::Secretaries));
    assert_eq!((find("village").class.as_str(), find("village").answerers), ("complex", Answerers::Everybody));
    assert_eq!(topics.last().unwrap().key, OTHER);
}

#[test]
fn a_policy_changes_built_in_classes_and_adds_its_own() {
    let class = |key: &str, hours: u32| {
        format!("[[questions.class]]\nkey = \"{key}\"\ntitle = \"样例\"\nwithin_hours = {hours}")
    };
    let policy = basic(&format!("{}\n{}", class("urgent", 1), class("village", 26))).unwrap();
    let all: Vec<(&str, u32)> =
        policy.questions.classes().into_iter().map(|class| (class.key.as_str(), class.within_hours)).collect();
    assert_eq!(all, [("normal", 13), ("urgent", 1), ("soon", 6), ("complex", 39), ("village", 26)]);
    assert!(said(basic(&class("x", 0))).contains("不小于 1"));
    assert!(said(basic(&class("x", 3_000))).contains("2000"));
    assert!(said(basic(&format!("{}\n{}", class("x", 1), class("x", 2)))).contains("不能重复"));
}

#[test]
fn what_makes_no_sense_is_refused_with_what_to_write() {
    let topic = |lines: &str| said(basic(&format!("[[topic]]\n{lines}")));
    assert!(topic("key = \"village\"").contains("要写 title 和 words；内置的有：study（求学）"));
    assert!(topic("key = \"life\"\nclass = \"never\"").contains("现有：normal、urgent、soon、complex"));
    assert!(topic("key = \"life\"\nwords = [\"團課\"]").contains("请写成「团课」"));
    assert!(topic("key = \"life\"\nwords = [\"租\"]").contains("至少两个字"));
    assert!(topic("key = \"life\"\nwithout = [\"样例\"]").contains("内置的词里没有「样例」"));
    assert!(topic("key = \"other\"\nwords = [\"样例\"]").contains("不用写词"));
    assert!(topic("key = \"life\"\nanswerers = \"专家\"").contains("要写代号 \"experts\""));
    let twice = "key = \"life\"\nwords = [\"样例\"]\n[[topic]]\nkey = \"study\"\nwords = [\"样例\"]";
    assert!(topic(twice).contains("只能属于一个话题"));
    assert!(said(basic("[words]\nhurtful = [\"样例\"]\nallowed = [\"样例\"]")).contains("只能写在一处"));
    assert!(said(questions("warn_at = [80, 50]")).contains("从小到大"));
    assert!(said(questions("warn_at = []")).contains("至少一个"));
    assert!(said(questions("warn_at = [50, 120]")).contains("1 到 100"));
    assert!(said(questions("silent_after_percent = 101")).contains("最多 100"));
    assert!(said(questions("rate_remind_after_hours = 240")).contains("要早于"));
    let no_hours = PRESETS[0].1.replace("14:00-17:30", "11:00-17:30");
    assert!(said(Policy::from_toml(&no_hours)).contains("重叠"));
    assert!(questions("rate_remind_after_hours = 0\nsilent_after_percent = 0\nextend_at_most_times = 0").is_ok());
}
