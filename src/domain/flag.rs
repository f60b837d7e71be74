//! What makes a record worth a second look (`DOMAIN.md` §3). A flag is for a person to look at; nothing is refused for it.

use super::text::normal;
use super::vocabulary::vocabulary;

vocabulary! {
    /// Why somebody should look at a record.
    Flag {
        /// Another record says the same in the same words.
        SameWords = "same_words", "文字相同";
        /// A picture of it looks like one of another record.
        PhotoUsed = "photo_used", "照片用过";
        /// The place is none of the units the person is tied to.
        FarPlace = "far_place", "地点不在联系点";
        /// Many days were made up for at once.
        ManyDays = "many_days", "一次补记多天";
    }
}

/// Shorter texts are said by everybody: 走访青年五人.
const SHORTEST: usize = 12;

/// For how many days the same words are noticed.
pub const WORDS_KEPT_DAYS: i64 = 90;

/// The hash of a text worth comparing: of its letters and figures in the normal form. `None` for a short one.
pub fn words_hash(text: &str) -> Option<i64> {
    // most check-ins say less: they are not even brought into the normal form
    if text.chars().count() < SHORTEST {
        return None;
    }
    let words: String = normal(text).chars().filter(|c| c.is_alphanumeric()).collect();
    if words.chars().count() < SHORTEST {
        return None;
    }
    // FNV-1a: the same in every process and release, which the one of the standard library is not
    let hash = words
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    Some(hash.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_have_one_hash_however_they_are_typed() {
        let said = words_hash("走访样例社区三户青年，了解就业意向").unwrap();
        assert_eq!(words_hash("走訪樣例社區三戶青年 ,了解就業意向。"), Some(said));
        assert_ne!(words_hash("走访样例社区四户青年，了解就业意向"), Some(said));
        assert_eq!(words_hash("走访青年12人，座谈"), None, "what everybody says is not compared");
        assert_eq!(words_hash("！！！！！！！！！！！！！！"), None);
    }

    #[test]
    fn every_flag_reads_back_from_the_database_and_from_people() {
        assert_eq!(Flag::ALL.len(), 4);
        for flag in Flag::ALL {
            assert_eq!((Flag::read(flag.code()), Flag::read(flag.title())), (Some(*flag), Some(*flag)));
        }
    }
}
