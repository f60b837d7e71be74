use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::life::*;
use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::policy::URGENT;
use crate::domain::working_time::{WorkingClock, WorkingHours};

fn outlook<'a>(calendar: &'a Calendar, hours: &'a WorkingHours) -> Outlook<'a> {
    Outlook {
        clock: WorkingClock { hours: Some(hours), zone: chrono_tz::Asia::Shanghai, calendar },
        warn_at: &[50, 80, 100],
        silent_after: 50,
        extend_at_most: 1,
        rate_remind_after: Some(TimeDelta::hours(24)),
        close_after: TimeDelta::days(7),
        offer_stands_for: TimeDelta::hours(24),
    }
}

fn calendar() -> Calendar {
    Calendar::from_json(include_str!("../../../policies/holidays-cn.json")).unwrap()
}

fn hours() -> WorkingHours {
    WorkingHours::read(&["09:00-12:00".to_owned(), "14:00-17:30".to_owned()]).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().to_utc()
}

fn asked(outlook: &Outlook<'_>, instant: &str) -> Life {
    Life::new(State::Asked, UnitId(1), Visibility::Public, "normal", 780, at(instant), outlook)
}

fn step(life: &Life, step: &Step, instant: &str, outlook: &Outlook<'_>) -> Life {
    apply(life, step, at(instant), outlook).unwrap()
}

#[test]
fn the_clock_stands_while_the_asker_is_asked_back() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    // two workdays, from Wednesday 10:00 to Friday 10:00
    let life = asked(&outlook, "2026-11-18T10:00");
    assert_eq!(life.due_at, at("2026-11-20T10:00"));
    let life = step(&life, &Step::AskBack, "2026-11-18T11:00", &outlook);
    assert_eq!(
        (life.state, life.warning_due(at("2026-11-25T10:00"), &outlook)),
        (State::Waiting, None),
        "nobody is warned meanwhile"
    );
    // a week later the asker answers: one hour was used before
    let life = step(&life, &Step::Add, "2026-11-25T10:00", &outlook);
    assert_eq!((life.state, life.due_at), (State::Asked, at("2026-11-26T17:30")));
}

#[test]
fn who_is_asked_back_and_says_nothing_is_asked_once_more_and_then_it_ends() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    let life = asked(&outlook, "2026-11-18T10:00");
    let life = step(&life, &Step::AskBack, "2026-11-18T11:00", &outlook);
    assert_eq!(
        (life.look_at, life.silence_due(at("2026-11-19T10:59"), &outlook)),
        (Some(at("2026-11-19T11:00")), None)
    );
    assert_eq!(life.silence_due(at("2026-11-19T11:00"), &outlook), Some(Step::AskAgain));
    let life = step(&life, &Step::AskAgain, "2026-11-19T11:00", &outlook);
    assert_eq!(life.look_at, Some(at("2026-11-25T11:00")));
    assert_eq!(life.silence_due(at("2026-11-25T11:00"), &outlook), Some(Step::Unheard));
    let life = step(&life, &Step::Unheard, "2026-11-25T11:00", &outlook);
    assert_eq!((life.state, life.look_at), (State::Declined, None));
}

#[test]
fn a_cry_for_help_has_no_night_and_is_warned_of_again_and_again() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    // a Saturday night
    let night = at("2026-11-21T23:00");
    let mut life = Life::new(State::Asked, UnitId(1), Visibility::Private, URGENT, 120, night, &outlook);
    assert_eq!(life.due_at, at("2026-11-22T01:00"));
    let mut given = Vec::new();
    for _ in 0..5 {
        let look = life.look_at.unwrap();
        let percent = life.warning_due(look, &outlook).unwrap();
        given.push((percent, look));
        life = apply(&life, &Step::Warn(percent), look, &outlook).unwrap();
    }
    assert_eq!(given.iter().map(|(percent, _)| *percent).collect::<Vec<_>>(), [50, 80, 100, 200, 300]);
    assert_eq!(given[4].1, at("2026-11-22T05:00"));
    let life = step(&life, &Step::AskBack, "2026-11-22T05:30", &outlook);
    assert_eq!(life.silence_due(at("2026-11-22T07:30"), &outlook), Some(Step::GoOn), "silence is no answer");
}

#[test]
fn warnings_come_at_half_at_four_fifths_and_at_the_end_and_once_each() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    let mut life = asked(&outlook, "2026-11-18T09:00");
    let mut given = Vec::new();
    while let Some(look) = life.look_at {
        let percent = life.warning_due(look, &outlook).unwrap();
        given.push((percent, look));
        life = apply(&life, &Step::Warn(percent), look, &outlook).unwrap();
    }
    assert_eq!(given.iter().map(|(percent, _)| *percent).collect::<Vec<_>>(), [50, 80, 100]);
    assert_eq!(given[0].1, at("2026-11-18T17:30"), "half of two workdays is the end of the first");
    assert_eq!(given[2].1, life.due_at);
}

#[test]
fn who_is_silent_for_half_of_the_time_loses_the_question() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    let life = asked(&outlook, "2026-11-18T09:00");
    let life = step(&life, &Step::Assign(PersonId(7)), "2026-11-18T14:00", &outlook);
    assert!(!life.is_lapsed(at("2026-11-19T11:59"), &outlook));
    assert!(life.is_lapsed(at("2026-11-19T12:00"), &outlook), "390 working minutes after being asked");
    let life = step(&life, &Step::Lapse, "2026-11-19T12:00", &outlook);
    assert_eq!((life.assignee, life.state), (None, State::Asked));
}

#[test]
fn time_is_given_before_the_deadline_and_once() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    let life = asked(&outlook, "2026-11-18T09:00");
    let late = apply(&life, &Step::Extend(390), at("2026-11-23T09:00"), &outlook);
    assert_eq!(late, Err(NotNow::Overdue));
    let life = step(&life, &Step::Extend(390), "2026-11-19T09:00", &outlook);
    assert_eq!(life.due_at, at("2026-11-20T17:30"));
    assert_eq!(apply(&life, &Step::Extend(390), at("2026-11-19T10:00"), &outlook), Err(NotNow::Often));
}

#[test]
fn an_answer_that_does_not_do_is_owed_anew_once() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    let life = asked(&outlook, "2026-11-18T09:00");
    let early = apply(&life, &Step::Rate(false), at("2026-11-18T09:30"), &outlook);
    assert_eq!(early, Err(NotNow::State(State::Asked)), "there is nothing to rate yet");
    let life = step(&life, &Step::Answer, "2026-11-18T10:00", &outlook);
    let life = step(&life, &Step::Rate(false), "2026-11-18T11:00", &outlook);
    assert_eq!((life.state, life.reopened, life.due_at), (State::Asked, 1, at("2026-11-20T11:00")));
    let life = step(&life, &Step::Answer, "2026-11-18T15:00", &outlook);
    let life = step(&life, &Step::Rate(false), "2026-11-18T16:00", &outlook);
    assert_eq!((life.state, life.satisfied), (State::Closed, Some(false)));
}

#[test]
fn an_unrated_answer_is_asked_about_once_and_then_closed() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    let life = asked(&outlook, "2026-11-18T09:00");
    let life = step(&life, &Step::Answer, "2026-11-18T10:00", &outlook);
    assert_eq!(life.look_at, Some(at("2026-11-19T10:00")));
    let life = step(&life, &Step::RemindToRate, "2026-11-19T10:00", &outlook);
    assert_eq!(life.look_at, Some(at("2026-11-25T10:00")));
    let life = step(&life, &Step::CloseUnrated, "2026-11-25T10:00", &outlook);
    assert_eq!((life.state, life.satisfied, life.look_at), (State::Closed, None, None));
}

#[test]
fn what_was_answered_with_another_question_is_answered_and_was_not_when_it_was_a_mistake() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    let life = asked(&outlook, "2026-11-18T09:00");
    let life = step(&life, &Step::Merge(QuestionId(1)), "2026-11-18T10:00", &outlook);
    assert!(life.waits_with_another() && life.can_be_taken_back());
    let life = step(&life, &Step::AnswerWith, "2026-11-18T11:00", &outlook);
    assert!(!life.waits_with_another() && life.answered_at == Some(at("2026-11-18T11:00")));
    let life = step(&life, &Step::Revive, "2026-11-18T14:00", &outlook);
    assert_eq!((life.state, life.answered_at, life.due_at), (State::Asked, None, at("2026-11-20T12:00")));
    // an answer of its own stays, whatever it is merged with
    let life = step(&life, &Step::Answer, "2026-11-18T15:00", &outlook);
    let life = step(&life, &Step::Rate(false), "2026-11-18T15:10", &outlook);
    let life = step(&life, &Step::Merge(QuestionId(1)), "2026-11-18T15:20", &outlook);
    assert!(life.waits_with_another(), "the answer it has did not do");
    let life = step(&life, &Step::AnswerWith, "2026-11-18T15:30", &outlook);
    let life = step(&life, &Step::Revive, "2026-11-18T15:40", &outlook);
    assert_eq!(life.answered_at, Some(at("2026-11-18T15:00")));
    assert_eq!(apply(&life, &Step::Decline, at("2026-11-18T15:50"), &outlook), Err(NotNow::Answered));
    let life = step(&life, &Step::Withdraw, "2026-11-18T15:50", &outlook);
    assert_eq!(life.state, State::Closed, "what was answered stays");
}

#[test]
fn who_was_shown_an_answer_may_insist_for_a_day() {
    let (calendar, hours) = (calendar(), hours());
    let outlook = outlook(&calendar, &hours);
    let began = at("2026-11-18T09:00");
    let life = Life::new(State::Offered, UnitId(1), Visibility::Public, "normal", 780, began, &outlook);
    let life = step(&life, &Step::TakeOffer(QuestionId(2)), "2026-11-18T10:00", &outlook);
    assert!(!life.can_be_taken_back(), "it has its answer");
    let late = apply(&life, &Step::Insist, at("2026-11-19T10:01"), &outlook);
    assert_eq!(late, Err(NotNow::State(State::Merged)));
    let life = step(&life, &Step::Insist, "2026-11-19T10:00", &outlook);
    assert_eq!((life.state, life.answered_at, life.merged_into), (State::Asked, None, None));
}

#[test]
fn thanks_are_told_from_questions() {
    for thanks in ["谢谢", "谢谢！", "太感谢您了", "好的，明白了，谢谢你们", "收到", "🙏"] {
        assert!(is_thanks(thanks), "{thanks}");
    }
    for asks in ["谢谢，我是省外的", "明白了吗？", "省外呢", "好在哪里", "样例中学"] {
        assert!(!is_thanks(asks), "{asks}");
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Release),
        Just(Step::Insist),
        (2_i64..6).prop_map(|id| Step::TakeOffer(QuestionId(id))),
        (1_i64..4).prop_map(|id| Step::Assign(PersonId(id))),
        (1_i64..4).prop_map(|id| Step::Hand(UnitId(id))),
        Just(Step::Return),
        Just(Step::Lapse),
        (1_i64..4).prop_map(|id| Step::Invite(PersonId(id))),
        Just(Step::AskBack),
        Just(Step::AskAgain),
        Just(Step::Unheard),
        Just(Step::GoOn),
        Just(Step::Restart),
        Just(Step::Revive),
        Just(Step::Add),
        Just(Step::Answer),
        Just(Step::Publish),
        Just(Step::Hide),
        any::<bool>().prop_map(Step::Rate),
        Just(Step::RemindToRate),
        Just(Step::CloseUnrated),
        (2_i64..6).prop_map(|id| Step::Merge(QuestionId(id))),
        Just(Step::Revive),
        Just(Step::AnswerWith),
        Just(Step::Decline),
        Just(Step::Withdraw),
        (1_i64..2_000).prop_map(Step::Extend),
        prop_oneof![Just(50), Just(80), Just(100)].prop_map(Step::Warn),
        "[a-z]{3}".prop_map(|topic| Step::Retopic { topic, by: PersonId(1) }),
    ]
}

proptest! {
    /// Whatever is done in whatever order: the state is one that somebody has an eye on, or that has an end.
    #[test]
    fn no_question_is_lost_under_random_steps(
        begins in prop_oneof![Just(State::Held), Just(State::Offered), Just(State::Asked)],
        steps in prop::collection::vec((any_step(), 1_i64..3_000), 1..40),
    ) {
        let (calendar, hours) = (calendar(), hours());
        let outlook = outlook(&calendar, &hours);
        let mut now = at("2026-11-18T09:00");
        let mut life = Life::new(begins, UnitId(1), Visibility::Public, "normal", 780, now, &outlook);
        for (step, minutes) in steps {
            now += TimeDelta::minutes(minutes);
            let Ok(next) = apply(&life, &step, now, &outlook) else { continue };
            // the clock runs exactly while somebody owes something
            prop_assert_eq!(next.allowance.since.is_some(), matches!(next.state, State::Asked | State::Held), "{:?} {:?}", step, next);
            // what stands for another question names it, and nothing else does
            prop_assert_eq!(next.merged_into.is_some(), next.state == State::Merged);
            // an answer is never forgotten, but for one that was given to another question and was not its own
            let was_anothers = life.state == State::Merged && life.answered_at == life.settled_at;
            let is_alone_again = matches!(step, Step::Insist | Step::Revive) && was_anothers;
            prop_assert!(
                life.answered_at.is_none() || next.answered_at == life.answered_at || is_alone_again,
                "{:?} {:?} {:?}", step, life, next
            );
            // and what has one ends with it
            let is_gone = matches!(next.state, State::Withdrawn | State::Declined);
            prop_assert!(!is_gone || next.answered_at.is_none(), "{:?} {:?}", step, next);
            // whoever waits with another is not answered by what was said before
            prop_assert!(!matches!(step, Step::Merge(_)) || next.waits_with_another());
            // only what has its own answer is shown to others
            let may_be_shown = matches!(next.state, State::Asked | State::Waiting | State::Answered | State::Closed);
            prop_assert!(next.published_at.is_none() || may_be_shown && next.answered_at.is_some(), "{:?} {:?}", step, next);
            let is_answered = matches!(next.state, State::Answered | State::Closed);
            prop_assert!(!is_answered || next.answered_at.is_some());
            // while somebody owes something, or may still say something, there is a next look, or all warnings were given
            let is_warned = matches!(next.state, State::Held | State::Asked);
            let all_warned = is_warned && next.warned >= 100;
            let watched = next.look_at.is_some() || all_warned;
            let is_owed = matches!(next.state, State::Asked | State::Held);
            prop_assert!(watched || !is_owed, "{:?}", next);
            let is_asker_s = matches!(next.state, State::Waiting | State::Answered | State::Offered);
            prop_assert!(next.look_at.is_some() || !is_asker_s, "{:?}", next);
            // and nobody's question waits with another one for ever: it may always be taken back, or out
            if next.waits_with_another() {
                prop_assert!(apply(&next, &Step::Withdraw, now, &outlook).is_ok());
                prop_assert!(apply(&next, &Step::Revive, now, &outlook).is_ok());
            }
            prop_assert!(next.reopened <= MOST_REOPENED && next.extended <= 1);
            prop_assert!(next.allowance.spent_min >= 0);
            // nobody is to answer what is over
            let is_over = matches!(next.state, State::Merged | State::Declined | State::Withdrawn);
            prop_assert!(!is_over || next.assignee.is_none());
            // the end is the end, unless it was a mistake that somebody puts right
            prop_assert!(life.state != State::Withdrawn || next.state == life.state);
            prop_assert!(life.state != State::Declined || next.state == life.state || step == Step::Revive);
            prop_assert!(next.published_at.is_none() || next.visibility == Visibility::Public);
            life = next;
        }
    }
}
