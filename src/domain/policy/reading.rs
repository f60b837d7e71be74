//! Reading a policy file and saying everything that is wrong with it, each with its line.
//!
//! Three looks, one after the other: whether it is TOML at all; whether every table has the keys it should have, against
//! [`super::format`]; whether what it says makes sense ([`super::check`]). What is wrong in the second look is left out of the
//! third, so that one slip does not hide the others.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Policy;
use super::format::{Entry, Form, Need, POLICY, Shape};
use crate::domain::schedule::CronText;
use crate::domain::working_time::WorkingHours;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// It can be used, but perhaps something else was meant.
    Warning,
}

/// Something to be said about a place in a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// The keys that lead there; tables of an array are numbered from 1: `duty[2].of`.
    pub path: String,
    /// What it is and what to write instead.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.path.is_empty() { "" } else { "：" };
        write!(f, "第 {} 行 {}{colon}{}", self.line, self.path, self.text)
    }
}

/// What came of reading a file.
#[derive(Debug)]
pub struct Reading {
    /// The policy, where nothing is wrong.
    pub policy: Option<Policy>,
    /// What is to be said, in the order of lines.
    pub findings: Vec<Finding>,
}

impl Reading {
    /// The findings of one severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }
}

/// Reads a policy file. `taken` are words that a record cannot have, because they are commands.
pub(super) fn read(text: &str, taken: &[&str]) -> Reading {
    let place = Place(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let findings = errors.iter().map(|error| place.syntax(error)).collect();
        return Reading { policy: None, findings: in_order(findings) };
    }
    let mut look = Look { place, findings: Vec::new(), broken: Vec::new() };
    let table = look.table(document.get_ref(), document.span(), &POLICY, &mut Vec::new());
    // the broken parts are filled up, so that the rest can be looked at
    let policy = match Policy::deserialize(toml::Value::Table(table)) {
        Ok(policy) => policy,
        Err(error) if look.findings.is_empty() => return Reading { policy: None, findings: last_resort(text, &error) },
        Err(_) => return Reading { policy: None, findings: in_order(look.findings) },
    };
    let root = document.get_ref();
    let mut said: Vec<(Severity, super::Flaw)> = Vec::new();
    said.extend(policy.flaws().into_iter().map(|flaw| (Severity::Error, flaw)));
    said.extend(policy.taken_words(taken).into_iter().map(|flaw| (Severity::Error, flaw)));
    said.extend(policy.doubts().into_iter().map(|flaw| (Severity::Warning, flaw)));
    said.retain(|(_, flaw)| !look.touches_broken(&flaw.path) && !look.misses_keys(&flaw.path));
    for (severity, flaw) in said {
        let span = span_of(root, &flaw.path).unwrap_or_else(|| document.span());
        look.findings.push(look.place.finding(severity, &span, &flaw.path, flaw.text));
    }
    let findings = in_order(look.findings);
    let is_wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
    Reading { policy: (!is_wrong).then_some(policy), findings }
}

fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings.dedup();
    findings
}

/// What the reader itself says, where no look has found it: with the line it names for the text as it stands.
fn last_resort(text: &str, error: &toml::de::Error) -> Vec<Finding> {
    let with_line = toml::from_str::<Policy>(text).err();
    let error = with_line.as_ref().unwrap_or(error);
    let span = error.span().unwrap_or(0..0);
    vec![Place(text).finding(Severity::Error, &span, &[], error.message().to_owned())]
}

/// The text, to tell lines in.
struct Place<'t>(&'t str);

impl Place<'_> {
    fn finding(&self, severity: Severity, span: &Range<usize>, path: &[String], text: String) -> Finding {
        let before = self.0.get(..span.start.min(self.0.len())).unwrap_or(self.0);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Finding {
            severity,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            path: spoken(path),
            text,
        }
    }

    fn syntax(&self, error: &toml::de::Error) -> Finding {
        let span = error.span().unwrap_or(0..0);
        let mut found = self.finding(Severity::Error, &span, &[], String::new());
        let line = self.0.lines().nth(found.line - 1).unwrap_or_default();
        let code = line.split('#').next().unwrap_or_default();
        let wide: Vec<char> = code.chars().filter(|c| "“”‘’，＝【】［］｛｝：".contains(*c)).collect();
        found.text = match (wide.is_empty(), in_chinese(error.message())) {
            // a full-width sign outside of quotes; inside of them it does no harm, but then something else is said
            (false, said) => format!("{said}；这一行有全角的「{}」，引号、逗号、等号、括号要用半角", wide[0]),
            (true, said) => said,
        };
        found
    }
}

/// What the parser of TOML says, in Chinese.
fn in_chinese(message: &str) -> String {
    const SAID: &[(&str, &str)] = &[
        ("duplicate key", "这个键前面已经写过了，一段里只能写一次"),
        ("unclosed array table", "段名的括号没有写完，要写成 [[…]]"),
        ("unclosed table", "段名的括号没有写完，要写成 […]"),
        ("unclosed array", "方括号没有写完，缺少 ]"),
        ("unclosed inline table", "花括号没有写完，缺少 }"),
        ("missing comma", "两样之间缺少逗号"),
        ("key with no value", "键后面缺少等号和值，要写成 键 = 值"),
        ("missing assignment", "缺少等号，要写成 键 = 值"),
        ("missing value", "等号后面缺少值"),
        ("missing opening quote", "文字要放在半角引号里，例如 \"每周\""),
        ("string values must be quoted", "文字要放在半角引号里，例如 \"每周\""),
        ("invalid basic string", "引号没有写完，文字要写在同一行的一对半角引号里"),
        ("unquoted keys cannot be empty", "等号前面缺少键"),
        ("invalid unquoted key", "键要用英文字母、数字和 _"),
        ("extra `,`", "多了一个逗号"),
        ("unexpected key or value", "一行只能写一样；看看是不是少了引号、等号或换行"),
        ("cannot extend", "这一段的写法和前面的重复或者冲突"),
    ];
    let known = SAID.iter().find(|(english, _)| message.contains(english));
    known.map_or_else(|| format!("写法不对（{message}）"), |(_, chinese)| (*chinese).to_owned())
}

/// `duty[2].of`.
fn spoken(path: &[String]) -> String {
    let mut said = String::new();
    for part in path {
        match part.parse::<usize>() {
            Ok(number) => said += &format!("[{}]", number + 1),
            Err(_) if said.is_empty() => said += part,
            Err(_) => said += &format!(".{part}"),
        }
    }
    said
}

/// Where a path leads, or how far it does.
fn span_of(root: &DeTable<'_>, path: &[String]) -> Option<Range<usize>> {
    let mut found = None;
    let mut table = Some(root);
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for part in path {
        let next = match (table, value.map(Spanned::get_ref)) {
            (Some(table), _) => {
                let Some((key, next)) = table.get_key_value(part.as_str()) else { break };
                found = Some(key.span());
                next
            }
            (None, Some(DeValue::Array(array))) => {
                let Some(next) = part.parse().ok().and_then(|at: usize| array.get(at)) else { break };
                found = Some(next.span());
                next
            }
            _ => break,
        };
        table = next.get_ref().as_table();
        value = Some(next);
    }
    found
}

/// The second look.
struct Look<'t> {
    place: Place<'t>,
    findings: Vec<Finding>,
    /// The tables in which something is wrong.
    broken: Vec<Vec<String>>,
}

impl Look<'_> {
    fn add(&mut self, span: &Range<usize>, path: &[String], text: String) {
        self.findings.push(self.place.finding(Severity::Error, span, path, text));
        let table = path.split_last().map_or(&[][..], |(_, table)| table);
        self.broken.push(table.to_vec());
    }

    /// Whether a place is in a table in which something is wrong.
    fn touches_broken(&self, path: &[String]) -> bool {
        self.broken.iter().any(|broken| {
            let around = path.split_last().map_or(&[][..], |(_, table)| table);
            if broken.is_empty() { around.is_empty() } else { path.starts_with(broken) || broken.starts_with(path) }
        })
    }

    /// Whether a place names kinds of record while the key of one of them could not be read.
    fn misses_keys(&self, path: &[String]) -> bool {
        let lost = |finding: &Finding| finding.path.starts_with("record[") && finding.path.ends_with("].key");
        path.last().is_some_and(|key| key == "of") && self.findings.iter().any(lost)
    }

    /// A table as the reader can read it: without what it does not know, with something in the place of what is missing.
    fn table(&mut self, table: &DeTable<'_>, span: Range<usize>, form: &Form, path: &mut Vec<String>) -> toml::Table {
        let mut made = toml::Table::new();
        let mut meant: Vec<&str> = Vec::new();
        for (key, value) in table {
            path.push(key.get_ref().to_string());
            match form.find(key.get_ref()) {
                Some(entry) => {
                    if let Some(value) = self.value(value, entry.shape, path) {
                        made.insert(entry.key.to_owned(), value);
                    } else if entry.need == Need::Must {
                        made.insert(entry.key.to_owned(), filler(entry.shape));
                    }
                }
                None => {
                    let absent = form.keys.iter().filter(|entry| table.get(entry.key).is_none());
                    let nearest = nearest(key.get_ref(), absent.map(|entry| entry.key));
                    meant.extend(nearest);
                    self.add(&key.span(), path, unknown_key(key.get_ref(), nearest, form));
                }
            }
            path.pop();
        }
        for entry in form.keys.iter().filter(|entry| entry.need == Need::Must) {
            if made.contains_key(entry.key) {
                continue;
            }
            made.insert(entry.key.to_owned(), filler(entry.shape));
            if !meant.contains(&entry.key) {
                path.push(entry.key.to_owned());
                self.add(&span, path, missing(entry));
                path.pop();
            }
        }
        made
    }

    /// A value, where it is of its shape.
    fn value(&mut self, value: &Spanned<DeValue<'_>>, shape: Shape, path: &mut Vec<String>) -> Option<toml::Value> {
        let span = value.span();
        match (shape, value.get_ref()) {
            (Shape::Text | Shape::Code, DeValue::String(text)) => Some(toml::Value::String(text.to_string())),
            (Shape::Time, DeValue::String(text)) => {
                if chrono::NaiveTime::parse_from_str(text, "%H:%M").is_ok() {
                    return Some(toml::Value::String(text.to_string()));
                }
                self.add(&span, path, format!("「{text}」不是时间，请写成 \"08:30\""));
                None
            }
            (Shape::Cron, DeValue::String(text)) => match text.parse::<CronText>() {
                Ok(_) => Some(toml::Value::String(text.to_string())),
                Err(said) => {
                    self.add(&span, path, said);
                    None
                }
            },
            (Shape::Hours, DeValue::Array(array)) => {
                let texts = array.iter().map(|one| one.get_ref().as_str().unwrap_or_default().to_owned());
                let texts: Vec<String> = texts.collect();
                match WorkingHours::read(&texts) {
                    Ok(_) => Some(texts.into_iter().map(toml::Value::String).collect::<Vec<_>>().into()),
                    Err(said) => {
                        self.add(&span, path, said);
                        None
                    }
                }
            }
            (Shape::Switch, DeValue::Boolean(on)) => Some(toml::Value::Boolean(*on)),
            (Shape::Whole(least), DeValue::Integer(number)) => {
                let whole = u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| *n >= least);
                if whole.is_none() {
                    self.add(&span, path, format!("{} 不行，要写一个不小于 {least} 的整数", number.as_str()));
                }
                whole.map(|whole| toml::Value::Integer(whole.into()))
            }
            (Shape::Number, DeValue::Integer(number)) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok()?;
                Some(toml::Value::Integer(number))
            }
            (Shape::Number, DeValue::Float(number)) => {
                let number = number.as_str().replace('_', "").parse().ok().filter(|n: &f64| n.is_finite());
                if number.is_none() {
                    self.add(&span, path, "要写一个数，例如 2.5".to_owned());
                }
                number.map(toml::Value::Float)
            }
            (Shape::OneOf(choices), DeValue::String(text)) => {
                let choices = choices();
                if choices.iter().any(|(code, _)| code == text) {
                    return Some(toml::Value::String(text.to_string()));
                }
                self.add(&span, path, unknown_choice(text, &choices));
                None
            }
            (Shape::List(inner), DeValue::Array(array)) => {
                let mut list = Vec::new();
                for (at, one) in array.iter().enumerate() {
                    path.push(at.to_string());
                    list.extend(self.value(one, *inner, path));
                    path.pop();
                }
                Some(toml::Value::Array(list))
            }
            (Shape::Table(form), DeValue::Table(table)) => {
                Some(toml::Value::Table(self.table(table, span, form, path)))
            }
            (Shape::Tables(form), DeValue::Array(array)) => {
                let mut list = Vec::new();
                for (at, one) in array.iter().enumerate() {
                    path.push(at.to_string());
                    // each has its number, so that what is said afterwards is said about the right one
                    let table = self.value(one, Shape::Table(form), path);
                    list.push(table.unwrap_or_else(|| filler(Shape::Table(form))));
                    path.pop();
                }
                Some(toml::Value::Array(list))
            }
            (shape, other) => {
                self.add(&span, path, wrong_type(shape, other, path));
                None
            }
        }
    }
}

/// Something of a shape, so that the rest of the file can be read.
fn filler(shape: Shape) -> toml::Value {
    match shape {
        Shape::Text => "……".into(),
        Shape::Code => "x".into(),
        Shape::Time => "00:00".into(),
        Shape::Hours => vec!["09:00-17:00"].into(),
        Shape::Cron => "0 9 * * Mon".into(),
        Shape::Switch => false.into(),
        Shape::Whole(least) => i64::from(least).into(),
        Shape::Number => 0.into(),
        Shape::OneOf(choices) => choices().first().map_or("", |(code, _)| *code).into(),
        Shape::List(_) | Shape::Tables(_) => toml::Value::Array(Vec::new()),
        Shape::Table(form) => {
            let must = form.keys.iter().filter(|entry| entry.need == Need::Must);
            toml::Value::Table(must.map(|entry| (entry.key.to_owned(), filler(entry.shape))).collect())
        }
    }
}

fn unknown_key(key: &str, nearest: Option<&str>, form: &Form) -> String {
    if let Some(nearest) = nearest {
        return format!("没有「{key}」这个键，是不是「{nearest}」？");
    }
    let all: Vec<&str> = form.keys.iter().map(|entry| entry.key).collect();
    format!("没有「{key}」这个键；这里可以写：{}", all.join("、"))
}

fn missing(entry: &Entry) -> String {
    match entry.shape {
        Shape::Tables(_) => format!("缺少 [[{}]]（{}）", entry.key, entry.about),
        Shape::Table(_) => format!("缺少「{}」（{}）", entry.key, entry.about),
        shape => format!("缺少「{}」（{}），例如 {} = {}", entry.key, entry.about, entry.key, example(shape)),
    }
}

fn unknown_choice(text: &str, choices: &[(&str, &str)]) -> String {
    if let Some((code, title)) = choices.iter().find(|(_, title)| *title == text) {
        return format!("「{title}」要写代号 \"{code}\"");
    }
    let all: Vec<String> = choices.iter().map(|(code, title)| format!("{code}（{title}）")).collect();
    match nearest(text, choices.iter().map(|(code, _)| *code)) {
        Some(nearest) => format!("没有「{text}」，是不是「{nearest}」？可以写：{}", all.join("、")),
        None => format!("没有「{text}」；可以写：{}", all.join("、")),
    }
}

fn wrong_type(shape: Shape, found: &DeValue<'_>, path: &[String]) -> String {
    let found = match found {
        DeValue::String(_) => "文字",
        DeValue::Integer(_) => "整数",
        DeValue::Float(_) => "小数",
        DeValue::Boolean(_) => "true 或 false",
        DeValue::Datetime(_) => "没有引号的日期或时间",
        DeValue::Array(_) => "方括号里的一列",
        DeValue::Table(_) => "一段",
    };
    let key = path.iter().rev().find(|part| part.parse::<usize>().is_err()).map_or("", String::as_str);
    let wanted = match shape {
        Shape::Text | Shape::Code | Shape::OneOf(_) => "引号里的文字",
        Shape::Time => "引号里的时间",
        Shape::Hours => "方括号里的几段时间",
        Shape::Cron => "引号里的五段时间",
        Shape::Switch => "true 或 false，不带引号",
        Shape::Whole(_) => "整数，不带引号",
        Shape::Number => "数，不带引号",
        Shape::List(_) => "方括号里的一列",
        Shape::Table(_) => "花括号里的一段",
        Shape::Tables(_) => {
            return format!("这里要写一段或几段 [[{key}]]，或者 [{{ … }}]；现在写的是{found}");
        }
    };
    format!("这里要写{wanted}，例如 {}；现在写的是{found}", example(shape))
}

fn example(shape: Shape) -> String {
    match shape {
        Shape::Text => "\"……\"".to_owned(),
        Shape::Code => "\"good_deed\"".to_owned(),
        Shape::Time => "\"08:30\"".to_owned(),
        Shape::Hours => "[\"09:00-12:00\", \"14:00-17:30\"]".to_owned(),
        Shape::Cron => "\"30 17 * * Fri\"".to_owned(),
        Shape::Switch => "true".to_owned(),
        Shape::Whole(least) => least.max(1).to_string(),
        Shape::Number => "10".to_owned(),
        Shape::OneOf(choices) => format!("\"{}\"", choices().first().map_or("", |(code, _)| *code)),
        Shape::List(inner) => format!("[{}]", example(*inner)),
        Shape::Table(form) | Shape::Tables(form) => {
            let first = form.keys.first();
            let inside = first.map(|entry| format!("{} = {}", entry.key, example(entry.shape)));
            format!("{{ {} }}", inside.unwrap_or_default())
        }
    }
}

/// The key that was probably meant: few slips away for its length.
fn nearest<'k>(typed: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let typed = typed.to_lowercase();
    known
        .map(|key| (strsim::osa_distance(&typed, key), key))
        .filter(|(slips, key)| *slips <= 1.max(key.len().max(typed.len()) / 3))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, key)| key)
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
