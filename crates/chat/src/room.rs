//! What rooms are.

/// What kind of conversation a room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoomKind {
    /// A conversation of two people; there is one for each pair.
    Direct,
    /// A group: usually everyone may write.
    Group,
    /// A channel: usually only its admins write.
    Channel,
}

/// What a member may do in the room, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoomRole {
    /// What the room's rules allow.
    Member,
    /// Rename the room, add and remove people, delete others' messages.
    Admin,
    /// Everything.
    Owner,
}

/// Which members may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberRule {
    /// Every member.
    Everyone,
    /// Owners and admins of the room.
    Admins,
}

impl MemberRule {
    /// Does the rule allow this role?
    #[must_use]
    pub fn allows(self, role: RoomRole) -> bool {
        match self {
            Self::Everyone => true,
            Self::Admins => role >= RoomRole::Admin,
        }
    }
}

/// How much of the earlier history a new member sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistoryRule {
    /// All of it.
    All,
    /// Only what was sent after they joined.
    SinceJoined,
}

/// Of what in a room somebody wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Notify {
    /// Everything.
    #[default]
    All,
    /// Only what mentions them.
    Mentions,
    /// Nothing.
    None,
}
