//! 问题清单 · 办结 · 上报 · 在办 · 转办 · 批示 · 归并 · 分开 · 列入

use super::{Answer, Ask};
use crate::error::Halt;
use crate::services::problems::{self, Shown};

pub(super) async fn list(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    match problems::list(ask.tx, ask.rules, &person, ask.event, ask.rest).await? {
        Shown::List(list) => ask.say(&list),
        // it names those who reported it
        Shown::Entry(entry) => ask.say_privately(entry.as_ref()).await,
    }
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

pub(super) async fn take_in_hand(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let moved = problems::take_in_hand(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&moved)
}

pub(super) async fn transfer(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let moved = problems::transfer(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&moved)
}

pub(super) async fn instruct(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let instructed = problems::instruct(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&instructed)
}

pub(super) async fn merge(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let merged = problems::merge(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&merged)
}

pub(super) async fn split(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let split = problems::split(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&split)
}

pub(super) async fn list_question(ask: Ask<'_>) -> Result<Answer, Halt> {
    let person = ask.person()?.clone();
    let listed = problems::list_question(ask.tx, ask.rules, &person, ask.event, ask.rest).await?;
    ask.say(&listed)
}
