//! News of a question: to its asker where they asked, and to those who owe the answer.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{NEWS_VALID, moment};
use crate::domain::directory::{Directory, Person};
use crate::domain::id::UnitId;
use crate::domain::message::{Mention, MentionOf, UserText};
use crate::domain::people::{ChatRole, Role};
use crate::domain::policy::{Answerers, NORMAL, URGENT};
use crate::domain::question::{Asker, Question, State, Visibility};
use crate::error::Fault;
use crate::outbox::{Terms, enqueue};
use crate::services::{Rulebook, deputies, open_days};
use crate::store::{Db, Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{AskerLine, QuestionNews, QuestionTurn};

/// Why those who answer hear of a question.
#[derive(Clone, Debug)]
pub enum Turn {
    /// It is new.
    New {
        /// Where or by whom it was asked.
        from: UserText,
    },
    /// Somebody gave it to them.
    Assigned {
        /// Who.
        by: UserText,
        /// What they said.
        note: UserText,
    },
    /// Whoever had it gave it back, or was silent for too long.
    Back {
        /// Who had it.
        from: UserText,
        /// Why they gave it back; empty where they said nothing.
        note: UserText,
        /// Whether they were silent.
        silent: bool,
    },
    /// The asker said more.
    Added {
        /// What.
        words: UserText,
        /// Whether in private.
        aside: bool,
    },
    /// The asker took it back.
    Gone,
    /// The answer did not do.
    Reopened {
        /// What the asker said.
        words: UserText,
        /// Whether in private.
        aside: bool,
    },
}

impl Turn {
    /// Whether the asker said it in private.
    fn is_aside(&self) -> bool {
        matches!(self, Self::Added { aside: true, .. } | Self::Reopened { aside: true, .. })
    }
}

/// Whom a question goes to: each who answers for the unit, in private; the unit's cadre group where nobody of them has
/// an address.
pub fn answerer_targets(directory: &Directory, unit: UnitId, at: DateTime<Utc>) -> Vec<Target> {
    let reachable: Vec<Target> = directory
        .answerers(unit, at)
        .into_iter()
        .filter(|person| !directory.identities_of(person.id).is_empty())
        .map(|person| Target::Person(person.id))
        .collect();
    if !reachable.is_empty() {
        return reachable;
    }
    directory
        .lineage(unit)
        .flat_map(|one| directory.chats_of(one.id))
        .find(|chat| chat.role == ChatRole::Cadre)
        .map(|chat| Target::Chat(chat.id))
        .into_iter()
        .collect()
}

/// Whom news of a question goes to: whoever is to answer it in particular, else those who are asked first about its topic,
/// else those who answer for the unit. Who stands in for one of them hears it in their place.
///
/// # Errors
/// The database's.
pub async fn turn_targets(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<Vec<Target>, Fault> {
    let directory = tx.directory();
    let meant = match question.life.assignee {
        Some((person, _)) if !directory.identities_of(person).is_empty() => vec![Target::Person(person)],
        _ => asked_first(&directory, rules, question, at),
    };
    acting(tx.db().await?, &directory, rules, meant, at).await
}

/// Targets with whoever stands in for a person in their place, each once.
///
/// # Errors
/// The database's.
pub async fn acting(
    db: Db<'_>,
    directory: &Directory,
    rules: &Rulebook,
    meant: Vec<Target>,
    at: DateTime<Utc>,
) -> Result<Vec<Target>, Fault> {
    let mut targets: Vec<Target> = Vec::new();
    for target in meant {
        let target = match target {
            Target::Person(person) => Target::Person(deputies::acting_for(db, directory, rules, person, at).await?),
            other => other,
        };
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    Ok(targets)
}

/// The experts of the unit or of the nearest above that has any, where the topic wants them first and the words were not held;
/// else those who answer for the unit.
fn asked_first(directory: &Directory, rules: &Rulebook, question: &Question, at: DateTime<Utc>) -> Vec<Target> {
    let topic = question.life.topic.as_deref().and_then(|key| rules.topics.find(key));
    let wants_experts = topic.is_some_and(|topic| topic.answerers == Answerers::Experts);
    if wants_experts && question.life.state != State::Held {
        let is_expert = |person: &&Person| {
            person.roles.contains(&Role::Expert)
                && !directory.has_left(person, at)
                && !directory.identities_of(person.id).is_empty()
        };
        let found = directory
            .lineage(question.life.holder)
            .map(|unit| directory.people_of(unit.id).filter(is_expert).collect::<Vec<_>>())
            .find(|found| !found.is_empty());
        if let Some(experts) = found {
            return experts.into_iter().map(|person| Target::Person(person.id)).collect();
        }
    }
    answerer_targets(directory, question.life.holder, at)
}

/// When those who answer may be told of a question: in open hours, and what is urgent at once.
pub(super) fn opens(directory: &Directory, rules: &Rulebook, question: &Question, at: DateTime<Utc>) -> DateTime<Utc> {
    if question.life.class == URGENT {
        return at;
    }
    rules.policy.open_hours().next_open(at, directory.zone_of(question.unit), &rules.calendar)
}

/// Tells those who owe the answer, or only some of them, in open hours.
///
/// # Errors
/// The database's.
pub async fn tell_answerers(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    turn: &Turn,
    at: DateTime<Utc>,
    only: Option<&[Target]>,
) -> Result<(), Fault> {
    let not_before = opens(&tx.directory(), rules, question, at);
    let targets = match only {
        Some(only) => only.to_vec(),
        None => turn_targets(tx, rules, question, at).await?,
    };
    tell_turn(tx, rules, question, turn, targets, not_before).await
}

/// Tells these of a question, not before an instant.
pub(super) async fn tell_turn(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    turn: &Turn,
    targets: Vec<Target>,
    not_before: DateTime<Utc>,
) -> Result<(), Fault> {
    let directory = tx.directory();
    for target in targets {
        let mut notice = turn_notice(&directory, rules, question, turn);
        // what was said in private is not read out in a group, be it one of cadres
        let in_group = matches!(target, Target::Chat(_));
        notice.look = in_group && (question.life.visibility == Visibility::Private || turn.is_aside());
        if notice.look {
            (notice.text, notice.added) = (UserText::default(), notice.added.map(|_| UserText::default()));
            notice.note = if notice.reopened { UserText::default() } else { notice.note };
        } else if !in_group {
            notice.text = UserText::new(&question.with_aside());
        }
        let terms = Terms { question: Some(question.id), not_before, valid_until: not_before + NEWS_VALID };
        enqueue(tx, target, &notice, terms).await?;
    }
    Ok(())
}

fn turn_notice(directory: &Directory, rules: &Rulebook, question: &Question, turn: &Turn) -> QuestionTurn {
    let class = rules.policy.questions.class(&question.life.class);
    let mut notice = QuestionTurn {
        number: question.number,
        text: UserText::new(&question.text),
        due: moment(question.life.due_at, directory.zone_of(question.unit)),
        topic: rules.topic_title(question.life.topic.as_deref()),
        class: (class.key != NORMAL).then(|| class.title.clone()),
        look: false,
        from: None,
        given_by: None,
        back_from: None,
        silent: false,
        note: UserText::default(),
        added: None,
        gone: false,
        reopened: false,
    };
    match turn {
        Turn::New { from } => notice.from = Some(from.clone()),
        Turn::Assigned { by, note } => {
            notice.given_by = Some(by.clone());
            notice.note = note.clone();
        }
        Turn::Back { from, note, silent } => {
            notice.back_from = Some(from.clone());
            notice.silent = *silent;
            notice.note = note.clone();
        }
        Turn::Gone => notice.gone = true,
        Turn::Added { words, .. } => notice.added = Some(words.clone()),
        Turn::Reopened { words, .. } => {
            notice.reopened = true;
            notice.note = words.clone();
        }
    }
    notice
}

/// Where the asker of a question hears of it: where they asked. Our own chat can choose another endpoint; a private or
/// strange place is an address; somebody without a name is reached through the seal alone.
pub(in crate::services) fn target_of(directory: &Directory, question: &Question) -> Target {
    match &question.asker {
        Asker::Sealed { sealed, mark, .. } => Target::Sealed { sealed: sealed.clone(), mark: mark.clone() },
        Asker::Known(at) => {
            let hidden = question.life.visibility == Visibility::Private;
            match question.chat.filter(|chat| !hidden && directory.chat(*chat).is_some()) {
                Some(chat) => Target::Chat(chat),
                None => Target::Address {
                    account: at.account.clone(),
                    group: at.group.clone().filter(|_| !hidden),
                    user: at.external_id.clone(),
                },
            }
        }
    }
}

/// The mention of whoever asked a question, for the group they asked it in; nobody where they have no name.
pub fn mention_in_group(question: &Question) -> Option<Mention> {
    question.chat.and_then(|chat| mention_of(question, &Target::Chat(chat)))
}

fn mention_of(question: &Question, target: &Target) -> Option<Mention> {
    let in_group = matches!(target, Target::Chat(_) | Target::Address { group: Some(_), .. });
    mention(question).filter(|_| in_group)
}

fn mention(question: &Question) -> Option<Mention> {
    let Asker::Known(at) = &question.asker else { return None };
    Some(Mention(MentionOf {
        account: at.account.clone(),
        external_id: at.external_id.clone(),
        name: if at.name.is_empty() { "提问的朋友".to_owned() } else { at.name.clone() },
    }))
}

/// One message to the askers of these questions who are in the same place: who is mentioned, and whose questions they are.
#[derive(Debug)]
pub struct Hearers<'q> {
    /// The askers to be mentioned; nobody in private.
    pub mentions: Vec<Mention>,
    /// Their questions, the first given first.
    pub questions: Vec<&'q Question>,
}

impl Hearers<'_> {
    /// Each question with whoever asked it, where there are several: everybody has a number of their own.
    pub fn each(&self) -> Vec<AskerLine> {
        let (several, in_group) = (self.questions.len() > 1, !self.mentions.is_empty());
        let line = |question: &&Question| AskerLine {
            who: mention(question).filter(|_| in_group),
            number: question.number,
            question: UserText::short(&question.text, 40),
        };
        self.questions.iter().filter(|_| several).map(line).collect()
    }
}

/// Tells the askers of questions, once for each place they asked in. News that somebody waits for is not held back by quiet
/// hours.
///
/// # Errors
/// The database's.
pub async fn tell_askers<C: TemplateContext>(
    tx: &mut Tx,
    questions: &[Question],
    at: DateTime<Utc>,
    make: impl Fn(Hearers<'_>) -> C,
) -> Result<(), Fault> {
    // the instant is the same for all: news that somebody waits for
    tell_askers_from(tx, questions, |_| at, make).await
}

/// To so many questions one message answers in a place: more names and numbers are read by nobody, and refused by platforms.
const MOST_IN_ONE: usize = 20;

/// Tells the askers of questions, once for each place they asked in, not before an instant that their question says. Where
/// there are many, in several messages.
pub async fn tell_askers_from<C: TemplateContext>(
    tx: &mut Tx,
    questions: &[Question],
    not_before: impl Fn(&Question) -> DateTime<Utc>,
    make: impl Fn(Hearers<'_>) -> C,
) -> Result<(), Fault> {
    let directory = tx.directory();
    let mut order: Vec<(Target, usize)> = Vec::new();
    let mut heard: HashMap<(Target, usize), Hearers<'_>> = HashMap::new();
    let mut in_place: HashMap<Target, usize> = HashMap::new();
    for question in questions {
        let target = target_of(&directory, question);
        let before = in_place.entry(target.clone()).or_default();
        let message = (target.clone(), *before / MOST_IN_ONE);
        *before += 1;
        let hearers = heard.entry(message.clone()).or_insert_with(|| {
            order.push(message);
            Hearers { mentions: Vec::new(), questions: Vec::new() }
        });
        let mention = mention_of(question, &target).filter(|mention| !hearers.mentions.contains(mention));
        hearers.mentions.extend(mention);
        hearers.questions.push(question);
    }
    for message in order {
        let Some(hearers) = heard.remove(&message) else { continue };
        let (target, _) = message;
        let Some(first) = hearers.questions.first().copied() else { continue };
        let not_before = not_before(first);
        let terms = Terms { question: None, not_before, valid_until: not_before + NEWS_VALID };
        tell_there(tx, target, first.unit, &make(hearers), terms).await?;
    }
    Ok(())
}

/// What does not arrive in private is made known to the groups of the unit, in words that name nobody.
async fn tell_there<C: TemplateContext>(
    tx: &mut Tx,
    target: Target,
    unit: UnitId,
    context: &C,
    terms: Terms,
) -> Result<(), Fault> {
    let is_private = matches!(target, Target::Sealed { .. } | Target::Address { group: None, .. });
    let message = enqueue(tx, target, context, terms).await?;
    if is_private {
        tx.set_fallback(message, Some(unit)).await?;
    }
    Ok(())
}

/// Asks the asker for more words, `once_more` where they were asked before. Quoting it answers it, and once the question is
/// answered nobody need be asked any more.
///
/// # Errors
/// The database's.
pub(super) async fn ask_asker(
    tx: &mut Tx,
    question: &Question,
    words: &str,
    once_more: bool,
    not_before: DateTime<Utc>,
) -> Result<(), Fault> {
    let target = target_of(&tx.directory(), question);
    let askers = mention_of(question, &target).into_iter().collect();
    let news = QuestionNews { asks: Some(UserText::new(words)), once_more, ..QuestionNews::of(question, askers) };
    let terms = Terms { question: Some(question.id), not_before, valid_until: not_before + NEWS_VALID };
    tell_there(tx, target, question.unit, &news, terms).await
}

/// When an asker may be told what nobody waits for at night.
pub(super) fn day_time(
    directory: &Directory,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> DateTime<Utc> {
    rules.policy.open_hours().next_open(at, directory.zone_of(question.unit), &rules.calendar)
}

/// Tells the asker who is to answer now, where that is another office than they were told before.
///
/// # Errors
/// The database's.
pub(super) async fn tell_if_elsewhere(
    tx: &mut Tx,
    before: &Question,
    now: &Question,
    not_before: DateTime<Utc>,
) -> Result<(), Fault> {
    let directory = tx.directory();
    let office = |question: &Question| {
        let assignee = question.life.assignee.and_then(|(person, _)| directory.person(person));
        assignee.map_or(question.life.holder, |person| person.unit)
    };
    if office(before) == office(now) {
        return Ok(());
    }
    let to = UserText::new(directory.unit_name(office(now)));
    tell_askers_from(
        tx,
        std::slice::from_ref(now),
        |_| not_before,
        |Hearers { mentions, .. }| QuestionNews { to: Some(to.clone()), ..QuestionNews::of(now, mentions) },
    )
    .await
}

/// Tells the asker that an answer is owed to them alone from now on, and until when.
///
/// # Errors
/// The database's.
pub(super) async fn tell_owed_anew(tx: &mut Tx, question: &Question, at: DateTime<Utc>) -> Result<(), Fault> {
    let due = moment(question.life.due_at, tx.directory().zone_of(question.unit));
    tell_asker(tx, question, at, |askers| QuestionNews {
        again: Some(due.clone()),
        ..QuestionNews::of(question, askers)
    })
    .await
}

/// Tells those who were asked to answer that the asker has taken a question back: not who has not read of it yet.
///
/// # Errors
/// The database's.
pub(super) async fn tell_gone(
    tx: &mut Tx,
    rules: &Rulebook,
    question: &Question,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let unread = tx.drop_notices_of(question.id, at).await? > 0;
    if unread || !question.life.is_owed(at) || open_days::is_live(tx, question.id, at).await?.is_some() {
        return Ok(());
    }
    tell_answerers(tx, rules, question, &Turn::Gone, at, None).await
}

/// Tells the asker of one question.
///
/// # Errors
/// The database's.
pub async fn tell_asker<C: TemplateContext>(
    tx: &mut Tx,
    question: &Question,
    at: DateTime<Utc>,
    make: impl Fn(Vec<Mention>) -> C,
) -> Result<(), Fault> {
    tell_askers(tx, std::slice::from_ref(question), at, |hearers| make(hearers.mentions)).await
}
