//! How everybody stands with every duty: one grouped query per item, whoever is asked about.
//!
//! The progress message of one cadre, the reminder list, the digest, the ranking and the score-card are all views of what
//! is read here; for one cadre the same questions are asked with one more condition.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::AddAssign;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::{Calendar, DayRange, business_day};
use crate::domain::directory::{Directory, Person};
use crate::domain::duty::{Absence, DutyState, Presence, Span, Standing, Tally, evaluate, range_around};
use crate::domain::id::{PersonId, UnitId, YouthId};
use crate::domain::people::{AssignmentKind, UnitKind};
use crate::domain::policy::{Duty, Item, Measure, Period, Policy, Want, Way};
use crate::store::{ByUnit, Counted, Db, StoreError, Whose};

/// Who owes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A cadre.
    Person(PersonId),
    /// A unit.
    Unit(UnitId),
    /// A young person for whom records are kept.
    Youth(YouthId),
}

impl Subject {
    /// The young person, where it is one.
    pub fn youth(self) -> Option<YouthId> {
        match self {
            Self::Youth(youth) => Some(youth),
            _ => None,
        }
    }
}

/// About whom it is asked.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Everybody in a zone.
    Zone(Tz),
    /// A unit and everything below it.
    Subtree(UnitId),
    /// Some cadres, and no unit.
    People(&'a [PersonId]),
}

/// What is asked with.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// For reading.
    pub db: Db<'a>,
    /// Units, people and what they are tied to.
    pub directory: &'a Directory,
    /// The regulation.
    pub policy: &'a Policy,
    /// Workdays.
    pub calendar: &'a Calendar,
    /// The instant: records, leave and days as they stood then.
    pub at: DateTime<Utc>,
}

/// One duty for everybody asked about.
#[derive(Clone, Debug)]
pub struct DutyStandings<'a> {
    /// The duty.
    pub duty: &'a Duty,
    /// Its period.
    pub span: Span,
    /// How each subject stands; who does not owe it is not there.
    pub of: BTreeMap<Subject, Standing>,
    /// Of a duty that is counted from stay to stay: whose period is another one.
    own_spans: HashMap<PersonId, Span>,
}

impl DutyStandings<'_> {
    /// The period of one subject.
    pub fn span_of(&self, subject: Subject) -> Span {
        match subject {
            Subject::Person(person) => self.own_spans.get(&person).copied().unwrap_or(self.span),
            _ => self.span,
        }
    }
}

/// How many subjects are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DutySums {
    /// Those who owe something.
    pub owing: u32,
    /// Of them, those who have done it.
    pub met: u32,
    /// Those for whom time is short.
    pub at_risk: u32,
    /// Those who have not done it, and the period is over.
    pub missed: u32,
    /// Those who owe nothing this time.
    pub waived: u32,
}

impl AddAssign for DutySums {
    fn add_assign(&mut self, other: Self) {
        self.owing += other.owing;
        self.met += other.met;
        self.at_risk += other.at_risk;
        self.missed += other.missed;
        self.waived += other.waived;
    }
}

impl From<DutyState> for DutySums {
    fn from(state: DutyState) -> Self {
        let mut sums = Self { owing: 1, ..Self::default() };
        match state {
            DutyState::Waived => sums = Self { waived: 1, ..Self::default() },
            DutyState::Met => sums.met = 1,
            DutyState::AtRisk => sums.at_risk = 1,
            DutyState::Missed => sums.missed = 1,
            DutyState::OnTrack => {}
        }
        sums
    }
}

impl DutyStandings<'_> {
    /// The sums of each unit itself, ready for [`super::rollup::roll_up`].
    pub fn by_unit(&self, directory: &Directory) -> HashMap<UnitId, DutySums> {
        let mut own: HashMap<UnitId, DutySums> = HashMap::new();
        for (subject, standing) in &self.of {
            let unit = match subject {
                Subject::Person(person) => directory.person(*person).map(|person| person.unit),
                Subject::Unit(unit) => Some(*unit),
                Subject::Youth(_) => None,
            };
            if let Some(unit) = unit {
                *own.entry(unit).or_default() += standing.state.into();
            }
        }
        own
    }
}

/// More people than this are counted with everybody.
const ONE_BY_ONE: usize = 400;

/// Reads how the subjects of a scope stand with these duties, in the periods around a day (`day`, where it is not the day
/// of `asked.at`: the last day of a period that is over, say).
///
/// # Errors
/// The database's.
pub async fn read<'d>(
    asked: Asked<'_>,
    duties: impl IntoIterator<Item = &'d Duty>,
    scope: Scope<'_>,
    day: Option<NaiveDate>,
) -> Result<Vec<DutyStandings<'d>>, StoreError> {
    let directory = asked.directory;
    let zone = match scope {
        Scope::Zone(zone) => zone,
        Scope::Subtree(unit) => directory.zone_of(unit),
        Scope::People(people) => {
            let first = people.first().and_then(|person| directory.person(*person));
            first.map_or_else(|| directory.zones()[0], |person| directory.zone_of(person.unit))
        }
    };
    let today = business_day(asked.at, zone, asked.policy.day_starts_at);
    let people = people_of(directory, scope);
    let mut all = Vec::new();
    let mut reader =
        Reader { asked, today, day: day.unwrap_or(today), scope, people, rosters: None, absences: HashMap::new() };
    for duty in duties {
        all.push(reader.duty(duty).await?);
    }
    Ok(all)
}

fn people_of(directory: &Directory, scope: Scope<'_>) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = match scope {
        Scope::Zone(zone) => {
            directory.people().filter(|person| directory.zone_of(person.unit) == zone).map(|person| person.id).collect()
        }
        Scope::Subtree(unit) => directory
            .subtree(unit)
            .into_iter()
            .flat_map(|unit| directory.people_of(unit).map(|person| person.id).collect::<Vec<_>>())
            .collect(),
        Scope::People(people) => people.to_vec(),
    };
    people.sort_unstable();
    people
}

struct Reader<'a> {
    asked: Asked<'a>,
    today: NaiveDate,
    day: NaiveDate,
    scope: Scope<'a>,
    people: Vec<PersonId>,
    rosters: Option<HashMap<PersonId, u32>>,
    absences: HashMap<DayRange, HashMap<PersonId, Vec<Absence>>>,
}

impl Reader<'_> {
    async fn duty<'d>(&mut self, duty: &'d Duty) -> Result<DutyStandings<'d>, StoreError> {
        let calendar = self.asked.calendar;
        let span = Span::of(range_around(duty, self.day), self.today, calendar);
        let mut standings = DutyStandings { duty, span, of: BTreeMap::new(), own_spans: HashMap::new() };
        let items = duty.parts();
        let mut counted: Vec<HashMap<Subject, Tally>> = Vec::new();
        for item in &items {
            counted.push(self.count(duty, item, &span).await?);
        }
        let parts_of = |subject: Subject| -> Vec<(&Item, Tally)> {
            let tally = |counts: &HashMap<Subject, Tally>| counts.get(&subject).copied().unwrap_or_default();
            items.iter().zip(&counted).map(|(item, counts)| (item, tally(counts))).collect()
        };
        if duty.who.young_people {
            let young: HashSet<Subject> = counted.iter().flat_map(HashMap::keys).copied().collect();
            for subject in young {
                standings.of.insert(subject, evaluate(duty, &parts_of(subject), &span, Presence::Whole));
            }
            return Ok(standings);
        }
        if duty.who.is_units() {
            for unit in self.units().into_iter().filter_map(|unit| self.asked.directory.unit(unit)) {
                if duty.who.includes_unit(unit) {
                    let subject = Subject::Unit(unit.id);
                    standings.of.insert(subject, evaluate(duty, &parts_of(subject), &span, Presence::Whole));
                }
            }
            return Ok(standings);
        }
        self.read_absences(span.range).await?;
        for person in &self.people {
            let Some(person) = self.asked.directory.person(*person) else { continue };
            let Some(span) = self.owed_in(duty, person, &span) else { continue };
            let presence = self.presence(person, &span, standings.span.range);
            let subject = Subject::Person(person.id);
            standings.of.insert(subject, evaluate(duty, &parts_of(subject), &span, presence));
            if span != standings.span {
                standings.own_spans.insert(person.id, span);
            }
        }
        Ok(standings)
    }

    /// The period in which a person owes a duty, if they do.
    fn owed_in(&self, duty: &Duty, person: &Person, span: &Span) -> Option<Span> {
        let directory = self.asked.directory;
        if !duty.who.includes_person(person, directory.unit(person.unit)) {
            return None;
        }
        // who came after the period or left before it owes nothing in it
        if person.since.is_some_and(|since| since > span.range.last)
            || person.until.is_some_and(|until| until < span.range.first)
        {
            return None;
        }
        let Some(kind) = duty.who.tied else { return Some(*span) };
        let tied = directory.assignments_of(person.id).iter().filter(|one| one.kind == kind);
        if duty.period != Period::Segment {
            return tied.clone().any(|one| one.holds_within(span.range)).then_some(*span);
        }
        // from stay to stay: the one that holds on the day
        let stay = tied
            .filter(|one| one.holds(self.day))
            .find_map(|one| Some(DayRange { first: one.from?, last: one.to? }))?;
        Some(Span::of(stay, self.today, self.asked.calendar))
    }

    fn presence(&self, person: &Person, span: &Span, read: DayRange) -> Presence {
        let absences = self.absences.get(&read).and_then(|of| of.get(&person.id)).map_or(&[][..], Vec::as_slice);
        // a successor owes what the predecessor would have owed
        let since = if person.successor_of.is_some() { None } else { person.since };
        let here = match (since, person.until) {
            (None, None) => None,
            (since, until) => Some(DayRange {
                first: since.unwrap_or(span.range.first),
                last: until.unwrap_or(span.range.last).max(since.unwrap_or(span.range.first)),
            }),
        };
        Presence::of(span, here, absences, self.asked.calendar)
    }

    async fn read_absences(&mut self, range: DayRange) -> Result<(), StoreError> {
        if !self.absences.contains_key(&range) {
            let found = self.asked.db.list_absences(range, self.asked.at).await?;
            self.absences.insert(range, found);
        }
        Ok(())
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

    /// Counts one item for everybody in the scope.
    async fn count(&mut self, duty: &Duty, item: &Item, span: &Span) -> Result<HashMap<Subject, Tally>, StoreError> {
        let measures = measures_of(item);
        let off_days: Vec<NaiveDate> = if measures.contains(&Measure::Workdays) {
            // a stay's days are not known here; no stay reaches further than a year
            let reach = if duty.period == Period::Segment { 370 } else { 0 };
            let wide =
                DayRange { first: span.range.first - Days::new(reach), last: span.range.last + Days::new(reach) };
            wide.iter().filter(|day| !self.asked.calendar.is_workday(*day)).collect()
        } else {
            Vec::new()
        };
        let counted = Counted {
            kinds: &item.of,
            range: span.range,
            as_of: self.asked.at,
            at: item.at,
            mode: item.mode,
            measures: &measures,
            off_days: &off_days,
        };
        let counts_records = measures.iter().any(|measure| measure.counts_records()) && !item.of.is_empty();
        if duty.who.young_people {
            let found = self.asked.db.tally_youth(&counted).await?;
            return Ok(found.into_iter().map(|(youth, tally)| (Subject::Youth(youth), tally)).collect());
        }
        if duty.who.is_units() {
            let mut all = HashMap::new();
            // what a site is, is where things happen; what a committee is, is who does them
            let is_place = |kind: &UnitKind| *kind != UnitKind::Committee;
            if duty.who.units.iter().any(is_place) {
                let found = self.asked.db.tally_units(&counted, ByUnit::Place).await?;
                all.extend(found.into_iter().map(|(unit, tally)| (Subject::Unit(unit), tally)));
            }
            if duty.who.units.contains(&UnitKind::Committee) {
                for (unit, tally) in self.asked.db.tally_units(&counted, ByUnit::Author).await? {
                    let is_committee =
                        self.asked.directory.unit(unit).is_some_and(|unit| unit.kind == UnitKind::Committee);
                    if is_committee {
                        all.insert(Subject::Unit(unit), tally);
                    }
                }
            }
            return Ok(all);
        }
        let mut all: HashMap<Subject, Tally> = HashMap::new();
        if counts_records && !self.people.is_empty() {
            let whose = match (duty.period, duty.who.tied) {
                (Period::Segment, Some(kind)) => Whose::DuringAssignments(kind, self.day),
                _ if self.people.len() <= ONE_BY_ONE => Whose::Of(&self.people),
                _ => Whose::Everybodys,
            };
            let found = self.asked.db.tally_people(&counted, whose).await?;
            all.extend(found.into_iter().map(|(person, tally)| (Subject::Person(person), tally)));
        }
        self.add_stocks(&measures, item.at, span, &mut all).await?;
        Ok(all)
    }

    /// What is known without records: how many units somebody is tied to, how many young people are on their roster.
    async fn add_stocks(
        &mut self,
        measures: &[Measure],
        at: Option<AssignmentKind>,
        span: &Span,
        all: &mut HashMap<Subject, Tally>,
    ) -> Result<(), StoreError> {
        if measures.contains(&Measure::Roster) {
            if self.rosters.is_none() {
                let of = (self.people.len() <= ONE_BY_ONE).then_some(self.people.as_slice());
                self.rosters = Some(self.asked.db.count_rosters(self.today, of).await?);
            }
            let rosters = self.rosters.as_ref();
            for person in &self.people {
                let roster = rosters.and_then(|rosters| rosters.get(person)).copied().unwrap_or(0);
                all.entry(Subject::Person(*person)).or_default().roster = roster;
            }
        }
        if measures.contains(&Measure::Assigned) {
            for person in &self.people {
                let held = self.asked.directory.assignments_of(*person).iter();
                let units: HashSet<UnitId> = held
                    .filter(|one| at.is_none_or(|at| one.kind == at) && one.holds_within(span.range))
                    .map(|one| one.unit)
                    .collect();
                all.entry(Subject::Person(*person)).or_default().assigned =
                    u32::try_from(units.len()).unwrap_or(u32::MAX);
            }
        }
        Ok(())
    }
}

fn measures_of(item: &Item) -> Vec<Measure> {
    let mut measures: Vec<Measure> = item
        .needs
        .iter()
        .flat_map(Way::wants)
        .flat_map(|want| match want {
            Want::AtLeast(measure, _) => vec![measure],
            Want::Share(ratio) => vec![ratio.part, ratio.whole],
        })
        .collect();
    measures.sort_unstable();
    measures.dedup();
    measures
}
