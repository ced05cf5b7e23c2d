//! The logs of all rooms as one, for followers, and how far each follower has come.

use crate::sql::{Conn, Optional as _, Row};
use tokio::sync::watch;

use crate::events::COLUMNS;
use crate::{Store, StoreError, edits, events};
use chat::{Event, EventBody, EventId, RoomId};

/// One event and its number among those of all rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Ascending in commit order, with gaps; never assigned twice.
    pub id: EventId,
    /// As it is now: a message that has been deleted since is a tombstone.
    pub event: Event,
    /// Of an edit: the message as it is now, if it is one still.
    pub edited: Option<Event>,
}

impl Store {
    /// The newest event of all rooms, told after each commit that adds one.
    #[must_use]
    pub fn newest(&self) -> watch::Receiver<EventId> {
        self.newest.clone()
    }

    /// At most `limit` events of all rooms after `after`, ascending. What retention deleted is left out.
    ///
    /// # Errors
    /// As any read.
    pub async fn entries_after(&self, after: EventId, limit: u32) -> Result<Vec<LogEntry>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!("SELECT id, room_id, {COLUMNS} FROM events WHERE id > ?1 ORDER BY id LIMIT ?2");
                let mut query = conn.prepare_cached(&sql)?;
                let mut rows = query.query((after.0, limit))?;
                let mut entries = Vec::new();
                while let Some(row) = rows.next()? {
                    entries.push(entry(conn, &row)?);
                }
                Ok(entries)
            })
            .await
    }

    /// Those of these events that there are, in the order of `ids`.
    ///
    /// # Errors
    /// As any read.
    pub async fn entries(&self, ids: Vec<EventId>) -> Result<Vec<LogEntry>, StoreError> {
        self.readers
            .read(move |conn| {
                let mut query =
                    conn.prepare_cached(&format!("SELECT id, room_id, {COLUMNS} FROM events WHERE id = ?1"))?;
                let mut entries = Vec::with_capacity(ids.len());
                for id in ids {
                    let mut rows = query.query([id.0])?;
                    if let Some(row) = rows.next()? {
                        entries.push(entry(conn, &row)?);
                    }
                }
                Ok(entries)
            })
            .await
    }

    /// How many events of all rooms there are.
    ///
    /// # Errors
    /// As any read.
    pub async fn count_entries(&self) -> Result<u64, StoreError> {
        self.readers
            .read(|conn| {
                let count: i64 = conn.query_row("SELECT count(*) FROM events", [], |row| row.get(0))?;
                Ok(count.cast_unsigned())
            })
            .await
    }

    /// Up to where a follower has taken the log; `EventId(0)` for one that has not begun.
    ///
    /// # Errors
    /// As any read.
    pub async fn position(&self, follower: &'static str) -> Result<EventId, StoreError> {
        self.readers
            .read(move |conn| {
                let mut query = conn.prepare_cached("SELECT position FROM followers WHERE name = ?1")?;
                let found = query.query_row([follower], |row| row.get(0)).optional()?;
                Ok(EventId(found.unwrap_or(0)))
            })
            .await
    }

    /// Notes up to where a follower has taken the log.
    ///
    /// # Errors
    /// As any write.
    pub async fn keep_position(&self, follower: &'static str, position: EventId) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                tx.conn
                    .prepare_cached(
                        "INSERT INTO followers (name, position) VALUES (?1, ?2)
                         ON CONFLICT (name) DO UPDATE SET position = excluded.position",
                    )?
                    .execute((follower, position.0))?;
                Ok(())
            })
            .await
    }
}

fn entry(conn: &Conn<'_>, row: &Row<'_>) -> Result<LogEntry, StoreError> {
    let room = RoomId(row.get("room_id")?);
    let event = events::event(room, row)?;
    let edited = match &event.body {
        EventBody::MessageEdited { target, .. } => edits::message(conn, room, *target).optional()?,
        _ => None,
    };
    Ok(LogEntry { id: EventId(row.get("id")?), event, edited })
}

/// The number after which the next event is numbered. It is at least every follower's position: if the newest events were deleted
/// and their numbers assigned again, followers would skip the new ones.
pub(crate) fn last_id(conn: &Conn<'_>) -> Result<EventId, StoreError> {
    let sql = "SELECT coalesce(max(id), 0) FROM
                 (SELECT max(id) AS id FROM events UNION ALL SELECT max(position) FROM followers) AS ids";
    conn.query_row(sql, [], |row| Ok(EventId(row.get(0)?)))
}
