//! Reactions: one row for each, and an event in the log for each change.

use crate::batch::Txn;
use crate::sql::{Conn, seq};
use crate::{Store, StoreError, UserRow, events, users};
use chat::{Emoji, Event, EventBody, MAX_OWN_REACTIONS, MAX_REACTIONS, React, Reaction, RoomId, Seq, UserId};

/// One person's reaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReactionRow {
    /// The emoji.
    pub emoji: String,
    /// The event that tells it: the order in which they came.
    pub reacted: Seq,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Who.
    pub person: UserRow,
}

impl Store {
    /// Adds a reaction to the message at `target`, or takes it back. What is so already changes nothing, and is not told.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no message at `target`, [`StoreError::LimitReached`] for one emoji too many,
    /// and as any write.
    pub async fn react(
        &self,
        room: RoomId,
        target: Seq,
        by: UserId,
        (to, emoji): (React, Emoji),
        at: i64,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "SELECT kind FROM events WHERE room_id = ?1 AND seq = ?2";
                let place = (room.0, target.0.cast_signed());
                let kind: String = tx.conn.prepare_cached(sql)?.query_row(place, |row| row.get(0))?;
                match (kind.as_str(), to) {
                    ("message", React::Add) => add(tx, room, target, by, emoji.into(), at),
                    ("message", React::Remove) => remove(tx, room, target, by, emoji.into(), at),
                    _ => Err(StoreError::NotFound),
                }
            })
            .await
    }

    /// Who reacted to a message (with `emoji`, or with any), in the order in which they did: at most `limit` after `after`.
    ///
    /// # Errors
    /// As any read.
    pub async fn reactions(
        &self,
        room: RoomId,
        target: Seq,
        emoji: Option<Emoji>,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<ReactionRow>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!(
                    "SELECT {}, r.emoji, r.reacted_seq, r.at AS reacted_at FROM reactions r JOIN users ON users.id = r.user_id
                     WHERE r.room_id = ?1 AND r.seq = ?2 AND r.emoji = coalesce(?3, r.emoji) AND r.reacted_seq > ?4
                     ORDER BY r.reacted_seq LIMIT ?5",
                    users::COLUMNS
                );
                let mut query = conn.prepare_cached(&sql)?;
                let emoji = emoji.map(String::from);
                let after = i64::try_from(after.0).unwrap_or(i64::MAX);
                let rows = query.query_map((room.0, target.0.cast_signed(), emoji, after, limit), |row| {
                    Ok(ReactionRow {
                        emoji: row.get("emoji")?,
                        reacted: seq(row, "reacted_seq")?,
                        at: row.get("reacted_at")?,
                        person: users::user_row(row)?,
                    })
                })?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }
}

fn add(tx: &mut Txn<'_>, room: RoomId, target: Seq, by: UserId, emoji: String, at: i64) -> Result<(), StoreError> {
    let place = (room.0, target.0.cast_signed());
    let sql = "SELECT count(DISTINCT emoji), count(*) FILTER (WHERE emoji = ?3), count(*) FILTER (WHERE user_id = ?4),
                 count(*) FILTER (WHERE user_id = ?4 AND emoji = ?3) FROM reactions WHERE room_id = ?1 AND seq = ?2";
    let (different, same, own, is_there): (u32, u32, u32, u32) =
        tx.conn.prepare_cached(sql)?.query_row((place.0, place.1, emoji.as_str(), by.0), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
    if is_there > 0 {
        return Ok(());
    }
    if own >= MAX_OWN_REACTIONS || (same == 0 && different >= MAX_REACTIONS) {
        return Err(StoreError::LimitReached);
    }
    let body = EventBody::Reacted { target, emoji: emoji.clone() };
    let reacted = events::append_change(tx, room, target, by, body, at)?;
    let sql = "INSERT INTO reactions (room_id, seq, emoji, user_id, reacted_seq, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    tx.conn.prepare_cached(sql)?.execute((place.0, place.1, emoji, by.0, reacted.0.cast_signed(), at))?;
    Ok(())
}

fn remove(tx: &mut Txn<'_>, room: RoomId, target: Seq, by: UserId, emoji: String, at: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM reactions WHERE room_id = ?1 AND seq = ?2 AND emoji = ?3 AND user_id = ?4";
    let gone = tx.conn.prepare_cached(sql)?.execute((room.0, target.0.cast_signed(), emoji.as_str(), by.0))?;
    if gone > 0 {
        events::append_change(tx, room, target, by, EventBody::ReactionRemoved { target, emoji }, at)?;
    }
    Ok(())
}

/// Nobody has reacted to a message that is gone.
pub(crate) fn drop_of_message(conn: &Conn<'_>, room: RoomId, target: Seq) -> Result<(), StoreError> {
    let sql = "DELETE FROM reactions WHERE room_id = ?1 AND seq = ?2";
    conn.prepare_cached(sql)?.execute((room.0, target.0.cast_signed()))?;
    Ok(())
}

/// Puts the reactions on those events that have any, as `reader` sees them. Asks nothing when no event was ever changed.
pub(crate) fn put_on(conn: &Conn<'_>, room: RoomId, reader: UserId, events: &mut [Event]) -> Result<(), StoreError> {
    let changed = || events.iter().filter(|event| event.changed.is_some()).map(|event| event.seq.0.cast_signed());
    let (Some(first), Some(last)) = (changed().next(), changed().next_back()) else { return Ok(()) };
    let sql = "SELECT seq, emoji, count(*) AS people, count(*) FILTER (WHERE user_id = ?4) AS own FROM reactions
               WHERE room_id = ?1 AND seq >= ?2 AND seq <= ?3 GROUP BY seq, emoji ORDER BY seq, min(reacted_seq)";
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query((room.0, first, last, reader.0))?;
    while let Some(row) = rows.next()? {
        let of = seq(&row, "seq")?;
        let Ok(place) = events.binary_search_by_key(&of, |event| event.seq) else { continue };
        let Some(changed) = &mut events[place].changed else { continue };
        let reaction = Reaction { emoji: row.get("emoji")?, count: row.get("people")?, mine: row.get("own")? };
        changed.reactions.push(reaction);
    }
    Ok(())
}
