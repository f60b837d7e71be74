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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_person_is_one_on_all_accounts_and_a_stranger_is_not() {
        let known = |account| somebody(Some(PersonId(7)), account, "1");
        assert_eq!(known("qq"), known("simulator"));
        assert_ne!(somebody(None, "qq", "7"), somebody(None, "simulator", "7"));
        assert_ne!(known("qq"), somebody(None, "#7", ""));
    }
}
