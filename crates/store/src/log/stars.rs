//! Messages that people have starred: marks of their own, which nobody else learns of.

use crate::batch::Txn;
use crate::sql::{Conn, Optional as _, seq};
use crate::{Change, Store, StoreError};
use chat::{EventId, MAX_STARS, RoomId, Seq, Star, UserId};

impl Store {
    /// Stars the message at `target` for `user`, or takes the star away. What is so already changes nothing, and is not told.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a star on what is no message, [`StoreError::LimitReached`] for one too many, and as any write.
    pub async fn star(&self, room: RoomId, target: Seq, user: UserId, to: Star) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let changed = match to {
                    Star::On => add(tx, room, target, user)?,
                    Star::Off => tx
                        .conn
                        .prepare_cached("DELETE FROM stars WHERE user_id = ?1 AND room_id = ?2 AND seq = ?3")?
                        .execute((user.0, room.0, target.0.cast_signed()))?,
                };
                if changed > 0 {
                    tx.emit(Change::Starred { user, room, seq: target, to });
                }
                Ok(())
            })
            .await
    }

    /// Where `user` has starred messages in a room, ascending.
    ///
    /// # Errors
    /// As any read.
    pub async fn stars_in(&self, room: RoomId, user: UserId) -> Result<Vec<Seq>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = "SELECT seq FROM stars WHERE user_id = ?1 AND room_id = ?2 ORDER BY seq";
                let mut query = conn.prepare_cached(sql)?;
                let rows = query.query_map((user.0, room.0), |row| seq(row, "seq"))?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// Messages that `user` has starred, the newest message first: at most `limit` before the event `before`.
    ///
    /// # Errors
    /// As any read.
    pub async fn stars_of(&self, user: UserId, before: EventId, limit: u32) -> Result<Vec<EventId>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql =
                    "SELECT event_id FROM stars WHERE user_id = ?1 AND event_id < ?2 ORDER BY event_id DESC LIMIT ?3";
                let mut query = conn.prepare_cached(sql)?;
                let rows = query.query_map((user.0, before.0, limit), |row| Ok(EventId(row.get(0)?)))?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }
}

fn add(tx: &Txn<'_>, room: RoomId, target: Seq, user: UserId) -> Result<usize, StoreError> {
    let place = (room.0, target.0.cast_signed());
    let found = tx
        .conn
        .prepare_cached("SELECT id FROM events WHERE room_id = ?1 AND seq = ?2 AND kind = 'message'")?
        .query_row(place, |row| row.get::<_, i64>(0))
        .optional()?;
    let event = found.ok_or(StoreError::NotFound)?;
    let sql = "INSERT INTO stars (user_id, room_id, seq, event_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    let added = tx.conn.prepare_cached(sql)?.execute((user.0, place.0, place.1, event))?;
    let sql = "SELECT count(*) FROM stars WHERE user_id = ?1";
    let all: u32 = tx.conn.prepare_cached(sql)?.query_row([user.0], |row| row.get(0))?;
    if added > 0 && all > MAX_STARS { Err(StoreError::LimitReached) } else { Ok(added) }
}

/// The message is gone.
pub(crate) fn drop_of_message(conn: &Conn<'_>, room: RoomId, seq: Seq) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM stars WHERE room_id = ?1 AND seq = ?2")?.execute((room.0, seq.0.cast_signed()))?;
    Ok(())
}

/// A room's log begins at `end` now.
pub(crate) fn drop_before(conn: &Conn<'_>, room: RoomId, end: i64) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM stars WHERE room_id = ?1 AND seq < ?2")?.execute((room.0, end))?;
    Ok(())
}
