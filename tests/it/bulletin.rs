//! The monthly bulletin: on the first workday, about the month before, as of its slot.

use crate::support::office::{CADRE, CADRES, PART_TIMER, SUPERVISORS, TOWN_SECRETARY, YOUNG, YOUTH};
use crate::support::town_card::{import, open};

fn month(posted: &[crate::support::fakes::onebot::SentMessage]) -> Vec<&str> {
    posted.iter().map(|one| one.text.as_str()).filter(|text| text.contains("月通报")).collect()
}

#[tokio::test]
async fn the_bulletin_comes_on_the_first_workday_with_outcomes_first() {
    let (office, _policy) = open(false).await;
    office.say(CADRES, CADRE, "签到 东风社区 联系青年12人").await;
    office.say(CADRES, PART_TIMER, "学习 样例一镇 主题团课20人").await;
    office.say(YOUTH, YOUNG, "提问 创业贷款找谁？").await;
    office.whisper(TOWN_SECRETARY, "回复 1 找青年发展部").await;
    import(&office, "单位,日期,参学率\n1,2026-11-03,55%\n2,2026-11-03,90%\n").await.unwrap();
    office.until("2026-11-30T09:00:05").await;
    assert!(month(&office.posted(SUPERVISORS)).is_empty());
    // what is said after the slot does not count in it, whenever the job is run
    office.clock.set("2026-12-01T10:00:00+08:00".parse().unwrap());
    import(&office, "单位,日期,参学率\n1,2026-11-17,50%\n").await.unwrap();
    office.until("2026-12-01T10:00:05").await;
    office.until("2026-12-01T10:05:00").await;
    let posted = office.posted(SUPERVISORS);
    let bulletins = month(&posted);
    assert_eq!(bulletins.len(), 1, "once");
    let bulletin = bulletins[0];
    for part in [
        "【月通报】样例县团委  11月",
        "联系青年 12 人（上月 0）",
        "答复 1（上月 0），新问 1",
        "主题学习 1/2，50%（上月 0%）",
        "乡镇考核（11月）：优秀 1、合格 1",
        "干部考核（11月）：",
    ] {
        assert!(bulletin.contains(part), "{part} is missing in {bulletin}");
    }
    assert!(bulletin.find("联系青年") < bulletin.find("任务完成"), "what came of it stands first");
    assert!(!bulletin.contains("排名") && !bulletin.contains("97 分"), "nobody is ranked in a group: {bulletin}");
    office.close().await;
}

#[tokio::test]
async fn a_strict_committee_ranks_its_units() {
    let (office, _policy) = open(true).await;
    office.say(CADRES, PART_TIMER, "学习 样例一镇 主题团课20人").await;
    import(&office, "单位,日期,参学率\n1,2026-11-03,55%\n2,2026-11-03,90%\n").await.unwrap();
    office.until("2026-12-01T09:00:05").await;
    let posted = office.posted(SUPERVISORS);
    let bulletin = month(&posted)[0];
    for part in ["下级单位排名", "1. 样例一镇团委 97 分，优秀", "2. 样例二镇团委 80 分，合格"]
    {
        assert!(bulletin.contains(part), "{part} is missing in {bulletin}");
    }
    office.close().await;
}
