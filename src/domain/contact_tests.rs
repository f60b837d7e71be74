use proptest::prelude::*;

use super::*;

const ROSTER: &[&str] = &["张三", "李四", "王五", "李和平", "阿依古丽·买买提"];

/// Names (those of the roster with `*`), number, field, mode, place, content.
fn told(typed: &str, counts: &str) -> String {
    let told = read(typed, counts, ROSTER);
    let known = told.known.iter().map(|at| format!("{}*", ROSTER[*at]));
    let names: Vec<String> = known.chain(told.unknown).collect();
    let quantity = told.quantity.map(|quantity| quantity.to_string()).unwrap_or_default();
    let field = told.field.map(YouthField::title).unwrap_or_default();
    let mode = told.mode.map(ContactMode::title).unwrap_or_default();
    format!("{}|{quantity}|{field}|{mode}|{}|{}", names.join(" "), told.place, told.content)
}

#[test]
fn names_numbers_field_mode_and_place_are_read_in_any_order() {
    for (typed, expected) in [
        ("张三 谈就业", "张三*|||||谈就业"),
        ("張三 谈就业", "张三*|||||谈就业"),
        ("张三、李四和王五", "张三* 李四* 王五*|||||"),
        ("张三，李四，谈就业", "张三* 李四*|||||谈就业"),
        ("张三 李四 线上 谈就业", "张三* 李四*|||线上||谈就业"),
        ("李和平与张三", "李和平* 张三*|||||"),
        ("张三谈就业，问贷款", "张三*|||||谈就业，问贷款"),
        ("张三丰 谈就业", "张三丰|||||谈就业"),
        ("张三（线上）", "张三*|||线上||"),
        ("张三 微信聊创业", "张三*|||线上||微信聊创业"),
        ("张三 当面 在东风社区 谈就业", "张三*|||见面|东风社区|谈就业"),
        ("在东风社区 见面 张三", "张三*|||见面|东风社区|"),
        ("东风社区 张三 谈就业", "张三*||||东风社区|谈就业"),
        ("张三等5人 座谈", "张三*|5||||座谈"),
        ("张三、小王 企业", "张三* 小王||企业|||"),
        ("小王 学校 电话", "小王||学校|线上||"),
        ("小王和小李", "小王 小李|||||"),
        ("阿拉坦其木格 谈返乡", "阿拉坦其木格|||||谈返乡"),
        ("阿依古丽·买买提 谈返乡", "阿依古丽·买买提*|||||谈返乡"),
        ("张三 帮助10人就业", "张三*|||||帮助10人就业"),
        ("12人", "|12||||"),
        ("12", "|12||||"),
        ("十二名", "|12||||"),
        ("约１２名企业青年 线上", "|12|企业|线上||"),
        ("学校青年30人 开展宣讲", "|30|学校|||开展宣讲"),
        ("青年社会组织 8人", "|8|青年社会组织|||"),
        ("12人 到样例一镇 入户", "|12||见面|样例一镇|"),
        ("座谈12人", "|12||||座谈12人"),
        ("谈就业", "|||||谈就业"),
        ("张三 张三", "张三*|||||"),
        ("", "|||||"),
        ("，。", "|||||"),
    ] {
        assert_eq!(told(typed, "人"), expected, "{typed}");
    }
}

#[test]
fn hours_are_the_number_of_a_kind_that_counts_hours() {
    for (typed, expected) in [
        ("张三 2小时", "张三*|2||||"),
        ("张三、李四 两个小时 讲团章", "张三* 李四*|2||||讲团章"),
        ("小王 8学时", "小王|8||||"),
        ("张三 在东风社区 打扫卫生2小时", "张三*|2|||东风社区|打扫卫生2小时"),
        ("张三 打扫卫生", "张三*|||||打扫卫生"),
        ("张三 和12人打扫卫生", "张三*|||||和12人打扫卫生"),
        ("张三 讲课2.5小时", "张三*|||||讲课2.5小时"),
    ] {
        assert_eq!(told(typed, "小时"), expected, "{typed}");
    }
}

#[test]
fn in_a_group_only_what_may_be_a_name_is_looked_at() {
    for name in ["张三", "小王", "张三、李四", "张三和李四", "李和平", "阿依古丽·买买提"] {
        assert!(may_name(name), "{name}");
    }
    for talk in ["一下", "一下小王", "我", "他们", "方式发我", "谈就业", "微信", "学校", "不上张三", "王", "3班"]
    {
        assert!(!may_name(talk), "{talk}");
    }
    assert!(is_number_of_people("12人") && is_number_of_people("企业青年十二名"));
    assert!(!is_number_of_people("12人没联系上") && !is_number_of_people("青年"));
}

#[test]
fn the_share_of_the_most_contacted_tenth_is_what_it_says() {
    assert_eq!(top_tenth_share(&[]), 0);
    assert_eq!(top_tenth_share(&[0, 0, 0]), 0);
    assert_eq!(top_tenth_share(&[3]), 100);
    assert_eq!(top_tenth_share(&[1; 100]), 10, "everybody alike");
    assert_eq!(top_tenth_share(&[9, 1, 0, 0, 0, 0, 0, 0, 0, 0]), 90);
    assert_eq!(top_tenth_share(&[5, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0]), 50, "a tenth of eleven is two");
    assert_eq!(top_tenth_share(&[u32::MAX; 20]), 10);
}

proptest! {
    #[test]
    fn the_share_is_at_least_a_tenth_and_grows_when_contacts_go_to_the_few(
        mut counts in proptest::collection::vec(0_u32..1_000, 1..150),
        turn in any::<prop::sample::Index>(),
        times in 1_u32..50,
    ) {
        let share = top_tenth_share(&counts);
        prop_assert!(share <= 100);
        prop_assert!(share >= 10 || counts.iter().all(|count| *count == 0));
        let multiplied: Vec<u32> = counts.iter().map(|count| count * times).collect();
        prop_assert_eq!(top_tenth_share(&multiplied), share, "only proportions matter");
        let at = turn.index(counts.len());
        counts.rotate_left(at);
        prop_assert_eq!(top_tenth_share(&counts), share, "order does not matter");
        // one contact less for somebody, one more for the most contacted: never more even than before
        let most = (0..counts.len()).max_by_key(|at| counts[*at]).unwrap();
        if most != at && counts[at] > 0 {
            counts[at] -= 1;
            counts[most] += 1;
            prop_assert!(top_tenth_share(&counts) >= share);
        }
    }

    #[test]
    fn whatever_is_typed_is_read_without_a_fall(typed in prop_oneof!["\\PC{0,40}", "[0-9０一两十百万张三李四王和、等人名小时青年企业线上在村家谈 ，（.]{0,12}"], counts in "人|小时") {
        let told = read(&typed, &counts, ROSTER);
        prop_assert!(typed.contains(&told.content), "the content is as typed");
        prop_assert!(told.quantity.is_none_or(|quantity| (1..=MOST_PEOPLE).contains(&quantity)));
    }
}

#[test]
fn a_word_without_end_is_read_as_fast_as_any_other() {
    let word = "谈".repeat(2_000);
    let names: Vec<String> = (0..100).map(|n| format!("青{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let begun = std::time::Instant::now();
    assert_eq!(read(&word, "人", &names).content, word);
    assert!(begun.elapsed().as_millis() < 500, "{:?}", begun.elapsed());
}
