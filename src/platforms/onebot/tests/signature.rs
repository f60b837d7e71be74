//! Who is let in by HTTP.

use super::*;

fn vector() -> (String, String) {
    let vector: Value = serde_json::from_str(fixture!("signature")).unwrap();
    assert_eq!(vector["secret"], SECRET);
    (vector["body"].as_str().unwrap().to_owned(), vector["signature"].as_str().unwrap().to_owned())
}

fn refused(body: &[u8], signatures: &[&[u8]]) -> Refused {
    match receive_raw(body, &signed_with(signatures), then()) {
        Err(Rejected::Refused(refused)) => {
            assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
            refused
        }
        other => panic!("let in: {other:?}"),
    }
}

#[test]
fn the_published_vector_is_let_in() {
    let (body, signature) = vector();
    let received = receive_raw(body.as_bytes(), &signed_with(&[signature.as_bytes()]), then());
    let Ok(Received::Event(event)) = received else { panic!("{received:?}") };
    assert_eq!((event.text.as_str(), event.addressed), ("打卡", true));
}

#[test]
fn every_flipped_bit_of_the_signature_is_refused() {
    let (body, signature) = vector();
    for at in 0..signature.len() * 8 {
        let mut flipped = signature.clone().into_bytes();
        flipped[at / 8] ^= 1 << (at % 8);
        // what no header can hold does not reach us
        if HeaderValue::from_bytes(&flipped).is_ok() {
            assert_eq!(refused(body.as_bytes(), &[&flipped]), Refused::SignatureWrong, "bit {at}");
        }
    }
}

#[test]
fn a_thousand_flipped_bits_of_the_body_are_refused() {
    let (body, signature) = vector();
    let mut random = StdRng::seed_from_u64(20_260_101);
    for _ in 0..1_000 {
        let mut flipped = body.clone().into_bytes();
        let at = random.random_range(0..flipped.len() * 8);
        flipped[at / 8] ^= 1 << (at % 8);
        assert_eq!(refused(&flipped, &[signature.as_bytes()]), Refused::SignatureWrong, "bit {at}");
    }
}

#[test]
fn absent_empty_doubled_and_odd_signatures_are_refused() {
    let (body, signature) = vector();
    let (body, right) = (body.as_bytes(), signature.as_bytes());
    assert_eq!(refused(body, &[]), Refused::SignatureMissing);
    assert_eq!(refused(body, &[right, right]), Refused::SignatureMissing);
    assert_eq!(refused(body, &[b"", right]), Refused::SignatureMissing);
    let upper = signature.to_uppercase();
    let odd: [&[u8]; 8] = [
        b"",
        b"sha1=",
        &right[..right.len() - 1],
        &right[5..],
        &[right, b"0"].concat(),
        b"sha1=zz",
        upper.as_bytes(),
        b"\xff\xfe",
    ];
    for odd in odd {
        assert_eq!(refused(body, &[odd]), Refused::SignatureWrong);
    }
    // the digest of an empty key is no way in either
    assert_eq!(refused(body, &[sign("", body).as_bytes()]), Refused::SignatureWrong);
}

#[test]
fn both_secrets_of_a_rotation_are_valid_and_no_third() {
    let body = fixture!("private").as_bytes();
    for secret in [SECRET, OLD_SECRET] {
        assert!(receive_raw(body, &signed_with(&[sign(secret, body).as_bytes()]), then()).is_ok());
    }
    assert_eq!(refused(body, &[sign("another-secret-entirely", body).as_bytes()]), Refused::SignatureWrong);
}

#[test]
fn only_a_post_is_an_event() {
    let body = Bytes::from_static(fixture!("private").as_bytes());
    let headers = signed_with(&[sign(SECRET, &body).as_bytes()]);
    let request = RawRequest { method: &Method::GET, query: "", headers: &headers, body: &body, now: then() };
    assert!(matches!(onebot().receive(&request), Err(Rejected::Refused(Refused::Foreign))));
}

#[test]
fn what_was_said_ten_minutes_away_is_stale() {
    let body = fixture!("group_at").as_bytes();
    let headers = signed_with(&[sign(SECRET, body).as_bytes()]);
    let at = |away: TimeDelta| receive_raw(body, &headers, then() + away);
    for away in [TimeDelta::minutes(10), TimeDelta::minutes(-10)] {
        assert!(at(away).is_ok());
        let beyond = away + TimeDelta::seconds(away.num_seconds().signum());
        assert!(matches!(at(beyond), Err(Rejected::Refused(Refused::Stale))));
    }
}
