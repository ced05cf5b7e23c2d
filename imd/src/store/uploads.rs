//! Uploads that come in parts: how far each is, and how much one person may have uploaded and not sent, and stored in all.

use rusqlite::{Connection, OptionalExtension};

use super::files::{self, NewFile};
use super::{Act, Setting, Store, StoreError, settings};
use crate::chat::{FileId, FileRef, RoomId, UploadId, UserId};

/// What one person may have uploaded, or begun to, that no message carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsentLimits {
    /// Files and uploads.
    pub count: u32,
    /// Bytes, those announced but not here yet included.
    pub bytes: u64,
}

/// An upload to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// Where the file may be sent.
    pub room: RoomId,
    /// Who uploads it.
    pub uploader: UserId,
    /// As shown.
    pub name: String,
    /// Bytes in all.
    pub length: u64,
}

/// An upload as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Names it.
    pub id: UploadId,
    /// As it was begun.
    pub new: NewUpload,
    /// Bytes that are on the disk.
    pub received: u64,
    /// What it became, once it is whole.
    pub file: Option<FileId>,
    /// It is forgotten then; milliseconds since 1970.
    pub expires_at: i64,
}

/// How many bytes of files somebody may have stored; 0: any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What an admin gave them alone.
    pub own: Option<u64>,
    /// What everybody else may.
    pub everybodys: u64,
}

impl Quota {
    /// What counts for them; `None`: any number.
    #[must_use]
    pub fn bytes(self) -> Option<u64> {
        Some(self.own.unwrap_or(self.everybodys)).filter(|bytes| *bytes > 0)
    }
}

impl Store {
    /// How much somebody may have stored.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn quota(&self, of: UserId) -> Result<Quota, StoreError> {
        self.readers.read(move |conn| quota(conn, of)).await
    }

    /// Gives somebody a limit of their own, or takes it away.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_quota(&self, of: UserId, to: Option<u64>, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| {
            let sql = "UPDATE users SET quota = ?2 WHERE id = ?1";
            tx.conn.execute(sql, (of.0, to.map(u64::cast_signed)))?;
            Ok(())
        })
        .await
    }

    /// Refuses `more` bytes when with them someone would have uploaded too much that no message carries, or stored too
    /// much in all.
    ///
    /// # Errors
    /// [`StoreError::LimitReached`], [`StoreError::QuotaExceeded`], and as any read.
    pub async fn check_unsent(&self, of: UserId, more: u64, limits: UnsentLimits) -> Result<(), StoreError> {
        self.readers.read(move |conn| check_unsent(conn, of, more, limits)).await
    }

    /// Bytes of all files that somebody has stored, sent or not, those announced but not here yet included.
    ///
    /// # Errors
    /// As any read.
    pub async fn stored_by(&self, user: UserId) -> Result<u64, StoreError> {
        self.readers.read(move |conn| stored_by(conn, user)).await
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// [`StoreError::LimitReached`] when its uploader has too much that was never sent, [`StoreError::QuotaExceeded`], and as
    /// any write.
    pub async fn begin_upload(
        &self,
        new: NewUpload,
        limits: UnsentLimits,
        expires_at: i64,
    ) -> Result<UploadId, StoreError> {
        self.writer
            .write(move |tx| {
                check_unsent(tx.conn, new.uploader, new.length, limits)?;
                let sql =
                    "INSERT INTO uploads (room_id, uploader, name, length, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
                let length = new.length.cast_signed();
                let id =
                    tx.conn.prepare_cached(sql)?.insert((new.room.0, new.uploader.0, new.name, length, expires_at))?;
                Ok(UploadId(id))
            })
            .await
    }

    /// An upload.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn upload(&self, id: UploadId) -> Result<UploadRow, StoreError> {
        self.readers.read(move |conn| read(conn, id)).await
    }

    /// Notes how far an upload has come.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was forgotten meanwhile, and as any write.
    pub async fn upload_came(&self, id: UploadId, received: u64, expires_at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "UPDATE uploads SET received = ?2, expires_at = ?3 WHERE id = ?1 AND file_id IS NULL";
                let noted = tx.conn.prepare_cached(sql)?.execute((id.0, received.cast_signed(), expires_at))?;
                if noted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
            })
            .await
    }

    /// Records the file that an upload became. One that is recorded already stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was forgotten meanwhile, and as any write.
    pub async fn finish_upload(&self, id: UploadId, file: NewFile, at: i64) -> Result<FileRef, StoreError> {
        self.writer
            .write(move |tx| {
                if let Some(first) = read(tx.conn, id)?.file {
                    return Ok(files::read(tx.conn, first)?.file);
                }
                let file = files::insert(tx.conn, file, at)?;
                let sql = "UPDATE uploads SET received = length, file_id = ?2 WHERE id = ?1";
                tx.conn.prepare_cached(sql)?.execute((id.0, file.id.0))?;
                Ok(file)
            })
            .await
    }

    /// Forgets an upload and, as long as no message carries it, the file it became. One that is not there is fine.
    ///
    /// # Errors
    /// As any write.
    pub async fn drop_upload(&self, id: UploadId) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "DELETE FROM uploads WHERE id = ?1 RETURNING file_id";
                let file: Option<Option<i64>> =
                    tx.conn.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)).optional()?;
                if let Some(file) = file.flatten() {
                    tx.conn.execute("DELETE FROM files WHERE id = ?1 AND event_seq IS NULL", [file])?;
                }
                Ok(())
            })
            .await
    }

    /// Forgets the uploads whose time is over.
    ///
    /// # Errors
    /// As any write.
    pub async fn drop_expired_uploads(&self, now: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                tx.conn.execute("DELETE FROM uploads WHERE expires_at <= ?1", [now])?;
                Ok(())
            })
            .await
    }
}

pub(super) fn check_unsent(conn: &Connection, of: UserId, more: u64, limits: UnsentLimits) -> Result<(), StoreError> {
    let mut query = conn.prepare_cached(
        "SELECT count(*), coalesce(sum(bytes), 0) FROM (
           SELECT size AS bytes FROM files WHERE uploader = ?1 AND event_seq IS NULL
           UNION ALL SELECT length FROM uploads WHERE uploader = ?1 AND file_id IS NULL)",
    )?;
    let (count, bytes): (u32, i64) = query.query_row([of.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let over = count >= limits.count || bytes.cast_unsigned().saturating_add(more) > limits.bytes;
    if over {
        return Err(StoreError::LimitReached);
    }
    let Some(quota) = quota(conn, of)?.bytes() else { return Ok(()) };
    let over = stored_by(conn, of)?.saturating_add(more) > quota;
    if over { Err(StoreError::QuotaExceeded) } else { Ok(()) }
}

fn quota(conn: &Connection, of: UserId) -> Result<Quota, StoreError> {
    let sql = "SELECT quota FROM users WHERE id = ?1";
    let own: Option<i64> = conn.prepare_cached(sql)?.query_row([of.0], |row| row.get(0))?;
    let everybodys = settings::read(conn, Setting::Quota)?.and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
    Ok(Quota { own: own.map(|bytes| bytes.max(0).cast_unsigned()), everybodys })
}

/// The same bytes sent twice count twice: who else has them is nobody's business.
fn stored_by(conn: &Connection, user: UserId) -> Result<u64, StoreError> {
    let sql = "SELECT (SELECT coalesce(sum(size), 0) FROM files WHERE uploader = ?1)
                    + (SELECT coalesce(sum(length), 0) FROM uploads WHERE uploader = ?1 AND file_id IS NULL)";
    let bytes: i64 = conn.prepare_cached(sql)?.query_row([user.0], |row| row.get(0))?;
    Ok(bytes.max(0).cast_unsigned())
}

fn read(conn: &Connection, id: UploadId) -> Result<UploadRow, StoreError> {
    let mut query = conn.prepare_cached(
        "SELECT room_id, uploader, name, length, received, file_id, expires_at FROM uploads WHERE id = ?1",
    )?;
    Ok(query.query_row([id.0], |row| {
        Ok(UploadRow {
            id,
            new: NewUpload {
                room: RoomId(row.get("room_id")?),
                uploader: UserId(row.get("uploader")?),
                name: row.get("name")?,
                length: row.get::<_, i64>("length")?.cast_unsigned(),
            },
            received: row.get::<_, i64>("received")?.cast_unsigned(),
            file: row.get::<_, Option<i64>>("file_id")?.map(FileId),
            expires_at: row.get("expires_at")?,
        })
    })?)
}
