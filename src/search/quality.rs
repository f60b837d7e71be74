//! How well similar questions are told from others, measured on labelled pairs.

use super::{Reading, score};

/// What a pair of questions is to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The answer to one answers the other.
    Same,
    /// One subject, another question.
    Related,
    /// Another subject.
    Different,
}

/// A labelled pair and its score.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What it is.
    pub label: Label,
    /// The topic it was written for.
    pub topic: &'static str,
    /// A published question.
    pub left: &'static str,
    /// One that comes in.
    pub right: &'static str,
    /// How alike they are found.
    pub score: f32,
    /// Whether it was kept out of choosing the threshold.
    pub held_out: bool,
}

/// Every labelled pair, scored. Lines that cannot be read are left out; a test says that there are none.
pub fn pairs() -> Vec<Pair> {
    let lines = include_str!("labelled.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.enumerate().filter_map(|(at, line)| read(line, at % 3 == 2)).collect()
}

fn read(line: &'static str, held_out: bool) -> Option<Pair> {
    let mut fields = line.split('\t');
    let label = match fields.next()? {
        "same" => Label::Same,
        "related" => Label::Related,
        "different" => Label::Different,
        _ => return None,
    };
    let (topic, left, right) = (fields.next()?, fields.next()?, fields.next()?);
    let score = score(&Reading::of_text(left), &Reading::of_text(right));
    Some(Pair { label, topic, left, right, score, held_out })
}

/// What a threshold does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// The threshold.
    pub threshold: f32,
    /// How many of the offered ones are the same question.
    pub precision: f32,
    /// How many of the same questions are offered.
    pub recall: f32,
    /// How many of the related ones are offered.
    pub related: f32,
    /// How many of the different ones are offered.
    pub different: f32,
}

/// What a threshold does with some pairs.
pub fn point<'p>(pairs: impl Iterator<Item = &'p Pair>, threshold: f32) -> Point {
    let (mut all, mut offered) = ([0_u16; 3], [0_u16; 3]);
    for pair in pairs {
        let label = pair.label as usize;
        all[label] += 1;
        offered[label] += u16::from(pair.score >= threshold);
    }
    let share = |part: u16, whole: u16| if whole == 0 { 1.0 } else { f32::from(part) / f32::from(whole) };
    let [same, related, different] = [0, 1, 2].map(|label| share(offered[label], all[label]));
    Point { threshold, precision: share(offered[0], offered.iter().sum()), recall: same, related, different }
}

/// The thresholds of the printed curve.
pub fn thresholds() -> impl Iterator<Item = f32> {
    (6_u8..=19).map(|step| f32::from(step) * 0.05)
}

#[cfg(test)]
mod tests {
    use super::super::THRESHOLD;
    use super::*;
    use crate::domain::id::UnitId;

    #[test]
    fn every_line_is_a_pair_and_every_topic_has_all_three_kinds() {
        let lines = include_str!("labelled.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let pairs = pairs();
        assert_eq!(pairs.len(), lines.count());
        assert!(pairs.len() >= 300);
        for topic in ["求学", "就业", "创业", "婚恋交友", "权益", "生活", "心理", "志愿", "团务", "其他"]
        {
            for label in [Label::Same, Label::Related, Label::Different] {
                let count = pairs.iter().filter(|pair| pair.topic == topic && pair.label == label).count();
                assert!(count >= 8, "{topic}: {count} of {label:?}");
            }
        }
    }

    #[test]
    fn what_is_alike_enough_shares_a_term_by_which_it_is_found() {
        let terms = |text| Reading::of_text(text).terms(UnitId(1));
        for pair in pairs().iter().filter(|pair| pair.score >= THRESHOLD) {
            let left = terms(pair.left);
            assert!(terms(pair.right).iter().any(|term| left.contains(term)), "{pair:?}");
        }
    }

    #[test]
    fn quality_at_the_chosen_threshold_does_not_fall() {
        let pairs = pairs();
        for held_out in [false, true] {
            let point = point(pairs.iter().filter(|pair| pair.held_out == held_out), THRESHOLD);
            assert!(point.precision >= 0.88 && point.recall >= 0.75, "held out: {held_out}, {point:?}");
            assert!(point.different <= 0.03, "held out: {held_out}, {point:?}");
        }
    }
}
