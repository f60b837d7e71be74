//! What is read from an event.

use super::*;

#[test]
fn a_message_to_the_bot_loses_the_mention_and_keeps_the_rest() {
    let event = event(fixture!("group_at"));
    assert_eq!(event.text, "签到 东风社区");
    assert!(event.addressed);
    assert_eq!(event.dedupe_key, "10001000:12345");
    assert_eq!(event.place, Place::Group("987654321".to_owned()));
    assert_eq!(event.sender, "12345678");
    assert_eq!(event.sender_name.as_deref(), Some("赵样例-东风社区"));
    assert_eq!(event.sent_at, then());
    assert_eq!(event.reply, ReplyRoute::Response);
    assert_eq!((event.account.as_str(), event.platform.as_str()), ("qq", "onebot"));
}

#[test]
fn quotes_mentions_and_attachments_are_found_among_the_segments() {
    let event = event(fixture!("group_rich"));
    assert_eq!(event.text, "走访 三户");
    assert_eq!(event.dedupe_key, "10001000:-2047");
    assert_eq!(event.quote.as_deref(), Some("-77"));
    assert_eq!(event.mentions, ["20002000"]);
    let kinds: Vec<_> = event.attachments.iter().map(|one| (one.kind, one.reference.as_str())).collect();
    assert_eq!(
        kinds,
        [(AttachmentKind::Image, "https://gchat.example.invalid/AB12"), (AttachmentKind::Other, "voice.amr")]
    );
}

#[test]
fn a_string_with_codes_reads_like_the_array() {
    let event = event(fixture!("group_cq"));
    assert_eq!(event.text, "提问 [第一部分] a&b");
    assert!(event.addressed);
    assert_eq!(event.attachments[0].reference, "http://baidu.com/?a=1&b=2,3");
}

#[test]
fn numbers_may_be_strings_and_a_lone_segment_needs_no_array() {
    assert_eq!(event(fixture!("group_numbers_as_strings")).dedupe_key, "10001000:12345");
    assert_eq!(event(saying(json!({"type": "text", "data": {"text": "帮助"}}))).text, "帮助");
    let bare = event(saying(json!([{"type": "shake"}, {"type": "shake", "data": null}])));
    assert_eq!(bare.text, "");
}

#[test]
fn a_private_message_is_private() {
    let event = event(fixture!("private"));
    assert_eq!(event.place, Place::Private);
    assert_eq!((event.text.as_str(), event.sender_name.as_deref()), ("我的", Some("小不点")));
}

#[test]
fn a_space_that_parts_two_words_survives_the_mention() {
    let at = |qq: &str| json!({"type": "at", "data": {"qq": qq}});
    let text = |text: &str| json!({"type": "text", "data": {"text": text}});
    assert_eq!(event(saying(json!([text("签到"), at("10001000"), text(" 东风社区")]))).text, "签到 东风社区");
    assert_eq!(event(saying(json!([text("签到 "), at("10001000"), text(" 东风社区")]))).text, "签到 东风社区");
    assert_eq!(event(saying(json!([text("签到 "), at("10001000")]))).text, "签到");
    assert_eq!(event(saying(json!([text(" 签到 ")]))).text, " 签到 ", "nothing was taken out");
    let all = event(saying(json!([at("all"), text(" 签到")])));
    assert!(!all.addressed && all.mentions.is_empty());
}

#[test]
fn what_concerns_nobody_is_ignored_by_name() {
    assert_eq!(ignored(fixture!("group_own")), "own");
    assert_eq!(ignored(fixture!("message_sent")), "own");
    assert_eq!(ignored(fixture!("group_anonymous")), "anonymous");
    assert_eq!(ignored(fixture!("heartbeat")), "heartbeat");
    assert_eq!(ignored(fixture!("lifecycle")), "lifecycle");
    assert_eq!(ignored(fixture!("group_increase")), "unknown");
    assert_eq!(ignored(fixture!("friend_request")), "unknown");
    assert_eq!(ignored(fixture!("group_recall_by_admin")), "recalled_by_another");
}

#[test]
fn a_recall_names_the_event_it_takes_back() {
    let recall = event(fixture!("group_recall"));
    assert_eq!(recall.kind, EventKind::Recall { dedupe_key: event(fixture!("group_at")).dedupe_key });
    assert!(recall.dedupe_key.starts_with("notice:") && recall.dedupe_key.len() == 7 + 64);
    assert_eq!(recall.dedupe_key, event(fixture!("group_recall")).dedupe_key, "a redelivery has the same key");
    let recall = event(fixture!("friend_recall"));
    assert_eq!(recall.kind, EventKind::Recall { dedupe_key: event(fixture!("private")).dedupe_key });
    assert_eq!(onebot().answer(&recall, Some(&Message::words("已撤回"))).status, StatusCode::NO_CONTENT);
}

#[test]
fn a_name_is_short_and_clean() {
    let mut body: Value = serde_json::from_str(fixture!("group_at")).unwrap();
    body["sender"] = json!({"card": " \u{202E}", "nickname": "样".repeat(60)});
    let name = event(body.to_string()).sender_name.unwrap();
    assert_eq!(name.chars().count(), 40);
    body["sender"] = Value::Null;
    assert_eq!(event(body.to_string()).sender_name, None);
}
