//! What is read before the write, which everybody waits for: published questions much like the one that is asked, and the
//! whole answer of a command that only reads.

use std::sync::Arc;

use super::{Intake, run, speaker_of};
use crate::commands::{self, Answer, Ask, parse::Recognised};
use crate::domain::directory::Directory;
use crate::domain::event::InboundEvent;
use crate::domain::id::QuestionId;
use crate::domain::permission::Spot;
use crate::error::{Fault, Halt, Refusal};
use crate::services::{Rulebook, questions, similar};
use crate::store::{NewOutbox, Tx};

/// What was read; nothing of it need have been: the write then does it itself.
#[derive(Debug, Default)]
pub struct Beforehand {
    /// Of a question: published ones that are much like it, the likest first.
    pub(super) similar: Vec<QuestionId>,
    /// Of a command that only reads: what it says.
    pub(super) rehearsed: Option<Rehearsed>,
}

/// What a command said that only reads.
#[derive(Debug)]
pub(super) struct Rehearsed {
    said: Result<Answer, Refusal>,
    owed: Vec<NewOutbox>,
}

impl Rehearsed {
    /// Says it, and owes what goes to somebody in private.
    pub(super) async fn say(&self, tx: &mut Tx) -> Result<Answer, Halt> {
        for owed in &self.owed {
            tx.insert_outbox(owed.clone()).await?;
        }
        Ok(self.said.clone()?)
    }
}

impl Intake {
    /// Reads for an event what can be read before the write.
    pub(super) async fn beforehand(
        &self,
        directory: &Directory,
        event: &Arc<InboundEvent>,
        spot: Spot,
        recognised: &Recognised,
    ) -> Beforehand {
        Beforehand {
            similar: self.similar(directory, event, spot, recognised).await,
            rehearsed: self.rehearse(event, recognised).await,
        }
    }

    /// Runs a command that only reads. Where that fails, the write runs it, and tries again as it does with everything.
    async fn rehearse(&self, event: &Arc<InboundEvent>, recognised: &Recognised) -> Option<Rehearsed> {
        let Recognised::Command(call) = recognised else { return None };
        // a cry for help among the words of a report is no report
        if !commands::only_reads(call.command) || questions::danger_in(&self.rules, &event.text).is_some() {
            return None;
        }
        // who may see what must be as fresh as the figures: another process may have changed it
        self.store.refresh_directory(self.rules.zone).await.ok()?;
        let (command, kind, rest) = (call.command, call.kind.clone(), call.rest.clone());
        let (rules, event) = (self.rules.clone(), event.clone());
        let rehearsed = self.store.rehearse(move |tx| {
            Box::pin(async move {
                let (rules, event): (&Rulebook, &InboundEvent) = (&rules, &event);
                let directory = tx.directory();
                let speaker = speaker_of(&directory, event);
                let ask = Ask {
                    rules,
                    event,
                    speaker: speaker.as_deref(),
                    chat: event.place.group().and_then(|group| directory.heard_in(&event.account, group)),
                    spot: super::spot_of(&directory, event),
                    kind: kind.as_deref().and_then(|key| rules.policy.kind(key)),
                    rest: &rest,
                    similar: &[],
                    tx,
                };
                match run(command, ask).await {
                    Ok(answer) => Ok(Ok(answer)),
                    Err(Halt::Refusal(refusal)) => Ok(Err(refusal)),
                    Err(Halt::Fault(fault)) => Err::<_, Fault>(fault),
                }
            })
        });
        match rehearsed.await {
            Ok((said, owed)) => Some(Rehearsed { said, owed }),
            Err(fault) => {
                let writes = matches!(&fault, Fault::Store(error) if error.is_refused_write());
                debug_assert!(!writes, "{} is listed as a command that only reads, and writes", command.key);
                tracing::warn!(error = %fault, command = command.key, "A report could not be read beside the writer");
                metrics::counter!("tuanqing_reports_read_in_write_total").increment(1);
                None
            }
        }
    }

    /// Published questions that are much like the one that is asked; where they cannot be read, it is simply taken in.
    async fn similar(
        &self,
        directory: &Directory,
        event: &InboundEvent,
        spot: Spot,
        recognised: &Recognised,
    ) -> Vec<QuestionId> {
        let text = match recognised {
            Recognised::Command(call) if matches!(call.command.key, commands::ASK | commands::ASK_ANONYMOUSLY) => {
                &call.rest
            }
            Recognised::Question(text) | Recognised::Unnamed(text) => text,
            _ => return Vec::new(),
        };
        let speaker = directory.speaker(&event.account, &event.sender);
        let chat = event.place.group().and_then(|group| directory.heard_in(&event.account, group));
        let unit = questions::unit_for(directory, speaker, chat, &event.account);
        let Some(unit) = unit.filter(|_| spot != Spot::StrangeGroup) else { return Vec::new() };
        match similar::look_up(&self.store, directory, unit, text).await {
            Ok(found) => found.into_iter().map(|one| one.question).collect(),
            Err(error) => {
                tracing::warn!(error = %error, "Similar questions could not be looked up");
                Vec::new()
            }
        }
    }
}
