//! Behind the veil: when what an anonymous asker does is made known, under which alias and number, and among how many.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use chrono_tz::Tz;

use super::calendar::{Calendar, OpenHours};
use super::vocabulary::vocabulary;

/// Where fewer than so many could have asked, a unit is not named.
pub const FEWEST: usize = 5;

/// Anonymous questions draw their numbers from here …
pub const LOWEST_DRAWN: i64 = 100_000;
/// … to here, both included.
pub const HIGHEST_DRAWN: i64 = 999_999;

/// Who does something right before the hour is made known at the one after it: what was said a moment ago is told by who was
/// there a moment ago.
const AT_LEAST: TimeDelta = TimeDelta::minutes(10);

/// Letters of an alias: none that looks like a digit or another letter.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What somebody says who wants to ask without a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish<'t> {
    /// And what they ask.
    Asks(&'t str),
    /// What they ask, if anything, cannot be told from the rest.
    Voiced,
}

/// What the wish is read from.
const UNNAMED: &str = "匿名";

/// Other words for it.
const AS_GOOD_AS_UNNAMED: &[&str] =
    &["不署名", "不留名", "不具名", "不实名", "别说是我", "不要说是我", "不想让人知道是我", "不想让别人知道是我"];

/// What is anonymous itself: who speaks of it need not want to be.
const OF_OTHERS: &[&str] = &["投票", "问卷", "调查"];

/// What may stand before it.
const BEFORE: &[&str] = &[
    "能不能",
    "可不可以",
    "你好",
    "您好",
    "在吗",
    "请问",
    "可以",
    "希望",
    "想要",
    "麻烦",
    "帮我",
    "我",
    "想",
    "要",
    "能",
    "请",
    "这里",
    "就",
];

/// What may follow it: how one asks. Longer ones first.
const HOW: &[&str] = &[
    "提一个问题",
    "问一个问题",
    "提个问题",
    "问个问题",
    "咨询一下",
    "请教一下",
    "反映一下",
    "求助一下",
    "提问",
    "问题",
    "问问",
    "问一下",
    "问下",
    "问个事",
    "咨询下",
    "咨询",
    "请教",
    "求助",
    "反映",
    "反馈",
    "说一下",
    "说",
    "问",
];

/// After these the question may follow at once; after the others, which stand in other sentences too, something divides them.
const DIRECT: &[&str] =
    &["提个问题", "问个问题", "提问", "问问", "问一下", "问下", "咨询一下", "请教一下", "求助一下", "问"];

/// Whether a text in normal form says that its author wants no name, and what they ask then.
pub fn wish(text: &str) -> Option<Wish<'_>> {
    let divides = |c: char| !c.is_alphanumeric();
    let says = text
        .match_indices(UNNAMED)
        .map(|(at, _)| (&text[..at], &text[at + UNNAMED.len()..]))
        .find(|(_, after)| !OF_OTHERS.iter().any(|of| after.starts_with(of)));
    let Some((before, after)) = says else {
        return AS_GOOD_AS_UNNAMED.iter().any(|words| text.contains(words)).then_some(Wish::Voiced);
    };
    let mut before = before;
    loop {
        before = before.trim_start_matches(divides);
        match BEFORE.iter().find_map(|word| before.strip_prefix(word)) {
            Some(rest) => before = rest,
            None => break,
        }
    }
    let after = after.strip_prefix(['地', '的', '来']).unwrap_or(after);
    let Some(how) = HOW.iter().find(|how| before.is_empty() && after.starts_with(**how)) else {
        return Some(Wish::Voiced);
    };
    let rest = &after[how.len()..];
    let rest = rest.strip_prefix('吗').unwrap_or(rest);
    let asks = rest.trim_start_matches(divides);
    let is_apart = asks.len() < rest.len() || DIRECT.contains(how);
    let says_something = asks.chars().filter(|c| c.is_alphanumeric()).count() >= 4;
    Some(if is_apart && says_something { Wish::Asks(asks) } else { Wish::Voiced })
}

vocabulary! {
    /// Where a request to find out who asked stands.
    DisclosureState {
        /// It waits for a second person.
        Asked = "asked", "待同意";
        /// A second person has consented.
        Granted = "granted", "已同意";
        /// A second person has not.
        Declined = "declined", "不同意";
    }
}

/// When what is done at an instant is made known: the next full hour of the wall clock that is at least ten minutes away and
/// lies within open hours.
pub fn made_known_at(at: DateTime<Utc>, zone: Tz, open: &OpenHours, calendar: &Calendar) -> DateTime<Utc> {
    let mut hour = next_hour(at + AT_LEAST, zone);
    // open hours may begin at half past; a week without an open full hour is a policy without any
    for _ in 0..400 {
        let opens = open.next_open(hour, zone, calendar);
        if opens == hour {
            break;
        }
        hour = next_hour(opens, zone);
    }
    hour
}

/// The full hour of the wall clock that an instant is or that comes next.
fn next_hour(at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let hour = hour_of(at, zone);
    if hour == at { hour } else { hour + TimeDelta::hours(1) }
}

/// The beginning of the wall clock's hour that an instant lies in.
pub fn hour_of(at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    // a wall clock that is half an hour off has its full hours at our half hours
    at.with_timezone(&zone).duration_trunc(TimeDelta::hours(1)).map_or(at, |hour| hour.with_timezone(&Utc))
}

/// An alias out of chance: `A7`, `K42`.
pub fn alias(chance: u64) -> String {
    let letter = LETTERS[usize::try_from(chance % LETTERS.len() as u64).unwrap_or(0)];
    let number = (chance >> 16) % 98 + 2;
    format!("{}{number}", char::from(letter))
}

/// A number out of chance.
pub fn number(chance: u64) -> i64 {
    let wide = u64::try_from(HIGHEST_DRAWN - LOWEST_DRAWN + 1).unwrap_or(1);
    LOWEST_DRAWN + i64::try_from(chance % wide).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_made_known_at_a_full_hour_in_open_hours_and_never_within_ten_minutes() {
        let calendar = Calendar::from_json(include_str!("../../policies/holidays-cn.json")).unwrap();
        let time = |text: &str| text.parse().unwrap();
        let open = OpenHours { from: time2("07:30"), until: time2("21:30"), workdays_only: true };
        for (at, zone, known) in [
            ("2026-11-20T10:00:00+08:00", chrono_tz::Asia::Shanghai, "2026-11-20T11:00:00+08:00"),
            ("2026-11-20T10:50:00+08:00", chrono_tz::Asia::Shanghai, "2026-11-20T11:00:00+08:00"),
            ("2026-11-20T10:50:01+08:00", chrono_tz::Asia::Shanghai, "2026-11-20T12:00:00+08:00"),
            ("2026-11-19T20:55:00+08:00", chrono_tz::Asia::Shanghai, "2026-11-20T08:00:00+08:00"),
            ("2026-11-20T23:00:00+08:00", chrono_tz::Asia::Shanghai, "2026-11-23T08:00:00+08:00"),
            ("2026-11-20T10:00:00+05:30", chrono_tz::Asia::Kolkata, "2026-11-20T11:00:00+05:30"),
        ] {
            let at: DateTime<Utc> = time(at);
            let known: DateTime<Utc> = time(known);
            assert_eq!(made_known_at(at, zone, &open, &calendar), known, "{at}");
        }
    }

    fn time2(text: &str) -> chrono::NaiveTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_wish_for_no_name_is_read_from_many_wordings_and_never_overheard() {
        for (text, asks) in [
            ("我想匿名问一下,家里老催婚怎么办?", Some("家里老催婚怎么办?")),
            ("匿名咨询:家里老催婚怎么办?", Some("家里老催婚怎么办?")),
            ("匿名问 家里老催婚怎么办?", Some("家里老催婚怎么办?")),
            ("匿名问一下家里老催婚怎么办?", Some("家里老催婚怎么办?")),
            ("你好,可以匿名问个问题吗?家里老催婚怎么办?", Some("家里老催婚怎么办?")),
            ("匿名举报电话是多少?", None),
            ("怎么才能匿名问问题?", None),
            ("家里老催婚怎么办?(匿名)", None),
            ("我要匿名提问", None),
            ("匿名反映情况找谁?", None),
            ("不想让人知道是我,家里老催婚怎么办?", None),
        ] {
            assert_eq!(wish(text), Some(asks.map_or(Wish::Voiced, Wish::Asks)), "{text}");
        }
        for text in ["匿名投票怎么发起?", "匿名问卷在哪里填?", "怎么入团?"] {
            assert_eq!(wish(text), None, "{text}");
        }
    }

    #[test]
    fn aliases_and_numbers_stay_within_their_bounds() {
        for chance in [0, 1, 23, 24, u64::MAX, 0x0061_0000_0017] {
            let alias = alias(chance);
            assert!(alias.len() <= 3 && alias.as_bytes()[0].is_ascii_uppercase(), "{alias}");
            assert!((LOWEST_DRAWN..=HIGHEST_DRAWN).contains(&number(chance)));
        }
    }
}
