use proptest::prelude::*;

use super::*;
use crate::domain::policy::Policy;

fn watch() -> HarmWatch {
    HarmWatch::new(&Policy::preset("basic").unwrap().words()).unwrap()
}

fn found(harm: Harm) -> (&'static str, Vec<String>) {
    match harm {
        Harm::Fine => ("fine", vec![]),
        Harm::Hurtful { found } => ("hurtful", found),
        Harm::Urgent { kind, found } => (kind.code(), found),
    }
}

/// Says for each text what it is not called.
fn wrong(texts: &[&str], wanted: &str) -> Vec<String> {
    let watch = watch();
    texts
        .iter()
        .map(|text| (text, found(watch.look(text))))
        .filter(|(_, (kind, _))| *kind != wanted)
        .map(|(text, (kind, words))| format!("{text}: {kind} {words:?}"))
        .collect()
}

#[test]
fn insults_are_held_however_they_are_written() {
    let texts = [
        "你就是个傻逼",
        "傻*逼公司",
        "傻 逼",
        "你这个傻 逼",
        "傻.逼领导",
        "傻\u{200B}逼",
        "傻😊逼",
        "傻--逼",
        "去你媽的", // traditional
        "SB老板",
        "ＳＢ",
        "他妈的什么时候解决",
        "操你大爷",
        "滚,贱人!",
        "团委都是废物",
        "你怎么不去死",
        "在路口口交",
        "操他妈妈的贱货",
    ];
    assert_eq!(wrong(&texts, "hurtful"), Vec::<String>::new());
}

#[test]
fn what_only_looks_so_goes_on() {
    let texts = [
        "路口交通什么时候通",
        "人口交流大会哪天开",
        "出入口交警不让停车",
        "他妈妈的医保怎么转",
        "他妈的电话号码换了，医保怎么改",
        "usb口坏了找谁",
        "我用的是asb-2型",
        "他真傻 逼我签了三方协议",
        "老板真傻，逼我们天天加班",
        "很傻...逼得我没办法",
        "智障人士就业有补贴吗",
        "废物利用大赛怎么报名",
        "生日你们发礼物吗",
        "笑死我了",
        "累死了，求放假",
        "热死人了",
        "想死你们了，活动什么时候再办",
        "打死也不说",
        "跳楼价是不是骗人的",
        "跳楼机几岁能坐",
        "自杀式营销合法吗",
        "哪里有自杀干预的培训",
        "不想活动，可以退报名费吗",
        "不想活在别人的影子里",
        "被打动了，想当志愿者",
        "总被打扰，能投诉吗",
        "工资被打到卡里了吗",
        "客服打我电话说我中奖了",
        "老师打我手机没接到，怎么补报",
        "押金打我卡上了吗",
        "反家暴宣传什么时候办",
        "校园里想办反霸凌讲座",
        "怎么落户",
        "",
        "???",
    ];
    assert_eq!(wrong(&texts, "fine"), Vec::<String>::new());
}

#[test]
fn signs_of_self_harm_and_abuse_are_urgent_and_win_over_insults() {
    let myself = [
        "我不想活了",
        "活着没意思",
        "昨晚割腕了",
        "想跳楼",
        "我想去死",
        "被傻逼老板骂得想自杀",
        "自 杀",
        "不想活在这个世界上了",
        "写好了遗书",
        "反自杀的讲座没有用，我还是想自杀",
    ];
    assert_eq!(wrong(&myself, "self_harm"), Vec::<String>::new());
    let others = [
        "我爸打我",
        "在学校总是被打怎么办",
        "邻居家暴怎么报警",
        "被老板性侵了",
        "同学霸凌我",
        "他有我的裸照",
        "老师打我们，还骂傻逼",
        "打死我也不说是谁打我",
    ];
    assert_eq!(wrong(&others, "abuse"), Vec::<String>::new());
    // both: what is said about oneself comes first
    assert_eq!(wrong(&["我爸打我，我不想活了"], "self_harm"), Vec::<String>::new());
}

#[test]
fn the_words_that_were_found_are_told_once_and_in_order() {
    let (kind, words) = found(watch().look("你这贱人，白痴，贱人"));
    assert_eq!((kind, words), ("hurtful", vec!["贱人".to_owned(), "白痴".to_owned()]));
}

#[test]
fn a_policy_adds_words_and_excuses_others() {
    let own = |lines: &str| {
        let text = format!("{}\n[words]\n{lines}\n", crate::domain::policy::PRESETS[0].1);
        HarmWatch::new(&Policy::from_toml(&text).unwrap().words()).unwrap()
    };
    assert_eq!(found(own("hurtful = [\"样例坏话\"]").look("这是样例·坏话")).0, "hurtful");
    assert_eq!(found(own("allowed = [\"白痴\"]").look("读陀思妥耶夫斯基的《白痴》")).0, "fine");
}

proptest! {
    #[test]
    fn signs_between_the_characters_hide_no_word(
        at in 0_usize..1_000, signs in proptest::collection::vec("[*_~|/+·@#^&-]{0,2}", 12),
    ) {
        let watch = watch();
        let words: Vec<&String> =
            watch.words.iter().filter(|(list, _)| *list != List::Allowed).map(|(_, word)| word).collect();
        let word = words[at % words.len()];
        let spread: String = word.chars().zip(signs.iter().cycle()).map(|(c, sign)| format!("{c}{sign}")).collect();
        prop_assert_ne!(watch.look(&spread), Harm::Fine);
    }

    #[test]
    fn any_text_can_be_looked_at(text in "\\PC{0,60}") {
        watch().look(&text);
    }
}
