//! Activities (活动) that are published, signed up for and attended: what one is, and when what may be done with it.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::calendar::{Calendar, OpenHours, instant};
use super::id::{ActivityId, ChatId, ClubId, RecordId, UnitId};

mod reading;

pub use reading::{Fields, Unreadable, read_deadline, read_fields, read_places, read_start};

/// How long an activity lasts that does not say until when.
pub const USUAL_LENGTH: TimeDelta = TimeDelta::hours(3);

/// So long before it begins, people may already say that they are there.
pub const EARLY: TimeDelta = TimeDelta::hours(1);

/// How many codes somebody may try.
pub const MOST_TRIES: u32 = 5;

/// How long after midnight of the day before those who signed up are reminded, where that hour is open.
const REMINDED_AT: TimeDelta = TimeDelta::hours(16);

/// How many days back a day is looked for on which people may be reminded: longer than any holiday.
const LOOK_BACK: u64 = 12;

/// What has become of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityState {
    /// It is to come, or it goes on.
    Open,
    /// It took place.
    Over,
    /// It does not take place.
    Cancelled,
}

impl ActivityState {
    /// Its code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Over => "over",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this code; what is unknown is over.
    pub fn read(code: &str) -> Self {
        match code {
            "open" => Self::Open,
            "cancelled" => Self::Cancelled,
            _ => Self::Over,
        }
    }
}

/// An activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its identity.
    pub id: ActivityId,
    /// The number people say.
    pub number: i64,
    /// Whose it is.
    pub unit: UnitId,
    /// Who organises it, as a key of [`super::somebody`].
    pub organiser: String,
    /// What they are called.
    pub organiser_name: String,
    /// The club whose activity it is.
    pub club: Option<ClubId>,
    /// What it is.
    pub title: String,
    /// Where.
    pub place: String,
    /// What else is to be known; may be empty.
    pub about: String,
    /// The kind of record it makes; `None`: none.
    pub kind: Option<String>,
    /// How many may come; `None`: as many as like.
    pub places: Option<u32>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Until when people may sign up.
    pub closes_at: DateTime<Utc>,
    /// When those who signed up are reminded.
    pub remind_at: DateTime<Utc>,
    /// What has become of it.
    pub state: ActivityState,
    /// The code that says one is there, once somebody has asked for it.
    pub code: Option<String>,
    /// The record it has made.
    pub record: Option<RecordId>,
}

impl Activity {
    /// Whether people may sign up at an instant.
    pub fn takes_names(&self, at: DateTime<Utc>) -> bool {
        self.state == ActivityState::Open && at < self.closes_at
    }

    /// Whether people may say at an instant that they are there.
    pub fn takes_attendance(&self, at: DateTime<Utc>) -> bool {
        self.state == ActivityState::Open && (self.starts_at - EARLY..self.ends_at).contains(&at)
    }
}

/// What somebody is to an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They have a place.
    In,
    /// They wait for one.
    Waiting,
    /// They came without having signed up.
    WalkIn,
}

impl Standing {
    /// Its code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Waiting => "waiting",
            Self::WalkIn => "walk_in",
        }
    }

    /// The standing with this code.
    pub fn read(code: &str) -> Self {
        match code {
            "in" => Self::In,
            "waiting" => Self::Waiting,
            _ => Self::WalkIn,
        }
    }
}

/// Somebody who signed up, or came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Who, as a key of [`super::somebody`].
    pub who: String,
    /// The name they are shown by.
    pub name: String,
    /// The group in which they signed up; `None`: in private.
    pub chat: Option<ChatId>,
    /// What they are to it.
    pub standing: Standing,
    /// When they said that they were there.
    pub came_at: Option<DateTime<Utc>>,
}

/// How many are what, and who moves up when there is room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// With a place.
    pub signed: usize,
    /// Waiting.
    pub waiting: usize,
    /// Who came.
    pub came: usize,
    /// Of them, without a place.
    pub walk_ins: usize,
}

impl Sums {
    /// Of these people.
    pub fn of(people: &[Participant]) -> Self {
        let count = |is: &dyn Fn(&Participant) -> bool| people.iter().filter(|one| is(one)).count();
        Self {
            signed: count(&|one| one.standing == Standing::In),
            waiting: count(&|one| one.standing == Standing::Waiting),
            came: count(&|one| one.came_at.is_some()),
            walk_ins: count(&|one| one.came_at.is_some() && one.standing != Standing::In),
        }
    }

    /// How many of `places` are left; `None` where there is no end to them.
    pub fn left(&self, places: Option<u32>) -> Option<usize> {
        places.map(|places| usize::try_from(places).unwrap_or(usize::MAX).saturating_sub(self.signed))
    }
}

/// Those who move up, in their turn: as many of the waiting as there are places.
pub fn moving_up(people: &[Participant], places: Option<u32>) -> Vec<&Participant> {
    let room = Sums::of(people).left(places).unwrap_or(usize::MAX);
    people.iter().filter(|one| one.standing == Standing::Waiting).take(room).collect()
}

/// When those who signed up are reminded: in the afternoon of the day before, or of the last day before it on which
/// unprompted messages go out.
pub fn remind_at(starts_at: DateTime<Utc>, zone: Tz, hours: OpenHours, calendar: &Calendar) -> DateTime<Utc> {
    let first = starts_at.with_timezone(&zone).date_naive();
    let is_open = |day: &chrono::NaiveDate| !hours.workdays_only || calendar.is_workday(*day);
    let mut days = (1..=LOOK_BACK).map(|back| first - Days::new(back));
    let day = days.find(is_open).unwrap_or(first - Days::new(1));
    let usual = NaiveTime::MIN + REMINDED_AT;
    instant(day, usual.max(hours.from).min(hours.until), zone)
}

/// When to tell somebody what they should know before `before`: in open hours if that is soon enough, else in the hours of
/// any day, else at once.
pub fn tell_at(
    at: DateTime<Utc>,
    before: DateTime<Utc>,
    zone: Tz,
    hours: OpenHours,
    calendar: &Calendar,
) -> DateTime<Utc> {
    let any_day = OpenHours { workdays_only: false, ..hours };
    let choices = [hours.next_open(at, zone, calendar), any_day.next_open(at, zone, calendar)];
    choices.into_iter().find(|open| *open < before).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(until: u32) -> OpenHours {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        OpenHours { from: time(8), until: time(until), workdays_only: true }
    }

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+08:00").parse().unwrap()
    }

    fn person(who: &str, standing: Standing) -> Participant {
        Participant { who: who.into(), name: who.into(), chat: None, standing, came_at: None }
    }

    #[test]
    fn those_who_wait_move_up_in_their_turn() {
        let people = [
            person("a", Standing::In),
            person("b", Standing::Waiting),
            person("c", Standing::WalkIn),
            person("d", Standing::Waiting),
        ];
        let who = |places| moving_up(&people, places).into_iter().map(|one| one.who.as_str()).collect::<Vec<_>>();
        assert_eq!(who(Some(1)), Vec::<&str>::new());
        assert_eq!(who(Some(2)), ["b"]);
        assert_eq!(who(None), ["b", "d"]);
    }

    #[test]
    fn a_reminder_goes_out_on_the_last_open_day_before() {
        let zone = chrono_tz::Asia::Shanghai;
        let calendar = Calendar::default();
        for (starts, reminded) in [
            ("2026-11-27T09:00", "2026-11-26T16:00"),
            ("2026-11-28T09:00", "2026-11-27T16:00"),
            ("2026-11-29T09:00", "2026-11-27T16:00"),
            ("2026-11-30T09:00", "2026-11-27T16:00"),
        ] {
            assert_eq!(remind_at(at(starts), zone, hours(21), &calendar), at(reminded), "{starts}");
        }
        assert_eq!(remind_at(at("2026-11-28T09:00"), zone, hours(12), &calendar), at("2026-11-27T12:00"));
    }

    #[test]
    fn news_waits_for_open_hours_only_where_it_then_still_comes_in_time() {
        let zone = chrono_tz::Asia::Shanghai;
        let calendar = Calendar::default();
        let tell = |now: &str, before: &str| tell_at(at(now), at(before), zone, hours(21), &calendar);
        assert_eq!(tell("2026-11-20T23:00", "2026-11-28T09:00"), at("2026-11-23T08:00"));
        assert_eq!(tell("2026-11-27T23:00", "2026-11-28T09:00"), at("2026-11-28T08:00"));
        assert_eq!(tell("2026-11-28T06:00", "2026-11-28T07:00"), at("2026-11-28T06:00"));
    }
}
