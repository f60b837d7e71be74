//! How a poll and a survey are written, and everything that is wrong with one, line by line.
//!
//! A poll stands in one line (`周末去哪 选项：爬山、看电影 截止：周五18点 匿名`) or has an option a line; a survey has a
//! question a line (`1. 您的年龄段（单选）：18以下、18-25`). All that is wrong is said at once, with what to write instead.

use super::{Form, Item, Naming, Sort};
use crate::domain::text::normal;

/// The most options of a poll: what one reads through on a telephone.
pub const MOST_OPTIONS: usize = 12;
/// The most options of a question of a survey.
pub const MOST_SURVEY_OPTIONS: usize = 20;
/// The most questions of a survey.
pub const MOST_ITEMS: usize = 30;
/// The longest title, question and option, in characters.
pub const LONGEST_TITLE: usize = 60;
/// See [`LONGEST_TITLE`].
pub const LONGEST_OPTION: usize = 40;

/// What was written, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What is asked.
    pub form: Form,
    /// Whether it is kept who answered what.
    pub naming: Naming,
    /// When it closes, as typed; empty where nothing is said.
    pub deadline: String,
}

/// Something wrong, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Which line, from 1; 0 where it is about the whole.
    pub line: usize,
    /// What stands there.
    pub found: String,
    /// What is wrong, and what to write instead.
    pub problem: String,
}

fn flaw(line: usize, found: &str, problem: impl Into<String>) -> Flaw {
    Flaw { line, found: found.trim().to_owned(), problem: problem.into() }
}

/// What is said beside the questions.
#[derive(Debug, Default)]
struct Settings {
    naming: Option<Naming>,
    deadline: String,
    /// How many may be chosen: `Some(None)` is as many as there are.
    most: Option<Option<usize>>,
}

/// Reads a poll.
///
/// # Errors
/// Everything that is wrong with it; never nothing.
pub fn read_poll(typed: &str) -> Result<Draft, Vec<Flaw>> {
    let (mut settings, mut flaws) = (Settings::default(), Vec::new());
    let (mut title, mut options) = (String::new(), Vec::new());
    for (at, line) in lines(typed) {
        let line = match unmarked(line) {
            // an option as people paste one
            Some(option) if !title.is_empty() => {
                options.push((at, option.to_owned()));
                continue;
            }
            _ => line,
        };
        let said = read_line(line, &mut settings);
        options.extend(said.options.into_iter().map(|option| (at, option)));
        match (said.words.as_str(), title.is_empty()) {
            ("", _) => {}
            (words, true) => title = words.to_owned(),
            (words, false) => options.push((at, words.to_owned())),
        }
    }
    check_title(&title, "投票 周末去哪 选项：爬山、看电影", &mut flaws);
    check_options(&options, MOST_OPTIONS, 0, &mut flaws);
    if options.len() < 2 && flaws.is_empty() {
        flaws.push(flaw(0, "", "至少要有两个选项，请写成“投票 周末去哪 选项：爬山、看电影”，或者一行一个选项"));
    }
    let most = most_of(&settings, options.len(), 1);
    if flaws.is_empty() {
        let options = options.into_iter().map(|(_, option)| option).collect();
        let items = vec![Item { text: title.clone(), sort: Sort::Choice { options, most } }];
        Ok(draft(title, items, settings))
    } else {
        Err(flaws)
    }
}

/// Options, each with its line.
type Options = Vec<(usize, String)>;

/// Reads a survey.
///
/// # Errors
/// Everything that is wrong with it; never nothing.
pub fn read_survey(typed: &str) -> Result<Draft, Vec<Flaw>> {
    let (mut settings, mut flaws) = (Settings::default(), Vec::new());
    let mut title = String::new();
    // a question, its line, and its options, which may stand in the lines below
    let mut asked: Vec<(usize, Question, Options)> = Vec::new();
    for (at, line) in lines(typed) {
        if let Some(question) = numbered(line) {
            let question = read_question(question);
            let options = question.options.iter().map(|option| (at, option.clone())).collect();
            asked.push((at, question, options));
        } else if let (Some(option), Some((_, _, options))) = (unmarked(line), asked.last_mut()) {
            options.push((at, option.to_owned()));
        } else {
            let said = read_line(line, &mut settings);
            match (said.words.as_str(), title.is_empty()) {
                ("", _) => {}
                (words, true) => title = words.to_owned(),
                (words, false) => {
                    flaws.push(flaw(
                        at,
                        words,
                        "看不懂这一行；题目前面要有序号，例如“1. 您的年龄段（单选）：18以下、18-25”",
                    ));
                }
            }
        }
    }
    check_title(&title, "问卷 青年需求调查", &mut flaws);
    let mut items = Vec::new();
    for (at, question, options) in asked {
        if let Some(item) = item_of(at, question, &options, &mut flaws) {
            items.push(item);
        }
    }
    if items.is_empty() && flaws.is_empty() {
        flaws.push(flaw(0, "", "还没有题目；一行一题，例如“1. 您的年龄段（单选）：18以下、18-25”"));
    }
    if items.len() > MOST_ITEMS {
        flaws.push(flaw(0, "", format!("题目太多了，最多 {MOST_ITEMS} 题")));
    }
    if flaws.is_empty() {
        Ok(draft(title, items, settings))
    } else {
        flaws.sort_by_key(|flaw| flaw.line);
        Err(flaws)
    }
}

fn draft(title: String, items: Vec<Item>, settings: Settings) -> Draft {
    let naming = settings.naming.unwrap_or(Naming::Named);
    Draft { form: Form { title, items }, naming, deadline: settings.deadline }
}

/// Words of a question that nobody puts into a list of names.
const ASKS: [&str; 7] = ["什么", "哪", "几", "多少", "是否", "怎么", "满意"];

/// Whether a text looks like a survey: a line below the first that begins with a number and has a mark of the kind of a
/// question, or asks something. For telling one from talk.
pub fn looks_like_survey(text: &str) -> bool {
    let mut below = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    below.any(|line| {
        let asks = |rest: &str| ASKS.iter().any(|word| rest.contains(word)) || rest.ends_with(['?', '？']);
        numbered(line).is_some_and(|rest| rest.contains(['（', '(', '：', ':']) || asks(rest))
    })
}

/// Whether a text looks like a poll: it says 选项 with a colon, or has two lines of options.
pub fn looks_like_poll(text: &str) -> bool {
    let text = normal(text);
    let inline =
        text.find("选项").is_some_and(|at| text[at..].trim_start_matches("选项").trim_start().starts_with(':'));
    inline || text.lines().skip(1).filter(|line| unmarked(line).is_some()).count() >= 2
}

/// The lines that say something, with their numbers.
fn lines(typed: &str) -> impl Iterator<Item = (usize, &str)> {
    typed.lines().enumerate().map(|(at, line)| (at + 1, line.trim())).filter(|(_, line)| !line.is_empty())
}

/// What follows `1.`, `1、`, `（1）`, `第1题`; `None` where a line does not begin so.
fn numbered(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_start_matches(['（', '(', '第', '#']);
    let after = line.trim_start_matches(|c: char| c.is_numeric());
    let digits = line.len() - after.len();
    let rest = after.trim_start().trim_start_matches(['.', '．', '、', ')', '）', ':', '：', '题', ' ', '　']);
    (digits > 0 && rest.len() < after.len() && !rest.is_empty()).then(|| rest.trim())
}

/// An option without what people put before it in a list: `1.`, `A、`, `-`; `None` where nothing of the kind is there.
fn unmarked(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(['-', '－', '—', '•', '·', '*', '●', '○', '□', '☐']) {
        return Some(rest.trim()).filter(|rest| !rest.is_empty());
    }
    let mut chars = line.chars();
    let lettered =
        matches!(chars.next(), Some(c) if normal(&c.to_string()).bytes().all(|byte| byte.is_ascii_lowercase()));
    let after = chars.as_str().trim_start();
    let rest = after.trim_start_matches(['.', '．', '、', ')', '）', ':', '：']);
    if lettered && rest.len() < after.len() && !rest.trim().is_empty() {
        return Some(rest.trim());
    }
    numbered(line)
}

/// What one line says.
#[derive(Debug, Default)]
struct Said {
    words: String,
    options: Vec<String>,
}

/// Where the words of a line go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sink {
    Words,
    Options,
    Deadline,
}

fn read_line(line: &str, settings: &mut Settings) -> Said {
    let (mut said, mut options, mut sink) = (Said::default(), String::new(), Sink::Words);
    let apart = apart(line);
    for word in apart.split_whitespace().flat_map(without_flags_behind) {
        let bare = word.trim_matches(['（', '）', '(', ')', '【', '】', '，', ',', '；', ';', '。']);
        if let Some(rest) = key(bare, "选项") {
            sink = Sink::Options;
            push(&mut options, rest);
        } else if let Some(rest) = key(bare, "截止时间").or_else(|| key(bare, "截止")) {
            sink = Sink::Deadline;
            push(&mut settings.deadline, rest);
        } else if read_flags(bare, settings) {
        } else {
            match sink {
                Sink::Words => push(&mut said.words, word),
                Sink::Options => push(&mut options, word),
                Sink::Deadline => push(&mut settings.deadline, word),
            }
        }
    }
    said.options = split_options(&options);
    said.words = said.words.trim_matches(['，', ',', '：', ':']).to_owned();
    said
}

/// A line in which every setting stands apart: `去哪（匿名）选项：爬山，截止：周五` holds three.
fn apart(line: &str) -> String {
    let mut apart = line.replace("截止时间", "截止");
    for (open, close) in [('（', '）'), ('(', ')'), ('【', '】')] {
        let inner = |text: &str| text.split_once(open).and_then(|(_, rest)| Some(rest.split_once(close)?.0.to_owned()));
        if let Some(inner) = inner(&apart).filter(|inner| read_flags(inner, &mut Settings::default())) {
            apart = apart.replace(&format!("{open}{inner}{close}"), &format!(" {inner} "));
        }
    }
    for key in ["选项", "截止"] {
        for colon in ["：", ":"] {
            let found = format!("{key}{colon}");
            apart = apart.replace(&found, &format!(" {found} "));
        }
    }
    apart
}

/// A word and the flags that stand behind it without a space: `周五18点，匿名`.
fn without_flags_behind(word: &str) -> Vec<&str> {
    let mut words = vec![word];
    while let Some((first, rest)) = words.split_first()
        && let Some((before, flag)) = first.rsplit_once(['，', ',', '；', ';'])
        && !before.is_empty()
        && read_flags(flag, &mut Settings::default())
    {
        let rest = rest.to_vec();
        words = [vec![before, flag], rest].concat();
    }
    words
}

fn push(text: &mut String, word: &str) {
    if !word.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// What follows a key of the settings in its word; the key alone, or with a colon.
fn key<'w>(word: &'w str, key: &str) -> Option<&'w str> {
    let rest = word.strip_prefix(key)?;
    if rest.is_empty() || key == "截止" || key == "截止时间" {
        return Some(rest.trim_start_matches(['：', ':', '到', '至']));
    }
    rest.strip_prefix(['：', ':'])
}

/// Reads 匿名, 多选, 最多选2个 and the like; several may stand together. Nothing is taken where one of them is none.
fn read_flags(word: &str, settings: &mut Settings) -> bool {
    let pieces: Vec<String> =
        word.split(['，', ',', '、', '；', ';', '/']).map(normal).filter(|one| !one.is_empty()).collect();
    let all =
        !pieces.is_empty() && pieces.iter().all(|piece| Naming::read(piece).is_some() || read_most(piece).is_some());
    if all {
        for piece in pieces {
            settings.naming = Naming::read(&piece).or(settings.naming);
            // 多选，最多2个: the narrower one holds
            settings.most = match (read_most(&piece), settings.most) {
                (Some(None), Some(Some(before))) => Some(Some(before)),
                (Some(most), _) => Some(most),
                (None, before) => before,
            };
        }
    }
    all
}

/// How many may be chosen: 单选, 多选, 最多选2个, 限选三项.
fn read_most(piece: &str) -> Option<Option<usize>> {
    match piece {
        "单选" | "单选题" => return Some(Some(1)),
        "多选" | "多选题" | "可多选" | "不限" => return Some(None),
        _ => {}
    }
    let rest = ["多选最多选", "多选最多", "最多选", "最多可选", "可选", "限选", "最多", "限", "选"]
        .iter()
        .find_map(|word| piece.strip_prefix(word))?;
    let count = rest.trim().trim_end_matches(['个', '项', '样', '种']);
    let count = if count == "两" { "二" } else { count };
    let count = crate::domain::record::number(count).and_then(|count| usize::try_from(count).ok());
    count.filter(|count| (1..=MOST_SURVEY_OPTIONS).contains(count)).map(Some)
}

fn most_of(settings: &Settings, options: usize, usual: usize) -> usize {
    settings.most.map_or(usual, |most| most.unwrap_or(options)).clamp(1, options.max(1))
}

/// Options that stand in one line: parted by 、 or a comma; by spaces where there is neither.
fn split_options(text: &str) -> Vec<String> {
    let gaps: &[char] = &['、', ',', '，', ';', '；', '/', '|', '｜'];
    let parted = |text: &str, is_gap: &dyn Fn(char) -> bool| -> Vec<String> {
        text.split(is_gap)
            .map(|one| one.trim().trim_end_matches('。').to_owned())
            .filter(|one| !one.is_empty())
            .collect()
    };
    let options =
        if text.contains(gaps) { parted(text, &|c| gaps.contains(&c)) } else { parted(text, &char::is_whitespace) };
    // A. 就业 B. 创业
    options.into_iter().map(|option| unmarked(&option).map_or(option.clone(), str::to_owned)).collect()
}

fn check_title(title: &str, example: &str, flaws: &mut Vec<Flaw>) {
    if title.is_empty() {
        flaws.push(flaw(0, "", format!("还没有标题，请写在第一行，例如“{example}”")));
    } else if title.chars().count() > LONGEST_TITLE {
        flaws.push(flaw(1, title, format!("标题太长，最多 {LONGEST_TITLE} 个字")));
    }
}

fn check_options(options: &[(usize, String)], most: usize, at: usize, flaws: &mut Vec<Flaw>) {
    for (line, option) in options.iter().filter(|(_, option)| option.chars().count() > LONGEST_OPTION) {
        flaws.push(flaw(*line, option, format!("选项太长，最多 {LONGEST_OPTION} 个字")));
    }
    let mut seen: Vec<String> = Vec::new();
    for (line, option) in options.iter() {
        let same = normal(option);
        if seen.contains(&same) {
            flaws.push(flaw(*line, option, "这个选项写了两次，请去掉一个"));
        }
        seen.push(same);
    }
    if options.len() > most {
        flaws.push(flaw(at, "", format!("选项太多了，最多 {most} 个")));
    }
}

/// A question as it is written, before it is checked.
#[derive(Debug, Default)]
struct Question {
    text: String,
    /// What stands in brackets behind the words; empty where nothing does.
    sort: String,
    options: Vec<String>,
}

/// `您的年龄段（单选）：18以下、18-25`.
fn read_question(line: &str) -> Question {
    let opening = |c: char| matches!(c, '（' | '(' | '[' | '【');
    let closing = |c: char| matches!(c, '）' | ')' | ']' | '】');
    // the last bracket that names a kind: 您的专业（可写简称）（填空）
    let mut found = None;
    for (open, _) in line.match_indices(opening) {
        let inner = line[open..].trim_start_matches(opening);
        if let Some(end) = inner.find(closing).filter(|end| sort_of(&inner[..*end]).is_some()) {
            found = Some((open, &inner[..end], inner[end..].trim_start_matches(closing)));
        }
    }
    match found {
        Some((open, sort, behind)) => Question {
            text: line[..open].trim().to_owned(),
            sort: sort.to_owned(),
            options: split_options(behind.trim_start().trim_start_matches(['：', ':'])),
        },
        None => {
            let (text, options) = line.split_once(['：', ':']).unwrap_or((line, ""));
            Question { text: text.trim().to_owned(), sort: String::new(), options: split_options(options) }
        }
    }
}

/// What a bracket asks for.
enum Asked {
    /// A choice, of so many at most.
    Choice(Option<usize>),
    Number,
    Text,
}

fn sort_of(bracket: &str) -> Option<Asked> {
    let bracket = normal(bracket);
    match bracket.trim().trim_end_matches('题') {
        "数字" | "数值" | "填数字" | "数" => return Some(Asked::Number),
        "填空" | "文字" | "问答" | "简答" | "开放" | "主观" | "意见" => return Some(Asked::Text),
        _ => {}
    }
    let mut settings = Settings::default();
    read_flags(&bracket, &mut settings);
    settings.most.map(Asked::Choice)
}

fn item_of(line: usize, question: Question, options: &[(usize, String)], flaws: &mut Vec<Flaw>) -> Option<Item> {
    let before = flaws.len();
    let text = question.text.trim().to_owned();
    if text.is_empty() {
        flaws.push(flaw(line, &question.sort, "这一行没有题目，请写成“1. 您的年龄段（单选）：18以下、18-25”"));
    } else if text.chars().count() > LONGEST_TITLE {
        flaws.push(flaw(line, &text, format!("题目太长，最多 {LONGEST_TITLE} 个字")));
    }
    let sort = match sort_of(&question.sort) {
        None if options.is_empty() => {
            flaws.push(flaw(line, &text, "没有写题型，请在题目后面加（单选）（多选）（数字）或（填空）"));
            return None;
        }
        None => {
            flaws.push(flaw(line, &text, "没有写题型，请在题目后面加（单选）或（多选），再写选项"));
            return None;
        }
        Some(Asked::Choice(most)) => {
            check_options(options, MOST_SURVEY_OPTIONS, line, flaws);
            if options.len() < 2 {
                flaws.push(flaw(line, &text, "至少要有两个选项，请写成“（单选）：就业、创业、交友”"));
            }
            let most = most.unwrap_or(options.len()).clamp(1, options.len().max(1));
            Sort::Choice { options: options.iter().map(|(_, option)| option.clone()).collect(), most }
        }
        Some(_) if !options.is_empty() => {
            flaws.push(flaw(line, &text, "数字题和填空题不写选项；要给选项，请改成（单选）或（多选）"));
            return None;
        }
        Some(Asked::Number) => Sort::Number,
        Some(Asked::Text) => Sort::Text,
    };
    (flaws.len() == before).then_some(Item { text, sort })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(draft: &Draft) -> String {
        let items: Vec<String> = draft
            .form
            .items
            .iter()
            .map(|item| match &item.sort {
                Sort::Choice { options, most } => format!("{}[{most}]{}", item.text, options.join("|")),
                Sort::Number => format!("{}#", item.text),
                Sort::Text => format!("{}…", item.text),
            })
            .collect();
        format!("{} {} {} {}", draft.form.title, draft.naming.code(), draft.deadline, items.join(" "))
    }

    fn poll(typed: &str) -> String {
        shown(&read_poll(typed).unwrap())
    }

    #[test]
    fn a_poll_is_read_in_one_line_or_with_an_option_a_line() {
        let whole = "周末去哪 anonymous 周五18点 周末去哪[1]爬山|看电影|做志愿";
        for typed in [
            "周末去哪 选项：爬山、看电影、做志愿 截止：周五18点 匿名",
            "周末去哪 匿名\n1. 爬山\n2. 看电影\n3. 做志愿\n截止：周五18点",
            "周末去哪（匿名）\nA、爬山\nB、看电影\nC、做志愿\n截止 周五18点",
            "周末去哪，选项：爬山，看电影，做志愿，截止：周五18点，匿名",
            "周末去哪\n匿名，单选\n截止时间：周五18点\n选项：爬山 看电影 做志愿",
            "周末去哪\n\n- 爬山\n- 看电影\n- 做志愿\n匿名\n截止到周五18点",
            "周末去哪 匿名 截止：周五18点\n爬山\n看电影\n做志愿",
        ] {
            assert_eq!(poll(typed), whole, "{typed}");
        }
        assert_eq!(poll("去哪 多选 选项:A. 爬山、B. 看电影"), "去哪 named  去哪[2]爬山|看电影");
        assert_eq!(poll("去哪 多选 最多选2个 选项：甲、乙、丙"), "去哪 named  去哪[2]甲|乙|丙");
        assert_eq!(poll("去哪（多选，最多两个）选项：甲、乙、丙"), "去哪 named  去哪[2]甲|乙|丙");
        assert_eq!(
            poll("三月团日去哪里？ 选项：3D电影、二村"),
            "三月团日去哪里？ named  三月团日去哪里？[1]3D电影|二村"
        );
    }

    #[test]
    fn what_is_wrong_with_a_poll_is_said_at_once() {
        let flaws =
            |typed: &str| read_poll(typed).unwrap_err().into_iter().map(|flaw| flaw.problem).collect::<Vec<_>>();
        assert!(flaws("选项：爬山、看电影")[0].contains("还没有标题"));
        assert!(flaws("去哪 选项：爬山")[0].contains("至少要有两个选项"));
        assert!(flaws("去哪 选项：爬山、爬 山、爬山")[0].contains("写了两次"));
        assert!(flaws(&format!("去哪 选项：爬山、{}", "长".repeat(41)))[0].contains("选项太长"));
        let many: Vec<String> = (0..13).map(|n| format!("选{n}")).collect();
        assert!(flaws(&format!("去哪 选项：{}", many.join("、")))[0].contains("最多 12 个"));
    }

    #[test]
    fn a_survey_is_read_from_one_pasted_message() {
        let typed = "青年需求调查 匿名 截止：12月1日\n1. 您的年龄段（单选）：18以下、18-25、26-35\n\
                     2. 需要哪些帮助（多选）：就业、创业、交友\n3. 每月可以参加几次活动（数字）\n4. 想对团委说的话（填空）";
        assert_eq!(
            shown(&read_survey(typed).unwrap()),
            "青年需求调查 anonymous 12月1日 您的年龄段[1]18以下|18-25|26-35 需要哪些帮助[3]就业|创业|交友 \
             每月可以参加几次活动# 想对团委说的话…"
        );
        let other = "调查\n（1）需要什么(多选,最多选2项)\nA. 就业\nB. 创业\nC. 交友\n2、您的专业（可写简称）【填空】";
        assert_eq!(shown(&read_survey(other).unwrap()), "调查 named  需要什么[2]就业|创业|交友 您的专业（可写简称）…");
    }

    #[test]
    fn every_wrong_line_of_a_survey_is_named_with_what_to_write_instead() {
        let typed = "调查\n1. 年龄：18以下、18-25\n2. 帮助（多选）：就业\n3. 次数（数字）：一次、两次\n4. 想法\n随便说说\n5. （填空）";
        let flaws = read_survey(typed).unwrap_err();
        let said: Vec<(usize, &str)> = flaws.iter().map(|flaw| (flaw.line, flaw.problem.as_str())).collect();
        assert_eq!(said.len(), 6, "{said:?}");
        for (at, (line, part)) in [
            (2, "（单选）或（多选）"),
            (3, "至少要有两个选项"),
            (4, "不写选项"),
            (5, "没有写题型"),
            (6, "看不懂这一行"),
            (7, "没有题目"),
        ]
        .iter()
        .enumerate()
        {
            assert_eq!(said[at].0, *line);
            assert!(said[at].1.contains(part), "{:?}", said[at]);
        }
        assert!(read_survey("调查").unwrap_err()[0].problem.contains("还没有题目"));
    }

    #[test]
    fn a_definition_is_told_from_talk() {
        assert!(looks_like_poll("周末去哪 选项：爬山、看电影"));
        assert!(looks_like_poll("周末去哪\n1. 爬山\n2. 看电影"));
        for talk in ["选谁都行", "吧", "周末去哪", "结果出来了吗", "选项不多\n我看行"] {
            assert!(!looks_like_poll(talk), "{talk}");
        }
        assert!(looks_like_survey("调查\n1. 年龄（单选）：18以下、18-25"));
        for talk in ["调查", "发放样例问卷50份", "在哪填\n1楼大厅"] {
            assert!(!looks_like_survey(talk), "{talk}");
        }
    }
}
