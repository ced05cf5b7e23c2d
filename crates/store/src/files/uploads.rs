//! Uploads in parts: how far each has got, and how much one person may have uploaded without sending it, and have
//! stored in all.

use crate::files::{self, NewFile};
use crate::sql::{Conn, Optional as _};
use crate::{Act, Setting, Store, StoreError, settings};
use chat::{FileId, FileRef, RoomId, UploadId, UserId};

/// Limits for what one person has uploaded, or begun to upload, that no message carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsentLimits {
    /// Number of files and uploads.
    pub count: u32,
    /// Bytes, announced ones that have not arrived included.
    pub bytes: u64,
}

/// An upload to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// The room it may be sent to.
    pub room: RoomId,
    /// Who uploads it.
    pub uploader: UserId,
    /// Name to show.
    pub name: String,
    /// Size of the whole file in bytes.
    pub length: u64,
}

/// The present state of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Identifies the upload.
    pub id: UploadId,
    /// What was said when it began.
    pub new: NewUpload,
    /// Bytes that are stored.
    pub received: u64,
    /// The file it became, once it is complete.
    pub file: Option<FileId>,
    /// When it is deleted, milliseconds since 1970.
    pub expires_at: i64,
}

/// How many bytes of files a person may have stored; 0: any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The limit that an admin gave to this person.
    pub own: Option<u64>,
    /// The limit for everybody else.
    pub everybodys: u64,
}

impl Quota {
    /// The limit that applies; `None`: any number.
    #[must_use]
    pub fn bytes(self) -> Option<u64> {
        Some(self.own.unwrap_or(self.everybodys)).filter(|bytes| *bytes > 0)
    }
}

impl Store {
    /// How much a person may have stored.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn quota(&self, of: UserId) -> Result<Quota, StoreError> {
        self.readers.read(move |conn| quota(conn, of)).await
    }

    /// Gives a person a limit of their own, or removes it.
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

    /// Refuses `more` bytes if with them the person would have uploaded too much that no message carries, or would have
    /// stored too much in all.
    ///
    /// # Errors
    /// [`StoreError::LimitReached`], [`StoreError::QuotaExceeded`], and as any read.
    pub async fn check_unsent(&self, of: UserId, more: u64, limits: UnsentLimits) -> Result<(), StoreError> {
        self.readers.read(move |conn| check_unsent(conn, of, more, limits)).await
    }

    /// Bytes of all files that a person has stored, sent or not, announced ones that have not arrived included.
    ///
    /// # Errors
    /// As any read.
    pub async fn stored_by(&self, user: UserId) -> Result<u64, StoreError> {
        self.readers.read(move |conn| stored_by(conn, user)).await
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// [`StoreError::LimitReached`] when its uploader has too many that were never sent, [`StoreError::QuotaExceeded`],
    /// and as any write.
    pub async fn begin_upload(
        &self,
        new: NewUpload,
        limits: UnsentLimits,
        expires_at: i64,
    ) -> Result<UploadId, StoreError> {
        self.writer
            .write(move |tx| {
                check_unsent(tx.conn, new.uploader, new.length, limits)?;
                let sql = "INSERT INTO uploads (room_id, uploader, name, length, expires_at)
                           VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
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

    /// Records how far an upload has got.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was deleted meanwhile, and as any write.
    pub async fn upload_came(&self, id: UploadId, received: u64, expires_at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "UPDATE uploads SET received = ?2, expires_at = ?3 WHERE id = ?1 AND file_id IS NULL";
                let noted = tx.conn.prepare_cached(sql)?.execute((id.0, received.cast_signed(), expires_at))?;
                if noted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
            })
            .await
    }

    /// Records the file that an upload became; if that was recorded already, it stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was deleted meanwhile, and as any write.
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

    /// Deletes an upload and, unless a message carries it, the file it became. Does nothing if it does not exist.
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

    /// Deletes the uploads whose time is over.
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

pub(crate) fn check_unsent(conn: &Conn<'_>, of: UserId, more: u64, limits: UnsentLimits) -> Result<(), StoreError> {
    let mut query = conn.prepare_cached(
        "SELECT count(*), CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM (
           SELECT size AS bytes FROM files WHERE uploader = ?1 AND event_seq IS NULL
           UNION ALL SELECT length FROM uploads WHERE uploader = ?1 AND file_id IS NULL) AS unsent",
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

fn quota(conn: &Conn<'_>, of: UserId) -> Result<Quota, StoreError> {
    let sql = "SELECT quota FROM users WHERE id = ?1";
    let own: Option<i64> = conn.prepare_cached(sql)?.query_row([of.0], |row| row.get(0))?;
    let everybodys = settings::read_number(conn, Setting::Quota)?.unwrap_or(0);
    Ok(Quota { own: own.map(|bytes| bytes.max(0).cast_unsigned()), everybodys })
}

/// The same file sent twice counts twice: whether somebody else has it is nobody's business.
fn stored_by(conn: &Conn<'_>, user: UserId) -> Result<u64, StoreError> {
    let sql = "SELECT (SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM files WHERE uploader = ?1)
                    + (SELECT CAST(coalesce(sum(length), 0) AS BIGINT) FROM uploads WHERE uploader = ?1 AND file_id IS NULL)";
    let bytes: i64 = conn.prepare_cached(sql)?.query_row([user.0], |row| row.get(0))?;
    Ok(bytes.max(0).cast_unsigned())
}

fn read(conn: &Conn<'_>, id: UploadId) -> Result<UploadRow, StoreError> {
    let mut query = conn.prepare_cached(
        "SELECT room_id, uploader, name, length, received, file_id, expires_at FROM uploads WHERE id = ?1",
    )?;
    query.query_row([id.0], |row| {
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
    })
}
