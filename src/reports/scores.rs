//! Score-cards of everybody they grade, in one go: the duties' standings period by period, one grouped query for each
//! thing that is counted, one for figures, one for appeals. No query is about one subject.
//!
//! Of a unit's card: a duty of cadres gives the share of the unit's own cadres; where the unit has none that owe it, of
//! those below it. Records and figures are the unit's own.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};

use super::rollup::sums_below;
use super::standings::{self, Asked, DutyStandings, Scope, Subject};
use crate::domain::calendar::{DayRange, business_day};
use crate::domain::directory::Person;
use crate::domain::duty::{Tally, period_around, range_around};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::people::UnitKind;
use crate::domain::policy::{Card, Duty, Measure, Period, Scoring};
use crate::domain::score::{DutyShares, Figure, Known, Points, Scored, score};
use crate::store::{AppealState, ByUnit, Counted, Graded, StoreError, Whose};

/// A card of everybody asked about whom it grades.
#[derive(Clone, Debug)]
pub struct CardScores<'a> {
    /// The card.
    pub card: &'a Card,
    /// Its period.
    pub range: DayRange,
    /// Each subject's card.
    pub of: BTreeMap<Graded, Scored>,
}

/// More people than this are counted with everybody.
const ONE_BY_ONE: usize = 400;

/// Reads these cards for everybody in a scope, in the periods around a day (`day`, where it is not the day of `asked.at`).
///
/// # Errors
/// The database's.
pub async fn read<'c>(
    asked: Asked<'_>,
    cards: impl IntoIterator<Item = &'c Card>,
    scope: Scope<'_>,
    day: Option<NaiveDate>,
) -> Result<Vec<CardScores<'c>>, StoreError> {
    let zone = scope_zone(asked, scope);
    let today = business_day(asked.at, zone, asked.policy.day_starts_at);
    let mut reader = Reader { asked, scope, today, standings: HashMap::new() };
    let mut all = Vec::new();
    for card in cards {
        all.push(reader.card(card, day.unwrap_or(today)).await?);
    }
    Ok(all)
}

fn scope_zone(asked: Asked<'_>, scope: Scope<'_>) -> chrono_tz::Tz {
    match scope {
        Scope::Zone(zone) => zone,
        Scope::Subtree(unit) => asked.directory.zone_of(unit),
        Scope::People(people) => {
            let first = people.first().and_then(|person| asked.directory.person(*person));
            first.map_or_else(|| asked.directory.zones()[0], |person| asked.directory.zone_of(person.unit))
        }
    }
}

/// The last day of each period of a duty that ends in a run of days.
pub fn ends_in(duty: &Duty, range: DayRange) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    let mut at = range.first;
    while at <= range.last {
        let period = range_around(duty, at);
        if period.last <= range.last {
            days.push(period.last);
        }
        at = period.last + Days::new(1);
    }
    days
}

/// The days at which a duty is looked at for a card: the last day of each of its periods that ends in the card's and has
/// begun; where there is none (a yearly duty on a monthly card), the card's last day or today.
pub fn days_looked_at(duty: &Duty, range: DayRange, today: NaiveDate) -> Vec<NaiveDate> {
    let last = range.last.min(today.max(range.first));
    let mut days = match duty.period {
        Period::Standing | Period::Segment => Vec::new(),
        _ => ends_in(duty, range),
    };
    days.retain(|day| range_around(duty, *day).first <= last);
    if days.is_empty() { vec![last] } else { days }
}

struct Reader<'a> {
    asked: Asked<'a>,
    scope: Scope<'a>,
    today: NaiveDate,
    /// How a duty stands in each period of a card's, read once however many indicators ask.
    standings: HashMap<(String, DayRange), HashMap<Subject, DutyShares>>,
}

impl Reader<'_> {
    async fn card<'c>(&mut self, card: &'c Card, day: NaiveDate) -> Result<CardScores<'c>, StoreError> {
        let range = period_around(card.period, day);
        let subjects = self.subjects(card, range);
        let mut known: BTreeMap<Graded, Vec<Known>> = subjects.iter().map(|one| (*one, Vec::new())).collect();
        if subjects.is_empty() {
            return Ok(CardScores { card, range, of: BTreeMap::new() });
        }
        let figures = self.figures(card, range).await?;
        for indicator in &card.indicators {
            let Some(scoring) = indicator.scoring() else {
                known.values_mut().for_each(|known| known.push(Known::Count(0)));
                continue;
            };
            let of: HashMap<Graded, Known> = match &scoring {
                Scoring::Duty { duty, .. } => self.duty(duty, range, &subjects).await?,
                Scoring::Count { of, count, .. } => self.count(card, of, *count, range).await?,
                Scoring::Below { figure, .. } | Scoring::Average { figure, .. } => {
                    figures.get(figure).cloned().unwrap_or_default()
                }
            };
            for (subject, known) in &mut known {
                let nothing = || match scoring {
                    Scoring::Duty { .. } => Known::Duty(DutyShares::default()),
                    Scoring::Count { .. } => Known::Count(0),
                    Scoring::Below { .. } | Scoring::Average { .. } => Known::Figures(Vec::new()),
                };
                known.push(of.get(subject).cloned().unwrap_or_else(nothing));
            }
        }
        let decided = self.decided(card, range).await?;
        let none = HashMap::new();
        let of = known
            .into_iter()
            .map(|(subject, known)| (subject, score(card, &known, decided.get(&subject).unwrap_or(&none))))
            .collect();
        Ok(CardScores { card, range, of })
    }

    /// Whom a card grades in the scope.
    fn subjects(&self, card: &Card, range: DayRange) -> Vec<Graded> {
        let directory = self.asked.directory;
        if let Scope::People(people) = self.scope {
            let people = people.iter().filter_map(|person| directory.person(*person));
            return people
                .filter(|person| self.grades(card, person, range))
                .map(|one| Graded::Person(one.id))
                .collect();
        }
        let units = self.units();
        if card.subject.is_cadres() {
            let people = units.iter().flat_map(|unit| directory.people_of(*unit));
            return people
                .filter(|person| self.grades(card, person, range))
                .map(|one| Graded::Person(one.id))
                .collect();
        }
        let units = units.into_iter().filter_map(|unit| directory.unit(unit));
        units.filter(|unit| card.subject.includes_unit(unit)).map(|unit| Graded::Unit(unit.id)).collect()
    }

    fn grades(&self, card: &Card, person: &Person, range: DayRange) -> bool {
        card.subject.includes_person(person, self.asked.directory.unit(person.unit))
            && person.since.is_none_or(|since| since <= range.last)
            && person.until.is_none_or(|until| until >= range.first)
    }

    fn units(&self) -> Vec<UnitId> {
        let directory = self.asked.directory;
        match self.scope {
            Scope::Zone(zone) => {
                directory.units().map(|unit| unit.id).filter(|unit| directory.zone_of(*unit) == zone).collect()
            }
            Scope::Subtree(unit) => directory.subtree(unit),
            Scope::People(_) => Vec::new(),
        }
    }

    async fn duty(
        &mut self,
        key: &str,
        range: DayRange,
        subjects: &[Graded],
    ) -> Result<HashMap<Graded, Known>, StoreError> {
        let Some(duty) = self.asked.policy.duty(key) else { return Ok(HashMap::new()) };
        let slot = (key.to_owned(), range);
        if !self.standings.contains_key(&slot) {
            let shares = self.shares(duty, range).await?;
            self.standings.insert(slot.clone(), shares);
        }
        let Some(shares) = self.standings.get(&slot) else { return Ok(HashMap::new()) };
        let mut below: HashMap<UnitId, DutyShares> = HashMap::new();
        if duty.who.is_cadres() && subjects.iter().any(|one| matches!(one, Graded::Unit(_))) {
            below = self.shares_below(shares);
        }
        let found = subjects.iter().map(|subject| {
            let shares = match subject {
                Graded::Person(person) => shares.get(&Subject::Person(*person)).copied(),
                Graded::Unit(unit) if duty.who.is_cadres() => below.get(unit).copied(),
                Graded::Unit(unit) => shares.get(&Subject::Unit(*unit)).copied(),
            };
            (*subject, Known::Duty(shares.unwrap_or_default()))
        });
        Ok(found.collect())
    }

    /// Of each unit: its own cadres, or where none of them owes the duty, those below it.
    fn shares_below(&self, shares: &HashMap<Subject, DutyShares>) -> HashMap<UnitId, DutyShares> {
        let directory = self.asked.directory;
        let mut own: HashMap<UnitId, DutyShares> = HashMap::new();
        for (subject, shares) in shares {
            if let Subject::Person(person) = subject
                && let Some(person) = directory.person(*person)
            {
                *own.entry(person.unit).or_default() += *shares;
            }
        }
        let tops = match self.scope {
            Scope::Subtree(unit) => vec![unit],
            _ => directory.roots().to_vec(),
        };
        let mut all: HashMap<UnitId, DutyShares> = HashMap::new();
        for top in tops {
            all.extend(sums_below(directory, top, &own));
        }
        all.extend(own.into_iter().filter(|(_, shares)| !shares.is_empty()));
        all
    }

    /// How everybody stands with a duty in the periods of a card's. A period that is still open and not yet fulfilled says
    /// nothing, unless it is the only one.
    async fn shares(&self, duty: &Duty, range: DayRange) -> Result<HashMap<Subject, DutyShares>, StoreError> {
        let days = days_looked_at(duty, range, self.today);
        let mut all: HashMap<Subject, DutyShares> = HashMap::new();
        for day in &days {
            let read = standings::read(self.asked, [duty], self.scope, Some(*day)).await?;
            for of_duty in &read {
                let DutyStandings { of, .. } = of_duty;
                for (subject, standing) in of {
                    if days.len() == 1 || !standing.state.is_open() {
                        *all.entry(*subject).or_default() += DutyShares::of(standing.state, standing.share_done());
                    }
                }
            }
        }
        Ok(all)
    }

    async fn count(
        &self,
        card: &Card,
        kinds: &[String],
        measure: Measure,
        range: DayRange,
    ) -> Result<HashMap<Graded, Known>, StoreError> {
        if kinds.is_empty() {
            return Ok(HashMap::new());
        }
        let Asked { db, directory, calendar, at, .. } = self.asked;
        let off_days: Vec<NaiveDate> = match measure {
            Measure::Workdays => range.iter().filter(|day| !calendar.is_workday(*day)).collect(),
            _ => Vec::new(),
        };
        let measures = [measure];
        let counted =
            Counted { kinds, range, as_of: at, at: None, mode: None, measures: &measures, off_days: &off_days };
        let known = |tally: Tally| Known::Count(counted_of(tally, measure));
        if card.subject.is_cadres() {
            let everybody: Vec<PersonId>;
            let whose = match self.scope {
                Scope::People(people) => Whose::Of(people),
                Scope::Zone(_) => Whose::Everybodys,
                Scope::Subtree(unit) => {
                    everybody = directory
                        .subtree(unit)
                        .into_iter()
                        .flat_map(|unit| directory.people_of(unit).map(|person| person.id).collect::<Vec<_>>())
                        .collect();
                    match everybody.len() {
                        0 => return Ok(HashMap::new()),
                        few if few <= ONE_BY_ONE => Whose::Of(&everybody),
                        _ => Whose::Everybodys,
                    }
                }
            };
            let found = db.tally_people(&counted, whose).await?;
            return Ok(found.into_iter().map(|(person, tally)| (Graded::Person(person), known(tally))).collect());
        }
        // what a committee is, is who does things; what a site is, is where they happen
        let is_committee = |unit: &UnitId| directory.unit(*unit).is_some_and(|unit| unit.kind == UnitKind::Committee);
        let mut all = HashMap::new();
        if card.subject.units.contains(&UnitKind::Committee) {
            let found = db.tally_units(&counted, ByUnit::Author).await?;
            let found = found.into_iter().filter(|(unit, _)| is_committee(unit));
            all.extend(found.map(|(unit, tally)| (Graded::Unit(unit), known(tally))));
        }
        if card.subject.units.iter().any(|kind| *kind != UnitKind::Committee) {
            let found = db.tally_units(&counted, ByUnit::Place).await?;
            let found = found.into_iter().filter(|(unit, _)| !is_committee(unit));
            all.extend(found.map(|(unit, tally)| (Graded::Unit(unit), known(tally))));
        }
        Ok(all)
    }

    /// Every figure of a card, by its key and subject.
    async fn figures(
        &self,
        card: &Card,
        range: DayRange,
    ) -> Result<HashMap<String, HashMap<Graded, Known>>, StoreError> {
        let mut keys: Vec<String> = card
            .indicators
            .iter()
            .filter_map(|indicator| match indicator.scoring() {
                Some(Scoring::Below { figure, .. } | Scoring::Average { figure, .. }) => Some(figure),
                _ => None,
            })
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let mut all: HashMap<String, HashMap<Graded, Known>> = HashMap::new();
        for row in self.asked.db.list_figures(&keys, range, self.asked.at).await? {
            let known = all.entry(row.figure).or_default().entry(row.of).or_insert_with(|| Known::Figures(Vec::new()));
            if let Known::Figures(figures) = known {
                figures.push(Figure { day: row.day, value: row.value });
            }
        }
        Ok(all)
    }

    /// The points that appeals against a card of this period have given, by subject and indicator; of several the latest.
    async fn decided(
        &self,
        card: &Card,
        range: DayRange,
    ) -> Result<HashMap<Graded, HashMap<String, Points>>, StoreError> {
        let begun = DayRange { first: range.first, last: range.first };
        let mut appeals = self.asked.db.list_appeals(begun, self.asked.at).await?;
        appeals.retain(|appeal| appeal.card == card.key && appeal.state == AppealState::Changed);
        appeals.sort_by_key(|appeal| (appeal.decided_at_ms, appeal.number));
        let mut all: HashMap<Graded, HashMap<String, Points>> = HashMap::new();
        for appeal in appeals {
            if let Some(points) = appeal.points {
                all.entry(appeal.of).or_default().insert(appeal.indicator, Points::round(points));
            }
        }
        Ok(all)
    }
}

fn counted_of(tally: Tally, measure: Measure) -> u32 {
    match measure {
        Measure::Records => tally.records,
        Measure::Stays => tally.stays,
        Measure::Days => tally.days,
        Measure::Workdays => tally.workdays,
        Measure::Quantity => tally.quantity,
        Measure::YoungPeople => tally.young_people,
        Measure::Fields => tally.fields,
        Measure::AssignedUnits => tally.assigned_units,
        // these are no records; the check of a policy says so
        Measure::Assigned | Measure::Roster | Measure::PeriodWorkdays => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::{PRESETS, Policy};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn duty(period: &str) -> Duty {
        let text = PRESETS[0].1.replacen("period = \"week\"", &format!("period = \"{period}\""), 1);
        Policy::from_toml(&text).unwrap().duties.remove(0)
    }

    #[test]
    fn a_week_belongs_to_the_card_in_whose_period_it_ends_and_a_longer_period_is_looked_at_as_it_stands() {
        let november = DayRange::month_of(day("2026-11-10"));
        let looked = |period: &str, today: &str| days_looked_at(&duty(period), november, day(today));
        let sundays = ["2026-11-01", "2026-11-08", "2026-11-15", "2026-11-22", "2026-11-29"].map(day);
        assert_eq!(looked("week", "2026-12-20"), sundays);
        assert_eq!(looked("week", "2026-11-11"), sundays[..3], "weeks to come say nothing");
        assert_eq!(looked("month", "2026-11-11"), [day("2026-11-30")]);
        assert_eq!(looked("year", "2026-11-11"), [day("2026-11-11")]);
        assert_eq!(looked("year", "2026-12-20"), [day("2026-11-30")]);
    }
}
