//! From an event to its effects, in one transaction: who speaks, where, which command, may they, do it, answer.
//!
//! The same function serves the first try and every retry. A refusal is a normal answer. A fault rolls back what the
//! event did; the event is then kept as `failed` with its payload and tried again with back-off, until it is `dead` and
//! waits for an operator. Ordinary talk leaves no row at all.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use self::beforehand::Beforehand;
use self::sealing::{opened_event, reopened, sealed_event, sealed_handled, sealed_reply};
use crate::clock::{Clock, to_ms};
pub use crate::commands::reserved_words;
use crate::commands::{self, Answer, Ask, Command, parse::Recognised};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::{InboundEvent, Place, ReplyRoute};
use crate::domain::id::ChatId;
use crate::domain::message::Message;
use crate::domain::people::{ChatRole, Receipts};
use crate::domain::permission::{Spot, Where};
use crate::error::{Fault, Halt};
use crate::failpoint::is_poison;
use crate::services::{Rulebook, anonymity, polls, questions, records};
use crate::store::{Accepted, Ahead, FailedEvent, Handled, InboxKey, NewOutbox, SeenCard, Store, Target, Tx};
use crate::templates::contexts::{DidYouMean, NotAllowed, NotKnown, ShortReceipt, StrangeGroup, WrongPlace};

mod beforehand;
mod cards;
mod crowd;
mod sealing;

/// Takes events in.
#[derive(Clone)]
pub struct Intake {
    store: Store,
    clock: Arc<dyn Clock>,
    rules: Arc<Rulebook>,
    max_attempts: i32,
    cards: Arc<cards::Cards>,
    crowds: Arc<crowd::Crowds>,
}

/// The event could not be stored: the platform must be told that it was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event could not be stored")]
pub struct NotStored;

impl Intake {
    /// An intake that gives an event up after `max_attempts` tries.
    pub fn new(store: Store, clock: Arc<dyn Clock>, rules: Arc<Rulebook>, max_attempts: i32) -> Self {
        Self { store, clock, rules, max_attempts, cards: Arc::default(), crowds: Arc::default() }
    }

    /// Acts on an event, once. Returns the reply when everything is on disk.
    ///
    /// # Errors
    /// [`NotStored`] where not even the failed event could be kept: nothing may be acknowledged then.
    pub async fn deliver(&self, event: InboundEvent) -> Result<Option<Message>, NotStored> {
        let card = match self.rules.policy.card_format {
            Some(_) => self.cards.news(&self.store.directory(), &event),
            None => None,
        };
        let crowd = self.crowds.news(&self.store.directory(), &event);
        let seen_at = event.sent_at;
        let reply = self.act_on(event).await?;
        if let Some(card) = card {
            self.note_card(card, seen_at).await;
        }
        if let Some((chat, people)) = crowd {
            self.note_crowd(chat, people).await;
        }
        Ok(reply)
    }

    /// Stores a card that was not seen before. It is a convenience: where that fails, the next message tries again.
    async fn note_card(&self, card: SeenCard, seen_at: DateTime<Utc>) {
        let noted = card.clone();
        let written = self
            .store
            .write(move |tx| {
                let card = noted.clone();
                Box::pin(async move { Ok(tx.note_group_card(&card, seen_at).await?) })
            })
            .await;
        match written {
            Ok(()) => self.cards.remember(card),
            Err(fault) => tracing::warn!(error = %fault, "A group card could not be noted"),
        }
    }

    /// Stores that enough people were heard in a group. Where that fails, it is counted again after the next start.
    async fn note_crowd(&self, chat: ChatId, people: usize) {
        let noted = self.store.write(move |tx| Box::pin(async move { Ok(tx.note_crowd(chat, people).await?) })).await;
        if let Err(fault) = noted {
            tracing::warn!(error = %fault, "How many were heard in a group could not be noted");
        }
    }

    async fn act_on(&self, event: InboundEvent) -> Result<Option<Message>, NotStored> {
        let (directory, spot, recognised) = self.recognise(&event).await;
        if !self.is_for_us(&directory, &event, spot, &recognised).await {
            metrics::counter!("tuanqing_events_total", "outcome" => "not_for_us").increment(1);
            return Ok(None);
        }
        let received_at_ms = to_ms(self.clock.now());
        let (key, ahead) = (InboxKey::of(&event), self.ahead(&directory, &event, &recognised));
        let event = Arc::new(event);
        let (rules, shared) = (self.rules.clone(), event.clone());
        let beforehand = Arc::new(self.beforehand(&directory, &shared, spot, &recognised).await);
        let accepted = self
            .store
            .accept(key, ahead, received_at_ms, move |tx| {
                let (rules, event, beforehand) = (rules.clone(), shared.clone(), beforehand.clone());
                Box::pin(async move { handle(tx, &rules, &event, &beforehand).await })
            })
            .await;
        match accepted {
            Ok(accepted) => {
                let outcome = if matches!(accepted, Accepted::First(_)) { "done" } else { "redelivered" };
                metrics::counter!("tuanqing_events_total", "outcome" => outcome).increment(1);
                Ok(match accepted {
                    Accepted::Sealed(sealed) => reopened(&self.rules, &sealed),
                    Accepted::First(reply) | Accepted::Again(reply) => reply,
                })
            }
            Err(fault) => self.keep(event, fault, received_at_ms).await,
        }
    }

    /// What a check-in will ask the database, so that a batch of them can be read for at once.
    fn ahead(&self, directory: &Directory, event: &InboundEvent, recognised: &Recognised) -> Option<Ahead> {
        match recognised {
            Recognised::Command(call) if call.command.key == commands::CHECK_IN => {
                let person = directory.speaker(&event.account, &event.sender)?;
                let chat = event.place.group().and_then(|group| directory.heard_in(&event.account, group));
                Some(records::ahead(directory, &self.rules, person, chat, event.sent_at))
            }
            _ => None,
        }
    }

    /// Whether an event needs a row. Quoting is common in groups, so the quoted message is looked up first.
    async fn is_for_us(
        &self,
        directory: &Directory,
        event: &InboundEvent,
        spot: Spot,
        recognised: &Recognised,
    ) -> bool {
        match recognised {
            // whoever cries for help to the bot is heard, however short it is; thanks in private are for nobody, unless
            // they answer a question of a survey
            Recognised::Nothing => {
                let private = event.place.is_private();
                if (event.addressed || private) && questions::danger_in(&self.rules, &event.text).is_some() {
                    return true;
                }
                if !private || event.text.trim().is_empty() {
                    return false;
                }
                let reader = self.store.reader();
                let asked = reader
                    .find_survey_dialogue(&event.account, &polls::speaker_keys(&self.rules, event), event.sent_at)
                    .await;
                asked.is_ok_and(|asked| asked.is_some())
            }
            // a question that somebody asks into the group is talk, unless an open day runs there
            Recognised::Aloud(_) => {
                let Some(chat) = event.place.group().and_then(|group| directory.heard_in(&event.account, group)) else {
                    return false;
                };
                match self.store.reader().find_session(chat.id).await {
                    Ok(found) => found.is_some_and(|session| event.sent_at < session.until),
                    Err(_) => true,
                }
            }
            Recognised::Quote => {
                let quoted = event.quote.as_deref().unwrap_or_default();
                match self.store.reader().find_quoted_question(&event.account, quoted).await {
                    Ok(found) => found.is_some() || event.place.is_private() || event.addressed,
                    // better a row too many than an answer lost
                    Err(_) => true,
                }
            }
            // in a group that is tied to nothing, only what can tie it, and what is said to the bot itself
            Recognised::Command(call) if spot == Spot::StrangeGroup => {
                event.addressed || matches!(call.command.key, "bind_chat" | "bind_person")
            }
            Recognised::Hint(_) => spot != Spot::StrangeGroup || event.addressed,
            // of a list, only what its sender reports of themself
            Recognised::Chain => {
                let directory = self.store.directory();
                !commands::chain_lines(&directory, &self.rules.policy, event).is_empty()
            }
            _ => true,
        }
    }

    /// Where an event was said, and what it asks for. A group that looks strange may have been tied a moment ago, by
    /// another process: before something that was meant for us is passed over, the directory is looked at again.
    async fn recognise(&self, event: &InboundEvent) -> (Arc<Directory>, Spot, Recognised) {
        let look = || {
            let directory = self.store.directory();
            let spot = spot_of(&directory, event);
            let recognised = commands::parse::recognise(event, spot, &self.rules.policy);
            (directory, spot, recognised)
        };
        let seen = look();
        let is_meant = event.quote.is_some() || !matches!(seen.2, Recognised::Nothing);
        if seen.1 != Spot::StrangeGroup || !is_meant {
            return seen;
        }
        if let Err(error) = self.store.refresh_directory(self.rules.zone).await {
            tracing::warn!(error = %error, "The directory could not be looked at again; a group stays strange for now");
        }
        look()
    }

    async fn keep(
        &self,
        event: Arc<InboundEvent>,
        fault: Fault,
        received_at_ms: i64,
    ) -> Result<Option<Message>, NotStored> {
        if matches!(fault, Fault::Closed) {
            return Err(NotStored);
        }
        let (error, next_try_at_ms) = (fault.to_string(), to_ms(self.clock.now() + back_off(1)));
        tracing::error!(event.account = %event.account, error = %error, "An event could not be handled; it is kept and will be tried again");
        let sealed = sealed_event(&self.rules, &event);
        let kept = self
            .store
            .write(move |tx| {
                let (event, sealed, error) = (event.clone(), sealed.clone(), error.clone());
                Box::pin(async move {
                    tx.keep_failed_event(&event, sealed.as_deref(), &error, received_at_ms, next_try_at_ms).await
                })
            })
            .await;
        match kept {
            Ok(()) => {
                metrics::counter!("tuanqing_events_total", "outcome" => "failed").increment(1);
                Ok(None)
            }
            Err(fault) => {
                tracing::error!(error = %fault, "A failed event could not be kept either; the platform is told to keep it");
                metrics::counter!("tuanqing_events_total", "outcome" => "not_stored").increment(1);
                Err(NotStored)
            }
        }
    }

    /// Tries again what is due. Returns how many events were tried.
    ///
    /// # Errors
    /// The database's.
    pub async fn retry_due(&self) -> Result<usize, Fault> {
        let now = self.clock.now();
        let due = self.store.reader().list_due_events(to_ms(now), 50).await?;
        let count = due.len();
        for failed in due {
            self.retry(failed, now).await?;
        }
        Ok(count)
    }

    async fn retry(&self, failed: FailedEvent, now: DateTime<Utc>) -> Result<(), Fault> {
        let id = failed.id;
        let event = failed.event.or_else(|| opened_event(&self.rules, failed.sealed.as_deref()?));
        let (event, rules) = (event.map(Arc::new), self.rules.clone());
        let outcome = self
            .store
            .write(move |tx| {
                let (event, rules) = (event.clone(), rules.clone());
                Box::pin(async move {
                    let event = event.ok_or(Fault::Corrupt("event"))?;
                    let handled = handle(tx, &rules, &event, &Beforehand::default()).await?;
                    if !tx.settle_failed_event(id, &handled).await? {
                        // another replica was faster: what this one did must not stay
                        return Err(Fault::Corrupt("event taken by another replica"));
                    }
                    // the delivery is long answered, so the reply goes out by itself
                    match &handled.reply {
                        Some(reply) if event.reply == ReplyRoute::Response => {
                            say_later(tx, &rules, &event, reply, now).await
                        }
                        _ => Ok(()),
                    }
                })
            })
            .await;
        let Err(fault) = outcome else {
            metrics::counter!("tuanqing_events_total", "outcome" => "done_late").increment(1);
            return Ok(());
        };
        let attempts = failed.attempts + 1;
        let next = (attempts < self.max_attempts).then(|| to_ms(now + back_off(attempts)));
        if next.is_none() {
            tracing::error!(event.id = %id, error = %fault, "An event is given up after many tries; see `tuanqing inbox list`");
            metrics::counter!("tuanqing_events_total", "outcome" => "dead").increment(1);
        }
        let error = fault.to_string();
        self.store
            .write(move |tx| {
                let error = error.clone();
                Box::pin(async move { Ok(tx.postpone_failed_event(id, failed.attempts, &error, next).await?) })
            })
            .await
    }

    /// Retries until it is told to stop.
    pub async fn run_retries(self, stopping: CancellationToken) {
        let mut pause = tokio::time::interval(Duration::from_secs(2));
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                _ = pause.tick() => {}
            }
            if let Err(fault) = self.retry_due().await {
                tracing::warn!(error = %fault, "Failed events could not be retried");
            }
            // what another process has changed is seen within two seconds, also while nobody writes here
            if let Err(error) = self.store.refresh_directory(self.rules.zone).await {
                tracing::warn!(error = %error, "The directory could not be brought up to date");
            }
        }
    }
}

/// 5 s, 10 s, 20 s … an hour at most.
fn back_off(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 11) - 1).unwrap_or(0);
    TimeDelta::seconds((5_i64 << doublings).min(3_600))
}

async fn say_later(
    tx: &mut Tx,
    rules: &Rulebook,
    event: &InboundEvent,
    reply: &Message,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let reply = serde_json::to_string(reply).map_err(|_| Fault::Corrupt("reply"))?;
    let sealed = if event.place.is_private() { sealed_reply(rules, event, &reply) } else { None };
    let (target, context) = sealed.unwrap_or_else(|| (sender_of(event), reply));
    tx.insert_outbox(NewOutbox::rendered(target, context, now, now + TimeDelta::days(1))).await?;
    Ok(())
}

/// Where whoever sent an event hears its reply.
fn sender_of(event: &InboundEvent) -> Target {
    let group = event.place.group().map(str::to_owned);
    Target::Address { account: event.account.clone(), group, user: event.sender.clone() }
}

fn spot_of(directory: &Directory, event: &InboundEvent) -> Spot {
    match &event.place {
        Place::Private => Spot::Private,
        Place::Group(group) => {
            directory.heard_in(&event.account, group).map_or(Spot::StrangeGroup, |chat| Spot::Chat(chat.role))
        }
    }
}

/// Who speaks, where we know them. Somebody who has left is what they still are: what they did is theirs to see, their
/// roles are not theirs any more.
fn speaker_of<'d>(directory: &'d Directory, event: &InboundEvent) -> Option<Cow<'d, Person>> {
    let person = directory.speaker(&event.account, &event.sender)?;
    let is_former = directory.has_left(person, event.sent_at) && !person.roles.is_empty();
    Some(match is_former {
        true => Cow::Owned(Person { roles: Vec::new(), ..person.clone() }),
        false => Cow::Borrowed(person),
    })
}

/// Acts on an event inside a transaction.
///
/// # Errors
/// Faults only; a refusal is an answer.
pub async fn handle(
    tx: &mut Tx,
    rules: &Rulebook,
    event: &InboundEvent,
    beforehand: &Beforehand,
) -> Result<Handled, Fault> {
    let directory = tx.directory();
    let speaker = speaker_of(&directory, event);
    let chat = event.place.group().and_then(|group| directory.heard_in(&event.account, group));
    let spot = spot_of(&directory, event);
    let recognised = commands::parse::recognise(event, spot, &rules.policy);
    let (kind, rest) = match &recognised {
        Recognised::Command(call) => (call.kind.as_deref().and_then(|key| rules.policy.kind(key)), call.rest.as_str()),
        Recognised::Question(rest) | Recognised::Aloud(rest) | Recognised::Unnamed(rest) => (None, rest.as_str()),
        _ => (None, ""),
    };
    let (speaker, similar) = (speaker.as_deref(), beforehand.similar.as_slice());
    let ask = Ask { tx: &mut *tx, rules, event, speaker, chat, spot, kind, rest, similar };
    let outcome = act(ask, &recognised, beforehand).await;
    let answer = match outcome {
        Ok(answer) => as_the_group_wants(tx, rules, event, chat, &recognised, answer).await?,
        Err(Halt::Refusal(refusal)) => {
            tx.count("tuanqing_refusals_total", Some(("reason", refusal.key)));
            Answer { reply: Some(refusal.message), made: None }
        }
        Err(Halt::Fault(fault)) => return Err(fault),
    };
    if is_poison(&event.text) {
        return Err(Fault::Corrupt("what a test wants it to be"));
    }
    let mut handled = Handled { reply: answer.reply, made: answer.made, sealed: None };
    if event.reply == ReplyRoute::Outbox
        && let Some(reply) = handled.reply.take()
    {
        say_later(tx, rules, event, &reply, event.sent_at).await?;
    }
    handled.sealed = sealed_handled(rules, event, &handled)?;
    Ok(handled)
}

/// How much of a receipt a group hears: all of it, a line, or nothing, and then it goes to the person in private.
async fn as_the_group_wants(
    tx: &mut Tx,
    rules: &Rulebook,
    event: &InboundEvent,
    chat: Option<&Chat>,
    recognised: &Recognised,
    mut answer: Answer,
) -> Result<Answer, Fault> {
    let of_record = answer.made.as_ref().is_some_and(|made| made.starts_with("record:"));
    let call = match recognised {
        Recognised::Command(call) => Some(call),
        _ => None,
    };
    let is_receipt = of_record || call.is_some_and(|call| matches!(call.command.key, "withdraw" | "change"));
    let (Some(chat), true) = (chat, is_receipt) else { return Ok(answer) };
    match chat.receipts {
        Receipts::Full => {}
        Receipts::Short => {
            if let Some(kind) = call.filter(|_| of_record).and_then(|call| call.kind.as_deref()) {
                let title = rules.policy.kind_title(kind).to_owned();
                let short = ShortReceipt { title, count: 1, several: false };
                answer.reply = Some(rules.templates.render(&short, &event.platform)?);
            }
        }
        Receipts::Private => {
            if let Some(reply) = answer.reply.take() {
                // of a record, said in a group under a name: there is nothing to seal, and receipts come in their order
                let private = sender_of(&InboundEvent { place: Place::Private, ..event.clone() });
                let context = serde_json::to_string(&reply).map_err(|_| Fault::Corrupt("reply"))?;
                let (from, until) = (event.sent_at, event.sent_at + TimeDelta::days(1));
                tx.insert_outbox(NewOutbox::rendered(private, context, from, until)).await?;
            }
        }
    }
    Ok(answer)
}

async fn act(mut ask: Ask<'_>, recognised: &Recognised, beforehand: &Beforehand) -> Result<Answer, Halt> {
    let (event, spot) = (ask.event, ask.spot);
    if spot == Spot::Private {
        match recognised {
            // whoever gives a command has done with what they were asked; a survey can be taken up again
            Recognised::Command(_) => {
                if ask.speaker.is_some() {
                    ask.tx.end_dialogue(&event.account, &event.sender).await?;
                }
                ask.tx.pause_drafts(&event.account, &polls::speaker_keys(ask.rules, event)).await?;
            }
            Recognised::Question(_)
            | Recognised::Unnamed(_)
            | Recognised::Hint(_)
            | Recognised::Lost
            | Recognised::Nothing => {
                if let Some(answer) = answer_asked(&mut ask).await? {
                    return Ok(answer);
                }
            }
            _ => {}
        }
    }
    let command = match recognised {
        Recognised::Command(call) => Some(call.command),
        _ => None,
    };
    let may_cry = !matches!(recognised, Recognised::Recall | Recognised::Chain | Recognised::Quote);
    if may_cry && let Some(answer) = commands::take_cry(&mut ask, command).await? {
        return Ok(answer);
    }
    let may_be_asked = matches!(recognised, Recognised::Question(_) | Recognised::Hint(_) | Recognised::Lost);
    if spot == Spot::Private
        && may_be_asked
        && let Some(answer) = commands::ask_begun(&mut ask).await?
    {
        return Ok(answer);
    }
    let may_be_asked = matches!(recognised, Recognised::Question(_) | Recognised::Lost);
    if may_be_asked && let Some(answer) = commands::answer_asked_back(&mut ask).await? {
        return Ok(answer);
    }
    match recognised {
        Recognised::Command(call) => match &beforehand.rehearsed {
            Some(rehearsed) => rehearsed.say(ask.tx).await,
            None => run(call.command, ask).await,
        },
        Recognised::Question(_) => ask_by_mention(ask).await,
        Recognised::Unnamed(_) => commands::ask_unnamed(ask).await,
        Recognised::Aloud(_) => commands::ask_aloud(ask).await,
        Recognised::Recall => commands::withdraw_recalled(ask).await,
        Recognised::Chain => commands::record_chain(ask).await,
        Recognised::Hint(word) => ask.say(&DidYouMean { word: word.clone() }),
        Recognised::Quote => quote(ask).await,
        Recognised::Lost if spot == Spot::StrangeGroup => ask.refuse(&StrangeGroup {}),
        Recognised::Lost => commands::help_menu(&ask),
        Recognised::Nothing => Ok(Answer::default()),
    }
}

/// What somebody says in private who was asked something: by a survey, or for the rest of a record.
async fn answer_asked(ask: &mut Ask<'_>) -> Result<Option<Answer>, Halt> {
    match commands::answer_survey(ask).await? {
        Some(answer) => Ok(Some(answer)),
        None => commands::answer_guide(ask).await,
    }
}

/// An answer to the quoted question; else what the message is without the quote. QQ adds quote and mention by itself when
/// somebody replies to the bot, so a follow-up looks like this too.
async fn quote(mut ask: Ask<'_>) -> Result<Answer, Halt> {
    if let Some(answer) = commands::answer_quote(&mut ask).await? {
        return Ok(answer);
    }
    if ask.spot == Spot::Private
        && let Some(answer) = answer_asked(&mut ask).await?
    {
        return Ok(answer);
    }
    if let Some(answer) = commands::take_cry(&mut ask, None).await? {
        return Ok(answer);
    }
    if let Some(answer) = commands::answer_asked_back(&mut ask).await? {
        return Ok(answer);
    }
    let plain = InboundEvent { quote: None, ..ask.event.clone() };
    match commands::parse::recognise(&plain, ask.spot, &ask.rules.policy) {
        Recognised::Question(text) => {
            let mut ask = Ask { rest: &text, ..ask };
            match commands::ask_on(&mut ask).await? {
                Some(answer) => Ok(answer),
                None => ask_by_mention(ask).await,
            }
        }
        Recognised::Aloud(text) => {
            let mut ask = Ask { rest: &text, ..ask };
            match commands::ask_on(&mut ask).await? {
                Some(answer) => Ok(answer),
                None => commands::ask_aloud(ask).await,
            }
        }
        Recognised::Unnamed(text) => commands::ask_unnamed(Ask { rest: &text, ..ask }).await,
        Recognised::Hint(word) => ask.say(&DidYouMean { word }),
        Recognised::Lost => commands::help_menu(&ask),
        _ => Ok(Answer::default()),
    }
}

/// Takes a question that came without a command word. In private only from people who are on no roster: what a cadre
/// says to the bot there is more likely a slip.
async fn ask_by_mention(ask: Ask<'_>) -> Result<Answer, Halt> {
    if ask.spot == Spot::Private && ask.speaker.is_some() {
        return commands::help_menu(&ask);
    }
    anonymity::beware(ask.tx, ask.rules, ask.speaker, ask.event).await?;
    commands::ask_by_mention(ask).await
}

/// Checks the table's permission and place, then runs the command. Denied by default.
async fn run(command: &'static Command, ask: Ask<'_>) -> Result<Answer, Halt> {
    let word = || commands::parse::words(command, &ask.rules.policy).first().copied().unwrap_or_default().to_owned();
    let spoken_to = ask.event.addressed || ask.event.place.is_private();
    // among young people the bot does not lecture anybody it was not spoken to by
    // and 参加 3 among cadres is not said to it at all
    let is_theirs =
        ask.spot == Spot::Chat(ChatRole::Youth) || matches!(command.place, Where::YouthGroups | Where::WithYouth);
    let silent = !spoken_to && (is_theirs || commands::is_perhaps_talk(&ask));
    if !command.who.includes(ask.speaker) {
        return match ask.speaker {
            _ if silent => Ok(Answer::default()),
            None => ask.refuse(&NotKnown { word: word() }),
            Some(_) => ask.refuse(&NotAllowed { word: word(), who: command.who.title().to_owned() }),
        };
    }
    if !command.place.includes(ask.spot) {
        return match ask.spot {
            _ if silent => Ok(Answer::default()),
            Spot::StrangeGroup => ask.refuse(&StrangeGroup {}),
            _ => ask.refuse(&WrongPlace { word: word(), place: command.place.title().to_owned() }),
        };
    }
    // that somebody asked without a name just now is nobody's business
    let label = if command.key == commands::ASK_ANONYMOUSLY { commands::ASK } else { command.key };
    ask.tx.count("tuanqing_commands_total", Some(("command", label)));
    (command.run)(ask).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_back_off_doubles_up_to_an_hour() {
        let seconds: Vec<i64> = [1, 2, 3, 11, 50].map(|attempts| back_off(attempts).num_seconds()).to_vec();
        assert_eq!(seconds, [5, 10, 20, 3_600, 3_600]);
    }
}
