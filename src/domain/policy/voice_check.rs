//! What a policy file may not say of the Voice of Youth although it can be read.

use std::collections::{HashMap, HashSet};

use super::Policy;
use super::check::{Flaws, is_key};
use super::topics::{BUILT_IN, OTHER};
use crate::domain::text::normal;

/// The longest time a question may take, in working hours: about a year.
const MOST_HOURS: u32 = 2_000;

impl Policy {
    pub(super) fn check_voice(&self, flaws: &mut Flaws) {
        self.check_questions(flaws);
        self.check_topics(flaws);
        self.check_words(flaws);
    }

    fn check_questions(&self, flaws: &mut Flaws) {
        let rules = &self.questions;
        let mut keys = HashSet::new();
        for (at, class) in rules.own_classes.iter().enumerate() {
            let at = at.to_string();
            if !is_key(&class.key) || !keys.insert(class.key.as_str()) {
                flaws.add(
                    &["questions", "class", &at, "key"],
                    "每个类别一个 key，用小写英文字母、数字和下划线，不能重复",
                );
            }
            if !(1..=MOST_HOURS).contains(&class.within_hours) {
                flaws.add(&["questions", "class", &at, "within_hours"], format!("要在 1 到 {MOST_HOURS} 之间"));
            }
        }
        let is_percent = |percent: &u32| (1..=100).contains(percent);
        let rises = rules.warn_at.is_sorted_by(|a, b| a < b);
        if rules.warn_at.is_empty() || !rises || !rules.warn_at.iter().all(is_percent) {
            flaws.add(&["questions", "warn_at"], "至少一个，从小到大写，每个在 1 到 100 之间，例如 [50, 80, 100]");
        }
        let limits = [
            ("extend_at_most_times", rules.extend_at_most_times, 10),
            ("extend_at_most_hours", rules.extend_at_most_hours, MOST_HOURS),
            ("silent_after_percent", rules.silent_after_percent, 100),
            ("rate_remind_after_hours", rules.rate_remind_after_hours, 720),
            ("close_unrated_after_days", rules.close_unrated_after_days, 366),
        ];
        for (key, _, most) in limits.into_iter().filter(|(_, value, most)| value > most) {
            flaws.add(&["questions", key], format!("最多 {most}"));
        }
        if rules.close_unrated_after_days.saturating_mul(24) <= rules.rate_remind_after_hours {
            flaws.add(&["questions", "rate_remind_after_hours"], "要早于 close_unrated_after_days，关闭以后就不再请了");
        }
    }

    fn check_topics(&self, flaws: &mut Flaws) {
        let classes = self.questions.classes();
        let mut keys = HashSet::new();
        let mut words: HashMap<&str, &str> = HashMap::new();
        for (at, topic) in self.own_topics.iter().enumerate() {
            let at = at.to_string();
            let mut add = |key: &str, text: String| flaws.add(&["topic", &at, key], text);
            if !is_key(&topic.key) || !keys.insert(topic.key.as_str()) {
                add("key", "每个话题一个 key，用小写英文字母、数字和下划线，不能重复".to_owned());
            }
            let built_in = BUILT_IN.topics.iter().find(|known| known.key == topic.key);
            if built_in.is_none() && (topic.title.is_none() || topic.words.is_empty()) {
                let known: Vec<String> = BUILT_IN
                    .topics
                    .iter()
                    .map(|topic| format!("{}（{}）", topic.key, topic.title.as_deref().unwrap_or_default()))
                    .collect();
                add("key", format!("新添的话题要写 title 和 words；内置的有：{}", known.join("、")));
            }
            if let Some(class) = &topic.class
                && !classes.iter().any(|known| known.key == *class)
            {
                let known: Vec<&str> = classes.iter().map(|class| class.key.as_str()).collect();
                add("class", format!("没有「{class}」这个期限类别；现有：{}", known.join("、")));
            }
            if topic.key == OTHER && !topic.words.is_empty() {
                add("words", "没有认出话题的都归在这里，不用写词".to_owned());
            }
            for word in &topic.words {
                if let Some(said) = not_a_word(word) {
                    add("words", said);
                } else if let Some(other) = words.insert(word, &topic.key) {
                    add("words", format!("「{word}」在话题 {other} 里写过了；一个词只能属于一个话题"));
                }
            }
            for word in &topic.without {
                if !built_in.is_some_and(|known| known.words.contains(word)) {
                    add("without", format!("内置的词里没有「{word}」"));
                }
            }
        }
    }

    fn check_words(&self, flaws: &mut Flaws) {
        let is_line = |line: &String| !line.trim().is_empty() && line.chars().count() <= 60;
        if self.own_words.hotlines.len() > 6 || !self.own_words.hotlines.iter().all(is_line) {
            flaws.add(&["words", "hotlines"], "最多 6 个，每个写号码和名称，例如 \"12355 青少年服务台\"");
        }
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for (list, words) in self.own_words.lists() {
            for word in words {
                if let Some(said) = not_a_word(word) {
                    flaws.add(&["words", list], said);
                } else if let Some(other) = seen.insert(word, list) {
                    flaws.add(&["words", list], format!("「{word}」在 {other} 里写过了；只能写在一处"));
                }
            }
        }
    }
}

/// Why something cannot be looked for in what people write.
fn not_a_word(word: &str) -> Option<String> {
    let plain = normal(word);
    if plain != word {
        Some(format!("「{word}」请写成「{plain}」：简体、半角、小写"))
    } else if plain.chars().count() < 2 {
        Some(format!("「{word}」太短，会误伤；至少两个字"))
    } else {
        None
    }
}

#[cfg(test)]
#[path = "voice_check_tests.rs"]
mod tests;
