//! Reported messages: what members have reported to the admins, and what was done about it. Every query is made for
//! somebody, and leaves out reports about that person's own messages.

use crate::batch::Txn;
use crate::reported_files::{self, ReportedFile};
use crate::sql::{Row, seq};
use crate::{Act, Store, StoreError, body, events};
use chat::{EventBody, ReportedMessage, RoomId, Seq, UserId};

/// Open reports that one person may have made.
const OPEN_EACH: u32 = 20;
/// Open reports in all.
const OPEN_IN_ALL: u32 = 500;
/// Answered reports that are kept.
const KEPT: u32 = 200;
/// And for how long: a reported text must not outlive the message for ever.
const KEPT_MS: i64 = 90 * 24 * 3_600_000;

/// A reported message.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// Identifies the report.
    pub id: i64,
    /// The room of the message.
    pub room: RoomId,
    /// The message's `seq` in it.
    pub seq: Seq,
    /// The room's name when it was reported; empty for a direct room.
    pub room_name: String,
    /// Who wrote it, and their name now.
    pub author: (UserId, String),
    /// Who reported it, and their name now.
    pub reporter: (UserId, String),
    /// The reason; may be empty.
    pub reason: String,
    /// The message's text when it was reported.
    pub text: String,
    /// Its files.
    pub files: Vec<ReportedFile>,
    /// Everybody who has reported the message and has not got an answer yet.
    pub reporters: Vec<UserId>,
    /// When it was sent, milliseconds since 1970.
    pub sent_at: i64,
    /// When it was reported, milliseconds since 1970.
    pub at: i64,
    /// Is the message still in the room?
    pub stands: bool,
    /// When and how it was answered; `None` while it is open.
    pub closed: Option<(i64, String)>,
}

impl ReportRow {
    /// What the decision about it depends on.
    #[must_use]
    pub fn message(&self) -> ReportedMessage {
        ReportedMessage { author: self.author.0, reporters: self.reporters.clone() }
    }
}

/// Which reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// Open ones.
    NotYet,
    /// Answered ones.
    Already,
}

/// What happens to the message when its report is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// It stays.
    Stays,
    /// It is replaced by a tombstone.
    Deleted,
}

impl Store {
    /// Keeps the message as it is now for the admins. While the report is open, reporting it again by the same person
    /// changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no message at `target`, [`StoreError::LimitReached`] when there are too
    /// many open reports, by this person or in all, and as any write.
    pub async fn report(
        &self,
        room: RoomId,
        target: Seq,
        reporter: UserId,
        reason: String,
        at: i64,
    ) -> Result<(), StoreError> {
        self.writer.write(move |tx| insert(tx, room, target, reporter, &reason, at)).await
    }

    /// Reports with an id under `before` that `reader` may see, newest first, at most `limit`.
    ///
    /// # Errors
    /// As any read.
    pub async fn reports(
        &self,
        reader: UserId,
        which: Answered,
        before: i64,
        limit: u32,
    ) -> Result<Vec<ReportRow>, StoreError> {
        self.readers
            .read(move |conn| {
                let open = if which == Answered::NotYet { "IS NULL" } else { "IS NOT NULL" };
                let sql = format!(
                    "{REPORT} WHERE r.author <> ?1 AND r.id < ?2 AND r.closed_at {open} ORDER BY r.id DESC LIMIT ?3"
                );
                let mut query = conn.prepare_cached(&sql)?;
                let rows = query.query_map((reader.0, before, limit), row)?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// A report that `reader` may see.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn report_of(&self, reader: UserId, id: i64) -> Result<ReportRow, StoreError> {
        let sql = format!("{REPORT} WHERE r.author <> ?1 AND r.id = ?2");
        self.readers.read(move |conn| conn.prepare_cached(&sql)?.query_row((reader.0, id), row)).await
    }

    /// Number of open reports that `reader` may see.
    ///
    /// # Errors
    /// As any read.
    pub async fn open_reports(&self, reader: UserId) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM reports WHERE author <> ?1 AND closed_at IS NULL";
        self.readers.read(move |conn| conn.prepare_cached(sql)?.query_row([reader.0], |row| row.get(0))).await
    }

    /// Answers a report, and all others of the same message with it. From then on they only keep the names of its
    /// files.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also when it is about whoever answers, [`StoreError::Conflict`] when it was answered
    /// before, and as any write.
    pub async fn close_report(&self, id: i64, message: Reported, outcome: String, act: Act) -> Result<(), StoreError> {
        let (by, at) = (act.actor, act.at);
        self.write_act(Some(act), move |tx| {
            let sql = "SELECT room_id, seq, closed_at IS NULL AS open FROM reports WHERE id = ?1 AND author <> ?2";
            let (room, target, open) = tx.conn.prepare_cached(sql)?.query_row((id, by.0), |row| {
                Ok((RoomId(row.get("room_id")?), seq(row, "seq")?, row.get::<_, bool>("open")?))
            })?;
            if !open {
                return Err(StoreError::Conflict);
            }
            if message == Reported::Deleted {
                match events::delete_message(tx, room, target, by, at) {
                    // Its author, a clean-up or the deletion of the room was faster.
                    Ok(()) | Err(StoreError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
            let sql = "UPDATE reports SET closed_at = ?3, outcome = ?4
                       WHERE room_id = ?1 AND seq = ?2 AND closed_at IS NULL";
            tx.conn.prepare_cached(sql)?.execute((room.0, target.0.cast_signed(), at, outcome))?;
            let_files_go(tx, room, target)?;
            let sql = "DELETE FROM reports WHERE closed_at IS NOT NULL AND id NOT IN
                       (SELECT id FROM reports WHERE closed_at IS NOT NULL ORDER BY id DESC LIMIT ?1)";
            tx.conn.prepare_cached(sql)?.execute([KEPT])?;
            Ok(())
        })
        .await
    }

    /// Deletes reports that were answered long ago.
    ///
    /// # Errors
    /// As any write.
    pub async fn forget_reports(&self, now: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                tx.conn.execute("DELETE FROM reports WHERE closed_at < ?1", [now.saturating_sub(KEPT_MS)])?;
                Ok(())
            })
            .await
    }
}

fn insert(
    tx: &mut Txn<'_>,
    room: RoomId,
    target: Seq,
    reporter: UserId,
    reason: &str,
    at: i64,
) -> Result<(), StoreError> {
    let place = (room.0, target.0.cast_signed());
    let sql = "SELECT e.kind, e.body, e.sender, e.at, CASE r.kind WHEN 'direct' THEN '' ELSE r.name END FROM events e
               JOIN rooms r ON r.id = e.room_id WHERE e.room_id = ?1 AND e.seq = ?2";
    let (kind, text, author, sent_at, room_name): (String, String, i64, i64, String) = tx
        .conn
        .prepare_cached(sql)?
        .query_row(place, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    let EventBody::Message { text, files, .. } = body::decode(&kind, &text, None)? else {
        return Err(StoreError::NotFound);
    };
    let known = "SELECT 1 FROM reports WHERE reporter = ?1 AND room_id = ?2 AND seq = ?3 AND closed_at IS NULL";
    if tx.conn.prepare_cached(known)?.exists((reporter.0, place.0, place.1))? {
        return Ok(());
    }
    let sql = "SELECT count(*) FILTER (WHERE reporter = ?1), count(*) FROM reports WHERE closed_at IS NULL";
    let (own, all): (u32, u32) =
        tx.conn.prepare_cached(sql)?.query_row([reporter.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if own >= OPEN_EACH || all >= OPEN_IN_ALL {
        return Err(StoreError::LimitReached);
    }
    let files = reported_files::encode(tx.conn, files)?;
    let sql = "INSERT INTO reports (room_id, seq, room_name, author, reporter, reason, text, files, sent_at, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let row = (place.0, place.1, room_name, author, reporter.0, reason, text, files, sent_at, at);
    tx.conn.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

/// Whoever decided has seen the files, and what was deleted has to go.
fn let_files_go(tx: &mut Txn<'_>, room: RoomId, target: Seq) -> Result<(), StoreError> {
    let sql = "SELECT id, files FROM reports WHERE room_id = ?1 AND seq = ?2 AND files <> ''";
    let kept: Vec<(i64, String)> = tx
        .conn
        .prepare_cached(sql)?
        .query_map((room.0, target.0.cast_signed()), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (id, files) in kept {
        let sql = "UPDATE reports SET files = ?2 WHERE id = ?1";
        tx.conn.prepare_cached(sql)?.execute((id, reported_files::names(&files)))?;
    }
    Ok(())
}

const REPORT: &str = "SELECT r.*, a.name AS author_name, p.name AS reporter_name,
      EXISTS (SELECT 1 FROM events e WHERE e.room_id = r.room_id AND e.seq = r.seq AND e.kind = 'message') AS stands,
      (SELECT string_agg(CAST(o.reporter AS TEXT), ',') FROM reports o WHERE o.room_id = r.room_id AND o.seq = r.seq AND o.closed_at IS NULL) AS reporters
    FROM reports r JOIN users a ON a.id = r.author JOIN users p ON p.id = r.reporter";

fn row(row: &Row<'_>) -> Result<ReportRow, StoreError> {
    let files: String = row.get("files")?;
    let closed: Option<i64> = row.get("closed_at")?;
    let outcome: String = row.get("outcome")?;
    let reporters: Option<String> = row.get("reporters")?;
    Ok(ReportRow {
        id: row.get("id")?,
        room: RoomId(row.get("room_id")?),
        seq: seq(row, "seq")?,
        room_name: row.get("room_name")?,
        author: (UserId(row.get("author")?), row.get("author_name")?),
        reporter: (UserId(row.get("reporter")?), row.get("reporter_name")?),
        reason: row.get("reason")?,
        text: row.get("text")?,
        files: reported_files::decode(&files),
        reporters: reporters
            .iter()
            .flat_map(|all| all.split(','))
            .filter_map(|id| id.parse().ok().map(UserId))
            .collect(),
        sent_at: row.get("sent_at")?,
        at: row.get("at")?,
        stands: row.get("stands")?,
        closed: closed.map(|at| (at, outcome)),
    })
}
