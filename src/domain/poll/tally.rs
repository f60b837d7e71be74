//! What came of a poll or a survey, and what of it may be told.

use super::{Form, Reply, Sort};

/// Of an anonymous one with fewer participants nothing is told but how many they are: of three answers one knows whose
/// they are.
pub const SMALLEST: usize = 5;

/// The answers to one question, added up.
#[derive(Clone, Debug, PartialEq)]
pub enum Tally {
    /// How often each option was chosen, by how many people.
    Choice {
        /// By option.
        counts: Vec<usize>,
        /// Who chose at all.
        people: usize,
    },
    /// Numbers, in order.
    Number {
        /// The values, the smallest first.
        values: Vec<f64>,
    },
    /// Words.
    Text {
        /// What was said, in no order that says anything.
        texts: Vec<String>,
    },
}

impl Tally {
    /// How many answered the question.
    pub fn people(&self) -> usize {
        match self {
            Self::Choice { people, .. } => *people,
            Self::Number { values } => values.len(),
            Self::Text { texts } => texts.len(),
        }
    }
}

/// Adds answers up, question by question. An answer that does not fit its question counts for nothing.
pub fn tally(form: &Form, answers: &[Vec<Reply>]) -> Vec<Tally> {
    let of = |(at, sort): (usize, &Sort)| {
        let replies = answers.iter().filter_map(|replies| replies.get(at));
        match sort {
            Sort::Choice { options, .. } => {
                let (mut counts, mut people) = (vec![0; options.len()], 0);
                for reply in replies {
                    let Reply::Chosen(chosen) = reply else { continue };
                    people += 1;
                    for one in chosen {
                        if let Some(count) = counts.get_mut(*one) {
                            *count += 1;
                        }
                    }
                }
                Tally::Choice { counts, people }
            }
            Sort::Number => {
                let number = |reply: &Reply| if let Reply::Number(value) = reply { Some(*value) } else { None };
                let mut values: Vec<f64> = replies.filter_map(number).collect();
                values.sort_by(f64::total_cmp);
                Tally::Number { values }
            }
            Sort::Text => {
                let text = |reply: &Reply| if let Reply::Text(text) = reply { Some(text.clone()) } else { None };
                Tally::Text { texts: replies.filter_map(text).collect() }
            }
        }
    };
    form.items.iter().map(|item| &item.sort).enumerate().map(of).collect()
}

/// A share in whole percent, rounded.
pub fn percent(part: usize, whole: usize) -> usize {
    (part * 100 + whole / 2).checked_div(whole).unwrap_or(0)
}

/// The mean and the middle of numbers that are in order; `None` of none.
pub fn mean_and_median(values: &[f64]) -> Option<(f64, f64)> {
    let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
    let mean = values.iter().sum::<f64>() / f64::from(count);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied()?;
    let median = if values.len().is_multiple_of(2) {
        f64::midpoint(values.get(middle.checked_sub(1)?).copied()?, upper)
    } else {
        upper
    };
    Some((mean, median))
}

/// A number as people write it: at most one place behind the point, and none where it is whole.
pub fn shown(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // minus nothing is nothing
    let rounded = if rounded == 0.0 { 0.0 } else { rounded };
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    use super::super::Item;
    use super::*;

    #[test]
    fn answers_are_added_up_and_skipped_ones_are_nobodys() {
        let item = |sort| Item { text: String::new(), sort };
        let options = vec!["甲".to_owned(), "乙".to_owned()];
        let form = Form {
            title: String::new(),
            items: vec![item(Sort::Choice { options, most: 2 }), item(Sort::Number), item(Sort::Text)],
        };
        let answers = vec![
            vec![Reply::Chosen(vec![0, 1]), Reply::Number(3.0), Reply::Text("好".into())],
            vec![Reply::Chosen(vec![1]), Reply::Skipped, Reply::Skipped],
            vec![Reply::Skipped, Reply::Number(1.0)],
            vec![Reply::Text("不合".into()), Reply::Chosen(vec![9])],
        ];
        assert_eq!(
            tally(&form, &answers),
            [
                Tally::Choice { counts: vec![1, 2], people: 2 },
                Tally::Number { values: vec![1.0, 3.0] },
                Tally::Text { texts: vec!["好".into()] }
            ]
        );
    }

    #[test]
    fn means_and_medians_are_written_as_people_write_them() {
        assert_eq!(mean_and_median(&[]), None);
        assert_eq!(mean_and_median(&[1.0, 2.0, 6.0]), Some((3.0, 2.0)));
        assert_eq!(mean_and_median(&[1.0, 2.0]), Some((1.5, 1.5)));
        let written: Vec<String> = [2.0, 2.25, -0.01, 1_000_000.0].map(shown).to_vec();
        assert_eq!(written, ["2", "2.3", "0", "1000000"]);
        assert_eq!((percent(1, 3), percent(2, 3), percent(1, 0)), (33, 67, 0));
    }
}
