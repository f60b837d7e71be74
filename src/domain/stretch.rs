//! A stretch of time as people name it in a command: 本周, 上月, 今年.

use chrono::{Days, NaiveDate};

use super::calendar::DayRange;

/// A week, month, quarter or year: the one that runs or the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    of: Length,
    is_before: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Week,
    Month,
    Quarter,
    Year,
}

impl Length {
    fn around(self, day: NaiveDate) -> DayRange {
        match self {
            Self::Week => DayRange::week_of(day),
            Self::Month => DayRange::month_of(day),
            Self::Quarter => DayRange::quarter_of(day),
            Self::Year => DayRange::year_of(day),
        }
    }
}

impl Stretch {
    /// The month that runs.
    pub const THIS_MONTH: Self = Self { of: Length::Month, is_before: false };

    /// Reads one word.
    pub fn read(word: &str) -> Option<Self> {
        let (of, is_before) = match word {
            "本周" | "这周" => (Length::Week, false),
            "上周" => (Length::Week, true),
            "本月" | "这个月" => (Length::Month, false),
            "上月" | "上个月" => (Length::Month, true),
            "本季" | "本季度" => (Length::Quarter, false),
            "上季" | "上季度" => (Length::Quarter, true),
            "今年" | "本年" => (Length::Year, false),
            "去年" | "上年" => (Length::Year, true),
            _ => return None,
        };
        Some(Self { of, is_before })
    }

    /// Its days, as seen on a day.
    pub fn days(self, today: NaiveDate) -> DayRange {
        let now = self.of.around(today);
        if self.is_before { self.of.around(now.first - Days::new(1)) } else { now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stretch_before_is_a_whole_one() {
        let today: NaiveDate = "2026-03-31".parse().unwrap();
        let days = |word: &str| {
            let range = Stretch::read(word).unwrap().days(today);
            format!("{} {}", range.first, range.last)
        };
        assert_eq!(days("上月"), "2026-02-01 2026-02-28");
        assert_eq!(days("本月"), "2026-03-01 2026-03-31");
        assert_eq!(days("上季"), "2025-10-01 2025-12-31");
        assert_eq!(days("上周"), "2026-03-23 2026-03-29");
        assert_eq!(days("去年"), "2025-01-01 2025-12-31");
        assert_eq!(Stretch::read("明年"), None);
    }
}
