//! Ids, each with its own type, so that a room is never taken for a user.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A person, bot or device with an account.
    UserId
);
id!(
    /// One signed-in browser or client of a user.
    DeviceId
);
id!(
    /// A conversation.
    RoomId
);
id!(
    /// A file that was uploaded to a room; several may share the same content.
    FileId
);
id!(
    /// An upload in parts.
    UploadId
);
id!(
    /// An invite.
    InviteId
);
id!(
    /// A sign-in ticket: it signs another device of an existing person in.
    TicketId
);

id!(
    /// An event among those of all rooms, in the order in which they were committed; `EventId(0)` is before the first.
    EventId
);

/// An event's number in its room: 1, 2, 3, without gaps. `Seq(0)` is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Seq(pub u64);

impl Seq {
    /// The number after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
