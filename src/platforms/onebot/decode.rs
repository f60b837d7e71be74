//! Events as OneBot implementations send them, read into ours.
//!
//! Implementations differ: numbers come as strings, a message comes as an array or as a string with CQ codes. Both are
//! read here. What is missing or of another type where we need it is malformed; where we do not, it is not there.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use sha2::{Digest, Sha256};

use super::cq;
use crate::domain::event::{Attachment, AttachmentKind, EventKind, InboundEvent, Place, ReplyRoute};
use crate::domain::message::UserText;
use crate::domain::text::storable;
use crate::platforms::{Malformed, Received};

/// The deepest nesting of JSON that is read.
pub(super) const DEEPEST: usize = 64;

/// The longest name of a sender, in characters.
const LONGEST_NAME: usize = 40;

/// The longest reference to an attachment, in bytes. A longer one is cut off altogether: half an address is none.
const LONGEST_REFERENCE: usize = 2048;

/// An event, as far as we look at it.
#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(default)]
    time: Scalar,
    #[serde(default)]
    self_id: Scalar,
    #[serde(default)]
    post_type: Scalar,
    #[serde(default)]
    message_type: Scalar,
    #[serde(default)]
    notice_type: Scalar,
    #[serde(default)]
    meta_event_type: Scalar,
    #[serde(default)]
    sub_type: Scalar,
    #[serde(default)]
    message_id: Scalar,
    #[serde(default)]
    group_id: Scalar,
    #[serde(default)]
    user_id: Scalar,
    #[serde(default)]
    operator_id: Scalar,
    anonymous: Option<IgnoredAny>,
    message: Option<Segments>,
    sender: Option<Sender>,
}

#[derive(Deserialize)]
struct Sender {
    #[serde(default)]
    card: Scalar,
    #[serde(default)]
    nickname: Scalar,
}

/// Reads the JSON.
pub(super) fn parse(body: &[u8]) -> Result<Event, Malformed> {
    // checked as a whole, because serde_json does not look into strings that it skips
    let text = std::str::from_utf8(body).map_err(|_| Malformed("not UTF-8"))?;
    if depth(body) > DEEPEST {
        return Err(Malformed("nested too deeply"));
    }
    serde_json::from_str(text).map_err(|_| Malformed("not an event in JSON"))
}

/// How deep the JSON is nested, told without recursion.
pub(super) fn depth(json: &[u8]) -> usize {
    let (mut deepest, mut now, mut in_string, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_string => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

impl Event {
    /// When it happened, by the implementation's clock.
    pub(super) fn sent_at(&self) -> Result<DateTime<Utc>, Malformed> {
        let seconds = self.time.number().ok_or(Malformed("no time"))?;
        DateTime::from_timestamp(seconds, 0).ok_or(Malformed("no time"))
    }

    /// What it means to us. `body` is what it was read from.
    pub(super) fn received(self, account: &str, body: &[u8]) -> Result<Received, Malformed> {
        match self.post_type.as_str() {
            "message" => self.message(account),
            "message_sent" => Ok(Received::Ignored("own")),
            "notice" => self.notice(account, body),
            "meta_event" => Ok(Received::Ignored(match self.meta_event_type.as_str() {
                "heartbeat" => "heartbeat",
                "lifecycle" => "lifecycle",
                _ => "unknown",
            })),
            "" => Err(Malformed("no post_type")),
            _ => Ok(Received::Ignored("unknown")),
        }
    }

    fn message(self, account: &str) -> Result<Received, Malformed> {
        let place = match self.message_type.as_str() {
            "group" => Place::Group(id(&self.group_id, "no group_id")?),
            "private" => Place::Private,
            _ => return Ok(Received::Ignored("unknown")),
        };
        let self_id = id(&self.self_id, "no self_id")?;
        if self.anonymous.is_some() || self.sub_type.as_str() == "anonymous" {
            return Ok(Received::Ignored("anonymous"));
        }
        // a line of the system's, which nobody said
        if !place.is_private() && self.sub_type.as_str() == "notice" {
            return Ok(Received::Ignored("notice"));
        }
        let sender = id(&self.user_id, "no user_id")?;
        if sender == self_id {
            return Ok(Received::Ignored("own"));
        }
        let message_id = self.message_id.number().ok_or(Malformed("no message_id"))?;
        let sent_at = self.sent_at()?;
        let content = Content::of(self.message.ok_or(Malformed("no message"))?, &self_id);
        Ok(Received::Event(Box::new(InboundEvent {
            account: account.to_owned(),
            platform: super::NAME.to_owned(),
            dedupe_key: message_key(&self_id, message_id),
            place,
            sender,
            sender_name: self.sender.and_then(Sender::name),
            kind: EventKind::Message,
            message_id: Some(message_id.to_string()),
            text: content.text,
            addressed: content.addressed,
            mentions: content.mentions,
            quote: content.quote,
            attachments: content.attachments,
            sent_at,
            reply: ReplyRoute::Response,
        })))
    }

    fn notice(self, account: &str, body: &[u8]) -> Result<Received, Malformed> {
        let place = match self.notice_type.as_str() {
            "group_recall" => Place::Group(id(&self.group_id, "no group_id")?),
            "friend_recall" => Place::Private,
            _ => return Ok(Received::Ignored("unknown")),
        };
        let self_id = id(&self.self_id, "no self_id")?;
        let sender = id(&self.user_id, "no user_id")?;
        if sender == self_id {
            return Ok(Received::Ignored("own"));
        }
        // what an administrator takes off the screen still happened: only one's own word can be taken back
        if !place.is_private() && id(&self.operator_id, "no operator_id")? != sender {
            return Ok(Received::Ignored("recalled_by_another"));
        }
        let message_id = self.message_id.number().ok_or(Malformed("no message_id"))?;
        Ok(Received::Event(Box::new(InboundEvent {
            account: account.to_owned(),
            platform: super::NAME.to_owned(),
            dedupe_key: format!("notice:{}", hex::encode(Sha256::digest(body))),
            place,
            sender,
            sender_name: None,
            kind: EventKind::Recall { dedupe_key: message_key(&self_id, message_id) },
            message_id: Some(message_id.to_string()),
            text: String::new(),
            addressed: false,
            mentions: Vec::new(),
            quote: None,
            attachments: Vec::new(),
            sent_at: self.sent_at()?,
            // notices have no quick operation: whatever is said to one must be sent
            reply: ReplyRoute::Outbox,
        })))
    }
}

/// Message ids are unique within a QQ number.
fn message_key(self_id: &str, message_id: i64) -> String {
    format!("{self_id}:{message_id}")
}

/// A QQ number or a group's number, in its one spelling.
fn id(scalar: &Scalar, missing: &'static str) -> Result<String, Malformed> {
    scalar.number().filter(|number| *number > 0).map(|number| number.to_string()).ok_or(Malformed(missing))
}

impl Sender {
    fn name(self) -> Option<String> {
        [self.card, self.nickname]
            .iter()
            .map(|name| UserText::short(name.as_str().trim(), LONGEST_NAME).as_str().trim().to_owned())
            .find(|name| !name.is_empty())
    }
}

/// What a message says, taken apart.
#[derive(Default)]
struct Content {
    text: String,
    addressed: bool,
    mentions: Vec<String>,
    quote: Option<String>,
    attachments: Vec<Attachment>,
}

impl Content {
    fn of(segments: Segments, self_id: &str) -> Self {
        let mut content = Self::default();
        let (mut mention_before, mut mention_anywhere) = (false, false);
        for Segment { kind, data } in segments.0 {
            let data = data.unwrap_or_default();
            match kind.as_str() {
                "text" => {
                    let mut text = data.text.as_str();
                    // QQ puts a space behind a mention; it goes with it, unless it parts two words
                    if mention_before && (content.text.is_empty() || content.text.ends_with(char::is_whitespace)) {
                        text = text.strip_prefix(' ').unwrap_or(text);
                    }
                    content.text.push_str(text);
                    mention_before = false;
                }
                "at" => {
                    (mention_before, mention_anywhere) = (true, true);
                    // "all" is no number: it means nobody in particular
                    match data.qq.number().map(|number| number.to_string()) {
                        Some(whom) if whom == self_id => content.addressed = true,
                        Some(whom) if !content.mentions.contains(&whom) => content.mentions.push(whom),
                        _ => {}
                    }
                }
                "reply" => content.quote = content.quote.or(data.id.number().map(|number| number.to_string())),
                "image" => content.attachments.push(data.attachment(AttachmentKind::Image)),
                "record" | "video" | "file" => content.attachments.push(data.attachment(AttachmentKind::Other)),
                // faces, shares, forwards: nothing we could read
                _ => {}
            }
        }
        if mention_anywhere {
            content.text = content.text.trim().to_owned();
        }
        content
    }
}

/// A message, whichever way it came.
#[derive(Debug, Default)]
pub(super) struct Segments(pub(super) Vec<Segment>);

/// A piece of a message.
#[derive(Debug, Deserialize)]
pub(super) struct Segment {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) data: Option<Data>,
}

/// What the segments we read can hold.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Data {
    #[serde(default)]
    pub(super) text: Scalar,
    #[serde(default)]
    pub(super) qq: Scalar,
    #[serde(default)]
    pub(super) id: Scalar,
    #[serde(default)]
    pub(super) file: Scalar,
    #[serde(default)]
    pub(super) url: Scalar,
}

impl Data {
    /// The address, or else the name. A path on somebody's disk or a `base64://` is neither, and is not kept.
    fn attachment(&self, kind: AttachmentKind) -> Attachment {
        let plain = |reference: &&str| {
            let address = reference.starts_with("http://") || reference.starts_with("https://");
            let name = !reference.contains(['/', ':', '\\']);
            !reference.is_empty() && reference.len() <= LONGEST_REFERENCE && (address || name)
        };
        let reference = [self.url.as_str(), self.file.as_str()].into_iter().find(plain).unwrap_or_default();
        Attachment { kind, reference: reference.to_owned() }
    }

    /// Sets the field of this name, where it is one we read.
    pub(super) fn set(&mut self, key: &str, value: String) {
        let field = match key {
            "text" => &mut self.text,
            "qq" => &mut self.qq,
            "id" => &mut self.id,
            "file" => &mut self.file,
            "url" => &mut self.url,
            _ => return,
        };
        *field = Scalar::of(value);
    }
}

impl<'de> Deserialize<'de> for Segments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Segments;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a message as an array or a string")
            }

            fn visit_str<E>(self, message: &str) -> Result<Segments, E> {
                Ok(cq::read(&storable(message)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Segments, A::Error> {
                let mut segments = Vec::new();
                while let Some(segment) = seq.next_element()? {
                    segments.push(segment);
                }
                Ok(Segments(segments))
            }

            // the standard allows a message of one segment without the array around it
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Segments, A::Error> {
                Ok(Segments(vec![Segment::deserialize(MapAccessDeserializer::new(map))?]))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A text or a whole number, whichever it was written as. Anything else counts as absent.
#[derive(Debug, Default)]
pub(super) struct Scalar(Option<String>);

impl Scalar {
    /// This text.
    pub(super) fn of(text: String) -> Self {
        Self(Some(text))
    }

    /// The text; empty where there is none.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// The number, where it is one of 64 bits.
    pub(super) fn number(&self) -> Option<i64> {
        self.as_str().parse().ok()
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(Some(storable(text))))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar(Some(number.to_string())))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar(Some(number.to_string())))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }

            fn visit_unit<E>(self) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
