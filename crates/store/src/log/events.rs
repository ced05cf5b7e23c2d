//! The event log: appending, reading ranges of it, and deleting with a tombstone.

use std::sync::Arc;

use crate::sql::{Conn, Optional as _, Params, Row, seq};
use tokio::sync::oneshot;

use crate::batch::{Txn, Undo};
use crate::{Change, Store, StoreError, body, edits, files, members, mentions, reactions, stars};
use chat::{Changed, DeviceId, Edited, Event, EventBody, EventId, NewMessage, RoomId, Seq, UserId};

/// Where a message was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its `seq` in the room.
    pub seq: Seq,
    /// When it was stored, milliseconds since 1970.
    pub at: i64,
}

/// A range of a room's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSlice {
    /// Ascending, without gaps.
    pub events: Vec<Event>,
    /// The oldest event kept in the room.
    pub first_seq: Seq,
    /// The newest event in the room.
    pub last_seq: Seq,
}

impl Store {
    /// When the box's newest event was stored, milliseconds since 1970 by the clock of that time; `None` when there is
    /// none.
    ///
    /// # Errors
    /// As any read.
    pub async fn newest_event_at(&self) -> Result<Option<i64>, StoreError> {
        self.readers
            .read(|conn| {
                let mut query = conn.prepare_cached("SELECT at FROM events ORDER BY id DESC LIMIT 1")?;
                query.query_row([], |row| row.get(0)).optional()
            })
            .await
    }

    /// Queues a message. The result comes when it is stored durably; repeating the same `(device, client_id)` returns
    /// where the first one was stored.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the queue stays full for five seconds. Later: [`StoreError::ClientIdReused`] for
    /// another room, [`StoreError::NotFound`] for a file that cannot be sent or a reply to nothing, and as any write.
    pub async fn append_message(
        &self,
        room: RoomId,
        sender: UserId,
        device: DeviceId,
        message: NewMessage,
        at: i64,
    ) -> Result<oneshot::Receiver<Result<Appended, StoreError>>, StoreError> {
        {
            // A message with files or mentions writes more than one row: all of them or none.
            let plain = message.files.is_empty() && message.called.is_empty();
            let undo = if plain { Undo::Nothing } else { Undo::Savepoint };
            self.writer.submit(undo, move |tx| append_message(tx, room, sender, device, message, at)).await
        }
    }

    /// At most `limit` events on one side of `from`, none older than `floor`, as `reader` sees them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such room, and as any read.
    pub async fn events(
        &self,
        room: RoomId,
        reader: UserId,
        from: Side,
        floor: Seq,
        limit: u32,
    ) -> Result<EventSlice, StoreError> {
        self.readers
            .read(move |conn| {
                let mut slice = read_events(conn, room, from, floor, limit)?;
                reactions::put_on(conn, room, reader, &mut slice.events)?;
                edits::put_into(conn, room, floor, &mut slice.events)?;
                Ok(slice)
            })
            .await
    }

    /// Replaces a message by a tombstone and tells the room. Deleting a tombstone again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no message at `target`, and as any write.
    pub async fn delete_message(&self, room: RoomId, target: Seq, by: UserId, at: i64) -> Result<(), StoreError> {
        self.writer.write(move |tx| delete_message(tx, room, target, by, at)).await
    }

    /// Who sent the event at `target`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn sender_of(&self, room: RoomId, target: Seq) -> Result<UserId, StoreError> {
        self.readers
            .read(move |conn| {
                let mut query = conn.prepare_cached("SELECT sender FROM events WHERE room_id = ?1 AND seq = ?2")?;
                Ok(UserId(query.query_row((room.0, target.0.cast_signed()), |row| row.get(0))?))
            })
            .await
    }
}

/// From where, and in which direction, to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The newest events before this; `Before(Seq(u64::MAX))` is the end of the log.
    Before(Seq),
    /// The oldest events after this.
    After(Seq),
}

fn append_message(
    tx: &mut Txn<'_>,
    room: RoomId,
    sender: UserId,
    device: DeviceId,
    message: NewMessage,
    at: i64,
) -> Result<Appended, StoreError> {
    if let Some(first) = earlier(tx.conn, room, device, &message.client_id)? {
        return Ok(first);
    }
    let seq = tx.head(room)?.next();
    if message.reply_to.is_some_and(|to| to >= seq || to == Seq(0)) {
        return Err(StoreError::NotFound);
    }
    let files = files::take_for_message(tx.conn, room, sender, seq, &message.files)?;
    let mentions = mentions::resolve(tx.conn, room, &message)?;
    let NewMessage { client_id, text, reply_to, reach, voice, .. } = message;
    let body = EventBody::Message { text, files, reply_to, client_id, mentions, voice: voice.map(Box::new) };
    let event = Arc::new(Event { room, seq, sender, at, body, changed: None });
    let id = insert(tx, Arc::clone(&event), Some(device))?;
    if let EventBody::Message { mentions, .. } = &event.body {
        mentions::note(tx.conn, (room, seq, id), sender, mentions, &reach)?;
    }
    // The message is stored whether or not this works: it only saves counting.
    let _ = members::step_over_own(tx.conn, room, sender, seq);
    Ok(Appended { seq, at })
}

fn earlier(conn: &Conn<'_>, room: RoomId, device: DeviceId, client_id: &str) -> Result<Option<Appended>, StoreError> {
    let mut query =
        conn.prepare_cached("SELECT room_id, seq, at FROM events WHERE device_id = ?1 AND client_id = ?2")?;
    let found = query
        .query_row((device.0, client_id), |row| {
            Ok((row.get::<_, i64>(0)?, Appended { seq: seq(row, "seq")?, at: row.get(2)? }))
        })
        .optional()?;
    match found {
        Some((first_room, _)) if first_room != room.0 => Err(StoreError::ClientIdReused),
        Some((_, appended)) => Ok(Some(appended)),
        None => Ok(None),
    }
}

/// Appends an event that no client has sent (a join, a new name) to a room's log.
pub(crate) fn append(
    tx: &mut Txn<'_>,
    room: RoomId,
    sender: UserId,
    body: EventBody,
    at: i64,
) -> Result<Seq, StoreError> {
    let seq = tx.head(room)?.next();
    insert(tx, Arc::new(Event { room, seq, sender, at, body, changed: None }), None)?;
    Ok(seq)
}

fn insert(tx: &mut Txn<'_>, event: Arc<Event>, device: Option<DeviceId>) -> Result<EventId, StoreError> {
    let (kind, text) = body::encode(&event.body)?;
    let client_id = match &event.body {
        EventBody::Message { client_id, .. } => Some(client_id.as_str()),
        _ => None,
    };
    let id = tx.next_event();
    let mut insert = tx.conn.prepare_cached(
        "INSERT INTO events (id, room_id, seq, kind, sender, at, device_id, client_id, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    insert.execute((
        id.0,
        event.room.0,
        event.seq.0.cast_signed(),
        kind,
        event.sender.0,
        event.at,
        device.map(|d| d.0),
        client_id,
        text,
    ))?;
    drop(insert);
    tx.set_head(event.room, event.seq);
    tx.emit(Change::Appended(event));
    Ok(id)
}

/// Appends an event that tells of a change of the message at `target`, which includes it from now on.
pub(crate) fn append_change(
    tx: &mut Txn<'_>,
    room: RoomId,
    target: Seq,
    sender: UserId,
    body: EventBody,
    at: i64,
) -> Result<Seq, StoreError> {
    let head = tx.head(room)?;
    let sql = "SELECT coalesce(shown_seq, seq) AS shown FROM events WHERE room_id = ?1 AND seq = ?2";
    let shown = tx.conn.prepare_cached(sql)?.query_row((room.0, head.0.cast_signed()), |row| seq(row, "shown"))?;
    let changed = append(tx, room, sender, body, at)?;
    for (column, of, is) in [("shown_seq", changed, shown), ("changed_seq", target, changed)] {
        let sql = format!("UPDATE events SET {column} = ?3 WHERE room_id = ?1 AND seq = ?2");
        tx.conn.prepare_cached(&sql)?.execute((room.0, of.0.cast_signed(), is.0.cast_signed()))?;
    }
    Ok(changed)
}

pub(crate) fn delete_message(
    tx: &mut Txn<'_>,
    room: RoomId,
    target: Seq,
    by: UserId,
    at: i64,
) -> Result<(), StoreError> {
    let place = (room.0, target.0.cast_signed());
    let kind: String = tx
        .conn
        .prepare_cached("SELECT kind FROM events WHERE room_id = ?1 AND seq = ?2")?
        .query_row(place, |row| row.get(0))?;
    match kind.as_str() {
        "deleted" => return Ok(()),
        "message" => {}
        _ => return Err(StoreError::NotFound),
    }
    append_change(tx, room, target, by, EventBody::MessageDeleted { target }, at)?;
    let (kind, text) = body::encode(&EventBody::Deleted { by })?;
    tx.conn
        .prepare_cached(
            "UPDATE events SET kind = ?3, body = ?4, changed_seq = NULL, edited_seq = NULL, edited_at = NULL
             WHERE room_id = ?1 AND seq = ?2",
        )?
        .execute((place.0, place.1, kind, text))?;
    files::drop_of_message(tx.conn, room, target)?;
    mentions::drop_of_message(tx.conn, room, target)?;
    stars::drop_of_message(tx.conn, room, target)?;
    edits::drop_of_message(tx.conn, room, target)?;
    reactions::drop_of_message(tx.conn, room, target)
}

pub(crate) const COLUMNS: &str = "seq, kind, sender, at, client_id, body, changed_seq, edited_seq, edited_at";

/// The newest event from `floor` on that is shown by itself, as it was sent: no change of a message.
pub(crate) fn newest_shown(conn: &Conn<'_>, room: RoomId, floor: Seq) -> Result<Option<Event>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM events WHERE room_id = ?1 AND seq >= ?2 AND seq =
           (SELECT coalesce(shown_seq, seq) FROM events WHERE room_id = ?1 ORDER BY seq DESC LIMIT 1)"
    );
    conn.prepare_cached(&sql)?.query_row((room.0, floor.0.cast_signed()), |row| event(room, row)).optional()
}

pub(crate) fn read_events(
    conn: &Conn<'_>,
    room: RoomId,
    from: Side,
    floor: Seq,
    limit: u32,
) -> Result<EventSlice, StoreError> {
    let mut room_row = conn.prepare_cached("SELECT first_seq, last_seq FROM rooms WHERE id = ?1")?;
    let (first_seq, last_seq) =
        room_row.query_row([room.0], |row| Ok((seq(row, "first_seq")?, seq(row, "last_seq")?)))?;
    let floor = floor.max(first_seq).0.cast_signed();
    let events = match from {
        Side::After(after) => {
            let sql = format!("SELECT {COLUMNS} FROM events WHERE room_id = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3");
            let start = floor.max(i64::try_from(after.next().0).unwrap_or(i64::MAX));
            collect(conn, &sql, room, (room.0, start, limit))?
        }
        Side::Before(before) => {
            let sql = format!(
                "SELECT {COLUMNS} FROM events WHERE room_id = ?1 AND seq < ?2 AND seq >= ?4 ORDER BY seq DESC LIMIT ?3"
            );
            let end = i64::try_from(before.0).unwrap_or(i64::MAX);
            let mut newest_first = collect(conn, &sql, room, (room.0, end, limit, floor))?;
            newest_first.reverse();
            newest_first
        }
    };
    Ok(EventSlice { events, first_seq, last_seq })
}

fn collect(conn: &Conn<'_>, sql: &str, room: RoomId, params: impl Params) -> Result<Vec<Event>, StoreError> {
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(params)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(event(room, &row)?);
    }
    Ok(events)
}

pub(crate) fn event(room: RoomId, row: &Row<'_>) -> Result<Event, StoreError> {
    let kind = row.text("kind")?;
    let text = row.text("body")?;
    Ok(Event {
        room,
        seq: seq(row, "seq")?,
        sender: UserId(row.get("sender")?),
        at: row.get("at")?,
        body: body::decode(kind, text, row.get("client_id")?)?,
        changed: changed(row)?,
    })
}

fn changed(row: &Row<'_>) -> Result<Option<Box<Changed>>, StoreError> {
    if row.get::<_, Option<i64>>("changed_seq")?.is_none() {
        return Ok(None);
    }
    let edited = match row.get("edited_at")? {
        Some(at) => Some(Edited { seq: seq(row, "edited_seq")?, at }),
        None => None,
    };
    Ok(Some(Box::new(Changed { as_of: seq(row, "changed_seq")?, reactions: Vec::new(), edited })))
}
