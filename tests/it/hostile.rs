//! Hostile words behind every command, and in every form that people fill in: each is answered, none breaks anything, and
//! none leaves an export as a formula.

use futures_util::future::join_all;
use tuanqing::commands::TABLE;

use crate::support::office::{COUNTY_SECRETARY, Office, TOWN_SECRETARY, YOUNG, YOUTH};

/// What may stand where words are expected.
fn payloads() -> Vec<String> {
    let mut payloads: Vec<String> = [
        "",
        "　 \t",
        "\u{0}\u{1}\u{7}\u{1b}[31m",
        "１２　ＡＢＣ",
        "👨‍👩‍👧‍👦🏳️‍🌈",
        "99999999999999999999 好的",
        "-9223372036854775808",
        "1 {{7*7}} {{number}} {{> word}} {{#each askers}}",
        "1 =HYPERLINK(\"http://10.0.0.1\",\"点\")",
        "=cmd|' /C calc'!A0",
        "1\t＝1+1",
        "+1 -1 @全体成员",
        "1 \u{202E}\u{E001}甲\u{E00F}",
        "1 [CQ:at,qq=all] <at user_id=\"all\"></at> ![](http://10.0.0.1/x)",
        "1e999 %s%n ½ ①",
        "1\n2、\n选项：\n1. （单选）：\n截止：",
    ]
    .map(str::to_owned)
    .into();
    payloads.push(format!("1 {}", "长".repeat(6_000)));
    payloads
}

/// Forms with gaps: what a secretary and young people fill in.
const FORMS: [&str; 22] = [
    "投票 {} 选项：{}、乙 截止：明天18点",
    "投票 {}\n- {}\n- 乙",
    "投票 去哪 选项：甲、乙 最多选{}个",
    "问卷 {} 截止：12月1日\n1. {}（单选）：{}、乙\n2. {}（填空）",
    "问卷 调查\n1. 题（{}）：甲、乙",
    "发布活动 {} 时间：11月28日9点 地点：{} 名额：2",
    "发布活动 爬山 时间：{} 名额：{}",
    "改活动 1 说明 {}",
    "开放日 预告 {} 明天15点 1小时",
    "开放日 开始 {} 1小时",
    "发起社团 {} {}",
    "心愿 {}",
    "认领 {}",
    "完成 1 {}",
    "提问 {}这件事怎么办？",
    "匿名提问 {}这件事怎么办？",
    "补充 1 {}",
    "回复 1 {}",
    "不受理 1 {}",
    "反馈 {}这里坏了",
    "办结 1 {}",
    "清单 {}",
];

fn is_clean(text: &str) -> bool {
    !text.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{202E}' | '\u{E000}'..='\u{F8FF}'))
}

/// Nothing failed, nothing cannot be written.
async fn is_well(office: &Office) {
    office.tick().await;
    office.deliver().await;
    for (sql, what) in [
        ("SELECT COUNT(*) FROM inbox WHERE state IN ('failed', 'dead')", "events"),
        ("SELECT COUNT(*) FROM outbox WHERE error LIKE '%写不出来%'", "messages"),
    ] {
        assert_eq!(office.database.count(sql).await, 0, "{what}");
    }
}

#[tokio::test]
async fn whatever_stands_behind_a_command_is_answered() {
    let office = Office::open().await;
    for command in TABLE {
        let Some(word) = command.words.first() else { continue };
        let texts: Vec<String> = payloads().iter().map(|payload| format!("{word} {payload}")).collect();
        // at once, as they would come
        let answers = join_all(texts.iter().map(|text| office.whisper(TOWN_SECRETARY, text))).await;
        for (text, said) in texts.iter().zip(answers) {
            assert!(is_clean(&said), "{}: {text:.40?}: {said:?}", command.key);
            assert!(!said.is_empty(), "{}: {text:.40?}", command.key);
        }
    }
    is_well(&office).await;
    office.close().await;
}

#[tokio::test]
async fn whatever_a_form_is_filled_in_with_is_answered_and_leaves_no_formula_in_an_export() {
    let office = Office::open().await;
    for payload in payloads() {
        let texts: Vec<String> = FORMS.iter().map(|form| form.replace("{}", &payload)).collect();
        for (text, user) in texts.iter().flat_map(|text| [(text, TOWN_SECRETARY), (text, YOUNG)]) {
            let (in_group, in_private) = tokio::join!(office.say_to_bot(YOUTH, user, text), office.whisper(user, text));
            for said in [in_group, in_private] {
                assert!(is_clean(&said), "{user} {text:.60?}: {said:?}");
                assert!(!said.is_empty(), "{user}: {text:.60?}");
            }
        }
        // what they are limited to is not what is looked at here
        office.clock.advance(chrono::TimeDelta::hours(1));
    }
    is_well(&office).await;

    let out = tempfile::tempdir().unwrap();
    let into = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let polls = office.database.count("SELECT COUNT(*) FROM poll").await;
    let mut exports: Vec<Vec<String>> = [
        ["records", "export", "--unit", "0", "--out", "台账.csv"].to_vec(),
        ["activities", "export", "--unit", "0", "--out", "活动.csv"].to_vec(),
        ["problems", "export", "--unit", "0", "--month", "2026-11", "--out", "清单"].to_vec(),
        [
            "questions",
            "export",
            "--unit",
            "0",
            "--from",
            "2026-11-01",
            "--to",
            "2026-11-30",
            "--with-text",
            "--out",
            "提问",
        ]
        .to_vec(),
    ]
    .map(|export| export.into_iter().map(str::to_owned).collect())
    .into();
    exports.extend(
        (1..=polls).map(|number| ["polls", "export", &number.to_string(), "--out", "投票"].map(str::to_owned).into()),
    );
    for mut export in exports {
        let file = into(&export.pop().unwrap());
        export.push(file);
        let arguments: Vec<&str> = export.iter().map(String::as_str).collect();
        office.command(&arguments);
    }
    let mut cells = 0;
    let mut folders = vec![out.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "csv") {
                let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(&path).unwrap();
                for record in reader.records().map(Result::unwrap) {
                    for cell in &record {
                        cells += 1;
                        let leads = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
                        assert!(!leads || cell.parse::<f64>().is_ok(), "{}: {cell:.60}", path.display());
                    }
                }
            }
        }
    }
    assert!(cells > 200, "there is something to look at: {cells}");
    assert!(office.whisper(COUNTY_SECRETARY, "青年之声 本月").await.contains("提问"));
    office.close().await;
}
