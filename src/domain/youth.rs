//! A cadre's roster of young people (青年名册): who stands on it, and how `加青年` is read. A name may be an alias; numbers by
//! which somebody could be found are never kept.

use chrono::NaiveDate;

use super::id::YouthId;
use super::people::YouthField;
use super::record::number;
use super::text::normal;

/// The longest name on a roster.
pub const LONGEST_NAME: usize = 20;

/// Somebody on a cadre's roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Youth {
    /// Their identity.
    pub id: YouthId,
    /// What the cadre calls them.
    pub name: String,
    /// Where they belong.
    pub field: Option<YouthField>,
    /// `18-25`, `00后`.
    pub age_band: Option<String>,
    /// The first day on the roster; `None`: since ever.
    pub since: Option<NaiveDate>,
    /// The last one; `None`: still on it.
    pub until: Option<NaiveDate>,
}

impl Youth {
    /// Whether they are on the roster on a day.
    pub fn is_on(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// Somebody who is to be put on a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewYouth {
    /// What the cadre calls them.
    pub name: String,
    /// Where they belong.
    pub field: Option<YouthField>,
    /// `18-25`, `00后`.
    pub age_band: Option<String>,
}

/// What follows `加青年`, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Those named, each once.
    pub young: Vec<NewYouth>,
    /// What was not understood, as typed.
    pub unread: Vec<String>,
}

/// Reads `张三、李四 学校 18-25`; each line has a field and an age band of its own.
pub fn read_new(typed: &str) -> Read {
    let mut read = Read::default();
    for line in typed.split(['\n', ';', '；']) {
        let (mut names, mut field, mut age_band) = (Vec::new(), None, None);
        for word in line.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '：' | ':')) {
            if word.is_empty() {
                continue;
            }
            if let Some(found) = field_of(word) {
                field = Some(found);
            } else if let Some(found) = age_band_of(word) {
                age_band = Some(found);
            } else if field.is_none() && age_band.is_none() {
                for name in word.split(['、', '/']).map(str::trim).filter(|name| !name.is_empty()) {
                    if may_be_kept(name) { names.push(name.to_owned()) } else { read.unread.push(name.to_owned()) }
                }
            } else {
                read.unread.push(word.to_owned());
            }
        }
        for name in names {
            if !read.young.iter().any(|one| is_same_name(&one.name, &name)) {
                read.young.push(NewYouth { name, field, age_band: age_band.clone() });
            }
        }
    }
    read
}

/// Whether two names are the same however they are typed.
pub fn is_same_name(one: &str, other: &str) -> bool {
    normal(one) == normal(other)
}

fn may_be_kept(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && name.chars().count() <= LONGEST_NAME
}

/// The field a word names: `学校`, `企业青年`.
pub fn field_of(word: &str) -> Option<YouthField> {
    let word = normal(word);
    let plain = word.trim_end_matches("领域");
    let read = |word: &str| {
        YouthField::read(word).or_else(|| MORE_FIELDS.iter().find(|(also, _)| *also == word).map(|(_, field)| *field))
    };
    read(plain).or_else(|| read(plain.strip_suffix("青年")?))
}

/// More words for fields than a workbook takes.
pub(super) const MORE_FIELDS: &[(&str, YouthField)] = &[
    ("公司", YouthField::Enterprise),
    ("工厂", YouthField::Enterprise),
    ("园区", YouthField::Enterprise),
    ("乡村", YouthField::Rural),
    ("事业单位", YouthField::Organ),
    ("高校", YouthField::School),
    ("大学", YouthField::School),
    ("中学", YouthField::School),
    ("学生", YouthField::School),
    ("社团", YouthField::SocialOrganisation),
    ("自媒体", YouthField::NewMedia),
    ("网络主播", YouthField::NewMedia),
];

/// An age band as it is written: `18-25`, `25岁`, `00后`; a bare number of years gets its 岁.
fn age_band_of(word: &str) -> Option<String> {
    let read = normal(word);
    if read.chars().count() > 8 {
        return None;
    }
    let years = |text: &str| number(text.trim_end_matches(['多', '来', '余'])).filter(|years| (0..100).contains(years));
    if let Some(age) = years(&read) {
        return (10..=60).contains(&age).then(|| format!("{age}岁"));
    }
    let plain = read.trim_end_matches(['岁', '后']);
    let is_range = plain.split_once(['-', '~', '—', '–', '至', '到']).is_some_and(|(from, to)| {
        years(from.trim_end_matches('岁')).is_some() && years(to.trim_start_matches(['-', '—'])).is_some()
    });
    (is_range || (plain.len() < read.len() && years(plain).is_some())).then(|| word.trim().to_owned())
}

/// A text without telephone and identity-card numbers, and whether there were any.
pub fn without_numbers(typed: &str) -> (String, bool) {
    let chars: Vec<char> = typed.chars().collect();
    let mut runs = digit_runs(&chars);
    let mut dropped: Vec<(usize, usize)> = Vec::new();
    while let Some(run) = runs.first().cloned() {
        // in pieces: 138-0013-8000, 150123 19990101 123X
        let together = runs.windows(3).next().filter(|three| three.windows(2).all(|two| is_one_gap(&chars, two)));
        let pieces = together.map(|three| (three[0].digits.len(), three[1].digits.len(), three[2].digits.len()));
        let joined = together.map(|three| three.iter().map(|run| run.digits.as_str()).collect::<String>());
        if let (Some((3, 4, 4) | (6, 8, 4)), Some(joined)) = (pieces, joined)
            && is_private(&joined)
            && let Some(last) = runs.get(2)
        {
            dropped.push((run.from, last.to));
            runs.drain(..3);
            continue;
        }
        if is_private(&run.digits) {
            let plus = run.from > 0 && matches!(chars[run.from - 1], '+' | '＋');
            dropped.push((run.from - usize::from(plus), run.to));
        }
        runs.remove(0);
    }
    let kept = (0..chars.len()).filter(|at| !dropped.iter().any(|(from, to)| (from..to).contains(&at)));
    (kept.map(|at| chars[at]).collect(), !dropped.is_empty())
}

#[derive(Clone, Debug)]
struct Run {
    from: usize,
    to: usize,
    digits: String,
}

fn digit_runs(chars: &[char]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        let digit = match c {
            '0'..='9' => *c,
            '０'..='９' => char::from_u32(u32::from(*c) - u32::from('０') + u32::from('0')).unwrap_or('0'),
            // the last place of an identity number
            'x' | 'X' | 'Ｘ' | 'ｘ' if runs.last().is_some_and(|run| run.to == at) => 'X',
            _ => continue,
        };
        match runs.last_mut().filter(|run| run.to == at) {
            Some(run) => {
                run.to = at + 1;
                run.digits.push(digit);
            }
            None if digit != 'X' => runs.push(Run { from: at, to: at + 1, digits: digit.to_string() }),
            None => {}
        }
    }
    runs
}

fn is_one_gap(chars: &[char], two: &[Run]) -> bool {
    let [one, other] = two else { return false };
    other.from == one.to + 1 && matches!(chars[one.to], ' ' | '-' | '　' | '—')
}

fn is_private(digits: &str) -> bool {
    let is_mobile = |digits: &str| {
        digits.len() == 11
            && digits.starts_with('1')
            && digits.chars().nth(1).is_some_and(|c| c >= '3')
            && !digits.contains('X')
    };
    let is_identity = digits.len() == 18 && digits.chars().take(17).all(|c| c.is_ascii_digit());
    is_mobile(digits) || is_identity || digits.strip_prefix("86").is_some_and(is_mobile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Vec<(String, Option<YouthField>, Option<String>)> {
        read_new(typed).young.into_iter().map(|one| (one.name, one.field, one.age_band)).collect()
    }

    #[test]
    fn names_fields_and_ages_are_read_as_people_write_them() {
        let school = Some(YouthField::School);
        for (typed, expected) in [
            ("小王", vec![("小王", None, None)]),
            ("小王 学校", vec![("小王", school, None)]),
            ("小王、小李 学校 18-25", vec![("小王", school, Some("18-25")), ("小李", school, Some("18-25"))]),
            ("小王，小李，小王", vec![("小王", None, None), ("小李", None, None)]),
            ("小王 18—24岁 企业青年", vec![("小王", Some(YouthField::Enterprise), Some("18—24岁"))]),
            ("小王 00后\n小李 25", vec![("小王", None, Some("00后")), ("小李", None, Some("25岁"))]),
            ("阿依古丽·买买提 新媒体", vec![("阿依古丽·买买提", Some(YouthField::NewMedia), None)]),
            ("小王 社區", vec![("小王", Some(YouthField::Street), None)]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(name, field, age): (&str, _, Option<&str>)| (name.to_owned(), field, age.map(str::to_owned)))
                .collect();
            assert_eq!(read(typed), expected, "{typed}");
        }
        let odd = read_new("小王 学校 村里最会修车的 123");
        assert_eq!((odd.young.len(), odd.unread), (1, vec!["村里最会修车的".to_owned(), "123".to_owned()]));
        let long = "长".repeat(30);
        assert_eq!(read_new(&long), Read { young: vec![], unread: vec![long.clone()] });
        assert_eq!(read_new("!!! ，"), Read { young: vec![], unread: vec!["!!!".to_owned()] });
    }

    #[test]
    fn numbers_by_which_somebody_could_be_found_are_dropped() {
        for (typed, left) in [
            ("小王 13800138000 学校", "小王  学校"),
            ("小王１３８００１３８０００", "小王"),
            ("小王 +8613800138000", "小王 "),
            ("小王 138-0013-8000、小李", "小王 、小李"),
            ("小王 138 0013 8000", "小王 "),
            ("小王 15012319990101123x", "小王 "),
            ("小王 150123199901011234，小李 13900139000", "小王 ，小李 "),
        ] {
            assert_eq!(without_numbers(typed), (left.to_owned(), true), "{typed}");
        }
        for typed in ["小王 18-25 12人", "2026年11月20日", "12345678901", "20261120 1000", "x 1"] {
            assert_eq!(without_numbers(typed), (typed.to_owned(), false), "{typed}");
        }
    }

    #[test]
    fn who_has_left_the_roster_is_not_on_it() {
        let day = |text: &str| Some(text.parse().unwrap());
        let youth =
            |since, until| Youth { id: YouthId(1), name: "小王".into(), field: None, age_band: None, since, until };
        let today = "2026-11-20".parse().unwrap();
        assert!(youth(None, None).is_on(today));
        assert!(youth(day("2026-11-20"), day("2026-11-20")).is_on(today));
        assert!(!youth(None, day("2026-11-19")).is_on(today));
        assert!(!youth(day("2026-11-21"), None).is_on(today));
    }
}
