//! Sweeping away stored contents that nobody needs any more: those of deleted messages, replaced pictures, and uploads
//! that were never sent.

use std::time::Duration;

use crate::actions::{Core, Done};
use crate::chat::UploadId;
use crate::files::BlobHash;
use crate::store::{StoreError, UploadRow};

/// An upload that no message has carried for this long counts as abandoned.
const UNSENT_MS: i64 = 24 * 3_600_000;

/// Files that are removed while nobody can store anything: a card takes some milliseconds for each.
const AT_ONCE: usize = 16;

/// How long to wait for files that are being stored. Only the last step of storing counts, not the upload, so this is
/// nearly always enough; somebody who wants to store a file waits no longer than this.
const PATIENCE: Duration = Duration::from_secs(5);

/// Removes contents that no row refers to, and returns how many. What cannot be removed because others are storing
/// files all the time is left for the next sweep. Waits for a backup that is being made.
///
/// # Errors
/// As any read or write.
pub async fn sweep_files(core: &Core) -> Done<u32> {
    let _no_backup = core.files.packing.lock().await;
    core.store.drop_unsent_files(core.now() - UNSENT_MS).await?;
    core.store.drop_expired_uploads(core.now()).await?;
    for id in core.blobs.partials().await? {
        match core.store.upload(UploadId(id.cast_signed())).await {
            Ok(UploadRow { file: None, .. }) => {}
            Ok(_) | Err(StoreError::NotFound) => core.blobs.discard_partial(id).await?,
            Err(error) => return Err(error.into()),
        }
    }
    let mut removed = 0;
    let mut unneeded = Vec::with_capacity(AT_ONCE);
    for folder in 0..=u8::MAX {
        for hash in core.blobs.list(folder).await? {
            if !core.store.blob_in_use(hash.to_string()).await? {
                unneeded.push(hash);
            }
            if unneeded.len() == AT_ONCE {
                removed += remove(core, std::mem::take(&mut unneeded)).await?;
            }
        }
    }
    Ok(removed + remove(core, unneeded).await?)
}

/// Removes those that are still not needed at a moment when nobody is storing; returns how many.
async fn remove(core: &Core, unneeded: Vec<BlobHash>) -> Done<u32> {
    let mut removed = 0;
    if unneeded.is_empty() {
        return Ok(removed);
    }
    let Some(_paused) = core.blobs.pause(PATIENCE).await else { return Ok(removed) };
    for hash in unneeded {
        // Nobody can store anything while this is held, so the answer given now stays true.
        if !core.store.blob_in_use(hash.to_string()).await? {
            core.blobs.remove(hash).await?;
            removed += 1;
        }
    }
    Ok(removed)
}
