//! Changing what a message says, and what it said before.

use crate::batch::Txn;
use crate::events::COLUMNS;
use crate::sql::{Conn, Optional as _, word};
use crate::{Store, StoreError, body, events, mentions};
use chat::{Event, EventBody, EventId, HistoryRule, NewMessage, NewText, RoomId, Seq, UserId};

/// Most edits of one message.
const MOST: u32 = 100;

/// What a message said before an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierText {
    /// The text.
    pub text: String,
    /// Since when it said so, milliseconds since 1970.
    pub at: i64,
}

impl Store {
    /// The message at `target`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, and as any read.
    pub async fn message(&self, room: RoomId, target: Seq) -> Result<Event, StoreError> {
        self.readers.read(move |conn| message(conn, room, target)).await
    }

    /// Gives the message at `target`, which is `by`'s own, the text and mentions of `new`. The same text changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is no message of theirs, [`StoreError::LimitReached`] for one edit too many, and as any
    /// write.
    pub async fn edit_message(
        &self,
        room: RoomId,
        target: Seq,
        by: UserId,
        new: NewMessage,
        at: i64,
    ) -> Result<(), StoreError> {
        self.writer.write(move |tx| edit(tx, room, target, by, new, at)).await
    }

    /// What a message said before each of its edits, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub async fn earlier_texts(&self, room: RoomId, target: Seq) -> Result<Vec<EarlierText>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = "SELECT text, at FROM edits WHERE room_id = ?1 AND seq = ?2 ORDER BY edited_seq";
                let mut query = conn.prepare_cached(sql)?;
                let rows = query.query_map((room.0, target.0.cast_signed()), |row| {
                    Ok(EarlierText { text: row.get(0)?, at: row.get(1)? })
                })?;
                rows.collect()
            })
            .await
    }
}

pub(crate) fn message(conn: &Conn<'_>, room: RoomId, target: Seq) -> Result<Event, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM events WHERE room_id = ?1 AND seq = ?2 AND kind = 'message'");
    conn.prepare_cached(&sql)?.query_row((room.0, target.0.cast_signed()), |row| events::event(room, row))
}

fn edit(tx: &mut Txn<'_>, room: RoomId, target: Seq, by: UserId, new: NewMessage, at: i64) -> Result<(), StoreError> {
    let mut old = message(tx.conn, room, target)?;
    let EventBody::Message { text, mentions, .. } = &mut old.body else { return Err(StoreError::NotFound) };
    if old.sender != by {
        return Err(StoreError::NotFound);
    }
    if *text == new.text {
        return Ok(());
    }
    let place = (room.0, target.0.cast_signed());
    let sql = "SELECT count(*) FROM edits WHERE room_id = ?1 AND seq = ?2";
    let edits: u32 = tx.conn.prepare_cached(sql)?.query_row(place, |row| row.get(0))?;
    if edits >= MOST {
        return Err(StoreError::LimitReached);
    }
    *mentions = mentions::resolve(tx.conn, room, &new)?;
    let before = std::mem::replace(text, new.text);
    let now = NewText { text: text.clone(), mentions: mentions.clone() };
    // What goes to everybody must not reach who has come after the message and does not see it; they ask.
    let now = Some(now).filter(|_| all_see(tx.conn, room, target).unwrap_or(false));
    let edited = events::append_change(tx, room, target, by, EventBody::MessageEdited { target, now }, at)?;
    let since = old.changed.and_then(|changed| changed.edited).map_or(old.at, |edited| edited.at);
    let sql = "INSERT INTO edits (room_id, seq, edited_seq, text, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.conn.prepare_cached(sql)?.execute((place.0, place.1, edited.0.cast_signed(), before, since))?;
    let (_, text) = body::encode(&old.body)?;
    let sql =
        "UPDATE events SET body = ?3, edited_seq = ?4, edited_at = ?5 WHERE room_id = ?1 AND seq = ?2 RETURNING id";
    let changed = (place.0, place.1, text, edited.0.cast_signed(), at);
    let id = EventId(tx.conn.prepare_cached(sql)?.insert(changed)?);
    mentions::drop_of_message(tx.conn, room, target)?;
    if let EventBody::Message { mentions, .. } = &old.body {
        mentions::note(tx.conn, (room, target, id), by, mentions, &new.reach)?;
    }
    Ok(())
}

/// Does every member of the room see what was said at `target`?
fn all_see(conn: &Conn<'_>, room: RoomId, target: Seq) -> Result<bool, StoreError> {
    let sql = "SELECT history_rule, (SELECT max(joined_seq) FROM members WHERE room_id = ?1) AS last_came FROM rooms WHERE id = ?1";
    conn.prepare_cached(sql)?.query_row([room.0], |row| {
        let rule: HistoryRule = word(row, "history_rule")?;
        let last_came: Option<i64> = row.get("last_came")?;
        Ok(rule == HistoryRule::All || last_came.is_none_or(|came| came < target.0.cast_signed()))
    })
}

/// Puts into edits what their messages say now, where the reader, who sees the log from `floor` on, may see it.
pub(crate) fn put_into(conn: &Conn<'_>, room: RoomId, floor: Seq, events: &mut [Event]) -> Result<(), StoreError> {
    for event in events {
        let EventBody::MessageEdited { target, now } = &mut event.body else { continue };
        if *target < floor {
            continue;
        }
        if let Some(Event { body: EventBody::Message { text, mentions, .. }, .. }) =
            message(conn, room, *target).optional()?
        {
            *now = Some(NewText { text, mentions });
        }
    }
    Ok(())
}

/// What a message said that is gone is gone too.
pub(crate) fn drop_of_message(conn: &Conn<'_>, room: RoomId, target: Seq) -> Result<(), StoreError> {
    let sql = "DELETE FROM edits WHERE room_id = ?1 AND seq = ?2";
    conn.prepare_cached(sql)?.execute((room.0, target.0.cast_signed()))?;
    Ok(())
}
