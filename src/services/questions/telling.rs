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
use crate::services::{Rulebook, deputies};
use crate::store::{Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::QuestionTurn;

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
    acting(tx, rules, meant, at).await
}

/// Targets with whoever stands in for a person in their place, each once.
pub(super) async fn acting(
    tx: &mut Tx,
    rules: &Rulebook,
    meant: Vec<Target>,
    at: DateTime<Utc>,
) -> Result<Vec<Target>, Fault> {
    let mut targets: Vec<Target> = Vec::new();
    for target in meant {
        let target = match target {
            Target::Person(person) => Target::Person(deputies::acting_for(tx, rules, person, at).await?),
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
pub(super) fn target_of(directory: &Directory, question: &Question) -> Target {
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
    let Asker::Known(at) = &question.asker else { return None };
    let in_group = matches!(target, Target::Chat(_) | Target::Address { group: Some(_), .. });
    in_group.then(|| {
        Mention(MentionOf {
            account: at.account.clone(),
            external_id: at.external_id.clone(),
            name: if at.name.is_empty() { "提问的朋友".to_owned() } else { at.name.clone() },
        })
    })
}

/// One message to the askers of these questions who are in the same place: who is mentioned, and whose questions they are.
#[derive(Debug)]
pub struct Hearers<'q> {
    /// The askers to be mentioned; nobody in private.
    pub mentions: Vec<Mention>,
    /// Their questions, the first given first.
    pub questions: Vec<&'q Question>,
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

/// Tells the askers of questions, once for each place they asked in, not before an instant that their question says.
pub async fn tell_askers_from<C: TemplateContext>(
    tx: &mut Tx,
    questions: &[Question],
    not_before: impl Fn(&Question) -> DateTime<Utc>,
    make: impl Fn(Hearers<'_>) -> C,
) -> Result<(), Fault> {
    let directory = tx.directory();
    let mut order: Vec<Target> = Vec::new();
    let mut heard: HashMap<Target, Hearers<'_>> = HashMap::new();
    for question in questions {
        let target = target_of(&directory, question);
        let hearers = heard.entry(target.clone()).or_insert_with(|| {
            order.push(target.clone());
            Hearers { mentions: Vec::new(), questions: Vec::new() }
        });
        let mention = mention_of(question, &target).filter(|mention| !hearers.mentions.contains(mention));
        hearers.mentions.extend(mention);
        hearers.questions.push(question);
    }
    for target in order {
        let Some(hearers) = heard.remove(&target) else { continue };
        let not_before = hearers.questions.first().map_or(DateTime::UNIX_EPOCH, |question| not_before(question));
        // what does not arrive in private is made known to the groups of the unit, in words that name nobody
        let is_private = matches!(target, Target::Sealed { .. } | Target::Address { group: None, .. });
        let unit = hearers.questions.first().filter(|_| is_private).map(|question| question.unit);
        let context = make(hearers);
        let terms = Terms { question: None, not_before, valid_until: not_before + NEWS_VALID };
        let message = enqueue(tx, target, &context, terms).await?;
        if unit.is_some() {
            tx.set_fallback(message, unit).await?;
        }
    }
    Ok(())
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
