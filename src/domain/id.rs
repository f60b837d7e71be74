//! Identities. Each kind of thing has its own type, so that a person's id cannot be passed where a unit's is meant.
//!
//! Ids are made by [`crate::clock::IdSource`]: 64-bit, growing with time, unique without asking the database.

/// Declares id newtypes over `i64`.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A node of the organisation tree (团组织/单位).
    UnitId,
    /// Somebody the committee knows by name.
    PersonId,
    /// One of our groups (群); its addresses on platforms are endpoints.
    ChatId,
    /// An address of a chat on one platform account.
    EndpointId,
    /// An accepted inbound event: the row in the inbox.
    EventId,
    /// Something a cadre reported (记录).
    RecordId,
    /// A young person on a cadre's roster.
    YouthId,
    /// A picture that came with a record.
    PhotoId,
    /// A make-up entry or leave that waits for a decision.
    RequestId,
    /// An entry of the list of problems.
    ProblemId,
    /// An appeal against a line of a score-card. People see its number, not this.
    AppealId,
    /// A question of the Voice of Youth (青年之声). People see its number, not this.
    QuestionId,
    /// An open day (线上开放日) in a group.
    SessionId,
    /// An interest group (微社团). People see its number, not this.
    ClubId,
    /// An activity that people sign up for. People see its number, not this.
    ActivityId,
    /// A wish (微心愿). People see its number, not this.
    WishId,
    /// A poll (投票) or a survey (问卷). People see its number, not this.
    PollId,
    /// An answer to a question.
    AnswerId,
    /// A message owed to somebody: the row in the outbox.
    OutboxId,
}
