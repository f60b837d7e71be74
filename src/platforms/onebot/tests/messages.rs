//! What goes out.

use super::*;

fn mention(account: &str, id: &str) -> Part {
    Part::Mention(MentionOf { account: account.into(), external_id: id.into(), name: "样例".into() })
}

fn text(text: &str) -> Segment {
    Segment::Text { text: text.to_owned() }
}

#[test]
fn every_part_has_its_segment() {
    let message = Message {
        parts: vec![
            mention("qq", "12345678"),
            Part::Words(" 已记：".into()),
            Part::UserText("[CQ:at,qq=all]".into()),
            mention("feishu", "12345678"),
            mention("qq", "all"),
            Part::Link { text: "台账".into(), url: "https://example.invalid".into() },
            Part::Image { base64: "iVBORw0KGgo=".into(), alt: "图".into() },
        ],
    };
    let expected = json!([
        {"type": "at", "data": {"qq": "12345678"}},
        {"type": "text", "data": {"text": " 已记：[CQ:at,qq=all]@样例@样例台账 https://example.invalid"}},
        {"type": "image", "data": {"file": "base64://iVBORw0KGgo="}},
    ]);
    assert_eq!(serde_json::to_value(encode::segments(&message, "qq")).unwrap(), expected);
    let answer = onebot().answer(&event(fixture!("group_at")), Some(&message));
    assert_eq!(answer.status, StatusCode::OK);
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer, json!({"reply": expected, "at_sender": false}));
}

#[test]
fn saying_nothing_is_204() {
    let event = event(fixture!("group_at"));
    assert_eq!(onebot().answer(&event, None), HttpAnswer::empty());
    assert_eq!(onebot().answer(&event, Some(&Message::default())), HttpAnswer::empty());
}

#[test]
fn a_long_message_is_parted_between_lines() {
    let image = Segment::Image { file: "base64://A".into() };
    let parted = encode::pieces(vec![text("一二三\n四五\n六七八九十甲乙\n"), image.clone()], 6);
    assert_eq!(parted, [vec![text("一二三\n四五")], vec![text("六七八九十甲")], vec![text("乙\n"), image]]);
    assert_eq!(encode::pieces(vec![text("一二三四五六\n")], 6), [vec![text("一二三四五六")]]);
    assert!(encode::pieces(vec![text("\n\n")], 6).is_empty());
}

proptest! {
    #[test]
    fn what_was_typed_is_only_ever_text(typed in "(\\[CQ:at,qq=all\\]|[\\u{E000}-\\u{E00F}]|&#91;|\\PC|\\n){0,80}") {
        for typed in [typed.clone(), UserText::new(&typed).as_str().to_owned()] {
            let message = Message { parts: vec![Part::Words("答：".into()), Part::UserText(typed.clone())] };
            let segments = encode::segments(&message, "qq");
            prop_assert_eq!(&segments, &vec![text(&format!("答：{typed}"))]);
            for piece in encode::pieces(segments, 20) {
                let only_text = piece.iter().all(|segment| matches!(segment, Segment::Text { .. }));
                prop_assert!(only_text);
            }
        }
    }

    #[test]
    fn parting_loses_nothing_but_line_breaks(typed in "([a-c\\n]|\\PC){0,200}", longest in 1_usize..30) {
        let mut parted = String::new();
        for piece in encode::pieces(vec![text(&typed)], longest) {
            let [Segment::Text { text }] = piece.as_slice() else { panic!("{piece:?}") };
            prop_assert!(text.chars().filter(|c| *c != '\n').count() <= longest);
            parted.push_str(text);
        }
        prop_assert_eq!(parted.replace('\n', ""), typed.replace('\n', ""));
    }
}
