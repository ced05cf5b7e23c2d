//! How domain words are stored in columns. An unknown word counts as damage and is never guessed.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};

use chat::{HistoryRule, JoinMode, MemberRule, Role, RoomKind, RoomRole, Seq, UserStatus};

/// A domain word in a TEXT column.
pub(super) struct Word<T>(pub(super) T);

macro_rules! words {
    ($type:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl ToSql for Word<$type> {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(match self.0 { $($type::$variant => $text),+ }))
            }
        }

        impl FromSql for Word<$type> {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? {
                    $($text => Ok(Word($type::$variant)),)+
                    other => Err(FromSqlError::Other(format!("unknown {}: {other}", stringify!($type)).into())),
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
words!(JoinMode { Invite = "invite", Approval = "approval", Open = "open" });

/// A `seq` column.
pub(super) fn seq(row: &rusqlite::Row<'_>, column: &str) -> rusqlite::Result<Seq> {
    Ok(Seq(row.get::<_, i64>(column)?.max(0).cast_unsigned()))
}

/// A column with a domain word.
pub(super) fn word<T>(row: &rusqlite::Row<'_>, column: &str) -> rusqlite::Result<T>
where
    Word<T>: FromSql,
{
    Ok(row.get::<_, Word<T>>(column)?.0)
}
