//! Duties: who must do what, how much, per which period.

use serde::Deserialize;

use crate::domain::directory::{Person, Unit};
use crate::domain::people::{AssignmentKind, CadreKind, ContactMode, Level, Role, UnitKind};

/// A duty. Everything else (reminders, progress, digests, scores) is derived from it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Its key in score-cards and exports.
    pub key: String,
    /// Its name, for people.
    pub title: String,
    /// The clause of the document it comes from.
    #[serde(default)]
    pub clause: Option<String>,
    /// Who owes it.
    pub who: WhoOwes,
    /// Per which period.
    pub period: Period,
    /// For a standing duty: how many days back things count.
    #[serde(default)]
    pub window_days: Option<u32>,
    /// The kinds of record that count.
    #[serde(default)]
    pub of: Vec<String>,
    /// Only what happened where the cadre is tied so.
    #[serde(default)]
    pub at: Option<AssignmentKind>,
    /// Only people met in this way.
    #[serde(default)]
    pub mode: Option<ContactMode>,
    /// The ways to fulfil it; one suffices.
    #[serde(default)]
    pub needs: Vec<Way>,
    /// A checklist: every item is needed.
    #[serde(rename = "item", default)]
    pub items: Vec<Item>,
    /// A period with fewer workdays than this owes nothing.
    #[serde(default)]
    pub waive_when_workdays_below: u32,
    /// What is owed by somebody who was there for a part of the period.
    #[serde(default)]
    pub part_period: PartPeriod,
    /// How many days before the end of a period those who have not fulfilled it are reminded; see
    /// [`Duty::reminders`] for what holds where nothing is said.
    #[serde(default)]
    pub remind_days_before: Option<Vec<u32>>,
}

/// A line of a checklist.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its name, for people.
    pub title: String,
    /// The kinds of record that count; the duty's where there are none.
    #[serde(default)]
    pub of: Vec<String>,
    /// Only what happened where the cadre is tied so; the duty's where nothing is said.
    #[serde(default)]
    pub at: Option<AssignmentKind>,
    /// Only people met in this way.
    #[serde(default)]
    pub mode: Option<ContactMode>,
    /// The ways to fulfil it; one suffices.
    pub needs: Vec<Way>,
}

/// Who owes a duty: cadres, units, or the young people that records are about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhoOwes {
    /// These kinds of cadre.
    #[serde(default)]
    pub cadres: Vec<CadreKind>,
    /// These kinds of unit.
    #[serde(default)]
    pub units: Vec<UnitKind>,
    /// Young people with such records (入团积极分子): those that a committee keeps them for.
    #[serde(default)]
    pub young_people: bool,
    /// Only at these levels; all where there are none.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// Only cadres that are tied to a unit so.
    #[serde(default)]
    pub tied: Option<AssignmentKind>,
    /// Only cadres with one of these roles (书记班子); all where there are none.
    #[serde(default)]
    pub roles: Vec<Role>,
}

/// A period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A quarter of a calendar year.
    Quarter,
    /// January to June, July to December.
    HalfYear,
    /// A calendar year.
    Year,
    /// A stay: from the first to the last day of an assignment.
    Segment,
    /// At any time.
    Standing,
}

/// What is owed by somebody who was there for a part of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartPeriod {
    /// As large a part, rounded; nothing where that is nothing.
    #[default]
    InProportion,
    /// All of it.
    Whole,
    /// Nothing.
    Nothing,
}

/// What can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Records.
    Records,
    /// Stays: several days without going home are one.
    Stays,
    /// Distinct days.
    Days,
    /// Distinct days that are workdays.
    Workdays,
    /// The sum of the numbers: people, hours.
    Quantity,
    /// Distinct young people of the roster.
    YoungPeople,
    /// Distinct fields that they belong to.
    Fields,
    /// Distinct units that the cadre is tied to and has been at.
    AssignedUnits,
    /// Units that the cadre is tied to.
    Assigned,
    /// Young people on the roster.
    Roster,
    /// Workdays of the period on which the subject was there and not on leave.
    PeriodWorkdays,
}

/// One way to fulfil a duty: everything in it is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Way {
    records: Option<u32>,
    stays: Option<u32>,
    days: Option<u32>,
    workdays: Option<u32>,
    quantity: Option<u32>,
    young_people: Option<u32>,
    fields: Option<u32>,
    assigned_units: Option<u32>,
    assigned: Option<u32>,
    roster: Option<u32>,
    /// A share of one measure in another.
    pub ratio: Option<Ratio>,
}

/// A share that must be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    /// What is counted.
    pub part: Measure,
    /// What it is a share of.
    pub whole: Measure,
    /// In whole percent.
    pub percent: u32,
}

/// One thing that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// So much of a measure.
    AtLeast(Measure, u32),
    /// A share.
    Share(Ratio),
}

impl Way {
    /// Everything it needs.
    pub fn wants(&self) -> Vec<Want> {
        let plain = [
            (Measure::Records, self.records),
            (Measure::Stays, self.stays),
            (Measure::Days, self.days),
            (Measure::Workdays, self.workdays),
            (Measure::Quantity, self.quantity),
            (Measure::YoungPeople, self.young_people),
            (Measure::Fields, self.fields),
            (Measure::AssignedUnits, self.assigned_units),
            (Measure::Assigned, self.assigned),
            (Measure::Roster, self.roster),
        ];
        plain
            .into_iter()
            .filter_map(|(measure, least)| least.map(|least| Want::AtLeast(measure, least)))
            .chain(self.ratio.map(Want::Share))
            .collect()
    }
}

impl Measure {
    /// The measure word after a number: `3 个工作日`.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Records | Self::Stays => "次",
            Self::Days => "天",
            Self::Workdays | Self::PeriodWorkdays => "个工作日",
            Self::Quantity => "人",
            Self::YoungPeople => "名青年",
            Self::Fields => "个领域",
            Self::AssignedUnits | Self::Assigned => "个联系点",
            Self::Roster => "名在册青年",
        }
    }

    /// Whether it counts records; others are known without them.
    pub fn counts_records(self) -> bool {
        !matches!(self, Self::Assigned | Self::Roster | Self::PeriodWorkdays)
    }
}

impl Period {
    /// `本周`, `本季度`.
    pub fn this(self) -> &'static str {
        match self {
            Self::Week => "本周",
            Self::Month => "本月",
            Self::Quarter => "本季度",
            Self::HalfYear => "本半年",
            Self::Year => "今年",
            Self::Segment => "本次驻点",
            Self::Standing => "经常",
        }
    }
}

impl WhoOwes {
    /// Whether cadres owe it.
    pub fn is_cadres(&self) -> bool {
        !self.cadres.is_empty()
    }

    /// Whether units owe it.
    pub fn is_units(&self) -> bool {
        !self.units.is_empty()
    }

    /// Whether somebody of a unit owes it, as far as kind and level say so. Ties are asked for by whoever knows the day.
    pub fn includes_person(&self, person: &Person, unit: Option<&Unit>) -> bool {
        person.kind.is_some_and(|kind| self.cadres.contains(&kind))
            && self.includes_level(unit)
            && (self.roles.is_empty() || person.roles.iter().any(|role| self.roles.contains(role)))
    }

    /// Whether a unit owes it.
    pub fn includes_unit(&self, unit: &Unit) -> bool {
        self.units.contains(&unit.kind) && self.includes_level(Some(unit))
    }

    fn includes_level(&self, unit: Option<&Unit>) -> bool {
        self.levels.is_empty() || unit.is_some_and(|unit| self.levels.contains(&unit.level))
    }
}

impl Duty {
    /// How many days before the end of a period a reminder goes out.
    pub fn reminders(&self) -> &[u32] {
        match (&self.remind_days_before, self.period) {
            (Some(days), _) => days,
            // Thursday
            (None, Period::Week) => &[3],
            (None, Period::Month) => &[7, 3],
            (None, Period::Quarter) => &[30, 14, 3],
            (None, Period::HalfYear | Period::Year) => &[60, 30, 14],
            (None, Period::Segment) => &[3],
            // no end: it is brought up on the first workday of a month instead
            (None, Period::Standing) => &[],
        }
    }

    /// Of a duty that is so many days of a kind: how many.
    pub fn days_of(&self, kind: &str) -> Option<u32> {
        let [way] = self.needs.as_slice() else { return None };
        match way.wants().as_slice() {
            [Want::AtLeast(Measure::Days, days)] if self.of.iter().any(|one| one == kind) => Some(*days),
            _ => None,
        }
    }

    /// Its items; a plain duty is a checklist of one.
    pub fn parts(&self) -> Vec<Item> {
        if self.items.is_empty() {
            return vec![Item {
                title: self.title.clone(),
                of: self.of.clone(),
                at: self.at,
                mode: self.mode,
                needs: self.needs.clone(),
            }];
        }
        self.items
            .iter()
            .map(|item| Item {
                of: if item.of.is_empty() { self.of.clone() } else { item.of.clone() },
                at: item.at.or(self.at),
                mode: item.mode.or(self.mode),
                ..item.clone()
            })
            .collect()
    }
}
