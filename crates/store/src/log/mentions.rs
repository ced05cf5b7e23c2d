//! Who was mentioned in which message. A message without an `@` has no part in any of this.

use crate::sql::{Conn, Optional as _};
use crate::{Store, StoreError};
use chat::{EventId, Mention, Mentioned, NewMessage, Reach, RoomId, RoomKind, Seq, UserId};

/// Unread mentions are counted up to this number.
const UNREAD_MAX: u32 = 100;

/// In the place of a person: everybody who was in the room.
const EVERYBODY: i64 = 0;

/// What a member has not read that mentions them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnreadMentions {
    /// How many messages, counted up to 100.
    pub count: u32,
    /// The oldest of them.
    pub first: Option<Seq>,
}

/// A message that may mention somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MentionedIn {
    /// Which.
    pub event: EventId,
    /// Only as one of all who were in its room then.
    pub among_all: bool,
}

impl Store {
    /// Messages that mention `user`, newest first: at most `limit` before the event `before`. Those that mention everybody in a
    /// room are from all rooms of the box: which were theirs, the caller looks at. A message may be there twice.
    ///
    /// # Errors
    /// As any read.
    pub async fn mentions_of(&self, user: UserId, before: EventId, limit: u32) -> Result<Vec<MentionedIn>, StoreError> {
        self.readers
            .read(move |conn| {
                let mut query = conn.prepare_cached(
                    "SELECT event_id, user_id FROM (
                       SELECT event_id, user_id FROM mentions WHERE user_id = ?1 AND event_id < ?2
                       UNION ALL SELECT event_id, user_id FROM mentions WHERE user_id = 0 AND event_id < ?2 AND sender <> ?1
                     ) AS found ORDER BY event_id DESC, user_id DESC LIMIT ?3",
                )?;
                let rows = query.query_map((user.0, before.0, limit), |row| {
                    Ok(MentionedIn { event: EventId(row.get(0)?), among_all: row.get::<_, i64>(1)? == EVERYBODY })
                })?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }
}

/// Whom a message mentions: members of its room, each found by one look into an index, and everybody where it may.
pub(crate) fn resolve(conn: &Conn<'_>, room: RoomId, message: &NewMessage) -> Result<Vec<Mention>, StoreError> {
    let mut mentions = Vec::new();
    for handles in &message.called {
        for handle in handles {
            if let Some(who) = meant(conn, room, handle, &message.reach)? {
                mentions.push(Mention { who, handle: handle.clone() });
                break;
            }
        }
    }
    Ok(mentions)
}

fn meant(conn: &Conn<'_>, room: RoomId, handle: &str, reach: &Reach) -> Result<Option<Mentioned>, StoreError> {
    match (handle, reach) {
        ("all", Reach::Everybody { .. }) => return Ok(Some(Mentioned::All)),
        ("here", Reach::Everybody { .. }) => return Ok(Some(Mentioned::Here)),
        _ => {}
    }
    let mut query = conn.prepare_cached(
        "SELECT u.id FROM users u JOIN members m ON m.user_id = u.id AND m.room_id = ?1 WHERE u.handle = ?2",
    )?;
    query.query_row((room.0, handle), |row| Ok(Mentioned::Person(UserId(row.get(0)?)))).optional()
}

/// Notes whom the message at `seq` mentions, so that they find it and are shown a mark. Between two people every message is for the
/// other: nothing is noted.
pub(crate) fn note(
    conn: &Conn<'_>,
    (room, seq, event): (RoomId, Seq, EventId),
    sender: UserId,
    mentions: &[Mention],
    reach: &Reach,
) -> Result<(), StoreError> {
    if mentions.is_empty() || is_direct(conn, room)? {
        return Ok(());
    }
    let mut insert = conn.prepare_cached(
        "INSERT INTO mentions (user_id, room_id, seq, event_id, sender) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?;
    let mut put = |user: i64| insert.execute((user, room.0, seq.0.cast_signed(), event.0, sender.0)).map(|_| ());
    for mention in mentions {
        match (mention.who, reach) {
            (Mentioned::Person(user), _) if user == sender => {}
            (Mentioned::Person(user), _) => put(user.0)?,
            (Mentioned::Here, Reach::Everybody { here: Some(here) }) => {
                here.iter().filter(|user| **user != sender).try_for_each(|user| put(user.0))?;
            }
            (Mentioned::All | Mentioned::Here, _) => put(EVERYBODY)?,
        }
    }
    Ok(())
}

fn is_direct(conn: &Conn<'_>, room: RoomId) -> Result<bool, StoreError> {
    let mut query = conn.prepare_cached("SELECT kind FROM rooms WHERE id = ?1")?;
    let kind: RoomKind = query.query_row([room.0], |row| crate::sql::word(row, "kind"))?;
    Ok(kind == RoomKind::Direct)
}

/// The message is deleted, or says something else now.
pub(crate) fn drop_of_message(conn: &Conn<'_>, room: RoomId, seq: Seq) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM mentions WHERE room_id = ?1 AND seq = ?2")?
        .execute((room.0, seq.0.cast_signed()))?;
    Ok(())
}

/// A room's log begins at `end` now.
pub(crate) fn drop_before(conn: &Conn<'_>, room: RoomId, end: i64) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM mentions WHERE room_id = ?1 AND seq < ?2")?.execute((room.0, end))?;
    Ok(())
}

const UNREAD: &str = "SELECT count(DISTINCT seq) AS count, min(seq) AS first FROM (
     SELECT seq FROM (SELECT seq FROM mentions WHERE room_id = ?1 AND user_id = ?2 AND seq > ?3
       ORDER BY seq LIMIT ?4) AS theirs
     UNION ALL SELECT seq FROM (SELECT seq FROM mentions WHERE room_id = ?1 AND user_id = 0 AND seq > ?3
       AND sender <> ?2 ORDER BY seq LIMIT ?4) AS everybodys) AS unread";

/// What mentions a member after the last message that they have read.
pub(crate) fn unread(conn: &Conn<'_>, room: RoomId, user: UserId, read: Seq) -> Result<UnreadMentions, StoreError> {
    let mut query = conn.prepare_cached(UNREAD)?;
    query.query_row((room.0, user.0, read.0.cast_signed(), UNREAD_MAX), |row| {
        let first: Option<i64> = row.get("first")?;
        Ok(UnreadMentions {
            count: row.get::<_, u32>("count")?.min(UNREAD_MAX),
            first: first.map(|seq| Seq(seq.cast_unsigned())),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, opening the app would take longer with every message that ever mentioned anybody.
    #[tokio::test]
    async fn mentions_are_found_without_going_through_all_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let options = crate::Options { path: folder.path().join("imd.db"), readers: 1, queue: 64 };
        let store = Store::open(&options, drop).unwrap();
        let plan = |conn: &Conn<'_>| {
            let mut plan = conn.prepare_cached(&format!("EXPLAIN QUERY PLAN {UNREAD}"))?;
            let steps = plan.query_map((1, 1, 99_900, UNREAD_MAX), |row| row.get::<_, String>("detail"))?;
            steps.collect::<Result<Vec<_>, _>>()
        };
        let steps = store.readers.read(plan).await.unwrap();
        let by_key =
            |step: &&String| step.contains("SEARCH mentions") && step.contains("(room_id=? AND user_id=? AND seq>?)");
        assert_eq!(steps.iter().filter(by_key).count(), 2, "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("SCAN mentions")), "{steps:?}");
        store.close().await;
    }
}
