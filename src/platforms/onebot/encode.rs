//! Our messages as OneBot segments: the array form only, never a CQ string, so that nothing in a text is ever read as
//! a code. What a user typed goes out in `text` segments and nowhere else.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::message::{Message, Part};

/// The longest text of one message, in characters. There is no official number; QQ refuses somewhat above this.
pub(super) const LONGEST_TEXT: usize = 4_000;

/// A segment as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub(super) enum Segment {
    /// Text, shown as it is.
    Text {
        /// The text.
        text: String,
    },
    /// A mention.
    At {
        /// The QQ number.
        qq: String,
    },
    /// A picture.
    Image {
        /// `base64://…`
        file: String,
    },
}

/// A message as segments. `account` is the name of the account it goes through.
pub(super) fn segments(message: &Message, account: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    for part in &message.parts {
        match part {
            Part::Words(text) | Part::UserText(text) => push_text(&mut segments, text),
            // "all" is no number: nobody's id can make us call everybody
            Part::Mention(who) if who.account == account && is_number(&who.external_id) => {
                segments.push(Segment::At { qq: who.external_id.clone() });
            }
            Part::Mention(who) => push_text(&mut segments, &format!("@{}", who.name)),
            Part::Link { text, url } if text.is_empty() || text == url => push_text(&mut segments, url),
            Part::Link { text, url } => push_text(&mut segments, &format!("{text} {url}")),
            Part::Image { base64, alt } if base64.is_empty() => push_text(&mut segments, &format!("[图片：{alt}]")),
            Part::Image { base64, .. } => segments.push(Segment::Image { file: format!("base64://{base64}") }),
            // drawn before it comes here, or not at all: the words say the same
            Part::Chart(_) => {}
        }
    }
    segments
}

fn is_number(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|number| number > 0) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn push_text(segments: &mut Vec<Segment>, more: &str) {
    match segments.last_mut() {
        _ if more.is_empty() => {}
        Some(Segment::Text { text }) => text.push_str(more),
        _ => segments.push(Segment::Text { text: more.to_owned() }),
    }
}

/// The quick operation that answers an event; `None` where there is nothing to say.
///
/// An answer is one message however long it is: the quick operation has room for one.
pub(super) fn quick_operation(reply: &Message, account: &str) -> Option<Value> {
    let reply = segments(reply, account);
    // without `at_sender` the implementation would add a mention of its own
    (!reply.is_empty()).then(|| json!({ "reply": reply, "at_sender": false }))
}

/// Segments as one or several messages, none with more text than `longest`, parted between lines where that is
/// possible. A line longer than that is parted where it must be.
pub(super) fn pieces(segments: Vec<Segment>, longest: usize) -> Vec<Vec<Segment>> {
    let mut pieces = vec![Vec::new()];
    let mut used = 0;
    for segment in segments {
        let Segment::Text { text } = segment else {
            if let Some(piece) = pieces.last_mut() {
                piece.push(segment);
            }
            continue;
        };
        for line in text.split_inclusive('\n') {
            let length = line.trim_end_matches('\n').chars().count();
            if used > 0 && used + length > longest {
                pieces.push(Vec::new());
                used = 0;
            }
            for run in runs(line, longest) {
                if used > 0 && used + run.trim_end_matches('\n').chars().count() > longest {
                    pieces.push(Vec::new());
                    used = 0;
                }
                if let Some(piece) = pieces.last_mut() {
                    push_text(piece, run);
                }
                used += run.chars().count();
            }
        }
    }
    pieces.iter_mut().for_each(trim_end);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// A line in runs of at most so many characters, its line break not counted.
fn runs(line: &str, longest: usize) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(longest).map_or(rest.len(), |(at, _)| at);
        let end = if &rest[end..] == "\n" { rest.len() } else { end };
        let (run, after) = rest.split_at(end);
        rest = after;
        (!run.is_empty()).then_some(run)
    })
}

/// Takes line breaks off the end of a piece: they stood between it and the next.
fn trim_end(piece: &mut Vec<Segment>) {
    if let Some(Segment::Text { text }) = piece.last_mut() {
        text.truncate(text.trim_end_matches('\n').len());
        if text.is_empty() {
            piece.pop();
        }
    }
}
