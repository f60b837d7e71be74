//! 点赞 · 青年之声 · 邀请

use super::standing::{find_unit, unit_here};
use super::{Answer, Ask};
use crate::domain::message::UserText;
use crate::domain::numbered::number_only;
use crate::domain::permission::Who;
use crate::domain::text::normal;
use crate::error::Halt;
use crate::services::voice;
use crate::services::voice_report::{self, Desk, View, Wanted};
use crate::templates::contexts::{InviteUsage, VoiceUsage};

pub(super) async fn like(ask: Ask<'_>) -> Result<Answer, Halt> {
    let number = number_only(ask.rest);
    let liked = voice::like(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event, number).await?;
    ask.say(&liked)
}

/// 青年之声: for everybody; with a unit behind it, for those who oversee, that unit's figures of this month.
pub(super) async fn figures(ask: Ask<'_>) -> Result<Answer, Halt> {
    if ask.rest.contains(char::is_alphanumeric) && Who::Overseer.includes(ask.speaker) {
        return of_period(ask).await;
    }
    let figures = voice_report::of_all_time(ask.tx, ask.rules, ask.speaker, ask.chat, ask.event).await?;
    ask.say(&figures)
}

/// 本月, 话题 上月, 明细 本季 样例一镇: the figures of a period, for the one who asks alone.
pub(super) async fn of_period(ask: Ask<'_>) -> Result<Answer, Halt> {
    let directory = ask.tx.directory();
    let person = ask.person()?.clone();
    // the first word behind 青年之声 belongs to the command's own word, so it is read from the message
    let typed = normal(&ask.event.text);
    let wanted = Wanted::read(typed.split_once(VOICE).map_or("", |(_, behind)| behind));
    let unit = match wanted.unit {
        "" => unit_here(&ask, &directory, &person),
        name => match find_unit(&directory, &person, name) {
            Some(unit) => unit,
            None => {
                let children = directory.children(person.unit).iter().take(6);
                let known = children.map(|unit| UserText::new(directory.unit_name(*unit))).collect();
                return ask.refuse(&VoiceUsage { typed: UserText::short(name, 30), known });
            }
        },
    };
    let desk = Desk::read(ask.tx, ask.rules, ask.event, unit, wanted.stretch).await?;
    let rules = ask.rules;
    match wanted.view {
        View::Behind => ask.say_privately(&desk.behind(&directory)).await,
        view => ask.say_privately(&desk.figures(&directory, rules, view == View::Topics)).await,
    }
}

/// The word of both commands.
const VOICE: &str = "青年之声";

/// `钱样例 12`, or `钱样例 样例一镇 12` where there are several of the name.
pub(super) async fn invite(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let words: Vec<&str> = ask.rest.split_whitespace().collect();
    let (name, unit, number) = match words.as_slice() {
        [name, number] => (name, None, number),
        [name, unit, number] => (name, Some(*unit), number),
        _ => return ask.refuse(&InviteUsage {}),
    };
    let Some(number) = number_only(number) else { return ask.refuse(&InviteUsage {}) };
    let invited = voice::invite(ask.tx, ask.rules, &person, ask.event, name, unit, number).await?;
    ask.say(&invited)
}
