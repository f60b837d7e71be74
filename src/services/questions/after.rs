//! What the asker and those who answer may still do: ask back, say more, decline, rate, publish, withdraw.

use super::{
    MOST_CHARACTERS, Turn, asker_keys, civil, doer_keys, find_for_answerer, find_in_charge, is_asker, is_cry, is_doer,
    merging, moment, oversees, refuse, take,
    telling::{Hearers, ask_asker, tell_answerers, tell_asker, tell_askers, tell_gone},
};
use crate::domain::directory::{Chat, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::QuestionId;
use crate::domain::message::UserText;
use crate::domain::numbered::read_numbered;
use crate::domain::question::{Question, State, Step, Visibility, is_thanks};
use crate::error::{Fault, Halt};
use crate::services::{Rulebook, open_days, problems};
use crate::store::{Taken, Tx};
use crate::templates::contexts::{
    NoSuchQuestion, NotYourQuestion, QuestionNews, QuestionStep, QuestionUsage, QuestionWithdrawn,
};

/// What somebody read who was shown answers that exist.
#[derive(Debug)]
pub struct Seen {
    /// The question that now stands for theirs.
    pub of: QuestionId,
    /// How many have asked the same.
    pub asked_again: u64,
}

/// Among how many of one's latest questions the one is looked for that waits.
const OWN_LOOKED_AT: u32 = 10;

/// The longest text of a question with everything that its asker added.
pub(super) const MOST_WITH_ADDED: usize = 4_000;

/// 请补充: the asker is asked back; the clock stands until they answer.
///
/// # Errors
/// Refuses what is not open.
pub async fn ask_back(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionStep, Halt> {
    let usage = QuestionUsage::ask_back();
    let (question, words) = find_in_charge(tx, rules, person, event, typed, usage.clone()).await?;
    if words.is_empty() {
        return refuse(rules, event, &usage);
    }
    civil(rules, event, &words)?;
    let at = event.sent_at;
    let taken = Taken { by: Some(person.id), at, detail: &words };
    let waiting = take(tx, rules, &question, &Step::AskBack, taken, &event.platform).await?;
    ask_asker(tx, &waiting, &words, false, at).await?;
    Ok(QuestionStep { asked_back: true, ..QuestionStep::of(question.number) })
}

/// 补充: the asker says more. Which question: the one of the number; without one, the latest that waits for them, or else that is
/// open. What is added in private is for those who answer, also where everybody may read the question.
///
/// # Errors
/// Refuses what is not theirs, what is over, and a text that has become too long.
pub async fn add(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionStep, Halt> {
    let (question, words) = own_question(tx, rules, speaker, event, typed, &QuestionUsage::add()).await?;
    if words.is_empty() {
        return refuse(rules, event, &QuestionUsage::add());
    }
    rules.bounded(&words, MOST_CHARACTERS, event)?;
    let is_answered = question.life.answered_at.is_some() && !question.life.is_open();
    if is_answered && is_thanks(&words) {
        return Ok(QuestionStep { thanked: true, ..QuestionStep::of(question.number) });
    }
    civil(rules, event, &words)?;
    let aside = event.place.is_private();
    let mut said = question.clone();
    let grows = if aside { &mut said.aside } else { &mut said.text };
    grows.push_str("\n补充：");
    grows.push_str(&words);
    rules.bounded(&said.with_aside(), MOST_WITH_ADDED, event)?;
    let at = event.sent_at.max(question.asked_at);
    let taken = Taken { by: question.asker.person(), at, detail: &words };
    let more = take(tx, rules, &question, &Step::Add, taken, &event.platform).await?;
    let more = Question { life: more.life, ..said };
    tx.reword_question(&more).await?;
    let more = merging::spoken_to(tx, rules, more, event).await?;
    match open_days::is_live(tx, question.id, at).await? {
        // the host reads it when its turn comes
        Some(live) if !aside => open_days::said_more(tx, question.id, &live, at).await?,
        _ => {
            let turn = Turn::Added { words: UserText::new(&words), aside };
            tell_answerers(tx, rules, &more, &turn, at, None).await?;
        }
    }
    Ok(QuestionStep { added: true, aside, ..QuestionStep::of(question.number) })
}

/// The number of the question to which what somebody says belongs because they were asked back: the one whose news they quote;
/// else, said to the bot, the only one that waits for them in this place.
///
/// # Errors
/// The database's.
pub async fn asked_back(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<Option<i64>, Fault> {
    let here = chat.map(|chat| chat.id);
    let waits = |question: &Question| question.life.state == State::Waiting && question.chat == here;
    if let Some(quoted) = &event.quote
        && let Some(question) = tx.db().await?.find_quoted_question(&event.account, quoted).await?
    {
        let theirs = waits(&question) && is_asker(rules, speaker, event, &question);
        return Ok(theirs.then_some(question.number));
    }
    if !event.addressed && !event.place.is_private() {
        return Ok(None);
    }
    let mut waiting = Vec::new();
    for who in asker_keys(rules, speaker, event) {
        let own = tx.db().await?.list_questions_of(&who, OWN_LOOKED_AT).await?;
        waiting.extend(own.into_iter().filter(waits).map(|question| question.number));
    }
    Ok(match waiting.as_slice() {
        [only] => Some(*only),
        _ => None,
    })
}

/// Refuses a question that has become too long with what is added to it.
///
/// # Errors
/// A refusal that says how long it may be.
pub(in crate::services) fn bounded_with_added<'t>(
    rules: &Rulebook,
    event: &InboundEvent,
    before: impl Iterator<Item = &'t str>,
    words: &'t str,
) -> Result<(), Halt> {
    let text: Vec<&str> = before.chain([words]).collect();
    rules.bounded(&text.join("\n补充："), MOST_WITH_ADDED, event)
}

/// The question of one's own that is meant, and the words with it.
async fn own_question(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    typed: &str,
    usage: &QuestionUsage,
) -> Result<(Question, String), Halt> {
    if let Some((number, words)) = read_numbered(typed) {
        let found = tx.db().await?.find_question_by_number(number).await?;
        return match found.filter(|question| is_doer(rules, speaker, event, question)) {
            Some(question) => Ok((question, words)),
            None => refuse(rules, event, &NotYourQuestion { number }),
        };
    }
    let mut latest: Option<Question> = None;
    for who in doer_keys(rules, speaker, event) {
        let own = tx.db().await?.list_questions_of(&who, 5).await?;
        let open = own.into_iter().filter(|question| {
            let life = &question.life;
            life.is_open() || life.state == State::Answered || life.waits_with_another()
        });
        let key = |question: &Question| (question.life.state == State::Waiting, question.id);
        latest = latest.into_iter().chain(open).max_by_key(key);
    }
    match latest {
        Some(question) => Ok((question, crate::domain::text::storable(typed.trim()))),
        None => refuse(rules, event, usage),
    }
}

/// 不受理: with a reason, which the asker reads.
///
/// # Errors
/// Refuses what has no reason and what is not open.
pub async fn decline(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<QuestionStep, Halt> {
    let usage = QuestionUsage::decline();
    let (question, reason) = find_for_answerer(tx, rules, person, event, typed, usage.clone()).await?;
    if reason.is_empty() {
        return refuse(rules, event, &usage);
    }
    if !oversees(&tx.directory(), person, &question) {
        return refuse(rules, event, &NoSuchQuestion { number: question.number.to_string() });
    }
    civil(rules, event, &reason)?;
    let at = event.sent_at;
    let taken = Taken { by: Some(person.id), at, detail: &reason };
    let declined = take(tx, rules, &question, &Step::Decline, taken, &event.platform).await?;
    tx.drop_notices_of(question.id, at).await?;
    // those whose question it stood for have nobody left to answer them but themselves
    let mut hearers = merging::hearers_of(tx, &declined).await?;
    hearers.retain(|hearer| hearer.id == declined.id || hearer.life.waits_with_another());
    tell_askers(tx, &hearers, at, |Hearers { mentions, questions }| QuestionNews {
        declined: Some(UserText::new(&reason)),
        ..QuestionNews::of(questions.first().copied().unwrap_or(&question), mentions)
    })
    .await?;
    Ok(QuestionStep { declined: true, ..QuestionStep::of(question.number) })
}

/// 满意, 不满意: the asker says whether the answer does. Not content, once: an answer is owed anew.
///
/// # Errors
/// Refuses what is not theirs and what has no answer.
pub async fn rate(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    typed: &str,
    content: bool,
) -> Result<QuestionStep, Halt> {
    let usage = QuestionUsage::rate();
    let (question, words) = match read_numbered(typed) {
        Some(_) => own_question(tx, rules, speaker, event, typed, &usage).await?,
        None => match latest_answered(tx, rules, speaker, event).await? {
            Some(question) => (question, crate::domain::text::storable(typed.trim())),
            None => return refuse(rules, event, &usage),
        },
    };
    rules.bounded(&words, MOST_CHARACTERS, event)?;
    civil(rules, event, &words)?;
    let at = event.sent_at;
    let taken = Taken { by: question.asker.person(), at, detail: &words };
    let rated = take(tx, rules, &question, &Step::Rate(content), taken, &event.platform).await?;
    let reopened = rated.life.state == State::Asked;
    if reopened {
        let turn = Turn::Reopened { words: UserText::new(&words), aside: event.place.is_private() };
        tell_answerers(tx, rules, &rated, &turn, at, None).await?;
    }
    let due = reopened.then(|| moment(rated.life.due_at, tx.directory().zone_of(rated.unit)));
    let unhappy = !content && !reopened;
    Ok(QuestionStep { rated: content, reopened, unhappy, due, ..QuestionStep::of(question.number) })
}

async fn latest_answered(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<Option<Question>, Fault> {
    let mut latest: Option<Question> = None;
    for who in doer_keys(rules, speaker, event) {
        let own = tx.db().await?.list_questions_of(&who, 5).await?;
        let answered = own.into_iter().find(|question| question.life.answered_at.is_some());
        latest = [latest, answered].into_iter().flatten().max_by_key(|question| question.life.answered_at);
    }
    Ok(latest)
}

/// 公开, 不公开: whether everybody may read a question and its answer. The asker may hide their own, never the other way
/// round; those who answer may do both, without naming the asker. Not what its asker has hidden.
///
/// # Errors
/// Refuses what is not theirs, and what has no answer yet.
pub async fn publish(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    number: i64,
    public: bool,
) -> Result<(Question, QuestionStep), Halt> {
    let found = tx.db().await?.find_question_by_number(number).await?;
    let Some(question) = found else { return refuse(rules, event, &NotYourQuestion { number }) };
    let own = is_doer(rules, speaker, event, &question);
    let answers = match speaker {
        Some(person) => oversees(&tx.directory(), person, &question),
        None => false,
    };
    if !(answers || own && !public) {
        return refuse(rules, event, &NotYourQuestion { number });
    }
    // whoever cried for help did so to us and to nobody else
    if public && is_cry(rules, &question) {
        return refuse(rules, event, &QuestionUsage::cry(number));
    }
    if public && !own && was_hidden_by_asker(tx, &question).await? {
        return refuse(rules, event, &QuestionUsage::hidden(number));
    }
    let at = event.sent_at;
    let step = if public { Step::Publish } else { Step::Hide };
    // whether the asker did it is told by nobody being named
    let by = speaker.filter(|_| !own).map(|person| person.id);
    let changed = take(tx, rules, &question, &step, Taken { by, at, detail: "" }, &event.platform).await?;
    if public && !own && question.life.visibility == Visibility::Private {
        tell_asker(tx, &question, at, |askers| QuestionNews { published: true, ..QuestionNews::of(&question, askers) })
            .await?;
    }
    let said = QuestionStep { published: public, hidden: !public, ..QuestionStep::of(number) };
    Ok((changed, said))
}

async fn was_hidden_by_asker(tx: &mut Tx, question: &Question) -> Result<bool, Fault> {
    let events = tx.db().await?.list_question_events(question.id).await?;
    Ok(events.iter().any(|event| event.step == Step::Hide.code() && event.by.is_none()))
}

/// 看 while answers that exist were shown: the asker is content with one of them. It then stands for their question.
///
/// # Errors
/// The database's; a refusal where it was taken meanwhile.
pub async fn take_offer(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    of: &Question,
) -> Result<Option<Seen>, Halt> {
    match super::asking::latest_offered(tx, rules, speaker, event).await? {
        Some(own) => take_offer_for(tx, rules, &own, event, of).await,
        None => Ok(None),
    }
}

/// The same for a question that is known.
///
/// # Errors
/// As [`take_offer`].
pub async fn take_offer_for(
    tx: &mut Tx,
    rules: &Rulebook,
    own: &Question,
    event: &InboundEvent,
    of: &Question,
) -> Result<Option<Seen>, Halt> {
    // what was found not to do since, or to be another question, is no answer to theirs either
    let still_stands = of.life.published_at.is_some() && of.is_public();
    if own.life.state != State::Offered || !still_stands || !tx.db().await?.list_offers(own.id).await?.contains(&of.id)
    {
        return Ok(None);
    }
    let at = event.sent_at.max(own.asked_at);
    let detail = of.number.to_string();
    let taken = Taken { by: own.asker.person(), at, detail: &detail };
    take(tx, rules, own, &Step::TakeOffer(of.id), taken, &event.platform).await?;
    let asked_again = tx.db().await?.count_others_who_asked(of.id).await?;
    Ok(Some(Seen { of: of.id, asked_again }))
}

/// Withdraws a question that is open, or waits with another one; nobody is asked to answer it any more. What it was answered
/// before stays.
///
/// # Errors
/// Refuses what is not open any more.
pub async fn withdraw(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    event: &InboundEvent,
) -> Result<QuestionWithdrawn, Halt> {
    let at = event.sent_at;
    let taken = Taken { by: question.asker.person(), at, detail: "" };
    let gone = take(tx, rules, question, &Step::Withdraw, taken, &event.platform).await?;
    let stays = gone.life.state != State::Withdrawn;
    if stays {
        tx.drop_notices_of(question.id, at).await?;
    } else {
        problems::forget_question(tx, question.id, at).await?;
        tell_gone(tx, rules, question, at).await?;
    }
    merging::revive_merged(tx, rules, &gone, event).await?;
    Ok(QuestionWithdrawn { number: question.number, stays })
}

/// Withdraws a question whose message was recalled, if the asker recalled it and nobody has answered.
///
/// # Errors
/// The database's.
pub async fn withdraw_recalled(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    id: QuestionId,
    event: &InboundEvent,
) -> Result<bool, Halt> {
    let Some(question) = tx.db().await?.find_question(id).await? else { return Ok(false) };
    if !is_doer(rules, speaker, event, &question) || !question.life.can_be_taken_back() {
        return Ok(false);
    }
    withdraw(tx, rules, &question, event).await?;
    Ok(true)
}
