//! Files: into a room, and out of it for its members.

use bytes::Bytes;
use futures_util::Stream;

use super::rooms::access;
use super::{Caller, Core, Done, Refused, active, view};
use crate::chat::{FileId, FileRef, RoomId};
use crate::files::{Announced, BlobHash, clean_name, is_photo};
use crate::store::{NewFile, StoreError};
use crate::wire::{ErrorCode, File};

/// Stores what `body` yields as a file of `room`; a later message carries it.
///
/// # Errors
/// `not_found`, `forbidden`, `file_too_large`, `upload_interrupted`, `disk_full`, `busy`, and as any write.
pub async fn upload<S, E>(
    core: &Core,
    caller: &Caller,
    room: RoomId,
    name: &str,
    len: Option<u64>,
    body: S,
) -> Done<File>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    access(core, caller, room).await?.may_write()?;
    let _place = core.uploads.take(caller.user).ok_or_else(|| Refused::later(ErrorCode::Busy, 5))?;
    let name = clean_name(name);
    let announced = Announced { len, max_bytes: core.limits.max_file_bytes, name: &name };
    let _kept = core.blobs.keep().await;
    let blob = core.blobs.receive(body, announced).await?;
    let photo = if is_photo(&blob.media_type) {
        // A photo without a thumbnail is still a file: being busy is no reason to lose an upload.
        core.photos.photo(blob.hash).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "no thumbnail");
            None
        })
    } else {
        None
    };
    let file = NewFile {
        room,
        uploader: caller.user,
        blake3: blob.hash.to_string(),
        name,
        media_type: blob.media_type,
        size: blob.size,
        pixels: photo.map(|p| (p.width, p.height)),
        thumbnail: photo.is_some(),
    };
    let stored = core.store.add_file(file, core.now()).await?;
    Ok(view::file(&stored))
}

/// A file that the caller may have: members of its room once it was sent, before that only who uploaded it.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn get(core: &Core, caller: &Caller, id: FileId) -> Done<FileRef> {
    active(caller)?;
    let row = core.store.file(id).await?;
    let access = access(core, caller, row.room).await?;
    let seen = match row.event {
        Some(seq) => seq >= access.first_visible(crate::chat::Seq(1)),
        None => row.uploader == caller.user,
    };
    if seen { Ok(row.file) } else { Err(StoreError::NotFound.into()) }
}

/// Where a stored file's bytes are.
///
/// # Errors
/// `internal` when the row is damaged.
pub fn path(core: &Core, blake3: &str) -> Done<std::path::PathBuf> {
    Ok(core.blobs.path(&hash(blake3)?))
}

/// Where its thumbnail is, made again when it got lost.
///
/// # Errors
/// `not_found` when it has none, `busy`.
pub async fn thumbnail(core: &Core, file: &FileRef) -> Done<std::path::PathBuf> {
    if !file.thumbnail {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(core.photos.thumbnail(hash(&file.blake3)?).await?.ok_or(ErrorCode::NotFound)?)
}

fn hash(blake3: &str) -> Done<BlobHash> {
    blake3.parse().map_err(|_| {
        tracing::error!("a file's row has no hash");
        ErrorCode::Internal.into()
    })
}
