//! Group cards (群名片) in the form a policy wants, such as `共青团+{地区}+{姓名}`.

use super::directory::{Directory, Person, called};
use super::text::normal;

/// Where the format wants the area.
const AREA: &str = "{地区}";
/// Where it wants the name.
const NAME: &str = "{姓名}";

/// Whether a card reads as the format wants it for this person. Separators (+ － - and the like, spaces) are optional on
/// both sides; the area is the person's unit or any unit above it, by its short name; the name is theirs, exactly.
pub fn matches(format: &str, card: &str, directory: &Directory, person: &Person) -> bool {
    let card = bare(card);
    let fits = |area: &str| bare(&fill(format, area, &person.name)) == card;
    if !format.contains(AREA) {
        return fits("");
    }
    directory.lineage(person.unit).any(|unit| {
        let short = called(&unit.name);
        fits(&short) || without_rank(&short).is_some_and(fits)
    })
}

/// What a person's card should read.
pub fn wanted(format: &str, directory: &Directory, person: &Person) -> String {
    fill(format, &called(directory.unit_name(person.unit)), &person.name)
}

fn fill(format: &str, area: &str, name: &str) -> String {
    // split first: a unit that is called {姓名} must not be filled in again
    let pieces: Vec<String> = format.split(AREA).map(|piece| piece.replace(NAME, name)).collect();
    pieces.join(area)
}

/// Without separators, in the normal form.
fn bare(text: &str) -> String {
    let is_separator = |c: char| {
        c.is_whitespace() || matches!(c, '+' | '-' | '_' | '·' | '・' | '|' | '/' | '.' | '–' | '—' | '−' | '~' | '、')
    };
    normal(text).chars().filter(|c| !is_separator(*c)).collect()
}

/// 广东 for 广东省, 样例 for 样例县: what a place is called without its rank, where enough is left.
fn without_rank(short: &str) -> Option<&str> {
    ["街道", "自治区", "苏木", "嘎查", "省", "市", "盟", "县", "区", "旗", "镇", "乡", "村"]
        .iter()
        .find_map(|rank| short.strip_suffix(rank))
        .filter(|rest| rest.chars().count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::directory::{DEFAULT_ZONE, Entries, Unit};
    use crate::domain::id::{PersonId, UnitId};
    use crate::domain::people::{CadreKind, Level, UnitKind};

    fn directory() -> Directory {
        let unit = |id: i64, name: &str, parent: Option<i64>| Unit {
            id: UnitId(id),
            name: name.into(),
            code: format!("{id}"),
            parent: parent.map(UnitId),
            level: Level::County,
            kind: UnitKind::Committee,
            zone: None,
        };
        let person = Person {
            id: PersonId(9),
            name: "赵样例".into(),
            unit: UnitId(3),
            kind: Some(CadreKind::FullTime),
            roles: vec![],
            team: None,
            since: None,
            until: None,
            successor_of: None,
        };
        let units = vec![
            unit(1, "共青团广东省委员会", None),
            unit(2, "样例市团委", Some(1)),
            unit(3, "样例一镇团委", Some(2)),
            unit(4, "样例二镇团委", Some(2)),
        ];
        Directory::new(1, DEFAULT_ZONE, Entries { units, people: vec![person], ..Entries::default() })
    }

    #[test]
    fn a_card_is_read_with_any_separator_and_any_area_above() {
        let directory = directory();
        let person = directory.person(PersonId(9)).unwrap();
        for (card, fits) in [
            ("共青团+样例一镇+赵样例", true),
            ("共青团＋样例一镇＋赵样例", true),
            ("共青团-样例市-赵样例", true),
            ("共青团－样例－赵样例", true),
            ("共青团 广东 赵样例", true),
            ("共青团广东省赵样例", true),
            ("共青團+樣例一鎮+趙樣例", true),
            ("共青团——样例一镇——赵样例", true),
            // another area, another name, a part missing, something more
            ("共青团+样例二镇+赵样例", false),
            ("共青团+样例一镇+赵样", false),
            ("共青团+样例一镇+赵样例2", false),
            ("样例一镇+赵样例", false),
            ("共青团+赵样例", false),
            ("赵样例", false),
            ("", false),
        ] {
            assert_eq!(matches("共青团+{地区}+{姓名}", card, &directory, person), fits, "{card}");
        }
        assert_eq!(wanted("共青团+{地区}+{姓名}", &directory, person), "共青团+样例一镇+赵样例");
    }

    #[test]
    fn the_format_is_the_committees() {
        let directory = directory();
        let person = directory.person(PersonId(9)).unwrap();
        assert!(matches("{姓名}（{地区}）", "赵样例(样例一镇)", &directory, person));
        assert!(matches("{姓名}", "赵样例", &directory, person) && !matches("{姓名}", "赵", &directory, person));
    }
}
