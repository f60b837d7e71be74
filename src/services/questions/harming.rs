//! Words that hurt are held until a person has looked. A cry for help is taken in at once, at any hour, and nobody reads it
//! but those who can help.
//!
//! What is looked at is what was typed, before anything hides the asker: a cry that comes without a name is made known at
//! once, and does not wait for the next hour as other questions without a name do.

use chrono::{DateTime, TimeDelta, Utc};

use super::after::MOST_WITH_ADDED;
use super::asking::{Asking, TakenIn, asker_of, open, route, unit_for};
use super::telling::{acting, answerer_targets, opens, turn_targets};
use super::{NEWS_VALID, asker_keys, find_in_charge, is_asker, refuse, take};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::harm::{Danger, Harm};
use crate::domain::message::UserText;
use crate::domain::policy::URGENT;
use crate::domain::question::{Asker, Life, Question, State, Step, Visibility};
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::services::{Rulebook, anonymity, open_days, topics};
use crate::store::{NewQuestion, Taken, Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{
    HeldQuestion, QuestionReleased, QuestionUsage, RephraseAnswer, UrgentQuestion, UrgentTaken,
};

/// For so long, what somebody who cried for help says to the bot alone belongs to their cry.
const ONE_CRY: TimeDelta = TimeDelta::hours(24);

/// So often those who can help are told of one cry …
const TOLD_AT_ONCE: usize = 2;

/// … within so long; what is said beyond that comes together in the next message.
const TOLD_WITHIN: TimeDelta = TimeDelta::minutes(5);

/// What danger the words of a text are a sign of.
pub fn danger_in(rules: &Rulebook, typed: &str) -> Option<Danger> {
    match rules.harm.look(typed) {
        Harm::Urgent { kind, .. } => Some(kind),
        Harm::Hurtful { .. } | Harm::Fine => None,
    }
}

/// Whether a question is a cry for help. Its class alone does not say so: a policy may call a topic urgent.
pub(in crate::services) fn is_cry(rules: &Rulebook, question: &Question) -> bool {
    let life = &question.life;
    life.class == URGENT && life.visibility == Visibility::Private && danger_in(rules, &question.text).is_some()
}

/// Refuses words of ours that hurt.
///
/// # Errors
/// A refusal that asks for other words.
pub(in crate::services) fn civil(rules: &Rulebook, event: &InboundEvent, text: &str) -> Result<(), Halt> {
    if rules.harm.hurts(text) {
        return refuse(rules, event, &RephraseAnswer {});
    }
    Ok(())
}

/// Tells those who answer for the unit that the words of a question wait for somebody to look at them. The words themselves
/// are shown to who asks for them, in private.
///
/// # Errors
/// The database's.
pub(super) async fn tell_held(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    tx.count("tuanqing_questions_held_total", None);
    let directory = tx.directory();
    let not_before = opens(&directory, rules, question, at);
    let meant = answerer_targets(&directory, question.life.holder, at);
    for target in acting(tx.db().await?, &directory, rules, meant, at).await? {
        let notice = HeldQuestion { number: question.number };
        let terms = Terms { question: None, not_before, valid_until: not_before + NEWS_VALID };
        enqueue(tx, target, &notice, terms).await?;
    }
    Ok(())
}

/// 放行 12: somebody has looked at the words of a question, and it goes its way. It was asked when it was asked.
///
/// # Errors
/// Refuses what is not theirs and what is not held.
pub async fn release(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionReleased, Halt> {
    let (question, _) = find_in_charge(tx, rules, person, event, typed, QuestionUsage::release()).await?;
    let at = event.sent_at;
    let taken = Taken { by: Some(person.id), at, detail: "" };
    let released = take(tx, rules, &question, &Step::Release, taken, &event.platform).await?;
    tx.drop_notices_of(question.id, at).await?;
    let chat = question.chat.and_then(|id| tx.directory().chat(id).cloned());
    let session = match (open_days::running(tx, chat.as_ref(), at).await?, &chat) {
        // it was asked for one that is still to come
        (None, Some(chat)) if !released.life.is_owed(at) => tx.db().await?.find_announced_session(chat.id).await?,
        (session, _) => session,
    };
    if let Some(session) = &session {
        tx.collect_question(session.id, question.id).await?;
    }
    let released = match &session {
        None => super::asking::restarted(tx, rules, &released, at).await?,
        Some(_) => released,
    };
    let opened = match &session {
        Some(session) => {
            if session.began_at <= at {
                open_days::went_on_to(tx, session, at).await?;
            }
            released
        }
        // who has just read it need not be told of it
        None => open(tx, rules, &released, chat.as_ref(), at, Some(person.id)).await?,
    };
    let assignee = opened.life.assignee.and_then(|(id, _)| tx.directory().person(id).cloned());
    let to = assignee.filter(|one| one.id != person.id).map(|one| UserText::new(&one.name));
    Ok(QuestionReleased { number: question.number, to })
}

/// Takes what somebody said to the bot as a cry for help, where its words are signs of danger, whatever else it looks like.
///
/// # Errors
/// The database's; where no unit can be told, a refusal that names whom to call.
pub async fn take_cry(tx: &mut Tx, rules: &Rulebook, asking: Asking<'_>) -> Result<Option<TakenIn>, Halt> {
    match danger_in(rules, asking.typed) {
        Some(kind) => take_in(tx, rules, asking, kind).await.map(Some),
        None => Ok(None),
    }
}

/// Takes what somebody who cried for help says to the bot alone afterwards as part of it: they are not to be met by a menu.
///
/// # Errors
/// The database's.
pub async fn more_of_cry(tx: &mut Tx, rules: &Rulebook, asking: Asking<'_>) -> Result<Option<TakenIn>, Halt> {
    if !asking.event.place.is_private() {
        return Ok(None);
    }
    let Asking { speaker, event, .. } = asking;
    match open_cry(tx, rules, &asking).await? {
        // what is said after asking without a name is not to bear one
        Some(question)
            if question.asker.alias().is_none()
                && anonymity::asked_since(tx, rules, speaker, event, question.asked_at).await? =>
        {
            Ok(None)
        }
        Some(question) => add_to_cry(tx, rules, &asking, question, None).await.map(Some),
        None => Ok(None),
    }
}

/// A cry for help: for those who answer for the unit and for the one above, at once, and for nobody else.
pub(super) async fn take_in(tx: &mut Tx, rules: &Rulebook, asking: Asking<'_>, kind: Danger) -> Result<TakenIn, Halt> {
    tx.count("tuanqing_questions_urgent_total", Some(("kind", kind.code())));
    let Asking { speaker, chat, event, veil, .. } = asking;
    if let Some(question) = open_cry(tx, rules, &asking).await? {
        return add_to_cry(tx, rules, &asking, question, Some(kind)).await;
    }
    let directory = tx.directory();
    let unit = veil.map(|veil| veil.unit).or_else(|| unit_for(&directory, speaker, chat, &event.account));
    let Some(unit) = unit.or(directory.roots().first().copied()) else {
        return refuse(rules, event, &UrgentTaken::of(0, rules.policy.words().hotlines));
    };
    // however long it is, and however many questions they have open: it is not turned away
    let text: String = storable(asking.typed.trim()).chars().take(MOST_WITH_ADDED).collect();
    let learned = rules.learned.of(topics::root_of(&directory, unit));
    let class = rules.policy.questions.class(URGENT);
    let outlook = rules.outlook(directory.zone_of(unit));
    let at = event.sent_at;
    let mut life = Life::new(State::Asked, unit, Visibility::Private, URGENT, class.minutes(), at, &outlook);
    life.topic = rules.topics.classify(&text, &learned).map(|sorted| sorted.topic.key.clone());
    let question = tx
        .insert_question(NewQuestion {
            number: veil.map(|veil| veil.number),
            unit,
            chat: chat.map(|chat| chat.id).filter(|_| veil.is_none()),
            asker: asker_of(&asking),
            text,
            asked_at: at,
            life,
        })
        .await?;
    if let (Some(message_id), None, true) = (&event.message_id, veil, event.place.is_private()) {
        // in a group nobody is to answer it by quoting it there
        tx.note_quotable(&event.account, message_id, question.id).await?;
    }
    let question = route(tx, rules, &question, at).await?;
    let words = question.text.clone();
    tell_of_cry(tx, rules, &question, Some(kind), &words, false, at).await?;
    heard(tx, rules, &asking, question, false).await
}

/// The asker's own cry for help of the last day, while it is not closed.
async fn open_cry(tx: &mut Tx, rules: &Rulebook, asking: &Asking<'_>) -> Result<Option<Question>, Fault> {
    let since = asking.event.sent_at - ONE_CRY;
    let keys = match asking.veil {
        Some(veil) => vec![veil.asker.who()],
        None => asker_keys(rules, asking.speaker, asking.event),
    };
    let mut latest: Option<Question> = None;
    for who in keys {
        let own = tx.db().await?.list_questions_of(&who, 5).await?;
        let found = own.into_iter().find(|question| {
            let is_open = matches!(question.life.state, State::Asked | State::Waiting | State::Answered);
            is_open && question.asked_at >= since && is_cry(rules, question)
        });
        latest = [latest, found].into_iter().flatten().max_by_key(|question| question.asked_at);
    }
    let mine = |question: &Question| asking.veil.is_some() || is_asker(rules, asking.speaker, asking.event, question);
    Ok(latest.filter(mine))
}

async fn add_to_cry(
    tx: &mut Tx,
    rules: &Rulebook,
    asking: &Asking<'_>,
    question: Question,
    kind: Option<Danger>,
) -> Result<TakenIn, Halt> {
    let at = asking.event.sent_at.max(question.asked_at);
    let words = storable(asking.typed.trim());
    let taken = Taken { by: question.asker.person(), at, detail: &words };
    let more = take(tx, rules, &question, &Step::Add, taken, &asking.event.platform).await?;
    let text: String = format!("{}\n补充：{words}", question.text).chars().take(MOST_WITH_ADDED).collect();
    let more = Question { text, ..more };
    tx.reword_question(&more).await?;
    let due = next_told(tx, &more, at).await?;
    // what comes together says all of it, in place of what waits already
    let shown = if due > at { &more.text } else { &words };
    if due > at {
        tx.drop_later_notices(question.id, UrgentQuestion::KEY, at).await?;
    }
    tell_of_cry(tx, rules, &more, kind, shown, true, due).await?;
    heard(tx, rules, asking, more, true).await
}

/// When those who can help hear what was just said by somebody who had cried for help: at once, as long as they were not told
/// again and again within these minutes. Nobody who is called at night is to be rung at for every line.
async fn next_told(tx: &mut Tx, question: &Question, at: DateTime<Utc>) -> Result<DateTime<Utc>, Fault> {
    let events = tx.db().await?.list_question_events(question.id).await?;
    let added = events.iter().filter(|event| event.step == Step::Add.code()).map(|event| event.at);
    let said: Vec<DateTime<Utc>> = std::iter::once(question.asked_at).chain(added).collect();
    Ok(told_at(&said).last().copied().unwrap_or(at))
}

/// The instants at which people are told of what was said at these: what is said while something waits goes with that.
fn told_at(said: &[DateTime<Utc>]) -> Vec<DateTime<Utc>> {
    let mut told: Vec<DateTime<Utc>> = Vec::new();
    for at in said {
        if told.last().is_some_and(|last| last > at) {
            continue;
        }
        let before = told.len().checked_sub(TOLD_AT_ONCE).and_then(|before| told.get(before));
        told.push(before.map_or(*at, |before| (*before + TOLD_WITHIN).max(*at)));
    }
    told
}

/// What the asker hears: in private, who can be called. In a group only that something comes in private.
async fn heard(
    tx: &mut Tx,
    rules: &Rulebook,
    asking: &Asking<'_>,
    question: Question,
    more: bool,
) -> Result<TakenIn, Halt> {
    let event = asking.event;
    let alias = question.asker.alias().map(str::to_owned);
    let said = UrgentTaken { more, alias, ..UrgentTaken::of(question.number, rules.policy.words().hotlines) };
    if event.place.is_private() {
        return Ok(TakenIn::Urgent(question, said));
    }
    let alone = Target::Address { account: event.account.clone(), group: None, user: event.sender.clone() };
    let terms = Terms { question: None, not_before: event.sent_at, valid_until: event.sent_at + NEWS_VALID };
    enqueue(tx, alone, &said, terms).await?;
    Ok(TakenIn::Urgent(question, UrgentTaken { elsewhere: true, ..said }))
}

/// Tells everybody who can help, at any hour: who answers for the unit, for the one above, whoever takes the topic, and who
/// stands in for one of them.
async fn tell_of_cry(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    kind: Option<Danger>,
    words: &str,
    more: bool,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let directory = tx.directory();
    let mut told = who_can_help(tx, rules, question, at).await?;
    for target in who_can_help_above(tx, rules, question, 1, at).await? {
        if !told.contains(&target) {
            told.push(target);
        }
    }
    let chat = question.chat.and_then(|id| directory.chat(id));
    let (name, known) = match &question.asker {
        Asker::Known(address) => (address.name.as_str(), true),
        Asker::Sealed { alias, .. } => (alias.as_str(), false),
    };
    for target in told {
        // a group of cadres is told that there is something, not what
        let look = matches!(target, Target::Chat(_));
        let notice = UrgentQuestion {
            number: question.number,
            kind: kind.map(Danger::title),
            text: if look { UserText::default() } else { UserText::new(words) },
            look,
            from: UserText::short(chat.map_or("私聊", |chat| chat.name.as_str()), 30),
            name: if look || !known { UserText::default() } else { UserText::short(name, 20) },
            alias: (!known).then(|| name.to_owned()),
            more,
        };
        let terms = Terms { question: Some(question.id), not_before: at, valid_until: at + NEWS_VALID };
        enqueue(tx, target, &notice, terms).await?;
    }
    Ok(())
}

/// Who is told of a cry for help: whoever has it, who answers for the unit, and who stands in for one of them. Who is away hears
/// of it as well.
pub(super) async fn who_can_help(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<Vec<Target>, Fault> {
    let meant = answerer_targets(&tx.directory(), question.life.holder, at);
    let first = turn_targets(tx, rules, question, at).await?;
    and_deputies(tx, rules, question, first, meant, at).await
}

/// The same of so many units above the one that answers.
pub(super) async fn who_can_help_above(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    levels: u32,
    at: DateTime<Utc>,
) -> Result<Vec<Target>, Fault> {
    let meant = above(&tx.directory(), question, levels, at);
    and_deputies(tx, rules, question, Vec::new(), meant, at).await
}

async fn and_deputies(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    first: Vec<Target>,
    meant: Vec<Target>,
    at: DateTime<Utc>,
) -> Result<Vec<Target>, Fault> {
    let directory = tx.directory();
    let deputies = acting(tx.db().await?, &directory, rules, meant.clone(), at).await?;
    let asker = question.asker.person().map(Target::Person);
    let mut all: Vec<Target> = Vec::new();
    for target in first.into_iter().chain(meant).chain(deputies) {
        if !all.contains(&target) && Some(&target) != asker.as_ref() {
            all.push(target);
        }
    }
    Ok(all)
}

/// Those who answer for so many units above the one that answers.
pub(super) fn above(
    directory: &crate::domain::directory::Directory,
    question: &Question,
    levels: u32,
    at: DateTime<Utc>,
) -> Vec<Target> {
    let (mut unit, mut all) = (question.life.holder, Vec::new());
    for _ in 0..levels {
        let answering = directory.answerers(unit, at).first().map_or(unit, |person| person.unit);
        let Some(parent) = directory.unit(answering).and_then(|unit| unit.parent) else { break };
        all.extend(answerer_targets(directory, parent, at));
        unit = parent;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_more_than_twice_in_five_minutes_and_of_everything() {
        let minute = |seconds: i64| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let told = |said: &[i64]| {
            let told = told_at(&said.iter().map(|at| minute(*at)).collect::<Vec<_>>());
            told.into_iter().map(|at| at.timestamp()).collect::<Vec<_>>()
        };
        assert_eq!(told(&[0, 10]), [0, 10], "the first that follows comes at once");
        assert_eq!(told(&[0, 10, 20, 30, 290]), [0, 10, 300], "the others together");
        assert_eq!(told(&[0, 10, 20, 305]), [0, 10, 300, 310]);
        assert_eq!(told(&[0, 3_600, 7_200]), [0, 3_600, 7_200]);
    }
}
