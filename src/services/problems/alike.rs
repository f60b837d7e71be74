//! THE SEAM: whether two texts are about one thing. Nothing else in this room compares texts.
//!
//! What stands here is the share of neighbouring characters that two texts have in common. It knows no words; the room
//! that does can take its place by making [`Words`] of its tokens and [`alike`] of its score.

/// From which share on texts are about one thing.
const ALIKE_FROM: f64 = 0.6;

/// A text as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    literal: String,
    pairs: Vec<(char, char)>,
}

impl Words {
    /// Of words as [`crate::domain::problem::words`] gives them.
    pub(super) fn of(words: &str) -> Self {
        let mut pairs: Vec<(char, char)> = words.chars().zip(words.chars().skip(1)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self { literal: words.to_owned(), pairs }
    }
}

/// Whether two texts are about one thing. The order does not matter.
pub(super) fn alike(a: &Words, b: &Words) -> bool {
    a.literal == b.literal || score(a, b) >= ALIKE_FROM
}

/// Between 0 and 1.
fn score(a: &Words, b: &Words) -> f64 {
    let (mut common, mut left, mut right) = (0_u32, a.pairs.iter().peekable(), b.pairs.iter().peekable());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        match one.cmp(other) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                common += 1;
                left.next();
                right.next();
            }
        }
    }
    let all = u32::try_from(a.pairs.len() + b.pairs.len()).unwrap_or(u32::MAX);
    if all == 0 { 0.0 } else { f64::from(2 * common) / f64::from(all) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::problem::words;

    #[test]
    fn the_same_thing_in_other_words_is_alike_and_another_thing_is_not() {
        let are = |a: &str, b: &str| alike(&Words::of(&words(a)), &Words::of(&words(b)));
        for (a, b) in [
            ("东街路灯不亮", "东街的路灯不亮了"),
            ("路灯不亮", "路燈，不亮！"),
            ("村里没有篮球场可以用", "村里没有篮球场"),
            ("急", "急"),
        ] {
            assert!(are(a, b) && are(b, a), "{a} / {b}");
        }
        for (a, b) in [("东街路灯不亮", "西街井盖坏了"), ("没有活动室", "没有篮球场"), ("", "路灯")]
        {
            assert!(!are(a, b), "{a} / {b}");
        }
    }
}
