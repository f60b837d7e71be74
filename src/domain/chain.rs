//! A 接龙 list as people paste it into a group: a title, then one numbered line for each of them.

use super::policy::{FIELD_DAY, RecordKind};
use super::text::{after_prefix, normal};

/// One numbered entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name and report, as typed, without the number.
    pub text: String,
}

/// A pasted list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// What stands before the first entry.
    pub title: String,
    /// The entries; an example line (例 …) is none.
    pub entries: Vec<Entry>,
}

/// What a list begins with.
const HEADS: [&str; 6] = ["#接龙", "＃接龙", "接龙", "#接龍", "＃接龍", "接龍"];

/// Reads a list; `None` where the text is no list.
pub fn read(text: &str) -> Option<Chain> {
    let text = text.trim_start();
    let body = HEADS.iter().find_map(|head| text.strip_prefix(head))?;
    let mut chain = Chain { title: String::new(), entries: Vec::new() };
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if is_example(line) {
            continue;
        }
        match without_number(line) {
            Some(text) => chain.entries.push(Entry { text: text.to_owned() }),
            // a line without a number goes on with the entry before it
            None => {
                let before = chain.entries.last_mut().map_or(&mut chain.title, |entry| &mut entry.text);
                if !before.is_empty() {
                    before.push(' ');
                }
                before.push_str(line);
            }
        }
    }
    (!chain.entries.is_empty()).then_some(chain)
}

fn is_example(line: &str) -> bool {
    let after = without_number(line).unwrap_or(line);
    ["例", "示例", "格式"].iter().any(|word| {
        after.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '如')) || rest.is_empty()
        })
    })
}

/// What follows `1.` `1、` `1）` `①` `1 `; `None` where no number begins the line.
fn without_number(line: &str) -> Option<&str> {
    let first = line.chars().next()?;
    if matches!(first, '①'..='⑳' | '⒈'..='⒛' | '⑴'..='⒇' | '❶'..='❿') {
        return Some(line[first.len_utf8()..].trim_start_matches(|c: char| c.is_whitespace() || "．.、".contains(c)));
    }
    let opened = line.trim_start_matches(['(', '（']);
    let digits = opened.trim_start_matches(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
    if digits.len() == opened.len() {
        return None;
    }
    let after = digits.trim_start_matches(|c: char| c.is_whitespace() || "．.、)）:：,，".contains(c));
    // 12月 and 3公里 are no numbers of entries
    (after.len() < digits.len()).then_some(after)
}

/// What somebody reported of themself in a list: the entries whose name is theirs, each without the name.
///
/// `longer` are names of others in which this name is contained: 赵样 is not 赵样例.
pub fn own<'c>(chain: &'c Chain, name: &str, longer: &[&str]) -> Vec<&'c str> {
    let exact = |text: &'c str| -> Option<&'c str> {
        let rest = text.strip_prefix(name)?;
        (rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric())).then(|| report(rest))
    };
    let contained = |text: &'c str| -> Option<&'c str> {
        let head = text.split(|c: char| c.is_whitespace() || "：:，,。；;".contains(c)).next()?;
        let at = head.find(name)?;
        let is_another = longer.iter().any(|other| head.contains(other));
        (!is_another).then(|| report(&text[at + name.len()..]))
    };
    let texts = || chain.entries.iter().map(|entry| entry.text.as_str());
    let found: Vec<&str> = texts().filter_map(exact).collect();
    if found.is_empty() { texts().filter_map(contained).collect() } else { found }
}

/// Words of a list that collects something else than what was done: 周末活动报名 names an activity and reports none.
const COLLECTING: &[&str] =
    &["报名", "统计", "投票", "意见", "预订", "订餐", "缴费", "收费", "收到", "通知", "请假", "意向", "物资", "需求"];

/// Which kind of record an entry makes, and what it says: by a word in the entry, or else by one in the title.
pub fn kind_of<'p, 'c>(chain: &Chain, said: &'c str, kinds: &'p [RecordKind]) -> Option<(&'p RecordKind, &'c str)> {
    let says_something = |text: &str| text.chars().any(char::is_alphanumeric);
    let worded = || kinds.iter().flat_map(|kind| kind.words.iter().map(move |word| (kind, word.as_str())));
    let by_length = |(_, word): &(&RecordKind, &str)| word.len();
    let normal_said = normal(said);
    let leads = worded().filter(|(_, word)| {
        let rest = normal_said.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric()))
    });
    if let Some((kind, word)) = leads.max_by_key(by_length) {
        let rest = after_prefix(said, word).unwrap_or_default();
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        return (kind.key == FIELD_DAY || says_something(rest)).then_some((kind, rest));
    }
    let title = normal(&chain.title);
    let titled = worded().filter(|(_, word)| title.contains(word) && !COLLECTING.iter().any(|one| title.contains(one)));
    let stands_alone = |word: &str| normal_said.split(|c: char| !c.is_alphanumeric()).any(|one| one == word);
    let found = titled.max_by_key(by_length).or_else(|| worded().find(|(_, word)| stands_alone(word)));
    found.map(|(kind, _)| (kind, said)).filter(|(kind, said)| kind.key == FIELD_DAY || says_something(said))
}

/// What follows the name: a unit in brackets behind it is left out.
fn report(rest: &str) -> &str {
    let trimmed = rest.trim_start();
    let closed = match trimmed.chars().next() {
        Some('（' | '(') => trimmed.find(['）', ')']).map(|at| &trimmed[at..]),
        _ => None,
    };
    closed
        .unwrap_or(trimmed)
        .trim_start_matches(|c: char| c.is_whitespace() || "）)：:，,。；;、-—+|/".contains(c))
        .trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;

    const LIST: &str = "#接龙\n今日签到\n例 姓名 地点 内容\n\n1. 赵样例 东风社区 走访3户\n2、钱样例：城西社区，座谈\n③孙样例（样例一镇）北街社区\n4 共青团+样例县+李样例 南街\n调研两户";

    #[test]
    fn everybody_finds_their_own_line_however_it_is_numbered() {
        let chain = read(LIST).unwrap();
        assert_eq!((chain.title.as_str(), chain.entries.len()), ("今日签到", 4));
        for (name, said) in [
            ("赵样例", "东风社区 走访3户"),
            ("钱样例", "城西社区，座谈"),
            ("孙样例", "北街社区"),
            ("李样例", "南街 调研两户"),
        ] {
            assert_eq!(own(&chain, name, &[]), [said], "{name}");
        }
        assert!(own(&chain, "周样例", &[]).is_empty());
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for line in [
            "1. 赵样例",
            "1、赵样例",
            "①赵样例",
            "① 赵样例",
            "1 赵样例",
            "１．赵样例",
            "1）赵样例",
            "（1）赵样例",
            "⒈赵样例",
        ] {
            assert_eq!(without_number(line), Some("赵样例"), "{line}");
        }
        for line in ["12月3日签到", "赵样例", "3公里", ""] {
            assert_eq!(without_number(line), None, "{line}");
        }
    }

    #[test]
    fn a_name_inside_another_name_is_not_ones_own() {
        let chain = read("接龙 签到\n1. 赵样例 东风社区\n2. 钱样例 和赵样例走访").unwrap();
        assert!(own(&chain, "赵样", &["赵样例"]).is_empty());
        assert_eq!(own(&chain, "赵样例", &[]), ["东风社区"], "named in somebody else's line");
        let both = read("#接龙 签到\n1. 赵样例 东风社区\n2. 赵样 城西社区").unwrap();
        assert_eq!(own(&both, "赵样", &["赵样例"]), ["城西社区"]);
    }

    #[test]
    fn the_kind_comes_from_the_entry_or_from_the_title() {
        let policy = Policy::preset("basic").unwrap();
        for (title, line, found) in [
            ("今日签到", "东风社区 走访3户", Some(("field_day", "东风社区 走访3户"))),
            ("今日簽到", "", Some(("field_day", ""))),
            ("今日工作", "报到：东风社区", Some(("field_day", "东风社区"))),
            ("今日工作", "东风社区 签到", Some(("field_day", "东风社区 签到"))),
            ("工作日志", "走访三户", Some(("journal", "走访三户"))),
            ("工作日志", "", None),
            ("今日签到", "办实事 修路灯", Some(("good_deed", "修路灯"))),
            ("周末活动报名", "我去", None),
            ("今日工作", "东风社区 走访3户", None),
        ] {
            let chain = read(&format!("#接龙\n{title}\n1. 赵样例 {line}")).unwrap();
            let said = own(&chain, "赵样例", &[])[0];
            let kind = kind_of(&chain, said, &policy.kinds).map(|(kind, rest)| (kind.key.as_str(), rest));
            assert_eq!(kind, found, "{title} / {line}");
        }
    }

    #[test]
    fn examples_and_talk_are_no_entries() {
        assert_eq!(read("接龙开始了吗"), None);
        assert_eq!(read("大家接龙\n1. 赵样例"), None);
        let chain = read("#接龙\n签到\n例：赵样例 某社区\n1. 例如 赵样例\n1. 钱样例 城西").unwrap();
        assert_eq!(chain.entries.len(), 1);
    }
}
