//! Who somebody is, whichever account they speak through: for what everybody may do once, such as vote.

use super::id::PersonId;

/// A key that is the same for a known person on every account, and for a stranger on one.
pub fn somebody(person: Option<PersonId>, account: &str, external_id: &str) -> String {
    match person {
        Some(person) => format!("#{person}"),
        // an account's name has no slash, so two strangers never share a key
        None => format!("{account}/{external_id}"),
    }
}

/// What such a key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Somebody {
    /// A person on the roster.
    Known(PersonId),
    /// An address on one account.
    Stranger {
        /// The account.
        account: String,
        /// Their id there.
        external_id: String,
    },
}

impl Somebody {
    /// Reads a key that [`somebody`] made; `None` for any other text.
    pub fn read(key: &str) -> Option<Self> {
        if let Some(person) = key.strip_prefix('#') {
            return person.parse().ok().map(Self::Known);
        }
        let (account, external_id) = key.split_once('/')?;
        Some(Self::Stranger { account: account.to_owned(), external_id: external_id.to_owned() })
    }

    /// The person, where it is one of the roster.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Known(person) => Some(*person),
            Self::Stranger { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_who_it_is() {
        assert_eq!(Somebody::read(&somebody(Some(PersonId(7)), "qq", "1")), Some(Somebody::Known(PersonId(7))));
        let stranger = Somebody::Stranger { account: "qq".into(), external_id: "a/7".into() };
        assert_eq!(Somebody::read(&somebody(None, "qq", "a/7")), Some(stranger));
        assert_eq!(Somebody::read("nobody"), None);
    }

    #[test]
    fn a_known_person_is_one_on_all_accounts_and_a_stranger_is_not() {
        let known = |account| somebody(Some(PersonId(7)), account, "1");
        assert_eq!(known("qq"), known("simulator"));
        assert_ne!(somebody(None, "qq", "7"), somebody(None, "simulator", "7"));
        assert_ne!(known("qq"), somebody(None, "#7", ""));
    }
}
