//! Texts of several parts: a journal with `走访：` `问题：` `建议：`, on lines of their own or one after another.

use super::policy::{Into, RecordKind};
use super::text::normal;

/// A piece of a text. All pieces, one after another, are the text again: nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'t> {
    /// Which heading it stands under, by its place in the list; what comes before the first heading stands under none.
    pub heading: Option<usize>,
    /// The heading as it was typed, with its colon.
    pub lead: &'t str,
    /// What stands under it, as it was typed.
    pub text: &'t str,
}

/// What may stand before a heading.
fn is_boundary(c: char) -> bool {
    c.is_whitespace() || "，,。.；;、！!？?】》）)—-*·•：:".contains(c)
}

/// What ends a heading: a colon of any width, a bracket, or the end of its line.
fn ends_heading(c: char) -> bool {
    matches!(c, ':' | '：' | '﹕' | '︰' | '】' | '\n')
}

/// Splits a text by headings. A heading counts at the start of a line or after a space or a mark, with a colon of any
/// width behind it, in brackets (`【问题】`), or alone on its line; in any order and as often as it comes.
pub fn split<'t>(text: &'t str, headings: &[String]) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    // where the piece began that is not closed yet, where its text begins, and under which heading it stands
    let (mut start, mut body, mut heading) = (0, 0, None);
    for (at, mark) in text.char_indices().filter(|(_, c)| ends_heading(*c)) {
        let Some((from, found)) = heading_before(text, body, at, mark, headings) else { continue };
        if from > start {
            parts.push(piece(text, start, body, from, heading));
        }
        (start, body, heading) = (from, at + mark.len_utf8(), Some(found));
    }
    // a heading alone on the last line
    if let Some((from, found)) = heading_before(text, body, text.len(), '\n', headings) {
        if from > start {
            parts.push(piece(text, start, body, from, heading));
        }
        (start, body, heading) = (from, text.len(), Some(found));
    }
    if start < text.len() {
        parts.push(piece(text, start, body, text.len(), heading));
    }
    parts
}

fn piece(text: &str, start: usize, body: usize, end: usize, heading: Option<usize>) -> Part<'_> {
    let cut = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    Part { heading, lead: cut(start, body.min(end)), text: cut(body.min(end), end) }
}

/// The heading that ends at `end`, and where it begins.
fn heading_before(text: &str, from: usize, end: usize, mark: char, headings: &[String]) -> Option<(usize, usize)> {
    let before = text.get(from..end)?;
    let word = before.trim_end();
    let begins = match mark {
        // alone on its line
        '\n' => word.rfind('\n').map_or(0, |at| at + 1),
        '】' => word.rfind('【')?,
        _ => word.char_indices().rev().find(|(_, c)| is_boundary(*c)).map_or(0, |(at, c)| at + c.len_utf8()),
    };
    // a line break between the heading and its mark makes them two things
    if before.get(word.len()..)?.contains('\n') {
        return None;
    }
    let typed = normal(word.get(begins..)?.trim_start_matches('【'));
    let found = headings.iter().position(|heading| *heading == typed)?;
    let indent = word.get(begins..)?;
    Some((from + begins + (indent.len() - indent.trim_start().len()), found))
}

/// What people write who have nothing to say under a heading.
const NOTHING: &[&str] = &["无", "没有", "暂无", "没", "无问题", "没有问题", "暂无问题", "无。", "暂无。", "没有。"];

/// How many problems one message may put on the list.
const MOST_PROBLEMS: usize = 20;

/// What of a record's text goes into the list of problems: all of it, or the parts that the kind names.
pub fn problems_in(kind: &RecordKind, text: &str) -> Vec<String> {
    let says_something = |text: &str| text.chars().any(char::is_alphanumeric) && !NOTHING.contains(&text);
    if kind.into == Some(Into::Problems) {
        return [text.trim()].into_iter().filter(|text| says_something(text)).map(str::to_owned).collect();
    }
    if kind.problems_from.is_empty() {
        return Vec::new();
    }
    let mut problems: Vec<String> = split(text, &kind.parts)
        .into_iter()
        .filter(|part| {
            let heading = part.heading.and_then(|at| kind.parts.get(at));
            heading.is_some_and(|heading| kind.problems_from.contains(heading))
        })
        .map(|part| part.text.trim_matches(|c: char| c.is_whitespace() || "；;，,、".contains(c)))
        .filter(|text| says_something(text))
        .map(str::to_owned)
        .collect();
    // nothing is lost: what is more than one message should make is the last one's text
    if problems.len() > MOST_PROBLEMS {
        let rest = problems.split_off(MOST_PROBLEMS - 1);
        problems.push(rest.join("；"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::policy::Policy;

    #[test]
    fn a_journal_of_nothing_but_problems_makes_twenty_and_loses_none() {
        let policy = Policy::preset("basic").unwrap();
        let text: String = (0..50).map(|n| format!("问题：第{n}件\n")).collect();
        let problems = problems_in(policy.kind("journal").unwrap(), &text);
        assert_eq!(problems.len(), MOST_PROBLEMS);
        assert!(
            problems[18] == "第18件" && problems[19].starts_with("第19件；第20件") && problems[19].ends_with("第49件")
        );
    }

    fn headings() -> Vec<String> {
        ["走访", "问题", "建议"].map(str::to_owned).to_vec()
    }

    fn read(text: &str) -> Vec<(Option<usize>, String)> {
        split(text, &headings()).into_iter().map(|part| (part.heading, part.text.trim().to_owned())).collect()
    }

    #[test]
    fn parts_stand_on_lines_or_one_after_another_in_any_order() {
        let all =
            vec![(Some(0), "三户".to_owned()), (Some(1), "路灯不亮".to_owned()), (Some(2), "装太阳能".to_owned())];
        for text in [
            "走访：三户\n问题：路灯不亮\n建议：装太阳能",
            "走访：三户 问题：路灯不亮 建议：装太阳能",
            "走访:三户　問題 :路灯不亮\r\n建議﹕装太阳能",
            "【走访】三户\n【问题】路灯不亮\n【建议】装太阳能",
            "走访\n三户\n问题\n路灯不亮\n 建议\n装太阳能",
        ] {
            assert_eq!(read(text), all, "{text}");
        }
        assert_eq!(
            read("问题：路灯不亮\n走访：三户"),
            [(Some(1), "路灯不亮".to_owned()), (Some(0), "三户".to_owned())]
        );
        assert_eq!(read("一、走访：三户。问题：井盖")[1], (Some(0), "三户。".to_owned()));
        assert_eq!(read("今天下雨\n走访：三户")[0], (None, "今天下雨".to_owned()));
    }

    #[test]
    fn a_word_of_the_text_is_no_heading() {
        assert_eq!(read("走访三户，问题不大"), [(None, "走访三户，问题不大".to_owned())]);
        assert_eq!(read("主要问题：路灯"), [(None, "主要问题：路灯".to_owned())]);
        assert_eq!(read("走访：三户 时间：下午"), [(Some(0), "三户 时间：下午".to_owned())]);
        assert_eq!(read(""), []);
    }

    #[test]
    fn only_what_the_kind_names_is_a_problem() {
        let policy = Policy::preset("basic").unwrap();
        let of = |kind: &str, text: &str| problems_in(policy.kind(kind).unwrap(), text);
        assert_eq!(of("journal", "走访：三户\n问题：路灯不亮\n建议：修"), ["路灯不亮"]);
        assert_eq!(of("journal", "问题：路灯不亮；问题：井盖坏了"), ["路灯不亮", "井盖坏了"]);
        assert!(of("journal", "走访：三户 问题：无").is_empty());
        assert!(of("journal", "走访三户").is_empty());
        assert_eq!(of("problem", " 路灯坏了 "), ["路灯坏了"]);
        assert!(of("field_day", "问题：路灯").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(走访|问题|問題|建议|：|:|】|【| |　|\n|\r\n|，|三户|路灯|[a-z🙂é]){0,40}") {
            let parts = split(&text, &headings());
            let again: String = parts.iter().flat_map(|part| [part.lead, part.text]).collect();
            prop_assert_eq!(again, text);
        }

        #[test]
        fn what_was_put_under_a_heading_is_found_under_it(order in Just(vec![0_usize, 1, 2]).prop_shuffle(), said in proptest::collection::vec("[甲乙丙丁]{1,5}", 3), wide in any::<bool>(), lines in any::<bool>()) {
            let (colon, between) = (if wide { "：" } else { ":" }, if lines { "\n" } else { " " });
            let written: Vec<String> = order.iter().map(|at| format!("{}{colon}{}", headings()[*at], said[*at])).collect();
            let expected: Vec<(Option<usize>, String)> = order.iter().map(|at| (Some(*at), said[*at].clone())).collect();
            prop_assert_eq!(read(&written.join(between)), expected);
        }
    }
}
