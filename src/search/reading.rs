//! A question as the search reads it: normal form, words, synonyms and slips folded, courtesies left out.

use super::dictionary::{self, Dictionary, LONGEST, weight};
use super::sound;
use crate::domain::id::UnitId;
use crate::domain::text::normal;

/// How much of a question is read: what it is about stands in its first sentences, and nobody may make a look-up dear.
const MOST_CHARACTERS: usize = 240;

/// The most words that are kept.
const MOST_WORDS: usize = 24;

/// How many of its weightiest words are paired.
const MOST_PAIRED: usize = 6;

/// How many pairs it is found by.
const MOST_PAIRS: usize = 12;

/// How many of its words it is found by alone: by a rare one that is all it has in common with another question.
const MOST_ALONE: usize = 2;

/// A question, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub(super) words: Vec<Word>,
    /// What is asked about the subject, as bits.
    pub(super) asks: u16,
    /// How much all words say.
    pub(super) weight: f32,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) sound: u64,
    pub(super) weight: f32,
    pub(super) asks: u16,
    pub(super) apart: u32,
}

impl Reading {
    /// Reads what somebody typed.
    pub fn of_text(text: &str) -> Self {
        let dictionary = dictionary::get();
        let text: String = figures(&normal(text)).chars().take(MOST_CHARACTERS).collect();
        let mut words: Vec<String> = Vec::new();
        for sentence in text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
            for word in cut(dictionary, sentence) {
                let word = dictionary.first(&word);
                if !dictionary.is_stop(word) && !words.iter().any(|known| known == word) && words.len() < MOST_WORDS {
                    words.push(word.to_owned());
                }
            }
        }
        Self::new(dictionary, words)
    }

    /// Reads what [`Reading::tokens`] has written.
    pub fn of_tokens(tokens: &str) -> Self {
        Self::new(dictionary::get(), tokens.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    fn new(dictionary: &Dictionary, words: Vec<String>) -> Self {
        let mut reading = Self { words: Vec::with_capacity(words.len()), asks: 0, weight: 0.0 };
        let mut spoken = String::new();
        for text in words {
            let known = dictionary.known(&text);
            spoken.clear();
            text.chars().for_each(|c| sound::push(&mut spoken, c));
            reading.asks |= known.asks;
            reading.weight += known.weight;
            let (weight, asks, apart) = (known.weight, known.asks, known.apart);
            reading.words.push(Word { text, sound: sound::hash(&spoken), weight, asks, apart });
        }
        if reading.asks & !1 != 0 {
            // 能否 is said beside every other way of asking
            reading.asks &= !1;
        }
        reading
    }

    /// The words, to be kept and read again by [`Reading::of_tokens`].
    pub fn tokens(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// What it is found by in the tree of a root: numbers, each standing for two of its words, for a word and what is
    /// asked about it, for all that it is about, for all of its words, or for one of the weightiest.
    ///
    /// Whatever is alike enough shares two words, and two words together are rare where each of them is frequent: so
    /// nobody has to know how frequent words are, or to walk through all that was published about 申请. The root is part
    /// of every term: one tree's terms are not another's.
    pub fn terms(&self, root: UnitId) -> Vec<i64> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let mut said: Vec<&Word> = self.words.iter().filter(|word| word.asks == 0).collect();
        said.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        said.truncate(MOST_PAIRED);
        let mut pairs: Vec<(f32, u64)> = Vec::new();
        for (at, one) in said.iter().enumerate().filter(|(_, word)| word.weight > weight::LIGHT) {
            let pair = |other: u64| mixed(one.sound).wrapping_add(mixed(other));
            pairs.extend(said[at + 1..].iter().map(|other| (one.weight + other.weight, pair(other.sound))));
            let asked = self.words.iter().filter(|word| word.asks & self.asks != 0);
            pairs.extend(asked.map(|asked| (one.weight + weight::LIGHT, pair(asked.sound))));
        }
        pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
        let together = |least: f32| {
            let words = self.words.iter().filter(|word| word.weight > least);
            words.fold(0_u64, |all, word| all.wrapping_add(mixed(word.sound)))
        };
        let about = [(together(weight::LIGHT), 1_u64), (together(0.0).wrapping_add(mixed(u64::from(self.asks))), 2)];
        let root = mixed(root.0.cast_unsigned());
        let pairs = pairs.into_iter().take(MOST_PAIRS).map(|(_, pair)| (pair, 3));
        let alone = said.iter().filter(|word| word.weight > weight::LIGHT).take(MOST_ALONE);
        let terms = about.into_iter().chain(pairs).chain(alone.map(|word| (mixed(word.sound), 4)));
        let mut seen = Vec::new();
        for (term, kind) in terms {
            let term = mixed(term ^ root.wrapping_add(kind)).cast_signed();
            if !seen.contains(&term) {
                seen.push(term);
            }
        }
        seen
    }

    /// Whether it says enough to be compared: 怎么报名 alone is like everything.
    pub fn says_enough(&self) -> bool {
        self.weight >= 0.9
    }
}

/// Spreads the bits of a hash, so that the sum of several tells them apart.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// Cuts a run of letters into words; a slip that sounds like a word of the League becomes that word.
fn cut(dictionary: &Dictionary, sentence: &str) -> Vec<String> {
    let tokens: Vec<&str> = dictionary.jieba.cut(sentence, false).into_iter().map(|token| token.word).collect();
    let mut words = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let (taken, word) = mended(dictionary, &tokens[at..]).unwrap_or((1, tokens[at]));
        words.push(word.to_owned());
        at += taken;
    }
    words
}

/// The longest run of tokens from here that sounds like a word of the League and is none. Two characters must be ones
/// that make no word with anything: any two sound like something.
fn mended<'d>(dictionary: &'d Dictionary, tokens: &[&str]) -> Option<(usize, &'d str)> {
    let (mut spoken, mut count, mut loose) = (String::new(), 0, true);
    let mut best = None;
    for (at, token) in tokens.iter().enumerate() {
        let length = token.chars().count();
        count += length;
        loose &= length == 1 && !dictionary.is_stop(token) && token.chars().all(|c| !c.is_ascii());
        if count > LONGEST {
            break;
        }
        token.chars().for_each(|c| sound::push(&mut spoken, c));
        if at > 0
            && (count > 2 || loose)
            && let Some(word) = dictionary.sounding(sound::hash(&spoken))
            && word.chars().count() == count
        {
            best = Some((at + 1, word));
        }
    }
    best
}

/// 二十八 becomes 28: numerals of two characters and more that count in tens.
fn figures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if "一二三四五六七八九十".contains(c) {
            run.push(c);
            continue;
        }
        match number(&run) {
            Some(number) => out.push_str(&number.to_string()),
            None => out.push_str(&run),
        }
        run.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn number(run: &str) -> Option<usize> {
    let digit = |text: &str| match text.chars().count() {
        1 => "一二三四五六七八九".chars().position(|c| text.starts_with(c)).map(|at| at + 1),
        _ => None,
    };
    let (tens, ones) = run.split_once('十')?;
    if tens.is_empty() && ones.is_empty() {
        return None;
    }
    let tens = if tens.is_empty() { 1 } else { digit(tens)? };
    let ones = if ones.is_empty() { 0 } else { digit(ones)? };
    Some(tens * 10 + ones)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Reading::of_text(text).tokens()
    }

    #[test]
    fn synonyms_dialect_and_courtesies_are_folded() {
        assert_eq!(read("请问老师，團關係咋轉？"), read("团组织关系怎么转"));
        assert_eq!(read("啥时候能领就业补贴"), read("什么时候可以领取就业补贴"));
        assert_eq!(read("满二十八岁"), read("满28岁"));
    }

    #[test]
    fn a_slip_of_the_input_method_is_recognised_by_its_sound() {
        assert_eq!(read("团废怎么交"), read("团费怎么交"));
        assert_eq!(read("志原者证书"), read("志愿者证书"));
        assert!(!read("我没退有谁管").contains("推优"), "two characters sound like many things");
    }

    #[test]
    fn what_is_kept_is_read_again_as_it_was() {
        let reading = Reading::of_text("毕业后团组织关系怎么转，要多久，ABC 2026？");
        assert_eq!(Reading::of_tokens(&reading.tokens()), reading);
        assert_eq!(Reading::of_tokens(&reading.tokens()).terms(UnitId(7)), reading.terms(UnitId(7)));
    }

    #[test]
    fn terms_know_their_tree_and_neither_order_nor_courtesies() {
        let terms = |text: &str, root: i64| Reading::of_text(text).terms(UnitId(root));
        let mut one = terms("毕业后团组织关系怎么转", 1);
        let mut other = terms("请问团关系咋转，毕业了", 1);
        one.sort_unstable();
        other.sort_unstable();
        assert_eq!(one, other);
        assert!(terms("毕业后团组织关系怎么转", 2).iter().all(|term| !one.contains(term)));
        assert!(terms("", 1).is_empty() && terms("怎么", 1).len() <= 2);
        assert!(
            terms(&"返乡青年在样例镇申请公租房补贴和创业贷款要什么材料".repeat(9), 1).len()
                <= 2 + MOST_PAIRS + MOST_ALONE
        );
    }

    #[test]
    fn a_question_without_a_subject_says_too_little() {
        assert!(!Reading::of_text("怎么报名？").says_enough());
        assert!(!Reading::of_text("在吗 请问一下").says_enough());
        assert!(Reading::of_text("怎么入团").says_enough());
    }
}
