use proptest::prelude::*;

use super::*;

fn topics() -> Topics {
    Topics::of(&Policy::preset("basic").unwrap()).unwrap()
}

fn correction(words: &[&str], from: &str, to: &str) -> Correction {
    Correction { words: words.iter().map(|word| (*word).to_owned()).collect(), from: from.into(), to: to.into() }
}

#[test]
fn questions_are_sorted_as_a_person_would() {
    let topics = topics();
    let wrong: Vec<String> = [
        ("请问助学贷款什么时候申请", "求学"),
        ("大学生毕业了找不到工作，哪里有招聘会", "就业"),
        ("返鄉創業有貸款嗎", "创业"),
        ("団里有没有相亲活动", "婚恋交友"),
        ("老板拖欠工资两个月了怎么办", "权益"),
        ("租房押金不退找谁", "权益"),
        ("公租房怎么申请", "生活"),
        ("最近压力大，总是失眠", "心理"),
        ("志愿服务时长怎么补录", "志愿"),
        ("团组织关系转到哪里", "团务"),
        ("高考志愿填报有辅导吗", "求学"),
        ("入团申请书怎么写", "团务"),
        ("今天天气真好", "其他"),
        ("", "其他"),
    ]
    .into_iter()
    .filter_map(|(text, wanted)| {
        let sorted = topics.classify(text, &Learned::default()).unwrap();
        (sorted.topic.title != wanted).then(|| format!("{text}: {} {}", sorted.topic.title, sorted.sentence(&topics)))
    })
    .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_longer_word_decides_and_of_equals_the_first_in_the_text() {
    let topics = topics();
    let of = |text: &str| topics.classify(text, &Learned::default()).unwrap().topic.title.clone();
    assert_eq!(of("创业贷款和租房"), "创业");
    assert_eq!(of("租房和入党"), "生活");
    assert_eq!(of("入党和租房"), "团务");
    assert_eq!(of("入党，租房，租房，租房"), "团务", "a word that is repeated counts once");
}

#[test]
fn the_reason_names_the_words_that_were_found() {
    let topics = topics();
    let why = |text: &str| topics.classify(text, &Learned::default()).unwrap().sentence(&topics);
    assert_eq!(why("落户以后公积金怎么办"), "因为有“落户、公积金”字样");
    assert_eq!(why("今天天气真好"), "没有认出话题");
    assert_eq!(topics.words_in("落户，落户以后公积金怎么办"), ["落户", "公积金"]);
}

#[test]
fn three_corrections_in_a_row_are_learned_and_told() {
    let topics = topics();
    let text = "请问青夜市医保怎么交";
    let once = correction(&["医保", "怎么"], "life", "rights");
    let two = Learned::from(&[once.clone(), once.clone()]);
    assert_eq!(topics.classify(text, &two).unwrap().topic.key, "life", "two are not enough");
    let kept = correction(&["怎么"], "life", "life");
    let three = Learned::from(&[once.clone(), once.clone(), kept, once.clone()]);
    let sorted = topics.classify(text, &three).unwrap();
    assert_eq!(sorted.topic.key, "rights");
    assert_eq!(sorted.sentence(&topics), "因为有“医保”字样，最近 3 次都改成了“权益”");
    assert_eq!(three.words().len(), 1, "怎么 also stands in what was left where it is: {three:?}");
    // a word that the policy does not have can be learned as well
    let market = correction(&["夜市"], "other", "life");
    let learned = Learned::from(&[market.clone(), market.clone(), market]);
    assert_eq!(topics.classify("夜市几点开", &learned).unwrap().topic.key, "life");
}

#[test]
fn one_decision_to_the_contrary_unlearns_and_confirmations_keep() {
    let away = correction(&["医保"], "life", "rights");
    let three = [away.clone(), away.clone(), away.clone()];
    let confirmed = correction(&["医保"], "rights", "rights");
    let after = |more: &[Correction]| Learned::from(&[&three[..], more].concat());
    assert_eq!(after(&[confirmed.clone(), confirmed]).words()[0].times, 3);
    assert_eq!(after(&[correction(&["医保"], "rights", "life")]).words(), []);
    assert_eq!(after(&[correction(&["医保"], "life", "life")]).words(), []);
}

#[test]
fn what_was_learned_for_a_topic_that_is_gone_does_no_harm() {
    let topics = topics();
    let gone = correction(&["医保"], "life", "village");
    let learned = Learned::from(&[gone.clone(), gone.clone(), gone]);
    let sorted = topics.classify("医保和公积金", &learned).unwrap();
    assert_eq!(sorted.topic.key, "life");
    assert_eq!(learned.words()[0].sentence(&topics), "因为有“医保”字样，最近 3 次都改成了“village”");
}

#[test]
fn a_topic_is_found_by_what_people_call_it() {
    let topics = topics();
    assert_eq!(topics.named("婚恋交友").unwrap().key, "marriage");
    assert_eq!(topics.named("other").unwrap().title, "其他");
    assert_eq!(topics.named("火星"), None);
}

proptest! {
    #[test]
    fn every_text_has_one_topic_and_always_the_same(text in "\\PC{0,40}") {
        let topics = topics();
        let first = topics.classify(&text, &Learned::default()).unwrap();
        prop_assert_eq!(topics.classify(&text, &Learned::default()).unwrap(), first);
    }

    #[test]
    fn the_order_of_the_words_of_a_correction_teaches_nothing(seed in proptest::collection::vec(0_usize..4, 0..12)) {
        let words = ["医保", "租房", "怎么", "请问"];
        let keys = ["life", "rights", "other"];
        let decisions: Vec<Correction> = seed
            .iter()
            .enumerate()
            .map(|(at, pick)| correction(&words[..=*pick], keys[at % 3], keys[pick % 3]))
            .collect();
        let turned: Vec<Correction> = decisions
            .iter()
            .map(|one| Correction { words: one.words.iter().rev().cloned().collect(), ..one.clone() })
            .collect();
        prop_assert_eq!(Learned::from(&decisions), Learned::from(&turned));
    }
}
