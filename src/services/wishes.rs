//! Wishes (微心愿): made by young people, claimed and fulfilled by cadres.

use chrono::{DateTime, TimeDelta, Utc};

use super::Rulebook;
use super::questions::{answerer_targets, civil, moment, unit_for};
use super::records::{self, Deed};
use super::somebodies::{in_private, mention, name_shown, who};
use crate::domain::calendar::business_day;
use crate::domain::directory::{Chat, Directory, Person, called};
use crate::domain::event::InboundEvent;
use crate::domain::id::{RecordId, UnitId, WishId};
use crate::domain::message::{Mention, UserText};
use crate::domain::record::{Record, Said};
use crate::domain::text::storable;
use crate::domain::wish::{CLAIM, FULFIL, LONGEST, MOST_A_DAY, MOST_OPEN, UNCLAIMED, Wish, WishState, counts_twice};
use crate::error::{Fault, Halt};
use crate::outbox::{Terms, enqueue};
use crate::store::{Target, Tx};
use crate::templates::TemplateContext;
use crate::templates::contexts::{
    MyWishes, NoSuchWish, NoUnitForQuestion, OwnWishLine, TooManyWishes, WishClaimed, WishClaimedNotice, WishConfirmed,
    WishDone, WishDoneNotice, WishEmpty, WishGone, WishLine, WishNotYours, WishReleased, WishReleasedNotice, WishTaken,
    WishWithdrawn, Wishes, WishesToday, WishesWaiting,
};

/// How many wishes a list shows.
const LISTED: usize = 12;

/// What is told about a wish is worth reading for a month.
const VALID: TimeDelta = TimeDelta::days(30);

/// Takes a wish in. Returns it and what the receipt says.
///
/// # Errors
/// Refuses an empty or overlong one, more than anybody may have open, and one whose unit cannot be told.
pub async fn wish(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<(WishId, WishTaken), Halt> {
    let text = storable(typed.trim());
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return refuse(rules, event, &WishEmpty {});
    }
    rules.bounded(&text, LONGEST, event)?;
    civil(rules, event, &text)?;
    let who = who(speaker, event);
    if tx.db().await?.count_wishes_since(&who, event.sent_at - TimeDelta::days(1)).await? >= MOST_A_DAY {
        return refuse(rules, event, &WishesToday { most: MOST_A_DAY });
    }
    let open = tx.db().await?.list_wishes_of(&who).await?;
    if open.len() >= MOST_OPEN {
        let numbers = open.iter().map(|wish| wish.number).collect();
        return refuse(rules, event, &TooManyWishes { most: MOST_OPEN, numbers });
    }
    let Some(unit) = unit_for(&tx.directory(), speaker, chat, &event.account) else {
        return refuse(rules, event, &NoUnitForQuestion {});
    };
    let wish = Wish {
        id: WishId(tx.new_id()),
        number: 0,
        unit,
        chat: chat.map(|chat| chat.id),
        who,
        name: if chat.is_some() { name_shown(speaker, event) } else { String::new() },
        text,
        state: WishState::Open,
        wished_at: event.sent_at,
        claimed: None,
        claim_record: None,
        done_record: None,
    };
    let wish = tx.insert_wish(wish).await?;
    Ok((wish.id, WishTaken { number: wish.number, private: chat.is_none() }))
}

/// The wishes that nobody has claimed; and those that the speaker has claimed.
///
/// # Errors
/// The database's.
pub async fn list(
    tx: &mut Tx,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
) -> Result<Wishes, Fault> {
    let directory = tx.directory();
    let unit = unit_for(&directory, speaker, chat, &event.account).or(directory.roots().first().copied());
    let mut open = tx.db().await?.list_open_wishes().await?;
    open.retain(|wish| unit.is_some_and(|unit| are_related(&directory, wish.unit, unit)));
    let own = match speaker {
        Some(person) => tx.db().await?.list_claimed_wishes(person.id).await?,
        None => Vec::new(),
    };
    let here = chat.map(|chat| chat.id);
    let line = |wish: &Wish| WishLine {
        number: wish.number,
        text: UserText::short(&wish.text, 60),
        // a name that was said in one group is not carried into another
        name: UserText::short(if wish.chat == here { &wish.name } else { "" }, 12),
        unit: UserText::new(&called(directory.unit_name(wish.unit))),
    };
    Ok(Wishes {
        items: open.iter().take(LISTED).map(line).collect(),
        more: open.len().saturating_sub(LISTED),
        own: own.iter().take(LISTED).map(line).collect(),
    })
}

/// One's own wishes, and what became of each.
///
/// # Errors
/// The database's.
pub async fn mine(tx: &mut Tx, speaker: Option<&Person>, event: &InboundEvent) -> Result<MyWishes, Fault> {
    let own = tx.db().await?.list_all_wishes_of(&who(speaker, event)).await?;
    let line = |(wish, said): &(Wish, String)| OwnWishLine {
        number: wish.number,
        text: UserText::short(&wish.text, 60),
        became: wish.state.title().to_owned(),
        said: UserText::short(said, 60),
    };
    Ok(MyWishes { items: own.iter().take(LISTED).map(line).collect(), more: own.len().saturating_sub(LISTED) })
}

/// Whether one of two units is above the other.
fn are_related(directory: &Directory, one: UnitId, other: UnitId) -> bool {
    directory.is_within(one, other) || directory.is_within(other, one)
}

/// Whether a word was said to the bot itself, so that it is answered whatever it is about.
fn is_meant(event: &InboundEvent) -> bool {
    event.addressed || event.place.is_private()
}

/// Claims a wish. `None`: said in passing, about nothing that is a wish.
///
/// # Errors
/// Refuses what somebody else has claimed, what is one's own, and another tree's in the words for what does not exist.
pub async fn claim(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    number: i64,
) -> Result<Option<WishClaimed>, Halt> {
    let directory = tx.directory();
    let found = tx.db().await?.find_wish_by_number(number).await?;
    let known =
        found.filter(|wish| wish.state != WishState::Withdrawn && are_related(&directory, wish.unit, person.unit));
    let Some(wish) = known else {
        return if is_meant(event) { refuse(rules, event, &NoSuchWish { number }) } else { Ok(None) };
    };
    if wish.who == who(Some(person), event) {
        return refuse(rules, event, &WishNotYours { number, own: true });
    }
    let by_me = wish.claimed.is_some_and(|(by, _)| by == person.id);
    let record = match wish.state {
        WishState::Open => record(tx, rules, person, &wish, CLAIM, "", event.sent_at).await?,
        _ => None,
    };
    if !tx.claim_wish(wish.id, person.id, record, event.sent_at).await? {
        return refuse(rules, event, &WishGone { number, by_me, done: wish.state == WishState::Done });
    }
    let notice = WishClaimedNotice {
        wisher: None,
        number,
        text: UserText::short(&wish.text, 60),
        by: UserText::new(&person.name),
        unit: UserText::new(directory.unit_name(person.unit)),
    };
    tell_wisher(tx, rules, &wish, event.sent_at, |wisher| WishClaimedNotice { wisher, ..notice.clone() }).await?;
    let group = wish.chat.and_then(|chat| directory.chat(chat)).map_or("", |chat| chat.name.as_str());
    Ok(Some(WishClaimed {
        number,
        text: UserText::new(&wish.text),
        name: UserText::short(&wish.name, 12),
        group: UserText::short(group, 30),
        recorded: title_of(rules, record, CLAIM),
    }))
}

fn title_of(rules: &Rulebook, record: Option<RecordId>, kind: &str) -> String {
    record.map(|_| rules.policy.kind_title(kind).to_owned()).unwrap_or_default()
}

/// A wish that this cadre has claimed. `None`: said in passing, about nothing of theirs.
async fn find_claimed(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    number: i64,
) -> Result<Option<Wish>, Halt> {
    let found = tx.db().await?.find_wish_by_number(number).await?;
    let is_mine = |wish: &Wish| wish.claimed.is_some_and(|(by, _)| by == person.id);
    match found.filter(is_mine) {
        Some(wish) if wish.state == WishState::Claimed => Ok(Some(wish)),
        _ if !is_meant(event) => Ok(None),
        Some(_) => refuse(rules, event, &WishGone { number, by_me: true, done: true }),
        None => refuse(rules, event, &WishNotYours { number, own: false }),
    }
}

/// Gives a claimed wish back. `None`: said in passing.
///
/// # Errors
/// Refuses what one has not claimed.
pub async fn release(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    number: i64,
) -> Result<Option<WishReleased>, Halt> {
    let Some(wish) = find_claimed(tx, rules, person, event, number).await? else { return Ok(None) };
    put_back(tx, rules, &wish, event.sent_at).await?;
    if let Some(record) = wish.claim_record {
        tx.withdraw_record(record, event.sent_at).await?;
    }
    Ok(Some(WishReleased { number }))
}

async fn put_back(tx: &mut Tx, rules: &Rulebook, wish: &Wish, at: DateTime<Utc>) -> Result<(), Fault> {
    if tx.release_wish(wish.id, at).await? {
        let text = UserText::short(&wish.text, 60);
        let number = wish.number;
        tell_wisher(tx, rules, wish, at, |wisher| WishReleasedNotice { wisher, number, text: text.clone() }).await?;
    }
    Ok(())
}

/// Settles a claimed wish as fulfilled: one record of it, which takes the place of that of its claim where a duty would count
/// both. `None`: said in passing.
///
/// # Errors
/// Refuses what one has not claimed.
pub async fn fulfil(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    event: &InboundEvent,
    number: i64,
    typed: &str,
) -> Result<Option<WishDone>, Halt> {
    let Some(wish) = find_claimed(tx, rules, person, event, number).await? else { return Ok(None) };
    rules.bounded(typed, LONGEST, event)?;
    let (at, text) = (event.sent_at, storable(typed.trim()));
    let record = record(tx, rules, person, &wish, FULFIL, &text, at).await?;
    if !tx.fulfil_wish(wish.id, &text, record, at).await? {
        return refuse(rules, event, &WishGone { number, by_me: true, done: true });
    }
    if let (Some(claim), Some((_, claimed_at)), Some(_)) = (wish.claim_record, wish.claimed, record) {
        let zone = tx.directory().zone_of(person.unit);
        let day = |at| business_day(at, zone, rules.policy.day_starts_at);
        if counts_twice(&rules.policy, day(claimed_at), day(at)) {
            tx.withdraw_record(claim, at).await?;
        }
    }
    let notice = WishDoneNotice {
        wisher: None,
        number,
        text: UserText::short(&wish.text, 60),
        said: UserText::new(&text),
        by: UserText::new(&person.name),
        unit: UserText::new(tx.directory().unit_name(person.unit)),
    };
    tell_wisher(tx, rules, &wish, at, |wisher| WishDoneNotice { wisher, ..notice.clone() }).await?;
    Ok(Some(WishDone { number, recorded: title_of(rules, record, FULFIL) }))
}

/// One record about a wish, where the policy has the kind.
async fn record(
    tx: &mut Tx,
    rules: &Rulebook,
    person: &Person,
    wish: &Wish,
    kind: &str,
    said: &str,
    at: DateTime<Utc>,
) -> Result<Option<RecordId>, Fault> {
    let Some(kind) = rules.policy.kind(kind) else { return Ok(None) };
    let content = match said {
        "" => format!("{} 号心愿：{}", wish.number, wish.text),
        said => format!("{} 号心愿：{}（{said}）", wish.number, wish.text),
    };
    let said = Said { place: String::new(), content, quantity: Some(1) };
    let day = business_day(at, tx.directory().zone_of(person.unit), rules.policy.day_starts_at);
    let source = records::Source { chat: wish.chat, at, account: "", pictures: Vec::new() };
    let id = RecordId(tx.new_id());
    records::insert_from(tx, rules, &Deed::of_today(kind, person, day, said), id, &source).await?;
    Ok(Some(id))
}

/// Tells whose wish it is, where they made it: mentioned in the group, or in private.
async fn tell_wisher<C: TemplateContext>(
    tx: &mut Tx,
    rules: &Rulebook,
    wish: &Wish,
    at: DateTime<Utc>,
    context: impl Fn(Option<Mention>) -> C,
) -> Result<(), Fault> {
    let directory = tx.directory();
    let zone = directory.zone_of(wish.unit);
    let not_before = rules.policy.open_hours().next_open(at, zone, &rules.calendar);
    let terms = Terms { question: None, not_before, valid_until: not_before + VALID };
    match wish.chat.filter(|chat| directory.chat(*chat).is_some()) {
        Some(chat) => {
            let wisher = mention(&directory, &wish.who, &wish.name, chat);
            enqueue(tx, Target::Chat(chat), &context(Some(wisher)), terms).await?;
        }
        None => {
            if let Some(target) = in_private(&wish.who) {
                enqueue(tx, target, &context(None), terms).await?;
            }
        }
    }
    Ok(())
}

/// Notes that what was wished for has come.
///
/// # Errors
/// Refuses what is not one's own, or is not fulfilled.
pub async fn confirm(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    number: i64,
) -> Result<WishConfirmed, Halt> {
    let found = tx.db().await?.find_wish_by_number(number).await?;
    let own = found.filter(|wish| wish.who == who(speaker, event) && wish.state == WishState::Done);
    let Some(wish) = own else { return refuse(rules, event, &NoSuchWish { number }) };
    tx.confirm_wish(wish.id, event.sent_at).await?;
    Ok(WishConfirmed { number })
}

/// Takes one's own unclaimed wish back.
///
/// # Errors
/// Refuses what is not one's own, or is claimed.
pub async fn take_back(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
    number: i64,
) -> Result<WishWithdrawn, Halt> {
    let found = tx.db().await?.find_wish_by_number(number).await?;
    let Some(wish) = found.filter(|wish| wish.who == who(speaker, event)) else {
        return refuse(rules, event, &NoSuchWish { number });
    };
    match tx.withdraw_wish(wish.id).await? {
        true => Ok(WishWithdrawn { number }),
        false => refuse(rules, event, &WishGone { number, by_me: false, done: wish.state == WishState::Done }),
    }
}

/// One's own latest unclaimed wish of the last 24 hours.
///
/// # Errors
/// The database's.
pub async fn latest_open(tx: &mut Tx, speaker: Option<&Person>, event: &InboundEvent) -> Result<Option<Wish>, Fault> {
    let since = event.sent_at - TimeDelta::hours(24);
    let own = tx.db().await?.list_wishes_of(&who(speaker, event)).await?;
    let in_time = own.into_iter().filter(|wish| (since..=event.sent_at).contains(&wish.wished_at));
    Ok(in_time.filter(|wish| wish.state == WishState::Open).max_by_key(|wish| wish.number))
}

/// Takes an unclaimed wish back.
///
/// # Errors
/// The database's.
pub async fn withdraw(tx: &mut Tx, wish: &Wish) -> Result<WishWithdrawn, Fault> {
    tx.withdraw_wish(wish.id).await?;
    Ok(WishWithdrawn { number: wish.number })
}

/// Takes a wish back whose message was recalled, if it is whose who recalled it, and nobody has claimed it.
///
/// # Errors
/// The database's.
pub async fn withdraw_recalled(
    tx: &mut Tx,
    id: WishId,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<bool, Fault> {
    let found = tx.db().await?.find_wish(id).await?;
    match found.filter(|wish| wish.who == who(speaker, event)) {
        Some(wish) => Ok(tx.withdraw_wish(wish.id).await?),
        None => Ok(false),
    }
}

/// Follows a record that was withdrawn: who takes back that they claimed a wish gives it back; who takes back that they
/// fulfilled it has it claimed as before.
///
/// # Errors
/// The database's.
pub async fn withdraw_with(tx: &mut Tx, rules: &Rulebook, gone: &Record, at: DateTime<Utc>) -> Result<(), Fault> {
    if !matches!(gone.kind.as_str(), CLAIM | FULFIL) {
        return Ok(());
    }
    let Some(wish) = tx.db().await?.find_wish_of_record(gone.id).await? else { return Ok(()) };
    if wish.done_record != Some(gone.id) {
        return match wish.state {
            WishState::Claimed => put_back(tx, rules, &wish, at).await,
            _ => Ok(()),
        };
    }
    let directory = tx.directory();
    let mut claim = wish.claim_record;
    if let (Some(before), Some((by, claimed_at))) = (claim, wish.claimed)
        && tx.db().await?.find_record(before).await?.is_none()
        && let Some(person) = directory.person(by)
    {
        claim = record(tx, rules, person, &wish, CLAIM, "", claimed_at).await?;
    }
    tx.reopen_wish(wish.id, claim).await?;
    Ok(())
}

/// Shows those who answer for a unit its wishes that nobody has claimed for a week, and again after each week.
///
/// # Errors
/// The database's.
pub async fn show_unclaimed(tx: &mut Tx, rules: &Rulebook, at: DateTime<Utc>) -> Result<(), Fault> {
    let since = at - UNCLAIMED;
    let mut by_unit: Vec<(UnitId, Vec<Wish>)> = Vec::new();
    for wish in tx.db().await?.list_unclaimed_wishes(since).await? {
        if !tx.note_wish_shown(wish.id, since, at).await? {
            continue;
        }
        match by_unit.iter_mut().find(|(unit, _)| *unit == wish.unit) {
            Some((_, wishes)) => wishes.push(wish),
            None => by_unit.push((wish.unit, vec![wish])),
        }
    }
    let directory = tx.directory();
    for (unit, wishes) in by_unit {
        let zone = directory.zone_of(unit);
        let line = |wish: &Wish| WishLine {
            number: wish.number,
            text: UserText::short(&wish.text, 60),
            name: UserText::new(""),
            unit: UserText::new(&called(directory.unit_name(wish.unit))),
        };
        let notice = WishesWaiting {
            items: wishes.iter().take(LISTED).map(line).collect(),
            more: wishes.len().saturating_sub(LISTED),
            since: wishes.first().map(|wish| moment(wish.wished_at, zone)).unwrap_or_default(),
        };
        let not_before = rules.policy.open_hours().next_open(at, zone, &rules.calendar);
        let terms = Terms { question: None, not_before, valid_until: not_before + UNCLAIMED };
        for target in answerer_targets(&directory, unit, at) {
            enqueue(tx, target, &notice, terms).await?;
        }
    }
    Ok(())
}

fn refuse<C: TemplateContext, T>(rules: &Rulebook, event: &InboundEvent, context: &C) -> Result<T, Halt> {
    Err(rules.templates.refuse(context, &event.platform)?.into())
}
