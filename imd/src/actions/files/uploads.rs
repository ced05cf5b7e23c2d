//! Files that are uploaded in parts: begun, continued after any interruption, and in the end a file like any other.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use crate::actions::disk::{refusal, tried};
use crate::actions::files::turns::Turn;
use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, Refused, files::transfer, view};
use crate::chat::{FileRef, RoomId, UploadId};
use crate::files::{Came, FilesError, Partial, PartialId, clean_name};
use crate::store::{NewUpload, StoreError, UploadRow};
use crate::wire::{ErrorCode, Upload};

/// Bytes of the largest file that can be uploaded.
#[must_use]
pub fn max_bytes(core: &Core) -> u64 {
    core.limits.max_file_bytes
}

/// An upload of which nothing has arrived for this long counts as abandoned.
const PATIENCE_MS: i64 = 24 * 3_600_000;

/// Begins an upload of `length` bytes to `room`.
///
/// # Errors
/// `not_found`, `forbidden`, `file_too_large`, `limit_reached`, `quota_exceeded`, `files_away`, `disk_full`, and as any write.
pub async fn begin(core: &Core, caller: &Caller, room: RoomId, name: &str, length: u64) -> Done<Upload> {
    caller.must_be_active()?;
    access(core, caller, room).await?.may_write()?;
    if length > core.limits.max_file_bytes {
        return Err(ErrorCode::FileTooLarge.into());
    }
    let new = NewUpload { room, uploader: caller.user, name: clean_name(name), length };
    let id = core.store.begin_upload(new, transfer::unsent_limits(core), expiry(core)).await?;
    if let Err(error) = core.blobs.begin_partial(partial_id(id), length).await {
        core.store.drop_upload(id).await?;
        return Err(refusal(core, error).await);
    }
    let turn = core.files.turns.take(id).await;
    look(core, caller, id, &turn).await
}

/// The progress of an upload, and the file it became. A connection that is still sending is cut off, so that the
/// progress is certain.
///
/// # Errors
/// `not_found`, and as any read; for a complete upload that could not be finished yet, as [`append`].
pub async fn get(core: &Core, caller: &Caller, id: UploadId) -> Done<Upload> {
    own(core, caller, id).await?;
    let turn = core.files.turns.take(id).await;
    look(core, caller, id, &turn).await
}

/// Adds what `body` yields to the upload, from byte `at` on; `len` bytes, if that was announced. Whatever has arrived
/// is kept, however this ends, even if nobody waits for the result.
///
/// # Errors
/// `conflict` when the upload is not at `at` (ask where it is), `payload_too_large` when more arrives than was
/// announced when the upload began, `upload_interrupted`, `not_found`, `forbidden`, `files_away`, `disk_full`, `busy`,
/// and as any write.
pub async fn append<S, E>(
    core: &Arc<Core>,
    caller: &Caller,
    id: UploadId,
    at: u64,
    len: Option<u64>,
    body: S,
) -> Done<Upload>
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Send + 'static,
{
    own(core, caller, id).await?;
    let (core, caller) = (Arc::clone(core), *caller);
    // In a task of its own: a broken connection cancels its request, and what arrived last has to be kept all the same.
    let work = tokio::spawn(async move {
        let turn = core.files.turns.take(id).await;
        take(&core, &caller, id, at, len, body, &turn).await
    });
    work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "an upload's task ended");
        Err(ErrorCode::Internal.into())
    })
}

/// Abandons an upload, and deletes the file it became unless a message carries it.
///
/// # Errors
/// `not_found`, and as any write.
pub async fn give_up(core: &Core, caller: &Caller, id: UploadId) -> Done<()> {
    own(core, caller, id).await?;
    let _turn = core.files.turns.take(id).await;
    core.store.drop_upload(id).await?;
    Ok(core.blobs.discard_partial(partial_id(id)).await?)
}

async fn own(core: &Core, caller: &Caller, id: UploadId) -> Done<UploadRow> {
    caller.must_be_active()?;
    let row = core.store.upload(id).await?;
    if row.new.uploader == caller.user { Ok(row) } else { Err(StoreError::NotFound.into()) }
}

async fn look(core: &Core, caller: &Caller, id: UploadId, _turn: &Turn) -> Done<Upload> {
    let row = core.store.upload(id).await?;
    let file = match row.file {
        Some(file) => Some(core.store.file(file).await?.file),
        None if row.received == row.new.length => {
            // Its last byte had arrived, and then something failed.
            let partial = resume(core, &row).await?;
            Some(finish(core, caller, &row, partial).await?)
        }
        None => None,
    };
    Ok(view::upload(&row, row.received, file.as_ref()))
}

async fn take<S, E>(
    core: &Core,
    caller: &Caller,
    id: UploadId,
    at: u64,
    len: Option<u64>,
    body: S,
    turn: &Turn,
) -> Done<Upload>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let mut row = core.store.upload(id).await?;
    if at != row.received {
        return Err(ErrorCode::Conflict.into());
    }
    if len.is_some_and(|len| len > row.new.length - at) {
        return Err(ErrorCode::PayloadTooLarge.into());
    }
    if row.received == row.new.length {
        return look(core, caller, id, turn).await;
    }
    access(core, caller, row.new.room).await?.may_write()?;
    let _place = core.uploads.wait(caller.user).await.ok_or_else(|| Refused::later(ErrorCode::TooManyUploads, 5))?;
    let mut partial = resume(core, &row).await?;
    let mut body = pin!(body.take_until(turn.over()));
    let came = loop {
        let came;
        (partial, came) = tried(core, partial.take(body.as_mut()).await).await?;
        if partial.at() > row.received {
            row.received = partial.at();
            row.expires_at = expiry(core);
            core.store.upload_came(id, row.received, row.expires_at).await?;
        }
        if came != Came::More {
            break came;
        }
    };
    let whole = partial.is_whole();
    let refused = match came {
        Came::Broken => Some(ErrorCode::UploadInterrupted),
        Came::TooMuch => Some(ErrorCode::PayloadTooLarge),
        Came::All | Came::More => (turn.is_over() && !whole).then_some(ErrorCode::Conflict),
    };
    let file = if whole {
        Some(finish(core, caller, &row, partial).await?)
    } else {
        partial.park(&core.blobs);
        None
    };
    match refused {
        Some(code) => Err(code.into()),
        None => Ok(view::upload(&row, row.received, file.as_ref())),
    }
}

/// Opens the upload at the point where it is.
async fn resume(core: &Core, row: &UploadRow) -> Done<Partial> {
    let id = partial_id(row.id);
    match core.blobs.resume_partial(id, row.received, row.new.length).await {
        // A restored database knows of bytes that were not restored; the upload then starts again at the beginning.
        Err(FilesError::NotFound) => {
            tried(core, core.blobs.begin_partial(id, row.new.length).await).await?;
            core.store.upload_came(row.id, 0, expiry(core)).await?;
            Err(ErrorCode::Conflict.into())
        }
        other => tried(core, other).await,
    }
}

/// Turns a complete upload into a file.
async fn finish(core: &Core, caller: &Caller, row: &UploadRow, partial: Partial) -> Done<FileRef> {
    access(core, caller, row.new.room).await?.may_write()?;
    let kept = core.blobs.keep().await;
    let blob = tried(core, core.blobs.publish_partial(partial, &row.new.name, &kept).await).await?;
    let file = transfer::described(core, row.new.room, caller.user, row.new.name.clone(), blob).await;
    let file = core.store.finish_upload(row.id, file, core.now()).await?;
    drop(kept);
    if let Err(error) = core.blobs.discard_partial(partial_id(row.id)).await {
        // The sweeper will remove it.
        tracing::warn!(%error, "a finished upload's own copy was left");
    }
    Ok(file)
}

fn expiry(core: &Core) -> i64 {
    core.now() + PATIENCE_MS
}

fn partial_id(id: UploadId) -> PartialId {
    id.0.cast_unsigned()
}
