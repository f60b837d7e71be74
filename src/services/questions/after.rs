//! What the asker and those who answer may still do: ask back, say more, merge, decline, rate, publish, withdraw.

use super::{
    MOST_CHARACTERS, Turn, civil, doer_keys, find_for_answerer, find_in_charge, is_cry, is_doer, oversees, refuse,
    take,
    telling::{Hearers, tell_answerers, tell_asker, tell_askers},
};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::QuestionId;
use crate::domain::message::UserText;
use crate::domain::numbered::read_numbered;
use crate::domain::question::{Question, State, Step, Visibility, life};
use crate::error::{Fault, Halt};
use crate::services::{Rulebook, open_days, problems};
use crate::store::{Taken, Tx};
use crate::templates::contexts::{
    AnswerCame, MergedQuestions, NoSuchQuestion, NotYourQuestion, QuestionNews, QuestionStep, QuestionUsage,
    QuestionWithdrawn,
};

/// What somebody read who was shown answers that exist.
#[derive(Debug)]
pub struct Seen {
    /// The question that now stands for theirs.
    pub of: QuestionId,
    /// How many have asked the same.
    pub asked_again: u64,
}

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
    tell_asker(tx, &waiting, at, |askers| QuestionNews {
        asks: Some(UserText::new(&words)),
        ..QuestionNews::of(&waiting, askers)
    })
    .await?;
    Ok(QuestionStep { asked_back: true, ..QuestionStep::of(question.number) })
}

/// 补充: the asker says more. Which question: the one of the number; without one, the latest that is open. What is added in
/// private is for those who answer, also where everybody may read the question.
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
        let open = own.into_iter().find(|question| {
            matches!(question.life.state, State::Held | State::Asked | State::Waiting | State::Answered)
        });
        latest = [latest, open].into_iter().flatten().max_by_key(|question| question.id);
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
    let mut hearers = vec![declined];
    hearers.extend(tx.db().await?.list_merged_into(question.id).await?);
    tell_askers(tx, &hearers, at, |Hearers { mentions, questions }| QuestionNews {
        declined: Some(UserText::new(&reason)),
        ..QuestionNews::of(questions.first().copied().unwrap_or(&question), mentions)
    })
    .await?;
    Ok(QuestionStep { declined: true, ..QuestionStep::of(question.number) })
}

/// 合并: `129 到 128`. From now on the second stands for the first, and for everything that the first stood for. Where it is
/// answered already, the askers hear the answer at once.
///
/// # Errors
/// Refuses what cannot be read, a question that stands for itself, and one that is over.
pub async fn merge(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    typed: &str,
) -> Result<MergedQuestions, Halt> {
    let usage = QuestionUsage::merge();
    let (question, words) = find_in_charge(tx, rules, person, event, typed, usage.clone()).await?;
    let words = words.trim_start_matches(['到', '进', '入', '至', '和', '并', '与', '、', ' ']);
    let (into, _) = find_in_charge(tx, rules, person, event, words, usage.clone()).await?;
    // what was merged itself leads on to the one that stands for it
    let into = root_of(tx, into).await?;
    let alive = !matches!(into.life.state, State::Withdrawn | State::Declined | State::Offered | State::Held);
    if into.id == question.id || !alive {
        return refuse(rules, event, &usage);
    }
    let at = event.sent_at;
    let detail = into.number.to_string();
    let taken = Taken { by: Some(person.id), at, detail: &detail };
    let merged = take(tx, rules, &question, &Step::Merge(into.id), taken, &event.platform).await?;
    tx.drop_notices_of(question.id, at).await?;
    let mut hearers = vec![merged];
    for other in tx.db().await?.list_merged_into(question.id).await? {
        let life = life::Life { merged_into: Some(into.id), ..other.life.clone() };
        tx.save_life(other.id, &life).await?;
        hearers.push(Question { life, ..other });
    }
    match tx.db().await?.list_answers(into.id).await?.pop() {
        Some(answer) if into.life.answered_at.is_some() => {
            for hearer in &mut hearers {
                hearer.life = life::answered_with(&hearer.life, at);
                tx.save_life(hearer.id, &hearer.life).await?;
            }
            let directory = tx.directory();
            let by = directory.person(answer.by).map_or(into.life.holder, |one| one.unit);
            tell_askers(tx, &hearers, at, |Hearers { mentions, questions }| AnswerCame {
                askers: mentions,
                number: questions.first().map_or(question.number, |first| first.number),
                also: questions.iter().skip(1).map(|other| other.number).collect(),
                question: UserText::short(questions.first().map_or("", |first| first.text.as_str()), 60),
                answer: UserText::new(&answer.text),
                by: UserText::new(directory.unit_name(by)),
                rate: true,
            })
            .await?;
        }
        _ => {
            tell_askers(tx, &hearers, at, |Hearers { mentions, questions }| QuestionNews {
                into: Some(into.number),
                ..QuestionNews::of(questions.first().copied().unwrap_or(&question), mentions)
            })
            .await?;
        }
    }
    let asked = tx.db().await?.count_merged_into(into.id).await? + 1;
    Ok(MergedQuestions { number: question.number, into: into.number, asked })
}

/// The question that stands for another, however often it was merged.
async fn root_of(tx: &mut Tx, mut question: Question) -> Result<Question, Fault> {
    // each merge leads to a question that is none of those before, so this ends
    while let Some(next) = question.life.merged_into {
        let Some(next) = tx.db().await?.find_question(next).await? else { break };
        question = next;
    }
    Ok(question)
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
    let at = event.sent_at;
    let taken = Taken { by: question.asker.person(), at, detail: &words };
    let rated = take(tx, rules, &question, &Step::Rate(content), taken, &event.platform).await?;
    let reopened = rated.life.state == State::Asked;
    if reopened {
        let turn = Turn::Reopened { words: UserText::new(&words), aside: event.place.is_private() };
        tell_answerers(tx, rules, &rated, &turn, at, None).await?;
    }
    Ok(QuestionStep { rated: content, reopened, unhappy: !content && !reopened, ..QuestionStep::of(question.number) })
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
    let hidden_by_asker =
        public && is_cry(rules, &question) || public && !own && was_hidden_by_asker(tx, &question).await?;
    if hidden_by_asker {
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
    let Some(own) = super::asking::latest_offered(tx, rules, speaker, event).await? else { return Ok(None) };
    if !tx.db().await?.list_offers(own.id).await?.contains(&of.id) {
        return Ok(None);
    }
    let at = event.sent_at.max(own.asked_at);
    let detail = of.number.to_string();
    let taken = Taken { by: own.asker.person(), at, detail: &detail };
    take(tx, rules, &own, &Step::TakeOffer(of.id), taken, &event.platform).await?;
    let asked_again = tx.db().await?.count_merged_into(of.id).await?;
    Ok(Some(Seen { of: of.id, asked_again }))
}

/// Withdraws an open question; nobody is asked to answer it any more.
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
    take(tx, rules, question, &Step::Withdraw, taken, &event.platform).await?;
    problems::forget_question(tx, question.id, at).await?;
    tx.drop_notices_of(question.id, at).await?;
    revive_merged(tx, rules, question, event).await?;
    Ok(QuestionWithdrawn { number: question.number })
}

/// Others asked the same and still wait: the first of them takes the place of what was withdrawn.
async fn revive_merged(tx: &mut Tx, rules: &Rulebook, question: &Question, event: &InboundEvent) -> Result<(), Halt> {
    let at = event.sent_at;
    let merged = tx.db().await?.list_merged_into(question.id).await?;
    let mut waiting = merged.into_iter().filter(|other| other.life.answered_at.is_none());
    let Some(first) = waiting.next() else { return Ok(()) };
    let detail = question.number.to_string();
    let taken = Taken { by: None, at: at.max(first.asked_at), detail: &detail };
    let revived = take(tx, rules, &first, &Step::Revive, taken, &event.platform).await?;
    for other in waiting {
        let life = life::Life { merged_into: Some(revived.id), ..other.life.clone() };
        tx.save_life(other.id, &life).await?;
    }
    super::asking::tell_unheard(tx, rules, &revived, at).await?;
    Ok(())
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
    let open = question.life.is_open() || question.life.state == State::Offered;
    if !is_doer(rules, speaker, event, &question) || !open {
        return Ok(false);
    }
    withdraw(tx, rules, &question, event).await?;
    Ok(true)
}
