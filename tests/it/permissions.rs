//! The whole matrix: who × command × place, made from the table; denied by default.

use tuanqing::commands::{TABLE, parse::words};
use tuanqing::domain::people::ChatRole;
use tuanqing::domain::permission::{Spot, Where, Who};

use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, STRANGE, SUPERVISOR, SUPERVISORS,
    TOWN_SECRETARY, YOUNG, YOUTH,
};

/// Who each of them is, said once more and by hand, so that a slip in the roster or the rule shows.
fn is(user: i64, who: Who) -> bool {
    match who {
        Who::Anyone => true,
        Who::Member => user != YOUNG,
        Who::Cadre => [CADRE, PART_TIMER, COUNTY_SECRETARY].contains(&user),
        Who::Answerer => user == COUNTY_SECRETARY,
        Who::Overseer => [COUNTY_SECRETARY, SUPERVISOR].contains(&user),
        Who::Secretary | Who::Approver => user == COUNTY_SECRETARY,
    }
}

fn fits(place: Where, spot: Spot) -> bool {
    let cadres = [Spot::Private, Spot::Chat(ChatRole::Cadre), Spot::Chat(ChatRole::Supervisor)];
    match place {
        Where::Anywhere => true,
        Where::OurChats => spot != Spot::StrangeGroup,
        Where::AmongCadres => cadres.contains(&spot),
        Where::Groups => spot != Spot::Private,
        Where::YouthGroups => spot == Spot::Chat(ChatRole::Youth),
        Where::WithYouth => matches!(spot, Spot::Private | Spot::Chat(ChatRole::Youth)),
    }
}

#[tokio::test]
async fn every_command_is_refused_to_everybody_and_everywhere_it_is_not_meant_for() {
    let office = Office::open().await;
    let spots = [
        (Spot::Private, 0),
        (Spot::Chat(ChatRole::Cadre), CADRES),
        (Spot::Chat(ChatRole::Youth), YOUTH),
        (Spot::Chat(ChatRole::Supervisor), SUPERVISORS),
        (Spot::StrangeGroup, STRANGE),
    ];
    let mut refused = 0;
    for command in TABLE {
        let word = words(command, &office.app.rules.policy)[0].to_owned();
        let text = format!("{word}{}", command.examples[0]);
        for user in [YOUNG, PART_TIMER, CADRE, SUPERVISOR, COUNTY_SECRETARY] {
            for (spot, group) in spots {
                if is(user, command.who) && fits(command.place, spot) {
                    continue;
                }
                let reply = match spot {
                    Spot::Private => office.whisper(user, &text).await,
                    _ => office.say_to_bot(group, user, &text).await,
                };
                let is_refusal = ["不认识您", "使用。", "里发。", "还没有绑定"].iter().any(|part| reply.contains(part));
                assert!(is_refusal, "{} by {user} at {spot:?}: {reply}", command.key);
                refused += 1;
            }
        }
    }
    assert!(refused > 100, "only {refused} refusals were tried");
    let effects =
        "SELECT (SELECT COUNT(*) FROM record) + (SELECT COUNT(*) FROM question) + (SELECT COUNT(*) FROM answer)
                   + (SELECT COUNT(*) FROM outbox)";
    assert_eq!(office.database.count(effects).await, 0, "a refusal has no effect");
    office.close().await;
}

#[tokio::test]
async fn a_name_or_a_card_gives_no_authority() {
    let office = Office::open().await;
    let event = crate::support::fakes::onebot::group_message(10_001, CADRES, YOUNG, 1, office.time(), "未报到")
        .card("赵样例-督导-书记");
    assert!(office.send(&event).await.text().contains("不认识您"));
    office.close().await;
}

#[tokio::test]
async fn the_help_shows_what_one_may_do_here() {
    let office = Office::open().await;
    let young = office.say_to_bot(YOUTH, YOUNG, "帮助").await;
    assert!(young.contains("提问") && !young.contains("谁还没") && !young.contains("签到 ["), "{young}");
    let secretary = office.whisper(COUNTY_SECRETARY, "帮助").await;
    assert!(secretary.contains("待答") && secretary.contains("谁还没") && !secretary.contains("绑定 <"), "{secretary}");
    let one = office.whisper(CADRE, "帮助 签到").await;
    assert!(one.matches("签到 ").count() >= 2, "two examples: {one}");
    let cadre = office.whisper(CADRE, "帮助").await;
    assert!(cadre.contains("日志、反馈") && cadre.contains("还有：") && cadre.contains("补签"), "{cadre}");
    assert!(!cadre.contains("待批"), "not for a cadre: {cadre}");
    let problem = office.whisper(CADRE, "帮助 反馈").await;
    assert!(problem.starts_with("反馈 <内容>") && !problem.contains("日志"), "{problem}");
    let contact = office.whisper(CADRE, "帮助 联系青年").await;
    assert!(contact.starts_with("联系 <名字"), "{contact}");
    assert!(office.whisper(COUNTY_SECRETARY, "帮助 开放日").await.contains("开放日 开始 主题"));
    assert!(office.whisper(CADRE, "我想请假怎么办").await.starts_with("请假 <哪天>"));
    office.close().await;
}

#[tokio::test]
async fn whoever_has_left_keeps_their_own_records_and_no_authority() {
    let office = Office::open().await;
    let left = |day: &'static str| {
        let sql = format!("UPDATE person SET until_day = '{day}' WHERE name = '孙样例'");
        let office = &office;
        async move { office.database.change_roster(&sql).await }
    };
    left("2026-11-20").await;
    assert!(office.whisper(TOWN_SECRETARY, "待核").await.contains("没有要看的"), "the last day is still theirs");
    left("2026-11-19").await;
    for command in ["待核", "待批", "谁还没", "周报", "代签 李样例 昨天 东风社区 走访 原因：手机坏了"]
    {
        let said = office.whisper(TOWN_SECRETARY, command).await;
        assert!(said.contains("使用。"), "{command}: {said}");
    }
    assert!(office.whisper(TOWN_SECRETARY, "我的").await.contains("孙样例"), "what they did stays theirs to see");
    assert_eq!(office.database.count("SELECT COUNT(*) FROM record").await, 0);
    // and what the unit is asked goes to those above, who may answer it
    office.say_to_bot(YOUTH, YOUNG, "提问 团组织关系怎么转？").await;
    office.deliver().await;
    assert!(office.written(TOWN_SECRETARY).is_empty());
    assert_eq!(office.written(COUNTY_SECRETARY).len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_group_that_may_read_names_reads_those_of_its_own_unit_only() {
    let office = Office::open().await;
    // a group of the first town that may know its own
    let sql = "UPDATE chat SET list_missing = TRUE, unit_id = (SELECT id FROM unit WHERE code = '1')
               WHERE name = '样例县督导群'";
    office.database.change_roster(sql).await;
    let own = office.say_to_bot(SUPERVISORS, TOWN_SECRETARY, "周报").await;
    assert!(own.contains("样例一镇团委") && own.contains("孙样例"), "{own}");
    let foreign = office.say_to_bot(SUPERVISORS, OTHER_SECRETARY, "周报").await;
    assert!(foreign.contains("样例二镇团委") && !foreign.contains("郑样例"), "{foreign}");
    assert!(office.whisper(OTHER_SECRETARY, "周报").await.contains("郑样例"), "in private all is said");
    office.close().await;
}
