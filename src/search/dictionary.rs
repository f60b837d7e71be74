//! The words of `dictionary.toml`, and jieba taught to keep them whole. Loaded once, on first use or by `warm_up`.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use jieba_rs::Jieba;
use serde::Deserialize;

use super::sound;

/// How much a word says about the subject of a question.
pub(super) mod weight {
    /// A word of the League, or of what young people ask about.
    pub(in crate::search) const KNOWN: f32 = 1.6;
    /// Any other word.
    pub(in crate::search) const WORD: f32 = 1.0;
    /// A single character: often the debris of a word that nobody knows.
    pub(in crate::search) const CHARACTER: f32 = 0.5;
    /// A word that stands in questions about anything.
    pub(in crate::search) const LIGHT: f32 = 0.4;
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    torn: Vec<String>,
    words: Vec<String>,
    same: Vec<Vec<String>>,
    asks: Vec<String>,
    near: Vec<[String; 2]>,
    stop: Vec<String>,
    light: Vec<String>,
    apart: Vec<Vec<String>>,
}

/// What is known about a word that stands for itself and its synonyms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// How much it says about the subject; 0 for a word that only asks.
    pub(super) weight: f32,
    /// The bit of what it asks; 0 for none.
    pub(super) asks: u16,
    /// Bits of the groups whose members are never meant for each other.
    pub(super) apart: u32,
}

pub(super) struct Dictionary {
    pub(super) jieba: Jieba,
    same: HashMap<String, String>,
    stop: HashSet<String>,
    known: HashMap<String, Known>,
    /// Words by their sound, for what was typed with other characters.
    by_sound: HashMap<u64, String>,
    /// For each bit of asking, the bits one answer usually serves as well, itself included.
    near: Vec<u16>,
}

/// The longest word that is recognised by its sound, in characters.
pub(super) const LONGEST: usize = 7;

static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();

/// The dictionary; loaded if it was not.
pub(super) fn get() -> &'static Dictionary {
    DICTIONARY.get_or_init(|| Dictionary::new(&file().unwrap_or_default()))
}

/// Whether it is loaded.
pub(super) fn is_loaded() -> bool {
    DICTIONARY.get().is_some()
}

fn file() -> Result<File, toml::de::Error> {
    toml::from_str(include_str!("dictionary.toml"))
}

impl Dictionary {
    fn new(file: &File) -> Self {
        let mut jieba = Jieba::new();
        let mut same = HashMap::new();
        for group in &file.same {
            if let Some(first) = group.first() {
                // a word in two groups belongs to the one that names it first
                for word in group {
                    same.entry(word.clone()).or_insert_with(|| first.clone());
                }
            }
        }
        for word in file.words.iter().chain(same.keys()) {
            if word.chars().nth(1).is_some() {
                jieba.add_word(word, None, None);
            }
        }
        for word in &file.torn {
            jieba.add_word(word, Some(0), None);
        }
        let first = |word: &String| same.get(word).unwrap_or(word).clone();
        let mut known: HashMap<String, Known> = HashMap::new();
        let plain = Known { weight: weight::WORD, asks: 0, apart: 0 };
        for word in &file.words {
            known.entry(first(word)).or_insert(plain).weight = weight::KNOWN;
        }
        for word in &file.light {
            known.entry(first(word)).or_insert(plain).weight = weight::LIGHT;
        }
        for (at, word) in file.asks.iter().enumerate().take(16) {
            let entry = known.entry(first(word)).or_insert(plain);
            (entry.asks, entry.weight) = (1 << at, 0.0);
        }
        for (at, group) in file.apart.iter().enumerate().take(32) {
            for word in group {
                let entry = known.entry(first(word)).or_insert(Known { weight: weight::KNOWN, ..plain });
                entry.apart |= 1 << at;
            }
        }
        let bit = |word: &String| known.get(&first(word)).map_or(0, |known| known.asks);
        let mut near: Vec<u16> = (0..16).map(|at| 1 << at).collect();
        for [one, other] in &file.near {
            let (one, other) = (bit(one), bit(other));
            for (a, b) in [(one, other), (other, one)] {
                if let Some(entry) = usize::try_from(a.trailing_zeros()).ok().and_then(|at| near.get_mut(at)) {
                    *entry |= b;
                }
            }
        }
        let by_sound = file
            .words
            .iter()
            .filter(|word| (2..=LONGEST).contains(&word.chars().count()))
            .map(|word| (sound::hash(&sound::of(word)), word.clone()))
            .collect();
        Self { jieba, same, stop: file.stop.iter().cloned().collect(), known, by_sound, near }
    }

    /// The word that stands for a word and its synonyms.
    pub(super) fn first<'w>(&'w self, word: &'w str) -> &'w str {
        self.same.get(word).map_or(word, String::as_str)
    }

    pub(super) fn is_stop(&self, word: &str) -> bool {
        self.stop.contains(word)
    }

    pub(super) fn known(&self, word: &str) -> Known {
        self.known.get(word).copied().unwrap_or_else(|| {
            let weight = if word.chars().nth(1).is_some() { weight::WORD } else { weight::CHARACTER };
            Known { weight, asks: 0, apart: 0 }
        })
    }

    /// A word of the League that sounds so.
    pub(super) fn sounding(&self, sound: u64) -> Option<&str> {
        self.by_sound.get(&sound).map(String::as_str)
    }

    /// What one answer usually serves, of what is asked.
    pub(super) fn near(&self, asks: u16) -> u16 {
        (0..16)
            .filter(|at| asks & (1 << at) != 0)
            .fold(0, |near, at: usize| near | self.near.get(at).copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_read_and_its_words_are_kept_whole() {
        let file = file().unwrap();
        assert!(file.asks.len() <= 16 && file.apart.len() <= 32, "more would need more bits");
        let dictionary = get();
        for sentence in ["毕业后团组织关系怎么转接", "青年之声在哪里问", "三支一扶和西部计划有什么区别"]
        {
            let words: Vec<&str> = dictionary.jieba.cut(sentence, false).into_iter().map(|token| token.word).collect();
            assert!(words.iter().any(|word| file.words.iter().any(|known| known == word)), "{words:?}");
        }
    }
}
