//! The operator's commands, run as an operator runs them: beside the running service, on its database.

use crate::support::office::{CADRES, COUNTY_SECRETARY, Office, SUPERVISORS, TOWN_SECRETARY, YOUNG, YOUTH};

#[tokio::test]
async fn check_and_doctor_say_what_is_well_and_what_is_not() {
    let office = Office::open().await;
    let (well, said) = office.command(&["check"]);
    assert!(well, "{said}");
    for part in ["配置：好的", "制度：基础制度", "个样例都写得出来", "账号：qq（onebot）", "数据库：好的"]
    {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    let (well, said) = office.command(&["doctor"]);
    assert!(!well && said.contains("「待绑定的群」收不到消息") && said.contains("roster code --chat"), "{said}");
    let (_, said) = office.command(&["migrate"]);
    assert!(said.contains("已经是最新的"), "{said}");
    office.close().await;
}

#[tokio::test]
async fn everything_wrong_in_a_policy_file_is_said_with_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    let basic = include_str!("../../policies/basic.toml");
    std::fs::write(&path, basic).unwrap();
    let office = Office::open_with(&format!("[policy]\nfile = {path:?}")).await;
    let (well, said) = office.command(&["check"]);
    assert!(well && !said.contains("请留意"), "{said}");
    // a doubt is told and does no harm
    let doubtful = basic.replacen("words = [\"办实事\"]", "words = [\"活动办实事\"]", 1);
    std::fs::write(&path, &doubtful).unwrap();
    let (well, said) = office.command(&["check"]);
    assert!(well && said.contains("请留意 ") && said.contains("record[6].words：「活动办实事」"), "{said}");
    let wrong = basic
        .replacen("of = [\"field_day\"]", "of = [\"field_dya\"]", 1)
        .replacen("strict = false", "strikt = false", 1)
        .replacen("words = [\"活动\"]", "words = [\"进度\"]", 1);
    std::fs::write(&path, &wrong).unwrap();
    let line = |text: &str| wrong.lines().position(|line| line.starts_with(text)).unwrap() + 1;
    for arguments in [&["check"][..], &["policy", "explain", path.to_str().unwrap()]] {
        let (well, said) = office.command(arguments);
        assert!(!well && said.contains("有 3 处要改"), "{said}");
        for part in [
            format!("x.toml:{}:1  strikt：没有「strikt」这个键，是不是「strict」？", line("strikt")),
            format!("x.toml:{}:1  record[5].words：「进度」是机器人的命令", line("words = [\"进度\"]")),
            format!(
                "x.toml:{}:1  duty[1].of：没有「field_dya」这种记录；现有：field_day、",
                line("of = [\"field_dya\"]")
            ),
        ] {
            assert!(said.contains(&part), "{part} is missing in {said}");
        }
    }
    office.close().await;
}

#[tokio::test]
async fn policies_are_listed_explained_and_described_without_settings() {
    let office = Office::open().await;
    let (well, said) = office.command(&["policy", "list"]);
    assert!(well, "{said}");
    for (name, _) in tuanqing::domain::policy::PRESETS {
        assert!(said.contains(name), "{said}");
        let (well, page) = office.command(&["policy", "explain", name]);
        assert!(well && page.starts_with("# ") && page.contains("## 要做什么"), "{page}");
    }
    let (well, said) = office.command(&["policy", "schema"]);
    assert!(well && said == include_str!("../../policies/schema.json"), "{said}");
    let (well, said) = office.command(&["policy", "explain", "火星"]);
    assert!(!well && said.contains("inner-mongolia"), "{said}");
    office.close().await;
}

#[tokio::test]
async fn jobs_are_listed_previewed_and_run_once_by_hand() {
    let office = Office::open().await;
    let (_, said) = office.command(&["jobs", "list"]);
    for job in tuanqing::jobs::JOBS {
        assert!(said.contains(job.name), "{said}");
    }
    let run = ["jobs", "run", "weekly_digest", "--at", "2026-11-20T17:30:00+08:00"];
    let (_, said) = office.command(&[run.as_slice(), &["--dry-run"]].concat());
    assert!(said.contains("发给 样例县督导群") && said.contains("应到 5 人"), "{said}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM outbox").await, 0, "a preview sends nothing");
    let (_, said) = office.command(&run);
    assert!(said.contains("1 条消息进入待发"), "{said}");
    let (_, said) = office.command(&run);
    assert!(said.contains("没有重复发送"), "{said}");
    let (well, said) = office.command(&["jobs", "run", "weekly_digset"]);
    assert!(!well && said.contains("weekly_digest"), "the ones there are, are named: {said}");
    // the command ran by the real clock, so the message is due by that one
    office.clock.set(chrono::DateTime::<chrono::Utc>::MAX_UTC - chrono::TimeDelta::days(400_000));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'").await, 1);
    assert_eq!(office.posted(SUPERVISORS).len(), 0);
    office.close().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_sent_waits_for_an_operator_who_retries_or_drops_it() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.qq.fail_next_with_retcode(1, 1_400);
    office.deliver().await;
    let (_, said) = office.command(&["outbox", "list", "--dead"]);
    let id = said.split_whitespace().find(|word| word.len() > 15 && word.chars().all(|c| c.is_ascii_digit()));
    let id = id.unwrap_or_else(|| panic!("no message in {said}")).to_owned();
    assert!(!said.contains("创业贷款"), "no words of anybody: {said}");
    let (well, said) = office.command(&["outbox", "retry", &id]);
    assert!(well, "{said}");
    // the command stamped it by the real clock
    office.clock.set(office.app_real_now());
    office.deliver().await;
    assert_eq!(office.written(TOWN_SECRETARY).len(), 1);
    let (well, said) = office.command(&["outbox", "drop", &id]);
    assert!(!well, "what is sent cannot be dropped: {said}");
    let (_, said) = office.command(&["inbox", "list"]);
    assert!(said.contains("没有"), "{said}");
    office.close().await;
}

#[tokio::test]
async fn a_roster_is_exported_changed_and_imported_while_the_service_runs() {
    let office = Office::open().await;
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("名册.xlsx");
    let book = book.to_str().unwrap();
    let (well, said) = office.command(&["roster", "export", book]);
    assert!(well, "{said}");
    let (well, said) = office.command(&["roster", "import", book]);
    assert!(well && said.contains("没有"), "an export imports to no change: {said}");
    let sheets = folder.path().join("more");
    std::fs::create_dir(&sheets).unwrap();
    std::fs::write(sheets.join("people.csv"), "姓名,单位,类别,账号\n王样例,样例一镇团委,专职,qq:1099\n").unwrap();
    let (well, said) = office.command(&["roster", "import", sheets.to_str().unwrap()]);
    assert!(well, "{said}");
    assert!(office.say(CADRES, 1_099, "签到 东风社区").await.contains("已记下"), "known at once, without a restart");
    std::fs::write(sheets.join("people.csv"), "姓名,单位,类别\n冯样例,不存在的单位,专职\n").unwrap();
    let (well, said) = office.command(&["roster", "import", sheets.to_str().unwrap()]);
    assert!(!well && said.contains("第 2 行") && said.contains("单位"), "the wrong cell is named: {said}");
    let (well, said) = office.command(&["roster", "code", "--person", "郑样例"]);
    assert!(well && said.contains("绑定 "), "{said}");
    let code = said.split_whitespace().find(|word| word.len() == 10 && word.chars().all(|c| c.is_ascii_alphanumeric()));
    let code = code.unwrap_or_else(|| panic!("no code in {said}"));
    office.clock.set(office.app_real_now());
    assert!(office.whisper(7_001, &format!("绑定 {code}")).await.contains("郑样例"));
    assert!(office.whisper(COUNTY_SECRETARY, "我的").await.contains("赵样例"));
    office.close().await;
}

#[tokio::test]
async fn how_well_similar_questions_are_told_apart_is_printed() {
    let office = Office::open().await;
    let (well, said) = office.command(&["similar", "quality", "--wrong"]);
    assert!(
        well && said.contains("标注好的问题对 384 个") && said.contains("查准率") && said.contains("选定 0.65"),
        "{said}"
    );
    assert!(said.contains("漏了同一个"), "{said}");
    let (well, said) = office.command(&["similar", "find", "团费怎么交"]);
    assert!(well && said.contains("没有相似的已公开问答"), "{said}");
    let (well, said) = office.command(&["similar", "find", "团费怎么交", "--unit", "没有"]);
    assert!(!well && said.contains("没有编码为「没有」的单位"), "{said}");
    let (well, said) = office.command(&["similar", "rebuild"]);
    assert!(well && said.contains("0 条"), "{said}");
    office.close().await;
}
