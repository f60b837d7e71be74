//! What people type: the normal form that commands are read from, and the clean form that is shown again.
//!
//! Parsing works on the normal form; what is stored is what was typed.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;

/// The normal form (`USERS.md` §2): no zero-width characters, NFKC, simplified characters, single spaces, lower case.
/// Line breaks stay, because some commands are read line by line.
pub fn normal(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_zero_width(*c)).collect();
    let mut folded = String::with_capacity(visible.len());
    let mut space = false;
    for c in visible.nfkc() {
        match c {
            '\n' => {
                folded.truncate(folded.trim_end_matches(' ').len());
                folded.push('\n');
                space = true;
            }
            c if c.is_whitespace() || c.is_control() => {
                if !space {
                    folded.push(' ');
                    space = true;
                }
            }
            c => {
                folded.extend(c.to_lowercase());
                space = false;
            }
        }
    }
    simplified(folded.trim())
}

/// Traditional characters become simplified ones.
fn simplified(text: &str) -> String {
    static CONVERTER: OnceLock<Option<Converter>> = OnceLock::new();
    // loading takes some milliseconds; `warm_up` does it before the first message
    match CONVERTER.get_or_init(Converter::load) {
        Some(converter) if text.chars().any(|c| converter.changes(c)) => converter.dictionary.convert(text),
        _ => text.to_owned(),
    }
}

/// The dictionary, and which characters it changes at all: most messages have none of them, and finding that out is
/// much cheaper than looking every phrase up.
struct Converter {
    dictionary: OpenCC,
    changed: Vec<bool>,
}

impl Converter {
    /// The blocks in which ideographs lie.
    const FIRST: u32 = 0x3400;
    const LAST: u32 = 0x9FFF;

    fn load() -> Option<Self> {
        let dictionary = OpenCC::from_config(BuiltinConfig::T2s).ok()?;
        let mut text = [0_u8; 4];
        let changed = (Self::FIRST..=Self::LAST)
            .filter_map(char::from_u32)
            .map(|c| {
                let text: &str = c.encode_utf8(&mut text);
                dictionary.convert(text) != text
            })
            .collect();
        Some(Self { dictionary, changed })
    }

    fn changes(&self, c: char) -> bool {
        let at = u32::from(c).checked_sub(Self::FIRST).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.changed.get(at)).copied().unwrap_or(false)
    }
}

/// Loads what the normal form needs, so that the first message does not wait for it.
pub fn warm_up() {
    let _ = simplified("團");
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}' | '\u{180E}' | '\u{FE00}'..='\u{FE0F}')
        || is_direction_override(c)
}

fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What a user typed, fit to be shown: no control characters but the line break, no text-direction overrides, no
/// private-use characters (our marks are made of those).
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| {
            let private_use = matches!(c, '\u{E000}'..='\u{F8FF}');
            (*c == '\n' || !c.is_control()) && !is_direction_override(*c) && !private_use
        })
        .collect()
}

/// What may be stored on every database: PostgreSQL refuses U+0000 in a text.
pub fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// The sound of a text, for telling a slip of the input method (千到 for 签到). Characters without one stay.
pub fn sound(text: &str) -> String {
    use pinyin::ToPinyin;
    text.chars()
        .map(|c| c.to_pinyin().map_or_else(|| c.to_string(), |sound| sound.plain().to_owned()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether what stands in `text[from..until]` is a word of its own where it begins or ends with a Latin letter: `sb` is none in
/// `usb`. Chinese has no such boundary.
pub fn stands_alone(text: &str, from: usize, until: usize) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let (Some(before), Some(word), Some(after)) = (text.get(..from), text.get(from..until), text.get(until..)) else {
        return false;
    };
    let runs_on = |a: Option<char>, b: Option<char>| is_letter(a) && is_letter(b);
    !runs_on(before.chars().next_back(), word.chars().next())
        && !runs_on(word.chars().next_back(), after.chars().next())
}

/// What follows a prefix given in normal form, as it was typed; `None` where the text does not begin with it.
pub fn after_prefix<'t>(typed: &'t str, normal_prefix: &str) -> Option<&'t str> {
    let prefix = normal_prefix.trim();
    typed
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take(200)
        .find(|end| normal(&typed[..*end]) == prefix)
        .map(|end| &typed[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_form_folds_what_people_do_not_see() {
        assert_eq!(normal("\u{200B}簽到　東風社區\t聯系青年１２人 "), "签到 东风社区 联系青年12人");
        assert_eq!(normal("日志\r\n走访：  三户"), "日志\n走访: 三户");
        assert_eq!(normal("ＨＥＬＰ"), "help");
    }

    #[test]
    fn a_latin_word_ends_where_its_letters_end() {
        assert!(stands_alone("用usb吗", 3, 6) && !stands_alone("usb", 1, 3));
        assert!(stands_alone("人口", 3, 6), "Chinese words have no boundary");
    }

    #[test]
    fn what_follows_a_prefix_is_found_as_it_was_typed() {
        assert_eq!(after_prefix("簽\u{200B}到 东風", "签到"), Some(" 东風"));
        assert_eq!(after_prefix("报到", "签到"), None);
    }

    #[test]
    fn printable_text_keeps_lines_and_loses_tricks() {
        assert_eq!(printable("甲\u{202E}乙\u{E001}\u{7}\n丙"), "甲乙\n丙");
    }

    #[test]
    fn words_that_sound_alike_have_one_sound() {
        assert_eq!(sound("千到"), sound("签到"));
        assert_ne!(sound("报到"), sound("签到"));
    }
}
