//! What rooms are.

/// What sort of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoomKind {
    /// Two people; one room for each pair.
    Direct,
    /// Some people.
    Group,
    /// Few write, all read.
    Channel,
}

/// What a member may do in the room, most last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoomRole {
    /// As the room's rules say.
    Member,
    /// Rename, add, remove, delete others' messages.
    Admin,
    /// Everything.
    Owner,
}

/// Who of the members may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberRule {
    /// Every member.
    Everyone,
    /// Owners and admins of the room.
    Admins,
}

impl MemberRule {
    /// Does the rule let someone with this role?
    #[must_use]
    pub fn allows(self, role: RoomRole) -> bool {
        match self {
            Self::Everyone => true,
            Self::Admins => role >= RoomRole::Admin,
        }
    }
}

/// What a new member sees of what was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistoryRule {
    /// All of it.
    All,
    /// Only what came since they joined.
    SinceJoined,
}
