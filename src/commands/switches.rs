//! 推迟 · 提醒 · 回执 · 名单: how much the bot says, to one person and in one group

use super::{Answer, Ask};
use crate::domain::people::{Receipts, Role};
use crate::domain::permission::reaches;
use crate::error::Halt;
use crate::services::snoozing;
use crate::store::ChatSwitch;
use crate::templates::contexts::{NotAllowed, StrangeGroup, SwitchUsage, Switched};

/// What can follow 提醒; first what means yes.
pub(super) const ON_OFF: &[&str] = &["开", "打开", "开启", "关", "关闭", "关掉"];
/// What can follow 回执.
pub(super) const RECEIPTS: &[&str] = &["完整", "详细", "简短", "简单", "私聊", "私发"];
/// What can follow 名单; first what means yes.
pub(super) const OPEN_CLOSED: &[&str] = &["公开", "公布", "不公开", "不公布"];

/// Puts one's own reminders off.
pub(super) async fn snooze(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let snoozed = snoozing::put_off(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&snoozed)
}

pub(super) async fn reminders(ask: Ask<'_>) -> Result<Answer, Halt> {
    let switch = match place_of(&ask, ON_OFF) {
        Some(at) if at < 3 => Some((ChatSwitch::Reminders(true), "开", "关")),
        Some(_) => Some((ChatSwitch::Reminders(false), "关", "开")),
        None => None,
    };
    turn(ask, "提醒", "“开”或“关”", switch).await
}

pub(super) async fn receipts(ask: Ask<'_>) -> Result<Answer, Halt> {
    let switch = place_of(&ask, RECEIPTS).and_then(|at| RECEIPTS.get(at)).and_then(|word| Receipts::read(word));
    let switch = switch.map(|how| {
        let other = if how == Receipts::Full { Receipts::Short } else { Receipts::Full };
        (ChatSwitch::Receipts(how), how.title(), other.title())
    });
    turn(ask, "回执", "“完整”“简短”或“私聊”", switch).await
}

pub(super) async fn list(ask: Ask<'_>) -> Result<Answer, Halt> {
    let switch = match place_of(&ask, OPEN_CLOSED) {
        Some(at) if at < 2 => Some((ChatSwitch::ListMissing(true), "公开", "不公开")),
        Some(_) => Some((ChatSwitch::ListMissing(false), "不公开", "公开")),
        None => None,
    };
    turn(ask, "名单", "“公开”或“不公开”", switch).await
}

/// Which of the words was typed.
fn place_of(ask: &Ask<'_>, words: &[&str]) -> Option<usize> {
    let typed = crate::domain::text::normal(ask.rest);
    let typed = typed.trim_matches(|c: char| !c.is_alphanumeric());
    words.iter().position(|word| *word == typed)
}

/// Turns a switch of the group, for a secretary whose authority reaches it.
async fn turn(
    ask: Ask<'_>,
    word: &str,
    choices: &str,
    switch: Option<(ChatSwitch, &str, &str)>,
) -> Result<Answer, Halt> {
    let Some(chat) = ask.chat else { return ask.refuse(&StrangeGroup {}) };
    let person = ask.person()?;
    if !person.roles.contains(&Role::Secretary) || !reaches(&ask.tx.directory(), person, chat.unit) {
        return ask.refuse(&NotAllowed { word: word.to_owned(), who: "本群所属团组织的书记".to_owned() });
    }
    let Some((switch, now, back)) = switch else {
        return ask.refuse(&SwitchUsage { word: word.to_owned(), choices: choices.to_owned() });
    };
    ask.tx.turn_switch(chat.id, switch).await?;
    ask.say(&Switched { word: word.to_owned(), now: now.to_owned(), back: back.to_owned() })
}
