//! People who are known by their key alone: what they are called, and how they are reached.

use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::id::{ChatId, UnitId};
use crate::domain::message::{Mention, MentionOf};
use crate::domain::somebody::{Somebody, somebody};
use crate::domain::text::storable;
use crate::services::topics::root_of;
use crate::store::Target;

/// What somebody is called who says no name.
pub(super) const NAMELESS: &str = "一位朋友";

/// The key of whoever speaks.
pub(super) fn who(speaker: Option<&Person>, event: &InboundEvent) -> String {
    somebody(speaker.map(|person| person.id), &event.account, &event.sender)
}

/// The name they bear in the group; that is what the others know them by.
pub(super) fn name_shown(speaker: Option<&Person>, event: &InboundEvent) -> String {
    let shown = event.sender_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    storable(shown.or(speaker.map(|person| person.name.as_str())).unwrap_or(NAMELESS))
}

/// The name on the roster, or else the one they bear in the group: for a list of those who came.
pub(super) fn name_of(speaker: Option<&Person>, event: &InboundEvent) -> String {
    speaker.map_or_else(|| name_shown(None, event), |person| person.name.clone())
}

/// Somebody mentioned in a group: by their id on an account that the group is reached through, or else by name.
pub(super) fn mention(directory: &Directory, who: &str, name: &str, chat: ChatId) -> Mention {
    let through = |account: &str| directory.endpoints_of(chat).iter().any(|endpoint| endpoint.account == account);
    let (account, external_id) = match Somebody::read(who) {
        Some(Somebody::Stranger { account, external_id }) => (account, external_id),
        Some(Somebody::Known(person)) => directory
            .identities_of(person)
            .iter()
            .find(|identity| through(&identity.account))
            .map(|identity| (identity.account.clone(), identity.external_id.clone()))
            .unwrap_or_default(),
        None => Default::default(),
    };
    Mention(MentionOf { account, external_id, name: name.to_owned() })
}

/// How somebody is reached in private; `None` for a key that is nobody's.
pub(super) fn in_private(who: &str) -> Option<Target> {
    Some(match Somebody::read(who)? {
        Somebody::Known(person) => Target::Person(person),
        Somebody::Stranger { account, external_id } => Target::Address { account, group: None, user: external_id },
    })
}

/// Whether what a unit has published in some groups concerns whoever speaks here: in one of those groups everybody, elsewhere
/// people of the same tree. A stranger alone with the bot is somebody of those groups where the account hears one of them and
/// none of another tree: whose they are cannot be told where one account serves several.
pub(super) fn concerns(
    directory: &Directory,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    unit: UnitId,
    published: &[ChatId],
) -> bool {
    if chat.is_some_and(|chat| published.contains(&chat.id)) {
        return true;
    }
    let root = root_of(directory, unit);
    if let Some(person) = speaker {
        return root_of(directory, person.unit) == root;
    }
    let heard = |chat: ChatId| directory.endpoints_of(chat).iter().any(|endpoint| endpoint.account == event.account);
    let mut others = directory.chats().filter(|chat| root_of(directory, chat.unit) != root);
    event.place.is_private() && published.iter().any(|chat| heard(*chat)) && !others.any(|chat| heard(chat.id))
}
