//! Wishes (微心愿): what a young person wishes for, and the cadre who fulfils it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::duty::range_around;
use super::id::{ChatId, PersonId, RecordId, UnitId, WishId};
use super::policy::Policy;
use super::text::normal;

/// How many wishes somebody may have that are not fulfilled.
pub const MOST_OPEN: usize = 3;

/// How many somebody may make in a day, also where they take them back.
pub const MOST_A_DAY: usize = 10;

/// The longest wish, in characters.
pub const LONGEST: usize = 200;

/// A wish that nobody has claimed for so long is shown to the secretary, and again after as long.
pub const UNCLAIMED: TimeDelta = TimeDelta::days(7);

/// The kind of record that claiming makes, where the policy has it.
pub const CLAIM: &str = "wish_claim";

/// The kind of record that fulfilling makes, where the policy has it.
pub const FULFIL: &str = "wish";

/// What has become of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WishState {
    /// Nobody has claimed it.
    Open,
    /// A cadre has.
    Claimed,
    /// It is fulfilled.
    Done,
    /// Whose it is has taken it back.
    Withdrawn,
}

impl WishState {
    /// Its code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "等人认领",
            Self::Claimed => "有人认领了",
            Self::Done => "办好了",
            Self::Withdrawn => "已撤回",
        }
    }

    /// The state with this code; what is unknown is withdrawn.
    pub fn read(code: &str) -> Self {
        match code {
            "open" => Self::Open,
            "claimed" => Self::Claimed,
            "done" => Self::Done,
            _ => Self::Withdrawn,
        }
    }
}

/// A wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Its identity.
    pub id: WishId,
    /// The number people say.
    pub number: i64,
    /// The unit it was made to.
    pub unit: UnitId,
    /// The group in which it was made; `None`: in private, and then it is shown without a name.
    pub chat: Option<ChatId>,
    /// Who, as a key of [`super::somebody`].
    pub who: String,
    /// The name they are shown by; empty where it was made in private.
    pub name: String,
    /// What they wish for.
    pub text: String,
    /// What has become of it.
    pub state: WishState,
    /// When it was made.
    pub wished_at: DateTime<Utc>,
    /// Who has claimed it, and when.
    pub claimed: Option<(PersonId, DateTime<Utc>)>,
    /// The record of its being claimed.
    pub claim_record: Option<RecordId>,
    /// The record of its being fulfilled.
    pub done_record: Option<RecordId>,
}

/// What follows the word 心愿.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said<'t> {
    /// A wish.
    New(&'t str),
    /// What was wished for has come.
    Received(i64),
    /// It is taken back.
    TakenBack(i64),
}

/// Reads what follows the word 心愿: a wish, or what one says about one's own, `8 收到`, `8 撤回`.
pub fn read(typed: &str) -> Said<'_> {
    let typed = typed.trim();
    let text = normal(typed);
    let text = text.trim_start_matches('#');
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let after = text.get(digits.len()..).unwrap_or_default().trim_start_matches('号');
    let word = after.trim_matches(|c: char| !c.is_alphanumeric());
    match (digits.parse(), word) {
        (Ok(number), "收到" | "收到了" | "已收到" | "收到谢谢" | "收到,谢谢") => Said::Received(number),
        (Ok(number), "撤回" | "取消" | "不要了") => Said::TakenBack(number),
        _ => Said::New(typed),
    }
}

/// Whether a record of claiming and one of fulfilling on these days would count the same wish twice for a duty that counts
/// both: then only the later one may stand. In another period the claim stays what it was.
pub fn counts_twice(policy: &Policy, claimed: NaiveDate, done: NaiveDate) -> bool {
    let has = |of: &[String], kind: &str| of.iter().any(|one| one == kind);
    policy
        .duties
        .iter()
        .filter(|duty| duty.parts().iter().any(|item| has(&item.of, CLAIM) && has(&item.of, FULFIL)))
        .any(|duty| range_around(duty, claimed).contains(done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_says_about_ones_own_wish_is_no_new_one() {
        assert_eq!(read("想要一套书"), Said::New("想要一套书"));
        assert_eq!(read("8 收到"), Said::Received(8));
        assert_eq!(read("8号收到了！"), Said::Received(8));
        assert_eq!(read("8 撤回"), Said::TakenBack(8));
        assert_eq!(read("8 本书"), Said::New("8 本书"));
    }

    #[test]
    fn a_wish_that_is_claimed_and_fulfilled_in_one_period_counts_once() {
        let nanchang = Policy::preset("nanchang").unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(counts_twice(&nanchang, day("2026-11-20"), day("2026-12-31")));
        assert!(!counts_twice(&nanchang, day("2026-12-31"), day("2027-01-01")));
        assert!(!counts_twice(&Policy::preset("basic").unwrap(), day("2026-11-20"), day("2026-11-20")));
    }
}
