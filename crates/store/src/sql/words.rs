//! How domain words are stored in columns. An unknown word counts as damage and is never guessed.

use super::{Column, Param, Row, Value};
use crate::StoreError;
use chat::{HistoryRule, JoinMode, MemberRule, Notify, Role, RoomKind, RoomRole, Seq, UserStatus};

/// A domain word in a TEXT column.
pub(crate) struct Word<T>(pub(crate) T);

macro_rules! words {
    ($type:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl Param for Word<$type> {
            fn value(&self) -> Value<'_> {
                Value::Text(match self.0 { $($type::$variant => $text),+ })
            }
        }

        impl Column for Word<$type> {
            fn read(value: Value<'_>) -> Option<Self> {
                match value {
                    $(Value::Text($text) => Some(Word($type::$variant)),)+
                    _ => None,
                }
            }
        }
    };
}

words!(Role { Owner = "owner", Admin = "admin", Member = "member", Guest = "guest" });
words!(UserStatus { Pending = "pending", Active = "active", Suspended = "suspended", Removed = "removed" });
words!(RoomKind { Direct = "direct", Group = "group", Channel = "channel" });
words!(RoomRole { Owner = "owner", Admin = "admin", Member = "member" });
words!(MemberRule { Everyone = "everyone", Admins = "admins" });
words!(HistoryRule { All = "all", SinceJoined = "since_joined" });
words!(Notify { All = "all", Mentions = "mentions", None = "none" });
words!(JoinMode { Invite = "invite", Approval = "approval", Open = "open" });

/// A `seq` column.
pub(crate) fn seq(row: &Row<'_>, column: &str) -> Result<Seq, StoreError> {
    Ok(Seq(row.get::<_, i64>(column)?.max(0).cast_unsigned()))
}

/// A column with a domain word.
pub(crate) fn word<T>(row: &Row<'_>, column: &str) -> Result<T, StoreError>
where
    Word<T>: Column,
{
    Ok(row.get::<_, Word<T>>(column)?.0)
}
