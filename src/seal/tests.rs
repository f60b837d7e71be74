use std::collections::HashSet;
use std::fs;

use proptest::prelude::*;

use super::key::{self, KeyError};
use super::{Purpose, Seal, SealError, is_sealed};

const NEW: &str = "canary-new-0123456789-0123456789-0123456789";
const OLD: &str = "canary-old-0123456789-0123456789-0123456789";

fn seal() -> Seal {
    Seal::new(NEW, [])
}

#[test]
fn what_is_sealed_opens_for_its_purpose_and_for_no_other() {
    let sealed = seal().seal(Purpose::Asker, "qq/5001").unwrap();
    assert!(is_sealed(&sealed) && !sealed.contains("5001"), "{sealed}");
    assert_eq!(seal().open(Purpose::Asker, &sealed), Ok("qq/5001".to_owned()));
    assert_eq!(seal().open(Purpose::Reply, &sealed), Err(SealError::Shut));
    assert_eq!(Seal::new(OLD, []).open(Purpose::Asker, &sealed), Err(SealError::Shut));
}

#[test]
fn nothing_of_what_is_sealed_shows_not_even_how_long_it_is() {
    let seal = seal();
    let sealed = |account: &str, user: &str| seal.seal_address(account, user).unwrap();
    let short = sealed("q", "1");
    let long = sealed("an-account-with-a-long-name", "oWx_0123456789012345678901234567890123456789");
    assert_eq!(short.len(), long.len());
    let many: HashSet<String> = (0..100).map(|_| sealed("q", "1")).collect();
    assert_eq!(many.len(), 100, "the same address is never sealed the same twice");
    let address = seal.open_address(&long).unwrap();
    assert_eq!(address.user, "oWx_0123456789012345678901234567890123456789");
    assert_eq!(format!("{address:?} {seal:?}"), "Address(…) Seal(…)");
}

#[test]
fn a_mark_is_the_same_for_one_and_differs_between_purposes_and_people() {
    let mark = |purpose, who| seal().mark(purpose, who);
    assert_eq!(mark(Purpose::Asker, "#7"), mark(Purpose::Asker, "#7"));
    assert_ne!(mark(Purpose::Asker, "#7"), mark(Purpose::Asker, "#8"));
    assert_ne!(mark(Purpose::Asker, "#7"), mark(Purpose::Reply, "#7"));
    assert_ne!(mark(Purpose::Asker, "#7"), Seal::new(OLD, []).mark(Purpose::Asker, "#7"), "it hangs on the key");
}

#[test]
fn while_the_old_key_is_kept_nothing_is_lost_and_once_it_is_gone_everything_is_shut() {
    let old = Seal::new(OLD, []);
    let (sealed, mark) = (old.seal_address("qq", "1").unwrap(), old.mark(Purpose::Asker, "#7"));
    let both = Seal::new(NEW, [OLD]);
    assert_eq!(both.open_address(&sealed).unwrap().user, "1");
    assert_eq!(both.marks(Purpose::Asker, "#7"), [seal().mark(Purpose::Asker, "#7"), mark.clone()]);
    assert_eq!(both.mark(Purpose::Asker, "#7"), seal().mark(Purpose::Asker, "#7"), "new marks are the new key's");
    let fresh = both.seal_address("qq", "1").unwrap();
    assert!(old.open_address(&fresh).is_err(), "the new key seals");
    assert!(seal().open_address(&sealed).is_err());
    assert!(!seal().marks(Purpose::Asker, "#7").contains(&mark));
}

proptest! {
    #[test]
    fn any_text_comes_back_and_any_change_is_seen(text in ".{0,600}", at in 0_usize..2_000, with in any::<u8>()) {
        let seal = seal();
        let sealed = seal.seal(Purpose::Event, &text).unwrap();
        prop_assert_eq!(seal.open(Purpose::Event, &sealed), Ok(text));
        let mut bytes = sealed.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] = with;
        let changed = String::from_utf8_lossy(&bytes).into_owned();
        if changed != sealed {
            prop_assert_eq!(seal.open(Purpose::Event, &changed), Err(SealError::Shut));
        }
    }
}

#[test]
fn short_missing_and_too_many_keys_are_refused_without_being_shown() {
    assert!(key::check([NEW]).is_ok() && key::check([NEW, OLD]).is_ok());
    assert!(matches!(key::check([]), Err(KeyError::None)));
    assert!(matches!(key::check([NEW, OLD, NEW]), Err(KeyError::TooMany)));
    for keys in [&["canary-0123456789-0123456789-01"][..], &[""], &[NEW, "canary-short"]] {
        let error = key::check(keys.iter().copied()).unwrap_err();
        assert!(matches!(error, KeyError::TooShort) && !error.to_string().contains("canary"), "{error}");
    }
}

#[test]
fn the_key_is_made_once_for_its_owner_only_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").join("seal.key");
    // as two processes that start at the same moment
    let makers: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || key::read_or_make(&path).unwrap().mark(Purpose::Asker, "x"))
        })
        .collect();
    let marks: HashSet<String> = makers.into_iter().map(|maker| maker.join().unwrap()).collect();
    assert_eq!(marks.len(), 1, "all have the same key");
    assert!(!key::is_open_to_others(&path));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left");

    fs::write(&path, "too short\n").unwrap();
    assert!(matches!(key::read_or_make(&path), Err(KeyError::TooShort)));
    assert_eq!(fs::read_to_string(&path).unwrap(), "too short\n", "what is there stays");
    fs::write(&path, format!("{NEW}\n\n{OLD}\n")).unwrap();
    assert_eq!(key::read(&path).unwrap().marks(Purpose::Asker, "x"), Seal::new(NEW, [OLD]).marks(Purpose::Asker, "x"));
}
