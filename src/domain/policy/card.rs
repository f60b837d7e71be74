//! Score-cards: indicators with points, deductions and bands.

use serde::Deserialize;

use super::duty::{Measure, Period};
use crate::domain::directory::{Person, Unit};
use crate::domain::people::{CadreKind, Level, UnitKind};

/// A score-card.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its key.
    pub key: String,
    /// Its name, for people.
    pub title: String,
    /// Who is graded.
    #[serde(rename = "for")]
    pub subject: CardFor,
    /// Over which period.
    pub period: Period,
    /// Points that everybody begins with.
    #[serde(default)]
    pub begins_with: f64,
    /// Grades by score, best first.
    #[serde(rename = "band", default)]
    pub bands: Vec<Band>,
    /// What is scored.
    #[serde(rename = "indicator")]
    pub indicators: Vec<Indicator>,
}

/// Who is graded by a card.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CardFor {
    /// These kinds of cadre.
    pub cadres: Vec<CadreKind>,
    /// These kinds of unit.
    pub units: Vec<UnitKind>,
    /// Only at these levels.
    pub levels: Vec<Level>,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its name: 优秀.
    pub title: String,
    /// From which score.
    pub from: f64,
}

/// A line of a card. Which of the fields are there says how it is scored: see [`Indicator::scoring`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Indicator {
    /// Its key.
    pub key: String,
    /// Its name, for people.
    pub title: String,
    /// A duty's key.
    duty: Option<String>,
    /// The most a duty or an average gives.
    points: Option<f64>,
    /// Whether a part of a duty gives a part of the points.
    in_part: bool,
    /// Kinds of record.
    of: Vec<String>,
    /// What is counted.
    count: Option<Measure>,
    /// Points for each.
    each: Option<f64>,
    /// The most that is given or taken off.
    at_most: Option<f64>,
    /// An imported figure: the heading under which it is imported.
    figure: Option<String>,
    /// The limit below which points are taken off.
    below: Option<f64>,
    /// Points taken off each time.
    deduct: Option<f64>,
    /// The figure that gives all points.
    full_at: Option<f64>,
}

/// How an indicator is scored.
#[derive(Clone, Debug, PartialEq)]
pub enum Scoring {
    /// Points for a duty: all where it is met, a part in proportion where `in_part`; of a unit, the share of its cadres.
    Duty {
        /// The duty's key.
        duty: String,
        /// The most it gives.
        points: f64,
        /// Whether a part done gives a part of the points.
        in_part: bool,
    },
    /// Points for each of what is counted.
    Count {
        /// The kinds of record.
        of: Vec<String>,
        /// What is counted.
        count: Measure,
        /// Points for each.
        each: f64,
        /// The most it gives.
        at_most: f64,
    },
    /// Points taken off each time an imported figure is below a limit.
    Below {
        /// The figure's key.
        figure: String,
        /// The limit.
        below: f64,
        /// Points taken off each time.
        deduct: f64,
        /// The most that is taken off.
        at_most: f64,
    },
    /// Points in proportion to the average of an imported figure.
    Average {
        /// The figure's key.
        figure: String,
        /// The figure that gives all points.
        full_at: f64,
        /// The most it gives.
        points: f64,
    },
}

impl Indicator {
    /// How it is scored; nothing where the fields do not fit together.
    pub fn scoring(&self) -> Option<Scoring> {
        match self {
            Self { duty: Some(duty), points: Some(points), figure: None, count: None, .. } => {
                Some(Scoring::Duty { duty: duty.clone(), points: *points, in_part: self.in_part })
            }
            Self { count: Some(count), each: Some(each), at_most: Some(at_most), duty: None, figure: None, .. } => {
                Some(Scoring::Count { of: self.of.clone(), count: *count, each: *each, at_most: *at_most })
            }
            Self {
                figure: Some(figure), below: Some(below), deduct: Some(deduct), duty: None, count: None, ..
            } => {
                let at_most = self.at_most.unwrap_or(f64::INFINITY);
                Some(Scoring::Below { figure: figure.clone(), below: *below, deduct: *deduct, at_most })
            }
            Self {
                figure: Some(figure),
                full_at: Some(full_at),
                points: Some(points),
                duty: None,
                count: None,
                ..
            } => Some(Scoring::Average { figure: figure.clone(), full_at: *full_at, points: *points }),
            _ => None,
        }
    }
}

impl CardFor {
    /// Whether it grades cadres.
    pub fn is_cadres(&self) -> bool {
        !self.cadres.is_empty()
    }

    /// Whether it grades somebody of a unit, as far as kind and level say so.
    pub fn includes_person(&self, person: &Person, unit: Option<&Unit>) -> bool {
        person.kind.is_some_and(|kind| self.cadres.contains(&kind)) && self.includes_level(unit)
    }

    /// Whether it grades a unit.
    pub fn includes_unit(&self, unit: &Unit) -> bool {
        self.units.contains(&unit.kind) && self.includes_level(Some(unit))
    }

    fn includes_level(&self, unit: Option<&Unit>) -> bool {
        self.levels.is_empty() || unit.is_some_and(|unit| self.levels.contains(&unit.level))
    }
}
