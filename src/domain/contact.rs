//! Contacts (1+100): how the words after `联系` are read, and whether they always go to the same few.

use super::people::{ContactMode, YouthField};
use super::place::ends_like_a_place;
use super::record::{MOST_PEOPLE, amount_at, counted_in, is_numeral, number, people_in};
use super::text::normal;
use super::youth::{LONGEST_NAME, MORE_FIELDS, field_of};

/// What follows a contact word, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Those of the roster, by their place in it.
    pub known: Vec<usize>,
    /// Names that are not on it, as typed.
    pub unknown: Vec<String>,
    /// The number that was said, in what the kind counts. Of people it includes those who are named.
    pub quantity: Option<i32>,
    /// The field that was said.
    pub field: Option<YouthField>,
    /// Face to face or online.
    pub mode: Option<ContactMode>,
    /// Where.
    pub place: String,
    /// The rest, as typed.
    pub content: String,
}

/// Words for how somebody was met; the longest that fits counts.
const MODES: &[(&str, ContactMode)] = &[
    ("面对面", ContactMode::FaceToFace),
    ("见面", ContactMode::FaceToFace),
    ("线下", ContactMode::FaceToFace),
    ("当面", ContactMode::FaceToFace),
    ("面谈", ContactMode::FaceToFace),
    ("上门", ContactMode::FaceToFace),
    ("入户", ContactMode::FaceToFace),
    ("家访", ContactMode::FaceToFace),
    ("打电话", ContactMode::Online),
    ("线上", ContactMode::Online),
    ("网上", ContactMode::Online),
    ("微信", ContactMode::Online),
    ("电话", ContactMode::Online),
    ("视频", ContactMode::Online),
    ("语音", ContactMode::Online),
    ("短信", ContactMode::Online),
    ("qq", ContactMode::Online),
];

/// How words begin that tell what was done.
const DEEDS: &[&str] = &[
    "谈", "聊", "问", "说", "讲", "了解", "讨论", "交流", "沟通", "走访", "慰问", "看望", "开展", "参加", "组织",
    "宣讲", "座谈", "服务", "帮", "解决", "推荐", "介绍", "邀请", "指导", "辅导", "调研", "关心", "咨询", "约", "送",
    "学习",
];

/// How words begin that are no names.
const NO_NAMES: &[&str] =
    &["一下", "我", "你", "您", "他", "她", "它", "咱", "大家", "各位", "方式", "不上", "不到", "人员"];

/// What stands in no name.
const NEVER_IN_NAMES: &[&str] = &[
    "的", "了", "吗", "呢", "吧", "们", "请", "哪", "什么", "怎么", "青年", "座谈", "活动", "会议", "就业", "创业",
    "工作", "情况", "问题",
];

/// What stands between words.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | ':' | '：' | '。')
}

/// Reads `张三、李四和王五 线上 在东风社区 谈就业`, `企业青年12人`, `张三 2小时`: names, a number, field, mode and place in
/// any order, then what was done. `counts` is what the kind's number counts, `roster` the names that are known.
pub fn read(typed: &str, counts: &str, roster: &[&str]) -> Told {
    let reader = Reader { counts, roster: roster.iter().map(|name| normal(name)).collect() };
    let mut told = Told::default();
    let mut rest = typed.trim_start_matches(is_gap);
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(is_gap).unwrap_or(rest.len()));
        match reader.take(&mut told, word) {
            Taken::Whole => rest = after.trim_start_matches(is_gap),
            Taken::UpTo(end) => rest = rest.get(end..).unwrap_or_default().trim_start_matches(is_gap),
            Taken::Nothing => break,
        }
    }
    told.content = rest.trim().to_owned();
    reader.look_through(&mut told);
    told
}

/// Whether a word may name somebody, or several: for a group, where 联系 is an everyday word.
pub fn may_name(word: &str) -> bool {
    split_names(word, &|_| false).iter().all(|piece| looks_like_a_name(piece)) && mode_at_start(&normal(word)).is_none()
}

/// Whether a word is a number of people and nothing else: `12人`, `企业青年12人`.
pub fn is_number_of_people(word: &str) -> bool {
    people_in(word).is_some() && Stripped::of(word).is_empty
}

/// What became of a word.
enum Taken {
    Whole,
    /// Its first so many bytes.
    UpTo(usize),
    Nothing,
}

struct Reader<'a> {
    counts: &'a str,
    /// In normal form.
    roster: Vec<String>,
}

impl Reader<'_> {
    fn find(&self, name: &str) -> Option<usize> {
        let name = normal(name);
        self.roster.iter().position(|one| *one == name)
    }

    fn counts_people(&self) -> bool {
        self.counts == "人"
    }

    fn take(&self, told: &mut Told, word: &str) -> Taken {
        let pieces = split_names(word, &|piece| self.find(piece).is_some());
        if pieces.iter().any(|piece| self.find(piece).is_some()) {
            self.take_names(told, &pieces);
            return Taken::Whole;
        }
        if let Some((names, number)) = self.and_others(word) {
            self.take_names(told, &names);
            told.quantity = Some(number);
            return Taken::Whole;
        }
        if told.quantity.is_none()
            && let Some(number) = self.amount(word)
        {
            told.quantity = Some(number);
            let stripped = Stripped::of(word);
            told.field = told.field.or(stripped.field);
            told.mode = told.mode.or(stripped.mode);
            return Taken::Whole;
        }
        if let Some(field) = field_of(word) {
            told.field.get_or_insert(field);
            return Taken::Whole;
        }
        if let Some(mode) = mode_of(word) {
            told.mode.get_or_insert(mode);
            return Taken::Whole;
        }
        if told.place.is_empty()
            && let Some(place) = place_of(word)
        {
            told.place = place.to_owned();
            return Taken::Whole;
        }
        if let Some((name, end)) = self.known_start(word) {
            push(&mut told.known, name);
            return Taken::UpTo(end);
        }
        // a name that nobody knows is one only where no one was told of before
        let is_first = told.known.is_empty() && told.unknown.is_empty() && told.quantity.is_none();
        if is_first && pieces.iter().all(|piece| looks_like_a_name(piece)) {
            self.take_names(told, &pieces);
            return Taken::Whole;
        }
        Taken::Nothing
    }

    fn take_names(&self, told: &mut Told, pieces: &[&str]) {
        for piece in pieces {
            match self.find(piece) {
                Some(known) => push(&mut told.known, known),
                None => push(&mut told.unknown, (*piece).to_owned()),
            }
        }
    }

    /// `张三等5人`
    fn and_others<'w>(&self, word: &'w str) -> Option<(Vec<&'w str>, i32)> {
        let (names, others) = word.split_once('等')?;
        let number = people_in(others).filter(|_| self.counts_people() && Stripped::of(others).is_empty)?;
        let names = split_names(names, &|piece| self.find(piece).is_some());
        let are_names = names.iter().all(|name| self.find(name).is_some() || looks_like_a_name(name));
        are_names.then_some((names, number))
    }

    /// A known name with what was done right behind it: `张三谈就业`. What else follows a name may be another name (张三丰).
    fn known_start(&self, word: &str) -> Option<(usize, usize)> {
        // no name is longer: a word of two thousand characters is not tried at each of them
        let ends = word.char_indices().map(|(at, _)| at).take(LONGEST_NAME + 1).skip(2);
        ends.filter_map(|end| {
            let after = word.get(end..)?;
            let goes_on = DEEDS.iter().any(|deed| after.starts_with(deed))
                || mode_at_start(&normal(after)).is_some()
                || after.starts_with(['（', '(']);
            Some((self.find(word.get(..end)?).filter(|_| goes_on)?, end))
        })
        .last()
    }

    /// A word that is a number in what the kind counts and nothing else.
    fn amount(&self, word: &str) -> Option<i32> {
        let text = normal(word);
        let bare = number(&text);
        let said = if self.counts_people() {
            bare.or_else(|| people_in(word).filter(|_| Stripped::of(word).is_empty))
        } else {
            bare.or_else(|| amount_at(&text, self.counts).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number))
        };
        said.filter(|said| (1..=MOST_PEOPLE).contains(said))
    }

    /// What the rest says beside being the content: it stays as it is.
    fn look_through(&self, told: &mut Told) {
        let words = told.content.split(is_gap);
        told.mode = told.mode.or_else(|| words.clone().find_map(|word| mode_at_start(&normal(word))));
        if told.quantity.is_some() {
            return;
        }
        if !self.counts_people() {
            told.quantity = counted_in(&told.content, self.counts);
        } else if told.known.is_empty() && told.unknown.is_empty() {
            // beside a name it may count anybody: 帮助10人就业
            told.quantity = people_in(&told.content);
        }
    }
}

fn push<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

/// What is left of a word about a number of people without field, mode and number.
struct Stripped {
    field: Option<YouthField>,
    mode: Option<ContactMode>,
    is_empty: bool,
}

impl Stripped {
    fn of(word: &str) -> Self {
        let mut left = normal(word);
        let mut fields: Vec<(&str, YouthField)> = MORE_FIELDS.to_vec();
        fields.extend(YouthField::ALL.iter().map(|field| (field.title(), *field)));
        fields.extend([("社会组织", YouthField::SocialOrganisation), ("社区", YouthField::Street)]);
        fields.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let field = take_out(&mut left, &fields);
        let mode = take_out(&mut left, MODES);
        for plain in ["青少年", "青年", "团员", "朋友", "联系"] {
            left = left.replace(plain, "");
        }
        let is_empty = left.chars().all(|c| is_numeral(c) || "人名位个约共近余多来等".contains(c));
        Self { field, mode, is_empty }
    }
}

fn take_out<T: Copy>(text: &mut String, words: &[(&str, T)]) -> Option<T> {
    let (word, value) = words.iter().find(|(word, _)| text.contains(word))?;
    *text = text.replacen(word, "", 1);
    Some(*value)
}

fn mode_of(word: &str) -> Option<ContactMode> {
    let word = normal(word);
    let word = word.trim_matches(['(', ')']).trim_end_matches("联系");
    MODES.iter().find(|(mode, _)| *mode == word).map(|(_, mode)| *mode)
}

fn mode_at_start(word: &str) -> Option<ContactMode> {
    let word = word.trim_start_matches('(');
    MODES.iter().find(|(mode, _)| word.starts_with(mode)).map(|(_, mode)| *mode)
}

/// `在东风社区`, `到样例一镇`; without 在 only what can hardly be a name.
fn place_of(word: &str) -> Option<&str> {
    let after = word.strip_prefix(['在', '到', '去', '于']).filter(|place| ends_like_a_place(place));
    let is_plain =
        ["社区", "街道", "学校", "小学", "中学", "大学", "学院", "嘎查", "苏木", "公司", "中心", "基地", "广场"]
            .iter()
            .any(|end| word.ends_with(end) && word.chars().count() > end.chars().count());
    after.or_else(|| is_plain.then_some(word))
}

/// `张三、李四和王五` in pieces. 和 divides only where both sides are long enough to be names, so that 李和平 stays whole.
fn split_names<'w>(word: &'w str, is_known: &dyn Fn(&str) -> bool) -> Vec<&'w str> {
    let mut pieces = Vec::new();
    for piece in word.split(['、', '/', '&', '+']).filter(|piece| !piece.is_empty()) {
        let mut rest = piece;
        while let Some((one, others)) = split_at_and(rest, is_known) {
            pieces.push(one);
            rest = others;
        }
        pieces.push(rest);
    }
    pieces
}

fn split_at_and<'w>(text: &'w str, is_known: &dyn Fn(&str) -> bool) -> Option<(&'w str, &'w str)> {
    if is_known(text) {
        return None;
    }
    let joints = text.char_indices().filter(|(_, c)| matches!(c, '和' | '与' | '及' | '跟'));
    let parts: Vec<(&str, &str)> = joints
        .map(|(at, c)| (&text[..at], &text[at + c.len_utf8()..]))
        .filter(|(one, others)| one.chars().count() >= 2 && others.chars().count() >= 2)
        .collect();
    parts.iter().find(|(one, _)| is_known(one)).or(parts.first()).copied()
}

/// Whether it may be what somebody is called: 张三, 小王, 阿拉坦其木格, 阿依古丽·买买提, Tom.
fn looks_like_a_name(text: &str) -> bool {
    let length = text.chars().count();
    let longest = if text.contains(['·', '•']) || text.is_ascii() { 20 } else { 8 };
    (2..=longest).contains(&length)
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, '·' | '•'))
        && !DEEDS.iter().chain(NO_NAMES).any(|word| text.starts_with(word))
        && !NEVER_IN_NAMES.iter().any(|word| text.contains(word))
        && field_of(text).is_none()
        && mode_at_start(&normal(text)).is_none()
}

/// The share of contacts, in whole percent, that falls on the most-contacted tenth. `counts` has one number for everybody on
/// the roster, also for those whom nobody has contacted. A tenth of a few is one; of nobody, or without any contact, 0.
pub fn top_tenth_share(counts: &[u32]) -> u32 {
    let mut counts: Vec<u64> = counts.iter().map(|count| u64::from(*count)).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let all: u64 = counts.iter().sum();
    let most: u64 = counts.iter().take(tenth_of(counts.len())).sum();
    if all == 0 {
        return 0;
    }
    u32::try_from((most * 200 + all) / (all * 2)).unwrap_or(100)
}

/// How many a tenth of so many is: rounded up, so that a tenth of anybody is somebody.
pub fn tenth_of(count: usize) -> usize {
    count.div_ceil(10)
}

#[cfg(test)]
#[path = "contact_tests.rs"]
mod tests;
