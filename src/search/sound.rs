//! How characters sound, without tones and without the differences that many speakers do not make (zh/z, ing/in …):
//! a slip of the input method keeps it.

use pinyin::ToPinyin;

/// The sound of one character, folded; a letter or figure is itself, what is neither has its number in hexadecimal, so
/// that a sound is plain ASCII whatever was typed.
pub(super) fn push(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    let Some(sound) = c.to_pinyin() else {
        use std::fmt::Write;
        let _ = write!(out, "u{:x}", u32::from(c));
        return;
    };
    let plain = sound.plain();
    let (first, rest) = match plain.as_bytes() {
        [first @ (b'z' | b'c' | b's'), b'h', ..] => (char::from(*first), &plain[2..]),
        [first, ..] if first.is_ascii() => (char::from(*first), &plain[1..]),
        _ => return out.push_str(plain),
    };
    out.push(first);
    match rest.strip_suffix("ng") {
        Some(short) if rest.ends_with("ing") || rest.ends_with("eng") => {
            out.push_str(short);
            out.push('n');
        }
        _ => out.push_str(rest),
    }
}

/// The sound of a text.
pub(super) fn of(text: &str) -> String {
    let mut sound = String::with_capacity(text.len() * 2);
    text.chars().for_each(|c| push(&mut sound, c));
    sound
}

/// A number for a sound (FNV-1a); equal for equal sounds, and nobody keeps it.
pub(super) fn hash(sound: &str) -> u64 {
    sound.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
