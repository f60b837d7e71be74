//! Messages that come as a string with CQ codes, `[CQ:type,key=value]`: read, and never written.

use super::decode::{Data, Scalar, Segment, Segments};

/// Reads a string with CQ codes. What looks like a code and is none stays text.
pub(super) fn read(message: &str) -> Segments {
    let mut segments = Vec::new();
    let mut text = String::new();
    let mut rest = message;
    while let Some((before, code)) = rest.split_once("[CQ:") {
        let Some((code, after)) = code.split_once(']') else { break };
        text.push_str(before);
        push_text(&mut segments, &mut text);
        let mut fields = code.split(',');
        let kind = fields.next().unwrap_or_default().to_owned();
        let mut data = Data::default();
        for (key, value) in fields.filter_map(|field| field.split_once('=')) {
            data.set(key.trim(), unescape(value));
        }
        segments.push(Segment { kind, data: Some(data) });
        rest = after;
    }
    text.push_str(rest);
    push_text(&mut segments, &mut text);
    Segments(segments)
}

fn push_text(segments: &mut Vec<Segment>, text: &mut String) {
    if !text.is_empty() {
        let data = Data { text: Scalar::of(unescape(text)), ..Data::default() };
        segments.push(Segment { kind: "text".to_owned(), data: Some(data) });
        text.clear();
    }
}

/// Undoes the escaping of CQ strings. The ampersand comes last: `&amp;#91;` means the five characters `&#91;`.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&#91;", "[").replace("&#93;", "]").replace("&#44;", ",").replace("&amp;", "&")
}
