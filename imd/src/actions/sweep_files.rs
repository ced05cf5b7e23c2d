//! Sweeping away bytes that nobody needs any more: of deleted messages, replaced pictures, uploads never sent.

use super::{Core, Done};

/// An upload that no message has carried for so long was given up.
const UNSENT_MS: i64 = 24 * 3_600_000;

/// Removes what no row refers to; how many files that were. Gives way to uploads: what it meets while one is under
/// way stays for the next time.
///
/// # Errors
/// As any read or write.
pub async fn sweep_files(core: &Core) -> Done<u32> {
    core.store.drop_unsent_files(core.now() - UNSENT_MS).await?;
    let mut removed = 0;
    for folder in 0..=u8::MAX {
        for hash in core.blobs.list(folder).await? {
            if core.store.blob_in_use(hash.to_string()).await? {
                continue;
            }
            // Nobody stores while this is held: asked again now, the answer stands.
            let Some(_paused) = core.blobs.try_pause() else { return Ok(removed) };
            if !core.store.blob_in_use(hash.to_string()).await? {
                core.blobs.remove(hash).await?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}
