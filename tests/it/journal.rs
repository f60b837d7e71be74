//! A journal of several lines: kept whole, its problems on the list.

use crate::support::office::{CADRE, CADRES, Office, TOWN_SECRETARY};

const JOURNAL: &str = "日志\n走访：样例社区三户，见了12人\n问题：路灯不亮\n建议：装太阳能灯";

#[tokio::test]
async fn a_journal_of_several_lines_is_kept_whole_and_its_problem_gets_a_number() {
    let office = Office::open().await;
    let receipt = office.say(CADRES, CADRE, JOURNAL).await;
    for part in ["已记下日志", "样例社区三户", "已进问题清单：1 号"] {
        assert!(receipt.contains(part), "{part} is missing in {receipt}");
    }
    let whole = "SELECT COUNT(*) FROM record WHERE kind = 'journal' AND quantity = 12
                 AND content = '走访：样例社区三户，见了12人\n问题：路灯不亮\n建议：装太阳能灯'";
    assert_eq!(office.database.count(whole).await, 1, "the full text");
    assert_eq!(
        office.database.count("SELECT COUNT(*) FROM problem WHERE text = '路灯不亮' AND state = 'open'").await,
        1
    );
    office.close().await;
}

#[tokio::test]
async fn parts_may_stand_on_one_line_and_an_empty_one_is_no_problem() {
    let office = Office::open().await;
    let inline = office.say(CADRES, CADRE, "日记 问题:井盖坏了 走访:三户 问题:没有球场").await;
    assert!(inline.contains("1、2 号"), "{inline}");
    let none = office.say(CADRES, CADRE, "日志\n走访：三户\n问题：无").await;
    assert!(!none.contains("问题清单"), "{none}");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM problem").await, 2);
    office.close().await;
}

#[tokio::test]
async fn a_feedback_is_a_problem_as_a_whole() {
    let office = Office::open().await;
    let receipt = office.say(CADRES, TOWN_SECRETARY, "反馈：路灯坏了三个月没人修").await;
    assert!(receipt.contains("已记下反馈") && receipt.contains("1 号"), "{receipt}");
    office.close().await;
}

#[tokio::test]
async fn a_corrected_journal_corrects_what_nobody_has_touched() {
    let office = Office::open().await;
    office.say(CADRES, CADRE, JOURNAL).await;
    office.say(CADRES, CADRE, "改 内容 问题：路灯不亮，井盖也坏了").await;
    let now = "SELECT COUNT(*) FROM problem WHERE number = 1 AND text = '路灯不亮，井盖也坏了'";
    assert_eq!(office.database.count(now).await, 1);
    office.say(CADRES, CADRE, "改 内容 走访三户").await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM problem WHERE state = 'open'").await, 0);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM problem_step").await, 3, "every step is kept");
    office.close().await;
}

#[tokio::test]
async fn a_withdrawn_journal_takes_its_untouched_problem_along() {
    let office = Office::open().await;
    office.say(CADRES, CADRE, JOURNAL).await;
    office.say(CADRES, CADRE, "撤回").await;
    assert_eq!(office.database.count("SELECT COUNT(*) FROM problem WHERE state = 'withdrawn'").await, 1);
    office.close().await;
}
