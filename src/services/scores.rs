//! Score-cards as messages: 考核, 考核明细, and appeals against a line.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::Rulebook;
use crate::domain::calendar::{DayRange, business_day, month_day};
use crate::domain::directory::{Directory, Person};
use crate::domain::duty::period_around;
use crate::domain::event::InboundEvent;
use crate::domain::id::{PersonId, UnitId};
use crate::domain::message::UserText;
use crate::domain::people::{Role, UnitKind};
use crate::domain::permission::{Who, reaches};
use crate::domain::policy::{Card, Indicator, Period, Policy, Scoring};
use crate::domain::score::{Figure, Line, Points, Scored, Why, bounds};
use crate::domain::text::normal;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::reports::scores::{self, CardScores};
use crate::reports::standings::{Asked, Scope};
use crate::store::{
    Appeal, AppealDecision, AppealState, Behind, BehindOf, Db, Graded, LedgerRow, NewAppeal, Target, Tx,
};
use crate::templates::contexts::{
    AppealCame, AppealDecided, AppealOpen, AppealOver, AppealOwn, AppealPoints, AppealSettled, AppealTaken,
    AppealUsage, BehindLine, DecisionUsage, NoSuchAppeal, NoSuchIndicator, RankLine, ScoreBehind, ScoreCard, ScoreLine,
    Scores,
};

/// How many units a ranking lists.
const LISTED: usize = 40;

/// How many records or figures stand below a line.
const BEHIND: usize = 30;

/// How long what is told about an appeal is worth reading.
const VALID: TimeDelta = TimeDelta::days(7);

/// Which period of a card is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The one that runs.
    Now,
    /// The one before.
    Before,
}

/// Words for the period before the one that runs.
const BEFORE: [&str; 8] = ["上期", "上个月", "上月", "上周", "上季度", "上半年", "去年", "上年"];

impl When {
    /// Takes a leading 上期 or 上月 off what was typed.
    pub fn take(typed: &str) -> (Self, &str) {
        let typed = typed.trim();
        BEFORE
            .iter()
            .find_map(|word| {
                let rest = typed.strip_prefix(word)?;
                (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| (Self::Before, rest.trim_start()))
            })
            .unwrap_or((Self::Now, typed))
    }

    /// A day of the period.
    fn day(self, card: &Card, today: NaiveDate) -> NaiveDate {
        match self {
            Self::Now => today,
            Self::Before => period_around(card.period, today).first - Days::new(1),
        }
    }
}

/// What score-cards are asked with: where to read, as of when.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// For reading.
    pub db: Db<'a>,
    /// Units and people.
    pub directory: &'a Directory,
    /// Policy and calendar.
    pub rules: &'a Rulebook,
    /// The instant.
    pub at: DateTime<Utc>,
}

impl<'a> Desk<'a> {
    fn asked(&self) -> Asked<'a> {
        self.rules.asked(self.db, self.directory, self.at)
    }

    fn today(&self, of: Graded) -> NaiveDate {
        let zone = self.directory.zone_of(unit_of(self.directory, of));
        business_day(self.at, zone, self.rules.policy.day_starts_at)
    }

    /// The cards that grade a subject, each read for everybody below a unit (or for one cadre).
    async fn read(&self, of: Graded, when: When) -> Result<Vec<CardScores<'a>>, Fault> {
        let policy = &self.rules.policy;
        let today = self.today(of);
        let mut all = Vec::new();
        for card in policy.cards.iter().filter(|card| card.subject.is_cadres() == matches!(of, Graded::Person(_))) {
            let day = Some(when.day(card, today));
            let people;
            let scope = match of {
                Graded::Unit(unit) => Scope::Subtree(unit),
                Graded::Person(person) => {
                    people = [person];
                    Scope::People(&people)
                }
            };
            all.extend(scores::read(self.asked(), [card], scope, day).await?);
        }
        Ok(all)
    }
}

/// The unit of a subject.
fn unit_of(directory: &Directory, of: Graded) -> UnitId {
    match of {
        Graded::Unit(unit) => unit,
        Graded::Person(person) => directory.person(person).map_or(UnitId(0), |person| person.unit),
    }
}

/// The name of a subject.
pub fn name_of(directory: &Directory, of: Graded) -> &str {
    match of {
        Graded::Unit(unit) => directory.unit_name(unit),
        Graded::Person(person) => directory.person_name(person),
    }
}

/// The cards of a subject, those of a unit with the ranking of the units right below it.
///
/// # Errors
/// The database's.
pub async fn cards_of(desk: Desk<'_>, of: Graded, when: When) -> Result<Vec<ScoreCard>, Fault> {
    let found = desk.read(of, when).await?;
    let cards = found.iter().filter_map(|scores| view(desk, scores, of));
    Ok(cards.collect())
}

/// Everything asked for in one message.
pub fn message(cards: Vec<ScoreCard>) -> Scores {
    Scores { cards }
}

fn view(desk: Desk<'_>, scores: &CardScores<'_>, of: Graded) -> Option<ScoreCard> {
    let directory = desk.directory;
    let own = scores.of.get(&of);
    let mut ranking = match of {
        Graded::Unit(unit) => ranking(directory, scores, unit),
        Graded::Person(_) => Vec::new(),
    };
    if own.is_none() && ranking.is_empty() {
        return None;
    }
    let more = ranking.len().saturating_sub(LISTED);
    ranking.truncate(LISTED);
    Some(ScoreCard {
        title: scores.card.title.clone(),
        period: period_title(scores.card.period, scores.range),
        name: UserText::new(name_of(directory, of)),
        graded: own.is_some(),
        begins_with: match own {
            Some(own) if own.begins_with != Points::default() => own.begins_with.to_string(),
            _ => String::new(),
        },
        lines: own.map(|own| lines(&desk.rules.policy, scores.card, own)).unwrap_or_default(),
        total: own.map(|own| own.total.to_string()).unwrap_or_default(),
        band: own.and_then(|own| own.band.clone()).unwrap_or_default(),
        ranking,
        more,
    })
}

/// The units right below a unit, best first; those with the same points share a place.
pub fn ranking(directory: &Directory, scores: &CardScores<'_>, unit: UnitId) -> Vec<RankLine> {
    let children = directory.children(unit).iter();
    let mut graded: Vec<(UnitId, &Scored)> =
        children.filter_map(|child| Some((*child, scores.of.get(&Graded::Unit(*child))?))).collect();
    // a stable sort: equals stay in the order of the directory
    graded.sort_by_key(|(_, scored)| std::cmp::Reverse(scored.total));
    graded
        .iter()
        .map(|(child, scored)| RankLine {
            place: 1 + graded.iter().filter(|(_, other)| other.total > scored.total).count(),
            name: UserText::new(directory.unit_name(*child)),
            total: scored.total.to_string(),
            band: scored.band.clone().unwrap_or_default(),
        })
        .collect()
}

fn lines(policy: &Policy, card: &Card, scored: &Scored) -> Vec<ScoreLine> {
    card.indicators.iter().zip(&scored.lines).map(|(indicator, one)| line(policy, indicator, one)).collect()
}

fn line(policy: &Policy, indicator: &Indicator, line: &Line) -> ScoreLine {
    let mut why = why(policy, indicator, &line.why);
    if let Some(before) = line.before_appeal {
        why = format!("申诉后改定，原为 {before} 分：{why}");
    }
    ScoreLine { title: line.title.clone(), points: line.points.to_string(), why }
}

fn why(policy: &Policy, indicator: &Indicator, why: &Why) -> String {
    match why {
        Why::Duty(shares) if shares.owing == 0 => "不作要求，得满分".to_owned(),
        Why::Duty(shares) if shares.waived > 0 => {
            format!("完成 {}/{}，另有 {} 不作要求、视同完成", shares.met, shares.owing, shares.waived)
        }
        Why::Duty(shares) => format!("完成 {}/{}", shares.met, shares.owing),
        Why::Count { counted, measure, each } => {
            let unit = match (measure, indicator.scoring()) {
                (crate::domain::policy::Measure::Quantity, Some(Scoring::Count { of, .. })) => {
                    of.first().and_then(|kind| policy.kind(kind)).map_or("人", |kind| kind.counts.as_str())
                }
                (measure, _) => measure.unit(),
            };
            format!("{counted} {unit}，每{unit} {each} 分")
        }
        Why::Below { figures: 0, .. } | Why::Average { average: None, .. } => "还没有导入数据".to_owned(),
        Why::Below { below, figures, limit, .. } if below.is_empty() => {
            format!("{figures} 次都不低于 {}", shown(*limit))
        }
        Why::Below { below, limit, deduct, .. } => {
            let days: Vec<String> =
                below.iter().map(|Figure { day, value }| format!("{} {}", month_day(*day), shown(*value))).collect();
            format!("{} 次低于 {}（{}），每次扣 {deduct} 分", below.len(), shown(*limit), days.join("、"))
        }
        Why::Average { average: Some(average), figures, full_at } => {
            format!("{figures} 次平均 {}，{} 得满分", shown(*average), shown(*full_at))
        }
        Why::Nothing => "制度没有写清怎么计分".to_owned(),
    }
}

/// A figure with two decimals at most.
fn shown(value: f64) -> String {
    Points::round(value).to_string()
}

/// `11月`, `11月16日—11月22日`, `2026年`.
pub fn period_title(period: Period, range: DayRange) -> String {
    use chrono::Datelike;
    let (year, month) = (range.first.year(), range.first.month());
    match period {
        Period::Month => format!("{month}月"),
        Period::Quarter => format!("{year}年第{}季度", month.div_ceil(3)),
        Period::HalfYear => format!("{year}年{}半年", if month == 1 { "上" } else { "下" }),
        Period::Year => format!("{year}年"),
        Period::Week | Period::Segment | Period::Standing => range.title(),
    }
}

/// A line of a card that somebody means.
pub struct Meant {
    card: Card,
    indicator: Indicator,
    of: Graded,
    range: DayRange,
    scored: Scored,
    at: usize,
    /// What follows the indicator, as typed.
    pub rest: String,
}

/// Finds the indicator that a text begins with, among the cards of these subjects (the first that has it).
///
/// # Errors
/// Refuses where there is none, and names those there are.
pub async fn meant(
    desk: Desk<'_>,
    subjects: &[Graded],
    when: When,
    (word, typed): (&str, &str),
    platform: &str,
) -> Result<Meant, Halt> {
    let mut known: Vec<String> = Vec::new();
    let first = typed.split(char::is_whitespace).next().unwrap_or_default();
    let token = normal(first);
    for of in subjects {
        for scores in desk.read(*of, when).await? {
            let Some(scored) = scores.of.get(of) else { continue };
            let titles: Vec<String> = scores.card.indicators.iter().map(|one| normal(&one.title)).collect();
            known.extend(scores.card.indicators.iter().map(|one| one.title.clone()));
            // a title may hold a space; else the first word is the title, the key, or a part of one title alone
            let whole = scores.card.indicators.iter().position(|one| typed.starts_with(&one.title));
            let exact = || {
                let is = |(at, title): (usize, &String)| {
                    (*title == token || scores.card.indicators[at].key == token).then_some(at)
                };
                titles.iter().enumerate().find_map(is)
            };
            let part = || {
                let mut found =
                    titles.iter().enumerate().filter(|(_, title)| !token.is_empty() && title.contains(&token));
                let at = found.next().map(|(at, _)| at);
                at.filter(|_| found.next().is_none())
            };
            let (at, length) = match whole {
                Some(at) => (Some(at), scores.card.indicators[at].title.len()),
                None => (exact().or_else(part), first.len()),
            };
            let Some(indicator) = at.and_then(|at| scores.card.indicators.get(at)) else { continue };
            return Ok(Meant {
                card: scores.card.clone(),
                indicator: indicator.clone(),
                of: *of,
                range: scores.range,
                scored: scored.clone(),
                at: at.unwrap_or_default(),
                rest: typed
                    .get(length..)
                    .unwrap_or_default()
                    .trim_start_matches([' ', '　', '：', ':', ',', '，'])
                    .trim()
                    .to_owned(),
            });
        }
    }
    let refusal = NoSuchIndicator { word: word.to_owned(), known };
    Err(desk.rules.templates.refuse(&refusal, platform)?.into())
}

impl Meant {
    fn line(&self, policy: &Policy) -> Option<ScoreLine> {
        self.scored.lines.get(self.at).map(|one| line(policy, &self.indicator, one))
    }
}

/// What stands behind a line: its records or figures, and the appeals against it.
///
/// # Errors
/// The database's.
pub async fn behind(desk: Desk<'_>, meant: &Meant) -> Result<ScoreBehind, Fault> {
    let policy = &desk.rules.policy;
    let directory = desk.directory;
    let kinds: Vec<String> = match meant.indicator.scoring() {
        Some(Scoring::Duty { duty, .. }) => {
            let items = policy.duty(&duty).map(crate::domain::policy::Duty::parts).unwrap_or_default();
            items.into_iter().flat_map(|item| item.of).collect()
        }
        Some(Scoring::Count { of, .. }) => of,
        _ => Vec::new(),
    };
    let mut entries: Vec<BehindLine> = match meant.indicator.scoring() {
        Some(Scoring::Below { figure, .. } | Scoring::Average { figure, .. }) => {
            let figures = desk.db.list_figures(&[figure], meant.range, desk.at).await?;
            let own = figures.into_iter().filter(|row| row.of == meant.of);
            own.map(|row| BehindLine {
                day: month_day(row.day),
                who: UserText::new(""),
                text: UserText::new(&shown(row.value)),
            })
            .collect()
        }
        _ => {
            let range = duty_range(policy, meant);
            let whose = match meant.of {
                Graded::Person(person) => BehindOf::Person(person),
                Graded::Unit(unit) => behind_unit(directory, meant, unit),
            };
            let behind = Behind { kinds: &kinds, whose, range, as_of: desk.at, limit: 500 };
            let rows = desk.db.list_behind(&behind).await?;
            rows.iter().map(|row| entry(policy, directory, meant.of, row)).collect()
        }
    };
    let more = entries.len().saturating_sub(BEHIND);
    entries.truncate(BEHIND);
    let begun = DayRange { first: meant.range.first, last: meant.range.first };
    let appeals = desk.db.list_appeals(begun, desk.at).await?;
    let appeals = appeals.iter().filter(|appeal| is_about(appeal, meant)).map(told).collect();
    let line =
        meant.line(policy).unwrap_or(ScoreLine { title: String::new(), points: String::new(), why: String::new() });
    Ok(ScoreBehind {
        card: meant.card.title.clone(),
        period: period_title(meant.card.period, meant.range),
        name: UserText::new(name_of(directory, meant.of)),
        line,
        entries,
        more,
        appeals,
    })
}

/// A duty with a longer period than the card's counts from its own beginning.
fn duty_range(policy: &Policy, meant: &Meant) -> DayRange {
    let duty = match meant.indicator.scoring() {
        Some(Scoring::Duty { duty, .. }) => policy.duty(&duty),
        _ => None,
    };
    let Some(duty) = duty else { return meant.range };
    let days = scores::days_looked_at(duty, meant.range, meant.range.last);
    let ranges = days.iter().map(|day| crate::domain::duty::range_around(duty, *day));
    ranges.fold(meant.range, |all, one| DayRange { first: all.first.min(one.first), last: all.last.max(one.last) })
}

/// Whose records a unit's line stands on, as it was counted: of a committee its people (those of everything below it, where
/// a duty of cadres fell back on them), of a site what happened there.
fn behind_unit(directory: &Directory, meant: &Meant, unit: UnitId) -> BehindOf {
    if directory.unit(unit).is_some_and(|unit| unit.kind != UnitKind::Committee) {
        return BehindOf::Place(unit);
    }
    let has_cadres = directory.people_of(unit).any(|person| person.kind.is_some());
    let units = match meant.indicator.scoring() {
        Some(Scoring::Duty { .. }) if !has_cadres => directory.subtree(unit),
        _ => vec![unit],
    };
    let people =
        units.into_iter().flat_map(|unit| directory.people_of(unit).map(|person| person.id).collect::<Vec<_>>());
    BehindOf::People(people.collect())
}

fn entry(policy: &Policy, directory: &Directory, of: Graded, row: &LedgerRow) -> BehindLine {
    let who = if of == Graded::Person(row.person) { "" } else { directory.person_name(row.person) };
    let quantity = row
        .quantity
        .map(|quantity| format!("{quantity} {}", policy.kind(&row.kind).map_or("人", |kind| kind.counts.as_str())));
    let parts =
        [policy.kind_title(&row.kind).to_owned(), row.place.clone(), row.content.clone(), quantity.unwrap_or_default()];
    let text: Vec<String> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
    BehindLine {
        day: month_day(row.day),
        who: UserText::new(who),
        text: UserText::short(&text.join(" ").replace('\n', " "), 40),
    }
}

fn is_about(appeal: &Appeal, meant: &Meant) -> bool {
    appeal.card == meant.card.key && appeal.indicator == meant.indicator.key && appeal.of == meant.of
}

fn told(appeal: &Appeal) -> UserText {
    let result = match appeal.state {
        AppealState::Asked => "还在处理".to_owned(),
        AppealState::Upheld | AppealState::Changed => {
            format!("{}，{}", result(appeal.points), appeal.decision.as_deref().unwrap_or_default())
        }
    };
    UserText::short(&format!("申诉 {} 号：{}。{result}", appeal.number, appeal.note), 120)
}

fn result(points: Option<f64>) -> String {
    points.map_or_else(|| "维持".to_owned(), |points| format!("改为 {} 分", Points::round(points)))
}

/// Whose lines somebody may appeal against: their own, and a secretary their unit's.
pub fn may_appeal_for(person: &Person) -> Vec<Graded> {
    let unit = person.roles.contains(&Role::Secretary).then_some(Graded::Unit(person.unit));
    std::iter::once(Graded::Person(person.id)).chain(unit).collect()
}

/// Takes an appeal in and tells those who decide.
///
/// # Errors
/// Refuses an appeal without a reason, and one against a line that is under appeal already.
pub async fn appeal(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<AppealTaken, Halt> {
    let directory = tx.directory();
    let (when, typed) = When::take(typed);
    let desk = Desk { db: tx.db().await?, directory: &directory, rules, at: event.sent_at };
    let meant = meant(desk, &may_appeal_for(person), when, ("申诉", typed), &event.platform).await?;
    let refuse = &rules.templates;
    if meant.rest.is_empty() {
        let usage = AppealUsage { indicator: meant.indicator.title.clone() };
        return Err(refuse.refuse(&usage, &event.platform)?.into());
    }
    let begun = DayRange { first: meant.range.first, last: meant.range.first };
    let open = desk.db.list_appeals(begun, event.sent_at).await?;
    if let Some(open) = open.iter().find(|one| one.state == AppealState::Asked && is_about(one, &meant)) {
        return Err(refuse.refuse(&AppealOpen { number: open.number }, &event.platform)?.into());
    }
    let line = meant.line(&rules.policy).ok_or(Fault::Corrupt("score-card"))?;
    let note = UserText::short(&meant.rest, 500);
    let new = NewAppeal {
        card: meant.card.key.clone(),
        indicator: meant.indicator.key.clone(),
        of: meant.of,
        first_day: meant.range.first,
        note: meant.rest.chars().take(500).collect(),
        raised_by: person.id,
    };
    let number = tx.insert_appeal(&new, event.sent_at).await?;
    let judges = judges(&directory, meant.of, event.sent_at);
    let notice = AppealCame {
        number,
        name: UserText::new(name_of(&directory, meant.of)),
        card: meant.card.title.clone(),
        period: period_title(meant.card.period, meant.range),
        line,
        note,
    };
    let zone = directory.zone_of(person.unit);
    let not_before = rules.policy.open_hours().next_open(event.sent_at, zone, &rules.calendar);
    for judge in &judges.told {
        let terms = Terms { question: None, not_before, valid_until: event.sent_at + VALID };
        enqueue(tx, Target::Person(*judge), &notice, terms).await?;
    }
    Ok(AppealTaken {
        number,
        card: meant.card.title.clone(),
        indicator: meant.indicator.title.clone(),
        by: UserText::new(directory.unit_name(judges.unit)),
    })
}

/// Who decides about a subject's appeals.
struct Judges {
    /// The unit whose people are told.
    unit: UnitId,
    /// Whom: its secretaries, or supervisors where it has none.
    told: Vec<PersonId>,
    /// Whether there is nobody above, so that the subject's own people decide.
    own: bool,
}

/// Those nearest above who can be told. Nobody decides about themselves, and no unit about its own card, unless nobody is
/// above.
fn judges(directory: &Directory, of: Graded, at: DateTime<Utc>) -> Judges {
    let unit = unit_of(directory, of);
    let overseers = |unit: UnitId| -> Vec<PersonId> {
        let people: Vec<&Person> = directory
            .people_of(unit)
            .filter(|person| !directory.has_left(person, at))
            .filter(|person| Who::Overseer.includes(Some(person)) && of != Graded::Person(person.id))
            .filter(|person| !directory.identities_of(person.id).is_empty())
            .collect();
        let secretaries: Vec<PersonId> =
            people.iter().filter(|person| person.roles.contains(&Role::Secretary)).map(|one| one.id).collect();
        if secretaries.is_empty() { people.iter().map(|one| one.id).collect() } else { secretaries }
    };
    let skipped = usize::from(matches!(of, Graded::Unit(_)));
    let above = directory.lineage(unit).skip(skipped).map(|one| (one.id, overseers(one.id)));
    let found = above.into_iter().find(|(_, told)| !told.is_empty());
    match found {
        Some((unit, told)) => Judges { unit, told, own: false },
        None => {
            let own = directory.people_of(unit).filter(|person| Who::Overseer.includes(Some(person)));
            Judges { unit, told: own.map(|person| person.id).collect(), own: true }
        }
    }
}

/// A decision as it was typed: `3 维持 理由`, `3 改为 8分 理由`.
fn read_decision(typed: &str) -> Option<(i64, Option<f64>, String)> {
    let typed = typed.trim().trim_start_matches(['#', '＃']);
    let text = normal(typed);
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let rest = text.get(digits.len()..)?.trim_start_matches(['号', ' ', ':', ',']);
    let (points, reason) = match rest.strip_prefix("维持") {
        Some(reason) => (None, reason),
        None => {
            let rest = rest.strip_prefix("改为")?.trim_start();
            let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(rest.len());
            let points: f64 = rest.get(..end)?.parse().ok().filter(|points: &f64| points.is_finite())?;
            (Some(points), rest.get(end..)?.trim_start().trim_start_matches('分'))
        }
    };
    let reason = reason.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '。' | '、' | '，' | '：'));
    (!reason.is_empty()).then(|| Some((digits.parse().ok()?, points, reason.chars().take(500).collect())))?
}

/// Decides an appeal and tells who raised it.
///
/// # Errors
/// Refuses what cannot be read, what this person may not decide, and points that the line cannot have.
pub async fn decide(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<AppealSettled, Halt> {
    let directory = tx.directory();
    let (templates, platform) = (&rules.templates, event.platform.as_str());
    let Some((number, points, reason)) = read_decision(typed) else {
        return Err(templates.refuse(&DecisionUsage {}, platform)?.into());
    };
    let found = tx.db().await?.find_appeal(number).await?;
    let found = found.filter(|appeal| reaches(&directory, person, unit_of(&directory, appeal.of)));
    let Some(appeal) = found else {
        return Err(templates.refuse(&NoSuchAppeal { number }, platform)?.into());
    };
    let judges = judges(&directory, appeal.of, event.sent_at);
    let is_own = match appeal.of {
        Graded::Unit(unit) => person.unit == unit,
        Graded::Person(graded) => person.id == graded,
    };
    if is_own && !judges.own {
        return Err(templates
            .refuse(&AppealOwn { by: UserText::new(directory.unit_name(judges.unit)) }, platform)?
            .into());
    }
    if appeal.state != AppealState::Asked {
        return Err(templates.refuse(&AppealOver { number }, platform)?.into());
    }
    let card = rules.policy.cards.iter().find(|card| card.key == appeal.card);
    let indicator = card.and_then(|card| card.indicators.iter().find(|one| one.key == appeal.indicator));
    let title = indicator.map_or(appeal.indicator.as_str(), |one| one.title.as_str());
    let (least, most) = indicator.map(bounds).unwrap_or_default();
    let rounded = points.map(Points::round);
    if rounded.is_some_and(|points| points < least || points > most) {
        // a deduction without a limit has no least that is worth naming
        let least = if least < Points::round(-1e6) { "负数".to_owned() } else { least.to_string() };
        let refusal = AppealPoints { indicator: title.to_owned(), least, most: most.to_string() };
        return Err(templates.refuse(&refusal, platform)?.into());
    }
    let text = if is_own { format!("〔本级自行处理〕{reason}") } else { reason };
    let decision = AppealDecision { points: rounded.map(Points::value), by: person.id, text: text.clone() };
    if !tx.decide_appeal(appeal.id, &decision, event.sent_at).await? {
        return Err(templates.refuse(&AppealOver { number }, platform)?.into());
    }
    let result = result(decision.points);
    let notice = AppealDecided {
        number,
        card: card.map_or_else(|| appeal.card.clone(), |card| card.title.clone()),
        indicator: title.to_owned(),
        result: result.clone(),
        decision: UserText::new(&text),
        by: UserText::new(directory.unit_name(person.unit)),
    };
    let terms = Terms { question: None, not_before: event.sent_at, valid_until: event.sent_at + VALID };
    enqueue(tx, Target::Person(appeal.raised_by), &notice, terms).await?;
    Ok(AppealSettled { number, result, own: is_own })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_read_however_it_is_typed() {
        let read = read_decision;
        assert_eq!(read("3 维持 数据无误"), Some((3, None, "数据无误".into())));
        assert_eq!(read("3号 改为 8分 已核实"), Some((3, Some(8.0), "已核实".into())));
        assert_eq!(read("#12 改为-2.5分，已核实"), Some((12, Some(-2.5), "已核实".into())));
        for typed in ["3", "3 维持", "3 改为 8分", "3 改为 很多 已核实", "维持 数据无误", ""] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_period_before_is_named_in_front() {
        assert_eq!(When::take("上月 参学率 有误"), (When::Before, "参学率 有误"));
        assert_eq!(When::take("上期"), (When::Before, ""));
        assert_eq!(When::take("上月参学率"), (When::Now, "上月参学率"));
    }
}
