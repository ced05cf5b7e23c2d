//! What uses the storage, counted by kind, room and person; and deleting old messages with their files.

use std::time::Duration;

use crate::batch::Txn;
use crate::sql::{Conn, Row};
use crate::{Act, Change, Store, StoreError, mentions, stars};
use chat::{RoomId, UserId};

/// A number of files and their size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Number of files.
    pub files: u64,
    /// Their size in bytes; the same file sent twice counts twice.
    pub bytes: u64,
}

/// What uses the storage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Number of events.
    pub events: u64,
    /// Files by the first part of their media type: `image`, `video`, `audio`, `text`, `application`.
    pub kinds: Vec<(String, Tally)>,
    /// The groups and channels that use most, at most 20.
    pub rooms: Vec<(RoomId, String, Tally)>,
    /// All direct rooms together.
    pub direct: Tally,
    /// The people whose files use most, at most 20.
    pub people: Vec<(UserId, String, Tally)>,
}

/// What counts as old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Older {
    /// Only in this room; `None`: in all.
    pub room: Option<RoomId>,
    /// Before this time, milliseconds since 1970.
    pub than: i64,
}

/// What would be deleted, or was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Number of events.
    pub events: u64,
    /// Files and their size.
    pub tally: Tally,
}

impl Cleared {
    /// Adds the two.
    pub(crate) fn add(&mut self, more: Self) {
        self.events += more.events;
        self.tally.files += more.tally.files;
        self.tally.bytes += more.tally.bytes;
    }
}

/// Events that are deleted in one commit while somebody waits for the result.
const PART: u64 = 2_000;

impl Store {
    /// What uses the storage.
    ///
    /// # Errors
    /// As any read.
    pub async fn usage(&self) -> Result<Usage, StoreError> {
        self.readers
            .read(|conn| {
                let events = "SELECT CAST(coalesce(sum(last_seq - first_seq + 1), 0) AS BIGINT) FROM rooms";
                let direct = "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM files WHERE room_id IN (SELECT id FROM rooms WHERE kind = 'direct')";
                Ok(Usage {
                    events: conn.query_row(events, [], |row| unsigned(row, 0))?,
                    kinds: list(
                        conn,
                        "SELECT 0, CASE instr(media_type, '/') WHEN 0 THEN media_type ELSE substr(media_type, 1, instr(media_type, '/') - 1) END AS kind,
                                count(*), CAST(sum(size) AS BIGINT) AS bytes FROM files GROUP BY kind ORDER BY bytes DESC LIMIT 20",
                    )?
                    .into_iter()
                    .map(|(_, kind, tally)| (kind, tally))
                    .collect(),
                    rooms: list(
                        conn,
                        "SELECT r.id, r.name, count(*), CAST(sum(f.size) AS BIGINT) AS bytes FROM files f JOIN rooms r ON r.id = f.room_id
                         WHERE r.kind <> 'direct' GROUP BY r.id ORDER BY bytes DESC LIMIT 20",
                    )?
                    .into_iter()
                    .map(|(id, name, tally)| (RoomId(id), name, tally))
                    .collect(),
                    direct: conn.query_row(direct, [], |row| tally(row, 0))?,
                    people: list(
                        conn,
                        "SELECT u.id, u.name, count(*), CAST(sum(f.size) AS BIGINT) AS bytes FROM files f JOIN users u ON u.id = f.uploader
                         GROUP BY u.id ORDER BY bytes DESC LIMIT 20",
                    )?
                    .into_iter()
                    .map(|(id, name, tally)| (UserId(id), name, tally))
                    .collect(),
                })
            })
            .await
    }

    /// What [`Store::clear_older`] would delete.
    ///
    /// # Errors
    /// As any read.
    pub async fn count_older(&self, older: Older) -> Result<Cleared, StoreError> {
        self.readers
            .read(move |conn| {
                let mut all = Cleared::default();
                for (room, first, keep_from) in reaches(conn, older)? {
                    all.events += (keep_from - first).max(0).cast_unsigned();
                    let files = files_before(conn, room, keep_from)?;
                    all.tally.files += files.files;
                    all.tally.bytes += files.bytes;
                }
                Ok(all)
            })
            .await
    }

    /// Deletes everything up to the newest event that is old, room by room, in parts: each room's log then begins
    /// later. Contents are swept away when nothing needs them.
    ///
    /// # Errors
    /// As any write.
    pub async fn clear_older(&self, older: Older, act: Act) -> Result<Cleared, StoreError> {
        let reaches = self.readers.read(move |conn| reaches(conn, older)).await?;
        self.note(act).await?;
        let mut all = Cleared::default();
        for (room, _, keep_from) in reaches {
            all.add(self.clear_room(room, keep_from, PART, Duration::ZERO).await?);
        }
        Ok(all)
    }
}

/// Rooms with old events: their first event, and the first one that is kept. The order is that of `seq`, never of the
/// clock, so what is deleted is always a beginning: nothing that comes after an event that is young enough.
fn reaches(conn: &Conn<'_>, older: Older) -> Result<Vec<(RoomId, i64, i64)>, StoreError> {
    let sql = "SELECT r.id, r.first_seq,
                 coalesce((SELECT min(seq) FROM events WHERE room_id = r.id AND at >= ?1), r.last_seq + 1) AS keep_from
               FROM rooms r WHERE (r.id = ?2 OR ?2 IS NULL)";
    let mut stmt = conn.prepare_cached(sql)?;
    let rows = stmt.query_map((older.than, older.room.map(|room| room.0)), |row| {
        Ok((RoomId(row.get(0)?), row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    })?;
    let all: Vec<(RoomId, i64, i64)> = rows.collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|(_, first, keep_from)| keep_from > first).collect())
}

pub(crate) fn clear_part(tx: &mut Txn<'_>, room: RoomId, keep_from: i64, part: u64) -> Result<Cleared, StoreError> {
    let first: i64 = tx.conn.query_row("SELECT first_seq FROM rooms WHERE id = ?1", [room.0], |row| row.get(0))?;
    let part = i64::try_from(part).unwrap_or(i64::MAX);
    let end = keep_from.min(first.saturating_add(part));
    if end <= first {
        return Ok(Cleared::default());
    }
    let files = files_before(tx.conn, room, end)?;
    tx.conn.prepare_cached("DELETE FROM files WHERE room_id = ?1 AND event_seq < ?2")?.execute((room.0, end))?;
    tx.conn.prepare_cached("DELETE FROM edits WHERE room_id = ?1 AND seq < ?2")?.execute((room.0, end))?;
    tx.conn.prepare_cached("DELETE FROM reactions WHERE room_id = ?1 AND seq < ?2")?.execute((room.0, end))?;
    tx.conn.prepare_cached("DELETE FROM events WHERE room_id = ?1 AND seq < ?2")?.execute((room.0, end))?;
    mentions::drop_before(tx.conn, room, end)?;
    stars::drop_before(tx.conn, room, end)?;
    tx.conn.prepare_cached("UPDATE rooms SET first_seq = ?2 WHERE id = ?1")?.execute((room.0, end))?;
    if end == keep_from {
        tx.emit(Change::KeptChanged(room));
    }
    Ok(Cleared { events: (end - first).cast_unsigned(), tally: files })
}

pub(crate) fn files_before(conn: &Conn<'_>, room: RoomId, seq: i64) -> Result<Tally, StoreError> {
    let sql =
        "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM files WHERE room_id = ?1 AND event_seq < ?2";
    conn.prepare_cached(sql)?.query_row((room.0, seq), |row| tally(row, 0))
}

fn unsigned(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    Ok(row.get::<_, i64>(column)?.max(0).cast_unsigned())
}

fn tally(row: &Row<'_>, column: usize) -> Result<Tally, StoreError> {
    Ok(Tally { files: unsigned(row, column)?, bytes: unsigned(row, column + 1)? })
}

fn list(conn: &Conn<'_>, sql: &str) -> Result<Vec<(i64, String, Tally)>, StoreError> {
    let mut stmt = conn.prepare_cached(sql)?;
    let rows = stmt.query_map([], |row| Ok((row.get(0)?, row.get(1)?, tally(row, 2)?)))?;
    rows.collect::<Result<_, _>>()
}
