//! Is the box well?

use super::Core;
use crate::wire::Health;

/// How long the writer may take to answer before it counts as stuck.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Asks the writer for a real commit and the disk for its space.
pub async fn health(core: &Core) -> Health {
    use crate::store::StoreError;
    let probe = tokio::time::timeout(PATIENCE, core.store.probe_write(core.now())).await;
    let (writer, writable) = match probe {
        Ok(Ok(())) => (true, true),
        Ok(Err(StoreError::DiskFull | StoreError::ReadOnly)) => (true, false),
        Ok(Err(_)) | Err(_) => (false, false),
    };
    let free_bytes = core.blobs.free_bytes().await.unwrap_or(0);
    let space = free_bytes > core.limits.free_space_reserve_bytes;
    let status = if writer && writable && space { "ok" } else { "sick" };
    Health { status: status.to_owned(), writer, writable, free_bytes, space }
}
