//! The list of problems as matters: what comes together, how it is found, how it goes up and comes back down.

use crate::support::office::{
    CADRE, CADRES, COUNTY_SECRETARY, OTHER_SECRETARY, Office, PART_TIMER, SUPERVISOR, TOWN_SECRETARY, YOUNG, YOUTH,
};

/// 冯样例, secretary of the city above the county.
const CITY_SECRETARY: i64 = 1_011;

/// Puts a city above the county.
async fn with_a_city() -> Office {
    let office = Office::open().await;
    let units = "code,name,parent,level\n9,样例市团委,,prefecture\n0,样例县团委,9,county\n1,样例一镇团委,0,township\n2,样例二镇团委,0,township\n";
    let people = "name,unit,kind,roles,team,accounts\n冯样例,9,full_time,书记,,qq:1011\n";
    office.import(&[("units", units.to_owned()), ("people", people.to_owned())]).await;
    office
}

#[tokio::test]
async fn reports_about_one_thing_are_one_entry_with_units_and_days() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.clock.advance(chrono::TimeDelta::days(3));
    office.say(CADRES, TOWN_SECRETARY, "反馈 东街的路灯不亮了").await;
    office.say(CADRES, PART_TIMER, "反馈 西街井盖坏了").await;
    let list = office.whisper(TOWN_SECRETARY, "清单").await;
    assert!(
        list.contains("待办 3 条，归为 2 件") && list.contains("1、2 等 2 条｜样例一镇团委｜11月20日—11月23日"),
        "{list}"
    );
    // another unit's is another entry, and one matter to whoever looks from above
    office.say(CADRES, OTHER_SECRETARY, "反馈 东街路灯不亮").await;
    assert!(office.whisper(OTHER_SECRETARY, "清单").await.contains("待办 1 条，归为 1 件"));
    let above = office.whisper(COUNTY_SECRETARY, "清单").await;
    assert!(
        above.contains("待办 4 条，归为 2 件") && above.contains("1、2、4 等 3 条｜样例一镇团委等 2 个单位"),
        "{above}"
    );
    // settling one hints at the other
    let settled = office.whisper(COUNTY_SECRETARY, "办结 2 已修好").await;
    assert!(settled.contains("同一件事的 2 条一起办结") && settled.contains("相近的还有清单 4 号"), "{settled}");
    office.deliver().await;
    assert!(office.written(PART_TIMER)[0].text.contains("您反映的清单 1 号"));
    assert!(office.written(TOWN_SECRETARY)[0].text.contains("您反映的清单 2 号"), "each by their own number");
    office.close().await;
}

#[tokio::test]
async fn the_list_is_filtered_by_words_states_months_and_number() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(CADRES, PART_TIMER, "反馈 西街井盖坏了").await;
    office.say(CADRES, CADRE, "反馈 会议室的门坏了").await;
    office.whisper(TOWN_SECRETARY, "办结 2 换了新井盖").await;
    office.until("2026-12-02T10:00:00").await;
    office.say(CADRES, PART_TIMER, "反馈 村里没有篮球场").await;
    let of = async |typed: &str| office.whisper(COUNTY_SECRETARY, typed).await;
    let lamps = of("清单 路燈").await;
    assert!(lamps.contains("找到 1 条") && lamps.contains("东街路灯") && !lamps.contains("门坏了"), "{lamps}");
    let settled = of("清单 已办结").await;
    assert!(settled.contains("2 号") && settled.contains("→ 换了新井盖") && !settled.contains("路灯"), "{settled}");
    let month = of("清单 本月").await;
    assert!(month.contains("篮球场") && !month.contains("路灯"), "{month}");
    let before = of("清单 上月 已办结").await;
    assert!(before.contains("找到 1 条") && before.contains("井盖"), "{before}");
    assert!(of("清单 宇航").await.contains("没有找到"));
    // cadres see their own
    assert!(office.whisper(PART_TIMER, "清单 门").await.contains("没有找到"));
    assert!(office.whisper(PART_TIMER, "清单 已办结").await.contains("您反映的问题，找到 1 条"));
    assert!(office.whisper(PART_TIMER, "清单 3").await.contains("没有找到"));
    let own = office.whisper(PART_TIMER, "清单 2").await;
    assert!(own.contains("已办结") && own.contains("样例一镇团委｜换了新井盖") && !own.contains("孙样例"), "{own}");
    // in a group, what names people goes to who asked
    assert!(office.say(CADRES, COUNTY_SECRETARY, "清单 2").await.contains("私聊"));
    office.deliver().await;
    let told = office.written(COUNTY_SECRETARY);
    let entry = &told.last().unwrap().text;
    for part in ["清单 2 号｜已办结", "2 号｜李样例｜样例一镇团委｜11月20日", "办结｜样例一镇团委 孙样例｜换了新井盖"]
    {
        assert!(entry.contains(part), "{part} is missing in {entry}");
    }
    office.close().await;
}

#[tokio::test]
async fn talk_about_a_list_is_no_command() {
    let office = Office::open().await;
    for talk in [
        "清单在哪",
        "清单",
        "清单 路灯",
        "清单 12份",
        "清单 请大家下班前报",
        "归并 3 个表格",
        "分开 走",
        "在办",
        "转办 了吗",
        "批示 下来了",
        "列入 计划",
    ] {
        assert_eq!(office.say(CADRES, COUNTY_SECRETARY, talk).await, "", "{talk}");
    }
    for command in ["问题清单", "清单 本月", "问题清单 已办结"] {
        assert_ne!(office.say(CADRES, COUNTY_SECRETARY, command).await, "", "{command}");
    }
    for usage in ["在办", "转办 12", "批示 12", "归并 12", "分开", "列入"] {
        let said = office.whisper(COUNTY_SECRETARY, usage).await;
        assert!(said.contains("请这样发") || said.contains("没有找到您可以处理的清单 12 号"), "{usage}: {said}");
    }
    office.close().await;
}

#[tokio::test]
async fn what_is_passed_up_three_levels_comes_back_down_to_everybody_it_came_from() {
    let office = with_a_city().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(YOUTH, YOUNG, "提问 东街的路灯不亮了？").await;
    office.tick().await;
    office.deliver().await;
    let entry = office.whisper(TOWN_SECRETARY, "清单 1").await;
    assert!(entry.contains("共 2 条") && entry.contains("青年提问 1 号") && !entry.contains("5001"), "{entry}");
    assert!(office.whisper(TOWN_SECRETARY, "上报 1 镇里没有钱").await.contains("已上报样例县团委"));
    assert!(office.whisper(COUNTY_SECRETARY, "上报 2 县里也没有钱").await.contains("已上报样例市团委"));
    office.deliver().await;
    let at_the_top = office.written(CITY_SECRETARY);
    assert!(at_the_top[0].text.contains("共 2 条") && at_the_top[0].text.contains("县里也没有钱"), "{at_the_top:?}");
    assert!(office.whisper(COUNTY_SECRETARY, "办结 1 好了").await.contains("由样例市团委处理"));

    // a comment comes down through every level
    assert!(office.whisper(CITY_SECRETARY, "批示 1 请本周内勘查").await.contains("反映、提问的 2 人"));
    office.deliver().await;
    for person in [COUNTY_SECRETARY, TOWN_SECRETARY] {
        let told = office.written(person);
        let last = &told.last().unwrap().text;
        assert!(
            last.contains("【问题批示】样例一镇团委反映的清单 1 号") && last.contains("请本周内勘查（样例市团委）"),
            "{last}"
        );
    }
    assert!(office.written(PART_TIMER)[0].text.contains("您反映的清单 1 号"));
    assert!(office.posted(YOUTH).last().unwrap().text.contains("请本周内勘查"), "the asker hears it where they asked");

    let county_knows = office.written(COUNTY_SECRETARY).len();
    assert!(office.whisper(CITY_SECRETARY, "在办 1 已联系施工队").await.contains("处理中"));
    office.deliver().await;
    assert_eq!(office.written(COUNTY_SECRETARY).len(), county_knows, "who passed it on sees that in the list");
    assert!(office.written(PART_TIMER)[1].text.contains("进展：已联系施工队"));
    assert!(office.whisper(TOWN_SECRETARY, "清单").await.contains("处理中，在样例市团委"));

    let settled = office.whisper(CITY_SECRETARY, "办结 1 新灯已装好").await;
    assert!(settled.contains("2 条一起办结") && settled.contains("提问的 1 位青年"), "{settled}");
    office.deliver().await;
    for person in [COUNTY_SECRETARY, TOWN_SECRETARY, PART_TIMER] {
        let told = office.written(person);
        assert!(told.last().unwrap().text.contains("结果：新灯已装好（样例市团委）"), "{told:?}");
    }
    let answer = office.posted(YOUTH).last().unwrap().text.clone();
    assert!(answer.contains("您提的 1 号问题") && answer.contains("结果：新灯已装好"), "{answer}");
    let history = office.whisper(CITY_SECRETARY, "清单 1").await;
    for step in [
        "上报｜样例一镇团委 孙样例｜镇里没有钱",
        "上报｜样例县团委 赵样例｜县里也没有钱",
        "批示｜样例市团委 冯样例",
        "办结｜样例市团委",
    ] {
        assert!(history.contains(step), "{step} is missing in {history}");
    }
    office.close().await;
}

#[tokio::test]
async fn what_two_towns_pass_up_becomes_one_entry_above_and_both_hear_of_it() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(CADRES, OTHER_SECRETARY, "反馈 东街路灯不亮").await;
    office.whisper(TOWN_SECRETARY, "上报 1 要县里出钱").await;
    let passed = office.whisper(OTHER_SECRETARY, "上报 2 也要").await;
    assert!(passed.contains("和那里的清单 1 号是一件事"), "{passed}");
    // a third voice goes to where the matter is by now
    office.say(CADRES, TOWN_SECRETARY, "反馈 东街路灯不亮！").await;
    assert!(office.whisper(COUNTY_SECRETARY, "清单 2").await.contains("样例一镇团委 2、样例二镇团委 1"));
    office.whisper(COUNTY_SECRETARY, "转办 1 县供电公司").await;
    let list = office.whisper(COUNTY_SECRETARY, "清单 转办").await;
    assert!(list.contains("1、2、3 等 3 条") && list.contains("已转县供电公司"), "{list}");
    // whoever is above may take it apart again, and then it is answered by itself
    assert!(office.whisper(COUNTY_SECRETARY, "分开 1").await.contains("请写后面的编号：2、3"));
    assert!(office.whisper(COUNTY_SECRETARY, "分开 2").await.contains("1 号还有 2 条"));
    office.whisper(COUNTY_SECRETARY, "办结 1 供电公司已修").await;
    office.deliver().await;
    assert!(office.written(PART_TIMER).last().unwrap().text.contains("供电公司已修"));
    assert!(!office.written(OTHER_SECRETARY).iter().any(|one| one.text.contains("供电公司已修")));
    assert!(office.whisper(OTHER_SECRETARY, "清单").await.contains("待办 1 条"));
    office.close().await;
}

#[tokio::test]
async fn entries_are_put_together_and_taken_apart_by_hand_and_nothing_is_lost() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(CADRES, PART_TIMER, "反馈 晚上回家看不见路").await;
    office.say(CADRES, OTHER_SECRETARY, "反馈 学校门口一片漆黑").await;
    assert!(office.whisper(TOWN_SECRETARY, "归并 2 到 1").await.contains("一共 2 条，由样例一镇团委处理"));
    assert!(office.whisper(TOWN_SECRETARY, "归并 1 到 2").await.contains("已经是一条"));
    assert!(office.whisper(TOWN_SECRETARY, "归并 3 到 1").await.contains("没有找到"), "not theirs");
    // of two units: whoever is above both has it from then on
    assert!(office.whisper(COUNTY_SECRETARY, "归并 3 到 1").await.contains("一共 3 条，由样例县团委处理"));
    assert!(office.whisper(TOWN_SECRETARY, "办结 1 好了").await.contains("由样例县团委处理"));
    assert!(office.whisper(COUNTY_SECRETARY, "分开 3").await.contains("单独成一条"));
    assert!(
        office.whisper(TOWN_SECRETARY, "分开 2").await.contains("1 号还有 1 条"),
        "a town takes back what is its own"
    );
    assert!(office.whisper(TOWN_SECRETARY, "办结 2 装了反光柱").await.contains("已办结"));
    let entries = "SELECT COUNT(DISTINCT entry_id) FROM problem WHERE state <> 'withdrawn'";
    let voices = "SELECT COUNT(*) FROM problem";
    assert_eq!((office.database.count(entries).await, office.database.count(voices).await), (3, 3));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_question_enters_when_the_secretary_says_so_and_by_itself_when_it_keeps_coming() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 青年公寓怎么申请？").await;
    office.say(YOUTH, YOUNG + 1, "提问 青年公寓怎么申请呢？").await;
    office.say(YOUTH, YOUNG + 1, "提问 我想问青年公寓咋申请").await;
    office.tick().await;
    assert!(
        office.whisper(TOWN_SECRETARY, "清单").await.contains("没有待办"),
        "two people are two, however often they ask"
    );
    office.say(YOUTH, YOUNG + 2, "提问 请问青年公寓怎么申请？").await;
    office.tick().await;
    let list = office.whisper(TOWN_SECRETARY, "清单").await;
    assert!(list.contains("待办 4 条，归为 1 件") && list.contains("1、2、3、4 等 4 条"), "{list}");
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY);
    assert!(told.iter().any(|one| one.text.contains("30 天里有 4 个提问") && one.text.contains("1 号")), "{told:?}");
    // the next one joins what is there, and nothing happens twice
    office.say(YOUTH, YOUNG + 3, "提问 青年公寓怎么申请啊？").await;
    office.tick().await;
    office.tick().await;
    assert!(office.whisper(TOWN_SECRETARY, "清单").await.contains("待办 5 条，归为 1 件"));
    office.deliver().await;
    let told = office.written(TOWN_SECRETARY);
    assert_eq!(told.iter().filter(|one| one.text.contains("30 天里有")).count(), 1, "{told:?}");
    // what is taken back leaves
    office.say(YOUTH, YOUNG + 3, "撤回").await;
    assert!(office.whisper(TOWN_SECRETARY, "清单").await.contains("待办 4 条，归为 1 件"));

    office.say(YOUTH, YOUNG + 4, "提问 创业贷款找谁？").await;
    assert!(office.whisper(OTHER_SECRETARY, "列入 6").await.contains("没有找到您可以列入的 6 号"));
    assert!(office.whisper(TOWN_SECRETARY, "列入 6").await.contains("6 号提问已列入问题清单，是清单 6 号"));
    assert!(office.whisper(TOWN_SECRETARY, "列入 6").await.contains("已经在问题清单里"));
    office.whisper(TOWN_SECRETARY, "办结 6 找青年发展部").await;
    office.deliver().await;
    let said = office.posted(YOUTH).last().unwrap().text.clone();
    assert!(said.contains("您提的 6 号问题（创业贷款找谁？）") && said.contains("找青年发展部"), "{said}");
    office.close().await;
}

#[tokio::test]
async fn a_report_that_is_corrected_moves_to_where_it_belongs() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(CADRES, TOWN_SECRETARY, "反馈 东街路灯不亮").await;
    assert!(office.whisper(TOWN_SECRETARY, "清单").await.contains("归为 1 件"));
    office.say(CADRES, PART_TIMER, "改 内容 西街井盖坏了").await;
    let list = office.whisper(TOWN_SECRETARY, "清单").await;
    assert!(list.contains("待办 2 条，归为 2 件"), "{list}");
    office.say(CADRES, PART_TIMER, "改 内容 东街的路灯不亮了").await;
    assert!(office.whisper(TOWN_SECRETARY, "清单").await.contains("待办 2 条，归为 1 件"));
    // the one that leads goes, and the other leads
    office.say(CADRES, TOWN_SECRETARY, "撤回").await;
    let list = office.whisper(TOWN_SECRETARY, "清单").await;
    assert!(list.contains("待办 1 条，归为 1 件") && list.contains("1 号"), "{list}");
    office.close().await;
}

#[tokio::test]
async fn the_brief_comes_on_the_25th_with_hot_hard_urgent_and_done() {
    let office = Office::open().await;
    // October: one lamp, and something that stays open
    office.clock.set("2026-10-12T10:00:00+08:00".parse().unwrap());
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(CADRES, PART_TIMER, "反馈 村里没有篮球场").await;
    office.whisper(TOWN_SECRETARY, "上报 2 要县里出钱").await;
    office.clock.set("2026-11-20T10:00:00+08:00".parse().unwrap());
    office.say(CADRES, TOWN_SECRETARY, "反馈 东街路灯不亮").await;
    office.say(CADRES, OTHER_SECRETARY, "反馈 东街路灯不亮").await;
    office.say(CADRES, OTHER_SECRETARY, "反馈 急需一台轮椅").await;
    office.say(CADRES, CADRE, "反馈 会议室的门坏了").await;
    office.whisper(COUNTY_SECRETARY, "办结 6 门已换新").await;
    office.until("2026-11-25T09:00:05").await;
    let brief = |person: i64| {
        let all = office.written(person);
        all.into_iter().map(|one| one.text).find(|text| text.contains("【团情分析】"))
    };
    let county = brief(COUNTY_SECRETARY).unwrap();
    for part in [
        "样例县团委  11月",
        "本月新增 4 条（上月同期 2），办结 1 条，现在待办 5 条",
        "1、3、4 号｜东街路灯不亮｜2 条（上月同期 1），2 个单位，增多",
        "2 号｜村里没有篮球场｜43 天没有办结，上报 43 天没有回音，在样例县团委",
        "5 号｜急需一台轮椅",
        "6 号｜会议室的门坏了 → 门已换新",
    ] {
        assert!(county.contains(part), "{part} is missing in {county}");
    }
    assert!(!brief(TOWN_SECRETARY).unwrap().contains("轮椅"), "each of what is theirs");
    assert!(brief(OTHER_SECRETARY).unwrap().contains("本月新增 2 条（上月同期 0）"));
    assert!(brief(SUPERVISOR).is_none() && brief(PART_TIMER).is_none());
    // what was counted can be looked up, and is what the bulletin counts
    assert!(office.whisper(COUNTY_SECRETARY, "清单 4").await.contains("东街路灯不亮"));
    assert!(office.whisper(COUNTY_SECRETARY, "清单 本月 全部").await.contains("找到 5 条"), "with the lamp of October");
    let sent = office.written(COUNTY_SECRETARY).len();
    office.until("2026-11-25T09:10:00").await;
    assert_eq!(office.written(COUNTY_SECRETARY).len(), sent, "once");
    office.close().await;
}

#[tokio::test]
async fn the_brief_moves_off_a_day_off_and_shows_the_figures_of_its_slot() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    let job = tuanqing::jobs::find("hot_topic_brief").unwrap();
    let at = "2026-11-25T09:00:00+08:00".parse().unwrap();
    office.clock.set("2026-11-25T11:00:00+08:00".parse().unwrap());
    office.whisper(TOWN_SECRETARY, "办结 1 已修好").await;
    let owed = office.app.scheduler().preview(job, at).await.unwrap();
    let text = |context| office.app.rules.templates.render_value("digest/hot_topics", context, "").unwrap().plain();
    let brief = text(&owed[0].messages[0].context);
    assert!(brief.contains("新增 1 条") && brief.contains("办结 0 条，现在待办 1 条"), "{brief}");
    // 25 October 2026 is a Sunday, 25 December a Friday
    let schedule = &office.app.rules.policy.schedule;
    let days: Vec<String> = (job.rule)(schedule)
        .slots(
            "2026-10-01T00:00:00Z".parse().unwrap(),
            "2026-12-31T00:00:00Z".parse().unwrap(),
            chrono_tz::Asia::Shanghai,
            &office.app.rules.calendar,
            9,
        )
        .iter()
        .map(|slot| slot.with_timezone(&chrono_tz::Asia::Shanghai).format("%m-%d %H:%M").to_string())
        .collect();
    assert_eq!(days, ["10-26 09:00", "11-25 09:00", "12-25 09:00"]);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn a_month_is_exported_with_voices_and_steps_and_names_no_asker() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(YOUTH, YOUNG, "提问 东街的路灯不亮了？").await;
    office.tick().await;
    office.whisper(TOWN_SECRETARY, "办结 1 =已修好").await;
    office.deliver().await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let export = ["problems", "export", "--unit", "0", "--month", "2026-11", "--out", out];
    let (done, said) = office.command(&export);
    assert!(done && said.contains("问题清单 1 行，来源 2 行，经过 3 行"), "{said}");
    let read =
        |name: &str| std::fs::read_to_string(folder.path().join(format!("问题清单-0-2026-11-{name}.csv"))).unwrap();
    let (list, voices) = (read("问题清单"), read("来源"));
    assert!(list.starts_with('\u{FEFF}') && list.contains("样例一镇团委 2") && list.contains("'=已修好"), "{list}");
    assert!(
        voices.contains("反馈,李样例") && voices.contains("青年提问 1,,样例一镇团委") && !voices.contains("5001"),
        "{voices}"
    );
    assert!(folder.path().join("问题清单-0-2026-11.xlsx").exists());
    assert!(office.command(&export).1.contains("已经存在"), "nobody's work is overwritten");
    assert!(
        office.command(&["problems", "export", "--unit", "0", "--month", "11月", "--out", out]).1.contains("不是月份")
    );
    office.close().await;
}

#[tokio::test]
async fn of_many_that_come_between_two_ticks_each_is_looked_at_and_a_cry_for_help_never() {
    let office = Office::open().await;
    for one in 0..40 {
        office
            .say(YOUTH, YOUNG + one, &format!("提问 青年公寓{}申请？", ["怎么", "咋"][usize::from(one % 2 == 0)]))
            .await;
    }
    for one in 0..3 {
        office.whisper(YOUNG + 50 + one, "提问 我不想活了").await;
    }
    office.tick().await;
    let count = |sql: &'static str| office.database.count(sql);
    assert_eq!(count("SELECT COUNT(*) FROM problem").await, 40, "and none of the cries");
    assert_eq!(count("SELECT COUNT(DISTINCT entry_id) FROM problem").await, 1);
    assert_eq!(count("SELECT COUNT(*) FROM question WHERE noticed = 0").await, 0);
    office.close_with_leftovers().await;
}

#[tokio::test]
async fn cries_for_help_and_held_questions_come_onto_no_list() {
    let office = Office::open().await;
    office.whisper(YOUNG, "我不想活了，想自杀").await;
    office.say(YOUTH, YOUNG + 1, "提问 你们这帮傻逼什么时候修路？").await;
    for number in [1, 2] {
        let refused = office.whisper(TOWN_SECRETARY, &format!("列入 {number}")).await;
        assert!(refused.contains(&format!("没有找到您可以列入的 {number} 号")), "{refused}");
    }
    assert_eq!(office.database.count("SELECT COUNT(*) FROM problem").await, 0);
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn in_a_group_the_list_does_not_say_what_was_asked_in_private() {
    let office = Office::open().await;
    office.whisper(PART_TIMER, "提问 我单位扣我补贴，该向谁反映？").await;
    office.say(YOUTH, YOUNG, "提问 青年公寓怎么申请？").await;
    for number in [1, 2] {
        assert!(office.whisper(TOWN_SECRETARY, &format!("列入 {number}")).await.contains("已列入"));
    }
    let aloud = office.say(CADRES, COUNTY_SECRETARY, "问题清单").await;
    assert!(aloud.contains("青年公寓") && aloud.contains("1 号") && !aloud.contains("补贴"), "{aloud}");
    assert!(aloud.contains("私聊发“清单 1”"), "{aloud}");
    let found = office.say(CADRES, COUNTY_SECRETARY, "问题清单 补贴").await;
    assert!(!found.contains("1 号"), "nor is it found by its words: {found}");
    assert!(office.whisper(COUNTY_SECRETARY, "清单").await.contains("补贴"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn what_is_taken_apart_stands_as_it_stood_before_it_was_put_together() {
    let office = Office::open().await;
    office.say(CADRES, PART_TIMER, "反馈 东街路灯不亮").await;
    office.say(CADRES, PART_TIMER, "反馈 公交车太少了").await;
    office.say(CADRES, PART_TIMER, "反馈 学校门口没有斑马线").await;
    office.whisper(TOWN_SECRETARY, "转办 3 县交警队").await;
    office.whisper(TOWN_SECRETARY, "上报 1 要县里出钱").await;
    office.whisper(COUNTY_SECRETARY, "在办 1 已联系供电所").await;
    assert!(office.whisper(COUNTY_SECRETARY, "归并 2 到 1").await.contains("已并到清单 1 号"));
    assert!(office.whisper(COUNTY_SECRETARY, "归并 3 到 1").await.contains("已并到清单 1 号"));
    office.whisper(COUNTY_SECRETARY, "分开 2").await;
    office.whisper(COUNTY_SECRETARY, "分开 3").await;
    let buses = office.whisper(TOWN_SECRETARY, "清单 2").await;
    assert!(buses.contains("待处理") && !buses.contains("→"), "nobody has done anything about it: {buses}");
    let crossing = office.whisper(TOWN_SECRETARY, "清单 3").await;
    assert!(crossing.contains("已转有关部门") || crossing.contains("已转县交警队"), "{crossing}");
    assert!(!crossing.contains("→ 已联系供电所"), "{crossing}");
    assert!(office.whisper(TOWN_SECRETARY, "办结 2 加了两班").await.contains("已办结"), "and it is the town's");
    assert!(office.whisper(TOWN_SECRETARY, "清单 1").await.contains("已联系供电所"));
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn three_who_ask_about_one_thing_in_their_own_words_are_noticed() {
    let office = Office::open().await;
    office.say(YOUTH, YOUNG, "提问 村里的路灯什么时候修").await;
    office.say(YOUTH, YOUNG + 1, "提问 路灯坏了没人管吗").await;
    office.say(YOUTH, YOUNG + 2, "提问 我们村路灯不亮怎么办").await;
    office.tick().await;
    let list = office.whisper(TOWN_SECRETARY, "清单").await;
    assert!(list.contains("待办 3 条，归为 1 件"), "{list}");
    office.say(CADRES, PART_TIMER, "反馈 路灯坏了三个月没人修").await;
    let list = office.whisper(TOWN_SECRETARY, "清单").await;
    assert!(list.contains("待办 4 条，归为 1 件"), "{list}");
    office.deliver().await;
    office.close().await;
}

#[tokio::test]
async fn what_one_voice_says_is_not_hot() {
    let office = Office::open().await;
    for text in ["反馈 东街路灯不亮", "反馈 东街的路灯不亮了", "反馈 村里没有篮球场"] {
        office.say(CADRES, PART_TIMER, text).await;
    }
    office.until("2026-11-25T09:00:05").await;
    let brief = office.written(TOWN_SECRETARY).into_iter().find(|one| one.text.contains("【团情分析】")).unwrap().text;
    assert!(brief.contains("东街路灯不亮｜2 条") && !brief.contains("篮球场"), "{brief}");
    assert!(brief.contains("本月新增 3 条"), "{brief}");
    office.close().await;
}
