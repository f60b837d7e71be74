//! 问题清单 · 办结 · 上报

use super::{Answer, Ask};
use crate::error::Halt;
use crate::services::problems;

pub(super) async fn list(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let list = problems::list(ask.tx, &person).await?;
    ask.say(&list)
}

pub(super) async fn settle(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let settled = problems::settle(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&settled)
}

pub(super) async fn pass_up(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let passed = problems::pass_up(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&passed)
}
