//! Who may do what, and where: one table's vocabulary, denied by default.
//!
//! Authority comes from the roster and from the verified sender id alone; a nickname, a card or a quoted text gives none.

use super::directory::{Directory, Person};
use super::id::UnitId;
use super::people::{ChatRole, Role};

/// Who may give a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody, also people who are not on the roster.
    Anyone,
    /// People on the roster.
    Member,
    /// Cadres.
    Cadre,
    /// Those who answer questions: secretaries and experts.
    Answerer,
    /// Those who see how a unit does: secretaries and supervisors.
    Overseer,
    /// Secretaries.
    Secretary,
    /// Those whose word is asked for make-up entries and leave: secretaries and leaders of teams.
    Approver,
}

impl Who {
    /// Every value, for the matrix test.
    pub const ALL: &[Self] =
        &[Self::Anyone, Self::Member, Self::Cadre, Self::Answerer, Self::Overseer, Self::Secretary, Self::Approver];

    /// Whether this person (or stranger) is one of them.
    pub fn includes(self, person: Option<&Person>) -> bool {
        let Some(person) = person else { return self == Self::Anyone };
        let has = |role| person.roles.contains(&role);
        match self {
            Self::Anyone | Self::Member => true,
            Self::Cadre => person.kind.is_some(),
            Self::Answerer => has(Role::Secretary) || has(Role::Expert),
            Self::Overseer => has(Role::Secretary) || has(Role::Supervisor),
            Self::Secretary => has(Role::Secretary),
            Self::Approver => has(Role::Secretary) || has(Role::Leader),
        }
    }

    /// What to call them in a refusal.
    pub fn title(self) -> &'static str {
        match self {
            Self::Anyone => "所有人",
            Self::Member => "名册上的同志",
            Self::Cadre => "团干部",
            Self::Answerer => "书记和专家",
            Self::Overseer => "书记和督导",
            Self::Secretary => "书记",
            Self::Approver => "书记和组长",
        }
    }
}

/// Where something was said, as far as permission is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// To the bot alone.
    Private,
    /// In one of our groups.
    Chat(ChatRole),
    /// In a group that is tied to no unit yet.
    StrangeGroup,
}

impl Spot {
    /// Every value, for the matrix test.
    pub const ALL: &[Self] = &[
        Self::Private,
        Self::Chat(ChatRole::Cadre),
        Self::Chat(ChatRole::Youth),
        Self::Chat(ChatRole::Supervisor),
        Self::StrangeGroup,
    ];
}

/// Where a command may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Anywhere, also in groups that are tied to no unit.
    Anywhere,
    /// In private and in every group of ours.
    OurChats,
    /// In private, in cadre groups and in supervisor groups: where the committee is among itself.
    AmongCadres,
    /// Only in groups.
    Groups,
    /// Only in groups of young people.
    YouthGroups,
    /// In groups of young people and in private.
    WithYouth,
}

impl Where {
    /// Whether the spot is among them.
    pub fn includes(self, spot: Spot) -> bool {
        match self {
            Self::Anywhere => true,
            Self::OurChats => spot != Spot::StrangeGroup,
            Self::AmongCadres => {
                matches!(spot, Spot::Private | Spot::Chat(ChatRole::Cadre) | Spot::Chat(ChatRole::Supervisor))
            }
            Self::Groups => spot != Spot::Private,
            Self::YouthGroups => spot == Spot::Chat(ChatRole::Youth),
            Self::WithYouth => matches!(spot, Spot::Private | Spot::Chat(ChatRole::Youth)),
        }
    }

    /// What to call the place in a refusal.
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "任何地方",
            Self::OurChats => "已绑定的群或私聊",
            Self::AmongCadres => "干部群或私聊",
            Self::Groups => "群",
            Self::YouthGroups => "青年群",
            Self::WithYouth => "青年群或私聊",
        }
    }
}

/// Whether somebody's authority reaches a unit: their own and everything below it.
pub fn reaches(directory: &Directory, person: &Person, unit: UnitId) -> bool {
    directory.is_within(unit, person.unit)
}
