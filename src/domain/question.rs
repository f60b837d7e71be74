//! The life of a question (青年之声) as far as this program knows it: asked, answered, withdrawn.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::calendar::{Calendar, business_day, instant};
use super::id::{ChatId, PersonId, QuestionId, UnitId};

/// Where a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuestionState {
    /// Nobody has answered yet.
    Asked,
    /// At least one answer was given.
    Answered,
    /// The asker took it back.
    Withdrawn,
}

impl QuestionState {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the code.
    pub fn read(code: &str) -> Option<Self> {
        [Self::Asked, Self::Answered, Self::Withdrawn].into_iter().find(|state| state.code() == code)
    }

    /// What an answer makes of it; `None` where it cannot be answered any more.
    pub fn answered(self) -> Option<Self> {
        match self {
            Self::Asked | Self::Answered => Some(Self::Answered),
            Self::Withdrawn => None,
        }
    }

    /// What the asker's withdrawal makes of it; an answered question stays, others may have read it.
    pub fn withdrawn(self) -> Option<Self> {
        match self {
            Self::Asked => Some(Self::Withdrawn),
            Self::Answered | Self::Withdrawn => None,
        }
    }
}

/// A question as it is listed and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its identity.
    pub id: QuestionId,
    /// The number people say.
    pub number: i64,
    /// The unit that owes the answer.
    pub unit: UnitId,
    /// The group it was asked in.
    pub chat: Option<ChatId>,
    /// How the asker is reached.
    pub asker: Asker,
    /// What was asked, as typed.
    pub text: String,
    /// Where it stands.
    pub state: QuestionState,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Until when an answer is promised.
    pub due_at: DateTime<Utc>,
}

/// Who asked: an address, and the person where the address is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The account the question came through.
    pub account: String,
    /// Their id there.
    pub external_id: String,
    /// The group's id on the platform; `None` for a question asked in private.
    pub group: Option<String>,
    /// The name shown in the group; a hint.
    pub name: String,
    /// The person, where known.
    pub person: Option<PersonId>,
}

/// Until when an answer is promised: the end of the `workdays`th workday after the day of asking.
pub fn due_at(
    asked_at: DateTime<Utc>,
    workdays: u32,
    day_ends_at: NaiveTime,
    zone: Tz,
    calendar: &Calendar,
) -> DateTime<Utc> {
    let asked_on = business_day(asked_at, zone, NaiveTime::MIN);
    // asked on a day off, the count begins with the next workday
    let from = if calendar.is_workday(asked_on) { asked_on } else { asked_on.pred_opt().unwrap_or(asked_on) };
    let mut day = from;
    for _ in 0..workdays {
        day = calendar.workday_after(day + chrono::Days::new(1), 0);
    }
    instant(day, day_ends_at, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_due_at_the_end_of_the_second_workday() {
        let calendar = Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap();
        let ends = NaiveTime::from_hms_opt(17, 30, 0).unwrap();
        let due = |asked: &str| {
            due_at(asked.parse().unwrap(), 2, ends, chrono_tz::Asia::Shanghai, &calendar)
                .with_timezone(&chrono_tz::Asia::Shanghai)
                .format("%m-%d %H:%M")
                .to_string()
        };
        assert_eq!(due("2026-11-18T02:00:00Z"), "11-20 17:30");
        assert_eq!(due("2026-11-20T02:00:00Z"), "11-24 17:30", "over the weekend");
        assert_eq!(due("2026-11-21T02:00:00Z"), "11-24 17:30", "asked on Saturday");
        assert_eq!(due("2026-09-30T02:00:00Z"), "10-09 17:30", "over National Day");
    }

    #[test]
    fn only_an_open_question_can_be_withdrawn_and_no_withdrawn_one_answered() {
        assert_eq!(QuestionState::Asked.withdrawn(), Some(QuestionState::Withdrawn));
        assert_eq!(QuestionState::Answered.withdrawn(), None);
        assert_eq!(QuestionState::Withdrawn.answered(), None);
        assert_eq!(QuestionState::Answered.answered(), Some(QuestionState::Answered));
    }
}
