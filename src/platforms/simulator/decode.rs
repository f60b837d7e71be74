//! What the page posts, as an event and as what the stage shall show.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::client::{Shown, Spot, Typed};
use super::{BOT_NAME, PLATFORM};
use crate::domain::event::{Attachment, AttachmentKind, EventKind, InboundEvent, Place, ReplyRoute};
use crate::domain::message::{MentionOf, Part};
use crate::domain::text::{printable, storable};
use crate::platforms::Malformed;

/// The bot's own id on this platform; nobody else can speak under it.
const BOT_ID: &str = "bot";

/// The longest id and name. The page makes ids of 36 characters.
const LONGEST_ID: usize = 128;

/// Pictures that can hold no script.
const PICTURES: &[&str] =
    &["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"];

/// The wire form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Posted {
    message_id: String,
    #[serde(default)]
    group: Option<String>,
    user: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    mentions_bot: bool,
    #[serde(default)]
    mentions: Vec<String>,
    #[serde(default)]
    quote: Option<String>,
    #[serde(default)]
    image: Option<String>,
    #[serde(default)]
    recall: Option<String>,
    #[serde(default)]
    sent_at: Option<DateTime<Utc>>,
}

/// Reads a verified body.
pub(super) fn decode(account: &str, body: &[u8], now: DateTime<Utc>) -> Result<(InboundEvent, Shown), Malformed> {
    let posted: Posted = serde_json::from_slice(body).map_err(|_| Malformed("not a message of the page"))?;
    let named = [Some(&posted.message_id), Some(&posted.user), posted.group.as_ref(), posted.recall.as_ref()];
    if !named.into_iter().flatten().chain(&posted.quote).chain(&posted.mentions).all(|id| is_id(id)) {
        return Err(Malformed("an id is empty, too long or unprintable"));
    }
    if posted.user == BOT_ID {
        return Err(Malformed("nobody speaks for the bot"));
    }
    if posted.name.chars().count() > LONGEST_ID {
        return Err(Malformed("the name is too long"));
    }
    let place = posted.group.clone().map_or(Place::Private, Place::Group);
    let sent_at = posted.sent_at.unwrap_or(now);
    let mut event = InboundEvent {
        account: account.to_owned(),
        platform: PLATFORM.to_owned(),
        dedupe_key: posted.message_id.clone(),
        place,
        sender: posted.user.clone(),
        sender_name: (!posted.name.is_empty()).then(|| storable(&posted.name)),
        kind: EventKind::Message,
        message_id: Some(posted.message_id.clone()),
        text: storable(&posted.text),
        addressed: posted.mentions_bot,
        mentions: posted.mentions.clone(),
        quote: posted.quote.clone(),
        attachments: Vec::new(),
        sent_at,
        reply: ReplyRoute::Response,
    };
    if let Some(recalled) = posted.recall {
        event.dedupe_key = format!("recall:{recalled}");
        event.kind = EventKind::Recall { dedupe_key: recalled.clone() };
        event.message_id = Some(recalled.clone());
        event.text.clear();
        return Ok((event, Shown::Recalled { id: recalled, by: posted.user }));
    }
    let image = posted.image.as_deref().map(picture).transpose()?;
    if image.is_some() {
        // by reference: the bytes stay on the stage and out of the inbox
        let reference = format!("{PLATFORM}:{}", posted.message_id);
        event.attachments.push(Attachment { kind: AttachmentKind::Image, reference });
    }
    let typed = Typed {
        id: posted.message_id.clone(),
        spot: Spot::of(&event.place, &posted.user),
        parts: parts(account, &posted, image),
        user: posted.user,
        name: printable(&posted.name),
        at: sent_at,
        mentions: posted.mentions,
        quote: posted.quote,
    };
    Ok((event, Shown::Typed(typed)))
}

fn is_id(id: &str) -> bool {
    !id.trim().is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control)
}

/// The base64 of a picture that is one.
fn picture(url: &str) -> Result<String, Malformed> {
    let data = PICTURES.iter().find_map(|prefix| url.strip_prefix(prefix));
    let data = data.ok_or(Malformed("not a picture in a data URL"))?;
    STANDARD.decode(data).map_err(|_| Malformed("the picture is not base64"))?;
    Ok(data.to_owned())
}

fn parts(account: &str, posted: &Posted, image: Option<String>) -> Vec<Part> {
    let mut parts = Vec::new();
    if posted.mentions_bot {
        parts.push(Part::Mention(MentionOf {
            account: account.to_owned(),
            external_id: BOT_ID.to_owned(),
            name: BOT_NAME.to_owned(),
        }));
        parts.push(Part::Words(" ".to_owned()));
    }
    let text = printable(&posted.text);
    if !text.is_empty() {
        parts.push(Part::UserText(text));
    }
    if let Some(base64) = image {
        parts.push(Part::Image { base64, alt: "图片".to_owned() });
    }
    parts
}
