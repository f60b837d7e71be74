//! What makes a record worth a second look (`DOMAIN.md` §3). A flag is for a person to look at; nothing is refused for it.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_reads_back_from_the_database_and_from_people() {
        assert_eq!(Flag::ALL.len(), 4);
        for flag in Flag::ALL {
            assert_eq!((Flag::read(flag.code()), Flag::read(flag.title())), (Some(*flag), Some(*flag)));
        }
    }
}
