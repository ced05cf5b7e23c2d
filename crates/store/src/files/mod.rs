//! Rows of uploaded files. Their contents are elsewhere; here is who sent what where.

pub(crate) mod storage;
pub(crate) mod uploads;

use std::collections::HashSet;

use crate::sql::{Conn, Optional as _, Row};
use crate::{Store, StoreError, UnsentLimits};
use chat::{FileId, FileRef, RoomId, Seq, UserId};

/// A file that has just been stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The room it may be sent to.
    pub room: RoomId,
    /// Who uploaded it.
    pub uploader: UserId,
    /// BLAKE3 of the content, hex.
    pub blake3: String,
    /// Name to show.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// Width and height of a photo that could be read.
    pub pixels: Option<(u32, u32)>,
    /// Is there a thumbnail?
    pub thumbnail: bool,
}

/// A stored file, and the room it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// The room whose members may have it.
    pub room: RoomId,
    /// Who uploaded it.
    pub uploader: UserId,
    /// The message that carries it; `None` when it was not sent yet, so that only its uploader may have it.
    pub event: Option<Seq>,
    /// The file.
    pub file: FileRef,
}

impl Store {
    /// Records an uploaded file.
    ///
    /// # Errors
    /// [`StoreError::LimitReached`] when its uploader has too many that were never sent, [`StoreError::QuotaExceeded`],
    /// and as any write.
    pub async fn add_file(&self, file: NewFile, limits: UnsentLimits, at: i64) -> Result<FileRef, StoreError> {
        self.writer
            .write(move |tx| {
                uploads::check_unsent(tx.conn, file.uploader, file.size, limits)?;
                insert(tx.conn, file, at)
            })
            .await
    }

    /// A file's row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn file(&self, id: FileId) -> Result<FileRow, StoreError> {
        self.readers.read(move |conn| read(conn, id)).await
    }

    /// Deletes the rows of files uploaded before `before` that no message carries.
    ///
    /// # Errors
    /// As any write.
    pub async fn drop_unsent_files(&self, before: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                tx.conn.execute("DELETE FROM files WHERE event_seq IS NULL AND created_at < ?1", [before])?;
                Ok(())
            })
            .await
    }

    /// Does any row still need this content (a file, an avatar, a room's picture, an open report)?
    ///
    /// # Errors
    /// As any read.
    pub async fn blob_in_use(&self, blake3: String) -> Result<bool, StoreError> {
        self.readers
            .read(move |conn| {
                let mut query = conn.prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM files WHERE blake3 = ?1)
                         OR EXISTS (SELECT 1 FROM users WHERE avatar = ?1)
                         OR EXISTS (SELECT 1 FROM rooms WHERE picture = ?1)
                         OR EXISTS (SELECT 1 FROM reports WHERE closed_at IS NULL AND instr(files, ?1) > 0)",
                )?;
                query.query_row([blake3], |row| row.get(0))
            })
            .await
    }

    /// BLAKE3 of all pictures of people and rooms.
    ///
    /// # Errors
    /// As any read.
    pub async fn pictures(&self) -> Result<HashSet<String>, StoreError> {
        self.readers
            .read(|conn| {
                let mut query = conn.prepare_cached(
                    "SELECT avatar FROM users WHERE avatar IS NOT NULL
                     UNION SELECT picture FROM rooms WHERE picture IS NOT NULL",
                )?;
                let rows = query.query_map([], |row| row.get(0))?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }
}

pub(crate) fn read(conn: &Conn<'_>, id: FileId) -> Result<FileRow, StoreError> {
    let mut query = conn.prepare_cached(
        "SELECT id, room_id, uploader, event_seq, blake3, name, media_type, size, width, height, thumbnail
         FROM files WHERE id = ?1",
    )?;
    query.query_row([id.0], |row| {
        Ok(FileRow {
            room: RoomId(row.get("room_id")?),
            uploader: UserId(row.get("uploader")?),
            event: row.get::<_, Option<i64>>("event_seq")?.map(|s| Seq(s.cast_unsigned())),
            file: file_ref(row)?,
        })
    })
}

pub(crate) fn insert(conn: &Conn<'_>, file: NewFile, at: i64) -> Result<FileRef, StoreError> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO files (room_id, uploader, blake3, name, media_type, size, width, height, thumbnail, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id",
    )?;
    let id = insert.insert((
        file.room.0,
        file.uploader.0,
        &file.blake3,
        &file.name,
        &file.media_type,
        file.size.cast_signed(),
        file.pixels.map(|p| p.0),
        file.pixels.map(|p| p.1),
        file.thumbnail,
        at,
    ))?;
    let NewFile { blake3, name, media_type, size, pixels, thumbnail, .. } = file;
    Ok(FileRef { id: FileId(id), name, media_type, size, blake3, pixels, thumbnail })
}

/// Takes the files for a message: they must have been uploaded to this room by its sender, and not been sent before.
pub(crate) fn take_for_message(
    conn: &Conn<'_>,
    room: RoomId,
    sender: UserId,
    seq: Seq,
    ids: &[FileId],
) -> Result<Vec<FileRef>, StoreError> {
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        let mut update = conn.prepare_cached(
            "UPDATE files SET event_seq = ?4 WHERE id = ?1 AND room_id = ?2 AND uploader = ?3 AND event_seq IS NULL
             RETURNING id, blake3, name, media_type, size, width, height, thumbnail",
        )?;
        let file = update.query_row((id.0, room.0, sender.0, seq.0.cast_signed()), file_ref).optional()?;
        files.push(file.ok_or(StoreError::NotFound)?);
    }
    Ok(files)
}

/// Deletes the rows of a deleted message's files; their contents are swept away when nothing needs them.
pub(crate) fn drop_of_message(conn: &Conn<'_>, room: RoomId, seq: Seq) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM files WHERE room_id = ?1 AND event_seq = ?2")?
        .execute((room.0, seq.0.cast_signed()))?;
    Ok(())
}

fn file_ref(row: &Row<'_>) -> Result<FileRef, StoreError> {
    let width: Option<u32> = row.get("width")?;
    let height: Option<u32> = row.get("height")?;
    Ok(FileRef {
        id: FileId(row.get("id")?),
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        size: row.get::<_, i64>("size")?.cast_unsigned(),
        blake3: row.get("blake3")?,
        pixels: width.zip(height),
        thumbnail: row.get("thumbnail")?,
    })
}
