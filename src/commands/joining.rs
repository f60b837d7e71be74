//! 绑定 · 绑定本群

use super::{Answer, Ask};
use crate::error::Halt;
use crate::services::joining;
use crate::templates::contexts::{CodeMissing, WrongPlace};

pub(super) async fn bind_person(ask: Ask<'_>) -> Result<Answer, Halt> {
    if ask.rest.is_empty() {
        return ask.refuse(&CodeMissing { word: "绑定".to_owned() });
    }
    let bound = joining::bind_person(ask.tx, ask.rules, ask.event, ask.rest).await?;
    ask.say(&bound)
}

pub(super) async fn bind_chat(ask: Ask<'_>) -> Result<Answer, Halt> {
    let Some(group) = ask.event.place.group() else {
        return ask.refuse(&WrongPlace { word: "绑定本群".to_owned(), place: "群".to_owned() });
    };
    if ask.rest.is_empty() {
        return ask.refuse(&CodeMissing { word: "绑定本群".to_owned() });
    }
    let bound = joining::bind_chat(ask.tx, ask.rules, ask.event, group, ask.rest).await?;
    ask.say(&bound)
}
