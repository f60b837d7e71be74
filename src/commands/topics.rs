//! 话题 · 负责 · 代理: where questions go

use super::{Answer, Ask};
use crate::error::Halt;
use crate::services::{deputies, topics};

/// 话题 12 就业 · 话题 忘记 医保 · 话题
pub(super) async fn topic(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let rest = ask.rest.trim();
    if rest.is_empty() {
        let shown = topics::show(ask.tx, ask.rules, &person, ask.event).await?;
        return ask.say_privately(&shown).await;
    }
    if let Some(word) = ["忘记", "忘掉", "忘了"].into_iter().find_map(|word| rest.strip_prefix(word)) {
        let done = topics::forget(ask.tx, ask.rules, &person, ask.event, word).await?;
        return ask.say(&done);
    }
    let done = topics::change(ask.tx, ask.rules, &person, ask.event, rest).await?;
    ask.say(&done)
}

/// 负责 就业 冯样例 · 负责
pub(super) async fn in_charge(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    if ask.rest.trim().is_empty() {
        let list = topics::in_charge(ask.tx, ask.rules, &person).await?;
        return ask.say(&list);
    }
    let done = topics::put_in_charge(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 取消负责 就业
pub(super) async fn out_of_charge(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = topics::take_out_of_charge(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 代理 李样例 到12月1日
pub(super) async fn deputy(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = deputies::set(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&done)
}

/// 结束代理
pub(super) async fn end_deputy(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let done = deputies::end(ask.tx, ask.rules, &person, ask.event).await?;
    ask.say(&done)
}
