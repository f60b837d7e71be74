//! Filling a survey in: in private, one question after another, to be stopped and taken up again. Anybody may, on the roster
//! or not.

use chrono::TimeDelta;

use super::{closes, find, mark_of, name_of, number_and_rest, option_lines, over, refuse, speaker_keys};
use crate::domain::dialogue::{OPEN_MINUTES, Signal, signal};
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::poll::answers::{Unread, read};
use crate::domain::poll::{Item, Poll, PollKind, Reply, Sort};
use crate::domain::text::normal;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::Rulebook;
use crate::services::questions::civil;
use crate::store::{Survey, Target, Tx};
use crate::templates::contexts::{SurveyAsk, SurveyDone, SurveyDoneBefore, SurveyInPrivate, SurveyPaused};

/// What the bot says next.
#[derive(Clone, Debug)]
pub enum Next {
    /// It asks.
    Ask(Box<SurveyAsk>),
    /// It asks elsewhere.
    InPrivate(SurveyInPrivate),
    /// All is answered and handed in.
    Done(SurveyDone),
    /// It waits.
    Paused(SurveyPaused),
}

/// Begins to fill one in, or goes on.
///
/// # Errors
/// Refuses a number that is no survey, one that is over, and one that this person has handed in.
pub async fn begin(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<Next, Halt> {
    let poll = find(tx, rules, speaker, chat, event, PollKind::Survey, number_and_rest(typed).0).await?;
    if !poll.is_open(event.sent_at) {
        return over(rules, event, &poll);
    }
    let mark = mark_of(rules, &poll, speaker, event)?;
    if tx.db().await?.has_answered(poll.id, &mark).await? {
        return refuse(rules, event, &SurveyDoneBefore { number: poll.number });
    }
    let replies = tx.db().await?.find_draft(poll.id, &mark).await?.unwrap_or_default();
    let resumed = !replies.is_empty();
    let survey = Survey { poll: poll.id, mark, replies };
    // one conversation at a time
    tx.end_dialogue(&event.account, &event.sender).await?;
    tx.pause_drafts(&event.account, &speaker_keys(rules, event)).await?;
    keep(tx, rules, event, &survey).await?;
    let Some(asked) = ask(&poll, &survey, None, Some(resumed)) else {
        return hand_in(tx, rules, speaker, event, &poll, &survey).await;
    };
    if event.place.is_private() {
        return Ok(Next::Ask(Box::new(asked)));
    }
    let target = Target::Address { account: event.account.clone(), group: None, user: event.sender.clone() };
    let terms = Terms {
        question: None,
        not_before: event.sent_at,
        valid_until: event.sent_at + TimeDelta::minutes(OPEN_MINUTES),
    };
    enqueue(tx, target, &asked, terms).await?;
    Ok(Next::InPrivate(SurveyInPrivate { number: poll.number }))
}

/// Takes what somebody says in private as the answer to what they were asked; `None` where nothing was asked.
///
/// # Errors
/// Refuses where the survey is over.
pub async fn answer(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<Option<Next>, Halt> {
    let keys = speaker_keys(rules, event);
    let found = tx.db().await?.find_survey_dialogue(&event.account, &keys, event.sent_at).await?;
    let Some(mut survey) = found else { return Ok(None) };
    let Some(poll) = tx.db().await?.find_poll_by_id(survey.poll).await? else { return Ok(None) };
    if !poll.is_open(event.sent_at) {
        return over(rules, event, &poll);
    }
    let Some(item) = poll.form.items.get(survey.replies.len()) else {
        return hand_in(tx, rules, speaker, event, &poll, &survey).await.map(Some);
    };
    let unread = match read_answer(item, &event.text) {
        Said::Reply(reply) => {
            if let Reply::Text(text) = &reply {
                // it is read by the secretary, and stands in the export
                civil(rules, event, text)?;
            }
            survey.replies.push(reply);
            None
        }
        Said::Back => {
            survey.replies.pop();
            None
        }
        Said::Stop => {
            tx.pause_drafts(&event.account, &keys).await?;
            return Ok(Some(Next::Paused(SurveyPaused { number: poll.number, closes: closes(tx, &poll) })));
        }
        Said::Unread(why) => Some(why.instead(&item.sort)),
    };
    match ask(&poll, &survey, unread, None) {
        Some(asked) => {
            keep(tx, rules, event, &survey).await?;
            Ok(Some(Next::Ask(Box::new(asked))))
        }
        None => hand_in(tx, rules, speaker, event, &poll, &survey).await.map(Some),
    }
}

/// What somebody says to a question.
#[derive(Debug, PartialEq)]
enum Said {
    Reply(Reply),
    Back,
    Stop,
    Unread(Unread),
}

/// Reads an answer. An option may be called 没有, so options come first; in a text 没有 is no answer.
fn read_answer(item: &Item, typed: &str) -> Said {
    let bare = normal(typed);
    let bare = bare.trim_matches(|c: char| !c.is_alphanumeric());
    if matches!(bare, "上一题" | "返回" | "回去") {
        return Said::Back;
    }
    if matches!(bare, "停" | "停下" | "先停" | "暂停" | "退出" | "以后再填") {
        return Said::Stop;
    }
    let signal = signal(typed).map(|signal| match signal {
        Signal::Done => Said::Stop,
        Signal::Skip => Said::Reply(Reply::Skipped),
    });
    let is_choice = matches!(item.sort, Sort::Choice { .. });
    match (read(item, &crate::domain::text::storable(typed)), signal) {
        (Ok(reply), _) if is_choice => Said::Reply(reply),
        (_, Some(said)) => said,
        (Ok(reply), None) => Said::Reply(reply),
        (Err(why), None) => Said::Unread(why),
    }
}

/// The next question; `None` where all are answered. `begins` says that the conversation starts here, and whether there
/// are answers from before.
fn ask(poll: &Poll, survey: &Survey, unread: Option<String>, begins: Option<bool>) -> Option<SurveyAsk> {
    let at = survey.replies.len();
    let item = poll.form.items.get(at)?;
    let how = match &item.sort {
        Sort::Choice { most: 1, .. } => "选一个，写前面的字母".to_owned(),
        Sort::Choice { options, most } if *most == options.len() => "可以选几个，写前面的字母，例如 AB".to_owned(),
        Sort::Choice { most, .. } => format!("最多选 {most} 个，写前面的字母，例如 AB"),
        Sort::Number => "写一个数字".to_owned(),
        Sort::Text => "想说什么就写什么".to_owned(),
    };
    Some(SurveyAsk {
        number: poll.number,
        title: UserText::new(&poll.form.title),
        instead: unread.unwrap_or_default(),
        first: begins.is_some(),
        resumed: begins == Some(true),
        anonymous: poll.is_anonymous(),
        at: at + 1,
        of: poll.form.items.len(),
        question: UserText::new(&item.text),
        options: option_lines(item.sort.options()),
        how,
    })
}

async fn keep(tx: &mut Tx, rules: &Rulebook, event: &InboundEvent, survey: &Survey) -> Result<(), Fault> {
    let until = event.sent_at + TimeDelta::minutes(OPEN_MINUTES);
    let speaker = speaker_keys(rules, event).into_iter().next().unwrap_or_default();
    Ok(tx.keep_draft(survey, &event.account, &speaker, until).await?)
}

async fn hand_in(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    poll: &Poll,
    survey: &Survey,
) -> Result<Next, Halt> {
    if !tx.hand_in(poll, &survey.mark, &name_of(speaker, event), &survey.replies).await? {
        return over(rules, event, poll);
    }
    let title = UserText::new(&poll.form.title);
    Ok(Next::Done(SurveyDone { number: poll.number, title, anonymous: poll.is_anonymous() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_before_signals_and_signals_before_words() {
        let item = |sort| Item { text: String::new(), sort };
        let options = vec!["有".to_owned(), "没有".to_owned()];
        let choice = item(Sort::Choice { options, most: 1 });
        assert_eq!(read_answer(&choice, "没有"), Said::Reply(Reply::Chosen(vec![1])));
        assert_eq!(read_answer(&choice, "跳过"), Said::Reply(Reply::Skipped));
        assert_eq!(read_answer(&choice, "上一题"), Said::Back);
        assert_eq!(read_answer(&choice, "都可以"), Said::Unread(Unread::NoOption));
        let text = item(Sort::Text);
        assert_eq!(read_answer(&text, "没有"), Said::Reply(Reply::Skipped));
        assert_eq!(read_answer(&text, "没有场地"), Said::Reply(Reply::Text("没有场地".into())));
        assert_eq!(read_answer(&text, "好了"), Said::Stop);
    }
}
