//! A stored message in the words of a platform.

use super::before::up_to_date;
use crate::domain::message::Message;
use crate::seal::{Purpose, Seal, is_sealed};
use crate::store::{OutboxRow, RENDERED};
use crate::templates::Templates;

/// Renders a row's template for a platform; a reply that could not be given at once was rendered when it was stored.
///
/// # Errors
/// Why it cannot be written, without any of its words.
pub(super) fn message(
    templates: &Templates,
    seal: Option<&Seal>,
    row: &OutboxRow,
    platform: &str,
) -> Result<Message, String> {
    let unreadable = |what: &str| format!("消息写不出来：{what}");
    if row.template == RENDERED {
        // what was to be said in private is kept sealed
        let opened = match is_sealed(&row.context) {
            true => seal.and_then(|seal| seal.open(Purpose::Reply, &row.context).ok()),
            false => Some(row.context.clone()),
        };
        let opened = opened.ok_or_else(|| unreadable("sealed message"))?;
        return serde_json::from_str(&opened).map_err(|_| unreadable("stored message"));
    }
    let context = serde_json::from_str(&row.context).map_err(|_| unreadable("stored context"))?;
    let (template, context) = up_to_date(&row.template, context);
    templates.render_value(template, &context, platform).map_err(|fault| unreadable(&fault.to_string()))
}
