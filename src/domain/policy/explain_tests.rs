use super::*;
use crate::domain::policy::PRESETS;

#[test]
fn every_preset_is_explained_as_it_stands_in_the_repository() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/explained");
    let mut old = Vec::new();
    for (name, _) in PRESETS {
        let path = folder.join(format!("{name}.md"));
        let made = explain(&Policy::preset(name).unwrap());
        if std::env::var_os("TUANQING_WRITE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &made).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != made {
            old.push(*name);
        }
    }
    assert!(old.is_empty(), "old: {old:?}; look at the change of TUANQING_WRITE_GOLDEN=1 cargo test --lib policy");
}

#[test]
fn every_duty_indicator_and_open_point_is_told() {
    for (name, _) in PRESETS {
        let policy = Policy::preset(name).unwrap();
        let page = explain(&policy);
        let duties = policy.duties.iter().flat_map(|duty| {
            let items = duty.items.iter().map(|item| item.title.as_str());
            [duty.title.as_str()].into_iter().chain(duty.clause.as_deref()).chain(items).collect::<Vec<_>>()
        });
        let cards = policy.cards.iter().flat_map(|card| card.indicators.iter().map(|one| one.title.as_str()));
        let words = policy.kinds.iter().flat_map(|kind| kind.words.iter().map(String::as_str));
        let open = policy.left_open.iter().map(String::as_str);
        for part in duties.chain(cards).chain(words).chain(open) {
            assert!(page.contains(part), "{name}: {part}");
        }
        for code in ["full_time", "standing", "young_people", "records =", "Some(", "None"] {
            assert!(!page.contains(code), "{name} speaks of {code}");
        }
    }
}

#[test]
fn times_are_told_as_people_say_them() {
    let told = |cron: &str, day_off| rule_in_words(&Rule::new(cron, day_off).unwrap());
    assert_eq!(told("30 17 * * Fri", OnDayOff::Previous), "每周五 17:30，碰上放假提前到本周上一个工作日");
    assert_eq!(told("0 9 1 * *", OnDayOff::Keep), "每月 1 日 09:00，放假照常");
    assert_eq!(told("0 9 * * Mon-Fri", OnDayOff::Skip), "周一到周五 09:00，放假不发");
    assert_eq!(told("*/5 9 * * *", OnDayOff::Keep), "按时间表 */5 9 * * *，放假照常");
}
