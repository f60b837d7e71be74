//! Score-cards: one case for each way of scoring, and what holds for all of them.

use proptest::prelude::*;

use super::*;

fn card(text: &str) -> Card {
    toml::from_str(&format!(
        "key = \"town\"\ntitle = \"乡镇考核\"\nfor = {{ units = [\"committee\"] }}\nperiod = \"month\"\n{text}"
    ))
    .unwrap()
}

const EVERYTHING: &str = r#"
begins_with = 50
band = [{ title = "优秀", from = 75 }, { title = "称职", from = 60 }, { title = "基本称职", from = 45 }]
[[indicator]]
key = "study"
title = "主题学习"
duty = "study"
points = 10
[[indicator]]
key = "days"
title = "下基层"
duty = "days"
points = 10
in_part = true
[[indicator]]
key = "activities"
title = "活动"
of = ["activity"]
count = "records"
each = 1.5
at_most = 6
[[indicator]]
key = "attendance"
title = "参学率"
figure = "attendance"
below = 60
deduct = 2
at_most = 5
[[indicator]]
key = "satisfaction"
title = "满意度"
figure = "satisfaction"
full_at = 90
points = 9
"#;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn figures(values: &[f64]) -> Known {
    Known::Figures((1..).zip(values).map(|(n, value)| Figure { day: day(n), value: *value }).collect())
}

fn duty(states: &[(DutyState, f64)]) -> Known {
    let mut all = DutyShares::default();
    for (state, share) in states {
        all += DutyShares::of(*state, *share);
    }
    Known::Duty(all)
}

#[test]
fn each_way_of_scoring_gives_its_points_and_says_why() {
    let known = [
        duty(&[(DutyState::Met, 1.0)]),
        duty(&[(DutyState::Missed, 0.5), (DutyState::Met, 1.0)]),
        Known::Count(3),
        figures(&[55.0, 60.0, 59.99, 80.0]),
        figures(&[60.0, 90.0]),
    ];
    let scored = score(&card(EVERYTHING), &known, &HashMap::new());
    let points: Vec<String> = scored.lines.iter().map(|line| line.points.to_string()).collect();
    assert_eq!(points, ["10", "7.5", "4.5", "-4", "7.5"]);
    assert_eq!((scored.total.to_string().as_str(), scored.band.as_deref()), ("75.5", Some("优秀")));
    let Why::Below { below, figures, .. } = &scored.lines[3].why else { panic!("{:?}", scored.lines[3]) };
    assert_eq!((below.len(), *figures), (2, 4), "which figures on which days");
    assert_eq!(below[0], Figure { day: day(1), value: 55.0 });
}

#[test]
fn bands_are_taken_best_first_and_below_the_last_there_is_none() {
    let card = card(
        "band = [{ title = \"优秀\", from = 9.5 }, { title = \"称职\", from = 6 }]\n[[indicator]]\nkey = \"a\"\ntitle = \"甲\"\nof = [\"activity\"]\ncount = \"records\"\neach = 0.5\nat_most = 10",
    );
    let band = |counted| score(&card, &[Known::Count(counted)], &HashMap::new()).band;
    assert_eq!(band(19).as_deref(), Some("优秀"));
    assert_eq!(band(18).as_deref(), Some("称职"));
    assert_eq!(band(11), None);
}

#[test]
fn points_are_rounded_half_up_to_two_decimals() {
    for (points, shown) in [
        (1.005, "1.01"),
        (2.675, "2.68"),
        (-1.005, "-1"),
        (1.0 / 3.0, "0.33"),
        (2.5, "2.5"),
        (-0.25, "-0.25"),
        (0.0, "0"),
    ] {
        assert_eq!(Points::round(points).to_string(), shown, "{points}");
    }
}

#[test]
fn a_decided_appeal_replaces_the_points_of_its_line_within_its_bounds() {
    let known = [duty(&[(DutyState::Missed, 0.0)])];
    let decided = |points| HashMap::from([("study".to_owned(), Points::round(points))]);
    let card = card(EVERYTHING);
    let line = |points| score(&card, &known, &decided(points)).lines[0].clone();
    assert_eq!((line(6.0).points, line(6.0).before_appeal), (Points::round(6.0), Some(Points::round(0.0))));
    assert_eq!(line(1000.0).points, Points::round(10.0));
    assert_eq!(line(-3.0).points, Points::round(0.0));
}

#[test]
fn what_is_not_owed_gives_all_points_and_what_was_not_imported_none() {
    let known = [duty(&[]), duty(&[(DutyState::Waived, 0.0)]), Known::Count(0), figures(&[]), figures(&[])];
    let scored = score(&card(EVERYTHING), &known, &HashMap::new());
    let points: Vec<String> = scored.lines.iter().map(|line| line.points.to_string()).collect();
    assert_eq!(points, ["10", "10", "0", "0", "0"]);
}

fn states() -> impl Strategy<Value = Vec<(DutyState, f64)>> {
    let state = prop::sample::select(vec![
        DutyState::Waived,
        DutyState::Met,
        DutyState::OnTrack,
        DutyState::AtRisk,
        DutyState::Missed,
    ]);
    prop::collection::vec((state, 0.0..1.0_f64), 0..12)
}

fn values() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-20.0..200.0_f64, 0..12)
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_the_lines_and_no_line_leaves_its_bounds(
        (study, days, count) in (states(), states(), 0_u32..100), attendance in values(), satisfaction in values(),
        decided in prop::option::of(-100.0..100.0_f64)
    ) {
        let card = card(EVERYTHING);
        let known =
            [duty(&study), duty(&days), Known::Count(count), figures(&attendance), figures(&satisfaction)];
        let decided = decided.map(|points| ("attendance".to_owned(), Points::round(points))).into_iter().collect();
        let scored = score(&card, &known, &decided);
        prop_assert_eq!(scored.total, scored.begins_with + scored.lines.iter().map(|line| line.points).sum());
        for (indicator, line) in card.indicators.iter().zip(&scored.lines) {
            let (least, most) = bounds(indicator);
            prop_assert!(least <= line.points && line.points <= most, "{line:?}");
        }
    }

    #[test]
    fn the_order_of_figures_does_not_matter(
        (attendance, shuffled) in values().prop_flat_map(|values| {
            let figures: Vec<Figure> = (1..).zip(values).map(|(n, value)| Figure { day: day(n), value }).collect();
            (Just(figures.clone()), Just(figures).prop_shuffle())
        })
    ) {
        let card = card(EVERYTHING);
        let with = |figures: &[Figure]| {
            let known = [
                duty(&[]), duty(&[]), Known::Count(0), Known::Figures(figures.to_vec()), Known::Figures(figures.to_vec()),
            ];
            score(&card, &known, &HashMap::new())
        };
        prop_assert_eq!(with(&attendance), with(&shuffled));
    }

    #[test]
    fn a_waiver_never_worsens_a_score(states in states(), at in any::<prop::sample::Index>()) {
        prop_assume!(!states.is_empty());
        let card = card(EVERYTHING);
        let mut waived = states.clone();
        waived[at.index(states.len())].0 = DutyState::Waived;
        let total = |states: &[(DutyState, f64)]| {
            let known = [duty(states), duty(states), Known::Count(0), figures(&[]), figures(&[])];
            score(&card, &known, &HashMap::new()).total
        };
        prop_assert!(total(&waived) >= total(&states));
    }
}
