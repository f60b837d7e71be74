//! What somebody wants to see of the list: `清单 路灯`, `清单 已办结 本月`, `清单 12`.

use super::ProblemState;
use crate::domain::text::normal;

/// Which states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// What is not settled; with a month, also what was settled in it.
    #[default]
    Usual,
    /// All.
    All,
    /// Those that are not settled.
    Unsettled,
    /// Those in one state.
    In(ProblemState),
}

/// Which month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Span {
    /// Any.
    #[default]
    Any,
    /// This one.
    ThisMonth,
    /// The one before.
    LastMonth,
}

/// What to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Which states.
    pub which: Which,
    /// Heard of or settled in which month.
    pub span: Span,
    /// Words that have to be in the text, in the normal form.
    pub words: Vec<String>,
}

/// The words that mean a state or a month.
pub const WORDS: &[&str] = &[
    "待办",
    "未办结",
    "待处理",
    "已上报",
    "在办",
    "处理中",
    "已转办",
    "转办",
    "已办结",
    "办结",
    "全部",
    "本月",
    "这个月",
    "上月",
    "上个月",
];

fn which(word: &str) -> Option<Which> {
    Some(match word {
        "待办" | "未办结" => Which::Unsettled,
        "待处理" => Which::In(ProblemState::Open),
        "已上报" => Which::In(ProblemState::Passed),
        "在办" | "处理中" => Which::In(ProblemState::InHand),
        "已转办" | "转办" => Which::In(ProblemState::Transferred),
        "已办结" | "办结" => Which::In(ProblemState::Settled),
        "全部" => Which::All,
        _ => return None,
    })
}

fn span(word: &str) -> Option<Span> {
    match word {
        "本月" | "这个月" => Some(Span::ThisMonth),
        "上月" | "上个月" => Some(Span::LastMonth),
        _ => None,
    }
}

impl Filter {
    /// Reads what follows the command's word.
    pub fn read(typed: &str) -> Self {
        let mut filter = Self::default();
        let typed = normal(typed);
        for word in typed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            match (which(word), span(word)) {
                (Some(which), _) => filter.which = which,
                (_, Some(span)) => filter.span = span,
                _ => filter.words.push(word.to_owned()),
            }
        }
        filter
    }

    /// Whether it asks for nothing in particular.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a state is wanted.
    pub fn wants(&self, state: ProblemState) -> bool {
        match self.which {
            Which::Usual => state.is_open() || (state == ProblemState::Settled && self.span != Span::Any),
            Which::All => state != ProblemState::Withdrawn,
            Which::Unsettled => state.is_open(),
            Which::In(wanted) => state == wanted,
        }
    }

    /// Whether a text has all the words that are wanted.
    pub fn fits(&self, text: &str) -> bool {
        let text = normal(text);
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_states_and_months_are_told_apart_in_any_order() {
        assert!(Filter::read("").is_plain());
        let filter = Filter::read("路燈 已办结，本月");
        assert_eq!(filter.which, Which::In(ProblemState::Settled));
        assert_eq!((filter.span, filter.words.as_slice()), (Span::ThisMonth, ["路灯".to_owned()].as_slice()));
        assert!(filter.fits("东街路灯不亮") && !filter.fits("井盖坏了"));
        for word in WORDS {
            assert!(Filter::read(word).words.is_empty(), "{word}");
        }
    }

    #[test]
    fn a_month_shows_what_was_settled_in_it_too() {
        assert!(!Filter::read("").wants(ProblemState::Settled));
        assert!(Filter::read("本月").wants(ProblemState::Settled));
        assert!(!Filter::read("本月 待办").wants(ProblemState::Settled));
        assert!(!Filter::read("全部").wants(ProblemState::Withdrawn));
    }
}
