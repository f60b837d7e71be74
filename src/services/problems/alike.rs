//! THE SEAM: whether two texts are about one thing. Nothing else in this room compares texts.
//!
//! It is what finds similar questions ([`crate::search`]), from the same score on; and what is literally the same is the
//! same however little it says.

use crate::domain::id::UnitId;
use crate::domain::problem::words;
use crate::search::{Reading, THRESHOLD, score};

/// What a text is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key<'w> {
    /// A term of the search.
    Term(i64),
    /// All of it, literally.
    Literal(&'w str),
}

/// Terms are of one tree; here those of one list are compared with each other alone.
const EVERYWHERE: UnitId = UnitId(0);

/// A text as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Words {
    literal: String,
    reading: Reading,
}

impl Words {
    /// Of what somebody said.
    pub(super) fn of(text: &str) -> Self {
        Self { literal: words(text), reading: Reading::of_text(text) }
    }

    /// Of what was kept: the words, and their tokens where they have been read.
    pub(super) fn kept(words: &str, tokens: &str) -> Self {
        let reading = if tokens.is_empty() { Reading::of_text(words) } else { Reading::of_tokens(tokens) };
        Self { literal: words.to_owned(), reading }
    }

    /// Without marks, in the normal form.
    pub(super) fn literal(&self) -> &str {
        &self.literal
    }

    /// What it is found by: whatever is alike has one of these in common.
    pub(super) fn keys(&self) -> Vec<Key<'_>> {
        let terms = self.reading.terms(EVERYWHERE).into_iter().map(Key::Term);
        terms.chain([Key::Literal(&self.literal)]).collect()
    }

    /// To be kept.
    pub(super) fn tokens(&self) -> String {
        self.reading.tokens()
    }
}

/// Whether two texts are about one thing. The order does not matter.
pub(super) fn alike(a: &Words, b: &Words) -> bool {
    if a.literal == b.literal {
        return !a.literal.is_empty();
    }
    a.reading.says_enough() && b.reading.says_enough() && score(&a.reading, &b.reading) >= THRESHOLD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_in_other_words_is_alike_and_another_thing_is_not() {
        let are = |a: &str, b: &str| alike(&Words::of(a), &Words::of(b));
        for (a, b) in [
            ("东街路灯不亮", "东街的路灯不亮了"),
            ("路灯不亮", "路燈，不亮！"),
            ("村里没有篮球场可以用", "村里没有篮球场"),
            ("青年公寓怎么申请", "请问青年公寓咋申请？"),
            ("急", "急"),
        ] {
            assert!(are(a, b) && are(b, a), "{a} / {b}");
        }
        for (a, b) in [
            ("东街路灯不亮", "西街井盖坏了"),
            ("没有活动室", "没有篮球场"),
            ("怎么入团", "怎么退团"),
            ("", "路灯"),
            ("", "！"),
        ] {
            assert!(!are(a, b) && !are(b, a), "{a} / {b}");
        }
    }

    #[test]
    fn what_was_kept_is_compared_as_what_was_said() {
        let said = Words::of("东街的路灯，不亮了！");
        assert_eq!(Words::kept(said.literal(), &said.tokens()), said);
        assert!(alike(&Words::kept(said.literal(), ""), &said), "a row of before has no tokens");
    }
}
