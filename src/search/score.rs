//! How alike two readings are.

use super::dictionary::{self, weight};
use super::reading::{Reading, Word};

/// What was left over on both sides weighs this: something else was meant. This and the following were fitted to the
/// labelled pairs that are not held out, and rounded.
const REPLACED: f32 = 1.6;
/// What one side says more than the other: one may tell more of a story.
const ADDED: f32 = 0.2;
/// What is asked about the subject weighs as much as half a word.
const ASKED: f32 = 0.6;
/// How much of that is shared where one answer usually serves both ways of asking.
const ASKED_NEARLY: f32 = 0.45;
/// How much of it is missing where only one of them says what it asks.
const ASKED_BY_ONE: f32 = 0.5;
/// Two questions about one thing that ask differently.
const ASKED_DIFFERENTLY: f32 = 0.8;
/// How much of the lighter one is shared by two words of which one holds the other (大学, 大学生).
const PART: f32 = 0.5;
/// One names a thing and the other a thing that is never meant for it.
const APART: f32 = 0.45;

/// How alike two questions are, from 0 to 1. The same whatever else is published.
pub fn score(one: &Reading, other: &Reading) -> f32 {
    let mut sums = Sums::default();
    sums.words(one, other);
    if sums.shared == 0.0 {
        return 0.0;
    }
    let differing = sums.asks(one.asks, other.asks);
    let Sums { shared, left, right } = sums;
    let alike = shared / (shared + REPLACED * left.min(right) + ADDED * (left - right).abs());
    (alike * differing * telling_apart(one, other)).clamp(0.0, 1.0)
}

/// What both say, and what only one of them says.
#[derive(Default)]
struct Sums {
    shared: f32,
    left: f32,
    right: f32,
}

impl Sums {
    fn words(&mut self, one: &Reading, other: &Reading) {
        let mut others: Vec<&Word> = other.words.iter().filter(|word| !has(one, word)).collect();
        for word in &one.words {
            if has(other, word) {
                self.shared += word.weight;
                continue;
            }
            let Some(at) = others.iter().position(|other| is_part(word, other)) else {
                self.left += word.weight;
                continue;
            };
            let other = others.swap_remove(at);
            let part = PART * word.weight.min(other.weight);
            self.shared += part;
            self.left += word.weight - part;
            self.right += other.weight - part;
        }
        self.right += others.iter().map(|word| word.weight).sum::<f32>();
    }

    /// Adds what is asked; returns what is left of the score.
    fn asks(&mut self, one: u16, other: u16) -> f32 {
        if one & other != 0 {
            self.shared += ASKED;
        } else if one == 0 || other == 0 {
            let missing = if one == other { 0.0 } else { ASKED * ASKED_BY_ONE };
            *(if one == 0 { &mut self.right } else { &mut self.left }) += missing;
        } else if dictionary::get().near(one) & other != 0 {
            self.shared += ASKED * ASKED_NEARLY;
            self.left += ASKED * (1.0 - ASKED_NEARLY);
            self.right += ASKED * (1.0 - ASKED_NEARLY);
        } else {
            self.left += ASKED;
            self.right += ASKED;
            return ASKED_DIFFERENTLY;
        }
        1.0
    }
}

/// Whether a reading has a word, or one that sounds like it.
fn has(reading: &Reading, word: &Word) -> bool {
    reading.words.iter().any(|other| other.sound == word.sound)
}

/// Whether one of two words that say something holds the other. A Chinese character has three bytes.
fn is_part(one: &Word, other: &Word) -> bool {
    let says = |word: &Word| word.weight > weight::LIGHT && word.text.len() >= 6;
    says(one) && says(other) && (one.text.contains(&other.text) || other.text.contains(&one.text))
}

/// What is left of the score where each names a thing that the other does not, out of one group of things that exclude
/// each other.
fn telling_apart(one: &Reading, other: &Reading) -> f32 {
    let alone = |here: &Reading, there: &Reading| {
        here.words.iter().filter(|word| word.apart != 0 && !has(there, word)).fold(0, |all, word| all | word.apart)
    };
    if alone(one, other) & alone(other, one) == 0 { 1.0 } else { APART }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f32 {
        score(&Reading::of_text(one), &Reading::of_text(other))
    }

    #[test]
    fn a_question_is_itself_and_like_its_other_wordings() {
        assert!(alike("团费怎么交", "团费怎么交") > 0.99);
        assert!(alike("毕业后团组织关系怎么转", "请问毕业了团关系咋转") > 0.8);
        assert_eq!(alike("团费怎么交", "图书馆周末开门吗"), 0.0);
    }

    #[test]
    fn things_that_exclude_each_other_are_told_apart() {
        assert!(alike("怎么入团", "怎么退团") < 0.3);
        assert!(alike("团费每月交多少", "党费每月交多少") < 0.3);
        assert!(alike("团费交多少", "团费怎么交") < alike("团费交多少", "团费要交多少钱"));
    }
}
