//! For whom a message is meant → through which account it goes, and to which address there. Pure.

use std::cmp::Reverse;

use crate::domain::directory::Directory;
use crate::domain::message::{Message, Part};
use crate::platforms::{Abilities, Destination};
use crate::store::Target;

/// What a message needs to be shown as it is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// It mentions somebody.
    pub mention: bool,
    /// It holds a picture.
    pub image: bool,
}

impl Needs {
    /// What this message needs.
    pub fn of(message: &Message) -> Self {
        Self { mention: message.parts.iter().any(|part| matches!(part, Part::Mention(_))), image: message.has_image() }
    }

    fn met_by(self, abilities: Abilities) -> u8 {
        u8::from(!self.mention || abilities.mention) + u8::from(!self.image || abilities.image)
    }
}

/// A way to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The account.
    pub account: String,
    /// Where on its platform.
    pub to: Destination,
}

impl Route {
    /// The name under which the destination's send times are kept.
    pub fn key(&self) -> String {
        format!("{}|{}", self.account, self.to.key())
    }
}

/// Why there is no way to go. An operator can change every one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRoute {
    /// The chat has no address outward.
    #[error("这个群没有登记可以发言的地址")]
    NoEndpoint,
    /// The person has no address on an account that writes to people.
    #[error("这个人没有登记可以私聊的账号")]
    NoIdentity,
    /// The address of somebody who asked anonymously cannot be opened.
    #[error("匿名提问人的去处打不开：封存它的密钥不在配置里")]
    Shut,
    /// There are addresses, on accounts that this service does not have.
    #[error("登记的账号不在本服务的配置里")]
    NoAccount,
}

/// Finds the way. `abilities` tells what an account can do, `None` for one that is not configured here.
///
/// # Errors
/// Why there is none.
pub fn route(
    directory: &Directory,
    abilities: impl Fn(&str) -> Option<Abilities>,
    target: &Target,
    needs: Needs,
) -> Result<Route, NoRoute> {
    match target {
        Target::Chat(chat) => {
            let speaking: Vec<(&str, &str)> = directory
                .endpoints_of(*chat)
                .iter()
                .filter(|endpoint| endpoint.direction.speaks())
                .map(|endpoint| (endpoint.account.as_str(), endpoint.external_id.as_str()))
                .collect();
            if speaking.is_empty() {
                return Err(NoRoute::NoEndpoint);
            }
            // an account that must be spoken to first may have to be silent, so pushing comes before everything
            let rank = |can: Abilities| (can.push, needs.met_by(can), can.mention, can.image);
            let (account, id) = best(&speaking, &abilities, rank).ok_or(NoRoute::NoAccount)?;
            Ok(Route { account, to: Destination::Group(id) })
        }
        Target::Person(person) => {
            let known: Vec<(&str, &str)> = directory
                .identities_of(*person)
                .iter()
                .map(|identity| (identity.account.as_str(), identity.external_id.as_str()))
                .collect();
            let private: Vec<(&str, &str)> =
                known.iter().copied().filter(|(account, _)| abilities(account).is_none_or(|can| can.private)).collect();
            if private.is_empty() {
                return Err(NoRoute::NoIdentity);
            }
            let rank = |can: Abilities| (can.push, needs.met_by(can));
            let (account, id) = best(&private, &abilities, rank).ok_or(NoRoute::NoAccount)?;
            Ok(Route { account, to: Destination::User(id) })
        }
        // opened before, by who has the key
        Target::Sealed { .. } => Err(NoRoute::Shut),
        Target::Address { account, group, user } => {
            abilities(account).ok_or(NoRoute::NoAccount)?;
            let to = match group {
                Some(group) => Destination::Group(group.clone()),
                None => Destination::User(user.clone()),
            };
            Ok(Route { account: account.clone(), to })
        }
    }
}

/// The first of the addresses with the highest rank, among those whose account is configured.
fn best<R: Ord>(
    addresses: &[(&str, &str)],
    abilities: &impl Fn(&str) -> Option<Abilities>,
    rank: impl Fn(Abilities) -> R,
) -> Option<(String, String)> {
    addresses
        .iter()
        .filter_map(|(account, id)| Some((Reverse(rank(abilities(account)?)), account, id)))
        .min_by(|(a, ..), (b, ..)| a.cmp(b))
        .map(|(_, account, id)| ((*account).to_owned(), (*id).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::directory::{DEFAULT_ZONE, Endpoint, Entries, Identity};
    use crate::domain::id::{ChatId, EndpointId, PersonId};
    use crate::domain::people::Direction;

    const CHAT: ChatId = ChatId(1);
    const PERSON: PersonId = PersonId(2);
    const NOTHING: Needs = Needs { mention: false, image: false };

    fn directory(endpoints: &[(&str, Direction)], identities: &[&str]) -> Directory {
        let endpoint = |(account, direction): &(&str, Direction)| Endpoint {
            id: EndpointId(1),
            chat: CHAT,
            account: (*account).into(),
            external_id: format!("{account}-group"),
            direction: *direction,
        };
        let identity = |account: &&str| Identity {
            person: PERSON,
            account: (*account).into(),
            external_id: format!("{account}-user"),
        };
        let entries = Entries {
            endpoints: endpoints.iter().map(endpoint).collect(),
            identities: identities.iter().map(identity).collect(),
            ..Entries::default()
        };
        Directory::new(1, DEFAULT_ZONE, entries)
    }

    /// The letters of an account's name are its abilities; an account whose name begins with `x` is not configured.
    fn abilities(account: &str) -> Option<Abilities> {
        let can = |letter| account.contains(letter);
        (!can('x')).then(|| Abilities { mention: can('m'), image: can('i'), push: can('p'), private: can('u') })
    }

    fn to_chat(endpoints: &[(&str, Direction)], needs: Needs) -> Result<String, NoRoute> {
        route(&directory(endpoints, &[]), abilities, &Target::Chat(CHAT), needs).map(|route| route.account)
    }

    fn to_person(identities: &[&str]) -> Result<String, NoRoute> {
        route(&directory(&[], identities), abilities, &Target::Person(PERSON), NOTHING).map(|route| route.account)
    }

    #[test]
    fn a_chat_is_spoken_to_where_it_may_be_and_by_who_can_do_most() {
        use Direction::{Both, In, Out};
        let picture = Needs { image: true, mention: false };
        assert_eq!(to_chat(&[("mi", In), ("p", Out)], NOTHING), Ok("p".into()), "what only hears does not speak");
        assert_eq!(to_chat(&[("p", Out), ("mip", Both)], NOTHING), Ok("mip".into()));
        assert_eq!(to_chat(&[("mp", Out), ("ip", Both)], picture), Ok("ip".into()), "the picture decides");
        assert_eq!(to_chat(&[("mi", Out), ("p", Out)], picture), Ok("p".into()), "one that must wait comes last");
        assert_eq!(to_chat(&[("xmip", Out), ("p", Out)], NOTHING), Ok("p".into()), "not configured here");
        assert_eq!(to_chat(&[("p", Out), ("pq", Out)], NOTHING), Ok("p".into()), "the first of equals");
    }

    #[test]
    fn a_chat_that_cannot_be_reached_says_why() {
        assert_eq!(to_chat(&[], NOTHING), Err(NoRoute::NoEndpoint));
        assert_eq!(to_chat(&[("mip", Direction::In)], NOTHING), Err(NoRoute::NoEndpoint));
        assert_eq!(to_chat(&[("xmip", Direction::Out)], NOTHING), Err(NoRoute::NoAccount));
    }

    #[test]
    fn a_person_is_written_to_in_private_rather_where_we_may_begin() {
        assert_eq!(to_person(&["u", "up"]), Ok("up".into()));
        assert_eq!(to_person(&["mip", "u"]), Ok("u".into()), "an account without private messages is no way");
        assert_eq!(to_person(&[]), Err(NoRoute::NoIdentity));
        assert_eq!(to_person(&["mip"]), Err(NoRoute::NoIdentity));
        assert_eq!(to_person(&["xu"]), Err(NoRoute::NoAccount));
    }

    #[test]
    fn an_answer_goes_back_where_the_question_came_from() {
        let nobody = directory(&[], &[]);
        let back = |account: &str, group: Option<&str>| {
            let target = Target::Address { account: account.into(), group: group.map(Into::into), user: "7".into() };
            route(&nobody, abilities, &target, NOTHING)
        };
        assert_eq!(back("p", Some("9")), Ok(Route { account: "p".into(), to: Destination::Group("9".into()) }));
        assert_eq!(back("p", None), Ok(Route { account: "p".into(), to: Destination::User("7".into()) }));
        assert_eq!(back("x", None), Err(NoRoute::NoAccount));
        assert_eq!(back("p", Some("9")).unwrap().key(), "p|g/9");
    }
}
