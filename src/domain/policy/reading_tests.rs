use super::*;
use crate::domain::policy::PRESETS;
use crate::domain::policy::format::forms;

fn basic() -> &'static str {
    PRESETS[0].1
}

/// Replaces a part of the basic policy and says what is found, without the warnings.
fn errors(from: &str, to: &str) -> Vec<String> {
    assert!(basic().contains(from), "{from} is not there");
    let reading = read(&basic().replacen(from, to, 1), &[]);
    assert_eq!(reading.policy.is_some(), reading.of(Severity::Error).next().is_none());
    reading.of(Severity::Error).map(|finding| format!("{}：{}", finding.path, finding.text)).collect()
}

/// The line of a text in the basic policy, from 1.
fn line_of(text: &str) -> usize {
    basic().lines().position(|line| line.contains(text)).unwrap() + 1
}

/// What one more duty is warned of.
fn warnings(duty: &str) -> Vec<String> {
    let head = "[[duty]]\nkey = \"it\"\ntitle = \"样例任务\"\n";
    let reading = read(&format!("{}\n{head}{duty}\n", basic()), &[]);
    assert!(reading.policy.is_some(), "{:?}", reading.findings);
    reading.findings.iter().map(|finding| format!("{}：{}", finding.path, finding.text)).collect()
}

#[test]
fn presets_give_nobody_pause() {
    for (name, text) in PRESETS {
        assert_eq!(read(text, &[]).findings, [], "{name}");
    }
}

#[test]
fn a_finding_has_its_line_and_column() {
    let needle = "needs = [{ days = 1 }]";
    let text = basic().replacen(needle, "needs = [{ dayz = 1 }]", 1);
    let reading = read(&text, &[]);
    let [found] = &reading.findings[..] else { panic!("{:?}", reading.findings) };
    let (line, column) = (line_of(needle), 12);
    assert_eq!((found.line, found.column, found.path.as_str()), (line, column, "duty[1].needs[1].dayz"));
    assert_eq!(found.to_string(), format!("第 {line} 行 duty[1].needs[1].dayz：没有「dayz」这个键，是不是「days」？"));
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest_or_with_all() {
    assert_eq!(errors("strict = false", "strikt = false"), ["strikt：没有「strikt」这个键，是不是「strict」？"]);
    assert_eq!(
        errors("words = [\"活动\"]", "word = [\"活动\"]"),
        ["record[5].word：没有「word」这个键，是不是「words」？"],
        "the key that was meant is not called missing as well"
    );
    let [found] = &errors("from = \"08:00\"", "from = \"08:00\"\nzzz = 1")[..] else { panic!() };
    assert_eq!(found, "open_hours.zzz：没有「zzz」这个键；这里可以写：from、until、workdays_only");
}

#[test]
fn what_is_missing_of_a_wrong_type_or_no_choice_is_said_in_chinese() {
    assert_eq!(errors("title = \"每周下基层\"\n", ""), ["duty[1].title：缺少「title」（名称），例如 title = \"……\""]);
    assert_eq!(
        errors("many_days = 3", "many_days = \"3\""),
        ["records.many_days：这里要写整数，不带引号，例如 1；现在写的是文字"]
    );
    assert_eq!(errors("many_days = 3", "many_days = -3"), ["records.many_days：-3 不行，要写一个不小于 0 的整数"]);
    assert_eq!(
        errors("words = [\"活动\"]", "words = \"活动\""),
        ["record[5].words：这里要写方括号里的一列，例如 [\"……\"]；现在写的是文字"]
    );
    let [found] = &errors("period = \"week\"", "period = \"weekly\"")[..] else { panic!() };
    assert!(found.starts_with("duty[1].period：没有「weekly」，是不是「week」？可以写：week（每周）、"), "{found}");
    assert_eq!(errors("period = \"week\"", "period = \"每周\""), ["duty[1].period：「每周」要写代号 \"week\""]);
    assert_eq!(errors("from = \"08:00\"", "from = \"八点\""), ["open_hours.from：「八点」不是时间，请写成 \"08:30\""]);
    let [found] = &errors("cron = \"30 17 * * Fri\"", "cron = \"30 17 * * 5\"")[..] else { panic!() };
    assert!(found.starts_with("schedule.weekly_digest.cron：") && found.contains("英文名"), "{found}");
}

#[test]
fn what_makes_no_sense_is_found_where_it_stands() {
    let text = basic().replacen("of = [\"field_day\"]", "of = [\"field_dya\"]", 1);
    let reading = read(&text, &[]);
    let [found] = &reading.findings[..] else { panic!("{:?}", reading.findings) };
    assert_eq!((found.line, found.path.as_str()), (line_of("of = [\"field_day\"]"), "duty[1].of"));
    assert!(found.text.starts_with("没有「field_dya」这种记录；现有：field_day、journal、"), "{}", found.text);
    // what is not there is found at the table it is missing from
    let text = basic().replacen("needs = [{ days = 1 }]\n", "", 1);
    let reading = read(&text, &[]);
    let duty = basic().lines().position(|line| line == "[[duty]]").unwrap() + 1;
    assert_eq!(reading.findings.iter().map(|found| found.line).collect::<Vec<_>>(), [duty], "{:?}", reading.findings);
}

#[test]
fn everything_is_said_at_once_in_the_order_of_lines_and_nothing_that_only_follows() {
    let text = basic()
        .replacen("until = \"21:00\"", "until = \"07:00\"", 1)
        .replacen("strict = false", "strikt = false", 1)
        .replacen("key = \"activity\"", "key = 5", 1)
        .replacen("period = \"week\"", "period = \"weekly\"", 1)
        .replacen("[questions]\n", "[questions]\nwarn_at = [80, 50]\n", 1);
    let found: Vec<String> = read(&text, &[]).findings.iter().map(|found| found.path.clone()).collect();
    assert_eq!(found, ["strikt", "open_hours.from", "record[5].key", "duty[1].period", "questions.warn_at"]);
}

#[test]
fn a_file_that_is_no_toml_is_answered_in_chinese_with_its_line() {
    let said = |from: &str, to: &str| {
        let reading = read(&basic().replacen(from, to, 1), &[]);
        assert!(reading.policy.is_none());
        assert_eq!(reading.findings[0].line, line_of(from), "{:?}", reading.findings);
        reading.findings[0].text.clone()
    };
    assert!(said("period = \"week\"", "period = week").contains("半角引号"));
    let no_equals = said("period = \"week\"", "period \"week\"");
    assert!(no_equals.contains("等号"), "{no_equals}");
    assert!(said("many_days = 3", "correct_within_hours = 3").contains("只能写一次"));
    let wide = said("period = \"week\"", "period = “week”");
    assert!(wide.contains("全角的「“」"), "{wide}");
}

#[test]
fn a_word_that_is_a_command_is_refused() {
    let reading = read(basic(), &["活动", "撤回"]);
    let [found] = &reading.findings[..] else { panic!("{:?}", reading.findings) };
    assert_eq!((found.severity, found.line), (Severity::Error, line_of("words = [\"活动\"]")));
    assert!(reading.policy.is_none() && found.text.contains("「活动」是机器人的命令"));
}

#[test]
fn words_that_begin_with_another_kinds_word_are_doubted() {
    let text = basic().replacen("words = [\"办实事\"]", "words = [\"办实事\", \"活动办实事\"]", 1);
    let reading = read(&text, &[]);
    let [found] = &reading.findings[..] else { panic!("{:?}", reading.findings) };
    assert_eq!((found.severity, found.path.as_str()), (Severity::Warning, "record[6].words"));
    assert!(found.text.contains("「活动办实事」以另一种记录的词「活动」开头"), "{}", found.text);
    assert!(reading.policy.is_some(), "it can be used all the same");
}

#[test]
fn a_duty_that_nobody_owes_or_nobody_can_meet_is_doubted() {
    let nobody = warnings(
        "who = { cadres = [\"part_time_organ\"], levels = [\"village\"] }\nperiod = \"week\"\nof = [\"activity\"]\nneeds = [{ records = 1 }]",
    );
    assert!(nobody.len() == 1 && nobody[0].contains("duty[2].who：领导机关兼职都在县级以上"), "{nobody:?}");
    let no_youth =
        warnings("who = { young_people = true }\nperiod = \"year\"\nof = [\"activity\"]\nneeds = [{ records = 1 }]");
    assert!(no_youth.len() == 1 && no_youth[0].contains("没有青年要做这一项"), "{no_youth:?}");
    let never = warnings(
        "who = { cadres = [\"full_time\"] }\nperiod = \"year\"\nof = [\"activity\"]\nneeds = [{ young_people = 3 }]",
    );
    assert!(never.len() == 1 && never[0].contains("永远数不到"), "{never:?}");
    let too_long = warnings(
        "who = { cadres = [\"full_time\"] }\nperiod = \"month\"\nof = [\"field_day\"]\nneeds = [{ days = 40 }]",
    );
    assert!(too_long.len() == 1 && too_long[0].contains("本月最多 31 天"), "{too_long:?}");
}

#[test]
fn reminders_outside_of_the_period_are_doubted() {
    let reminded = |period: &str, days: &str| {
        warnings(&format!(
            "who = {{ cadres = [\"full_time\"] }}\nperiod = \"{period}\"\nof = [\"activity\"]\nneeds = [{{ records = 1 }}]\nremind_days_before = [{days}]"
        ))
    };
    assert_eq!(reminded("week", "6, 0"), Vec::<String>::new());
    let week = reminded("week", "7, 3");
    assert_eq!(week, ["duty[2].remind_days_before：到期前 7 天还没有到本周，不会提醒；最多写 6"]);
    assert!(reminded("standing", "3")[0].contains("没有期限"));
}

/// Every key of the format is read, and every key that is read is of the format: what the reader says of a key it does not
/// know names all that it does.
#[test]
fn the_format_is_what_is_read() {
    // one of each table, so that every one can be spoiled
    let whole = r#"
        title = "样例"
        source = "样例"
        left_open = ["样例"]
        strict = true
        day_starts_at = "00:00"
        card_format = "{姓名}"
        open_hours = { from = "08:00", until = "21:00", workdays_only = true }
        records = { correct_within_hours = 1, make_up_within_days = 1, make_up_per_month = 1, make_up_needs_approval = true, leave_needs_approval = true, many_days = 1 }
        questions = { hours = ["09:00-17:00"], class = [{ key = "a", title = "样例", within_hours = 1 }] }
        topic = [{ key = "life" }]
        words = {}
        [schedule]
        weekly_field_day_plan = { cron = "0 9 * * Mon", on_day_off = "next" }
        duty_reminders = { cron = "0 9 * * Mon", on_day_off = "next" }
        unanswered_questions = { cron = "0 9 * * Mon", on_day_off = "next" }
        snoozed_reminders = { cron = "0 9 * * Mon", on_day_off = "next" }
        monthly_bulletin = { cron = "0 9 * * Mon", on_day_off = "next" }
        hot_topic_brief = { cron = "0 9 * * Mon", on_day_off = "next" }
        weekly_digest = { cron = "0 9 * * Mon", on_day_off = "next" }
        [[record]]
        key = "field_day"
        words = ["签到"]
        [[duty]]
        key = "a"
        title = "样例"
        who = { cadres = ["full_time"] }
        period = "week"
        needs = [{ ratio = { part = "days", whole = "workdays", percent = 1 } }]
        [[duty.item]]
        title = "样例"
        needs = [{ ratio = { part = "days", whole = "workdays", percent = 1 } }]
        [[card]]
        key = "a"
        title = "样例"
        for = { cadres = ["full_time"] }
        period = "year"
        band = [{ title = "样例", from = 1 }]
        indicator = [{ key = "a" }]
    "#;
    let whole: toml::Table = toml::from_str(whole).unwrap();
    assert!(Policy::deserialize(toml::Value::Table(whole.clone())).is_ok());
    let all = forms();
    assert!(all.len() > 15, "{}", all.len());
    for (path, form) in all {
        let mut spoiled = toml::Value::Table(whole.clone());
        let mut at = &mut spoiled;
        for part in path.split('.').filter(|part| !part.is_empty()) {
            at = at.get_mut(part).unwrap_or_else(|| panic!("{path}: {part}"));
            if at.is_array() {
                at = at.get_mut(0).unwrap();
            }
        }
        at.as_table_mut().unwrap().insert("never_a_key".to_owned(), 1.into());
        let said = Policy::deserialize(spoiled).unwrap_err().message().to_owned();
        let (_, known) = said.split_once("expected").unwrap_or_else(|| panic!("{path}: {said}"));
        let mut known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        let mut ours: Vec<&str> = form.keys.iter().map(|entry| entry.key).collect();
        known.sort_unstable();
        ours.sort_unstable();
        assert_eq!(known, ours, "at {path}");
    }
}

/// What is not required in the format can be left out; what is, cannot.
#[test]
fn what_the_format_calls_required_is_required() {
    let whole: toml::Table = toml::from_str(basic()).unwrap();
    for entry in POLICY.keys {
        let mut without = whole.clone();
        without.remove(entry.key);
        let read = Policy::deserialize(toml::Value::Table(without));
        assert_eq!(read.is_err(), entry.need == Need::Must, "{}", entry.key);
    }
    for (table, at) in [("record", 1), ("duty", 0)] {
        let form = forms().into_iter().find(|(path, _)| *path == table).unwrap().1;
        for entry in form.keys {
            let mut without = whole.clone();
            without[table][at].as_table_mut().unwrap().remove(entry.key);
            let read = Policy::deserialize(toml::Value::Table(without));
            assert_eq!(read.is_err(), entry.need == Need::Must, "{table}.{}", entry.key);
        }
    }
}

const DOCUMENTATION: &str = include_str!("../../../docs/policy.md");

#[test]
fn the_worked_example_of_the_documentation_can_be_used_as_it_stands() {
    let (_, rest) = DOCUMENTATION.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let reading = read(example, &[]);
    assert_eq!(reading.findings, []);
    assert_eq!(reading.policy.unwrap().duties.len(), 3);
}

#[test]
fn the_documentation_says_of_every_duty_and_score_card_which_clause_it_comes_from() {
    for (name, text) in PRESETS.iter().filter(|(name, _)| *name != "basic") {
        let heading = format!("`{name}.toml`\n");
        let (_, rest) = DOCUMENTATION.split_once(&heading).unwrap_or_else(|| panic!("{name} is not compared"));
        let table = rest.split("\n### ").next().unwrap();
        let policy = Policy::from_toml(text).unwrap();
        let keys = policy.duties.iter().map(|duty| &duty.key).chain(policy.cards.iter().map(|card| &card.key));
        let missing: Vec<&String> = keys.filter(|key| !table.contains(&format!("`{key}`"))).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}

#[test]
fn a_number_of_days_that_no_calendar_has_is_an_error_and_not_a_crash_later() {
    let head = "[[duty]]\nkey = \"it\"\ntitle = \"样例任务\"\nwho = { cadres = [\"full_time\"] }\nof = [\"field_day\"]\nneeds = [{ records = 1 }]\n";
    let wrong = |lines: &str| {
        let reading = read(&format!("{}\n{head}{lines}\n", basic()), &[]);
        let errors: Vec<String> =
            reading.of(Severity::Error).map(|found| format!("{}：{}", found.path, found.text)).collect();
        errors.join("\n")
    };
    for (lines, key) in [
        ("period = \"standing\"\nwindow_days = 4294967295", "window_days"),
        ("period = \"month\"\nremind_days_before = [3, 4294967295]", "remind_days_before"),
        ("period = \"month\"\nwaive_when_workdays_below = 4294967295", "waive_when_workdays_below"),
    ] {
        assert!(wrong(lines).contains(&format!(".{key}：最多")), "{lines}: {}", wrong(lines));
    }
    assert_eq!(wrong("period = \"standing\"\nwindow_days = 3660"), "");
    assert_eq!(wrong("period = \"month\"\nremind_days_before = [30]\nwaive_when_workdays_below = 3"), "");
}
