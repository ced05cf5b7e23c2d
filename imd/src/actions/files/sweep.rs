//! Sweeping away bytes that nobody needs any more: of deleted messages, replaced pictures, uploads never sent.

use std::time::Duration;

use crate::actions::{Core, Done};
use crate::chat::UploadId;
use crate::files::BlobHash;
use crate::store::{StoreError, UploadRow};

/// An upload that no message has carried for so long was given up.
const UNSENT_MS: i64 = 24 * 3_600_000;

/// Files removed while nobody can store anything: a card takes some milliseconds for each.
const AT_ONCE: usize = 16;

/// How long files that are just being stored are waited for. Only the last step counts, not the way here, so this is
/// enough nearly always; whoever wants to store waits as long at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// Removes what no row refers to; how many files that were. What could not be removed because others were storing all the
/// time stays for the next time.
///
/// # Errors
/// As any read or write.
pub async fn sweep_files(core: &Core) -> Done<u32> {
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

/// Removes those that are still unneeded when nobody is storing; how many that were.
async fn remove(core: &Core, unneeded: Vec<BlobHash>) -> Done<u32> {
    let mut removed = 0;
    if unneeded.is_empty() {
        return Ok(removed);
    }
    let Some(_paused) = core.blobs.pause(PATIENCE).await else { return Ok(removed) };
    for hash in unneeded {
        // Nobody stores while this is held: asked again now, the answer stands.
        if !core.store.blob_in_use(hash.to_string()).await? {
            core.blobs.remove(hash).await?;
            removed += 1;
        }
    }
    Ok(removed)
}
