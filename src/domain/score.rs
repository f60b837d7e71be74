//! Score-cards: what is known about a subject in, lines with points out. Pure.
//!
//! Points are whole hundredths: every line is rounded once, half up, and the total is the sum of what is shown. A line never
//! leaves the bounds its indicator gives it, whatever the figures are and whatever an appeal has decided.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::duty::DutyState;
use super::policy::{Card, Indicator, Measure, Scoring};

/// Points, in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

/// More than this nobody gives; it also keeps sums far from overflowing.
const MOST_POINTS: f64 = 1e9;

impl Points {
    /// Rounds to two decimals, half up: 1.005 is 1.01, −1.005 is −1.00.
    pub fn round(points: f64) -> Self {
        let bounded = if points.is_nan() { 0.0 } else { points.clamp(-MOST_POINTS, MOST_POINTS) };
        // 1.005 is a little less than that in binary; what is nearer than this to a half is one
        let hundredths = (bounded * 100.0 + 0.5 + 1e-6).floor();
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        Self(hundredths as i64)
    }

    /// As a number.
    pub fn value(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let hundredths = self.0 as f64;
        hundredths / 100.0
    }
}

impl std::ops::Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| sum + one)
    }
}

impl std::fmt::Display for Points {
    /// `12`, `-3.5`, `0.25`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, hundredths) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        match rest {
            0 => write!(f, "{sign}{whole}"),
            rest if rest % 10 == 0 => write!(f, "{sign}{whole}.{}", rest / 10),
            rest => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

/// How many millionths a whole duty is.
const WHOLE: u64 = 1_000_000;

/// How those who owe a duty stand with it, period by period. Sums of whole numbers, so that the order of adding is no matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DutyShares {
    /// Those who owe it, each period counted.
    pub owing: u32,
    /// Of them, those who did it.
    pub met: u32,
    /// Those who owe nothing this time: they count as having done it, so that a waiver worsens nothing.
    pub waived: u32,
    /// What all of them together did, in millionths of a duty.
    done: u64,
}

impl DutyShares {
    /// One subject in one period; `share_done` from 0 to 1.
    pub fn of(state: DutyState, share_done: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a million")]
        let millionths = (share_done.clamp(0.0, 1.0) * 1e6).round() as u64;
        match state {
            DutyState::Waived => Self { waived: 1, done: WHOLE, ..Self::default() },
            DutyState::Met => Self { owing: 1, met: 1, done: WHOLE, ..Self::default() },
            DutyState::OnTrack | DutyState::AtRisk | DutyState::Missed => {
                Self { owing: 1, done: millionths.min(WHOLE), ..Self::default() }
            }
        }
    }

    /// Whether nobody is there.
    pub fn is_empty(self) -> bool {
        self.owing + self.waived == 0
    }

    /// What was done of the whole, from 0 to 1: all of it where nothing is owed.
    fn share(self, in_part: bool) -> f64 {
        let all = u64::from(self.owing) + u64::from(self.waived);
        if all == 0 {
            return 1.0;
        }
        let done = if in_part { self.done } else { (u64::from(self.met) + u64::from(self.waived)) * WHOLE };
        #[expect(clippy::cast_precision_loss, reason = "a province's millionths are far below 2^52")]
        let share = done as f64 / (all * WHOLE) as f64;
        share
    }
}

impl std::ops::AddAssign for DutyShares {
    fn add_assign(&mut self, other: Self) {
        self.owing += other.owing;
        self.met += other.met;
        self.waived += other.waived;
        self.done += other.done;
    }
}

/// An imported figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The day it is about.
    pub day: NaiveDate,
    /// The figure, in the scale of the policy's limit.
    pub value: f64,
}

/// What is known about one subject for one indicator.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// How its duty stands.
    Duty(DutyShares),
    /// What was counted.
    Count(u32),
    /// The imported figures of the period, in any order.
    Figures(Vec<Figure>),
}

/// Where the points of a line come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// A duty.
    Duty(DutyShares),
    /// So many of what is counted.
    Count {
        /// How many.
        counted: u32,
        /// Of what.
        measure: Measure,
        /// Points for each.
        each: Points,
    },
    /// Points taken off each time a figure was below a limit.
    Below {
        /// The figures that were, by day.
        below: Vec<Figure>,
        /// How many figures there are.
        figures: u32,
        /// The limit.
        limit: f64,
        /// Points each time.
        deduct: Points,
    },
    /// The average of a figure.
    Average {
        /// The average; nothing where there are no figures.
        average: Option<f64>,
        /// How many figures there are.
        figures: u32,
        /// What gives all points.
        full_at: f64,
    },
    /// The policy does not say how it is scored, or what is known does not fit: no points.
    Nothing,
}

/// A line of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The indicator's key.
    pub key: String,
    /// Its name, for people.
    pub title: String,
    /// Its points.
    pub points: Points,
    /// What the figures alone would give, where an appeal has changed it.
    pub before_appeal: Option<Points>,
    /// Why.
    pub why: Why,
}

/// A card of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// What everybody begins with.
    pub begins_with: Points,
    /// Its lines, in the order of the policy.
    pub lines: Vec<Line>,
    /// What it begins with and all lines together.
    pub total: Points,
    /// The best band that it reaches.
    pub band: Option<String>,
}

/// The least and the most an indicator can give.
pub fn bounds(indicator: &Indicator) -> (Points, Points) {
    let none = Points::default();
    match indicator.scoring() {
        Some(Scoring::Duty { points, .. } | Scoring::Average { points, .. }) => (none, Points::round(points.max(0.0))),
        Some(Scoring::Count { at_most, .. }) => (none, Points::round(at_most.max(0.0))),
        Some(Scoring::Below { at_most, .. }) => (Points::round(-at_most.max(0.0)), none),
        None => (none, none),
    }
}

/// Scores a card. `known` has one entry for each indicator of the card, in its order; `decided` the points that appeals have
/// given, by the indicator's key.
pub fn score(card: &Card, known: &[Known], decided: &HashMap<String, Points>) -> Scored {
    let begins_with = Points::round(card.begins_with);
    let lines: Vec<Line> = card
        .indicators
        .iter()
        .enumerate()
        .map(|(at, indicator)| {
            let (points, why) = indicator
                .scoring()
                .and_then(|scoring| line(&scoring, known.get(at)?))
                .unwrap_or((Points::default(), Why::Nothing));
            let (least, most) = bounds(indicator);
            let by_figures = points.clamp(least, most);
            let decided = decided.get(&indicator.key).map(|points| (*points).clamp(least, most));
            Line {
                key: indicator.key.clone(),
                title: indicator.title.clone(),
                points: decided.unwrap_or(by_figures),
                before_appeal: decided.map(|_| by_figures),
                why,
            }
        })
        .collect();
    let total = begins_with + lines.iter().map(|line| line.points).sum();
    let band = card.bands.iter().find(|band| total >= Points::round(band.from)).map(|band| band.title.clone());
    Scored { begins_with, lines, total, band }
}

fn line(scoring: &Scoring, known: &Known) -> Option<(Points, Why)> {
    match (scoring, known) {
        (Scoring::Duty { points, in_part, .. }, Known::Duty(shares)) => {
            Some((Points::round(points * shares.share(*in_part)), Why::Duty(*shares)))
        }
        (Scoring::Count { count, each, at_most, .. }, Known::Count(counted)) => {
            let points = (f64::from(*counted) * each).min(*at_most);
            Some((Points::round(points), Why::Count { counted: *counted, measure: *count, each: Points::round(*each) }))
        }
        (Scoring::Below { below: limit, deduct, at_most, .. }, Known::Figures(figures)) => {
            let below: Vec<Figure> =
                in_order(figures).into_iter().filter(|figure| figure.value < *limit - NEARLY).collect();
            let taken = (f64::from(count(below.len())) * deduct.max(0.0)).min(at_most.max(0.0));
            let why = Why::Below {
                below,
                figures: count(figures.len()),
                limit: *limit,
                deduct: Points::round(deduct.max(0.0)),
            };
            Some((Points::round(-taken), why))
        }
        (Scoring::Average { full_at, points, .. }, Known::Figures(figures)) => {
            // added up in one order, so that the last digit does not depend on the order of import
            let sum: f64 = in_order(figures).iter().map(|figure| figure.value).sum();
            let average = (!figures.is_empty()).then(|| sum / f64::from(count(figures.len())));
            let share = average.map_or(0.0, |average| if *full_at > 0.0 { average / full_at } else { 1.0 });
            let why = Why::Average { average, figures: count(figures.len()), full_at: *full_at };
            Some((Points::round(points * share.clamp(0.0, 1.0)), why))
        }
        _ => None,
    }
}

/// Figures nearer than this to a limit have reached it.
const NEARLY: f64 = 1e-9;

fn in_order(figures: &[Figure]) -> Vec<Figure> {
    let mut figures = figures.to_vec();
    figures.sort_by(|a, b| a.day.cmp(&b.day).then(a.value.total_cmp(&b.value)));
    figures
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
