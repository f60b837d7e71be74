use proptest::prelude::*;

use super::*;
use crate::domain::policy::{PRESETS, Policy};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn cn() -> Calendar {
    Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap()
}

/// A duty from a few lines of a policy file.
fn duty(lines: &str) -> Duty {
    let basic = PRESETS[0].1;
    let (head, rest) = basic.split_once("[[duty]]").unwrap();
    let (_, tail) = rest.split_once("# 青年之声").unwrap();
    let text = format!("{head}[[duty]]\nkey = \"it\"\ntitle = \"任务\"\n{lines}\n{tail}");
    Policy::from_toml(&text).unwrap().duties.remove(0)
}

const WEEKLY: &str = "who = { cadres = [\"full_time\"] }\nperiod = \"week\"\nof = [\"field_day\"]\nneeds = [{ days = 1 }]\nwaive_when_workdays_below = 2";
const LEAD: &str = "who = { cadres = [\"full_time\"] }\nperiod = \"month\"\nof = [\"field_day\"]\nneeds = [{ stays = 2 }, { workdays = 3 }]";
const QUARTERLY: &str =
    "who = { cadres = [\"full_time\"] }\nperiod = \"quarter\"\nof = [\"activity\"]\nneeds = [{ records = 4 }]";

fn state(duty: &Duty, tally: Tally, today: &str, of: Option<&str>, presence: Presence) -> DutyState {
    let calendar = cn();
    let range = range_around(duty, day(of.unwrap_or(today)));
    let span = Span::of(range, day(today), &calendar);
    let parts = duty.parts();
    let counted: Vec<(&Item, Tally)> = parts.iter().map(|item| (item, tally)).collect();
    evaluate(duty, &counted, &span, presence).state
}

fn days(days: u32) -> Tally {
    Tally { days, workdays: days, stays: days, records: days, ..Tally::default() }
}

#[test]
fn a_week_runs_from_on_track_to_missed() {
    let weekly = duty(WEEKLY);
    let at = |done, today: &str| state(&weekly, days(done), today, Some("2026-11-20"), Presence::Whole);
    assert_eq!(at(0, "2026-11-16"), DutyState::OnTrack);
    assert_eq!(at(0, "2026-11-20"), DutyState::AtRisk, "Friday is the last workday");
    assert_eq!(at(1, "2026-11-20"), DutyState::Met);
    assert_eq!(at(0, "2026-11-23"), DutyState::Missed);
}

#[test]
fn weeks_of_national_day_and_spring_festival_owe_nothing() {
    let weekly = duty(WEEKLY);
    // 2026: National Day is off from Thursday 1 to Wednesday 7 October, with a make-up Saturday on the 10th
    assert_eq!(cn().workdays_in(DayRange::week_of(day("2026-10-05"))), 3);
    assert_eq!(state(&weekly, days(0), "2026-02-23", Some("2026-02-18"), Presence::Whole), DutyState::Waived);
    assert_eq!(state(&weekly, days(1), "2026-02-23", Some("2026-02-18"), Presence::Whole), DutyState::Met);
    assert_eq!(state(&weekly, days(0), "2026-10-08", None, Presence::Whole), DutyState::OnTrack);
}

#[test]
fn a_make_up_saturday_is_a_day_on_which_the_week_can_still_be_done() {
    let weekly = duty(WEEKLY);
    assert_eq!(state(&weekly, days(0), "2026-10-09", None, Presence::Whole), DutyState::OnTrack, "Saturday is left");
    assert_eq!(state(&weekly, days(0), "2026-10-10", None, Presence::Whole), DutyState::AtRisk);
}

#[test]
fn the_53rd_week_and_29_february_belong_to_their_periods() {
    let weekly = duty(WEEKLY);
    assert_eq!(
        range_around(&weekly, day("2027-01-01")),
        DayRange { first: day("2026-12-28"), last: day("2027-01-03") }
    );
    let lead = duty(LEAD);
    assert_eq!(range_around(&lead, day("2028-02-01")).last, day("2028-02-29"));
    assert_eq!(state(&lead, days(1), "2028-02-29", None, Presence::Whole), DutyState::AtRisk);
}

#[test]
fn either_of_two_ways_suffices() {
    let lead = duty(LEAD);
    let stay_of_three = Tally { stays: 1, days: 3, workdays: 3, records: 3, ..Tally::default() };
    let two_stays = Tally { stays: 2, days: 2, workdays: 1, records: 2, ..Tally::default() };
    let one_of_two = Tally { stays: 1, days: 2, workdays: 2, records: 2, ..Tally::default() };
    for (tally, expected) in
        [(stay_of_three, DutyState::Met), (two_stays, DutyState::Met), (one_of_two, DutyState::Missed)]
    {
        assert_eq!(state(&lead, tally, "2026-12-01", Some("2026-11-02"), Presence::Whole), expected);
    }
}

#[test]
fn leave_waives_a_week_and_half_a_day_does_not() {
    let (weekly, calendar) = (duty(WEEKLY), cn());
    let span = Span::of(DayRange::week_of(day("2026-11-20")), day("2026-11-23"), &calendar);
    let away = |first: &str, last: &str, half| {
        let absence = Absence { days: DayRange { first: day(first), last: day(last) }, half };
        Presence::of(&span, None, &[absence], &calendar)
    };
    let at = |presence| state(&weekly, days(0), "2026-11-23", Some("2026-11-20"), presence);
    assert_eq!(at(away("2026-11-16", "2026-11-19", None)), DutyState::Waived, "one workday is left");
    assert_eq!(at(away("2026-11-16", "2026-11-18", None)), DutyState::Missed, "two workdays are left");
    assert_eq!(away("2026-11-16", "2026-11-16", Some(HalfDay::Morning)), Presence::Part(9));
    assert_eq!(at(away("2026-11-01", "2026-11-12", None)), DutyState::Missed, "leave of another week");
    assert_eq!(at(away("2026-11-01", "2026-12-12", None)), DutyState::Waived);
}

#[test]
fn somebody_who_came_in_mid_quarter_owes_a_part_by_the_rule_of_the_policy() {
    let calendar = cn();
    let came = |rule: &str, since: &str, done| {
        let duty = duty(&format!("{QUARTERLY}\npart_period = \"{rule}\""));
        let span = Span::of(DayRange::quarter_of(day("2026-11-20")), day("2027-01-02"), &calendar);
        let here = DayRange { first: day(since), last: NaiveDate::MAX };
        let presence = Presence::of(&span, Some(here), &[], &calendar);
        state(&duty, days(done), "2027-01-02", Some("2026-11-20"), presence)
    };
    // half of the quarter's workdays are left in mid-November
    assert_eq!(came("in_proportion", "2026-11-16", 2), DutyState::Met);
    assert_eq!(came("in_proportion", "2026-11-16", 1), DutyState::Missed);
    assert_eq!(came("whole", "2026-11-16", 2), DutyState::Missed);
    assert_eq!(came("nothing", "2026-11-16", 0), DutyState::Waived);
    assert_eq!(came("in_proportion", "2026-12-30", 0), DutyState::Waived, "two days are no part of four activities");
    assert_eq!(came("in_proportion", "2027-03-01", 0), DutyState::Waived, "not there at all");
}

#[test]
fn a_checklist_needs_every_item_and_a_share_of_nothing_owes_nothing() {
    let list = duty(
        "who = { cadres = [\"full_time\"] }\nperiod = \"year\"\n\
         [[duty.item]]\ntitle = \"办实事\"\nof = [\"good_deed\"]\nneeds = [{ records = 1 }]\n\
         [[duty.item]]\ntitle = \"交朋友\"\nof = [\"contact\"]\nneeds = [{ ratio = { part = \"young_people\", whole = \"roster\", percent = 100 } }]",
    );
    let items = list.parts();
    let span = Span::of(range_around(&list, day("2026-11-20")), day("2026-11-20"), &cn());
    let of = |first: Tally, second: Tally| {
        evaluate(&list, &[(&items[0], first), (&items[1], second)], &span, Presence::Whole)
    };
    let roster = |young_people, roster| Tally { young_people, roster, ..Tally::default() };
    assert_eq!(of(days(1), roster(9, 10)).state, DutyState::OnTrack);
    assert_eq!(of(days(1), roster(10, 10)).state, DutyState::Met);
    assert_eq!(of(days(1), roster(0, 0)).state, DutyState::Met);
    assert!((of(days(1), roster(5, 10)).share_done() - 0.75).abs() < 1e-9);
}

proptest! {
    #[test]
    fn a_waiver_never_worsens_a_state(
        which in 0_usize..3, done in 0_u32..5, today in 0_u64..120, first in 0_u64..120, length in 0_u64..40, more in 0_u64..40,
    ) {
        let duty = duty([WEEKLY, LEAD, QUARTERLY][which]);
        let calendar = cn();
        let begin = day("2026-09-01");
        let range = range_around(&duty, day("2026-10-20"));
        let span = Span::of(range, begin + Days::new(today), &calendar);
        let away = |length| Absence { days: DayRange { first: begin + Days::new(first), last: begin + Days::new(first + length) }, half: None };
        let parts = duty.parts();
        let counted: Vec<(&Item, Tally)> = parts.iter().map(|item| (item, days(done))).collect();
        let state = |absences: &[Absence]| evaluate(&duty, &counted, &span, Presence::of(&span, None, absences, &calendar)).state;
        let rank = |state: DutyState| if state == DutyState::Waived { DutyState::Met } else { state };
        let (none, some, longer) = (state(&[]), state(&[away(length)]), state(&[away(length), away(length + more)]));
        prop_assert!(rank(some) <= rank(none), "{none:?} became {some:?}");
        prop_assert!(rank(longer) <= rank(some), "{some:?} became {longer:?}");
    }

    #[test]
    fn doing_more_never_worsens_a_state(which in 0_usize..3, done in 0_u32..6, today in 0_u64..120) {
        let duty = duty([WEEKLY, LEAD, QUARTERLY][which]);
        let today = (day("2026-09-01") + Days::new(today)).to_string();
        let at = |done| state(&duty, days(done), &today, Some("2026-10-20"), Presence::Whole);
        let rank = |state: DutyState| if state == DutyState::Waived { DutyState::Met } else { state };
        prop_assert!(rank(at(done + 1)) <= rank(at(done)));
    }
}
