//! A chart in figures: what is drawn when the message goes out, and what the words beside it say.

use serde::{Deserialize, Serialize};

use super::text::printable;

/// Horizontal bars in one or several groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What stands behind every figure: 票, 人, %.
    pub unit: String,
    /// What the bars mean, where each has a second one beside it: 本周, 上周.
    pub series: Option<(String, String)>,
    /// The groups, from the top.
    pub groups: Vec<BarGroup>,
}

/// Bars that are measured against each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarGroup {
    /// What they have in common; may be empty.
    pub title: String,
    /// The figure that is as long as the whole width; the greatest one where nothing is said.
    pub full: Option<u32>,
    /// The bars, from the top.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Whose figure it is.
    pub label: String,
    /// The figure.
    pub value: u32,
    /// What it was before.
    pub before: Option<u32>,
}

/// The most bars of one picture: more than a telephone shows at once says nothing.
pub const MOST_BARS: usize = 60;

impl Chart {
    /// The same chart with everything taken out of its words that cannot be shown.
    pub fn printable(&self) -> Self {
        let clean = |text: &str| printable(text).replace('\n', " ");
        let bar = |bar: &Bar| Bar { label: clean(&bar.label), ..bar.clone() };
        let group = |group: &BarGroup| BarGroup {
            title: clean(&group.title),
            full: group.full,
            bars: group.bars.iter().map(bar).collect(),
        };
        Self {
            title: clean(&self.title),
            unit: clean(&self.unit),
            series: self.series.as_ref().map(|(now, before)| (clean(now), clean(before))),
            groups: self.groups.iter().map(group).collect(),
        }
    }

    /// How many bars there are.
    pub fn bars(&self) -> usize {
        self.groups.iter().map(|group| group.bars.len()).sum()
    }

    /// Whether there is something to draw, and not too much.
    pub fn is_worth_drawing(&self) -> bool {
        (1..=MOST_BARS).contains(&self.bars())
    }
}
