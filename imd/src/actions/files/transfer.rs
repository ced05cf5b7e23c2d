//! Uploading a file to a room, and downloading it for the room's members.

use bytes::Bytes;
use futures_util::Stream;

use crate::actions::disk::{refusal, tried};
use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, Refused, view};
use crate::chat::{FileId, FileRef, RoomId, UserId};
use crate::files::{Announced, BlobHash, StoredBlob, clean_name, is_photo};
pub use crate::files::{ENCODING_HEAD, Likely, encoding_called, encoding_of};
use crate::store::{NewFile, Setting, StoreError, UnsentLimits};
use crate::wire::{ErrorCode, File};

/// Files and uploads that one person may have which no message carries.
const UNSENT_FILES: u32 = 200;
/// Their total size, in files of the largest size.
const UNSENT_LARGEST: u64 = 2;

/// Stores what `body` yields as a file of `room`, for a later message to carry.
///
/// # Errors
/// `not_found`, `forbidden`, `file_too_large`, `upload_interrupted`, `limit_reached`, `quota_exceeded`, `files_away`, `disk_full`, `busy`, and as any write.
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
    let _place = core.uploads.wait(caller.user).await.ok_or_else(|| Refused::later(ErrorCode::TooManyUploads, 5))?;
    let name = clean_name(name);
    if len.is_some_and(|len| len > core.limits.max_file_bytes) {
        return Err(ErrorCode::FileTooLarge.into());
    }
    let unsent = unsent_limits(core);
    core.store.check_unsent(caller.user, len.unwrap_or(0), unsent).await?;
    let announced = Announced { len, max_bytes: core.limits.max_file_bytes, name: &name };
    let received = tried(core, core.blobs.receive(body, announced).await).await?;
    // Only from here on: the network is the slow part, and the sweeper waits for this guard.
    let kept = core.blobs.keep().await;
    let blob = tried(core, core.blobs.publish(received, &kept).await).await?;
    let file = described(core, room, caller.user, name, blob).await;
    let stored = core.store.add_file(file, unsent, core.now()).await?;
    Ok(view::file(&stored))
}

/// Makes a file of `room` from stored content.
pub(in crate::actions) async fn described(
    core: &Core,
    room: RoomId,
    uploader: UserId,
    name: String,
    blob: StoredBlob,
) -> NewFile {
    let photo = if is_photo(&blob.media_type) {
        // A photo without a thumbnail is still a file: a busy decoder is no reason to lose an upload.
        core.photos.photo(blob.hash).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "no thumbnail");
            None
        })
    } else {
        None
    };
    NewFile {
        room,
        uploader,
        blake3: blob.hash.to_string(),
        name,
        media_type: blob.media_type,
        size: blob.size,
        pixels: photo.map(|p| (p.width, p.height)),
        thumbnail: photo.is_some_and(|photo| photo.thumbnail),
    }
}

/// Limits for what one person has uploaded and not sent: enough for any message and another one, but not the whole
/// disk.
pub(in crate::actions) fn unsent_limits(core: &Core) -> UnsentLimits {
    UnsentLimits { count: UNSENT_FILES, bytes: core.limits.max_file_bytes.saturating_mul(UNSENT_LARGEST) }
}

/// A file that the caller may have. Once it was sent, these are the members of its room; before that, only its
/// uploader.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn get(core: &Core, caller: &Caller, id: FileId) -> Done<FileRef> {
    caller.must_be_active()?;
    let row = core.store.file(id).await?;
    let access = access(core, caller, row.room).await?;
    let seen = match row.event {
        Some(seq) => seq >= access.first_visible(crate::chat::Seq(1)),
        None => row.uploader == caller.user,
    };
    if seen { Ok(row.file) } else { Err(StoreError::NotFound.into()) }
}

/// The language to assume for a text whose encoding is ambiguous: the box's own, or Chinese if none was chosen.
///
/// # Errors
/// As any read.
pub async fn likely(core: &Core) -> Done<Likely> {
    let language = core.store.setting(Setting::Language).await?;
    Ok(if language.as_deref() == Some("en") { Likely::Other } else { Likely::Chinese })
}

/// The path of a file's content.
///
/// # Errors
/// `files_away`, `internal` when the row is damaged.
pub async fn path(core: &Core, blake3: &str) -> Done<std::path::PathBuf> {
    let hash = hash(blake3)?;
    tried(core, core.blobs.find(&hash).await).await
}

/// The refusal for a file that was found but cannot be read.
pub async fn unreadable(core: &Core, error: std::io::Error) -> Refused {
    refusal(core, error.into()).await
}

/// The path of its thumbnail, which is made again if it was lost.
///
/// # Errors
/// `not_found` when it has none, `files_away` when it was lost and cannot be made at the moment, `busy`.
pub async fn thumbnail(core: &Core, file: &FileRef) -> Done<std::path::PathBuf> {
    if !file.thumbnail {
        return Err(ErrorCode::NotFound.into());
    }
    let thumbnail = core.photos.thumbnail(hash(&file.blake3)?).await;
    Ok(tried(core, thumbnail).await?.ok_or(ErrorCode::NotFound)?)
}

fn hash(blake3: &str) -> Done<BlobHash> {
    blake3.parse().map_err(|_| {
        tracing::error!("a file's row has no hash");
        ErrorCode::Internal.into()
    })
}
