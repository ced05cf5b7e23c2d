//! The index: a SQLite file with an inverted list for each word (FTS5, without texts and without places of words), and how far
//! the log has been taken.
//!
//! Nothing is ever taken out of it: what was deleted is not found because it no longer has its words in the log. When too much
//! of it has gone stale, it is made anew. It may lag behind the log after a power cut and goes on from its own place; it is never
//! ahead, because place and words are one transaction.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chat::{EventId, RoomId, Seq, UserId};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use crate::document::{Document, Has, clipped, room_term, sender_term};
use crate::query::Query;

/// Of the tables below and of what [`Document`] puts into them. An index of another format is made anew.
const FORMAT: i64 = 1;
const SCHEMA: &str = "
    -- One row: the last event that was taken; how many were, how many messages have gone stale since; when the first was.
    CREATE TABLE place (
        one   INTEGER PRIMARY KEY CHECK (one = 1),
        id    INTEGER NOT NULL,
        room  INTEGER NOT NULL,
        seq   INTEGER NOT NULL,
        at    INTEGER NOT NULL,
        taken INTEGER NOT NULL,
        stale INTEGER NOT NULL,
        began INTEGER NOT NULL
    );
    -- The events of each day (UTC): ids ascend with time unless the clock was set, then days overlap.
    CREATE TABLE days (day INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5 (terms, content='', columnsize=0, detail=none, tokenize='ascii');
";
const DAY_MS: i64 = 24 * 3_600_000;

/// Why the index did not answer.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// It is damaged and has to be made anew.
    #[error("the index is damaged: {0}")]
    Damaged(String),
    /// Anything else, for the log only: a full disk, for instance.
    #[error("{0}")]
    Other(String),
}

impl From<rusqlite::Error> for IndexError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// An event of the log, so exactly that another log's is told from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Among all events.
    pub id: EventId,
    /// Its room.
    pub room: RoomId,
    /// Its number there.
    pub seq: Seq,
    /// When it happened, milliseconds since 1970.
    pub at: i64,
}

/// A stretch of the log, as the index takes it.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Its messages, ascending.
    pub documents: Vec<Document>,
    /// How many events it has, messages among them.
    pub events: u64,
    /// How many messages that were taken before are no longer what they were.
    pub stale: u64,
    /// Its last event.
    pub end: Place,
    /// The time, milliseconds since 1970.
    pub now: i64,
}

/// What an index is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that were taken.
    pub taken: u64,
    /// Messages among them that were deleted later.
    pub stale: u64,
    /// When the first was taken, milliseconds since 1970; `None` in a new index.
    pub began: Option<i64>,
}

/// What candidates must have.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// All its words.
    pub query: Option<&'a Query>,
    /// They are in one of these rooms.
    pub rooms: &'a [RoomId],
    /// Who wrote them.
    pub sender: Option<UserId>,
    /// What they carry.
    pub has: Option<Has>,
    /// Not older than this, milliseconds since 1970; to the day.
    pub from: Option<i64>,
    /// Older than this, milliseconds since 1970; to the day.
    pub to: Option<i64>,
    /// Before this event.
    pub before: Option<EventId>,
}

/// An open index. All calls block; one writes, any number read.
#[derive(Debug)]
pub struct Index {
    path: PathBuf,
    writer: Mutex<Connection>,
    idle: Mutex<Vec<Connection>>,
    retired: AtomicBool,
}

impl Drop for Index {
    fn drop(&mut self) {
        if self.retired.load(Ordering::Relaxed) {
            Self::remove(&self.path);
        }
    }
}

impl Index {
    /// Opens an index, or makes an empty one when there is none, or one that cannot be used.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let writer = match connect(path) {
            Ok(Some(conn)) => conn,
            Ok(None) | Err(IndexError::Damaged(_)) => {
                Self::remove(path);
                connect(path)?
                    .ok_or_else(|| IndexError::Other("an index of another format cannot be removed".into()))?
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            idle: Mutex::default(),
            retired: AtomicBool::new(false),
        })
    }

    /// Removes the files of an index that nobody has open.
    pub fn remove(path: &Path) {
        for file in files(path) {
            let _ = std::fs::remove_file(file);
        }
    }

    /// The last event that was taken; `None` in a new index.
    ///
    /// # Errors
    /// As any read.
    pub fn place(&self) -> Result<Option<Place>, IndexError> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Place {
                id: EventId(row.get(0)?),
                room: RoomId(row.get(1)?),
                seq: Seq(row.get::<_, i64>(2)?.cast_unsigned()),
                at: row.get(3)?,
            })
        };
        let writer = lock(&self.writer);
        Ok(writer.query_row("SELECT id, room, seq, at FROM place", [], read).optional()?)
    }

    /// What it is made of.
    ///
    /// # Errors
    /// As any read.
    pub fn counts(&self) -> Result<Counts, IndexError> {
        let read = |row: &rusqlite::Row<'_>| {
            let (taken, stale): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok(Counts { taken: taken.cast_unsigned(), stale: stale.cast_unsigned(), began: Some(row.get(2)?) })
        };
        let writer = lock(&self.writer);
        Ok(writer.query_row("SELECT taken, stale, began FROM place", [], read).optional()?.unwrap_or_default())
    }

    /// Takes the messages of the next stretch of the log.
    ///
    /// # Errors
    /// As any write; nothing was taken then.
    pub fn take(&self, stretch: &Stretch) -> Result<(), IndexError> {
        let mut writer = lock(&self.writer);
        let tx = writer.transaction()?;
        {
            let mut add = tx.prepare_cached("INSERT INTO words (rowid, terms) VALUES (?1, ?2)")?;
            let mut day = tx.prepare_cached(
                "INSERT INTO days (day, first, last) VALUES (?1, ?2, ?2)
                 ON CONFLICT (day) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
            )?;
            for document in &stretch.documents {
                add.execute((document.id.0, &document.terms))?;
                day.execute((document.at.div_euclid(DAY_MS), document.id.0))?;
            }
            let &Stretch { events, stale, now, end, .. } = stretch;
            let (seq, events, stale) = (end.seq.0.cast_signed(), events.cast_signed(), stale.cast_signed());
            tx.prepare_cached(
                "INSERT INTO place (one, id, room, seq, at, taken, stale, began) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (one) DO UPDATE SET id = excluded.id, room = excluded.room, seq = excluded.seq,
                     at = excluded.at, taken = taken + excluded.taken, stale = stale + excluded.stale",
            )?
            .execute((end.id.0, end.room.0, seq, end.at, events, stale, now))?;
        }
        Ok(tx.commit()?)
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// As any write.
    pub fn clear(&self) -> Result<(), IndexError> {
        let mut writer = lock(&self.writer);
        let tx = writer.transaction()?;
        tx.execute_batch("INSERT INTO words (words) VALUES ('delete-all'); DELETE FROM place; DELETE FROM days;")?;
        Ok(tx.commit()?)
    }

    /// Its files are removed when it is dropped. None with the same path may be opened before.
    pub fn retire(&self) {
        self.retired.store(true, Ordering::Relaxed);
    }

    /// At most `limit` messages that may be meant, newest first. None is missing; some may not be meant.
    ///
    /// # Errors
    /// As any read.
    pub fn candidates(&self, filter: &Filter<'_>, limit: u32) -> Result<Vec<EventId>, IndexError> {
        let lent = lock(&self.idle).pop();
        let conn = match lent {
            Some(conn) => conn,
            None => set_up(Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | FLAGS)?)?,
        };
        let found = read_candidates(&conn, filter, limit);
        if !matches!(found, Err(IndexError::Damaged(_))) {
            lock(&self.idle).push(conn);
        }
        found
    }

    /// What it takes on the disk, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        files(&self.path).iter().filter_map(|file| file.metadata().ok()).map(|meta| meta.len()).sum()
    }
}

const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

/// `None`: it has another format.
fn connect(path: &Path) -> Result<Option<Connection>, IndexError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | FLAGS;
    let conn = set_up(Connection::open_with_flags(path, flags)?)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    // After a power cut the newest commits may be missing, but the file is whole. They are taken again.
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "journal_size_limit", 4 << 20)?;
    match conn.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? {
        FORMAT => Ok(Some(conn)),
        0 if conn.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))? => {
            conn.execute_batch(&format!("BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;"))?;
            Ok(Some(conn))
        }
        _ => Ok(None),
    }
}

fn set_up(conn: Connection) -> Result<Connection, IndexError> {
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    conn.pragma_update(None, "cache_size", -4_096)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(conn)
}

fn files(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

fn read_candidates(conn: &Connection, filter: &Filter<'_>, limit: u32) -> Result<Vec<EventId>, IndexError> {
    let (mut first, mut last) = (0, filter.before.map_or(i64::MAX, |before| before.0.saturating_sub(1)));
    if filter.from.is_some() || filter.to.is_some() {
        let from = filter.from.map_or(i64::MIN, |at| at.div_euclid(DAY_MS));
        let to = filter.to.map_or(i64::MAX, |at| at.saturating_sub(1).div_euclid(DAY_MS));
        let mut days = conn.prepare_cached("SELECT min(first), max(last) FROM days WHERE day BETWEEN ?1 AND ?2")?;
        let within =
            days.query_row((from, to), |row| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?)))?;
        let (Some(earliest), Some(latest)) = within else { return Ok(Vec::new()) };
        (first, last) = (earliest, last.min(latest));
    }
    let Some(expression) = expression(filter) else { return Ok(Vec::new()) };
    let mut query = conn.prepare_cached(
        "SELECT rowid FROM words WHERE words MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC LIMIT ?4",
    )?;
    let rows = query.query_map((expression, first, last, limit), |row| Ok(EventId(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// In FTS5's language; `None` without a room. One question for all rooms is faster than one for each: most words have few
/// messages, and these are looked at once.
fn expression(filter: &Filter<'_>) -> Option<String> {
    let quoted = |term: &str| format!("\"{term}\"");
    let mut all: Vec<String> = Vec::new();
    for wanted in filter.query.iter().flat_map(|query| query.wanted()) {
        let term = clipped(&wanted.text);
        let begins = wanted.begins && term.len() == wanted.text.len();
        all.push(quoted(term) + if begins { " *" } else { "" });
    }
    all.extend(filter.sender.map(|sender| quoted(&sender_term(sender))));
    all.extend(filter.has.map(|has| quoted(&has.term())));
    let rooms: Vec<_> = filter.rooms.iter().map(|room| quoted(&room_term(*room))).collect();
    if rooms.is_empty() {
        return None;
    }
    all.push(format!("({})", rooms.join(" OR ")));
    Some(all.join(" AND "))
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    // A transaction that a panic interrupts is rolled back when it is dropped.
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
