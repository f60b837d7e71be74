//! What an anonymous asker does after asking: looked at when it is said, done at the hour.

use chrono::{DateTime, Utc};

use super::blocks::blocked_until;
use super::{Deed, Veiled, keep, refuse, under_way, who};
use crate::domain::directory::Person;
use crate::domain::event::InboundEvent;
use crate::domain::id::{QuestionId, UnitId};
use crate::domain::message::UserText;
use crate::domain::numbered::read_numbered;
use crate::domain::question::{Question, State, Step};
use crate::domain::text::storable;
use crate::error::{Fault, Halt};
use crate::seal::Purpose;
use crate::services::Rulebook;
use crate::services::questions::{self, MOST_CHARACTERS, moment};
use crate::store::{Tx, VeiledDeed};
use crate::templates::contexts::{
    NotAnonymous, OwnQuestionLine, PutOff, QuestionTooEarly, QuestionUsage, TooManyOpen, VeilOrName,
};

/// How many deeds of one asker may wait for their hour.
const MOST_UNDER_WAY: usize = 20;

/// What was said to a question that may be an anonymous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// 补充
    Add,
    /// 满意, 不满意
    Rate(bool),
    /// 仍要提问
    Insist,
    /// 看: content with this one that was shown.
    TakeOffer(QuestionId),
    /// 撤回
    Withdraw,
    /// 不公开
    Hide,
}

/// An anonymous question of somebody: at its hour, or before.
pub(super) enum Own {
    Known(Box<Question>),
    Pending(Veiled),
}

impl Own {
    pub(super) fn number(&self) -> i64 {
        match self {
            Self::Known(question) => question.number,
            Self::Pending(veiled) => veiled.deed.number(),
        }
    }

    /// When it was asked, as far as its asker is concerned.
    pub(super) fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Known(question) => question.asked_at,
            Self::Pending(veiled) => veiled.said_at,
        }
    }

    /// What its asker is called in it, and the unit it is put to.
    pub(super) fn thread(&self) -> Option<(String, UnitId)> {
        match self {
            Self::Known(question) => question.asker.alias().map(|alias| (alias.to_owned(), question.unit)),
            Self::Pending(Veiled { deed: Deed::Ask { alias, unit, .. }, .. }) => Some((alias.clone(), *unit)),
            Self::Pending(_) => None,
        }
    }

    /// The words of its asker, with what is under way.
    fn text<'a>(&'a self, under_way: &'a [(VeiledDeed, Veiled)]) -> impl Iterator<Item = &'a str> {
        let known = match self {
            Self::Known(question) => vec![question.text.as_str(), question.aside.as_str()],
            Self::Pending(_) => Vec::new(),
        };
        let number = self.number();
        let pending = under_way.iter().filter_map(move |(_, veiled)| match &veiled.deed {
            Deed::Ask { number: of, text, .. } | Deed::Add(of, text) if *of == number => Some(text.as_str()),
            _ => None,
        });
        known.into_iter().chain(pending)
    }

    /// Whether this can be said to it.
    fn takes(&self, said: Said) -> bool {
        match self {
            Self::Pending(veiled) => {
                let is_offered = matches!(&veiled.deed, Deed::Ask { similar, .. } if !similar.is_empty());
                match said {
                    Said::Add | Said::Withdraw => true,
                    Said::Insist => is_offered,
                    Said::TakeOffer(of) => {
                        matches!(&veiled.deed, Deed::Ask { similar, .. } if similar.contains(&of))
                    }
                    Said::Rate(_) | Said::Hide => false,
                }
            }
            Self::Known(question) => {
                let state = question.life.state;
                match said {
                    Said::Add => {
                        question.life.is_open() || state == State::Answered || question.life.waits_with_another()
                    }
                    Said::Rate(_) => question.life.answered_at.is_some(),
                    Said::Insist | Said::TakeOffer(_) => state == State::Offered,
                    Said::Withdraw => question.life.can_be_taken_back(),
                    Said::Hide => true,
                }
            }
        }
    }
}

/// Every anonymous question of whoever speaks, the latest last. Empty in groups.
pub(super) async fn own(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<Vec<Own>, Fault> {
    let Some(seal) = rules.seal.as_ref().filter(|_| event.place.is_private()) else { return Ok(Vec::new()) };
    let marks = rules.marks(&who(speaker, event));
    let mut own: Vec<Own> = Vec::new();
    for mark in &marks {
        let known = tx.db().await?.list_questions_of(mark, 5).await?;
        own.extend(known.into_iter().map(|question| Own::Known(Box::new(question))));
    }
    own.sort_by_key(Own::at);
    let pending = under_way(tx, seal, &marks).await?.into_iter().filter(|(row, _)| row.number.is_some());
    own.extend(pending.map(|(_, veiled)| Own::Pending(veiled)));
    Ok(own)
}

/// Keeps what was said to an anonymous question until its hour. `None` where it was not said to one: then it is said to a
/// question that shows its asker.
///
/// # Errors
/// Refuses what cannot be said to the question as it stands now, in the words of the same command without a veil.
pub async fn later(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    typed: &str,
    said: Said,
) -> Result<Option<PutOff>, Halt> {
    let mine = own(tx, rules, speaker, event).await?;
    if mine.is_empty() {
        return Ok(None);
    }
    let numbered = read_numbered(typed).filter(|_| !matches!(said, Said::TakeOffer(_)));
    let (found, words) = match numbered {
        Some((number, words)) => {
            let mut found = mine.into_iter().rfind(|one| one.number() == number);
            if found.is_none() {
                found = older(tx, rules, speaker, event, number).await?;
            }
            (found, words)
        }
        None => {
            let latest = mine.into_iter().rev().find(|one| one.takes(said));
            let open = match &latest {
                // one that shows its asker and was asked later is meant
                Some(one) => is_latest(tx, speaker, event, one, said).await?,
                None => false,
            };
            (latest.filter(|_| open), storable(typed.trim()))
        }
    };
    let Some(found) = found else { return Ok(None) };
    put_off(tx, rules, speaker, event, found, said, words).await.map(Some)
}

/// An anonymous question of one's own by its number, however old.
pub(super) async fn older(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    number: i64,
) -> Result<Option<Own>, Fault> {
    let marks = rules.marks(&who(speaker, event));
    let found = tx.db().await?.find_question_by_number(number).await?;
    let found = found.filter(|one| one.asker.alias().is_some() && marks.contains(&one.asker.who()));
    Ok(found.map(|question| Own::Known(Box::new(question))))
}

/// Whether nothing that shows its asker is meant rather.
async fn is_latest(
    tx: &mut Tx,
    speaker: Option<&Person>,
    event: &InboundEvent,
    one: &Own,
    said: Said,
) -> Result<bool, Fault> {
    let shown = tx.db().await?.list_questions_of(&who(speaker, event), 5).await?;
    let same = shown.into_iter().map(|question| Own::Known(Box::new(question))).find(|other| other.takes(said));
    Ok(same.is_none_or(|other| other.at() <= one.at()))
}

async fn put_off(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    found: Own,
    said: Said,
    words: String,
) -> Result<PutOff, Halt> {
    let Some(seal) = &rules.seal else { return Err(Fault::Corrupt("seal").into()) };
    rules.bounded(&words, MOST_CHARACTERS, event)?;
    if said == Said::Add && words.is_empty() {
        return refuse(rules, event, &QuestionUsage::add());
    }
    let number = found.number();
    let who = who(speaker, event);
    let marks = rules.marks(&who);
    let under_way = under_way(tx, seal, &marks).await?;
    let order = under_way.len();
    // what would not be taken at the hour is said now
    questions::civil(rules, event, &words)?;
    if said == Said::Add {
        questions::bounded_with_added(rules, event, found.text(&under_way), &words)?;
    }
    if matches!(said, Said::Add | Said::Rate(_) | Said::Insist)
        && let Some((_, unit)) = found.thread()
        && let Some(until) = blocked_until(tx, &marks, unit, event.sent_at).await?
    {
        return refuse(rules, event, &NotAnonymous::in_thread(until));
    }
    let unit = match &found {
        Own::Known(question) => {
            let step = match said {
                Said::Add => Step::Add,
                Said::Rate(content) => Step::Rate(content),
                Said::Insist => Step::Insist,
                Said::TakeOffer(of) => Step::TakeOffer(of),
                Said::Withdraw => Step::Withdraw,
                Said::Hide => Step::Hide,
            };
            // what cannot be done is said now, not at the hour
            questions::check(tx, rules, question, &step, event).await?;
            question.unit
        }
        Own::Pending(..) if said == Said::Withdraw => {
            // nobody has seen anything of it: it is as if it had not been said
            for (row, veiled) in under_way {
                if veiled.deed.number() == number {
                    tx.take_veiled_deed(row.id).await?;
                }
            }
            return Ok(PutOff { gone: true, ..PutOff::of(number) });
        }
        Own::Pending(_) if !found.takes(said) => {
            return refuse(rules, event, &QuestionTooEarly { number });
        }
        Own::Pending(veiled) => match &veiled.deed {
            Deed::Ask { unit, .. } => *unit,
            _ => return Err(Fault::Corrupt("veiled deed").into()),
        },
    };
    if order >= MOST_UNDER_WAY {
        return refuse(rules, event, &TooManyOpen { most: MOST_UNDER_WAY });
    }
    let deed = match said {
        Said::Add => Deed::Add(number, words),
        Said::Rate(content) => Deed::Rate(number, words, content),
        Said::Insist => Deed::Insist(number),
        Said::TakeOffer(of) => Deed::TakeOffer(number, of),
        Said::Withdraw => Deed::Withdraw(number),
        Said::Hide => Deed::Hide(number),
    };
    let mark = seal.mark(Purpose::Asker, &who);
    let due = keep(tx, rules, seal, &mark, unit, &Veiled::of(event, order, deed), None).await?;
    let when = Some(moment(due, tx.directory().zone_of(unit)));
    Ok(PutOff {
        when,
        added: said == Said::Add,
        content: said == Said::Rate(true),
        unhappy: said == Said::Rate(false),
        insisted: said == Said::Insist,
        withdrawn: said == Said::Withdraw,
        hidden: said == Said::Hide,
        ..PutOff::of(number)
    })
}

/// When whoever speaks last asked something anonymously that they can take back within a day.
///
/// # Errors
/// The database's.
pub async fn latest(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<Option<(i64, DateTime<Utc>)>, Fault> {
    let since = event.sent_at - chrono::TimeDelta::hours(24);
    let mine = own(tx, rules, speaker, event).await?;
    let latest = mine.iter().rev().find(|one| one.takes(Said::Withdraw) && one.at() >= since);
    Ok(latest.map(|one| (one.number(), one.at())))
}

/// How long somebody who asked anonymously may still be speaking of that.
pub(super) const STILL_SPEAKS_OF_IT: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// A question that comes without a command word, from somebody who has lately asked anonymously: it may be meant for that
/// thread, and taken as a new one it would show who they are. So they say which.
///
/// # Errors
/// Refuses, and says what to type for either.
pub async fn beware(tx: &mut Tx, rules: &Rulebook, speaker: Option<&Person>, event: &InboundEvent) -> Result<(), Halt> {
    let mine = own(tx, rules, speaker, event).await?;
    match mine.last().filter(|one| one.at() + STILL_SPEAKS_OF_IT >= event.sent_at) {
        Some(one) => refuse(rules, event, &VeilOrName { number: one.number() }),
        None => Ok(()),
    }
}

/// Whether somebody has asked anonymously since an instant.
///
/// # Errors
/// The database's.
pub async fn asked_since(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    since: DateTime<Utc>,
) -> Result<bool, Fault> {
    Ok(own(tx, rules, speaker, event).await?.iter().any(|one| one.at() > since))
}

/// A recalled message that asked anonymously takes its question back.
///
/// # Errors
/// The database's.
pub async fn withdraw_recalled(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    number: &str,
) -> Result<(), Halt> {
    match later(tx, rules, speaker, event, number, Said::Withdraw).await {
        // what is answered already stands, and a recall says nothing
        Ok(_) | Err(Halt::Refusal(_)) => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// What waits for its hour, for the list of one's own questions.
///
/// # Errors
/// The database's.
pub async fn add_pending(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    items: &mut Vec<OwnQuestionLine>,
) -> Result<(), Fault> {
    for one in own(tx, rules, speaker, event).await? {
        if let Own::Pending(Veiled { deed: Deed::Ask { number, alias, text, .. }, .. }) = one {
            let text = UserText::short(&text, 40);
            items.insert(0, OwnQuestionLine { number, text, state: "整点转交", due: None, alias: Some(alias) });
        }
    }
    Ok(())
}
