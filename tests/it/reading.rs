//! Commands that only read are answered beside the writer: what they say is the same, and nobody waits for them. A debug build
//! panics where one of them writes after all.

use crate::support::office::{CADRES, COUNTY_SECRETARY, Office, PART_TIMER, TOWN_SECRETARY, YOUNG, YOUTH};

#[tokio::test]
async fn every_report_is_read_beside_the_writer_and_says_what_was_just_done() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "签到 东风社区 走访3人").await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(YOUTH, YOUNG, "提问 青年公寓怎么申请？").await;
    for (command, expected) in [
        ("我的", "0/1 天"),
        ("我的全部", "0/1 天"),
        ("我的青年", "名册还是空的"),
        ("待批", "没有等您同意的"),
        ("待核", "没有要看的"),
        ("待答", "青年公寓怎么申请"),
        ("我的提问", "还没有提过"),
        ("青年之声", "提问 1 个"),
        ("青年之声 本月", "待答 1"),
        ("清单", "东街路灯不亮"),
        ("周报", "联系青年 3 人"),
        ("进度", "0/1 已完成"),
        ("谁还没", "孙样例"),
        ("青情地图", "1 格"),
        ("引领点", "2 位干部"),
        // what is refused is an answer too
        ("考核", "制度里没有"),
        ("考核明细", "制度里没有"),
    ] {
        let said = office.whisper(TOWN_SECRETARY, command).await;
        assert!(said.contains(expected), "{command}: {said}");
    }
    assert!(office.say(CADRES, PART_TIMER, "我的").await.contains("1 天"), "what was said a moment ago counts");
    // in a group, what names people still goes to who asked, once
    assert!(office.say(CADRES, COUNTY_SECRETARY, "清单 1").await.contains("私聊"));
    office.deliver().await;
    assert_eq!(office.written(COUNTY_SECRETARY).iter().filter(|one| one.text.contains("东街路灯不亮")).count(), 1);
    office.close().await;
}
