//! What was done about a problem goes back down the way it came up: to the units on the way, to the cadres who reported
//! it, and to the young people who asked.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};

use super::askers::{Told, tell_askers_of};
use super::deeds::terms;
use crate::domain::directory::{Directory, Person};
use crate::domain::id::{PersonId, UnitId};
use crate::domain::message::UserText;
use crate::domain::problem::{Problem, ProblemStep};
use crate::error::Fault;
use crate::outbox::enqueue;
use crate::services::Rulebook;
use crate::store::{StoreError, Target, Tx};
use crate::templates::contexts::ProblemNews;

/// How many were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// Cadres who reported it.
    pub reporters: usize,
    /// Young people who are told.
    pub askers: usize,
}

/// What stands in front of what was said at a step.
fn label(step: ProblemStep) -> &'static str {
    match step {
        ProblemStep::Settled => "结果",
        ProblemStep::Transferred => "转给",
        ProblemStep::Instructed => "批示",
        _ => "进展",
    }
}

/// Tells everybody below what somebody did about an entry.
pub(super) async fn tell(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    voices: &[Problem],
    step: ProblemStep,
    said: &str,
    at: DateTime<Utc>,
) -> Result<Reached, Fault> {
    let directory = tx.directory();
    let by = UserText::new(directory.unit_name(person.unit));
    let (what, label) = (step.title(), label(step));
    // each reporter once, by the number they know
    let mut reporters: BTreeMap<PersonId, &Problem> = BTreeMap::new();
    for voice in voices {
        if let Some(reporter) = voice.reporter().filter(|one| *one != person.id) {
            reporters.entry(reporter).or_insert(voice);
        }
    }
    reporters.retain(|reporter, _| !directory.identities_of(*reporter).is_empty());
    let news = |voice: &Problem, own: bool| ProblemNews {
        what: what.to_owned(),
        own,
        number: voice.number,
        unit: UserText::new(directory.unit_name(voice.unit)),
        text: UserText::short(&voice.text, 60),
        label: label.to_owned(),
        said: UserText::new(said),
        by: by.clone(),
    };
    for (reporter, voice) in &reporters {
        let terms = terms(rules, &directory, voice.unit, at);
        enqueue(tx, Target::Person(*reporter), &news(voice, true), terms).await?;
    }
    // that somebody is at it stands in the list; who passed it on need not be written to for that
    if step != ProblemStep::InHand {
        for (on_the_way, voice) in on_the_way(&directory, person, voices, at) {
            if !reporters.contains_key(&on_the_way) {
                let terms = terms(rules, &directory, voice.unit, at);
                enqueue(tx, Target::Person(on_the_way), &news(voice, false), terms).await?;
            }
        }
    }
    let told = Told { what, label, said: UserText::new(said), by: by.clone() };
    let (mut askers, mut heard) = (0, HashSet::new());
    for voice in voices {
        if let Some(question) = voice.question() {
            let not_before = terms(rules, &directory, voice.unit, at).not_before;
            askers += tell_askers_of(tx, question, &told, not_before, &mut heard).await?;
        }
    }
    Ok(Reached { reporters: reporters.len(), askers })
}

/// Who answers for the units between those a matter comes from and the one that speaks, each with a voice from below.
fn on_the_way<'v>(
    directory: &Directory,
    person: &Person,
    voices: &'v [Problem],
    at: DateTime<Utc>,
) -> BTreeMap<PersonId, &'v Problem> {
    let mut found: BTreeMap<PersonId, &Problem> = BTreeMap::new();
    let mut units: Vec<UnitId> = Vec::new();
    for voice in voices {
        for unit in directory.lineage(voice.unit).map(|unit| unit.id).take_while(|unit| *unit != person.unit) {
            if units.contains(&unit) {
                continue;
            }
            units.push(unit);
            // a unit without a secretary has those above it, who are told for their own
            let own = directory.answerers(unit, at).into_iter().filter(|one| one.unit == unit && one.id != person.id);
            for one in own.filter(|one| !directory.identities_of(one.id).is_empty()) {
                found.entry(one.id).or_insert(voice);
            }
        }
    }
    found
}

/// Whether what is said there is heard by a whole group.
pub(super) fn is_read_out(target: &Target) -> bool {
    matches!(target, Target::Chat(_))
}

/// Whether a voice may be read out in a group: not what was asked in private, or without a name.
pub(super) async fn is_spoken(tx: &mut Tx, voice: &Problem) -> Result<bool, StoreError> {
    let Some(question) = voice.question() else { return Ok(true) };
    Ok(tx.db().await?.list_unspoken(&[question]).await?.is_empty())
}
