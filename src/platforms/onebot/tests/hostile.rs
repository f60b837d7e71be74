//! Inputs 11, 12 and 16 to 18 of the list of hostile inputs, and whatever chance makes up.

use super::*;

fn malformed(body: impl AsRef<[u8]>) {
    let received = receive(body);
    assert!(matches!(received, Err(Rejected::Malformed(Malformed(_)))), "{received:?}");
}

#[test]
fn deep_and_broken_json_is_malformed() {
    malformed("[".repeat(100_000));
    malformed(fixture!("group_at").replace("\"font\": 14", &format!("\"font\": {}", "[".repeat(100_000))));
    let nested = |levels: usize| {
        let inner = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        fixture!("group_at").replace("\"font\": 14", &format!("\"font\": {inner}"))
    };
    assert_eq!(event(nested(63)).text, "签到 东风社区", "64 levels with the outermost");
    malformed(nested(64));
    // brackets in a text nest nothing
    assert_eq!(event(saying(json!("{".repeat(500)))).text, "{".repeat(500));
    assert_eq!(event(saying(json!(format!("\\\"{}", "[".repeat(500))))).text.len(), 502);
    malformed("");
    malformed("null");
    malformed("[]");
    malformed("{}");
    malformed(fixture!("group_at").replace("\"font\": 14", "\"font\": 1e999, \"time\": 1e999"));
    malformed(fixture!("group_at").replacen('{', "{\"user_id\": 1, ", 1));
    malformed(fixture!("group_at").replace("签到", "\\ud83d"));
    malformed(&fixture!("group_at")[..200]);
}

#[test]
fn other_encodings_are_malformed() {
    let body = fixture!("group_at");
    malformed(format!("\u{FEFF}{body}"));
    malformed(body.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    malformed(encoding_rs::GBK.encode(body).0);
    // in a string that nobody reads, too
    let at = body.find("raw_message\": \"").unwrap() + 15;
    malformed([&body.as_bytes()[..at], b"\xff", &body.as_bytes()[at..]].concat());
}

#[test]
fn a_null_character_is_replaced() {
    let mut body: Value = serde_json::from_str(fixture!("group_at")).unwrap();
    body["message"] =
        json!([{"type": "text", "data": {"text": "签\u{0}到"}}, {"type": "image", "data": {"file": "a\u{0}"}}]);
    body["sender"]["card"] = json!("样\u{0}例");
    let stored = serde_json::to_string(&event(body.to_string())).unwrap();
    assert!(stored.contains("签\u{FFFD}到") && !stored.contains("\\u0000"), "{stored}");
    assert_eq!(event(saying(json!("签\u{0}到"))).text, "签\u{FFFD}到");
}

#[test]
fn ids_outside_their_range_are_malformed_but_message_ids_may_be_negative() {
    let with = |key: &str, value: Value| {
        let mut body: Value = serde_json::from_str(fixture!("group_at")).unwrap();
        body[key] = value;
        body.to_string()
    };
    for key in ["user_id", "group_id", "self_id"] {
        for value in [json!(9_223_372_036_854_775_808_u64), json!(-5), json!(0), json!(1.5), json!("x"), json!([])] {
            malformed(with(key, value));
        }
    }
    malformed(with("message_id", json!(9_223_372_036_854_775_808_u64)));
    malformed(with("time", json!(i64::MAX)));
    assert_eq!(event(with("message_id", json!(i64::MIN))).dedupe_key, format!("10001000:{}", i64::MIN));
    assert_eq!(event(with("user_id", json!("00012345678"))).sender, "12345678", "one spelling for one person");
}

/// Inputs 16 to 18 of the list: typed in a text segment they are text, there and back.
#[test]
fn typed_codes_stay_text_on_the_way_in_and_out() {
    for typed in [
        "[CQ:at,qq=all]",
        "&#91;CQ:at,qq=all&#93;",
        "[CQ:image,file=file:///etc/passwd]",
        "<at user_id=\"all\"></at>",
        "<@all>",
        "@everyone",
        "[x](http://example.invalid)",
        "![](http://10.0.0.1/x)",
        "<img src=x onerror=alert(1)>",
        "{{7*7}}",
        "%s%n",
    ] {
        let event = event(saying(json!([{"type": "text", "data": {"text": typed}}])));
        assert_eq!(event.text, typed);
        assert!(!event.addressed && event.mentions.is_empty() && event.attachments.is_empty());
        let message = Message { parts: vec![Part::UserText(event.text)] };
        assert_eq!(encode::segments(&message, "qq"), [Segment::Text { text: typed.to_owned() }]);
    }
    // in a string message the implementation has escaped what was typed
    let escaped = event(saying(json!("&#91;CQ:at&#44;qq=10001000&#93;")));
    assert_eq!((escaped.text.as_str(), escaped.addressed), ("[CQ:at,qq=10001000]", false));
    let cut = event(saying(json!("签到[CQ:at,qq=10001000")));
    assert_eq!(cut.text, "签到[CQ:at,qq=10001000");
    // our answer to somebody's text-direction override does not carry it on
    assert_eq!(UserText::new("a\u{202E}b").as_str(), "ab");
}

#[test]
fn a_path_on_a_disk_is_no_reference() {
    let long = format!("https://example.invalid/{}", "x".repeat(3_000));
    for file in ["file:///etc/passwd", "base64://AAAA", "/etc/passwd", "..\\x", "javascript:x", long.as_str()] {
        let event = event(saying(json!([{"type": "image", "data": {"file": file}}])));
        assert_eq!(event.attachments[0].reference, "", "{file}");
    }
}

proptest! {
    #[test]
    fn no_body_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = receive(body);
    }

    #[test]
    fn no_message_makes_it_panic(message in "(\\[CQ:|at,qq=|[a-z&#;\\],=0-9]|\\PC){0,40}") {
        let _ = receive(saying(json!(message)));
    }
}
