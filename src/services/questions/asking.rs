//! Taking a question in.

use chrono::{DateTime, Utc};

use super::telling::{opens, tell_owed_anew, tell_turn, turn_targets};
use super::{MOST_CHARACTERS, Turn, harming, is_doer, moment, refuse, step_by_itself, take};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::harm::Harm;
use crate::domain::id::{PersonId, QuestionId, UnitId};
use crate::domain::message::UserText;
use crate::domain::people::ChatRole;
use crate::domain::policy::NORMAL;
use crate::domain::question::{Address, Asker, Life, Question, State, Step, Visibility};
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::services::{Rulebook, open_days, topics};
use crate::store::{NewQuestion, Session, Taken, Target, Tx};
use crate::templates::contexts::{
    Asked, NoOffer, NoUnitForQuestion, OfferedAnswers, QuestionEmpty, SimilarAnswer, TooManyOpen, UrgentTaken,
};

/// How many open questions one asker may have: more is a flood, not a question.
pub const MOST_OPEN: usize = 5;

/// How many questions of one asker answers that exist may do for within a day: nobody reads more than that.
const MOST_SHOWN: u32 = 20;

/// How much of a similar question and of its answer is shown.
const SIMILAR_QUESTION: usize = 60;
const SIMILAR_ANSWER: usize = 160;

/// A question as it was put.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// Who asks, where we know them.
    pub speaker: Option<&'a Person>,
    /// The group of ours that it was asked in.
    pub chat: Option<&'a Chat>,
    /// The event.
    pub event: &'a InboundEvent,
    /// What was asked.
    pub typed: &'a str,
    /// Published questions that are much like it, the likest first.
    pub similar: &'a [QuestionId],
    /// What hides the asker, where they want to be hidden.
    pub veil: Option<&'a Veil>,
    /// The open day that it is said to be for: one that is announced, or runs.
    pub open_day: Option<&'a Session>,
}

/// Under what an anonymous question is kept.
#[derive(Clone, Debug)]
pub struct Veil {
    /// Who asked, sealed.
    pub asker: Asker,
    /// The unit it is put to: one at which enough people could have asked.
    pub unit: UnitId,
    /// A number that says nothing about when it was asked.
    pub number: i64,
    /// When it is made known, which is when it counts as asked.
    pub asked_at: DateTime<Utc>,
}

/// What became of a question that was put.
#[derive(Debug)]
pub enum TakenIn {
    /// Somebody owes an answer.
    Asked(Question, Asked),
    /// Answers that exist were shown first.
    Offered(Question, OfferedAnswers),
    /// Somebody cried for help, and those who can help were told.
    Urgent(Question, UrgentTaken),
}

/// Takes a question in and tells those who answer; or shows the answers that exist. What cries for help is taken in before
/// anything else is looked at; words that hurt wait for a person.
///
/// # Errors
/// Refuses an empty or overlong question, one more than anybody answers, and one whose unit cannot be told.
pub async fn ask(tx: &mut Tx, rules: &Rulebook, asking: Asking<'_>) -> Result<TakenIn, Halt> {
    let Asking { speaker, chat, event, veil, .. } = asking;
    let text = storable(asking.typed.trim());
    let held = match rules.harm.look(&text) {
        Harm::Urgent { kind, .. } => return harming::take_in(tx, rules, asking, kind).await,
        Harm::Hurtful { .. } => true,
        Harm::Fine => false,
    };
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return refuse(rules, event, &QuestionEmpty {});
    }
    rules.bounded(&text, MOST_CHARACTERS, event)?;
    let asker = asker_of(&asking);
    if tx.db().await?.count_open_questions_of(&asker.who()).await? >= MOST_OPEN {
        return refuse(rules, event, &TooManyOpen { most: MOST_OPEN });
    }
    let directory = tx.directory();
    let unit = veil.map(|veil| veil.unit).or_else(|| unit_for(&directory, speaker, chat, &event.account));
    let Some(unit) = unit else { return refuse(rules, event, &NoUnitForQuestion {}) };
    let asked_at = veil.map_or(event.sent_at, |veil| veil.asked_at);
    let session = match asking.open_day {
        Some(session) => Some(session.clone()),
        None if veil.is_some() => None,
        None => open_days::running(tx, chat, event.sent_at).await?,
    };
    // of what hurts nothing is shown, so that nothing is learned of which words did it; and an open day is face to face:
    // an answer from before is no substitute
    let similar = match held || session.is_some() {
        true => Vec::new(),
        false => similar_answers(tx, &directory, unit, asking.similar).await?,
    };
    let offered = match similar.first() {
        Some((first, _)) => {
            let ids: Vec<QuestionId> = similar.iter().map(|(other, _)| other.id).collect();
            let before = shown_before(tx, rules, &asking, &asker, unit, first.id).await?;
            let first = first.number;
            let items: Vec<SimilarAnswer> = similar.into_iter().map(|(_, shown)| shown).collect();
            let shown = OfferedAnswers { first, items };
            if let Some(before) = before {
                return Ok(TakenIn::Offered(before, shown));
            }
            Some((ids, shown))
        }
        None => None,
    };
    let state = match (held, &offered) {
        (true, _) => State::Held,
        (false, None) => State::Asked,
        (false, Some(_)) => State::Offered,
    };
    let visibility = if chat.is_some() { Visibility::Public } else { Visibility::Private };
    let learned = rules.learned.of(topics::root_of(&directory, unit));
    let topic = rules.topics.classify(&text, &learned).map(|sorted| sorted.topic);
    let class = rules.policy.questions.class(topic.map_or(NORMAL, |topic| topic.class.as_str()));
    let outlook = rules.outlook(directory.zone_of(unit));
    // what is for an open day that is still to come has its time from then
    let begins = session.as_ref().map_or(asked_at, |session| session.began_at.max(asked_at));
    let mut life = Life::new(state, unit, visibility, &class.key, class.minutes(), begins, &outlook);
    life.topic = topic.map(|topic| topic.key.clone());
    let question = tx
        .insert_question(NewQuestion {
            number: veil.map(|veil| veil.number),
            unit,
            chat: chat.map(|chat| chat.id),
            asker,
            text,
            asked_at,
            life,
        })
        .await?;
    if let (Some(message_id), None) = (&event.message_id, veil) {
        // an answer may quote the question itself
        tx.note_quotable(&event.account, message_id, question.id).await?;
    }
    if held {
        harming::tell_held(tx, rules, &question, event.sent_at.max(asked_at)).await?;
        let receipt = receipt(&directory, &question, event);
        return Ok(TakenIn::Asked(question, receipt));
    }
    if let Some(session) = &session {
        tx.collect_question(session.id, question.id).await?;
    }
    if let Some((ids, shown)) = offered {
        tx.note_offers(question.id, &ids).await?;
        return Ok(TakenIn::Offered(question, shown));
    }
    let question = match &session {
        // it has its turn there, and is no notice to everybody
        Some(session) => {
            open_days::went_on_to(tx, session, event.sent_at).await?;
            question
        }
        None => open(tx, rules, &question, chat, event.sent_at, None).await?,
    };
    let receipt = receipt(&directory, &question, event);
    Ok(TakenIn::Asked(question, receipt))
}

/// The question for which this asker was shown the same answer within the day: asking it again is asking it once. One without
/// a name has its number already, and stands for itself.
///
/// # Errors
/// Refuses one more of somebody to whom more was shown in a day than anybody reads.
async fn shown_before(
    tx: &mut Tx,
    rules: &Rulebook,
    asking: &Asking<'_>,
    asker: &Asker,
    unit: UnitId,
    first: QuestionId,
) -> Result<Option<Question>, Halt> {
    let at = asking.veil.map_or(asking.event.sent_at, |veil| veil.asked_at);
    let zone = tx.directory().zone_of(unit);
    let latest = tx.db().await?.list_questions_of(&asker.who(), MOST_SHOWN).await?;
    let mut shown: Vec<Question> = latest;
    shown.retain(|own| own.life.state == State::Offered || own.life.was_shown_lately(at, &rules.outlook(zone)));
    if asking.veil.is_none() {
        for own in &shown {
            if tx.db().await?.list_offers(own.id).await?.first() == Some(&first) {
                return Ok(Some(own.clone()));
            }
        }
    }
    if shown.len() >= MOST_SHOWN as usize {
        return refuse(rules, asking.event, &TooManyOpen { most: MOST_SHOWN as usize });
    }
    Ok(None)
}

/// Who asks: under the veil, or as they are.
pub(super) fn asker_of(asking: &Asking<'_>) -> Asker {
    let Asking { speaker, event, veil, .. } = asking;
    match veil {
        Some(veil) => veil.asker.clone(),
        None => Asker::Known(Address {
            account: event.account.clone(),
            external_id: event.sender.clone(),
            group: event.place.group().map(str::to_owned),
            name: storable(event.sender_name.as_deref().unwrap_or_default()),
            person: speaker.map(|person| person.id),
        }),
    }
}

/// Gives a question to whoever takes its topic there, if anybody does.
///
/// # Errors
/// The database's.
pub(super) async fn route(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<Question, Fault> {
    let Some(topic) = question.life.topic.as_deref().filter(|_| question.life.assignee.is_none()) else {
        return Ok(question.clone());
    };
    let found = topics::person_for(tx, rules, question.life.holder, topic, at).await?;
    // nobody answers what they ask themselves
    let Some(found) = found.filter(|found| Some(found.who.id) != question.asker.person()) else {
        return Ok(question.clone());
    };
    let (step, at) = (Step::Assign(found.who.id), at.max(question.asked_at));
    let given = step_by_itself(tx, rules, question, &step, at, &found.who.name).await?;
    Ok(given.unwrap_or_else(|| question.clone()))
}

/// Tells those who answer of a question that is now open, `but` for somebody who knows it. Returns it with whoever it was given
/// to.
pub(super) async fn open(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    chat: Option<&Chat>,
    at: DateTime<Utc>,
    but: Option<PersonId>,
) -> Result<Question, Fault> {
    let question = route(tx, rules, question, at).await?;
    let not_before = opens(&tx.directory(), rules, &question, at.max(question.asked_at));
    let from = match (question.asker.alias(), chat) {
        (Some(alias), _) => format!("匿名青年#{alias}"),
        (None, Some(chat)) => chat.name.clone(),
        (None, None) => "私聊".to_owned(),
    };
    let mut targets = turn_targets(tx, rules, &question, at).await?;
    targets.retain(|target| but.is_none_or(|but| *target != Target::Person(but)));
    tell_turn(tx, rules, &question, &Turn::New { from: UserText::short(&from, 30) }, targets, not_before).await?;
    Ok(question)
}

/// Tells those who answer of a question that they have not heard of, and its asker until when it is answered now: the open day
/// it waited for will not be, or what stood for it, or what was shown instead of an answer, is not there any more.
///
/// # Errors
/// The database's.
pub async fn tell_unheard(tx: &mut Tx, rules: &Rulebook, question: &Question, at: DateTime<Utc>) -> Result<(), Fault> {
    let question = restarted(tx, rules, question, at).await?;
    let opened = open_there(tx, rules, &question, at).await?;
    tell_owed_anew(tx, &opened, at.max(opened.asked_at)).await
}

/// [`open`] in the group it was asked in.
pub(super) async fn open_there(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<Question, Fault> {
    let asked_in = question.chat.and_then(|id| tx.directory().chat(id).cloned());
    open(tx, rules, question, asked_in.as_ref(), at, None).await
}

/// A question with its time running from now, where it had not begun to run.
pub(super) async fn restarted(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<Question, Fault> {
    let restarted = step_by_itself(tx, rules, question, &Step::Restart, at, "").await?;
    Ok(restarted.unwrap_or_else(|| question.clone()))
}

fn receipt(directory: &Directory, question: &Question, event: &InboundEvent) -> Asked {
    Asked {
        number: question.number,
        due: moment(question.life.due_at, directory.zone_of(question.unit)),
        private: event.place.is_private(),
        alias: question.asker.alias().map(str::to_owned),
    }
}

/// The published questions among those that are alike, with their latest answers. Only what everybody of the same tree may
/// read, and what still has its answer.
///
/// # Errors
/// The database's.
pub async fn similar_answers(
    tx: &mut Tx,
    directory: &Directory,
    unit: UnitId,
    similar: &[QuestionId],
) -> Result<Vec<(Question, SimilarAnswer)>, Fault> {
    let mut found = Vec::new();
    for id in similar {
        let Some(question) = tx.db().await?.find_question(*id).await? else { continue };
        let is_ours = directory.lineage(unit).last().map(|root| root.id)
            == directory.lineage(question.unit).last().map(|root| root.id);
        if question.life.published_at.is_none() || !question.is_public() || !is_ours {
            continue;
        }
        let Some(answer) = tx.db().await?.list_answers(*id).await?.pop() else { continue };
        let shown = SimilarAnswer {
            number: question.number,
            question: UserText::short(&question.text, SIMILAR_QUESTION),
            answer: UserText::short(&answer.text, SIMILAR_ANSWER),
        };
        found.push((question, shown));
    }
    Ok(found)
}

/// 仍要提问: the asker wants an answer of their own though similar ones were shown, also for a day after looking at one.
///
/// # Errors
/// Refuses where nothing was shown to them lately.
pub async fn insist(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<(Question, Asked), Halt> {
    let Some(question) = latest_offered(tx, rules, speaker, event).await? else {
        return refuse(rules, event, &NoOffer {});
    };
    insist_on(tx, rules, &question, event).await
}

/// The same for a question that is known.
///
/// # Errors
/// Refuses where no answers are shown for it any more.
pub async fn insist_on(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    event: &InboundEvent,
) -> Result<(Question, Asked), Halt> {
    let at = event.sent_at.max(question.asked_at);
    let taken = Taken { by: question.asker.person(), at, detail: "" };
    let question = take(tx, rules, question, &Step::Insist, taken, &event.platform).await?;
    open_there(tx, rules, &question, event.sent_at).await?;
    let directory = tx.directory();
    let receipt = receipt(&directory, &question, event);
    Ok((question, receipt))
}

/// The question for which somebody was last shown answers that exist, and may still say that they do not do.
///
/// # Errors
/// The database's.
pub(super) async fn latest_offered(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<Option<Question>, Fault> {
    let directory = tx.directory();
    let mut offered: Option<Question> = None;
    for who in super::doer_keys(rules, speaker, event) {
        let own = tx.db().await?.list_questions_of(&who, 5).await?;
        let latest = own.into_iter().find(|question| {
            let zone = directory.zone_of(question.unit);
            question.life.state == State::Offered || question.life.was_shown_lately(event.sent_at, &rules.outlook(zone))
        });
        offered = [offered, latest].into_iter().flatten().max_by_key(|question| question.id);
    }
    Ok(offered.filter(|question| is_doer(rules, speaker, event, question)))
}

/// Which unit a question belongs to: the group's; else the person's; else, for a stranger in private, the lowest unit
/// that has all the youth groups of this account below it.
pub fn unit_for(directory: &Directory, speaker: Option<&Person>, chat: Option<&Chat>, account: &str) -> Option<UnitId> {
    if let Some(unit) = chat.map(|chat| chat.unit).or(speaker.map(|person| person.unit)) {
        return Some(unit);
    }
    let youth_units: Vec<UnitId> = directory
        .chats()
        .filter(|chat| chat.role == ChatRole::Youth)
        .filter(|chat| directory.endpoints_of(chat.id).iter().any(|endpoint| endpoint.account == account))
        .map(|chat| chat.unit)
        .collect();
    let first = *youth_units.first()?;
    directory
        .lineage(first)
        .map(|unit| unit.id)
        .find(|above| youth_units.iter().all(|unit| directory.is_within(*unit, *above)))
}
